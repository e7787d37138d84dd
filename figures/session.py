"""Film a student's session in the widget, in a real JupyterLab: `python -m figures.session [FOLDER]`.

The clicks are real ones, made in Chromium. A state is photographed once the kernel has reached it and the
page has stopped changing, never after so many seconds, so that every run gives the same film. Three
things are added or left out: headless browsers show no pointer, so one is drawn; the type is DejaVu Sans,
as fonts differ from machine to machine; the seconds that an answer took are not shown, as they always do.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, sync_playwright

from segwidgets.drawing import style
from segwidgets.drawing.gif import write_gif
from segwidgets.ground.decoding import open_image
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.languages import tables
from segwidgets.widgets.click_segmenter.actions import ACTIONS
from segwidgets.workshop.delivery import save_picture
from tests.browser.chromium import find_chromium
from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.jupyter import NotebookPage, jupyter_server

FILES = {lang: (names["session"], names["widget"]) for lang, names in tables("readme").items()}
EYE_NAMES = {lang: names["eye"] for lang, names in tables("readme").items()}
VIEWPORT = {"width": 1210, "height": 900}
MAX_BYTES = 900_000
MARGIN = 6  # around the widget
STEPS, STEP_MS = 8, 60  # from one place of the pointer to the next
CAT = (300, 451)
CORNER, NOSE, WALL = (395, 60), (250, 170), (392, 223)  # x, y in the photo's pixels
EYE_BOX = (130, 82), (210, 150)

STYLE = """
@font-face {{ font-family: Figures; src: url(data:font/ttf;base64,{regular}); }}
@font-face {{ font-family: Figures; font-weight: 600 700; src: url(data:font/ttf;base64,{bold}); }}
:root {{ --jp-ui-font-family: Figures !important; }}
.jp-Cell-inputWrapper {{ display: none; }}
.segwidgets-click input, .segwidgets-click button {{ font-family: Figures; }}
.sw-left > :last-child .sw-note {{ font-size: 0 !important; }}
.sw-left > :last-child .sw-note b {{ font-size: 13px; }}
"""
HOVERED = """(lambda at: at is not None
    and max(abs(a - b) for a, b in zip(at, {place})) < 1.5)(seg.stage.previewed)"""


@dataclass(frozen=True)
class Frame:
    """One picture of the film: which photograph of the page, and what is drawn onto it."""

    photograph: int
    pointer: tuple[float, float]
    ripple: float | None  # how far the ring around a click has spread, 0 to 1
    duration_ms: int


@dataclass
class Hand:
    """Moves the mouse, waits for what comes of it and photographs that."""

    notebook: NotebookPage
    at: tuple[float, float] = (0.0, 0.0)
    photographs: list[Image.Image] = field(default_factory=list)
    film: list[Frame] = field(default_factory=list)

    @property
    def widget(self) -> Locator:
        """What is filmed."""
        return self.notebook.page.locator(".segwidgets-click").first

    def rest(self, duration_ms: int) -> None:
        """Hold the last photograph."""
        self._add(duration_ms)

    def move(self, to: tuple[float, float], reached: str = "True", hold_ms: int = 200) -> None:
        """Glide to a place of the page, and wait there until an expression is true in the kernel."""
        self._glide(to)
        self._photograph(reached)
        self._add(hold_ms)

    def _glide(self, to: tuple[float, float]) -> None:
        x, y = self.at
        for step in range(1, STEPS):
            share = step / STEPS
            share = share * share * (3 - 2 * share)
            self.at = x + share * (to[0] - x), y + share * (to[1] - y)
            self._add(STEP_MS)
        self.at = to
        self.notebook.page.mouse.move(*to)

    def hover(self, place: tuple[int, int], hold_ms: int) -> None:
        """Glide to a pixel of the photo, and wait for the preview of a click there."""
        self.move(self.notebook.point_on_page(*place, size=CAT), HOVERED.format(place=place), hold_ms)

    def move_to(self, selector: str, number: int) -> None:
        """Glide to the middle of one of the widget's controls."""
        box: Any = self.notebook.page.locator(f".segwidgets-click {selector}").nth(number).bounding_box()
        self.move((round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)))

    def move_to_tool(self, name: str) -> None:
        """Glide to the middle of the toolbar's button of an action."""
        names = [action.name for action in ACTIONS if action.has_button]
        self.move_to(".sw-tools button", names.index(name))

    def width(self, selector: str) -> float:
        """Return how wide one of the widget's controls is, in pixels of the page."""
        box: Any = self.notebook.page.locator(f".segwidgets-click {selector}").bounding_box()
        return float(box["width"])

    def click(self, reached: str, hold_ms: int) -> None:
        """Click where the pointer is, and wait until an expression is true in the kernel."""
        for ripple in (0.1, 0.35):
            self._add(STEP_MS, ripple)
        self.notebook.page.mouse.down()
        self.notebook.page.mouse.up()
        self._photograph(reached)
        for ripple in (0.6, 0.85):
            self._add(STEP_MS, ripple)
        self._add(hold_ms)

    def drag(self, *stops: tuple[tuple[float, float], str, int]) -> None:
        """Press the button where the pointer is, and let go of it at the last of some places to glide to.

        Each has what is then true in the kernel, and how long it is held.
        """
        self._add(STEP_MS, 0.35)
        self.notebook.page.mouse.down()
        for to, reached, hold_ms in stops:
            self.move(to, reached, hold_ms)
        self.notebook.page.mouse.up()

    def draw_box(self, corner: tuple[int, int], other: tuple[int, int], reached: str, hold_ms: int) -> None:
        """Drag a box from one pixel of the photo to another, before any preview is seen at the first."""
        self._glide(self.notebook.point_on_page(*corner, size=CAT))
        self.notebook.page.mouse.down()
        self.move(self.notebook.point_on_page(*other, size=CAT))
        self.notebook.page.mouse.up()
        self._photograph(reached)
        self._add(hold_ms)

    def press(self, keys: str, reached: str, hold_ms: int) -> None:
        """Press keys, one after the other, and wait until an expression is true in the kernel."""
        for key in keys.split():
            self.notebook.page.keyboard.press(key)
        self._photograph(reached)
        self._add(hold_ms)

    def start(self) -> None:
        """Photograph the page before anything is done, the pointer below the photo."""
        box: Any = self.notebook.canvas().bounding_box()
        self.at = box["x"] + 0.62 * box["width"], box["y"] + box["height"] + 60
        self.notebook.page.mouse.move(*self.at)
        self._photograph("True")

    def _add(self, duration_ms: int, ripple: float | None = None) -> None:
        self.film.append(Frame(len(self.photographs) - 1, self.at, ripple, duration_ms))

    def _photograph(self, reached: str) -> None:
        page = self.notebook.page
        for _attempt in range(600):
            if self.notebook.execute(f"bool({reached})") == "True":
                break
            page.wait_for_timeout(50)
        else:
            raise TimeoutError(f"this did not come true in the kernel: {reached}")
        page.wait_for_function("() => [...document.images].every(image => image.complete)")
        last, alike = b"", 0
        while alike < 2:
            page.wait_for_timeout(100)
            picture = self.widget.screenshot(animations="disabled")
            alike = alike + 1 if picture == last else 0
            last = picture
        self.photographs.append(open_image(io.BytesIO(last), "a screenshot").convert("RGB"))


def act(hand: Hand, eye: str) -> int:
    """Do what a student does with the cat and its eyes, which are called `eye`.

    Return the number of the photograph after the first click.
    """
    hand.start()
    start = hand.at
    hand.rest(700)
    hand.hover(CORNER, 400)
    hand.hover(NOSE, 400)
    hand.click("len(seg.prompt.points) == 1 and seg.candidates.under_click is not None", 1700)
    clicked = len(hand.photographs) - 1
    hand.move_to(".sw-candidate button", 2)
    hand.click("seg.candidates.best == 2", 1300)
    hand.move_to_tool("background")
    hand.click("seg.stage.label == 0", 300)
    hand.hover(WALL, 600)
    hand.click("len(seg.prompt.points) == 2", 1400)
    hand.move_to(".sw-row button", 1)
    hand.click("seg.objects[0].name != ''", 900)
    find_the_other_eye(hand, eye)
    hand.move(start, hold_ms=2600)
    return clicked


def find_the_other_eye(hand: Hand, name: str) -> None:
    """Box one eye, name it, and let all be found that is like it: dashed, by the slider, kept by a key."""
    hand.move_to_tool("new_object")
    hand.click("seg.candidates is None", 200)
    hand.move_to_tool("foreground")
    hand.click("seg.stage.label == 1", 300)  # a box goes around the object
    hand.draw_box(*EYE_BOX, "len(seg.objects) == 2 and seg.mask is not None", 700)
    hand.move_to(".sw-row input", 1)
    hand.click("True", 100)
    hand.press(" ".join([*name, "Enter"]), f"seg.objects[1].name == {name!r}", 500)
    hand.move_to_tool("alike")
    hand.click("not seg.alike.running and len(seg.alike.proposed) == 1", 1700)
    hand.move_to(".noUi-handle:visible", 0)
    (x, y), rail = hand.at, hand.width(".noUi-base:visible")
    lower = x - 0.25 * rail, y
    hand.drag((lower, "len(seg.alike.proposed) > 1", 1100), ((x, y), "len(seg.alike.proposed) == 1", 700))
    hand.press("Enter", "len(seg.objects) == 3", 1500)


def cells(lang: str) -> list[str]:
    """Return the notebook's cells; a busy machine is not to switch the preview off."""
    made = f'ClickSegmenter("cat", lang="{lang}", hover=True)'
    return [f"from segwidgets import ClickSegmenter\n\nseg = {made}\nseg"]


def record(notebook: NotebookPage, lang: str, folder: Path) -> list[Path]:
    """Film the session in a notebook of `cells`; write the film and a picture of the first click."""
    fonts = Path(matplotlib.get_data_path()) / "fonts/ttf"
    regular, bold = (
        base64.b64encode((fonts / name).read_bytes()).decode("ascii")
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    )
    notebook.page.add_style_tag(content=STYLE.format(regular=regular, bold=bold))
    notebook.run_all()
    notebook.wait_until_laid_out()
    notebook.page.evaluate("() => document.fonts.ready.then(() => true)")
    hand = Hand(notebook)
    clicked = act(hand, EYE_NAMES[lang])
    film, picture = (folder / name for name in FILES[lang])
    write_gif(draw(hand), film, [frame.duration_ms for frame in hand.film], MAX_BYTES)
    save_picture(np.asarray(hand.photographs[clicked]), picture)
    return [film, picture]


def draw(hand: Hand) -> list[UInt8Array]:
    """Draw the pointer, and the rings of clicks, onto the photographs, all brought to one size."""
    box: Any = hand.widget.bounding_box()
    size = tuple(max(sides) + 2 * MARGIN for sides in zip(*(p.size for p in hand.photographs), strict=True))
    arrow, frames = arrow_sprite(), []
    for frame in hand.film:
        picture = Image.new("RGB", size, style.WHITE)
        picture.paste(hand.photographs[frame.photograph], (MARGIN, MARGIN))
        x, y = (round(frame.pointer[i] - box["xy"[i]]) + MARGIN for i in range(2))
        if frame.ripple is not None:
            ring = ring_sprite(frame.ripple)
            picture.paste(ring, (x - ring.width // 2, y - ring.height // 2), ring)
        picture.paste(arrow, (x - 2, y - 2), arrow)
        frames.append(np.asarray(picture))
    return frames


def arrow_sprite(fine: int = 8) -> Image.Image:
    """Return a pointer with its tip at (2, 2): black with a white rim, smooth at its edges."""
    corners = [(2, 2), (2, 20), (6.2, 16.2), (9.2, 22.6), (12, 21.3), (9.2, 15.1), (14.8, 15.1)]
    large = Image.new("RGBA", (20 * fine, 26 * fine), (*style.WHITE, 0))
    outline = [(fine * x, fine * y) for x, y in (*corners, corners[0])]
    pen = ImageDraw.Draw(large)
    for first, second in pairwise(outline):
        pen.line((first, second), (*style.WHITE, 255), 3 * fine)
        pen.circle(first, 1.5 * fine, (*style.WHITE, 255))
    pen.polygon(outline, (*style.BLACK, 255))
    return large.resize((20, 26), Image.Resampling.LANCZOS)


def ring_sprite(share: float, fine: int = 4) -> Image.Image:
    """Return the ring around a click: it spreads and fades."""
    side = 56 * fine
    large = Image.new("RGBA", (side, side), (*style.ORANGE, 0))
    radius = fine * (6 + 18 * share)
    opacity = round(255 * (1 - 0.75 * share))
    ImageDraw.Draw(large).circle((side / 2, side / 2), radius, None, (*style.ORANGE, opacity), 4 * fine)
    return large.resize((56, 56), Image.Resampling.LANCZOS)


@contextmanager
def open_notebooks(scratch: Path) -> Iterator[Callable[[str, Sequence[str], Any], NotebookPage]]:
    """Serve a folder in JupyterLab, and give what opens a notebook there: its name, cells and viewport."""
    with jupyter_server(scratch) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)

        def open_notebook(name: str, cells: Sequence[str], viewport: Any) -> NotebookPage:
            server.stop_kernels()
            for context in browser.contexts:
                context.close()
            page = browser.new_context(viewport=viewport).new_page()
            notebook = NotebookPage(page, server, "lab", scratch)
            notebook.open(server.write_notebook(name, cells))
            return notebook

        yield open_notebook
        browser.close()


def main(folder: Path) -> None:
    """Film the session in every language."""
    with tempfile.TemporaryDirectory() as scratch, open_notebooks(Path(scratch)) as open_notebook:
        for lang in FILES:
            notebook = open_notebook(f"session_{lang}", cells(lang), VIEWPORT)
            for path in record(notebook, lang, folder):
                sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
