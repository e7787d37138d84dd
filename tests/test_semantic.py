from __future__ import annotations

import numpy as np
import pytest

from segwidgets import segment_semantic
from segwidgets.semantic import SemanticSegmentation, class_label, deepest_point

NAMES = ("background", "cat", "person")


class Drawn:
    """A network that answers with drawn logits: cat on the left half, a person in a corner of the right."""

    name, class_names = "drawn", NAMES

    def logits(self, image: np.ndarray) -> np.ndarray:
        logits = np.full((3, 40, 60), -4, np.float32)
        logits[0] = 0
        logits[1, :, :30] = 4
        logits[2, :10, 50:] = 4
        return logits


@pytest.fixture
def drawn() -> SemanticSegmentation:
    return segment_semantic(np.zeros((80, 120, 3), np.uint8), Drawn())


def test_the_class_map_has_the_images_own_size(drawn: SemanticSegmentation) -> None:
    assert drawn.class_map.shape == (80, 120)
    assert drawn.class_map[40, 10] == 1
    assert drawn.class_map[5, 110] == 2
    assert drawn.class_map[60, 110] == 0
    assert list(drawn.area_share) == ["cat", "background", "person"]
    assert sum(drawn.area_share.values()) == pytest.approx(1)
    assert drawn.area_share["cat"] == pytest.approx(0.5, abs=0.02)


def test_a_region_is_what_is_connected_at_a_point(drawn: SemanticSegmentation) -> None:
    name, region = drawn.region_at(10, 40)
    assert name == "cat"
    np.testing.assert_array_equal(region, drawn.mask("cat"))
    class_map = np.zeros((4, 6), np.uint8)
    class_map[0, 0] = class_map[1, 1] = class_map[3, 5] = 2
    name, region = SemanticSegmentation(class_map, NAMES, {}).region_at(6, 4)  # the photo's very corner
    assert (name, np.argwhere(region).tolist()) == ("person", [[3, 5]])
    name, region = SemanticSegmentation(class_map, NAMES, {}).region_at(0.9, 0)
    assert (name, np.argwhere(region).tolist()) == ("person", [[0, 0], [1, 1]])
    assert class_map.max() == 2  # left as it was
    with pytest.raises(ValueError, match=r"7, 0.*6 wide and 4 high"):
        SemanticSegmentation(class_map, NAMES, {}).region_at(7, 0)


def test_confidence_is_the_mean_probability_of_the_winner(drawn: SemanticSegmentation) -> None:
    expected = np.exp(4) / (np.exp(4) + np.exp(0) + np.exp(-4))
    assert drawn.confidence[1] == pytest.approx(expected, abs=1e-5)


def test_detections_leave_the_background_out_and_come_by_area(drawn: SemanticSegmentation) -> None:
    detections = drawn.to_detections()
    assert detections.data["class_name"].tolist() == ["cat", "person"]
    assert detections.class_id.tolist() == [1, 2]
    np.testing.assert_array_equal(detections.mask[0], drawn.mask("cat"))


def test_nothing_but_background_is_no_detection() -> None:
    class Empty(Drawn):
        def logits(self, image: np.ndarray) -> np.ndarray:
            return np.stack([np.ones((5, 5)), np.zeros((5, 5)), np.zeros((5, 5))]).astype(np.float32)

    result = segment_semantic(np.zeros((80, 120, 3), np.uint8), Empty())
    assert len(result.to_detections()) == 0
    assert result.largest_object() is None


def test_the_largest_object_is_one_connected_region(drawn: SemanticSegmentation) -> None:
    class_map = drawn.class_map.copy()
    class_map[:] = 0
    class_map[0:20, 0:20] = 1  # two cats of 400 and 300 pixels against one person of 600
    class_map[40:60, 100:115] = 1
    class_map[30:50, 40:70] = 2
    name, mask = SemanticSegmentation(class_map, NAMES, {}).largest_object()  # type: ignore[misc]
    assert name == "person"
    assert mask.sum() == 600


def test_the_deepest_point_keeps_away_from_edges_and_from_the_border() -> None:
    mask = np.zeros((100, 100), bool)
    mask[0:41, 0:41] = True
    assert deepest_point(mask) == (20, 20)
    with pytest.raises(ValueError, match="empty"):
        deepest_point(np.zeros((5, 5), bool))


def test_classes_have_names_for_readers() -> None:
    assert class_label("diningtable") == "dining table"
    assert class_label("cat", "es") == "gato"
    assert class_label("unicorn", "es") == "unicorn"


def test_an_unknown_class_is_named(drawn: SemanticSegmentation) -> None:
    with pytest.raises(ValueError, match="background, cat, person, got 'dog'"):
        drawn.mask("dog")


@pytest.mark.model
@pytest.mark.parametrize(
    ("photo", "class_name", "share"),
    [("cat", "cat", 0.79), ("astronaut", "person", 0.42), ("motorcycle", "motorbike", 0.34)],
)
def test_deeplab_finds_what_is_in_the_photo(photo: str, class_name: str, share: float) -> None:
    result = segment_semantic(photo)
    assert result.area_share[class_name] == pytest.approx(share, abs=0.01)
    assert result.largest_object()[0] == class_name  # type: ignore[index]
    assert result.confidence[result.class_names.index(class_name)] > 0.8
