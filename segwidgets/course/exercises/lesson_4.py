"""Exercises of lesson 4: candidates counted, the IoU of boxes, a vote, and everything of one class."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from segwidgets.course.judges import judge_array
from segwidgets.course.mistakes import SHARE, Task, arrays, constant, numbers, read_array, twisted
from segwidgets.course.registry import N_, Mistake, NotYet, exercise
from segwidgets.locale.phrases import Phrases

_ONE_SIDE = N_("12 is the number of points along one side; the grid has two.")
_EXAMPLE = N_("This is the number for the lesson's grid of 8 by 8; here the side has 12 points.")
_POINTS = N_("A side has 12 points, neither one more nor one less.")
CANDIDATES = constant(
    lambda: 12 * 12 * 3,
    Mistake(lambda: 12 * 12, N_("These are the clicks. How many masks does SAM propose for each?")),
    Mistake(lambda: 12 * 3, _ONE_SIDE),
    Mistake(lambda: 12, _ONE_SIDE),
    Mistake(lambda: 24 * 3, _ONE_SIDE),
    Mistake(lambda: 24, _ONE_SIDE),
    Mistake(
        lambda: 12**3,
        N_("The grid has two sides; the third factor is the number of masks for each click: three."),
    ),
    Mistake(lambda: 12 * 12 * 2, N_("For each click SAM proposes three masks, not two.")),
    Mistake(lambda: 12 * 12 * 4, N_("For each click SAM proposes three masks, not four.")),
    Mistake(lambda: 8 * 8 * 3, _EXAMPLE),
    Mistake(lambda: 8 * 8, _EXAMPLE),
    Mistake(
        lambda: 16 * 16 * 3, N_("This is the number for a grid of 16 by 16; here the side has 12 points.")
    ),
    Mistake(
        lambda: 32 * 32 * 3,
        N_("This is the number for 32 points a side, the default; here the side has 12 points."),
    ),
    Mistake(
        lambda: 32 * 32,
        N_("This is the number for 32 points a side, the default; here the side has 12 points."),
    ),
    Mistake(lambda: 13 * 13 * 3, _POINTS),
    Mistake(lambda: 11 * 11 * 3, _POINTS),
    Mistake(lambda: 12 * 12 * 3 + 1, N_("This is one too many.")),
    Mistake(lambda: 12 * 12 * 3 - 1, N_("This is one too few.")),
    **numbers(0),
)


@exercise("4.1", CANDIDATES)
def count_candidates(answer: Any, tr: Phrases) -> str:
    """Ask how many candidates a grid of 12 x 12 clicks gives."""
    CANDIDATES.judge(answer, tr)
    return tr.gettext("Clicks times three.")


def _area(box: Any) -> Any:
    return (box[2] - box[0]) * (box[3] - box[1])


def _sides(first: Any, second: Any, more: int = 0) -> tuple[Any, Any]:
    """Return width and height of what two boxes share; negative where they do not touch."""
    width = min(first[2], second[2]) - max(first[0], second[0]) + more
    return width, min(first[3], second[3]) - max(first[1], second[1]) + more


def _common(first: Any, second: Any) -> Any:
    width, height = _sides(first, second)
    return max(width, 0) * max(height, 0)


def _both(first: Any, second: Any) -> Any:
    return _area(first) + _area(second) - _common(first, second)


def _iou(first: Any, second: Any) -> float:
    return float(_common(first, second) / _both(first, second))


def _over(below: Callable[[Any, Any], Any], above: Callable[[Any, Any], Any] = _common) -> Callable[..., Any]:
    return lambda first, second: above(first, second) / below(first, second)


def _unclamped(first: Any, second: Any) -> float:
    width, height = _sides(first, second)
    return float(width * height / (_area(first) + _area(second) - width * height))


def _absolute(first: Any, second: Any) -> float:
    width, height = _sides(first, second)
    return float(abs(width * height) / (_area(first) + _area(second) - abs(width * height)))


def _closed(first: Any, second: Any) -> float:
    """Return the IoU as if the last row and column belonged to a box."""
    width, height = _sides(first, second, 1)
    common = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0] + 1) * (box[3] - box[1] + 1) for box in (first, second)]
    return float(common / (sum(areas) - common))


def _x_first(box: Any) -> Any:
    """Return what x0, x1, y0, y1 would be as x0, y0, x1, y1."""
    return box[0], box[2], box[1], box[3]


def _round_both(first: Any, second: Any) -> Any:
    return (max(first[2], second[2]) - min(first[0], second[0])) * (
        max(first[3], second[3]) - min(first[1], second[1])
    )


def _as_corners(box: Any) -> Any:
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


_APART = N_(
    "Right for boxes that overlap; where they do not touch, width or height of what they share comes out "
    "negative. It must be 0."
)
_ONE_BOX = N_("Below the line stands one box; it must be what both cover together.")
BOXES = Task(
    _iou,
    (
        ((0, 0, 10, 10), (5, 2, 20, 12)),
        ((30, 40, 70, 60), (40, 45, 50, 50)),
        ((0, 0, 10, 10), (20, 30, 40, 50)),
        ((0, 0, 10, 10), (2, 30, 8, 50)),
        ((20, 30, 40, 50), (0, 0, 10, 10)),
        ((3, 4, 20, 14), (9, 2, 15, 25)),
        ((0, 0, 10, 10), (0, 0, 10, 10)),
    ),
    (
        Mistake(_unclamped, _APART),
        Mistake(_absolute, _APART),
        Mistake(_common, N_("This is the area that they share; divide it by what they cover together.")),
        Mistake(_both, N_("This is the area that they cover together; divide by it what they share.")),
        Mistake(
            _over(lambda first, second: _area(first) + _area(second)),
            N_("What they share is counted twice below the line: subtract it once."),
        ),
        Mistake(
            _over(lambda first, second: _area(first) + _area(second) + _common(first, second)),
            N_(
                "What they share was added below the line; it is there twice already and must be "
                "subtracted once."
            ),
        ),
        Mistake(
            _over(lambda first, second: _area(first) + _area(second), lambda *boxes: 2 * _common(*boxes)),
            N_("This is Dice, 2 · common / sum; asked for is the IoU."),
        ),
        Mistake(
            _over(lambda first, second: min(_area(first), _area(second))),
            N_("Below the line stands the smaller box; it must be what both cover together."),
        ),
        Mistake(
            _over(lambda first, second: max(_area(first), _area(second))),
            N_("Below the line stands the larger box; it must be what both cover together."),
        ),
        Mistake(
            _over(lambda first, second: _area(first)),
            N_("Below the line stands the first box; it must be what both cover together."),
        ),
        Mistake(
            _over(lambda first, second: _area(second)),
            N_("Below the line stands the second box; it must be what both cover together."),
        ),
        Mistake(
            _over(_round_both),
            N_(
                "Below the line stands the box round both, corners included; it must be what the two "
                "cover together."
            ),
        ),
        Mistake(
            lambda first, second: (
                _round_both(first, second) / (_area(first) + _area(second) - _round_both(first, second))
            ),
            N_(
                "This box is the one around both. What they share begins at the larger of the two left "
                "edges and ends at the smaller of the right ones."
            ),
        ),
        Mistake(_closed, N_("Here 1 is added to each side; the edges are numbers, so a width is x1 − x0.")),
        Mistake(
            lambda first, second: _iou(_as_corners(first), _as_corners(second)),
            N_("The boxes are taken for x, y, width, height; they are two corners, x0, y0, x1, y1."),
        ),
        Mistake(
            lambda first, second: (
                max(_sides(first, second)[0], 0) / (max(first[2], second[2]) - min(first[0], second[0]))
            ),
            N_("This compares the widths alone; what is asked for are areas, width times height."),
        ),
        Mistake(
            lambda first, second: sum(max(side, 0) for side in _sides(first, second)) / _both(first, second),
            N_("Width and height of what they share are added; an area is their product."),
        ),
        Mistake(
            lambda first, second: float(_common(first, second) > 0),
            N_("This only says whether they share something; how much of it is asked for."),
        ),
        Mistake(
            lambda first, second: _iou(_x_first(first), _x_first(second)),
            N_("The boxes are taken for x0, x1, y0, y1; they are two corners, x0, y0, x1, y1."),
        ),
        *twisted(_iou, *SHARE, Mistake(lambda right: round(100 * right), SHARE[0].hint)),
    ),
    **numbers(decimals=True),
)


@exercise("4.2", BOXES)
def box_iou(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the IoU of two boxes."""
    BOXES.judge(answer, tr)
    return tr.gettext("It is right for boxes that overlap, lie in each other, or do not touch.")


def _counted(class_map: Any, mask: Any) -> Any:
    return np.bincount(class_map[mask], minlength=21)


def _ballots() -> tuple[tuple[Any, Any], ...]:
    """Class maps and masks in which the usual mistakes give different answers."""
    mask = np.zeros((20, 30), np.bool_)
    mask[5:15, 5:15] = True
    first = np.zeros((20, 30), np.uint8)
    first[5:11, 5:15] = 8
    first[11:15, 5:9] = 15
    first[5, 5] = 3
    second = np.full((20, 30), 3, np.uint8)
    second[5:9, 5:15] = 12
    second[9:12, 5:15] = 5
    second[12:15, 5:15] = 7
    second[5, 5], second[14, 14] = 5, 9
    third = np.full((20, 30), 7, np.uint8)  # background wins, in the midst of other numbers
    third[5:15, 5:15] = 0
    third[5:9, 5:14] = 2
    third[5, 5], third[14, 14] = 20, 4
    wide = np.zeros((20, 30), np.bool_)
    wide[3:17, 3:27] = True
    fourth = np.full((20, 30), 11, np.uint8)  # outside 11 has most, in the whole photo 6
    fourth[:, :4], fourth[17:] = 13, 14
    fourth[3:17, 3:12], fourth[3:17, 12:20], fourth[3:17, 20:27] = 6, 4, 9
    return (first, mask), (second, mask), (third, mask), (fourth, wide)


_ONE_PIXEL = N_("This is the class of one pixel of the mask; each of them has a vote.")
VOTES = Task(
    lambda class_map, mask: int(_counted(class_map, mask).argmax()),
    _ballots(),
    (
        Mistake(
            lambda m, mask: _counted(m, mask).max(), N_("This is the number of votes; which class got them?")
        ),
        Mistake(
            lambda m, mask: m[mask].max(),
            N_("This is the highest class number in the mask; the most frequent is asked for."),
        ),
        Mistake(
            lambda m, mask: m[mask].min(),
            N_("This is the lowest class number in the mask; the most frequent is asked for."),
        ),
        Mistake(lambda m, mask: m[mask].mean(), N_("Class numbers are names: their mean means nothing.")),
        Mistake(
            lambda m, mask: int(m[mask].mean()), N_("Class numbers are names: their mean means nothing.")
        ),
        Mistake(
            lambda m, mask: round(m[mask].mean()), N_("Class numbers are names: their mean means nothing.")
        ),
        Mistake(
            lambda m, mask: np.median(m[mask]),
            N_("This is the median; class numbers are names, so count them instead."),
        ),
        Mistake(
            lambda m, mask: int(np.median(m[mask])),
            N_("This is the median; class numbers are names, so count them instead."),
        ),
        Mistake(
            lambda m, mask: np.bincount(m.ravel()).argmax(),
            N_("This is the class of most pixels of the photo; only those in the mask vote."),
        ),
        Mistake(
            lambda m, mask: np.bincount(m[~mask]).argmax(),
            N_("This is the class of most pixels outside the mask; those in it are to vote."),
        ),
        Mistake(
            lambda m, mask: np.bincount((m * mask).ravel()).argmax(),
            N_(
                "Outside the mask the product is 0, and all these zeros vote for background: choose "
                "with class_map[mask]."
            ),
        ),
        Mistake(
            lambda m, mask: m[mask].argmax(),
            N_(
                "This is the place of a pixel in the mask; argmax is asked of the counts, not of the classes."
            ),
        ),
        Mistake(
            lambda m, mask: _counted(m, mask).max() / mask.sum(),
            N_("This is the winner's share of the votes; which class is it?"),
        ),
        Mistake(lambda m, mask: m[mask][0], _ONE_PIXEL),
        Mistake(lambda m, mask: m[mask][-1], _ONE_PIXEL),
        Mistake(
            lambda m, mask: _counted(m, mask)[1:].argmax() + 1,
            N_("The background was left out; it is class 0 and may win as well."),
        ),
        Mistake(
            lambda m, mask: _counted(m, mask)[1:].argmax(),
            N_("The numbers are shifted by one: without the first entry, place 0 stands for class 1."),
        ),
        Mistake(
            lambda m, mask: np.unique(m[mask])[np.unique(m[mask], return_counts=True)[1].argmin()],
            N_("This is the class with the fewest votes."),
        ),
        Mistake(
            lambda m, mask: np.unique(m[mask], return_counts=True)[1].argmax(),
            N_("This is a place in the list of classes that were found; which class stands there?"),
        ),
        Mistake(
            lambda m, mask: len(np.unique(m[mask])),
            N_("This is how many different classes there are; which one wins?"),
        ),
        Mistake(
            lambda m, mask: np.argsort(_counted(m, mask))[-2],
            N_("This is the class with the second most votes."),
        ),
    ),
    **numbers(0),
)


@exercise("4.3", VOTES)
def winner(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the class that most pixels of a mask have."""
    VOTES.judge(answer, tr)
    return tr.gettext("Every pixel in the mask has one vote, and no other has any.")


def _chosen(masks: Any, class_map: Any, number: Any) -> list[bool]:
    return [bool(_counted(class_map, mask).argmax() == number) for mask in masks]


def _of_class(masks: Any, class_map: Any, number: Any) -> Any:
    return masks[_chosen(masks, class_map, number)]


def _all_of(masks: Any, class_map: Any, number: Any) -> Any:
    return _of_class(masks, class_map, number).any(axis=0)


def _things() -> tuple[tuple[Any, Any, int], ...]:
    """Masks and class maps in which the usual mistakes give different answers."""
    class_map = np.zeros((20, 30), np.uint8)
    class_map[2:12, 2:14], class_map[4:18, 16:27], class_map[14:18, 4:10] = 8, 5, 8
    boxes = (  # top, bottom, left, right: two overlap, one is mostly another class, one is background
        (17, 20, 22, 30),
        (4, 18, 15, 26),
        (1, 9, 2, 11),
        (5, 12, 4, 15),
        (3, 11, 9, 24),
        (13, 18, 4, 11),
        (0, 4, 0, 30),
        (9, 17, 17, 28),
    )
    masks = np.zeros((len(boxes), 20, 30), np.bool_)
    for mask, (top, bottom, left, right) in zip(masks, boxes, strict=True):
        mask[top:bottom, left:right] = True
    return (masks, class_map, 8), (masks, class_map, 5), (masks[::-1], class_map, 8)


def _of_share(share: float) -> Callable[[Any, Any, int], Any]:
    """Return the union of masks of which more than a share is of the class."""
    return lambda masks, class_map, number: np.any(
        [mask for mask in masks if (class_map[mask] == number).mean() > share], axis=0
    )


def _by_area(masks: Any) -> Any:
    return masks[np.argsort([mask.sum() for mask in masks])]


def _read_mask(answer: Any, tr: Phrases) -> Any:
    """Return an answer as an array: a list of masks, or of which masks, is wrong, but says what was meant."""
    if isinstance(answer, list | int | np.integer):
        with suppress(ValueError):  # a list of lists of different lengths
            answer = np.asarray(answer)
    return read_array(answer, tr)


def _explain_union(answer: Any, right: Any, _: Any, tr: Phrases) -> None:
    if answer.shape == right.shape and answer.dtype == np.bool_:
        raise NotYet(
            tr.gettext("Pixels of the union that are missing: {missing}; that are too many: {more}.").format(
                missing=(right & ~answer).sum(), more=(answer & ~right).sum()
            )
        )
    judge_array(answer, right, tr)


_ONE_OF_THEM = N_("This is one of the masks of that class; asked for is the union of all of them.")
_NOT_DEEPLABS = N_(
    "This is what DeepLab calls so; asked for is the union of SAM's masks, whose outlines are finer."
)
_WHICH = N_("This says which masks are of the class; asked for is the union of those masks, as one mask.")
UNION = Task(
    _all_of,
    _things(),
    (
        Mistake(
            lambda masks, _, __: masks.any(axis=0),
            N_("These are all masks, of every class; only some have the number."),
        ),
        Mistake(
            lambda masks, _, __: _by_area(masks)[-1],
            N_("This is the largest of all masks, whatever its class."),
        ),
        Mistake(lambda masks, _, __: masks[0], N_("This is the first mask, whatever its class.")),
        Mistake(lambda *case: _of_class(*case)[0], _ONE_OF_THEM),
        Mistake(lambda *case: _of_class(*case)[-1], _ONE_OF_THEM),
        Mistake(lambda *case: _by_area(_of_class(*case))[-1], _ONE_OF_THEM),
        Mistake(lambda *case: _by_area(_of_class(*case))[0], _ONE_OF_THEM),
        Mistake(lambda _, class_map, number: class_map == number, _NOT_DEEPLABS),
        Mistake(
            lambda masks, class_map, number: _all_of(masks, class_map, number) | (class_map == number),
            N_("What DeepLab calls so was added; the union of SAM's masks alone is asked for."),
        ),
        Mistake(
            lambda masks, class_map, number: _all_of(masks, class_map, number) & (class_map == number),
            N_("What DeepLab calls otherwise was cut away; the masks are to stay whole: each had its vote."),
        ),
        Mistake(
            lambda *case: _of_class(*case).all(axis=0),
            N_("This is what all of them share; a union is True wherever any of them is: any(axis=0)."),
        ),
        Mistake(
            lambda *case: np.logical_xor.reduce(_of_class(*case)),
            N_("Where two masks overlap, the union lost its pixels: join with | and not with ^."),
        ),
        Mistake(
            lambda masks, class_map, number: masks[~np.array(_chosen(masks, class_map, number))].any(axis=0),
            N_("This is the union of the other masks, those that are not of the class."),
        ),
        Mistake(lambda *case: ~_all_of(*case), N_("This is inside out: what is in the union is False.")),
        Mistake(
            lambda *case: _of_class(*case).sum(axis=0),
            N_("The masks were added up; a union is True wherever any of them is: any(axis=0)."),
        ),
        Mistake(
            lambda *case: _all_of(*case).astype(int),
            N_("The numbers 0 and 1 are no mask: asked for are True and False."),
        ),
        Mistake(
            lambda masks, class_map, number: np.any(
                [mask for mask in masks if (class_map[mask] == number).any()], axis=0
            ),
            N_(
                "A single pixel of the class is enough here; asked for are masks in which it has most pixels."
            ),
        ),
        *(
            Mistake(
                _of_share(share),
                N_(
                    "Only masks that are nearly all of the class are in it; asked for are those in which "
                    "it has most pixels."
                ),
            )
            for share in (0.75, 0.9)
        ),
        Mistake(
            lambda *case: np.zeros_like(_all_of(*case)),
            N_("Nothing is in it: no mask passed. Does the vote ask class_map[mask], and is most enough?"),
        ),
        Mistake(
            lambda masks, class_map, _: _all_of(masks, class_map, 8),
            N_("Always 8? The number is what is given: it may be any class."),
        ),
        Mistake(_of_class, N_("This is a stack of masks; one mask is asked for, their union: any(axis=0).")),
        Mistake(_chosen, _WHICH),
        Mistake(lambda *case: np.flatnonzero(_chosen(*case)), _WHICH),
        Mistake(
            lambda *case: sum(_chosen(*case)),
            N_("This is how many masks are of the class; hand in their union, one mask."),
        ),
        Mistake(
            lambda *case: _all_of(*case).sum(),
            N_("This is how many pixels the union has; hand in the mask itself."),
        ),
    ),
    **arrays(read=_read_mask, otherwise=_explain_union),
)


@exercise("4.4", UNION)
def everything_of_a_class(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the union of those masks that a vote names with a number."""
    UNION.judge(answer, tr)
    return tr.gettext("Every mask that the vote names so is in it, and no other.")
