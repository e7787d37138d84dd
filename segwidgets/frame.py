"""How a photo lies in what a network takes in and gives out: its input, its embedding, its logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets._validation import BoolArray, FloatArray
from segwidgets.geometry import fit_longest_side, scale_points

Floats = npt.NDArray[np.float32]
Size = tuple[int, int]
Slices = tuple[slice, slice]

SURE_LOGIT = 8.0  # how sure a network is told to be of a mask that is given to it, inside (+) and outside (-)


@dataclass(frozen=True)
class Frame:
    """Where a photo of one size lies in a network's input, in the grid of its embedding and in its logits.

    The input, the grid and the logits cover the same area, each with cells of its own; the photo lies in it
    as a rectangle, and what is beside that is padding. All sizes are (height, width) and all pairs y before
    x, but for points, which are xy as everywhere.

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

    @property
    def placed_size(self) -> Size:
        """(height, width) of the photo in the input, in whole pixels of it, rounded half up."""
        height, width = (
            max(1, int(side * (1 / pixel) + 0.5))
            for side, pixel in zip(self.photo_size, self.pixel_size, strict=True)
        )
        return height, width

    @property
    def detail_size(self) -> Size:
        """A size at which a mask can be measured without loss.

        The photo's own or, if that is larger than the input, the photo's at the input's longest side: the
        logits hold no more detail than that.
        """
        longest = max(self.input_size)
        return (
            self.photo_size
            if max(self.photo_size) <= longest
            else fit_longest_side(*self.photo_size, longest)
        )

    def to_input(self, point_coords: npt.ArrayLike) -> FloatArray:
        """Move points (..., 2), xy in pixels of the photo, to pixels of the input."""
        return scale_points(point_coords, self.photo_size, self.placed_size) + self.offset[::-1]

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
                self.photo_size, self.pixel_size, self._cell_size(self.logits_shape), strict=True
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
            index = (np.asarray(at) / photo_cell + self.offset[axis] / cell).astype(np.intp)
            found.append((index - part.start).clip(0, part.stop - part.start - 1))
        return found[0], found[1]

    @property
    def cell_centers(self) -> FloatArray:
        """Centres (rows, columns, 2) of the cells of `crop_grid`, xy in the photo; the last may stick out."""
        height, width = (
            (np.arange(part.start, part.stop) + 0.5) * cell - start
            for part, cell, start in zip(
                self.grid_part, self._cell_size(self.grid_shape), self.offset, strict=True
            )
        )
        return np.stack(np.meshgrid(width * self.pixel_size[1], height * self.pixel_size[0]), axis=-1)

    def cell_shares(self, mask: BoolArray) -> Floats:
        """Say what share of each cell of `crop_grid` a mask (H, W) of the photo covers, 0 to 1."""
        import cv2

        (top, left), (height, width) = self.offset, self.placed_size
        covered = np.zeros(self.input_size, np.float32)
        covered[top : top + height, left : left + width] = cv2.resize(
            mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA
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
        photo = self.crop_logits(logits)
        share = cv2.resize(mask.astype(np.float32), photo.shape[::-1], interpolation=cv2.INTER_AREA)
        photo[:] = SURE_LOGIT * (2 * share - 1)
        return logits

    def upscale(self, logits: Floats, size: Size | None = None) -> Floats:
        """Bring one mask's logits to the photo's size.

        Two bilinear steps, as in `segment_anything.modeling.Sam.postprocess_masks`: to the size that the
        photo has in the input, then to the wanted one.

        Parameters
        ----------
        logits : ndarray of shape (h, w), float32
            Of the whole input; or, where a cell of theirs has a whole number of the input's pixels on a side,
            without what comes behind the photo.
        size : (int, int), optional
            The (height, width) to return; by default the photo's.

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
        wanted = self.photo_size if size is None else size
        return np.asarray(cv2.resize(photo, wanted[::-1], interpolation=cv2.INTER_LINEAR))

    def _cell_size(self, shape: Sequence[int]) -> tuple[float, float]:
        """Height and width of one of the cells that divide the input into rows and columns, in its pixels."""
        return self.input_size[0] / shape[0], self.input_size[1] / shape[1]
