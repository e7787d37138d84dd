"""An engine whose frame is unlike SAM's goes through everything, and its masks land on the right pixels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np
import pytest

from segwidgets import (
    ClassExplorer,
    ClickSegmenter,
    EmbeddingExplorer,
    Prompt,
    Segmenter,
    ThresholdExplorer,
    diagnose,
    segment_semantic,
)
from segwidgets.automatic import generate_masks
from segwidgets.models.engine import EngineError
from tests.fake_front import FakeFront
from tests.other_engine import ColorEngine

SIZE = 150, 400  # far from a square: a frame that is taken for SAM's shows at once
RED, BLUE, GREEN = (230, 30, 30), (30, 30, 230), (0, 250, 0)
PLACES = {  # x0, y0, x1, y1
    "red": (300, 12, 360, 52),
    "blue": (40, 80, 120, 130),
    "second red": (200, 90, 275, 140),
    "green": (20, 10, 90, 60),
}


def rectangle(name: str) -> np.ndarray:
    mask = np.zeros(SIZE, bool)
    x0, y0, x1, y1 = PLACES[name]
    mask[y0:y1, x0:x1] = True
    return mask


def middle(name: str) -> tuple[float, float]:
    x0, y0, x1, y1 = PLACES[name]
    return (x0 + x1) / 2, (y0 + y1) / 2


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    image = np.full((*SIZE, 3), 128, np.uint8)
    for name, color in (("red", RED), ("second red", RED), ("blue", BLUE), ("green", GREEN)):
        image[rectangle(name)] = color
    return image


@pytest.fixture
def segmenter(photo: np.ndarray) -> Segmenter:
    return Segmenter(photo, ColorEngine())


@pytest.fixture
def widget(segmenter: Segmenter) -> Iterator[ClickSegmenter]:
    made = ClickSegmenter(segmenter, hover=False)
    yield made
    made.close()


def iou(mask: np.ndarray, other: np.ndarray) -> float:
    return float((mask & other).sum() / (mask | other).sum())


def lies_on(mask: np.ndarray, *names: str) -> bool:
    """Say whether a mask is these rectangles, but for the width of a logit at their edges."""
    return iou(mask, np.any([rectangle(name) for name in names], axis=0)) > 0.9


@pytest.mark.parametrize("name", ["blue", "green"])
def test_a_click_and_a_box_find_what_was_meant(segmenter: Segmenter, name: str) -> None:
    clicked = segmenter.predict(Prompt([middle(name)]))
    assert clicked.low_res_logits.shape == (3, 128, 128)
    assert all(lies_on(mask, name) for mask in clicked.masks)
    assert (clicked.stability_score > 0.9).all()
    boxed = segmenter.predict(Prompt(box=PLACES[name]))
    assert lies_on(boxed.best_mask, name)


def test_a_second_click_refines_and_logits_of_another_size_are_refused(segmenter: Segmenter) -> None:
    first = segmenter.predict(Prompt([middle("red")]))
    assert lies_on(first.best_mask, "red", "second red")
    both = segmenter.predict(Prompt([middle("red"), middle("blue")], [1, 1]), previous=first)
    assert lies_on(both.best_mask, "red", "second red", "blue")
    np.testing.assert_array_equal(segmenter.engine.fed[-1], first.low_res_logits[first.best])
    with pytest.raises(ValueError, match=r"shape \(128, 128\), got \(256, 256\)"):
        segmenter.predict(Prompt([middle("red")]), previous=np.zeros((256, 256), np.float32))


def test_a_mask_is_fed_back_where_it_lies(segmenter: Segmenter) -> None:
    drawn = rectangle("green")
    found = segmenter.predict(Prompt([middle("blue")]), previous=drawn)
    assert lies_on(segmenter.frame.upscale(segmenter.engine.fed[-1]) > 0, "green")
    assert lies_on(found.best_mask, "blue", "green")


def test_logits_come_back_at_the_photos_size(segmenter: Segmenter) -> None:
    candidates = segmenter.predict(Prompt([middle("blue")]))
    full = segmenter.upscale(candidates.low_res_logits)
    assert full.shape == (3, *SIZE)
    np.testing.assert_array_equal(full > 0, candidates.masks)


def test_what_is_said_of_its_masks_is_true_of_them(segmenter: Segmenter) -> None:
    candidates = segmenter.predict(Prompt([middle("blue")]))
    for index, diagnosis in enumerate(diagnose(candidates, image=segmenter.image)):
        assert diagnosis.measures.area_px == candidates.masks[index].sum()
        assert diagnosis.measures.stability_score == candidates.stability_score[index]


def test_everything_in_the_photo_is_found_in_its_place(segmenter: Segmenter) -> None:
    found = generate_masks(segmenter, points_per_side=8, pred_iou_thresh=0.5)
    for names in (("blue",), ("green",), ("red", "second red")):
        assert any(lies_on(mask, *names) for mask in found.mask), names


def test_the_widget_clicks_refines_keeps_and_undoes(widget: ClickSegmenter, segmenter: Segmenter) -> None:
    front = FakeFront(widget.stage.canvas.widget)
    with front:
        front.ready()
        front.click(*widget.stage.canvas.viewport.to_canvas(*middle("blue")))
        assert lies_on(widget.mask, "blue")
        widget.add_point(*middle("green"))
        assert lies_on(widget.mask, "blue", "green")
        widget.add_point(*middle("green"), 0)
        assert lies_on(widget.mask, "blue")
        widget.undo()
        assert lies_on(widget.mask, "blue", "green")
        widget.new_object()
        widget.set_box(*PLACES["second red"])
        assert lies_on(widget.mask, "second red")
    found = widget.segment_everything(points_per_side=8)
    assert found is not None
    widget.keep(next(i for i, mask in enumerate(found.mask) if lies_on(mask, "green")))
    widget.select_object(2)
    assert lies_on(widget.mask, "green")
    widget.add_point(*middle("blue"))
    assert lies_on(segmenter.frame.upscale(segmenter.engine.fed[-1]) > 0, "green")
    assert lies_on(widget.mask, "blue", "green")
    widget.undo()
    assert lies_on(widget.mask, "green")


def test_the_threshold_explorer_shows_its_logits(segmenter: Segmenter) -> None:
    candidates = segmenter.predict(Prompt([middle("blue")]))
    explorer = ThresholdExplorer(segmenter, candidates)
    np.testing.assert_array_equal(explorer.mask, candidates.best_mask)
    assert explorer.stability_score == candidates.stability_score[candidates.best]
    chart = explorer.chart
    at_zero = float(np.interp(0, chart.thresholds, chart.area))
    assert at_zero == pytest.approx(candidates.area_share[candidates.best], abs=0.02)
    explorer.set_threshold(5)
    assert lies_on(explorer.mask, "blue")


def test_the_embedding_explorer_knows_which_cell_is_where(segmenter: Segmenter) -> None:
    explorer = EmbeddingExplorer(segmenter)
    assert explorer.colors.shape == (32, 32, 3)
    explorer.point(*middle("red"))
    assert explorer.similarity is not None
    rows, columns = segmenter.frame.cells_at(*np.transpose([middle("second red"), middle("blue")]))
    alike, other = explorer.similarity[rows, columns]
    assert alike > 0.999 > 0.8 > other
    shown = EmbeddingExplorer(segmenter).picture()
    scale = explorer.picture_size[0] / SIZE[0]
    red, again, blue = (
        shown[int(y * scale), int(x * scale)] for x, y in map(middle, ("red", "second red", "blue"))
    )
    np.testing.assert_array_equal(red, again)
    assert (red != blue).any()


def test_what_is_alike_is_found_by_the_embedding(segmenter: Segmenter) -> None:
    """The way of `find_similar`: from a mask to its cells, from the cells like them back to clicks."""
    frame = segmenter.frame
    cells = frame.crop_grid(segmenter.image_embedding)
    shares = frame.cell_shares(rectangle("red"))
    assert shares.shape == cells.shape[1:] == (32, 32)
    assert shares.sum() / shares.size == pytest.approx(rectangle("red").mean(), rel=0.01)
    exemplar = (cells * shares).sum(axis=(1, 2)) / shares.sum()
    distance = np.linalg.norm(cells - exemplar[:, None, None], axis=0)
    clicks = frame.cell_centers[distance < 0.2 * np.linalg.norm(exemplar)]
    assert len(clicks)
    both = rectangle("red") | rectangle("second red")
    assert all(both[int(y), int(x)] for x, y in clicks)
    assert lies_on(segmenter.predict(Prompt([clicks[0]])).best_mask, "red", "second red")


class FailingEngine(ColorEngine):
    """Answers NaN, as onnxruntime 1.19 does on a CPU with AMX."""

    def decode(self, *arguments: object, **named: object) -> tuple[np.ndarray, np.ndarray]:
        logits, predicted_iou = super().decode(*arguments, **named)
        return np.full_like(logits, np.nan), predicted_iou

    def features(self, embedding: dict) -> np.ndarray:
        return np.full_like(super().features(embedding), np.nan)


class FailingDeepLab:
    name = "deeplab, failing"
    class_names = ("background", "cat")

    def logits(self, image: np.ndarray) -> np.ndarray:
        return np.full((2, 10, 10), np.nan, np.float32)


@pytest.mark.parametrize(
    "ask",
    [
        lambda photo: Segmenter(photo, FailingEngine()).predict(Prompt([middle("red")])),
        lambda photo: generate_masks(Segmenter(photo, FailingEngine()), points_per_side=2),
        lambda photo: Segmenter(photo, FailingEngine()).image_embedding,
        lambda photo: ClickSegmenter(Segmenter(photo, FailingEngine())),
        lambda photo: segment_semantic(photo, FailingDeepLab()),
        lambda photo: ClassExplorer(photo, FailingDeepLab()),
    ],
)
def test_an_engine_that_answers_nan_is_an_error_that_names_the_versions(
    photo: np.ndarray, ask: Callable[[np.ndarray], object]
) -> None:
    with pytest.raises(EngineError, match=rf"NaN.*onnxruntime {re.escape(version('onnxruntime'))}"):
        ask(photo)
