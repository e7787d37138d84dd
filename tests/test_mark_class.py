"""A class is marked by one command: tables, points, what is done again, and what cannot be marked."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from segwidgets.cli import app
from segwidgets.jobs import Step
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.confinement import namespaces
from segwidgets.mark.grading import OVERRIDES, RUBRIC, read_overrides, read_rubric
from segwidgets.mark.items import find_items
from segwidgets.mark.marking import Marks, mark_class
from segwidgets.mark.records import Changes, Chosen, Exercise, Marked
from segwidgets.mark.supervising import Bounds
from segwidgets.mark.tables import JSON, TABLE
from segwidgets.workshop.finding import Finding
from tests.hand_ins import answered
from tests.test_jobs import ROOT, wait_until


def test_what_is_known_of_a_hand_in_goes_through_a_file_unchanged() -> None:
    marked = Marked(
        "Ana María Núñez",
        "2",
        "es",
        "02 clics.ipynb",
        (Exercise("2.1", "Elige", "failed", "…", 0.5, 2, 1.5, "time", "pictures/a.png", True),),
        (Chosen("¿?", "sí", False), Chosen("¿!")),
        Changes(1, 2, ("2.2",), ("2.3", "2.4"), "julia", 3, ("2.5",)),
        True,
        3.5,
        "",
        {"2.1": "x = 1"},
        (Finding("README.md", "todo", "…"),),
        True,
        ("a link is not followed",),
        True,
        ("one cell was changed",),
    )
    assert Marked.from_json(json.loads(json.dumps(marked.to_json()))) == marked
    assert (marked.points, marked.out_of) == (0.5, 2)


QUICK = Bounds(seconds=120)
WRONG = {"4.1": "before = 144", "4.2": "def box_iou(first, second):\n    return 0 if first == second else 1"}


def put(place: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place


def rows(out: Path) -> list[dict[str, str]]:
    text = (out / TABLE).read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Marks]:
    """A class of four, marked: where they handed in, where the marks are, and what came of it."""
    place = put(
        tmp_path_factory.mktemp("class"),
        {
            "=Ana Núñez_1_assignsubmission_file/4.ipynb": answered("es", {"4.1": "before = 432"}, odd=True),
            "Bo_2_assignsubmission_file/sub/4.ipynb": answered("en", WRONG),
            "Li Wei_3_assignsubmission_file/report.docx": b"PK",
            "Zoe_4_assignsubmission_file/4.ipynb": b"{",
            "Zoe_4_assignsubmission_file/5.ipynb": answered("en", {}, lesson=5),
            "Zoe_4_assignsubmission_file/mine/input_images/image.png": b"no photo",
            "notes.txt": b"",
        },
    )
    out = place / "marks"
    return place, out, mark_class(place, out, only=[4], bounds=QUICK, workers=1)


@pytest.mark.slow
def test_each_hand_in_is_a_line_and_what_cannot_be_marked_is_one_too(
    marked: tuple[Path, Path, Marks],
) -> None:
    _, out, marks = marked
    table = {(row["student"], row["file"]): row for row in rows(out)}
    assert list(table) == [
        ("'=Ana Núñez", "4.ipynb"),
        ("Bo", "sub/4.ipynb"),
        ("Li Wei", ""),
        ("notes.txt", ""),
        ("Zoe", "4.ipynb"),
        ("Zoe", "mine/"),
    ]
    ana = table["'=Ana Núñez", "4.ipynb"]
    assert [ana[n] for n in ("4.1", "4.2", "points", "out of")] == ["passed", "not tried", "1", "4"]
    assert "more than one cell of 4.1" in ana["notes"]
    assert "without the cell of 4.4" in ana["notes"]
    assert "its own output says that 4.2 is right" in ana["notes"]
    assert "julia" in ana["notes"]
    bo = table["Bo", "sub/4.ipynb"]
    assert [bo[n] for n in ("4.1", "4.2", "points")] == ["failed", "failed", "0"]
    assert "report.docx" in table["Li Wei", ""]["notes"]
    assert "no notebook" in table["Zoe", "4.ipynb"]["notes"]
    assert table["Zoe", "mine/"]["workshop"] == "failed"
    assert (marks.left_out, marks.outcome.status) == (1, 1)
    assert {failure.item for failure in marks.outcome.failures} == {"Li Wei", "Zoe/4.ipynb", "notes.txt"}
    assert b"report.docx" in (out / "failures.csv").read_bytes()
    assert marks.walls is bool(namespaces())
    told = json.loads((out / JSON).read_text("utf-8"))["hand_ins"]
    assert [one["student"] for one in told] == [one.student for one in marks.marked]
    assert told[0]["exercises"][0]["title"] == "Antes de los filtros"


@pytest.mark.slow
def test_the_command_tells_what_came_of_it_and_which_walls_stood(
    marked: tuple[Path, Path, Marks], tmp_path: Path
) -> None:
    place, out, _ = marked
    ran = CliRunner().invoke(app, ["mark", str(place), str(out), "--lessons", "4", "--workers", "1"])
    said = " ".join(ran.output.split())
    assert ran.exit_code == 1
    for words in (
        "3 hand-ins are marked",
        "1 notebook of another lesson was left out.",
        "3 failed",
        "had no network" if namespaces() else "takes away no network",
    ):
        assert words in said
    none = ["mark", str(place / "Li Wei_3_assignsubmission_file"), str(tmp_path), "--workers", "1"]
    assert CliRunner().invoke(app, none).exit_code == 2
    wrong = CliRunner().invoke(app, ["mark", str(place), str(out), "--lessons", "four"])
    assert (wrong.exit_code, "--lessons must be numbers" in wrong.stderr) == (2, True)


@pytest.mark.slow
def test_points_and_the_teacher_s_own_marks_cost_no_marking_and_stay(
    marked: tuple[Path, Path, Marks],
) -> None:
    place, out, _ = marked
    (out / RUBRIC).write_text('default = 0.5\n[points]\n"4.1" = 3\n')
    text = "student;exercise;points;why\nBo;4.2;0,25;nearly\nZoe;4.1;2;by hand\nNobody;4.1;1;\n"
    (out / OVERRIDES).write_text(text, "utf-8-sig")
    before = {path: path.stat().st_mtime_ns for path in (out / "state").glob("*.ipynb*.json")}
    marks = mark_class(place, out, only=[4], bounds=QUICK, workers=1)
    points = {(row["student"], row["file"]): (row["points"], row["out of"]) for row in rows(out)}
    assert points["'=Ana Núñez", "4.ipynb"] == ("3", "4.5")
    assert points["Bo", "sub/4.ipynb"] == ("0.25", "4.5")
    assert points["Zoe", "4.ipynb"] == ("2", "3")
    assert [one.line for one in marks.unused] == [4]
    done = {path for path, when in before.items() if path.stat().st_mtime_ns == when}
    assert {path.name.split("_")[0] for path in done} >= {"Ana", "Bo"}  # what is done is not done anew
    (place / "Bo_2_assignsubmission_file/sub/4.ipynb").write_bytes(answered("en", {"4.1": "before = 432"}))
    mark_class(place, out, only=[4], again=["Bo"], bounds=QUICK, workers=1)
    (bo,) = (row for row in rows(out) if row["student"] == "Bo")
    assert (bo["4.1"], bo["4.2"], bo["points"]) == ("passed", "not tried; teacher: 0.25", "3.25")
    (out / "other.toml").write_text("default = 2")
    (out / "marks.csv").write_text("my notes")
    mark_class(place, out, only=[4], rubric=out / "other.toml", again=["Bo"], bounds=QUICK, workers=1)
    (bo,) = (row for row in rows(out) if row["student"] == "Bo")
    assert (out / "marks_old.csv").read_text() == "my notes"
    assert not list(out.glob("class_old*"))
    assert (bo["points"], bo["out of"]) == ("2.25", "8")
    with pytest.raises(ValueError, match="no student 'Bob'; there are Bo"):
        mark_class(place, out, only=[4], again=["Bob"], bounds=QUICK)


def test_what_was_handed_in_is_the_same_in_whatever_language_it_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"Ana/4.ipynb": b"", "Li/report.docx": b"PK", "notes.txt": b""})
    (tmp_path / "Ana/link").symlink_to(tmp_path / "notes.txt")
    found = [find_items(tmp_path, tmp_path / "out", Phrases(lang)) for lang in ("en", "es")]
    assert [item.payload.why for item in found[0]] != [item.payload.why for item in found[1]]
    first, again = ([(item.name, item.fingerprint) for item in items] for items in found)
    assert first == again
    put(tmp_path, {"Li/more.txt": b""})
    now = [(item.name, item.fingerprint) for item in find_items(tmp_path, tmp_path / "out", Phrases("en"))]
    assert [name for name, sign in now if (name, sign) not in first] == ["Li"]


@pytest.mark.slow
def test_what_runs_out_of_time_is_run_once_more_alone_before_it_is_called_so(tmp_path: Path) -> None:
    place = put(
        tmp_path / "class",
        {
            "Ana/4.ipynb": answered("es", {"4.1": "while True: pass", "4.2": "box_iou = None"}),
            "Bo/4.ipynb": answered("en", {"4.1": "before = 432"}),
        },
    )
    steps: list[Step] = []
    marks = mark_class(place, tmp_path / "out", bounds=Bounds(seconds=3), workers=0, progress=steps.append)
    ana, bo = marks.marked
    assert [step.item for step in steps if step.item] == ["Ana/4.ipynb", "Bo/4.ipynb", "Ana/4.ipynb"]
    assert [step.held_by for step in steps] == [*["choice"] * 3, *["alone"] * 2]
    assert (ana.alone, bo.alone) == (True, False)
    assert [(one.state, one.why) for one in ana.exercises[:2]] == [("error", "time"), ("not tried", "")]
    assert "3" in ana.exercises[0].message
    assert "None" in ana.exercises[1].message
    assert bo.exercises[0].state == "passed"


PROGRAM = """
import sys
from segwidgets.mark.marking import mark_class

mark_class(sys.argv[1], sys.argv[2], workers=1)
"""
BUSY = """
import pathlib
pathlib.Path("begun").touch()
while True: pass
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["the judge dies", "all is interrupted", "all is killed"])
def test_a_student_s_process_ends_with_who_judges_it_and_its_folder_goes(tmp_path: Path, how: str) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    put(tmp_path / "class", {"Ana/4.ipynb": answered("en", {"4.1": BUSY})})
    whole = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "class"), str(tmp_path / "out")],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(place)},
        stderr=subprocess.PIPE,
    )
    theirs: list[psutil.Process] = []
    try:
        wait_until(lambda: bool(list(place.glob("*/*/begun"))), whole.pid, 200)
        [judge] = psutil.Process(whole.pid).children()
        theirs = judge.children(recursive=True)
        assert theirs
        if how == "the judge dies":
            judge.kill()
            assert not psutil.wait_procs(theirs, timeout=60)[1]
        whole.send_signal(signal.SIGKILL if how == "all is killed" else signal.SIGINT)
        whole.communicate(timeout=60)
        assert not psutil.wait_procs([judge, *theirs], timeout=60)[1]
        assert not list(place.iterdir())
    finally:
        whole.kill()
        whole.communicate()
        for process in theirs:
            with suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a;b\n", "must begin with a line that names the columns"),
        ("student,exercise,points\nBo,9.9,1\n", "line 2 .* must name a student, an exercise"),
        ("student,exercise,points\nBo,4.1,many\n", "line 2 .* points from 0 on"),
        ("", "must begin"),
        (f'student,exercise,points\nBo,4.1,"{"1" * 200_000}', "a quotation mark open"),
    ],
)
def test_a_table_of_decided_marks_says_which_line_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "own.csv").write_text(text)
    with pytest.raises(ValueError, match=words):
        read_overrides(tmp_path / "own.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[points", "must be TOML"),
        ("x = " + "[" * 100_000, "must be TOML|too deep"),
        ("default = " + "9" * 5000, "must be TOML"),
        ('[points]\n"9.9" = 1', "no exercise"),
        ('[points]\n"4.1" = -1', "from 0 on"),
        ("[other]", "a table"),
        ('default = "1"', "must be a number"),
    ],
)
def test_a_rubric_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "rubric.toml").write_text(text)
    with pytest.raises(ValueError, match=words):
        read_rubric(tmp_path / "rubric.toml")
