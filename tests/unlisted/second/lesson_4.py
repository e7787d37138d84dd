"""Wrong answers to lesson 4."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets.course import reference_mask


def shared(a: Any, b: Any) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)


def area(box: Any) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def iou(a: Any, b: Any) -> float:
    return shared(a, b) / (area(a) + area(b) - shared(a, b))


def unclamped(a: Any, b: Any) -> float:
    common = (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))
    return common / (area(a) + area(b) - common)


def absolute(a: Any, b: Any) -> float:
    common = abs(min(a[2], b[2]) - max(a[0], b[0])) * abs(min(a[3], b[3]) - max(a[1], b[1]))
    return common / (area(a) + area(b) - common)


def around(a: Any, b: Any) -> float:
    hull = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return shared(a, b) / area(hull)


def as_width_height(a: Any, b: Any) -> float:
    def corners(box: Any) -> Any:
        return box[0], box[1], box[0] + box[2], box[1] + box[3]

    return iou(corners(a), corners(b))


def pixel_more(a: Any, b: Any) -> float:
    return iou((a[0], a[1], a[2] + 1, a[3] + 1), (b[0], b[1], b[2] + 1, b[3] + 1))


def winner(class_map: Any, mask: Any) -> Any:
    return np.bincount(class_map[mask]).argmax()


def chosen(masks: Any, class_map: Any, number: int) -> Any:
    return np.array([winner(class_map, mask) == number for mask in masks])


def by_size(masks: Any, class_map: Any, number: int) -> Any:
    mine = masks[chosen(masks, class_map, number)]
    return mine[mine.sum(axis=(1, 2)).argmax()]


def touched(masks: Any, class_map: Any, number: int) -> Any:
    return masks[[(class_map[mask] == number).any() for mask in masks]].any(axis=0)


def nearly_all(masks: Any, class_map: Any, number: int) -> Any:
    return masks[[(class_map[mask] == number).mean() > 0.99 for mask in masks]].any(axis=0)


UNLISTED = [
    ("4.1", "clicks", "three|candidates|click", 144),
    ("4.1", "one row", "row|grid|square|12 × 12|side", 36),
    ("4.1", "of the lesson's grid", "8", 192),
    ("4.1", "four for each", "three|four", 576),
    ("4.1", "cubed", "three|cube|third", 12**3),
    ("4.1", "sides added", "added|12 × 12|multipl|grid|square", (12 + 12) * 3),
    ("4.1", "shape", "number", (432, 512, 512)),
    ("4.1", "text", "number|text", "12 * 12 * 3"),
    ("4.1", "eleven gaps", "11|gaps|points", 11 * 11 * 3),
    ("4.1", "twelve more", "12|grid|square|points", 12 * 3 + 12),
    ("4.1", "of 16", "16", 16 * 16 * 3),
    ("4.1", "clicks and masks", "three|candidates|click", 144 + 3),
    ("4.2", "no clamp", "touch|negative|apart", unclamped),
    ("4.2", "absolute", "touch|negative|apart|abs", absolute),
    ("4.2", "of the first", "first|union|together|both", lambda a, b: shared(a, b) / area(a)),
    (
        "4.2",
        "of the smaller",
        "smaller|union|together|both",
        lambda a, b: shared(a, b) / min(area(a), area(b)),
    ),
    ("4.2", "of the sum", "twice|sum|once|subtract", lambda a, b: shared(a, b) / (area(a) + area(b))),
    ("4.2", "of a box round both", "round both|around|hull|enclos|cover", around),
    ("4.2", "as width and height", "width|corner", as_width_height),
    ("4.2", "one pixel more", r"1 is added|\+ 1", pixel_more),
    ("4.2", "distance", "minus|distance|1 −|one minus", lambda a, b: 1 - iou(a, b)),
    ("4.2", "yes or no", "True|number|yes", lambda a, b: shared(a, b) > 0),
    ("4.2", "percent", "percent|per cent", lambda a, b: round(100 * iou(a, b))),
    (
        "4.2",
        "x0, x1, y0, y1",
        "order|x0, y0",
        lambda a, b: iou((a[0], a[2], a[1], a[3]), (b[0], b[2], b[1], b[3])),
    ),
    (
        "4.2",
        "of the widths alone",
        "width|height|area|side",
        lambda a, b: max(0, min(a[2], b[2]) - max(a[0], b[0])) / (max(a[2], b[2]) - min(a[0], b[0])),
    ),
    ("4.2", "Dice", "Dice", lambda a, b: 2 * shared(a, b) / (area(a) + area(b))),
    ("4.2", "shared area", "area|divided|over", shared),
    ("4.2", "printed", "return", lambda a, b: None),
    ("4.3", "how many", "how many|number of votes|count|votes", lambda m, k: np.bincount(m[k]).max()),
    (
        "4.3",
        "class and votes",
        "one number|two|pair|number",
        lambda m, k: (winner(m, k), np.bincount(m[k]).max()),
    ),
    ("4.3", "all pixels", "whole|photo|mask", lambda m, k: np.bincount(m.ravel()).argmax()),
    ("4.3", "outside", "outside|inver|not in", lambda m, k: winner(m, ~k)),
    ("4.3", "highest number", "highest|largest", lambda m, k: m[k].max()),
    ("4.3", "mean class", "mean|average|middle", lambda m, k: round(m[k].mean())),
    ("4.3", "median class", "median|middle|average", lambda m, k: int(np.median(m[k]))),
    (
        "4.3",
        "without background",
        "background|0",
        lambda m, k: 1 + np.bincount(m[k], minlength=2)[1:].argmax(),
    ),
    (
        "4.3",
        "fewest votes",
        "fewest|least|lowest",
        lambda m, k: np.unique(m[k])[np.unique(m[k], return_counts=True)[1].argmin()],
    ),
    ("4.3", "place of the largest", "place|position|index", lambda m, k: m[k].argmax()),
    ("4.3", "constant", "always|constant|same", lambda m, k: 15),
    ("4.3", "all classes", "one|which|several|list", lambda m, k: np.unique(m[k])),
    (
        "4.3",
        "place in the list of those found",
        "place|position|index|unique",
        lambda m, k: np.unique(m[k], return_counts=True)[1].argmax(),
    ),
    ("4.3", "share", "share|number of the class|votes", lambda m, k: (m[k] == winner(m, k)).mean()),
    ("4.3", "all the counts", "argmax|one number|counts|which", lambda m, k: np.bincount(m[k])),
    ("4.4", "not joined", "one mask|union|any|join", lambda m, c, n: m[chosen(m, c, n)]),
    ("4.4", "common pixels", "all|common|any|union|every", lambda m, c, n: m[chosen(m, c, n)].all(axis=0)),
    ("4.4", "class map", "class map|DeepLab|outline", lambda m, c, n: c == n),
    ("4.4", "the largest", "largest|all of|one of", by_size),
    ("4.4", "touched is enough", "most|majority|any pixel|vote", touched),
    ("4.4", "all but unanimous", "most|majority|half|strict|vote", nearly_all),
    ("4.4", "everything", "all masks|every|number|vote", lambda m, c, n: m.any(axis=0)),
    ("4.4", "the others", "other|not|opposite", lambda m, c, n: m[~chosen(m, c, n)].any(axis=0)),
    (
        "4.4",
        "cut to the class map",
        "class map|cut|outline|whole",
        lambda m, c, n: m[chosen(m, c, n)].any(axis=0) & (c == n),
    ),
    ("4.4", "wrong axis", "axis|shape", lambda m, c, n: m[chosen(m, c, n)].any(axis=1)),
    ("4.4", "always 8", "8|number|given", lambda m, c, n: m[chosen(m, c, 8)].any(axis=0)),
    ("4.4", "which ones", "mask|union|which", lambda m, c, n: chosen(m, c, n)),
    ("4.4", "the last one", "last|all of|one of", lambda m, c, n: m[chosen(m, c, n)][-1]),
    ("4.4", "the reference", "reference|given|masks", lambda m, c, n: reference_mask("cat", "cat")),
    ("4.4", "counts", "sum|count|True|how many", lambda m, c, n: m[chosen(m, c, n)].sum(axis=0)),
    ("4.4", "printed", "return", lambda m, c, n: None),
]
