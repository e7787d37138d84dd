"""Quizzes: a few questions with buttons, each answer explained at once.

The questions are data: `quizzes/lesson_N.toml`, then any `quizzes/lesson_N_*.toml`. Each text is there in
every language that has a key of its own; for any other the English one is a message like those of the code.
"""

from __future__ import annotations

import html
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

import ipywidgets

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
    """A question and its options, one of which is right."""

    text: str
    options: tuple[Option, ...]


def quiz(lesson: int, lang: str | None = None) -> Quiz:
    """Return the quiz of a lesson, to be shown beneath the cell.

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
    return Quiz(read_quiz(lesson, lang), lang)


def read_quiz(lesson: int, lang: str) -> tuple[Question, ...]:
    """Read a lesson's questions in one language.

    Raises
    ------
    ValueError
        If the lesson has no quiz, or lacks a text in English.
    """
    files = [
        file
        for file in (resources.files("segwidgets.course") / "quizzes").iterdir()
        if re.fullmatch(rf"lesson_{re.escape(str(lesson))}(_.*)?\.toml", file.name)
    ]
    if not files:
        raise ValueError(f"lesson {lesson!r} has no quiz")
    files.sort(key=lambda file: file.name.removesuffix(".toml"))
    words = Phrases(lang)

    def text(table: dict[str, Any], what: str = "") -> str:
        if f"{what}{DEFAULT}" not in table:
            raise ValueError(f"a quiz of lesson {lesson} lacks the text {what}{DEFAULT}: {describe(table)}")
        return str(table.get(f"{what}{lang}") or words.gettext(table[f"{what}{DEFAULT}"]))

    return tuple(
        Question(
            text(question),
            tuple(
                Option(text(option), option.get("right", False), text(option, "why_"))
                for option in question["option"]
            ),
        )
        for file in files
        for question in tomllib.loads(file.read_text("utf-8"))["question"]
    )


class Quiz(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Questions with a button for each option; a click says right or not, and why.

    Parameters
    ----------
    questions : sequence of Question
        What to ask.
    lang : str
        The language of the verdicts, as "es".
    """

    def __init__(self, questions: tuple[Question, ...], lang: str) -> None:
        self.questions = questions
        self._tr = translations(lang)
        self._verdicts: list[Any] = []
        self._buttons: list[list[Any]] = []
        super().__init__([self._build(number) for number in range(len(questions))])

    def answer(self, question: int, option: int) -> bool:
        """Choose an option as a click does; both are counted from 0. Returns whether it is right."""
        chosen = self.questions[question].options[option]
        word = self._tr.gettext("Right.") if chosen.right else self._tr.gettext("Not quite.")
        color = _RIGHT if chosen.right else _WRONG
        sign = "✓" if chosen.right else "✗"
        self._verdicts[question].value = (
            f'<p style="border-left: 3px solid {color}; padding-left: 8px; line-height: 1.4; margin: 4px 0">'
            f'<b style="color: {color}">{sign} {word}</b> {html.escape(chosen.why)}</p>'
        )
        for number, button in enumerate(self._buttons[question]):
            button.icon = ("check" if chosen.right else "times") if number == option else ""
        return chosen.right

    def _build(self, number: int) -> Any:
        question = self.questions[number]
        text = f"<b>{number + 1}.</b> {html.escape(question.text)}"
        title = ipywidgets.HTML(f'<p style="line-height: 1.4; margin: 4px 0">{text}</p>')
        buttons = []
        for position, option in enumerate(question.options):
            button = ipywidgets.Button(
                description=option.text,
                tooltip=option.text,
                layout=ipywidgets.Layout(width="auto", max_width="100%", height="auto", min_height="30px"),
            )
            button.on_click(lambda _, position=position: self.answer(number, position))
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
