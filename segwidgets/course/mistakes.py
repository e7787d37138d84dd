"""Known mistakes: small functions from a task to the wrong answer that they make of it, each with its hint.

An exercise declares a `Task`: cases, the right answer to each, and its mistakes. The judge gives a hint only
where a mistake makes what the student's answer made in *every* case, so that none is given for something that
it is not. A new mistake is one line; families that many tasks share (`SHARE`, `COUNT`, `ARRAY`) are put on a
task by `twisted`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from segwidgets.course.judges import as_array, judge_array, judge_number, run, what_is
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet
from segwidgets.locale.phrases import Phrases

Case = tuple[Any, ...]


def twisted(right: Callable[..., Any], *family: Mistake) -> tuple[Mistake, ...]:
    """Make mistakes on a task out of a family of mistakes, which take its right answer."""

    def on(twist: Mistake) -> Mistake:
        return Mistake(lambda *case: twist.makes(right(*case)), twist.hint)

    return tuple(on(twist) for twist in family)


@dataclass(frozen=True)
class Task:
    """What an exercise asks, in cases.

    Attributes
    ----------
    right : callable
        Takes what a case gives, and returns the right answer.
    cases : sequence of tuple
        What is given, case by case; one empty case where a value is asked for and no function.
    mistakes : sequence of Mistake
        Those known; the first that explains all answers is told.
    read : callable
        Takes what was answered in a case and `Phrases`; returns it as it is compared, or raises NotYet.
    same : callable
        Takes an answer, what it is compared with, and the case; whether they are the same.
    otherwise : callable
        Takes an answer, the right one, the case and `Phrases`; raises NotYet with what is said where no
        mistake explains it.
    alike : callable, optional
        As `same`, to compare with what a mistake makes; by default `same`.
    is_function : bool
        Whether a function is asked for.
    """

    right: Callable[..., Any]
    cases: Sequence[Case]
    mistakes: Sequence[Mistake]
    read: Callable[[Any, Phrases], Any]
    same: Callable[[Any, Any, Case], bool]
    otherwise: Callable[[Any, Any, Case, Phrases], object]
    alike: Callable[[Any, Any, Case], bool] | None = None
    is_function: bool = True

    def judge(self, answer: Any, tr: Phrases) -> list[Any]:
        """Accept an answer that is right in every case, and return what it was.

        Raises
        ------
        KnownMistake
            If a declared mistake explains it.
        NotYet
            If none does.
        """
        return self.judge_all(self.answers(answer, tr), tr, ALWAYS_THE_SAME)

    def judge_all(self, answers: list[Any], tr: Phrases, constant: str = "") -> list[Any]:
        """Do as `judge`, of the answers in each case; `constant` is said where they are all the same."""
        right = [self._is(self.same, one, self.right(*case), case) for one, case in self._pairs(answers)]
        if all(right):
            return answers
        if (mistake := self.explained(answers)) is not None:
            raise KnownMistake(tr.gettext(mistake.hint))
        if constant and self._is_constant(answers):
            raise KnownMistake(tr.gettext(constant))
        one, case = self._pairs(answers)[right.index(False)]
        if isinstance(one, NotYet):
            raise one
        self.otherwise(one, self.right(*case), case, tr)
        raise RuntimeError("a wrong answer was found right after all")

    def explained(self, answers: Sequence[Any]) -> Mistake | None:
        """Return the first declared mistake that makes all of these answers, if one does."""
        return next((one for one in self.mistakes if self.makes(one, answers)), None)

    def makes(self, mistake: Mistake, answers: Sequence[Any]) -> bool:
        """Whether a mistake makes all of these answers."""
        with np.errstate(all="ignore"):
            for one, case in self._pairs(answers):
                try:
                    wrong = mistake.makes(*case)
                except Exception as error:  # noqa: BLE001  a mistake may stop as the student's code does
                    if not isinstance(one, NotYet) or type(one.__cause__) is not type(error):
                        return False
                else:
                    if not self._is(self.alike or self.same, one, wrong, case):
                        return False
        return True

    def answers(self, answer: Any, tr: Phrases) -> list[Any]:
        """Return what was answered in each case, or the NotYet of code that stopped."""
        if not self.is_function:
            return [self.read(answer, tr)]
        answers: list[Any] = []
        for case in self.cases:
            try:
                answers.append(self.read(run(answer, tr, *case), tr))
            except NotYet as error:
                if error.__cause__ is None:  # not the student's code that stopped
                    raise
                answers.append(error)
        return answers

    def _is_constant(self, answers: Sequence[Any]) -> bool:
        """Whether the same was answered in every case, although each case has an answer of its own."""
        if len(self.cases) < 2 or any(isinstance(one, NotYet) for one in answers):
            return False
        right = [self.right(*case) for case in self.cases]
        return _all_equal(answers) and bool(np.any(answers[0])) and not _all_equal(right)

    def _pairs(self, answers: Sequence[Any]) -> list[tuple[Any, Case]]:
        return list(zip(answers, self.cases, strict=True))

    @staticmethod
    def _is(same: Callable[[Any, Any, Case], bool], one: Any, other: Any, case: Case) -> bool:
        return not isinstance(one, NotYet) and same(one, other, case)


def _all_equal(values: Sequence[Any]) -> bool:
    return all(np.array_equal(one, values[0]) for one in values[1:])


def constant(value: Callable[[], Any], *mistakes: Mistake, **named: Any) -> Task:
    """Return the task of a value that is asked for, and not of a function; see `number` and `array`."""
    return Task(value, ((),), mistakes, is_function=False, **named)


def numbers(tolerance: float = 1e-6, decimals: bool = False, **named: Any) -> dict[str, Any]:
    """Return how a task compares numbers: `Task(…, **numbers())`.

    Parameters
    ----------
    tolerance : float
        How far a right answer may be off.
    decimals : bool
        Whether an answer rounded to two decimals or more is as good.
    """

    def close(one: float, other: Any, tolerance: float) -> bool:
        if isinstance(other, bool | np.bool_) or not isinstance(other, Real | np.number):
            return False
        rounded = decimals and any(abs(one - round(float(other), digits)) < 1e-9 for digits in (2, 3, 4))
        return rounded or one == float(other) or abs(one - float(other)) <= tolerance

    ways: dict[str, Any] = {
        "read": as_number,
        "same": lambda one, other, _: close(one, other, tolerance),
        "alike": lambda one, other, _: close(one, other, min(tolerance, 1e-6)),
        "otherwise": lambda one, right, _, tr: judge_number(one, right, tr),
    }
    return ways | named


def as_number(answer: Any, tr: Phrases) -> float:
    """Return an answer as a number, or say that one is asked for."""
    if isinstance(answer, np.ndarray) and answer.size == 1:
        answer = answer.item()
    if isinstance(answer, str):
        try:
            float(answer)
        except ValueError:
            pass
        else:
            raise KnownMistake(tr.gettext("This is a text; a number stands without quotation marks."))
    if isinstance(answer, bool | np.bool_) or not isinstance(answer, Real | np.number):
        raise NotYet(tr.gettext("One number is asked for; this is {what}.").format(what=what_is(answer, tr)))
    return float(answer)


def arrays(tolerance: float = 1e-5, **named: Any) -> dict[str, Any]:
    """Return how a task compares arrays: `Task(…, **arrays())`; numbers may be of any dtype."""

    def same(one: Any, other: Any, _: Case) -> bool:
        other = np.asarray(other)
        kinds = {one.dtype.kind, other.dtype.kind}
        if one.shape != other.shape or not (len(kinds) == 1 or kinds <= set("uif")) or kinds <= set("OUS"):
            return False
        within = tolerance
        if one.dtype.kind == "f" and other.size:  # float16 cannot be closer than this
            within = max(tolerance, float(np.finfo(one.dtype).eps * np.abs(other.astype(np.float64)).max()))
        slices = zip(np.atleast_1d(one), np.atleast_1d(other), strict=True)  # one by one, to save memory
        return all(np.allclose(ours, theirs, rtol=0, atol=within) for ours, theirs in slices)

    def otherwise(one: Any, right: Any, _: Case, tr: Phrases) -> None:
        judge_array(one, np.asarray(right), tr, tolerance)

    return {"read": read_array, "same": same, "otherwise": otherwise} | named


def read_array(answer: Any, tr: Phrases) -> Any:
    """Return an answer as an array, or say that one is asked for."""
    array = as_array(answer)
    if not isinstance(array, np.ndarray):
        raise NotYet(tr.gettext("An array is asked for; this is {what}.").format(what=what_is(array, tr)))
    return array


ALWAYS_THE_SAME = N_("The answer is always the same; use what the function is given.")

SHARE = (
    Mistake(
        lambda right: 100 * right,
        N_("This is in percent; a share from 0 to 1 is asked for."),
    ),
    Mistake(lambda right: 1 - right, N_("This is 1 − what is asked for: the part that is left.")),
    Mistake(lambda right: 1 / right, N_("The fraction is upside down.")),
    Mistake(
        lambda right: int(right),
        N_("`//` drops all that stands behind the decimal point; a share is divided with `/`."),
    ),
)
"""What is done to a share from 0 to 1."""

COUNT = (
    Mistake(lambda right: right + 1, N_("This is one too many.")),
    Mistake(lambda right: right - 1, N_("This is one too few.")),
)
"""What is done to a number of things."""

ARRAY = (
    Mistake(
        lambda right: right[::-1], N_("This stands upside down: the first axis, the rows, was turned round.")
    ),
    Mistake(
        lambda right: right[:, ::-1], N_("This is mirrored: the second axis, the columns, was turned round.")
    ),
    Mistake(
        lambda right: right[::-1, ::-1],
        N_("This is turned by half: rows and columns were both turned round."),
    ),
)
"""What is done to a picture (H, W) or (H, W, C) on the way."""
