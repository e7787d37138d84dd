"""Exercises of lesson 0: a point, a count and a first mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_mask, judge_point
from segwidgets.course.mistakes import constant, numbers
from segwidgets.course.registry import N_, Mistake, exercise
from segwidgets.images import sample_image
from segwidgets.locale.phrases import Phrases


@exercise("0.1")
def point_at_the_helmet(answer: Any, tr: Phrases) -> str:
    """Accept any point on the astronaut's helmet."""
    x, y = judge_point(answer, reference_mask("astronaut", "helmet"), tr)
    return tr.gettext("{point} lies on the helmet.").format(point=tr.pair(x, y))


def _of_cat(number: Callable[[int, int, int], Any]) -> Callable[[], Any]:
    """Return what gives a number of the cat's height, width and channels."""
    return lambda: number(*sample_image("cat").shape)


def _of_cat_photo(number: Callable[[Any], Any]) -> Callable[[], Any]:
    return lambda: number(sample_image("cat"))


def _off_by(rows: int, columns: int) -> Callable[[int, int, int], int]:
    return lambda height, width, channels: (height + rows) * (width + columns)


_ONE_OFF = N_("One row, or one column, too few or too many: an array's shape counts all of them.")
PIXELS = constant(
    _of_cat(lambda height, width, channels: height * width),
    Mistake(
        _of_cat(lambda height, width, channels: height * width * channels),
        N_("These are the numbers in the array: three for each pixel. How many pixels is that?"),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height + width),
        N_("Height and width are to be multiplied, not added."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height + width + channels),
        N_("Height and width are to be multiplied, not added."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: 2 * (height + width)),
        N_("Height and width are to be multiplied, not added."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height), N_("This is the height alone, the number of rows.")
    ),
    Mistake(
        _of_cat(lambda height, width, channels: width), N_("This is the width alone, the number of columns.")
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height * channels),
        N_("One of the two factors is the number of channels; height and width are shape[0] and shape[1]."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: width * channels),
        N_("One of the two factors is the number of channels; height and width are shape[0] and shape[1]."),
    ),
    Mistake(
        lambda: sample_image("cat").sum(),
        N_("This is the sum of all values, how bright the photo is; count the pixels."),
    ),
    *(
        Mistake(_of_cat_photo(value), N_("This is a value in the photo, how bright it is; count the pixels."))
        for value in (np.max, np.min, np.mean)
    ),
    Mistake(
        lambda: int(reference_mask("cat", "cat").sum()),
        N_("These are the pixels of the cat alone, of a mask; count all of the photo."),
    ),
    Mistake(_of_cat(lambda height, width, channels: height * width // 2), N_("This is half of them.")),
    Mistake(_of_cat_photo(np.ndim), N_("This is the number of axes; how long are the first two?")),
    Mistake(
        _of_cat_photo(lambda photo: len(np.unique(photo.reshape(-1, 3), axis=0))),
        N_("This counts different colours; many pixels have the same one."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height**2),
        N_("This is the same side twice: height times width."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: width**2),
        N_("This is the same side twice: height times width."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height * width / 1000),
        N_("This is in thousands; the whole number is asked for."),
    ),
    Mistake(
        _of_cat(lambda height, width, channels: height * width / 1e6),
        N_("This is in millions, megapixels; the whole number is asked for."),
    ),
    *(
        Mistake(_of_cat(_off_by(rows, columns)), _ONE_OFF)
        for rows in (-1, 0, 1)
        for columns in (-1, 0, 1)
        if (rows, columns) != (0, 0)
    ),
    Mistake(
        lambda: int(np.prod(sample_image("astronaut").shape[:2])),
        N_("This is another photo, the astronaut; count the cat's pixels."),
    ),
    **numbers(0),
)


@exercise("0.2", PIXELS)
def count_pixels(answer: Any, tr: Phrases) -> str:
    """Ask for the number of pixels of the cat's photo."""
    PIXELS.judge(answer, tr)
    return tr.gettext("Height times width; the three channels do not make more pixels.")


@exercise("0.3")
def cut_out_the_rocket(answer: Any, tr: Phrases) -> str:
    """Ask for a mask of the rocket."""
    iou = judge_mask(answer, reference_mask("rocket", "rocket"), tr)
    return tr.gettext("The mask agrees with ours by an IoU of {iou}.").format(iou=tr.decimal(iou))
