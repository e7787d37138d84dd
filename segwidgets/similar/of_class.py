"""What DeepLab names like the exemplars: their class, and its regions where nothing has been found yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segwidgets.candidates import Candidates
from segwidgets.ground.validation import BoolArray, FloatArray
from segwidgets.prompts import Prompt
from segwidgets.semantic import SemanticSegmentation
from segwidgets.similar.likeness import Likeness
from segwidgets.similar.things import Thing, rating

MAJORITY = 0.5  # share of a mask's pixels that must have a class for the mask to have it
MIN_REGION = 0.002  # of the photo: a smaller region of a class is a speck
MIN_DEPTH = 0.3  # of a region's depth: what is left of it and is shallower is the rim of what was found


@dataclass(frozen=True)
class Seed:
    """A part of a class's region, without a mask yet: area in pixels, deepest point xy, box xyxy."""

    area: int
    point: tuple[float, float]
    box: tuple[float, float, float, float]

    @property
    def click(self) -> Prompt:
        """A click on the part."""
        return Prompt([self.point])

    @property
    def click_and_box(self) -> Prompt:
        """The same with the part's box, for where the click alone is taken for a detail."""
        return Prompt([self.point], box=self.box)

    def best_of(self, candidates: Candidates, in_class: BoolArray, likeness: Likeness) -> Thing | None:
        """Return the candidate that is most of the class and nearest to the part's area, or None.

        Its confidence is share · (smaller area / larger area) ^ 0.25 · predicted_iou · stability_score, share
        being that of its pixels that have the class.
        """
        best = None
        for i, mask in enumerate(candidates.masks):
            if not mask.any() or likeness.of(candidates, i).max() <= 0:
                continue  # as the table where a cup is taken for it: like the background, whatever its class
            thing = Thing.cut(mask)
            share = thing.share_in(in_class)
            ratio = min(self.area / thing.area, thing.area / self.area)
            confidence = rating(candidates, i, share, ratio)
            if share > MAJORITY and (best is None or confidence > best.confidence):
                best = Thing.chosen(candidates, i, confidence, "class")
        return best


def common_class(things: Sequence[Thing], semantic: SemanticSegmentation) -> str | None:
    """Return the class that most pixels of each thing have; None if it is the background, or not the same."""
    winners = set()
    for thing in things:
        votes = np.bincount(semantic.class_map[thing.place][thing.piece])
        winner = int(votes.argmax())
        winners.add(winner if votes[winner] > MAJORITY * thing.area else 0)
    index = winners.pop()
    return semantic.class_names[index] if index and not winners else None


def seeds(in_class: BoolArray, covered: BoolArray) -> list[Seed]:
    """Return what is left of a class's regions (H, W) where a mask (H, W) does not cover them, largest first.

    A part counts if it is nearly as deep as the region that it is of; else it is the rim of what covers it.
    """
    import cv2

    left = in_class & ~covered
    depth, depth_left = _depth(in_class), _depth(left)
    _, regions = cv2.connectedComponents(in_class.view(np.uint8))
    count, parts, stats, _ = cv2.connectedComponentsWithStats(left.view(np.uint8))
    found = []
    for part in range(1, count):
        x, y, width, height, area = stats[part].tolist()
        if area < MIN_REGION * left.size:
            continue
        box = slice(y, y + height), slice(x, x + width)
        deepness = np.where(parts[box] == part, depth_left[box], 0)
        row, column = np.unravel_index(int(deepness.argmax()), deepness.shape)
        if deepness.max() >= MIN_DEPTH * depth[regions == regions[y + row, x + column]].max():
            point = float(x + column), float(y + row)
            found.append(Seed(area, point, (float(x), float(y), float(x + width), float(y + height))))
    return sorted(found, key=lambda seed: -seed.area)


def _depth(mask: BoolArray) -> FloatArray:
    """Return each pixel's distance from what is no mask, the photo's border included."""
    import cv2

    padded = np.pad(mask, 1).view(np.uint8)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1])
