"""All like it: 24 coins from one, things of one class, and the honest answer where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from segwidgets import Prompt, Segmenter, find_similar, sample_image, segment_semantic
from segwidgets.similar import explain_similar, likeness_map
from tests.other_engine import ColorEngine


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return np.count_nonzero(a & b) / np.count_nonzero(a | b)


@pytest.fixture(scope="module")
def coins() -> Segmenter:
    return Segmenter("coins")


@pytest.fixture(scope="module")
def coin(coins: Segmenter) -> np.ndarray:
    """One coin: of the click's three masks the smallest."""
    return coins.predict(Prompt([(160, 65)])).masks[0]


def coins_by_hand() -> list[np.ndarray]:
    """The 24 coins without any network: edges and markers, as in scikit-image's own tutorial."""
    from scipy import ndimage
    from skimage.filters import sobel
    from skimage.segmentation import watershed

    grey = sample_image("coins")[:, :, 0]
    markers = np.zeros_like(grey, dtype=np.int32)
    markers[grey < 30], markers[grey > 150] = 1, 2
    labels, _ = ndimage.label(ndimage.binary_fill_holes(watershed(sobel(grey), markers) == 2))
    areas = np.bincount(labels.ravel())
    return [labels == i for i in range(1, len(areas)) if areas[i] > 300]


@pytest.mark.model
def test_one_coin_finds_the_other_twenty_three(coins: Segmenter, coin: np.ndarray) -> None:
    steps: list[tuple[int, int]] = []
    found = find_similar(coins, coin, progress=lambda done, total: steps.append((done, total)))
    truth = coins_by_hand()
    assert len(truth) == 24
    assert len(found) == 24
    for one in truth:
        assert max(iou(one, mask) for mask in found.mask) > 0.8
    assert found.data["is_exemplar"].tolist() == [True] + [False] * 23
    assert (np.diff(found.confidence[1:]) <= 0).all(), "the most alike first"
    assert steps[-1][0] == steps[-1][1] == len(steps)
    assert "23 more like it" in explain_similar(found)
    assert "23 más como él" in explain_similar(found, "es")


@pytest.mark.model
def test_a_search_that_was_cancelled_says_so(coins: Segmenter, coin: np.ndarray) -> None:
    asked = iter([False, False, True, True, True])
    stopped = find_similar(coins, coin, cancelled=lambda: next(asked))
    assert stopped.metadata["reason"] == "cancelled"
    assert stopped.metadata["counts"]["clicks"] == 2
    assert "stopped" in explain_similar(stopped)


@pytest.mark.model
def test_where_nothing_is_like_it_only_the_exemplar_comes_back() -> None:
    cat = Segmenter("cat")
    found = find_similar(cat, cat.predict(Prompt([(250, 170)])).best_mask)
    assert len(found) == 1
    assert found.metadata["reason"] == "nothing"
    assert "Nothing else looks like it" in explain_similar(found)


@pytest.mark.model
def test_two_cats_are_two_by_their_class() -> None:
    """The second is half as large: by its looks alone it need not be found, DeepLab names it."""
    photo = sample_image("cat")
    both = np.full((300, 720, 3), 128, np.uint8)
    both[:, :451] = photo
    both[75:225, 480:705] = photo[::2, ::2][:, :225]
    segmenter, semantic = Segmenter(both), segment_semantic(both)
    cat = segmenter.predict(Prompt([(250, 170)])).with_semantic(semantic).best_mask
    found = find_similar(segmenter, cat, semantic)
    assert found.metadata["semantic_class"] == "cat"
    right = found.mask[1:, 75:225, 480:705].any(axis=0)
    assert right.mean() > 0.5, "the other cat fills most of its picture"


PLACES = ((20, 20), (120, 20), (220, 20), (120, 120), (220, 120))
COLORS = ((250, 20, 20), (190, 15, 15), (130, 10, 10), (20, 200, 20), (30, 30, 200))


@pytest.fixture
def squares() -> tuple[Segmenter, list[np.ndarray]]:
    """Three red squares, a green and a blue one on grey, seen by an engine with another frame."""
    image = np.full((200, 320, 3), 120, np.uint8)
    masks = []
    for (x, y), color in zip(PLACES, COLORS, strict=True):
        mask = np.zeros(image.shape[:2], bool)
        mask[y : y + 50, x : x + 50] = True
        image[mask] = color
        masks.append(mask)
    return Segmenter(image, ColorEngine()), masks


def test_what_is_alike_is_found_in_any_frame(squares: tuple[Segmenter, list[np.ndarray]]) -> None:
    segmenter, masks = squares
    found = find_similar(segmenter, masks[0], threshold=0.5)
    assert len(found) == 3
    for red in masks[:3]:
        assert max(iou(red, mask) for mask in found.mask) > 0.8
    alike = likeness_map(segmenter, masks[0])
    rows, columns = alike.shape
    assert alike[int(45 / 200 * rows), int(145 / 320 * columns)] > 0.9
    assert alike[int(145 / 200 * rows), int(245 / 320 * columns)] < 0.5, "the blue one is not alike"


def test_several_exemplars_find_what_is_like_one_of_them(squares: tuple[Segmenter, list[np.ndarray]]) -> None:
    segmenter, masks = squares
    found = find_similar(segmenter, [masks[0], masks[4]], threshold=0.5)
    assert found.data["is_exemplar"].tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("mask", "options", "error", "words"),
    [
        (np.zeros((200, 320), bool), {}, ValueError, "empty"),
        (np.ones((20, 30), bool), {}, ValueError, "shape"),
        ([], {}, ValueError, "at least one"),
        ("a coin", {}, TypeError, "boolean array"),
        (np.ones((200, 320), bool), {"threshold": 2}, ValueError, "0 to 1"),
        (np.ones((200, 320), bool), {"threshold": "much"}, TypeError, "number"),
        (np.ones((200, 320), bool), {"max_clicks": -1}, ValueError, "0 or more"),
        (np.ones((200, 320), bool), {"semantic": 3}, TypeError, "segment_semantic"),
    ],
)
def test_bad_input_is_refused_with_words(
    squares: tuple[Segmenter, list[np.ndarray]], mask: object, options: dict, error: type, words: str
) -> None:
    with pytest.raises(error, match=words):
        find_similar(squares[0], mask, **options)


def test_only_a_segmenter_can_be_asked() -> None:
    with pytest.raises(TypeError, match="must be a Segmenter"):
        find_similar("coins", np.ones((4, 4), bool))
