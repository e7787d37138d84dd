"""A session of clicking on one photo: state, undo and redo, and a record that can be replayed."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import signature
from time import monotonic
from typing import Any

import numpy as np

from segwidgets.candidates import Candidates, ClassUnderClick
from segwidgets.geometry import Box
from segwidgets.ground.outside import read_json, shortened
from segwidgets.ground.validation import UInt8Array, describe
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter, is_ready
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.session.actions import ACTIONS
from segwidgets.widgets.session.snapshots import UNDO_BYTES, Snapshots, answers
from segwidgets.widgets.session.state import EMPTY, SegmentedObject, State

FORMAT = "segwidgets session 1"
SEEN = "deeplab"  # in an action's record: what a class map saw under its single click
VIEWS = "views"  # and for each prompt that was answered, which part of the photo was looked at
MOST_MASKS = 4  # of one prompt
MOST_VIEWS = 1000  # of one action, which asks anew for each point that is left
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

    Every action is kept with its arguments. States are immutable, so undo is a step back in a list of packed
    `Snapshots`; what is beyond a memory limit is forgotten and, when wanted again, replayed from the actions.

    Parameters
    ----------
    segmenter : Segmenter
        Where predictions come from.
    undo_bytes : int
        How much memory states may take that undo and redo go to at once; those farther are computed anew.

    Attributes
    ----------
    on_change : callable or None
        Called after every action, undo and redo that did not fail: who shows the session draws it anew.
    closer : Segmenter or None
        What looks at a part of the photo more closely, see `Segmenter.closer`: it answers prompts that lie in
        its view, as long as the mask that they go on from does, too. Which part was looked at becomes part
        of the action.
    asked_at : float
        When masks were last asked for, previews included, as `time.monotonic` has it.
    """

    def __init__(self, segmenter: Segmenter, undo_bytes: int = UNDO_BYTES) -> None:
        self.segmenter = segmenter
        self.on_change: Callable[[], None] | None = None
        self.closer: Segmenter | None = None
        self.asked_at = 0.0
        self._actions: list[dict[str, Any]] = []
        self._states = Snapshots(EMPTY, undo_bytes)
        self._at = 0
        self._lock = threading.RLock()
        self._asked: tuple[Segmenter, Prompt, Candidates | None, Candidates] | None = None
        self._semantic: SemanticSegmentation | None = None
        self._opening: dict[str, Any] | None = None  # what the first state came by, see `begin_with`
        self._replayed = 0  # so many actions came from a record: their masks stay as they were recorded

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
        return len(self._states)

    @property
    def can_undo(self) -> bool:
        """Whether there is an action to take back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether an action was taken back."""
        return self._at < len(self._actions)

    def begin_with(self, name: str, tint: int) -> None:
        """Let objects have a class (with its colour, by number) from the beginning, if nothing was done yet.

        It is nothing to be undone; a record has it as its first action.
        """
        with self._lock:
            if not self._actions:
                self._opening = {"action": "classify", "name": name, "tint": tint}
                self._states.put(0, self._change(EMPTY, self._opening))

    def do(self, action: str, /, **arguments: Any) -> State:
        """Carry out one of `ACTIONS`; on an error the state stays as it was.

        An action that changes nothing is not recorded.
        """
        self._wait()
        after = self._record({"action": action, **arguments}, self._semantic)
        self._tell()
        return after

    def trial(self, action: Mapping[str, Any]) -> State:
        """Return the state that an action, as `history` has it, would lead to, without doing it."""
        self._wait()
        return self._change(self.state, dict(action), self._semantic, self.closer)

    def _record(self, action: dict[str, Any], semantic: SemanticSegmentation | None) -> State:
        """Carry out an action and keep it, with what a class map saw on the way."""
        with self._lock:
            before = self.state
            after = self._change(before, action, semantic, self.closer)
            if after is not before:
                del self._actions[self._at :]
                self._states.forget_after(self._at)
                self._actions.append(action)
                self._at += 1
                self._states.put(self._at, after)
                self._take_out()
            return after

    def _change(
        self,
        state: State,
        action: dict[str, Any],
        semantic: SemanticSegmentation | None = None,
        closer: Segmenter | None = None,
    ) -> State:
        arguments = {key: value for key, value in action.items() if key not in ("action", SEEN, VIEWS)}
        return ACTIONS[action["action"]].change(state, _Asking(self, action, semantic, closer), **arguments)

    # the class map

    @property
    def is_unranked(self) -> bool:
        """Whether the present masks are a single click's, not ranked by a class map and not picked."""
        with self._lock:
            return self._unranked() is not None

    @property
    def semantic(self) -> SemanticSegmentation | None:
        """The class map of the photo that was looked at, if one was."""
        with self._lock:
            return self._semantic

    def look(self, semantic: SemanticSegmentation) -> bool:
        """Rank the present masks, and each single click's from now on, with a class map of the photo.

        Becomes part of the action that made the masks: one undo takes both back, and a replay of the record
        needs no class map. What was picked, replayed or undone stays as it is. Returns whether there were
        masks to rank.
        """
        with self._lock:
            self._semantic = semantic
            found = self._unranked()
            if found is not None:
                self._rank(found, semantic)
        if found is not None:
            self._tell()
        return found is not None

    def _unranked(self) -> Candidates | None:
        active = None if self.can_redo or self._at <= self._replayed else self.state.active
        answer = None if active is None else active.candidates
        if answer is None or answer.picked or answer.under_click or not answer.is_ambiguous:
            return None
        return answer

    def _rank(self, answer: Candidates, semantic: SemanticSegmentation) -> None:
        """Exchange an answer in every state since the action that it came from, and amend that action."""
        ranked = answer.with_semantic(semantic)
        exchanged: dict[int, State] = {}
        for at in range(self._at, self._replayed, -1):
            state = self._state_at(at)
            index = next((i for i, one in enumerate(state.objects) if one.candidates is answer), None)
            if index is None:
                break
            exchanged[at] = state.with_object(index, replace(state.objects[index], candidates=ranked))
        for at, state in exchanged.items():
            self._states.put(at, state)
        self._actions[min(exchanged) - 1][SEEN] = _record_of(ranked)

    def undo(self) -> bool:
        """Take the last action back; False when there is none."""
        with self._lock:
            self._go_by(-(moved := self.can_undo))
        self._tell()
        return moved

    def redo(self) -> bool:
        """Do again what was taken back; False when there is nothing."""
        with self._lock:
            self._go_by(moved := self.can_redo)
        self._tell()
        return moved

    def preview(self, x: float, y: float, label: int = 1) -> Candidates:
        """Return what `add_point` would find, without doing it; doing it then costs no second decode."""
        self._wait()
        active = self.state.active or SegmentedObject(0)
        asking = _Asking(self, {}, self._semantic, self.closer)
        found = active.asked(active.prompt.with_point(x, y, label), asking).candidates
        if found is None:
            raise ValueError("there is no mask of this click: all of it was erased by hand")
        return found

    def to_json(self) -> str:
        """Return the record of this session: the photo's size and hash, and every action."""
        height, width = self.segmenter.size
        image = {"width": width, "height": height, "sha256": photo_digest(self.segmenter.image)}
        history = self.history
        return _record(image, [self._opening, *history] if self._opening and history else history)

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
        if image.get("sha256") != photo_digest(segmenter.image):
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
                session._record(_checked(action, segmenter.size), None)
                session._states.tidy(session._at)
            except (TypeError, ValueError, IndexError) as error:
                reason = f"{describe(action)} ({shortened(str(error), 200)})"
                raise ValueError(f"action {step} of the session cannot be done: {reason}") from error
        session._replayed = len(session._actions)
        return session

    def _wait(self) -> None:
        """Wait until the photo is encoded, without the lock: others look at the state meanwhile."""
        if not is_ready(self.segmenter):
            _ = self.segmenter.embedding

    def _go_by(self, steps: int) -> None:
        """Go to another state; where SAM is asked for it anew and does not answer, stay here."""
        self._state_at(self._at + steps)
        self._at += steps
        self._take_out()

    def _take_out(self) -> None:
        """Unpack the present masks once, before anybody looks at them."""
        for answer in answers(self.state):
            answer.take_out()

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change()
        with self._lock:  # what is shown is shown: now there is time to pack
            self._states.tidy(self._at)

    def _predict(self, segmenter: Segmenter, prompt: Prompt, previous: Candidates | None) -> Candidates:
        """Ask the model, unless that very question was the last one asked."""
        self.asked_at = monotonic()
        with self._lock:
            asked = self._asked
            if asked is None or asked[0] is not segmenter or asked[1] != prompt or asked[2] is not previous:
                self._asked = asked = segmenter, prompt, previous, segmenter.predict(prompt, previous)
            return asked[3]

    def _state_at(self, index: int) -> State:
        """Return a state, replayed from the last one before it that is not forgotten."""
        at = self._states.last_up_to(index)
        while at < index:
            state = self._change(self._states[at], self._actions[at])
            at += 1
            self._states.put(at, state)
            self._states.tidy(self._at, at)
        return self._states[index]


def with_action(text: str, action: dict[str, Any]) -> str:
    """Return a session's record with one action more, which is carried out when it is replayed.

    Raises
    ------
    ValueError
        If it is no record.
    """
    data = read_json(text, "a session")
    if not isinstance(data, dict) or not isinstance(data.get("actions"), list):
        raise ValueError(f"a session must hold a list under actions, got {describe(data)}")
    return _record(data.get("image"), [*data["actions"], action])


def _record(image: object, actions: list[dict[str, Any]]) -> str:
    head = json.dumps({"format": FORMAT, "image": image}, indent=1).removesuffix("\n}")
    lines = ",".join(f"\n  {json.dumps(action)}" for action in actions)  # a stroke has many places
    return f'{head},\n "actions": [{lines}\n ]\n}}'


class _Asking:
    """Answers an action's prompts.

    What a class map sees under a single click, and which part of the photo was looked at, goes into the
    action's record; what is recorded there already is taken from there.
    """

    def __init__(
        self,
        session: Session,
        action: dict[str, Any],
        semantic: SemanticSegmentation | None,
        closer: Segmenter | None,
    ) -> None:
        self._session, self._action, self._semantic, self._closer = session, action, semantic, closer
        self._recorded: list[list[int] | None] = list(action.get(VIEWS, []))
        self._views: list[list[int] | None] = []

    @property
    def size(self) -> tuple[int, int]:
        return self._session.segmenter.size

    def __call__(self, prompt: Prompt, previous: Candidates | None) -> Candidates:
        answer = self._session._predict(self._segmenter_for(prompt, previous), prompt, previous)
        if not answer.is_ambiguous:
            return answer
        if SEEN in self._action:
            return replace(answer, under_click=_seen(self._action[SEEN], len(answer)))
        if self._semantic is not None:
            answer = answer.with_semantic(self._semantic)
            self._action[SEEN] = _record_of(answer)
        return answer

    def other_readings(self, candidates: Candidates) -> Candidates:
        segmenter = self._session.segmenter
        if candidates.view is not None:
            segmenter = segmenter.look_at(candidates.view)
        return segmenter.other_readings(candidates)

    def _segmenter_for(self, prompt: Prompt, previous: Candidates | None) -> Segmenter:
        """Return what answers: what looks closer, where nothing that counts lies outside of its view."""
        whole, closer = self._session.segmenter, self._closer
        turn = len(self._views)
        if turn < len(self._recorded):
            recorded = self._recorded[turn]
            self._views.append(recorded)
            return whole if recorded is None else whole.look_at(_box_of(recorded))
        if closer is not None and not _lies_in(closer.view, prompt, previous):
            closer = None
        self._views.append(None if closer is None else list(closer.view))
        if any(self._views):
            self._action[VIEWS] = list(self._views)
        return closer or whole


def _lies_in(view: Box, prompt: Prompt, previous: Candidates | None) -> bool:
    """Say whether a prompt, and the mask that it goes on from, lie in a part of the photo."""
    x0, y0, x1, y1 = view
    if previous is not None:
        mask = previous.best_mask
        if np.count_nonzero(mask) > np.count_nonzero(mask[y0:y1, x0:x1]):
            return False
    left, top, right, bottom = prompt.box or (x0, y0, x1, y1)
    return (
        all(x0 <= x < x1 and y0 <= y < y1 for x, y in prompt.points)
        and x0 <= left
        and y0 <= top
        and right <= x1
        and bottom <= y1
    )


def _box_of(sides: list[int]) -> Box:
    x0, y0, x1, y1 = sides
    return x0, y0, x1, y1


def _record_of(ranked: Candidates) -> dict[str, Any]:
    """Write what a class map saw under a click as plain values."""
    seen = ranked.under_click
    if seen is None:
        raise ValueError("these masks were not ranked by a class map")
    return {"class_name": seen.class_name, "iou": list(seen.iou), "border": list(seen.border)}


def _seen(value: Any, count: int | None = None) -> ClassUnderClick:
    """Read what a record says that a class map saw under a click with so many masks."""
    if not isinstance(value, dict) or set(value) != {"class_name", "iou", "border"}:
        raise ValueError(f"{SEEN} must hold class_name, iou and border, got {describe(value)}")
    name = value["class_name"]
    if name is not None and not (isinstance(name, str) and re.fullmatch(r"[\w -]{1,40}", name)):
        raise ValueError(f"{SEEN} must name a class in at most 40 letters, or null, got {describe(name)}")
    shares = []
    for key in ("iou", "border"):
        each = value[key]
        if (
            not isinstance(each, list | tuple)
            or len(each) != (count or len(value["iou"]))
            or len(each) > MOST_MASKS
            or not all(type(one) in (int, float) and 0 <= one <= 1 for one in each)
        ):
            raise ValueError(
                f"{SEEN} must hold a share from 0 to 1 for each mask as {key}, got {describe(each)}"
            )
        shares.append(tuple(float(one) for one in each))
    return ClassUnderClick(name, *shares)


def _shown(side: Any) -> str:
    return str(side) if isinstance(side, int) else "?"


def _checked(action: Any, size: tuple[int, int]) -> dict[str, Any]:
    """Return a copy of an action, if its arguments are of the kinds that its function is written for."""
    if not isinstance(action, dict) or not isinstance(action.get("action"), str):
        raise ValueError('an action must be an object such as {"action": "add_point", "x": 250, "y": 170}')
    arguments = {key: value for key, value in action.items() if key not in (SEEN, VIEWS)}
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
    _check_finished(arguments, size)
    if SEEN in action:
        _seen(action[SEEN])
    if VIEWS in action:
        _check_views(action[VIEWS], size)
    return dict(action)


def _check_finished(arguments: dict[str, Any], size: tuple[int, int]) -> None:
    """Refuse masks of an action that are not of this photo, or not what is known of a mask."""
    found = arguments.get("found", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"found must be a list of masks, each with rle, got {describe(found)}")
    for one in [arguments] if "rle" in arguments else found:
        rle = one.get("rle")
        if not isinstance(rle, dict) or rle.get("size") != list(size):
            raise ValueError(f"its mask must have the photo's size {list(size)}, [height, width]")
        numbers = [one[key] for key in ("predicted_iou", "stability_score") if key in one]
        if not all(type(number) in (int, float) for number in numbers):
            raise ValueError(f"what is known of a mask must be numbers, got {describe(numbers)}")
        if not isinstance(one.get("name", ""), str):
            raise ValueError(f"a mask's name must be a text, got {describe(one['name'])}")


def _check_views(views: Any, size: tuple[int, int]) -> None:
    """Refuse what no record says of the parts of the photo that were looked at."""
    height, width = size
    if not isinstance(views, list) or len(views) > MOST_VIEWS:
        raise ValueError(f"{VIEWS} must be a list of at most {MOST_VIEWS}, got {describe(views)}")
    for view in views:
        if view is None:
            continue
        if not isinstance(view, list) or len(view) != 4 or not all(type(side) is int for side in view):
            raise ValueError(
                f"{VIEWS} must hold x0, y0, x1, y1 in whole pixels or null, got {describe(view)}"
            )
        x0, y0, x1, y1 = view
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            raise ValueError(f"{VIEWS} must lie in the photo of {width} x {height}, got {describe(view)}")


def photo_digest(image: UInt8Array) -> str:
    """Return by what a record knows its photo (H, W, 3): the SHA-256 of the pixels, in hexadecimal."""
    return hashlib.sha256(image.tobytes()).hexdigest()
