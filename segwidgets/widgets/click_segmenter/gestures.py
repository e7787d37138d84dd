"""From presses and moves to clicks and drags, for mouse, pen and finger alike.

The browser tells neither the button nor a release outside the canvas: leaving it ends a drag where it left.
"""

from __future__ import annotations

from typing import Protocol

DRAG_PX = 5.0  # canvas pixels: less is a click by an unsteady hand
GRAB_PX = 11.0  # how near a point must be to be meant


class GestureTarget(Protocol):
    """Who is told of gestures; everything in canvas pixels."""

    def point_at(self, x: float, y: float) -> int | None:
        """Return the number of the point under (x, y)."""

    def on_press(self, x: float, y: float) -> None:
        """Hear of a press where there is no point; it may become a click or a box."""

    def on_click(self, x: float, y: float, point: int | None) -> None:
        """Hear of a click on the canvas or on one of the points."""

    def on_drag_point(self, point: int, x: float, y: float, done: bool) -> None:
        """Hear of a point being dragged, or dropped."""

    def on_drag_box(self, x0: float, y0: float, x1: float, y1: float, done: bool) -> None:
        """Hear of a box being dragged, or finished; its corners are in order."""

    def on_cancel(self) -> None:
        """Hear of a press that came to nothing."""

    def on_hover(self, x: float, y: float) -> None:
        """Hear of the mouse moving with nothing pressed."""

    def on_leave(self) -> None:
        """Hear of the mouse leaving the canvas."""


class Gestures:
    """Tells clicks from drags."""

    def __init__(self, target: GestureTarget) -> None:
        self._target = target
        self._start: tuple[float, float] | None = None
        self._now = (0.0, 0.0)
        self._point: int | None = None
        self._dragging = False

    @property
    def pressed(self) -> bool:
        """Whether a press is going on."""
        return self._start is not None

    def press(self, x: float, y: float) -> None:
        """Take note that a button or a finger went down."""
        self._start, self._now, self._dragging = (x, y), (x, y), False
        self._point = self._target.point_at(x, y)
        if self._point is None:
            self._target.on_press(x, y)

    def move(self, x: float, y: float) -> None:
        """Take note that the mouse or a finger moved."""
        if self._start is None:
            self._target.on_hover(x, y)
            return
        self._now = (x, y)
        distance = max(abs(x - self._start[0]), abs(y - self._start[1]))
        if self._dragging or distance > DRAG_PX:
            self._dragging = True
            self._tell(done=False)

    def release(self) -> None:
        """Take note that the button or the finger went up, where the last move was."""
        if self._start is None:
            return
        if self._dragging:
            self._tell(done=True)
        else:
            self._target.on_click(*self._start, self._point)
        self._start = None

    def leave(self) -> None:
        """End a drag where the mouse left the canvas; a mere press is forgotten."""
        if self._start is not None and self._dragging:
            self.release()
        self.cancel()
        self._target.on_leave()

    def cancel(self) -> None:
        """Forget the press that is going on."""
        if self._start is not None:
            self._start = None
            self._target.on_cancel()

    def _tell(self, done: bool) -> None:
        x, y = self._now
        if self._point is not None:
            self._target.on_drag_point(self._point, x, y, done)
            return
        x0, y0 = self._start or self._now
        self._target.on_drag_box(min(x0, x), min(y0, y), max(x0, x), max(y0, y), done)
