"""Exercises of lesson 11: run lengths, numbers out of colours, panoptic quality, a polygon's area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from segwidgets.course.judges import as_array, what_is
from segwidgets.course.mistakes import ARRAY, COUNT, SHARE, Task, arrays, as_number, numbers, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.locale.phrases import Phrases


def _drawing(*rows: str) -> Any:
    return np.array([list(row) for row in rows]) == "#"


_MASKS = (
    (_drawing(".##..", ".###.", "..##."),),
    (_drawing("##..#.", "#...##", "....#."),),  # its first pixel is True
    (_drawing("..#.", ".##.", "..##", "...#", "..##"),),  # its last pixel is
    (_drawing(".#.#", "#.#.", "#..#"),),
)


def _runs(pixels: Any, first: bool = False) -> Any:
    """Return the lengths of runs of pixels; the first counts those that are `first`."""
    changes = np.flatnonzero(np.diff(pixels.astype(int), prepend=int(first)))
    return np.diff([0, *changes, len(pixels)])


def _down(mask: Any) -> Any:
    return mask.T.ravel()


def _right_runs(mask: Any) -> Any:
    return _runs(_down(mask))


def _changes(mask: Any) -> Any:
    return np.flatnonzero(np.diff(_down(mask).astype(int), prepend=0))


def _numbers(answer: Any, tr: Phrases) -> Any:
    """Return a list of whole numbers as an array, or say that one is asked for."""
    if isinstance(answer, list | tuple) and any(np.ndim(one) for one in answer):
        raise KnownMistake(
            tr.gettext(
                "These are lists in a list; one list is asked for: a run goes on into the next column."
            )
        )
    array = as_array(np.array(answer) if isinstance(answer, list | tuple) else answer)
    if isinstance(answer, str | bytes):
        raise KnownMistake(
            tr.gettext("This is COCO's shortened string; the numbers themselves are asked for.")
        )
    if isinstance(answer, dict):
        raise KnownMistake(tr.gettext("This is a dictionary; the list of the numbers alone is asked for."))
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "iuf":
        text = tr.gettext("A list of whole numbers is asked for; this is {what}.")
        raise NotYet(text.format(what=what_is(answer, tr)))
    return array


def _say_runs(one: Any, right: Any, case: Any, tr: Phrases) -> None:
    total = int(one.sum())
    if total != case[0].size:
        text = tr.gettext("The runs add up to {sum}, but the mask has {size} pixels.")
        raise NotYet(text.format(sum=total, size=case[0].size))
    raise NotYet(
        tr.gettext("For one of the masks it should be {right}, not {one}.").format(
            right=right.tolist(), one=one.tolist()
        )
    )


_ROWS = N_("This walks along the rows; COCO walks down the columns.")
_ZEROS = N_("The first run counts zeros, also if there are none: then the list begins with 0.")
RUNS = Task(
    _right_runs,
    _MASKS,
    (
        Mistake(lambda mask: _runs(mask.ravel()), _ROWS),
        Mistake(lambda mask: _runs(mask.ravel(), bool(mask.flat[0])), _ROWS),
        Mistake(lambda mask: _runs(_down(mask), bool(mask.flat[0])), _ZEROS),
        Mistake(
            lambda mask: _runs(_down(mask), True),
            N_("The first run counts ones here; it should count zeros."),
        ),
        Mistake(
            lambda mask: _right_runs(mask)[:-1],
            N_("The last run is missing: it ends with the mask, where nothing changes any more."),
        ),
        Mistake(
            lambda mask: _right_runs(mask)[1:],
            N_("The first run, that of the zeros, is missing."),
        ),
        Mistake(_changes, N_("These are the places where runs begin; asked for is how long they are.")),
        Mistake(
            lambda mask: np.cumsum(_right_runs(mask)),
            N_("These are the places where runs end; asked for is how long they are."),
        ),
        Mistake(
            lambda mask: _changes(mask) - 1,
            N_("These are the places where the value changes; asked for is how long the runs are."),
        ),
        Mistake(
            lambda mask: np.flatnonzero(np.diff(_down(mask))),
            N_("These are the places where the value changes; asked for is how long the runs are."),
        ),
        Mistake(
            lambda mask: np.diff(np.flatnonzero(np.diff(_down(mask)))),
            N_("The first and the last run are missing: they have a change at one end alone."),
        ),
        Mistake(
            lambda mask: np.concatenate([[0], _right_runs(mask)]),
            N_("The list always begins with 0 here; it does where the first pixel is True."),
        ),
        Mistake(
            lambda mask: _right_runs(mask) - np.minimum(np.arange(len(_right_runs(mask))), 1),
            N_("All runs but the first are one too short: a new one begins with its own pixel, with 1."),
        ),
        Mistake(
            lambda mask: _right_runs(mask)[1::2], N_("Only the runs of ones are here; zeros count as well.")
        ),
        Mistake(
            lambda mask: _right_runs(mask)[::2], N_("Only the runs of zeros are here; ones count as well.")
        ),
        Mistake(
            lambda mask: np.stack([_changes(mask)[::2], _right_runs(mask)[1::2]], 1).ravel(),
            N_("This gives the place and the length of each run of ones; COCO writes lengths alone."),
        ),
        Mistake(lambda mask: _right_runs(mask)[::-1], N_("The list runs from the end to the beginning.")),
        Mistake(
            lambda mask: np.concatenate([_runs(column) for column in mask.T]),
            N_("A new run begins at each column here; a run goes on into the next one."),
        ),
        Mistake(
            lambda mask: np.concatenate([_runs(row) for row in mask]),
            N_(
                "A new run begins at each row here; COCO walks down the columns, and a run goes on into "
                "the next one."
            ),
        ),
        Mistake(
            lambda mask: mask.sum(axis=0), N_("This counts the ones of each column; asked for are runs.")
        ),
        Mistake(
            lambda mask: _down(mask).astype(int),
            N_("These are the pixels, one by one; write down how many in a row are equal."),
        ),
        Mistake(
            lambda mask: np.diff([0, *np.flatnonzero(np.diff(_down(mask))), mask.size]),
            N_(
                "The first run is one too short, and the last one too long: comparing `[1:]` with `[:-1]` "
                "finds the last pixel of a run."
            ),
        ),
        Mistake(lambda mask: _right_runs(mask) - 1, N_("Each run is one too short: mind both of its ends.")),
        Mistake(lambda mask: _right_runs(mask) + 1, N_("Each run is one too long: mind both of its ends.")),
    ),
    **arrays(read=_numbers, otherwise=_say_runs),
)


@exercise("11.1", RUNS)
def run_lengths(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the run lengths of a mask."""
    RUNS.judge(answer, tr)
    return tr.gettext("Every second number counts ones: added up they are the mask's area.")


def _image(*ids: int) -> Any:
    """Return a panoptic picture (2, N, 3) uint8 of segments; the second row is moved on by one."""
    numbers = np.array([ids, np.roll(ids, 1)], np.int64)
    return np.stack([numbers % 256, numbers // 256 % 256, numbers // 65536], axis=-1).astype(np.uint8)


_COLORS = ((_image(0, 1, 7, 255, 256),), (_image(300, 65535, 65536, 1_000_000),), (_image(511, 70_000, 12),))


def _ids(weights: tuple[float, ...]) -> Callable[[Any], Any]:
    return lambda colors: (colors.astype(np.int64) * np.array(weights)).sum(axis=-1)


_RIGHT_IDS = _ids((1, 256, 65536))
IDS = Task(
    _RIGHT_IDS,
    _COLORS,
    (
        Mistake(
            lambda colors: colors[..., 0] + 256 * colors[..., 1],
            N_(
                "It stopped since uint8 ends at 255 and uint16 at 65535: widen the type first, as by "
                "`astype(int)`."
            ),
        ),
        Mistake(_ids((65536, 256, 1)), N_("Red and blue are swapped: red counts ones.")),
        Mistake(
            _ids((1, 255, 65025)),
            N_("This counts in steps of 255; a byte has 256 values, 0 is one of them."),
        ),
        Mistake(
            _ids((1, 1, 1)), N_("The channels were added as they are; green counts 256 each, blue 65536.")
        ),
        Mistake(
            _ids((1, 0, 0)),
            N_(
                "This is red alone; from the 256th segment on green counts, too. (In uint8, which ends at "
                "255, 256 times green is nothing: widen the type first.)"
            ),
        ),
        Mistake(
            _ids((1, 256, 0)), N_("Blue is missing: it counts 65536 each, which does not fit into 16 bits.")
        ),
        Mistake(_ids((1, 256, 512)), N_("Blue counts 256 · 256 each, not 2 · 256.")),
        Mistake(_ids((1, 256, 256)), N_("Blue counts 256 · 256 each, not 256.")),
        Mistake(_ids((0, 256, 65536)), N_("Red is missing: it counts ones.")),
        Mistake(_ids((1, 1000, 1_000_000)), N_("This counts in thousands; a byte has 256 values.")),
        Mistake(_ids((1, 10, 100)), N_("This counts in tens; a byte has 256 values.")),
        Mistake(_ids((1 / 3, 1 / 3, 1 / 3)), N_("This is the mean of the channels; each counts for itself.")),
        Mistake(
            lambda colors: _RIGHT_IDS(colors) + 1,
            N_("The numbers are one too high: 0 is what nobody labelled."),
        ),
        Mistake(
            lambda colors: np.unique(_RIGHT_IDS(colors), return_inverse=True)[1].reshape(colors.shape[:2]),
            N_("The segments were numbered anew; their own numbers are asked for."),
        ),
        Mistake(
            lambda colors: np.unique(_RIGHT_IDS(colors)),
            N_("These are the numbers that occur; asked for is the number of each pixel."),
        ),
        *twisted(_RIGHT_IDS, *ARRAY[:2]),
    ),
    **arrays(),
)


@exercise("11.2", IDS)
def numbers_out_of_colours(answer: Any, tr: Phrases) -> str:
    """Ask for a function that reads segments' numbers out of a panoptic picture."""
    IDS.judge(answer, tr)
    return tr.gettext("16 777 215 segments fit into one photo.")


_TABLES = (
    (np.array([[0.9, 0.05, 0.0], [0.1, 0.7, 0.0], [0.0, 0.02, 0.3], [0.0, 0.0, 0.0]]),),
    (np.array([[0.55, 0.45, 0.0, 0.0, 0.0], [0.0, 0.0, 0.8, 0.1, 0.0]]),),
    (np.array([[0.5, 0.0], [0.0, 0.95], [0.4, 0.0]]),),  # 0.5 is no match
    (np.array([[0.62, 0.1], [0.2, 0.88]]),),
)


def _counts(ious: Any) -> tuple[int, int, int, float]:
    """Return TP, FP, FN and the sum of the matched IoUs."""
    matched = ious > 0.5
    tp = int(matched.sum())
    return tp, ious.shape[0] - tp, ious.shape[1] - tp, float(ious[matched].sum())


def _of(formula: Callable[[int, int, int, float], float]) -> Callable[[Any], float]:
    return lambda ious: formula(*_counts(ious))


_RIGHT_PQ = _of(lambda tp, fp, fn, total: total / (tp + fp / 2 + fn / 2))
QUALITY = Task(
    _RIGHT_PQ,
    _TABLES,
    (
        Mistake(
            _of(lambda tp, fp, fn, total: total / tp),
            N_("This is how well the matched ones fit (SQ); what share of all was matched?"),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: tp / (tp + fp / 2 + fn / 2)),
            N_("This is the share that was matched (RQ); how well do they fit?"),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fp + fn)),
            N_("Below the line FP and FN count one half each."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fp + fn / 2)),
            N_("Below the line FP counts one half, as FN does."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fp / 2 + fn)),
            N_("Below the line FN counts one half, as FP does."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / ((tp + fp + fn) / 2)),
            N_("Below the line TP counts whole; FP and FN alone are halved."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fp)),
            N_("This divides by the found masks alone: those that are missing must count, too."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fn)),
            N_("This divides by the true masks alone: those that are wrong must count, too."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fp / 2)),
            N_("FN is left out: the true masks without a partner."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / (tp + fn / 2)),
            N_("FP is left out: the found masks without a partner."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total),
            N_("This is the sum of the matched IoUs; divide it by TP + FP/2 + FN/2."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: total / tp + tp / (tp + fp / 2 + fn / 2)),
            N_("SQ and RQ were added; they are multiplied."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: (total / tp + tp / (tp + fp / 2 + fn / 2)) / 2),
            N_("This is the mean of SQ and RQ; they are multiplied."),
        ),
        Mistake(
            lambda ious: float(ious[ious >= 0.5].sum()) / (sum(ious.shape) / 2),
            N_("An IoU of just 0.5 is no match: it must be above."),
        ),
        Mistake(
            lambda ious: float(ious.sum()) / (sum(ious.shape) / 2),
            N_("Only IoUs above 0.5 count; this adds all of them."),
        ),
        Mistake(
            lambda ious: (
                float(ious.mean()) * _of(lambda tp, fp, fn, total: tp / (tp + fp / 2 + fn / 2))(ious)
            ),
            N_("SQ is the mean of the matched IoUs alone; this is that of the whole table."),
        ),
        *(
            Mistake(
                lambda ious, share=share: (
                    float(ious[ious > 0.5].sum()) / ((ious > 0.5).sum() + share * (ious <= 0.5).sum())
                ),
                N_("FP and FN count masks, rows and columns without a match, not pairs of the table."),
            )
            for share in (0.5, 1)
        ),
        Mistake(
            lambda ious: float(ious.max(axis=1).sum()) / (sum(ious.shape) / 2),
            N_("Each found mask got its best partner, also where that IoU is not above 0.5."),
        ),
        Mistake(
            lambda ious: float(ious.max(axis=0).sum()) / (sum(ious.shape) / 2),
            N_("Each true mask got its best partner, also where that IoU is not above 0.5."),
        ),
        Mistake(
            lambda ious: float(ious.max(axis=1).mean()), N_("This is the mean of each found mask's best IoU.")
        ),
        Mistake(
            lambda ious: float(ious.max(axis=0).mean()), N_("This is the mean of each true mask's best IoU.")
        ),
        Mistake(
            lambda ious: _RIGHT_PQ(ious * np.eye(*ious.shape)),
            N_("This looks at the diagonal alone; a found mask may match any of the true ones."),
        ),
        Mistake(
            lambda ious: float(ious.mean()),
            N_("This is the mean of the whole table; most pairs are strangers."),
        ),
        Mistake(
            _of(lambda tp, fp, fn, total: tp),
            N_("This is how many were matched; it has to become a quality."),
        ),
        *twisted(_RIGHT_PQ, *SHARE),
    ),
    **numbers(1e-9, decimals=True),
)


_NO_MATCH = N_("Where nothing matches the quality is 0: the mean of no numbers is no number.")


def _quality(answer: Any, tr: Phrases) -> float:
    """Return an answer as a number; say where it comes from if it is none (nan)."""
    number = as_number(answer, tr)
    if np.isnan(number):
        raise KnownMistake(tr.gettext(_NO_MATCH))
    return number


NO_MATCH = Task(
    lambda _: 0.0,
    ((np.array([[0.3, 0.2], [0.1, 0.45], [0.0, 0.0]]),),),
    (Mistake(_of(lambda tp, fp, fn, total: total / tp), _NO_MATCH),),  # it stops: divided by zero
    **numbers(1e-9, read=_quality),
)


@exercise("11.3", QUALITY, NO_MATCH)
def panoptic_quality(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the panoptic quality of a table of IoUs."""
    QUALITY.judge(answer, tr)
    NO_MATCH.judge(answer, tr)
    return tr.gettext("TP + FP/2 + FN/2 is half of all masks, found and true: that is why it is so short.")


_POLYGONS = (
    (np.array([[1, 1], [6, 1], [6, 4], [1, 4]]),),
    (np.array([[0, 0], [2, 7], [9, 3]]),),
    (np.array([[2, 1], [8, 2], [5, 4], [9, 9], [1, 6]]),),  # not convex
    (np.array([[10.5, 2.0], [3.0, 2.0], [3.0, 8.5], [6.0, 12.0]]),),
)


def _lace(corners: Any, first: int = 0) -> Any:
    """Return x·y′ − x′·y of each edge, or without the one that closes the polygon."""
    x, y = np.asarray(corners, float).T
    return (x * np.roll(y, -1) - np.roll(x, -1) * y)[: len(x) - first]


def _right_area(corners: Any) -> float:
    return abs(float(_lace(corners).sum())) / 2


def _filled(corners: Any) -> int:
    """Return how many pixels OpenCV fills, the rim among them."""
    canvas = np.zeros((16, 16), np.uint8)
    return int(cv2.fillPoly(canvas, [corners.astype(np.int32)], 1).sum())


def _length(corners: Any) -> float:
    return float(np.hypot(*(np.roll(corners, -1, axis=0) - corners).T).sum())


AREA = Task(
    _right_area,
    _POLYGONS,
    (
        Mistake(lambda corners: 2 * _right_area(corners), N_("This is twice the area: halve it.")),
        Mistake(
            lambda corners: float(_lace(corners).sum()) / 2,
            N_("Some come out negative: the sign tells only which way round one went."),
        ),
        Mistake(
            lambda corners: -float(_lace(corners).sum()) / 2,
            N_("Some come out negative: the sign tells only which way round one went."),
        ),
        Mistake(
            lambda corners: float(_lace(corners).sum()),
            N_("This is twice the area, with a sign: halve it and take the sign away."),
        ),
        Mistake(
            lambda corners: abs(float(_lace(corners, 1).sum())) / 2,
            N_("The last edge is missing: from the last corner back to the first."),
        ),
        Mistake(
            lambda corners: float(_lace(corners, 1).sum()) / 2,
            N_("The last edge is missing: from the last corner back to the first."),
        ),
        Mistake(
            lambda corners: float(np.abs(_lace(corners)).sum()) / 2,
            N_("The sign goes at the end, from the whole sum: edges may take away what others add."),
        ),
        Mistake(
            lambda corners: abs(float((corners[:, 0] * np.roll(corners[:, 1], -1)).sum())) / 2,
            N_("Half of the formula is missing: x′·y is taken away from x·y′."),
        ),
        Mistake(
            lambda corners: (
                abs(
                    float(
                        (
                            corners[:, 0] * np.roll(corners[:, 1], -1)
                            + np.roll(corners[:, 0], -1) * corners[:, 1]
                        ).sum()
                    )
                )
                / 2
            ),
            N_("x′·y is added here; it has to be taken away."),
        ),
        Mistake(
            lambda corners: (
                abs(
                    float(
                        (
                            corners[:, 0] * np.roll(corners, -1)[:, 1]
                            - np.roll(corners, -1)[:, 0] * corners[:, 1]
                        ).sum()
                    )
                )
                / 2
            ),
            N_("Without `axis=0`, np.roll moves x into the place of y."),
        ),
        Mistake(
            lambda corners: float(np.prod(corners.max(axis=0) - corners.min(axis=0))),
            N_("This is the area of the box around it."),
        ),
        Mistake(
            lambda corners: float(np.prod(corners.max(axis=0) - corners.min(axis=0) + 1)),
            N_("This is the area of the box around it."),
        ),
        Mistake(
            lambda corners: cv2.contourArea(cv2.convexHull(corners.astype(np.float32))),
            N_("This is the area of the convex hull; a dent does not belong to the polygon."),
        ),
        Mistake(
            _filled,
            N_("This counts pixels that were filled, the rim among them; use the corners alone."),
        ),
        Mistake(_length, N_("This is how long the outline is; its area is asked for.")),
        Mistake(lambda corners: len(corners), N_("This is how many corners there are.")),
        Mistake(
            lambda corners: _right_area(corners) + _length(corners) / 2,
            N_("The outline was counted in; asked for is what lies inside of it."),
        ),
        Mistake(
            lambda corners: int(_right_area(corners)),
            N_("`//` drops all that stands behind the decimal point; half a pixel counts here."),
        ),
        Mistake(lambda corners: _right_area(corners) / 2, N_("It was halved twice.")),
        *twisted(_right_area, *COUNT),
    ),
    **numbers(1e-6, decimals=True),
)


@exercise("11.4", AREA)
def area_of_a_polygon(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the area inside a polygon."""
    AREA.judge(answer, tr)
    return tr.gettext(
        "For OpenCV's outline of a mask it is less than the mask has pixels: half a pixel all around lies "
        "outside of it."
    )
