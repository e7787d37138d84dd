"""Mending a mask's shape: holes filled, islands dropped, the edge smoothed or moved."""

from __future__ import annotations

from numbers import Real

import numpy as np

from segwidgets.ground.validation import BoolArray, check_mask, check_whole, describe
from segwidgets.masks.regions import label_holes, label_pieces

MAX_SMOOTH = 1000
"""Largest radius of `clean`'s median filter in pixels."""
MAX_GROW = 1000
"""Most pixels that `clean` moves the edge by."""


def clean(
    mask: BoolArray,
    fill_holes: bool = True,
    max_hole_px: int | None = None,
    min_island_share: float = 0.05,
    smooth: int = 0,
    grow: int = 0,
) -> BoolArray:
    """Return a mended copy of a mask: smoothed first, then grown, then without holes and without islands.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask; it is left as it is.
    fill_holes : bool
        Fill the holes (see `find_holes`).
    max_hole_px : int, optional
        Fill only holes of at most so many pixels: a doughnut keeps its own.
    min_island_share : float
        Drop islands smaller than this share of the largest piece, from 0 (none) to 1 (all smaller ones).
    smooth : int
        Radius in pixels of a median filter: each pixel goes with the majority of the square around it;
        at most `MAX_SMOOTH`.
    grow : int
        Move the edge outwards by so many pixels, over edges only, or inwards where it is negative; at most
        `MAX_GROW`. Where the mask leaves the photo it stays at the rim.

    Raises
    ------
    ValueError
        If `min_island_share`, `max_hole_px`, `smooth` or `grow` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> mask = np.zeros((20, 30), dtype=bool)
    >>> mask[5:15, 10:20] = True
    >>> mask[9:11, 14:16] = False  # a hole
    >>> measure(mask).holes, measure(clean(mask)).holes
    (1, 0)
    """
    mask = check_mask(mask).copy()
    if not isinstance(min_island_share, Real) or not 0 <= min_island_share <= 1:
        raise ValueError(f"min_island_share must be a share from 0 to 1, got {describe(min_island_share)}")
    if max_hole_px is not None:
        max_hole_px = check_whole(max_hole_px, "max_hole_px")
    smooth = check_whole(smooth, "smooth", most=MAX_SMOOTH, what="a radius in whole pixels")
    if smooth:
        mask = _majority(mask, smooth)
    if not isinstance(grow, int | np.integer) or isinstance(grow, bool) or abs(grow) > MAX_GROW:
        raise ValueError(
            f"grow must be whole pixels from -{MAX_GROW} to {MAX_GROW}, negative to shrink, got "
            f"{describe(grow)}"
        )
    if grow:
        mask = _moved(mask, int(grow))
    if not isinstance(fill_holes, int | np.bool_):
        raise ValueError(f"fill_holes must be True or False, got {describe(fill_holes)}")
    if fill_holes:
        labels, areas = label_holes(mask)
        mask |= ((areas > 0) & (areas <= (mask.size if max_hole_px is None else max_hole_px)))[labels]
    if min_island_share > 0:
        labels, areas = label_pieces(mask)
        mask &= (areas >= min_island_share * areas.max())[labels]
    return mask


def _majority(mask: BoolArray, radius: int) -> BoolArray:
    """Return the median of a mask in a square window; beyond the edge its outermost pixels go on.

    Equal to `cv2.medianBlur`, which goes no further than a radius of 127, and as quick for every radius.
    """
    import cv2

    side = 2 * radius + 1
    counts = cv2.boxFilter(
        mask.view(np.uint8), cv2.CV_32S, (side, side), normalize=False, borderType=cv2.BORDER_REPLICATE
    )
    majority: BoolArray = 2 * counts > side * side
    return majority


def _moved(mask: BoolArray, by: int) -> BoolArray:
    """Return a mask whose edge is moved outwards, or inwards; beyond the photo's rim it goes on as it is."""
    import cv2

    step = cv2.dilate if by > 0 else cv2.erode
    plus = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    return np.asarray(step(mask.view(np.uint8), plus, iterations=abs(by))).astype(np.bool_)
