"""Wrong answers to lesson 7."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np

from segwidgets import ClickSegmenter, Prompt, load_image
from segwidgets.course import draw, reference_mask
from tests.answers.workshops import PLACE, REFLECTION, changed, workshop, write_reflection
from tests.unlisted import Later
from tests.unlisted.lesson_7 import readme

photo = load_image("coffee")
cup = reference_mask("coffee", "cup")
height, width = cup.shape
inside = [(230, 260), (300, 180)]
good = Prompt(inside)
boxed = Prompt(box=(170, 15, 420, 305))
rows, columns = np.indices(cup.shape)
dots = sum(((columns - x) ** 2 + (rows - y) ** 2 <= 4 for x, y in inside), np.zeros(cup.shape, int)) > 0
riddled = cup.copy()
riddled[100:300:12, 200:330:12] = False
spotted = cup.copy()
spotted[4:60:9, 4:60:9] = True
WORDS = " ".join(REFLECTION.split())

TEXT_1 = (
    "I expected one click to give the cup, and got the saucer as well. With a box and a point on the "
    "handle the cup came alone. I chose the first mask since the others take in the handle of the "
    "spoon, which is no part of it."
)
TEXT_2 = (
    "What did you expect, what came, which of the masks did you choose and why, where does it fail? "
    "With at least one number that you measured. At least 40 words: what did you expect, what came, "
    "which of the masks did you choose and why?"
)
TEXT_3 = (
    "I expected one click to give the cup and got the saucer too. With a box and a point on the "
    "handle it came alone. I chose the first since the others take in the spoon, which is no part of "
    "the cup at all."
)
TEXT_4 = (
    "What did you expect, what came, which of the masks did you choose and why, where does it fail? "
    "With at least 1 number that you measured. At least 40 words: what did you expect, what came, "
    "and which of the masks did you choose?"
)


def short(text: str) -> tuple[np.ndarray, str]:
    return photo, text


def beside(folder: Path) -> None:
    (folder / "reflection.txt").write_text(REFLECTION, "utf-8")


def at_the_end(folder: Path) -> None:
    path = folder / "README.md"
    path.write_text(path.read_text("utf-8") + "\n" + REFLECTION, "utf-8")


def no_masks(folder: Path) -> None:
    write_reflection(folder)
    shutil.rmtree(folder / "output_masks")


UNLISTED = [
    ("7.1", "the photo alone", "both|pair|prompt|two things|parenthes", photo),
    ("7.1", "the widget", r"\.prompt", Later(lambda: (photo, ClickSegmenter("coffee")))),
    ("7.1", "the mask for the prompt", "prompt|mask", (photo, cup)),
    ("7.1", "three things", "two|pair|three|prompt", (photo, good, cup)),
    ("7.1", "a grey photo", "load_image|colour|channels|grey", (photo.mean(axis=2), good)),
    ("7.1", "nearly the whole photo", "whole", (photo, Prompt(box=(1, 1, width - 1, height - 1)))),
    ("7.1", "the box as numbers", "Prompt", (photo, (170, 15, 420, 305))),
    ("7.1", "a box of three pixels", "small|box|pixel", (photo, Prompt(box=(200, 200, 203, 203)))),
    ("7.1", "a box far outside", "outside", (photo, Prompt(box=(700, 500, 900, 800)))),
    ("7.1", "a single cross", "background|label|foreground", (photo, Prompt([(5, 5)], [0]))),
    ("7.1", "a dictionary", "Prompt", (photo, {"points": inside})),
    ("7.1", "the same twice and a third", "same point", (photo, Prompt([inside[0]] * 3))),
    ("7.1", "a text", "Prompt|text", (photo, "the cup")),
    ("7.2", "inside out", "inside out|inver", (photo, good, ~cup)),
    ("7.2", "nothing", "empty|nothing|no pixel", (photo, good, np.zeros_like(cup))),
    ("7.2", "everything", "whole|everything", (photo, good, np.ones_like(cup))),
    ("7.2", "two of three things", "three|mask|things", (photo, cup)),
    ("7.2", "order", "order|prompt|swapped", (photo, cup, good)),
    ("7.2", "three masks", "one|three|stack", (photo, good, np.stack([cup] * 3))),
    ("7.2", "half as large", "mask's shape is|size", (photo, good, cup[::2, ::2])),
    ("7.2", "without a point", "point", (photo, good, cup & (rows < 220))),
    ("7.2", "the photo cut out", "photo|picture|image", (photo, good, np.where(cup[..., None], photo, 255))),
    ("7.2", "dots on the points", "small|few|pixels|dot", (photo, good, dots)),
    ("7.2", "turned", "Height and width are swapped", (photo, good, cup.T)),
    ("7.2", "the widget", r"\.mask", Later(lambda: (photo, good, ClickSegmenter("coffee")))),
    ("7.2", "beside the box", "box|beside|outside", (photo, boxed, (columns > 450) & (rows > 300))),
    ("7.2", "its pixels' number", "mask|number", (photo, good, int(cup.sum()))),
    ("7.3", "one alone", "two|both|before|pair", cup),
    ("7.3", "the wrong way round", "swapped|order|more|first", (cup, riddled)),
    ("7.3", "more islands", "island|piece|more", (cup, spotted)),
    ("7.3", "another thing", "same object|other|another|object", (cup, (columns > 450) & (rows > 300))),
    ("7.3", "nothing left", "empty|nothing", (cup, np.zeros_like(cup))),
    ("7.3", "another size", "mask's shape is|size", (cup, cup[::2, ::2])),
    ("7.3", "counts", "mask|number", (3, 0)),
    ("7.3", "inside out", "inside out|inver|object", (cup, ~cup)),
    ("7.3", "three", "Asked for is .before, after", (riddled, cup, cup)),
    ("7.3", "pictures", "photo|picture|image|mask", (draw(photo, riddled), draw(photo, cup))),
    ("7.3", "whole photo after", "whole|everything", (cup, np.ones_like(cup))),
    ("7.3", "the photo with it", "mask|photo|two", (photo, cup)),
    ("7.3", "half of it after", "object|part|half|less|same", (cup, cup & (columns < 250))),
    (
        "7.3",
        "small, after",
        "mask's shape is|size",
        (cup, cv2.resize(cup.astype(np.uint8), (300, 200)).astype(bool)),
    ),
    ("7.4", "short", "words|short|40", short("I chose mask 1 because it was the best.")),
    (
        "7.4",
        "no number",
        "number",
        short(TEXT_1),
    ),
    (
        "7.4",
        "the question",
        "question|own words|what was asked",
        short(TEXT_2),
    ),
    ("7.4", "one sentence again and again", "again|repeat|same|different", short("I chose mask 1. " * 15)),
    ("7.4", "words without sense", "repeat|different|sentence|words|same", short("blah 1 " * 30)),
    ("7.4", "to do", "todo|words|short|write", short("TODO")),
    ("7.4", "a list of words", "text|one text|string", (photo, WORDS.split())),
    ("7.4", "a number", "text|words", (photo, 42)),
    ("7.4", "a file's name", "text|words|file|short", short("reflection.md")),
    ("7.4", "empty", "empty|words|nothing", short("")),
    ("7.4", "the two swapped", "order|swapped|photo", (WORDS, photo)),
    ("7.4", "numbers alone", "words|sentence|number", short(" ".join(str(n) for n in range(60)))),
    ("7.5", "not written", "reflection|italics", Later(lambda: changed("m_none", lambda folder: None))),
    ("7.5", "in another file", "README|reflection", Later(lambda: changed("m_beside", beside))),
    (
        "7.5",
        "at the end of the README",
        "heading|under|reflection|place",
        Later(lambda: changed("m_end", at_the_end)),
    ),
    ("7.5", "too short", "words|short", readme("It went well, 1 hole.")),
    (
        "7.5",
        "no number",
        "number",
        readme(TEXT_3),
    ),
    ("7.5", "blah", "same|repeat|words|different", readme("blah " * 45 + "3")),
    ("7.5", "README's path", "folder|file", Later(lambda: workshop().folder / "README.md")),
    ("7.5", "masks gone", "mask", Later(lambda: changed("m_masks", no_masks))),
    ("7.5", "the text", "path|folder", WORDS),
    ("7.5", "not there", "nothing at", PLACE / "my_folder"),
    ("7.5", "the workshop", "path|folder", Later(workshop)),
    ("7.5", "an empty folder", "missing|README|empty", Later(lambda: _empty())),
    (
        "7.5",
        "the question",
        "said again|question",
        readme(TEXT_4),
    ),
]


def _empty() -> Path:
    folder = PLACE / "m_empty"
    folder.mkdir(exist_ok=True)
    return folder
