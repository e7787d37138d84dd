"""Wrong answers to lesson 14."""

from __future__ import annotations

from typing import Any

import numpy as np


def ends(values: Any, low: float = 2.5, high: float = 97.5) -> Any:
    return np.percentile(values, [low, high])


def drawn(ious: Any, picks: Any) -> Any:
    return ious[picks].mean(axis=1)


def first_good(ious: Any, least: float, never: Any, more: int = 1, at_least: bool = True) -> Any:
    good = ious >= least if at_least else ious > least
    return np.where(good.any(1), good.argmax(1) + more, never)


def normal(ious: Any, picks: Any) -> Any:
    means = drawn(ious, picks)
    return means.mean() - 1.96 * means.std(), means.mean() + 1.96 * means.std()


UNLISTED = [
    ("14.1", "5 and 95", "2.5|95|90|five", lambda i, p: ends(drawn(i, p), 5, 95)),
    (
        "14.1",
        "0.025 and 0.975",
        "per cent|0.025|percentile|100|quantile",
        lambda i, p: ends(drawn(i, p), 0.025, 0.975),
    ),
    ("14.1", "0 and 95", "both|2.5|lower|end|side", lambda i, p: ends(drawn(i, p), 0, 95)),
    ("14.1", "of the numbers themselves", "mean|objects|draw", lambda i, p: ends(i)),
    ("14.1", "of all drawn, no means", "mean|each draw|row", lambda i, p: ends(i[p])),
    ("14.1", "mean over the wrong axis", "axis|row|draw|column", lambda i, p: ends(i[p].mean(axis=0))),
    ("14.1", "medians", "median|mean", lambda i, p: ends(np.median(i[p], axis=1))),
    ("14.1", "1.96 deviations", "deviation|1.96|percentile|normal|symmetric", normal),
    (
        "14.1",
        "least and most",
        "least|most|smallest|extreme|2.5",
        lambda i, p: (drawn(i, p).min(), drawn(i, p).max()),
    ),
    ("14.1", "the upper first", "lower|order|first|swap", lambda i, p: ends(drawn(i, p))[::-1]),
    ("14.1", "its width", "two|ends|width", lambda i, p: float(np.ptp(ends(drawn(i, p))))),
    (
        "14.1",
        "draws of its own",
        "picks|drawn|own|again",
        lambda i, p: ends(np.random.default_rng(1).choice(i, p.shape).mean(1)),
    ),
    ("14.1", "sums", "mean|sum", lambda i, p: ends(i[p].sum(axis=1))),
    ("14.2", "counts from 0", "1|first|from 0", lambda i, least: first_good(i, least, i.shape[1], 0).mean()),
    ("14.2", "never is 1 click", "never|K", lambda i, least: ((i >= least).argmax(1) + 1).mean()),
    (
        "14.2",
        "never is K + 1",
        "never|K|one more",
        lambda i, least: first_good(i, least, i.shape[1] + 1).mean(),
    ),
    (
        "14.2",
        "never left out",
        "never|left|K|out",
        lambda i, least: first_good(i, least, np.nan)[(i >= least).any(1)].mean(),
    ),
    ("14.2", "never counts 0", "never|K|0", lambda i, least: first_good(i, least, 0).mean()),
    (
        "14.2",
        "more than, not at least",
        "at least|equal|just|>=",
        lambda i, least: first_good(i, least, i.shape[1], 1, False).mean(),
    ),
    ("14.2", "median", "median|mean|average", lambda i, least: np.median(first_good(i, least, i.shape[1]))),
    ("14.2", "for each object", "mean|average|one number", lambda i, least: first_good(i, least, i.shape[1])),
    ("14.2", "how many are good", "first|until|count|clicks", lambda i, least: (i >= least).sum(1).mean()),
    (
        "14.2",
        "last time",
        "first|last",
        lambda i, least: (i.shape[1] - (i >= least)[:, ::-1].argmax(1)).mean(),
    ),
    (
        "14.2",
        "of the mean curve",
        "object|mean|each|average",
        lambda i, least: float(first_good(i.mean(0)[None], least, i.shape[1])[0]),
    ),
    ("14.2", "share that reaches it", "clicks|share|number", lambda i, least: (i >= least).any(1).mean()),
    ("14.3", "equal counts nothing", "equal|half|tie", lambda a, b: np.mean(b > a)),
    ("14.3", "equal counts whole", "equal|half|tie", lambda a, b: np.mean(b >= a)),
    ("14.3", "the first is better", "second|first|round", lambda a, b: np.mean(a > b) + np.mean(a == b) / 2),
    ("14.3", "a count", "share|count|divid", lambda a, b: np.sum(b > a) + np.sum(a == b) / 2),
    ("14.3", "mean difference", "differ|how much|share|often", lambda a, b: np.mean(b - a)),
    ("14.3", "which mean is higher", "mean|object|pair|each", lambda a, b: float(b.mean() > a.mean())),
    ("14.3", "equal left out", "equal|half|left", lambda a, b: np.mean(b[a != b] > a[a != b])),
    (
        "14.3",
        "all pairs",
        "same object|pair|each|own",
        lambda a, b: (b[:, None] > a).mean() + (b[:, None] == a).mean() / 2,
    ),
    ("14.3", "for each object", "one number|share|mean", lambda a, b: b > a),
    (
        "14.3",
        "nearly equal is equal",
        "equal|close|near|differ|exact",
        lambda a, b: np.mean(b > a + 0.05) + np.mean(np.abs(a - b) <= 0.05) / 2,
    ),
]
