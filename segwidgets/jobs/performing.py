"""What a worker does, wherever it runs: do one item, and keep what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from segwidgets.jobs.items import Failure, Item, Made, Work
from segwidgets.jobs.records import keep, text_of


@dataclass(frozen=True)
class Job:
    """What every worker of a run is told.

    Attributes
    ----------
    work : callable
        What is done with an item; a function of a module, or a `functools.partial` of one.
    out : Path
        The job's folder.
    start : callable, optional
        Called once in each worker before its first item, to load what every item needs.
    """

    work: Work
    out: Path
    start: Callable[[], object] | None = None

    def begin(self) -> None:
        """Get ready in this process."""
        if self.start is not None:
            self.start()

    def make(self, item: Item) -> Made | Failure:
        """Do an item; whatever it raises is the item's failure, not the worker's."""
        try:
            made = self.work(item)
            text_of(item, made)
        except (Exception, SystemExit) as error:  # noqa: BLE001  an item may be anything, and hostile
            return Failure.of(item.name, error)
        return made

    def perform(self, item: Item) -> Failure | None:
        """Do an item and keep what comes of it; return why it failed, if it did.

        Raises
        ------
        KeepError
            If it cannot be written.
        """
        came = self.make(item)
        keep(self.out, item, came)
        return came if isinstance(came, Failure) else None
