"""Answers to the exercises of lesson 9: a threshold by hand, seeds for what touches, the cheapest tool."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed


def by_a_loop(counts: Any) -> int:
    best, at = -1.0, 0
    for t in range(len(counts)):
        dark = [b for b in range(t + 1) for _ in range(counts[b])]
        bright = [b for b in range(t + 1, len(counts)) for _ in range(counts[b])]
        if dark and bright:
            apart = len(dark) * len(bright) * (np.mean(dark) - np.mean(bright)) ** 2
            if apart > best:
                best, at = apart, t
    return at


def by_cumulative_sums(counts: Any) -> Any:
    b = np.arange(len(counts))
    n0, sums = counts.cumsum(), (counts * b).cumsum()
    n1 = n0[-1] - n0
    with np.errstate(all="ignore"):
        score = n0 * n1 * (sums / n0 - (sums[-1] - sums) / n1) ** 2
    return np.nanargmax(score)


def within(counts: Any) -> int:
    """By the sum of the groups' variances, which is smallest there."""
    each = np.repeat(np.arange(len(counts)), counts)
    tried = range(each.min(), each.max())
    sums = [sum(one.var() * len(one) for one in (each[each <= t], each[each > t])) for t in tried]
    return tried[int(np.argmin(sums))]


def distance(mask: Any) -> Any:
    return ndimage.distance_transform_edt(mask)


def peaks(mask: Any, around: int = 15) -> Any:
    return mask & (distance(mask) == ndimage.maximum_filter(distance(mask), around))


def numbered(places: Any) -> Any:
    return ndimage.label(places)[0]


def by_peak_local_max(mask: Any) -> Any:
    seeds = np.zeros(mask.shape, np.int32)
    for number, place in enumerate(peak_local_max(distance(mask), min_distance=7, exclude_border=False), 1):
        seeds[tuple(place)] = 10 * number
    return seeds


def ragged(mask: Any) -> Any:
    """Several seeds in each grain."""
    seeds = np.zeros(mask.shape, int)
    places = np.argwhere(mask)[::7]
    seeds[tuple(places.T)] = np.arange(1, len(places) + 1)
    return seeds


def at_edges(mask: Any) -> Any:
    """The right seeds, and some more where grains end."""
    seeds = numbered(peaks(mask))
    edge = np.argwhere((distance(mask) == 1) & (seeds == 0))[:3]
    seeds[tuple(edge.T)] = seeds.max() + np.arange(1, len(edge) + 1)
    return seeds


ENOUGH = {"coin": "threshold", "cup": "grabcut", "helmet": "sam"}

RIGHT: list[tuple[str, Any]] = [
    ("9.1", by_a_loop),
    ("9.1", by_cumulative_sums),
    ("9.1", within),
    ("9.1", lambda counts: threshold_otsu(hist=(counts, np.arange(len(counts))))),
    ("9.2", lambda mask: numbered(peaks(mask))),
    ("9.2", lambda mask: numbered(peaks(mask, 11)).astype(np.float32)),
    ("9.2", by_peak_local_max),
    ("9.2", lambda mask: watershed(-distance(mask), numbered(peaks(mask)), mask=mask)),
    ("9.3", ENOUGH),
    ("9.3", {**ENOUGH, "coin": "Threshold ", "cat": "sam"}),
    ("9.3", {**ENOUGH, "coin": "otsu"}),
]

WRONG: list[tuple[str, Any, str]] = [
    ("9.1", threshold_otsu, "taken for brightnesses"),
    ("9.2", lambda mask: numbered(peaks(mask, 81)), "a few pixels around, not of many"),
    ("9.1", lambda counts: by_a_loop(counts) + 1, "first brightness of the bright"),
    ("9.1", lambda counts: by_a_loop(counts) - 1, "one too low"),
    ("9.1", lambda counts: int(counts.argmax()), "top of a hill"),
    ("9.1", lambda counts: np.median(np.repeat(np.arange(len(counts)), counts)), "median"),
    ("9.1", lambda counts: len(counts) // 2, "middle of the histogram"),
    ("9.1", lambda counts: (by_a_loop(counts), 1), "One number"),
    ("9.1", lambda counts: 99, "always the same"),
    ("9.1", 107, "A function"),
    ("9.2", numbered, "pieces of the mask"),
    ("9.2", lambda mask: ndimage.label(peaks(mask)), "returns two things"),
    ("9.2", peaks, "True is the same"),
    ("9.2", distance, "distance itself"),
    ("9.2", lambda mask: peaks(mask).astype(int), "all have the number 1"),
    ("9.2", lambda mask: mask.astype(int), "0 and 1"),
    ("9.2", lambda mask: np.argwhere(peaks(mask)), "These are places"),
    (
        "9.2",
        lambda mask: numbered(distance(mask) == ndimage.maximum_filter(distance(mask), 15)),
        "own largest",
    ),
    ("9.2", lambda mask: numbered(distance(mask) > 0.7 * distance(mask).max()), "no seed"),
    ("9.2", lambda mask: numbered(distance(mask) > 2), "same number"),
    ("9.2", lambda mask: numbered(peaks(mask)) + 1, "outside of the mask"),
    ("9.2", ragged, "several seeds"),
    ("9.2", at_edges, "at the edge"),
    ("9.2", lambda mask: numbered(peaks(mask))[1:], "as large as the mask"),
    ("9.2", lambda mask: numbered(peaks(mask)) / 2, "whole numbers"),
    ("9.2", lambda mask: 4, "An array"),
    ("9.3", dict.fromkeys(ENOUGH, "sam"), "cheaper does, too"),
    ("9.3", {**ENOUGH, "helmet": "grabcut"}, "On helmet grabcut does not reach"),
    ("9.3", {**ENOUGH, "cup": "sam"}, "On cup sam reaches 0.9, but"),
    ("9.3", {"coin": "threshold"}, "no tool for cup"),
    ("9.3", {**ENOUGH, "cup": 1}, "a number"),
    ("9.3", {**ENOUGH, "cup": "k-means"}, "three tools"),
    ("9.3", ["threshold", "grabcut", "sam"], "A dictionary"),
]
