"""A mask held against a reference: IoU and its kin."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray, check_mask

BOUNDARY_RATIO = 0.02  # width of the boundary band, as a share of the image's diagonal (Cheng et al. 2021)


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

    Examples
    --------
    >>> import numpy as np
    >>> reference = np.zeros((20, 30), dtype=bool)
    >>> reference[5:15, 10:20] = True
    >>> mask = np.roll(reference, 5, axis=1)
    >>> round(compare(mask, reference).iou, 2), compare(mask, reference).leak_px
    (0.33, 50)
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


def mask_iou(mask: BoolArray, reference: BoolArray) -> float:
    """Return only the IoU of two masks (H, W), as `compare` has it, in a small part of its time.

    Raises
    ------
    TypeError, ValueError
        If one is not binary or their shapes differ.
    """
    mask = check_mask(mask)
    reference = check_mask(reference, "reference", mask.shape)
    common = int(np.count_nonzero(mask & reference))
    union = int(np.count_nonzero(mask)) + int(np.count_nonzero(reference)) - common
    return common / union if union else 1.0


def roc_auc(values: npt.NDArray[np.floating], wanted: BoolArray) -> float | None:
    """Say how well values rank what is wanted before the rest: the area under the ROC curve, 0 to 1.

    It is the share of all pairs, one that is wanted and one that is not, in which the wanted one has the
    higher value; equal values count one half. Mann and Whitney 1947, "On a Test of Whether one of Two Random
    Variables is Stochastically Larger than the Other", doi:10.1214/aoms/1177730491.

    Parameters
    ----------
    values : ndarray of any shape
        As a likeness; they need no scale.
    wanted : ndarray of the same shape, bool

    Returns
    -------
    float or None
        0.5 is what chance does; None where all or none are wanted.

    Raises
    ------
    ValueError
        If the two shapes differ.

    Examples
    --------
    >>> roc_auc(np.array([0.9, 0.4, 0.7, 0.1]), np.array([True, True, False, False]))
    0.75
    """
    from scipy import stats

    if values.shape != wanted.shape:
        raise ValueError(f"values and wanted must have one shape, got {values.shape} and {wanted.shape}")
    count = int(np.count_nonzero(wanted))
    others = wanted.size - count
    if not count or not others:
        return None
    ranks = stats.rankdata(values, axis=None).reshape(values.shape)
    return float((ranks[wanted].sum() - count * (count + 1) / 2) / (count * others))


def _boundary(mask: BoolArray) -> BoolArray:
    """Return the inner boundary band of Boundary IoU; beyond the image counts as background."""
    import cv2

    width = max(1, round(BOUNDARY_RATIO * math.hypot(*mask.shape)))
    width = min(width, (min(mask.shape) + 1) // 2)  # by then nothing is left, and the window fits in memory
    padded = np.pad(mask, 1).astype(np.uint8)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=width)[1:-1, 1:-1]
    band: BoolArray = mask & (inner == 0)
    return band
