"""Whatever a class hands in, there is an answer or one of our errors, in bounded time, and no other is lost.

`make fuzz` runs the same with many more examples (SEGWIDGETS_FUZZ is their number).
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets import Prompt
from segwidgets.course.checks import judge
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.class_page import class_page
from segwidgets.mark.feedback import feedback_names
from segwidgets.mark.grading import read_overrides, read_rubric
from segwidgets.mark.lessons import NotOurs, lessons, take
from segwidgets.mark.needing import needed
from segwidgets.mark.reading import read_class
from segwidgets.mark.records import Marked
from segwidgets.mark.resemblance import alike
from segwidgets.mark.tables import marks_csv, marks_json
from segwidgets.mark.values import Parcel, ValueRefused, message, read_message, unpack
from tests.test_fuzz import MANY, bounded, changed_json, damaged
from tests.test_mark_reading import solution, zipped

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:invalid:SyntaxWarning")]


def small_notebook() -> str:
    notebook = solution()
    notebook["cells"] = [
        {**cell, "outputs": [{"output_type": "stream", "text": ["✓ 2.1 Right.\n"]}]}
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
        and ("check(" in "".join(cell["source"]) or "start(" in "".join(cell["source"]))
    ]
    button = {"state": {"description": "yes", "icon": "check", "children": ["IPY_MODEL_b"], "value": "?"}}
    state = {"a": button, "b": button}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    return json.dumps(notebook)


NOTEBOOK = small_notebook()


@MANY
@given(text=changed_json(NOTEBOOK))
def test_a_changed_notebook_is_taken_or_refused_and_the_class_has_its_pages(text: str) -> None:
    with bounded():
        try:
            taken = take(text.encode("utf-8", "surrogatepass"))
        except NotOurs as error:
            assert len(str(error)) < 1000  # noqa: PT017
            return
        ours = lessons(taken.lang)[taken.lesson]
        needed([*(cell.source for cell in ours.cells), *taken.answers.values()], [0])
        one = Marked(
            "Ana", str(taken.lesson), taken.lang, "a.ipynb", (), taken.quiz, answers=dict(taken.answers)
        )
        class_of(one)


def class_of(one: Marked) -> None:
    """Write what a class of two gets, of whom the second handed in the same."""
    together = [Marked.from_json(json.loads(json.dumps(one.to_json()))), replace(one, student="Bo")]
    class_page(together, feedback_names(together), alike(together))
    marks_csv(together, Phrases())
    marks_json(together)


PIECES = [
    "x",
    "=",
    "(",
    ")",
    "[",
    "'",
    '"""',
    "\n",
    "\n    ",
    "\t",
    "lambda",
    "def f(",
    "\\",
    "{",
    "f'{",
    "\0",
    "\ud800",
]
SOURCES = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=60).map(" ".join)


@MANY
@given(sources=st.lists(SOURCES, min_size=2, max_size=4), times=st.sampled_from([1, 30, 3000]))
def test_whatever_an_answer_is_written_in_cells_and_copies_are_found(sources: list[str], times: int) -> None:
    sources = [source * times for source in sources]
    with bounded():
        assert needed(sources, [1])
        class_of(
            Marked(
                "Ana",
                "2",
                "en",
                "a.ipynb",
                (),
                answers=dict(zip(("2.1", "2.2", "2.3", "2.4"), sources, strict=False)),
            )
        )


def some_message() -> bytes:
    parcel = Parcel()
    value = [
        np.eye(5, dtype=bool),
        (1, 2.5, "é"),
        Prompt([(1, 2)]),
        np.float32(3),
        Path("a.png"),
        None,
        1 << 40,
    ]
    return message({"answer": parcel.pack(value), "error": None}, parcel.blobs)


MESSAGE = some_message()
HEADER = MESSAGE[8 : 8 + int.from_bytes(MESSAGE[:8], "big")].decode()
EXERCISES = [
    cell.exercise for number in (1, 2, 4, 9) for cell in lessons("en")[number].cells if cell.exercise
]


@MANY
@given(
    text=changed_json(HEADER),
    whole=damaged(MESSAGE),
    by_header=st.booleans(),
    exercise=st.sampled_from(EXERCISES),
)
def test_a_forged_message_of_a_student_s_process_is_a_value_that_is_judged_or_refused(
    text: str, whole: bytes, by_header: bool, exercise: str
) -> None:
    header = text.encode("utf-8", "surrogatepass")
    if by_header:
        whole = len(header).to_bytes(8, "big") + header + MESSAGE[8 + len(HEADER.encode()) :]
    line = io.BytesIO(whole)
    with bounded():
        try:
            told, blobs = read_message(line.read)
            value = unpack(told.get("answer"), blobs)
        except ValueRefused:
            return
        for one in (value, *(value if isinstance(value, list | tuple) else ())):
            verdict = judge(exercise, one, "en")
            assert verdict.state != "right"


ZIP = zipped(
    {"Ana/02_click_masks.ipynb": b"{}" * 50, "Bo_12_assignsubmission_file/a.zip": zipped({"x.ipynb": b"[]"})}
)


@MANY
@given(content=damaged(ZIP), inside=st.booleans())
def test_a_damaged_zip_costs_nobody_else_theirs(
    content: bytes, inside: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("class")
    good = place / "class/Good/a.ipynb"
    good.parent.mkdir(parents=True)
    good.write_bytes(b"{}")
    handed = place / ("class/Bad.zip" if inside else "all.zip")
    handed.write_bytes(content)
    with bounded():
        try:
            found = read_class(place / "class" if inside else handed)
        except ValueError as error:
            assert not inside
            assert len(str(error)) < 1000  # noqa: PT017
            return
        for hand_in in found.hand_ins:
            for source in hand_in.files.values():
                try:
                    source.read()
                except (OSError, ValueError) as error:
                    assert len(str(error)) < 1000  # noqa: PT017
    assert not inside or "Good" in [one.student for one in found.hand_ins]


RUBRIC = 'default = 1\n[points]\n"2.1" = 2\n"2.2" = 0.5\n'
DECIDED = 'student,exercise,points,why\nAna,2.1,1,"good, ""if"" late"\nBo;2.2;0\n'


@MANY
@given(
    rubric=damaged(RUBRIC.encode()),
    decided=damaged(DECIDED.encode()),
    times=st.sampled_from([1, 2000, 100_000]),
)
def test_a_damaged_table_is_read_or_refused(
    rubric: bytes, decided: bytes, times: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("tables")
    for read, content in ((read_rubric, rubric), (read_overrides, decided)):
        at = len(content) // 2
        for text in (content, content[:at] + content[at : at + 3] * times + content[at:]):
            (place / "table").write_bytes(text)
            with bounded():
                try:
                    read(place / "table")
                except ValueError as error:
                    assert len(str(error)) < 1000  # noqa: PT017
