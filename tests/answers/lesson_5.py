"""Answers to the exercises of lesson 5: how good a mask is."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from skimage.measure import label

from segwidgets import clean, segment_semantic
from segwidgets.course.exercises._references import reference_mask
from segwidgets.masks import find_islands
from tests.answers.sam import candidates

ASTRONAUT = reference_mask("astronaut", "person")
ISLAND = ASTRONAUT | (np.indices(ASTRONAUT.shape) < 55).all(axis=0)  # too large for an IoU of 0.98 besides


@cache
def cat_leak() -> dict[str, float]:
    """What lesson 5 asks of DeepLab's cat, and what may be mistaken for it."""
    named, truth = segment_semantic("cat").mask("cat"), reference_mask("cat", "cat")
    leak, miss, area = (int(m.sum()) for m in (named & ~truth, truth & ~named, named))
    return {"share": leak / area, "px": leak, "of_reference": leak / truth.sum(), "miss": miss / truth.sum(),
            "of_photo": leak / truth.size, "not_iou": (leak + miss) / (area + miss)}  # fmt: skip


def pieces(mask: np.ndarray, connectivity: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Numbered pieces of a mask, and their areas by number with the background's first."""
    regions = label(mask, connectivity=connectivity)
    return regions, np.bincount(regions.ravel())


def largest_piece(mask: np.ndarray, connectivity: int = 2) -> np.ndarray:
    regions, areas = pieces(mask, connectivity)
    return regions == 1 + areas[1:].argmax()


RIGHT: list[tuple[str, Any]] = [
    ("5.1", lambda mask, truth: 2 * (mask & truth).sum() / (mask.sum() + truth.sum())),
    ("5.1", lambda mask, truth: 1 - (mask ^ truth).sum() / (mask.sum() + truth.sum())),
    ("5.1", lambda mask, truth: 2 / ((mask | truth).sum() / (mask & truth).sum() + 1)),
    ("5.2", lambda: cat_leak()["share"]),
    ("5.2", 0.066),
    ("5.2", lambda: round(float(cat_leak()["share"]), 2)),
    ("5.3", largest_piece),
    ("5.3", lambda mask: clean(mask, fill_holes=False, min_island_share=1)),
    ("5.3", lambda mask: ~find_islands(mask) & mask),
    ("5.4", ASTRONAUT),
    ("5.4", lambda: clean(candidates("astronaut", (172, 338)).best_mask)),
    ("5.4", lambda: clean(candidates("astronaut", (220, 90)).best_mask)),
]

WRONG: list[tuple[str, Any, str]] = [
    ("5.1", lambda mask, truth: (mask & truth).sum() / (mask | truth).sum(), "the IoU"),
    ("5.1", lambda mask, truth: 2 * (mask & truth).sum() / (mask | truth).sum(), "union"),
    ("5.1", lambda mask, truth: 2 * (mask & truth).sum() / (mask + truth).sum(), "union"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / (mask.sum() + truth.sum()), "Half"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / mask.sum(), "precision"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / truth.sum(), "recall"),
    ("5.1", lambda mask, truth: (mask == truth).mean(), "both agree"),
    ("5.1", lambda mask, truth: (mask & truth).sum(), "divided by something"),
    ("5.1", lambda mask, truth: 200 * (mask & truth).sum() / (mask.sum() + truth.sum()), "percent"),
    ("5.1", lambda mask: 1, "stopped with TypeError"),
    ("5.1", 0.8, "A function"),
    ("5.2", lambda: cat_leak()["of_reference"], "reference's area"),
    ("5.2", lambda: cat_leak()["of_photo"], "whole photo"),
    ("5.2", lambda: 1 - cat_leak()["share"], "lies inside"),
    ("5.2", lambda: cat_leak()["miss"], "misses"),
    ("5.2", lambda: cat_leak()["not_iou"], "1 − IoU"),
    ("5.2", lambda: cat_leak()["px"], "what share"),
    ("5.2", lambda: 100 * cat_leak()["share"], "percent"),
    ("5.3", lambda mask: mask, "All pieces"),
    ("5.3", lambda mask: pieces(mask)[0] == pieces(mask)[1].argmax(), "background"),
    ("5.3", lambda mask: clean(mask, min_island_share=1), "hole"),
    ("5.3", lambda mask: largest_piece(mask, connectivity=1), "corner"),
    ("5.3", lambda mask: pieces(mask)[0] == 1, "first piece"),
    ("5.3", find_islands, "islands"),
    ("5.3", lambda mask: pieces(mask)[0], "numbered pieces"),
    ("5.3", lambda mask: largest_piece(mask).sum(), "number, as of a piece"),
    ("5.4", lambda: candidates("astronaut", (172, 338)).best_mask, "left"),
    ("5.4", lambda: candidates("astronaut", (220, 90)).best_mask, "holes left"),
    ("5.4", lambda: clean(candidates("astronaut", (220, 90)).best_mask, min_island_share=0), "islands left"),
    ("5.4", lambda: candidates("astronaut", (172, 338)), "all candidates"),
    ("5.4", reference_mask("astronaut", "helmet"), "This is the helmet"),
    ("5.4", ISLAND, "1 island left"),
    ("5.4", ~ASTRONAUT, "inside out"),
]
