"""Which languages there are: each is a folder with its `language.toml`, found by itself.

A folder `LANG/` holds all that belongs to a language and nothing else does:

    language.toml                    how numbers are written, names of files and folders, headings
    report.md                        the template of the workshop's report
    LC_MESSAGES/segwidgets.po        every message of the code, translated; English has none
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from segwidgets.ground.outside import shown

DEFAULT = "en"
"""The language of whoever names none. It is the one that stands in the code, so it needs no catalogue."""

SEARCH_PATH = "SEGWIDGETS_LANGUAGES"
"""The environment variable that names more folders with languages in them, parted as in PATH."""

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "numbers": ("decimal", "group", "percent"),
    "workshop": ("folder", "input_stem", "masks", "results", "original", "reflection"),
}


@dataclass(frozen=True, eq=False)
class Language:
    """One language.

    Attributes
    ----------
    code : str
        How it is asked for, as in ``lang="es"``: its folder's name.
    folder : Traversable
        Where its texts are.
    tables : dict
        What its `language.toml` holds.
    """

    code: str
    folder: Traversable
    tables: dict[str, Any]

    def table(self, name: str) -> dict[str, Any]:
        """Return one table of `language.toml`, as "numbers"; empty where there is none."""
        found: dict[str, Any] = self.tables.get(name, {})
        return found

    def read(self, name: str) -> str:
        """Return one of its texts, as "report.md".

        Raises
        ------
        ValueError
            If the folder has no such file.
        """
        file = self.folder.joinpath(*name.split("/"))
        if not file.is_file():
            raise ValueError(f"the language {self.code!r} has no {name}: expected it at {file}")
        return file.read_text(encoding="utf-8")


def languages() -> tuple[str, ...]:
    """Return the codes of all languages, the default one first.

    Those of the package, and those in the folders that the environment variable SEGWIDGETS_LANGUAGES names;
    there a folder named like one of the package's takes its place.
    """
    return tuple(_found(os.environ.get(SEARCH_PATH, "")))


def find_language(code: str) -> Language:
    """Return a language by its code.

    Raises
    ------
    ValueError
        If there is no such language, or its `language.toml` lacks something.
    """
    found = _found(os.environ.get(SEARCH_PATH, ""))
    if not isinstance(code, str) or code not in found:
        raise ValueError(f"lang must be one of {', '.join(found)}, got {shown(code)}")
    return found[code]


def tables(name: str) -> dict[str, dict[str, Any]]:
    """Return one table of each language that has it, by the languages' codes: "readme", say."""
    return {code: found for code in languages() if (found := find_language(code).table(name))}


@cache
def _found(search_path: str) -> dict[str, Language]:
    """Read every language once."""
    found: dict[str, Language] = {}
    places: list[Traversable] = [resources.files("segwidgets") / "locale"]
    places += [Path(place) for place in search_path.split(os.pathsep) if place]
    for place in places:
        if place.is_dir():
            for folder in place.iterdir():
                if folder.joinpath("language.toml").is_file():
                    found[folder.name] = _read(folder)
    return {code: found[code] for code in sorted(found, key=lambda code: (code != DEFAULT, code))}


def _read(folder: Traversable) -> Language:
    file = folder.joinpath("language.toml")
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no TOML, or no UTF-8, or brackets without end
        raise ValueError(f"{file} cannot be read: {error}") from error
    lacking = [
        f"{table}.{key}"
        for table, keys in _NEEDED.items()
        for key in keys
        if key not in tables.get(table, {})
    ]
    if lacking:
        raise ValueError(f"{file} must hold {', '.join(lacking)}, as that of the language {DEFAULT!r} does")
    return Language(folder.name, folder, tables)
