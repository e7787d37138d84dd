"""Which of SAM's three candidates a single click should show first: the ways to choose, side by side.

`python -m benchmarks.choice` clicks on every object of `tests/data/references.json` and prints each rule's
mean IoU. `python -m benchmarks.choice FOLDER` does the same on photos of your own (GrabCut's, say):
FOLDER/images/NAME.jpg beside FOLDER/masks/NAME.png. In a mask 0 is background, 255 (or 1) the object and any
other value is left out of the IoU, as GrabCut's unsure rim is; FOLDER/masks/NAME.1.png, NAME.2.png and so on
are several objects of one photo.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets import Candidates, Prompt, Segmenter, segment_semantic
from segwidgets.ground.decoding import open_image
from segwidgets.masks import decode
from segwidgets.semantic import SemanticSegmentation

REFERENCES = Path(__file__).parent.parent / "tests" / "data" / "references.json"
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """One object: its photo, its name, its mask (H, W) and the pixels (H, W) that count."""

    photo: str
    name: str
    mask: BoolArray
    counts: BoolArray


@dataclass(frozen=True)
class Click:
    """One click's three candidates, reduced to what a rule may look at and to what it earns.

    `predicted_iou` and `iou`, measured against the object's mask, are (3,). `best` is what the package
    chooses, `best_with_classes` what it chooses once DeepLab has looked.
    """

    predicted_iou: FloatArray
    iou: FloatArray
    best: int
    best_with_classes: int


def by_predicted_iou(click: Click) -> int:
    """Return the index with the highest predicted IoU, as SamPredictor's examples take it."""
    return int(np.argmax(click.predicted_iou))


RULES = {
    "predicted IoU": by_predicted_iou,
    "segwidgets": lambda click: click.best,
    "and DeepLab": lambda click: click.best_with_classes,
    "best of three": lambda click: int(np.argmax(click.iou)),
}


def own_references() -> Iterator[Target]:
    """Yield the objects of the sample photos."""
    for entry in json.loads(REFERENCES.read_text(encoding="utf-8"))["objects"]:
        mask = decode(entry["segmentation"])
        yield Target(entry["image"], entry["object"], mask, np.ones_like(mask))


def folder_references(folder: Path) -> Iterator[Target]:
    """Yield the objects of a folder with `images` and `masks`."""
    photos = {path.stem: path for path in sorted((folder / "images").iterdir())}
    for path in sorted((folder / "masks").iterdir()):
        stem = path.stem if path.stem in photos else path.stem.rpartition(".")[0]
        if stem not in photos:
            raise SystemExit(f"{path} has no photo: expected one called {path.stem} in {folder / 'images'}")
        with path.open("rb") as file:
            values = np.asarray(open_image(file, path.name).convert("L"))
        mask = values == max(values.max(), 1)
        yield Target(str(photos[stem]), path.stem, mask, mask | (values == 0))


def clicks_on(mask: BoolArray, count: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return the mask's deepest point and `count` random ones of its inner pixels, xy.

    Inner is what lies at least a fifth as deep as the deepest point: nobody clicks on the outline.
    """
    import cv2

    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    deepest = np.unravel_index(np.argmax(depth), depth.shape)
    rows, columns = np.nonzero(depth >= 0.2 * depth.max())
    picks = rng.integers(len(rows), size=count)
    points = [deepest, *zip(rows[picks], columns[picks], strict=True)]
    return [(float(x) + 0.5, float(y) + 0.5) for y, x in points]


def iou_with(masks: BoolArray, target: Target) -> FloatArray:
    """Measure masks (N, H, W) against the object, where it counts."""
    masks = masks & target.counts
    common = (masks & target.mask).sum(axis=(1, 2))
    return np.asarray(common / (masks | target.mask).sum(axis=(1, 2)))


def judge(candidates: Candidates, semantic: SemanticSegmentation, target: Target) -> Click:
    """Measure one click's candidates against the object."""
    return Click(
        candidates.predicted_iou.astype(np.float64),
        iou_with(candidates.masks, target),
        candidates.best,
        candidates.with_semantic(semantic).best,
    )


def click_all(targets: list[Target], count: int, seed: int, sam: Any = None) -> dict[str, list[Click]]:
    """Click on every object; the answer is by "photo/object", the deepest point first."""
    clicks: dict[str, list[Click]] = {}
    segmenter, photo = None, None
    for number, target in enumerate(targets):
        if segmenter is None or target.photo != photo:
            segmenter, photo = Segmenter(target.photo, sam), target.photo
            semantic = segment_semantic(segmenter.image)
        points = clicks_on(target.mask, count, np.random.default_rng([seed, number]))
        key = f"{Path(target.photo).stem}/{target.name}"
        clicks[key] = [judge(segmenter.predict(Prompt([point])), semantic, target) for point in points]
    return clicks


def table(clicks: dict[str, list[Click]]) -> str:
    """Lay out each rule's mean IoU, by object and over all objects (each object counts the same)."""
    width = max(map(len, clicks)) + 2
    lines = [" " * width + "".join(f"{rule:>15}" for rule in RULES)]
    means = []
    for name, some in clicks.items():
        means.append([np.mean([click.iou[rule(click)] for click in some]) for rule in RULES.values()])
        lines.append(f"{name:<{width}}" + "".join(f"{value:15.3f}" for value in means[-1]))
    mean = np.mean(means, axis=0)
    lines.append(f"{'mean':<{width}}" + "".join(f"{value:15.3f}" for value in mean))
    lines.append(f"{'to predicted IoU':<{width}}" + "".join(f"{value / mean[0]:15.2f}" for value in mean))
    return "\n".join(lines)


def read_targets(folder: Path | None) -> list[Target]:
    """Return the objects of a folder, or those of the sample photos."""
    return list(folder_references(folder) if folder else own_references())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choice", description=__doc__.split("\n")[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, help="photos of your own: FOLDER/images, FOLDER/masks"
    )
    parser.add_argument("--clicks", type=int, default=20, help="random clicks on each object (20)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sam", help="another model, as in vit_b")
    arguments = parser.parse_args()
    targets = read_targets(arguments.folder)
    print(table(click_all(targets, arguments.clicks, arguments.seed, arguments.sam)))


if __name__ == "__main__":
    main()
