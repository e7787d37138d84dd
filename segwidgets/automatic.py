"""Masks of everything in a photo: a grid of clicks, then three filters.

The procedure of Kirillov et al., "Segment Anything", arXiv:2304.02643, appendix B, as
`segment_anything.SamAutomaticMaskGenerator` runs it on the whole image (crop_n_layers=0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from segwidgets._validation import BoolArray, FloatArray, describe
from segwidgets.frame import Frame
from segwidgets.masks.regions import STABILITY_OFFSET, box_around, label_pieces
from segwidgets.models.engine import FloatMasks
from segwidgets.prompts import Prompt
from segwidgets.segmenter import MASK_THRESHOLD, Segmenter

if TYPE_CHECKING:
    import supervision as sv


@dataclass(frozen=True)
class _Proposal:
    """A candidate that has passed the filters so far; the box is xyxy, inclusive, in the judged size."""

    logits: FloatMasks
    predicted_iou: float
    stability_score: float
    box: npt.NDArray[np.intp]
    point: tuple[float, float]


def point_grid(points_per_side: int, size: tuple[int, int]) -> FloatArray:
    """Spread points evenly over an image, each in the middle of its cell.

    Parameters
    ----------
    points_per_side : int
        Rows and columns of the grid.
    size : (int, int)
        (height, width) of the image.

    Returns
    -------
    ndarray of shape (points_per_side ** 2, 2), float64
        xy in image pixels, row by row.

    Raises
    ------
    TypeError, ValueError
        If `points_per_side` is not a whole number from 1.

    Examples
    --------
    >>> point_grid(2, (100, 200)).tolist()
    [[50.0, 25.0], [150.0, 25.0], [50.0, 75.0], [150.0, 75.0]]
    """
    if not isinstance(points_per_side, int):
        raise TypeError(f"points_per_side must be a whole number, as in 16, got {describe(points_per_side)}")
    if points_per_side < 1:
        raise ValueError(f"points_per_side must be 1 or more, got {points_per_side}")
    height, width = size
    middles = (np.arange(points_per_side) + 0.5) / points_per_side
    x, y = np.meshgrid(middles * width, middles * height)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def generate_masks(
    segmenter: Segmenter,
    points_per_side: int = 16,
    pred_iou_thresh: float = 0.88,
    stability_score_thresh: float = 0.95,
    box_nms_thresh: float = 0.7,
    min_mask_region_area: int = 0,
    progress: Callable[[int, int], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> sv.Detections:
    """Find the masks of everything in a photo.

    Every point of a grid is a click with three candidates. A candidate stays if the model rates it well
    (predicted IoU), if it hardly changes with the threshold (stability score), and if no better one has
    nearly the same box (non-maximum suppression).

    Stability and boxes are those of the mask at the photo's own size, or for a larger photo at that which it
    has in the network's input: the logits hold no more detail than that.

    Parameters
    ----------
    segmenter : Segmenter
        The photo, encoded.
    points_per_side : int
        Rows and columns of the grid of clicks.
    pred_iou_thresh : float
        Keep candidates whose predicted IoU is above it.
    stability_score_thresh : float
        Keep candidates whose stability score is at least that.
    box_nms_thresh : float
        Of two masks whose boxes have a higher IoU than that, keep the one rated better.
    min_mask_region_area : int
        Fill holes and drop islands of fewer pixels than that; 0 leaves masks as they are.
    progress : callable, optional
        Called with the number of clicks done and of all clicks, after each.
    cancelled : callable, optional
        Asked before each click; once it says True, what was found so far is returned.

    Returns
    -------
    supervision.Detections
        Best first: `mask` (N, H, W), `xyxy` in image pixels (right and bottom inclusive), `confidence` the
        predicted IoU cut to 0..1, `class_id` the mask's number, and in `data` `class_name`,
        `predicted_iou`, `stability_score` and `point_coords` (N, 2). `metadata["counts"]` says how many
        candidates were left after each step.

    Raises
    ------
    TypeError, ValueError
        If `segmenter` is no Segmenter or `points_per_side` no whole number from 1.
    """
    if not isinstance(segmenter, Segmenter):
        raise TypeError(f"segmenter must be a Segmenter, as in Segmenter('cat'), got {describe(segmenter)}")
    points = point_grid(points_per_side, segmenter.size)
    counts = {"prompts": 0, "candidates": 0, "predicted_iou": 0, "stability_score": 0, "nms": 0}
    proposals: list[_Proposal] = []
    for point, (logits, predicted_iou) in zip(
        points, _decode_all(segmenter, points, cancelled), strict=False
    ):
        counts["prompts"] += 1
        counts["candidates"] += len(logits)
        for i in np.flatnonzero(predicted_iou > pred_iou_thresh):
            counts["predicted_iou"] += 1
            judged = _judge(logits[i], segmenter.frame)
            if judged is not None and judged[0] >= stability_score_thresh:
                counts["stability_score"] += 1
                place = (float(point[0]), float(point[1]))
                proposals.append(_Proposal(logits[i].copy(), float(predicted_iou[i]), *judged, place))
        if progress is not None:
            progress(counts["prompts"], len(points))
    boxes = np.array([p.box for p in proposals]).reshape(-1, 4)
    kept = suppress(boxes, np.array([p.predicted_iou for p in proposals]), box_nms_thresh)
    proposals = [proposals[i] for i in kept]
    counts["nms"] = len(proposals)
    masks = np.empty((len(proposals), *segmenter.size), np.bool_)
    for mask, proposal in zip(masks, proposals, strict=True):
        np.greater(segmenter.frame.upscale(proposal.logits), MASK_THRESHOLD, out=mask)
    if min_mask_region_area > 0:
        masks, unchanged = _mend_all(masks, min_mask_region_area)
        boxes = np.array([_box(mask) or (0, 0, 0, 0) for mask in masks]).reshape(-1, 4)
        kept = suppress(boxes, unchanged.astype(np.float64), box_nms_thresh)
        masks, proposals = masks[kept], [proposals[i] for i in kept]
        counts["regions"] = len(proposals)
    return _detections(masks, proposals, counts)


def suppress(boxes: npt.ArrayLike, scores: npt.ArrayLike, iou_thresh: float) -> npt.NDArray[np.intp]:
    """Non-maximum suppression: drop boxes that overlap a better one by more than a threshold.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        xyxy.
    scores : array_like of shape (N,)
        Higher is better; of equals the first wins.
    iou_thresh : float
        Highest IoU of two boxes that both stay.

    Returns
    -------
    ndarray of int
        Indices of the boxes kept, best first.
    """
    x0, y0, x1, y1 = np.asarray(boxes, dtype=np.float64).reshape(-1, 4).T
    area = (x1 - x0) * (y1 - y0)
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    kept = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(best)
        width = np.minimum(x1[best], x1[rest]) - np.maximum(x0[best], x0[rest])
        height = np.minimum(y1[best], y1[rest]) - np.maximum(y0[best], y0[rest])
        overlap = np.maximum(width, 0) * np.maximum(height, 0)
        union = area[best] + area[rest] - overlap
        order = rest[overlap <= iou_thresh * union]
    return np.array(kept, dtype=np.intp)


def _decode_all(
    segmenter: Segmenter, points: FloatArray, cancelled: Callable[[], bool] | None
) -> Iterator[tuple[FloatMasks, FloatMasks]]:
    """Yield logits (3, h, w) and predicted IoU (3,) for each point."""
    asked = points if cancelled is None else takewhile(lambda _: not cancelled(), points)
    prompts = (Prompt([(float(x), float(y))]) for x, y in asked)
    engine: Any = segmenter.engine
    embedding = segmenter.embedding
    if hasattr(engine, "decode_batch"):
        yield from engine.decode_batch(embedding, prompts)
    else:
        yield from (engine.decode(embedding, prompt) for prompt in prompts)


def _judge(logits: FloatMasks, frame: Frame) -> tuple[float, npt.NDArray[np.intp]] | None:
    """Return a mask's stability score and box, or None if it is empty."""
    full = frame.upscale(logits, frame.detail_size)
    wide = np.count_nonzero(full > MASK_THRESHOLD - STABILITY_OFFSET)
    box = _box(full > MASK_THRESHOLD)
    if box is None:
        return None
    return np.count_nonzero(full > MASK_THRESHOLD + STABILITY_OFFSET) / wide, np.array(box)


def _box(mask: BoolArray) -> tuple[int, int, int, int] | None:
    """Box of a mask, xyxy with the last pixel's own number, or None if there is none."""
    box = box_around(mask)
    return None if box is None else (box[0], box[1], box[2] - 1, box[3] - 1)


def _mend_all(masks: BoolArray, area: int) -> tuple[BoolArray, BoolArray]:
    """Fill small holes, then drop small islands; return the masks and which needed neither."""
    mended = np.stack([_without_small(~_without_small(~mask, area), area, True) for mask in masks])
    return mended, (mended == masks).all(axis=(1, 2))


def _without_small(mask: BoolArray, area: int, keep_one: bool = False) -> BoolArray:
    """Drop a mask's regions of fewer pixels than `area`, but the largest if all are small."""
    labels, areas = label_pieces(mask)
    large = areas >= area
    if keep_one and not large.any():
        large[areas.argmax()] = True
    large[0] = False
    return np.asarray(large[labels])


def _detections(masks: BoolArray, proposals: list[_Proposal], counts: dict[str, int]) -> sv.Detections:
    import supervision as sv

    if not proposals:
        empty = sv.Detections.empty()
        empty.metadata["counts"] = counts
        return empty
    predicted_iou = np.array([p.predicted_iou for p in proposals], np.float32)
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
        mask=masks,
        confidence=np.clip(predicted_iou, 0, 1),
        class_id=np.arange(len(masks)),
        data={
            "class_name": np.array([f"mask_{i}" for i in range(len(masks))]),
            "predicted_iou": predicted_iou,
            "stability_score": np.array([p.stability_score for p in proposals]),
            "point_coords": np.array([p.point for p in proposals]),
        },
        metadata={"counts": counts},
    )
