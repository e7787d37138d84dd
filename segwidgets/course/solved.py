"""What a student has solved, in a small JSON beside the notebooks."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from segwidgets.ground.files import replace_file
from segwidgets.ground.keeping import set_aside
from segwidgets.ground.outside import read_file, read_json, words_of
from segwidgets.locale.catalogues import translations
from segwidgets.locale.notebook import language, write

FILE_NAME = ".segwidgets_progress.json"
MAX_BYTES = 1_000_000  # of a progress file; a real one has some thousand


def progress_file() -> Path:
    """Return where progress is kept: ``SEGWIDGETS_PROGRESS`` if set, else beside the notebook."""
    return Path(os.environ.get("SEGWIDGETS_PROGRESS") or FILE_NAME)


def read_progress(file: Path | None = None) -> dict[str, str]:
    """Return each attempted exercise's state, "right" or "not yet"; empty where nothing can be read."""
    try:
        return _read(file or progress_file())
    except (OSError, ValueError):
        return {}


def _read(file: Path) -> dict[str, str]:
    """Return the states that a file holds; raise OSError or ValueError where it cannot be read."""
    data = read_json(read_file(file, MAX_BYTES), "progress")
    states = data.get("exercises") if isinstance(data, dict) else None
    if not isinstance(states, dict):
        raise ValueError('progress must be an object such as {"exercises": {"2.3": "right"}}')
    return {key: state for key, state in states.items() if state in ("right", "not yet")}


def record(exercise: str, state: str) -> None:
    """Keep an exercise's state; what was right stays right, and a read-only folder is no error.

    A file that cannot be read is set aside and not overwritten.
    """
    file = progress_file()
    try:
        states = _read(file)
    except FileNotFoundError:
        states = {}
    except (OSError, ValueError):  # damaged, or something else: it may be all that there is
        states = {}
        try:
            set_aside(file)
        except OSError:
            return
    if states.get(exercise) in ("right", state):
        return
    text = json.dumps({"exercises": dict(sorted({**states, exercise: state}.items()))}, indent=1)
    with suppress(OSError):
        replace_file(file, f"{text}\n".encode())


def progress_table(lesson: int | None = None, lang: str | None = None) -> str:
    """Return one line for each lesson: how many exercises are right, and a sign for each.

    ``✓`` is right, ``·`` attempted, ``–`` not attempted.

    Parameters
    ----------
    lesson : int, optional
        Only this one; by default all, and their sum.
    lang : str, optional
        The language, as "es"; by default the lesson's.
    """
    from segwidgets.course.registry import exercises

    tr = translations(language(lang))
    states = read_progress()
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
        lines.append(f"{title}   {row}")
    with suppress(FileNotFoundError):
        try:
            _read(progress_file())
        except (ValueError, PermissionError, IsADirectoryError) as error:
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
