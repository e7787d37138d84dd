"""Wrong answers to lesson 6."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from segwidgets.gif import write_gif

from segwidgets import Prompt, Segmenter, load_image
from segwidgets.course import draw
from segwidgets.workshop import make_workshop
from tests.answers.workshops import PLACE, changed, save_zero_one, workshop
from tests.unlisted import Later


def frames() -> list[Any]:
    photo = load_image("cat")
    found = Segmenter(photo).predict(Prompt([(250, 170)]))
    cut = photo.copy()
    cut[~found.masks[1]] = 255
    return [
        photo,
        draw(photo, prompt=found.prompt),
        *(draw(photo, mask, found.prompt) for mask in found.masks),
        cut,
    ]


def film(pictures: list[Any], name: str, loop: int | None = 0, colors: int = 64) -> Path:
    palette = Image.fromarray(np.vstack(pictures)).quantize(colors)
    first, *rest = [
        Image.fromarray(one).quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures
    ]
    path = PLACE / name
    more = {} if loop is None else {"loop": loop}
    first.save(path, "GIF", save_all=True, append_images=rest, duration=1500, optimize=False, **more)
    return path


def small(size: tuple[int, int] = (256, 170)) -> list[Any]:
    return [cv2.resize(frame, size) for frame in frames()]


def in_place(items: list[Any]) -> None:
    items.reverse()


def grow(items: list[Any]) -> list[Any]:
    items.extend(items[::-1])
    return items


def _png() -> Path:
    path = PLACE / "film.png"
    Image.fromarray(frames()[0]).save(path)
    return path


def _large() -> Path:
    path = PLACE / "large.gif"
    write_gif(frames(), path, 1500)
    return path


def _renamed() -> Path:
    path = PLACE / "renamed.gif"
    Image.fromarray(small()[0]).save(path, "JPEG")
    return path


def _black(folder: Path) -> None:
    write_gif([np.zeros((150, 225, 3), np.uint8) + i for i in range(6)], next(folder.rglob("*.gif")), 500)


def _gif_of_photo(folder: Path) -> None:
    path = next(folder.rglob("*.gif"))
    Image.fromarray(frames()[0]).save(path)


def _white(folder: Path) -> None:
    for path in (folder / "output_masks").glob("mask_*.png"):
        Image.fromarray(np.full(np.asarray(Image.open(path)).shape[:2], 255, np.uint8)).save(path)


def _grey(folder: Path) -> None:
    path = folder / "output_masks/mask_1.png"
    Image.fromarray(cv2.GaussianBlur(np.asarray(Image.open(path)), (0, 0), 3)).save(path)


def _no_prompts(folder: Path) -> None:
    readme = folder / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("## Prompts\n", ""), "utf-8")


UNLISTED = [
    ("6.1", "end twice", "end|last", lambda f: f + f[::-1]),
    ("6.1", "beginning twice", "begin|first|loop", lambda f: f + f[-2::-1]),
    ("6.1", "end twice, first left out", "end|last", lambda f: f + f[:0:-1]),
    ("6.1", "forwards twice", "backwards|forwards", lambda f: f * 2),
    ("6.1", "backwards alone", "only plays backwards", lambda f: f[::-1]),
    ("6.1", "forwards alone", "back", lambda f: f),
    ("6.1", "middle forwards", "backwards|forwards|turned|order", lambda f: f + f[1:-1]),
    ("6.1", "a frame missing at the beginning", "missing|skip|one too|left out", lambda f: f + f[-2:1:-1]),
    ("6.1", "a frame missing at the end", "missing|skip|one too|left out", lambda f: f + f[-3:0:-1]),
    ("6.1", "two lists", "one list|list of lists|two lists", lambda f: [f, f[::-1]]),
    ("6.1", "reversed in place", "return|in place", in_place),
    ("6.1", "own list grown", "end|last|changes", grow),
    ("6.1", "backwards, then forwards", "forwards|begin", lambda f: f[::-1] + f[1:-1]),
    ("6.1", "only the way back", "forwards", lambda f: f[-2:0:-1]),
    ("6.1", "sorted", "order|backwards|compare|sort", lambda f: f + sorted(f, key=id)),
    ("6.2", "above 0", "not quite black became white", lambda p: np.where(p > 0, 255, 0).astype(np.uint8)),
    ("6.2", "255 alone", "wholly white stayed", lambda p: np.where(p == 255, 255, 0).astype(np.uint8)),
    ("6.2", "boolean", "values are 0 and 1", lambda p: p > 127),
    ("6.2", "0 and 1", "0 and 1|255|1", lambda p: (p > 127).astype(np.uint8)),
    (
        "6.2",
        "inverted",
        "black|inside out|invert|white",
        lambda p: np.where(p > 127, 0, 255).astype(np.uint8),
    ),
    ("6.2", "at 200", "edge|half|127", lambda p: np.where(p > 200, 255, 0).astype(np.uint8)),
    ("6.2", "at 50", "edge|half|127", lambda p: np.where(p > 50, 255, 0).astype(np.uint8)),
    ("6.2", "int64", "uint8", lambda p: (p > 127) * 255),
    ("6.2", "unchanged", "grey", lambda p: p),
    ("6.2", "three values", "grey|127", lambda p: (np.round(p / 127) * 127).clip(0, 255).astype(np.uint8)),
    (
        "6.2",
        "precedence",
        "parenthes|black|empty|no white|everything",
        lambda p: (p > 127 * 255).astype(np.uint8),
    ),
    ("6.2", "by whole 255", "wholly white stayed", lambda p: p // 255 * 255),
    ("6.2", "-1 instead of 255", "0 and 1|255", lambda p: np.sign(p.astype(int) - 127)),
    (
        "6.2",
        "three channels",
        "shape|channel|\\(H, W\\)",
        lambda p: np.stack([np.where(p > 127, 255, 0).astype(np.uint8)] * 3, -1),
    ),
    ("6.2", "nothing returned", "return", lambda p: None),
    ("6.2", "local mean", "edge|half|place|texture", lambda p: cv2.adaptiveThreshold(p, 255, 0, 0, 11, 0)),
    ("6.3", "too many bytes", "kB|bytes", Later(_large)),
    ("6.3", "too narrow", "wide|240", Later(lambda: film(small((200, 133)), "narrow.gif"))),
    ("6.3", "four frames", "five|4|frames", Later(lambda: film(small()[:4], "four.gif"))),
    ("6.3", "played once", "ever|loop|once", Later(lambda: film(small(), "once.gif", None))),
    ("6.3", "the same frame", "different|same", Later(lambda: film([small()[0]] * 6, "same.gif"))),
    (
        "6.3",
        "black",
        "different|black|same|one colour",
        Later(lambda: film([np.zeros((170, 256, 3), np.uint8)] * 6, "black.gif")),
    ),
    ("6.3", "squashed", "squash|shape|ratio|distort|flat", Later(lambda: film(small((256, 40)), "flat.gif"))),
    (
        "6.3",
        "shifted by a pixel",
        "different|pixel|nearly",
        Later(lambda: film([np.roll(small()[0], i, axis=1) for i in range(6)], "rolled.gif")),
    ),
    ("6.3", "a PNG", "GIF", Later(_png)),
    ("6.3", "a JPEG renamed", "GIF", Later(_renamed)),
    ("6.3", "nothing there", "nothing at", PLACE / "nothing.gif"),
    ("6.3", "the frames", "path", Later(frames)),
    ("6.3", "bytes", "path", Later(lambda: film(small(), "bytes.gif").read_bytes())),
    ("6.3", "a folder", "folder|file", PLACE),
    ("6.3", "three times", "ever|loop|times", Later(lambda: film(small(), "thrice.gif", 3))),
    (
        "6.3",
        "almost black noise",
        "different|nearly|same|empty|black",
        Later(lambda: film([np.full((170, 256, 3), i, np.uint8) for i in range(6)], "dark.gif")),
    ),
    (
        "6.4",
        "not mended",
        "not right",
        Later(lambda: changed("u0", lambda f: (save_zero_one(f), _gif_of_photo(f), _no_prompts(f)))),
    ),
    ("6.4", "the mask left", "0 and 1|black|255|1", Later(lambda: changed("u1", save_zero_one))),
    ("6.4", "the GIF left", "GIF|frame|move", Later(lambda: changed("u2", _gif_of_photo))),
    ("6.4", "the README left", "README|Prompts|section", Later(lambda: changed("u3", _no_prompts))),
    ("6.4", "GIF of black frames", "black|different|same|empty", Later(lambda: changed("u4", _black))),
    ("6.4", "masks all white", "white|whole|every|empty", Later(lambda: changed("u5", _white))),
    ("6.4", "grey masks", "grey|0 and 255|values", Later(lambda: changed("u6", _grey))),
    ("6.4", "README alone", "file", Later(lambda: workshop().folder / "README.md")),
    ("6.4", "no folder", "nothing at", PLACE / "unheard"),
    ("6.4", "folder above", "no workshop folder", Later(lambda: workshop().folder.parent)),
    ("6.4", "an empty one", "no workshop folder|empty", Later(lambda: _empty())),
    ("6.4", "masks gone", "mask", Later(lambda: changed("u7", lambda f: shutil.rmtree(f / "output_masks")))),
    ("6.4", "a number", "path", 3),
    (
        "6.4",
        "a fresh folder",
        "broken|fresh|new|mend|same",
        Later(lambda: make_workshop("coffee", Prompt([(300, 200)]), out=PLACE / "fresh").folder),
    ),
]


def _empty() -> Path:
    folder = PLACE / "empty"
    folder.mkdir(exist_ok=True)
    return folder
