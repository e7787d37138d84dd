"""What SAM answers to a photo that was prepared wrongly: lesson 1's figure."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from segwidgets import Prompt, Segmenter, load_image
from segwidgets.course.raw_input import ask_with
from segwidgets.models.mobile_sam.weights import PIXEL_MEAN, PIXEL_STD

NOSE = Prompt([(250, 170)])


@pytest.mark.model
def test_prepared_right_it_is_the_segmenters_answer_and_raw_pixels_are_another() -> None:
    photo = load_image("cat")
    resized = np.asarray(Image.fromarray(photo).resize((1024, 681), Image.Resampling.BILINEAR))
    right = (resized - np.float32(PIXEL_MEAN)) / np.float32(PIXEL_STD)
    masks, rating = ask_with(right, NOSE, (300, 451))
    wanted = Segmenter(photo, engine="onnxruntime").predict(NOSE)
    assert (masks == wanted.masks).mean() > 0.999
    np.testing.assert_allclose(rating, wanted.predicted_iou, atol=1e-3)
    raw, _ = ask_with(resized.astype(float), NOSE, (300, 451))
    assert (raw == wanted.masks).mean() < 0.9


@pytest.mark.parametrize("shape", [(3, 681, 1024), (681, 1025, 3), (681, 1024)])
def test_another_shape_is_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the channels come last here"):
        ask_with(np.zeros(shape), NOSE, (300, 451))
