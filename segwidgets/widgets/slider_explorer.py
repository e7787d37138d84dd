"""What the explorers with a slider share: the photo, a chart beside it, and words beneath."""

from __future__ import annotations

from typing import Any

import numpy as np
from ipywidgets import HTML, Box, Image, VBox

from segwidgets.drawing.captions import caption
from segwidgets.ground.validation import UInt8Array
from segwidgets.widgets.static_view import StaticView, png, status
from segwidgets.widgets.threshold_charts import Chart

MAX_HEIGHT = 420  # pixels
NARROW_CHART = 360  # pixels: as wide as a phone's page, so that its letters are not shrunk there


class SliderExplorer(StaticView):
    """A photo and a chart that answer to a slider.

    Parameters
    ----------
    slider : ipywidgets.Widget
        What stands above them.
    chart : Chart
        What stands beside the photo, or beneath it where the page is narrow.
    width : int
        The slider's, in pixels.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    slider, shown, words : ipywidgets.Widget, ipywidgets.Image, ipywidgets.HTML
        What is slid, the photo as it is shown, and what is said of it.
    curves : ipywidgets.Image
        The chart as it is shown, with a line where the slider stands.
    chart : Chart
        What is drawn there.
    """

    def __init__(self, slider: Any, chart: Chart, width: int, lang: str) -> None:
        self.slider, self.chart = slider, chart
        slider.layout.width, slider.layout.max_width = f"{width}px", "100%"
        self.shown, self.curves, self.words = Image(format="png"), Image(format="png"), HTML()
        self.shown.layout.max_width = self.curves.layout.max_width = "100%"
        parts = [Box([part], layout={"max_width": "100%"}) for part in (self.shown, self.curves)]
        wrapped = {"flex_flow": "row wrap", "align_items": "center"}  # the chart beneath where it is narrow
        frame = VBox([Box(parts, layout=wrapped)])
        frame.add_class("sw-stage")
        super().__init__([slider, frame, self.words], lang)

    def picture(self) -> UInt8Array:
        """Return what is shown, words included, as (H, W, 3) uint8 RGB."""
        drawn = self._paint()
        return caption(np.vstack([drawn, self.chart.draw(self._at(), drawn.shape[1])]), self._describe())

    def _refresh(self) -> None:
        self.shown.value = png(self._paint())
        self.curves.value = png(self.chart.draw(self._at(), NARROW_CHART))
        self.words.value = status(self._describe())

    def _at(self) -> float:
        """Return where on the chart the line stands."""
        raise NotImplementedError

    def _paint(self) -> UInt8Array:
        """Return the photo as it is shown, (h, w, 3) uint8 RGB."""
        raise NotImplementedError

    def _describe(self) -> str:
        """Say what is shown."""
        raise NotImplementedError
