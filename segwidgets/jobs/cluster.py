"""Workers on other machines, by Dask (the extra `cluster`): paths travel, or bytes where a worker sees none.

Items do not run in Dask's workers but in processes that those start, as on one machine (`processes.Pool`): so
the limits of time and memory hold here too, and an item that dies takes no worker and no other item with it.
What is Dask's is left to Dask: a worker that dies is replaced, and its items are tried again elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from segwidgets.ground.outside import words_of
from segwidgets.jobs.cluster_worker import Bench, Probe, Told, do, plugin
from segwidgets.jobs.items import Failure, Item, JobError, Limits, Made
from segwidgets.jobs.performing import Job
from segwidgets.jobs.records import keep
from segwidgets.locale.phrases import Phrases

if TYPE_CHECKING:
    from distributed import Client

WAIT_S = 30.0
"""How long to wait for a scheduler, for its first worker, and for a new one where all have died."""

_LOOK_S = 2.0  # between two looks at whether there are workers
_GREETINGS = 4  # how often a scheduler may be misunderstood
_AHEAD = 2  # items that each thread of the cluster has waiting


@contextmanager
def connected(scheduler: str | Client) -> Iterator[Client]:
    """Give a client of a scheduler with at least one worker; one that was made for it is closed at the end.

    Parameters
    ----------
    scheduler : str or distributed.Client
        An address, as "tcp://10.0.0.1:8786".

    Raises
    ------
    JobError
        If `distributed` is missing, nobody answers, or there is no worker.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise JobError(
            'a cluster needs Dask, which is not installed: pip install "segwidgets[cluster]"'
        ) from error
    given = scheduler
    if isinstance(given, str):
        try:
            client = _client(Client, given)
        except (OSError, ValueError, TypeError, AssertionError) as error:
            raise JobError(
                f"no scheduler answers at {given!r:.80}; start one with dask scheduler, and give its address"
            ) from error
    else:
        client = given
    try:
        try:
            client.wait_for_workers(1, timeout=WAIT_S)
        except TimeoutError as error:
            raise JobError(
                f"the scheduler has no workers; start some with dask worker {client.scheduler.address}"
            ) from error
        yield client
    finally:
        if client is not given:
            client.close()


def _client(connect: type[Client], address: str) -> Client:
    """Connect; anew where the scheduler's greeting came with news of a worker that just came or went.

    `distributed` asserts that the greeting comes alone.
    """
    for _ in range(_GREETINGS):
        with suppress(AssertionError):
            return connect(address, timeout=WAIT_S)
    return connect(address, timeout=WAIT_S)


def count_workers(client: Client) -> int:
    """Return how many items a cluster works on at once now: threads of its workers, each with a process."""
    return sum(client.nthreads().values())


def work_on_cluster(
    job: Job, items: Sequence[Item], client: Client, limits: Limits, words: Phrases
) -> Iterator[tuple[Item, Failure | None, bool]]:
    """Let a cluster work on items; yields as `processes.work_on` does.

    Raises
    ------
    JobError
        If the workers cannot begin.
    KeepError
        If results cannot be written.
    """
    name = f"segwidgets-{secrets.token_hex(4)}"
    waiting = iter(items)
    futures: dict[Any, Item] = {}
    pending: set[Any] = set()
    probe = Probe.write(job, items)
    try:
        sees = all(client.run(probe.is_seen).values())
        try:
            client.register_plugin(plugin(Bench(job, limits, words.lang, probe if sees else None)), name=name)
        except Exception as error:
            raise JobError(f"the workers cannot work: {words_of(error)}") from error

        def submit() -> None:
            item = next(waiting, None)
            if item is None:
                return
            given = item if sees else _with_content(item)
            future = client.submit(do, name, given, pure=False, key=f"{name}-{len(futures)}-{item.name}")
            futures[future.key] = item
            pending.add(future)

        for _ in range(_AHEAD * max(1, count_workers(client))):
            submit()
        while pending:
            for future in _done_of(pending, client):
                item = futures[future.key]
                try:
                    came = _outcome_of(future, item, words)
                except TimeoutError:
                    continue  # its worker died before it could tell, and it is done once more
                future.release()
                pending.discard(future)
                submit()
                if isinstance(came, Made):
                    keep(job.out, item, came)
                    yield item, None, True
                else:
                    yield item, *came
    finally:
        probe.path.unlink(missing_ok=True)
        with suppress(Exception):
            client.cancel(list(pending), force=True)
            client.unregister_worker_plugin(name)


def _done_of(pending: set[Any], client: Client) -> set[Any]:
    """Wait for what is done; raises JobError where there has been no worker for a while."""
    from distributed import wait

    alone_since = None
    while True:
        with suppress(TimeoutError):
            done: set[Any] = wait(pending, timeout=_LOOK_S, return_when="FIRST_COMPLETED").done
            if done:
                return done
        if count_workers(client):
            alone_since = None
        elif alone_since is None:
            alone_since = monotonic()
        elif monotonic() - alone_since > WAIT_S:
            raise JobError("the cluster has no worker left; start some, and the same command goes on")


def _outcome_of(future: Any, item: Item, words: Phrases) -> Made | Told:
    from distributed import KilledWorker

    try:
        came = future.result(timeout=_LOOK_S)
    except (OSError, JobError):  # TimeoutError, too
        raise
    except KilledWorker as error:
        tr = words.tr
        text = tr.gettext("{count} workers ended while they worked on it").format(
            count=error.allowed_failures + 1
        )
        return Failure(item.name, "died", text, tr.gettext("see the log of the workers")), False
    except Exception as error:  # noqa: BLE001  what a worker could not even unpickle, say
        return Failure.of(item.name, error), False
    told: Made | Told = came
    return told


def _with_content(item: Item) -> Item:
    """Put into an item what its file holds; what cannot be read fails over there, like any other."""
    if item.path is None or item.content is not None:
        return item
    try:
        return replace(item, content=item.read(), mark=item.fingerprint)
    except (OSError, ValueError):
        return item
