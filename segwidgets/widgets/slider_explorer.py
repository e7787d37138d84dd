"""What widgets with a chart share: the photo, a chart beside it, words beneath, and mostly a slider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ipywidgets import HTML, Box, Image, VBox

from segwidgets.drawing.captions import caption
from segwidgets.ground.validation import UInt8Array
from segwidgets.widgets.static_view import StaticView, png, status
from segwidgets.widgets.threshold_charts import Chart

MAX_HEIGHT = 420  # pixels
NARROW_CHART = 360  # pixels: as wide as a phone's page, so that its letters are not shrunk there


class ChartedPhoto(StaticView):
    """A photo with a chart beside it, or beneath it where the page is narrow, and words under both.

    Parameters
    ----------
    chart : Chart
        What stands beside the photo.
    lang : str
        The language of the words, as "es".
    above : sequence of ipywidgets.Widget
        What stands above them.

    Attributes
    ----------
    shown, curves, words : ipywidgets.Image, ipywidgets.Image, ipywidgets.HTML
        The photo and the chart as they are shown, and what is said of them.
    chart : Chart
        What is drawn there.
    """

    def __init__(self, chart: Chart, lang: str, above: Sequence[Any] = ()) -> None:
        self.chart = chart
        self.shown, self.curves, self.words = Image(format="png"), Image(format="png"), HTML()
        self.shown.layout.max_width = self.curves.layout.max_width = "100%"
        parts = [Box([part], layout={"max_width": "100%"}) for part in (self.shown, self.curves)]
        wrapped = {"flex_flow": "row wrap", "align_items": "center"}  # the chart beneath where it is narrow
        frame = VBox([Box(parts, layout=wrapped)])
        frame.add_class("sw-stage")
        super().__init__([*above, frame, self.words], lang)

    def _refresh(self) -> None:
        self.shown.value = png(self._paint())
        self.curves.value = png(self._draw_chart(NARROW_CHART))
        self.words.value = status(self._describe())

    def _paint(self) -> UInt8Array:
        """Return the photo as it is shown, (h, w, 3) uint8 RGB."""
        raise NotImplementedError

    def _draw_chart(self, width: int) -> UInt8Array:
        """Return the chart as it is shown, (h, width, 3) uint8 RGB."""
        raise NotImplementedError

    def _describe(self) -> str:
        """Say what is shown."""
        raise NotImplementedError


class SliderExplorer(ChartedPhoto):
    """A photo and a chart that answer to a slider.

    Parameters
    ----------
    slider : ipywidgets.Widget
        What stands above them.
    chart : Chart
        What stands beside the photo, with a line where the slider stands.
    width : int
        The slider's, in pixels.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    slider : ipywidgets.Widget
        What is slid.
    """

    def __init__(self, slider: Any, chart: Chart, width: int, lang: str) -> None:
        self.slider = slider
        slider.layout.width, slider.layout.max_width = f"{width}px", "100%"
        super().__init__(chart, lang, [slider])

    def picture(self) -> UInt8Array:
        """Return what is shown, words included, as (H, W, 3) uint8 RGB."""
        drawn = self._paint()
        return caption(np.vstack([drawn, self._draw_chart(drawn.shape[1])]), self._describe())

    def _draw_chart(self, width: int) -> UInt8Array:
        return self.chart.draw(self._at(), width)

    def _at(self) -> float:
        """Return where on the chart the line stands."""
        raise NotImplementedError
