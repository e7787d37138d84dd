"""What is done to whole objects, as actions of a session: see `session.actions`, where their rows stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from segwidgets.drawing import style
from segwidgets.ground.validation import BoolArray, check_whole
from segwidgets.masks.regions import label_pieces
from segwidgets.prompts import Prompt
from segwidgets.widgets.session.edits import finished
from segwidgets.widgets.session.state import Predict, SegmentedObject, State, check_index

LEAST_PIECE = 0.01  # of the largest: what is smaller stays with it
MOST_PIECES = 200  # that one object is split into
MOST_NOTE = 2000  # characters


def classify(state: State, predict: Predict, name: str, tint: int, index: int = -1) -> State:
    """Give an object a class with its colour (by number), as new ones get from now on; -1 is none."""
    tint = check_whole(tint, "tint", most=len(style.PALETTE) - 1)
    name = name.strip()
    label = (name, tint) if name else None
    state = state if state.label == label else replace(state, label=label)
    if name and name not in classes_after((), state.classing):
        state = replace(state, classing=(*state.classing, ("", name)))
    if index == -1:
        return state
    check_index(index, len(state.objects), "object")
    one = state.objects[index]
    wanted = name, tint if name else None
    return state if (one.name, one.tint) == wanted else _exchanged(state, index, name=name, tint=wanted[1])


def rename_class(state: State, predict: Predict, name: str, new: str) -> State:
    """Call a class by another name, and all objects that have it."""
    new = new.strip()
    if name == new or not name:
        return state
    if not new:
        raise ValueError("a class needs a name")
    renamed = tuple(replace(one, name=new) if one.name == name else one for one in state.objects)
    label = state.label
    if label is not None and label[0] == name:
        label = new, label[1]
    return replace(state, objects=renamed, label=label, classing=(*state.classing, (name, new)))


def classes_after(classes: Iterable[str], classing: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return names of classes, each once, after what a state's `classing` did to them."""
    names = list(classes)
    for name, new in classing:
        names = [new if one == name else one for one in names] if name else [*names, new]
    return tuple(dict.fromkeys(names))


def merge(state: State, predict: Predict, indices: list[int]) -> State:
    """Make one object of several: the first keeps number, name and note, and covers what any of them did."""
    if not isinstance(indices, list) or len(indices) < 2 or len(set(map(str, indices))) < len(indices):
        raise ValueError(f"two objects or more must be given by their numbers, got {indices!r:.100}")
    for index in indices:
        check_index(index, len(state.objects), "object")
    parts = [state.unlocked(index) for index in indices]
    masks = [one.mask for one in parts if one.mask is not None]
    if len(masks) < len(parts):
        raise ValueError("each of the objects must have a mask")
    whole = _with_mask(parts[0], np.any(masks, axis=0))
    left = tuple(
        whole if index == indices[0] else one
        for index, one in enumerate(state.objects)
        if index == indices[0] or index not in indices
    )
    return replace(state, objects=left, current=left.index(whole))


def split(state: State, predict: Predict, index: int) -> State:
    """Make an object of each piece of one; the largest keeps its number, and specks stay with that."""
    check_index(index, len(state.objects), "object")
    one = state.unlocked(index)
    if one.mask is None:
        raise ValueError("the object must have a mask")
    labels, areas = label_pieces(one.mask)
    order = sorted(np.flatnonzero(areas >= max(1, LEAST_PIECE * areas.max())), key=lambda at: -areas[at])
    if len(order) < 2:
        return state
    if len(order) > MOST_PIECES:
        raise ValueError(f"the mask has {len(order)} pieces, more than the {MOST_PIECES} that are split off")
    others = [labels == at for at in order[1:]]
    first = _with_mask(one, one.mask & ~np.any(others, axis=0))
    pieces = [
        replace(_with_mask(one, mask), number=state.made + number) for number, mask in enumerate(others, 1)
    ]
    objects = (*state.objects[:index], first, *pieces, *state.objects[index + 1 :])
    return replace(state, objects=objects, current=index, made=state.made + len(pieces))


def duplicate(state: State, predict: Predict, index: int) -> State:
    """Put a copy of an object above it, which is then the current one."""
    check_index(index, len(state.objects), "object")
    copy = replace(state.objects[index], number=state.made + 1, locked=False)
    objects = (*state.objects[: index + 1], copy, *state.objects[index + 1 :])
    return replace(state, objects=objects, current=index + 1, made=state.made + 1)


def lock_object(state: State, predict: Predict, index: int, locked: bool = True) -> State:
    """Let an object stay as it is, whatever is clicked or painted; or let it be changed again."""
    check_index(index, len(state.objects), "object")
    return state if state.objects[index].locked == locked else _exchanged(state, index, locked=locked)


def note_object(state: State, predict: Predict, index: int, note: str) -> State:
    """Write something about an object."""
    check_index(index, len(state.objects), "object")
    if len(note) > MOST_NOTE:
        raise ValueError(f"a note has at most {MOST_NOTE} characters, got {len(note)}")
    return state if state.objects[index].note == note else _exchanged(state, index, note=note)


def _exchanged(state: State, index: int, **changes: Any) -> State:
    return state.with_object(index, replace(state.objects[index], **changes))


def _with_mask(one: SegmentedObject, mask: BoolArray) -> SegmentedObject:
    """Return an object that has a finished mask instead of prompts, answer and painting."""
    answer = one.candidates
    known = 1.0 if answer is None else float(answer.predicted_iou[answer.best])
    base = finished(mask, known)
    return replace(one, prompt=Prompt(), candidates=base, base=base, edits=(), beneath=None)
