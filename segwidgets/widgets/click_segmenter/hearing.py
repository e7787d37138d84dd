"""What the page tells of the canvas, by ipycanvas or by the pointer layer, and who carries it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from segwidgets.widgets.click_segmenter.gestures import Hand
from segwidgets.widgets.room import Room

if TYPE_CHECKING:
    from segwidgets.widgets.click_segmenter.stage import Stage


def listen(stage: Stage, guard: Callable[..., None]) -> None:
    """Wire ipycanvas's events; every callback is guarded, as errors there are invisible."""
    canvas = stage.canvas.widget

    def wire(register: Callable[..., None], handle: Callable[..., None]) -> None:
        register(lambda *content: guard(handle, *content))

    def touch(touches: list[tuple[float, float]]) -> None:
        if len(touches) > 1:
            stage.let_go()  # two fingers mean something else
        else:
            stage.press(*touches[0])

    wire(canvas.on_mouse_down, lambda x, y: stage.press(x, y))
    wire(canvas.on_mouse_move, lambda x, y: stage.move(x, y))
    wire(canvas.on_mouse_up, lambda x, y: stage.release())
    wire(canvas.on_mouse_out, lambda x, y: stage.leave())
    wire(canvas.on_touch_start, touch)
    wire(canvas.on_touch_move, lambda touches: stage.move(*touches[0]))
    wire(canvas.on_touch_end, lambda touches: stage.release())
    wire(canvas.on_touch_cancel, lambda touches: stage.let_go())
    wire(canvas.on_key_down, stage.take_key)
    wire(canvas.on_client_ready, stage.take_page)


def hear(stage: Stage, event: dict[str, Any]) -> None:
    """Carry out what the pointer layer tells, see `pointer_layer`."""
    kind = event["kind"]
    stage.note_page(event.get("page"), hears_buttons=kind not in ("room", "file"))
    if kind in _HEARD:
        _HEARD[kind](stage, event)
        return
    width, height = stage.canvas.viewport.canvas_width, stage.canvas.viewport.canvas_height
    x, y = min(max(event["x"], 0), width), min(max(event["y"], 0), height)
    hand = Hand.told(event)
    stage.canvas.unit = float(event["unit"])
    stage.cross.drop()
    if kind == "down":
        stage.press(x, y, hand)
    elif kind == "drag":
        stage.move(x, y, hand)
    elif kind == "up":
        stage.release(x, y)
    else:  # with nothing pressed: a press without an end is forgotten
        stage.let_go()
        stage.move(x, y, hand)


def _draw_stroke(stage: Stage, event: dict[str, Any]) -> None:
    stage.cross.drop()
    stage.brush.take(event)


def _make_room(stage: Stage, event: dict[str, Any]) -> None:
    stage.make_room(Room(*(float(event[name]) for name in Room._fields)))


_HEARD: dict[str, Callable[[Stage, dict[str, Any]], object]] = {
    "stop": lambda stage, event: stage.cross.go_to_point(event["number"]),
    "key": lambda stage, event: stage.take_key(event["key"], event["shift"], event["ctrl"], event["meta"]),
    "peek": lambda stage, event: stage.look_ahead(event["name"]),
    "file": lambda stage, event: stage.take_piece(event),
    "stroke": _draw_stroke,
    "cancel": lambda stage, event: stage.let_go(),
    "leave": lambda stage, event: stage.leave(),
    "back": lambda stage, event: stage.catch_up(),
    "view": lambda stage, event: stage.follow(event),
    "still": lambda stage, event: stage.follow(event),
    "room": _make_room,
}
"""Who takes an event that is not one of a hand over the canvas, by its kind."""
