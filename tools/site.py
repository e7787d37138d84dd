"""Build the site into `build/site`, and into `try/` there the page that segments in the browser: `make docs`.

The English pages stand in `docs/`, the Spanish ones in `docs/es/` under the same names. Nothing is written
twice: a page may hold ``<!-- README: Heading -->``, where that section of its language's README comes in, or
``<!-- file: CHANGELOG.md -->`` for a whole file, or a mark of `tools/teaching.py`;
the lessons come with the outputs that they are stored with.
Sphinx takes every warning for an error, and afterwards each link within the site must lead somewhere.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets import checkpoints  # noqa: E402
from segwidgets.locale.languages import DEFAULT  # noqa: E402
from tools import web  # noqa: E402
from tools.badges import READMES  # noqa: E402
from tools.build_notebooks import COLAB  # noqa: E402
from tools.lesson_table import sources  # noqa: E402
from tools.npm import NpmError  # noqa: E402
from tools.teaching import fill  # noqa: E402

DOCS = ROOT / "docs"
BUILD = ROOT / "build"
SITE = BUILD / "site"
PAGES_OF = {  # what READMEs, lessons and docs link to in the repository, and its page on the site
    "benchmarks/README.md": "speed",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changelog",
    "THIRD_PARTY.md": "third_party",
    "SECURITY.md": "security",
    "CODE_OF_CONDUCT.md": "conduct",
}
SECTION = re.compile(r"<!-- README: (.+?) -->")
ONLY_THERE = "<!-- only here -->"  # in a README: the rest of the section leads to the site's pages
FILE = re.compile(r"<!-- file: (.+?) -->")
LINK = re.compile(r"(?<!!)\[([^\[\]]+)\]\((?!\w+:|#)([^)\s]+)\)")
LESSON = re.compile(r"\[([^\[\]]+)\]\((\.\./\w+|solutions)/(\w+)\.ipynb\)")  # another language's, or solved
GLOSSARY = re.compile(r"\]\(glossary\.md#")  # from a lesson to the page of its words
PAGE = re.compile(r"(?:docs|\.\.)/(?:(es)/)?(\w+)\.md")  # a page here, as READMEs and its translation name it
LICENCES = ("LICENSE", "LICENSE-CONTENT")


class SiteError(Exception):
    """The site cannot be built; the message says what is wrong with which page."""


def section(readme: str, heading: str) -> str:
    """Return what stands beneath a heading of the second level in a README, as far as the site takes it."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if found is None:
        raise SiteError(f"a page asks for the README's section {heading!r}, which is not there")
    return found[1].split(ONLY_THERE)[0].strip()


def page(text: str, lang: str) -> str:
    """Return a page with what it takes from the repository, its links leading to the site's own pages."""
    readme = (ROOT / READMES[lang]).read_text("utf-8")
    text = SECTION.sub(lambda found: section(readme, found[1]), text)
    text = FILE.sub(lambda found: (ROOT / found[1]).read_text("utf-8"), text)
    text = fill(text, lang)
    return LINK.sub(lambda found: _link(found[1], found[2], lang), text)


def _link(words: str, target: str, lang: str) -> str:
    """Return a link of the repository as the site's: to a page of this language, or as HTML elsewhere."""
    path, mark, fragment = target.partition("#")
    up, down = ("", "es/") if lang == DEFAULT else ("../", "")
    path = path.removeprefix("../../")  # from docs/es
    page_of = PAGE.fullmatch(path)
    path = path.removeprefix("../")
    if path in READMES.values():
        return f'<a href="{up}{down}index.html">{words}</a>'
    if page_of and (page_of[1] or DEFAULT) == lang:
        return f"[{words}]({page_of[2]}.md{mark}{fragment})"
    if page_of:
        return f'<a href="{up}{down}{page_of[2]}.html{mark}{fragment}">{words}</a>'
    if path in PAGES_OF:
        name = PAGES_OF[path]
        if lang != DEFAULT and not (DOCS / lang / f"{name}.md").exists():  # there in English alone
            return f'<a href="../{name}.html{mark}{fragment}">{words}</a>'
        return f"[{words}]({name}.md{mark}{fragment})"
    if path in LICENCES:
        return f"[{words}](files/{path}.txt)"
    return f"[{words}]({path.replace(f'notebooks/{lang}/', 'lessons/')}{mark}{fragment})"


def lesson(text: str, lang: str) -> str:
    """Return a lesson's notebook, its links to the other language and to the solutions leading there."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell.get("id") == COLAB:  # of no use to a reader: folded
            cell["metadata"].setdefault("tags", []).append("hide-input")
        if cell["cell_type"] == "markdown":
            cell["source"] = LESSON.sub(partial(_lesson_link, lang), "".join(cell["source"]))
            cell["source"] = GLOSSARY.sub("](../glossary.md#", cell["source"])
    return json.dumps(notebook, ensure_ascii=False)


def _lesson_link(lang: str, found: re.Match[str]) -> str:
    words, where, name = found.groups()
    if where == "solutions":
        return f'<a href="../solutions/{name}.ipynb" download>{words}</a>'
    other = where.removeprefix("../")
    home = "../" if lang == DEFAULT else "../../"
    return f'<a href="{home}{"" if other == DEFAULT else f"{other}/"}lessons/{name}.html">{words}</a>'


def assemble(lang: str, home: Path) -> None:
    """Lay a language's pages, lessons and pictures into an empty folder, as Sphinx wants them."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for source in sorted((DOCS if lang == DEFAULT else DOCS / lang).glob("*.md")):
        (home / source.name).write_text(page(source.read_text("utf-8"), lang), "utf-8")
    if lang == DEFAULT:
        shutil.copytree(DOCS / "api", home / "api")
    shutil.copytree(ROOT / "figures", home / "figures", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (home / "lessons").mkdir()
    for source in sources():
        notebook = ROOT / "notebooks" / lang / f"{source.stem}.ipynb"
        (home / "lessons" / notebook.name).write_text(lesson(notebook.read_text("utf-8"), lang), "utf-8")
    text = (ROOT / "notebooks" / lang / "glossary.md").read_text("utf-8")
    (home / "glossary.md").write_text(re.sub(r"\]\((\d\d_\w+\.ipynb)\)", r"](lessons/\1)", text), "utf-8")
    (home / "files").mkdir()
    for name in LICENCES:
        shutil.copyfile(ROOT / name, home / "files" / f"{name}.txt")


def build(lang: str) -> None:
    """Build one language's site: English at the root, each other one in a folder of its name."""
    home = BUILD / "site-source" / lang
    assemble(lang, home)
    out = SITE if lang == DEFAULT else SITE / lang
    command = [
        *(
            sys.executable,
            "-m",
            "sphinx",
            "--builder",
            "html",
            "--fail-on-warning",
            "--keep-going",
            "--quiet",
        ),
        *("--conf-dir", str(DOCS), "--doctree-dir", str(BUILD / "site-trees" / lang)),
        *("-D", f"language={lang}", str(home), str(out)),
    ]
    if subprocess.run(command, check=False).returncode:
        raise SiteError(f"the pages in {lang!r} have warnings (above), which count as errors")
    shutil.copytree(ROOT / "notebooks" / lang / "solutions", out / "solutions")  # to be downloaded


class _Page(HTMLParser):
    """The anchors of a page and the links that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and name == "id":
                self.anchors.add(value)
            elif value and name in ("href", "src") and not (tag == "link" and value.startswith("http")):
                self.links.add(value)


def broken_links(site: Path = SITE) -> Iterator[str]:
    """Yield a sentence for each link within the site that leads nowhere, pages' anchors included."""
    written = [
        path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts
    ]  # those are the theme's
    pages = {path: _Page(path.read_text("utf-8")) for path in written}
    for path, each in pages.items():
        for link in sorted(each.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            name = path.relative_to(site)
            if not target.exists():
                yield f"{name}: {link} leads nowhere"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                yield f"{name}: {link}: there is no such place on that page"


def main() -> int:
    """Build the whole site; the exit status is 1 when anything is wrong with it."""
    shutil.rmtree(SITE, ignore_errors=True)
    try:
        for lang in READMES:
            build(lang)
        web.build(SITE / "try")
    except (SiteError, NpmError, checkpoints.CheckpointError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    broken = list(broken_links())
    sys.stderr.writelines(f"{line}\n" for line in broken)
    if not broken:
        sys.stdout.write(f"The site: {(SITE / 'index.html').relative_to(ROOT)}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
