"""What a closer look brings: photos as tiles of one large photo, one click on each object.

`python -m benchmarks.closer` lays the sample photos, 500 pixels each, side by side and clicks on the objects
of `tests/data/references.json`: with the photo encoded whole, with the object's tile alone, and with its box
and a margin; then once more, where the first answer is most wrong. `--side 6` makes it 6 by 6 tiles.
`python -m benchmarks.closer FOLDER` does the same with photos of your own, laid out as for `python -m
benchmarks.choice`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.choice import BoolArray, Target, clicks_on, iou_with, read_targets
from benchmarks.refining import truth_of
from segwidgets import Candidates, Prompt, Segmenter, load_image
from segwidgets.evaluate.robot import next_click
from segwidgets.geometry import Box, fit_longest_side, part_of
from segwidgets.masks.regions import box_around

Photo = npt.NDArray[np.uint8]
TILE = 500  # pixels
WHOLE = "the photo encoded whole"
MARGINS = (0.1, 0.25, 0.5, 1.0)


def fit_tile(photo: Photo, masks: Sequence[BoolArray]) -> tuple[Photo, list[BoolArray]]:
    """Bring a photo and its masks to the size of a tile; what the photo leaves of it is mirrored."""
    height, width = fit_longest_side(*photo.shape[:2], TILE)
    small = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)
    rest = (0, TILE - height, 0, TILE - width)
    tile = np.asarray(cv2.copyMakeBorder(small, *rest, cv2.BORDER_REFLECT))
    fitted = []
    for mask in masks:
        share = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        fitted.append(np.pad(share > 0.5, (rest[:2], rest[2:])))
    return tile, fitted


def lay_tiles(targets: Sequence[Target], side: int, seed: int) -> tuple[Photo, list[tuple[Box, Target]]]:
    """Return a photo of side x side tiles, shuffled, some mirrored, and its objects with their tiles."""
    rng = np.random.default_rng(seed)
    by_photo = defaultdict(list)
    for target in targets:
        by_photo[target.photo].append(target)
    names = list(by_photo)
    order = np.concatenate([rng.permutation(len(names)) for _ in range(-(-side * side // len(names)))])
    large, objects = np.empty((side * TILE, side * TILE, 3), np.uint8), []
    for place, index in enumerate(order[: side * side]):
        mine = by_photo[names[index]]
        tile, masks = fit_tile(load_image(names[index]), [m for one in mine for m in (one.mask, one.counts)])
        turn = -1 if rng.integers(2) else 1
        y, x = TILE * (place // side), TILE * (place % side)
        box = x, y, x + TILE, y + TILE
        large[part_of(box)] = tile[:, ::turn]
        for one, mask, counts in zip(mine, masks[::2], masks[1::2], strict=True):
            if mask.any():
                objects.append((box, Target(one.photo, one.name, mask[:, ::turn], counts[:, ::turn])))
    return large, objects


def looks(whole: Segmenter, tile: Box, target: Target) -> Iterator[tuple[str, Segmenter]]:
    """Yield the ways to look at an object, and what then predicts."""
    yield WHOLE, whole
    yield "its tile alone", whole.closer(tile, margin=0)
    x0, y0, x1, y1 = box_around(target.mask) or (0, 0, TILE, TILE)
    x, y = tile[:2]
    for margin in MARGINS:
        yield f"its box, margin {margin:g}", whole.closer((x + x0, y + y0, x + x1, y + y1), margin)


def earned(candidates: Candidates, tile: Box, target: Target) -> tuple[float, float]:
    """Return the IoU of the chosen mask and of the best; what spills out of the tile is wrong."""
    inside = candidates.masks[(slice(None), *part_of(tile))]
    spilt = candidates.masks.sum(axis=(1, 2)) - inside.sum(axis=(1, 2))
    union = ((inside & target.counts) | target.mask).sum(axis=(1, 2))
    iou = iou_with(inside, target) * union / (union + spilt)
    return float(iou[candidates.best]), float(iou.max())


def second_clicks(
    whole: Segmenter, tile: Box, target: Target, click: Prompt
) -> Iterator[tuple[str, Candidates]]:
    """Yield the answers to a second click, deepest in the whole photo's error, by what is fed back."""
    coarse = whole.predict(click)
    second = next_click(coarse.best_mask[part_of(tile)], truth_of(target))
    if second is None:  # nothing is wrong
        return
    prompt = click.with_point(tile[0] + second.x, tile[1] + second.y, second.label)
    yield WHOLE, whole.predict(prompt, coarse)
    closer = whole.closer(tile, margin=0)
    yield "its tile, nothing fed back", closer.predict(prompt)
    yield "its tile, the mask fed back", closer.predict(prompt, coarse.best_mask)
    yield "its tile, the logits fed back", closer.predict(prompt, coarse)


def print_table(title: str, found: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{title:<32}{'chosen':>8}{'best':>8}")
    for name, pairs in found.items():
        chosen, best = np.mean(pairs, axis=0)
        print(f"{name:<32}{chosen:>8.3f}{best:>8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.closer", description=__doc__.split("\n")[0])
    parser.add_argument(
        "folder", nargs="?", type=Path, help="photos of your own: FOLDER/images, FOLDER/masks"
    )
    parser.add_argument("--side", type=int, default=6, help="tiles in a row and in a column (6)")
    parser.add_argument("--photos", type=int, default=1, help="large photos, each in another order (1)")
    arguments = parser.parse_args()
    targets = read_targets(arguments.folder)
    one, two, seconds = defaultdict(list), defaultdict(list), []
    for seed in range(arguments.photos):
        large, objects = lay_tiles(targets, arguments.side, seed)
        whole = Segmenter(large)
        for tile, target in objects:
            x, y = clicks_on(target.mask, 0, np.random.default_rng(0))[0]
            click = Prompt([(tile[0] + x, tile[1] + y)])
            for name, segmenter in looks(whole, tile, target):
                answer = segmenter.predict(click)
                one[name].append(earned(answer, tile, target))
                if segmenter is not whole:
                    seconds.append(segmenter.encode_seconds + answer.decode_seconds)
            for name, answer in second_clicks(whole, tile, target, click):
                two[name].append(earned(answer, tile, target))
    print(f"mean IoU of {len(one[WHOLE])} objects, photos of {arguments.side * TILE} pixels")
    print_table("one click", one)
    print_table("a second click", two)
    print(f"{np.median(seconds):.2f} s from a closer look to its masks (median)")


if __name__ == "__main__":
    main()
