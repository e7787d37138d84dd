"""A worker that only ever serves the newest request: what keeps a preview beside the mouse."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


class LatestWins:
    """Calls `serve` in a thread of its own with the newest request; what came in between is dropped."""

    def __init__(self, serve: Callable[..., None]) -> None:
        self._serve = serve
        self._changed = threading.Condition()
        self._request: tuple[Any, ...] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, *request: Any) -> None:
        """Ask for something; the thread starts with the first request."""
        with self._changed:
            if self._closed:
                return
            self._request = request
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="segwidgets hover", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self) -> None:
        """Drop a request that has not been begun."""
        with self._changed:
            self._request = None

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._request is None and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                request, self._request = self._request or (), None
            self._serve(*request)
