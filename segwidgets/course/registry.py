"""Which exercises there are: each registers its judge by number, as in ``@exercise("2.3")``."""

from __future__ import annotations

from collections.abc import Callable
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


class NotYet(SegwidgetsError):
    """The answer is not right yet; the message is a hint, in the student's language."""


class YourTurn(SegwidgetsError):
    """There is no answer yet."""


def exercise(number: str) -> Callable[[Judge], Judge]:
    """Register a function as the judge of an exercise, as in ``@exercise("2.3")``."""

    def register(judge: Judge) -> Judge:
        if number in REGISTRY:
            raise ValueError(f"there are two exercises {number}")
        REGISTRY[number] = judge
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
    return sorted(REGISTRY, key=lambda number: [int(part) for part in number.split(".")])


def judge_of(number: str) -> Judge:
    """Return the judge of an exercise.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    if number not in exercises():
        known = ", ".join(exercises())
        raise ValueError(f"there is no exercise {describe(number)}; the exercises are {known}")
    return REGISTRY[number]
