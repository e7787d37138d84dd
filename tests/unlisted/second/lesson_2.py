"""Wrong answers to lesson 2."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from segwidgets import ClickSegmenter, Prompt, Segmenter, load_image
from segwidgets.course import draw, reference_mask
from tests.unlisted import Later

hopper = reference_mask("grace_hopper", "person")
rows, columns = np.indices(hopper.shape)
one_rocket = reference_mask("rocket", "rocket")
HIGH, WIDE = one_rocket.shape


@cache
def on_helmet() -> Any:
    return Segmenter("astronaut").predict(Prompt([(417, 437)]))


def of_hopper(x: int, y: int, which: int) -> Later:
    return Later(lambda: Segmenter("grace_hopper").predict(Prompt([(x, y)])).masks[which])


def on_sheet(row: int, column: int) -> np.ndarray:
    sheet = np.zeros((4 * HIGH, 4 * WIDE), dtype=bool)
    sheet[row * HIGH : (row + 1) * HIGH, column * WIDE : (column + 1) * WIDE] = one_rocket
    return sheet


def whole_tile(row: int, column: int) -> np.ndarray:
    made = np.zeros((4 * HIGH, 4 * WIDE), dtype=bool)
    made[row * HIGH : (row + 1) * HIGH, column * WIDE : (column + 1) * WIDE] = True
    return made


@cache
def sheet() -> Any:
    return Segmenter(np.tile(load_image("rocket"), (4, 4, 1)))


def in_view() -> Any:
    closer = sheet().closer((640, 854, 1280, 1281), margin=0)
    mask = closer.predict(Prompt([(962, 1039)])).best_mask
    return np.roll(mask, (-854, -640), axis=(0, 1))


def above(logits: Any, threshold: float) -> Any:
    return logits > threshold


UNLISTED = [
    ("2.1", "the first choice", "reflection|is missing", Later(lambda: on_helmet().best_mask)),
    ("2.1", "the middle one", "rim|is missing", Later(lambda: on_helmet().masks[1])),
    ("2.1", "its number", "number|index|mask", 2),
    ("2.1", "the number of pixels", "number|sum|pixels|mask", Later(lambda: on_helmet().masks[2].sum())),
    ("2.1", "all three", "three|one of", Later(lambda: on_helmet().masks)),
    ("2.1", "logits", "logits", Later(lambda: on_helmet().low_res_logits[2])),
    (
        "2.1",
        "the astronaut",
        "does not touch|astronaut",
        reference_mask("astronaut", "person"),
    ),
    (
        "2.1",
        "the drawing",
        "photo|picture|image",
        Later(lambda: draw(load_image("astronaut"), on_helmet().masks[2])),
    ),
    ("2.1", "the rest", "inside out|inver", Later(lambda: ~on_helmet().masks[2])),
    ("2.1", "ratings", "rating|predicted|number|mask", Later(lambda: on_helmet().predicted_iou)),
    (
        "2.1",
        "the photo cut by it",
        "photo|picture|image",
        Later(lambda: np.where(on_helmet().masks[2][..., None], load_image("astronaut"), 255)),
    ),
    (
        "2.1",
        "0 without 2",
        "rim|whole|part|missing",
        Later(lambda: on_helmet().masks[2] & ~on_helmet().masks[1]),
    ),
    ("2.2", "width and height", "width|corner|x1", (280, 344, 232, 168)),
    ("2.2", "y first", "swapped|order|x and y|y, x", (344, 280, 512, 512)),
    ("2.2", "shares", "share|pixels", (0.55, 0.67, 1.0, 1.0)),
    ("2.2", "too small", "small|cut|inside|misses", (340, 400, 460, 500)),
    ("2.2", "much too large", "much else|tighter", (100, 100, 512, 512)),
    ("2.2", "corners turned", "corner|order|first|left", (512, 512, 280, 344)),
    ("2.2", "middle and size", "middle|centre", (396, 428, 232, 168)),
    ("2.2", "in the small picture", "small|picture|scale|drawn", (88, 108, 160, 160)),
    ("2.2", "counted from below", "down|top|below", (280, 0, 512, 168)),
    ("2.2", "the prompt of a point", "box|four", Prompt([(417, 437)])),
    ("2.2", "the face", "face|not|elsewhere|beside|other", (170, 60, 290, 220)),
    ("2.2", "x0, x1, y0, y1", "order|x0, y0", (280, 512, 344, 512)),
    ("2.3", "the jacket", "part|jacket|missing|cap|face", hopper & (rows > 330)),
    ("2.3", "the face", "part|missing|jacket", of_hopper(260, 190, 0)),
    ("2.3", "without the cap", "cap|part|missing", hopper & (rows > 140)),
    ("2.3", "the left half", "half|part|missing", hopper & (columns < 256)),
    ("2.3", "a box filled", "box", (rows >= 24) & (columns >= 14) & (columns < 511)),
    ("2.3", "background", "inside out|inver|background", ~hopper),
    ("2.3", "the widget", r"\.mask", Later(lambda: ClickSegmenter("grace_hopper"))),
    ("2.3", "the box", "mask|box", (14, 24, 511, 600)),
    ("2.3", "mirrored", "mirror", hopper[:, ::-1]),
    ("2.3", "transposed", "Height and width are swapped|transposed", hopper.T),
    ("2.3", "with the flag", "outside the object, most of it at the left|flag", hopper | (columns < 130)),
    ("2.3", "moved", "moved|shift|beside", np.roll(hopper, 60, axis=1)),
    ("2.4", "turned over", "upside|other way|turned", lambda z: above(z, -1).sum() / above(z, 1).sum()),
    ("2.4", "0 and −1", "threshold|0|1 and", lambda z: above(z, 0).sum() / above(z, -1).sum()),
    ("2.4", "1 and 0", "threshold|0|1 and", lambda z: above(z, 1).sum() / above(z, 0).sum()),
    ("2.4", "half a logit", r"threshold|0\.5|half", lambda z: above(z, 0.5).sum() / above(z, -0.5).sum()),
    ("2.4", "Dice", "Dice", lambda z: 2 * above(z, 1).sum() / (above(z, 1).sum() + above(z, -1).sum())),
    ("2.4", "percent", "percent|per cent", lambda z: 100 * above(z, 1).sum() / above(z, -1).sum()),
    ("2.4", "difference", "differ|subtract|minus|pixels", lambda z: above(z, -1).sum() - above(z, 1).sum()),
    (
        "2.4",
        "instability",
        "minus|opposite|1 −|changes",
        lambda z: 1 - above(z, 1).sum() / above(z, -1).sum(),
    ),
    ("2.4", "share at 1", "Divided by all pixels|share", lambda z: above(z, 1).mean()),
    ("2.4", "both sums", "one number|two|number", lambda z: (above(z, 1).sum(), above(z, -1).sum())),
    (
        "2.4",
        "values added",
        "values|count|logits themselves|added",
        lambda z: z[z > 1].sum() / z[z > -1].sum(),
    ),
    ("2.4", "whole division", "//|whole", lambda z: above(z, 1).sum() // above(z, -1).sum()),
    ("2.4", "without a sign", "sign|negative|abs", lambda z: (abs(z) > 1).mean()),
    ("2.4", "constant", "constant|always|same|every", lambda z: 0.98),
    (
        "2.4",
        "agreeing pixels",
        "say the same|agree",
        lambda z: (above(z, 1) == above(z, -1)).mean(),
    ),
    ("2.4", "mean of the logits", "mean|values|count", lambda z: z.mean()),
    ("2.5", "of one photo's size", "size|sheet", one_rocket),
    ("2.5", "the first rocket", "another|other|which|elsewhere|beside", on_sheet(0, 0)),
    ("2.5", "the one to the right", "another|other|which|elsewhere|beside", on_sheet(2, 2)),
    ("2.5", "x and y swapped", "another|other|which|swapped|beside", on_sheet(1, 2)),
    ("2.5", "all sixteen", "all|sixteen|one of", np.tile(one_rocket, (4, 4))),
    ("2.5", "a whole photo of the sheet", "photo|tile|more|box", whole_tile(2, 1)),
    ("2.5", "not put back", "moved|beside|elsewhere|place|other", Later(in_view)),
    (
        "2.5",
        "the closer segmenter",
        r"predict|\.mask|mask",
        Later(lambda: sheet().closer((640, 854, 1280, 1281))),
    ),
    ("2.5", "candidates", "masks|one of", Later(lambda: sheet().predict(Prompt([(962, 1039)])))),
    (
        "2.5",
        "from the whole sheet",
        "closer|whole sheet|IoU",
        Later(lambda: sheet().predict(Prompt([(962, 1039)])).best_mask),
    ),
    ("2.5", "transposed", "Height and width are swapped|transposed", on_sheet(2, 1).T),
    ("2.5", "the point", "mask|point", (962, 1039)),
]
