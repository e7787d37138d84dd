"""The repository's address, kept in the README's block of badges alone, and the authors, in CITATION.cff.

Only the standard library: `tools/packaging_hooks.py` runs where nothing else is installed.
"""

from __future__ import annotations

import re

BEGIN, END = "<!-- badges -->", "<!-- /badges -->"
BLOCK = re.compile(f"{BEGIN}\n.*?{END}", re.DOTALL)
STAMPED = re.compile(r"colab\.research\.google\.com/github/([^/\s)]+/[^/\s)]+)/blob/([^\s)]+?)/notebooks/")
LINK = re.compile(r"(!?)\[([^\[\]]*)\]\((?!\w+:|#)([^)\s]+)\)")
AUTHORS = re.compile(r"^authors:\n(?:  .*\n)+", re.MULTILINE)
FENCED = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def repository(readme: str) -> tuple[str, str] | None:
    """Return the repository (owner/name) and the branch that a README's text is stamped with, or None."""
    block = BLOCK.search(readme)
    found = STAMPED.search(block[0]) if block else None
    return (found[1], found[2]) if found else None


def authors(citation: str) -> list[str]:
    """Return the names that CITATION.cff's text gives."""
    found = AUTHORS.search(citation)
    return re.findall(r'- name: "([^"]+)"', found[0]) if found else []


def readme_for_elsewhere(readme: str) -> str:
    """Return a README's text for pages without its neighbours: pictures and links get their whole address.

    Without an address, a picture is what it shows in words, and a link its text.
    """
    address = repository(readme)

    def whole(link: re.Match[str]) -> str:
        picture, text, target = link.groups()
        if address is None:
            return f"*{text}*" if picture else text
        repo, branch = address
        if picture:
            return f"![{text}](https://raw.githubusercontent.com/{repo}/{branch}/{target})"
        return f"[{text}](https://github.com/{repo}/blob/{branch}/{target})"

    parts = FENCED.split(readme)
    return "".join(part if part.startswith("```") else LINK.sub(whole, part) for part in parts)


def urls(readme: str) -> dict[str, str]:
    """Return the project's pages for the package's metadata; none without an address."""
    address = repository(readme)
    if address is None:
        return {}
    repo, branch = address
    home = f"https://github.com/{repo}"
    return {
        "Homepage": home,
        "Source": home,
        "Issues": f"{home}/issues",
        "Changelog": f"{home}/blob/{branch}/CHANGELOG.md",
    }
