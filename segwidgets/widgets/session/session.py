"""A session of clicking on one photo: state, undo and redo, and a record that can be replayed."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

from segwidgets._validation import describe
from segwidgets.candidates import Candidates
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.widgets.session.actions import ACTIONS
from segwidgets.widgets.session.state import EMPTY, State

SNAPSHOT_BYTES = 300_000_000  # of masks kept for undo; what is older is computed anew when it is wanted
FORMAT = "segwidgets session 1"


class Session:
    """The objects clicked on one photo, with undo and redo over everything.

    Every action is kept with its arguments. States are immutable, so undo is a step back in a list;
    snapshots beyond a memory limit are dropped and, when wanted again, replayed from the actions.

    Parameters
    ----------
    segmenter : Segmenter
        Where predictions come from.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self.segmenter = segmenter
        self._actions: list[dict[str, Any]] = []
        self._states: list[State | None] = [EMPTY]
        self._at = 0
        self._lock = threading.RLock()
        self._asked: tuple[Prompt, Candidates | None, Candidates] | None = None
        height, width = segmenter.size
        self._kept = max(3, SNAPSHOT_BYTES // (3 * height * width))

    @property
    def state(self) -> State:
        """The objects as they stand."""
        with self._lock:
            return self._state_at(self._at)

    @property
    def history(self) -> list[dict[str, Any]]:
        """The actions that led to `state`, oldest first: `{"action": "add_point", "x": …}`."""
        with self._lock:
            return [dict(action) for action in self._actions[: self._at]]

    def states(self) -> list[State]:
        """Return the states that `history` went through, from the empty one to the present."""
        with self._lock:
            return [self._state_at(index) for index in range(self._at + 1)]

    @property
    def can_undo(self) -> bool:
        """Whether there is an action to take back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether an action was taken back."""
        return self._at < len(self._actions)

    def do(self, action: str, /, **arguments: Any) -> State:
        """Carry out one of `ACTIONS`; on an error the state stays as it was.

        An action that changes nothing is not recorded.
        """
        with self._lock:
            before = self.state
            after = ACTIONS[action](before, self._predict, **arguments)
            if after is not before:
                del self._actions[self._at :], self._states[self._at + 1 :]
                self._actions.append({"action": action, **arguments})
                self._states.append(after)
                self._at += 1
                self._drop_old_snapshots()
            return after

    def undo(self) -> bool:
        """Take the last action back; False when there is none."""
        with self._lock:
            self._at -= (moved := self.can_undo)
            return moved

    def redo(self) -> bool:
        """Do again what was taken back; False when there is nothing."""
        with self._lock:
            self._at += (moved := self.can_redo)
            return moved

    def preview(self, x: float, y: float, label: int = 1) -> Candidates:
        """Return what `add_point` would find, without doing it; doing it then costs no second decode."""
        active = self.state.active
        prompt = (active.prompt if active else Prompt()).with_point(x, y, label)
        return self._predict(prompt, active.candidates if active else None)

    def to_json(self) -> str:
        """Return the record of this session: the photo's size and hash, and every action."""
        height, width = self.segmenter.size
        image = {"width": width, "height": height, "sha256": _digest(self.segmenter)}
        return json.dumps({"format": FORMAT, "image": image, "actions": self.history}, indent=1)

    @classmethod
    def from_json(cls, text: str, segmenter: Segmenter) -> Session:
        """Replay a record on the photo that it was made on; the masks are the same bit for bit.

        Raises
        ------
        ValueError
            If the text is no such record, or belongs to another photo.
        """
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"a session must be JSON as to_json() writes it, got {text!r:.60}") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(
                f"a session must be an object with the format {FORMAT!r}, got {describe(data)}; "
                "write one with to_json()"
            )
        if data["image"]["sha256"] != _digest(segmenter):
            height, width = segmenter.size
            raise ValueError(
                f"this session belongs to another photo, {data['image']['width']} x "
                f"{data['image']['height']} pixels, not to this one of {width} x {height}; load that first"
            )
        session = cls(segmenter)
        for step, action in enumerate(data["actions"]):
            arguments = dict(action)
            try:
                session.do(arguments.pop("action"), **arguments)
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise ValueError(
                    f"action {step} of the session cannot be done: {action} ({error})"
                ) from error
        return session

    def _predict(self, prompt: Prompt, previous: Candidates | None) -> Candidates:
        """Ask the model, unless that very question was the last one asked."""
        with self._lock:
            asked = self._asked
            if asked is None or asked[0] != prompt or asked[1] is not previous:
                self._asked = asked = prompt, previous, self.segmenter.predict(prompt, previous)
            return asked[2]

    def _state_at(self, index: int) -> State:
        """Return a snapshot, replayed from the last one before it if it was dropped."""
        state = self._states[index]
        if state is None:
            action = dict(self._actions[index - 1])
            state = ACTIONS[action.pop("action")](self._state_at(index - 1), self._predict, **action)
            self._states[index] = state
        return state

    def _drop_old_snapshots(self) -> None:
        for index in range(1, self._at - self._kept):
            self._states[index] = None


def _digest(segmenter: Segmenter) -> str:
    return hashlib.sha256(segmenter.image.tobytes()).hexdigest()
