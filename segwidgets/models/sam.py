"""Segment Anything: load a checkpoint by name, and run it with torch or with onnxruntime.

Kirillov et al. 2023, "Segment Anything", arXiv:2304.02643; Zhang et al. 2023, "Faster Segment Anything:
Towards Lightweight SAM for Mobile Applications", arXiv:2306.14289 (MobileSAM).
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from segwidgets import checkpoints
from segwidgets._validation import UInt8Array
from segwidgets.models.engine import ANSWERS, Engine, choose_device, has_gpu

if TYPE_CHECKING:
    import torch
    from segment_anything.modeling import Sam

    from segwidgets.prompts import Prompt

logger = logging.getLogger(__name__)

MODEL_TYPES = ("mobile_sam", "vit_b", "vit_l", "vit_h")
ENGINES = ("auto", "onnxruntime", "torch")


def check_model_type(model_type: str) -> str:
    """Return the name, or raise ValueError with the names there are."""
    if model_type not in MODEL_TYPES:
        raise ValueError(f"model_type must be one of {', '.join(MODEL_TYPES)}, got {model_type!r}")
    return model_type


def load_sam(model_type: str = "mobile_sam", device: str | None = None) -> Sam:
    """Load Segment Anything with its official (or MobileSAM's) weights.

    Parameters
    ----------
    model_type : {"mobile_sam", "vit_b", "vit_l", "vit_h"}
        MobileSAM has 10 million parameters and suits a CPU; the others are Meta's own (91, 308 and 636
        million) and want a GPU or patience.
    device : str, optional
        "cuda", "mps" or "cpu"; the first of these that there is, by default. `sam.device` tells.

    Returns
    -------
    segment_anything.modeling.Sam
        In evaluation mode. `SamPredictor` and `SamAutomaticMaskGenerator` work on it.

    Raises
    ------
    ValueError
        If there is no such model.
    segwidgets.checkpoints.CheckpointError
        If the weights can be had from nowhere.
    """
    check_model_type(model_type)
    device = choose_device(device)
    if model_type == "mobile_sam":
        from segwidgets.models.mobile_sam.weights import build_mobile_sam

        sam = build_mobile_sam(checkpoints.fetch("mobile_sam"))
    else:
        import torch
        from segment_anything import sam_model_registry

        (path,) = checkpoints.fetch(f"sam_{model_type}").values()
        sam = sam_model_registry[model_type](checkpoint=None)
        sam.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    logger.info("%s runs on %s", model_type, device)
    return sam.to(device).eval()


class TorchSam:
    """A `segment_anything.modeling.Sam` as an engine: the plain path, and the one for a GPU."""

    name = "torch"

    def __init__(self, sam: Sam) -> None:
        from segment_anything.utils.transforms import ResizeLongestSide

        self.sam = sam
        self.device = str(sam.device)
        self._transform = ResizeLongestSide(sam.image_encoder.img_size)

    def encode(self, image: UInt8Array) -> dict[str, Any]:
        """Return the embedding (1, 256, 64, 64) with the sizes before and after the resize."""
        import torch

        resized = self._transform.apply_image(image)
        tensor = torch.as_tensor(resized, device=self.sam.device).permute(2, 0, 1)[None]
        with torch.inference_mode():
            features = self.sam.image_encoder(self.sam.preprocess(tensor))
        return {"features": features, "input_size": resized.shape[:2], "original_size": image.shape[:2]}

    def decode(
        self,
        embedding: dict[str, Any],
        prompt: Prompt,
        mask_input: npt.NDArray[np.float32] | None = None,
        multimask: bool | None = True,
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return low_res_logits (N, 256, 256) and predicted_iou (N,), see `Engine`."""
        import torch

        def tensor(array: npt.NDArray[Any]) -> torch.Tensor:
            return torch.as_tensor(array, dtype=torch.float32, device=self.sam.device)

        size = embedding["original_size"]
        points = boxes = None
        if prompt.points:
            coords = self._transform.apply_coords(prompt.point_coords, size)
            points = tensor(coords)[None], tensor(prompt.point_labels)[None]
        if prompt.box is not None:
            boxes = tensor(self._transform.apply_boxes(np.array([prompt.box]), size))
        with torch.inference_mode():
            sparse, dense = self.sam.prompt_encoder(
                points=points,
                boxes=boxes,
                masks=None if mask_input is None else tensor(mask_input)[None, None],
            )
            logits, predicted_iou = self.sam.mask_decoder.predict_masks(
                image_embeddings=embedding["features"],
                image_pe=self.sam.prompt_encoder.get_dense_pe(),
                sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense,
            )
        which = ANSWERS[multimask]
        return logits[0, which].cpu().numpy(), predicted_iou[0, which].cpu().numpy()

    def features(self, embedding: dict[str, Any]) -> npt.NDArray[np.float32]:
        """Return the image embedding (256, 64, 64) of the padded square."""
        features: npt.NDArray[np.float32] = embedding["features"][0].cpu().numpy()
        return features

    def upscale(
        self, embedding: dict[str, Any], low_res_logits: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Bring logits (N, 256, 256) to the image's own size, as the model itself does."""
        import torch

        with torch.inference_mode():
            logits = torch.as_tensor(low_res_logits, device=self.sam.device)[None]
            full = self.sam.postprocess_masks(logits, embedding["input_size"], embedding["original_size"])
        full_size: npt.NDArray[np.float32] = full[0].cpu().numpy()
        return full_size


@cache
def load_engine(model_type: str = "mobile_sam", engine: str = "auto") -> Engine:
    """Load a model once a process, ready to encode and decode.

    Parameters
    ----------
    model_type : str
        See `load_sam`.
    engine : {"auto", "onnxruntime", "torch"}
        "auto" takes onnxruntime for MobileSAM where there is no GPU, and torch for everything else.

    Raises
    ------
    ValueError
        If a name is unknown, or onnxruntime is asked for another model than MobileSAM.
    """
    check_model_type(model_type)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    if engine == "onnxruntime" and model_type != "mobile_sam":
        raise ValueError(f"onnxruntime runs mobile_sam only, got {model_type!r}: use engine='torch'")
    if model_type == "mobile_sam" and (engine == "onnxruntime" or (engine == "auto" and not has_gpu())):
        from segwidgets.models.mobile_sam.onnx_sam import OnnxSam

        return OnnxSam(checkpoints.fetch("mobile_sam"))
    return TorchSam(load_sam(model_type))
