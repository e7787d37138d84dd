"""A teacher's own exercises: a file beside the notebook, the same judges and hints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segwidgets.course import check
from segwidgets.course.checks import judge
from segwidgets.course.own import FILE
from segwidgets.course.registry import REGISTRY, exercise, exercises
from segwidgets.workshop.delivery import save_mask

TEXT = """
[my.1]
kind = "mask"
reference = "disk.png"
right.en = "A whole disk."
right.es = "Un disco entero."

[my.2]
kind = "number"
answer = 3
right.en = "Three."
hints = [{ answer = 4, en = "One hides behind the bus." }]

[my.3]
kind = "choice"
answer = "bus"
hints = [{ answer = "car", en = "It is longer than a car." }]

[my.4]
kind = "point"
reference = "disk.png"

[my.5]
kind = "box"
reference = "disk.png"

[my.6]
kind = "poem"

[my.7]
kind = "mask"
reference = "black.png"

[my.8]
kind = "number"
"""


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    rows, columns = np.indices((60, 80))
    mask = np.hypot(rows - 30, columns - 40) < 20
    save_mask(mask, tmp_path / "disk.png")
    save_mask(np.zeros_like(mask), tmp_path / "black.png")
    (tmp_path / FILE).write_text(TEXT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return mask


def test_each_kind_is_judged_as_ours_are(disk: np.ndarray) -> None:
    right = {"my.1": disk, "my.2": 3, "my.3": "Bus", "my.4": (40, 30), "my.5": (21, 11, 60, 50)}
    wrong = {"my.1": ~disk, "my.2": 4, "my.3": "car", "my.4": (30, 55), "my.5": (0, 0, 80, 60)}
    for number, answer in right.items():
        assert judge(number, answer).state == "right", number
        assert judge(number, wrong[number]).state == "not yet", number
    assert judge("my.1", disk, "es").message == "Un disco entero."
    assert judge("my.2", 3, "es").message == "Three."  # what has no Spanish is said in English
    assert judge("my.2", 4).message == "One hides behind the bus."
    assert judge("my.3", "car").message == "It is longer than a car."
    assert judge("my.1", ...).state == "your turn"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("kind = ['mask']", "kind must be one of"),
        ("kind = 'number'\nanswer = 'three'", "answer must be a finite number, got str 'three'"),
        ("kind = 'number'\nanswer = true", "answer must be a finite number"),
        ("kind = 'number'\nanswer = nan", "answer must be a finite number"),
        (f"kind = 'number'\nanswer = {'9' * 400}", "answer must be a finite number"),
        ("kind = 'number'\nanswer = 3\ntolerance = 'a bit'", "tolerance must be a finite number"),
        ("kind = 'number'\nanswer = 3\ntolerance = -1", "tolerance must be 0 or more"),
        ("kind = 'number'\nanswer = 3\nhints = [{ en = 'No.' }]", "hints must be as in"),
        ("kind = 'number'\nanswer = 3\nhints = 'No.'", "hints must be as in"),
        ("kind = 'number'\nanswer = 3\nhints = [{ answer = 'four' }]", "answer must be a finite number"),
        ("kind = 'choice'\nanswer = ['bus']", "answer must be one text or number"),
        ("kind = 'choice'\nanswer = 'bus'\nhints = [{ answer = ['car'] }]", "answer must be one text"),
        ("kind = 'mask'\nreference = 7", "reference must be the name of a picture, got int 7"),
        ("kind = 'mask'\nreference = 'disk.png'\nat_least = 'most'", "at_least must be a finite number"),
        ("kind = 'box'\nreference = 'disk.png'\nat_least = 90", "at_least must be an IoU above 0, at most 1"),
    ],
)
def test_what_a_teacher_wrote_wrong_is_not_put_on_the_student(
    disk: np.ndarray, table: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(FILE).write_text(f"[my.1]\n{table}\n", "utf-8")
    with pytest.raises(ValueError, match=said) as caught:
        judge("my.1", 4)
    assert len(str(caught.value)) < 300
    check("my.1", 4)
    assert capsys.readouterr().out.startswith(f"? [my.1] of {FILE}: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x = " + b"[" * 100_000, "must be TOML|too deep"),
        (b"x = " + b"{a=" * 100_000, "must be TOML|too deep"),
        (b"x = " + b"9" * 5000, "must be TOML"),
        (b"x = '\xff'", "must be TOML in UTF-8, but byte 5 is none"),
        (b"[my.1", "must be TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_one_sentence(disk: np.ndarray, content: bytes, said: str) -> None:
    Path(FILE).write_bytes(content)
    with pytest.raises(ValueError, match=said) as caught:
        judge("my.1", 1)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


def test_a_file_with_notepads_mark_and_answers_in_capitals_are_read(disk: np.ndarray) -> None:
    table = """[my.3]\nkind = "choice"\nanswer = "The Bus "\nhints = [{ answer = "Car", en = "Longer." }]"""
    Path(FILE).write_text(table, "utf-8-sig")
    assert judge("my.3", "the bus").state == judge("my.3", "The Bus").state == "right"
    assert judge("my.3", "car").message == "Longer."


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("my.6", "kind must be one of mask, point, box, number, choice, got 'poem'"),
        ("my.7", "black.png is nowhere white"),
        ("my.8", "a number needs answer = ..."),
        ("my.9", r"has no \[my.9\]"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(disk: np.ndarray, number: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        judge(number, 1)


def test_without_a_file_it_is_said_that_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    check("my.1", 1)
    assert "no exercises.toml beside the notebook" in capsys.readouterr().out


def test_a_judge_of_ones_own_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = exercises()
    monkeypatch.setattr("segwidgets.course.registry.REGISTRY", dict(REGISTRY))
    exercise("my.3")(lambda answer, tr: "Said by my own judge.")
    assert judge("my.3", 1).message == "Said by my own judge."
    assert exercises() == ours
