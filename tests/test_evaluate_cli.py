"""`segwidgets evaluate` as a stranger types it, with the real model."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets.images import sample_path
from tests.painter import draw_disk, paint_photo
from tests.test_cli import run

pytestmark = pytest.mark.model

SHORT = ("--clicks", "2", "--random", "0")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two photos with drawn masks, a photo without one, a mask without a photo, an empty mask."""
    for name in ("photos", "masks"):
        (tmp_path / name).mkdir()
    for name in ("coins", "coffee"):
        (tmp_path / f"photos/{name}.png").write_bytes(sample_path(name).read_bytes())
    draw_disk((384, 303), (160, 65), 17).save(tmp_path / "masks/coins.png")
    cup = np.zeros((400, 600), np.uint8)
    cup[60:240, 200:400] = 1
    cup[300:360, 420:480] = 2
    Image.fromarray(cup).save(tmp_path / "masks/coffee_parts.png")
    for name in ("lonely", "empty"):
        paint_photo(tmp_path / f"photos/{name}.png")
    Image.new("L", (256, 192)).save(tmp_path / "masks/empty.png")
    draw_disk().save(tmp_path / "masks/nobody.png")
    return tmp_path


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "objects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_measures_names_what_it_leaves_out_and_says_so_in_spanish(folders: Path) -> None:
    result = run("evaluate", "photos", "masks", "--out", "out", *SHORT, "--lang", "es", cwd=folders)
    assert result.returncode == 0, result.stderr
    for name in (
        "lonely.png: la foto no tiene máscara",
        "nobody.png: la máscara no tiene foto",
        "empty.png:",
    ):
        assert result.stderr.count(name) == 1
    assert "3 objetos medidos en 2 fotos." in result.stdout
    assert "1 foto sin máscara" in result.stdout
    assert "1 máscara vacía" in result.stdout
    found = rows(folders / "out")
    assert [(row["photo"], row["object"]) for row in found] == [
        ("coffee.png", "1"), ("coffee.png", "2"), ("coins.png", "255"),
    ]  # fmt: skip
    summary = json.loads((folders / "out/summary.json").read_text("utf-8"))
    mean = summary["mean_iou"]["segwidgets"]["2"]
    assert mean == pytest.approx(np.mean([float(row["iou_2"]) for row in found]), abs=1e-4)
    assert f"{mean:.3f}".replace(".", ",") in result.stdout
    median, share = summary["median_iou"]["segwidgets"]["1"], summary["share_below_half"]["segwidgets"]["1"]
    said = f"IoU mediano {median:.3f}; un {100 * share:.0f} % de los objetos".replace(".", ",")
    assert said in result.stdout
    ends = [f"{end:.3f}".replace(".", ",") for end in summary["mean_iou_interval"]["segwidgets"]["1"]]
    assert f"las 2 fotos, su media cae entre {ends[0]} y {ends[1]}" in result.stdout
    assert (folders / "out/chart.png").exists()
    assert (folders / "out/worst.png").exists()


def test_coco_and_deeplab_and_a_single_photo(folders: Path) -> None:
    square = [[140, 45, 180, 45, 180, 85, 140, 85]]
    data = {
        "images": [{"id": 1, "file_name": "coins.png", "width": 384, "height": 303}],
        "annotations": [{"id": 7, "image_id": 1, "category_id": 1, "segmentation": square}],
        "categories": [{"id": 1, "name": "coin"}],
    }
    (folders / "list.json").write_text(json.dumps(data))
    result = run(
        "evaluate", "photos/coins.png", "list.json", "--out", "out", "--semantic", *SHORT, cwd=folders
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    (row,) = rows(folders / "out")
    assert (row["class_name"], row["area_px"]) == ("coin", "1600")
    assert "with DeepLab's classes" in result.stdout
    assert "95 times of 100" not in result.stdout  # one photo says nothing of others


def test_nothing_to_measure_is_exit_status_1_with_every_reason(folders: Path) -> None:
    for name in ("coins.png", "coffee_parts.png"):
        (folders / "masks" / name).unlink()
    result = run("evaluate", "photos", "masks", "--out", "out", cwd=folders)
    assert result.returncode == 1
    assert "Nothing could be measured." in result.stdout
    assert "Traceback" not in result.stderr
    for name in ("lonely.png", "empty.png", "coins.png", "coffee.png", "nobody.png"):
        assert f"{name}: " in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "masks", "--out", "out"), "no photos at"),
        (("photos", "nowhere", "--out", "out"), "no masks at"),
        (("photos", "masks", "--out", "photos"), "folder of its own"),
        (("photos", "masks", "--out", "out", "--clicks", "0"), "clicks must be"),
        (("photos", "masks", "--out", "out", "--model", "vit_z"), "mobile_sam, vit_b"),
        (("photos", "masks", "--out", "out", "--lang", "xx"), "lang"),
        (("photos", "photos/coins.png", "--out", "photos/coins.png"), "folder of its own"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(folders: Path, arguments, words: str) -> None:
    before = sorted(path for path in folders.rglob("*"))
    result = run("evaluate", *arguments, cwd=folders)
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert sorted(path for path in folders.rglob("*")) == before


HALTING = """
import sys
import segwidgets.evaluate.run as module
from segwidgets.cli import main
measure, seen = module.measure_object, []
def halt(*arguments):
    seen.append(arguments)
    if len(seen) == 2:
        sys.stdout.write("one object is measured\\n")
        sys.stdout.flush()
        sys.stdin.read()
    return measure(*arguments)
module.measure_object = halt
main()
"""


def test_an_interrupted_command_says_that_it_goes_on_and_does(folders: Path) -> None:
    command = ("evaluate", "photos", "masks", "--out", "out", *SHORT)
    process = subprocess.Popen(
        [sys.executable, "-c", HALTING, *command],
        cwd=folders,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "one object is measured\n" in process.stdout, process.stderr.read()
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "the same command goes on from there" in message
    assert "Traceback" not in message
    before = rows(folders / "out")
    assert len(before) == 1
    result = run(*command, cwd=folders)
    assert result.returncode == 0, result.stderr
    assert "Going on where a run was stopped" in result.stderr
    assert rows(folders / "out")[: len(before)] == before
    assert len(rows(folders / "out")) == 3
    other = run("evaluate", "photos", "masks", "--out", "out", "--clicks", "3", "--random", "0", cwd=folders)
    assert other.returncode == 1
    assert "clicks was 2 and is 3" in other.stderr
