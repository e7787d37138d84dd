"""One notebook: our lesson with a student's answers runs over there, and each answer is judged here."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from segwidgets.course.checks import judge
from segwidgets.course.judges import SEEN
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import plain, resolved
from segwidgets.ground.validation import BoolArray
from segwidgets.jobs.families import remove
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.lessons import Cell, Lesson
from segwidgets.mark.needing import needed
from segwidgets.mark.records import State
from segwidgets.mark.supervising import Bounds, Stopped, Supervised
from segwidgets.mark.values import Function, Parcel, unpack


@dataclass(frozen=True)
class Mark:
    """What came of one exercise.

    Attributes
    ----------
    exercise : str
        Its number.
    state : {"passed", "failed", "not tried", "error"}
        Right; wrong; as it was handed out; or it did not run to its end.
    message : str
        What the student would have been told.
    seconds : float
        How long it took.
    why : str
        What stopped the process, if anything: "time", "memory", "processes", "ended" or "nonsense".
    mask, reference : array (H, W) of bool or None
        What was handed in and asked for, where that is a mask.
    """

    exercise: str
    state: State
    message: str = ""
    seconds: float = 0.0
    why: str = ""
    mask: BoolArray | None = None
    reference: BoolArray | None = None


@dataclass(frozen=True)
class Judged:
    """What came of a notebook: marks in the lesson's order, seconds in all, and whether walls stood."""

    marks: tuple[Mark, ...]
    seconds: float
    walls: bool | None


class LessonBroken(SegwidgetsError, RuntimeError):
    """Our own lesson does not run on this machine."""


def judge_notebook(
    lesson: Lesson,
    answers: Mapping[str, str],
    bounds: Bounds,
    furnish: Callable[[Path], object] = lambda box: None,
) -> Judged:
    """Run a lesson with a student's answers in a process of its own, and judge each.

    Where the process has to be ended, it begins anew without the answer that it was at, so that one of them
    costs no other its mark.

    Parameters
    ----------
    lesson : Lesson
        Ours.
    answers : mapping of str to str
        What stands in the student's answer cells, by exercise; what is not there is not tried.
    bounds : Bounds
        What the process may take.
    furnish : callable
        Puts what the student handed in besides into the process's folder.

    Raises
    ------
    LessonBroken
        If our own cells do not run here.
    """
    since, tr = monotonic(), Phrases(lesson.lang)
    marks: dict[str, Mark] = {}
    walls: bool | None = None
    while set(answers) - set(marks):
        with _box() as box:
            furnish(box)
            left_out = {exercise for exercise, mark in marks.items() if mark.why}
            talk = _Talk(lesson, answers, left_out, bounds, box, tr)
            found, walls = talk.run()
        for mark in found:
            marks.setdefault(mark.exercise, mark)
    ordered = [marks.get(one) or Mark(one, "not tried") for one in lesson.exercises]
    return Judged(tuple(ordered), monotonic() - since, walls)


@contextmanager
def _box() -> Iterator[Path]:
    box = resolved(Path(tempfile.mkdtemp(prefix="segwidgets-mark-")))
    try:
        _give_fonts(box)
        yield box
    finally:
        remove(box)


def _give_fonts(box: Path) -> None:
    """Bring matplotlib's list of fonts along: to make it takes seconds."""
    import matplotlib

    target = box / ".matplotlib"
    target.mkdir()
    for file in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(file, target)


class _Talk:
    """One run of a lesson."""

    def __init__(
        self,
        lesson: Lesson,
        answers: Mapping[str, str],
        left_out: set[str],
        bounds: Bounds,
        box: Path,
        tr: Phrases,
    ) -> None:
        self._answers, self._bounds, self._box, self._tr = answers, bounds, box, tr
        self._lesson, self._marks = lesson, list[Mark]()
        cells = [cell for cell in lesson.cells if not cell.exercise or cell.exercise in answers]
        cells = [cell for cell in cells if cell.exercise not in left_out]
        sources = [self._told(cell)["source"] for cell in cells]
        answered = [number for number, cell in enumerate(cells) if cell.exercise]
        last = max(answered, default=-1) + 1
        self._cells = [cells[number] for number in needed(sources[:last], answered)]

    def run(self) -> tuple[list[Mark], bool]:
        """Return the marks up to where it ended, and whether walls stood."""
        with Supervised(self._box, self._bounds) as there:
            try:
                self._converse(there)
            except Stopped as stopped:
                self._blame(stopped.why)
            return self._marks, there.walls

    def _converse(self, there: Supervised) -> None:
        there.walls = bool(there.receive()[0].get("walls"))
        there.send({"cells": [self._told(cell) for cell in self._cells]})
        for now, cell in enumerate(self._cells):
            self._now = now
            there.receive()
            there.wait_longer(ours=not cell.exercise)
            there.send({})
            since = monotonic()
            told, blobs = there.receive()
            if not cell.exercise:
                self._heed(cell, told.get("error"))
                continue
            mark, stopped = self._judge(cell, told, blobs, there)
            if stopped:
                raise stopped
            self._marks.append(replace(mark, seconds=monotonic() - since))
            there.send({})

    _now = -1
    _their_error = ""

    def _heed(self, cell: Cell, error: Any) -> None:
        """Take note of how a cell without an exercise ended; our own must not fail before theirs ran."""
        if not error:
            return
        if not any(one.own or one.exercise for one in self._cells[: self._now + 1]):
            told = _sentence(error)
            raise LessonBroken(f"our own lesson does not run here ({told}); see what segwidgets doctor says")
        if cell.own and not self._their_error:
            self._their_error = self._tr.gettext("A cell that you changed stopped with {error}.").format(
                error=_sentence(error).rstrip(".")
            )

    def _told(self, cell: Cell) -> dict[str, str]:
        source = self._answers[cell.exercise] if cell.exercise else cell.source
        return {"source": source, "exercise": cell.exercise, "answer": cell.answer}

    def _reached(self) -> list[str]:
        """Return the answers that have begun to run."""
        return [cell.exercise for cell in self._cells[: self._now + 1] if cell.exercise]

    def _blame(self, why: str) -> None:
        """Say of the answer that ran last that it was not judged; without one, it is not the student's."""
        reached, text = self._reached(), self._reason(why)
        if not reached and any(cell.own for cell in self._cells[: self._now + 1]):
            self._marks = [
                Mark(cell.exercise, "error", text, why=why) for cell in self._cells if cell.exercise
            ]
            return
        if not reached:
            raise LessonBroken(f"its process did not go on: {why}")
        self._marks = [mark for mark in self._marks if mark.exercise != reached[-1]]
        self._marks.append(Mark(reached[-1], "error", text, why=why))

    def _reason(self, why: str) -> str:
        tr = self._tr
        reasons = {
            "time": tr.gettext("It was not done after {seconds} seconds: is there a loop without an end?"),
            "memory": tr.gettext("It wanted more than {memory} MB of memory."),
            "processes": tr.gettext("It started too many processes."),
            "nonsense": tr.gettext("What it handed in cannot be read, or is too large."),
            "ended": tr.gettext("It ended the whole program, or wanted too much time or memory."),
        }
        return reasons[why].format(seconds=self._bounds.seconds, memory=self._bounds.memory_mb)

    def _judge(
        self, cell: Cell, told: dict[str, Any], blobs: list[bytes], there: Supervised
    ) -> tuple[Mark, Stopped | None]:
        answer = told.get("answer")
        value = None if answer is None else _received(answer, blobs, self._box)
        error = told.get("error")
        if error and (value is None or value is ...):
            return Mark(cell.exercise, "error", self._stopped_with(error)), None
        if answer is None:
            return Mark(cell.exercise, "error", self._nothing_came()), None
        function = _Remote(there, self._box)
        seen: list[tuple[BoolArray, BoolArray]] = []
        token = SEEN.set(seen)
        try:
            verdict = judge(
                cell.exercise, function if isinstance(value, Function) else value, self._lesson.lang
            )
        finally:
            SEEN.reset(token)
        if function.stopped is not None:
            return Mark(cell.exercise, "error"), function.stopped
        states: dict[str, State] = {"right": "passed", "not yet": "failed", "your turn": "not tried"}
        mask, reference = seen[-1] if seen and not seen[-1][1].all() else (None, None)
        state = states[verdict.state]
        message = "" if state == "not tried" else plain(verdict.message, 600)
        return Mark(cell.exercise, state, message, mask=mask, reference=reference), None

    def _nothing_came(self) -> str:
        return self._tr.gettext("Nothing came of the cell: what its check was given is not there.")

    def _stopped_with(self, error: Any) -> str:
        text = self._tr.gettext("The cell stopped with {error}.").format(error=_sentence(error).rstrip("."))
        if isinstance(error, dict) and error.get("kind") == "NameError":
            more = self._tr.gettext(
                "Only answer cells are taken: what an answer needs must stand in its cell or in the lesson."
            )
            text = f"{text} {self._their_error or more}"
        return text


def _received(answer: Any, blobs: list[bytes], box: Path) -> Any:
    try:
        return unpack(answer, blobs, box)
    except ValueError:
        raise Stopped("nonsense") from None


def _sentence(error: Any) -> str:
    if not isinstance(error, dict):
        return "?"
    return plain(f"{error.get('kind')}: {error.get('words')}".removesuffix(": "))


class _Remote:
    """A student's function, called where it is."""

    def __init__(self, there: Supervised, box: Path) -> None:
        self._there, self._box = there, box
        self.stopped: Stopped | None = None

    def __call__(self, *arguments: Any) -> Any:
        try:
            return self._call(arguments)
        except Stopped as stopped:
            self.stopped = stopped
            raise

    def _call(self, arguments: tuple[Any, ...]) -> Any:
        parcel = Parcel()
        self._there.send({"call": [parcel.pack(one) for one in arguments]}, parcel.blobs)
        told, blobs = self._there.receive()
        if isinstance(error := told.get("raised"), dict):
            raise type(plain(error.get("kind"), 60) or "Exception", (Exception,), {})(
                plain(error.get("words"))
            )
        for index, one in (told.get("changed") or {}).items():
            _change(arguments[int(index)], _received(one, blobs, self._box))
        return _received(told.get("returned"), blobs, self._box)


def _change(argument: Any, now: Any) -> None:
    """Do to an argument what the function did to it over there."""
    if isinstance(argument, list) and isinstance(now, list):
        argument[:] = now
    elif isinstance(argument, np.ndarray):
        argument.fill(0)
        if isinstance(now, np.ndarray) and now.shape == argument.shape:
            argument[...] = now
