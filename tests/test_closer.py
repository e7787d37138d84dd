"""Looking closer: a part of the photo encoded alone, with prompts and masks of the whole photo."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from segwidgets import (
    Candidates,
    ClickSegmenter,
    EmbeddingExplorer,
    Prompt,
    Segmenter,
    ThresholdExplorer,
    diagnose,
)
from segwidgets.automatic import generate_masks
from segwidgets.geometry import grow_box, split_boxes
from segwidgets.masks.regions import reaches_rim
from segwidgets.similar import find_similar
from tests.other_engine import ColorEngine

SIZE = 600, 1000
THING = (723, 414, 735, 424)  # x0, y0, x1, y1: twelve pixels by ten, less than five logits of the whole photo
OTHER = (760, 436, 774, 447)
VIEW = (660, 350, 800, 490)
BAR = (0, 300, 1000, 340)  # from edge to edge
RED, BLUE = (230, 30, 30), (30, 30, 230)


def rectangle(box: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros(SIZE, bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


BOTH = rectangle(THING) | rectangle(OTHER)


def middle(box: tuple[int, int, int, int]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    image = np.full((*SIZE, 3), 128, np.uint8)
    image[rectangle(BAR)] = BLUE
    image[rectangle(THING) | rectangle(OTHER)] = RED
    return image


@pytest.fixture
def whole(photo: np.ndarray) -> Segmenter:
    return Segmenter(photo, ColorEngine())


def iou(mask: np.ndarray, other: np.ndarray) -> float:
    return float((mask & other).sum() / (mask | other).sum())


# what it is


def test_a_small_thing_is_drawn_sharper_and_in_its_place(whole: Segmenter) -> None:
    prompt = Prompt([middle(THING)])
    closer = whole.closer(THING)
    assert closer.engine is whole.engine
    assert closer.image is whole.image
    assert closer.size == SIZE
    coarse, sharp = whole.predict(prompt), closer.predict(prompt)
    assert sharp.prompt == prompt
    assert sharp.masks.shape == coarse.masks.shape == (3, *SIZE)
    assert iou(sharp.best_mask, BOTH) > 0.85
    assert iou(sharp.best_mask, BOTH) > iou(coarse.best_mask, BOTH) + 0.05


def closer_mask(closer: Segmenter) -> np.ndarray:
    return rectangle(closer.view)


def test_a_box_is_taken_in_the_whole_photos_pixels(whole: Segmenter) -> None:
    closer = whole.closer(VIEW, margin=0)
    assert closer.view == VIEW
    assert iou(closer.predict(Prompt(box=OTHER)).best_mask, rectangle(OTHER)) > 0.9


def test_its_margin_is_cut_off_at_the_photos_edges(whole: Segmenter) -> None:
    assert whole.closer((100, 100, 500, 300), margin=0.1).view == (60, 60, 540, 340)
    assert whole.closer((0, 10, 400, 200), margin=0.5).view == (0, 0, 600, 400)
    assert whole.closer((10, 10, 990, 590), margin=0.5) is whole


@pytest.mark.parametrize(
    ("box", "size", "margin", "least", "expected"),
    [
        ((10.2, 20.7, 30.1, 40), (100, 200), 0, 1, (10, 20, 31, 40)),
        ((90, 40, 110, 60), (100, 200), 0.5, 1, (80, 30, 120, 70)),
        ((90, 40, 110, 60), (100, 200), 0, 60, (70, 20, 130, 80)),
        ((0, 0, 10, 10), (100, 200), 0, 60, (0, 0, 60, 60)),
        ((196, 96, 200, 100), (100, 200), 0, 60, (140, 40, 200, 100)),
        ((50, 50, 60, 60), (30, 200), 0, 60, (25, 0, 85, 30)),
    ],
)
def test_a_box_gets_room(box, size, margin, least, expected) -> None:
    assert grow_box(box, size, margin, least) == expected


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        (
            Prompt([(10, 10)]),
            r"\(10.0, 10.0\) lies outside the part .* from 660 to 800 and y from 350 to 490",
        ),
        (Prompt([middle(THING), (800, 400)]), "closer"),
        (Prompt(box=(600, 390, 720, 420)), "lies outside the part"),
        (Prompt([(1000, 10)]), "1000 wide and 600 high"),
    ],
)
def test_a_prompt_outside_the_view_is_refused(whole: Segmenter, prompt: Prompt, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        whole.closer(VIEW, margin=0).predict(prompt)


@pytest.mark.parametrize(
    ("box", "margin", "error", "words"),
    [
        ((10, 10, 1200, 50), 0.25, ValueError, "leaves the image"),
        ((50, 10, 10, 50), 0.25, ValueError, "x0 < x1"),
        ("all", 0.25, TypeError, "four numbers"),
        ((10, 10, 50, 50), -1, ValueError, "margin must be"),
        ((10, 10, 50, 50), "wide", ValueError, "margin must be"),
    ],
)
def test_no_view_is_made_of_nonsense(whole: Segmenter, box, margin, error, words) -> None:
    with pytest.raises(error, match=words):
        whole.closer(box, margin)


# what is kept


def test_a_view_is_encoded_once_and_few_are_kept(whole: Segmenter) -> None:
    first = whole.closer(THING)
    assert whole.engine.encoded == 2
    assert whole.closer(THING) is first
    assert first.closer(THING) is first
    assert whole.engine.encoded == 2
    assert first.closer(BAR) is whole.closer(BAR)
    assert whole.engine.encoded == 3
    assert first.closer((0, 0, 1000, 600)) is whole


def test_kept_views_are_bounded_and_the_oldest_goes(
    whole: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = whole.image_embedding.nbytes
    monkeypatch.setattr("segwidgets.segmenter.VIEW_BYTES", 2 * each)
    boxes = [(100 * i, 0, 100 * i + 90, 200) for i in range(3)]
    views = [whole.closer(box) for box in boxes]
    assert whole.closer(boxes[2]) is views[2]
    assert whole.closer(boxes[1]) is views[1]
    assert whole.closer(boxes[0]) is not views[0]
    assert views[0].predict(Prompt([(50, 50)])).masks.any(), "who holds it can use it"


def test_closing_frees_the_views(whole: Segmenter) -> None:
    freed = weakref.ref(whole.closer(THING))
    held = whole.closer(BAR)
    whole.close()
    gc.collect()
    assert freed() is None
    assert held.predict(Prompt([middle(BAR)])).masks.any()
    with pytest.raises(RuntimeError, match="closed"):
        whole.closer(THING)
    assert held.closer(BAR) is held
    held.close()
    with pytest.raises(RuntimeError, match="closed"):
        held.predict(Prompt([middle(BAR)]))


def test_a_segmenter_that_nobody_holds_is_freed_with_its_views(photo: np.ndarray) -> None:
    segmenter = Segmenter(photo, ColorEngine())
    freed = weakref.ref(segmenter.closer(THING))
    gc.disable()
    try:
        del segmenter
        assert freed() is None, "views and whole must not hold each other"
    finally:
        gc.enable()


def test_a_view_that_was_closed_is_made_anew(whole: Segmenter) -> None:
    whole.closer(THING).close()
    assert whole.closer(THING).predict(Prompt([middle(THING)])).masks.any()


# what it says


def test_a_mask_that_goes_on_beyond_the_view_says_so(whole: Segmenter) -> None:
    closer = whole.closer((400, 250, 600, 400), margin=0)
    bar = closer.predict(Prompt([(500, 320)]))
    assert bar.view == closer.view
    assert bar.cut_off.all()
    assert "rim of the closer view" in bar.best_reason
    assert "borde de la vista ampliada" in bar.explain_best("es")
    assert any("closer view" in fault for fault in diagnose(bar)[bar.best].faults)
    in_whole = whole.predict(Prompt([(500, 320)]))
    assert in_whole.view is None
    assert not in_whole.cut_off.any()
    assert "view" not in in_whole.best_reason
    thing = whole.closer(THING).predict(Prompt([middle(THING)]))
    assert not thing.cut_off.any()
    assert not any("view" in fault for fault in diagnose(thing)[thing.best].faults)


def test_what_ends_at_the_photos_own_edge_is_not_cut_off(whole: Segmenter) -> None:
    corner = np.zeros(SIZE, bool)
    corner[:20, :20] = True
    assert not reaches_rim(corner, (0, 0, 100, 100))
    assert reaches_rim(corner, (10, 0, 100, 100))
    assert reaches_rim(corner, (0, 0, 100, 20))


def test_the_rim_that_counts_against_surroundings_is_the_views(whole: Segmenter) -> None:
    around = whole.closer(VIEW, margin=0).predict(Prompt([(690, 390)]))
    assert around.border_share[around.best] > 0.9


# going on from one to the other


def test_a_mask_of_the_whole_is_gone_on_from_in_its_place(whole: Segmenter) -> None:
    coarse = whole.predict(Prompt([middle(THING)]))
    closer = whole.closer(VIEW, margin=0)
    refined = closer.predict(Prompt([middle(THING), (690, 390)], [1, 0]), previous=coarse)
    assert refined.refined
    fed = closer.engine.fed[-1]
    back = np.zeros(SIZE, bool)
    back[closer.frame.seen_part] = closer.frame.upscale(fed) > 0
    assert iou(back, coarse.best_mask & closer_mask(closer)) > 0.9
    again = closer.predict(Prompt([middle(THING), (690, 390)], [1, 0]), previous=refined)
    np.testing.assert_array_equal(closer.engine.fed[-1], refined.low_res_logits[refined.best])
    assert again.refined
    outwards = whole.predict(Prompt([middle(THING), (690, 390)], [1, 0]), previous=refined)
    assert iou(whole.frame.upscale(whole.engine.fed[-1]) > 0, refined.best_mask) > 0.5
    assert outwards.masks.any()


def test_a_mask_that_lies_outside_the_view_is_not_fed_back(whole: Segmenter) -> None:
    far = rectangle((10, 10, 60, 60))
    found = whole.closer(THING).predict(Prompt([middle(THING)]), previous=far)
    assert whole.engine.fed[-1] is None
    assert not found.refined
    assert len(found) == 3


def test_other_readings_belong_to_their_view(whole: Segmenter) -> None:
    closer = whole.closer(THING)
    sharp = closer.predict(Prompt([middle(THING)]))
    more = closer.other_readings(sharp)
    assert more.masks.shape == (4, *SIZE)
    assert not more.masks[:, : closer.view[1]].any()
    with pytest.raises(ValueError, match="belong to the view"):
        whole.other_readings(sharp)


# everything else that takes a segmenter


def test_logits_outside_the_view_are_its_lowest(whole: Segmenter) -> None:
    closer = whole.closer(THING)
    found = closer.predict(Prompt([middle(THING)]))
    full = closer.upscale(found.low_res_logits)
    assert full.shape == (3, *SIZE)
    np.testing.assert_array_equal(full > 0, found.masks)
    assert full[0, 0, 0] == full[0].min()


def test_explorers_show_a_closer_view(whole: Segmenter) -> None:
    closer = whole.closer(VIEW, margin=0)
    found = closer.predict(Prompt([middle(THING)]))
    explorer = ThresholdExplorer(closer, found)
    np.testing.assert_array_equal(explorer.mask, found.best_mask)
    assert explorer.stability_score == found.stability_score[found.best]
    embedding = EmbeddingExplorer(closer)
    embedding.point(*middle(THING))
    rows, columns = closer.frame.cells_at(*np.transpose([middle(OTHER), (690, 390)]))
    assert embedding.similarity is not None
    alike, other = embedding.similarity[rows, columns]
    assert alike > 0.999 > 0.8 > other
    with pytest.raises(ValueError, match="closer view"):
        embedding.point(10, 10)


def test_the_widget_works_on_a_closer_view(whole: Segmenter) -> None:
    seg = ClickSegmenter(whole.closer(VIEW, margin=0))
    seg.add_point(*middle(THING))
    assert iou(seg.mask, BOTH) > 0.85
    seg.close()


def test_everything_in_a_view_is_found_there_and_nothing_else(whole: Segmenter) -> None:
    closer = whole.closer(VIEW, margin=0)
    found = generate_masks(closer, points_per_side=12, pred_iou_thresh=0.5, stability_score_thresh=0.5)
    assert any(iou(mask, BOTH) > 0.85 for mask in found.mask)
    assert not (found.mask & ~closer_mask(closer)).any()


def test_all_like_it_is_found_in_a_view(whole: Segmenter) -> None:
    closer = whole.closer(VIEW, margin=0)
    found = find_similar(closer, rectangle(THING))
    assert found.mask is not None
    assert not (found.mask & ~closer_mask(closer)).any()
    with pytest.raises(ValueError, match="mask 0 lies outside"):
        find_similar(closer, rectangle((10, 10, 60, 60)))


# crops


@pytest.mark.slow
@pytest.mark.model  # no network runs, but segment_anything is needed
def test_crops_are_those_of_segment_anything() -> None:
    from segment_anything.utils.amg import generate_crop_boxes

    for size in ((600, 1000), (451, 300), (77, 1001)):
        for ratio in (512 / 1500, 0.0, 0.2):
            theirs, layers = generate_crop_boxes(size, 2, ratio)
            ours = [box for layer in range(3) for box in split_boxes(size, layer, ratio)]
            assert ours == [tuple(box) for box in theirs]
            assert layers == [0] + [1] * 4 + [2] * 16


@pytest.mark.slow
def test_crops_find_what_the_whole_photo_is_too_coarse_for(whole: Segmenter) -> None:
    settings = {"points_per_side": 10, "pred_iou_thresh": 0.5, "stability_score_thresh": 0.5}
    coarse = generate_masks(whole, **settings)
    found = generate_masks(whole, **settings, crop_n_layers=1)
    assert max(iou(mask, BOTH) for mask in found.mask) > max(iou(mask, BOTH) for mask in coarse.mask) + 0.05
    assert found.data["crop_box"].shape == (len(found), 4)
    for mask, crop in zip(found.mask, found.data["crop_box"], strict=True):
        assert not (mask & ~rectangle(tuple(crop))).any()
    bar = [crop for mask, crop in zip(found.mask, found.data["crop_box"], strict=True) if mask[320].all()]
    assert bar
    assert all(tuple(crop) == (0, 0, 1000, 600) for crop in bar), "no crop shows all of it"
    assert not any(mask[320].any() and not mask[320].all() for mask in found.mask), (
        "what a crop cuts off goes"
    )


def test_a_search_with_crops_counts_and_stops(whole: Segmenter) -> None:
    seen: list[tuple[int, int]] = []
    settings = {"points_per_side": 4, "crop_n_layers": 1, "crop_n_points_downscale_factor": 2}
    found = generate_masks(whole, progress=lambda *done: seen.append(done), **settings)
    assert (32, 34) in seen, "drawing at the photo's size takes as long as two clicks"
    assert seen[-1] == (34, 34)
    assert seen == sorted(seen), "it never goes back"
    assert found.metadata["counts"]["prompts"] == 32
    assert found.metadata["counts"]["crop_nms"] == len(found)
    assert whole.engine.encoded == 5
    part = generate_masks(whole, cancelled=lambda: whole.engine.encoded >= 7, **settings)
    assert part.metadata["counts"]["prompts"] == 20
    assert not whole._views, "what was looked at for once is not kept"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"crop_n_layers": -1}, ValueError, "crop_n_layers must be 0 or more"),
        ({"crop_n_layers": 1.5}, TypeError, "crop_n_layers must be a whole number"),
        ({"crop_n_layers": 1, "crop_overlap_ratio": 1}, ValueError, "crop_overlap_ratio"),
        ({"crop_n_points_downscale_factor": 0}, ValueError, "crop_n_points_downscale_factor"),
    ],
)
def test_crops_that_cannot_be_are_refused(whole: Segmenter, options, error, words) -> None:
    with pytest.raises(error, match=words):
        generate_masks(whole, **options)


# with the real model


@pytest.mark.model
def test_sams_masks_of_a_view_are_those_of_the_part_alone(cat: np.ndarray) -> None:
    big = np.full((900, 1300, 3), 90, np.uint8)
    big[400:700, 600:1051] = cat
    alone = Segmenter(cat, engine="onnxruntime").predict(Prompt([(250, 170)]))
    closer = Segmenter(big, engine="onnxruntime").closer((600, 400, 1051, 700), margin=0)
    found = closer.predict(Prompt([(850, 570)]))
    np.testing.assert_array_equal(found.masks[:, 400:700, 600:1051], alone.masks)
    np.testing.assert_array_equal(found.predicted_iou, alone.predicted_iou)
    assert found.best == alone.best
    assert isinstance(found, Candidates)


@pytest.mark.model
def test_masks_from_crops_are_those_of_segment_anythings_generator() -> None:
    from segment_anything import SamAutomaticMaskGenerator
    from skimage import data

    from segwidgets import load_sam

    settings = {
        "points_per_side": 4,
        "pred_iou_thresh": 0.8,
        "stability_score_thresh": 0.9,
        "crop_n_layers": 1,
        "crop_n_points_downscale_factor": 2,
    }
    image = data.coffee()
    generator = SamAutomaticMaskGenerator(
        load_sam("mobile_sam", device="cpu"), points_per_batch=4, **settings
    )
    expected = np.array([record["segmentation"] for record in generator.generate(image)])
    found = generate_masks(Segmenter(image, engine="onnxruntime"), **settings)
    assert len(found) == len(expected) > 4
    for ours, theirs in ((found.mask, expected), (expected, found.mask)):
        twins = [((theirs & mask).sum((1, 2)) / (theirs | mask).sum((1, 2))).max() for mask in ours]
        assert np.mean(np.array(twins) >= 0.99) >= 0.95
