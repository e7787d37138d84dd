"""The page that carries no weights: it fetches the published files from another host, here one of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from segwidgets import Prompt, Segmenter, checkpoints
from segwidgets.ground.samples import sample_path
from segwidgets.masks import mask_iou
from tests.browser.test_web_page import Opened, mask_of
from tools import web

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.long]

OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on one host, isolated from others, and the published files on another."""
    folder = tmp_path_factory.mktemp("web") / "try"
    kept = checkpoints.fetch("mobile_sam")["encoder.onnx"].parent
    handler = partial(web.Handler, directory=str(kept), headers=OPEN_TO_ALL)
    with web.served(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as home:
        web.build(folder, ["cat"], web.published_files(home))
        with web.served(web.server(folder)) as page:
            yield page


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Callable[[], Opened]]:
    contexts = []

    def open_it() -> Opened:
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 900}))
        return Opened(contexts[-1], address)

    yield open_it
    for context in contexts:
        context.close()


def test_a_photo_is_segmented_by_what_another_host_keeps_and_later_without_a_network(
    open_page: Callable[[], Opened], address: str, cat_segmenter: Segmenter
) -> None:
    page = open_page()
    asked: list[str] = []
    workers: list[str] = []
    page.page.on("worker", lambda worker: workers.append(worker.url.rpartition("/")[2]))
    page.page.context.on("request", lambda request: asked.append(request.url))
    page.open_file("cat.png", sample_path("cat").read_bytes())
    page.wait()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3
    fetched = {url.rpartition("/")[2] for url in asked if not url.startswith(address)}
    assert fetched == {"encoder.onnx", "sam.onnx"}, "nothing else comes from elsewhere"
    page.unfold()
    right = cat_segmenter.predict(Prompt([(250, 170)])).best_mask
    assert mask_iou(mask_of(Path(page.save("^Masks").path()).read_bytes()), right) >= 0.999
    page.click(400, 250, button="right")
    page.wait_for_words("2 points.")
    assert page.page.get_by_role("button", name="Delete this object").count() == 1
    assert page.page.get_by_role("button", name="Let DeepLab name it").count() == 0, "there is none"
    assert "worker.js" in workers
    assert "looker.js" not in workers, "nor does it look"
    assert page.wrong == []

    page.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.page.context.set_offline(True)
    page.page.reload()
    page.open_file("cat.png", sample_path("cat").read_bytes())
    page.wait()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3


def test_a_published_file_that_comes_damaged_is_told_and_fetched_anew(
    open_page: Callable[[], Opened],
) -> None:
    page = open_page()
    page.page.route("**/sam.onnx", lambda route: route.fulfill(body=b"another file", headers=OPEN_TO_ALL))
    page.take_sample()
    assert "sam.onnx arrived damaged and was thrown away" in page.error()
    page.page.unroute("**/sam.onnx")
    page.page.get_by_role("button", name="Try again").click()
    page.page.locator(".error.off").wait_for(state="attached")
    page.wait()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3, "a sample's embedding is that of these graphs, too"
