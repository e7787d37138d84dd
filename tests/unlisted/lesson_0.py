"""Wrong answers to lesson 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets import ClickSegmenter, Prompt, Segmenter, load_image
from segwidgets.course import reference_mask
from tests.unlisted import Later

photo = load_image("cat")
rocket = reference_mask("rocket", "rocket")


def click(x: int, y: int, which: int | None = None) -> Later:
    def make() -> Any:
        found = Segmenter("rocket").predict(Prompt([(x, y)]))
        return found.best_mask if which is None else found.masks[which]

    return Later(make)


def _widget() -> Any:
    widget = ClickSegmenter("rocket")
    widget.add_point(322, 200)
    return widget


UNLISTED = [
    ("0.1", "x and y swapped", "swapped", (490, 330)),
    ("0.1", "shares of the photo", "shares", (0.78, 0.88)),
    ("0.1", "in percent", "percent|per cent", (78, 88)),
    ("0.1", "her face", "not lie on", (220, 110)),
    ("0.1", "y counted from the bottom", "down|top", (400, 62)),
    ("0.1", "off the photo", "outside", (900, 450)),
    ("0.1", "in a picture twice as large", "outside", (800, 900)),
    ("0.1", "a single number", "two numbers", 400),
    ("0.1", "a text", "is str", "400, 450"),
    ("0.1", "a box", "two numbers", (280, 344, 512, 512)),
    ("0.1", "a label among the numbers", "two numbers", (400, 450, 1)),
    ("0.1", "a background point", "label", Prompt([(400, 450)], labels=[0])),
    ("0.1", "two points", "One point|two numbers", [(400, 450), (420, 440)]),
    ("0.2", "numbers in the array", "three", photo.size),
    ("0.2", "the shape", "one number|single number|a number", photo.shape),
    ("0.2", "height and width as they are", "one number|single number|a number", photo.shape[:2]),
    ("0.2", "sum of the sides", "added", 751),
    ("0.2", "rows alone", "height|rows", len(photo)),
    ("0.2", "columns alone", "width|columns", photo.shape[1]),
    ("0.2", "width times channels", "channel", photo.shape[1] * photo.shape[2]),
    ("0.2", "height times channels", "channel", photo.shape[0] * photo.shape[2]),
    ("0.2", "sum of all values", "sum|brightness|values", photo.sum()),
    ("0.2", "a row too few", "row|one too few|off by", 299 * 451),
    ("0.2", "a row and a column too many", "row|one too many|off by", 301 * 452),
    ("0.2", "all sides added", "added", sum(photo.shape)),
    ("0.2", "another photo", "another photo|astronaut", 512 * 512),
    ("0.2", "a text", "number", "135300"),
    ("0.2", "in thousands", "thousand", 135.3),
    ("0.3", "whole photo", "whole", np.ones_like(rocket)),
    ("0.3", "nothing", "empty", np.zeros_like(rocket)),
    ("0.3", "the inverse", "inside out", ~rocket),
    ("0.3", "transposed", "Height and width are swapped", rocket.T),
    ("0.3", "left and right swapped", "mirror", rocket[:, ::-1]),
    ("0.3", "a box filled", "box", Later(lambda: _box_of(rocket))),
    ("0.3", "the widget", r"\.mask", Later(_widget)),
    ("0.3", "all three masks", "three|several|one of them", Later(lambda: _candidates().masks)),
    ("0.3", "the candidates", r"masks|one of", Later(lambda: _candidates())),
    ("0.3", "the logits", "logits", Later(lambda: _candidates().low_res_logits[0])),
    ("0.3", "the photo", "picture", load_image("rocket")),
    ("0.3", "the sky", "does not touch", click(100, 60, 2)),
    ("0.3", "a number", "number", 1),
    ("0.3", "another photo's mask", "size|photo", reference_mask("cat", "cat")),
    ("0.3", "its upper half", "part|missing|cuts", rocket & (np.arange(len(rocket)) < 200)[:, None]),
    ("0.3", "moved by 40 pixels", "beside|moved|shift", np.roll(rocket, 40, axis=1)),
]


def _candidates() -> Any:
    return Segmenter("rocket").predict(Prompt([(322, 200)]))


def _box_of(mask: Any) -> Any:
    rows, columns = np.where(mask)
    box = np.zeros_like(mask)
    box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return box
