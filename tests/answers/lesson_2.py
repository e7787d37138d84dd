"""Answers to the exercises of lesson 2: clicks, boxes and three answers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from segwidgets import Prompt, Segmenter, load_image
from segwidgets.course.exercises._references import reference_mask
from tests.answers.sam import candidates

HELMET = reference_mask("astronaut", "helmet")
ROCKETS = np.pad(reference_mask("rocket", "rocket"), ((854, 427), (640, 1280)))
ON_ROCKET = Prompt([(962, 1039)])


@cache
def rockets() -> Segmenter:
    """The sheet of sixteen."""
    return Segmenter(np.tile(load_image("rocket"), (4, 4, 1)))


RIGHT: list[tuple[str, Any]] = [
    ("2.1", HELMET),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks[1]),
    ("2.2", (280, 344, 512, 512)),
    ("2.2", [270, 335, 512, 512]),
    ("2.2", Prompt(box=(290, 350, 510, 510))),
    ("2.3", lambda: candidates("grace_hopper", box=(14, 24, 511, 600)).best_mask),
    ("2.3", reference_mask("grace_hopper", "person")),
    ("2.4", lambda logits: (logits > 1).sum() / (logits > -1).sum()),
    ("2.4", lambda logits: float(np.mean(logits > 1) / np.mean(logits > -1))),
    ("2.5", ROCKETS),
    ("2.5", lambda: rockets().closer((640, 854, 1280, 1281), margin=0).predict(ON_ROCKET).best_mask),
    ("2.5", lambda: rockets().closer((948, 982, 975, 1266)).predict(ON_ROCKET).masks[0]),
]

WRONG: list[tuple[str, Any, str]] = [
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks[0], "positive point"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks[2], "in the middle"),
    ("2.1", 1, "This is a number"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks, "one of them"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).low_res_logits[1], "low-resolution"),
    ("2.2", (280, 344, 232, 168), "width, height"),
    ("2.2", (344, 280, 512, 512), "swapped"),
    ("2.2", (512, 512, 280, 344), "x0 must be smaller"),
    ("2.2", (0.55, 0.67, 1.0, 1.0), "shares"),
    ("2.2", (280, 344, 600, 600), "leaves the photo"),
    ("2.2", (280, 344, 516, 512), "leaves the photo"),
    ("2.2", (0, 0, 100, 100), "does not touch"),
    ("2.2", (100, 100, 512, 512), "tighter"),
    ("2.2", (300, 400, 450, 512), "cuts off"),
    ("2.2", (280, 344), "four numbers"),
    ("2.2", Prompt([(400, 450)]), "no box"),
    ("2.3", lambda: candidates("grace_hopper", (260, 400)).best_mask, "is missing"),
    ("2.3", lambda: candidates("cat", (250, 170)).best_mask, "shape"),
    ("2.4", lambda logits: (logits > -1).sum() / (logits > 1).sum(), "upside down"),
    ("2.4", lambda logits: (logits > 1).sum() / ((logits > 1).sum() + (logits > -1).sum()), "both areas"),
    ("2.4", lambda logits: (logits > -1).sum() - (logits > 1).sum(), "number of pixels"),
    ("2.4", lambda logits: (logits > 1).mean(), "all pixels"),
    ("2.4", lambda logits: (logits > 1).sum() / (logits > 0).sum(), "at -1"),
    ("2.4", lambda logits: (logits > 0).sum() / (logits > -1).sum(), "at 1"),
    ("2.4", lambda logits: logits > 1, "One number"),
    ("2.5", lambda: rockets().predict(ON_ROCKET).best_mask, "where 0.9 is asked"),
    ("2.5", reference_mask("rocket", "rocket"), "the whole sheet"),
    ("2.5", np.roll(ROCKETS, 640, axis=1), "another rocket"),
]
