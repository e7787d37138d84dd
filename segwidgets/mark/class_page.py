"""`class.html`, for the teacher: who solved what, what was hard, which hand-ins resemble each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from statistics import median
from urllib.parse import quote

from segwidgets.course.quizzing import read_quiz
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.feedback import lesson_title, points_told, state_words, workshop_table
from segwidgets.mark.markup import Element, chip, element, page, person, table
from segwidgets.mark.records import WORKSHOP, Exercise, Marked, State
from segwidgets.mark.resemblance import Pair
from segwidgets.mark.tables import changes_in_words

PAGE = "class.html"

MOST_MISSED = 10
"""So many exercises are listed as those most often missed."""

_HINTS = 3
_SHOWN_PAIRS = 50


def class_page(
    marked: Sequence[Marked], feedback: Mapping[str, str], pairs: Sequence[Pair], lang: str = DEFAULT
) -> bytes:
    """Return the teacher's page, in one file.

    Parameters
    ----------
    marked : sequence of Marked
        All hand-ins.
    feedback : mapping of str to str
        The path of each student's page from this one, by the student.
    pairs : sequence of Pair
        Those that resemble each other, most first.
    lang : str
        The teacher's language.
    """
    tr = Phrases(lang)
    by_lesson: dict[str, list[Marked]] = {}
    for one in marked:
        if not one.problem and one.lesson != WORKSHOP:
            by_lesson.setdefault(one.lesson, []).append(one)
    content = [
        element("h1", tr.gettext("The class")),
        *_opening(marked, tr),
        *_problems(marked, feedback, tr),
    ]
    for lesson in sorted(by_lesson, key=lambda number: (len(number), number)):
        together = sorted(by_lesson[lesson], key=lambda one: one.student.casefold())
        content.append(element("h2", lesson_title(lesson, tr)))
        content.append(_who_solved_what(together, feedback, tr))
        content += _most_missed(together, tr)
        content += _time(together, feedback, tr)
        content += _quiz(together, tr)
    content += _workshops([one for one in marked if one.lesson == WORKSHOP and not one.problem], feedback, tr)
    content += _alike(pairs, feedback, tr)
    return page(lang, tr.gettext("The class"), *content)


def _opening(marked: Sequence[Marked], tr: Phrases) -> Iterator[Element]:
    students = len({one.student for one in marked})
    told = tr.ngettext("{count} student", "{count} students", students).format(count=students)
    files = tr.ngettext("{count} hand-in", "{count} hand-ins", len(marked)).format(count=len(marked))
    yield element("p", f"{told}, {files}.")
    walls = [one.walls for one in marked if one.walls is not None]
    if walls and all(walls):
        text = tr.gettext(
            "What the students wrote ran without a network, and could write into a folder of its own only."
        )
    elif walls:
        text = tr.gettext(
            "This system does not let us take the network away: what the students wrote could have reached "
            "it, and other files of yours."
        )
    else:
        return
    yield element(
        "p", text, " ", tr.gettext("That is no sandbox against a determined attacker."), class_="quiet"
    )


def _problems(marked: Sequence[Marked], feedback: Mapping[str, str], tr: Phrases) -> Iterator[Element]:
    rows: list[list[str | Element]] = []
    for one in marked:
        for why in filter(None, (one.problem, *one.troubles)):
            rows.append([_link(one, feedback), person(one.file), element("span", why, dir="auto")])
    if rows:
        yield element("h2", tr.gettext("What could not be taken"))
        heads = [tr.gettext("Student"), tr.gettext("File"), tr.gettext("Why")]
        yield table(tr.gettext("What could not be taken"), heads, rows)


def _link(one: Marked, feedback: Mapping[str, str]) -> Element:
    path = feedback.get(one.student)
    name = person(one.student)
    return name if path is None else element("a", name, href=quote(path))


def _who_solved_what(together: Sequence[Marked], feedback: Mapping[str, str], tr: Phrases) -> Element:
    titles = _titles(together, tr)
    words = state_words(tr)
    rows: list[list[str | Element]] = []
    for marked in together:
        by_number = {one.number: one for one in marked.exercises}
        cells: list[str | Element] = []
        for number in titles:
            one = by_number.get(number)
            cells.append("" if one is None else _cell(one, words, tr))
        notes = [tr.gettext("late")] if marked.late else []
        notes += changes_in_words(marked.changes, tr)
        rows.append(
            [
                _link(marked, feedback),
                *cells,
                points_told(marked, tr),
                element("ul", *(element("li", note) for note in notes)) if notes else "",
            ]
        )
    feet: list[str | Element] = [tr.gettext("solved by")]
    for number in titles:
        solved = [
            one.state == "passed" for marked in together for one in marked.exercises if one.number == number
        ]
        feet.append(tr.gettext("{some} of {all}").format(some=sum(solved), all=len(solved)))
    middle = median(marked.points for marked in together)
    feet += [tr.gettext("median {points}").format(points=tr.general(middle)), ""]
    heads = [tr.gettext("Student"), *(f"{number} {title}" for number, title in titles.items())]
    heads += [tr.gettext("Points"), tr.gettext("Notes")]
    return table(tr.gettext("Who solved what"), heads, rows, feet)


def _titles(together: Sequence[Marked], tr: Phrases) -> dict[str, str]:
    """Return the exercises with their titles, in the teacher's language where a notebook has it."""
    titles: dict[str, str] = {}
    for marked in sorted(together, key=lambda one: one.lang != tr.lang):
        for one in marked.exercises:
            titles.setdefault(one.number, one.title)
    return titles


def _cell(one: Exercise, words: Mapping[State, str], tr: Phrases) -> Element:
    made = chip(one.state, words[one.state])
    if not one.overridden:
        return made
    return element(
        "span", made, " ", tr.gettext("({points} by the teacher)").format(points=tr.general(one.points))
    )


def _most_missed(together: Sequence[Marked], tr: Phrases) -> Iterator[Element]:
    titles = _titles(together, tr)
    missed: dict[str, list[Exercise]] = {}
    for marked in together:
        for one in marked.exercises:
            if one.state != "passed":
                missed.setdefault(one.number, []).append(one)
    rows: list[list[str | Element]] = []
    for number, ones in sorted(missed.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:MOST_MISSED]:
        tried = [one for one in ones if one.state != "not tried"]
        hints = element(
            "ul",
            *(
                element("li", f"{count} × ", element("span", hint, dir="auto"))
                for hint, count in _commonest([one.message for one in tried if one.message])
            ),
        )
        rows.append(
            [
                f"{number} {titles[number]}",
                tr.gettext("{some} of {all}").format(some=len(ones), all=len(together)),
                str(len(ones) - len(tried)),
                hints,
            ]
        )
    if rows:
        heads = [
            tr.gettext("Exercise"),
            tr.gettext("Missed by"),
            tr.gettext("of them not tried"),
            tr.gettext("Commonest hints"),
        ]
        yield table(tr.gettext("Most often missed"), heads, rows)


def _commonest(hints: Sequence[str]) -> list[tuple[str, int]]:
    """Return the hints that came most often, those that differ in numbers alone taken for one."""
    counts = Counter(re.sub(r"\d+([.,]\d+)*", "#", hint) for hint in hints)
    first = {re.sub(r"\d+([.,]\d+)*", "#", hint): hint for hint in reversed(hints)}
    return [(first[kind], count) for kind, count in counts.most_common(_HINTS)]


def _time(together: Sequence[Marked], feedback: Mapping[str, str], tr: Phrases) -> Iterator[Element]:
    slowest = max(together, key=lambda one: one.seconds)
    text = tr.gettext("Running took {median} seconds for half of them, {most} at most: ").format(
        median=tr.general(round(median(one.seconds for one in together), 1)),
        most=tr.general(round(slowest.seconds, 1)),
    )
    yield element("p", text, _link(slowest, feedback), ".", class_="quiet")


def _quiz(together: Sequence[Marked], tr: Phrases) -> Iterator[Element]:
    answers: dict[str, Counter[tuple[str, bool]]] = {}
    for marked in together:
        told = _quiz_words(marked.lesson, marked.lang, tr.lang)
        for one in marked.quiz:
            found = answers.setdefault(told.get(one.question, one.question), Counter())
            if one.option is not None and one.right is not None:
                found[told.get(one.question + one.option, one.option), one.right] += 1
    rows: list[list[str | Element]] = []
    for question, found in answers.items():
        for (option, right), count in found.most_common():
            word = chip("passed", tr.gettext("right")) if right else chip("failed", tr.gettext("not right"))
            rows.append([question, option, word, str(count)])
        if not found:
            rows.append([question, "", chip("not tried", tr.gettext("no answer")), "0"])
    if rows:
        heads = [tr.gettext("Question"), tr.gettext("Answer"), tr.gettext("Right?"), tr.gettext("Students")]
        yield table(tr.gettext("The quiz"), heads, rows)


@cache
def _quiz_words(lesson: str, lang: str, into: str) -> Mapping[str, str]:
    """Return the teacher's words for a student's: a question by its text, an option by both texts."""
    try:
        theirs, ours = (read_quiz(int(lesson), one) for one in (lang, into))
    except ValueError:
        return {}
    told = {}
    for question, own in zip(theirs, ours, strict=True):
        told[question.text] = own.text
        for option, its in zip(question.options, own.options, strict=True):
            told[question.text + option.text] = its.text
    return told


def _workshops(folders: Sequence[Marked], feedback: Mapping[str, str], tr: Phrases) -> Iterator[Element]:
    if not folders:
        return
    yield element("h2", tr.gettext("The workshop folders"))
    rows: list[list[str | Element]] = []
    for one in folders:
        wrong = sum(finding.status == "missing" for finding in one.workshop)
        state = chip("failed", str(wrong)) if wrong else chip("passed", tr.gettext("complete"))
        rows.append([_link(one, feedback), person(one.file), state])
    heads = [tr.gettext("Student"), tr.gettext("Folder"), tr.gettext("Missing or wrong")]
    yield table(tr.gettext("The workshop folders"), heads, rows)
    for one in folders:
        yield element("details", element("summary", person(one.student)), workshop_table(one, tr))


def _alike(pairs: Sequence[Pair], feedback: Mapping[str, str], tr: Phrases) -> Iterator[Element]:
    yield element("h2", tr.gettext("Hand-ins that resemble each other"))
    yield element(
        "p",
        tr.gettext(
            "Compared are the answer cells, without what the lesson hands out, what its solution has and "
            "what many of the class have. This is no proof of anything: who learnt together, or from the "
            "same page, writes alike. Look at the two, and ask."
        ),
    )
    if not pairs:
        yield element("p", tr.gettext("No two resemble each other more than the lesson makes natural."))
    for pair in pairs[:_SHOWN_PAIRS]:
        yield _pair(pair, feedback, tr)
    if len(pairs) > _SHOWN_PAIRS:
        text = tr.gettext("{count} more pairs are left out.")
        yield element("p", text.format(count=len(pairs) - _SHOWN_PAIRS))


def _pair(pair: Pair, feedback: Mapping[str, str], tr: Phrases) -> Element:
    text = tr.gettext(
        "{share} of what is their own is the same ({count} words, numbers and signs), in {exercises}"
    )
    told = text.format(share=tr.percent(pair.share), count=pair.tokens, exercises=", ".join(pair.exercises))
    sides = [
        element(
            "div",
            *(
                part
                for exercise in pair.exercises
                for part in (
                    element("p", person(one.student), f" · {exercise}", class_="quiet"),
                    element("pre", one.answers.get(exercise, "")[:3000], dir="ltr"),
                )
            ),
        )
        for one in (pair.first, pair.second)
    ]
    names = (_link(pair.first, feedback), " – ", _link(pair.second, feedback))
    return element(
        "details",
        element("summary", person(pair.first.student), " – ", person(pair.second.student), f": {told}"),
        element("p", *names),
        element("div", *sides, class_="beside"),
    )
