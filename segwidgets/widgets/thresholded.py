"""What a threshold can be laid on: SAM's logits, or a number for each pixel of a photo."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from segwidgets.candidates import Candidates
from segwidgets.ground.validation import BoolArray, UInt8Array, check_mask, describe, refuse_masked
from segwidgets.images import load_image
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.regions import stability_score
from segwidgets.prompts import Prompt
from segwidgets.segmenter import MASK_THRESHOLD, segmenter_of
from segwidgets.widgets.threshold_charts import Chart, Curves, Histogram

MAX_WIDTH = 640  # pixels
BESIDE_WIDTH = 420  # pixels: of a photo beside whose mask the histogram stands
STEP = 0.25  # of the slider, in logits


class Thresholded(Protocol):
    """What a threshold is laid on.

    Attributes
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The photo.
    values : ndarray of shape (H, W)
        A number for each of its pixels: those above the threshold are mask.
    prompt : Prompt
        What was asked to come by them, drawn on the photo.
    reference : ndarray of shape (H, W), bool, or None
        The mask that is wanted, if it is known.
    low, high, step, start : float
        The threshold's ends, how far it moves at a time, and where it stands first.
    chart : Chart
        What stands beside the mask.
    max_width : int
        Of the photo, in pixels.
    hint : str
        What shows when the mouse rests on the slider.
    """

    image: UInt8Array
    values: npt.NDArray[Any]
    prompt: Prompt
    reference: BoolArray | None
    low: float
    high: float
    step: float
    start: float
    chart: Chart
    max_width: int
    hint: str

    def stability(self, threshold: float) -> float:
        """Return how little the mask changes when the threshold moves, 0 to 1."""
        ...

    def describe(self, threshold: float, area: float) -> str:
        """Say what the mask, of that share of the photo, is at a threshold."""
        ...


class Logits:
    """SAM's answer to a prompt, of which the best (or chosen) candidate is thresholded; see `Thresholded`."""

    max_width = MAX_WIDTH
    step, start = STEP, MASK_THRESHOLD

    def __init__(
        self, source: Any, prompt: Prompt | Candidates, reference: BoolArray | None, words: Phrases
    ) -> None:
        segmenter = segmenter_of(source)
        candidates = segmenter.predict(prompt) if isinstance(prompt, Prompt) else prompt
        self.image, self.prompt, self._words = segmenter.image, candidates.prompt, words
        self.reference = _wanted(reference, self.image)
        self._frame = segmenter.frame
        self._low_res = candidates.low_res_logits[candidates.best]
        self.values: npt.NDArray[Any] = segmenter.upscale(self._low_res[None])[0]
        self.low = min(float(np.floor(self.values.min())), MASK_THRESHOLD)
        self.high = max(float(np.ceil(self.values.max())), MASK_THRESHOLD)
        self.chart: Chart = Curves(self._low_res, self._frame, self.low, self.high, words.lang)
        self.hint = words.gettext("Logits above the threshold are mask")

    def stability(self, threshold: float) -> float:
        """IoU of the masks one logit above and one below the threshold, as in `Candidates`."""
        return stability_score(self._low_res - threshold, self._frame)

    def describe(self, threshold: float, area: float) -> str:
        """Say how much of the photo the mask covers, and how stable it is."""
        words = self._words
        text = words.gettext(
            "Above {threshold} the mask covers {area} of the photo; its stability is {stability}."
        )
        return text.format(
            threshold=words.decimal(threshold),
            area=words.whole_percent(area),
            stability=words.decimal(self.stability(threshold)),
        )


class PixelValues:
    """Numbers for a photo's pixels, as their brightness, with their histogram; see `Thresholded`."""

    max_width = BESIDE_WIDTH

    def __init__(
        self, source: Any, values: npt.NDArray[Any], reference: BoolArray | None, words: Phrases
    ) -> None:
        self.image: UInt8Array = source.image if hasattr(source, "predict") else load_image(source)
        self.values, self.prompt, self._words = checked_values(values, self.image), Prompt(), words
        self.reference = _wanted(reference, self.image)
        self.step, self._digits, self.low, self.high = rungs(self.values)
        self.start = round((self.low + self.high) / 2, self._digits)
        self.chart: Chart = Histogram(self.values, self.low, self.high, self.step, words.lang, self.reference)
        self.hint = words.gettext("Pixels with a value above the threshold are mask")

    def stability(self, threshold: float) -> float:
        """IoU of the masks one step above and one below the threshold."""
        inner, outer = ((self.values > threshold + side * self.step).sum() for side in (1, -1))
        return float(inner / outer) if outer else 1.0

    def describe(self, threshold: float, area: float) -> str:
        """Say how much of the photo the mask covers."""
        words = self._words
        text = words.gettext("Above {threshold} the mask covers {area} of the photo.")
        return text.format(threshold=words.decimal(threshold, self._digits), area=words.whole_percent(area))


def rungs(values: npt.NDArray[Any]) -> tuple[float, int, float, float]:
    """Say how a slider goes over values: in 100 to 1000 steps, of whole numbers at least in steps of 1.

    Returns
    -------
    step : float
        A power of ten.
    digits : int
        The decimals that it needs.
    low, high : float
        Multiples of it, between which all values lie; never the same.
    """
    least, most = float(values.min()), float(values.max())
    power = math.floor(math.log10((most - least) / 100)) if most > least else 0
    if values.dtype.kind != "f":
        power = max(power, 0)
    step, digits = 10.0**power, max(0, -power)
    first = math.floor(least / step)
    last = max(math.ceil(most / step), first + 1)
    return step, digits, round(first * step, digits), round(last * step, digits)


def checked_values(values: npt.NDArray[Any], image: UInt8Array, name: str = "values") -> npt.NDArray[Any]:
    """Return numbers for a photo's pixels (H, W), or say why they are none.

    Raises
    ------
    TypeError
        If they are no real numbers.
    ValueError
        If they have another shape than the photo, or some are not finite.
    """
    refuse_masked(values, name)
    if values.dtype.kind not in "uif":
        raise TypeError(
            f"{name} must be real numbers, got {describe(values)}; of a mask every threshold makes the same"
        )
    if values.shape != image.shape[:2]:
        raise ValueError(
            f"{name} must have the shape of the photo, {image.shape[:2]}, one number for each pixel, got "
            f"{values.shape}; take one channel, as in image[:, :, 0]"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity among them")
    return values


def thresholded(
    source: Any,
    prompt: Prompt | Candidates | npt.NDArray[Any],
    words: Phrases,
    reference: BoolArray | None = None,
) -> Thresholded:
    """Return what `ThresholdExplorer` was given, as what a threshold is laid on.

    Raises
    ------
    TypeError
        If `prompt` is nothing of the kind.
    ValueError
        If values or reference have another shape than the photo.
    """
    if isinstance(prompt, np.ndarray):
        return PixelValues(source, prompt, reference, words)
    if isinstance(prompt, Prompt | Candidates):
        return Logits(source, prompt, reference, words)
    raise TypeError(
        "prompt must be a Prompt or Candidates, or an array (H, W) with a number for each pixel, got "
        f"{describe(prompt)}"
    )


def _wanted(reference: BoolArray | None, image: UInt8Array) -> BoolArray | None:
    return None if reference is None else check_mask(reference, "reference", image.shape[:2])
