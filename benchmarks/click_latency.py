"""How long a click takes, from mouse-down to the painted mask, in a real Chromium on a real JupyterLab.

    python -m benchmarks.click_latency
    python -m benchmarks.click_latency --round-trip-ms 150 --mbit 2    behind a slow line

For each click on the cat: the time from mouse-down to the mask being seen ("seen"), and to its being painted
in full with its point ("whole"; button down and up come together, as fast as can be), on JavaScript's clock;
and the kB that the page received meanwhile, which no busy machine changes much.
Of the latter time decoding and drawing up to the wire are timed in Python; the rest is the way to the kernel,
back, and onto the screen. Then a moving mouse: how old a place is when its preview has been sent. Last, ten
clicks as fast as can be: whether all came, in their order, and when the last was there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.jupyter import NotebookPage, jupyter_server
from tests.slow_line import slow_line

CAT = (300, 451)
PLACES = [(250, 170), (180, 110), (300, 100), (230, 240), (120, 200), (330, 150), (280, 220), (200, 60)]

CELL = """
import time, segwidgets, numpy as np
from segwidgets.semantic import deepest_point
from segwidgets.widgets.painting import to_canvas
seg = segwidgets.ClickSegmenter('cat', hover=False, semantic=False)
drawn = []
_draw = seg.stage.draw_masks
def timed(*moving):
    start = time.perf_counter(); _draw(*moving); drawn.append(time.perf_counter() - start)
seg.stage.draw_masks = timed
def inside(x, y):
    # a canvas pixel that the mask of a click covers, far from the marker of the click
    viewport = seg.stage.canvas.viewport
    mask = to_canvas(seg.segmenter.predict(segwidgets.Prompt([(x, y)])).best_mask, viewport)
    ys, xs = np.mgrid[: mask.shape[0], : mask.shape[1]]
    cx, cy = viewport.to_canvas(x, y)
    return list(deepest_point(mask & (np.hypot(xs - cx, ys - cy) > 40)))
seg
"""

COUNT = """
window.__received = 0;
window.WebSocket = class extends WebSocket {
  constructor(...how) {
    super(...how);
    const count = ({data}) => (window.__received += data.byteLength ?? data.length ?? data.size);
    this.addEventListener('message', count);
  }
};
"""
REMEMBER = """([canvas, x, y]) => {
  window.__bare = [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3);
}"""
WATCH = """([canvas, x, y, color]) => {
  const context = canvas.getContext('2d'), bare = window.__bare;
  const settled = color.map((c, i) => 0.55 * bare[i] + 0.45 * c);
  const far = (pixel, other) => Math.max(...other.map((v, i) => Math.abs(v - pixel[i])));
  window.__latency = new Promise(resolve => window.addEventListener('pointerdown', () => {
    const start = performance.now(), received = window.__received;
    let first = NaN;
    const look = () => {
      const now = context.getImageData(x, y, 1, 1).data, passed = performance.now() - start;
      if (isNaN(first) && far(now, bare) > 8) first = passed;
      const kB = (window.__received - received) / 1000;
      if (far(now, settled) <= 4 || passed > 10000) resolve([first, passed, kB]);
      else setTimeout(look, 5);
    };
    look();
  }, {once: true, capture: true}));
}"""


def clicks(
    notebook: NotebookPage, rounds: int, rest_s: float
) -> list[tuple[float, float, float, float, float]]:
    """Return seen, whole, decoding, drawing in ms, and kB; with a rest the preview comes first."""
    times = []
    for index in range(rounds + 1):
        place = PLACES[index % len(PLACES)]
        notebook.execute("seg.reset(); drawn.clear()")
        time.sleep(0.1)
        where = json.loads(notebook.execute(f"print(inside{place})"))
        color = json.loads(notebook.execute("from segwidgets import style; print(list(style.PALETTE[0]))"))
        handle = notebook.canvas().element_handle()
        notebook.page.evaluate(REMEMBER, [handle, *where])
        point = notebook.point_on_page(*place, size=CAT)
        notebook.page.mouse.move(*point)
        time.sleep(rest_s)
        notebook.page.evaluate(WATCH, [handle, *where, color])
        notebook.page.mouse.down()
        notebook.page.mouse.up()
        seen, whole, received = notebook.page.evaluate("() => window.__latency")
        decode, draw = json.loads(
            notebook.execute("print([seg.candidates.decode_seconds * 1000, drawn[0] * 1000])")
        )
        times.append((seen, whole, decode, draw, received))
    return times[1:]  # the first warms up


def hover_lag(notebook: NotebookPage, seconds: float) -> tuple[float, float]:
    """Return how old, in ms, the place of each preview is when it has been drawn: median and worst."""
    notebook.execute(
        """
seg.reset(); seg.set_hover(True); ages = []; asked = {}
_hover, _draw_prompt = seg.stage.on_hover, seg.stage.draw_prompt
def on_hover(x, y, hand):
    asked[seg.stage.canvas.viewport.to_image(x, y)] = time.perf_counter(); _hover(x, y, hand)
def draw_prompt(**moving):
    _draw_prompt(**moving)
    if seg.stage.previewed in asked: ages.append(1000 * (time.perf_counter() - asked[seg.stage.previewed]))
seg.stage.on_hover, seg.stage.draw_prompt = on_hover, draw_prompt
"""
    )
    end, step = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        notebook.page.mouse.move(*notebook.point_on_page(100 + step % 200, 60 + step % 170, size=CAT))
        step += 3
    ages = json.loads(notebook.execute("import json; print(json.dumps(ages))"))
    return statistics.median(ages), max(ages)


def fast_clicks(notebook: NotebookPage, count: int = 10) -> tuple[bool, float]:
    """Return whether clicks without a pause all came in their order, and the seconds until the last had."""
    notebook.execute("seg.set_hover(False); seg.reset()")
    places = [(40 + 40 * number, 60 + 90 * (number % 3)) for number in range(count)]
    start = time.monotonic()
    for place in places:
        notebook.click(*place, size=CAT)
    while int(notebook.execute("len(seg.prompt.points)")) < count and time.monotonic() < start + 60:
        time.sleep(0.1)
    took = time.monotonic() - start
    came = json.loads(notebook.execute("import json; print(json.dumps([x for x, _ in seg.prompt.points]))"))
    in_order = len(came) == count and all(abs(x - at[0]) < 2 for x, at in zip(came, places, strict=True))
    return in_order, took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=24)
    parser.add_argument("--round-trip-ms", type=float, default=0.0)
    parser.add_argument("--mbit", type=float, default=float("inf"), help="a second, each way")
    arguments = parser.parse_args()
    rounds = arguments.rounds
    with (
        tempfile.TemporaryDirectory() as scratch,
        jupyter_server(Path(scratch)) as server,
        slow_line(urlsplit(server.url).port or 0, arguments.round_trip_ms / 1000) as line,
        sync_playwright() as playwright,
    ):
        if arguments.round_trip_ms or arguments.mbit < float("inf"):
            server = replace(server, url=f"http://127.0.0.1:{line.port}/")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(COUNT)
        notebook = NotebookPage(page, server, "lab", Path(scratch))
        notebook.open(server.write_notebook("latency", [CELL]))
        notebook.run_all()
        notebook.wait_until_laid_out()
        line.throttle(arguments.mbit * 1e6 / 8)  # Jupyter's own megabytes are there
        time.sleep(1)
        title = f"median ms over {rounds} clicks"
        print(f"{title:<34}{'seen':>8}{'whole':>8}{'decode':>8}{'draw':>8}{'rest':>8}{'kB':>8}")
        for name, rest_s in (("no preview", 0.0), ("after a preview at that place", 0.4)):
            if rest_s:
                notebook.execute("seg.set_hover(True)")
            times = clicks(notebook, rounds, rest_s)
            seen, whole, decode, draw, received = (
                statistics.median(column) for column in zip(*times, strict=True)
            )
            decode = 0.0 if rest_s else decode
            told = (
                f"{seen:8.0f}{whole:8.0f}{decode:8.0f}{draw:8.0f}{whole - decode - draw:8.0f}{received:8.1f}"
            )
            print(f"{name:<34}{told}", flush=True)
        median, worst = hover_lag(notebook, 4)
        print(f"preview behind a moving mouse, ms: median {median:.0f}, worst {worst:.0f}")
        in_order, took = fast_clicks(notebook)
        print(f"10 fast clicks: {'all, in order' if in_order else 'NOT all in order'}, after {took:.1f} s")
        browser.close()


if __name__ == "__main__":
    main()
