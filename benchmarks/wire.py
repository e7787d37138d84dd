"""What a hover and a click send, how many frames a second a pan and a stroke have, by photo and zoom.

`python -m benchmarks.wire` opens the widget in JupyterLab, in Chromium, with five objects on it, counts the
bytes that the kernel sends for one preview under the mouse and for one click, and the views that it draws
while a hand drags the photo. Then the brush: in how many of the page's frames a second a stroke grows, which
the page draws by itself, and how long after its end the mask that the kernel made of it is there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.jupyter import NotebookPage, jupyter_server

CELL = """
import json, time, cv2, segwidgets
from ipykernel.comm.comm import BaseComm
sent, views = [0], [0]
_publish = BaseComm.publish_msg
def publish(self, msg_type, data=None, metadata=None, buffers=None, **keys):
    parts = sum(memoryview(one).nbytes for one in buffers or ())
    sent[0] += len(json.dumps(data or {{}}, default=str)) + parts
    return _publish(self, msg_type, data, metadata, buffers, **keys)
BaseComm.publish_msg = publish
photo = segwidgets.load_image('cat')
if {large}: photo = cv2.resize(photo, (4000, 3000))
seg = segwidgets.ClickSegmenter(photo, hover=False, semantic=False)
height, width = seg.image.shape[:2]
for x, y in ((.3, .3), (.6, .3), (.5, .6), (.2, .7), (.8, .8)):
    seg.add_point(x * width, y * height); seg.new_object()
_follow = seg.stage.follow
def follow(event): views[0] += event["kind"] == "view"; _follow(event)
seg.stage.follow = follow
"""
ZOOMS = 1, 3, 12
WATCH = """() => { window.__stroke = new Promise(resolve => {
  let last = '', frames = 0, from = 0, to = 0, up = 0;
  window.addEventListener('pointerup', () => (up = performance.now()), {once: true, capture: true});
  const look = now => {
    const shape = document.querySelector('.sw-strokes .sw-stroke:not(.sw-gone)');
    const points = shape?.getAttribute('points') || '';
    if (shape && points !== last) { frames++; from ||= now; to = now; }
    last = points;
    if (up && !shape) resolve([1000 * (frames - 1) / (to - from), performance.now() - up]);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}); }"""


def stroke(notebook: NotebookPage, x: float, y: float, seconds: float) -> tuple[float, float]:
    """Return the frames a second of a stroke of the brush, and ms from its end to its being in the mask."""
    notebook.execute("seg.set_tool('brush')")
    notebook.page.wait_for_selector(".sw-draws", state="attached")
    mouse = notebook.page.mouse
    mouse.move(x, y)
    notebook.page.evaluate(WATCH)
    mouse.down()
    start, step = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        step += 1
        mouse.move(x + 60 * (step % 40 / 20 - 1), y + step % 97)
    mouse.up()
    frames, confirmed = notebook.page.evaluate("() => window.__stroke")
    notebook.execute("seg.undo(); seg.set_tool('')")
    return frames, confirmed


def measure(notebook: NotebookPage, zoom: int, seconds: float) -> tuple[float, float, float, float, float]:
    """Return kB of a hover and of a click, and the frames a second of a pan and what `stroke` has."""
    notebook.execute(f"seg.fit(); seg.zoom({zoom}); seg.new_object() if seg.mask is not None else None")
    box = notebook.canvas().bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5
    mouse = notebook.page.mouse
    notebook.execute("seg.set_hover(True)")
    mouse.move(x - 3, y)
    time.sleep(1.5)
    notebook.execute("sent[0] = 0")
    mouse.move(x, y)
    time.sleep(1.5)
    hover = int(notebook.execute("sent[0]")) / 1000
    notebook.execute("seg.set_hover(False); sent[0] = 0")
    mouse.click(x, y)
    time.sleep(2)
    click = int(notebook.execute("sent[0]")) / 1000
    notebook.execute("views[0] = 0")
    mouse.down(button="middle")
    start, step = time.monotonic(), 0
    while (passed := time.monotonic() - start) < seconds:
        step += 1
        mouse.move(x + 60 * (step % 40 / 20 - 1), y + step % 7)
    mouse.up(button="middle")
    pan = int(notebook.execute("views[0]")) / passed
    return hover, click, pan, *stroke(notebook, x, y, seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wire", description=__doc__.split("\n")[0])
    parser.add_argument("--ratio", type=float, default=1.0, help="the screen's pixels to one of the page")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each pan and each stroke")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        jupyter_server(Path(scratch)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        heads = ("hover kB", 10), ("click kB", 10), ("pan, frames/s", 15), ("stroke, frames/s", 18)
        told = "".join(f"{head:>{width}}" for head, width in (*heads, ("its end to mask, ms", 21)))
        print(f"{'photo':<14}{'zoom':>6}{told}")
        for name, large in (("cat", False), ("12 megapixels", True)):
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=given.ratio)
            notebook = NotebookPage(page, server, "lab", Path(scratch))
            notebook.open(
                server.write_notebook(f"wire_{json.dumps(large)}", [CELL.format(large=large), "seg"])
            )
            notebook.run_all()
            notebook.wait_until_laid_out()
            notebook.canvas().scroll_into_view_if_needed()
            time.sleep(1)
            for zoom in ZOOMS:
                hover, click, pan, drawn, confirmed = measure(notebook, zoom, given.seconds)
                told = f"{hover:>10.0f}{click:>10.0f}{pan:>15.0f}{drawn:>18.0f}{confirmed:>21.0f}"
                print(f"{name:<14}{zoom:>5}x{told}", flush=True)
            page.close()
            server.stop_kernels()
        browser.close()


if __name__ == "__main__":
    main()
