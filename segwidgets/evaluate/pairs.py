"""Which masks belong to which photo: by their names, or as COCO's JSON says."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath

from segwidgets.evaluate.coco import CocoObject, read_coco
from segwidgets.evaluate.mask_files import MaskFile
from segwidgets.evaluate.truths import LeftOut, PhotoTask, TruthSource, table_text
from segwidgets.ground.decoding import SUFFIXES
from segwidgets.ground.outside import home_expanded, resolved
from segwidgets.locale.catalogues import N_

PICTURES = tuple(dict.fromkeys((*chain(*SUFFIXES.values()), ".heic", ".heif", ".jp2")))
"""The endings of files that are looked at: what can be read, and what many hope that it can."""

SEPARATORS = "_-. "
_WORDS = "(mask|masks|label|labels|seg|gt|matte|alpha)"
WORD_BEHIND = re.compile(rf"[_\-. ]{_WORDS}([_\-. ]?\w+)?$")
WORD_BEFORE = re.compile(rf"(?<![^/]){_WORDS}[_\-. ]")

NO_MASK = LeftOut("no_mask", N_("the photo has no mask"))


@dataclass
class Plan:
    """What is to be measured, photo by photo, and what was left out already.

    Attributes
    ----------
    tasks : list of PhotoTask
        Photos with their masks, in the order of their names.
    left_out : list of (str, LeftOut)
        Names of photos and masks that have no partner, and why they are left out.
    """

    tasks: list[PhotoTask] = field(default_factory=list)
    left_out: list[tuple[str, LeftOut]] = field(default_factory=list)


def find_pairs(
    photos: str | os.PathLike[str],
    masks: str | os.PathLike[str],
    ignore: int | None = None,
    out: Path | None = None,
) -> Plan:
    """Match photos to masks.

    A mask belongs to the photo of the same path within its folder, whatever the two files' endings are
    (``bear/00000.jpg`` and ``bear/00000.png``). Several masks of one photo carry something behind its name
    (``cat_1.png``, ``cat-mask.png``, ``cat.jpg.png``), the longest name winning, or a mask's word before it
    (``mask_cat.png``), or lie in a folder of its name (``cat/ear.png``). Where photos and masks share one
    folder, masks are those with "mask", "label", "gt" or the like beside the photo's name.

    Parameters
    ----------
    photos : str or Path
        A folder of photos, or one photo.
    masks : str or Path
        A folder of mask files, one mask file, or COCO's JSON.
    ignore : int, optional
        See `MaskFile`.
    out : Path, optional
        Where results go: what lies there is neither photo nor mask.

    Raises
    ------
    FileNotFoundError
        If one of the two is not there.
    ValueError
        If there is no photo or no mask at all, or the JSON is not COCO's.
    """
    photos, masks = _existing(photos, "photos"), _existing(masks, "masks")
    found = _pictures(photos, out)
    if masks.suffix.lower() == ".json" and masks.is_file():
        if not found:
            raise ValueError(f"there is no photo in {str(photos)!r}")
        return _by_list(found, masks)
    drawn = _pictures(masks, out)
    if photos == masks and photos.is_dir():
        drawn, found = _parted(found)
    for pictures, folder, what in ((found, photos, "photo"), (drawn, masks, "mask")):
        if not pictures:
            raise ValueError(
                f"there is no {what} in {str(folder)!r}: looked for {', '.join(PICTURES)}, in its folders too"
            )
    return _by_name(found, drawn, ignore, alone=photos.is_file() and masks.is_file())


def _existing(place: str | os.PathLike[str], what: str) -> Path:
    path = home_expanded(place)
    if not path.exists():
        raise FileNotFoundError(
            f"there are no {what} at {str(place)!r}; give a folder or a file that is there"
        )
    return resolved(path)


def _pictures(place: Path, out: Path | None) -> dict[str, Path]:
    """Return the picture files of a folder and of those in it, sorted, by their path within it."""
    if place.is_file():
        return {place.name: place}
    files = {}
    for folder, inner, names in os.walk(place):
        here = Path(folder)
        inner[:] = sorted(n for n in inner if not n.startswith(".") and resolved(here / n) != out)
        for name in names:
            if name.startswith(".") or here == out or not (here / name).is_file():
                continue
            if Path(name).suffix.lower() in PICTURES:
                files[(here / name).relative_to(place).as_posix()] = here / name
    return dict(sorted(files.items()))


def _parted(pictures: dict[str, Path]) -> tuple[dict[str, Path], dict[str, Path]]:
    """Part the masks of a shared folder from its photos: they have a mask's word behind a photo's name."""
    stems = {_stem(name) for name in pictures}
    masks = {
        name: path
        for name, path in pictures.items()
        if stems & {word.sub("", _stem(name)) for word in (WORD_BEHIND, WORD_BEFORE)} - {_stem(name)}
    }
    return masks, {name: path for name, path in pictures.items() if name not in masks}


def _stem(name: str) -> str:
    """Return a path without the ending of its file, in lower case."""
    path = PurePosixPath(name)
    return path.with_name(path.stem).as_posix().lower()


def _by_name(photos: dict[str, Path], masks: dict[str, Path], ignore: int | None, alone: bool) -> Plan:
    plan = Plan()
    by_stem: dict[str, list[str]] = defaultdict(list)
    for name in photos:
        by_stem[_stem(name)].append(name)
    sources: dict[str, list[TruthSource]] = defaultdict(list)
    for name, path in masks.items():
        stem = next(iter(by_stem)) if alone else _photo_of(name, by_stem)
        if stem is None:
            why = LeftOut(
                "no_photo", N_("the mask has no photo: none is called {name}"), name=table_text(_stem(name))
            )
            plan.left_out.append((table_text(name), why))
        else:
            sources[stem].append(MaskFile(table_text(name), path, ignore))
    for stem, names in by_stem.items():
        if len(names) > 1:
            why = LeftOut(
                "no_mask",
                N_("the photos {names} share one name, so no mask is known to be either's: rename them"),
                names=", ".join(map(table_text, names)),
            )
            plan.left_out += [(table_text(name), why) for name in names]
        elif stem in sources:
            plan.tasks.append(PhotoTask(table_text(names[0]), photos[names[0]], tuple(sources[stem])))
        else:
            plan.left_out.append((table_text(names[0]), NO_MASK))
    return plan


def _photo_of(mask: str, stems: Iterable[str]) -> str | None:
    """Return the stem of the photo that a mask belongs to, the most likely of those that there are."""
    whole = _stem(mask)
    tried = [whole, PurePosixPath(whole).parent.as_posix()]
    for stem in (whole, WORD_BEFORE.sub("", whole)):
        first = stem.rfind("/") + 1
        tried += [stem, *(stem[:i] for i in range(len(stem) - 1, first, -1) if stem[i] in SEPARATORS)]
    return next((stem for stem in tried if stem in stems), None)


def _by_list(photos: dict[str, Path], path: Path) -> Plan:
    plan = Plan()
    by_name: dict[str, list[str]] = defaultdict(list)
    for name in photos:
        by_name[PurePosixPath(name).name].append(name)
    listed = set()
    for image in read_coco(path):
        given = image.file_name.replace("\\", "/")
        same = [given] if given in photos else by_name[PurePosixPath(given).name]
        if len(same) != 1:
            why = LeftOut("no_photo", N_("the list names a photo that is not there"))
            plan.left_out.append((table_text(given), why))
            continue
        (name,) = same
        listed.add(name)
        sources = tuple(
            CocoObject(table_text(f"{path.name}#{str(row.get('id', number))[:80]}"), row, image)
            for number, row in enumerate(image.objects)
        )
        if sources:
            plan.tasks.append(PhotoTask(table_text(name), photos[name], sources))
        else:
            plan.left_out.append((table_text(name), NO_MASK))
    for name in photos:
        if name not in listed:
            plan.left_out.append((table_text(name), NO_MASK))
    return plan
