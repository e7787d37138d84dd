"""The photo that is clicked on: gestures become actions, and what came of them is drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import hypot
from time import monotonic
from typing import Any

from segwidgets.drawing import style
from segwidgets.locale.catalogues import translations
from segwidgets.prompts import Prompt
from segwidgets.widgets.buttons import Do, Seg
from segwidgets.widgets.canvas import Look, PaintedMask, PhotoCanvas, Proposals, forget_canvas
from segwidgets.widgets.click_segmenter.actions import Action, heard, keymap
from segwidgets.widgets.click_segmenter.everything import Everything
from segwidgets.widgets.click_segmenter.gestures import GRAB_PX, Gestures, Grip, Hand
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.pointer import pointer_layer
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.versions import give_focus

DOUBLE_CLICK_MS = 500.0  # between two presses that are one
STEP_PX, FAR_PX = 2.0, 32.0  # canvas pixels that an arrow key moves the cross by
IMPATIENT_S = 0.4  # after an answer: a click at the same place was made before it was seen


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
    look : Look
        How masks are drawn.
    hovering : bool
        Whether the mask under the mouse is shown before the click.
    eager : bool
        Whether a click's mask is shown while the button is still down.
    hears_buttons : bool
        Whether the pointer layer has spoken, so that the right button is told from the left.
    cross : (float, float) or None
        Where the keyboard's cross is on the canvas, in its pixels.
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
        self.look = Look()
        self.hovering: bool = False
        self.eager = True
        self.hears_buttons = False
        self.previewed: tuple[float, float] | None = None
        self.canvas = PhotoCanvas(session.segmenter.image)
        self._seg, self._do = seg, do
        self._keymap = keymap(actions)
        self._lock = threading.RLock()
        self._hover: PaintedMask | None = None
        self._hover_wanted = 0
        self._highlighted: int | None = None
        self._gestures = Gestures(self)
        self.cross: tuple[float, float] | None = None
        self._last: _Click | None = None
        self._spoken = False
        self._tr = translations(seg.lang)
        self._worker = LatestWins(lambda *request: guard(self._serve_hover, *request))
        self._listen(guard)
        keys = [key for key in self._keymap if key.removeprefix("shift+") != "tab"]  # the browser's, here
        self.pointer = pointer_layer(keys, lambda event: guard(self._hear, event))

    def name_canvas(self, text: str) -> None:
        """Say in words what the canvas shows."""
        self._tell_page(label=text)

    def close(self) -> None:
        """End the worker and the canvas."""
        self._worker.close()
        self.canvas.close()

    def show(self, session: Session) -> None:
        """Go over to another session, perhaps on another photo."""
        self._forget_hover()
        self._gestures, self._last, self.cross = Gestures(self), None, None
        if session.segmenter.image is not self.session.segmenter.image:
            self.canvas.show(session.segmenter.image)
        self.session = session
        self.draw()

    def draw(self) -> None:
        """Draw all layers."""
        self.canvas.draw_photo()
        self.draw_masks()
        self.draw_prompt()

    def draw_masks(self) -> None:
        """Draw the objects, or all masks there are to choose from."""
        state = self.session.state
        if len(self.everything.masks):
            masks = self.everything.masks
            order = sorted(range(len(masks)), key=lambda i: -int(masks[i].sum()))
            painted = [PaintedMask(masks[i], style.palette_color(i)) for i in order]
            self.canvas.draw_masks(painted, Look(opacity=0.35))
            return
        painted = [
            PaintedMask(one.mask, one.color) for one in state.objects if one.visible and one.mask is not None
        ]
        color = state.active.color if state.active is not None else style.palette_color(state.made)
        alike = self._seg.alike
        proposals = Proposals(alike.outlines(self.canvas.viewport), color)
        from segwidgets.drawing.annotators import find_defects  # brings supervision, which takes seconds

        mask = state.active.mask if self.look.defects and state.active is not None else None
        defects = None if mask is None else find_defects(mask)
        self.canvas.draw_masks(painted, self.look, defects, proposals)

    def draw_prompt(self, **moving: Any) -> None:
        """Draw the current object's prompt, and what is on its way."""
        with self._lock:
            self.canvas.draw_prompt(self._prompt, hover=self._hover, cross=self.cross, **moving)
        self._tell_page(stops=len(self._prompt.points))

    def focus(self) -> None:
        """Hand the keyboard to the photo, where the widgets can do that."""
        give_focus(self.canvas.widget)

    # what Gestures tells: canvas pixels

    def point_at(self, x: float, y: float, grab: float) -> int | None:
        """Return the number of the point nearest to (x, y), if it is as near as `grab`."""
        if len(self.everything.masks):
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
        if box is None:
            return None
        to_canvas = self.canvas.viewport.to_canvas
        return Grip.at((*to_canvas(*box[:2]), *to_canvas(*box[2:])), x, y, grab)

    def on_press(self, x: float, y: float, hand: Hand) -> None:
        """Show what a click here will do while the button is still down."""
        if self.eager and not len(self.everything.masks):
            self._show_preview(*self.canvas.viewport.to_image(x, y), self._label_of(hand))

    def on_click(self, x: float, y: float, point: int | None, hand: Hand) -> None:
        """Add a point, remove the one that was clicked, or keep one of all masks; a double click is one."""
        self._forget_hover()
        self._say("")
        if self._last is not None and self._last.is_meant_by(x, y, hand, self._prompt):
            self._last = _Click(x, y, hand.time, monotonic(), self._prompt)
            self.draw_prompt()
            return
        before = self.session.state
        self._click(x, y, point, hand)
        done = self.session.state is not before
        self._last = _Click(x, y, hand.time, monotonic(), self._prompt) if done else None

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
        if len(self.everything.masks):
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
        by = FAR_PX if far else STEP_PX
        self._point_with_cross(
            min(max(x + by * across, 0.0), viewport.canvas_width),
            min(max(y + by * down, 0.0), viewport.canvas_height),
        )

    def go_to_point(self, number: int) -> None:
        """Put the cross on one of the points."""
        if 0 <= number < len(self._prompt.points):
            self._point_with_cross(*self.canvas.viewport.to_canvas(*self._prompt.points[number]))

    def place(self) -> None:
        """Do what a click at the cross would do on free ground."""
        if self.cross is None:
            self.step(0, 0)
        else:
            self.on_click(*self.cross, None, Hand())

    def delete(self) -> None:
        """Take away the point under the cross, or else the box; an error says that there is neither."""
        number = None if self.cross is None else self.point_at(*self.cross, GRAB_PX)
        if number is not None:
            self._seg.remove_point(number)
        elif self._prompt.box is not None:
            self._seg.clear_box()
        else:
            raise ValueError(
                self._tr.gettext(
                    "There is no point under the cross and no box to take away. Click on a point to "
                    "remove it."
                )
            )

    def _point_with_cross(self, x: float, y: float) -> None:
        self._forget_hover()
        self.cross = x, y
        self.draw_prompt()
        if len(self.everything.masks):
            self._highlight(*self.canvas.viewport.to_image(x, y))
        elif self.hovering and self.point_at(x, y, GRAB_PX) is None:
            self._worker.submit(*self.canvas.viewport.to_image(x, y), self._hover_wanted)

    def _drop_cross(self) -> None:
        """Take the cross away: the mouse is at work."""
        if self.cross is not None:
            self.cross = None
            self.draw_prompt()

    def on_cancel(self) -> None:
        """Draw the prompt as it stands."""
        self._forget_hover()
        self.draw_prompt()

    def on_hover(self, x: float, y: float, hand: Hand) -> None:
        """Ask for a preview; what the worker cannot keep up with is dropped."""
        self._show_cursor(x, y, hand)
        if len(self.everything.masks):
            self._highlight(*self.canvas.viewport.to_image(x, y))
        elif self.hovering and self.point_at(x, y, hand.grab) is None:
            self._worker.submit(*self.canvas.viewport.to_image(x, y), self._hover_wanted)

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
        if wanted == self._hover_wanted and self.hovering and not self._gestures.pressed:
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
        self._tell_page(cursor=cursor)

    def _tell_page(self, **traits: Any) -> None:
        """Set what the pointer layer shows, where there is one."""
        for hidden in self.pointer:
            for name, value in traits.items():
                setattr(hidden.children[0], name, value)

    def _label_of(self, hand: Hand) -> int:
        return 0 if hand.background else self.label

    def _show_preview(self, x: float, y: float, label: int, wanted: int | None = None) -> None:
        state = self.session.state
        candidates = self.session.preview(x, y, label)
        active = state.active
        color = active.color if active is not None else style.palette_color(state.made)
        with self._lock:
            if wanted in (None, self._hover_wanted):
                self._hover = PaintedMask(candidates.best_mask, color)
                self.previewed = (x, y)
                self.draw_prompt()

    def _highlight(self, x: float, y: float) -> None:
        """Show which of all masks a click would keep."""
        number = self.everything.mask_at(x, y)
        if number != self._highlighted:
            self._highlighted = number
            mask = None if number is None else self.everything.masks[number]
            self._hover = None if mask is None else PaintedMask(mask, style.WHITE)
            self.draw_prompt()

    def _listen(self, guard: Callable[..., None]) -> None:
        """Wire the canvas's events; every callback is guarded, as errors there are invisible."""
        canvas = self.canvas.widget

        def wire(register: Callable[..., None], handle: Callable[..., None]) -> None:
            register(lambda *content: guard(handle, *content))

        wire(canvas.on_mouse_down, lambda x, y: self._gestures.press(x, y))
        wire(canvas.on_mouse_move, lambda x, y: self._gestures.move(x, y))
        wire(canvas.on_mouse_up, lambda x, y: self._gestures.release())
        wire(canvas.on_mouse_out, lambda x, y: self._gestures.leave())
        wire(canvas.on_touch_start, self._touch_start)
        wire(canvas.on_touch_move, lambda touches: self._gestures.move(*touches[0]))
        wire(canvas.on_touch_end, lambda touches: self._gestures.release())
        wire(canvas.on_touch_cancel, lambda touches: self._gestures.cancel())
        wire(canvas.on_key_down, self._key)
        wire(canvas.on_client_ready, self._ready)

    def _hear(self, event: dict[str, Any]) -> None:
        """Carry out what the pointer layer tells."""
        kind, self.hears_buttons = event["kind"], True
        if kind == "stop":
            self.go_to_point(event["number"])
        elif kind == "key":
            self._key(event["key"], event["shift"], event["ctrl"], event["meta"])
        elif kind == "cancel":
            self._gestures.cancel()
        elif kind == "leave":
            self._gestures.leave()
        else:
            width, height = self.canvas.viewport.canvas_width, self.canvas.viewport.canvas_height
            x, y = min(max(event["x"], 0), width), min(max(event["y"], 0), height)
            hand = Hand.told(event)
            self._drop_cross()
            if kind == "down":
                self._gestures.press(x, y, hand)
            elif kind == "drag":
                self._gestures.move(x, y, hand)
            elif kind == "up":
                self._gestures.release(x, y)
            else:
                self._gestures.hover(x, y, hand)

    def _ready(self) -> None:
        forget_canvas()
        self.draw()

    def _touch_start(self, touches: list[tuple[float, float]]) -> None:
        if len(touches) > 1:
            self._gestures.cancel()  # two fingers mean something else
        else:
            self._gestures.press(*touches[0])

    def _key(self, key: str, shift: bool, ctrl: bool, meta: bool) -> None:
        action = heard(self._keymap, key, shift, ctrl, meta)
        if action is not None:
            self._do(action.run, self._seg)


@dataclass(frozen=True)
class _Click:
    """A click that did something, in canvas pixels; the same once more is a double click, or impatience."""

    x: float
    y: float
    time: float | None
    answered: float
    prompt: Prompt

    def is_meant_by(self, x: float, y: float, hand: Hand, prompt: Prompt) -> bool:
        """Whether a click just repeats this one, and what this one led to is still there."""
        if hypot(x - self.x, y - self.y) > hand.grab or prompt != self.prompt:
            return False
        if self.time is not None and hand.time is not None and hand.time - self.time < DOUBLE_CLICK_MS:
            return True
        return monotonic() - self.answered < IMPATIENT_S
