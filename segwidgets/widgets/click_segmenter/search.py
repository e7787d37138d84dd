"""A long search in the background: one at a time, with its progress, and it can be cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from segwidgets.ground.validation import BoolArray
from segwidgets.widgets.at_work import awaited, ending

if TYPE_CHECKING:
    import supervision as sv


class Search:
    """Runs something that finds masks, in a thread of its own.

    Parameters
    ----------
    on_progress : callable
        Called with (done, total) as the run goes on, from the thread that runs it.
    on_end : callable
        Called with the error, or with None, when the run has ended.
    """

    def __init__(
        self, on_progress: Callable[[int, int], None], on_end: Callable[[Exception | None], None]
    ) -> None:
        self._on_progress, self._on_end = on_progress, on_end
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self.detections: sv.Detections | None = None

    @property
    def running(self) -> bool:
        """Whether a run is going on."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def active(self) -> bool:
        """Whether a run is going on, or has found masks that wait for an answer."""
        return self.running or len(self.masks) > 0

    @property
    def masks(self) -> BoolArray:
        """What was found, (N, H, W); N is 0 before a run."""
        if self.detections is None or self.detections.mask is None:
            return np.zeros((0, 0, 0), dtype=np.bool_)
        return np.asarray(self.detections.mask, dtype=np.bool_)

    def cancel(self) -> None:
        """End the run soon; what it found is dropped."""
        self._cancel.set()

    def _is_unwanted(self) -> bool:
        return self._cancel.is_set() or ending.is_set()

    def forget(self) -> None:
        """Drop what was found."""
        self.cancel()
        self.detections = None

    def _begin(self, find: Callable[..., sv.Detections], wait: bool) -> None:
        """Start a run of `find(progress=..., cancelled=...)`; with `wait` return when it has ended."""
        if self.running:
            raise RuntimeError("masks are being looked for already: cancel that first, or wait")
        self._cancel.clear()
        self.detections = None
        self._thread = threading.Thread(target=self._run, args=(find,), name="segwidgets search", daemon=True)
        self._thread.start()
        if wait:
            self._thread.join()

    def _run(self, find: Callable[..., Any]) -> None:
        failure: Exception | None = None
        try:
            with awaited():
                found = find(progress=self._on_progress, cancelled=self._is_unwanted)
            if not self._cancel.is_set():
                self.detections = found
        except Exception as error:  # noqa: BLE001  (a thread has nobody above it: the widget must say it)
            failure = error
        self._on_end(failure)
