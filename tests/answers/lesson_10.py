"""Answers to the exercises of lesson 10: Dice loss, how many weights and how far, normalising, leakage."""

from __future__ import annotations

from typing import Any

import numpy as np


def both(p: Any, t: Any) -> Any:
    return p.sum() + t.sum()


def field(layers: Any) -> int:
    """From the last layer back to the photo, as books have it too."""
    total = 1
    for kernel, stride in reversed(layers):
        total = (total - 1) * stride + kernel
    return total


def by_steps(layers: Any, first: int = 1, less: int = 1, before: bool = False) -> int:
    total, step = first, 1
    for kernel, stride in layers:
        step *= stride if before else 1
        total += (kernel - less) * step
        step *= 1 if before else stride
    return total


def counted(layers: Any) -> int:
    return sum((k * k * inputs + 1) * outputs for k, _, inputs, outputs in layers)


def sees(makes: Any) -> Any:
    """Weights that are right, beside what `makes` makes of kernels and strides."""
    return lambda layers: (counted(layers), makes([layer[:2] for layer in layers]))


def weighs(one: Any) -> Any:
    """A receptive field that is right, beside weights of which each layer adds `one`."""
    return lambda layers: (sum(one(*layer) for layer in layers), field([layer[:2] for layer in layers]))


def own(x: Any, axis: Any = (0, 2, 3), eps: float = 1e-5, **named: Any) -> Any:
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True, **named) + eps)


def kept(x: Any, mean: Any, variance: Any, eps: float = 1e-5) -> Any:
    return (x - mean[:, None, None]) / np.sqrt(variance[:, None, None] + eps)


def over(x: Any, what: str) -> Any:
    return getattr(x, what)(axis=(0, 2, 3), keepdims=True)


def along_the_last(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    if training:
        mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    return (x - mean) / np.sqrt(variance + 1e-5)


def channel_by_channel(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    made = np.empty_like(x)
    for c in range(x.shape[1]):
        m, v = (x[:, c].mean(), x[:, c].var()) if training else (mean[c], variance[c])
        made[:, c] = (x[:, c] - m) / (v + 1e-5) ** 0.5
    return made


def in_training(makes: Any) -> Any:
    return lambda x, mean, variance, training: makes(x) if training else kept(x, mean, variance)


RIGHT: list[tuple[str, Any]] = [
    ("10.1", lambda p, t: 1 - 2 * (p * t).mean() / (p.mean() + t.mean())),
    ("10.1", lambda p, t: 1 - 2 * p[t].sum() / both(p, t)),
    ("10.1", lambda p, t: 1 - (2 * (p * t).sum() + 1e-6) / (both(p, t) + 1e-6)),
    ("10.1", lambda p, t: np.array([1 - 2 * (p * t).sum() / both(p, t)])),
    ("10.2", sees(field)),
    ("10.2", sees(lambda layers: float(by_steps(layers)))),
    ("10.2", lambda layers: list(sees(field)(layers))),
    ("10.2", lambda layers: np.array(sees(field)(layers))),
    ("10.2", lambda layers: dict(zip(("weights", "field"), sees(field)(layers), strict=True))),
    ("10.3", channel_by_channel),
    ("10.3", lambda x, m, v, training: channel_by_channel(x.astype(np.float32), m, v, training)),
    ("10.4", {"A", "C", "E"}),
    ("10.4", ["e", "c", "a"]),
    ("10.4", "ACE"),
    ("10.4", "A, C, E"),
    ("10.4", {"A": True, "B": False, "C": True, "E": True}),
]

WRONG: list[tuple[str, Any, str]] = [
    ("10.1", lambda p, t: 2 * (p * t).sum() / both(p, t), "Dice itself"),
    ("10.1", lambda p, t: -2 * (p * t).sum() / both(p, t), "minus Dice"),
    ("10.1", lambda p, t: 1 - (p * t).sum() / both(p, t), "counts twice"),
    ("10.1", lambda p, t: 1 - (p * t).sum() / (both(p, t) - (p * t).sum()), "1 − IoU"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).sum() / (both(p, t) - (p * t).sum()), "not their union"),
    ("10.1", lambda p, t: 1 - 2 * (p.round() * t).sum() / both(p.round(), t), "rounded"),
    ("10.1", lambda p, t: 1 - 2 * ((p > 0.5) & t).sum() / both(p, t), "rounded"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).sum() / both(p**2, t), "V-Net"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).mean() / both(p, t), "Above stands a mean"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).sum() / (p.mean() + t.mean()), "Below stand means"),
    ("10.1", lambda p, t: 1 - 2 * p.sum() * t.sum() / both(p, t), "pixel by pixel"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).sum() / p.sum() + t.sum(), "Parentheses"),
    ("10.1", lambda p, t: (1 - 2 * (p * t).sum()) / both(p, t), "Parentheses are too many"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).sum() / (p.size + t.size), "number of pixels"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).mean(), "number of pixels"),
    ("10.1", lambda p, t: 1 - 2 * p[t].sum() / p.sum(), "truth is missing"),
    ("10.1", lambda p, t: 1 - 2 * p[t].mean(), "probabilities are missing"),
    ("10.1", lambda p, t: 1 - p[t].mean(), "yes everywhere"),
    ("10.1", lambda p, t: 1 - p[t].sum() / p.sum(), "was missed costs nothing"),
    ("10.1", lambda p, t: (1 - 2 * p * t / (p + t)).mean(), "loss for each pixel"),
    ("10.1", lambda p, t: abs(p - t).mean(), "mean difference"),
    ("10.1", lambda p, t: ((p - t) ** 2).mean(), "squared differences"),
    ("10.1", lambda p, t: -(t * np.log(p) + ~t * np.log(1 - p)).mean(), "cross-entropy"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).max() / both(p, t), "largest was taken"),
    ("10.1", lambda p, t: 1 - 2 * (p * t).sum(axis=0) / both(p, t), "one number for all"),
    ("10.1", lambda p, t: 0.5, "always the same"),
    ("10.2", sees(lambda layers: by_steps(layers, first=0)), "begins with 0"),
    ("10.2", sees(lambda layers: by_steps(layers, before=True)), "acts on its own layer"),
    ("10.2", sees(lambda layers: by_steps([(k, 1) for k, _ in layers])), "strides are left out"),
    ("10.2", sees(lambda layers: by_steps(layers, less=0)), "kernel − 1, not kernel"),
    ("10.2", sees(lambda layers: by_steps(layers, 0, 0)), "kernel − 1, not kernel"),
    ("10.2", sees(lambda layers: sum(k for k, _ in layers)), "sum of the kernels"),
    ("10.2", sees(lambda layers: np.prod([k for k, _ in layers])), "kernels were multiplied"),
    ("10.2", sees(lambda layers: np.prod([s for _, s in layers])), "product of the strides"),
    ("10.2", sees(lambda layers: by_steps(layers[:1])), "inside the loop"),
    ("10.2", sees(lambda layers: by_steps(layers[:-1])), "ends one too early"),
    ("10.2", sees(lambda layers: by_steps(layers[1:])), "first layer is missing"),
    ("10.2", sees(lambda layers: by_steps(layers[::-1])), "goes backwards"),
    ("10.2", sees(lambda layers: field(layers[::-1])), "goes backwards"),
    ("10.2", sees(lambda layers: by_steps(layers) ** 2), "area"),
    ("10.2", sees(lambda layers: by_steps(layers) // 2), "to one side"),
    ("10.2", sees(lambda layers: by_steps(layers) + 1), "one too many"),
    ("10.2", sees(lambda layers: by_steps(layers) + 5), "too much"),
    ("10.2", sees(lambda layers: by_steps(layers) - 2), "Receptive field of [(3, 1)]: 1 is too little"),
    ("10.2", weighs(lambda k, s, ins, outs: k * k * ins * outs), "has one number more"),
    ("10.2", weighs(lambda k, s, ins, outs: k * k * ins * outs + ins), "not with each that comes in"),
    ("10.2", weighs(lambda k, s, ins, outs: (k * k + 1) * ins * outs), "for each window here"),
    ("10.2", weighs(lambda k, s, ins, outs: k * k * ins * outs + 1), "for each layer here"),
    ("10.2", weighs(lambda k, s, ins, outs: k * ins * outs + outs), "not kernel"),
    ("10.2", weighs(lambda k, s, ins, outs: 9 * ins * outs + outs), "Not every window is 3 × 3"),
    ("10.2", weighs(lambda k, s, ins, outs: ins * outs + outs), "windows are left out"),
    ("10.2", weighs(lambda k, s, ins, outs: k * k * outs + outs), "not one for all"),
    ("10.2", weighs(lambda k, s, ins, outs: k * k * (ins + outs) + outs), "added up here"),
    ("10.2", weighs(lambda k, s, ins, outs: (k * k * ins + 3) * outs), "normalisations are counted"),
    ("10.2", weighs(lambda k, s, ins, outs: (k * k * ins + 5) * outs), "normalisations are counted"),
    ("10.2", weighs(lambda k, s, ins, outs: s * (k * k * ins + 1) * outs), "Weights of [(7, 2, 3, 8)"),
    ("10.2", lambda layers: sees(field)(layers[:1]), "inside the loop"),
    ("10.2", lambda layers: (counted(layers[-1:]), 0), "each layer adds its own"),
    ("10.2", lambda layers: (counted(layers[:-1]), 0), "ends one too early"),
    ("10.2", lambda layers: sees(field)(layers)[::-1], "wrong way round"),
    ("10.2", lambda layers: (counted(layers) + 1, 0), "one too many"),
    ("10.2", lambda layers: counted(layers), "Two numbers"),
    ("10.2", lambda layers: (7, 7), "always the same"),
    ("10.2", lambda layers: [kernel for kernel, stride in layers], "stopped with ValueError"),
    ("10.3", lambda x, m, v, training: kept(x, m, v), "in training, too"),
    ("10.3", lambda x, m, v, training: own(x), "used always"),
    ("10.3", lambda x, m, v, training: kept(x, m, v) if training else own(x), "wrong way round"),
    ("10.3", in_training(lambda x: own(x, (2, 3))), "by itself"),
    ("10.3", in_training(lambda x: own(x, (1, 2, 3))), "all channels of a picture"),
    ("10.3", in_training(lambda x: own(x, None)), "one mean for all"),
    ("10.3", in_training(lambda x: own(x, 0)), "each place"),
    ("10.3", in_training(lambda x: own(x, 1)), "over the channels"),
    ("10.3", in_training(lambda x: own(x, ddof=1)), "n − 1"),
    ("10.3", lambda x, m, v, training: (x - m) / np.sqrt(v + 1e-5), "last axis"),
    ("10.3", in_training(lambda x: (x - x.mean((0, 2, 3))) / x.std((0, 2, 3))), "keepdims"),
    ("10.3", in_training(lambda x: (x - over(x, "mean")) / np.sqrt(over(x, "std") + 1e-5)), "deviation"),
    ("10.3", along_the_last, "channels are axis 1"),
    ("10.3", lambda x, m, v, training: own(x, eps=0) if training else kept(x, m, v, 0), "beneath the root"),
    ("10.3", lambda x, m, v, training: x, "values are not"),
    ("10.3", lambda x, m, v, training: x[0], "shape"),
    ("10.4", {"A", "E"}, "frame looks like"),
    ("10.4", {"C", "E"}, "Squares of one photo"),
    ("10.4", {"A", "C"}, "best of fifty"),
    ("10.4", {"A", "B", "C", "E"}, "B keeps each photo"),
    ("10.4", {"A", "C", "D", "E"}, "no patient"),
    ("10.4", {"A", "C", "E", "F"}, "taken off"),
    ("10.4", {"B", "D", "F"}, "the sound plans"),
    ("10.4", {"A", "G"}, "no G"),
    ("10.4", 3, "set of letters"),
]
