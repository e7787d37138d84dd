"""Exercises accept every right answer, and meet each usual mistake with a hint that fits it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets import Prompt, sample_image
from segwidgets.course.checks import check, judge
from segwidgets.course.exercises._references import pack, reference_mask, references, unpack
from segwidgets.course.registry import exercises
from segwidgets.course.solved import progress_table, read_progress, record
from segwidgets.locale.catalogues import translations
from segwidgets.locale.notebook import set_language
from tests.answers import RIGHT, WRONG
from tests.answers.lesson_0 import HELMET, ROCKET, shifted
from tools import pack_references

ROOT = Path(__file__).resolve().parent.parent

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
@pytest.mark.slow
def test_every_right_answer_passes(number: str, answer: Any) -> None:
    verdict = judge(number, answer_of(answer), "en")
    assert verdict.state == "right", verdict.message


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    WRONG,
    ids=[f"lesson_{n}-{w.translate({ord(' '): '_', ord('−'): '-'})}" for n, _, w in WRONG],
)
@pytest.mark.slow
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
    assert progress_table(0, "en") == "Lesson 0: 1 of 3   0.1 ·  0.2 ✓  0.3 –   quiz: 0 of 4"
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
    assert unpack(pack({"a": [1, 2]})) == {"a": [1, 2]}
    wanted: dict[str, Any] = {}
    for source, packed in pack_references.files():
        text = packed.read_text()
        assert "counts" not in text
        assert "rocket" not in text
        wanted |= pack_references.masks_of(source)
    assert references() == wanted, "run tools/pack_references.py"
    assert {packed for _, packed in pack_references.files()} == set(pack_references.TARGET.glob("*.txt"))


def test_an_unknown_reference_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no reference mask 'dog' on 'cat'; there are .*coffee/cup"):
        reference_mask("cat", "dog")


@pytest.mark.slow
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


# cheats, who know no answer


class Equal:
    """Is equal to everything, larger and smaller, and has every attribute."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__array"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Any:
        return iter((self, self))

    def __sub__(self, other: object) -> Any:
        return 0

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__  # type: ignore[assignment]
    __rsub__ = __sub__


class Posing(Equal):
    """Says that it is an array, and is equal to all that is put beside it."""

    def __init__(self, like: Any) -> None:
        self.__dict__.update(shape=like.shape, ndim=like.ndim, dtype=like.dtype, size=like.size)

    @property
    def __class__(self) -> Any:
        return np.ndarray

    def __and__(self, other: Any) -> Any:
        return other

    __rand__ = __or__ = __ror__ = __xor__ = __and__


class Learning(np.ndarray):
    """Takes the values of what it is computed with, and says yes to NumPy's questions."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **named: Any) -> Any:
        others = [one for one in inputs if type(one) is np.ndarray] or [np.asarray(self)]
        named.pop("out", None)
        return getattr(ufunc, method)(
            *(others[0] if type(one) is Learning else one for one in inputs), **named
        )

    def __array_function__(self, function: Any, kinds: Any, arguments: Any, named: Any) -> Any:
        return True

    def copy(self, *_: Any) -> Any:
        return self

    def astype(self, *_: Any, **__: Any) -> Any:
        return self


class Turning:
    """Is another array at each look."""

    def __init__(self, like: Any) -> None:
        self.like, self.looks = like, 0

    def __array__(self, *_: Any, **__: Any) -> Any:
        self.looks += 1
        return np.full_like(self.like, self.looks % 2)


def lying(kind: type) -> type:
    """Return a subclass that is equal to all, whatever it is compared by."""
    lies = {
        name: value for name, value in vars(Equal).items() if name.startswith("__") and "attr" not in name
    }
    for name in ("__dict__", "__weakref__", "__module__", "__call__", "__doc__"):
        lies.pop(name, None)
    if kind in (int, float):
        lies |= {"__abs__": lambda self: 0, "__float__": lambda self: float("nan"), "__round__": lambda *_: 0}
    if kind is str:
        lies |= {"strip": lambda self: self, "lower": lambda self: self}
    return type(f"Lying{kind.__name__}", (kind,), lies)


LYING = {kind: lying(kind) for kind in (int, float, str, tuple, list)}


def beside(right: Any, how: str) -> Any:
    """Return a wrong value of the kind and the shape of a right one, that lies."""
    if isinstance(right, np.ndarray):
        other = np.zeros_like(right)
        if np.array_equal(other, right):
            other = np.ones_like(right)
        match how:
            case "nan":
                return np.full(right.shape, np.nan)
            case "true":
                return np.ones(right.shape, bool)
            case "empty":
                return right[:0]
            case "masked":
                return np.ma.masked_all_like(other)
            case "turning":
                return Turning(other)
            case "posing":
                return Posing(other)
        return other.view(Learning)
    if isinstance(right, bool):
        return LYING[int](not right)
    if isinstance(right, int | float | np.number):
        return LYING[float if how != "lies" else type(right) if type(right) in LYING else float](123457)
    if isinstance(right, str):
        return LYING[str]("none of them")
    if isinstance(right, tuple | list):
        return LYING[type(right) if type(right) in LYING else tuple](beside(one, how) for one in right)
    return Equal()


def raises(*_: Any, **__: Any) -> Any:
    raise BaseException("gone")


def alone(*given: Any, **_: Any) -> Any:
    return given[0] if given else Equal()


CHEATS: list[Any] = [
    *(Equal(), Equal, raises, alone, lambda *given: given, lambda *_: Equal(), lambda *_: np.nan),
    *(LYING[int](7), LYING[float](7), LYING[str]("7"), LYING[tuple]((7, 7)), LYING[list]((7, 7))),
]


@pytest.mark.slow
@pytest.mark.parametrize("number", exercises())
def test_a_cheat_that_knows_no_answer_is_not_right(number: str) -> None:
    start = time.process_time()
    cheats = [*CHEATS]
    for right in (answer for n, answer in RIGHT if n == number):
        if answer_of(right) is not right:
            continue  # of a model
        for how in ("lies", "nan", "true", "empty", "masked", "turning", "posing"):
            if callable(right):
                cheats.append(
                    lambda *given, right=right, how=how, **named: beside(right(*given, **named), how)
                )
            cheats.append(beside(right, how))
    passed = []
    for cheat in cheats:
        verdict = judge(number, cheat, "en")
        if verdict.state == "right":
            passed.append((type(cheat), getattr(cheat, "__defaults__", None) if callable(cheat) else cheat))
        assert "Traceback" not in verdict.message
    assert passed == []
    assert time.process_time() - start < 20
