"""Wrong answers to lesson 10."""

from __future__ import annotations

from typing import Any

import numpy as np


def field(layers: Any, start: int = 1, before: bool = False) -> int:
    """As a student would write it: the step may be updated before it is used."""
    total, step = start, 1
    for kernel, stride in layers:
        if before:
            step *= stride
        total += (kernel - 1) * step
        if not before:
            step *= stride
    return total


def whole_kernels(layers: Any) -> int:
    total, step = 1, 1
    for kernel, stride in layers:
        total += kernel * step
        step *= stride
    return total


def added_steps(layers: Any) -> int:
    total, step = 1, 1
    for kernel, stride in layers:
        total += (kernel - 1) * step
        step += stride
    return total


def only_last_stride(layers: Any) -> int:
    total, step = 1, 1
    for kernel, stride in layers:
        total += (kernel - 1) * step
        step = stride
    return total


def returned_inside(layers: Any) -> Any:
    total, step = 1, 1
    for kernel, stride in layers:
        total += (kernel - 1) * step
        step *= stride
        return total
    return total


def backwards(layers: Any) -> int:
    total = 1
    for kernel, stride in layers:
        total = total * stride + kernel - stride
    return total


def norm(x: Any, m: Any, v: Any, eps: float = 1e-5) -> Any:
    m, v = np.reshape(m, (1, -1, 1, 1)), np.reshape(v, (1, -1, 1, 1))
    return (x - m) / np.sqrt(v + eps)


def own(x: Any, axis: Any = (0, 2, 3), **named: Any) -> Any:
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True, **named) + 1e-5)


def along_last(x: Any, m: Any, v: Any, training: bool) -> Any:
    if training:
        return (x - x.mean((0, 2, 3))) / np.sqrt(x.var((0, 2, 3)) + 1e-5)
    return norm(x, m, v)


def sees(makes: Any) -> Any:
    """Weights that are right, beside what `makes` makes of kernels and strides: 10.2 asks for both by now."""
    return lambda layers: (
        sum((k * k * inputs + 1) * outputs for k, _, inputs, outputs in layers),
        makes([layer[:2] for layer in layers]),
    )


UNLISTED: list[tuple[str, str, str, Any]] = [
    (
        "10.1",
        "Dice, not the loss",
        "1 −|Dice itself|loss",
        lambda p, t: 2 * (p * t).sum() / (p.sum() + t.sum()),
    ),
    ("10.1", "the 2 is missing", "twice|double|2", lambda p, t: 1 - (p * t).sum() / (p.sum() + t.sum())),
    ("10.1", "IoU", "IoU|union", lambda p, t: 1 - (p * t).sum() / (p.sum() + t.sum() - (p * t).sum())),
    (
        "10.1",
        "both rounded",
        "round|threshold|yes or no",
        lambda p, t: 1 - 2 * ((p > 0.5) & t).sum() / ((p > 0.5).sum() + t.sum()),
    ),
    (
        "10.1",
        "what they share rounded",
        "round|threshold|yes or no",
        lambda p, t: 1 - 2 * (p.round() * t).sum() / (p.sum() + t.sum()),
    ),
    ("10.1", "V-Net's squares", "square", lambda p, t: 1 - 2 * (p * t).sum() / ((p**2).sum() + t.sum())),
    ("10.1", "mean above, sum below", "mean|sum", lambda p, t: 1 - 2 * (p * t).mean() / (p.sum() + t.sum())),
    (
        "10.1",
        "product of the sums",
        "product|pixel by pixel",
        lambda p, t: 1 - 2 * p.sum() * t.sum() / (p.sum() + t.sum()),
    ),
    ("10.1", "minus Dice", "1 −|negative|minus", lambda p, t: -2 * (p * t).sum() / (p.sum() + t.sum())),
    ("10.1", "for each pixel", "one number|each pixel", lambda p, t: 1 - 2 * p * t / (p + t)),
    ("10.1", "mean over pixels", "each pixel|mean", lambda p, t: (1 - 2 * p * t / (p + t + 1e-9)).mean()),
    ("10.1", "mean difference", "difference", lambda p, t: np.abs(p - t).mean()),
    ("10.1", "parentheses", "parenthes|divisor|both", lambda p, t: 1 - 2 * (p * t).sum() / p.sum() + t.sum()),
    ("10.1", "over all pixels", "pixels|sum of both", lambda p, t: 1 - 2 * (p * t).sum() / p.size),
    ("10.1", "over either", "union|either|both", lambda p, t: 1 - 2 * (p * t).sum() / (p + t > 0).sum()),
    ("10.2", "begins with 0", "1|begin", sees(lambda layers: field(layers, 0))),
    ("10.2", "step before", "before|order", sees(lambda layers: field(layers, before=True))),
    ("10.2", "strides left out", "stride", sees(lambda layers: field([(kernel, 1) for kernel, _ in layers]))),
    ("10.2", "sum of kernels", "sum|kernel", sees(lambda layers: sum(kernel for kernel, _ in layers))),
    (
        "10.2",
        "product of kernels",
        "product|multipl",
        sees(lambda layers: int(np.prod([kernel for kernel, _ in layers]))),
    ),
    ("10.2", "whole kernels", "− 1|minus|kernel", sees(whole_kernels)),
    ("10.2", "steps added", "multipl|times|add", sees(added_steps)),
    ("10.2", "last stride alone", "last|all|before", sees(only_last_stride)),
    ("10.2", "returned too early", "first layer|return|loop", sees(returned_inside)),
    ("10.2", "backwards", "order|backward|from the photo|end", sees(backwards)),
    ("10.2", "the step", "stride|step", sees(lambda layers: int(np.prod([stride for _, stride in layers])))),
    ("10.2", "area", "squared|in a row|area", sees(lambda layers: field(layers) ** 2)),
    ("10.3", "always those kept", "training|kept", lambda x, m, v, training: norm(x, m, v)),
    ("10.3", "always the batch's own", "training|own|kept", lambda x, m, v, training: own(x)),
    (
        "10.3",
        "the wrong way round",
        "swap|way round|other way",
        lambda x, m, v, training: norm(x, m, v) if training else own(x),
    ),
    (
        "10.3",
        "each picture by itself",
        "picture|batch",
        lambda x, m, v, training: own(x, (2, 3)) if training else norm(x, m, v),
    ),
    (
        "10.3",
        "across channels",
        "channel",
        lambda x, m, v, training: own(x, (1, 2, 3)) if training else norm(x, m, v),
    ),
    (
        "10.3",
        "one mean for all",
        "channel|all",
        lambda x, m, v, training: own(x, None) if training else norm(x, m, v),
    ),
    (
        "10.3",
        "each place by itself",
        "place|axis|axes|picture",
        lambda x, m, v, training: own(x, 0) if training else norm(x, m, v),
    ),
    (
        "10.3",
        "divided by n − 1",
        "n − 1|ddof",
        lambda x, m, v, training: own(x, ddof=1) if training else norm(x, m, v),
    ),
    (
        "10.3",
        "along the last axis",
        "axis|shape|channel",
        lambda x, m, v, training: (x - m) / np.sqrt(v + 1e-5),
    ),
    ("10.3", "own along the last axis", "axis|shape|channel", along_last),
    (
        "10.3",
        "own mean, kept variance",
        "variance",
        lambda x, m, v, training: norm(x, m, v) * 1.0 if not training else norm(x, x.mean((0, 2, 3)), v),
    ),
    (
        "10.3",
        "mean not taken off",
        "mean",
        lambda x, m, v, training: own(x) if training else norm(x, 0 * m, v),
    ),
    (
        "10.3",
        "variance squared",
        "root|deviation",
        lambda x, m, v, training: own(x) if training else norm(x, m, v**2),
    ),
    (
        "10.3",
        "not divided",
        "divid",
        lambda x, m, v, training: own(x) if training else norm(x, m, v, 0) * np.sqrt(v).reshape(1, -1, 1, 1),
    ),
    ("10.4", "only A", "C|E|frame|step", {"A"}),
    ("10.4", "without E", "E|step|best", {"A", "C"}),
    ("10.4", "without C", "C|frame", {"A", "E"}),
    ("10.4", "B too", "B|photo", {"A", "B", "C", "E"}),
    ("10.4", "D too", "D|patient", {"A", "C", "D", "E"}),
    ("10.4", "F too", "F|mean|brightness", {"A", "C", "E", "F"}),
    ("10.4", "the sound ones", "wrong way|other way|A|sound", {"B", "D", "F"}),
    ("10.4", "all", "B|D|F", set("ABCDEF")),
    ("10.4", "none", "A|C|E", set()),
    ("10.4", "the example", "example|F|C", {"A", "F"}),
    ("10.4", "without A", "A|squares", {"C", "E"}),
]
