"""Hand-ins that resemble each other more than the lesson makes natural. No proof: a place to look at.

What the lesson hands out, what its solution has and what many in the class have is set aside, for it is
natural. What remains of two students' answers is compared by `difflib` of the standard library.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations

from segwidgets.course.handing_out import SOLUTIONS, lesson_files
from segwidgets.mark.lessons import lessons, take
from segwidgets.mark.records import Marked

LEAST_SHARE = 0.7
"""From such a share of what is their own on, two hand-ins are named."""

LEAST_TOKENS = 12
"""So many words, numbers and signs of their own must two share: short answers are alike by nature."""

COMMON_SHARE, COMMON_COUNT = 0.25, 5
"""What so many of a class have is natural: this share of it, and no fewer than these."""

_RUN = 2  # tokens in a row that are looked for elsewhere
_LEFT_OUT = frozenset("()[]{},:;.")
_LAYOUT = (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
_MAX_CHARS = 20_000  # of an answer
_MAX_TOKENS = 600  # of what is one's own in it: over repetitions difflib takes the cube of their number

Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two hand-ins of a lesson that resemble each other.

    Attributes
    ----------
    first, second : Marked
        The hand-ins.
    share : float
        How much of what is their own is the same, 0 to 1: Ratcliff and Obershelp's ratio, as of `difflib`.
    tokens : int
        How many words, numbers and signs that is.
    exercises : tuple of str
        Where, most first.
    """

    first: Marked
    second: Marked
    share: float
    tokens: int
    exercises: tuple[str, ...]


def alike(marked: Sequence[Marked]) -> list[Pair]:
    """Return the pairs of a class that resemble each other more than the lesson makes natural, most first.

    Parameters
    ----------
    marked : sequence of Marked
        The hand-ins; only those of one lesson, by two students, are compared.
    """
    pairs: list[Pair] = []
    by_lesson: dict[str, list[Marked]] = {}
    for one in marked:
        if one.answers:
            by_lesson.setdefault(one.lesson, []).append(one)
    for together in by_lesson.values():
        pairs += _pairs(together)
    return sorted(
        pairs, key=lambda pair: (-pair.share * pair.tokens, pair.first.student, pair.second.student)
    )


def _pairs(together: list[Marked]) -> Iterator[Pair]:
    own = _own(together)
    bags = [Counter(token for one in answers.values() for token in one) for answers in own]
    for (i, first), (j, second) in combinations(enumerate(together), 2):
        most = (bags[i] & bags[j]).total()  # that can be the same, in whatever order
        all_of_both = bags[i].total() + bags[j].total()
        if first.student == second.student or most < max(LEAST_TOKENS, LEAST_SHARE * all_of_both / 2):
            continue
        same = {one: _same(own[i][one], own[j][one]) for one in own[i].keys() & own[j].keys()}
        tokens = sum(same.values())
        share = 2 * tokens / all_of_both
        if tokens >= LEAST_TOKENS and share >= LEAST_SHARE:
            exercises = sorted((one for one in same if same[one]), key=lambda one: (-same[one], one))
            yield Pair(first, second, share, tokens, tuple(exercises))


def _same(first: Tokens, second: Tokens) -> int:
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def _own(together: list[Marked]) -> list[dict[str, Tokens]]:
    """Return what of each hand-in's answers is natural to nobody else, by exercise."""
    answers = [{one: tokens_of(source) for one, source in marked.answers.items()} for marked in together]
    counts: dict[str, Counter[Tokens]] = {}
    for tokens in answers:
        for exercise, found in tokens.items():
            counts.setdefault(exercise, Counter()).update(set(_runs(found)))
    enough = max(COMMON_COUNT, COMMON_SHARE * len(together))
    own = []
    for marked, tokens in zip(together, answers, strict=True):
        given = _given(marked.lesson, marked.lang)
        own.append(
            {
                exercise: _rest(
                    found,
                    given.get(exercise, frozenset())
                    | {run for run, count in counts[exercise].items() if count >= enough},
                )[:_MAX_TOKENS]
                for exercise, found in tokens.items()
            }
        )
    return own


def _rest(found: Tokens, natural: frozenset[Tokens]) -> Tokens:
    """Return the tokens that lie in no natural run."""
    keep = [True] * len(found)
    for start, run in enumerate(_runs(found)):
        if run in natural:
            keep[start : start + len(run)] = [False] * len(run)
    return tuple(token for token, is_own in zip(found, keep, strict=True) if is_own)


def _runs(tokens: Tokens) -> list[Tokens]:
    length = min(_RUN, len(tokens))
    return [tokens[start : start + length] for start in range(len(tokens) - length + 1)] if length else []


@cache
def _given(lesson: str, lang: str) -> Mapping[str, frozenset[Tokens]]:
    """Return the runs of what a lesson hands out and of its solution, by exercise."""
    ours = lessons(lang)[int(lesson)]
    handed_out = {cell.exercise: cell.source for cell in ours.cells if cell.exercise}
    solved = take(lesson_files(lang, solutions=True)[f"{SOLUTIONS}/{ours.name}.ipynb"]).answers
    return {
        exercise: frozenset(_runs(tokens_of(source)) + _runs(tokens_of(solved.get(exercise, ""))))
        for exercise, source in handed_out.items()
    }


def tokens_of(source: str) -> Tokens:
    """Return a cell's words, numbers, texts, comments and signs, without layout, brackets and commas."""
    source = source[:_MAX_CHARS]
    try:
        found = [one for one in tokenize.generate_tokens(io.StringIO(source).readline)]
        texts = [one.string for one in found if one.type not in _LAYOUT]
    except (
        tokenize.TokenError,
        SyntaxError,
        ValueError,
        RecursionError,
    ):  # no Python, and handed in all the same
        texts = re.findall(r"\w+|[^\w\s]", source)
    return tuple(text for text in texts if text and text not in _LEFT_OUT)
