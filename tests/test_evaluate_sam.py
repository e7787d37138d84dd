"""`evaluate` against a plain loop with `segment_anything.SamPredictor`, written without any of its parts."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from segwidgets import load_sam, sample_image
from segwidgets.evaluate import Evaluation, evaluate
from segwidgets.images import sample_path

pytestmark = pytest.mark.model

CLICKS = 10


def drawn_masks() -> dict[str, np.ndarray]:
    """Two drawn masks, 255 the object, 128 what does not count."""
    cup, coin = np.zeros((400, 600), np.uint8), np.zeros((303, 384), np.uint8)
    cv2.ellipse(cup, (303, 170), (112, 130), 0, 0, 360, 255, -1)
    cv2.circle(coin, (160, 65), 24, 128, -1)
    cv2.circle(coin, (160, 65), 18, 255, -1)
    return {"coffee": cup, "coins": coin}


def click_in_a_plain_loop(sam, image: np.ndarray, drawn: np.ndarray, most: int) -> list[float]:
    """Return the IoU after each click, as RITM's and SAM's papers measure it."""
    from segment_anything import SamPredictor

    predictor = SamPredictor(sam)
    predictor.set_image(image)
    truth, known = drawn == 255, drawn != 128
    mask, coords, labels, ious, logits = np.zeros_like(truth), [], [], [], None
    for _ in range(most):
        missed, leaked = (
            ndimage.distance_transform_edt(np.pad(error, 1))[1:-1, 1:-1]
            for error in (truth & ~mask, mask & ~truth & known)
        )
        for x, y in coords:
            missed[int(y), int(x)] = leaked[int(y), int(x)] = 0
        label = int(missed.max() > leaked.max())
        depth = missed if label else leaked
        if depth.max() == 0:
            break
        y, x = np.unravel_index(depth.argmax(), depth.shape)
        coords.append((x + 0.5, y + 0.5))
        labels.append(label)
        masks, rated, low_res = predictor.predict(
            np.array(coords), np.array(labels), mask_input=logits, multimask_output=logits is None
        )
        best = 0
        if logits is None:  # the rule for a single click
            rim = [np.concatenate([m[0], m[-1], m[1:-1, 0], m[1:-1, -1]]).mean() for m in masks]
            areas = masks.sum(axis=(1, 2))
            best = int(np.argmax(rated - 6 * np.array(rim) - 0.12 * (areas == areas.min())))
        mask, logits = masks[best], low_res[best][None]
        ious.append((mask & truth).sum() / ((mask | truth) & known).sum())
    return ious


@pytest.fixture(scope="module")
def sam():
    return load_sam("mobile_sam", device="cpu")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("drawn")
    for name in ("photos", "masks"):
        (place / name).mkdir()
    for name, drawn in drawn_masks().items():
        (place / f"photos/{name}.png").write_bytes(sample_path(name).read_bytes())
        Image.fromarray(drawn).save(place / f"masks/{name}.png")
    return place


@pytest.fixture(scope="module")
def loops(sam) -> dict[str, list[float]]:
    return {
        name: click_in_a_plain_loop(sam, sample_image(name), drawn, CLICKS)
        for name, drawn in drawn_masks().items()
    }


@pytest.fixture(scope="module")
def evaluation(folders: Path, sam) -> Evaluation:
    return evaluate(folders / "photos", folders / "masks", sam=sam, clicks=CLICKS, random_draws=0)


def test_iou_and_noc_are_those_of_a_plain_loop_with_sam_predictor(evaluation, loops) -> None:
    assert [figures.photo for figures in evaluation] == ["coffee.png", "coins.png"]
    for figures in evaluation:
        ious = loops[figures.photo.removesuffix(".png")]
        for clicks, iou in figures.iou.items():
            assert iou == pytest.approx(ious[min(clicks, len(ious)) - 1], abs=1e-6), (figures.photo, clicks)
        for name, least in ((85, 0.85), (90, 0.9)):
            reached = [count for count, iou in enumerate(ious, 1) if iou >= least]
            assert figures.noc[name] == (reached[0] if reached else CLICKS)
            assert figures.reached[name] == bool(reached)
    assert len({figures.noc[85] for figures in evaluation} | {1}) > 1  # not all is over at the first click


def test_the_default_engine_gives_the_same_within_rounding(folders, loops) -> None:
    fast = evaluate(folders / "photos", folders / "masks", clicks=3, random_draws=0)
    assert len(fast) == 2
    for figures in fast:
        ious = loops[figures.photo.removesuffix(".png")]
        for clicks in (1, 2, 3):
            assert figures.iou[clicks] == pytest.approx(ious[clicks - 1], abs=0.02), (figures.photo, clicks)


def test_a_box_is_answered_as_sam_predictor_answers_it(evaluation, sam) -> None:
    from segment_anything import SamPredictor

    predictor = SamPredictor(sam)
    for figures in evaluation:
        name = figures.photo.removesuffix(".png")
        truth, known = drawn_masks()[name] == 255, drawn_masks()[name] != 128
        rows, columns = np.nonzero(truth)
        box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        predictor.set_image(sample_image(name))
        (mask,), _, _ = predictor.predict(box=box, multimask_output=False)
        iou = (mask & truth).sum() / ((mask | truth) & known).sum()
        assert figures.box_iou == pytest.approx(iou, abs=1e-6)
