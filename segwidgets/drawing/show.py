"""Pictures beneath a cell: photos, masks and maps side by side, small enough to be stored in a notebook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from segwidgets.drawing import style
from segwidgets.ground.validation import BoolArray, UInt8Array, check_image, describe
from segwidgets.prompts import Prompt

JPEG_QUALITY = 75  # a photo of 640 x 426 takes about 40 kB, a ninth of the same as PNG
MAX_SINGLE_WIDTH = 640
_CARRIED_ON = 1 / 4  # of a row's height, by which the bar beneath a lower picture goes on
_GAP = 8
_PIXELATED_FROM = 3.0  # times larger: what is blown up so much is shown to see its pixels


def draw(
    image: UInt8Array,
    mask: BoolArray | None = None,
    prompt: Prompt | None = None,
    color: style.Rgb = style.SKY_BLUE,
) -> UInt8Array:
    """Return a copy of an image with a mask and a prompt drawn on it.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB; not changed.
    mask : ndarray of shape (H, W), bool, optional
        Drawn in colour with a contour.
    prompt : Prompt, optional
        Foreground points as discs with a plus, background points as crosses, and the box.
    color : (int, int, int)
        The mask's RGB colour.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        RGB.
    """
    from segwidgets.drawing.annotators import PromptAnnotator, annotate_mask

    drawn = check_image(image).copy() if mask is None else annotate_mask(image, mask, color)
    return drawn if prompt is None else PromptAnnotator(prompt).annotate(drawn)


def show(
    *images: npt.NDArray[Any],
    titles: Sequence[str] | str = (),
    columns: int | None = None,
    width: int = 800,
    alt: str | None = None,
) -> None:
    """Show images side by side beneath the cell, each with a title in a bar of its own.

    Parameters
    ----------
    *images : ndarray
        (H, W, 3) uint8 RGB; (H, W) uint8 grey; (H, W) bool, shown black and white; (H, W) numbers, shown
        from their lowest (dark blue) to their highest (yellow).
    titles : str or sequence of str
        One for each image, or none.
    columns : int, optional
        How many in a row; by default all, up to four.
    width : int
        Of the whole picture, in pixels; a single image is at most 640 wide.
    alt : str, optional
        What the picture shows, for those who cannot see it; by default the titles.

    Raises
    ------
    TypeError, ValueError
        If there is no image, an image is none of these kinds, or the titles are too few or too many.
    """
    from IPython.display import Image as Picture
    from IPython.display import display

    titles = [titles] if isinstance(titles, str) else list(titles)
    buffer = io.BytesIO()
    sheet = Image.fromarray(compose(images, titles, columns, width))
    sheet.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    words = alt or " · ".join(titles)
    metadata = {"alt": words} if words else None  # as Image(alt=...) does, which IPython 7 in Colab lacks
    display(Picture(buffer.getvalue(), format="jpeg", metadata=metadata))


def compose(
    images: Sequence[npt.NDArray[Any]],
    titles: Sequence[str] = (),
    columns: int | None = None,
    width: int = 800,
) -> UInt8Array:
    """Return the picture that `show` shows, (H, W, 3) uint8 RGB; the parameters are those of `show`."""
    from segwidgets.drawing.captions import caption, caption_lines
    from segwidgets.drawing.primitives import beside

    if not images:
        raise ValueError("there is nothing to show: give at least one image")
    if titles and len(titles) != len(images):
        raise ValueError(f"titles must be one for each image: {len(images)} images, {len(titles)} titles")
    columns = min(len(images), columns or 4)
    width = min(width, MAX_SINGLE_WIDTH) if columns == 1 else width
    room = (width - _GAP * (columns - 1)) // columns
    panels = [_fit(_to_rgb(image), room) for image in images]
    if titles:
        lines = max(caption_lines(room, title) for title in titles)
        panels = [caption(panel, title, lines) for panel, title in zip(panels, titles, strict=True)]
    rows = [beside(_level(panels[start : start + columns]), _GAP) for start in range(0, len(panels), columns)]
    sheet = np.full((sum(len(row) for row in rows) + _GAP * (len(rows) - 1), width, 3), 255, np.uint8)
    top = 0
    for row in rows:
        sheet[top : top + len(row), : row.shape[1]] = row
        top += len(row) + _GAP
    return sheet


def _level(panels: Sequence[UInt8Array]) -> list[UInt8Array]:
    """Carry the bars of a row's lower panels on to its end: white there would glare on a dark page.

    Not far, though: beneath a much lower panel a block of the bar's colour would weigh more than the picture.
    """
    end = max(len(one) for one in panels)
    return [
        np.vstack([panel, np.full((end - len(panel), panel.shape[1], 3), style.BAR, np.uint8)])
        if end - len(panel) <= end * _CARRIED_ON
        else panel
        for panel in panels
    ]


def _fit(image: UInt8Array, width: int) -> UInt8Array:
    """Scale an image to a width."""
    factor = width / image.shape[1]
    size = width, max(1, round(image.shape[0] * factor))
    filter_ = Image.Resampling.NEAREST if factor >= _PIXELATED_FROM else Image.Resampling.LANCZOS
    return np.asarray(Image.fromarray(image).resize(size, filter_))


def _to_rgb(image: npt.NDArray[Any]) -> UInt8Array:
    """Turn a grey image, a mask or a map of numbers into RGB."""
    if not isinstance(image, np.ndarray):
        raise TypeError(f"an image must be an array, got {describe(image)}")
    if image.ndim != 2:
        return check_image(image)
    if image.dtype == np.bool_:
        image = image.astype(np.uint8) * np.uint8(255)
    if image.dtype == np.uint8:
        return np.repeat(image[:, :, None], 3, axis=2)
    from matplotlib import colormaps

    low, high = float(image.min()), float(image.max())
    scaled = (image - low) / (high - low if high > low else 1.0)
    return (colormaps["viridis"](scaled)[:, :, :3] * 255).round().astype(np.uint8)
