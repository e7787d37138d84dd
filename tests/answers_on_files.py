"""Answers to the exercises on files (lessons 6 and 7), for `test_checks`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from segwidgets import Prompt, clean, sample_image
from segwidgets.course.exercises._references import reference_mask
from segwidgets.drawing.gif import GifInfo, write_gif
from segwidgets.workshop import make_workshop

_PLACE = TemporaryDirectory()
PLACE = Path(_PLACE.name)
PHOTO = sample_image("cat")
PROMPT = Prompt([(250, 170), (440, 20)], [1, 0], (5, 5, 445, 298))
CAT = clean(reference_mask("cat", "cat"), min_island_share=1)
RAGGED = CAT.copy()
RAGGED[140:144, 200:204] = False
RAGGED[10:13, 440:443] = True
REFLECTION = (
    "I expected the face and got the whole cat, 74 % of the photo. Mask 2 leaks on the right, by 23 %, "
    "where the fur and the wall have the same brown; a background point there would stop it. I would "
    "choose mask 1, because its contour is clean."
)


def frames(count: int = 6, side: int = 256) -> list[np.ndarray]:
    """A photo over which a white bar grows."""
    photo = np.asarray(Image.fromarray(sample_image("cat")).resize((side, side * 2 // 3)))
    pictures = [photo.copy() for _ in range(count)]
    for number, picture in enumerate(pictures):
        picture[:, : 20 * number] = 255
    return pictures


def gif(name: str, count: int = 6, side: int = 256, limit: int = 95_000) -> Path:
    return write_gif(frames(count, side), PLACE / name, 500, max_bytes=limit).path


def gif_without_loop() -> Path:
    first, *rest = [Image.fromarray(frame) for frame in frames(6, 240)]
    first.quantize(16).save(PLACE / "once.gif", save_all=True, append_images=[f.quantize(16) for f in rest])
    return PLACE / "once.gif"


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


def write_reflection(folder: Path) -> None:
    readme = folder / "README.md"
    before, after = readme.read_text("utf-8").split("## Reflection\n")
    readme.write_text(f"{before}## Reflection\n\n{REFLECTION}\n{after[after.index('## ') :]}", "utf-8")


def save_zero_one(folder: Path) -> None:
    Image.fromarray(workshop().candidates.masks[1].astype(np.uint8)).save(folder / "output_masks/mask_1.png")


def three_faults(folder: Path) -> None:
    save_zero_one(folder)
    (folder / "results/segmentation_process.gif").unlink()


def forth_and_back(pictures: list[Any]) -> list[Any]:
    return pictures + pictures[-2:0:-1]


def turned_in_place(pictures: list[Any]) -> list[Any]:
    both = forth_and_back(pictures)
    pictures.reverse()
    return both


def whites(picture: np.ndarray) -> np.ndarray:
    return np.where(picture > 127, 255, 0)


RIGHT: list[tuple[str, Any]] = [
    ("6.1", forth_and_back),
    ("6.1", lambda p: [*p, *reversed(p[1:-1])]),
    ("6.1", lambda p: tuple(p) + tuple(p[::-1][1:-1])),
    ("6.1", lambda p: np.stack(forth_and_back(list(p)))),
    ("6.2", lambda p: whites(p).astype(np.uint8)),
    ("6.2", lambda p: (p >= 128).astype("uint8") * 255),
    ("6.2", lambda p: np.uint8(255) * (p > p.max() / 2)),
    ("6.3", lambda: gif("small.gif")),
    ("6.3", lambda: str(gif("wide.gif", 5, 300))),
    ("6.3", lambda: GifInfo(gif("info.gif"), 1, 1, 1, 1)),
    ("6.4", lambda: workshop().folder),
    ("6.4", lambda: workshop()),
    ("6.4", lambda: str(workshop("es").folder)),
    ("6.4", lambda: changed("reflected", write_reflection)),
    ("7.1", (PHOTO, PROMPT)),
    ("7.1", (PHOTO, Prompt([(250, 170), (20, 20)], [1, 0]))),
    ("7.1", [PHOTO, Prompt(box=(0, 0, 451, 300))]),
    ("7.1", (np.zeros((30, 400, 3), np.uint8), Prompt([(20, 20), (390, 3)]))),
    ("7.2", (PHOTO, PROMPT, CAT)),
    ("7.2", (PHOTO, Prompt(box=(10, 10, 440, 290)), CAT)),
    ("7.3", (RAGGED, clean(RAGGED))),
    ("7.3", (CAT, CAT)),
    ("7.3", (RAGGED, clean(RAGGED, fill_holes=False))),
    ("7.4", REFLECTION),
    ("7.5", lambda: changed("reflected", write_reflection)),
]

WRONG: list[tuple[str, Any, str]] = [
    (
        "6.3",
        lambda: write_gif(frames(2) * 1 + frames(2)[1:] * 5, PLACE / "same.gif").path,
        "2 different frames",
    ),
    ("6.1", lambda p: p + p[::-1], "shown twice in a row, and in a loop"),
    ("6.1", lambda p: p + p[-2::-1], "first one again"),
    ("6.1", lambda p: p + p[:0:-1], "At the turn"),
    ("6.1", lambda p: p[::-1], "only plays backwards"),
    ("6.1", lambda p: p, "way back is missing"),
    ("6.1", lambda p: p[:2], "yours plays 0, 1"),
    ("6.1", turned_in_place, "changes the list"),
    ("6.1", lambda p: [0, 1], "none of the frames"),
    ("6.1", lambda p: 3, "return a list"),
    ("6.1", lambda p: p[99], "stopped with IndexError"),
    ("6.1", [1, 2], "A function is asked"),
    ("6.2", lambda p: p > 127, "0 and 1"),
    ("6.2", lambda p: (p > 127).astype(np.uint8), "0 and 1"),
    ("6.2", whites, "int64"),
    ("6.2", lambda p: (p > 0).astype(np.uint8) * 255, "mask grew"),
    ("6.2", lambda p: (p == 255).astype(np.uint8) * 255, "mask shrank"),
    ("6.2", lambda p: np.where(p > 127, 0, 255).astype(np.uint8), "Black and white are swapped"),
    ("6.2", lambda p: p.copy(), "different values"),
    ("6.2", lambda p: p[:5], "shape"),
    ("6.2", lambda p: np.where(p > 60, 255, 0).astype(np.uint8), "% of the values"),
    ("6.3", lambda: gif("heavy.gif", 6, 900, 1_400_000), "kB, and 100 are allowed"),
    ("6.3", lambda: gif("narrow.gif", 6, 200), "200 pixels wide"),
    ("6.3", lambda: gif("short.gif", 4), "4 different frames"),
    ("6.3", lambda: gif_without_loop(), "loop=0"),
    ("6.3", lambda: workshop().folder / "results" / "semantic.png", "a PNG"),
    ("6.3", lambda: workshop().folder, "is a folder"),
    ("6.3", lambda: workshop().folder / "README.md", "cannot be read"),
    ("6.3", "nowhere.gif", "nothing at nowhere.gif"),
    ("6.3", b"GIF89a", "A path is asked"),
    ("6.4", lambda: changed("zero_one", save_zero_one), "1 thing is not right. output_masks/mask_1.png"),
    ("6.4", lambda: changed("three_faults", three_faults), "3 things are not right"),
    ("6.4", lambda: workshop().folder / "README.md", "is a file"),
    ("6.4", lambda: PLACE, "no workshop folder"),
    ("6.4", "no_such_folder", "nothing at"),
    ("7.1", (PHOTO, Prompt()), "empty"),
    ("7.1", (PHOTO, Prompt([(250, 170)])), "leaves open"),
    ("7.1", (PHOTO, Prompt([(250, 170), (9, 9)], [0, 0])), "only background points"),
    ("7.1", (PHOTO, Prompt([(170, 350), (100, 100)])), "swapped"),
    ("7.1", (PHOTO, Prompt([(600, 350), (100, 100)])), "(600, 350) lies outside"),
    ("7.1", (PHOTO, Prompt([(0.5, 0.4), (0.2, 0.2)])), "shares"),
    ("7.1", (PHOTO, Prompt([(250, 0), (250, 170)])), "very border"),
    ("7.1", (PHOTO, [(250, 170)]), "A Prompt is asked"),
    ("7.1", (PHOTO, SimpleNamespace(prompt=PROMPT)), "its .prompt"),
    ("7.1", ("photo.jpg", PROMPT), "load_image"),
    ("7.1", PROMPT, "(photo, prompt)"),
    ("7.2", (PHOTO, PROMPT, np.zeros_like(CAT)), "empty"),
    ("7.2", (PHOTO, PROMPT, np.ones_like(CAT)), "whole photo"),
    ("7.2", (PHOTO, PROMPT, CAT.astype(np.uint8)), "not boolean"),
    ("7.2", (PHOTO, PROMPT, CAT.T), "swapped"),
    ("7.2", (PHOTO, PROMPT, CAT[::2]), "shape"),
    ("7.2", (PHOTO, PROMPT, ~CAT), "foreground point (250, 170) is not in the mask"),
    ("7.2", (PHOTO, Prompt([(250, 170), (200, 150)], [1, 0]), CAT), "(200, 150) is still in the mask"),
    ("7.2", (PHOTO, Prompt(box=(440, 1, 450, 5)), CAT), "does not touch your box"),
    ("7.3", (clean(RAGGED), RAGGED), "Are the two swapped?"),
    ("7.3", (RAGGED, RAGGED), "Nothing changed"),
    ("7.3", (CAT, ~CAT), "little in common"),
    ("7.3", (CAT, CAT[::2]), "shape"),
    ("7.3", (CAT.astype(float), CAT), "not boolean"),
    ("7.3", ("a", CAT), "before the repair"),
    ("7.3", CAT, "(before, after)"),
    ("7.4", "It was very interesting.", "4 words"),
    ("7.4", "very good " * 30, "again and again"),
    ("7.4", re.sub(r"\d", "", REFLECTION), "no number"),
    ("7.4", 3, "A text is asked"),
    ("7.5", lambda: workshop().folder, "but the reflection"),
    ("7.5", lambda: changed("zero_one", save_zero_one), "1 thing is not right"),
    ("7.5", "nowhere", "nothing at"),
]
