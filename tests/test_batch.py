"""A folder of photos, labelled by the real models: what is found, what is written, what is refused."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import supervision as sv
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from typer.testing import CliRunner

from segwidgets import PhotoQueue, Segmenter, compare, load_image, sample_image
from segwidgets.cli import app
from segwidgets.exports import sheets
from segwidgets.exports.datasets import coco
from segwidgets.exports.split import Split
from segwidgets.ground.decoding import ImageError
from segwidgets.jobs import Item, Made, run
from segwidgets.jobs.batch import Labelled, Plan, label_folder
from segwidgets.jobs.batch import folder as batch_folder
from segwidgets.jobs.batch.labelling import label_photo
from segwidgets.jobs.batch.photos import Task, find_photos
from segwidgets.jobs.batch.prompt_files import Questions, read_questions
from segwidgets.locale.phrases import Phrases
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.session.session import Session
from tests.test_jobs import contents

CATS = "gato 1.jpg", "sub ñandú/sixteen.png", "sub ñandú/turned.jpg"
PLAN = Plan(("cat", "dog"), formats=("png", "cutouts", "coco", "yolo", "json"))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory, cat: np.ndarray) -> Path:
    """Cats as cameras and hostile people store them."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "sub ñandú").mkdir()
    cat = np.ascontiguousarray(cat[:, 50:400])
    Image.fromarray(cat).save(folder / CATS[0], quality=95)
    lying = Image.fromarray(np.rot90(cat).copy())
    turned = Image.Exif()
    turned[0x0112] = 6
    lying.save(folder / CATS[2], quality=95, exif=turned)
    cv2.imwrite(str(folder / CATS[1]), cat[:, :, ::-1].astype(np.uint16) * 257)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0nothing")
    (folder / "=phone.heic").write_bytes(b"\x00\x00\x00\x18ftypheic")
    (folder / "notes.txt").write_text("no photo")
    (folder / "sub ñandú/.hidden.jpg").write_bytes(b"")
    outside = tmp_path_factory.mktemp("outside") / "secret.jpg"
    Image.fromarray(cat).save(outside)
    os.symlink(outside, folder / "link.jpg")
    return folder


@pytest.fixture(scope="module")
def made(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    """The folder, labelled by a process of its own."""
    return label_folder(photos, tmp_path_factory.mktemp("out"), PLAN, workers=1)


@pytest.mark.model
def test_each_cat_is_found_however_its_photo_is_stored(
    made: Labelled, cat_semantic: SemanticSegmentation
) -> None:
    assert list(made.outcome.results) == list(CATS)
    for photo in made.outcome.results.values():
        [one] = photo["objects"]
        assert one["class"] == "cat"
        mask = load_image(made.folder / "masks" / photo["name"] / "mask_1_cat.png")[:, :, 0] > 0
        assert compare(mask, cat_semantic.mask("cat")[:, 50:400]).iou > 0.9
        assert photo["certainty"] > 0.8
        assert photo["covered"] == pytest.approx(mask.mean(), abs=1e-4)


@pytest.mark.model
def test_what_cannot_be_labelled_is_named_with_what_to_do(made: Labelled) -> None:
    assert made.outcome.status == 1
    rows = list(csv.reader((made.folder / "failures.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["'=phone.heic", "broken.jpg", "link.jpg"]
    assert "export the photo as JPEG or PNG" in rows[1][3]
    assert "copy what it leads to" in rows[3][3]


@pytest.mark.model
def test_coco_has_the_very_masks_and_other_tools_read_it(made: Labelled, photos: Path) -> None:
    path = made.folder / "coco/annotations.json"
    coco = COCO(str(path))
    assert [one["file_name"] for one in coco.loadImgs(coco.getImgIds())] == list(CATS)
    dataset = sv.DetectionDataset.from_coco(str(photos), str(path), force_masks=True)
    assert dataset.classes == ["cat", "dog"]
    for annotation, (_, image, read) in zip(coco.dataset["annotations"], dataset, strict=True):
        photo = made.outcome.results[coco.loadImgs(annotation["image_id"])[0]["file_name"]]
        mask = load_image(made.folder / "masks" / photo["name"] / "mask_1_cat.png")[:, :, 0] > 0
        assert np.array_equal(coco.annToMask(annotation), mask)
        assert read.mask is not None
        assert np.array_equal(read.mask[0], mask)
        assert image.shape[:2] == mask.shape
        assert annotation["bbox"] == coco_mask.toBbox(annotation["segmentation"]).tolist()
        assert annotation["area"] == mask.sum()


@pytest.mark.model
def test_yolo_lies_as_training_programs_want_it(made: Labelled) -> None:
    folder = made.folder / "yolo"
    dataset = sv.DetectionDataset.from_yolo(
        str(folder / "images"), str(folder / "labels"), str(folder / "data.yaml"), force_masks=True
    )
    assert dataset.classes == ["cat", "dog"]
    assert len(dataset) == len(CATS)
    for path, _, read in dataset:
        mask = load_image(made.folder / "masks" / Path(path).stem / "mask_1_cat.png")[:, :, 0] > 0
        assert read.mask is not None
        assert compare(read.mask[0], mask).iou > 0.95
    untouched = (folder / "images/gato 1.jpg").read_bytes()
    assert untouched == next(path for path in made.folder.parent.parent.rglob(CATS[0])).read_bytes()


@pytest.mark.model
def test_there_is_a_summary_a_file_a_photo_and_a_sheet(made: Labelled) -> None:
    rows = list(csv.DictReader((made.folder / "summary.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["photo"], row["objects"], row["cat"], row["dog"]) for row in rows] == [
        (name, "1", "1", "0") for name in CATS
    ]
    told = json.loads((made.folder / "json/gato 1.json").read_text("utf-8"))
    assert told == made.outcome.results["gato 1.jpg"]
    assert made.pages == 1
    page = load_image(made.folder / "sheets/page_001.png")
    assert page.shape[1] == 1200
    assert np.ptp(page.reshape(-1, 3), axis=0).min() > 200


@pytest.mark.model
def test_it_opens_in_the_queue_for_review_with_the_very_masks(
    made: Labelled, photos: Path, tmp_path: Path
) -> None:
    queue = PhotoQueue(photos, out=tmp_path / "mine", review=made.folder, hover=False, semantic=False)
    try:
        sure = sorted(made.outcome.results.values(), key=lambda photo: photo["certainty"])
        assert queue.names[:3] == [photo["photo"] for photo in sure]
        for photo in sure:
            queue.go_to(photo["photo"])
            [one] = queue.widget.objects
            mask = load_image(made.folder / "masks" / photo["name"] / "mask_1_cat.png")[:, :, 0] > 0
            assert np.array_equal(one.mask, mask)
            assert (one.name, one.origin) == ("cat", "batch")
        queue.widget.select_object(0)
        ys, xs = np.nonzero(~one.mask)
        queue.widget.add_point(float(xs[0]), float(ys[0]), 0)
        assert compare(queue.widget.mask, one.mask).iou > 0.9, "a click beside it goes on from its mask"
        queue.done()
        assert queue.progress.done == 1
    finally:
        queue.close()


@pytest.mark.model
def test_it_is_the_same_in_this_process_and_a_second_run_does_nothing(
    made: Labelled, photos: Path, tmp_path: Path
) -> None:
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    again = tmp_path / "masks/sub ñandú__sixteen/mask_1_cat.png"
    again.unlink()
    label_folder(photos, tmp_path, PLAN, workers=0, again=[CATS[1]])
    assert again.exists()
    assert contents(tmp_path) == contents(made.folder)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("masks/*/*")}
    label_folder(photos, tmp_path, PLAN, workers=0)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.glob("masks/*/*")}
    with pytest.raises(ValueError, match="min_area was 0 and is 9"):
        label_folder(photos, tmp_path, replace(PLAN, min_area=9), workers=0)


@pytest.mark.model
def test_everything_heeds_area_and_the_largest_alone_and_leaves_no_mask_that_is_no_more(
    tmp_path: Path,
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    Image.fromarray(sample_image("coins")).save(photos / "a.png")

    def areas(**options: Any) -> list[int]:
        plan = Plan(everything=True, points_per_side=3, stability_score_thresh=0, **options)
        made = label_folder(photos, out, plan, workers=0, force=True)
        found = [one["area"] for one in made.outcome.results["a.png"]["objects"]]
        assert len(list(out.glob("masks/a/*"))) == len(found)
        return found

    found = areas()
    assert len(found) > 2
    limit = sorted(found)[1] + 1
    assert areas(min_area=limit) == [a for a in found if a >= limit]
    assert areas(largest=True) == [max(found)]
    (out / "summary.csv").write_text("my notes")
    (out / "sheets/page_002.png").write_bytes(b"mine")
    areas()
    assert (out / "summary_old.csv").read_text() == "my notes"
    assert (out / "sheets/page_002.png").read_bytes() == b"mine"


@pytest.mark.model
def test_two_of_a_class_that_do_not_touch_are_two_objects(cat: np.ndarray, tmp_path: Path) -> None:
    cat = cat[:, 50:400]
    wall = np.full((len(cat), 120, 3), 128, np.uint8)
    (tmp_path / "photos").mkdir()
    Image.fromarray(np.hstack([cat, wall, cat[:, ::-1]])).save(tmp_path / "photos/two.png")
    made = label_folder(tmp_path / "photos", tmp_path / "out", Plan(("cat",)), workers=0)
    boxes = sorted(one["box_xyxy"] for one in made.outcome.results["two.png"]["objects"])
    assert len(boxes) == 2
    assert boxes[0][2] < 410 < boxes[1][0]


def test_there_are_thirty_photos_a_page_the_least_certain_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[str]] = []

    def compose(panels: list[np.ndarray], captions: list[str], *size: int) -> np.ndarray:
        assert len(panels) == len(captions)
        shown.append([caption.partition("\n")[0] for caption in captions])
        return panels[0]

    monkeypatch.setattr(sheets, "compose", compose)
    certainty = {f"{number:02}.jpg": number * 7 % 31 / 31 for number in range(31)}
    facts = [
        {"photo": name, "name": name[:2], "objects": [], "certainty": sure}
        for name, sure in certainty.items()
    ]
    assert len(list(sheets.pages(facts, lambda photo: tmp_path / "gone.jpg", Phrases("en")))) == 2
    assert [len(page) for page in shown] == [30, 1]
    assert [name for page in shown for name in page] == sorted(certainty, key=lambda name: certainty[name])


@pytest.mark.model
@pytest.mark.parametrize("kind", ["table", "session"])
def test_prompts_come_from_a_table_a_list_or_a_session(
    cat_segmenter: Segmenter, cat: np.ndarray, tmp_path: Path, kind: str
) -> None:
    photos, file = tmp_path / "photos", tmp_path / ("prompts.csv" if kind == "table" else "prompts.json")
    photos.mkdir()
    Image.fromarray(cat).save(photos / "ña.png")
    Image.fromarray(cat[:200]).save(photos / "other.png")
    session = Session(cat_segmenter)
    session.do("add_point", x=250.0, y=170.0, label=1)
    session.do("add_point", x=20.0, y=20.0, label=0)
    session.do("name_object", index=0, name="gato")
    rows = [{"photo": "n\u0303a.png", "points": [[250, 170], [20, 20]], "labels": [1, 0], "name": "gato"}]
    if kind == "table":
        file.write_text("photo;points;labels;box;name\nn\u0303a.png;250,170 20,20;1 0;;gato\n", "utf-8-sig")
        (tmp_path / "list.json").write_text(json.dumps(rows))
        assert read_questions([tmp_path / "list.json"]) == read_questions([file])
    else:
        file.write_text(session.to_json())
    made = label_folder(photos, tmp_path / "out", Plan(), [file], workers=0)
    [one] = made.outcome.results["ña.png"]["objects"]
    assert one["class"] == "gato"
    shown = session.state.objects[0].mask
    mask = load_image(tmp_path / "out/masks/ña/mask_1_gato.png")[:, :, 0] > 0
    assert shown is not None
    assert compare(mask, shown).iou > (0.999 if kind == "session" else 0.9)
    assert not made.outcome.failures


@pytest.mark.model
def test_a_folder_is_split_by_a_seed_and_says_what_overlaps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    names = [f"ñ {number}.png" for number in range(5)]
    asked = []
    for number, name in enumerate(names):
        Image.fromarray(np.full((60, 90, 3), 40 * number, np.uint8)).save(photos / name)
        asked += [
            {"photo": name, "box": [10, 10, 60, 50], "name": "box"},
            {"photo": name, "points": [[40, 30]]},
        ]
    (tmp_path / "prompts.json").write_text(json.dumps(asked))
    split = Split((0.5, 0.25, 0.25), 3)
    parts = {name: split.part_of(name) for name in names}
    assert set(parts.values()) == {"train", "val", "test"}, "the seed is one that shows all of them"
    command = ["batch", str(photos), str(out), "--prompts", str(tmp_path / "prompts.json"), "--workers", "0"]
    command += ["--format", "coco,yolo,panoptic,masks"]
    run = CliRunner().invoke(app, [*command, "--split", "0.5,0.25,0.25", "--seed", "3"])
    assert run.exit_code == 0, run.output
    counts = {part: list(parts.values()).count(part) for part in ("train", "val", "test")}
    told = ", ".join(f"{part} {count}" for part, count in counts.items())
    assert f"Photos by part: {told}." in run.output
    assert "the later one in" in run.output
    rows = list(csv.DictReader((out / "summary.csv").read_text("utf-8-sig").splitlines()))
    assert {row["photo"]: row["part"] for row in rows} == parts
    for part, count in counts.items():
        path = out / f"coco/annotations_{part}.json"
        read = sv.DetectionDataset.from_coco(str(photos), str(path), force_masks=True)
        assert {Path(path).name: parts[Path(path).name] for path in read.image_paths} == {
            name: part for name in names if parts[name] == part
        }
        folders = (str(out / "yolo" / kind / part) for kind in ("images", "labels"))
        yolo = sv.DetectionDataset.from_yolo(*folders, str(out / "yolo/data.yaml"), force_masks=True)
        assert len(yolo) == count
        told = json.loads((out / f"panoptic/panoptic_{part}.json").read_text())
        assert len(told["annotations"]) == count
        for one in told["annotations"]:
            assert (out / f"panoptic/panoptic_{part}" / one["file_name"]).exists()
        assert {path.name for path in (out / "masks" / part).iterdir()} == {
            Path(name).stem for name in names if parts[name] == part
        }
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 2
    assert "other settings" in refused.stderr
    again = CliRunner().invoke(app, [*command, "--force"])
    assert again.exit_code == 0
    made = sorted(path.relative_to(out).as_posix() for path in (out / "coco").iterdir())
    assert made == ["coco/annotations.json"], "what is parted otherwise is not left beside it"
    assert "part" not in (out / "summary.csv").read_text("utf-8-sig").splitlines()[0]
    assert not list((out / "yolo/images/train").glob("*.png"))


def test_a_plan_without_a_split_is_told_as_ever() -> None:
    assert not {"split", "seed"} & set(Plan().to_dict())
    assert Plan(split=(0.8, 0.2), seed=4).to_dict()["split"] == (0.8, 0.2)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "file,points\na.png,1 2\n", "columns photo"),
        ("a.csv", "photo,points\na.png,1 x\n", "line 2: points must hold numbers"),
        ("a.csv", "photo,points\na.png,1 2 3\n", "must be pairs"),
        ("a.csv", "photo,points\na.png,\n", "points or a box"),
        ("a.csv", "photo,points\n,1 2\n", "must name its photo"),
        ("a.csv", "photo,box\na.png,9 9 1 1\n", "x0 < x1"),
        ("a.csv", f'photo,points\na.png,"{"1 " * 100_000}', "a quotation mark open"),
        ("a.csv", f'photo,"{"x" * 200_000}', "a quotation mark open"),
        ("a.json", "{}", "a list of prompts"),
        *(
            ("a.json", json.dumps([{"photo": name, "points": [[1, 2]]}]), "prompt 1 must name its photo")
            for name in ("/", ".", "./", "a\0.png", "\ud800.png")
        ),
        ("a.json", '[{"photo": 3}]', "must name its photo"),
        ("a.json", '{"format": "segwidgets session 1"}', "no whole session"),
    ],
)
def test_a_file_of_prompts_that_is_wrong_says_where(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=words):
        read_questions([tmp_path / name])


@pytest.mark.parametrize(
    "changes",
    [
        {"objects": 5}, {"objects": [{}]}, {"photo": "b.png"}, {"name": "../a"}, {"certainty": "x"},
        {"covered": None}, {"height": []},
        {"objects": [{"number": 1, "class": "dog", "box_xyxy": [0, 0, 1, 1], "area": 4,
                      "segmentation": {"size": [2, 2], "counts": [0, 4]}}]},
    ],
)  # fmt: skip
def test_a_photo_whose_state_is_damaged_is_labelled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict
) -> None:
    facts = {"photo": "a.png", "name": "a", "height": 2, "width": 2, "certainty": 1.0, "covered": 1.0}
    facts["objects"] = []
    monkeypatch.setattr(batch_folder, "label_photo", lambda plan, questions, classes, item: Made(facts))
    monkeypatch.setattr(batch_folder, "start", lambda plan: None)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (2, 2)).save(tmp_path / "photos/a.png")
    for _ in range(2):
        made = label_folder(tmp_path / "photos", tmp_path / "out", Plan(("cat",)), workers=0)
        assert made.outcome.results == {"a.png": facts}
        [state] = (tmp_path / "out/state").glob("a.png-*.json")
        told = json.loads(state.read_text())
        state.write_text(json.dumps({**told, "facts": {**told["facts"], **changes}}))


@pytest.mark.skipif(sys.platform != "linux", reason="names elsewhere are text")
def test_a_photo_whose_name_is_no_text_is_labelled_and_found_again(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.png")
    found = {"photo": name, "name": "a", "height": 2, "width": 2, "certainty": 1.0, "covered": 1.0}
    whole = {**found, "objects": []}
    work = partial(_found_as, whole)
    for _ in range(2):
        assert run([Item(name)], work, tmp_path, workers=0).results == {name: whole}
    assert json.loads(dict(coco([whole], ()))["annotations.json"])["images"][0]["file_name"] == name


def _found_as(facts: dict[str, Any], item: Item) -> Made:
    return Made(facts)


def test_photos_have_names_of_their_own_and_prompts_for_none_fail(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.PNG", "sub/a.jpg", "sub__a.jpg", "Sub__A.png", "x" * 120 + ".jpg", "what?.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = find_photos(tmp_path, tmp_path / "out", Questions())
    stems = [item.payload.stem for item in found]
    assert len({stem.casefold() for stem in stems}) == len(found) == 7
    assert not any("/" in stem or "?" in stem or len(stem) > 100 for stem in stems)
    [item] = find_photos(tmp_path, tmp_path / "out", Questions({"gone.jpg": []}))
    with pytest.raises(FileNotFoundError):
        label_photo(Plan(), Questions(), (), item)


def test_a_huge_photo_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (11_000, 10_000)).save(path)
    with pytest.raises(ImageError, match=r"huge\.png is 11000 x 10000 pixels"):
        label_photo(Plan(("cat",)), Questions(), ("cat",), Item("huge.png", Task("huge"), path))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "say what to find"),
        (("--class", "unicorn"), "a class must be one of"),
        (("--class", "cat", "--format", "gif"), "there is no format 'gif'"),
        (("--class", "cat", "--everything"), "not both"),
        (("--class", "cat", "--model", "huge"), "model_type"),
        (("--prompts", "nowhere.csv"), "nowhere.csv"),
        (("--class", "cat", "--split", "0.8,0.3"), "split must be two or three fractions"),
        (("--class", "cat", "--split", "most"), "split must be fractions such as 0.8,0.1,0.1"),
        (("--class", "cat", "--split", "0.8,0.2", "--seed", "-1"), "seed must be"),
    ],
)
def test_a_command_that_cannot_be_done_ends_with_2_and_one_sentence(
    tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    run = CliRunner().invoke(app, ["batch", str(tmp_path), str(tmp_path / "out"), *options])
    assert run.exit_code == 2
    assert words in run.stderr
    assert "Traceback" not in run.output


@pytest.mark.model
def test_the_command_says_in_spanish_what_is_done(made: Labelled, photos: Path, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    command = ["batch", str(photos), str(tmp_path), "--class", "cat", "--class", "dog", "--workers", "0"]
    run = CliRunner().invoke(app, [*command, "--format", "png,cutouts,coco,yolo,json", "--lang", "es"])
    assert run.exit_code == 1
    assert "3 ya están hechas." in run.output
    assert "3 fotos etiquetadas: 3 objetos." in run.output
    assert "3 fallaron" in run.output
    assert "seguridad" in (tmp_path / "summary.csv").read_text("utf-8-sig")
