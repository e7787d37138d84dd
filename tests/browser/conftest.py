"""One server and one Chromium a worker; a page and its kernel for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.jupyter import App, JupyterServer, NotebookPage, jupyter_server

CHROMIUM_ARGUMENTS = [
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"),
    *("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"),  # alike anywhere
    "--disable-partial-raster",  # else a few pixels of round corners differ from run to run
]

OpenNotebook = Callable[..., NotebookPage]


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A JupyterLab of our own, which also serves Notebook 7 and Voila."""
    with jupyter_server(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = find_chromium()
    if path is None:
        pytest.fail(
            "no Chromium was found: install one (apt install chromium, or python -m playwright install "
            'chromium), name it in $CHROMIUM, or leave these tests out with -m "not browser"'
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_notebook(
    jupyter: JupyterServer, chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OpenNotebook]:
    """Make a notebook of code cells and open it: `open_notebook(["1 + 1"], app="lab")`.

    Further arguments go to the browser's context, as in `device_scale_factor=2` or `has_touch=True`.
    Afterwards the pages are closed and the kernels ended.
    """
    contexts = []

    def open_it(cells: Sequence[str], app: App = "lab", **options: Any) -> NotebookPage:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(**options)
        contexts.append(context)
        name = "".join(c if c.isalnum() else "_" for c in request.node.name) + f"_{len(contexts)}"
        notebook = NotebookPage(context.new_page(), jupyter, app, tmp_path)
        notebook.open(jupyter.write_notebook(name, cells))
        return notebook

    yield open_it
    for context in contexts:
        context.close()
    jupyter.stop_kernels()
    jupyter.forget_settings()
