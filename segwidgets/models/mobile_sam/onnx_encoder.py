"""MobileSAM's TinyViT as an ONNX graph of fused operators, tokens kept with their channels last.

The same network as `segwidgets.models.mobile_sam.tiny_vit`, which names the sources.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from segwidgets.models.mobile_sam.weights import IMAGE_SIZE, Weights
from segwidgets.models.onnx_graphs import GraphWriter

OUT_CHANNELS = 256
DEPTHS = (2, 2, 6, 2)
HEADS = (2, 4, 5, 10)
WINDOWS = (7, 7, 14, 7)
STRIDES = (4, 8, 16, 16)  # image pixels for each token, by stage
REACHED = 2  # lines of the first stage behind the photo that the photo reaches
BORDER = 3  # lines of it that the square's far border reaches


def encoder_graph(weights: Weights) -> bytes:
    """Write the image encoder.

    Inputs: `pixels` (1, 3, height, width), normalised, the photo at the top left and zero elsewhere, as large
    as `shortened` says; `rows` and `columns` (128,), what `shortened` gives. Output: `embedding`
    (1, 4096, 256) of the photo padded to the 1024 square, the tokens row by row.
    """
    w = {k.removeprefix("image_encoder."): v for k, v in weights.items()}
    g = GraphWriter("tiny_vit")
    x = g.input("pixels", np.float32, (1, 3, "height", "width"))
    lines = IMAGE_SIZE // STRIDES[1]
    rows, columns = g.input("rows", np.int64, (lines,)), g.input("columns", np.int64, (lines,))

    def conv(x: str, name: str, stride: int = 1) -> str:
        kernel = w[f"{name}.weight"]
        groups = kernel.shape[0] if kernel.shape[1] == 1 else 1
        return g.conv(x, kernel, w.get(f"{name}.bias"), stride, groups)

    x = conv(x, "patch_embed.seq.0.c", 2)
    x = conv(g.add("Gelu", x), "patch_embed.seq.2.c", 2)
    for i in range(DEPTHS[0]):
        name = f"layers.0.blocks.{i}"
        wide = g.add("Gelu", conv(x, f"{name}.conv1.c"))
        wide = g.add("Gelu", conv(wide, f"{name}.conv2.c"))
        x = g.add("Gelu", g.add("Add", x, conv(wide, f"{name}.conv3.c")))
    for stage in (1, 2, 3):
        name = f"layers.{stage - 1}.downsample"
        x = g.add("Gelu", conv(x, f"{name}.conv1.c"))
        x = g.add("Gelu", conv(x, f"{name}.conv2.c", stride=2 if STRIDES[stage] > STRIDES[stage - 1] else 1))
        x = g.transpose(conv(x, f"{name}.conv3.c"), 0, 2, 3, 1)
        if stage == 1:
            x = g.add("Gather", g.add("Gather", x, rows, axis=1), columns, axis=2)
        for i in range(DEPTHS[stage]):
            x = _block(g, w, f"layers.{stage}.blocks.{i}", x, stage)
        x = g.transpose(x, 0, 3, 1, 2)
    x = g.transpose(conv(x, "neck.0"), 0, 2, 3, 1)
    x = g.transpose(g.layer_norm(x, w["neck.1.weight"], w["neck.1.bias"], 1e-6), 0, 3, 1, 2)
    x = g.transpose(conv(x, "neck.2"), 0, 2, 3, 1)
    x = g.layer_norm(x, w["neck.3.weight"], w["neck.3.bias"], 1e-6)
    return g.finish(embedding=g.reshape(x, (1, -1, OUT_CHANNELS)))


def shortened(length: int) -> tuple[int, npt.NDArray[np.int64]]:
    """Say how little of the padding on one axis the first, purely convolutional stage has to see.

    Its output is a line for each 8 pixels, and reaches 15 pixels far. So behind the photo, and but for the
    lines at the far border, all lines of the padding are the same: one is computed and then repeated.

    Parameters
    ----------
    length : int
        Pixels of the photo on this axis of the 1024 square.

    Returns
    -------
    size : int
        Pixels to compute on this axis.
    index : ndarray of shape (128,), int64
        Which computed line stands at each line of the square.
    """
    stride = STRIDES[1]
    lines = IMAGE_SIZE // stride
    computed = min(lines, -(-length // stride) + REACHED + 1 + BORDER)  # 1 to repeat
    repeated = np.full(lines - computed, computed - BORDER - 1)
    index = np.insert(np.arange(computed), computed - BORDER, repeated)
    return computed * stride, index.astype(np.int64)


def _block(g: GraphWriter, w: Weights, name: str, x: str, stage: int) -> str:
    """One TinyViT block on tokens (1, side, side, dim)."""
    heads, window, side = HEADS[stage], WINDOWS[stage], IMAGE_SIZE // STRIDES[stage]
    count = -(-side // window)
    missing = count * window - side
    dim = w[f"{name}.attn.norm.weight"].shape[0]
    # the layer norm's weight and bias move into qkv: so zeros may be padded after it
    normal = g.layer_norm(x, np.ones(dim), np.zeros(dim), 1e-5)
    tokens = g.add("Pad", normal, g.constant([0, 0, 0, 0, 0, missing, missing, 0], np.int64))
    tokens = g.transpose(g.reshape(tokens, (count, window, count, window, dim)), 0, 2, 1, 3, 4)
    tokens = _attention(g, w, f"{name}.attn", g.reshape(tokens, (-1, window**2, dim)), heads, window)
    tokens = g.transpose(g.reshape(tokens, (count, count, window, window, dim)), 0, 2, 1, 3, 4)
    tokens = g.reshape(tokens, (1, count * window, count * window, dim))
    tokens = g.slice(tokens, (0, 0), (side, side), axes=(1, 2))
    x = g.transpose(g.add("Add", x, tokens), 0, 3, 1, 2)
    x = g.conv(x, w[f"{name}.local_conv.c.weight"], w[f"{name}.local_conv.c.bias"], groups=dim)
    x = g.reshape(g.transpose(x, 0, 2, 3, 1), (-1, dim))  # in two dimensions a bias joins its product
    mlp = f"{name}.mlp"
    wide = g.layer_norm(x, w[f"{mlp}.norm.weight"], w[f"{mlp}.norm.bias"], 1e-5)
    wide = g.add("Gelu", g.linear(wide, w[f"{mlp}.fc1.weight"].T, w[f"{mlp}.fc1.bias"]))
    x = g.add("Add", x, g.linear(wide, w[f"{mlp}.fc2.weight"].T, w[f"{mlp}.fc2.bias"]))
    return g.reshape(x, (1, side, side, dim))


def _attention(g: GraphWriter, w: Weights, name: str, tokens: str, heads: int, window: int) -> str:
    """Self-attention within each window (windows, tokens, dim)."""
    gamma, beta = w[f"{name}.norm.weight"], w[f"{name}.norm.bias"]
    weight, bias = w[f"{name}.qkv.weight"] * gamma, w[f"{name}.qkv.bias"] + w[f"{name}.qkv.weight"] @ beta
    dim = weight.shape[1]
    # from query, key, value of each head to all queries, all keys, all values
    weight = weight.reshape(heads, 3, -1, dim).swapaxes(0, 1).reshape(3 * dim, dim)
    bias = bias.reshape(heads, 3, -1).swapaxes(0, 1).reshape(-1)
    row, column = np.divmod(np.arange(window * window), window)
    offsets = abs(row[:, None] - row) * window + abs(column[:, None] - column)
    biases = w[f"{name}.attention_biases"][None, :, offsets]
    out = g.add(
        "Attention",
        tokens,
        g.constant(weight.T),
        g.constant(bias),
        "",
        "",
        g.constant(biases),
        num_heads=heads,
    )
    return g.linear(g.reshape(out, (-1, dim)), w[f"{name}.proj.weight"].T, w[f"{name}.proj.bias"])
