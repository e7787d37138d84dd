"""Answers to the exercises of lesson 20: a dab's pixels, an index of masks, a polygon as shares."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets.exports.flat import flatten
from segwidgets.masks.strokes import stroke


def by_the_brush(size: Any, x: float, y: float, radius: float) -> Any:
    mask = np.zeros(size, bool)
    patch = stroke([(x, y)], radius, size)
    mask[patch.part] = patch.pixels
    return mask


def by_a_loop(size: Any, x: float, y: float, radius: float) -> Any:
    mask = np.zeros(size, bool)
    for row in range(size[0]):
        for column in range(size[1]):
            mask[row, column] = np.hypot(column + 0.5 - x, row + 0.5 - y) <= radius
    return mask


def away(size: Any, x: float, y: float, half: float = 0.5) -> Any:
    rows, columns = np.mgrid[: size[0], : size[1]]
    return columns + half - x, rows + half - y


def flat(masks: Any, first_wins: bool = False, begin: int = 1) -> Any:
    index = np.zeros(masks.shape[1:], np.uint8)
    for number, mask in reversed([*enumerate(masks, begin)]) if first_wins else enumerate(masks, begin):
        index[mask] = number
    return index


RIGHT: list[tuple[str, Any]] = [
    ("20.1", by_the_brush),
    ("20.1", by_a_loop),
    ("20.1", lambda size, x, y, radius: np.hypot(*away(size, x, y)) < radius),
    ("20.2", flat),
    ("20.2", lambda masks: flatten(masks, masks.shape[1:])[0]),
    ("20.2", lambda masks: (masks * np.arange(1, len(masks) + 1)[:, None, None]).max(axis=0)),
    ("20.3", lambda points, width, height: points / [width, height]),
    ("20.3", lambda points, width, height: [(x / width, y / height) for x, y in points]),
    ("20.3", lambda points, width, height: (points / (width, height)).astype(np.float32)),
]

WRONG: list[tuple[str, Any, str]] = [
    ("20.1", lambda size, x, y, radius: by_a_loop(size, y, x, radius), "x and y are swapped"),
    ("20.1", lambda size, x, y, radius: by_a_loop(size[::-1], x, y, radius), "rows come first"),
    ("20.1", lambda size, x, y, radius: np.hypot(*away(size, x, y, 0)) <= radius, "half a pixel"),
    ("20.1", lambda size, x, y, radius: np.hypot(*away(size, x, y)) <= radius**0.5, "square the radius"),
    ("20.1", lambda size, x, y, radius: np.hypot(*away(size, x, y)) <= radius / 2, "half as wide"),
    ("20.1", lambda size, x, y, radius: np.hypot(*away(size, x, y)) <= radius * 2, "twice as wide"),
    ("20.1", lambda size, x, y, radius: np.abs(away(size, x, y)).max(axis=0) <= radius, "a square"),
    ("20.1", lambda size, x, y, radius: np.abs(away(size, x, y)).sum(axis=0) <= radius, "on its tip"),
    ("20.1", lambda size, x, y, radius: ~by_a_loop(size, x, y, radius), "everything but the dab"),
    ("20.1", lambda size, x, y, radius: by_a_loop(size, x, y, radius)[::-1], "upside down"),
    ("20.1", lambda size, x, y, radius: by_a_loop(size, x, y, radius).astype(int), "dtype"),
    ("20.1", lambda size, x, y: np.zeros(size, bool), "stopped with TypeError"),
    ("20.1", np.zeros((3, 4), bool), "A function"),
    ("20.2", lambda masks: flat(masks, first_wins=True), "lies on top"),
    ("20.2", lambda masks: flat(masks, begin=0), "the first object is 1"),
    ("20.2", lambda masks: flat(masks[::-1]), "from the last to the first"),
    ("20.2", lambda masks: np.argmax(masks, axis=0), "argmax"),
    ("20.2", lambda masks: np.argmax(masks, axis=0) + 1, "argmax"),
    ("20.2", lambda masks: sum(n * mask for n, mask in enumerate(masks, 1)), "third object"),
    ("20.2", lambda masks: masks.sum(axis=0), "how many masks"),
    ("20.2", lambda masks: masks.any(axis=0), "whether any"),
    ("20.2", lambda masks: flat(masks) * (masks.sum(axis=0) < 2), "belong to none"),
    ("20.2", lambda masks: masks, "shape"),
    ("20.3", lambda points, width, height: points, "pixels still"),
    ("20.3", lambda points, width, height: points / [height, width], "divided by the height"),
    ("20.3", lambda points, width, height: points[:, ::-1] / [height, width], "before x"),
    ("20.3", lambda points, width, height: points / max(width, height), "same number"),
    ("20.3", lambda points, width, height: points / width, "same number"),
    ("20.3", lambda points, width, height: points // [width, height], "drops all"),
    ("20.3", lambda points, width, height: 100 * points / [width, height], "percent"),
    ("20.3", lambda points, width, height: abs(points / [width, height] - [0, 1]), "from below"),
    ("20.3", lambda points, width, height: (points / [width, height]).ravel(), "one long row"),
    ("20.3", lambda points, width, height: points * [width, height], "multiplied"),
    ("20.3", lambda points, width, height: points + 1, "are not"),
    ("20.3", 0.5, "A function"),
]
