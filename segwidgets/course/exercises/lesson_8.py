"""Exercises of lesson 8: precision and recall of a count, the widest gap, and all coins from the largest."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_number, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.ground.validation import BoolArray, FloatArray
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import compare

ROUNDED = 0.005  # an answer with two decimals is as good
SAME = 0.8  # IoU from which on a mask is taken for a coin of the reference

_COUNTS = (
    ([3, 0, 1, 3, 0, 2, 3], 5),  # a thing with three masks, two masks of nothing, two things missing
    ([0, 7, 0, 2, 7, 0], 9),
    ([4, 1, 3, 2], 4),
    ([6, 6, 5], 8),
)
_RATINGS = (
    (0.9, 0.14, 0.1, 0.84, 0.2, 0.26),
    (0.3, 0.31, 0.35, 0.72, 0.78, 0.99),
    (0.81, 0.05, 0.62, 0.93, 0.7),
)


@exercise("8.1")
def precision_and_recall_of_a_count(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives precision and recall of a count."""
    for listed, total in _COUNTS:
        names = np.array(listed)
        found = run(answer, tr, names, total)
        _judge_pair(found, names, total, tr)
    return tr.gettext("A thing with two masks is right twice for precision, and there once for recall.")


def _judge_pair(found: Any, names: Any, total: int, tr: Phrases) -> None:
    """Judge precision and recall, each with the hints of its own mistakes."""
    if not isinstance(found, tuple | list | np.ndarray) or len(found) != 2:
        raise NotYet(tr.gettext("Two numbers are asked for: precision and recall, in this order."))
    right, things = int((names > 0).sum()), len(set(names[names > 0].tolist()))
    precision, recall = right / len(names), things / total
    numbers = [float(value) for value in found if isinstance(value, int | float | np.number)]
    swapped = len(numbers) == 2 and np.allclose(numbers, (recall, precision), rtol=0, atol=ROUNDED)
    if swapped and abs(precision - recall) > ROUNDED:
        raise NotYet(tr.gettext("These are the right numbers the wrong way round: precision comes first."))
    with_nothing = len(set(names.tolist()))
    mistakes = {
        tr.gettext("precision"): (
            precision,
            {
                things / len(names): tr.gettext("A thing with two masks counts twice here: both are right."),
                right / total: tr.gettext("This divides by the things; divide by the masks that were kept."),
                1 - precision: tr.gettext("This is the share of masks that show nothing."),
                right: tr.gettext("This is a number of masks; what share of those kept is it?"),
            },
        ),
        tr.gettext("recall"): (
            recall,
            {
                right / total: tr.gettext("A thing with two masks is still one thing: count it once."),
                with_nothing / total: tr.gettext("0 is no thing: it stands for a mask that shows nothing."),
                things / len(names): tr.gettext("This divides by the masks; divide by the things there are."),
                1 - recall: tr.gettext("This is the share of things that are missing."),
                things: tr.gettext("This is a number of things; what share of all is it?"),
            },
        ),
    }
    for (name, (expected, hints)), value in zip(mistakes.items(), found, strict=True):
        others = {wrong: hint for wrong, hint in hints.items() if abs(wrong - expected) > ROUNDED}
        try:
            judge_number(value, expected, tr, tolerance=ROUNDED, hints=others)
        except NotYet as hint:
            text = tr.gettext("For names = {names} and total = {total}, {name} is not right. {hint}")
            facts = {"names": names.tolist(), "total": total, "name": name, "hint": hint}
            raise NotYet(text.format(**facts)) from None


@exercise("8.2")
def widest_gap(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the middle of the widest gap between numbers."""
    for listed in _RATINGS:
        ratings = np.array(listed)
        ordered = np.sort(ratings)
        low, high = _around(np.diff(ordered).argmax(), ordered)
        near = _around(np.diff(ordered).argmin(), ordered)
        unsorted = [_around(steps.argmax(), ratings) for steps in (np.diff(ratings), abs(np.diff(ratings)))]
        hints = {
            high - low: tr.gettext("This is how wide the gap is; where is its middle?"),
            float(np.diff(ordered).argmax()): tr.gettext("This is the gap's number; where is its middle?"),
            low: tr.gettext("This is the gap's lower end; the threshold stands in its middle."),
            high: tr.gettext("This is the gap's upper end; the threshold stands in its middle."),
            sum(near) / 2: tr.gettext(
                "This is the narrowest gap. (In descending order all steps are negative.)"
            ),
            **dict.fromkeys(
                (sum(pair) / 2 for pair in unsorted),
                tr.gettext("The numbers come in any order: sort them first."),
            ),
            (ordered[0] + ordered[-1]) / 2: tr.gettext("This is the middle between lowest and highest."),
            float(ratings.mean()): tr.gettext("This is the mean of all; it may lie anywhere."),
            float(np.median(ratings)): tr.gettext("This is the median; it may lie in the midst of a group."),
        }
        middle = (low + high) / 2
        wrong = {value: hint for value, hint in hints.items() if abs(value - middle) > ROUNDED}
        judge_number(run(answer, tr, ratings), middle, tr, tolerance=ROUNDED, hints=wrong)
    return tr.gettext("Both groups are as far from it as they can be.")


def _around(index: Any, values: FloatArray) -> tuple[float, float]:
    """Return the two neighbours of a step."""
    return float(values[index]), float(values[index + 1])


@cache
def _coins() -> tuple[BoolArray, ...]:
    """Return the 24 coins of the reference, the largest first."""
    from skimage.measure import label

    pieces = label(reference_mask("coins", "coins"))
    order = np.argsort(-np.bincount(pieces.ravel())[1:], kind="stable")
    return tuple(pieces == 1 + i for i in order)


@exercise("8.3")
def all_coins_from_the_largest(answer: Any, tr: Phrases) -> str:
    """Ask for all 24 coins, found with the largest as exemplar."""
    masks = _masks_of(answer, tr)
    shown = [next(_coins_in(mask), None) for mask in masks]
    there = {number for number in shown if number is not None}
    if len(there) < len(shown):
        raise NotYet(
            tr.ngettext(
                "{n} of the masks is no coin, or a coin that another mask has already.",
                "{n} of the masks are no coin, or a coin that another mask has already.",
                len(shown) - len(there),
            ).format(n=len(shown) - len(there))
        )
    if len(there) < len(_coins()):
        text = tr.gettext(
            "{n} of the 24 coins are there. A lower threshold alone does not bring the rest; which size have "
            "those that are missing, and what would find them?"
        )
        raise NotYet(text.format(n=len(there)))
    data = getattr(answer, "data", None)
    exemplars = data.get("is_exemplar") if isinstance(data, dict) else None
    if exemplars is not None and 0 not in np.array(shown)[np.asarray(exemplars, dtype=bool)]:
        raise NotYet(tr.gettext("All 24, but the largest coin is none of the exemplars: begin with it."))
    return tr.gettext("24 of 24, and nothing else.")


def _masks_of(answer: Any, tr: Phrases) -> BoolArray:
    """Return the masks that were handed in, or say what else it is."""
    size = _coins()[0].shape
    if isinstance(answer, int | float | np.number) and not isinstance(answer, bool):
        raise NotYet(tr.gettext("This is a number; hand in the masks: what find_similar returns."))
    masks = getattr(answer, "mask", answer)
    if isinstance(masks, list | tuple) and masks and all(isinstance(one, np.ndarray) for one in masks):
        masks = np.array(masks)
    if not isinstance(masks, np.ndarray) or masks.dtype != np.bool_:
        raise NotYet(tr.gettext("Masks are asked for: what find_similar returns, or booleans (N, H, W)."))
    if masks.shape == size:
        raise NotYet(tr.gettext("This is a single mask; each coin needs one of its own."))
    if masks.ndim != 3 or masks.shape[1:] != size:
        raise NotYet(tr.gettext("These masks are not of the size of the coins' photo; is it another photo?"))
    return masks


def _coins_in(mask: BoolArray) -> Iterator[int]:
    """Yield the number of the coin that a mask shows, if it shows one."""
    for number, coin in enumerate(_coins()):
        if compare(mask, coin).iou > SAME:
            yield number
