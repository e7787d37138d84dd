"""Wrong answers to lesson 10."""

from __future__ import annotations

from typing import Any

import numpy as np


def dice(p: Any, t: Any) -> Any:
    return 2 * (p * t).sum() / (p.sum() + t.sum())


def field(layers: Any, add: Any, grow: Any, field: int = 1, step: int = 1) -> int:
    for kernel, stride in layers:
        field += add(kernel, stride, step)
        step = grow(step, stride)
    return field


def multiplied(layers: Any) -> int:
    seen = 1
    for kernel, stride in layers:
        seen *= kernel * stride
    return seen


def after_stride(layers: Any) -> int:
    seen, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        seen += (kernel - 1) * step
    return seen


def normal(x: Any, mean: Any, variance: Any, spread: Any) -> Any:
    return (x - mean[:, None, None]) / spread(variance)[:, None, None]


def root(variance: Any) -> Any:
    return np.sqrt(variance + 1e-5)


def per_photo(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    if not training:
        return normal(x, mean, variance, root)
    return (x - x.mean((2, 3), keepdims=True)) / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5)


def all_channels(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5) if training else normal(x, mean, variance, root)


def swapped(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    return by_batch(x) if not training else normal(x, mean, variance, root)


def by_batch(x: Any, spread: Any = root) -> Any:
    return normal(x, x.mean((0, 2, 3)), x.var((0, 2, 3)), spread)


def blended(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    if training:
        mean, variance = 0.9 * mean + 0.1 * x.mean((0, 2, 3)), 0.9 * variance + 0.1 * x.var((0, 2, 3))
    return normal(x, mean, variance, root)


def only_mean(x: Any, mean: Any, variance: Any, training: bool) -> Any:
    return x - (x.mean((0, 2, 3)) if training else mean)[:, None, None]


def sees(makes: Any) -> Any:
    """Weights that are right, beside what `makes` makes of kernels and strides: 10.2 asks for both by now."""
    return lambda layers: (
        sum((k * k * inputs + 1) * outputs for k, _, inputs, outputs in layers),
        makes([layer[:2] for layer in layers]),
    )


UNLISTED = [
    ("10.1", "the coefficient, not the loss", "1 minus|loss|1 −|coefficient|falls|rises", dice),
    ("10.1", "IoU", "IoU|union|twice|share", lambda p, t: 1 - (p * t).sum() / (p + t - p * t).sum()),
    ("10.1", "without twice", "twice|2|double", lambda p, t: 1 - (p * t).sum() / (p.sum() + t.sum())),
    ("10.1", "rounded", "round|0.5|yes|threshold", lambda p, t: 1 - dice((p > 0.5) * 1.0, t)),
    ("10.1", "cross-entropy", "cross|log|Dice", lambda p, t: -np.log(np.where(t, p, 1 - p) + 1e-9).mean()),
    ("10.1", "squares below", "square", lambda p, t: 1 - 2 * (p * t).sum() / ((p**2).sum() + t.sum())),
    ("10.1", "mean distance", "distance|differ|share", lambda p, t: np.abs(p - t).mean()),
    ("10.1", "a mean for one sum", "mean|sum", lambda p, t: 1 - 2 * (p * t).mean() / (p.sum() + t.sum())),
    ("10.1", "for each pixel", "one number|pixel|sum", lambda p, t: 1 - 2 * p * t / (p + t + 1e-9)),
    ("10.2", "kernels added", "step|stride|minus|− 1", sees(lambda layers: sum(k for k, _ in layers))),
    (
        "10.2",
        "begins at 0",
        "1|single|begin",
        sees(lambda layers: field(layers, lambda k, s, step: (k - 1) * step, lambda a, b: a * b, 0)),
    ),
    ("10.2", "strides forgotten", "step|stride|halv", sees(lambda layers: 1 + sum(k - 1 for k, _ in layers))),
    ("10.2", "stride before", "before|after|own", sees(after_stride)),
    (
        "10.2",
        "kernel not less one",
        "1|minus|kernel",
        sees(lambda layers: field(layers, lambda k, s, step: k * step, lambda a, b: a * b)),
    ),
    (
        "10.2",
        "strides added",
        "times|multipl|add",
        sees(lambda layers: field(layers, lambda k, s, step: (k - 1) * step, lambda a, b: a + b)),
    ),
    ("10.2", "all multiplied", "add|multipl|grow", sees(multiplied)),
    (
        "10.2",
        "area",
        "row|square|area",
        sees(lambda layers: field(layers, lambda k, s, step: (k - 1) * step, lambda a, b: a * b) ** 2),
    ),
    (
        "10.2",
        "only the stride",
        "kernel|stride|step",
        sees(lambda layers: int(np.prod([s for _, s in layers]))),
    ),
    ("10.3", "always the kept ones", "training|batch", lambda x, m, v, training: normal(x, m, v, root)),
    ("10.3", "always the batch's", "kept|training|eval", lambda x, m, v, training: by_batch(x)),
    ("10.3", "the other way round", "round|training|swap", swapped),
    ("10.3", "each photo alone", "batch|photo|N", per_photo),
    ("10.3", "one mean for all channels", "channel", all_channels),
    (
        "10.3",
        "no root",
        "root|variance|deviation",
        lambda x, m, v, training: (
            by_batch(x, lambda s: s + 1e-5) if training else normal(x, m, v, lambda s: s + 1e-5)
        ),
    ),
    ("10.3", "running mean in training", "running|blend|batch|kept", blended),
    ("10.3", "not divided", "divide|deviation|root", only_mean),
    ("10.4", "the honest ones", "other|honest|clean|round|leak", {"B", "D", "F"}),
    ("10.4", "all", "B|D|F|clean|nothing|not", {"A", "B", "C", "D", "E", "F"}),
    ("10.4", "F too", "F|mean", {"A", "C", "E", "F"}),
    ("10.4", "without E", "E|step|best", {"A", "C"}),
    ("10.4", "without C", "C|video|frame", {"A", "E"}),
    ("10.4", "B for A", "B|A|square|photo", {"B", "C", "E"}),
    ("10.4", "D too", "D|patient", {"A", "C", "D", "E"}),
]
