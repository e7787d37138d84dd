"""Feedback on exercises: `check("2.3", answer)` says right, or not yet with a hint that fits the mistake.

The exercises themselves are in `segwidgets.course.exercises`, one module for each lesson; what they ask in
common (a point, a box, a mask, a number, an array) is judged in `segwidgets.course.judges`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from segwidgets.course.judges import plain_value
from segwidgets.course.registry import KnownMistake, NotYet, YourTurn, judge_of
from segwidgets.course.solved import record
from segwidgets.ground.outside import words_of
from segwidgets.locale.notebook import language, write
from segwidgets.locale.phrases import Phrases


@dataclass(frozen=True)
class Verdict:
    """What was found of an answer.

    Attributes
    ----------
    state : {"right", "not yet", "your turn"}
        Right; wrong, with a hint; or not attempted.
    message : str
        What is said to the student.
    known : bool
        Whether the message is the hint of a declared mistake.
    """

    state: Literal["right", "not yet", "your turn"]
    message: str
    known: bool = False


def judge(number: str, answer: Any, lang: str | None = None) -> Verdict:
    """Judge an answer without writing anything.

    Parameters
    ----------
    number : str
        The exercise, as "2.3".
    answer : object
        Whatever the student made; None and ``...`` mean that it was not attempted.
    lang : str, optional
        The language of the verdict, as "es"; by default the lesson's.

    Raises
    ------
    ValueError
        If there is no such exercise, or the language is unknown.
    """
    one = judge_of(number)
    tr = Phrases(language(lang))
    if answer is None:
        text = tr.gettext("This is None, which is what print gives back: hand in the value itself.")
        return Verdict("your turn", text)
    if answer is ...:
        return _your_turn(tr)
    try:
        return Verdict("right", one(plain_value(answer), tr))
    except YourTurn:
        return _your_turn(tr)
    except NotYet as hint:
        return Verdict("not yet", str(hint), isinstance(hint, KnownMistake))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  a student's answer may be anything: never a traceback
        text = tr.gettext("This answer could not be used: {error}.").format(error=_first_line(error))
        return Verdict("not yet", text)


def check(number: str, answer: Any = ..., lang: str | None = None) -> None:
    """Write whether an answer is right, and if it is not, a hint that fits the mistake.

    Parameters
    ----------
    number : str
        The exercise, as "2.3".
    answer : object
        Whatever the student made; None and ``...`` mean that it was not attempted.
    lang : str, optional
        The language of the verdict, as "es"; by default the lesson's.
    """
    tr = Phrases(language(lang))
    try:
        verdict = judge(number, answer, lang)
    except ValueError as error:
        write(f"? {error}")
        return
    if verdict.state != "your turn":
        record(number, verdict.state)
    signs = {
        "right": tr.gettext("✓ {number} Right."),
        "not yet": tr.gettext("✗ {number} Not yet."),
        "your turn": tr.gettext("… {number} Your turn."),
    }
    write(f"{signs[verdict.state].format(number=number)} {verdict.message}".rstrip())


def _your_turn(tr: Phrases) -> Verdict:
    return Verdict(
        "your turn", tr.gettext("Put your answer in place of the three dots and run the cell again.")
    )


def _first_line(error: BaseException) -> str:
    lines = words_of(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].rstrip('.')}" if lines else type(error).__name__
