"""The one visual identity: colours, opacity, line widths and type, for the widget, pictures, GIF and charts.

Colours are RGB, 0 to 255, from Okabe and Ito, "Color Universal Design" (2008), chosen to stay apart for
colour-blind readers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from PIL import ImageFont

Rgb = tuple[int, int, int]

BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
ORANGE: Rgb = (230, 159, 0)
SKY_BLUE: Rgb = (86, 180, 233)
GREEN: Rgb = (0, 158, 115)
YELLOW: Rgb = (240, 228, 66)
BLUE: Rgb = (0, 114, 178)
VERMILION: Rgb = (213, 94, 0)
PURPLE: Rgb = (204, 121, 167)

PALETTE: tuple[Rgb, ...] = (SKY_BLUE, PURPLE, GREEN, ORANGE, BLUE, YELLOW, VERMILION)
"""Colours of masks, objects and classes, in the order in which they are given out: those that skin, fur and
wood rarely have come first."""

FOREGROUND: Rgb = GREEN
"""Foreground points: filled circles with a plus."""

BACKGROUND: Rgb = VERMILION
"""Background points: crosses."""

BOX: Rgb = YELLOW
"""The prompt's box."""

DEFECT_COLORS = MappingProxyType({"hole": YELLOW, "island": PURPLE, "leak": VERMILION, "miss": BLUE})
"""What is wrong with a mask, each its colour."""

BAR: Rgb = (32, 33, 36)
"""The bar beneath a picture, with white text on it."""

MASK_OPACITY = 0.45
CONTOUR_PX = 2
TEXT_PX = 15
REFERENCE_SIDE = 640
"""Widths above are for a picture whose longest side has this many pixels; larger ones scale up."""


def line_scale(height: int, width: int) -> float:
    """Return the factor by which lines and markers grow on a large picture; at least 1."""
    return max(1.0, max(height, width) / REFERENCE_SIDE)


def text_size(width: int) -> int:
    """Return the text height in pixels for a picture of that width: 15 up to 640 wide, then growing with it.

    On pictures too narrow for a dozen such letters it shrinks, though never below 8.
    """
    return max(8, round(max(TEXT_PX * width / REFERENCE_SIDE, min(TEXT_PX, width / 8))))


@cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which ships with matplotlib, at a size in pixels."""
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def palette_color(index: int) -> Rgb:
    """Return the colour of the object, mask or class with that number; repeats after the palette's end."""
    return PALETTE[index % len(PALETTE)]


def contrast_ratio(first: Rgb, second: Rgb) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (black on white).

    WCAG 2.1, "contrast ratio" and "relative luminance" (W3C 2018); 4.5 is the least for text, 3 for graphics.
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def readable_on(color: Rgb) -> Rgb:
    """Return black or white, whichever contrasts more with the colour."""
    return max(BLACK, WHITE, key=lambda ink: contrast_ratio(ink, color))


def _luminance(color: Rgb) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
