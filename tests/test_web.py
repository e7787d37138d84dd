"""What the page in the browser computes is what Python computes: photos, masks, choice, words, data."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv
from PIL import Image

from segwidgets import (
    Prompt,
    Segmenter,
    candidates,
    checkpoints,
    diagnose,
    measure,
    sample_image,
    segment_semantic,
)
from segwidgets.checkpoints import CHECKPOINTS
from segwidgets.exports import Work, writers
from segwidgets.frame import Frame
from segwidgets.geometry import fit_longest_side, grow_box
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.comparison import mask_iou
from segwidgets.masks.evidence import Evidence
from segwidgets.masks.regions import border_contact, reaches_rim
from segwidgets.masks.rle import decode
from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab
from segwidgets.models.engine import sam_frame
from segwidgets.models.mobile_sam.onnx_encoder import shortened
from segwidgets.models.mobile_sam.onnx_sam import network_pixels
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.session.session import Session
from tests.web import node
from tools import web
from tools.npm import ORT, TYPESCRIPT

pytestmark = pytest.mark.slow  # Node.js is another program

RESIZE = """
const { resized } = await core("pixels.js");
for (const { name, size, wanted } of given) {
  write(`${name}.out`, resized({ height: size[0], width: size[1], data: bytes(name) }, wanted));
}
"""
SIZES = [
    ((300, 451), (681, 1024)),
    ((97, 41), (1024, 433)),
    ((1500, 2000), (768, 1024)),
    ((30, 1024), (30, 1024)),
]


def rgba(photo: np.ndarray, path: Path) -> None:
    opaque = np.full((*photo.shape[:2], 1), 255, np.uint8)
    np.concatenate([photo, opaque], axis=2).tofile(path)


def test_a_photo_is_resized_as_pillow_does_to_the_last_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    jobs, expected = [], {}
    for number, (size, wanted) in enumerate(SIZES):
        photo = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
        photo[: size[0] // 2] = rng.integers(0, 2, (size[0] // 2, size[1], 3)) * 255
        rgba(photo, tmp_path / f"{number}")
        jobs.append({"name": f"{number}", "size": size, "wanted": wanted})
        expected[number] = np.asarray(
            Image.fromarray(photo).resize(wanted[::-1], Image.Resampling.BILINEAR), np.uint8
        )
    node(RESIZE, jobs, tmp_path)
    for number, right in expected.items():
        made = np.fromfile(tmp_path / f"{number}.out", np.uint8)
        np.testing.assert_array_equal(made.reshape(right.shape), right)


def test_what_the_encoder_takes_is_the_same(tmp_path: Path, cat: np.ndarray) -> None:
    tall = np.ascontiguousarray(cat[:, 100:230])
    for name, photo in (("cat", cat), ("tall", tall)):
        rgba(photo, tmp_path / name)
    node(
        """
        const { Sam } = await core("sam.js");
        class Tensor { constructor(type, data) { this.data = data; } }
        const sam = new Sam({ Tensor }, {}, given.sam);
        for (const [name, size] of Object.entries(given.photos)) {
          const photo = { height: size[0], width: size[1], data: bytes(name) };
          const feed = sam.feed(photo, sam.frame(size));
          for (const key of Object.keys(feed)) write(`${name}.${key}`, feed[key].data);
        }
        """,
        {"sam": web.sam(), "photos": {"cat": cat.shape[:2], "tall": tall.shape[:2]}},
        tmp_path,
    )
    for name, photo in (("cat", cat), ("tall", tall)):
        size = sam_frame(photo.shape[:2]).placed_size
        (rows, row_index), (columns, column_index) = map(shortened, size)
        np.testing.assert_array_equal(np.fromfile(tmp_path / f"{name}.rows", np.int64), row_index)
        np.testing.assert_array_equal(np.fromfile(tmp_path / f"{name}.columns", np.int64), column_index)
        pixels = np.fromfile(tmp_path / f"{name}.pixels", np.float32).reshape(1, 3, rows, columns)
        np.testing.assert_array_equal(pixels, network_pixels(photo, size, (rows, columns)))


@pytest.mark.parametrize("size", [(300, 451), (3000, 4000), (700, 90), (1024, 1024), (1536, 2048)])
def test_a_mask_at_the_photos_size_is_the_same(tmp_path: Path, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    coarse = rng.normal(size=(16, 16)).astype(np.float32)
    logits = np.asarray(Image.fromarray(coarse).resize((256, 256), Image.Resampling.BICUBIC), np.float32)
    logits = logits + rng.normal(scale=0.05, size=logits.shape).astype(np.float32)
    logits.tofile(tmp_path / "logits")
    *counted, view = node(
        """
        const { Frame } = await core("frame.js");
        const frame = new Frame(given.size, given.square);
        const logits = new Float32Array(bytes("logits").buffer);
        write("mask", frame.mask(logits).data);
        const [height, width] = given.size;
        const view = [width >> 2, height >> 2, width - 3, height];
        const part = new Frame(given.size, given.square, view);
        write("part", part.mask(logits).data);
        answer([frame.numbers(logits), part.numbers(logits), view]);
        """,
        {"size": size, "square": web.sam()["square"]},
        tmp_path,
    )
    ours = np.fromfile(tmp_path / "mask", np.uint8).reshape(size).astype(bool)
    right = sam_frame(size).upscale(logits) > 0
    assert 0.1 < right.mean() < 0.9
    assert np.count_nonzero(ours != right) <= 3e-7 * right.size, "but for a logit of nearly nothing"
    x0, y0, x1, y1 = view
    part = np.fromfile(tmp_path / "part", np.uint8).reshape(size).astype(bool)
    closer = sam_frame((y1 - y0, x1 - x0)).looking_at(tuple(view), size)
    right = closer.upscale(logits) > 0
    assert np.count_nonzero(part[y0:y1, x0:x1] != right) <= 1
    for mask, seen, told in zip((ours, part), (ours, part[y0:y1, x0:x1]), counted, strict=True):
        assert told["area"] == np.count_nonzero(mask)
        assert told["border"] == border_contact(seen)
    assert not counted[0]["cutOff"]
    assert counted[1]["cutOff"] == reaches_rim(part, tuple(view))


def test_points_and_parts_lie_where_they_lie_in_python() -> None:
    rng = np.random.default_rng(7)
    sizes = [tuple(int(v) for v in rng.integers(8, 4000, 2)) for _ in range(40)]
    found = node(
        """
        const { Frame } = await core("frame.js");
        answer(given.sizes.map((size) => {
          const view = [size[1] >> 2, size[0] >> 3, size[1] - 1, size[0] - 2];
          return [null, view].map((part) => {
            const frame = new Frame(size, given.square, part);
            const { placedSize, logitsPart } = frame;
            const points = frame.toInput([[size[1] / 3, size[0] / 2], [size[1] - 1, 7]]);
            return { placedSize, logitsPart, points };
          });
        }));
        """,
        {"sizes": sizes, "square": web.sam()["square"]},
    )
    for (height, width), both in zip(sizes, found, strict=True):
        view = (width >> 2, height >> 3, width - 1, height - 2)
        part = sam_frame((view[3] - view[1], view[2] - view[0])).looking_at(view, (height, width))
        for frame, told in zip((sam_frame((height, width)), part), both, strict=True):
            assert tuple(told["placedSize"]) == frame.placed_size
            rows, columns = frame.logits_part
            assert told["logitsPart"] == [rows.stop, columns.stop]
            points = frame.to_input([(width / 3, height / 2), (width - 1, 7)])
            np.testing.assert_array_equal(told["points"], points)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_numbers_are_written_the_same(lang: str) -> None:
    words = Phrases(lang)
    rng = np.random.default_rng(11)
    shares = [0, 1, 0.005, 0.0995, 0.99, 0.9951, 1e-7, 0.125, *rng.random(60), *(rng.random(30) ** 8)]
    single = np.array([0.925, 0.915, 0.125, 1.005, 0.97655, *rng.random(200)], np.float32)
    counts = [0, 999, 1000, 1_234_567]
    areas = [(812, 135_300), (1, 135_300), (0, 10), (10, 10), (999, 99_901), (40_000, 135_300)]
    found = node(
        """
        const words = await core("words.js");
        words.speak(given.language);
        answer({
          shares: given.shares.map(words.percent),
          decimals: given.shares.map((share) => words.decimal(share, 3)),
          single: given.single.map((value) => words.decimal(value, 2, true)),
          counts: given.counts.map((value) => [words.count(value), words.count(value, true)]),
          areas: given.areas.map(([pixels, of]) => [words.area(pixels, of), words.shortArea(pixels, of)]),
        });
        """,
        {
            "language": web.language(lang),
            "shares": shares,
            "single": [float(value) for value in single],
            "counts": counts,
            "areas": areas,
        },
    )
    assert found["shares"] == [words.percent(share) for share in shares]
    assert found["decimals"] == [words.decimal(share, 3) for share in shares]
    assert found["single"] == [words.decimal(value) for value in single]
    assert found["counts"] == [[words.count(value), words.count(value, thin=True)] for value in counts]
    assert found["areas"] == [[words.area(*one), words.short_area(*one)] for one in areas]


CHOOSE = """
const { best, reason } = await core("choice.js");
const words = await core("words.js");
const found = {};
for (const [lang, language] of Object.entries(given.languages)) {
  words.speak(language);
  found[lang] = given.cases.map((one) => [best(one, given.rule), reason(one, given.rule)]);
}
answer(found);
"""


def numbers(found: candidates.Candidates) -> dict[str, object]:
    seen = found.under_click
    return {
        "iou": [float(value) for value in found.predicted_iou],
        "area": [found.area_px(i)[0] for i in range(len(found))],
        "pixels": int(found.masks[0].size),
        "border": [float(value) for value in found.border_share],
        "cutOff": [bool(value) for value in found.cut_off],
        "single": found.is_ambiguous,
        "closer": found.view is not None,
        "seen": seen and {"name": seen.class_name, "iou": seen.iou, "border": seen.border},
        "picked": found.chosen,
    }


def some_candidates() -> list[candidates.Candidates]:
    rng = np.random.default_rng(13)
    cases = []
    for case in range(150):
        count = 3 if case % 3 else 1
        masks = np.zeros((count, 40, 50), bool)
        for mask in masks:
            y, x = rng.integers(0, 30), rng.integers(0, 40)
            mask[y : y + rng.integers(1, 40), x : x + rng.integers(1, 50)] = True
        seen = None
        if count == 3 and case % 4 == 1:
            name = [None, "cat", "diningtable"][case % 3]
            shares = [tuple(rng.random(3) * one if name else np.zeros(3)) for one in (1, 0.2)]
            seen = candidates.ClassUnderClick(name, *(tuple(float(v) for v in one) for one in shares))
        cases.append(
            candidates.Candidates(
                Prompt([(5, 5)]) if count == 3 and case % 7 else Prompt([(5, 5), (6, 6)], [1, 0]),
                masks,
                rng.random(count).astype(np.float32),
                np.zeros((count, 0, 0), np.float32),
                np.ones(count),
                under_click=seen,
                view=(10, 5, 45, 40) if case % 5 == 2 else None,
            )
        )
        if case % 11 == 3:
            cases[-1] = cases[-1].choose(count - 1)
    return cases


def test_the_choice_and_its_reason_are_the_packages() -> None:
    cases = some_candidates()
    languages = {lang: web.language(lang) for lang in ("en", "es")}
    found = node(
        CHOOSE, {"languages": languages, "rule": web.rule(), "cases": [numbers(one) for one in cases]}
    )
    kinds = set()
    for lang, answers in found.items():
        for case, (best, reason) in zip(cases, answers, strict=True):
            assert (best, reason) == (case.best, case.explain_best(lang))
            kinds.add(reason.split(" (")[0][:4] + reason[-30:])
    assert len(kinds) > 15, "many ways of saying it"


RECORD = """
const { Session } = await core("session.js");
const about = { width: 9, height: 9, format: given.format, digest: async () => "" };
answer(await new Session(about).toJSON());
"""


def test_what_changes_in_python_changes_in_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A weight, a sentence, a colour, a number of the network, the record's format: each exported."""
    case = some_candidates()[4]
    monkeypatch.setattr(candidates, "BORDER_WEIGHT", 0.0)
    monkeypatch.setattr(candidates, "SMALLEST_PENALTY", 0.0)
    monkeypatch.setattr(
        candidates, "SENTENCES", dict(candidates.SENTENCES) | {"best rated": "Mask {best} it is, of {area}."}
    )
    monkeypatch.setattr(web.style, "PALETTE", ((1, 2, 3),))
    monkeypatch.setattr(web, "MASK_THRESHOLD", 0.25)
    monkeypatch.setattr(web.session, "FORMAT", "another 2")
    ((best, reason),) = node(
        CHOOSE, {"languages": {"en": web.language("en")}, "rule": web.rule(), "cases": [numbers(case)]}
    )["en"]
    assert best == case.best == int(case.predicted_iou.argmax())
    assert reason == case.explain_best()
    assert reason.startswith(f"Mask {best} it is, of ")
    assert web.looks()["palette"] == ((1, 2, 3),)
    assert web.sam()["threshold"] == 0.25
    monkeypatch.setattr(web, "listed", lambda out, path: {"path": path})
    exported = web.data(tmp_path, [])["session"]
    record = node(RECORD, exported)
    assert json.loads(record)["format"] == "another 2"


ASK = """
const ort = await import(given.site + "ort/ort.wasm.min.mjs");
const { Sam } = await core("sam.js");
const data = JSON.parse(fs.readFileSync(new URL(given.site + "data.json")));
const file = (path) => fs.readFileSync(new URL(given.site + path));
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = file(data.model.files.wasm.path);
ort.env.wasm.wasmPaths = { mjs: given.site + data.runtime.glue };
const sessions = {};
for (const name of ["encoder", "decoder", "mask"]) {
  const graph = file(data.model.files[name].path);
  sessions[name] = await ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
}
const sam = new Sam(ort, sessions, data.model.sam);
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built with one sample."""
    folder = tmp_path_factory.mktemp("web") / "try"
    web.build(folder, samples=["cat"])
    return folder


@pytest.mark.model
def test_the_networks_answer_in_webassembly_as_in_the_kernel(
    tmp_path: Path, site: Path, cat: np.ndarray, cat_segmenter: Segmenter
) -> None:
    """Encoded there, clicked there: four masks' signs, masks at the photo's size, what is fed back."""
    rgba(cat, tmp_path / "cat")
    prompts = [Prompt([(250, 170)]), Prompt([(250, 170), (60, 40)], [1, 0]), Prompt(box=(120, 5, 440, 290))]
    found = node(
        ASK
        + """
        const size = given.size;
        const photo = { height: size[0], width: size[1], data: bytes("cat") };
        const embedding = await sam.encode(photo, sam.frame(size));
        const told = [];
        let previous = null;
        for (const [i, prompt] of given.prompts.entries()) {
          const all = await sam.decode(embedding, prompt);
          all.logits.forEach((one, k) => write(`all ${i} ${k}`, one));
          const answer = await sam.ask(embedding, prompt, i === 1 ? previous : null);
          const { single } = answer;
          const [start, end] = single ? [1, 4] : [0, 1];
          const [logits, iou] = [answer.logits, answer.iou].map((all) => all.slice(start, end));
          logits.forEach((one, k) => write(`mask ${i} ${k}`, embedding.frame.mask(one).data));
          previous = { logits: logits[0], view: null };
          told.push({ iou, single, stability: logits.map((one) => sam.stability(one, embedding.frame)) });
        }
        answer(told);
        """,
        {
            "site": site.as_uri() + "/",
            "size": cat.shape[:2],
            "prompts": [json.loads(prompt.to_json()) for prompt in prompts],
        },
        tmp_path,
    )
    previous = None
    for i, prompt in enumerate(prompts):
        engine, frame = cat_segmenter.engine, cat_segmenter.frame
        all_logits, _ = engine.decode(cat_segmenter.embedding, prompt, multimask=None)
        for k, right in enumerate(all_logits):
            ours = np.fromfile(tmp_path / f"all {i} {k}", np.float32).reshape(256, 256)
            seen = frame.crop_logits(ours > 0) == frame.crop_logits(right > 0)
            assert np.count_nonzero(~seen) <= 2, "but for a logit of nearly nothing"
            np.testing.assert_allclose(ours, right, atol=2e-2)
        answer = cat_segmenter.predict(prompt, previous if i == 1 else None)
        previous = answer.choose(0)
        np.testing.assert_allclose(found[i]["iou"], answer.predicted_iou, atol=1e-4)
        np.testing.assert_allclose(found[i]["stability"], answer.stability_score, atol=1e-3)
        assert found[i]["single"] == answer.is_ambiguous
        for k, right in enumerate(answer.masks):
            ours = np.fromfile(tmp_path / f"mask {i} {k}", np.uint8).reshape(right.shape).astype(bool)
            assert np.count_nonzero(ours != right) <= 5


@pytest.mark.model
@pytest.mark.parametrize("part", [slice(None), pytest.param(slice(100, 230), marks=pytest.mark.long)])
def test_published_graphs_give_the_same_four_masks(tmp_path: Path, cat: np.ndarray, part: slice) -> None:
    """A wide photo and a tall one; clicks, a box, and a mask fed back, which the decoder takes as it is."""
    photo = np.ascontiguousarray(cat[:, part])
    segmenter = Segmenter(photo)
    height, width = photo.shape[:2]
    rgba(photo, tmp_path / "photo")
    for name, path in checkpoints.fetch("mobile_sam").items():
        shutil.copyfile(path, tmp_path / name)
    click = Prompt([(width * 0.55, 170)])
    clicks = Prompt([*click.points, (width * 0.9, 250)], [1, 0])
    box = Prompt(box=(width * 0.3, 5, width * 0.9, 290))
    asked = [
        (click, None),
        (clicks, None),
        (clicks, 0),
        (box, None),
        (Prompt(clicks.points, [1, 0], box.box), 2),
    ]
    told = node(
        """
        const ort = await import(given.ort + given.script);
        ort.env.wasm.numThreads = 1;
        const { Sam } = await core("sam.js");
        const { published, withAllMasks } = await core("published.js");
        const start = (graph) => ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
        const encoder = await start(bytes("encoder.onnx"));
        const decoder = await start(withAllMasks(bytes("sam.onnx")));
        const sam = new Sam(ort, published(ort, encoder, decoder, given.sam), given.sam);
        const [height, width] = given.size;
        const embedding = await sam.encode({ height, width, data: bytes("photo") }, sam.frame(given.size));
        write("tokens", embedding.tokens);
        const ious = [];
        const answers = [];
        for (const [i, [prompt, from]] of given.asked.entries()) {
          const fedBack = from === null ? null : answers[0][1 + from];
          const { logits, iou } = await sam.decode(embedding, prompt, fedBack);
          logits.forEach((one, k) => write(`mask ${i} ${k}`, one));
          answers.push(logits);
          ious.push(iou);
        }
        answer(ious);
        """,
        {
            "ort": (ORT.folder / "dist").as_uri() + "/",
            "script": web.SCRIPT,
            "sam": web.sam(),
            "size": photo.shape[:2],
            "asked": [(json.loads(prompt.to_json()), fed_back) for prompt, fed_back in asked],
        },
        tmp_path,
    )
    tokens = np.fromfile(tmp_path / "tokens", np.float32).reshape(segmenter.embedding.tokens.shape)
    np.testing.assert_allclose(tokens, segmenter.embedding.tokens, atol=1e-4)
    first, _ = segmenter.engine.decode(segmenter.embedding, click, None, multimask=None)
    for i, (prompt, fed_back) in enumerate(asked):
        mask = None if fed_back is None else first[1 + fed_back]
        logits, iou = segmenter.engine.decode(segmenter.embedding, prompt, mask, multimask=None)
        np.testing.assert_allclose(told[i], iou, atol=1e-4)
        for k, right in enumerate(logits):
            ours = np.fromfile(tmp_path / f"mask {i} {k}", np.float32).reshape(256, 256)
            seen = [segmenter.frame.crop_logits(one > 0) for one in (ours, right)]
            assert mask_iou(*seen) >= 0.999, f"question {i}, mask {k}"


@pytest.mark.model
def test_a_page_without_weights_lists_their_public_home(tmp_path: Path) -> None:
    """Addresses, digests and sizes are the table's, and no graph is carried."""
    web.build(tmp_path / "try", [], web.published_files())
    assert not list((tmp_path / "try").rglob("*.onnx"))
    data = json.loads((tmp_path / "try" / "data.json").read_text("utf-8"))
    assert data["model"]["published"]
    assert data["semantic"]["file"] is None
    listed = data["model"]["files"]
    encoder, decoder = CHECKPOINTS["mobile_sam"].files
    for name, file in (("encoder", encoder), ("decoder", decoder)):
        assert listed[name] == {"path": file.sources[0], "sha256": file.sha256, "size": file.size}
        assert listed[name]["path"].startswith("https://")
    assert set(listed) == {"encoder", "decoder", "wasm"}


@pytest.mark.model
def test_the_page_is_built_whole(site: Path, cat_segmenter: Segmenter) -> None:
    """What data.json lists is there and right; a sample's embedding in half precision gives equal masks."""
    data = json.loads((site / "data.json").read_text("utf-8"))
    files = [*data["model"]["files"].values(), data["semantic"]["file"]]
    files += [one["embedding"] for one in data["samples"]]
    for file in files:
        content = (site / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
    for path in (data["runtime"]["script"], data["runtime"]["glue"], data["samples"][0]["photo"]):
        assert (site / path).is_file()
    light = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    kept_by_hash = {file["path"] for file in files}
    assert {*data["page"], "data.json"} == light - kept_by_hash | {""}, (
        "all else is kept by the service worker"
    )
    tokens = np.frombuffer((site / data["samples"][0]["embedding"]["path"]).read_bytes(), "<f2")
    whole = cat_segmenter.embedding
    halved = type(whole)(tokens.astype(np.float32).reshape(whole.tokens.shape), whole.frame)
    for point in ((250, 170), (60, 40), (300, 250)):
        ours, _ = cat_segmenter.engine.decode(halved, Prompt([point]))
        right, _ = cat_segmenter.engine.decode(whole, Prompt([point]))
        for one, other in zip(ours > 0, right > 0, strict=True):
            assert np.count_nonzero(one & other) >= 0.999 * np.count_nonzero(one | other)


def test_every_sample_of_the_page_may_be_carried_by_a_site() -> None:
    for name in web.SAMPLES_SHOWN:
        assert "none stated" not in web.SAMPLES[name].licence
        assert sample_image(name).shape[2] == 3


def test_frame_is_the_letterbox_that_the_page_knows() -> None:
    square = web.sam()["square"]
    for size in ((300, 451), (4000, 3000)):
        assert sam_frame(size) == Frame.letterbox(size, square["side"], square["grid"], square["logits"])


# measures, files, sessions


def recorded_masks() -> list[tuple[np.ndarray, float, float]]:
    """Fifty masks of photos and of edge cases, with what they are rated."""
    packed = json.loads((Path(__file__).parent / "data" / "web_masks.json").read_text("utf-8"))
    return [(decode(one["rle"]), float(np.float32(one["iou"])), one["stability"]) for one in packed]


EXAMINE = """
const { diagnose, examine, KNOWN } = await core("diagnosis.js");
const words = await core("words.js");
const found = given.masks.map(({ name, size, iou, stability }) => {
  const mask = { height: size[0], width: size[1], data: bytes(name) };
  return examine(mask, { iou, stability, cutOff: false }, given.table.limits);
});
const told = {};
for (const [lang, language] of Object.entries(given.languages)) {
  words.speak(language);
  told[lang] = found.map((seen) => diagnose(seen, given.table));
}
answer({ found, told, KNOWN });
"""


def test_fifty_masks_are_measured_and_diagnosed_as_in_python(tmp_path: Path) -> None:
    masks = recorded_masks()
    assert len(masks) >= 50
    jobs = []
    for number, (mask, iou, stability) in enumerate(masks):
        mask.astype(np.uint8).tofile(tmp_path / f"{number}")
        jobs.append({"name": f"{number}", "size": mask.shape, "iou": iou, "stability": stability})
    table = web.diagnosis()
    made = node(
        EXAMINE,
        {"masks": jobs, "table": table, "languages": {lang: web.language(lang) for lang in ("en", "es")}},
        tmp_path,
    )
    assert {row["name"] for row in table["faults"]} < set(made["KNOWN"]), "a row that the page cannot count"
    kinds = set()
    for number, (mask, iou, stability) in enumerate(masks):
        right = measure(mask)
        seen, told = made["found"][number], {lang: made["told"][lang][number] for lang in ("en", "es")}
        ours = told["en"]
        assert (ours["area"], ours["areaShare"]) == (right.area_px, right.area_share)
        assert (ours["pieces"], ours["islands"]) == (right.components, right.islands)
        assert (ours["islandPixels"], ours["holes"]) == (right.island_px, right.holes)
        assert (ours["holePixels"], ours["borderContact"]) == (right.hole_px, right.border_contact)
        one = candidates.Candidates(
            Prompt([(1, 1)]),
            mask[None],
            np.array([iou], np.float32),
            np.zeros((1, 0, 0), np.float32),
            np.array([stability]),
        )
        assert seen["lostContour"] == pytest.approx(Evidence(one, 0).lost_contour, abs=1e-9)
        for lang in ("en", "es"):
            (diagnosed,) = diagnose(one, lang)
            assert told[lang]["title"] == diagnosed.title
            assert tuple(told[lang]["faults"]) == diagnosed.faults
            if not diagnosed.faults:
                assert told[lang]["sentence"] in diagnosed.summary
            kinds.add(diagnosed.title)
    assert len(kinds) > 20


def test_masks_cutouts_and_coco_are_the_packages(tmp_path: Path, cat: np.ndarray) -> None:
    photo = np.ascontiguousarray(cat[:90, :140])
    masks = np.zeros((3, *photo.shape[:2]), bool)
    masks[0, 10:50, 20:70] = True
    masks[0, 20:25, 30:40] = False
    masks[1, 0, 0] = masks[1, 80:, 130:] = True
    masks[2] = np.random.default_rng(2).random(photo.shape[:2]) < 0.5
    names = ["the cat's  eye/left", "", "ojo_ñ"]
    for number, mask in enumerate(masks):
        mask.astype(np.uint8).tofile(tmp_path / f"{number}")
    photo.tofile(tmp_path / "rgb")
    found = node(
        """
        const files = await core("files.js");
        const [height, width] = given.size;
        const mask = (name) => ({ width, height, data: bytes(name) });
        const objects = given.names.map((name, i) => ({ number: i + 1, name, mask: mask(`${i}`) }));
        const rgb = bytes("rgb");
        const made = [
          ...(await files.masks(objects)),
          ...(await files.cutouts(objects, rgb)),
          await files.photo(rgb, width, height, "photo"),
          files.coco(objects, width, height, "photo"),
        ];
        made.forEach(({ name, data }) => write(`out ${name}`, data));
        answer(made.map(({ name }) => name));
        """,
        {"size": photo.shape[:2], "names": names},
        tmp_path,
    )
    labels = [name or f"object_{number}" for number, name in enumerate(names, 1)]
    detections = sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
        mask=masks,
        class_id=np.arange(3),
        data={"class_name": np.array(labels)},
    )
    work = Work(photo, detections, names=names)
    right = dict(
        [*writers.masks([work], ""), *writers.cutouts([work], ""), *writers.coco([work], "photo.json")]
    )
    assert set(found) == set(right)
    for name, content in right.items():
        ours = (tmp_path / f"out {name}").read_bytes()
        if name.endswith(".json"):
            assert json.loads(ours) == json.loads(content)
            continue
        image, other = Image.open(io.BytesIO(ours)), Image.open(io.BytesIO(content))
        assert image.mode == other.mode
        np.testing.assert_array_equal(np.asarray(image), np.asarray(other))


def test_hashes_are_right_with_and_without_the_browsers_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    contents = {f"{size}": rng.bytes(size) for size in (0, 1, 55, 56, 63, 64, 65, 1000, 100_003)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    found = node(
        """
        const { sha256, slowSha256 } = await core("sha256.js");
        const told = {};
        for (const name of given) {
          told[name] = [await sha256(bytes(name)), Buffer.from(slowSha256(bytes(name))).toString("hex")];
        }
        answer(told);
        """,
        list(contents),
        tmp_path,
    )
    assert found == {name: [hashlib.sha256(content).hexdigest()] * 2 for name, content in contents.items()}


STEPS = [
    ("add_point", {"x": 250, "y": 170, "label": 1}),
    ("choose", {"index": 1}),
    ("add_point", {"x": 60.5, "y": 40, "label": 0}),
    ("new_object", {"name": "  eye "}),
    ("add_point", {"x": 182, "y": 108, "label": 1}),
    ("other_readings", {}),
    ("choose", {"index": 3}),
    ("set_box", {"x0": 120, "y0": 60, "x1": 250, "y1": 160}),
    ("move_point", {"index": 0, "x": 186, "y": 110}),
    ("select_object", {"index": 0}),
    ("name_object", {"index": 0, "name": "cat"}),
    ("remove_point", {"index": 1}),
    ("new_object", {}),
    ("add_point", {"x": 20, "y": 20, "label": 1}),
    ("show_object", {"index": 2, "visible": False}),
    ("reorder", {"index": 2, "to": 0}),
    ("new_object", {}),
    ("set_box", {"x0": 100, "y0": 20, "x1": 400, "y1": 290}),
    ("clear_box", {}),
    ("add_point", {"x": 300, "y": 250, "label": 1}),
    ("clear", {}),
    ("delete_object", {"index": 3}),
]


@pytest.mark.model
def test_a_session_is_replayed_by_the_notebook_with_equal_masks(
    tmp_path: Path, site: Path, cat: np.ndarray, cat_segmenter: Segmenter
) -> None:
    rgba(cat, tmp_path / "cat")
    cat.tofile(tmp_path / "rgb")
    found = node(
        ASK
        + """
        const { Session } = await core("session.js");
        const { sha256 } = await core("sha256.js");
        const { best, reason } = await core("choice.js");
        const [height, width] = given.size;
        const frame = sam.frame(given.size);
        const embedding = await sam.encode({ height, width, data: bytes("cat") }, frame);
        const about = {
          width, height, format: data.session.format,
          digest: () => sha256(bytes("rgb")),
          explain: (numbers) => ({ best: best(numbers, data.rule), reason: reason(numbers, data.rule) }),
          ask: async (prompt, previous) => {
            const { logits, iou, single } = await sam.ask(embedding, prompt, previous);
            const all = logits.map((one, i) => ({
              iou: iou[i], ...frame.numbers(one), handle: { logits: one, view: null },
            }));
            const parts = [all.slice(0, 1), all.slice(1)];
            const [candidates, others] = single ? parts.reverse() : parts;
            const of = (key) => candidates.map((one) => one[key]);
            const numbers = {
              iou: of("iou"), area: of("area"), border: of("border"), cutOff: of("cutOff"),
              pixels: width * height, single, closer: false,
            };
            return { candidates, others, numbers };
          },
        };
        const told = (state) => state.objects.map(({ number, name, visible, prompt, answer }) => [
          number, name, visible, prompt, answer && [answer.best, answer.chosen, answer.candidates.length],
        ]);
        const session = new Session(about);
        for (const [action, args] of given.steps) await session.do(action, args);
        const record = await session.toJSON();
        const last = session.state;
        last.objects.forEach((one, i) => {
          const shown = one.answer?.candidates[one.answer.best];
          if (shown) write(`mask ${i}`, frame.mask(shown.handle.logits).data);
        });
        for (let i = 0; i < 9; i++) await session.undo();
        const before = told(session.state);
        for (let i = 0; i < 9; i++) await session.redo();
        const failed = await session.do("choose", { index: 9 }).catch((error) => error.code);
        const again = await Session.fromJSON(record, about);
        fs.writeFileSync(folder + "session.json", record);
        answer({
          state: told(last), before, redone: session.state === last, failed, count: session.history.length,
          again: JSON.stringify(told(again.state)) === JSON.stringify(told(last)), current: last.current,
          record: record === (await again.toJSON()),
        });
        """,
        {"site": site.as_uri() + "/", "size": cat.shape[:2], "steps": STEPS},
        tmp_path,
    )
    assert found["redone"]
    assert found["again"]
    assert found["record"]
    assert found["failed"] == "action"
    session = Session.from_json((tmp_path / "session.json").read_text("utf-8"), cat_segmenter)
    assert len(session.history) == found["count"] == len(STEPS)
    assert json.loads(session.to_json()) == json.loads((tmp_path / "session.json").read_text("utf-8"))
    state = session.state
    assert state.current == found["current"]
    compared = 0
    for i, (one, told) in enumerate(zip(state.objects, found["state"], strict=True)):
        assert told[:3] == [one.number, one.name, one.visible]
        assert told[3] == json.loads(one.prompt.to_json())
        answer = one.candidates
        if answer is None:
            assert told[4] is None
            continue
        assert told[4][:3] == [answer.best, answer.chosen, len(answer)]
        mask = np.fromfile(tmp_path / f"mask {i}", np.uint8).reshape(cat.shape[:2]).astype(bool)
        assert mask_iou(mask, answer.best_mask) >= 0.999
        compared += 1
    assert compared >= 3
    for _ in range(9):
        session.undo()
    for one, told in zip(session.state.objects, found["before"], strict=True):
        assert told[:3] == [one.number, one.name, one.visible]
        assert told[3] == json.loads(one.prompt.to_json())


@pytest.mark.lint
def test_the_types_of_the_page_hold() -> None:
    """`tsc --checkJs --strict` on all of the page's modules."""
    node_js = shutil.which("node")
    assert node_js, "the page's types are checked in Node.js, and there is none: install nodejs"
    command = [node_js, str(TYPESCRIPT.folder / "lib" / "tsc.js"), "--project", str(web.WEB)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


DOWNLOAD = """
const { Weights } = await core("weights.js");
const kept = new Map();
globalThis.caches = { open: async () => ({
  match: async (key) => kept.get(key)?.clone(),
  put: async (key, response) => void kept.set(key, response),
  delete: async (key) => kept.delete(key),
}) };
let asked = 0;
let sent = new TextEncoder().encode(given.content);
globalThis.fetch = async () => {
  asked++;
  if (sent === null) throw new TypeError("no network");
  return new Response(sent.slice());
};
const file = { path: "graphs/one.onnx", size: given.content.length, sha256: given.sha256 };
const told = [];
const get = async () => {
  const weights = new Weights("http://here/", (progress) => told.push(progress));
  try {
    return new TextDecoder().decode((await weights.fetch({ one: file })).one);
  } catch (error) {
    return `${error.code}: ${error.message}`;
  }
};
const steps = [];
const step = async () => steps.push([await get(), asked, kept.size]);
const whole = sent;
sent = whole.slice(0, -1);
await step();
sent = whole.slice(); sent[0] ^= 1;
await step();
sent = new Uint8Array([...whole, 1]);
await step();
sent = null;
await step();
sent = whole;
await step();
const last = told.at(-1);
sent = null;
await step();
kept.set([...kept.keys()][0], new Response("damaged"));
await step();
sent = whole;
await step();
answer({ steps, last, first: told[0], isKept: await new Weights("http://here/").areKept({ one: file }) });
"""


def test_weights_are_held_against_their_hash_and_a_damaged_one_is_fetched_anew() -> None:
    content = "weights" * 50
    found = node(DOWNLOAD, {"content": content, "sha256": hashlib.sha256(content.encode()).hexdigest()})
    damaged = "damaged: The file graphs/one.onnx arrived damaged and was thrown away."
    none = "network: The file graphs/one.onnx cannot be fetched."
    expected = [(damaged, 1, 0), (damaged, 2, 0), (damaged, 3, 0), (none, 4, 0), (content, 5, 1)]
    expected += [(content, 5, 1), (none, 6, 0), (content, 7, 1)]
    for (said, asked, kept), step in zip(expected, found["steps"], strict=True):
        assert step[0].startswith(said)
        assert step[1:] == [asked, kept]
    assert found["last"] == {"what": "one", "done": len(content), "total": len(content)}
    assert found["isKept"]


@pytest.mark.parametrize("size", [(300, 451), (1200, 500)])
def test_the_class_map_and_what_it_sees_under_a_click_are_the_same(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """Logits to classes at the photo's size, the region at a point, IoU and rim of masks there."""
    rng = np.random.default_rng(4)
    small = fit_longest_side(*size, 513)
    coarse = rng.normal(size=(21, 9, 9)).astype(np.float32)
    coarse[5:] -= 9
    logits = np.stack([cv2.resize(one, small[::-1], interpolation=cv2.INTER_CUBIC) for one in coarse])
    logits.tofile(tmp_path / "logits")

    class Fixed:
        name, class_names = "fixed", OnnxDeepLab.class_names

        def logits(self, image: np.ndarray) -> np.ndarray:
            return logits

    semantic = segment_semantic(np.zeros((*size, 3), np.uint8), Fixed())
    masks = np.zeros((3, *size), bool)
    masks[0, : size[0] // 2] = masks[1, 20:90, 30:200] = masks[2, :, : size[1] // 3] = True
    masks.astype(np.uint8).tofile(tmp_path / "masks")
    points = [(float(rng.uniform(0, size[1])), float(rng.uniform(0, size[0]))) for _ in range(12)]
    found = node(
        """
        const { classMap, classPixels, underClick } = await core("semantic.js");
        const [height, width] = given.size;
        const map = classMap(new Float32Array(bytes("logits").buffer), 21, given.small, { height, width });
        write("map", map.data);
        const masks = bytes("masks");
        const maskOf = (i) => {
          return { height, width, data: masks.slice(i * height * width, (i + 1) * height * width) };
        };
        answer({
          seen: given.points.map((point) => underClick(map, given.classes, point, 3, maskOf, null)),
          pixels: classPixels(map, 21, maskOf(1)),
        });
        """,
        {"size": size, "small": small, "points": points, "classes": OnnxDeepLab.class_names},
        tmp_path,
    )
    ours = np.fromfile(tmp_path / "map", np.uint8).reshape(size)
    assert np.count_nonzero(ours != semantic.class_map) <= 2, "but where two are as good as equal"
    np.testing.assert_allclose(
        found["pixels"], np.bincount(semantic.class_map[masks[1]], minlength=21), atol=2
    )
    names = set()
    for point, told in zip(points, found["seen"], strict=True):
        one = candidates.Candidates(
            Prompt([point]),
            masks,
            np.ones(3, np.float32),
            np.zeros((3, 0, 0), np.float32),
            np.ones(3),
        )
        right = one.with_semantic(semantic).under_click
        assert told["name"] == right.class_name
        np.testing.assert_allclose(told["iou"], right.iou, atol=1e-4)
        np.testing.assert_allclose(told["border"], right.border, atol=1e-3)
        names.add(right.class_name)
    assert len(names) > 2


@pytest.mark.model
def test_deeplab_sees_the_same_in_webassembly(
    tmp_path: Path, site: Path, cat: np.ndarray, cat_semantic: SemanticSegmentation
) -> None:
    rgba(cat, tmp_path / "cat")
    found = node(
        ASK.split("const sessions")[0]
        + """
        const { DeepLab, classPixels } = await core("semantic.js");
        const graph = file(data.semantic.file.path);
        const session = await ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
        const [height, width] = given.size;
        const deepLab = new DeepLab(ort, session, data.semantic);
        const map = await deepLab.look({ height, width, data: bytes("cat") });
        write("map", map.data);
        """,
        {"site": site.as_uri() + "/", "size": cat.shape[:2]},
        tmp_path,
    )
    assert found is None
    ours = np.fromfile(tmp_path / "map", np.uint8).reshape(cat.shape[:2])
    assert np.mean(ours == cat_semantic.class_map) > 0.9999
    assert "cat" in cat_semantic.area_share


def test_a_closer_view_is_chosen_and_logits_are_carried_over_as_in_python(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    size = (700, 900)
    coarse = rng.normal(size=(12, 12)).astype(np.float32)
    logits = cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_CUBIC)
    logits.tofile(tmp_path / "logits")
    boxes = [(10, 20, 60, 50), (300.5, 200, 520, 610), (700, 500, 899, 700), (0, 0, 880, 690)]
    boxes.append((400, 300, 401, 301))
    found = node(
        """
        const { Frame, grown } = await core("frame.js");
        const logits = new Float32Array(bytes("logits").buffer);
        const whole = new Frame(given.size, given.square);
        answer(given.boxes.map((box, i) => {
          const view = grown(box, given.size, given.margin, given.least);
          const part = new Frame(given.size, given.square, view);
          write(`to ${i}`, whole.carryOver(logits, part));
          write(`back ${i}`, part.carryOver(logits, whole));
          return { view, area: whole.areaIn(logits, view) };
        }));
        """,
        {
            "size": size,
            "square": web.sam()["square"],
            "boxes": boxes,
            "margin": web.VIEW_MARGIN,
            "least": web.VIEW_SIDE,
        },
        tmp_path,
    )
    whole = sam_frame(size)
    mask = whole.upscale(logits) > 0
    for i, (box, told) in enumerate(zip(boxes, found, strict=True)):
        view = grow_box(box, size, web.VIEW_MARGIN, web.VIEW_SIDE)
        assert told["view"] == list(view)
        x0, y0, x1, y1 = view
        assert told["area"] == np.count_nonzero(mask[y0:y1, x0:x1])
        part = sam_frame((y1 - y0, x1 - x0))
        part = part if view == (0, 0, 900, 700) else part.looking_at(view, size)
        for name, one, other in (("to", whole, part), ("back", part, whole)):
            ours = np.fromfile(tmp_path / f"{name} {i}", np.float32).reshape(256, 256)
            np.testing.assert_allclose(ours, one.carry_over(logits, other), atol=1e-4)


FOLLOW = """
const { Ranker } = await core("../page/ranker.js");
const { WebError } = await core("words.js");
const told = [];
for (const { saves, kept, fails, file } of given) {
  const value = { connection: { saveData: saves } };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  const done = [];
  const work = { id: "cat", session: { unranked: {}, rank: async () => Boolean(done.push("ranked")) } };
  const engine = {
    isLooked: () => false,
    keepsDeepLab: async () => kept,
    semantic: async (id, { quietly }) => {
      done.push(quietly ? "looked" : "asked");
      if (fails && quietly) throw new WebError("network", "");
    },
  };
  const data = { semantic: { file } };
  const app = { work, data, engine: async () => engine, refresh: () => done.push("shown") };
  const ranker = new Ranker(app);
  await ranker.follow();
  await ranker.follow();
  if (file) await ranker.look(work); // there is a button for it
  await ranker.follow();
  told.push(done.join(" "));
}
answer(told);
"""


def test_deeplab_is_fetched_unasked_only_where_no_data_is_to_be_saved_and_not_twice_in_vain() -> None:
    looked, asked = "looked ranked shown", "asked ranked shown"
    cases = [
        ({"saves": False, "kept": False, "fails": False}, [looked, looked, asked, looked]),
        ({"saves": True, "kept": False, "fails": False}, [asked]),
        ({"saves": True, "kept": True, "fails": False}, [looked, looked, asked, looked]),
        ({"saves": False, "kept": False, "fails": True}, ["looked", asked, "looked"]),
        ({"saves": False, "kept": False, "fails": False, "file": None}, []),  # a page that carries none
    ]
    told = node(FOLLOW, [{"file": {}} | case for case, _ in cases])
    assert told == [" ".join(wanted) for _, wanted in cases]
