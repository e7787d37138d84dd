"""What is seen while a network learns: its mask grows, and two curves; runs stored for who has no PyTorch.

Nothing here imports torch: the network and its loop stand in the lesson.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from segwidgets.drawing import style
from segwidgets.drawing.captions import caption
from segwidgets.drawing.overlays import annotate_mask
from segwidgets.drawing.primitives import beside, draw_curve
from segwidgets.ground.validation import BoolArray, FloatArray, UInt8Array, check_image, check_mask
from segwidgets.locale.languages import DEFAULT
from segwidgets.masks.comparison import MaskComparison, compare
from segwidgets.masks.rle import decode, encode
from segwidgets.widgets.slider_explorer import NARROW_CHART, ChartedPhoto
from segwidgets.widgets.threshold_charts import Chart

STORED = "stored_training.json"


@dataclass(frozen=True)
class Step:
    """How far a network was after a number of steps.

    Attributes
    ----------
    step : int
        Steps done.
    loss : float
        The loss of that step's batch.
    mask : ndarray of shape (H, W), bool
        What the network took for the object in the test photo.
    compared : MaskComparison
        That mask held against the reference.
    """

    step: int
    loss: float
    mask: BoolArray
    compared: MaskComparison

    @property
    def iou(self) -> float:
        """The mask's IoU with the reference, 0 to 1."""
        return self.compared.iou

    @property
    def boundary_iou(self) -> float:
        """Its boundary IoU, 0 to 1; see `MaskComparison`."""
        return self.compared.boundary_iou


def random_squares(
    maps: Any, rng: np.random.Generator, columns: slice, side: int = 64, count: int = 4
) -> FloatArray:
    """Cut squares out of maps at random, each turned and mirrored at random.

    Parameters
    ----------
    maps : ndarray of shape (C, H, W), float64
        Maps that lie on each other: a photo and its mask.
    rng : numpy.random.Generator
        Says where, how turned, whether mirrored.
    columns : slice
        From which column to before which one they may come.
    side, count : int
        How high and wide in pixels, and how many.

    Returns
    -------
    ndarray of shape (count, C, side, side), float64
    """
    squares = []
    for _ in range(count):
        top = rng.integers(maps.shape[1] - side + 1)
        left = rng.integers(columns.start, columns.stop - side + 1)
        square = maps[:, top : top + side, left : left + side]
        square = np.rot90(square, int(rng.integers(4)), (1, 2))
        squares.append(square[:, :, ::-1] if rng.integers(2) else square)
    return np.stack(squares)


class Learning(Chart):
    """Loss and IoU over the steps of a training, from 0 to 1; a higher loss is drawn at the upper edge."""

    legend_place = "center right"  # the curves come later, and leave that free once something is learnt

    def _plot(self, axes: Any) -> str:
        _ = self._words.gettext
        for color, label in ((style.ORANGE, _("loss")), (style.SKY_BLUE, _("IoU"))):
            axes.plot([], [], color=np.array(color) / 255, lw=2, label=label)
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([0, 0.5, 1], [self._words.general(one) for one in (0, 0.5, 1)])
        return _("step")

    def trace(self, steps: Sequence[Step], width: int = NARROW_CHART) -> UInt8Array:
        """Return the chart (height, width, 3) uint8 RGB with the curves as far as they go."""
        picture, to_pixels = self._still(width)
        drawn = picture.copy()
        if steps:
            losses, ious = (
                [(one.step, min(one.loss, 1.0)) for one in steps],
                [(one.step, one.iou) for one in steps],
            )
            for xy, color in ((losses, style.ORANGE), (ious, style.SKY_BLUE)):
                draw_curve(drawn, to_pixels.transform(xy) * (1, -1) + (0, self.height), color)
        return drawn


class TrainingView(ChartedPhoto):
    """The test photo with what a network makes of it so far, and beside it the curves of loss and IoU.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The test photo, RGB.
    reference : ndarray of shape (H, W), bool
        What is wanted there.
    lang : str
        The language of the words.
    last : int
        How many steps there will be: where the curves end.

    Attributes
    ----------
    steps : list of Step
        What was added, in order.
    chart : Learning
        The curves.

    Examples
    --------
    >>> import numpy as np
    >>> wanted = np.zeros((40, 60), bool)
    >>> wanted[10:30, 10:30] = True
    >>> view = TrainingView(np.zeros((40, 60, 3), np.uint8), wanted)
    >>> view.add(10, 0.5, wanted)
    >>> view.at(10).iou
    1.0
    """

    chart: Learning

    def __init__(self, image: UInt8Array, reference: BoolArray, lang: str = DEFAULT, last: int = 150) -> None:
        self._image = check_image(image)
        self._reference = check_mask(reference)
        self.last = last
        self.steps: list[Step] = []
        super().__init__(Learning(0, last, lang), lang)
        self._refresh()

    def add(self, step: int, loss: float, mask: BoolArray) -> None:
        """Show how far the network is: what it makes of the test photo after so many steps.

        Parameters
        ----------
        step : int
            Steps done; more than last time.
        loss : float
            The loss of the last batch.
        mask : ndarray of shape (H, W), bool
            The network's mask of the test photo.

        Raises
        ------
        TypeError, ValueError
            If the mask is none or has another size than the photo, or the step is not a later one.
        """
        if self.steps and step <= self.steps[-1].step:
            raise ValueError(
                f"step must be more than {self.steps[-1].step}, the last one shown, got {step}: "
                "make a new TrainingView for a new training"
            )
        self.steps.append(Step(step, float(loss), mask, compare(mask, self._reference)))
        self._refresh()

    def replay(self, name: str) -> None:
        """Show a run of the lesson that is stored: "with_skips" or "without_skips"; see `stored_training`."""
        self.steps = []
        for step, loss, mask in stored_training(name):
            self.steps.append(Step(step, loss, mask, compare(mask, self._reference)))
        self._refresh()

    def at(self, step: int) -> Step:
        """Return what was added after that many steps.

        Raises
        ------
        ValueError
            If nothing was; the message names the steps there are.
        """
        for one in self.steps:
            if one.step == step:
                return one
        raise ValueError(f"there is no step {step}; there are {[one.step for one in self.steps]}")

    def picture(self) -> UInt8Array:
        """Return what is shown, words included, as (H, W, 3) uint8 RGB."""
        both = beside([self._paint(), self._draw_chart(NARROW_CHART)], 8, style.BAR)
        return caption(both, self._describe())

    def _describe_picture(self) -> str:
        return self._tr.gettext("The test photo with the network's mask, and curves of loss and IoU.")

    def _paint(self) -> UInt8Array:
        return annotate_mask(self._image, self.steps[-1].mask) if self.steps else self._image.copy()

    def _describe(self) -> str:
        if not self.steps:
            return self._tr.gettext("Nothing was learnt yet.")
        last, words = self.steps[-1], self._phrases
        return self._tr.gettext("Step {step} of {last}: loss {loss}, IoU {iou}, boundary IoU {edge}.").format(
            step=last.step,
            last=self.last,
            loss=words.decimal(last.loss),
            iou=words.decimal(last.iou),
            edge=words.decimal(last.boundary_iou),
        )

    def _draw_chart(self, width: int) -> UInt8Array:
        return self.chart.trace(self.steps, width)


@cache
def _stored() -> dict[str, Any]:
    file = resources.files(__package__) / STORED
    stored: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return stored


def stored_training(name: str) -> list[tuple[int, float, BoolArray]]:
    """Return a run of lesson 10 as `python -m benchmarks.training --store` recorded it.

    Parameters
    ----------
    name : {"with_skips", "without_skips"}
        Which of its networks learnt.

    Returns
    -------
    list of (int, float, ndarray of shape (H, W), bool)
        Steps done, the loss there, and the network's mask of the test half.

    Raises
    ------
    ValueError
        If there is no such run; the message names those there are.
    """
    if name not in _stored():
        raise ValueError(f"there is no stored run {name!r}; there are {', '.join(_stored())}")
    return [(one["step"], one["loss"], decode(one["mask"])) for one in _stored()[name]]


def packed(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return steps as they are stored, ready for JSON."""
    return [{"step": one.step, "loss": round(one.loss, 4), "mask": encode(one.mask)} for one in steps]
