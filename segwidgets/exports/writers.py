"""What each format consists of: from photos with their objects to names and contents of files.

Where the files go, and what becomes of what stands there, is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from segwidgets.exports import datasets
from segwidgets.exports.work import Work
from segwidgets.ground.files import index_png, mask_png, picture_png

File = tuple[str, bytes]
"""A file's path in the folder that is written to, with forward slashes, and its content."""


def masks(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give each mask as a PNG of 0 and 255 at the photo's size."""
    [work] = works
    for stem, mask in zip(work.stems, work.masks, strict=True):
        yield f"mask_{stem}.png", mask_png(mask)


def cutouts(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give each object as an RGBA PNG, transparent around it."""
    from segwidgets.drawing.overlays import cutout

    [work] = works
    for stem, mask in zip(work.stems, work.masks, strict=True):
        yield f"cutout_{stem}.png", picture_png(cutout(work.image, mask))


def index(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give one PNG with the number of an object in each pixel, and what the numbers mean as JSON.

    Where objects overlap the later one, which is drawn on top, has the pixel; the JSON says how many.
    """
    import numpy as np

    from segwidgets.drawing import style
    from segwidgets.exports.flat import flatten

    [work] = works
    values, overlaps = flatten(work.masks, work.image.shape[:2])
    colors = [style.palette_color(number) for number in range(len(work.masks))]
    yield "index.png", index_png(values, colors)
    kept = np.bincount(values.ravel(), minlength=len(colors) + 1)
    objects = [
        {"value": value, "object": stem, "class": label, "area_px": int(kept[value])}
        for value, (stem, label) in enumerate(zip(work.stems, work.classes, strict=True), 1)
    ]
    told = [{"under": one.under + 1, "over": one.over + 1, "px": one.px} for one in overlaps]
    text = json.dumps({"objects": objects, "overlaps": told}, indent=1, ensure_ascii=False)
    yield "index.json", f"{text}\n".encode()


def coco(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give COCO JSON, whose masks are exact, and the photos beside it as PNG."""
    yield from _pictures(works)
    yield name, datasets.coco_json(_facts(works), _classes(works))


def panoptic(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give COCO's panoptic JSON, beside it the photos as PNG, and their segments in a folder of its name."""
    yield from _pictures(works)
    for work in works:
        yield f"{PurePosixPath(name).stem}/{work.name}.png", datasets.segments_png(work)
    yield name, datasets.panoptic_json(_facts(works), _classes(works))


def yolo(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give a YOLO segmentation folder, made by supervision: `images`, `labels` and `data.yaml`."""
    import numpy as np
    import supervision as sv
    from PIL import Image

    _check_names(works)
    classes = _classes(works)
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "images").mkdir()
        annotations: dict[str, sv.Detections] = {}
        for work in works:
            photo = folder / "images" / f"{work.name}.png"
            Image.fromarray(work.image).save(photo, "PNG")
            class_ids = np.array([classes.index(one) for one in work.classes], dtype=int)
            found, size = replace(work.detections, class_id=class_ids), work.image.shape[:2]
            shown = [datasets.yolo_lines(found, at, size, left_out=0)[1] for at in range(len(found))]
            annotations[str(photo)] = sv.Detections.merge(shown) if shown else found
        sv.DetectionDataset(classes, list(annotations), annotations).as_yolo(
            annotations_directory_path=str(folder / "labels"), data_yaml_path=str(folder / "data.yaml")
        )
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def record(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give the record of the clicks as JSON."""
    [work] = works
    if work.record is not None:
        yield name, work.record().encode()


def film(works: Sequence[Work], name: str) -> Iterator[File]:
    """Give the pictures of the clicks as an animated GIF."""
    from segwidgets.drawing.gif import write_gif

    [work] = works
    if work.film is not None:
        with TemporaryDirectory() as folder:
            yield name, write_gif(work.film(), Path(folder) / "clicks.gif").path.read_bytes()


def _pictures(works: Sequence[Work]) -> Iterator[File]:
    """Give the photos of a dataset, each as PNG under its own name."""
    _check_names(works)
    for work in works:
        yield f"{work.name}.png", picture_png(work.image)


def _facts(works: Sequence[Work]) -> list[dict[str, Any]]:
    return [datasets.facts_of(work, f"{work.name}.png") for work in works]


def _check_names(works: Sequence[Work]) -> None:
    seen: set[str] = set()
    for work in works:
        if not work.name or work.name in seen or Path(f"{work.name}.png").name != f"{work.name}.png":
            raise ValueError(f"each photo of a dataset needs a name of its own, got {work.name!r}")
        seen.add(work.name)


def _classes(works: Sequence[Work]) -> list[str]:
    return list(dict.fromkeys(name for work in works for name in work.classes))
