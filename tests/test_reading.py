"""Masks from elsewhere become objects that can be corrected, and each says where it is from."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
import supervision as sv
from PIL import Image

from segwidgets import masks as mask_tools
from segwidgets.exports import Work, export
from segwidgets.exports.reading import read_masks
from segwidgets.widgets.session.session import Session
from tests.fake_front import StubSegmenter
from tests.test_click_segmenter import Bench
from tests.test_click_segmenter_session import Hands

SIZE = (60, 90)
ONE, OTHER = np.zeros(SIZE, bool), np.zeros(SIZE, bool)
ONE[10:30, 5:40] = True
OTHER[35:55, 50:80] = True
BOTH = np.where(ONE, 3, np.where(OTHER, 7, 0)).astype(np.uint8)


def coco(**changes: Any) -> dict[str, Any]:
    """COCO's list of one photo with one object, some of whose fields are exchanged."""
    corners = [[5.0, 10, 40, 10, 40, 30, 5, 30]]
    return {
        "images": [{"id": 1, "file_name": "a.png", "height": 60, "width": 90}],
        "annotations": [{"image_id": 1, "category_id": 1, "segmentation": corners, **changes}],
        "categories": [{"id": 1, "name": "cat"}, {"id": 1, "name": "dog"}],
    }


def found() -> sv.Detections:
    masks = np.stack([ONE, OTHER])
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(float),
        mask=masks,
        confidence=np.array([0.9, 0.4]),
        class_id=np.array([0, 1]),
        data={"class_name": np.array(["cat", "dog"])},
    )


def palette(path: Path, values: np.ndarray) -> None:
    image = Image.fromarray(values, "P")
    image.putpalette(np.random.default_rng(0).integers(1, 255, 768, np.uint8).tobytes())
    image.save(path)


def test_a_binary_picture_is_one_object_and_an_index_several(tmp_path: Path) -> None:
    colours = np.stack([BOTH * 9, BOTH * 20, BOTH], axis=2)
    pictures = {
        "binary.png": lambda path: Image.fromarray(ONE.astype(np.uint8) * 255).save(path),
        "index.png": lambda path: Image.fromarray(BOTH).save(path),
        "deep.png": lambda path: Image.fromarray(BOTH.astype(np.uint16) * 300).save(path),
        "colours.png": lambda path: Image.fromarray(colours).save(path),
        "palette.png": lambda path: palette(path, np.where(BOTH == 0, np.uint8(0), BOTH)),
        "voc.png": lambda path: palette(path, np.where(np.arange(90) > 85, np.uint8(255), BOTH)),
    }
    for name, write in pictures.items():
        write(tmp_path / name)
        masks, origin = read_masks(tmp_path / name, SIZE)
        expected = [ONE] if name == "binary.png" else [ONE, OTHER]
        assert [one.mask.tobytes() for one in masks] == [mask.tobytes() for mask in expected], name
        assert origin == name


def test_coco_comes_as_it_was_written(tmp_path: Path) -> None:
    photo = np.zeros((*SIZE, 3), np.uint8)
    [file, *_] = [
        p for p in export("coco", [Work(photo, found())], tmp_path / "a.json") if p.suffix == ".json"
    ]
    masks, origin = read_masks(file, SIZE)
    assert origin == "a.json"
    assert [one.name for one in masks] == ["cat", "dog"]
    for one, mask in zip(masks, (ONE, OTHER), strict=True):
        assert mask_tools.mask_iou(one.mask, mask) > 0.9
    data = json.loads(file.read_text())
    for row, mask in zip(data["annotations"], (ONE, OTHER), strict=True):
        row["segmentation"] = mask_tools.encode(mask)
    data["annotations"][0]["score"] = 0.25
    file.write_text(json.dumps(data))
    masks, _ = read_masks(file, SIZE)
    assert np.array_equal(masks[0].mask, ONE)
    assert [one.certainty for one in masks] == [0.25, 1]
    data["images"].append({**data["images"][0], "id": 99, "file_name": "b.png"})
    file.write_text(json.dumps(data))
    with pytest.raises(ValueError, match="give its file_name as photo, one of photo"):
        read_masks(file, SIZE)
    assert len(read_masks(file, SIZE, photo="photo.png")[0]) == 2
    assert read_masks(file, SIZE, photo="b.png")[0] == []


def test_yolo_comes_as_it_was_written(tmp_path: Path) -> None:
    photo = np.zeros((*SIZE, 3), np.uint8)
    [file] = [p for p in export("yolo", [Work(photo, found())], tmp_path) if p.suffix == ".txt"]
    masks, _ = read_masks(file, SIZE, ["cat", "dog"])
    assert [one.name for one in masks] == ["cat", "dog"]
    for one, mask in zip(masks, (ONE, OTHER), strict=True):
        assert np.array_equal(one.mask, mask)
    assert [one.name for one in read_masks(file, SIZE, ["cat"])[0]] == ["cat", "class 1"]


def test_they_become_objects_in_one_step_and_replay(tmp_path: Path) -> None:
    hands = Hands()
    hands.classify("bird")
    assert hands.load_masks(found()) == 2
    assert [(one.name, one.origin) for one in hands.objects] == [("cat", "detections"), ("dog", "detections")]
    assert hands.objects[0].tint is None, "that colour is the birds'"
    assert list(hands.detections.data["origin"]) == ["detections"] * 2
    assert hands.detections.confidence == pytest.approx([0.9, 0.4])
    hands.select_object(0)
    hands.add_point(70, 45)
    hands.paint([(70, 10)], 3)
    again = Session.from_json(hands.session.to_json(), StubSegmenter())
    assert np.array_equal(again.state.active.mask, hands.mask)
    for _ in range(4):
        hands.undo()
    assert hands.objects == ()
    assert hands.load_masks(np.stack([ONE, OTHER])) == 2
    assert hands.load_masks(np.stack([ONE, np.zeros(SIZE, bool)])) == 1, "of nothing there is no object"
    assert hands.objects[2].origin == "array"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", "0 .1 .1 .2 .2\n", "line 1 of a.txt must be a class and a polygon"),
        ("a.txt", "0 .1 .1 .2 .2 9e9 0\n", "line 1 of a.txt must be"),
        ("a.txt", "x\n", "line 1 of a.txt must be"),
        ("a.json", "[]", "a.json must be COCO's"),
        ("a.json", "{", "a.json"),
        ("a.json", '{"images": [], "annotations": []}', "must have this photo once"),
        (
            "a.json",
            '{"images": [{"id": 1, "height": 6, "width": 9}], "annotations": []}',
            "must have the photo's 90 x 60 pixels, got 9 x 6",
        ),
        (
            "a.json",
            '{"images": [{"id": 1, "height": 60, "width": 90}], "annotations": [{"image_id": 1}]}',
            "annotation 0 of a.json cannot be read: no 'categories'",
        ),
        ("a.png", "no picture", "a.png cannot be read"),
        ("a.txt", "0 0 0 1 0 1 1\n" * 1001 + "x\n", "more masks than the 1000"),
        *(
            ("a.json", json.dumps(coco(**changes)), words)
            for changes, words in (
                ({"segmentation": [[1e308, -1e308, -1e308, 1e308, 9, 9, 1, 9]]}, "must stay within"),
                ({"segmentation": 5}, "annotation 0 of a.json cannot be read: 'int' object"),
                ({"score": "nan"}, "must be a finite number, got nan"),
                ({"score": "1e999"}, "must be a finite number, got inf"),
            )
        ),
    ],
)
def test_what_is_no_such_file_is_told(name: str, content: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=words):
        read_masks(tmp_path / name, SIZE)


def test_a_class_is_looked_up_once_however_many_there_are(tmp_path: Path) -> None:
    told = coco()
    told["annotations"] *= 300
    told["categories"] += [{"id": number, "name": "x"} for number in range(2, 100_000)]
    (tmp_path / "a.json").write_text(json.dumps(told))
    start = process_time()
    masks, _ = read_masks(tmp_path / "a.json", SIZE)
    assert process_time() - start < 3, "it would be some 30 million comparisons"
    assert {one.name for one in masks} == {"cat"}, "the first of one number is meant"


def test_what_belongs_to_another_photo_or_is_nothing_is_told(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "small.png")
    Image.fromarray(np.zeros(SIZE, np.uint8)).save(tmp_path / "empty.png")
    noise = np.random.default_rng(0).integers(0, 255, (*SIZE, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    hands = Hands()
    for source, words in (
        (tmp_path / "small.png", "must have the photo's 90 x 60 pixels, got 20 x 20"),
        (tmp_path / "empty.png", "there is no mask in it"),
        (tmp_path / "photo.png", "colours: a mask has one for each object"),
        (np.zeros((3, 3), bool), "mask must"),
        (sv.Detections(xyxy=np.array([[1.0, 1, 5, 5]])), "boxes but no masks"),
    ):
        with pytest.raises(ValueError, match=words):
            hands.load_masks(source)
    with pytest.raises(TypeError, match="masks must come from"):
        hands.load_masks(7)
    with pytest.raises(FileNotFoundError):
        hands.load_masks(tmp_path / "gone.png")
    assert hands.history == []


def test_the_panel_loads_a_file_and_says_how_many(tmp_path: Path) -> None:
    Image.fromarray(BOTH).save(tmp_path / "index.png")
    bench = Bench()
    panel, message = bench.seg.files_panel, bench.seg.status.message
    panel.load.click()
    assert "Write the file" in message.value
    panel.masks.value = str(tmp_path / "index.png")
    panel.load.click()
    assert "Loaded 2 masks." in message.value
    assert "its mask comes from index.png" in bench.seg.object_list.rows[1].select.tooltip
    bench.seg.close()
