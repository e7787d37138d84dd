"""Exercises of lesson 0: a point, a count and a first mask."""

from __future__ import annotations

from typing import Any

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_mask, judge_number, judge_point
from segwidgets.course.registry import exercise
from segwidgets.images import sample_image
from segwidgets.locale.phrases import Phrases


@exercise("0.1")
def point_at_the_helmet(answer: Any, tr: Phrases) -> str:
    """Accept any point on the astronaut's helmet."""
    x, y = judge_point(answer, reference_mask("astronaut", "helmet"), tr)
    return tr.gettext("{point} lies on the helmet.").format(point=tr.pair(x, y))


@exercise("0.2")
def count_pixels(answer: Any, tr: Phrases) -> str:
    """Ask for the number of pixels of the cat's photo."""
    height, width, channels = sample_image("cat").shape
    hints = {
        height * width * channels: tr.gettext(
            "These are the numbers in the array: three for each pixel. How many pixels is that?"
        ),
        height + width: tr.gettext("Height and width are to be multiplied, not added."),
    }
    judge_number(answer, height * width, tr, hints=hints)
    return tr.gettext("Height times width; the three channels do not make more pixels.")


@exercise("0.3")
def cut_out_the_rocket(answer: Any, tr: Phrases) -> str:
    """Ask for a mask of the rocket."""
    iou = judge_mask(answer, reference_mask("rocket", "rocket"), tr)
    return tr.gettext("The mask agrees with ours by an IoU of {iou}.").format(iou=tr.decimal(iou))
