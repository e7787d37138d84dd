"""Exercises of lesson 1: each step from the photo to what the network gets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.judges import judge_array, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.geometry import fit_longest_side
from segwidgets.ground.validation import FloatArray
from segwidgets.images import sample_image
from segwidgets.locale.phrases import Phrases
from segwidgets.models.mobile_sam.weights import IMAGE_SIZE, PIXEL_MEAN, PIXEL_STD

MEAN, STD = np.array(PIXEL_MEAN), np.array(PIXEL_STD)
SIZES = ((300, 451), (640, 427), (500, 741), (1024, 1024), (3000, 4000), (90, 30))  # (height, width)


@exercise("1.1")
def mend_the_blue_cat(answer: Any, tr: Phrases) -> str:
    """Ask for the cat in RGB."""
    judge_array(answer, sample_image("cat"), tr)
    return tr.gettext("The cat is warm again. The same line turns RGB into BGR: it is its own reverse.")


@exercise("1.2")
def size_for_any_photo(answer: Any, tr: Phrases) -> str:
    """Ask for a function of (height, width)."""
    for height, width in SIZES:
        given = _pair(run(answer, tr, height, width), tr)
        wanted = fit_longest_side(height, width, IMAGE_SIZE)
        if tuple(given) == wanted:
            continue
        case = tr.gettext("For a photo {height} high and {width} wide:").format(height=height, width=width)
        raise NotYet(f"{case} {_wrong_size(given, wanted, (height, width), tr)}")
    return tr.gettext("It holds for high, wide, small and large photos.")


@exercise("1.3")
def normalise_as_sam(answer: Any, tr: Phrases) -> str:
    """Ask for a function of an image (H, W, 3)."""
    image = sample_image("astronaut")[::4, ::4]
    given = run(answer, tr, image)
    usual = {
        tr.gettext("The mean is gone, but the values are still as far apart as before: divide."): image
        - MEAN,
        tr.gettext("The values are divided, but the mean was not taken away first."): image / STD,
        tr.gettext("First the mean is taken away, then the rest is divided; mind the parentheses."): (
            image - MEAN / STD
        ),
        tr.gettext("Two scales are mixed: these means are for images from 0 to 255."): (image / 255 - MEAN)
        / STD,
        tr.gettext("This brings the values to 0 to 1; SAM wants means and deviations."): image / 255,
        tr.gettext("This is DeepLab's way; SAM wants means and deviations."): image / 127.5 - 1,
        tr.gettext(
            "These are the photo's own mean and deviation; the network wants those it was trained with."
        ): ((image - image.mean(axis=(0, 1))) / image.std(axis=(0, 1))),
    }
    for hint, mistake in usual.items():
        if (
            isinstance(given, np.ndarray)
            and given.shape == image.shape
            and np.allclose(given, mistake, atol=1e-3)
        ):
            raise NotYet(hint)
    judge_array(given, (image - MEAN) / STD, tr, tolerance=1e-3)
    return tr.gettext("Zero now means: as in the average photo.")


@exercise("1.4")
def channels_first_and_square(answer: Any, tr: Phrases) -> str:
    """Ask for a function of a normalised image (H, W, 3)."""
    for height, width in ((681, 1024), (1024, 683)):
        image = np.random.default_rng(height).normal(size=(height, width, 3))
        wanted = np.zeros((3, IMAGE_SIZE, IMAGE_SIZE))
        wanted[:, :height, :width] = image.transpose(2, 0, 1)
        given = run(answer, tr, image)
        _explain_padding(given, wanted, (height, width), tr)
        judge_array(given, wanted, tr, tolerance=1e-4)
    return tr.gettext("This is what the network gets.")


@exercise("1.5")
def the_way_back(answer: Any, tr: Phrases) -> str:
    """Ask for a function of (x, y, height, width)."""
    for height, width in SIZES:
        scale = IMAGE_SIZE / max(height, width)
        x, y = 0.6 * width, 0.25 * height
        given = _pair(run(answer, tr, x * scale, y * scale, height, width), tr)
        tolerance = 0.6 / min(scale, 1)  # whoever rounds, or uses the rounded size, is right as well
        if abs(given[0] - x) <= tolerance and abs(given[1] - y) <= tolerance:
            continue
        if abs(given[1] - x) <= tolerance and abs(given[0] - y) <= tolerance:
            raise NotYet(tr.gettext("Are x and y swapped? The answer is (x, y)."))
        if abs(given[0] - x * scale**2) <= 1:
            raise NotYet(
                tr.gettext("This goes further the same way; the way back divides where it multiplied.")
            )
        case = tr.gettext("For a photo {height} high and {width} wide:").format(height=height, width=width)
        words = tr.gettext("{point} is not the point.").format(point=tr.pair(given[0], given[1], digits=1))
        raise NotYet(f"{case} {words}")
    return tr.gettext("There and back again.")


def _pair(value: Any, tr: Phrases) -> FloatArray:
    """Return two numbers, or say that they were expected."""
    try:
        pair = np.asarray(value, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        pair = np.empty(0)
    if pair.size != 2 or not np.isfinite(pair).all():
        raise NotYet(
            tr.gettext("The function should return two numbers; it returned {what}.").format(what=value)
        )
    return pair


def _wrong_size(given: npt.NDArray[Any], wanted: tuple[int, int], size: tuple[int, int], tr: Phrases) -> str:
    """Say what is wrong with a size."""
    exact = IMAGE_SIZE / max(size) * np.array(size, dtype=np.float64)
    if tuple(given[::-1]) == wanted:
        return tr.gettext("height and width are swapped.")
    if np.allclose(given, exact, atol=0.01):
        return tr.gettext("the numbers must be whole: round them.")
    if (given == np.floor(exact)).all() or (given == np.ceil(exact)).all():
        return tr.gettext("rounded the wrong way; int() cuts off, round() takes the nearest.")
    if np.allclose(given, IMAGE_SIZE / min(size) * np.array(size), atol=1):
        return tr.gettext("the shortest side became 1024; it should be the longest.")
    if (given == IMAGE_SIZE).all():
        return tr.gettext("both sides became 1024, which distorts the photo.")
    return tr.gettext("{size} is not the size.").format(size=tr.pair(given[0], given[1]))


def _explain_padding(given: Any, wanted: npt.NDArray[Any], size: tuple[int, int], tr: Phrases) -> None:
    """Raise NotYet for paddings that are in the wrong place, and for a reshape."""
    if not isinstance(given, np.ndarray) or given.shape != wanted.shape:
        return
    height, width = size
    down, right = IMAGE_SIZE - height, IMAGE_SIZE - width
    image = wanted[:, :height, :width]
    for top, left in ((down // 2, right // 2), (down, right)):
        if np.allclose(given[:, top : top + height, left : left + width], image, atol=1e-4):
            raise NotYet(
                tr.gettext("The photo belongs at the top left; the zeros go below and to the right.")
            )
    reshaped = image.transpose(1, 2, 0).reshape(3, height, width)
    if np.allclose(given[:, :height, :width], reshaped, atol=1e-4):
        raise NotYet(tr.gettext("reshape only breaks the lines elsewhere; transpose moves the axes."))
