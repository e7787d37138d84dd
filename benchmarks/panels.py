"""What the numbers beside the photo cost after a click or a stroke on 12 megapixels.

`python -m benchmarks.panels` measures masks, and counts their pieces and holes and takes their perimeter by
all pixels of their boxes, in turn, and prints medians of the processor's seconds and of the ratios.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from time import process_time

import cv2
import numpy as np
from skimage.measure import perimeter_crofton

from segwidgets.geometry import part_of
from segwidgets.ground.validation import BoolArray
from segwidgets.masks import measure
from segwidgets.masks.regions import box_around, label_holes, label_pieces

SIZE = 3000, 4000  # height, width


def masks() -> dict[str, BoolArray]:
    """Return masks by name: what an object looks like, and worse."""
    ellipse = np.zeros(SIZE, np.uint8)
    height, width = SIZE
    cv2.ellipse(ellipse, (width // 2, height // 2), (width * 19 // 40, height * 7 // 15), 0, 0, 360, 1, -1)
    small = np.zeros(SIZE, np.bool_)
    small[1000:1300, 1000:1400] = True
    noise = np.random.default_rng(0).random((height // 4, width // 4), np.float32)
    smooth = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    whole = ellipse.astype(np.bool_)
    return {
        "300 x 400 pixels": small,
        "an ellipse, 70 % of the photo": whole,
        "the same with many holes": whole & (smooth > 0.1),
        "specks of it alone": whole & (smooth > 0.5),
    }


def by_pixels(mask: BoolArray) -> None:
    """Find by the pixels in its box what `measure` finds along its outline."""
    mask = mask[part_of(box_around(mask) or (0, 0, 1, 1))]
    label_pieces(mask), label_holes(mask), perimeter_crofton(mask, directions=4)


def seconds(work: Callable[[BoolArray], object], mask: BoolArray) -> float:
    start = process_time()
    work(mask)
    return process_time() - start


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panels", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args(arguments).rounds
    print(f"{'mask':<32}{'by pixels, s':>14}{'measure, s':>12}{'ratio':>8}")
    for name, mask in masks().items():
        pairs = [(seconds(by_pixels, mask), seconds(measure, mask)) for _ in range(rounds)]
        plain, fast = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name:<32}{plain:>14.3f}{fast:>12.3f}{ratio:>7.1f}x", flush=True)


if __name__ == "__main__":
    main()
