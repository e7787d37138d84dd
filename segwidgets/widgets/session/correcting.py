"""What a hand corrects in a mask, as actions of a session: see `session.actions`, where their rows stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from segwidgets.ground.validation import BoolArray, check_whole
from segwidgets.masks.cleaning import MAX_GROW, clean
from segwidgets.masks.strokes import Patch, outline, stroke
from segwidgets.widgets.session.edits import Edit
from segwidgets.widgets.session.state import Predict, State

MENDS: dict[str, Callable[[BoolArray, int], BoolArray]] = {
    "fill_holes": lambda mask, px: clean(mask, min_island_share=0),
    "drop_specks": lambda mask, px: clean(mask, fill_holes=False),
    "grow": lambda mask, px: clean(mask, fill_holes=False, min_island_share=0, grow=px),
    "shrink": lambda mask, px: clean(mask, fill_holes=False, min_island_share=0, grow=-px),
    "smooth": lambda mask, px: clean(mask, fill_holes=False, min_island_share=0, smooth=px),
}
"""What can be mended in a mask's shape, and how: see `clean`."""


def paint(state: State, predict: Predict, path: list[Any], radius: float, erase: bool = False) -> State:
    """Paint into the current object's mask with a round brush, or begin an object with it; or erase."""
    return _drawn(state, predict, stroke(path, radius, predict.size), erase)


def lasso(state: State, predict: Predict, path: list[Any], erase: bool = False) -> State:
    """Add what a closed line goes around to the current object's mask, or begin one; or take it away."""
    return _drawn(state, predict, outline(path, predict.size), erase)


def forget_painting(state: State, predict: Predict) -> State:
    """Show the current object as it was answered, without what a hand painted and erased."""
    active = state.active
    if state.current is None or active is None or not active.edits:
        return state
    return state.with_object(state.current, state.unlocked(state.current).edited((), predict.size))


def mend(state: State, predict: Predict, how: str, px: int = 1) -> State:
    """Mend the shape of the current object's mask by one of `MENDS`; where that takes pixels, by so many."""
    if how not in MENDS:
        raise ValueError(f"there is no way to mend {how!r:.60}; there are {', '.join(MENDS)}")
    px = check_whole(px, "px", 1, MAX_GROW)
    active = state.active
    if state.current is None or active is None or active.mask is None:
        raise ValueError("there is no mask to mend yet: click on the object first")
    state.unlocked(state.current)
    mended = MENDS[how](active.mask, px)
    edits = list(active.edits)
    for pixels, put in ((mended & ~active.mask, True), (active.mask & ~mended, False)):
        if pixels.any():
            edits.append(Edit.of(_cropped(pixels), put, active.prompt))
    if len(edits) == len(active.edits):
        return state
    return state.with_object(state.current, active.edited(tuple(edits), predict.size))


def _cropped(pixels: BoolArray) -> Patch:
    """Return those pixels of a photo (H, W) that are marked, as a patch no larger than they need."""
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    return Patch(left, top, pixels[top : rows[-1] + 1, left : columns[-1] + 1])


def _drawn(state: State, predict: Predict, patch: Patch, erase: bool) -> State:
    if not patch.pixels.any() or (erase and (state.active is None or state.active.candidates is None)):
        return state
    if state.current is None:
        state = state.begun()
    index = state.current or 0
    active = state.unlocked(index)
    edit = Edit.of(patch, not erase, active.prompt)
    return state.with_object(index, active.edited((*active.edits, edit), predict.size))
