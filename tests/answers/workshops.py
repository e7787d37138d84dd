"""Workshop folders as students hand them in: whole, with the reflection, with faults. Lessons 6 and 7."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from segwidgets import Prompt
from segwidgets.workshop import make_workshop

_PLACE = TemporaryDirectory()
PLACE = Path(_PLACE.name)
REFLECTION = (
    "I expected the face and got the whole cat, 74 % of the photo. Mask 2 leaks on the right, by 23 %, "
    "where the fur and the wall have the same brown; a background point there would stop it. I would "
    "choose mask 1, because its contour is clean."
)


@cache
def workshop(lang: str = "en") -> Any:
    return make_workshop("cat", Prompt([(250, 170)]), out=PLACE / f"whole_{lang}", lang=lang)


def changed(name: str, change: Callable[[Path], Any]) -> Path:
    """A copy of the workshop after something was done to it."""
    folder = PLACE / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(workshop().folder, folder)
    change(folder)
    return folder


def write_reflection(folder: Path, text: str = REFLECTION) -> None:
    readme = folder / "README.md"
    before, after = readme.read_text("utf-8").split("## Reflection\n")
    readme.write_text(f"{before}## Reflection\n\n{text}\n{after[after.index('## ') :]}", "utf-8")


def save_zero_one(folder: Path) -> None:
    Image.fromarray(workshop().candidates.masks[1].astype(np.uint8)).save(folder / "output_masks/mask_1.png")
