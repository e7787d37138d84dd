"""The benchmark runs to its end; what it measures is judged by whoever reads it, never here."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import everything, limit, many_clicks, panels, table
from benchmarks.__main__ import limits
from benchmarks.folder import Round, Run, lines
from benchmarks.table import Row
from segwidgets import Prompt, sample_image
from segwidgets.images import sample_path
from segwidgets.masks import decode
from segwidgets.models.onnx_graphs import GraphWriter
from tests.slow_line import slow_line

ROOT = Path(__file__).resolve().parent.parent
REFERENCES = json.loads((ROOT / "tests" / "data" / "references.json").read_text("utf-8"))


@pytest.mark.model
@pytest.mark.long
def test_the_benchmark_runs_and_both_sides_draw_the_same_masks(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert results["quick"]
    assert all(row["name"] in done.stdout for row in results["rows"])
    assert any(row["name"].startswith("evaluate one object") for row in results["rows"])
    assert sum(row["name"].startswith("in the browser: ") for row in results["rows"]) == 4, done.stderr
    agreement = next(row for row in results["rows"] if row["unit"] == "IoU")
    assert agreement["met"], agreement
    assert "multiply-adds" in done.stdout
    assert {row["name"] for row in results["rows"] if row["giga"]} >= {"one more click", "DeepLab, the cat"}
    assert set(results["curves"]) == {"photo_size", "prompts", "threads"}
    assert Image.open(tmp_path / "bench.png").width == 900


def test_multiply_adds_are_counted_in_the_run_itself() -> None:
    rng = np.random.default_rng(0)
    g = GraphWriter("counted")
    photo = g.input("photo", np.float32, (1, 4, 20, 30))
    kernels = g.constant(rng.random((16, 4, 3, 3), np.float32))  # fewer would be filled up to 16
    rows = g.add("MatMul", g.add("Conv", photo, kernels), g.constant(rng.random((28, 5), np.float32)))
    graph = g.finish(y=g.add("Relu", rows))
    feed = {"photo": rng.random((1, 4, 20, 30), np.float32)}
    convolution, product = 16 * 18 * 28 * 4 * 3 * 3, 16 * 18 * 28 * 5
    assert limit.multiply_adds(graph, feed) == convolution + product


def test_attention_counts_its_weights_its_scores_and_its_sums() -> None:
    weights, scores, sums = 49 * 128 * 3 * 64, 49 * 49 * 64, 49 * 49 * 64
    assert limit.MULTIPLYING["Attention"]([[10, 49, 128]], [[10, 49, 64]]) == 10 * (weights + scores + sums)


def test_the_limit_is_told_beside_both_sides() -> None:
    rows = [Row("a step", "s", 1.2, 0.4, 3.0, "2 x", True, 40.0), Row("another", "s", 1, 1, 1, "1 x", True)]
    told = list(limits(rows, 200.0))
    assert told[1].split() == ["a", "step", "40.00", "G", "0.200", "s", "6.0", "x", "2.0", "x"]
    assert len(told) == 2, "only what is counted"


@pytest.mark.model
def test_a_click_takes_a_thousand_million_multiply_adds() -> None:
    """As `benchmarks/README.md` works out by hand for the decoder, and for the encoder of a 3:2 photo."""
    encoding, click = limit.of_encoding_and_click(sample_image("cat"), Prompt([(250, 170)]))
    assert round(encoding / 1e9) == 37
    assert round(click / 1e9, 1) == 1.0


def test_a_folder_is_measured_by_medians_and_what_is_too_slow_is_said() -> None:
    quick = Round(Run(40, 38, 0.8), Run(20, 40, 0.7), Run(100, 200, 3.0))
    told, status = lines(4, [quick, quick, Round(Run(1, 1, 0.9), Run(9, 9, 0.7), Run(1, 1, 1.0))])
    assert status == 0
    assert [line.split()[-3:] for line in told[1:4]] == [
        ["2.4", "50.0", "3.00"], ["6.0", "9.5", "0.90"], ["12.0", "10.0", "0.70"],
    ]  # fmt: skip
    assert "5.00 x" in told[4]
    assert "2.00 x" in told[5]
    assert lines(4, [Round(Run(40, 38, 0.8), Run(26, 40, 0.7), Run(100, 200, 3.0))])[1] == 1


@pytest.mark.model
@pytest.mark.long  # as all benchmarks
def test_everything_on_a_large_photo_is_told_with_what_the_bar_promised(capsys) -> None:
    assert everything.main(["--megapixels", "0.2", "--side", "3", "--alone"]) == 0
    size, ours, bar = capsys.readouterr().out.splitlines()
    assert size == "0.2 megapixels, 3 points per side"
    assert re.fullmatch(r"generate_masks: \d+ s, \d\.\d\d GB at most", ours)
    assert re.fullmatch(r"after a tenth the bar promises \d+ s; it takes \d+: \d\.\d\d x", bar)


@pytest.mark.model
@pytest.mark.long  # as all benchmarks
def test_many_clicks_are_told_as_a_multiple_of_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert many_clicks.main(["--clicks", "41"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("41 clicks on 21 objects")
    assert "first 20 " in told
    assert "41 undos" in told


@pytest.mark.long
def test_masks_are_measured_by_pixels_and_by_outlines(capsys: pytest.CaptureFixture[str]) -> None:
    panels.main(["--rounds", "1"])
    assert "300 x 400 pixels" in capsys.readouterr().out


@pytest.mark.model
@pytest.mark.long
def test_the_trainings_of_a_lesson_are_measured_by_its_own_cells() -> None:
    command = [sys.executable, "-m", "benchmarks.training", "--runs", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    head, *rows = done.stdout.splitlines()
    assert "swapped: unseen" in head
    assert [row.split()[0] for row in rows] == ["0", "least", "most"]
    assert all(0.9 < float(row.split()[1]) < 1 for row in rows)


@pytest.mark.model
@pytest.mark.long
def test_a_folder_is_labelled_by_all_sides() -> None:
    options = ["--photos", "1", "--points", "1", "--rounds", "1"]
    command = [sys.executable, "-m", "benchmarks.folder", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "two processes beside torch" in done.stdout, done.stderr[-3000:]


@pytest.mark.model
@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("choice", ["--clicks", "1"], ["predicted IoU", "and DeepLab", "best of three"]),
        ("refining", ["--clicks", "2"], ["click 2", "single mask, fed back", "of 1 clicks"]),
        ("closer", ["--side", "1"], ["IoU of 1 objects", "margin 0.25", "the mask fed back"]),
    ],
)
def test_single_questions_are_measured_on_a_folder_of_ones_own(
    module: str, options: list[str], words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    Image.open(sample_path("cat")).save(tmp_path / "images" / "cat.png")
    cat = next(one for one in REFERENCES["objects"] if one["object"] == "cat")
    Image.fromarray(decode(cat["segmentation"])).save(tmp_path / "masks" / "cat.png")
    command = [sys.executable, "-m", f"benchmarks.{module}", str(tmp_path), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert all(word in done.stdout for word in words), done.stdout


@pytest.mark.model
@pytest.mark.long
def test_a_cold_start_is_measured_in_fresh_kernels() -> None:
    command = [sys.executable, "-m", "benchmarks.cold_start", "--rounds", "1", "--lessons", "01"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    words = ["view, s", "ClickSegmenter", "PhotoQueue", "12 megapixels", "first picture after"]
    assert all(word in done.stdout for word in words), done.stdout
    assert not any(word in done.stdout.split() for word in ("nan", "inf")), "each is seen and answers"


@pytest.mark.browser
@pytest.mark.model
@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("wire", ["--seconds", "0.5"], ["stroke, frames/s", "12 megapixels"]),
        (
            "in_the_browser",
            ["--quick"],
            ["1 thread, memory", "ready again", "click large", "the kernel", "before the first preview"],
        ),
        ("in_the_browser", ["--quick", "--published"], ["encode", "click", "published graphs", "times"]),
        (
            "photo_queue",
            ["--photos", "2", "--many", "9", "--rounds", "1"],
            [
                "next, ms",
                "beside an encoder",
                "9 photos: there after",
                "7 thumbnails read",
                "from photo 1 to 2",
            ],
        ),
    ],
)
def test_what_is_seen_in_a_browser_is_measured(module: str, options: list[str], words: list[str]) -> None:
    command = [sys.executable, "-m", f"benchmarks.{module}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert all(word in done.stdout for word in words), done.stdout


def test_a_slow_line_is_late_by_its_round_trip_and_ends_when_it_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with slow_line(port, 0.1, 1_000_000) as line:
            near = socket.create_connection(("127.0.0.1", line.port), timeout=20)
            far, _ = server.accept()
            start = time.monotonic()
            near.sendall(b"there")
            far.sendall(far.recv(5))
            assert near.recv(5) == b"there"
            assert time.monotonic() - start >= 0.1
            far.sendall(bytes(100_000))
            start, left = time.monotonic(), 100_000
            while left:
                left -= len(near.recv(left))
            assert time.monotonic() - start >= 0.1, "so many bytes need as long"
            line.cut()
            assert near.recv(1) == b""
            near.close()
            far.close()


def test_the_cats_multiply_adds_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table.products_of_the_cat.cache_clear()
    counted = []
    monkeypatch.setattr(limit, "of_encoding_and_click", lambda *asked: counted.append(asked) or (2, 1))
    assert table.products_of_the_cat() == table.products_of_the_cat() == (2, 1)
    assert len(counted) == 1
    table.products_of_the_cat.cache_clear()
