"""Masks of everything in a photo: a grid of clicks, then three filters.

The procedure of Kirillov et al., "Segment Anything", arXiv:2304.02643, appendix B, as
`segment_anything.SamAutomaticMaskGenerator` runs it, on the whole image and on crops of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from segwidgets.frame import Frame
from segwidgets.geometry import Box, Size, scale_points, split_boxes
from segwidgets.ground.validation import BoolArray, FloatArray, describe
from segwidgets.masks.regions import STABILITY_OFFSET, box_around, label_pieces
from segwidgets.models.engine import FloatMasks, checked
from segwidgets.prompts import Prompt
from segwidgets.segmenter import MASK_THRESHOLD, Segmenter

if TYPE_CHECKING:
    import supervision as sv

MAX_POINTS_PER_SIDE = 1000
"""A million clicks take hours; of more not even the places fit in memory."""

DRAWN_A_CLICK = 8e6  # pixels of masks that are drawn at the photo's size while one click is answered
DRAWN = 30  # masks that a photo is reckoned to have, before it is known
CROP_RIM = 20.0  # pixels of the photo, the atol of segment_anything.utils.amg.is_box_near_crop_edge


@dataclass(frozen=True)
class _Proposal:
    """A candidate that has passed the filters so far; its box is xyxy in the photo, inclusive."""

    logits: FloatMasks
    predicted_iou: float
    stability_score: float
    box: FloatArray
    point: tuple[float, float]
    frame: Frame


@dataclass
class _Search:
    """What to keep of each candidate, how many there were, and whom to tell."""

    pred_iou_thresh: float
    stability_score_thresh: float
    box_nms_thresh: float
    clicks: int
    drawing: int
    progress: Callable[[int, int], object] | None
    cancelled: Callable[[], bool]
    counts: dict[str, int]

    def tell(self, drawn: float = 0) -> None:
        """Say how far the clicks are, and which share of the drawing, 0 to 1, is done."""
        if self.progress is not None:
            done = self.counts["prompts"] + round(self.drawing * drawn)
            self.progress(done, self.clicks + self.drawing)


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
    if not 1 <= points_per_side <= MAX_POINTS_PER_SIDE:
        raise ValueError(
            f"points_per_side must be 1 or more and at most {MAX_POINTS_PER_SIDE}, "
            f"got {describe(points_per_side)}"
        )
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
    *,
    crop_n_layers: int = 0,
    crop_overlap_ratio: float = 512 / 1500,
    crop_n_points_downscale_factor: int = 1,
    crop_nms_thresh: float = 0.7,
) -> sv.Detections:
    """Find the masks of everything in a photo.

    Every point of a grid is a click with three candidates. A candidate stays if the model rates it well
    (predicted IoU), if it hardly changes with the threshold (stability score), and if no better one has
    nearly the same box (non-maximum suppression).

    Stability and boxes are those of the mask at the photo's own size, or for a larger photo at that which it
    has in the network's input: the logits hold no more detail than that.

    With `crop_n_layers` the same is done on crops of the photo, each encoded alone (see `Segmenter.closer`),
    which finds smaller things. What lies at the rim of a crop is left to the crop beside it, and of two masks
    with nearly the same box the one from the smaller crop is kept.

    Parameters
    ----------
    segmenter : Segmenter
        The photo, encoded; of a closer view only that part is searched.
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
        Called with the number of steps done and of all steps, after each click, which is one. For a large
        photo there are more: drawing the masks at its size, counted in clicks that take as long.
    cancelled : callable, optional
        Asked before each click; once it says True, what was found so far is returned.
    crop_n_layers : int
        Layer i cuts the photo into 2 ** i by 2 ** i crops; 0 is the photo alone.
    crop_overlap_ratio : float
        By how much crops overlap in the first layer, as a share of the photo's shorter side, 0 to 1; half as
        much in each next one.
    crop_n_points_downscale_factor : int
        In layer i `points_per_side` is divided by it i times.
    crop_nms_thresh : float
        As `box_nms_thresh`, between crops.

    Returns
    -------
    supervision.Detections
        Best first: `mask` (N, H, W), `xyxy` in image pixels (right and bottom inclusive), `confidence` the
        predicted IoU cut to 0..1, `class_id` the mask's number, and in `data` `class_name`,
        `predicted_iou`, `stability_score` and `point_coords` (N, 2), with crops also `crop_box` (N, 4), xyxy.
        `metadata["counts"]` says how many candidates were left after each step.

    Raises
    ------
    TypeError, ValueError
        If `segmenter` is no Segmenter, `points_per_side` or the factor no whole number from 1,
        `crop_n_layers` none from 0, or the overlap no share.

    Examples
    --------
    >>> detections = generate_masks(Segmenter("coffee"), points_per_side=4)
    >>> len(detections)
    5
    """
    if not isinstance(segmenter, Segmenter):
        raise TypeError(f"segmenter must be a Segmenter, as in Segmenter('cat'), got {describe(segmenter)}")
    _check_crops(crop_n_layers, crop_overlap_ratio, crop_n_points_downscale_factor)
    grids = [
        (box, point_grid(max(1, points_per_side // crop_n_points_downscale_factor**layer), _size_of(box)))
        for layer in range(crop_n_layers + 1)
        for box in _crops(segmenter.view, layer, crop_overlap_ratio)
    ]
    search = _Search(
        pred_iou_thresh,
        stability_score_thresh,
        box_nms_thresh,
        sum(len(points) for _, points in grids),
        int(DRAWN * segmenter.size[0] * segmenter.size[1] / DRAWN_A_CLICK),
        progress,
        cancelled or (lambda: False),
        {"prompts": 0, "candidates": 0, "predicted_iou": 0, "stability_score": 0, "nms": 0},
    )
    counts, proposals = search.counts, []
    for box, points in grids:
        if search.cancelled():
            break
        crop = segmenter.look_at(box, keep=False)
        proposals += _proposals(crop, points + box[:2], search, segmenter.view)
    counts["nms"] = len(proposals)
    if crop_n_layers:
        areas = np.array([np.prod(p.frame.seen_size) for p in proposals], np.float64)
        kept = suppress([p.box for p in proposals], -areas, crop_nms_thresh)
        proposals = sorted((proposals[i] for i in kept), key=lambda p: -p.predicted_iou)
        counts["crop_nms"] = len(proposals)
    masks = np.zeros((len(proposals), *segmenter.size), np.bool_)
    is_whole = counts["prompts"] == search.clicks
    for i, (mask, proposal) in enumerate(zip(masks, proposals, strict=True)):
        if search.drawing and is_whole:
            search.tell(i / len(masks))
        full = proposal.frame.upscale(proposal.logits)
        np.greater(full, MASK_THRESHOLD, out=mask[proposal.frame.seen_part])
    if min_mask_region_area > 0:
        masks, unchanged = _mend_all(masks, min_mask_region_area)
        boxes = np.array([_box(mask) or (0, 0, 0, 0) for mask in masks]).reshape(-1, 4)
        kept = suppress(boxes, unchanged.astype(np.float64), box_nms_thresh)
        masks, proposals = masks[kept], [proposals[i] for i in kept]
        counts["regions"] = len(proposals)
    if search.drawing and is_whole:
        search.tell(1)
    return _detections(masks, proposals, counts, bool(crop_n_layers))


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


def _check_crops(layers: Any, overlap_ratio: Any, factor: Any) -> None:
    for name, value, least in (
        ("crop_n_layers", layers, 0),
        ("crop_n_points_downscale_factor", factor, 1),
    ):
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be a whole number, as in {least + 1}, got {describe(value)}")
        if value < least:
            raise ValueError(f"{name} must be {least} or more, got {value}")
    if not 0 <= overlap_ratio < 1:
        raise ValueError(f"crop_overlap_ratio must be a share from 0 to below 1, got {overlap_ratio}")


def _crops(view: Box, layer: int, overlap_ratio: float) -> list[Box]:
    """Return the crops of one layer, in the photo."""
    x, y = view[:2]
    boxes = split_boxes(_size_of(view), layer, overlap_ratio)
    return [(x + x0, y + y0, x + x1, y + y1) for x0, y0, x1, y1 in boxes]


def _size_of(box: Box) -> Size:
    return box[3] - box[1], box[2] - box[0]


def _proposals(segmenter: Segmenter, points: FloatArray, search: _Search, whole: Box) -> list[_Proposal]:
    """Click on points of one crop, xy in the photo; return what passes the filters, best first."""
    found, frame, counts = [], segmenter.frame, search.counts
    for point, (logits, predicted_iou) in zip(points, _decode_all(segmenter, points, search), strict=False):
        counts["prompts"] += 1
        counts["candidates"] += len(logits)
        for i in np.flatnonzero(predicted_iou > search.pred_iou_thresh):
            counts["predicted_iou"] += 1
            judged = _judge(logits[i], frame)
            if judged is not None and judged[0] >= search.stability_score_thresh:
                counts["stability_score"] += 1
                place = (float(point[0]), float(point[1]))
                proposal = _Proposal(logits[i].copy(), float(predicted_iou[i]), *judged, place, frame)
                if not _is_at_rim(proposal.box, segmenter.view, whole):
                    found.append(proposal)
        search.tell()
    kept = suppress([p.box for p in found], [p.predicted_iou for p in found], search.box_nms_thresh)
    return [found[i] for i in kept]


def _decode_all(
    segmenter: Segmenter, points: FloatArray, search: _Search
) -> Iterator[tuple[FloatMasks, FloatMasks]]:
    """Yield logits (3, h, w) and predicted IoU (3,) for each point, xy in the photo."""
    asked = takewhile(lambda _: not search.cancelled(), points - segmenter.view[:2])
    prompts = (Prompt([(float(x), float(y))]) for x, y in asked)
    engine: Any = segmenter.engine
    embedding = segmenter.embedding
    if hasattr(engine, "decode_batch"):
        answers = engine.decode_batch(embedding, prompts)
    else:
        answers = (engine.decode(embedding, prompt) for prompt in prompts)
    for logits, predicted_iou in answers:
        checked(engine.name, logits, predicted_iou)
        yield logits, predicted_iou


def _judge(logits: FloatMasks, frame: Frame) -> tuple[float, FloatArray] | None:
    """Return a mask's stability score and its box in the photo, or None if it is empty."""
    full = frame.upscale(logits, frame.detail_size)
    wide = np.count_nonzero(full > MASK_THRESHOLD - STABILITY_OFFSET)
    box = _box(full > MASK_THRESHOLD)
    if box is None:
        return None
    stability = np.count_nonzero(full > MASK_THRESHOLD + STABILITY_OFFSET) / wide
    rows, columns = frame.seen_part
    corners = scale_points(np.reshape(box, (2, 2)), frame.detail_size, frame.seen_size)
    return stability, (corners + (columns.start, rows.start)).ravel()


def _is_at_rim(box: FloatArray, crop: Box, whole: Box) -> bool:
    """Say whether a box ends at the rim of a crop, where the photo goes on: the mask is likely cut off."""
    at_crop = np.abs(box - crop) <= CROP_RIM
    return bool((at_crop & (np.abs(box - whole) > CROP_RIM)).any())


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


def _detections(
    masks: BoolArray, proposals: list[_Proposal], counts: dict[str, int], in_crops: bool
) -> sv.Detections:
    import supervision as sv

    if not proposals:
        empty = sv.Detections.empty()
        empty.metadata["counts"] = counts
        return empty
    predicted_iou = np.array([p.predicted_iou for p in proposals], np.float32)
    whole = (0, 0, *masks.shape[:0:-1])
    crops = {"crop_box": np.array([p.frame.view or whole for p in proposals])} if in_crops else {}
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
            **crops,
        },
        metadata={"counts": counts},
    )
