"""The state of a job on disk: a file for each item that is done or failed, whole or not there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from segwidgets.ground.files import HIDDEN, claim_folder, replace_file
from segwidgets.ground.keeping import digest
from segwidgets.ground.outside import MAX_JSON_CHARS, plain, read_file, read_json, resolved
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


def text_of(item: Item, came: Made | Failure) -> bytes:
    """Return an item's state as a JSON text: the same bytes wherever it was worked on.

    Raises
    ------
    TypeError, ValueError
        If the facts cannot be written as JSON.
    """
    state: dict[str, Any] = {"item": item.name, "fingerprint": item.fingerprint}
    if isinstance(came, Failure):
        state["failure"] = asdict(came)
    else:
        state["files"] = sorted(came.files)
        state["facts"] = dict(came.facts)
    text = json.dumps(state, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")  # as JSON writes half of a pair of letters, too


def keep(out: Path, item: Item, came: Made | Failure) -> None:
    """Write what came of an item into the job's folder: its files, then its state.

    Files that it had before and has no more go.

    Raises
    ------
    KeepError
        If something cannot be written; then the item is not done.
    """
    text = text_of(item, came)
    files = came.files if isinstance(came, Made) else {}
    state = out / STATE / state_file(item.name)
    with writing(out):
        for name, content in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
        _remove_files(out, state, files)
        replace_file(state, text)


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
    _remove_files(out, state, ())
    state.unlink()
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


def _remove_files(out: Path, state: Path, but: Collection[str]) -> None:
    """Remove the files that a state names, but for some."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        for name in read_json(read_file(state, MAX_JSON_CHARS), "a state").get("files", ()):
            path = out / name
            if name not in but and resolved(path.parent).is_relative_to(out):
                path.unlink(missing_ok=True)


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
                _remove_files(self.out, old, ())
                old.unlink()
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
            replace_file(path, (json.dumps(settings, ensure_ascii=False, indent=1) + "\n").encode())

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
        path = self.out / FAILURES
        with writing(self.out):
            if rows:
                replace_file(path, spreadsheet(header, rows))
            else:
                path.unlink(missing_ok=True)
