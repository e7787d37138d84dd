"""From an image file, a PIL image or an array to (H, W, 3) uint8 RGB, within bounds of pixels and memory.

The only place where an image file is opened: `open_image` knows the formats that we mean, and no other
decoder that Pillow has is ever tried (one of them would start Ghostscript).
"""

from __future__ import annotations

import logging
import math
import struct
import warnings
import zlib
from collections.abc import Iterator
from functools import cache
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.floods import flood
from segwidgets.ground.outside import plain
from segwidgets.ground.validation import UInt8Array

MIN_SIDE = 16
"""Fewest pixels on a side: one cell of SAM's 64 x 64 embedding covers 16 pixels of its input."""

MAX_PIXELS = 100_000_000
"""Most pixels in an image (300 MB once decoded); beyond that a file is taken for a decompression bomb."""

SUFFIXES = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "MPO": (".jpg", ".jpeg", ".mpo"),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp", ".dib"),
    "AVIF": (".avif",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
}
"""The formats that are read, and the usual endings of their files' names, the most usual first."""

STRIP_PIXELS = 2_000_000  # converted at a time: what lies between file and pixels stays small
_NARROW_DEPTHS = (255, 1023, 4095)  # 16-bit values up to one of these came from 8, 10 or 12 bits
_DARK = 16_383  # and up to this the picture looks dark
BROKEN_FILE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    RuntimeError,
    struct.error,
    zlib.error,
    OverflowError,
    TypeError,
    AttributeError,
)

logger = logging.getLogger(__name__)


class ImageError(SegwidgetsError, ValueError):
    """A source that cannot become an image; the message says why and what to do."""


@cache
def formats() -> tuple[str, ...]:
    """Return Pillow's names of the formats that are read, those that it was built with."""
    Image.init()
    return tuple(name for name in SUFFIXES if name in Image.OPEN)


def open_image(stream: IO[bytes], name: str) -> Image.Image:
    """Open an image file and read its header: size, mode and format, but no pixels.

    Parameters
    ----------
    stream : binary file
        The file, at its beginning.
    name : str
        What to call it in the error.

    Raises
    ------
    ImageError
        If it is empty, none of the formats that are read, damaged, or promises more pixels or parts than are
        safe.
    """
    name = plain(name, 100)
    head = stream.read(512)
    stream.seek(0)
    if not head:
        raise ImageError(f"{name} is empty (0 bytes); save or download it again")
    if what := flood(stream, head):
        raise ImageError(
            f"{name} has {what}, which would take very long to open; save it anew as JPEG or PNG"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's; size is held against a limit of our own
            return Image.open(stream, formats=formats())
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} is too large to be opened safely: {error}") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is not an image that can be read: {_what_else(head)}") from error
    except BROKEN_FILE as error:
        raise ImageError(f"{name} is damaged ({plain(error)}); save or download it again") from error


def decode(stream: IO[bytes], name: str, at_most: int | None = None) -> UInt8Array:
    """Read an image file from a stream; with `at_most`, a JPEG may come at 1/2, 1/4 or 1/8 of its size.

    Such a reduced one still has at least `at_most` pixels.
    """
    with open_image(stream, name) as image:
        check_size(image.height, image.width, name)
        if at_most is not None and image.format in ("JPEG", "MPO") and image.width * image.height > at_most:
            scale = (at_most / (image.width * image.height)) ** 0.5
            image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
        return from_pil(image, name, is_ours=True)


def upright_size(stream: IO[bytes], name: str) -> tuple[int, int]:
    """Return the (height, width) of an image file as `decode` gives it in full, from its header."""
    with open_image(stream, name) as image:
        return (image.width, image.height) if is_turned(image) else (image.height, image.width)


def is_turned(image: Image.Image) -> bool:
    """Whether an open image is shown with its width as its height, by its EXIF orientation."""
    return orientation(image) in (5, 6, 7, 8)


def orientation(image: Image.Image) -> int:
    """Return EXIF's number, 1 to 8, for how an open image is turned to be shown; 1 is not at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            number = image.getexif().get(0x0112)
    except BROKEN_FILE:
        return 1
    return number if isinstance(number, int) and 1 <= number <= 8 else 1


def _what_else(head: bytes) -> str:
    """Guess from a file's first bytes what it is instead of an image, and how to mend it."""
    start = head.lstrip().lower()
    if head[4:8] == b"ftyp":
        return "it looks like HEIC or a video; export the photo as JPEG or PNG"
    if start.startswith((b"<!doctype html", b"<html")):
        return "it is a web page; use the address of the picture itself"
    if start.startswith((b"<svg", b"<?xml")):
        return "it looks like SVG, a drawing without pixels; export it as PNG"
    if start.startswith(b"%pdf"):
        return "it is a PDF; export the page as PNG"
    if start.startswith(b"%!ps") or head.startswith(b"\xc5\xd0\xd3\xc6"):
        return "it is PostScript, a program that draws; export the picture as PNG"
    try:
        head[:-3].decode("utf-8")  # the last character may be cut
    except UnicodeDecodeError:
        known = ", ".join(name for name in formats() if name != "MPO")
        return f"its contents match no known format ({known}), or are damaged; save it as JPEG or PNG again"
    return "it holds text; give a JPEG, PNG or other image file"


def from_pil(image: Image.Image, name: str, is_ours: bool = False) -> UInt8Array:
    """Turn a PIL image into RGB pixels: upright, transparency laid on white, 16 bits brought to 8.

    Parameters
    ----------
    image : PIL.Image.Image
        The image; one that is not `is_ours` is left as it is.
    name : str
        What to call it in the error.
    is_ours : bool
        It may be turned in place.
    """
    check_size(image.height, image.width, name)
    if image.format is not None and image.format not in SUFFIXES:
        raise ImageError(
            f"{name} is of the format {plain(image.format)}, which is not decoded here: if you trust "
            'it, give image.convert("RGB")'
        )
    is_cut = any(";16" in str(tile) for tile in getattr(image, "tile", ())) and image.mode in ("RGB", "RGBA")
    load_pixels(image, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if is_ours:
                ImageOps.exif_transpose(image, in_place=True)
            upright = image if is_ours else ImageOps.exif_transpose(image)
        if upright.mode == "F" or upright.mode.startswith("I"):  # 32-bit floats; 16- and 32-bit integers
            return from_array(_numbers_of(upright), name)
        has_alpha = upright.has_transparency_data
        pixels = np.empty((upright.height, upright.width, 3), np.uint8)
        for rows in _strips(upright.height, upright.width):
            strip = upright.crop((0, rows.start, upright.width, rows.stop))
            if has_alpha:
                rgba = strip.convert("RGBA")
                strip = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
            pixels[rows] = np.asarray(strip.convert("RGB"))
    except ImageError:
        raise
    except (MemoryError, *BROKEN_FILE) as error:
        raise _unreadable(error, image, name) from error
    if is_cut and 0 < pixels.max() < 64:
        logger.warning(
            "%s has colours of 16 bits, of which only a small part is used: it looks black here; stretch "
            "them, as in array / array.max()",
            plain(name, 100),
        )
    return pixels


def load_pixels(image: Image.Image, name: str) -> None:
    """Decode an open image's pixels.

    Raises
    ------
    ImageError
        If it is damaged, or there is not enough memory.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
    except (MemoryError, *BROKEN_FILE) as error:
        raise _unreadable(error, image, name) from error


def _unreadable(error: BaseException, image: Image.Image, name: str) -> ImageError:
    if isinstance(error, MemoryError):
        return ImageError(
            f"there is not enough memory for {name}, {image.width} x {image.height} pixels; make it smaller"
        )
    return ImageError(
        f"{name} is damaged or incomplete ({plain(error)}); save or download it again, or convert it to PNG"
    )


def _strips(height: int, width: int) -> Iterator[slice]:
    """Part an image into rows of some million pixels."""
    rows = max(1, STRIP_PIXELS // width)
    for start in range(0, height, rows):
        yield slice(start, min(start + rows, height))


def _numbers_of(image: Image.Image) -> npt.NDArray[Any]:
    """Return the values of an image of numbers; those of 16 bits as uint16."""
    first = np.asarray(image.crop((0, 0, image.width, 1)))
    values = np.empty((image.height, image.width), first.dtype)
    for rows in _strips(image.height, image.width):
        values[rows] = np.asarray(image.crop((0, rows.start, image.width, rows.stop)))
    if image.mode != "F" and values.min() >= 0 and 255 < values.max() <= 65535:
        return values.astype(np.uint16)
    return values


def from_array(array: npt.NDArray[Any], name: str = "the array") -> UInt8Array:
    """Turn an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of any range into RGB pixels.

    Raises
    ------
    ImageError
        If its shape, dtype or range is none that an image has.
    """
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        hint = (
            "; move the channels to the end with array.transpose(1, 2, 0)"
            if array.shape[:1] in ((1,), (3,))
            else ""
        )
        raise ImageError(f"{name} must have shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}{hint}")
    height, width, channels = array.shape
    check_size(height, width, name)
    low, high = _range(array, name)
    pixels = np.empty((height, width, 3), np.uint8)
    for rows in _strips(height, width):
        strip = _to_uint8(array[rows], low, high)
        if channels == 4:
            alpha = strip[:, :, 3:].astype(np.uint32)
            strip = (strip[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255
        pixels[rows] = strip
    return pixels


def _range(array: npt.NDArray[Any], name: str) -> tuple[float, float]:
    """Return the values that black and white stand for, or raise if the array's values fit no range."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b":
        return 0, 1
    if array.dtype == np.uint8:
        return 0, 255
    if kind not in "iuf":
        raise ImageError(f"{name} must hold numbers or booleans, got dtype {array.dtype}")
    low, high = float(array.min()), float(array.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ImageError(f"{name} holds NaN or infinity; replace them, as in numpy.nan_to_num(array)")
    if kind == "u" and size == 2:
        return 0, _white_of(high, name)
    if kind == "f":
        if low < -1e-3 or high > 1 + 1e-3:  # resampling may overshoot by a little
            raise ImageError(
                f"{name} of floats must lie in 0 to 1, got {low:g} to {high:g}; "
                "divide it by its range first, as in array / 255"
            )
        return 0, 1
    if low < 0 or high > 255:
        raise ImageError(
            f"{name} of integers must lie in 0 to 255, got {low:g} to {high:g}; rescale it first"
        )
    return 0, 255


def _white_of(highest: float, name: str) -> int:
    """Return which 16-bit value is white: cameras write their 8, 10 or 12 bits into 16 and use no more."""
    for white in _NARROW_DEPTHS:
        if 0 < highest <= white:
            logger.warning(
                "%s has 16 bits, but no value above %d: it is read as one of %d bits",
                plain(name, 100), highest, white.bit_length(),
            )  # fmt: skip
            return white
    if 0 < highest <= _DARK:
        logger.warning(
            "%s has 16 bits, but no value above %d, and looks dark: stretch it, as in array / array.max()",
            plain(name, 100), highest,
        )  # fmt: skip
    return 65535


def _to_uint8(array: npt.NDArray[Any], low: float, high: float) -> UInt8Array:
    """Map values onto 0 to 255, halves rounded up."""
    if array.dtype == np.uint8 or high == 255:
        return array.astype(np.uint8)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind == "u":
        white = int(high)
        return ((array.astype(np.uint32) * 510 + white) // (2 * white)).astype(np.uint8)
    pixels: UInt8Array = (np.clip(array, low, high) * 255 + 0.5).astype(np.uint8)
    return pixels


def check_size(height: int, width: int, name: str, at_most: int = MAX_PIXELS) -> None:
    """Raise ImageError if an image has too few pixels on a side, or too many in all."""
    if min(height, width) < MIN_SIDE:
        raise ImageError(
            f"{name} is {width} x {height} pixels, too small to segment: each side needs at least {MIN_SIDE}"
        )
    if height * width > at_most:
        raise ImageError(
            f"{name} is {width} x {height} pixels, more than the {at_most / 1e6:.0f} million that are "
            "allowed; make it smaller first"
        )
