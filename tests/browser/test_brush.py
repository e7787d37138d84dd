"""A mask corrected by hand in JupyterLab: painted, erased, drawn around, taken back, clicked on."""

from __future__ import annotations

import re

import numpy as np
import pytest

from segwidgets import sample_image
from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import NotebookPage
from tests.browser.test_click_segmenter import CAT, mask_of, start, wait_for, wait_for_points

pytestmark = [pytest.mark.browser, pytest.mark.model]

CELLS = ["import segwidgets\nseg = segwidgets.ClickSegmenter('cat', hover=False, semantic=False)", "seg"]
STROKES = "sum(one['action'] in ('paint', 'lasso') for one in seg.history)"


def drag(notebook: NotebookPage, *places: tuple[float, float], up: bool = True, button: str = "left") -> None:
    """Press at the photo's first place, go to the others, and let go."""
    mouse = notebook.page.mouse
    mouse.move(*notebook.point_on_page(*places[0], size=CAT))
    mouse.down(button=button)
    for place in places[1:]:
        mouse.move(*notebook.point_on_page(*place, size=CAT), steps=4)
    if up:
        mouse.up(button=button)


def test_a_mask_is_painted_erased_undone_and_clicked_on(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook, cells=CELLS, viewport={"width": 1280, "height": 1000})
    page = notebook.page
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    before = mask_of(notebook)

    page.get_by_role("button", name="Correct", exact=True).click()
    page.get_by_role("button", name="Brush", exact=True).click()
    wait_for(notebook, "seg.tool", "'brush'")
    drag(notebook, (20, 280), (120, 280), up=False)
    stroke = page.locator(".sw-strokes .sw-stroke")
    notebook.screenshot("painting")
    assert len(stroke.get_attribute("points").split()) > 5, "it is drawn before the kernel hears of it"
    assert notebook.execute(STROKES) == "0"
    page.mouse.up()
    wait_for(notebook, STROKES, "1")
    stroke.wait_for(state="detached")
    painted = mask_of(notebook)
    radius = float(notebook.execute("seg.history[-1]['radius']"))
    assert painted[280, 20:120].all()
    assert (painted & ~before).sum() == pytest.approx(100 * 2 * radius + np.pi * radius**2, rel=0.05)

    page.keyboard.press("e")
    wait_for(notebook, "seg.tool", "'eraser'")
    page.keyboard.press("[")
    wait_for(notebook, "seg.brush_size", "19")
    drag(notebook, (250, 170), (250, 200))
    wait_for(notebook, STROKES, "2")
    erased = mask_of(notebook)
    assert not erased[170:200, 250].any()
    notebook.screenshot("erased")
    drag(notebook, (150, 30), (200, 30), button="right")
    wait_for(notebook, STROKES, "3")
    assert mask_of(notebook)[30, 150:200].all(), "the right button does the opposite"
    page.keyboard.press("Control+z")
    wait_for(notebook, STROKES, "2")
    assert np.array_equal(mask_of(notebook), erased)

    page.keyboard.press("l")
    wait_for(notebook, "seg.tool", "'lasso'")
    for corner in ((400, 30), (440, 30), (440, 70)):
        notebook.click(*corner, size=CAT)
    page.keyboard.press("Enter")
    wait_for(notebook, STROKES, "3")
    assert mask_of(notebook)[40, 430]

    page.keyboard.press("Escape")
    wait_for(notebook, "seg.tool", "''")
    notebook.click(300, 220, size=CAT)
    wait_for_points(notebook, 2)
    after = mask_of(notebook)
    assert after[280, 20:120].all()
    assert after[40, 430]
    assert not after[170:200, 250].any()
    notebook.screenshot("clicked")
    assert sample_image("cat").shape[:2] == CAT
    assert not notebook.errors


def test_a_button_shows_what_it_would_do_under_the_mouse_and_under_the_keyboard(
    open_notebook: OpenNotebook,
) -> None:
    notebook = start(open_notebook, cells=CELLS, viewport={"width": 1280, "height": 1000})
    page = notebook.page
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    notebook.execute("seg.lasso([(240, 150), (260, 150), (260, 170), (240, 170)], erase=True)")
    page.get_by_role("button", name="Correct", exact=True).click()
    would = page.locator(".sw-note").filter(has_text="would")

    page.get_by_role("button", name="Fill holes", exact=True).hover()
    would.filter(has_text=re.compile(r"[1-9]\d* px would be added, 0 px taken away")).wait_for()
    notebook.screenshot("peek_fill_holes")
    notebook.canvas().hover()
    would.wait_for(state="detached")

    page.get_by_role("button", name="Shrink", exact=True).focus()
    page.keyboard.press("Shift+Tab")
    would.filter(has_text="px would be added, 0 px taken away").wait_for()
    notebook.screenshot("peek_grow")
    page.keyboard.press("Enter")
    wait_for(notebook, "seg.history[-1]['action']", "'mend'")
    would.wait_for()
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    would.wait_for(state="detached")
    assert notebook.execute("[one['action'] for one in seg.history].count('mend')") == "1"
    assert not notebook.errors
