"""Answers to the exercises of lesson 0: a point, a count and a first mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets import Prompt
from segwidgets.course.exercises._references import reference_mask
from tests.answers.sam import candidates

HELMET = reference_mask("astronaut", "helmet")
ROCKET = reference_mask("rocket", "rocket")


def inside(mask: np.ndarray, step: int = 37) -> list[tuple[int, int]]:
    """Points (x, y) spread over a mask."""
    ys, xs = np.nonzero(mask)
    return [(int(x), int(y)) for x, y in zip(xs[::step], ys[::step], strict=True)]


def shifted(mask: np.ndarray, pixels: int) -> np.ndarray:
    return np.roll(mask, pixels, axis=1)


RIGHT: list[tuple[str, Any]] = [
    *[("0.1", point) for point in inside(HELMET, 997)],
    ("0.1", [400, 450]),
    ("0.1", np.array([[400.5, 450.2]])),
    ("0.1", Prompt([(400, 450)])),
    ("0.2", 135300),
    ("0.2", np.int64(135300)),
    ("0.2", 135300.0),
    ("0.3", ROCKET),
    ("0.3", lambda: candidates("rocket", (322, 200)).best_mask),
]

WRONG: list[tuple[str, Any, str]] = [
    ("0.1", (470, 370), "swapped") if HELMET[470, 370] else ("0.1", (500, 360), "swapped"),
    ("0.1", (100, 100), "does not lie on"),
    ("0.1", (600, 100), "outside the photo"),
    ("0.1", (0.8, 0.9), "shares"),
    ("0.1", (1, 2, 3), "two numbers"),
    ("0.1", "here", "Numbers are asked"),
    ("0.1", (float("nan"), 3), "finite"),
    ("0.1", Prompt([(400, 450)], [0]), "label is 0"),
    ("0.1", Prompt([(400, 450), (1, 1)], [1, 0]), "One point"),
    ("0.2", 405900, "three for each pixel"),
    ("0.2", 751, "multiplied"),
    ("0.2", (300, 451), "One number"),
    ("0.2", True, "One number"),
    ("0.2", 100, "too little"),
    ("0.3", np.zeros_like(ROCKET), "empty"),
    ("0.3", np.ones_like(ROCKET), "whole photo"),
    ("0.3", ~ROCKET, "inside out"),
    ("0.3", ROCKET.astype(np.uint8) * 255, "not boolean"),
    ("0.3", ROCKET.astype(float), "not boolean"),
    ("0.3", ROCKET.T, "swapped"),
    ("0.3", ROCKET[None], "one of them"),
    ("0.3", ROCKET[::2, ::2], "shape"),
    ("0.3", np.zeros((256, 256), bool), "low-resolution"),
    ("0.3", ROCKET[::-1], "mirrored"),
    ("0.3", shifted(ROCKET, 5), "was moved by (5, 0)"),
    ("0.3", Prompt([(322, 200)]), "prompt"),
    ("0.3", "mask", "boolean array"),
    ("0.3", lambda: candidates("rocket", (322, 200)), "all candidates"),
    ("0.3", lambda: candidates("rocket", (322, 200)).masks[2], "negative point"),
]
