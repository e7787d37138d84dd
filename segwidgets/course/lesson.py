"""How a lesson begins: its language, and the versions that it runs with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from segwidgets import __version__
from segwidgets.course.torch_cells import leave_torch_out
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.notebook import set_language, write

PACKAGES = ("numpy", "onnxruntime", "supervision", "matplotlib", "ipywidgets")


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
    write(" · ".join(f"{name} {_version(name)}" for name in PACKAGES))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
