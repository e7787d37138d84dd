"""`python -m benchmarks.in_the_browser`: the page in Chromium, files from loopback, one thread and more.

Prints seconds to ready (the first visit, and again with what is kept), of the encoder, of a click on the
sample and on 12 megapixels (masks drawn as large as a screen shows them), and the memory of the page's
process. The kernel's own times for the same stand beside them.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.kernel_memory import held_gb
from benchmarks.timing import seconds
from segwidgets import Prompt, Segmenter, sample_image
from tests.browser.chromium import find_chromium
from tools import web

WORK = """async ({ repeats, side }) => {
  const { Engine } = await import("./src/engine.js");
  const told = {};
  const timed = async (name, work) => {
    const start = performance.now();
    const made = await work();
    (told[name] ??= []).push((performance.now() - start) / 1000);
    return made;
  };
  const first = await timed("ready", () => Engine.open());
  first.close();
  const engine = await timed("ready again", () => Engine.open());
  told.threads = engine.threads;
  const photo = await createImageBitmap(await (await fetch(engine.data.samples[0].photo)).blob());
  const sizes = { sample: [photo.width, photo.height], large: [4000, 3000] };
  for (const [name, [width, height]] of Object.entries(sizes)) {
    const bitmap = await createImageBitmap(photo, { resizeWidth: width, resizeHeight: height });
    await engine.photo(name, bitmap);
    await timed(`encode ${name}`, () => engine.encoded(name));
    const prompt = { points: [[0.55 * width, 0.57 * height]], labels: [1], box: null };
    const lines = Math.round((side * height) / width);
    const view = { x0: 0, y0: 0, x1: width, y1: height, width: side, height: lines };
    for (let i = 0; i < repeats; i++) {
      await timed(`click ${name}`, async () => {
        const { candidates, best } = await engine.predict(name, prompt);
        return engine.draw(name, [candidates[best].handle], view);
      });
      await timed(`hover ${name}`, () => engine.preview(name, prompt, view));
    }
  }
  return told;
}"""


def in_page(page: Page, address: str, repeats: int) -> dict[str, Any]:
    """Return the times of one visit."""
    page.goto(f"{address}/empty.html")
    told: dict[str, Any] = page.evaluate(WORK, {"repeats": repeats, "side": 900})
    return told


def renderer_memory() -> float:
    """Return the gigabytes that the largest of the browser's page processes holds for itself."""
    sizes = [0.0]
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                sizes.append(held_gb(Path(f"/proc/{process.pid}/status").read_text("utf-8")))
        except (psutil.Error, OSError):
            continue
    return max(sizes)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.in_the_browser", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two clicks: a smoke test")
    repeats = 2 if parser.parse_args().quick else 9
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "try"
        web.build(site, samples=["cat"])
        (site / "empty.html").write_text("<!doctype html><title>measured</title>", "utf-8")
        for isolated in (False, True):
            serving = web.server(site, isolated)
            thread = threading.Thread(target=serving.serve_forever)
            thread.start()
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
            told = in_page(browser.new_page(), f"http://127.0.0.1:{serving.server_address[1]}", repeats)
            threads = told.pop("threads")
            print(f"{threads} thread{'s' if threads > 1 else ''}, memory {renderer_memory():.2f} GB")
            for name, times in told.items():
                print(f"  {name:<14}{median(times):7.3f} s")
            browser.close()
            serving.shutdown()
            thread.join()
            serving.server_close()
    segmenter = Segmenter(sample_image("cat"))
    times = [seconds(lambda: segmenter.predict(Prompt([(250, 170)]))) for _ in range(repeats)]
    print(f"the kernel\n  encode sample {segmenter.encode_seconds:7.3f} s")
    print(f"  click sample  {median(times):7.3f} s")


if __name__ == "__main__":
    main()
