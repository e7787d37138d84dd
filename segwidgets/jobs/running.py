"""Run a job: what is there already, who works, how far it is, and what came of it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from segwidgets.ground.memory import memory
from segwidgets.ground.outside import home_expanded, plain, resolved
from segwidgets.ground.validation import check_whole, describe
from segwidgets.jobs.cluster import connected, count_workers, work_on_cluster
from segwidgets.jobs.items import Failure, Item, Limits, Work
from segwidgets.jobs.performing import Job
from segwidgets.jobs.processes import work_on
from segwidgets.jobs.records import IsWhole, Records, keep
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases

if TYPE_CHECKING:
    from distributed import Client

TIMED = 3  # after so many items the whole can be estimated


@dataclass(frozen=True)
class Step:
    """How far a run is: once before the first item, and after each.

    Attributes
    ----------
    done, total : int
        Items that are through, well or not, and all of them.
    known : int
        Of those that are through, how many an earlier run did.
    failed : int
        Items that failed in this run.
    item : str
        What has just been done; "" before the first.
    failure : Failure or None
        Why it failed.
    workers : int
        How many there are.
    held_by : {"cores", "memory", "items", "choice", "cluster", "alone"}
        What kept them from being more; "alone" is for who runs items once more one by one.
    per_minute : float or None
        Items in a minute; None until some are done.
    seconds_left : float or None
        The likely time until all is done; None until then.
    """

    done: int
    total: int
    known: int
    failed: int
    item: str
    failure: Failure | None
    workers: int
    held_by: str
    per_minute: float | None
    seconds_left: float | None


@dataclass(frozen=True)
class Outcome:
    """What came of a job, all runs together.

    Attributes
    ----------
    results : dict of str to dict
        The facts of each item that is done, by its name, in the items' order.
    failures : tuple of Failure
        What could not be done.
    """

    results: dict[str, dict[str, Any]]
    failures: tuple[Failure, ...]

    @property
    def status(self) -> int:
        """The command's exit status: 0 if all is well, 1 if some items failed, 2 if nothing was done."""
        return 2 if not self.results else int(bool(self.failures))


def run(
    items: Sequence[Item],
    work: Work,
    out: str | os.PathLike[str],
    *,
    start: Callable[[], object] | None = None,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    again: Collection[str] = (),
    force: bool = False,
    limits: Limits | None = None,
    is_whole: IsWhole = lambda item, facts: True,
    scheduler: str | Client | None = None,
    lang: str = DEFAULT,
    progress: Callable[[Step], object] | None = None,
) -> Outcome:
    """Work on many items, on several processes, such that none stops or loses the others.

    What comes of an item is on disk before it counts. A run that was killed goes on where it was when it is
    called again; what failed is then tried again.

    Parameters
    ----------
    items : sequence of Item
        The items, each with a name of its own.
    work : callable
        `work(item)` returns a `Made`; what it raises is the item's failure, `ItemError` with how to mend it.
        A function of a module, or a `functools.partial` of one: it is found again by name in other processes.
    out : str or Path
        The folder of the job, and of nothing else: what the work makes, `state` with a file for each item,
        `failures.csv`.
    start : callable, optional
        Called once in each worker before its first item, to load what every item needs.
    settings : mapping of str to object, optional
        Whatever the results depend on, as JSON can hold it: with others the folder is not gone on with.
    workers : int, optional
        How many processes; by default as many as there are physical cores, and memory for. 0 works in this
        process, where no item can be stopped.
    again : collection of str
        Names of items that are done anew, and then no others are.
    force : bool
        Begin anew, whatever is done.
    limits : Limits, optional
        What an item may take.
    is_whole : callable
        `is_whole(item, facts)` tells of the facts on disk whether they are what `work` makes of an item; one
        whose facts are damaged is done anew.
    scheduler : str or distributed.Client, optional
        Work on the workers of this Dask scheduler instead, see `segwidgets.jobs.cluster`.
    lang : str
        The language of failures.
    progress : callable, optional
        Called with a `Step` before the first item and after each.

    Returns
    -------
    Outcome
        Facts and failures of all items that an earlier or this run worked on.

    Raises
    ------
    ValueError
        If two items have one name, `again` names none, the folder is of another job or in use, or `work`
        cannot be found by other processes.
    JobError
        If no worker can begin.
    KeepError
        If results cannot be written; what is done stands.
    OSError
        If the folder cannot be made.
    """
    words = Phrases(lang)
    names = [item.name for item in items]
    if twice := sorted(
        {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()
    ):
        raise ValueError(f"each item needs a name of its own, got {twice[0]!r} twice")
    if unknown := [name for name in again if name not in names]:
        raise ValueError(f"there is no item {plain(unknown[0])!r} to do again; see the names in the folder")
    limits = limits or Limits()
    folder = resolved(home_expanded(out))
    job = Job(work, folder, start)
    if workers != 0 or scheduler is not None:
        _check_portable(job)
    with ExitStack() as stack:
        client = None if scheduler is None else stack.enter_context(connected(scheduler))
        records = stack.enter_context(Records(folder, settings or {}, force, is_whole))
        before = {item.name: records.read(item) for item in items}
        todo = [
            item
            for item in items
            if (item.name in again if again else not isinstance(before[item.name], dict))
        ]
        if client is None:
            count, held_by = how_many(len(todo), workers, limits)
            doing = _workers_of(job, todo, count, limits, words)
        else:
            count, held_by = count_workers(client), "cluster"
            doing = work_on_cluster(job, todo, client, limits, words)
        tally = _Tally(len(items), len(items) - len(todo), count, held_by, progress)
        tally.tell("", None)
        try:
            for item, failure, is_kept in doing:
                if failure is not None and not is_kept:
                    keep(folder, item, failure)
                tally.tell(item.name, failure)
        finally:
            found = {item.name: records.read(item) for item in items}
            failures = tuple(one for one in found.values() if isinstance(one, Failure))
            records.write_failures(failures, words)
            records.tell_kept(todo)
    return Outcome({name: one for name, one in found.items() if isinstance(one, dict)}, failures)


def _check_portable(job: Job) -> None:
    try:
        pickled = pickle.dumps((job.work, job.start))
    except Exception as error:
        raise ValueError(
            f"work must be a function of a module, which other processes can import, got {describe(job.work)}"
        ) from error
    if b"__main__" in pickled:
        raise ValueError(
            "work must be a function of a module, which other processes can import, not of the script or "
            f"notebook itself, got {describe(job.work)}; move it into a file and import it"
        )


def how_many(items: int, workers: int | None, limits: Limits) -> tuple[int, str]:
    """Return how many workers there are to be, and what keeps them from being more.

    Parameters
    ----------
    items : int
        How many are to be worked on.
    workers : int, optional
        What was asked for.
    limits : Limits
        Tells what a worker needs.

    Raises
    ------
    ValueError
        If `workers` is no whole number.
    """
    if workers is not None:
        return check_whole(workers, "workers"), "choice"
    most = {"items": max(1, items), "cores": cores()}
    available = memory().available
    if available is not None:
        most["memory"] = max(1, int(available * 1e3 / limits.needs_mb))
    held_by = min(most, key=lambda what: most[what])
    return most[held_by], held_by


def cores() -> int:
    """Return how many physical cores this process may use."""
    import psutil  # type: ignore[import-untyped]

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, psutil.cpu_count(logical=False) or usable))


def _workers_of(
    job: Job, items: Sequence[Item], count: int, limits: Limits, words: Phrases
) -> Iterator[tuple[Item, Failure | None, bool]]:
    if count:
        yield from work_on(job, items, count, limits, words)
        return
    job.begin()
    for item in items:
        yield item, job.perform(item), True


class _Tally:
    """Counts, and tells how far it is."""

    def __init__(
        self, total: int, known: int, workers: int, held_by: str, progress: Callable[[Step], object] | None
    ) -> None:
        self._step = Step(known, total, known, 0, "", None, workers, held_by, None, None)
        self._progress = progress
        self._start = monotonic()

    def tell(self, item: str, failure: Failure | None) -> None:
        """Say that an item is through; "" for none yet."""
        step = self._step
        done = step.done + bool(item)
        now = done - step.known
        rate = left = None
        if now >= TIMED:
            rate = now / max(monotonic() - self._start, 1e-3) * 60
            left = (step.total - done) / rate * 60
        self._step = replace(
            step,
            done=done,
            failed=step.failed + (failure is not None),
            item=item,
            failure=failure,
            per_minute=rate,
            seconds_left=left,
        )
        if self._progress is not None:
            self._progress(self._step)
