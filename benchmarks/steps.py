"""What each optimisation brings alone: the same work with and without it, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.table import CLICK
from benchmarks.timing import Pair, side_by_side
from segwidgets import checkpoints
from segwidgets.images import sample_image
from segwidgets.models.mobile_sam import onnx_encoder, onnx_sam
from segwidgets.models.mobile_sam.onnx_decoder import decoder_graph
from segwidgets.models.mobile_sam.weights import read_weights
from segwidgets.models.onnx_graphs import start_session


def steps(quick: bool) -> Iterator[tuple[str, Pair]]:
    """Yield each step's name with the seconds before and after it."""
    few, many = (2, 3) if quick else (7, 25)
    files = checkpoints.fetch("mobile_sam")
    engine = onnx_sam.OnnxSam(files)
    cat = sample_image("cat")
    embedding = engine.encode(cat)
    size = embedding.frame.placed_size

    published = start_session(str(files["encoder.onnx"]))
    square = {"input": onnx_sam.network_pixels(cat, size, (1024, 1024))}
    every_line = np.arange(128)
    written = start_session(onnx_encoder.encoder_graph(read_weights(files)))
    whole = {"pixels": square["input"], "rows": every_line, "columns": every_line}
    (height, rows), (width, columns) = map(onnx_encoder.shortened, size)
    short = {"pixels": onnx_sam.network_pixels(cat, size, (height, width)), "rows": rows, "columns": columns}
    yield (
        "encoder written anew (fused attention, GELU, norms, channels last) against the published graph",
        side_by_side(_run(published, square), _run(written, whole), few),
    )
    yield (
        "padding's convolutions computed once and repeated, against the whole square",
        side_by_side(_run(written, whole), _run(written, short), few),
    )

    coords, labels = onnx_sam._prompt_arrays(embedding, CLICK)
    old = {
        "image_embeddings": engine.features(embedding)[None],
        "point_coords": coords[None],
        "point_labels": labels[None].astype(np.float32),
        "mask_input": np.zeros((1, 1, 256, 256), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array(cat.shape[:2], np.float32),
    }
    new: dict[str, Any] = {
        "embedding": embedding.tokens,
        "dense": onnx_sam.NO_MASK,
        "coords": coords,
        "labels": labels,
        "rows": np.array([64]),
        "columns": np.array([64]),
    }
    rows, columns = embedding.frame.grid_part
    part = {**new, "rows": np.array([rows.stop]), "columns": np.array([columns.stop])}
    graph = decoder_graph(read_weights(files))
    decoder = start_session(graph)
    yield (
        "decoder written anew (projections on the prompt's side) against the published graph",
        side_by_side(_run(start_session(str(files["sam.onnx"])), old), _run(decoder, new), many),
    )
    yield (
        "add and layer norm apart, against onnxruntime's fused operator",
        side_by_side(_run(_with_every_fusion(graph), new), _run(decoder, new), many),
    )
    yield (
        "masks drawn only where the photo is, against the whole square",
        side_by_side(_run(decoder, new), _run(decoder, part), many),
    )


def _run(session: Any, feed: dict[str, Any]) -> Callable[[], object]:
    session.run(None, feed)
    return lambda: session.run(None, feed)


def _with_every_fusion(graph: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
