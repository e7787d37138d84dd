"""Other Pythons than the one that runs the tests, environments of theirs, and notebooks that run there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent


def interpreter(minor: str) -> str:
    """Return a Python of a minor version, as "3.13", or, where there is none, the one that runs the tests."""
    kept_by_pyenv = sorted(Path.home().glob(f".pyenv/versions/{minor}.*/bin/python"))
    for command in (f"python{minor}", *map(str, kept_by_pyenv)):
        try:
            done = subprocess.run([command, "-c", "print()"], capture_output=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return command
    return sys.executable


def uv(*arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def build_wheel(folder: Path) -> Path:
    """Build this project's wheel in a folder and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("segwidgets-*.whl"))


def run_notebook(
    python: Path, notebook: Any, folder: Path, kernels: Path, variables: Mapping[str, str]
) -> None:
    """Run a notebook in `folder` by an environment's kernel, noted in `kernels`; a cell's error is raised."""
    spec = {"argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    (kernels / "own").mkdir(parents=True, exist_ok=True)
    (kernels / "own/kernel.json").write_text(
        json.dumps({**spec, "display_name": "Own", "language": "python"})
    )
    kernel = AsyncKernelManager(
        kernel_name="own", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(kernels)])
    )
    client = NotebookClient(notebook, km=kernel, timeout=300, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute(env=variables)
    finally:
        run_sync(kernel.shutdown_kernel)(now=True)  # nbclient leaves a kernel that was given to it
