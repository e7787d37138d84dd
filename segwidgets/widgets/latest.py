"""A worker that only ever serves the newest request: what keeps a preview beside the mouse."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

from segwidgets.widgets.at_work import at_work


class LatestWins:
    """Calls `serve` in a thread of its own with the newest request; what came in between is dropped.

    The thread does not keep the worker alive: it ends when the worker is gone.
    """

    def __init__(self, serve: Callable[..., None]) -> None:
        self.serve = serve
        self._desk = _Desk()
        self._thread: threading.Thread | None = None
        weakref.finalize(self, self._desk.close).atexit = False

    def submit(self, *request: Any) -> None:
        """Ask for something; the thread starts with the first request."""
        if self._desk.put(request) and self._thread is None:
            self._thread = threading.Thread(
                target=_work, args=(weakref.ref(self), self._desk), name="segwidgets hover", daemon=True
            )
            self._thread.start()

    def forget(self) -> None:
        """Drop a request that has not been begun."""
        self._desk.clear()

    def close(self) -> None:
        """End the thread."""
        self._desk.close()


class _Desk:
    """Where one request lies until it is taken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._request: tuple[Any, ...] | None = None
        self._closed = False

    def put(self, request: tuple[Any, ...]) -> bool:
        """Lay a request down in place of the last one; False where nobody takes it any more."""
        with self._changed:
            self._request = None if self._closed else request
            self._changed.notify()
            return not self._closed

    def take(self) -> tuple[Any, ...] | None:
        """Wait for a request and return it, or None at the end."""
        with self._changed:
            while self._request is None and not self._closed:
                self._changed.wait()
            request, self._request = self._request, None
            return None if self._closed else request

    def clear(self) -> None:
        with self._changed:
            self._request = None

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()


def _work(worker: weakref.ref[LatestWins], desk: _Desk) -> None:
    while (request := desk.take()) is not None:
        with at_work():
            alive = worker()
            if alive is None:
                return
            alive.serve(*request)
            del alive, request  # or they would live on while this waits
