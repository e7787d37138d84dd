"""Exercises of lesson 4: candidates counted, the IoU of boxes, a vote, and everything that is cat."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_mask, judge_number, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.locale.phrases import Phrases

BETTER_THAN_DEEPLAB = 0.95  # DeepLab's own mask of the cat reaches an IoU of 0.93


@exercise("4.1")
def count_candidates(answer: Any, tr: Phrases) -> str:
    """Ask how many candidates a grid of 12 x 12 clicks gives."""
    hints: dict[float, str] = {
        12 * 12: tr.gettext("These are the clicks. How many masks does SAM propose for each?"),
        12 * 3: tr.gettext("12 is the number of points along one side; the grid has two."),
        12: tr.gettext("12 is the number of points along one side; the grid has two."),
    }
    judge_number(answer, 12 * 12 * 3, tr, hints=hints)
    return tr.gettext("Clicks times three.")


@exercise("4.2")
def box_iou(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the IoU of two boxes."""
    cases = [
        ((0, 0, 10, 10), (0, 0, 10, 10)),
        ((0, 0, 10, 10), (5, 2, 20, 12)),
        ((30, 40, 70, 60), (40, 45, 50, 50)),
        ((0, 0, 10, 10), (20, 30, 40, 50)),
        ((0, 0, 10, 10), (2, 30, 8, 50)),
        ((20, 30, 40, 50), (0, 0, 10, 10)),
    ]
    for first, second in cases:
        _judge_iou(run(answer, tr, first, second), first, second, tr)
    return tr.gettext("It is right for boxes that overlap, lie in each other, or do not touch.")


def _judge_iou(found: Any, first: Any, second: Any, tr: Phrases) -> None:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    common = max(width, 0) * max(height, 0)
    a, b = ((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    expected = common / (a + b - common)
    apart = tr.gettext(
        "These two boxes do not touch: width or height of what they share comes out negative. It must be 0."
    )
    if isinstance(found, tuple | list):
        raise NotYet(tr.gettext("One number is asked for, the IoU."))
    hints = {}
    if not common:
        if isinstance(found, int | float | np.number) and found:
            raise NotYet(apart)
    else:
        hints = {
            float(common): tr.gettext(
                "This is the area that they share; divide it by what they cover together."
            ),
            common / (a + b): tr.gettext(
                "What they share is counted twice below the line: subtract it once."
            ),
            common / min(a, b): tr.gettext(
                "Below the line stands one box; it must be what both cover together."
            ),
            common / a: tr.gettext("Below the line stands one box; it must be what both cover together."),
            common / b: tr.gettext("Below the line stands one box; it must be what both cover together."),
            2 * common / (a + b): tr.gettext("This is Dice, 2 · common / sum; asked for is the IoU."),
        }
        hints.pop(expected, None)
    judge_number(found, expected, tr, tolerance=1e-6, hints=hints)


@exercise("4.3")
def winner(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the class that most pixels of a mask have."""
    for case in _ballots():
        class_map, mask = case
        votes = np.bincount(class_map[mask])
        found = run(answer, tr, class_map, mask)
        if isinstance(found, str):
            raise NotYet(tr.gettext("The number of the class is asked for, not its name."))
        everywhere = np.bincount(class_map.ravel())
        hints = {
            float(votes.max()): tr.gettext("This is the number of votes; which class got them?"),
            float(class_map[mask].max()): tr.gettext(
                "This is the highest class number in the mask; the most frequent is asked for."
            ),
            float(class_map[mask].mean()): tr.gettext("Class numbers are names: their mean means nothing."),
            float(np.median(class_map[mask])): tr.gettext(
                "This is the median; class numbers are names, so count them instead."
            ),
            float(everywhere.argmax()): tr.gettext(
                "This is the class of most pixels of the photo; only those in the mask vote."
            ),
        }
        hints.pop(float(votes.argmax()), None)
        judge_number(found, int(votes.argmax()), tr, hints=hints)
    return tr.gettext("Every pixel in the mask has one vote, and no other has any.")


def _ballots() -> list[tuple[Any, Any]]:
    """Class maps and masks in which the usual mistakes give different answers."""
    mask = np.zeros((20, 30), bool)
    mask[5:15, 5:15] = True
    first = np.zeros((20, 30), np.uint8)
    first[5:11, 5:15] = 8
    first[11:15, 5:9] = 15
    second = np.full((20, 30), 3, np.uint8)
    second[5:9, 5:15] = 12
    second[9:12, 5:15] = 5
    second[12:15, 5:15] = 7
    return [(first, mask), (second, mask)]


@exercise("4.4")
def everything_that_is_cat(answer: Any, tr: Phrases) -> str:
    """Ask for the union of SAM's masks that DeepLab names cat."""
    iou = judge_mask(answer, reference_mask("cat", "cat"), tr, at_least=BETTER_THAN_DEEPLAB)
    return tr.gettext("An IoU of {iou} with our mask of the cat.").format(iou=tr.decimal(iou))
