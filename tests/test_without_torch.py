"""The light core in an environment of its own, without torch: the workshop, and every lesson to its end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from segwidgets import checkpoints, load_sam
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from segwidgets.course import torch_cells
from segwidgets.locale.notebook import set_language
from segwidgets.models.engine import MissingTorchError
from segwidgets.workshop import make_workshop
from tests.interpreters import ROOT, build_wheel, run_notebook, uv
from tools.build_notebooks import Target, assemble, sources
from tools.installs import downloads, size_of

SENTENCE = {"en": "This cell shows PyTorch", "es": "Esta celda muestra PyTorch"}

NEED_TORCH = (
    1,
    3,
    10,
)  # lessons with cells that show it; `make test` runs these, `make test-all` the others too


@dataclass(frozen=True)
class Light:
    """What a person has who installed the wheel alone."""

    home: Path
    python: Path
    variables: dict[str, str]


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Light]:
    home = tmp_path_factory.mktemp("light")
    python = home / "env/bin/python"
    uv("venv", home / "env")
    constrained = ["--constraint", ROOT / "constraints.txt"]
    uv("pip", "install", "--python", python, *constrained, build_wheel(home), "ipykernel")
    for name in DEFAULT_WEIGHTS:
        shutil.copytree(checkpoints.cache_dir() / name, home / "weights" / name)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables |= {
        "SEGWIDGETS_CACHE": str(home / "weights"),
        "SEGWIDGETS_PROGRESS": str(home / "progress.json"),
    }
    yield Light(home, python, variables)
    shutil.rmtree(home)


def run(light: Light, *arguments: str | Path, status: int = 0) -> str:
    done = subprocess.run(
        [light.python, *arguments],
        cwd=light.home,
        env=light.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.model
def test_the_workshop_is_made_and_sound(light: Light) -> None:
    found = "import importlib.util as u; print([n for n in ('torch', 'torchvision') if u.find_spec(n)])"
    assert run(light, "-c", found).strip() == "[]"
    run(light, "-m", "segwidgets", "workshop", "--out", "made")
    run(light, "-m", "segwidgets", "check", "made")
    assert "problem" not in run(light, "-m", "segwidgets", "doctor", "--json")


@pytest.mark.model
def test_it_weighs_no_more_than_was_meant(light: Light) -> None:
    """For slow lines and full disks; `python tools/installs.py weigh` writes the READMEs' figures."""
    weights = sum(checkpoints.CHECKPOINTS[name].size for name in DEFAULT_WEIGHTS)
    assert downloads() + weights <= 320e6
    assert size_of(light.home / "env") + size_of(light.home / "weights") <= 1.0e9


@pytest.mark.model
@pytest.mark.parametrize(
    "number",
    [
        one if one in NEED_TORCH else pytest.param(one, marks=pytest.mark.long)
        for one in range(len(sources()))
    ],
)
def test_a_lesson_runs_to_its_end_and_says_which_cells_show_torch(light: Light, number: int) -> None:
    lang = "es" if number % 2 else "en"
    notebook, _ = assemble(Target(sources()[number], lang, True))
    folder = light.home / f"lesson_{number}"
    folder.mkdir()
    run_notebook(light.python, notebook, folder, light.home / "kernels", light.variables)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    said = [cell for cell in code if SENTENCE[lang] in "".join(out.get("text", "") for out in cell.outputs)]
    assert said == [cell for cell in code if "needs_torch()" in cell.source]
    assert len(said) <= len(code) / 2, "most of a lesson is there without torch"
    assert not [
        name
        for name in ("torch", "torchvision")
        if any(_imports(cell, name) for cell in code if cell not in said)
    ]


def _imports(cell: nbformat.NotebookNode, name: str) -> bool:
    return f"import {name}" in cell.source or f"from {name}" in cell.source


def test_where_torch_is_there_a_cell_that_needs_it_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = SimpleNamespace(ast_transformers=["somebody else's"])
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(torch_cells, "missing_torch", lambda: ["torch"])
    torch_cells.leave_torch_out()
    torch_cells.leave_torch_out()
    assert len(shell.ast_transformers) == 2
    monkeypatch.setattr(torch_cells, "missing_torch", list)  # it was installed meanwhile
    torch_cells.leave_torch_out()
    assert shell.ast_transformers == ["somebody else's"]


def test_outside_a_notebook_a_lack_of_torch_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segwidgets.models.engine.missing_torch", lambda: ["torch"])
    monkeypatch.setattr(torch_cells, "missing_torch", lambda: ["torch"])
    with pytest.raises(ImportError, match=r"segwidgets\[torch\]"):
        torch_cells.needs_torch()


def test_a_model_that_needs_torch_says_so_in_ones_language_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segwidgets.models.engine.missing_torch", lambda: ["torch"])
    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path / "cache"))
    spanish = (
        "SAM ViT-B necesita PyTorch, y aquí no se puede importar torch: "
        'pip install "segwidgets[torch]" lo trae; todo lo demás funciona sin él'
    )
    with pytest.raises(MissingTorchError, match=f"^{re.escape(spanish)}$"):
        make_workshop(out=tmp_path / "made", lang="es", model="vit_b")
    assert list(tmp_path.iterdir()) == []
    set_language("es")
    with pytest.raises(MissingTorchError, match=r"^load_sam.* necesita PyTorch"):
        load_sam("vit_b")
    set_language("en")
    with pytest.raises(MissingTorchError, match=r"^load_sam.* needs PyTorch"):
        load_sam("vit_b")


@pytest.mark.slow
@pytest.mark.long
def test_the_fast_tests_are_collected_without_torch() -> None:
    """`make quick` installs none."""
    code = (
        "import sys, pytest; sys.modules.update(dict.fromkeys(('torch', 'torchvision', 'segment_anything')));"
        "sys.exit(pytest.main(['--collect-only', '-q', '-m', 'not model and not browser']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
