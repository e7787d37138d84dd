"""Masks as things in a photo: small enough to keep many of, and told apart by what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from segwidgets.candidates import Candidates
from segwidgets.ground.validation import BoolArray

MAX_OVERLAP = 0.3  # share of the smaller of two masks that two different things may have in common
SIZE_POWER = 0.25  # of the ratio of two areas: what is four times as large is 0.71 times as alike


def rating(candidates: Candidates, index: int, likeness: float, ratio: float) -> float:
    """Return likeness · ratio ^ 0.25 · predicted_iou · stability_score, with a ratio of areas up to 1."""
    rated = min(float(candidates.predicted_iou[index]), 1.0) * float(candidates.stability_score[index])
    return float(likeness * ratio**SIZE_POWER * rated)


@dataclass(frozen=True)
class Thing:
    """A mask, kept as the piece in its box: two hundred whole masks of 12 megapixels would be too many.

    Attributes
    ----------
    piece : ndarray of shape (h, w), bool
        The mask within its box.
    top, left : int
        Where the box begins, in image pixels.
    area : int
        Pixels of the mask.
    confidence : float
        How alike, 0 to 1.
    predicted_iou, stability_score : float
        SAM's, NaN where SAM was not asked.
    point : (float, float)
        The click, xy in image pixels.
    found_by : str
        "exemplar", "likeness" or "class".
    """

    piece: BoolArray
    top: int
    left: int
    area: int
    confidence: float = 1.0
    predicted_iou: float = np.nan
    stability_score: float = np.nan
    point: tuple[float, float] = (np.nan, np.nan)
    found_by: str = "exemplar"

    @classmethod
    def cut(cls, mask: BoolArray) -> Thing:
        """Cut a mask (H, W), which is not empty, out of its photo."""
        import cv2

        left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
        piece = mask[top : top + height, left : left + width].copy()
        return cls(piece, top, left, int(np.count_nonzero(piece)))

    @classmethod
    def chosen(cls, candidates: Candidates, index: int, confidence: float, found_by: str) -> Thing:
        """Take one of the candidates of a click."""
        return replace(
            cls.cut(candidates.masks[index]),
            confidence=min(confidence, 1.0),
            predicted_iou=float(candidates.predicted_iou[index]),
            stability_score=float(candidates.stability_score[index]),
            point=candidates.prompt.points[0],
            found_by=found_by,
        )

    @property
    def place(self) -> tuple[slice, slice]:
        """Rows and columns of the photo where the piece lies."""
        height, width = self.piece.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    def covers(self, x: float, y: float) -> bool:
        """Say whether a point of the photo lies in the mask."""
        row, column = int(y) - self.top, int(x) - self.left
        height, width = self.piece.shape
        return 0 <= row < height and 0 <= column < width and bool(self.piece[row, column])

    def share_in(self, region: BoolArray) -> float:
        """Return the share of the mask that lies in a region (H, W) of the photo."""
        return np.count_nonzero(self.piece & region[self.place]) / self.area

    def overlaps(self, other: Thing) -> bool:
        """Say whether two masks have so much in common that they cannot be two things."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom = min(self.place[0].stop, other.place[0].stop)
        right = min(self.place[1].stop, other.place[1].stop)
        if bottom <= top or right <= left:
            return False
        ours, theirs = (
            thing.piece[top - thing.top : bottom - thing.top, left - thing.left : right - thing.left]
            for thing in (self, other)
        )
        return bool(np.count_nonzero(ours & theirs) > MAX_OVERLAP * min(self.area, other.area))


def union(things: Sequence[Thing], size: tuple[int, int]) -> BoolArray:
    """Return the mask (H, W) of all things together."""
    mask = np.zeros(size, np.bool_)
    for thing in things:
        mask[thing.place] |= thing.piece
    return mask


def apart(things: Sequence[Thing], from_: Sequence[Thing]) -> list[Thing]:
    """Keep what overlaps neither `from_` nor anything more confident, the most confident first."""
    kept: list[Thing] = []
    for thing in sorted(things, key=lambda thing: -thing.confidence):
        if not any(thing.overlaps(other) for other in (*from_, *kept)):
            kept.append(thing)
    return kept
