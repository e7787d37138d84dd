"""Quizzes: a few questions with buttons, each answer explained at once.

The questions are data: `quizzes/lesson_N.toml`, then any `quizzes/lesson_N_*.toml`. Each text is there in
every language that has a key of its own; for any other the English one is a message like those of the code.
"""

from __future__ import annotations

import html
import os
import random
import re
import secrets
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import ipywidgets

from segwidgets.course.solved import record
from segwidgets.ground.validation import describe
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.notebook import language
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.versions import view_of

_RIGHT, _WRONG = "#007a59", "#b04a00"  # green and vermilion, dark enough for text on white


@dataclass(frozen=True)
class Option:
    """One answer to choose: its text, whether it is right, and why."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """A question and its options, one of which is right; the key tells it from the others, as "2.3"."""

    text: str
    options: tuple[Option, ...]
    key: str = ""


def quiz(lesson: int, lang: str | None = None) -> Quiz:
    """Return the quiz of a lesson, to be shown beneath the cell.

    Each student finds the options in an order of their own, the same as long as the notebook's kernel runs;
    what is answered is kept with the progress. Without a widget the options stand as in the file.

    Parameters
    ----------
    lesson : int
        The lesson's number.
    lang : str, optional
        The language, as "es"; by default the lesson's.

    Raises
    ------
    ValueError
        If the lesson has no quiz.
    """
    lang = language(lang)
    return Quiz(read_quiz(lesson, lang), lang, lesson=lesson, student=this_student())


@cache
def this_student() -> str:
    """Tell students apart: by their name on a hub, else by chance, once in a session."""
    return os.environ.get("JUPYTERHUB_USER") or secrets.token_hex(8)


def order_of(question: Question, student: str | None) -> tuple[int, ...]:
    """Return in which order a student is shown a question's options, as their places in it, counted from 0.

    Parameters
    ----------
    question : Question
        What is asked.
    student : str, optional
        Who is asked; None leaves the options where they are.
    """
    places = list(range(len(question.options)))
    if student is not None:
        random.Random(f"{student} {question.key}").shuffle(places)  # the same in every language
    return tuple(places)


def read_quiz(lesson: int, lang: str) -> tuple[Question, ...]:
    """Read a lesson's questions in one language.

    Raises
    ------
    ValueError
        If the lesson has no quiz, or lacks a text in English.
    """
    files = _files(lesson)
    if not files:
        raise ValueError(f"lesson {lesson!r} has no quiz")
    words = Phrases(lang)

    def text(table: dict[str, Any], what: str = "") -> str:
        if f"{what}{DEFAULT}" not in table:
            raise ValueError(f"a quiz of lesson {lesson} lacks the text {what}{DEFAULT}: {describe(table)}")
        return str(table.get(f"{what}{lang}") or words.gettext(table[f"{what}{DEFAULT}"]))

    asked = [question for file in files for question in _questions(file)]
    return tuple(
        Question(
            text(question),
            tuple(
                Option(text(option), option.get("right", False), text(option, "why_"))
                for option in question["option"]
            ),
            f"{lesson}.{number}",
        )
        for number, question in enumerate(asked, start=1)
    )


def count_questions(lesson: int | str) -> int:
    """Return how many questions a lesson's quiz has; 0 where it has none."""
    return sum(len(_questions(file)) for file in _files(lesson))


def _files(lesson: int | str) -> list[Traversable]:
    """Return the files with a lesson's questions, in their order."""
    files = [
        file
        for file in (resources.files("segwidgets.course") / "quizzes").iterdir()
        if re.fullmatch(rf"lesson_{re.escape(str(lesson))}(_.*)?\.toml", file.name)
    ]
    return sorted(files, key=lambda file: file.name.removesuffix(".toml"))


def _questions(file: Traversable) -> list[dict[str, Any]]:
    return list(tomllib.loads(file.read_text("utf-8"))["question"])


class Quiz(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Questions with a button for each option; a click says right or not, and why.

    Parameters
    ----------
    questions : sequence of Question
        What to ask.
    lang : str
        The language of the verdicts, as "es".
    lesson : int, optional
        Where to keep what was answered; by default nothing is kept.
    student : str, optional
        Who is asked: each finds the options in another order; by default in the questions' own.
    """

    def __init__(
        self,
        questions: tuple[Question, ...],
        lang: str,
        lesson: int | None = None,
        student: str | None = None,
    ) -> None:
        self.questions = questions
        self.lesson = lesson
        self.orders = tuple(order_of(question, student) for question in questions)
        self._tr = translations(lang)
        self._verdicts: list[Any] = []
        self._buttons: list[list[Any]] = []
        super().__init__([self._build(number) for number in range(len(questions))])

    def answer(self, question: int, option: int) -> bool:
        """Choose an option as a click does, by its place in the question. Returns whether it is right.

        Both are counted from 0; the place is that in `Question.options`, in whatever order they are shown.
        """
        chosen = self.questions[question].options[option]
        word = self._tr.gettext("Right.") if chosen.right else self._tr.gettext("Not quite.")
        color = _RIGHT if chosen.right else _WRONG
        sign = "✓" if chosen.right else "✗"
        self._verdicts[question].value = (
            f'<p style="border-left: 3px solid {color}; padding-left: 8px; line-height: 1.4; margin: 4px 0">'
            f'<b style="color: {color}">{sign} {word}</b> {html.escape(chosen.why)}</p>'
        )
        for place, button in zip(self.orders[question], self._buttons[question], strict=True):
            button.icon = ("check" if chosen.right else "times") if place == option else ""
        if self.lesson is not None:
            record(self.questions[question].key, "right" if chosen.right else "not yet", "quizzes")
        return chosen.right

    def _build(self, number: int) -> Any:
        question = self.questions[number]
        text = f"<b>{number + 1}.</b> {html.escape(question.text)}"
        title = ipywidgets.HTML(f'<p style="line-height: 1.4; margin: 4px 0">{text}</p>')
        buttons = []
        for place in self.orders[number]:
            option = question.options[place]
            button = ipywidgets.Button(
                description=option.text,
                tooltip=option.text,
                layout=ipywidgets.Layout(width="auto", max_width="100%", height="auto", min_height="30px"),
            )
            button.on_click(lambda _, place=place: self.answer(number, place))
            buttons.append(button)
        verdict = ipywidgets.HTML()
        self._buttons.append(buttons)
        self._verdicts.append(verdict)
        layout = ipywidgets.Layout(align_items="flex-start", padding="4px 0 8px 0")
        return ipywidgets.VBox([title, *buttons, verdict], layout=layout)

    _ipython_display_ = None  # ipywidgets 7 has one, which would go before what follows

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Give the questions in full where there is no widget; ipywidgets would cut them off."""
        return {**view_of(self), "text/plain": repr(self)}

    def __repr__(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, start=1):
            lines.append(f"{number}. {question.text}")
            lines += [
                f"   {letter}) {option.text}"
                for letter, option in zip("abcdef", question.options, strict=False)
            ]
        return "\n".join(lines)
