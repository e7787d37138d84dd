"""The site builds without a warning, its links lead somewhere, and its pages are whole in a browser."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tools.lesson_table import sources
from tools.site import SITE, SiteError, broken_links, page, section

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    ("index.html", "segwidgets", "light"),
    ("es/index.html", "segwidgets", "dark"),
    ("start.html", "Start in two minutes", "dark"),
    ("lessons/00_start_here.html", "Start here", "light"),
    ("es/lessons/02_click_masks.html", "Clics", "light"),
    ("api/generated/segwidgets.Segmenter.html", "Segmenter", "dark"),
]
HOME = "http://127.0.0.1:"
pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Quiet(SimpleHTTPRequestHandler):
    """A server that writes nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Build the site as `make docs` does, and serve it on loopback."""
    done = subprocess.run(
        [sys.executable, "tools/site.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def open_page(chromium: Browser, address: str, theme: str, width: int) -> tuple[Page, list[str]]:
    context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "request",
        lambda asked: wrong.append(asked.url) if not asked.url.startswith((HOME, "data:")) else None,
    )
    opened.goto(address)
    return opened, wrong


@pytest.mark.parametrize(("path", "title", "theme"), PAGES)
def test_a_page_is_whole(chromium: Browser, address: str, path: str, title: str, theme: str) -> None:
    """Title, pictures, nothing in the console, nothing asked of strangers, nothing that axe-core finds."""
    opened, wrong = open_page(chromium, f"{address}/{path}", theme, 1400)
    assert title in opened.title()
    opened.wait_for_load_state("networkidle")
    assert opened.evaluate("document.documentElement.dataset.theme") == theme
    assert opened.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    if "generated" not in path and path != "start.html":
        assert opened.locator("article img").count() > 0
    assert wrong == []
    found = Axe().run(opened, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    opened.context.close()


@pytest.mark.parametrize("width", [390, 800])
@pytest.mark.parametrize("path", ["index.html", "es/start.html", "lessons/02_click_masks.html"])
def test_a_narrow_page_does_not_scroll_sideways(
    chromium: Browser, address: str, path: str, width: int
) -> None:
    opened, _ = open_page(chromium, f"{address}/{path}", "light", width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.context.close()


def test_each_page_leads_to_itself_in_the_other_language(chromium: Browser, address: str) -> None:
    for path, other in [
        ("lessons/03_name_pixels.html", "es/lessons/03_name_pixels.html"),
        ("es/how.html", "how.html"),
        ("changelog.html", "es/index.html"),
    ]:
        opened, _ = open_page(chromium, f"{address}/{path}", "light", 1400)
        opened.locator(".site-language").first.click()
        assert opened.url == f"{address}/{other}"
        opened.context.close()


def test_a_search_finds_a_lesson(chromium: Browser, address: str) -> None:
    opened, _ = open_page(chromium, f"{address}/search.html?q=leak", "light", 1400)
    opened.locator("#search-results li a").first.wait_for()
    assert "lessons/" in " ".join(
        one.get_attribute("href") or "" for one in opened.locator("#search-results li a").all()
    )
    opened.context.close()


def test_every_lesson_has_a_page_in_each_language(address: str) -> None:
    for lesson in sources():
        for home in (SITE, SITE / "es"):
            assert (home / "lessons" / f"{lesson.stem}.html").is_file()
            assert (home / "solutions" / f"{lesson.stem}.ipynb").is_file()


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text('<a id="here" href="two.html">x</a> <a href="one.html#there">y</a>')
    assert list(broken_links(tmp_path)) == [
        "one.html: one.html#there: there is no such place on that page",
        "one.html: two.html leads nowhere",
    ]
    (tmp_path / "two.html").write_text('<a href="one.html#here">x</a>')
    assert len(list(broken_links(tmp_path))) == 1


def test_a_page_takes_a_section_and_its_links_stay_on_the_site() -> None:
    text = page("<!-- README: Contributing -->", "en")
    assert "[CONTRIBUTING.md](contributing.md)" in text
    assert "[Apache-2.0](files/LICENSE.txt)" in text
    assert '<a href="../contributing.html">' in page("<!-- README: Contribuir -->", "es")
    assert "start.md" not in page("<!-- README: Two commands -->", "en"), "no page leads to itself"
    assert page("[a](docs/mark.md#x)", "en") == "[a](mark.md#x)"
    assert page("[b](docs/es/mark.md)", "en") == '<a href="es/mark.html">b</a>'
    assert page("[b](docs/es/mark.md#x)", "es") == "[b](mark.md#x)"
    assert page("[a](../mark.md)", "es") == '<a href="../mark.html">a</a>'
    assert page("[a](../../notebooks/es/20_x.ipynb)", "es") == "[a](lessons/20_x.ipynb)"
    assert page("[a](../notebooks/en/20_x.ipynb)", "en") == "[a](lessons/20_x.ipynb)"
    assert page("[a](../../benchmarks/README.md)", "es") == '<a href="../speed.html">a</a>'
    with pytest.raises(SiteError, match="'Nothing'"):
        section("## Something\nx\n", "Nothing")
