"""The explorers without a browser: events and methods in, numbers and pixels out."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from PIL import Image

from segwidgets import (
    Candidates,
    ClassExplorer,
    EmbeddingExplorer,
    Prompt,
    ReliabilityExplorer,
    Segmenter,
    ThresholdExplorer,
    segment_semantic,
    style,
)
from segwidgets.course import reference_mask
from segwidgets.models.engine import sam_frame
from segwidgets.semantic import SemanticModel
from segwidgets.widgets.class_explorer import softmax
from segwidgets.widgets.embedding_explorer import principal_colors
from segwidgets.widgets.static_view import StaticView, small_jpeg, small_png
from tests.fake_front import FakeFront


class HalvesModel:
    """A network that sees a cat in the left half and a dog, not quite so surely, in the right."""

    name = "halves"
    class_names = ("background", "cat", "dog")

    def logits(self, image: np.ndarray) -> np.ndarray:
        logits = np.zeros((3, 30, 40), np.float32)
        logits[1, :, :20], logits[2, :, 20:] = 9, 2
        return logits


class EmbeddedHalves:
    """A segmenter whose encoder tells the upper half of a photo of 100 x 200 from the lower one."""

    image = np.full((100, 200, 3), 128, np.uint8)
    size = 100, 200
    frame = sam_frame(size)

    @property
    def image_embedding(self) -> np.ndarray:
        embedding = np.random.default_rng(1).normal(0, 0.01, (256, 64, 64)).astype(np.float32)
        embedding[0, :16] += 1
        embedding[1, 16:32] += 1
        return embedding  # below row 32 it is padding

    def predict(self, prompt: Prompt) -> Candidates:
        raise NotImplementedError("nothing asks it for masks")


@pytest.fixture
def halves() -> ClassExplorer:
    return ClassExplorer(np.full((60, 80, 3), 200, np.uint8), HalvesModel())


def message_of(explorer: StaticView) -> str:
    return explorer.message.value


def saved_picture(widget: StaticView) -> np.ndarray:
    bundle, _ = DisplayFormatter().format(widget)  # as a cell's last line
    png = base64.b64decode(bundle["image/png"])
    assert len(png) <= 150_000
    assert "application/vnd.jupyter.widget-view+json" in bundle
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


# the threshold


@pytest.mark.slow
def test_at_sams_own_threshold_the_mask_is_sams(cat_segmenter: Segmenter, cat_candidates: Candidates) -> None:
    explorer = ThresholdExplorer(cat_segmenter, cat_candidates)
    assert explorer.threshold == 0
    np.testing.assert_array_equal(explorer.mask, cat_candidates.best_mask)
    assert explorer.stability_score == pytest.approx(cat_candidates.stability_score[cat_candidates.best])
    asked = ThresholdExplorer(cat_segmenter, cat_candidates.prompt)
    np.testing.assert_array_equal(asked.mask, cat_segmenter.predict(cat_candidates.prompt).best_mask)


def test_a_higher_threshold_never_adds_to_the_mask(
    cat_segmenter: Segmenter, cat_candidates: Candidates
) -> None:
    explorer = ThresholdExplorer(cat_segmenter, cat_candidates)
    before = explorer.mask
    explorer.set_threshold(4)
    assert explorer.area_share < before.mean()
    assert not (explorer.mask & ~before).any()


def test_slider_and_method_are_twins_and_the_picture_follows(
    cat_segmenter: Segmenter, cat_candidates: Candidates
) -> None:
    explorer = ThresholdExplorer(cat_segmenter, cat_candidates)
    first = explorer.shown.value
    explorer.slider.value = 6.0
    assert explorer.threshold == 6
    slid = explorer.shown.value
    assert slid != first
    explorer.set_threshold(0)
    assert explorer.slider.value == 0
    assert explorer.shown.value == first
    explorer.set_threshold(6)
    assert explorer.shown.value == slid
    assert f"{100 * explorer.area_share:.0f} %" in explorer.words.value


def test_the_chart_agrees_with_the_numbers(cat_segmenter: Segmenter, cat_candidates: Candidates) -> None:
    explorer = ThresholdExplorer(cat_segmenter, cat_candidates)
    chart = explorer.chart
    for threshold in (-4, 0, 5):
        explorer.set_threshold(threshold)
        area = np.interp(threshold, chart.thresholds, chart.area)
        assert area == pytest.approx(explorer.area_share, abs=0.01)
        stability = np.interp(threshold, chart.thresholds, chart.stability)
        assert stability == pytest.approx(explorer.stability_score, abs=0.01)


@pytest.mark.parametrize(("threshold", "error"), [("3", TypeError), (True, TypeError), (99, ValueError)])
def test_a_threshold_that_cannot_be_is_refused_and_nothing_changes(
    cat_segmenter: Segmenter, cat_candidates: Candidates, threshold: object, error: type
) -> None:
    explorer = ThresholdExplorer(cat_segmenter, cat_candidates)
    with pytest.raises(error, match="threshold must be"):
        explorer.set_threshold(threshold)
    assert explorer.threshold == explorer.slider.value == 0
    with pytest.raises(TypeError, match="prompt must be a Prompt or Candidates"):
        ThresholdExplorer(cat_segmenter, (250, 170))


# a threshold over pixels' values


@pytest.fixture
def steps() -> tuple[np.ndarray, np.ndarray]:
    """A grey photo of 40 x 60 with a brighter square, and the square."""
    square = np.zeros((40, 60), np.bool_)
    square[10:30, 20:40] = True
    return np.repeat(np.where(square, 180, 60).astype(np.uint8)[:, :, None], 3, axis=2), square


def test_values_are_thresholded_without_any_model(
    steps: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, square = steps
    monkeypatch.setattr(Segmenter, "__init__", lambda *_: pytest.fail("no model is asked"))
    explorer = ThresholdExplorer(photo, photo[:, :, 0], reference=square)
    assert (explorer.slider.min, explorer.slider.max, explorer.slider.step) == (60, 180, 1)
    assert (explorer.threshold, explorer.iou, explorer.stability_score) == (120, 1, 1)
    np.testing.assert_array_equal(explorer.mask, square)
    assert "Above 120 the mask covers 17 % of the photo." in explorer.words.value
    assert "Its IoU with the reference is 1.00." in explorer.words.value
    before = explorer.shown.value
    explorer.slider.value = 180  # and no value lies above the largest
    assert (explorer.threshold, explorer.iou, explorer.mask.any()) == (180, 0, False)
    assert explorer.shown.value != before
    explorer.set_threshold(120)
    assert explorer.slider.value == 120
    assert explorer.shown.value == before


def test_the_histogram_parts_the_object_from_the_rest(steps: tuple[np.ndarray, np.ndarray]) -> None:
    photo, square = steps
    whole = ThresholdExplorer(photo, photo[:, :, 0])
    assert whole.iou is None
    assert whole.chart.counts.shape == (1, 64)
    assert (whole.chart.counts[0, 0], whole.chart.counts[0, -1]) == (2000, 400)
    parted = ThresholdExplorer(photo, photo[:, :, 0], reference=square).chart.counts
    assert parted.sum(axis=1).tolist() == [400, 2000]
    assert parted.sum(axis=0).tolist() == whole.chart.counts[0].tolist()
    assert len(ThresholdExplorer(photo, (photo[:, :, 0] > 99).astype(int)).chart.edges) == 2


@pytest.mark.parametrize(
    ("least", "most", "dtype", "wanted"),
    [
        (0, 255, np.uint8, (1, 0, 255)),
        (3, 9, np.uint8, (1, 3, 9)),
        (0, 40_000, np.uint16, (100, 0, 40_000)),
        (-0.234, 1, np.float32, (0.01, -0.24, 1)),
        (0.5, 0.5, np.float64, (1, 0, 1)),
        (0.001, 0.0023, np.float64, (0.00001, 0.001, 0.0023)),
    ],
)
def test_the_slider_goes_over_the_values_in_steps_that_suit_them(
    least: float, most: float, dtype: type, wanted: tuple[float, float, float]
) -> None:
    values = np.full((20, 30), least, dtype)
    values[0] = most
    slider = ThresholdExplorer(np.zeros((20, 30, 3), np.uint8), values).slider
    assert (slider.step, slider.min, slider.max) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        (np.zeros((60, 40)), ValueError, r"shape of the photo, \(40, 60\)"),
        (np.zeros((40, 60, 3)), ValueError, "take one channel"),
        (np.full((40, 60), np.nan), ValueError, "must be finite"),
        (np.zeros((40, 60), np.bool_), TypeError, "real numbers"),
        (np.ma.zeros((40, 60)), TypeError, "plain array"),
    ],
)
def test_values_that_are_none_are_refused(
    steps: tuple[np.ndarray, np.ndarray], values: np.ndarray, error: type, words: str
) -> None:
    with pytest.raises(error, match=words):
        ThresholdExplorer(steps[0], values)
    with pytest.raises(ValueError, match="reference must have the shape"):
        ThresholdExplorer(steps[0], steps[0][:, :, 0], reference=steps[1].T)


def test_a_reference_measures_sams_mask_as_well(cat_segmenter: Segmenter, cat_candidates: Candidates) -> None:
    explorer = ThresholdExplorer(cat_segmenter, cat_candidates, reference=cat_candidates.best_mask)
    assert explorer.iou == 1
    explorer.set_threshold(4)
    assert explorer.iou < 1
    assert f"reference is {explorer.iou:.2f}" in explorer.words.value


# reliability


@pytest.fixture
def sayings() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A photo of 40 x 60: .75, .3, 1, 0 is said of its pixels, of which half, none, all, none are object."""
    said = np.zeros((40, 60))
    said[:10], said[10:20], said[20:30] = 0.75, 0.3, 1
    object_ = np.zeros((40, 60), np.bool_)
    object_[:10, :30] = object_[20:30] = True
    return np.full((40, 60, 3), 100, np.uint8), said, object_


def test_each_bin_tells_how_often_it_came_true(sayings: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    chart = ReliabilityExplorer(*sayings).chart
    assert chart.counts.tolist() == [600, 0, 0, 600, 0, 0, 0, 600, 0, 600]  # .3 lies in the bin above it
    np.testing.assert_allclose(chart.said[[0, 3, 7, 9]], [0, 0.3, 0.75, 1])
    assert chart.found[[0, 3, 7, 9]].tolist() == [0, 0, 0.5, 1]
    assert np.isnan(chart.found[[1, 2, 4, 5, 6, 8]]).all()


def test_the_bins_slider_and_its_twin_mark_the_bins_pixels(
    sayings: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    photo, said, _ = sayings
    explorer = ReliabilityExplorer(*sayings)
    np.testing.assert_array_equal(explorer.mask, said == 0.75)
    assert "70–80 % was said of 600 pixels: 50" in explorer.words.value
    drawn = explorer.picture()
    scale = drawn.shape[1] // 60
    left, right, below = (tuple(drawn[y * scale, x * scale]) for y, x in ((5, 10), (5, 50), (15, 10)))
    assert (left, right) == (style.SKY_BLUE, style.ORANGE)
    assert below == (114, 114, 114), "what is in no such bin stays, in grey"
    first = explorer.shown.value, explorer.curves.value
    explorer.slider.value = 3
    np.testing.assert_array_equal(explorer.mask, said == 0.3)
    slid = explorer.shown.value, explorer.curves.value
    assert slid[0] != first[0]
    assert slid[1] != first[1]
    explorer.set_probability(0.75)
    assert (explorer.slider.value, explorer.shown.value, explorer.curves.value) == (7, *first)
    explorer.set_probability(0.3)
    assert (explorer.bin, explorer.shown.value) == (3, slid[0])
    explorer.set_probability(0.55)
    assert "50–60 % was said of no pixel" in explorer.words.value
    assert not explorer.mask.any()
    explorer.set_probability(1)
    assert explorer.bin == 9
    assert photo.max() == 100


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (np.full((40, 60), 1.5), ValueError, "from 0 to 1, got 1.5 to 1.5"),
        (np.full((40, 60), -0.5), ValueError, "softmax"),
        (np.zeros((60, 40)), ValueError, r"probabilities must have the shape of the photo, \(40, 60\)"),
        (np.zeros((40, 60), np.bool_), TypeError, "probabilities must be real numbers"),
    ],
)
def test_probabilities_that_are_none_are_refused(
    sayings: tuple[np.ndarray, np.ndarray, np.ndarray], said: np.ndarray, error: type, words: str
) -> None:
    photo, right, reference = sayings
    with pytest.raises(error, match=words):
        ReliabilityExplorer(photo, said, reference)
    with pytest.raises(ValueError, match="reference must have the shape"):
        ReliabilityExplorer(photo, right, reference.T)
    explorer = ReliabilityExplorer(photo, right, reference)
    for wrong, kind in (("3", TypeError), (True, TypeError), (1.01, ValueError)):
        with pytest.raises(kind, match="probability must be"):
            explorer.set_probability(wrong)
    assert explorer.bin == explorer.slider.value == 7


# the embedding


def test_cells_like_the_point_are_found_and_padding_is_left_out() -> None:
    explorer = EmbeddingExplorer(EmbeddedHalves())
    assert explorer.colors.shape == (32, 64, 3)
    assert explorer.similarity is None
    explorer.point(150, 20)
    similarity = explorer.similarity
    assert similarity.shape == (32, 64)
    assert similarity[:16].min() > 0.9
    assert np.abs(similarity[16:]).max() < 0.3
    assert similarity[6, 48] == pytest.approx(1)  # (150, 20) lies in it
    explorer.point(150, 90)
    assert explorer.similarity[:16].max() < 0.3


def test_the_area_under_the_roc_curve_follows_the_point_and_is_said_in_words() -> None:
    upper = np.zeros(EmbeddedHalves.size, bool)
    upper[:50] = True
    explorer = EmbeddingExplorer(EmbeddedHalves(), reference=upper)
    assert explorer.auc is None
    assert "ROC" not in explorer.words.value
    explorer.point(150, 20)
    assert explorer.wanted is not None
    assert explorer.wanted[:16].all()
    assert not explorer.wanted[16:].any()
    assert explorer.auc == 1
    assert "100 % of the pairs: the area under the ROC curve is 1.00" in explorer.words.value
    explorer.point(150, 90)  # in what is not wanted
    assert explorer.auc == 0
    assert EmbeddingExplorer(EmbeddedHalves(), reference=~upper | upper).auc is None


def test_a_reference_that_covers_nothing_is_not_spoken_of() -> None:
    explorer = EmbeddingExplorer(EmbeddedHalves(), reference=np.zeros(EmbeddedHalves.size, bool))
    explorer.point(150, 20)
    assert explorer.auc is None
    assert "ROC" not in explorer.words.value
    with pytest.raises(ValueError, match="reference"):
        EmbeddingExplorer(EmbeddedHalves(), reference=np.zeros((3, 4), bool))


def test_the_halves_have_two_colours_of_which_most_of_the_variance_is_one() -> None:
    explorer = EmbeddingExplorer(EmbeddedHalves())
    colors = explorer.colors.astype(int)
    assert abs(colors[:16, :, 0].mean() - colors[16:, :, 0].mean()) > 150
    assert 0.9 < explorer.explained < 1


def test_principal_colors_do_not_flip_with_the_sign_of_the_svd(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = np.random.default_rng(3).normal(size=(6, 7, 16)).astype(np.float32)
    colors, explained = principal_colors(cells)
    svd = np.linalg.svd

    def flipped(matrix: np.ndarray, **options: bool) -> tuple[np.ndarray, ...]:
        left, strengths, right = svd(matrix, **options)
        return -left, strengths, -right

    monkeypatch.setattr(np.linalg, "svd", flipped)
    np.testing.assert_array_equal(principal_colors(cells)[0], colors)
    assert 0 < explained < 1


def test_the_mouse_over_either_picture_means_the_same_place() -> None:
    explorer = EmbeddingExplorer(EmbeddedHalves())
    left = explorer.photo_point(100, 50)
    right = explorer.photo_point(100 + explorer.picture_size[1] + 8, 50)
    assert left == pytest.approx(right)
    assert left == pytest.approx((100 * 200 / explorer.picture_size[1], 50 * 100 / explorer.picture_size[0]))
    height, width = explorer.picture_size
    assert explorer.photo_point(2 * width + 7.99, height - 0.01) < (200, 100)


def test_the_real_embedding_tells_the_cat_from_what_is_behind_it(cat_segmenter: Segmenter) -> None:
    explorer = EmbeddingExplorer(cat_segmenter)
    assert explorer.colors.shape == (43, 64, 3)
    explorer.point(250, 170)
    forehead, wall = explorer.similarity[10, 30], explorer.similarity[8, 60]
    assert forehead > 0.8 > wall
    assert "(250, 170)" in explorer.words.value


# the classes


def test_softmax_sums_to_one_and_does_not_overflow() -> None:
    probabilities = softmax(np.array([1000, 0, -1000], np.float32).reshape(3, 1, 1))
    assert probabilities.ravel() == pytest.approx([1, 0, 0])


def test_the_class_that_is_most_of_the_photo_is_shown_first(halves: ClassExplorer) -> None:
    assert halves.class_name == "cat"
    assert [name for _, name in halves.dropdown.options] == ["cat", "dog", "background"]
    halves.show("dog")
    assert halves.dropdown.value == "dog"
    halves.dropdown.value = "background"
    assert halves.class_name == "background"
    with pytest.raises(ValueError, match="class_name must be one of background, cat, dog"):
        halves.show("unicorn")


def test_the_picture_is_coloured_where_the_class_is_and_grey_elsewhere(halves: ClassExplorer) -> None:
    with FakeFront(halves.canvas.widget) as front:
        front.ready()
        pixels = front.pixels()
    left, right = pixels[60, 20, :3].astype(int), pixels[60, 140, :3].astype(int)
    toward = np.abs(left - style.palette_color(1)).sum()
    assert toward < np.abs(right - style.palette_color(1)).sum()
    assert np.ptp(left) > 20
    assert right == pytest.approx([164, 164, 164], abs=6)  # the photo's 200, with half the contrast
    assert np.ptp(right) < 10  # the network leaves the cat a tenth there


def test_top_classes_come_in_order_with_their_probabilities(halves: ClassExplorer) -> None:
    (first, sure), (second, unsure), (third, _) = halves.top_classes(60, 30)
    assert (first, {second, third}) == ("dog", {"background", "cat"})
    assert sure == pytest.approx(np.exp(2) / (np.exp(2) + 2), abs=1e-4)
    assert unsure == pytest.approx(1 / (np.exp(2) + 2), abs=1e-4)


def test_the_explorer_agrees_with_segment_semantic(cat: np.ndarray) -> None:
    explorer = ClassExplorer(cat)
    semantic = segment_semantic(cat)
    assert explorer.class_name == "cat"
    for x, y in ((250, 170), (20, 20), (430, 60), (330, 280)):
        winner = semantic.class_names[semantic.class_map[y, x]]
        assert explorer.top_classes(x + 0.5, y + 0.5)[0][0] == winner


# the mouse


def test_hovering_shows_and_leaving_returns_to_the_pinned_point(halves: ClassExplorer) -> None:
    with FakeFront(halves.canvas.widget) as front:
        front.click(20, 60)  # shown twice as large as it is
        assert halves.pinned == (10, 30)
        assert "cat" in halves.words.value
        shown = threading.Event()
        halves.words.observe(lambda change: shown.set() if "dog" in change["new"] else None, "value")
        front.move(120, 60)
        assert shown.wait(60)
        assert halves.pinned == (10, 30)
        front.event("mouse_out", x=-1, y=60)
    assert "dog" not in halves.words.value.split(":")[1].split("<")[0]
    assert halves.top_classes(*halves.pinned)[0][0] == "cat"


def test_a_touch_is_a_click(halves: ClassExplorer) -> None:
    with FakeFront(halves.canvas.widget) as front:
        front.touch("touch_start", (120, 60))
    assert halves.pinned == (60, 30)


def test_the_frame_stays_right_after_many_pictures(halves: ClassExplorer) -> None:
    with FakeFront(halves.canvas.widget) as front:
        for _ in range(3):
            front.click(20, 60)
    assert halves.pinned == (10, 30)
    canvas = halves.canvas.widget
    assert (canvas.width, canvas.height) == (160, 120)


def test_a_point_outside_is_refused_and_the_widget_stays_usable(halves: ClassExplorer) -> None:
    with pytest.raises(ValueError, match="lies outside the image"):
        halves.point(80, 10)
    halves.point(79.9, 10)
    assert halves.pinned == (79.9, 10)


def test_an_error_in_a_callback_is_shown_and_goes_away(
    halves: ClassExplorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeFront(halves.canvas.widget) as front:
        with monkeypatch.context() as broken:
            broken.setattr(halves, "_paint", lambda at: 1 / 0)
            front.click(20, 60)
        assert "division by zero" in message_of(halves)
        assert 'role="alert"' in message_of(halves)
        front.click(20, 60)
        assert message_of(halves) == ""


# what stays in a saved notebook, and in which language


def test_a_small_picture_is_kept_beside_every_widget(
    cat_segmenter: Segmenter,
    cat_candidates: Candidates,
    halves: ClassExplorer,
    sayings: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    halves.point(20, 20)
    assert saved_picture(halves).shape == halves.picture().shape
    assert saved_picture(EmbeddingExplorer(cat_segmenter)).std() > 30
    assert saved_picture(ThresholdExplorer(cat_segmenter, cat_candidates)).std() > 30
    assert saved_picture(ReliabilityExplorer(*sayings)).std() > 30


@pytest.mark.parametrize("write", [small_png, small_jpeg])
def test_a_small_picture_is_made_smaller_where_it_does_not_fit(write: Callable[..., bytes]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (400, 500, 3), np.uint8)
    file = write(noise, limit=20_000)
    assert len(file) <= 20_000
    width, height = Image.open(io.BytesIO(file)).size
    assert width / height == pytest.approx(500 / 400, abs=0.05)


def test_spanish_is_spoken_throughout(
    cat_segmenter: Segmenter,
    cat_candidates: Candidates,
    sayings: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    model: SemanticModel = HalvesModel()
    classes = ClassExplorer(np.zeros((60, 80, 3), np.uint8), model, lang="es")
    classes.point(10, 30)
    assert "gato" in classes.words.value
    assert classes.dropdown.description == "Clase"
    threshold = ThresholdExplorer(cat_segmenter, cat_candidates, lang="es")
    assert threshold.slider.description == "Umbral"
    assert "0,00 la máscara cubre" in threshold.words.value
    values = ThresholdExplorer(np.zeros((60, 80, 3), np.uint8), np.linspace(0, 1, 4800).reshape(60, 80), "es")
    values.set_threshold(0.25)
    assert "0,25 la máscara cubre el 75" in values.words.value
    said = ReliabilityExplorer(*sayings, lang="es")
    assert said.slider.description == "Dice"
    assert "El 70–80 % se dijo de 600 píxeles" in said.words.value
    assert "casillas" in EmbeddingExplorer(cat_segmenter, lang="es").words.value
    ranked = EmbeddingExplorer(cat_segmenter, "es", reference_mask("cat", "cat"))
    ranked.point(250, 170)
    assert "el área bajo la curva ROC es 0,95" in ranked.words.value
    with pytest.raises(ValueError, match="lang must be one of"):
        EmbeddingExplorer(cat_segmenter, lang="fr")
