"""Exercises of lesson 20: the pixels of a dab, one number for each pixel, and a polygon as YOLO wants it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.mistakes import ARRAY, Task, arrays, read_array, twisted
from segwidgets.course.registry import N_, Mistake, exercise
from segwidgets.ground.validation import BoolArray, FloatArray
from segwidgets.locale.phrases import Phrases

_DABS = (
    ((12, 20), 13.0, 4.5, 3.2),  # (height, width), x, y, radius
    ((30, 40), 21.2, 15.7, 9.3),
    ((9, 7), 0.6, 8.0, 4.1),  # half of it outside
)
_PHOTOS = (
    (np.array([(30, 10), (300, 10), (451, 300), (0, 150)]), 451, 300),  # points (N, 2), width, height
    (np.array([(12, 500), (320, 33), (200.5, 640), (427, 8)]), 427, 640),
)


def _dab(
    inside: Callable[[FloatArray, FloatArray, float], BoolArray], half: float = 0.5
) -> Callable[..., BoolArray]:
    """Return a function that asks something of each pixel's way to the middle of a dab."""

    def dab(size: tuple[int, int], x: float, y: float, radius: float) -> BoolArray:
        rows, columns = np.mgrid[: size[0], : size[1]]
        return inside(columns + half - x, rows + half - y, radius)

    return dab


def _round(dx: FloatArray, dy: FloatArray, radius: float) -> BoolArray:
    within: BoolArray = dx**2 + dy**2 <= radius**2
    return within


_RIGHT_DAB = _dab(_round)
DAB = Task(
    _RIGHT_DAB,
    _DABS,
    (
        Mistake(
            lambda size, x, y, radius: _RIGHT_DAB(size, y, x, radius),
            N_("x and y are swapped: x goes with the columns, y with the rows."),
        ),
        Mistake(
            lambda size, x, y, radius: _RIGHT_DAB(size[::-1], x, y, radius),
            N_("The size is (height, width): rows come first."),
        ),
        Mistake(
            _dab(_round, half=0.0),
            N_("This measures from the pixels' corners; their middles lie half a pixel further on."),
        ),
        Mistake(
            _dab(_round, half=-0.5),
            N_("The half pixel goes the other way: the middle of column 0 is at 0.5."),
        ),
        Mistake(
            _dab(_round, half=1.0),
            N_("This measures from the pixels' corners; their middles lie half a pixel further on."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: dx**2 + dy**2 <= radius),
            N_("The square of the distance is compared with the radius itself: square the radius too."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: dx**2 + dy**2 <= (radius / 2) ** 2),
            N_("It is half as wide as it should be: the radius goes from the middle to the rim."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: dx**2 + dy**2 <= (2 * radius) ** 2),
            N_("It is twice as wide as it should be: the radius goes from the middle to the rim."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: np.maximum(abs(dx), abs(dy)) <= radius),
            N_("This is a square; a round brush asks how far away a pixel is, in a straight line."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: abs(dx) <= radius),
            N_("This asks of the columns alone; a pixel's distance has a part from the rows, too."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: abs(dy) <= radius),
            N_("This asks of the rows alone; a pixel's distance has a part from the columns, too."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: abs(dx) + abs(dy) <= radius),
            N_("This stands on its tip: the two distances were added, and not their squares."),
        ),
        Mistake(
            _dab(lambda dx, dy, radius: dx**2 + dy**2 > radius**2),
            N_("This is everything but the dab: inside the distance is at most the radius."),
        ),
        *twisted(_RIGHT_DAB, *ARRAY[:2]),
    ),
    **arrays(),
)


@exercise("20.1", DAB)
def pixels_of_a_dab(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the pixels which one dab of a round brush covers."""
    DAB.judge(answer, tr)
    return tr.gettext("A stroke is nothing else, for every place on the way.")


def _masks(size: tuple[int, int], *boxes: tuple[int, int, int, int]) -> BoolArray:
    """Return filled boxes, x0, y0, x1, y1, as masks (N, H, W)."""
    masks = np.zeros((len(boxes), *size), np.bool_)
    for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
        mask[y0:y1, x0:x1] = True
    return masks


_DRAWN = (
    (_masks((6, 9), (0, 0, 4, 4), (2, 2, 7, 5), (3, 1, 6, 4)),),
    (_masks((5, 8), (1, 1, 7, 4), (3, 2, 5, 3)),),
    (_masks((7, 7), (2, 2, 4, 4), (0, 0, 6, 6), (3, 3, 7, 7), (5, 1, 7, 4)),),
)
Index = npt.NDArray[np.int64]


def _flat(
    number: Callable[[int, int], int] = lambda i, n: i + 1, backwards: bool = False
) -> Callable[[BoolArray], Index]:
    """Return a function that writes a number for each mask, in order or backwards."""

    def flat(masks: BoolArray) -> Index:
        index = np.zeros(masks.shape[1:], np.int64)
        order = range(len(masks))
        for i in reversed(order) if backwards else order:
            index[masks[i]] = number(i, len(masks))
        return index

    return flat


def _numbered(masks: BoolArray) -> Index:
    return masks * np.arange(1, len(masks) + 1)[:, None, None]


_RIGHT_FLAT = _flat()
FLAT = Task(
    _RIGHT_FLAT,
    _DRAWN,
    (
        Mistake(
            _flat(backwards=True),
            N_("Where two overlap the first one has the pixel here; the later one lies on top."),
        ),
        Mistake(
            _flat(lambda i, n: i),
            N_("The numbers begin at 0, which means that nothing is there: the first object is 1."),
        ),
        Mistake(
            _flat(lambda i, n: i + 2),
            N_("The numbers begin at 2; the first object is 1."),
        ),
        Mistake(
            _flat(lambda i, n: n - i),
            N_("The numbers run backwards: the first of the masks is object 1."),
        ),
        Mistake(
            lambda masks: _RIGHT_FLAT(masks[::-1]),
            N_("The masks were taken from the last to the first; the first one is drawn first, as number 1."),
        ),
        Mistake(
            lambda masks: masks.argmax(axis=0),
            N_("argmax gives the first mask's place, and 0 also where there is none at all."),
        ),
        Mistake(
            lambda masks: masks.argmax(axis=0) + 1,
            N_("argmax gives the first mask's place, and 0 also where there is none at all."),
        ),
        Mistake(
            lambda masks: _numbered(masks).sum(axis=0),
            N_("Where objects overlap their numbers were added: 1 and 2 look like a third object."),
        ),
        Mistake(
            lambda masks: masks.sum(axis=0),
            N_("This counts how many masks a pixel has; which of them is on top?"),
        ),
        Mistake(
            lambda masks: masks.any(axis=0) * 255,
            N_("255 stands for every object here; each has a number of its own, from 1."),
        ),
        Mistake(
            lambda masks: masks.any(axis=0),
            N_("This says whether any object is there; asked for is the number of which one."),
        ),
        Mistake(
            lambda masks: np.where(masks.sum(axis=0) > 1, 0, _RIGHT_FLAT(masks)),
            N_("Pixels of two objects belong to none here; the later one has them."),
        ),
    ),
    **arrays(),
)


@exercise("20.2", FLAT)
def one_number_for_each_pixel(answer: Any, tr: Phrases) -> str:
    """Ask for a function that lays masks over each other into one array of numbers."""
    FLAT.judge(answer, tr)
    return tr.gettext("What lay beneath is gone: from these numbers nobody gets the masks back.")


def _points(answer: Any, tr: Phrases) -> Any:
    """Return an answer as an array; a list of points is as good."""
    return read_array(np.array(answer) if isinstance(answer, list | tuple) else answer, tr)


def _shares(points: Any, width: float, height: float) -> Any:
    return points / np.array([width, height])


YOLO = Task(
    _shares,
    _PHOTOS,
    (
        Mistake(
            lambda points, width, height: points,
            N_("These are pixels still; YOLO wants shares of the photo's width and height."),
        ),
        Mistake(
            lambda points, width, height: _shares(points, height, width),
            N_("x was divided by the height and y by the width."),
        ),
        Mistake(
            lambda points, width, height: _shares(points, width, height)[:, ::-1],
            N_("y stands before x here; a point is (x, y)."),
        ),
        Mistake(
            lambda points, width, height: points / max(width, height),
            N_("Both were divided by the same number; x has its own, and y has."),
        ),
        Mistake(
            lambda points, width, height: points / width,
            N_("Both were divided by the same number; x has its own, and y has."),
        ),
        Mistake(
            lambda points, width, height: points / height,
            N_("Both were divided by the same number; x has its own, and y has."),
        ),
        Mistake(
            lambda points, width, height: points // np.array([width, height]),
            N_("`//` drops all that stands behind the decimal point; a share is divided with `/`."),
        ),
        Mistake(
            lambda points, width, height: 100 * _shares(points, width, height),
            N_("These are in percent; YOLO wants shares from 0 to 1."),
        ),
        Mistake(
            lambda points, width, height: points * np.array([width, height]),
            N_("These are multiplied; a share is divided."),
        ),
        Mistake(
            lambda points, width, height: _shares(points, width - 1, height - 1),
            N_("One less than the side stands below the line; 1 is the photo's edge, not its last pixel."),
        ),
        Mistake(
            lambda points, width, height: _shares(points - points.min(axis=0), width, height),
            N_(
                "The corners are counted from the polygon's own first column and row; count from the photo's."
            ),
        ),
        Mistake(
            lambda points, width, height: (points - points.min(axis=0)) / np.ptp(points, axis=0),
            N_("These are shares of the polygon's own size; asked for are those of the photo's sides."),
        ),
        Mistake(
            lambda points, width, height: points / (width * height),
            N_("Both were divided by the area; each has a side of its own."),
        ),
        Mistake(
            lambda points, width, height: np.abs(np.array([0, 1]) - _shares(points, width, height)),
            N_("y is counted from below here; in a photo it begins at the top."),
        ),
        Mistake(
            lambda points, width, height: _shares(points, width, height).ravel(),
            N_("It is one long row of numbers; asked for is (N, 2), one point in each row."),
        ),
    ),
    **arrays(read=_points),
)


@exercise("20.3", YOLO)
def points_as_shares(answer: Any, tr: Phrases) -> str:
    """Ask for a function that turns pixels of a polygon into shares of the photo."""
    YOLO.judge(answer, tr)
    return tr.gettext("They fit the photo at any size, which is why YOLO writes them so.")
