"""The lessons in a stand-in for Google Colab: real environments, a real pip, an imagined `google.colab`.

Three clean environments hold what Colab has (numpy, torch, ...) and lack what it lacks (ipycanvas,
onnxruntime, ...): one the oldest versions that pyproject.toml allows and that have a wheel for this Python,
with the old IPython, ipykernel and ipywidgets that Colab is known for; one the newest, those of
constraints.txt; and one the very versions that Colab had in August 2026, without torch, on Python 3.13 where
there is one.
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

from segwidgets import checkpoints
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from tests.interpreters import build_wheel, interpreter, run_notebook, uv
from tools.build_notebooks import COLAB, ROOT, WIDGET_VIEW, Target, assemble, colab_cell, sources

pytestmark = pytest.mark.model

LACKING = {"ipycanvas", "onnx", "onnxruntime", "segment-anything", "supervision"}
AUGUST = "2026-08"
OLD_KERNEL = ["ipykernel==6.17.1", "ipython==7.34.0", "ipywidgets==7.7.1"]  # no wheel needs compiling
WIDGET_TESTS = [
    f"tests/test_{name}.py"
    for name in ("click_segmenter", "widget_actions", "explorers", "prompt_form", "lifetime")
]
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
    has_torch: bool

    def versions(self) -> dict[str, str]:
        code = (
            "import importlib.metadata as m, json; "
            "there = [*m.distributions()][::-1]; "  # the first of a name counts
            "print(json.dumps({d.name.lower().replace('_', '-'): d.version for d in there}))"
        )
        return json.loads(subprocess.check_output([self.python, "-c", code], text=True))

    def run(self, notebook: Any, folder: Path) -> None:
        """Run a notebook in `folder`; an error in a cell is raised."""
        run_notebook(self.python, notebook, folder, self.kernels, self.variables)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheels")).parent


def environment(home: Path, wheels: Path, age: str) -> Colab:
    """Make an environment as Colab's might be: `age` is "oldest", "newest" or "2026-08"."""
    python = home / "env/bin/python"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = project["dependencies"] + project["optional-dependencies"]["torch"]
    there = [need for need in needs if re.split(r"[<>=]", need)[0] not in LACKING]
    own, how = sys.executable, ["--constraint", str(ROOT / "constraints.txt")]
    if age == "oldest":
        there = [need for need in there if not need.startswith("ipywidgets")] + OLD_KERNEL
        how = ["--resolution", "lowest-direct", "--only-binary", ":all:"]
    elif age == AUGUST:
        own, there = interpreter("3.13"), []
        how = ["--requirement", str(ROOT / f"tests/environments/colab-{age}.txt")]
    else:
        there.append("ipykernel")
    uv("venv", "--seed", "--python", own, home / "env")
    uv("pip", "install", "--python", python, *how, *there)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.check_output([python, "-c", code], text=True).strip())
    colab = packages / "google/colab"
    colab.mkdir(parents=True)
    (colab / "__init__.py").write_text("from google.colab import output\n")
    (colab / "output.py").write_text(STAND_IN)
    startup = home / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "colab.py").write_text("import google.colab\n")  # Colab's kernel begins with it
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables |= {
        "PIP_FIND_LINKS": f"{wheels} {os.environ.get('PIP_FIND_LINKS', '')}".strip(),
        "IPYTHONDIR": str(home / "ipython"),
        "SEGWIDGETS_CACHE": str(home / "weights"),
    }
    (packages / "behind.pth").write_text(f"{home / 'system'}\n")  # last in the path, as the system's packages
    (home / "system/pillow-1.0.dist-info").mkdir(parents=True)
    shadowed = "Metadata-Version: 2.1\nName: pillow\nVersion: 1.0\n"
    (home / "system/pillow-1.0.dist-info/METADATA").write_text(shadowed)
    return Colab(python, home / "kernels", variables, has_torch=age != AUGUST)


LONG = [  # an environment of its own each, two of them with gigabytes of torch
    pytest.param(age, marks=pytest.mark.long) for age in ("oldest", "newest", AUGUST)
]


@pytest.fixture(scope="module", params=LONG)
def colab(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, wheels: Path
) -> Iterator[Colab]:
    home = tmp_path_factory.mktemp(request.param)
    yield environment(home, wheels, request.param)
    shutil.rmtree(home)  # gigabytes


def setup(lang: str, has_torch: bool) -> str:
    """Return the cell for Colab; the package comes from an index, whatever the READMEs are stamped with."""
    cell = colab_cell(lang, None)
    assert "segwidgets[torch]" in cell
    return cell if has_torch else cell.replace("[torch]", "")


def lesson(number: int, lang: str, has_torch: bool) -> Any:
    """Return a lesson with its solutions, and a probe after the cell for Colab."""
    notebook, _ = assemble(Target(sources()[number], lang, True))
    assert notebook.cells[1].id == COLAB
    notebook.cells[1].source = setup(lang, has_torch)
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
        [
            colab.python,
            "-c",
            f"import sys; sys.modules['google.colab'] = sys\n{setup('en', colab.has_torch)}",
        ],
        env={**colab.variables, "PIP_FIND_LINKS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Cannot install" in done.stderr
    assert f"numpy=={before['numpy']}" in done.stderr, "the student reads what does not go together"
    assert colab.versions() == before


def test_lessons_0_to_2_run_in_colab(colab: Colab, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    before = colab.versions()
    assert before["pillow"] != "1.0"
    lacking = LACKING if colab.has_torch else LACKING - {"segment-anything"}
    assert not lacking & set(before)
    newest = "newest" in request.node.name
    for name in DEFAULT_WEIGHTS:
        if not (newest and name == "deeplab_mobilenet_v2"):  # there the cell has to fetch it
            shutil.copytree(checkpoints.cache_dir() / name, Path(colab.variables["SEGWIDGETS_CACHE"]) / name)
    for number in range(3):
        notebook = lesson(number, "en" if newest else "es", colab.has_torch)
        colab.run(notebook, tmp_path)
        _, first, probe, *rest = notebook.cells
        written = _written(first)
        added = re.search(r"^(?:Added|[^:\n]+): (.*(?:segwidgets|nothing|nada).*)$", written, re.MULTILINE)
        assert added, written
        assert ("segwidgets==" in added[1]) == (number == 0), "at a second run nothing is added"
        assert "pillow" not in added[1]
        for name in DEFAULT_WEIGHTS:
            line = rf"^{name}: \d+ MB, {'verified' if newest else 'verificado'}$"
            assert re.search(line, written, re.MULTILINE)
        assert _written(probe) == "1 [True, True]\n"
        outputs = [output for cell in rest for output in cell.get("outputs", [])]
        views = [output for output in outputs if WIDGET_VIEW in output.get("data", {})]
        assert views
        assert all(view.metadata.get(WIDGET_VIEW) == {"colab": MANAGER} for view in views)
    after = colab.versions()
    assert {name: after[name] for name in before} == before  # nothing that Colab brings was changed
    assert set(after) >= lacking
    assert "segwidgets" in after


def _written(cell: Any) -> str:
    """Return what a cell wrote; an old ipykernel sends it in pieces."""
    return "".join(output.text for output in cell.outputs if output.get("name") == "stdout")


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("colab", [AUGUST], indirect=True)
def test_the_widgets_work_with_what_colab_has(colab: Colab, tmp_path: Path) -> None:
    """The widgets' own tests, in the environment that the lessons above were run in."""
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(f"{name}=={version}" for name, version in colab.versions().items()))
    wanted = ["pytest", "pytest-timeout", "hypothesis", "pycocotools"]
    uv("pip", "install", "--python", colab.python, "--constraint", kept, *wanted)
    command = [colab.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not model", *WIDGET_TESTS]
    done = subprocess.run(command, cwd=ROOT, env=colab.variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
