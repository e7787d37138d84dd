"""Where the robot clicks, on made-up masks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from segwidgets import Prompt, Segmenter
from segwidgets.evaluate.figures import clicks_to, iou_of, measure_object
from segwidgets.evaluate.robot import click_through, next_click
from segwidgets.evaluate.settings import Settings
from segwidgets.evaluate.truths import Truth
from tests.painter import Painter

SHAPE = st.tuples(st.integers(1, 24), st.integers(1, 24))


@st.composite
def situations(draw) -> tuple[np.ndarray, Truth]:
    """A mask and a truth with pixels that do not count."""
    shape = draw(SHAPE)
    mask, true, known = (draw(arrays(bool, shape)) for _ in range(3))
    truth = Truth("", true, known | true)
    assume(true.any())
    return mask, truth


def errors(mask: np.ndarray, truth: Truth) -> tuple[np.ndarray, np.ndarray]:
    return mask & ~truth.mask & truth.counts, truth.mask & ~mask


def depth(error: np.ndarray) -> np.ndarray:
    return ndimage.distance_transform_edt(np.pad(error, 1))[1:-1, 1:-1]


@given(situations())
def test_a_click_is_the_deepest_point_of_all_errors(situation) -> None:
    mask, truth = situation
    click = next_click(mask, truth)
    leaking, missing = errors(mask, truth)
    if click is None:
        assert not leaking.any()
        assert not missing.any()
        return
    place = int(click.y), int(click.x)
    assert (click.x % 1, click.y % 1) == (0.5, 0.5)
    assert (leaking, missing)[click.label][place]
    assert truth.counts[place]
    deepest = max(depth(leaking).max(), depth(missing).max())
    assert np.isclose(depth((leaking, missing)[click.label])[place], deepest)


@given(situations(), st.integers(0, 2**32))
def test_a_random_click_lies_in_that_same_piece_and_off_its_edge(situation, seed: int) -> None:
    mask, truth = situation
    deep = next_click(mask, truth)
    click = next_click(mask, truth, rng=np.random.default_rng(seed))
    assert (click is None) == (deep is None)
    if click is None:
        return
    assert click == next_click(mask, truth, rng=np.random.default_rng(seed))
    assert click.label == deep.label
    error = errors(mask, truth)[click.label]
    pieces, _ = ndimage.label(error, np.ones((3, 3)))
    assert pieces[int(click.y), int(click.x)] == pieces[int(deep.y), int(deep.x)] > 0
    assert depth(error)[int(click.y), int(click.x)] >= 0.2 * depth(error)[int(deep.y), int(deep.x)] - 1e-9


def test_random_clicks_reach_all_over_the_object() -> None:
    truth = Truth("", np.ones((30, 30), bool), np.ones((30, 30), bool))
    clicks = {
        next_click(np.zeros((30, 30), bool), truth, rng=np.random.default_rng(n))[:2] for n in range(300)
    }
    assert len(clicks) > 150
    assert all(2.5 <= x <= 27.5 and 2.5 <= y <= 27.5 for x, y in clicks)


@pytest.mark.slow
@given(situations())
@settings(max_examples=50)
def test_no_pixel_is_clicked_twice_and_all_wrong_ones_are_at_last(situation) -> None:
    mask, truth = situation
    prompt, wrong = Prompt(), int(sum(error.sum() for error in errors(mask, truth)))
    for _ in range(wrong):
        click = next_click(mask, truth, prompt)
        assert click is not None
        prompt = prompt.with_point(*click)
    assert next_click(mask, truth, prompt) is None
    assert len(set(prompt.points)) == wrong


def disk(center: tuple[int, int], radius: float, shape: tuple[int, int] = (96, 128)) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    return np.hypot(x - center[0], y - center[1]) < radius


@pytest.mark.slow
@given(st.integers(30, 90), st.integers(30, 60), st.integers(6, 28), st.integers(4, 24))
@settings(max_examples=20)
def test_clicks_follow_from_what_was_answered(x: int, y: int, radius: int, brush: int) -> None:
    """Every answer is to the click that the mask before it asked for, and the figures tell of that walk."""
    engine = Painter(brush)
    segmenter = Segmenter(np.zeros((96, 128, 3), np.uint8), engine)
    mask = disk((x, y), radius)
    truth = Truth("", mask, ~disk((x, y), radius + 2) | mask)
    before, walk = np.zeros_like(mask), []
    answers = click_through(lambda prompt, last: segmenter.predict(prompt, last), truth, 20)
    for number, answer in enumerate(answers, 1):
        assert len(answer.prompt.points) == number
        click = next_click(before, truth, Prompt(answer.prompt.points[:-1], answer.prompt.labels[:-1]))
        assert (*answer.prompt.points[-1], answer.prompt.labels[-1]) == click
        before = answer.best_mask
        walk.append(iou_of(before, truth))
    figures = measure_object(segmenter, truth, Settings(draws=0))
    assert figures.iou == {n: round(walk[min(n, len(walk)) - 1], 6) for n in (1, 2, 3, 5, 10)}
    assert figures.noc == {85: clicks_to(walk, 0.85, 20), 90: clicks_to(walk, 0.9, 20)}
    assert figures.reached[90] == (max(walk) >= 0.9)
    assert (figures.click_x, figures.click_y, 1) == next_click(np.zeros_like(mask), truth)


def test_noc_counts_to_the_first_click_that_is_good_enough() -> None:
    assert clicks_to([0.5, 0.86, 0.91, 0.2], 0.85, 20) == 2
    assert clicks_to([0.5, 0.86, 0.91, 0.2], 0.9, 20) == 3
    assert clicks_to([0.5, 0.6], 0.85, 20) == 20
    assert clicks_to([0.85], 0.85, 20) == 1
