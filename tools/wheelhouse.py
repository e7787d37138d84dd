"""Lay a wheelhouse out for rooms without a network: `make wheelhouse OUT=/media/stick`.

    python tools/wheelhouse.py FOLDER                                     for machines like this one
    python tools/wheelhouse.py FOLDER --system windows --python 3.12      for others

The folder holds `wheels/` (the package, JupyterLab and all that they need, in the versions of
constraints.txt), `weights/` (the default models), and `install.py`, which installs from there with a plain
Python and no network.
Several systems may share one folder: run the command once for each.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets.checkpoints import fetch  # noqa: E402
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS  # noqa: E402

WHEELS, WEIGHTS, INSTALL = "wheels", "weights", "install.py"
TAGS = {  # what pip calls the systems that uv knows by these names, oldest first
    "linux": ["manylinux2014_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64"],
    "windows": ["win_amd64"],
    "macos": [f"macosx_{version}_{chip}" for version in ("11_0", "12_0", "13_0", "14_0")
              for chip in ("arm64", "universal2")] + ["macosx_10_9_universal2"],
}  # fmt: skip
HERE = {"Darwin": "macos", "Windows": "windows"}.get(platform.system(), "linux")
MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}  # onnxruntime has wheels from there on, for Apple's own chips


class WheelhouseError(Exception):
    """The wheelhouse cannot be laid out; the message says which command failed, and how."""


def run(*command: str | Path, **environment: str) -> None:
    """Run a program of this Python, and raise with what it wrote where it fails."""
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise WheelhouseError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}".rstrip())


def wheels(folder: Path, system: str, python: str) -> int:
    """Put the package and all that it needs, JupyterLab too, into a folder; return how many wheels there are.

    uv says which they are, as if that system and that Python were here; pip fetches them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("segwidgets-*.whl"):  # ours has the same name after each change
        old.unlink()
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    with tempfile.TemporaryDirectory() as place:
        listed = Path(place) / "requirements.txt"
        run(
            *("-m", "uv", "pip", "compile", "--quiet", "--extra", "lab"),
            *("--python-version", python, "--python-platform", system),
            *("--only-binary", ":all:", "--constraint", "constraints.txt"),
            *("--no-annotate", "--no-header", "--no-emit-index-url"),
            *("pyproject.toml", "--output-file", listed),
            **MACOS,
        )  # fmt: skip
        tags = [word for tag in TAGS[system] for word in ("--platform", tag)]
        run(
            *("-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--only-binary", ":all:", "--python-version", python, *tags),
            *("--dest", folder, "--requirement", listed),
        )  # fmt: skip
    return len(list(folder.glob("*.whl")))


def weights(folder: Path, names: Sequence[str] = DEFAULT_WEIGHTS) -> int:
    """Copy verified weights into a folder, laid out as the cache is; return their bytes."""
    count = 0
    for name in names:
        for path in fetch(name).values():
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name / path.name)
            count += path.stat().st_size
    return count


def main() -> int:
    """Lay the wheelhouse out and say what is in it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where to; a stick, or a folder that the room can read")
    parser.add_argument(
        "--system", choices=TAGS, default=HERE, help="of the room's machines; this one's by default"
    )
    parser.add_argument("--python", default=platform.python_version(), help="of the room's machines, as 3.12")
    options = parser.parse_args()
    folder = options.folder.expanduser().resolve()
    try:
        count = wheels(folder / WHEELS, options.system, options.python)
        size = weights(folder / WEIGHTS)
    except WheelhouseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    shutil.copyfile(ROOT / "tools" / "install_from_wheelhouse.py", folder / INSTALL)
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(
        f"{folder}: {count} wheels for {options.system}, Python {options.python}; "
        f"{size / 1e6:.0f} MB of weights; {total / 1e6:.0f} MB altogether.\n"
        f"On each machine: python {INSTALL}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
