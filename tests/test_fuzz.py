"""Whatever comes from outside, there is an answer or one of our errors, in bounded time, nothing half made.

`make fuzz` runs the same with many more examples (SEGWIDGETS_FUZZ is their number).
"""

from __future__ import annotations

import io
import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import supervision as sv
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipywidgets import Button, IntSlider, Text
from PIL import Image

from segwidgets import Candidates, Prompt, load_image
from segwidgets.cli import commands
from segwidgets.ground.decoding import SUFFIXES, formats
from segwidgets.ground.samples import sample_path
from segwidgets.images import ImageError
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.click_segmenter.actions import ACTIONS, CORRECTIONS, OBJECT_TOOLS
from segwidgets.widgets.lifetime import parts_of
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import EMPTY
from segwidgets.workshop.delivery import DeliveryError
from segwidgets.workshop.delivery_check import check_workshop
from tests.fake_front import StubSegmenter, round_cat
from tests.test_click_segmenter_session import same
from tests.test_nothing_lost import deliver
from tests.test_pointer import Layer

pytestmark = pytest.mark.slow

MANY = settings(
    max_examples=int(os.environ.get("SEGWIDGETS_FUZZ", "60")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
SECONDS = 20.0  # for one example, of this process, however busy the machine is
BYTES = 1_000_000_000  # that an example may take beside what is there
PEAK = Path("/proc/self/clear_refs")  # Linux: forgets what was the most memory until now


@contextmanager
def bounded() -> Iterator[None]:
    """Assert that what is done within takes bounded time, and bounded memory where the system tells it."""
    if PEAK.exists():
        PEAK.write_text("5")
    before, start = most_bytes(), time.process_time()
    yield
    assert time.process_time() - start < SECONDS
    assert most_bytes() - before < BYTES


def most_bytes() -> int:
    """Return the most memory of this process since it was last forgotten; 0 where nobody tells it."""
    if not PEAK.exists():
        return 0
    return 1024 * int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


def photo_file(kind: str, mode: str = "RGB", frames: int = 1, **how: Any) -> bytes:
    """Return a piece of a real photo as a file, of one frame or of several."""
    with Image.open(sample_path("cat")) as photo:
        pieces = [photo.crop((x, 0, x + 60, 40)).convert(mode) for x in range(100, 100 + 60 * frames, 60)]
    if mode == "I;16":
        pieces = [Image.fromarray(np.asarray(piece.convert("L")).astype(np.uint16) * 200) for piece in pieces]
    content = io.BytesIO()
    pieces[0].save(
        content, kind, **({"save_all": True, "append_images": pieces[1:]} if frames > 1 else {}), **how
    )
    return content.getvalue()


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "turned" * 40
    return exif


KINDS: dict[str, dict[str, Any]] = {
    "PNG": {"kind": "PNG"},
    "PNG with a palette": {"kind": "PNG", "mode": "P", "transparency": 3},
    "PNG with alpha": {"kind": "PNG", "mode": "RGBA"},
    "PNG of 16 bits": {"kind": "PNG", "mode": "I;16"},
    "PNG that moves": {"kind": "PNG", "frames": 3},
    "JPEG": {"kind": "JPEG"},
    "JPEG, progressive and turned": {"kind": "JPEG", "progressive": True, "exif": turned()},
    "JPEG in CMYK": {"kind": "JPEG", "mode": "CMYK"},
    "MPO": {"kind": "MPO", "frames": 2},
    "GIF": {"kind": "GIF", "mode": "P"},
    "GIF that moves": {"kind": "GIF", "mode": "P", "frames": 3},
    "WEBP": {"kind": "WEBP"},
    "WEBP that moves": {"kind": "WEBP", "frames": 3, "lossless": True},
    "TIFF": {"kind": "TIFF"},
    "TIFF, compressed": {"kind": "TIFF", "compression": "tiff_lzw"},
    "TIFF of pages": {"kind": "TIFF", "frames": 3, "compression": "tiff_adobe_deflate"},
    "BMP": {"kind": "BMP"},
    "AVIF": {"kind": "AVIF"},
    "PPM": {"kind": "PPM"},
}
PHOTOS = {name: photo_file(**how) for name, how in KINDS.items() if how["kind"] in {*formats(), "MPO"}}


def test_every_format_that_is_read_is_damaged() -> None:
    assert {how["kind"] for how in KINDS.values()} == set(SUFFIXES)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with bytes changed, cut out, doubled or put in, or cut short."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(1, 40))
        match draw(st.sampled_from(["change", "cut", "double", "insert", "end"])):
            case "change":
                data[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "cut":
                del data[at : at + length]
            case "double":
                data[at:at] = data[at : at + length]
            case "insert":
                data[at:at] = draw(st.binary(max_size=length))
            case "end":
                del data[at:]
    return bytes(data)


@pytest.mark.parametrize("kind", sorted(PHOTOS))
@MANY
@given(data=st.data())
def test_a_damaged_photo_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    content = data.draw(damaged(PHOTOS[kind]))
    with bounded():
        try:
            photo = load_image(content)
        except ImageError as error:
            assert len(str(error)) < 1000  # noqa: PT017
        else:
            assert photo.dtype == np.uint8
            assert photo.ndim == 3
            assert photo.shape[2] == 3


def a_session() -> str:
    session = Session(StubSegmenter())
    session.do("add_point", x=30.0, y=30.0)
    session.do("set_box", x0=5.0, y0=5.0, x1=50.0, y1=50.0)
    session.do("new_object", name="gato")
    session.do("add_point", x=60.0, y=20.0, label=1)
    return session.to_json()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def changed_json(draw: st.DrawFn, text: str) -> str:
    """A record in which some value, wherever it stands, is another one, or lacks, or the text is damaged."""
    if draw(st.integers(0, 4)) == 0:
        return draw(damaged(text.encode())).decode("utf-8", "replace")
    data = json.loads(text)
    for _ in range(draw(st.integers(1, 3))):
        parent, key = None, None
        node = data
        while isinstance(node, dict | list) and node and (parent is None or draw(st.booleans())):
            key = (
                draw(st.sampled_from(sorted(node)))
                if isinstance(node, dict)
                else draw(st.integers(0, len(node) - 1))
            )
            parent, node = node, node[key]
        if parent is None:
            break
        if draw(st.booleans()):
            parent[key] = draw(JSON)
        else:
            del parent[key]
    return json.dumps(data)


SESSION = a_session()


@MANY
@given(text=changed_json(SESSION))
def test_a_changed_record_of_clicks_is_replayed_or_refused(text: str) -> None:
    with bounded():
        try:
            session = Session.from_json(text, StubSegmenter())
        except ValueError as error:
            assert len(str(error)) < 2000  # noqa: PT017
        else:
            assert len(session.history) <= 4


@MANY
@given(text=changed_json(Prompt([(30, 20), (5, 5)], [1, 0], (1, 1, 40, 30)).to_json()))
def test_a_changed_prompt_is_read_or_refused(text: str) -> None:
    try:
        prompt = Prompt.from_json(text)
    except (ValueError, TypeError) as error:
        assert len(str(error)) < 2000  # noqa: PT017
    else:
        assert isinstance(prompt, Prompt)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workshop folder with a photo and one mask; the tests write README and numbers into it."""
    place = tmp_path_factory.mktemp("handin")
    for name in ("input_images", "output_masks", "results"):
        (place / name).mkdir()
    Image.new("RGB", (60, 40), "white").save(place / "input_images/image.png")
    Image.new("L", (60, 40), 255).save(place / "output_masks/mask_0.png")
    return place


ANALYSIS = json.dumps(
    {
        "image": {"height": 40, "width": 60},
        "masks": [{"file": "output_masks/mask_0.png", "measures": {"area_px": 2400}}],
    }
)


@MANY
@given(text=changed_json(ANALYSIS))
def test_changed_numbers_give_findings(text: str, folder: Path) -> None:
    with numbers_of(folder, text):
        checked_in_time(folder)


@contextmanager
def numbers_of(folder: Path, text: str) -> Iterator[None]:
    """Write a folder's numbers where the check reads them, for as long as this lasts."""
    path = folder / "results/analysis.json"
    path.write_text(text, "utf-8")
    try:
        yield
    finally:
        path.unlink()


def test_the_numbers_that_are_changed_are_those_that_the_check_reads(folder: Path) -> None:
    with numbers_of(folder, ANALYSIS):
        found = {finding.item: finding.status for finding in check_workshop(folder, "en")}
    assert found["results/analysis.json"] == "ok"


MARKDOWN = st.lists(
    st.sampled_from(
        ["## ", "# ", "![", "](", ")", "```", "\n", " ", "Reflection", "data:image/png;base64,", "../", "a"]
    )
    | st.text(max_size=8),
    max_size=60,
).map("".join)


@MANY
@given(content=MARKDOWN.map(str.encode) | st.binary(max_size=300))
def test_any_readme_gives_findings(content: bytes, folder: Path) -> None:
    (folder / "README.md").write_bytes(content)
    checked_in_time(folder)


@MANY
@given(data=st.data())
def test_a_damaged_mask_gives_findings(data: st.DataObject, folder: Path) -> None:
    whole = io.BytesIO()
    Image.new("L", (60, 40), 255).save(whole, "PNG")
    (folder / "output_masks/mask_1.png").write_bytes(data.draw(damaged(whole.getvalue())))
    try:
        checked_in_time(folder)
    finally:
        (folder / "output_masks/mask_1.png").unlink()


def checked_in_time(folder: Path) -> None:
    with bounded():
        findings = check_workshop(folder, "en")
    assert findings
    assert {finding.status for finding in findings} <= {"ok", "missing", "todo"}
    unforeseen = [f for f in findings if "cannot be looked at" in f.message]  # any exception becomes that
    assert unforeseen == []


COMMANDS = typer.main.get_command(commands.app).commands  # type: ignore[attr-defined]
OPTIONS = {name: [opt for param in one.params for opt in param.opts] for name, one in COMMANDS.items()}
OTHERS = [opt for opts in OPTIONS.values() for opt in opts]
VALUES = [
    "-",
    "--",
    "..",
    "es",
    "en",
    "1,2",
    "1,2,0",
    "x,y",
    "1,2,3,4",
    "cat",
    "nan",
    "-1",
    "1e999",
    "9" * 400,
]
TEXT = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=12)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """A command, mostly, with options of its own and of others, values and texts in any order."""
    command = draw(st.sampled_from([*COMMANDS, "wrkshop"]))
    own = st.sampled_from([*OPTIONS.get(command, ()), "--help"])
    rest = st.lists(own | st.sampled_from([*VALUES, *OTHERS]) | TEXT, max_size=6)
    return [command, *draw(rest)] if draw(st.integers(0, 9)) else draw(rest)


PUT_ASIDE = (
    "segwidgets.workshop.make.make_workshop",
    "segwidgets.checkpoints.cache.fetch",
    "segwidgets.checkpoints.fetch",
    "segwidgets.doctor.examine.doctor",
    "segwidgets.doctor.doctor",
    "segwidgets.evaluate.evaluate",
    "segwidgets.cli.exporting.export",
    "segwidgets.jobs.batch.label_folder",
    "segwidgets.jobs.cluster.connected",
    "segwidgets.mark.marking.mark_class",
    "segwidgets.course.handing_out.hand_out",
)


@MANY
@given(line=lines())
def test_any_command_line_ends_with_a_status_and_without_a_traceback(
    line: list[str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What commands do is put aside: what is tried is how a line is read and an error is told."""
    place = tmp_path_factory.mktemp("line")
    with monkeypatch.context() as patch, bounded():
        patch.chdir(place)
        patch.setattr(sys, "argv", ["segwidgets", *line])
        for name in PUT_ASIDE:
            patch.setattr(name, _refuse)
        status: object = 0
        try:
            commands.main()
        except SystemExit as end:
            status = end.code
    assert status in (0, 1, 2, None)
    assert list(place.iterdir()) == []


def _refuse(*_: object, **__: object) -> None:
    raise ValueError("put aside")


LINES = st.sampled_from(
    ["## Reflection", "## Masks", "```", "~~~", "````", "<!--", "-->", "## ", "Title\n---", "# a", ""]
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "write",
                "heading",
                "line",
                "delete",
                "double",
                "end",
                "file",
                "change",
                "remove",
                "rename",
                "bytes",
            ]
        ),
        st.integers(0, 200),
        st.integers(0, 200),
        LINES,
        st.sampled_from(["\n", "\r\n", "\r"]),
    ),
    max_size=12,
)


@MANY
@given(
    rounds=st.lists(st.tuples(STEPS, st.sampled_from(["en", "es"]), st.booleans()), min_size=1, max_size=3)
)
def test_whatever_a_student_does_to_a_folder_force_loses_no_word_of_it(
    rounds: list[tuple[list[tuple[str, int, int, str, str]], str, bool]], tmp_path_factory: Any
) -> None:
    place = tmp_path_factory.mktemp("force")
    folder, words = place / "work", 0
    deliver(folder)
    for run, (steps, lang, other_photo) in enumerate(rounds):
        for kind, at, other, line, end in steps:
            words += 1
            work_on(folder, kind, at, other, line, end, f"word{words}.")
        before = said_in(place)
        with suppress(DeliveryError):  # what is no workshop any more is left alone
            deliver(folder, lang, b"another" if other_photo else b"photo", force=True, run=str(run))
        after = said_in(place)
        assert [
            word for number in range(words) if (word := f"word{number + 1}.") in before and word not in after
        ] == []


def said_in(place: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in place.rglob("*") if path.is_file())


def work_on(folder: Path, kind: str, at: int, other: int, line: str, end: str, word: str) -> None:
    """Do one thing that a student may do to a folder; what is new in it holds the word."""
    report = folder / "README.md"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if kind in ("write", "heading", "line", "delete", "double", "end"):
        if not report.is_file():
            return
        lines = report.read_bytes().decode("utf-8", "replace").splitlines()
        at, other = at % (len(lines) + 1), other % (len(lines) + 1)
        match kind:
            case "write":
                lines.insert(at, word)
            case "heading":
                lines.insert(at, f"## {word}")
            case "line":
                lines[at:at] = [line, word]
            case "delete":
                del lines[at : at + 3]
            case "double":
                lines[at:at] = lines[other : other + 9]
            case "end":
                del lines[at:]
        report.write_bytes(end.join(lines).encode())
    elif kind == "file" or not files:
        new = folder / "own" / f"{at % 5}.txt"
        new.parent.mkdir(exist_ok=True)
        new.write_text(word)
    elif kind == "change":
        with files[at % len(files)].open("ab") as file:
            file.write(word.encode())
    elif kind == "remove":
        files[at % len(files)].unlink()
    elif kind == "rename":
        files[at % len(files)].rename(
            files[at % len(files)].with_name(["README.md", "mask_0.png", "a"][other % 3])
        )
    else:
        files[at % len(files)].write_bytes(word.encode())


# the widget: whatever hands do, and however often the model fails

WALKS = max(1, int(os.environ.get("SEGWIDGETS_FUZZ", "60")) // 12)
EVENTS = 300  # of a walk: 1500 in `make test`
KEYS = [key for one in (*ACTIONS, *CORRECTIONS, *OBJECT_TOOLS) for key in one.keys]
FAILURES = RuntimeError("no answer"), MemoryError("no memory"), ValueError(""), ZeroDivisionError("a bug")


class Walk(Layer):
    """A widget under random hands, on a model that fails when it is told to."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        super().__init__(hover=seed % 2 == 0, classes=["cat", "dog"])
        self.predict, self.segmenter.predict = self.segmenter.predict, self.ask  # type: ignore[method-assign]
        self.failure: Exception | None = None
        self.failed = 0  # times in the thread of the hands
        self.told: list[Exception] = []
        show = self.seg.status.show_error
        self.seg.status.show_error = lambda error: (self.told.append(error), show(error))
        if seed % 3 == 0:  # undo then asks the model anew
            self.seg.show_session(Session(self.segmenter, undo_bytes=0))

    def ask(self, *arguments: Any, **named: Any) -> Candidates:
        if self.failure is not None:
            self.failed += threading.current_thread() is threading.main_thread()
            raise self.failure
        return self.predict(*arguments, **named)

    def find(self, *_: Any, **__: Any) -> sv.Detections:
        """Find three masks, in place of both searches."""
        if self.failure is not None:
            raise self.failure
        masks = np.zeros((3, 60, 90), bool)
        masks[0, 5:20, 5:20] = masks[1, 10:40, 30:60] = masks[2, 50:, 80:] = True
        data = {"is_exemplar": np.array([True, False, False]), "predicted_iou": np.ones(3)}
        return sv.Detections(sv.mask_to_xyxy(masks), masks, np.array([1.0, 0.9, 0.4]), data=data)

    def name(self, *_: Any) -> SemanticSegmentation:
        """Name the classes, in place of DeepLab."""
        if self.failure is not None:
            raise self.failure
        return round_cat(20, 30)

    def step(self) -> str:
        """Let something happen, and return what."""
        choose, chance = self.random.choice, self.random.random
        self.failure = choose(FAILURES) if chance() < 0.25 else None
        self.now += choose((0.0, 0.1, 5.0))
        places = [(self.random.uniform(-9, 99), self.random.uniform(-9, 69)) for _ in range(4)]
        ends = [self.at(*place) for place in places]
        kind = choose(("click", "click", "drag", "mouse", "touch", "key", "key", "page", "stroke", "control",
                       "control", "control"))  # fmt: skip
        match kind:
            case "click":
                self.front.click(*ends[0])
            case "drag":
                self.front.drag(*ends[0], *ends[1])
            case "mouse":
                kind = choose(("mouse_down", "mouse_move", "mouse_up", "mouse_out", "client_ready"))
                self.front.event(kind, x=ends[0][0], y=ends[0][1])
            case "touch":
                kind = choose(("touch_start", "touch_move", "touch_end", "touch_cancel"))
                self.front.touch(kind, *ends[: choose((1, 1, 2))])
            case "key":
                kind = choose([*KEYS, "ctrl+z", "ctrl+shift+z", "ctrl+q", "é"])
                *held, key = kind.rsplit("+", 1) if len(kind) > 1 else [kind]
                self.front.key(key, "shift" in "".join(held), "ctrl" in "".join(held), chance() < 0.05)
            case "page":
                kinds = "hover down drag up cancel leave back view still room stop peek"
                kind = choose(kinds.split())
                self.tell(
                    kind,
                    *places[0],
                    page="one",
                    pointer=choose(("mouse", "pen", "touch")),
                    time=self.now * 1000,
                    background=chance() < 0.3,
                    selects=chance() < 0.1,
                    factor=choose((0.5, 1, 3)),
                    dx=choose((-40, 0, 9)),
                    dy=choose((-9, 0, 40)),
                    number=choose((0, 1, 7)),
                    width=choose((0, 400)),
                    height=300.0,
                    ratio=choose((1, 2.5)),
                    name=choose(("", "grow", "forget_painting", "brush", "x")),
                )
            case "stroke":
                tool = choose(("brush", "lasso"))
                self.tell(
                    "stroke", tool=tool, points=ends, radius=12, erase=chance() < 0.4, stroke=1, page="one"
                )
            case "control":
                controls = [one for one in parts_of(self.seg) if isinstance(one, Button | Text | IntSlider)]
                skipped = set(parts_of(self.seg.files_panel.widget))  # these write files
                control = choose([one for one in controls if one not in skipped])
                if isinstance(control, Button):
                    kind = control.tooltip or control.description
                    control.click()
                else:
                    control.value = (
                        self.random.randint(2, 200) if isinstance(control, IntSlider) else choose("a éx")
                    )
        for thread in threading.enumerate():
            if thread.name == "segwidgets search":
                thread.join(60)
        return kind


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_hands_do_while_the_model_fails_nothing_escapes_and_all_is_undone_and_replayed(
    seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    walk, done, escaped = Walk(seed), [], []
    monkeypatch.setattr("segwidgets.widgets.click_segmenter.stage.monotonic", lambda: walk.now)
    monkeypatch.setattr("segwidgets.automatic.generate_masks", walk.find)
    monkeypatch.setattr("segwidgets.similar.find_similar", walk.find)
    monkeypatch.setattr("segwidgets.semantic.segment_semantic", walk.name)
    monkeypatch.setattr("threading.excepthook", escaped.append)
    seg = walk.seg
    with walk.front:
        walk.front.ready()
        for _ in range(EVENTS):
            before = walk.failed
            done.append(walk.step())
            assert [one for one in caplog.records if one.exc_info] == [], done  # what ipywidgets swallows
            assert escaped == [], done
            if walk.failed > before:
                assert walk.failure in walk.told, done
                drag = done[-1] == "drag"  # which may go on to say something of its own
                assert drag or "sw-error" in seg.status.message.value, done
            unforeseen = [one for one in walk.told if not isinstance(one, ValueError | IndexError)]
            assert [one for one in unforeseen if one not in FAILURES] == [], done
        walk.failure = None
        walk.front.event("mouse_out", x=0, y=0)
        final, history, record = seg.session.state, seg.history, seg.to_json()
        assert same(final, Session.from_json(record, StubSegmenter(walk.segmenter.image)).state)
        assert Session.from_json(record, StubSegmenter(walk.segmenter.image)).to_json() == record
        for _ in history:
            walk.front.key("z", ctrl=True)
        assert seg.history == []
        assert seg.session.state is EMPTY
        for _ in history:
            walk.front.key("y", ctrl=True)
        assert seg.history == history
        assert same(seg.session.state, final)
    seg.close()
