"""What a stranger meets before any model: the import, the metadata, the environment files."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import segwidgets
from segwidgets.models.engine import missing_torch

ROOT = Path(__file__).resolve().parent.parent


def python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = (
        "torch",
        "transformers",
        "matplotlib.pyplot",
        "cv2",
        "supervision",
        "onnxruntime",
        "skimage",
        "numpy",
    )
    loaded = python(f"import sys, segwidgets; print([m for m in {heavy!r} if m in sys.modules])")
    assert loaded == "[]"


def test_importing_the_package_is_quick() -> None:
    """Under half a second of CPU time, a bound that a machine ten times slower than a laptop meets."""
    code = "import time; start = time.process_time(); import segwidgets; print(time.process_time() - start)"
    assert float(python(code)) < 0.5


@pytest.mark.parametrize("name", segwidgets.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(segwidgets, name) is not None
    assert name in dir(segwidgets)


@pytest.mark.slow
def test_public_names_are_typed_for_users_and_unknown_ones_are_an_error(tmp_path: Path) -> None:
    """By mypy: what a user of the installed package sees."""
    names = [name for name in segwidgets.__all__ if name != "__version__"]
    script = "".join(f"from segwidgets import {name}\nreveal_type({name})\n" for name in names)
    (tmp_path / "user.py").write_text(
        f"{script}from segwidgets import unicorn\nx: int = Segmenter('cat').no_such_thing\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "user.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    mine = [line for line in done.stdout.splitlines() if line.startswith("user.py")]
    revealed = [line for line in mine if "Revealed type is" in line]
    assert len(revealed) == len(names), done.stdout
    assert [line for line in revealed if 'is "Any"' in line] == []
    assert any('Module "segwidgets" has no attribute "unicorn"' in line for line in mine)
    assert any('"Segmenter" has no attribute "no_such_thing"' in line for line in mine)


def test_the_stub_names_each_lazy_name_and_its_own_module() -> None:
    stub = Path(segwidgets.__file__).with_suffix(".pyi").read_text()
    found = re.findall(r"^from segwidgets\.([\w.]+) import (\w+) as \2$", stub, re.MULTILINE)
    assert sorted(name for _, name in found) == sorted({*segwidgets.__all__} - {"__version__"})
    for module, name in found:
        home = importlib.import_module(f"segwidgets.{module}")
        assert getattr(segwidgets, name) is getattr(home, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unicorn'"):
        _ = segwidgets.unicorn


def test_binder_and_conda_use_the_same_environment() -> None:
    assert (ROOT / "binder/environment.yml").read_text() == (ROOT / "environment.yml").read_text()


def test_constraints_are_plain_versions_that_meet_the_bounds() -> None:
    from packaging.requirements import Requirement

    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line) for line in lines)
    pinned = {
        name.lower().replace("_", "-"): version for name, version in (line.split("==") for line in lines)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    extras = [
        entry for group in [*project["optional-dependencies"].values(), *groups.values()] for entry in group
    ]
    for entry in [*project["dependencies"], *extras]:
        requirement = Requirement(entry)
        if requirement.name == "segwidgets":  # the extra `all` is made of the others
            continue
        assert requirement.specifier.contains(pinned[requirement.name.lower()]), entry


def test_the_version_stands_in_the_changelog() -> None:
    assert segwidgets.__version__ in (ROOT / "CHANGELOG.md").read_text()


def lint_imports(home: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package that lies in `home` against the contract in pyproject.toml."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()", "--no-cache",
         "--config", str(ROOT / "pyproject.toml")],
        env={**os.environ, "PYTHONPATH": str(home)}, cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_imports_run_down_and_the_contract_bites(tmp_path: Path) -> None:
    kept = lint_imports(ROOT)
    assert kept.returncode == 0, kept.stdout
    shutil.copytree(
        ROOT / "segwidgets", tmp_path / "segwidgets", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (tmp_path / "segwidgets/masks/regions.py").open("a") as file:
        file.write("\nfrom segwidgets.drawing import style  # noqa\n")
    broken = lint_imports(tmp_path)
    assert broken.returncode == 1
    assert "segwidgets.masks is not allowed to import segwidgets.drawing" in broken.stdout


def test_who_opens_the_package_sees_few_rooms() -> None:
    seen = [one.name for one in (ROOT / "segwidgets").iterdir() if one.name != "__pycache__"]
    assert len(seen) <= 28, "put what is new into a room"


@pytest.mark.slow
def test_what_the_package_raises_of_its_own_has_one_base() -> None:
    for module in pkgutil.walk_packages(segwidgets.__path__, "segwidgets."):
        if module.name != "segwidgets.__main__":
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError as error:
                if error.name not in missing_torch():  # which is a choice; `make test` has it
                    raise
    own = [e for e in all_below(BaseException) if e.__module__.startswith("segwidgets.")]
    assert {e.__name__ for e in own} >= {"CheckpointError", "DeliveryError", "ImageError", "NotYet"}
    assert [e for e in own if not issubclass(e, segwidgets.SegwidgetsError)] == []
    assert issubclass(segwidgets.images.ImageError, ValueError)


def all_below(base: type) -> set[type]:
    found = set(base.__subclasses__())
    return found.union(*(all_below(one) for one in found)) if found else found


MOVED = segwidgets._MOVED


@pytest.mark.parametrize("old", sorted(MOVED))
def test_older_paths_give_the_same_module(old: str) -> None:
    module = importlib.import_module(f"segwidgets.{old}")
    assert module is importlib.import_module(f"segwidgets.{MOVED[old]}")
    assert module.__spec__.name == module.__name__ == f"segwidgets.{MOVED[old]}"


def test_what_is_not_ours_is_named_with_its_licence() -> None:
    from tools.third_party import third_party

    assert (ROOT / "THIRD_PARTY.md").read_text("utf-8") == third_party()


def test_the_citation_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == segwidgets.__version__
    assert citation["license"] == "Apache-2.0"
    assert citation["cff-version"] == "1.2.0"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", "workflows/*.yml"),
        ("github-issue-forms", "ISSUE_TEMPLATE/*.yml"),
        ("dependabot", "dependabot.yml"),
    ],
)
def test_files_for_the_forge_fit_their_schema(schema: str, files: str) -> None:
    found = sorted((ROOT / ".github").glob(files))
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        f"vendor.{schema}",
        *map(str, found),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_forge_tests_every_python_that_we_declare() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    declared = [c.rsplit(" ", 1)[1] for c in classifiers if "Python :: 3." in c]
    assert workflow["jobs"]["linux"]["strategy"]["matrix"]["python"] == declared


def test_each_command_of_the_workflows_is_one_that_make_knows() -> None:
    makefile = (ROOT / "Makefile").read_text()
    workflows = "".join(path.read_text("utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))
    called = set(re.findall(r"run: make ([a-z][a-z-]*)", workflows))
    assert called >= {"audit", "lint", "lock", "release-check", "test", "workshop"}
    assert [name for name in sorted(called) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_what_colab_brings_is_new_enough_for_us() -> None:
    """Else its first cell could not leave Colab's packages as they are."""
    listed = (ROOT / "tests/environments/colab-2026-08.txt").read_text("utf-8")
    there = dict(re.findall(r"^([\w.-]+)==([\w.]+)$", listed, re.MULTILINE))
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    wanted = {need.name.lower(): need.specifier for need in map(Requirement, needs)}
    assert {"ipywidgets", "ipython", "numpy", "protobuf", "scikit-image"} <= set(there) & set(wanted)
    assert {name for name in there if name in wanted and there[name] not in wanted[name]} == set()


def test_what_draws_a_workshop_is_imported_while_sam_encodes() -> None:
    """supervision takes half of all importing: it must not come before the encoder has begun."""
    code = "import sys, segwidgets.workshop.make; sys.exit('supervision' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
