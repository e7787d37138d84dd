"""The explorers under a real mouse and keyboard, and the form's buttons."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import OpenNotebook
from tests.browser.jupyter import NotebookPage

pytestmark = pytest.mark.browser

SIZE = 300, 451  # the cat


def painted(notebook: NotebookPage, x: int, y: int, at: str = "explorer.pinned") -> tuple[int, int, int]:
    """The colour that the kernel wants at a canvas pixel."""
    return tuple(json.loads(notebook.execute(f"explorer._paint({at})[{y}, {x}].tolist()")))


def slide(notebook: NotebookPage, steps: int) -> None:
    """Move the first slider up by keyboard."""
    handle = notebook.page.locator(".noUi-handle").first
    handle.focus()
    for _ in range(steps):
        handle.press("ArrowRight")


def test_the_threshold_slider_moves_the_mask_by_keyboard(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        [
            "from segwidgets import Prompt, Segmenter, ThresholdExplorer",
            'explorer = ThresholdExplorer(Segmenter("cat"), Prompt([(250, 170)]))\nexplorer',
        ]
    )
    notebook.run_all()
    words = notebook.page.get_by_role("status")
    words.filter(has_text="Above 0.00 the mask covers 49").wait_for()
    slide(notebook, 4)
    words.filter(has_text="Above 1.00 the mask covers 30").wait_for()
    assert notebook.execute("explorer.threshold") == "1.0"


def test_a_threshold_over_values_has_the_mask_beside_the_histogram_and_beneath_it_on_a_phone(
    open_notebook: OpenNotebook,
) -> None:
    notebook = open_notebook(
        [
            "from segwidgets import ThresholdExplorer, sample_image",
            'coins = sample_image("coins")\n'
            "explorer = ThresholdExplorer(coins, coins[:, :, 0])\nexplorer.set_threshold(107)\nexplorer",
        ]
    )
    notebook.run_all()
    words = notebook.page.get_by_role("status")
    words.filter(has_text="Above 107 the mask covers 39").wait_for()
    slide(notebook, 3)
    words.filter(has_text="Above 110 the mask covers").wait_for()
    assert notebook.execute("explorer.threshold") == "110.0"
    mask, histogram = notebook.page.locator(".sw-stage img").all()
    photo, chart = mask.bounding_box(), histogram.bounding_box()
    assert chart["x"] >= photo["x"] + photo["width"] - 1
    assert photo["y"] < chart["y"] + chart["height"] / 2 < photo["y"] + photo["height"]
    notebook.page.set_viewport_size({"width": 390, "height": 844})
    notebook.page.wait_for_function(
        "() => { const [a, b] = [...document.querySelectorAll('.sw-stage img')]"
        ".map(one => one.getBoundingClientRect()); return b.top >= a.bottom - 1; }"
    )


def test_the_bins_of_a_reliability_diagram_are_gone_through_by_keyboard(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        [
            "from segwidgets import ReliabilityExplorer, sample_image",
            'coins = sample_image("coins")\nsaid = coins[:, :, 0] / 255\n'
            "explorer = ReliabilityExplorer(coins, said, said > 0.72)\nexplorer",
        ]
    )
    notebook.run_all()
    words = notebook.page.get_by_role("status")
    words.filter(has_text="70–80 % was said of").wait_for()
    slide(notebook, 1)
    words.filter(has_text="80–90 % was said of").filter(has_text="100 % of them are object").wait_for()
    assert notebook.execute("explorer.bin") == "8"


def test_the_embedding_follows_the_mouse_and_a_click_stays(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        [
            "from segwidgets import EmbeddingExplorer, Segmenter",
            'explorer = EmbeddingExplorer(Segmenter("cat"))\nexplorer',
        ]
    )
    notebook.run_all()
    notebook.wait_for_pixel(200, 100, painted(notebook, 200, 100, "None"))
    words = notebook.page.get_by_role("status")
    notebook.page.mouse.move(*notebook.point_on_page(40, 20))
    words.filter(has_text="cosine").wait_for()
    assert notebook.execute("explorer.similarity is None") == "True"
    notebook.click(140, 134)
    words.filter(has_text="like the one at (177, 1").wait_for()
    notebook.page.mouse.move(*notebook.point_on_page(600, 20))
    words.filter(has_text="like the one at (177, 1").wait_for(state="detached")
    notebook.page.mouse.move(5, 5)
    words.filter(has_text="like the one at (177, 1").wait_for()
    notebook.wait_for_pixel(560, 60, painted(notebook, 560, 60))


def test_classes_are_named_under_the_mouse_and_survive_a_reload(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        ["from segwidgets import ClassExplorer", 'explorer = ClassExplorer("cat", lang="es")\nexplorer']
    )
    notebook.run_all()
    notebook.click(250, 170, size=SIZE)
    notebook.page.get_by_role("status").filter(has_text="En (250, 170): gato").wait_for()
    notebook.page.get_by_label("Clase").select_option("perro")
    notebook.wait_for_pixel(100, 100, painted(notebook, 100, 100))
    assert notebook.execute("explorer.class_name") == "'dog'"
    notebook.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    notebook.reload()
    notebook.wait_for_pixel(100, 100, painted(notebook, 100, 100))
    notebook.click(20, 20, size=SIZE)
    assert notebook.execute("[int(v) for v in explorer.pinned]") == "[20, 20]"


def test_the_form_works_by_its_buttons(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(["from segwidgets import PromptForm", 'form = PromptForm("cat")\nform'])
    notebook.run_all()
    notebook.page.get_by_role("button", name="Add the point").click()
    notebook.page.get_by_role("status").filter(has_text="what DeepLab takes for cat").wait_for()
    assert notebook.execute("form.prompt.points") == "((225.0, 150.0),)"
    assert notebook.execute("bool(form.mask[170, 250])") == "True"
    notebook.page.get_by_role("button", name="Undo").click()
    assert notebook.execute("form.prompt.is_empty") == "True"
