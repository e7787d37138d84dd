"""The formats, one row each: what it is called, what it is made of, who writes it, what its button says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from segwidgets.exports import datasets, writers
from segwidgets.exports.work import Work
from segwidgets.ground.keeping import Outbox
from segwidgets.ground.outside import shown
from segwidgets.locale.catalogues import N_, translations
from segwidgets.locale.languages import DEFAULT

Need = Literal["masks", "record", "film"]


@dataclass(frozen=True)
class Format:
    """One kind of export.

    Attributes
    ----------
    extension : str
        Of the files that hold the masks or the clicks.
    target : str
        Where it goes in the folder that a user names: a file, or a folder of files.
    needs : {"masks", "record", "film"}
        What a `Work` must have for it: an object with a mask, the clicks, or pictures of them.
    files : callable
        `files(works, name)` gives the files, each as its path in the folder that is written to and its
        content. Where the target is a file, `name` is what the user called it.
    label, help : str
        The words on the button and those that explain it, marked by `N_`.
    many : bool
        Whether several photos make one export; others are written photo by photo.
    flat : bool
        Whether a pixel belongs to one object only: where several overlap, the one drawn on top has it, and
        `flat.overlaps_told` says so.
    part, whole : callable, optional
        How an export of many is made of more photos than fit into memory: `part(work, classes, content)`
        gives the files of one photo, whose own file holds `content`, and `whole(photos, classes)` those of
        all, from what `datasets.facts_of` tells of each. Of a dataset that is split, work and facts know
        their part, and the files go where that part's belong.
    """

    extension: str
    target: str
    needs: Need
    files: Callable[[Sequence[Work], str], Iterable[tuple[str, bytes]]]
    label: str
    help: str
    many: bool = False
    flat: bool = False
    part: Callable[[Work, Sequence[str], bytes], Iterable[tuple[str, bytes]]] | None = None
    whole: Callable[[Iterable[Mapping[str, Any]], Sequence[str]], Iterable[tuple[str, bytes]]] | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, not one file that the user gives a name."""
        return not PurePosixPath(self.target).suffix


FORMATS: dict[str, Format] = {
    "masks": Format(
        ".png",
        "masks",
        needs="masks",
        files=writers.masks,
        label=N_("Masks"),
        help=N_("Save each mask as a black and white PNG"),
    ),
    "cutouts": Format(
        ".png",
        "cutouts",
        needs="masks",
        files=writers.cutouts,
        label=N_("Cut-outs"),
        help=N_("Save each object as a PNG with a transparent background"),
    ),
    "index": Format(
        ".png",
        "index",
        needs="masks",
        files=writers.index,
        label=N_("Index"),
        help=N_("Save all masks in one PNG, each pixel the number of its object"),
        flat=True,
    ),
    "coco": Format(
        ".json",
        "coco/annotations.json",
        needs="masks",
        files=writers.coco,
        label="COCO",
        help=N_("Save the masks as COCO JSON"),
        many=True,
        whole=datasets.coco,
    ),
    "panoptic": Format(
        ".png",
        "panoptic/panoptic.json",
        needs="masks",
        files=writers.panoptic,
        label=N_("Panoptic"),
        help=N_("Save the masks in COCO's panoptic format: a PNG of segments and JSON"),
        many=True,
        flat=True,
        part=datasets.panoptic_photo,
        whole=datasets.panoptic,
    ),
    "yolo": Format(
        ".txt",
        "yolo",
        needs="masks",
        files=writers.yolo,
        label="YOLO",
        help=N_("Save the masks as a YOLO segmentation folder"),
        many=True,
        part=datasets.yolo_photo,
        whole=datasets.yolo,
    ),
    "json": Format(
        ".json",
        "clicks.json",
        needs="record",
        files=writers.record,
        label=N_("Clicks"),
        help=N_("Save the record of the clicks as JSON, to replay it"),
    ),
    "gif": Format(
        ".gif",
        "clicks.gif",
        needs="film",
        files=writers.film,
        label="GIF",
        help=N_("Save an animation of the clicks"),
    ),
}
"""By the name that `save` and the command take, in the order of the buttons."""


def find_format(name: str) -> Format:
    """Return the row of a name.

    Raises
    ------
    ValueError
        If there is no such format.
    """
    if not isinstance(name, str) or name not in FORMATS:
        raise ValueError(f"there is no export {shown(name)}; there are {', '.join(FORMATS)}")
    return FORMATS[name]


def export(name: str, works: Sequence[Work], path: str | Path) -> list[Path]:
    """Write photos and their objects in one of `FORMATS`.

    Parameters
    ----------
    name : str
        The format's.
    works : sequence of Work
        One photo, or, where the format takes them together, several.
    path : str or Path
        The file, or the folder for a format that writes one; what is missing above it is made.

    Returns
    -------
    list of Path
        The files that were written, each of them whole; what stood there and was not ours is kept beside
        under another name.

    Raises
    ------
    ValueError
        If there is no such format, or what it is made of is not there.
    OSError
        If a file cannot be written.
    """
    row = find_format(name)
    if not isinstance(works, Sequence) or not all(isinstance(work, Work) for work in works):
        from segwidgets.ground.validation import describe  # numpy is not for who only asks for help

        raise TypeError(f"works must be a list of photos with their masks, got {describe(works)}")
    if len(works) != 1 and not (row.many and works):
        raise ValueError(f"{name} takes one photo at a time, got {len(works)}")
    if row.needs == "masks":
        if not any(len(work.masks) for work in works):
            raise ValueError("there is no mask to save yet: click on an object first")
    elif any(getattr(work, row.needs) is None for work in works):
        raise ValueError(f"{name} is made of clicks, but these masks were not clicked; take another format")
    path = Path(path)
    files = iter(row.files(works, path.name))
    first = list(islice(files, 1))  # what goes wrong goes wrong here, before a folder is made
    with Outbox(path if row.is_folder else path.parent) as out:
        return [out.save(name, content) for name, content in chain(first, files)]


def listing(lang: str = DEFAULT) -> list[tuple[str, str, str]]:
    """Return name, where it goes and what it is, of each format, for help and documentation."""
    _ = translations(lang).gettext
    return [(name, row.target, _(row.help)) for name, row in FORMATS.items()]
