"""What stands beside a photo while a slider moves: curves of logits, a histogram, a reliability diagram."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from segwidgets.drawing import style
from segwidgets.frame import Frame
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.regions import stability_score

CHART_HEIGHT = 150  # pixels
DIAGRAM_HEIGHT = 260  # of a diagram whose axes are of one kind
BINS = 64  # of a histogram, at most


class Chart:
    """A dark chart over thresholds, drawn once for each width; only the line at the threshold moves.

    Attributes
    ----------
    low, high : float
        The thresholds at its ends.
    height : int
        In pixels.
    legend_place : "best" or "center right"
        Where matplotlib puts the legend.
    """

    height = CHART_HEIGHT
    legend_place: Literal["best", "center right"] = "best"

    def __init__(self, low: float, high: float, lang: str = DEFAULT) -> None:
        self.low, self.high = low, high
        self._words = Phrases(lang)
        self._drawn: dict[int, tuple[UInt8Array, Any]] = {}

    def draw(self, threshold: float, width: int) -> UInt8Array:
        """Return the chart (height, width, 3) uint8 RGB with a line at a threshold."""
        picture, to_pixels = self._still(width)
        column = round(float(to_pixels.transform((threshold, 0))[0]))
        drawn = picture.copy()
        drawn[8 : self.height - 36, max(column - 1, 0) : column + 1] = style.WHITE
        return drawn

    def _plot(self, axes: Any) -> str:
        """Draw all but the line into matplotlib's axes, and return what stands beneath them."""
        raise NotImplementedError

    def _still(self, width: int) -> tuple[UInt8Array, Any]:
        """Return what does not move, and what brings its numbers to pixels (from the lower left corner)."""
        if width not in self._drawn:
            self._drawn[width] = self._draw_still(width)
        return self._drawn[width]

    def _draw_still(self, width: int) -> tuple[UInt8Array, Any]:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import ScalarFormatter

        words = self._words

        class Numbers(ScalarFormatter):
            def __call__(self, x: float, pos: int | None = None) -> str:
                return words.written(super().__call__(x, pos))

        ground, ink = np.array(style.BAR) / 255, (0.85, 0.85, 0.85)
        figure = Figure(figsize=(width / 100, self.height / 100), dpi=100, facecolor=tuple(ground))
        canvas = FigureCanvasAgg(figure)
        left, bottom = 48 / width, 40 / self.height
        axes = figure.add_axes((left, bottom, 1 - left - 12 / width, 1 - bottom - 10 / self.height))
        axes.set_facecolor(tuple(ground))
        below = self._plot(axes)
        axes.set_xlim(self.low, self.high)
        axes.xaxis.set_major_formatter(Numbers())
        axes.set_xlabel(below, color=ink, fontsize=9, labelpad=1)
        axes.tick_params(colors=ink, labelsize=8, length=2)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(loc=self.legend_place, fontsize=8, frameon=False, labelcolor=ink)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_color(ink)
        canvas.draw()  # type: ignore[no-untyped-call]
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy(), axes.transData  # type: ignore[no-untyped-call]


class Curves(Chart):
    """Area and stability of SAM's mask at every threshold of its logits.

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
        super().__init__(low, high, lang)
        photo = np.sort(frame.crop_logits(low_res_logits), axis=None)
        self.thresholds = np.linspace(low, high, 97)
        self.area = 1 - np.searchsorted(photo, self.thresholds, side="right") / photo.size
        self.stability = [stability_score(low_res_logits - t, frame) for t in self.thresholds]

    def _plot(self, axes: Any) -> str:
        words = self._words
        _ = words.gettext
        curves = ((self.area, style.SKY_BLUE, _("area")), (self.stability, style.ORANGE, _("stability")))
        for values, color, label in curves:
            axes.plot(
                self.thresholds, 100 * np.asarray(values), color=np.array(color) / 255, lw=2, label=label
            )
        axes.set_ylim(-3, 103)
        axes.set_yticks([0, 50, 100], [words.fixed_percent(share) for share in (0, 0.5, 1)])
        return _("threshold (logits)")


class Histogram(Chart):
    """How many pixels have which value; with a reference those of the object apart from the rest.

    Attributes
    ----------
    edges : ndarray of shape (bins + 1,)
        The bins' ends, from `low` to `high`.
    counts : ndarray of shape (groups, bins), int
        Pixels in each: all of them in one row, or with a reference the object's and the rest's.
    """

    def __init__(
        self,
        values: npt.NDArray[Any],
        low: float,
        high: float,
        step: float,
        lang: str,
        reference: BoolArray | None = None,
    ) -> None:
        super().__init__(low, high, lang)
        bins = min(BINS, max(1, round((high - low) / step)))
        groups = [values] if reference is None else [values[reference], values[~reference]]
        self.edges = np.linspace(low, high, bins + 1)
        self.counts = np.array([np.histogram(group, self.edges)[0] for group in groups])

    def _plot(self, axes: Any) -> str:
        words = self._words
        _ = words.gettext
        labels = (_("object"), _("the rest")) if len(self.counts) > 1 else (None,)
        for counts, color, label in zip(self.counts, (style.SKY_BLUE, style.ORANGE), labels, strict=False):
            edge, face = np.array(color) / 255, (*np.array(color) / 255, 0.35)
            axes.stairs(counts, self.edges, fill=True, facecolor=face, edgecolor=edge, lw=1.5, label=label)
        axes.set_ylim(bottom=0)
        most = int(self.counts.max())
        axes.set_yticks([0, most], ["0", words.count(most, thin=True)])
        return _("value (pixels with it)")


class Reliability(Chart):
    """How often what was said came true, in bins of what was said (a reliability diagram).

    As in C. Guo and others (2017), "On Calibration of Modern Neural Networks", arXiv:1706.04599, but of one
    class's probability for every pixel; there it is the winning class's alone.

    Attributes
    ----------
    edges : ndarray of shape (bins + 1,)
        The bins' ends, from 0 to 1; a probability on an edge belongs to the bin above it, 1 to the last.
    bins : ndarray of shape (H, W), int
        The bin of each pixel.
    counts : ndarray of shape (bins,), int
        Pixels in each.
    said, found : ndarray of shape (bins,)
        Their mean probability, and the share of them that is object; NaN where there is no pixel.
    """

    height = DIAGRAM_HEIGHT

    def __init__(
        self, probabilities: npt.NDArray[Any], reference: BoolArray, bins: int, lang: str = DEFAULT
    ) -> None:
        super().__init__(0, 1, lang)
        self.edges = np.arange(bins + 1) / bins
        self.bins = np.searchsorted(self.edges[1:-1], probabilities, side="right")
        flat = self.bins.ravel()
        self.counts = np.bincount(flat, minlength=bins)
        with np.errstate(invalid="ignore"):
            self.said, self.found = (
                np.bincount(flat, weights=values.ravel(), minlength=bins) / self.counts
                for values in (probabilities, reference)
            )

    def _plot(self, axes: Any) -> str:
        words = self._words
        _ = words.gettext
        blue, orange = (np.array(color) / 255 for color in (style.SKY_BLUE, style.ORANGE))
        axes.stairs(
            np.nan_to_num(self.found),
            self.edges,
            fill=True,
            facecolor=(*blue, 0.35),
            edgecolor=blue,
            lw=1.5,
            label=_("object"),
        )
        axes.plot([0, 1], [0, 1], color=orange, lw=2, label=_("if all were as said"))
        axes.set_ylim(0, 1.03)
        axes.set_yticks([0, 0.5, 1], [words.fixed_percent(share) for share in (0, 0.5, 1)])
        return _("probability that was said")
