"""How the cost grows: with the photo's size, the number of prompts, and the threads."""

from __future__ import annotations

from statistics import median
from typing import Any

import numpy as np

from benchmarks.table import CLICK, large_photo
from benchmarks.timing import seconds
from segwidgets import Prompt, Segmenter, checkpoints
from segwidgets.images import sample_image
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam
from segwidgets.models.sam import load_engine, load_sam
from segwidgets.models.torch_sam import TorchSam

Curve = dict[str, list[float]]


def over_photo_size(quick: bool) -> Curve:
    """Seconds to encode, and for one click, by megapixels."""
    plain, fast = TorchSam(load_sam("mobile_sam", device="cpu")), load_engine("mobile_sam", "onnxruntime")
    sizes = [0.1, 1.0] if quick else [0.1, 0.5, 2.0, 6.0, 12.0, 24.0]
    curve: Curve = {"megapixels": sizes, "encode_plain": [], "encode": [], "click_plain": [], "click": []}
    for size in sizes:
        photo = large_photo(size)
        prompt = Prompt([(photo.shape[1] / 2, photo.shape[0] / 2)])
        for suffix, engine in (("_plain", plain), ("", fast)):
            segmenter = Segmenter(photo, engine)
            curve[f"encode{suffix}"].append(segmenter.encode_seconds)
            clicks = [seconds(lambda: segmenter.predict(prompt)) for _ in range(3)]  # noqa: B023
            curve[f"click{suffix}"].append(median(clicks))
    return curve


def over_prompts(quick: bool) -> Curve:
    """Seconds for so many clicks on one photo, the encoder included; plain torch up to 64."""
    counts = [1, 4] if quick else [1, 4, 16, 64, 256, 1024]
    cat = sample_image("cat")
    curve: Curve = {"prompts": [float(count) for count in counts]}
    for name, engine, most in (
        ("plain", TorchSam(load_sam("mobile_sam", device="cpu")), 64),
        ("fast", load_engine("mobile_sam", "onnxruntime"), 1024),
    ):
        segmenter = Segmenter(cat, engine)
        rng = np.random.default_rng(0)
        took, done, curve[name] = segmenter.encode_seconds, 0, []
        for count in counts:
            if count > most:
                break
            for x, y in rng.uniform((0, 0), (cat.shape[1], cat.shape[0]), (count - done, 2)):
                took += seconds(lambda: segmenter.predict(Prompt([(float(x), float(y))])))  # noqa: B023
            done = count
            curve[name].append(took)
    return curve


def over_threads(quick: bool) -> Curve:
    """Seconds to encode the cat, and for one click, with one thread and with two."""
    import torch

    cat = sample_image("cat")
    files = checkpoints.fetch("mobile_sam")
    plain = TorchSam(load_sam("mobile_sam", device="cpu"))
    curve: Curve = {"threads": [1.0, 2.0], "encode_plain": [], "encode": [], "click_plain": [], "click": []}
    usual = torch.get_num_threads()
    for threads in (1, 2):
        torch.set_num_threads(threads)
        engines: tuple[tuple[str, Any], ...] = (("_plain", plain), ("", OnnxSam(files, threads)))
        for suffix, engine in engines:
            segmenter = Segmenter(cat, engine)
            encodes = [seconds(lambda: engine.encode(cat)) for _ in range(1 if quick else 3)]  # noqa: B023
            clicks = [seconds(lambda: segmenter.predict(CLICK)) for _ in range(3 if quick else 10)]  # noqa: B023
            curve[f"encode{suffix}"].append(median(encodes))
            curve[f"click{suffix}"].append(median(clicks))
    torch.set_num_threads(usual)
    return curve
