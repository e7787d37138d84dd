"""Wrong answers to lesson 5."""

from __future__ import annotations

from typing import Any

import numpy as np
from skimage.measure import label, regionprops

from segwidgets import Segmenter, clean, segment_semantic
from segwidgets.course import reference_mask
from segwidgets.prompts import Prompt
from tests.answers.sam import candidates
from tests.unlisted import Later

reference, suit = reference_mask("cat", "cat"), reference_mask("astronaut", "person")


def named() -> Any:
    return segment_semantic("cat").mask("cat")


def sams() -> Any:
    return Segmenter("cat").predict(Prompt([(250, 170)])).masks[1]


def by_area(place: int, connectivity: int = 2) -> Any:
    def keep(mask: Any) -> Any:
        regions = label(mask, connectivity=connectivity)
        areas = np.bincount(regions.ravel())
        areas[0] = 0
        order = np.argsort(-areas[1:]) + 1
        return regions == order[min(place, len(order) - 1)] if place >= 0 else regions == order[place]

    return keep


def all_but(mask: Any) -> Any:
    return mask & ~by_area(0)(mask)


def largest_box(mask: Any) -> Any:
    regions = label(mask, connectivity=2)
    return regions == max(regionprops(regions), key=lambda one: one.area_bbox).label


def shifted(mask: Any) -> Any:
    regions = label(mask, connectivity=2)
    return regions == np.bincount(regions.ravel())[1:].argmax()


def hull(mask: Any) -> Any:
    from skimage.morphology import convex_hull_image

    return convex_hull_image(by_area(0)(mask))


def box_of(mask: Any) -> Any:
    rows, columns = np.where(by_area(0)(mask))
    box = np.zeros_like(mask)
    box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return box


def closed(mask: Any) -> Any:
    from scipy.ndimage import binary_fill_holes

    return binary_fill_holes(by_area(0)(mask))


def two_largest(mask: Any) -> Any:
    return by_area(0)(mask) | by_area(1)(mask)


def numbered(mask: Any) -> Any:
    return label(mask, connectivity=2)


def on_suit() -> Any:
    return candidates("astronaut", (230, 400))


UNLISTED = [
    ("5.1", "IoU", "IoU", lambda a, b: (a & b).sum() / (a | b).sum()),
    ("5.1", "without the two", "2|twice|half", lambda a, b: (a & b).sum() / (a.sum() + b.sum())),
    (
        "5.1",
        "twice over the union",
        "union|cover together|or",
        lambda a, b: 2 * (a & b).sum() / (a | b).sum(),
    ),
    ("5.1", "parentheses", "parenthes", lambda a, b: 2 * (a & b).sum() / a.sum() + b.sum()),
    ("5.1", "percent", "percent|per cent|0 to 1", lambda a, b: 200 * (a & b).sum() / (a.sum() + b.sum())),
    ("5.1", "precision", "precision", lambda a, b: (a & b).sum() / a.sum()),
    ("5.1", "recall", "recall", lambda a, b: (a & b).sum() / b.sum()),
    ("5.1", "equal pixels", "same in both|equal|accuracy|background", lambda a, b: (a == b).mean()),
    (
        "5.1",
        "one minus",
        "1 −|1 -|one minus|differ",
        lambda a, b: 1 - 2 * (a & b).sum() / (a.sum() + b.sum()),
    ),
    ("5.1", "shared pixels", "divide|share|pixels", lambda a, b: (a & b).sum()),
    ("5.1", "integer division", "//|whole", lambda a, b: 2 * (a & b).sum() // (a.sum() + b.sum())),
    ("5.1", "or for and", "or|either|\\|", lambda a, b: 2 * (a | b).sum() / (a.sum() + b.sum())),
    ("5.1", "what differs", "differ|not share|\\^", lambda a, b: (a ^ b).sum() / (a.sum() + b.sum())),
    ("5.1", "upside down", "upside|turned|other way", lambda a, b: (a.sum() + b.sum()) / (2 * (a & b).sum())),
    ("5.1", "twice the IoU", "twice|IoU|union", lambda a, b: 2 * ((a & b).sum() / (a | b).sum())),
    ("5.1", "product of areas", "product|add|sum", lambda a, b: 2 * (a & b).sum() / (a.sum() * b.sum())),
    (
        "5.1",
        "mean of precision and recall",
        "mean|average",
        lambda a, b: ((a & b).sum() / a.sum() + (a & b).sum() / b.sum()) / 2,
    ),
    ("5.1", "nothing returned", "return", lambda a, b: None),
    ("5.2", "pixels", "pixels", Later(lambda: (named() & ~reference).sum())),
    (
        "5.2",
        "percent",
        "percent|per cent|0 to 1",
        Later(lambda: 100 * (named() & ~reference).sum() / named().sum()),
    ),
    ("5.2", "of the reference", "reference", Later(lambda: (named() & ~reference).sum() / reference.sum())),
    ("5.2", "of the photo", "photo", Later(lambda: (named() & ~reference).mean())),
    ("5.2", "what is missing", "miss", Later(lambda: (reference & ~named()).sum() / reference.sum())),
    (
        "5.2",
        "what is missing, of DeepLab's",
        "miss",
        Later(lambda: (reference & ~named()).sum() / named().sum()),
    ),
    (
        "5.2",
        "what lies inside",
        "inside|precision",
        Later(lambda: (named() & reference).sum() / named().sum()),
    ),
    ("5.2", "recall", "recall|reference", Later(lambda: (named() & reference).sum() / reference.sum())),
    ("5.2", "SAM's leak", "SAM", Later(lambda: (sams() & ~reference).sum() / sams().sum())),
    (
        "5.2",
        "of the union",
        "together|union|both",
        Later(lambda: (named() & ~reference).sum() / (named() | reference).sum()),
    ),
    ("5.2", "IoU", "IoU", Later(lambda: (named() & reference).sum() / (named() | reference).sum())),
    (
        "5.2",
        "Dice",
        "Dice",
        Later(lambda: 2 * (named() & reference).sum() / (named().sum() + reference.sum())),
    ),
    (
        "5.2",
        "all that differs",
        "differ|both|miss",
        Later(lambda: (named() ^ reference).sum() / named().sum()),
    ),
    (
        "5.2",
        "of what lies outside",
        "outside|background",
        Later(lambda: (named() & ~reference).sum() / (~reference).sum()),
    ),
    ("5.2", "the mask", "number|mask", Later(lambda: named() & ~reference)),
    ("5.3", "edges alone", "connectivity", by_area(0, 1)),
    ("5.3", "first piece", "first", lambda mask: label(mask, connectivity=2) == 1),
    (
        "5.3",
        "last piece",
        "last",
        lambda mask: label(mask, connectivity=2) == label(mask, connectivity=2).max(),
    ),
    ("5.3", "smallest", "small", by_area(-1)),
    ("5.3", "second largest", "second", by_area(1)),
    ("5.3", "all but the largest", "These are the islands", all_but),
    (
        "5.3",
        "background too",
        "background",
        lambda mask: label(mask, connectivity=2) == np.bincount(label(mask, connectivity=2).ravel()).argmax(),
    ),
    ("5.3", "numbers shifted by one", "one|shift|begin", shifted),
    ("5.3", "holes closed", "hole", closed),
    ("5.3", "hull", "hull|outline|more than|added|hole", hull),
    ("5.3", "box", "box|rectangle", box_of),
    ("5.3", "largest box", "box|wide|pixels|extent", largest_box),
    ("5.3", "unchanged", "unchanged|all pieces|every piece|still", lambda mask: mask),
    ("5.3", "numbered pieces", "boolean|number|label", numbered),
    ("5.3", "two largest", "two|second", two_largest),
    (
        "5.3",
        "the number of the piece",
        "number|mask",
        lambda mask: np.bincount(numbered(mask).ravel())[1:].argmax() + 1,
    ),
    ("5.3", "inverse", "inside out|inver", lambda mask: ~by_area(0)(mask)),
    ("5.3", "cleaned", "hole", lambda mask: clean(by_area(0)(mask), max_hole_px=10_000)),
    ("5.3", "nothing returned", "return", lambda mask: None),
    ("5.4", "not mended", "piece|island|hole", Later(lambda: on_suit().best_mask)),
    ("5.4", "with the helmet", "helmet", suit | reference_mask("astronaut", "helmet")),
    ("5.4", "the helmet", "helmet", reference_mask("astronaut", "helmet")),
    ("5.4", "the face", "part|missing|suit", Later(lambda: candidates("astronaut", (220, 110)).masks[0])),
    ("5.4", "the inverse", "inside out", ~suit),
    ("5.4", "whole photo", "whole photo", np.ones_like(suit)),
    ("5.4", "nothing", "empty", np.zeros_like(suit)),
    (
        "5.4",
        "only a part mended",
        "piece|island|hole|helmet",
        Later(lambda: clean(on_suit().best_mask, max_hole_px=1, min_island_share=0)),
    ),
    ("5.4", "all three", "three|several|one of them", Later(lambda: on_suit().masks)),
    ("5.4", "mirrored", "mirror", suit[:, ::-1]),
    ("5.4", "another photo's", "size|photo", reference),
    (
        "5.4",
        "with a hole",
        "hole",
        suit & ~((np.indices(suit.shape)[0] // 12 == 30) & (np.indices(suit.shape)[1] // 12 == 18)),
    ),
    ("5.4", "swollen", "too large|edge|grown|rim|beyond|wide", Later(lambda: _swollen())),
]


def _swollen() -> Any:
    import cv2

    return cv2.dilate(suit.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
