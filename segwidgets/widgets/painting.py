"""From masks to what a canvas can draw: rectangles one pixel high, so that what is painted is the mask.

Polygons would be smaller to send, but they cut pixels in half and close holes.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from segwidgets.drawing import primitives, style
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array

Runs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]
Outline = tuple[Runs, Runs, Runs]

CHECKER_PX = 12
_SPECK_PX = 6
DASH_PX = 7  # of a dash, and of the gap after it, along the diagonal


def runs(mask: BoolArray) -> Runs:
    """Return the horizontal runs of a mask: left x, y and width of each, in pixels."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).view(np.int8), axis=1)
    ys, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return starts.astype(np.int32), ys.astype(np.int32), (ends - starts).astype(np.int32)


def to_canvas(mask: BoolArray, viewport: Viewport) -> BoolArray:
    """Return the mask at the canvas's size: each canvas pixel asks the image pixel under its centre."""
    height, width = viewport.canvas_height, viewport.canvas_width
    rows = ((np.arange(height) + 0.5) * viewport.height / height).astype(int)
    columns = ((np.arange(width) + 0.5) * viewport.width / width).astype(int)
    seen: BoolArray = mask[rows[:, None], columns]
    return seen


def photo_to_canvas(image: UInt8Array, viewport: Viewport) -> UInt8Array:
    """Return the photo at the canvas's size as RGBA: ipycanvas sends RGB as JPEG, RGBA without loss."""
    size = viewport.canvas_width, viewport.canvas_height
    shrinks = viewport.canvas_width < viewport.width
    scaled = cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.dstack([scaled, np.full(scaled.shape[:2], 255, np.uint8)])


def contour(mask: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Return two lines along a mask's edge: two pixels wide inside it, and one pixel wide around it.

    In a colour and in what contrasts with it they show on light photos and on dark ones. Where the mask
    leaves the photo there is no line, and specks get none, as it would make them look larger.
    """
    solid = primitives.solid_pieces(mask, 3, _SPECK_PX**2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * style.CONTOUR_PX + 1,) * 2)
    core = cv2.erode(solid, kernel)[3:-3, 3:-3].astype(np.bool_)
    around = cv2.dilate(solid, np.ones((3, 3), np.uint8))[3:-3, 3:-3].astype(np.bool_)
    piece = solid[3:-3, 3:-3].astype(np.bool_)
    return mask & piece & ~core, around & ~piece & ~mask


def css(color: style.Rgb) -> str:
    """Write a colour as CSS does."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def dashed(line: BoolArray) -> BoolArray:
    """Return a line with gaps: what lies on every other diagonal stripe of the canvas is left out."""
    rows, columns = np.ogrid[: line.shape[0], : line.shape[1]]
    drawn: BoolArray = line & ((rows + columns) // DASH_PX % 2 == 0)
    return drawn


def outline(mask: BoolArray, viewport: Viewport) -> Outline:
    """Return what is drawn of a mask that is only proposed: its area, dashes around its edge and along it."""
    scaled = to_canvas(mask, viewport)
    inner, outer = contour(scaled)
    return runs(scaled), runs(dashed(outer)), runs(dashed(inner))


def together(all_runs: Sequence[Runs]) -> Runs:
    """Return the runs of several masks as those of one drawing."""
    x, y, width = (np.concatenate(part) for part in zip(*all_runs, strict=True))
    return x, y, width
