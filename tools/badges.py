"""Put Colab and Binder badges into the READMEs: `make badges REPO=owner/name BRANCH=main`.

`AUTHORS="One Name; Another Name"` names who wrote it, in CITATION.cff and the paper; package and site read it
in the first.

The block between the marks in README.md is where the repository's address is kept: `tools/build_notebooks.py`
reads it there and puts badges beneath each lesson's title. A second run changes no byte.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets.ground.files import replace_file  # noqa: E402
from segwidgets.locale.languages import find_language, tables  # noqa: E402
from tools.address import AUTHORS, BEGIN, BLOCK, END, repository  # noqa: E402

READMES = {lang: names["file"] for lang, names in tables("readme").items()}
FIRST_LESSON = "notebooks/{lang}/00_start_here.ipynb"
UNSTAMPED = ("*The badges need", "*Las insignias necesitan", "Not stamped.")
REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")
BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


@dataclass(frozen=True)
class Address:
    """Where the repository lies on GitHub.

    Parameters
    ----------
    repo : str
        As in ``owner/name``.
    branch : str
        As in ``main``.

    Raises
    ------
    ValueError
        If either is not of that form.
    """

    repo: str
    branch: str

    def __post_init__(self) -> None:
        if not REPO.fullmatch(self.repo) or self.repo.endswith((".git", "/.", "/..")):
            raise ValueError(f"REPO must be a GitHub repository as in REPO=owner/name, got {self.repo!r}")
        if not BRANCH.fullmatch(self.branch) or ".." in self.branch or self.branch.endswith((".", ".lock")):
            raise ValueError(
                "BRANCH must be a branch's name of letters, digits and . _ - /, as in BRANCH=main, "
                f"got {self.branch!r}"
            )

    @property
    def package(self) -> str:
        """What pip installs the package from."""
        return f"segwidgets[torch] @ git+https://github.com/{self.repo}@{self.branch}"

    def badges(self, notebook: str, lang: str) -> str:
        """Return both badges of a notebook, given by its path in the repository, as a line of Markdown."""
        number = int(Path(notebook).name[:2])
        words = find_language(lang).table("lessons")
        colab, binder = (words[name].format(n=number) for name in ("colab", "binder"))
        on_binder = f"https://mybinder.org/v2/gh/{self.repo}/{quote(self.branch, safe='')}"
        return (
            f"[![{colab}](https://colab.research.google.com/assets/colab-badge.svg)]"
            f"(https://colab.research.google.com/github/{self.repo}/blob/{self.branch}/{notebook}) "
            f"[![{binder}](https://mybinder.org/badge_logo.svg)]"
            f"({on_binder}?urlpath=lab/tree/{notebook})"
        )


def stamped_address(readme: Path) -> Address | None:
    """Return the address that a README is stamped with, or None."""
    text = readme.read_text("utf-8")
    if BLOCK.search(text) is None:
        raise ValueError(f"{readme} has no {BEGIN} ... {END}; put both marks where the badges shall stand")
    found = repository(text)
    return Address(*found) if found else None


def _written_by_people(text: str) -> list[str]:
    """Return the paragraphs between the marks that are neither badges nor what stands there without any."""
    block = BLOCK.search(text)
    inside = block[0].removeprefix(BEGIN).removesuffix(END) if block else ""
    parts = [part.strip() for part in inside.split("\n\n")]
    return [part for part in parts if part and not part.startswith(("[![", *UNSTAMPED))]


def stamp(address: Address, root: Path = ROOT) -> None:
    """Write the badges of lesson 0 into both READMEs; none is written if one of them has no place for it."""
    texts = {}
    for lang, name in READMES.items():
        stamped_address(root / name)  # raises where the marks are missing
        badges = address.badges(FIRST_LESSON.format(lang=lang), lang)
        text = (root / name).read_text("utf-8")
        kept = "".join(f"\n\n{part}" for part in _written_by_people(text))
        texts[root / name] = BLOCK.sub(lambda _: f"{BEGIN}\n{badges}\n{END}{kept}", text)  # noqa: B023
    for path, text in texts.items():
        replace_file(path, text.encode())


def stamp_citation(address: Address, names: list[str], root: Path = ROOT) -> None:
    """Write the repository's address, and the authors where any are named, into CITATION.cff and the paper.

    Raises
    ------
    ValueError
        If a name holds a quotation mark or a line break.
    """
    if wrong := [name for name in names if re.search(r'["\\\n]', name)]:
        raise ValueError(
            f"an author's name holds no quotation mark, backslash or line break, got {wrong[0]!r}"
        )
    citation, paper = root / "CITATION.cff", root / "paper/paper.md"
    text = re.sub(r"^repository-code: .*\n", "", citation.read_text("utf-8"), flags=re.MULTILINE)
    text = text.replace("\nlicense:", f'\nrepository-code: "https://github.com/{address.repo}"\nlicense:', 1)
    about = paper.read_text("utf-8")
    if names:
        cited = "".join(f'  - name: "{name}"\n' for name in names)
        text = AUTHORS.sub(lambda _: f"authors:\n{cited}", text)
        written = "".join(f'  - name: "{name}"\n    affiliation: 1\n' for name in names)
        about = AUTHORS.sub(lambda _: f"authors:\n{written}", about)
    replace_file(citation, text.encode())
    replace_file(paper, about.encode())


def main() -> int:
    """Stamp the READMEs, the citation and the paper with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repo", required=True)
    parser.add_argument("--branch", required=True)
    parser.add_argument("--authors", default="", help="names, parted by semicolons")
    options = parser.parse_args()
    names = [name.strip() for name in options.authors.split(";") if name.strip()]
    try:
        address = Address(options.repo, options.branch)
        stamp(address)
        stamp_citation(address, names)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
