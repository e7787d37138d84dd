"""DeepLab's word on a click's masks, fetched in the background so that no click waits for it."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from segwidgets.ground.validation import UInt8Array
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.at_work import at_work, awaited
from segwidgets.widgets.session.session import Session

logger = logging.getLogger(__name__)

LONGEST_WAIT = 60  # seconds that code waits: the weights may have to be fetched first

_by_hand: ContextVar[bool] = ContextVar("by_hand", default=False)


@contextmanager
def by_hand() -> Iterator[None]:
    """Mark what is done inside as done by a hand, which never waits."""
    token = _by_hand.set(True)
    try:
        yield
    finally:
        _by_hand.reset(token)


class Ranker:
    """Lets a class map be made of a photo once there are masks to rank, and hands it to the session.

    Its thread keeps neither the session alive nor whoever shows it.

    Parameters
    ----------
    look : callable
        Makes the class map of a photo (H, W, 3).
    ranked : callable
        Called, in a thread, after masks that a hand had asked for were ranked.
    wanted : bool
        Whether masks are to be ranked with one.
    """

    def __init__(
        self,
        look: Callable[[UInt8Array], SemanticSegmentation],
        ranked: Callable[[], None] = lambda: None,
        wanted: bool = True,
    ) -> None:
        self._look, self._ranked, self._wanted = look, ranked, wanted
        self._session: weakref.ref[Session] | None = None
        self._thread: threading.Thread | None = None

    def follow(self, session: Session) -> None:
        """Begin to look, in a thread, when a session first has masks that a class map may rank anew."""
        if not self._wanted or self._is_followed(session) or not session.is_unranked:
            return
        self._session = weakref.ref(session)
        ranked = weakref.WeakMethod(self._tell) if _by_hand.get() else None
        self._thread = threading.Thread(
            target=_rank,
            args=(self._look, session.segmenter.image, self._session, ranked),
            name="segwidgets classes",
            daemon=True,
        )
        self._thread.start()

    def settle(self, session: Session) -> None:
        """Wait for a look that is under way, and for its showing, if code asks; a hand goes on at once.

        So a script's next line finds what a patient hand would see, however fast the machine is.
        """
        thread = self._thread
        if thread is None or _by_hand.get() or not self._is_followed(session):
            return
        if thread is not threading.current_thread():
            thread.join(LONGEST_WAIT)

    def _is_followed(self, session: Session) -> bool:
        return self._session is not None and self._session() is session

    def _tell(self) -> None:
        self._ranked()


def _rank(
    look: Callable[[UInt8Array], SemanticSegmentation],
    image: UInt8Array,
    session: weakref.ref[Session],
    ranked: weakref.WeakMethod[Callable[[], None]] | None,
) -> None:
    """Run in a thread: look, and rank a session's masks, if they are still wanted."""
    try:
        with awaited():
            semantic = look(image)
    except Exception as error:  # noqa: BLE001  (without its word the masks stay as SAM's rule has them)
        logger.info("no class map for ranking masks: %s", error)
        return
    with at_work():
        try:
            alive = session()
            tell = ranked() if ranked is not None else None
            if alive is not None and alive.look(semantic) and tell is not None:
                tell()
        except Exception as error:  # noqa: BLE001  (as above)
            logger.info("masks were not ranked: %s", error)
        alive = tell = None
