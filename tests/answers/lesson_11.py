"""Answers to the exercises of lesson 11: run lengths, numbers out of colours, panoptic quality, an area."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import cv2
import numpy as np

from segwidgets.masks import encode


def by_groups(mask: Any) -> Any:
    lengths = [len(list(group)) for _, group in groupby(mask.T.ravel())]
    return [0, *lengths] if mask[0, 0] else lengths


def each_alone(lines: Any) -> Any:
    return [length for line in lines for length in by_groups(line[:, None])]


def by_a_loop(mask: Any) -> Any:
    lengths, before, count = [], False, 0
    for column in range(mask.shape[1]):
        for row in range(mask.shape[0]):
            if mask[row, column] != before:
                lengths.append(count)
                before, count = mask[row, column], 0
            count += 1
    return [*lengths, count]


def without_its_first(mask: Any) -> Any:
    """Runs whose counter begins at 0 again where the value changes."""
    lengths, before, count = [], False, 0
    for pixel in mask.T.ravel():
        if pixel == before:
            count += 1
        else:
            lengths.append(count)
            before, count = pixel, 0
    return [*lengths, count]


def shared(ious: Any) -> Any:
    tp, fp, fn, _ = summed(ious)
    return tp / (tp + fp / 2 + fn / 2)


def rolled_flat(corners: Any) -> Any:
    after = np.roll(corners, -1)
    return abs((corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]).sum()) / 2


def summed(ious: Any) -> tuple[int, int, int, float]:
    matched = ious[ious > 0.5]
    tp = len(matched)
    return tp, len(ious) - tp, ious.shape[1] - tp, matched.sum()


def matched_mean(ious: Any) -> Any:
    with np.errstate(all="ignore"):
        return ious[ious > 0.5].sum() / np.float64((ious > 0.5).sum())


def filled(corners: Any) -> Any:
    canvas = np.zeros((20, 30), np.uint8)
    return (cv2.fillPoly(canvas, [np.round(corners).astype(np.int32)], 1) > 0).sum()


def by_opencv(corners: Any) -> float:
    return cv2.contourArea(corners.astype(np.float32))


def shoelace(corners: Any) -> float:
    total = 0.0
    for (x, y), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        total += x * y1 - x1 * y
    return total / 2


def wide(colors: Any, *weights: float) -> Any:
    return sum(weight * colors[..., i].astype(float) for i, weight in enumerate(weights))


RIGHT: list[tuple[str, Any]] = [
    ("11.1", by_groups),
    ("11.1", by_a_loop),
    ("11.1", lambda mask: np.array(by_a_loop(mask))),
    (
        "11.2",
        lambda colors: colors[..., 0] + 256 * colors[..., 1].astype(int) + colors[..., 2].astype(int) * 65536,
    ),
    ("11.2", lambda colors: colors.astype(np.uint32) @ np.array([1, 256, 65536], np.uint32)),
    ("11.2", lambda colors: np.dstack([colors, 0 * colors[..., 0]]).view("<u4")[..., 0]),
    ("11.3", lambda ious: summed(ious)[3] / (summed(ious)[0] + summed(ious)[1] / 2 + summed(ious)[2] / 2)),
    ("11.3", lambda ious: round(2 * ious[ious > 0.5].sum() / (len(ious) + len(ious.T)), 2)),
    ("11.4", by_opencv),
    ("11.4", lambda corners: abs(shoelace(corners))),
]

WRONG: list[tuple[str, Any, str]] = [
    ("11.1", lambda mask: by_groups(mask.T), "walks along the rows"),
    ("11.1", lambda mask: [len(list(group)) for _, group in groupby(mask.T.ravel())], "begins with 0"),
    ("11.1", lambda mask: by_groups(~mask), "counts ones here"),
    ("11.1", lambda mask: by_groups(mask)[:-1], "last run is missing"),
    ("11.1", lambda mask: by_groups(mask)[1:], "that of the zeros, is missing"),
    ("11.1", lambda mask: np.cumsum(by_groups(mask)).tolist(), "where runs end"),
    ("11.1", lambda mask: [0, *np.cumsum(by_groups(mask))][1:-1], "where runs begin"),
    ("11.1", lambda mask: by_groups(mask)[1::2], "Only the runs of ones"),
    ("11.1", lambda mask: by_groups(mask)[::2], "Only the runs of zeros"),
    ("11.1", lambda mask: by_groups(mask)[::-1], "from the end"),
    ("11.1", lambda mask: each_alone(mask.T), "at each column"),
    ("11.1", lambda mask: each_alone(mask), "at each row"),
    ("11.1", lambda mask: mask.sum(axis=0).tolist(), "ones of each column"),
    ("11.1", lambda mask: mask.T.ravel().astype(int), "one by one"),
    ("11.1", lambda mask: [one - 1 for one in by_groups(mask)], "too short"),
    ("11.1", lambda mask: [one + 1 for one in by_groups(mask)], "too long"),
    (
        "11.1",
        lambda mask: np.diff([0, *np.flatnonzero(np.diff(mask.T.ravel())), mask.size]).tolist(),
        "last one too long",
    ),
    ("11.1", lambda mask: [by_groups(column[:, None]) for column in mask.T], "lists in a list"),
    ("11.1", lambda mask: encode(mask)["counts"], "shortened string"),
    ("11.1", lambda mask: encode(mask), "a dictionary"),
    ("11.1", lambda mask: np.flatnonzero(np.diff(mask.T.ravel())), "where the value changes"),
    ("11.1", lambda mask: np.diff(np.flatnonzero(np.diff(mask.T.ravel()))), "first and the last run"),
    ("11.1", lambda mask: [0, *by_groups(mask)], "always begins with 0"),
    ("11.1", without_its_first, "begins with its own pixel"),
    ("11.1", lambda mask: [3, mask.size], "add up to"),
    ("11.1", lambda mask: [mask.size], "it should be"),
    ("11.1", lambda mask: mask, "A list of whole numbers"),
    ("11.1", [3, 2, 1], "A function"),
    ("11.2", lambda colors: colors[..., 0] + 256 * colors[..., 1] + 65536 * colors[..., 2], "widen the type"),
    ("11.2", lambda colors: 65536 * colors.astype(np.uint16)[..., 2], "uint16 at 65535"),
    ("11.2", lambda colors: colors[..., 0] + (colors[..., 1] << 8), "red alone"),
    ("11.2", lambda colors: colors[..., 0], "red alone"),
    ("11.2", lambda colors: wide(colors, 1, 256, 65536).astype(int).astype(np.uint16), "16 bits"),
    ("11.2", lambda colors: wide(colors, 65536, 256, 1), "swapped"),
    ("11.2", lambda colors: wide(colors, 1, 255, 255**2), "steps of 255"),
    ("11.2", lambda colors: colors.sum(axis=-1), "as they are"),
    ("11.2", lambda colors: wide(colors, 1, 256), "Blue is missing"),
    ("11.2", lambda colors: wide(colors, 1, 256, 512), "2 · 256"),
    ("11.2", lambda colors: wide(colors, 1, 256, 256), "not 256."),
    ("11.2", lambda colors: wide(colors, 0, 256, 65536), "Red is missing"),
    ("11.2", lambda colors: wide(colors, 1, 1000, 1000000), "in thousands"),
    ("11.2", lambda colors: wide(colors, 1, 10, 100), "in tens"),
    ("11.2", lambda colors: colors.mean(axis=-1), "mean of the channels"),
    ("11.2", lambda colors: wide(colors, 1, 256, 65536) + 1, "one too high"),
    ("11.2", lambda colors: np.unique(wide(colors, 1, 256, 65536)), "numbers that occur"),
    ("11.2", lambda colors: wide(colors, 1, 256, 65536)[::-1], "upside down"),
    ("11.2", lambda colors: colors, "shape"),
    ("11.3", lambda ious: ious.mean() * shared(ious), "whole table"),
    ("11.3", lambda ious: summed(ious)[3] / (summed(ious)[0] + (ious <= 0.5).sum() / 2), "not pairs"),
    ("11.3", lambda ious: ious[ious > 0.5].mean(), "well the matched ones fit"),
    ("11.3", lambda ious: 2 * (ious > 0.5).sum() / sum(ious.shape), "share that was matched"),
    ("11.3", lambda ious: summed(ious)[3] / sum(summed(ious)[:3]), "one half each"),
    ("11.3", lambda ious: ious[ious > 0.5].sum() / len(ious), "found masks alone"),
    ("11.3", lambda ious: ious[ious > 0.5].sum() / len(ious.T), "true masks alone"),
    ("11.3", lambda ious: ious[ious > 0.5].sum(), "sum of the matched"),
    ("11.3", lambda ious: ious[ious >= 0.5].sum() / (sum(ious.shape) / 2), "just 0.5"),
    ("11.3", lambda ious: ious.sum() / (sum(ious.shape) / 2), "adds all"),
    ("11.3", lambda ious: ious.max(axis=1).sum() / (sum(ious.shape) / 2), "best partner"),
    ("11.3", lambda ious: ious.max(axis=1).mean(), "each found mask's best"),
    ("11.3", lambda ious: ious.max(axis=0).mean(), "each true mask's best"),
    ("11.3", lambda ious: ious.mean(), "whole table"),
    (
        "11.3",
        lambda ious: 2 * np.diag(ious)[np.diag(ious) > 0.5].sum() / sum(ious.shape),
        "the diagonal alone",
    ),
    ("11.3", lambda ious: matched_mean(ious) * 2 * (ious > 0.5).sum() / sum(ious.shape), "nothing matches"),
    (
        "11.3",
        lambda ious: summed(ious)[3].item() / summed(ious)[0] * 2 * summed(ious)[0] / sum(ious.shape),
        "nothing matches",
    ),
    ("11.3", lambda ious: (ious > 0.5).sum(), "how many were matched"),
    ("11.3", lambda ious: 200 * ious[ious > 0.5].sum() / sum(ious.shape), "percent"),
    ("11.3", lambda ious: summed(ious), "One number"),
    ("11.4", rolled_flat, "into the place of y"),
    ("11.4", lambda corners: 2 * abs(shoelace(corners)), "twice the area: halve"),
    ("11.4", shoelace, "negative"),
    ("11.4", lambda corners: 2 * shoelace(corners), "with a sign"),
    ("11.4", lambda corners: np.prod(np.ptp(corners, axis=0)), "the box"),
    ("11.4", lambda corners: cv2.arcLength(corners.astype(np.float32), True), "how long the outline"),
    ("11.4", lambda corners: cv2.contourArea(cv2.convexHull(corners.astype(np.float32))), "convex hull"),
    ("11.4", filled, "the rim among them"),
    ("11.4", lambda corners: len(corners), "how many corners"),
    ("11.4", lambda corners: abs(shoelace(corners)) / 2, "halved twice"),
    ("11.4", lambda corners: int(abs(shoelace(corners))), "decimal point"),
    ("11.4", lambda corners: corners, "One number"),
]
