"""What looks alike in one photo: its embedding's cells compared with some masks, and masks told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from segwidgets._validation import BoolArray, FloatArray
from segwidgets.candidates import Candidates
from segwidgets.segmenter import MASK_THRESHOLD, Segmenter

Shares = npt.NDArray[np.floating]

MAX_OVERLAP = 0.3  # share of the smaller of two masks that two different things may have in common
SIZE_POWER = 0.25  # of the ratio of two areas: what is four times as large is 0.71 times as alike
PEAK_FLOOR = 0.2  # of the exemplar's own smoothed likeness: no lower peak became alike in what was tried


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


class Likeness:
    """How alike a photo's cells, places and masks are to some exemplars in it; 1 is as they are themselves.

    Parameters
    ----------
    segmenter : Segmenter
        The photo, encoded.
    exemplars : sequence of Thing
        What to compare with; alike is what is like one of them.

    Attributes
    ----------
    cells : ndarray of shape (N, rows, columns), float64
        For each exemplar the cosine of each cell of the embedding that the photo lies in with the mean over
        the exemplar, divided by its mean over the exemplar itself.
    """

    def __init__(self, segmenter: Segmenter, exemplars: Sequence[Thing]) -> None:
        self._exemplars = exemplars
        self._size, self._frame = segmenter.size, segmenter.frame
        features = self._frame.crop_grid(segmenter.image_embedding).astype(np.float64)
        self._own = np.stack([self._frame.cell_shares(union([one], self._size)) for one in exemplars])
        background = self._frame.cell_shares(~union(exemplars, self._size))
        self.cells = _compare(features, self._own, background)
        alike = self.cells.max(axis=0).clip(0, 1)  # another one of the same is no background
        self.cells = _compare(features, self._own, background * (1 - alike))

    def peaks(self) -> list[tuple[float, float]]:
        """Return where to click, xy in image pixels, the most alike first.

        These are the local maxima of the likeness, smoothed at the exemplars' own scale, that lie in none of
        them.
        """
        from scipy import ndimage

        radii = np.sqrt(self._own.sum((1, 2)) / np.pi)  # of a disk of the same area, in cells
        blurred = np.stack(
            [
                ndimage.gaussian_filter(cells, max(radius / 2, 0.5))
                for cells, radius in zip(self.cells, radii, strict=True)
            ]
        )
        level = np.maximum(_mean(blurred, self._own), 0.1)  # what is thin nearly vanishes in the blur
        smooth = (blurred / level[:, None, None]).max(axis=0)
        window = max(3, int(1.2 * radii.min()) | 1)
        highest = (smooth == ndimage.maximum_filter(smooth, size=window)) & (smooth > PEAK_FLOOR)
        labels, count = ndimage.label(highest, structure=np.ones((3, 3)))  # a plateau is one peak
        last = np.nextafter(self._size[::-1], 0)
        found = []
        for row, column in ndimage.maximum_position(smooth, labels, range(1, count + 1)):
            x, y = np.minimum(self._frame.cell_centers[row, column], last).tolist()
            if not any(one.covers(x, y) for one in self._exemplars):
                found.append((float(smooth[row, column]), (x, y)))
        return [point for _, point in sorted(found, reverse=True)]

    def most_alike(self, candidates: Candidates) -> Thing | None:
        """Return the candidate that is most like an exemplar, or None if none is at all.

        Its confidence is likeness · (smaller area / larger area) ^ 0.25 · predicted_iou · stability_score.
        """
        areas = np.array([one.area for one in self._exemplars])
        best, chosen = 0.0, None
        for i, mask in enumerate(candidates.masks):
            shares = self._shares(candidates.low_res_logits[i] > MASK_THRESHOLD)
            area = np.count_nonzero(mask)
            if not area or not shares.any():
                continue
            likeness = _mean(self.cells, shares) * np.minimum(areas / area, area / areas) ** SIZE_POWER
            rated = min(candidates.predicted_iou[i], 1) * candidates.stability_score[i]
            if rated * likeness.max() > best:
                best, chosen = float(rated * likeness.max()), i
        return None if chosen is None else Thing.chosen(candidates, chosen, best, "likeness")

    def _shares(self, low_res_mask: BoolArray) -> npt.NDArray[np.float32]:
        """Return the share of each cell that a low-resolution mask covers; both lie on the same area."""
        import cv2

        whole = cv2.resize(
            low_res_mask.astype(np.float32), self._frame.grid_shape[::-1], interpolation=cv2.INTER_AREA
        )
        return self._frame.crop_grid(whole)


def _compare(features: FloatArray, own: Shares, background: Shares) -> FloatArray:
    """Return each cell's likeness (N, rows, columns) to N exemplars, which cover shares `own` of the cells.

    The background's mean is taken off first: all cells of a photo share most of their direction.
    """
    features = features - _mean(features, background)[:, None, None]
    features /= np.maximum(np.linalg.norm(features, axis=0), 1e-12)
    directions = np.stack([_mean(features, one) for one in own])
    cosines = np.einsum("nd,drc->nrc", directions, features)  # but for the directions' lengths
    return np.asarray(cosines / np.maximum(_mean(cosines, own), 1e-12)[:, None, None])


def _mean(values: FloatArray, weights: Shares) -> FloatArray:
    """Return the mean (N,) of values (N, rows, columns) over cells weighted by weights, one map or N."""
    total = np.maximum(weights.sum(axis=(-2, -1)), 1e-12)
    return np.asarray((values * weights).sum(axis=(-2, -1)) / total)
