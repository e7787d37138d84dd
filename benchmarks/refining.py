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

from benchmarks.choice import FloatArray, Target, iou_with, read_targets
from segwidgets import Candidates, Prompt, Segmenter, segment_semantic
from segwidgets.evaluate.robot import Click, click_through, next_click
from segwidgets.evaluate.truths import Truth

LOSS = 0.05  # a click that lowers an object's IoU by more has done harm

Refine = Callable[[Segmenter, Prompt, Candidates], Candidates]

WAYS: dict[str, Refine] = {
    "best rated of three, fed back": lambda s, prompt, before: s.predict(prompt, before, multimask=True),
    "single mask, fed back": lambda s, prompt, before: s.predict(prompt, before),
    "single mask, nothing fed back": lambda s, prompt, before: s.predict(prompt),
}


def truth_of(target: Target) -> Truth:
    """Return an object as the package's robot takes it."""
    return Truth(target.name, target.mask, target.counts)


def first_click(target: Target) -> Click:
    """Return the deepest point of an object."""
    click = next_click(np.zeros_like(target.mask), truth_of(target))
    assert click is not None, f"{target.name} is empty"
    return click


def click_all(
    first: Candidates, segmenter: Segmenter, target: Target, refine: Refine, count: int
) -> FloatArray:
    """Return an object's IoU after each of `count` clicks, (count,); once nothing is wrong it stays."""

    def answer(prompt: Prompt, before: Candidates | None) -> Candidates:
        return first if before is None else refine(segmenter, prompt, before)

    ious = [
        iou_with(one.best_mask[None], target)[0] for one in click_through(answer, truth_of(target), count)
    ]
    return np.array(ious + ious[-1:] * (count - len(ious)))


def measure_all(targets: list[Target], count: int, sam: Any = None) -> dict[str, FloatArray]:
    """Return for each way of refining the IoU by object and click, (objects, count)."""
    rows: dict[str, list[FloatArray]] = {way: [] for way in WAYS}
    segmenter, photo = None, None
    for target in targets:
        if segmenter is None or target.photo != photo:
            segmenter, photo = Segmenter(target.photo, sam), target.photo
            semantic = segment_semantic(segmenter.image)
        start = first_click(target)
        first = segmenter.predict(Prompt([start[:2]])).with_semantic(semantic)
        for way, refine in WAYS.items():
            rows[way].append(click_all(first, segmenter, target, refine, count))
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
