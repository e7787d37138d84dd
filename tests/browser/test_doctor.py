"""The doctor tries a canvas in the kernel, and leaves those on the page alone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.test_jupyter import BLUE, CELLS

pytestmark = pytest.mark.browser

EXAMINE = "from segwidgets.doctor import doctor, report\nprint(report(doctor(network=False)))"
ORANGE = (230, 159, 0)


def test_the_canvas_on_the_page_goes_on_drawing(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([EXAMINE, *CELLS, EXAMINE])
    notebook.run_all()
    notebook.wait_for_pixel(100, 50, BLUE)
    assert "✓ canvas                ready" in notebook.page.locator("body").inner_text()
    for _ in range(5):
        notebook.execute(EXAMINE)
    notebook.execute(f"canvas.fill_style = 'rgb{ORANGE}'; canvas.fill_rect(50, 20, 100, 60)")
    notebook.wait_for_pixel(100, 50, ORANGE)
    notebook.screenshot("doctor")
