"""Points: what an exercise gives by the rubric, and what a teacher has decided otherwise."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from segwidgets.ground.outside import MAX_JSON_CHARS, csv_read, plain, read_file, read_toml
from segwidgets.locale.languages import languages
from segwidgets.mark.lessons import carried, lessons
from segwidgets.mark.records import WORKSHOP, Exercise, Marked

RUBRIC = "rubric.toml"
"""In the folder of the marks: points by exercise, for every run that is given no other."""

OVERRIDES = "overrides.csv"
"""In the folder of the marks: one line for each mark that the teacher decides, which no run changes."""

_COLUMNS = ("student", "exercise", "points")


@dataclass(frozen=True)
class Rubric:
    """How many points a passed exercise gives.

    Attributes
    ----------
    points : mapping of str to float
        By exercise, "2.1" or "workshop".
    default : float
        For those that are not named.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    default: float = 1.0

    def of(self, exercise: str) -> float:
        """Return what an exercise gives."""
        return self.points.get(exercise, self.default)


@dataclass(frozen=True)
class Override:
    """A mark that the teacher decided: the line of the file, whose and which exercise, and its points."""

    line: int
    student: str
    exercise: str
    points: float


def read_rubric(path: Path) -> Rubric:
    """Read a rubric: TOML with ``default = 1`` and a table ``[points]`` with lines as ``"2.1" = 2``.

    Raises
    ------
    FileNotFoundError, ValueError
        If it is not there, is no TOML, or names what is no exercise; the message says which.
    """
    table = read_toml(_text(path), plain(path))
    points = table.pop("points", {})
    default = table.pop("default", 1)
    if table or not isinstance(points, dict):
        raise ValueError(
            f"{plain(path)} must hold default and a table [points], got {plain(', '.join(table) or points)!r}"
        )
    known = _exercises()
    for name, value in (*points.items(), ("default", default)):
        if name != "default" and name not in known:
            raise ValueError(f"{plain(path)} gives points for {plain(name)!r}, which is no exercise")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise ValueError(f"the points of {plain(name)} must be a number from 0 on, got {plain(value)!r}")
    return Rubric({name: float(value) for name, value in points.items()}, float(default))


def read_overrides(path: Path) -> tuple[Override, ...]:
    """Read a table of decided marks, as a spreadsheet saves it: columns student, exercise, points.

    More columns, as for one's reasons, are left alone. Cells may be parted by commas, semicolons or tabs, and
    points written with a decimal comma.

    Raises
    ------
    FileNotFoundError, ValueError
        If it is not there, or a line cannot be understood; the message says which.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    parted = max(",;\t", key=first.count)
    with csv_read(plain(path)):
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=parted))
    header = [name.strip().casefold() for name in rows[0]] if rows else []
    if not set(_COLUMNS) <= set(header):
        raise ValueError(
            f"{plain(path)} must begin with a line that names the columns {', '.join(_COLUMNS)}, got "
            f"{plain(first)!r}"
        )
    places = [header.index(name) for name in _COLUMNS]
    found = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [row[place].strip().removeprefix("'") if place < len(row) else "" for place in places]
        student, exercise, points = cells
        try:
            value = float(points.replace(",", "."))
        except ValueError:
            value = -1.0
        if not student or exercise not in _exercises() or not 0 <= value < 1e6:
            raise ValueError(
                f"line {number} of {plain(path)} must name a student, an exercise as 2.1 and points from 0 "
                f"on, got {plain(', '.join(cells))!r}"
            )
        found.append(Override(number, student, exercise, value))
    return tuple(found)


def _text(path: Path) -> str:
    try:
        return read_file(path, MAX_JSON_CHARS).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{plain(path)} must be a text in UTF-8; save it so") from None


def _exercises() -> frozenset[str]:
    own = {
        one
        for lang in languages()
        if lang in carried()
        for each in lessons(lang).values()
        for one in each.exercises
    }
    return frozenset(own | {WORKSHOP})


def graded(
    marked: Iterable[Marked], rubric: Rubric, overrides: Sequence[Override]
) -> tuple[list[Marked], list[Override]]:
    """Give each exercise its points; return also the overrides that are about nobody here."""
    decided = {(one.student, one.exercise): one for one in overrides}
    used = set()
    found = []
    for one in marked:
        exercises = []
        for exercise in (*one.exercises, *_unmarked(one, overrides)):
            out_of = rubric.of(exercise.number)
            points = out_of if exercise.state == "passed" else 0.0
            override = decided.get((one.student, exercise.number))
            if override is not None:
                used.add(override)
                points = override.points
            exercises.append(replace(exercise, points=points, out_of=out_of, overridden=override is not None))
        found.append(replace(one, exercises=tuple(exercises)))
    return found, [one for one in overrides if one not in used]


def _unmarked(one: Marked, overrides: Sequence[Override]) -> list[Exercise]:
    """Return the exercises that a teacher gives points for in a hand-in that could not be marked."""
    if not one.problem:
        return []
    numbers = sorted({override.exercise for override in overrides if override.student == one.student})
    return [Exercise(number, "", "error", one.problem) for number in numbers]
