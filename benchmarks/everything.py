"""Every mask of a large photo: time and memory beside the original, and whether the progress bar is right.

    python -m benchmarks.everything
    python -m benchmarks.everything --megapixels 2 --side 8 --alone

`generate_masks` and `SamAutomaticMaskGenerator` with the same weights, each in a process of its own, on the
coins blown up. Besides: what the progress bar promises after a tenth of its way, and what it takes.
"""

from __future__ import annotations

import argparse
import sys
from time import perf_counter

from benchmarks.table import large_photo
from benchmarks.timing import run_python

OURS = """
from benchmarks.table import large_photo
from segwidgets import Segmenter
from segwidgets.automatic import generate_masks
generate_masks(Segmenter(large_photo({size}, "coins"), engine="onnxruntime"), points_per_side={side})
"""
ORIGINAL = """
from segment_anything import SamAutomaticMaskGenerator
from benchmarks.table import large_photo
from segwidgets.models.sam import load_sam
sam = load_sam("mobile_sam", device="cpu")
SamAutomaticMaskGenerator(sam, points_per_side={side}).generate(large_photo({size}, "coins"))
"""


def told_after_a_tenth(megapixels: float, side: int) -> tuple[float, float]:
    """Return the seconds that the bar promises after a tenth of its way, and those that it took."""
    from segwidgets import Segmenter
    from segwidgets.automatic import generate_masks

    segmenter = Segmenter(large_photo(megapixels, "coins"), engine="onnxruntime")
    start, promised = perf_counter(), 0.0

    def progress(done: int, total: int) -> None:
        nonlocal promised
        if not promised and done >= total / 10:
            promised = (perf_counter() - start) * total / done

    generate_masks(segmenter, points_per_side=side, progress=progress)
    return promised, perf_counter() - start


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everything", description=__doc__)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--side", type=int, default=32, help="points per side of the grid")
    parser.add_argument("--alone", action="store_true", help="without the original")
    options = parser.parse_args(arguments)
    size, side = options.megapixels, options.side
    sys.stdout.write(f"{size:g} megapixels, {side} points per side\n")
    for name, code in (("generate_masks", OURS), ("the original", ORIGINAL)):
        if code == OURS or not options.alone:
            took, peak = run_python(code.format(size=size, side=side))
            sys.stdout.write(f"{name}: {took:.0f} s, {peak:.2f} GB at most\n")
    promised, took = told_after_a_tenth(size, side)
    sys.stdout.write(
        f"after a tenth the bar promises {promised:.0f} s; it takes {took:.0f}: {promised / took:.2f} x\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
