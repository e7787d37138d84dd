"""What an export is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import supervision as sv

    from segwidgets.ground.validation import BoolArray, UInt8Array

_NAME_LETTERS = 60  # a file's name has at most 255 bytes


@dataclass(frozen=True)
class Work:
    """A photo with its objects and, where they were clicked, how.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The photo, RGB.
    detections : supervision.Detections
        The objects, with `mask` (N, H, W); `data["class_name"]`, where there is one, names their classes.
    name : str
        The photo's, without an ending.
    numbers : sequence of int, optional
        The objects' numbers, for the names of files; by default 1, 2, ...
    names : sequence of str, optional
        What the objects are called, for the names of files, "" where nobody has named one; by default what
        their classes are.
    record : callable, optional
        Returns the clicks as JSON, to be replayed.
    film : callable, optional
        Returns one picture (H, W, 3) uint8 RGB for each click, all of one size.
    part : str
        Of a dataset that is split: "train", "val" or "test"; "" of one that is not.
    """

    image: UInt8Array
    detections: sv.Detections
    name: str = "photo"
    numbers: Sequence[int] | None = None
    names: Sequence[str] | None = None
    record: Callable[[], str] | None = None
    film: Callable[[], Sequence[UInt8Array]] | None = None
    part: str = ""

    @property
    def place(self) -> str:
        """Where a folder of many photos has what is this one's alone: its name, in its part's folder."""
        return f"{self.part}/{self.name}" if self.part else self.name

    @property
    def masks(self) -> BoolArray:
        """The objects' masks, (N, H, W)."""
        import numpy as np

        if self.detections.mask is None:
            return np.zeros((0, *self.image.shape[:2]), np.bool_)
        return np.asarray(self.detections.mask, np.bool_)

    @property
    def classes(self) -> list[str]:
        """The class of each object."""
        given = self.detections.data.get("class_name")
        return ["object"] * len(self.detections) if given is None else [str(name) for name in given]

    @property
    def stems(self) -> list[str]:
        """A word for each object that can stand in a file's name: its number and its name."""
        numbers = self.numbers or range(1, len(self.detections) + 1)
        if self.names is not None:
            names = self.names
        else:
            names = self.classes if "class_name" in self.detections.data else [""] * len(self.detections)
        stems = []
        for number, name in zip(numbers, names, strict=True):
            word = re.sub(r"[^\w-]+", "_", name[:_NAME_LETTERS]).strip("_")
            stems.append(f"{number}_{word}" if word else f"{number}")
        return stems
