"""All like it: 24 coins from one, things of one class, and the honest answer where there is nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import supervision as sv

from segwidgets import Prompt, Segmenter, find_similar, sample_image, segment_semantic
from segwidgets.course import reference_mask
from segwidgets.masks import mask_iou
from segwidgets.semantic import SemanticSegmentation
from segwidgets.similar import SURE, explain_similar, likeness_map
from segwidgets.similar.of_class import seeds
from segwidgets.similar.things import MAX_OVERLAP, Thing, apart, union
from tests.other_engine import ColorEngine

SMALLEST, LARGEST = 7, 12  # among `coins_by_hand`, of all but the first row's
FOUND = ("is_exemplar", "found_by", "predicted_iou", "stability_score", "point_coords", "class_name")


@pytest.fixture(scope="module")
def coins() -> Segmenter:
    return Segmenter("coins")


@pytest.fixture(scope="module")
def coin(coins: Segmenter) -> np.ndarray:
    """One coin: of the click's three masks the smallest."""
    return coins.predict(Prompt([(160, 65)])).masks[0]


@pytest.fixture(scope="module")
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
    found = [labels == i for i in range(1, len(areas)) if areas[i] > 300]
    assert len(found) == 24
    return found


def counted(found: sv.Detections, truth: list[np.ndarray], at_least: float = 0.9) -> tuple[int, int]:
    """How many of the true things have a mask of their own, and how many masks are none of them."""
    best = [max(range(len(truth)), key=lambda i: mask_iou(mask, truth[i])) for mask in found.mask]
    right = [i for i, mask in zip(best, found.mask, strict=True) if mask_iou(mask, truth[i]) >= at_least]
    return len(set(right)), len(found) - len(set(right))


def side_by_side(*photos: np.ndarray) -> np.ndarray:
    """Photos of one height beside each other."""
    return np.concatenate(photos, axis=1)


def at_left(mask: np.ndarray, width: int) -> np.ndarray:
    """A mask of the leftmost photo in one that is so wide."""
    return np.pad(mask, ((0, 0), (0, width - mask.shape[1])))


@pytest.mark.model
def test_one_click_finds_all_24_coins(
    coins: Segmenter, coin: np.ndarray, coins_by_hand: list[np.ndarray]
) -> None:
    found = find_similar(coins, coin)
    assert counted(found, coins_by_hand) == (24, 0)
    np.testing.assert_array_equal(found.mask[0], coin)
    assert found.confidence[0] == 1
    assert (np.diff(found.confidence) <= 0).all(), "the most alike first"
    assert found.data["is_exemplar"].tolist() == [True] + [False] * 23
    assert set(found.data["found_by"][1:]) == {"likeness"}
    assert np.isnan(found.data["predicted_iou"][0])
    assert all(len(found.data[key]) == 24 for key in FOUND)
    for mask, (x, y) in zip(found.mask[1:], found.data["point_coords"][1:], strict=True):
        assert mask[int(y), int(x)]
    assert "23 more like it, with a likeness from 0." in explain_similar(found)
    assert "23 más de lo mismo, con un parecido de 0," in explain_similar(found, "es")


@pytest.mark.model
def test_nearly_every_coin_finds_all_others(coins: Segmenter, coins_by_hand: list[np.ndarray]) -> None:
    """But for the two largest, which have three times the area of the smallest, and never anything else."""
    counts = [counted(find_similar(coins, one), coins_by_hand, 0.8) for one in coins_by_hand[::3]]
    assert [wrong for _, wrong in counts] == [0] * len(counts)
    assert [right for right, _ in counts].count(24) >= len(counts) - 2


@pytest.mark.model
def test_a_second_exemplar_finds_what_the_first_alone_does_not(
    coins: Segmenter, coins_by_hand: list[np.ndarray]
) -> None:
    largest, small = coins_by_hand[LARGEST], coins_by_hand[SMALLEST]
    assert counted(find_similar(coins, largest), coins_by_hand, 0.8)[0] < 24
    for masks in ([largest, small], np.stack([largest, small]), detections(largest, small)):
        found = find_similar(coins, masks)
        assert counted(found, coins_by_hand, 0.8) == (24, 0)
        assert found.data["is_exemplar"].tolist() == [True, True] + [False] * 22


def detections(*masks: np.ndarray) -> sv.Detections:
    return sv.Detections(xyxy=sv.mask_to_xyxy(np.stack(masks)).astype(float), mask=np.stack(masks))


@pytest.mark.model
def test_a_click_is_as_good_on_the_photo_in_another_size(coins: Segmenter, coin: np.ndarray) -> None:
    large = Segmenter(np.kron(sample_image("coins"), np.ones((3, 3, 1), np.uint8)))
    found = find_similar(large, np.kron(coin, np.ones((3, 3), bool)))
    assert len(found) == 24
    assert found.mask.shape[1:] == (909, 1152)


@pytest.mark.model
def test_the_threshold_does_nothing_but_filter(coins: Segmenter, coin: np.ndarray) -> None:
    whole = find_similar(coins, coin, threshold=0)
    for threshold in (0.85, 0.95):
        some = find_similar(coins, coin, threshold=threshold)
        kept = whole.confidence >= threshold
        assert 1 < len(some) == kept.sum() < len(whole)
        np.testing.assert_array_equal(some.mask, whole.mask[kept])
        assert some.metadata["closest"] == pytest.approx(whole.confidence[~kept].max())


@pytest.mark.model
def test_it_tells_how_far_it_is(coins: Segmenter, coin: np.ndarray) -> None:
    steps: list[tuple[int, int]] = []
    find_similar(coins, coin, progress=lambda *step: steps.append(step))
    assert steps == [(i + 1, 23) for i in range(23)]


@pytest.mark.model
def test_a_search_that_is_stopped_returns_what_it_has_and_says_so(
    coins: Segmenter, coin: np.ndarray, coins_by_hand: list[np.ndarray]
) -> None:
    asked = iter([False] * 5 + [True])
    stopped = find_similar(coins, coin, cancelled=lambda: next(asked))
    assert counted(stopped, coins_by_hand) == (6, 0)
    assert stopped.metadata["reason"] == "cancelled"
    assert stopped.metadata["counts"]["clicks"] == 5
    assert "5 more like it" in explain_similar(stopped)
    assert "stopped before its end" in explain_similar(stopped)
    at_once = find_similar(coins, coin, cancelled=lambda: True)
    assert len(at_once) == 1
    assert at_once.metadata["reason"] == "cancelled"


@pytest.mark.model
def test_the_most_alike_places_are_clicked_first_and_it_is_said_that_there_are_more(
    coins: Segmenter, coin: np.ndarray
) -> None:
    few = find_similar(coins, coin, max_clicks=4)
    assert len(few) == 5
    alike, places = likeness_map(coins, coin), few.data["point_coords"][1:]
    cells = [tuple(int(i) for i in coins.frame.cells_at(x, y)) for x, y in places]
    assert min(alike[cell] for cell in cells) > 0.8
    assert "Of 23 places that look alike, only the 4 most alike were clicked." in explain_similar(few)


ONLY_ONES = [("cat", "cat"), ("astronaut", "person"), ("coffee", "cup"), ("coffee", "cup_with_saucer"),
             ("grace_hopper", "person"), ("astronaut", "helmet")]  # fmt: skip


@pytest.mark.model
@pytest.mark.parametrize(("photo", "thing"), ONLY_ONES)
@pytest.mark.parametrize("with_classes", [False, True])
def test_where_there_is_but_one_such_thing_that_is_said(photo: str, thing: str, with_classes: bool) -> None:
    segmenter, only = Segmenter(photo), reference_mask(photo, thing)
    found = find_similar(segmenter, only, segment_semantic(photo) if with_classes else None)
    assert len(found) == 1, "the table, which DeepLab sees in the cup too, is not like it"
    np.testing.assert_array_equal(found.mask[0], only)
    assert found.metadata["reason"] == "nothing"
    assert explain_similar(found).startswith("Nothing else looks like it")
    assert explain_similar(found, "es").startswith("Nada más se le parece")


@pytest.mark.model
def test_what_deeplab_names_alike_is_found_although_it_does_not_look_alike() -> None:
    """Beside the cat a mirrored one, and a cup: DeepLab tells them apart, the likeness alone is not sure."""
    cat, mask = sample_image("cat"), reference_mask("cat", "cat")
    photo = side_by_side(cat, sample_image("coffee")[:300, 100:500], cat[:, ::-1])
    segmenter, semantic = Segmenter(photo), segment_semantic(photo)
    exemplar = at_left(mask, photo.shape[1])
    assert len(find_similar(segmenter, exemplar)) == 1
    found = find_similar(segmenter, exemplar, semantic)
    assert found.metadata["semantic_class"] == "cat"
    assert found.data["found_by"].tolist() == ["exemplar", "class"]
    assert mask_iou(found.mask[1], exemplar[:, ::-1]) > 0.85
    assert SURE <= found.confidence[1] <= 1


@pytest.mark.model
def test_a_smaller_one_of_the_class_is_found_whole() -> None:
    """A click in its middle is taken for its eye; with the box of DeepLab's region it is the cat."""
    cat, mask = sample_image("cat"), reference_mask("cat", "cat")
    photo = np.full((300, 720, 3), 128, np.uint8)
    photo[:, :451] = cat
    photo[75:225, 480:705] = cat[::2, ::2][:, :225]
    small = np.zeros(photo.shape[:2], bool)
    small[75:225, 480:705] = mask[::2, ::2][:, :225]
    found = find_similar(Segmenter(photo), at_left(mask, 720), segment_semantic(photo))
    assert len(found) == 2
    assert mask_iou(found.mask[1], small) > 0.85


@pytest.mark.model
def test_a_piece_of_another_one_at_the_rim_is_found_by_its_class() -> None:
    """At the left, behind the bench, a second motorcycle reaches into the photo."""
    motorcycle = reference_mask("motorcycle", "motorcycle")
    found = find_similar(Segmenter("motorcycle"), motorcycle, segment_semantic("motorcycle"))
    assert found.data["found_by"].tolist() == ["exemplar", "class"]
    assert found.xyxy[1, 2] < 50


@pytest.mark.model
def test_with_classes_too_the_threshold_does_nothing_but_filter() -> None:
    cat, mask = sample_image("cat"), reference_mask("cat", "cat")
    photo = side_by_side(cat, cat[:, ::-1])
    segmenter, semantic = Segmenter(photo), segment_semantic(photo)
    exemplar = at_left(mask, photo.shape[1])
    whole = find_similar(segmenter, exemplar, semantic, threshold=0)
    for threshold in (0.5, SURE, 0.99):
        some = find_similar(segmenter, exemplar, semantic, threshold=threshold)
        np.testing.assert_array_equal(some.mask, whole.mask[whole.confidence >= threshold])


def test_a_class_that_no_mask_fits_is_told(squares: tuple[Segmenter, list[np.ndarray]]) -> None:
    """The class map calls the first square a cat, and a comb on the wall, of which there is no mask."""
    segmenter, masks = squares
    class_map = masks[0].astype(np.uint8)
    class_map[10:190, 280:318:3] = class_map[100, 280:318] = 1
    semantic = SemanticSegmentation(class_map, ("background", "cat"), {0: 1.0, 1: 1.0})
    found = find_similar(segmenter, masks[0], semantic)
    assert found.metadata["reason"] == "nothing"
    assert found.metadata["counts"]["regions"] == 1
    assert "sees more of the class cat, but no click gave a sure mask" in explain_similar(found)
    assert "ve más de la clase «gato», pero ningún clic" in explain_similar(found, "es")


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
    assert counted(found, masks[:3], 0.8) == (3, 0)
    alike = likeness_map(segmenter, masks[0])
    rows, columns = alike.shape
    assert alike[int(45 / 200 * rows), int(145 / 320 * columns)] > 0.9
    assert alike[int(145 / 200 * rows), int(245 / 320 * columns)] < 0.5, "the blue one is not alike"


def test_the_likeness_of_an_exemplar_to_itself_is_one(squares: tuple[Segmenter, list[np.ndarray]]) -> None:
    segmenter, masks = squares
    for mask in masks:
        shares = segmenter.frame.cell_shares(mask)
        assert np.average(likeness_map(segmenter, mask), weights=shares) == pytest.approx(1)


def test_several_exemplars_find_what_is_like_one_of_them(squares: tuple[Segmenter, list[np.ndarray]]) -> None:
    segmenter, masks = squares
    found = find_similar(segmenter, [masks[0], masks[4]], threshold=0.5)
    assert found.data["is_exemplar"].tolist() == [True, True, False, False]
    assert counted(found, [*masks[:3], masks[4]], 0.8) == (4, 0)


@pytest.mark.parametrize("make", [np.ones, lambda size, kind: np.eye(*size, dtype=kind)])
def test_an_exemplar_of_any_shape_is_no_trouble(make: Callable[..., np.ndarray]) -> None:
    """The whole photo, a line that vanishes in the blur, on a photo without anything in it."""
    plain = Segmenter(np.full((60, 90, 3), 77, np.uint8), ColorEngine())
    found = find_similar(plain, make((60, 90), bool))
    assert found.data["is_exemplar"][0]
    assert np.isfinite(found.confidence).all()


@pytest.mark.parametrize(
    ("mask", "options", "error", "words"),
    [
        (np.zeros((200, 320), bool), {}, ValueError, "empty"),
        ([np.ones((200, 320), bool), np.zeros((200, 320), bool)], {}, ValueError, "mask 1 is empty"),
        (np.ones((20, 30), bool), {}, ValueError, "shape"),
        (np.full((200, 320), 7), {}, ValueError, "binary|boolean"),
        ([], {}, ValueError, "at least one"),
        (sv.Detections.empty(), {}, TypeError, "Detections with masks"),
        ("a coin", {}, TypeError, "boolean array"),
        (None, {}, TypeError, "boolean array"),
        (np.ones((200, 320), bool), {"threshold": 2}, ValueError, "0 to 1"),
        (np.ones((200, 320), bool), {"threshold": float("nan")}, ValueError, "0 to 1"),
        (np.ones((200, 320), bool), {"threshold": "much"}, TypeError, "number"),
        (np.ones((200, 320), bool), {"threshold": True}, TypeError, "number"),
        (np.ones((200, 320), bool), {"max_clicks": -1}, ValueError, "0 or more"),
        (np.ones((200, 320), bool), {"max_clicks": 2.5}, TypeError, "whole number"),
        (np.ones((200, 320), bool), {"semantic": 3}, TypeError, "segment_semantic"),
    ],
)
def test_bad_input_is_refused_with_words(
    squares: tuple[Segmenter, list[np.ndarray]], mask: object, options: dict, error: type, words: str
) -> None:
    with pytest.raises(error, match=words):
        find_similar(squares[0], mask, **options)


def test_classes_of_another_photo_are_refused(squares: tuple[Segmenter, list[np.ndarray]]) -> None:
    segmenter, masks = squares
    other = SemanticSegmentation(np.zeros((5, 6), np.uint8), ("background",), {0: 1.0})
    with pytest.raises(ValueError, match=r"same photo.*\(5, 6\).*\(200, 320\)"):
        find_similar(segmenter, masks[0], other)


def test_only_a_segmenter_can_be_asked() -> None:
    with pytest.raises(TypeError, match="must be a Segmenter"):
        find_similar("coins", np.ones((4, 4), bool))
    with pytest.raises(TypeError, match="must be a Segmenter"):
        likeness_map("coins", np.ones((4, 4), bool))


def test_only_what_was_found_can_be_explained() -> None:
    with pytest.raises(TypeError, match="find_similar"):
        explain_similar(sv.Detections.empty())


def test_two_masks_overlap_as_their_pixels_say() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        masks = np.zeros((2, 30, 40), bool)
        for mask in masks:
            y, x = rng.integers(0, 20, 2)
            mask[y : y + rng.integers(2, 12), x : x + rng.integers(2, 18)] = True
        masks &= rng.random(masks.shape) < 0.9
        one, other = (Thing.cut(mask) for mask in masks)
        common = (masks[0] & masks[1]).sum()
        assert one.overlaps(other) == (common > MAX_OVERLAP * min(masks[0].sum(), masks[1].sum()))
        np.testing.assert_array_equal(union([one, other], (30, 40)), masks.any(axis=0))
        assert one.share_in(masks[1]) == pytest.approx(common / masks[0].sum())


def rectangle(x: int, y: int, width: int, height: int) -> np.ndarray:
    mask = np.zeros((120, 200), bool)
    mask[y : y + height, x : x + width] = True
    return mask


def test_of_things_that_overlap_the_most_confident_stays() -> None:
    from dataclasses import replace

    things = [
        replace(Thing.cut(rectangle(x, 10, 30, 30)), confidence=confidence)
        for x, confidence in ((0, 0.5), (10, 0.9), (45, 0.8), (100, 0.7))
    ]
    kept = apart(things, [Thing.cut(rectangle(100, 15, 30, 20))])
    assert [thing.left for thing in kept] == [10, 45]


@pytest.mark.parametrize(
    ("region", "covered", "expected"),
    [
        (rectangle(10, 10, 60, 60), rectangle(0, 0, 0, 0), [(10, 10, 70, 70)]),
        (rectangle(10, 10, 60, 60), rectangle(13, 13, 54, 54), []),  # what is left is a rim
        (rectangle(10, 10, 120, 60), rectangle(10, 10, 60, 60), [(70, 10, 130, 70)]),  # two that touch
        (rectangle(10, 10, 60, 60) | rectangle(150, 90, 5, 5), rectangle(10, 10, 60, 60), []),  # a speck
        (
            rectangle(10, 10, 30, 30) | rectangle(100, 10, 60, 60),
            rectangle(0, 0, 0, 0),
            [(100, 10, 160, 70), (10, 10, 40, 40)],  # the largest first
        ),
    ],
)
def test_a_class_is_clicked_where_nothing_was_found_yet(
    region: np.ndarray, covered: np.ndarray, expected: list[tuple[float, ...]]
) -> None:
    found = seeds(region, covered)
    assert [seed.box for seed in found] == expected
    for seed in found:
        x, y = seed.point
        assert (region & ~covered)[int(y), int(x)]
        x0, y0, x1, y1 = seed.box
        assert abs(x - (x0 + x1) / 2) <= 1
        assert abs(y - (y0 + y1) / 2) <= 1
        assert seed.area == (x1 - x0) * (y1 - y0)
