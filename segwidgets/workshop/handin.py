"""A folder that a stranger handed in, looked at within bounds: names, ordinary files, pictures, texts."""

from __future__ import annotations

import codecs
import io
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from segwidgets.ground.decoding import check_size, load_pixels, open_image
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import is_within, read_file

MAX_ENTRIES = 100_000
"""Most names that are looked at in one folder."""

MAX_PICTURE_BYTES = 100_000_000
MAX_PICTURE_PIXELS = 25_000_000
"""Most pixels of a picture by itself; the photo may have more, and its masks as many as it has."""

MAX_LOOKED_AT = 1_000_000_000
"""Most pixels of all pictures of a folder together: some ten seconds."""

_MAX_NAME = 300  # letters of a name; putting accents in their order takes the square of how many there are

_JUNK = {
    ".ds_store", ".localized", ".spotlight-v100", ".trashes", ".fseventsd", "__macosx", "icon\r",  # macOS
    "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin",  # Windows
    ".directory", ".ipynb_checkpoints", ".segwidgets_files.json",
}  # fmt: skip
_JUNK_BEGINNINGS = ("._", "~$", ".~lock", ".nfs", ".fuse_hidden")


class HandinError(SegwidgetsError, ValueError):
    """Something of a hand-in cannot be looked at; the message says why."""


class Found(NamedTuple):
    """Where a name lies, and what it is called there; it may differ in capital and small letters."""

    path: Path
    called: str


class Text(NamedTuple):
    """A text and its encoding's name, None where that is UTF-8 as it should be."""

    text: str
    encoding: str | None


def is_junk(name: str) -> bool:
    """Whether an operating system or a program puts files of such a name everywhere."""
    small = name.casefold()
    return small in _JUNK or small.startswith(_JUNK_BEGINNINGS)


def alike(name: str) -> str:
    """Return what two names have in common that differ in capital letters, or in how accents are stored."""
    return composed(composed(name).casefold())


def composed(name: str) -> str:
    """Return a name with its accents stored in one way, cut where it is longer than any file's."""
    return unicodedata.normalize("NFC", name[:_MAX_NAME])


class Handin:
    """A stranger's folder.

    Parameters
    ----------
    folder : Path
        The folder; nothing is read that lies outside it, and only ordinary files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = Path(os.path.realpath(folder))
        self._names: dict[Path, dict[str, str]] = {}  # each name by itself, and by what it is alike to
        self._left = MAX_LOOKED_AT

    def names(self, folder: Path) -> list[str]:
        """Return the names in a folder in order, junk left out; none where it is no folder."""
        return sorted(set(self._known(folder).values()))

    def _known(self, folder: Path) -> dict[str, str]:
        if folder not in self._names:
            try:
                self._check_inside(folder)
                with os.scandir(folder) as entries:
                    found = [entry.name for entry, _ in zip(entries, range(MAX_ENTRIES), strict=False)]
            except (OSError, ValueError):
                found = []
            names = sorted((name for name in found if not is_junk(name)), reverse=True)
            self._names[folder] = {alike(name): name for name in names} | {name: name for name in names}
        return self._names[folder]

    def find(self, name: str) -> Found | None:
        """Find a path in the folder, given with forward slashes; one that differs in capitals too."""
        path = self.folder
        parts: list[str] = []
        for part in name.split("/"):
            known = self._known(path)
            called = known.get(part) or known.get(alike(part))
            if called is None:
                return None
            path, parts = path / called, [*parts, called]
        return Found(path, "/".join(parts))

    def read(self, path: Path, max_bytes: int) -> bytes:
        """Return a file's content.

        Raises
        ------
        HandinError
            If it is no ordinary file, larger than that, a link that leads out of the folder, or unreadable.
        """
        try:
            self._check_inside(path)
            return read_file(path, max_bytes)
        except OSError as error:
            raise HandinError(error.strerror or str(error)) from error
        except ValueError as error:
            raise HandinError(str(error)) from error

    def _check_inside(self, path: Path) -> None:
        if not is_within(path, self._root):
            raise HandinError("it is a link that leads out of the folder")

    @contextmanager
    def picture(self, path: Path) -> Iterator[Image.Image]:
        """Open a picture; only its header is read, see `load`.

        Raises
        ------
        HandinError, ImageError
            If it cannot be read, or is no picture.
        """
        with open_image(io.BytesIO(self.read(path, MAX_PICTURE_BYTES)), path.name) as image:
            yield image

    def load(self, image: Image.Image, at_most: int = MAX_PICTURE_PIXELS) -> None:
        """Decode a picture's pixels.

        Raises
        ------
        HandinError, ImageError
            If it is damaged, too small or too large, or if too much was decoded before.
        """
        check_size(image.height, image.width, "it", at_most)
        self._left -= image.height * image.width
        if self._left < 0:
            raise HandinError(
                f"the pictures before it have {MAX_LOOKED_AT / 1e6:.0f} million pixels together, and no more "
                "are looked at"
            )
        load_pixels(image, "it")


def decode_text(content: bytes) -> Text:
    """Read a text in whatever encoding it is: UTF-8, or what else programs write, which is told."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Text(content.decode("utf-32", errors="replace"), "UTF-32")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Text(content.decode("utf-16", errors="replace"), "UTF-16")
    if b"\0" in content:  # Latin letters in UTF-16 without its mark: every other byte is zero
        big = content[0::2].count(0) > content[1::2].count(0)
        return Text(content.decode("utf-16-be" if big else "utf-16-le", errors="replace"), "UTF-16")
    try:
        return Text(content.decode("utf-8-sig"), None)
    except UnicodeDecodeError:
        return Text(content.decode("cp1252", errors="replace"), "Latin-1 (Windows-1252)")
