"""What a threshold does: slide it over a mask's logits, or over a photo's values, and see the mask move."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from ipywidgets import FloatSlider

from segwidgets.candidates import Candidates
from segwidgets.drawing.annotators import PromptAnnotator
from segwidgets.drawing.overlays import annotate_mask
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array, describe
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.comparison import mask_iou
from segwidgets.prompts import Prompt
from segwidgets.widgets.painting import photo_to_canvas, to_canvas
from segwidgets.widgets.slider_explorer import MAX_HEIGHT, SliderExplorer
from segwidgets.widgets.thresholded import MAX_WIDTH, thresholded
from segwidgets.widgets.versions import explained


class ThresholdExplorer(SliderExplorer):
    """A mask at any threshold: of SAM's logits with their curves, or of pixels' values with their histogram.

    Parameters
    ----------
    source : Segmenter, str, Path, bytes, PIL.Image.Image or ndarray
        With a photo that is encoded, or anything that `load_image` takes. Without a prompt no model is asked.
    prompt : Prompt, Candidates or ndarray of shape (H, W)
        What to ask SAM, or what it answered: of the candidates the best (or chosen) is shown. Or a number for
        each pixel of the photo, as its brightness (0 to 255) or its likeness to something.
    lang : str
        The language of the controls, as "es".
    reference : ndarray of shape (H, W), bool, optional
        What is wanted: the mask's IoU with it is told, and the histogram parts its pixels from the rest.

    Attributes
    ----------
    threshold : float
        Values above it are mask. It begins with SAM's own, 0, or in the middle of the values.
    mask : ndarray of shape (H, W), bool
        The mask at that threshold.
    slider, shown, words : ipywidgets.FloatSlider, ipywidgets.Image, ipywidgets.HTML
        What sets it, the photo with the mask, and what is said of it.
    curves : ipywidgets.Image
        The chart, with a line at the threshold.
    chart : Curves or Histogram
        Area and stability at every threshold, or how many pixels have which value.

    Examples
    --------
    >>> explorer = ThresholdExplorer("cat", Prompt([(250, 170)]))
    >>> explorer.set_threshold(0)
    >>> round(explorer.area_share, 2)
    0.49
    >>> coins = sample_image("coins")
    >>> explorer = ThresholdExplorer(coins, coins[:, :, 0])
    >>> explorer.set_threshold(107)
    >>> round(explorer.area_share, 2)
    0.39
    """

    def __init__(
        self,
        source: Any,
        prompt: Prompt | Candidates | npt.NDArray[Any],
        lang: str = DEFAULT,
        reference: BoolArray | None = None,
    ) -> None:
        words = Phrases(lang)
        of = self._of = thresholded(source, prompt, words, reference)
        self._reference = of.reference
        height, width = of.image.shape[:2]
        self.prompt = of.prompt
        self._viewport = Viewport.fit(height, width, of.max_width, MAX_HEIGHT)
        self._photo = photo_to_canvas(of.image, self._viewport)
        whole = of.step >= 1
        digits = 0 if whole else max(2, -math.floor(math.log10(of.step)))
        slider = FloatSlider(
            value=of.start,
            min=of.low,
            max=of.high,
            step=of.step,
            description=words.gettext("Threshold"),
            readout=whole or words.has_decimal_point,  # else it is in the sentence beneath alone
            readout_format=f".{digits}f",
        )
        explained(slider, of.hint)
        slider.observe(lambda change: self._guard(self.set_threshold, change["new"]), "value")
        super().__init__(slider, of.chart, MAX_WIDTH, lang)
        self.threshold = of.start
        self._refresh()

    @property
    def area_share(self) -> float:
        """The mask's area as a share of the photo, 0 to 1."""
        return float(self.mask.mean())

    @property
    def stability_score(self) -> float:
        """IoU of the masks one logit above and one below the threshold; of values, one step of the slider."""
        return self._of.stability(self.threshold)

    @property
    def iou(self) -> float | None:
        """The mask's IoU with the reference, 0 to 1; None where there is none."""
        return None if self._reference is None else mask_iou(self.mask, self._reference)

    def set_threshold(self, threshold: float) -> None:
        """Take the values above a threshold for mask, as the slider does.

        Raises
        ------
        TypeError
            If it is not a number.
        ValueError
            If it is beyond the slider's ends.
        """
        if isinstance(threshold, bool) or not isinstance(threshold, int | float | np.number):
            raise TypeError(f"threshold must be a number, got {describe(threshold)}")
        low, high = self.slider.min, self.slider.max
        if not low <= threshold <= high:
            raise ValueError(
                f"threshold must be from {low:g} to {high:g}, as the values are, got {threshold}"
            )
        if threshold != self.threshold:
            self.threshold = self.slider.value = float(threshold)
            self._refresh()

    def _refresh(self) -> None:
        self.mask: BoolArray = self._of.values > self.threshold
        super()._refresh()

    def _at(self) -> float:
        return self.threshold

    def _paint(self) -> UInt8Array:
        drawn = annotate_mask(self._photo, to_canvas(self.mask, self._viewport))
        if self.prompt.is_empty:
            return drawn
        to_canvas_xy = self._viewport.to_canvas
        points = [to_canvas_xy(*point) for point in self.prompt.points]
        box = self.prompt.box and (*to_canvas_xy(*self.prompt.box[:2]), *to_canvas_xy(*self.prompt.box[2:]))
        return PromptAnnotator(Prompt(points, self.prompt.labels, box)).annotate(drawn)

    def _describe(self) -> str:
        told = self._of.describe(self.threshold, self.area_share)
        if self.iou is None:
            return told
        text = self._tr.gettext("{told} Its IoU with the reference is {iou}.")
        return text.format(told=told, iou=self._phrases.decimal(self.iou))
