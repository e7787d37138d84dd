"""All masks of the photo at once, found in the background, to keep some of them by clicking."""

from __future__ import annotations

from functools import partial

from segwidgets.segmenter import Segmenter
from segwidgets.widgets.click_segmenter.search import Search


class Everything(Search):
    """A run of `generate_masks` that reports its progress and can be cancelled."""

    def start(self, segmenter: Segmenter, points_per_side: int, wait: bool) -> None:
        """Begin a run; with `wait` return when it has ended."""
        from segwidgets.automatic import generate_masks

        self._begin(partial(generate_masks, segmenter, points_per_side=points_per_side), wait)

    def mask_at(self, x: float, y: float) -> int | None:
        """Return the number of the smallest mask at a point of the photo: what lies on top is meant."""
        if self.detections is None:
            return None
        masks = self.masks
        there = [i for i in range(len(masks)) if masks[i, int(y), int(x)]]
        return min(there, key=lambda i: int(masks[i].sum()), default=None)
