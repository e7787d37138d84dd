"""The DeepLabs that there are, a row each, and the default one ready to run.

Chen et al. 2017, "Rethinking Atrous Convolution for Semantic Image Segmentation", arXiv:1706.05587;
Sandler et al. 2018, "MobileNetV2", arXiv:1801.04381.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from segwidgets import checkpoints
from segwidgets.ground.outside import shown
from segwidgets.models.engine import choose_device, has_gpu, missing_torch, need_torch

if TYPE_CHECKING:
    from segwidgets.checkpoints import Checkpoint
    from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab
    from segwidgets.models.deeplab.torch_deeplab import DeepLab

Files = Mapping[str, Path]


@dataclass(frozen=True)
class DeepLabModel:
    """All that the package knows of one DeepLab; a model more is a row more in `DEEPLAB_MODELS`.

    Attributes
    ----------
    name : str
        What `load_deeplab` takes.
    title : str
        Its name for a reader: the network and what it was trained on.
    weights : str
        The checkpoint's name in `checkpoints.CHECKPOINTS`.
    in_torch : callable
        Builds the torch module from the checkpoint's files.
    on_cpu : callable or None
        Builds what runs it on a CPU without torch.
    """

    name: str
    title: str
    weights: str
    in_torch: Callable[[Files], DeepLab]
    on_cpu: Callable[[Files], OnnxDeepLab] | None = None

    @property
    def checkpoint(self) -> Checkpoint:
        """The weights' row: files, licence, paper, homepage."""
        return checkpoints.CHECKPOINTS[self.weights]


def _mobilenet_v2_in_torch(files: Files) -> DeepLab:
    from segwidgets.models.deeplab.torch_deeplab import build_mobilenet_v2

    return build_mobilenet_v2(files)


def _mobilenet_v2_without_torch(files: Files) -> OnnxDeepLab:
    from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab

    return OnnxDeepLab(files)


def _torchvision(name: str, title: str) -> DeepLabModel:
    def build(files: Files) -> DeepLab:
        from segwidgets.models.deeplab.torch_deeplab import build_torchvision

        return build_torchvision(name, files)

    return DeepLabModel(name, f"DeepLabv3, {title}, COCO with Pascal VOC's classes", f"deeplab_{name}", build)


DEEPLAB_MODELS: dict[str, DeepLabModel] = {
    model.name: model
    for model in (
        DeepLabModel(
            "mobilenet_v2",
            "DeepLabv3, MobileNetV2, Pascal VOC",
            "deeplab_mobilenet_v2",
            _mobilenet_v2_in_torch,
            _mobilenet_v2_without_torch,
        ),
        _torchvision("resnet50", "ResNet-50"),
        _torchvision("resnet101", "ResNet-101"),
        _torchvision("mobilenet_v3_large", "MobileNetV3-Large"),
    )
}
"""Every DeepLab by name."""

DEFAULT_DEEPLAB = "mobilenet_v2"


def deeplab_model(name: str = DEFAULT_DEEPLAB) -> DeepLabModel:
    """Return a model's row, or raise ValueError with the names there are."""
    if not isinstance(name, str) or name not in DEEPLAB_MODELS:
        raise ValueError(f"name must be one of {', '.join(DEEPLAB_MODELS)}, got {shown(name)}")
    return DEEPLAB_MODELS[name]


def load_deeplab(name: str = DEFAULT_DEEPLAB, device: str | None = None) -> DeepLab:
    """Load a DeepLab with its published weights.

    Parameters
    ----------
    name : {"mobilenet_v2", "resnet50", "resnet101", "mobilenet_v3_large"}
        Google's DeepLabv3 with MobileNetV2 (2 million parameters), or one of torchvision's.
    device : str, optional
        "cuda", "mps" or "cpu"; the first of these that there is, by default.

    Returns
    -------
    DeepLab
        In evaluation mode; `model(model.preprocess(image))["out"]` has shape (1, 21, h, w).

    Raises
    ------
    ValueError
        If there is no such model.
    MissingTorchError
        If PyTorch is not installed.
    segwidgets.checkpoints.CheckpointError
        If the weights can be had from nowhere.

    Examples
    --------
    >>> import torch
    >>> model = load_deeplab()
    >>> with torch.no_grad():
    ...     output = model(torch.zeros(1, 3, 513, 513))["out"]
    >>> output.shape
    torch.Size([1, 21, 513, 513])
    """
    row = deeplab_model(name)
    need_torch("load_deeplab")
    model = row.in_torch(checkpoints.fetch(row.weights))
    return model.to(choose_device(device)).eval()


def load_fastest(name: str = DEFAULT_DEEPLAB) -> DeepLab | OnnxDeepLab:
    """Load a model for `segment_semantic`: without torch where that can be and there is no GPU."""
    model = deeplab_model(name)
    if model.on_cpu is not None and not (has_gpu() and not missing_torch()):
        return model.on_cpu(checkpoints.fetch(model.weights))
    return load_deeplab(name)
