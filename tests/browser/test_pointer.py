"""Every button, modifier and key over the widget: the pointer layer in JupyterLab, Notebook 7 and Voila."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import PANEL, App, NotebookPage
from tests.browser.test_click_segmenter import (
    CAT,
    prompt_of,
    start,
    wait_for,
    wait_for_points,
    wait_until_painted,
)

pytestmark = [pytest.mark.browser, pytest.mark.model]

CELLS = ["import segwidgets\nseg = segwidgets.ClickSegmenter('cat', hover=False, semantic=False)", "seg"]
LISTENING = ".segwidgets-click[data-lm-suppress-shortcuts]"
TELL = """
import ipywidgets
shown, refresh = ipywidgets.Label("nothing"), seg.session.on_change
def tell():
    refresh()
    shown.value = f"labels {seg.prompt.labels}, box {[round(v) for v in seg.prompt.box or ()]}"
seg.session.on_change = tell
shown"""


def begin(open_notebook: OpenNotebook, app: App = "lab", **options) -> NotebookPage:
    notebook = start(open_notebook, app, CELLS, **options)
    notebook.page.wait_for_selector(LISTENING)
    return notebook


def drag_out(notebook: NotebookPage) -> None:
    """Drag in one leap from within the photo to beyond its corner."""
    mouse = notebook.page.mouse
    start = notebook.point_on_page(60, 10, size=CAT)
    box = notebook.canvas().bounding_box()
    mouse.move(*start)
    mouse.down()
    mouse.move(box["x"] + box["width"] + 40, box["y"] + box["height"] + 60)
    mouse.up()


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_buttons_modifiers_and_drags_mean_what_a_hand_expects(open_notebook: OpenNotebook, app: App) -> None:
    notebook = begin(open_notebook, app)
    page, mouse = notebook.page, notebook.page.mouse
    page.evaluate("""() => {
        window.menus = [];
        window.addEventListener('contextmenu', e => setTimeout(() => menus.push(e.defaultPrevented)), true);
    }""")
    notebook.click(250, 170, size=CAT)
    mouse.click(*notebook.point_on_page(20, 20, size=CAT), button="middle")
    mouse.click(*notebook.point_on_page(430, 30, size=CAT), button="right")
    for key, x in (("Alt", 60), ("Shift", 120)):
        page.keyboard.down(key)
        notebook.click(x, 30, size=CAT)
        page.keyboard.up(key)
    wait_for_points(notebook, 4)
    prompt = prompt_of(notebook)
    assert prompt.labels == (1, 0, 0, 0), "the middle button adds nothing"
    assert [x for x, _ in prompt.points] == pytest.approx([250, 430, 60, 120], abs=1)
    page.wait_for_function("() => window.menus.length === 1")
    assert page.evaluate("window.menus") == [True], "the browser's menu stays away"
    assert page.locator(".lm-Menu-content").count() == 0, "and so does Jupyter's"

    mouse.dblclick(*notebook.point_on_page(200, 250, size=CAT))
    notebook.click(20, 280, size=CAT)
    wait_for_points(notebook, 6)
    assert prompt_of(notebook).points[4] == pytest.approx((200, 250), abs=1), "a double click is one click"

    drag_out(notebook)
    wait_for(notebook, "seg.prompt.box is None", "False")
    assert prompt_of(notebook).box == pytest.approx((60, 10, 451, 300), abs=1), "up to the edge"
    assert app != "lab" or not notebook.errors


def test_in_voila_the_right_button_and_the_edge_are_heard(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([*CELLS, TELL], "voila")
    notebook.page.wait_for_selector(LISTENING)
    wait_until_painted(notebook)
    notebook.click(250, 170, size=CAT)
    notebook.page.mouse.click(*notebook.point_on_page(430, 30, size=CAT), button="right")
    notebook.page.get_by_text("labels (1, 0), box []").wait_for()
    drag_out(notebook)
    notebook.page.get_by_text("labels (1, 0), box [60, 10, 451, 300]").wait_for()


def test_a_point_is_grabbed_as_far_away_on_the_screen_as_hand_and_finger_need(
    open_notebook: OpenNotebook,
) -> None:
    notebook = begin(open_notebook, has_touch=True, viewport={"width": 520, "height": 900})
    touch, mouse = notebook.page.touchscreen, notebook.page.mouse
    x, y = notebook.point_on_page(120, 100, size=CAT)
    far = notebook.point_on_page(400, 250, size=CAT)
    assert notebook.canvas().bounding_box()["width"] < 500, "a canvas pixel is less than one of the screen"
    touch.tap(x, y)
    touch.tap(*far)
    wait_for_points(notebook, 2)
    touch.tap(x + 22, y)
    wait_for_points(notebook, 1)
    mouse.click(x, y)
    wait_for_points(notebook, 2)
    mouse.click(x, y + 30)
    wait_for_points(notebook, 3)
    mouse.click(x + 10, y)
    wait_for_points(notebook, 2)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_keys_work_on_every_button_and_none_reaches_jupyter(open_notebook: OpenNotebook, app: App) -> None:
    notebook = begin(open_notebook, app)
    page, press = notebook.page, notebook.page.keyboard.press
    for focused in (page.get_by_role("button", name="Preview"), notebook.canvas()):
        focused.focus()
        for key in ("f", "d", "d", "x", "Control+z", "m", "b", "Control+d"):
            press(key)
        wait_for(notebook, "seg.stage.label", "0")
    press("f")
    wait_for(notebook, "seg.stage.label", "1")
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    page.get_by_role("button", name="mask 0").focus()
    for key, best in (("3", "2"), ("1", "0"), ("2", "1")):
        press(key)
        wait_for(notebook, "seg.candidates.best", best)
    name = page.locator(".segwidgets-click .sw-row input")
    name.click()
    page.keyboard.type("bad 1-b")
    press("Enter")
    wait_for(notebook, "seg.objects[0].name", "'bad 1-b'")
    assert notebook.execute("(seg.stage.label, seg.candidates.best)") == "(1, 1)", "what is typed is text"
    page.get_by_role("button", name="Preview").focus()
    press("Control+z")
    wait_for(notebook, "seg.objects[0].name", "''")
    cells = page.evaluate(f"() => {PANEL}.content.widgets.map(cell => cell.model.sharedModel.getSource())")
    assert cells == CELLS, "no cell came, went or changed"
    press("Control+s")
    page.wait_for_function(f"() => !{PANEL}.context.model.dirty")
    assert app != "lab" or not notebook.errors


def test_where_the_page_has_no_anywidget_the_canvas_s_own_events_remain(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CELLS)
    notebook.page.route("**/extensions/anywidget/**", lambda route: route.abort())
    notebook.reload()
    notebook.run_all()
    wait_until_painted(notebook)
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    notebook.page.keyboard.press("-")
    notebook.click(430, 30, size=CAT)
    wait_for_points(notebook, 2)
    assert prompt_of(notebook).labels == (1, 0)
    notebook.page.keyboard.press("Tab")
    notebook.page.wait_for_function("() => document.activeElement.textContent.includes('mask 0')")
    assert notebook.page.locator(LISTENING).count() == 0
    assert notebook.page.locator(".segwidgets-click .jupyter-widgets-error-widget:visible").count() == 0
