"""What is in the image: DeepLab's class of every pixel, as a map and as detections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.images import load_image
from segwidgets.locale.classes import class_label as class_label
from segwidgets.masks.regions import deepest_point, label_pieces
from segwidgets.models.engine import checked

if TYPE_CHECKING:
    import supervision as sv

__all__ = [
    "SemanticModel",
    "SemanticSegmentation",
    "class_index",
    "class_label",
    "deepest_point",
    "segment_semantic",
]


class SemanticModel(Protocol):
    """What `segment_semantic` needs of a network."""

    name: str
    class_names: tuple[str, ...]

    def logits(self, image: UInt8Array) -> npt.NDArray[np.float32]:
        """Return the logits (C, h, w) of an image (H, W, 3) at the network's own scale."""


@dataclass(frozen=True)
class SemanticSegmentation:
    """A class for every pixel.

    Attributes
    ----------
    class_map : ndarray of shape (H, W), uint8
        Index into `class_names` at the image's own size; 0 is the background.
    class_names : tuple of str
        The network's classes.
    confidence : dict of int to float
        For each class present the mean softmax probability over its pixels, 0 to 1.
    seconds : float
        Wall time of the network.
    """

    class_map: npt.NDArray[np.uint8]
    class_names: tuple[str, ...]
    confidence: dict[int, float]
    seconds: float = 0.0

    @cached_property
    def area_share(self) -> dict[str, float]:
        """Share of the image that each class present covers, background included, largest first."""
        counts = np.bincount(self.class_map.ravel(), minlength=len(self.class_names))
        order = np.argsort(-counts, kind="stable")
        return {self.class_names[i]: float(counts[i] / self.class_map.size) for i in order if counts[i]}

    def mask(self, class_name: str) -> BoolArray:
        """Return the mask (H, W) of a class.

        Raises
        ------
        ValueError
            If the network knows no such class.
        """
        mask: BoolArray = self.class_map == class_index(class_name, self.class_names)
        return mask

    def region_at(self, x: float, y: float) -> tuple[str, BoolArray]:
        """Return the class at a point and the mask (H, W) of its connected region there.

        Parameters
        ----------
        x, y : float
            In pixels of the image. Pixels that touch at a corner are connected.

        Raises
        ------
        ValueError
            If the point leaves the image.
        """
        import cv2

        height, width = self.class_map.shape
        if not (0 <= x <= width and 0 <= y <= height):
            raise ValueError(
                f"the point ({x:g}, {y:g}) leaves the image, which is {width} wide and {height} high"
            )
        column, row = min(int(x), width - 1), min(int(y), height - 1)
        region = np.zeros((height + 2, width + 2), np.uint8)
        flags = 8 | 1 << 8 | cv2.FLOODFILL_MASK_ONLY  # 8 neighbours, filled with 1
        cv2.floodFill(np.ascontiguousarray(self.class_map), region, (column, row), 0, flags=flags)
        return self.class_names[self.class_map[row, column]], region[1:-1, 1:-1].astype(np.bool_)

    def to_detections(self) -> sv.Detections:
        """Return one detection for each class present but the background, largest first.

        `mask` (N, H, W), `xyxy` in image pixels (right and bottom inclusive), `class_id` the network's
        index, `confidence` 0 to 1, and in `data` `class_name` and `area_share` (0 to 1).
        """
        import supervision as sv

        names = [name for name in self.area_share if name != self.class_names[0]]
        if not names:
            return sv.Detections.empty()
        masks = np.stack([self.mask(name) for name in names])
        class_id = np.array([self.class_names.index(name) for name in names])
        return sv.Detections(
            xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
            mask=masks,
            confidence=np.array([self.confidence[int(i)] for i in class_id]),
            class_id=class_id,
            data={
                "class_name": np.array(names),
                "area_share": np.array([self.area_share[name] for name in names]),
            },
        )

    def largest_object(self) -> tuple[str, BoolArray] | None:
        """Return the class and the mask (H, W) of the largest connected region that is no background."""
        best: tuple[int, str, BoolArray] | None = None
        for name in self.area_share:
            if name == self.class_names[0]:
                continue
            labels, areas = label_pieces(self.mask(name))
            largest = int(areas.argmax())
            if best is None or areas[largest] > best[0]:
                best = int(areas[largest]), name, labels == largest
        return None if best is None else (best[1], best[2])


def segment_semantic(image: Any, model: SemanticModel | None = None) -> SemanticSegmentation:
    """Give every pixel of an image a class.

    Parameters
    ----------
    image : str, Path, bytes, PIL.Image.Image or ndarray
        Anything that `load_image` takes.
    model : DeepLab or another SemanticModel, optional
        By default Google's DeepLabv3 with MobileNetV2, trained on Pascal VOC.

    Returns
    -------
    SemanticSegmentation
        The class map at the image's own size; `.to_detections()` gives `supervision.Detections`.

    Examples
    --------
    >>> semantic = segment_semantic("cat")
    >>> round(semantic.area_share["cat"], 1)
    0.8
    >>> semantic.largest_object()[0]
    'cat'
    """
    import cv2

    image = load_image(image)
    model = model if model is not None else _default_model()
    start = perf_counter()
    (logits,) = checked(model.name, model.logits(image))
    winner = logits.argmax(axis=0)
    probability = np.exp(logits - logits.max(axis=0))
    probability = 1 / probability.sum(axis=0)  # of the winning class
    present = np.unique(winner)
    confidence = {int(i): float(probability[winner == i].mean()) for i in present}

    height, width = image.shape[:2]
    class_map = np.full((height, width), present[0], dtype=np.uint8)
    highest = cv2.resize(logits[present[0]], (width, height), interpolation=cv2.INTER_LINEAR)
    for i in present[1:]:  # class by class: 21 maps of 12 megapixels would take a gigabyte
        upscaled = cv2.resize(logits[i], (width, height), interpolation=cv2.INTER_LINEAR)
        class_map[upscaled > highest] = i
        np.maximum(highest, upscaled, out=highest)
    return SemanticSegmentation(class_map, model.class_names, confidence, perf_counter() - start)


def class_index(class_name: str, class_names: Sequence[str]) -> int:
    """Return a class's number, or raise ValueError with the names there are."""
    if class_name not in class_names:
        raise ValueError(f"class_name must be one of {', '.join(class_names)}, got {class_name!r}")
    return class_names.index(class_name)


@cache
def _default_model() -> SemanticModel:
    """Load DeepLab once a process."""
    from segwidgets.models.deeplab.table import load_fastest

    return load_fastest()
