"""Exercises of lesson 3: a share, a second guess, a class map resized, and an atrous kernel by hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.judges import judge_choice, judge_number, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.images import sample_image
from segwidgets.locale.classes import class_label
from segwidgets.locale.phrases import Phrases
from segwidgets.models.deeplab.pascal import CLASS_NAMES
from segwidgets.semantic import _default_model, segment_semantic

SHUTTLE = (395, 120)  # x, y


@cache
def _area_share(name: str) -> Mapping[str, float]:
    return segment_semantic(name).area_share


@cache
def _ranking(name: str, x: int, y: int) -> tuple[str, ...]:
    """Return DeepLab's classes at a point of the logits, the likeliest first."""
    scores = _default_model().logits(sample_image(name))[:, y, x]
    return tuple(CLASS_NAMES[i] for i in np.argsort(-scores))


@exercise("3.1")
def share_of_the_person(answer: Any, tr: Phrases) -> str:
    """Ask for the share of Grace Hopper's photo that DeepLab calls a person."""
    share = _area_share("grace_hopper")
    hints = {
        share["background"]: tr.gettext("This is the background's share; how much is left?"),
        _area_share("astronaut")["person"]: tr.gettext("This is the astronaut; take grace_hopper."),
    }
    if isinstance(answer, np.ndarray) and answer.ndim == 2:
        raise NotYet(tr.gettext("This is an array; its mean is the share."))
    value = judge_number(answer, share["person"], tr, tolerance=0.008, hints=hints)
    return tr.gettext("{share} % of the photo is person to DeepLab.").format(share=tr.decimal(100 * value, 0))


@exercise("3.2")
def second_guess(answer: Any, tr: Phrases) -> str:
    """Ask for the class with the second highest logit on the shuttle."""
    ranking = _ranking("astronaut", *SHUTTLE)
    if isinstance(answer, int | np.integer) and not isinstance(answer, bool):
        raise NotYet(tr.gettext("A name is asked for; names[number] gives the name of a number."))
    swapped = _ranking("astronaut", *SHUTTLE[::-1])
    hints = {name: tr.gettext("It is a class, but it is not the second here.") for name in CLASS_NAMES}
    hints[ranking[0]] = tr.gettext("This one wins. The second stands right behind it in the order.")
    hints[ranking[-1]] = tr.gettext("This is the last of all; is the order turned round?")
    hints[ranking[-2]] = tr.gettext("This is the last but one: argsort begins with the lowest.")
    if swapped[1] not in ranking[:2]:
        hints[swapped[1]] = tr.gettext(
            "Are x and y swapped? An array is read [:, y, x]: the row comes first."
        )
    judge_choice(answer, ranking[1], tr, hints)
    return tr.gettext("Bottle or nothing: no other class comes near.")


@exercise("3.3")
def resize_classes(answer: Any, tr: Phrases) -> str:
    """Ask for a function that resizes a class map without inventing classes."""
    rows, columns = np.mgrid[:80, :120]
    class_map = np.zeros((80, 120), np.int64)
    class_map[(columns - 50) ** 2 + (rows - 40) ** 2 < 900] = 14
    class_map[10:30, 70:110] = 20
    for size in ((120, 180), (40, 60), (99, 151)):
        _check_resized(run(answer, tr, class_map, size), class_map, size, tr)
    return tr.gettext("No class came in that was not there before.")


def _check_resized(
    resized: Any, class_map: npt.NDArray[np.int64], size: tuple[int, int], tr: Phrases
) -> None:
    if not isinstance(resized, np.ndarray):
        raise NotYet(
            tr.gettext("The function is to return an array; np.asarray(picture) makes one of a picture.")
        )
    if resized.shape == size[::-1]:
        raise NotYet(
            tr.gettext(
                "Height and width are swapped: size is (height, width), but Pillow and OpenCV want "
                "(width, height)."
            )
        )
    if resized.shape != size:
        text = tr.gettext("The shape is {got}; {wanted} is asked for.")
        raise NotYet(text.format(got=resized.shape, wanted=size))
    invented = set(np.unique(resized).tolist()) - set(np.unique(class_map).tolist())
    if invented:
        text = tr.gettext(
            "There are classes that were not in the map, as {name}: numbers were averaged. Each new pixel "
            "must copy one old pixel."
        )
        first = min(invented)
        known = first == int(first) and 0 <= first < len(CLASS_NAMES)
        raise NotYet(
            text.format(name=class_label(CLASS_NAMES[int(first)], tr.lang) if known else tr.general(first))
        )
    rows = ((np.arange(size[0]) + 0.5) * class_map.shape[0] / size[0]).astype(int)
    columns = ((np.arange(size[1]) + 0.5) * class_map.shape[1] / size[1]).astype(int)
    if np.mean(resized == class_map[np.ix_(rows, columns)]) < 0.96:
        raise NotYet(tr.gettext("The classes are those of the map, but they are not in their places."))


@exercise("3.4")
def atrous_at(answer: Any, tr: Phrases) -> str:
    """Ask for a function that applies a 3 x 3 kernel with a rate at one place."""
    rng = np.random.default_rng(3)
    values, kernel = rng.integers(-9, 10, (30, 40)), rng.integers(-5, 6, (3, 3))
    for rate, row, column in ((1, 7, 11), (2, 9, 20), (4, 12, 25), (6, 6, 33)):
        found = run(answer, tr, values, kernel, rate, row, column)
        hints = {
            value: hint
            for value, hint in _atrous_mistakes(values, kernel, rate, row, column, tr)
            if value is not None
        }
        expected = float((_nine(values, rate, row, column) * kernel).sum())
        judge_number(found, expected, tr, tolerance=1e-6, hints=hints)
    return tr.gettext("The same nine weights, at any rate.")


def _atrous_mistakes(
    values: Any, kernel: Any, rate: int, row: int, column: int, tr: Phrases
) -> list[tuple[float | None, str]]:
    """Return what usual mistakes give, each with its hint."""
    nine = _nine(values, rate, row, column)
    corner = values[row : row + 2 * rate + 1 : rate, column : column + 2 * rate + 1 : rate]
    swapped = _nine(values, rate, column, row) if column + rate < len(values) else None
    closed = _nine(values, 1, row, column)
    return [
        (float((closed * kernel).sum()), tr.gettext("This is rate 1: the rate has no effect yet.")),
        (
            float((nine * kernel[::-1, ::-1]).sum()),
            tr.gettext("The kernel is turned round; here it is multiplied as it stands."),
        ),
        (float((nine * kernel.T).sum()), tr.gettext("The kernel's rows and columns are swapped.")),
        (
            float((corner * kernel).sum()) if corner.shape == (3, 3) else None,
            tr.gettext("(row, column) is the upper left corner here; it is to be the centre."),
        ),
        (
            None if swapped is None else float((swapped * kernel).sum()),
            tr.gettext("Row and column are swapped: the row comes first."),
        ),
        (float(nine.sum()), tr.gettext("The nine values are added; where are the kernel's weights?")),
        (float((nine * kernel).mean()), tr.gettext("This is the mean; a convolution adds.")),
    ]


def _nine(values: Any, rate: int, row: int, column: int) -> Any:
    """Return the 3 x 3 values that a kernel of that rate reads."""
    return values[np.ix_(row + rate * np.array([-1, 0, 1]), column + rate * np.array([-1, 0, 1]))]
