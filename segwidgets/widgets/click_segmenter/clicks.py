"""Clicks as they were made, to tell a double click and an impatient hand from two that are meant."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from segwidgets.prompts import Prompt
from segwidgets.widgets.click_segmenter.gestures import Hand
from segwidgets.widgets.session.state import State

DOUBLE_CLICK_MS = 500.0  # between two presses that are one
IMPATIENT_S = 0.4  # after an answer: a click at the same place was made before it was seen


@dataclass(frozen=True)
class ComingPoint:
    """A point that was clicked on a state and is not in it yet; and the state with it, once that is known."""

    place: tuple[float, float]
    label: int
    state: State
    answered: State | None = None


@dataclass(frozen=True)
class LastClick:
    """A click that did something, in canvas pixels; the same once more is a double click, or impatience."""

    x: float
    y: float
    time: float | None
    answered: float
    prompt: Prompt

    def is_meant_by(self, x: float, y: float, hand: Hand, prompt: Prompt, now: float) -> bool:
        """Whether a click just repeats this one, and what this one led to is still there."""
        if hypot(x - self.x, y - self.y) > hand.grab or prompt != self.prompt:
            return False
        return self.is_double(hand) or now - self.answered < IMPATIENT_S

    def is_double(self, hand: Hand) -> bool:
        """Whether a press comes so soon after this one that both are meant as one."""
        return self.time is not None and hand.time is not None and hand.time - self.time < DOUBLE_CLICK_MS
