"""What threads of ours are in the middle of: who works on a widget holds it as long.

`lifetime` waits for them before it says that somebody else holds a widget, and the process before it ends:
a thread that is stopped amid a run of the network takes the process down by a crash.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 10.0  # none of this takes as long; who waits goes on then

ending = threading.Event()
"""Set when the process ends: who works in a loop does not go round once more."""

_jobs: set[threading.Event] = set()  # a set's add, discard and copy are one step each
_runs: set[threading.Event] = set()


@contextmanager
def at_work() -> Iterator[None]:
    """Mark what a thread does while it holds a widget or its session; it holds them no more at the end."""
    with awaited(), _marked(_jobs):
        yield


@contextmanager
def awaited() -> Iterator[None]:
    """Mark what the process does not end amid."""
    with _marked(_runs):
        yield


@contextmanager
def _marked(among: set[threading.Event]) -> Iterator[None]:
    done = threading.Event()
    among.add(done)
    try:
        yield
    finally:
        among.discard(done)
        done.set()


def under_way() -> list[threading.Event]:
    """Return, for each piece of work that has begun and not ended, what is set at its end."""
    return list(_jobs.copy())


def wait_for(jobs: list[threading.Event]) -> None:
    """Wait until pieces of work have ended, but no longer than is reasonable."""
    for done in jobs:
        done.wait(PATIENCE_S)


@atexit.register
def _end() -> None:
    ending.set()
    wait_for(list(_runs.copy()))
