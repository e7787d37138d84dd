"""Checks of the report in a workshop folder: its encoding, sections, pictures, and what the student wrote."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from segwidgets.ground.outside import plain
from segwidgets.workshop.delivery import Layout
from segwidgets.workshop.finding import Finding, Speaker
from segwidgets.workshop.handin import Handin, composed, decode_text
from segwidgets.workshop.report import read_template
from segwidgets.workshop.sections import code_left_out, shown_pictures, split_sections

REFLECTION_WORDS = 20
"""From so many words on it counts as written."""

MAX_README_BYTES = 1_000_000
MAX_NAMED = 5  # files that one message names


class ReportCheck:
    """One look at the report of a hand-in.

    Parameters
    ----------
    handin : Handin
        The folder.
    layout_lang : str
        The language of its names.
    layout : Layout
        Its names.
    say : Speaker
        Makes the findings.
    """

    def __init__(self, handin: Handin, layout_lang: str, layout: Layout, say: Speaker) -> None:
        self.handin, self.layout_lang, self.layout = handin, layout_lang, layout
        self.say, self.tr = say, say.tr

    def findings(self) -> Iterator[Finding]:
        """Yield what is found: something is, whatever lies there."""
        tr, item = self.tr, self.layout.readme
        found = self.handin.find(item)
        if found is None:
            yield self.say.missing(item, tr.gettext("The report is not there: write it under this name."))
            return
        if found.called != item:
            yield self.say.other_case(item, found.called)
        text, encoding = decode_text(self.handin.read(found.path, MAX_README_BYTES))
        if encoding is not None:
            message = tr.gettext("It is written in {encoding}: save it as UTF-8, or letters come out wrong.")
            yield self.say.missing(item, message, encoding=encoding)
        template = _sections(read_template(self.layout_lang))
        written = _sections(text)
        lost = [title for title in template if title not in written]
        if lost:
            message = tr.gettext("These sections are missing: {titles}. Add each as a heading (## ...).")
            yield self.say.missing(item, message, titles=", ".join(lost))
        broken = list(self._broken_pictures(text))
        yield from broken
        if encoding is None and not lost and not broken:
            yield self.say.ok(item, tr.gettext("all sections, all pictures"))
        yield from self._reflection(template, written)

    def _broken_pictures(self, text: str) -> Iterator[Finding]:
        """Yield what is wrong with the pictures that the report shows: not there, or called otherwise."""
        tr, item = self.tr, self.layout.readme
        lost, other = [], []
        for address in dict.fromkeys(shown_pictures(text)):
            wanted = _inside(address)
            if wanted == "":
                continue
            found = self.handin.find(wanted) if wanted is not None else None
            if found is None or not found.path.is_file():
                lost.append(plain(address, 100))
            elif composed(found.called) != composed(wanted or ""):
                other.append(plain(found.called, 100))
        if lost:
            message = tr.gettext("These pictures are shown in it but not there: {targets}.")
            yield self.say.missing(item, message, targets=_listed(lost))
        if other:
            message = tr.gettext(
                "Capital and small letters of these pictures differ between it and the folder: {targets}."
            )
            yield self.say.missing(item, message, targets=_listed(other))

    def _reflection(self, template: dict[str, str], written: dict[str, str]) -> Iterator[Finding]:
        title = self.layout.reflection
        if title not in written:
            return
        own = written[title].replace(template[title], "")
        if len([word for word in own.split() if any(map(str.isalpha, word))]) >= REFLECTION_WORDS:
            yield self.say.ok(title, self.tr.gettext("written"))
        else:
            message = self.tr.gettext(
                "Yours to write: what did you expect, what surprised you, where does it fail?"
            )
            yield self.say.missing(title, message, "todo")


def _sections(markdown: str) -> dict[str, str]:
    """Second-level headings with the text beneath each, code blocks left out; the same one twice as one."""
    sections: dict[str, list[str]] = {}
    for title, text in split_sections(markdown)[1:]:
        sections.setdefault(composed(title), []).append(code_left_out(text).strip())
    return {title: "\n".join(texts) for title, texts in sections.items()}


def _inside(address: str) -> str | None:
    """Return a picture's path in the folder; "" where it lies in the web or in the text, None if outside."""
    address = address.strip()
    small = address[:30].lower()
    if small.startswith(("http://", "https://", "//", "data:image/")):
        return ""
    if re.match("[a-z][a-z0-9+.-]*:", small) or address.startswith(("/", "\\")):
        return None
    path = PurePosixPath(os.path.normpath(unquote(re.split("[?#]", address, maxsplit=1)[0]) or "."))
    return None if ".." in path.parts or "\0" in str(path) else str(path)


def _listed(names: list[str]) -> str:
    rest = len(names) - MAX_NAMED
    return ", ".join([*(name[:40] for name in names[:MAX_NAMED]), *([f"+ {rest}"] if rest > 0 else [])])
