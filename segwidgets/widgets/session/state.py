"""What has been clicked together so far: objects as values that cannot change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from segwidgets._validation import BoolArray
from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.prompts import Prompt

Predict = Callable[[Prompt, Candidates | None], Candidates]


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
    """

    number: int
    name: str = ""
    prompt: Prompt = field(default_factory=Prompt)
    candidates: Candidates | None = None
    visible: bool = True

    @property
    def mask(self) -> BoolArray | None:
        """The chosen mask (H, W), or None."""
        return None if self.candidates is None else self.candidates.best_mask

    @property
    def color(self) -> style.Rgb:
        """RGB, 0 to 255."""
        return style.palette_color(self.number - 1)

    def asked(self, prompt: Prompt, predict: Predict, refine: bool) -> SegmentedObject:
        """Return the object with another prompt and SAM's answer to it.

        With `refine` the logits of the chosen mask are fed back. What takes something back (a point removed
        or moved) must not refine: the logits still hold what is to go.
        """
        if prompt.is_empty:
            return replace(self, prompt=prompt, candidates=None)
        return replace(self, prompt=prompt, candidates=predict(prompt, self.candidates if refine else None))


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
