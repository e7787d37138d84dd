"""Exercises of lesson 5: an index by hand, a leak, the largest piece, a mask to mend."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_mask
from segwidgets.course.mistakes import SHARE, Task, arrays, constant, numbers, read_array, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import clean, compare, measure
from segwidgets.prompts import Prompt


def _drawing(*rows: str) -> BoolArray:
    mask: BoolArray = np.array([list(row) for row in rows]) == "#"
    return mask


_SCATTERED = (
    _drawing(".#......", ".#..##..", "....#.#.", "##...#..", "##......"),  # joined at corners
    _drawing("###....", "#.#..#.", "###....", ".......", ".#.##.."),  # the largest has a hole
    _drawing("##.......", "##....###", "......###", ".#.......", "........."),  # neither first nor last
    _drawing("#.......", ".#....##", "..#...##", "...#..##", "....#..."),  # the widest is not the largest
    _drawing("#...##..", "#....#..", "#.......", "####...#", "......##"),  # the largest has a corner
)


def _rectangle(rows: slice, columns: slice) -> BoolArray:
    mask = np.zeros((20, 30), np.bool_)
    mask[rows, columns] = True
    return mask


_FIRST, _SECOND = _rectangle(np.s_[3:13], np.s_[4:20]), _rectangle(np.s_[6:18], np.s_[9:27])
_THIRD = _rectangle(np.s_[4:9], np.s_[6:15])


def _common(mask: BoolArray, reference: BoolArray) -> int:
    return int((mask & reference).sum())


def _either(mask: BoolArray, reference: BoolArray) -> int:
    return int((mask | reference).sum())


def _areas(mask: BoolArray, reference: BoolArray) -> int:
    return int(mask.sum()) + int(reference.sum())


def _dice(mask: BoolArray, reference: BoolArray) -> float:
    return 2 * _common(mask, reference) / _areas(mask, reference)


DICE = Task(
    _dice,
    ((_FIRST, _SECOND), (_SECOND, _FIRST), (_FIRST, _THIRD), (_FIRST, _FIRST)),
    (
        Mistake(
            lambda a, b: _common(a, b) / _either(a, b),
            N_("This is the IoU; Dice divides by the sum of the two areas."),
        ),
        Mistake(
            lambda a, b: 2 * _common(a, b) / _either(a, b),
            N_(
                "This divides by the union; Dice divides by the sum of the two areas. (Adding two boolean "
                "masks gives their union.)"
            ),
        ),
        Mistake(
            lambda a, b: _common(a, b) / _areas(a, b),
            N_("Half of what it should be: the intersection counts twice."),
        ),
        Mistake(
            lambda a, b: 2 * _common(a, b) / a.sum() + b.sum(),
            N_("Only the first area stands below the line: the sum of both needs parentheses."),
        ),
        Mistake(
            lambda a, b: _common(a, b) / a.sum(),
            N_("This is the precision: it leaves out how large the reference is."),
        ),
        Mistake(
            lambda a, b: _common(a, b) / b.sum(),
            N_("This is the recall: it leaves out how large the mask is."),
        ),
        Mistake(
            lambda a, b: (a == b).mean(),
            N_("This is the share of pixels on which both agree; the background must not count."),
        ),
        Mistake(_common, N_("These are the common pixels; they have to be divided by something.")),
        Mistake(
            lambda a, b: 2 * _common(a, b),
            N_("This is twice the intersection; it has to be divided by the sum of the two areas."),
        ),
        Mistake(
            lambda a, b: 2 * _either(a, b) / _areas(a, b),
            N_("Above the line stands the union, `|`; what both have in common is `&`."),
        ),
        Mistake(
            lambda a, b: (a ^ b).sum() / _areas(a, b),
            N_("This is 1 − Dice, the share in which they differ (`^`); what both have in common is `&`."),
        ),
        Mistake(
            lambda a, b: 2 * (a ^ b).sum() / _areas(a, b),
            N_("Above the line stands where they differ, `^`; what both have in common is `&`."),
        ),
        Mistake(
            lambda a, b: _common(a, b) / (2 * _areas(a, b)),
            N_("The 2 stands below the line; it belongs above: the intersection counts twice."),
        ),
        Mistake(
            lambda a, b: _common(a, b) / a.size,
            N_("This divides by all pixels; Dice divides by the sum of the two areas."),
        ),
        Mistake(
            lambda a, b: 2 * _common(a, b) / a.size,
            N_("This divides by all pixels; Dice divides by the sum of the two areas."),
        ),
        Mistake(
            lambda a, b: _common(a, b) / np.sqrt(a.sum() * b.sum()),
            N_("This is the geometric mean of precision and recall; Dice is their harmonic mean."),
        ),
        Mistake(
            lambda a, b: 2 * min(a.sum(), b.sum()) / _areas(a, b),
            N_("This compares how large the two are, not where: two masks side by side would be alike."),
        ),
        Mistake(
            lambda a, b: 2 * _common(a, b) / (a.sum() * b.sum()),
            N_("Below the line stands the product of the areas; it should be their sum."),
        ),
        Mistake(
            lambda a, b: (_common(a, b) / a.sum() + _common(a, b) / b.sum()) / 2,
            N_("This is the ordinary mean of precision and recall; Dice is their harmonic mean."),
        ),
        *twisted(_dice, SHARE[0], SHARE[2], SHARE[3]),
    ),
    **numbers(1e-9, decimals=True),
)


@exercise("5.1", DICE)
def write_dice(answer: Any, tr: Phrases) -> str:
    """Judge a function that returns the Dice index of two masks."""
    DICE.judge(answer, tr)
    return tr.gettext("Twice the intersection over the sum of the areas: the two masks may change places.")


@cache
def _deeplab_cat() -> BoolArray:
    from segwidgets.semantic import segment_semantic

    return segment_semantic("cat").mask("cat")


def _of_leak(number: Callable[[BoolArray, BoolArray], Any]) -> Callable[[], Any]:
    """Return what gives a number of DeepLab's cat and the reference, once it is asked for."""
    return lambda: number(_deeplab_cat(), reference_mask("cat", "cat"))


def _leaking(mask: BoolArray, reference: BoolArray) -> int:
    return int((mask & ~reference).sum())


def _missing(mask: BoolArray, reference: BoolArray) -> int:
    return int((reference & ~mask).sum())


@cache
def _sam_leak() -> float:
    from segwidgets.segmenter import Segmenter

    mask = Segmenter("cat").predict(Prompt([(250, 170)])).masks[1]
    return _leaking(mask, reference_mask("cat", "cat")) / int(mask.sum())


_MISSES = N_("This is what DeepLab misses: reference without mask. The leak is mask without reference.")
LEAK = constant(
    _of_leak(lambda mask, truth: _leaking(mask, truth) / mask.sum()),
    Mistake(
        _of_leak(lambda mask, truth: _leaking(mask, truth) / truth.sum()),
        N_("The leak is right, but it is divided by the reference's area; a share of the mask is asked for."),
    ),
    Mistake(
        _of_leak(lambda mask, truth: _leaking(mask, truth) / mask.size),
        N_("The leak is right, but it is divided by the whole photo; a share of the mask is asked for."),
    ),
    Mistake(
        _of_leak(lambda mask, truth: _leaking(mask, truth) / (~truth).sum()),
        N_(
            "The leak is right, but it is divided by all that lies outside the reference; a "
            "share of the mask is asked for."
        ),
    ),
    Mistake(
        _of_leak(lambda mask, truth: _leaking(mask, truth) / _either(mask, truth)),
        N_("The leak is right, but it is divided by the union of both; a share of the mask is asked for."),
    ),
    Mistake(
        _of_leak(lambda mask, truth: _common(mask, truth) / mask.sum()),
        N_("This is the share that lies inside; how much is outside?"),
    ),
    Mistake(
        _of_leak(lambda mask, truth: _common(mask, truth) / truth.sum()),
        N_("This is the recall, the share of the reference that DeepLab found; the leak is outside of it."),
    ),
    Mistake(_of_leak(lambda mask, truth: _missing(mask, truth) / truth.sum()), _MISSES),
    Mistake(_of_leak(lambda mask, truth: _missing(mask, truth) / mask.sum()), _MISSES),
    Mistake(_of_leak(_missing), _MISSES),
    Mistake(
        _of_leak(lambda mask, truth: 1 - _common(mask, truth) / _either(mask, truth)),
        N_("This is 1 − IoU, which counts what is missing as well as the leak."),
    ),
    Mistake(
        _of_leak(lambda mask, truth: (mask ^ truth).sum() / mask.sum()),
        N_("This counts all that differs, what is missing as well as the leak."),
    ),
    Mistake(
        _of_leak(lambda mask, truth: _common(mask, truth) / _either(mask, truth)),
        N_("This is the IoU; how much of DeepLab's cat lies outside the reference?"),
    ),
    Mistake(_of_leak(_dice), N_("This is Dice; how much of DeepLab's cat lies outside the reference?")),
    Mistake(
        _of_leak(lambda mask, truth: (int(mask.sum()) - int(truth.sum())) / mask.sum()),
        N_("This is the difference of the two areas: what is missing was taken off the leak."),
    ),
    Mistake(
        _of_leak(lambda mask, truth: mask.mean()),
        N_("This is the share of the photo that DeepLab calls cat; how much of it is no cat?"),
    ),
    Mistake(
        _of_leak(lambda mask, truth: (~mask).mean()),
        N_("This is what DeepLab does not call cat; the leak is what it calls so, and should not."),
    ),
    Mistake(
        _of_leak(_leaking), N_("These are the pixels of the leak; what share of DeepLab's cat are they?")
    ),
    Mistake(_of_leak(lambda mask, truth: 100 * _leaking(mask, truth) / mask.sum()), SHARE[0].hint),
    Mistake(_sam_leak, N_("This is the leak of SAM's mask; DeepLab's is asked for.")),
    **numbers(1e-5, decimals=True),
)


@exercise("5.2", LEAK)
def share_of_the_leak(answer: Any, tr: Phrases) -> str:
    """Judge the share of DeepLab's cat that lies outside the reference."""
    if isinstance(answer, np.ndarray) and answer.dtype == np.bool_ and answer.ndim == 2:
        raise KnownMistake(
            tr.gettext("This is a mask, not a number; what share of DeepLab's cat does it cover?")
        )
    value = LEAK.judge(answer, tr)[0]
    return tr.gettext("{share} % of DeepLab's cat is no cat: that is 1 − precision.").format(
        share=tr.decimal(100 * value, 1)
    )


def _pieces(mask: BoolArray, connectivity: int = 2) -> tuple[Any, Any]:
    """Return the numbered pieces of a mask, and their areas without the background's."""
    from skimage.measure import label

    regions = label(mask, connectivity=connectivity)
    return regions, np.bincount(regions.ravel())[1:]


def _by_area(place: int, connectivity: int = 2) -> Callable[[BoolArray], BoolArray]:
    """Return a function that keeps the piece at a place in the order of areas, the largest first."""

    def keep(mask: BoolArray) -> BoolArray:
        regions, areas = _pieces(mask, connectivity)
        kept: BoolArray = regions == 1 + np.argsort(-areas, kind="stable")[place]
        return kept

    return keep


_largest = _by_area(0)


def _widest(mask: BoolArray) -> BoolArray:
    """Keep the piece with the largest box."""
    regions, areas = _pieces(mask)
    boxes = [np.prod(np.ptp(np.argwhere(regions == 1 + i), axis=0) + 1) for i in range(len(areas))]
    kept: BoolArray = regions == 1 + int(np.argmax(boxes))
    return kept


def _box(mask: BoolArray) -> BoolArray:
    places = np.argwhere(_largest(mask))
    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0) + 1
    box = np.zeros_like(mask)
    box[top:bottom, left:right] = True
    return box


def _hull(mask: BoolArray) -> BoolArray:
    from skimage.morphology import convex_hull_image

    hull: BoolArray = convex_hull_image(_largest(mask))
    return hull


def _of_at_least(area: int) -> Callable[[BoolArray], BoolArray]:
    """Return a function that keeps all pieces of so many pixels."""

    def keep(mask: BoolArray) -> BoolArray:
        regions, areas = _pieces(mask)
        kept: BoolArray = np.isin(regions, 1 + np.flatnonzero(areas >= area))
        return kept

    return keep


_BACKGROUND = N_("This is the background: it has the largest area, but it is no piece of the mask.")
LARGEST = Task(
    _largest,
    tuple((mask,) for mask in _SCATTERED),
    (
        Mistake(lambda mask: mask, N_("All pieces are still there.")),
        Mistake(lambda mask: ~mask, _BACKGROUND),
        Mistake(lambda mask: _pieces(mask)[0] == np.bincount(_pieces(mask)[0].ravel()).argmax(), _BACKGROUND),
        Mistake(lambda mask: ~_largest(mask), N_("This is inside out: all but the largest piece.")),
        Mistake(lambda mask: clean(mask, min_island_share=1), N_("The hole was filled too; it should stay.")),
        Mistake(_by_area(0, 1), N_("Pixels that touch at a corner belong together: connectivity=2.")),
        Mistake(lambda mask: _pieces(mask)[0] == 1, N_("This is the first piece, not the largest.")),
        Mistake(
            lambda mask: _pieces(mask)[0] == len(_pieces(mask)[1]),
            N_("This is the last piece, not the largest."),
        ),
        Mistake(_by_area(-1), N_("This is the smallest piece.")),
        Mistake(
            lambda mask: _pieces(mask)[0] == 1 + _pieces(mask)[1].argmin(), N_("This is the smallest piece.")
        ),
        Mistake(_by_area(1), N_("This is the second largest piece.")),
        Mistake(
            lambda mask: mask & ~_largest(mask), N_("These are the islands; the other piece is asked for.")
        ),
        Mistake(
            lambda mask: _pieces(mask)[0] == _pieces(mask)[1].argmax(),
            N_("The numbers are shifted by one: without the background's area, place 0 stands for piece 1."),
        ),
        Mistake(
            lambda mask: _largest(mask) | _by_area(1)(mask),
            N_("These are the two largest pieces; only one stays."),
        ),
        Mistake(_widest, N_("This is the piece with the largest box; the area is the number of its pixels.")),
        Mistake(_hull, N_("This is the piece's hull, what a rubber band would take: its dents are to stay.")),
        *(
            Mistake(
                _of_at_least(area),
                N_("More than one piece is left: only the largest stays, whatever its area."),
            )
            for area in (3, 4, 5)
        ),
        Mistake(clean, N_("clean fills holes, and drops only islands much smaller than the largest piece.")),
        Mistake(_box, N_("This is the box round the piece; the piece itself is asked for.")),
    ),
    **arrays(
        read=lambda answer, tr: _as_pieces(answer, tr),
    ),
)


def _as_pieces(answer: Any, tr: Phrases) -> Any:
    if isinstance(answer, int | np.integer) and not isinstance(answer, bool):
        raise KnownMistake(
            tr.gettext("This is a number, as of a piece; the mask of that piece is asked for.")
        )
    if (
        isinstance(answer, np.ndarray)
        and answer.dtype.kind in "iu"
        and answer.shape in {m.shape for m in _SCATTERED}
    ):
        raise KnownMistake(
            tr.gettext(
                "These are the numbered pieces, not boolean; compare them with the largest one's number."
            )
        )
    return read_array(answer, tr)


@exercise("5.3", LARGEST)
def keep_the_largest_piece(answer: Any, tr: Phrases) -> str:
    """Judge a function that keeps only the largest piece of a mask."""
    LARGEST.judge(answer, tr)
    return tr.gettext("This is what `clean(mask, fill_holes=False, min_island_share=1)` does.")


def _is_good_when_clean(mask: Any, person: BoolArray) -> bool:
    """Say whether a mask would pass without its holes and islands."""
    is_mask = isinstance(mask, np.ndarray) and mask.dtype == np.bool_ and mask.shape == person.shape
    return is_mask and mask.any() and compare(clean(mask), person).iou >= 0.98


@exercise("5.4")
def mend_the_astronaut(answer: Any, tr: Phrases) -> str:
    """Judge a mask of the astronaut without holes and islands."""
    person, helmet = reference_mask("astronaut", "person"), reference_mask("astronaut", "helmet")
    with_helmet = Mistake(lambda: person | helmet, N_("The helmet in front of her is in the mask, too."))
    only_helmet = Mistake(lambda: helmet, N_("This is the helmet; the astronaut herself is asked for."))
    try:
        iou = judge_mask(answer, person, tr, at_least=0.98, mistakes=(with_helmet, only_helmet))
    except KnownMistake:
        raise
    except NotYet:
        if not _is_good_when_clean(answer, person):
            raise
        iou = 0.0  # holes and islands are all that is wrong with it
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
