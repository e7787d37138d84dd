"""MobileSAM on a CPU through onnxruntime, without torch: the default engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.frame import Frame
from segwidgets.ground.validation import UInt8Array
from segwidgets.models.engine import ANSWERS, sam_frame
from segwidgets.models.mobile_sam import onnx_decoder, onnx_encoder, weights
from segwidgets.models.mobile_sam.onnx_decoder import GRID, decoder_graph, mask_graph
from segwidgets.models.mobile_sam.onnx_encoder import encoder_graph, shortened
from segwidgets.models.mobile_sam.weights import PIXEL_MEAN, PIXEL_STD
from segwidgets.models.onnx_graphs import kept_graphs, start_session
from segwidgets.prompts import Prompt

Floats = npt.NDArray[np.float32]

NO_MASK = np.zeros((1, 1, 256), np.float32)


@dataclass(frozen=True)
class Embedding:
    """What the encoder makes of one photo.

    Attributes
    ----------
    tokens : ndarray of shape (1, 4096, 256), float32
        One vector for each 16 x 16 pixels of the padded square, row by row.
    frame : Frame
        How the photo lies in the square.
    """

    tokens: Floats
    frame: Frame


def mobile_sam_graphs(files: Mapping[str, Path]) -> dict[str, bytes]:
    """Return the graphs "encoder", "decoder" and "mask" (the encoder of a mask prompt), serialised.

    Parameters
    ----------
    files : mapping of str to Path
        `encoder.onnx` and `sam.onnx`, as `checkpoints.fetch("mobile_sam")` gives them.

    Raises
    ------
    ValueError
        If a file is not the expected graph.
    """
    write = {"encoder": encoder_graph, "decoder": decoder_graph, "mask": mask_graph}
    return kept_graphs(files, weights.read_weights, write, (weights, onnx_encoder, onnx_decoder))


class OnnxSam:
    """MobileSAM as an engine for `Segmenter`; see `segwidgets.models.engine.Engine`.

    Parameters
    ----------
    files : mapping of str to Path
        `encoder.onnx` and `sam.onnx`, as `checkpoints.fetch("mobile_sam")` gives them.
    threads : int, optional
        Threads for one operation; by default one for each physical core.

    Raises
    ------
    ValueError
        If a file is not the expected graph.
    """

    name = "onnxruntime"
    device = "cpu"

    def __init__(self, files: Mapping[str, Path], threads: int | None = None) -> None:
        graphs = mobile_sam_graphs(files)
        self.encoder = self.start_encoder(graphs["encoder"], files["encoder.onnx"].parent, threads)
        self._decoder, self._mask_encoder = (
            start_session(graphs[name], threads) for name in ("decoder", "mask")
        )

    def start_encoder(self, graph: bytes, folder: Path, threads: int | None) -> Any:
        """Load the encoder's graph; `folder` is where the weights are."""
        return start_session(graph, threads)

    def encode(self, image: UInt8Array) -> Embedding:
        """Run the image encoder on an image (H, W, 3) uint8 RGB."""
        frame = self.frame((image.shape[0], image.shape[1]))
        (rows, row_index), (columns, column_index) = map(shortened, frame.placed_size)
        pixels = network_pixels(image, frame.placed_size, (rows, columns))
        return self._embedding(pixels, row_index, column_index, frame)

    def encode_pixels(self, pixels: Floats, frame: Frame) -> Embedding:
        """Run the image encoder on its very input (3, 1024, 1024), prepared by oneself, well or badly.

        `frame` says how the photo lies in it, for clicks on their way in and masks on their way back.
        """
        (rows, row_index), (columns, column_index) = map(shortened, pixels.shape[1:])
        square = np.zeros((1, 3, rows, columns), np.float32)
        square[0, :, : pixels.shape[1], : pixels.shape[2]] = pixels
        least = shortened(1)
        small = np.zeros((1, 3, least[0], least[0]), np.float32)
        self._run_encoder(small, least[1], least[1], spare=True)  # what photos of other sizes took goes
        return Embedding(self._run_encoder(square, row_index, column_index, spare=True), frame)

    def _embedding(
        self, pixels: Floats, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], frame: Frame
    ) -> Embedding:
        return Embedding(self._run_encoder(pixels, rows, columns), frame)

    def _run_encoder(
        self,
        pixels: Floats,
        rows: npt.NDArray[np.int64],
        columns: npt.NDArray[np.int64],
        spare: bool = False,
    ) -> Floats:
        """Return the tokens; with `spare` the memory that the run took is given back afterwards."""
        from onnxruntime import RunOptions

        options = RunOptions()
        if spare:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        feed = {"pixels": pixels, "rows": rows, "columns": columns}
        tokens: Floats = self.encoder.run(["embedding"], feed, options)[0]
        return tokens

    def frame(self, photo_size: tuple[int, int]) -> Frame:
        """Say how an image of (height, width) lies in the 1024 square."""
        return sam_frame(photo_size)

    def decode(
        self,
        embedding: Embedding,
        prompt: Prompt,
        mask_input: Floats | None = None,
        multimask: bool | None = True,
    ) -> tuple[Floats, Floats]:
        """Run the prompt encoder and the mask decoder.

        Parameters
        ----------
        embedding : Embedding
            What `encode` returned.
        prompt : Prompt
            Points and box in pixels of the photo.
        mask_input : ndarray of shape (256, 256), optional
            Logits of an earlier mask.
        multimask : bool or None
            Three candidates, or the one that SAM gives when it should not be ambiguous; None for all, the
            single one first.

        Returns
        -------
        low_res_logits : ndarray of shape (N, 256, 256), float32
            Over the padded square, N = 3, 1 or 4.
        predicted_iou : ndarray of shape (N,), float32
        """
        return self._decode(embedding, prompt, mask_input, (GRID, GRID), ANSWERS[multimask])

    def decode_batch(
        self, embedding: Embedding, prompts: Iterable[Prompt]
    ) -> Iterator[tuple[Floats, Floats]]:
        """Decode many prompts, one after the other, and draw only where the photo is.

        Yields, for each prompt, logits (3, height, width) of the part of the low-resolution square that
        holds the photo (whole tokens, so up to three pixels more), and predicted_iou (3,).
        """
        rows, columns = embedding.frame.grid_part
        for prompt in prompts:
            yield self._decode(embedding, prompt, None, (rows.stop, columns.stop), ANSWERS[True])

    def features(self, embedding: Embedding) -> Floats:
        """Return the image embedding (256, 64, 64) of the padded square."""
        return np.ascontiguousarray(embedding.tokens[0].T.reshape(-1, GRID, GRID))

    def upscale(self, embedding: Embedding, low_res_logits: Floats) -> Floats:
        """Bring logits (N, h, w) of the square, or of its part that holds the photo, to the photo's size."""
        return np.stack([embedding.frame.upscale(logits) for logits in low_res_logits])

    def _decode(
        self,
        embedding: Embedding,
        prompt: Prompt,
        mask_input: Floats | None,
        grid: tuple[int, int],
        which: slice,
    ) -> tuple[Floats, Floats]:
        coords, labels = _prompt_arrays(embedding, prompt)
        dense = NO_MASK if mask_input is None else self._mask_encoder.run(["dense"], {"mask": mask_input})[0]
        logits, predicted_iou = self._decoder.run(
            ["logits", "predicted_iou"],
            {
                "embedding": embedding.tokens,
                "dense": dense,
                "coords": coords,
                "labels": labels,
                "rows": np.array(grid[:1]),
                "columns": np.array(grid[1:]),
            },
        )
        return logits[which], predicted_iou[which]


def network_pixels(image: UInt8Array, size: tuple[int, int], padded: tuple[int, int]) -> Floats:
    """Resize as SAM does (PIL, bilinear with antialias), normalise, pad with zeros: (1, 3, *padded)."""
    from PIL import Image

    height, width = size
    resized = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR))
    pixels = np.zeros((1, 3, *padded), np.float32)
    for channel, mean, std in zip(range(3), PIXEL_MEAN, PIXEL_STD, strict=True):
        part = pixels[0, channel, :height, :width]
        np.subtract(resized[:, :, channel], np.float32(mean), out=part)
        part /= np.float32(std)
    return pixels


def _prompt_arrays(embedding: Embedding, prompt: Prompt) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Coordinates (P, 2) in the 1024 square and labels (P,): points, then the box or the padding point."""
    coords, labels = prompt.point_coords, prompt.point_labels
    if prompt.box is not None:
        coords = np.concatenate([coords, np.reshape(prompt.box, (2, 2))])
        labels = np.concatenate([labels, [2, 3]])
    coords = embedding.frame.to_input(coords)
    if prompt.box is None:
        coords, labels = np.concatenate([coords, [[0, 0]]]), np.concatenate([labels, [-1]])
    return coords.astype(np.float32), labels
