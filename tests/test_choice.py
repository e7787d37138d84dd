"""Which candidate a single click shows first, on the sample photos and on made-up candidates."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from segwidgets import Prompt, Segmenter
from segwidgets.masks import compare, decode
from segwidgets.segmenter import Candidates

REFERENCES = json.loads((Path(__file__).parent / "data" / "references.json").read_text(encoding="utf-8"))


def made_up(predicted_iou, stability):
    """Three candidates: columns 2 to 4, 2 to 6 and 2 to 8 of a 10 x 10 photo, clear of its rim."""
    masks = np.zeros((3, 10, 10), dtype=bool)
    for mask, right in zip(masks, (5, 7, 9), strict=True):
        mask[2:8, 2:right] = True
    logits = np.zeros((3, 256, 256), dtype=np.float32)
    return Candidates(
        Prompt([(3, 3)]), masks, np.array(predicted_iou, dtype=np.float32), logits, np.array(stability)
    )


@pytest.mark.model
def test_both_clicks_of_the_lessons_show_the_whole_cat():
    reference = next(o for o in REFERENCES["objects"] if o["object"] == "cat")
    cat = decode(reference["segmentation"])
    segmenter = Segmenter("cat")
    for point in ((250, 170), (164, 149)):
        candidates = segmenter.predict(Prompt([point]))
        assert compare(candidates.best_mask, cat).iou > 0.95
        assert "highest predicted IoU" in candidates.best_reason


def test_a_ragged_mask_is_left_out_and_the_reason_says_so():
    candidates = made_up([0.99, 0.7, 0.6], [0.3, 0.9, 0.5])
    assert candidates.best == 1
    assert "less stable (0.30 against 0.90)" in candidates.best_reason
    assert "menos estable" in candidates.explain_best("es")


def test_stable_masks_are_chosen_by_area_as_before():
    candidates = made_up([0.9, 0.88, 0.6], [0.8, 0.9, 0.9])
    assert candidates.best == 1
    assert "the whole object" in candidates.best_reason


def test_the_most_stable_of_ragged_masks_is_never_left_out():
    assert made_up([0.9, 0.8, 0.7], [0.0, 0.0, 0.0]).best in (0, 1, 2)
