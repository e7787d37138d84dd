"""The lessons, from the installed package into a folder of one's own; what a student did there stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from segwidgets.course._handout import as_handed_out, language_of
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.keeping import MANIFEST, Outbox, digest, file_digest, read_manifest
from segwidgets.ground.outside import read_file, read_json
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT, find_language

GLOSSARY = "glossary.md"
"""The page beside the lessons that says what their words mean; they link to it."""

SOLUTIONS = "solutions"
"""The folder, beside the lessons, of the same with every exercise solved."""

_MAX_NOTEBOOK = 50_000_000  # bytes of a student's notebook that is asked for its language

State = Literal["new", "same", "renewed", "yours", "beside", "missing", "old"]


class LessonsError(SegwidgetsError, FileNotFoundError):
    """No lessons are carried by this installation, or none in that language."""


@dataclass(frozen=True)
class Handed:
    """What became of one lesson in a folder, or what would.

    Attributes
    ----------
    name : str
        Its path in the folder, with forward slashes.
    state : {"new", "same", "renewed", "yours", "beside", "missing", "old"}
        It was written; it is there and up to date; an older one that nobody had touched was replaced; it is
        there, was changed since, and stays; so it is, but the lesson is newer by now, which lies beside it.
        Of `look_at` also: it is not there; it is there, untouched, and older than the package's.
    beside : str
        Where the newer one lies, or would; empty unless the state is "beside".
    """

    name: str
    state: State
    beside: str = ""


def lesson_files(lang: str = DEFAULT, solutions: bool = False) -> dict[str, bytes]:
    """Return the package's lessons in one language, as they are handed out: contents by names.

    The glossary that they link to is the last of them.

    Parameters
    ----------
    lang : str
        The language, as "es".
    solutions : bool
        Whether to add those with every exercise solved, in the folder `SOLUTIONS`.

    Raises
    ------
    ValueError
        If there is no such language.
    LessonsError
        If this installation has no lessons in it.
    """
    find_language(lang)  # says which there are
    folder = _home() / lang
    found = {}
    for name in (".", SOLUTIONS) if solutions else (".",):
        here = folder if name == "." else folder / name
        for file in sorted(here.iterdir(), key=lambda one: one.name) if here.is_dir() else ():
            if file.name.endswith(".ipynb"):
                path = file.name if name == "." else f"{name}/{file.name}"
                found[path] = as_handed_out(file.read_text("utf-8"), lang).encode()
    if (words := folder / GLOSSARY).is_file():
        found[GLOSSARY] = words.read_text("utf-8").encode()
    if not found:
        raise LessonsError(f"this installation has no lessons in the language {lang!r}: looked in {folder}")
    return found


def hand_out(folder: Path, lang: str | None = None, solutions: bool = False) -> list[Handed]:
    """Copy the lessons into a folder.

    What a person changed stays where it is, under its name; if the lesson is newer by now than the one that
    their work began with, the newer one is written beside it, as ``02_click_masks_new.ipynb``. What nobody
    changed is brought up to date.

    Parameters
    ----------
    folder : Path
        Where to; it is made if it is not there.
    lang : str, optional
        The language, as "es"; by default that of the lessons which are there already, else English.
    solutions : bool
        Whether to copy the solutions too.

    Returns
    -------
    list of Handed
        One for each lesson, in order.
    """
    files = lesson_files(lang or language_in(folder) or DEFAULT, solutions)
    known = read_manifest(folder / MANIFEST)
    done = []
    with Outbox(folder) as out:
        for handed in _states(folder, files, known):
            content = files[handed.name]
            place = handed.beside or handed.name
            is_known = known.get(place) == digest(content) and os.path.lexists(folder / place)
            if not is_known:  # what is known is there as it was given, or a person worked in it
                out.save(place, content)
            now: dict[State, State] = {"missing": "new", "old": "renewed"}
            done.append(Handed(handed.name, now.get(handed.state, handed.state), handed.beside))
    return done


def look_at(folder: Path, lang: str | None = None, solutions: bool | None = None) -> list[Handed]:
    """Say which lessons of a folder are up to date, and change nothing.

    Parameters
    ----------
    folder : Path
        Where they are.
    lang : str, optional
        The language, as "es"; by default that of the lessons which are there.
    solutions : bool, optional
        Whether to look at solutions; by default where there are any.
    """
    if solutions is None:
        solutions = (folder / SOLUTIONS).is_dir()
    files = lesson_files(lang or language_in(folder) or DEFAULT, solutions)
    return list(_states(folder, files, read_manifest(folder / MANIFEST)))


def language_in(folder: Path) -> str | None:
    """Return the language of the lessons in a folder, by what they say of themselves; None if none does."""
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        try:
            lang = language_of(read_json(read_file(path, _MAX_NOTEBOOK), "a notebook", _MAX_NOTEBOOK))
            if lang is not None:
                return find_language(lang).code
        except (OSError, ValueError):  # not a lesson, or in a language that there is not
            continue
    return None


def tell(handed: list[Handed], lang: str | None = None) -> str:
    """Return in words what became of the lessons, a line for each kind.

    Parameters
    ----------
    handed : list of Handed
        What `hand_out` or `look_at` returned.
    lang : str, optional
        The language of the words, as "es".
    """
    tr = translations(lang or DEFAULT)
    titles: dict[State, str] = {
        "new": tr.gettext("Copied"),
        "renewed": tr.gettext("Brought up to date, nobody had changed them"),
        "same": tr.gettext("Up to date"),
        "yours": tr.gettext("Yours, left as they are"),
        "beside": tr.gettext("Yours, left as they are; newer ones are beside them"),
        "old": tr.gettext("Out of date, nobody has changed them"),
        "missing": tr.gettext("Not there"),
    }
    lines = []
    for state, title in titles.items():
        if names := [one.beside or one.name for one in handed if one.state == state]:
            lines.append(tr.gettext("{title}: {names}.").format(title=title, names=", ".join(names)))
    return "\n".join(lines)


def _home() -> Traversable:
    """Where the package carries its lessons; run from the repository, where they are built."""
    package = resources.files("segwidgets")
    carried = package / "course" / "notebooks"
    if carried.is_dir():
        return carried
    built = Path(str(package)).parent / "notebooks"
    if (built / "source").is_dir():
        return built
    raise LessonsError(
        "this installation carries no lessons; a wheel does (pip install segwidgets), and the repository"
    )


def _states(folder: Path, files: dict[str, bytes], known: dict[str, str]) -> Iterator[Handed]:
    for name, content in files.items():
        wanted, path = digest(content), folder / name
        found = _digest(path)
        if found is None and not os.path.lexists(path):
            yield Handed(name, "missing")
        elif found == wanted:
            yield Handed(name, "same")
        elif found is not None and found == known.get(name):
            yield Handed(name, "old")
        elif known.get(name) == wanted:
            yield Handed(name, "yours")
        else:
            yield Handed(name, "beside", "_new.".join(name.rsplit(".", 1)))


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of an ordinary file; None for whatever else stands there, or for nothing."""
    return file_digest(path) if path.is_file() and not path.is_symlink() else None
