"""Numbers and words about masks: regions, measures, comparison, cleaning, run lengths, diagnosis.

A mask is (H, W) bool. Nothing here knows a network, draws, or touches a file.
"""

from segwidgets.masks.cleaning import clean
from segwidgets.masks.comparison import MaskComparison, compare, mask_iou, roc_auc
from segwidgets.masks.diagnosis import Diagnosis, diagnose
from segwidgets.masks.measures import MaskMeasures, edge_agreement, measure
from segwidgets.masks.regions import (
    border_contact,
    deepest_point,
    find_holes,
    find_islands,
    hole_areas,
    island_areas,
    perimeter,
    stability_score,
)
from segwidgets.masks.rle import decode, encode

__all__ = [
    "Diagnosis",
    "MaskComparison",
    "MaskMeasures",
    "border_contact",
    "clean",
    "compare",
    "decode",
    "deepest_point",
    "diagnose",
    "edge_agreement",
    "encode",
    "find_holes",
    "find_islands",
    "hole_areas",
    "island_areas",
    "mask_iou",
    "measure",
    "perimeter",
    "roc_auc",
    "stability_score",
]
