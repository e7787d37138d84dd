"""From masks to what a canvas can draw, pixel by pixel, so that what is painted is the mask.

Polygons would be smaller to send than pictures of few colours, or rectangles one pixel high, but they cut
pixels in half and close holes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as PilImage

from segwidgets.drawing import primitives, style
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array

Runs = tuple[npt.NDArray[np.int16], npt.NDArray[np.int16], npt.NDArray[np.int16]]
Outline = tuple[Runs, Runs, Runs]
Part = tuple[BoolArray, style.Rgb, float]

CHECKER_PX = 12
PIXELS_SHOW = 6.0  # canvas pixels to one of the photo, from which on each is seen as a square
_SPECK_PX = 6
DASH_PX = 7  # of a dash, and of the gap after it, along the diagonal


def runs(mask: BoolArray) -> Runs:
    """Return the horizontal runs of a mask: left x, y and width of each, in pixels."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).view(np.int8), axis=1)
    ys, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return starts.astype(np.int16), ys.astype(np.int16), (ends - starts).astype(np.int16)


class Stencil(NamedTuple):
    """Flat colours as a small PNG, and where its corner lies on the canvas."""

    left: int
    top: int
    file: bytes


def stencil(parts: Sequence[Part]) -> Stencil | None:
    """Return masks as large as the canvas in their colours, of which later ones cover earlier ones.

    A few colours in few bits are a third of what the masks' runs are to send, and less where the canvas is
    large.

    Parameters
    ----------
    parts : sequence of (ndarray of shape (H, W), bool; (int, int, int); float)
        Masks, their RGB and their opacity from 0 to 1; 15 at most.

    Returns
    -------
    Stencil or None
        None where the masks are empty.
    """
    painted = np.zeros(parts[0][0].shape, np.uint8)
    for number, (mask, _, _) in enumerate(parts, 1):
        painted[mask] = number
    rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
    if not len(rows):
        return None
    left, top = int(columns[0]), int(rows[0])
    picture = PilImage.fromarray(painted[top : rows[-1] + 1, left : columns[-1] + 1]).convert("P")
    picture.putpalette([0, 0, 0, *(value for _, color, _ in parts for value in color)])
    alphas = bytes([0, *(round(255 * alpha) for _, _, alpha in parts)])
    file = io.BytesIO()
    bits = 2 if len(parts) < 4 else 4
    picture.save(file, "PNG", bits=bits, transparency=alphas, compress_level=4)
    return Stencil(left, top, file.getvalue())


def to_canvas(mask: BoolArray, viewport: Viewport) -> BoolArray:
    """Return what is seen of a mask, as large as the canvas: each pixel asks what lies under its centre."""
    left, top, right, bottom = viewport.seen
    height, width = viewport.canvas_height, viewport.canvas_width
    rows = np.floor(top + (np.arange(height) + 0.5) * (bottom - top) / height).astype(int)
    columns = np.floor(left + (np.arange(width) + 0.5) * (right - left) / width).astype(int)
    seen: BoolArray = mask[np.clip(rows, 0, mask.shape[0] - 1)][:, np.clip(columns, 0, mask.shape[1] - 1)]
    seen[(rows < 0) | (rows >= mask.shape[0])] = False  # margins
    seen[:, (columns < 0) | (columns >= mask.shape[1])] = False
    return seen


def all_to_canvas(mask: BoolArray, viewport: Viewport) -> BoolArray:
    """Return what is seen of a mask, of which no pixel is too small to be seen."""
    reach = math.ceil(1 / viewport.scale)
    if reach > 1:
        mask = cv2.dilate(mask.view(np.uint8), np.ones((reach, reach), np.uint8)).view(np.bool_)
    return to_canvas(mask, viewport)


def photo_to_canvas(image: UInt8Array, viewport: Viewport) -> UInt8Array:
    """Return what is seen of the photo, at the canvas's size, in RGB; there may be no margins.

    Shrunk, a canvas pixel is the mean of what it covers; enlarged, pixels go over into each other, and from
    `PIXELS_SHOW` on each is a square of its own, as its mask is.
    """
    size = viewport.canvas_width, viewport.canvas_height
    left, top, right, bottom = viewport.seen
    x0, y0 = math.floor(left), math.floor(top)
    part = image[y0 : math.ceil(bottom), x0 : math.ceil(right)]
    if viewport.part is None:
        shrinks = viewport.canvas_width < viewport.width
        scaled = cv2.resize(part, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        return np.asarray(scaled, np.uint8)
    across, down = (right - left) / size[0], (bottom - top) / size[1]
    if across > 2:  # first to about the canvas's size, for what follows only knows a pixel's neighbours
        less = max(1, round(part.shape[1] / across)), max(1, round(part.shape[0] / across))
        factors = less[0] / part.shape[1], less[1] / part.shape[0]
        part = np.asarray(cv2.resize(part, less, interpolation=cv2.INTER_AREA), np.uint8)
    else:
        factors = 1.0, 1.0
    onto = np.array(
        [
            [across * factors[0], 0, (left - x0 + across / 2) * factors[0] - 0.5],
            [0, down * factors[1], (top - y0 + down / 2) * factors[1] - 0.5],
        ]
    )
    how = cv2.INTER_NEAREST if viewport.scale >= PIXELS_SHOW else cv2.INTER_LINEAR
    moved = cv2.warpAffine(
        part, onto, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


def contour(mask: BoolArray, unit: float = 1.0) -> tuple[BoolArray, BoolArray]:
    """Return two lines along a mask's edge: two pixels wide inside it, and one pixel wide around it.

    Of the screen's pixels, of which one has `unit` of the mask's.

    In a colour and in what contrasts with it they show on light photos and on dark ones. Where the mask
    leaves the photo there is no line, and specks get none, as it would make them look larger.
    """
    within, beyond = max(1, round(style.CONTOUR_PX * unit)), max(1, round(unit))
    rim = within + 1
    inside = slice(rim, -rim), slice(rim, -rim)
    solid = primitives.solid_pieces(mask, rim, round(_SPECK_PX * unit) ** 2)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * within + 1,) * 2)
    core = cv2.erode(solid, kernel)[inside].astype(np.bool_)
    around = cv2.dilate(solid, np.ones((2 * beyond + 1,) * 2, np.uint8))[inside].astype(np.bool_)
    piece = solid[inside].astype(np.bool_)
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
