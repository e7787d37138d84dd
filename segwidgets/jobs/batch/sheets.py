"""Contact sheets: thirty photos a page with their masks, those first that want to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segwidgets.drawing import style
from segwidgets.drawing.show import compose
from segwidgets.ground.decoding import ImageError
from segwidgets.ground.outside import plain
from segwidgets.ground.validation import UInt8Array
from segwidgets.images import load_image
from segwidgets.jobs.batch.labelling import THUMBNAILS
from segwidgets.locale.classes import class_label
from segwidgets.locale.phrases import Phrases

A_PAGE, COLUMNS = 30, 5
WIDTH = 1200  # of a page, in pixels
_PANEL = 232, 174  # (width, height)
_NAME_LETTERS = 40

Facts = Mapping[str, Any]


def pages(photos: Sequence[Facts], out: Path, words: Phrases) -> Iterator[UInt8Array]:
    """Yield the pages, (H, W, 3) uint8 RGB, the least certain photos first.

    A photo is as certain as the least of its objects, predicted IoU times stability; one without objects is
    the least certain.
    """
    order = sorted(photos, key=lambda photo: (photo["certainty"], photo["photo"]))
    for start in range(0, len(order), A_PAGE):
        shown = order[start : start + A_PAGE]
        yield compose(
            [_panel(photo, out) for photo in shown], [_words(photo, words) for photo in shown], COLUMNS, WIDTH
        )


def _panel(photo: Facts, out: Path) -> UInt8Array:
    """Lay a photo's thumbnail in the middle of a dark panel."""
    import cv2

    panel = np.full((_PANEL[1], _PANEL[0], 3), style.BAR, np.uint8)
    try:
        small = load_image(out / THUMBNAILS / f"{photo['name']}.jpg")
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
    return f"{name}\n{found} ({plain(classes, 40)}) · {words.decimal(photo['certainty'])}"
