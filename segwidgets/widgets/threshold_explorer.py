"""What the mask threshold does: slide it over the logits and see area and stability move."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from ipywidgets import HTML, Box, FloatSlider, Image, VBox

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.drawing.annotators import PromptAnnotator
from segwidgets.drawing.captions import caption
from segwidgets.drawing.overlays import annotate_mask
from segwidgets.frame import Frame
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import BoolArray, UInt8Array, describe
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.regions import stability_score
from segwidgets.prompts import Prompt
from segwidgets.segmenter import MASK_THRESHOLD, segmenter_of
from segwidgets.widgets.painting import photo_to_canvas, to_canvas
from segwidgets.widgets.static_view import StaticView, png, status
from segwidgets.widgets.versions import explained

MAX_WIDTH, MAX_HEIGHT, CHART_HEIGHT = 640, 420, 150  # pixels
NARROW_CHART = 360  # pixels: as wide as a phone's page, so that its letters are not shrunk there
STEP = 0.25  # of the slider, in logits


class ThresholdExplorer(StaticView):
    """A mask at any threshold of its logits, with its area and its stability.

    Parameters
    ----------
    source : Segmenter, str, Path, bytes, PIL.Image.Image or ndarray
        With a photo that is encoded, or anything that `load_image` takes.
    prompt : Prompt or Candidates
        What to ask SAM, or what it answered. Of the candidates the best (or chosen) is shown.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    threshold : float
        Logits above it are mask; SAM's own is 0.
    mask : ndarray of shape (H, W), bool
        The mask at that threshold.
    slider, shown, words : ipywidgets.FloatSlider, ipywidgets.Image, ipywidgets.HTML
        What sets it, the photo with the mask, and what is said of it.
    curves : ipywidgets.Image
        The chart, with a line at the threshold.
    chart : Chart
        Area and stability at every threshold.

    Examples
    --------
    >>> explorer = ThresholdExplorer("cat", Prompt([(250, 170)]))
    >>> explorer.set_threshold(0)
    >>> round(explorer.area_share, 2)
    0.49
    """

    def __init__(self, source: Any, prompt: Prompt | Candidates, lang: str = DEFAULT) -> None:
        words = Phrases(lang)
        _ = words.gettext
        if not isinstance(prompt, Prompt | Candidates):
            raise TypeError(f"prompt must be a Prompt or Candidates, got {describe(prompt)}")
        segmenter = segmenter_of(source)
        candidates = segmenter.predict(prompt) if isinstance(prompt, Prompt) else prompt
        self.prompt = candidates.prompt
        self._frame = segmenter.frame
        self._low_res = candidates.low_res_logits[candidates.best]
        self._logits = segmenter.upscale(self._low_res[None])[0]
        self._viewport = Viewport.fit(*segmenter.size, MAX_WIDTH, MAX_HEIGHT)
        self._photo = photo_to_canvas(segmenter.image, self._viewport)
        low, high = float(np.floor(self._logits.min())), float(np.ceil(self._logits.max()))
        self.slider = FloatSlider(
            value=MASK_THRESHOLD,
            min=min(low, MASK_THRESHOLD),
            max=max(high, MASK_THRESHOLD),
            step=STEP,
            description=_("Threshold"),
            readout=words.has_decimal_point,  # else it is in the sentence beneath alone
        )
        explained(self.slider, _("Logits above the threshold are mask"))
        self.slider.layout.width, self.slider.layout.max_width = f"{MAX_WIDTH}px", "100%"
        self.slider.observe(lambda change: self._guard(self.set_threshold, change["new"]), "value")
        self.chart = Chart(self._low_res, self._frame, self.slider.min, self.slider.max, lang)
        self.shown, self.curves, self.words = Image(format="png"), Image(format="png"), HTML()
        self.shown.layout.max_width = self.curves.layout.max_width = "100%"
        frame = VBox([Box([self.shown]), Box([self.curves])])
        frame.add_class("sw-stage")
        super().__init__([self.slider, frame, self.words], lang)
        self.threshold = MASK_THRESHOLD
        self._refresh()

    @property
    def area_share(self) -> float:
        """The mask's area as a share of the photo, 0 to 1."""
        return float(self.mask.mean())

    @property
    def stability_score(self) -> float:
        """IoU of the masks one logit above and one below the threshold, as in `Candidates`."""
        return stability_score(self._low_res - self.threshold, self._frame)

    def set_threshold(self, threshold: float) -> None:
        """Take the logits above a threshold for mask, as the slider does.

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
                f"threshold must be from {low:g} to {high:g}, as the logits are, got {threshold}"
            )
        if threshold != self.threshold:
            self.threshold = self.slider.value = float(threshold)
            self._refresh()

    def picture(self) -> UInt8Array:
        """Return what is shown, words included, as (H, W, 3) uint8 RGB."""
        drawn = self._paint()
        whole = np.vstack([drawn, self.chart.draw(self.threshold, drawn.shape[1])])
        return caption(whole, self._describe())

    def _refresh(self) -> None:
        self.mask: BoolArray = self._logits > self.threshold
        self.shown.value = png(self._paint())
        self.curves.value = png(self.chart.draw(self.threshold, NARROW_CHART))
        self.words.value = status(self._describe())

    def _paint(self) -> UInt8Array:
        drawn = annotate_mask(self._photo, to_canvas(self.mask, self._viewport))
        to_canvas_xy = self._viewport.to_canvas
        points = [to_canvas_xy(*point) for point in self.prompt.points]
        box = self.prompt.box and (*to_canvas_xy(*self.prompt.box[:2]), *to_canvas_xy(*self.prompt.box[2:]))
        return PromptAnnotator(Prompt(points, self.prompt.labels, box)).annotate(drawn)

    def _describe(self) -> str:
        text = self._tr.gettext(
            "Above {threshold} the mask covers {area} of the photo; its stability is {stability}."
        )
        words = self._phrases
        return text.format(
            threshold=words.decimal(self.threshold),
            area=words.whole_percent(self.area_share),
            stability=words.decimal(self.stability_score),
        )


class Chart:
    """Area and stability at every threshold, drawn once for each width; only the line at the threshold moves.

    Attributes
    ----------
    thresholds, area, stability : sequence of float
        The curves: logits, the mask's share of the photo, and its stability, 0 to 1.
    """

    def __init__(
        self,
        low_res_logits: npt.NDArray[np.float32],
        frame: Frame,
        low: float,
        high: float,
        lang: str,
    ) -> None:
        photo = np.sort(frame.crop_logits(low_res_logits), axis=None)
        self.thresholds = np.linspace(low, high, 97)
        self.area = 1 - np.searchsorted(photo, self.thresholds, side="right") / photo.size
        self.stability = [stability_score(low_res_logits - t, frame) for t in self.thresholds]
        self._lang = lang
        self._drawn: dict[int, tuple[UInt8Array, Any]] = {}

    def draw(self, threshold: float, width: int) -> UInt8Array:
        """Return the chart (CHART_HEIGHT, width, 3) uint8 RGB with a line at a threshold."""
        if width not in self._drawn:
            self._drawn[width] = self._draw_curves(width)
        picture, to_pixels = self._drawn[width]
        column = round(float(to_pixels.transform((threshold, 0))[0]))
        drawn = picture.copy()
        drawn[8 : CHART_HEIGHT - 36, max(column - 1, 0) : column + 1] = style.WHITE
        return drawn

    def _draw_curves(self, width: int) -> tuple[UInt8Array, Any]:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import ScalarFormatter

        words = Phrases(self._lang)
        _ = words.gettext

        class Numbers(ScalarFormatter):
            def __call__(self, x: float, pos: int | None = None) -> str:
                return words.written(super().__call__(x, pos))

        ground, ink = np.array(style.BAR) / 255, (0.85, 0.85, 0.85)
        figure = Figure(figsize=(width / 100, CHART_HEIGHT / 100), dpi=100, facecolor=tuple(ground))
        canvas = FigureCanvasAgg(figure)
        left, bottom = 48 / width, 40 / CHART_HEIGHT
        axes = figure.add_axes((left, bottom, 1 - left - 12 / width, 1 - bottom - 10 / CHART_HEIGHT))
        axes.set_facecolor(tuple(ground))
        curves = ((self.area, style.SKY_BLUE, _("area")), (self.stability, style.ORANGE, _("stability")))
        for values, color, label in curves:
            axes.plot(
                self.thresholds, 100 * np.asarray(values), color=np.array(color) / 255, lw=2, label=label
            )
        axes.set_xlim(self.thresholds[0], self.thresholds[-1])
        axes.set_ylim(-3, 103)
        axes.set_yticks([0, 50, 100], [words.fixed_percent(share) for share in (0, 0.5, 1)])
        axes.xaxis.set_major_formatter(Numbers())
        axes.set_xlabel(_("threshold (logits)"), color=ink, fontsize=9, labelpad=1)
        axes.tick_params(colors=ink, labelsize=8, length=2)
        axes.legend(loc="lower left", fontsize=8, frameon=False, labelcolor=ink)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(ink)
        canvas.draw()  # type: ignore[no-untyped-call]
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy(), axes.transData  # type: ignore[no-untyped-call]
