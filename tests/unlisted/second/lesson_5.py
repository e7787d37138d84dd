"""Wrong answers to lesson 5."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from scipy.ndimage import binary_fill_holes, binary_opening
from skimage.measure import label
from skimage.morphology import convex_hull_image

from segwidgets import ClickSegmenter, clean, load_image, segment_semantic
from segwidgets.course import draw, reference_mask
from tests.unlisted import Later

cat = reference_mask("cat", "cat")
person = reference_mask("astronaut", "person")
helmet = reference_mask("astronaut", "helmet")


@cache
def named() -> Any:
    return segment_semantic("cat").mask("cat")


@cache
def raw() -> Any:
    widget = ClickSegmenter("astronaut")
    widget.add_point(172, 338)
    return widget.mask


def common(a: Any, b: Any) -> Any:
    return (a & b).sum()


def areas(mask: Any, connectivity: int = 2) -> tuple[Any, Any]:
    regions = label(mask, connectivity=connectivity)
    found = np.bincount(regions.ravel())
    found[0] = 0
    return regions, found


def kept(mask: Any, connectivity: int = 2) -> Any:
    regions, found = areas(mask, connectivity)
    return regions == found.argmax()


def second(mask: Any) -> Any:
    regions, found = areas(mask)
    return regions == np.argsort(-found, kind="stable")[1]


def large_ones(mask: Any) -> Any:
    regions, found = areas(mask)
    return found[regions] > 3


def hull(mask: Any) -> Any:
    return convex_hull_image(kept(mask))


def boxed(mask: Any) -> Any:
    y, x = np.where(kept(mask))
    made = np.zeros_like(mask)
    made[y.min() : y.max() + 1, x.min() : x.max() + 1] = True
    return made


def thick(mask: Any, by: int) -> Any:
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * by + 1,) * 2, np.uint8)).astype(bool)


UNLISTED = [
    ("5.1", "IoU", "IoU|union", lambda m, r: common(m, r) / (m | r).sum()),
    ("5.1", "without the 2", "twice|2", lambda m, r: common(m, r) / (m.sum() + r.sum())),
    ("5.1", "over the union", "union|sum of", lambda m, r: 2 * common(m, r) / (m | r).sum()),
    ("5.1", "precision", "precision|mask alone|mask's area", lambda m, r: common(m, r) / m.sum()),
    ("5.1", "recall", "recall|reference alone|reference's", lambda m, r: common(m, r) / r.sum()),
    ("5.1", "accuracy", "outside|background|agree|neither", lambda m, r: (m == r).mean()),
    ("5.1", "no brackets", "bracket|parenthes", lambda m, r: 2 * common(m, r) / m.sum() + r.sum()),
    (
        "5.1",
        "mean of precision and recall",
        "mean|average|precision",
        lambda m, r: (common(m, r) / m.sum() + common(m, r) / r.sum()) / 2,
    ),
    (
        "5.1",
        "root of their product",
        "root|product|geometric",
        lambda m, r: common(m, r) / np.sqrt(m.sum() * r.sum()),
    ),
    ("5.1", "share of the photo", "photo|all pixels|whole", lambda m, r: common(m, r) / m.size),
    ("5.1", "distance", "minus Dice|1 −", lambda m, r: 1 - 2 * common(m, r) / (m.sum() + r.sum())),
    ("5.1", "percent", "percent|per cent", lambda m, r: 200 * common(m, r) / (m.sum() + r.sum())),
    ("5.1", "of the cat", "given|own masks|always|same", lambda m, r: 0.978),
    (
        "5.1",
        "xor for and",
        "xor|only one|differ|either",
        lambda m, r: 2 * (m ^ r).sum() / (m.sum() + r.sum()),
    ),
    (
        "5.1",
        "F over areas alone",
        "how large|area|overlap|common",
        lambda m, r: 2 * min(m.sum(), r.sum()) / (m.sum() + r.sum()),
    ),
    (
        "5.1",
        "twice the area",
        "twice|half of Dice|the 2",
        lambda m, r: common(m, r) / (2 * (m.sum() + r.sum())),
    ),
    ("5.2", "missing", "miss|other way|not found", Later(lambda: (cat & ~named()).sum() / cat.sum())),
    ("5.2", "of the reference", "reference|divi", Later(lambda: (named() & ~cat).sum() / cat.sum())),
    ("5.2", "of the photo", "photo|divi", Later(lambda: (named() & ~cat).mean())),
    ("5.2", "pixels", "pixels|count|share", Later(lambda: (named() & ~cat).sum())),
    ("5.2", "percent", "percent|per cent", Later(lambda: 100 * (named() & ~cat).sum() / named().sum())),
    (
        "5.2",
        "inside",
        "inside|precision|right part|lies in",
        Later(lambda: (named() & cat).sum() / named().sum()),
    ),
    (
        "5.2",
        "net difference",
        "differ|subtract|areas",
        Later(lambda: (named().sum() - cat.sum()) / named().sum()),
    ),
    ("5.2", "both faults", "both|missing|xor|miss", Later(lambda: (named() ^ cat).sum() / named().sum())),
    ("5.2", "one minus IoU", "IoU", Later(lambda: 1 - (named() & cat).sum() / (named() | cat).sum())),
    ("5.2", "of the union", "union|divi", Later(lambda: (named() & ~cat).sum() / (named() | cat).sum())),
    ("5.2", "DeepLab's share", "share of the photo|whole|photo", Later(lambda: named().mean())),
    ("5.2", "the leak as a mask", "number|mask", Later(lambda: named() & ~cat)),
    ("5.2", "not in DeepLab", "outside|neither|photo|not DeepLab", Later(lambda: (~named()).mean())),
    ("5.2", "text", "text|number", "7 %"),
    ("5.3", "the first", "first", lambda m: label(m, connectivity=2) == 1),
    (
        "5.3",
        "background counted",
        "background|0",
        lambda m: label(m, connectivity=2) == np.bincount(label(m, connectivity=2).ravel()).argmax(),
    ),
    ("5.3", "corners forgotten", "corner|connectivity", lambda m: kept(m, 1)),
    ("5.3", "second", "second", second),
    ("5.3", "filled", "hole|fill", lambda m: binary_fill_holes(kept(m))),
    ("5.3", "its box", "box", boxed),
    ("5.3", "its hull", "hull|convex|dent|band", hull),
    ("5.3", "all the large ones", "several|one piece|more than one|islands", large_ones),
    ("5.3", "unchanged", "All pieces are still there|islands", lambda m: m),
    ("5.3", "all but it", "opposite|inver|islands|other", lambda m: m & ~kept(m)),
    ("5.3", "its number", "mask|number", lambda m: int(areas(m)[1].argmax())),
    ("5.3", "labels", "numbered pieces|labels", lambda m: label(m, connectivity=2)),
    ("5.3", "opened", "edge|opening|shape of the piece|erode", lambda m: binary_opening(m, np.ones((3, 3)))),
    ("5.3", "by clean", "clean|5 %|small|hole", clean),
    ("5.3", "its area", "mask|number|area", lambda m: int(areas(m)[1].max())),
    ("5.4", "as it came", "hole|island", Later(raw)),
    ("5.4", "with the helmet", "helmet", person | helmet),
    ("5.4", "holes left", "hole", Later(lambda: kept(raw()))),
    ("5.4", "islands left", "island|piece", Later(lambda: binary_fill_holes(raw()))),
    (
        "5.4",
        "DeepLab's",
        "DeepLab|edge|outline|beyond|leak|more than",
        Later(lambda: segment_semantic("astronaut").mask("person")),
    ),
    ("5.4", "too thick", "edge|beyond|leak|more than|thick", thick(person, 6)),
    ("5.4", "transposed", "turned|axes|transposed", person.T),
    ("5.4", "mirrored", "mirror", person[:, ::-1]),
    ("5.4", "her upper half", "part|missing|half|lower", person & (np.arange(512) < 256)[:, None]),
    ("5.4", "the widget", r"\.mask", Later(lambda: ClickSegmenter("astronaut"))),
    ("5.4", "the picture", "photo|picture|image", Later(lambda: draw(load_image("astronaut"), person))),
    ("5.4", "the helmet", "helmet|elsewhere|beside|other", helmet),
    ("5.4", "her box", "box", boxed(person)),
    ("5.4", "moved by 8", "moved|shift|beside|edge|miss", np.roll(person, 8, axis=1)),
]
