"""One table row names a model; whatever asks for models by name knows it from there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import segwidgets
from segwidgets import ClickSegmenter, PromptForm, Segmenter, load_sam
from segwidgets.checkpoints import CHECKPOINTS, DEFAULT_WEIGHTS
from segwidgets.frame import Frame
from segwidgets.models.deeplab.table import DEEPLAB_MODELS, DeepLabModel, deeplab_model
from segwidgets.models.engine import sam_frame
from segwidgets.models.sam import DEFAULT_SAM, SAM_MODELS, SamModel, load_engine, sam_model
from segwidgets.workshop.make import make_workshop
from tests.other_engine import ColorEngine

ROOT = Path(__file__).resolve().parent.parent
MADE_UP = SamModel("made_up", "Made-up SAM", 0, "mobile_sam", {"color": lambda files: ColorEngine()})


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> SamModel:
    monkeypatch.setitem(SAM_MODELS, MADE_UP.name, MADE_UP)
    return MADE_UP


def test_a_new_row_can_be_loaded_by_its_name(made_up: SamModel, cat: np.ndarray) -> None:
    assert load_engine("made_up") is load_engine("made_up", "color")
    for segmenter in (
        Segmenter(cat, "made_up"),
        ClickSegmenter(cat, "made_up", hover=False).segmenter,
        PromptForm(cat, "made_up").segmenter,
    ):
        assert segmenter.engine.name == "color"


def test_a_new_row_is_named_where_names_are_listed(made_up: SamModel, cat: np.ndarray) -> None:
    with pytest.raises(ValueError, match="vit_h, made_up, got 'x'"):
        sam_model("x")
    with pytest.raises(ValueError, match="torch, color, got 'x'"):
        Segmenter(cat, engine="x")
    with pytest.raises(ValueError, match="color runs made_up only, got 'vit_b': use engine='torch'"):
        Segmenter(cat, "vit_b", engine="color")
    with pytest.raises(ValueError, match="made_up is no segment_anything model"):
        load_sam("made_up")


@pytest.mark.model
def test_a_new_row_makes_a_workshop_that_names_it(made_up: SamModel, tmp_path: Path) -> None:
    done = make_workshop("cat", out=tmp_path / "made", model="made_up")
    report = (done.folder / "README.md").read_text("utf-8")
    assert f"[Made-up SAM]({made_up.checkpoint.homepage}) · {made_up.checkpoint.paper}" in report
    analysis = json.loads((done.folder / "results" / "analysis.json").read_text("utf-8"))
    assert analysis["model"]["sam"] == "made_up"
    assert "color" in analysis["model"]["engine"]


def test_a_new_row_is_in_the_commands_help() -> None:
    code = (
        "from segwidgets.models.sam import SAM_MODELS, SamModel\n"
        "SAM_MODELS['made_up'] = SamModel('made_up', 'Made-up SAM', 0, 'mobile_sam')\n"
        "from segwidgets.cli import main\n"
        "import sys; sys.argv = ['segwidgets', 'workshop', '--help']; main()\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert f"{', '.join(SAM_MODELS)} or made_up." in " ".join(shown.replace("│", " ").split())


def test_a_new_deeplab_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    row = DeepLabModel("made_up", "Made-up DeepLab", "deeplab_mobilenet_v2", in_torch=lambda files: None)
    monkeypatch.setitem(DEEPLAB_MODELS, row.name, row)
    assert deeplab_model("made_up").checkpoint is CHECKPOINTS["deeplab_mobilenet_v2"]
    with pytest.raises(ValueError, match="made_up, got 'x'"):
        deeplab_model("x")


def test_every_row_has_weights_and_something_that_runs_it() -> None:
    for name, model in (SAM_MODELS | DEEPLAB_MODELS).items():
        assert model.name == name
        assert model.checkpoint.licence
    assert all(model.engines for model in SAM_MODELS.values())
    assert (sam_model(DEFAULT_SAM).weights, deeplab_model().weights) == DEFAULT_WEIGHTS


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_the_readmes_table_says_what_the_rows_say(readme: str) -> None:
    lines = [line for line in (ROOT / readme).read_text("utf-8").splitlines() if line.startswith("| `")]
    for name, model in (SAM_MODELS | DEEPLAB_MODELS).items():
        (line,) = [line for line in lines if f"`{name}`" in line.split("|")[1]]
        *_, megabytes, licence, engines, _ = line.split("|")
        assert f"{model.checkpoint.size / 1e6:.0f}" in megabytes.replace(",", "").split()
        assert model.checkpoint.licence.split(" ")[0] in licence
        if isinstance(model, SamModel):
            assert all(engine in engines for engine in model.engines)
        else:
            assert ("onnxruntime" in engines) == (model.on_cpu is not None)


# where a photo lies


def test_a_frame_with_padding_on_all_sides_keeps_to_the_photo() -> None:
    """A square of 100 pixels, the photo of 60 x 100 in its middle: padding above and below."""
    frame = Frame((60, 100), (100, 100), (1.0, 1.0), (20, 20), (50, 50), offset=(20, 0))
    np.testing.assert_array_equal(frame.to_input([(10, 5)]), [[10, 25]])
    assert frame.crop_grid(np.zeros((3, 20, 20))).shape == (3, 12, 20)
    assert frame.cells_at(99.5, 59.5) == (11, 19)
    assert frame.cells_at([0.0, 5.0], 12.0)[1].tolist() == [0, 1]
    np.testing.assert_array_equal(frame.cell_centers[0, :2], [[2.5, 2.5], [7.5, 2.5]])
    mask = np.zeros((60, 100), bool)
    mask[10:30, 20:60] = True
    written = frame.write_mask(mask)
    assert written.shape == (50, 50)
    assert not (written[:10] > 0).any()
    assert not (written[40:] > 0).any()
    np.testing.assert_array_equal(frame.upscale(written) > 0, mask)
    np.testing.assert_array_equal(frame.cell_shares(mask)[2:6, 4:12], 1)
    assert frame.cell_shares(mask).sum() == 32


def test_logits_that_do_not_divide_the_input_come_back_as_well() -> None:
    frame = Frame.stretched((80, 120), (90, 90), (9, 9), (40, 40))
    mask = np.zeros((80, 120), bool)
    mask[20:60, 30:90] = True
    found = frame.upscale(frame.write_mask(mask)) > 0
    assert (found & mask).sum() / (found | mask).sum() > 0.95


@pytest.mark.parametrize("size", [(300, 451), (451, 300), (37, 1), (1024, 1024), (3000, 4000)])
def test_a_mask_comes_back_from_sams_logits_as_far_as_they_can_hold_it(size: tuple[int, int]) -> None:
    y, x = np.mgrid[: size[0], : size[1]]
    mask = (x + 0.5) / size[1] + (y + 0.5) / size[0] < 1
    frame = sam_frame(size)
    found = frame.upscale(frame.write_mask(mask)) > 0
    assert found.shape == size
    assert (found & mask).sum() / (found | mask).sum() > 0.95
    covered = frame.cell_shares(mask).sum() * 16**2 / np.prod(frame.placed_size)
    assert covered == pytest.approx(mask.mean(), rel=0.01)


@pytest.mark.parametrize("load", [segwidgets.load_sam, segwidgets.load_deeplab], ids=["sam", "deeplab"])
def test_without_torch_that_is_said_before_anything_is_fetched(load, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    real = importlib.util.find_spec
    without = {"torch", "torchvision", "segment_anything"}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in without else real(name))
    monkeypatch.setattr("segwidgets.checkpoints.fetch", lambda name: pytest.fail("nothing is to be fetched"))
    with pytest.raises(ImportError, match=r'needs PyTorch.*pip install "segwidgets\[torch\]"') as caught:
        load()
    assert isinstance(caught.value, segwidgets.SegwidgetsError)
