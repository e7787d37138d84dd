"""A queue of photos without a browser: what is kept, what is noticed, what comes out."""

from __future__ import annotations

import csv
import gc
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import supervision as sv
from PIL import Image

from segwidgets import ClickSegmenter, PhotoQueue
from segwidgets.drawing import style
from segwidgets.exports.split import PARTS, Split
from segwidgets.masks.rle import encode
from segwidgets.widgets.photo_queue import ahead, keeper, renaming, strip
from tests.fake_front import StubSegmenter, has_class, is_off
from tests.test_exports import read_panoptic
from tests.test_lifetime import TABLE

ROOT = Path(__file__).resolve().parent.parent
MADE: list[StubSegmenter] = []
OPEN: list[PhotoQueue] = []


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def make(image: np.ndarray, sam: object = None, soon: bool = False) -> StubSegmenter:
        MADE.append(StubSegmenter(image))
        return MADE[-1]

    monkeypatch.setattr(ahead, "segmenter_of", make)
    yield
    for queue in OPEN:
        queue.close()
    OPEN.clear()
    MADE.clear()


def paint(path: Path, seed: int = 0, size: tuple[int, int] = (60, 90)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number, name in enumerate(["a.png", "b.png", "otoño/c d.png", "otoño/é.png"]):
        paint(tmp_path / "photos" / name, number)
    return tmp_path / "photos"


def open_queue(photos: Path, **options: object) -> PhotoQueue:
    queue = PhotoQueue(photos, **{"hover": False, "semantic": False, **options})  # type: ignore[arg-type]
    OPEN.append(queue)
    return queue


def click(queue: PhotoQueue, x: float = 45, y: float = 30) -> None:
    assert isinstance(queue.widget, ClickSegmenter)
    queue.widget.add_point(x, y)


def message(queue: PhotoQueue) -> str:
    return str(queue.message.value)


def test_every_click_is_kept_and_the_next_queue_goes_on_there(photos: Path) -> None:
    queue = open_queue(photos)
    queue.go_to("b.png")
    click(queue)
    session = photos / "segwidgets" / "sessions" / "b.json"
    assert len(json.loads(session.read_text())["actions"]) == 1
    click(queue, 20, 20)
    assert len(json.loads(session.read_text())["actions"]) == 2
    queue.widget.undo()
    assert len(json.loads(session.read_text())["actions"]) == 1
    mask = queue.widget.mask
    queue.close()

    again = open_queue(photos)
    assert again.current == "b.png"
    assert again.widget.history == [{"action": "add_point", "x": 45.0, "y": 30.0, "label": 1}]
    assert np.array_equal(again.widget.mask, mask)
    again.next()
    assert again.widget.history == []
    assert not (photos / "segwidgets" / "sessions" / "otoño__c d.json").exists()  # nothing was done there
    again.go_to("b.png")
    assert np.array_equal(again.widget.mask, mask)


def test_where_out_is_given_nothing_is_written_among_the_photos(photos: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in photos.rglob("*")}
    queue = open_queue(photos, out=tmp_path / "labels")
    click(queue)
    queue.done()
    queue.export("yolo")
    assert {path: path.stat().st_mtime_ns for path in photos.rglob("*")} == before
    assert (tmp_path / "labels" / "sessions" / "a.json").exists()
    with pytest.raises(ValueError, match="a folder of its own"):
        open_queue(photos, out=photos)


def test_the_way_through_the_photos(photos: Path) -> None:
    queue = open_queue(photos, classes=["cat", "dog"])
    assert queue.names == ["a.png", "b.png", "otoño/c d.png", "otoño/é.png"]
    assert queue.current == "a.png"
    assert not queue.previous()
    assert "first" in message(queue)
    assert queue.next()
    assert queue.next()
    assert queue.done()
    assert queue.current == "otoño/é.png"
    assert not queue.next()
    assert "last" in message(queue)
    assert queue.skip("blurred")  # round the end
    assert queue.current == "a.png"
    assert queue.progress == (1, 2, 1, 0)
    queue.done()
    assert queue.current == "b.png"
    assert not queue.done()
    assert "3 done, 1 skipped" in message(queue)
    queue.filter.value = "skipped"
    assert queue.next()
    assert queue.current == "otoño/é.png"
    queue.reopen()
    assert queue.progress.to_do == 1
    queue.filter.value = ""
    queue.go_to("c d.png")
    assert queue.current == "otoño/c d.png"
    with pytest.raises(ValueError, match=r"there is no photo 'x\.png'"):
        queue.go_to("x.png")
    with pytest.raises(ValueError, match="from 0 to 3"):
        queue.show(4)


def test_states_reasons_and_notes_come_back(photos: Path) -> None:
    queue = open_queue(photos)
    queue.note = "two cats"
    queue.done()
    queue.note_box.value = "blurred"  # by hand
    queue.buttons["queue_skip"].click()
    assert queue.current == "otoño/c d.png"
    queue.close()
    again = open_queue(photos)
    first, second = again.keeper.entries[:2]
    assert (first.state, first.note) == ("done", "two cats")
    assert (second.state, second.reason, second.note) == ("skipped", "blurred", "blurred")
    assert again.current == "otoño/c d.png"


def test_objects_get_classes_and_what_is_changed_after_done_is_to_do_again(photos: Path) -> None:
    queue = open_queue(photos, classes=["cat", "dog"])
    click(queue)
    queue.widget.class_bar.buttons["dog"].click()
    queue.widget.new_object()
    click(queue, 20, 20)
    queue.widget.new_object()
    click(queue, 70, 40)
    queue.widget.name_object(2, "mouse")
    queue.done()
    assert [one.name for one in (queue.go_to("a.png"), queue.widget)[1].objects] == ["dog", "dog", "mouse"]
    assert queue.keeper.entries[0].state == "done"
    click(queue, 75, 45)
    assert queue.keeper.entries[0].state == "to do"
    with pytest.raises(ValueError, match="there is no class 'cow'; there are cat, dog"):
        queue.label("cow")
    with pytest.raises(TypeError, match="classes must be a list"):
        open_queue(photos, classes="cat")


def test_the_class_that_was_given_last_goes_from_photo_to_photo_in_its_colour(photos: Path) -> None:
    queue = open_queue(photos, classes=["cat", "dog"])
    buttons = queue.widget.class_bar.buttons
    assert has_class(buttons["cat"], "sw-on"), "the first one, as long as none was given"
    click(queue)
    assert (queue.widget.objects[0].name, queue.widget.objects[0].color) == ("cat", style.PALETTE[0])
    press(queue.pointer, "alt+2")
    assert queue.widget.objects[0].name == "dog"
    queue.done()
    assert has_class(queue.widget.class_bar.buttons["dog"], "sw-on")
    assert queue.widget.history == []
    assert not (photos / "segwidgets" / "sessions" / "b.json").exists(), "looking at it is no step"
    click(queue)
    press(queue.widget.stage.pointer, "alt+1")
    press(queue.widget.stage.pointer, "alt+2")
    assert (queue.widget.objects[0].name, queue.widget.objects[0].color) == ("dog", style.PALETTE[1])
    queue.next()
    click(queue)
    for _ in range(2):
        queue.widget.undo()
    assert queue.widget.objects == ()
    click(queue)
    mask = queue.widget.mask
    queue.close()
    again = open_queue(photos, classes=["cat", "dog"])
    assert again.widget.objects[0].name == "dog", "the record has it"
    assert np.array_equal(again.widget.mask, mask)


def three_of_class(photos: Path) -> PhotoQueue:
    """A queue with a cat in a.png and in b.png, which is done, and a dog in the third photo."""
    queue = open_queue(photos, classes=["cat", "dog"])
    click(queue)
    queue.next()
    click(queue)
    queue.done()
    click(queue)
    queue.label("dog")
    queue.go_to("a.png")
    return queue


def names_of(queue: PhotoQueue) -> dict[str, list[str]]:
    """What the objects of each photo are called, once it is shown."""
    told = {}
    for name in queue.names:
        queue.go_to(name)
        told[name] = [one.name for one in queue.widget.objects]
    return told


def test_a_class_is_renamed_in_every_photo_and_what_is_done_stays_done(photos: Path) -> None:
    queue = three_of_class(photos)
    queue.widget.class_bar.rename.value = "tiger"
    assert queue.classes == ("tiger", "dog")
    assert list(queue.widget.class_bar.buttons) == ["tiger", "dog"]
    assert names_of(queue) == {
        "a.png": ["tiger"], "b.png": ["tiger"], "otoño/c d.png": ["dog"], "otoño/é.png": [],
    }  # fmt: skip
    assert queue.keeper.entries[1].state == "done"
    [path] = queue.export("coco")
    assert [one["name"] for one in json.loads(path.read_text())["categories"]] == ["tiger", "dog"]
    queue.close()
    again = open_queue(photos, classes=["cat", "dog"])
    assert again.classes == ("tiger", "dog"), "though the cell has the old name yet"
    again.go_to("b.png")
    assert [one.name for one in again.widget.objects] == ["tiger"]


def test_undo_takes_a_class_s_name_back_everywhere_while_the_photo_is_shown(photos: Path) -> None:
    queue = three_of_class(photos)
    before = {path: path.read_bytes() for path in (photos / "segwidgets").rglob("*.json")}
    queue.widget.rename_class("cat", "tiger")
    queue.widget.undo()
    assert queue.classes == ("cat", "dog")
    assert list(queue.widget.class_bar.buttons) == ["cat", "dog"]
    assert {path: path.read_bytes() for path in before} == before
    queue.widget.redo()
    assert names_of(queue)["b.png"] == ["tiger"]
    queue.go_to("a.png")
    queue.widget.undo()  # after it was left: here alone
    assert names_of(queue) == {
        "a.png": ["cat"], "b.png": ["tiger"], "otoño/c d.png": ["dog"], "otoño/é.png": [],
    }  # fmt: skip


def test_a_name_that_cannot_be_written_everywhere_is_written_nowhere(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = three_of_class(photos)
    others = {path: path.read_bytes() for path in (photos / "segwidgets").rglob("b.json")}
    assert len(others) == 2
    real = renaming.replace_file

    def full(path: Path, content: bytes) -> None:
        if path.parent.name == "objects" and b"tiger" in content:
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(renaming, "replace_file", full)
    queue.widget.class_bar.rename.value = "tiger"
    assert "No space left" in queue.widget.status.message.value
    assert {path: path.read_bytes() for path in others} == others
    assert queue.keeper.renames == []
    monkeypatch.undo()
    click(queue, 20, 20)  # what is kept next brings it after all
    assert names_of(queue)["b.png"] == ["tiger"]


def test_what_batch_found_is_called_as_its_class_is_now(labelled: Path) -> None:
    queue = open_queue(labelled.parent, review=labelled, classes=["dog", "cat"])
    queue.go_to("b.png")
    queue.widget.rename_class("cat", "tiger")
    queue.go_to("a.png")
    assert [one.name for one in queue.widget.objects] == ["tiger"]
    queue.done()
    assert queue.classes == ("dog", "tiger")


def test_exports_hold_what_is_done_and_other_tools_read_them(photos: Path) -> None:
    queue = open_queue(photos, classes=["cat"])
    with pytest.raises(ValueError, match="No photo is done yet"):
        queue.export("coco")
    click(queue)
    mask = queue.widget.mask
    queue.done()
    click(queue, 20, 20)
    queue.widget.name_object(0, "dog")
    queue.done()
    click(queue)  # not done
    [path] = queue.export("coco")

    from pycocotools.coco import COCO

    read = COCO(str(path))
    assert [one["file_name"] for one in read.loadImgs(read.getImgIds())] == ["a.png", "b.png"]
    assert [one["name"] for one in read.loadCats(read.getCatIds())] == ["cat", "dog"]
    assert np.array_equal(read.annToMask(read.loadAnns([1])[0]).astype(bool), mask)
    made = sv.DetectionDataset.from_coco(str(photos), str(path), force_masks=True)
    assert len(made) == 2

    files = queue.export("yolo")
    names = {file.relative_to(photos / "segwidgets" / "yolo").as_posix() for file in files}
    assert names == {"images/a.png", "images/b.png", "labels/a.txt", "labels/b.txt", "data.yaml"}
    yolo = photos / "segwidgets" / "yolo"
    read_yolo = sv.DetectionDataset.from_yolo(
        str(yolo / "images"), str(yolo / "labels"), str(yolo / "data.yaml"), force_masks=True
    )
    assert read_yolo.classes == ["cat", "dog"]

    [first, second] = queue.export("masks", photos.parent / "masks")
    assert first.relative_to(photos.parent).as_posix() == "masks/a/mask_1_cat.png"
    assert np.array_equal(np.asarray(Image.open(first)) > 0, mask)
    cutouts = queue.export("cutouts")
    assert [Image.open(file).mode for file in cutouts] == ["RGBA", "RGBA"]
    record = queue.export("json")[0].read_text()
    replayed = ClickSegmenter(StubSegmenter(np.asarray(Image.open(photos / "a.png"))), semantic=False)
    replayed.replay(record)
    assert np.array_equal(replayed.mask, mask)
    with pytest.raises(ValueError, match="of one photo's clicks"):
        queue.export("gif")
    with pytest.raises(ValueError, match="there is no export 'tiff'"):
        queue.export("tiff")
    table = (photos / "segwidgets" / "summary.csv").read_text("utf-8-sig").splitlines()
    assert table[0] == "photo,state,reason,note,objects,classes"
    assert table[1:3] == ["a.png,done,,,1,cat", "b.png,done,,,1,dog"]


def test_photos_are_split_by_a_seed_and_one_more_moves_no_other(photos: Path) -> None:
    for number in range(8):
        paint(photos / f"n{number}.png", 20 + number)
    queue = open_queue(photos, classes=["cat", "dog"])
    while queue.progress.to_do:
        click(queue)
        queue.done()
    names, plain = queue.names, {path: path.read_bytes() for path in queue.export("yolo")}
    split = Split((0.5, 0.25, 0.25), 3)
    parts = {name: split.part_of(name) for name in names}
    assert set(parts.values()) == set(PARTS), "the seed is one that shows all of them"
    out = photos / "segwidgets"
    files = queue.export("yolo", split=(0.5, 0.25, 0.25), seed=3)
    assert "Photos by part: train" in message(queue)
    assert files[-1] == out / "yolo_split" / "split.json"
    queue.export("coco", split=(0.5, 0.25, 0.25), seed=3)
    queue.export("panoptic", split=(0.5, 0.25, 0.25), seed=3)
    for part in PARTS:
        of_it = sorted(name for name in names if parts[name] == part)
        assert json.loads(files[-1].read_text())[part] == of_it
        coco = str(out / "coco_split" / f"annotations_{part}.json")
        read = sv.DetectionDataset.from_coco(str(photos), coco, force_masks=True)
        assert sorted(Path(path).relative_to(photos).as_posix() for path in read.image_paths) == of_it
        folders = (str(out / "yolo_split" / kind / part) for kind in ("images", "labels"))
        yolo = sv.DetectionDataset.from_yolo(*folders, str(out / "yolo_split/data.yaml"), force_masks=True)
        assert len(yolo) == len(of_it)
        assert all(len(found) == 1 for _, _, found in yolo)
        place = out / "panoptic_split" / f"panoptic_{part}"
        assert sorted(read_panoptic(place.with_suffix(".json"), place)) == of_it
    told = (out / "yolo_split" / "data.yaml").read_text()
    assert "train: images/train\nval: images/val\ntest: images/test\n" in told
    table = csv.DictReader((out / "summary.csv").read_text("utf-8-sig").splitlines())
    assert {row["photo"]: row["part"] for row in table} == parts
    [first, *_, listed] = queue.export("masks", split=(0.5, 0.25, 0.25), seed=3)
    assert first.parent.parent.name == parts["a.png"]
    assert listed.name == "split.json"

    with pytest.raises(ValueError, match="parted otherwise"):
        queue.export("yolo", split=(0.5, 0.25, 0.25), seed=2)
    with pytest.raises(ValueError, match="parted otherwise"):
        queue.export("yolo", out / "yolo_split")
    with pytest.raises(ValueError, match="fractions that make 1 together"):
        queue.export("yolo", split=(0.5, 0.2))
    assert {path: path.read_bytes() for path in queue.export("yolo")} == plain, "without a split as ever"

    queue.close()
    paint(photos / "zz.png", 99)
    again = open_queue(photos, classes=["cat", "dog"])
    again.go_to("zz.png")
    click(again)
    again.done()
    again.export("yolo", split=(0.5, 0.25, 0.25), seed=3)
    told = json.loads(files[-1].read_text())
    assert {name: part for part in PARTS for name in told[part] if name != "zz.png"} == parts


def test_sheets_and_the_table_are_exports_and_flat_formats_say_what_overlaps(photos: Path) -> None:
    queue = open_queue(photos, classes=["cat"])
    [table] = queue.export("summary")
    assert table == photos / "segwidgets" / "summary.csv"
    assert len(table.read_text("utf-8-sig").splitlines()) == 5
    with pytest.raises(ValueError, match="No photo is done yet"):
        queue.export("sheet")
    with pytest.raises(ValueError, match=r"there are masks, .*json, sheet, summary"):
        queue.export("tiff")
    click(queue)
    queue.widget.duplicate(0)
    px = int(queue.widget.mask.sum())
    queue.done()
    [page] = queue.export("sheet")
    assert page == photos / "segwidgets" / "sheet" / "page_001.png"
    pixels = np.asarray(Image.open(page))
    assert pixels.shape[1] == 640, "one photo alone"
    assert np.ptp(pixels.reshape(-1, 3), axis=0).min() > 150
    queue.export_buttons["sheet"].click()
    assert "Download page_001.png" in message(queue)
    [copy] = queue.export("summary", photos.parent / "elsewhere")
    assert copy.read_bytes() == table.read_bytes()
    for kind in ("panoptic", "index"):
        queue.export(kind)
        assert f"Objects overlap in {px} px of 1 photo" in message(queue)
    queue.export_buttons["panoptic"].click()
    assert "Saved in" in message(queue)
    assert f"Objects overlap in {px} px of 1 photo" in message(queue)
    queue.export_buttons["coco"].click()
    assert "overlap" not in message(queue)


def test_nothing_of_others_is_overwritten_by_an_export(photos: Path) -> None:
    queue = open_queue(photos)
    click(queue)
    queue.done()
    mine = photos / "segwidgets" / "coco" / "annotations.json"
    mine.parent.mkdir()
    mine.write_text("mine")
    queue.export("coco")
    assert (mine.parent / "annotations_old.json").read_text() == "mine"
    queue.export("coco")
    assert not (mine.parent / "annotations_old_2.json").exists()


def test_photos_that_cannot_be_opened_are_said_and_passed_over(photos: Path, tmp_path: Path) -> None:
    (photos / "a1.jpg").write_bytes(b"<html>no photo</html>")
    paint(tmp_path / "outside.png")
    (photos / "a2.png").symlink_to(tmp_path / "outside.png")
    Image.fromarray(np.full((60, 90), 40_000, np.uint16)).save(photos / "a3.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(np.zeros((60, 90, 3), np.uint8)).save(photos / "a4.jpg", exif=turned)
    queue = open_queue(photos)
    assert queue.next()
    assert queue.current == "a1.jpg"
    assert "it is a web page" in message(queue)
    assert 'role="alert"' in message(queue)
    assert queue.widget.layout.display == "none"
    with pytest.raises(ValueError, match="cannot be opened: skip it"):
        queue.done()
    queue.next()
    assert "leads out of the folder" in message(queue)
    queue.next()
    assert queue.widget.layout.display is None
    assert queue.widget.image.shape == (60, 90, 3)
    queue.next()
    assert queue.widget.image.shape == (90, 60, 3)
    assert queue.progress.broken == 2
    queue.go_to("a1.jpg")
    queue.buttons["queue_next_to_do"].click()
    assert queue.current == "a3.png"
    paint(photos / "a1.jpg", 9)  # mended meanwhile
    queue.go_to("a1.jpg")
    assert queue.progress.broken == 1
    click(queue)


def test_a_photo_that_is_done_stays_so_though_it_cannot_be_opened_for_a_while(photos: Path) -> None:
    queue = open_queue(photos)
    queue.done()
    content = (photos / "a.png").read_bytes()
    (photos / "a.png").write_bytes(b"")
    queue.go_to("a.png")
    assert queue.keeper.entries[0].state == "broken"
    queue.next()
    queue.close()
    (photos / "a.png").write_bytes(content)
    assert open_queue(photos).keeper.entries[0].state == "done"


def test_a_folder_of_broken_photos_opens_and_has_no_widget(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    queue = open_queue(tmp_path)
    assert queue.widget is None
    assert "cannot be opened" in message(queue)
    assert not queue.next_to_do()
    assert "image/png" not in queue._repr_mimebundle_()
    paint(tmp_path / "a.jpg")
    queue.go_to("a.jpg")
    click(queue)


def test_a_photo_that_was_changed_is_noticed_and_its_clicks_are_kept(photos: Path) -> None:
    queue = open_queue(photos)
    click(queue)
    queue.done()
    click(queue)
    queue.done()
    paint(photos / "a.png", 77)
    queue.export("coco")  # without it
    assert queue.keeper.entries[0].state == "to do"
    queue.go_to("a.png")
    assert "a_old.json" in message(queue)
    assert "another photo" in message(queue)
    assert queue.widget.history == []
    kept = json.loads((photos / "segwidgets" / "sessions" / "a_old.json").read_text())
    assert len(kept["actions"]) == 1
    paint(photos / "b.png", 78)
    queue.go_to("b.png")
    assert queue.keeper.entries[1].state == "to do"


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "other"}', "\x00", '{"format": 1, "photos": 3}'])
def test_a_damaged_index_is_set_aside(photos: Path, content: str) -> None:
    place = photos / "segwidgets"
    place.mkdir()
    (place / "queue.json").write_text(content)
    queue = open_queue(photos)
    assert "queue_old.json" in message(queue)
    assert (place / "queue_old.json").read_text() == content
    queue.done()
    assert json.loads((place / "queue.json").read_text())["photos"] == {"a.png": {"state": "done"}}


RLE = {"size": [60, 90], "counts": [0, 5400]}
ONE = {"number": 1, "class": "cat", "box_xyxy": [0, 0, 89, 59], "area": 5400, "segmentation": RLE}


@pytest.mark.parametrize(
    "changes",
    [
        {"objects": 5}, {"objects": [5]}, {"objects": [{}]}, {"objects": None}, {"photo": "b.png"},
        {"name": "../../a"}, {"height": "60"}, {"height": 61, "objects": [ONE]},
        *(
            {"objects": [{**ONE, **one}]}
            for one in (
                {"class": ["cat"]}, {"box_xyxy": [1]}, {"box_xyxy": ["a"] * 4},
                {"area": None}, {"number": "../a"}, {"segmentation": []},
                {"segmentation": {"size": [6, 9], "counts": [0, 54]}}, {"predicted_iou": None},
            )
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["coco", "sheet"])
def test_a_photo_whose_objects_cannot_be_read_is_to_do_again(photos: Path, kind: str, changes: dict) -> None:
    queue = open_queue(photos)
    queue.done()
    queue.done()
    file = queue.keeper.objects_path(0)
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    queue.export(kind)
    assert [entry.state for entry in queue.keeper.entries] == ["to do", "done", "to do", "to do"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_the_place_of_a_photo_that_is_done_is_not_waited_for(photos: Path) -> None:
    queue = open_queue(photos)
    queue.done()
    queue.done()
    (photos / "a.png").unlink()
    os.mkfifo(photos / "a.png")
    queue.export("coco")
    assert queue.keeper.entries[0].state == "to do"


@pytest.mark.parametrize("text", ["[" * 100_000 + '"cat"', '["cat"', '["cat"]', '{"objects": ["cat"]}'])
def test_a_class_is_renamed_though_what_was_found_in_a_photo_cannot_be_read(photos: Path, text: str) -> None:
    queue = three_of_class(photos)
    queue.keeper.objects_path(1).write_text(text)
    queue.keeper.session_path(2).write_text(text)
    queue.widget.rename_class("cat", "tiger")
    assert queue.keeper.objects_path(1).read_text() == queue.keeper.session_path(2).read_text() == text
    assert queue.keeper.renames == [("cat", "tiger")]


def test_strange_values_in_the_index_do_no_harm(photos: Path) -> None:
    place = photos / "segwidgets"
    place.mkdir()
    told = {"a.png": {"state": 3, "note": {"x": "\x1b[2J"}}, "b.png": [1], "gone.png": {"state": "done"}}
    (place / "queue.json").write_text(
        json.dumps({"format": "segwidgets-queue/1", "current": 7, "photos": told})
    )
    queue = open_queue(photos)
    assert [entry.state for entry in queue.keeper.entries] == ["to do"] * 4
    assert "\x1b" not in queue.note
    queue.done()
    kept = json.loads((place / "queue.json").read_text())["photos"]
    assert kept["gone.png"] == {"state": "done"}  # may come back


def test_clicks_that_are_not_to_be_read_are_set_aside(photos: Path) -> None:
    sessions = photos / "segwidgets" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "a.json").write_text('{"format": "other"}')
    queue = open_queue(photos)
    assert "a_old.json" in message(queue)
    click(queue)
    assert len(json.loads((sessions / "a.json").read_text())["actions"]) == 1


def test_the_same_cell_run_again_goes_on_and_the_old_queue_ends(photos: Path) -> None:
    old = open_queue(photos)
    click(old)
    new = open_queue(photos)
    assert len(new.widget.history) == 1
    assert old.comm is None
    click(new)
    with pytest.raises(RuntimeError, match="closed"):
        click(old)


HOLDER = """
import sys
sys.path[:0] = {path!r}
import tests.test_photo_queue as here
from segwidgets.widgets.photo_queue import ahead
ahead.segmenter_of = lambda image, *_: here.StubSegmenter(image)
queue = here.open_queue({photos!r})
here.click(queue)
queue.done()
here.click(queue)
print("clicked", flush=True)
here.click(queue, 20, 20)
print("clicked", flush=True)
sys.stdin.read()
"""


def test_a_killed_kernel_loses_nothing_and_a_live_one_is_noticed(photos: Path) -> None:
    program = HOLDER.format(path=[str(ROOT)], photos=str(photos))
    other = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    try:
        assert other.stdout is not None
        assert [other.stdout.readline() for _ in range(2)] == ["clicked\n", "clicked\n"]
        with pytest.raises(ValueError, match="another"):
            open_queue(photos)
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.communicate()
    queue = open_queue(photos)
    assert queue.progress.done == 1
    assert queue.current == "b.png"
    assert len(queue.widget.history) == 2


def test_the_next_photos_are_ready_and_no_more_than_those_are_held(tmp_path: Path) -> None:
    for number in range(30):
        paint(tmp_path / f"{number:02}.png", number, size=(48, 72))

    def made() -> list[StubSegmenter]:  # of these photos: a queue of the test before may have been at one yet
        return [one for one in MADE if one.size == (48, 72)]

    queue = open_queue(tmp_path)
    deadline = time.monotonic() + 60
    while queue.ahead.ready != {1, 2}:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert len(made()) == 3
    queue.next()
    assert queue.widget.segmenter is made()[1]
    for _ in range(25):
        queue.next()
    while queue.ahead.ready != {27, 28}:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert sum(not one.closed for one in made()) <= 3
    queue.close()
    assert all(one.closed for one in made())


def test_nothing_is_encoded_ahead_while_hands_are_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A click beside an encoder takes several times as long, and an encoder cannot be stopped."""
    for number in range(3):
        paint(tmp_path / f"{number:02}.png", number, size=(48, 72))
    now, looks = [100.0], [0]

    def clock() -> float:
        looks[0] += 1
        return now[0]

    monkeypatch.setattr(ahead, "REST_S", 0.01)
    monkeypatch.setattr(ahead, "monotonic", clock)
    monkeypatch.setattr("segwidgets.widgets.session.session.monotonic", lambda: now[0])
    queue = open_queue(tmp_path)
    now[0] += 0.005
    queue.widget.add_point(20, 20)
    now[0] += 0.008  # from the beginning that would be enough
    looks[0] = 0
    deadline = time.monotonic() + 60
    while looks[0] < 5:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert queue.ahead.ready == set()
    now[0] += 0.01
    while queue.ahead.ready != {1, 2}:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    queue.close()


def test_of_many_photos_only_those_that_are_seen_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = paint(tmp_path / "photos" / "0000.png").read_bytes()
    for number in range(1, 1000):
        (tmp_path / "photos" / f"{number:04}.png").write_bytes(content)
    loaded: list[str] = []

    def thumbnail(entry: keeper.Entry) -> bytes:
        loaded.append(entry.name)
        return b"jpeg"

    monkeypatch.setattr(strip, "thumbnail", thumbnail)
    queue = open_queue(tmp_path / "photos")
    queue.show(500)
    deadline = time.monotonic() + 60
    while queue.strip.images[-1].value != b"jpeg" or "0503.png" not in loaded:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert len(loaded) <= 2 * strip.SHOWN
    assert [one.tooltip.split(":")[0] for one in queue.strip.buttons] == [
        f"{number:04}.png" for number in range(497, 504)
    ]
    queue.strip.buttons[0].click()
    assert queue.current == "0497.png"


def press(pointer: list[Any], key: str, shift: bool = False) -> None:
    """Press a key where the focus is, as the page tells it."""
    event = {"kind": "key", "key": key, "shift": shift, "ctrl": False, "meta": False}
    pointer[0].children[0]._handle_custom_msg(event, [])


def test_hands_reach_everything_and_errors_are_said(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = open_queue(photos)
    press(queue.pointer, "N", shift=True)
    assert queue.current == "b.png"
    press(queue.pointer, "PageUp")
    assert queue.current == "a.png"
    press(queue.pointer, "D", shift=True)
    assert queue.keeper.entries[0].state == "done"
    press(queue.widget.stage.pointer, "N", shift=True)
    assert queue.current == "otoño/c d.png"
    queue.strip.buttons[0].click()
    assert queue.current == "a.png"
    assert [is_off(box) for box in queue.strip.boxes] == [False] * 4 + [True] * 3
    with pytest.raises(ValueError, match="come from its folder"):
        queue.widget.load(photos / "b.png")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeper, "replace_file", full)
    queue.buttons["queue_done"].click()
    assert "No space left" in message(queue)
    with pytest.raises(OSError, match="No space left"):
        click(queue)
    monkeypatch.undo()


def test_names_from_outside_are_shown_without_harm(tmp_path: Path) -> None:
    (tmp_path / "<b onload=x>.jpg").write_bytes(b"")
    paint(tmp_path / "a.png")
    queue = open_queue(tmp_path)
    assert queue.current == "<b onload=x>.jpg"
    assert "<b onload" not in message(queue)
    assert "&lt;b onload" in message(queue)
    assert "<b onload" not in queue.counter.value


LEFT = np.zeros((60, 90), bool)
LEFT[10:50, 5:40] = True
RIGHT = np.zeros((60, 90), bool)
RIGHT[20:30, 60:80] = True


def found_by_batch(photo: Path, certainty: float, *objects: tuple[str, np.ndarray], **changed: Any) -> str:
    """What the command batch writes of a photo."""
    told = [
        {"class": name, "segmentation": encode(mask), "predicted_iou": 0.9, "stability_score": 0.5}
        for name, mask in objects
    ]
    facts = {"photo": photo.name, "height": 60, "width": 90, "objects": told, "certainty": certainty}
    return json.dumps({**facts, "sha256": hashlib.sha256(photo.read_bytes()).hexdigest(), **changed})


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Photos, and a folder of batch's in them: a.png is sure, b.png less so, c.png empty, d.png failed."""
    photos = tmp_path / "photos"
    for number, name in enumerate("abcd"):
        paint(photos / f"{name}.png", number)
    out = photos / "labelled"
    (out / "json").mkdir(parents=True)
    (out / "state").mkdir()
    (out / "state" / "job.json").write_text("{}")
    paint(out / "masks" / "a" / "mask_1_cat.png")
    (out / "summary.csv").write_text("batch's")
    a = found_by_batch(photos / "a.png", 0.9, ("cat", LEFT))
    (out / "json" / "a.json").write_text(a)
    b = found_by_batch(photos / "b.png", 0.45, ("object", LEFT), ("dog", RIGHT))
    (out / "json" / "b.json").write_text(b)
    (out / "json" / "c.json").write_text(found_by_batch(photos / "c.png", 0.0))
    return out


def test_what_batch_found_is_accepted_corrected_or_deleted_and_its_own_files_stay(labelled: Path) -> None:
    before = {path: path.read_bytes() for path in labelled.rglob("*") if path.is_file()}
    queue = open_queue(labelled.parent, review=labelled, classes=["cat"])
    assert queue.names == ["c.png", "b.png", "a.png", "d.png"], "the least certain first, unknown ones last"
    assert "found nothing here" in message(queue)
    queue.done()
    assert "2 objects from batch, certainty 0.45" in message(queue)
    assert [(one.name, one.origin) for one in queue.widget.objects] == [("", "batch"), ("dog", "batch")]
    assert [row.select.tooltip for row in queue.widget.object_list.rows] == [
        "Go on with this object; its mask comes from batch"
    ] * 2
    queue.widget.select_object(0)
    click(queue, 60, 40)
    corrected = queue.widget.mask
    assert not np.array_equal(corrected, LEFT)
    queue.widget.delete_object(1)
    queue.done()
    assert "1 object from batch" in message(queue)
    assert queue.current == "a.png"
    queue.done()  # as it is
    assert (queue.current, message(queue)) == ("d.png", "")
    assert queue.widget.history == []
    [path] = queue.export("coco")
    assert path == labelled / "review" / "coco" / "annotations.json"

    from pycocotools.coco import COCO

    read = COCO(str(path))
    names = {one["id"]: one["file_name"] for one in read.loadImgs(read.getImgIds())}
    masks = {names[one["image_id"]]: read.annToMask(one).astype(bool) for one in read.dataset["annotations"]}
    assert set(masks) == {"a.png", "b.png"}
    assert np.array_equal(masks["a.png"], LEFT)
    assert np.array_equal(masks["b.png"], corrected)
    assert {path: path.read_bytes() for path in before} == before
    records = {path.stem: path.read_text() for path in queue.export("json")}
    assert set(records) == {"a", "b"}
    replayed = ClickSegmenter(
        StubSegmenter(np.asarray(Image.open(labelled.parent / "b.png"))), semantic=False
    )
    replayed.replay(records["b"])
    assert np.array_equal(replayed.objects[0].mask, corrected)

    queue.close()
    again = open_queue(labelled.parent, review=labelled)
    again.go_to("b.png")
    assert again.progress.done == 3
    assert message(again) == ""
    assert np.array_equal(again.widget.objects[0].mask, corrected)
    for _ in range(4):  # the name, the one that was deleted, the click, the choice
        again.widget.undo()
    assert len(again.widget.objects) == 2
    again.widget.undo()
    again.go_to("a.png")
    again.go_to("b.png")
    assert again.widget.objects == (), "what was taken back stays so"


def test_a_review_can_be_kept_elsewhere_and_batch_s_folder_is_not_taken_for_a_queue_s(
    labelled: Path, tmp_path: Path
) -> None:
    queue = open_queue(labelled.parent, review=labelled, out=tmp_path / "mine")
    queue.done()
    assert (tmp_path / "mine" / "queue.json").exists()
    assert not (labelled / "review").exists()
    assert len(queue.names) == 4
    with pytest.raises(ValueError, match=r"give it as review="):
        open_queue(labelled.parent, out=labelled)
    assert not (labelled / ".lock").exists()
    with pytest.raises(FileNotFoundError, match=r"nothing to review in .*json among its formats"):
        open_queue(labelled.parent, review=tmp_path)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"sha256": "0"}, "the photo has changed since"),
        ({"height": 61}, "the photo has changed since"),
        ({"objects": [{"class": "cat"}]}, "segmentation"),
        ({"objects": [{"class": 3, "segmentation": encode(LEFT)}]}, "name must be a text"),
        ({"objects": [{"class": "cat", "segmentation": encode(LEFT[1:])}]}, "[60, 90]"),
        ({"objects": [3]}, ""),
    ],
)
def test_what_batch_found_in_another_photo_or_nobody_can_read_is_not_shown_and_said(
    labelled: Path, changed: dict[str, Any], word: str
) -> None:
    photo = labelled.parent / "b.png"
    (labelled / "json" / "b.json").write_text(found_by_batch(photo, 0.45, ("cat", LEFT), **changed))
    (labelled / "json" / "a.json").write_text("{")
    queue = open_queue(labelled.parent, review=labelled)
    assert "cannot be read: a.json" in message(queue)
    queue.go_to("b.png")
    assert "What batch found in b.png is not shown" in message(queue)
    assert word in message(queue)
    assert queue.widget.history == []
    click(queue)
    queue.done()


def test_closing_leaves_no_widget_and_lets_the_folder_go(photos: Path) -> None:
    gc.collect()
    before = set(TABLE)
    queue = open_queue(photos)
    click(queue)
    queue.next()
    queue.close()
    queue.close()
    assert set(TABLE) <= before
    open_queue(photos, out=photos / "segwidgets")
