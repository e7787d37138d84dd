"""One image, one embedding, many prompts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from segwidgets._validation import BoolArray, UInt8Array, check_image, describe
from segwidgets.prompts import Prompt

if TYPE_CHECKING:
    import supervision as sv

FloatMasks = npt.NDArray[np.float32]

MASK_THRESHOLD = 0.0  # logits above it are mask (Sam.mask_threshold)
STABILITY_OFFSET = 1.0  # SamAutomaticMaskGenerator's default


class Engine(Protocol):
    """What runs a SAM: one method per half of the network. Frames are the original image's pixels.

    An embedding is opaque to the caller: whatever `encode` returns, `decode` takes.
    """

    name: str
    device: str

    def encode(self, image: UInt8Array) -> Any:
        """Run the image encoder on an image (H, W, 3) uint8 RGB."""

    def decode(
        self,
        embedding: Any,
        prompt: Prompt,
        mask_input: FloatMasks | None = None,
        multimask: bool = True,
    ) -> tuple[FloatMasks, FloatMasks]:
        """Run the prompt encoder and the mask decoder.

        Returns low_res_logits (N, 256, 256) float32 and predicted_iou (N,) float32, N = 3 or 1.
        """

    def upscale(self, embedding: Any, low_res_logits: FloatMasks) -> FloatMasks:
        """Bring logits (N, 256, 256) to the image's own size, (N, H, W) float32."""
