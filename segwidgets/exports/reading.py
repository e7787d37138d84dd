"""Masks of one photo that other programs wrote: pictures, COCO's JSON, YOLO's polygons, detections."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from segwidgets.ground.decoding import BROKEN_FILE, check_size, load_pixels, open_image
from segwidgets.ground.outside import home_expanded, plain, read_file, read_json
from segwidgets.ground.validation import BoolArray, check_mask, describe
from segwidgets.masks.rle import decode
from segwidgets.masks.strokes import outline

MAX_BYTES = 50_000_000  # of a file
MOST_OBJECTS = 1000  # of one photo
VOID = 255  # of an index with a palette: what belongs to none, as in Pascal VOC

Size = tuple[int, int]


@dataclass(frozen=True)
class Found:
    """A mask from elsewhere.

    Attributes
    ----------
    mask : ndarray of shape (H, W), bool
        At the photo's size.
    name : str
        Its class, or "".
    certainty : float
        What its maker says of it, 0 to 1; 1 where nothing is said.
    """

    mask: BoolArray
    name: str = ""
    certainty: float = 1.0


def read_masks(
    source: Any, size: Size, classes: Sequence[str] = (), photo: str = ""
) -> tuple[list[Found], str]:
    """Read the masks of one photo.

    Parameters
    ----------
    source : supervision.Detections, ndarray, str or Path
        Detections with masks; masks (N, H, W) or one (H, W), bool; or a file. A picture with two values is
        one object, one with more an index of objects, 0 the background; a ".json" is COCO's; a ".txt" YOLO's
        polygons.
    size : (int, int)
        (height, width) of the photo.
    classes : sequence of str
        What the numbers in YOLO's file mean.
    photo : str
        The photo's file name in COCO's list, where that has several.

    Returns
    -------
    list of Found, str
        The masks that are not empty, and in a word where they are from.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or belongs to a photo of another size.
    OSError
        If a file cannot be read.
    """
    if isinstance(source, str | os.PathLike):
        path = home_expanded(source)
        readers = {".json": _coco, ".txt": _yolo}
        found = readers.get(path.suffix.lower(), _picture)(path, size, classes, photo)
        origin = plain(path.name, 60)
    elif isinstance(source, np.ndarray):
        masks = source[None] if source.ndim == 2 else source
        found, origin = [Found(check_mask(mask, shape=size)) for mask in masks], "array"
    elif hasattr(source, "xyxy") and hasattr(source, "mask"):
        found, origin = _detections(source, size), "detections"
    else:
        raise TypeError(
            "masks must come from supervision.Detections, an array of masks, or a file (PNG, COCO's .json, "
            f"YOLO's .txt), got {describe(source)}"
        )
    kept: list[Found] = []
    for one in found:
        _take(kept, one)
    return kept, origin


def _take(found: list[Found], one: Found) -> None:
    """Take a mask over if it is not empty: what is too much is told before it fills the memory."""
    if not isfinite(one.certainty):
        raise ValueError(f"how certain a mask is must be a finite number, got {one.certainty}")
    if one.mask.any():
        found.append(one)
    if len(found) > MOST_OBJECTS:
        raise ValueError(f"there are more masks than the {MOST_OBJECTS} that are taken over")


def _detections(given: Any, size: Size) -> list[Found]:
    if given.mask is None:
        if len(given):
            raise ValueError("the detections have boxes but no masks: give some with mask (N, H, W)")
        return []
    names = given.data.get("class_name", [""] * len(given))
    sure = [1.0] * len(given) if given.confidence is None else given.confidence
    return [
        Found(check_mask(np.asarray(mask), shape=size), str(name), float(certainty))
        for mask, name, certainty in zip(given.mask, names, sure, strict=True)
    ]


def _picture(path: Path, size: Size, classes: Sequence[str], photo: str) -> list[Found]:
    content = io.BytesIO(read_file(path, MAX_BYTES))
    try:
        with open_image(content, path.name) as image:
            check_size(image.height, image.width, path.name)
            load_pixels(image, path.name)
            with_palette = image.mode == "P"
            if image.mode not in ("P", "L", "1") and not image.mode.startswith("I"):
                rgb = np.asarray(image.convert("RGB")).astype(np.int64)
                values = rgb @ np.array([1 << 16, 1 << 8, 1])
            else:
                values = np.asarray(image).astype(np.int64)
    except BROKEN_FILE as error:
        raise ValueError(f"{plain(path.name, 60)} cannot be read: {plain(error, 200)}") from None
    _check(values.shape, size, path)
    held = np.unique(values)
    if len(held) > MOST_OBJECTS:
        raise ValueError(f"{plain(path.name, 60)} has {len(held)} colours: a mask has one for each object")
    numbers = [n for n in held if n != 0 and not (with_palette and n == VOID and len(held) > 2)]
    return [Found(values == number) for number in numbers]


def _coco(path: Path, size: Size, classes: Sequence[str], photo: str) -> list[Found]:
    what = plain(path.name, 60)
    data = read_json(read_file(path, MAX_BYTES), what, MAX_BYTES)
    rows = {key: data.get(key, []) if isinstance(data, dict) else None for key in ("images", "annotations")}
    if not all(isinstance(one, list) and all(isinstance(row, dict) for row in one) for one in rows.values()):
        raise ValueError(f'{what} must be COCO\'s, with the lists "images" and "annotations"')
    images = [one for one in rows["images"] or [] if not photo or one.get("file_name") == photo]
    if len(images) != 1:
        names = ", ".join(plain(one.get("file_name", "?"), 40) for one in (rows["images"] or [])[:5])
        raise ValueError(f"{what} must have this photo once: give its file_name as photo, one of {names}")
    [image] = images
    _check((image.get("height"), image.get("width")), size, path)
    found: list[Found] = []
    called: dict[Any, dict[str, Any]] | None = None
    for number, row in enumerate(rows["annotations"] or []):
        try:
            if row["image_id"] == image["id"]:
                if called is None:
                    called = {one["id"]: one for one in reversed(data["categories"])}
                known = called.get(row["category_id"])
                mask = _segmentation(row["segmentation"], size)
                name = "" if known is None else str(known["name"])
                _take(found, Found(mask, name, float(row.get("score", 1.0))))
        except (TypeError, ValueError, KeyError) as error:
            reason = plain(f"no {error}" if isinstance(error, KeyError) else error, 200)
            raise ValueError(f"annotation {number} of {what} cannot be read: {reason}") from error
    return found


def _segmentation(given: Any, size: Size) -> BoolArray:
    if isinstance(given, dict):
        mask = decode(given)
        if mask.shape != size:
            raise ValueError(f"its mask has {mask.shape}, the photo {size} (height, width)")
        return mask
    mask = np.zeros(size, np.bool_)
    for polygon in given or []:
        patch = outline(list(zip(polygon[::2], polygon[1::2], strict=True)), size)
        mask[patch.part] |= patch.pixels
    return mask


def _yolo(path: Path, size: Size, classes: Sequence[str], photo: str) -> list[Found]:
    import cv2

    height, width = size
    found: list[Found] = []
    for number, line in enumerate(read_file(path, MAX_BYTES).decode(errors="replace").splitlines(), 1):
        try:
            which, *numbers = [float(word) for word in line.split()]
            corners = np.array(numbers).reshape(-1, 2)
            good = which == int(which) >= 0 and len(corners) > 2 and bool(np.isfinite(corners).all())
            good = good and bool((np.abs(corners) <= 2).all())  # shares of the photo's sides
        except (ValueError, OverflowError):
            if not line.strip():
                continue
            good = False
        if not good:
            raise ValueError(
                f"line {number} of {plain(path.name, 60)} must be a class and a polygon, 0 x y x y x y, got "
                f"{plain(line, 40)!r}"
            )
        at = int(which)
        filled = np.zeros(size, np.uint8)  # as the programs that write such files read them, rim and all
        cv2.fillPoly(filled, [np.rint(corners * [width, height]).astype(np.int32)], 1)
        _take(found, Found(filled.astype(np.bool_), classes[at] if at < len(classes) else f"class {at}"))
    return found


def _check(given: tuple[Any, ...], size: Size, path: Path) -> None:
    if given != size:
        raise ValueError(
            f"{plain(path.name, 60)} must have the photo's {size[1]} x {size[0]} pixels, got "
            f"{plain(given[1], 20)} x {plain(given[0], 20)}"
        )
