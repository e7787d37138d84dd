"""The runner: with real processes, which are killed, hang, and eat memory."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from segwidgets.cli.jobs import opening, pace
from segwidgets.ground.keeping import digest
from segwidgets.ground.memory import Memory
from segwidgets.jobs import Item, JobError, Limits, Step, processes, run, running
from segwidgets.locale.phrases import Phrases
from tests.jobs_work import begin, cannot_start, count_letters, dies_at_start, tell_threads

ROOT = Path(__file__).resolve().parent.parent
HIDDEN = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]  # folders that others do not see


def workers() -> set[psutil.Process]:
    """Return the processes that this one has started: a browser of other tests, perhaps, among them."""
    return set(psutil.Process().children())


def items(*names: str, payload: object = None) -> list[Item]:
    return [Item(name, payload) for name in names]


def contents(folder: Path) -> dict[str, bytes]:
    """What a job has made, but for its log and lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("log.txt", ".lock")
    }


def can_hide() -> bool:
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run([*HIDDEN, "mount -t tmpfs none /mnt"], capture_output=True, check=False).returncode
        == 0
    )


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(holds: Callable[[], bool], pid: int, seconds: int = 60) -> None:
    """Wait for something that a process brings about, as long as that lives."""
    process = psutil.Process(pid)
    for _ in range(20 * seconds):
        if holds():
            return
        try:
            process.wait(0.05)
        except psutil.TimeoutExpired:
            continue
        break
    assert holds()


def test_results_are_the_same_in_this_process_and_on_others(tmp_path: Path) -> None:
    photo = tmp_path / "é 1.txt"
    photo.write_text("a photo")
    given = [*items("a", "sub/ñandú 2", "broken 1", "nan"), Item("with a file", path=photo)]
    here = run(given, count_letters, tmp_path / "here", workers=0)
    there = run(given, count_letters, tmp_path / "there", workers=2)
    assert here == there
    assert here.results["with a file"] == {"letters": 7}
    assert [failure.item for failure in here.failures] == ["broken 1", "nan"]
    assert here.status == 1
    assert contents(tmp_path / "here") == contents(tmp_path / "there")
    assert (tmp_path / "here/texts/sub/ñandú 2.txt").read_text() == "sub/ñandú 2"


def test_a_bad_item_is_a_line_that_no_spreadsheet_takes_for_a_formula(tmp_path: Path) -> None:
    outcome = run(items("broken", "bug", "leaves", "good"), count_letters, tmp_path, workers=1)
    assert list(outcome.results) == ["good"]
    content = (tmp_path / "failures.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["item", "kind", "what happened", "how to mend it"]
    assert rows[1:] == [
        ["broken", "error", "'=it is broken", "mend it"],
        ["bug", "error", "KeyError: 'a bug'", ""],
        ["leaves", "error", "SystemExit: 3", ""],
    ]


@pytest.mark.parametrize(
    ("name", "kind", "limits"),
    [
        ("dies", "died", Limits()),
        ("hangs", "time", Limits(seconds=0.5)),
        ("eats", "memory", Limits(memory_mb=300)),
    ],
)
def test_an_item_that_cannot_be_done_is_named_and_the_others_are_done(
    tmp_path: Path, name: str, kind: str, limits: Limits
) -> None:
    before = workers()
    given = [*items("a", name, "b", "c", payload=500_000_000)]
    outcome = run(given, count_letters, tmp_path, workers=2, limits=limits, lang="es")
    assert list(outcome.results) == ["a", "b", "c"]
    [failure] = outcome.failures
    assert (failure.item, failure.kind) == (name, kind)
    assert failure.what
    assert failure.mend
    assert workers() <= before


@pytest.mark.parametrize("how", ["dies", "hangs"])
def test_a_worker_that_is_killed_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    limits = Limits(seconds=0.5)
    outcome = run(
        items("litters", "a", payload=how), count_letters, tmp_path / "out", workers=1, limits=limits
    )
    assert [failure.kind for failure in outcome.failures] == ["died" if how == "dies" else "time"]
    assert not list(place.iterdir())


def test_a_worker_that_cannot_be_started_leaves_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(FileNotFoundError):
        run(items("a"), count_letters, tmp_path / "out", workers=1)
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("where", ["_send", "remove"])
def test_ctrl_c_while_a_worker_begins_or_ends_leaves_nothing_in_the_temporary_folder(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    owner = processes.Worker if where == "_send" else processes
    real, interrupted_at = getattr(owner, where), []

    def interrupted(*arguments: Any) -> None:
        if not interrupted_at:
            interrupted_at.append(where)
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(owner, where, interrupted)
    before = workers()
    with suppress(KeyboardInterrupt):
        run(items("litters", payload="dies"), count_letters, tmp_path / "out", workers=1)
    assert interrupted_at
    assert not list(place.iterdir())
    assert workers() <= before


def test_an_item_whose_worker_died_is_tried_again_alone(tmp_path: Path) -> None:
    outcome = run(
        items("once", "a", payload=str(tmp_path / "mark")), count_letters, tmp_path / "out", workers=2
    )
    assert outcome.status == 0
    assert set(outcome.results) == {"once", "a"}


@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_what_an_item_has_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    run(
        items("begets", payload=str(note)),
        count_letters,
        tmp_path / "out",
        workers=1,
        limits=Limits(seconds=2),
    )
    assert not is_alive(int(note.read_text()))


def test_what_is_done_is_not_done_again_but_what_failed_or_changed_is(tmp_path: Path) -> None:
    text, out = tmp_path / "text", tmp_path / "out"
    text.write_text("one")
    given = [Item("text", path=text), *items("a", "broken")]
    told: list[Step] = []
    run(given, count_letters, out, workers=0)
    run(given, count_letters, out, workers=0, progress=told.append)
    assert [(step.item, step.known) for step in told] == [("", 2), ("broken", 2)]
    text.write_text("four")
    told.clear()
    outcome = run(given, count_letters, out, workers=0, progress=told.append)
    assert [step.item for step in told] == ["", "text", "broken"]
    assert outcome.results["text"] == {"letters": 4}


OURS = "texts/a.txt"


def test_what_stood_in_the_way_of_a_job_is_set_aside_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that held a person's files: a mask painted by hand, a table and a sheet of one's own."""
    (tmp_path / "texts").mkdir()
    (tmp_path / OURS).write_text("mine")
    (tmp_path / "failures.csv").write_text("my failures")
    (tmp_path / "state").mkdir()
    (tmp_path / "state/notes.json").write_text('{"files": ["mine.txt"], "item": "a"}')
    (tmp_path / "mine.txt").write_text("mine")
    run(items("a"), count_letters, tmp_path, workers=1, force=True)
    assert (tmp_path / OURS).read_text() == "a"
    assert (tmp_path / "texts/a_old.txt").read_text() == "mine"
    assert (tmp_path / "failures.csv").read_text() == "my failures", "nothing failed, and it is not ours"
    assert (tmp_path / "state/notes.json").exists()
    assert (tmp_path / "mine.txt").exists()
    assert "texts/a_old.txt" in caplog.text
    caplog.clear()
    run(items("a"), count_letters, tmp_path, workers=0)
    assert caplog.text == "", "told once"
    run(items("a", "broken"), count_letters, tmp_path, workers=0)
    assert (tmp_path / "failures_old.csv").read_text() == "my failures"
    run(items("a"), count_letters, tmp_path, workers=0, force=True)
    assert not (tmp_path / "failures.csv").exists(), "that one was ours"


@pytest.mark.parametrize("how", ["force", "again"])
def test_what_a_person_changed_in_a_job_s_folder_is_kept(how: str, tmp_path: Path) -> None:
    run(items("a"), count_letters, tmp_path, workers=0)
    run(items("a"), count_letters, tmp_path, workers=0, force=True)
    assert sorted(path.name for path in (tmp_path / "texts").iterdir()) == ["a.txt"], "ours is replaced"
    (tmp_path / OURS).write_text("corrected by hand")
    run(items("a"), count_letters, tmp_path, workers=0, **{how: True if how == "force" else ["a"]})
    assert (tmp_path / OURS).read_text() == "a"
    assert (tmp_path / "texts/a_old.txt").read_text() == "corrected by hand"


@pytest.mark.parametrize("name", ["../outside.txt", "texts/b.txt", "/etc/hostname"])
def test_a_forged_state_removes_nothing(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(items("a"), count_letters, out, workers=0)
    for path in (tmp_path / "outside.txt", out / "texts/b.txt"):
        path.write_text("mine")
    [state] = (path for path in (out / "state").glob("a-*.json"))
    told = json.loads(state.read_text())
    claimed = digest(b"mine") if name.startswith("..") else "0" * 64
    state.write_text(json.dumps({**told, "files": {name: claimed}}))
    run(items("a"), count_letters, out, workers=0, force=True)
    assert (tmp_path / "outside.txt").read_text() == (out / "texts/b.txt").read_text() == "mine"


def test_one_item_or_all_can_be_done_again(tmp_path: Path) -> None:
    told: list[Step] = []
    run(items("a", "b", "broken"), count_letters, tmp_path, workers=0)
    outcome = run(
        items("a", "b", "broken"), count_letters, tmp_path, workers=0, again=["b"], progress=told.append
    )
    assert [step.item for step in told] == ["", "b"]
    assert (list(outcome.results), len(outcome.failures)) == (["a", "b"], 1)
    told.clear()
    run(items("a", "b"), count_letters, tmp_path, workers=0, force=True, progress=told.append)
    assert [step.item for step in told] == ["", "a", "b"]
    assert not (tmp_path / "failures.csv").exists()
    with pytest.raises(ValueError, match="no item 'c'"):
        run(items("a", "b"), count_letters, tmp_path, workers=0, again=["c"])


def test_a_folder_made_with_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    run(items("a"), count_letters, tmp_path, workers=0, settings={"model": "one"})
    with pytest.raises(ValueError, match="model was 'one' and is 'two'"):
        run(items("a"), count_letters, tmp_path, workers=0, settings={"model": "two"})
    run(items("a"), count_letters, tmp_path, workers=0, settings={"model": "two"}, force=True)


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    run(items("a"), count_letters, tmp_path, workers=0)
    with FileLock(tmp_path / "state/.lock"), pytest.raises(ValueError, match="another run"):
        run(items("a"), count_letters, tmp_path, workers=0)


@pytest.mark.parametrize("start", [cannot_start, dies_at_start])
def test_workers_that_cannot_begin_end_the_run(tmp_path: Path, start: Callable[[], None]) -> None:
    before = workers()
    with pytest.raises(
        JobError, match="weights are not there" if start is cannot_start else "before they can"
    ):
        run(items("a", "b"), count_letters, tmp_path, workers=2, start=start)
    assert workers() <= before


def test_a_work_that_others_cannot_import_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="function of a module"):
        run(items("a"), lambda item: count_letters(item), tmp_path, workers=1)


SCRIPT = """
import sys
from segwidgets.jobs import Item, run
from tests.jobs_work import wait_for_gate

out, gate = sys.argv[1:3]
outcome = run([Item("a"), Item("b"), Item("c", gate or None), Item("d")], wait_for_gate, out, workers=2)
sys.exit(outcome.status)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_goes_on_where_it_was_by_the_same_command(tmp_path: Path, how: int) -> None:
    out, gate, place = tmp_path / "out", tmp_path / "gate", tmp_path / "temporary"
    place.mkdir()
    first = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, out, gate],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(place)},
    )
    state = out / "state"
    wait_until(
        lambda: gate.exists() and gate.read_text() != "" and len(list(state.glob("*-*.json"))) == 3, first.pid
    )
    worker = psutil.Process(int(gate.read_text()))
    first.send_signal(how)
    first.communicate(timeout=5)
    assert worker.wait(5) is None or not worker.is_running()
    assert not list(place.iterdir())
    before = {path: path.stat().st_mtime_ns for path in state.glob("*-*.json")}
    again = subprocess.run([sys.executable, "-c", SCRIPT, out, ""], cwd=ROOT, check=False)
    assert again.returncode == 0
    assert len(list(state.glob("*-*.json"))) == 4
    assert before.items() <= {path: path.stat().st_mtime_ns for path in state.glob("*-*.json")}.items()
    assert not list(out.rglob(".segwidgets-*"))


@pytest.mark.parametrize(
    ("cores", "free_gb", "items", "asked", "found"),
    [
        (4, 99, 9, None, (4, "cores")),
        (4, 1.1, 9, None, (2, "memory")),
        (4, 0.1, 9, None, (1, "memory")),
        (4, 99, 3, None, (3, "items")),
        (4, 1.1, 9, 7, (7, "choice")),
    ],
)
def test_there_are_as_many_processes_as_cores_memory_and_items_allow_and_it_is_known_which(
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    free_gb: float,
    items: int,
    asked: int | None,
    found: tuple[int, str],
) -> None:
    monkeypatch.setattr(running, "cores", lambda: cores)
    monkeypatch.setattr(running, "memory", lambda: Memory(100.0, free_gb))
    assert running.how_many(items, asked, Limits(needs_mb=500)) == found


def test_the_bar_says_how_quick_it_is_how_long_it_takes_what_failed_and_which_limit_holds() -> None:
    english, spanish = Phrases("en"), Phrases("es")
    step = Step(5, 20, 2, 1, "a", None, 2, "memory", 7.5, 125.0)
    assert pace(step, english) == "7.5 a minute · 0:02:05 left · 1 failed"
    assert pace(step, spanish) == "7,5 por minuto · quedan 0:02:05 · 1 falló"
    assert pace(replace(step, done=20, failed=0), english) == ""
    assert list(opening(step, english)) == [
        "2 are done already.",
        "2 processes, more would need more memory.",
    ]
    assert list(opening(replace(step, known=0), spanish)) == ["2 procesos, más necesitarían más memoria."]
    reasons = {
        words
        for held_by in ("cores", "memory", "items", "choice", "cluster", "alone")
        for words in opening(replace(step, known=0, workers=1, held_by=held_by), english)
    }
    assert len(reasons) == 6
    assert not list(opening(Step(2, 2, 0, 0, "", None, 2, "cores", None, None), english))


def test_each_process_begins_once_and_computes_with_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    begun = tmp_path / "begun"
    begun.mkdir()
    given = items("a", "b", "c", "d", "e", "f")
    outcome = run(given, tell_threads, tmp_path / "out", start=partial(begin, begun), workers=2)
    assert list(outcome.results.values()) == [{"told": "1", "used": 1}] * 6
    assert 1 <= len(list(begun.iterdir())) <= 2


def test_a_rate_and_a_time_are_told_once_enough_is_done(tmp_path: Path) -> None:
    steps: list[Step] = []
    run(items("a", "b", "c", "d"), count_letters, tmp_path, workers=0, progress=steps.append)
    assert [step.per_minute is None for step in steps] == [True] * 3 + [False] * 2
    assert steps[-1].seconds_left == 0
    assert steps[-2].seconds_left is not None
    assert steps[-2].seconds_left > 0


def test_an_item_is_given_up_after_three_deaths_the_later_ones_alone(tmp_path: Path) -> None:
    deaths, steps = tmp_path / "deaths", list[Step]()
    given = items("counts", "a", "b", "c", payload=str(deaths))
    outcome = run(given, count_letters, tmp_path / "out", workers=2, progress=steps.append)
    assert len(deaths.read_text().splitlines()) == 3
    assert steps[-1].item == "counts"
    assert "3 workers ended" in outcome.failures[0].what


WAITING = """
import typer
from segwidgets.cli.jobs import bar, finish, one_sentence
from segwidgets.jobs import Item, run
from segwidgets.locale.phrases import Phrases
from tests.jobs_work import wait_for_gate

def main(out: str, gate: str) -> None:
    words = Phrases("en")
    with one_sentence(words), bar(words) as tell:
        run([Item("a"), Item("b", gate)], wait_for_gate, out, workers=2, progress=tell)

typer.run(main)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_a_command_within_five_seconds_in_one_sentence(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    command = [sys.executable, "-c", WAITING, tmp_path / "out", gate]
    ran = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: gate.exists() and gate.read_text() != "", ran.pid)
    ran.send_signal(signal.SIGINT)
    said, told = ran.communicate(timeout=5)
    assert ran.returncode == 130
    assert told.splitlines()[-1] == "Interrupted: the same command goes on from here."
    assert "Traceback" not in said + told


FILLING = """
import typer
from segwidgets.cli.jobs import finish, one_sentence
from segwidgets.jobs import Item, run
from segwidgets.locale.phrases import Phrases
from tests.jobs_work import count_letters

def main(out: str) -> None:
    with one_sentence(Phrases("en")):
        outcome = run([Item("a"), Item("fills", 1_000_000), Item("b")], count_letters, out, workers=1)
    finish(outcome, out, Phrases("en"))

typer.run(main)
"""
TMPFS = """
out=$0; mount -t tmpfs -o size=200k none "$out" && "$@"
first=$?
find "$out" -type f; mount -o remount,size=9m "$out" && "$@"
exit $first$?
"""
LIMITED = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "


@pytest.mark.skipif(os.name == "nt", reason="limits of files")
def test_a_full_disk_ends_the_run_in_one_sentence_and_with_room_the_same_command_goes_on(
    tmp_path: Path,
) -> None:
    def call(code: str, *before: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, sys.executable, "-c", code, str(tmp_path)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    if can_hide():
        both = call(FILLING, *HIDDEN, TMPFS, str(tmp_path))
        assert both.returncode == 20  # 2, then 0
        said, left = both.stderr, [Path(line) for line in both.stdout.splitlines() if line.startswith("/")]
        reason = "No space left on device"
    else:
        first = call(LIMITED + FILLING)
        assert first.returncode == 2
        said, left = first.stderr, [path for path in tmp_path.rglob("*") if path.is_file()]
        reason = "File too large"
        assert call(FILLING).returncode == 0
    [sentence] = [line for line in said.splitlines() if line.startswith("Error")]
    assert sentence == (
        f"Error: {str(tmp_path)!r} cannot be written ({reason}); what is done so far stands: "
        "mend that, and the same command goes on"
    )
    assert "Traceback" not in said
    assert {path.name.partition("-")[0] for path in left} - {"log.txt", ".lock"} == {"a.txt", "a", "job.json"}


def test_a_state_that_is_damaged_is_made_anew(tmp_path: Path) -> None:
    run(items("a"), count_letters, tmp_path, workers=0)
    [state] = (tmp_path / "state").glob("a-*.json")
    whole = state.read_bytes()
    for damage in (b"", whole[:20], b"[]", json.dumps({"item": "b", "facts": {}}).encode()):
        state.write_bytes(damage)
        assert run(items("a"), count_letters, tmp_path, workers=0).results == {"a": {"letters": 1}}
        assert state.read_bytes() == whole
