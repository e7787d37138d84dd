"""What is measured against: a photo, the true mask of an object in it, and words for what is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segwidgets.ground.decoding import open_image, orientation
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import plain
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.images import load_image
from segwidgets.locale.catalogues import N_
from segwidgets.locale.phrases import Phrases

Labels = npt.NDArray[np.int32]


class LeftOut(SegwidgetsError, ValueError):
    """Why something cannot be measured.

    Parameters
    ----------
    kind : {"no_mask", "no_photo", "size", "empty", "unreadable"}
        What it is counted under at the end.
    message : str
        An English sentence with fields, marked for translation.
    **facts
        What fills the fields.
    """

    def __init__(self, kind: str, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.kind = kind
        self.message = message
        self.facts = facts

    def reason(self, words: Phrases) -> str:
        """Return the sentence in a language."""
        return words.gettext(self.message).format(**self.facts)


@dataclass(frozen=True)
class Truth:
    """One object as it should be found.

    Attributes
    ----------
    name : str
        Tells it from the other objects of the same mask file: a colour, a number.
    mask : ndarray of shape (H, W), bool
        The object; not empty.
    counts : ndarray of shape (H, W), bool
        Where it is known what is object and what is not; all of `mask` is in it. The rest counts neither in
        an IoU nor for a click.
    class_name : str
        What it is, where that is known.
    """

    name: str
    mask: BoolArray
    counts: BoolArray
    class_name: str = ""


@dataclass(frozen=True)
class Photo:
    """A photo, upright, and how it lies in its file.

    Attributes
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB, turned as its EXIF says.
    stored_size : (int, int)
        (height, width) in the file, before it is turned.
    orientation : int
        EXIF's number for how it is turned: 1 for not at all.
    """

    image: UInt8Array
    stored_size: tuple[int, int]
    orientation: int = 1

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the upright image."""
        return self.image.shape[0], self.image.shape[1]

    def upright(self, labels: Labels) -> Labels:
        """Return what was drawn on the photo, turned as the photo is.

        Parameters
        ----------
        labels : ndarray of shape (h, w)
            Of the upright photo's size, or of the file's own, before it is turned: some programs ignore EXIF.
            Where the two sizes are the same, it is taken for upright.

        Raises
        ------
        LeftOut
            If it has another size.
        """
        if labels.shape == self.size:
            return labels
        if labels.shape == self.stored_size and self.orientation in _TURNS:
            return np.ascontiguousarray(_TURNS[self.orientation](labels))
        raise LeftOut(
            "size",
            N_("the mask is {mask} pixels, the photo {photo}: export the mask at the photo's own size"),
            mask="{1} x {0}".format(*labels.shape),
            photo="{1} x {0}".format(*self.size),
        )


_TURNS = {  # what ImageOps.exif_transpose does, for those that swap height and width
    5: lambda labels: labels.T,
    6: lambda labels: np.rot90(labels, -1),
    7: lambda labels: labels[::-1, ::-1].T,
    8: lambda labels: np.rot90(labels),
}


def read_photo(path: Path) -> Photo:
    """Read a photo and how it lies in its file.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    image = load_image(path)
    with path.open("rb") as stream, open_image(stream, path.name) as stored:
        return Photo(image, (stored.height, stored.width), orientation(stored))


def table_text(text: object) -> str:
    """Return a name from outside as a table may hold it: harmless, and no formula to a spreadsheet."""
    words = plain(text, limit=None)
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words


class TruthSource(Protocol):
    """Where the true masks of one photo come from: a mask file, or an entry of a list."""

    @property
    def name(self) -> str:
        """How it is called in tables."""

    def read(self, photo: Photo) -> Iterable[Truth]:
        """Return the objects, made one by one; raises LeftOut if there are none to measure."""


@dataclass(frozen=True)
class PhotoTask:
    """A photo and all that tells what is in it.

    Attributes
    ----------
    name : str
        How the photo is called in tables: its path within the folder, with slashes.
    path : Path
        The file.
    sources : tuple of TruthSource
        At least one.
    """

    name: str
    path: Path
    sources: tuple[TruthSource, ...]
