"""Wrong answers to lesson 3."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from PIL import Image

from segwidgets import Segmenter, load_image, segment_semantic
from segwidgets.models.deeplab.table import load_fastest
from segwidgets.prompts import Prompt
from tests.unlisted import Later


def person() -> Any:
    return segment_semantic("grace_hopper").mask("person")


@cache
def scores() -> Any:
    return load_fastest().logits(load_image("astronaut"))


def nth(place: int, x: int = 392, y: int = 170) -> Any:
    return load_fastest().class_names[int(np.argsort(-scores()[:, y, x])[place])]


def by(way: Any, kind: Any = np.uint8) -> Any:
    def resize_classes(class_map: Any, size: Any) -> Any:
        picture = Image.fromarray(class_map.astype(kind))
        return np.asarray(picture.resize((size[1], size[0]), way))

    return resize_classes


def other_order(class_map: Any, size: Any) -> Any:
    return np.asarray(Image.fromarray(class_map.astype(np.uint8)).resize(size, Image.Resampling.NEAREST))


def cropped(class_map: Any, size: Any) -> Any:
    made = np.zeros(size, np.uint8)
    part = class_map[: size[0], : size[1]]
    made[: part.shape[0], : part.shape[1]] = part
    return made


def spread(class_map: Any, size: Any) -> Any:
    nearest = by(Image.Resampling.NEAREST)(class_map, size)
    return nearest * (255 // max(1, nearest.max()))


def linear(class_map: Any, size: Any) -> Any:
    return cv2.resize(class_map.astype(np.float32), (size[1], size[0]))


def window(values: Any, row: int, column: int, rate: int) -> Any:
    return values[row - rate : row + rate + 1 : rate, column - rate : column + rate + 1 : rate]


NEAREST = by(Image.Resampling.NEAREST)
UNLISTED = [
    ("3.1", "pixels", "pixels", Later(lambda: person().sum())),
    ("3.1", "percent", "percent|per cent|0 to 1", Later(lambda: 100 * person().mean())),
    ("3.1", "percent, whole", "percent|per cent|0 to 1", Later(lambda: round(100 * person().mean()))),
    (
        "3.1",
        "SAM's share",
        "SAM",
        Later(lambda: Segmenter("grace_hopper").predict(Prompt(box=(14, 24, 511, 600))).best_mask.mean()),
    ),
    (
        "3.1",
        "background",
        "background|not a person|the rest|everything else",
        Later(lambda: 1 - person().mean()),
    ),
    ("3.1", "the mask", "mask", Later(person)),
    ("3.1", "person to the rest", "rest|photo|whole", Later(lambda: person().sum() / (~person()).sum())),
    (
        "3.1",
        "mean of numbers",
        "number of the class|class numbers|map",
        Later(lambda: segment_semantic("grace_hopper").class_map.mean()),
    ),
    (
        "3.1",
        "over the numbers of the array",
        "channel|three",
        Later(lambda: person().sum() / load_image("grace_hopper").size),
    ),
    (
        "3.1",
        "another photo",
        "another photo|astronaut|which photo",
        Later(lambda: segment_semantic("astronaut").mask("person").mean()),
    ),
    (
        "3.1",
        "another class",
        "background's share",
        Later(lambda: segment_semantic("grace_hopper").mask("background").mean()),
    ),
    ("3.1", "class's number", "number|class", 15),
    ("3.1", "a text", "number", "0.66"),
    ("3.1", "all that is someting, guessed", "number|too", 0.4),
    ("3.2", "the first", "wins|first|best", "background"),
    ("3.2", "the third", "third", Later(lambda: nth(2))),
    ("3.2", "the last", "last|lowest|least|ascending", Later(lambda: nth(-1))),
    ("3.2", "second from below", "lowest|least|ascending|other end|sorted", Later(lambda: nth(-2))),
    ("3.2", "the number", "name", Later(lambda: int(np.argsort(-scores()[:, 170, 392])[1]))),
    ("3.2", "a list", "one|single|list|text", Later(lambda: [nth(1)])),
    ("3.2", "the value", "name", Later(lambda: float(np.sort(scores()[:, 170, 392])[-2]))),
    ("3.2", "class at place 1", "sort|place|number 1|index", Later(lambda: load_fastest().class_names[1])),
    ("3.2", "no class", "class|none of the", "rocket"),
    ("3.2", "misspelt", "class|none of the|spell", "airplan"),
    ("3.3", "linear", "average|between|middle", by(Image.Resampling.BILINEAR)),
    ("3.3", "cubic", "average|between|middle", by(Image.Resampling.BICUBIC)),
    ("3.3", "Lanczos", "average|between|middle", by(Image.Resampling.LANCZOS)),
    ("3.3", "linear floats", "average|between|middle", linear),
    ("3.3", "size in Pillow's order", "width|swapped|order", other_order),
    ("3.3", "not resized", "size|resiz", lambda class_map, size: class_map),
    ("3.3", "boolean", "boolean|True|number", lambda c, s: NEAREST(c, s) > 0),
    ("3.3", "upside down", "upside|mirror|flip", lambda c, s: NEAREST(c, s)[::-1]),
    ("3.3", "cut", "cut|crop|pad", cropped),
    ("3.3", "np.resize", "np.resize|repeat|row by row|reshape", lambda c, s: np.resize(c, s)),
    ("3.3", "spread to 255", "number|spread|255|class", spread),
    ("3.3", "nothing returned", "return", lambda c, s: None),
    ("3.3", "mirrored", "mirror|flip", lambda c, s: NEAREST(c, s)[:, ::-1]),
    ("3.4", "kernel turned", "turn", lambda v, k, rate, r, c: (window(v, r, c, rate) * k[::-1, ::-1]).sum()),
    (
        "3.4",
        "kernel transposed",
        "transpos|rows and columns|axes",
        lambda v, k, rate, r, c: (window(v, r, c, rate) * k.T).sum(),
    ),
    ("3.4", "no rate", "rate", lambda v, k, rate, r, c: (window(v, r, c, 1) * k).sum()),
    (
        "3.4",
        "top left",
        "cent",
        lambda v, k, rate, r, c: (v[r : r + 2 * rate + 1 : rate, c : c + 2 * rate + 1 : rate] * k).sum(),
    ),
    ("3.4", "mean", "mean|average|sum|add", lambda v, k, rate, r, c: (window(v, r, c, rate) * k).mean()),
    ("3.4", "values alone", "kernel|weight|multipl", lambda v, k, rate, r, c: window(v, r, c, rate).sum()),
    (
        "3.4",
        "one too far",
        "rate|holes|far",
        lambda v, k, rate, r, c: (window(v, r, c, rate + 1) * k).sum() if min(r, c) > rate else 0.0,
    ),
    (
        "3.4",
        "row and column swapped",
        "swapped|exchanged",
        lambda v, k, rate, r, c: (window(v, c, r, rate) * k).sum(),
    ),
    ("3.4", "sum of the kernel", "centre|value|nine|each", lambda v, k, rate, r, c: v[r, c] * k.sum()),
    (
        "3.4",
        "not summed",
        "sum|add|single number|one number",
        lambda v, k, rate, r, c: window(v, r, c, rate) * k,
    ),
    ("3.4", "matrix product", "@|matrix", lambda v, k, rate, r, c: (window(v, r, c, rate) @ k).sum()),
    (
        "3.4",
        "largest product",
        "largest|max|add|sum",
        lambda v, k, rate, r, c: (window(v, r, c, rate) * k).max(),
    ),
    ("3.4", "added", "multipl", lambda v, k, rate, r, c: (window(v, r, c, rate) + k).sum()),
    (
        "3.4",
        "bottom right",
        "cent",
        lambda v, k, rate, r, c: (v[r - 2 * rate : r + 1 : rate, c - 2 * rate : c + 1 : rate] * k).sum(),
    ),
]
