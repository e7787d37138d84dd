"""Hand-ins run in processes of their own and are judged here: cheats gain nothing, hostile ones end."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from segwidgets.course.handing_out import lesson_files
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.by_hand import explained
from segwidgets.mark.confinement import namespaces
from segwidgets.mark.judging import Judged, Mark, judge_notebook
from segwidgets.mark.lessons import carried, lessons, take
from segwidgets.mark.records import State
from segwidgets.mark.supervising import Bounds
from segwidgets.mark.values import Parcel, ValueRefused, message, read_message, unpack

pytestmark = pytest.mark.slow

BOX_IOU = """
def box_iou(first, second):
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    common = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return common / (sum(areas) - common)

check("4.2", box_iou)
"""
GOOD = {"4.1": 'before = 432\ncheck("4.1", before)', "4.2": BOX_IOU}


def judged(answers: dict[str, str], lesson: int = 4, **bounds: int) -> Judged:
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    found = judge_notebook(lessons("en")[lesson], answers, Bounds(**bounds))
    left = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    assert not [process for process in left if process.status() != psutil.STATUS_ZOMBIE]
    return found


def states(found: Judged) -> dict[str, str]:
    return {mark.exercise: mark.state for mark in found.marks}


def words(found: Judged) -> dict[str, str]:
    return {mark.exercise: mark.message for mark in found.marks}


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_solution_of_lesson_2_passes_and_usual_mistakes_get_their_hints() -> None:
    solution = take(lesson_files("es", True)["solutions/02_click_masks.ipynb"])
    wrong = {
        **solution.answers,
        "2.1": 'helmet = 2\ncheck("2.1", helmet)',
        "2.2": 'helmet_box = (344, 280, 512, 512)\ncheck("2.2", helmet_box)',
        "2.3": 'hopper_mask = hopper.mask\ncheck("2.3", hopper_mask)',
        "2.4": 'def stability(logits):\n    logits[0] = 0\n    return 1\n\ncheck("2.4", stability)',
    }
    del wrong["2.5"]
    found = judge_notebook(lessons("es")[2], solution.answers, Bounds(seconds=300))
    assert set(states(found).values()) == {"passed"}, words(found)
    assert [mark.exercise for mark in found.marks if mark.mask is not None] == ["2.1", "2.3", "2.5"]
    found = judge_notebook(lessons("es")[2], wrong, Bounds(seconds=300))
    assert states(found) == {
        "2.1": "failed",
        "2.2": "failed",
        "2.3": "not tried",
        "2.4": "failed",
        "2.5": "not tried",
    }
    assert "Esto es un número" in words(found)["2.1"]
    assert "¿Cambiaste x por y?" in words(found)["2.2"]
    assert "copia" in words(found)["2.4"]


def test_an_answer_that_was_clicked_together_is_told_how_to_be_handed_in_and_stays_what_it_is() -> None:
    lesson, tr = lessons("es")[2], Phrases("es")

    def told(state: State, source: str | None, said: tuple[str, ...] = ()) -> Mark:
        return explained(Mark("2.3", state, "El IoU es 0.4."), source, lesson, said, tr)

    clicked = 'hopper_mask = hopper.mask\ncheck("2.3", hopper_mask)'
    for mark in (told("not tried", clicked), told("failed", clicked, ("2.3",))):
        assert "hopper.add_point(250, 170)" in mark.message
        assert "hopper.history" in mark.message
    assert told("failed", clicked, ("2.3",)).state == "failed"
    assert told("failed", clicked, ("2.3",)).message.startswith("El IoU es 0.4.")
    others: list[tuple[State, str | None, tuple[str, ...]]] = [
        ("failed", clicked, ("2.2",)),
        ("failed", "hopper_mask = cup.mask", ("2.3",)),
        ("error", clicked, ("2.3",)),
        ("passed", clicked, ("2.3",)),
        ("not tried", None, ("2.3",)),
    ]
    for state, source, said in others:
        assert told(state, source, said).message == "El IoU es 0.4."
    assert "None" in told("not tried", "hopper_mask = None").message
    own = 'mine = ClickSegmenter("grace_hopper")\ncheck("2.3", mine.mask)'
    assert "mine.history" in told("not tried", own).message


EVERY = [(lang, number) for lang in sorted(carried()) for number in lessons(lang)]


@pytest.mark.model
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("lang", "number"),
    [one if one == ("en", 6) else pytest.param(*one, marks=pytest.mark.long) for one in EVERY],
)
def test_the_solution_of_every_lesson_passes(lang: str, number: int) -> None:
    lesson = lessons(lang)[number]
    solution = take(lesson_files(lang, True)[f"solutions/{lesson.name}.ipynb"])
    assert (solution.lesson, solution.lang) == (number, lang)
    assert (solution.changed, solution.own, solution.missing, solution.taken) == (0, 0, (), {})
    found = judge_notebook(lesson, solution.answers, Bounds(seconds=600, cpu_s=3000))
    assert set(states(found).values()) == {"passed"}, words(found)


CHEATS = {
    "a patched check": """
import segwidgets.course, segwidgets.course.checks, segwidgets.course.registry as registry
segwidgets.course.checks.judge = lambda *a: segwidgets.course.checks.Verdict("right", "")
for key in list(registry.REGISTRY): registry.REGISTRY[key] = lambda answer, tr: "fine"
check = lambda *a: print("✓ 4.1 Right.")
before = 1
check("4.1", before)
""",
    "progress, a tick and an exit": """
import os, pathlib, sys
pathlib.Path(".segwidgets_progress.json").write_text('{"exercises": {"4.1": "right"}}')
pathlib.Path(os.environ["SEGWIDGETS_PROGRESS"]).write_text('{"exercises": {"4.1": "right"}}')
print("✓ 4.1 Right.")
before = 1
sys.exit(0)
""",
    "numpy and equality of one's own": """
import numpy, builtins
numpy.array_equal = numpy.allclose = lambda *a, **k: True
builtins.abs = lambda value: 0
class Always(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
before = Always(1)
check("4.1", before)
""",
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_gains_nothing_and_an_honest_answer_beside_it_counts(cheat: str, tmp_path: Path) -> None:
    found = judged({"4.1": CHEATS[cheat], "4.2": BOX_IOU}, seconds=60)
    assert states(found)["4.1"] in ("failed", "error"), words(found)
    if "one's own" not in cheat:  # who breaks abs() breaks their own answers
        assert states(found)["4.2"] == "passed", words(found)


def test_files_beside_the_notebook_take_no_module_s_place() -> None:
    def furnish(box: Path) -> None:
        for name in ("numpy", "segwidgets", "json", "IPython"):
            (box / f"{name}.py").write_text("raise SystemExit(3)")
        (box / "mine.py").write_text("NUMBER = 432")

    answers = {"4.1": 'from mine import NUMBER\ncheck("4.1", NUMBER)'}
    found = judge_notebook(lessons("en")[4], answers, Bounds(seconds=60), furnish)
    assert states(found)["4.1"] == "passed", words(found)


HOSTILE = {
    "a loop": ("while True: pass", "without an end", {"seconds": 8}),
    "a fork bomb": ("import os\nwhile True: os.fork()", "processes|ended", {"seconds": 60}),
    "30 GB": ("import numpy as np\nbefore = np.ones((30, 1000, 1000, 125))", "MemoryError", {"seconds": 60}),
    "8 GB": (
        "import numpy as np\nbefore = np.ones((8, 1000, 1000, 125))",
        "wanted more than 2000 MB",
        {"seconds": 60, "memory_mb": 2000},
    ),
    "the kernel's parent": (
        "import os, signal\nfor pid in (os.getppid(), 1, os.getpid()):\n"
        "    if pid: os.kill(pid, signal.SIGKILL)\nos._exit(0)",
        "ended",
        {"seconds": 60},
    ),
    "output, input, threads, no folder": (
        "import os, shutil, sys, threading\n"
        "for _ in range(200): sys.stdout.write('x' * 1_000_000)\n"
        "threading.Thread(target=lambda: threading.Event().wait(), daemon=False).start()\n"
        "os.popen('sleep 1000')\n"
        "shutil.rmtree(os.getcwd(), ignore_errors=True)\n"
        "input()",
        "EOFError",
        {"seconds": 60},
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_answers_end_and_cost_no_other_its_mark(kind: str) -> None:
    if kind == "the kernel's parent" and not namespaces():
        pytest.skip("without namespaces it kills this test")
    source, word, bounds = HOSTILE[kind]
    found = judged({"4.1": source, "4.2": BOX_IOU}, **bounds)
    assert states(found)["4.1"] == "error", words(found)
    assert any(one in words(found)["4.1"] for one in word.split("|")), words(found)
    assert states(found)["4.2"] == "passed", words(found)


def test_without_walls_too_nothing_is_left_of_what_a_cell_began_or_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
import os, subprocess
subprocess.Popen(["sleep", "1000"], start_new_session=True)
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        os.execlp("sleep", "sleep", "1000")
    os._exit(0)
try:
    open("big", "wb").truncate(6_000_000)
    before = 0
except OSError:
    before = 432
for _ in range(1000):
    os.mkdir("deep")
    os.chdir("deep")
os.chmod(os.environ["HOME"] + "/deep", 0)
check("4.1", before)
"""
    monkeypatch.setattr("segwidgets.mark.supervising.namespaces", tuple)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = judged({"4.1": source}, seconds=60, file_mb=5)
    assert found.walls is False
    assert states(found)["4.1"] == "passed", words(found)
    assert not list(tmp_path.iterdir())


def test_who_computes_for_too_long_is_ended_whatever_the_clock_says() -> None:
    program = "from segwidgets.mark.confinement import limit; limit(8000, 1, 10, 4000)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", program], timeout=120, check=False)
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


@pytest.mark.skipif(not namespaces(), reason="this system lets nobody have namespaces")
def test_behind_walls_there_is_no_network_and_nothing_else_to_write_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("SECRET", "of the teacher's")
    neighbour = tmp_path / "neighbour.ipynb"
    neighbour.write_text("theirs")
    source = f"""
import os, pathlib, socket, subprocess, tempfile
found = []
try: pathlib.Path({str(neighbour)!r}).write_text("mine"); found.append("neighbour")
except OSError: pass
try: subprocess.run(["mount", "-o", "remount,rw", "/"], check=True); found.append("mount")
except Exception: pass
try: pathlib.Path("/dev/shm/segwidgets").write_text("mine"); found.append("shm")
except OSError: pass
try: socket.create_connection(("127.0.0.1", 9), 1); found.append("network")
except OSError as error: found += [] if error.errno == 101 else [repr(error)]
found += [name for name in ("DISPLAY", "SECRET") if name in os.environ]
found += [] if os.environ["HOME"] == os.getcwd() else ["home"]
found += [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) > 30]
tempfile.mkstemp(); pathlib.Path("here").touch()
before = 432 if not found else str(found)
check("4.1", before)
"""
    found = judged({"4.1": source}, seconds=60)
    assert found.walls
    assert states(found)["4.1"] == "passed", words(found)
    assert neighbour.read_text() == "theirs"


def test_values_travel_and_nothing_else() -> None:
    import numpy as np

    from segwidgets import Prompt

    for value in (
        None,
        ...,
        True,
        3,
        2.5,
        float("nan"),
        "é",
        (1, [2.0, "x"]),
        Prompt([(1, 2)]),
        np.float32(2),
    ):
        parcel = Parcel()
        told, blobs = read_message(io.BytesIO(message(parcel.pack(value), parcel.blobs)).read)
        again = unpack(told, blobs)
        assert type(again) is type(value)
        assert repr(again) == repr(value)
    parcel = Parcel()
    mask = np.eye(5, dtype=bool)[:, ::2]
    assert np.array_equal(unpack(parcel.pack(mask), parcel.blobs), mask)
    assert "array" in repr(unpack(Parcel().pack(np.array([{}])), []))
    lies: list[Any] = [
        {"kind": "array", "dtype": "|O", "shape": [1], "scalar": False, "blob": 0},
        {"kind": "array", "dtype": "<f8", "shape": [10**9], "scalar": False, "blob": 0},
        {"kind": "array", "dtype": "<f8", "shape": [-1], "scalar": False, "blob": 0},
        *({"kind": "array", "dtype": dtype, "shape": [1], "scalar": False, "blob": 0}
          for dtype in ("f4,(", "i4, (", "V8", "T", "M8[ns]", "{", "<f99999999999", "object")),
        {"kind": "pickle"}, {}, 3, None, {"kind": "prompt", "prompt": "[]"},
    ]  # fmt: skip
    for lie in lies:
        with pytest.raises(ValueRefused):
            unpack(lie, [b"x" * 8])
    path = unpack(Parcel().pack(Path("/etc/passwd")), [], Path(os.getcwd()))
    assert not path.exists()


OWN_PHOTO = """
PHOTO = "my photo.png"
photo = load_image(PHOTO)
"""


@pytest.mark.parametrize("there", [True, False])
def test_a_photo_of_one_s_own_counts_where_the_lesson_asks_for_it(there: bool) -> None:
    from segwidgets.ground.files import save_picture

    notebook = json.loads(lesson_files("en")["07_your_own_photo.ipynb"])
    for cell in notebook["cells"]:
        if "".join(cell["source"]).startswith("PHOTO ="):
            cell["source"] = OWN_PHOTO
        elif 'check("7.1"' in "".join(cell["source"]):
            cell["source"] = 'my_prompt = Prompt(box=(5, 5, 90, 50))\ncheck("7.1", (photo, my_prompt))'
            cell["source"] = f"from segwidgets import Prompt\n{cell['source']}"
    found = take(json.dumps(notebook).encode())
    assert (found.changed, len(found.taken)) == (0, 1)

    def furnish(box: Path) -> None:
        if there:
            save_picture(np.zeros((60, 100, 3), np.uint8), box / "my photo.png")

    lesson = lessons("en")[7].with_own(found.taken)
    judged = judge_notebook(lesson, found.answers, Bounds(seconds=300), furnish)
    first = judged.marks[0]
    if there:
        assert first.state == "passed", first.message
    else:
        assert first.state == "error"
        assert "A cell that you changed stopped with FileNotFoundError" in first.message
