"""What the teachers' pages take from the lessons, so that it cannot go stale: aims, times, plans, answers.

A page may hold ``<!-- lesson: 2 -->`` (its title, aims, needs, minutes), ``<!-- plan: 0, 2, 7 -->`` (the
minutes of some lessons and their sum) and ``<!-- answers -->`` (every exercise's answer and what is said of
it, every quiz question with why).
"""

from __future__ import annotations

import re
from typing import Any

import nbformat

from segwidgets.course.quizzing import read_quiz
from tools.build_notebooks import WORDS, Target, raw, sources
from tools.lesson_table import title_of
from tools.lesson_times import minutes, rounded, stretches

MARK = re.compile(r"<!-- (lesson|plan|answers)(?:: ([\d, ]+))? -->")
SAID = {
    "en": {
        "minutes": "Minutes", "needs": "Needs", "sum": "together", "quiz": "Quiz", "and": " and ",
    },
    "es": {
        "minutes": "Minutos", "needs": "Necesita", "sum": "en total", "quiz": "Cuestionario", "and": " y ",
    },
}  # fmt: skip


def fill(text: str, lang: str) -> str:
    """Return a page with what its marks ask for."""
    makers = {"lesson": _lesson, "plan": _plan, "answers": lambda _, lang: _answers(lang)}
    return MARK.sub(lambda found: makers[found[1]](found[2] or "", lang), text)


def _cells(number: int, lang: str, solutions: bool = False) -> list[Any]:
    source = next(one for one in sources() if int(one.stem[:2]) == number)
    return list(raw(Target(source, lang, solutions))[0].cells)


def lesson_minutes(number: int, lang: str) -> float:
    """Return the minutes of a lesson."""
    return minutes(_cells(number, lang))


def _lesson(number: str, lang: str) -> str:
    words, said = WORDS[lang], SAID[lang]
    source = next(one for one in sources() if int(one.stem[:2]) == int(number))
    cells = _cells(int(number), lang)
    head = cells[0].source
    aims = re.search(rf"^## {words['headings'][0]}\n\n(.+?)\n\n", head, re.MULTILINE | re.DOTALL)
    before, after = (re.escape(part) for part in words["needs"].split("{minutes}"))
    needs = re.search(rf"^{before}.+?{after}(.+)", head, re.MULTILINE | re.DOTALL)
    if aims is None or needs is None:
        raise ValueError(f"{source.name}: no aims or needs in its first cell ({lang})")
    parts = [str(rounded(part)) for part in stretches(cells)]
    time = str(rounded(minutes(cells))) + (f" ({' + '.join(parts)})" if len(parts) > 1 else "")
    title = words["title"].format(n=number).removeprefix("# ") + title_of(source, lang)
    needed = " ".join(needs[1].split())
    return f"### {title}\n\n{aims[1]}\n\n*{said['minutes']}:* {time}. *{said['needs']}:* {needed}"


def _plan(numbers: str, lang: str) -> str:
    each = {int(number): lesson_minutes(int(number), lang) for number in numbers.split(",")}
    told = " + ".join(f"{number} ({rounded(value)})" for number, value in each.items())
    return f"{told} = {rounded(sum(each.values()))} min {SAID[lang]['sum']}"


def _answers(lang: str) -> str:
    """Each lesson's exercises with our answer, then its quiz: what is right and why, and why not the rest."""
    lines: list[str] = []
    for source in sources():
        number = int(source.stem[:2])
        lines += [
            f"## {WORDS[lang]['title'].format(n=number).removeprefix('# ')}{title_of(source, lang)}",
            "",
        ]
        asked = ""
        stored = nbformat.read(Target(source, lang, True).path, as_version=4)
        remarks = {
            cell.id: "".join(one.get("text", "") for one in cell.outputs)
            for cell in stored.cells
            if cell.cell_type == "code"
        }
        for cell in _cells(number, lang, solutions=True):
            if cell.cell_type == "markdown":
                found = re.search(r"^### (\d+\.\d+ · .+?)\Z", cell.source, re.MULTILINE | re.DOTALL)
                asked = found[1] if found else asked
            elif re.search(r"^check\(", cell.source, re.MULTILINE) and asked:
                title, _, task = asked.partition("\n")
                lines += [f"### {title}", "", task.strip(), "", "```python", cell.source.strip(), "```", ""]
                lines += [remarks.get(cell.id, "").strip(), ""]
                asked = ""
        lines += [f"### {SAID[lang]['quiz']}", ""]
        for question in read_quiz(number, lang):
            lines += [f"**{question.text}**", ""]
            for option in sorted(question.options, key=lambda one: not one.right):
                lines.append(f"- {'✓' if option.right else '✗'} {option.text} *{option.why}*")
            lines.append("")
    return "\n".join(lines)
