"""Where the photo is zoomed in, its part is encoded alone in the background: a click there sees more."""

from __future__ import annotations

import time
from collections.abc import Callable

from segwidgets.geometry import Viewport
from segwidgets.segmenter import VIEW_MARGIN, Segmenter, is_ready
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.session.session import Session

LEAST_ZOOM = 2.0  # the view holds less than half of the photo's width
REST_S = 0.4  # the view stays as it is before anything is encoded
MOST_LARGER = 3.0  # times the view's width: what was encoded for a larger one is not sharp enough any more


class Closer:
    """Follows the view, and gives the session what looks closer at it when that is ready.

    Parameters
    ----------
    session : callable
        Returns the session on show.
    viewport : callable
        Returns the view as it stands.
    tell : callable
        `tell(state)` hears "looking", "sharp", or "" where nothing is to be said.
    guard : callable
        Runs a function and shows its errors.
    """

    def __init__(
        self,
        session: Callable[[], Session],
        viewport: Callable[[], Viewport],
        tell: Callable[[str], None],
        guard: Callable[..., None],
    ) -> None:
        self._session, self._viewport, self._tell = session, viewport, tell
        self._worker = LatestWins(lambda viewport: guard(self._look, viewport))

    def follow(self) -> None:
        """Take note that another part of the photo is seen."""
        session, viewport = self._session(), self._viewport()
        if viewport.zoom <= LEAST_ZOOM or not _pays(session.segmenter):
            self._worker.forget()
            session.closer = None
            self._tell("")
        elif session.closer is not None and _serves(session.closer, viewport):
            self._tell("sharp")
        else:
            session.closer = None
            self._tell("")
            self._worker.submit(viewport)

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    def _look(self, viewport: Viewport) -> None:
        """Run in the worker's thread: encode what is seen, if it still is after a moment."""
        time.sleep(REST_S)
        session = self._session()
        if viewport != self._viewport():
            return
        self._tell("looking")
        left, top, right, bottom = viewport.seen
        try:
            made = session.segmenter.closer((left, top, right, bottom), VIEW_MARGIN)
        except RuntimeError:  # closed meanwhile
            self._tell("")
            return
        if session is self._session() and viewport == self._viewport():
            session.closer = made
            self._tell("sharp")


def _pays(segmenter: Segmenter) -> bool:
    """Say whether a photo has more pixels than the network takes in."""
    frame = getattr(segmenter, "frame", None) if is_ready(segmenter) else None
    return frame is not None and max(frame.pixel_size) > 1


def _serves(closer: Segmenter, viewport: Viewport) -> bool:
    """Say whether what looks closer sees all of a view, and not much more."""
    x0, y0, x1, y1 = closer.view
    left, top, right, bottom = viewport.seen
    holds = x0 <= left and y0 <= top and right <= x1 and bottom <= y1
    return holds and x1 - x0 <= MOST_LARGER * (right - left)
