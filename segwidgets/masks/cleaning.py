"""Mending a mask's shape: holes filled, islands dropped, the edge smoothed."""

from __future__ import annotations

import numpy as np

from segwidgets._validation import BoolArray, check_mask
from segwidgets.masks.regions import label_holes, label_pieces


def clean(
    mask: BoolArray,
    fill_holes: bool = True,
    max_hole_px: int | None = None,
    min_island_share: float = 0.05,
    smooth: int = 0,
) -> BoolArray:
    """Return a mended copy of a mask: smoothed first, then without holes and without islands.

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
        Radius in pixels of a median filter: each pixel goes with the majority of the square around it.

    Raises
    ------
    ValueError
        If `min_island_share` or `smooth` is out of range.
    """
    mask = check_mask(mask).copy()
    if not 0 <= min_island_share <= 1:
        raise ValueError(f"min_island_share must be a share from 0 to 1, got {min_island_share!r}")
    if not isinstance(smooth, int) or smooth < 0:
        raise ValueError(f"smooth must be a radius in whole pixels, 0 or more, got {smooth!r}")
    if smooth:
        import cv2

        mask = cv2.medianBlur(mask.view(np.uint8), 2 * smooth + 1).astype(np.bool_)
    if fill_holes:
        labels, areas = label_holes(mask)
        mask |= ((areas > 0) & (areas <= (mask.size if max_hole_px is None else max_hole_px)))[labels]
    if min_island_share > 0:
        labels, areas = label_pieces(mask)
        mask &= (areas >= min_island_share * areas.max())[labels]
    return mask
