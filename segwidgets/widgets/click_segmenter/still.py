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
from time import monotonic
from typing import Any

from segwidgets.ground.validation import UInt8Array
from segwidgets.widgets.at_work import at_work
from segwidgets.widgets.static_view import small_jpeg, small_png

# After the last change or sign of a hand: behind a slow line a click would wait for the picture.
QUIET_SECONDS = 0.8
MOST_SECONDS = 8.0  # that a hand which never rests can put it off
PNG, JPEG = "image/png", "image/jpeg"
UNCONFINED = {"unconfined": True}  # nothing to a small picture; the style sheet knows it by that


class Still:
    """A picture's output beside a widget's: a PNG, then JPEGs, which take a third of a slow line.

    Parameters
    ----------
    render : callable
        `render(words)` returns the picture (H, W, 3) uint8 RGB, with those words beneath it, if any.
    state : object
        What it shows at first.
    words : str
        Stand beneath it once a page has shown the widget.

    Attributes
    ----------
    is_seen : bool
        Whether a page has.
    """

    def __init__(self, render: Callable[[str], UInt8Array], state: object, words: str) -> None:
        self.render = render
        self._words, self.is_seen = words, False
        self._state = weakref.ref(state)  # for it holds every mask
        self._handle: Any = None
        self._timer: threading.Timer | None = None
        self._quiet_from = self._at_latest = 0.0

    def display(self) -> None:
        """Put the picture where output goes now; from now on that one is kept up to date."""
        from IPython.display import display

        file = small_png(self._rendered())
        self._handle = display({PNG: _text(file)}, raw=True, metadata={PNG: UNCONFINED}, display_id=True)

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
        self._at_latest = monotonic() + MOST_SECONDS
        self.wait()
        self._update_in(QUIET_SECONDS)

    def _update_in(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, _update, [weakref.ref(self)])
        self._timer.daemon = True
        self._timer.start()

    def wait(self) -> None:
        """Hear that a hand is there: a picture that is due is put off."""
        self._quiet_from = monotonic() + QUIET_SECONDS

    def update_when_quiet(self) -> None:
        """Exchange the picture, now or when the hand rests."""
        left = min(self._quiet_from, self._at_latest) - monotonic()
        if left > 0 and self._handle is not None:
            self._update_in(left)
        else:
            self.update()

    def update(self) -> None:
        """Exchange the picture now."""
        if self._handle is not None:
            file = small_jpeg(self._rendered())
            self._handle.update({JPEG: _text(file)}, raw=True, metadata={JPEG: UNCONFINED})

    def stop(self) -> None:
        """Forget a change that has not been drawn yet."""
        if self._timer is not None:
            self._timer.cancel()

    def close(self) -> None:
        """Leave the picture as it is from now on."""
        self.stop()
        self._handle = None

    def _rendered(self) -> UInt8Array:
        return self.render(self._words * self.is_seen)


def _text(file: bytes) -> str:
    return base64.b64encode(file).decode("ascii")


def _update(still: weakref.ref[Still]) -> None:
    """Update a picture, unless its widget is gone meanwhile."""
    with at_work():
        alive = still()
        if alive is not None:
            alive.update_when_quiet()
        del alive
