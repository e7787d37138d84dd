"""The glossary: a page in each language from `notebooks/source/glossary.toml`, and the lessons' links to it.

`tools/build_notebooks.py` writes `notebooks/<language>/glossary.md` and links each term where a lesson first
uses it, with the entry's first sentence for the mouse that rests there. Nobody writes these links by hand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from segwidgets.locale.languages import tables
from tools.lesson_table import SOURCES

SOURCE = SOURCES / "glossary.toml"
PAGE = "glossary.md"
KEPT = re.compile(r"^#.*$|\$\$[^$]*\$\$|\$[^$\n]+\$|!?\[[^\]]*\]\([^)]*\)|`[^`\n]+`", re.MULTILINE)
"""What no link may stand in: headings, formulas, links, code."""


@dataclass(frozen=True)
class Term:
    """An entry in one language."""

    name: str
    forms: tuple[str, ...]
    text: str

    @property
    def anchor(self) -> str:
        """Its place on the page, as Markdown's readers make it of the heading."""
        return re.sub(r"[^\w\- ]", "", self.name.lower()).replace(" ", "-")

    @property
    def first_sentence(self) -> str:
        """What shows when the mouse rests on a link."""
        sentence = re.split(r"(?<=[.])\s", self.text, maxsplit=1)[0]
        return re.sub(r"[`*]", "", sentence).replace('"', "'")


@cache
def terms(lang: str) -> tuple[Term, ...]:
    """Return a language's entries, by their names' alphabet."""
    entries = [each[lang] for each in tomllib.loads(SOURCE.read_text("utf-8"))["term"] if lang in each]
    made = [Term(one["name"], tuple(one["forms"]), one["text"]) for one in entries]
    return tuple(sorted(made, key=lambda term: term.name.casefold()))


def link_terms(cells: Sequence[Any], lang: str, up: str = "") -> list[Term]:
    """Link each term where a lesson's prose first uses it, behind its first cell; return what it uses."""
    waiting = {form: term for term in terms(lang) for form in term.forms}
    used: list[Term] = []

    def link(found: re.Match[str]) -> str:
        word = found[0]
        term = waiting.get(word) or waiting.get(word[0].lower() + word[1:])  # at a sentence's beginning
        if term is None:
            return found[0]
        used.append(term)
        for form in term.forms:
            waiting.pop(form, None)
        return f'[{found[0]}]({up}{PAGE}#{term.anchor} "{term.first_sentence}")'

    forms = sorted((form for form in waiting if "`" not in form), key=len, reverse=True)
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, forms))})(?![\w-])", re.IGNORECASE)
    code = re.compile(r"`[^`\n]+`")
    last = f"## {tables('lessons')[lang]['headings'][-1]}"  # what to read elsewhere: titles of others
    for cell in cells[1:]:
        if cell.source.startswith(last):
            break
        if cell.cell_type != "markdown" or cell.get("id") == "footer":
            continue
        done, pieces = 0, []
        for kept in KEPT.finditer(cell.source):
            pieces.append(words.sub(link, cell.source[done : kept.start()]))
            pieces.append(link(kept) if code.fullmatch(kept[0]) else kept[0])
            done = kept.end()
        pieces.append(words.sub(link, cell.source[done:]))
        cell.source = "".join(pieces)
    return used


def page(lang: str, used: dict[int, list[Term]], names: dict[int, str]) -> str:
    """Return the glossary of a language in Markdown, each entry with the lessons that use it.

    `used` says which terms each lesson uses, `names` what its file is called.
    """
    words = tables("lessons")[lang]
    lines = [f"# {words['glossary']}", "", words["glossary_intro"], ""]
    for term in terms(lang):
        where = [f"[{number}]({names[number]}.ipynb)" for number in sorted(used) if term in used[number]]
        lines += [f"## {term.name}", "", term.text, ""]
        if where:
            lines += [f"{words['in_lessons']}: {', '.join(where)}.", ""]
    return "\n".join(lines).rstrip() + "\n"
