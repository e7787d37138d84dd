"""The photo that is clicked on: gestures become actions, and what came of them is drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from math import hypot
from time import monotonic
from typing import Any

from segwidgets.drawing import style
from segwidgets.geometry import Viewport
from segwidgets.locale.catalogues import translations
from segwidgets.prompts import Prompt
from segwidgets.widgets.buttons import Do, Seg
from segwidgets.widgets.canvas import Look, PaintedMask, PhotoCanvas, Proposals, forget_canvas
from segwidgets.widgets.click_segmenter.actions import Action, heard, keymap
from segwidgets.widgets.click_segmenter.brush import Brush
from segwidgets.widgets.click_segmenter.clicks import ComingPoint, LastClick
from segwidgets.widgets.click_segmenter.everything import Everything
from segwidgets.widgets.click_segmenter.gestures import GRAB_PX, MOUSE, Gestures, Grip, Hand
from segwidgets.widgets.click_segmenter.peek import Peek
from segwidgets.widgets.click_segmenter.steering import Steering
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.lifetime import parts_of
from segwidgets.widgets.pointer import pointer_layer
from segwidgets.widgets.room import Room
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import SegmentedObject
from segwidgets.widgets.versions import give_focus

STEP_PX, FAR_PX = 2.0, 32.0  # on the screen, that an arrow key moves the cross by
TAPS_ZOOM = 3.0  # by a double tap


class Stage:
    """Draws a session on a canvas and turns what the mouse, the finger and the keys do there into actions.

    Parameters
    ----------
    seg : ClickSegmenter
        What is told of clicks and keys.
    session : Session
        What is drawn.
    everything : Everything
        All masks of the photo, when they were asked for.
    actions : iterable of Action
        Of which the keys are heard.
    do : callable
        Carries out a function for a hand, and shows its errors.
    guard : callable
        Runs a function and shows its errors.

    Attributes
    ----------
    canvas : PhotoCanvas
        What is drawn on.
    pointer : list of ipywidgets.Widget
        What must stand beside it so that buttons, modifiers and keys are heard; may be empty.
    label : int
        What clicks mark: 1 the object, 0 the background.
    selecting : bool
        Whether clicks select the object under them instead.
    merging : bool
        Whether the next of these merges the current object with it.
    look : Look
        How masks are drawn.
    hovering : bool
        Whether the mask under the mouse is shown before the click.
    eager : bool
        Whether a click's mask is shown while the button is still down.
    hears_buttons : bool
        Whether the pointer layer has spoken, so that the right button is told from the left.
    has_page : bool
        Whether a page has shown the canvas.
    brush : Brush
        What draws on it instead of clicking, if anything does.
    peek : Peek
        What a button would do, while the mouse or the keyboard is on it.
    cross : (float, float) or None
        Where the keyboard's cross is on the canvas, in its pixels.
    on_view, on_room, on_page : callable
        Are told that another part of the photo is seen, that the page has more or less room for it, and that
        a page shows the canvas.
    previewed : (float, float) or None
        The place in the photo whose mask is shown before the click.
    """

    def __init__(
        self,
        seg: Seg,
        session: Session,
        everything: Everything,
        actions: Iterable[Action],
        do: Do,
        guard: Callable[..., None],
    ) -> None:
        self.session, self.everything = session, everything
        self.label: int = 1
        self.selecting = self.merging = False
        self.look = Look()
        self.hovering: bool = False
        self.eager = True
        self.hears_buttons = self.has_page = False
        self.previewed: tuple[float, float] | None = None
        self.canvas = PhotoCanvas(session.segmenter.image)
        self.on_view: Callable[[], object] = lambda: None
        self.on_room: Callable[[], object] = lambda: None
        self.on_page: Callable[[], object] = lambda: None
        self._seg, self._do = seg, do
        actions = list(actions)
        self._keymap = keymap(actions)
        self.peek = Peek(actions)
        self._lock = threading.RLock()
        self._hover: PaintedMask | None = None
        self._hover_wanted = 0
        self._highlighted: object = None
        self._selected: SegmentedObject | None = None  # by the last click
        self._gestures = Gestures(self)
        self._steering = Steering(self.canvas, self.look_at, self.draw)
        self.brush = Brush(seg, self.canvas, do, self._send)
        self.cross: tuple[float, float] | None = None
        self._last: LastClick | None = None
        self._coming: ComingPoint | None = None
        self._spoken = False
        self._page: str | None = None
        self._tr = translations(seg.lang)
        self._worker = LatestWins(lambda *request: guard(self._serve_hover, *request))
        self._listen(guard)
        keys = [key for key in self._keymap if key.removeprefix("shift+") != "tab"]  # the browser's, here
        self.pointer = pointer_layer(keys, lambda event: guard(self._hear, event), lang=seg.lang)

    def name_canvas(self, text: str) -> None:
        """Say in words what the canvas shows."""
        self._tell_page(label=text)

    def ask_for_more(self, piece: dict[str, Any]) -> None:
        """Let the page send the piece of a photo that comes after this one."""
        self._send(page=piece["page"], piece=piece["at"])

    def close(self) -> None:
        """End the worker and the canvas."""
        self._worker.close()
        self.canvas.close()

    def show(self, session: Session) -> None:
        """Go over to another session, perhaps on another photo."""
        self._forget_hover()
        self._gestures, self._last, self._coming, self.cross = Gestures(self), None, None, None
        if session.segmenter.image is not self.session.segmenter.image:
            self.canvas.show(session.segmenter.image)
        self.session = session
        self.draw()

    def draw(self, moving: bool = False) -> None:
        """Draw all layers; while the view moves photo and masks are drawn in less detail."""
        self.canvas.forget_drawn()
        self.canvas.draw_photo(moving)
        self.draw_masks(moving)
        self.canvas.draw_overview(stays=self._steering.is_going_on)
        self.draw_prompt()

    # which part of the photo is seen

    def look_at(self, viewport: Viewport, moving: bool = False) -> None:
        """Show another part of the photo; `moving` where the next one follows at once."""
        if viewport == self.canvas.viewport:
            return
        self._gestures.cancel()
        self._forget_hover()
        at = None if self.cross is None else self.canvas.viewport.to_image(*self.cross)
        self.canvas.viewport, self._last = viewport, None
        self.cross = None if at is None else viewport.to_canvas(*at)
        self.draw(moving)
        self.on_view()

    def zoom(self, factor: float, about: tuple[float, float] | None = None) -> None:
        """Zoom about a place on the canvas; without one about the cross, or the middle."""
        view = self.canvas.viewport
        middle = view.canvas_width / 2, view.canvas_height / 2
        self.look_at(view.zoomed(factor, about or self.cross or middle, self.canvas.most_scale))

    def _make_room(self, room: Room) -> None:
        """Draw the photo as large as the page has room for it."""
        at = None if self.cross is None else self.canvas.viewport.to_image(*self.cross)
        if self.canvas.make_room(room):
            self._cancel()
            self.cross = None if at is None else self.canvas.viewport.to_canvas(*at)
            self._last = None
            self.draw()
            self.on_room()
            self.on_view()

    def fill_window(self, on: bool | None = None) -> None:
        """Let the widget take the whole window, or with False leave it again; else whatever it does not."""
        how = "toggle" if on is None else "enter" if on else "leave"
        self._send(page=self._page, window=how)

    def _press(self, x: float, y: float, hand: Hand = MOUSE) -> None:
        """Begin a gesture, or in the overview to move what is seen, or a stroke."""
        if self._steering.press(x, y):
            return
        if self.brush.tool and not hand.selects:
            self.brush.press(x, y, hand.background)
        else:
            self._gestures.press(x, y, hand)

    def _move(self, x: float, y: float, hand: Hand = MOUSE) -> None:
        if self._steering.is_going_on:
            self._steering.move(x, y)
        elif self.brush.is_drawing:
            self.brush.move(x, y)
        elif self._steering.is_over(x, y) and not self._gestures.pressed:
            self.on_leave()
            self._tell_page(cursor="move")
        else:
            self._gestures.move(x, y, hand)

    def _release(self, *at: float) -> None:
        if self._steering.is_going_on:
            self._steering.end(*at)
        elif self.brush.is_drawing:
            self.brush.release()
        else:
            self._gestures.release(*at)

    def _cancel(self) -> None:
        self._steering.end()
        self.brush.cancel()
        self._gestures.cancel()

    def _leave(self) -> None:
        self._steering.end()
        self.brush.release()
        self._gestures.leave()

    def _follow(self, event: dict[str, Any]) -> None:
        """Zoom and pan with a hand; the page sends the next step when this one is drawn."""
        try:
            if event["kind"] == "still":
                self.draw()
            else:
                width, height = self.canvas.viewport.canvas_width, self.canvas.viewport.canvas_height
                about = min(max(event["x"], 0), width), min(max(event["y"], 0), height)
                view = self.canvas.viewport.zoomed(event["factor"], about, self.canvas.most_scale)
                larger = view.scale / self.canvas.viewport.scale  # moved last: all of the photo cannot be
                self.look_at(view.panned(event["dx"] * larger, event["dy"] * larger), moving=True)
        finally:
            self._send(page=event.get("page"), drawn=event["kind"])

    def draw_masks(self, moving: bool = False) -> None:
        """Draw the objects, or all masks there are to choose from; while the view moves their areas alone."""
        state = self.session.state
        if len(self.everything.masks):
            masks = self.everything.masks
            order = sorted(range(len(masks)), key=lambda i: -int(masks[i].sum()))
            painted = [PaintedMask(masks[i], style.palette_color(i)) for i in order]
            draw = self.canvas.draw_masks_moving if moving else self.canvas.draw_masks
            draw(painted, Look(opacity=0.35))
            return
        shown = [one for one in state.objects if one.visible and one.mask is not None]
        alike_in_colour = len({one.color for one in shown}) < len(shown)
        painted = [
            PaintedMask(one.mask, one.color, one.candidates, one.number if alike_in_colour else 0)
            for one in shown
            if one.mask is not None
        ]
        if moving and not self.look.cutout and not self._seg.alike.active:
            self.canvas.draw_masks_moving(painted, self.look)
            return
        current = next((i for i, one in enumerate(shown) if one is state.active), None)
        color = state.next_color
        alike = self._seg.alike
        proposals = Proposals(alike.outlines(self.canvas.viewport), color)
        from segwidgets.drawing.annotators import find_defects  # brings supervision, which takes seconds

        mask = state.active.mask if self.look.defects and state.active is not None else None
        defects = None if mask is None else find_defects(mask)
        self.canvas.draw_masks(painted, self.look, defects, proposals, current)

    def draw_prompt(self, **moving: Any) -> None:
        """Draw the current object's prompt, and what is on its way."""
        with self._lock:
            coming, prompt = self._coming, self._prompt
            if coming is not None and coming.state is self.session.state:
                prompt = prompt.with_point(*coming.place, coming.label)
            change = self.peek.change(self.session)
            self.canvas.draw_prompt(prompt, hover=self._hover, cross=self.cross, change=change, **moving)
        self._tell_page(stops=len(self._prompt.points), brush=self.brush.told())

    def focus(self) -> None:
        """Hand the keyboard to the photo, where the widgets can do that."""
        give_focus(self.canvas.widget)

    # what Gestures tells: canvas pixels

    def point_at(self, x: float, y: float, grab: float) -> int | None:
        """Return the number of the point nearest to (x, y), if it is as near as `grab`."""
        if len(self.everything.masks) or self.selecting:
            return None
        found, nearest = None, grab
        for number, point in enumerate(self._prompt.points):
            distance = hypot(
                *(a - b for a, b in zip(self.canvas.viewport.to_canvas(*point), (x, y), strict=True))
            )
            if distance <= nearest:
                found, nearest = number, distance
        return found

    def grip_at(self, x: float, y: float, grab: float) -> Grip | None:
        """Return what of the box lies at (x, y)."""
        box = self._prompt.box
        if box is None or self.selecting:
            return None
        to_canvas = self.canvas.viewport.to_canvas
        return Grip.at((*to_canvas(*box[:2]), *to_canvas(*box[2:])), x, y, grab)

    def on_press(self, x: float, y: float, hand: Hand) -> None:
        """Show what a click here will do while the button is still down."""
        if not self.canvas.viewport.shows_photo_at(x, y):
            return
        if not len(self.everything.masks) and not self._selects(hand):
            self._expect(x, y, hand)
            if self.eager:
                with self._seg.status.working():
                    self._show_preview(*self.canvas.viewport.to_image(x, y), self._label_of(hand))

    def on_click(self, x: float, y: float, point: int | None, hand: Hand) -> None:
        """Add a point, remove the one that was clicked, or keep one of all masks; a double click is one."""
        if not self.canvas.viewport.shows_photo_at(x, y):
            return
        self._forget_hover()
        self._say("")
        if self._selects(hand) and not len(self.everything.masks):
            self._select(x, y)
            return
        if self._last is not None and self._last.is_meant_by(x, y, hand, self._prompt, monotonic()):
            self._coming = None
            if hand.finger and self._last.is_double(hand):
                self._zoom_by_taps(x, y)
                return
            self._last = LastClick(x, y, hand.time, monotonic(), self._prompt)
            self.draw_prompt()
            return
        before = self.session.state
        self._click(x, y, point, hand)
        done = self.session.state is not before
        if self._coming is not None and not done:
            self._coming = None
            self.draw_prompt()
        self._coming = None
        self._last = LastClick(x, y, hand.time, monotonic(), self._prompt) if done else None

    def _selects(self, hand: Hand) -> bool:
        return self.selecting or hand.selects

    def _select(self, x: float, y: float) -> None:
        """Go on with the object that lies there; the next Delete is for it."""
        self._coming = self._last = None
        number = self.session.state.object_at(*self.canvas.viewport.to_image(x, y))
        if number is None:
            self.draw_prompt()
            self._say(self._tr.gettext("No object lies there that could be selected."))
            return
        if self.merging:
            self._do(self._seg.merge_with, number)
            return
        self._do(self._seg.select_object, number)
        self._selected = self.session.state.active
        self._say(
            self._tr.gettext("Object {number} is selected; Delete deletes it.").format(
                number=self.session.state.objects[number].number
            )
        )

    def _zoom_by_taps(self, x: float, y: float) -> None:
        """Zoom in where a finger tapped twice, or out again; what the first tap did is taken back."""
        self._do(self._seg.undo)
        view = self.canvas.viewport
        self.look_at(view.whole() if view.part else view.zoomed(TAPS_ZOOM, (x, y), self.canvas.most_scale))

    def _click(self, x: float, y: float, point: int | None, hand: Hand) -> None:
        if point is not None:
            self._do(self._seg.remove_point, point)
        elif len(self.everything.masks):
            number = self.everything.mask_at(*self.canvas.viewport.to_image(x, y))
            if number is not None:
                self._do(self._seg.keep, number)
        else:
            label = self._label_of(hand)
            first = self._prompt.is_empty and self._seg.mask is None
            self._expect(x, y, hand)
            self._do(self._seg.add_point, *self.canvas.viewport.to_image(x, y), label)
            if first and label == 0 and not self._prompt.is_empty:
                self._say(
                    self._tr.gettext(
                        "The first click was on the background: SAM answers with what lies elsewhere, often "
                        "most of the photo. Click on the object, too."
                    )
                )

    def on_drag_point(self, point: int, x: float, y: float, done: bool) -> None:
        """Move a point."""
        if done:
            self._do(self._seg.move_point, point, *self.canvas.viewport.to_image(x, y))
        else:
            self.draw_prompt(grabbed=(point, x, y))

    def on_drag_box(self, x0: float, y0: float, x1: float, y1: float, done: bool, hand: Hand) -> None:
        """Set the box; one that is nearly a line is taken for a slip."""
        self._forget_hover()
        self._coming = None
        if len(self.everything.masks) or self._selects(hand):
            return
        if self._label_of(hand) == 0:
            self.draw_prompt()
            self._say(
                self._tr.gettext(
                    "A box goes around the object: choose Object to draw one. What does not belong is "
                    "marked by clicks."
                )
            )
        elif not done:
            self.draw_prompt(dragged_box=(x0, y0, x1, y1))
        elif min(x1 - x0, y1 - y0) < 2:
            self.draw_prompt()
        else:
            had = self._prompt.box
            self._set_box((x0, y0, x1, y1))
            self._say(
                self._tr.gettext("The new box has taken the old one's place; undo brings that back.")
                if had is not None and self._prompt.box != had
                else ""
            )

    def on_drag_grip(self, grip: Grip, dx: float, dy: float, done: bool) -> None:
        """Move the box, or some of its edges."""
        self._forget_hover()
        viewport = self.canvas.viewport
        box = grip.dragged(dx, dy, viewport.canvas_width, viewport.canvas_height)
        if not done:
            self.draw_prompt(dragged_box=box)
        elif min(box[2] - box[0], box[3] - box[1]) < 2:
            self.draw_prompt()
        else:
            self._say("")
            self._set_box(box)

    def _set_box(self, box: tuple[float, float, float, float]) -> None:
        to_image = self.canvas.viewport.to_image
        self._do(self._seg.set_box, *to_image(*box[:2]), *to_image(*box[2:]))

    # the keyboard's hand

    def step(self, across: int, down: int, far: bool = False) -> None:
        """Move the cross; the first time it comes from the photo's middle."""
        viewport = self.canvas.viewport
        x, y = self.cross or (viewport.canvas_width / 2, viewport.canvas_height / 2)
        by = (FAR_PX if far else STEP_PX) * self.canvas.unit
        x, y = x + by * across, y + by * down
        if viewport.part is not None:
            self.look_at(viewport.holding(*viewport.to_image(x, y)))  # beyond its edge the view comes along
            x, y = self.canvas.viewport.to_canvas(*viewport.to_image(x, y))
        self._point_with_cross(
            min(max(x, 0.0), viewport.canvas_width), min(max(y, 0.0), viewport.canvas_height)
        )

    def go_to_point(self, number: int) -> None:
        """Put the cross on one of the points."""
        if 0 <= number < len(self._prompt.points):
            point = self._prompt.points[number]
            self.look_at(self.canvas.viewport.holding(*point))
            self._point_with_cross(*self.canvas.viewport.to_canvas(*point))

    def place(self) -> None:
        """Do what a click at the cross would do on free ground."""
        if self.cross is None:
            self.step(0, 0)
        elif self.brush.tool:
            self.brush.place(*self.cross)
            self.draw_prompt()
        else:
            self.on_click(*self.cross, None, Hand(self._grab))

    def delete(self) -> None:
        """Take away the point under the cross, the object that a click selected, or else the box.

        An error says that there is none of them.
        """
        state = self.session.state
        number = None if self.cross is None else self.point_at(*self.cross, self._grab)
        if number is not None:
            self._seg.remove_point(number)
        elif state.current is not None and (self.selecting or state.active is self._selected):
            self._seg.delete_object(state.current)
        elif self._prompt.box is not None:
            self._seg.clear_box()
        else:
            raise ValueError(
                self._tr.gettext(
                    "There is no point under the cross and no box to take away. Click on a point to "
                    "remove it."
                )
            )

    @property
    def _grab(self) -> float:
        return GRAB_PX * self.canvas.unit

    def _point_with_cross(self, x: float, y: float) -> None:
        self._forget_hover()
        self.cross = x, y
        self.draw_prompt()
        if len(self.everything.masks) or self.selecting:
            self._highlight(*self.canvas.viewport.to_image(x, y))
        elif self._previews and self.point_at(x, y, self._grab) is None:
            self._worker.submit(*self.canvas.viewport.to_image(x, y), self._hover_wanted)

    def _drop_cross(self) -> None:
        """Take the cross away: the mouse is at work."""
        if self.cross is not None:
            self.cross = None
            self.draw_prompt()

    def on_cancel(self) -> None:
        """Draw the prompt as it stands."""
        self._forget_hover()
        self._coming = None
        self.draw_prompt()

    def on_hover(self, x: float, y: float, hand: Hand) -> None:
        """Ask for a preview; what the worker cannot keep up with is dropped."""
        self._show_cursor(x, y, hand)
        if not self.canvas.viewport.shows_photo_at(x, y):
            self.on_leave()
        elif len(self.everything.masks) or self.selecting:
            self._highlight(*self.canvas.viewport.to_image(x, y))
        elif self._previews and self.point_at(x, y, hand.grab) is None:
            self._worker.submit(*self.canvas.viewport.to_image(x, y), self._hover_wanted)

    @property
    def _previews(self) -> bool:
        """Whether the mask under the mouse is shown: where a click would ask for it."""
        return self.hovering and not self.brush.tool

    def on_leave(self) -> None:
        """Take the preview away."""
        had = self._hover is not None
        self._forget_hover()
        if had:
            self.draw_prompt()

    def cancel(self) -> None:
        """Forget a drag that is going on, and the preview."""
        self._gestures.cancel()
        self.on_leave()

    @property
    def _prompt(self) -> Prompt:
        active = self.session.state.active
        return active.prompt if active is not None and not len(self.everything.masks) else Prompt()

    def _forget_hover(self) -> None:
        with self._lock:
            self._hover_wanted += 1
            self._hover = self._highlighted = self.previewed = None
        self._worker.forget()

    def _serve_hover(self, x: float, y: float, wanted: int) -> None:
        """Run in the worker's thread: find the mask under the mouse, unless it is no longer wanted."""
        if wanted == self._hover_wanted and self._previews and not self._gestures.pressed:
            self._show_preview(x, y, self.label, wanted)

    def _say(self, text: str) -> None:
        """Say what a gesture came to, and with an empty text take such words away again."""
        if text or self._spoken:
            self._seg.status.say(text)
        self._spoken = bool(text)

    def _show_cursor(self, x: float, y: float, hand: Hand) -> None:
        """Let the mouse show what would be dragged."""
        if not self.pointer:
            return
        cursor = ""
        if self.point_at(x, y, hand.grab) is not None:
            cursor = "grab"
        elif (grip := self.grip_at(x, y, hand.grab)) is not None:
            cursor = grip.cursor
        elif self.selecting:
            there = self.session.state.object_at(*self.canvas.viewport.to_image(x, y))
            cursor = "default" if there is None else "pointer"
        self._tell_page(cursor=cursor)

    def _tell_page(self, **traits: Any) -> None:
        """Set what the pointer layer shows, where there is one."""
        for hidden in self.pointer:
            for name, value in traits.items():
                setattr(hidden.children[0], name, value)

    def _send(self, **message: Any) -> None:
        """Tell a page something, once."""
        for hidden in self.pointer:
            hidden.children[0].send(message)

    def _expect(self, x: float, y: float, hand: Hand) -> None:
        """Show a point at once, before there is an answer to it."""
        place, label, state = self.canvas.viewport.to_image(x, y), self._label_of(hand), self.session.state
        known = self._coming
        if known is None or (known.place, known.label) != (place, label) or known.state is not state:
            self._coming = ComingPoint(place, label, state)
            self.draw_prompt()

    def _label_of(self, hand: Hand) -> int:
        return 0 if hand.background else self.label

    def _show_preview(self, x: float, y: float, label: int, wanted: int | None = None) -> None:
        state = self.session.state
        candidates = self.session.preview(x, y, label)
        color = state.next_color
        with self._lock:
            if wanted in (None, self._hover_wanted):
                self._hover = PaintedMask(candidates.best_mask, color)
                self.previewed = (x, y)
                self.draw_prompt()

    def _highlight(self, x: float, y: float) -> None:
        """Show which of all masks a click would keep, or which object it would select."""
        choosing = len(self.everything.masks) > 0
        number = self.everything.mask_at(x, y) if choosing else self.session.state.object_at(x, y)
        if number != self._highlighted:
            self._highlighted = number
            mask = None
            if number is not None:
                mask = self.everything.masks[number] if choosing else self.session.state.objects[number].mask
            self._hover = None if mask is None else PaintedMask(mask, style.WHITE)
            self.draw_prompt()

    def _listen(self, guard: Callable[..., None]) -> None:
        """Wire the canvas's events; every callback is guarded, as errors there are invisible."""
        canvas = self.canvas.widget

        def wire(register: Callable[..., None], handle: Callable[..., None]) -> None:
            register(lambda *content: guard(handle, *content))

        wire(canvas.on_mouse_down, lambda x, y: self._press(x, y))
        wire(canvas.on_mouse_move, lambda x, y: self._move(x, y))
        wire(canvas.on_mouse_up, lambda x, y: self._release())
        wire(canvas.on_mouse_out, lambda x, y: self._leave())
        wire(canvas.on_touch_start, self._touch_start)
        wire(canvas.on_touch_move, lambda touches: self._move(*touches[0]))
        wire(canvas.on_touch_end, lambda touches: self._release())
        wire(canvas.on_touch_cancel, lambda touches: self._cancel())
        wire(canvas.on_key_down, self._key)
        wire(canvas.on_client_ready, self._ready)

    def _hear(self, event: dict[str, Any]) -> None:
        """Carry out what the pointer layer tells."""
        kind, self._page = event["kind"], event.get("page")
        self.hears_buttons = self.hears_buttons or kind not in ("room", "file")
        if kind == "stop":
            self.go_to_point(event["number"])
        elif kind == "key":
            self._key(event["key"], event["shift"], event["ctrl"], event["meta"])
        elif kind == "peek":
            self._look_ahead(event["name"])
        elif kind == "file":
            self._do(self._seg.take_piece, event)
        elif kind == "stroke":
            self._drop_cross()
            self.brush.take(event)
        elif kind == "cancel":
            self._cancel()
        elif kind == "leave":
            self._leave()
        elif kind == "back":
            self._catch_up()
        elif kind in ("view", "still"):
            self._follow(event)
        elif kind == "room":
            self._make_room(Room(float(event["width"]), float(event["height"]), float(event["ratio"])))
        else:
            width, height = self.canvas.viewport.canvas_width, self.canvas.viewport.canvas_height
            x, y = min(max(event["x"], 0), width), min(max(event["y"], 0), height)
            hand = Hand.told(event)
            self.canvas.unit = float(event["unit"])
            self._drop_cross()
            if kind == "down":
                self._press(x, y, hand)
            elif kind == "drag":
                self._move(x, y, hand)
            elif kind == "up":
                self._release(x, y)
            else:  # with nothing pressed: a press without an end is forgotten
                self._cancel()
                self._move(x, y, hand)

    def _look_ahead(self, name: str) -> None:
        """Show what an action's button would make of the mask, or with "" no longer."""
        self.peek.look(name)
        self.draw_prompt()
        self._seg.status.tell_change(self._seg)

    def _ready(self) -> None:
        self.has_page = True
        self.on_page()
        forget_canvas()
        self.draw()

    def _catch_up(self) -> None:
        """Show a page all there is: what was sent to it is lost, or some of that."""
        for part in parts_of(self._seg):
            part.send_state()
        self._ready()

    def _touch_start(self, touches: list[tuple[float, float]]) -> None:
        if len(touches) > 1:
            self._cancel()  # two fingers mean something else
        else:
            self._press(*touches[0])

    def _key(self, key: str, shift: bool, ctrl: bool, meta: bool) -> None:
        action = heard(self._keymap, key, shift, ctrl, meta)
        if action is not None:
            self._do(action.run, self._seg)
