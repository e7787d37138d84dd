"""Does it come true, what a network says of its pixels? Pick how sure it is, and see which those are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from ipywidgets import SelectionSlider

from segwidgets.drawing import style
from segwidgets.drawing.overlays import grey_out
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array, check_mask, describe
from segwidgets.images import load_image
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.painting import photo_to_canvas, to_canvas
from segwidgets.widgets.slider_explorer import MAX_HEIGHT, SliderExplorer
from segwidgets.widgets.threshold_charts import Reliability
from segwidgets.widgets.thresholded import BESIDE_WIDTH, checked_values
from segwidgets.widgets.versions import explained

BINS = 10
FIRST = 7  # of the bins: 70 to 80 %, where one would expect three in four


class ReliabilityExplorer(SliderExplorer):
    """A reliability diagram beside the photo, on which the pixels of one bin are marked.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image or ndarray
        Anything that `load_image` takes.
    probabilities : ndarray of shape (H, W)
        How probable it is, to a network, that a pixel of the photo is object, 0 to 1.
    reference : ndarray of shape (H, W), bool
        Which pixels are.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    bin : int
        The bin that is shown, 0 to 9; at first 7, which is 70 to 80 %.
    mask : ndarray of shape (H, W), bool
        The pixels in it.
    slider : ipywidgets.SelectionSlider
        The bins, as "70–80 %".
    chart : Reliability
        `counts`, `said` and `found`, bin by bin.

    Examples
    --------
    >>> coins = sample_image("coins")
    >>> brightness = coins[:, :, 0] / 255
    >>> explorer = ReliabilityExplorer(coins, brightness, brightness > 0.5)
    >>> explorer.set_probability(0.75)
    >>> float(explorer.chart.found[explorer.bin])
    1.0
    """

    chart: Reliability

    def __init__(
        self,
        source: Any,
        probabilities: npt.NDArray[Any],
        reference: BoolArray,
        lang: str = DEFAULT,
    ) -> None:
        words = Phrases(lang)
        image = load_image(source)
        checked_values(probabilities, image, "probabilities")
        if probabilities.min() < 0 or probabilities.max() > 1:
            raise ValueError(
                f"probabilities must be from 0 to 1, got {probabilities.min():g} to {probabilities.max():g}; "
                "logits become probabilities by softmax"
            )
        height, width = image.shape[:2]
        self._reference = check_mask(reference, "reference", (height, width))
        chart = Reliability(probabilities, reference, BINS, lang)
        self._viewport = Viewport.fit(height, width, BESIDE_WIDTH, MAX_HEIGHT)
        photo = photo_to_canvas(image, self._viewport)
        self._grey = grey_out(photo, np.ones(photo.shape[:2], np.bool_))
        self.bin = FIRST
        ends = [round(100 * edge) for edge in chart.edges]
        self._named = [f"{low}–{high}" for low, high in pairwise(ends)]
        slider = SelectionSlider(
            options=[(f"{name} %", k) for k, name in enumerate(self._named)],
            value=self.bin,
            description=words.gettext("It says"),
        )
        explained(slider, words.gettext("The pixels with such a probability are marked"))
        slider.observe(lambda change: self._guard(self._show, change["new"]), "value")
        super().__init__(slider, chart, BESIDE_WIDTH, lang)
        self._refresh()

    def set_probability(self, probability: float) -> None:
        """Show the pixels of the bin in which a probability lies, as the slider does.

        Raises
        ------
        TypeError
            If it is not a number.
        ValueError
            If it is not from 0 to 1.
        """
        if isinstance(probability, bool) or not isinstance(probability, int | float | np.number):
            raise TypeError(f"probability must be a number, got {describe(probability)}")
        if not 0 <= probability <= 1:
            raise ValueError(f"probability must be from 0 to 1, got {probability}")
        self._show(int(np.searchsorted(self.chart.edges[1:-1], probability, side="right")))

    def _show(self, bin_: int) -> None:
        if bin_ != self.bin:
            self.bin = self.slider.value = bin_
            self._refresh()

    def _refresh(self) -> None:
        self.mask: BoolArray = self.chart.bins == self.bin
        super()._refresh()

    def _at(self) -> float:
        return float(self.chart.edges[self.bin : self.bin + 2].mean())

    def _paint(self) -> UInt8Array:
        drawn = self._grey.copy()
        for pixels, color in ((self._reference, style.SKY_BLUE), (~self._reference, style.ORANGE)):
            drawn[to_canvas(self.mask & pixels, self._viewport)] = color
        return drawn

    def _describe(self) -> str:
        words, count = self._phrases, int(self.chart.counts[self.bin])
        if count == 0:
            return words.gettext("{bin} % was said of no pixel.").format(bin=self._named[self.bin])
        text = words.ngettext(
            "{bin} % was said of {n} pixel: {share} of such are object (blue), the others are not (orange).",
            "{bin} % was said of {n} pixels: {share} of them are object (blue), the others are not (orange).",
            count,
        )
        share = words.whole_percent(float(self.chart.found[self.bin]))
        return text.format(n=words.count(count), bin=self._named[self.bin], share=share)
