"""`make mutants` looks at files and tests that are there, and tells who lived."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tools import mutants

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", mutants.ROOMS)
def test_a_room_names_files_and_tests_that_are_there(name: str) -> None:
    room = mutants.ROOMS[name]
    for pattern in room.files:
        assert list((ROOT / "segwidgets").glob(pattern)), pattern
    for test in room.tests:
        module, _, function = test.partition("::")
        tree = ast.parse((ROOT / f"tests/test_{module}.py").read_text("utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not function or function in names, test


@pytest.mark.parametrize("module", mutants.UNSEEN)
def test_what_is_left_out_is_there(module: str) -> None:
    tree = ast.parse((ROOT / f"tests/test_{module}.py").read_text("utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {f"test_{test}" for test in mutants.UNSEEN[module]} <= names


MUTATED = """
def x_more__mutmut_orig(a, b):
    if a < b:
        return a + 1
    return 'no'
def x_more__mutmut_1(a, b):
    if a <= b:
        return a + 1
    return 'no'
def x_more__mutmut_2(a, b):
    if a < b:
        return a + 2
    return 'no'
def x_more__mutmut_3(a, b):
    if a < b:
        return a + 1
    return 'XXnoXX'
"""


def test_who_lives_is_told_with_a_word_and_the_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "geometry/mutants/segwidgets"
    place.mkdir(parents=True)
    (place / "geometry.py").write_text(MUTATED)
    found = {
        f"segwidgets.geometry.x_more__mutmut_{n}": status
        for n, status in [(1, 0), (2, 33), (3, 0), (4, 1), (6, 36), (7, 255)]
    }
    found["segwidgets.geometry.x_more__mutmut_5"] = None
    (place / "geometry.py.meta").write_text(json.dumps({"exit_code_by_key": found}))
    monkeypatch.setattr(mutants, "WORK", tmp_path)
    mutants.report()
    assert "| geometry | 7 | 5 | 2 | 1 | 40.0 % |" in capsys.readouterr().out
    text = (tmp_path / "survivors.md").read_text("utf-8")
    assert "x_more__mutmut_1` comparison: `if a < b:` → `if a <= b:`" in text
    assert "x_more__mutmut_2` reached by no test: `return a + 1` → `return a + 2`" in text
    assert "x_more__mutmut_3` text: `return 'no'` → `return 'XXnoXX'`" in text
    assert "mutmut_4" not in text


@pytest.mark.parametrize(("log", "could"), [("nothing matches", True), ("failed to collect stats", False)])
def test_a_room_whose_tests_fail_without_any_bug_is_not_passed_over(
    log: str, could: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(place: Path, names: list[str], end: float) -> bool:
        (place / "mutants").mkdir()
        (place / "log").write_text(f"Running stats\n{log}\n")
        return False

    monkeypatch.setattr(mutants, "WORK", tmp_path)
    monkeypatch.setattr(mutants, "call_mutmut", call)
    assert mutants.try_room("geometry", 0.5, again=False, end=float("inf")) is could


def test_a_share_is_the_same_at_every_run_and_about_as_large_as_it_says() -> None:
    names = [f"segwidgets.masks.x_{number}__mutmut_1" for number in range(4000)]
    drawn = [name for name in names if mutants.is_drawn(name, 0.2)]
    assert 700 < len(drawn) < 900
    assert all(mutants.is_drawn(name, 0.5) for name in drawn)
    assert all(mutants.is_drawn(name, 1.0) for name in names)
