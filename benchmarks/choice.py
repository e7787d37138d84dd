"""Which of SAM's three candidates a single click should show first: four ways to choose, side by side.

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

from segwidgets import Prompt, Segmenter
from segwidgets.masks import border_contact, decode
from segwidgets.segmenter import Candidates

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

    All arrays are (3,): predicted_iou, stability, area and border (shares of the image and of its rim), and
    `iou`, measured against the object's mask. `best` is what the package chooses.
    """

    predicted_iou: FloatArray
    stability: FloatArray
    area: FloatArray
    border: FloatArray
    iou: FloatArray
    best: int


def by_predicted_iou(click: Click) -> int:
    """Return the index with the highest predicted IoU, as SamPredictor's examples take it."""
    return int(np.argmax(click.predicted_iou))


def by_area_and_border(click: Click) -> int:
    """Return the index that the first rule takes, without regard to stability."""
    score = click.predicted_iou + 0.4 * np.sqrt(click.area) - 0.2 * click.area - 0.8 * click.border
    return int(np.argmax(score))


RULES = {
    "predicted IoU": by_predicted_iou,
    "area, border": by_area_and_border,
    "segwidgets": lambda click: click.best,
    "best of three": lambda click: int(np.argmax(click.iou)),
}


def own_references() -> Iterator[Target]:
    """Yield the objects of the sample photos."""
    for entry in json.loads(REFERENCES.read_text(encoding="utf-8"))["objects"]:
        mask = decode(entry["segmentation"])
        yield Target(entry["image"], entry["object"], mask, np.ones_like(mask))


def folder_references(folder: Path) -> Iterator[Target]:
    """Yield the objects of a folder with `images` and `masks`."""
    from PIL import Image

    photos = {path.stem: path for path in sorted((folder / "images").iterdir())}
    for path in sorted((folder / "masks").iterdir()):
        stem = path.stem if path.stem in photos else path.stem.rpartition(".")[0]
        if stem not in photos:
            raise SystemExit(f"{path} has no photo: expected one called {path.stem} in {folder / 'images'}")
        values = np.asarray(Image.open(path).convert("L"))
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


def judge(candidates: Candidates, target: Target) -> Click:
    """Measure one click's candidates against the object."""
    masks = candidates.masks & target.counts
    common = (masks & target.mask).sum(axis=(1, 2))
    return Click(
        candidates.predicted_iou.astype(np.float64),
        candidates.stability_score,
        candidates.area_share,
        np.array([border_contact(mask) for mask in candidates.masks]),
        common / (masks | target.mask).sum(axis=(1, 2)),
        candidates.best,
    )


def click_all(targets: list[Target], count: int, seed: int, sam: Any = None) -> dict[str, list[Click]]:
    """Click on every object; the answer is by "photo/object", the deepest point first."""
    clicks: dict[str, list[Click]] = {}
    segmenter, photo = None, None
    for number, target in enumerate(targets):
        if segmenter is None or target.photo != photo:
            segmenter, photo = Segmenter(target.photo, sam), target.photo
        points = clicks_on(target.mask, count, np.random.default_rng([seed, number]))
        key = f"{Path(target.photo).stem}/{target.name}"
        clicks[key] = [judge(segmenter.predict(Prompt([point])), target) for point in points]
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
    same = np.mean([by_area_and_border(c) == c.best for some in clicks.values() for c in some])
    lines.append(f"segwidgets keeps the choice of area and border in {100 * same:.0f} % of the clicks.")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choice", description=__doc__.split("\n")[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, help="photos of your own: FOLDER/images, FOLDER/masks"
    )
    parser.add_argument("--clicks", type=int, default=20, help="random clicks on each object (20)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sam", help="another model, as in vit_b")
    arguments = parser.parse_args()
    targets = list(folder_references(arguments.folder) if arguments.folder else own_references())
    print(table(click_all(targets, arguments.clicks, arguments.seed, arguments.sam)))


if __name__ == "__main__":
    main()
