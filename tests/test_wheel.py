"""What is handed to strangers: the wheel and the sdist, built as a release builds them.

`make release-check` goes further: it installs the wheel into an empty environment and works with it there.
"""

from __future__ import annotations

import email
import email.message
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from segwidgets import __version__
from segwidgets.checkpoints import CHECKPOINTS
from segwidgets.ground.samples import SAMPLES
from tools.address import authors, readme_for_elsewhere, repository
from tools.badges import READMES, Address, stamp

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "segwidgets"
NOTEBOOKS = "segwidgets/course/notebooks/"
INFO = f"segwidgets-{__version__}.dist-info"
HERE = re.compile(r"\]\((?!https://|#)[^)]*\)")  # where a link leads that is none for a reader elsewhere
ADDRESS = Address("owner/name", "main")


def build(target: str, tree: Path, out: Path) -> Path:
    """Build what hatchling makes of a tree, as pip does."""
    before = set(out.glob("*")) if out.is_dir() else set()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)],
        cwd=tree, check=True, capture_output=True,
    )  # fmt: skip
    (made,) = set(out.glob("*")) - before
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"segwidgets-{__version__}"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files where Python finds them before any other segwidgets."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def metadata(wheel: Path) -> email.message.Message:
    return email.message_from_bytes(zipfile.ZipFile(wheel).read(f"{INFO}/METADATA"))


def description(wheel: Path) -> str:
    return metadata(wheel).get_payload(decode=True).decode()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(*arguments: str | Path, home: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "segwidgets", *map(str, arguments)], cwd=cwd, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(home), "COLUMNS": "200"}, capture_output=True,
    )  # fmt: skip


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    package = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    found = {name for name in names(wheel) if not name.startswith((INFO, NOTEBOOKS))}
    assert found == package
    assert "segwidgets/py.typed" in found


def test_it_carries_every_lesson_in_each_language_without_outputs(wheel: Path) -> None:
    built = {
        NOTEBOOKS + path.relative_to(ROOT / "notebooks").as_posix()
        for path in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }
    words = {f"{NOTEBOOKS}{lang}/glossary.md" for lang in ("en", "es")}
    carried = {name for name in names(wheel) if name.startswith(NOTEBOOKS)} - words
    assert carried == built
    assert words <= names(wheel)
    assert len(built) >= 32
    with zipfile.ZipFile(wheel) as archive:
        for name in carried:
            cells = json.loads(archive.read(name))["cells"]
            assert all(cell.get("outputs", []) == [] for cell in cells), name
            assert all(cell.get("execution_count") is None for cell in cells), name


def test_licences_of_code_texts_photos_and_weights_are_files_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        files = {
            name.removeprefix(f"{INFO}/licenses/"): archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith(f"{INFO}/licenses/")
        }
    named = " ".join([metadata(wheel)["License-Expression"], *(one.licence for one in CHECKPOINTS.values())])
    ids = set(re.findall(r"Apache-2\.0|MIT|(?:BSD|CC-BY)-[\w.-]+", named))
    assert ids == {"Apache-2.0", "MIT", "BSD-3-Clause", "CC-BY-4.0"}
    assert any("CC0 1.0" in one.licence for one in SAMPLES.values())
    texts = {f"LICENSES/{one}.txt" for one in ids - {"Apache-2.0"} | {"CC0-1.0"}}
    assert set(files) == {"LICENSE", "LICENSE-CONTENT", "THIRD_PARTY.md", *texts}
    assert "Apache License" in files["LICENSE"]
    assert "Attribution 4.0 International" in files["LICENSES/CC-BY-4.0.txt"]
    assert "CC BY 4.0" in files["LICENSE-CONTENT"]


def test_the_readme_in_the_metadata_leads_nowhere_that_is_not_there(wheel: Path) -> None:
    text = description(wheel)
    assert "Image segmentation, taught in notebooks" in text
    assert HERE.findall(text) == []
    readme = (ROOT / "README.md").read_text("utf-8")
    assert HERE.findall(readme) != []
    assert text.strip() == readme_for_elsewhere(readme).strip()


def test_the_metadata_name_the_authors_of_the_citation(wheel: Path) -> None:
    metadata = email.message_from_bytes(zipfile.ZipFile(wheel).read(f"{INFO}/METADATA"))
    assert metadata["Author"] == ", ".join(authors((ROOT / "CITATION.cff").read_text("utf-8")))


def test_stamped_with_an_address_its_pictures_and_links_are_whole(unpacked: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(unpacked, tree)
    for name in READMES.values():
        shutil.copy(ROOT / name, tree)
    stamp(ADDRESS, tree)
    readme = (tree / "README.md").read_text("utf-8")
    assert repository(readme) == ("owner/name", "main")
    made = build("wheel", tree, tmp_path / "out")
    text = description(made)
    assert "](https://raw.githubusercontent.com/owner/name/main/figures/session.gif)" in text
    assert "](https://github.com/owner/name/blob/main/README.es.md#" in text
    assert HERE.findall(text) == []
    targets = re.findall(
        r"https://(?:raw\.githubusercontent|github)\.com/owner/name/(?:blob/)?main/([^)#]+)", text
    )
    assert len(targets) > 20
    assert [target for target in targets if not (ROOT / target).exists()] == []
    assert "Source, https://github.com/owner/name" in metadata(made).get_all("Project-URL")


def test_code_in_the_readme_is_no_link() -> None:
    text = "[a](b.md)\n```\nx = table['a'](b)[0](c.md)\n```\n![p](q.png) [m](https://example.org) [n](#n)"
    made = readme_for_elsewhere(text)
    assert made == "a\n```\nx = table['a'](b)[0](c.md)\n```\n*p* [m](https://example.org) [n](#n)"


def test_the_sdist_makes_the_same_wheel_to_the_byte(wheel: Path, unpacked: Path, tmp_path: Path) -> None:
    """Elsewhere, at another time, from files with other dates and rights."""
    for number, path in enumerate(sorted(unpacked.rglob("*.py"))):
        os.utime(path, (1e9 + number, 1e9 + number))
        path.chmod(0o600)
    assert digest(build("wheel", unpacked, tmp_path / "wheel")) == digest(wheel)


def test_an_sdist_made_of_the_sdist_is_the_same_to_the_byte(
    sdist: Path, unpacked: Path, tmp_path: Path
) -> None:
    assert digest(build("sdist", unpacked, tmp_path / "sdist")) == digest(sdist)


def test_the_sdist_has_no_tests_that_cannot_run_from_it(unpacked: Path) -> None:
    top = {path.name for path in unpacked.iterdir()}
    assert top == {
        ".gitignore", "CHANGELOG.md", "CITATION.cff", "LICENSE", "LICENSE-CONTENT", "LICENSES", "PKG-INFO",
        "README.md", "THIRD_PARTY.md", "constraints.txt", "notebooks", "pyproject.toml", "segwidgets",
        "tools",
    }  # fmt: skip
    assert [path.name for path in unpacked.rglob("README*")] == ["README.md"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_lessons_come_out_of_the_wheel(lang: str, installed: Path, tmp_path: Path) -> None:
    done = run("lessons", "mine", "--lang", lang, "--solutions", home=installed, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    carried = installed / NOTEBOOKS / lang
    for path in carried.rglob("*.ipynb"):
        assert (tmp_path / "mine" / path.relative_to(carried)).read_bytes() == path.read_bytes()
    assert len(list((tmp_path / "mine").rglob("*.ipynb"))) == len(list(carried.rglob("*.ipynb"))) >= 16


def test_an_installation_without_lessons_says_so(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(installed, home)
    shutil.rmtree(home / NOTEBOOKS)
    done = run("lessons", "mine", home=home, cwd=tmp_path)
    assert done.returncode == 1
    assert "carries no lessons" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "mine").exists()
