"""The READMEs' table of lessons, from the lessons' sources: `tools/build_notebooks.py` writes it.

A lesson's row holds its title, which is its source's first heading, and the picture that stands for it:
the one whose alt text is tagged `cover`, else its first.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext

from segwidgets.ground.files import replace_file
from segwidgets.locale.languages import DEFAULT, find_language
from tools.badges import READMES, ROOT

SOURCES = ROOT / "notebooks" / "source"
BEGIN, END = "<!-- lessons: written by make notebooks -->", "<!-- /lessons -->"
BLOCK = re.compile(f"{BEGIN}\n.*?{END}", re.DOTALL)


class SourceError(ValueError):
    """A lesson's source breaks a rule; the message says where."""


def sources(folder: Path = SOURCES) -> list[Path]:
    """Return the lessons' sources in order."""
    return sorted(folder.glob("[0-9][0-9]_*.py"))


def title_of(source: Path, lang: str) -> str:
    """Return a lesson's title in one language: what stands behind "Lesson N · "."""
    for cell in jupytext.read(source, fmt="py:percent").cells:
        if cell.cell_type == "markdown" and lang in cell.metadata.get("tags", []):
            found = re.match(r"# \S+ \d+ · (.+)", cell.source)
            if found is None:
                raise SourceError(f"{source.name} must begin with '# Lesson N · Title' in each language")
            return found[1].strip()
    raise SourceError(f"{source.name} has no text in {lang!r}")


def cover_of(source: Path) -> int | None:
    """Return which of a lesson's pictures, counted from 0, stands for it; None for a lesson without any."""
    tags = [set(c.metadata.get("tags", [])) for c in jupytext.read(source, fmt="py:percent").cells]
    pictures = [each for each in tags if {DEFAULT, "alt"} <= each]
    covers = [number for number, each in enumerate(pictures) if "cover" in each]
    if len(covers) > 1:
        raise SourceError(f"{source.name} has {len(covers)} covers; tag one alt text `cover`, or none")
    return covers[0] if covers else 0 if pictures else None


def picture_name(source: Path) -> str:
    """Return the name, in `figures/`, of the picture that stands for a lesson."""
    return f"lesson_{source.stem[:2]}.png"


def table(lang: str, folder: Path = SOURCES) -> str:
    """Return the lessons in one language as a table in Markdown."""
    words = find_language(lang).table("readme")
    head, alt = words["lesson"], words["picture"]
    lines = [f"| | {head} | |", "|---|---|---|"]
    for source in sources(folder):
        n, title = int(source.stem[:2]), title_of(source, lang)
        picture = f"![{alt.format(n=n, title=title)}](figures/{picture_name(source)})"
        cell = f"[{title}](notebooks/{lang}/{source.stem}.ipynb)"
        lines.append(f"| {n} | {cell} | {'' if cover_of(source) is None else picture} |")
    return "\n".join(lines)


def write_tables(root: Path = ROOT) -> None:
    """Write the table into each README whose table is not that already.

    Only rows go between the marks: what somebody wrote there besides is kept below them.
    """
    for lang, name in READMES.items():
        text = (root / name).read_text("utf-8")
        old = BLOCK.search(text)
        if old is None:
            raise SourceError(f"{name} has no {BEGIN} ... {END}; put both marks where the table shall stand")
        inside = old[0].removeprefix(BEGIN).removesuffix(END).splitlines()
        kept = [f"\n\n{line}" for line in inside if line.strip() and not line.startswith("|")]
        block = f"{BEGIN}\n{table(lang)}\n{END}{''.join(kept)}"
        changed = BLOCK.sub(lambda _, block=block: block, text)
        if changed != text:
            replace_file(root / name, changed.encode())
