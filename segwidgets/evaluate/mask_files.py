"""Mask files: which pixels of a picture belong to which object, and which do not count.

What a file means follows from what it holds (`docs/evaluate.md` has it as a table):

- two values: 0 is background, the other the object;
- 0, 128 (or 127) and 255: 128 does not count, as at the rim in GrabCut's masks;
- more values or colours: an index, one object a colour, black or 0 the background. What does not count in one
  is 255 among small numbers, in a palette too, and Pascal VOC's beige;
- a soft mask (an anti-aliased edge, or saved as JPEG): its darkest quarter is background, its brightest
  quarter the object, and what lies between does not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from segwidgets.evaluate.truths import Labels, LeftOut, Photo, Truth
from segwidgets.ground.decoding import BROKEN_FILE, check_size, load_pixels, open_image
from segwidgets.ground.outside import plain
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.catalogues import N_

MAX_OBJECTS = 1000  # in one file; more colours than that are a photo
IGNORED_VALUES = (127, 128)  # between 0 and 255
VOID_INDEX = 255  # in an index of small numbers
VOID_COLOR = (224, 224, 192)  # Pascal VOC's, where it was saved as a picture in colour
LARGEST_SMALL_NUMBER = 63  # greys from here on are shades that somebody chose, and 255 is one of them
SOFT_LEVELS = 8  # more shades than that between black and white, and few pixels of them, are a soft edge
SOFT_SHARE = 0.25  # of the white pixels: as many may be between
LOSSY_FORMATS = ("JPEG", "MPO")
DARKEST, BRIGHTEST = 63, 192  # background up to the one, object from the other on
GREY_SPREAD = 32  # the channels of a grey JPEG differ by less

MAX_VALUE = 0xFFFFFF

_NONE = -1  # the label of what does not count
_BACKGROUND = 0


@dataclass(frozen=True)
class MaskFile:
    """A mask file of a photo.

    Attributes
    ----------
    name : str
        How it is called in tables.
    path : Path
        The file.
    ignore : int, optional
        The value (grey or index) that does not count, in place of what the file's values suggest.
    """

    name: str
    path: Path
    ignore: int | None = None

    def read(self, photo: Photo) -> Iterator[Truth]:
        """Return the objects, in the order of their values, made one by one.

        Raises
        ------
        LeftOut
            If the file cannot be read, has another size than the photo, or holds no object.
        """
        picture = _open(self.path)
        labels = photo.upright(picture.labels(self.ignore))
        counts = labels != _NONE
        found = [label for label in _held(labels + 1) - 1 if label > _BACKGROUND]
        if not found:
            raise LeftOut("empty", N_("the mask is empty: no pixel of it is object"))
        return (Truth(picture.name_of(label), labels == label, counts) for label in found)


@dataclass(frozen=True)
class _Picture:
    """The values of a mask file's pixels.

    Attributes
    ----------
    values : ndarray of shape (H, W), int32
        Greys, indices into a palette, or colours as 0xRRGGBB.
    is_color : bool
        Whether they are colours.
    is_lossy : bool
        Whether the file's format changes them a little.
    palette : ndarray of shape (256, 3), uint8, optional
        The palette, where they are indices.
    """

    values: Labels
    is_color: bool = False
    is_lossy: bool = False
    palette: UInt8Array | None = None

    def labels(self, ignore: int | None) -> Labels:
        """Return for each pixel its object's value + 1, 0 for background, -1 for what does not count."""
        values, held = self.values, _held(self.values)
        if self._is_soft(held[held != ignore]):
            labels = np.where(values <= DARKEST, _BACKGROUND, np.where(values >= BRIGHTEST, 256, _NONE))
            return np.where(values == ignore, _NONE, labels).astype(np.int32)
        if len(held) > MAX_OBJECTS:
            raise LeftOut(
                "unreadable",
                N_(
                    "it holds {colours} colours and looks like a photo: a mask has one colour for each object"
                ),
                colours=len(held),
            )
        labels = values + np.int32(1)
        labels[values == self._background(held)] = _BACKGROUND
        labels[np.isin(values, self._void(held) if ignore is None or self.is_color else [ignore])] = _NONE
        return labels

    def name_of(self, label: int) -> str:
        """Return what to call an object: its index or grey, or its colour."""
        return f"#{label - 1:06x}" if self.is_color else str(label - 1)

    def _is_soft(self, held: Labels) -> bool:
        """Whether the shades between black and white are an edge and no objects."""
        if self.is_lossy:
            return True
        if self.is_color or self.palette is not None or not BRIGHTEST <= held.max(initial=0) <= 255:
            return False
        white = np.count_nonzero(self.values == held[-1])
        between = np.count_nonzero(np.isin(self.values, held[1:-1]))
        return bool(len(held) > SOFT_LEVELS and between <= SOFT_SHARE * white)

    def _void(self, held: Labels) -> Sequence[int]:
        """Return the values that do not count, told from all values that there are."""
        if self.is_color:
            red, green, blue = VOID_COLOR
            return [red << 16 | green << 8 | blue]
        if self.palette is not None:
            return [VOID_INDEX] if len(held) > 2 or tuple(self.palette[VOID_INDEX]) == VOID_COLOR else []
        if set(held.tolist()) <= {0, *IGNORED_VALUES, 255}:
            return IGNORED_VALUES
        others = held[held != VOID_INDEX]
        return [VOID_INDEX] if len(others) > 1 and others[-1] <= LARGEST_SMALL_NUMBER else []

    def _background(self, held: Labels) -> int:
        """Return the background's value: 0, unless a palette has its black elsewhere."""
        if self.palette is None or not self.palette[0].any():
            return 0
        return next((int(value) for value in held if not self.palette[value].any()), 0)


def _open(path: Path) -> _Picture:
    """Read a mask file, or say why it cannot be read."""
    try:
        with path.open("rb") as stream, open_image(stream, path.name) as image:
            check_size(image.height, image.width, path.name)
            load_pixels(image, path.name)
            return _read(image)
    except LeftOut:
        raise
    except BROKEN_FILE as error:
        raise LeftOut("unreadable", N_("the mask cannot be read: {error}"), error=plain(error)) from None


def _read(image: Image.Image) -> _Picture:
    """Read the values as they lie in the file, turned as the mask's own EXIF says."""
    lossy = image.format in LOSSY_FORMATS
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "P":
        return _read_palette(upright)
    if upright.mode == "1":
        upright = upright.convert("L")
    if upright.mode in ("L", "F") or upright.mode.startswith("I"):
        values = np.asarray(upright)
        if values.min() < 0 or values.max() > MAX_VALUE or (values != np.floor(values)).any():
            raise LeftOut(
                "unreadable",
                N_("a mask holds whole numbers from 0 to {most}, one for each object"),
                most=MAX_VALUE,
            )
        return _Picture(values.astype(np.int32), is_lossy=lossy)
    return _read_colors(upright, lossy)


def _read_palette(image: Image.Image) -> _Picture:
    """Read indices; where the palette holds nothing but greys, the greys."""
    indices = np.asarray(image).astype(np.int32)
    palette = np.zeros((256, 3), np.uint8)
    colors = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    palette[: len(colors)] = colors
    used = palette[_held(indices)]
    if (used == used[:, :1]).all() and len(np.unique(used[:, 0])) == len(used):
        return _Picture(palette[:, 0].astype(np.int32)[indices])
    return _Picture(indices, palette=palette)


def _read_colors(image: Image.Image, lossy: bool) -> _Picture:
    """Read colours, what is transparent as black; where they are nothing but greys, the greys."""
    rgb = np.array(image.convert("RGB"))
    if image.has_transparency_data:
        rgb[np.asarray(image.convert("RGBA"))[:, :, 3] == 0] = 0
    spread = int(np.ptp(rgb, axis=2).max())
    if spread == 0 or (lossy and spread < GREY_SPREAD):
        return _Picture(rgb[:, :, 1].astype(np.int32), is_lossy=lossy)
    if lossy:
        raise LeftOut(
            "unreadable",
            N_("a mask in colour cannot be read from a JPEG, which blurs its colours: save it as PNG"),
        )
    return _Picture(rgb.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32), is_color=True)


def _held(values: Labels) -> Labels:
    """Return the values that there are, sorted; none is below 0."""
    if values.max() > 0xFFFF:
        return np.unique(values)
    return np.flatnonzero(np.bincount(values.ravel())).astype(np.int32)
