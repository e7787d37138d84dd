"""Masks of everything: the same as SamAutomaticMaskGenerator's, in bounded memory, and stoppable."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from segwidgets.automatic import generate_masks, point_grid, suppress
from segwidgets.segmenter import Segmenter


def test_points_lie_in_the_middle_of_their_cells():
    points = point_grid(3, (30, 60))
    assert points.shape == (9, 2)
    assert points[0].tolist() == [10, 5]
    assert points[-1].tolist() == [50, 25]


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (2.5, TypeError), ("16", TypeError)])
def test_a_grid_that_is_none_is_refused(value, error):
    with pytest.raises(error, match="points_per_side"):
        point_grid(value, (30, 60))


@pytest.mark.model  # no network runs, but torchvision is needed
def test_suppression_is_torchvisions():
    import torch
    from torchvision.ops import nms

    rng = np.random.default_rng(0)
    corner = rng.integers(0, 60, (200, 2))
    boxes = np.concatenate([corner, corner + rng.integers(0, 40, (200, 2))], axis=1)
    scores = rng.permutation(200) / 200
    expected = nms(torch.from_numpy(boxes).float(), torch.from_numpy(scores).float(), 0.5)
    assert suppress(boxes, scores, 0.5).tolist() == expected.tolist()


def test_no_box_is_no_trouble():
    assert suppress(np.empty((0, 4)), np.empty(0), 0.5).tolist() == []


@pytest.fixture(scope="module")
def cat():
    return Segmenter("cat", engine="onnxruntime")


@pytest.fixture(scope="module")
def sam():
    from segwidgets.models.sam import load_sam

    return load_sam("mobile_sam", device="cpu")


@pytest.mark.model
@pytest.mark.parametrize(
    ("photo", "area"),
    [(data.chelsea, 0), (data.coffee, 0), pytest.param(data.rocket, 200, marks=pytest.mark.long)],
)
def test_masks_are_those_of_segment_anythings_generator(sam, photo, area):
    from segment_anything import SamAutomaticMaskGenerator

    image = photo()
    settings = {
        "points_per_side": 4,
        "pred_iou_thresh": 0.8,
        "stability_score_thresh": 0.9,
        "min_mask_region_area": area,
    }
    generator = SamAutomaticMaskGenerator(sam, points_per_batch=4, **settings)
    expected = generator.generate(image)
    found = generate_masks(Segmenter(image, engine="onnxruntime"), **settings)
    assert len(found) == len(expected) > 1
    masks = np.array([record["segmentation"] for record in expected])
    for mask, point, predicted_iou, stability in zip(
        found.mask,
        found.data["point_coords"],
        found.data["predicted_iou"],
        found.data["stability_score"],
        strict=True,
    ):
        iou = (masks & mask).sum((1, 2)) / (masks | mask).sum((1, 2))
        twin = int(iou.argmax())
        assert iou[twin] > 0.99
        assert predicted_iou == pytest.approx(expected[twin]["predicted_iou"], abs=1e-3)
        assert stability == pytest.approx(expected[twin]["stability_score"], abs=2e-3)
        assert point.tolist() == expected[twin]["point_coords"][0]


@pytest.mark.model
def test_each_filter_is_counted(cat):
    found = generate_masks(cat, points_per_side=3)
    counts = found.metadata["counts"]
    assert counts["prompts"] == 9
    assert counts["candidates"] == 27
    assert 27 >= counts["predicted_iou"] >= counts["stability_score"] >= counts["nms"] == len(found) > 0
    assert (np.diff(found.data["predicted_iou"]) <= 0).all()
    inside = [
        mask[int(y), int(x)] for mask, (x, y) in zip(found.mask, found.data["point_coords"], strict=True)
    ]
    assert np.mean(inside) > 0.8


@pytest.mark.model
def test_a_larger_photo_keeps_its_own_size(cat):
    large = np.kron(data.chelsea(), np.ones((5, 5, 1), np.uint8))
    found = generate_masks(Segmenter(large, engine="onnxruntime"), points_per_side=2)
    small = generate_masks(cat, points_per_side=2)
    assert len(found) == len(small)
    assert found.mask.shape[1:] == large.shape[:2]
    for mask, expected in zip(found.mask[:, 2::5, 2::5], small.mask, strict=True):
        assert (mask & expected).sum() / (mask | expected).sum() > 0.97


@pytest.mark.model
def test_it_tells_how_far_it_is_and_stops_when_asked(cat):
    seen = []
    found = generate_masks(
        cat, points_per_side=4, progress=lambda *done: seen.append(done), cancelled=lambda: len(seen) >= 3
    )
    assert seen == [(1, 16), (2, 16), (3, 16)]
    assert found.metadata["counts"]["prompts"] == 3


@pytest.mark.model
def test_nothing_good_enough_gives_empty_detections(cat):
    found = generate_masks(cat, points_per_side=2, pred_iou_thresh=2.0)
    assert len(found) == 0
    assert found.metadata["counts"]["candidates"] == 12


def test_something_else_than_a_segmenter_is_refused():
    with pytest.raises(TypeError, match="Segmenter"):
        generate_masks(data.chelsea())
