"""The marks of a class as a table for spreadsheets and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from segwidgets.ground.tables import spreadsheet
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.records import WORKSHOP, Changes, Exercise, Marked

TABLE, JSON = "marks.csv", "marks.json"


def marks_csv(marked: Sequence[Marked], words: Phrases) -> bytes:
    """Return a line for each hand-in, a column for each exercise, then points and what was seen besides."""
    tr = words.tr
    numbers = exercises_of(marked)
    header = [
        tr.gettext("student"),
        tr.gettext("lesson"),
        tr.gettext("file"),
        *(tr.gettext("workshop") if number == WORKSHOP else number for number in numbers),
        tr.gettext("points"),
        tr.gettext("out of"),
        tr.gettext("late"),
        tr.gettext("quiz"),
        tr.gettext("changed cells"),
        tr.gettext("seconds"),
        tr.gettext("notes"),
    ]
    return spreadsheet(header, [_row(one, numbers, words) for one in marked])


def exercises_of(marked: Sequence[Marked]) -> list[str]:
    """Return the numbers of all exercises, in order, the workshop last."""
    numbers = {exercise.number for one in marked for exercise in one.exercises}
    return sorted(numbers, key=lambda number: (number == WORKSHOP, *_parts(number)))


def _parts(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".") if part.isdecimal())


def _row(one: Marked, numbers: Sequence[str], words: Phrases) -> list[object]:
    exercises = {exercise.number: exercise for exercise in one.exercises}
    states = [state_word(exercises[number], words) if number in exercises else None for number in numbers]
    right = sum(bool(chosen.right) for chosen in one.quiz)
    return [
        one.student,
        words.gettext("workshop") if one.lesson == WORKSHOP else one.lesson,
        one.file,
        *states,
        words.general(one.points) if exercises else None,
        words.general(one.out_of) if exercises else None,
        words.gettext("late") if one.late else None,
        words.gettext("{right} of {count}").format(right=right, count=len(one.quiz)) if one.quiz else None,
        one.changes.changed if exercises and one.lesson != WORKSHOP else None,
        words.decimal(one.seconds, 1) if exercises else None,
        "; ".join(notes_on(one, words)),
    ]


def state_word(exercise: Exercise, words: Phrases) -> str:
    """Return what became of an exercise as a word; points that a teacher gave stand behind it."""
    tr = words.tr
    states = {
        "passed": tr.gettext("passed"),
        "failed": tr.gettext("failed"),
        "not tried": tr.gettext("not tried"),
        "error": tr.gettext("error"),
    }
    state = states[exercise.state]
    if not exercise.overridden:
        return state
    text = tr.gettext("{state}; teacher: {points}")
    return text.format(state=state, points=words.general(exercise.points))


def notes_on(one: Marked, words: Phrases) -> list[str]:
    """Return what a teacher should know of a hand-in besides its marks."""
    tr = words.tr
    notes = [one.problem] if one.problem else []
    if one.walls is False:
        notes.append(tr.gettext("it ran without walls: the network was there"))
    return [*notes, *one.changed, *one.troubles]


def changes_in_words(changes: Changes, words: Phrases) -> tuple[str, ...]:
    """Say what was changed in a notebook besides its answers."""
    tr = words.tr
    told = []
    if changes.changed:
        text = tr.ngettext(
            "{count} cell of the lesson was changed (ours ran)",
            "{count} cells of the lesson were changed (ours ran)",
            changes.changed,
        )
        told.append(text.format(count=changes.changed))
    if changes.ran:
        text = tr.ngettext(
            "{count} cell of the lesson is their own, as it asks for",
            "{count} cells of the lesson are their own, as it asks for",
            changes.ran,
        )
        told.append(text.format(count=changes.ran))
    if changes.own:
        text = tr.ngettext(
            "{count} cell of their own, which did not run",
            "{count} cells of their own, which did not run",
            changes.own,
        )
        told.append(text.format(count=changes.own))
    if changes.missing:
        text = tr.gettext("without the cell of {exercises}")
        told.append(text.format(exercises=words.join(list(changes.missing))))
    if changes.doubled:
        text = tr.gettext("more than one cell of {exercises}: the last one counts")
        told.append(text.format(exercises=words.join(list(changes.doubled))))
    if changes.said:
        text = tr.gettext(
            "its own output says that {exercises} is right: made by clicks by hand, or written there"
        )
        told.append(text.format(exercises=words.join(list(changes.said))))
    if changes.kernel:
        told.append(tr.gettext("another kernel: {name}").format(name=changes.kernel))
    return tuple(told)


def marks_json(marked: Sequence[Marked]) -> bytes:
    """Return all that is known of each hand-in."""
    told: dict[str, Any] = {
        "hand_ins": [{**one.to_json(), "points": one.points, "out_of": one.out_of} for one in marked]
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
