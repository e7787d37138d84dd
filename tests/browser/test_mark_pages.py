"""The pages of a class open from disk, whole, and say the same to everybody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from segwidgets.mark.class_page import class_page
from segwidgets.mark.feedback import feedback_names, feedback_page
from segwidgets.mark.records import WORKSHOP, Changes, Chosen, Marked
from segwidgets.mark.resemblance import alike
from segwidgets.workshop.finding import Finding
from tests.test_mark_pages import SHARED, exercise, marked, with_24

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_a_class_and_its_feedback_are_whole_in_a_browser(
    chromium: Browser, tmp_path: Path, theme: str, width: int
) -> None:
    words = "<script>document.title = 'no'</script>"
    together = [
        marked(words, exercise("2.1", "failed", words), exercise("2.2", "error", "x" * 500), walls=True),
        replace(with_24("Bo", SHARED), exercises=(exercise("2.1"), exercise("2.2", "not tried"))),
        replace(with_24("محمد علي", SHARED), quiz=(Chosen("?", "yes", False),), changes=Changes(1, 1)),
        Marked("Bo", WORKSHOP, "es", "taller", workshop=(Finding("README.md", "missing", "…"),)),
        Marked("Zoe", problem="this is no notebook"),
    ]
    names = feedback_names(together)
    (tmp_path / "feedback").mkdir()
    for student, name in names.items():
        own = [one for one in together if one.student == student]
        (tmp_path / name).write_bytes(feedback_page(student, own, tmp_path))
    (tmp_path / "class.html").write_bytes(class_page(together, names, alike(together)))
    context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.goto((tmp_path / "class.html").as_uri())
    page.locator("details").first.evaluate("one => one.open = true")
    for number in range(len(names) + 1):
        if number:
            page.goto((tmp_path / "class.html").as_uri())
            page.locator("table a").nth(number - 1).click()
            assert "/feedback/" in page.url
        assert page.title() != "no"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
    assert wrong == []
    context.close()
