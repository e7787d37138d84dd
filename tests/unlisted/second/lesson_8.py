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
each = [pieces == number for number in range(1, pieces.max() + 1)]
largest = max(each, key=np.sum)
smallest = min(each, key=np.sum)


@cache
def segmenter() -> Any:
    return Segmenter("coins")


def hits(names: Any) -> Any:
    return names[names > 0]


def precision(names: Any) -> float:
    return len(hits(names)) / len(names)


def recall(names: Any, total: int) -> float:
    return len(set(hits(names))) / total


def neighbours(ratings: Any, pick: Any = np.argmax) -> tuple[Any, Any]:
    ordered = np.sort(ratings)
    i = int(pick(np.diff(ordered)))
    return ordered[i], ordered[i + 1]


def unsorted(ratings: Any) -> Any:
    ratings = np.asarray(ratings)
    i = int(np.diff(ratings).argmax())
    return (ratings[i] + ratings[i + 1]) / 2


def f1(names: Any, total: int) -> float:
    p, r = precision(names), recall(names, total)
    return 2 * p * r / (p + r) if p + r else 0


UNLISTED = [
    ("8.1", "recall first", "order|swapped|precision first|first", lambda n, t: (recall(n, t), precision(n))),
    (
        "8.1",
        "doubles found twice",
        "twice|two masks|once|double",
        lambda n, t: (precision(n), len(hits(n)) / t),
    ),
    (
        "8.1",
        "doubles are wrong",
        "twice|two masks|precision|double",
        lambda n, t: (len(set(hits(n))) / len(n), recall(n, t)),
    ),
    ("8.1", "0 is a thing", "0|none|nothing", lambda n, t: (precision(n), len(set(n)) / t)),
    ("8.1", "always 24", "24", lambda n, t: (precision(n), recall(n, 24))),
    ("8.1", "percent", "percent|per cent", lambda n, t: (100 * precision(n), 100 * recall(n, t))),
    ("8.1", "precision alone", "two|both|recall", lambda n, t: precision(n)),
    ("8.1", "recall alone", "two|both|precision", lambda n, t: recall(n, t)),
    ("8.1", "F1", "two|both|one number|F", f1),
    ("8.1", "errors", "that show nothing|minus", lambda n, t: (1 - precision(n), 1 - recall(n, t))),
    ("8.1", "counts", "divi|share|count", lambda n, t: (len(hits(n)), len(set(hits(n))))),
    ("8.1", "precision by total", "total|masks|length|divi", lambda n, t: (len(hits(n)) / t, recall(n, t))),
    ("8.1", "recall by masks", "total|things|divi", lambda n, t: (precision(n), len(set(hits(n))) / len(n))),
    (
        "8.1",
        "highest number",
        "highest|largest|max|number itself|count",
        lambda n, t: (precision(n), n.max() / t),
    ),
    ("8.1", "added", "two|both|added|one number", lambda n, t: precision(n) + recall(n, t)),
    ("8.1", "numbers added", "added|sum|count", lambda n, t: (n.sum() / len(n), n.sum() / t)),
    ("8.1", "printed", "return", lambda n, t: None),
    ("8.2", "not sorted", "sort|order", unsorted),
    ("8.2", "the width", "width|gap itself|how wide|threshold", lambda r: np.diff(np.sort(r)).max()),
    ("8.2", "below it", "lower|below|middle", lambda r: neighbours(r)[0]),
    ("8.2", "above it", "upper|above|middle", lambda r: neighbours(r)[1]),
    ("8.2", "both neighbours", "one number|two|middle", neighbours),
    ("8.2", "narrowest", "narrow|smallest|closest|argmin", lambda r: sum(neighbours(r, np.argmin)) / 2),
    ("8.2", "mean", "mean|average", lambda r: np.mean(r)),
    ("8.2", "median", "median|middle number", lambda r: np.median(r)),
    (
        "8.2",
        "middle of the ends",
        "smallest and|ends|lowest|extreme|range",
        lambda r: (np.min(r) + np.max(r)) / 2,
    ),
    ("8.2", "place", "gap's number", lambda r: int(np.diff(np.sort(r)).argmax())),
    ("8.2", "half the width", "half|width|middle|between", lambda r: np.diff(np.sort(r)).max() / 2),
    ("8.2", "the lesson's", "whatever the numbers are", lambda r: 0.5),
    ("8.2", "not halved", "half|2|halve|divi", lambda r: sum(neighbours(r))),
    (
        "8.2",
        "one place off",
        "beside the widest",
        lambda r: (np.sort(r)[int(np.diff(np.sort(r)).argmax()) - 1] + neighbours(r)[0]) / 2,
    ),
    (
        "8.2",
        "steps, unsorted, without sign",
        "sort|order",
        lambda r: (lambda a, i: (a[i] + a[i + 1]) / 2)(np.asarray(r), int(abs(np.diff(r)).argmax())),
    ),
    ("8.3", "the largest alone", "too few|few|missing", Later(lambda: find_similar(segmenter(), largest))),
    ("8.3", "the number", "find_similar|number|masks", 24),
    ("8.3", "a mask", "find_similar|mask|one", coins),
    (
        "8.3",
        "the lesson's coin",
        "largest|exemplar",
        Later(lambda: find_similar(segmenter(), segmenter().predict(Prompt([(102, 125)])).best_mask)),
    ),
    (
        "8.3",
        "too low",
        "too many|more|twice|threshold|low|both",
        Later(lambda: find_similar(segmenter(), largest, threshold=0.05)),
    ),
    (
        "8.3",
        "the smallest alone",
        "largest|exemplar|too few|few",
        Later(lambda: find_similar(segmenter(), smallest)),
    ),
    ("8.3", "the exemplars", "find_similar|list", Later(lambda: [largest, smallest])),
    (
        "8.3",
        "half of them",
        "too few|few|missing",
        Later(lambda: find_similar(segmenter(), [largest, smallest])[:12]),
    ),
    (
        "8.3",
        "one left out",
        "23|missing|few|one",
        Later(lambda: find_similar(segmenter(), [largest, smallest])[:23]),
    ),
    ("8.3", "a function", "function|call|find_similar", lambda: find_similar),
]
