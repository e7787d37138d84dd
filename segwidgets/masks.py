"""What can be counted on a mask, alone or against another: numbers only, the words are in `diagnosis`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets._regions import (
    border_contact,
    find_holes,
    find_islands,
    hole_areas,
    hull_area,
    island_areas,
    label_holes,
    label_pieces,
    perimeter,
    stability_score,
)
from segwidgets._validation import BoolArray, UInt8Array, check_image, check_mask, describe

__all__ = [
    "MaskComparison",
    "MaskMeasures",
    "border_contact",
    "clean",
    "compare",
    "decode",
    "edge_agreement",
    "encode",
    "find_holes",
    "find_islands",
    "hole_areas",
    "island_areas",
    "measure",
    "perimeter",
    "stability_score",
]

BOUNDARY_RATIO = 0.02  # width of the boundary band, as a share of the image's diagonal (Cheng et al. 2021)
EDGE_TOLERANCE_RATIO = 0.002  # how far a contour may lie from the photo's edge, as a share of the diagonal


@dataclass(frozen=True)
class MaskMeasures:
    """What `measure` found; lengths in pixels, shares from 0 to 1, x to the right and y down.

    The defaults are those of an empty mask.

    Attributes
    ----------
    area_px : int
        Pixels of the mask.
    area_share : float
        The same as a share of the image.
    box : (int, int, int, int) or None
        x0, y0, x1, y1 around the mask, x1 and y1 exclusive: `mask[y0:y1, x0:x1]` holds all of it. None
        for an empty mask.
    centroid : (float, float) or None
        Mean x, y of the pixels' centres, a pixel's centre lying at +0.5. None for an empty mask.
    components : int
        Pieces that hang together, diagonal neighbours included (8-connectivity).
    largest_share : float
        The largest piece's share of the mask's area; 0 for an empty mask.
    islands, island_px : int
        Number and pixels of the pieces other than the largest.
    holes, hole_px : int
        Number and pixels of the holes, see `find_holes`.
    perimeter : float
        Length of the contour, holes and the photo's border included, by Crofton's formula in four
        directions (`skimage.measure.perimeter_crofton`).
    compactness : float or None
        Isoperimetric quotient 4 pi area / perimeter^2 (Polsby and Popper 1991): 1 for a disk, towards 0 for
        what is ragged or thin; at most 1, although a few pixels can come out higher. None for an empty mask.
    solidity : float or None
        Area over the area of the convex hull of the pixels' corners. None for an empty mask.
    border_contact : float
        See `border_contact`.
    stability_score : float or None
        See `stability_score`; None without logits.
    edge_agreement : float or None
        See `edge_agreement`; None without an image, and where there is no contour inside the photo.
    """

    area_px: int = 0
    area_share: float = 0.0
    box: tuple[int, int, int, int] | None = None
    centroid: tuple[float, float] | None = None
    components: int = 0
    largest_share: float = 0.0
    islands: int = 0
    island_px: int = 0
    holes: int = 0
    hole_px: int = 0
    perimeter: float = 0.0
    compactness: float | None = None
    solidity: float | None = None
    border_contact: float = 0.0
    stability_score: float | None = None
    edge_agreement: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the measures as plain numbers and tuples, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class MaskComparison:
    """What `compare` found between a mask and a reference; shares from 0 to 1.

    Attributes
    ----------
    iou : float
        Intersection over union (Jaccard's index).
    dice : float
        2 x intersection / (area of the mask + area of the reference).
    precision : float
        Share of the mask that lies in the reference.
    recall : float
        Share of the reference that the mask covers.
    boundary_iou : float
        IoU of the two inner boundary bands, 2 % of the image's diagonal wide: Cheng et al. 2021,
        "Boundary IoU: Improving Object-Centric Image Segmentation Evaluation", arXiv:2103.16562.
    leak_px, miss_px : int
        Pixels in the mask but not in the reference, and the other way round.
    leak_share : float
        `leak_px` as a share of the mask; 0 for an empty mask.
    miss_share : float
        `miss_px` as a share of the reference; 0 for an empty reference.
    """

    iou: float
    dice: float
    precision: float
    recall: float
    boundary_iou: float
    leak_px: int
    leak_share: float
    miss_px: int
    miss_share: float

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain numbers, ready for JSON."""
        return asdict(self)


def measure(
    mask: BoolArray, image: UInt8Array | None = None, low_res_logits: npt.NDArray[np.floating] | None = None
) -> MaskMeasures:
    """Measure one mask.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask; empty and full ones have answers too.
    image : ndarray of shape (H, W, 3), uint8, optional
        The photo in RGB, for `edge_agreement`.
    low_res_logits : ndarray of shape (256, 256), optional
        SAM's logits for this mask, for `stability_score`.

    Raises
    ------
    TypeError, ValueError
        If the mask is not binary or the sizes do not agree.

    Examples
    --------
    >>> import numpy as np
    >>> square = np.zeros((20, 30), dtype=bool)
    >>> square[5:15, 10:20] = True
    >>> measure(square).box, measure(square).holes
    ((10, 5, 20, 15), 0)
    """
    mask = check_mask(mask)
    stability = None if low_res_logits is None else stability_score(low_res_logits, mask.shape)
    agreement = None if image is None else edge_agreement(mask, image)
    rows, columns = mask.sum(axis=1), mask.sum(axis=0)
    area = int(rows.sum())
    if area == 0:
        return MaskMeasures(stability_score=stability, edge_agreement=agreement)
    ys, xs = np.flatnonzero(rows), np.flatnonzero(columns)
    box = (int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1)
    inside = mask[box[1] : box[3], box[0] : box[2]]
    centroid = (
        float(columns @ np.arange(mask.shape[1])) / area + 0.5,
        float(rows @ np.arange(mask.shape[0])) / area + 0.5,
    )
    pieces, holes = island_areas(inside, with_largest=True), hole_areas(inside)
    length = perimeter(inside)
    return MaskMeasures(
        area_px=area,
        area_share=area / mask.size,
        box=box,
        centroid=centroid,
        components=len(pieces),
        largest_share=int(pieces[0]) / area,
        islands=len(pieces) - 1,
        island_px=int(pieces[1:].sum()),
        holes=len(holes),
        hole_px=int(holes.sum()),
        perimeter=length,
        compactness=min(1.0, 4 * math.pi * area / length**2),
        solidity=area / hull_area(inside),
        border_contact=border_contact(mask),
        stability_score=stability,
        edge_agreement=agreement,
    )


def compare(mask: BoolArray, reference: BoolArray) -> MaskComparison:
    """Hold a mask against a reference of the same size.

    Two empty masks agree wholly (every index is 1); if only one of the two is empty, every index is 0.

    Parameters
    ----------
    mask, reference : ndarray of shape (H, W), bool
        The mask to judge and what it is held against.

    Raises
    ------
    TypeError, ValueError
        If one is not binary or their shapes differ.
    """
    mask = check_mask(mask)
    reference = check_mask(reference, "reference", mask.shape)
    common, area, target = (int(np.count_nonzero(m)) for m in (mask & reference, mask, reference))

    def ratio(part: int, whole: int) -> float:
        return part / whole if whole else float(area == target)

    band, target_band = _boundary(mask), _boundary(reference)
    return MaskComparison(
        iou=ratio(common, area + target - common),
        dice=ratio(2 * common, area + target),
        precision=ratio(common, area),
        recall=ratio(common, target),
        boundary_iou=ratio(int((band & target_band).sum()), int((band | target_band).sum())),
        leak_px=area - common,
        leak_share=(area - common) / area if area else 0.0,
        miss_px=target - common,
        miss_share=(target - common) / target if target else 0.0,
    )


def edge_agreement(mask: BoolArray, image: UInt8Array) -> float | None:
    """Return how well a mask's contour lies on the edges of the photo.

    The photo's gradient is the difference between the brightest and the darkest value within a 3 x 3
    window, in the channel where it is largest, after a Gaussian blur of 1 px (the morphological gradient:
    Rivest, Soille and Beucher 1993, "Morphological gradients"), and then its maximum within a tolerance of
    0.2 % of the photo's diagonal, at least 1 px. Each pixel of the contour scores the share of the photo's
    pixels with a weaker gradient (equal ones count half); the answer is the mean over the contour.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    image : ndarray of shape (H, W, 3), uint8
        The photo in RGB.

    Returns
    -------
    float or None
        About 0.5 for a contour laid down by chance, towards 1 for one on the strongest edges; low as well
        for a true contour that is soft while the rest of the photo has texture (fur before a blurred
        background). None where no contour lies inside the photo (an empty or a full mask).

    Raises
    ------
    TypeError, ValueError
        If the two do not have the same height and width.
    """
    import cv2

    image = check_image(image)
    mask = check_mask(mask, shape=image.shape[:2])
    inner = mask.view(np.uint8)
    contour = inner > cv2.erode(inner, np.ones((3, 3), np.uint8))  # beyond the photo counts as mask
    if not contour.any():
        return None
    steps = cv2.morphologyEx(
        cv2.GaussianBlur(image, (0, 0), 1.0), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)
    )
    tolerance = max(1, round(EDGE_TOLERANCE_RATIO * math.hypot(*mask.shape)))
    gradient = cv2.dilate(steps.max(axis=2), np.ones((2 * tolerance + 1,) * 2, np.uint8))
    counts = np.bincount(gradient.ravel(), minlength=256)
    ranks = (np.cumsum(counts) - counts / 2) / gradient.size
    return float(ranks[gradient[contour]].mean())


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


def encode(mask: BoolArray) -> dict[str, Any]:
    """Write a mask as COCO's compressed run-length encoding, as `pycocotools.mask` reads it.

    Returns
    -------
    dict
        `size`, [height, width], and `counts`, a string: ready for JSON.
    """
    import supervision as sv

    mask = check_mask(mask)
    return {"size": list(mask.shape), "counts": sv.mask_to_rle(mask, compressed=True)}


def decode(rle: dict[str, Any]) -> BoolArray:
    """Read a mask from COCO's run-length encoding.

    Parameters
    ----------
    rle : dict
        `size`, [height, width], and `counts`: a compressed string (or bytes), or a list of run lengths.

    Raises
    ------
    TypeError
        If it is not such a dict.
    ValueError
        If the runs do not add up to the size.
    """
    import supervision as sv

    if not isinstance(rle, dict) or not {"size", "counts"} <= set(rle):
        raise TypeError(f'rle must be a dict {{"size": [height, width], "counts": ...}}, got {describe(rle)}')
    try:
        height, width = (int(side) for side in rle["size"])
        return sv.rle_to_mask(rle["counts"], (width, height))
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise ValueError(
            f"rle must hold run lengths that add up to its size {rle['size']!r}, [height, width]; "
            f"were they cut off or swapped? ({error})"
        ) from error


def _boundary(mask: BoolArray) -> BoolArray:
    """Return the inner boundary band of Boundary IoU; beyond the image counts as background."""
    import cv2

    width = max(1, round(BOUNDARY_RATIO * math.hypot(*mask.shape)))
    padded = np.pad(mask, 1).astype(np.uint8)
    return mask & ~cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=width)[1:-1, 1:-1].astype(np.bool_)
