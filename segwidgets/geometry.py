"""Sizes and coordinate frames: fitting a photo into a square, and canvas pixels to image pixels and back."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import FloatArray, check_size

Size = tuple[int, int]
"""Height and width in pixels."""

MOST_SCALE = 16.0  # canvas pixels to one image pixel: larger ones show nothing more

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
    """How an image, or a part of it, is shown on a canvas.

    A canvas that has not the image's proportions (but for rounding) is wider or higher than all of the image:
    that then has margins, which go as one zooms in. Frames: image pixels count from the top left corner, a
    pixel's centre lies at +0.5; canvas units likewise.

    Attributes
    ----------
    height, width, canvas_height, canvas_width : int
        Pixels.
    part : (float, float, float, float) or None
        left, top, right, bottom of what the canvas shows, in image pixels, margins and all; None is all of
        the image.
    """

    height: int
    width: int
    canvas_height: int
    canvas_width: int
    part: tuple[float, float, float, float] | None = None

    @classmethod
    def fit(cls, height: int, width: int, max_width: int, max_height: int) -> Viewport:
        """Choose the largest canvas within the limits; a small image is not blown up more than 2 x."""
        check_size((height, width))
        check_size((max_height, max_width), "the canvas's largest size")
        scale = min(max_width / width, max_height / height, 2.0)
        return cls(height, width, max(1, round(height * scale)), max(1, round(width * scale)))

    @property
    def seen(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom of what the canvas shows, in image pixels, margins and all."""
        if self.part is not None:
            return self.part
        width, height = self._whole_sides()
        left, top = (self.width - width) / 2, (self.height - height) / 2
        return (left, top, left + width, top + height)

    def _whole_sides(self) -> tuple[float, float]:
        """Return width and height of what the canvas shows when it shows all of the image."""
        across, down = self.canvas_width / self.width, self.canvas_height / self.height
        if self.width >= self.height:  # the longer side tells the scale best
            is_rounding = abs(self.height * across - self.canvas_height) <= 1
        else:
            is_rounding = abs(self.width * down - self.canvas_width) <= 1
        if is_rounding:
            return float(self.width), float(self.height)
        if across < down:
            return float(self.width), self.canvas_height / across
        return self.canvas_width / down, float(self.height)

    def shows_photo_at(self, x: float, y: float) -> bool:
        """Say whether there is the image at a place on the canvas, and no margin."""
        left, top, right, bottom = self.seen
        image_x = left + x * (right - left) / self.canvas_width
        image_y = top + y * (bottom - top) / self.canvas_height
        return 0 <= image_x <= self.width and 0 <= image_y <= self.height

    def without_margins(self) -> tuple[int, int, Viewport]:
        """Return left and top of the image on the canvas, and the view as if the canvas were no larger."""
        left, top, right, bottom = self.seen
        part = max(left, 0.0), max(top, 0.0), min(right, float(self.width)), min(bottom, float(self.height))
        if part == (left, top, right, bottom):
            return 0, 0, self
        x0, y0 = (round(v) for v in self.to_canvas(*part[:2]))
        x1, y1 = (round(v) for v in self.to_canvas(*part[2:]))
        is_whole = part == (0, 0, self.width, self.height)
        inner = Viewport(
            self.height, self.width, max(1, y1 - y0), max(1, x1 - x0), None if is_whole else part
        )
        return x0, y0, inner

    @property
    def scale(self) -> float:
        """Canvas pixels to one image pixel."""
        left, _, right, _ = self.seen
        return self.canvas_width / (right - left)

    @property
    def zoom(self) -> float:
        """How many times larger than the whole image would be shown: 1 shows all of it."""
        left, _, right, _ = self.seen
        return self._whole_sides()[0] / (right - left)

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Canvas xy to image xy, clipped to the image."""
        left, top, right, bottom = self.seen
        image_x = left + x * (right - left) / self.canvas_width
        image_y = top + y * (bottom - top) / self.canvas_height
        return (
            min(max(image_x, 0.0), float(np.nextafter(self.width, 0))),
            min(max(image_y, 0.0), float(np.nextafter(self.height, 0))),
        )

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """Image xy to canvas xy; what is not seen lies outside of the canvas."""
        left, top, right, bottom = self.seen
        return (x - left) * self.canvas_width / (right - left), (y - top) * self.canvas_height / (
            bottom - top
        )

    def whole(self) -> Viewport:
        """Return the view of all of the image on the same canvas."""
        return self._replace(part=None)

    def zoomed(self, factor: float, about: tuple[float, float], most: float = MOST_SCALE) -> Viewport:
        """Show the image larger by a factor, or smaller, about a place that stays where it is.

        Parameters
        ----------
        factor : float
            More than 1 shows less of the image, larger.
        about : (float, float)
            Canvas xy. What is seen never leaves the image, so that near its edges the place may move.
        most : float
            Canvas pixels to one image pixel, at most.

        Raises
        ------
        ValueError
            If the factor is not more than 0.
        """
        if not 0 < factor < math.inf:
            raise ValueError(f"factor must be a number more than 0, got {factor!r}")
        least = self.whole().scale
        scale = min(max(self.scale * factor, least), max(most, least))
        left, top, right, bottom = self.seen
        x = left + about[0] * (right - left) / self.canvas_width
        y = top + about[1] * (bottom - top) / self.canvas_height
        shrunk = self.scale / scale
        return self._showing(x - (x - left) * shrunk, y - (y - top) * shrunk, least / scale)

    def panned(self, dx: float, dy: float) -> Viewport:
        """Move what is seen along with a hand that drags the image by (dx, dy) canvas pixels."""
        left, top, right, bottom = self.seen
        return self._showing(
            left - dx * (right - left) / self.canvas_width,
            top - dy * (bottom - top) / self.canvas_height,
            1 / self.zoom,
        )

    def looking_at(self, box: npt.ArrayLike, most: float = MOST_SCALE) -> Viewport:
        """Show a box in image pixels (x0, y0, x1, y1) as large as the canvas allows, in the view's middle."""
        x0, y0, x1, y1 = (float(v) for v in np.asarray(box, dtype=np.float64))
        least = self.whole().scale / most
        width, height = self._whole_sides()
        share = min(1.0, max((x1 - x0) / width, (y1 - y0) / height, least))
        return self._showing((x0 + x1 - share * width) / 2, (y0 + y1 - share * height) / 2, share)

    def holding(self, x: float, y: float) -> Viewport:
        """Move what is seen by as little as brings an image xy into it."""
        left, top, right, bottom = self.seen
        return self._showing(
            left + min(0.0, x - left) + max(0.0, x - right),
            top + min(0.0, y - top) + max(0.0, y - bottom),
            1 / self.zoom,
        )

    def _showing(self, left: float, top: float, share: float) -> Viewport:
        """Show that share of the image's sides from a corner on, moved so that it lies in the image."""
        if share > 1 - 1e-9:
            return self.whole()
        width, height = (side * share for side in self._whole_sides())
        left = min(max(left, 0.0), self.width - width) if width < self.width else (self.width - width) / 2
        top = min(max(top, 0.0), self.height - height) if height < self.height else (self.height - height) / 2
        return self._replace(part=(left, top, left + width, top + height))
