"""Answers to the exercises of lesson 8: precision and recall of a count, the widest gap, all coins."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from skimage.measure import label

from segwidgets import Segmenter, find_similar, sample_image
from segwidgets.course.exercises._references import reference_mask

COINS = reference_mask("coins", "coins")
PIECES = label(COINS)
BY_SIZE = 1 + np.argsort(-np.bincount(PIECES.ravel())[1:])
EACH = np.arange(1, 25)[:, None, None] == PIECES


@cache
def found(*numbers: int, threshold: float = 0.7) -> Any:
    """All that is like some coins, numbered by size from the largest, 0."""
    exemplars = EACH[BY_SIZE[list(numbers)] - 1]
    return find_similar(Segmenter("coins"), exemplars, threshold=threshold)


def middle(pair: Any) -> float:
    return float(pair[0] + pair[1]) / 2


def gap(values: np.ndarray) -> np.ndarray:
    i = np.diff(values).argmax()
    return values[i : i + 2]


def by_a_loop(ratings: Any) -> float:
    ordered = sorted(ratings)
    return middle(max(pairwise(ordered), key=lambda pair: pair[1] - pair[0]))


RIGHT: list[tuple[str, Any]] = [
    ("8.1", lambda names, total: ((names > 0).mean(), len(set(names[names > 0])) / total)),
    ("8.1", lambda names, total: [np.mean(names != 0), (np.unique(names) > 0).sum() / total]),
    ("8.1", lambda names, total: np.array([(names > 0).mean(), len(set(names) - {0}) / total], np.float32)),
    ("8.1", lambda names, total: (round((names > 0).mean(), 2), round(len(set(names) - {0}) / total, 2))),
    ("8.2", lambda ratings: middle(gap(np.sort(ratings)))),
    ("8.2", by_a_loop),
    ("8.2", lambda ratings: np.float32(middle(gap(np.sort(ratings))))),
    ("8.3", lambda: found(0, 20)),
    ("8.3", lambda: found(0, 12)),
    ("8.3", EACH),
    ("8.3", list(EACH)),
]

WRONG: list[tuple[str, Any, str]] = [
    ("8.1", lambda names, total: (len(set(names) - {0}) / total, (names > 0).mean()), "wrong way round"),
    ("8.1", lambda names, total: ((names > 0).mean(), (names > 0).sum() / total), "still one thing"),
    ("8.1", lambda names, total: ((names > 0).mean(), len(set(names)) / total), "0 is no thing"),
    (
        "8.1",
        lambda names, total: ((names > 0).mean(), len(set(names) - {0}) / len(names)),
        "things there are",
    ),
    ("8.1", lambda names, total: ((names > 0).mean(), 1 - len(set(names) - {0}) / total), "are missing"),
    ("8.1", lambda names, total: ((names > 0).mean(), len(set(names) - {0})), "number of things"),
    ("8.1", lambda names, total: (len(set(names) - {0}) / len(names), 0), "both are right"),
    ("8.1", lambda names, total: ((names > 0).sum() / total, 0), "masks that were kept"),
    ("8.1", lambda names, total: ((names == 0).mean(), 0), "show nothing"),
    ("8.1", lambda names, total: ((names > 0).sum(), 0), "number of masks"),
    ("8.1", lambda names, total: (100 * (names > 0).mean(), 0), "percent"),
    ("8.1", lambda names, total: (0.9 + len(names) / 1e4, 0), "precision is not right. 0.9007 is too much"),
    ("8.1", lambda names, total: (names > 0).mean(), "Two numbers"),
    ("8.1", lambda names, total: (1, 2, 3), "Two numbers"),
    ("8.1", lambda names: 1, "stopped with TypeError"),
    ("8.1", (0.7, 0.6), "A function"),
    ("8.2", lambda ratings: middle(gap(ratings)), "sort them"),
    ("8.2", lambda ratings: np.diff(np.sort(ratings)).max(), "how wide"),
    ("8.2", lambda ratings: np.diff(np.sort(ratings)).argmax(), "number"),
    ("8.2", lambda ratings: gap(np.sort(ratings))[0], "lower end"),
    ("8.2", lambda ratings: gap(np.sort(ratings))[1], "upper end"),
    ("8.2", lambda ratings: middle(gap(np.sort(ratings)[::-1])), "narrowest"),
    ("8.2", lambda ratings: middle((ratings.min(), ratings.max())), "lowest and highest"),
    ("8.2", lambda ratings: ratings.mean(), "mean"),
    ("8.2", lambda ratings: np.median(ratings), "median"),
    ("8.2", lambda ratings: gap(np.sort(ratings)), "One number"),
    ("8.2", lambda ratings: 1.5, "always the same"),
    ("8.2", lambda ratings: 1.5 + ratings[0], "too much"),
    ("8.2", 0.5, "A function"),
    ("8.3", lambda: found(0), "which size"),
    ("8.3", lambda: found(0, threshold=0), "lower threshold alone"),
    ("8.3", lambda: found(20), "none of the exemplars"),
    ("8.3", np.concatenate([EACH, EACH[:2]]), "2 of the masks are no coin"),
    ("8.3", np.concatenate([EACH, [COINS]]), "1 of the masks is no coin"),
    ("8.3", COINS, "single mask"),
    ("8.3", EACH.astype(np.uint8), "booleans"),
    ("8.3", 24, "a number"),
    ("8.3", np.zeros((3, *sample_image("cat").shape[:2]), bool), "another photo"),
]
