"""Photos in, (H, W, 3) uint8 RGB out: from files, addresses, bytes, PIL images, arrays and samples."""

from __future__ import annotations

import difflib
import io
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from segwidgets.ground.decoding import (
    MAX_PIXELS,
    MIN_SIDE,
    SUFFIXES,
    ImageError,
    check_size,
    decode,
    from_array,
    from_pil,
    open_image,
    upright_size,
)
from segwidgets.ground.outside import home_expanded, plain, read_file, words_of
from segwidgets.ground.samples import SAMPLES, Sample, sample_path
from segwidgets.ground.validation import UInt8Array, describe

__all__ = [
    "MAX_PIXELS",
    "MIN_SIDE",
    "SAMPLES",
    "ImageError",
    "Sample",
    "Working",
    "load_image",
    "load_original",
    "load_working",
    "sample_image",
    "sample_path",
]

MAX_DOWNLOAD_BYTES = 50_000_000
"""Most bytes that are fetched from an address."""

MAX_FILE_BYTES = 500_000_000
"""Most bytes of a photo's file: more than the largest photo that is read takes uncompressed."""

_TIMEOUT_S = (5.0, 20.0)  # to connect, and between two pieces


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
        bool, integers (0 to 255; uint16: 0 to 65535, or what 8, 10 or 12 bits hold where no value is
        larger) or floats (0 to 1).

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

    Examples
    --------
    >>> image = load_image("cat")  # or a path, an address, bytes, a PIL image, an array
    >>> image.shape, image.dtype.name
    ((300, 451, 3), 'uint8')
    """
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        return decode(io.BytesIO(_download(source)), source)
    if isinstance(source, str | Path):
        path = _find(source)
        try:
            stream = path.open("rb")
        except OSError as error:
            raise ImageError(f"{str(source)!r} cannot be opened: {error.strerror}") from error
        with stream:
            return decode(stream, path.name)
    if isinstance(source, bytes | bytearray | memoryview):
        return decode(io.BytesIO(source), "the bytes")
    if isinstance(source, Image.Image):
        return from_pil(source, "the PIL image")
    if isinstance(source, np.ma.MaskedArray):
        raise ImageError(
            f"an image must be a plain array, got {describe(source)}; say what stands where it is masked, as "
            "in array.filled(0)"
        )
    if hasattr(source, "__array__"):
        try:
            pixels = np.asarray(source)
        except Exception as error:  # a tensor with gradients raises RuntimeError, a stranger's anything
            raise ImageError(
                f"no array can be made of {describe(source)}: {plain(words_of(error), 200)}"
            ) from error
        return from_array(pixels)
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
    image, content, suffix, _ = load_working(source, MAX_PIXELS)
    return image, content, suffix


class Working(NamedTuple):
    """A photo that is not too large to work on, and the file that holds just that.

    Attributes
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB.
    content : bytes
        The file: as it was found, or where the photo was made smaller, a JPEG of it.
    suffix : str
        The usual ending of such a file's name, dot included, in lower case.
    full_size : (int, int)
        (height, width) before.
    """

    image: UInt8Array
    content: bytes
    suffix: str
    full_size: tuple[int, int]


def load_working(source: Any, at_most: int) -> Working:
    """Load an image with its file, as `load_original` does, made smaller where it has too many pixels.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image or array_like
        Anything that `load_image` takes.
    at_most : int
        The most pixels.

    Raises
    ------
    ImageError, FileNotFoundError, TypeError
        As `load_image` does.
    """
    own = ""
    if isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        name, content = source, _download(source)
    elif isinstance(source, str | Path):
        path = _find(source)
        name, own = path.name, path.suffix.lower()
        try:
            content = read_file(path, MAX_FILE_BYTES)
        except OSError as error:
            raise ImageError(f"{str(source)!r} cannot be opened: {error.strerror}") from error
        except ValueError as error:
            raise ImageError(f"{path.name} cannot be read: {error}") from error
    elif isinstance(source, bytes | bytearray | memoryview):
        name, content = "the bytes", bytes(source)
    else:
        image = load_image(source)
        if image.shape[0] * image.shape[1] <= at_most:
            png = io.BytesIO()
            Image.fromarray(image).save(png, "PNG")
            return Working(image, png.getvalue(), ".png", (image.shape[0], image.shape[1]))
        return _smaller(image, at_most, (image.shape[0], image.shape[1]))
    size = upright_size(io.BytesIO(content), name)
    check_size(*size, name)
    if size[0] * size[1] <= at_most:
        return Working(decode(io.BytesIO(content), name), content, _suffix(content, own), size)
    return _smaller(decode(io.BytesIO(content), name, at_most), at_most, size)


def _smaller(image: UInt8Array, at_most: int, full_size: tuple[int, int]) -> Working:
    """Make an image smaller, as a JPEG, and read that: who opens the file gets the very same pixels."""
    import cv2

    scale = math.sqrt(at_most / (image.shape[0] * image.shape[1]))
    height, width = (max(MIN_SIDE, int(side * min(1.0, scale))) for side in image.shape[:2])
    jpeg = io.BytesIO()
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    Image.fromarray(small).save(jpeg, "JPEG", quality=95, subsampling=0)
    jpeg.seek(0)
    return Working(decode(jpeg, "the photo"), jpeg.getvalue(), ".jpg", full_size)


def _suffix(content: bytes, own: str = "") -> str:
    """Return the usual ending of an image file's name, from its content; a name alone may be anything."""
    with open_image(io.BytesIO(content), "the image") as image:
        usual = SUFFIXES[image.format or "PNG"]
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
