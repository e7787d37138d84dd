"""A workshop folder appears whole or not at all, in a place that is free, and takes nothing from anybody."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from segwidgets.ground.keeping import numbered, set_aside
from segwidgets.ground.outside import plain
from segwidgets.locale.languages import DEFAULT
from segwidgets.workshop.delivery import DeliveryError, free_name
from segwidgets.workshop.places import HiddenPlace
from segwidgets.workshop.takeover import is_workshop, remove_seen, take_over


class Place:
    """Where a workshop is written, and where it came to stand.

    Attributes
    ----------
    path : Path
        The folder to write into; `place / name` is a file in it.
    folder : Path
        Where it is to stand; once it does, where it stands.
    finish : callable, optional
        Is called with the folder's path before it is moved there: for what names it. Called again if that
        place was taken meanwhile.
    taken : tuple of str
        What was taken over from the folder that it replaced.
    clashes : tuple of str
        What both a person and this run changed.
    kept : Path or None
        Where the folder that it replaced lies now, if it was kept.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder
        self.finish: Callable[[Path], None] = lambda folder: None
        self.taken: tuple[str, ...] = ()
        self.clashes: tuple[str, ...] = ()
        self.kept: Path | None = None

    def __truediv__(self, name: str) -> Path:
        return self.path / name


@contextmanager
def staging(
    folder: Path, force: bool = False, lang: str = DEFAULT, next_free: bool = False
) -> Iterator[Place]:
    """Give an empty folder to write into, and move it to its place when all went well.

    Parameters
    ----------
    folder : Path
        Where the workshop is to stand. It must not exist, or be empty. If another run takes it meanwhile,
        the next free name (_2, _3 ...) is taken.
    force : bool
        Replace a workshop that stands there: what a person wrote or added in it is taken over, and where
        that cannot be, the old folder is kept beside. Any other folder is left alone all the same.
    lang : str
        The language of the new folder.
    next_free : bool
        Take the next free name from the beginning.

    Yields
    ------
    Place
        What to write into; all of it is removed when anything goes wrong.

    Raises
    ------
    DeliveryError
        If the place is taken, cannot be written, or the disk is full.
    """
    folder = Path(os.path.abspath(folder))
    replaces = not next_free and _check_place(folder, force)
    try:
        hidden = HiddenPlace(folder.parent)
    except OSError as error:
        raise DeliveryError(
            f"cannot write into {plain(folder.parent)} ({error.strerror}): choose another place with --out"
        ) from error
    try:
        if not replaces:
            _check_name(free_name(folder) if next_free else folder)
        place = Place(hidden.folder, folder)
        yield place
        if replaces:
            _replace(place, lang)
        else:
            _settle(place)
    except OSError as error:
        hidden.remove(with_parents=True)
        if isinstance(error, DeliveryError) or error.errno is None:
            raise
        raise DeliveryError(
            f"{plain(folder)} was not written ({error.strerror}), and nothing was left half done: "
            "free some space or choose another place with --out"
        ) from error
    except BaseException:
        hidden.remove(with_parents=True)
        raise
    hidden.remove()


def _check_place(folder: Path, force: bool) -> bool:
    """Say whether a workshop stands there that is to be replaced; raise if the place is taken."""
    shown = plain(folder)
    if "\0" in str(folder):
        raise DeliveryError(f"the name {shown} holds a NUL character: choose another with --out")
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise DeliveryError(
            f"the name {shown} holds bytes that are not UTF-8, and others could not read it: choose another "
            "with --out"
        ) from None
    try:
        if folder.is_symlink():
            raise DeliveryError(
                f"{shown} is a link to {plain(os.readlink(folder))}: give a folder's own path with --out"
            )
        if not os.path.lexists(folder):
            return False
        if not folder.is_dir():
            raise DeliveryError(f"{shown} is a file, not a folder: choose another place with --out")
        if not any(folder.iterdir()):
            return False
    except DeliveryError:
        raise
    except OSError as error:
        raise DeliveryError(
            f"{shown} cannot be a folder ({error.strerror}): choose another with --out"
        ) from error
    if not force:
        raise DeliveryError(
            f"the folder {shown} is not empty, and it is never overwritten unasked: choose another place "
            "with --out, or replace it with --force (what you wrote or added in it is kept)"
        )
    if not is_workshop(folder):
        raise DeliveryError(
            f"the folder {shown} holds something other than a workshop, and not even --force replaces that: "
            "choose another place with --out"
        )
    return True


def _check_name(folder: Path) -> None:
    """Raise if no folder can have that name here: better now than after the work."""
    if folder.exists():
        return
    try:
        folder.mkdir()
    except FileExistsError:
        return
    except OSError as error:
        raise DeliveryError(
            f"{plain(folder)} cannot be made ({error.strerror}): choose another place with --out"
        ) from error
    with suppress(OSError):  # empty, it is in nobody's way
        folder.rmdir()


def _settle(place: Place) -> None:
    """Move the finished folder to its place, or to the next free one."""
    for folder in numbered(place.folder):
        if os.path.lexists(folder) and (folder != place.folder or not _is_empty(folder)):
            continue
        place.finish(folder)
        try:
            if os.name == "nt" and folder.is_dir():
                folder.rmdir()  # fails, as it should, when something is in it
            os.rename(place.path, folder)  # onto an empty folder, or nothing; fails if the place was taken
        except OSError:
            if os.path.lexists(folder) and not _is_empty(folder):
                continue
            raise
        place.folder = folder
        return


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())


def _replace(place: Place, lang: str) -> None:
    """Put the finished folder where an older one stands; that goes only if nothing in it would be lost."""
    folder = place.folder
    place.finish(folder)
    found = take_over(folder, place.path, lang)
    place.taken, place.clashes = tuple(found.taken), tuple(found.clashes)
    old = set_aside(folder)
    try:
        os.rename(place.path, folder)
    except BaseException as error:
        if isinstance(error, OSError) and os.path.lexists(folder):  # another run was quicker
            place.kept = old
            _settle(place)
            return
        with suppress(OSError):
            old.rename(folder)
        raise
    if found.clashes or not remove_seen(folder, found.seen, old):
        place.kept = old
