"""The command as a stranger types it; what can go wrong says so in a sentence and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets import checkpoints
from segwidgets.images import sample_path
from segwidgets.workshop.delivery_check import check_workshop

pytestmark = pytest.mark.model


def run(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "segwidgets", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def workshops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same workshop twice in Spanish and one in English with prompts of one's own."""
    place = tmp_path_factory.mktemp("workshops")
    done = {}
    for name, options in {
        "es": ["--lang", "es"],
        "again": ["--lang", "es"],
        "en": ["coffee", "--point", "300,180", "--point", "20,380,0", "--box", "110,40,500,340"],
    }.items():
        result = run("workshop", *options, "--out", place / name, cwd=place)
        assert result.returncode == 0, result.stderr
        assert str(place / name) in result.stdout
        done[name] = place / name
    return done


def test_the_spanish_folder_has_exactly_the_workshops_names(workshops: dict[str, Path]) -> None:
    found = sorted(str(p.relative_to(workshops["es"])) for p in workshops["es"].rglob("*") if p.is_file())
    masks = [f"mascaras_salida/mask_{i}.png" for i in range(3)]
    coloured = [f"resultados/mask_colored_{i}.png" for i in range(3)]
    assert found == sorted(
        [
            "README.md",
            "imagenes_entrada/imagen.png",
            *masks,
            "resultados/analysis.json",
            "resultados/imagen_original.png",
            *coloured,
            "resultados/segmentation_process.gif",
            "resultados/semantic.png",
        ]
    )


def test_the_photo_is_untouched_and_the_masks_are_binary(workshops: dict[str, Path]) -> None:
    folder = workshops["es"]
    assert (folder / "imagenes_entrada/imagen.png").read_bytes() == sample_path("cat").read_bytes()
    shares = []
    for index in range(3):
        with Image.open(folder / f"mascaras_salida/mask_{index}.png") as image:
            assert image.mode == "L"
            values = np.asarray(image)
        assert values.shape == (300, 451)
        assert set(np.unique(values)) == {0, 255}
        shares.append((values > 0).mean())
    np.testing.assert_allclose(shares, [0.482, 0.741, 0.950], atol=0.01)


def test_the_whole_cat_is_chosen_and_said_to_be_a_cat(workshops: dict[str, Path]) -> None:
    analysis = json.loads((workshops["es"] / "resultados/analysis.json").read_text())
    assert analysis["chosen"]["mask"] == 1
    assert [mask["role"] for mask in analysis["masks"]] == ["part", "object", "context"]
    assert analysis["classes"][0]["class_name"] == "cat"
    assert "gato" in analysis["prompt"]["origin"]


@pytest.mark.parametrize(
    "name", ["segmentation_process.gif", "analysis.json", "semantic.png", "mask_colored_2.png"]
)
def test_two_runs_are_the_same_to_the_byte(workshops: dict[str, Path], name: str) -> None:
    first, second = (workshops[which] / "resultados" / name for which in ("es", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_the_animation_tells_the_process_and_loops(workshops: dict[str, Path]) -> None:
    path = workshops["es"] / "resultados/segmentation_process.gif"
    assert path.stat().st_size <= 1_500_000
    with Image.open(path) as image:
        assert image.n_frames == 8  # photo, prompt, three candidates, chosen, cut-out, classes
        assert image.info["loop"] == 0


@pytest.mark.parametrize("name", ["es", "en"])
def test_its_own_check_finds_nothing_missing(workshops: dict[str, Path], name: str, tmp_path: Path) -> None:
    assert {finding.status for finding in check_workshop(workshops[name])} == {"ok", "todo"}
    result = run("check", workshops[name], cwd=tmp_path)
    assert result.returncode == 0
    assert ("complete" if name == "en" else "completa") in result.stdout


def test_check_fails_and_names_what_is_lost(workshops: dict[str, Path], tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(workshops["es"], copy)
    (copy / "mascaras_salida/mask_1.png").unlink()
    result = run("check", copy, cwd=tmp_path)
    assert result.returncode == 1
    assert "mask_1.png" in result.stdout


def test_a_prompt_of_ones_own_is_used_and_reported(workshops: dict[str, Path]) -> None:
    analysis = json.loads((workshops["en"] / "results/analysis.json").read_text())
    assert analysis["prompt"]["points"] == [[300, 180], [20, 380]]
    assert analysis["prompt"]["labels"] == [1, 0]
    assert analysis["prompt"]["box"] == [110, 40, 500, 340]
    report = (workshops["en"] / "README.md").read_text(encoding="utf-8")
    assert "Prompt([(300, 180), (20, 380)], [1, 0], box=(110, 40, 500, 340))" in report
    assert "$" not in report.replace("$ ", "")


@pytest.mark.parametrize(("photo", "class_name"), [("astronaut", "person"), ("motorcycle", "motorbike")])
def test_without_a_prompt_the_largest_object_is_chosen(photo: str, class_name: str, tmp_path: Path) -> None:
    from segwidgets import segment_semantic
    from segwidgets.masks import compare
    from segwidgets.workshop import make_workshop

    done = make_workshop(photo, out=tmp_path / "out")
    assert class_name in done.prompt_origin
    semantic = segment_semantic(photo).mask(class_name)
    overlap = [compare(mask, semantic) for mask in done.candidates.masks]
    assert overlap[done.candidates.best].iou == max(result.iou for result in overlap) > 0.6
    assert overlap[done.candidates.best].precision > 0.9


def test_without_any_object_the_click_is_in_the_middle(tmp_path: Path) -> None:
    from segwidgets.workshop import make_workshop

    done = make_workshop("rocket", out=tmp_path / "out")
    assert "centre" in done.prompt_origin
    assert done.candidates.prompt.points == ((320.0, 213.0),)


def test_the_report_runs_the_code_that_it_shows(workshops: dict[str, Path]) -> None:
    import re

    report = (workshops["es"] / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", report, re.DOTALL)
    here = Path.cwd()
    os.chdir(workshops["es"])
    try:
        names: dict[str, object] = {}
        exec(code, names)
    finally:
        os.chdir(here)
    saved = np.asarray(Image.open(workshops["es"] / "mascaras_salida/mask_1.png")) > 0
    np.testing.assert_array_equal(names["masks"][1], saved)  # type: ignore[index]
    assert (names["prediction"] == 8).mean() > 0.7


BAD = {
    "text.jpg": (lambda p: p.write_text("this is no photo"), [], "not an image"),
    "truncated.png": (lambda p: p.write_bytes(sample_path("cat").read_bytes()[:20_000]), [], "damaged"),
    "tiny.png": (lambda p: Image.new("RGB", (1, 1)).save(p), [], "16"),
    "empty.png": (lambda p: p.write_bytes(b""), [], "empty"),
    "missing.png": (lambda p: None, [], "no file"),
    "outside.png": (
        lambda p: Image.new("RGB", (60, 40)).save(p),
        ["--point", "60,10"],
        "60 wide and 40 high",
    ),
    "label.png": (lambda p: Image.new("RGB", (60, 40)).save(p), ["--point", "5,5,2"], "1 (foreground) or 0"),
    "half.png": (lambda p: Image.new("RGB", (60, 40)).save(p), ["--point", "5"], "--point must be X,Y"),
    "box.png": (lambda p: Image.new("RGB", (60, 40)).save(p), ["--box", "30,5,10,20"], "x0 < x1"),
    "model.png": (lambda p: Image.new("RGB", (60, 40)).save(p), ["--model", "vit_z"], "mobile_sam, vit_b"),
    "lang.png": (lambda p: Image.new("RGB", (60, 40)).save(p), ["--lang", "fr"], "en, es"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence_and_writes_nothing(name: str, tmp_path: Path) -> None:
    make, options, words = BAD[name]
    make(tmp_path / name)
    before = sorted(p.name for p in tmp_path.iterdir())
    result = run("workshop", name, *options, "--out", "made", cwd=tmp_path)
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_taken_folder_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/thesis.txt").write_text("years of work")
    for options in ([], ["--force"]):
        result = run("workshop", "--out", "made", *options, cwd=tmp_path)
        assert result.returncode == 1
        assert "choose another place" in result.stderr
    assert [p.name for p in tmp_path.rglob("*")] == ["made", "thesis.txt"]


def test_no_network_and_no_weights_names_every_source(tmp_path: Path) -> None:
    """Closed proxies stand for a closed network, an empty PATH for the missing npm client."""
    closed = "http://127.0.0.1:9"
    result = run(
        "workshop", "--out", "made",
        cwd=tmp_path, SEGWIDGETS_CACHE=str(tmp_path / "cache"), PATH="",
        http_proxy=closed, https_proxy=closed, HTTPS_PROXY=closed, no_proxy="", NO_PROXY="",
    )  # fmt: skip
    assert result.returncode == 1
    assert "cdn.jsdelivr.net" in result.stderr
    assert "npm" in result.stderr
    assert str(tmp_path / "cache") in result.stderr.replace("\n", "")
    assert not (tmp_path / "made").exists()


def test_weights_lists_sizes_and_licences(tmp_path: Path) -> None:
    result = run("weights", "--list", cwd=tmp_path)
    assert result.returncode == 0
    for name, checkpoint in checkpoints.CHECKPOINTS.items():
        assert name in result.stdout
        assert f"{checkpoint.size / 1e6:.0f}" in result.stdout
    assert "Apache-2.0" in result.stdout


def test_weights_fetched_ahead_are_verified(tmp_path: Path) -> None:
    result = run("weights", cwd=tmp_path)
    assert result.returncode == 0
    assert "mobile_sam: verified" in result.stdout
    assert "deeplab_mobilenet_v2: verified" in result.stdout


def test_interrupting_leaves_no_half_folder(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "segwidgets", "workshop", "--out", "made"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 120
    while not any(tmp_path.iterdir()) and time.monotonic() < deadline:  # until the work has begun
        time.sleep(0.05)
    assert any(tmp_path.iterdir())
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


def test_doctor_finds_this_machine_fit_and_speaks_json(tmp_path: Path) -> None:
    result = run("doctor", "--json", "--no-network", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    findings = {finding["item"]: finding for finding in json.loads(result.stdout)}
    assert findings["mobile_sam"]["status"] == "ok"
    assert "Python" in findings


def test_doctor_names_weights_that_are_not_there(tmp_path: Path) -> None:
    result = run(
        "doctor", "--no-network", "--lang", "es", cwd=tmp_path, SEGWIDGETS_CACHE=str(tmp_path / "none")
    )
    assert "segwidgets weights" in result.stdout


def test_progress_reads_the_file_beside_the_notebooks(tmp_path: Path) -> None:
    (tmp_path / ".segwidgets_progress.json").write_text('{"exercises": {"2.1": "right"}}')
    result = run("progress", tmp_path, cwd=tmp_path.parent)
    assert result.returncode == 0
    assert "2.1 ✓" in result.stdout
