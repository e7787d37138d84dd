"""Wrong answers of students, written down before anyone looked which mistakes the judges know.

`tools/hints.py` asks which share of them gets a hint that names the mistake. Each row is the exercise, what
is wrong, words (a regular expression) that a hint which names it has in English, and the answer; one that
takes a model or a file is a `Later`. Do not add a row for a mistake because a judge knows it by now.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple


class Later(NamedTuple):
    """An answer that is made when it is asked for."""

    make: Callable[[], Any]


class Try(NamedTuple):
    """A wrong answer."""

    number: str
    mistake: str
    words: str
    answer: Any


def unlisted() -> list[Try]:
    """Return all rows, in the order of the lessons."""
    names = sorted(module.name for module in iter_modules(__path__) if module.name.startswith("lesson_"))
    return [Try(*row) for name in names for row in import_module(f"{__name__}.{name}").UNLISTED]
