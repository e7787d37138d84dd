"""Exercises of lesson 2: choosing among candidates, a box, a whole person, stability, a closer look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_box, judge_mask
from segwidgets.course.mistakes import SHARE, Task, numbers, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, exercise
from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases


@exercise("2.1")
def choose_the_helmet(answer: Any, tr: Phrases) -> str:
    """Ask for the candidate that is the whole helmet."""
    if isinstance(answer, int | np.integer) and not isinstance(answer, bool):
        raise KnownMistake(
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


def _above(logits: Any, threshold: float) -> int:
    return int((logits > threshold).sum())


def _stability(logits: Any) -> float:
    return _above(logits, 1) / _above(logits, -1)


def _some_logits() -> tuple[tuple[Any], ...]:
    drawn = [
        np.random.default_rng(seed).normal(centre, 3, (40, 60))
        for seed, centre in ((0, 0.0), (1, 2), (2, -1.5))
    ]
    return (*((logits,) for logits in drawn), (np.abs(drawn[0]) + 1.5,))  # in the last both masks are all


def _at(threshold: float) -> Callable[[Any], float]:
    return lambda logits: _above(logits, threshold) / _above(logits, -threshold)


_ALL_PIXELS = N_("Divided by all pixels; the union is the looser mask.")
_AGREEING = N_(
    "This is the share of pixels of which both masks say the same, the background among them (abs() gives "
    "it, too); the IoU is the stricter mask over the looser one."
)
_OTHER_THRESHOLDS = N_("The thresholds are others: 1 and −1 are asked for.")
STABILITY = Task(
    _stability,
    _some_logits(),
    (
        Mistake(
            lambda logits: _above(logits, -1) / _above(logits, 1), N_("Above 1: the fraction is upside down.")
        ),
        Mistake(
            lambda logits: _above(logits, 1) / (_above(logits, 1) + _above(logits, -1)),
            N_("Divided by both areas; the union counts pixels that both masks have only once."),
        ),
        Mistake(
            lambda logits: 2 * _above(logits, 1) / (_above(logits, 1) + _above(logits, -1)),
            N_("This is Dice, 2 · common / sum; asked for is the IoU."),
        ),
        Mistake(
            lambda logits: _above(logits, -1) - _above(logits, 1),
            N_("This is the difference, a number of pixels; an IoU is a quotient."),
        ),
        Mistake(lambda logits: _above(logits, 1), N_("This is a number of pixels; an IoU is a quotient.")),
        Mistake(lambda logits: _above(logits, -1), N_("This is a number of pixels; an IoU is a quotient.")),
        Mistake(lambda logits: _above(logits, 1) / logits.size, _ALL_PIXELS),
        Mistake(
            lambda logits: _above(logits, -1) / logits.size,
            N_(
                "This is the share of all pixels that the looser mask has; the stricter one goes "
                "above the line."
            ),
        ),
        Mistake(
            lambda logits: _above(logits, 1) / _above(logits, 0),
            N_("The looser mask is taken at -1, not at 0."),
        ),
        Mistake(
            lambda logits: _above(logits, 0) / _above(logits, -1),
            N_("The stricter mask is taken at 1, not at 0."),
        ),
        Mistake(
            lambda logits: _above(logits, 1) / (logits < -1).sum(),
            N_("Below the line stands what lies below −1; the looser mask is what lies above."),
        ),
        *(Mistake(_at(threshold), _OTHER_THRESHOLDS) for threshold in (0.1, 0.5, 2, 5)),
        Mistake(
            lambda logits: (abs(logits) > 1).mean(),
            _AGREEING,
        ),
        Mistake(
            lambda logits: (abs(logits) > 1).sum() / logits.size,
            _AGREEING,
        ),
        Mistake(
            lambda logits: logits[logits > 1].sum() / logits[logits > -1].sum(),
            N_("This adds the logits themselves; count the pixels: (logits > 1).sum()."),
        ),
        Mistake(
            lambda logits: logits.mean(),
            N_("This is the mean of the logits; compare them with a threshold, and count."),
        ),
        *twisted(_stability, SHARE[0], SHARE[1], SHARE[3]),
    ),
    **numbers(decimals=True),
)


@exercise("2.4", STABILITY)
def stability_by_hand(answer: Any, tr: Phrases) -> str:
    """Ask for a function of logits."""
    STABILITY.judge(answer, tr)
    return tr.gettext("As the masks are nested, one division is enough.")


def _on_sheet(rocket: BoolArray, row: int, column: int) -> Callable[[], BoolArray]:
    """Return what makes the mask of one of the sixteen."""

    def make() -> BoolArray:
        height, width = rocket.shape
        sheet = np.zeros((4 * height, 4 * width), np.bool_)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = rocket
        return sheet

    return make


@exercise("2.5")
def one_of_sixteen_rockets(answer: Any, tr: Phrases) -> str:
    """Ask for a mask of the second rocket in the third of four rows."""
    rocket = reference_mask("rocket", "rocket")
    if isinstance(answer, np.ndarray) and answer.shape == rocket.shape:
        raise KnownMistake(
            tr.gettext(
                "This mask is as large as one photo; a closer view answers at the size of the whole sheet."
            )
        )
    sheet = _on_sheet(rocket, 2, 1)()
    everywhere = np.tile(rocket, (4, 4))
    others = [
        Mistake(
            _on_sheet(rocket, row, column), N_("This is another rocket; hand in the one under the point.")
        )
        for row in range(4)
        for column in range(4)
        if (row, column) != (2, 1)
    ]
    all_of_them = Mistake(
        lambda: everywhere, N_("These are all sixteen rockets; hand in the one under the point.")
    )
    stretched = Mistake(
        lambda: np.kron(rocket, np.ones((4, 4), np.bool_)),
        N_("The mask of one photo was stretched to the size of the sheet; lay it at its place instead."),
    )
    iou = judge_mask(answer, sheet, tr, mistakes=(*others, all_of_them, stretched))
    return tr.gettext("The mask agrees with ours by an IoU of {iou}.").format(iou=tr.decimal(iou))
