"""A mask beside what was asked for, as a student gets it back."""

from __future__ import annotations

import numpy as np

from segwidgets.drawing.annotators import DefectAnnotator
from segwidgets.drawing.show import compose
from segwidgets.ground.files import picture_png
from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases

_LONGEST = 480  # pixels of a mask that is drawn
_WIDTH = 900


def beside_reference(mask: BoolArray, reference: BoolArray, words: Phrases) -> bytes:
    """Return a PNG with a mask (H, W), what was asked for, and where they differ."""
    import supervision as sv

    step = max(1, -(-max(mask.shape) // _LONGEST))
    mask, reference = mask[::step, ::step], reference[::step, ::step]
    black = np.zeros((*mask.shape, 3), np.uint8)
    whole = np.array([[0, 0, mask.shape[1], mask.shape[0]]], np.float32)
    differences = DefectAnnotator(reference, lang=words.lang).annotate(
        black, sv.Detections(xyxy=whole, mask=mask[None])
    )
    titles = [
        words.gettext("Your mask"),
        words.gettext("What was asked for"),
        words.gettext("Where they differ"),
    ]
    return picture_png(compose([mask, reference, differences], titles, 3, _WIDTH))
