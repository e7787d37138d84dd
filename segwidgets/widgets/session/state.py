"""What has been clicked together so far: objects as values that cannot change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.validation import BoolArray
from segwidgets.prompts import Prompt
from segwidgets.widgets.session.edits import Edit, changed_px, known_before, painted


class LockedError(SegwidgetsError, ValueError):
    """An object that was locked was to be changed.

    Attributes
    ----------
    number : int
        The object's.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"object {number} is locked: unlock it with lock_object(index, False) first")
        self.number = number


class Predict(Protocol):
    """Who answers prompts."""

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the photo."""

    def __call__(self, prompt: Prompt, previous: Candidates | None) -> Candidates:
        """Answer a prompt, going on from an earlier answer where there is one."""

    def other_readings(self, candidates: Candidates) -> Candidates:
        """Return an answer with all masks that SAM had for its prompt."""


@dataclass(frozen=True)
class SegmentedObject:
    """One object of the photo: what was asked, what came back and what it is called.

    Attributes
    ----------
    number : int
        Counts from 1 in the order of making and never changes: the object's colour hangs on it.
    name : str
        What the user calls it; empty as long as nobody has named it.
    prompt : Prompt
        Points and box; empty for a mask that was kept from `segment_everything`.
    candidates : Candidates or None
        SAM's answer, with the choice between its masks and what a hand painted over them; None before the
        first prompt.
    visible : bool
        Whether it is drawn.
    base : Candidates or None
        A finished mask that the object began with; prompts go on from it.
    origin : str
        What made that mask elsewhere, as "batch"; empty for what was made here.
    edits : tuple of Edit
        What a hand painted and erased, in its order.
    beneath : Candidates or None
        SAM's answer without it, where there is any.
    tint : int or None
        Which colour of the palette its class has; None where it has one of its own.
    locked : bool
        Whether it is to stay as it is.
    note : str
        What somebody wrote about it.
    """

    number: int
    name: str = ""
    prompt: Prompt = field(default_factory=Prompt)
    candidates: Candidates | None = None
    visible: bool = True
    base: Candidates | None = None
    origin: str = ""
    edits: tuple[Edit, ...] = ()
    beneath: Candidates | None = None
    tint: int | None = None
    locked: bool = False
    note: str = ""

    @property
    def answer(self) -> Candidates | None:
        """SAM's answer as it came, without what a hand painted over it."""
        return self.beneath if self.edits else self.candidates

    @property
    def by_hand_px(self) -> tuple[int, int]:
        """How many pixels of the mask came by a hand, and how many it took away."""
        mask = self.mask
        if mask is None:
            return 0, 0
        before = np.zeros_like(mask) if self.answer is None else self.answer.best_mask
        return changed_px(before, mask)

    @property
    def mask(self) -> BoolArray | None:
        """The chosen mask (H, W), or None."""
        return None if self.candidates is None else self.candidates.best_mask

    @property
    def color(self) -> style.Rgb:
        """RGB, 0 to 255."""
        return style.palette_color(self.number - 1 if self.tint is None else self.tint)

    def asked(self, prompt: Prompt, predict: Predict) -> SegmentedObject:
        """Return the object with another prompt and SAM's answer to it.

        What is fed back to SAM follows from one rule: an answer is what the prompt's points give in their
        order, each with the logits of the mask before it.

        - A point or a box that is added goes on from the mask on show, also from one that was picked, or that
          was kept or painted and not drawn by SAM.
        - What takes something back (a point removed or moved, a box changed or removed) begins anew and goes
          through what is left, the box first, then the points: the old logits still hold what is to go. So
          the mask is the one that there would be if what was taken back had never been.
        - What a hand painted lies over every later answer: its pixels stay in, those that it erased stay out.
          Points that came after it go on from the mask with it, also when others are taken back.
        - Undo returns to the state before, logits included.

        Feeding back is worth it: mean IoU after 2, 3, 4, 5 clicks on GrabCut's 50 photos, each next click
        deepest in the largest error, .807 .915 .935 .961 with it and .752 .844 .875 .922 without. With the
        same single click fed back to itself it harms (.642 for .827): a first answer gets nothing.
        """
        size = predict.size
        if self.prompt.is_part_of(prompt):
            return replace(self, prompt=prompt).over(predict(prompt, self.candidates), size)
        answer = self.base
        for step in prompt.steps(says_what=self.base is None and not known_before(self.edits, 0)):
            earlier = known_before(self.edits, len(step.points))
            answer = predict(step, painted(answer, earlier, size))
        return replace(self, prompt=prompt).over(answer, size)

    def over(self, answer: Candidates | None, size: tuple[int, int]) -> SegmentedObject:
        """Return the object with another answer, and over it what a hand painted."""
        shown = painted(answer, self.edits, size)
        return replace(self, candidates=shown, beneath=answer if self.edits else None)

    def edited(self, edits: tuple[Edit, ...], size: tuple[int, int]) -> SegmentedObject:
        """Return the object with the same answer and other edits over it."""
        return replace(self, edits=edits).over(self.answer, size)


@dataclass(frozen=True)
class State:
    """All objects, and which one the next prompt goes to.

    Attributes
    ----------
    objects : tuple of SegmentedObject
        In the order of the list, which is also the order of drawing.
    current : int or None
        Index into `objects`; None when the next prompt begins a new object.
    made : int
        How many objects were ever made.
    label : (str, int) or None
        Name and colour of the class that was given last: new objects get it.
    classing : tuple of (str, str)
        What was done to the classes, in its order: ("", "cow") is one more, ("cat", "tiger") another name.
    """

    objects: tuple[SegmentedObject, ...] = ()
    current: int | None = None
    made: int = 0
    label: tuple[str, int] | None = None
    classing: tuple[tuple[str, str], ...] = ()

    @property
    def next_color(self) -> style.Rgb:
        """The colour of the object that the next prompt goes to: the current one's, or a new one's."""
        return self.active.color if self.active is not None else self._fresh().color

    def unlocked(self, index: int) -> SegmentedObject:
        """Return an object that may be changed.

        Raises
        ------
        LockedError
            If it is locked.
        """
        if self.objects[index].locked:
            raise LockedError(self.objects[index].number)
        return self.objects[index]

    @property
    def active(self) -> SegmentedObject | None:
        """The object that prompts go to, or None."""
        return None if self.current is None else self.objects[self.current]

    def object_at(self, x: float, y: float) -> int | None:
        """Return the index of the smallest visible object whose mask covers (x, y), in the photo's pixels."""
        areas = {
            index: int(one.mask.sum())
            for index, one in enumerate(self.objects)
            if one.visible and one.mask is not None and one.mask[int(y), int(x)]
        }
        return min(areas, key=lambda index: (areas[index], -index), default=None)

    def begun(self, name: str = "") -> State:
        """Return the state with a new, empty object, which is the current one."""
        fresh = self._fresh()
        fresh = replace(fresh, name=name or fresh.name)
        return replace(self, objects=(*self.objects, fresh), current=len(self.objects), made=self.made + 1)

    def _fresh(self) -> SegmentedObject:
        name, tint = self.label or ("", None)
        return SegmentedObject(self.made + 1, name, tint=tint)

    def with_object(self, index: int, changed: SegmentedObject) -> State:
        """Return the state with one object exchanged."""
        return replace(self, objects=(*self.objects[:index], changed, *self.objects[index + 1 :]))


EMPTY = State()


def check_index(index: int, count: int, what: str) -> None:
    """Raise TypeError or IndexError if a number is none of so many things."""
    if isinstance(index, bool) or not isinstance(index, int):
        raise TypeError(f"the {what} must be given by its number, got {index!r}")
    if not 0 <= index < count:
        having = f"they are numbered 0 to {count - 1}" if count else "there are none"
        raise IndexError(f"there is no {what} {index}: {having}")
