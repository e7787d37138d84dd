"""What can be counted on one mask: numbers only, the words are in `diagnosis`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray, UInt8Array, check_image, check_mask
from segwidgets.masks.regions import (
    border_contact,
    box_around,
    hole_areas,
    hull_area,
    island_areas,
    perimeter,
)
from segwidgets.masks.regions import stability_score as stability_of

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
        See `stability_score`; None where neither it nor logits were given.
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


def measure(
    mask: BoolArray,
    image: UInt8Array | None = None,
    low_res_logits: npt.NDArray[np.floating] | None = None,
    stability_score: float | None = None,
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
    stability_score : float, optional
        Where it is known already, as in `Candidates.stability_score`.

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
    if stability_score is None and low_res_logits is not None:
        stability_score = stability_of(low_res_logits, (mask.shape[0], mask.shape[1]))
    agreement = None if image is None else edge_agreement(mask, image)
    box = box_around(mask)
    if box is None:
        return MaskMeasures(stability_score=stability_score, edge_agreement=agreement)
    x0, y0, x1, y1 = box
    inside = mask[y0:y1, x0:x1]
    rows, columns = inside.sum(axis=1), inside.sum(axis=0)
    area = int(rows.sum())
    centroid = (
        float(columns @ np.arange(x0, x1)) / area + 0.5,
        float(rows @ np.arange(y0, y1)) / area + 0.5,
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
        stability_score=stability_score,
        edge_agreement=agreement,
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
