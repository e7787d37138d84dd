"""One row makes an export: its button, its method, its help; and photos without a widget are written too."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import supervision as sv
from PIL import Image
from pycocotools.coco import COCO
from typer.testing import CliRunner

from segwidgets import ClickSegmenter, Segmenter, exports, sample_image
from segwidgets.cli import app
from segwidgets.exports import FORMATS, Format, Work, datasets
from segwidgets.exports.flat import overlaps_told
from segwidgets.exports.reading import read_masks
from segwidgets.exports.split import PARTS, Split
from segwidgets.ground.files import picture_png
from segwidgets.ground.keeping import MANIFEST
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.comparison import mask_iou
from tests.fake_front import StubSegmenter

ROOT = Path(__file__).resolve().parent.parent


def areas(works: list[Work], name: str) -> list[tuple[str, bytes]]:
    """Write a line for each object: what an export that a reader of the table adds may do."""
    lines = [
        f"{work.name},{stem},{mask.sum()}\n"
        for work in works
        for stem, mask in zip(work.stems, work.masks, strict=True)
    ]
    return [(name, "".join(lines).encode())]


CSV = Format(".csv", "tables/areas.csv", "masks", areas, "Table", "Save each mask's area as CSV", many=True)


def photo_with(
    *boxes: tuple[int, int, int, int], classes: list[str] | None = None, name: str = "photo"
) -> Work:
    """Return a grey photo of 40 x 50 whose objects are boxes."""
    masks = np.zeros((len(boxes), 40, 50), bool)
    for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
        mask[y0:y1, x0:x1] = True
    data = {} if classes is None else {"class_name": np.array(classes)}
    found = sv.Detections(xyxy=sv.mask_to_xyxy(masks), mask=masks, data=data)
    return Work(np.full((40, 50, 3), 128, np.uint8), found, name)


@pytest.fixture
def seg():
    made = ClickSegmenter(StubSegmenter(), hover=False, semantic=False)
    yield made
    made.close()


# one row


def test_one_row_brings_button_method_and_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "areas", CSV)
    seg = ClickSegmenter(StubSegmenter(), hover=False, semantic=False)
    seg.add_point(45, 30)
    seg.name_object(0, "a cat")
    wanted = f"photo,1_a_cat,{seg.mask.sum()}\n"
    button = seg.files_panel.buttons["areas"]
    assert button in seg.files_panel.widget.children[1].children
    assert (button.description, button.tooltip) == ("Table", "Save each mask's area as CSV")
    seg.files_panel.folder.value = str(tmp_path / "by button")
    button.click()
    assert (tmp_path / "by button/tables/areas.csv").read_text() == wanted
    seg.save("areas", tmp_path / "by method")
    assert (tmp_path / "by method/tables/areas.csv").read_text() == wanted
    assert seg.export("areas", tmp_path / "own name.csv") == [tmp_path / "own name.csv"]
    assert ("areas", "tables/areas.csv", "Save each mask's area as CSV") in exports.listing()
    listed = CliRunner().invoke(app, ["export", "--list"], env={"COLUMNS": "200"})
    assert "Save each mask's area as CSV" in listed.output
    seg.close()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_format_is_explained_by_its_button_in_each_language(lang: str) -> None:
    seg = ClickSegmenter(StubSegmenter(), hover=False, semantic=False, lang=lang)
    for (name, target, words), row in zip(exports.listing(lang), FORMATS.values(), strict=True):
        button = seg.files_panel.buttons[name]
        assert button.tooltip == words
        assert (words == row.help) == (lang == "en")
        assert button.description
        assert target == row.target
    seg.close()


@pytest.mark.parametrize("name", ["docs/click.md", "docs/es/click.md"])
def test_the_docs_name_every_format(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not [one for one, row in FORMATS.items() if f'"{one}"' not in text and f"`{one}`" not in text]


# what can be asked for


def test_each_format_says_which_files_it_wrote(seg: ClickSegmenter, tmp_path: Path) -> None:
    seg.add_point(45, 30)
    for name, row in FORMATS.items():
        before = set(tmp_path.rglob("*"))
        written = seg.export(name, tmp_path / name / row.target)
        files = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
        assert set(written) == {path for path in files if path.name != MANIFEST}
        assert any(path.suffix == row.extension for path in written)


def test_what_cannot_be_written_is_refused_in_words(seg: ClickSegmenter, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"no export 'tiff'; there are {', '.join(FORMATS)}"):
        seg.save("tiff", tmp_path / "out")
    for name in ("masks", "cutouts", "coco", "yolo"):
        with pytest.raises(ValueError, match="click on an object first"):
            seg.save(name, tmp_path / "out")
    without_clicks = photo_with((5, 5, 20, 20))
    for name in ("json", "gif"):
        with pytest.raises(ValueError, match="were not clicked"):
            exports.export(name, [without_clicks], tmp_path / "out/file")
    with pytest.raises(ValueError, match="one photo at a time, got 2"):
        exports.export("masks", [without_clicks, without_clicks], tmp_path / "out")
    assert not (tmp_path / "out").exists(), "nothing is made for what is not written"


# photos without a widget


def test_masks_that_nobody_clicked_are_written(tmp_path: Path) -> None:
    named = photo_with((5, 5, 20, 20), (25, 5, 45, 30), classes=["cat", "a / b"])
    paths = exports.export("masks", [named], tmp_path / "deep" / "named")
    assert [path.name for path in paths] == ["mask_1_cat.png", "mask_2_a_b.png"]
    assert np.array_equal(np.asarray(Image.open(paths[1])), named.masks[1] * 255)
    nameless = photo_with((5, 5, 20, 20))
    [path] = exports.export("cutouts", [nameless], tmp_path / "nameless")
    assert path.name == "cutout_1.png"
    assert np.array_equal(np.asarray(Image.open(path))[..., 3] == 255, nameless.masks[0])
    exports.export("coco", [nameless], tmp_path / "coco.json")
    assert [one["name"] for one in json.loads((tmp_path / "coco.json").read_text())["categories"]] == [
        "object"
    ]


MANY = [
    photo_with((5, 5, 20, 20), (25, 5, 45, 30), classes=["cat", "dog"], name="first"),
    photo_with(name="empty"),
    photo_with((10, 10, 30, 30), classes=["dog"], name="last"),
]


def test_a_folder_of_photos_is_one_coco_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports.export("coco", MANY, tmp_path / "annotations.json")
    coco = COCO(str(tmp_path / "annotations.json"))
    names = {one["id"]: one["name"] for one in coco.loadCats(coco.getCatIds())}
    assert sorted(names.values()) == ["cat", "dog"]
    assert {one["file_name"] for one in coco.imgs.values()} == {"first.png", "empty.png", "last.png"}
    for photo in coco.imgs.values():
        work = next(one for one in MANY if f"{one.name}.png" == photo["file_name"])
        kept = coco.loadAnns(coco.getAnnIds(photo["id"]))
        assert [names[one["category_id"]] for one in kept] == work.classes
        for one, mask in zip(kept, work.masks, strict=True):
            assert np.array_equal(coco.annToMask(one), mask), "no pixel of the rim is lost"
            assert one["area"] == mask.sum()


def test_a_folder_of_photos_is_one_yolo_folder(tmp_path: Path) -> None:
    exports.export("yolo", MANY, tmp_path / "yolo")
    dataset = sv.DetectionDataset.from_yolo(
        str(tmp_path / "yolo/images"), str(tmp_path / "yolo/labels"), str(tmp_path / "yolo/data.yaml")
    )
    assert dataset.classes == ["cat", "dog"]
    found = {Path(path).stem: dataset.annotations[path].class_id.tolist() for path in dataset.image_paths}
    assert found == {"first": [0, 1], "empty": [], "last": [1]}


@pytest.mark.parametrize("name", ["first", "../first", "deep/first", ""])
def test_photos_of_a_dataset_need_plain_names_of_their_own(name: str, tmp_path: Path) -> None:
    other = photo_with((10, 10, 30, 30), name=name)
    with pytest.raises(ValueError, match="needs a name of its own"):
        exports.export("yolo", [MANY[0], other], tmp_path / "yolo")
    assert not list(tmp_path.iterdir())


def test_a_dataset_that_fails_leaves_the_old_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports.export("yolo", MANY[:1], tmp_path / "yolo")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def fail(self, annotations_directory_path: str, **named) -> None:
        Path(annotations_directory_path).mkdir()
        (Path(annotations_directory_path) / "last.txt").write_text("{")
        raise OSError("disk full")

    monkeypatch.setattr(sv.DetectionDataset, "as_yolo", fail)
    with pytest.raises(OSError, match="disk full"):
        exports.export("yolo", MANY[2:], tmp_path / "yolo")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_table_is_cheap_to_read_and_knows_no_widget() -> None:
    code = (
        "import sys, segwidgets.exports\n"
        "print([name for name in ('ipywidgets', 'ipycanvas', 'supervision', 'torch', 'matplotlib', 'cv2')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


RAGGED = """
.#.##..####.
.#####.##...
..##.######.
.#..#####.#.
.####.#.###.
.###.#.#.#..
.##.#...#.#.
.#..#.#.##..
..##.###.#..
.#.#.###.##.
"""


def test_yolo_takes_a_mask_whose_holes_have_no_straight_way_to_the_rim(tmp_path: Path) -> None:
    mask = np.zeros((40, 50), bool)
    rows = [[sign == "#" for sign in line] for line in RAGGED.split()]
    mask[5 : 5 + len(rows), 5 : 5 + len(rows[0])] = rows
    mask[20:38, 10:40] = True
    mask[25:33, 20:30] = False  # a hole that stays one
    masks = mask[None]
    work = Work(np.zeros((40, 50, 3), np.uint8), sv.Detections(xyxy=sv.mask_to_xyxy(masks), mask=masks))
    made = [*datasets.yolo_photo(work, ["object"], picture_png(work.image)), *datasets.yolo([], ["object"])]
    for name, content in made:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    read = sv.DetectionDataset.from_yolo(
        str(tmp_path / "images"), str(tmp_path / "labels"), str(tmp_path / "data.yaml"), force_masks=True
    )
    [(_, _, found)] = read
    assert (found.mask.any(axis=0) == mask).mean() > 0.97
    assert not found.mask[:, 27:31, 22:28].any()


@pytest.mark.model
def test_the_widget_writes_yolo_of_a_ragged_mask(tmp_path: Path) -> None:
    photo = np.roll(sample_image("cat"), 1, axis=1)
    seg = ClickSegmenter(photo, hover=False, semantic=False)
    seg.add_point(250, 170)  # its holes have no straight way to the rim, with all corners either
    seg.to_yolo(tmp_path)
    read = sv.DetectionDataset.from_yolo(
        str(tmp_path / "images"), str(tmp_path / "labels"), str(tmp_path / "data.yaml"), force_masks=True
    )
    [(_, _, found)] = read
    assert mask_iou(found.mask.any(axis=0), seg.mask) > 0.95
    seg.close()


# COCO's panoptic format


def read_panoptic(json_path: Path, folder: Path) -> dict[str, dict[int, tuple[str, np.ndarray]]]:
    """Read a panoptic dataset as COCO describes it, held against what it says: class and mask by id."""
    told = json.loads(json_path.read_text("utf-8"))
    names = {one["id"]: one["name"] for one in told["categories"]}
    assert all(one["isthing"] in (0, 1) for one in told["categories"])
    files = {one["id"]: one for one in told["images"]}
    assert sorted(files) == sorted(one["image_id"] for one in told["annotations"]), "each photo once"
    found = {}
    for annotation in told["annotations"]:
        photo = files[annotation["image_id"]]
        with Image.open(folder / annotation["file_name"]) as image:
            assert image.mode == "RGB"
            rgb = np.asarray(image).astype(np.int64)
        ids = rgb[..., 0] + 256 * rgb[..., 1] + 256**2 * rgb[..., 2]
        assert ids.shape == (photo["height"], photo["width"])
        segments = {one["id"]: one for one in annotation["segments_info"]}
        assert len(segments) == len(annotation["segments_info"])
        assert set(np.unique(ids)) - {0} == set(segments), "what is drawn is told, and what is told is drawn"
        for number, segment in segments.items():
            ys, xs = np.nonzero(ids == number)
            box = [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]
            assert segment["bbox"] == box
            assert segment["area"] == len(ys)
            assert segment["iscrowd"] == 0
        found[photo["file_name"]] = {
            number: (names[one["category_id"]], ids == number) for number, one in segments.items()
        }
    return found


def test_panoptic_has_one_object_for_each_pixel_and_says_what_it_took(tmp_path: Path) -> None:
    boxes = (0, 0, 20, 20), (30, 30, 34, 34), (10, 10, 30, 30), (28, 28, 40, 36)
    work = photo_with(*boxes, classes=["cat", "cat", "dog", "dog"], name="a")
    written = exports.export("panoptic", [work, *MANY], tmp_path / "mine.json")
    assert (tmp_path / "mine" / "a.png") in written
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), work.image)
    found = read_panoptic(tmp_path / "mine.json", tmp_path / "mine")
    assert {name: len(one) for name, one in found.items()} == {
        "a.png": 3, "first.png": 2, "empty.png": 0, "last.png": 1,
    }  # fmt: skip
    assert [found["a.png"][number][0] for number in (1, 3, 4)] == ["cat", "dog", "dog"], "2 is all covered"
    assert np.array_equal(found["a.png"][3][1], work.masks[2] & ~work.masks[3])
    told = json.loads((tmp_path / "mine.json").read_text())["annotations"][0]
    assert told["overlaps"] == [
        {"under": 1, "over": 3, "px": 100},
        {"under": 2, "over": 4, "px": 16},
        {"under": 3, "over": 4, "px": 4},
    ]


def test_panoptic_holds_more_objects_than_a_byte(tmp_path: Path) -> None:
    work = photo_with(*[(at % 50, at // 50, at % 50 + 1, at // 50 + 1) for at in range(300)])
    exports.export("panoptic", [work], tmp_path / "p.json")
    found = read_panoptic(tmp_path / "p.json", tmp_path / "p")["photo.png"]
    assert sorted(found) == list(range(1, 301))


@pytest.mark.parametrize(
    ("px", "words"),
    [
        (0, ""),
        ([0, 0], ""),
        (1200, "1,200 px: the one that is drawn on top"),
        ([7, 0, 5], "12 px of 2 photos: the later one in a photo's list"),
        ([0, 5], "5 px of 1 photo: the later one in its list"),
    ],
)
def test_what_wins_is_said_with_the_pixels(px: int | list[int], words: str) -> None:
    told = overlaps_told(px, Phrases("en"))
    assert words in told
    assert bool(told) == bool(words)


# parts of a dataset


def test_a_photo_s_part_follows_from_seed_and_name_alone() -> None:
    names = [f"ñandú/{number}.jpg" for number in range(2000)]
    split = Split((0.8, 0.1, 0.1), seed=7)
    parts = {name: split.part_of(name) for name in names}
    count = {part: list(parts.values()).count(part) / len(names) for part in PARTS}
    assert [count[part] for part in PARTS] == pytest.approx([0.8, 0.1, 0.1], abs=0.03)
    assert parts["ñandú/0.jpg"] == split.part_of("n\u0303andu\u0301/0.jpg"), "as a Mac writes it"
    other = Split((0.8, 0.1, 0.1), seed=8)
    assert {name: other.part_of(name) for name in names} != parts
    larger = Split((0.9, 0.05, 0.05), seed=7)
    assert all(larger.part_of(name) == "train" for name, part in parts.items() if part == "train")
    assert {Split((0.5, 0.5)).part_of(name) for name in names} == {"train", "val"}
    assert {Split((0.5, 0, 0.5)).part_of(name) for name in names} == {"train", "test"}
    assert Split((1, 0)).told(names[:3], Phrases("en")) == "Photos by part: train 3."
    told = Split((0.5, 0.5, 0)).told([], Phrases("en"))
    assert "train 0, val 0. None fell into train, val: take another seed" in told


@pytest.mark.parametrize(
    ("fractions", "seed", "kind", "words"),
    [
        ((0.8, 0.3), 0, ValueError, "that make 1 together, such as (0.8, 0.1, 0.1), got (0.8, 0.3)"),
        ((0.8,), 0, ValueError, "two or three fractions"),
        ((0.25,) * 4, 0, ValueError, "two or three fractions"),
        ((1.2, -0.2), 0, ValueError, "got (1.2, -0.2)"),
        ((float("nan"), 0.5, 0.5), 0, ValueError, "nan"),
        ((0, 1), 0, ValueError, "leaves nothing for training"),
        ("0.8,0.2", 0, TypeError, "got str"),
        (0.8, 0, TypeError, "got float"),
        ((10**400, 0), 0, TypeError, "got tuple"),
        ((0.8, 0.2), 1.5, ValueError, "seed must be"),
        ((0.8, 0.2), True, ValueError, "seed must be"),
    ],
)
def test_what_is_no_split_is_refused_in_words(
    fractions: object, seed: object, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=re.escape(words)):
        Split(fractions, seed)


# the command


@pytest.mark.model
def test_the_command_writes_what_the_widget_writes(cat_segmenter: Segmenter, tmp_path: Path) -> None:
    seg = ClickSegmenter(Segmenter(cat_segmenter.image), hover=False)
    seg.add_point(250, 170)
    seg.name_object(0, "cat")
    (tmp_path / "clicks.json").write_text(seg.to_json())
    seg.save_masks(tmp_path / "here")
    seg.to_gif(tmp_path / "here.gif")
    seg.close()
    out = tmp_path / "out"
    arguments = ["export", str(tmp_path / "clicks.json"), "cat", "--format", "masks, gif", "--out", str(out)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert (out / "masks/mask_1_cat.png").read_bytes() == (tmp_path / "here/mask_1_cat.png").read_bytes()
    assert (out / "clicks.gif").read_bytes() == (tmp_path / "here.gif").read_bytes()
    assert [line.split(": ")[1] for line in done.output.splitlines()] == [
        str(out / "masks/mask_1_cat.png"),
        str(out / "clicks.gif"),
    ]


@pytest.mark.model
def test_the_command_says_by_how_many_pixels_objects_overlap(
    cat_segmenter: Segmenter, tmp_path: Path
) -> None:
    seg = ClickSegmenter(Segmenter(cat_segmenter.image), hover=False)
    seg.lasso([(0, 0), (20, 0), (20, 20), (0, 20)])
    seg.duplicate(0)
    (tmp_path / "clicks.json").write_text(seg.to_json())
    px = int(seg.mask.sum())
    seg.close()
    arguments = ["export", str(tmp_path / "clicks.json"), "cat", "--out", str(tmp_path), "--format"]
    done = CliRunner().invoke(app, [*arguments, "panoptic"])
    assert f"Objects overlap in {px} px" in done.output.replace("\n", " ")
    assert "overlap" not in CliRunner().invoke(app, [*arguments, "masks"]).output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clicks.json", "cat", "--format", "masks,tiff"], "there is no export"),
        (["clicks.json", "cat", "--lang", "fr"], "en, es"),
        ([".", "cat"], "is no record of clicks: it is a folder"),
        (["missing.json", "cat"], "No such file"),
        (["latin.json", "cat"], "is no record of clicks"),
    ],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clicks.json").write_text("{}")
    (tmp_path / "latin.json").write_bytes("señal".encode("latin-1"))
    done = CliRunner().invoke(app, ["export", *arguments])
    assert isinstance(done.exception, ValueError | OSError), "which main() says in one sentence"
    assert words in str(done.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clicks.json", "latin.json"]


def test_an_index_gives_each_pixel_to_what_is_drawn_on_top_and_says_what_overlaps(tmp_path: Path) -> None:
    work = photo_with((0, 0, 20, 20), (10, 10, 30, 30), (5, 15, 25, 25), classes=["cat", "dog", "cat"])
    written = exports.export("index", [work], tmp_path)
    assert [path.name for path in written] == ["index.png", "index.json"]
    values = np.asarray(Image.open(written[0]))
    expected = np.zeros((40, 50), int)
    for value, mask in enumerate(work.masks, 1):
        expected[mask] = value
    assert np.array_equal(values, expected)
    told = json.loads(written[1].read_text())
    assert [one["class"] for one in told["objects"]] == ["cat", "dog", "cat"]
    assert [one["area_px"] for one in told["objects"]] == [(expected == n).sum() for n in (1, 2, 3)]
    assert told["overlaps"] == [
        {"under": 1, "over": 2, "px": 100},
        {"under": 1, "over": 3, "px": 25},
        {"under": 2, "over": 3, "px": 150},
    ]
    masks, _ = read_masks(written[0], (40, 50))
    assert [one.mask.sum() for one in masks] == [one["area_px"] for one in told["objects"]]


def test_an_index_of_more_objects_than_a_byte_holds_has_two(tmp_path: Path) -> None:
    work = photo_with(*[(at % 50, at // 50, at % 50 + 1, at // 50 + 1) for at in range(300)])
    file, _ = exports.export("index", [work], tmp_path)
    values = np.asarray(Image.open(file))
    assert values.max() == 300
    assert np.array_equal(values.ravel()[:300], np.arange(1, 301))


def test_the_widget_says_by_how_many_pixels_objects_overlap(seg: ClickSegmenter, tmp_path: Path) -> None:
    seg.lasso([(0, 0), (20, 0), (20, 20), (0, 20)])
    seg.save("index", tmp_path)
    assert "overlap" not in seg.status.message.value
    seg.new_object()
    seg.lasso([(10, 10), (30, 10), (30, 30), (10, 30)])
    seg.save("index", tmp_path)
    assert "Objects overlap in 100 px: the one that is drawn on top has them." in seg.status.message.value
    seg.save("panoptic", tmp_path)
    assert "Objects overlap in 100 px" in seg.status.message.value
    seg.save("masks", tmp_path)
    assert "overlap" not in seg.status.message.value
