from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets import Prompt

coordinate = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def prompts(draw: st.DrawFn) -> Prompt:
    points = draw(st.lists(st.tuples(coordinate, coordinate), max_size=5))
    labels = draw(st.lists(st.sampled_from([0, 1]), min_size=len(points), max_size=len(points)))
    x0, y0 = draw(st.tuples(st.floats(0, 1e3), st.floats(0, 1e3)))
    width, height = draw(st.tuples(st.floats(1, 1e3), st.floats(1, 1e3)))
    return Prompt(points, labels, draw(st.sampled_from([None, (x0, y0, x0 + width, y0 + height)])))


@given(prompts())
def test_json_round_trip_changes_nothing(prompt: Prompt) -> None:
    assert Prompt.from_json(prompt.to_json()) == prompt


def test_points_are_foreground_unless_said_otherwise() -> None:
    prompt = Prompt([(3, 4), (5, 6)])
    assert prompt.labels == (1, 1)
    assert prompt.with_point(7, 8, 0) == Prompt([(3, 4), (5, 6), (7, 8)], [1, 1, 0])
    np.testing.assert_array_equal(prompt.point_coords, [[3, 4], [5, 6]])


def test_prompt_cannot_be_changed_and_can_be_a_key() -> None:
    prompt = Prompt([(3, 4)])
    with pytest.raises(AttributeError):
        prompt.points = ()  # type: ignore[misc]
    assert {prompt: 1}[Prompt(np.array([[3, 4]]))] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([(1, 2, 3)],), ValueError, r"shape \(N, 2\)"),
        (([(1, 2), (3, 4)], [1]), ValueError, "one for each point: 2 point"),
        (([(1, 2)], [2]), ValueError, "1 .foreground. or 0 .background."),
        (([(1, float("nan"))],), ValueError, "finite"),
        ((["ab"],), TypeError, "pairs of numbers"),
        (((), (), (5, 5, 2, 9)), ValueError, "x0 < x1"),
        (((), (), (1, 2, 3)), ValueError, "four finite numbers"),
        (((), (), "cat!"), TypeError, "four numbers"),
    ],
)
def test_bad_prompts_are_named(arguments: tuple, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Prompt(*arguments)


@pytest.mark.parametrize(
    "text", ["", "no json", "[1]", '{"point": [[1, 2]]}', '{"points": [[1, 2]], "labels": [3]}']
)
def test_bad_json_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"prompt must be|labels must be"):
        Prompt.from_json(text)


def test_a_prompt_outside_the_image_says_the_size_and_suspects_swapped_axes() -> None:
    with pytest.raises(ValueError, match=r"451 wide and 300 high.*swapped"):
        Prompt([(170, 400)]).check_inside((300, 451))
    with pytest.raises(ValueError, match="leaves the image"):
        Prompt(box=(0, 0, 452, 10)).check_inside((300, 451))
    Prompt([(450.9, 299.9)], box=(0, 0, 451, 300)).check_inside((300, 451))


def test_json_is_plain() -> None:
    assert json.loads(Prompt([(1, 2)], [0]).to_json()) == {"points": [[1.0, 2.0]], "labels": [0], "box": None}


def test_a_scaled_prompt_marks_the_same_places() -> None:
    prompt = Prompt([(100, 50)], [0], (10, 20, 30, 40)).scaled((300, 400), (600, 200))
    assert prompt == Prompt([(50, 100)], [0], (5, 40, 15, 80))


@pytest.mark.parametrize(
    ("less", "more", "part"),
    [
        (Prompt(), Prompt([(1, 2)]), True),
        (Prompt([(1, 2)]), Prompt([(1, 2), (3, 4)], [1, 0]), True),
        (Prompt([(1, 2)]), Prompt([(1, 2)], box=(0, 0, 5, 5)), True),
        (Prompt([(1, 2)]), Prompt([(1, 2)]), False),
        (Prompt([(1, 2)], [0]), Prompt([(1, 2), (3, 4)], [1, 0]), False),
        (Prompt([(1, 2), (3, 4)]), Prompt([(1, 2)]), False),
        (Prompt(box=(0, 0, 5, 5)), Prompt(box=(0, 0, 5, 6)), False),
        (Prompt([(1, 2)], box=(0, 0, 5, 5)), Prompt([(1, 2), (3, 4)]), False),
    ],
)
def test_a_prompt_is_part_of_one_that_says_it_all_and_more(less: Prompt, more: Prompt, part: bool) -> None:
    assert less.is_part_of(more) is part


def test_the_steps_to_a_prompt_say_from_the_first_what_is_meant() -> None:
    one, two = Prompt([(1, 2)], [0]), Prompt([(1, 2), (3, 4)], [0, 1])
    three = Prompt([(1, 2), (3, 4), (5, 6)], [0, 1, 0])
    assert three.steps() == [two, three]
    assert three.steps(says_what=False) == [one, two, three]
    assert one.steps() == [one]
    assert Prompt().steps() == []
    boxed = Prompt([(1, 2)], [0], box=(0, 0, 5, 5))
    assert boxed.steps() == [Prompt(box=(0, 0, 5, 5)), boxed]


def test_what_is_asked_of_a_prompt_is_what_it_says() -> None:
    assert Prompt().is_empty
    assert not Prompt([(1, 2)]).is_empty
    assert not Prompt(box=(0, 0, 1, 1)).is_empty
    assert Prompt([(1, 2)]).is_single_click
    for more in (
        Prompt([(1, 2)], [0]),
        Prompt([(1, 2), (3, 4)]),
        Prompt([(1, 2)], box=(0, 0, 9, 9)),
        Prompt(),
    ):
        assert not more.is_single_click
    assert Prompt([(1, 2)], [0]).point_labels.tolist() == [0]
    assert Prompt([(1, 2)], [0]).point_labels.dtype == np.int64
    assert Prompt().point_coords.shape == (0, 2)


def test_a_scaled_or_moved_prompt_without_a_box_has_none() -> None:
    assert Prompt([(2, 4)]).scaled((10, 10), (20, 10)) == Prompt([(2, 8)])
    assert Prompt([(2, 4)], [0]).moved(1, -2) == Prompt([(3, 2)], [0])
    assert Prompt(box=(1, 2, 3, 5)).moved(1, -2) == Prompt(box=(2, 0, 4, 3))


def test_a_further_point_is_foreground_and_leaves_the_box() -> None:
    assert Prompt(box=(0, 0, 9, 9)).with_point(1, 2) == Prompt([(1, 2)], [1], (0, 0, 9, 9))


@pytest.mark.parametrize("fields", [{"points": 5}, {"points": [[1, 2]], "labels": 7}, {"box": 3}])
def test_a_written_prompt_of_the_wrong_kinds_is_told_as_one_that_is_made(fields):
    with pytest.raises((TypeError, ValueError)) as made:
        Prompt(**{"points": (), **fields})
    with pytest.raises(ValueError, match="must") as written:
        Prompt.from_json(json.dumps(fields))
    assert str(written.value) == str(made.value)
