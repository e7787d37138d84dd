"""DeepLab's word on a click's masks, fetched in the background so that no click waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from segwidgets._validation import UInt8Array
from segwidgets.semantic import SemanticSegmentation
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
        self._session: Session | None = None
        self._thread: threading.Thread | None = None

    def follow(self, session: Session) -> None:
        """Begin to look, in a thread, when a session first has masks that a class map may rank anew."""
        if not self._wanted or session is self._session or not session.is_unranked:
            return
        self._session = session
        self._thread = threading.Thread(
            target=self._run, args=(session, _by_hand.get()), name="segwidgets classes", daemon=True
        )
        self._thread.start()

    def settle(self, session: Session) -> None:
        """Wait for a look that is under way, and for its showing, if code asks; a hand goes on at once.

        So a script's next line finds what a patient hand would see, however fast the machine is.
        """
        thread = self._thread
        if thread is None or _by_hand.get() or session is not self._session:
            return
        if thread is not threading.current_thread():
            thread.join(LONGEST_WAIT)

    def _run(self, session: Session, for_a_hand: bool) -> None:
        try:
            if session.look(self._look(session.segmenter.image)) and for_a_hand:
                self._ranked()
        except Exception as error:  # noqa: BLE001  (without its word the masks stay as SAM's rule has them)
            logger.info("no class map for ranking masks: %s", error)
