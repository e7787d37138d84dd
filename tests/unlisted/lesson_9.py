"""Wrong answers to lesson 9."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage
from skimage.feature import peak_local_max


def variance(n0: Any, n1: Any, m0: Any, m1: Any) -> Any:
    return n0 * n1 * (m0 - m1) ** 2


def scores(counts: Any, score: Any = variance, first: int = 0, upto: int = 1) -> list[float]:
    """As a student would write it, with the two places where one goes wrong."""
    b = np.arange(len(counts))
    told = []
    for t in range(first, len(counts)):
        dark, bright = slice(None, t + upto), slice(t + upto, None)
        n0, n1 = counts[dark].sum(), counts[bright].sum()
        if n0 == 0 or n1 == 0:
            told.append(0.0)
            continue
        m0, m1 = (b * counts)[dark].sum() / n0, (b * counts)[bright].sum() / n1
        told.append(float(score(n0, n1, m0, m1)))
    return told


def right(counts: Any) -> int:
    return int(np.argmax(scores(counts)))


def normalised(counts: Any) -> Any:
    return max(scores(counts)) / counts.sum() ** 2


def mean_of_counts(counts: Any) -> int:
    told = []
    for t in range(len(counts) - 1):
        dark, bright = counts[: t + 1], counts[t + 1 :]
        told.append(dark.sum() * bright.sum() * (dark.mean() - bright.mean()) ** 2)
    return int(np.argmax(told))


def valley(counts: Any) -> int:
    first, second = sorted(np.argsort(counts)[-2:])
    return int(first + counts[first : second + 1].argmin())


def distance(mask: Any) -> Any:
    return ndimage.distance_transform_edt(mask)


def number(places: Any) -> Any:
    return ndimage.label(places)[0]


def local(mask: Any, size: int = 15) -> Any:
    return distance(mask) == ndimage.maximum_filter(distance(mask), size)


def with_background(mask: Any) -> Any:
    return number(mask & local(mask)) + (~mask) * 99


def places(mask: Any) -> Any:
    return peak_local_max(distance(mask), min_distance=7)


def swapped(mask: Any) -> Any:
    seeds = np.zeros(mask.shape[::-1], int)
    for k, (row, column) in enumerate(places(mask), 1):
        seeds[column, row] = k
    return seeds


good = {"coin": "threshold", "cup": "grabcut", "helmet": "sam"}

UNLISTED = [
    ("9.1", "first of the bright group", "first|bright group|last one", lambda c: right(c) + 1),
    ("9.1", "t itself left out", "t out|last one|first", lambda c: int(np.argmax(scores(c, upto=0)))),
    (
        "9.1",
        "thresholds from 1, index returned",
        "begin|one too low",
        lambda c: int(np.argmax(scores(c, first=1))),
    ),
    ("9.1", "the largest value", "value itself|at which", lambda c: max(scores(c))),
    ("9.1", "the largest value, as a variance", "value|at which|brightness", normalised),
    ("9.1", "sizes left out", "size", lambda c: int(np.argmax(scores(c, lambda a, b, m, n: (m - n) ** 2)))),
    (
        "9.1",
        "not squared",
        "square",
        lambda c: int(np.argmax(scores(c, lambda a, b, m, n: a * b * abs(m - n)))),
    ),
    (
        "9.1",
        "not squared, and negative",
        "square|negative",
        lambda c: int(np.argmax(scores(c, lambda a, b, m, n: a * b * (m - n)))),
    ),
    (
        "9.1",
        "means left out",
        "means|distance",
        lambda c: int(np.argmax(scores(c, lambda a, b, m, n: a * b))),
    ),
    ("9.1", "means of counts", "counts", mean_of_counts),
    ("9.1", "most frequent", "frequent|hill|top", lambda c: int(c.argmax())),
    ("9.1", "rarest", "rarest|emptiest|valley", lambda c: int(c.argmin())),
    ("9.1", "valley between the two highest", "valley", valley),
    ("9.1", "mean brightness", "mean bright", lambda c: round((c * np.arange(len(c))).sum() / c.sum())),
    ("9.1", "mean brightness, exact", "mean bright", lambda c: (c * np.arange(len(c))).sum() / c.sum()),
    ("9.1", "median", "median|half", lambda c: int(np.searchsorted(c.cumsum(), c.sum() / 2))),
    ("9.1", "half of the scale", "middle of|whatever", lambda c: len(c) // 2),
    ("9.1", "smallest", "smallest|argmin|largest is asked", lambda c: int(np.argmin(scores(c)[:-1]))),
    ("9.1", "the count there", "how many", lambda c: int(c[right(c)])),
    ("9.1", "mean of the counts", "mean|how many|brightness", lambda c: c.mean()),
    ("9.1", "all values", "One number", lambda c: scores(c)),
    ("9.1", "a mask", "One number", lambda c: np.arange(len(c)) > right(c)),
    ("9.1", "nothing returned", "return", lambda c: None),
    ("9.1", "the number alone", "function", 107),
    ("9.2", "pieces numbered", "pieces|touch", number),
    ("9.2", "booleans", "number them|number", lambda m: m & local(m)),
    ("9.2", "both things of label", r"two things|\[0\]", lambda m: ndimage.label(m & local(m))),
    ("9.2", "background among the peaks", "background", lambda m: number(local(m))),
    (
        "9.2",
        "a share of the largest distance",
        "no seed|small",
        lambda m: number(distance(m) > 0.7 * distance(m).max()),
    ),
    (
        "9.2",
        "half of the largest distance",
        "no seed|small|same number",
        lambda m: number(distance(m) > 0.5 * distance(m).max()),
    ),
    (
        "9.2",
        "eroded too little",
        "same number|reach",
        lambda m: number(ndimage.binary_erosion(m, iterations=3)),
    ),
    ("9.2", "eroded too much", "no seed|small", lambda m: number(ndimage.binary_erosion(m, iterations=16))),
    ("9.2", "neighbourhood too large", "no seed|nearby", lambda m: number(m & local(m, 61))),
    (
        "9.2",
        "the highest of all",
        "of its own|one place|no seed",
        lambda m: number(distance(m) == distance(m).max()),
    ),
    ("9.2", "places", "place|array as large", places),
    ("9.2", "the distance", "distance itself", distance),
    ("9.2", "all 1", "own|number", lambda m: (m & local(m)).astype(int)),
    ("9.2", "background as a seed", "outside", with_background),
    ("9.2", "rows and columns swapped", "as large as|shape|swapped", swapped),
    ("9.2", "the mask", "0 and 1|same number", lambda m: m.astype(np.uint8)),
    ("9.2", "inside out", "background|outside", lambda m: number(~m)),
    ("9.2", "every pixel its own", "several", lambda m: np.arange(m.size).reshape(m.shape) * m),
    ("9.2", "how many", "array", lambda m: ndimage.label(m & local(m))[1]),
    ("9.2", "the lesson's grains alone", "function", number(np.eye(5))),
    ("9.3", "always SAM", "cheaper", dict.fromkeys(good, "sam")),
    ("9.3", "always the threshold", "not reach", dict.fromkeys(good, "threshold")),
    ("9.3", "always GrabCut", "cheaper|not reach", dict.fromkeys(good, "grabcut")),
    ("9.3", "GrabCut is near enough", "not reach", {**good, "helmet": "grabcut"}),
    ("9.3", "the best for the coin", "cheaper", {**good, "coin": "sam"}),
    ("9.3", "the best for the cup", "cheaper", {**good, "cup": "sam"}),
    ("9.3", "one missing", "no tool for|missing", {"coin": "threshold", "cup": "grabcut"}),
    ("9.3", "the function", "text|name", {**good, "coin": number}),
    ("9.3", "measured values", "number|name the tool", {"coin": 0.98, "cup": 0.92, "helmet": 0.95}),
    ("9.3", "a list", "dictionary", ["threshold", "grabcut", "sam"]),
    (
        "9.3",
        "the other way round",
        "no tool for|dictionary",
        {"threshold": "coin", "grabcut": "cup", "sam": "helmet"},
    ),
    ("9.3", "k-means", "three tools", {**good, "coin": "k-means"}),
]
