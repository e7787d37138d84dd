"""The state of a job on disk: a file for each item that is done or failed, whole or not there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from segwidgets.ground.files import HIDDEN, claim_folder, json_bytes, replace_file
from segwidgets.ground.keeping import Outbox, digest, hashes, tell_kept
from segwidgets.ground.outside import MAX_JSON_CHARS, plain, read_file, read_json
from segwidgets.ground.tables import spreadsheet
from segwidgets.jobs.items import Failure, Item, KeepError, Made
from segwidgets.locale.phrases import Phrases

STATE, FAILURES, LOG, SETTINGS = "state", "failures.csv", "log.txt", "job.json"

IsWhole = Callable[[Item, dict[str, Any]], bool]

_LETTERS = 60  # of an item's name in a file's


def state_file(name: str) -> str:
    """Return under which name an item's state is kept: legible, short, and another for each item."""
    word = re.sub(r"[^\w.-]+", "_", name)[-_LETTERS:].strip("._")
    return f"{word}-{digest(name.encode('utf-8', 'surrogatepass'))[:12]}.json"


def text_of(
    item: Item, came: Made | Failure, files: Mapping[str, str] | None = None, kept: Sequence[str] = ()
) -> bytes:
    """Return an item's state as a JSON text: the same bytes wherever it was worked on.

    Parameters
    ----------
    item : Item
        The item.
    came : Made or Failure
        What came of it.
    files : mapping of str to str, optional
        SHA-256 of its files by their paths in the job's folder.
    kept : sequence of str
        What stood in the way of its files and was not ours, by the paths in the job's folder that it has now.

    Raises
    ------
    TypeError, ValueError
        If the facts cannot be written as JSON.
    """
    state: dict[str, Any] = {"item": item.name, "fingerprint": item.fingerprint}
    if isinstance(came, Failure):
        state["failure"] = asdict(came)
    else:
        state["files"] = dict(sorted((files or {}).items()))
        state["facts"] = dict(came.facts)
    if kept:
        state["kept"] = list(kept)
    return json_bytes(state, allow_nan=False)


def keep(out: Path, item: Item, came: Made | Failure) -> None:
    """Write what came of an item into the job's folder: its files, then its state.

    Files that it had before and has no more go. What a person put or changed there stays, or is set aside.

    Raises
    ------
    KeepError
        If something cannot be written; then the item is not done.
    """
    text_of(item, came)  # before anything is written
    files = came.files if isinstance(came, Made) else {}
    state = out / STATE / state_file(item.name)
    with writing(out):
        before = hashes(_state_in(state), "files")
        box = Outbox(out, before)
        for name, content in files.items():
            box.save(name, content)
        for name in before.keys() - files.keys():
            box.remove(name)
        kept = [path.relative_to(out).as_posix() for path in box.kept]
        replace_file(state, text_of(item, came, box.saved, kept))


def take(out: Path, item: Item) -> Made:
    """Return what `keep` has written of an item, and remove its files: to be kept in another folder.

    Raises
    ------
    OSError, ValueError
        If it is not there.
    """
    state = out / STATE / state_file(item.name)
    told = read_json(read_file(state, MAX_JSON_CHARS), str(state))
    made = Made(told["facts"], {name: (out / name).read_bytes() for name in told["files"]})
    _forget(out, state, hashes(told, "files"))
    return made


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Say of whatever keeps results from being written that those before it stand, as a KeepError."""
    try:
        yield
    except OSError as error:
        raise KeepError(
            f"{os.fspath(out)!r} cannot be written ({error.strerror or error}); what is done so far stands: "
            "mend that, and the same command goes on"
        ) from error


def _state_in(path: Path) -> dict[str, Any]:
    """Return what a state's file holds; nothing where it is none of ours."""
    try:
        state = read_json(read_file(path, MAX_JSON_CHARS), "a state")
    except (OSError, ValueError):
        return {}
    is_ours = isinstance(state, dict) and isinstance(state.get("item"), str)
    return state if is_ours and path.name == state_file(state["item"]) else {}


def _forget(out: Path, path: Path, known: Mapping[str, str]) -> None:
    """Remove a state and its files, as far as they are ours by their SHA-256."""
    box = Outbox(out, known)
    for name in known:
        box.remove(name)
    path.unlink()


class Records:
    """A job's folder while it runs; a context manager that keeps other runs out.

    Parameters
    ----------
    out : Path
        Made where it is missing.
    settings : mapping of str to object
        How items are worked on now.
    force : bool
        Begin anew, whatever was done before.
    is_whole : callable
        `is_whole(item, facts)` tells of what an earlier run wrote whether it is to be gone on with.

    Raises
    ------
    ValueError
        If a job with other settings wrote there, or another run is writing.
    OSError
        If the folder cannot be written.
    """

    def __init__(
        self,
        out: Path,
        settings: Mapping[str, Any],
        force: bool = False,
        is_whole: IsWhole = lambda item, facts: True,
    ) -> None:
        self.out, self._is_whole = out, is_whole
        self._kept: dict[str, Any] = {}  # by items that were read: what had stood in the way of their files
        self._folder = out / STATE
        self._lock = claim_folder(self._folder, out)
        try:
            self._begin(json.loads(json.dumps(dict(settings))), force)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Records:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sweep()
        self._lock.release()

    def _begin(self, settings: dict[str, Any], force: bool) -> None:
        self.sweep()
        path = self._folder / SETTINGS
        if force:
            for old in self._folder.glob("*.json"):
                if state := _state_in(old):
                    _forget(self.out, old, hashes(state, "files"))
        elif path.exists():
            before = read_json(read_file(path, MAX_JSON_CHARS), str(path))
            before = before if isinstance(before, dict) else {}
            other = [name for name in {**settings, **before} if before.get(name) != settings.get(name)]
            if other:
                told = plain(
                    ", ".join(
                        f"{name} was {before.get(name)!r:.80} and is {settings.get(name)!r:.80}"
                        for name in other
                    )
                )
                raise ValueError(
                    f"what is in {str(self.out)!r} was made with other settings ({told}); give another "
                    "folder, or begin anew with --force (force=True)"
                )
        with writing(self.out):
            replace_file(path, json_bytes(settings))

    def sweep(self) -> None:
        """Remove what workers that were stopped have left half written: nobody else writes here now."""
        for part in self.out.rglob(f"{HIDDEN}*.part"):
            part.unlink(missing_ok=True)

    def read(self, item: Item) -> dict[str, Any] | Failure | None:
        """Return an item's facts, or why it failed; None where there is neither, or its file has changed."""
        path = self._folder / state_file(item.name)
        try:
            state = read_json(read_file(path, MAX_JSON_CHARS), str(path))
            if state["item"] != item.name or state["fingerprint"] != item.fingerprint:
                return None
            if "failure" in state:
                return Failure(**state["failure"])
            facts = state["facts"]
            self._kept[item.name] = state.get("kept")
        except (OSError, ValueError, TypeError, KeyError):
            return None  # nothing, or nothing that we wrote: it is made anew
        return facts if isinstance(facts, dict) and self._is_whole(item, facts) else None

    def write_failures(self, failures: Iterable[Failure], words: Phrases) -> None:
        """Write the table of what failed; without failures there is none."""
        tr = words.tr
        header = [
            tr.gettext("item"),
            tr.gettext("kind"),
            tr.gettext("what happened"),
            tr.gettext("how to mend it"),
        ]
        rows = [(one.item, one.kind, one.what, one.mend) for one in failures]
        with writing(self.out), Outbox(self.out) as box:
            if rows:
                box.save(FAILURES, spreadsheet(header, rows))
            else:
                box.remove(FAILURES)

    def tell_kept(self, items: Iterable[Item]) -> None:
        """Tell of items that were read what had stood in the way of their files and was set aside."""
        kept = (self._kept.get(item.name) for item in items)
        names = [name for one in kept if isinstance(one, list) for name in one if isinstance(name, str)]
        tell_kept([self.out / name for name in names])
