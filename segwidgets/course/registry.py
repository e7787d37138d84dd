"""Which exercises there are: each registers its judge by number, as in ``@exercise("2.3")``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.validation import describe
from segwidgets.locale.phrases import Phrases

Judge = Callable[[Any, Phrases], str]
"""Takes an answer and a language's words; returns a remark on a right answer, raises NotYet or YourTurn."""

REGISTRY: dict[str, Judge] = {}


def N_(text: str) -> str:
    """Mark a text to be translated where it is said."""
    return text


@dataclass(frozen=True)
class Mistake:
    """A known mistake.

    Attributes
    ----------
    makes : callable
        Takes what the task gives and returns the wrong answer; it may raise what the student's code would.
    hint : str
        What is said to who made it, marked by `N_`.
    """

    makes: Callable[..., Any]
    hint: str


class NotYet(SegwidgetsError):
    """The answer is not right yet; the message is a hint, in the student's language."""


class KnownMistake(NotYet):
    """A declared mistake explains the answer; the message is its hint."""


class YourTurn(SegwidgetsError):
    """There is no answer yet."""


TASKS: dict[str, tuple[Any, ...]] = {}
"""What exercises declare (`segwidgets.course.mistakes.Task`), by number."""


def exercise(number: str, *tasks: Any) -> Callable[[Judge], Judge]:
    """Register a function as the judge of an exercise, as in ``@exercise("2.3")``, with what it declares."""

    def register(judge: Judge) -> Judge:
        if number in REGISTRY:
            raise ValueError(f"there are two exercises {number}")
        REGISTRY[number] = judge
        TASKS[number] = tasks
        return judge

    return register


@cache
def _load() -> None:
    package = import_module("segwidgets.course.exercises")
    for module in iter_modules(package.__path__):
        if not module.name.startswith("_"):
            import_module(f"segwidgets.course.exercises.{module.name}")


def exercises() -> list[str]:
    """Return the numbers of all exercises in order, as "2.3"."""
    _load()
    ours = (number for number in REGISTRY if number[0].isdigit())  # a teacher's own begin with a letter
    return sorted(ours, key=lambda number: [int(part) for part in number.split(".")])


def judge_of(number: str) -> Judge:
    """Return the judge of an exercise, one of a teacher's own (`segwidgets.course.own`) among them.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    if isinstance(number, str) and number[:1].isalpha() and number not in REGISTRY:
        from segwidgets.course.own import own_judge

        return own_judge(number)
    if not isinstance(number, str):
        raise ValueError(
            f'an exercise\'s number is a text, as in check("2.3", answer), got {describe(number)}'
        )
    if number not in exercises() and number not in REGISTRY:
        known = ", ".join(exercises())
        raise ValueError(f"there is no exercise {describe(number)}; the exercises are {known}")
    return REGISTRY[number]
