"""`python -m benchmarks.kernel_memory`: the most memory that each lesson's kernel takes.

Runs every English lesson, with and without its solutions, each in a fresh kernel, and prints the most memory
that it held for itself (RssAnon + RssShmem, looked at a hundred times a second). Pages of libraries that are
mapped from files are left out: the system takes them back when memory is short, and how many of them count as
resident changes with the machine and with the build of torch. Exit status 1 when one is above the limit:
Binder gives 2 GB for everything.
`python -m benchmarks.kernel_memory 05` runs the lessons whose name begins so.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import threading
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


def held_gb(status: str) -> float:
    """Return the memory that a process holds for itself, in gigabytes, of the text of /proc/PID/status."""
    kilobytes = [int(n) for n in re.findall(r"^Rss(?:Anon|Shmem):\s+(\d+) kB$", status, re.MULTILINE)]
    if len(kilobytes) != 2:
        raise ValueError(f"expected the lines RssAnon and RssShmem, got {status[:80]!r}")
    return sum(kilobytes) * 1024 / 1e9


class Watch(threading.Thread):
    """Looks at a process's memory as long as the `with` lasts; `peak` is the most it saw, in gigabytes."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._status, self._done = Path(f"/proc/{process}/status"), threading.Event()
        self.peak = 0.0

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        """Look a hundred times a second, and once more at the end."""
        ended = False
        while not ended:
            ended = self._done.wait(0.01)
            self.peak = max(self.peak, held_gb(self._status.read_text("utf-8")))


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
            with Watch(int(client.km.provisioner.pid)) as watch:
                for index, cell in enumerate(client.nb.cells):
                    client.execute_cell(cell, index)
            return watch.peak


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
