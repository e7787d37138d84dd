"""What is seen while a network learns, without a network: masks in, curves and words out."""

from __future__ import annotations

import numpy as np
import pytest

from segwidgets import style
from segwidgets.course import training
from segwidgets.course.training import TrainingView, packed, random_squares, stored_training
from tests.test_lifetime import check_closing

IMAGE = np.full((40, 60, 3), 90, np.uint8)
WANTED = np.zeros((40, 60), bool)
WANTED[10:30, 10:30] = True
HALF = WANTED & (np.arange(60) < 20)


def colored(picture: np.ndarray, color: style.Rgb) -> np.ndarray:
    return (picture == color).all(axis=2)


def test_each_step_moves_the_mask_the_curves_and_the_words() -> None:
    view = TrainingView(IMAGE, WANTED)
    assert "Nothing was learnt yet" in view.words.value
    seen = [(view.shown.value, view.curves.value, view.words.value)]
    for step, loss, mask in ((10, 0.7, HALF), (150, 0.1, WANTED)):
        view.add(step, loss, mask)
        seen.append((view.shown.value, view.curves.value, view.words.value))
    assert all(len(set(values)) == 3 for values in zip(*seen, strict=True))
    assert "Step 150 of 150: loss 0.10, IoU 1.00" in view.words.value
    assert 'role="status"' in view.words.value
    assert (view.at(10).iou, view.at(150).iou) == (0.5, 1.0)


def test_the_curves_stand_where_their_numbers_are() -> None:
    """The loss falls and the IoU rises: at the end the one is low and the other high."""
    view = TrainingView(IMAGE, WANTED)
    view.add(75, 5.0, HALF)  # a loss above 1 stays within the chart
    view.add(150, 0.0, WANTED)
    picture = view.chart.trace(view.steps)
    right_end = picture[:, -16:-8]
    loss, iou = (np.nonzero(colored(right_end, one))[0].mean() for one in (style.ORANGE, style.SKY_BLUE))
    assert iou < 20 < 100 < loss
    assert len(view.picture()) > len(picture)


def test_the_curves_of_a_network_that_learnt_run_above_and_below_the_legend() -> None:
    view = TrainingView(IMAGE, WANTED)
    legend = view.chart.trace([])[: view.chart.height - 40, -70:-14]
    rows = np.flatnonzero((legend > 120).any(axis=(1, 2)))
    for step, loss, mask in ((10, 0.7, HALF), (110, 0.1, WANTED & (np.arange(60) < 26)), (150, 0.05, WANTED)):
        view.add(step, loss, mask)
    curves = view.chart.trace(view.steps)[rows[0] : rows[-1] + 1, -70:-14]
    assert (curves == legend[rows[0] : rows[-1] + 1]).all()


def test_what_is_empty_beside_the_photo_is_dark_as_the_chart_is() -> None:
    """White would glare on a dark page."""
    tall = np.full((300, 60, 3), 90, np.uint8)
    picture = TrainingView(tall, np.ones((300, 60), bool)).picture()
    assert (picture[200:300, 60:] == style.BAR).all()


def test_a_step_back_or_a_mask_of_another_size_is_an_error_and_what_was_there_stays() -> None:
    view = TrainingView(IMAGE, WANTED)
    view.add(10, 0.7, HALF)
    with pytest.raises(ValueError, match=r"more than 10.*new TrainingView"):
        view.add(10, 0.6, HALF)
    with pytest.raises(ValueError, match="shape"):
        view.add(20, 0.6, HALF[:20])
    with pytest.raises(ValueError, match=r"no step 20; there are \[10\]"):
        view.at(20)
    assert [one.step for one in view.steps] == [10]


def test_random_squares_keep_photo_and_mask_together_within_their_columns() -> None:
    """Each pixel is its own number, so that a square tells where it came from and how it was turned."""
    pixels = np.arange(40.0 * 60).reshape(40, 60)
    squares = random_squares(np.stack([pixels, -pixels]), np.random.default_rng(0), slice(20, 45), 8, 60)
    assert squares.shape == (60, 2, 8, 8)
    assert np.array_equal(squares[:, 0], -squares[:, 1])
    rows, columns = np.divmod(squares[:, 0], 60)
    assert (columns.min(), columns.max()) == (20, 44)
    assert (rows.min(), rows.max()) == (0, 39)
    ways = {(one[0, 0] - one.min(), one[0, 1] - one[0, 0]) for one in squares[:, 0]}
    assert len(ways) == 8  # four corners come first, and from each it goes along a row or down a column


def test_a_stored_run_stands_in_where_there_is_no_torch() -> None:
    runs = {name: stored_training(name) for name in ("with_skips", "without_skips")}
    assert all([step for step, _, _ in run] == list(range(10, 151, 10)) for run in runs.values())
    view = TrainingView(np.zeros((304, 192, 3), np.uint8), runs["with_skips"][-1][2])
    view.replay("with_skips")
    assert view.at(150).iou == 1.0
    assert view.at(10).iou < 0.6
    again = [(one["step"], one["loss"]) for one in packed(view.steps)]
    assert again == [(step, loss) for step, loss, _ in runs["with_skips"]]
    with pytest.raises(ValueError, match="there are with_skips, without_skips"):
        stored_training("with skips")


def test_it_speaks_the_language_asked_for_and_leaves_nothing_when_closed() -> None:
    def shown() -> TrainingView:
        view = TrainingView(IMAGE, WANTED, lang="es")
        view.add(10, 0.75, HALF)
        assert "Paso 10 de 150: pérdida 0,75, IoU 0,50" in view.words.value
        return view

    check_closing(shown, "chart")


def test_what_is_stored_is_small() -> None:
    from importlib import resources

    file = resources.files("segwidgets.course") / training.STORED
    assert len(file.read_bytes()) < 80_000
