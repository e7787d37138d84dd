"""What the explorers with a mouse share: the point under it, and the one that a click pins."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from ipywidgets import HTML, Box, VBox

from segwidgets.drawing.captions import caption
from segwidgets.ground.validation import UInt8Array, check_points
from segwidgets.widgets.canvas import IMAGE, PhotoCanvas, drawing, forget_canvas
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.static_view import StaticView, status

Point = tuple[float, float]


class PointExplorer(StaticView):
    """A picture that answers to the mouse over it; what a click pins stays when the mouse has left.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The photo.
    stage : ndarray of shape (h, w, 3), uint8
        A picture with the proportions of those that `_paint` returns, which are of the canvas's size.
    controls : sequence of ipywidgets.Widget
        What stands above it.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    canvas : PhotoCanvas
        What is drawn on, and what the mouse is over.
    pinned : (float, float) or None
        The point that was clicked, in the photo's pixels.
    words : ipywidgets.HTML
        What is said of the point.
    """

    def __init__(self, image: UInt8Array, stage: UInt8Array, controls: Sequence[Any], lang: str) -> None:
        self.image = image
        self.pinned: Point | None = None
        self._hover: Point | None = None
        self._lock = threading.RLock()
        self.canvas = PhotoCanvas(stage)
        self._viewport = self.canvas.viewport
        self.words = HTML()
        self._worker = LatestWins(lambda: self._guard(self._serve_hover))
        frame = VBox([Box([self.canvas.widget])])
        frame.add_class("sw-stage")
        super().__init__([*controls, frame, self.words], lang)
        self._listen()

    def point(self, x: float, y: float) -> None:
        """Ask about the point (x, y), in the photo's pixels, as a click does.

        Raises
        ------
        TypeError, ValueError
            If it is not two numbers, or outside the photo.
        """
        check_points([(x, y)], size=self.image.shape[:2])
        with self._lock:
            self.pinned, self._hover = (float(x), float(y)), None
            self._refresh()

    def picture(self) -> UInt8Array:
        """Return what is shown for the pinned point, words included, as (H, W, 3) uint8 RGB."""
        return caption(self._paint(self.pinned), self._describe(self.pinned))

    def _take_down(self) -> None:
        if self.comm is not None:
            self._worker.close()
            self.canvas.close()
        super()._take_down()

    def _paint(self, at: Point | None) -> UInt8Array:
        """Return the picture for a point in the photo's pixels."""
        raise NotImplementedError

    def _describe(self, at: Point | None) -> str:
        """Say what is found at a point."""
        raise NotImplementedError

    def _as_html(self, at: Point | None) -> str:
        """Return the words as HTML."""
        return status(self._describe(at))

    def photo_point(self, x: float, y: float) -> Point:
        """Return the photo's xy under the canvas's xy."""
        return self._viewport.to_image(x, y)

    def _refresh(self) -> None:
        with self._lock:
            at = self._hover or self.pinned
            painted = self._paint(at)
            with drawing():  # as RGBA, since ipycanvas would send RGB as JPEG
                opaque = np.full(painted.shape[:2], 255, np.uint8)
                self.canvas.widget[IMAGE].put_image_data(np.dstack([painted, opaque]), 0, 0)
            self.words.value = self._as_html(at)

    def _serve_hover(self) -> None:
        """Run in the worker's thread; the mouse may have left meanwhile."""
        with self._lock:
            if self._hover is not None:
                self._refresh()

    def _listen(self) -> None:
        canvas = self.canvas.widget
        canvas.on_client_ready(lambda: self._guard(self._ready))
        canvas.on_mouse_down(lambda x, y: self._guard(self._click, x, y))
        canvas.on_touch_start(lambda touches: self._guard(self._click, *touches[0]))
        canvas.on_mouse_move(lambda x, y: self._guard(self._move, x, y))
        canvas.on_mouse_out(lambda x, y: self._guard(self._leave))

    def _ready(self) -> None:
        forget_canvas()
        self._refresh()

    def _click(self, x: float, y: float) -> None:
        self.point(*self.photo_point(x, y))

    def _move(self, x: float, y: float) -> None:
        self._hover = self.photo_point(x, y)
        self._worker.submit()

    def _leave(self) -> None:
        self._worker.forget()
        with self._lock:
            if self._hover is not None:
                self._hover = None
                self._refresh()
