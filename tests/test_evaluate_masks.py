"""Which pixels of a mask file are object, and which masks belong to which photo."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets.evaluate.coco import read_coco
from segwidgets.evaluate.mask_files import MaskFile
from segwidgets.evaluate.pairs import find_pairs
from segwidgets.evaluate.truths import LeftOut, Photo, read_photo
from segwidgets.masks import encode
from tests.painter import draw_disk, paint_photo

SIZE = 40, 60  # (height, width)
PHOTO = Photo(np.zeros((*SIZE, 3), np.uint8), SIZE)
BOXES = {"left": np.s_[5:35, 2:20], "right": np.s_[5:35, 30:50], "rim": np.s_[5:35, 20:24]}


def labelled(**values: int) -> np.ndarray:
    picture = np.zeros(SIZE, np.int64)
    for name, value in values.items():
        picture[BOXES[name]] = value
    return picture


def region(name: str) -> np.ndarray:
    return labelled(**{name: 1}) > 0


def save(picture, path: Path, mode: str | None = None, palette=None) -> Path:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    if palette is not None:
        image.putpalette(palette)
    (image.convert(mode) if mode else image).save(path)
    return path


def read(path: Path, ignore: int | None = None, photo: Photo = PHOTO) -> dict[str, np.ndarray]:
    """Return the objects' masks by name, and what counts under "counts"."""
    truths = list(MaskFile("mask", path, ignore).read(photo))
    found = {truth.name: truth.mask for truth in truths}
    assert len(found) == len(truths)
    for truth in truths:
        assert truth.mask.any()
        assert not (truth.mask & ~truth.counts).any()
        np.testing.assert_array_equal(truth.counts, truths[0].counts)
    return {**found, "counts": truths[0].counts}


def assert_objects(found: dict[str, np.ndarray], void: np.ndarray | None = None, **wanted: str) -> None:
    assert set(found) == {"counts", *wanted}
    for name, where in wanted.items():
        np.testing.assert_array_equal(found[name], region(where))
    np.testing.assert_array_equal(~found["counts"], np.zeros(SIZE, bool) if void is None else void)


@pytest.mark.parametrize("value", [1, 7, 100, 200, 255])
def test_of_two_values_the_higher_is_the_object(tmp_path: Path, value: int) -> None:
    path = save(labelled(left=value).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path), **{str(value): "left"})


@pytest.mark.parametrize(
    ("ending", "mode"),
    [(".png", mode) for mode in ("1", "RGB", "RGBA", "LA", "P")]
    + [(".tif", mode) for mode in ("1", "RGB", "RGBA", "LA", "P", "CMYK")]
    + [(".bmp", mode) for mode in ("1", "RGB", "P")],
)
def test_black_and_white_is_read_however_it_was_saved(tmp_path: Path, mode: str, ending: str) -> None:
    path = save(labelled(left=255).astype(np.uint8), tmp_path / f"m{ending}", mode)
    assert_objects(read(path), **{"255": "left"})


@pytest.mark.parametrize("unsure", [127, 128])
def test_between_black_and_white_128_does_not_count(tmp_path: Path, unsure: int) -> None:
    path = save(labelled(left=255, rim=unsure).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path), void=region("rim"), **{"255": "left"})


def test_an_index_has_one_object_for_each_grey(tmp_path: Path) -> None:
    path = save(labelled(left=1, right=2).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path), **{"1": "left", "2": "right"})
    path = save(labelled(left=85, right=170, rim=255).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path), **{"85": "left", "170": "right", "255": "rim"})


def test_beside_small_numbers_255_does_not_count(tmp_path: Path) -> None:
    path = save(labelled(left=1, right=15, rim=255).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path), void=region("rim"), **{"1": "left", "15": "right"})


def test_sixteen_bits_hold_more_objects(tmp_path: Path) -> None:
    path = save(labelled(left=24001, right=24002).astype(np.uint16), tmp_path / "m.png")
    assert_objects(read(path), **{"24001": "left", "24002": "right"})


def test_a_palette_has_one_object_for_each_index_and_its_255_does_not_count(tmp_path: Path) -> None:
    colors = [0, 0, 0, 128, 0, 0, 0, 128, 0] + [0, 0, 0] * 252 + [224, 224, 192]
    picture = labelled(left=1, right=2, rim=255).astype(np.uint8)
    path = save(picture, tmp_path / "m.png", palette=colors)
    assert Image.open(path).mode == "P"
    assert_objects(read(path), void=region("rim"), **{"1": "left", "2": "right"})


def test_a_palette_may_have_its_black_elsewhere(tmp_path: Path) -> None:
    picture = np.where(region("left"), 0, np.where(region("right"), 1, 2)).astype(np.uint8)
    path = save(picture, tmp_path / "m.png", palette=[255, 0, 0, 0, 0, 255, 0, 0, 0])
    assert_objects(read(path), **{"0": "left", "1": "right"})


def test_a_palette_of_black_and_white_in_either_order_is_a_plain_mask(tmp_path: Path) -> None:
    picture = np.where(region("left"), 0, 1).astype(np.uint8)
    path = save(picture, tmp_path / "m.png", palette=[255, 255, 255, 0, 0, 0])
    assert_objects(read(path), **{"255": "left"})


def test_a_picture_in_colour_has_one_object_for_each_colour(tmp_path: Path) -> None:
    picture = np.zeros((*SIZE, 3), np.uint8)
    picture[region("left")] = 255, 0, 0
    picture[region("right")] = 0, 128, 255
    picture[region("rim")] = 224, 224, 192  # Pascal VOC's void
    path = save(picture, tmp_path / "m.png")
    assert_objects(read(path), void=region("rim"), **{"#ff0000": "left", "#0080ff": "right"})


def test_what_is_transparent_is_background(tmp_path: Path) -> None:
    picture = np.full((*SIZE, 4), 255, np.uint8)
    picture[~region("left"), 3] = 0
    assert_objects(read(save(picture, tmp_path / "m.png")), **{"255": "left"})


def test_a_jpeg_of_a_mask_loses_only_its_blurred_edge(tmp_path: Path) -> None:
    photo = Photo(np.zeros((192, 256, 3), np.uint8), (192, 256))
    drawn = draw_disk()
    for mode in ("L", "RGB"):
        path = tmp_path / f"{mode}.jpg"
        drawn.convert(mode).save(path, quality=70)
        found = read(path, photo=photo)
        truth = np.asarray(drawn) > 0
        assert set(found) == {"255", "counts"}
        np.testing.assert_array_equal(found["255"], truth & found["counts"])
        assert (~found["counts"]).sum() < 0.03 * truth.size


def test_a_smooth_edge_does_not_count_and_is_no_object(tmp_path: Path) -> None:
    large = draw_disk((1024, 768), (480, 360), 160)
    small = large.resize((256, 192), Image.Resampling.BICUBIC)
    assert len(np.unique(np.asarray(small))) > 20
    path = save(small, tmp_path / "m.png")
    found = read(path, photo=Photo(np.zeros((192, 256, 3), np.uint8), (192, 256)))
    assert set(found) == {"255", "counts"}
    np.testing.assert_array_equal(found["255"], (np.asarray(small) > 127) & found["counts"])
    assert 0 < (~found["counts"]).sum() < 300


def test_many_objects_are_no_smooth_edge(tmp_path: Path) -> None:
    picture = np.zeros(SIZE, np.uint8)
    for number in range(1, 41):
        picture[number % 8 * 5 : number % 8 * 5 + 4, number // 8 * 8 : number // 8 * 8 + 6] = 6 * number
    assert len(read(save(picture, tmp_path / "m.png"))) == 41


def test_a_value_of_ones_own_that_does_not_count(tmp_path: Path) -> None:
    path = save(labelled(left=255, rim=70).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path), **{"255": "left", "70": "rim"})
    assert_objects(read(path, ignore=70), void=region("rim"), **{"255": "left"})
    path = save(labelled(left=255, right=128).astype(np.uint8), tmp_path / "m.png")
    assert_objects(read(path, ignore=3), **{"255": "left", "128": "right"})


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda p: save(labelled().astype(np.uint8), p), "empty", "no pixel"),
        (lambda p: save(labelled(rim=128).astype(np.uint8), p), "empty", "no pixel"),
        (lambda p: save(np.zeros((50, 50), np.uint8), p), "size", "50 x 50 pixels, the photo 60 x 40"),
        (lambda p: save(np.zeros((60, 40), np.uint8), p), "size", "40 x 60"),
        (lambda p: p.write_bytes(b""), "unreadable", "empty"),
        (lambda p: p.write_text("no picture"), "unreadable", "text"),
        (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40), "unreadable", "m.png"),
        (
            lambda p: save(np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8), p),
            "unreadable",
            "looks like a photo",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_says_why(tmp_path: Path, make, kind: str, words: str) -> None:
    path = tmp_path / "m.png"
    make(path)
    with pytest.raises(LeftOut, match=words) as left_out:
        MaskFile("m.png", path).read(PHOTO)
    assert left_out.value.kind == kind


def test_a_coloured_jpeg_says_what_to_save_instead(tmp_path: Path) -> None:
    picture = np.zeros((*SIZE, 3), np.uint8)
    picture[region("left")] = 255, 0, 0
    save(picture, tmp_path / "m.jpg")
    with pytest.raises(LeftOut, match="save it as PNG"):
        MaskFile("m.jpg", tmp_path / "m.jpg").read(PHOTO)


@pytest.mark.parametrize(
    ("orientation", "drawn_on"),
    [(number, "upright") for number in range(1, 9)] + [(number, "stored") for number in (1, 5, 6, 7, 8)],
)
def test_masks_of_turned_photos_are_turned_as_the_photo_is(
    tmp_path: Path, orientation: int, drawn_on: str
) -> None:
    """Whether they were drawn on the photo as it is seen or, where the size tells, as it lies in the file."""
    marked = np.zeros((60, 90, 3), np.uint8)
    marked[5:20, 50:80] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(marked).save(tmp_path / "p.png", exif=exif)
    photo = read_photo(tmp_path / "p.png")
    mask = photo.image if drawn_on == "upright" else marked
    Image.fromarray(mask).save(tmp_path / "m.png")
    (truth,) = MaskFile("m", tmp_path / "m.png").read(photo)
    np.testing.assert_array_equal(truth.mask, photo.image[:, :, 0] > 0)


# names


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def pairs(photos: Path, masks: Path, **options) -> dict[str, list[str]]:
    plan = find_pairs(photos, masks, **options)
    return {task.name: [source.name for source in task.sources] for task in plan.tasks}


def test_masks_are_found_by_the_photos_names(tmp_path: Path) -> None:
    photos = tree(tmp_path / "p", "cat.jpg", "cat_2.JPG", "a/bear.jpg", "b/bear.jpg", "dog.jpg", "fox.tiff")
    masks = tree(
        tmp_path / "m", "cat.png", "cat_2.png", "cat_2_ear.png", "cat-1.png", "a/bear.png", "b/bear.gt.png",
        "dog/nose.png", "dog/tail.png", "mask_fox.png", "fox.tiff.png", "Cat mask.bmp", "wolf.png", "n.txt",
    )  # fmt: skip
    assert pairs(photos, masks) == {
        "a/bear.jpg": ["a/bear.png"],
        "b/bear.jpg": ["b/bear.gt.png"],
        "cat.jpg": ["Cat mask.bmp", "cat-1.png", "cat.png"],
        "cat_2.JPG": ["cat_2.png", "cat_2_ear.png"],
        "dog.jpg": ["dog/nose.png", "dog/tail.png"],
        "fox.tiff": ["fox.tiff.png", "mask_fox.png"],
    }
    left_out = find_pairs(photos, masks).left_out
    assert [(name, why.kind) for name, why in left_out] == [("wolf.png", "no_photo")]


def test_photos_and_masks_may_share_a_folder(tmp_path: Path) -> None:
    both = tree(
        tmp_path / "both", "cat.jpg", "cat_mask.png", "dog.png", "dog_mask_2.png", "mask of a cat.png"
    )
    assert pairs(both, both) == {"cat.jpg": ["cat_mask.png"], "dog.png": ["dog_mask_2.png"]}


def test_one_photo_and_one_mask_may_have_any_names(tmp_path: Path) -> None:
    folder = tree(tmp_path, "holiday.jpg", "drawn.png")
    assert pairs(folder / "holiday.jpg", folder / "drawn.png") == {"holiday.jpg": ["drawn.png"]}


def test_a_name_that_two_photos_share_is_refused_by_name(tmp_path: Path) -> None:
    photos, masks = tree(tmp_path / "p", "cat.jpg", "cat.png", "dog.jpg"), tree(tmp_path / "m", "cat.png")
    plan = find_pairs(photos, masks)
    assert not plan.tasks
    assert [(name, why.kind) for name, why in plan.left_out] == [
        ("cat.jpg", "no_mask"),
        ("cat.png", "no_mask"),
        ("dog.jpg", "no_mask"),
    ]
    assert "rename" in str(plan.left_out[0][1])


def test_results_within_the_photos_folder_are_no_photos(tmp_path: Path) -> None:
    photos = tree(tmp_path / "p", "cat.jpg", "results/chart.png", ".hidden/x.png", "._cat.jpg")
    masks = tree(tmp_path / "m", "cat.png")
    plan = find_pairs(photos, masks, out=(photos / "results").resolve())
    assert [task.name for task in plan.tasks] == ["cat.jpg"]
    assert not plan.left_out


def test_what_is_not_there_or_holds_nothing_is_an_error(tmp_path: Path) -> None:
    empty, photos = tree(tmp_path / "e", "readme.txt"), tree(tmp_path / "p", "cat.jpg")
    with pytest.raises(FileNotFoundError, match="no masks at"):
        find_pairs(photos, tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="no photos at"):
        find_pairs(tmp_path / "nowhere", photos)
    with pytest.raises(ValueError, match="there is no mask in") as raised:
        find_pairs(photos, empty)
    assert str(raised.value).count(".jpg,") == 1  # each ending that was looked for, once
    with pytest.raises(ValueError, match="there is no photo in"):
        find_pairs(empty, photos)


# COCO

SQUARE = [[10.0, 5.0, 30.0, 5.0, 30.0, 25.0, 10.0, 25.0]]


def coco(*annotations: dict, images=None) -> dict:
    images = images or [{"id": 1, "file_name": "cat.png", "width": 60, "height": 40}]
    rows = [{"id": 10 + number, "image_id": 1, **row} for number, row in enumerate(annotations)]
    return {"images": images, "annotations": rows, "categories": [{"id": 3, "name": "cat"}]}


def coco_truths(tmp_path: Path, data: dict, photo: Photo = PHOTO) -> list:
    photos = tree(tmp_path / "p", "cat.png")
    (tmp_path / "list.json").write_text(json.dumps(data))
    plan = find_pairs(photos, tmp_path / "list.json")
    return [truth for task in plan.tasks for source in task.sources for truth in source.read(photo)]


def test_polygons_and_both_run_lengths_are_the_same_object(tmp_path: Path) -> None:
    square = np.zeros(SIZE, bool)
    square[5:25, 10:30] = True
    counts = [int(n) for n in np.diff(np.flatnonzero(np.diff(np.r_[2, square.T.ravel(), 2])))]
    counts = [10 * 40 + 5] + counts[1:]
    truths = coco_truths(
        tmp_path,
        coco(
            {"segmentation": SQUARE, "category_id": 3},
            {"segmentation": encode(square)},
            {"segmentation": {"size": [40, 60], "counts": counts}},
        ),
    )
    assert [truth.name for truth in truths] == ["10", "11", "12"]
    assert [truth.class_name for truth in truths] == ["cat", "", ""]
    for truth in truths:
        np.testing.assert_array_equal(truth.mask, square)
        assert truth.counts.all()


def test_polygons_are_filled_as_pycocotools_fills_them(tmp_path: Path) -> None:
    from pycocotools import mask as theirs

    rng = np.random.default_rng(0)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
    star = np.stack([30 + 18 * np.cos(angles) * rng.uniform(0.4, 1, 12), 20 + 17 * np.sin(angles)], 1)
    polygons = [star.ravel().tolist(), [2.0, 2.0, 9.5, 3.0, 4.0, 12.0]]
    (truth,) = coco_truths(tmp_path, coco({"segmentation": polygons}))
    wanted = theirs.decode(theirs.merge(theirs.frPyObjects(polygons, *SIZE))).astype(bool)
    assert (truth.mask & wanted).sum() / (truth.mask | wanted).sum() > 0.9
    assert (truth.mask ^ wanted).sum() < 60


def test_a_crowd_is_no_object_and_does_not_count(tmp_path: Path) -> None:
    crowd = np.zeros(SIZE, bool)
    crowd[:, 25:50] = True
    (truth,) = coco_truths(
        tmp_path, coco({"segmentation": SQUARE}, {"segmentation": encode(crowd), "iscrowd": 1})
    )
    np.testing.assert_array_equal(truth.counts, ~crowd | truth.mask)


@pytest.mark.parametrize(
    ("segmentation", "kind"),
    [
        ([], "empty"),
        (None, "empty"),
        ([[200.0, 200.0, 210.0, 200.0, 210.0, 220.0]], "empty"),
        ([[1.0, 2.0, 3.0]], "unreadable"),
        ([[1.0, 2.0, 3.0, 4.0]], "unreadable"),
        ("abc", "unreadable"),
        ({"size": [40, 60], "counts": "nonsense"}, "unreadable"),
        ({"size": [40, 60]}, "unreadable"),
        (encode(np.ones((10, 10), bool)), "size"),
    ],
)
def test_annotations_without_a_mask_say_why(tmp_path: Path, segmentation, kind: str) -> None:
    with pytest.raises(LeftOut) as left_out:
        coco_truths(tmp_path, coco({"segmentation": segmentation}))
    assert left_out.value.kind == kind


def test_photos_of_a_list_are_found_by_their_names(tmp_path: Path) -> None:
    photos = tree(tmp_path / "p", "val/cat.png", "val/dog.png", "extra.png", "a/same.png", "b/same.png")
    images = [
        {"id": 1, "file_name": "cat.png"},
        {"id": "2", "file_name": "val\\dog.png"},
        {"id": 3, "file_name": "gone.png"},
        {"id": 4, "file_name": "same.png"},
        {"id": 5, "file_name": "b/same.png"},
    ]
    rows = [{"segmentation": SQUARE, "image_id": n} for n in (1, 2, 3, 4)]
    data = {"images": images, "annotations": [{"id": n, **row} for n, row in enumerate(rows)]}
    (tmp_path / "list.json").write_text(json.dumps(data))
    plan = find_pairs(photos, tmp_path / "list.json")
    assert [(task.name, len(task.sources)) for task in plan.tasks] == [("val/cat.png", 1), ("val/dog.png", 1)]
    assert {(name, why.kind) for name, why in plan.left_out} == {
        ("gone.png", "no_photo"), ("same.png", "no_photo"), ("b/same.png", "no_mask"),
        ("extra.png", "no_mask"), ("a/same.png", "no_mask"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"images": []}', '{"images": [], "annotations": 3}',
        '{"images": [1], "annotations": []}', '{"images": [{"id": 1}], "annotations": []}', "{",
        '{"images": [], "annotations": [], "x": NaN}',
        '{"images": [{"file_name": "a", "id": 1}, {"file_name": "b", "id": 1}], "annotations": []}',
    ],
)  # fmt: skip
def test_what_is_no_coco_json_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.json").write_text(text)
    with pytest.raises(ValueError, match=r"list\.json"):
        read_coco(tmp_path / "list.json")


def test_a_photo_that_cannot_be_read_is_an_image_error(tmp_path: Path) -> None:
    paint_photo(tmp_path / "p.png")
    assert read_photo(tmp_path / "p.png").size == (192, 256)


@pytest.mark.parametrize("categories", [5, True, {"id": 1}, "cat", None, [5]])
def test_categories_that_are_none_leave_the_objects_without_a_name(tmp_path: Path, categories) -> None:
    told = {"images": [{"id": 1, "file_name": "a.png"}], "annotations": [], "categories": categories}
    (tmp_path / "list.json").write_text(json.dumps(told))
    assert [image.class_names.get("1") for image in read_coco(tmp_path / "list.json")] == [None]


def test_a_photo_that_a_list_names_again_and_again_is_one(tmp_path: Path) -> None:
    """Its objects as often would be as much as both together, multiplied."""
    told = {"images": [{"id": 1, "file_name": "a.png"}] * 2000, "annotations": [{"image_id": 1}] * 2000}
    (tmp_path / "list.json").write_text(json.dumps(told))
    assert [len(image.objects) for image in read_coco(tmp_path / "list.json")] == [2000]
