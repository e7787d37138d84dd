"""All masks of the photo at once, found in the background, to keep some of them by clicking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from segwidgets._validation import BoolArray
from segwidgets.segmenter import Segmenter

if TYPE_CHECKING:
    import supervision as sv


class Everything:
    """A run of `generate_masks` that reports its progress and can be cancelled.

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
        """Whether a run is going on, or what it found is there to choose from."""
        return self.running or len(self.masks) > 0

    def start(self, segmenter: Segmenter, points_per_side: int, wait: bool) -> None:
        """Begin a run; with `wait` return when it has ended."""
        if self.running:
            raise RuntimeError("all masks are being looked for already: cancel that first, or wait")
        self._cancel.clear()
        self.detections = None
        self._thread = threading.Thread(
            target=self._run, args=(segmenter, points_per_side), name="segwidgets everything", daemon=True
        )
        self._thread.start()
        if wait:
            self._thread.join()

    def cancel(self) -> None:
        """End the run soon; what it found is dropped."""
        self._cancel.set()

    def forget(self) -> None:
        """Drop what was found."""
        self.cancel()
        self.detections = None

    @property
    def masks(self) -> BoolArray:
        """What was found, (N, H, W); N is 0 before a run."""
        if self.detections is None or self.detections.mask is None:
            return np.zeros((0, 0, 0), dtype=np.bool_)
        return np.asarray(self.detections.mask, dtype=np.bool_)

    def mask_at(self, x: float, y: float) -> int | None:
        """Return the number of the smallest mask at a point of the photo: what lies on top is meant."""
        if self.detections is None:
            return None
        masks = self.masks
        there = [i for i in range(len(masks)) if masks[i, int(y), int(x)]]
        return min(there, key=lambda i: int(masks[i].sum()), default=None)

    def _run(self, segmenter: Segmenter, points_per_side: int) -> None:
        from segwidgets.automatic import generate_masks

        failure: Exception | None = None
        try:
            found = generate_masks(
                segmenter,
                points_per_side=points_per_side,
                progress=self._on_progress,
                cancelled=self._cancel.is_set,
            )
            if not self._cancel.is_set():
                self.detections = found
        except Exception as error:  # noqa: BLE001  (a thread has nobody above it: the widget must say it)
            failure = error
        self._on_end(failure)
