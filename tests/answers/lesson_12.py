"""Answers to the exercises of lesson 12: calibration error, temperature, silence, what breaks whom."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_softmax

TEMPERATURES = np.arange(5, 51) / 10


def by_a_loop(said: Any, true: Any) -> float:
    error = 0.0
    for k in range(10):
        inside = [i for i, one in enumerate(said) if min(int(one * 10), 9) == k]
        if inside:
            error += abs(sum(said[i] for i in inside) - sum(true[i] for i in inside))
    return error / len(said)


def by_histograms(said: Any, true: Any) -> Any:
    """Without a division by the bins' sizes, which cancel."""
    edges = np.linspace(0, 1, 11)
    sums, came = (np.histogram(said, edges, weights=values)[0] for values in (said, true.astype(float)))
    return np.abs(sums - came).sum() / said.size


def by_log_softmax(logits: Any, classes: Any) -> Any:
    rows = np.arange(len(classes))
    losses = [-log_softmax(logits / t, axis=1)[rows, classes].sum() for t in TEMPERATURES]
    return TEMPERATURES[int(np.argmin(losses))]


def in_bits(logits: Any, classes: Any) -> float:
    best, at = np.inf, 0.0
    for t in TEMPERATURES.tolist():
        raised = np.exp(logits / t)
        given = raised[np.arange(len(classes)), classes] / raised.sum(axis=1)
        if -np.log2(given).mean() < best:
            best, at = -np.log2(given).mean(), t
    return at


def by_costs(said: Any, price: float) -> Any:
    costs = np.stack([said, 1 - said, np.full(said.shape, price)])  # of 0, of 1, of silence
    return np.array([0, 1, -1])[costs.argmin(axis=0)]


def by_conditions(said: Any, price: float) -> Any:
    price = min(price, 0.5)
    return np.where(said >= 1 - price, 1, np.where(said <= price, 0, -1)).astype(np.int8)


def by_strict_conditions(said: Any, price: float) -> Any:
    price = min(price, 0.5)
    return np.where(said > 1 - price, 1, np.where(said < price, 0, -1))


def by_one_number(said: Any, price: float) -> Any:
    return 1 if said > 1 - price else 0 if said < price else -1


BREAKS = {"noise": "sam", "blur": "sam", "dark": "deeplab"}

RIGHT: list[tuple[str, Any]] = [
    ("12.1", by_a_loop),
    ("12.1", by_histograms),
    ("12.1", lambda said, true: round(by_a_loop(said, true), 4)),
    ("12.2", by_log_softmax),
    ("12.2", in_bits),
    ("12.3", by_costs),
    ("12.3", by_conditions),
    ("12.3", by_strict_conditions),  # at a tie either answer is cheapest
    ("12.3", lambda said, price: by_costs(said, price).astype(float)),
    ("12.4", BREAKS),
    ("12.4", {"dark": "DeepLab", "blur": " SAM", "noise": "sam"}),
]

WRONG: list[tuple[str, Any, str]] = [
    ("12.1", lambda said, true: abs(said.mean() - true.mean()), "whole photo at once"),
    ("12.1", lambda said, true: abs(said - true).mean(), "pixel by pixel"),
    ("12.1", lambda said, true: 100 * by_a_loop(said, true), "percent"),
    ("12.1", lambda said, true: float("nan"), "without pixels"),
    ("12.1", lambda said, true: 0.2, "always the same"),
    ("12.1", 0.05, "A function"),
    ("12.2", lambda logits, classes: 1 / in_bits(logits, classes), "1 / T"),
    ("12.2", lambda logits, classes: 0.5, "first temperature"),
    ("12.2", lambda logits, classes: 5, "last temperature"),
    ("12.2", lambda logits, classes: 1, "as they are"),
    ("12.2", lambda logits, classes: 2.5, "always the same"),
    ("12.2", 1.5, "A function"),
    ("12.3", lambda said, price: (said > 0.5).astype(int), "ever left unsaid"),
    ("12.3", lambda said, price: said > 0.5, "truth values"),
    ("12.3", lambda said, price: np.where(said > 1 - price, 1, np.nan), "not as nan"),
    ("12.3", lambda said, price: by_costs(said, price).ravel()[:3], "shape of what was given"),
    ("12.3", lambda said, price: by_costs(said, price / 2), "not the cheapest"),
    ("12.3", lambda said, price: np.where(said > 1 - price, 1, np.where(said < price, 0, -1)), "likelier"),
    ("12.3", by_one_number, "`np.where`"),
    ("12.3", lambda said, price: 1, "An array"),
    ("12.4", {**BREAKS, "dark": "sam"}, "By dark sam loses less"),
    ("12.4", dict.fromkeys(BREAKS, "deeplab"), "astronaut"),
    ("12.4", {"noise": "deeplab", "blur": "deeplab", "dark": "sam"}, "other way round"),
    ("12.4", {"noise": "sam"}, "named for blur"),
    ("12.4", {**BREAKS, "blur": "both"}, "as text"),
    ("12.4", ["sam", "sam", "deeplab"], "A dictionary"),
]
