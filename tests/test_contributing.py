"""CONTRIBUTING.md leads to what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MADE_UP = ("08_verb_object", "NAME")


def named_files() -> list[str]:
    """What stands between backticks and has a file's ending, or ends a folder's path."""
    words = re.findall(r"`([\w./*-]+)`", TEXT)
    files = [word for word in words if re.search(r"\.(py|md|json|toml|po|txt)$", word) or "/" in word]
    files = [word for word in files if not word.startswith("build/")]  # what commands make
    return sorted({word for word in files if not any(part in word for part in MADE_UP)})


@pytest.mark.parametrize("name", named_files())
def test_each_file_that_it_names_is_there(name: str) -> None:
    folders = (ROOT, ROOT / "segwidgets", *(p for p in (ROOT / "segwidgets/widgets").iterdir() if p.is_dir()))
    assert any(list(folder.glob(name)) for folder in folders), name


def test_each_walk_has_five_lines() -> None:
    walks = re.findall(r"^\*\*(A [^.]+)\.\*\* (.+?)\n\n", TEXT, re.MULTILINE | re.DOTALL)
    walks = [walk for walk in walks if walk[0] != "An action of the widget"]
    assert [title for title, _ in walks] == ["A click", "A photo through `make workshop`", "A wrong answer"]
    assert [len(words.splitlines()) for _, words in walks] == [5, 5, 5]


@pytest.mark.parametrize("table", ["FINDINGS", "FAULTS", "FACTS", "ACTIONS", "OBJECT_ACTIONS"])
def test_each_table_that_it_names_is_in_the_package(table: str) -> None:
    assert f"`{table}`" in TEXT
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "segwidgets").rglob("*.py"))
    assert re.search(rf"^{table}: ", sources, re.MULTILINE)
