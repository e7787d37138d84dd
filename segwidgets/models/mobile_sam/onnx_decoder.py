"""SAM's prompt encoder and mask decoder as ONNX graphs for one prompt on a CPU.

The network is that of Kirillov et al., "Segment Anything", arXiv:2304.02643, appendix A; the sums are
arranged anew. A prompt is 7 to some 20 tokens, the image 4096: so wherever image tokens would be projected
(to keys, queries, values, outputs), the projection is moved to the side of the prompt tokens, as
(x W_q) · k = x · (W_q k). That is exact, and a third of the multiply-adds.
"""

from __future__ import annotations

import numpy as np

from segwidgets.models.mobile_sam.weights import Weights
from segwidgets.models.onnx_graphs import Array, GraphWriter

HEADS = 8
HEAD_DIM = 16  # of the attention between prompt and image, which works at half the 256 channels
GRID = 64  # image tokens on each side of the square
DIM = 256
SQUARE = 1024.0


def decoder_graph(weights: Weights) -> bytes:
    """Write the decoder of one prompt.

    Inputs: `embedding` (1, 4096, 256); `dense` (1, 1 or 4096, 256), what a mask prompt adds to it, zero
    without one; `coords` (P, 2), xy in pixels of the 1024 square; `labels` (P,), 1 foreground, 0 background,
    2 and 3 a box's corners, -1 padding; `rows` and `columns` (1,), how many of the 64 x 64 image tokens to
    draw. Outputs: `logits` (4, 4 rows, 4 columns), the single mask first, and `predicted_iou` (4,).
    """
    g = GraphWriter("mask_decoder")
    embedding = g.input("embedding", np.float32, (1, GRID * GRID, DIM))
    dense = g.input("dense", np.float32, (1, "dense_tokens", DIM))
    coords = g.input("coords", np.float32, ("points", 2))
    labels = g.input("labels", np.int64, ("points",))
    rows, columns = g.input("rows", np.int64, (1,)), g.input("columns", np.int64, (1,))
    decoder = {k.removeprefix("mask_decoder."): v for k, v in weights.items()}
    writer = _TransformerWriter(g, decoder, weights)

    no_mask = g.constant(weights["prompt_encoder.no_mask_embed.weight"])
    writer.set_image(g.add("Add", embedding, g.add("Add", dense, no_mask)))
    writer.set_tokens(_prompt_tokens(g, weights, coords, labels))
    for layer in (0, 1):
        writer.layer(f"transformer.layers.{layer}", first=layer == 0)
    tokens = writer.read_image("transformer.final_attn_token_to_image", "transformer.norm_final_attn")

    mask_tokens = g.slice(tokens, (1,), (5,), axes=(0,))
    iou_token = g.slice(tokens, (0,), (1,), axes=(0,))
    predicted_iou = _mlp(
        g, decoder, ["iou_prediction_head"], g.add("Unsqueeze", iou_token, g.constant([0], np.int64))
    )
    names = [f"output_hypernetworks_mlps.{i}" for i in range(4)]
    kernels = _mlp(g, decoder, names, g.add("Unsqueeze", mask_tokens, g.constant([1], np.int64)))
    logits = _draw(g, decoder, writer.image, kernels, rows, columns)
    return g.finish(logits=logits, predicted_iou=g.reshape(predicted_iou, (4,)))


def mask_graph(weights: Weights) -> bytes:
    """Write the encoder of a mask prompt: `mask` (256, 256) logits to `dense` (1, 4096, 256).

    The convolutions have stride = kernel = 2: products of pixels gathered four by four.
    """
    w = {k.removeprefix("prompt_encoder.mask_downscaling."): v for k, v in weights.items()}
    g = GraphWriter("mask_prompt")
    x = g.input("mask", np.float32, (4 * GRID, 4 * GRID))
    x = g.transpose(g.reshape(x, (GRID, 2, 2, GRID, 2, 2)), 0, 3, 1, 4, 2, 5)
    for conv, pixels in ((0, (GRID * GRID, 4, 4)), (3, (GRID * GRID, 16))):
        kernel = w[f"{conv}.weight"]
        flat = kernel.transpose(2, 3, 1, 0).reshape(-1, kernel.shape[0])
        x = g.linear(g.reshape(x, pixels), flat, w[f"{conv}.bias"])
        x = g.add("Gelu", g.layer_norm(x, w[f"{conv + 1}.weight"], w[f"{conv + 1}.bias"], 1e-6))
    no_mask = weights["prompt_encoder.no_mask_embed.weight"][0]  # the decoder adds it again
    x = g.linear(x, w["6.weight"][:, :, 0, 0].T, w["6.bias"] - no_mask)
    return g.finish(dense=g.reshape(x, (1, GRID * GRID, DIM)))


def _prompt_tokens(g: GraphWriter, weights: Weights, coords: str, labels: str) -> str:
    """Return the output tokens and then the prompt's, (5 + P, 256)."""
    w = {k.removeprefix("prompt_encoder."): v for k, v in weights.items()}
    matrix = w["pe_layer.positional_encoding_gaussian_matrix"]
    # 2 π (2 (xy + 0.5) / 1024 - 1) @ matrix
    turned = g.linear(
        coords, matrix * (4 * np.pi / SQUARE), (1 / SQUARE - 1) * 2 * np.pi * matrix.sum(axis=0)
    )
    waves = g.add("Concat", g.add("Sin", turned), g.add("Cos", turned), axis=-1)
    kinds = [w["not_a_point_embed.weight"]] + [w[f"point_embeddings.{i}.weight"] for i in range(4)]
    row = g.add("Add", labels, g.constant(1, np.int64))
    seen = g.add("Gather", g.constant([[0], [1], [1], [1], [1]]), row, axis=0)
    prompt = g.add(
        "Add", g.add("Mul", waves, seen), g.add("Gather", g.constant(np.concatenate(kinds)), row, axis=0)
    )
    outputs = np.concatenate(
        [weights["mask_decoder.iou_token.weight"], weights["mask_decoder.mask_tokens.weight"]]
    )
    return g.add("Concat", g.constant(outputs), prompt, axis=0)


def _image_waves(weights: Weights) -> Array:
    """Positional encoding of the image tokens, (4096, 256)."""
    centres = (np.arange(GRID) + 0.5) / GRID * 2 - 1
    x, y = np.meshgrid(centres, centres)
    matrix = weights["prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"].astype(np.float64)
    turned = 2 * np.pi * np.stack([x, y], axis=-1).reshape(-1, 2) @ matrix
    return np.concatenate([np.sin(turned), np.cos(turned)], axis=-1)


class _TransformerWriter:
    """Writes the two-way transformer; `tokens` and `image` name its state so far."""

    def __init__(self, g: GraphWriter, decoder: Weights, weights: Weights) -> None:
        self.g, self.w = g, decoder
        self.waves = g.constant(_image_waves(weights))

    def set_image(self, image: str) -> None:
        self.image = image  # (1, 4096, 256)
        self.placed = self.g.add("Add", image, self.waves)

    def set_tokens(self, prompt: str) -> None:
        self.tokens = self.prompt = prompt  # (T, 256)

    def layer(self, name: str, first: bool) -> None:
        g, w = self.g, self.w
        attended = self._self_attention(f"{name}.self_attn", first)
        self.tokens = self._norm(f"{name}.norm1", attended if first else g.add("Add", self.tokens, attended))
        self.tokens = self.read_image(f"{name}.cross_attn_token_to_image", f"{name}.norm2")
        hidden = g.linear(self.tokens, w[f"{name}.mlp.lin1.weight"].T, w[f"{name}.mlp.lin1.bias"])
        mlp = g.linear(g.add("Relu", hidden), w[f"{name}.mlp.lin2.weight"].T, w[f"{name}.mlp.lin2.bias"])
        self.tokens = self._norm(f"{name}.norm3", g.add("Add", self.tokens, mlp))
        self._write_image(f"{name}.cross_attn_image_to_token", f"{name}.norm4")

    def read_image(self, name: str, norm: str) -> str:
        """Tokens attend to the image; return them after the residual and the norm."""
        g, w = self.g, self.w
        q = self._heads(name, "q_proj", self._placed_tokens(), scale=HEAD_DIM**-0.5)  # (8, T, 16)
        # a key's bias adds the same to all scores of a query and falls out of the softmax
        wanted = g.add("MatMul", q, g.constant(self._by_head(w[f"{name}.k_proj.weight"])))  # (8, T, 256)
        wanted = g.reshape(wanted, (1, -1, DIM))
        scores = g.add("FusedMatMul", wanted, self.placed, transB=1)  # (1, 8 T, 4096)
        read = g.add("MatMul", g.add("Softmax", scores, axis=-1), self.image)
        values = g.constant(self._by_head(w[f"{name}.v_proj.weight"]).swapaxes(1, 2))
        read = g.add("MatMul", g.reshape(read, (HEADS, -1, DIM)), values)  # (8, T, 16)
        read = g.reshape(g.transpose(read, 1, 0, 2), (-1, HEADS * HEAD_DIM))
        out, value_bias = w[f"{name}.out_proj.weight"], w[f"{name}.v_proj.bias"]
        attended = g.linear(read, out.T, w[f"{name}.out_proj.bias"] + out @ value_bias)
        return self._norm(norm, g.add("Add", self.tokens, attended))

    def _write_image(self, name: str, norm: str) -> None:
        """Image tokens attend to the prompt's; residual and norm."""
        g, w = self.g, self.w
        k = self._heads(name, "k_proj", self._placed_tokens(), scale=HEAD_DIM**-0.5)
        v = self._heads(name, "v_proj", self.tokens)
        wanted = g.add("MatMul", k, g.constant(self._by_head(w[f"{name}.q_proj.weight"])))
        bias = g.constant(w[f"{name}.q_proj.bias"].reshape(HEADS, HEAD_DIM, 1))
        offsets = g.reshape(g.add("MatMul", k, bias), (HEADS, -1))
        scores = g.add("FusedMatMul", self.placed, g.reshape(wanted, (1, -1, DIM)), transB=1)
        scores = g.add("Add", g.reshape(scores, (GRID * GRID, HEADS, -1)), offsets)
        shares = g.reshape(g.add("Softmax", scores, axis=-1), (1, GRID * GRID, -1))
        columns = w[f"{name}.out_proj.weight"].reshape(DIM, HEADS, HEAD_DIM).transpose(1, 2, 0)
        # an image token's shares add up to 1 in each of the 8 heads, so an eighth of the bias goes with each
        share_of_bias = g.constant(w[f"{name}.out_proj.bias"] / HEADS)
        written = g.add("Add", g.add("MatMul", v, g.constant(columns)), share_of_bias)
        written = g.add("MatMul", shares, g.reshape(written, (1, -1, DIM)))
        self.set_image(self._norm(norm, g.add("Add", self.image, written)))

    def _self_attention(self, name: str, first: bool) -> str:
        g, w = self.g, self.w
        placed = self.tokens if first else self._placed_tokens()
        dim = DIM // HEADS
        q = self._heads(name, "q_proj", placed, scale=dim**-0.5)
        k, v = self._heads(name, "k_proj", placed), self._heads(name, "v_proj", self.tokens)
        mixed = g.add("MatMul", g.add("Softmax", g.add("FusedMatMul", q, k, transB=1), axis=-1), v)
        mixed = g.reshape(g.transpose(mixed, 1, 0, 2), (-1, DIM))
        return g.linear(mixed, w[f"{name}.out_proj.weight"].T, w[f"{name}.out_proj.bias"])

    def _placed_tokens(self) -> str:
        return self.g.add("Add", self.tokens, self.prompt)

    def _heads(self, name: str, projection: str, x: str, scale: float = 1.0) -> str:
        """Project tokens (T, 256) and return them by head, (8, T, channels)."""
        weight, bias = self.w[f"{name}.{projection}.weight"], self.w[f"{name}.{projection}.bias"]
        x = self.g.linear(x, weight.T * scale, bias * scale)
        return self.g.transpose(self.g.reshape(x, (-1, HEADS, len(weight) // HEADS)), 1, 0, 2)

    def _by_head(self, weight: Array) -> Array:
        return weight.reshape(HEADS, HEAD_DIM, DIM)

    def _norm(self, name: str, x: str) -> str:
        return self.g.layer_norm(x, self.w[f"{name}.weight"], self.w[f"{name}.bias"], 1e-5)


def _mlp(g: GraphWriter, w: Weights, names: list[str], x: str) -> str:
    """Run MLPs of three layers side by side on x (len(names), 1, 256)."""
    for layer in range(3):
        weight = np.stack([w[f"{name}.layers.{layer}.weight"].T for name in names])
        bias = np.stack([w[f"{name}.layers.{layer}.bias"] for name in names])[:, None]
        x = g.linear(x, weight, bias)
        x = g.add("Relu", x) if layer < 2 else x
    return x


def _draw(g: GraphWriter, w: Weights, image: str, kernels: str, rows: str, columns: str) -> str:
    """Upscale the image tokens four times and take their products with the masks' kernels (4, 1, 32).

    Transposed convolutions with stride = kernel = 2 are products: each token gives 2 x 2 pixels, which stay
    beside it until the four masks, not 32 channels, are put in their places.
    """
    x = g.reshape(image, (GRID, GRID, DIM))
    ends = g.add("Concat", rows, columns, axis=0)
    x = g.reshape(g.add("Slice", x, g.constant([0, 0], np.int64), ends), (-1, DIM))
    for step in (0, 3):
        kernel = w[f"output_upscaling.{step}.weight"]  # (inputs, outputs, 2, 2)
        flat = kernel.transpose(0, 2, 3, 1).reshape(len(kernel), -1)
        bias = w[f"output_upscaling.{step}.bias"]
        x = g.reshape(g.linear(x, flat, np.tile(bias, 4)), (-1, len(bias)))
        if step == 0:
            x = g.layer_norm(x, w["output_upscaling.1.weight"], w["output_upscaling.1.bias"], 1e-6)
        x = g.add("Gelu", x)
    x = g.add("MatMul", x, g.transpose(g.reshape(kernels, (4, -1)), 1, 0))  # (pixels, 4)
    four = g.constant([2, 2, 2, 2, 4], np.int64)
    x = g.reshape(x, g.add("Concat", rows, columns, four, axis=0))  # y, x, dy, dx, ddy, ddx, mask
    x = g.transpose(x, 6, 0, 2, 4, 1, 3, 5)
    size = g.add("Mul", ends, g.constant(4, np.int64))
    return g.reshape(x, g.add("Concat", g.constant([4], np.int64), size, axis=0))
