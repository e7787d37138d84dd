"""A slow line, a kernel that does not answer, one that is gone: no click is lost without a word."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import PANEL, App, JupyterServer, NotebookPage
from tests.browser.test_click_segmenter import CAT, wait_for, wait_for_points, wait_until_painted
from tests.browser.test_pointer import CELLS, LISTENING, begin
from tests.slow_line import slow_line

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_the_page_says_when_the_kernel_does_not_answer_and_when_it_is_gone(
    open_notebook: OpenNotebook,
) -> None:
    notebook = begin(open_notebook)
    page, notice = notebook.page, notebook.page.locator(".segwidgets-click .sw-notice")
    kernel = int(notebook.execute("__import__('os').getpid()"))
    os.kill(kernel, signal.SIGSTOP)
    try:
        notebook.click(250, 170, size=CAT)
        page.get_by_text("No answer yet").wait_for()
    finally:
        os.kill(kernel, signal.SIGCONT)
    notice.wait_for(state="detached")
    wait_for_points(notebook, 1)

    page.evaluate(f"() => {PANEL}.sessionContext.session.kernel.restart()")
    page.get_by_text("was restarted, or the connection to it is lost").wait_for()
    notebook.wait_idle()
    for count in (1, 2):
        notebook.click(250, 170, size=CAT)
        page.get_by_text(f"Clicks and keys that were not taken: {count}.").wait_for()
    assert notice.count() == 1
    notebook.run_all()
    wait_until_painted(notebook)
    notebook.wait_until_laid_out()
    notice.wait_for(state="detached")
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)


@pytest.mark.parametrize("app", ["lab", pytest.param("notebook", marks=pytest.mark.long)])
def test_a_page_loaded_anew_after_the_kernel_s_end_shows_the_picture_and_how_to_go_on(
    open_notebook: OpenNotebook, app: App
) -> None:
    notebook = begin(open_notebook, app)
    page, picture = notebook.page, notebook.page.locator("img.jp-mod-unconfined")
    higher = f"img => img?.naturalHeight > {CAT[0]}"  # by the words beneath
    page.wait_for_function(f"() => ({higher})(document.querySelector('img.jp-mod-unconfined'))")
    page.evaluate("() => (window.jupyterapp || window.jupyterlab).commands.execute('docmanager:save')")
    page.evaluate(f"() => {PANEL}.sessionContext.session.kernel.restart()")
    page.get_by_text("was restarted, or the connection to it is lost").wait_for()
    notebook.wait_idle()
    notebook.reload()
    picture.wait_for()
    assert picture.evaluate(higher)
    notebook.run_all()
    picture.wait_for(state="hidden")
    wait_until_painted(notebook)
    notebook.wait_until_laid_out()
    notebook.click(250, 170, size=CAT)
    wait_for_points(notebook, 1)


FAR = 0.15, 2e6 / 8  # seconds there and back; bytes a second
SLOWLY = """
asked, preview = [], seg.session.preview
def follow(x, y, label):
    asked.append(round(x))
    return preview(x, y, label)
seg.session.preview = follow"""


def test_far_away_ten_fast_clicks_arrive_in_order_and_the_preview_follows_the_mouse(
    jupyter: JupyterServer, chromium: Browser, tmp_path: Path
) -> None:
    port = urlsplit(jupyter.url).port
    assert port is not None
    with slow_line(port, FAR[0]) as line, chromium.new_page(viewport={"width": 1280, "height": 900}) as page:
        behind = replace(jupyter, url=jupyter.url.replace(str(port), str(line.port)))
        notebook = NotebookPage(page, behind, "lab", tmp_path)
        notebook.open(jupyter.write_notebook("far_away", [*CELLS, COUNT, SLOWLY]))
        notebook.run_all()
        page.wait_for_selector(LISTENING)
        wait_until_painted(notebook)
        notebook.wait_until_laid_out()
        line.throttle(FAR[1])  # Jupyter's own megabytes are there
        places = [40 * (1 + number) for number in range(10)]
        on_page = [notebook.point_on_page(x, 200, size=CAT) for x in places]
        for place in on_page:
            page.mouse.click(*place)
        page.get_by_text(f"clicks at {places}").wait_for()
        notebook.execute("seg.set_hover(True)")
        sweep = [30 + 8 * step for step in range(50)]
        for place in [notebook.point_on_page(x, 100, size=CAT) for x in sweep]:
            page.mouse.move(*place)
        wait_for(notebook, f"len(asked) > 0 and abs(asked[-1] - {sweep[-1]}) < 2", "True")
    jupyter.stop_kernels()


COUNT = """
import ipywidgets
shown, refresh = ipywidgets.Label(), seg.session.on_change
def tell():
    refresh()
    shown.value = f"clicks at {[round(x / 10) * 10 for x, _ in seg.prompt.points]}"
seg.session.on_change = tell
shown"""


@pytest.mark.parametrize("app", ["lab", pytest.param("voila", marks=pytest.mark.long)])
def test_clicks_that_a_broken_line_lost_arrive_once_and_in_order(
    app: App, jupyter: JupyterServer, chromium: Browser, tmp_path: Path
) -> None:
    port = urlsplit(jupyter.url).port
    assert port is not None
    window = {"viewport": {"width": 1280, "height": 900}}
    with slow_line(port, 0.02) as line, chromium.new_context(**window) as context:
        behind = replace(jupyter, url=jupyter.url.replace(str(port), str(line.port)))
        notebook = NotebookPage(context.new_page(), behind, app, tmp_path)
        notebook.open(jupyter.write_notebook(f"broken_line_{app}", [*CELLS, COUNT]))
        if app == "lab":
            notebook.run_all()
        page = notebook.page
        page.wait_for_selector(LISTENING)
        wait_until_painted(notebook)
        notebook.wait_until_laid_out()
        notebook.click(60, 200, size=CAT)
        page.get_by_text("clicks at [60]").wait_for()
        line.lose()  # whatever is sent now never arrives, and neither page nor server knows
        for x in (130, 200):
            notebook.click(x, 200, size=CAT)
        page.get_by_text("Clicks and keys that wait for it: 2.").wait_for()
        line.cut()  # now both know
        notebook.click_past_dialogs(270, 200, size=CAT)
        line.mend()
        notebook.click_past_dialogs(340, 200, size=CAT)
        page.locator(".sw-notice").wait_for(state="detached")
        page.get_by_text("clicks at [60, 130, 200, 270, 340]").wait_for()
        page.get_by_label("5 points. Mask 0 covers").wait_for()
    jupyter.stop_kernels()


MARKED = ".sw-strokes .sw-point"


def test_a_click_s_point_shows_before_the_kernel_knows_of_it_and_goes_when_that_has_drawn_it(
    open_notebook: OpenNotebook,
) -> None:
    notebook = begin(open_notebook)
    page = notebook.page
    kernel = int(notebook.execute("__import__('os').getpid()"))
    os.kill(kernel, signal.SIGSTOP)
    try:
        notebook.click(250, 170, size=CAT)
        box = page.locator(f"{MARKED}.sw-object").bounding_box()
        assert box is not None
        x, y = notebook.point_on_page(250, 170, size=CAT)
        assert abs(box["x"] + box["width"] / 2 - x) < 2
        assert abs(box["y"] + box["height"] / 2 - y) < 2
        page.mouse.click(*notebook.point_on_page(20, 20, size=CAT), button="right")
        assert page.locator(f"{MARKED}.sw-background").count() == 1
        page.mouse.move(*notebook.point_on_page(100, 100, size=CAT))
        page.mouse.down()
        assert page.locator(MARKED).count() == 3
        page.mouse.move(*notebook.point_on_page(150, 150, size=CAT))
        assert page.locator(MARKED).count() == 2, "a drag is no click"
        page.mouse.up()
    finally:
        os.kill(kernel, signal.SIGCONT)
    wait_for_points(notebook, 2)
    page.locator(MARKED).first.wait_for(state="detached")
    assert page.locator(MARKED).count() == 0
    notebook.execute("seg.set_tool('brush')")
    page.wait_for_selector(".sw-draws", state="attached")
    page.mouse.move(*notebook.point_on_page(200, 100, size=CAT))
    page.mouse.down()
    assert page.locator(MARKED).count() == 0, "nor is a stroke"
    page.mouse.up()
