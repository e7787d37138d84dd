"""Datasets of more photos than fit into memory: what one photo gives, and what they give together.

A photo is described by `facts_of`, which keeps its masks run-length encoded, exact to the pixel.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segwidgets.exports.work import Work

if TYPE_CHECKING:
    from segwidgets.ground.validation import UInt8Array

File = tuple[str, bytes]
Facts = Mapping[str, Any]


def facts_of(work: Work, photo: str) -> dict[str, Any]:
    """Describe a photo and its objects such that JSON can hold it.

    Parameters
    ----------
    work : Work
        The photo.
    photo : str
        Its file, by its path in the folder of photos.

    Returns
    -------
    dict
        `photo`, `name`, `height`, `width`, and `objects`, each with `number`, `class`, `box_xyxy` (right and
        bottom inclusive) in pixels, `area` in pixels, `predicted_iou`, `stability_score`, and `segmentation`,
        COCO's compressed run-length encoding.
    """
    from segwidgets.masks.rle import encode

    height, width = work.image.shape[:2]
    found, numbers = work.detections, work.numbers or range(1, len(work.detections) + 1)
    objects = [
        {
            "number": number,
            "class": work.classes[i],
            "box_xyxy": [float(side) for side in found.xyxy[i]],
            "area": int(work.masks[i].sum()),
            **{
                name: round(float(found.data[name][i]), 4)
                for name in ("predicted_iou", "stability_score")
                if name in found.data
            },
            "segmentation": encode(work.masks[i]),
        }
        for i, number in enumerate(numbers)
    ]
    return {"photo": photo, "name": work.name, "height": height, "width": width, "objects": objects}


def work_of(facts: Facts, image: UInt8Array) -> Work:
    """Return what `facts_of` described, with the photo (H, W, 3) uint8 RGB that it was made of.

    Raises
    ------
    ValueError
        If the photo has another size.
    """
    import numpy as np
    import supervision as sv

    from segwidgets.masks.rle import decode

    if image.shape[:2] != (facts["height"], facts["width"]):
        raise ValueError(
            f"{facts['photo']} must have {facts['width']} x {facts['height']} pixels as when its objects "
            f"were found, got {image.shape[1]} x {image.shape[0]}"
        )
    objects = facts["objects"]
    if not objects:
        return Work(image, sv.Detections.empty(), facts["name"])
    names = [one["class"] for one in objects]
    classes = list(dict.fromkeys(names))
    found = sv.Detections(
        xyxy=np.array([one["box_xyxy"] for one in objects], np.float64),
        mask=np.stack([decode(one["segmentation"]) for one in objects]),
        class_id=np.array([classes.index(name) for name in names]),
        data={"class_name": np.array(names)},
    )
    return Work(image, found, facts["name"], numbers=[one["number"] for one in objects])


def coco(photos: Iterable[Facts], classes: Sequence[str]) -> Iterator[File]:
    """Give one COCO JSON: file names are those in the folder of photos, masks are exact.

    Sides and areas are in pixels; a box is x, y, width, height, from the left edge of its first pixel to the
    right edge of its last.
    """
    numbers = {name: number for number, name in enumerate(classes, 1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, photo in enumerate(photos, 1):
        size = {"height": photo["height"], "width": photo["width"]}
        images.append({"id": number, "file_name": photo["photo"], **size})
        for one in photo["objects"]:
            x0, y0, x1, y1 = one["box_xyxy"]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": numbers[one["class"]],
                    "bbox": [x0, y0, x1 - x0 + 1, y1 - y0 + 1],
                    "area": one["area"],
                    "iscrowd": 0,
                    "segmentation": one["segmentation"],
                }
            )
    categories = [{"id": number, "name": name, "supercategory": ""} for name, number in numbers.items()]
    whole = {
        "info": {},
        "licenses": [],
        "images": images,
        "annotations": annotations,
        "categories": categories,
    }
    yield "annotations.json", json.dumps(whole, ensure_ascii=False).encode()


def yolo_photo(work: Work, classes: Sequence[str], content: bytes) -> Iterator[File]:
    """Give a photo and its label file, as YOLO lays them out; polygons are supervision's.

    Parameters
    ----------
    work : Work
        The photo.
    classes : sequence of str
        All classes of the dataset.
    content : bytes
        The photo's file.
    """
    import numpy as np
    from supervision.dataset.formats.yolo import detections_to_yolo_annotations

    class_ids = np.array([classes.index(name) for name in work.classes], dtype=int)
    found = replace(work.detections, class_id=class_ids)
    lines = detections_to_yolo_annotations(found, work.image.shape) if len(found) else []
    suffix, picture = _picture_of(work, content)
    yield f"images/{work.name}{suffix}", picture
    yield f"labels/{work.name}.txt", "".join(f"{line}\n" for line in lines).encode()


def yolo(photos: Iterable[Facts], classes: Sequence[str]) -> Iterator[File]:
    """Give the description of a YOLO dataset, whose photos and labels are there already."""
    names = json.dumps(list(classes), ensure_ascii=False)  # which is YAML, too
    yield "data.yaml", f"path: .\ntrain: images\nval: images\nnc: {len(classes)}\nnames: {names}\n".encode()


def _picture_of(work: Work, content: bytes) -> tuple[str, bytes]:
    """Return ending and content of a file that every program reads as the very pixels of the photo.

    The photo's own where that is so: a JPEG or PNG of 8 bits that lies upright.
    """
    from segwidgets.ground.decoding import SUFFIXES, open_image, orientation
    from segwidgets.ground.files import picture_png

    with open_image(io.BytesIO(content), work.name) as image:
        kind = str(image.format)
        if kind in ("JPEG", "PNG") and image.mode in ("RGB", "L") and orientation(image) == 1:
            return SUFFIXES[kind][0], content
    return ".png", picture_png(work.image)
