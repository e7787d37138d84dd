"""Photograph the widget in a real JupyterLab, for the README: `make figures`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import find_chromium  # noqa: E402
from tests.browser.conftest import CHROMIUM_ARGUMENTS  # noqa: E402
from tests.browser.jupyter import NotebookPage, jupyter_server  # noqa: E402

CELLS = ['from segwidgets import ClickSegmenter\n\nseg = ClickSegmenter("cat")\nseg']


def photograph(path: Path) -> None:
    """Click on the cat's nose in Chromium and save a picture of the cell."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        jupyter_server(Path(scratch)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        notebook = NotebookPage(page, server, "lab", Path(scratch))
        notebook.open(server.write_notebook("click", CELLS))
        notebook.run_all()
        notebook.click(250, 170, size=(300, 451))
        page.get_by_text("predicted IoU").first.wait_for()
        notebook.wait_idle()
        page.wait_for_timeout(1500)  # until what was decoded is painted
        page.locator(".jp-OutputArea-output .segwidgets-click").first.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    photograph(Path(__file__).parent / "widget.png")
