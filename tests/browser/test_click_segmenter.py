"""The widget as a student meets it: Chromium, JupyterLab, Notebook 7, Voila and the model, all real."""

from __future__ import annotations

import base64
import io
import json
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets import Prompt, Segmenter, segment_semantic
from segwidgets.drawing import style
from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import PANEL, App, NotebookPage

pytestmark = [pytest.mark.browser, pytest.mark.model]

CELLS = ["import segwidgets\nseg = segwidgets.ClickSegmenter('cat')", "seg"]
CAT = (300, 451)
NOSE = (250, 250)  # x, y in the photo's pixels


def start(open_notebook: OpenNotebook, app: App = "lab", cells: list[str] = CELLS, **options) -> NotebookPage:
    notebook = open_notebook(cells, app, **options)
    notebook.run_all()
    wait_until_painted(notebook)
    notebook.wait_until_laid_out()
    return notebook


def wait_until_painted(notebook: NotebookPage) -> None:
    notebook.page.wait_for_function(
        "canvas => canvas.getContext('2d').getImageData(5, 5, 1, 1).data[3] > 0",
        arg=notebook.canvas().element_handle(),
    )


def wait_for(notebook: NotebookPage, expression: str, value: str) -> None:
    """Wait until an expression has a value in the kernel: what a hand does arrives there a little later."""
    for _ in range(200):
        found = notebook.execute(expression)
        if found == value:
            return
        time.sleep(0.05)
    raise AssertionError(f"{expression} is {found}, not {value}")


def wait_for_points(notebook: NotebookPage, count: int) -> None:
    wait_for(notebook, "len(seg.prompt.points)", str(count))


def prompt_of(notebook: NotebookPage) -> Prompt:
    return Prompt.from_json(notebook.execute("print(seg.prompt.to_json())"))


def mask_of(notebook: NotebookPage) -> np.ndarray:
    packed = notebook.execute("import numpy as _np; print(_np.packbits(seg.mask).tobytes().hex())")
    return np.unpackbits(np.frombuffer(bytes.fromhex(packed), np.uint8))[: 300 * 451].reshape(300, 451) > 0


def settled_screen(notebook: NotebookPage) -> np.ndarray:
    """What the canvas holds, RGBA, once the kernel has no more to send and twenty frames are alike."""
    notebook.execute(
        "import threading as _threading\n"
        "for _one in _threading.enumerate():\n"
        "    if _one.name == 'segwidgets classes': _one.join()"
    )
    url = notebook.canvas().evaluate(
        """async canvas => {
            const look = () => canvas.toDataURL('image/png') + JSON.stringify(canvas.getBoundingClientRect());
            for (let last = look(), same = 0; same < 20;) {
                await new Promise(requestAnimationFrame);
                const now = look();
                same = now === last ? same + 1 : 0;
                last = now;
            }
            return canvas.toDataURL('image/png');
        }"""
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"))


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_click_on_the_nose_is_the_scripted_click(
    open_notebook: OpenNotebook, cat_segmenter: Segmenter, app: App
) -> None:
    notebook = start(open_notebook, app)
    notebook.click(*NOSE, size=CAT)
    wait_for_points(notebook, 1)
    prompt = prompt_of(notebook)
    assert prompt.points[0] == pytest.approx(NOSE, abs=1)
    wait_for(notebook, "seg.candidates.under_click is None", "False")
    ranked = cat_segmenter.predict(prompt).with_semantic(segment_semantic("cat"))
    assert np.array_equal(mask_of(notebook), ranked.best_mask)


@pytest.mark.parametrize(
    "ratio", [pytest.param(1, marks=pytest.mark.long), 2, pytest.param(3, marks=pytest.mark.long)]
)
def test_clicks_hit_the_right_pixel_at_any_width_and_ratio(open_notebook: OpenNotebook, ratio: int) -> None:
    notebook = start(
        open_notebook,
        device_scale_factor=ratio,
        viewport={"width": 1280 if ratio == 1 else 640, "height": 900},
    )
    if ratio == 1:
        notebook.execute("seg.layout.width = '50%'")
    settled_screen(notebook)
    box = notebook.canvas().bounding_box()
    assert box["width"] < 700, "the canvas is shrunk to fit"
    for number, place in enumerate(((10, 10), (440, 20), (230, 290)), 1):
        notebook.click(*place, size=CAT)
        wait_for_points(notebook, number)
        assert prompt_of(notebook).points[-1] == pytest.approx(place, abs=1.5 * 451 / box["width"])


def test_what_is_painted_over_the_cat_is_the_mask(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.execute("seg.set_look(contour=False)")
    bare = settled_screen(notebook).astype(int)
    notebook.execute("seg.add_point(250, 170)")
    painted = settled_screen(notebook).astype(int)
    mask = mask_of(notebook)
    height, width = painted.shape[:2]
    rows = ((np.arange(height) + 0.5) * 300 / height).astype(int)
    columns = ((np.arange(width) + 0.5) * 451 / width).astype(int)
    expected = mask[np.ix_(rows, columns)]
    ys, xs = np.mgrid[:height, :width]
    far = np.hypot(ys - 170 * height / 300, xs - 250 * width / 451) > 15  # from the point's own marker
    changed = (np.abs(painted - bare)[..., :3] > 2).any(axis=2)
    assert not changed[~expected & far].any(), "nothing is painted outside"
    blend = 0.55 * bare[..., :3] + 0.45 * np.array(style.PALETTE[0])
    assert np.abs(painted[..., :3] - blend)[expected & far].max() <= 3, "the colour lies on the whole mask"


def test_box_by_drag_sign_by_key_undo_redo_and_candidates(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    mouse = notebook.page.mouse
    mouse.move(*notebook.point_on_page(60, 10, size=CAT))
    mouse.down()
    for share in (0.3, 0.6, 1.0):
        mouse.move(*notebook.point_on_page(60 + 380 * share, 10 + 280 * share, size=CAT))
    mouse.up()
    wait_for(notebook, "seg.prompt.box is None", "False")
    assert prompt_of(notebook).box == pytest.approx((60, 10, 440, 290), abs=1.5)
    notebook.page.keyboard.press("b")
    notebook.click(430, 30, size=CAT)
    wait_for_points(notebook, 1)
    assert prompt_of(notebook).labels == (0,)
    notebook.page.keyboard.press("Control+z")
    wait_for_points(notebook, 0)
    notebook.page.keyboard.press("Control+Shift+Z")
    wait_for_points(notebook, 1)
    notebook.page.keyboard.press("r")
    wait_for(notebook, "len(seg.candidates)", "4")
    wait_for(notebook, "seg.candidates.best", "0")
    notebook.page.get_by_role("button", name="mask 2").click()
    wait_for(notebook, "seg.candidates.best", "2")
    notebook.page.get_by_role("button", name="Undo", exact=True).click()
    wait_for(notebook, "seg.candidates.best", "0")
    thumbnail = notebook.page.locator(".sw-candidate img").first  # a square photo's would flow over its label
    assert thumbnail.evaluate("picture => getComputedStyle(picture).overflow") == "clip"


def test_hover_shows_the_mask_and_works_through_no_queue_of_old_places(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.execute("seg.set_hover(True)")
    place = notebook.canvas().evaluate("canvas => [canvas.width * 0.44, canvas.height * 0.35]")
    bare = notebook.pixel(round(place[0]), round(place[1]))
    notebook.execute(
        "import threading\n"
        "go, asked, preview = threading.Event(), [], seg.session.preview\n"
        "def slow(x, y, label): asked.append((x, y)); go.wait(60); return preview(x, y, label)\n"
        "seg.session.preview = slow"
    )
    for step in range(60):
        notebook.page.mouse.move(*notebook.point_on_page(100 + 2.5 * step, 60 + step, size=CAT))
    notebook.execute("go.set()")
    notebook.page.wait_for_function(
        "([canvas, at, bare]) => canvas.getContext('2d').getImageData(...at, 1, 1).data"
        ".some((v, i) => Math.abs(v - bare[i]) > 8)",
        arg=[notebook.canvas().element_handle(), [round(v) for v in place], list(bare)],
    )
    assert notebook.execute("seg.history") == "[]"
    wait_for(notebook, "abs(asked[-1][0] - 247.5) < 2 and abs(asked[-1][1] - 119) < 2", "True")
    assert int(notebook.execute("len(asked)")) <= 3, "no queue of old places is worked through"


def test_a_reloaded_page_shows_everything_and_takes_clicks(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.execute("seg.set_hover(False)")
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    wait_for(notebook, "seg.candidates.under_click is None", "False")  # DeepLab has had its say
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    before = settled_screen(notebook)
    notebook.reload()
    notebook.page.wait_for_selector("canvas:visible")
    wait_until_painted(notebook)
    assert np.array_equal(settled_screen(notebook), before)
    notebook.click(100, 250, size=CAT)
    wait_for_points(notebook, 2)


def test_an_error_in_a_callback_is_shown_and_the_next_click_works(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.execute(
        "seg.set_hover(False); _predict = seg.segmenter.predict\n"
        "seg.segmenter.predict = lambda *a, **k: 1 / 0"
    )
    notebook.click(250, 170, size=CAT)
    notebook.page.wait_for_selector("[role=alert]:has-text('ZeroDivisionError')")
    notebook.execute("seg.segmenter.predict = _predict")
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)


def choose_file(notebook: NotebookPage, file: Path) -> None:
    with notebook.page.expect_file_chooser() as chooser:
        notebook.page.get_by_role("button", name="Photo of your own").click()
    chooser.value.set_files(str(file))


def test_a_photo_is_uploaded_and_a_letter_refused(open_notebook: OpenNotebook, tmp_path: Path) -> None:
    notebook = start(open_notebook)
    photo, letter = tmp_path / "photo.png", tmp_path / "letter.png"
    Image.new("RGB", (64, 48), (200, 30, 30)).save(photo)
    letter.write_bytes(b"Dear Sir")
    notebook.page.get_by_text("Files", exact=True).click()
    choose_file(notebook, letter)
    notebook.page.wait_for_selector(".sw-message[role=alert]")
    assert notebook.execute("seg.image.shape") == "(300, 451, 3)"
    choose_file(notebook, photo)
    notebook.page.wait_for_function("canvas => canvas.width === 128", arg=notebook.canvas().element_handle())
    notebook.wait_for_pixel(64, 48, (200, 30, 30))
    wait_for(notebook, "seg.image.shape", "(48, 64, 3)")
    assert not notebook.page.get_by_text("(0)").count(), "how many files were chosen is no news"
    phone = tmp_path / "phone.png"  # one message as long would end the connection
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (1900, 2000, 3), np.uint8)).save(phone)
    assert phone.stat().st_size > 11_000_000
    choose_file(notebook, phone)
    notebook.page.wait_for_selector(".sw-message progress")
    wait_for(notebook, "seg.image.shape", "(1900, 2000, 3)")


def test_what_is_saved_is_downloaded_in_the_browser(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.execute("seg.add_point(250, 170)")
    notebook.execute(f"seg.save('masks', {str(notebook.scratch)!r})")
    with notebook.page.expect_download() as download:
        notebook.page.get_by_role("link", name="Download mask_1.png").click()
    assert download.value.suggested_filename == "mask_1.png"
    mask = np.asarray(Image.open(download.value.path())) > 0
    assert np.array_equal(mask, mask_of(notebook))


def test_a_finger_taps(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook, has_touch=True)
    notebook.page.touchscreen.tap(*notebook.point_on_page(250, 170, size=CAT))
    wait_for_points(notebook, 1)
    assert prompt_of(notebook).points[0] == pytest.approx((250, 170), abs=1.5)


def test_tab_leaves_the_canvas_both_ways(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    assert notebook.page.evaluate("document.activeElement.tagName") == "CANVAS"
    wait_for(notebook, "seg.stage.pointer[0].children[0].stops", "1")
    notebook.page.keyboard.press("Tab")  # to the point
    assert notebook.page.evaluate("document.activeElement.tagName") == "CANVAS"
    notebook.page.keyboard.press("Tab")
    notebook.page.wait_for_function("() => document.activeElement.textContent.includes('mask 0')")
    notebook.canvas().focus()
    notebook.page.keyboard.press("Shift+Tab")
    notebook.page.wait_for_function("() => document.activeElement.textContent.includes('1 : 1')")


def test_two_widgets_in_one_notebook_keep_to_themselves(open_notebook: OpenNotebook) -> None:
    cells = [CELLS[0] + "\nother = segwidgets.ClickSegmenter(seg.segmenter)", "seg", "other"]
    notebook = start(open_notebook, cells=cells, viewport={"width": 1280, "height": 1800})
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    notebook.click(20, 20, 1, size=CAT)
    notebook.wait_idle()
    assert notebook.execute("len(seg.prompt.points), len(other.prompt.points)") == "(1, 1)"
    assert prompt_of(notebook).points[0] == pytest.approx((250, 170), abs=1.5)


def test_two_views_of_one_widget_take_clicks_show_the_same_and_agree_on_a_size(
    open_notebook: OpenNotebook,
) -> None:
    watch = """
rooms, make_room = [], seg.stage.make_room
def told(room):
    rooms.append(room)
    make_room(room)
seg.stage.make_room = told
"""
    cells = [CELLS[0] + watch, "display(seg)\ndisplay(seg)"]
    notebook = start(open_notebook, cells=cells, viewport={"width": 1280, "height": 2200})
    notebook.page.wait_for_function("() => document.querySelectorAll('.sw-stage canvas').length > 1")
    notebook.click(250, 170, 0, size=CAT)
    wait_for_points(notebook, 1)
    notebook.click(20, 20, 1, size=CAT)
    wait_for_points(notebook, 2)
    assert np.array(prompt_of(notebook).points) == pytest.approx(np.array([(250, 170), (20, 20)]), abs=1.5)
    settled_screen(notebook)
    first, second = (notebook.canvas(index) for index in (0, 1))
    looks = "canvas => [canvas.toDataURL('image/png'), canvas.getBoundingClientRect().width]"
    assert first.evaluate(looks) == second.evaluate(looks)
    assert 0 < int(notebook.execute("len(rooms)")) <= 4, "they do not answer each other"
    assert not notebook.errors


def test_clicks_made_while_the_kernel_is_busy_all_arrive_once(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.page.evaluate(
        f"() => {{ {PANEL}.sessionContext.session.kernel"
        ".requestExecute({code: 'import time; time.sleep(2)'}); }"
    )
    for x in (60, 160, 260, 360):
        notebook.click(x, 200, size=CAT)
    wait_for_points(notebook, 4)
    assert [round(x / 10) * 10 for x, _ in prompt_of(notebook).points] == [60, 160, 260, 360]


def test_cells_that_run_again_free_what_they_showed(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    count = "import gc, ipywidgets; gc.collect(); len(ipywidgets.widgets.widget._instances)"
    notebook.execute("import weakref; old = [weakref.ref(seg)]")
    widgets = notebook.execute(count)
    notebook.run_all()
    wait_until_painted(notebook)
    wait_for(notebook, "old[0]() is None", "True")
    fresh = int(notebook.execute(count))
    assert fresh <= int(widgets), "rows of objects came with the click"
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    notebook.page.wait_for_selector("text=74 %")


def test_voila_shows_the_widget_and_takes_clicks(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([*CELLS, "import ipywidgets\nshown = ipywidgets.HTML()\nshown"], "voila")
    notebook.page.wait_for_selector("canvas:visible")
    wait_until_painted(notebook)
    notebook.click(250, 170, size=CAT)
    notebook.page.wait_for_selector("text=74 %")


def test_the_picture_in_the_saved_notebook_follows_the_clicks(open_notebook: OpenNotebook) -> None:
    notebook = start(open_notebook)
    notebook.execute("seg.set_hover(False)")
    assert notebook.page.locator("img.jp-mod-unconfined:visible").count() == 0, "hidden beside the widget"

    def saved_picture() -> np.ndarray:
        notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        file = max(notebook.server.folder.glob("*.ipynb"), key=lambda path: path.stat().st_mtime)
        outputs = json.loads(file.read_text())["cells"][1]["outputs"]
        shown = [found for output in outputs for found in output["data"].items()]
        [picture] = [file for kind, file in shown if kind.startswith("image/")]
        data = base64.b64decode("".join(picture))
        assert len(data) <= 150_000
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)

    for _ in range(120):  # with words beneath it, now that a page shows the widget
        bare = saved_picture()
        if len(bare) > CAT[0]:
            break
        time.sleep(0.25)
    assert len(bare) > CAT[0]
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)
    for _ in range(120):  # DeepLab may let another mask come first
        time.sleep(0.25)
        mask, shown = mask_of(notebook), saved_picture()
        changed = (np.abs(shown - bare).max(axis=2) > 15)[: CAT[0]]
        if changed[mask].mean() > 0.7 and changed[~mask].mean() < 0.1:
            break
    assert changed[mask].mean() > 0.7
    assert changed[~mask].mean() < 0.1
