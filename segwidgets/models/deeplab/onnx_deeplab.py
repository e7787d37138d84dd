"""DeepLabv3 with MobileNetV2 on a CPU through onnxruntime, without torch.

Sources: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation", arXiv:1706.05587;
Sandler et al., "MobileNetV2", arXiv:1801.04381. The weights are Google's deeplabv3_mnv2_pascal_trainval.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import UInt8Array
from segwidgets.models.deeplab import pascal
from segwidgets.models.deeplab.pascal import CLASS_NAMES, INPUT_SIZE, preprocess_array, read_tfjs_weights
from segwidgets.models.onnx_graphs import Array, GraphWriter, kept_graphs, start_session

Floats = npt.NDArray[np.float32]

GRID = 65  # of the logits: output stride 8 on 513 pixels
STRIDE_2_BLOCKS = (1, 3)  # at output stride 8 the later two stride-2 blocks keep the size, and
DILATIONS = {7: 2, 14: 4}  # from the block after each, the depthwise convolutions are spread instead


class OnnxDeepLab:
    """Google's DeepLabv3 with MobileNetV2, trained on Pascal VOC, for `segment_semantic`.

    Parameters
    ----------
    files : mapping of str to Path
        The TF.js files, as `checkpoints.fetch("deeplab_mobilenet_v2")` gives them.
    threads : int, optional
        Threads for one operation; by default one for each physical core.

    Attributes
    ----------
    class_names : tuple of str
        What each of the 21 channels stands for; channel 0 is the background.
    """

    name = "mobilenet_v2, onnxruntime"
    class_names: tuple[str, ...] = CLASS_NAMES

    def __init__(self, files: Mapping[str, Path], threads: int | None = None) -> None:
        self._session = start_session(kept_deeplab(files), threads)

    def logits(self, image: UInt8Array) -> Floats:
        """Return the logits of one image at the network's own scale.

        Parameters
        ----------
        image : ndarray of shape (H, W, 3), uint8
            RGB.

        Returns
        -------
        ndarray of shape (21, h, w), float32
            The longest side is 513.
        """
        photo = preprocess_array(image)
        height, width = photo.shape[1:]
        pixels = np.zeros((1, 3, INPUT_SIZE, INPUT_SIZE), np.float32)
        pixels[0, :, :height, :width] = photo
        spread = _spread()
        feed = {"pixels": pixels, "down": spread[:height], "across": np.ascontiguousarray(spread[:width].T)}
        logits: Floats = self._session.run(["logits"], feed)[0][0]
        return logits


def kept_deeplab(files: Mapping[str, Path]) -> bytes:
    """Return the graph, serialised, from the TF.js files."""
    code = pascal, sys.modules[__name__]
    return kept_graphs(files, read_tfjs_weights, {"deeplab": deeplab_graph}, code)["deeplab"]


def deeplab_graph(weights: Mapping[str, Array]) -> bytes:
    """Write the network.

    Inputs: `pixels` (1, 3, 513, 513), -1 to 1, zero where the photo is not; `down` (h, 65) and `across`
    (65, w), the weights that bring the 65 x 65 logits to the photo's pixels. Output: `logits` (1, 21, h, w).
    """
    g = GraphWriter("deeplab")
    pixels = g.input("pixels", np.float32, (1, 3, INPUT_SIZE, INPUT_SIZE))
    down = g.input("down", np.float32, ("height", GRID))
    across = g.input("across", np.float32, (GRID, "width"))
    x = _relu6(g, g.conv(pixels, *_kernel(weights, "MobilenetV2/Conv"), stride=2))
    dilation = 1
    for i in range(17):
        dilation = DILATIONS.get(i, dilation)
        x = _inverted_residual(g, weights, i, x, 2 if i in STRIDE_2_BLOCKS else 1, dilation)

    # the pooled vector is the same at every place: its half of the projection is added as one vector
    pooled = g.add("Relu", g.conv(g.add("GlobalAveragePool", x), *_kernel(weights, "image_pooling")))
    kernel, bias = _kernel(weights, "concat_projection")
    half = kernel.shape[1] // 2
    pooled = g.conv(pooled, kernel[:, :half], bias)
    x = g.conv(g.add("Relu", g.conv(x, *_kernel(weights, "aspp0"))), kernel[:, half:])
    x = g.add("Relu", g.add("Add", x, pooled))
    classifier = weights["logits/semantic/weights"].transpose(3, 2, 0, 1)
    x = g.conv(x, classifier, weights["logits/semantic/biases"])
    return g.finish(logits=g.add("MatMul", g.add("MatMul", down, x), across))


def _kernel(weights: Mapping[str, Array], name: str) -> tuple[Array, Array]:
    """Return a convolution's kernel, output channels first, and bias; a scale that stands apart goes in."""
    of = {key: value for key, value in weights.items() if key.startswith(f"{name}/")}
    kernel = next(value for value in of.values() if value.ndim == 4)
    bias = next(value for key, value in of.items() if key.endswith("/Offset"))
    scale = [value for key, value in of.items() if key.endswith("/Scaled")]
    if scale:  # depthwise: (height, width, channels, 1)
        return kernel.transpose(2, 3, 0, 1) * scale[0].reshape(-1, 1, 1, 1), bias
    return kernel.transpose(3, 2, 0, 1), bias


def _inverted_residual(
    g: GraphWriter, weights: Mapping[str, Array], index: int, x: str, stride: int, dilation: int
) -> str:
    """Widen, convolve each channel alone, narrow; add what came in where the shapes allow."""
    name = "MobilenetV2/expanded_conv" + (f"_{index}" if index else "")
    wide = _relu6(g, g.conv(x, *_kernel(weights, f"{name}/expand"))) if index else x
    kernel, bias = _kernel(weights, f"{name}/depthwise")
    wide = _relu6(g, g.conv(wide, kernel, bias, stride, groups=len(kernel), dilation=dilation))
    kernel, bias = _kernel(weights, f"{name}/project")
    narrow = g.conv(wide, kernel, bias)
    came = weights[f"{name}/expand/Conv2D/merged_input"].shape[2] if index else None
    return g.add("Add", x, narrow) if stride == 1 and came == len(kernel) else narrow


def _relu6(g: GraphWriter, x: str) -> str:
    return g.add("Clip", x, g.constant(0), g.constant(6))


def _spread() -> Floats:
    """Bilinear weights (513, 65) with the corners aligned: pixel 8 i takes logit i."""
    place = np.arange(INPUT_SIZE)[:, None] * ((GRID - 1) / (INPUT_SIZE - 1))
    weights: Floats = np.maximum(0, 1 - abs(place - np.arange(GRID))).astype(np.float32)
    return weights
