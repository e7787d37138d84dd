"""`python -m benchmarks.folder`: photos a minute of `segwidgets batch --everything`, and of a loop in torch.

The plain side is `SamAutomaticMaskGenerator` with the same weights, grid and thresholds, which goes through
the same photos in one process and writes each mask as a PNG; its time begins when the model is loaded. Ours
is the whole command, from its start to the last contact sheet. Rounds of one process, two processes and the
plain loop are interleaved; medians, and medians of the ratios, are printed, with the processors' seconds for
a photo, which other work on the machine changes least, and the most memory of one process. Exit status 1
where less is reached than was asked for: two processes 4 times the plain loop, and 1.6 times one process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]

from segwidgets.ground.samples import SAMPLES
from segwidgets.images import sample_path

OVER_TORCH, OVER_ONE = 4.0, 1.6

PLAIN = """
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from PIL import Image
from segment_anything import SamAutomaticMaskGenerator

from segwidgets.models.sam import load_sam

photos, out, side = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
generator = SamAutomaticMaskGenerator(load_sam("mobile_sam", device="cpu"), points_per_side=side)
start, cpu = perf_counter(), process_time()
for path in sorted(photos.iterdir()):
    image = np.asarray(Image.open(path).convert("RGB"))
    for number, found in enumerate(generator.generate(image)):
        Image.fromarray(found["segmentation"]).save(out / f"{path.stem}_{number}.png")
print(perf_counter() - start, process_time() - cpu)
"""


class Run(NamedTuple):
    """One side, once: its seconds, those on all processors together, and the peak of a process in GB."""

    seconds: float
    cpu: float
    peak: float


class Round(NamedTuple):
    """All sides, one after the other."""

    one: Run
    two: Run
    plain: Run


def run_command(command: list[str]) -> tuple[Run, str]:
    """Run a command to its end; return what it took, and what it printed."""
    start, before = perf_counter(), _cpu()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        done, peaks = Event(), [0.0]

        def watch() -> None:
            while not done.wait(0.3):
                peaks.append(_largest(child.pid))

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        printed, _ = child.communicate()
        took = perf_counter() - start
        done.set()
        watcher.join()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command, printed)
    return Run(took, _cpu() - before, max(peaks)), printed


def _cpu() -> float:
    import resource  # not on Windows

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _largest(pid: int) -> float:
    try:
        own = psutil.Process(pid)
        return max(one.memory_info().rss for one in (own, *own.children(recursive=True))) / 1e9
    except psutil.Error:
        return 0.0


def run_ours(photos: Path, side: int, workers: int) -> Run:
    """Label a folder from nothing."""
    with tempfile.TemporaryDirectory() as out:
        options = ["--everything", "--points", str(side), "--workers", str(workers), "--format", "png"]
        command = [sys.executable, "-m", "segwidgets", "batch", str(photos), out, *options]
        return run_command(command)[0]


def run_plain(photos: Path, side: int) -> Run:
    """Go through a folder in torch."""
    with tempfile.TemporaryDirectory() as out:
        whole, printed = run_command([sys.executable, "-c", PLAIN, str(photos), out, str(side)])
    seconds, cpu = map(float, printed.split())
    return Run(seconds, cpu, whole.peak)


def measure(photos: Path, side: int) -> Round:
    """Run every side once."""
    return Round(run_ours(photos, side, 1), run_ours(photos, side, 2), run_plain(photos, side))


def lines(count: int, rounds: list[Round]) -> tuple[list[str], int]:
    """Return the table, and the exit status."""
    told = [f"{'':<34}{'photos a minute':>16}{'CPU s a photo':>15}{'GB of a process':>17}"]
    sides = {"plain loop in torch": "plain", "segwidgets batch, one process": "one", "two processes": "two"}
    for name, side in sides.items():
        runs = [getattr(one, side) for one in rounds]
        rate = 60 * count / median(run.seconds for run in runs)
        cpu, peak = median(run.cpu for run in runs) / count, max(run.peak for run in runs)
        told.append(f"{name:<34}{rate:>16.1f}{cpu:>15.1f}{peak:>17.2f}")
    over_torch = median(one.plain.seconds / one.two.seconds for one in rounds)
    over_one = median(one.one.seconds / one.two.seconds for one in rounds)
    for name, ratio, least in (
        ("two processes beside torch", over_torch, OVER_TORCH),
        ("two processes beside one", over_one, OVER_ONE),
    ):
        told.append(f"{name:<34}{ratio:>14.2f} x  asked for {least:g} x  {'yes' if ratio >= least else 'NO'}")
    return told, int(over_torch < OVER_TORCH or over_one < OVER_ONE)


def main() -> int:
    """Print the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.folder", description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", help="photos of your own; the sample photos by default"
    )
    parser.add_argument("--points", type=int, default=16, help="clicks a side")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--photos", type=int, default=len(SAMPLES), help="so many of the sample photos")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as samples:
        folder = arguments.folder or Path(samples)
        if arguments.folder is None:
            for name in list(SAMPLES)[: arguments.photos]:
                path = sample_path(name)
                (folder / path.name).write_bytes(path.read_bytes())
        count = sum(1 for _ in folder.iterdir())
        rounds = []
        for number in range(arguments.rounds):
            rounds.append(measure(folder, arguments.points))
            seconds = ", ".join(f"{name} {run.seconds:.1f} s" for name, run in rounds[-1]._asdict().items())
            print(f"round {number + 1} of {arguments.rounds}, {count} photos: {seconds}", flush=True)
    told, status = lines(count, rounds)
    print("\n".join(told))
    return status


if __name__ == "__main__":
    sys.exit(main())
