"""Film a mask that is mended by hand, as `session` films a student: `python -m figures.by_hand [FOLDER]`.

Only the photo is filmed, in which no word stands: one film serves every language.
"""

from __future__ import annotations

import ast
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

from figures.session import STEP_MS, Hand, draw, open_notebooks
from segwidgets.drawing.gif import write_gif
from tests.browser.jupyter import NotebookPage

FILE = "by_hand.gif"
VIEWPORT = {"width": 1000, "height": 900}
MAX_BYTES = 450_000
COFFEE = (400, 600)
CELLS = [
    'from segwidgets import ClickSegmenter\n\nseg = ClickSegmenter("coffee", hover=False, semantic=False)\n'
    "seg.add_point(300, 180)\nseg.choose(1)\nseg.set_tool('brush')\nseg.set_brush_size(16)\nseg"
]
TURNS, TURN = 5, 100  # of the wheel, in pixels each
HANDLE_END = (205, 270)
SPOON = (402, 78), (413, 90), (412, 110), (407, 124)  # x, y in the photo's pixels
HANDLE = (
    *((196, 225), (218, 240), (200, 262), (196, 285), (206, 302), (224, 307), (240, 297)),
    *((252, 284), (285, 283), (308, 281), (321, 268), (316, 250), (300, 225), (230, 215)),
)


class Painter(Hand):
    """A hand that draws on the photo."""

    @property
    def widget(self) -> Locator:
        """What is filmed: the photo alone."""
        return self.notebook.canvas()

    def take_up(self, tool: str) -> None:
        """Click on a tool's button, which lies outside of the film."""
        button = self.notebook.page.locator(".sw-correct").get_by_role("button", name=tool, exact=True)
        box: Any = button.bounding_box()
        self.move((round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)))
        self.click(f"seg.tool == {tool.lower()!r}", 200)

    def on_page(self, place: tuple[int, int]) -> tuple[float, float]:
        """Return where a pixel of the photo is seen."""
        seen = self.notebook.execute(f"seg.stage.canvas.viewport.to_canvas{place}")
        return self.notebook.point_on_page(*ast.literal_eval(seen))

    def zoom(self, place: tuple[int, int], hold_ms: int) -> None:
        """Turn the wheel over a pixel of the photo, with Ctrl held."""
        self.move(self.on_page(place))
        self.notebook.page.keyboard.down("Control")
        for turn in range(1, TURNS + 1):
            self.notebook.page.mouse.wheel(0, -TURN)
            self._photograph(f"600 / (seg.view[2] - seg.view[0]) > {math.exp(TURN * turn * 0.002) - 0.05}")
            self._add(2 * STEP_MS)
        self.notebook.page.keyboard.up("Control")
        self._add(hold_ms)

    def stroke(self, places: Sequence[tuple[int, int]], reached: str, hold_ms: int) -> None:
        """Draw along places of the photo with the button held, and wait for what comes of it."""
        first, *others = (self.on_page(place) for place in places)
        self.move(first)
        self.notebook.page.mouse.down()
        for place in others:
            self.notebook.page.mouse.move(*place, steps=4)
            self.at = place
            self._photograph("True")
            self._add(2 * STEP_MS)
        self.notebook.page.mouse.up()
        self._photograph(reached)
        self._add(hold_ms)


def act(hand: Painter) -> None:
    """Erase the spoon from the cup's mask, zoom in, and draw a lasso around the handle that it lacks."""
    hand.start()
    start = hand.at
    hand.rest(1200)
    hand.take_up("Eraser")
    hand.stroke(SPOON, "seg.history[-1]['action'] == 'paint'", 900)
    hand.take_up("Lasso")
    hand.zoom(HANDLE_END, 700)
    hand.stroke(HANDLE, "seg.history[-1]['action'] == 'lasso'", 1200)
    hand.press("0", "seg.view == (0, 0, 600, 400)", 900)
    hand.move(start, hold_ms=2600)


def record(notebook: NotebookPage, folder: Path) -> Path:
    """Film it in a notebook of `CELLS`, and write the film."""
    notebook.run_all()
    notebook.wait_until_laid_out()
    hand = Painter(notebook)
    act(hand)
    film = folder / FILE
    write_gif(draw(hand), film, [frame.duration_ms for frame in hand.film], MAX_BYTES)
    return film


def main(folder: Path) -> None:
    """Film it once."""
    with tempfile.TemporaryDirectory() as scratch, open_notebooks(Path(scratch)) as open_notebook:
        film = record(open_notebook("by_hand", CELLS, VIEWPORT), folder)
        sys.stdout.write(f"{film.name}: {film.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
