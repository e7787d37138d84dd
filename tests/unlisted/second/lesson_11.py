"""Wrong answers to lesson 11, written from the lesson's text alone, before anyone of them was asked."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import cv2
import numpy as np

from segwidgets.masks import encode


def lengths(pixels: Any, first: bool = False) -> Any:
    """Return the run lengths of a row of pixels, those of `first` before the others."""
    pixels = np.concatenate([[first], pixels])
    changes = np.flatnonzero(pixels[1:] != pixels[:-1])
    return np.diff([0, *changes, pixels.size - 1])


def runs(mask: Any) -> Any:
    return lengths(mask.T.ravel()).tolist()


def grouped(mask: Any) -> Any:
    return [len(list(group)) for _, group in groupby(mask.T.ravel())]


def without_the_last(mask: Any) -> Any:
    pixels = np.concatenate([[False], mask.T.ravel()])
    return np.diff([0, *np.flatnonzero(pixels[1:] != pixels[:-1])]).tolist()


def one_short(mask: Any) -> Any:
    pixels = mask.T.ravel()
    return np.diff([0, *np.flatnonzero(pixels[1:] != pixels[:-1]), mask.size]).tolist()


def changes(mask: Any) -> Any:
    pixels = np.concatenate([[False], mask.T.ravel()])
    return np.flatnonzero(pixels[1:] != pixels[:-1]).tolist()


def each_column(mask: Any) -> Any:
    return [lengths(column).tolist() for column in mask.T]


def columns_cut(mask: Any) -> Any:
    return [length for column in each_column(mask) for length in column]


def numbers(colors: Any) -> Any:
    return colors.astype(int) @ [1, 256, 65536]


def matched(ious: Any, above: float = 0.5) -> Any:
    return ious[ious > above]


def share(ious: Any) -> Any:
    return 2 * len(matched(ious)) / sum(ious.shape)


def quality(ious: Any) -> Any:
    return 2 * matched(ious).sum() / sum(ious.shape)


def fit(ious: Any) -> Any:
    found = matched(ious)
    return found.mean() if len(found) else 0.0


def best_of_each(ious: Any) -> Any:
    return 2 * ious.max(axis=1).sum() / sum(ious.shape)


def twice_signed(corners: Any) -> Any:
    x, y = corners.T
    return (x * np.roll(y, -1) - np.roll(x, -1) * y).sum()


def left_open(corners: Any) -> Any:
    x, y = corners.T
    return abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def each_absolute(corners: Any) -> Any:
    x, y = corners.T
    return np.abs(x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2


def plus(corners: Any) -> Any:
    x, y = corners.T
    return abs((x * np.roll(y, -1) + np.roll(x, -1) * y).sum()) / 2


def filled(corners: Any) -> Any:
    points = np.round(corners).astype(np.int32)
    canvas = np.zeros(points.max(axis=0)[::-1] + 1, np.uint8)
    return int(cv2.fillPoly(canvas, [points], 1).sum())


def perimeter(corners: Any) -> Any:
    return np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).sum()


UNLISTED = [
    ("11.1", "row by row", "row by row|column", lambda m: lengths(m.ravel()).tolist()),
    ("11.1", "no 0 before a True", "first pixel|begin|start|zeros first", grouped),
    (
        "11.1",
        "ones first",
        "counts ones|zeros first|ones first|begin|start",
        lambda m: lengths(m.T.ravel(), True).tolist(),
    ),
    ("11.1", "last run forgotten", "last run|last", without_the_last),
    ("11.1", "places of the changes", "where|place|position|index|difference", changes),
    (
        "11.1",
        "first run one too short",
        "first .*(run|number|length)|one too (short|few)|off by one",
        one_short,
    ),
    ("11.1", "a list for each column", "each column|one list|lists|next column", each_column),
    (
        "11.1",
        "runs end at a column's foot",
        "next column|column's end|end of (a|each|the) column|go(es)? on",
        columns_cut,
    ),
    ("11.1", "runs of ones alone", "ones alone|only .*(ones|True)|zeros", lambda m: runs(m)[1::2]),
    ("11.1", "COCO's string", "string|dict|list", encode),
    ("11.1", "from the bottom up", "bottom|upwards|from the top|backwards", lambda m: runs(m[::-1])),
    (
        "11.2",
        "uint8 overflows",
        "uint8|overflow|255|astype",
        lambda c: (c.astype(int) @ [1, 256, 65536]).astype(np.uint8),
    ),
    ("11.2", "red alone", "red alone|only .*red|green", lambda c: c[..., 0].astype(int)),
    ("11.2", "blue first, as OpenCV", "BGR|order|wrong way round|blue", lambda c: numbers(c[..., ::-1])),
    ("11.2", "channels added", "sum|add|256|weigh", lambda c: c.astype(int).sum(axis=2)),
    ("11.2", "255 for 256", "256", lambda c: c.astype(int) @ [1, 255, 255**2]),
    ("11.2", "blue forgotten", "blue|65536", lambda c: c[..., 0] + 256 * c[..., 1].astype(int)),
    ("11.2", "blue times 512", "65536|blue|256 · 256", lambda c: c.astype(int) @ [1, 256, 512]),
    ("11.2", "uint16", "uint16|65535|65536|overflow|too small|blue", lambda c: numbers(c).astype(np.uint16)),
    ("11.2", "list of numbers", "each pixel|distinct|list of|shape", lambda c: np.unique(numbers(c))),
    (
        "11.2",
        "labelled anew",
        "anew|renumber|1, 2|own numbers|order|unique",
        lambda c: np.unique(numbers(c), return_inverse=True)[1].reshape(c.shape[:2]),
    ),
    ("11.2", "a mask", "bool|True|mask|which segment", lambda c: numbers(c) > 0),
    ("11.2", "grey", "gr[ea]y|mean|256", lambda c: c.mean(axis=2)),
    ("11.2", "one axis kept", r"\(H, W\)|shape|axis", lambda c: numbers(c)[..., None]),
    ("11.3", "RQ alone", "RQ|share .*matched|fit", share),
    ("11.3", "SQ alone", "SQ|fit|share .*matched|missing", fit),
    ("11.3", "the two as a tuple", "one number|multipl|product", lambda t: (fit(t), share(t))),
    ("11.3", "their mean", "multipl|product|mean of|averag", lambda t: (fit(t) + share(t)) / 2),
    (
        "11.3",
        "not halved",
        "half|halv|/ 2|twice",
        lambda t: matched(t).sum() / (len(matched(t)) + sum(t.shape) - 2 * len(matched(t))),
    ),
    ("11.3", "shape halved forgotten", "half|halv|/ 2|twice", lambda t: matched(t).sum() / sum(t.shape)),
    ("11.3", "by the found", "missing|true|FN|found", lambda t: matched(t).sum() / len(t)),
    ("11.3", "by the true", "wrong|found|FP|true", lambda t: matched(t).sum() / t.shape[1]),
    ("11.3", "no threshold", "0[.]5|match|half", best_of_each),
    ("11.3", "0.5 matches", "0[.]5|exactly|above", lambda t: 2 * t[t >= 0.5].sum() / sum(t.shape)),
    ("11.3", "mean of the whole table", "match|whole table|all .*(pairs|IoU)", lambda t: t.mean()),
    ("11.3", "diagonal", "diagonal|order|same row", lambda t: 2 * matched(np.diag(t)).sum() / sum(t.shape)),
    (
        "11.3",
        "nan where nothing matches",
        "nothing|no match|none|nan|empty",
        lambda t: matched(t).mean() * share(t),
    ),
    ("11.3", "percent", "percent|per cent|100|0 to 1", lambda t: 100 * quality(t)),
    ("11.4", "not halved", "half|halv|twice|/ 2", lambda c: abs(twice_signed(c))),
    ("11.4", "sign kept", "sign|negative|way round|abs", lambda c: twice_signed(c) / 2),
    ("11.4", "last edge forgotten", "last (edge|corner)|clos|first corner", left_open),
    ("11.4", "each edge's sign dropped", "each|before|after|sum", each_absolute),
    ("11.4", "plus for minus", "plus|minus|subtract|taken away|differ|sign", plus),
    ("11.4", "filled", "fill|pixel", filled),
    ("11.4", "of the box", "box", lambda c: np.prod(np.ptp(c, axis=0))),
    ("11.4", "perimeter", "perimeter|length|outline", perimeter),
    ("11.4", "whole-number division", "//|whole|half a|integer", lambda c: abs(twice_signed(c)) // 2),
    (
        "11.4",
        "of the hull",
        "hull|dent|hollow|concave|convex",
        lambda c: cv2.contourArea(cv2.convexHull(np.asarray(c, np.float32))),
    ),
    (
        "11.4",
        "terms not summed",
        "sum|one number|each edge",
        lambda c: (c[:, 0] * np.roll(c[:, 1], -1) - np.roll(c[:, 0], -1) * c[:, 1]) / 2,
    ),
    (
        "11.4",
        "rows taken for x and y",
        "unpack|transpos|[.]T|axis|column",
        lambda c: abs((c[0] * np.roll(c[1], -1) - np.roll(c[0], -1) * c[1]).sum()) / 2,
    ),
]
