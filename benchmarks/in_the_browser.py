"""`python -m benchmarks.in_the_browser`: the page in Chromium, files from loopback, one thread and more.

Prints seconds to ready (the first visit, and again with what is kept), of the encoder, of a click on the
sample and on 12 megapixels (masks drawn as large as a screen shows them), and the memory of the page's
process. The kernel's own times for the same stand beside them. At last: what would come over the line before
the first preview of a photo in a notebook, were it drawn in the browser.

`--published` measures something else: the page that carries no weights and runs the published graphs, beside
the usual one, in turn, on one thread.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import onnx
import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.kernel_memory import held_gb
from benchmarks.timing import seconds
from segwidgets import Prompt, Segmenter, checkpoints, sample_image
from tests.browser.chromium import find_chromium
from tools import web

LINE_MBIT = 10
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

BESIDE = """async ({ repeats }) => {
  const { Engine } = await import("./own/src/engine.js");
  const prompt = { points: [[250, 170]], labels: [1], box: null };
  const photo = await createImageBitmap(await (await fetch("own/samples/cat.png")).blob());
  const engines = {};
  for (const name of ["own", "published"]) {
    engines[name] = await Engine.open({ base: new URL(`${name}/`, location.href), threads: 1 });
  }
  const told = { encode: [], click: [] };
  for (const [what, turns] of [["encode", Math.ceil(repeats / 2)], ["click", repeats]]) {
    for (let i = 0; i <= turns; i++) {
      const pair = [];
      for (const engine of Object.values(engines)) {
        const start = performance.now();
        if (what === "encode") await engine.photo("cat", photo).then(() => engine.encoded("cat"));
        else await engine.predict("cat", prompt);
        pair.push((performance.now() - start) / 1000);
      }
      if (i > 0) told[what].push(pair); // the first of each makes ready
    }
  }
  return told;
}"""


def published_beside_own(repeats: int) -> None:
    """Print seconds of both pages' graphs, and the median of their ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        web.build(folder / "own", samples=["cat"])
        web.build(folder / "published", [], web.published_files("files/"))
        shutil.copytree(
            checkpoints.fetch("mobile_sam")["encoder.onnx"].parent, folder / "published" / "files"
        )
        with empty_page(folder, isolated=True) as page:
            told = page.evaluate(BESIDE, {"repeats": repeats})
    for what, pairs in told.items():
        own, published = (median(side) for side in zip(*pairs, strict=True))
        ratio = median(b / a for a, b in pairs)
        print(f"  {what:<8}{own:7.3f} s, published graphs {published:7.3f} s, times {ratio:.2f}")


class Visit(NamedTuple):
    """What a visit took: medians in seconds of each step, and the page's memory in gigabytes (10⁹ bytes)."""

    threads: int
    gb: float
    seconds: dict[str, float]


def visit(site: Path, isolated: bool, repeats: int) -> Visit:
    """Open the page that is built in a folder and measure; isolated it may use threads.

    Raises
    ------
    RuntimeError
        If there is no Chromium.
    """
    with empty_page(site, isolated) as page:
        told: dict[str, Any] = page.evaluate(WORK, {"repeats": repeats, "side": 900})
        threads = told.pop("threads")
        return Visit(threads, renderer_memory(), {name: median(s) for name, s in told.items()})


@contextmanager
def empty_page(folder: Path, isolated: bool) -> Iterator[Page]:
    """Serve a folder, and give a page of it in Chromium with nothing on it; RuntimeError without Chromium."""
    chromium = find_chromium()
    if chromium is None:
        raise RuntimeError("no Chromium was found: set CHROMIUM to one")
    (folder / "empty.html").write_text("<!doctype html><title>measured</title>", "utf-8")
    with (
        web.served(web.server(folder, isolated)) as address,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
    ):
        page = browser.new_page()
        page.goto(f"{address}empty.html")
        yield page


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


def first_preview(site: Path) -> Iterator[tuple[str, float]]:
    """Yield what a preview in the browser needs before the first one, and its megabytes, packed.

    The decoder twice: as it is, and with its weights in half precision, unpacked there.
    """
    decoder = onnx.load(str(site / "graphs" / "decoder.onnx"))
    halves = (onnx.numpy_helper.to_array(one).astype(np.float16) for one in decoder.graph.initializer)
    files = {
        "onnxruntime-web": b"".join(
            (site / "ort" / name).read_bytes() for name in (web.SCRIPT, web.GLUE, web.WASM)
        ),
        "embedding, in half precision": (site / "samples" / "cat.f16").read_bytes(),
        "decoder": decoder.SerializeToString(),
        "decoder, in half precision": b"".join(one.tobytes() for one in halves),
    }
    for name, content in files.items():
        yield name, len(gzip.compress(content, 6)) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.in_the_browser", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two clicks: a smoke test")
    parser.add_argument("--published", action="store_true", help="the published graphs beside our own")
    asked = parser.parse_args()
    repeats = 2 if asked.quick else 9
    if asked.published:
        published_beside_own(repeats)
        return
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "try"
        web.build(site, samples=["cat"])
        for isolated in (False, True):
            threads, gb, took = visit(site, isolated, repeats)
            print(f"{threads} thread{'s' if threads > 1 else ''}, memory {gb:.2f} GB")
            for name, each in took.items():
                print(f"  {name:<14}{each:7.3f} s")
        came = dict(first_preview(site))
    segmenter = Segmenter(sample_image("cat"))
    times = [seconds(lambda: segmenter.predict(Prompt([(250, 170)]))) for _ in range(repeats)]
    print(f"the kernel\n  encode sample {segmenter.encode_seconds:7.3f} s")
    print(f"  click sample  {median(times):7.3f} s")
    print(f"before the first preview in a notebook, at {LINE_MBIT} Mbit/s")
    for name, megabytes in came.items():
        print(f"  {name:<30}{megabytes:5.1f} MB{8 * megabytes / LINE_MBIT:6.1f} s")


if __name__ == "__main__":
    main()
