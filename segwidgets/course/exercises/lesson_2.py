"""Exercises of lesson 2: choosing among candidates, a box, a whole person, stability, a closer look."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_box, judge_mask, judge_number, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.locale.phrases import Phrases


@exercise("2.1")
def choose_the_helmet(answer: Any, tr: Phrases) -> str:
    """Ask for the candidate that is the whole helmet."""
    if isinstance(answer, int | np.integer) and not isinstance(answer, bool):
        raise NotYet(
            tr.gettext("This is a number; asked for is the mask itself, as in on_helmet.masks[number].")
        )
    iou = judge_mask(answer, reference_mask("astronaut", "helmet"), tr)
    return tr.gettext("The mask agrees with ours by an IoU of {iou}.").format(iou=tr.decimal(iou))


@exercise("2.2")
def box_round_the_helmet(answer: Any, tr: Phrases) -> str:
    """Ask for a box round the helmet."""
    iou = judge_box(answer, reference_mask("astronaut", "helmet"), tr)
    return tr.gettext("The box agrees with the tightest one by an IoU of {iou}.").format(iou=tr.decimal(iou))


@exercise("2.3")
def the_whole_admiral(answer: Any, tr: Phrases) -> str:
    """Ask for a mask of Grace Hopper."""
    iou = judge_mask(answer, reference_mask("grace_hopper", "person"), tr)
    return tr.gettext("The mask agrees with ours by an IoU of {iou}.").format(iou=tr.decimal(iou))


@exercise("2.4")
def stability_by_hand(answer: Any, tr: Phrases) -> str:
    """Ask for a function of logits."""
    for seed, centre in ((0, 0.0), (1, 2.0), (2, -1.5)):
        logits = np.random.default_rng(seed).normal(centre, 3, (40, 60))
        strict, loose = int((logits > 1).sum()), int((logits > -1).sum())
        hints = {
            loose / strict: tr.gettext("Above 1: the fraction is upside down."),
            strict / (strict + loose): tr.gettext(
                "Divided by both areas; the union counts pixels that both masks have only once."
            ),
            float(loose - strict): tr.gettext("This is a number of pixels; an IoU is a quotient."),
            strict / logits.size: tr.gettext("Divided by all pixels; the union is the looser mask."),
            (logits > 1).sum() / (logits > 0).sum(): tr.gettext("The looser mask is taken at -1, not at 0."),
            (logits > 0).sum() / (logits > -1).sum(): tr.gettext(
                "The stricter mask is taken at 1, not at 0."
            ),
        }
        judge_number(run(answer, tr, logits), strict / loose, tr, tolerance=1e-6, hints=hints)
    return tr.gettext("As the masks are nested, one division is enough.")


@exercise("2.5")
def one_of_sixteen_rockets(answer: Any, tr: Phrases) -> str:
    """Ask for a mask of the second rocket in the third of four rows."""
    rocket = reference_mask("rocket", "rocket")
    height, width = rocket.shape
    if isinstance(answer, np.ndarray) and answer.shape == rocket.shape:
        raise NotYet(
            tr.gettext(
                "This mask is as large as one photo; a closer view answers at the size of the whole sheet."
            )
        )
    sheet = np.zeros((4 * height, 4 * width), np.bool_)
    sheet[2 * height : 3 * height, width : 2 * width] = rocket
    iou = judge_mask(answer, sheet, tr)
    return tr.gettext("The mask agrees with ours by an IoU of {iou}.").format(iou=tr.decimal(iou))
