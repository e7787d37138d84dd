"""Exercises of lesson 5: an index by hand, a leak, the largest piece, a mask to mend."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_array, judge_mask, judge_number, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import clean, compare, measure


def _drawing(*rows: str) -> BoolArray:
    mask: BoolArray = np.array([list(row) for row in rows]) == "#"
    return mask


_SCATTERED = (
    _drawing(".#......", ".#..##..", "....#.#.", "##...#..", "##......"),  # joined at corners
    _drawing("###....", "#.#..#.", "###....", ".......", ".#.##.."),  # the largest has a hole
    _drawing("##.......", "##....###", "......###", ".#.......", "........."),  # it is not the first
)


@exercise("5.1")
def write_dice(answer: Any, tr: Phrases) -> str:
    """Judge a function that returns the Dice index of two masks."""
    first = np.zeros((20, 30), np.bool_)
    first[3:13, 4:20] = True
    second, third = np.zeros_like(first), np.zeros_like(first)
    second[6:18, 9:27] = True
    third[4:9, 6:15] = True
    for mask, reference in ((first, second), (second, first), (first, third), (first, first)):
        held = compare(mask, reference)
        common, area = int((mask & reference).sum()), int(mask.sum() + reference.sum())
        hints = {
            held.iou: tr.gettext("This is the IoU; Dice divides by the sum of the two areas."),
            2 * held.iou: tr.gettext(
                "This divides by the union; Dice divides by the sum of the two areas. (Adding two boolean "
                "masks gives their union.)"
            ),
            common / area: tr.gettext("Half of what it should be: the intersection counts twice."),
            held.precision: tr.gettext("This is the precision: it leaves out how large the reference is."),
            held.recall: tr.gettext("This is the recall: it leaves out how large the mask is."),
            float((mask == reference).mean()): tr.gettext(
                "This is the share of pixels on which both agree; the background must not count."
            ),
            common: tr.gettext("These are the common pixels; they have to be divided by something."),
        }
        judge_number(run(answer, tr, mask, reference), held.dice, tr, tolerance=1e-9, hints=hints)
    return tr.gettext("Twice the intersection over the sum of the areas: the two masks may change places.")


@cache
def _deeplab_cat() -> BoolArray:
    from segwidgets.semantic import segment_semantic

    return segment_semantic("cat").mask("cat")


@exercise("5.2")
def share_of_the_leak(answer: Any, tr: Phrases) -> str:
    """Judge the share of DeepLab's cat that lies outside the reference."""
    mask, reference = _deeplab_cat(), reference_mask("cat", "cat")
    held = compare(mask, reference)
    hints = {
        held.leak_px / int(reference.sum()): tr.gettext(
            "The leak is right, but it is divided by the reference's area; a share of the mask is asked for."
        ),
        held.leak_px / mask.size: tr.gettext(
            "The leak is right, but it is divided by the whole photo; a share of the mask is asked for."
        ),
        held.precision: tr.gettext("This is the share that lies inside; how much is outside?"),
        held.miss_share: tr.gettext(
            "This is what DeepLab misses: reference without mask. The leak is mask without reference."
        ),
        1 - held.iou: tr.gettext("This is 1 − IoU, which counts what is missing as well as the leak."),
        held.leak_px: tr.gettext("These are the pixels of the leak; what share of DeepLab's cat are they?"),
    }
    value = judge_number(answer, held.leak_share, tr, tolerance=0.0005, hints=hints)
    return tr.gettext("{share} % of DeepLab's cat is no cat: that is 1 − precision.").format(
        share=tr.decimal(100 * value, 1)
    )


@exercise("5.3")
def keep_the_largest_piece(answer: Any, tr: Phrases) -> str:
    """Judge a function that keeps only the largest piece of a mask."""
    from skimage.measure import label

    for mask in _SCATTERED:
        kept = run(answer, tr, mask)
        pieces = label(mask, connectivity=2)
        over_edges = label(mask, connectivity=1)
        mistakes = (
            (mask, tr.gettext("All pieces are still there.")),
            (
                ~mask,
                tr.gettext(
                    "This is the background: it has the largest area, but it is no piece of the mask."
                ),
            ),
            (clean(mask, min_island_share=1), tr.gettext("The hole was filled too; it should stay.")),
            (
                over_edges == 1 + np.bincount(over_edges[mask])[1:].argmax(),
                tr.gettext("Pixels that touch at a corner belong together: connectivity=2."),
            ),
            (pieces == 1, tr.gettext("This is the first piece, not the largest.")),
            (
                mask & (pieces != 1 + np.bincount(pieces[mask])[1:].argmax()),
                tr.gettext("These are the islands; the other piece is asked for."),
            ),
        )
        right = clean(mask, fill_holes=False, min_island_share=1)
        if isinstance(kept, np.ndarray) and not np.array_equal(kept, right):
            for wrong, hint in mistakes:
                if np.array_equal(kept, wrong):
                    raise NotYet(hint)
        judge_array(kept, right, tr)
    return tr.gettext("This is what `clean(mask, fill_holes=False, min_island_share=1)` does.")


@exercise("5.4")
def mend_the_astronaut(answer: Any, tr: Phrases) -> str:
    """Judge a mask of the astronaut without holes and islands."""
    iou = judge_mask(answer, reference_mask("astronaut", "person"), tr, at_least=0.98)
    found = measure(answer)
    if found.holes:
        raise NotYet(
            tr.ngettext(
                "The outline is good, but there is {n} hole left.",
                "The outline is good, but there are {n} holes left.",
                found.holes,
            ).format(n=found.holes)
        )
    if found.islands:
        raise NotYet(
            tr.ngettext(
                "The outline is good, but there is {n} island left.",
                "The outline is good, but there are {n} islands left.",
                found.islands,
            ).format(n=found.islands)
        )
    return tr.gettext("One piece, no holes, and an IoU of {iou}.").format(iou=tr.decimal(iou, 3))
