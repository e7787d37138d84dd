"""A page for each student: every exercise with what was said of it, in the notebook's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from segwidgets.course.handing_out import lesson_files
from segwidgets.ground.outside import is_within, plain, read_file, resolved
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.lessons import carried
from segwidgets.mark.markup import Element, chip, element, page, person, picture, table
from segwidgets.mark.records import WORKSHOP, Exercise, Marked, State
from segwidgets.mark.tables import changes_in_words

FOLDER = "feedback"
"""Where the students' pages lie."""

_NO_FILE = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)  # on Windows
_MAX_PICTURE = 20_000_000  # bytes


def feedback_names(marked: Sequence[Marked]) -> dict[str, str]:
    """Return the path of each student's page, by the student: a name that every system can have."""
    names: dict[str, str] = {}
    taken = set[str]()
    for student in sorted({one.student for one in marked}):
        stem = re.sub(r'[\\/:*?"<>|%#&\s]+', "_", plain(student, 80)).strip("._") or "student"
        stem = _NO_FILE.sub(r"\1_", stem)
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name.casefold())
        names[student] = f"{FOLDER}/{name}.html"
    return names


def feedback_page(student: str, hand_ins: Sequence[Marked], out: Path, lang: str = DEFAULT) -> bytes:
    """Return a student's page, in one file.

    Parameters
    ----------
    student : str
        Whose it is.
    hand_ins : sequence of Marked
        What they handed in.
    out : Path
        The folder of the job, beneath which the pictures lie.
    lang : str
        The language where no notebook has one.
    """
    tr = Phrases(next((one.lang for one in hand_ins if one.lang), lang))
    title = tr.gettext("Feedback for {student}")
    before, _, after = title.partition("{student}")
    sections = [part for one in hand_ins for part in _lesson(one, out, Phrases(one.lang or tr.lang))]
    last = element(
        "p",
        tr.gettext("This page was made by a program. If a mark seems wrong, ask your teacher."),
        class_="quiet",
    )
    heading = element("h1", before, person(student), after)
    return page(tr.lang, title.format(student=student), heading, *sections, last)


def lesson_title(lesson: str, tr: Phrases) -> str:
    """Return a lesson's heading: "Lesson 2 · Clicks, boxes and three answers"."""
    if lesson == WORKSHOP:
        return tr.gettext("The workshop folder")
    lang = tr.lang if tr.lang in carried() else DEFAULT  # a teacher's may have no lessons
    return _titles(lang).get(lesson, lesson or tr.gettext("What was handed in"))


@cache
def _titles(lang: str) -> dict[str, str]:
    found = {}
    for name, content in lesson_files(lang).items():
        if not name.endswith(".ipynb"):  # the glossary
            continue
        cells = json.loads(content)["cells"]
        texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        heading = next((text for text in texts if text.startswith("# ")), "").partition("\n")[0]
        found[str(int(name[:2]))] = heading.removeprefix("# ")
    return found


def state_words(tr: Phrases) -> dict[State, str]:
    """Return each state as a word."""
    return {
        "passed": tr.gettext("solved"),
        "failed": tr.gettext("not yet"),
        "error": tr.gettext("could not run"),
        "not tried": tr.gettext("not tried"),
    }


def points_told(one: Marked | Exercise, tr: Phrases) -> str:
    """Return "3.5 of 5 points"."""
    text = tr.ngettext("{points} of {most} point", "{points} of {most} points", 1 if one.out_of == 1 else 2)
    return text.format(points=tr.general(one.points), most=tr.general(one.out_of))


def _lesson(one: Marked, out: Path, tr: Phrases) -> Iterator[Element]:
    yield element("h2", lesson_title(one.lesson, tr))
    if one.file:
        yield element("p", tr.gettext("File: "), person(one.file), class_="quiet")
    for words in filter(None, (one.problem, *one.troubles)):
        told = (
            tr.gettext("This could not be taken:")
            if words in one.troubles
            else tr.gettext("Nothing could be marked:")
        )
        yield element("p", element("strong", told), " ", element("span", words, dir="auto"))
    if one.exercises:
        solved = sum(exercise.state == "passed" for exercise in one.exercises)
        text = tr.gettext("{solved} of {all} exercises are solved: {points}.")
        yield element(
            "p",
            element(
                "strong", text.format(solved=solved, all=len(one.exercises), points=points_told(one, tr))
            ),
        )
    for exercise in one.exercises:
        yield _exercise(exercise, out, tr)
    if one.quiz:
        yield _quiz(one, tr)
    if one.workshop:
        yield workshop_table(one, tr)
    if sentences := changes_in_words(one.changes, tr):
        yield element("h3", tr.gettext("What was changed besides"))
        yield element("ul", *(element("li", sentence) for sentence in sentences))


def _exercise(exercise: Exercise, out: Path, tr: Phrases) -> Element:
    number = "" if exercise.number == WORKSHOP else exercise.number
    title = " · ".join(filter(None, (number, exercise.title)))
    heading = element("h3", title, " ", chip(exercise.state, state_words(tr)[exercise.state]))
    points = points_told(exercise, tr)
    if exercise.overridden:
        points = tr.gettext("{points}, given by your teacher").format(points=points)
    return element(
        "section",
        heading,
        element("p", points, class_="quiet"),
        element("p", exercise.message, dir="auto", class_="hint") if exercise.message else None,
        _mask(exercise, out, tr),
        class_=f"exercise {exercise.state.replace(' ', '-')}",
    )


def _mask(exercise: Exercise, out: Path, tr: Phrases) -> Element | None:
    if exercise.picture is None:
        return None
    path = resolved(out / exercise.picture)
    try:
        png = read_file(path, _MAX_PICTURE) if is_within(path, resolved(out)) else b""
    except (OSError, ValueError):
        png = b""
    if not png:
        return None
    caption = tr.gettext("Your mask, what was asked for, and where they differ.")
    return element("figure", picture(png, caption), element("figcaption", caption))


def _quiz(one: Marked, tr: Phrases) -> Element:
    rows: list[list[str | Element]] = []
    for question in one.quiz:
        state: State = "not tried" if question.right is None else "passed" if question.right else "failed"
        word = {
            "passed": tr.gettext("right"),
            "failed": tr.gettext("not right"),
            "not tried": tr.gettext("no answer"),
        }[state]
        rows.append([question.question, question.option or "", chip(state, word)])
    heads = [tr.gettext("Question"), tr.gettext("Your answer"), tr.gettext("Right?")]
    return table(tr.gettext("The quiz"), heads, rows)


def workshop_table(one: Marked, tr: Phrases) -> Element:
    """Return what `segwidgets check` says of a folder."""
    states: dict[str, State] = {"ok": "passed", "missing": "failed", "todo": "not tried"}
    words = {
        "ok": tr.gettext("right"),
        "missing": tr.gettext("missing or wrong"),
        "todo": tr.gettext("for a person to judge"),
    }
    rows: list[list[str | Element]] = [
        [finding.item, chip(states[finding.status], words[finding.status]), finding.message]
        for finding in one.workshop
    ]
    return table(
        tr.gettext("The workshop folder"),
        [tr.gettext("Item"), tr.gettext("State"), tr.gettext("What was found")],
        rows,
    )
