"""Answers that were clicked together: a notebook keeps no clicks, so nothing, or less, comes of them here."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from segwidgets.locale.phrases import Phrases
from segwidgets.mark.judging import Mark
from segwidgets.mark.lessons import Lesson

_WIDGET = re.compile(r"^\s*(\w+)\s*=\s*ClickSegmenter\(", re.MULTILINE)
_OUTCOME = re.compile(r"\b(\w+)\.(?:mask|masks|detections|candidates|objects|prompt)\b")


def widget_of(source: str, lesson: Lesson) -> str:
    """Return the name of the widget whose outcome an answer hands in; empty where it hands in none's."""
    widgets = set(_WIDGET.findall("\n".join([*(cell.source for cell in lesson.cells), source])))
    return next((name for name in _OUTCOME.findall(source) if name in widgets), "")


def explained(mark: Mark, source: str | None, lesson: Lesson, said: Collection[str], words: Phrases) -> Mark:
    """Return a mark that says how to hand in an answer that was clicked together.

    It stays what it is: no output of a notebook is proof of anything.

    Parameters
    ----------
    mark : Mark
        What came of the answer.
    source : str or None
        What stands in its cell; None for what was not tried.
    lesson : Lesson
        Ours.
    said : collection of str
        Exercises that are right by what the notebook's own output says.
    words : Phrases
        The student's language.
    """
    if source is None or mark.state not in ("not tried", "failed"):
        return mark
    widget = widget_of(source, lesson)
    if mark.state == "failed" and not (widget and mark.exercise in said):
        return mark
    if not widget:
        return replace(mark, message=words.gettext("Nothing came of the cell: what it hands in is None."))
    text = words.gettext(
        "Was it made by clicking? A notebook does not keep clicks: write them into the cell as code, as in "
        "{widget}.add_point(250, 170), and hand it in anew; {widget}.history shows them."
    )
    return replace(mark, message=" ".join(filter(None, (mark.message, text.format(widget=widget)))))
