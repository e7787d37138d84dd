"""Which photos a folder holds, and what they are called in what is made of them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from segwidgets.ground.decoding import SUFFIXES
from segwidgets.ground.keeping import digest
from segwidgets.ground.outside import home_expanded, is_within, resolved

ENDINGS = {ending for endings in SUFFIXES.values() for ending in endings} | {".heic", ".heif"}
"""Of files that are taken for photos; HEIC cannot be read, but is named as such instead of left out."""

_LETTERS = 80  # of a photo's name in other files'
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def photo_folder(folder: str | os.PathLike[str]) -> Path:
    """Return a folder of photos, without links in its path.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it is none.
    """
    place = home_expanded(folder)
    if not place.exists():
        raise FileNotFoundError(f"there is no folder {str(folder)!r}; give the folder of the photos")
    if not place.is_dir():
        raise ValueError(f"{str(folder)!r} is a file; give the folder that it lies in")
    return resolved(place)


def photo_files(place: Path, *outs: Path) -> list[tuple[str, Path]]:
    """Return the photos of a folder and of those in it, each by its path within it and as a path, in order.

    Hidden files and folders are left out, and so are the folders `outs`. Links that lead out of the folder
    are named, but not followed; `is_within` tells them.

    Raises
    ------
    ValueError
        If there are none.
    """
    found = []
    for folder, inner, names in os.walk(place):
        here = Path(folder)
        links = [name for name in inner if (here / name).is_symlink() and not is_within(here / name, place)]
        inner[:] = [name for name in inner if not name.startswith(".") and resolved(here / name) not in outs]
        photos = [name for name in names if Path(name).suffix.lower() in ENDINGS and not name.startswith(".")]
        found += [((here / name).relative_to(place).as_posix(), here / name) for name in [*photos, *links]]
    if not found:
        raise ValueError(
            f"there are no photos in {str(place)!r}: looked for {', '.join(sorted(ENDINGS))}, "
            "in its folders too"
        )
    return sorted(found)


def stems(names: Sequence[str]) -> list[str]:
    """Return a name for each photo that can stand in a file's name and is no other's."""
    made = [
        _UNFIT.sub("_", PurePosixPath(name).with_suffix("").as_posix().replace("/", "__")) for name in names
    ]
    count = Counter(stem.casefold() for stem in made)
    unique = []
    for stem, name in zip(made, names, strict=True):
        if count[stem.casefold()] > 1 or len(stem) > _LETTERS or stem.rstrip(". ") != stem:
            number = digest(name.encode("utf-8", "surrogatepass"))[:8]
            stem = f"{stem[:_LETTERS].rstrip('. ')}-{number}"
        unique.append(stem)
    return unique
