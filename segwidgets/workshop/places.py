"""A hidden place to work in beside where a folder is to stand; whoever dies in it leaves nothing for long."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from segwidgets.ground.files import HIDDEN

LOCK, INSIDE = "lock", "workshop"
_YOUNG_S = 600.0  # a place without a lock may be just being made


class HiddenPlace:
    """An empty folder under a hidden name; a lock in it tells that its process lives.

    Parameters
    ----------
    parent : Path
        Where to make it; on the same disk as where the finished folder is to stand.

    Attributes
    ----------
    folder : Path
        The folder to write into.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, parent: Path) -> None:
        remove_abandoned(parent)
        self._made = [folder for folder in (parent, *parent.parents) if not folder.exists()]
        self._root = parent / f"{HIDDEN}{secrets.token_hex(8)}"  # known before it is there: for ^C
        self._lock = FileLock(str(self._root / LOCK))
        self.folder = self._root / INSIDE
        try:
            parent.mkdir(parents=True, exist_ok=True)
            self._root.mkdir(mode=0o700)
            with suppress(OSError, NotImplementedError):  # without locks it is never taken for dead
                self._lock.acquire(timeout=0)
            self.folder.mkdir()
            umask = os.umask(0)
            os.umask(umask)
            self.folder.chmod(0o777 & ~umask)
        except BaseException:
            self.remove(with_parents=True)
            raise

    def remove(self, with_parents: bool = False) -> None:
        """Remove the place and what is left in it; on request the parents as well that were made for it."""
        with suppress(OSError):
            self._lock.release()
        shutil.rmtree(self._root, ignore_errors=True)
        if with_parents:
            self._remove_parents()

    def _remove_parents(self) -> None:
        for folder in self._made:
            with suppress(OSError):  # somebody may have put something there
                folder.rmdir()


def remove_abandoned(parent: Path) -> None:
    """Remove the hidden places in a folder whose processes are gone; the living ones and others' stay."""
    try:
        found = [entry for entry in os.scandir(parent) if entry.name.startswith(HIDDEN)]
    except OSError:
        return
    for entry in found:
        with suppress(OSError, NotImplementedError):
            if entry.is_dir(follow_symlinks=False) and _is_abandoned(Path(entry.path)):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_abandoned(place: Path) -> bool:
    state = place.lstat()
    if hasattr(os, "getuid") and state.st_uid != os.getuid():
        return False
    inside = {path.name for path in place.iterdir()}
    if not inside <= {LOCK, INSIDE}:  # none of ours, whatever it is called
        return False
    if LOCK not in inside:
        return time.time() - state.st_mtime > _YOUNG_S
    lock = FileLock(str(place / LOCK))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True
