"""What a hand corrects in a mask, as actions of a session: see `session.actions`, where their rows stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from segwidgets.ground.validation import BoolArray, check_whole
from segwidgets.locale.catalogues import N_
from segwidgets.masks.cleaning import MAX_GROW, clean
from segwidgets.masks.regions import box_around
from segwidgets.masks.strokes import Patch, outline, stroke
from segwidgets.widgets.session.edits import Edit
from segwidgets.widgets.session.state import Predict, State


@dataclass(frozen=True)
class Mend:
    """One way to mend a mask's shape: what it does, and its button.

    Attributes
    ----------
    change : callable
        `change(mask, px)` returns the mended mask (H, W).
    key, icon : str
        What does it on the keyboard, and what its button shows.
    label, help, told : str
        The words on the button, those that explain it, and what a record says of it, marked by `N_`.
    """

    change: Callable[[BoolArray, int], BoolArray]
    key: str
    icon: str
    label: str
    help: str
    told: str


MENDS: dict[str, Mend] = {
    "fill_holes": Mend(
        lambda mask, px: clean(mask, min_island_share=0),
        "h",
        "circle",
        N_("Fill holes"),
        N_("Fill the holes in the mask (key H)"),
        N_("Holes are filled"),
    ),
    "drop_specks": Mend(
        lambda mask, px: clean(mask, fill_holes=False),
        "d",
        "trash-o",
        N_("Drop specks"),
        N_("Drop the small pieces of the mask (key D)"),
        N_("Specks are dropped"),
    ),
    "grow": Mend(
        lambda mask, px: clean(mask, fill_holes=False, min_island_share=0, grow=px),
        "x",
        "plus-circle",
        N_("Grow"),
        N_("Move the edge of the mask outwards by a pixel (key X)"),
        N_("The mask grows"),
    ),
    "shrink": Mend(
        lambda mask, px: clean(mask, fill_holes=False, min_island_share=0, grow=-px),
        "s",
        "minus-circle",
        N_("Shrink"),
        N_("Move the edge of the mask inwards by a pixel (key S)"),
        N_("The mask shrinks"),
    ),
    "smooth": Mend(
        lambda mask, px: clean(mask, fill_holes=False, min_island_share=0, smooth=px),
        "o",
        "leaf",
        N_("Smooth"),
        N_("Smooth the edge of the mask by a pixel (key O)"),
        N_("The edge is smoothed"),
    ),
}
"""What can be mended in a mask's shape, see `clean`, in the order of the buttons."""


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
    box = box_around(active.mask)
    if box is None:
        return state
    reach = px + 1  # around the mask: farther away nothing changes
    left, top = max(0, box[0] - reach), max(0, box[1] - reach)
    before = active.mask[top : box[3] + reach, left : box[2] + reach]
    after = MENDS[how].change(before, px)
    edits = list(active.edits)
    for pixels, put in ((after & ~before, True), (before & ~after, False)):
        if pixels.any():
            edits.append(Edit.of(_cropped(pixels, left, top), put, active.prompt))
    if len(edits) == len(active.edits):
        return state
    return state.with_object(state.current, active.edited(tuple(edits), predict.size))


def _cropped(pixels: BoolArray, left: int, top: int) -> Patch:
    """Return those pixels (h, w) that are marked, of the part of a photo at (left, top), as a tight patch."""
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    y, x = int(rows[0]), int(columns[0])
    return Patch(left + x, top + y, pixels[y : rows[-1] + 1, x : columns[-1] + 1])


def _drawn(state: State, predict: Predict, patch: Patch, erase: bool) -> State:
    if not patch.pixels.any() or (erase and (state.active is None or state.active.candidates is None)):
        return state
    if state.current is None:
        state = state.begun()
    index = state.current or 0
    active = state.unlocked(index)
    edit = Edit.of(patch, not erase, active.prompt)
    return state.with_object(index, active.edited((*active.edits, edit), predict.size))
