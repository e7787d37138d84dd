"""MobileSAM, the default SAM: its weights read out of two ONNX files, and the torch model they make.

Sources: Zhang et al., "Faster Segment Anything", arXiv:2306.14289; Kirillov et al., "Segment Anything",
arXiv:2304.02643. The files are an export of MobileSAM's checkpoint (see `segwidgets.checkpoints`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

Weights = dict[str, npt.NDArray[np.float32]]

PIXEL_MEAN = (123.675, 116.28, 103.53)  # of 0..255 RGB, as in segment_anything.build_sam
PIXEL_STD = (58.395, 57.12, 57.375)
IMAGE_SIZE = 1024


def read_weights(files: Mapping[str, Path]) -> Weights:
    """Read MobileSAM's parameters, named as in MobileSAM's checkpoint, from its ONNX files.

    Parameters
    ----------
    files : mapping of str to Path
        `encoder.onnx` and `sam.onnx`, as `checkpoints.fetch("mobile_sam")` gives them.

    Returns
    -------
    dict of str to ndarray, float32
        Parameters by name; batch norms are folded into the convolutions before them.

    Raises
    ------
    ValueError
        If a file is not the expected graph.
    """
    try:
        encoder = _encoder_weights(files["encoder.onnx"])
        decoder = _decoder_weights(files["sam.onnx"])
    except (KeyError, IndexError, StopIteration) as error:
        raise ValueError(
            f"expected MobileSAM's encoder.onnx and sam.onnx, but {error} is missing in "
            f"{', '.join(map(str, files.values()))}; fetch them again with checkpoints.fetch('mobile_sam')"
        ) from error
    return {f"image_encoder.{name}": value for name, value in encoder.items()} | decoder


def build_mobile_sam(files: Mapping[str, Path]) -> Sam:
    """Build MobileSAM as a `segment_anything.modeling.Sam` on the CPU, in evaluation mode.

    `SamPredictor` and `SamAutomaticMaskGenerator` take it as it is.

    Parameters
    ----------
    files : mapping of str to Path
        `encoder.onnx` and `sam.onnx`, as `checkpoints.fetch("mobile_sam")` gives them.

    Raises
    ------
    ValueError
        If a file is not the expected graph.
    """
    import torch
    from segment_anything.modeling import MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

    from segwidgets.models.mobile_sam.tiny_vit import TinyViT

    weights = read_weights(files)
    model = Sam(
        TinyViT(),
        PromptEncoder(
            embed_dim=256,
            image_embedding_size=(IMAGE_SIZE // 16, IMAGE_SIZE // 16),
            input_image_size=(IMAGE_SIZE, IMAGE_SIZE),
            mask_in_chans=16,
        ),
        MaskDecoder(
            transformer_dim=256,
            transformer=TwoWayTransformer(depth=2, embedding_dim=256, num_heads=8, mlp_dim=2048),
            num_multimask_outputs=3,
            iou_head_depth=3,
            iou_head_hidden_dim=256,
        ),
        list(PIXEL_MEAN),
        list(PIXEL_STD),
    )
    try:
        model.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in weights.items()})
    except RuntimeError as error:
        raise ValueError(f"the ONNX files do not hold MobileSAM's parameters: {error}") from error
    return model.eval()


def _read_graph(path: Path) -> tuple[list[Any], dict[str, npt.NDArray[Any]]]:
    """Return a file's nodes, and its constants by the name under which nodes take them."""
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnx import numpy_helper

    try:
        graph = onnx.load(path).graph
    except DecodeError as error:
        raise ValueError(f"{path} is not an ONNX file; fetch it again") from error
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return list(graph.node), constants


def _encoder_weights(path: Path) -> Weights:
    nodes, constants = _read_graph(path)
    weights = {name: value for name, value in constants.items() if not name.startswith(("onnx::", "/"))}
    for node in nodes:
        module = _module(node.name)
        given = [constants[name] for name in node.input if name in constants]
        if node.op_type == "Conv":
            weights[f"{module}.weight"] = given[0]
            if len(given) == 2:
                weights[f"{module}.bias"] = given[1]
        elif node.op_type == "MatMul" and given:
            weights[f"{module}.weight"] = given[0].T
        elif node.op_type == "Mul" and module.startswith("neck."):
            weights[f"{module}.weight"] = given[0].ravel()
        elif node.name.endswith("/Add_1") and module.startswith("neck."):
            weights[f"{module}.bias"] = given[0].ravel()
        elif node.op_type == "Add" and module.endswith(".attn"):
            weights[f"{module}.attention_biases"] = _biases_by_offset(given[0], node.name)
    return weights


def _module(node_name: str) -> str:
    """Spell the module of a node: `/neck/neck.0/Conv` is of `neck.0`."""
    parts = node_name.strip("/").split("/")[:-1]
    return ".".join(
        p for p, after in zip(parts, [*parts[1:], ""], strict=False) if not after.startswith(p + ".")
    )


def _biases_by_offset(biases: npt.NDArray[np.float32], name: str) -> npt.NDArray[np.float32]:
    """Undo the expansion of (heads, offsets) to (heads, tokens, tokens): the first token sees each offset."""
    window = round(biases.shape[-1] ** 0.5)
    row, column = np.divmod(np.arange(window * window), window)
    offsets = abs(row[:, None] - row) * window + abs(column[:, None] - column)
    if not np.array_equal(biases[:, 0][:, offsets], biases):
        raise ValueError(f"the attention biases at {name} are not those of a {window} x {window} window")
    return biases[:, 0]


def _decoder_weights(path: Path) -> Weights:
    nodes, constants = _read_graph(path)
    weights = {
        name.removeprefix("model."): value
        for name, value in constants.items()
        if name.startswith(("model.", "mask_decoder."))
    }
    folded = {}
    for node in nodes:
        module, op = _module(node.name), node.name.rpartition("/")[2]
        for name in node.input:
            if name.startswith("onnx::") and name in constants:
                folded[module, op] = constants[name]
                if node.op_type == "MatMul":
                    weights[f"mask_decoder.{module}.weight"] = constants[name].T
    for module, owner in (
        ("mask_downscaling.1", "prompt_encoder"),
        ("mask_downscaling.4", "prompt_encoder"),
        ("output_upscaling.1", "mask_decoder"),
    ):
        weights[f"{owner}.{module}.weight"] = folded[module, "Mul"].ravel()
        weights[f"{owner}.{module}.bias"] = folded[module, "Add_1"].ravel()
    weights["prompt_encoder.no_mask_embed.weight"] = folded["", "Mul_9"].reshape(1, -1)
    tokens = next(value for name, value in constants.items() if name.startswith("onnx::Expand"))[0]
    weights["mask_decoder.iou_token.weight"] = tokens[:1]
    weights["mask_decoder.mask_tokens.weight"] = tokens[1:]
    return weights
