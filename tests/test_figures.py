"""The README's figures are what the real models draw today."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.model


def frames(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(image)]


def test_the_stored_figures_are_those_drawn_anew(tmp_path: Path) -> None:
    for path in runpy.run_path(str(ROOT / "figures/draw.py"))["draw"](tmp_path):
        stored, drawn = frames(ROOT / "figures" / path.name), frames(path)
        assert len(stored) == len(drawn), path.name
        for first, second in zip(stored, drawn, strict=True):
            assert first.shape == second.shape, path.name
            assert np.abs(first - second).mean() < 1, path.name  # of 255


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_every_link_of_the_readme_leads_somewhere_and_pictures_have_alt_text(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text):
        assert len(alt) > 20
        assert target.startswith("https://") or (ROOT / target).is_file()
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)", text):
        assert target.startswith("https://") or (ROOT / target).is_file()


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_the_readmes_python_runs(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    code = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "diagnose" in block)
    names: dict[str, object] = {}
    exec(code, names)
    assert len(names["detections"]) == 3  # type: ignore[arg-type]


def test_figures_stay_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "figures").iterdir() if path.is_file()) < 4_000_000
