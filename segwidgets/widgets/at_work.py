"""What threads of ours are in the middle of: who works on a widget holds it as long.

`lifetime` waits for them before it says that somebody else holds a widget.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 10.0  # none of this takes as long; who waits goes on then

_jobs: set[threading.Event] = set()  # a set's add, discard and copy are one step each


@contextmanager
def at_work() -> Iterator[None]:
    """Mark what a thread does while it holds a widget or its session; it holds them no more at the end."""
    done = threading.Event()
    _jobs.add(done)
    try:
        yield
    finally:
        _jobs.discard(done)
        done.set()


def under_way() -> list[threading.Event]:
    """Return, for each piece of work that has begun and not ended, what is set at its end."""
    return list(_jobs.copy())


def wait_for(jobs: list[threading.Event]) -> None:
    """Wait until pieces of work have ended, but no longer than is reasonable."""
    for done in jobs:
        done.wait(PATIENCE_S)
