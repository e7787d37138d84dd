"""The paper for the Journal of Open Source Education says what is there, and cites what it lists."""

from __future__ import annotations

import re
from pathlib import Path

from tools.lesson_table import sources

PAPER = Path(__file__).resolve().parent.parent / "paper"
TEXT = (PAPER / "paper.md").read_text("utf-8")
WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
WORDS += ["thirteen", "fourteen", "fifteen", "sixteen"]
ASKED = [
    "Summary",
    "Statement of need",
    "Learning objectives",
    "Content and instructional design",
    "Experience of use",
]


def test_it_has_the_sections_that_the_journal_asks_for_in_a_thousand_words() -> None:
    headings = re.findall(r"^# (.+)$", TEXT, re.MULTILINE)
    assert [one for one in ASKED if one not in headings] == []
    assert 250 <= len(TEXT.split("---", 2)[2].split()) <= 1000


def test_it_cites_what_it_lists_and_nothing_else() -> None:
    cited = set(re.findall(r"@(\w+)", TEXT.split("---", 2)[2]))
    assert cited == set(re.findall(r"^@\w+\{(\w+),", (PAPER / "paper.bib").read_text("utf-8"), re.MULTILINE))


def test_it_counts_the_lessons_right() -> None:
    assert f"with {WORDS[len(sources())]} step-by-step Jupyter notebooks" in TEXT
