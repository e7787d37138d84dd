"""What Binder does, done here: its package list, `postBuild`, and a server that opens lesson 0.

repo2docker takes the packages from conda; here pip's packages of the same names stand in, at the tested
versions. The repository is copied as git knows it, and the weights' cache begins empty.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.browser.jupyter import PATIENCE_S, wait_for_server

ROOT = Path(__file__).resolve().parent.parent
LESSON_0 = "notebooks/en/00_start_here.ipynb"
PIP_NAMES = {  # where pip's name is another one; None for what is no Python package
    "matplotlib-base": "matplotlib",
    "nodejs": None,
    "pip": None,
    "opencv": "opencv-python-headless",
    "python": None,
    "pytorch-cpu": "torch",
}

pytestmark = pytest.mark.model


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def pip_packages(environment: dict[str, Any]) -> list[str]:
    """Return pip's names of the packages in an environment.yml; KeyError for one that was never tested."""
    tested, found = constraints(), []
    for entry in environment["dependencies"]:
        if isinstance(entry, dict):
            names = entry["pip"]
        else:
            conda_name = re.split(r"[=<> ]", entry)[0]
            pip_name = PIP_NAMES.get(conda_name, conda_name)
            names = [] if pip_name is None else [pip_name]
        for name in names:
            if name not in tested:
                raise KeyError(f"{name} is neither in constraints.txt nor in PIP_NAMES")
        found += names
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git knows of the repository, as it is at this moment."""
    folder = tmp_path_factory.mktemp("binder") / "repository"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def binder(checkout: Path) -> Iterator[dict[str, str]]:
    """The variables of a process in the finished image: packages installed, `postBuild` run."""
    venv = checkout.parent / "venv"
    packages = pip_packages(yaml.safe_load((checkout / "binder/environment.yml").read_text()))
    uv = [sys.executable, "-m", "uv"]
    run([*uv, "venv", "--quiet", "--seed", "--python", sys.executable, str(venv)], checkout)
    install = [*uv, "pip", "install", "--quiet", "--python", str(venv / "bin/python")]
    run([*install, "--constraint", "constraints.txt", *packages], checkout)
    own = {
        "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(venv),
        "SEGWIDGETS_CACHE": str(checkout.parent / "weights"),
        "SEGWIDGETS_PROGRESS": str(checkout.parent / "progress.json"),
        "JUPYTER_CONFIG_DIR": str(checkout.parent / "config"),
        "JUPYTER_RUNTIME_DIR": str(checkout.parent / "runtime"),
    }
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | own
    try:
        run([str(checkout / "binder/postBuild")], checkout, environment)
        yield environment
    finally:
        shutil.rmtree(venv)  # pytest keeps its folders, and this one is gigabytes


def run(command: Sequence[str], cwd: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def test_a_package_that_was_never_tested_is_refused() -> None:
    assert pip_packages({"dependencies": ["python=3.12", "pytorch-cpu", {"pip": ["tqdm"]}]}) == [
        "torch",
        "tqdm",
    ]
    with pytest.raises(KeyError, match="no-such-package"):
        pip_packages({"dependencies": ["no-such-package >=2"]})


def test_the_environment_lists_what_the_package_asks_for_and_nothing_strange() -> None:
    listed = set(pip_packages(yaml.safe_load((ROOT / "binder/environment.yml").read_text())))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {
        Requirement(entry).name.lower() for entry in project["dependencies"] + extras["torch"] + extras["lab"]
    }
    assert needed <= listed
    assert listed - needed <= {Requirement(entry).name.lower() for entry in extras["test"]}


def test_post_build_leaves_nothing_to_be_fetched_or_mended(checkout: Path, binder: dict[str, str]) -> None:
    findings = json.loads(run(["segwidgets", "doctor", "--json"], checkout, binder))
    assert [finding for finding in findings if finding["status"] == "problem"] == []
    weights = {f["key"]: f["status"] for f in findings if f["key"].startswith("weights:")}
    assert weights == {"weights:mobile_sam": "ok", "weights:deeplab_mobilenet_v2": "ok"}


def test_post_build_builds_nothing_in_the_checkout(checkout: Path, binder: dict[str, str]) -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    there = {str(path.relative_to(checkout)) for path in checkout.rglob("*") if path.is_file()}
    assert {name for name in there - set(names.splitlines()) if "__pycache__" not in name} == set()


@pytest.mark.long
def test_lesson_0_runs_in_the_image(checkout: Path, binder: dict[str, str], tmp_path: Path) -> None:
    command = ["jupyter", "nbconvert", "--to", "notebook", "--execute", LESSON_0, "--output-dir"]
    run([*command, str(tmp_path)], checkout, binder)
    assert (tmp_path / Path(LESSON_0).name).is_file()


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere)


@contextlib.contextmanager
def started(command: Sequence[str], checkout: Path, environment: dict[str, str]) -> Iterator[str]:
    """Start a server through `binder/start`, as BinderHub would; yield its address; end it."""
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    log = checkout.parent / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(checkout / "binder/start"), *command, *options, "--IdentityProvider.token=binder"],
            cwd=checkout,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    info = Path(environment["JUPYTER_RUNTIME_DIR"]) / f"jpserver-{process.pid}.json"
    try:
        yield wait_for_server(process, info, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


@pytest.mark.parametrize("command", [["jupyter", "lab"], ["jupyter", "notebook"]], ids=" ".join)
def test_the_server_opens_lesson_0(command: list[str], checkout: Path, binder: dict[str, str]) -> None:
    with started(command, checkout, binder) as url:
        with pytest.raises(urllib.error.HTTPError) as redirect:
            _LOOPBACK.open(f"{url}?token=binder", timeout=PATIENCE_S)
        assert redirect.value.code == 302
        assert redirect.value.headers["Location"].split("?")[0] == f"/lab/tree/{LESSON_0}"
        address = f"{url}api/contents/{LESSON_0}?token=binder&content=0"
        with _LOOPBACK.open(address, timeout=PATIENCE_S) as answer:
            assert json.loads(answer.read())["type"] == "notebook"
        with _LOOPBACK.open(f"{url}lab/tree/{LESSON_0}?token=binder", timeout=PATIENCE_S) as page:
            assert b"JupyterLab" in page.read()


def test_what_is_no_jupyter_is_started_as_it_is(checkout: Path) -> None:
    command = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "a b", "c"]
    assert run([str(checkout / "binder/start"), *command], checkout).strip() == "['a b', 'c']"
