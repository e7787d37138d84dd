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
from segwidgets import Segmenter, ThresholdExplorer
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
    "EmbeddingExplorer(cat)",
    "ClassExplorer('cat')",
]


def test_axe_finds_nothing_against_wcag_in_the_widget_and_the_explorers(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([MAKE, *SHOWN])
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


def look(page: Any) -> list[str]:
    response = Axe().run(page, context=".segwidgets-click", options=RULES).response
    assert response["passes"], "it looked at something"
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}: {node['failureSummary'][:300]}"
        for one in response["violations"]
        for node in one["nodes"]
    ]
