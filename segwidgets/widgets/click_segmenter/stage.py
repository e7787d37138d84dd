"""The photo that is clicked on: gestures become actions, and what came of them is drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import hypot
from time import monotonic
from typing import Any

from segwidgets.drawing import style
from segwidgets.geometry import Viewport
from segwidgets.locale.catalogues import translations
from segwidgets.prompts import Prompt
from segwidgets.widgets.buttons import Do, Seg
from segwidgets.widgets.canvas import Look, PaintedMask, PhotoCanvas, Proposals, drawing, forget_canvas
from segwidgets.widgets.click_segmenter.actions import Action, heard, keymap
from segwidgets.widgets.click_segmenter.brush import Brush
from segwidgets.widgets.click_segmenter.clicks import ComingPoint, LastClick
from segwidgets.widgets.click_segmenter.cross import Cross
from segwidgets.widgets.click_segmenter.everything import Everything
from segwidgets.widgets.click_segmenter.gestures import MOUSE, Gestures, Grip, Hand
from segwidgets.widgets.click_segmenter.hearing import hear, listen
from segwidgets.widgets.click_segmenter.peek import Peek
from segwidgets.widgets.click_segmenter.steering import Steering
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.lifetime import parts_of
from segwidgets.widgets.pointer import pointer_layer
from segwidgets.widgets.room import Room
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import SegmentedObject
from segwidgets.widgets.versions import give_focus

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
    cross : Cross
        The keyboard's hand.
    on_hand, on_view, on_room, on_page : callable
        Are told that a hand is there, that another part of the photo is seen, that the page has more or less
        room for it, and that a page shows the canvas.
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
        self.on_hand: Callable[[], object] = lambda: None
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
        self.cross: Cross = Cross(self)
        self._last: LastClick | None = None
        self._coming: ComingPoint | None = None
        self._spoken = False
        self._page: str | None = None
        self._tr = translations(seg.lang)
        self._worker = LatestWins(lambda *request: guard(self._serve_hover, *request))
        listen(self, guard)
        keys = [key for key in self._keymap if key.removeprefix("shift+") != "tab"]  # the browser's, here
        self.pointer = pointer_layer(keys, lambda event: guard(hear, self, event), lang=seg.lang)

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
        self.forget_preview()
        self._gestures, self._last, self._coming, self.cross.at = Gestures(self), None, None, None
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
        self.forget_preview()
        at = self.cross.in_photo
        self.canvas.viewport, self._last = viewport, None
        self.cross.stay(at)
        self.draw(moving)
        self.on_view()

    def zoom(self, factor: float, about: tuple[float, float] | None = None) -> None:
        """Zoom about a place on the canvas; without one about the cross, or the middle."""
        view = self.canvas.viewport
        middle = view.canvas_width / 2, view.canvas_height / 2
        self.look_at(view.zoomed(factor, about or self.cross.at or middle, self.canvas.most_scale))

    def make_room(self, room: Room) -> None:
        """Draw the photo as large as the page has room for it."""
        at = self.cross.in_photo
        if self.canvas.make_room(room):
            self.let_go()
            self.cross.stay(at)
            self._last = None
            self.draw()
            self.on_room()
            self.on_view()

    def fill_window(self, on: bool | None = None) -> None:
        """Let the widget take the whole window, or with False leave it again; else whatever it does not."""
        how = "toggle" if on is None else "enter" if on else "leave"
        self._send(page=self._page, window=how)

    def press(self, x: float, y: float, hand: Hand = MOUSE) -> None:
        """Begin a gesture, or in the overview to move what is seen, or a stroke."""
        if self._steering.press(x, y):
            return
        if self.brush.tool and not hand.selects:
            self.brush.press(x, y, hand.background)
        else:
            self._gestures.press(x, y, hand)

    def move(self, x: float, y: float, hand: Hand = MOUSE) -> None:
        """Go on with what a press began, or show what is under the mouse."""
        if self._steering.is_going_on:
            self._steering.move(x, y)
        elif self.brush.is_drawing:
            self.brush.move(x, y)
        elif self._steering.is_over(x, y) and not self._gestures.pressed:
            self.on_leave()
            self._tell_page(cursor="move")
        else:
            self._gestures.move(x, y, hand)

    def release(self, *at: float) -> None:
        """End what a press began, at a place or where it was last."""
        if self._steering.is_going_on:
            self._steering.end(*at)
        elif self.brush.is_drawing:
            self.brush.release()
        else:
            self._gestures.release(*at)

    def let_go(self) -> None:
        """Forget what a press began."""
        self._steering.end()
        self.brush.cancel()
        self._gestures.cancel()

    def leave(self) -> None:
        """Hear that the mouse has left the canvas."""
        self._steering.end()
        self.brush.release()
        self._gestures.leave()

    def follow(self, event: dict[str, Any]) -> None:
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
        state, coming = self.session.state, self._coming
        if coming is not None and coming.state is state:
            state = coming.answered or state
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
        defects = None
        if self.look.defects and state.active is not None and state.active.mask is not None:
            from segwidgets.drawing.annotators import find_defects  # brings supervision, which takes seconds

            defects = find_defects(state.active.mask)
        self.canvas.draw_masks(painted, self.look, defects, proposals, current)

    def draw_prompt(self, **moving: Any) -> None:
        """Draw the current object's prompt, and what is on its way."""
        with self._lock:
            coming, prompt = self._coming, self.prompt
            if coming is not None and coming.state is self.session.state:
                prompt = prompt.with_point(*coming.place, coming.label)
            change = self.peek.change(self.session)
            self.canvas.draw_prompt(prompt, hover=self._hover, cross=self.cross.at, change=change, **moving)
        self._tell_page(stops=len(self.prompt.points), brush=self.brush.told())
        self.tell_marks()

    def tell_marks(self) -> None:
        """Let the page know what a click marks: it shows a point before the kernel can."""
        nothing = self.selecting or self.brush.tool or len(self.everything.masks)
        self._tell_page(marks="" if nothing else ("background", "object")[self.label])

    def focus(self) -> None:
        """Hand the keyboard to the photo, where the widgets can do that."""
        give_focus(self.canvas.widget)

    # what Gestures tells: canvas pixels

    def point_at(self, x: float, y: float, grab: float) -> int | None:
        """Return the number of the point nearest to (x, y), if it is as near as `grab`."""
        if len(self.everything.masks) or self.selecting:
            return None
        found, nearest = None, grab
        for number, point in enumerate(self.prompt.points):
            distance = hypot(
                *(a - b for a, b in zip(self.canvas.viewport.to_canvas(*point), (x, y), strict=True))
            )
            if distance <= nearest:
                found, nearest = number, distance
        return found

    def grip_at(self, x: float, y: float, grab: float) -> Grip | None:
        """Return what of the box lies at (x, y)."""
        box = self.prompt.box
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
                    self._answer_ahead()

    def on_click(self, x: float, y: float, point: int | None, hand: Hand) -> None:
        """Add a point, remove the one that was clicked, or keep one of all masks; a double click is one."""
        if not self.canvas.viewport.shows_photo_at(x, y):
            return
        self.forget_preview()
        self._say("")
        if self._selects(hand) and not len(self.everything.masks):
            self._select(x, y)
            return
        if self._last is not None and self._last.is_meant_by(x, y, hand, self.prompt, monotonic()):
            self._give_up()
            if hand.finger and self._last.is_double(hand):
                self._zoom_by_taps(x, y)
                return
            self._last = LastClick(x, y, hand.time, monotonic(), self.prompt)
            self.draw_prompt()
            return
        before = self.session.state
        self._click(x, y, point, hand)
        done = self.session.state is not before
        if self._coming is not None and not done:
            self._give_up()
            self.draw_prompt()
        self._coming = None
        self._last = LastClick(x, y, hand.time, monotonic(), self.prompt) if done else None

    def _selects(self, hand: Hand) -> bool:
        return self.selecting or hand.selects

    def _select(self, x: float, y: float) -> None:
        """Go on with the object that lies there; the next Delete is for it."""
        self._give_up()
        self._last = None
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
            first = self.prompt.is_empty and self._seg.mask is None
            self._expect(x, y, hand)
            self._do(self._seg.add_point, *self.canvas.viewport.to_image(x, y), label)
            if first and label == 0 and not self.prompt.is_empty:
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
        self.forget_preview()
        self._give_up()
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
            had = self.prompt.box
            self._set_box((x0, y0, x1, y1))
            self._say(
                self._tr.gettext("The new box has taken the old one's place; undo brings that back.")
                if had is not None and self.prompt.box != had
                else ""
            )

    def on_drag_grip(self, grip: Grip, dx: float, dy: float, done: bool) -> None:
        """Move the box, or some of its edges."""
        self.forget_preview()
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

    def delete(self) -> None:
        """Take away the point under the cross, the object that a click selected, or else the box.

        An error says that there is none of them.
        """
        state = self.session.state
        number = self.cross.point
        if number is not None:
            self._seg.remove_point(number)
        elif state.current is not None and (self.selecting or state.active is self._selected):
            self._seg.delete_object(state.current)
        elif self.prompt.box is not None:
            self._seg.clear_box()
        else:
            raise ValueError(
                self._tr.gettext(
                    "There is no point under the cross and no box to take away. Click on a point to "
                    "remove it."
                )
            )

    def on_cancel(self) -> None:
        """Draw the prompt as it stands."""
        self.forget_preview()
        self._give_up()
        self.draw_prompt()

    def on_hover(self, x: float, y: float, hand: Hand) -> None:
        """Ask for a preview; what the worker cannot keep up with is dropped."""
        self._show_cursor(x, y, hand)
        if not self.canvas.viewport.shows_photo_at(x, y):
            self.on_leave()
        else:
            self.preview_at(x, y, hand.grab)

    def preview_at(self, x: float, y: float, grab: float) -> None:
        """Show what a click there would select or keep, or ask for the mask that it would bring."""
        place = self.canvas.viewport.to_image(x, y)
        if len(self.everything.masks) or self.selecting:
            self._highlight(*place)
        elif self._previews and self.point_at(x, y, grab) is None:
            self._worker.submit(*place, self._hover_wanted)

    @property
    def _previews(self) -> bool:
        """Whether the mask under the mouse is shown: where a click would ask for it."""
        return self.hovering and not self.brush.tool

    def on_leave(self) -> None:
        """Take the preview away."""
        had = self._hover is not None
        self.forget_preview()
        if had:
            self.draw_prompt()

    def cancel(self) -> None:
        """Forget a drag that is going on, and the preview."""
        self._gestures.cancel()
        self.on_leave()

    @property
    def prompt(self) -> Prompt:
        """Of the current object; empty while there is a choice among all masks."""
        active = self.session.state.active
        return active.prompt if active is not None and not len(self.everything.masks) else Prompt()

    def forget_preview(self) -> None:
        """Show no mask of a click that was not made; none that is being found either."""
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

    def _answer_ahead(self) -> None:
        """Draw the answer to the point on its way while the button is down: its release draws no more."""
        coming = self._coming
        if coming is not None:
            x, y = coming.place
            action = {"action": "add_point", "x": x, "y": y, "label": coming.label}
            self._coming = replace(coming, answered=self.session.trial(action))
            with self._lock, drawing():
                self.draw_masks()
                self.on_leave()

    def _give_up(self) -> None:
        """Forget the point on its way; what was drawn for it goes."""
        coming, self._coming = self._coming, None
        if coming is not None and coming.answered is not None and coming.state is self.session.state:
            self.draw_masks()

    def _label_of(self, hand: Hand) -> int:
        return 0 if hand.background else self.label

    def _show_preview(self, x: float, y: float, label: int, wanted: int) -> None:
        state = self.session.state
        candidates = self.session.preview(x, y, label)
        color = state.next_color
        with self._lock:
            if wanted == self._hover_wanted:
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

    def look_ahead(self, name: str) -> None:
        """Show what an action's button would make of the mask, or with "" no longer."""
        self.peek.look(name)
        self.draw_prompt()
        self._seg.status.tell_change(self._seg)

    def note_page(self, page: str | None, hears_buttons: bool) -> None:
        """Note which page has spoken, and whether by something that tells its button."""
        self._page = page
        self.on_hand()
        self.hears_buttons = self.hears_buttons or hears_buttons

    def take_piece(self, piece: dict[str, Any]) -> None:
        """Take a piece of a photo that a page sends."""
        self._do(self._seg.take_piece, piece)

    def take_page(self) -> None:
        """Show a page everything: it has just come."""
        self.has_page = True
        self.on_page()
        forget_canvas()
        self.draw()

    def catch_up(self) -> None:
        """Show a page all there is: what was sent to it is lost, or some of that."""
        for part in parts_of(self._seg):
            part.send_state()
        self.take_page()

    def take_key(self, key: str, shift: bool, ctrl: bool, meta: bool) -> None:
        """Carry out the action that a key stands for, if there is one."""
        action = heard(self._keymap, key, shift, ctrl, meta)
        if action is not None:
            self._do(action.run, self._seg)
