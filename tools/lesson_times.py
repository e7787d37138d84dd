"""How long each lesson takes, from its source: `python tools/lesson_times.py` prints a table.

180 words a minute, of prose and code; 6 minutes an exercise; 3 minutes a quiz. The builder puts the sum, to
the nearest five minutes, where a source says ``{minutes}``. A lesson of more than 45 minutes needs a place to
stop: a cell in which ``{before}`` and ``{after}`` stand, the minutes that lie behind and ahead.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

WORDS_A_MINUTE, EXERCISE, QUIZ = 180, 6, 3
LONGEST = 45  # minutes at a stretch
MADE = ("colab", "footer")  # cells by their id that nobody reads
PLACES = ("{minutes}", "{before}", "{after}")


def minutes(cells: Sequence[Any]) -> float:
    """Return how many minutes cells of an assembled notebook take."""
    read = [cell for cell in cells if cell.id not in MADE]
    exercises = [cell for cell in read if _calls("check", cell)]  # solved or not, they take what they take
    words = sum(len(cell.source.split()) for cell in read if cell not in exercises)
    quizzes = sum(_calls("quiz", cell) for cell in read)
    return words / WORDS_A_MINUTE + EXERCISE * len(exercises) + QUIZ * quizzes


def _calls(name: str, cell: Any) -> bool:
    return cell.cell_type == "code" and any(line.startswith(f"{name}(") for line in cell.source.splitlines())


def rounded(value: float) -> int:
    """Return minutes as they are told: to the nearest five."""
    return 5 * round(value / 5)


def stretches(cells: Sequence[Any]) -> list[float]:
    """Return the minutes up to each place to stop, and from the last one to the end."""
    stops = [place for place, cell in enumerate(cells) if _is_stop(cell)]
    edges = [0, *stops, len(cells)]
    return [minutes(cells[start:end]) for start, end in pairwise(edges)]


def _is_stop(cell: Any) -> bool:
    return cell.cell_type == "markdown" and "{before}" in cell.source


def fill_in(cells: Sequence[Any]) -> None:
    """Put the minutes where an assembled notebook's prose asks for them."""
    whole = minutes(cells)
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            before = minutes(cells[:place])
            for mark, value in zip(PLACES, (whole, before, whole - before), strict=True):
                cell.source = cell.source.replace(mark, str(rounded(value)))


def main() -> int:
    """Print each lesson's minutes in each language, in stretches where it has a place to stop."""
    from tools.build_notebooks import raw, targets

    for target in targets():
        if not target.solutions:
            parts = stretches(raw(target)[0].cells)
            longest = " TOO LONG AT A STRETCH" if max(parts) > LONGEST else ""
            told = " + ".join(f"{part:.1f}" for part in parts)
            sys.stdout.write(f"{target.lang} {target.source.stem:<20}{sum(parts):6.1f} ({told}){longest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
