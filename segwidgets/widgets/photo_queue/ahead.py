"""The next photos, opened and encoded while a person works on this one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import words_of
from segwidgets.images import load_image
from segwidgets.segmenter import Segmenter, segmenter_of
from segwidgets.widgets.at_work import ending
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.photo_queue.keeper import Entry, Keeper
from segwidgets.widgets.session.session import Session

Version = tuple[tuple[object, ...], ...]
# Before a photo is prepared hands rest, and the one on show has been there, so long: the network cannot stop.
REST_S = 1.0


class Unreadable(SegwidgetsError, ValueError):
    """A photo that cannot be opened; the words say why."""


@dataclass(frozen=True)
class Prepared:
    """A photo that can be shown.

    Attributes
    ----------
    session : Session
        With the clicks that were kept, or without any.
    version : tuple
        Tells the files that it was made of from what may be written in their place.
    trouble : str
        Why clicks that were kept could not be done again, if so.
    is_new : bool
        There were none: what the session holds comes from a review.
    unread : str
        Why what a review has of the photo is not in it, if so.
    """

    session: Session
    version: Version
    trouble: str = ""
    is_new: bool = False
    unread: str = ""


class Ahead:
    """Prepares photos in one thread of its own; who needs one that is not ready prepares it themselves.

    Parameters
    ----------
    keeper : Keeper
        The photos.
    sam : str, optional
        A model's name, see `load_sam`.
    asked : callable
        Returns when masks were last asked for, as `time.monotonic` has it; infinite while the photo on show
        is encoded. A click beside an encoder takes several times as long: it begins when hands have rested.
    """

    def __init__(self, keeper: Keeper, sam: Any, asked: Callable[[], float] = lambda: 0.0) -> None:
        self._keeper, self._sam, self._asked = keeper, sam, asked
        self._since = 0.0  # when what is wanted was said
        self._changed = threading.Condition()
        self._ready: dict[int, Prepared | Exception] = {}
        self._at_hand: int | None = None  # the one that the thread is at
        self._wanted: frozenset[int] = frozenset()
        self._is_over = threading.Event()
        self._worker = LatestWins(self._prepare_all)

    @property
    def ready(self) -> set[int]:
        """Which photos could be shown at once."""
        with self._changed:
            return set(self._ready)

    def want(self, photos: Sequence[int]) -> None:
        """Say which photos will probably be next; what else is ready goes."""
        with self._changed:
            self._wanted, self._since = frozenset(photos), monotonic()
            for at in set(self._ready) - self._wanted:
                _let_go(self._ready.pop(at))
        self._worker.submit(tuple(photos))

    def take(self, at: int) -> Prepared:
        """Return a photo that can be shown; it is the caller's then. One that was not ready is encoded soon.

        Raises
        ------
        Unreadable
            If the photo cannot be opened.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._at_hand != at)
            made = self._ready.pop(at, None)
        if isinstance(made, Prepared):
            with suppress(OSError):
                if made.version == self._version(at):
                    return made
            _let_go(made)
        return self._prepare(at, soon=True)

    def close(self) -> None:
        """End the thread, and free what is ready."""
        self._is_over.set()
        self._worker.close()
        with self._changed:
            self._wanted = frozenset()
            for made in self._ready.values():
                _let_go(made)
            self._ready.clear()

    def _prepare_all(self, photos: tuple[int, ...]) -> None:
        for at in photos:
            if at not in self.ready and not self._hands_rest(at):
                return
            with self._changed:
                if at not in self._wanted or at in self._ready:
                    continue
                self._at_hand = at
            made: Prepared | Exception
            try:
                made = self._prepare(at)
            except Exception as error:  # noqa: BLE001  (whoever takes the photo tries once more, and is told)
                made = error
            with self._changed:
                self._at_hand = None
                if at in self._wanted:
                    self._ready[at] = made
                else:
                    _let_go(made)
                self._changed.notify_all()

    def _hands_rest(self, at: int) -> bool:
        """Wait until hands rest; False where nobody wants the photo any more."""
        while (left := max(self._asked(), self._since) + REST_S - monotonic()) > 0:
            if self._is_over.wait(min(left, REST_S)) or ending.is_set() or at not in self._wanted:
                return False
        return not ending.is_set()

    def _prepare(self, at: int, soon: bool = False) -> Prepared:
        entry = self._keeper.entries[at]
        if entry.leads_out:
            raise Unreadable(entry.problem)
        try:
            version, image = self._version(at), load_image(entry.path)
        except (OSError, ValueError, MemoryError) as error:
            raise Unreadable(words_of(error)) from error
        segmenter = segmenter_of(image, self._sam, soon)
        try:
            text = self._keeper.session(at)
            if text is None:
                return self._begin(entry, segmenter, version)
            return Prepared(Session.from_json(text, segmenter), version)
        except (OSError, ValueError) as error:
            return Prepared(Session(segmenter), version, words_of(error))

    def _begin(self, entry: Entry, segmenter: Segmenter, version: Version) -> Prepared:
        """Begin with what a review has of a photo, or with nothing."""
        review, unread, session = self._keeper.review, "", None
        if review is not None:
            try:
                session = review.session(entry.name, entry.path, segmenter)
            except ValueError as error:
                unread = words_of(error)
        if session is not None:
            for name, new in self._keeper.renames:
                if any(one.name == name for one in session.state.objects):
                    session.do("rename_class", name=name, new=new)
        return Prepared(session or Session(segmenter), version, is_new=session is not None, unread=unread)

    def _version(self, at: int) -> Version:
        keeper = self._keeper
        clicks = keeper.session_path(at)
        return (
            _about(keeper.entries[at].path),
            _about(clicks) if clicks.exists() else (),
            tuple(keeper.renames),
        )


def _about(path: Path) -> tuple[int, ...]:
    about = path.stat()
    return about.st_mtime_ns, about.st_size, about.st_ino


def _let_go(made: Prepared | Exception) -> None:
    if isinstance(made, Prepared):
        made.session.segmenter.close()
