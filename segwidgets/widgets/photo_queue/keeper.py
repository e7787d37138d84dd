"""What is known of a folder's photos, on the disk: the clicks of each, what was found, what is done.

    queue.json           what is done, skipped and noted, and which photo was shown last
    sessions/PHOTO.json  the clicks, as `ClickSegmenter.to_json` writes them
    objects/PHOTO.json   the masks of a photo that is done, run-length encoded

Each file is written whole before anything is shown as saved, so that whoever opens the folder next goes on
where a killed kernel was.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from segwidgets.exports.datasets import check_facts, facts_of
from segwidgets.ground.files import claim_folder, replace_file
from segwidgets.ground.folders import photo_files, photo_folder, stems
from segwidgets.ground.keeping import Outbox, file_digest, set_aside
from segwidgets.ground.outside import home_expanded, is_within, plain, read_file, read_json, resolved
from segwidgets.ground.tables import spreadsheet
from segwidgets.images import ImageError
from segwidgets.locale.catalogues import N_
from segwidgets.widgets.photo_queue.review import OUT as REVIEWED
from segwidgets.widgets.photo_queue.review import Review

if TYPE_CHECKING:
    from segwidgets.exports import Work

State = Literal["to do", "done", "skipped", "broken"]

OUT = "segwidgets"
"""The folder for what is kept, in the folder of photos, unless another one is given."""

SUMMARY = "summary.csv"
LEADS_OUT = N_("it is a link that leads out of the folder")
MAX_TEXT = 2000  # characters of a note or a reason

_FOREIGN = Path("state") / "job.json"  # in a folder that the command batch writes into
_INDEX, _SESSIONS, _OBJECTS = "queue.json", "sessions", "objects"
_FORMAT = "segwidgets-queue/1"
_MAX_BYTES = 50_000_000  # of a file of ours that is read


class Progress(NamedTuple):
    """How many photos there are of each state."""

    done: int
    to_do: int
    skipped: int
    broken: int

    @property
    def total(self) -> int:
        """All photos."""
        return sum(self)


@dataclass(frozen=True)
class Entry:
    """A photo in the queue.

    Attributes
    ----------
    name : str
        Its path in the folder, with forward slashes.
    path : Path
        The file.
    stem : str
        What it is called in the names of other files.
    marked : {"to do", "done", "skipped"}
        What a person said of it.
    reason : str
        Why it was skipped.
    note : str
        What a person wrote about it.
    problem : str
        Why it could not be opened this time, if so.
    leads_out : bool
        It is a link that leads out of the folder, which is not followed.
    """

    name: str
    path: Path
    stem: str
    marked: State = "to do"
    reason: str = ""
    note: str = ""
    problem: str = ""
    leads_out: bool = False

    @property
    def state(self) -> State:
        """What was said of it, or "broken" as long as it cannot be opened."""
        return "broken" if self.problem else self.marked


class Keeper:
    """A folder's photos in their order, and what is kept of them; one at a time holds a folder.

    Parameters
    ----------
    folder : str or Path
        The photos; those in its folders count, too.
    out : str or Path, optional
        Where everything is kept; by default `OUT` in the folder of photos, or a folder in that of a review.
    review : Review, optional
        What is to be gone through: photos come in its order, the least certain first, others last.

    Attributes
    ----------
    out : Path
        Where everything is kept.
    entries : list of Entry
        The photos.
    current : int
        Which of them was shown last.
    renames : list of (str, str)
        Which classes were called by another name, in all photos, in their order.
    damaged : str
        Under which name an index that could not be read is kept; empty where it could.

    Raises
    ------
    FileNotFoundError, ValueError
        If there are no photos, `out` is the folder of photos, or another queue holds it.
    OSError
        If `out` cannot be written to.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        out: str | os.PathLike[str] | None,
        review: Review | None = None,
    ) -> None:
        place = photo_folder(folder)
        self.out, self.review = place_of(place, out, review), review
        if self.out == place:
            raise ValueError(
                f"what is kept needs a folder of its own, got {str(out)!r}, where the photos are"
            )
        if (self.out / _FOREIGN).exists():
            raise ValueError(
                f"{str(out)!r} is what segwidgets batch has written: give it as review={str(out)!r}, and "
                "nothing in it is written over"
            )
        found = photo_files(place, self.out, *([] if review is None else [review.folder]))
        self._lock = claim_folder(self.out, self.out)
        self.damaged = ""
        try:
            for inner in (_SESSIONS, _OBJECTS):
                (self.out / inner).mkdir(exist_ok=True)
            self.entries = [
                Entry(name, path, stem)
                if is_within(path, place)
                else Entry(name, path, stem, problem=LEADS_OUT, leads_out=True)
                for (name, path), stem in zip(found, stems([name for name, _ in found]), strict=True)
            ]
            if review is not None:
                certainty = review.certainty
                self.entries.sort(key=lambda entry: (certainty.get(entry.name, 2), entry.name))
            self.current = 0
            self.renames: list[tuple[str, str]] = []
            self._others: dict[str, Any] = {}
            self._read_index()
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self.entries)

    def close(self) -> None:
        """Let another queue have the folder."""
        self._lock.release()

    @property
    def progress(self) -> Progress:
        """How many photos there are of each state."""
        count = Counter(entry.state for entry in self.entries)
        return Progress(count["done"], count["to do"], count["skipped"], count["broken"])

    def find(self, name: str) -> int:
        """Return the place of a photo in the queue, by its path in the folder, or its file's name alone.

        Raises
        ------
        ValueError
            If there is none of that name, or more than one.
        """
        found = [at for at, entry in enumerate(self.entries) if entry.name == name] or [
            at for at, entry in enumerate(self.entries) if entry.path.name == name
        ]
        if len(found) != 1:
            raise ValueError(
                f"there {'are several photos' if found else 'is no photo'} {plain(name, 80)!r} in the queue; "
                f"give a path in the folder such as {self.entries[0].name!r}"
            )
        return found[0]

    def change(self, at: int, **changes: Any) -> None:
        """Exchange what is known of a photo, and keep it; what is broken is found anew each time."""
        self.entries[at] = replace(self.entries[at], **changes)
        self._write_index()

    def spoil(self, at: int, reason: str) -> None:
        """Say of a photo that it cannot be opened, or with no reason that it can."""
        self.entries[at] = replace(self.entries[at], problem=plain(reason))

    def show(self, at: int) -> None:
        """Remember which photo is shown."""
        self.current = at
        self._write_index()

    def call(self, renames: list[tuple[str, str]]) -> None:
        """Remember which classes were called by another name."""
        before, self.renames = self.renames, renames
        try:
            self._write_index()
        except BaseException:
            self.renames = before
            raise

    # the clicks

    def session(self, at: int) -> str | None:
        """Return the clicks on a photo, or None where there are none.

        Raises
        ------
        ValueError
            If they are not to be read.
        """
        return read_text(self.session_path(at))

    def save_session(self, at: int, text: str) -> None:
        """Keep the clicks on a photo."""
        replace_file(self.session_path(at), text.encode("utf-8"))

    def set_session_aside(self, at: int) -> Path:
        """Move clicks out of the way that do not belong to the photo as it is now; it is to do again."""
        kept = set_aside(self.session_path(at))
        if self.entries[at].marked == "done":
            self.change(at, marked="to do")
        return kept

    def session_path(self, at: int) -> Path:
        """Return where the clicks on a photo are kept."""
        return self.out / _SESSIONS / f"{self.entries[at].stem}.json"

    # what was found

    def finish(self, at: int, work: Work) -> None:
        """Keep the objects of a photo, and say that it is done."""
        entry = self.entries[at]
        facts = {**facts_of(work, entry.name), "sha256": file_digest(entry.path)}
        replace_file(self.objects_path(at), json.dumps(facts).encode())
        self.change(at, marked="done", reason="")

    def found(self) -> Iterator[tuple[Entry, dict[str, Any]]]:
        """Yield each photo that is done with what was found; one that has changed since is to do again.

        So is one of which that cannot be read.
        """
        for at, entry in enumerate(self.entries):
            if entry.state != "done":
                continue
            facts = self._facts(at)
            if facts is None:
                self.change(at, marked="to do")
            else:
                yield entry, facts

    def objects_path(self, at: int) -> Path:
        """Return where the masks of a photo are kept."""
        return self.out / _OBJECTS / f"{self.entries[at].stem}.json"

    def _facts(self, at: int) -> dict[str, Any] | None:
        with suppress(OSError, ValueError, ImageError):
            content = read_file(self.objects_path(at), _MAX_BYTES)
            facts = read_json(content, "what was found in a photo", _MAX_BYTES)
            entry = self.entries[at]
            check_facts(facts, entry.name, entry.stem)
            if entry.path.is_file() and facts.get("sha256") == file_digest(entry.path):
                return dict(facts)
        return None

    def write_summary(self, facts: dict[str, dict[str, Any]]) -> Path:
        """Write a table of all photos; `facts` has what was found, by photo, and its part, if it has one."""
        header = ["photo", "state", "reason", "note", "objects", "classes"]
        parted = any("part" in one for one in facts.values())
        header += ["part"] if parted else []
        rows = []
        for entry in self.entries:
            found = facts.get(entry.name, {}).get("objects", [])
            classes = ", ".join(dict.fromkeys(one["class"] for one in found))
            count = len(found) if entry.name in facts else None
            row = [entry.name, entry.state, entry.problem or entry.reason, entry.note, count, classes]
            rows.append([*row, *([facts.get(entry.name, {}).get("part")] if parted else [])])
        with Outbox(self.out) as box:
            return box.save(SUMMARY, spreadsheet(header, rows))

    # the index

    def _read_index(self) -> None:
        path = self.out / _INDEX
        try:
            data = read_json(read_file(path, _MAX_BYTES), "a queue", _MAX_BYTES)
            if not isinstance(data, dict) or data.get("format") != _FORMAT:
                raise ValueError(f"it has not the format {_FORMAT!r}")
        except FileNotFoundError:
            return
        except ValueError:
            self.damaged = set_aside(path).name
            return
        photos = data.get("photos")
        known = photos if isinstance(photos, dict) else {}
        for at, entry in enumerate(self.entries):
            told = known.pop(entry.name, None)
            if isinstance(told, dict):
                self.entries[at] = _told(entry, told)
            if entry.name == data.get("current"):
                self.current = at
        renamed = data.get("renamed")
        for pair in renamed if isinstance(renamed, list) else []:
            if isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair):
                self.renames.append((pair[0], pair[1]))
        self._others = known  # photos that are not there now may come back

    def _write_index(self) -> None:
        photos = {entry.name: _told_of(entry) for entry in self.entries}
        data = {
            "format": _FORMAT,
            "current": self.entries[self.current].name,
            "photos": self._others | {name: told for name, told in photos.items() if told},
            **({"renamed": self.renames} if self.renames else {}),
        }
        replace_file(self.out / _INDEX, f"{json.dumps(data, indent=1)}\n".encode())


def read_text(path: Path) -> str | None:
    """Return what a file of ours holds, or None where there is none.

    Raises
    ------
    ValueError
        If it is not to be read.
    """
    try:
        return read_file(path, _MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        return None


def place_of(
    folder: str | os.PathLike[str], out: str | os.PathLike[str] | None, review: Review | None = None
) -> Path:
    """Return where a queue keeps what it knows of a folder."""
    if out is not None:
        return resolved(home_expanded(out))
    return resolved(photo_folder(folder) / OUT if review is None else review.folder / REVIEWED)


def _told(entry: Entry, told: dict[str, Any]) -> Entry:
    """Take over what is written of a photo, as far as it makes sense."""
    state = told.get("state")
    reason, note = (plain(told[key], MAX_TEXT) if key in told else "" for key in ("reason", "note"))
    if state in ("done", "skipped"):
        return replace(entry, marked=state, reason=reason, note=note)
    return replace(entry, note=note)


def _told_of(entry: Entry) -> dict[str, str]:
    marked = entry.marked if entry.marked != "to do" else ""
    told = {"state": marked, "reason": entry.reason, "note": entry.note}
    return {key: value for key, value in told.items() if value}
