"""Whether a click's cost grows with the objects: 300 clicks on 38 objects, without a browser.

    python -m benchmarks.many_clicks
    python -m benchmarks.many_clicks --clicks 100 --objects 1 --width 4256 --undos 99

A click is timed from the call to the last byte on the wire, in the processor's seconds, as other work on the
machine does not count in these. Prints the median of the last 20 as a multiple of the first 20's, the
memory held on the way, what undos take, and the memory after them.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
from pathlib import Path
from time import process_time

import cv2
import numpy as np

from segwidgets import ClickSegmenter, sample_image
from tests.fake_front import FakeFront

EDGE = 5  # how near the photo's edge a click may be
FEW = 20


def held_mb() -> float:
    """Return the memory of this process in megabytes; not a number where the system does not tell."""
    gc.collect()
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
    except OSError:
        return float("nan")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_clicks", description=__doc__)
    parser.add_argument("--clicks", type=int, default=300)
    parser.add_argument("--objects", type=int, default=40, help="at most")
    parser.add_argument("--width", type=int, help="the photo is enlarged to so many pixels")
    parser.add_argument("--undos", type=int, default=60)
    options = parser.parse_args(arguments)
    count, photo = options.clicks, sample_image("cat")
    if options.width:
        photo = cv2.resize(photo, (options.width, photo.shape[0] * options.width // photo.shape[1]))
    seg = ClickSegmenter(photo, hover=False, semantic=False)
    height, width = seg.image.shape[:2]
    places = np.random.default_rng(0).uniform(EDGE, (width - EDGE, height - EDGE), (count, 2))
    clicks, held, undos = [], [], []
    per_object = -(-count // options.objects)  # the last clicks say as much of theirs as the first
    with FakeFront(seg.stage.canvas.widget) as front:
        front.ready()
        for number, (x, y) in enumerate(places):
            if number and number % per_object == 0:
                seg.new_object()
            start = process_time()
            seg.add_point(x, y)
            clicks.append(process_time() - start)
            if number % 50 == 49 or not number:
                held.append(held_mb())
        objects = len(seg.objects)
        for _ in range(min(options.undos, count)):
            start = process_time()
            seg.undo()
            undos.append(process_time() - start)
        after = held_mb()
    first, last = (1e3 * statistics.median(part) for part in (clicks[:FEW], clicks[-FEW:]))
    told = ", ".join(f"{one:.0f}" for one in held)
    sys.stdout.write(
        f"{count} clicks on {objects} objects\n"
        f"a click: first {FEW} {first:.0f} ms, last {FEW} {last:.0f} ms: {last / first:.2f} x\n"
        f"memory, after the first click and every 50: {told} MB\n"
        f"{len(undos)} undos: {sum(undos):.1f} s, {after:.0f} MB after them\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
