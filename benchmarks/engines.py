"""MobileSAM's engines side by side: encoding, start, memory, and how far their masks lie apart.

    python -m benchmarks.engines
    OMP_NUM_THREADS=2 python -m benchmarks.engines --rounds 8

Four photos are encoded by each engine in turn, and the ratios are those of each round. Processor's seconds
are those of all threads, which other programs disturb least. Starts are processes of their own, with an empty
folder for what is kept, and again: from before the engine's import until it is there, and the first encoding.
Masks are those of clicks on a grid, three to each, held against onnxruntime's. Needs the extra `fast`.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
from statistics import median
from time import perf_counter, process_time, sleep

import numpy as np

from benchmarks.timing import PAUSE_S
from segwidgets import Prompt, checkpoints, load_image
from segwidgets.ground.processor import processor
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam
from segwidgets.models.mobile_sam.openvino_sam import OpenVinoSam, native_precision

PHOTOS = ("cat", "astronaut", "coffee", "rocket")
START = """
import pathlib, resource, sys, time
from segwidgets import load_image
import segwidgets.models.{module} as module
files = {{name: pathlib.Path(sys.argv[1]) / name for name in ("encoder.onnx", "sam.onnx")}}
photo = load_image("cat")
times = [time.perf_counter()]
engine = module.{engine}(files)
times.append(time.perf_counter())
engine.encode(photo)
times.append(time.perf_counter())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
print(times[1] - times[0], times[2] - times[1], peak)
"""
WHERE = {
    "onnxruntime": ("mobile_sam.onnx_sam", "OnnxSam"),
    "openvino": ("mobile_sam.openvino_sam", "OpenVinoSam"),
}


def starts(rounds: int) -> None:
    """Print what the first and the second start take, and the most memory that a process holds."""
    weights = next(iter(checkpoints.fetch("mobile_sam").values())).parent
    taken: dict[tuple[str, str], list[list[float]]] = {}
    for _ in range(rounds):
        for name, (module, engine) in WHERE.items():
            with tempfile.TemporaryDirectory() as folder:
                for file in weights.glob("*.onnx"):
                    shutil.copy(file, folder)
                for turn in ("first", "second"):
                    code = START.format(module=module, engine=engine)
                    told = subprocess.check_output([sys.executable, "-c", code, folder], text=True)
                    taken.setdefault((name, turn), []).append([float(one) for one in told.split()])
    for (name, turn), rows in taken.items():
        start, first, peak = (median(column) for column in zip(*rows, strict=True))
        print(
            f"{name}, {turn} start: {start:.2f} s, then the first photo {first:.2f} s; at most {peak:.2f} GB"
        )


def encoding(engines: dict[str, OnnxSam], rounds: int) -> None:
    """Print medians in seconds, and the median of onnxruntime's quotient with each engine."""
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for photo in PHOTOS:
        image = load_image(photo)
        for engine in engines.values():
            engine.encode(image)
        for _ in range(rounds):
            for name, engine in engines.items():
                sleep(PAUSE_S)
                wall, busy = perf_counter(), process_time()
                engine.encode(image)
                taken.setdefault((photo, name), []).append((perf_counter() - wall, process_time() - busy))
    for what, which in (("seconds", 0), ("processor's seconds", 1)):
        for name in engines:
            of = {photo: [one[which] for one in taken[photo, name]] for photo in PHOTOS}
            base = {photo: [one[which] for one in taken[photo, "onnxruntime"]] for photo in PHOTOS}
            ratios = [b / a for photo in PHOTOS for a, b in zip(of[photo], base[photo], strict=True)]
            shown = " ".join(f"{median(of[photo]):.3f}" for photo in PHOTOS)
            low, middle, high = np.percentile(ratios, (25, 50, 75))
            print(f"{name}: {shown} {what}; {middle:.2f} x onnxruntime ({low:.2f} to {high:.2f})")


def masks(engines: dict[str, OnnxSam], side: int) -> None:
    """Print the least and the mean IoU with onnxruntime's masks, of side x side clicks on each photo."""
    found: dict[str, list[float]] = {name: [] for name in engines}
    for photo in PHOTOS:
        image = load_image(photo)
        height, width = image.shape[:2]
        encoded = {name: engine.encode(image) for name, engine in engines.items()}
        for y in (np.arange(side) + 0.5) * height / side:
            for x in (np.arange(side) + 0.5) * width / side:
                prompt, first = Prompt([(x, y)]), engines["onnxruntime"]
                drawn = {name: first.decode(one, prompt)[0] > 0 for name, one in encoded.items()}
                for name, some in drawn.items():
                    both, any_ = (some & drawn["onnxruntime"]), (some | drawn["onnxruntime"])
                    shares = both.sum((1, 2)) / np.maximum(any_.sum((1, 2)), 1)
                    found[name] += [float(s) for s, a in zip(shares, any_.sum((1, 2)), strict=True) if a]
    for name, shares in found.items():
        print(
            f"{name}: {len(shares)} masks, IoU {np.mean(shares):.4f} on average, {min(shares):.4f} at least"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--starts", type=int, default=3, help="rounds of starts")
    parser.add_argument("--clicks", type=int, default=6, help="a side of the grid of clicks")
    asked = parser.parse_args()
    name, units = processor()
    print(f"{name or platform.machine()} ({', '.join(units) or 'units not told'})")
    files = checkpoints.fetch("mobile_sam")
    starts(asked.starts)  # before this process has grown: a child's peak begins with its parent's
    engines: dict[str, OnnxSam] = {
        "onnxruntime": OnnxSam(files),
        "openvino f32": OpenVinoSam(files, precision="f32"),
    }
    if native_precision() == "bf16":
        engines["openvino bf16"] = OpenVinoSam(files, precision="bf16")
    encoding(engines, asked.rounds)
    masks(engines, asked.clicks)


if __name__ == "__main__":
    main()
