"""Proof that validating the lessons bites: break a copy of the package, and nbval must go red.

Each row breaks one line of one file, in a way that a careless change might, and names the lesson that is the
cheapest to notice. The unbroken copy must stay green.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import segwidgets

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = Path(segwidgets.__file__).parent
pytestmark = pytest.mark.model


class Break(NamedTuple):
    """One way in which the package can go wrong."""

    name: str
    file: str
    before: str
    after: str
    lesson: str


BREAKS = [
    Break(
        "mask_shifted_by_5_px",
        "segmenter.py",
        "            self._masks(logits[shown]),",
        "            np.roll(self._masks(logits[shown]), 5, axis=2),",
        "00_start_here",
    ),
    Break(
        "x_and_y_swapped",
        "models/mobile_sam/onnx_sam.py",
        "prompt.point_coords",
        "prompt.point_coords[:, ::-1]",
        "00_start_here",
    ),
    Break(
        "blue_for_red",
        "ground/decoding.py",
        'np.asarray(strip.convert("RGB"))',
        'np.asarray(strip.convert("RGB"))[:, :, ::-1]',
        "00_start_here",
    ),
    Break("mask_threshold", "segmenter.py", "MASK_THRESHOLD = 0.0", "MASK_THRESHOLD = 1.0", "00_start_here"),
    Break(
        "wrong_class_names",
        "models/deeplab/pascal.py",
        '    "bus",\n    "car",\n    "cat",\n',
        '    "bus",\n    "cat",\n    "car",\n',
        "00_start_here",
    ),
    Break(
        "negative_points_taken_for_positive",
        "models/mobile_sam/onnx_sam.py",
        "prompt.point_coords, prompt.point_labels",
        "prompt.point_coords, np.ones_like(prompt.point_labels)",
        "02_click_masks",
    ),
    Break(
        "iou_off",
        "masks/comparison.py",
        "iou=ratio(common, area + target - common)",
        "iou=ratio(common, area + target)",
        "02_click_masks",
    ),
    Break(
        "holes_counted_wrong",
        "masks/regions.py",
        "connectedComponentsWithStats(background, connectivity=4)",
        "connectedComponentsWithStats(background, connectivity=8)",
        "05_measure_masks",
    ),
    Break(
        "gif_reversed",
        "drawing/gif.py",
        "size = _check_frames(frames)",
        "frames = list(frames)[::-1]\n    size = _check_frames(frames)",
        "06_deliver_workshop",
    ),
    Break(
        "mask_drawn_elsewhere",
        "drawing/show.py",
        "annotate_mask(image, mask, color)",
        "annotate_mask(image, mask[::-1], color)",
        "00_start_here",
    ),
    Break(
        "nms_keeps_the_worst",
        "automatic.py",
        "order = np.argsort(-np.asarray(scores",
        "order = np.argsort(np.asarray(scores",
        "04_find_everything",
    ),
]


ALWAYS = {"mask_shifted_by_5_px", "blue_for_red", "iou_off"}  # a picture's place, its colours, a number in a text


def validate(lesson: str, package_home: Path) -> subprocess.CompletedProcess[str]:
    """Run nbval on a lesson, strictly, with the package that lies in `package_home`."""
    environment = {**os.environ, "PYTHONPATH": str(package_home)}
    return subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "tests.notebooks.pictures",
                "-p",
                "no:cacheprovider",
            ),
            *("--nbval", "--nbval-current-env", str(ROOT / "notebooks" / "en" / f"{lesson}.ipynb")),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def package_home(tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(PACKAGE, tmp_path / "segwidgets", ignore=shutil.ignore_patterns("__pycache__"))
    yield tmp_path
    shutil.rmtree(tmp_path / "segwidgets")


@pytest.mark.long  # make test validates the lessons themselves with the package as it is
@pytest.mark.parametrize("lesson", sorted({row.lesson for row in BREAKS}))
def test_an_unbroken_copy_passes(lesson: str, package_home: Path) -> None:
    done = validate(lesson, package_home)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=[] if row.name in ALWAYS else pytest.mark.long)
        for row in BREAKS
    ],
)
def test_a_broken_package_turns_the_lessons_red(row: Break, package_home: Path) -> None:
    file = package_home / "segwidgets" / row.file
    text = file.read_text("utf-8")
    assert text.count(row.before) == 1, f"{row.file} no longer holds what this row breaks; mend the row"
    file.write_text(text.replace(row.before, row.after), "utf-8")
    done = validate(row.lesson, package_home)
    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout
    assert "Cell" in done.stdout


def test_there_are_at_least_eight_ways_to_break_it() -> None:
    assert len({row.name for row in BREAKS}) >= 8
