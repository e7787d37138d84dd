"""The shapes that pictures, figures and the widget's canvas draw alike: markers, boxes, outlines, curves.

Arrays and strokes only: what a mask means, and what stands on a button, is said elsewhere. Nothing here
needs supervision, which takes seconds to load.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from segwidgets.drawing import style
from segwidgets.ground.validation import BoolArray, FloatArray, UInt8Array

Stroke = tuple[float, float, float, float]
"""x0, y0, x1, y1 of a straight line."""

BOX_LINES: tuple[tuple[style.Rgb, int], ...] = ((style.BLACK, 4), (style.BOX, 2))
"""Colour and width of the lines that a prompt's box is drawn with, one over the other."""

_SHIFT = 4  # cv2 takes coordinates in sixteenths of a pixel


def plus(x: float, y: float, arm: float) -> tuple[Stroke, Stroke]:
    """Return the strokes of a foreground point's plus: its centre, and how far it reaches."""
    return (x - arm, y, x + arm, y), (x, y - arm, x, y + arm)


def cross(x: float, y: float, arm: float) -> tuple[Stroke, Stroke]:
    """Return the strokes of a background point's cross: its centre, and how far it reaches on each axis."""
    return (x - arm, y - arm, x + arm, y + arm), (x - arm, y + arm, x + arm, y - arm)


def checkerboard(height: int, width: int, cell: int) -> BoolArray:
    """Return the dark squares (H, W) of the board that stands for "nothing here", a light one first."""
    rows, columns = np.ogrid[:height, :width]
    dark: BoolArray = (rows // cell + columns // cell) % 2 == 1
    return dark


def solid_pieces(mask: BoolArray, margin: int, smallest: float) -> UInt8Array:
    """Return what of a mask is worth an outline: its pieces and holes but the smallest.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    margin : int
        By how many pixels the mask is thought to go on beyond the border.
    smallest : float
        The least area, within the outline's own pixels' centres, of a piece or a hole that stays.

    Returns
    -------
    ndarray of shape (H + 2 margin, W + 2 margin), uint8
        1 in the mask, else 0.
    """
    solid = beyond_border(mask, margin)
    outlines, _ = cv2.findContours(solid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    large = [outline for outline in outlines if cv2.contourArea(outline) >= smallest]
    drawn: UInt8Array = cv2.drawContours(np.zeros_like(solid), large, -1, 1, cv2.FILLED)
    return drawn


def beyond_border(mask: BoolArray, margin: int) -> UInt8Array:
    """Return a mask as 0 and 1, `margin` pixels larger on each side: there its border goes on."""
    grown: UInt8Array = cv2.copyMakeBorder(
        mask.astype(np.uint8), margin, margin, margin, margin, cv2.BORDER_REPLICATE
    )
    return grown


def draw_outline(
    image: UInt8Array, solid: UInt8Array, margin: int, color: style.Rgb, inner: float, outer: float
) -> None:
    """Draw a contour into `image`: within the edge in colour, about it in what contrasts with that.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB; changed.
    solid : ndarray of shape (H + 2 margin, W + 2 margin), uint8
        1 in the mask, else 0; see `solid_pieces`. Where it leaves the photo there is no contour.
    margin : int
        Pixels of `solid` beyond the photo.
    color : (int, int, int)
        RGB.
    inner, outer : float
        Widths of the two lines in pixels.
    """
    for side, width, ink in ((1 - solid, outer, style.readable_on(color)), (solid, inner, color)):
        distance = cv2.distanceTransform(side, cv2.DIST_L2, cv2.DIST_MASK_5)
        distance = distance[margin:-margin, margin:-margin]
        rows, columns = np.nonzero((distance > 0) & (distance < width + 1))
        alpha = np.minimum(width + 1 - distance[rows, columns], 1)[:, None]
        image[rows, columns] = np.round(alpha * ink + (1 - alpha) * image[rows, columns])


def draw_box(image: UInt8Array, box: Stroke, scale: float) -> None:
    """Draw a prompt's box (left, top, right, bottom, in pixels) into `image`, RGB."""
    left, top, right, bottom = box
    corners = _fixed(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))
    for color, width in BOX_LINES:
        cv2.polylines(image, [corners], True, color, max(1, round(width * scale)), cv2.LINE_AA, _SHIFT)


def draw_point(image: UInt8Array, x: float, y: float, foreground: bool, scale: float) -> None:
    """Draw one marker into `image`, RGB: a disc with a plus, or a cross; its centre in pixels.

    The kinds differ in shape, not in colour alone; a white rim sets them off from any photo or mask.
    """
    radius, line = 8 * scale, 2.5 * scale
    if foreground:
        centre = _fixed(np.array([x, y])).tolist()
        for color, size in (
            (style.BLACK, radius + 3 * scale),
            (style.WHITE, radius + 2 * scale),
            (style.FOREGROUND, radius),
        ):
            cv2.circle(image, centre, round(size * 2**_SHIFT), color, -1, cv2.LINE_AA, _SHIFT)
        strokes, layers = plus(x, y, 4.5 * scale), [(style.WHITE, line)]
    else:
        strokes = cross(x, y, radius * 0.85)
        layers = [
            (style.BLACK, line + 6 * scale),
            (style.WHITE, line + 4 * scale),
            (style.BACKGROUND, line + scale),
        ]
    for color, width in layers:
        for stroke in strokes:
            start, end = _fixed(np.reshape(stroke, (2, 2))).tolist()
            cv2.line(image, start, end, color, max(1, round(width)), cv2.LINE_AA, _SHIFT)


def draw_curve(image: UInt8Array, xy: FloatArray, color: style.Rgb) -> None:
    """Draw the line of a chart into `image`, RGB, through xy (N, 2) in pixels, with a dot at its end."""
    points = xy.round().astype(np.int32)
    cv2.polylines(image, [points], False, color, 2, cv2.LINE_AA)
    cv2.circle(image, points[-1].tolist(), 4, color, -1, cv2.LINE_AA)


def beside(pictures: Sequence[UInt8Array], gap: int, ground: style.Rgb = style.WHITE) -> UInt8Array:
    """Put pictures (H, W, 3), RGB, side by side on a colour, their tops in line, `gap` pixels apart."""
    width = sum(picture.shape[1] for picture in pictures) + gap * (len(pictures) - 1)
    row = np.full((max(picture.shape[0] for picture in pictures), width, 3), ground, np.uint8)
    left = 0
    for picture in pictures:
        row[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + gap
    return row


def _fixed(coords: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Turn xy in pixels, a pixel's centre at +0.5, into cv2's sixteenths, a pixel's centre at 0."""
    return np.asarray(np.round((coords - 0.5) * 2**_SHIFT), dtype=np.int32)
