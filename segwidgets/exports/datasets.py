"""Datasets of more photos than fit into memory: what one photo gives, and what they give together.

A photo is described by `facts_of`, which keeps its masks run-length encoded, exact to the pixel.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from segwidgets.exports.split import PARTS, with_part
from segwidgets.exports.work import Work
from segwidgets.ground.outside import plain

if TYPE_CHECKING:
    import supervision as sv

    from segwidgets.ground.validation import BoolArray, UInt8Array

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
        COCO's compressed run-length encoding. Of a dataset that is split, its `part`.
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
    part = {"part": work.part} if work.part else {}
    return {"photo": photo, "name": work.name, "height": height, "width": width, "objects": objects, **part}


def check_facts(facts: Any, photo: str, name: str) -> None:
    """Refuse what is no description of a photo as `facts_of` gives it: a file of it may be damaged.

    Parameters
    ----------
    facts : object
        What was read.
    photo, name : str
        What `photo` and `name` must be.

    Raises
    ------
    ValueError
        If a field is missing or none of its kind; run lengths are looked at when a mask is made of them.
    """
    try:
        size = [facts["height"], facts["width"]]
        good = (facts["photo"], facts["name"]) == (photo, name) and isinstance(facts["objects"], list)
        good = good and all(isinstance(side, int) for side in size)
        for one in facts["objects"] if good else ():
            box, scores = one["box_xyxy"], [one.get("predicted_iou", 1), one.get("stability_score", 1)]
            numbers = [*box, *scores, one["area"], one["number"]]
            good = good and len(box) == 4 and all(isinstance(value, int | float) for value in numbers)
            good = good and isinstance(one["class"], str)
            good = good and one["segmentation"]["size"] == size
    except (TypeError, KeyError, AttributeError):
        good = False
    if not good:
        raise ValueError(f"what was found in {plain(photo, 80)} cannot be read")


def work_of(facts: Facts, image: UInt8Array) -> Work:
    """Return what `facts_of` described, with the photo (H, W, 3) uint8 RGB that it was made of.

    Raises
    ------
    ValueError
        If the photo has another size.
    """
    import numpy as np
    import supervision as sv

    if image.shape[:2] != (facts["height"], facts["width"]):
        raise ValueError(
            f"{facts['photo']} must have {facts['width']} x {facts['height']} pixels as when its objects "
            f"were found, got {image.shape[1]} x {image.shape[0]}"
        )
    objects, part = facts["objects"], facts.get("part", "")
    if not objects:
        return Work(image, sv.Detections.empty(), facts["name"], part=part)
    names = [one["class"] for one in objects]
    classes = list(dict.fromkeys(names))
    found = sv.Detections(
        xyxy=np.array([one["box_xyxy"] for one in objects], np.float64),
        mask=np.stack(list(masks_of(facts))),
        class_id=np.array([classes.index(name) for name in names]),
        data={"class_name": np.array(names)},
    )
    return Work(image, found, facts["name"], numbers=[one["number"] for one in objects], part=part)


def masks_of(facts: Facts) -> Iterator[BoolArray]:
    """Yield the masks (H, W) of a photo's objects, in their order."""
    from segwidgets.masks.rle import decode

    for one in facts["objects"]:
        yield decode(one["segmentation"])


def by_part(photos: Iterable[Facts]) -> dict[str, list[Facts]]:
    """Return the photos of each part of a dataset, of one that is not split all under ""."""
    parts: dict[str, list[Facts]] = {}
    for photo in photos:
        parts.setdefault(photo.get("part", ""), []).append(photo)
    return {part: parts[part] for part in ("", *PARTS) if part in parts} or {"": []}


def coco(photos: Iterable[Facts], classes: Sequence[str]) -> Iterator[File]:
    """Give one COCO JSON, or one for each part: files are named as in the folder of photos, masks are exact.

    Sides and areas are in pixels; a box is x, y, width, height, from the left edge of its first pixel to the
    right edge of its last.
    """
    for part, photos_of_it in by_part(photos).items():
        yield f"{with_part('annotations', part)}.json", coco_json(photos_of_it, classes)


def coco_json(photos: Iterable[Facts], classes: Sequence[str]) -> bytes:
    """Return COCO's JSON of photos; masks are run-length encoded, exact to the pixel."""
    numbers = {name: number for number, name in enumerate(classes, 1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, photo in enumerate(photos, 1):
        images.append(_coco_image(number, photo))
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
    return _coco_json(images, annotations, numbers)


def _coco_json(
    images: list[dict[str, Any]], annotations: list[dict[str, Any]], numbers: Mapping[str, int], **more: Any
) -> bytes:
    categories = [
        {"id": number, "name": name, "supercategory": "", **more} for name, number in numbers.items()
    ]
    whole = {
        "info": {},
        "licenses": [],
        "images": images,
        "annotations": annotations,
        "categories": categories,
    }
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _coco_image(number: int, photo: Facts) -> dict[str, Any]:
    size = {"height": photo["height"], "width": photo["width"]}
    return {"id": number, "file_name": photo["photo"], **size}


def panoptic_photo(work: Work, classes: Sequence[str], content: bytes) -> Iterator[File]:
    """Give a photo's segments as COCO's panoptic format has them; the parameters are `yolo_photo`'s."""
    yield f"{with_part('panoptic', work.part)}/{work.name}.png", segments_png(work)


def panoptic(photos: Iterable[Facts], classes: Sequence[str]) -> Iterator[File]:
    """Give COCO's panoptic JSON, or one for each part, of photos whose segments are there already."""
    for part, photos_of_it in by_part(photos).items():
        yield f"{with_part('panoptic', part)}.json", panoptic_json(photos_of_it, classes)


def segments_png(work: Work) -> bytes:
    """Return a PNG whose pixels tell their object's place, from 1, as R + 256 G + 65536 B; 0 is none.

    Where objects overlap the later one has the pixel.
    """
    import numpy as np

    from segwidgets.exports.flat import flatten
    from segwidgets.ground.files import picture_png

    ids = flatten(work.masks, work.image.shape[:2])[0].astype(np.uint32)
    return picture_png(np.stack([ids & 255, ids >> 8 & 255, ids >> 16], axis=-1).astype(np.uint8))


def panoptic_json(photos: Iterable[Facts], classes: Sequence[str]) -> bytes:
    """Return COCO's panoptic JSON: every class is one of things, an object without a pixel is left out.

    An annotation's `overlaps`, which the format does not ask for, tell by their ids which object lies over
    which, and how many pixels it took.
    """
    import numpy as np
    from scipy.ndimage import find_objects

    from segwidgets.exports.flat import flatten

    numbers = {name: number for number, name in enumerate(classes, 1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, photo in enumerate(photos, 1):
        images.append(_coco_image(number, photo))
        ids, overlaps = flatten(masks_of(photo), (photo["height"], photo["width"]))
        areas = np.bincount(ids.ravel())
        segments = [
            {
                "id": segment,
                "category_id": numbers[photo["objects"][segment - 1]["class"]],
                "area": int(areas[segment]),
                "bbox": [xs.start, ys.start, xs.stop - xs.start, ys.stop - ys.start],
                "iscrowd": 0,
            }
            for segment, where in enumerate(find_objects(ids), 1)
            if where is not None
            for ys, xs in [where]
        ]
        annotations.append(
            {
                "image_id": number,
                "file_name": f"{photo['name']}.png",
                "segments_info": segments,
                "overlaps": [
                    {"under": one.under + 1, "over": one.over + 1, "px": one.px} for one in overlaps
                ],
            }
        )
    return _coco_json(images, annotations, numbers, isthing=1)


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

    class_ids = np.array([classes.index(name) for name in work.classes], dtype=int)
    found = replace(work.detections, class_id=class_ids)
    size = work.image.shape[:2]
    lines = [line for at in range(len(found)) for line in yolo_lines(found, at, size)[0]]
    suffix, picture = _picture_of(work, content)
    yield f"images/{work.place}{suffix}", picture
    yield f"labels/{work.place}.txt", "".join(f"{line}\n" for line in lines).encode()


def yolo_lines(
    found: sv.Detections, at: int, size: tuple[int, int], left_out: float = 0.75
) -> tuple[list[str], sv.Detections]:
    """Return an object's polygons as YOLO writes them, and the object whose they are.

    Supervision cuts each hole open to the rim, and refuses a mask where one has no straight way there: then
    the smallest holes are filled, and larger ones, until it can.

    Parameters
    ----------
    found : supervision.Detections
        Objects with their `class_id`.
    at : int
        The place of the one that is meant.
    size : (int, int)
        (height, width) of the photo.
    left_out : float
        The share of corners that polygons do without, 0 to 1.
    """
    from supervision.dataset.formats.yolo import detections_to_yolo_annotations

    from segwidgets.masks.cleaning import clean

    one = cast("sv.Detections", found[[at]])
    filled, px = one, 0
    while True:
        try:
            return detections_to_yolo_annotations(filled, size, approximation_percentage=left_out), filled
        except ValueError:
            if one.mask is None or px > one.mask[0].size:
                raise
        px = 4 * px or 4
        mask = clean(one.mask[0], max_hole_px=px, min_island_share=0)
        filled = replace(one, mask=mask[None])


def yolo(photos: Iterable[Facts], classes: Sequence[str]) -> Iterator[File]:
    """Give the description of a YOLO dataset, whose photos and labels are there already.

    Of a dataset that is split it names the parts that have photos.
    """
    names = json.dumps(list(classes), ensure_ascii=False)  # which is YAML, too
    parts = [part for part in by_part(photos) if part]
    places = {part: f"images/{part}" for part in parts} or {"train": "images", "val": "images"}
    told = "".join(f"{part}: {place}\n" for part, place in places.items())
    yield (
        "data.yaml",
        f"path: .\n{told}nc: {len(classes)}\nnames: {names}\n".encode("utf-8", "backslashreplace"),
    )


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
