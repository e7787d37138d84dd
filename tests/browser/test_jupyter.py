"""The harness itself: a canvas is painted, clicked on and asked for in every front end."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import App

pytestmark = pytest.mark.browser

CELLS = [
    "import segwidgets\nfrom ipycanvas import Canvas, canvas as ipycanvas",
    "clicks = []\ncanvas = Canvas(width=200, height=100)\n"
    "canvas.on_mouse_down(lambda x, y: clicks.append((int(x), int(y))))",
    """
def draw():
    ipycanvas._CANVAS_MANAGER._current_canvas = None  # a page that connects later knows no canvas yet
    canvas.fill_style = '#0072b2'
    canvas.fill_rect(50, 20, 100, 60)

draw()
canvas.on_client_ready(draw)
canvas""",
]
BLUE = (0, 114, 178)


@pytest.mark.parametrize("app", ["lab", pytest.param("notebook", marks=pytest.mark.long)])
def test_a_canvas_is_painted_and_clicks_reach_the_kernel(open_notebook: OpenNotebook, app: App) -> None:
    notebook = open_notebook(CELLS, app)
    notebook.run_all()
    notebook.wait_for_pixel(100, 50, BLUE)
    assert notebook.pixel(20, 10)[3] == 0
    notebook.click(60, 70)
    assert notebook.execute("clicks") == "[(60, 70)]"
    assert notebook.execute("print(segwidgets.__name__)") == "segwidgets"


@pytest.mark.long
def test_a_canvas_is_painted_in_voila(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(CELLS, "voila")
    notebook.wait_for_pixel(100, 50, BLUE)


def test_a_failing_cell_and_failing_code_are_reported(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(["1 / 0"])
    with pytest.raises(AssertionError, match="division by zero"):
        notebook.run_all()
    with pytest.raises(RuntimeError, match="NameError"):
        notebook.execute("unicorn")
