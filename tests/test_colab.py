"""The lessons in a stand-in for Google Colab: real environments, a real pip, an imagined `google.colab`.

Two clean environments hold what Colab has (numpy, torch, ...) and lack what it lacks (ipycanvas, onnxruntime,
...): one the oldest versions that pyproject.toml allows and that have a wheel for this Python, with the old
IPython, ipykernel and ipywidgets that Colab is known for; the other the newest, those of constraints.txt.
There the Colab cell finds this project's wheel by PIP_FIND_LINKS. Colab itself is not tested.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from segwidgets import checkpoints
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from tools.build_notebooks import COLAB, ROOT, WIDGET_VIEW, Target, assemble, colab_cell, sources

pytestmark = pytest.mark.model

LACKING = {"ipycanvas", "onnx", "onnxruntime", "segment-anything", "supervision"}
OLD_KERNEL = ["ipykernel==6.17.1", "ipython==7.34.0", "ipywidgets==7.7.1"]  # no wheel needs compiling
METADATA = "Metadata-Version: 2.1\nName: segwidgets\nVersion: 0.9.9\nRequires-Dist: numpy!={numpy}\n"
PROBE = f"""
import google.colab
from segwidgets.checkpoints import is_cached

print(google.colab.output.calls, [is_cached(name) for name in {DEFAULT_WEIGHTS!r}])
"""
MANAGER = {"custom_widget_manager": {"url": "https://example.org/manager.js"}}
STAND_IN = f'''"""A stand-in for google.colab.output: it names the widget manager in what display() sends."""

from IPython import get_ipython

calls = 0


def enable_custom_widget_manager():
    global calls
    calls += 1
    get_ipython().display_pub.register_hook(_name_the_manager)


def _name_the_manager(message):
    content = message.get("content", {{}})
    if "{WIDGET_VIEW}" in content.get("data", {{}}):
        content["metadata"]["{WIDGET_VIEW}"] = {{"colab": {MANAGER!r}}}
    return message
'''


@dataclass(frozen=True)
class Colab:
    """An environment with the stand-in, and what its kernels are started with."""

    python: Path
    kernels: Path
    variables: dict[str, str]

    def versions(self) -> dict[str, str]:
        code = (
            "import importlib.metadata as m, json; "
            "print(json.dumps({d.name.lower().replace('_', '-'): d.version for d in m.distributions()}))"
        )
        return json.loads(subprocess.check_output([self.python, "-c", code], text=True))

    def run(self, notebook: Any, folder: Path) -> None:
        """Run a notebook in `folder`; an error in a cell is raised."""
        kernel = AsyncKernelManager(
            kernel_name="colab", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(self.kernels)])
        )
        client = NotebookClient(
            notebook, km=kernel, timeout=300, resources={"metadata": {"path": str(folder)}}
        )
        client.execute(env=self.variables)


def uv(*arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


def environment(home: Path, wheels: Path, age: str) -> Colab:
    """Make an environment as Colab's might be: `age` is "oldest" or "newest"."""
    python = home / "env/bin/python"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = project["dependencies"] + project["optional-dependencies"]["torch"]
    there = [need for need in needs if re.split(r"[<>=]", need)[0] not in LACKING]
    if age == "oldest":
        there = [need for need in there if not need.startswith("ipywidgets")] + OLD_KERNEL
        how = ["--resolution", "lowest-direct", "--only-binary", ":all:"]
    else:
        there.append("ipykernel")
        how = ["--constraint", str(ROOT / "constraints.txt")]
    uv("venv", "--seed", "--python", sys.executable, home / "env")
    uv("pip", "install", "--python", python, *how, *there)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    colab = Path(subprocess.check_output([python, "-c", code], text=True).strip()) / "google/colab"
    colab.mkdir(parents=True)
    (colab / "__init__.py").write_text("from google.colab import output\n")
    (colab / "output.py").write_text(STAND_IN)
    startup = home / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "colab.py").write_text("import google.colab\n")  # Colab's kernel begins with it
    spec = {"argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    (home / "kernels/colab").mkdir(parents=True)
    (home / "kernels/colab/kernel.json").write_text(
        json.dumps({**spec, "display_name": "Colab", "language": "python"})
    )
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables |= {
        "PIP_FIND_LINKS": f"{wheels} {os.environ.get('PIP_FIND_LINKS', '')}".strip(),
        "IPYTHONDIR": str(home / "ipython"),
        "SEGWIDGETS_CACHE": str(home / "weights"),
    }
    return Colab(python, home / "kernels", variables)


@pytest.fixture(scope="module", params=["oldest", "newest"])
def colab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheels: Path
) -> Iterator[Colab]:
    home = tmp_path_factory.mktemp(request.param)
    yield environment(home, wheels, request.param)
    shutil.rmtree(home)  # gigabytes


def lesson(number: int, lang: str) -> Any:
    """Return a lesson with its solutions, and a probe after the cell for Colab.

    The package comes from an index, whatever address the READMEs are stamped with.
    """
    notebook, _ = assemble(Target(sources()[number], lang, True))
    assert notebook.cells[1].id == COLAB
    notebook.cells[1].source = colab_cell(lang, None)
    notebook.cells.insert(2, nbformat.v4.new_code_cell(PROBE, id="probe"))
    return notebook


def test_what_needs_another_numpy_is_refused(colab: Colab, tmp_path: Path) -> None:
    before = colab.versions()
    info = "segwidgets-0.9.9.dist-info"
    with zipfile.ZipFile(tmp_path / "segwidgets-0.9.9-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", METADATA.format(numpy=before["numpy"]))
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    done = subprocess.run(
        [colab.python, "-c", f"import sys; sys.modules['google.colab'] = sys\n{colab_cell('en', None)}"],
        env={**colab.variables, "PIP_FIND_LINKS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Cannot install" in done.stderr
    assert f"numpy=={before['numpy']}" in done.stderr
    assert colab.versions() == before


def test_lessons_0_to_2_run_in_colab(colab: Colab, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    before = colab.versions()
    assert not LACKING & set(before)
    newest = "newest" in request.node.name
    for name in DEFAULT_WEIGHTS:
        if not (newest and name == "deeplab_mobilenet_v2"):  # there the cell has to fetch it
            shutil.copytree(checkpoints.cache_dir() / name, Path(colab.variables["SEGWIDGETS_CACHE"]) / name)
    for number in range(3):
        notebook = lesson(number, "en" if newest else "es")
        colab.run(notebook, tmp_path)
        _, setup, probe, *rest = notebook.cells
        written = "".join(output.text for output in setup.outputs if output.get("name") == "stdout")
        for name in DEFAULT_WEIGHTS:
            line = rf"^{name}: \d+ MB, {'verified' if newest else 'verificado'}$"
            assert re.search(line, written, re.MULTILINE)
        assert probe.outputs[0].text == "1 [True, True]\n"
        outputs = [output for cell in rest for output in cell.get("outputs", [])]
        views = [output for output in outputs if WIDGET_VIEW in output.get("data", {})]
        assert views
        assert all(view.metadata.get(WIDGET_VIEW) == {"colab": MANAGER} for view in views)
    after = colab.versions()
    kept = {name for name in before if "widgets" not in name}  # of what Colab brings only widgets are newer
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert set(after) >= LACKING
    assert "segwidgets" in after
