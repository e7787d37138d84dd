"""Which photos a folder holds, and what they are called in what is made of them."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from segwidgets.ground.folders import photo_files, photo_folder, stems
from segwidgets.ground.outside import home_expanded, is_within, resolved
from segwidgets.jobs.batch.prompt_files import Asked, Questions
from segwidgets.jobs.items import Item


@dataclass(frozen=True)
class Task:
    """What an item holds for its worker.

    Attributes
    ----------
    stem : str
        The photo's name in the names of files.
    asked : tuple of Asked
        The prompts for it.
    leads_out : bool
        It is a link that leads out of the folder.
    """

    stem: str
    asked: tuple[Asked, ...] = ()
    leads_out: bool = False


def find_photos(
    folder: str | os.PathLike[str], out: str | os.PathLike[str], questions: Questions
) -> list[Item]:
    """Return the photos of a folder and of those in it, each by its path within it.

    Hidden files and folders are left out, and so is `out` where it lies in the folder. Links that lead out of
    the folder are named, but not followed. Where there are prompts by photo, it is the photos that they name.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it is none, or has no photos.
    """
    place, outside = photo_folder(folder), resolved(home_expanded(out))
    if outside == place:
        raise ValueError(f"what is made needs a folder of its own, got {str(out)!r}, where the photos are")
    found = photo_files(place, outside)
    asked = questions.by_photo
    if asked and not questions.sessions:
        found = _named(found, list(asked), place)
    return [
        Item(
            name,
            Task(stem, tuple(asked.get(_same(name), ())), not is_within(path, place)),
            None if not is_within(path, place) else path,
        )
        for (name, path), stem in zip(found, stems([name for name, _ in found]), strict=True)
    ]


def _named(found: list[tuple[str, Path]], names: list[str], place: Path) -> list[tuple[str, Path]]:
    """Return the photos that prompts name; those that are not there will fail by themselves."""
    there = {_same(name): (name, path) for name, path in found}
    return [there.get(name, (name, place / name)) for name in names]


def _same(name: str) -> str:
    """Return a name such that two ways of writing an accent are one."""
    return unicodedata.normalize("NFC", name)
