"""The one rule for what is written where something may stand: what a person wrote or added is never removed.

Ours is a file that we know by name and SHA-256. Ours may be replaced; whatever else stands in the way is kept
beside under a free name, and whoever writes says which.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from itertools import count
from pathlib import Path

from segwidgets.ground.files import replace_file
from segwidgets.ground.outside import is_within, plain, read_file, read_json, resolved

MANIFEST = ".segwidgets_files.json"
"""Where a folder's files of ours are written down, unless something else there lists them."""

_MAX_MANIFEST = 5_000_000  # bytes

logger = logging.getLogger(__name__)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal, without holding it in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def numbered(path: Path, suffix: str = "") -> Iterator[Path]:
    """Yield a path, then the same with _2, _3 ... before its ending `suffix`."""
    stem = path.name.removesuffix(suffix)
    yield path
    for number in count(2):
        yield path.with_name(f"{stem}_{number}{suffix}")


def set_aside(path: Path) -> Path:
    """Move a file or folder out of the way, to the first free of NAME_old, NAME_old_2 ..., which is returned.

    The name is claimed before anything moves, so that nothing is ever overwritten.

    Raises
    ------
    OSError
        If it cannot be moved; then it is where it was.
    """
    is_folder = path.is_dir() and not path.is_symlink()
    suffix = "" if is_folder else path.suffix
    wanted = path.with_name(f"{path.name.removesuffix(suffix)}_old{suffix}")
    for place in numbered(wanted, suffix):
        try:
            if is_folder:
                place.mkdir()
            else:
                place.open("xb").close()
        except FileExistsError:
            continue
        try:
            if is_folder and os.name == "nt":  # there a folder cannot be moved onto an empty one
                place.rmdir()
            os.replace(path, place)
        except BaseException:
            with suppress(OSError):
                place.rmdir() if is_folder else place.unlink()
            raise
        return place
    raise AssertionError("unreachable")


_collector: ContextVar[list[Path] | None] = ContextVar("kept", default=None)


@contextmanager
def collecting() -> Iterator[list[Path]]:
    """Gather what `Outbox` keeps while this lasts, for who can say it better than a log."""
    kept: list[Path] = []
    before = _collector.set(kept)
    try:
        yield kept
    finally:
        _collector.reset(before)


def tell_kept(kept: Sequence[Path]) -> None:
    """Log what stood in the way, or hand it to who gathers it."""
    collector = _collector.get()
    if collector is not None:
        collector += kept
        return
    for path in kept:
        logger.warning(
            "%s", f"what stood in the way was not written by segwidgets and is kept as {plain(path)}"
        )


class Outbox:
    """Saves files into a folder that may hold others; a folder's own list tells which are ours.

    Parameters
    ----------
    folder : Path
        Where to save; it is made if it is not there.
    known : mapping of str to str, optional
        SHA-256 of files of ours by their paths in the folder; by default what its `MANIFEST` lists, where
        `close` writes down what was saved.
    is_kept : callable, optional
        Tells of a file that stands in the way whether its content is kept elsewhere, as by git: then it
        may go.

    Attributes
    ----------
    kept : list of Path
        What stood in the way and was not ours, under the names that it was given.
    saved : dict of str to str
        SHA-256 of what was saved, by its path in the folder.
    """

    def __init__(
        self,
        folder: Path,
        known: Mapping[str, str] | None = None,
        is_kept: Callable[[Path], bool] = lambda path: False,
    ) -> None:
        self.folder = folder
        self._is_kept = is_kept
        self.kept: list[Path] = []
        self.saved: dict[str, str] = {}
        self._has_manifest = known is None
        folder.mkdir(parents=True, exist_ok=True)
        self._known = dict(read_manifest(folder / MANIFEST) if known is None else known)

    def __enter__(self) -> Outbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def save(self, name: str, content: bytes) -> Path:
        """Write a file, whole; what stands there and is not ours is set aside first.

        Parameters
        ----------
        name : str
            Its path in the folder, with forward slashes.
        content : bytes
            What to write.
        """
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        wanted = digest(content)
        self.give_way(name, wanted)
        replace_file(path, content)
        self.saved[name] = wanted
        return path

    def give_way(self, name: str, wanted: str | None = None) -> None:
        """Set aside what stands under a name, if it is neither ours nor has the SHA-256 that is wanted."""
        path = self.folder / name
        if os.path.lexists(path) and not self._is_ours(path, name, wanted):
            self.kept.append(set_aside(path))

    def remove(self, name: str) -> None:
        """Remove a file of ours; one that was changed since, is somebody else's or lies elsewhere stays."""
        path = self.folder / name
        if is_within(path.parent, resolved(self.folder)) and self._is_ours(path, name):
            path.unlink(missing_ok=True)

    def own(self, name: str) -> None:
        """Take note that a file which was written in another way, row by row, is ours as it stands."""
        self.saved[name] = file_digest(self.folder / name)

    def close(self) -> None:
        """Write down what is ours now, and log what was kept."""
        if self._has_manifest and self.saved:
            text = json.dumps({"files": dict(sorted({**self._known, **self.saved}.items()))}, indent=1)
            with suppress(OSError):  # without the list the files are there, and not known as ours next time
                replace_file(self.folder / MANIFEST, f"{text}\n".encode())
        tell_kept(self.kept)

    def _is_ours(self, path: Path, name: str, wanted: str | None = None) -> bool:
        if path.is_symlink() or not path.is_file():
            return False
        found = file_digest(path)
        return found in (wanted, self.saved.get(name), self._known.get(name)) or self._is_kept(path)


def read_manifest(path: Path) -> dict[str, str]:
    """Return what a list of files holds: SHA-256 by path; empty where there is none, or it is damaged.

    Raises
    ------
    OSError
        If it is there and cannot be read: nothing is known then, and a new list would forget what is in it.
    """
    try:
        data = read_json(read_file(path, _MAX_MANIFEST), "a list of files")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    return hashes(data, "files")


def hashes(data: object, field: str) -> dict[str, str]:
    """Return the texts by texts that a field of a JSON object holds; what is none is left out."""
    table = data.get(field) if isinstance(data, dict) else None
    if not isinstance(table, dict):
        return {}
    return {name: value for name, value in table.items() if isinstance(value, str)}
