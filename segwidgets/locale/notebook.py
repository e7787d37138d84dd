"""What a lesson's cells share: the language in which they speak, and the one place where text is written."""

from __future__ import annotations

import sys

from segwidgets.locale.languages import DEFAULT, find_language

_state = {"lang": DEFAULT}


def set_language(lang: str) -> None:
    """Choose the language, as "es", of checks, quizzes and tables from here on.

    Raises
    ------
    ValueError
        If the language is none of `segwidgets.locale.languages.languages()`.
    """
    find_language(lang)  # raises for a language that there is not
    _state["lang"] = lang


def language(lang: str | None = None) -> str:
    """Return `lang` if it is given, else the language that was chosen last."""
    return _state["lang"] if lang is None else lang


def write(text: str) -> None:
    """Write a line beneath the cell."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
