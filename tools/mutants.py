"""Put small bugs into the modules that decide, one at a time, and see which of them no test notices.

    python tools/mutants.py [ROOM ...] [--share 0.2] [--minutes 60] [--again]

mutmut makes the bugs (a comparison turned, a number up by one, a text changed, an argument left out) in every
function that has no decorator, and runs only the tests that reach it. A `--share` of them is the same at
every run. What is done is kept in `build/mutants`: run again, it goes on where it stopped, with changed
functions anew; `--again` asks once more about those that lived, after tests were added.
`build/mutants/survivors.md` lists who lives, with what was changed in a word; the table goes to the terminal.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutants"
TIME_UP = {24, 36, 152, -24}
KILLED = {1, 3} | TIME_UP  # a test failed, or the time was up
NOT_RUN = 255  # pytest could not even find the tests, which mutmut takes for time that was up
ALSO = [
    "benchmarks",
    "figures",
    "notebooks",
    "tools",
    *(f"{name}.md" for name in ("README", "README.es", "CONTRIBUTING")),
]


class Room(NamedTuple):
    """What is changed, and the tests that touch it: their modules, or one of them as MODULE::NAME."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


UNSEEN = {  # tests that only start commands, where no bug is seen, or that read the text of the package
    "hostile_files": (
        "a_check_without_memory_is_whole_or_one_sentence",
        "a_command_without_memory_fails_in_one_sentence",
        "a_folder_that_is_not_there_is_named_as_it_is",
        "a_huge_photo_is_decoded_in_little_more_than_its_pixels",
        "any_encoding_of_the_terminal_gets_the_whole_table",
        "image_files_are_opened_in_one_place_with_the_formats_that_we_mean",
        "names_neither_steer_the_terminal_nor_forge_ticks",
        "the_folder_that_was_made_is_named_as_it_is",
        "the_other_commands_write_to_an_ascii_terminal_and_need_no_home",
    ),
}
VALUES = "hostile_values::test_"
ROOMS = {
    "geometry": Room(("geometry.py",), ("geometry",)),
    "prompts": Room(
        ("prompts.py",),
        (
            "prompts",
            f"{VALUES}a_strangers_prompt_is_one_value_error",
            f"{VALUES}a_size_without_pixels_is_refused",
        ),
    ),
    "images": Room(
        ("images.py", "ground/decoding.py", "ground/floods.py"),
        ("images", "hostile_files", "hostile_values", "small_bugs"),
    ),
    "candidates": Room(("candidates.py",), ("choice", "small_bugs")),
    "masks": Room(("masks/*.py",), ("masks", "diagnosis", "hostile_values", "small_bugs")),
    "gif": Room(
        ("drawing/gif.py",),
        (
            "gif",
            "faults::test_an_animation_is_written_whole",
            f"{VALUES}equal_frames_of_a_gif_are_all_there",
            f"{VALUES}pauses_between_other_frames_stay_where_they_were",
            f"{VALUES}durations_of_numpy_are_numbers_and_long_ones_are_refused",
        ),
    ),
    "check": Room(
        tuple(f"workshop/{name}.py" for name in ("*_check", "finding", "handin", "sections")),
        ("delivery", "hostile_files", "nothing_lost", "small_bugs"),
    ),
    "actions": Room(("widgets/click_segmenter/actions.py",), ("widget_actions",)),
    "session": Room(("widgets/session/*.py",), ("click_segmenter_session",)),
    "judges": Room(
        ("course/judges.py",),
        (
            "judges",
            f"{VALUES}a_students_function_cannot_leave_the_judge",
            f"{VALUES}stop_is_still_the_users_own",
        ),
    ),
    "course": Room(
        tuple(f"course/{name}.py" for name in ("checks", "lesson", "quizzing", "registry", "solved")),
        ("course",),
    ),
    "checkpoints": Room(("checkpoints/*.py",), ("checkpoints", "small_bugs")),
}


def main() -> int:
    """Try the bugs of the rooms that were asked for, and report of all rooms that were ever begun."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rooms", nargs="*", help=f"some of {', '.join(ROOMS)}; by default all")
    parser.add_argument("--share", type=float, default=1.0, help="of all bugs, drawn by their names")
    parser.add_argument(
        "--minutes", type=float, default=600.0, help="stop after so long; the next run goes on"
    )
    parser.add_argument("--again", action="store_true", help="ask about those that lived as well")
    options = parser.parse_args()
    unknown = [name for name in options.rooms if name not in ROOMS]
    if unknown:
        parser.error(f"there is no room {unknown[0]!r}: {', '.join(ROOMS)}")
    end = time.monotonic() + 60 * options.minutes
    failed = []
    for name in options.rooms or ROOMS:
        if time.monotonic() < end and not try_room(name, options.share, options.again, end):
            failed.append(name)
    report()
    for name in failed:
        sys.stderr.write(f"{name}: mutmut could not run, see {WORK / name / 'log'}\n")
    return bool(failed)


def try_room(name: str, share: float, again: bool, end: float) -> bool:
    """Let mutmut work on a room until its time is up; whether it could."""
    place = WORK / name
    prepare(ROOMS[name], place)
    call_mutmut(place, ["nobody is called so"], end)  # it makes the bugs, runs the tests once, and ends
    if "nothing matches" not in (place / "log").read_text("utf-8", "replace")[-500:]:
        return time.monotonic() > end  # a test fails without any bug, or the time is up
    names = [
        key
        for key, status in results_of(place / "mutants")
        if is_drawn(key, share) and (status is None or (again and status not in KILLED))
    ]
    if not names or time.monotonic() > end:
        return True
    return call_mutmut(place, names, end)


def prepare(room: Room, place: Path) -> None:
    """Lay out what mutmut copies, by links, and its settings."""
    place.mkdir(parents=True, exist_ok=True)
    for entry in ("segwidgets", "tests", *ALSO):
        link = place / entry
        if not link.is_symlink():
            link.symlink_to(ROOT / entry)
    shutil.rmtree(place / "mutants" / "tests", ignore_errors=True)  # what is gone here must be gone there
    unseen = [
        f"--deselect=tests/test_{module}.py::test_{test}"
        for module, tests in UNSEEN.items()
        if module in room.tests
        for test in tests
    ]
    settings = {
        "source_paths": ["segwidgets"],
        "only_mutate": [f"segwidgets/{pattern}" for pattern in room.files],
        "also_copy": ALSO,
        "pytest_add_cli_args": ["-m", "not model and not browser", "-p", "no:cacheprovider", *unseen],
        "pytest_add_cli_args_test_selection": [
            "tests/test_{}.py{}{}".format(*test.partition("::")) for test in room.tests
        ],
        "process_isolation": "forkserver",  # no thread of OpenCV's lives where the tests are forked from
        "use_git_change_detection": False,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (place / "pyproject.toml").write_text("\n".join([text, "[tool.mutmut]", *lines, ""]), "utf-8")


def call_mutmut(place: Path, names: list[str], end: float) -> bool:
    """Run it until it is done or the time is up; whether nothing went wrong."""
    command = [str(Path(sys.executable).with_name("mutmut")), "run", *names]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    with (place / "log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=place, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            return process.wait(max(1.0, end - time.monotonic())) == 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            for sign in (signal.SIGINT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, sign)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)


def is_drawn(name: str, share: float) -> bool:
    """Whether a bug is among the share of all; always the same ones."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) < share * 16**8


def report() -> None:
    """Write down who lives in each room that was begun, and the table."""
    table = ["| room | bugs | tried | killed | by the clock | share |", "|---|--:|--:|--:|--:|--:|"]
    survivors = ["# Bugs that no test notices\n"]
    total = [0, 0, 0, 0]
    for name in ROOMS:
        results = dict(results_of(WORK / name / "mutants"))
        if not results:
            continue
        tried = {key: status for key, status in results.items() if status is not None}
        killed, late = (sum(status in kind for status in tried.values()) for kind in (KILLED, TIME_UP))
        counts = (len(results), len(tried), killed, late)
        table.append(row(name, *counts))
        total = [one + more for one, more in zip(total, counts, strict=True)]
        survivors.append(f"\n## {name}\n")
        survivors += living(
            WORK / name / "mutants", {key for key in tried if tried[key] not in KILLED}, tried
        )
    table.append(row("all", *total))
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / "survivors.md").write_text("\n".join([*table, "", *survivors, ""]), "utf-8")
    sys.stdout.write("\n".join([*table, "", f"who lives: {WORK / 'survivors.md'}", ""]))


def row(name: str, count: int, tried: int, killed: int, late: int) -> str:
    """Write a line of the table; `late` are those of the killed whose tests took too long."""
    return f"| {name} | {count} | {tried} | {killed} | {late} | {100 * killed / max(1, tried):.1f} % |"


def results_of(place: Path) -> Iterator[tuple[str, int | None]]:
    """Yield each bug's name with what came of it, an exit status; None where it was not tried."""
    for path in sorted(place.rglob("*.py.meta")):
        for name, status in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items():
            yield name, None if status == NOT_RUN else status


def living(place: Path, names: set[str], statuses: dict[str, int | None]) -> Iterator[str]:
    """Yield a line for each survivor: its name, a word, and what stood there before and stands there then."""
    for path in sorted(place.rglob("*.py.meta")):
        mine = [key for key in json.loads(path.read_text("utf-8"))["exit_code_by_key"] if key in names]
        if not mine:
            continue
        code = {}
        for node in ast.walk(ast.parse(path.with_suffix("").read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
                code[node.name] = ast.unparse(ast.Module(node.body, []))
        for key in mine:
            bug = key.rpartition(".")[2]
            before = code.get(f"{bug.rpartition('__mutmut_')[0]}__mutmut_orig", "").splitlines()
            lines = list(difflib.unified_diff(before, code.get(bug, "").splitlines(), n=0, lineterm=""))[3:]
            old = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
            new = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
            word = "reached by no test" if statuses[key] == 33 else word_for(old, new)
            yield f"- `{key}` {word}: `{old}` → `{new}`"


def word_for(old: str, new: str) -> str:
    """Say in a word what was changed."""
    if ("XX" in new and "XX" not in old) or old.lower() == new.lower():
        return "text"
    for word, signs in {
        "comparison": (" < ", " <= ", " > ", " >= ", " == ", " != ", " is ", " in "),
        "logic": (" and ", " or ", "not ", "break", "continue", "True", "False"),
    }.items():
        if any(old.count(sign) != new.count(sign) for sign in signs):
            return word
    if "None" in new and len(new) != len(old) and new.count("None") > old.count("None"):
        return "nothing instead of a value"
    if len(new) < len(old) and new.count(",") < old.count(","):
        return "argument left out"
    return "number" if sum(map(str.isdigit, new)) and len(new) - len(old) in (0, 1) else "operation"


if __name__ == "__main__":
    sys.exit(main())
