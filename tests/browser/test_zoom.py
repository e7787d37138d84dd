"""Zoom and pan by real wheels, hands and fingers: what one points at stays there, and a click hits it."""

from __future__ import annotations

import ast

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import NotebookPage
from tests.browser.test_click_segmenter import prompt_of, start, wait_for, wait_for_points

pytestmark = [pytest.mark.browser, pytest.mark.model]

LARGE = (3000, 4000)
CELLS = [
    """
import numpy as np, segwidgets
photo = np.full((3000, 4000, 3), 90, np.uint8)
photo[2000:2060, 3000:3060] = 230, 40, 40
seg = segwidgets.ClickSegmenter(photo, hover=False, semantic=False)
""",
    "seg",
]
THERE = 3030, 2030  # the object's middle
LISTENING = ".segwidgets-click[data-lm-suppress-shortcuts]"
VIEW = "[round(v, 1) for v in seg.view]"


def place_of(notebook: NotebookPage, x: float, y: float) -> tuple[float, float]:
    """Return where on the page a place in the photo is seen, as the kernel has it."""
    cx, cy, width, height = ast.literal_eval(
        notebook.execute(
            "view = seg.stage.canvas.viewport; "
            f"(*view.to_canvas({x}, {y}), view.canvas_width, view.canvas_height)"
        )
    )
    box = notebook.canvas().bounding_box()
    return box["x"] + cx * box["width"] / width, box["y"] + cy * box["height"] / height


def wheel(notebook: NotebookPage, by: float, key: str = "Control") -> None:
    notebook.page.keyboard.down(key)
    notebook.page.mouse.wheel(0, by)
    notebook.page.keyboard.up(key)


@pytest.mark.parametrize("ratio", [pytest.param(1, marks=pytest.mark.long), 2])
def test_what_is_small_is_zoomed_in_on_and_hit(open_notebook: OpenNotebook, ratio: int) -> None:
    notebook = start(open_notebook, cells=CELLS, device_scale_factor=ratio)
    page, mouse = notebook.page, notebook.page.mouse
    page.wait_for_selector(LISTENING)
    at = notebook.point_on_page(*THERE, size=LARGE)
    mouse.move(*at)
    mouse.wheel(0, -40)  # the page scrolls, no more
    whole = notebook.execute(VIEW)
    assert whole == "[0.0, 0.0, 4000.0, 3000.0]"

    at = notebook.point_on_page(*THERE, size=LARGE)
    mouse.move(*at)
    for key in ("Control", "Meta", "Control", "Control"):
        wheel(notebook, -150, key)
    zoom = {1: "3.32", 2: "1.82"}[ratio]  # e ** 1.2; at ratio 2 the browser tells half of the wheel's way
    wait_for(notebook, "round(seg.stage.canvas.viewport.zoom, 2)", zoom)
    assert place_of(notebook, *THERE) == pytest.approx(at, abs=3), "but for the mouse's whole pixels"
    assert page.evaluate("window.devicePixelRatio") == ratio, "the browser did not zoom"
    x, y = (float(v) for v in place_of(notebook, *THERE))
    mouse.click(x, y)
    wait_for_points(notebook, 1)
    assert prompt_of(notebook).points[0] == pytest.approx(THERE, abs=4)
    assert notebook.execute("len(seg.history)") == "1"

    before = ast.literal_eval(notebook.execute(VIEW))
    pixel = (before[2] - before[0]) / notebook.canvas().bounding_box()["width"]
    page.keyboard.down(" ")
    mouse.move(x, y)
    mouse.down()
    for step in range(1, 9):
        mouse.move(x - 10 * step, y + 5 * step)
    mouse.up()
    page.keyboard.up(" ")
    expected = str(round(before[0] + 80 * pixel, 1))
    wait_for(notebook, f"abs(seg.view[0] - {expected}) < 6", "True")
    wait_for(notebook, f"abs(seg.view[1] - {before[1] - 40 * pixel}) < 6", "True")
    assert notebook.execute("seg.stage.label, len(seg.prompt.points), seg.prompt.box") == "(1, 1, None)"
    mouse.move(x, y)
    mouse.down(button="middle")
    mouse.move(x + 20, y)
    mouse.up(button="middle")
    wait_for(notebook, f"abs(seg.view[0] - {expected} + {20 * pixel}) < 6", "True")

    page.keyboard.press(" ")
    wait_for(notebook, "seg.stage.label", "0")
    page.keyboard.press("0")
    wait_for(notebook, VIEW, whole)
    assert not notebook.errors


def test_two_fingers_zoom_and_two_taps_too(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook, cells=CELLS, has_touch=True, viewport={"width": 520, "height": 900})
    page = notebook.page
    page.wait_for_selector(LISTENING)
    x, y = notebook.point_on_page(*THERE, size=LARGE)
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": px, "y": py, "id": number} for number, (px, py) in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (x - 20, y))
    touch("touchStart", (x - 20, y), (x + 20, y))
    for reach in (30, 40, 60):
        touch("touchMove", (x - reach, y), (x + reach, y))
    touch("touchEnd")
    wait_for(notebook, "abs(seg.stage.canvas.viewport.zoom - 3) < 0.01", "True")
    assert place_of(notebook, *THERE) == pytest.approx((x, y), abs=3)
    assert notebook.execute("len(seg.history), seg.prompt.box") == "(0, None)"
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x + 2, y)
    wait_for(notebook, VIEW, "[0.0, 0.0, 4000.0, 3000.0]")
    assert notebook.execute("len(seg.prompt.points)") == "0"
    assert not notebook.errors


def test_the_photo_takes_the_room_there_is_and_the_whole_window(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook, cells=CELLS, device_scale_factor=2)
    page, canvas = notebook.page, notebook.canvas()

    def shown() -> tuple[float, int]:
        """Return the canvas's width on the page, and its own once both are in step."""
        page.wait_for_function(
            "canvas => Math.abs(canvas.width - 2 * canvas.getBoundingClientRect().width) <= 2",
            arg=canvas.element_handle(),
        )
        return canvas.bounding_box()["width"], canvas.evaluate("canvas => canvas.width")

    wait_for(notebook, "seg.stage.canvas.is_beside, seg.stage.canvas.unit", "(True, 2.0)")
    beside, _ = shown()
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 800, "height": 900})
    wait_for(notebook, "seg.stage.canvas.is_beside", "False")
    below, _ = shown()
    assert below > beside, "a narrow window has the larger photo where the panels go below"
    page.set_viewport_size({"width": 1280, "height": 900})
    wait_for(notebook, "seg.stage.canvas.is_beside", "True")
    room, _ = shown()

    canvas.focus()
    page.keyboard.press("w")
    page.wait_for_selector(".segwidgets-click.sw-full")
    page.wait_for_function(
        "([canvas, width]) => canvas.getBoundingClientRect().width > width",
        arg=[canvas.element_handle(), room],
    )
    shown()
    box = page.locator(".segwidgets-click").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 900)
    notebook.execute("seg.zoom_to((2900, 1950, 3100, 2100))")
    over = ast.literal_eval(notebook.execute("tuple(seg.stage.canvas.overview[1:])"))
    left, top = canvas.bounding_box()["x"], canvas.bounding_box()["y"]
    page.mouse.click(left + over[0] / 2 + over[2] / 4, top + over[1] / 2 + over[3] / 4)
    wait_for(
        notebook, "round(sum(seg.view[::2]) / 2, -2), round(sum(seg.view[1::2]) / 2, -2)", "(2000.0, 1500.0)"
    )
    assert notebook.execute("seg.history") == "[]"
    page.keyboard.press("Escape")
    page.wait_for_selector(".segwidgets-click:not(.sw-full)")
    wait_for(notebook, "seg.stage.canvas.widget.layout.width", repr(f"{round(room)}px"))
    assert not notebook.errors


def test_a_finger_scrolls_the_page_past_the_photo_and_after_a_rest_drags(open_notebook: OpenNotebook) -> None:
    cells = [*CELLS, *["print('below' + 30 * '\\n')"] * 2]
    notebook = start(open_notebook, cells=cells, has_touch=True, viewport={"width": 520, "height": 800})
    page = notebook.page
    page.wait_for_selector(LISTENING)
    fingers = page.context.new_cdp_session(page)

    def put(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def drag(start: tuple[float, float], dx: float, dy: float) -> None:
        for step in range(1, 11):
            put("touchMove", (start[0] + step * dx / 10, start[1] + step * dy / 10))
        put("touchEnd")

    def top() -> float:
        return page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")

    at = notebook.point_on_page(2000, 2400, size=LARGE)
    before = top()
    put("touchStart", at)
    drag(at, 5, -120)
    page.wait_for_function(
        "before => document.querySelector('.jp-WindowedPanel-outer').scrollTop > before + 60", arg=before
    )
    notebook.wait_idle()
    assert notebook.execute("len(seg.history), seg.prompt.box") == "(0, None)"

    at = notebook.point_on_page(2000, 1000, size=LARGE)
    before = top()
    put("touchStart", at)
    page.wait_for_selector(".sw-held")
    drag(at, 30, 60)
    wait_for(notebook, "seg.prompt.box is None", "False")
    x0, y0, x1, y1 = prompt_of(notebook).box
    assert (y1 - y0) / (x1 - x0) == pytest.approx(2, abs=0.1)
    assert top() == before
    assert page.locator(".sw-held").count() == 0
    assert not notebook.errors
