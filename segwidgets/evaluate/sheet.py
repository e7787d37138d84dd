"""The sheet of the worst: each with its photo, the true mask, and what one click gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from segwidgets.drawing import style
from segwidgets.drawing.overlays import annotate_mask, grey_out
from segwidgets.drawing.primitives import draw_box, draw_point
from segwidgets.drawing.show import compose
from segwidgets.evaluate.figures import ObjectFigures, fingerprint
from segwidgets.evaluate.truths import PhotoTask, Truth, read_photo
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.regions import box_around
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.semantic import segment_semantic

TRUTH, MASK = style.ORANGE, style.SKY_BLUE
PANEL = 400, 300  # width and height of each picture on the sheet, in pixels
GAP = 8  # between them
CLOSE = 0.5  # of the photo's sides: what needs less is shown from close by
MARGIN = 0.25  # about the object and the mask, as a share of their box

BINARY = ("1", "255")  # names of an object that say nothing
Box = tuple[int, int, int, int]


def draw_sheet(
    worst: Sequence[ObjectFigures], tasks: Sequence[PhotoTask], sam: Any, semantic: bool, lang: str = DEFAULT
) -> UInt8Array | None:
    """Draw the worst objects, one a row.

    Parameters
    ----------
    worst : sequence of ObjectFigures
        The objects.
    tasks : sequence of PhotoTask
        The photos, those of the objects among them.
    sam : str, Sam or Engine
        As for `Segmenter`.
    semantic : bool
        Whether the choice asks DeepLab's class map.
    lang : str
        The language of the words.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8, or None
        RGB; None if none of the photos is there any more.
    """
    words = Phrases(lang)
    panels: list[UInt8Array] = []
    titles: list[str] = []
    for figures in worst:
        found = _find(figures, tasks)
        if found is None:
            continue
        image, truth = found
        click = figures.click_x, figures.click_y
        answer = Segmenter(image, sam).predict(Prompt([click]))
        if semantic:
            answer = answer.with_semantic(segment_semantic(image))
        panels += _row(image, truth, answer.best_mask, click)
        titles += _titles(figures, words)
    return compose(panels, titles, columns=3, width=3 * PANEL[0] + 2 * GAP) if panels else None


def _find(figures: ObjectFigures, tasks: Sequence[PhotoTask]) -> tuple[UInt8Array, Truth] | None:
    """Read the photo and the truth of an object once more."""
    for task in tasks:
        if task.name != figures.photo:
            continue
        photo = read_photo(task.path)
        for source in task.sources:
            if source.name != figures.mask:
                continue
            for truth in source.read(photo):
                if truth.name == figures.object and fingerprint(photo.image, truth) == figures.fingerprint:
                    return photo.image, truth
    return None


def _row(image: UInt8Array, truth: Truth, mask: BoolArray, click: tuple[float, float]) -> list[UInt8Array]:
    """Return three pictures: the photo with the click, the truth, the mask with the click."""
    height, width = truth.mask.shape
    whole: Box = (0, 0, width, height)
    near = _close_up(truth.mask | _clicked_piece(mask, click), click)
    view, close = _View(whole), _View(near)
    photo = view.picture(image)
    if near != whole:
        draw_box(photo, (*view.place(*near[:2]), *view.place(*near[2:])), 1.0)
    draw_point(photo, *view.place(*click), True, 1.0)
    shown = close.picture(image)
    true = annotate_mask(shown, close.mask(truth.mask), TRUTH)
    true = grey_out(true, close.mask(~truth.counts))
    found = annotate_mask(shown, close.mask(mask), MASK)
    draw_point(found, *close.place(*click), True, 1.0)
    return [_framed(picture) for picture in (photo, true, found)]


def _clicked_piece(mask: BoolArray, click: tuple[float, float]) -> BoolArray:
    """Return the connected piece of a mask that was clicked on: a speck elsewhere is not what to show."""
    x, y = int(click[0]), int(click[1])
    if not mask[y, x]:
        return np.zeros_like(mask)
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    return np.asarray(labels == labels[y, x])


def _close_up(region: BoolArray, click: tuple[float, float]) -> Box:
    """Return the part of the photo to show: about what is small, else all of it."""
    height, width = region.shape
    x0, y0, x1, y1 = box_around(region) or (0, 0, width, height)
    x0, y0 = min(x0, int(click[0])), min(y0, int(click[1]))
    x1, y1 = max(x1, int(click[0]) + 1), max(y1, int(click[1]) + 1)
    side = (1 + 2 * MARGIN) * max((x1 - x0) / PANEL[0], (y1 - y0) / PANEL[1])
    across, down = max(round(side * PANEL[0]), 40), max(round(side * PANEL[1]), 30)
    if across > CLOSE * width or down > CLOSE * height:
        return 0, 0, width, height
    left = min(max((x0 + x1 - across) // 2, 0), width - across)
    top = min(max((y0 + y1 - down) // 2, 0), height - down)
    return left, top, left + across, top + down


@dataclass(frozen=True)
class _View:
    """A part of a photo, xyxy, scaled to fit a panel."""

    box: Box

    @property
    def scale(self) -> float:
        x0, y0, x1, y1 = self.box
        return min(PANEL[0] / (x1 - x0), PANEL[1] / (y1 - y0))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels of the panel."""
        x0, y0, x1, y1 = self.box
        return max(1, round((x1 - x0) * self.scale)), max(1, round((y1 - y0) * self.scale))

    def picture(self, image: UInt8Array) -> UInt8Array:
        """Return that part of a picture."""
        x0, y0, x1, y1 = self.box
        filter_ = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(image[y0:y1, x0:x1], self.size, interpolation=filter_))

    def mask(self, mask: BoolArray) -> BoolArray:
        """Return that part of a mask."""
        filter_ = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR
        x0, y0, x1, y1 = self.box
        part = mask[y0:y1, x0:x1].astype(np.float32)
        return np.asarray(cv2.resize(part, self.size, interpolation=filter_) >= 0.5)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the photo is."""
        return (x - self.box[0]) * self.scale, (y - self.box[1]) * self.scale


def _framed(picture: UInt8Array) -> UInt8Array:
    """Lay a picture in the middle of a dark panel."""
    panel = np.full((PANEL[1], PANEL[0], 3), style.BAR, np.uint8)
    height, width = picture.shape[:2]
    top, left = (PANEL[1] - height) // 2, (PANEL[0] - width) // 2
    panel[top : top + height, left : left + width] = picture
    return panel


def _titles(figures: ObjectFigures, words: Phrases) -> list[str]:
    name = figures.class_name or figures.object
    name = figures.mask if name in BINARY else f"{figures.mask} · {name}"
    share = figures.area_px / (figures.width * figures.height)
    last = max(figures.iou)
    said = words.gettext("one click: IoU {first} (best of three {best})")
    if last > 1:
        said = words.gettext("one click: IoU {first} (best of three {best}); {clicks} clicks: {last}")
    return [
        figures.photo,
        words.gettext("the true mask: {name}, {area} of the photo").format(
            name=name, area=words.percent(share)
        ),
        said.format(
            first=words.decimal(figures.iou[1]),
            best=words.decimal(figures.best_of_three_iou[1]),
            clicks=last,
            last=words.decimal(figures.iou[last]),
        ),
    ]
