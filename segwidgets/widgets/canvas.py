"""The canvas: photo, masks and prompt on three layers, each drawn as a whole whenever it changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from ipycanvas import Canvas, MultiCanvas, hold_canvas
from ipycanvas.canvas import _CANVAS_MANAGER
from ipycanvas.utils import commands_to_buffer

from segwidgets.drawing import style
from segwidgets.drawing.primitives import BOX_LINES, checkerboard, cross, plus
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.prompts import Prompt
from segwidgets.widgets import painting

IMAGE, ANNOTATION, INTERACTION = range(3)
MAX_WIDTH, MAX_HEIGHT = 720, 540
POINT_RADIUS = 8.0  # canvas pixels
CROSS_PX = 4.0, 18.0  # from its middle to where its arms begin and end
HANDLE_PX = 8  # of a side, in canvas pixels
PROPOSED_OPACITY = 0.2  # of a mask that is only proposed

_LOCK = threading.RLock()  # ipycanvas has one queue of commands for all canvases of a kernel


@contextmanager
def drawing() -> Iterator[None]:
    """Send all that is drawn within as one message; threads take turns, and an error leaves nothing stuck."""
    with _LOCK:
        caching = _CANVAS_MANAGER._caching
        try:
            with hold_canvas():
                yield
        except BaseException:
            _CANVAS_MANAGER._commands_cache, _CANVAS_MANAGER._buffers_cache = [], []
            _CANVAS_MANAGER._current_canvas = None
            _CANVAS_MANAGER._caching = caching
            raise


def forget_canvas() -> None:
    """Forget which canvas was drawn on last: ipycanvas would hold it, and through it whoever listens there.

    A page that has just loaded knows of none either.
    """
    with _LOCK:
        _CANVAS_MANAGER._current_canvas = None


def try_canvas() -> None:
    """Make a canvas, draw on it and close it, or raise what is in the way.

    The commands are packed as they would be sent, but the page never sees them: it may ask for the canvas
    only after that is gone.
    """
    canvas = Canvas(width=8, height=8)
    with _LOCK:
        kept = _CANVAS_MANAGER._caching, _CANVAS_MANAGER._commands_cache, _CANVAS_MANAGER._buffers_cache
        _CANVAS_MANAGER._caching, _CANVAS_MANAGER._commands_cache = True, []
        try:
            canvas.fill_rect(0, 0, 8, 8)
            commands_to_buffer(_CANVAS_MANAGER._commands_cache)
        finally:
            _CANVAS_MANAGER._caching, _CANVAS_MANAGER._commands_cache, _CANVAS_MANAGER._buffers_cache = kept
            _CANVAS_MANAGER._current_canvas = None
            canvas.close()


@dataclass(frozen=True)
class PaintedMask:
    """A mask (H, W) in the photo's pixels, with its colour."""

    mask: BoolArray
    color: style.Rgb


@dataclass(frozen=True)
class Proposals:
    """Masks that are only proposed, as `painting.outline` gives them, in one colour."""

    outlines: Sequence[painting.Outline]
    color: style.Rgb


@dataclass
class Look:
    """How masks are drawn; the user's choice, and no part of the session."""

    opacity: float = style.MASK_OPACITY
    contour: bool = True
    cutout: bool = False
    defects: bool = False


class PhotoCanvas:
    """A photo on an ipycanvas `MultiCanvas`, fitted into a notebook cell.

    Attributes
    ----------
    widget : ipycanvas.MultiCanvas
        Shows itself as wide as the cell allows; events are in its own pixels at any width.
    viewport : Viewport
        Between those pixels and the photo's.
    """

    def __init__(self, image: UInt8Array) -> None:
        self.viewport = Viewport.fit(image.shape[0], image.shape[1], MAX_WIDTH, MAX_HEIGHT)
        self.widget = MultiCanvas(3, width=self.viewport.canvas_width, height=self.viewport.canvas_height)
        self.widget.layout.max_width = "100%"
        self._photo = painting.photo_to_canvas(image, self.viewport)

    def show(self, image: UInt8Array) -> None:
        """Exchange the photo; the layers are then blank and want drawing."""
        self.viewport = Viewport.fit(image.shape[0], image.shape[1], MAX_WIDTH, MAX_HEIGHT)
        self._photo = painting.photo_to_canvas(image, self.viewport)
        self.widget.width, self.widget.height = self.viewport.canvas_width, self.viewport.canvas_height

    def close(self) -> None:
        """Take the canvas off the page."""
        self.widget.close()
        forget_canvas()

    def draw_photo(self) -> None:
        """Draw the image layer."""
        layer: Canvas = self.widget[IMAGE]
        with drawing():
            layer.clear()
            layer.put_image_data(self._photo, 0, 0)

    def draw_masks(
        self,
        masks: Sequence[PaintedMask],
        look: Look,
        defects: Mapping[str, BoolArray] | None = None,
        proposals: Proposals | None = None,
    ) -> None:
        """Draw the annotation layer: masks in their order, proposals, what is wrong with the current mask."""
        layer: Canvas = self.widget[ANNOTATION]
        scaled = [(painting.to_canvas(one.mask, self.viewport), one.color) for one in masks]
        with drawing():
            layer.clear()
            if look.cutout and scaled:
                outside = ~scaled[0][0]
                for mask, _ in scaled[1:]:
                    outside &= ~mask
                dark = checkerboard(outside.shape[0], outside.shape[1], painting.CHECKER_PX)
                _fill(layer, outside & ~dark, (238, 238, 238))
                _fill(layer, outside & dark, (204, 204, 204))
            for mask, color in scaled:
                if not look.cutout:
                    _fill(layer, mask, color, look.opacity)
                if look.contour:
                    inner, outer = painting.contour(mask)
                    _fill(layer, outer, style.readable_on(color), 0.8)
                    _fill(layer, inner, color)
            if proposals is not None and proposals.outlines:
                areas, around, along = map(painting.together, zip(*proposals.outlines, strict=True))
                _fill_runs(layer, areas, proposals.color, PROPOSED_OPACITY)
                _fill_runs(layer, around, style.WHITE, 0.9)
                _fill_runs(layer, along, proposals.color)
            for kind, mask in (defects or {}).items():
                _fill(layer, painting.to_canvas(mask, self.viewport), style.DEFECT_COLORS[kind], 0.9)

    def draw_prompt(
        self,
        prompt: Prompt,
        hover: PaintedMask | None = None,
        grabbed: tuple[int, float, float] | None = None,
        dragged_box: tuple[float, float, float, float] | None = None,
        cross: tuple[float, float] | None = None,
    ) -> None:
        """Draw the interaction layer: the preview, the box and the points.

        `grabbed` is a point (by number) on its way, `dragged_box` a box that is being drawn, `cross` where
        the arrow keys are; all in canvas pixels.
        """
        layer: Canvas = self.widget[INTERACTION]
        box = dragged_box
        if box is None and prompt.box is not None:
            box = (*self.viewport.to_canvas(*prompt.box[:2]), *self.viewport.to_canvas(*prompt.box[2:]))
        with drawing():
            layer.clear()
            if hover is not None:
                mask = painting.to_canvas(hover.mask, self.viewport)
                _fill(layer, mask, hover.color, 0.3)
                _fill(layer, painting.contour(mask)[1], style.WHITE, 0.9)
            if box is not None:
                _draw_box(layer, box)
            for number, (point, label) in enumerate(zip(prompt.points, prompt.labels or (), strict=True)):
                x, y = self.viewport.to_canvas(*point)
                if grabbed is not None and grabbed[0] == number:
                    _, x, y = grabbed
                _draw_point(layer, x, y, bool(label))
            if cross is not None:
                _draw_cross(layer, *cross)


def _fill(layer: Canvas, mask: BoolArray, color: style.Rgb, alpha: float = 1.0) -> None:
    """Fill a mask of the canvas's own size."""
    _fill_runs(layer, painting.runs(mask), color, alpha)


def _fill_runs(layer: Canvas, runs: painting.Runs, color: style.Rgb, alpha: float = 1.0) -> None:
    x, y, width = runs
    if not len(x):
        return
    layer.fill_style, layer.global_alpha = painting.css(color), alpha
    layer.fill_rects(x, y, width, 1)
    layer.global_alpha = 1.0


def _draw_box(layer: Canvas, box: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = box
    for color, width in BOX_LINES:
        layer.stroke_style, layer.line_width = painting.css(color), width
        layer.stroke_rect(x0, y0, x1 - x0, y1 - y0)
    places = np.array([(x, y) for x in (x0, (x0 + x1) / 2, x1) for y in (y0, (y0 + y1) / 2, y1)])
    places = np.delete(places, 4, axis=0)  # the box's middle
    for color, side in ((style.BLACK, HANDLE_PX + 2), (style.WHITE, HANDLE_PX)):
        layer.fill_style = painting.css(color)
        layer.fill_rects(*np.round(places - side / 2).T, side, side)


def _draw_cross(layer: Canvas, x: float, y: float) -> None:
    """Draw four arms around a gap: what is in the middle stays to be seen."""
    for color, width in ((style.BLACK, 5), (style.WHITE, 2)):
        layer.stroke_style, layer.line_width = painting.css(color), width
        for ax, ay in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            near, far = CROSS_PX
            layer.stroke_line(x + near * ax, y + near * ay, x + far * ax, y + far * ay)


def _draw_point(layer: Canvas, x: float, y: float, foreground: bool) -> None:
    """Foreground: a disc with a plus. Background: a cross. Never told apart by colour alone."""
    arm = POINT_RADIUS * 0.55
    if foreground:
        layer.fill_style = painting.css(style.WHITE)
        layer.fill_circle(x, y, POINT_RADIUS + 2)
        layer.fill_style = painting.css(style.FOREGROUND)
        layer.fill_circle(x, y, POINT_RADIUS)
        layer.stroke_style, layer.line_width = painting.css(style.WHITE), 2.5
        for stroke in plus(x, y, arm):
            layer.stroke_line(*stroke)
        return
    arm = POINT_RADIUS * 0.8
    for color, width, reach in ((style.WHITE, 8, arm + 1.5), (style.BACKGROUND, 4, arm)):
        layer.stroke_style, layer.line_width = painting.css(color), width
        for stroke in cross(x, y, reach):
            layer.stroke_line(*stroke)
