"""What there is to be marked: each notebook, each workshop folder, and each hand-in that holds neither."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from segwidgets.ground.keeping import digest
from segwidgets.ground.outside import home_expanded, plain, resolved
from segwidgets.jobs.items import Item
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.reading import HandIn, Source, read_class

_NAMED = 5  # files of a hand-in that are named where there is nothing to mark


@dataclass(frozen=True)
class Task:
    """One thing that is marked.

    Attributes
    ----------
    student : str
        Whose it is; no other has the same name.
    kind : {"notebook", "workshop", "nothing"}
        What it is.
    file : str
        The notebook or the folder, by its path in the hand-in.
    files : mapping of str to Source
        What belongs to it, by paths from the notebook's folder, or in the workshop's.
    late : bool
        Whether it came late.
    troubles : tuple of str
        What of the hand-in could not be taken.
    why : str
        Why there is nothing to mark.
    """

    student: str
    kind: Literal["notebook", "workshop", "nothing"]
    file: str = ""
    files: Mapping[str, Source] = field(default_factory=dict)
    late: bool = False
    troubles: tuple[str, ...] = ()
    why: str = ""


def find_items(hand_ins: str | os.PathLike[str], out: str | os.PathLike[str], words: Phrases) -> list[Item]:
    """Return all that is to be marked, each as an item with a `Task`.

    Parameters
    ----------
    hand_ins, out : str or Path
        What `read_class` reads; and where the marks go.
    words : Phrases
        The teacher's language.

    Raises
    ------
    FileNotFoundError, ValueError
        If there are no hand-ins.
    """
    place, made = home_expanded(hand_ins), resolved(home_expanded(out))
    if made == resolved(place):
        raise ValueError(f"the marks need a folder of their own, got {str(out)!r}, where the hand-ins are")
    found = read_class(place, made, words)
    students = _unique([hand_in.student for hand_in in found.hand_ins])
    tasks = [
        task
        for student, hand_in in zip(students, found.hand_ins, strict=True)
        for task in _tasks(student, hand_in, words)
    ]
    tasks += [Task(plain(name), "nothing", why=plain(why)) for name, why in found.unknown]
    if not tasks:
        raise ValueError(f"there are no hand-ins in {plain(hand_ins)}; give the folder that holds them")
    names = _unique(["/".join(filter(None, (task.student, plain(task.file)))) for task in tasks])
    return [Item(name, task, mark=_mark(task)) for name, task in zip(names, tasks, strict=True)]


def _tasks(student: str, hand_in: HandIn, words: Phrases) -> Iterator[Task]:
    troubles = tuple(map(plain, hand_in.troubles))
    notebooks, workshops = hand_in.notebooks(), hand_in.workshops()
    for name in notebooks:
        folder = PurePosixPath(name).parent.as_posix()
        yield Task(student, "notebook", name, _beneath(hand_in.files, folder), hand_in.late, troubles)
    for folder in workshops:
        yield Task(
            student, "workshop", f"{folder}/", _beneath(hand_in.files, folder or "."), hand_in.late, troubles
        )
    if not notebooks and not workshops:
        why = words.gettext("there is neither a notebook nor a workshop folder in it")
        if hand_in.files:
            names = sorted(hand_in.files)
            more = ", …" if len(names) > _NAMED else ""
            why = f"{why}: {', '.join(plain(name, 60) for name in names[:_NAMED])}{more}"
        why = "; ".join((why, *troubles[:_NAMED]))
        yield Task(student, "nothing", "", dict(hand_in.files), hand_in.late, troubles, why)


def _beneath(files: Mapping[str, Source], folder: str) -> dict[str, Source]:
    """Return the files in a folder, "." for all, by their paths in it."""
    if folder == ".":
        return dict(files)
    start = f"{folder}/"
    return {name.removeprefix(start): one for name, one in files.items() if name.startswith(start)}


def _mark(task: Task) -> str:
    """Return what changes when something else is handed in, in whatever language that is told."""
    told = [f"{name}\0{source.sign}" for name, source in sorted(task.files.items())]
    return digest(
        "\n".join([task.kind, str(task.late), str(len(task.troubles)), *told]).encode("utf-8", "replace")
    )


def _unique(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same: a second one gets a number."""
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique
