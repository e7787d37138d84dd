"""Answers to the exercises of lesson 6: the film and the folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from segwidgets import Prompt, sample_image
from segwidgets.drawing.gif import GifInfo, write_gif
from segwidgets.workshop import make_workshop
from tests.answers.workshops import PLACE, changed, save_zero_one, workshop, write_reflection


def frames(count: int = 6, side: int = 256) -> list[np.ndarray]:
    """A photo over which a white bar grows."""
    photo = np.asarray(Image.fromarray(sample_image("cat")).resize((side, side * 2 // 3)))
    pictures = [photo.copy() for _ in range(count)]
    for number, picture in enumerate(pictures):
        picture[:, : 20 * number] = 255
    return pictures


def gif(name: str, count: int = 6, side: int = 256, limit: int = 95_000) -> Path:
    return write_gif(frames(count, side), PLACE / name, 500, max_bytes=limit).path


def otsu(picture: np.ndarray) -> np.ndarray:
    return cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]


def squashed_gif() -> Path:
    flat = [np.asarray(Image.fromarray(frame).resize((256, 90))) for frame in frames()]
    return write_gif(flat, PLACE / "flat.gif", 500, max_bytes=95_000).path


def gif_that_only_moves() -> Path:
    photo = frames(1)[0]
    first, *rest = [Image.fromarray(np.roll(photo, number, axis=1)).quantize(16) for number in range(6)]
    first.save(PLACE / "moves.gif", save_all=True, append_images=rest, loop=0)
    return PLACE / "moves.gif"


def black_film(folder: Path) -> None:
    film = folder / "results/segmentation_process.gif"
    write_gif([np.full((150, 225, 3), 40 * number, np.uint8) for number in range(6)], film, 500)


@cache
def fresh_folder() -> Path:
    return make_workshop("coffee", Prompt([(300, 200)]), out=PLACE / "another_photo").folder


def gif_without_loop() -> Path:
    first, *rest = [Image.fromarray(frame) for frame in frames(6, 240)]
    first.quantize(16).save(PLACE / "once.gif", save_all=True, append_images=[f.quantize(16) for f in rest])
    return PLACE / "once.gif"


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
    ("6.1", lambda p: iter(forth_and_back(p))),
    ("6.1", lambda p: (frame for frame in forth_and_back(p))),
    ("6.1", lambda p: tuple(p) + tuple(p[::-1][1:-1])),
    ("6.1", lambda p: np.stack(forth_and_back(list(p)))),
    ("6.2", lambda p: whites(p).astype(np.uint8)),
    ("6.2", lambda p: (p >= 128).astype("uint8") * 255),
    ("6.2", lambda p: np.uint8(255) * (p > p.max() / 2)),
    ("6.2", otsu),
    ("6.3", lambda: gif("small.gif")),
    ("6.3", lambda: str(gif("wide.gif", 5, 300))),
    ("6.3", lambda: GifInfo(gif("info.gif"), 1, 1, 1, 1)),
    ("6.4", lambda: workshop().folder),
    ("6.4", lambda: workshop()),
    ("6.4", lambda: str(workshop("es").folder)),
    ("6.4", lambda: changed("reflected", write_reflection)),
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
    ("6.1", lambda p: p[99], "With 4 frames it stopped"),
    ("6.1", lambda p: p["first"], "stopped with TypeError"),
    ("6.1", [1, 2], "A function is asked"),
    ("6.2", lambda p: p > 127, "0 and 1"),
    ("6.2", lambda p: (p > 127).astype(np.uint8), "0 and 1"),
    ("6.2", whites, "int64"),
    ("6.2", lambda p: (p > 0).astype(np.uint8) * 255, "mask grew"),
    ("6.2", lambda p: (p == 255).astype(np.uint8) * 255, "mask shrank"),
    ("6.2", lambda p: np.where(p > 127, 0, 255).astype(np.uint8), "Black and white are swapped"),
    ("6.2", lambda p: p.copy(), "different values"),
    ("6.2", lambda p: p[:5], "shape"),
    ("6.2", lambda p: p * np.uint8(255), "runs over"),
    ("6.1", lambda f: [f[i] for i in (0, 1, 2, 3, 4, 5, 4, 3, 2, 1)], "With 4 frames it stopped"),
    ("6.2", lambda p: np.where(p > 60, 255, 0).astype(np.uint8), "too low"),
    ("6.3", lambda: gif("heavy.gif", 6, 900, 1_400_000), "kB, and 100 are allowed"),
    ("6.3", lambda: gif("narrow.gif", 6, 200), "200 pixels wide"),
    ("6.3", lambda: gif("short.gif", 4), "4 different frames"),
    ("6.3", lambda: gif_without_loop(), "loop=0"),
    ("6.3", lambda: squashed_gif(), "squashed"),
    ("6.3", lambda: gif_that_only_moves(), "moved by a few pixels"),
    ("6.4", lambda: changed("black_film", black_film), "different frames: 1"),
    ("6.4", lambda: fresh_folder(), "of another photo"),
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
]
