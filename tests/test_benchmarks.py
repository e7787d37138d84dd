"""The benchmark runs to its end; what it measures is judged by whoever reads it, never here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from segwidgets.images import sample_path
from segwidgets.masks import decode

ROOT = Path(__file__).resolve().parent.parent
REFERENCES = json.loads((ROOT / "tests" / "data" / "references.json").read_text("utf-8"))


@pytest.mark.model
def test_the_benchmark_runs_and_both_sides_draw_the_same_masks(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert results["quick"]
    assert all(row["name"] in done.stdout for row in results["rows"])
    assert any(row["name"].startswith("evaluate one object") for row in results["rows"])
    agreement = next(row for row in results["rows"] if row["unit"] == "IoU")
    assert agreement["met"], agreement
    assert set(results["curves"]) == {"photo_size", "prompts", "threads"}
    assert Image.open(tmp_path / "bench.png").width == 900


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
