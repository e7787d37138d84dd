"""From presses and moves to clicks and drags, for mouse, pen and finger alike.

Where ipycanvas alone listens there is neither a button nor a release outside the canvas: leaving it ends a
drag where it left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Any, Protocol

DRAG_PX, FINGER_DRAG_PX = 5.0, 10.0  # on the screen: less is a click by an unsteady hand
GRAB_PX, FINGER_GRAB_PX = 11.0, 24.0  # on the screen: how near a point must be to be meant


@dataclass(frozen=True)
class Hand:
    """What is over the canvas.

    Attributes
    ----------
    grab : float
        How near a point must be to be meant, in canvas pixels.
    steady : float
        How far a click may stray, in canvas pixels.
    background : bool
        Whether the press means the background, whatever is chosen.
    time : float or None
        When the press was, in milliseconds of the page's clock.
    finger : bool
        Whether it is a finger, which taps twice to zoom.
    selects : bool
        Whether the press means the object that lies there.
    """

    grab: float = GRAB_PX
    steady: float = DRAG_PX
    background: bool = False
    time: float | None = None
    finger: bool = False
    selects: bool = False

    @classmethod
    def told(cls, event: dict[str, Any]) -> Hand:
        """Read what the pointer layer tells: the screen's pixels count, whatever the canvas's size there."""
        finger = event.get("pointer") == "touch"
        unit = float(event["unit"])
        return cls(
            unit * (FINGER_GRAB_PX if finger else GRAB_PX),
            unit * (FINGER_DRAG_PX if finger else DRAG_PX),
            bool(event.get("background")),
            event.get("time"),
            finger,
            bool(event.get("selects")),
        )


MOUSE = Hand()  # without a pointer layer nothing else is known

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Grip:
    """A part of a box that is dragged: which of its edges go along.

    Attributes
    ----------
    box : (float, float, float, float)
        The box as it was: left, top, right, bottom.
    moves : (bool, bool, bool, bool)
        Which edges are held, in the same order; all of them move the box.
    """

    box: Box
    moves: tuple[bool, bool, bool, bool]

    @classmethod
    def at(cls, box: Box, x: float, y: float, grab: float) -> Grip | None:
        """Return what of a box lies at (x, y): a corner, the middle of an edge, or the line."""
        handles = handles_of(box)
        nearest = min(handles, key=lambda held: hypot(handles[held][0] - x, handles[held][1] - y))
        if hypot(handles[nearest][0] - x, handles[nearest][1] - y) <= grab:
            return cls(box, nearest)
        x0, y0, x1, y1 = box
        outside = max(x0 - x, x - x1, y0 - y, y - y1)
        return cls(box, (True,) * 4) if -grab <= outside <= grab else None

    def dragged(self, dx: float, dy: float, width: float, height: float) -> Box:
        """Return the box after a drag, within a canvas of that size; one that is moved keeps its own."""
        x0, y0, x1, y1 = self.box
        if all(self.moves):
            dx, dy = min(max(dx, -x0), width - x1), min(max(dy, -y0), height - y1)
        xs = [min(max(x + dx * held, 0.0), width) for x, held in zip((x0, x1), self.moves[::2], strict=True)]
        ys = [
            min(max(y + dy * held, 0.0), height) for y, held in zip((y0, y1), self.moves[1::2], strict=True)
        ]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def cursor(self) -> str:
        """How the mouse looks over it, as CSS says it."""
        left, top, right, bottom = self.moves
        if left and right:
            return "move"
        if (left or right) and (top or bottom):
            return "nwse-resize" if left == top else "nesw-resize"
        return "ew-resize" if left or right else "ns-resize"


def handles_of(box: Box) -> dict[tuple[bool, bool, bool, bool], tuple[float, float]]:
    """Return where a box is held to change its size, by the edges that go along: corners first."""
    x0, y0, x1, y1 = box
    across = {(True, False): x0, (False, True): x1, (False, False): (x0 + x1) / 2}
    down = {(True, False): y0, (False, True): y1, (False, False): (y0 + y1) / 2}
    places = {
        (left, top, right, bottom): (x, y)
        for (left, right), x in across.items()
        for (top, bottom), y in down.items()
    }
    del places[False, False, False, False]
    return dict(sorted(places.items(), key=lambda one: -sum(one[0])))


class GestureTarget(Protocol):
    """Who is told of gestures; everything in canvas pixels."""

    def point_at(self, x: float, y: float, grab: float) -> int | None:
        """Return the number of the point that is nearest to (x, y), if it is as near as that."""

    def grip_at(self, x: float, y: float, grab: float) -> Grip | None:
        """Return what of the box is nearest to (x, y), if it is as near as that."""

    def on_press(self, x: float, y: float, hand: Hand) -> None:
        """Hear of a press where there is no point; it may become a click or a box."""

    def on_click(self, x: float, y: float, point: int | None, hand: Hand) -> None:
        """Hear of a click on the canvas or on one of the points."""

    def on_drag_point(self, point: int, x: float, y: float, done: bool) -> None:
        """Hear of a point being dragged, or dropped."""

    def on_drag_box(self, x0: float, y0: float, x1: float, y1: float, done: bool, hand: Hand) -> None:
        """Hear of a box being dragged, or finished; its corners are in order."""

    def on_drag_grip(self, grip: Grip, dx: float, dy: float, done: bool) -> None:
        """Hear of the box being dragged by a part of it, or dropped."""

    def on_cancel(self) -> None:
        """Hear of a press that came to nothing."""

    def on_hover(self, x: float, y: float, hand: Hand) -> None:
        """Hear of the mouse moving with nothing pressed."""

    def on_leave(self) -> None:
        """Hear of the mouse leaving the canvas."""


class Gestures:
    """Tells clicks from drags."""

    def __init__(self, target: GestureTarget) -> None:
        self._target = target
        self._start: tuple[float, float] | None = None
        self._now = (0.0, 0.0)
        self._hand = Hand()
        self._point: int | None = None
        self._grip: Grip | None = None
        self._dragging = False

    @property
    def pressed(self) -> bool:
        """Whether a press is going on."""
        return self._start is not None

    def press(self, x: float, y: float, hand: Hand = MOUSE) -> None:
        """Take note that a button or a finger went down."""
        self._start, self._now, self._dragging, self._hand = (x, y), (x, y), False, hand
        self._point = None if hand.selects else self._target.point_at(x, y, hand.grab)
        free = self._point is None and not hand.background and not hand.selects
        self._grip = self._target.grip_at(x, y, hand.grab) if free else None
        if self._point is None and self._grip is None:
            self._target.on_press(x, y, hand)

    def move(self, x: float, y: float, hand: Hand = MOUSE) -> None:
        """Take note that the mouse or a finger moved."""
        if self._start is None:
            self._target.on_hover(x, y, hand)
            return
        self._go_to(x, y)
        if self._dragging:
            self._tell(done=False)

    def release(self, x: float | None = None, y: float | None = None) -> None:
        """Take note that the button or the finger went up, there or where the last move was."""
        if self._start is None:
            return
        if x is not None and y is not None:
            self._go_to(x, y)
        if self._dragging:
            self._tell(done=True)
        else:
            self._target.on_click(*self._start, self._point, self._hand)
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

    def _go_to(self, x: float, y: float) -> None:
        start, self._now = self._start or (x, y), (x, y)
        distance = max(abs(x - start[0]), abs(y - start[1]))
        self._dragging = self._dragging or distance > self._hand.steady

    def _tell(self, done: bool) -> None:
        x, y = self._now
        if self._point is not None:
            self._target.on_drag_point(self._point, x, y, done)
            return
        x0, y0 = self._start or self._now
        if self._grip is not None:
            self._target.on_drag_grip(self._grip, x - x0, y - y0, done)
            return
        self._target.on_drag_box(min(x0, x), min(y0, y), max(x0, x), max(y0, y), done, self._hand)
