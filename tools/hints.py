"""Which share of wrong answers gets a hint that names the mistake.

    python tools/hints.py                 all of `tests/unlisted`: for each set a row for each lesson
    python tools/hints.py 4.2 5           of an exercise and of a lesson, with each hint that does not name it
    python tools/hints.py --set third     one set alone

"named" holds the words that its row wants; "vague" names no cause; "wrong cause" is the hint of a declared
mistake, but not of this one; "passed" was taken for right.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets.course.checks import judge  # noqa: E402
from tests.unlisted import SETS, Later, Try, unlisted  # noqa: E402

Outcome = Literal["named", "vague", "wrong cause", "passed"]
OUTCOMES: tuple[Outcome, ...] = ("named", "vague", "wrong cause", "passed")


def outcome_of(one: Try) -> tuple[Outcome, str]:
    """Return what came of a wrong answer, and what was said."""
    answer = one.answer.make() if isinstance(one.answer, Later) else one.answer
    verdict = judge(one.number, answer, "en")
    if verdict.state == "right":
        return "passed", verdict.message
    if re.search(one.words, verdict.message, re.IGNORECASE):
        return "named", verdict.message
    return "wrong cause" if verdict.known else "vague", verdict.message


def wanted(number: str, asked: list[str]) -> bool:
    """Say whether an exercise is among those asked for: all, its lesson, or itself."""
    return not asked or number in asked or number.split(".")[0] in asked


def say(line: str) -> None:
    """Write a line at once: some answers take seconds."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("asked", nargs="*", metavar="exercise or lesson")
    parser.add_argument("--set", choices=SETS, action="append", dest="sets", help="all of them, if not given")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEGWIDGETS_PROGRESS"] = str(Path(folder) / "progress.json")
        for which in options.sets or SETS:
            tell(which, options.asked)


def tell(which: str, asked: list[str]) -> None:
    """Print the table of a set."""
    counts: dict[str, Counter[Outcome]] = {}
    for one in unlisted(which):
        if wanted(one.number, asked):
            outcome, message = outcome_of(one)
            counts.setdefault(one.number.split(".")[0], Counter())[outcome] += 1
            if asked and outcome != "named":
                say(f"{outcome:<12}{one.number}  {one.mistake}: {message}")
    say(f"{which:<8}" + "".join(f"{name:>12}" for name in (*OUTCOMES, "share named")))
    for lesson, row in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        shares = "".join(f"{row[name]:>12}" for name in OUTCOMES)
        say(f"{lesson:<8}{shares}{row['named'] / max(1, row.total()):>11.0%}")


if __name__ == "__main__":
    main()
