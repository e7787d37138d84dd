"""Lesson 1's laboratory: what SAM answers to numbers that one prepared oneself, well or badly."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray
from segwidgets.prompts import Prompt

if TYPE_CHECKING:
    from segwidgets.models.mobile_sam.onnx_sam import OnnxSam


def ask_with(
    pixels: npt.NDArray[np.floating], prompt: Prompt, size: tuple[int, int]
) -> tuple[BoolArray, npt.NDArray[np.float32]]:
    """Feed SAM's encoder with pixels as they are; nothing is resized, normalised or put in order.

    Only zeros are added, below and to the right, up to 1024 x 1024. Clicks go in, and masks come back, as
    for a photo that was prepared as SAM wants it.

    Parameters
    ----------
    pixels : ndarray of shape (h, w, 3), float
        No side over 1024: what you made of the photo.
    prompt : Prompt
        In pixels of the photo.
    size : (int, int)
        Height and width of the photo.

    Returns
    -------
    masks : ndarray of shape (3, height, width), bool
        SAM's three candidates, in pixels of the photo.
    predicted_iou : ndarray of shape (3,), float32
        What SAM expects of each.

    Raises
    ------
    ValueError
        If the pixels have another shape or do not fit into the square.
    """
    from segwidgets.models.engine import sam_frame
    from segwidgets.models.sam import load_engine

    if pixels.ndim != 3 or pixels.shape[2] != 3 or max(pixels.shape) > 1024:
        raise ValueError(
            f"pixels must have shape (h, w, 3) with no side over 1024, got {pixels.shape}; the channels come "
            "last here"
        )
    engine = cast("OnnxSam", load_engine(engine="onnxruntime"))
    embedding = engine.encode_pixels(pixels.astype(np.float32).transpose(2, 0, 1), sam_frame(size))
    logits, predicted_iou = engine.decode(embedding, prompt)
    return engine.upscale(embedding, logits) > 0, predicted_iou
