"""The table of all objects, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segwidgets.evaluate.figures import THRESHOLDS, ObjectFigures
from segwidgets.evaluate.intervals import mean_intervals
from segwidgets.evaluate.records import to_row
from segwidgets.evaluate.settings import Settings

WORST = 10  # objects on the sheet
POOR = 0.5  # an IoU below is no longer the object that was meant

WAYS = {
    "segwidgets": "iou",
    "predicted_iou": "rated_iou",
    "best_of_three": "best_of_three_iou",
    "random": "random_iou",
}
"""Ways of answering and of clicking, by their name in the summary, and where the table has their IoU."""


@dataclass(frozen=True)
class Omission:
    """Something that was not measured.

    Attributes
    ----------
    name : str
        The photo or the mask.
    kind : {"no_mask", "no_photo", "size", "empty", "unreadable"}
        What it is counted under.
    reason : str
        Why, in a sentence.
    """

    name: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Evaluation:
    """How good SAM is on masks of one's own: a table with a row for each object.

    Attributes
    ----------
    settings : Settings
        How it was measured.
    objects : tuple of ObjectFigures
        One for each object.
    omissions : tuple of Omission
        What was not measured, and why.
    seconds_per_object : float or None
        Wall time, the photo's encoding included; None if all was known from an earlier run.
    """

    settings: Settings
    objects: tuple[ObjectFigures, ...]
    omissions: tuple[Omission, ...] = ()
    seconds_per_object: float | None = None

    def __len__(self) -> int:
        return len(self.objects)

    def __iter__(self) -> Iterator[ObjectFigures]:
        return iter(self.objects)

    @property
    def rows(self) -> list[dict[str, str | int | float]]:
        """The table as plain rows, as in `objects.csv`: ready for ``pandas.DataFrame(evaluation.rows)``."""
        return [to_row(figures) for figures in self.objects]

    @property
    def photos(self) -> int:
        """How many photos were measured."""
        return len({figures.photo for figures in self.objects})

    @property
    def omitted(self) -> dict[str, int]:
        """How many things were left out, by kind."""
        return dict(Counter(omission.kind for omission in self.omissions))

    def mean_iou(self, way: str = "segwidgets") -> dict[int, float]:
        """Return the mean IoU over all objects, each counting the same, by the number of clicks.

        Parameters
        ----------
        way : {"segwidgets", "predicted_iou", "best_of_three", "random"}
            What answers, or clicks at random; see `ObjectFigures`. Empty where it was not tried.
        """
        return _means(self._ious(way))

    def median_iou(self, way: str = "segwidgets") -> dict[int, float]:
        """Return what half of the objects reach, by the number of clicks; `way` as for `mean_iou`."""
        return _by_click(self._ious(way), lambda ious: float(np.median(ious)))

    def share_below(self, iou: float = POOR, way: str = "segwidgets") -> dict[int, float]:
        """Return which share of the objects stays below an IoU, by the number of clicks: the tail."""
        return _by_click(self._ious(way), lambda ious: float(np.mean(np.array(ious) < iou)))

    def interval(self, way: str = "segwidgets", by: str = "photo") -> dict[int, tuple[float, float]]:
        """Return between what the mean IoU lies in 95 of 100 bootstrap samples, by the number of clicks.

        Parameters
        ----------
        way : {"segwidgets", "predicted_iou", "best_of_three", "random"}
            As for `mean_iou`.
        by : {"photo", "object"}
            What is drawn with replacement. Objects of one photo are alike, and photos are what somebody
            picked: drawing objects makes the interval too narrow wherever photos have several.

        Returns
        -------
        dict of int to (float, float)
            See `intervals.mean_interval`. Empty where the way was not tried, or where there are fewer than
            two to draw from: one photo says nothing of others.
        """
        if by not in ("photo", "object"):
            raise ValueError(f"by must be photo or object, got {by!r}")
        tables = self._ious(way)
        counts = list(tables[0]) if tables else []
        names = [figures.photo if by == "photo" else figures.key for figures in self.objects]
        if not counts or len(set(names)) < 2:
            return {}
        columns = np.array([[table[count] for count in counts] for table in tables])
        ends = mean_intervals(columns, names)
        return {n: (round(low, 4), round(high, 4)) for n, (low, high) in zip(counts, ends, strict=True)}

    def _ious(self, way: str) -> list[dict[int, float]]:
        if way not in WAYS:
            raise ValueError(f"way must be one of {', '.join(WAYS)}, got {way!r}")
        return [getattr(figures, WAYS[way]) for figures in self.objects]

    def worst(self, count: int = WORST) -> list[ObjectFigures]:
        """Return the objects with the lowest IoU after the first click, worst first."""
        return sorted(self.objects, key=lambda figures: figures.iou[1])[:count]

    def summary(self) -> dict[str, Any]:
        """Return the means over all objects, their spread and what was left out, as plain values."""
        objects = self.objects
        refining = sum(figures.refining_clicks for figures in objects)
        harmful = sum(figures.harmful_clicks for figures in objects)
        return {
            "settings": self.settings.to_dict(),
            "photos": self.photos,
            "objects": len(objects),
            "mean_iou": {way: _as_text(self.mean_iou(way)) for way in WAYS},
            "mean_iou_interval": {way: _as_text(self.interval(way)) for way in WAYS},
            "median_iou": {way: _as_text(self.median_iou(way)) for way in WAYS},
            "share_below_half": {way: _as_text(self.share_below(POOR, way)) for way in WAYS},
            "mean_boundary_iou": _as_text(_means([figures.boundary_iou for figures in objects])),
            "noc": _as_text(_means([figures.noc for figures in objects])),
            "never_reached": {
                str(name): sum(1 - figures.reached[name] for figures in objects) for name in THRESHOLDS
            },
            "first_click": {
                "choice": _mean([figures.choice_iou for figures in objects]),
                "choice_with_classes": (
                    _mean([figures.iou[1] for figures in objects]) if self.settings.semantic else None
                ),
                "predicted_iou": _mean([figures.rated_iou[1] for figures in objects]),
                "best_of_three": _mean([figures.best_of_three_iou[1] for figures in objects]),
            },
            "box": {
                "mean_iou": _mean([figures.box_iou for figures in objects]),
                "mean_boundary_iou": _mean([figures.box_boundary_iou for figures in objects]),
            },
            "harmful_clicks": {"clicks": harmful, "of": refining},
            "seconds_per_object": (
                None if self.seconds_per_object is None else round(self.seconds_per_object, 3)
            ),
            "left_out": self.omitted,
            "omissions": [vars(omission) for omission in self.omissions],
        }


def _means(tables: Sequence[dict[int, Any]]) -> dict[int, float]:
    return _by_click(tables, lambda values: float(np.mean(values)))


def _by_click(tables: Sequence[dict[int, Any]], number: Callable[[list[Any]], float]) -> dict[int, float]:
    """Return a number of all objects' values for each number of clicks."""
    counts = tables[0] if tables else ()
    return {count: round(number([table[count] for table in tables]), 4) for count in counts}


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _as_text(means: dict[int, Any]) -> dict[str, Any]:
    """Return the same with text for keys, as JSON has it."""
    return {str(count): mean for count, mean in means.items()}
