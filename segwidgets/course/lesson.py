"""What a lesson imports: `from segwidgets.course import check, draw, quiz, show, start`."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from segwidgets import __version__
from segwidgets.course.checks import check
from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.quizzing import quiz
from segwidgets.course.solved import progress
from segwidgets.course.torch_cells import leave_torch_out, needs_torch
from segwidgets.drawing.show import draw, show
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.notebook import set_language, write

__all__ = [
    "check",
    "draw",
    "needs_torch",
    "progress",
    "quiz",
    "reference_mask",
    "set_language",
    "show",
    "start",
]

_PACKAGES = ("numpy", "onnxruntime", "supervision", "matplotlib", "ipywidgets")


def start(lesson: int, lang: str = DEFAULT) -> None:
    """Begin a lesson: choose the language and write the versions that it runs with.

    Parameters
    ----------
    lesson : int
        The lesson's number.
    lang : str
        The language in which checks, quizzes and tables speak, as "es".
    """
    set_language(lang)
    leave_torch_out()
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
