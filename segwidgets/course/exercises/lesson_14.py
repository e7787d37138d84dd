"""Exercises of lesson 14: a bootstrap interval, the number of clicks, two methods by pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.judges import what_is
from segwidgets.course.mistakes import COUNT, SHARE, Task, as_number, numbers, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.locale.phrases import Phrases

Floats = npt.NDArray[np.float64]
Ends = Callable[[Any, Any], Any]  # of the IoUs and the picks

NEAR = 0.006  # percentiles are counted in several ways, which differ by so much at most
OWN_DRAWS = 0.05  # draws of one's own give an interval that is no farther off
TWO_SIGMA = 1.96


def _case(seed: int, draws: int, *ious: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    picks = np.random.default_rng(seed).integers(len(ious), size=(draws, len(ious)))
    return np.array(ious), picks


_DRAWN = (
    _case(1, 2000, 0.98, 0.45, 0.97, 0.71, 0.96, 0.99, 0.52, 0.94),
    _case(2, 1600, 0.9, 0.1, 0.85, 0.6, 0.95),
    _case(3, 1200, 0.3, 0.97, 0.88, 0.93, 0.74, 0.2, 0.91, 0.99, 0.95, 0.55, 0.83),
)


def _means(ious: Any, picks: Any) -> Any:
    return ious[picks].mean(axis=1)


def _middle(low: float, high: float, of: Ends = _means) -> Ends:
    return lambda ious, picks: np.percentile(of(ious, picks), [low, high])


_RIGHT_ENDS = _middle(2.5, 97.5)


def _around(middle: Ends, half: Ends) -> Ends:
    """Return what gives an interval of one half to each side of a middle."""
    return lambda ious, picks: middle(ious, picks) + half(ious, picks) * np.array([-1, 1])


def _mean(ious: Any, _: Any) -> Any:
    return ious.mean()


def _deviation(ious: Any, picks: Any) -> Any:
    return _means(ious, picks).std()


def _width(ious: Any, picks: Any) -> Any:
    return np.ptp(_RIGHT_ENDS(ious, picks))


def _times(factor: float, number: Ends) -> Ends:
    return lambda ious, picks: factor * number(ious, picks)


def _standard_error(ddof: int) -> Ends:
    return lambda ious, _: TWO_SIGMA * ious.std(ddof=ddof) / np.sqrt(len(ious))


def _spread(factor: float, ddof: int) -> Ends:
    return lambda ious, _: factor * ious.std(ddof=ddof)


def _unsorted(ious: Any, picks: Any) -> Any:
    count = len(picks)
    return _means(ious, picks)[[int(0.025 * count), int(0.975 * count)]]


def _read_ends(answer: Any, tr: Phrases) -> Floats:
    """Return an answer as numbers of any shape, or say that two are asked for."""
    try:
        array = np.asarray(answer, np.float64)
    except (TypeError, ValueError):
        array = np.array(np.nan)
    if array.dtype.kind != "f" or isinstance(answer, bool | str | bytes) or not np.isfinite(array).all():
        text = tr.gettext("Two numbers are asked for, the lower and the upper end; this is {what}.")
        raise NotYet(text.format(what=what_is(answer, tr)))
    return array


def _near(one: Any, other: Any, within: float) -> bool:
    other = np.asarray(other, np.float64)
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=0, atol=within))


def _say_ends(one: Any, right: Any, case: Any, tr: Phrases) -> None:
    if one.shape != (2,):
        text = tr.gettext("Two numbers are asked for, the lower and the upper end; this is {what}.")
        raise NotYet(text.format(what=what_is(one if one.ndim else one.item(), tr)))
    if _near(one, right, OWN_DRAWS):
        raise NotYet(
            tr.gettext(
                "Close, but not it: take the draws in the rows of picks, and none of your own, and cut off "
                "2.5 % at each end."
            )
        )
    text = tr.gettext("For one of the cases it should be {right}, not {one}.")
    (low, high), (start, end) = right.tolist(), one.tolist()
    raise NotYet(text.format(right=tr.pair(low, high, 3), one=tr.pair(start, end, 3)))


_NORMAL = N_(
    "This is 1.96 standard deviations to each side, as for a normal curve; the percentiles of the drawn "
    "means need no curve, and may lie lopsided."
)
_FORMULA = N_("This comes from a formula of the objects' spread; take the percentiles of the drawn means.")
_OF_OBJECTS = N_(
    "This tells how far the objects are spread; asked for is how far their mean may be off: a mean for each "
    "row of picks."
)
_FRACTIONS = N_("np.percentile counts from 0 to 100, np.quantile from 0 to 1: 2.5 and 97.5 are percents.")
_ONE_END = N_("Of the 5 % that are cut off, one half belongs to each end: 2.5 and 97.5.")
_SINGLE = N_("This is the mean; asked for are two numbers, the ends of its interval.")
INTERVAL = Task(
    _RIGHT_ENDS,
    _DRAWN,
    (
        Mistake(
            _middle(2.5, 97.5, lambda ious, _: ious),
            N_("These are percentiles of the objects' own IoUs; take the mean of each row of picks first."),
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: ious[picks].ravel()),
            N_("All draws were thrown into one heap; take the mean of each row of picks first."),
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: ious[picks].mean(axis=0)),
            N_("These are means over the columns; a draw is a row of picks: `axis=1`."),
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: ious[picks[0]]),
            N_("Only the first draw was looked at; each row of picks gives a mean."),
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: picks.mean(axis=1)),
            N_("These are means of the objects' numbers; look their IoUs up: `ious[picks]`."),
        ),
        Mistake(
            _middle(5, 95),
            N_("From 5 to 95 lie 90 % of the means; for 95 % cut off 2.5 at each end."),
        ),
        *(Mistake(_middle(*two), _ONE_END) for two in ((0, 95), (5, 100), (2.5, 95), (5, 97.5))),
        Mistake(_middle(1, 99), N_("From 1 to 99 lie 98 % of the means; for 95 % cut off 2.5 at each end.")),
        Mistake(_middle(0.5, 99.5), N_("This is the 99 % interval; for 95 % cut off 2.5 at each end.")),
        Mistake(_middle(0.025, 0.975), _FRACTIONS),
        Mistake(_middle(0.25, 0.975), _FRACTIONS),
        Mistake(
            _middle(0, 100), N_("This goes from the smallest to the largest mean, all of them; keep 95 %.")
        ),
        Mistake(_middle(25, 75), N_("Half of the means lie in this; for 95 % cut off 2.5 at each end.")),
        *(
            Mistake(_around(middle, _times(factor, _deviation)), hint)
            for middle in (_mean, lambda ious, picks: _means(ious, picks).mean())
            for factor, hint in (
                (TWO_SIGMA, _NORMAL),
                (2, _NORMAL),
                (1, N_("This is one standard deviation to each side; asked for are percentiles.")),
            )
        ),
        *(Mistake(_around(_mean, _standard_error(ddof)), _FORMULA) for ddof in (0, 1)),
        *(
            Mistake(
                _around(_mean, _spread(factor, ddof)),
                _OF_OBJECTS,
            )
            for factor in (TWO_SIGMA, 2, 1)
            for ddof in (0, 1)
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: np.median(ious[picks], axis=1)),
            N_("This is the interval of the median; the mean's is asked for."),
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: ious[picks].sum(axis=1)),
            N_("The draws were summed; divide by how many objects each has."),
        ),
        Mistake(
            _middle(2.5, 97.5, lambda ious, picks: ious[picks - 1].mean(axis=1)),
            N_("The objects are numbered from 0, as NumPy counts: take picks as they are."),
        ),
        Mistake(
            lambda ious, picks: _RIGHT_ENDS(ious, picks)[::-1],
            N_("The ends are in the wrong order: the lower one comes first."),
        ),
        Mistake(_width, N_("This is how wide the interval is; its two ends are asked for.")),
        Mistake(
            _times(0.5, _width),
            N_("This is half of its width, as in plus or minus; its two ends are asked for."),
        ),
        Mistake(
            lambda ious, picks: _RIGHT_ENDS(ious, picks) - ious.mean(),
            N_("These are the distances from the mean; the ends themselves are asked for."),
        ),
        Mistake(
            lambda ious, picks: np.abs(_RIGHT_ENDS(ious, picks) - ious.mean()),
            N_("These are the distances from the mean; the ends themselves are asked for."),
        ),
        Mistake(_mean, _SINGLE),
        Mistake(lambda ious, picks: _means(ious, picks).mean(), _SINGLE),
        Mistake(
            _deviation,
            N_("This is the means' standard deviation; the two ends of the interval are asked for."),
        ),
        Mistake(_means, N_("These are all of the means themselves; between which two numbers lie 95 %?")),
        Mistake(
            _unsorted,
            N_("The means were not sorted: this is what the draws at those places happened to give."),
        ),
        Mistake(
            lambda ious, _: ious.mean() * np.ones(2),
            N_(
                "This is the mean twice. Draws without replacement take each object once, and so have all "
                "the same mean; take those in picks."
            ),
        ),
        Mistake(
            lambda ious, picks: ious[picks].mean() * np.ones(2),
            N_("All draws were averaged into one number; each row of picks has a mean of its own: `axis=1`."),
        ),
        *twisted(_RIGHT_ENDS, SHARE[0]),
    ),
    read=_read_ends,
    same=lambda one, other, _: _near(one, other, NEAR),
    alike=lambda one, other, _: _near(one, other, 1e-6),
    otherwise=_say_ends,
)


@exercise("14.1", INTERVAL)
def bootstrap_interval(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the percentile interval of a mean from draws."""
    INTERVAL.judge(answer, tr)
    return tr.gettext("To draw photos in place of objects, pick photos and take along all that is in them.")


_CLICKS = (
    (
        np.array(
            [
                [0.5, 0.9, 0.95, 0.97, 0.98, 0.98],  # just reached
                [0.92, 0.95, 0.4, 0.96, 0.97, 0.96],  # lost again
                [0.2, 0.3, 0.5, 0.7, 0.8, 0.85],  # never
                [0.6, 0.7, 0.8, 0.93, 0.88, 0.95],
                [0.1, 0.2, 0.85, 0.7, 0.91, 0.99],
            ]
        ),
        0.9,
    ),
    (
        np.array(
            [
                [0.3, 0.5, 0.85, 0.84, 0.8],
                [0.9, 0.7, 0.6, 0.9, 0.95],
                [0.1, 0.1, 0.2, 0.1, 0.3],
                [0.2, 0.86, 0.1, 0.88, 0.4],
            ]
        ),
        0.85,
    ),
    (
        np.array(
            [[0.8, 0.6, 0.79], [0.1, 0.82, 0.3], [0.4, 0.45, 0.1], [0.95, 0.2, 0.99], [0.7, 0.85, 0.81]]
        ),
        0.8,
    ),
)


def _each(never: Callable[[int], float] = float) -> Callable[[Any, Any], Floats]:
    """Return what gives each object's clicks; `never` makes of K what counts where it is not reached."""

    def clicks(ious: Any, least: Any) -> Floats:
        good = ious >= least
        return np.where(good.any(axis=1), good.argmax(axis=1) + 1.0, never(ious.shape[1]))

    return clicks


def _noc(ious: Any, least: Any) -> float:
    return float(_each()(ious, least).mean())


def _per_object(number: Callable[[Any], float]) -> Callable[[Any, Any], float]:
    """Return the mean of a number of each object's row, which is True where the IoU is good."""
    return lambda ious, least: float(np.mean([number(row >= least) for row in ious]))


def _stays(good: Any) -> float:
    """Return after which click it stays good."""
    bad = np.flatnonzero(~good)
    return float(min(len(good), bad[-1] + 2) if len(bad) else 1)


def _last(good: Any) -> float:
    return float(len(good) - good[::-1].argmax() if good.any() else len(good))


def _reached(ious: Any, least: Any) -> Any:
    return (ious >= least).any(axis=1)


_NEVER = N_("An object that never reaches it counts K clicks, all that there were.")
_FIRST = N_("Only the first time counts, also where a later click makes it worse again.")
_SHARE = N_("This is a share of the objects; asked for is how many clicks they take.")


def _read_clicks(answer: Any, tr: Phrases) -> float:
    """Return an answer as a number; say where it comes from if it is none (nan, inf)."""
    if isinstance(answer, list | tuple | np.ndarray) and np.ndim(answer) == 1 and len(answer) > 1:
        raise KnownMistake(
            tr.gettext("These are numbers for each object or click; one is asked for, their mean.")
        )
    number = as_number(answer, tr)
    if not np.isfinite(number):
        raise KnownMistake(tr.gettext(_NEVER))
    return number


CLICKS = Task(
    _noc,
    _CLICKS,
    (
        Mistake(
            lambda ious, least: _noc(ious, least) - 1,
            N_("The clicks are counted from 0 here; the first click is click 1."),
        ),
        Mistake(
            lambda ious, least: float(_each(lambda most: most + 1)(ious, least).mean() - 1),
            N_("The clicks are counted from 0 here; the first click is click 1."),
        ),
        Mistake(
            lambda ious, least: float(_each(lambda _: 1)(ious, least).mean()),
            N_(
                "`argmax` of a row without any True is 0, as if the first click had been enough; what is "
                "never reached counts K."
            ),
        ),
        Mistake(
            lambda ious, least: float((ious >= least).argmax(axis=1).mean()),
            N_("The clicks are counted from 0 here, and a row without any True gives 0 as well."),
        ),
        *(
            Mistake(lambda ious, least, never=never: float(_each(never)(ious, least).mean()), _NEVER)
            for never in (
                lambda _: 0,
                lambda most: most + 1,
                lambda most: most - 1,
                lambda _: 20,
                lambda _: -1,
            )
        ),
        Mistake(
            lambda ious, least: float(_each()(ious, least)[_reached(ious, least)].mean()),
            N_("Objects that never reach it were left out: the worst ones would cost nothing. They count K."),
        ),
        Mistake(
            lambda ious, least: float(_each(lambda _: 0)(ious, least).sum() / len(ious)),
            _NEVER,
        ),
        Mistake(
            lambda ious, least: _noc(ious, np.nextafter(least, 1)),
            N_("An IoU of just `least` is enough: at least, not above."),
        ),
        Mistake(_per_object(_stays), _FIRST),
        Mistake(_per_object(_last), _FIRST),
        Mistake(
            _per_object(lambda good: float((~good).sum())),
            N_(
                "This counts the clicks below it; asked for is at which one it is reached for the first time."
            ),
        ),
        Mistake(
            _per_object(lambda good: float(min((~good).sum() + 1, len(good)))),
            N_("This counts all clicks below it, those also that come after the first good one."),
        ),
        Mistake(
            _per_object(lambda good: float((~good).sum() + 1)),
            N_("This counts all clicks below it, those also that come after the first good one."),
        ),
        Mistake(
            _per_object(lambda good: float(good.sum())),
            N_("This is how many clicks were good; asked for is which was the first one."),
        ),
        Mistake(
            lambda ious, least: float(np.median(_each()(ious, least))),
            N_("This is the median over the objects; the mean is asked for."),
        ),
        Mistake(
            lambda ious, least: float(_each()(ious, least).sum()),
            N_("This is the sum over the objects; divide it by how many there are."),
        ),
        Mistake(
            lambda ious, least: float(_each()(ious, least).max()),
            N_("This is the object that takes longest; the mean over all is asked for."),
        ),
        Mistake(
            lambda ious, least: float(_each()(ious, least).min()),
            N_("This is the object that is quickest; the mean over all is asked for."),
        ),
        Mistake(
            lambda ious, least: float(_each()(ious.mean(axis=0)[None], least)[0]),
            N_("The IoUs were averaged first; count each object's clicks, and average those."),
        ),
        Mistake(
            lambda ious, least: _noc(ious.T, least),
            N_("Rows and columns are swapped: an object is a row, a click a column."),
        ),
        Mistake(
            lambda ious, _: float((ious.argmax(axis=1) + 1).mean()),
            N_("This is the click with the highest IoU; asked for is the first one that is good enough."),
        ),
        Mistake(lambda ious, least: float(_reached(ious, least).mean()), _SHARE),
        Mistake(lambda ious, least: float(1 - _reached(ious, least).mean()), _SHARE),
        Mistake(lambda ious, least: float((ious >= least).mean()), _SHARE),
        Mistake(
            lambda ious, least: float(_reached(ious, least).sum()), N_("This is how many objects reach it.")
        ),
        Mistake(
            lambda ious, least: int(_noc(ious, least)),
            N_("A mean need not be whole: what stands behind the decimal point was dropped."),
        ),
        Mistake(
            lambda ious, least: round(_noc(ious, least)),
            N_("A mean need not be whole: what stands behind the decimal point was dropped."),
        ),
        Mistake(
            lambda ious, _: float(ious.mean()),
            N_("This is the mean IoU; asked for is the mean number of clicks."),
        ),
        *twisted(_noc, COUNT[0]),
    ),
    **numbers(1e-6, decimals=True, read=_read_clicks),
)


@exercise("14.2", CLICKS)
def number_of_clicks(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the mean number of clicks until an IoU is reached."""
    CLICKS.judge(answer, tr)
    return tr.gettext(
        "The cap is part of the figure: a paper that allows 100 clicks has another NoC than one with 20."
    )


def _pair(first: Sequence[float], second: Sequence[float]) -> tuple[Floats, Floats]:
    return np.array(first), np.array(second)


_PAIRS = (
    _pair([0.9, 0.5, 0.7, 0.8, 0.95, 0.3, 0.6], [0.92, 0.5, 0.75, 0.1, 0.97, 0.4, 0.65]),
    _pair([0.8, 0.6, 0.9, 0.99, 0.2], [0.7, 0.6, 0.9, 0.97, 0.95]),
    _pair([0.4, 0.85, 0.9, 0.1, 0.7, 0.66, 0.6], [0.5, 0.8, 0.9, 0.3, 0.69, 0.68, 0.05]),
)


def _wins(first: Any, second: Any) -> tuple[float, float, float]:
    """Return on which share of the objects the second is better, equal, worse."""
    better, equal = float(np.mean(second > first)), float(np.mean(second == first))
    return better, equal, 1 - better - equal


def _of(formula: Callable[[float, float, float], float]) -> Callable[[Any, Any], float]:
    return lambda first, second: formula(*_wins(first, second))


_RIGHT_SHARE = _of(lambda better, equal, _: better + equal / 2)
_EQUAL = N_("Where both are equal the object counts one half.")
_BY_HOW_MUCH = N_("This tells by how much; asked for is on which share of the objects.")
_ALL_PAIRS = N_("Each IoU was held against those of all objects; the same object alone makes a pair.")
PAIRS = Task(
    _RIGHT_SHARE,
    _PAIRS,
    (
        Mistake(
            _of(lambda better, equal, worse: worse + equal / 2),
            N_("This is the share on which the *first* method is better: turn the comparison round."),
        ),
        Mistake(_of(lambda better, equal, worse: better), _EQUAL),
        Mistake(_of(lambda better, equal, worse: better + equal), _EQUAL),
        Mistake(_of(lambda better, equal, worse: better + equal / 4), _EQUAL),
        Mistake(_of(lambda better, equal, worse: worse), _EQUAL),
        Mistake(_of(lambda better, equal, worse: worse + equal), _EQUAL),
        Mistake(
            _of(lambda better, equal, worse: better / (better + worse)),
            N_("The objects on which both are equal were left out; each of them counts one half."),
        ),
        Mistake(
            _of(lambda better, equal, worse: (better + equal / 2) / (better + worse)),
            N_("Divide by all objects, also those on which both are equal."),
        ),
        Mistake(_of(lambda better, equal, worse: equal), N_("This is the share on which both are equal.")),
        Mistake(
            _of(lambda better, equal, worse: equal / 2), N_("This is the share on which both are equal.")
        ),
        Mistake(
            _of(lambda better, equal, worse: better - worse),
            N_(
                "The lost ones were taken away from the won ones; count the won ones, and the equal ones "
                "half."
            ),
        ),
        Mistake(
            lambda first, second: float(
                np.mean(second[:, None] > first) + np.mean(second[:, None] == first) / 2
            ),
            _ALL_PAIRS,
        ),
        Mistake(lambda first, second: float(np.mean(second[:, None] > first)), _ALL_PAIRS),
        *(
            Mistake(
                lambda first, second, share=share: share(np.sort(first), np.sort(second)),
                N_("Both were sorted, and then no number stands beside that of the same object any more."),
            )
            for share in (_RIGHT_SHARE, _of(lambda better, equal, worse: better))
        ),
        Mistake(
            lambda first, second: _RIGHT_SHARE(first.mean(), second),
            N_(
                "The second's IoUs were held against the mean of the first; hold each against its own "
                "object's."
            ),
        ),
        Mistake(lambda first, second: float(np.mean(second - first)), _BY_HOW_MUCH),
        Mistake(lambda first, second: float(np.mean(first - second)), _BY_HOW_MUCH),
        Mistake(
            lambda first, second: float(np.median(second - first)),
            N_("This is the median difference, by how much; asked for is on which share of the objects."),
        ),
        Mistake(lambda first, second: float(np.mean(np.abs(second - first))), _BY_HOW_MUCH),
        Mistake(lambda first, second: float(second.mean() / first.mean()), _BY_HOW_MUCH),
        Mistake(
            lambda first, second: float(np.mean(second) > np.mean(first)),
            N_("This only tells who wins by the mean; asked for is on which share of the objects."),
        ),
        Mistake(
            lambda first, second: float(np.median(second) > np.median(first)),
            N_("This only tells who wins by the median; asked for is on which share of the objects."),
        ),
        *(
            Mistake(
                lambda first, second, share=share: len(first) * share(first, second),
                N_("This is how many objects; divide by how many there are."),
            )
            for share in (_RIGHT_SHARE, _of(lambda better, equal, worse: better))
        ),
        Mistake(
            lambda first, second: float(np.maximum(first, second).mean()),
            N_("This is the mean IoU of whichever is better; asked for is a share of the objects."),
        ),
        Mistake(
            lambda first, second: float(second.mean()),
            N_("This is the second's mean IoU; asked for is on which share of the objects it is better."),
        ),
        *twisted(_RIGHT_SHARE, SHARE[0], *SHARE[2:]),
    ),
    **numbers(1e-6, decimals=True),
)


@exercise("14.3", PAIRS)
def better_by_pairs(answer: Any, tr: Phrases) -> str:
    """Ask for a function that says on which share of the objects the second of two methods is better."""
    PAIRS.judge(answer, tr)
    return tr.gettext(
        "One half says that neither is better; how far off a half may be by chance, the bootstrap tells."
    )
