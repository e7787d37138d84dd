"""Exercises of lesson 13: the cell of a pixel, the area under a ROC curve, a share of variance, a probe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.judges import as_array, what_is
from segwidgets.course.mistakes import SHARE, Task, arrays, numbers, twisted
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.locale.phrases import Phrases

Floats = npt.NDArray[np.float64]

_POINTS = (
    (250, 170, 451, 300),
    (30, 700, 600, 900),
    (1500, 1090, 3000, 2000),
    (415, 78, 512, 512),
)  # x y w h


def _scaled(scale: Callable[[int, int], float], size: float = 16, add: int = 0) -> Callable[..., Any]:
    """Return what gives the cell of a point, by a scale from width and height and a cell's size."""
    return lambda x, y, width, height: np.array(
        [at * scale(width, height) // size + add for at in (y, x)], np.float64
    )


def _right_cell(x: int, y: int, width: int, height: int) -> Any:
    return _scaled(_enlarge)(x, y, width, height)


def _enlarge(width: int, height: int) -> float:
    return 1024 / max(width, height)


def _unrounded(x: int, y: int, width: int, height: int) -> Floats:
    return np.array([y, x]) * _enlarge(width, height) / 16


def _read_cell(answer: Any, tr: Phrases) -> Any:
    """Return two numbers as an array, or say that they are asked for."""
    array = as_array(np.array(answer) if isinstance(answer, list | tuple) else answer)
    if not isinstance(array, np.ndarray) or array.shape != (2,) or array.dtype.kind not in "iuf":
        text = tr.gettext("Two whole numbers are asked for, the row and the column; this is {what}.")
        raise NotYet(text.format(what=what_is(answer, tr)))
    return array.astype(np.float64)


def _say_cell(one: Any, right: Any, case: Any, tr: Phrases) -> None:
    x, y, width, height = case
    text = tr.gettext(
        "The point ({x}, {y}) of a photo {width} pixels wide and {height} high does not lie in row {row}, "
        "column {column}."
    )
    row, column = (tr.general(value) for value in one.tolist())
    raise NotYet(text.format(x=x, y=y, width=width, height=height, row=row, column=column))


_LONGER = N_("Both x and y are scaled by what makes the longer side 1024, whichever side that is.")
_WHOLE = N_("Cells are counted whole: drop what stands behind the decimal point, as `//` and `int` do.")
_PIXELS = N_("These are pixels of the enlarged photo; a cell has 16 of them on a side.")
CELL = Task(
    _right_cell,
    _POINTS,
    (
        Mistake(
            lambda *case: _right_cell(*case)[::-1],
            N_("The two are swapped: the row comes first, and it is counted along y."),
        ),
        Mistake(
            lambda x, y, width, height: np.array([y * 64 // height, x * 64 // width], np.float64),
            N_("Each side was stretched to 64 cells; the photo keeps its shape, and its longer side has 64."),
        ),
        Mistake(
            lambda x, y, width, height: np.array([x * 64 // width, y * 64 // height], np.float64),
            N_("Each side was stretched to 64 cells, and the row, which is along y, comes first."),
        ),
        Mistake(_scaled(lambda width, height: 1024 / width), _LONGER),
        Mistake(_scaled(lambda width, height: 1024 / height), _LONGER),
        Mistake(_scaled(lambda width, height: 1024 / min(width, height)), _LONGER),
        Mistake(_scaled(lambda width, height: 1024 // max(width, height)), _WHOLE),
        Mistake(
            _scaled(lambda width, height: 1),
            N_("The point was not moved to the enlarged photo: scale x and y first."),
        ),
        Mistake(
            _scaled(lambda width, height: min(1, _enlarge(width, height))),
            N_("Small photos are enlarged, too: their longer side has 1024 pixels as well."),
        ),
        Mistake(
            _scaled(lambda width, height: max(1, _enlarge(width, height))),
            N_("Large photos are reduced, too: their longer side has 1024 pixels as well."),
        ),
        Mistake(
            _scaled(lambda width, height: 1 / _enlarge(width, height)),
            N_("The scale is upside down: a small photo grows, so its scale is above 1."),
        ),
        Mistake(_scaled(_enlarge, 1), _PIXELS),
        Mistake(lambda *case: 16 * _unrounded(*case), _PIXELS),
        Mistake(
            _scaled(_enlarge, 64),
            N_("There are 64 cells along the longer side; each has 16 pixels on a side, not 64."),
        ),
        Mistake(
            _scaled(_enlarge, 256),
            N_("256 numbers stand in a cell; it has 16 pixels on a side, and 256 in all."),
        ),
        Mistake(
            lambda *case: np.round(_unrounded(*case)),
            N_("These are rounded to the nearest; a point lies in the cell that begins before it."),
        ),
        Mistake(
            lambda *case: np.ceil(_unrounded(*case)),
            N_("These are rounded up; a point lies in the cell that begins before it."),
        ),
        Mistake(_unrounded, _WHOLE),
        Mistake(_scaled(_enlarge, add=1), N_("These are one too many: rows and columns count from 0.")),
        Mistake(_scaled(_enlarge, add=-1), N_("These are one too few: rows and columns count from 0.")),
        Mistake(
            lambda x, y, width, height: _right_cell(x, height - y, width, height),
            N_("y is counted from the top, as in every photo here."),
        ),
    ),
    **arrays(1e-9, read=_read_cell, otherwise=_say_cell),
)


@exercise("13.1", CELL)
def cell_of_a_pixel(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the row and column of the cell of a point."""
    CELL.judge(answer, tr)
    return tr.gettext("As the photo's shape stays, one side has 64 cells, and the other as many as it needs.")


_RANKED = (
    (
        np.array([0.91, 0.42, 0.77, 0.77, 0.13, 0.35]),
        np.array([True, False, True, False, False, True]),
    ),
    (
        np.array([0.2, 0.6, 0.6, 0.6, -0.4, 0.9, 0.1, 0.35]),
        np.array([False, True, False, True, False, False, True, False]),
    ),
    (np.array([3.0, 5.0, 1.0, 5.0, 2.0]), np.array([True, False, False, True, False])),
)


def _pairs(values: Any, wanted: Any) -> Any:
    """Return by how much each wanted value is above each other one."""
    return values[wanted][:, None] - values[~wanted]


def _area(values: Any, wanted: Any) -> float:
    pairs = _pairs(values, wanted)
    return float((pairs > 0).mean() + (pairs == 0).mean() / 2)


def _in_order(kind: Any, reverse: bool = False) -> Callable[..., float]:
    """Return the area of steps up and to the right, equal values in the order in which they stand."""

    def steps(values: Any, wanted: Any) -> float:
        order = np.argsort(values, kind=kind)[::-1] if reverse else np.argsort(-values, kind=kind)
        hit = wanted[order]
        up, right = np.cumsum(hit) / hit.sum(), np.cumsum(~hit) / (~hit).sum()
        return float(np.sum(np.diff(up, prepend=0) * (1 - right)))

    return steps


def _trapezoids(values: Any, wanted: Any) -> float:
    """Return the same by trapezoids under the steps."""
    hit = wanted[np.argsort(-values)]
    up, right = (np.concatenate([[0], np.cumsum(one) / one.sum()]) for one in (hit, ~hit))
    return float(np.sum(np.diff(right) * (up[1:] + up[:-1]) / 2))


_TIES = N_("Pairs with equal values count one half here; they were left out, or counted whole.")
_STEPS = N_("Equal values were taken in the order in which they stand; such a pair counts one half.")
_THRESHOLD = N_("This judges each cell by a threshold; the area needs none, it looks at pairs.")
_HOW_MANY = N_("This is how many pairs, and no share: divide by the number of all such pairs.")
_DIVISOR = N_("This is divided by something else: of n wanted cells and m others there are n · m pairs.")
AREA = Task(
    _area,
    _RANKED,
    (
        Mistake(lambda values, wanted: (_pairs(values, wanted) > 0).mean(), _TIES),
        Mistake(lambda values, wanted: (_pairs(values, wanted) >= 0).mean(), _TIES),
        Mistake(
            lambda values, wanted: (_pairs(values, wanted) > 0).sum() / (_pairs(values, wanted) != 0).sum(),
            N_("Pairs with equal values belong to all pairs, and count one half."),
        ),
        *(
            Mistake(
                wrong,
                N_("This is the other way round: the share in which the cell that is not wanted is higher."),
            )
            for wrong in (
                lambda values, wanted: 1 - _area(values, wanted),
                lambda values, wanted: (_pairs(values, wanted) < 0).mean(),
            )
        ),
        *(Mistake(_in_order(kind), _STEPS) for kind in ("quicksort", "stable")),
        Mistake(_in_order("stable", reverse=True), _STEPS),
        Mistake(_trapezoids, _STEPS),
        Mistake(
            lambda values, wanted: (
                (_pairs(values, wanted) > 0).mean() + (_pairs(values, wanted) == 0).mean() * 2
            ),
            N_("A pair with equal values counts one half, not twice."),
        ),
        Mistake(lambda values, wanted: _area(values, wanted) * _pairs(values, wanted).size, _HOW_MANY),
        Mistake(lambda values, wanted: (_pairs(values, wanted) > 0).sum(), _HOW_MANY),
        Mistake(lambda values, wanted: (_pairs(values, wanted) >= 0).sum(), _HOW_MANY),
        *(
            Mistake(
                lambda values, wanted, of=of, count=count: count(_pairs(values, wanted)) / of(wanted),
                _DIVISOR,
            )
            for of in (
                lambda wanted: wanted.size**2,
                lambda wanted: wanted.size * (wanted.size - 1) / 2,
                lambda wanted: wanted.size * (wanted.size - 1),
                lambda wanted: wanted.size,
                lambda wanted: wanted.sum(),
                lambda wanted: (~wanted).sum(),
            )
            for count in (
                lambda pairs: (pairs > 0).sum() + (pairs == 0).sum() / 2,
                lambda pairs: (pairs > 0).sum(),
            )
        ),
        Mistake(
            lambda values, wanted: np.mean(
                [a > b for a, b in zip(values[wanted], values[~wanted], strict=False)]
            ),
            N_("Cells were taken side by side; each wanted cell makes a pair with every other one."),
        ),
        Mistake(
            lambda values, wanted: (values[:, None] > values).mean(),
            N_("Every cell was paired with every cell; a pair has a wanted one and one that is not."),
        ),
        Mistake(
            lambda values, wanted: (values[wanted] > values[~wanted].max()).mean(),
            N_("Only those above the highest other cell are counted here; look at all pairs."),
        ),
        Mistake(
            lambda values, wanted: (values[wanted].max() > values[~wanted]).mean(),
            N_("Only the highest wanted cell is compared here; look at all pairs."),
        ),
        Mistake(
            lambda values, wanted: (values[wanted].mean() > values[~wanted]).mean(),
            N_("The wanted cells' mean is compared with each other cell here; look at all pairs."),
        ),
        Mistake(
            lambda values, wanted: (values[wanted] > values[~wanted].mean()).mean(),
            N_("Each wanted cell is compared with the others' mean here; look at all pairs."),
        ),
        Mistake(
            lambda values, wanted: _pairs(values, wanted).mean(),
            N_("This is by how much the wanted ones are higher, on average; count pairs in which they are."),
        ),
        *(
            Mistake(lambda values, wanted, at=at: ((values > at(values)) == wanted).mean(), _THRESHOLD)
            for at in (lambda _: 0.5, lambda _: 0.0, np.mean, np.median)
        ),
        Mistake(
            lambda values, wanted: wanted.mean(),
            N_("This is the share of cells that are wanted; the values do not count in it."),
        ),
        *twisted(_area, SHARE[0], *SHARE[2:]),
    ),
    **numbers(1e-9, decimals=True),
)


@exercise("13.2", AREA)
def area_pair_by_pair(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the area under the ROC curve from pairs."""
    AREA.judge(answer, tr)
    return tr.gettext("The same as Mann and Whitney's test of 1947 counts: the curve came from elsewhere.")


def _spread(*lengths: float, rows: int, seed: int) -> Floats:
    """Return cells (rows, D) that spread by those lengths, far from 0 and along mixed directions."""
    rng = np.random.default_rng(seed)
    cells = rng.normal(size=(rows, len(lengths))) * lengths
    turned, _ = np.linalg.qr(rng.normal(size=(len(lengths), len(lengths))))
    return np.asarray(cells @ turned + rng.normal(0, 3, len(lengths)))


_CELLS = (
    (_spread(3, 2, 1.5, 1, 0.7, rows=12, seed=1), 2),
    (_spread(2, 1.8, 1.1, 0.9, 0.6, 0.5, rows=9, seed=2), 3),
    (_spread(1, 0.9, 0.8, 0.5, rows=15, seed=3), 1),
)


def _variances(cells: Any, centre: Callable[[Any], Any] = lambda cells: cells.mean(axis=0)) -> Any:
    return np.linalg.svd(cells - centre(cells), compute_uv=False) ** 2


def _first(cells: Any, k: int) -> float:
    return _share(_variances(cells), k)


def _share(variances: Any, k: int) -> float:
    return float(variances[:k].sum() / variances.sum())


_UNCENTRED = N_("The mean of each column was not taken off: the first component then only points at it.")
_UNSQUARED = N_("The singular values must be squared: variance is a squared length.")
_SUM = N_("This is a sum of variances, and no share: divide it by the sum of all.")
KEPT = Task(
    _first,
    _CELLS,
    (
        Mistake(lambda cells, k: _share(_variances(cells, lambda _: 0), k), _UNCENTRED),
        Mistake(lambda cells, k: _share(np.sqrt(_variances(cells)), k), _UNSQUARED),
        Mistake(
            lambda cells, k: _share(np.sqrt(_variances(cells, lambda _: 0)), k),
            N_("Two things are missing: take each column's mean off, and square the singular values."),
        ),
        Mistake(
            lambda cells, k: _share(np.sqrt(_variances(cells)), k) ** 2,
            N_("Each singular value must be squared before they are added, not the share afterwards."),
        ),
        Mistake(
            lambda cells, k: _share(_variances(cells, np.mean), k),
            N_("One mean of all numbers was taken off; each column has a mean of its own (axis=0)."),
        ),
        Mistake(
            lambda cells, k: _share(_variances(cells, lambda one: one.mean(axis=1, keepdims=True)), k),
            N_("The mean of each row was taken off; the mean of each column is asked for (axis=0)."),
        ),
        Mistake(
            lambda cells, k: _share(_variances(cells / cells.std(axis=0)), k),
            N_("Each column was divided by its standard deviation; only its mean is taken off here."),
        ),
        Mistake(
            lambda cells, k: float(_variances(cells)[k - 1] / _variances(cells).sum()),
            N_("This is the k-th component alone; the first k together are asked for."),
        ),
        Mistake(
            lambda cells, k: float(_variances(cells)[k] / _variances(cells).sum()),
            N_("This is one component alone; the first k together are asked for."),
        ),
        Mistake(
            lambda cells, k: float(_variances(cells)[0] / _variances(cells).sum()),
            N_("This is the first component alone; the first k together are asked for."),
        ),
        Mistake(lambda cells, k: _first(cells, k - 1), N_("This is one component too few: `[:k]` has k.")),
        Mistake(lambda cells, k: _first(cells, k + 1), N_("This is one component too many: `[:k]` has k.")),
        Mistake(
            lambda cells, k: float(_variances(cells)[1 : k + 1].sum() / _variances(cells).sum()),
            N_("The first component is left out: Python counts from 0."),
        ),
        Mistake(
            lambda cells, k: _first(cells, 3),
            N_("This is always three components; take as many as `k` says."),
        ),
        Mistake(
            lambda cells, k: _share(_variances(cells)[::-1], k),
            N_("These are the k smallest; the largest are asked for. `eigvalsh` gives the smallest first."),
        ),
        *(
            Mistake(lambda cells, k, by=by: _variances(cells)[:k].sum() / by(cells, k), _SUM)
            for by in (
                lambda cells, k: 1,
                lambda cells, k: len(cells),
                lambda cells, k: len(cells) - 1,
                lambda cells, k: k,
                lambda cells, k: cells.shape[1],
            )
        ),
        Mistake(lambda cells, k: np.sqrt(_variances(cells))[:k].sum(), _UNSQUARED),
        Mistake(
            lambda cells, k: float(_variances(cells)[:k].sum() / (cells**2).sum()),
            N_("The sum below is that of the cells before their mean was taken off."),
        ),
        Mistake(
            lambda cells, k: float(_variances(cells)[:k].mean() / _variances(cells).mean()),
            N_("These are means; a share is a sum divided by a sum."),
        ),
        Mistake(
            lambda cells, k: _share(cells.var(axis=0), k),
            N_("These are the first k columns; components are directions of their own, from the SVD."),
        ),
        Mistake(
            lambda cells, k: _share(np.sort(cells.var(axis=0))[::-1], k),
            N_("These are the k columns that vary most; components are directions of their own."),
        ),
        Mistake(
            lambda cells, k: k / cells.shape[1],
            N_("This is how many of the components were taken; how much of the variance do they hold?"),
        ),
        *twisted(_first, *SHARE),
    ),
    **numbers(1e-6, decimals=True),
)


@exercise("13.3", KEPT)
def variance_that_is_kept(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the share of the variance of the first components."""
    KEPT.judge(answer, tr)
    return tr.gettext("With the cat's cells and k = 3 it gives what the explorer says: try it.")


_LABELLED = tuple(
    (
        np.round(np.random.default_rng(seed).normal(1, 2, (rows, depth)), 1),
        np.arange(rows) % every == 0,
    )
    for seed, rows, depth, every in ((4, 9, 3, 2), (5, 10, 5, 3), (6, 11, 4, 4))
)


def _means(cells: Any, wanted: Any) -> tuple[Any, Any]:
    return cells[wanted].mean(axis=0), cells[~wanted].mean(axis=0)


def _between(first: Any, second: Any) -> tuple[Any, Any]:
    return first - second, -(first - second) @ (first + second) / 2


def _two_means(cells: Any, wanted: Any) -> tuple[Any, Any]:
    return _between(*_means(cells, wanted))


def _with_constant(constant: Callable[..., Any]) -> Callable[..., Any]:
    """Return the right weights with another constant, from the weights, the two means and the cells."""

    def wrong(cells: Any, wanted: Any) -> Any:
        first, second = _means(cells, wanted)
        weights = first - second
        return weights, constant(weights, first, second, cells)

    return wrong


def _unit(cells: Any, wanted: Any) -> Any:
    weights, constant = _two_means(cells, wanted)
    return weights / np.linalg.norm(weights), constant / np.linalg.norm(weights)


def _least_squares(cells: Any, wanted: Any) -> Any:
    ones = np.column_stack([cells, np.ones(len(cells))])
    found = np.linalg.lstsq(ones, np.where(wanted, 1.0, -1.0), rcond=None)[0]
    return found[:-1], found[-1]


def _joined(probe: Any) -> Floats:
    """Return weights and constant as one array, the constant last."""
    return np.concatenate([np.asarray(one, np.float64).ravel() for one in probe])


def _is_probe(one: Any, other: Any, _: Any) -> bool:
    other = _joined(other)
    return one.shape == other.shape and np.allclose(one, other, rtol=0, atol=1e-6)


def _read_probe(answer: Any, tr: Phrases) -> Any:
    """Return weights and constant as one array, the constant last, or say what is wrong."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        text = tr.gettext("Two things are asked for, `weights, constant`; this is {what}.")
        raise NotYet(text.format(what=what_is(answer, tr)))
    weights, constant = (np.asarray(as_array(one)) for one in answer)
    if weights.size == 1 and constant.ndim == 1 and constant.size > 1:
        raise KnownMistake(
            tr.gettext("The two are in the wrong order: first the weights, then the constant.")
        )
    if weights.dtype.kind not in "iuf" or constant.dtype.kind not in "iuf":
        text = tr.gettext("Two things are asked for, `weights, constant`; this is {what}.")
        raise NotYet(text.format(what=what_is(answer, tr)))
    return _joined((weights, constant))


def _say_probe(one: Any, right: Any, case: Any, tr: Phrases) -> None:
    cells, wanted = case
    depth, right = cells.shape[1], _joined(right)
    if len(one) != len(right):
        if len(one) == 2 * depth:
            text = tr.gettext(
                "The constant is one number, not one for each column: multiply by the weights, and add."
            )
        elif len(one) == 2:
            text = tr.gettext(
                "The weights are one number here; there is one for each column (mean with axis=0)."
            )
        else:
            text = tr.gettext("There should be {wanted} weights, one for each column, and one constant.")
        raise NotYet(text.format(wanted=depth))
    if not np.allclose(one[:-1], right[:-1], rtol=0, atol=1e-6):
        raise NotYet(
            tr.gettext("The weights are not the arrow from the others' mean to the mean of the wanted cells.")
        )
    value = float(one[:-1] @ sum(_means(cells, wanted)) / 2 + one[-1])
    text = tr.gettext(
        "The weights are right. Half-way between the means the sum should be 0; here it is {value}."
    )
    raise NotYet(text.format(value=tr.general(value, 3)))


_HALF_WAY = N_("This is 0 at one of the two means; it should be 0 half-way between them.")
_LENGTH = N_("The arrow was brought to length 1; asked for is the arrow itself, from mean to mean.")
PROBE = Task(
    _two_means,
    _LABELLED,
    (
        Mistake(
            lambda cells, wanted: _two_means(cells, ~wanted),
            N_("The arrow leads the other way: it goes to the wanted cells, so their mean comes first."),
        ),
        Mistake(
            lambda cells, wanted: (-_two_means(cells, wanted)[0], _two_means(cells, wanted)[1]),
            N_("The weights point the other way: the wanted cells' mean comes first."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: weights @ (first + second) / 2),
            N_("The constant's sign is wrong: it takes away what the weights give half-way."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: -weights @ (first + second)),
            N_("The constant was not halved: half-way is the sum of the two means divided by 2."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: weights @ (first + second)),
            N_("The constant was not halved, and its sign is wrong."),
        ),
        Mistake(
            _with_constant(lambda *_: 0.0),
            N_("Without a constant the sum is 0 at the origin; it should be 0 half-way between the means."),
        ),
        Mistake(_with_constant(lambda weights, first, second, _: -weights @ first), _HALF_WAY),
        Mistake(_with_constant(lambda weights, first, second, _: -weights @ second), _HALF_WAY),
        Mistake(
            _with_constant(lambda weights, first, second, cells: -weights @ cells.mean(axis=0)),
            N_("This is 0 at the mean of all cells; where one group is larger that is not half-way."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: -weights @ weights / 2),
            N_("The constant takes the middle of the arrow; half-way is the two means' sum divided by 2."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: -(first + second).mean() / 2),
            N_("The constant is the mean of a mean here; multiply the middle by the weights, and add."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: (first + second) / 2),
            N_("This is the middle itself, a number for each column; the constant is one number."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: -(first + second) / 2),
            N_("This is the middle itself, a number for each column; the constant is one number."),
        ),
        Mistake(
            _with_constant(lambda weights, first, second, _: -weights * (first + second) / 2),
            N_("The products must be added to one number: `@` does that, `*` does not."),
        ),
        Mistake(_unit, _LENGTH),
        Mistake(
            lambda cells, wanted: (_unit(cells, wanted)[0], _two_means(cells, wanted)[1]),
            _LENGTH,
        ),
        Mistake(
            _least_squares, N_("This is the probe of least squares; here the two means alone are enough.")
        ),
        Mistake(
            lambda cells, wanted: _between(cells[wanted].mean(axis=0), cells.mean(axis=0)),
            N_("The second mean is that of all cells; asked for is that of the others (`~wanted`)."),
        ),
        Mistake(
            lambda cells, wanted: _between(cells[wanted].sum(axis=0), cells[~wanted].sum(axis=0)),
            N_("These are sums; the means do not depend on how many cells a group has."),
        ),
        Mistake(
            lambda cells, wanted: _between(
                np.median(cells[wanted], axis=0), np.median(cells[~wanted], axis=0)
            ),
            N_("These are medians; the means are asked for."),
        ),
        Mistake(
            lambda cells, wanted: (_means(cells, wanted)[0], _two_means(cells, wanted)[1]),
            N_("The weights are the wanted cells' mean alone; the others' mean is to be taken off."),
        ),
        Mistake(
            _means,
            N_("These are the two means; `weights` is the arrow between them, `constant` one number."),
        ),
        Mistake(
            lambda cells, wanted: (sum(_means(cells, wanted)), _two_means(cells, wanted)[1]),
            N_("The means were added; an arrow from one to the other is a difference."),
        ),
    ),
    read=_read_probe,
    same=_is_probe,
    otherwise=_say_probe,
)


@exercise("13.4", PROBE)
def probe_of_two_means(answer: Any, tr: Phrases) -> str:
    """Ask for a function that gives the weights and the constant of a probe from two means."""
    PROBE.judge(answer, tr)
    return tr.gettext(
        "Lesson 8 goes this way: the mean of the exemplar, with that of the background taken off."
    )
