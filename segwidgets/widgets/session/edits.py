"""What a hand put into a mask or took out of it: it lies over whatever a network answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from segwidgets.candidates import Candidates, Choice, as_before
from segwidgets.ground.packed import Packed
from segwidgets.ground.validation import BoolArray
from segwidgets.masks.strokes import Patch
from segwidgets.prompts import Prompt


@dataclass(frozen=True)
class Edit:
    """Pixels that stay in an object's mask, or out of it, whatever is asked later.

    Attributes
    ----------
    left, top : int
        Where in the photo the part begins that they lie in.
    pixels : Packed
        Which of its pixels they are, (height, width) bool.
    put : bool
        Whether they belong to the object.
    after : int
        How many points the object had when the hand was at work; -1 where it had no box either. Later points
        go on from what was painted.
    """

    left: int
    top: int
    pixels: Packed
    put: bool
    after: int = -1

    @classmethod
    def of(cls, patch: Patch, put: bool, prompt: Prompt) -> Edit:
        """Make one of what a hand drew on an object with a prompt."""
        after = -1 if prompt.is_empty else len(prompt.points)
        return cls(patch.left, patch.top, Packed.of(patch.pixels), put, after)

    def onto(self, masks: BoolArray) -> None:
        """Write it into masks (N, H, W), in place."""
        pixels = self.pixels.array()
        height, width = pixels.shape
        part = masks[:, self.top : self.top + height, self.left : self.left + width]
        if self.put:
            part |= pixels
        else:
            part &= ~pixels

    def without_point(self, index: int) -> Edit:
        """Return the same after one of the object's points was removed."""
        return replace(self, after=self.after - 1) if self.after > index else self


def finished(mask: BoolArray, predicted_iou: float = 1.0, stability_score: float = 1.0) -> Candidates:
    """Return a mask (H, W) that no network drew as an answer: it has no logits, and asks nothing."""
    return Candidates(
        prompt=Prompt(),
        masks=mask[None],
        predicted_iou=np.array([predicted_iou], dtype=np.float32),
        low_res_logits=np.empty((1, 0, 0), dtype=np.float32),
        stability_score=np.array([stability_score], dtype=np.float64),
    )


def painted(answer: Candidates | None, edits: Sequence[Edit], size: tuple[int, int]) -> Candidates | None:
    """Return an answer with what a hand did over each of its masks.

    The choice between them stays. What no longer is as the network drew it has no logits; so the next prompt
    goes on from the mask itself, see `Segmenter.predict`.

    Parameters
    ----------
    answer : Candidates or None
        What was answered; None where nothing was asked yet.
    edits : sequence of Edit
        In the order in which they were made: later ones cover earlier ones.
    size : (int, int)
        (height, width) of the photo.

    Returns
    -------
    Candidates or None
        The answer itself where it has all that the hand wanted; None where there is no mask at all.
    """
    if not edits:
        return answer
    beneath = finished(np.zeros(size, np.bool_)) if answer is None else answer
    masks = beneath.masks.copy()
    for edit in edits:
        edit.onto(masks)
    if np.array_equal(masks, beneath.masks):
        return answer
    choice = beneath.choice
    return replace(
        beneath,
        masks=masks,
        low_res_logits=np.empty((len(masks), 0, 0), dtype=np.float32),
        picked=Choice(choice.index, partial(as_before, beneath), choice.by_hand),
    )


def known_before(edits: Iterable[Edit], points: int) -> list[Edit]:
    """Return those that were there before an object had so many points."""
    return [edit for edit in edits if edit.after < points]


def changed_px(before: BoolArray, after: BoolArray) -> tuple[int, int]:
    """Return how many pixels of a mask (H, W) came and went."""
    return int(np.count_nonzero(after & ~before)), int(np.count_nonzero(before & ~after))
