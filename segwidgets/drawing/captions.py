"""Words beneath a picture: a caption or a legend in a bar of its own, never over the photo."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from segwidgets.drawing import style
from segwidgets.ground.validation import UInt8Array, check_image

_LINE_HEIGHT = 1.4  # of the text's size
_PADDING = 0.6  # of the text's size


def caption(image: UInt8Array, text: str, lines: int = 0) -> UInt8Array:
    """Put a bar with text beneath a picture.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB; not changed.
    text : str
        Wrapped at the picture's width; a line break in it is kept.
    lines : int
        Make room for at least so many lines, so that the pictures of a series come out equally high.

    Returns
    -------
    ndarray of shape (H + bar, W, 3), uint8
        RGB.
    """
    width = check_image(image).shape[1]
    font = style.font(style.text_size(width))
    rows = _wrap(text, font, width - 2 * round(_PADDING * font.size))
    bar, draw = _bar(width, max(len(rows), lines), font)
    for number, row in enumerate(rows):
        draw.text((_PADDING * font.size, _middle(number, font)), row, style.WHITE, font, anchor="lm")
    return np.vstack([image, np.asarray(bar)])


def caption_lines(width: int, text: str) -> int:
    """Return how many lines a caption takes beneath a picture of that width in pixels."""
    font = style.font(style.text_size(width))
    return len(_wrap(text, font, width - 2 * round(_PADDING * font.size)))


def legend(image: UInt8Array, entries: Sequence[tuple[str, style.Rgb]]) -> UInt8Array:
    """Put a bar with a coloured square and a label for each entry beneath a picture.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB; not changed.
    entries : sequence of (str, (int, int, int))
        Label and RGB colour, in the order of reading.

    Returns
    -------
    ndarray of shape (H + bar, W, 3), uint8
        RGB; without entries a copy of the picture.
    """
    width = check_image(image).shape[1]
    if not entries:
        return image.copy()
    font = style.font(style.text_size(width))
    size, padding = round(font.size), round(_PADDING * font.size)
    before_label = round(1.5 * size)
    room = width - 2 * padding
    places = []  # (row, x, label, color)
    row, x = 0, 0
    for label, color in entries:
        for number, piece in enumerate(_wrap(label, font, room - before_label)):
            needed = before_label + round(font.getlength(piece))
            if x and (number or x + needed > room):
                row, x = row + 1, 0
            places.append((row, padding + x, piece, None if number else color))
            x += needed + size
    bar, draw = _bar(width, row + 1, font)
    for row, left, piece, square in places:
        middle = _middle(row, font)
        if square is not None:
            top = round(middle - size / 2)
            draw.rectangle((left, top, left + size, top + size), square, outline=style.WHITE)
        draw.text((left + before_label, middle), piece, style.WHITE, font, anchor="lm")
    return np.vstack([image, np.asarray(bar)])


def _bar(width: int, rows: int, font: ImageFont.FreeTypeFont) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    height = round((rows * _LINE_HEIGHT + _PADDING) * font.size)
    bar = Image.new("RGB", (width, height), style.BAR)
    return bar, ImageDraw.Draw(bar)


def _middle(row: int, font: ImageFont.FreeTypeFont) -> float:
    return ((row + 0.5) * _LINE_HEIGHT + _PADDING / 2) * font.size


def _wrap(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Break a text into rows no wider than `room` pixels, at spaces where there are any, never in "21 %"."""
    rows = []
    for paragraph in text.splitlines() or [""]:
        row = ""
        for word in re.findall(r"[^ \t]+(?: %[^ \t]*)?", paragraph):
            longer = f"{row} {word}" if row else word
            if font.getlength(longer) <= room:
                row = longer
                continue
            if row:
                rows.append(row)
            row = ""
            for letter in word:  # a word wider than the whole bar is broken anywhere
                if row and font.getlength(row + letter) > room:
                    rows.append(row)
                    row = ""
                row += letter
        rows.append(row)
    return rows
