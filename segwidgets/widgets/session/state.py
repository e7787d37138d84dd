"""What has been clicked together so far: objects as values that cannot change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.ground.validation import BoolArray
from segwidgets.prompts import Prompt


class Predict(Protocol):
    """Who answers prompts."""

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
        SAM's answer, with the choice between its masks; None before the first prompt.
    visible : bool
        Whether it is drawn.
    base : Candidates or None
        A finished mask that the object began with; prompts go on from it.
    """

    number: int
    name: str = ""
    prompt: Prompt = field(default_factory=Prompt)
    candidates: Candidates | None = None
    visible: bool = True
    base: Candidates | None = None

    @property
    def mask(self) -> BoolArray | None:
        """The chosen mask (H, W), or None."""
        return None if self.candidates is None else self.candidates.best_mask

    @property
    def color(self) -> style.Rgb:
        """RGB, 0 to 255."""
        return style.palette_color(self.number - 1)

    def asked(self, prompt: Prompt, predict: Predict) -> SegmentedObject:
        """Return the object with another prompt and SAM's answer to it.

        What is fed back to SAM follows from one rule: an answer is what the prompt's points give in their
        order, each with the logits of the mask before it.

        - A point or a box that is added goes on from the mask on show, also from one that was picked, or that
          was kept or painted and not drawn by SAM.
        - What takes something back (a point removed or moved, a box changed or removed) begins anew and goes
          through what is left, the box first, then the points: the old logits still hold what is to go. So
          the mask is the one that there would be if what was taken back had never been.
        - Undo returns to the state before, logits included.

        Feeding back is worth it: mean IoU after 2, 3, 4, 5 clicks on GrabCut's 50 photos, each next click
        deepest in the largest error, .807 .915 .935 .961 with it and .752 .844 .875 .922 without. With the
        same single click fed back to itself it harms (.642 for .827): a first answer gets nothing.
        """
        if self.prompt.is_part_of(prompt):
            return replace(self, prompt=prompt, candidates=predict(prompt, self.candidates))
        answer = self.base
        for step in prompt.steps(says_what=self.base is None):
            answer = predict(step, answer)
        return replace(self, prompt=prompt, candidates=answer)


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
    """

    objects: tuple[SegmentedObject, ...] = ()
    current: int | None = None
    made: int = 0

    @property
    def active(self) -> SegmentedObject | None:
        """The object that prompts go to, or None."""
        return None if self.current is None else self.objects[self.current]

    def begun(self, name: str = "") -> State:
        """Return the state with a new, empty object, which is the current one."""
        fresh = SegmentedObject(self.made + 1, name)
        return State((*self.objects, fresh), len(self.objects), self.made + 1)

    def with_object(self, index: int, changed: SegmentedObject) -> State:
        """Return the state with one object exchanged."""
        return replace(self, objects=(*self.objects[:index], changed, *self.objects[index + 1 :]))


EMPTY = State()
