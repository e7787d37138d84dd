"""Film the page in the browser on a phone: `python -m figures.phone [FOLDER]`.

The page is built and served here, and touched in Chromium as by a finger. As in `session`, a state is
photographed once it is reached and nothing changes any more; a finger is drawn; the type is DejaVu Sans.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import CDPSession, Locator, Page, sync_playwright

from figures.session import CAT, NOSE, STEP_MS, WALL, Frame, ring_sprite
from segwidgets.drawing import style
from segwidgets.drawing.gif import write_gif
from segwidgets.ground.decoding import open_image
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.languages import tables
from tests.browser.chromium import find_chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tools.web import build, served, server

FILES = {lang: names["phone"] for lang, names in tables("readme").items()}
PHONE: Any = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
MAX_BYTES = 1_450_000
PATIENCE_MS = 120_000
STEPS = 6  # from one place of the finger to the next
TIP = 15  # its radius
SCROLLS = 3  # pictures of the page moving along

TYPE = """
@font-face {{ font-family: Figures; src: url(data:font/ttf;base64,{regular}); }}
@font-face {{ font-family: Figures; font-weight: 600 700; src: url(data:font/ttf;base64,{bold}); }}
* {{ font-family: Figures !important; }}
"""
QUIET = "document.querySelector('.stage').getAttribute('aria-busy') === 'false'"
RANKED = "document.querySelector('.answers .note').innerText.includes('DeepLab')"
NAMED = "document.querySelector('.objects input').value !== ''"
ONE_ANSWER = "document.querySelectorAll('.candidate').length === 1"
SAVED = "!document.querySelector('.message').classList.contains('off')"


@dataclass
class Finger:
    """Touches the page, waits for what comes of it and photographs that."""

    page: Page
    client: CDPSession
    at: tuple[float, float] = (195.0, 700.0)
    photographs: list[Image.Image] = field(default_factory=list)
    film: list[Frame] = field(default_factory=list)

    def rest(self, duration_ms: int, ripple: float | None = None) -> None:
        """Hold the last photograph."""
        self.film.append(Frame(len(self.photographs) - 1, self.at, ripple, duration_ms))

    def move_to(self, what: Locator, place: tuple[int, int] | None = None) -> None:
        """Glide to the middle of something, or to a pixel of the photo that it shows."""
        self.bring_to_sight(what)
        box: Any = what.bounding_box()
        across, down = (0.5, 0.5) if place is None else (place[0] / CAT[1], place[1] / CAT[0])
        to = round(box["x"] + across * box["width"]), round(box["y"] + down * box["height"])
        x, y = self.at
        for step in range(1, STEPS + 1):
            share = step / STEPS
            share = share * share * (3 - 2 * share)
            self.at = x + share * (to[0] - x), y + share * (to[1] - y)
            self.rest(STEP_MS)

    def touch(self, reached: str, hold_ms: int, resting: bool = False) -> None:
        """Tap, or rest until the page takes it for the background; then wait until a condition holds."""
        place = dict(zip("xy", self.at, strict=True))
        self.rest(STEP_MS, 0.1)
        self.client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
        if resting:
            self.page.locator(".stage.held").wait_for()
            self.photograph("true")
            self.rest(500, 0.2)
        self.rest(STEP_MS, 0.35)
        self.client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.photograph(reached)
        for ripple in (0.6, 0.85):
            self.rest(STEP_MS, ripple)
        self.rest(hold_ms)

    def photograph(self, reached: str) -> None:
        """Take a picture once a condition holds in the page and nothing changes any more."""
        self.page.wait_for_function(f"() => {reached}")
        self.page.wait_for_function("() => [...document.images].every(image => image.complete)")
        last, alike = b"", 0
        while alike < 3:
            self.page.wait_for_timeout(100)
            picture = self.page.screenshot(animations="disabled")
            alike = alike + 1 if picture == last else 0
            last = picture
        self.photographs.append(open_image(io.BytesIO(last), "a screenshot").convert("RGB"))

    def bring_to_sight(self, what: Locator) -> None:
        """Move the page along, if it has to, until something is well in sight."""
        box: Any = what.bounding_box()
        height = PHONE["viewport"]["height"]
        low, high = box["y"] + box["height"] - (height - 60), box["y"] - 60
        way = low if low > 0 else high if high < 0 else 0
        began = self.page.evaluate("scrollY")
        most = self.page.evaluate("document.documentElement.scrollHeight - innerHeight")
        ends = min(max(round(began + way), 0), most)
        for step in range(1, SCROLLS + 1) if ends != began else ():
            self.page.evaluate(f"scrollTo(0, {round(began + (ends - began) * step / SCROLLS)})")
            self.photograph("true")
            self.rest(STEP_MS)


def act(finger: Finger) -> None:
    """Do what somebody with a phone does: a sample, the cat, the wall, a name, the mask."""
    page = finger.page
    stage = page.locator(".stage")
    finger.photograph("document.fonts.status === 'loaded'")
    finger.rest(900)
    finger.move_to(page.locator(".samples button:visible").first)
    finger.touch(QUIET, 900)
    finger.move_to(stage, NOSE)
    finger.touch(f"{QUIET} && {RANKED}", 2200)
    finger.move_to(page.locator(".candidate").nth(2))
    finger.touch("document.querySelectorAll('.candidate')[2].ariaPressed === 'true'", 1500)
    finger.move_to(stage, WALL)
    finger.touch(f"{QUIET} && {ONE_ANSWER}", 1500, resting=True)
    finger.move_to(page.locator("[data-place=suggest-1]"))
    finger.touch(NAMED, 1500)
    files = page.locator("details", has=page.locator(".saves"))
    finger.move_to(files.locator("summary"))
    finger.touch("document.querySelector('.saves').checkVisibility()", 500)
    finger.move_to(files.locator(".saves button").first)
    finger.touch(SAVED, 700)
    finger.bring_to_sight(page.locator(".message[role=status]"))
    finger.move_to(page.locator(".hint"))  # beside what is said
    finger.rest(2600)


def draw(finger: Finger) -> list[UInt8Array]:
    """Draw the finger's tip, and the rings of its taps, onto the photographs."""
    tip, frames = tip_sprite(), []
    for frame in finger.film:
        picture = finger.photographs[frame.photograph].copy()
        x, y = (round(place) for place in frame.pointer)
        if frame.ripple is not None:
            ring = ring_sprite(frame.ripple)
            picture.paste(ring, (x - ring.width // 2, y - ring.height // 2), ring)
        picture.paste(tip, (x - tip.width // 2, y - tip.height // 2), tip)
        frames.append(np.asarray(picture))
    return frames


def tip_sprite(fine: int = 4) -> Image.Image:
    """Return what shows where a finger is: a disk that lets the page through, with two rims."""
    side = 2 * TIP + 4
    large = Image.new("RGBA", (side * fine, side * fine), (*style.BLACK, 0))
    pen = ImageDraw.Draw(large)
    middle = (side * fine / 2, side * fine / 2)
    pen.circle(middle, TIP * fine, (*style.BLACK, 90), (*style.BLACK, 200), fine)
    pen.circle(middle, (TIP - 1) * fine, None, (*style.WHITE, 255), 2 * fine)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def record(page: Page, address: str, lang: str, folder: Path) -> Path:
    """Film the page at an address, in a language."""
    fonts = Path(matplotlib.get_data_path()) / "fonts/ttf"
    regular, bold = (
        base64.b64encode((fonts / name).read_bytes()).decode("ascii")
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    )
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}?lang={lang}")
    page.locator(".samples button").first.wait_for()
    page.add_style_tag(content=TYPE.format(regular=regular, bold=bold))
    page.evaluate("() => document.fonts.ready.then(() => true)")
    finger = Finger(page, page.context.new_cdp_session(page))
    act(finger)
    film = folder / FILES[lang]
    write_gif(draw(finger), film, [frame.duration_ms for frame in finger.film], MAX_BYTES)
    return film


def main(folder: Path) -> None:
    """Film the page in every language."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        page = Path(scratch)
        build(page)
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        with served(server(page)) as address:
            for lang in FILES:
                context = browser.new_context(**PHONE)
                film = record(context.new_page(), address, lang, folder)
                context.close()
                sys.stdout.write(f"{film.name}: {film.stat().st_size // 1000} kB\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
