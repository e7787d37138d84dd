"""Exercises accept every right answer, and meet each usual mistake with a hint that fits it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage.measure import label

from segwidgets import Prompt, Segmenter, clean, sample_image, segment_semantic
from segwidgets.course.checks import check, judge
from segwidgets.course.exercises._references import _references, pack, reference_mask, unpack
from segwidgets.course.registry import exercises
from segwidgets.course.solved import progress_table, read_progress, record
from segwidgets.locale.catalogues import translations
from segwidgets.locale.notebook import set_language
from segwidgets.masks import find_islands
from tests import answers_on_files

ROOT = Path(__file__).resolve().parent.parent


@cache
def candidates(name: str, *points: tuple[float, ...], box: tuple[float, ...] | None = None) -> Any:
    """SAM's answer on a sample photo to points (x, y) or (x, y, label), once DeepLab has looked."""
    prompt = Prompt([p[:2] for p in points], [int(p[2]) if len(p) == 3 else 1 for p in points], box)
    return Segmenter(name).predict(prompt).with_semantic(segment_semantic(name))


def inside(mask: np.ndarray, step: int = 37) -> list[tuple[int, int]]:
    """Points (x, y) spread over a mask."""
    ys, xs = np.nonzero(mask)
    return [(int(x), int(y)) for x, y in zip(xs[::step], ys[::step], strict=True)]


def shifted(mask: np.ndarray, pixels: int) -> np.ndarray:
    return np.roll(mask, pixels, axis=1)


def nearest(class_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    picture = Image.fromarray(class_map.astype(np.uint8))
    return np.asarray(picture.resize(size[::-1], Image.Resampling.NEAREST))


def bilinear(class_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    picture = Image.fromarray(class_map.astype(np.uint8))
    return np.asarray(picture.resize(size[::-1], Image.Resampling.BILINEAR))


def indexed(class_map: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    rows = np.arange(size[0]) * class_map.shape[0] // size[0]
    return class_map[rows[:, None], np.arange(size[1]) * class_map.shape[1] // size[1]]


def atrous(values: Any, kernel: Any, rate: int, row: int, column: int) -> Any:
    steps = rate * np.array([-1, 0, 1])
    return (values[np.ix_(row + steps, column + steps)] * kernel).sum()


def iou_of_boxes(first: Any, second: Any) -> float:
    width = max(min(first[2], second[2]) - max(first[0], second[0]), 0)
    height = max(min(first[3], second[3]) - max(first[1], second[1]), 0)
    return width * height / (box_area(first) + box_area(second) - width * height)


def box_area(box: Any) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def unclamped_iou(first: Any, second: Any) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return width * height / (box_area(first) + box_area(second) - width * height)


def majority(class_map: np.ndarray, mask: np.ndarray) -> Any:
    return np.bincount(class_map[mask]).argmax()


def common_area(first: Any, second: Any) -> float:
    iou = iou_of_boxes(first, second)
    return iou * (box_area(first) + box_area(second)) / (1 + iou)


ROCKET = reference_mask("rocket", "rocket")
HELMET = reference_mask("astronaut", "helmet")

CAT = sample_image("cat")
MEAN, STD = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])


def model_size(height: int, width: int) -> tuple[float, float]:
    scale = 1024 / max(height, width)
    return height * scale, width * scale


def to_square(image: np.ndarray, top: int = 0, left: int = 0) -> np.ndarray:
    square = np.zeros((3, 1024, 1024), np.float32)
    square[:, top : top + image.shape[0], left : left + image.shape[1]] = image.transpose(2, 0, 1)
    return square


def changes_its_input(image: np.ndarray) -> np.ndarray:
    image //= 2
    return image


@cache
def cat_leak() -> dict[str, float]:
    """What lesson 5 asks of DeepLab's cat, and what may be mistaken for it."""
    named, truth = segment_semantic("cat").mask("cat"), reference_mask("cat", "cat")
    leak, miss, area = (int(m.sum()) for m in (named & ~truth, truth & ~named, named))
    return {"share": leak / area, "px": leak, "of_reference": leak / truth.sum(), "miss": miss / truth.sum(),
            "of_photo": leak / truth.size, "not_iou": (leak + miss) / (area + miss)}  # fmt: skip


def pieces(mask: np.ndarray, connectivity: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Numbered pieces of a mask, and their areas by number with the background's first."""
    regions = label(mask, connectivity=connectivity)
    return regions, np.bincount(regions.ravel())


def largest_piece(mask: np.ndarray, connectivity: int = 2) -> np.ndarray:
    regions, areas = pieces(mask, connectivity)
    return regions == 1 + areas[1:].argmax()


ASTRONAUT = reference_mask("astronaut", "person")


RIGHT: list[tuple[str, Any]] = [
    *[("0.1", point) for point in inside(HELMET, 997)],
    ("0.1", [400, 450]),
    ("0.1", np.array([[400.5, 450.2]])),
    ("0.1", Prompt([(400, 450)])),
    ("0.2", 135300),
    ("0.2", np.int64(135300)),
    ("0.2", 135300.0),
    ("0.3", ROCKET),
    ("0.3", lambda: candidates("rocket", (322, 200)).best_mask),
    ("1.1", CAT),
    ("1.1", CAT[:, :, ::-1][:, :, [2, 1, 0]]),
    ("1.2", lambda h, w: tuple(round(side) for side in model_size(h, w))),
    ("1.2", lambda h, w: np.round(model_size(h, w)).astype(int)),
    ("1.3", lambda image: (image - MEAN) / STD),
    ("1.3", lambda image: ((image / 255 - MEAN / 255) / (STD / 255)).astype(np.float32)),
    ("1.4", to_square),
    ("1.4", lambda image: to_square(image).astype(np.float64)),
    ("1.5", lambda x, y, h, w: (x * max(h, w) / 1024, y * max(h, w) / 1024)),
    ("1.5", lambda x, y, h, w: np.round([x / 1024 * max(h, w), y / 1024 * max(h, w)])),
    ("5.1", lambda mask, truth: 2 * (mask & truth).sum() / (mask.sum() + truth.sum())),
    ("5.1", lambda mask, truth: 1 - (mask ^ truth).sum() / (mask.sum() + truth.sum())),
    ("5.1", lambda mask, truth: 2 / ((mask | truth).sum() / (mask & truth).sum() + 1)),
    ("5.2", lambda: cat_leak()["share"]),
    ("5.2", 0.066),
    ("5.3", largest_piece),
    ("5.3", lambda mask: clean(mask, fill_holes=False, min_island_share=1)),
    ("5.3", lambda mask: ~find_islands(mask) & mask),
    ("5.4", ASTRONAUT),
    ("5.4", lambda: clean(candidates("astronaut", (172, 338)).best_mask)),
    ("5.4", lambda: clean(candidates("astronaut", (220, 90)).best_mask)),
    *answers_on_files.RIGHT,
    ("3.1", 0.594),
    ("3.1", 0.59),
    ("3.1", lambda: segment_semantic("grace_hopper").mask("person").mean()),
    ("3.2", "background"),
    ("3.2", np.str_("background")),
    ("3.3", nearest),
    ("3.3", indexed),
    ("3.3", lambda m, size: nearest(m, size).astype(np.int64)),
    ("3.4", atrous),
    ("3.4", lambda v, k, r, i, j: float(atrous(v, k, r, i, j))),
    ("2.1", HELMET),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks[1]),
    ("2.2", (280, 344, 512, 512)),
    ("2.2", [270, 335, 512, 512]),
    ("2.2", Prompt(box=(290, 350, 510, 510))),
    ("2.3", lambda: candidates("grace_hopper", box=(14, 24, 511, 600)).best_mask),
    ("2.3", reference_mask("grace_hopper", "person")),
    ("2.4", lambda logits: (logits > 1).sum() / (logits > -1).sum()),
    ("2.4", lambda logits: float(np.mean(logits > 1) / np.mean(logits > -1))),
    ("4.1", 432),
    ("4.2", iou_of_boxes),
    ("4.2", lambda a, b: np.float64(iou_of_boxes(a, b))),
    ("4.3", majority),
    ("4.3", lambda m, mask: int(max(range(21), key=lambda c: (m[mask] == c).sum()))),
    ("4.4", lambda: reference_mask("cat", "cat")),
    ("4.4", lambda: candidates("cat", (250, 170)).masks[1]),
]
"""Answers that must pass; what takes a model is a function without arguments (see `answer_of`)."""

WRONG: list[tuple[str, Any, str]] = [
    ("0.1", (470, 370), "swapped") if HELMET[470, 370] else ("0.1", (500, 360), "swapped"),
    ("0.1", (100, 100), "does not lie on"),
    ("0.1", (600, 100), "outside the photo"),
    ("0.1", (0.8, 0.9), "shares"),
    ("0.1", (1, 2, 3), "two numbers"),
    ("0.1", "here", "Numbers are asked"),
    ("0.1", (float("nan"), 3), "finite"),
    ("0.1", Prompt([(400, 450)], [0]), "label is 0"),
    ("0.1", Prompt([(400, 450), (1, 1)], [1, 0]), "One point"),
    ("0.2", 405900, "three for each pixel"),
    ("0.2", 751, "multiplied"),
    ("0.2", (300, 451), "One number"),
    ("0.2", True, "One number"),
    ("0.2", 100, "too little"),
    ("0.3", np.zeros_like(ROCKET), "empty"),
    ("0.3", np.ones_like(ROCKET), "whole photo"),
    ("0.3", ~ROCKET, "inside out"),
    ("0.3", ROCKET.astype(np.uint8) * 255, "not boolean"),
    ("0.3", ROCKET.astype(float), "not boolean"),
    ("0.3", ROCKET.T, "swapped"),
    ("0.3", ROCKET[None], "one of them"),
    ("0.3", ROCKET[::2, ::2], "shape"),
    ("0.3", np.zeros((256, 256), bool), "low-resolution"),
    ("0.3", ROCKET[::-1], "mirrored"),
    ("0.3", shifted(ROCKET, 5), "IoU 0.6"),
    ("0.3", Prompt([(322, 200)]), "prompt"),
    ("0.3", "mask", "boolean array"),
    ("0.3", lambda: candidates("rocket", (322, 200)), "all candidates"),
    ("0.3", lambda: candidates("rocket", (322, 200)).masks[2], "negative point"),
    ("1.1", CAT[:, :, ::-1], "Red and blue"),
    ("1.1", CAT.transpose(2, 0, 1), "channels are on the wrong axis"),
    ("1.1", CAT.astype(float), "dtype"),
    ("1.1", CAT[::-1], "of the values are not"),
    ("1.1", CAT[None], "batch axis"),
    ("1.1", CAT.transpose(1, 0, 2), "axes are swapped"),
    ("1.1", CAT[:10], "shape is"),
    ("1.1", "rgb", "An array"),
    ("1.2", lambda h, w: tuple(int(side) for side in model_size(h, w)), "cuts off"),
    ("1.2", model_size, "round them"),
    ("1.2", lambda h, w: tuple(round(side) for side in model_size(h, w))[::-1], "swapped"),
    ("1.2", lambda h, w: (1024, 1024), "distorts"),
    ("1.2", lambda h, w: (round(1024 * h / min(h, w)), round(1024 * w / min(h, w))), "shortest"),
    ("1.2", lambda h, w: 3, "two numbers"),
    ("1.2", lambda h: h, "stopped with TypeError"),
    ("1.2", (681, 1024), "A function"),
    ("1.3", lambda image: image - MEAN, "divide"),
    ("1.3", lambda image: image / STD, "not taken away"),
    ("1.3", lambda image: image - MEAN / STD, "parentheses"),
    ("1.3", lambda image: (image / 255 - MEAN) / STD, "scales"),
    ("1.3", lambda image: image / 255, "0 to 1"),
    ("1.3", lambda image: image / 127.5 - 1, "DeepLab"),
    ("1.3", lambda image: (image - image.mean((0, 1))) / image.std((0, 1)), "photo's own"),
    ("1.3", lambda image: ((image - MEAN) / STD)[:, :, ::-1], "Red and blue"),
    ("1.3", changes_its_input, "work on a copy"),
    ("1.4", lambda image: to_square(image).transpose(1, 2, 0), "wrong axis"),
    (
        "1.4",
        lambda image: to_square(image, (1024 - image.shape[0]) // 2, (1024 - image.shape[1]) // 2),
        "top left",
    ),
    ("1.4", lambda image: image.transpose(2, 0, 1), "shape is"),
    (
        "1.4",
        lambda image: to_square(image.reshape(3, *image.shape[:2]).transpose(1, 2, 0)),
        "transpose moves the axes",
    ),
    ("1.5", lambda x, y, h, w: (x * 1024 / max(h, w), y * 1024 / max(h, w)), "divides"),
    ("1.5", lambda x, y, h, w: (y * max(h, w) / 1024, x * max(h, w) / 1024), "swapped"),
    ("1.5", lambda x, y, h, w: (x * w / 1024, y * h / 1024), "is not the point"),
    ("1.5", lambda x, y, h, w: x, "two numbers"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / (mask | truth).sum(), "the IoU"),
    ("5.1", lambda mask, truth: 2 * (mask & truth).sum() / (mask | truth).sum(), "union"),
    ("5.1", lambda mask, truth: 2 * (mask & truth).sum() / (mask + truth).sum(), "union"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / (mask.sum() + truth.sum()), "Half"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / mask.sum(), "precision"),
    ("5.1", lambda mask, truth: (mask & truth).sum() / truth.sum(), "recall"),
    ("5.1", lambda mask, truth: (mask == truth).mean(), "both agree"),
    ("5.1", lambda mask, truth: (mask & truth).sum(), "divided by something"),
    ("5.1", lambda mask, truth: 200 * (mask & truth).sum() / (mask.sum() + truth.sum()), "percent"),
    ("5.1", lambda mask: 1, "stopped with TypeError"),
    ("5.1", 0.8, "A function"),
    ("5.2", lambda: cat_leak()["of_reference"], "reference's area"),
    ("5.2", lambda: cat_leak()["of_photo"], "whole photo"),
    ("5.2", lambda: 1 - cat_leak()["share"], "lies inside"),
    ("5.2", lambda: cat_leak()["miss"], "misses"),
    ("5.2", lambda: cat_leak()["not_iou"], "1 − IoU"),
    ("5.2", lambda: cat_leak()["px"], "what share"),
    ("5.2", lambda: 100 * cat_leak()["share"], "percent"),
    ("5.3", lambda mask: mask, "All pieces"),
    ("5.3", lambda mask: pieces(mask)[0] == pieces(mask)[1].argmax(), "background"),
    ("5.3", lambda mask: clean(mask, min_island_share=1), "hole"),
    ("5.3", lambda mask: largest_piece(mask, connectivity=1), "corner"),
    ("5.3", lambda mask: pieces(mask)[0] == 1, "first piece"),
    ("5.3", find_islands, "islands"),
    ("5.3", lambda mask: pieces(mask)[0], "dtype"),
    ("5.3", lambda mask: largest_piece(mask).sum(), "An array"),
    ("5.4", lambda: candidates("astronaut", (172, 338)).best_mask, "IoU 0.97"),
    ("5.4", lambda: candidates("astronaut", (220, 90)).best_mask, "holes left"),
    ("5.4", lambda: clean(candidates("astronaut", (220, 90)).best_mask, min_island_share=0), "islands left"),
    ("5.4", lambda: candidates("astronaut", (172, 338)), "all candidates"),
    ("5.4", reference_mask("astronaut", "helmet"), "IoU 0.0"),
    ("5.4", ~ASTRONAUT, "inside out"),
    *answers_on_files.WRONG,
    ("3.1", 0.4059, "background"),
    ("3.1", 0.419, "astronaut"),
    ("3.1", 59.4, "percent"),
    ("3.1", 0.8, "too much"),
    ("3.1", np.zeros((600, 512), bool), "its mean"),
    ("3.2", "bottle", "wins"),
    ("3.2", "person", "not the second"),
    ("3.2", 0, "A name"),
    ("3.2", "shuttle", "none of the answers"),
    ("3.3", bilinear, "averaged"),
    ("3.3", lambda m, size: nearest(m, size[::-1]), "Height and width are swapped"),
    ("3.3", lambda m, size: m, "shape"),
    ("3.3", lambda m, size: Image.fromarray(nearest(m, size)), "np.asarray"),
    ("3.3", lambda m, size: nearest(m, size)[::-1], "places"),
    ("3.3", nearest(np.zeros((2, 2)), (4, 4)), "function"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k, 1, i, j), "rate 1"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k[::-1, ::-1], r, i, j), "turned round"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k.T, r, i, j), "rows and columns"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k, r, i + r, j + r), "centre"),
    ("3.4", lambda v, k, r, i, j: atrous(v, k, r, j, i), "Row and column"),
    ("3.4", lambda v, k, r, i, j: atrous(v, np.ones((3, 3)), r, i, j), "weights"),
    ("3.4", lambda v, k, r, i, j: v[i, j] * k, "One number"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks[0], "positive point"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks[2], "in the middle"),
    ("2.1", 1, "This is a number"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).masks, "one of them"),
    ("2.1", lambda: candidates("astronaut", (400, 450)).low_res_logits[1], "low-resolution"),
    ("2.2", (280, 344, 232, 168), "width, height"),
    ("2.2", (344, 280, 512, 512), "swapped"),
    ("2.2", (512, 512, 280, 344), "x0 must be smaller"),
    ("2.2", (0.55, 0.67, 1.0, 1.0), "shares"),
    ("2.2", (280, 344, 600, 600), "leaves the photo"),
    ("2.2", (0, 0, 100, 100), "does not touch"),
    ("2.2", (100, 100, 512, 512), "tighter"),
    ("2.2", (300, 400, 450, 512), "cuts off"),
    ("2.2", (280, 344), "four numbers"),
    ("2.2", Prompt([(400, 450)]), "no box"),
    ("2.3", lambda: candidates("grace_hopper", (260, 400)).best_mask, "is missing"),
    ("2.3", lambda: candidates("cat", (250, 170)).best_mask, "shape"),
    ("2.4", lambda logits: (logits > -1).sum() / (logits > 1).sum(), "upside down"),
    ("2.4", lambda logits: (logits > 1).sum() / ((logits > 1).sum() + (logits > -1).sum()), "both areas"),
    ("2.4", lambda logits: (logits > -1).sum() - (logits > 1).sum(), "number of pixels"),
    ("2.4", lambda logits: (logits > 1).mean(), "all pixels"),
    ("2.4", lambda logits: (logits > 1).sum() / (logits > 0).sum(), "at -1"),
    ("2.4", lambda logits: (logits > 0).sum() / (logits > -1).sum(), "at 1"),
    ("2.4", lambda logits: logits > 1, "One number"),
    ("4.1", 144, "clicks"),
    ("4.1", 36, "along one side"),
    ("4.1", 432.5, "too much"),
    ("4.2", unclamped_iou, "do not touch"),
    ("4.2", lambda a, b: common_area(a, b), "area that they share"),
    ("4.2", lambda a, b: common_area(a, b) / (box_area(a) + box_area(b)), "counted twice"),
    ("4.2", lambda a, b: common_area(a, b) / max(box_area(a), 1), "one box"),
    ("4.2", lambda a, b: 2 * common_area(a, b) / (box_area(a) + box_area(b)), "Dice"),
    ("4.2", lambda a, b: (1, 2), "One number"),
    ("4.3", lambda m, mask: m[mask].max(), "highest class number"),
    ("4.3", lambda m, mask: m[mask].mean(), "their mean"),
    ("4.3", lambda m, mask: np.bincount(m[mask]).max(), "number of votes"),
    ("4.3", lambda m, mask: np.bincount(m.ravel()).argmax(), "of the photo"),
    ("4.3", lambda m, mask: np.median(m[mask]), "median"),
    ("4.3", lambda m, mask: "cat", "not its name"),
    ("4.4", lambda: segment_semantic("cat").mask("cat"), "IoU 0.93"),
    ("4.4", lambda: candidates("cat", (250, 170)).masks[0], "missing"),
    ("4.4", lambda: ~reference_mask("cat", "cat"), "inside out"),
]
"""Mistakes, each with words of the hint that it must get."""

STRANGE: list[Any] = [
    0,
    -1,
    True,
    "",
    "x",
    [],
    [1],
    {},
    object(),
    float("inf"),
    np.array([]),
    np.zeros((0, 0), bool),
    np.zeros((2, 3, 4, 5)),
    np.array(["a"]),
    np.array([None]),
    1 + 2j,
    b"bytes",
    lambda: 1 / 0,
    lambda *_: None,
    lambda *_: "text",
    type,
    10**400,
    [[1, 2], [3]],
    Prompt(),
    Prompt([(1, 1)]),
]


def answer_of(answer: Any) -> Any:
    """Run a model only when its test runs."""
    named = getattr(answer, "__name__", "") == "<lambda>" and answer.__code__.co_argcount == 0
    return answer() if named else answer


@pytest.fixture(autouse=True)
def progress_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "progress.json"
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(file))
    set_language("en")
    return file


@pytest.mark.parametrize(
    ("number", "answer"), RIGHT, ids=[f"lesson_{n}-{i}" for i, (n, _) in enumerate(RIGHT)]
)
def test_every_right_answer_passes(number: str, answer: Any) -> None:
    verdict = judge(number, answer_of(answer), "en")
    assert verdict.state == "right", verdict.message


@pytest.mark.parametrize(
    ("number", "answer", "words"), WRONG, ids=[f"lesson_{n}-{w.replace(' ', '_')}" for n, _, w in WRONG]
)
def test_a_mistake_gets_the_hint_that_fits_it(number: str, answer: Any, words: str) -> None:
    verdict = judge(number, answer_of(answer), "en")
    assert verdict.state == "not yet"
    assert words in verdict.message
    spanish = judge(number, answer_of(answer), "es").message
    assert spanish != verdict.message


@pytest.mark.parametrize("number", exercises())
def test_every_exercise_is_tested_with_right_and_wrong_answers(number: str) -> None:
    assert number in {n for n, _ in RIGHT}
    assert number in {n for n, *_ in WRONG}


@pytest.mark.parametrize("number", exercises())
@pytest.mark.parametrize("lang", ["en", "es"])
def test_nothing_that_is_handed_in_raises_or_passes_by_accident(number: str, lang: str) -> None:
    for answer in STRANGE:
        verdict = judge(number, answer, lang)
        assert verdict.state != "right", answer
        assert "Traceback" not in verdict.message
        assert verdict.message


@given(st.tuples(st.floats(-50, 600), st.floats(-50, 600)))
def test_a_point_is_right_exactly_when_it_lies_on_the_object(point: tuple[float, float]) -> None:
    x, y = point
    on_it = 0 <= x < 512 and 0 <= y < 512 and bool(HELMET[int(y), int(x)])
    assert (judge("0.1", point, "en").state == "right") == on_it


@pytest.mark.parametrize("nothing", [None, ...])
@pytest.mark.parametrize("number", exercises())
def test_an_unattempted_exercise_says_your_turn_and_leaves_no_trace(
    number: str, nothing: Any, progress_apart: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(number, nothing)
    assert capsys.readouterr().out.startswith(f"… {number} Your turn.")
    assert not progress_apart.exists()


def test_check_writes_the_verdict_in_the_language_of_the_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    set_language("es")
    check("0.2", 135300)
    check("0.2", 7)
    check("0.2", 7, lang="en")
    spanish, wrong, english = capsys.readouterr().out.splitlines()
    assert spanish.startswith("✓ 0.2 Correcto.")
    assert wrong == "✗ 0.2 Todavía no. 7 es demasiado poco."
    assert english == "✗ 0.2 Not yet. 7 is too little."


def test_an_unknown_exercise_is_said_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    check("99.1", 3)
    assert "there is no exercise" in capsys.readouterr().out


def test_no_hint_tells_the_solution() -> None:
    for lang in ("en", "es"):
        assert "135300" not in judge("0.2", 135301, lang).message
        box = np.argwhere(ROCKET)
        for number in (*box.min(axis=0), *box.max(axis=0)):
            assert str(number) not in judge("0.3", shifted(ROCKET, 5), lang).message


def test_progress_keeps_what_was_right_and_survives_a_damaged_file(progress_apart: Path) -> None:
    record("0.1", "not yet")
    record("0.2", "right")
    record("0.2", "not yet")
    assert read_progress() == {"0.1": "not yet", "0.2": "right"}
    assert progress_table(0, "en") == "Lesson 0: 1 of 3   0.1 ·  0.2 ✓  0.3 –"
    for content in ("{", "[]", '{"exercises": 3}', "\0"):
        progress_apart.write_text(content)
        assert read_progress() == {}
    record("0.1", "right")
    assert json.loads(progress_apart.read_text())["exercises"] == {"0.1": "right"}


def test_a_folder_that_cannot_be_written_costs_no_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(tmp_path / "no" / "such" / "folder" / "p.json"))
    check("0.2", 135300)
    assert capsys.readouterr().out.startswith("✓")


def test_progress_lies_beside_the_notebook(tmp_path: Path) -> None:
    code = "from segwidgets.course.checks import check; check('0.2', 135300)"
    environment = {k: v for k, v in os.environ.items() if k != "SEGWIDGETS_PROGRESS"}
    environment["PYTHONPATH"] = str(ROOT)
    subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    assert [path.name for path in tmp_path.iterdir()] == [".segwidgets_progress.json"]


def test_references_cannot_be_read_by_eye_and_are_those_of_the_tests() -> None:
    text = (ROOT / "segwidgets/course/exercises/references.txt").read_text()
    assert unpack(pack({"a": [1, 2]})) == {"a": [1, 2]}
    assert "counts" not in text
    assert "rocket" not in text
    objects = json.loads((ROOT / "tests/data/references.json").read_text("utf-8"))["objects"]
    wanted = {f"{entry['image']}/{entry['object']}": entry["segmentation"] for entry in objects}
    assert _references()["masks"] == wanted, "run tools/pack_references.py"


def test_checking_imports_neither_torch_nor_pyplot() -> None:
    code = (
        "import sys; from segwidgets.course import check; check('0.2', 3);"
        "sys.exit(str([m for m in ('torch', 'matplotlib.pyplot', 'transformers') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr.strip() == "[]"


def test_masks_of_another_photo_do_not_pass() -> None:
    other = np.zeros(ROCKET.shape, bool)
    other[: sample_image("cat").shape[0], :451] = reference_mask("cat", "cat")
    assert judge("0.3", other, "en").state == "not yet"


def test_every_remark_is_in_both_languages() -> None:
    assert translations("es").gettext("Right.") == "Correcto."
    with contextlib.redirect_stdout(io.StringIO()) as out:
        check("0.2", 135300, lang="es")
    assert "Alto por ancho" in out.getvalue()
