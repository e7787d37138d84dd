"""Pieces, holes, outline and steadiness of one mask: what `Segmenter`, `masks` and annotators share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from segwidgets.frame import Frame
from segwidgets.geometry import Box
from segwidgets.ground.validation import BoolArray, array_of, check_mask, describe

IntArray = npt.NDArray[np.int64]

_CROFTON = np.zeros(16)  # what a window of 2 x 2 pixels adds to the perimeter
_CROFTON[[1, 5]] = np.pi / 4 * (1 + 1 / np.sqrt(2))
_CROFTON[[2, 7, 10, 11]] = np.pi / (4 * np.sqrt(2))
_CROFTON[3] = np.pi / (2 * np.sqrt(2))
_CROFTON[[8, 12]] = np.pi / 4
_CROFTON[[9, 13]] = np.pi / 2
STABILITY_OFFSET = 1.0  # stability_score_offset of SamAutomaticMaskGenerator


def find_holes(mask: BoolArray, min_area: int = 1) -> BoolArray:
    """Mark the holes of a mask: background that the mask encloses.

    Background hangs together over edges only (4-connectivity, as the mask does over corners too), and
    what reaches the photo's border is no hole.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    min_area : int
        Leave out holes of fewer pixels.

    Returns
    -------
    ndarray of shape (H, W), bool
    """
    labels, areas = label_holes(check_mask(mask))
    return (areas >= max(min_area, 1))[labels]


def find_islands(mask: BoolArray, min_area: int = 1) -> BoolArray:
    """Mark the islands of a mask: every piece (8-connectivity) but the largest.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    min_area : int
        Leave out islands of fewer pixels.

    Returns
    -------
    ndarray of shape (H, W), bool
    """
    labels, areas = label_pieces(check_mask(mask))
    areas[areas.argmax()] = 0
    return (areas >= max(min_area, 1))[labels]


def hole_areas(mask: BoolArray) -> IntArray:
    """Return the pixels of each hole (see `find_holes`), largest first."""
    around = np.pad(~check_mask(mask), 1, constant_values=True)  # the ring joins all that is outside
    return np.sort(_areas(around, reach=0)[1:])[::-1]


def island_areas(mask: BoolArray, with_largest: bool = False) -> IntArray:
    """Return the pixels of each island (see `find_islands`), largest first; the largest piece on request."""
    areas = _areas(np.pad(check_mask(mask), ((0, 0), (0, 1))), reach=1)
    return np.sort(areas)[::-1][0 if with_largest else 1 :]


def _areas(mask: BoolArray, reach: int) -> IntArray:
    """Return the pixels of each piece of a mask, first that of the first pixel.

    Runs of pixels are joined and not the pixels: it takes as long as the outline is long, not the area.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The last of each row is False, or else each row goes over into the next one.
    reach : int
        1 where pieces hang together over corners, too, and 0 where only over edges.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    flat, width = mask.ravel(), mask.shape[1]
    borders = np.flatnonzero(np.diff(flat, prepend=False, append=False))
    starts, ends = borders[::2], borders[1::2]
    first = np.searchsorted(ends, starts + width - reach, side="right")  # that it touches in the row below
    beyond = np.searchsorted(starts, ends + width + reach, side="left")
    counts = np.maximum(beyond - first, 0)
    upper = np.repeat(np.arange(len(starts)), counts)
    lower = np.arange(len(upper)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    touching = coo_array((np.ones(len(upper), np.bool_), (upper, lower)), shape=(len(starts),) * 2)
    count, labels = connected_components(touching, directed=False)
    return np.bincount(labels, weights=ends - starts, minlength=count).astype(np.int64)


def perimeter(mask: BoolArray) -> float:
    """Return the length of a mask's contour in pixels, holes and the photo's border included.

    Crofton's formula in four directions, to the last bit as `skimage.measure.perimeter_crofton` has it, in a
    part of its time: only windows of 2 x 2 pixels that are mixed count.
    """
    pixels = np.pad(check_mask(mask), 1).view(np.uint8)
    windows = pixels[1:, 1:] | pixels[:-1, 1:] << 1 | pixels[1:, :-1] << 2 | pixels[:-1, :-1] << 3
    mixed = windows[(windows != 0) & (windows != 15)]
    return float(_CROFTON @ np.bincount(mixed, minlength=16))


def border_contact(mask: BoolArray) -> float:
    """Return the share of the photo's rim (its outermost pixels) that a mask covers, from 0 to 1.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    """
    mask = check_mask(mask)
    sides = [mask[0], mask[1:, -1], mask[-1, :-1] if mask.shape[0] > 1 else mask[:0, 0]]
    if mask.shape[1] > 1:
        sides.append(mask[1:-1, 0])
    return float(np.concatenate(sides).mean())


def reaches_rim(mask: BoolArray, view: Box) -> bool:
    """Say whether a mask reaches the outermost pixels of a part of the photo, where the photo goes on.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask of the whole photo.
    view : (int, int, int, int)
        x0, y0, x1, y1 of the part, in whole pixels.
    """
    (height, width), (x0, y0, x1, y1) = mask.shape, view
    sides = (
        (x0 > 0, mask[y0:y1, x0]),
        (y0 > 0, mask[y0, x0:x1]),
        (x1 < width, mask[y0:y1, x1 - 1]),
        (y1 < height, mask[y1 - 1, x0:x1]),
    )
    return any(goes_on and bool(pixels.any()) for goes_on, pixels in sides)


def stability_score(low_res_logits: npt.NDArray[np.floating], size: tuple[int, int] | Frame) -> float:
    """Return how little a mask changes when its threshold moves: IoU of `logits > 1` and `logits > -1`.

    The formula of `segment_anything.utils.amg.calculate_stability_score` at threshold 0 and offset 1, on
    the part of the logits that shows the photo.

    Parameters
    ----------
    low_res_logits : ndarray of shape (h, w)
        The logits of one mask: SAM's are (256, 256).
    size : (int, int) or Frame
        (height, width) of the photo, for logits that lie on it as SAM's do (its longest side fills the
        square); for another network how the photo lies in them, see `Segmenter.frame`.

    Returns
    -------
    float
        From 0 to 1; 1 when both masks are empty.

    Raises
    ------
    ValueError
        If the logits are not those of one mask, or hold NaN.
    """
    must = "low_res_logits must be an array of numbers"
    logits = array_of(low_res_logits, must)
    if logits.dtype.kind not in "buif":
        raise TypeError(f"{must}, got {describe(low_res_logits)}")
    side = max(1, len(logits)) if logits.ndim else 1
    frame = size if isinstance(size, Frame) else Frame.letterbox(size, side, side, side)
    if logits.shape != frame.logits_shape:
        wanted = frame.logits_shape if isinstance(size, Frame) else "(h, h), for SAM (256, 256)"
        raise ValueError(
            f"low_res_logits must have shape {wanted}, those of one mask, got {logits.shape}; "
            "take one, as in low_res_logits[0]"
        )
    photo = frame.crop_logits(logits)
    if np.isnan(photo).any():
        raise ValueError(
            "low_res_logits hold NaN, which is neither mask nor background: the network failed; "
            "ask again, and see `segwidgets doctor` if it does so again"
        )
    loose = np.count_nonzero(photo > -STABILITY_OFFSET)
    return float(np.count_nonzero(photo > STABILITY_OFFSET) / loose) if loose else 1.0


def box_around(mask: BoolArray) -> tuple[int, int, int, int] | None:
    """Return x0, y0, x1, y1 around a mask, x1 and y1 exclusive: `mask[y0:y1, x0:x1]`; None if it is empty."""
    import cv2

    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return (x, y, x + width, y + height) if width else None


def deepest_point(mask: BoolArray, exact: bool = True) -> tuple[int, int]:
    """Return the pixel (x, y) of a mask that is farthest from its edge and from the photo's border.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    exact : bool
        Whether to measure with the exact Euclidean distance, or as the words of `diagnose` always did, with
        OpenCV's approximation by 5 x 5 steps, which at times settles on a neighbour that is as good.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    import cv2

    mask = check_mask(mask)
    if not mask.any():
        raise ValueError("the mask is empty: it has no deepest point")
    size = cv2.DIST_MASK_PRECISE if exact else cv2.DIST_MASK_5
    distance = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, size)
    y, x = np.unravel_index(int(distance[1:-1, 1:-1].argmax()), mask.shape)
    return int(x), int(y)


def label_pieces(mask: BoolArray) -> tuple[npt.NDArray[np.int32], IntArray]:
    """Label the pieces of a mask (8-connectivity); the areas by label, the background's set to 0."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    areas[0] = 0
    return labels, areas


def label_holes(mask: BoolArray) -> tuple[npt.NDArray[np.int32], IntArray]:
    """Label the holes of a mask; the areas by label, the mask's and the outer background's set to 0."""
    import cv2

    background = np.pad(~mask, 1, constant_values=True).astype(np.uint8)  # the ring joins all that is outside
    _, labels, stats, _ = cv2.connectedComponentsWithStats(background, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    areas[[0, labels[0, 0]]] = 0
    return labels[1:-1, 1:-1], areas


def hull_area(mask: BoolArray) -> float:
    """Return the area of the convex hull of the corners of a mask's pixels; the mask is not empty."""
    import cv2

    ys = np.flatnonzero(mask.any(axis=1))
    left = mask[ys].argmax(axis=1)
    right = mask.shape[1] - mask[ys, ::-1].argmax(axis=1)
    corners = [np.column_stack((x, y)) for x in (left, right) for y in (ys, ys + 1)]
    return float(cv2.contourArea(cv2.convexHull(np.concatenate(corners).astype(np.int32))))
