"""What a lesson imports: `from segwidgets.course import check, draw, quiz, show, start`."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from segwidgets import __version__
from segwidgets._i18n import translations
from segwidgets._notebook import set_language, write
from segwidgets.checks import check
from segwidgets.exercises._references import reference_mask
from segwidgets.progress import progress
from segwidgets.quiz import quiz
from segwidgets.show import draw, show

__all__ = ["check", "draw", "progress", "quiz", "reference_mask", "set_language", "show", "start"]

_PACKAGES = ("numpy", "onnxruntime", "supervision", "matplotlib", "ipywidgets")


def start(lesson: int, lang: str = "en") -> None:
    """Begin a lesson: choose the language and write the versions that it runs with.

    Parameters
    ----------
    lesson : int
        The lesson's number.
    lang : {"en", "es"}
        The language in which checks, quizzes and tables speak.
    """
    set_language(lang)
    tr = translations(lang)
    write(
        tr.gettext("Lesson {lesson} · segwidgets {version} · Python {python}").format(
            lesson=lesson, version=__version__, python=platform.python_version()
        )
    )
    write(" · ".join(f"{name} {_version(name)}" for name in _PACKAGES))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
