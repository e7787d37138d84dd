"""Exercises of lesson 1: each step from the photo to what the network gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from segwidgets.course.mistakes import ARRAY, Case, Task, arrays, constant, twisted
from segwidgets.course.registry import N_, Mistake, NotYet, exercise
from segwidgets.geometry import fit_longest_side
from segwidgets.ground.validation import FloatArray
from segwidgets.images import sample_image
from segwidgets.locale.phrases import Phrases
from segwidgets.models.mobile_sam.weights import IMAGE_SIZE, PIXEL_MEAN, PIXEL_STD

MEAN, STD = np.array(PIXEL_MEAN), np.array(PIXEL_STD)
SIZES = ((300, 451), (640, 427), (500, 741), (1024, 1024), (3000, 4000), (90, 30))  # (height, width)
OTHER_SIZES = (256, 512, 513, 640, 800, 1000, 2048)  # taken for 1024


def _cat() -> Any:
    return sample_image("cat")


def _blue_lost() -> Any:
    rgb = _cat()[:, :, ::-1].copy()
    rgb[..., 0] = rgb[..., 2]
    rgb[..., 2] = rgb[..., 0]
    return rgb


def _in_order(order: list[int]) -> Callable[[], Any]:
    return lambda: _cat()[:, :, order]


_CHANNELS = N_("The channels stand in another order; only the first and the last are to change places.")
BLUE_CAT = constant(
    _cat,
    Mistake(lambda: _cat()[:, :, ::-1], N_("Red and blue are swapped: this is BGR, and RGB is asked for.")),
    *twisted(lambda: _cat()[:, :, ::-1], *ARRAY),
    *twisted(_cat, *ARRAY),
    Mistake(lambda: 255 - _cat(), N_("This is the photo's negative: 255 minus each value.")),
    Mistake(lambda: 255 - _cat()[:, :, ::-1], N_("This is the photo's negative: 255 minus each value.")),
    *(Mistake(_in_order(order), _CHANNELS) for order in ([0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1])),
    Mistake(
        _blue_lost,
        N_(
            "Two channels are the same now: one was written over before it was read. Keep a "
            "copy, or reverse all at once."
        ),
    ),
    Mistake(
        lambda: np.dstack([_cat()[:, :, 2]] * 3),
        N_("All three channels are the same: this is a grey picture."),
    ),
    Mistake(
        lambda: _cat() / 255, N_("The values are off by a factor of 255: from 0 to 1, or from 0 to 255?")
    ),
    **arrays(),
)


@exercise("1.1", BLUE_CAT)
def mend_the_blue_cat(answer: Any, tr: Phrases) -> str:
    """Ask for the cat in RGB."""
    BLUE_CAT.judge(answer, tr)
    return tr.gettext("The cat is warm again. The same line turns RGB into BGR: it is its own reverse.")


def _size_by(
    side: Callable[[int, int], float], to: float = IMAGE_SIZE, whole: Callable[[float], float] = round
) -> Callable[[int, int], tuple[float, float]]:
    """Return a function that scales (height, width) so that some side becomes `to`."""

    def size(height: int, width: int) -> tuple[float, float]:
        scale = to / side(height, width)
        return whole(height * scale), whole(width * scale)

    return size


def _size_of_scale(scale: Callable[[int], float]) -> Callable[[int, int], tuple[float, float]]:
    return lambda height, width: (
        round(height * scale(max(height, width))),
        round(width * scale(max(height, width))),
    )


def _rounded_to(digits: int) -> Callable[[int], float]:
    return lambda longest: round(IMAGE_SIZE / longest, digits)


def _always(size: tuple[int, int]) -> Callable[[int, int], tuple[int, int]]:
    return lambda height, width: fit_longest_side(*size, IMAGE_SIZE)


def _of_chelseas_scale(scale: float) -> Callable[[int, int], tuple[float, float]]:
    return _size_of_scale(lambda longest: scale)


_BY_ONE_SIDE = N_("This always makes the same side 1024; it should be the longest, whichever that is.")
_CUT_OFF = N_("Rounded the wrong way; int() cuts off, round() takes the nearest.")
SIZE = Task(
    lambda height, width: fit_longest_side(height, width, IMAGE_SIZE),
    SIZES,
    (
        Mistake(
            lambda height, width: fit_longest_side(height, width, IMAGE_SIZE)[::-1],
            N_("Height and width are swapped."),
        ),
        Mistake(_size_by(max, whole=float), N_("The numbers must be whole: round them.")),
        Mistake(_size_by(max, whole=np.floor), _CUT_OFF),
        Mistake(_size_by(max, whole=np.ceil), _CUT_OFF),
        Mistake(_size_by(min), N_("The shortest side became 1024; it should be the longest.")),
        Mistake(_size_by(min, whole=int), N_("The shortest side became 1024; it should be the longest.")),
        Mistake(
            lambda height, width: (IMAGE_SIZE, IMAGE_SIZE),
            N_("Both sides became 1024, which distorts the photo."),
        ),
        Mistake(lambda height, width: (height, width), N_("This is the photo's own size, unchanged.")),
        Mistake(_size_by(lambda height, width: height), _BY_ONE_SIDE),
        Mistake(_size_by(lambda height, width: width), _BY_ONE_SIDE),
        Mistake(
            _size_by(lambda height, width: max(height, width, IMAGE_SIZE)),
            N_("A small photo is to be enlarged, too."),
        ),
        Mistake(
            lambda height, width: (
                _size_by(max)(height, width) if min(height, width) < IMAGE_SIZE else (height, width)
            ),
            N_("A large photo is to be made smaller, too."),
        ),
        Mistake(
            _size_of_scale(lambda longest: longest / IMAGE_SIZE),
            N_("The scale is upside down: it is 1024 over the longest side."),
        ),
        *(
            Mistake(
                _of_chelseas_scale(scale),
                N_("This is Chelsea's scale for every photo; each has its own, from its longest side."),
            )
            for scale in (IMAGE_SIZE / 451, 2.27, 2.2705, 2.3)
        ),
        Mistake(
            _size_of_scale(lambda longest: IMAGE_SIZE // longest),
            N_("`//` makes a whole number of the scale, 1024 // 741 is 1; divide with `/`."),
        ),
        Mistake(
            _size_of_scale(lambda longest: max(1, longest // IMAGE_SIZE)),
            N_("`//` makes a whole number of the scale, 1024 // 741 is 1; divide with `/`."),
        ),
        *(
            Mistake(
                _size_of_scale(_rounded_to(digits)),
                N_("The scale itself was rounded; round only the two sides, at the end."),
            )
            for digits in (0, 1, 2)
        ),
        Mistake(
            lambda height, width: tuple(side + 1 for side in fit_longest_side(height, width, IMAGE_SIZE)),
            N_("Both sides are one too large."),
        ),
        Mistake(
            lambda height, width: tuple(side - 1 for side in fit_longest_side(height, width, IMAGE_SIZE)),
            N_("Both sides are one too small."),
        ),
        *(
            Mistake(_size_by(max, to), N_("The longest side is to become 1024, and became another number."))
            for to in OTHER_SIZES
        ),
        *(
            Mistake(
                _always(size),
                N_("The answer is always the same; use the height and the width that the function is given."),
            )
            for size in SIZES
            if size[0] != size[1]
        ),
    ),
    read=lambda value, tr: _pair(value, tr),
    same=lambda given, wanted, _: bool(np.array_equal(given, wanted)),
    alike=lambda given, wanted, _: bool(np.allclose(given, wanted, rtol=0, atol=1e-3)),
    otherwise=lambda given, _, size, tr: _wrong_size(given, size, tr),
)


@exercise("1.2", SIZE)
def size_for_any_photo(answer: Any, tr: Phrases) -> str:
    """Ask for a function of (height, width)."""
    SIZE.judge(answer, tr)
    return tr.gettext("It holds for high, wide, small and large photos.")


def _normalised(image: Any) -> Any:
    return (image - MEAN) / STD


_OWN = N_("These are the photo's own mean and deviation; the network wants those it was trained with.")
_SCALES = N_("Two scales are mixed: these means are for images from 0 to 255.")
_WHOLE = N_("The values were made whole numbers at the end; they must stay as fine as they are.")
_WRAPPED = N_(
    "uint8 knows nothing below 0 and begins again at 255: let the image become float before you subtract."
)
NORMALISE = Task(
    _normalised,
    ((sample_image("astronaut")[::4, ::4].clip(3, 250),), (sample_image("cat")[::5, ::5].clip(3, 250),)),
    (
        Mistake(
            lambda image: image - MEAN,
            N_("The mean is gone, but the values are still as far apart as before: divide."),
        ),
        Mistake(
            lambda image: image / STD, N_("The values are divided, but the mean was not taken away first.")
        ),
        Mistake(
            lambda image: image - MEAN / STD,
            N_("First the mean is taken away, then the rest is divided; mind the parentheses."),
        ),
        Mistake(lambda image: (image / 255 - MEAN) / STD, _SCALES),
        Mistake(lambda image: image / 255 - MEAN / STD, _SCALES),
        Mistake(
            lambda image: (image - MEAN / 255) / (STD / 255),
            N_("Two scales are mixed: these means are for images from 0 to 1, and this one goes to 255."),
        ),
        Mistake(
            lambda image: (image - MEAN / 255) / STD,
            N_("Two scales are mixed: these means are for images from 0 to 1, and this one goes to 255."),
        ),
        Mistake(
            lambda image: image / 255, N_("This brings the values to 0 to 1; SAM wants means and deviations.")
        ),
        Mistake(
            lambda image: image / 127.5 - 1, N_("This is DeepLab's way; SAM wants means and deviations.")
        ),
        Mistake(lambda image: (image - image.mean(axis=(0, 1))) / image.std(axis=(0, 1)), _OWN),
        Mistake(lambda image: (image - image.mean()) / image.std(), _OWN),
        Mistake(
            lambda image: (image - image.min()) / (image.max() - image.min()),
            N_(
                "This stretches from the photo's smallest value to its largest, to 0 to 1; SAM wants "
                "means and deviations."
            ),
        ),
        Mistake(
            lambda image: (MEAN - image) / STD,
            N_("The sign is turned round: the mean is taken from the image."),
        ),
        Mistake(lambda image: (image - STD) / MEAN, N_("Mean and deviation are swapped.")),
        Mistake(
            lambda image: (image - MEAN) * STD,
            N_("The mean is gone; now divide by the deviation, do not multiply."),
        ),
        Mistake(lambda image: (image + MEAN) / STD, N_("The mean was added; it must be taken away.")),
        Mistake(
            lambda image: (image - MEAN.mean()) / STD.mean(),
            N_("This takes one mean for all; each channel has its own."),
        ),
        Mistake(
            lambda image: (image - MEAN[0]) / STD[0],
            N_("This takes one mean for all; each channel has its own."),
        ),
        Mistake(
            lambda image: (image - MEAN) / STD**2,
            N_("This divides by the square, the variance; divide by the deviation itself."),
        ),
        Mistake(
            lambda image: (image - MEAN) / np.sqrt(STD),
            N_("This divides by the deviation's root; divide by the deviation itself."),
        ),
        Mistake(lambda image: (image - MEAN) / 255, N_("This divides by 255; divide by the deviation.")),
        Mistake(
            lambda image: (image - MEAN[::-1]) / STD[::-1],
            N_("The means are in the order of BGR, the image in that of RGB."),
        ),
        Mistake(
            lambda image: _normalised(image)[..., ::-1],
            N_("Red and blue are swapped: this is BGR, and RGB is asked for."),
        ),
        Mistake(lambda image: (image - MEAN.astype(np.uint8)) / STD, _WRAPPED),
        Mistake(lambda image: (image - MEAN.astype(np.uint8)) / STD.astype(np.uint8), _WRAPPED),
        Mistake(lambda image: _normalised(image).astype(int), _WHOLE),
        Mistake(lambda image: np.round(_normalised(image)), _WHOLE),
        Mistake(
            lambda image: (image - MEAN) // STD,
            N_("`//` drops all that stands behind the decimal point; divide with `/`."),
        ),
        Mistake(
            lambda image: _normalised(image).astype(int).astype(np.uint8),
            N_("The values were made uint8 at the end, which knows nothing below 0 and no fractions."),
        ),
        Mistake(
            lambda image: np.clip(_normalised(image), 0, 1),
            N_("The values were cut off at 0 and 1; about half of them belong below 0."),
        ),
        Mistake(
            lambda image: np.clip(_normalised(image), 0, None),
            N_("The values were cut off at 0; about half of them belong below."),
        ),
        Mistake(lambda image: _normalised(_normalised(image)), N_("This was normalised twice.")),
        Mistake(lambda image: image, N_("This is the image as it was.")),
        *twisted(_normalised, *ARRAY),
    ),
    **arrays(1e-3),
)


@exercise("1.3", NORMALISE)
def normalise_as_sam(answer: Any, tr: Phrases) -> str:
    """Ask for a function of an image (H, W, 3)."""
    NORMALISE.judge(answer, tr)
    return tr.gettext("Zero now means: as in the average photo.")


def _square(image: Any, top: int = 0, left: int = 0, fill: float = 0) -> Any:
    """Return an image (H, W, 3) in a square (3, 1024, 1024)."""
    square = np.full((3, IMAGE_SIZE, IMAGE_SIZE), fill, np.float64)
    square[:, top : top + image.shape[0], left : left + image.shape[1]] = image.transpose(2, 0, 1)
    return square


def _edges_go_on(image: Any, **how: Any) -> Any:
    rest = ((0, IMAGE_SIZE - image.shape[0]), (0, IMAGE_SIZE - image.shape[1]), (0, 0))
    return np.pad(image, rest, **how).transpose(2, 0, 1)


def _filled(fill: float) -> Callable[[Any], Any]:
    return lambda image: _square(image, fill=fill)


def _squashed(image: Any, way: int) -> Any:
    return cv2.resize(image, (IMAGE_SIZE, IMAGE_SIZE), interpolation=way).transpose(2, 0, 1)


def _turned(image: Any) -> Any:
    square = np.zeros((3, IMAGE_SIZE, IMAGE_SIZE))
    square[:, : image.shape[1], : image.shape[0]] = image.T
    return square


_TOP_LEFT = N_("The photo belongs at the top left; the zeros go below and to the right.")
_ZEROS = N_("What is added must be zeros.")
_SQUASHED = N_("The photo was resized to the square, which distorts it; keep it as it is and add zeros.")
SQUARE = Task(
    _square,
    tuple(
        (np.random.default_rng(height).normal(0, 3, (height, width, 3)),)
        for height, width in ((681, 1024), (1024, 683), (300, 451))
    ),
    (
        Mistake(
            lambda image: _square(
                image, (IMAGE_SIZE - image.shape[0]) // 2, (IMAGE_SIZE - image.shape[1]) // 2
            ),
            _TOP_LEFT,
        ),
        Mistake(
            lambda image: _square(image, IMAGE_SIZE - image.shape[0], IMAGE_SIZE - image.shape[1]), _TOP_LEFT
        ),
        Mistake(
            lambda image: _square(image.reshape(3, *image.shape[:2]).transpose(1, 2, 0)),
            N_("reshape only breaks the lines elsewhere; transpose moves the axes."),
        ),
        Mistake(
            _turned,
            N_(
                "`.T` turns all axes round, so that height and width are swapped, too; transpose(2, "
                "0, 1) moves the channels alone."
            ),
        ),
        Mistake(
            lambda image: np.zeros((3, IMAGE_SIZE, IMAGE_SIZE)),
            N_("There is nothing but zeros in it: the photo itself must be put in."),
        ),
        *(Mistake(_filled(fill), _ZEROS) for fill in (1, 255, -1, 128)),
        Mistake(lambda image: _square(image, fill=image.mean()), _ZEROS),
        Mistake(lambda image: _edges_go_on(image, mode="edge"), _ZEROS),
        Mistake(lambda image: _edges_go_on(image, mode="reflect"), _ZEROS),
        Mistake(lambda image: _edges_go_on(image, mode="wrap"), _ZEROS),
        Mistake(lambda image: _squashed(image, cv2.INTER_LINEAR), _SQUASHED),
        Mistake(lambda image: _squashed(image, cv2.INTER_NEAREST), _SQUASHED),
        Mistake(
            lambda image: _square(image.astype(int)),
            N_("The values were cut off to whole numbers: of which dtype is the square?"),
        ),
        Mistake(
            lambda image: _square(image.astype(int).astype(np.uint8)),
            N_("The values were made uint8, which knows nothing below 0 and no fractions."),
        ),
        Mistake(
            lambda image: _square(image[..., ::-1]),
            N_("Red and blue are swapped: this is BGR, and RGB is asked for."),
        ),
        Mistake(lambda image: _square(image[::-1]), ARRAY[0].hint),
        Mistake(lambda image: _square(image[:, ::-1]), ARRAY[1].hint),
        Mistake(
            lambda image: _square(_normalised(image)),
            N_("The image that comes in is normalised already; this normalises it again."),
        ),
    ),
    **arrays(1e-4),
)


@exercise("1.4", SQUARE)
def channels_first_and_square(answer: Any, tr: Phrases) -> str:
    """Ask for a function of a normalised image (H, W, 3)."""
    SQUARE.judge(answer, tr)
    return tr.gettext("This is what the network gets.")


def _back_by(scale: Callable[[int, int], float]) -> Callable[..., tuple[float, float]]:
    """Return a function that multiplies x and y with the same number."""
    return lambda x, y, height, width: (x * scale(height, width), y * scale(height, width))


def _back_from(longest: int) -> Callable[..., tuple[float, float]]:
    return _back_by(lambda height, width: max(height, width) / longest)


def _there(height: int, width: int) -> Case:
    """Return a case: a point in the square, and the photo's size."""
    scale = IMAGE_SIZE / max(height, width)
    return 0.6 * width * scale, 0.25 * height * scale, height, width


def _to_photo(x: float, y: float, height: int, width: int) -> tuple[float, float]:
    return x * max(height, width) / IMAGE_SIZE, y * max(height, width) / IMAGE_SIZE


def _from_middle(x: float, y: float, height: int, width: int) -> tuple[float, float]:
    across, down = (IMAGE_SIZE - side * IMAGE_SIZE / max(height, width) for side in (width, height))
    return _to_photo(x - across / 2, y - down / 2, height, width)


_EACH_AXIS = N_(
    "Each axis was scaled by itself; the photo was not distorted, so one scale, that of "
    "its longest side, holds for both."
)
_ONE_SIDE = N_("The scale is taken from the same side always; it was the longest that became 1024.")
BACK = Task(
    _to_photo,
    tuple(_there(height, width) for height, width in SIZES),
    (
        Mistake(lambda *case: _to_photo(*case)[::-1], N_("Are x and y swapped? The answer is (x, y).")),
        Mistake(
            _back_by(lambda height, width: IMAGE_SIZE / max(height, width)),
            N_("This goes further the same way; the way back divides where it multiplied."),
        ),
        Mistake(lambda x, y, height, width: (x * width / IMAGE_SIZE, y * height / IMAGE_SIZE), _EACH_AXIS),
        Mistake(lambda x, y, height, width: (x * height / IMAGE_SIZE, y * width / IMAGE_SIZE), _EACH_AXIS),
        Mistake(lambda x, y, height, width: (x, y), N_("This is the point in the square, unchanged.")),
        Mistake(
            _back_by(lambda height, width: 1 / IMAGE_SIZE),
            N_("This is a share of the square, from 0 to 1; pixels of the photo are asked for."),
        ),
        Mistake(
            _back_by(lambda height, width: 451 / IMAGE_SIZE),
            N_("This is Chelsea's scale for every photo; each has its own, from its longest side."),
        ),
        Mistake(_back_by(lambda height, width: height / IMAGE_SIZE), _ONE_SIDE),
        Mistake(_back_by(lambda height, width: width / IMAGE_SIZE), _ONE_SIDE),
        Mistake(
            _back_by(lambda height, width: min(height, width) / IMAGE_SIZE),
            N_("The scale is that of the shortest side; it was the longest that became 1024."),
        ),
        Mistake(
            lambda *case: (_to_photo(*case)[0], case[2] - _to_photo(*case)[1]),
            N_("y is counted from the bottom here; in a picture it goes down from the top."),
        ),
        Mistake(
            _from_middle,
            N_("The photo lies at the square's top left, not in its middle: nothing is to be subtracted."),
        ),
        *(
            Mistake(
                _back_from(to),
                N_("The photo's longest side became 1024, and no other number."),
            )
            for to in OTHER_SIZES
        ),
        Mistake(
            lambda x, y, height, width: (
                x // (IMAGE_SIZE // max(height, width)),
                y // (IMAGE_SIZE // max(height, width)),
            ),
            N_("`//` makes a whole number of the scale; divide with `/`."),
        ),
        Mistake(
            lambda x, y, height, width: (
                x // max(1, IMAGE_SIZE // max(height, width)),
                y // max(1, IMAGE_SIZE // max(height, width)),
            ),
            N_("`//` makes a whole number of the scale; divide with `/`."),
        ),
    ),
    read=lambda value, tr: _pair(value, tr),
    same=lambda given, wanted, case: bool(
        np.allclose(given, wanted, rtol=0, atol=max(1, 0.6 * max(case[2:]) / IMAGE_SIZE))
    ),
    otherwise=lambda given, _, case, tr: _wrong_point(given, case[2:], tr),
)  # fmt: skip  whoever rounds, cuts off, or uses the rounded size is right as well


@exercise("1.5", BACK)
def the_way_back(answer: Any, tr: Phrases) -> str:
    """Ask for a function of (x, y, height, width)."""
    BACK.judge(answer, tr)
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


def _for_photo(size: Case, tr: Phrases) -> str:
    return tr.gettext("For a photo {height} high and {width} wide:").format(height=size[0], width=size[1])


def _wrong_size(given: FloatArray, size: Case, tr: Phrases) -> None:
    text = tr.gettext("{size} is not the size.").format(size=tr.pair(given[0], given[1]))
    raise NotYet(f"{_for_photo(size, tr)} {text}")


def _wrong_point(given: FloatArray, size: Case, tr: Phrases) -> None:
    text = tr.gettext("{point} is not the point.").format(point=tr.pair(given[0], given[1], digits=1))
    raise NotYet(f"{_for_photo(size, tr)} {text}")
