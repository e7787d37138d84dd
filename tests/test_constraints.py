"""constraints.txt holds for every Python that we declare: each one's first patch release and its newest.

Resolved by uv against the package index, wheels alone, as if that Python and that system were here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}  # onnxruntime has wheels from there on, for Apple's own chips
CONSTRAINTS = ROOT / "constraints.txt"
TRIED = [
    c.rsplit(" ", 1)[1]
    for c in PROJECT["classifiers"]
    if c.startswith("Programming Language :: Python :: 3.")
]
LOW, HIGH = (int(text.split(".")[1]) for text in PROJECT["requires-python"].split(","))
DECLARED = [f"3.{minor}" for minor in range(LOW, HIGH)]  # it may be installed there

pytestmark = pytest.mark.model  # it needs the package index, as the models' weights do


def uv(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "uv", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **MACOS},
        capture_output=True,
        text=True,
        check=False,
    )


def resolve(python: str, constraints: Path, system: str = "linux") -> subprocess.CompletedProcess[str]:
    return uv(
        "pip", "compile", "--quiet", "--python-version", python, "--python-platform", system,
        "--only-binary", ":all:", "--all-extras", "--group", "release", "--constraint", constraints,
        "--no-annotate", "--no-header", "--no-emit-index-url", "pyproject.toml",
    )  # fmt: skip


@cache
def newest_patch(minor: str) -> str:
    """Return the newest patch release of a Python that uv knows of; uv is renewed with the constraints."""
    listed = json.loads(uv("python", "list", "--all-versions", "--output-format", "json", minor).stdout)
    parts = [one["version_parts"] for one in listed if one["implementation"] == "cpython"]
    return f"{minor}.{max(part['patch'] for part in parts)}"


ENDS = {(TRIED[0], "first"), (TRIED[-1], "newest")}  # those between follow them; make test-all asks each


def test_the_pythons_that_were_tried_are_declared() -> None:
    assert DECLARED[: len(TRIED)] == TRIED


@pytest.mark.parametrize(
    ("minor", "which"),
    [
        pytest.param(minor, which, marks=[] if (minor, which) in ENDS else pytest.mark.long)
        for minor in DECLARED
        for which in ("first", "newest")
    ],
)
def test_they_resolve_for_each_python_and_nothing_is_left_open(minor: str, which: str) -> None:
    python = f"{minor}.0" if which == "first" else newest_patch(minor)
    assert python != f"{minor}.0" or which == "first"
    done = resolve(python, CONSTRAINTS)
    assert done.returncode == 0, done.stderr
    pinned = set(CONSTRAINTS.read_text("utf-8").splitlines())
    found = [line.split(" ")[0] for line in done.stdout.splitlines()]
    assert len(found) > 150
    assert [line for line in found if line not in pinned] == []


@pytest.mark.parametrize("system", [pytest.param("macos", marks=pytest.mark.long), "windows"])
def test_they_resolve_for_other_systems(system: str) -> None:
    done = resolve("3.12", CONSTRAINTS, system)
    assert done.returncode == 0, done.stderr
    found = {line.split(" ")[0] for line in done.stdout.splitlines()}
    assert found <= set(CONSTRAINTS.read_text("utf-8").splitlines())


def test_a_pin_that_the_first_patch_release_cannot_have_is_seen(tmp_path: Path) -> None:
    """So it was: soupsieve 4.1.2 needs Python 3.11.5, and Debian 12 has 3.11.2."""
    lines = CONSTRAINTS.read_text("utf-8").splitlines()
    assert any(line.startswith("soupsieve==") for line in lines)
    bad = tmp_path / "constraints.txt"
    bad.write_text(
        "\n".join("soupsieve==4.1.2" if x.startswith("soupsieve==") else x for x in lines), "utf-8"
    )
    done = resolve("3.11.2", bad)
    assert done.returncode != 0
    assert "soupsieve" in done.stderr
