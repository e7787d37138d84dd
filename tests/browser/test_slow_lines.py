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
from tests.browser.jupyter import PANEL, JupyterServer, NotebookPage
from tests.browser.test_click_segmenter import CAT, prompt_of, wait_for, wait_for_points, wait_until_painted
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


def test_clicks_that_a_broken_line_lost_arrive_once_and_in_order(
    jupyter: JupyterServer, chromium: Browser, tmp_path: Path
) -> None:
    port = urlsplit(jupyter.url).port
    assert port is not None
    window = {"viewport": {"width": 1280, "height": 900}}
    with slow_line(port, 0.02) as line, chromium.new_context(**window) as context:
        behind = replace(jupyter, url=jupyter.url.replace(str(port), str(line.port)))
        notebook = NotebookPage(context.new_page(), behind, "lab", tmp_path)
        notebook.open(jupyter.write_notebook("broken_line", CELLS))
        notebook.run_all()
        notebook.page.wait_for_selector(LISTENING)
        wait_until_painted(notebook)
        notebook.wait_until_laid_out()
        notebook.click(60, 200, size=CAT)
        wait_for_points(notebook, 1)
        line.lose()  # whatever is sent now never arrives, and neither page nor server knows
        for x in (160, 260):
            notebook.click(x, 200, size=CAT)
        notebook.page.get_by_text("Clicks and keys that wait for it: 2.").wait_for()
        line.cut()
        line.mend()
        notebook.click_past_dialogs(360, 200, size=CAT)
        notebook.page.locator(".sw-notice").wait_for(state="detached")
        wait_for(notebook, "len(seg.history)", "4")
        assert [round(x / 10) * 10 for x, _ in prompt_of(notebook).points] == [60, 160, 260, 360]
        share = notebook.execute("round(100 * seg.mask.mean())")
        notebook.page.get_by_label(f"4 points. Mask 0 covers {share} percent.").wait_for()
    jupyter.stop_kernels()
