"""Build what a release publishes and try it as a stranger would: `make release-check TAG=v1.2.3`.

    python tools/release_check.py                  build twice, look at it, install it elsewhere, work with it
    python tools/release_check.py --tag v1.2.3     also: is this the state that the tag may stand on?
    python tools/release_check.py --sbom           only the list of what an installation brings (CycloneDX)

Wheel and sdist are in dist/ afterwards, the list in build/sbom.cdx.json. What is not well is said at the end,
all of it, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets import __version__  # noqa: E402
from tools.address import repository  # noqa: E402

DIST = ROOT / "dist"
SBOM = ROOT / "build" / "sbom.cdx.json"
TOOLS = Path(sys.executable).parent
USER_SCRIPT = '''"""What a user writes, as strictly typed as can be."""

from pathlib import Path

from segwidgets import Candidates, Prompt, Segmenter, diagnose, measure, segment_semantic


def best_of(photo: Path, x: float, y: float) -> Candidates:
    segmenter = Segmenter(photo)
    return segmenter.predict(Prompt([(x, y)])).with_semantic(segment_semantic(photo))


def in_words(candidates: Candidates) -> list[str]:
    return [diagnosis.title for diagnosis in diagnose(candidates, lang="es")]


area: int = measure(best_of(Path("cat.png"), 250, 170).masks[0]).area_px
'''
NOT_TYPED = "from segwidgets import Segmenter\nx: int = Segmenter('cat').no_such_thing\n"


class NotWell(Exception):
    """What a step found; the others run all the same."""


def run(*command: str | Path, cwd: Path = ROOT, status: int | None = 0, **environment: str) -> str:
    """Run a command, return what it wrote, and raise NotWell where its exit status is another."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wrote = f"{done.stdout}{done.stderr}".strip()
    if status is not None and done.returncode != status:
        raise NotWell(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{wrote[-3000:]}")
    return wrote


def digest(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(tree: Path, out: Path) -> tuple[Path, Path]:
    """Build wheel and sdist of a tree."""
    run(sys.executable, "-m", "hatchling", "build", "--directory", out, cwd=tree)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, sdist


class Check:
    """One look at a release; every step is a method that returns a line or raises NotWell."""

    def __init__(self, place: Path, tag: str | None) -> None:
        self.place, self.tag = place, tag
        self.python = place / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
        self.wheel, self.sdist = DIST / "none", DIST / "none"

    def steps(self) -> list[Callable[[], str]]:
        """Return the steps in order."""
        steps = [self.built, self.reproduced, self.metadata, self.contents, self.installed, self.typed]
        steps += [self.doctor, self.workshop, self.lessons, self.sbom]
        return [self.tagged, *steps] if self.tag else steps

    def tagged(self) -> str:
        """Hold version, changelog, citation and address against the tag."""
        wrong = []
        if self.tag != f"v{__version__}":
            wrong.append(f"the tag is {self.tag}, and segwidgets/__init__.py says {__version__}")
        changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
        if not re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
            wrong.append(f"CHANGELOG.md needs the heading '## [{__version__}] - YYYY-MM-DD'")
        citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
        if citation["version"] != __version__:
            wrong.append(f"CITATION.cff says {citation['version']}")
        if repository((ROOT / "README.md").read_text("utf-8")) is None:
            wrong.append("README.md names no address: make badges REPO=owner/name BRANCH=main")
        if changed := run("git", "status", "--porcelain"):
            wrong.append(f"not all is committed:\n{changed}")
        if wrong:
            raise NotWell("\n".join(wrong))
        return f"{self.tag} may stand here"

    def built(self) -> str:
        """Build wheel and sdist into dist/."""
        shutil.rmtree(DIST, ignore_errors=True)
        self.wheel, self.sdist = build(ROOT, DIST)
        return "\n".join(
            f"{path.name}: {path.stat().st_size / 1000:.0f} kB, SHA-256 {digest(path)}"
            for path in (self.wheel, self.sdist)
        )

    def reproduced(self) -> str:
        """Build both again, from the sdist, elsewhere: the same to the byte."""
        with tarfile.open(self.sdist) as archive:
            archive.extractall(self.place / "sdist", filter="data")
        (tree,) = (self.place / "sdist").iterdir()
        again = build(tree, self.place / "again")
        for one, other in zip((self.wheel, self.sdist), again, strict=True):
            if digest(one) != digest(other):
                raise NotWell(f"{one.name} is another when it is built from the sdist")
        return "the same to the byte when built anew, from the sdist"

    def metadata(self) -> str:
        """Look at what a package index will show."""
        run(TOOLS / "twine", "check", "--strict", self.wheel, self.sdist)
        address = repository((ROOT / "README.md").read_text("utf-8"))
        shown = (
            f"the README's pictures lead to {'/'.join(address)}"
            if address
            else "the README has no address yet"
        )
        return f"twine check --strict: nothing; {shown}"

    def contents(self) -> str:
        """Look at what lies in the wheel."""
        return run(TOOLS / "check-wheel-contents", self.wheel)

    def installed(self) -> str:
        """Install the wheel and the tested versions into an empty environment outside of the repository."""
        run(sys.executable, "-m", "uv", "venv", "--python", sys.executable, self.place / "env")
        run(
            sys.executable, "-m", "uv", "pip", "install", "--python", self.python,
            "--constraint", ROOT / "constraints.txt", self.wheel, cwd=self.place,
        )  # fmt: skip
        where = self.stranger("-c", "import segwidgets; print(segwidgets.__file__)")
        if not Path(where).is_relative_to(self.place):
            raise NotWell(f"the environment's segwidgets is {where}")
        size = sum(f.lstat().st_size for f in (self.place / "env").rglob("*") if not f.is_dir()) / 1e6
        return f"installed into an empty environment, without torch: {size:.0f} MB"

    def typed(self) -> str:
        """Hold a user's script against the installed types, strictly."""
        mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", self.python]
        mypy += ["--config-file", "mypy.ini", "--cache-dir", self.place / "mypy"]
        (self.place / "mypy.ini").write_text("[mypy]\n", "utf-8")
        (self.place / "user.py").write_text(USER_SCRIPT, "utf-8")
        (self.place / "wrong.py").write_text(NOT_TYPED, "utf-8")
        said = run(*mypy, "user.py", cwd=self.place)
        if "attr-defined" not in run(*mypy, "wrong.py", cwd=self.place, status=1):
            raise NotWell("a name that there is not is no error to mypy")
        return f"mypy --strict on a user's script: {said}"

    def doctor(self) -> str:
        """Ask the doctor: nothing is wrong, and torch is a choice."""
        self.stranger("-m", "segwidgets", "weights")
        findings = json.loads(self.stranger("-m", "segwidgets", "doctor", "--json", "--no-network"))
        wrong = [one for one in findings if one["status"] == "problem"]
        torch = [one["status"] for one in findings if one["key"] == "torch"]
        if wrong or torch != ["note"]:
            raise NotWell(f"doctor: {wrong}, torch: {torch}")
        return "doctor: no problem; that torch is not there is a note"

    def workshop(self) -> str:
        """Do the main job, and check it."""
        self.stranger("-m", "segwidgets", "workshop", "--out", "workshop")
        said = self.stranger("-m", "segwidgets", "check", "workshop")
        return f"workshop, check: {said.splitlines()[-1]}"

    def lessons(self) -> str:
        """Copy the lessons out of the wheel; what was done in one stays."""
        for lang in ("en", "es"):
            self.stranger("-m", "segwidgets", "lessons", lang, "--lang", lang, "--solutions")
        work = self.place / "home" / "es" / "00_start_here.ipynb"
        work.write_text(f"{work.read_text('utf-8')} ", "utf-8")
        before = digest(work)
        self.stranger("-m", "segwidgets", "lessons", "es")
        if digest(work) != before:
            raise NotWell("a lesson that somebody worked in was written over")
        count = len(list((self.place / "home").rglob("*.ipynb")))
        return f"lessons: {count} notebooks in two languages; a changed one stays"

    def sbom(self) -> str:
        """List all that an installation brings, with versions and licences."""
        if not self.python.is_file():
            self.installed()
        SBOM.parent.mkdir(exist_ok=True)
        run(
            TOOLS / "cyclonedx-py", "environment", "--output-reproducible", "--of", "JSON", "-o", SBOM,
            "--pyproject", ROOT / "pyproject.toml", self.python,
        )  # fmt: skip
        parts = json.loads(SBOM.read_text("utf-8"))["components"]
        return f"{SBOM.relative_to(ROOT)}: {len(parts)} packages"

    def stranger(self, *arguments: str) -> str:
        """Run the environment's Python, in a folder of its own, and return what it wrote."""
        home = self.place / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [self.python, *arguments], cwd=home, capture_output=True, text=True, check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        )  # fmt: skip
        if done.returncode:
            raise NotWell(f"{' '.join(arguments)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout.strip()


def main() -> int:
    """Take every step, say what it found, and return 1 if one was not well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tag", help="the tag that is to stand here, as v1.2.3")
    parser.add_argument("--sbom", action="store_true", help="only the list of packages")
    options = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory(prefix="segwidgets-release-") as place:
        check = Check(Path(place).resolve(), options.tag)
        for step in [check.built, check.sbom] if options.sbom else check.steps():
            try:
                sys.stdout.write(f"✓ {step()}\n")
            except NotWell as error:
                failed.append(step.__name__)
                sys.stdout.write(f"✗ {step.__name__}: {error}\n")
            sys.stdout.flush()
    sys.stdout.write(f"NOT WELL: {', '.join(failed)}\n" if failed else "All is well.\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
