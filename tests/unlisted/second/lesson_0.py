"""Wrong answers to lesson 0."""

from __future__ import annotations

import cv2
import numpy as np

from segwidgets import Prompt, Segmenter, load_image
from segwidgets.course import draw, reference_mask
from tests.unlisted import Later

photo = load_image("cat")
rocket = reference_mask("rocket", "rocket")
rows, columns = np.indices(rocket.shape)


def grown(mask: np.ndarray, by: int) -> np.ndarray:
    kernel = np.ones((2 * abs(by) + 1,) * 2, np.uint8)
    change = cv2.dilate if by > 0 else cv2.erode
    return change(mask.astype(np.uint8), kernel).astype(bool)


UNLISTED = [
    ("0.1", "the flag", "not lie on", (60, 100)),
    ("0.1", "the photo itself", "photo|two numbers", load_image("astronaut")),
    ("0.1", "counted from the right and from below", "negative|outside", (-112, -62)),
    ("0.1", "numbers as texts", "text|numbers", ("400", "450")),
    ("0.1", "names and numbers", "is dict", {"x": 400, "y": 450}),
    ("0.1", "the photo's size", "outside|0 to 511|last", (512, 512)),
    ("0.1", "printed", "print|nothing|None", None),
    ("0.1", "a function", "function|two numbers", lambda: (400, 450)),
    ("0.1", "column alone, twice", "not lie on", (400, 400 - 200)),
    ("0.1", "the helmet's mask", "mask|two numbers", reference_mask("astronaut", "helmet")),
    ("0.2", "number of axes", "axes|dimension", photo.ndim),
    ("0.2", "in megapixels", "million|mega", 0.1353),
    ("0.2", "pixels of the cat", "mask|of the cat|cat's", int(reference_mask("cat", "cat").sum())),
    ("0.2", "the brightest value", "value|bright", int(photo.max())),
    ("0.2", "mean value", "value|bright", float(photo.mean())),
    ("0.2", "a function", "function|call", lambda picture: picture.shape[0] * picture.shape[1]),
    ("0.2", "height squared", "height|twice|square", 300 * 300),
    ("0.2", "width squared", "width|twice|square", 451 * 451),
    ("0.2", "with a unit", "text|number", "135300 px"),
    ("0.2", "half of it", "half", 300 * 451 // 2),
    ("0.2", "the photo", "number", photo),
    ("0.2", "different colours", "colour|different", len(np.unique(photo.reshape(-1, 3), axis=0))),
    ("0.3", "upside down", "upside|flip|mirror", rocket[::-1]),
    (
        "0.3",
        "with the pad",
        "outside the object, most of it at the bottom",
        rocket | ((rows > 330) & (abs(columns - 322) < 130)),
    ),
    ("0.3", "the tip alone", "part|missing|cuts", rocket & (rows < 140)),
    ("0.3", "ten pixels too thick", "more than|beyond|leak|too much|thick", grown(rocket, 10)),
    ("0.3", "too thin", "part|missing|cuts|thin", grown(rocket, -5)),
    ("0.3", "drawn", "photo|picture|image", draw(load_image("rocket"), rocket)),
    ("0.3", "coordinates of its pixels", "coordinates|size|shape", np.argwhere(rocket)),
    ("0.3", "the name of a file", "is str", "rocket_mask.png"),
    ("0.3", "the prompt", r"prompt|\.mask", Prompt([(322, 200)])),
    ("0.3", "a segmenter", r"predict|\.mask|segmenter", Later(lambda: Segmenter("rocket"))),
    ("0.3", "turned by a half", "upside|turned|rotated", rocket[::-1, ::-1]),
]
