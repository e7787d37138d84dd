"""Bring a language's catalogue up to the code's messages, or begin a new language.

    python tools/messages.py es        add what is new in the code to the catalogue; name what is stale
    python tools/messages.py pt        there is no such language yet: make its folder, all of it to translate

Nothing that is in the catalogue is changed or moved. What was added stands at its end with an empty
translation; put each beside its like.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.core import UnknownLocaleError  # noqa: E402
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir  # noqa: E402
from babel.messages.pofile import normalize, read_po  # noqa: E402

from segwidgets.ground.files import replace_file  # noqa: E402
from segwidgets.locale.catalogues import CATALOGUE  # noqa: E402
from segwidgets.locale.languages import DEFAULT  # noqa: E402

PACKAGE = ROOT / "segwidgets"
WEB = ROOT / "web"
SUFFIX = {"python": "**.py", "javascript": "**.js"}
TR = {"tr": None, "trn": (1, 2)}  # what marks a message in the page's code
LOCALE = PACKAGE / "locale"
Message = str | tuple[str, str]  # one text, or one and its plural


def messages(lang: str) -> dict[Message, str]:
    """Return what a language has to translate, each with its place: all messages of the code and the quizzes.

    A quiz's text is none where the quiz has it in that language.
    """
    found: dict[Message, str] = {}
    for message, place in [*_extracted(PACKAGE, "python"), *page_messages().items()]:
        found.setdefault(message, place)
    for path in sorted((PACKAGE / "course" / "quizzes").glob("*.toml")):
        for question in tomllib.loads(path.read_text("utf-8"))["question"]:
            for table in (question, *question["option"]):
                for what in ("", "why_"):
                    if f"{what}{DEFAULT}" in table and f"{what}{lang}" not in table:
                        found.setdefault(table[f"{what}{DEFAULT}"], f"segwidgets/course/quizzes/{path.name}")
    return found


def page_messages() -> dict[Message, str]:
    """Return what the page in the browser says by `tr("…")` and `trn("…", "…", n)`, each with its place."""
    found: dict[Message, str] = {}
    for message, place in _extracted(WEB, "javascript", TR):
        found.setdefault(message, place)
    return found


def _extracted(folder: Path, code: str, keywords: Any = DEFAULT_KEYWORDS) -> Iterator[tuple[Message, str]]:
    """Yield each message of a folder's code, with its place."""
    for file, line, message, *_ in extract_from_dir(str(folder), [(SUFFIX[code], code)], keywords=keywords):
        key = message if isinstance(message, str) else (str(message[0]), str(message[1]))
        yield key, f"{folder.name}/{file}:{line}"


def translated(catalogue: Path, lang: str) -> dict[Message, str | tuple[str, ...]]:
    """Return what is in a catalogue: each message with its translation, which may be empty."""
    with catalogue.open("rb") as file:
        read = read_po(file, locale=lang, abort_invalid=True)
    return {one.id if isinstance(one.id, str) else tuple(one.id): one.string for one in read if one.id}


def begin(folder: Path) -> None:
    """Make a language's folder: English texts to translate, and a catalogue without messages."""
    (folder / CATALOGUE).parent.mkdir(parents=True)
    shutil.copy(LOCALE / DEFAULT / "report.md", folder / "report.md")
    tables = (LOCALE / DEFAULT / "language.toml").read_text("utf-8").split("\n[lessons]")[0]
    (folder / "language.toml").write_text(
        f"{tables.rstrip()}\n", encoding="utf-8"
    )  # no lessons yet, no README
    try:
        plural = Catalog(locale=folder.name).plural_forms
    except UnknownLocaleError:
        plural = "nplurals=2; plural=(n != 1);"
    head = {
        "Project-Id-Version": "segwidgets",
        "Language": folder.name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in head.items())
    (folder / CATALOGUE).write_text(f'msgid ""\nmsgstr ""\n{lines}', encoding="utf-8")


def entries(added: Iterable[tuple[Message, str]], forms: int) -> str:
    """Write messages as a catalogue has them, with empty translations."""
    texts = []
    for message, place in added:
        if isinstance(message, str):
            body = f'msgid {normalize(message, width=0)}\nmsgstr ""\n'
        else:
            one, many = (normalize(form, width=0) for form in message)
            body = f"msgid {one}\nmsgid_plural {many}\n"
            body += "".join(f'msgstr[{number}] ""\n' for number in range(forms))
        texts.append(f"\n#: {place}\n{body}")
    return "".join(texts)


def update(lang: str, locale: Path = LOCALE) -> str:
    """Add to a language's catalogue what it lacks, and say what was done and what is stale.

    Raises
    ------
    ValueError
        If it is the language of the code, which has no catalogue.
    """
    if lang == DEFAULT:
        raise ValueError(f"{DEFAULT} is the language of the code: it has no catalogue")
    if not (locale / lang).exists():
        begin(locale / lang)
    path = locale / lang / CATALOGUE
    wanted, there = messages(lang), translated(path, lang)
    added = [(message, place) for message, place in wanted.items() if message not in there]
    if added:
        with path.open("rb") as file:
            forms = read_po(file, locale=lang).num_plurals
        replace_file(path, (path.read_text("utf-8").rstrip() + "\n" + entries(added, forms)).encode())
    empty = sum(not all([string] if isinstance(string, str) else string) for string in there.values())
    lines = [f"{path}: {len(added)} added, {len(added) + empty} to translate"]
    lines += [f"stale, to be removed: {message!r}" for message in there if message not in wanted]
    return "\n".join(lines)


def main() -> int:
    """Update the language that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lang", help="the language's code, as es")
    try:
        sys.stdout.write(f"{update(parser.parse_args().lang)}\n")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
