"""Answers to the exercises of lesson 7: your own photo."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from segwidgets import Prompt, clean, sample_image
from segwidgets.course.exercises._references import reference_mask
from tests.answers.workshops import REFLECTION, changed, save_zero_one, workshop, write_reflection

PHOTO = sample_image("cat")
PROMPT = Prompt([(250, 170), (440, 20)], [1, 0], (5, 5, 445, 298))
CAT = clean(reference_mask("cat", "cat"), min_island_share=1)
RAGGED = CAT.copy()
RAGGED[140:144, 200:204] = False
RAGGED[10:13, 440:443] = True


def one_pixel(x: int, y: int) -> np.ndarray:
    mask = np.zeros_like(CAT)
    mask[y, x] = True
    return mask


def block(x: int, y: int, half: int) -> np.ndarray:
    mask = np.zeros_like(CAT)
    mask[y - half : y + half, x - half : x + half] = True
    return mask


RIGHT: list[tuple[str, Any]] = [
    ("7.1", (PHOTO, PROMPT)),
    ("7.1", (PHOTO, Prompt([(250, 170), (20, 20)], [1, 0]))),
    ("7.1", [PHOTO, Prompt(box=(10, 10, 440, 300))]),
    ("7.1", (np.zeros((30, 400, 3), np.uint8), Prompt([(20, 20), (390, 3)]))),
    ("7.2", (PHOTO, PROMPT, CAT)),
    ("7.2", (PHOTO, Prompt(box=(10, 10, 440, 290)), CAT)),
    ("7.3", (RAGGED, clean(RAGGED))),
    ("7.3", (CAT, CAT)),
    ("7.3", (RAGGED, clean(RAGGED, fill_holes=False))),
    ("7.4", REFLECTION),
    ("7.5", lambda: changed("reflected", write_reflection)),
]

WRONG: list[tuple[str, Any, str]] = [
    ("7.1", (PHOTO, Prompt()), "empty"),
    ("7.1", (PHOTO, Prompt([(250, 170)])), "leaves open"),
    ("7.1", (PHOTO, Prompt([(250, 170), (9, 9)], [0, 0])), "only background points"),
    ("7.1", (PHOTO, Prompt([(170, 350), (100, 100)])), "swapped"),
    ("7.1", (PHOTO, Prompt([(600, 350), (100, 100)])), "(600, 350) lies outside"),
    ("7.1", (PHOTO, Prompt([(0.5, 0.4), (0.2, 0.2)])), "shares"),
    ("7.1", (PHOTO, Prompt([(250, 0), (250, 170)])), "very border"),
    ("7.1", (PHOTO, Prompt([(250, 170), (250, 170)])), "same point twice"),
    ("7.1", (PHOTO, Prompt([(250, 170), (250, 170)], [1, 0])), "both foreground and background"),
    ("7.1", (PHOTO, Prompt(box=(0, 0, 451, 300))), "whole photo says nothing"),
    ("7.1", (PHOTO, Prompt(box=(100, 100, 101, 101))), "few pixels wide"),
    ("7.2", (PHOTO, PROMPT, one_pixel(250, 170)), "only a few pixels"),
    ("7.2", (PHOTO, PROMPT, block(250, 170, 3)), "nothing but dots"),
    ("7.2", (PHOTO, Prompt([(250, 170), (240, 160)]), ~block(250, 170, 60)), "inside out"),
    ("7.4", (REFLECTION, PHOTO), "swapped"),
    ("7.2", (PHOTO, PROMPT, ~one_pixel(440, 20)), "nearly the whole photo"),
    ("7.1", (PHOTO, [(250, 170)]), "A Prompt is asked"),
    ("7.1", (PHOTO, SimpleNamespace(prompt=PROMPT)), "its .prompt"),
    ("7.1", ("photo.jpg", PROMPT), "load_image"),
    ("7.1", PROMPT, "(photo, prompt)"),
    ("7.2", (PHOTO, PROMPT, np.zeros_like(CAT)), "empty"),
    ("7.2", (PHOTO, PROMPT, np.ones_like(CAT)), "whole photo"),
    ("7.2", (PHOTO, PROMPT, CAT.astype(np.uint8)), "not boolean"),
    ("7.2", (PHOTO, PROMPT, CAT.T), "swapped"),
    ("7.2", (PHOTO, PROMPT, CAT[::2]), "shape"),
    ("7.2", (PHOTO, PROMPT, ~CAT), "foreground point (250, 170) is not in the mask"),
    ("7.2", (PHOTO, Prompt([(250, 170), (200, 150)], [1, 0]), CAT), "(200, 150) is still in the mask"),
    ("7.2", (PHOTO, Prompt(box=(440, 1, 450, 5)), CAT), "does not touch your box"),
    ("7.3", (RAGGED, ~clean(RAGGED)), "inside out"),
    ("7.3", (CAT, CAT & (np.arange(CAT.shape[1]) < 200)), "little in common"),
    ("7.3", (clean(RAGGED), RAGGED), "Are the two swapped?"),
    ("7.3", (RAGGED, RAGGED), "Nothing changed"),
    ("7.3", (CAT, CAT[::2]), "shape"),
    ("7.3", (CAT.astype(float), CAT), "not boolean"),
    ("7.3", ("a", CAT), "before the repair"),
    ("7.3", CAT, "(before, after)"),
    ("7.4", "It was very interesting.", "4 words"),
    ("7.4", "very good " * 30, "again and again"),
    ("7.4", re.sub(r"\d", "", REFLECTION), "no number"),
    ("7.4", 3, "A text is asked"),
    ("7.5", lambda: workshop().folder, "but the reflection"),
    (
        "7.5",
        lambda: changed("blah", lambda folder: write_reflection(folder, "blah " * 45 + "7")),
        "again and again",
    ),
    ("7.5", lambda: changed("zero_one", save_zero_one), "1 thing is not right"),
    ("7.5", "nowhere", "nothing at"),
]
