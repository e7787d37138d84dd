"""Build the page that segments photos in the browser: `python -m tools.web OUT`, or `make docs` for the site.

Out of `web/`, the package and onnxruntime-web:

    index.html, page.css, src/ …   as they stand in `web/`
    data.json                      what the package knows: rule of choice, colours, words, model, samples
    graphs/                        the networks, as the package builds them from its verified weights
    ort/                           onnxruntime-web
    samples/                       photos, and what the encoder makes of them, in half precision

`python -m tools.web OUT --serve` serves it on loopback, with the two headers that let WASM use threads;
`--plain` leaves them out, as many hosts do.

`--without-weights` builds a page for a host that may not carry them. It has no `graphs/`, fetches MobileSAM's
published files from their public home and runs those, slower; DeepLab, not published as ONNX, is not offered.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets import __version__, candidates, checkpoints  # noqa: E402
from segwidgets.drawing import style  # noqa: E402
from segwidgets.ground.keeping import digest  # noqa: E402
from segwidgets.ground.samples import SAMPLES, sample_path  # noqa: E402
from segwidgets.images import load_image  # noqa: E402
from segwidgets.locale.catalogues import translations  # noqa: E402
from segwidgets.locale.classes import class_label  # noqa: E402
from segwidgets.locale.languages import find_language, languages  # noqa: E402
from segwidgets.masks import diagnosis as masks_diagnosis  # noqa: E402
from segwidgets.masks import evidence, faults, findings, regions  # noqa: E402
from segwidgets.models.deeplab import onnx_deeplab, pascal  # noqa: E402
from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab, kept_deeplab  # noqa: E402
from segwidgets.models.engine import sam_frame  # noqa: E402
from segwidgets.models.mobile_sam import onnx_encoder, weights  # noqa: E402
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam, mobile_sam_graphs  # noqa: E402
from segwidgets.models.sam import DEFAULT_SAM, sam_model  # noqa: E402
from segwidgets.segmenter import MASK_THRESHOLD, VIEW_MARGIN, VIEW_SIDE  # noqa: E402
from segwidgets.widgets.session import session  # noqa: E402
from tools.messages import Message, page_messages  # noqa: E402
from tools.npm import ORT  # noqa: E402

WEB = ROOT / "web"
SCRIPT, GLUE, WASM = "ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"
SAMPLES_SHOWN = (
    "cat",
    "astronaut",
    "coffee",
    "rocket",
    "coins",
    "camera",
)  # their licences let a site carry them
OF_TWO_MASKS = ("leak", "miss")  # faults that hold a mask against another one
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
NOT_SERVED = shutil.ignore_patterns("README.md", "tsconfig.json", "*.d.ts")
PUBLISHED = {"encoder.onnx": "encoder", "sam.onnx": "decoder"}  # what the page calls the checkpoint's files

Listed = dict[str, Any]


def build(
    out: Path, samples: Sequence[str] = SAMPLES_SHOWN, published: Mapping[str, Listed] | None = None
) -> None:
    """Write the page into a folder, which is emptied before.

    With `published`, as `published_files` gives them, it carries no weights and fetches those files.
    """
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(WEB, out, ignore=NOT_SERVED)
    for folder in ("ort", "samples"):
        (out / folder).mkdir()
    for name in (SCRIPT, GLUE, WASM):
        shutil.copyfile(ORT.folder / "dist" / name, out / "ort" / name)
    (out / "ort" / "LICENSE").write_text(
        f"onnxruntime-web {ORT.version}, MIT License, Copyright (c) Microsoft Corporation\n", "utf-8"
    )
    files = checkpoints.fetch(sam_model(DEFAULT_SAM).weights)
    if published is None:
        write_graphs(out / "graphs", files)
    sam = OnnxSam(files)
    for name in samples:
        photo = sample_path(name)
        shutil.copyfile(photo, out / "samples" / f"{name}{photo.suffix}")
        tokens = sam.encode(load_image(photo)).tokens.astype("<f2")
        (out / "samples" / f"{name}.f16").write_bytes(tokens.tobytes())
    page = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    light = ["", *(path for path in page if not path.endswith((".onnx", ".wasm", ".f16")))]
    told = json.dumps(data(out, samples, published) | {"page": light}, ensure_ascii=False, indent=1)
    (out / "data.json").write_text(f"{told}\n", "utf-8")


def write_graphs(folder: Path, files: Mapping[str, Path]) -> None:
    """Write MobileSAM's graphs, of its verified files, and DeepLab's into a new folder."""
    folder.mkdir()
    for name, graph in mobile_sam_graphs(files).items():
        (folder / f"{name}.onnx").write_bytes(graph)
    (folder / "deeplab.onnx").write_bytes(kept_deeplab(checkpoints.fetch("deeplab_mobilenet_v2")))


def published_files(home: str = "") -> dict[str, Listed]:
    """Return MobileSAM's files as they were published: at their public home, or beneath another address."""
    made = {}
    for file in sam_model(DEFAULT_SAM).checkpoint.files:
        public = next(source for source in file.sources if isinstance(source, str))
        path = f"{home}{file.name}" if home else public
        made[PUBLISHED[file.name]] = {"path": path, "sha256": file.sha256, "size": file.size}
    return made


def data(out: Path, samples: Sequence[str], published: Mapping[str, Listed] | None = None) -> dict[str, Any]:
    """Return what the page knows from the package, and which files lie in the folder that is built."""
    model = sam_model(DEFAULT_SAM)
    own = ("encoder", "decoder", "mask")
    graphs = published or {name: listed(out, f"graphs/{name}.onnx") for name in own}
    return {
        "version": __version__,
        "languages": {lang: language(lang) for lang in languages()},
        "rule": rule(),
        "diagnosis": diagnosis(),
        "style": looks(),
        "model": {
            "name": model.name,
            "title": model.title,
            "licence": model.checkpoint.licence,
            "paper": model.checkpoint.paper,
            "homepage": model.checkpoint.homepage,
            "sam": sam(),
            "published": published is not None,
            "files": {**graphs, "wasm": listed(out, f"ort/{WASM}")},
        },
        "semantic": {
            "file": None if published else listed(out, "graphs/deeplab.onnx"),
            "side": pascal.INPUT_SIZE,
            "grid": onnx_deeplab.GRID,
            "half": pascal.HALF_RANGE,
            "classes": OnnxDeepLab.class_names,
        },
        "runtime": {"version": ORT.version, "script": f"ort/{SCRIPT}", "glue": f"ort/{GLUE}"},
        "samples": [sample(out, name) for name in samples],
        "closer": {"margin": VIEW_MARGIN, "least": VIEW_SIDE},
        "session": {"format": session.FORMAT},
    }


def rule() -> dict[str, Any]:
    """Return the weights and sentences of the choice between a click's masks."""
    return {
        "border": candidates.BORDER_WEIGHT,
        "smallest": candidates.SMALLEST_PENALTY,
        "class": candidates.CLASS_WEIGHT,
        "small": candidates.SMALL_SHARE,
        "terms": [term.name for term in candidates.TERMS],
        "sentences": dict(candidates.SENTENCES),
        "classes": {name: class_label(name) for name in OnnxDeepLab.class_names},
    }


class _Texts:
    """Stands in for a catalogue: what a row of a table would say is returned as it stands in the code."""

    def gettext(self, message: str) -> Any:
        return message

    def ngettext(self, one: str, many: str, n: int) -> Any:
        return one, many


class _Anything:
    """Stands in for a mask of which a row of a table asks how many of something it has: so many."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __getattr__(self, name: str) -> Any:
        return [0] * self._count


def diagnosis() -> dict[str, Any]:
    """Return the limits and texts of what `diagnose` says of a chosen mask alone."""

    def said(text: Any, count: int = 1) -> Any:
        return text(_Anything(count), _Texts())

    chosen = {finding.name: finding for finding in findings.FINDINGS}
    return {
        "limits": {
            "speck": evidence.SPECK_SHARE,
            "smooth": evidence.SMOOTH_SHARE,
            "grave": faults.GRAVE_SHARE,
            "specks": faults.SPECK_COUNT,
            "border": faults.BORDER_SHARE,
            "background": faults.BACKGROUND_BORDER,
            "ragged": faults.RAGGED_SHARE,
            "stability": faults.LOW_STABILITY,
            "iou": faults.LOW_PREDICTED_IOU,
        },
        "faults": [
            {
                "name": fault.name,
                "sentence": said(fault.sentence),
                "mark": fault.mark and said(fault.mark),
                "all": fault.is_all,
            }
            for fault in faults.FAULTS
            if fault.name not in OF_TWO_MASKS
        ],
        "texts": {
            "empty": said(chosen["empty"].title),
            "chosen": said(chosen["chosen"].title),
            "clean": masks_diagnosis.CLEAN,
            "cleanContour": said(masks_diagnosis.clean_contour, 0),
            "specks": said(masks_diagnosis.clean_contour),
        },
    }


def sam() -> dict[str, Any]:
    """Return the numbers by which a photo comes into the network, and masks out of it."""
    frame = sam_frame((1, 1))
    return {
        "square": {
            "side": frame.input_size[0],
            "grid": frame.grid_shape[0],
            "logits": frame.logits_shape[0],
        },
        "channels": onnx_encoder.OUT_CHANNELS,
        "mean": weights.PIXEL_MEAN,
        "std": weights.PIXEL_STD,
        "stride": onnx_encoder.STRIDES[1],
        "reach": onnx_encoder.REACHED,
        "border": onnx_encoder.BORDER,
        "threshold": MASK_THRESHOLD,
        "stability": regions.STABILITY_OFFSET,
    }


def looks() -> dict[str, Any]:
    """Return the colours and widths, RGB from 0 to 255 and pixels of a picture of 640."""
    return {
        "palette": style.PALETTE,
        "foreground": style.FOREGROUND,
        "background": style.BACKGROUND,
        "box": style.BOX,
        "defects": dict(style.DEFECT_COLORS),
        "mask_opacity": style.MASK_OPACITY,
        "contour_px": style.CONTOUR_PX,
        "reference_side": style.REFERENCE_SIDE,
    }


def wanted() -> Iterable[Message]:
    """Return the messages that the page says: its own, and those that come with the data."""
    names = (class_label(name) for name in OnnxDeepLab.class_names)
    told = diagnosis()
    texts = [text for fault in told["faults"] for text in (fault["sentence"], fault["mark"]) if text]
    texts += told["texts"].values()
    return [*_own_messages(), *candidates.SENTENCES.values(), *texts, *names]


@cache
def _own_messages() -> tuple[Message, ...]:
    """Return the messages of the page's own code, which each language wants: it is read once."""
    return tuple(page_messages())


def language(lang: str) -> dict[str, Any]:
    """Return how a language writes numbers, and its words for all that the page says."""
    tr, tables = translations(lang), find_language(lang)
    words, plurals = {}, {}
    for message in wanted():
        if isinstance(message, str):
            words[message] = tr.gettext(message)
        else:
            plurals[message[0]] = [tr.ngettext(*message, n) for n in (1, 2)]
    return {
        "name": tables.table("lessons").get("other", lang),
        "numbers": tables.table("numbers"),
        "words": words,
        "plurals": plurals,
    }


def sample(out: Path, name: str) -> dict[str, Any]:
    """Return what the page tells of a sample, and its files."""
    told = asdict(SAMPLES[name])
    height, width = load_image(name).shape[:2]
    return {
        "name": name,
        **{key: told[key] for key in ("title", "credit", "licence")},
        "width": width,
        "height": height,
        "photo": f"samples/{name}{sample_path(name).suffix}",
        "embedding": listed(out, f"samples/{name}.f16"),
    }


def listed(out: Path, path: str) -> Listed:
    """Return a file's path, digest and size, as `checkpoints` has them."""
    content = (out / path).read_bytes()
    return {"path": path, "sha256": digest(content), "size": len(content)}


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, with more headers."""

    def __init__(self, *args: Any, headers: dict[str, str], **more: Any) -> None:
        self._more = headers
        super().__init__(*args, **more)

    def end_headers(self) -> None:
        """Send the headers that were asked for."""
        for name, value in self._more.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def server(folder: Path, isolated: bool = True, port: int = 0) -> ThreadingHTTPServer:
    """Return what will serve a folder on loopback, isolated so that WASM may use threads, or not."""
    handler = partial(Handler, directory=str(folder), headers=ISOLATED if isolated else {})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


@contextmanager
def served(serving: ThreadingHTTPServer) -> Iterator[str]:
    """Serve beside what happens in the block, and give the address."""
    with serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_address[1]}/"
        finally:
            serving.shutdown()
            thread.join()


def main() -> int:
    """Build the page, and serve it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--serve", action="store_true", help="serve it on loopback")
    parser.add_argument("--plain", action="store_true", help="without the headers that let WASM use threads")
    parser.add_argument(
        "--without-weights", action="store_true", help="let the page fetch them from their public home"
    )
    parser.add_argument("--port", type=int, default=8765)
    asked = parser.parse_args()
    build(asked.out, published=published_files() if asked.without_weights else None)
    if asked.serve:
        with server(asked.out, not asked.plain, asked.port) as serving:
            sys.stdout.write(f"http://127.0.0.1:{serving.server_address[1]}/\n")
            sys.stdout.flush()
            serving.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
