"""Sphinx's settings, for every language of the site; `tools/site.py` lays the pages out and calls it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets import __version__  # noqa: E402
from tools.address import authors, repository  # noqa: E402

project = "segwidgets"
author = ", ".join(authors((ROOT / "CITATION.cff").read_text("utf-8")))
copyright = f"{author}; code Apache-2.0, prose CC BY 4.0"
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
templates_path = ["templates"]
nb_execution_mode = "off"  # the lessons come with the outputs that nbval holds them to
nb_mime_priority_overrides = [
    ("html", "application/vnd.jupyter.widget-view+json", None)
]  # the picture beside it
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type", "mystnb.mime_priority"]

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's sections say them
autodoc_member_order = "groupwise"
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_context = {"default_mode": "auto"}
html_title = "segwidgets"
html_favicon = "static/favicon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path: list[str] = []
html_copy_source = False
html_show_sourcelink = False
html_sidebars: dict[str, list[str]] = {  # these have no pages beneath them: the room is for code
    name: []
    for name in (
        "index",
        "browser",
        "start",
        "click",
        "workshop",
        "queue",
        "folder",
        "mark",
        "how",
        "evaluate",
        "teachers",
    )
}
html_theme_options: dict[str, Any] = {
    "show_toc_level": 2,
    "navbar_align": "left",
    "navbar_end": ["language", "theme-switcher"],
    "header_links_before_dropdown": 7,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
address = repository((ROOT / "README.md").read_text("utf-8"))
if address:
    html_theme_options["github_url"] = f"https://github.com/{address[0]}"


def _languages(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page's template the same page in the other language, or its first page."""
    english = app.config.language == "en"
    folder = ROOT / "docs" / ("es" if english else "")
    there = pagename.startswith("lessons/") or (folder / f"{pagename}.md").exists()
    other = f"{pagename if there else 'index'}.html"
    context["other_language"] = (
        {"code": "es", "name": "Español", "path": f"es/{other}"}
        if english
        else {"code": "en", "name": "English", "path": f"../{other}"}
    )


def _words(app: Any, config: Any) -> None:
    """Say in the site's language what theme and notebooks would say in English."""
    if config.language == "es":
        config.html_theme_options["header_dropdown_text"] = "Más"
        config.nb_code_prompt_show, config.nb_code_prompt_hide = "Mostrar el código", "Ocultar el código"


def setup(app: Any) -> None:
    """Ask for each page's other language and words."""
    app.connect("config-inited", _words)
    app.connect("html-page-context", _languages)
