"""How near a network comes to what the machine can multiply: its multiply-adds, counted in the very run.

onnxruntime's profile of one run tells the shapes that each operator saw. What an operator multiplies follows
from them: a matrix product as many as its output has numbers, times the length of a row of its left side; a
convolution as many as its output has numbers, times what one of its kernels has; windowed attention the
products with its weights, the scores and the sum of the values (`com.microsoft.Attention` of onnxruntime's
operators). What only adds, moves or bends numbers counts nothing, so nobody gets down to the limit.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

from segwidgets import Prompt, Segmenter, checkpoints
from segwidgets.ground.validation import UInt8Array
from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab, kept_deeplab
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam, mobile_sam_graphs

Shapes = list[list[int]]


def _product(inputs: Shapes, outputs: Shapes) -> int:
    return prod(outputs[0]) * inputs[0][-1]


def _convolution(inputs: Shapes, outputs: Shapes) -> int:
    return prod(outputs[0]) * prod(inputs[1][1:])


def _attention(inputs: Shapes, outputs: Shapes) -> int:
    windows, tokens, width = inputs[0]
    inner = outputs[0][-1]
    return windows * tokens * (3 * width * inner + 2 * tokens * inner)


MULTIPLYING: dict[str, Callable[[Shapes, Shapes], int]] = {
    **dict.fromkeys(("MatMul", "FusedMatMul", "Gemm", "FusedGemm"), _product),
    **dict.fromkeys(("Conv", "FusedConv"), _convolution),
    "Attention": _attention,
}


def multiply_adds(graph: bytes, feed: dict[str, Any]) -> int:
    """Run a graph once and return how many multiply-adds its products, convolutions and attention take."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = os.path.join(folder, "profile")
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    nodes = [event["args"] for event in events if event["name"].endswith("_kernel_time")]
    return sum(
        MULTIPLYING[node["op_name"]](_shapes(node["input_type_shape"]), _shapes(node["output_type_shape"]))
        for node in nodes
        if node["op_name"] in MULTIPLYING
    )


def _shapes(told: list[dict[str, list[int]]]) -> Shapes:
    return [shape for one in told for shape in one.values()]


class _Heard:
    """A session that remembers what it was fed."""

    def __init__(self, session: Any) -> None:
        self.session, self.feed = session, {}

    def run(self, outputs: Any, feed: dict[str, Any], *options: Any) -> Any:
        self.feed = feed
        return self.session.run(outputs, feed, *options)


def of_encoding_and_click(photo: UInt8Array, click: Prompt) -> tuple[int, int]:
    """Return the multiply-adds of encoding a photo (H, W, 3) uint8, and of one prompt."""
    files = checkpoints.fetch("mobile_sam")
    engine: Any = OnnxSam(files)
    engine.encoder, engine._decoder = _Heard(engine.encoder), _Heard(engine._decoder)
    Segmenter(photo, engine).predict(click)
    graphs = mobile_sam_graphs(files)
    return (
        multiply_adds(graphs["encoder"], engine.encoder.feed),
        multiply_adds(graphs["decoder"], engine._decoder.feed),
    )


def of_deeplab(photo: UInt8Array) -> int:
    """Return the multiply-adds of DeepLab's logits of a photo (H, W, 3) uint8."""
    files = checkpoints.fetch("deeplab_mobilenet_v2")
    engine: Any = OnnxDeepLab(files)
    engine._session = _Heard(engine._session)
    engine.logits(photo)
    return multiply_adds(kept_deeplab(files), engine._session.feed)
