"""What an installation weighs, and what it was tested with: a table of the READMEs, one of docs/start.md.

    python tools/installs.py weigh            the light core into an empty environment; a workshop made there
    python tools/installs.py weigh --fast     with the extra `fast` as well
    python tools/installs.py weigh --torch    with the extra `torch` as well: gigabytes
    python tools/installs.py test [NAME ...]  the tests in the environments of ENVIRONMENTS, or in those named
    python tools/installs.py tables           only the tables, from what was measured before

What was measured is kept in tests/environments/installs.json. Megabytes are millions of bytes; downloads are
the sizes of the wheels that the package index tells for this Python and this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from packaging.tags import sys_tags  # noqa: E402
from packaging.utils import parse_wheel_filename  # noqa: E402

from segwidgets.checkpoints import CHECKPOINTS  # noqa: E402
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS  # noqa: E402
from segwidgets.ground.files import replace_file  # noqa: E402
from segwidgets.locale.languages import DEFAULT, find_language  # noqa: E402
from tests.interpreters import interpreter  # noqa: E402
from tools.badges import READMES  # noqa: E402

FILE = ROOT / "tests/environments/installs.json"
EXTRAS = ("fast", "torch")  # that have a row of their own
CONSTRAINED = ["--constraint", "constraints.txt"]
ENVIRONMENTS: dict[
    str, tuple[str, list[str]]
] = {  # name: Python, and how what stands there first is installed
    "3.11": ("3.11", [*CONSTRAINED, "."]),
    "3.12": ("3.12", [*CONSTRAINED, "."]),
    "3.13": ("3.13", [*CONSTRAINED, "."]),
    "oldest": ("3.11", ["--resolution", "lowest-direct", "."]),
    "colab-2026-08": ("3.13", ["--requirement", "tests/environments/colab-2026-08.txt"]),
}
SHOWN = ("numpy", "onnxruntime", "opencv-python-headless", "supervision", "ipywidgets", "ipython")
TESTS = [  # what other versions could break: numbers, pictures, files, widgets; and the default models
    f"tests/test_{name}.py"
    for name in (
        "images",
        "masks",
        "prompts",
        "exports",
        "annotators",
        "primitives",
        "click_segmenter",
        "widget_actions",
        "prompt_form",
        "explorers",
        "other_engine",
        "checks",
        "semantic",
        "choice",
    )
]
WITHOUT_TORCH = [
    "--deselect=tests/test_masks.py::test_stability_score_is_that_of_segment_anything_without_the_padding"
]
RUNNERS = ["pytest", "pytest-timeout", "hypothesis", "pycocotools", "PyYAML", "jupytext"]
TESTED = {lang: "docs/start.md" if lang == DEFAULT else f"docs/{lang}/start.md" for lang in READMES}
MARKS = "<!-- {name}: written by python tools/installs.py -->", "<!-- /{name} -->"


def uv(*arguments: str | Path) -> str:
    """Run uv in the repository, and return what it wrote."""
    command = [sys.executable, "-m", "uv", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def downloads(extras: tuple[str, ...] = ()) -> int:
    """Return the bytes that installing the package with extras fetches here, weights not counted."""
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "pylock.toml"
        wanted = [part for extra in extras for part in ("--extra", extra)]
        uv(
            "pip",
            "compile",
            "--quiet",
            *CONSTRAINED,
            *wanted,
            "--format",
            "pylock.toml",
            "pyproject.toml",
            "-o",
            lock,
        )
        packages = tomllib.loads(lock.read_text("utf-8"))["packages"]
    rank = {tag: place for place, tag in enumerate(sys_tags())}
    return sum(_fitting_size(package, rank) for package in packages)


def _fitting_size(package: dict[str, Any], rank: dict[Any, int]) -> int:
    """Return the size of the wheel that is taken, or of the source archive where there is none."""
    places = []
    for wheel in package.get("wheels", ()):
        tags = parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]
        places += [(rank[tag], int(wheel["size"])) for tag in tags if tag in rank]
    return min(places)[1] if places else int(package.get("sdist", {}).get("size", 0))


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder; what is there by two names counts once."""
    there = {(stat.st_dev, stat.st_ino): stat.st_size for stat in (p.lstat() for p in folder.rglob("*"))}
    return sum(there.values())


def weigh(extras: tuple[str, ...] = ()) -> dict[str, Any]:
    """Install the package into an empty environment, make a workshop there, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        start = perf_counter()
        uv("venv", "--quiet", "--python", sys.executable, home / "env")
        package = f".[{','.join(extras)}]" if extras else "."
        python = home / "env/bin/python"
        uv("pip", "install", "--quiet", "--link-mode", "copy", "--python", python, *CONSTRAINED, package)
        subprocess.run(
            [python, "-m", "segwidgets", "workshop", "--out", home / "workshop"],
            env={**os.environ, "SEGWIDGETS_CACHE": str(home / "weights")},
            cwd=home,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = perf_counter() - start
        weights = sum(CHECKPOINTS[name].size for name in DEFAULT_WEIGHTS)
        disk = size_of(home / "env") + size_of(home / "weights")
        return {
            "download_mb": round((downloads(extras) + weights) / 1e6),
            "disk_mb": round(disk / 1e6),
            "seconds": round(seconds),
        }


def try_out(name: str) -> dict[str, Any]:
    """Run the tests in an environment; return its versions and how many passed. A failure ends it all."""
    minor, first = ENVIRONMENTS[name]
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "env/bin/python"
        uv("venv", "--quiet", "--python", interpreter(minor), Path(folder) / "env")
        uv("pip", "install", "--quiet", "--python", python, *first)
        kept = Path(folder) / "kept.txt"
        frozen = uv("pip", "freeze", "--python", python).splitlines()
        kept.write_text("\n".join(line for line in frozen if "==" in line))
        uv("pip", "install", "--quiet", "--python", python, "--constraint", kept, "--editable", ".", *RUNNERS)
        passed = _passed(
            [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *WITHOUT_TORCH, *TESTS]
        )
        code = (
            "import json, platform, sys; from importlib.metadata import version\n"
            "print(json.dumps({'python': platform.python_version()} | {n: version(n) for n in sys.argv[1:]}))"
        )
        versions = json.loads(subprocess.check_output([python, "-c", code, *SHOWN], text=True))
    return {**versions, "passed": passed}


def _passed(command: list[str]) -> int:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.search(r"(\d+) passed", done.stdout)
    if done.returncode or found is None:
        raise SystemExit(f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}")
    return int(found[1])


def weight_table(measured: dict[str, Any], lang: str) -> str:
    """Return the table "what it weighs" in Markdown."""
    words = find_language(lang).table("readme")
    lines = [f"| | {words['download']} | {words['on_disk']} |", "|---|---|---|"]
    lines += [
        f"| {words[name]} | {row['download_mb']} MB | {row['disk_mb']} MB |" for name, row in measured.items()
    ]
    return "\n".join(lines)


def tested_table(measured: dict[str, Any], lang: str) -> str:
    """Return the table "tested with" in Markdown."""
    words = find_language(lang).table("readme")
    head = ["Python", *(name.removesuffix("-python-headless") for name in SHOWN), words["passed"]]
    lines = [f"| | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
    for name, row in measured.items():
        kind = words["oldest"] if name == "oldest" else words["colab"] if "colab" in name else words["newest"]
        lines.append(
            "| " + " | ".join([kind, *(str(row[key]) for key in ("python", *SHOWN, "passed"))]) + " |"
        )
    return "\n".join(lines)


def write_tables(root: Path = ROOT) -> None:
    """Write both tables between their marks, in each language."""
    measured = json.loads(FILE.read_text("utf-8"))
    for lang, readme in READMES.items():
        _write_table(root / readme, "weights", weight_table(measured["weigh"], lang))
        _write_table(root / TESTED[lang], "tested", tested_table(measured["test"], lang))


def _write_table(page: Path, table: str, content: str) -> None:
    begin, end = (mark.format(name=table) for mark in MARKS)
    block = re.compile(f"{begin}\n.*?{end}", re.DOTALL)
    text = page.read_text("utf-8")
    if not block.search(text):
        raise SystemExit(f"{page.name} has no {begin} ... {end}; put both marks where the table shall stand")
    replace_file(page, block.sub(lambda _: f"{begin}\n{content}\n{end}", text).encode())


def keep(kind: str, name: str, row: dict[str, Any], order: tuple[str, ...]) -> None:
    """Put what was measured into the file, beside what is there."""
    measured = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {"weigh": {}, "test": {}}
    rows = {**measured[kind], name: row}
    measured[kind] = {each: rows[each] for each in order if each in rows}
    replace_file(FILE, f"{json.dumps(measured, indent=2)}\n".encode())


def main() -> None:
    """Measure what is asked for, keep it, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("weigh", "test", "tables"))
    parser.add_argument("names", nargs="*", help="environments to test in")
    for extra in EXTRAS:
        parser.add_argument(f"--{extra}", action="store_true")
    asked = parser.parse_args()
    if asked.what == "weigh":
        order = ("light", *EXTRAS)
        keep("weigh", "light", weigh(), order)
        for extra in EXTRAS:
            if getattr(asked, extra):
                keep("weigh", extra, weigh((extra,)), order)
    for name in (asked.names or ENVIRONMENTS) if asked.what == "test" else ():
        keep("test", name, try_out(name), tuple(ENVIRONMENTS))
    write_tables()


if __name__ == "__main__":
    main()
