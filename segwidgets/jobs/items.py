"""What is worked on, what comes of it, and what may go wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import plain, read_file, words_of

MAX_FILE_BYTES = 500_000_000
"""Most bytes of an item's file."""


@dataclass(frozen=True)
class Item:
    """One thing to be worked on; it can be pickled.

    Attributes
    ----------
    name : str
        By which people know it, as "birds/finch 1.jpg"; no other item has it.
    payload : object
        What the work needs besides; small, for it travels to the worker.
    path : Path, optional
        The file or folder that it is about.
    content : bytes, optional
        What the file holds, for a worker that cannot see it; `read` is the way to either.
    mark : str, optional
        The `fingerprint`, for such a worker.
    """

    name: str
    payload: Any = None
    path: Path | None = None
    content: bytes | None = None
    mark: str | None = None

    def read(self) -> bytes:
        """Return what the item's file holds.

        Raises
        ------
        OSError
            If it cannot be read, or the item has none.
        ValueError
            If it is no ordinary file, or larger than `MAX_FILE_BYTES`.
        """
        if self.content is not None:
            return self.content
        if self.path is None:
            raise FileNotFoundError(f"{self.name!r} has no file")
        return read_file(self.path, MAX_FILE_BYTES)

    @property
    def fingerprint(self) -> str:
        """What tells whether its file has changed: size and time of the last change; "" without a file."""
        if self.mark is not None:
            return self.mark
        try:
            seen = os.stat(self.path) if self.path is not None else None
        except OSError:
            return ""
        return "" if seen is None else f"{seen.st_size}-{seen.st_mtime_ns}"


@dataclass(frozen=True)
class Made:
    """What came of an item.

    Attributes
    ----------
    facts : mapping of str to object
        What is known now, such that it can be written as JSON; `Outcome.results` gives it back.
    files : mapping of str to bytes
        What is to stand in the folder, by its path there with forward slashes. Each is written whole, before
        the facts are.
    """

    facts: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


Work = Callable[[Item], Made]


class ItemError(SegwidgetsError, ValueError):
    """What a work raises of an item that it cannot do.

    Parameters
    ----------
    what : str
        What is wrong, for `failures.csv`.
    mend : str
        How to mend it.
    """

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__("; ".join(filter(None, (what, mend))))
        self.what, self.mend = what, mend


class JobError(SegwidgetsError, RuntimeError):
    """The job cannot be done here; the message says why."""


class KeepError(SegwidgetsError, OSError):
    """Results cannot be written, as where the disk is full; what is done so far stands."""


@dataclass(frozen=True)
class Failure:
    """Why an item was not done.

    Attributes
    ----------
    item : str
        Its name.
    kind : {"error", "memory", "time", "died"}
        What stopped it: what it is, the memory that it wanted, the time that it took, or the end of its
        workers.
    what, mend : str
        What happened and how to mend it, in words.
    """

    item: str
    kind: str
    what: str
    mend: str = ""

    @classmethod
    def of(cls, item: str, error: BaseException) -> Failure:
        """Tell what an exception says; those of this package name what to do after a semicolon."""
        if isinstance(error, MemoryError):
            return cls(item, "memory", "there was not enough memory", "give more memory, or a smaller item")
        if isinstance(error, ItemError):
            return cls(item, "error", plain(error.what), plain(error.mend))
        if isinstance(error, OSError) and error.strerror is not None:
            where = "" if error.filename is None else f": {os.path.basename(str(error.filename))}"
            return cls(item, "error", plain(f"{error.strerror}{where}"))
        words = words_of(error).replace("\n", " ")
        if isinstance(error, ValueError | TypeError | OSError | SegwidgetsError):
            what, _, mend = words.rpartition("; ")
            return cls(item, "error", what or mend, mend if what else "")
        return cls(item, "error", f"{type(error).__name__}: {words}")


@dataclass(frozen=True)
class Limits:
    """What one item, or one worker, may take.

    Attributes
    ----------
    seconds : float, optional
        The longest that an item may take. One that takes longer is stopped and tried once more alone.
    memory_mb : float, optional
        The most memory of a worker and what it started, in 10⁶ bytes. Where it is exceeded, the worker is
        stopped, and its item tried once more alone.
    needs_mb : float
        What a worker takes as a rule: so many workers are started as there is memory for.
    """

    seconds: float | None = None
    memory_mb: float | None = None
    needs_mb: float = 300.0

    def __post_init__(self) -> None:
        for name in ("seconds", "memory_mb", "needs_mb"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise ValueError(f"{name} must be more than 0, got {value!r}")
