"""A Segment Anything in torch as an engine, and Meta's own models.

Kirillov et al. 2023, "Segment Anything", arXiv:2304.02643.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from segwidgets.frame import Frame
from segwidgets.ground.validation import UInt8Array
from segwidgets.models.engine import ANSWERS

if TYPE_CHECKING:
    import torch
    from segment_anything.modeling import Sam

    from segwidgets.prompts import Prompt


def build_official(name: str, files: Mapping[str, Path]) -> Sam:
    """Build one of Meta's models from its checkpoint.

    Parameters
    ----------
    name : {"vit_b", "vit_l", "vit_h"}
        As in `segment_anything.sam_model_registry`.
    files : mapping of str to Path
        The one .pth file.
    """
    import torch
    from segment_anything import sam_model_registry

    (path,) = files.values()
    sam = sam_model_registry[name](checkpoint=None)
    sam.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return sam


class TorchSam:
    """A `segment_anything.modeling.Sam` as an engine: the plain path, and the one for a GPU."""

    name = "torch"

    def __init__(self, sam: Sam) -> None:
        from segment_anything.utils.transforms import ResizeLongestSide

        self.sam = sam
        self.device = str(sam.device)
        self._transform = ResizeLongestSide(sam.image_encoder.img_size)

    def encode(self, image: UInt8Array) -> dict[str, Any]:
        """Return the embedding (1, 256, 64, 64) with the photo's frame."""
        import torch

        resized = self._transform.apply_image(image)
        tensor = torch.as_tensor(resized, device=self.sam.device).permute(2, 0, 1)[None]
        with torch.inference_mode():
            features = self.sam.image_encoder(self.sam.preprocess(tensor))
        return {"features": features, "frame": self.frame((image.shape[0], image.shape[1]))}

    def frame(self, photo_size: tuple[int, int]) -> Frame:
        """Say how an image of (height, width) lies in the model's square."""
        (grid, _), (logits, _) = (
            self.sam.prompt_encoder.image_embedding_size,
            self.sam.prompt_encoder.mask_input_size,
        )
        return Frame.letterbox(photo_size, self.sam.image_encoder.img_size, grid, logits)

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

        to_input = embedding["frame"].to_input
        points = boxes = None
        if prompt.points:
            points = tensor(to_input(prompt.point_coords))[None], tensor(prompt.point_labels)[None]
        if prompt.box is not None:
            boxes = tensor(to_input(np.reshape(prompt.box, (2, 2))).reshape(1, 4))
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
            frame = embedding["frame"]
            full = self.sam.postprocess_masks(logits, frame.placed_size, frame.photo_size)
        full_size: npt.NDArray[np.float32] = full[0].cpu().numpy()
        return full_size
