"""How a photo lies in what a network takes in and gives out: its input, its embedding, its logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.geometry import Box, Size, fit_longest_side, part_of, scale_points
from segwidgets.ground.validation import BoolArray, FloatArray

Floats = npt.NDArray[np.float32]
Slices = tuple[slice, slice]

SURE_LOGIT = 8.0  # how sure a network is told to be of a mask that is given to it, inside (+) and outside (-)


@dataclass(frozen=True)
class Frame:
    """Where a photo of one size lies in a network's input, in the grid of its embedding and in its logits.

    The input, the grid and the logits cover the same area, each with cells of its own; the photo, or the part
    of it that the network sees, lies in it as a rectangle, and what is beside that is padding. All sizes are
    (height, width) and all pairs y before x, but for points, which are xy as everywhere.

    Attributes
    ----------
    photo_size : (int, int)
        Of the photo, in its pixels.
    input_size : (int, int)
        Of what the network takes in, padding included, in pixels of the input.
    pixel_size : (float, float)
        Height and width of one pixel of the input, in pixels of the photo.
    grid_shape : (int, int)
        Rows and columns of the image embedding.
    logits_shape : (int, int)
        Rows and columns of the low-resolution logits.
    offset : (int, int)
        Where in the input the photo begins, in pixels of the input.
    view : (int, int, int, int), optional
        x0, y0, x1, y1 of the part of the photo that the network sees; by default all of it.

    Examples
    --------
    >>> frame = Frame.letterbox((300, 451), side=1024, grid=64, logits=256)
    >>> frame.placed_size
    (681, 1024)
    >>> frame.crop_grid(np.zeros((256, 64, 64))).shape
    (256, 43, 64)
    """

    photo_size: Size
    input_size: Size
    pixel_size: tuple[float, float]
    grid_shape: Size
    logits_shape: Size
    offset: Size = (0, 0)
    view: Box | None = None

    @classmethod
    def letterbox(cls, photo_size: Size, side: int, grid: int, logits: int) -> Frame:
        """Scale the photo's longest side to that of a square, and pad at the right or at the bottom."""
        pixel = max(photo_size) / side
        return cls(photo_size, (side, side), (pixel, pixel), (grid, grid), (logits, logits))

    @classmethod
    def stretched(cls, photo_size: Size, input_size: Size, grid_shape: Size, logits_shape: Size) -> Frame:
        """Scale height and width each to that of the input: the photo fills it and is distorted."""
        pixel = photo_size[0] / input_size[0], photo_size[1] / input_size[1]
        return cls(photo_size, input_size, pixel, grid_shape, logits_shape)

    def looking_at(self, view: Box, photo_size: Size) -> Frame:
        """Return the frame of a whole photo of which this one's photo is the part `view`."""
        return replace(self, view=view, photo_size=photo_size)

    @property
    def seen_box(self) -> Box:
        """x0, y0, x1, y1 of what the network sees, in pixels of the photo."""
        return self.view or (0, 0, self.photo_size[1], self.photo_size[0])

    @property
    def seen_size(self) -> Size:
        """(height, width) of what the network sees, in pixels of the photo."""
        x0, y0, x1, y1 = self.seen_box
        return y1 - y0, x1 - x0

    @property
    def seen_part(self) -> Slices:
        """Rows and columns of the photo that the network sees."""
        return part_of(self.seen_box)

    @property
    def placed_size(self) -> Size:
        """(height, width) in the input of what is seen, in whole pixels of the input, rounded half up."""
        height, width = (
            max(1, int(side * (1 / pixel) + 0.5))
            for side, pixel in zip(self.seen_size, self.pixel_size, strict=True)
        )
        return height, width

    @property
    def detail_size(self) -> Size:
        """A size of what is seen at which a mask can be measured without loss.

        Its own or, if that is larger than the input, that at the input's longest side: the logits hold no
        more detail than that.
        """
        size, longest = self.seen_size, max(self.input_size)
        return size if max(size) <= longest else fit_longest_side(*size, longest)

    def to_input(self, point_coords: npt.ArrayLike) -> FloatArray:
        """Move points (..., 2), xy in pixels of the photo, to pixels of the input."""
        seen = np.asarray(point_coords, dtype=np.float64) - self._origin[::-1]
        return scale_points(seen, self.seen_size, self.placed_size) + self.offset[::-1]

    @property
    def grid_part(self) -> Slices:
        """Rows and columns of the grid that the photo lies in, even if it only reaches into them."""
        rows, columns = (
            slice(int(start / cell), min(count, -int(-(start + side) // cell)))
            for start, side, cell, count in zip(
                self.offset, self.placed_size, self._cell_size(self.grid_shape), self.grid_shape, strict=True
            )
        )
        return rows, columns

    @property
    def logits_part(self) -> Slices:
        """Rows and columns of the logits that show the photo, rounded half up, at least one of each."""
        starts = [
            int(start / cell + 0.5)
            for start, cell in zip(self.offset, self._cell_size(self.logits_shape), strict=True)
        ]
        sides = [
            max(1, int(side * (1 / pixel) / cell + 0.5))
            for side, pixel, cell in zip(
                self.seen_size, self.pixel_size, self._cell_size(self.logits_shape), strict=True
            )
        ]
        return slice(starts[0], starts[0] + sides[0]), slice(starts[1], starts[1] + sides[1])

    def crop_grid(self, features: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Cut from an image embedding (..., rows, columns) the cells that the photo lies in."""
        return features[(..., *self.grid_part)]

    def crop_logits(self, low_res_logits: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Cut from logits (..., rows, columns) those that show the photo."""
        return low_res_logits[(..., *self.logits_part)]

    def cells_at(
        self, x: npt.ArrayLike, y: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Say in which cells of the embedding points of the photo lie.

        Parameters
        ----------
        x, y : array_like
            Pixels of the photo; the two need not have the same shape.

        Returns
        -------
        rows, columns : ndarray of int
            Of what `crop_grid` returns; rows has the shape of y and columns that of x.
        """
        found = []
        for axis, at in enumerate((y, x)):
            part = self.grid_part[axis]
            cell = self._cell_size(self.grid_shape)[axis]
            photo_cell = self.pixel_size[axis] * cell  # photo pixels on the cell's side
            seen = np.asarray(at) - self._origin[axis]
            index = (seen / photo_cell + self.offset[axis] / cell).astype(np.intp)
            found.append((index - part.start).clip(0, part.stop - part.start - 1))
        return found[0], found[1]

    @property
    def cell_centers(self) -> FloatArray:
        """Centres (rows, columns, 2) of the cells of `crop_grid`, xy in the photo, within what is seen."""
        y, x = (
            origin + ((np.arange(part.start, part.stop) + 0.5) * cell - start) * pixel
            for part, cell, start, pixel, origin in zip(
                self.grid_part,
                self._cell_size(self.grid_shape),
                self.offset,
                self.pixel_size,
                self._origin,
                strict=True,
            )
        )
        last = np.nextafter(self.seen_box[2:], 0)
        return np.asarray(np.minimum(np.stack(np.meshgrid(x, y), axis=-1), last))

    def cell_shares(self, mask: BoolArray) -> Floats:
        """Say what share of each cell of `crop_grid` a mask (H, W) of the photo covers, 0 to 1."""
        import cv2

        (top, left), (height, width) = self.offset, self.placed_size
        covered = np.zeros(self.input_size, np.float32)
        covered[top : top + height, left : left + width] = cv2.resize(
            mask[self.seen_part].astype(np.float32), (width, height), interpolation=cv2.INTER_AREA
        )
        shares = cv2.resize(covered, self.grid_shape[::-1], interpolation=cv2.INTER_AREA)
        return np.asarray(self.crop_grid(shares))

    def write_mask(self, mask: BoolArray) -> Floats:
        """Write a mask of the photo as low-resolution logits, so that a network can go on from it.

        Parameters
        ----------
        mask : ndarray of shape (H, W), bool
            At the photo's size.

        Returns
        -------
        ndarray of shape `logits_shape`, float32
            From -8 (outside, padding too) to 8 (inside), in between where the edge runs through a cell.
        """
        import cv2

        logits = np.full(self.logits_shape, -SURE_LOGIT, dtype=np.float32)
        seen, part = self.crop_logits(logits), mask[self.seen_part].astype(np.float32)
        share = cv2.resize(part, seen.shape[::-1], interpolation=cv2.INTER_AREA)
        seen[:] = SURE_LOGIT * (2 * share - 1)
        return logits

    def carry_over(self, logits: Floats, other: Frame) -> Floats:
        """Write one mask's logits as they would lie in another view of the same photo.

        Parameters
        ----------
        logits : ndarray of shape `logits_shape`, float32
            In this frame.
        other : Frame
            Where to bring them.

        Returns
        -------
        ndarray of the other's `logits_shape`, float32
            Where nothing is known, in the padding and outside of what this frame sees, the lowest logit.
        """
        import cv2

        lowest = logits.min()
        seen = np.full(other.seen_size, lowest, np.float32)
        ours, theirs = self.seen_box, other.seen_box
        x0, y0 = max(ours[0], theirs[0]), max(ours[1], theirs[1])
        x1, y1 = min(ours[2], theirs[2]), min(ours[3], theirs[3])
        if x0 < x1 and y0 < y1:
            common = part_of((x0 - ours[0], y0 - ours[1], x1 - ours[0], y1 - ours[1]))
            place = part_of((x0 - theirs[0], y0 - theirs[1], x1 - theirs[0], y1 - theirs[1]))
            seen[place] = self.upscale(logits)[common]
        carried = np.full(other.logits_shape, lowest, np.float32)
        part = other.crop_logits(carried)
        part[:] = cv2.resize(seen, part.shape[::-1], interpolation=cv2.INTER_AREA)
        return carried

    def upscale(self, logits: Floats, size: Size | None = None) -> Floats:
        """Bring one mask's logits to the photo's size, or to that of the part that is seen.

        Two bilinear steps, as in `segment_anything.modeling.Sam.postprocess_masks`: to the size that the
        photo has in the input, then to the wanted one.

        Parameters
        ----------
        logits : ndarray of shape (h, w), float32
            Of the whole input; or, where a cell of theirs has a whole number of the input's pixels on a side,
            without what comes behind the photo.
        size : (int, int), optional
            The (height, width) to return; by default that of what is seen.

        Returns
        -------
        ndarray of shape `size`, float32
        """
        import cv2

        (top, left), (height, width) = self.offset, self.placed_size
        down, across = (
            side // count if side % count == 0 else 0
            for side, count in zip(self.input_size, self.logits_shape, strict=True)
        )
        whole = self.input_size
        if down and across:  # what lies behind the photo need not be scaled
            logits = logits[: (top + height) // down + 2, : (left + width) // across + 2]
            whole = logits.shape[0] * down, logits.shape[1] * across
        full = cv2.resize(logits, whole[::-1], interpolation=cv2.INTER_LINEAR)
        photo = full[top : top + height, left : left + width]
        wanted = self.seen_size if size is None else size
        return np.asarray(cv2.resize(photo, wanted[::-1], interpolation=cv2.INTER_LINEAR))

    @property
    def _origin(self) -> Size:
        """The y and x in the photo where what is seen begins."""
        return self.seen_box[1], self.seen_box[0]

    def _cell_size(self, shape: Sequence[int]) -> tuple[float, float]:
        """Height and width of one of the cells that divide the input into rows and columns, in its pixels."""
        return self.input_size[0] / shape[0], self.input_size[1] / shape[1]
