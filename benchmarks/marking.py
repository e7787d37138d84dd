"""How long a class takes to be marked: thirty hand-ins of lesson 2, its solutions with mistakes.

`python -m benchmarks.marking` writes the hand-ins into a temporary folder, marks them by `segwidgets mark`'s
own function and prints seconds in all, for each hand-in, and what came out. `--hand-ins 4` takes fewer,
`--workers 1` one process; `--keep DIR` leaves hand-ins and marks there. Exit status 1 where a mark is other
than it should be.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from segwidgets.course.handing_out import lesson_files
from segwidgets.mark.lessons import take
from segwidgets.mark.marking import Marks, mark_class

LESSON = "02_click_masks.ipynb"
NAMES = "Ana García López,Bo,María José Núñez,Li Wei,Zoë,Óscar Peña,Iván,Chloé,Noor,Jun"
MISTAKES: tuple[dict[str, str | None], ...] = (  # by exercise; None leaves it as it was handed out
    {},
    {"2.1": 'helmet = on_helmet.best_mask\ncheck("2.1", helmet)'},
    {"2.2": 'helmet_box = (344, 280, 512, 512)\ncheck("2.2", helmet_box)', "2.5": None},
    {"2.3": 'hopper_mask = hopper.mask\ncheck("2.3", hopper_mask)'},
    {"2.4": 'def stability(logits):\n    return (logits > 1).mean()\n\n\ncheck("2.4", stability)'},
    {"2.5": 'rocket = rockets.predict(on_rocket).best_mask\ncheck("2.5", rocket)'},
    {"2.2": 'helmet_box = (280, 344, 232, 168)\ncheck("2.2", helmet_box)', "2.4": None},
    {"2.1": 'helmet = on_helmt.masks[2]\ncheck("2.1", helmet)'},
    {"2.4": 'def stability(logits):\n    print((logits > 1).sum())\n\n\ncheck("2.4", stability)'},
    {"2.3": None, "2.4": None, "2.5": None},
)


def write_class(folder: Path, count: int) -> dict[str, set[str]]:
    """Write hand-ins as Moodle gives them out; return which exercises of each student are wrong."""
    wrong = {}
    names = NAMES.split(",")
    for number in range(count):
        lang = ("es", "en")[number % 2]
        mistakes = MISTAKES[number % len(MISTAKES)]
        solved = lesson_files(lang, solutions=True)
        notebook, plain = (json.loads(solved[name]) for name in (f"solutions/{LESSON}", LESSON))
        handed_out = {cell["id"]: cell["source"] for cell in plain["cells"]}
        for cell in notebook["cells"]:
            for exercise, source in mistakes.items():
                if f'check("{exercise}"' in "".join(cell["source"]):
                    cell["source"] = handed_out[cell["id"]] if source is None else source
        student = f"{names[number % len(names)]} {number + 1}"
        place = folder / f"{student}_{1000 + number}_assignsubmission_file"
        place.mkdir(parents=True)
        (place / LESSON).write_text(json.dumps(notebook), "utf-8")
        wrong[student] = set(mistakes)
    return wrong


def surprises(marks: Marks, wrong: dict[str, set[str]]) -> list[str]:
    """Return what was marked otherwise than it should be."""
    found = []
    for one in marks.marked:
        missed = {exercise.number for exercise in one.exercises if exercise.state != "passed"}
        if one.problem or missed != wrong[one.student]:
            found.append(f"{one.student}: {one.problem or sorted(missed)}, not {sorted(wrong[one.student])}")
    return found


def measure(folder: Path, count: int, workers: int | None) -> tuple[float, Marks, list[str]]:
    """Mark a class; return seconds, the marks, and what is other than it should be."""
    wrong = write_class(folder / "class", count)
    since = perf_counter()
    marks = mark_class(folder / "class", folder / "marks", workers=workers)
    return perf_counter() - since, marks, surprises(marks, wrong)


def main() -> int:
    """Print what was measured; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.marking", description=__doc__)
    parser.add_argument("--hand-ins", type=int, default=30)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    take(lesson_files(solutions=True)[f"solutions/{LESSON}"])  # loads the lessons: not what is measured
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        seconds, marks, odd = measure(folder, arguments.hand_ins, arguments.workers)
    states = Counter(exercise.state for one in marks.marked for exercise in one.exercises)
    alone = sum(one.seconds for one in marks.marked) / max(1, len(marks.marked))
    print(
        f"{len(marks.marked)} hand-ins of lesson 2 in {seconds:.0f} s, "
        f"{seconds / arguments.hand_ins:.1f} s each"
    )
    print(f"one by itself, while others ran: {alone:.1f} s; walls: {marks.walls}")
    print(", ".join(f"{count} {state}" for state, count in states.items()))
    for line in odd:
        print(f"other than it should be: {line}")
    return int(bool(odd))


if __name__ == "__main__":
    sys.exit(main())
