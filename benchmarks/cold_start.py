"""How long one waits in a fresh kernel: for a widget, for its first answer, for a lesson's first picture.

    python -m benchmarks.cold_start
    python -m benchmarks.cold_start --rounds 3 --lessons 02 04

Each row is a kernel of its own, which runs already and has imported nothing: the seconds of the import, then
from running the widget's cell until its view goes out to the page, which draws the photo, then until the
answer to a click that the next cell makes at once. For lessons, from running all until the first picture.
No browser: what that adds, `benchmarks.photo_queue` measures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import cv2
import nbformat
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from segwidgets import load_image
from tools.build_notebooks import Target, targets

LARGE = 4000, 3000  # width, height
WIDGETS = {
    "ClickSegmenter": "seg = segwidgets.ClickSegmenter({photo!r})\nseg",
    "PhotoQueue": "queue = segwidgets.PhotoQueue({folder!r}, out={out!r})\nseg = queue.widget\nqueue",
}
CLICK = "_ = seg.add_point(0.55 * seg.image.shape[1], 0.57 * seg.image.shape[0])"
VIEW, PICTURE = "application/vnd.jupyter.widget-view+json", "image/png"
PATIENCE_S = 300


class Waits(NamedTuple):
    """Seconds of the import, then from running the widget's cell to its view, and to the click's answer."""

    imports: float
    view: float
    answer: float

    @property
    def total(self) -> float:
        """From the import to the answer."""
        return self.imports + self.answer


class Kernel:
    """A fresh kernel in an empty folder; the `with` starts and ends it."""

    def __enter__(self) -> Kernel:
        self._folder = tempfile.TemporaryDirectory()
        progress = str(Path(self._folder.name) / "progress.json")
        self._manager, client = start_new_kernel(
            cwd=self._folder.name,
            env={**os.environ, "SEGWIDGETS_PROGRESS": progress},
            extra_arguments=["--log-level=ERROR"],
        )
        self._client: BlockingKernelClient = client
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._folder.cleanup()

    def seconds(self, code: str, mime: str = "") -> tuple[float, float]:
        """Run a cell; return the seconds until an output of that kind, infinite without one, and in all."""
        start, first = perf_counter(), float("inf")

        def look(message: Any) -> None:
            nonlocal first
            if mime in message["content"].get("data", {}):
                first = min(first, perf_counter() - start)

        reply = self._client.execute_interactive(code, timeout=PATIENCE_S, output_hook=look)
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))
        return first, perf_counter() - start


def widget_waits(name: str, photo: Path) -> Waits:
    """Return how long one waits for a widget of `WIDGETS` with this photo, the only one in its folder."""
    with Kernel() as kernel:
        _, imports = kernel.seconds(f"import segwidgets\nsegwidgets.{name}")
        given = {"photo": str(photo), "folder": str(photo.parent), "out": "out"}
        view, shown = kernel.seconds(WIDGETS[name].format(**given), VIEW)
        _, clicked = kernel.seconds(CLICK)
    return Waits(imports, view, shown + clicked)


def picture_wait(notebook: Path) -> float:
    """Return the seconds from running a lesson's first cell until its first picture."""
    waited = 0.0
    with Kernel() as kernel:
        for cell in nbformat.read(notebook, as_version=4).cells:
            if cell.cell_type == "code":
                first, took = kernel.seconds(cell.source, PICTURE)
                if first < float("inf"):
                    return waited + first
                waited += took
    return float("nan")


def write_photos(place: Path) -> dict[str, Path]:
    """Write the cat as it is and with 12 megapixels, each in a folder of its own."""
    photos = {"cat": load_image("cat"), "12 megapixels": cv2.resize(load_image("cat"), LARGE)}
    written = {}
    for number, (name, image) in enumerate(photos.items()):
        written[name] = place / str(number) / "photo.jpg"
        written[name].parent.mkdir()
        cv2.imwrite(str(written[name]), image[:, :, ::-1])
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cold_start", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=5, help="kernels of which the median is told (5)")
    parser.add_argument("--lessons", nargs="*", help="how their names begin; all by default, none if empty")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        photos = write_photos(Path(scratch))
        columns = ("imports, s", "view, s", "answer, s", "in all, s")
        print(f"{'widget':<16}{'photo':<16}" + "".join(f"{column:>12}" for column in columns))
        for name in WIDGETS:
            for photo, path in photos.items():
                runs = [widget_waits(name, path) for _ in range(given.rounds)]
                told = [median(each) for each in zip(*((*run, run.total) for run in runs), strict=True)]
                print(f"{name:<16}{photo:<16}" + "".join(f"{one:>12.2f}" for one in told), flush=True)
    wanted = tuple([""] if given.lessons is None else given.lessons)
    for target in targets():
        if wanted and target.source.stem.startswith(wanted) and _is_plain(target):
            waits = [picture_wait(target.path) for _ in range(given.rounds)]
            print(f"{target.source.stem}: first picture after {median(waits):.2f} s", flush=True)
    return 0


def _is_plain(target: Target) -> bool:
    return target.lang == "en" and not target.solutions


if __name__ == "__main__":
    sys.exit(main())
