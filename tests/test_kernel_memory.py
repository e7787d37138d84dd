"""A lesson's kernel must leave room in Binder's 2 GB; the table's threshold must bite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from benchmarks import kernel_memory
from benchmarks.kernel_memory import Lesson, Taken, held_gb, line, taken, verdict
from segwidgets.doctor import LESSON_GB
from tools.build_notebooks import NOTEBOOKS

pytestmark = pytest.mark.slow

linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells a process's peak")


def _peaking(name: str, plain: float, solved: float) -> Lesson:
    return Lesson(name, Taken(plain, 9), Taken(solved, 99))


def test_the_limit_is_what_the_doctor_says_of_a_lesson() -> None:
    assert LESSON_GB == 1.2
    assert "limit of 1.2 GB" in verdict([_peaking("00", 0.5, 0.5)])[0]


@pytest.mark.parametrize(
    ("lessons", "expected", "words"),
    [
        ([_peaking("00_a", 0.5, 0.6), _peaking("01_b", 0.9, 0.8)], 0, "the most: 0.90 GB (01_b), within"),
        ([_peaking("00_a", 0.5, 1.2), _peaking("01_b", 0.9, 0.8)], 0, "the most: 1.20 GB (00_a), within"),
        ([_peaking("00_a", 1.21, 0.5), _peaking("01_b", 0.9, 0.8)], 1, "the most: 1.21 GB (00_a), ABOVE"),
        ([_peaking("00_a", 0.5, 0.5), _peaking("01_b", 0.9, 1.201)], 1, "the most: 1.20 GB (01_b), ABOVE"),
    ],
)
def test_one_peak_above_the_limit_is_enough(lessons: list[Lesson], expected: int, words: str) -> None:
    text, status = verdict(lessons)
    assert status == expected
    assert text.startswith(words)


def test_a_row_shows_both_peaks_and_both_times() -> None:
    row = line(Lesson("03_name_pixels", Taken(1.046, 8.6), Taken(1.114, 23.4)))
    assert row.split() == ["03_name_pixels", "1.05", "1.11", "9", "23"]


def test_what_is_held_is_read_in_kilobytes_of_1024() -> None:
    status = "VmHWM:\t 7000000 kB\nRssAnon:\t  900000 kB\nRssFile:\t 800000 kB\nRssShmem:\t  100000 kB\n"
    assert held_gb(status) == pytest.approx(1.024)
    with pytest.raises(ValueError, match="expected the lines RssAnon and RssShmem"):
        held_gb("Name:\tpython\n")


@linux
def test_the_peak_is_the_kernels_own(tmp_path: Path) -> None:
    """Half a gigabyte that was given back counts; an error in a cell is not passed over."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in ("1", "x = 1")])
    nbformat.write(notebook, tmp_path / "small.ipynb")
    notebook.cells[1].source = "import time\nblock = b'x' * 500_000_000\ndel block\ntime.sleep(1)"
    nbformat.write(notebook, tmp_path / "large.ipynb")
    small, large = (taken(tmp_path / f"{name}.ipynb") for name in ("small", "large"))
    assert 0.02 < small.gb < 0.3
    assert large.gb - small.gb == pytest.approx(0.5, abs=0.05)
    assert large.seconds >= 1
    notebook.cells[1].source = "1 / 0"
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    with pytest.raises(Exception, match="ZeroDivisionError"):
        taken(tmp_path / "wrong.ipynb")


@linux
@pytest.mark.model
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("00_start_here", id="first"),
        pytest.param("solutions/01_prepare_image", id="heaviest", marks=pytest.mark.long),
    ],
)
def test_a_real_lesson_stays_below_the_limit(name: str) -> None:
    assert 0.2 < taken(NOTEBOOKS / "en" / f"{name}.ipynb").gb < LESSON_GB


def test_an_unknown_lesson_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.kernel_memory", "99"]
    root = Path(kernel_memory.__file__).parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no lesson's name begins with 99" in done.stderr
