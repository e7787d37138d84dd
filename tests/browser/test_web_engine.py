"""The page's worker in Chromium: clicks on a sample, DeepLab's word, files, and a worker that dies."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from segwidgets import Prompt, Segmenter, diagnose
from segwidgets.masks.comparison import mask_iou
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.session.session import Session, photo_digest
from tools import web

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.long]  # the page's tests go the same way

WORK = """async () => {
  const { Engine } = await import("./src/engine.js");
  const { Session } = await import("./src/core/session.js");
  const told = { steps: [] };
  const engine = await Engine.open({ onProgress: (step) => told.steps.push(step) });
  told.kept = await Engine.isCached();
  await engine.photo("cat", { sample: "cat" });
  const prompt = { points: [[250, 170]], labels: [1], box: null };
  const view = { x0: 0, y0: 0, x1: 451, y1: 300, width: 451, height: 300 };
  const asked = [150, 200, 250].map((x) => engine.preview("cat", { ...prompt, points: [[x, 170]] }, view));
  told.previews = (await Promise.all(asked)).map((one) => one && [one.iou, one.mask.data.length]);
  const session = new Session(engine.about("cat"));
  await session.do("add_point", { x: 250, y: 170 });
  told.first = session.active.answer.best;
  session.seen = (asked, answer) => engine.seen("cat", asked, answer);
  told.early = await session.rank();
  told.classes = await engine.semantic("cat");
  told.ranked = await session.rank();
  const { answer } = session.active;
  const { handle } = answer.candidates[answer.best];
  Object.assign(told, { best: answer.best, reason: answer.reason });
  told.name = await engine.nameFor("cat", handle);
  told.measures = await engine.measure("cat", handle, answer.best);
  const part = engine.part("cat", [150, 80, 250, 150]);
  session.closer = (asked, previous) => engine.closer("cat", part, asked, previous);
  await session.do("new_object", {});
  await session.do("add_point", { x: 182, y: 108 });
  told.record = await session.toJSON();
  const objects = session.state.objects.map(({ number, name, answer: { candidates, best } }) => {
    return { number, name, handle: candidates[best].handle };
  });
  told.files = [];
  for (const kind of ["masks", "photo"]) {
    const files = await engine.files("cat", kind, objects, "cat");
    for (const { name, data } of files) told.files.push([name, [...data]]);
  }
  const lost = engine.predict("cat", prompt).catch((error) => [error.name, error.code, error.message]);
  await new Promise((resolve) => setTimeout(resolve));
  engine.sam.died();
  told.lost = await lost;
  const again = await engine.predict("cat", prompt);
  told.again = [again.best, again.candidates[again.best].area];
  told.drawn = (await engine.draw("cat", [handle], view))[0].data.reduce((sum, one) => sum + one, 0);
  return told;
}"""


def worded(text: str) -> str:
    """Leave out the digits: an embedding in half precision moves a pixel here and there, and so the last."""
    return re.sub(r"\d", "#", text)


@pytest.fixture(scope="module")
def told(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What came of it, in one visit."""
    folder: Path = tmp_path_factory.mktemp("web") / "try"
    web.build(folder, samples=["cat"])
    (folder / "empty.html").write_text("<!doctype html><title>empty</title>", "utf-8")
    with web.served(web.server(folder)) as address:
        page = chromium.new_page()
        page.goto(f"{address}empty.html")
        yield page.evaluate(WORK)
        page.close()


def test_weights_come_with_their_bytes_and_are_kept(told: dict[str, Any]) -> None:
    last = told["steps"][-1]
    assert last["done"] <= last["total"]
    assert max(step["done"] for step in told["steps"]) > 60e6
    assert told["kept"]


def test_of_many_previews_the_last_one_is_drawn(told: dict[str, Any]) -> None:
    assert told["previews"][1] is None
    assert told["previews"][2][1] == 451 * 300


def test_deeplab_ranks_and_names_as_in_the_kernel(
    told: dict[str, Any], cat_segmenter: Segmenter, cat_semantic: SemanticSegmentation
) -> None:
    plain = cat_segmenter.predict(Prompt([(250, 170)]))
    ranked = plain.with_semantic(cat_semantic)
    assert not told["early"], "it has not looked"
    assert (told["first"], told["ranked"], told["best"]) == (plain.best, True, ranked.best)
    assert worded(told["reason"]) == worded(ranked.explain_best())
    assert told["name"] == told["classes"][0]["name"] == "cat"
    assert told["classes"][0]["share"] == pytest.approx(cat_semantic.area_share["cat"], abs=1e-3)
    right = diagnose(ranked)[ranked.best]
    assert worded(told["measures"]["title"]) == worded(right.title)
    assert [worded(fault) for fault in told["measures"]["faults"]] == [
        worded(fault) for fault in right.faults
    ]


def test_the_notebook_goes_on_with_the_session_and_the_pages_own_png(
    told: dict[str, Any], cat: np.ndarray
) -> None:
    files = dict(told["files"])
    photo = np.asarray(Image.open(io.BytesIO(bytes(files["cat.png"]))))
    np.testing.assert_array_equal(photo, cat)
    record = json.loads(told["record"])
    assert record["image"]["sha256"] == photo_digest(cat)
    assert record["actions"][-1]["views"] == [[125, 51, 275, 179]]
    assert record["actions"][0]["deeplab"]["class_name"] == "cat"
    session = Session.from_json(told["record"], Segmenter(photo))
    names = [name for name in files if name.startswith("mask_")]
    assert len(names) == len(session.state.objects) == 2
    for one, name in zip(session.state.objects, names, strict=True):
        mask = np.asarray(Image.open(io.BytesIO(bytes(files[name]))))
        assert set(np.unique(mask)) == {0, 255}
        assert one.mask is not None
        assert mask_iou(mask > 0, one.mask) >= 0.999


def test_a_worker_that_dies_is_told_of_and_started_anew(
    told: dict[str, Any], cat_segmenter: Segmenter, cat_semantic: SemanticSegmentation
) -> None:
    name, code, message = told["lost"]
    assert (name, code) == ("WebError", "worker")
    assert "nothing is lost" in message
    plain = cat_segmenter.predict(Prompt([(250, 170)]))
    assert told["again"][0] == plain.best
    assert told["again"][1] == pytest.approx(plain.area_px(plain.best)[0], rel=2e-3)
    ranked = plain.with_semantic(cat_semantic)
    assert told["drawn"] == pytest.approx(ranked.area_px(ranked.best)[0], rel=2e-3)
