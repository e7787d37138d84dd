"""A report in Markdown as its sections: read line by line, in time that grows with the text and no faster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from segwidgets.ground.keeping import digest

_FENCES = ("```", "~~~")
# every repetition stops at what begins the next match, or has an end: time grows with the text and no faster
_PICTURE = re.compile(
    r"!\[[^\[\]\n]{0,1000}\]\((?:<([^<>\n]{0,4000})>|([^()\s<>]*(?:\([^()\s]{0,500}\)[^()\s]{0,500})?))"
)
_REFERENCE = re.compile(r"!\[([^\[\]\n]{1,1000})\](?!\()(?:\[([^\[\]\n]{0,1000})\])?")
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n]{1,1000})\]:[ \t]{0,100}(?:<([^<>\n]{0,4000})>|(\S+))", re.MULTILINE
)
_TAG = re.compile(r"<img\b[^<>]*", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


class Section(NamedTuple):
    """A second-level heading, and the text from beneath it to the next one; the first has no heading."""

    title: str
    text: str


def split_sections(markdown: str) -> list[Section]:
    """Part a text at its second-level headings (`## ...`), those in code blocks left out.

    `join_sections` puts the same text together again, but for line ends, which become those of Unix, and for
    the spaces about headings.
    """
    sections: list[Section] = []
    title, fence = "", ""
    lines: list[str] = []
    for line in markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        start = line.lstrip(" ")[:3]
        if fence:
            fence = "" if start == fence else fence
        elif start in _FENCES and len(line) - len(line.lstrip(" ")) < 4:
            fence = start
        elif line.startswith(("## ", "##\t")) and (heading := line[3:].strip().rstrip("#").rstrip()):
            sections.append(Section(title, "\n".join(lines)))
            title, lines = heading, []
            continue
        lines.append(line)
    return [*sections, Section(title, "\n".join(lines))]


def join_sections(sections: list[Section]) -> str:
    """Put sections together as one text."""
    return "\n".join(f"## {title}\n{text}" if title else text for title, text in sections)


def section_hashes(markdown: str) -> dict[str, str]:
    """Return the SHA-256 of each section by its title; the folder's name, in its tree, does not count."""
    return {title: _hash(text) for title, text in split_sections(markdown)}


def _hash(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().split("\n")]
    for before, line in enumerate(lines[1:]):
        if lines[before].startswith("```") and line.endswith("/"):
            lines[before + 1] = "/"
    return digest("\n".join(lines).encode(errors="surrogatepass"))


class Merged(NamedTuple):
    """A new report with what a person wrote in the old one, and what could not be taken over."""

    text: str
    taken: tuple[str, ...]
    clashes: tuple[str, ...]


def merge(
    old: str, new: str, known: Mapping[str, str], own: Mapping[str, str], titles: Mapping[str, str]
) -> Merged:
    """Take what a person wrote over from an old report into a new one.

    Parameters
    ----------
    old, new : str
        The reports. Everything in `new` is ours.
    known : mapping of str to str
        `section_hashes` of the old report as it was written: a section that still has its hash is ours.
    own : mapping of str to str
        What the sections that only people write say before they do, by the old report's titles: whatever a
        person put there goes before the new report's.
    titles : mapping of str to str
        What the old report's sections are called in the new one, where that is in another language.

    Returns
    -------
    Merged
        `taken` are the titles whose text, or which as a whole, were taken over; `clashes` those that both the
        person and the new report changed: there the new report's text stands.
    """
    ours = {one.title: _hash(one.text) for one in split_sections(new)}
    texts: dict[str, list[str]] = {one.title: [one.text] for one in split_sections(new)}
    order = list(texts)
    seen: set[str] = set()
    taken, clashes, before = [], [], ""
    for title, text in split_sections(old):
        wanted = titles.get(title, title)
        written = _hash(text)
        is_theirs = written != known.get(title) and not (title in own and written == _hash(own[title]))
        if wanted not in texts and is_theirs:
            order.insert(order.index(before) + 1, wanted)
            texts[wanted] = [text]
            taken.append(wanted)
        elif wanted in seen and is_theirs:  # the same heading again
            texts[wanted].append(text)
            taken.append(wanted)
        elif is_theirs and written != ours[wanted]:
            if title in own or known.get(title) == ours[wanted]:
                texts[wanted] = [text]
                taken.append(wanted)
            else:
                clashes.append(wanted)
        if wanted in texts:
            seen.add(wanted)
            before = wanted
    merged = [Section(title, text) for title in order for text in texts[title]]
    return Merged(join_sections(merged), tuple(taken), tuple(clashes))


def code_left_out(markdown: str) -> str:
    """Return a text without its code blocks and its comments, neither of which is seen as text."""
    lines, fence = [], ""
    for line in markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        start = line.lstrip(" ")[:3]
        if fence or start in _FENCES:
            fence = "" if fence == start else fence or start
        else:
            lines.append(line)
    text, parts, at = "\n".join(lines), [], 0
    while (begin := text.find("<!--", at)) >= 0:
        parts.append(text[at:begin])
        end = text.find("-->", begin)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join([*parts, text[at:]])


def shown_pictures(markdown: str) -> list[str]:
    """Return the addresses of all pictures that a text shows, as they stand there, in order.

    Markdown's own, `![alt](address "title")` and `![alt][name]` with `[name]: address`, and HTML's `<img>`.
    """
    text = code_left_out(markdown)
    named = {match[1].casefold(): match[2] or match[3] for match in _DEFINITION.finditer(text)}
    found = [(match.start(), match[1] or match[2]) for match in _PICTURE.finditer(text)]
    for match in _REFERENCE.finditer(text):
        address = named.get((match[2] or match[1]).casefold())
        if address:
            found.append((match.start(), address))
    for match in _TAG.finditer(text):
        if source := _SOURCE.search(match[0]):
            found.append((match.start(), source[1] or source[2] or source[3] or ""))
    return [address for _, address in sorted(found)]
