"""What a class hands in: the shapes of course platforms, and zips and folders that mean harm."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from ipywidgets.embed import dependency_state

from segwidgets.course.handing_out import lesson_files
from segwidgets.course.quizzing import Quiz, read_quiz
from segwidgets.mark.lessons import NotOurs, lessons, take
from segwidgets.mark.needing import needed
from segwidgets.mark.reading import Class, Source, read_class

LESSON = "02_click_masks.ipynb"


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, one in files.items():
            archive.writestr(name, one)
    return content.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def told(found: Class) -> dict[str, list[str]]:
    return {one.student: sorted(one.files) for one in found.hand_ins}


SHAPES: dict[str, tuple[dict[str, bytes], dict[str, list[str]]]] = {
    "a folder or zip a student": (
        {
            "Ana María Núñez/x.ipynb": b"",
            "Ana María Núñez/foto 1.jpg": b"",
            "Li.zip": zipped({"a/y.ipynb": b""}),
        },
        {"Ana María Núñez": ["foto 1.jpg", "x.ipynb"], "Li": ["Li/a/y.ipynb"]},
    ),
    "Moodle, folders": (
        {
            "Ana Núñez García_123_assignsubmission_file/a.ipynb": b"",
            "Ana Núñez García_123_assignsubmission_onlinetext/t.html": b"",
            "Bo_124_assignsubmission_file_/h.zip": zipped({"b.ipynb": b""}),
        },
        {"Ana Núñez García": ["a.ipynb", "t.html"], "Bo": ["h/b.ipynb"]},
    ),
    "Moodle, files, and two of one name": (
        {"Bo_7_assignsubmission_file_a.ipynb": b"", "Bo_8_assignsubmission_file_a.ipynb": b""},
        {"Bo (7)": ["a.ipynb"], "Bo (8)": ["a.ipynb"]},
    ),
    "Canvas": (
        {"nunezana_LATE_12_34_a-1.ipynb": b"", "nunezana_12_35_photo.jpg": b"", "bo_13_36_b.zip": zipped({})},
        {"bo": [], "nunezana": ["a-1.ipynb", "photo.jpg"]},
    ),
    "Classroom": ({"Ana Núñez - Lección 2.ipynb": b""}, {"Ana Núñez": ["Lección 2.ipynb"]}),
    "a single hand-in": ({LESSON: b"", "photo.jpg": b""}, {"class": [LESSON, "photo.jpg"]}),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("as_zip", [False, True])
def test_hand_ins_are_found_as_course_platforms_write_them(tmp_path: Path, shape: str, as_zip: bool) -> None:
    files, wanted = SHAPES[shape]
    place = tmp_path / ("class.zip" if as_zip else "class")
    if as_zip:
        place.write_bytes(zipped(files))
    else:
        put(place, files)
    found = read_class(place)
    assert told(found) == wanted
    assert not found.unknown
    assert [one.late for one in found.hand_ins if one.student == "nunezana"] == [True] * (shape == "Canvas")


def test_what_is_not_understood_is_listed(tmp_path: Path) -> None:
    put(tmp_path, {"list of names.xlsx": b"", "Ana/a.ipynb": b"", ".DS_Store": b"", "__MACOSX/x": b""})
    found = read_class(tmp_path)
    assert [name for name, _ in found.unknown] == ["list of names.xlsx"]
    assert told(found) == {"Ana": ["a.ipynb"]}


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    content = bytearray(zipped({"secret.ipynb": b"x"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def made(*entries: tuple[Any, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in entries:
            archive.writestr(name, one)
    return content.getvalue()


HOSTILE = {
    "path": (made(("../out.ipynb", b""), ("/etc/x", b""), ("C:/x", b""), ("a\\..\\x", b"")), "leads out"),
    "link": (made((link("a.ipynb"), b"/etc/passwd")), "a link"),
    "encrypted": (encrypted(), "without a password"),
    "deep": (made(("d/" * 1000 + "a.ipynb", b"")), "too deep"),
    "long": (made(("n" * 300 + ".ipynb", b"")), "too long"),
    "nested": (zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": b""})})}), "not opened"),
    "many": (made(*((f"{number}", b"") for number in range(5001))), "5001 entries"),
    "no zip": (b"PK\x03\x04 nothing", "cannot be opened"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", [*HOSTILE, "two of one name"])
def test_a_hostile_zip_yields_nothing_and_costs_nobody_else_theirs(tmp_path: Path, kind: str) -> None:
    twice = (made(("a.ipynb", b"1"), ("A.ipynb", b"2")), "two of this name")
    content, word = HOSTILE.get(kind, twice)
    put(tmp_path, {"bad.zip": content, "good/a.ipynb": b""})
    found = read_class(tmp_path)
    bad, good = found.hand_ins
    assert word in " ".join(bad.troubles)
    assert not bad.notebooks()
    assert good.notebooks() == ["a.ipynb"]


def test_a_zip_bomb_is_not_unpacked_beyond_its_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segwidgets.mark.reading.MAX_FILE", 10_000)
    honest = made(("a.ipynb", b"0" * 20_000))
    lying = honest.replace((20_000).to_bytes(4, "little"), (9_000).to_bytes(4, "little"))
    put(tmp_path, {"honest.zip": honest, "lying.zip": lying})
    first, second = read_class(tmp_path).hand_ins
    assert "larger than" in first.troubles[0]
    (source,) = second.files.values()
    with pytest.raises(ValueError, match=r"cannot be read|larger than"):
        source.read()
    large = put(tmp_path, {"large.ipynb": b"0" * 20_000}) / "large.ipynb"
    with pytest.raises(ValueError, match="larger than"):
        Source(large).read()
    torn = bytearray(made(("a.ipynb", os.urandom(500))))
    torn[60:90] = bytes(30)
    (tmp_path / "torn.zip").write_bytes(torn)
    with pytest.raises(ValueError, match="cannot be read"):
        Source(tmp_path / "torn.zip", ("a.ipynb",)).read()
    assert issubclass(zlib.error, Exception)


def test_folders_with_links_and_no_end_of_levels_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "class", {"good/a.ipynb": b""})
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/b.ipynb").touch()
    (tmp_path / "class/linked").symlink_to(tmp_path / "secret")
    (tmp_path / "class/good/pipe.ipynb").symlink_to(tmp_path / "secret/b.ipynb")
    (tmp_path / "class/round").symlink_to("round")
    here = os.open(tmp_path / "class", os.O_RDONLY)
    for _ in range(200):  # pytest cannot remove a thousand
        os.mkdir("deep", dir_fd=here)
        there = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    os.close(here)
    found = read_class(tmp_path / "class", tmp_path / "class/marks")
    assert {one.student: one.notebooks() for one in found.hand_ins}["good"] == ["a.ipynb"]
    reasons = " ".join(why for _, why in found.unknown)
    assert "link is not followed" in reasons
    assert "20 deep" in reasons


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_the_class_is_refused_and_waits_for_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "class.zip")
    with pytest.raises(ValueError, match="must be a folder, a zip or a notebook"):
        read_class(tmp_path / "class.zip")


def solution(lang: str = "en") -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(lesson_files(lang, True)[f"solutions/{LESSON}"])
    return notebook


def taken(notebook: Any) -> Any:
    return take(json.dumps(notebook).encode())


def cell_of(notebook: dict[str, Any], exercise: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if f'check("{exercise}"' in "".join(cell["source"]))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_of_a_notebook_only_the_answers_are_taken(lang: str) -> None:
    notebook = solution(lang)
    found = taken(notebook)
    assert (found.lesson, found.lang, list(found.answers)) == (2, lang, ["2.1", "2.2", "2.3", "2.4", "2.5"])
    assert (found.changed, found.own, found.missing, found.doubled, found.kernel) == (0, 0, (), (), "")
    assert not take(lesson_files(lang)[LESSON]).answers  # as it was handed out


def test_what_was_changed_besides_is_noted() -> None:
    notebook = solution()
    notebook["metadata"]["kernelspec"]["name"] = "ir"
    cells = notebook["cells"]
    cells.remove(cell_of(notebook, "2.3"))
    again = {
        **cell_of(notebook, "2.2"),
        "id": "other",
        "source": ["helmet_box = 1\n", 'check("2.2", helmet_box)'],
    }
    own = {"cell_type": "code", "id": "own", "source": "import antigravity", "metadata": {}, "outputs": []}
    cells += [again, own]
    cells[3]["source"] = "1 / 0"
    next(cell for cell in cells if cell["cell_type"] == "code" and cell["id"] != "colab")["source"] = "0"
    renamed = cell_of(notebook, "2.1")
    renamed["source"] = "helmet = 5  # the check was deleted"
    found = taken(notebook)
    assert found.answers["2.2"].startswith("helmet_box = 1")
    assert found.answers["2.1"] == renamed["source"]
    assert (found.missing, found.doubled, found.kernel) == (("2.3",), ("2.2",), "ir")
    assert (found.changed, found.own) == (1, 1)


def test_outputs_are_passed_over_however_many_there_are() -> None:
    notebook = solution()
    flood = {"output_type": "stream", "name": "stdout", "text": ["x" * 1_000_000] * 20}
    cell_of(notebook, "2.1")["outputs"] = [flood, {"output_type": 7}, None]
    assert taken(notebook).answers == taken(solution()).answers


def test_notebooks_of_other_programs_are_read() -> None:
    old = {"worksheets": [{"cells": []}], "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    colab = solution()
    for cell in colab["cells"]:
        cell["metadata"] = {"id": cell.pop("id")}
        if cell["cell_type"] == "code":
            old["worksheets"][0]["cells"].append(
                {"cell_type": "code", "input": cell["source"], "language": "python"}
            )
    del colab["metadata"]
    assert taken(colab).answers == taken(old).answers == taken(solution()).answers


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'{"cells": 3}', b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}',
     b"\xff\xfe", b"[" * 100_000,
     b'{"cells": [{"cell_type": "code", "source": "start(%s)"}]}' % (b"9" * 5000),
     b'{"cells": [{"cell_type": "code", "source": "check(\'%s.1\')"}]}' % (b"9" * 5000),
     b'{"cells": [null, {"cell_type": "code", "source": 7, "metadata": 3}]}'],
)  # fmt: skip
def test_what_is_no_lesson_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(NotOurs, match="this"):
        take(content)


def test_quiz_answers_are_read_where_the_notebook_keeps_them_in_whatever_order_they_were_shown() -> None:
    questions = read_quiz(2, "es")
    shown = Quiz(questions, "es", student="Ana")
    assert shown.orders[0] != tuple(range(len(questions[0].options)))
    right = next(place for place, option in enumerate(questions[0].options) if option.right)
    wrong = next(place for place, option in enumerate(questions[1].options) if not option.right)
    shown.answer(0, right)
    shown.answer(1, right)
    shown.answer(1, wrong)
    notebook = solution("es")
    state = json.loads(json.dumps(dependency_state(shown)))
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    found = taken(notebook).quiz
    assert [one.right for one in found] == [True, False, *[None] * (len(questions) - 2)]
    assert found[1].option == questions[1].options[wrong].text
    for model in state.values():  # whatever the notebook says of right and wrong
        if model["state"].get("icon"):
            model["state"]["icon"] = "check"
    assert taken(notebook).quiz == found


def test_only_cells_that_an_answer_needs_are_run() -> None:
    cells = [
        "import numpy as np",
        "a = 1",
        "b = np.ones(3)",
        "b[0] = a",
        "c = b",
        "b = 2\nb",
        "%magic",
        "d = b + 1",
    ]
    assert needed(cells, [7]) == [5, 6, 7]
    assert needed(cells[:5], [4]) == [0, 1, 2, 3, 4]
    assert needed(["def f(x):\n    return g(x)", "g = len", "h = 3", "f([1])"], [3]) == [0, 1, 3]
    lesson = lessons("en")[2]
    answered = [number for number, cell in enumerate(lesson.cells) if cell.exercise]
    assert len(needed([cell.source for cell in lesson.cells], answered)) < len(lesson.cells) / 2
