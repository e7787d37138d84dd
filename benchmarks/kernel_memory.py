"""`python -m benchmarks.kernel_memory`: the most memory that each lesson's kernel takes.

Runs every English lesson, with and without its solutions, each in a fresh kernel, and prints what Linux calls
its "high water mark" (VmHWM). Exit status 1 when one is above the limit: Binder gives 2 GB for everything.
`python -m benchmarks.kernel_memory 05` runs the lessons whose name begins so.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbclient import NotebookClient

from segwidgets.doctor import LESSON_GB
from tools.build_notebooks import Target, targets


class Peak(NamedTuple):
    """A lesson's peaks in gigabytes (10⁹ bytes): as the student gets it, and with its solutions."""

    lesson: str
    plain: float
    solved: float


def high_water_mark(status: str) -> float:
    """Return VmHWM, in gigabytes, of the text of a process's /proc/PID/status."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise ValueError(f"expected a line VmHWM, got {status[:80]!r}")
    return int(found[1]) * 1024 / 1e9


def peak_gb(notebook: Path) -> float:
    """Run a notebook in a fresh kernel, in an empty folder, and return the kernel's peak in gigabytes."""
    with tempfile.TemporaryDirectory() as folder:
        progress = Path(folder) / "progress.json"
        client = NotebookClient(
            nbformat.read(notebook, as_version=4),
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        with client.setup_kernel(env={**os.environ, "SEGWIDGETS_PROGRESS": str(progress)}):
            for index, cell in enumerate(client.nb.cells):
                client.execute_cell(cell, index)
            process = client.km.provisioner.pid
            return high_water_mark(Path(f"/proc/{process}/status").read_text("utf-8"))


def line(peak: Peak) -> str:
    """Return a row of the table."""
    return f"{peak.lesson:<20}{peak.plain:>8.2f}{peak.solved:>16.2f}"


def verdict(peaks: Sequence[Peak], limit: float = LESSON_GB) -> tuple[str, int]:
    """Return the last line of the table, and the exit status: 1 when any peak is above the limit."""
    most = max(peaks, key=lambda peak: max(peak.plain, peak.solved))
    highest = max(most.plain, most.solved)
    above = highest > limit
    words = f"{'ABOVE' if above else 'within'} the limit of {limit} GB"
    return f"the most: {highest:.2f} GB ({most.lesson}), {words}", int(above)


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernel_memory", description=__doc__)
    parser.add_argument("names", nargs="*", help="beginnings of lessons' names, as in 02; all by default")
    names = tuple(parser.parse_args().names) or ("",)
    chosen = [t for t in targets() if t.lang == "en" and not t.solutions and t.source.stem.startswith(names)]
    if not chosen:
        parser.error(f"no lesson's name begins with {' or '.join(names)}")
    print(f"{'peak, GB':<20}{'lesson':>8}{'with solutions':>16}")
    peaks = []
    for target in chosen:
        solved = Target(target.source, target.lang, solutions=True)
        peaks.append(Peak(target.source.stem, peak_gb(target.path), peak_gb(solved.path)))
        print(line(peaks[-1]), flush=True)
    words, status = verdict(peaks)
    print(words)
    return status


if __name__ == "__main__":
    sys.exit(main())
