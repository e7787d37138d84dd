"""Each declared mistake gets its own hint and no other's, in every exercise; what is no mistake gets none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segwidgets.course.checks import judge
from segwidgets.course.mistakes import Mistake, Task, constant, numbers
from segwidgets.course.registry import TASKS, KnownMistake, NotYet, exercises
from segwidgets.locale.phrases import Phrases

EN, ES = Phrases("en"), Phrases("es")
DECLARED = [(number, place) for number in exercises() for place in range(len(TASKS[number]))]


def handed_in(task: Task, makes: Callable[..., Any]) -> Any:
    """What a student hands in who answers so."""
    return makes if task.is_function else makes()


def known(task: Task, answer: Any) -> str:
    """The hint of a declared mistake that the answer gets; empty if it gets none."""
    try:
        task.judge(answer, EN)
    except KnownMistake as hint:
        return str(hint)
    except NotYet:
        pass
    return ""


@pytest.mark.slow
@pytest.mark.parametrize(("number", "place"), DECLARED)
def test_every_declared_mistake_gets_its_own_hint_and_no_others(number: str, place: int) -> None:
    task: Task = TASKS[number][place]
    with np.errstate(all="ignore"):
        for mistake in task.mistakes:
            answer = handed_in(task, mistake.makes)
            assert known(task, answer) == mistake.hint
            answers = task.answers(answer, EN)
            others = {one.hint for one in task.mistakes if task.makes(one, answers)}
            assert others == {mistake.hint}


@pytest.mark.slow
@pytest.mark.parametrize(("number", "place"), DECLARED)
def test_every_right_answer_is_right_to_its_own_task(number: str, place: int) -> None:
    task: Task = TASKS[number][place]
    task.judge(handed_in(task, task.right), EN)


@pytest.mark.parametrize(("number", "place"), DECLARED)
def test_every_hint_is_said_in_spanish_too(number: str, place: int) -> None:
    for mistake in TASKS[number][place].mistakes:
        assert ES.gettext(mistake.hint) != mistake.hint


def like(value: Any, rng: np.random.Generator) -> Any:
    """A random answer of the kind of the right one."""
    if isinstance(value, np.ndarray):
        if value.dtype == bool:
            return rng.random(value.shape) < rng.random()
        return (value.min() + rng.random(value.shape) * (np.ptp(value) or 1)).astype(value.dtype)
    if isinstance(value, tuple):
        return tuple(like(one, rng) for one in value)
    return float(rng.uniform(-1, 1) * 2 * (abs(value) or 1))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "place"), DECLARED)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_a_random_answer_gets_no_hint_of_a_mistake(number: str, place: int, seed: int) -> None:
    task: Task = TASKS[number][place]
    rng = np.random.default_rng(seed)
    assert known(task, handed_in(task, lambda *case: like(task.right(*case), rng))) == ""


def test_a_mistake_must_explain_every_answer_and_not_only_the_first() -> None:
    halved = Mistake(lambda n: n / 2, "halved")
    task = Task(lambda n: n, ((0,), (2,), (4,)), (halved,), **numbers())
    assert known(task, lambda n: n / 2) == "halved"
    assert known(task, lambda n: {0: 0, 2: 1, 4: 3}[n]) == ""
    assert task.judge(lambda n: n, EN) == [0, 2, 4]


def test_code_that_stops_as_a_mistake_does_gets_its_hint() -> None:
    upside_down = Mistake(lambda n: 1 / n, "upside down")
    task = Task(lambda n: n, ((2,), (0,)), (upside_down,), **numbers())
    assert known(task, lambda n: 1 / n) == "upside down"
    with pytest.raises(NotYet, match="stopped with KeyError"):
        task.judge(lambda n: {2: 2}[n], EN)


def test_a_value_that_is_no_function_has_one_case() -> None:
    task = constant(lambda: 3, Mistake(lambda: 4, "one too many"), **numbers())
    assert known(task, 4) == "one too many"
    assert known(task, 5) == ""
    assert known(task, "3").startswith("This is a text")


def test_a_verdict_says_whether_its_hint_is_of_a_declared_mistake() -> None:
    assert judge("1.2", lambda height, width: (height, width), "en").known
    assert not judge("1.2", lambda height, width: (3, width), "en").known


def test_who_always_answers_the_same_is_told_so_unless_a_mistake_explains_it() -> None:
    halved = Mistake(lambda n: 7, "seven")
    task = Task(lambda n: n, ((1,), (2,), (4,)), (halved,), **numbers())
    assert known(task, lambda n: 3) == "The answer is always the same; use what the function is given."
    assert known(task, lambda n: 7) == "seven"
    assert known(task, lambda n: 0) == ""  # whatever was left out may make nothing of everything
    same = Task(lambda n: 2, ((1,), (2,)), (), **numbers())
    assert known(same, lambda n: 3) == ""
