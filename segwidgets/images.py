"""Photos in, (H, W, 3) uint8 RGB out: from files, addresses, bytes, PIL images, arrays and samples."""

from __future__ import annotations

import difflib
import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from segwidgets._outside import home_expanded
from segwidgets._samples import SAMPLES, Sample, sample_path
from segwidgets._validation import UInt8Array, describe
from segwidgets.errors import SegwidgetsError

__all__ = [
    "MAX_PIXELS",
    "MIN_SIDE",
    "SAMPLES",
    "ImageError",
    "Sample",
    "load_image",
    "load_original",
    "sample_image",
    "sample_path",
]

MIN_SIDE = 16
"""Fewest pixels on a side: one cell of SAM's 64 x 64 embedding covers 16 pixels of its input."""

MAX_PIXELS = 100_000_000
"""Most pixels in an image (300 MB once decoded); beyond that a file is taken for a decompression bomb."""

MAX_DOWNLOAD_BYTES = 50_000_000
"""Most bytes that are fetched from an address."""

_SUFFIXES = {
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
_TIMEOUT_S = (5.0, 20.0)  # to connect, and between two pieces
_BROKEN_FILE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    RuntimeError,
    struct.error,
    zlib.error,
)


class ImageError(SegwidgetsError, ValueError):
    """A source that cannot become an image; the message says why and what to do."""


def sample_image(name: str = "cat") -> UInt8Array:
    """Return a photo from an installed package; needs no network.

    Parameters
    ----------
    name : str
        One of `SAMPLES`, which also holds each photo's credit and licence.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        RGB.

    Raises
    ------
    ValueError
        If there is no sample of that name.

    Examples
    --------
    >>> sample_image("cat").shape
    (300, 451, 3)
    """
    return load_image(sample_path(name))


def load_image(source: Any) -> UInt8Array:
    """Turn whatever holds a photo into RGB pixels.

    The first frame of an animation is taken, EXIF orientation is applied, transparency is laid on white.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image or array_like
        A file's path, an http(s) address, the name of one of `SAMPLES` (where no such file exists), an
        image file's bytes, a PIL image, or an array (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA of
        bool, integers (0 to 255; uint16: 0 to 65535) or floats (0 to 1).

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        RGB, contiguous, the caller's own: it shares no memory with `source`.

    Raises
    ------
    ImageError
        If the source is no image, is damaged, has a side under `MIN_SIDE` or more than `MAX_PIXELS` pixels,
        cannot be fetched, or is an array of another shape or range.
    FileNotFoundError
        If there is no such file.
    TypeError
        If the source is none of these kinds.
    """
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return _decode(io.BytesIO(_download(source)), source)
    if isinstance(source, str | Path):
        path = _find(source)
        try:
            stream = path.open("rb")
        except OSError as error:
            raise ImageError(f"{str(source)!r} cannot be opened: {error.strerror}") from error
        with stream:
            return _decode(stream, path.name)
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(io.BytesIO(source), "the bytes")
    if isinstance(source, Image.Image):
        return _from_pil(source, "the PIL image")
    if isinstance(source, np.ma.MaskedArray):
        raise ImageError(
            f"an image must be a plain array, got {describe(source)}; say what stands where it is masked, as "
            "in array.filled(0)"
        )
    if hasattr(source, "__array__"):
        return _from_array(np.asarray(source))
    raise TypeError(
        f"an image must be a path, an address (https://...), a sample's name, bytes, a PIL image or an "
        f"array, got {describe(source)}"
    )


def load_original(source: Any) -> tuple[UInt8Array, bytes, str]:
    """Load an image together with the file that it came from, untouched.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image or array_like
        Anything that `load_image` takes.

    Returns
    -------
    image : ndarray of shape (H, W, 3), uint8
        RGB, as `load_image` returns it.
    content : bytes
        The file as it was found; for a PIL image or an array, which are no files, a PNG of the pixels.
    suffix : str
        The usual ending of such a file's name (the file's own, where that is one), dot included, in lower
        case.

    Raises
    ------
    ImageError, FileNotFoundError, TypeError
        As `load_image` does.
    """
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        content = _download(source)
        return _decode(io.BytesIO(content), source), content, _suffix(content)
    image = load_image(source)
    if isinstance(source, str | Path):
        path = _find(source)
        content = path.read_bytes()
        return image, content, _suffix(content, path.suffix.lower())
    if isinstance(source, bytes | bytearray | memoryview):
        return image, bytes(source), _suffix(bytes(source))
    png = io.BytesIO()
    Image.fromarray(image).save(png, "PNG")
    return image, png.getvalue(), ".png"


def _suffix(content: bytes, own: str = "") -> str:
    """Return the usual ending of an image file's name, from its content; a name alone may be anything."""
    with Image.open(io.BytesIO(content)) as image:
        usual = _SUFFIXES[image.format or "PNG"]
    return own if own in usual else usual[0]


def _find(source: str | Path) -> Path:
    """Return the file that a path or a sample's name stands for, or say what is wrong with it."""
    try:
        path = home_expanded(source)
    except ValueError as error:
        raise ImageError(str(error)) from None
    try:
        if path.is_dir():
            raise ImageError(f"{str(source)!r} is a folder; give the path of one image file in it")
        if path.is_file():
            return path
        if path.exists():
            raise ImageError(f"{str(source)!r} is neither a file nor a folder; give an image file's path")
    except OSError as error:
        raise ImageError(f"{str(source)[:60]!r} cannot be a file's path: {error.strerror}") from error
    if str(source) in SAMPLES:
        return sample_path(str(source))
    neighbours = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, [*neighbours, *SAMPLES], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"the samples are {', '.join(SAMPLES)}"
    raise FileNotFoundError(f"there is no file {str(source)!r} (looked in {path.absolute().parent}); {hint}")


def _download(url: str) -> bytes:
    """Fetch an address; nothing is kept on disk."""
    import requests

    content = bytearray()
    try:
        with requests.get(
            url, stream=True, timeout=_TIMEOUT_S, headers={"User-Agent": "segwidgets"}
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_content(1 << 16):
                content += piece
                if len(content) > MAX_DOWNLOAD_BYTES:
                    raise ImageError(
                        f"{url} is larger than {MAX_DOWNLOAD_BYTES / 1e6:.0f} MB; "
                        "download it yourself and make it smaller"
                    )
    except requests.RequestException as error:
        raise ImageError(
            f"{url} cannot be fetched ({type(error).__name__}: {error}); check the address and the network, "
            "or save the photo and give its path"
        ) from error
    return bytes(content)


def _decode(stream: IO[bytes], name: str) -> UInt8Array:
    """Read an image file from a stream."""
    head = stream.read(512)
    stream.seek(0)
    if not head:
        raise ImageError(f"{name} is empty (0 bytes); save or download it again")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is checked below
            image = Image.open(stream)
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} is too large to be opened safely: {error}") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is not an image that can be read: {_what_else(head)}") from error
    except _BROKEN_FILE as error:
        raise ImageError(f"{name} is damaged ({error}); save or download it again") from error
    with image:
        return _from_pil(image, name)


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
    try:
        head[:-3].decode("utf-8")  # the last character may be cut
    except UnicodeDecodeError:
        return "its contents match no known format, or are damaged; save it as JPEG or PNG again"
    return "it holds text; give a JPEG, PNG or other image file"


def _from_pil(image: Image.Image, name: str) -> UInt8Array:
    _check_size(image.height, image.width, name)
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.mode == "F" or upright.mode.startswith("I"):  # 32-bit floats; 16- and 32-bit integers
            pixels = np.asarray(upright)
            if upright.mode != "F" and pixels.min() >= 0 and 255 < pixels.max() <= 65535:
                pixels = pixels.astype(np.uint16)
            return _from_array(pixels, name)
        if upright.has_transparency_data:
            rgba = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        return np.array(upright.convert("RGB"))
    except ImageError:
        raise
    except _BROKEN_FILE as error:
        raise ImageError(
            f"{name} is damaged or incomplete ({error}); save or download it again, or convert it to PNG"
        ) from error


def _from_array(array: npt.NDArray[Any], name: str = "the array") -> UInt8Array:
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4):
        hint = (
            "; move the channels to the end with array.transpose(1, 2, 0)"
            if array.shape[:1] in ((1,), (3,))
            else ""
        )
        raise ImageError(f"{name} must have shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}{hint}")
    _check_size(array.shape[0], array.shape[1], name)
    pixels = _to_uint8(array, name)
    if pixels.shape[2] == 4:
        alpha = pixels[:, :, 3:].astype(np.uint32)
        colour = pixels[:, :, :3] * alpha + 255 * (255 - alpha)
        return ((colour + 127) // 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)), dtype=np.uint8).copy()


def _to_uint8(array: npt.NDArray[Any], name: str) -> UInt8Array:
    """Map an array's own range onto 0 to 255."""
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind == "u" and array.dtype.itemsize == 2:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if array.dtype.kind not in "iuf":
        raise ImageError(f"{name} must hold numbers or booleans, got dtype {array.dtype}")
    if not np.isfinite(array).all():
        raise ImageError(f"{name} holds NaN or infinity; replace them, as in numpy.nan_to_num(array)")
    low, high = float(array.min()), float(array.max())
    if array.dtype.kind == "f":
        if low < -1e-3 or high > 1 + 1e-3:  # resampling may overshoot by a little
            raise ImageError(
                f"{name} of floats must lie in 0 to 1, got {low:g} to {high:g}; "
                "divide it by its range first, as in array / 255"
            )
        pixels: UInt8Array = (np.clip(array, 0, 1) * 255 + 0.5).astype(np.uint8)
        return pixels
    if low < 0 or high > 255:
        raise ImageError(
            f"{name} of integers must lie in 0 to 255, got {low:g} to {high:g}; rescale it first"
        )
    return array.astype(np.uint8)


def _check_size(height: int, width: int, name: str) -> None:
    if min(height, width) < MIN_SIDE:
        raise ImageError(
            f"{name} is {width} x {height} pixels, too small to segment: each side needs at least {MIN_SIDE}"
        )
    if height * width > MAX_PIXELS:
        raise ImageError(
            f"{name} is {width} x {height} pixels, more than the {MAX_PIXELS / 1e6:.0f} million that are "
            "allowed; make it smaller first"
        )
