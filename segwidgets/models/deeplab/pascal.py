"""What DeepLab needs whatever runs it: Pascal VOC's classes, the preprocessing, the TF.js weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.geometry import fit_longest_side
from segwidgets.ground.validation import UInt8Array

INPUT_SIZE = 513
HALF_RANGE = 127.5  # of 0..255, which becomes −1..1

CLASS_NAMES = (
    "background",
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
)
"""The 20 classes of Pascal VOC (Everingham et al. 2010, host.robots.ox.ac.uk/pascal/VOC) and what is none."""


def preprocess_array(image: UInt8Array) -> npt.NDArray[np.float32]:
    """Resize so that the longest side is 513 and bring 0..255 to −1..1, channels first.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB.

    Returns
    -------
    ndarray of shape (3, h, w), float32
        Zero, the value that pads it to the square, is mid-grey.
    """
    from PIL import Image

    height, width = fit_longest_side(image.shape[0], image.shape[1], INPUT_SIZE)
    resized = Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR)
    scaled = np.asarray(resized, dtype=np.float32) / HALF_RANGE - 1
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


def read_tfjs_weights(files: Mapping[str, Path]) -> dict[str, npt.NDArray[Any]]:
    """Read the tensors of a TF.js model: `model.json` names them, the shards hold their bytes in a row.

    Parameters
    ----------
    files : mapping of file name to path
        `model.json` and the shards that it names.

    Returns
    -------
    dict of str to ndarray
        Convolutions are stored height, width, in, out.
    """
    manifest = json.loads(files["model.json"].read_text(encoding="utf-8"))["weightsManifest"]
    tensors = {}
    for group in manifest:
        blob = b"".join(files[Path(path).name].read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            dtype = np.dtype(entry["dtype"])
            count = int(np.prod(entry["shape"]))
            tensor = np.frombuffer(blob, dtype, count, offset).reshape(entry["shape"])
            tensors[entry["name"]] = tensor.copy()
            offset += count * dtype.itemsize
    return tensors
