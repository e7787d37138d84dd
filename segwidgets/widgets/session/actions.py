"""What can be done in a session: each action is a function from one state to the next, without side effects.

Arguments are plain numbers and strings, so that a history of actions can be written as JSON and replayed.
A new action is its function and its row in `ACTIONS`: do, undo, records, replay and captions find it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from segwidgets.masks.rle import decode
from segwidgets.prompts import Prompt
from segwidgets.widgets.session import correcting, objects
from segwidgets.widgets.session.edits import finished
from segwidgets.widgets.session.state import EMPTY, Predict, SegmentedObject, State, check_index

Gettext = Callable[[str], str]


def add_point(state: State, predict: Predict, x: float, y: float, label: int = 1) -> State:
    """Add a point to the current object, or begin one with it."""
    state, index, active = _active_or_new(state)
    prompt = active.prompt.with_point(x, y, label)
    return state.with_object(index, active.asked(prompt, predict))


def remove_point(state: State, predict: Predict, index: int) -> State:
    """Take a point of the current object away."""
    current, active = _active(state)
    points, labels = list(active.prompt.points), list(active.prompt.labels or ())
    check_index(index, len(points), "point")
    del points[index], labels[index]
    prompt = Prompt(tuple(points), tuple(labels), active.prompt.box)
    active = replace(active, edits=tuple(edit.without_point(index) for edit in active.edits))
    return state.with_object(current, active.asked(prompt, predict))


def move_point(state: State, predict: Predict, index: int, x: float, y: float) -> State:
    """Move a point of the current object."""
    current, active = _active(state)
    check_index(index, len(active.prompt.points), "point")
    points = list(active.prompt.points)
    points[index] = (x, y)
    prompt = Prompt(tuple(points), active.prompt.labels, active.prompt.box)
    return state.with_object(current, active.asked(prompt, predict))


def set_box(state: State, predict: Predict, x0: float, y0: float, x1: float, y1: float) -> State:
    """Give the current object a box (it has at most one), or begin an object with it."""
    state, index, active = _active_or_new(state)
    prompt = Prompt(active.prompt.points, active.prompt.labels, (x0, y0, x1, y1))
    return state.with_object(index, active.asked(prompt, predict))


def clear_box(state: State, predict: Predict) -> State:
    """Take the box away."""
    if state.active is None or state.active.prompt.box is None:
        return state
    index, active = _active(state)
    prompt = Prompt(active.prompt.points, active.prompt.labels)
    return state.with_object(index, active.asked(prompt, predict))


def choose(state: State, predict: Predict, index: int) -> State:
    """Pick one of the candidates, numbered from 0."""
    current, active = _active(state)
    answer = active.answer
    if active.candidates is None:
        raise ValueError("there is nothing to choose from yet: add a point or a box first")
    check_index(index, len(active.candidates), "candidate")
    if answer is None or index == answer.best:
        return state
    return state.with_object(current, active.over(answer.choose(index), predict.size))


def other_readings(state: State, predict: Predict) -> State:
    """Put SAM's other masks for the prompt beside those that are shown; the choice stays."""
    current, active = _active(state)
    answer = active.answer
    if answer is None or answer.others is None:
        raise ValueError("there are no other readings of this mask: they are shown, or SAM has none")
    return state.with_object(current, active.over(predict.other_readings(answer), predict.size))


def new_object(state: State, predict: Predict, name: str = "") -> State:
    """Begin another object; where the current one is still empty, that is taken."""
    if state.current is None or state.objects[state.current].candidates is not None:
        return state.begun(name.strip())
    return name_object(state, predict, state.current, name) if name else state


def select_object(state: State, predict: Predict, index: int) -> State:
    """Go back to an object: prompts go to it from now on."""
    check_index(index, len(state.objects), "object")
    return state if index == state.current else replace(state, current=index)


def name_object(state: State, predict: Predict, index: int, name: str) -> State:
    """Call an object by a name."""
    check_index(index, len(state.objects), "object")
    named = replace(state.objects[index], name=name.strip(), tint=None)
    return state if named.name == state.objects[index].name else state.with_object(index, named)


def show_object(state: State, predict: Predict, index: int, visible: bool = True) -> State:
    """Show or hide an object."""
    check_index(index, len(state.objects), "object")
    if state.objects[index].visible == visible:
        return state
    return state.with_object(index, replace(state.objects[index], visible=visible))


def delete_object(state: State, predict: Predict, index: int) -> State:
    """Remove an object; the next prompt begins a new one if it was the current."""
    check_index(index, len(state.objects), "object")
    state.unlocked(index)
    remaining = state.objects[:index] + state.objects[index + 1 :]
    return replace(state, objects=remaining, current=_where(state.active, remaining))


def reorder(state: State, predict: Predict, index: int, to: int) -> State:
    """Move an object to another place in the list; what is later is drawn on top."""
    check_index(index, len(state.objects), "object")
    check_index(to, len(state.objects), "place")
    if index == to:
        return state
    objects = list(state.objects)
    objects.insert(to, objects.pop(index))
    return replace(state, objects=tuple(objects), current=_where(state.active, tuple(objects)))


def keep(state: State, predict: Predict, rle: dict[str, Any], predicted_iou: float) -> State:
    """Make an object of a finished mask (COCO run lengths); the next prompt begins a new one.

    No network drew it, so it has no logits; going on from it begins with the mask itself.
    """
    return _kept(state, rle, predicted_iou)


def keep_all(state: State, predict: Predict, found: list[dict[str, Any]], name: str = "") -> State:
    """Make an object of each of several finished masks (`rle` and `predicted_iou`), all of one name."""
    for one in found:
        state = keep(state, predict, **one)
        if name:
            state = name_object(state, predict, len(state.objects) - 1, name)
    return state


def take_over(state: State, predict: Predict, found: list[dict[str, Any]], origin: str) -> State:
    """Make an object of each of several masks that were made elsewhere, which `origin` names, as "batch".

    Each has `rle` and `predicted_iou`, and may have `stability_score` and a `name` of its own.
    """
    for one in found:
        state = _kept(state, **one, origin=origin)
    return state


def clear(state: State, predict: Predict) -> State:
    """Take all points, the box and what was painted of the current object away."""
    active = state.active
    if active is None or (active.prompt.is_empty and active.candidates is None):
        return state
    index, _ = _active(state)
    empty = replace(active, prompt=Prompt(), candidates=None, base=None, edits=(), beneath=None, origin="")
    return state.with_object(index, empty)


def reset(state: State, predict: Predict) -> State:
    """Remove every object."""
    for index in range(len(state.objects)):
        state.unlocked(index)
    if not state.made:
        return state
    return replace(EMPTY, label=state.label, classing=state.classing)


@dataclass(frozen=True)
class Action:
    """One kind of step in a session.

    Attributes
    ----------
    change : callable
        `change(state, predict, **arguments)` returns the next state, or the same one where nothing is to do.
    told : callable
        `told(gettext, arguments)` says in a few words what was done, for captions.
    """

    change: Callable[..., State]
    told: Callable[[Gettext, Mapping[str, Any]], str]


def _point_told(_: Gettext, done: Mapping[str, Any]) -> str:
    where = {name: f"{done[name]:.0f}" for name in ("x", "y")}
    if done.get("label", 1):
        return _("A point on the object at ({x}, {y})").format(**where)
    return _("A point on the background at ({x}, {y})").format(**where)


def _taken_over_told(_: Gettext, done: Mapping[str, Any]) -> str:
    return _("Masks of {origin} are taken over: {count}").format(
        origin=done["origin"], count=len(done["found"])
    )


def _visibility_told(_: Gettext, done: Mapping[str, Any]) -> str:
    return _("An object is shown") if done.get("visible", True) else _("An object is hidden")


def _painting_told(_: Gettext, done: Mapping[str, Any]) -> str:
    return _("A stroke of the eraser") if done.get("erase") else _("A stroke of the brush")


def _lasso_told(_: Gettext, done: Mapping[str, Any]) -> str:
    return _("An outline is taken away") if done.get("erase") else _("An outline is added")


def _mended_told(_: Gettext, done: Mapping[str, Any]) -> str:
    row = correcting.MENDS[done["how"]]
    return _(row.told)


def _lock_told(_: Gettext, done: Mapping[str, Any]) -> str:
    return _("An object is locked") if done.get("locked", True) else _("An object is unlocked")


def _all_kept_told(_: Gettext, done: Mapping[str, Any]) -> str:
    return _("All that is like it is kept: {count}").format(count=len(done["found"]))


ACTIONS: dict[str, Action] = {
    "add_point": Action(add_point, _point_told),
    "remove_point": Action(remove_point, lambda _, done: _("A point is removed")),
    "move_point": Action(move_point, lambda _, done: _("A point is moved")),
    "set_box": Action(set_box, lambda _, done: _("A box around the object")),
    "clear_box": Action(clear_box, lambda _, done: _("The box is removed")),
    "choose": Action(choose, lambda _, done: _("Mask {number} is picked").format(number=done["index"])),
    "other_readings": Action(other_readings, lambda _, done: _("SAM's other readings are shown")),
    "new_object": Action(new_object, lambda _, done: _("A new object begins")),
    "select_object": Action(select_object, lambda _, done: _("Another object is selected")),
    "name_object": Action(
        name_object, lambda _, done: _('The object is called "{name}"').format(name=done["name"])
    ),
    "show_object": Action(show_object, _visibility_told),
    "delete_object": Action(delete_object, lambda _, done: _("An object is deleted")),
    "reorder": Action(reorder, lambda _, done: _("An object changes its place in the list")),
    "keep": Action(keep, lambda _, done: _("A mask of the whole photo's is kept")),
    "keep_all": Action(keep_all, _all_kept_told),
    "take_over": Action(take_over, _taken_over_told),
    "paint": Action(correcting.paint, _painting_told),
    "lasso": Action(correcting.lasso, _lasso_told),
    "mend": Action(correcting.mend, _mended_told),
    "forget_painting": Action(correcting.forget_painting, lambda _, done: _("The painting is forgotten")),
    "classify": Action(
        objects.classify, lambda _, done: _('The class is "{name}"').format(name=done["name"])
    ),
    "rename_class": Action(
        objects.rename_class,
        lambda _, done: _('All of "{name}" are called "{new}"').format(name=done["name"], new=done["new"]),
    ),
    "merge": Action(objects.merge, lambda _, done: _("Objects are merged")),
    "split": Action(objects.split, lambda _, done: _("An object is split into its pieces")),
    "duplicate": Action(objects.duplicate, lambda _, done: _("An object is duplicated")),
    "lock_object": Action(objects.lock_object, _lock_told),
    "note_object": Action(objects.note_object, lambda _, done: _("A note is written")),
    "clear": Action(clear, lambda _, done: _("The prompt is cleared")),
    "reset": Action(reset, lambda _, done: _("Everything is removed")),
}
"""By the name that stands in a record."""


def _kept(
    state: State,
    rle: dict[str, Any],
    predicted_iou: float,
    stability_score: float = 1.0,
    name: str = "",
    origin: str = "",
) -> State:
    """Return the state with an object more, whose mask is finished; none is the current one."""
    candidates = finished(decode(rle), predicted_iou, stability_score)
    state = state if state.active is not None and state.active.candidates is None else state.begun()
    index, active = _active(state)
    made = replace(
        active,
        name=name.strip() or active.name,
        tint=None if name.strip() else active.tint,
        candidates=candidates,
        base=candidates,
        origin=origin,
        edits=(),
        beneath=None,
    )
    return replace(state.with_object(index, made), current=None)


def _active(state: State) -> tuple[int, SegmentedObject]:
    """Return the current object and its index."""
    if state.current is None:
        raise ValueError("there is no current object yet: add a point or a box, or select an object, first")
    return state.current, state.unlocked(state.current)


def _active_or_new(state: State) -> tuple[State, int, SegmentedObject]:
    """Return the current object, begun if there is none."""
    state = state if state.current is not None else state.begun()
    return state, *_active(state)


def _where(wanted: SegmentedObject | None, objects: tuple[SegmentedObject, ...]) -> int | None:
    """Return where an object stands, by identity."""
    return next((i for i, one in enumerate(objects) if one is wanted), None)
