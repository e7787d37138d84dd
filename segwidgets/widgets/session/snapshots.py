"""The states that a session went through, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

from segwidgets.candidates import Candidates
from segwidgets.widgets.session.state import EMPTY, State

UNDO_BYTES = 100_000_000  # of masks and logits that undo and redo find without asking SAM anew
WHOLE = 0.1  # of it at most for what is not packed, next to the present state
MOST_STATES = 500


class Snapshots:
    """States by their number: the present one whole, those around it packed, the farthest forgotten.

    States share the answers that they have in common, so each costs what its step brought: on a photo of 12
    megapixels 13 to 37 MB, packed less than one.

    Parameters
    ----------
    first : State
        Number 0, which is never forgotten.
    most_bytes : int
        What the answers of all states but the present one may take.
    """

    def __init__(self, first: State, most_bytes: int) -> None:
        self._most = most_bytes
        self._states = {0: first}

    def __len__(self) -> int:
        return len(self._states)

    def __getitem__(self, index: int) -> State:
        """Return a state that is not forgotten."""
        return self._states[index]

    def last_up_to(self, index: int) -> int:
        """Return the number of the last state before this one, or of this one, that is not forgotten."""
        return max(known for known in self._states if known <= index)

    def put(self, index: int, state: State) -> None:
        """Keep a state under a number."""
        self._states[index] = state

    def forget_after(self, index: int) -> None:
        """Forget all states with a greater number."""
        self._states = {known: state for known, state in self._states.items() if known <= index}

    def tidy(self, present: int, visited: int | None = None) -> None:
        """Pack what is not next to a state that is visited, and forget what is too far from it.

        The present one, which is visited by default, stays as it is.
        """
        middle = present if visited is None else visited
        seen = {id(answer) for answer in answers(self._states.get(present, EMPTY))}
        whole = spent = 0
        for rank, index in enumerate(sorted(self._states, key=lambda known: abs(known - middle))):
            for answer in answers(self._states[index]):
                if id(answer) in seen:
                    continue
                seen.add(id(answer))
                whole += answer.nbytes
                spent += answer.nbytes if whole <= WHOLE * self._most else answer.put_away()
            if (spent > self._most or rank > MOST_STATES) and index not in (0, present, middle):
                del self._states[index]


def answers(state: State) -> Iterator[Candidates]:
    """Go through all that SAM, a hand or a file gave the objects of a state."""
    for one in state.objects:
        for answer in (one.candidates, one.beneath, one.base):
            if answer is not None:
                yield answer
