"""What a button would make of the current object's mask, shown while the mouse or the keyboard is on it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from segwidgets.widgets.canvas import Change
from segwidgets.widgets.click_segmenter.actions import Action
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import State


class Peek:
    """Looks ahead of a step without doing it.

    Parameters
    ----------
    actions : iterable of Action
        Of which those with a `preview` are looked at.

    Attributes
    ----------
    name : str
        Of the action that is looked at, or "" for none.
    """

    def __init__(self, actions: Iterable[Action]) -> None:
        self._steps = {action.name: action.preview for action in actions if action.preview is not None}
        self.name = ""
        self._known: tuple[State, Change] | None = None

    def look(self, name: str) -> None:
        """Look at an action, or with "" at none."""
        self.name, self._known = name if name in self._steps else "", None

    def change(self, session: Session) -> Change | None:
        """Return what the step would change in the mask; None where there is none to look at."""
        state = session.state
        one = state.active
        if not self.name or one is None or one.mask is None or one.locked:
            return None
        if self._known is None or self._known[0] is not state:
            after = session.trial(self._steps[self.name]).active
            mended = None if after is None else after.mask
            self._known = state, Change(one.mask, np.zeros_like(one.mask) if mended is None else mended)
        return self._known[1]
