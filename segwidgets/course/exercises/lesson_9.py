"""Exercises of lesson 9: a threshold from a histogram, seeds for what touches, the cheapest tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from segwidgets.course.judges import what_is
from segwidgets.course.mistakes import Task, arrays, numbers, read_array
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases

Counts = npt.NDArray[np.int64]
Groups = Callable[[Any, Any, Any, Any], Any]  # of n0, n1, m0, m1

_HISTOGRAMS = (
    (3, 3, 1, 2, 6, 18, 3, 0, 7, 1, 0, 1, 0),
    (3, 0, 2, 2, 6, 20, 3, 2, 3, 8, 0, 3),
    (1, 3, 14, 2, 3, 2, 12, 6, 2, 3, 1),
)
_SMALLEST = N_(
    "This is where the product is smallest. Is m0 − m1, which is negative, squared, and the largest taken?"
)
_UNSQUARED = N_("Without the square the best t is the mean brightness of all pixels: square the difference.")
_UNWEIGHTED = N_("The groups' sizes do not count here: multiply by n0 · n1, or a few odd pixels decide.")


def _scores(counts: Any, score: Groups) -> npt.NDArray[np.float64]:
    """Return a number for each threshold, from the two groups' sizes and means; NaN where one is empty."""
    b, told = np.arange(len(counts)), np.full(len(counts), np.nan)
    for t in b:
        n0, n1 = counts[: t + 1].sum(), counts[t + 1 :].sum()
        if n0 and n1:
            means = (counts * b)[: t + 1].sum() / n0, (counts * b)[t + 1 :].sum() / n1
            told[t] = score(n0, n1, *means)
    return told


def _apart(n0: Any, n1: Any, m0: Any, m1: Any) -> Any:
    return n0 * n1 * (m0 - m1) ** 2


def _best(score: Groups, add: int = 0) -> Callable[[Any], int]:
    """Return what gives the threshold with the largest score."""
    return lambda counts: int(np.nanargmax(_scores(counts, score))) + add


def _otsu(counts: Any) -> int:
    return _best(_apart)(counts)


def _sides(counts: Any) -> tuple[Any, Any]:
    """Return the two groups' brightnesses, one for each pixel."""
    each = np.repeat(np.arange(len(counts)), counts)
    return each[each <= _otsu(counts)], each[each > _otsu(counts)]


def _of_counts(counts: Any) -> int:
    """Return the threshold that comes of the counts' means in place of the brightnesses'."""
    told = [
        counts[: t + 1].sum()
        * counts[t + 1 :].sum()
        * (counts[: t + 1].mean() - counts[t + 1 :].mean()) ** 2.0
        for t in range(len(counts) - 1)
    ]
    return int(np.argmax(told))


def _as_brightnesses(counts: Any) -> int:
    """Return the threshold of who takes the counts for the pixels' brightnesses."""
    return _otsu(np.bincount(counts, minlength=len(counts)))


def _negative(counts: Any) -> int:
    """Return the threshold that comes of a product without the square, which is never above 0."""
    return int(np.nan_to_num(_scores(counts, lambda n0, n1, m0, m1: n0 * n1 * (m0 - m1))).argmax())


def _valley(counts: Any) -> int:
    first, second = sorted(np.argsort(counts, kind="stable")[-2:])
    return int(first + counts[first : second + 1].argmin())


def _each(counts: Any) -> Any:
    return np.repeat(np.arange(len(counts)), counts)


OTSU = Task(
    _otsu,
    tuple((np.array(counts),) for counts in _HISTOGRAMS),
    (
        Mistake(
            lambda counts: _otsu(counts) + 1,
            N_("This is the first brightness of the bright group; t is the last one of the dark group."),
        ),
        Mistake(
            lambda counts: _otsu(counts) - 1,
            N_(
                "This is one too low. Does the list of thresholds begin at 1, or does counts[:t] leave t out?"
            ),
        ),
        Mistake(
            lambda counts: np.nanmax(_scores(counts, _apart)),
            N_("This is the largest value itself; at which t is it reached?"),
        ),
        Mistake(
            lambda counts: np.nanmax(_scores(counts, _apart)) / counts.sum() ** 2,
            N_("This is the largest value itself; at which t is it reached?"),
        ),
        Mistake(_best(lambda n0, n1, m0, m1: (m0 - m1) ** 2), _UNWEIGHTED),
        Mistake(_best(lambda n0, n1, m0, m1: (n0 + n1) * (m0 - m1) ** 2), _UNWEIGHTED),
        Mistake(
            _best(lambda n0, n1, m0, m1: n0 * n1 * abs(m0 - m1)),
            _UNSQUARED,
        ),
        Mistake(
            _best(lambda n0, n1, m0, m1: n0 * n1 * (m0 - m1)),
            _SMALLEST,
        ),
        Mistake(
            _negative,
            _SMALLEST,
        ),
        Mistake(
            _best(lambda n0, n1, m0, m1: n0 * n1),
            N_("Only the groups' sizes count here; the means' distance is missing."),
        ),
        Mistake(
            _best(lambda n0, n1, m0, m1: -_apart(n0, n1, m0, m1)),
            _SMALLEST,
        ),
        Mistake(
            lambda counts: int(np.nan_to_num(_scores(counts, _apart)).argmin()),
            _SMALLEST,
        ),
        Mistake(
            lambda counts: int(np.nan_to_num(_scores(counts, _apart))[:-1].argmin()),
            _SMALLEST,
        ),
        Mistake(
            _of_counts,
            N_("These are means of the counts; a group's mean brightness is sum(b · counts[b]) / n."),
        ),
        Mistake(
            _as_brightnesses,
            N_(
                "The counts are taken for brightnesses; `counts[b]` is how many pixels have the brightness b."
            ),
        ),
        Mistake(
            lambda counts: int(counts.argmax()),
            N_("This is the most frequent brightness, the top of a hill; the threshold parts two hills."),
        ),
        Mistake(
            lambda counts: int(counts.argmin()),
            N_("This is the rarest brightness; that may lie at an end. Otsu does not look for a valley."),
        ),
        Mistake(
            _valley,
            N_(
                "This is the valley between the two highest tops; Otsu weighs all pixels, and looks for none."
            ),
        ),
        *(
            Mistake(
                lambda counts, made=made: made(_each(counts).mean()),
                N_("This is the mean brightness of all pixels; a large group pulls it to its own side."),
            )
            for made in (float, round)
        ),
        Mistake(
            lambda counts: counts.mean(),
            N_(
                "This is the mean of the counts, how many pixels a brightness has; a brightness is asked for."
            ),
        ),
        Mistake(
            lambda counts: np.median(_each(counts)),
            N_("This is the median brightness: half of the pixels on each side, wherever the hills are."),
        ),
        Mistake(
            lambda counts: sum(side.mean() for side in _sides(counts)) / 2,
            N_(
                "This lies half-way between the two means; asked for is t itself, the last of the dark group."
            ),
        ),
        Mistake(
            lambda counts: len(counts) // 2,
            N_("This is the middle of the histogram, whatever stands in it."),
        ),
        Mistake(
            lambda counts: (len(counts) - 1) / 2,
            N_("This is the middle of the histogram, whatever stands in it."),
        ),
        Mistake(
            lambda counts: _otsu(counts) / (len(counts) - 1),
            N_("This is a share of the histogram's length; asked for is the brightness, a whole number."),
        ),
        Mistake(
            lambda counts: int(counts[_otsu(counts)]),
            N_("This is how many pixels have that brightness; the brightness itself is asked for."),
        ),
    ),
    **numbers(),
)


@exercise("9.1", OTSU)
def threshold_of_a_histogram(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives Otsu's threshold of a histogram."""
    OTSU.judge(answer, tr)
    return tr.gettext("The same threshold that scikit-image's threshold_otsu gives.")


_GRAINS = (
    ((70, 112), ((35, 35, 25), (75, 35, 21))),
    ((112, 165), ((45, 50, 36), (91, 52, 15), (113, 64, 12), (131, 87, 19))),
    ((64, 192), ((30, 31, 21), (66, 30, 18), (99, 31, 17), (151, 30, 23))),
)
_CORE = 0.4  # of a grain's radius: its middle, in which no other grain lies


def _disc(size: tuple[int, int], x: float, y: float, radius: float) -> BoolArray:
    rows, columns = np.mgrid[: size[0], : size[1]]
    disc: BoolArray = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
    return disc


def _mask(size: tuple[int, int], grains: Sequence[tuple[int, int, int]]) -> BoolArray:
    mask: BoolArray = np.any([_disc(size, *grain) for grain in grains], axis=0)
    return mask


_MASKS = tuple(_mask(*case) for case in _GRAINS)


def _middles(mask: BoolArray) -> npt.NDArray[np.int64]:
    """Return the grains' middles, numbered from 1."""
    size, grains = next(case for case, one in zip(_GRAINS, _MASKS, strict=True) if np.array_equal(one, mask))
    middles = np.zeros(size, np.int64)
    for number, (x, y, radius) in enumerate(grains, 1):
        middles[_disc(size, x, y, _CORE * radius)] = number
    return middles


def _distance(mask: BoolArray) -> npt.NDArray[np.float64]:
    distance: npt.NDArray[np.float64] = ndimage.distance_transform_edt(mask)
    return distance


def _numbered(places: Any) -> Any:
    return ndimage.label(places)[0]


def _read_seeds(answer: Any, tr: Phrases) -> Any:
    """Return seeds as an array of whole numbers, or say what else it is."""
    if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], np.ndarray):
        raise KnownMistake(
            tr.gettext(
                "ndimage.label returns two things: the array and how many there are. Take the first: [0]."
            )
        )
    array = read_array(answer, tr)
    if array.ndim == 2 and array.shape[1] == 2 and array.dtype.kind in "iuf":
        raise KnownMistake(
            tr.gettext(
                "These are places, a row and a column each; asked for is an array as large as the mask, "
                "with a number at each."
            )
        )
    if array.dtype == np.bool_:
        raise KnownMistake(
            tr.gettext(
                "True is the same for all seeds, so all grains would be one: number them with ndimage.label."
            )
        )
    return array


def _faults(seeds: Any, middles: Any, mask: BoolArray) -> dict[str, int]:
    """Count what is wrong with seeds, by kind."""
    of = [set(np.unique(seeds[middles == k]).tolist()) - {0} for k in range(1, middles.max() + 1)]
    single = [next(iter(one)) for one in of if len(one) == 1]
    named = set().union(*of)
    return {
        "outside": int((seeds[~mask] != 0).sum()),
        "missing": sum(not one for one in of),
        "shared": len(single) - len(set(single)),
        "several": sum(len(one) > 1 for one in of),
        "stray": len(set(np.unique(seeds[mask]).tolist()) - {0} - named),
    }


def _is_parted(seeds: Any, middles: Any, case: Any) -> bool:
    return (
        seeds.shape == middles.shape
        and bool(np.all(seeds == np.round(seeds)))
        and not any(_faults(seeds, middles, case[0]).values())
    )


def _why_not(seeds: Any, middles: Any, case: Any, tr: Phrases) -> None:
    """Raise NotYet with the first thing that is wrong with seeds."""
    if seeds.shape != middles.shape:
        text = tr.gettext("The seeds are to be as large as the mask, {wanted}; these are {got}.")
        raise NotYet(text.format(wanted=middles.shape, got=seeds.shape))
    if not np.all(seeds == np.round(seeds)):
        raise NotYet(tr.gettext("Seeds are whole numbers, 0 where there is none; these have decimals."))
    faults, total = _faults(seeds, middles, case[0]), int(middles.max())
    if n := faults["outside"]:
        text = tr.ngettext(
            "{n} pixel outside of the mask has a number: there is nothing to part, leave it 0.",
            "{n} pixels outside of the mask have a number: there is nothing to part, leave them 0.",
            n,
        )
    elif n := faults["missing"]:
        text = tr.ngettext(
            "Of {total} grains {n} has no seed, and another's water will take it. Small grains have low "
            "peaks: look for the highest of a few pixels around, not of many, and not for a fixed height.",
            "Of {total} grains {n} have no seed, and others' water will take them. Small grains have low "
            "peaks: look for the highest of a few pixels around, not of many, and not for a fixed height.",
            n,
        )
    elif n := faults["shared"]:
        text = tr.gettext(
            "Grains that touch have the same number, so they will stay one. A seed is to be so small that "
            "it does not reach into the next grain."
        )
    elif n := faults["several"]:
        text = tr.ngettext(
            "{n} grain has several seeds and will fall apart: look for the highest in a larger "
            "neighbourhood.",
            "{n} grains have several seeds and will fall apart: look for the highest in a larger "
            "neighbourhood.",
            n,
        )
    else:
        n = faults["stray"]
        text = tr.ngettext(
            "{n} seed lies at the edge of a grain or where two meet: in the middle the distance is largest.",
            "{n} seeds lie at the edge of a grain or where two meet: in the middle the distance is largest.",
            n,
        )
    raise NotYet(text.format(n=n, total=total))


SEEDS = Task(
    _middles,
    tuple((mask,) for mask in _MASKS),
    (
        Mistake(
            _numbered,
            N_("This numbers the pieces of the mask; grains that touch are one piece. Seeds lie apart."),
        ),
        Mistake(
            _distance,
            N_("This is the distance itself; where is it largest? Number those places."),
        ),
        Mistake(
            lambda mask: mask.astype(int),
            N_("This is the mask as 0 and 1: all grains have the same number."),
        ),
        Mistake(
            lambda mask: (_distance(mask) == ndimage.maximum_filter(_distance(mask), 15)).astype(int),
            N_(
                "The background has distance 0 everywhere, which is its own largest: take only "
                "pixels of the mask."
            ),
        ),
        Mistake(
            lambda mask: _numbered(_distance(mask) == ndimage.maximum_filter(_distance(mask), 15)),
            N_(
                "The background has distance 0 everywhere, which is its own largest: take only "
                "pixels of the mask."
            ),
        ),
        Mistake(
            lambda mask: _numbered(_distance(mask) == _distance(mask).max()),
            N_(
                "This finds the one place with the largest distance of all; each grain has a peak of its own."
            ),
        ),
        Mistake(
            lambda mask: _numbered(~mask),
            N_("This numbers the background; the seeds lie in the grains."),
        ),
        Mistake(
            lambda mask: (mask & (_distance(mask) == ndimage.maximum_filter(_distance(mask), 15))).astype(
                int
            ),
            N_("The places are right, but all have the number 1: ndimage.label gives each its own."),
        ),
    ),
    **arrays() | {"read": _read_seeds, "same": _is_parted, "alike": arrays()["same"], "otherwise": _why_not},
)


@exercise("9.2", SEEDS)
def seeds_for_what_touches(answer: Any, tr: Phrases) -> str:
    """Ask for a function that puts one seed on each of the grains that touch in a mask."""
    SEEDS.judge(answer, tr)
    return tr.gettext("One seed on each grain: the watershed will do the rest.")


TOOLS = ("threshold", "grabcut", "sam")
ENOUGH = {"coin": "threshold", "cup": "grabcut", "helmet": "sam"}


@exercise("9.3")
def the_cheapest_tool_that_is_enough(answer: Any, tr: Phrases) -> str:
    """Ask which tool is enough for each of three things."""
    if not isinstance(answer, dict):
        text = tr.gettext('A dictionary is asked for, as in {{"coin": "sam", …}}; this is {what}.')
        raise NotYet(text.format(what=what_is(answer, tr)))
    if missing := [thing for thing in ENOUGH if thing not in answer]:
        raise NotYet(tr.gettext("There is no tool for {thing}.").format(thing=missing[0]))
    if callable(next(iter(answer.values()))):
        raise NotYet(tr.gettext('Name the tool, as text: "threshold", "grabcut" or "sam".'))
    chosen = {thing: _tool(answer[thing], tr) for thing in ENOUGH}
    if set(chosen.values()) == {"sam"}:
        raise KnownMistake(
            tr.gettext("SAM reaches 0.9 on all three; but on two of them something cheaper does, too.")
        )
    for thing, right in ENOUGH.items():
        if TOOLS.index(chosen[thing]) > TOOLS.index(right):
            text = tr.gettext("On {thing} {tool} reaches 0.9, but something cheaper does, too.")
        elif chosen[thing] != right:
            text = tr.gettext("On {thing} {tool} does not reach 0.9: look at its IoU once more.")
        else:
            continue
        raise KnownMistake(text.format(tool=chosen[thing], thing=thing))
    return tr.gettext(
        "Three things, three tools. Whoever takes SAM for all pays for two of them without need."
    )


def _tool(named: Any, tr: Phrases) -> str:
    """Return which tool was named, or say that it is none."""
    if isinstance(named, bool | int | float | np.number):
        raise NotYet(tr.gettext('This is a number; name the tool: "threshold", "grabcut" or "sam".'))
    text = str(named).strip().lower().replace("otsu", "threshold").replace("by_", "")
    if text not in TOOLS:
        raise NotYet(
            tr.gettext('There are three tools: "threshold", "grabcut" and "sam"; this is {what}.').format(
                what=what_is(named, tr)
            )
        )
    return text
