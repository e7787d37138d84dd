"""Exercises of lesson 3: a share, a second guess, a class map resized, and an atrous kernel by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_choice
from segwidgets.course.mistakes import ARRAY, SHARE, Task, constant, numbers
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.images import sample_image
from segwidgets.locale.classes import class_label
from segwidgets.locale.languages import languages
from segwidgets.locale.phrases import Phrases
from segwidgets.models.deeplab.pascal import CLASS_NAMES
from segwidgets.prompts import Prompt
from segwidgets.semantic import _default_model, segment_semantic

SHUTTLE = (392, 170)  # x, y; with the two swapped another class comes second


@cache
def _area_share(name: str) -> Mapping[str, float]:
    return segment_semantic(name).area_share


@cache
def _ranking(name: str, x: int, y: int) -> tuple[str, ...]:
    """Return DeepLab's classes at a point of the logits, the likeliest first."""
    scores = _default_model().logits(sample_image(name))[:, y, x]
    return tuple(CLASS_NAMES[i] for i in np.argsort(-scores))


def _share_of(photo: str, class_name: str) -> Callable[[], float]:
    return lambda: _area_share(photo)[class_name]


@cache
def _sam_share() -> float:
    from segwidgets.segmenter import Segmenter

    return float(Segmenter("grace_hopper").predict(Prompt(box=(14, 24, 511, 600))).best_mask.mean())


def _person(number: Callable[[float], float]) -> Callable[[], float]:
    return lambda: number(_area_share("grace_hopper")["person"])


_AREA = 600 * 512  # pixels of Grace Hopper's photo
PERSON = constant(
    _share_of("grace_hopper", "person"),
    Mistake(_share_of("grace_hopper", "background"), N_("This is the background's share; how much is left?")),
    Mistake(_share_of("astronaut", "person"), N_("This is the astronaut; take grace_hopper.")),
    *(
        Mistake(_share_of(photo, name), N_("This is the share in another photo; take grace_hopper."))
        for photo, name in (("cat", "cat"), ("motorcycle", "motorbike"))
    ),
    Mistake(
        lambda: segment_semantic("grace_hopper").confidence[15],
        N_("This is DeepLab's mean probability, how sure it is; how much of the photo does it cover?"),
    ),
    Mistake(
        lambda: reference_mask("grace_hopper", "person").mean(),
        N_("This is the share of the reference; DeepLab's is asked for."),
    ),
    Mistake(
        _person(lambda share: round(share * _AREA)),
        N_("These are pixels; what share of the photo's are they?"),
    ),
    Mistake(_person(lambda share: 100 * share), SHARE[0].hint),
    Mistake(_person(lambda share: round(100 * share)), SHARE[0].hint),
    Mistake(_person(lambda share: round(100 * share, 1)), SHARE[0].hint),
    Mistake(
        _person(lambda share: share / 3),
        N_("Divided by all numbers in the photo's array, three for each pixel; divide by its pixels."),
    ),
    Mistake(
        _person(lambda share: share / (1 - share)),
        N_("This compares her with the rest; asked for is her share of the whole photo."),
    ),
    Mistake(
        lambda: segment_semantic("grace_hopper").class_map.mean(),
        N_("This is the mean of the class numbers, which are names; take the mean of the mask of person."),
    ),
    Mistake(lambda: 15, N_("This is the number of the class person; what share of the pixels has it?")),
    Mistake(
        _person(lambda share: round(share, 1)),
        N_("Rounded to one decimal; two are wanted, or all."),
    ),
    Mistake(_sam_share, N_("This is the share of SAM's mask; DeepLab's is asked for.")),
    **numbers(0.001, decimals=True),
)


@exercise("3.1", PERSON)
def share_of_the_person(answer: Any, tr: Phrases) -> str:
    """Ask for the share of Grace Hopper's photo that DeepLab calls a person."""
    if isinstance(answer, np.ndarray) and answer.ndim == 2:
        raise KnownMistake(tr.gettext("This is a mask, an array; its mean is the share."))
    value = PERSON.judge(answer, tr)[0]
    return tr.gettext("{share} % of the photo is person to DeepLab.").format(share=tr.decimal(100 * value, 0))


@exercise("3.2")
def second_guess(answer: Any, tr: Phrases) -> str:
    """Ask for the class with the second highest logit on the shuttle."""
    ranking = _ranking("astronaut", *SHUTTLE)
    if isinstance(answer, int | float | np.number) and not isinstance(answer, bool):
        raise KnownMistake(tr.gettext("A name is asked for; names[number] gives the name of a number."))
    if isinstance(answer, list | tuple | np.ndarray) and len(answer) == 1 and isinstance(answer[0], str):
        raise KnownMistake(tr.gettext("This is a list with a name in it; hand in the name itself, a text."))
    named = str(answer).strip().lower() if isinstance(answer, str) else ""
    for lang in languages():
        for name in CLASS_NAMES:
            if named == class_label(name, lang).lower() != name:
                text = tr.gettext("Class names are in English here, as they stand in names: {name}?")
                raise KnownMistake(text.format(name=name))
    if named not in CLASS_NAMES and (near := get_close_matches(named, CLASS_NAMES, 1, 0.7)):
        text = tr.gettext("There is no class {what}; is {name} meant, as it stands in names?")
        raise KnownMistake(text.format(what=named, name=near[0]))
    hints = {name: tr.gettext("It is a class, but it is not the second here.") for name in CLASS_NAMES}
    hints[CLASS_NAMES[1]] = tr.gettext(
        "This is the class with the number 1; which class has the second highest logit? Sort them."
    )
    hints[ranking[2]] = tr.gettext("This is the third; places are counted from 0.")
    hints[ranking[-1]] = tr.gettext("This is the last of all; is the order turned round?")
    hints[ranking[-2]] = tr.gettext("This is the last but one: argsort begins with the lowest.")
    hints[ranking[0]] = tr.gettext(
        "This one wins. The second stands right behind it in the order. If your code has it in the second "
        "place, x and y are swapped: an array is read [:, y, x]."
    )
    judge_choice(answer, ranking[1], tr, hints)
    return tr.gettext("Bottle or nothing: no other class comes near.")


def _a_class_map() -> npt.NDArray[np.int64]:
    """Return a map with a disk of bottle's neighbour 14 and a rectangle of 20."""
    rows, columns = np.mgrid[:80, :120]
    class_map = np.zeros((80, 120), np.int64)
    class_map[(columns - 50) ** 2 + (rows - 40) ** 2 < 900] = 14
    class_map[10:30, 70:110] = 20
    return class_map


def _nearest(class_map: Any, size: tuple[int, int]) -> Any:
    """Return a class map in another size, each pixel a copy of the nearest."""
    rows = ((np.arange(size[0]) + 0.5) * class_map.shape[0] / size[0]).astype(int)
    columns = ((np.arange(size[1]) + 0.5) * class_map.shape[1] / size[1]).astype(int)
    return class_map[np.ix_(rows, columns)]


def _cut(class_map: Any, size: tuple[int, int]) -> Any:
    cut = np.zeros(size, class_map.dtype)
    part = class_map[: size[0], : size[1]]
    cut[: part.shape[0], : part.shape[1]] = part
    return cut


RESIZED = Task(
    _nearest,
    tuple((_a_class_map(), size) for size in ((120, 180), (40, 60), (99, 151))),
    (
        Mistake(
            lambda class_map, size: _nearest(class_map, size[::-1]),
            N_(
                "Height and width are swapped: size is (height, width), but Pillow and OpenCV want "
                "(width, height)."
            ),
        ),
        Mistake(lambda class_map, size: class_map, N_("This is the map as it was; it is to be resized.")),
        Mistake(
            lambda class_map, size: _nearest(class_map, size) > 0,
            N_("This is boolean: whether there is a class; the numbers of the classes are to stay."),
        ),
        Mistake(lambda class_map, size: _nearest(class_map, size)[::-1], ARRAY[0].hint),
        Mistake(lambda class_map, size: _nearest(class_map, size)[:, ::-1], ARRAY[1].hint),
        Mistake(lambda class_map, size: _nearest(class_map, size)[::-1, ::-1], ARRAY[2].hint),
        Mistake(_cut, N_("The map was cut off, or zeros were added; it is to be resized.")),
        Mistake(
            lambda class_map, size: np.resize(class_map, size),
            N_("np.resize only goes on with the numbers row by row; it does not resize a picture."),
        ),
        Mistake(
            lambda class_map, size: class_map.ravel()[: size[0] * size[1]].reshape(size),
            N_("reshape only breaks the rows elsewhere; it does not resize a picture."),
        ),
        Mistake(
            lambda class_map, size: _nearest(class_map, size) * (255 // 20),
            N_("The numbers were spread up to 255; they are names of classes and must stay as they are."),
        ),
    ),
    read=lambda resized, tr: _as_map(resized, tr),
    same=lambda one, right, case: (
        one.shape == right.shape and _invented(one, case[0]) is None and float(np.mean(one == right)) >= 0.96
    ),
    alike=lambda one, wrong, _: (
        one.shape == wrong.shape
        and one.dtype.kind == wrong.dtype.kind
        and float(np.mean(one == wrong)) >= 0.96
    ),
    otherwise=lambda one, _, case, tr: _explain_map(one, case, tr),
)


@exercise("3.3", RESIZED)
def resize_classes(answer: Any, tr: Phrases) -> str:
    """Ask for a function that resizes a class map without inventing classes."""
    RESIZED.judge(answer, tr)
    return tr.gettext("No class came in that was not there before.")


def _as_map(resized: Any, tr: Phrases) -> Any:
    if not isinstance(resized, np.ndarray):
        raise NotYet(
            tr.gettext("The function is to return an array; np.asarray(picture) makes one of a picture.")
        )
    return resized.astype(np.int64) if resized.dtype.kind in "iu" else resized


def _invented(resized: Any, class_map: Any) -> float | None:
    """Return the first class that was not in the map, if there is one."""
    invented = set(np.unique(resized).tolist()) - set(np.unique(class_map).tolist())
    return min(invented) if invented else None


def _explain_map(resized: Any, case: Any, tr: Phrases) -> None:
    """Say what is wrong with a class map where no mistake explains it."""
    class_map, size = case
    if resized.shape != size:
        text = tr.gettext("The shape is {got}; {wanted} is asked for.")
        raise NotYet(text.format(got=resized.shape, wanted=size))
    first = _invented(resized, class_map)
    if first is not None:
        text = tr.gettext(
            "There are classes that were not in the map, as {name}: numbers were averaged. Each new pixel "
            "must copy one old pixel."
        )
        known = first == int(first) and 0 <= first < len(CLASS_NAMES)
        raise NotYet(
            text.format(name=class_label(CLASS_NAMES[int(first)], tr.lang) if known else tr.general(first))
        )
    raise NotYet(tr.gettext("The classes are those of the map, but they are not in their places."))


def _nine(values: Any, rate: int, row: int, column: int) -> Any:
    """Return the 3 x 3 values that a kernel of that rate reads."""
    return _grid(values, rate, rate, row, column)


def _grid(values: Any, down: int, across: int, row: int, column: int) -> Any:
    steps = np.array([-1, 0, 1])
    return values[np.ix_(row + down * steps, column + across * steps)]


def _other_rate(change: Callable[[int], int]) -> Callable[..., Any]:
    return lambda values, kernel, rate, row, column: _atrous(values, kernel, change(rate), row, column)


def _rows_alone(values: Any, kernel: Any, rate: int, row: int, column: int) -> Any:
    return (_grid(values, rate, 1, row, column) * kernel).sum()


def _columns_alone(values: Any, kernel: Any, rate: int, row: int, column: int) -> Any:
    return (_grid(values, 1, rate, row, column) * kernel).sum()


def _atrous(values: Any, kernel: Any, rate: int, row: int, column: int) -> Any:
    return (_nine(values, rate, row, column) * kernel).sum()


def _on_nine(pick: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Return a function that makes something else of the right nine values and the kernel."""
    return lambda values, kernel, rate, row, column: pick(_nine(values, rate, row, column), kernel)


def _moved(rows: int, columns: int) -> Callable[..., Any]:
    """Return a function that takes its centre so many rates farther down and to the right."""
    return lambda values, kernel, rate, row, column: _atrous(
        values, kernel, rate, row + rows * rate, column + columns * rate
    )


_A_RNG = np.random.default_rng(3)
_VALUES, _KERNEL = _A_RNG.integers(-9, 10, (44, 46)), _A_RNG.integers(-5, 6, (3, 3))
_RATE_OFF = N_("The holes are of another size: from one value to the next it is rate steps.")
ATROUS = Task(
    _atrous,
    tuple((_VALUES, _KERNEL, *rest) for rest in ((1, 12, 15), (2, 14, 20), (4, 17, 25), (6, 20, 28))),
    (
        Mistake(
            lambda values, kernel, rate, row, column: _atrous(values, kernel, 1, row, column),
            N_("This is rate 1: the rate has no effect yet."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: (nine * kernel[::-1, ::-1]).sum()),
            N_("The kernel is turned round; here it is multiplied as it stands."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: (nine * kernel.T).sum()),
            N_("The kernel's rows and columns are swapped, it is transposed."),
        ),
        Mistake(_moved(1, 1), N_("(row, column) is the upper left corner here; it is to be the centre.")),
        Mistake(_moved(-1, -1), N_("(row, column) is the lower right corner here; it is to be the centre.")),
        Mistake(
            lambda values, kernel, rate, row, column: _atrous(values, kernel, rate, column, row),
            N_("Row and column are swapped: the row comes first."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: nine.sum()),
            N_("The nine values are added; where are the kernel's weights?"),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: kernel.sum()),
            N_("The nine weights are added; where are the values?"),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: (nine * kernel).mean()), N_("This is the mean; a convolution adds.")
        ),
        Mistake(
            _on_nine(lambda nine, kernel: nine[1, 1] * kernel.sum()),
            N_(
                "The centre alone is multiplied with all weights; each of the nine values has its own weight."
            ),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: nine[1, 1] * kernel[1, 1]),
            N_("This is the centre alone; there are nine values, each with its weight."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: (nine @ kernel).sum()),
            N_("`@` is the matrix product; here each value is multiplied with its own weight, `*`."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: (nine * kernel).max()),
            N_("This is the largest product; a convolution adds them all."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: (nine + kernel).sum()),
            N_("Values and weights are added; they are to be multiplied."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: abs((nine * kernel).sum())),
            N_("The sign is lost: abs() has no place here."),
        ),
        Mistake(
            _on_nine(lambda nine, kernel: max(0, (nine * kernel).sum())),
            N_("What is below zero was cut off; the answer of a kernel may be negative."),
        ),
        *(
            Mistake(_other_rate(change), _RATE_OFF)
            for change in (lambda r: r + 1, lambda r: 2 * r, lambda r: r - 1)
        ),
        Mistake(
            _rows_alone, N_("The rate holds for rows and columns alike; here it is used on one of them.")
        ),
        Mistake(
            _columns_alone, N_("The rate holds for rows and columns alike; here it is used on one of them.")
        ),
    ),
    **numbers(),
)


@exercise("3.4", ATROUS)
def atrous_at(answer: Any, tr: Phrases) -> str:
    """Ask for a function that applies a 3 x 3 kernel with a rate at one place."""
    ATROUS.judge(answer, tr)
    return tr.gettext("The same nine weights, at any rate.")
