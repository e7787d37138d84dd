"""A hand in the overview moves what is seen of the photo."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from segwidgets.widgets.canvas import PhotoCanvas
from segwidgets.widgets.overview import Overview

STEP_S = 0.04  # from one view to the next, or what is drawn would fall behind the hand


class Steering:
    """Follows a press in the overview until it ends.

    Parameters
    ----------
    canvas : PhotoCanvas
        Where the overview is.
    look_at : callable
        Shows a `Viewport`; `moving` says that the next one follows at once.
    draw : callable
        Draws everything in full detail.
    """

    def __init__(self, canvas: PhotoCanvas, look_at: Callable[..., None], draw: Callable[[], None]) -> None:
        self._canvas, self._look_at, self._draw = canvas, look_at, draw
        self._begun: Overview | None = None
        self._stepped = 0.0

    @property
    def is_going_on(self) -> bool:
        """Whether a press in the overview has not ended."""
        return self._begun is not None

    def is_over(self, x: float, y: float) -> bool:
        """Say whether a place on the canvas lies in the overview."""
        overview = self._canvas.overview
        return overview is not None and overview.holds(x, y)

    def press(self, x: float, y: float) -> bool:
        """Begin, if there is the overview; returns whether there is."""
        if not self.is_over(x, y):
            return False
        self._begun = self._canvas.overview
        self._step(x, y)
        return True

    def move(self, x: float, y: float) -> None:
        """Go on; steps that come too soon are left out."""
        if monotonic() - self._stepped > STEP_S:
            self._step(x, y)

    def end(self, *at: float) -> None:
        """Stop, at a place or where it went last."""
        if self._begun is None:
            return
        if at:
            self._step(*at)
        self._begun = None
        self._draw()

    def _step(self, x: float, y: float) -> None:
        if self._begun is not None:
            self._look_at(self._begun.view_at(x, y), moving=True)
            self._stepped = monotonic()
