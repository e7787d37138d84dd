"""Exercises of lesson 8: precision and recall of a count, the widest gap, and all coins from the largest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_number
from segwidgets.course.mistakes import SHARE, Task, as_number, numbers, twisted
from segwidgets.course.registry import N_, Mistake, NotYet, exercise
from segwidgets.ground.validation import BoolArray
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
_CASES = tuple((np.array(names), total) for names, total in _COUNTS)


def _right(names: Any) -> int:
    """Return how many masks show a thing."""
    return int((names > 0).sum())


def _things(names: Any) -> int:
    """Return how many things are shown."""
    return len(set(names[names > 0].tolist()))


def _part(place: int) -> Callable[[Any, Phrases], float]:
    """Return what reads one of the two numbers."""
    return lambda pair, tr: as_number(_two(pair, tr)[place], tr)


def _two(pair: Any, tr: Phrases) -> Any:
    if not isinstance(pair, tuple | list | np.ndarray) or len(pair) != 2:
        raise NotYet(tr.gettext("Two numbers are asked for: precision and recall, in this order."))
    return pair


def _say(name: str) -> Callable[[Any, Any, Any, Phrases], None]:
    """Return what says that one of the two is not right."""

    def otherwise(one: float, right: float, case: Any, tr: Phrases) -> None:
        try:
            judge_number(one, right, tr)
        except NotYet as hint:
            text = tr.gettext("For names = {names} and total = {total}, {name} is not right. {hint}")
            facts = {"names": case[0].tolist(), "total": case[1], "name": tr.gettext(name), "hint": hint}
            raise NotYet(text.format(**facts)) from None

    return otherwise


def _precision(names: Any, total: int) -> float:
    return _right(names) / len(names)


def _recall(names: Any, total: int) -> float:
    return _things(names) / total


def _first(one: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
    return lambda names, total: (one(names, total), 0)


def _second(one: Callable[[Any, int], Any]) -> Callable[[Any, int], Any]:
    return lambda names, total: (_precision(names, total), one(names, total))


def _of_pair(place: int, mistakes: Sequence[Mistake], name: str) -> Task:
    """Return the task of one of the two numbers, whose mistakes make that number alone."""
    ways = numbers(decimals=True, read=_part(place), otherwise=_say(name))
    same, alike = ways["same"], ways["alike"]
    return Task(
        lambda names, total: (_precision(names, total), _recall(names, total)),
        _CASES,
        mistakes,
        **ways
        | {
            "same": lambda one, pair, case: same(one, pair[place], case),
            "alike": lambda one, pair, case: alike(one, pair[place], case),
            "otherwise": lambda one, pair, case, tr: ways["otherwise"](one, pair[place], case, tr),
        },
    )


PRECISION = _of_pair(
    0,
    (
        Mistake(
            lambda names, total: (_recall(names, total), _precision(names, total)),
            N_("The first number is the recall: precision comes first. (Are they the wrong way round?)"),
        ),
        Mistake(
            _first(lambda names, total: _things(names) / len(names)),
            N_("Precision: a thing with two masks counts twice here, both are right."),
        ),
        Mistake(
            _first(lambda names, total: _right(names) / total),
            N_("Precision: this divides by the things; divide by the masks that were kept."),
        ),
        Mistake(
            _first(lambda names, total: 1 - _precision(names, total)),
            N_("Precision: this is the share of masks that show nothing."),
        ),
        Mistake(
            _first(lambda names, total: _right(names)),
            N_("Precision: this is a number of masks; what share of those kept is it?"),
        ),
        Mistake(
            _first(lambda names, total: 1.0),
            N_("Precision: 0 stands for a mask that shows nothing; it was counted as right."),
        ),
        Mistake(
            _first(lambda names, total: _things(names) / len(set(names.tolist()))),
            N_(
                "Precision: this counts different numbers; each mask that was kept counts, also two "
                "of one thing."
            ),
        ),
        Mistake(
            _first(lambda names, total: names.sum() / len(names)),
            N_("Precision: this is a sum of the numbers; count how many are not 0."),
        ),
        Mistake(
            _first(lambda names, total: names.mean() / total),
            N_("Precision: this is a sum of the numbers; count how many are not 0."),
        ),
        *(Mistake(_first(one.makes), one.hint) for one in twisted(_precision, SHARE[0], SHARE[2], SHARE[3])),
    ),
    N_("precision"),
)
RECALL = _of_pair(
    1,
    (
        Mistake(
            _second(lambda names, total: _right(names) / total),
            N_("Recall: a thing with two masks is still one thing, count it once."),
        ),
        Mistake(
            _second(lambda names, total: len(set(names.tolist())) / total),
            N_("Recall: 0 is no thing, it stands for a mask that shows nothing."),
        ),
        Mistake(
            _second(lambda names, total: _things(names) / len(names)),
            N_("Recall: this divides by the masks; divide by the things there are."),
        ),
        Mistake(
            _second(lambda names, total: 1 - _recall(names, total)),
            N_("Recall: this is the share of things that are missing."),
        ),
        Mistake(
            _second(lambda names, total: _things(names)),
            N_("Recall: this is a number of things; what share of all is it?"),
        ),
        Mistake(
            _second(lambda names, total: _things(names) / names.max()),
            N_("Recall: this divides by the highest number in names; total says how many things there are."),
        ),
        Mistake(
            _second(lambda names, total: names.max() / total),
            N_("Recall: this takes the highest number in names for how many there are; count those shown."),
        ),
        Mistake(
            _second(lambda names, total: _things(names) / 24),
            N_("Recall: this divides by 24 always; total says how many things there are."),
        ),
        Mistake(
            _second(lambda names, total: len(names) / total),
            N_("Recall: this counts all masks; count the things that are shown."),
        ),
        *(Mistake(_second(one.makes), one.hint) for one in twisted(_recall, SHARE[0], SHARE[2], SHARE[3])),
    ),
    N_("recall"),
)


@exercise("8.1", PRECISION, RECALL)
def precision_and_recall_of_a_count(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives precision and recall of a count."""
    PRECISION.judge(answer, tr)
    RECALL.judge(answer, tr)
    return tr.gettext("A thing with two masks is right twice for precision, and there once for recall.")


def _gap(pick: Callable[[Any, int], Any]) -> Callable[[Any], Any]:
    """Return a function that picks something of the numbers in order and of their widest gap's place."""

    def widest(ratings: Any) -> Any:
        ordered = np.sort(ratings)
        return pick(ordered, int(np.diff(ordered).argmax()))

    return widest


def _mid(values: Any, place: Any) -> float:
    """Return the middle between a number and the next."""
    return float(values[place] + values[place + 1]) / 2


_UNSORTED = N_("The numbers come in any order: sort them first.")
_NEIGHBOUR = N_("This is the middle of the gap beside the widest: look at the indices.")
GAP = Task(
    _gap(_mid),
    tuple((np.array(ratings),) for ratings in _RATINGS),
    (
        Mistake(_gap(lambda o, i: o[i + 1] - o[i]), N_("This is how wide the gap is; where is its middle?")),
        Mistake(_gap(lambda o, i: i), N_("This is the gap's number; where is its middle?")),
        Mistake(
            _gap(lambda o, i: o[i]), N_("This is the gap's lower end; the threshold stands in its middle.")
        ),
        Mistake(
            _gap(lambda o, i: o[i + 1]),
            N_("This is the gap's upper end; the threshold stands in its middle."),
        ),
        Mistake(
            lambda ratings: _mid(np.sort(ratings), np.diff(np.sort(ratings)).argmin()),
            N_("This is the narrowest gap. (In descending order all steps are negative.)"),
        ),
        Mistake(lambda ratings: _mid(ratings, np.diff(ratings).argmax()), _UNSORTED),
        Mistake(lambda ratings: _mid(ratings, abs(np.diff(ratings)).argmax()), _UNSORTED),
        Mistake(_gap(lambda o, i: _mid(o, i - 1) if i else (o[-1] + o[0]) / 2), _NEIGHBOUR),
        Mistake(_gap(lambda o, i: _mid(o, i + 1)), _NEIGHBOUR),
        Mistake(
            _gap(lambda o, i: o[i] + o[i + 1]), N_("This is the sum of the two; half of it is the middle.")
        ),
        Mistake(
            _gap(lambda o, i: o[i] + o[i + 1] / 2),
            N_("Only the second number was halved; mind the parentheses."),
        ),
        Mistake(
            _gap(lambda o, i: (o[i + 1] - o[i]) / 2),
            N_("This is half of how wide the gap is; add its lower end."),
        ),
        Mistake(
            lambda ratings: (ratings.min() + ratings.max()) / 2,
            N_("This is the middle between lowest and highest."),
        ),
        Mistake(lambda ratings: ratings.mean(), N_("This is the mean of all; it may lie anywhere.")),
        Mistake(
            lambda ratings: np.median(ratings), N_("This is the median; it may lie in the midst of a group.")
        ),
        Mistake(lambda ratings: 0.5, N_("This is 0.5, whatever the numbers are; where is *their* gap?")),
        Mistake(lambda ratings: ratings.max(), N_("This is the largest of the numbers.")),
        Mistake(lambda ratings: ratings.min(), N_("This is the smallest of the numbers.")),
    ),
    **numbers(ROUNDED),
)


@exercise("8.2", GAP)
def widest_gap(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the middle of the widest gap between numbers."""
    GAP.judge(answer, tr)
    return tr.gettext("Both groups are as far from it as they can be.")


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
