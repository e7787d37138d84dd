"""What a student has solved, in a small JSON beside the notebooks."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Literal

from segwidgets.ground.files import replace_file
from segwidgets.ground.keeping import set_aside
from segwidgets.ground.outside import read_file, read_json, words_of
from segwidgets.locale.catalogues import translations
from segwidgets.locale.notebook import language, write

Kind = Literal["exercises", "quizzes"]
KINDS: tuple[Kind, ...] = ("exercises", "quizzes")  # of what is kept, each by its numbers, as "2.3"
FILE_NAME = ".segwidgets_progress.json"
MAX_BYTES = 1_000_000  # of a progress file; a real one has some thousand


def progress_file() -> Path:
    """Return where progress is kept: ``SEGWIDGETS_PROGRESS`` if set, else beside the notebook."""
    return Path(os.environ.get("SEGWIDGETS_PROGRESS") or FILE_NAME)


def read_progress(file: Path | None = None, kind: Kind = "exercises") -> dict[str, str]:
    """Return what state each attempted exercise is in, "right" or "not yet"; empty where nothing can be read.

    Parameters
    ----------
    file : Path, optional
        Where it is kept; by default `progress_file`.
    kind : {"exercises", "quizzes"}
        Of what: of exercises, or of the quizzes' questions.
    """
    try:
        return _read(file or progress_file())[kind]
    except (OSError, ValueError):
        return {}


def _read(file: Path) -> dict[Kind, dict[str, str]]:
    """Return the states that a file holds; raise OSError or ValueError where it cannot be read."""
    data = read_json(read_file(file, MAX_BYTES), "progress")
    if not isinstance(data, dict) or not isinstance(data.get("exercises"), dict):
        raise ValueError('progress must be an object such as {"exercises": {"2.3": "right"}}')
    tables = {kind: data.get(kind) for kind in KINDS}
    return {
        kind: {key: state for key, state in table.items() if state in ("right", "not yet")}
        if isinstance(table, dict)
        else {}
        for kind, table in tables.items()
    }


def record(number: str, state: str, kind: Kind = "exercises") -> None:
    """Keep the state of an exercise or a question; what was right stays right.

    A folder that cannot be written is no error. A file whose content is none is set aside; one that cannot be
    read now, by its rights or its disk, stays where it is. Neither is overwritten.
    """
    file = progress_file()
    try:
        kept = _read(file)
    except FileNotFoundError:
        kept = {one: {} for one in KINDS}
    except OSError:
        return
    except ValueError:  # damaged, or something else: it may be all that there is
        kept = {one: {} for one in KINDS}
        try:
            set_aside(file)
        except OSError:
            return
    if kept[kind].get(number) in ("right", state):
        return
    kept[kind][number] = state
    written = {one: dict(sorted(kept[one].items())) for one in KINDS if kept[one] or one == "exercises"}
    with suppress(OSError):
        replace_file(file, f"{json.dumps(written, indent=1)}\n".encode())


def progress_table(lesson: int | None = None, lang: str | None = None) -> str:
    """Return one line for each lesson: how many exercises are right, a sign for each, and the quiz likewise.

    ``✓`` is right, ``·`` attempted, ``–`` not attempted.

    Parameters
    ----------
    lesson : int, optional
        Only this one; by default all, and their sum.
    lang : str, optional
        The language, as "es"; by default the lesson's.
    """
    from segwidgets.course.quizzing import count_questions
    from segwidgets.course.registry import exercises

    tr = translations(language(lang))
    states, answered = read_progress(), read_progress(kind="quizzes")
    signs = {"right": "✓", "not yet": "·"}
    by_lesson: dict[str, list[str]] = {}
    for number in exercises():
        if lesson is not None and not number.startswith(f"{lesson}."):
            continue
        by_lesson.setdefault(number.split(".")[0], []).append(number)
    lines = []
    for name, numbers in by_lesson.items():
        right = sum(states.get(number) == "right" for number in numbers)
        row = "  ".join(f"{number} {signs.get(states.get(number, ''), '–')}" for number in numbers)
        title = tr.gettext("Lesson {lesson}: {right} of {count}").format(
            lesson=name, right=right, count=len(numbers)
        )
        if questions := count_questions(name):
            known = sum(answered.get(f"{name}.{one}") == "right" for one in range(1, questions + 1))
            row += "   " + tr.gettext("quiz: {right} of {count}").format(right=known, count=questions)
        lines.append(f"{title}   {row}")
    try:
        _read(progress_file())
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        text = tr.gettext("The file {name} cannot be read: {error}.")
        lines.append(text.format(name=progress_file().name, error=words_of(error)))
    if lesson is None:
        right = sum(states.get(number) == "right" for number in exercises())
        text = tr.gettext("In all {right} of {count} exercises are right.")
        lines.append(text.format(right=right, count=len(exercises())))
    return "\n".join(lines)


def progress(lesson: int | None = None, lang: str | None = None) -> None:
    """Write `progress_table`."""
    write(progress_table(lesson, lang))
