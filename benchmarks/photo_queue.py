"""How quick a queue of photos is, and whether its memory grows with them.

    python -m benchmarks.photo_queue
    python -m benchmarks.photo_queue --photos 20 --many 500 --rounds 2

In JupyterLab, in Chromium: the seconds from running the cell to the first photo on the canvas, in a kernel
that has imported segwidgets, and how many of these the network takes to encode it; the milliseconds from the
key for the next photo to that photo, which was encoded ahead; with small photos and with photos of 12
megapixels. Without a browser: how many thumbnails are read of a folder of many, and the memory held while a
hand goes through photos, a click on each; and how much longer a click takes while a photo is encoded beside
it, which the queue does only where hands rest.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.many_clicks import held_mb
from benchmarks.timing import PAUSE_S, seconds
from segwidgets import PhotoQueue, Segmenter, load_image
from segwidgets.drawing import style
from segwidgets.widgets.photo_queue import strip
from tests.browser.chromium import find_chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.jupyter import JupyterServer, NotebookPage, jupyter_server
from tests.fake_front import FakeFront

LARGE = 4000, 3000  # width, height
CELL = "queue = segwidgets.PhotoQueue({folder!r}, hover=False, semantic=False, out={out!r})"
MARK = 0.1  # of a photo's sides: a corner in a colour that the photos beside it do not have
PIXEL = """canvas => canvas.getContext('2d').getImageData(canvas.width / 40, canvas.height / 40, 1, 1).data"""
PAINTED = f"""() => {{
  const canvas = document.querySelector('.sw-stage canvas');
  return canvas && ({PIXEL})(canvas)[3];
}}"""
WATCH = f"""([canvas, color]) => {{ window.__seen = new Promise(resolve => {{
  let pressed = 0;
  window.addEventListener('keydown', () => (pressed = performance.now()), {{once: true, capture: true}});
  const look = () => {{
    const pixel = ({PIXEL})(canvas);
    if (pressed && color.every((c, i) => Math.abs(c - pixel[i]) < 12)) resolve(performance.now() - pressed);
    else requestAnimationFrame(look);
  }};
  look();
}}); }}"""


def color_of(number: int) -> style.Rgb:
    """Return the colour of a photo's corner."""
    return style.PALETTE[number % len(style.PALETTE)]


def write_photos(folder: Path, count: int, large: bool) -> Path:
    """Write so many cats, each moved a little further and with a corner of its colour; return the folder."""
    folder.mkdir()
    cat = load_image("cat")
    cat = cv2.resize(cat, LARGE) if large else cat
    height, width = cat.shape[:2]
    for number in range(count):
        photo = np.roll(cat, 3 * number, axis=1)
        photo[: int(height * MARK), : int(width * MARK)] = color_of(number)
        cv2.imwrite(str(folder / f"{number:04}.jpg"), photo[:, :, ::-1])
    return folder


def wait_until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.05)


def in_browser(
    browser: Browser, server: JupyterServer, folder: Path, rounds: int
) -> tuple[float, float, float]:
    """Return the seconds to the first photo and of its encoding, and the median of ms to the next photo."""
    page = browser.new_page(viewport={"width": 1280, "height": 1200})
    notebook = NotebookPage(page, server, "lab", folder.parent)
    out = str(folder.parent / f"{folder.name}_out")
    cell = CELL.format(folder=str(folder), out=out)
    notebook.open(server.write_notebook(folder.name, [f"{cell}\nqueue"]))
    notebook.execute("import segwidgets")
    start = time.monotonic()
    notebook.run_all()
    page.wait_for_function(PAINTED)
    first = time.monotonic() - start
    encoding = float(notebook.execute("queue.widget.segmenter.encode_seconds"))
    notebook.wait_until_laid_out()
    notebook.canvas().focus()
    waits = []
    for number in range(1, rounds + 1):
        wait_until(lambda at=number: notebook.execute(f"{at} in queue.ahead.ready") == "True")
        page.evaluate(WATCH, [notebook.canvas().element_handle(), list(color_of(number))])
        page.keyboard.press("Shift+N")
        waits.append(page.evaluate("() => window.__seen"))
    page.close()
    server.stop_kernels()
    return first, encoding, statistics.median(waits)


def memory(folder: Path, every: int) -> list[float]:
    """Return the MB that are held after every so many photos, each clicked on."""
    queue, held = PhotoQueue(folder, hover=False, semantic=False), []
    assert queue.widget is not None
    with FakeFront(queue.widget.stage.canvas.widget) as front:
        front.ready()
        for number in range(1, len(queue.names) + 1):
            height, width = queue.widget.image.shape[:2]
            queue.widget.add_point(width / 2, height / 2)
            if number % every == 0:
                held.append(held_mb())
            queue.next()
    queue.close()
    return held


def thumbnails(folder: Path, count: int) -> tuple[int, float]:
    """Return how many thumbnails a queue of so many photos reads, and the seconds until it is there."""
    one = next(folder.iterdir())
    many = folder.parent / "many"
    many.mkdir()
    for number in range(count):
        os.link(one, many / f"{number:05}.jpg")
    read: list[str] = []
    make = strip.thumbnail
    strip.thumbnail = lambda entry: (read.append(entry.name), make(entry))[1]  # type: ignore[func-returns-value]
    start = time.monotonic()
    queue = PhotoQueue(many, hover=False, semantic=False)
    took = time.monotonic() - start
    wait_until(lambda: queue.strip.images[strip.SHOWN - 1].value != b"")
    queue.close()
    strip.thumbnail = make
    return len(read), took


def beside_encoding(folder: Path, rounds: int) -> tuple[float, float, float]:
    """Return medians of a click's ms with nothing beside it, and beside an encoder, and of their ratio."""
    queue, runs = PhotoQueue(folder, folder.parent / "clicked", hover=False, semantic=False), []
    assert queue.widget is not None
    height, width = queue.widget.image.shape[:2]

    def click() -> None:
        assert queue.widget is not None
        queue.widget.add_point(width / 2, height / 2)
        queue.widget.undo()

    with FakeFront(queue.widget.stage.canvas.widget) as front:
        front.ready()
        click()
        for _ in range(rounds):
            alone = seconds(click, PAUSE_S)
            other = Segmenter.soon(next(folder.iterdir()))
            beside = seconds(click, PAUSE_S)
            assert not other.is_ready, "the click was over before the encoder was"
            _ = other.embedding
            runs.append((1e3 * alone, 1e3 * beside, beside / alone))
    queue.close()
    alone, beside, ratio = (statistics.median(each) for each in zip(*runs, strict=True))
    return alone, beside, ratio


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.photo_queue", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--photos", type=int, default=200, help="that a hand goes through (200)")
    parser.add_argument("--many", type=int, default=5000, help="in the folder of many (5000)")
    parser.add_argument("--rounds", type=int, default=8, help="photos that are opened in the browser (8)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        print(f"{'photos':<16}{'first, s':>10}{'of it encoding':>16}{'next, ms':>10}")
        with jupyter_server(place / "server") as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
            for name, large in (("cat", False), ("12 megapixels", True)):
                folder = write_photos(place / f"photos_{large}", given.rounds + 1, large)
                first, encoding, following = in_browser(browser, server, folder, given.rounds)
                print(f"{name:<16}{first:>10.2f}{encoding:>16.2f}{following:>10.0f}", flush=True)
            browser.close()
        read, took = thumbnails(place / "photos_False", given.many)
        alone, beside, ratio = beside_encoding(place / "photos_False", given.rounds)
        print(f"a click: {alone:.0f} ms alone, {beside:.0f} ms beside an encoder, {ratio:.1f} x", flush=True)
        print(f"{given.many} photos: there after {took:.2f} s, {read} thumbnails read", flush=True)
        every = max(1, given.photos // 10)
        held = memory(write_photos(place / "walk", given.photos, large=False), every)
        print(f"memory, every {every} photos: {', '.join(f'{one:.0f}' for one in held)} MB")
        half = len(held) // 2
        print(f"from photo {every * half} to {every * len(held)}: {held[-1] - held[half - 1]:+.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
