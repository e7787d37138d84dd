"""The page that segments in the browser, as the site has it: by mouse, finger, keyboard, online and off."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Download, Route

from segwidgets import Segmenter, load_image
from segwidgets.ground.samples import sample_path
from segwidgets.masks import mask_iou
from segwidgets.widgets.session.session import Session
from tools.web import build, served, server

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PATIENCE_MS = 90_000
CAT = (451, 300)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SHOWN = "() => document.querySelector('.stage').getAttribute('aria-busy') === 'false'"

TWO_FRAMES = "() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))"


class Opened:
    """The page in a browser, with hands."""

    def __init__(self, context: BrowserContext, address: str, lang: str = "en") -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.client = context.new_cdp_session(self.page)
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)
        self.page.goto(f"{address}?lang={lang}")
        self.page.locator(".samples button").first.wait_for()

    def take_sample(self, number: int = 0) -> None:
        self.page.locator(".samples button:visible").nth(number).click()
        self.wait()

    def open_file(self, name: str, content: bytes, kind: str = "image/png") -> None:
        self.page.locator("input[type=file]").first.set_input_files(
            {"name": name, "mimeType": kind, "buffer": content}
        )

    def wait(self) -> None:
        self.page.evaluate(TWO_FRAMES)  # by then it shows that it has begun
        self.page.wait_for_function(SHOWN)

    def at(self, x: float, y: float, size: tuple[int, int] = CAT) -> tuple[float, float]:
        """Return where on the page a pixel of the photo is."""
        box = self.page.locator(".stage").bounding_box()
        assert box is not None
        return box["x"] + x * box["width"] / size[0], box["y"] + y * box["height"] / size[1]

    def click(self, x: float, y: float, **how: Any) -> None:
        self.page.locator(".stage").scroll_into_view_if_needed()
        self.page.mouse.click(*self.at(x, y), **how)
        self.wait()

    def drag(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.page.mouse.move(*self.at(x0, y0))
        self.page.mouse.down()
        self.page.mouse.move(*self.at((x0 + x1) / 2, (y0 + y1) / 2))
        self.page.mouse.move(*self.at(x1, y1))
        self.page.mouse.up()
        self.wait()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.wait()

    def described(self) -> str:
        return self.page.locator(".stage").get_attribute("aria-label") or ""

    def wait_for_words(self, words: str) -> None:
        """Wait until the photo is described with them."""
        self.page.wait_for_function(
            "words => document.querySelector('.stage').getAttribute('aria-label').includes(words)", arg=words
        )

    def why(self) -> str:
        """Why the mask that is shown was chosen."""
        return self.page.locator(".answers .note").inner_text()

    def wait_for_deeplab(self) -> None:
        """Wait until it has ranked the masks that are shown."""
        self.page.wait_for_function("document.querySelector('.answers .note').innerText.includes('DeepLab')")

    def error(self) -> str:
        alert = self.page.locator(".error:not(.off)")
        alert.wait_for()
        return alert.inner_text()

    def unfold(self) -> None:
        folded = self.page.locator("details:not([open]) summary:visible")
        while folded.count():
            folded.first.click()

    def save(self, label: str) -> Download:
        with self.page.expect_download() as coming:
            self.page.get_by_role("button", name=re.compile(label)).click()
        return coming.value


OpenPage = Callable[..., Opened]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, built and served on loopback."""
    folder = tmp_path_factory.mktemp("web")
    build(folder, samples=["cat", "astronaut"])
    with served(server(folder)) as page:
        yield page


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[OpenPage]:
    """Open the page in a fresh browser; options are the context's."""
    contexts = []

    def open_it(lang: str = "en", **options: Any) -> Opened:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(**options)
        contexts.append(context)
        return Opened(context, address, lang)

    yield open_it
    for context in contexts:
        context.close()


def mask_of(content: bytes) -> Any:
    picture = np.asarray(Image.open(io.BytesIO(content)))
    assert picture.ndim == 2
    assert set(np.unique(picture)) <= {0, 255}
    return picture > 0


def test_ten_clicks_are_taken_back_saved_and_replayed_by_the_notebook(open_page: OpenPage) -> None:
    """By mouse alone: points of both kinds, a box, a drag, three objects; the kernel's masks are the same."""
    page = open_page()
    page.open_file("my cat.png", sample_path("cat").read_bytes())
    page.wait()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3
    page.press("2")
    page.click(400, 250, button="right")
    page.click(90, 250)
    page.press("n")
    page.drag(130, 90, 205, 190)
    page.click(160, 110)
    page.click(240, 30, button="right")
    page.drag(160, 110, 165, 130)
    page.press("n")
    page.click(330, 160)
    page.click(300, 100, button="right")
    page.click(345, 150)
    page.wait_for_words("3 objects. 3 points.")
    page.press("Control+z", "Control+z", "Control+Shift+z")
    page.wait_for_words("3 objects. 2 points.")
    page.page.locator(".objects input").nth(1).fill("left eye")
    page.page.locator(".objects input").nth(1).press("Enter")
    page.wait()
    page.unfold()

    record = Path(page.save("^Clicks").path()).read_text("utf-8")
    session = Session.from_json(record, Segmenter("cat"))
    assert [len(one.prompt.points) for one in session.state.objects] == [3, 2, 2]
    assert session.state.objects[0].candidates is not None
    assert session.state.objects[1].name == "left eye"
    with zipfile.ZipFile(page.save("^Masks").path()) as packed:
        assert packed.namelist() == ["mask_1.png", "mask_2_left_eye.png", "mask_3.png"]
        for one, name in zip(session.state.objects, packed.namelist(), strict=True):
            assert one.mask is not None
            assert mask_iou(mask_of(packed.read(name)), one.mask) >= 0.999
    with zipfile.ZipFile(page.save("^Cut-outs").path()) as packed:
        cut = np.asarray(Image.open(io.BytesIO(packed.read("cutout_1.png"))))
        assert session.state.objects[0].mask is not None
        assert mask_iou(cut[:, :, 3] > 0, session.state.objects[0].mask) >= 0.999
    photo = np.asarray(Image.open(page.save("^Photo$").path()).convert("RGB"))
    assert (photo == load_image("cat")).all()
    coco = page.save("COCO")
    assert coco.suggested_filename.startswith("my_cat")
    assert 'seg = ClickSegmenter("my_cat.png")' in page.page.locator("pre").inner_text()
    assert page.wrong == []


def test_the_second_visit_needs_no_network(open_page: OpenPage) -> None:
    page = open_page()
    page.take_sample()
    page.click(250, 170)
    page.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.page.context.set_offline(True)
    page.page.reload()
    page.take_sample()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3
    page.open_file("cat.png", sample_path("cat").read_bytes())
    page.wait()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3, "the encoder is there, too"


@pytest.mark.parametrize(
    ("theme", "lang"),
    [
        ("light", "en"),
        ("dark", "es"),
        pytest.param("light", "es", marks=pytest.mark.long),
        pytest.param("dark", "en", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing(open_page: OpenPage, theme: str, lang: str) -> None:
    page = open_page(lang, color_scheme=theme, viewport={"width": 1280, "height": 2400})

    def look(when: str) -> None:
        found = Axe().run(page.page, options=RULES)
        assert found.violations_count == 0, f"{when}: {found.generate_report()}"

    look("at first")
    page.take_sample()
    page.click(250, 170)
    page.press("n")
    page.click(160, 150)
    page.unfold()
    look("with two objects")
    page.open_file("notes.txt", b"no photo", "text/plain")
    page.error()
    look("with an error")
    assert page.page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize("lang", ["en", pytest.param("es", marks=pytest.mark.long)])
def test_a_phone_has_all_of_it(open_page: OpenPage, lang: str) -> None:
    """Nothing scrolls sideways, everything is large enough for a finger, and fingers do what a mouse does."""
    page = open_page(lang, **PHONE)
    wide = "document.documentElement.scrollWidth"
    small = """() => [...document.querySelectorAll("button, summary, a, input:not([type=file])")]
        .filter(one => one.checkVisibility())
        .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44).map(([what]) => what)"""
    assert page.page.evaluate(wide) <= 390
    page.take_sample()
    page.page.touchscreen.tap(*page.at(250, 170))
    page.wait()
    page.page.locator(".candidate").first.wait_for()
    hold(page, 400, 250)
    page.wait()
    page.wait_for_words("2 points." if lang == "en" else "2 puntos.")
    page.unfold()
    assert page.page.evaluate(wide) <= 390
    assert page.page.evaluate(small) == []
    marks = page.page.evaluate("document.querySelector('.stage').getBoundingClientRect().width")
    assert marks >= 370, "the photo takes the phone's width"


def hold(page: Opened, x: float, y: float) -> None:
    """Rest a finger on the photo for longer than a tap."""
    touch(page, "Start", page.at(x, y))
    page.page.locator(".stage.held").wait_for()
    touch(page, "End")


def touch(page: Opened, kind: str, *places: tuple[float, float]) -> None:
    """Let fingers come down, move or leave, at places of the page."""
    points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
    page.client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


def test_two_fingers_zoom_and_move_what_is_seen(open_page: OpenPage) -> None:
    """They mark nothing; a tap is then where it is meant."""
    page = open_page(**PHONE)
    page.take_sample()
    page.page.locator(".stage").scroll_into_view_if_needed()
    x, y = page.at(200, 150)
    touch(page, "Start", (x - 20, y), (x + 20, y))
    for far in (30, 40, 50, 60):
        touch(page, "Move", (x - far, y), (x + far, y))
    for way in (10, 20, 30):
        touch(page, "Move", (x - 60 + way, y), (x + 60 + way, y))
    touch(page, "End")
    page.wait_for_words("Zoomed in: 33 percent")
    assert "Nothing is marked yet." in page.described()
    page.page.touchscreen.tap(x + 30, y)
    page.wait_for_words("1 point.")
    page.wait()
    page.unfold()
    [action] = json.loads(Path(page.save("^Clicks").path()).read_text("utf-8"))["actions"]
    assert abs(action["x"] - 200) < 1
    assert abs(action["y"] - 150) < 1


def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    """From the sample to a saved mask without a mouse; what has the focus is always seen."""
    page = open_page()
    for _ in range(9):
        page.page.keyboard.press("Tab")
        if page.page.evaluate("document.activeElement.closest('.samples') !== null"):
            break
    page.page.keyboard.press("Enter")
    page.wait()
    assert page.page.evaluate("document.activeElement.classList.contains('stage')"), "it goes on on the photo"
    page.press("Enter", "Shift+ArrowRight", "ArrowDown", "Enter")
    page.wait_for_words("1 point.")
    page.press(" ", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Enter")
    page.wait_for_words("2 points.")
    page.press("Tab")
    assert "Point 1 of 2, on the object." in page.page.locator(".spoken").all_inner_texts()
    page.press("Delete")
    page.wait_for_words("1 point.")
    page.press("Control+z")
    page.wait_for_words("2 points.")
    page.press("+", "+")
    page.wait_for_words("Zoomed in")
    page.press("0", "?")
    assert page.page.locator(".keys").is_visible()
    page.press("Escape", "n")
    page.wait_for_words("2 objects.")
    page.press("1")
    assert "There is no mask to pick yet" in page.error()


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


def test_files_that_are_no_photo_get_a_sentence_and_nothing_is_lost(open_page: OpenPage) -> None:
    page = open_page()
    page.open_file("notes.txt", b"These are notes.", "text/plain")
    assert page.error() == "notes.txt is no photo that this browser can read: take a JPEG, PNG or WebP."
    page.take_sample()
    page.click(250, 170)
    page.wait_for_deeplab()  # what it ranks first is described from then on
    before = page.described()
    cat = sample_path("cat").read_bytes()
    for name, content, told in [
        ("empty.jpg", b"", "empty.jpg is empty: there is no photo in it."),
        ("huge.png", png(10_000, 10_000), "huge.png has 100 megapixels, more than the 50 that fit"),
        ("tiny.png", png(9, 40), "tiny.png has 9 by 40 pixels: each side needs at least 16."),
        ("cut.png", cat[:300], "cut.png is damaged"),
        (
            "clicks.json",
            b'{"format": "another"}',
            "This file is no session that was saved here or in the notebook.",
        ),
    ]:
        page.open_file(name, content)
        page.page.wait_for_function(
            "told => document.querySelector('.error:not(.off)')?.innerText.includes(told)", arg=told
        )
        assert page.described() == before, f"{name}: all is as it was"
    page.click(400, 250, button="right")
    assert page.page.locator(".error:not(.off)").count() == 0, "a click that works takes the error away"


@pytest.mark.long
def test_a_photo_lies_as_its_camera_says(open_page: OpenPage) -> None:
    """EXIF's orientation 6 turns it; it may come from a file, a drop or the clipboard."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(load_image("cat")).save(file, "JPEG", exif=exif)
    page = open_page()
    page.open_file("turned.jpg", file.getvalue(), "image/jpeg")
    page.wait()
    page.wait_for_words("Photo, 300 by 451.")
    hand = """([name, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
        document.body.dispatchEvent(name === "paste"
            ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    for name, size in [("drop", (40, 30)), ("paste", (50, 20))]:
        page.page.evaluate(hand, [name, list(png(*size))])
        page.wait_for_words(f"Photo, {size[0]} by {size[1]}.")


@pytest.mark.long
def test_a_photo_is_taken_with_the_camera(open_page: OpenPage) -> None:
    page = open_page()
    page.page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
            const context = canvas.getContext("2d");
            setInterval(() => context.fillRect(Math.random() * 300, 50, 20, 20), 30);
            return canvas.captureStream(); }; }"""
    )
    page.page.get_by_role("button", name="Camera").click()
    page.page.wait_for_function("document.querySelector('dialog video').videoWidth > 0")
    page.page.get_by_role("button", name="Take the photo").click()
    page.wait()
    page.wait_for_words("Photo, 320 by 240.")
    page.page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
            throw new DOMException("", "NotAllowedError"); }; }"""
    )
    page.page.get_by_role("button", name="Camera").first.click()
    assert "was not allowed to use the camera" in page.error()


def test_another_language_and_another_photo_keep_what_was_done(open_page: OpenPage) -> None:
    page = open_page()
    page.take_sample()
    page.click(250, 170)
    page.page.locator(".language").click()
    page.wait_for_words("1 punto.")
    assert page.page.locator("html").get_attribute("lang") == "es"
    assert page.page.locator(".candidate").count() == 3
    assert "lang=es" in page.page.url
    page.take_sample(1)
    page.wait_for_words("Foto de 512 por 512.")
    page.page.get_by_role("button", name="Volver a la foto anterior").click()
    page.wait_for_words("Foto de 451 por 300.")
    page.wait_for_words("1 punto.")


@pytest.mark.long
def test_a_double_click_is_one_click_and_a_second_later_takes_the_point_away(open_page: OpenPage) -> None:
    page = open_page()
    page.take_sample()
    page.page.mouse.dblclick(*page.at(250, 170))
    page.wait()
    page.wait_for_words("1 point.")
    page.page.wait_for_timeout(1200)  # a click so soon after an answer was meant before it
    page.click(250, 170)
    assert "point" not in page.described()
    page.wait_for_words("Nothing is marked yet.")


@pytest.mark.long
def test_the_mask_under_the_mouse_is_shown_and_goes(open_page: OpenPage) -> None:
    page = open_page()
    page.take_sample()
    inked = """() => { const canvas = document.querySelector('.layer-marks');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.some(Boolean); }"""
    page.page.mouse.move(*page.at(160, 150))
    page.page.wait_for_function(inked)
    page.page.mouse.move(5, 5)
    page.page.wait_for_function(f"() => !({inked})()")
    page.wait_for_words("Nothing is marked yet.")


def test_zooming_keeps_masks_under_the_hand(open_page: OpenPage) -> None:
    """The wheel with Ctrl zooms about the mouse, a click there is where it was meant."""
    page = open_page()
    page.take_sample()
    page.page.mouse.move(*page.at(160, 150))
    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -400)
    page.page.keyboard.up("Control")
    page.wait_for_words("Zoomed in")
    page.click(160, 150)
    page.unfold()
    [action] = json.loads(Path(page.save("^Clicks").path()).read_text("utf-8"))["actions"]
    assert abs(action["x"] - 160) < 1
    assert abs(action["y"] - 150) < 1


def test_deeplab_looks_behind_the_first_click_and_ranks_what_nobody_picked(open_page: OpenPage) -> None:
    """While its graph is on its way all goes on; what was picked meanwhile stays."""
    page = open_page()
    coming: list[Route] = []
    page.page.route("**/deeplab.onnx", lambda route: coming.append(route))
    page.take_sample()
    with page.page.expect_request("**/deeplab.onnx"):
        page.click(250, 170)
    page.press("3")
    assert page.why() == "You picked mask 2."
    page.press("n")
    page.click(160, 110)
    assert "DeepLab" not in page.why()
    coming[0].continue_()
    page.wait_for_deeplab()
    assert "cat" in page.why()
    page.page.locator("[data-place=select-1]").click()
    page.wait()
    assert page.why() == "You picked mask 2."
    page.press("n")
    page.click(250, 170)
    assert "DeepLab" in page.why(), "it is known from now on"
    page.press("Control+z")
    page.unfold()
    actions = json.loads(Path(page.save("^Clicks").path()).read_text("utf-8"))["actions"]
    assert [one.get("deeplab", {}).get("class_name") for one in actions if one["action"] == "add_point"] == [
        None,
        "cat",
    ]
    assert len(coming) == 1
    assert page.wrong == []


def test_without_deeplab_clicks_go_on_until_it_is_asked_for_a_name(open_page: OpenPage) -> None:
    page = open_page()
    page.page.route("**/deeplab.onnx", lambda route: route.abort())
    page.take_sample()
    with page.page.expect_event("requestfailed"):
        page.click(250, 170)
    page.press("n")
    page.click(160, 110)
    assert "DeepLab" not in page.why()
    assert page.page.locator(".error:not(.off)").count() == 0, "nobody asked for it"
    wand = page.page.get_by_role("button", name="Let DeepLab name it").last
    wand.click()
    assert "deeplab.onnx cannot be fetched" in page.error()
    page.page.unroute("**/deeplab.onnx")
    wand.click()
    page.wait_for_deeplab()
    page.page.wait_for_function("() => document.querySelectorAll('.objects input')[1].value === 'cat'")


@pytest.mark.long
def test_deeplab_names_an_object(open_page: OpenPage) -> None:
    page = open_page("es")
    page.take_sample()
    page.click(250, 170)
    page.page.get_by_role("button", name="Que DeepLab le ponga nombre").click()
    name = page.page.locator(".objects input")
    page.page.wait_for_function("() => document.querySelector('.objects input').value === 'gato'")
    page.wait_for_deeplab()
    page.press("Control+z")
    assert name.input_value() == ""


@pytest.mark.long
def test_what_is_zoomed_in_on_is_looked_at_closer(open_page: OpenPage) -> None:
    """On a photo larger than the network takes in; the record says which part, and the kernel agrees."""
    large = np.asarray(Image.fromarray(load_image("cat")).resize((1804, 1200)))
    file = io.BytesIO()
    Image.fromarray(large).save(file, "PNG")
    page = open_page()
    page.open_file("large.png", file.getvalue())
    page.wait()
    page.page.mouse.move(*page.at(160, 150))
    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -700)
    page.page.keyboard.up("Control")
    page.page.get_by_text("sharp here").wait_for()
    page.click(160, 150)
    page.wait_for_deeplab()
    page.unfold()
    record = Path(page.save("^Clicks").path()).read_text("utf-8")
    assert json.loads(record)["actions"][0]["views"]
    [one] = Session.from_json(record, Segmenter(large)).state.objects
    assert one.mask is not None
    assert mask_iou(mask_of(Path(page.save("^Masks").path()).read_bytes()), one.mask) >= 0.999


@pytest.mark.long
def test_weights_that_do_not_come_or_come_damaged_are_told_and_tried_again(open_page: OpenPage) -> None:
    """The photo stays on show, and a click made meanwhile is not asked for twice."""
    page = open_page()
    page.page.route("**/decoder.onnx", lambda route: route.abort())
    page.take_sample()
    assert "Try again" in page.error()
    page.page.unroute("**/decoder.onnx")
    page.page.route("**/decoder.onnx", lambda route: route.fulfill(body=b"no network"))
    page.page.get_by_role("button", name="Try again").click()
    page.page.wait_for_function(
        "() => document.querySelector('.error').innerText.includes('decoder') && "
        "document.querySelector('.stage').getAttribute('aria-busy') === 'false'"
    )
    page.page.unroute("**/decoder.onnx")
    page.page.get_by_role("button", name="Try again").click()
    page.page.locator(".error.off").wait_for(state="attached")
    page.wait()
    page.click(250, 170)
    assert page.page.locator(".candidate").count() == 3


def test_a_browser_without_simd_is_told_so_and_the_photo_stays(open_page: OpenPage) -> None:
    page = open_page(service_workers="block")
    changed(page, "worker.js", before="WebAssembly.validate = () => false;")
    page.take_sample()
    assert page.error().startswith(
        "This browser is too old for the network: it has no WebAssembly with SIMD. A newer one will do."
    )
    page.wait_for_words("Photo, 451 by 300.")


@pytest.mark.long
@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("throw new RangeError('Array buffer allocation failed')", "There was not enough memory for that."),
        ("throw new Error('std::bad_alloc')", "There was not enough memory for that."),
        ("self.close(); return new Promise(() => {})", "What computes the masks had stopped and was started"),
    ],
    ids=["memory refused", "memory refused within", "ended without a word"],
)
def test_what_fails_on_a_click_is_told_and_nothing_is_lost(open_page: OpenPage, what: str, told: str) -> None:
    """Objects, undo and photo stay; the next click is answered by another worker."""
    page = open_page(service_workers="block", **PHONE)  # by fingers: no preview comes before the click
    changed(
        page,
        "core/sam.js",
        after=f"""
        const {{ ask }} = Sam.prototype;
        Sam.prototype.ask = async function (embedding, prompt, ...more) {{
          if (prompt.points.some(([x]) => x > 380)) {{ {what}; }}
          return ask.call(this, embedding, prompt, ...more);
        }};""",
    )
    page.take_sample()
    tap(page, 250, 170, "1 point.")
    page.page.touchscreen.tap(*page.at(400, 250))
    page.page.wait_for_function(
        "told => document.querySelector('.error:not(.off)')?.innerText.startsWith(told)", arg=told
    )
    assert page.page.locator(".error").inner_text().count(".") == 2, "what was, and what to do"
    page.wait_for_words("1 point.")
    tap(page, 90, 250, "2 points.")
    assert page.page.locator(".error:not(.off)").count() == 0
    page.press("Control+z")
    page.wait_for_words("1 point.")
    page.press("Control+z")
    page.wait_for_words("Nothing is marked yet.")


def tap(page: Opened, x: float, y: float, words: str) -> None:
    """Tap on the photo, and wait until it is described with words."""
    page.page.locator(".stage").scroll_into_view_if_needed()
    page.page.touchscreen.tap(*page.at(x, y))
    page.wait_for_words(words)
    page.wait()


def changed(page: Opened, module: str, before: str = "", after: str = "") -> None:
    """Let one of the page's modules come with more before or after it."""

    def serve(route: Route) -> None:
        come = route.fetch()
        route.fulfill(response=come, body=f"{before}\n{come.text()}\n{after}")

    page.page.route(f"**/src/{module}", serve)
