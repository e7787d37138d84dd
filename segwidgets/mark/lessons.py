"""Our lessons as they are marked, and what of a student's notebook is taken: the answer cells alone."""

from __future__ import annotations

import ast
import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from segwidgets.course._handout import language_of
from segwidgets.course.handing_out import lesson_files
from segwidgets.course.quizzing import read_quiz
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import plain
from segwidgets.locale.languages import DEFAULT, languages
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.records import Chosen

_CHECK = re.compile(r"""\bcheck\(\s*["'](\d{1,3}\.\d{1,3})["']""")
_START = re.compile(r"""\bstart\(\s*(\d{1,3})\s*(?:,\s*lang\s*=\s*["'](\w+)["'])?""")
_TITLE = re.compile(r"^###\s+(\d+\.\d+)\s+·\s+(.+)$", re.MULTILINE)
_TICK = re.compile(r"✓ (\d+\.\d+)")
_COLAB = "colab"
_OF_THEIR_OWN = frozenset(
    {7}
)  # lessons that ask for changes before the exercises: one's own photo, clicks on it


@dataclass(frozen=True)
class Cell:
    """A code cell of our own lesson; `answer` is what its check is given, if it has one.

    `own` says that the source is the student's, as a lesson asks for that is about a photo of one's own.
    """

    name: str
    source: str
    exercise: str = ""
    answer: str = ""
    own: bool = False


@dataclass(frozen=True)
class Lesson:
    """One of our lessons in one language; `titles` are those of its exercises, by number."""

    number: int
    lang: str
    name: str
    cells: tuple[Cell, ...]
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def exercises(self) -> tuple[str, ...]:
        """The exercises' numbers, in order."""
        return tuple(cell.exercise for cell in self.cells if cell.exercise)

    def with_own(self, sources: Mapping[str, str]) -> Lesson:
        """Return it with a student's sources in place of some cells', by the cells' names."""
        cells = (
            replace(cell, source=sources[cell.name], own=True) if cell.name in sources else cell
            for cell in self.cells
        )
        return replace(self, cells=tuple(cells))


@dataclass(frozen=True)
class Taken:
    """What is taken of a student's notebook, and what was seen of the rest.

    Attributes
    ----------
    lesson : int
        Which one it is.
    lang : str
        In which language.
    answers : mapping of str to str
        The source of each answer cell that the student has changed, by exercise.
    changed, own : int
        Cells of ours that they changed, besides; and cells that are their own, which do not count.
    missing, doubled : tuple of str
        Exercises whose cell is not there, or more than once (the last one with an answer counts).
    kernel : str
        The kernel's name, if it is not the lesson's.
    said : tuple of str
        Exercises that are right by what the notebook's own output says, which anybody can write there.
    taken : mapping of str to str
        Cells of ours that they changed because this lesson asks for it, by name: theirs run.
    quiz : tuple of Chosen
        What was chosen for each question, as far as the notebook tells; empty where it tells nothing.
    """

    lesson: int
    lang: str
    answers: Mapping[str, str]
    changed: int = 0
    own: int = 0
    missing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    kernel: str = ""
    said: tuple[str, ...] = ()
    taken: Mapping[str, str] = field(default_factory=dict)
    quiz: tuple[Chosen, ...] = ()


class NotOurs(SegwidgetsError, ValueError):
    """The notebook is none of our lessons, or none at all."""


@cache
def lessons(lang: str) -> Mapping[int, Lesson]:
    """Return our lessons in one language by number."""
    found = {}
    for name, content in lesson_files(lang).items():
        if not name.endswith(".ipynb"):  # the glossary
            continue
        notebook = json.loads(content)["cells"]
        cells = tuple(
            _our_cell(str(cell["id"]), "".join(cell["source"]))
            for cell in notebook
            if cell["cell_type"] == "code" and cell["id"] != _COLAB
        )
        texts = "\n".join("".join(cell["source"]) for cell in notebook if cell["cell_type"] == "markdown")
        number = int(name[:2])
        found[number] = Lesson(number, lang, name.removesuffix(".ipynb"), cells, dict(_TITLE.findall(texts)))
    return found


def _our_cell(name: str, source: str) -> Cell:
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a cell with a magic line
        return Cell(name, source)
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "check":
            number, answer = call.args
            return Cell(name, source, str(ast.literal_eval(number)), ast.unparse(answer))
    return Cell(name, source)


def take(content: bytes, words: Phrases | None = None) -> Taken:
    """Take the answers out of a student's notebook.

    Parameters
    ----------
    content : bytes
        The file, of whatever version of Jupyter's format, saved by whatever program.
    words : Phrases, optional
        The language of what is raised; English by default.

    Raises
    ------
    NotOurs
        If it cannot be read, or holds none of our exercises.
    """
    tr = words or Phrases()
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError, MemoryError) as error:
        text = tr.gettext("this is no notebook: {error}; save it in Jupyter and hand it in anew")
        raise NotOurs(text.format(error=plain(error))) from None
    cells = [(name, source) for name, source in _code_cells(notebook, tr) if name != _COLAB]
    sources = [source for _, source in cells]
    number = _lesson_of(cells, tr)
    lang = _language_of(notebook, sources)
    lesson = lessons(lang)[number]
    ours = {cell.name: cell for cell in lesson.cells}
    by_exercise: dict[str, list[str]] = {exercise: [] for exercise in lesson.exercises}
    theirs: dict[str, str] = {}
    changed = own = 0
    for name, source in cells:
        exercises = [one for one in _CHECK.findall(source) if one in by_exercise]
        cell = ours.get(name)
        if exercises or (cell is not None and cell.exercise):
            wanted = set(exercises) or {cell.exercise if cell is not None else ""}
            for exercise in wanted:
                by_exercise[exercise].append(source)
        elif cell is not None and _words(cell.source) != _words(source):
            if number in _OF_THEIR_OWN:
                theirs[name] = source
            else:
                changed += 1
        elif cell is None:
            own += bool(source.strip())
    handed_out = {cell.exercise: _words(cell.source) for cell in lesson.cells if cell.exercise}
    answers = {}
    for exercise, found in by_exercise.items():
        tried = [source for source in found if _words(source) != handed_out[exercise] and source.strip()]
        if tried:
            answers[exercise] = tried[-1]
    return Taken(
        number,
        lang,
        answers,
        changed,
        own,
        tuple(exercise for exercise, found in by_exercise.items() if not found),
        tuple(exercise for exercise, found in by_exercise.items() if len(found) > 1),
        _kernel(notebook),
        tuple(one for one in lesson.exercises if one in _said(notebook)),
        theirs,
        _quiz(notebook, number, lang),
    )


def _words(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _code_cells(notebook: Any, tr: Phrases) -> Iterator[tuple[str, str]]:
    """Yield name and source of each code cell, of formats 3 and 4, with Colab's names too."""
    if not isinstance(notebook, dict):
        raise NotOurs(tr.gettext("this is no notebook: it is JSON, but of something else"))
    sheets = notebook.get("worksheets")
    first = sheets[0] if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict) else notebook
    cells = first.get("cells")
    if not isinstance(cells, list):
        raise NotOurs(tr.gettext("this is no notebook: it has no cells"))
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        lines = source if isinstance(source, list) else [source]
        metadata = cell.get("metadata")
        name = cell.get("id") or (metadata.get("id") if isinstance(metadata, dict) else "")
        yield str(name or ""), "".join(line for line in lines if isinstance(line, str))


def _lesson_of(cells: list[tuple[str, str]], tr: Phrases) -> int:
    names = {cell.name: lesson.number for lesson in lessons(DEFAULT).values() for cell in lesson.cells}
    votes: Counter[int] = Counter()
    for name, source in cells:
        if name in names:
            votes[names[name]] += 1
        for number in _CHECK.findall(source):
            votes[int(number.split(".")[0])] += 3
        if found := _START.search(source):
            votes[int(found[1])] += 3
    known = [number for number, _ in votes.most_common() if number in lessons(DEFAULT)]
    if not known:
        raise NotOurs(
            tr.gettext("this notebook is none of the lessons: there is no exercise of theirs in it")
        )
    return known[0]


def _language_of(notebook: Any, sources: list[str]) -> str:
    lang = language_of(notebook)
    if lang is None:
        found = next(filter(None, map(_START.search, sources)), None)
        lang = found[2] if found else None
    return lang if lang in languages() and lang in carried() else DEFAULT


@cache
def carried() -> frozenset[str]:
    """Return the languages whose lessons are there."""
    found = set()
    for lang in languages():
        try:
            found.add(lang if lesson_files(lang) else DEFAULT)
        except FileNotFoundError:
            continue
    return frozenset(found)


def _kernel(notebook: Any) -> str:
    for key in ("metadata", "kernelspec", "name"):
        notebook = notebook.get(key) if isinstance(notebook, dict) else None
    return plain(notebook, 40) if isinstance(notebook, str) and notebook != "python3" else ""


def _said(notebook: Any) -> set[str]:
    """Return the exercises that have a tick in an output of the notebook."""
    texts: list[Any] = []
    for cell in _list(notebook.get("cells")):
        for output in _list(cell.get("outputs")) if isinstance(cell, dict) else ():
            text = output.get("text") if isinstance(output, dict) else None
            texts += text if isinstance(text, list) else [text]
    return set(_TICK.findall("".join(text for text in texts if isinstance(text, str))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _quiz(notebook: Any, lesson: int, lang: str) -> tuple[Chosen, ...]:
    """Return what was chosen for each question, by the state of the buttons that the notebook keeps.

    Which option a button is, and to which question it belongs, its words tell, in whatever order they were
    shown; whether it is right, our own file does.
    """
    models = notebook
    for key in ("metadata", "widgets", "application/vnd.jupyter.widget-state+json", "state"):
        models = models.get(key) if isinstance(models, dict) else None
    if not isinstance(models, dict):
        return ()
    try:
        questions = read_quiz(lesson, lang)
    except ValueError:
        return ()
    found: dict[str, Chosen] = {}
    for model in models:
        shown = [_state(models, child) for child in _children(models, model)]
        title = html.unescape(str(shown[0].get("value"))) if shown else ""
        question = next((one for one in questions if one.text in title), None)
        picked = {str(one.get("description")) for one in shown if one.get("icon") in ("check", "times")}
        options = [] if question is None else [one for one in question.options if one.text in picked]
        if question is not None and len(options) == 1:
            found[question.key] = Chosen(question.text, options[0].text, options[0].right)
    return tuple(found.get(one.key, Chosen(one.text)) for one in questions) if found else ()


def _children(models: dict[str, Any], model: str) -> list[str]:
    children = _state(models, model).get("children")
    return [str(one).removeprefix("IPY_MODEL_") for one in children] if isinstance(children, list) else []


def _state(models: dict[str, Any], model: str) -> dict[str, Any]:
    found = models.get(model)
    state = found.get("state") if isinstance(found, dict) else None
    return state if isinstance(state, dict) else {}
