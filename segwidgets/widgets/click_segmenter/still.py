"""The picture that a saved notebook shows: hidden while the widget lives, and kept up to date.

A widget's own output is frozen when it is displayed, and changing it would build the widget's view anew
under the user's hand. So the picture is an output of its own; the widget's style sheet hides it beside a
live widget. It follows hands, and code as well once a page has shown the widget; without one, as under
nbclient, it stays what the cell that showed the widget put out.
"""

from __future__ import annotations

import base64
import threading
import weakref
from collections.abc import Callable
from typing import Any

from segwidgets.widgets.at_work import at_work

QUIET_SECONDS = 0.8  # after the last change, so that nobody waits for a picture while clicking
METADATA = {"image/png": {"unconfined": True}}  # nothing to a small picture; the style sheet knows it by that


class Still:
    """An `image/png` output beside a widget's.

    Parameters
    ----------
    render : callable
        `render(words)` returns the picture as PNG bytes, with those words beneath it, if any.
    state : object
        What it shows at first.
    words : str
        Stand beneath it once a page has shown the widget.

    Attributes
    ----------
    is_seen : bool
        Whether a page has.
    """

    def __init__(self, render: Callable[[str], bytes], state: object, words: str) -> None:
        self.render = render
        self._words, self.is_seen = words, False
        self._state = weakref.ref(state)  # for it holds every mask
        self._handle: Any = None
        self._timer: threading.Timer | None = None

    def display(self) -> None:
        """Put the picture where output goes now; from now on that one is kept up to date."""
        from IPython.display import display

        self._handle = display(self._data(), raw=True, metadata=METADATA, display_id=True)

    def is_shown(self) -> None:
        """Hear that a page shows the widget."""
        if not self.is_seen:
            self.is_seen = True
            self._follow_soon()

    def follow(self, state: object) -> None:
        """Take note of what is to be shown; if that is new, the picture follows when things are quiet."""
        if state is self._state():
            return
        self._state = weakref.ref(state)
        self._follow_soon()

    def _follow_soon(self) -> None:
        if self._handle is None:
            return
        self.stop()
        self._timer = threading.Timer(QUIET_SECONDS, _update, [weakref.ref(self)])
        self._timer.daemon = True
        self._timer.start()

    def update(self) -> None:
        """Exchange the picture now."""
        if self._handle is not None:
            self._handle.update(self._data(), raw=True, metadata=METADATA)

    def stop(self) -> None:
        """Forget a change that has not been drawn yet."""
        if self._timer is not None:
            self._timer.cancel()

    def close(self) -> None:
        """Leave the picture as it is from now on."""
        self.stop()
        self._handle = None

    def _data(self) -> dict[str, str]:
        return {"image/png": base64.b64encode(self.render(self._words * self.is_seen)).decode("ascii")}


def _update(still: weakref.ref[Still]) -> None:
    """Update a picture, unless its widget is gone meanwhile."""
    with at_work():
        alive = still()
        if alive is not None:
            alive.update()
        del alive
