"""Wrong answers to lesson 4."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets import Segmenter
from segwidgets.automatic import generate_masks
from tests.unlisted import Later


def parts(a: Any, b: Any) -> tuple[float, float, float]:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return max(width, 0) * max(height, 0), areas[0], areas[1]


def iou(a: Any, b: Any) -> float:
    common, one, two = parts(a, b)
    return common / (one + two - common)


def no_touch(a: Any, b: Any) -> float:
    common = (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))
    return common / (parts(a, b)[1] + parts(a, b)[2] - common)


def positive(a: Any, b: Any) -> float:
    common = abs((min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1])))
    return common / (parts(a, b)[1] + parts(a, b)[2] - common)


def with_one_more(a: Any, b: Any) -> float:
    common = max(min(a[2], b[2]) - max(a[0], b[0]) + 1, 0) * max(min(a[3], b[3]) - max(a[1], b[1]) + 1, 0)
    areas = [(box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in (a, b)]
    return common / (sum(areas) - common)


def around(a: Any, b: Any) -> float:
    hull = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return parts(a, b)[0] / hull


def by_size(a: Any, b: Any) -> float:
    """Takes the boxes for x, y, width, height."""
    as_corners = [(box[0], box[1], box[0] + box[2], box[1] + box[3]) for box in (a, b)]
    return iou(*as_corners)


def only_x(a: Any, b: Any) -> float:
    return max(min(a[2], b[2]) - max(a[0], b[0]), 0) / (max(a[2], b[2]) - min(a[0], b[0]))


def chosen(masks: Any, class_map: Any, number: int) -> list[bool]:
    return [np.bincount(class_map[mask]).argmax() == number for mask in masks]


def some(masks: Any, class_map: Any, number: int) -> Any:
    return masks[chosen(masks, class_map, number)]


def joined(masks: Any, class_map: Any, number: int) -> Any:
    return some(masks, class_map, number).any(axis=0)


def with_a_pixel(masks: Any, class_map: Any, number: int) -> Any:
    return masks[[(class_map[mask] == number).any() for mask in masks]].any(axis=0)


UNLISTED = [
    ("4.1", "points of a side", "side|rows", 12),
    ("4.1", "points", "point|three|click", 144),
    ("4.1", "a side times masks", "side|square|grid|rows", 36),
    ("4.1", "cubed", "three|cube", 1728),
    ("4.1", "the example's", "12|example|8", 192),
    ("4.1", "the example's points", "12|example|8|point", 64),
    ("4.1", "four masks", "three|four", 576),
    ("4.1", "two masks", "three|two", 288),
    ("4.1", "a point more on each side", "13|one too many|side", 13 * 13 * 3),
    ("4.1", "a point less on each side", "11|one too few|side", 11 * 11 * 3),
    ("4.1", "default", "32|default|12", 32 * 32 * 3),
    ("4.1", "after filters", "filter", Later(lambda: len(generate_masks(Segmenter("astronaut"), 12)))),
    ("4.1", "doubled side", "side|24|square|grid", 24 * 3),
    ("4.1", "a text", "number", "432"),
    ("4.1", "masks themselves", "number", np.ones((3, 20, 30), bool)),
    ("4.2", "no care for apart", "touch", no_touch),
    ("4.2", "absolute", "touch", positive),
    ("4.2", "shared counted twice", "twice", lambda a, b: parts(a, b)[0] / sum(parts(a, b)[1:])),
    ("4.2", "percent", "percent|per cent|0 to 1", lambda a, b: 100 * iou(a, b)),
    ("4.2", "shared area alone", "area that they share|divide", lambda a, b: parts(a, b)[0]),
    ("4.2", "union alone", "cover together|divide|union", lambda a, b: sum(parts(a, b)[1:]) - parts(a, b)[0]),
    ("4.2", "Dice", "Dice", lambda a, b: 2 * parts(a, b)[0] / sum(parts(a, b)[1:])),
    ("4.2", "smaller area", "smaller", lambda a, b: parts(a, b)[0] / min(parts(a, b)[1:])),
    ("4.2", "larger area", "larger", lambda a, b: parts(a, b)[0] / max(parts(a, b)[1:])),
    ("4.2", "first area", "first", lambda a, b: parts(a, b)[0] / parts(a, b)[1]),
    ("4.2", "second area", "second", lambda a, b: parts(a, b)[0] / parts(a, b)[2]),
    ("4.2", "a pixel more", "1|pixel", with_one_more),
    ("4.2", "the box round both", "round both|around both|both together|bounding", around),
    ("4.2", "corners taken for sizes", "corner|width", by_size),
    ("4.2", "x alone", "x|height|width", only_x),
    ("4.2", "one minus", "1 −|1 -|one minus|distance|not share", lambda a, b: 1 - iou(a, b)),
    (
        "4.2",
        "upside down",
        "upside|turned|other way",
        lambda a, b: (sum(parts(a, b)[1:]) - parts(a, b)[0]) / (parts(a, b)[0] or 1),
    ),
    (
        "4.2",
        "integer division",
        "//|whole",
        lambda a, b: parts(a, b)[0] // (sum(parts(a, b)[1:]) - parts(a, b)[0]),
    ),
    ("4.2", "whether they touch", "True|whether|number", lambda a, b: parts(a, b)[0] > 0),
    (
        "4.2",
        "shared added",
        "added|subtract|taken away|minus|twice",
        lambda a, b: parts(a, b)[0] / (sum(parts(a, b)[1:]) + parts(a, b)[0]),
    ),
    ("4.2", "nothing returned", "return", lambda a, b: None),
    ("4.3", "whole map", "whole|of the photo", lambda m, mask: np.bincount(m.ravel()).argmax()),
    ("4.3", "outside", "outside|around|inside out|~", lambda m, mask: np.bincount(m[~mask]).argmax()),
    ("4.3", "highest number", "highest|largest number", lambda m, mask: m[mask].max()),
    ("4.3", "lowest number", "lowest|smallest", lambda m, mask: m[mask].min()),
    ("4.3", "first pixel", "first pixel|one pixel", lambda m, mask: m[mask][0]),
    ("4.3", "last pixel", "last pixel|one pixel", lambda m, mask: m[mask][-1]),
    ("4.3", "median", "median|middle", lambda m, mask: int(np.median(m[mask]))),
    ("4.3", "mean", "mean|average", lambda m, mask: int(m[mask].mean())),
    ("4.3", "times mask", "0|outside|background", lambda m, mask: np.bincount((m * mask).ravel()).argmax()),
    (
        "4.3",
        "without background",
        "background|0|class 0",
        lambda m, mask: np.bincount(m[mask], minlength=21)[1:].argmax() + 1,
    ),
    (
        "4.3",
        "shifted by one",
        "one|shift|begin",
        lambda m, mask: np.bincount(m[mask], minlength=21)[1:].argmax(),
    ),
    ("4.3", "how many votes", "how many|count|votes", lambda m, mask: np.bincount(m[mask]).max()),
    (
        "4.3",
        "least votes",
        "fewest|least",
        lambda m, mask: np.unique(m[mask])[np.unique(m[mask], return_counts=True)[1].argmin()],
    ),
    (
        "4.3",
        "place among those found",
        "place|number among|index",
        lambda m, mask: np.unique(m[mask], return_counts=True)[1].argmax(),
    ),
    ("4.3", "all votes", "number", lambda m, mask: np.bincount(m[mask])),
    ("4.3", "name", "number", lambda m, mask: "cat"),
    ("4.3", "number of classes", "how many|different|classes", lambda m, mask: len(np.unique(m[mask]))),
    ("4.3", "nothing returned", "return", lambda m, mask: None),
    ("4.4", "all masks", "all|every|only those", lambda m, c, n: m.any(axis=0)),
    ("4.4", "largest mask", "largest", lambda m, c, n: m[m.sum(axis=(1, 2)).argmax()]),
    ("4.4", "first of the class", "union|together|single|one of", lambda m, c, n: some(m, c, n)[0]),
    ("4.4", "last of the class", "union|together|single|one of", lambda m, c, n: some(m, c, n)[-1]),
    ("4.4", "largest of the class", "one of|part", lambda m, c, n: max(some(m, c, n), key=np.sum)),
    ("4.4", "DeepLab's", "DeepLab", lambda m, c, n: c == n),
    ("4.4", "stack", "union|one mask|together|several", some),
    ("4.4", "list of masks", "union|one mask|together|several", lambda m, c, n: list(some(m, c, n))),
    ("4.4", "what all share", "share|common", lambda m, c, n: some(m, c, n).all(axis=0)),
    ("4.4", "others", "not of|other", lambda m, c, n: m[~np.array(chosen(m, c, n))].any(axis=0)),
    ("4.4", "the inverse", "inside out", lambda m, c, n: ~joined(m, c, n)),
    ("4.4", "counts", "added|any", lambda m, c, n: some(m, c, n).sum(axis=0)),
    ("4.4", "of 0 and 255", "255|True|bool", lambda m, c, n: joined(m, c, n) * 255),
    ("4.4", "of 0.0 and 1.0", "True|bool", lambda m, c, n: joined(m, c, n).astype(float)),
    ("4.4", "nothing", "Nothing is in it", lambda m, c, n: np.zeros(c.shape, bool)),
    ("4.4", "everything", "always the same", lambda m, c, n: np.ones(c.shape, bool)),
    ("4.4", "which are of it", "which", chosen),
    ("4.4", "their places", "which|place", lambda m, c, n: np.flatnonzero(chosen(m, c, n))),
    ("4.4", "how many", "how many", lambda m, c, n: sum(chosen(m, c, n))),
    ("4.4", "how many pixels", "how many", lambda m, c, n: joined(m, c, n).sum()),
    ("4.4", "with what DeepLab has", "DeepLab", lambda m, c, n: joined(m, c, n) | (c == n)),
    ("4.4", "cut by what DeepLab has", "DeepLab", lambda m, c, n: joined(m, c, n) & (c == n)),
    ("4.4", "cut out of the map", "class|number|True|bool", lambda m, c, n: c * joined(m, c, n)),
    ("4.4", "exclusive or", "overlap", lambda m, c, n: np.bitwise_xor.reduce(some(m, c, n))),
    (
        "4.4",
        "a vote of one pixel",
        "pixel|most",
        with_a_pixel,
    ),
    ("4.4", "always cat", "8|number", lambda m, c, n: joined(m, c, 8)),
    ("4.4", "the next class", "number|class", lambda m, c, n: joined(m, c, n - 3)),
    ("4.4", "nothing returned", "return", lambda m, c, n: None),
]
