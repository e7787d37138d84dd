"""Sizes and coordinate frames: fitting a photo into a square, and canvas pixels to image pixels and back."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import FloatArray, check_size

Size = tuple[int, int]
"""Height and width in pixels."""

Box = tuple[int, int, int, int]
"""A part of a photo in whole pixels: left, top, right, bottom, right and bottom exclusive."""


def fit_longest_side(height: int, width: int, longest: int) -> tuple[int, int]:
    """Scale a size so that its longest side is `longest`, keeping the proportions.

    Rounds half up, as `segment_anything.utils.transforms.ResizeLongestSide` does.

    Parameters
    ----------
    height, width : int
        The size in pixels.
    longest : int
        The wanted longest side in pixels.

    Returns
    -------
    (int, int)
        New height and width, each at least 1.

    Raises
    ------
    ValueError
        If a side or `longest` is not more than 0.
    """
    check_size((height, width))
    if not longest > 0:
        raise ValueError(f"longest must be more than 0 pixels, got {longest!r}")
    scale = longest / max(height, width)
    return max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))


def scale_points(
    point_coords: npt.ArrayLike, old_size: tuple[int, int], new_size: tuple[int, int]
) -> FloatArray:
    """Move xy coordinates from an image of one size to the same image at another.

    Parameters
    ----------
    point_coords : array_like of shape (..., 2)
        x, y in pixels of the old image.
    old_size, new_size : (int, int)
        (height, width) before and after.

    Returns
    -------
    ndarray of shape (..., 2), float64

    Raises
    ------
    ValueError
        If a side is not more than 0.
    """
    check_size(old_size, "old_size")
    check_size(new_size, "new_size")
    factors = np.array([new_size[1] / old_size[1], new_size[0] / old_size[0]])
    moved: FloatArray = np.asarray(point_coords, dtype=np.float64) * factors
    return moved


def grow_box(box: npt.ArrayLike, size: Size, margin: float, least: int = 1) -> Box:
    """Give a box room around it, and cut it off at the photo's edges.

    Parameters
    ----------
    box : array_like of shape (4,)
        x0, y0, x1, y1 in pixels of the photo.
    size : (int, int)
        (height, width) of the photo.
    margin : float
        Room on each of the four sides, as a share of the box's longer side.
    least : int
        Fewest pixels on a side of the result, as far as the photo has them; the box stays in its middle but
        for the photo's edges.

    Returns
    -------
    (int, int, int, int)
        Whole pixels that hold all of the box within the photo.
    """
    x0, y0, x1, y1 = (float(v) for v in np.asarray(box, dtype=np.float64))
    room = margin * max(x1 - x0, y1 - y0)
    sides = []
    for start, end, whole in ((x0, x1, size[1]), (y0, y1, size[0])):
        lack = max(0.0, (min(least, whole) - (end - start + 2 * room)) / 2)
        first, last = math.floor(start - room - lack), math.ceil(end + room + lack)
        shift = (
            max(0, -first) - max(0, last - whole) if lack else 0
        )  # what the edge takes, the other side gives
        sides.append((max(0, min(first + shift, whole - 1)), min(whole, max(last + shift, 1))))
    (left, right), (top, bottom) = sides
    return left, top, right, bottom


def part_of(box: Box) -> tuple[slice, slice]:
    """Return the rows and columns of a photo that a box in whole pixels holds."""
    x0, y0, x1, y1 = box
    return slice(y0, y1), slice(x0, x1)


def split_boxes(size: Size, layer: int, overlap_ratio: float) -> list[Box]:
    """Cut a photo into 2 ** layer by 2 ** layer boxes that overlap.

    As `segment_anything.utils.amg.generate_crop_boxes` does for one layer: Kirillov et al. 2023,
    arXiv:2304.02643, appendix B.

    Parameters
    ----------
    size : (int, int)
        (height, width) of the photo.
    layer : int
        0 is the whole photo.
    overlap_ratio : float
        By how much neighbours overlap in layer 1, as a share of the photo's shorter side; half as much in
        each next one.

    Returns
    -------
    list of (int, int, int, int)
        Column by column.
    """
    count = 2**layer
    overlap = int(overlap_ratio * min(size) * (2 / count)) if layer else 0
    height, width = (math.ceil((overlap * (count - 1) + side) / count) for side in size)
    return [
        (x, y, min(x + width, size[1]), min(y + height, size[0]))
        for x in ((width - overlap) * i for i in range(count))
        for y in ((height - overlap) * i for i in range(count))
    ]


class Viewport(NamedTuple):
    """How an image of (height, width) is shown on a canvas of (canvas_height, canvas_width).

    The image fills the canvas; the canvas has the image's proportions but for rounding. Frames: image
    pixels count from the top left corner, a pixel's centre lies at +0.5; canvas units likewise.
    """

    height: int
    width: int
    canvas_height: int
    canvas_width: int

    @classmethod
    def fit(cls, height: int, width: int, max_width: int, max_height: int) -> Viewport:
        """Choose the largest canvas within the limits; a small image is not blown up more than 2 x."""
        check_size((height, width))
        check_size((max_height, max_width), "the canvas's largest size")
        scale = min(max_width / width, max_height / height, 2.0)
        return cls(height, width, max(1, round(height * scale)), max(1, round(width * scale)))

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Canvas xy to image xy, clipped to the image."""
        image_x = x * self.width / self.canvas_width
        image_y = y * self.height / self.canvas_height
        return (
            min(max(image_x, 0.0), float(np.nextafter(self.width, 0))),
            min(max(image_y, 0.0), float(np.nextafter(self.height, 0))),
        )

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """Image xy to canvas xy."""
        return x * self.canvas_width / self.width, y * self.canvas_height / self.height
