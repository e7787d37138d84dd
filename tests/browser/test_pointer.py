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


@pytest.mark.parametrize("app", ["lab", pytest.param("notebook", marks=pytest.mark.long)])
def test_buttons_modifiers_and_drags_mean_what_a_hand_expects(open_notebook: OpenNotebook, app: App) -> None:
    notebook = begin(open_notebook, app)
    page, mouse = notebook.page, notebook.page.mouse
    page.evaluate("""() => {
        window.menus = [];
        window.addEventListener('contextmenu', e => setTimeout(() => menus.push(e.defaultPrevented)), true);
    }""")
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)  # with the first mask the panels beside the photo change
    mouse.click(*notebook.point_on_page(20, 20, size=CAT), button="middle")
    mouse.click(*notebook.point_on_page(430, 30, size=CAT), button="right")
    wait_for_points(notebook, 2)
    for count, key, x in ((3, "Alt", 60), (4, "Shift", 120)):
        page.keyboard.down(key)
        notebook.click(x, 30, size=CAT)
        page.keyboard.up(key)
        wait_for_points(notebook, count)
    prompt = prompt_of(notebook)
    assert prompt.labels == (1, 0, 0, 0), "the middle button adds nothing"
    assert [x for x, _ in prompt.points] == pytest.approx([250, 430, 60, 120], abs=1)
    page.wait_for_function("() => window.menus.length === 1")
    assert page.evaluate("window.menus") == [True], "the browser's menu stays away"
    assert page.locator(".lm-Menu-content").count() == 0, "and so does Jupyter's"

    mouse.dblclick(*notebook.point_on_page(200, 250, size=CAT))
    wait_for_points(notebook, 5)
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
    notebook.wait_until_laid_out()
    notebook.click(250, 170, size=CAT)
    notebook.page.get_by_text("labels (1,), box []").wait_for()
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
    wait_for_points(notebook, 1)
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


@pytest.mark.parametrize("app", ["lab", pytest.param("notebook", marks=pytest.mark.long)])
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
    notebook.page.keyboard.press("b")
    notebook.click(430, 30, size=CAT)
    wait_for_points(notebook, 2)
    assert prompt_of(notebook).labels == (1, 0)
    notebook.page.keyboard.press("Tab")
    notebook.page.wait_for_function("() => document.activeElement.textContent.includes('mask 0')")
    assert notebook.page.locator(LISTENING).count() == 0
    assert notebook.page.locator(".segwidgets-click .jupyter-widgets-error-widget:visible").count() == 0


def test_a_box_is_held_by_its_handles_and_the_mouse_shows_it(open_notebook: OpenNotebook) -> None:
    notebook = begin(open_notebook)
    notebook.execute("seg.set_box(100, 60, 300, 220)")
    mouse, canvas = notebook.page.mouse, notebook.canvas()

    def drag(start: tuple[float, float], end: tuple[float, float], cursor: str) -> None:
        mouse.move(*notebook.point_on_page(*start, size=CAT))
        notebook.page.wait_for_function(
            "([canvas, cursor]) => getComputedStyle(canvas).cursor === cursor",
            arg=[canvas.element_handle(), cursor],
        )
        mouse.down()
        mouse.move(*notebook.point_on_page(*end, size=CAT), steps=3)
        mouse.up()

    drag((300, 220), (400, 280), "nwse-resize")
    drag((100, 170), (60, 170), "ew-resize")
    wait_for(notebook, "round(seg.prompt.box[0] / 10)", "6")
    assert prompt_of(notebook).box == pytest.approx((60, 60, 400, 280), abs=1)
    drag((140, 60), (150, 40), "move")
    wait_for(notebook, "round(seg.prompt.box[1] / 10)", "4")
    assert prompt_of(notebook).box == pytest.approx((70, 40, 410, 260), abs=1.5)
    notebook.screenshot("box")
    mouse.move(*notebook.point_on_page(200, 150, size=CAT))
    notebook.page.wait_for_function(
        "canvas => getComputedStyle(canvas).cursor === 'crosshair'", arg=canvas.element_handle()
    )
    notebook.page.keyboard.press("Delete")
    wait_for(notebook, "seg.prompt.box is None", "True")
    assert not notebook.errors


@pytest.mark.parametrize("lang", ["en", pytest.param("es", marks=pytest.mark.long)])
def test_by_keyboard_alone_from_the_first_tab_to_a_saved_mask(open_notebook: OpenNotebook, lang: str) -> None:
    cells = [CELLS[0].replace("'cat',", f"'cat', lang={lang!r},"), "seg"]
    notebook = start(open_notebook, cells=cells)
    page, press = notebook.page, notebook.page.keyboard.press
    page.wait_for_selector(LISTENING)
    page.get_by_role("button", name="Object" if lang == "en" else "Objeto", exact=True).focus()

    def tab_to(selector: str) -> None:
        for _ in range(40):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            press("Tab")
        raise AssertionError(f"Tab never came to {selector}")

    tab_to("canvas")
    for key in ("ArrowLeft", "Shift+ArrowUp", "Enter"):
        press(key)
    wait_for_points(notebook, 1)
    box = notebook.canvas().bounding_box()
    assert box is not None
    unit = 451 / box["width"]  # of the photo's pixels in one of the screen's, which the keys step by
    assert prompt_of(notebook).points[0] == pytest.approx((225.5 - 2 * unit, 150 - 32 * unit), abs=1)
    press("Space")
    for _ in range(9):
        press("Shift+ArrowRight")
    press("Enter")
    wait_for_points(notebook, 2)
    assert prompt_of(notebook).labels == (1, 0)
    page.wait_for_function("() => document.activeElement.tagName === 'CANVAS'")
    press("Tab")
    press("Tab")
    press("Delete")
    wait_for_points(notebook, 1)
    assert prompt_of(notebook).labels == (1,), "Tab came to the second point"
    press("?")
    words = "move a cross over the photo" if lang == "en" else "mueven una cruz sobre la foto"
    page.get_by_text(words).wait_for()
    notebook.screenshot("keys")
    press("?")
    page.get_by_text(words).wait_for(state="hidden")
    for _ in range(3):
        tab_to(".jupyter-widget-Collapse-header")
        if "Files" in (found := page.evaluate("document.activeElement.textContent")) or "Archivos" in found:
            break
        press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    press("Enter")
    page.wait_for_function("() => document.activeElement.getAttribute('aria-expanded') === 'true'")
    folder = ".segwidgets-click .jupyter-widget-Collapse-contents input[type=text]"
    page.locator(folder).first.wait_for()  # the panel is laid out a little after it is open
    tab_to(folder)
    press("Control+a")
    page.keyboard.type(str(notebook.scratch))
    wait_for(notebook, "seg.files_panel.folder.value", repr(str(notebook.scratch)))
    press("Tab")
    press("Enter")
    mask = notebook.scratch / "masks/mask_1.png"
    wait_for(notebook, f"__import__('pathlib').Path({str(mask)!r}).exists()", "True")
    assert not notebook.errors


def test_a_screen_reader_hears_names_states_and_once_what_a_click_brought(
    open_notebook: OpenNotebook,
) -> None:
    notebook = begin(open_notebook)
    page = notebook.page
    page.get_by_label("Photo, 451 by 300. Nothing is marked yet.").wait_for()
    page.evaluate("""() => {
        window.heard = [];
        const region = document.querySelector('.sw-spoken');
        new MutationObserver(() => heard.push(region.textContent.trim()))
            .observe(region, {childList: true, subtree: true, characterData: true});
    }""")
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    share = notebook.execute("round(100 * seg.mask.mean())")
    best = notebook.execute("seg.candidates.best")
    page.get_by_label(f"Photo, 451 by 300. 1 point. Mask {best} covers {share} percent.").wait_for()
    page.wait_for_function("() => window.heard.length > 0")
    assert page.evaluate("window.heard") == [f"1 point. Mask {best} covers {share} percent."]
    assert page.evaluate("document.querySelector('.sw-spoken').ariaLive") == "polite"
    for name in ("Undo", "Start over", "Delete this object", "1. Go on with this object"):
        assert page.get_by_role("button", name=name, exact=True).count() == 1
    page.get_by_role("textbox", name="The object's name").wait_for()
    pressed = "button => button.getAttribute('aria-pressed')"
    assert page.get_by_role("button", name="Object", exact=True).evaluate(pressed) == "true"
    assert page.get_by_role("button", name="Background", exact=True).evaluate(pressed) == "false"
    assert page.get_by_role("button", name="Clear", exact=True).evaluate(pressed) is None
    picked = page.locator(".sw-candidate:visible button").evaluate_all(f"buttons => buttons.map({pressed})")
    assert picked.count("true") == 1
    assert len(picked) == 3
    assert all(page.locator(".sw-candidate:visible img").evaluate_all("all => all.map(one => one.alt)"))
    assert not notebook.errors
