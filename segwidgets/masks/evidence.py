"""One candidate mask, measured and held against the chosen one: numbers only, for `faults` and `findings`."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray, UInt8Array, check_mask
from segwidgets.masks.cleaning import clean
from segwidgets.masks.comparison import MaskComparison, compare
from segwidgets.masks.measures import measure
from segwidgets.masks.regions import hole_areas, island_areas, perimeter
from segwidgets.prompts import Prompt

SPECK_SHARE = 0.0001  # holes and islands below this share of the photo are specks: too small to click on
SMOOTH_SHARE = 0.02  # radius of the smoothing that an edge is held against, as a share of sqrt(area)

IntArray = npt.NDArray[np.int64]


class CandidatesLike(Protocol):
    """What `diagnose` reads; `segwidgets.Candidates` is one."""

    @property
    def masks(self) -> BoolArray:
        """Masks of one prompt, (N, H, W) bool."""

    @property
    def predicted_iou(self) -> npt.NDArray[np.floating]:
        """The model's own estimates, (N,)."""

    @property
    def stability_score(self) -> npt.NDArray[np.floating]:
        """How little each mask changes with its threshold, (N,)."""

    @property
    def prompt(self) -> Prompt:
        """What was asked."""

    @property
    def best(self) -> int:
        """The index of the chosen mask."""


class Evidence:
    """What is known of one candidate; what takes longer is worked out when it is first asked for.

    Parameters
    ----------
    candidates : CandidatesLike
        Masks of one prompt.
    index : int
        Which of them.
    image : ndarray of shape (H, W, 3), uint8, optional
        The photo in RGB.

    Attributes
    ----------
    index, best : int
        This mask and the chosen one.
    mask, chosen : ndarray of shape (H, W), bool
        The two of them.
    is_alone : bool
        Whether there is no other candidate.
    prompt : Prompt
        What was asked.
    predicted_iou : float
        The model's own estimate.
    stability, chosen_stability : float
        The `stability_score` of this mask and of the chosen one.
    is_cut_off : bool
        Whether it reaches the rim of a closer view within the photo.
    measures : MaskMeasures
        The mask alone.
    comparison : MaskComparison or None
        The mask against the chosen one; None for that one itself.
    """

    def __init__(self, candidates: CandidatesLike, index: int, image: UInt8Array | None = None) -> None:
        self.index, self.best = index, int(candidates.best)
        self.is_alone = len(candidates.masks) == 1
        self.prompt = candidates.prompt
        self.predicted_iou = float(candidates.predicted_iou[index])
        cut_off = getattr(candidates, "cut_off", None)
        self.is_cut_off = cut_off is not None and bool(cut_off[index])
        self.chosen = check_mask(candidates.masks[self.best], f"masks[{self.best}]")
        self.mask = check_mask(candidates.masks[index], f"masks[{index}]")
        self.stability = float(candidates.stability_score[index])
        self.chosen_stability = float(candidates.stability_score[self.best])
        self.measures = measure(self.mask, image, stability_score=self.stability)
        self.comparison = None if index == self.best else compare(self.mask, self.chosen)

    @cached_property
    def overlap(self) -> MaskComparison:
        """The mask against the chosen one, which may be itself."""
        return self.comparison or compare(self.mask, self.chosen)

    @cached_property
    def has_reference(self) -> bool:
        """Whether there is another mask, and not an empty one, to hold it against."""
        return self.comparison is not None and bool(self.chosen.any())

    @cached_property
    def leak(self) -> BoolArray:
        """What lies outside the chosen mask, (H, W)."""
        return self.mask & ~self.chosen

    @cached_property
    def miss(self) -> BoolArray:
        """What is missing of the chosen mask, (H, W)."""
        return self.chosen & ~self.mask

    @property
    def speck_limit(self) -> int:
        """Pixels from which on a hole or an island is no speck."""
        return max(2, math.ceil(SPECK_SHARE * self.mask.size))

    @cached_property
    def hole_px(self) -> IntArray:
        """Pixels of each hole that is no speck, largest first."""
        return self._holes[self._holes >= self.speck_limit]

    @cached_property
    def island_px(self) -> IntArray:
        """Pixels of each island that is no speck, largest first."""
        return self._islands[self._islands >= self.speck_limit]

    @cached_property
    def speck_px(self) -> IntArray:
        """Pixels of each speck."""
        both = np.concatenate([self._holes, self._islands])
        return both[both < self.speck_limit]

    @cached_property
    def lost_contour(self) -> float:
        """Share of the outer contour of the largest piece that smoothing takes away; 0 for an empty mask."""
        if not self.measures.area_px:
            return 0.0
        radius = max(1, round(SMOOTH_SHARE * math.sqrt(self.measures.area_px)))
        solid = clean(self.mask, min_island_share=1)
        return 1 - perimeter(clean(solid, min_island_share=1, smooth=radius)) / perimeter(solid)

    @cached_property
    def _holes(self) -> IntArray:
        return hole_areas(self.mask)

    @cached_property
    def _islands(self) -> IntArray:
        return island_areas(self.mask)
