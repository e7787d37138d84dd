"""Wrong answers to lesson 20."""

from __future__ import annotations

from typing import Any

import numpy as np


def squared(size: Any, x: float, y: float, half: float = 0.5) -> Any:
    rows, columns = np.mgrid[: size[0], : size[1]]
    return (columns + half - x) ** 2 + (rows + half - y) ** 2


def sides(size: Any, x: float, y: float) -> Any:
    rows, columns = np.mgrid[: size[0], : size[1]]
    return abs(columns + 0.5 - x), abs(rows + 0.5 - y)


def drawn(masks: Any, numbers: Any) -> Any:
    index = np.zeros(masks.shape[1:], dtype=int)
    for number, mask in zip(numbers, masks, strict=True):
        index[mask] = number
    return index


def first_wins(masks: Any) -> Any:
    index = np.zeros(masks.shape[1:], dtype=int)
    for number, mask in enumerate(masks, 1):
        index[mask & (index == 0)] = number
    return index


def no_one(masks: Any) -> Any:
    index = drawn(masks, range(1, 1 + len(masks)))
    index[masks.sum(axis=0) > 1] = 0
    return index


def by_loop(size: Any, x: float, y: float, radius: float) -> Any:
    made = np.zeros(size, bool)
    made[int(y - radius) : int(y + radius), int(x - radius) : int(x + radius)] = True
    return made


def box(points: Any, width: int, height: int) -> Any:
    low, high = points.min(axis=0), points.max(axis=0)
    return np.concatenate([(low + high) / 2 / [width, height], (high - low) / [width, height]])


UNLISTED = [
    ("20.1", "corners of pixels", r"middle|0\.5|half", lambda s, x, y, r: squared(s, x, y, 0) <= r**2),
    (
        "20.1",
        "half a pixel the other way",
        r"middle|0\.5|half",
        lambda s, x, y, r: squared(s, x, y, -0.5) <= r**2,
    ),
    ("20.1", "x and y swapped", "swapped|x and y|x is", lambda s, x, y, r: squared(s, y, x) <= r**2),
    (
        "20.1",
        "size as (width, height)",
        "size|height first|shape|order",
        lambda s, x, y, r: squared(s[::-1], x, y) <= r**2,
    ),
    ("20.1", "radius not squared", "square|radius", lambda s, x, y, r: squared(s, x, y) <= r),
    ("20.1", "diameter", "diameter|half|twice|radius", lambda s, x, y, r: squared(s, x, y) <= (r / 2) ** 2),
    (
        "20.1",
        "twice the radius",
        "diameter|twice|radius",
        lambda s, x, y, r: squared(s, x, y) <= (2 * r) ** 2,
    ),
    ("20.1", "a square", "square|round|corner", by_loop),
    (
        "20.1",
        "a square of pixels' middles",
        "square|round|corner",
        lambda s, x, y, r: np.maximum(*sides(s, x, y)) <= r,
    ),
    ("20.1", "a diamond", "diamond|round|sum|square", lambda s, x, y, r: sum(sides(s, x, y)) <= r),
    (
        "20.1",
        "a ring",
        "ring|outline|filled|inside",
        lambda s, x, y, r: abs(np.sqrt(squared(s, x, y)) - r) < 0.7,
    ),
    ("20.1", "outside", "everything but the dab", lambda s, x, y, r: squared(s, x, y) > r**2),
    ("20.1", "distances", "dtype float64|distances", lambda s, x, y, r: np.sqrt(squared(s, x, y))),
    ("20.1", "its area", "An array is asked for|area", lambda s, x, y, r: np.pi * r**2),
    ("20.1", "y from below", "down|top|upside|below", lambda s, x, y, r: (squared(s, x, y) <= r**2)[::-1]),
    ("20.1", "columns alone", "column|row|both|stripe", lambda s, x, y, r: sides(s, x, y)[0] <= r),
    ("20.2", "the first on top", "first|top|last|order", first_wins),
    ("20.2", "from 0", "0|first|1", lambda m: drawn(m, range(len(m)))),
    ("20.2", "added", "added|sum|overlap|count", lambda m: m.sum(axis=0)),
    (
        "20.2",
        "numbers added",
        "added|sum|overlap",
        lambda m: (m * np.arange(1, 1 + len(m))[:, None, None]).sum(axis=0),
    ),
    ("20.2", "union", "True|number|which|union", lambda m: m.any(axis=0)),
    ("20.2", "nobody where several claim", "belong to none", no_one),
    ("20.2", "numbers backwards", "order|backward|first|last", lambda m: drawn(m, range(len(m), 0, -1))),
    ("20.2", "argmax", "argmax|0|first", lambda m: m.argmax(axis=0)),
    ("20.2", "argmax and one", "argmax|no object|background|nothing|first", lambda m: m.argmax(axis=0) + 1),
    (
        "20.2",
        "masks in a stack with numbers",
        "shape|one array|axis|\\(H, W",
        lambda m: m * np.arange(1, 1 + len(m))[:, None, None],
    ),
    ("20.2", "255 for each", "255|number", lambda m: m.any(axis=0) * 255),
    ("20.2", "wrong axis", "axis|shape", lambda m: m.max(axis=2)),
    ("20.2", "backwards drawn", "first|top|last|order", lambda m: drawn(m[::-1], range(len(m), 0, -1))),
    ("20.2", "how many", "number|array|how many", lambda m: len(m)),
    ("20.2", "from 2", "first object is 1|begin at 2", lambda m: drawn(m, range(2, 2 + len(m)))),
    ("20.2", "printed", "return", lambda m: None),
    ("20.3", "sides swapped", "swapped|width|height", lambda p, w, h: p / np.array([h, w])),
    ("20.3", "both by the width", "width|height|own|both", lambda p, w, h: p / w),
    ("20.3", "by the longest", "long|own|each|side", lambda p, w, h: p / max(w, h)),
    ("20.3", "percent", "percent|per cent|100", lambda p, w, h: 100 * p / np.array([w, h])),
    ("20.3", "whole division", "//|whole", lambda p, w, h: p // np.array([w, h])),
    ("20.3", "times", "multipl|divi", lambda p, w, h: p * np.array([w, h])),
    (
        "20.3",
        "y upwards",
        "down|up|top|below",
        lambda p, w, h: np.stack([p[:, 0] / w, 1 - p[:, 1] / h], axis=1),
    ),
    (
        "20.3",
        "last pixel is 1",
        "− 1|- 1|one less|minus|511|last",
        lambda p, w, h: p / np.array([w - 1, h - 1]),
    ),
    ("20.3", "a box", "box|corner|polygon|shape", box),
    ("20.3", "y first", "order|swapped|y, x|x, y", lambda p, w, h: (p / np.array([w, h]))[:, ::-1]),
    (
        "20.3",
        "from its own corner",
        "corner|own|smallest|begin|from 0",
        lambda p, w, h: (p - p.min(axis=0)) / np.array([w, h]),
    ),
    (
        "20.3",
        "over its own size",
        "own|size|polygon|photo",
        lambda p, w, h: (p - p.min(axis=0)) / (p.max(axis=0) - p.min(axis=0)),
    ),
    ("20.3", "x alone", "both|y|column|shape", lambda p, w, h: p[:, 0] / w),
    ("20.3", "by the area", "area|side", lambda p, w, h: p / (w * h)),
    ("20.3", "as they are", "pixels|divi|as they", lambda p, w, h: p),
    (
        "20.3",
        "as text",
        "text|array|number",
        lambda p, w, h: " ".join(f"{v:.4f}" for v in (p / np.array([w, h])).ravel()),
    ),
    ("20.3", "printed", "return", lambda p, w, h: None),
]
