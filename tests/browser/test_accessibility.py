"""axe-core looks at the widget and each explorer: no violation of WCAG 2.2, levels A and AA."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import OpenNotebook

pytestmark = [pytest.mark.browser, pytest.mark.model]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
MAKE = """
from segwidgets import ClassExplorer, ClickSegmenter, EmbeddingExplorer, Prompt, PromptForm
from segwidgets import ReliabilityExplorer, Segmenter, ThresholdExplorer
cat = Segmenter("cat")
def clicked():
    seg = ClickSegmenter(cat, semantic=False, hover=False)
    seg.add_point(250, 170)
    seg.new_object()
    seg.set_box(10, 10, 100, 100)
    seg.status.toggle_keys()
    seg.status.say("A message")
    return seg
"""
SHOWN = [
    "clicked()",
    "PromptForm(cat, semantic=False)",
    "ThresholdExplorer(cat, Prompt([(250, 170)]))",
    "ThresholdExplorer(cat, cat.image[:, :, 0], reference=cat.image[:, :, 0] > 99)",
    "ReliabilityExplorer(cat.image, cat.image[:, :, 0] / 255, cat.image[:, :, 0] > 99)",
    "EmbeddingExplorer(cat)",
    "ClassExplorer('cat')",
]


def test_axe_finds_nothing_against_wcag_in_the_widget_and_the_explorers(open_notebook: OpenNotebook) -> None:
    tall = {"width": 1280, "height": 5000}  # to axe what is scrolled out of sight is hidden
    notebook = open_notebook([MAKE, *SHOWN], viewport=tall)
    notebook.run_all()
    notebook.page.wait_for_function(
        "count => document.querySelectorAll('[data-lm-suppress-shortcuts]').length === count",
        arg=len(SHOWN),
    )
    for header in notebook.page.locator(".segwidgets-click .jupyter-widget-Collapse-header").all():
        if header.get_attribute("aria-expanded") == "false":
            header.click()
            found = look(notebook.page)
            assert not found, "\n".join(found)
    notebook.set_theme("dark")
    notebook.page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.sw-on')).backgroundColor !== 'rgb(255, 255, 255)'"
    )
    found = look(notebook.page)
    assert not found, "in the dark: " + "\n".join(found)


def look(page: Any) -> list[str]:
    for _ in range(10):  # a busy machine lays the page out a little later
        page.evaluate("document.body.style.height = '100vh'")  # Lab's has none: all in it was hidden to axe
        response = Axe().run(page, context=".segwidgets-click", options=RULES).response
        seen = [len(one["nodes"]) for one in response["passes"] if one["id"] == "color-contrast"]
        if sum(seen) > 90:
            break
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert sum(seen) > 90, "it looked at what is written"
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}: {node['failureSummary'][:300]}"
        for one in response["violations"]
        for node in one["nodes"]
    ]
