"""What looks alike in one photo: the cells of its embedding, compared with some of the things in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segwidgets.candidates import Candidates
from segwidgets.ground.validation import FloatArray
from segwidgets.segmenter import MASK_THRESHOLD, Segmenter
from segwidgets.similar.things import Thing, rating, union

Weights = npt.NDArray[np.floating]

PEAK_FLOOR = 0.2  # of the exemplar's own smoothed likeness: no lower peak became alike in what was tried


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

    def of(self, candidates: Candidates, index: int) -> FloatArray:
        """Return how alike one of the candidates of a click is to each exemplar, (N,); 0 if it is empty."""
        import cv2

        low_res_mask = candidates.low_res_logits[index] > MASK_THRESHOLD  # covers the same area as the cells
        shares = cv2.resize(
            low_res_mask.astype(np.float32), self._frame.grid_shape[::-1], interpolation=cv2.INTER_AREA
        )
        return _mean(self.cells, self._frame.crop_grid(shares))

    def most_alike(self, candidates: Candidates) -> Thing | None:
        """Return the candidate that is most like an exemplar, or None if none is at all.

        Its confidence is likeness · (smaller area / larger area) ^ 0.25 · predicted_iou · stability_score.
        """
        areas = np.array([one.area for one in self._exemplars])
        best, chosen = 0.0, None
        for i, mask in enumerate(candidates.masks):
            area = np.count_nonzero(mask)
            if not area:
                continue
            alike, ratios = self.of(candidates, i), np.minimum(areas / area, area / areas)
            confidence = max(
                rating(candidates, i, *one) for one in zip(alike.tolist(), ratios.tolist(), strict=True)
            )
            if confidence > best:
                best, chosen = confidence, i
        return None if chosen is None else Thing.chosen(candidates, chosen, best, "likeness")


def _compare(features: FloatArray, own: Weights, background: Weights) -> FloatArray:
    """Return each cell's likeness (N, rows, columns) to N exemplars, which cover `own` (shares) of the cells.

    The background's mean is taken off first: all cells of a photo share most of their direction.
    """
    features = features - _mean(features, background)[:, None, None]
    features /= np.maximum(np.linalg.norm(features, axis=0), 1e-12)
    directions = np.stack([_mean(features, one) for one in own])
    cosines = np.einsum("nd,drc->nrc", directions, features)  # but for the directions' lengths
    return np.asarray(cosines / np.maximum(_mean(cosines, own), 1e-12)[:, None, None])


def _mean(values: FloatArray, weights: Weights) -> FloatArray:
    """Return the mean (N,) of values (N, rows, columns) over cells weighted by weights, one map or N."""
    total = np.maximum(weights.sum(axis=(-2, -1)), 1e-12)
    return np.asarray((values * weights).sum(axis=(-2, -1)) / total)
