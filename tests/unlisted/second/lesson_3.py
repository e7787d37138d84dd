"""Wrong answers to lesson 3."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from PIL import Image
from skimage.transform import resize

from segwidgets import load_image, segment_semantic
from segwidgets.course import reference_mask
from segwidgets.models.deeplab.table import load_fastest
from tests.unlisted import Later


@cache
def hopper() -> Any:
    return segment_semantic("grace_hopper")


@cache
def scores() -> Any:
    return load_fastest().logits(load_image("astronaut"))


def name_at(y: int, x: int, place: int, photo: str = "astronaut") -> Any:
    logits = scores() if photo == "astronaut" else load_fastest().logits(load_image(photo))
    order = np.argsort(-logits[:, y, x])
    return load_fastest().class_names[order[place]]


def pil(class_map: Any, size: Any, how: Any) -> Any:
    return np.asarray(Image.fromarray(class_map.astype(np.uint8)).resize((size[1], size[0]), how))


def nine(values: Any, rate: int, row: int, column: int) -> Any:
    return values[row - rate : row + rate + 1 : rate, column - rate : column + rate + 1 : rate]


UNLISTED = [
    ("3.1", "percent", "percent|per cent", Later(lambda: 100 * hopper().mask("person").mean())),
    ("3.1", "pixels", "pixels|count|share", Later(lambda: hopper().mask("person").sum())),
    ("3.1", "background", "background|rest|other", Later(lambda: hopper().mask("background").mean())),
    ("3.1", "the probability", "probab|confid|sure", Later(lambda: hopper().confidence[15])),
    ("3.1", "all shares", "one number|number|person", Later(lambda: hopper().area_share)),
    ("3.1", "the mask", "mean|number", Later(lambda: hopper().mask("person"))),
    (
        "3.1",
        "the astronaut",
        "astronaut|another photo|other photo",
        Later(lambda: segment_semantic("astronaut").mask("person").mean()),
    ),
    (
        "3.1",
        "the cat",
        "cat|another photo|other photo",
        Later(lambda: segment_semantic("cat").mask("cat").mean()),
    ),
    ("3.1", "text", "text|number", "0.60"),
    ("3.1", "class number", "class|15", 15),
    (
        "3.1",
        "to background",
        "background|whole photo|ratio",
        Later(lambda: hopper().mask("person").sum() / hopper().mask("background").sum()),
    ),
    ("3.1", "the reference", "SAM|reference|DeepLab", float(reference_mask("grace_hopper", "person").mean())),
    ("3.1", "to one decimal", "decimal|exact|round", 0.6),
    ("3.1", "mean of the map", "mean|class map|numbers", Later(lambda: hopper().class_map.mean())),
    ("3.2", "the winner", "wins|first|winner", "background"),
    ("3.2", "the third", "third", Later(lambda: name_at(170, 392, 2))),
    ("3.2", "the last", "last|lowest|ascending|order", Later(lambda: name_at(170, 392, -1))),
    ("3.2", "the last but one", "lowest|last|ascending|order", Later(lambda: name_at(170, 392, -2))),
    ("3.2", "its number", "name|number", Later(lambda: int(np.argsort(-scores()[:, 170, 392])[1]))),
    ("3.2", "its score", "name|number", Later(lambda: float(np.sort(scores()[:, 170, 392])[-2]))),
    (
        "3.2",
        "the motorcycle's photo",
        "photo|motorcycle|not among",
        Later(lambda: name_at(170, 392, 1, "motorcycle")),
    ),
    ("3.2", "in Spanish", "English|Spanish", "botella"),
    ("3.2", "what it is", "20|know|classes|word", "space shuttle"),
    ("3.2", "both", "one|second|single", Later(lambda: [name_at(170, 392, 0), name_at(170, 392, 1)])),
    ("3.2", "a typo", "spell|know|classes|word|name", "bottel"),
    (
        "3.3",
        "bicubic",
        "bicubic|invent|middle|between|average",
        lambda m, s: pil(m, s, Image.Resampling.BICUBIC),
    ),
    (
        "3.3",
        "sides swapped",
        "swapped|width|order|shape",
        lambda m, s: pil(m, s[::-1], Image.Resampling.NEAREST),
    ),
    (
        "3.3",
        "linear, then rounded",
        "invent|between|average|middle",
        lambda m, s: np.round(resize(m.astype(float), s, order=1, preserve_range=True)).astype(int),
    ),
    (
        "3.3",
        "by area",
        "invent|between|average|middle",
        lambda m, s: cv2.resize(m.astype(np.uint8), s[::-1], interpolation=cv2.INTER_AREA),
    ),
    ("3.3", "cut off", "cut|crop|corner|shape|stretch", lambda m, s: m[: s[0], : s[1]]),
    ("3.3", "numpy's resize", "repeat|np.resize|shuffl|order|row", lambda m, s: np.resize(m, s)),
    ("3.3", "as it is", "size|shape|unchanged|resized", lambda m, s: m),
    (
        "3.3",
        "always 500 × 741",
        "always the same|fixed|500",
        lambda m, s: pil(m, (500, 741), Image.Resampling.NEAREST),
    ),
    (
        "3.3",
        "a binary mask",
        "mask|class|True|names|numbers",
        lambda m, s: pil(m, s, Image.Resampling.NEAREST) > 0,
    ),
    ("3.3", "mirrored", "mirror|flip", lambda m, s: pil(m, s, Image.Resampling.NEAREST)[:, ::-1]),
    (
        "3.3",
        "padded",
        "zeros were added|pad",
        lambda m, s: np.pad(m, ((0, max(0, s[0] - len(m))), (0, max(0, s[1] - m.shape[1]))))[: s[0], : s[1]],
    ),
    ("3.3", "printed", "return", lambda m, s: None),
    (
        "3.3",
        "transposed",
        "turned|transposed|swapped|shape",
        lambda m, s: pil(m, s, Image.Resampling.NEAREST).T,
    ),
    ("3.4", "rate forgotten", "rate", lambda v, k, rate, r, c: (nine(v, 1, r, c) * k).sum()),
    (
        "3.4",
        "corner for centre",
        "centre|corner",
        lambda v, k, rate, r, c: (v[r : r + 2 * rate + 1 : rate, c : c + 2 * rate + 1 : rate] * k).sum(),
    ),
    (
        "3.4",
        "kernel turned",
        "turn|flip",
        lambda v, k, rate, r, c: (nine(v, rate, r, c) * k[::-1, ::-1]).sum(),
    ),
    ("3.4", "not added", "add|sum|one number", lambda v, k, rate, r, c: nine(v, rate, r, c) * k),
    ("3.4", "mean", "mean|average|sum", lambda v, k, rate, r, c: (nine(v, rate, r, c) * k).mean()),
    (
        "3.4",
        "gaps of rate",
        "rate|gap|step|between",
        lambda v, k, rate, r, c: (
            np.pad(v, 9)[
                r + 9 - rate - 1 : r + 9 + rate + 2 : rate + 1, c + 9 - rate - 1 : c + 9 + rate + 2 : rate + 1
            ]
            * k
        ).sum(),
    ),
    (
        "3.4",
        "row and column swapped",
        "row|swapped",
        lambda v, k, rate, r, c: (
            np.pad(v, 40)[c + 40 - rate : c + 41 + rate : rate, r + 40 - rate : r + 41 + rate : rate] * k
        ).sum(),
    ),
    (
        "3.4",
        "kernel transposed",
        "kernel|transposed|turn",
        lambda v, k, rate, r, c: (nine(v, rate, r, c) * k.T).sum(),
    ),
    ("3.4", "matrix product", "matrix|@|element", lambda v, k, rate, r, c: (nine(v, rate, r, c) @ k).sum()),
    (
        "3.4",
        "end of the slice",
        "slice|end|one|shape",
        lambda v, k, rate, r, c: (v[r - rate : r + rate : rate, c - rate : c + rate : rate] * k).sum(),
    ),
    ("3.4", "the centre alone", "centre|nine|only", lambda v, k, rate, r, c: v[r, c] * k[1, 1]),
    ("3.4", "values alone", "kernel|weights", lambda v, k, rate, r, c: nine(v, rate, r, c).sum()),
    (
        "3.4",
        "nothing below zero",
        "negative|zero|below",
        lambda v, k, rate, r, c: max(0, (nine(v, rate, r, c) * k).sum()),
    ),
    (
        "3.4",
        "added, not multiplied",
        "multipl|product",
        lambda v, k, rate, r, c: (nine(v, rate, r, c) + k).sum(),
    ),
    ("3.4", "printed", "return", lambda v, k, rate, r, c: None),
]
