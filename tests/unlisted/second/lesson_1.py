"""Wrong answers to lesson 1."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np

from segwidgets import load_image
from tests.unlisted.lesson_1 import square

photo = load_image("cat")
bgr = photo[:, :, ::-1]
mean = np.array([123.675, 116.28, 103.53], dtype=np.float32)
std = np.array([58.395, 57.12, 57.375], dtype=np.float32)


def scaled(height: int, width: int, side: float = 1024) -> tuple[float, float]:
    scale = side / max(height, width)
    return height * scale, width * scale


def below(image: Any) -> Any:
    return square(image, 1024 - image.shape[0], 1024 - image.shape[1])


def fixed_rows(image: Any) -> Any:
    made = np.zeros((3, 1024, 1024), dtype=image.dtype)
    made[:, :681, :1024] = image.transpose(2, 0, 1)
    return made


def factor(height: int, width: int) -> float:
    return 1024 / max(height, width)


UNLISTED = [
    ("1.1", "rows turned", "upside|rows|first axis|flip", bgr[::-1]),
    ("1.1", "columns turned", "mirror|left|columns|second axis", bgr[:, ::-1]),
    ("1.1", "all axes turned", "upside|axes|rotat|turned", bgr[::-1, ::-1, ::-1]),
    ("1.1", "two other channels", "first and the last are to change", bgr[:, :, [1, 0, 2]]),
    ("1.1", "turned in a circle", "green|order|round|circle", bgr[:, :, [2, 0, 1]]),
    ("1.1", "negative", "negative|inver|255", 255 - bgr),
    ("1.1", "grey", "grey|channel", bgr.mean(axis=2)),
    ("1.1", "as HSV", "HSV|colour space", cv2.cvtColor(np.ascontiguousarray(bgr), cv2.COLOR_BGR2HSV)),
    ("1.1", "scaled to 1", "255|0 to 1|scale", photo / 255),
    ("1.1", "channels first", "first|shape|moved|axes", photo.transpose(2, 0, 1)),
    ("1.1", "red alone", "one channel|channel", bgr[:, :, 2]),
    ("1.1", "red twice", "Two channels are the same|red|twice", bgr[:, :, [2, 1, 2]]),
    ("1.1", "astronaut", "another photo|astronaut", load_image("astronaut")),
    ("1.1", "the slice", "slice|array|index", (slice(None), slice(None), slice(None, None, -1))),
    ("1.2", "rounded up", "round", lambda h, w: tuple(math.ceil(v) for v in scaled(h, w))),
    ("1.2", "rounded down by //", "round", lambda h, w: (h * 1024 // max(h, w), w * 1024 // max(h, w))),
    (
        "1.2",
        "by the shortest side",
        "short|longest|max",
        lambda h, w: (round(h * 1024 / min(h, w)), round(w * 1024 / min(h, w))),
    ),
    ("1.2", "of Chelsea always", "always|every photo|example|same", lambda h, w: (681, 1024)),
    (
        "1.2",
        "Chelsea's factor",
        "factor|scale|every photo|example|own",
        lambda h, w: (round(h * 2.2705), round(w * 2.2705)),
    ),
    (
        "1.2",
        "DeepLab's side",
        "513|DeepLab|longest side is to become 1024",
        lambda h, w: tuple(round(v) for v in scaled(h, w, 513)),
    ),
    ("1.2", "width is always 1024", "width|high|longest", lambda h, w: (round(h * 1024 / w), 1024)),
    ("1.2", "a square", "square|both|proportion", lambda h, w: (1024, 1024)),
    ("1.2", "1000", "1000|1024", lambda h, w: tuple(round(v) for v in scaled(h, w, 1000))),
    (
        "1.2",
        "never enlarged",
        "small|enlarge",
        lambda h, w: tuple(round(v) for v in scaled(h, w, min(1024, max(h, w)))),
    ),
    ("1.2", "the factor", "two numbers|factor|scale", lambda h, w: 1024 / max(h, w)),
    (
        "1.2",
        "width first",
        "order|swapped|height first",
        lambda h, w: tuple(round(v) for v in scaled(h, w))[::-1],
    ),
    ("1.2", "printed", "return", lambda h, w: None),
    (
        "1.2",
        "turned factor",
        "upside|inverse|other way|divided",
        lambda h, w: (round(h * max(h, w) / 1024), round(w * max(h, w) / 1024)),
    ),
    ("1.2", "as text", "text|number", lambda h, w: " x ".join(map(str, scaled(h, w)))),
    ("1.3", "mean alone", "divi|deviation|std", lambda image: image - mean),
    ("1.3", "std alone", "mean|subtract", lambda image: image / std),
    ("1.3", "no brackets", "bracket|parenthes|first", lambda image: image - mean / std),
    ("1.3", "swapped", "swapped|places|subtract", lambda image: (image - std) / mean),
    ("1.3", "times std", "multipl|divi", lambda image: (image - mean) * std),
    ("1.3", "as variance", "square|variance", lambda image: (image - mean) / std**2),
    (
        "1.3",
        "the photo's own",
        "own",
        lambda image: (image - image.mean(axis=(0, 1))) / image.std(axis=(0, 1)),
    ),
    ("1.3", "0 to 1 first", "255|0 to 1", lambda image: (image / 255 - mean) / std),
    ("1.3", "to 0 … 1 alone", "255|0 to 1|mean", lambda image: image / 255),
    ("1.3", "constants in BGR order", "order|BGR|revers", lambda image: (image - mean[::-1]) / std[::-1]),
    ("1.3", "one mean for all", "channel|one mean|own", lambda image: (image - mean.mean()) / std.mean()),
    ("1.3", "made whole again", "uint8|whole|integer", lambda image: ((image - mean) / std).astype(np.uint8)),
    (
        "1.3",
        "between min and max",
        "min|smallest|own|0 to 1",
        lambda image: (image - image.min()) / (image.max() - image.min()),
    ),
    (
        "1.3",
        "clipped at zero",
        "cut off at 0|negative|below zero",
        lambda image: np.clip((image - mean) / std, 0, None),
    ),
    ("1.3", "image of the lesson", "given|own photo|argument|same", lambda image: (photo - mean) / std),
    ("1.3", "DeepLab's way", "DeepLab|127", lambda image: image / 127.5 - 1),
    ("1.3", "sign turned", "sign|other way|minus", lambda image: (mean - image) / std),
    ("1.3", "nothing", "unchanged|as it|nothing", lambda image: image),
    (
        "1.4",
        "channels last",
        "wrong axis|channels first|transpose",
        lambda image: square(image).transpose(1, 2, 0),
    ),
    (
        "1.4",
        "reshape",
        "reshape",
        lambda image: square(image.reshape(3, *image.shape[:2]).transpose(1, 2, 0)),
    ),
    (
        "1.4",
        "turned as well",
        "turned|height and width|swapped|transposed",
        lambda image: square(image.transpose(1, 0, 2)),
    ),
    ("1.4", "padding above", "above|top|left|corner", below),
    (
        "1.4",
        "in the middle",
        "top left|centre|middle",
        lambda image: square(image, (1024 - image.shape[0]) // 2, (1024 - image.shape[1]) // 2),
    ),
    (
        "1.4",
        "stretched",
        "stretch|squash|resiz|distort|enlarg",
        lambda image: cv2.resize(image.astype(np.float32), (1024, 1024)).transpose(2, 0, 1),
    ),
    ("1.4", "ones", "zero", lambda image: square(image, fill=1)),
    ("1.4", "no padding", "pad|square|1024", lambda image: image.transpose(2, 0, 1)),
    ("1.4", "batch axis", "batch|axis|axes", lambda image: square(image)[None]),
    ("1.4", "681 rows", "681|size|own|fixed", fixed_rows),
    (
        "1.4",
        "edge repeated",
        "zero|repeat|edge",
        lambda image: np.pad(
            image, ((0, 1024 - image.shape[0]), (0, 1024 - image.shape[1]), (0, 0)), "edge"
        ).transpose(2, 0, 1),
    ),
    ("1.4", "whole numbers", "whole|uint8|integer", lambda image: square(image).astype(np.uint8)),
    ("1.4", "channels in reverse", "order|revers|BGR|red", lambda image: square(image)[::-1]),
    ("1.4", "nothing but zeros", "zero|empty|image", lambda image: np.zeros((3, 1024, 1024), np.float32)),
    (
        "1.4",
        "square of the longest side",
        "1024",
        lambda image: square(image)[:, : max(image.shape), : max(image.shape)],
    ),
    (
        "1.5",
        "the wrong way",
        "multipl|divi|other way|way back",
        lambda x, y, h, w: (x * factor(h, w), y * factor(h, w)),
    ),
    ("1.5", "y first", "order|swapped", lambda x, y, h, w: (y / factor(h, w), x / factor(h, w))),
    (
        "1.5",
        "each side its own",
        "own factor|same factor|both|each side|per",
        lambda x, y, h, w: (x * w / 1024, y * h / 1024),
    ),
    ("1.5", "shortest", "short|longest", lambda x, y, h, w: (x * min(h, w) / 1024, y * min(h, w) / 1024)),
    (
        "1.5",
        "Chelsea's factor",
        "factor|Chelsea|every photo|example",
        lambda x, y, h, w: (x / 2.2705, y / 2.2705),
    ),
    (
        "1.5",
        "DeepLab's 513",
        "became 1024, and no other|513",
        lambda x, y, h, w: (x * max(h, w) / 513, y * max(h, w) / 513),
    ),
    ("1.5", "x alone", "two numbers|both|x, y", lambda x, y, h, w: x / factor(h, w)),
    ("1.5", "as it is", "as it|unchanged|scale", lambda x, y, h, w: (x, y)),
    ("1.5", "as a share", "share|0 to 1|1024", lambda x, y, h, w: (x / 1024, y / 1024)),
    ("1.5", "by the height", "height|longest|high|wide", lambda x, y, h, w: (x * h / 1024, y * h / 1024)),
    ("1.5", "by the width", "width|longest|high|wide", lambda x, y, h, w: (x * w / 1024, y * w / 1024)),
    ("1.5", "printed", "return", lambda x, y, h, w: None),
    (
        "1.5",
        "sides swapped",
        "by itself|swapped",
        lambda x, y, h, w: (x * h / 1024, y * w / 1024),
    ),
    ("1.5", "y from below", "down|top|bottom", lambda x, y, h, w: (x / factor(h, w), h - y / factor(h, w))),
    (
        "1.5",
        "padding taken off",
        "padding|corner|subtract|centre",
        lambda x, y, h, w: (
            (x - (1024 - w * factor(h, w)) / 2) / factor(h, w),
            (y - (1024 - h * factor(h, w)) / 2) / factor(h, w),
        ),
    ),
]
