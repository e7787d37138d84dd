"""Workers on this machine: one process each, which can be stopped without harm to the others."""

from __future__ import annotations

import json
import os
import pickle
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import IO, Any

import psutil  # type: ignore[import-untyped]

from segwidgets.jobs.families import kill, memory_of, remove
from segwidgets.jobs.items import Failure, Item, JobError, KeepError, Limits
from segwidgets.jobs.performing import Job
from segwidgets.jobs.records import LOG, STATE
from segwidgets.locale.phrases import Phrases

TRIES = {"died": 3, "time": 2, "memory": 2}
"""So often an item may end its worker before it is given up; from the second time on it runs alone."""

_LOOK_S = 0.1  # between two looks at what workers take
_BEGIN = "import sys; sys.path[:] = {path!r}; from segwidgets.jobs.worker import main; main()"
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # one process for each core


class Worker:
    """One process, with a folder of its own for what is temporary, which goes when it ends, however it does.

    Parameters
    ----------
    job : bytes
        The pickled `Job`.
    log : Path or None
        Where what it prints goes; None for where this process's own errors go.
    events : queue.Queue
        Gets (worker, message) for all that it says, and (worker, None) when it has ended.
    """

    def __init__(
        self, job: bytes, log: Path | None, events: queue.Queue[tuple[Worker, dict[str, Any] | None]]
    ) -> None:
        self.item: Item | None = None
        self.since = 0.0
        self.is_ready = False
        self.why = "died"
        self._job, self._log, self._events = job, log, events
        self._folder = Path(tempfile.gettempdir()) / f"segwidgets-{secrets.token_hex(8)}"
        self._process: subprocess.Popen[bytes] | None = None
        self._reader = threading.Thread(target=self._listen, daemon=True)

    def begin(self) -> None:
        """Start the process; whatever interrupts that, `stop` takes away what is there by then."""
        self._folder.mkdir(mode=0o700)
        self._process = self._started()
        self._reader.start()
        self._send(self._job)

    def _started(self) -> subprocess.Popen[bytes]:
        with nullcontext() if self._log is None else self._log.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-c", _BEGIN.format(path=sys.path), str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                env={
                    **dict.fromkeys(_THREADS, "1"),
                    **os.environ,
                    **dict.fromkeys(_TEMPORARY, str(self._folder)),
                },
                start_new_session=True,  # Ctrl-C is ours alone, and the whole group can be ended
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """What it reads, and what it says."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def give(self, item: Item) -> None:
        """Hand out an item."""
        self.item, self.since = item, monotonic()
        self._send(item)

    def _send(self, value: object) -> None:
        with suppress(OSError):  # it has ended: its reader tells
            pickle.dump(value, self._pipes[0])
            self._pipes[0].flush()

    def _listen(self) -> None:
        with suppress(ValueError, OSError):
            for line in self._pipes[1]:
                self._events.put((self, json.loads(line)))
        self._events.put((self, None))

    def exceeds(self, limits: Limits) -> str | None:
        """Return which limit it exceeds."""
        if limits.seconds is not None and monotonic() - self.since > limits.seconds:
            return "time"
        if limits.memory_mb is not None and memory_of(self._family()) > limits.memory_mb * 1e6:
            return "memory"
        return None

    def _family(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            own = psutil.Process(self.pid)
            return [own, *own.children(recursive=True)]
        return []

    def stop(self, why: str = "died") -> None:
        """End it and all that it has started, at once."""
        self.why = why
        if self._process is not None:
            kill(self.pid, self._family())
            with suppress(OSError):
                self._process.kill()
            self._process.wait()
            reads, says = self._pipes
            with suppress(OSError):
                reads.close()
            if self._reader.ident is not None:
                self._reader.join()
            says.close()
        remove(self._folder)


def work_on(
    job: Job, items: Iterable[Item], count: int, limits: Limits, words: Phrases
) -> Iterator[tuple[Item, Failure | None, bool]]:
    """Let processes of this machine work on items; yield each when it is done, in no order.

    What a worker died of is tried again when all others are done, and alone.

    Parameters
    ----------
    job : Job
        What is done.
    items : iterable of Item
        To what.
    count : int
        How many processes.
    limits : Limits
        What an item may take.
    words : Phrases
        The language of failures.

    Yields
    ------
    item : Item
        What is done.
    failure : Failure or None
        Why it failed.
    kept : bool
        Whether the worker has written that down.

    Raises
    ------
    JobError
        If no worker can begin.
    KeepError
        If a worker cannot write its results.
    """
    log = job.out / STATE / LOG
    log.write_bytes(b"")
    pool = Pool(job, count, limits, words, log)
    try:
        yield from pool.work(items)
    finally:
        pool.close()


class Pool:
    """Processes that work on items, and stay for the next.

    Parameters
    ----------
    job : Job
        What is done.
    count : int
        How many processes at most.
    limits : Limits
        What an item may take.
    words : Phrases
        The language of failures.
    log : Path, optional
        Where what they print goes; by default where this process's own errors go.
    """

    def __init__(self, job: Job, count: int, limits: Limits, words: Phrases, log: Path | None = None) -> None:
        self._job, self._log = pickle.dumps(job), log
        self._waiting, self._suspects = deque[Item](), deque[Item]()
        self._count, self._limits, self._words = count, limits, words
        self._tries: Counter[tuple[str, str]] = Counter()
        self._events: queue.Queue[tuple[Worker, dict[str, Any] | None]] = queue.Queue()
        self._workers: list[Worker] = []
        self._looked = monotonic()
        self._stillborn = 0  # workers in a row that ended before they could begin
        self._closing, self._closed = threading.Lock(), False

    def begin(self) -> None:
        """Start a process, and wait until it can work.

        Raises
        ------
        JobError
            If it cannot.
        """
        while not any(worker.is_ready for worker in self._workers):
            if not self._workers:
                self._start()
            self._heed(*self._events.get())

    def work(self, items: Iterable[Item]) -> Iterator[tuple[Item, Failure | None, bool]]:
        """Work on items; yields as `work_on` does."""
        self._waiting.extend(items)
        while self._waiting or self._suspects or self._busy:
            self._hand_out()
            try:
                worker, message = self._events.get(timeout=_LOOK_S)
            except queue.Empty:
                pass
            else:
                done = self._heed(worker, message)
                if done is not None:
                    yield done
            if monotonic() - self._looked >= _LOOK_S:
                for worker in self._busy:
                    if why := worker.exceeds(self._limits):
                        worker.stop(why)
                self._looked = monotonic()

    def close(self) -> None:
        """End all workers; may be called by another thread than the one that works."""
        with self._closing:
            self._closed = True
            workers = list(self._workers)
        for worker in workers:
            worker.stop()

    def _start(self) -> None:
        with self._closing:
            if self._closed:
                raise JobError("the run has ended")
            self._workers.append(Worker(self._job, self._log, self._events))
            self._workers[-1].begin()

    @property
    def _busy(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.item is not None]

    def _hand_out(self) -> None:
        """Give items to workers, and have as many of those as there is work for."""
        alone = not self._waiting
        if alone and (self._busy or not self._suspects):
            return
        items, most = (self._suspects, 1) if alone else (self._waiting, self._count)
        for worker in self._workers[most:]:
            if worker.item is None:
                worker.stop()  # its memory is another's now
                self._workers.remove(worker)
        while len(self._workers) < min(most, len(items) + len(self._busy)):
            self._start()
        for worker in self._workers:
            if items and worker.is_ready and worker.item is None:
                worker.give(items.popleft())
                if alone:
                    return

    def _heed(
        self, worker: Worker, message: dict[str, Any] | None
    ) -> tuple[Item, Failure | None, bool] | None:
        """Take note of what a worker says; return the item that is done by it."""
        if message is None:
            return self._bury(worker)
        if "unkept" in message:
            raise KeepError(message["unkept"])
        if "fault" in message:
            raise JobError(f"the workers cannot work: {message['fault']}")
        if "ready" in message:
            worker.is_ready, self._stillborn = True, 0
            return None
        item, worker.item = worker.item, None
        if item is None or message.get("item") != item.name:
            return None
        failure = message["failure"]
        return item, None if failure is None else Failure(**failure), True

    def _bury(self, worker: Worker) -> tuple[Item, Failure | None, bool] | None:
        """Part from a worker that has ended; its item is tried again, or given up."""
        if worker not in self._workers:
            return None
        why, item = worker.why, worker.item
        worker.stop(why)
        self._workers.remove(worker)  # not before: an interrupted stop is one more for `close`
        if item is None:
            self._stillborn += not worker.is_ready
            if self._stillborn >= TRIES["died"]:
                told = "" if self._log is None else f"; {self._log} may say why"
                raise JobError(f"the workers end before they can begin{told}")
            return None
        self._tries[item.name, why] += 1
        if self._tries[item.name, why] < TRIES[why]:
            self._suspects.append(item)
            return None
        return item, self._given_up(item, why), False

    def _given_up(self, item: Item, why: str) -> Failure:
        tr, words = self._words.tr, self._words
        if why == "time":
            what = tr.gettext("it took longer than {seconds} s, alone too").format(
                seconds=words.general(self._limits.seconds or 0)
            )
            mend = tr.gettext("make it smaller, or allow more time")
        elif why == "memory":
            what = tr.gettext("it took more than {megabytes} MB of memory, alone too").format(
                megabytes=words.general(self._limits.memory_mb or 0)
            )
            mend = tr.gettext("make it smaller, or allow more memory")
        else:
            what = tr.gettext("{count} workers ended while they worked on it").format(count=TRIES["died"])
            mend = tr.gettext("{log} may say why; memory that is full is the commonest reason").format(
                log=f"{STATE}/{LOG}"
            )
            if self._log is None:
                mend = tr.gettext("see the log of the workers")
        return Failure(item.name, why, what, mend)
