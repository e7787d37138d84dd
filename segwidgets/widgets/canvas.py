"""The canvas: photo, masks and prompt on layers, each drawn as a whole whenever it changes.

The current object has a layer of its own, between those of the objects below it and above it: what a click
costs does not grow with the other objects.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from ipycanvas import Canvas, MultiCanvas, hold_canvas
from ipycanvas.canvas import _CANVAS_MANAGER, COMMANDS
from ipycanvas.utils import commands_to_buffer

from segwidgets.drawing import style
from segwidgets.drawing.primitives import BOX_LINES, checkerboard, cross, plus
from segwidgets.geometry import MOST_SCALE, Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.masks.regions import deepest_point
from segwidgets.prompts import Prompt
from segwidgets.widgets import painting
from segwidgets.widgets.overview import Overview
from segwidgets.widgets.room import Room

IMAGE, BELOW, ANNOTATION, ABOVE, INTERACTION, OVERVIEW = range(6)
MAX_WIDTH, MAX_HEIGHT = 720, 540
POINT_RADIUS = 8.0  # on the screen, as all that follows
CROSS_PX = 4.0, 18.0  # from its middle to where its arms begin and end
HANDLE_PX = 8  # of a side
NUMBER_PX = 15  # how high the number of an object is
MOVING_QUALITY = 85  # of the JPEG while the view moves, and of the overview's
RESTING_QUALITY = 94  # of the JPEG of a large canvas, whose PNG would have megabytes
MOST_LOSSLESS = 800_000  # pixels of a canvas; where each pixel of the photo is a square any size is
MOST_COLORS = 15  # of masks in one picture
VEIL = 0.45  # of white, over the part of the overview that is not seen
CHANGE_OPACITY = 0.9  # of what a step would change
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
    """A mask (H, W) in the photo's pixels and its colour; `key` stays the same thing as long as the mask.

    A `number` that is not 0 is written onto it, where colours do not tell it from the others.
    """

    mask: BoolArray
    color: style.Rgb
    key: object = None
    number: int = 0


@dataclass(frozen=True)
class Change:
    """What a step would make of a mask (H, W): `after` for `before`."""

    before: BoolArray
    after: BoolArray

    @property
    def added(self) -> BoolArray:
        """What would come, (H, W)."""
        return self.after & ~self.before

    @property
    def taken(self) -> BoolArray:
        """What would go, (H, W)."""
        return self.before & ~self.after


_Drawn = tuple[painting.Stencil | None, tuple[float, float] | None]  # of a mask, and where its number goes


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
        Between those pixels and the photo's: which part of the photo is seen.
    unit : float
        Canvas pixels to one of the screen, where points and lines have their size.
    is_beside : bool
        Whether there is room for the panels beside it.
    overview : Overview or None
        The small picture of all of the photo as it was drawn last, where only a part is seen.
    """

    def __init__(self, image: UInt8Array) -> None:
        self._photo = image
        self.unit = 1.0
        self._room: Room | None = None
        self.is_beside = True
        self.viewport = self._fitted()
        self.widget = MultiCanvas(6, width=self.viewport.canvas_width, height=self.viewport.canvas_height)
        self.widget.layout.max_width = "100%"
        self.overview: Overview | None = None
        self._small: UInt8Array | None = None
        self._drawn: dict[int, tuple[list[PaintedMask], object]] = {}
        self._worked_on: object = None  # what the layer of the current mask shows, if it is that alone
        self._stencils: dict[int, tuple[weakref.ref[Any], object, _Drawn]] = {}

    @property
    def most_scale(self) -> float:
        """The largest scale: that many pixels of the screen to one of the photo."""
        return MOST_SCALE * self.unit

    @property
    def _line(self) -> float:
        """The unit for masks' lines: pages tell it with each event, and never quite alike."""
        return round(self.unit, 1)

    def _fitted(self) -> Viewport:
        size = self._photo.shape[0], self._photo.shape[1]
        if self._room is None:  # nothing is known of the page
            return Viewport.fit(*size, MAX_WIDTH, MAX_HEIGHT)
        self.is_beside, *sides = self._room.lay_out(*size)
        height, width = (max(1, round(side * self._room.ratio)) for side in sides)
        return Viewport(*size, height, width)

    def make_room(self, room: Room) -> bool:
        """Take the room that there is on the page; what is seen stays. Returns whether anything changed."""
        if room == self._room:
            return False
        self._room, self.unit = room, room.ratio
        before = self.viewport
        after = self._fitted()
        if before.part is not None:
            after = after.looking_at(before.part, self.most_scale)
        self.viewport = after
        self._resize()
        return True

    def _resize(self) -> None:
        self.widget.width, self.widget.height = self.viewport.canvas_width, self.viewport.canvas_height
        if self._room is not None:
            self.widget.layout.width = f"{round(self.viewport.canvas_width / self._room.ratio)}px"

    def show(self, image: UInt8Array) -> None:
        """Exchange the photo; the layers are then blank and want drawing."""
        self._photo, self._small, self.overview = image, None, None
        self.viewport = self._fitted()
        self._resize()

    def forget_drawn(self) -> None:
        """Take note that the layers may be blank."""
        self._drawn.clear()
        self._worked_on = None

    def close(self) -> None:
        """Take the canvas off the page."""
        self.widget.close()
        forget_canvas()

    def draw_photo(self, moving: bool = False) -> None:
        """Draw the image layer: what is seen of the photo, in full detail unless it moves on at once."""
        layer: Canvas = self.widget[IMAGE]
        left, top, inner = self.viewport.without_margins()
        seen = painting.photo_to_canvas(self._photo, inner)[:, :, ::-1]
        with drawing():
            if inner is not self.viewport:
                layer.clear()
            is_large = seen.shape[0] * seen.shape[1] > MOST_LOSSLESS
            quality = MOVING_QUALITY if moving else RESTING_QUALITY if is_large else None
            shows_squares = self.viewport.scale >= painting.PIXELS_SHOW
            _put(layer, seen, (left, top), None if shows_squares and not moving else quality)

    def draw_overview(self, stays: bool = False) -> None:
        """Draw the small picture of all of the photo, or take it away; one that `stays` keeps its corner."""
        last, layer = self.overview, self.widget[OVERVIEW]
        now = Overview.of(self.viewport, self.unit, last)
        if now is not None and last is not None and stays:
            now = last._replace(viewport=self.viewport)
        self.overview = now
        with drawing():
            layer.clear()
            if now is None:
                return
            size = now.width, now.height
            if self._small is None or self._small.shape[1::-1] != size:
                self._small = np.asarray(
                    cv2.resize(self._photo, size, interpolation=cv2.INTER_AREA), np.uint8
                )
            _put(layer, self._small[:, :, ::-1], (now.left, now.top), MOVING_QUALITY)
            left, top, right, bottom = now.frame
            layer.fill_style, layer.global_alpha = painting.css(style.WHITE), VEIL
            layer.fill_rect(now.left, now.top, now.width, top - now.top)
            layer.fill_rect(now.left, bottom, now.width, now.top + now.height - bottom)
            layer.fill_rect(now.left, top, left - now.left, bottom - top)
            layer.fill_rect(right, top, now.left + now.width - right, bottom - top)
            layer.global_alpha = 1.0
            for around in (
                (left, top, right, bottom),
                (now.left, now.top, now.left + size[0], now.top + size[1]),
            ):
                _stroke_box(layer, around, self.unit)

    def draw_masks(
        self,
        masks: Sequence[PaintedMask],
        look: Look,
        defects: Mapping[str, BoolArray] | None = None,
        proposals: Proposals | None = None,
        current: int | None = None,
    ) -> None:
        """Draw masks in their order, then proposals, then what is wrong with the current mask.

        `current` is the index of the mask that is worked on: others are drawn anew only if they changed.
        """
        count = len(masks)
        apart, rest = (count, count) if current is None else (current, current + 1)
        if look.cutout:  # what is hidden follows from all of them
            apart, rest = 0, count
        with drawing():
            self._draw_others(BELOW, masks[:apart], look)
            self._draw_others(ABOVE, masks[rest:], look)
            layer: Canvas = self.widget[ANNOTATION]
            mine = masks[apart:rest]
            alone = not (look.cutout or defects or (proposals is not None and proposals.outlines))
            now = [(self._line, one.number, self._stencil_of(one, look)) for one in mine] if alone else None
            if now is not None and now == self._worked_on:
                return
            self._worked_on = now
            layer.clear()
            if look.cutout and mine:
                outside = ~painting.to_canvas(mine[0].mask, self.viewport)
                for one in mine[1:]:
                    outside &= ~painting.to_canvas(one.mask, self.viewport)
                dark = checkerboard(outside.shape[0], outside.shape[1], painting.CHECKER_PX)
                grey = [(outside & ~dark, (238, 238, 238), 1.0), (outside & dark, (204, 204, 204), 1.0)]
                _draw_stencil(layer, painting.stencil(grey))
            self._paint(layer, mine, look)
            if proposals is not None and proposals.outlines:
                areas, around, along = map(painting.together, zip(*proposals.outlines, strict=True))
                _fill_runs(layer, areas, proposals.color, PROPOSED_OPACITY)
                _fill_runs(layer, around, style.WHITE, 0.9)
                _fill_runs(layer, along, proposals.color)
            for kind, mask in (defects or {}).items():
                seen = painting.to_canvas(mask, self.viewport)
                _draw_stencil(layer, painting.stencil([(seen, style.DEFECT_COLORS[kind], 0.9)]))

    def draw_masks_moving(self, masks: Sequence[PaintedMask], look: Look) -> None:
        """Draw masks in their order while the view moves: their areas alone, in as few pictures as can be."""
        self.forget_drawn()
        parts = [(painting.to_canvas(one.mask, self.viewport), one.color, look.opacity) for one in masks]
        with drawing():
            for number in (BELOW, ANNOTATION, ABOVE):
                self.widget[number].clear()
            for start in range(0, len(parts), MOST_COLORS):
                _draw_stencil(self.widget[ANNOTATION], painting.stencil(parts[start : start + MOST_COLORS]))

    def _draw_others(self, number: int, masks: Sequence[PaintedMask], look: Look) -> None:
        """Draw a layer of masks: what is there stays, and what only came on top is added to it."""
        last, how = self._drawn.get(number, ([], None))
        now = (self.viewport, self._line, look.opacity, look.contour)
        layer: Canvas = self.widget[number]
        begun = how == now and all(
            old.key is new.key and new.key is not None and (old.color, old.number) == (new.color, new.number)
            for old, new in zip(last, masks, strict=False)
        )
        if not begun or len(last) > len(masks):
            layer.clear()
            last = []
        self._paint(layer, masks[len(last) :], look)
        self._drawn[number] = list(masks), now

    def _paint(self, layer: Canvas, masks: Sequence[PaintedMask], look: Look) -> None:
        for one in masks:
            stencil, place = self._stencil_of(one, look)
            _draw_stencil(layer, stencil)
            if place is not None:
                _write_number(layer, one.number, *place, self.unit)

    def _stencil_of(self, one: PaintedMask, look: Look) -> _Drawn:
        """Return what is drawn of a mask and where its number goes, if it is seen and has one.

        It is worked out once as long as its key lives and its look stays.
        """
        how = self.viewport, self._line, one.color, one.number, look.opacity, look.contour, look.cutout
        known = self._stencils.get(id(one.key))
        if known is not None and known[0]() is one.key and known[1] == how:
            return known[2]
        mask = painting.to_canvas(one.mask, self.viewport)
        parts: list[painting.Part] = [(mask, one.color, 0.0 if look.cutout else look.opacity)]
        if look.contour:
            inner, outer = painting.contour(mask, self._line)
            parts += [(outer, style.readable_on(one.color), 0.8), (inner, one.color, 1.0)]
        place = deepest_point(mask, exact=False) if one.number and mask.any() else None
        made = painting.stencil(parts), place
        if one.key is not None:
            self._stencils = {at: kept for at, kept in self._stencils.items() if kept[0]() is not None}
            self._stencils[id(one.key)] = weakref.ref(one.key), how, made
        return made

    def draw_prompt(
        self,
        prompt: Prompt,
        hover: PaintedMask | None = None,
        grabbed: tuple[int, float, float] | None = None,
        dragged_box: tuple[float, float, float, float] | None = None,
        cross: tuple[float, float] | None = None,
        change: Change | None = None,
    ) -> None:
        """Draw the interaction layer: the preview, the box and the points.

        `change` is what a step would do, `grabbed` a point (by number) on its way, `dragged_box` a box that
        is being drawn, `cross` where the arrow keys are; places are in canvas pixels.
        """
        layer: Canvas = self.widget[INTERACTION]
        box = dragged_box
        if box is None and prompt.box is not None:
            box = (*self.viewport.to_canvas(*prompt.box[:2]), *self.viewport.to_canvas(*prompt.box[2:]))
        with drawing():
            layer.clear()
            if hover is not None:
                mask = painting.to_canvas(hover.mask, self.viewport)
                around = painting.contour(mask, self._line)[1]
                _draw_stencil(layer, painting.stencil([(mask, hover.color, 0.3), (around, style.WHITE, 0.9)]))
            if change is not None:
                around = painting.contour(painting.to_canvas(change.after, self.viewport), self._line)[1]
                parts = [(around, style.WHITE, CHANGE_OPACITY)]
                for mask, color in ((change.taken, style.BACKGROUND), (change.added, style.FOREGROUND)):
                    parts.append((painting.all_to_canvas(mask, self.viewport), color, CHANGE_OPACITY))
                _draw_stencil(layer, painting.stencil(parts))
            if box is not None:
                _draw_box(layer, box, self.unit)
            for number, (point, label) in enumerate(zip(prompt.points, prompt.labels or (), strict=True)):
                x, y = self.viewport.to_canvas(*point)
                if grabbed is not None and grabbed[0] == number:
                    _, x, y = grabbed
                _draw_point(layer, x, y, bool(label), self.unit)
            if cross is not None:
                _draw_cross(layer, *cross, self.unit)


def _draw_stencil(layer: Canvas, stencil: painting.Stencil | None) -> None:
    if stencil is not None:
        _put_file(layer, stencil.file, (stencil.left, stencil.top))


def _fill_runs(layer: Canvas, runs: painting.Runs, color: style.Rgb, alpha: float = 1.0) -> None:
    x, y, width = runs
    if not len(x):
        return
    layer.fill_style, layer.global_alpha = painting.css(color), alpha
    layer.fill_rects(x, y, width, 1)
    layer.global_alpha = 1.0


def _write_number(layer: Canvas, number: int, x: float, y: float, unit: float) -> None:
    """Write a number about a place, with a rim that makes it readable on anything."""
    layer.font = f"bold {round(NUMBER_PX * unit)}px sans-serif"
    layer.text_align, layer.text_baseline = "center", "middle"
    layer.stroke_style, layer.line_width = painting.css(style.BLACK), 4 * unit
    layer.stroke_text(str(number), x, y)
    layer.fill_style = painting.css(style.WHITE)
    layer.fill_text(str(number), x, y)


def _put(layer: Canvas, bgr: UInt8Array, at: tuple[int, int], quality: int | None) -> None:
    """Draw a picture (h, w, 3) with its corner at a place: a JPEG of that quality, or without loss."""
    how = (".png", [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if quality is not None:
        how = (".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])
    _, file = cv2.imencode(how[0], bgr, how[1])
    _put_file(layer, file.tobytes(), at)


def _put_file(layer: Canvas, file: bytes, at: tuple[int, int]) -> None:
    """Draw what a picture's file holds over what there is, with its corner at a place."""
    # ipycanvas's own put_image_data takes seven times as long to write the file (231 ms, 34 here)
    _CANVAS_MANAGER.send_draw_command(layer, COMMANDS["putImageData"], list(at), [file])


def _stroke_box(layer: Canvas, box: tuple[float, float, float, float], unit: float) -> None:
    x0, y0, x1, y1 = box
    for color, width in BOX_LINES:
        layer.stroke_style, layer.line_width = painting.css(color), width * unit
        layer.stroke_rect(x0, y0, x1 - x0, y1 - y0)


def _draw_box(layer: Canvas, box: tuple[float, float, float, float], unit: float) -> None:
    _stroke_box(layer, box, unit)
    x0, y0, x1, y1 = box
    places = np.array([(x, y) for x in (x0, (x0 + x1) / 2, x1) for y in (y0, (y0 + y1) / 2, y1)])
    places = np.delete(places, 4, axis=0)  # the box's middle
    for color, side in ((style.BLACK, round((HANDLE_PX + 2) * unit)), (style.WHITE, round(HANDLE_PX * unit))):
        layer.fill_style = painting.css(color)
        layer.fill_rects(*np.round(places - side / 2).T, side, side)


def _draw_cross(layer: Canvas, x: float, y: float, unit: float) -> None:
    """Draw four arms around a gap: what is in the middle stays to be seen."""
    near, far = (reach * unit for reach in CROSS_PX)
    for color, width in ((style.BLACK, 5), (style.WHITE, 2)):
        layer.stroke_style, layer.line_width = painting.css(color), width * unit
        for ax, ay in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            layer.stroke_line(x + near * ax, y + near * ay, x + far * ax, y + far * ay)


def _draw_point(layer: Canvas, x: float, y: float, foreground: bool, unit: float) -> None:
    """Foreground: a disc with a plus. Background: a cross. Never told apart by colour alone."""
    radius = POINT_RADIUS * unit
    if foreground:
        layer.fill_style = painting.css(style.WHITE)
        layer.fill_circle(x, y, radius + 2 * unit)
        layer.fill_style = painting.css(style.FOREGROUND)
        layer.fill_circle(x, y, radius)
        layer.stroke_style, layer.line_width = painting.css(style.WHITE), 2.5 * unit
        for stroke in plus(x, y, radius * 0.55):
            layer.stroke_line(*stroke)
        return
    for color, width, reach in ((style.WHITE, 8, 1.5), (style.BACKGROUND, 4, 0)):
        layer.stroke_style, layer.line_width = painting.css(color), width * unit
        for stroke in cross(x, y, radius * 0.8 + reach * unit):
            layer.stroke_line(*stroke)
