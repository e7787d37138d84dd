"""What the second click and the next ones bring: the best rated of three outputs beside SAM's single one.

`python -m benchmarks.refining` clicks on every object of `tests/data/references.json`, first at its deepest
point and then at the deepest point of the largest error, and prints for each way of refining the mean IoU by
click and how many of the refining clicks lower an object's IoU by more than 0.05. Of a single click's three
candidates it takes what the package chooses, with DeepLab. `python -m benchmarks.refining FOLDER` does the
same on photos of your own, laid out as for `python -m benchmarks.choice`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.choice import BoolArray, FloatArray, Target, iou_with, read_targets
from segwidgets import Candidates, Prompt, Segmenter, segment_semantic

LOSS = 0.05  # a click that lowers an object's IoU by more has done harm

Refine = Callable[[Segmenter, Prompt, Candidates], Candidates]

WAYS: dict[str, Refine] = {
    "best rated of three, fed back": lambda s, prompt, before: s.predict(prompt, before, multimask=True),
    "single mask, fed back": lambda s, prompt, before: s.predict(prompt, before),
    "single mask, nothing fed back": lambda s, prompt, before: s.predict(prompt),
}


def next_click(mask: BoolArray, target: Target) -> tuple[tuple[float, float], int]:
    """Return the deepest point of the largest error, xy, and its label: 1 what lacks, 0 what leaks."""
    import cv2

    depths = {}
    for label, error in ((1, target.mask & ~mask), (0, mask & ~target.mask & target.counts)):
        depths[label] = cv2.distanceTransform(np.pad(error, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    label = max(depths, key=lambda which: float(depths[which].max()))
    y, x = np.unravel_index(int(np.argmax(depths[label])), mask.shape)
    return (float(x) + 0.5, float(y) + 0.5), label


def click_through(
    first: Candidates, segmenter: Segmenter, target: Target, refine: Refine, count: int
) -> FloatArray:
    """Return an object's IoU after each of `count` clicks, (count,)."""
    answer = first
    ious = [iou_with(answer.best_mask[None], target)[0]]
    while len(ious) < count:
        (x, y), label = next_click(answer.best_mask, target)
        answer = refine(segmenter, answer.prompt.with_point(x, y, label), answer)
        ious.append(iou_with(answer.best_mask[None], target)[0])
    return np.array(ious)


def measure_all(targets: list[Target], count: int, sam: Any = None) -> dict[str, FloatArray]:
    """Return for each way of refining the IoU by object and click, (objects, count)."""
    rows: dict[str, list[FloatArray]] = {way: [] for way in WAYS}
    segmenter, photo = None, None
    for target in targets:
        if segmenter is None or target.photo != photo:
            segmenter, photo = Segmenter(target.photo, sam), target.photo
            semantic = segment_semantic(segmenter.image)
        point, _ = next_click(np.zeros_like(target.mask), target)
        first = segmenter.predict(Prompt([point])).with_semantic(semantic)
        for way, refine in WAYS.items():
            rows[way].append(click_through(first, segmenter, target, refine, count))
    return {way: np.stack(some) for way, some in rows.items()}


def table(ious: dict[str, FloatArray]) -> str:
    """Lay out the mean IoU by click and the share of refining clicks that do harm."""
    width, count = max(map(len, ious)) + 2, next(iter(ious.values())).shape[1]
    lines = [
        " " * width + "".join(f"{f'click {i + 1}':>9}" for i in range(count)) + f"   lowers IoU by > {LOSS:g}"
    ]
    for way, rows in ious.items():
        harm = np.diff(rows, axis=1) < -LOSS
        lines.append(
            f"{way:<{width}}"
            + "".join(f"{value:9.3f}" for value in rows.mean(axis=0))
            + f"   {harm.sum():3d} of {harm.size} clicks ({100 * harm.mean():.0f} %)"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refining", description=__doc__.split("\n")[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, help="photos of your own: FOLDER/images, FOLDER/masks"
    )
    parser.add_argument("--clicks", type=int, default=5, help="clicks on each object (5)")
    parser.add_argument("--sam", help="another model, as in vit_b")
    arguments = parser.parse_args()
    if arguments.clicks < 2:
        parser.error(f"--clicks must be 2 or more, as the first is no refining click, got {arguments.clicks}")
    print(table(measure_all(read_targets(arguments.folder), arguments.clicks, arguments.sam)))


if __name__ == "__main__":
    main()
