"""Wrong answers to lesson 8."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from skimage.measure import label

from segwidgets import Prompt, Segmenter, find_similar
from segwidgets.course import reference_mask
from tests.unlisted import Later

coins = reference_mask("coins", "coins")
pieces = label(coins)
each = np.array([pieces == 1 + i for i in range(pieces.max())])


def tp(names: Any) -> int:
    return int((names > 0).sum())


def things(names: Any) -> int:
    return len(set(names[names > 0].tolist()))


def right(names: Any, total: int) -> tuple[float, float]:
    return tp(names) / len(names), things(names) / total


def gap(pick: Any) -> Any:
    def widest(ratings: Any) -> Any:
        ordered = np.sort(ratings)
        return pick(ordered, int(np.diff(ordered).argmax()))

    return widest


def descending(ratings: Any) -> Any:
    ordered = np.sort(ratings)[::-1]
    i = int(np.diff(ordered).argmax())
    return (ordered[i] + ordered[i + 1]) / 2


def unsorted(ratings: Any) -> Any:
    i = int(np.diff(ratings).argmax())
    return (ratings[i] + ratings[i + 1]) / 2


@cache
def segmenter() -> Any:
    return Segmenter("coins")


def largest() -> Any:
    return each[each.sum(axis=(1, 2)).argmax()]


def few() -> Any:
    return find_similar(segmenter(), largest())


UNLISTED = [
    ("8.1", "swapped", "wrong way round|swapped|first", lambda n, t: right(n, t)[::-1]),
    (
        "8.1",
        "masks of a thing counted once",
        "twice|both|two masks",
        lambda n, t: (things(n) / len(n), things(n) / t),
    ),
    ("8.1", "masks counted for things", "once|one thing|two masks", lambda n, t: (tp(n) / len(n), tp(n) / t)),
    (
        "8.1",
        "nothing counted as a thing",
        "0 is no thing|nothing",
        lambda n, t: (tp(n) / len(n), len(set(n.tolist())) / t),
    ),
    ("8.1", "percent", "percent|per cent|0 to 1", lambda n, t: tuple(100 * one for one in right(n, t))),
    ("8.1", "F1", "two numbers", lambda n, t: 2 * right(n, t)[0] * right(n, t)[1] / sum(right(n, t))),
    ("8.1", "precision alone", "two numbers", lambda n, t: right(n, t)[0]),
    ("8.1", "counts", "number of|share", lambda n, t: (tp(n), things(n))),
    ("8.1", "one minus", "nothing|missing", lambda n, t: tuple(1 - one for one in right(n, t))),
    (
        "8.1",
        "by the highest number",
        "highest|largest number|total",
        lambda n, t: (tp(n) / len(n), things(n) / n.max()),
    ),
    ("8.1", "whole-number division", "//|whole", lambda n, t: (tp(n) // len(n), things(n) // t)),
    ("8.1", "0 counted as right", "0|nothing", lambda n, t: (len(n) / len(n), things(n) / t)),
    ("8.1", "precision over total", "divide|masks", lambda n, t: (tp(n) / t, things(n) / t)),
    ("8.1", "recall over masks", "divide|things", lambda n, t: (tp(n) / len(n), things(n) / len(n))),
    (
        "8.1",
        "a dictionary",
        "two numbers",
        lambda n, t: {"precision": right(n, t)[0], "recall": right(n, t)[1]},
    ),
    ("8.1", "a decimal", "round|decimal", lambda n, t: tuple(round(one, 1) for one in right(n, t))),
    (
        "8.1",
        "precision over distinct",
        "distinct|different|masks|twice|kept",
        lambda n, t: (things(n) / len(set(n.tolist())), things(n) / t),
    ),
    ("8.1", "nothing returned", "return", lambda n, t: None),
    ("8.1", "sum of numbers", "sum|count|numbers", lambda n, t: (n.sum() / len(n), things(n) / t)),
    ("8.2", "gap's width", "how wide", gap(lambda o, i: o[i + 1] - o[i])),
    ("8.2", "its place", "number", gap(lambda o, i: i)),
    ("8.2", "lower end", "lower", gap(lambda o, i: o[i])),
    ("8.2", "upper end", "upper", gap(lambda o, i: o[i + 1])),
    ("8.2", "not sorted", "sort", unsorted),
    ("8.2", "mean", "mean", lambda r: r.mean()),
    ("8.2", "median", "median", lambda r: np.median(r)),
    ("8.2", "between smallest and largest", "lowest and highest|smallest", lambda r: (r.min() + r.max()) / 2),
    ("8.2", "sorted downwards", "narrow|descending", descending),
    ("8.2", "one place too low", "beside the widest", gap(lambda o, i: (o[i - 1] + o[i]) / 2)),
    (
        "8.2",
        "one place too high",
        "beside the widest",
        gap(lambda o, i: (o[min(i + 1, len(o) - 1)] + o[min(i + 2, len(o) - 1)]) / 2),
    ),
    ("8.2", "not halved", "half|halv|2|sum", gap(lambda o, i: o[i] + o[i + 1])),
    ("8.2", "parentheses", "parenthes", gap(lambda o, i: o[i] + o[i + 1] / 2)),
    ("8.2", "half of the width", "half|width|how wide|add", gap(lambda o, i: (o[i + 1] - o[i]) / 2)),
    ("8.2", "the two ends", "number|middle", gap(lambda o, i: (o[i], o[i + 1]))),
    ("8.2", "a half", "0.5|half|always|constant", lambda r: 0.5),
    ("8.2", "largest rating", "largest|highest", lambda r: r.max()),
    ("8.2", "nothing returned", "return", lambda r: None),
    ("8.3", "the largest alone", "threshold|coins are there|of the 24", Later(few)),
    ("8.3", "how many", "number", Later(lambda: len(few()))),
    ("8.3", "all in one mask", "single mask", coins),
    ("8.3", "labelled picture", "Masks are asked|boolean|numbers", pieces),
    ("8.3", "boxes", "Masks are asked|boxes", Later(lambda: few().xyxy)),
    ("8.3", "with the tray twice", "no coin", np.concatenate([each, ~coins[None]])),
    ("8.3", "one twice", "another mask has|no coin", np.concatenate([each, each[:1]])),
    ("8.3", "one missing", "23|of the 24", each[:-1]),
    (
        "8.3",
        "one exemplar, the usual coin",
        "largest",
        Later(lambda: find_similar(segmenter(), segmenter().predict(Prompt([(102, 125)])).best_mask)),
    ),
    ("8.3", "empty list", "mask", []),
    ("8.3", "of another photo", "size|photo", np.stack([reference_mask("cat", "cat")] * 24)),
    ("8.3", "areas", "mask|number", each.sum(axis=(1, 2))),
]
