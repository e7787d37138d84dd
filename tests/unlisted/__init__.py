"""Wrong answers of students, written down before anyone looked which mistakes the judges know.

`tools/hints.py` asks which share of them gets a hint that names the mistake. Each row is the exercise, what
is wrong, words (a regular expression) that a hint which names it has in English, and the answer; one that
takes a model or a file is a `Later`. Do not add a row for a mistake because a judge knows it by now.

There are three sets. A share is held out only where nobody had mended hints by the answers:

- "first", `lesson_N.py`: hints were written with it in sight, so its share says little today.
- "second", `second/lesson_N.py`: written from the exercises' texts alone, in November 2026. Asked for the
  first time, 343 of 409 got a hint that names the mistake (84 %), 3 a wrong cause, and 3 passed. Hints were
  mended by it afterwards.
- "third": a quarter of the rows in `second`, drawn by `zlib.crc32`; asked when that mending was done. 142 of
  155 got a hint that names the mistake (92 %), none a wrong cause, and none passed. (Two of them were mended
  with them in mind, by whoever had written both sets.)

Lesson 11 came later than both: `second/lesson_11.py` was written from its text alone, before any hint was
mended by it. Asked for the first time, 39 of 51 got a hint that names the mistake (76 %), 8 a vague one, 2
taken for a wrong cause (both do name it: their words were widened), and 2 passed (one was right, an
array for a list, and was taken out). Hints were mended by those of its rows that are in "second"; those in
"third" were left as they are.

Lesson 12's, in "first", were written before its judges, by the same hand. Asked for the first time, 51 of 58
got a hint that names the mistake (88 %), 3 a wrong cause, and 1 passed; 3 were named in other words, which
were widened. The judges were mended by it.

Those of lessons 10, 12, 13 and 14 in `second` were written from the exercises' texts alone by somebody who
had not seen the judges. Asked for the first time, 132 of 138 got a hint that names the mistake (96 %), 2 a
vague one, 3 were taken for a wrong cause (all three do say what is wrong), and 1 passed (twenty bins for ten,
in 12.1). That one and a vague one (10.3) are mended; the others were left as they are.

Words of a row were widened or narrowed where a reader found that its hint does name the mistake, or does not.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple
from zlib import crc32

SETS = ("first", "second", "third")


class Later(NamedTuple):
    """An answer that is made when it is asked for."""

    make: Callable[[], Any]


class Try(NamedTuple):
    """A wrong answer."""

    number: str
    mistake: str
    words: str
    answer: Any


def unlisted(which: str) -> list[Try]:
    """Return the rows of a set, in the order of the lessons."""
    package = import_module(__name__ if which == "first" else f"{__name__}.second")
    names = [module.name for module in iter_modules(package.__path__) if module.name.startswith("lesson_")]
    rows = [
        Try(*row)
        for name in sorted(names, key=lambda name: int(name.removeprefix("lesson_")))
        for row in import_module(f"{package.__name__}.{name}").UNLISTED
    ]
    return rows if which == "first" else [row for row in rows if _drawn(row) == (which == "third")]


def _drawn(row: Try) -> bool:
    return crc32(f"{row.number} {row.mistake}".encode()) % 4 == 0
