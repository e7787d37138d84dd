"""Wrong answers to lesson 7."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segwidgets import ClickSegmenter, Prompt, load_image
from segwidgets.course import reference_mask
from tests.answers.workshops import PLACE, REFLECTION, changed, workshop, write_reflection
from tests.unlisted import Later

photo = load_image("coffee")
cup = reference_mask("coffee", "cup")
rows, columns = np.where(cup)
inside = [(int(columns[i]), int(rows[i])) for i in (len(rows) // 3, len(rows) // 2)]
good = Prompt(inside)
height, width = cup.shape
islands = cup.copy()
for place in range(0, 60, 12):
    islands[4 + place : 9 + place, 4:9] = True
holes = cup.copy()
for x, y in inside:
    holes[y - 3 : y + 3, x - 3 : x + 3] = False


def readme(text: str) -> Later:
    def change(folder: Path) -> None:
        path = folder / "README.md"
        before, after = path.read_text("utf-8").split("## Reflection\n")
        path.write_text(f"{before}## Reflection\n\n{text}\n\n{after[after.index('## ') :]}", "utf-8")

    return Later(lambda: changed(f"reflection_{abs(hash(text))}", change))


UNLISTED = [
    ("7.1", "prompt alone", "parentheses|photo", good),
    ("7.1", "the two swapped", "swapped|order|photo must", (good, photo)),
    ("7.1", "one click", "single click|One click", (photo, Prompt(inside[:1]))),
    ("7.1", "background alone", "background", (photo, Prompt([(5, 9), (40, 50)], [0, 0]))),
    ("7.1", "outside", "outside", (photo, Prompt([inside[0], (2000, 40)]))),
    ("7.1", "shares", "shares", (photo, Prompt([(0.4, 0.5), (0.6, 0.5)]))),
    ("7.1", "the same point twice", "same point", (photo, Prompt([inside[0], inside[0]]))),
    ("7.1", "both at once", "both", (photo, Prompt([inside[0], inside[0]], [1, 0]))),
    ("7.1", "whole photo", "whole photo", (photo, Prompt(box=(0, 0, width, height)))),
    ("7.1", "a tiny box", "box", (photo, Prompt(box=(100, 100, 101, 101)))),
    ("7.1", "points without Prompt", "Prompt", (photo, inside)),
    ("7.1", "the name of the photo", "load_image|photo", ("coffee", good)),
    ("7.1", "empty", "empty", (photo, Prompt())),
    ("7.1", "the corners", "border|corner", (photo, Prompt([(0, 0), (width - 1, height - 1)]))),
    (
        "7.1",
        "two points a pixel apart",
        "same|close|near|apart",
        (photo, Prompt([inside[0], (inside[0][0] + 1, inside[0][1])])),
    ),
    ("7.1", "x and y swapped", "swapped", (photo, Prompt([(100, 550), (120, 580)]))),
    ("7.2", "beside the points", "point|lie", (photo, good, np.roll(cup, 200, axis=1))),
    ("7.2", "background within", "background", (photo, Prompt([*inside], [1, 0]), cup)),
    (
        "7.2",
        "one pixel",
        "pixel|small",
        (
            photo,
            Prompt([inside[0]]),
            _one := np.eye(1, dtype=bool)
            if False
            else (np.indices(cup.shape)[0] == inside[0][1]) & (np.indices(cup.shape)[1] == inside[0][0]),
        ),
    ),
    (
        "7.2",
        "everything but the background point",
        "nearly|almost|whole|everything",
        (
            photo,
            Prompt([inside[0], (5, 5)], [1, 0]),
            ~((np.indices(cup.shape)[0] == 5) & (np.indices(cup.shape)[1] == 5)),
        ),
    ),
    ("7.2", "nothing", "empty", (photo, good, np.zeros_like(cup))),
    ("7.2", "everything", "whole photo", (photo, good, np.ones_like(cup))),
    ("7.2", "another photo's", "size|photo", (photo, good, reference_mask("cat", "cat"))),
    ("7.2", "three masks", "three|several|one of them", (photo, good, np.stack([cup] * 3))),
    ("7.2", "mask alone", "parentheses", cup),
    ("7.2", "photo missing", "parentheses", (good, cup)),
    ("7.2", "inverse", "inside out|point|lie", (photo, good, ~cup)),
    ("7.2", "order", "order|photo must|Prompt", (photo, cup, good)),
    ("7.2", "transposed", "Height and width are swapped", (photo, good, cup.T)),
    ("7.2", "the photo", "picture", (photo, good, photo)),
    (
        "7.2",
        "a rectangle",
        "box|rectangle",
        (
            photo,
            Prompt(box=(100, 60, 400, 300)),
            (np.indices(cup.shape)[0] >= 60)
            & (np.indices(cup.shape)[0] < 300)
            & (np.indices(cup.shape)[1] >= 100)
            & (np.indices(cup.shape)[1] < 400),
        ),
    ),
    ("7.3", "another object", "little in common", (cup, np.roll(cup, 200, axis=1))),
    ("7.3", "more islands", "island|piece", (cup, islands)),
    ("7.3", "more holes", "hole", (cup, holes)),
    ("7.3", "the two swapped", "swapped|hole|before", (cup, holes)),
    ("7.3", "one mask", "parentheses", cup),
    ("7.3", "emptied", "empty", (cup, np.zeros_like(cup))),
    ("7.3", "everything", "whole photo", (cup, np.ones_like(cup))),
    ("7.3", "inverted", "inside out", (cup, ~cup)),
    ("7.3", "two sizes", "size|shape", (cup, reference_mask("cat", "cat"))),
    ("7.3", "photo and mask", "photo|image", (photo, cup)),
    (
        "7.3",
        "half of it",
        "little in common",
        (cup, cup & (np.arange(width) < int(columns.mean()))),
    ),
    ("7.3", "three of them", "parentheses|two", (cup, cup, cup)),
    ("7.4", "short", "words", "It works well, IoU 0.9."),
    (
        "7.4",
        "no number",
        "number",
        (
            "The mask of the cup came out well and I chose it because its outline follows the "
            "rim, while the others took in the spoon and a bit of the saucer, which I had not "
            "expected at all, since the click lay in the middle of the coffee and the edge there "
            "is quite clear."
        ),
    ),
    ("7.4", "one word again and again", "again|different", "mask 1 " * 40),
    ("7.4", "blah", "again|different", "blah " * 45 + "3"),
    ("7.4", "not a text", "text", 0.93),
    ("7.4", "a list of sentences", "text", ["I expected", "the cup"]),
    ("7.4", "numbers alone", "words|numbers", " ".join(str(i) for i in range(60))),
    (
        "7.4",
        "the task",
        "task|instructions|own words|question",
        (
            "At least 40 words: what did you expect, what came, which of the masks did you choose "
            "and why, where does it fail? With at least one number that you measured. Hand in the "
            "mask before and after mending it, whether by clean, by another prompt or by hand."
        ),
    ),
    (
        "7.4",
        "lorem ipsum",
        "own words|Latin|lorem|filler",
        (
            "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor "
            "incididunt ut labore et dolore magna aliqua ut enim ad minim veniam quis nostrud "
            "exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat duis aute irure "
            "dolor in reprehenderit in 42"
        ),
    ),
    (
        "7.4",
        "the lesson's own",
        "lesson|own words|copy|solution",
        (
            "I expected one click into the coffee to give the cup, and got cup and saucer. With a "
            "box, a point on the handle and a background point on the spoon the cup came alone. "
            "SAM rates masks 2 and 3 higher, but they take in the spoon's handle: I chose mask 1. "
            "It has 1 hole, the gap in the cup's handle, which I left open because there is no "
            "cup there."
        ),
    ),
    ("7.4", "a path", "words|text", "workshop/README.md"),
    ("7.5", "not written", "reflection", Later(lambda: workshop().folder)),
    ("7.5", "README", "file", Later(lambda: workshop().folder / "README.md")),
    ("7.5", "nothing there", "nothing at", PLACE / "mine"),
    ("7.5", "25 times blah", "again|different", readme("blah " * 25)),
    ("7.5", "three words", "word|reflection", readme("It went well.")),
    (
        "7.5",
        "no number",
        "number",
        readme(
            "I chose this mask since its contour follows the cup and nothing of the saucer is in "
            "it, while the two others leak into the spoon and the table, which I had expected to "
            "be a problem because the colours of both are nearly the same there, and a background "
            "point helped."
        ),
    ),
    (
        "7.5",
        "no masks",
        "mask",
        Later(
            lambda: changed(
                "mine_no_masks",
                lambda f: (write_reflection(f), [p.unlink() for p in (f / "output_masks").glob("*.png")]),
            )
        ),
    ),
    (
        "7.5",
        "no GIF",
        "GIF|process",
        Later(
            lambda: changed(
                "mine_no_gif", lambda f: (write_reflection(f), [p.unlink() for p in f.rglob("*.gif")])
            )
        ),
    ),
    ("7.5", "the reflection itself", "path", REFLECTION),
    ("7.5", "the result", "path|reflection", Later(workshop)),
    ("7.5", "the widget", "path", Later(lambda: ClickSegmenter("coffee"))),
    (
        "7.5",
        "lorem ipsum",
        "own words|Latin|lorem|filler",
        readme(
            "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor "
            "incididunt ut labore et dolore magna aliqua ut enim ad minim veniam quis nostrud "
            "exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat 42"
        ),
    ),
]
