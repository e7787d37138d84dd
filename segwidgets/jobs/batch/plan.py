"""What to find in photos, and what to write of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from segwidgets.automatic import MAX_POINTS_PER_SIDE
from segwidgets.exports import FORMATS
from segwidgets.exports.split import Split
from segwidgets.ground.validation import check_whole
from segwidgets.models.deeplab.pascal import CLASS_NAMES
from segwidgets.models.sam import DEFAULT_SAM, sam_model

JSON = "json"  # one file a photo, which `exports` knows under no name: its "json" holds clicks
ALSO = {"png": "masks"}
OBJECT = "object"  # the class of what has none


@dataclass(frozen=True)
class Plan:
    """What to find in each photo of a folder, and what to write.

    One of `classes`, `everything` and prompts of the photos says what is looked for.

    Parameters
    ----------
    classes : sequence of str
        DeepLab's classes, as ("cat", "person"): each of their regions is clicked and drawn by SAM.
    everything : bool
        All masks, as `automatic.generate_masks` finds them.
    model : str
        A SAM's name.
    largest : bool
        Keep the largest object of each photo alone.
    min_area : int
        Leave out objects of fewer pixels.
    formats : sequence of str
        Those of `exports.FORMATS` that are made of masks, "png" for masks, and "json" for a file a photo.
    points_per_side, pred_iou_thresh, stability_score_thresh, box_nms_thresh
        As for `generate_masks`.
    split, seed : sequence of float, int
        The fractions of the photos for training, validation and test, see `exports.split.Split`; by default
        the photos are not parted.

    Raises
    ------
    TypeError, ValueError
        If a class, model or format is not known, a number out of bounds, or the split is none.
    """

    classes: tuple[str, ...] = ()
    everything: bool = False
    model: str = DEFAULT_SAM
    largest: bool = False
    min_area: int = 0
    formats: tuple[str, ...] = ("masks", "coco", JSON)
    points_per_side: int = 16
    pred_iou_thresh: float = 0.88
    stability_score_thresh: float = 0.95
    box_nms_thresh: float = 0.7
    split: tuple[float, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        sam_model(self.model)
        known = CLASS_NAMES[1:]
        for name in self.classes:
            if name not in known:
                raise ValueError(f"a class must be one of {', '.join(known)}, got {name!r:.60}")
        if self.classes and self.everything:
            raise ValueError("give classes or everything, not both: everything has no classes")
        formats = tuple(dict.fromkeys(ALSO.get(name, name) for name in self.formats))
        able = formats_of_folders()
        for name in formats:
            if name not in able:
                raise ValueError(f"there is no format {name!r:.60} for a folder; there are {', '.join(able)}")
        object.__setattr__(self, "formats", formats)
        check_whole(self.min_area, "min_area")
        check_whole(self.points_per_side, "points_per_side", 1, MAX_POINTS_PER_SIDE)
        for name in ("pred_iou_thresh", "stability_score_thresh", "box_nms_thresh"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0 to 1, got {getattr(self, name)!r}")

        if self.parts is not None:
            object.__setattr__(self, "split", tuple(self.parts.fractions))

    @property
    def parts(self) -> Split | None:
        """How the photos are parted, if they are."""
        return Split(self.split, self.seed) if self.split else None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it, as JSON can hold it; what concerns a split only where there is one."""
        told = asdict(self)
        return told if self.split else {name: told[name] for name in told if name not in ("split", "seed")}


def formats_of_folders() -> list[str]:
    """Return in which formats a folder of photos can be written."""
    rows = FORMATS.items()
    able = [name for name, row in rows if row.needs == "masks" and (row.whole or not row.many)]
    return [*able, JSON]
