"""Wrong answers to lesson 6."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter

from segwidgets import load_image
from tests.answers.workshops import PLACE, changed, save_zero_one, workshop
from tests.unlisted import Later
from tests.unlisted.lesson_6 import film, frames, small


def sized(width: int, height: int, count: int = 6) -> list[Any]:
    return small((width, height))[:count]


def written(name: str, content: bytes) -> Path:
    path = PLACE / name
    path.write_bytes(content)
    return path


def zipped() -> Path:
    return Path(shutil.make_archive(str(PLACE / "mended"), "zip", workshop().folder))


def drop(*names: str) -> Any:
    def change(folder: Path) -> None:
        for name in names:
            for path in folder.rglob(name):
                path.unlink()

    return change


def mask_file(make: Any) -> Any:
    def change(folder: Path) -> None:
        path = folder / "output_masks/mask_1.png"
        Image.fromarray(make(np.asarray(Image.open(path)))).save(path)

    return change


def frozen(folder: Path) -> None:
    path = next(folder.rglob("*.gif"))
    Image.open(path).convert("RGB").save(path, "GIF")


def emptied(folder: Path) -> None:
    (folder / "README.md").write_text("", "utf-8")


def reverse(items: list[Any]) -> Any:
    return items.reverse()


def six(items: list[Any]) -> list[Any]:
    return [items[i] for i in (0, 1, 2, 3, 4, 5, 4, 3, 2, 1)]


UNLISTED = [
    ("6.1", "all of it back", "twice|last|end", lambda f: f + f[::-1]),
    ("6.1", "to the first", "first|meet|loop|beginning", lambda f: f + f[-2::-1]),
    ("6.1", "from the last", "last|twice", lambda f: f + f[-1:0:-1]),
    ("6.1", "back alone", "only plays backwards", lambda f: f[::-1]),
    ("6.1", "there alone", "back", lambda f: f),
    ("6.1", "back first", "forward|order|begin|first", lambda f: f[::-1] + f[1:-1]),
    ("6.1", "forwards twice", "back|forward|twice|again", lambda f: f * 2),
    ("6.1", "middle not turned", "back|forward|turned|revers|again", lambda f: f + f[1:-1]),
    ("6.1", "one too few", "missing|skip|one too|last but", lambda f: f + f[-3:0:-1]),
    ("6.1", "one too few at the end", "missing|skip|one too|second", lambda f: f + f[-2:1:-1]),
    ("6.1", "reverse in place", "reverse|return|nothing", reverse),
    ("6.1", "of six", "six|number of frames|any|fewer|length|how many", six),
    ("6.1", "two lists", "list in|nested|one list|lists|joined", lambda f: [f, f[-2:0:-1]]),
    ("6.1", "numbers", "frames|numbers|places", lambda f: [*range(len(f)), *range(len(f) - 2, 0, -1)]),
    ("6.1", "sorted by brightness", "frames as they were", lambda f: sorted(f, key=lambda one: np.mean(one))),
    ("6.1", "each twice", "twice|each", lambda f: [one for one in f for _ in range(2)]),
    ("6.2", "zero and one", "0 and 1|255|1 for", lambda p: (p > 127).astype(np.uint8)),
    ("6.2", "truth values", "True|bool|uint8|255", lambda p: p > 127),
    ("6.2", "above 0", "0|grey|threshold|middle|edge", lambda p: np.where(p > 0, 255, 0).astype(np.uint8)),
    (
        "6.2",
        "white alone",
        "255|white|threshold|middle|edge",
        lambda p: np.where(p == 255, 255, 0).astype(np.uint8),
    ),
    (
        "6.2",
        "inverted",
        "inver|black for|swapped|inside out",
        lambda p: np.where(p > 127, 0, 255).astype(np.uint8),
    ),
    (
        "6.2",
        "above the mean",
        "mean|average|threshold|edge|middle",
        lambda p: np.where(p > p.mean(), 255, 0).astype(np.uint8),
    ),
    (
        "6.2",
        "three channels",
        "channel|shape|axes|\\(H, W",
        lambda p: np.stack([np.where(p > 127, 255, 0).astype(np.uint8)] * 3, axis=2),
    ),
    ("6.2", "as it was", "different values in it|grey", lambda p: p),
    ("6.2", "rounded to 64 steps", "grey|only 0|values|between", lambda p: (p // 64 * 64).astype(np.uint8)),
    ("6.2", "wrapped", "wrap|overflow|uint8|times", lambda p: p * np.uint8(255)),
    ("6.2", "softened", "different values in it|grey|blur", lambda p: uniform_filter(p, 3)),
    ("6.2", "0 and 254", "255", lambda p: np.where(p > 127, 254, 0).astype(np.uint8)),
    (
        "6.2",
        "at 200",
        "threshold|middle|edge|high|shrunk|moved",
        lambda p: np.where(p > 200, 255, 0).astype(np.uint8),
    ),
    (
        "6.2",
        "at 50",
        "threshold|middle|edge|low|grown|moved",
        lambda p: np.where(p > 50, 255, 0).astype(np.uint8),
    ),
    ("6.2", "indices of white", "coordinates|indices|shape|where", lambda p: np.argwhere(p > 127)),
    ("6.2", "printed", "return", lambda p: None),
    ("6.3", "235 wide", "240|wide|width", Later(lambda: film(sized(235, 156), "narrow2.gif"))),
    ("6.3", "four frames", "five|frames|pictures", Later(lambda: film(sized(256, 170, 4), "four2.gif"))),
    ("6.3", "the same frame", "same|differ", Later(lambda: film([small()[0]] * 6, "same2.gif"))),
    ("6.3", "once", "loop|ever|once", Later(lambda: film(small(), "once2.gif", loop=None))),
    ("6.3", "three times", "loop|ever|times", Later(lambda: film(small(), "thrice2.gif", loop=3))),
    ("6.3", "too heavy", "kB|bytes|heavy|large", Later(lambda: film(frames(), "heavy2.gif", colors=256))),
    (
        "6.3",
        "flattened",
        "squash|proportion|stretch|distort|flat",
        Later(lambda: film(sized(260, 90), "flat2.gif")),
    ),
    ("6.3", "bytes", "path|bytes", Later(lambda: film(small(), "bytes2.gif").read_bytes())),
    ("6.3", "no such file", "nothing at", PLACE / "nowhere2.gif"),
    ("6.3", "pictures", "path|list", Later(small)),
    ("6.3", "a folder", "folder|file", PLACE),
    ("6.3", "a still", "one|still|five|frames", Later(lambda: film(small()[:1], "still2.gif"))),
    (
        "6.3",
        "text with the ending .gif",
        "GIF|not a picture|read|open",
        Later(lambda: written("text2.gif", b"this is my film")),
    ),
    (
        "6.3",
        "a strip at the left",
        "strip|cut|crop|differ|same|part",
        Later(lambda: film([one[:20] for one in small()], "strip2.gif")),
    ),
    (
        "6.3",
        "noise",
        "squashed|noise",
        Later(
            lambda: film(
                list(np.random.default_rng(0).integers(0, 255, (6, 20, 250, 3), dtype=np.uint8)), "noise2.gif"
            )
        ),
    ),
    ("6.4", "README missing", "README", Later(lambda: changed("n_readme", drop("README.md")))),
    ("6.4", "film missing", "GIF|film|animation", Later(lambda: changed("n_gif", drop("*.gif")))),
    (
        "6.4",
        "film with one picture",
        "GIF|film|frames|pictures|still|moves",
        Later(lambda: changed("n_still", frozen)),
    ),
    ("6.4", "mask 0 and 1", "0 and 1|255|black", Later(lambda: changed("n_zero", save_zero_one))),
    (
        "6.4",
        "mask with greys",
        "grey|255|values|between|black and white",
        Later(lambda: changed("n_grey", mask_file(lambda m: uniform_filter(m, 5)))),
    ),
    ("6.4", "mask black", "black|empty|nothing", Later(lambda: changed("n_black", mask_file(np.zeros_like)))),
    (
        "6.4",
        "mask small",
        "size|wide|high|pixels",
        Later(lambda: changed("n_small", mask_file(lambda m: m[::2, ::2]))),
    ),
    (
        "6.4",
        "mask in colour",
        "colour|channels|RGB|grey|mode|one channel",
        Later(lambda: changed("n_rgb", mask_file(lambda m: np.stack([m] * 3, axis=2)))),
    ),
    ("6.4", "two files missing", "mask", Later(lambda: changed("n_two", drop("mask_1.png", "mask_2.png")))),
    ("6.4", "README's path", "folder|file", Later(lambda: workshop().folder / "README.md")),
    ("6.4", "zipped", "zip|folder", Later(zipped)),
    ("6.4", "the report", "path|folder", Later(lambda: ["README.md", "mask_1.png"])),
    ("6.4", "empty README", "README|empty", Later(lambda: changed("n_empty", emptied))),
    ("6.4", "the folder above", "above|inside|folder in|holds|missing", Later(lambda: _above())),
    ("6.4", "not there", "nothing at", PLACE / "nowhere"),
]


def _above() -> Path:
    folder = PLACE / "above"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(workshop().folder, folder / "broken")
    Image.fromarray(load_image("cat")).save(folder / "cat.png")
    return folder
