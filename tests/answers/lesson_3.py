"""Answers to the exercises of lesson 3: a name for every pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from segwidgets import segment_semantic


def nearest(class_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    picture = Image.fromarray(class_map.astype(np.uint8))
    return np.asarray(picture.resize(size[::-1], Image.Resampling.NEAREST))


def bilinear(class_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    picture = Image.fromarray(class_map.astype(np.uint8))
    return np.asarray(picture.resize(size[::-1], Image.Resampling.BILINEAR))


def indexed(class_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    rows = np.arange(size[0]) * class_map.shape[0] // size[0]
    return class_map[rows[:, None], np.arange(size[1]) * class_map.shape[1] // size[1]]


def atrous(values: Any, kernel: Any, rate: int, row: int, column: int) -> Any:
    steps = rate * np.array([-1, 0, 1])
    return (values[np.ix_(row + steps, column + steps)] * kernel).sum()


RIGHT: list[tuple[str, Any]] = [
    ("3.1", 0.59),
    ("3.1", lambda: segment_semantic("grace_hopper").mask("person").mean()),
    ("3.2", "bottle"),
    ("3.2", np.str_("bottle")),
    ("3.3", nearest),
    ("3.3", indexed),
    ("3.3", lambda m, size: nearest(m, size).astype(np.int64)),
    ("3.4", atrous),
    ("3.4", lambda v, k, r, i, j: float(atrous(v, k, r, i, j))),
]

WRONG: list[tuple[str, Any, str]] = [
    ("3.1", 0.4059, "background"),
    ("3.1", 0.419, "astronaut"),
    ("3.1", 59.4, "percent"),
    ("3.1", 0.8, "too much"),
    ("3.1", np.zeros((600, 512), bool), "its mean"),
    ("3.2", "background", "x and y are swapped"),
    ("3.2", "person", "the third"),
    ("3.2", 0, "A name"),
    ("3.2", "shuttle", "none of the answers"),
    ("3.3", bilinear, "averaged"),
    ("3.3", lambda m, size: nearest(m, size[::-1]), "Height and width are swapped"),
    ("3.3", lambda m, size: m, "as it was"),
    ("3.3", lambda m, size: m[:9], "shape"),
    ("3.3", lambda m, size: Image.fromarray(nearest(m, size)), "np.asarray"),
    ("3.3", lambda m, size: nearest(m, size)[::-1], "upside down"),
    ("3.3", lambda m, size: np.roll(nearest(m, size), 20, axis=1), "places"),
    ("3.3", nearest(np.zeros((2, 2)), (4, 4)), "function"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k, 1, i, j), "rate 1"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k[::-1, ::-1], r, i, j), "turned round"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k.T, r, i, j), "rows and columns"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k, r, i + r, j + r), "centre"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k, r, j, i), "Row and column"),
    ("3.4", lambda v, k, r, i, j: atrous(v, np.ones((3, 3)), r, i, j), "weights"),
    ("3.4", lambda v, k, r, i, j: v[i, j] * k, "One number"),
]
