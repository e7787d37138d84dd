"""A session of clicking on one photo: state, undo and redo, and a record that can be replayed."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from inspect import signature
from typing import Any

from segwidgets._outside import read_json, shortened
from segwidgets._validation import describe
from segwidgets.candidates import Candidates
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.widgets.session.actions import ACTIONS
from segwidgets.widgets.session.state import EMPTY, State

SNAPSHOT_BYTES = 300_000_000  # of masks kept for undo; what is older is computed anew when it is wanted
FORMAT = "segwidgets session 1"
MAX_ACTIONS = 10_000  # that are replayed from a record
_KINDS: dict[str, tuple[type, ...]] = {  # by the annotations in `ACTIONS`; others are theirs to check
    "float": (int, float),
    "int": (int,),
    "str": (str,),
    "bool": (bool,),
    "dict[str, Any]": (dict,),
}


class Session:
    """The objects clicked on one photo, with undo and redo over everything.

    Every action is kept with its arguments. States are immutable, so undo is a step back in a list;
    snapshots beyond a memory limit are dropped and, when wanted again, replayed from the actions.

    Parameters
    ----------
    segmenter : Segmenter
        Where predictions come from.
    snapshot_bytes : int
        How much memory states may take that undo goes back to at once; older ones are computed anew.

    Attributes
    ----------
    on_change : callable or None
        Called after every action, undo and redo that did not fail: who shows the session draws it anew.
    """

    def __init__(self, segmenter: Segmenter, snapshot_bytes: int = SNAPSHOT_BYTES) -> None:
        self.segmenter = segmenter
        self.on_change: Callable[[], None] | None = None
        self._actions: list[dict[str, Any]] = []
        self._states: list[State | None] = [EMPTY]
        self._at = 0
        self._lock = threading.RLock()
        self._asked: tuple[Prompt, Candidates | None, Candidates] | None = None
        height, width = segmenter.size
        self._kept = max(3, snapshot_bytes // (3 * height * width))

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
    def snapshots(self) -> int:
        """How many states are in memory."""
        return sum(state is not None for state in self._states)

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
            after = ACTIONS[action].change(before, self._predict, **arguments)
            if after is not before:
                del self._actions[self._at :], self._states[self._at + 1 :]
                self._actions.append({"action": action, **arguments})
                self._states.append(after)
                self._at += 1
                self._drop_old_snapshots()
        self._tell()
        return after

    def undo(self) -> bool:
        """Take the last action back; False when there is none."""
        with self._lock:
            self._at -= (moved := self.can_undo)
        self._tell()
        return moved

    def redo(self) -> bool:
        """Do again what was taken back; False when there is nothing."""
        with self._lock:
            self._at += (moved := self.can_redo)
        self._tell()
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
            In one sentence, if the text is no such record, or belongs to another photo.
        """
        data = read_json(text, "a session")
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(
                f"a session must be an object with the format {FORMAT!r}, got {describe(data)}; "
                "write one with to_json()"
            )
        image, actions = data.get("image"), data.get("actions")
        if not isinstance(image, dict) or not isinstance(actions, list):
            raise ValueError(
                "a session must hold the photo's size and hash under image and a list under actions, got "
                f"{describe(image)} and {describe(actions)}"
            )
        if image.get("sha256") != _digest(segmenter):
            height, width = segmenter.size
            raise ValueError(
                f"this session belongs to another photo, {_shown(image.get('width'))} x "
                f"{_shown(image.get('height'))} pixels, not to this one of {width} x {height}; load that"
            )
        if len(actions) > MAX_ACTIONS:
            raise ValueError(
                f"a session of {len(actions)} actions is more than the {MAX_ACTIONS} that are read"
            )
        session = cls(segmenter)
        for step, action in enumerate(actions):
            try:
                name, arguments = _checked(action, segmenter.size)
                session.do(name, **arguments)
            except (TypeError, ValueError, IndexError) as error:
                reason = f"{describe(action)} ({shortened(str(error), 200)})"
                raise ValueError(f"action {step} of the session cannot be done: {reason}") from error
        return session

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change()

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
            change = ACTIONS[action.pop("action")].change
            state = change(self._state_at(index - 1), self._predict, **action)
            self._states[index] = state
        return state

    def _drop_old_snapshots(self) -> None:
        for index in range(1, self._at - self._kept):
            self._states[index] = None


def _shown(side: Any) -> str:
    return str(side) if isinstance(side, int) else "?"


def _checked(action: Any, size: tuple[int, int]) -> tuple[str, dict[str, Any]]:
    """Return an action's name and arguments, if they are of the kinds that its function is written for."""
    if not isinstance(action, dict) or not isinstance(action.get("action"), str):
        raise ValueError('an action must be an object such as {"action": "add_point", "x": 250, "y": 170}')
    arguments = dict(action)
    name = arguments.pop("action")
    if name not in ACTIONS:
        raise ValueError(f"there is no action {describe(name)}; there are {', '.join(ACTIONS)}")
    known = dict(list(signature(ACTIONS[name].change).parameters.items())[2:])  # after state and predict
    missing = [key for key, one in known.items() if one.default is one.empty and key not in arguments]
    if missing or not set(arguments) <= set(known):
        raise ValueError(f"{name} takes {', '.join(known) or 'nothing'}, got {describe(list(arguments))}")
    for key, value in arguments.items():
        annotation = known[key].annotation
        kinds = _KINDS.get(annotation if isinstance(annotation, str) else getattr(annotation, "__name__", ""))
        if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
            raise ValueError(f"{key} must be {annotation}, got {describe(value)}")
    if name == "keep" and arguments["rle"].get("size") != list(size):
        raise ValueError(f"its mask must have the photo's size {list(size)}, [height, width]")
    return name, arguments


def _digest(segmenter: Segmenter) -> str:
    return hashlib.sha256(segmenter.image.tobytes()).hexdigest()
