"""All like it: proposals that look like the current object, to keep all at once or to drop."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from ipywidgets import HTML, FloatSlider, HBox

from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray
from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import encode
from segwidgets.segmenter import Segmenter
from segwidgets.widgets import painting
from segwidgets.widgets.buttons import Do, button, mark
from segwidgets.widgets.click_segmenter.search import Search


class Alike(Search):
    """A run of `find_similar`, and those of its masks that are alike enough.

    The run finds all that it can; how alike a proposal must be is chosen afterwards, at no cost.
    """

    threshold: float = 0.0
    name: str = ""
    _outlined: tuple[Any, Any] = None, None  # the detections that the outlines are of, and on which view

    def start(
        self, segmenter: Segmenter, mask: BoolArray, semantic: Any, threshold: float, name: str, wait: bool
    ) -> None:
        """Begin a run for the masks that are like `mask`; what is kept will be called `name`."""
        from segwidgets.similar import find_similar

        self.threshold, self.name = threshold, name
        self._begin(partial(find_similar, segmenter, mask, semantic, threshold=0.0), wait)

    @property
    def proposed(self) -> list[int]:
        """The numbers of the masks that are alike enough, the most alike first; not the object itself."""
        if self.detections is None or self.detections.confidence is None:
            return []
        alike = np.asarray(self.detections.confidence) >= self.threshold
        return [int(i) for i in np.flatnonzero(alike & ~np.asarray(self.detections.data["is_exemplar"]))]

    @property
    def closest(self) -> float | None:
        """How alike the most alike mask is, be it proposed or not; None where nothing was found."""
        if self.detections is None or self.detections.confidence is None:
            return None
        others = ~np.asarray(self.detections.data["is_exemplar"])
        return max(np.asarray(self.detections.confidence)[others].tolist(), default=None)

    def outlines(self, viewport: Viewport) -> list[painting.Outline]:
        """Return what is drawn of the proposals; each mask is worked out once, so that the slider is live."""
        of = self.detections, viewport
        if self._outlined[0] is not of[0] or self._outlined[1] != viewport:
            self._outlined, self._outlines = of, dict[int, painting.Outline]()
        for i in self.proposed:
            if i not in self._outlines:
                self._outlines[i] = painting.outline(self.masks[i], viewport)
        return [self._outlines[i] for i in self.proposed]

    def as_found(self) -> list[dict[str, Any]]:
        """Return the proposals as the session's `keep_all` takes them."""
        if self.detections is None:
            return []
        iou = self.detections.data["predicted_iou"]
        return [{"rle": encode(self.masks[i]), "predicted_iou": float(iou[i])} for i in self.proposed]


class AlikePanel:
    """The row beneath the photo: how alike a proposal must be, how many there are, keep or drop."""

    def __init__(self, seg: Any, do: Do, lang: str) -> None:
        _ = translations(lang).gettext
        self._lang, self._updating = lang, False
        self.threshold = FloatSlider(
            min=0, max=1, step=0.01, description=_("How alike"), readout=False, continuous_update=True
        )
        self.count = HTML()
        self.keep = button(
            _("Keep"), _("Keep them as objects (Enter)"), lambda: do(seg.keep_similar), "check"
        )
        self.drop = button(_("Drop"), _("Drop the proposals (Escape)"), lambda: do(seg.drop_similar), "times")
        self.threshold.observe(lambda change: self._moved(seg, do, change["new"]), "value")
        self.widget = HBox([self.threshold, self.count, self.keep, self.drop])
        self.widget.add_class("sw-bar")
        self.widget.add_class("sw-off")

    def update(self, alike: Alike) -> None:
        """Show a run's proposals, or nothing where there are none."""
        waiting = alike.detections is not None
        mark(self.widget, "sw-off", not waiting)
        if not waiting:
            return
        self._updating = True
        try:
            self.threshold.value = alike.threshold
        finally:
            self._updating = False
        count = len(alike.proposed)
        words = Phrases(self._lang)
        text = words.tr.ngettext(
            "{count} more like it, at {threshold} or more",
            "{count} more like it, at {threshold} or more",
            count,
        ).format(count=count, threshold=words.decimal(alike.threshold))
        self.count.value = f'<div class="sw-note">{text}</div>'
        self.keep.disabled = count == 0

    def _moved(self, seg: Any, do: Do, value: float) -> None:
        if not self._updating:
            do(seg.set_similarity, value)
            seg.stage.focus()  # else Enter and Escape would be the slider's
