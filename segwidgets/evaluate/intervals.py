"""How far a mean may be off: the bootstrap, over photos."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import describe

LEVEL, DRAWS = 0.95, 2000
AT_ONCE = 2_000_000  # numbers of draws that are worked on together

Floats = npt.NDArray[np.float64]


def mean_interval(
    values: Any,
    groups: Sequence[Hashable] | None = None,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the percentile bootstrap's interval of a mean.

    As many groups as there are get drawn from them, with replacement, again and again, each time with all
    that is in them; of the means that come out, those in the middle are kept (Efron 1979, "Bootstrap Methods:
    Another Look at the Jackknife", Annals of Statistics 7, doi:10.1214/aos/1176344552; groups as in Field and
    Welsh 2007, "Bootstrapping clustered data", JRSS B 69, doi:10.1111/j.1467-9868.2007.00593.x).

    Parameters
    ----------
    values : array_like of shape (N,)
        One number for each object, as its IoU.
    groups : sequence of N, optional
        What each value belongs to, as the object's photo: what lies in one photo is alike, and is drawn
        together. By default each value is a group of its own.
    level : float
        Which share of the means lies in the interval.
    draws : int
        How many means.
    seed : int
        Of the draws.

    Returns
    -------
    (float, float)
        Its lower and its upper end.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two groups (one says nothing of others), or another number of them than of
        values, or a number is none or out of bounds.

    Examples
    --------
    >>> low, high = mean_interval([0.9, 0.8, 0.95, 0.2])
    >>> round(low, 3), round(high, 3)
    (0.375, 0.925)
    """
    column = _column(values)
    names = range(len(column)) if groups is None else list(groups)
    if len(names) != len(column):
        raise ValueError(f"groups must name one for each of the {len(column)} values, got {len(names)}")
    if not 0 < level < 1:
        raise ValueError(f"level must be a share between 0 and 1, as 0.95, got {describe(level)}")
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise ValueError(f"draws must be a whole number from 1, got {describe(draws)}")
    if len(set(names)) < 2:
        raise ValueError(
            f"an interval needs two groups at least, got {len(set(names))}: one says nothing of others"
        )
    ((low, high),) = mean_intervals(column[:, None], names, level=level, draws=draws, seed=seed)
    return low, high


def mean_intervals(
    columns: Floats,
    groups: Sequence[Hashable],
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[tuple[float, float]]:
    """Do as `mean_interval`, for each column of a table (N, K), with the same draws for all."""
    numbers: dict[Hashable, int] = {}
    which = [numbers.setdefault(group, len(numbers)) for group in groups]
    sums, sizes = np.zeros((len(numbers), columns.shape[1])), np.zeros(len(numbers))
    np.add.at(sums, which, columns)
    np.add.at(sizes, which, 1)
    rng = np.random.default_rng(seed)
    count = len(numbers)
    means = []
    for begin in range(0, draws, step := max(1, AT_ONCE // count)):
        some = min(step, draws - begin)
        picks = rng.integers(count, size=(some, count)) + count * np.arange(some)[:, None]
        times = np.bincount(picks.ravel(), minlength=some * count).reshape(some, count)
        means.append((times @ sums) / (times @ sizes)[:, None])
    ends = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return [(float(low), float(high)) for low, high in ends.T]


def _column(values: Any) -> Floats:
    try:
        column = np.asarray(values, np.float64)
    except Exception:  # noqa: BLE001  a tensor raises RuntimeError, a number of 400 digits OverflowError
        column = np.array(np.nan)
    if column.ndim != 1 or not np.isfinite(column).all():
        raise TypeError(
            f"values must be a list of numbers, one for each object, as [0.9, 0.8], got {describe(values)}"
        )
    return column
