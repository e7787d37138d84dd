"""DeepLab in torch: networks that answer torchvision's interface, each with its own preprocessing.

Chen et al. 2017, "Rethinking Atrous Convolution for Semantic Image Segmentation", arXiv:1706.05587
(DeepLabv3); Sandler et al. 2018, "MobileNetV2", arXiv:1801.04381.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from segwidgets.ground.validation import UInt8Array, check_image
from segwidgets.models.deeplab.mobilenet_v2 import BATCH_NORM_EPS, MobileNetV2DeepLab
from segwidgets.models.deeplab.pascal import CLASS_NAMES, INPUT_SIZE, preprocess_array, read_tfjs_weights


class DeepLab(nn.Module):
    """A semantic segmentation network with torchvision's interface.

    Attributes
    ----------
    name : str
        Which network.
    class_names : tuple of str
        What each of the output's channels stands for; channel 0 is the background.
    """

    def __init__(
        self,
        network: nn.Module,
        name: str,
        preprocess: Callable[[UInt8Array], torch.Tensor],
        class_names: tuple[str, ...] = CLASS_NAMES,
    ) -> None:
        super().__init__()
        self.network = network
        self.name = name
        self.class_names = class_names
        self._preprocess = preprocess

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    def preprocess(self, image: UInt8Array) -> torch.Tensor:
        """Resize and normalise an image as this network was trained.

        Parameters
        ----------
        image : ndarray of shape (H, W, 3), uint8
            RGB.

        Returns
        -------
        torch.Tensor of shape (1, 3, h, w), float32
            On the network's device.
        """
        return self._preprocess(check_image(image)).to(self.device)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return {"out": logits (N, 21, h, w)} for a batch (N, 3, h, w), as torchvision's models do."""
        output = self.network(x)
        return {"out": output["out"] if isinstance(output, dict) else output}

    def logits(self, image: UInt8Array) -> npt.NDArray[np.float32]:
        """Return the logits (21, h, w) of one image at the network's own scale."""
        with torch.inference_mode():
            logits: npt.NDArray[np.float32] = self(self.preprocess(image))["out"][0].cpu().numpy()
            return logits


class _PaddedMobileNetV2(nn.Module):
    """Pads to the 513 × 513 square that the network was trained on, and crops the answer."""

    def __init__(self, network: MobileNetV2DeepLab) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        height, width = x.shape[-2:]
        square = F.pad(x, (0, max(0, INPUT_SIZE - width), 0, max(0, INPUT_SIZE - height)))
        logits = self.network(square)
        logits = F.interpolate(logits, size=square.shape[-2:], mode="bilinear", align_corners=True)
        return logits[..., :height, :width]


def build_mobilenet_v2(files: Mapping[str, Path]) -> DeepLab:
    """Put the weights of Google's deeplabv3_mnv2_pascal_trainval (TF.js format) into the torch modules.

    The TF.js convolutions hold their batch norm already, but for the depthwise ones, whose scale stands
    apart; so each batch norm here keeps only that scale and the bias.
    """
    weights = read_tfjs_weights(files)
    network = MobileNetV2DeepLab(len(CLASS_NAMES))
    state: dict[str, torch.Tensor] = dict(network.state_dict())

    def put(source: str, target: str, depthwise: bool = False) -> None:
        of = {key: value for key, value in weights.items() if key.startswith(source + "/")}
        kernel = torch.from_numpy(next(value for value in of.values() if value.ndim == 4))
        bias = torch.from_numpy(next(value for key, value in of.items() if key.endswith("/Offset")))
        scale = [torch.from_numpy(value.ravel()) for key, value in of.items() if key.endswith("/Scaled")]
        order = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
        state[f"{target}.convolution.weight"] = kernel.permute(order).contiguous()
        state[f"{target}.normalization.weight"] = scale[0] if scale else torch.ones_like(bias)
        state[f"{target}.normalization.bias"] = bias
        state[f"{target}.normalization.running_mean"] = torch.zeros_like(bias)
        state[f"{target}.normalization.running_var"] = torch.full_like(bias, 1 - BATCH_NORM_EPS)

    stem, head = "mobilenet_v2.conv_stem", "segmentation_head"
    put("MobilenetV2/Conv", f"{stem}.first_conv")
    put("MobilenetV2/expanded_conv/depthwise", f"{stem}.conv_3x3", depthwise=True)
    put("MobilenetV2/expanded_conv/project", f"{stem}.reduce_1x1")
    for i in range(1, 17):
        source, target = f"MobilenetV2/expanded_conv_{i}", f"mobilenet_v2.layer.{i - 1}"
        put(f"{source}/expand", f"{target}.expand_1x1")
        put(f"{source}/depthwise", f"{target}.conv_3x3", depthwise=True)
        put(f"{source}/project", f"{target}.reduce_1x1")
    put("image_pooling", f"{head}.conv_pool")
    put("aspp0", f"{head}.conv_aspp")
    put("concat_projection", f"{head}.conv_projection")
    classifier = torch.from_numpy(weights["logits/semantic/weights"]).permute(3, 2, 0, 1)
    state[f"{head}.classifier.weight"] = classifier.contiguous()
    state[f"{head}.classifier.bias"] = torch.from_numpy(weights["logits/semantic/biases"])
    network.load_state_dict(state)
    return DeepLab(
        _PaddedMobileNetV2(network),
        "mobilenet_v2",
        lambda image: torch.from_numpy(preprocess_array(image))[None],
    )


def build_torchvision(name: str, files: Mapping[str, Path]) -> DeepLab:
    """Build one of torchvision's networks, with the preprocessing that its weights name."""
    from torchvision.models import get_model, get_model_weights

    weights: Any = get_model_weights(f"deeplabv3_{name}").DEFAULT
    network = get_model(f"deeplabv3_{name}", weights=None, weights_backbone=None, aux_loss=True)
    (path,) = files.values()
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    transform = weights.transforms()
    names = tuple(weights.meta["categories"])
    return DeepLab(
        network,
        name,
        lambda image: transform(torch.from_numpy(image).permute(2, 0, 1))[None],
        ("background", *names[1:]),
    )
