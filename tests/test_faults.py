"""After any write, rename or read that fails, the old is whole, or the new is: nothing in between."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from segwidgets import Prompt
from segwidgets.candidates import Candidates
from segwidgets.course.solved import progress_table, read_progress, record
from segwidgets.drawing.gif import write_gif
from segwidgets.exports import export
from segwidgets.ground.files import HIDDEN, replace_file
from segwidgets.ground.keeping import MANIFEST
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.session.outcome import work
from segwidgets.widgets.session.session import Session
from segwidgets.workshop import make, pictures
from tests.fake_front import StubSegmenter
from tests.faults import failing, operations, tree


def each_fault(
    folder: Path,
    old: Callable[[], object],
    new: Callable[[], object],
    beside: tuple[str, str] = ("", ""),
    lists: str = "",
) -> set[str]:
    """Do `new` over `old` with each of its operations failing; return what stood there afterwards.

    Every time the folder must hold what `old` made, or what `new` makes, file by file, and nothing else; but
    for the old, whole, under another name (`beside`: its path and that name). Where something could not be
    removed, what is left of the old may lie there beside the whole new one, or what has a hidden name of
    ours, as after a kill: a later run must remove that.
    """
    old()
    before = tree(folder)
    total = operations(folder, new)
    after = tree(folder)
    assert total
    assert before != after
    seen = set()
    for n in range(1, total + 1):
        shutil.rmtree(folder)
        folder.mkdir()
        old()
        with failing(folder, n) as disk, suppress(OSError):
            new()
        assert disk.count >= n, "the fault was never reached"
        there = tree(folder)
        if left := list(folder.rglob(f"{HIDDEN}*")):
            assert disk.failed in ("remove", "read: os.open")  # a folder is opened to be emptied
            there = {name: content for name, content in there.items() if HIDDEN not in name}
        if kept := {
            name: there.pop(name) for name in list(there) if beside[1] and f"{name}/".startswith(beside[1])
        }:
            kept = {name.replace(beside[1], beside[0], 1): content for name, content in kept.items()}
            if disk.failed == "remove":
                kept = {name: content for name, content in kept.items() if content != b"folder"}
                assert kept.items() <= before.items()
            else:
                assert kept == before
            assert there == after, f"operation {n} kept the old beside something half done"
        assert set(there) <= set(before) | set(after), (
            f"operation {n} left {set(there) - set(before) - set(after)}"
        )
        for name, content in there.items():
            if not lists or not name.endswith(lists):
                assert content in (before.get(name), after.get(name)), f"operation {n} left {name} half done"
        assert set(before) & set(after) <= set(there), (
            f"operation {n} lost {set(before) & set(after) - set(there)}"
        )
        if left:
            for path in left:
                os.utime(path, (time.time() - 7200,) * 2)  # a young one may be another run's
            new()
            assert not list(folder.rglob(f"{HIDDEN}*")), f"operation {n} left {left}"
        if lists:
            new()
            again = tree(folder)
            more = set(again) - set(after)  # where the list itself failed, what is ours is kept beside
            assert all("_old" in name for name in more), f"after operation {n} it could not be done once more"
            assert set(after) <= set(again)
            assert all(again[name] == after[name] for name in after if not name.endswith(lists))
        seen.add("old" if there == before else "new" if there == after else "some old, some new")
    return seen


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    seen = each_fault(
        tmp_path, lambda: path.write_bytes(b"old " * 9), lambda: replace_file(path, b"new " * 5000)
    )
    assert seen == {"old"}


def test_progress_survives_and_nobody_is_stopped_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(tmp_path / "progress.json"))

    def old() -> None:
        record("2.1", "right")
        record("2.2", "not yet")

    assert "old" in each_fault(tmp_path, old, lambda: record("2.2", "right"))
    with failing(tmp_path, 2):
        record("2.3", "right")  # no exception
    assert read_progress()["2.1"] == "right"


@pytest.mark.parametrize("n", [1, 2], ids=["opened", "read"])
def test_progress_that_cannot_be_read_now_stays_and_is_said_to_be_unreadable(
    n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(tmp_path / "progress.json"))
    record("2.1", "right")
    before = tree(tmp_path)
    with failing(tmp_path, n) as disk:
        record("2.2", "right")
    assert disk.failed.startswith("read")
    assert tree(tmp_path) == before
    with failing(tmp_path, 4 + n) as disk:  # it is read for its exercises, its quizzes, and for what is wrong
        table = progress_table(lang="en")
    assert disk.failed.startswith("read")
    assert "The file progress.json cannot be read: [Errno 5]" in table
    record("2.2", "right")
    assert read_progress() == {"2.1": "right", "2.2": "right"}


def test_a_part_that_cannot_be_removed_hides_no_reason_and_goes_with_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "removed")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refuse)
        patch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="full"):
            replace_file(tmp_path / "numbers.json", b"new")
    (part,) = tmp_path.iterdir()
    os.utime(part, (time.time() - 7200,) * 2)
    replace_file(tmp_path / "numbers.json", b"new")
    assert tree(tmp_path) == {"numbers.json": b"new"}


def test_an_animation_is_written_whole(tmp_path: Path) -> None:
    frames = [np.full((40, 60, 3), 40 * i, np.uint8) for i in range(4)]
    path = tmp_path / "process.gif"
    seen = each_fault(tmp_path, lambda: write_gif(frames[:2], path), lambda: write_gif(frames, path))
    assert seen == {"old"}


FORMATS = {
    "masks": "",
    "cutouts": "",
    "coco": "a.json",
    "yolo": "",
    "json": "clicks.json",
    "gif": "clicks.gif",
}


@pytest.mark.parametrize("form", FORMATS)
def test_each_file_of_an_export_is_the_old_one_or_the_new(form: str, tmp_path: Path) -> None:
    def save(*points: tuple[float, float]) -> None:
        session = Session(StubSegmenter())
        for x, y in points:
            session.do("new_object", name="cat")
            session.do("add_point", x=x, y=y, label=1)
        export(form, [work(session, "en")], tmp_path / "out" / FORMATS[form])

    seen = each_fault(
        tmp_path, lambda: save((30.5, 30)), lambda: save((60.5, 30), (20.5, 12)), lists=MANIFEST
    )
    assert "new" in seen or "some old, some new" in seen, "what was done before the fault stays"


class _Engine:
    name, device = "stub", "cpu"


@pytest.fixture
def quick_workshop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workshop without models and with tiny pictures: what matters here is the disk."""
    semantic = SemanticSegmentation(np.eye(60, 90, dtype=np.uint8), ("background", "cat"), {0: 0.9, 1: 0.8})

    def segmenter(photo: np.ndarray, *_: object, **__: object) -> StubSegmenter:
        stub = StubSegmenter(photo)
        stub.engine = _Engine()
        return stub

    monkeypatch.setattr(make, "segment_semantic", lambda photo, *_: semantic)
    monkeypatch.setattr(make, "segmenter_of", segmenter)
    monkeypatch.setattr(make.checkpoints, "fetch", lambda name: {})
    monkeypatch.setattr(pictures, "GIF_VIEW", 90)
    monkeypatch.setattr(pictures, "SHORTEST_VIEW", 90)


def test_a_first_workshop_appears_whole_or_not_at_all(tmp_path: Path, quick_workshop: None) -> None:
    photo = StubSegmenter().image
    place = tmp_path / "place"
    seen = each_fault(
        tmp_path,
        lambda: place.mkdir(),
        lambda: make.make_workshop(photo, Prompt([(30, 30)]), place / "folder", force=True),
    )
    assert seen == {"old", "new"}


@pytest.mark.slow
def test_a_workshop_appears_whole_or_the_old_one_stays(tmp_path: Path, quick_workshop: None) -> None:
    photo = StubSegmenter().image
    place = tmp_path / "folder"

    def old() -> None:
        make.make_workshop(photo, Prompt([(30, 30)]), place)

    def new() -> None:
        make.make_workshop(photo, Prompt([(60, 30)]), place, force=True)

    seen = each_fault(tmp_path, old, new, beside=("folder/", "folder_old/"))
    assert seen == {"old", "new"}


def test_candidates_of_the_stub_are_real_candidates() -> None:
    """The workshop above runs on them: they must stay what `Segmenter` gives."""
    assert isinstance(StubSegmenter().predict(Prompt([(30, 30)])), Candidates)
