"""The tool in the hand: brush, eraser or lasso; what it drew on the canvas becomes a step of the session.

The page draws a line while it is drawn and tells it whole, see `strokes.js`. Where no page does, as without
anywidget, presses and moves are followed here; the keyboard's dabs and corners are, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot
from typing import Any

from segwidgets.widgets.buttons import Do, Seg
from segwidgets.widgets.canvas import PhotoCanvas
from segwidgets.widgets.painting import css

Place = tuple[float, float]

TOOLS: dict[str, tuple[str, bool]] = {
    "brush": ("brush", False),
    "eraser": ("brush", True),
    "lasso": ("lasso", False),
    "cut": ("lasso", True),
}
"""What each draws, and whether it takes away."""

LEAST_SIZE, MOST_SIZE = 2, 200  # of the brush across, in pixels of the screen
TOLERANCE = 0.25  # pixels of the screen that a line may be simplified by
CLOSE_PX = 10.0  # of the screen: a corner this near the first closes the lasso


class Brush:
    """What draws on the canvas, if anything does.

    Parameters
    ----------
    seg : ClickSegmenter
        What strokes are done to.
    canvas : PhotoCanvas
        What is drawn on.
    do : callable
        Carries out a function for a hand, and shows its errors.
    send : callable
        Tells the page something.

    Attributes
    ----------
    tool : str
        One of `TOOLS`, or "" where clicks are clicks.
    size : int
        Of the brush across, in pixels of the screen: as wide at every zoom.
    corners : list of (float, float)
        Of the lasso that the keyboard is at, in the photo's pixels.
    """

    def __init__(self, seg: Seg, canvas: PhotoCanvas, do: Do, send: Callable[..., None]) -> None:
        self._seg, self._canvas, self._do, self._send = seg, canvas, do, send
        self.tool = ""
        self.size = 24
        self.corners: list[Place] = []
        self._untold: dict[str, Any] = {}
        self._drawing: tuple[list[Place], bool] | None = None

    def take_up(self, tool: str) -> None:
        """Take one of `TOOLS` into the hand, or with "" put it away."""
        if tool and tool not in TOOLS:
            raise ValueError(f"there is no tool {tool!r:.60}; there are {', '.join(TOOLS)}")
        self.tool = tool
        self.cancel()

    def resize(self, size: float) -> None:
        """Change the brush's size to whole pixels, within its limits."""
        self.size = min(max(round(size), LEAST_SIZE), MOST_SIZE)

    def told(self) -> dict[str, Any]:
        """Return what the page has to know to draw a line before it is told."""
        if not self.tool:
            return {}
        kind, erase = TOOLS[self.tool]
        over = self._canvas.overview
        return {
            "tool": kind,
            "erase": erase,
            "radius": self.size / 2,
            "color": css(self._seg.session.state.next_color),
            "corners": [list(self._canvas.viewport.to_canvas(*corner)) for corner in self.corners],
            "keep_off": []
            if over is None
            else [over.left, over.top, over.left + over.width, over.top + over.height],
        }

    # lines

    def take(self, event: dict[str, Any]) -> None:
        """Carry out a line that the page drew, in canvas pixels, and let it take its drawing away."""
        self._untold = {"page": event.get("page"), "stroke": event["stroke"]}
        try:
            places = [(float(x), float(y)) for x, y in event["points"]]
            radius = float(event["radius"]) * float(event["unit"])
            self._carry_out(event["tool"], places, bool(event["erase"]), radius)
        finally:
            self.tell_drawn()

    def tell_drawn(self) -> None:
        """Let the page take its drawing away: the mask is on the canvas now, or there will be none."""
        if self._untold:
            self._send(**self._untold)
        self._untold = {}

    @property
    def is_drawing(self) -> bool:
        """Whether a press that is followed here has not ended."""
        return self._drawing is not None

    def press(self, x: float, y: float, background: bool) -> None:
        """Begin a line; the right button, Alt or Shift does the opposite of what the tool does."""
        self._drawing = [(x, y)], TOOLS[self.tool][1] != background

    def move(self, x: float, y: float) -> None:
        """Go on with the line."""
        if self._drawing is not None:
            self._drawing[0].append((x, y))

    def release(self) -> None:
        """End the line, and carry it out."""
        if self._drawing is not None:
            (places, erase), self._drawing = self._drawing, None
            self._carry_out(TOOLS[self.tool][0], places, erase, self.size / 2 * self._canvas.unit)

    def cancel(self) -> None:
        """Forget the line that is going on."""
        self._drawing, self.corners = None, []

    def place(self, x: float, y: float) -> None:
        """Do what the keyboard's Enter does at a place on the canvas: a dab, or a corner of the lasso."""
        kind, erase = TOOLS[self.tool]
        if kind == "brush":
            self._carry_out(kind, [(x, y)], erase, self.size / 2 * self._canvas.unit)
            return
        corners = [self._canvas.viewport.to_canvas(*corner) for corner in self.corners]
        near = CLOSE_PX * self._canvas.unit
        if len(corners) > 2 and hypot(corners[0][0] - x, corners[0][1] - y) <= near:
            self.corners = []
            self._carry_out(kind, corners, erase, 0.0)
        else:
            self.corners = [*self.corners, self._canvas.viewport.to_image(x, y)]

    def _carry_out(self, kind: str, places: list[Place], erase: bool, radius: float) -> None:
        path = self._in_photo(_simplified(places, TOLERANCE * self._canvas.unit, closed=kind == "lasso"))
        if kind == "brush":
            self._do(self._seg.paint, path, radius / self._canvas.viewport.scale, erase)
        elif len(path) > 2:  # else a slip
            self._do(self._seg.lasso, path, erase)

    def _in_photo(self, places: Sequence[Place]) -> list[Place]:
        """Return places in the photo's pixels, those outside of it too: a brush reaches in from there."""
        left, top, right, bottom = self._canvas.viewport.seen
        across = (right - left) / self._canvas.viewport.canvas_width
        down = (bottom - top) / self._canvas.viewport.canvas_height
        return [(left + x * across, top + y * down) for x, y in places]


def _simplified(places: list[Place], tolerance: float, closed: bool) -> list[Place]:
    """Return a line with fewer places that is nowhere farther from it than that."""
    import cv2
    import numpy as np

    if len(places) < 3:
        return places
    line = np.array(places, np.float32)[:, None]
    return [(float(x), float(y)) for x, y in cv2.approxPolyDP(line, tolerance, closed)[:, 0]]
