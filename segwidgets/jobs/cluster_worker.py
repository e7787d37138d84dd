"""What a worker of a cluster does: hand items to processes of its own, see `cluster`."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from segwidgets.ground.files import replace_file
from segwidgets.jobs.items import Failure, Item, JobError, Limits, Made
from segwidgets.jobs.performing import Job
from segwidgets.jobs.processes import Pool
from segwidgets.jobs.records import STATE, take, writing
from segwidgets.locale.phrases import Phrases

Told = tuple[Failure | None, bool]
"""What comes of an item but its results: why it failed, and whether that is written already."""


@dataclass(frozen=True)
class Probe:
    """A small file in the job's folder, and an item's file: whether others see what this process does."""

    path: Path
    sign: str
    first: Path | None
    fingerprint: str

    @classmethod
    def write(cls, job: Job, items: Sequence[Item]) -> Probe:
        """Write the file."""
        sign = secrets.token_hex(8)
        path = job.out / STATE / f"probe-{sign}.txt"
        with writing(job.out):
            replace_file(path, sign.encode())
        first = next((item for item in items if item.path is not None and item.path.exists()), None)
        if first is None:
            return cls(path, sign, None, "")
        return cls(path, sign, first.path, first.fingerprint)

    def is_seen(self) -> bool:
        """Whether this process sees both, and may write there."""
        try:
            return (
                self.path.read_text() == self.sign
                and os.access(self.path.parent, os.W_OK)
                and (self.first is None or Item("", path=self.first).fingerprint == self.fingerprint)
            )
        except OSError:
            return False


class Bench:
    """What a worker of the cluster has: processes of its own, one for each of its threads that works.

    Parameters
    ----------
    job : Job
        What is done.
    limits : Limits
        What an item may take.
    lang : str
        The language of failures.
    probe : Probe or None
        What a worker must see; None where results are handed back instead of written to the job's folder.
    """

    def __init__(self, job: Job, limits: Limits, lang: str, probe: Probe | None) -> None:
        self._job, self._limits, self._lang, self._probe = job, limits, lang, probe
        self._idle: list[Pool] = []
        self._pools: list[Pool] = []

    def begin(self, place: str) -> None:
        """Get ready; a worker that cannot is none of the cluster's.

        Parameters
        ----------
        place : str
            The worker's own folder, which Dask clears away where the worker could not.
        """
        if self._probe is None:
            folder = Path(tempfile.mkdtemp(prefix="segwidgets-", dir=place))
            (folder / STATE).mkdir()
            self._job = replace(self._job, out=folder)
        elif not self._probe.is_seen():
            raise JobError(f"this worker does not see {os.fspath(self._job.out)!r}, as the others do")
        pool = self._new()
        pool.begin()
        self._idle.append(pool)

    def do(self, item: Item) -> Made | Told:
        """Do an item in one of the processes."""
        try:
            pool = self._idle.pop()
        except IndexError:
            pool = self._new()
        try:
            [(_, failure, kept)] = pool.work([item])
        finally:
            self._idle.append(pool)
        if self._probe is not None:
            return failure, kept
        return take(self._job.out, item) if failure is None else (failure, False)

    def close(self) -> None:
        """End the processes."""
        for pool in self._pools:
            pool.close()
        if self._probe is None:
            shutil.rmtree(self._job.out, ignore_errors=True)

    def _new(self) -> Pool:
        pool = Pool(self._job, 1, self._limits, Phrases(self._lang))
        self._pools.append(pool)
        return pool


def plugin(bench: Bench) -> Any:
    """Return what gets a worker ready, those too that come later."""
    from distributed import WorkerPlugin

    class Plugin(WorkerPlugin):  # type: ignore[misc]
        def __init__(self) -> None:
            self.bench = bench

        async def setup(self, worker: Any) -> None:
            await asyncio.to_thread(self.bench.begin, worker.local_directory)

        async def teardown(self, worker: Any) -> None:
            await asyncio.to_thread(self.bench.close)

    return Plugin()


def do(name: str, item: Item) -> Made | Told:
    """Do an item, in a worker of the cluster."""
    from distributed import get_worker

    came: Made | Told = get_worker().plugins[name].bench.do(item)
    return came
