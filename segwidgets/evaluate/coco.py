"""COCO's JSON: the objects of many photos in one file, as polygons or run lengths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segwidgets.evaluate.truths import LeftOut, Photo, Truth, table_text
from segwidgets.ground.outside import plain, read_file, read_json
from segwidgets.ground.validation import BoolArray, describe
from segwidgets.images import MAX_PIXELS
from segwidgets.locale.catalogues import N_
from segwidgets.masks.rle import decode

MAX_JSON_BYTES = 1_000_000_000  # COCO's own largest file has 470 MB


@dataclass(frozen=True)
class CocoImage:
    """A photo of the list, with its annotations.

    Attributes
    ----------
    file_name : str
        As the list has it.
    size : (int, int) or None
        (height, width), where the list has them.
    objects, crowds : tuple of dict
        The annotations of single objects and of crowds.
    class_names : dict
        Of the whole list, by category.
    """

    file_name: str
    size: tuple[int, int] | None
    objects: tuple[dict[str, Any], ...]
    crowds: tuple[dict[str, Any], ...]
    class_names: dict[Any, str]


def read_coco(path: Path) -> list[CocoImage]:
    """Read the photos of a list and what is annotated in them.

    Raises
    ------
    ValueError
        If the file is no such JSON, or two of its images have one id.
    OSError
        If it cannot be read.
    """
    what = f"COCO's list {path.name}"
    try:
        content = read_file(path, MAX_JSON_BYTES)
    except ValueError as error:
        raise ValueError(f"{what} cannot be read: {error}; split it if it is too large") from None
    data = read_json(content, what, MAX_JSON_BYTES)
    if not isinstance(data, dict) or not all(_is_rows(data.get(key)) for key in ("images", "annotations")):
        raise ValueError(
            f'{what} must be an object with the lists "images" and "annotations", got {describe(data)}'
        )
    categories = data.get("categories")
    class_names = {
        _key(row.get("id")): table_text(str(row.get("name", ""))[:80])
        for row in (categories if isinstance(categories, list) else [])
        if isinstance(row, dict)
    }
    objects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    crowds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in data["annotations"]:
        (crowds if row.get("iscrowd") else objects)[_key(row.get("image_id"))].append(row)
    images: dict[str, CocoImage] = {}
    for row in data["images"]:
        name, number = row.get("file_name"), _key(row.get("id"))
        if not isinstance(name, str):
            raise ValueError(f'each of {what}\'s images needs its "file_name", got {describe(row)}')
        if number in images:  # its objects would be those of both, as often as it stands there
            if images[number].file_name == name:
                continue
            raise ValueError(
                f"{what} gives two of its images the id {plain(number)!r}: which has the objects?"
            )
        height, width = row.get("height"), row.get("width")
        images[number] = CocoImage(
            name,
            (height, width) if isinstance(height, int) and isinstance(width, int) else None,
            tuple(objects[number]),
            tuple(crowds[number]),
            class_names,
        )
    return list(images.values())


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _key(number: Any) -> str:
    """Return an id as text: some programs write numbers, some write them as text."""
    return str(number)[:80]


@dataclass(frozen=True)
class CocoObject:
    """One annotation of a photo.

    Attributes
    ----------
    name : str
        How it is called in tables.
    annotation : dict
        COCO's row.
    of : CocoImage
        The photo that it belongs to.
    """

    name: str
    annotation: dict[str, Any]
    of: CocoImage

    def read(self, photo: Photo) -> Iterator[Truth]:
        """Return the one object. A crowd's pixels do not count, but for those that are the object's own.

        Raises
        ------
        LeftOut
            If it has no mask, or the mask has another size than the photo.
        """
        mask = _drawn(self.annotation.get("segmentation"), self.of, photo)
        if not mask.any():
            raise LeftOut("empty", N_("the mask is empty: no pixel of it is object"))
        counts = np.ones_like(mask)
        for crowd in self.of.crowds:
            counts &= ~_drawn(crowd.get("segmentation"), self.of, photo)
        class_name = self.of.class_names.get(_key(self.annotation.get("category_id")), "")
        return iter([Truth(table_text(_key(self.annotation.get("id", ""))), mask, counts | mask, class_name)])


def _drawn(segmentation: Any, of: CocoImage, photo: Photo) -> BoolArray:
    """Return an annotation's mask (H, W) in the upright photo."""
    if isinstance(segmentation, dict):
        try:
            mask = decode(segmentation)
        except (TypeError, ValueError) as error:
            raise LeftOut(
                "unreadable", N_("the mask cannot be read: {error}"), error=plain(error, 200)
            ) from None
    elif not segmentation:
        raise LeftOut("empty", N_("the annotation has no mask: its segmentation is empty"))
    else:
        size = of.size or photo.size
        if min(size) < 1 or size[0] * size[1] > MAX_PIXELS:
            raise LeftOut(
                "unreadable", N_("the list says that the photo has {width} x {height} pixels"),
                width=size[1], height=size[0],
            )  # fmt: skip
        mask = _filled(_polygons(segmentation), size)
    return photo.upright(mask.astype(np.int32)).astype(np.bool_)


def _polygons(segmentation: Any) -> list[np.ndarray]:
    """Return polygons, each (N, 2) xy in pixels."""
    try:
        polygons = [np.array(corners, np.float64).reshape(-1, 2) for corners in segmentation]
    except (TypeError, ValueError):
        polygons = []
    if not polygons or any(len(p) < 3 or not np.isfinite(p).all() for p in polygons):
        raise LeftOut(
            "unreadable",
            N_("a polygon must be a list x, y, x, y, ... of at least three corners, got {given}"),
            given=describe(segmentation),
        )
    return polygons


def _filled(polygons: list[np.ndarray], size: tuple[int, int]) -> BoolArray:
    """Return which pixels have their centre, at +0.5, in any of the polygons."""
    from skimage.draw import polygon

    mask = np.zeros(size, np.bool_)
    for corners in polygons:
        mask[polygon(corners[:, 1] - 0.5, corners[:, 0] - 0.5, size)] = True
    return mask
