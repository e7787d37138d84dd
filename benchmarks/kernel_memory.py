"""`python -m benchmarks.kernel_memory`: the most memory that each lesson's kernel takes, and the seconds.

Runs every English lesson, with and without its solutions, each in a fresh kernel, and prints the most memory
that it held for itself (RssAnon + RssShmem, looked at a hundred times a second). Pages of libraries that are
mapped from files are left out: the system takes them back when memory is short, and how many of them count as
resident changes with the machine and with the build of torch. Exit status 1 when one is above the limit:
Binder gives 2 GB for everything. The seconds are those of the cells, one after another, without the kernel's
start; no limit is set on them.
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
from time import perf_counter
from typing import NamedTuple

import nbformat
from nbclient import NotebookClient

from segwidgets.doctor import LESSON_GB
from tools.build_notebooks import Target, targets


class Taken(NamedTuple):
    """What a run of a lesson took: its peak in gigabytes (10⁹ bytes), and its cells' seconds."""

    gb: float
    seconds: float


class Lesson(NamedTuple):
    """What a lesson took as the student gets it, and with its solutions."""

    name: str
    plain: Taken
    solved: Taken

    @property
    def peak(self) -> float:
        """The higher of its peaks, in gigabytes."""
        return max(self.plain.gb, self.solved.gb)


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


def taken(notebook: Path) -> Taken:
    """Run a notebook in a fresh kernel, in an empty folder, and return what it took."""
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
                start = perf_counter()
                for index, cell in enumerate(client.nb.cells):
                    client.execute_cell(cell, index)
                seconds = perf_counter() - start
            return Taken(watch.peak, seconds)


def line(lesson: Lesson) -> str:
    """Return a row of the table."""
    (gb, seconds), (solved_gb, solved_seconds) = lesson.plain, lesson.solved
    return f"{lesson.name:<20}{gb:>8.2f}{solved_gb:>16.2f}{seconds:>12.0f}{solved_seconds:>16.0f}"


def verdict(lessons: Sequence[Lesson], limit: float = LESSON_GB) -> tuple[str, int]:
    """Return the last line of the table, and the exit status: 1 when any peak is above the limit."""
    most = max(lessons, key=lambda lesson: lesson.peak)
    words = f"{'ABOVE' if most.peak > limit else 'within'} the limit of {limit} GB"
    return f"the most: {most.peak:.2f} GB ({most.name}), {words}", int(most.peak > limit)


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernel_memory", description=__doc__)
    parser.add_argument("names", nargs="*", help="beginnings of lessons' names, as in 02; all by default")
    names = tuple(parser.parse_args().names) or ("",)
    chosen = [t for t in targets() if t.lang == "en" and not t.solutions and t.source.stem.startswith(names)]
    if not chosen:
        parser.error(f"no lesson's name begins with {' or '.join(names)}")
    print(f"{'':<20}{'peak, GB':>8}{'with solutions':>16}{'seconds':>12}{'with solutions':>16}")
    lessons = []
    for target in chosen:
        solved = Target(target.source, target.lang, solutions=True)
        lessons.append(Lesson(target.source.stem, taken(target.path), taken(solved.path)))
        print(line(lessons[-1]), flush=True)
    words, status = verdict(lessons)
    print(words)
    return status


if __name__ == "__main__":
    sys.exit(main())
