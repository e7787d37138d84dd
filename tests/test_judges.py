"""Each usual mistake gets its own words, to the letter, and what is accepted ends where it should."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from segwidgets import Prompt
from segwidgets.course.judges import (
    NEAR_PX,
    judge_array,
    judge_box,
    judge_choice,
    judge_mask,
    judge_number,
    judge_point,
    run,
)
from segwidgets.course.registry import NotYet, YourTurn
from segwidgets.locale.phrases import Phrases

GOLDEN = Path(__file__).parent / "data" / "hints.json"
HEIGHT, WIDTH = 90, 120


def rectangle(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y0:y1, x0:x1] = True
    return mask


TARGET = rectangle(60, 20, 100, 40)  # 40 x 20; x and y swapped, it lies elsewhere
LOW = rectangle(0, 60, 30, 90)
DISK = TARGET & (np.hypot(*(np.indices(TARGET.shape) - np.array([30, 80])[:, None, None])) < 9)
COLOURS = np.arange(24, dtype=np.float32).reshape(2, 4, 3) / 100
INTEGERS = np.arange(6).reshape(2, 3)

Ask = Callable[[Phrases], Any]


def point(answer: Any, target: np.ndarray = TARGET) -> Ask:
    return lambda tr: judge_point(answer, target, tr)


def box(answer: Any, **named: Any) -> Ask:
    return lambda tr: judge_box(answer, TARGET, tr, **named)


def mask(answer: Any, reference: np.ndarray = TARGET, **named: Any) -> Ask:
    return lambda tr: judge_mask(answer, reference, tr, **named)


def number(answer: Any, expected: float, *tolerance: float, **named: Any) -> Ask:
    return lambda tr: judge_number(answer, expected, tr, *tolerance, **named)


def choice(answer: Any, right: Any = "b", **named: Any) -> Ask:
    return lambda tr: judge_choice(answer, right, tr, **named)


def array(answer: Any, expected: np.ndarray = COLOURS, *tolerance: float) -> Ask:
    return lambda tr: judge_array(answer, expected, tr, *tolerance)


def call(function: Any, *arguments: Any) -> Ask:
    return lambda tr: run(function, tr, *arguments)


def spoil(given: np.ndarray) -> int:
    given[0] = 7
    return 1


def leave(*_: Any) -> None:
    raise SystemExit(3)


ASKED: dict[str, Ask] = {
    # a point
    "numbers as texts": point(("70", "30")),
    "two points": point(Prompt([(70, 30), (71, 30)])),
    "a point and a box": point(Prompt([(70, 30)], box=(60, 20, 100, 40))),
    "a background point": point(Prompt([(70, 30)], [0])),
    "a prompt of one point": point(Prompt([(70, 30)])),
    "three numbers": point((1, 2, 3)),
    "one number": point(5),
    "words for a point": point("middle"),
    "a point of nothing": point((None, 1)),
    "a point at infinity": point((float("inf"), 1)),
    "the first pixel": point((60, 20)),
    "the last pixel": point([99.9, 39.9]),
    "a point in an array": point(np.array([[70, 30]])),
    "x and y swapped": point((30, 70)),
    "shares": point((0.6, 0.3)),
    "shares of one": point((1, 0)),
    "more than shares": point((1.1, 0)),
    "nothing but zeros": point((0, 0)),
    "left of the photo": point((-1, 30)),
    "above the photo": point((70, -1)),
    "right of the photo": point((120, 30)),
    "beneath the photo": point((70, 90)),
    "the photo's last pixel": point((119, 89)),
    "a zero with the object in the corner": point((0, 89.5), LOW),
    "just beside it": point((60.5 - NEAR_PX, 30.5)),
    "beside it": point((60.4 - NEAR_PX, 30.5)),
    "just beneath it": point((70.5, 39.5 + NEAR_PX)),
    # a box
    "the tight box": box((60, 20, 100, 40)),
    "a prompt's box": box(Prompt(box=(60, 20, 100, 40))),
    "a prompt without a box": box(Prompt([(70, 30)])),
    "three numbers for a box": box([1, 2, 3]),
    "words for a box": box("all"),
    "a box of 0.8": box((60, 20, 100, 36)),
    "a box of less": box((60, 20, 100, 35.9)),
    "a box of 0.8 where more is asked": box((60, 20, 100, 36), at_least=0.9),
    "a width and a height": box((60, 20, 40, 20)),
    "a box with x and y swapped": box((20, 60, 40, 100)),
    "a box in shares": box((0.5, 0.2, 0.8, 0.4)),
    "a box of zeros": box((0, 0, 0, 0)),
    "corners in the wrong order": box((100, 40, 60, 20)),
    "left and right in the wrong order": box((100, 20, 60, 40)),
    "top and bottom in the wrong order": box((60, 40, 100, 20)),
    "a box of no width": box((60, 20, 60, 40)),
    "a box of no height": box((60, 20, 100, 20)),
    "a box that leaves the photo at the left": box((-1, 20, 100, 40)),
    "a box that leaves the photo at the top": box((60, -1, 100, 90)),
    "a box that leaves the photo at the right": box((60, 20, 121, 90)),
    "a box that leaves the photo at the bottom": box((60, 20, 100, 91)),
    "a box as large as the photo": box((0, 0, 120, 90)),
    "a box beside it": box((0, 60, 30, 90)),
    "a box that holds more": box((62, 22, 118, 88)),
    "a box that cuts off the left": box((63, 10, 100, 90)),
    "a box that cuts off the top": box((50, 23, 110, 90)),
    "a box that cuts off the right": box((50, 10, 97, 90)),
    "a box that cuts off the bottom": box((50, 0, 110, 37)),
    # a mask
    "the mask itself": mask(TARGET.copy()),
    "a mask of 0.9": mask(rectangle(60, 20, 100, 38)),
    "a mask of less": mask(rectangle(60, 20, 99, 38)),
    "a mask of less where less is asked": mask(rectangle(60, 20, 99, 38), at_least=0.8),
    "another mask that counts": mask(LOW, also=(rectangle(0, 0, 9, 9), LOW)),
    "an empty mask": mask(TARGET & False),
    "a full mask": mask(TARGET | True),
    "a mask inside out": mask(~TARGET),
    "a mask mirrored": mask(TARGET[:, ::-1]),
    "a mask upside down": mask(TARGET[::-1]),
    "a mask elsewhere": mask(rectangle(5, 70, 25, 90)),
    "a mask that was moved": mask(rectangle(5, 70, 45, 90)),
    "a mask that is too thick": mask(rectangle(57, 17, 103, 43)),
    "a mask that is too thin": mask(rectangle(63, 23, 97, 37)),
    "a box too large for a round thing": mask(rectangle(40, 10, 110, 60), DISK),
    "a leak to the left": mask(TARGET | rectangle(0, 25, 60, 35)),
    "a leak at the bottom left": mask(TARGET | rectangle(5, 70, 35, 89)),
    "a leak at the bottom": mask(TARGET | rectangle(45, 65, 75, 89)),
    "a leak at the bottom right": mask(TARGET | rectangle(85, 65, 115, 89)),
    "a leak at the top left and a small one": mask(
        TARGET | rectangle(0, 0, 20, 20) | rectangle(0, 80, 5, 85)
    ),
    "a leak at the left": mask(TARGET | rectangle(0, 35, 30, 55)),
    "a leak at the right": mask(TARGET | rectangle(85, 40, 115, 58)),
    "a leak in the middle": mask(TARGET | rectangle(45, 40, 70, 60)),
    "a leak as large as what is missing": mask(rectangle(60, 20, 80, 40) | rectangle(0, 0, 20, 20)),
    "the left half missing": mask(rectangle(80, 20, 100, 40)),
    "the right half missing": mask(rectangle(60, 20, 80, 40)),
    "candidates": mask(SimpleNamespace(masks=[TARGET])),
    "candidates that know the best": mask(SimpleNamespace(best_mask=TARGET)),
    "a prompt for a mask": mask(Prompt([(1, 1)])),
    "a list for a mask": mask([1, 2]),
    "a stack of masks": mask(np.stack([TARGET] * 3)),
    "a mask with its sides swapped": mask(TARGET.T.copy()),
    "low-resolution logits": mask(np.zeros((256, 256), np.float32)),
    "a mask of another size": mask(np.zeros((45, 60), bool)),
    "a mask of numbers": mask(TARGET.astype(np.uint8)),
    # a number
    "the number": number(3, 3),
    "the number in an array": number(np.array([[3.0]]), 3),
    "the number of a library": number(np.float32(3), 3),
    "true for a number": number(True, 1),
    "a text for a number": number("3", 3),
    "two numbers for one": number(np.array([3, 3], np.int64), 3),
    "as far off as may be": number(3.5, 3, 0.5),
    "farther off": number(3.6, 3, 0.5),
    "too little": number(2.4, 3, 0.5),
    "a mistake that is known": number(7, 3, hints={5: "five", 7: "seven"}),
    "a mistake within the tolerance": number(7.4, 3, 0.5, hints={7: "seven"}),
    "a mistake beyond the tolerance": number(7.6, 3, 0.5, hints={7: "seven"}),
    "percent for a share": number(25, 0.25),
    "a share for percent": number(0.25, 25),
    "a share for percent, about": number(0.254, 25, 0.5),
    "a share for percent, just": number(0.75, 25, 0.5),
    "a share for percent, too far": number(0.76, 25, 0.5),
    "percent for a share, about": number(25.5, 0.25, 0.01),
    "nothing where nothing is right": number(0.5, 0),
    # a choice
    "the right choice": choice(" B\n"),
    "another choice": choice("a", hints={"c": "no c", "a": "no a"}),
    "none of the choices": choice("d", hints={"a": "no a"}),
    "a choice of a library": choice(np.int64(2), 2),
    "a choice of another kind": choice(1, True, hints={True: "never"}),
    "a hint of another kind": choice(1, 2, hints={True: "never"}),
    # an array
    "the array": array(COLOURS.copy()),
    "an array as far off as may be": array(COLOURS + np.float32(0.009), COLOURS, 0.01),
    "an array farther off": array(COLOURS + np.float32(0.02), COLOURS, 0.01),
    "a list for an array": array([1, 2]),
    "the wrong kind of numbers": array(np.zeros((2, 4, 3), np.int64)),
    "no number": array(np.full_like(COLOURS, np.nan)),
    "one value that is off": array(COLOURS + (np.arange(24).reshape(2, 4, 3) == 5).astype(np.float32)),
    "a hundredth of the values": array(np.r_[5.0, np.zeros(999)], np.zeros(1000)),
    "red and blue swapped": array(COLOURS[:, :, ::-1].copy()),
    "red and blue swapped on the first axis": array(COLOURS.T[::-1].copy(), COLOURS.T.copy()),
    "255 times as much": array(COLOURS * 255),
    "255 times too little": array(COLOURS, COLOURS * 255),
    "channels first": array(COLOURS.transpose(2, 0, 1).copy()),
    "channels last": array(COLOURS, COLOURS.transpose(2, 0, 1).copy()),
    "a batch of one": array(COLOURS[None]),
    "a batch of two": array(np.stack([COLOURS] * 2)),
    "swapped axes": array(COLOURS.transpose(1, 0, 2).copy()),
    "swapped axes of two": array(INTEGERS.T.copy(), INTEGERS),
    "another shape": array(INTEGERS),
    "no colours": array(COLOURS[..., 0], COLOURS),
    "a row too many": array(np.zeros(4), np.zeros(3)),
    # a function
    "no function": call(5),
    "an array for a function": call(np.zeros((2, 3), np.uint8)),
    "a function that stops": call(lambda value: value / 0, 1),
    "a function that leaves": call(leave, 1),
    "a function that changes what it is given": call(spoil, np.zeros(3, int)),
    "a function": call(lambda a, b: a + b, 1, 2),
    "a function of an array": call(lambda a, b: a.sum() + b, np.ones(3, int), 2),
    "a function without an answer": call(lambda: None),
    "a function that is not written yet": call(lambda: ...),
}


def told(ask: Ask, lang: str) -> str:
    """The hint, or what was accepted."""
    try:
        value = ask(Phrases(lang))
    except NotYet as error:
        return str(error)
    except YourTurn:
        return "-> your turn"
    if isinstance(value, tuple):
        return "-> " + " ".join(f"{float(part):.4f}" for part in value)
    return "-> accepted" if value is None else f"-> {float(value):.4f}"


def hints() -> dict[str, list[str]]:
    return {name: [told(ask, lang) for lang in ("en", "es")] for name, ask in ASKED.items()}


def test_what_the_judges_say_stays_the_same_to_the_letter() -> None:
    """Changed on purpose? `python -m tests.test_judges` writes the words anew; read the difference."""
    assert hints() == json.loads(GOLDEN.read_text("utf-8"))


def test_true_of_numpy_is_no_number_either() -> None:
    assert told(number(np.bool_(True), 1), "en").startswith("One number is asked for; this is bool")


def test_a_student_who_stops_the_notebook_stops_it() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(stop, Phrases("en"))


def test_what_a_function_changes_is_a_copy() -> None:
    mine = np.zeros(3, int)
    with pytest.raises(NotYet, match="work on a copy"):
        run(spoil, Phrases("en"), mine)
    assert mine.tolist() == [0, 0, 0]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(hints(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{GOLDEN}\n")
