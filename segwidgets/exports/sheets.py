"""Contact sheets: thirty photos a page with their masks, those first that want to be looked at."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from segwidgets.drawing import style
from segwidgets.drawing.show import compose
from segwidgets.ground.decoding import ImageError
from segwidgets.ground.outside import plain
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.images import load_image
from segwidgets.locale.classes import class_label
from segwidgets.locale.phrases import Phrases

A_PAGE, COLUMNS = 30, 5
WIDTH = 1200  # of a page, in pixels
_PANEL = 232, 174  # (width, height)
_SIDE = 320  # of a thumbnail's longer side
_NAME_LETTERS = 40

Facts = Mapping[str, Any]


def pages(
    photos: Sequence[Facts], thumbnail_of: Callable[[Facts], Any], words: Phrases
) -> Iterator[UInt8Array]:
    """Yield the pages, (H, W, 3) uint8 RGB, the least certain photos first.

    Parameters
    ----------
    photos : sequence of dict
        What `datasets.facts_of` tells of each. A photo is as certain as the least of its objects, predicted
        IoU times stability, unless its facts say how `certainty`; one without objects is the least certain.
    thumbnail_of : callable
        Returns what `thumbnail` made of a photo, its file or content; one that cannot be read stays dark.
    words : Phrases
        The language.
    """
    order = sorted(photos, key=lambda photo: (certainty(photo), photo["photo"]))
    for start in range(0, len(order), A_PAGE):
        shown = order[start : start + A_PAGE]
        panels = [_panel(thumbnail_of, photo) for photo in shown]
        yield compose(panels, [_words(photo, words) for photo in shown], COLUMNS, WIDTH)


def certainty(photo: Facts) -> float:
    """Return the least predicted IoU times stability of a photo's objects, 0 to 1; 0 where there are none."""
    known = photo.get("certainty")
    if known is not None:
        return float(known)
    rated = [one["predicted_iou"] * one["stability_score"] for one in photo["objects"]]
    return round(min(rated, default=0.0), 4)


def thumbnail(image: UInt8Array, masks: Sequence[BoolArray]) -> bytes:
    """Return a small JPEG of a photo (H, W, 3) RGB with its masks, the largest first."""
    import cv2
    from PIL import Image

    from segwidgets.drawing.overlays import annotate_mask
    from segwidgets.geometry import fit_longest_side

    height, width = image.shape[:2]
    small = fit_longest_side(height, width, _SIDE) if max(height, width) > _SIDE else (height, width)
    drawn = cv2.resize(image, small[::-1], interpolation=cv2.INTER_AREA)
    for i in sorted(range(len(masks)), key=lambda i: -np.count_nonzero(masks[i])):
        mask = cv2.resize(masks[i].view(np.uint8), small[::-1], interpolation=cv2.INTER_NEAREST)
        drawn = annotate_mask(drawn, mask.astype(np.bool_), style.PALETTE[i % len(style.PALETTE)])
    content = io.BytesIO()
    Image.fromarray(drawn).save(content, "JPEG", quality=85)
    return content.getvalue()


def _panel(thumbnail_of: Callable[[Facts], Any], photo: Facts) -> UInt8Array:
    """Lay a photo's thumbnail in the middle of a dark panel."""
    import cv2

    panel = np.full((_PANEL[1], _PANEL[0], 3), style.BAR, np.uint8)
    try:
        small = load_image(thumbnail_of(photo))
    except (ImageError, FileNotFoundError):
        return panel
    scale = min(_PANEL[0] / small.shape[1], _PANEL[1] / small.shape[0])
    width, height = (
        max(1, min(room, round(side * scale))) for room, side in zip(_PANEL, small.shape[1::-1], strict=True)
    )
    top, left = (_PANEL[1] - height) // 2, (_PANEL[0] - width) // 2
    panel[top : top + height, left : left + width] = cv2.resize(
        small, (width, height), interpolation=cv2.INTER_AREA
    )
    return panel


def _words(photo: Facts, words: Phrases) -> str:
    name = plain(photo["photo"], None)
    name = name if len(name) <= _NAME_LETTERS else f"…{name[1 - _NAME_LETTERS :]}"
    count = len(photo["objects"])
    if not count:
        return name + "\n" + words.gettext("nothing found")
    found = words.ngettext("{count} object", "{count} objects", count).format(count=count)
    classes = ", ".join(dict.fromkeys(class_label(one["class"], words.lang) for one in photo["objects"]))
    return f"{name}\n{found} ({plain(classes, 40)}) · {words.decimal(certainty(photo))}"
