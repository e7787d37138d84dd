"""Wrong answers to lesson 2."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from segwidgets import ClickSegmenter, Prompt, Segmenter, load_image
from segwidgets.course import reference_mask
from tests.answers.sam import candidates
from tests.unlisted import Later

helmet, admiral = reference_mask("astronaut", "helmet"), reference_mask("grace_hopper", "person")


def on_helmet() -> Any:
    return candidates("astronaut", (417, 437))


@cache
def sheet() -> Any:
    return Segmenter(np.tile(load_image("rocket"), (4, 4, 1)))


def one_rocket(row: int, column: int) -> Any:
    mask = np.zeros((1708, 2560), bool)
    mask[row * 427 : (row + 1) * 427, column * 640 : (column + 1) * 640] = reference_mask("rocket", "rocket")
    return mask


def filled(mask: Any) -> Any:
    rows, columns = np.where(mask)
    box = np.zeros_like(mask)
    box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return box


def _widget() -> Any:
    widget = ClickSegmenter("grace_hopper")
    widget.set_box(14, 24, 511, 600)
    return widget


def dice(logits: Any) -> Any:
    high, low = logits > 1, logits > -1
    return 2 * (high & low).sum() / (high.sum() + low.sum())


UNLISTED = [
    ("2.1", "the first choice", "is missing", Later(lambda: on_helmet().masks[0])),
    ("2.1", "the second", "is missing", Later(lambda: on_helmet().masks[1])),
    ("2.1", "its number", "number", 2),
    ("2.1", "all three", "three|one of them|several", Later(lambda: on_helmet().masks)),
    ("2.1", "the candidates", "masks", Later(on_helmet)),
    ("2.1", "the rating", "number|rating", Later(lambda: on_helmet().predicted_iou[2])),
    ("2.1", "the ratings", "rating|numbers|mask", Later(lambda: on_helmet().predicted_iou)),
    ("2.1", "the logits", "logits", Later(lambda: on_helmet().low_res_logits[2])),
    ("2.1", "the inverse", "inside out", Later(lambda: ~on_helmet().masks[2])),
    ("2.1", "a box filled", "box", filled(helmet)),
    ("2.1", "the photo cut out", "photo|picture|image", load_image("astronaut") * helmet[..., None]),
    ("2.2", "width and height", "width", (280, 344, 232, 168)),
    ("2.2", "x and y swapped", "swapped", (344, 280, 512, 512)),
    ("2.2", "shares", "shares", (0.55, 0.67, 1, 1)),
    ("2.2", "the whole photo", "tighter|whole photo", (0, 0, 512, 512)),
    ("2.2", "too tight", "cuts off", (330, 390, 470, 490)),
    ("2.2", "corners turned", "smaller|first corner", (512, 512, 280, 344)),
    ("2.2", "off the photo", "leaves", (280, 344, 600, 600)),
    ("2.2", "centre and size", "cent", (396, 428, 232, 168)),
    ("2.2", "both x first", "order|both x", (280, 512, 344, 512)),
    ("2.2", "y from below", "down|top|upwards", (280, 0, 512, 168)),
    ("2.2", "two numbers", "four numbers", (280, 344)),
    ("2.2", "a point's prompt", "no box", Prompt([(400, 450)])),
    ("2.2", "a text", "is str", "280, 344, 512, 512"),
    ("2.2", "the mask", "four numbers", helmet),
    ("2.2", "in percent", "percent|per cent", (55, 67, 100, 100)),
    ("2.2", "her face", "not touch|beside", (170, 60, 280, 200)),
    (
        "2.3",
        "the jacket",
        "part|face|cap|not all|missing",
        Later(lambda: candidates("grace_hopper", (250, 480)).masks[0]),
    ),
    (
        "2.3",
        "the face",
        "part|jacket|not all|missing",
        Later(lambda: candidates("grace_hopper", (240, 220)).masks[0]),
    ),
    (
        "2.3",
        "without the cap",
        "part|cap|missing|not all",
        admiral & (np.arange(len(admiral)) > 160)[:, None],
    ),
    ("2.3", "the whole photo", "whole photo", np.ones_like(admiral)),
    ("2.3", "the inverse", "inside out", ~admiral),
    ("2.3", "the box filled", "box", filled(admiral)),
    ("2.3", "the widget", r"\.mask", Later(_widget)),
    ("2.3", "transposed", "Height and width are swapped", admiral.T),
    ("2.3", "upside down", "mirror|upside", admiral[::-1]),
    ("2.3", "nothing", "empty", np.zeros_like(admiral)),
    ("2.3", "another person", "size|another photo", reference_mask("astronaut", "person")),
    (
        "2.4",
        "upside down",
        "upside|other way|turned|exchanged",
        lambda logits: (logits > -1).sum() / (logits > 1).sum(),
    ),
    ("2.4", "threshold 0", "0", lambda logits: (logits > 1).sum() / (logits > 0).sum()),
    ("2.4", "threshold 0 below", "0", lambda logits: (logits > 0).sum() / (logits > -1).sum()),
    ("2.4", "Dice", "Dice", dice),
    (
        "2.4",
        "below instead of above",
        "below|smaller|< ",
        lambda logits: (logits > 1).sum() / (logits < -1).sum(),
    ),
    (
        "2.4",
        "over all pixels",
        "all pixels|whole|every pixel",
        lambda logits: (logits > 1).sum() / logits.size,
    ),
    (
        "2.4",
        "the lower one over all pixels",
        "all pixels|whole|every pixel",
        lambda logits: (logits > -1).mean(),
    ),
    ("2.4", "pixels of one", "pixels|count", lambda logits: (logits > 1).sum()),
    ("2.4", "difference", "difference|between", lambda logits: (logits > -1).sum() - (logits > 1).sum()),
    (
        "2.4",
        "one minus",
        "unstable|1 −|1 -|one minus|change",
        lambda logits: 1 - (logits > 1).sum() / (logits > -1).sum(),
    ),
    (
        "2.4",
        "percent",
        "percent|per cent|0 to 1",
        lambda logits: 100 * (logits > 1).sum() / (logits > -1).sum(),
    ),
    ("2.4", "integer division", "//|whole", lambda logits: (logits > 1).sum() // (logits > -1).sum()),
    ("2.4", "half the thresholds", "threshold", lambda logits: (logits > 0.5).sum() / (logits > -0.5).sum()),
    ("2.4", "absolute value", "abs|sign", lambda logits: (abs(logits) > 1).mean()),
    (
        "2.4",
        "sums of logits",
        "sum|count|logits themselves",
        lambda logits: logits[logits > 1].sum() / logits[logits > -1].sum(),
    ),
    ("2.4", "nothing returned", "return", lambda logits: None),
    ("2.5", "as large as the part", "size|part|sheet", reference_mask("rocket", "rocket")),
    (
        "2.5",
        "the whole sheet at once",
        "several|more than|sheet|other rockets|much|part",
        Later(lambda: sheet().predict(Prompt([(962, 1039)])).best_mask),
    ),
    ("2.5", "another rocket", "another rocket|beside|point", one_rocket(1, 2)),
    ("2.5", "x and y of the place swapped", "another rocket|beside|point", one_rocket(1, 3)),
    (
        "2.5",
        "all rockets",
        "all|sixteen|one rocket|single",
        np.tile(reference_mask("rocket", "rocket"), (4, 4)),
    ),
    ("2.5", "nothing", "empty", np.zeros((1708, 2560), bool)),
    ("2.5", "the inverse", "inside out", ~one_rocket(2, 1)),
    ("2.5", "the box of the part", "box|whole part|much", filled(one_rocket(2, 1))),
    (
        "2.5",
        "stretched to the sheet",
        "stretch|enlarged|scaled|sheet|resiz",
        np.kron(reference_mask("rocket", "rocket"), np.ones((4, 4), bool)),
    ),
    (
        "2.5",
        "the candidates",
        "masks",
        Later(lambda: sheet().closer((640, 854, 1280, 1281), margin=0).predict(Prompt([(962, 1039)]))),
    ),
]
