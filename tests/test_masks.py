import copy
import json
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from skimage.measure import perimeter_crofton

from segwidgets import Candidates, Prompt, masks
from segwidgets.masks import (
    border_contact,
    clean,
    compare,
    decode,
    deepest_point,
    diagnose,
    edge_agreement,
    encode,
    find_holes,
    find_islands,
    hole_areas,
    island_areas,
    mask_iou,
    measure,
    perimeter,
    roc_auc,
    stability_score,
)
from segwidgets.masks.regions import hull_area, label_holes, label_pieces, reaches_rim

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24))
PAIRS = array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)


def disk(size=(200, 240), center=(120, 100), radius=60):
    ys, xs = np.mgrid[: size[0], : size[1]]
    return (xs - center[0]) ** 2 + (ys - center[1]) ** 2 <= radius**2


def rectangle(x0, y0, x1, y1, size=(100, 120)):
    mask = np.zeros(size, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask


def test_a_rectangle_has_the_measures_of_a_rectangle():
    found = measure(rectangle(10, 20, 50, 40))
    assert found.area_px == 800
    assert found.area_share == pytest.approx(800 / 12000)
    assert found.box == (10, 20, 50, 40)
    assert found.centroid == (30.0, 30.0)
    assert (found.components, found.islands, found.holes) == (1, 0, 0)
    assert found.solidity == 1.0
    assert found.border_contact == 0.0
    assert found.stability_score is None
    assert found.edge_agreement is None


def test_a_disk_has_the_perimeter_and_the_compactness_of_a_disk():
    found = measure(disk())
    assert found.area_px == pytest.approx(pi * 60**2, rel=0.01)
    assert found.perimeter == pytest.approx(2 * pi * 60, rel=0.01)
    assert found.compactness == pytest.approx(1, abs=0.02)
    assert found.solidity == pytest.approx(1, abs=0.02)


def test_compactness_and_solidity_fall_where_a_shape_is_thin_or_hollow():
    cross = rectangle(50, 10, 54, 90) | rectangle(14, 48, 94, 52)
    found = measure(cross)
    assert found.compactness < 0.2
    assert found.solidity < 0.25  # (2 * 80 * 4 - 16) px in a hull of about half of 80 x 80 and its margin


def test_planted_holes_are_counted_and_marked():
    mask = disk()
    planted = rectangle(100, 80, 110, 90, mask.shape) | rectangle(130, 110, 135, 112, mask.shape)
    mask &= ~planted
    assert (measure(mask).holes, measure(mask).hole_px) == (2, 110)
    assert hole_areas(mask).tolist() == [100, 10]
    np.testing.assert_array_equal(find_holes(mask), planted)
    np.testing.assert_array_equal(find_holes(mask, min_area=11), rectangle(100, 80, 110, 90, mask.shape))


def test_a_hole_is_closed_by_corners_but_not_by_the_photo_border():
    diamond = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    assert measure(np.pad(diamond, 2)).holes == 1
    bay = np.ones((5, 5), dtype=bool)
    bay[0:3, 2] = False
    assert measure(bay).holes == 0


def test_planted_islands_are_counted_and_marked():
    planted = rectangle(100, 10, 110, 20) | rectangle(5, 5, 7, 7)
    mask = rectangle(20, 40, 80, 90) | planted
    found = measure(mask)
    assert (found.components, found.islands, found.island_px) == (3, 2, 104)
    assert found.largest_share == pytest.approx(3000 / 3104)
    assert island_areas(mask).tolist() == [100, 4]
    assert island_areas(mask, with_largest=True).tolist() == [3000, 100, 4]
    np.testing.assert_array_equal(find_islands(mask), planted)
    np.testing.assert_array_equal(find_islands(mask, min_area=5), rectangle(100, 10, 110, 20))


def test_border_contact_is_the_share_of_the_rim():
    assert border_contact(np.ones((7, 9), dtype=bool)) == 1.0
    assert border_contact(rectangle(1, 1, 119, 99)) == 0.0
    assert border_contact(rectangle(0, 0, 120, 1)) == pytest.approx(120 / 436)
    assert border_contact(rectangle(0, 0, 1, 100)) == pytest.approx(100 / 436)
    assert border_contact(rectangle(119, 99, 120, 100)) == pytest.approx(1 / 436)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2)])
def test_a_tiny_image_is_all_rim(shape):
    mask = np.zeros(shape, dtype=bool)
    mask[-1, -1] = True
    assert border_contact(mask) == pytest.approx(1 / mask.size)


@pytest.mark.parametrize(
    ("pixel", "reached"),
    [((5, 2), True), ((2, 5), True), ((9, 6), True), ((6, 9), True), ((6, 6), False), ((1, 2), False)],
)
def test_a_view_within_the_photo_is_reached_at_each_of_its_four_sides(pixel, reached):
    mask = np.zeros((20, 20), dtype=bool)
    mask[pixel] = True
    assert reaches_rim(mask, (2, 2, 10, 10)) is reached


def test_where_the_photo_itself_ends_nothing_is_cut_off():
    full = np.ones((20, 20), dtype=bool)
    assert not reaches_rim(full, (0, 0, 20, 20))
    for view in ((1, 0, 20, 20), (0, 1, 20, 20), (0, 0, 19, 20), (0, 0, 20, 19)):
        assert reaches_rim(full, view) is True


@pytest.mark.model  # no network runs, but torch is needed
def test_stability_score_is_that_of_segment_anything_without_the_padding():
    import torch
    from segment_anything.utils.amg import calculate_stability_score

    logits = np.random.default_rng(0).normal(0, 2, (256, 256)).astype(np.float32)
    logits[170:] = 5  # padding of a photo of 600 x 400, which must not count
    theirs = calculate_stability_score(torch.from_numpy(logits[None, :171]), 0.0, 1.0)
    assert stability_score(logits[:, :], (400, 600)) == pytest.approx(float(theirs[0]))


def test_stability_score_of_a_step_is_one_and_of_nothing_too():
    step = np.where(disk((256, 256), (128, 128), 60), 10.0, -10.0)
    assert stability_score(step, (300, 300)) == 1.0
    assert stability_score(np.full((256, 256), -9.0), (300, 300)) == 1.0
    with pytest.raises(ValueError, match="low_res_logits must have shape"):
        stability_score(step[None], (300, 300))


def test_edge_agreement_is_high_on_an_edge_and_falls_with_the_distance_to_it():
    shape = disk()
    noise = np.random.default_rng(1).normal(0, 4, (*shape.shape, 3))
    photo = np.clip(np.where(shape[..., None], 180, 60) + noise, 0, 255).astype(np.uint8)
    on_edge = edge_agreement(shape, photo)
    off_edge = edge_agreement(disk(radius=45), photo)
    assert on_edge > 0.95
    assert off_edge == pytest.approx(0.5, abs=0.1)
    assert measure(shape, photo).edge_agreement == on_edge


def test_edge_agreement_of_a_flat_photo_is_chance_and_without_contour_none():
    photo = np.full((200, 240, 3), 90, dtype=np.uint8)
    assert edge_agreement(disk(), photo) == 0.5
    assert edge_agreement(np.zeros((200, 240), dtype=bool), photo) is None
    assert edge_agreement(np.ones((200, 240), dtype=bool), photo) is None
    with pytest.raises(ValueError, match="shape"):
        edge_agreement(disk((100, 100), (50, 50), 20), photo)


def test_an_empty_mask_has_defined_measures():
    found = measure(
        np.zeros((30, 40), dtype=bool), np.zeros((30, 40, 3), np.uint8), np.full((256, 256), -5.0)
    )
    assert found.area_px == 0
    assert found.box is found.centroid is found.compactness is found.solidity is None
    assert (found.components, found.holes, found.perimeter, found.border_contact) == (0, 0, 0.0, 0.0)
    assert found.stability_score == 1.0
    assert found.edge_agreement is None


def test_a_full_mask_has_defined_measures():
    found = measure(np.ones((30, 40), dtype=bool), np.zeros((30, 40, 3), np.uint8))
    assert found.area_share == 1.0
    assert found.box == (0, 0, 40, 30)
    assert found.centroid == (20.0, 15.0)
    assert (found.components, found.holes, found.solidity, found.border_contact) == (1, 0, 1.0, 1.0)
    assert found.edge_agreement is None


@given(MASKS)
@settings(deadline=None)
def test_measures_are_finite_in_range_and_ready_for_json(mask):
    found = measure(mask).to_dict()
    json.dumps(found, allow_nan=False)
    for name in ("area_share", "largest_share", "compactness", "solidity", "border_contact"):
        assert found[name] is None or 0 <= found[name] <= 1, name
    assert found["area_px"] == mask.sum()
    assert found["hole_px"] == find_holes(mask).sum()
    assert found["island_px"] == find_islands(mask).sum()
    assert not (find_holes(mask) & mask).any()


@given(MASKS, st.integers(0, 9), st.integers(0, 9))
@settings(deadline=None)
def test_measures_do_not_depend_on_where_the_mask_lies(mask, right, down):
    here = measure(np.pad(mask, 10))
    there = measure(np.pad(mask, ((10 + down, 10 - down), (10 + right, 10 - right))))
    for name in ("area_px", "holes", "hole_px", "islands", "perimeter", "compactness", "solidity"):
        assert getattr(here, name) == pytest.approx(getattr(there, name)), name
    if mask.any():
        assert there.centroid == pytest.approx((here.centroid[0] + right, here.centroid[1] + down))
        assert there.box[0] == here.box[0] + right


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 3), (23, 31)])
@pytest.mark.parametrize("density", [0.03, 0.3, 0.5, 0.7, 0.97])
def test_what_is_measured_in_its_box_is_what_all_of_the_photo_s_pixels_say(shape, density):
    for seed in range(20):
        mask = np.random.default_rng(seed).random(shape) < density
        if seed % 2:  # without it the mask reaches the border
            mask[[0, -1]] = mask[:, [0, -1]] = False
        areas = label_pieces(mask)[1]
        pieces = np.sort(areas[areas > 0])
        areas = label_holes(mask)[1]
        found = measure(mask)
        assert (found.holes, found.hole_px) == ((areas > 0).sum(), areas.sum())
        assert np.array_equal(hole_areas(mask), np.sort(areas[areas > 0])[::-1])
        assert np.array_equal(island_areas(mask, with_largest=True), pieces[::-1])
        assert found.area_px == mask.sum()
        assert found.perimeter == perimeter_crofton(mask, directions=4)
        if found.area_px:
            ys, xs = np.nonzero(mask)
            assert found.components == len(pieces)
            assert (found.islands, found.island_px) == (len(pieces) - 1, pieces[:-1].sum())
            assert found.largest_share == pieces[-1] / mask.sum()
            assert found.box == (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            assert found.centroid == (xs.sum() / len(xs) + 0.5, ys.sum() / len(ys) + 0.5)
            assert found.compactness == min(1, 4 * pi * mask.sum() / found.perimeter**2)
            assert found.solidity == mask.sum() / hull_area(mask)


def test_perimeter_counts_holes_too():
    ring = disk() & ~disk(radius=30)
    assert perimeter(ring) == pytest.approx(2 * pi * 90, rel=0.02)


def test_a_known_overlap_gives_known_indices():
    found = compare(rectangle(10, 10, 30, 30), rectangle(20, 10, 40, 30))
    assert found.iou == pytest.approx(200 / 600)
    assert found.dice == found.precision == found.recall == 0.5
    assert (found.leak_px, found.miss_px, found.leak_share, found.miss_share) == (200, 200, 0.5, 0.5)


def test_a_planted_leak_is_leak_and_not_miss():
    found = compare(disk() | rectangle(110, 150, 130, 190, (200, 240)), disk())
    assert found.miss_px == 0
    assert found.recall == 1.0
    assert found.leak_px == np.count_nonzero(rectangle(110, 150, 130, 190, (200, 240)) & ~disk())
    assert found.leak_share == pytest.approx(1 - found.precision)


def test_boundary_iou_is_that_of_its_paper_on_known_bands():
    # the diagonal of 60 x 80 is 100, so the bands are 2 px wide
    square, lower = rectangle(10, 10, 30, 30, (60, 80)), rectangle(10, 10, 30, 28, (60, 80))
    band, lower_band = 20 * 20 - 16 * 16, 20 * 18 - 16 * 14
    common = 2 * 2 * 18 + 2 * 16  # both sides, and the top between them
    assert compare(square, square).boundary_iou == 1.0
    assert compare(square, lower).boundary_iou == pytest.approx(common / (band + lower_band - common))
    assert compare(square, rectangle(12, 12, 28, 28, (60, 80))).boundary_iou == 0.0


def test_boundary_iou_takes_the_photo_border_for_a_contour():
    band, common = 60 * 80 - 56 * 76, 2 * 80 + 2 * 2 * 56  # the top, and both sides down to row 58
    lower_band = 58 * 80 - 54 * 76
    found = compare(np.ones((60, 80), dtype=bool), rectangle(0, 0, 80, 58, (60, 80)))
    assert found.boundary_iou == pytest.approx(common / (band + lower_band - common))


def test_pixels_that_touch_at_a_corner_are_one_piece():
    assert measure(np.eye(5, dtype=bool)).components == 1


def test_empty_masks_compare_to_defined_numbers():
    empty, some = np.zeros((20, 20), dtype=bool), rectangle(5, 5, 9, 9, (20, 20))
    both = compare(empty, empty)
    assert (both.iou, both.dice, both.precision, both.recall, both.boundary_iou) == (1, 1, 1, 1, 1)
    nothing = compare(empty, some)
    assert (nothing.iou, nothing.dice, nothing.precision, nothing.recall, nothing.boundary_iou) == (0,) * 5
    assert (nothing.leak_share, nothing.miss_share) == (0, 1)
    assert (compare(some, empty).leak_share, compare(some, empty).miss_share) == (1, 0)


@given(PAIRS)
@settings(deadline=None)
def test_iou_dice_and_boundary_iou_are_symmetric_and_in_range(pair):
    forth, back = compare(*pair), compare(*pair[::-1])
    assert (forth.iou, forth.dice, forth.boundary_iou) == (back.iou, back.dice, back.boundary_iou)
    assert mask_iou(*pair) == forth.iou
    assert (forth.precision, forth.recall) == (back.recall, back.precision)
    assert 0 <= forth.iou <= forth.dice <= 1
    json.dumps(forth.to_dict(), allow_nan=False)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=12))
def test_the_area_under_the_roc_curve_is_the_share_of_pairs_in_order(cells):
    values, wanted = np.array([value for value, _ in cells]), np.array([yes for _, yes in cells])
    pairs = [(a > b) + (a == b) / 2 for a in values[wanted] for b in values[~wanted]]
    area = roc_auc(values.astype(float), wanted)
    assert area == (pytest.approx(np.mean(pairs)) if pairs else None)


def test_the_area_under_the_roc_curve_takes_maps_and_refuses_other_shapes():
    wanted = rectangle(2, 2, 5, 5, size=(8, 9))
    assert roc_auc(wanted * 0.3 - 0.1, wanted) == 1
    with pytest.raises(ValueError, match="one shape"):
        roc_auc(np.zeros((8, 9)), wanted[:-1])


def test_masks_of_different_sizes_are_not_compared():
    with pytest.raises(ValueError, match="swapped"):
        compare(np.ones((3, 4), dtype=bool), np.ones((4, 3), dtype=bool))


@pytest.mark.parametrize("use", [compare, mask_iou])
def test_which_of_two_masks_is_wrong_is_said(use):
    good, bad = np.ones((3, 4), dtype=bool), np.full((3, 4), 0.5)
    with pytest.raises(ValueError, match=r"^mask "):
        use(bad, good)
    with pytest.raises(ValueError, match=r"^reference "):
        use(good, bad)


def test_clean_fills_holes_drops_islands_and_leaves_its_input():
    dirty = (disk() & ~disk(radius=5)) | rectangle(2, 2, 5, 5, (200, 240))
    before = dirty.copy()
    np.testing.assert_array_equal(clean(dirty), disk())
    np.testing.assert_array_equal(dirty, before)
    assert measure(clean(dirty, fill_holes=False)).holes == 1
    assert measure(clean(dirty, max_hole_px=10)).holes == 1
    assert measure(clean(dirty, min_island_share=0)).islands == 1


def test_clean_smooths_a_ragged_edge_and_keeps_the_shape():
    rng = np.random.default_rng(2)
    rim = disk(radius=63) & ~disk(radius=57)
    ragged = np.where(rim, rng.random(rim.shape) < 0.5, disk())
    smooth = clean(ragged, smooth=5)
    assert perimeter(ragged) > 1.5 * perimeter(smooth)
    assert compare(smooth, disk()).iou > 0.95


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_island_share": 5}, "share from 0 to 1"),
        ({"smooth": -1}, "whole pixels"),
        ({"smooth": 1.5}, "whole pixels"),
        ({"grow": 1.5}, "grow must be whole pixels"),
        ({"grow": 5000}, "negative to shrink"),
    ],
)
def test_clean_refuses_what_makes_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        clean(disk(), **options)


def test_clean_moves_the_edge_over_edges_only_and_stays_at_the_photo_s_rim():
    dot = np.zeros((7, 9), bool)
    dot[3, 4] = True
    plus = clean(dot, grow=1)
    assert plus.sum() == 5
    np.testing.assert_array_equal(clean(plus, grow=-1), dot)
    assert clean(dot, grow=2).sum() == 13
    left = np.zeros((7, 9), bool)
    left[:, :4] = True
    assert clean(left, grow=-1).sum() == 7 * 3, "the object goes on beyond the rim"
    assert clean(left, grow=1).sum() == 7 * 5
    ring = clean(dot, grow=2) & ~dot
    assert measure(clean(ring, fill_holes=False)).holes == 1


@given(MASKS)
@settings(deadline=None)
def test_a_cleaned_mask_has_neither_holes_nor_islands_and_stays_so(mask):
    once = clean(mask, min_island_share=1)
    assert measure(once).holes == 0
    assert len(set(island_areas(once, with_largest=True).tolist())) <= 1  # equal pieces may remain
    np.testing.assert_array_equal(clean(once, min_island_share=1), once)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of pycocotools
@given(MASKS)
@settings(deadline=None)
def test_rle_round_trip_agrees_with_pycocotools(mask):
    coco = pytest.importorskip("pycocotools.mask")
    rle = json.loads(json.dumps(encode(mask)))
    np.testing.assert_array_equal(decode(rle), mask)
    np.testing.assert_array_equal(coco.decode(rle), mask)
    theirs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert rle["counts"] == theirs["counts"].decode()
    assert rle["size"] == list(theirs["size"])
    np.testing.assert_array_equal(decode(theirs), mask)


def test_decode_reads_plain_run_lengths():
    assert decode({"size": [2, 2], "counts": [1, 2, 1]}).tolist() == [[False, True], [True, False]]


@pytest.mark.parametrize(
    ("rle", "error", "message"),
    [
        ([1, 2], TypeError, "must be a dict"),
        ({"size": [2, 2]}, TypeError, "must be a dict"),
        ({"size": [2, 3], "counts": [1, 2, 1]}, ValueError, "add up"),
        ({"size": [2], "counts": [1, 2, 1]}, ValueError, "add up"),
        ({"size": [2, 2], "counts": "not an rle \x00"}, ValueError, "add up"),
    ],
)
def test_decode_says_what_is_wrong_with_an_rle(rle, error, message):
    with pytest.raises(error, match=message):
        decode(rle)


@pytest.mark.parametrize("use", [measure, find_holes, find_islands, border_contact, clean, encode])
def test_logits_are_refused_as_a_mask(use):
    with pytest.raises(ValueError, match="threshold it first"):
        use(np.random.default_rng(0).normal(size=(8, 8)))


# kinds of masks, through all that takes one


def kinds():
    """Return masks of every kind that a hand, a file or another library may bring, by name."""
    random = np.random.default_rng(0)
    ys, xs = np.mgrid[:40, :60]
    blob = disk((40, 60), (30, 20), 12)
    many = {
        "empty": np.zeros((40, 60), bool),
        "full": np.ones((40, 60), bool),
        "one pixel": rectangle(30, 20, 31, 21, (40, 60)),
        "a corner": rectangle(59, 39, 60, 40, (40, 60)),
        "one row": rectangle(0, 20, 60, 21, (40, 60)),
        "one column": rectangle(30, 0, 31, 40, (40, 60)),
        "a frame": ~rectangle(1, 1, 59, 39, (40, 60)),
        "a ring": blob & ~disk((40, 60), (30, 20), 6),
        "rings": (np.hypot(xs - 30, ys - 20) // 3) % 2 == 0,
        "a checkerboard": (xs + ys) % 2 == 0,
        "stripes": ys % 2 == 0,
        "noise": random.random((40, 60)) < 0.5,
        "many islands": (xs % 3 == 0) & (ys % 3 == 0),
        "many holes": ~((xs % 3 == 1) & (ys % 3 == 1)),
        "touching at a corner": rectangle(5, 5, 30, 20, (40, 60)) | rectangle(30, 20, 50, 35, (40, 60)),
        "a diagonal": xs == ys,
        "all but one pixel": ~rectangle(30, 20, 31, 21, (40, 60)),
        "at the border": rectangle(0, 0, 20, 40, (40, 60)),
        "a view": np.repeat(np.repeat(blob, 2, 0), 3, 1)[::2, ::3],
        "mirrored": blob[::-1, ::-1],
        "Fortran's order": np.asfortranarray(blob),
        "transposed": blob.T,
        "uint8": blob.astype(np.uint8),
        "0 and 255": blob.astype(np.uint8) * 255,
        "int64": blob.astype(np.int64),
        "float32": blob.astype(np.float32),
        "big-endian": blob.astype(">f8"),
        "objects": blob.astype(object),
        "read-only": blob.copy(),
        "one pixel's photo": np.ones((1, 1), bool),
        "one row's photo": np.arange(60)[None] % 7 < 3,
        "one column's photo": np.arange(60)[:, None] % 7 < 3,
        "a long strip": np.arange(20_000).reshape(2, -1) % 5 < 2,
        # none
        "grey": (blob * 100).astype(np.uint8),
        "NaN": np.where(blob, np.nan, 0),
        "probabilities": xs / 60,
        "stacked": blob[None],
        "no pixels": np.zeros((0, 60), bool),
        "texts": blob.astype(str),
        "masked": np.ma.masked_array(blob, ~blob),
        "a list": blob.tolist(),
    }
    many["read-only"].flags.writeable = False
    return many


KINDS = kinds()
NONE = list(KINDS)[list(KINDS).index("grey") :]


def photo_of(mask):
    return np.random.default_rng(1).integers(0, 256, (*mask.shape, 3), np.uint8)


def answer_of(mask):
    """Return a mask as SAM's only answer to a click."""
    mask = decode(encode(mask))
    logits = np.where(np.resize(mask, (1, 256, 256)), 5.0, -5.0).astype(np.float32)
    return Candidates(Prompt([(0.5, 0.5)]), mask[None], np.array([0.9]), logits, np.ones(1), False, 0.1)


def is_share(value):
    return type(value) is float and 0 <= value <= 1


def is_mask(found, mask):
    return type(found) is np.ndarray and found.dtype == bool and found.shape == mask.shape


def are_areas(found, mask):
    return found.dtype == np.int64 and found.ndim == 1 and (found > 0).all() and found.sum() <= mask.size


def are_numbers(value):
    """Say whether a record holds nothing but finite numbers of Python's own, and None."""
    if isinstance(value, dict):
        return all(are_numbers(one) for one in value.values())
    if isinstance(value, tuple):
        return all(are_numbers(one) for one in value)
    return value is None or type(value) is int or (type(value) is float and np.isfinite(value))


THROUGH = {
    "measure": (lambda m: measure(m, photo_of(m)), lambda found, m: are_numbers(found.to_dict())),
    "diagnose": (
        lambda m: diagnose(answer_of(m), image=photo_of(m)),
        lambda found, m: [json.dumps(one.to_dict(), allow_nan=False) for one in found],
    ),
    "compare": (lambda m: compare(m, m), lambda found, m: are_numbers(found.to_dict()) and found.iou == 1.0),
    "compare with all": (
        lambda m: compare(m, np.ones(m.shape, bool)),
        lambda found, m: are_numbers(found.to_dict()) and is_share(found.boundary_iou),
    ),
    "mask_iou": (lambda m: mask_iou(np.zeros(m.shape, bool), m), lambda found, m: is_share(found)),
    "clean": (clean, is_mask),
    "clean, smoothed": (lambda m: clean(m, smooth=3, grow=-2, min_island_share=1), is_mask),
    "clean, grown": (lambda m: clean(m, grow=2, max_hole_px=3), is_mask),
    "find_holes": (find_holes, is_mask),
    "find_islands": (find_islands, is_mask),
    "hole_areas": (hole_areas, are_areas),
    "island_areas": (lambda m: island_areas(m, with_largest=True), are_areas),
    "perimeter": (perimeter, lambda found, m: type(found) is float and 0 <= found < np.inf),
    "border_contact": (border_contact, lambda found, m: is_share(found)),
    "edge_agreement": (
        lambda m: edge_agreement(m, photo_of(m)),
        lambda found, m: found is None or is_share(found),
    ),
    "deepest_point": (deepest_point, lambda found, m: are_numbers(found) and m[found[1], found[0]]),
    "encode": (encode, lambda found, m: np.array_equal(decode(found), m != 0)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("function", THROUGH)
def test_every_kind_of_mask_has_an_answer_or_an_error_of_ours_and_stays_as_it_is(function, kind):
    mask = KINDS[kind]
    before = copy.deepcopy(mask)
    call, holds = THROUGH[function]
    if kind == "a list":
        mask = type("Listed", (list,), {"shape": (40, 60)})(mask)  # which only says how large it is
    if kind in NONE:
        with pytest.raises((TypeError, ValueError), match=r"mask|reference|image"):
            call(mask)
    elif function == "deepest_point" and not np.any(mask):
        with pytest.raises(ValueError, match="empty"):
            call(mask)
    else:
        assert holds(call(mask), mask)
    assert isinstance(mask, list) or np.array_equal(mask, before, equal_nan=mask.dtype.kind == "f")
    assert isinstance(mask, list) or mask.dtype == before.dtype


def test_every_function_on_masks_is_asked_about_every_kind():
    others = {"Diagnosis", "MaskComparison", "MaskMeasures", "decode", "roc_auc", "stability_score"}
    assert {name.partition(",")[0].removesuffix(" with all") for name in THROUGH} == set(
        masks.__all__
    ) - others
