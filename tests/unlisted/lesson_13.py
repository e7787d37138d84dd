"""Wrong answers to lesson 13, written from the lesson's text alone, before any of them was asked."""

from __future__ import annotations

from typing import Any

import numpy as np


def cell(x: Any, y: Any, width: Any, height: Any) -> tuple[int, int]:
    scale = 1024 / max(width, height)
    return int(y * scale // 16), int(x * scale // 16)


def scaled(x: Any, y: Any, scale: float, size: float = 16) -> tuple[int, int]:
    return int(y * scale // size), int(x * scale // size)


def area(values: Any, wanted: Any) -> Any:
    apart = values[wanted][:, None] - values[~wanted]
    return (apart > 0).mean() + (apart == 0).mean() / 2


def by_the_lesson(values: Any, wanted: Any) -> Any:
    hit = wanted[np.argsort(-values)]
    return np.sum(np.diff(np.cumsum(hit) / hit.sum(), prepend=0) * (1 - np.cumsum(~hit) / (~hit).sum()))


def neighbours(values: Any, wanted: Any) -> Any:
    n = min(wanted.sum(), (~wanted).sum())
    return (values[wanted][:n] > values[~wanted][:n]).mean()


def apart(values: Any, wanted: Any) -> Any:
    return values[wanted][:, None] - values[~wanted]


def share(cells: Any, k: Any, squared: bool = True, centre: Any = None) -> Any:
    centred = cells - (cells.mean(axis=0) if centre is None else centre)
    strength = np.linalg.svd(centred, compute_uv=False)
    strength = strength**2 if squared else strength
    return strength[:k].sum() / strength.sum()


def variances(cells: Any) -> Any:
    return np.linalg.svd(cells - cells.mean(axis=0), compute_uv=False) ** 2


def from_eigenvalues(cells: Any, k: Any) -> Any:
    values = np.linalg.eigvalsh(np.cov(cells.T))
    return values[:k].sum() / values.sum()


def reconstructed(cells: Any, k: Any) -> Any:
    centred = cells - cells.mean(axis=0)
    u, s, v = np.linalg.svd(centred, full_matrices=False)
    return u[:, :k] * s[:k] @ v[:k]


def means(cells: Any, wanted: Any) -> Any:
    return cells[wanted].mean(axis=0), cells[~wanted].mean(axis=0)


def right(cells: Any, wanted: Any) -> Any:
    first, second = means(cells, wanted)
    return first - second, -(first - second) @ (first + second) / 2


def unit(cells: Any, wanted: Any) -> Any:
    first, second = means(cells, wanted)
    weights = (first - second) / np.linalg.norm(first - second)
    return weights, -weights @ (first + second) / 2


def through_the_mean_of_all(cells: Any, wanted: Any) -> Any:
    first, second = means(cells, wanted)
    return first - second, -(first - second) @ cells.mean(axis=0)


def least_squares(cells: Any, wanted: Any) -> Any:
    x = np.c_[cells, np.ones(len(cells))]
    found = np.linalg.lstsq(x, np.where(wanted, 1.0, -1.0), rcond=None)[0]
    return found[:-1], found[-1]


def of_all(cells: Any, wanted: Any) -> Any:
    first, every = cells[wanted].mean(axis=0), cells.mean(axis=0)
    return first - every, -(first - every) @ (first + every) / 2


def sums(cells: Any, wanted: Any) -> Any:
    first, second = cells[wanted].sum(axis=0), cells[~wanted].sum(axis=0)
    return first - second, -(first - second) @ (first + second) / 2


def per_cell(cells: Any, wanted: Any) -> Any:
    first, second = cells[wanted].mean(axis=1), cells[~wanted].mean(axis=1)
    return first.mean() - second.mean(), -(first.mean() + second.mean()) / 2


UNLISTED = [
    ("13.1", "column first", "swapped|row first|order", lambda x, y, w, h: cell(x, y, w, h)[::-1]),
    (
        "13.1",
        "each side stretched to 64",
        "stretch|longer|both",
        lambda x, y, w, h: (y * 64 // h, x * 64 // w),
    ),
    ("13.1", "by the width alone", "longer", lambda x, y, w, h: scaled(x, y, 1024 / w)),
    ("13.1", "by the height alone", "longer", lambda x, y, w, h: scaled(x, y, 1024 / h)),
    ("13.1", "by the shorter side", "longer|shorter", lambda x, y, w, h: scaled(x, y, 1024 / min(w, h))),
    ("13.1", "not enlarged", "enlarge|scale", lambda x, y, w, h: (y // 16, x // 16)),
    ("13.1", "not divided by 16", "16|pixel", lambda x, y, w, h: scaled(x, y, 1024 / max(w, h), 1)),
    (
        "13.1",
        "scaled the wrong way",
        "upside|wrong way|inver",
        lambda x, y, w, h: scaled(x, y, max(w, h) / 1024),
    ),
    (
        "13.1",
        "rounded",
        "round",
        lambda x, y, w, h: (round(y * 64 / max(w, h)), round(x * 64 / max(w, h))),
    ),
    (
        "13.1",
        "counted from 1",
        "from 0|one too",
        lambda x, y, w, h: tuple(one + 1 for one in cell(x, y, w, h)),
    ),
    ("13.1", "with decimals", "whole", lambda x, y, w, h: (y * 64 / max(w, h), x * 64 / max(w, h))),
    ("13.1", "cells of 64 pixels", "16", lambda x, y, w, h: scaled(x, y, 1024 / max(w, h), 64)),
    ("13.1", "one number", "two|row and", lambda x, y, w, h: cell(x, y, w, h)[0] * 64 + cell(x, y, w, h)[1]),
    ("13.1", "the row alone", "two|row and", lambda x, y, w, h: cell(x, y, w, h)[0]),
    ("13.1", "the lesson's cell", "always the same|function", (24, 35)),
    (
        "13.1",
        "never enlarged, only reduced",
        "enlarge",
        lambda x, y, w, h: scaled(x, y, min(1, 1024 / max(w, h))),
    ),
    ("13.2", "equal ones left out", "equal|same value|half", lambda v, w: (apart(v, w) > 0).mean()),
    ("13.2", "equal ones counted whole", "equal|same value|half", lambda v, w: (apart(v, w) >= 0).mean()),
    ("13.2", "the other way round", "other way|not wanted|lower", lambda v, w: 1 - area(v, w)),
    ("13.2", "the lesson's area", "equal|same value|half", by_the_lesson),
    ("13.2", "how many pairs", "how many|share|divide", lambda v, w: area(v, w) * apart(v, w).size),
    (
        "13.2",
        "divided by all pairs of cells",
        "pairs",
        lambda v, w: area(v, w) * apart(v, w).size / v.size**2,
    ),
    ("13.2", "one by one", "every|all pairs|each", neighbours),
    ("13.2", "the means' difference", "by how much", lambda v, w: v[w].mean() - v[~w].mean()),
    ("13.2", "mean difference of pairs", "mean|how much", lambda v, w: apart(v, w).mean()),
    ("13.2", "threshold one half", "threshold", lambda v, w: ((v > 0.5) == w).mean()),
    ("13.2", "threshold of the mean", "threshold", lambda v, w: ((v > v.mean()) == w).mean()),
    (
        "13.2",
        "only above the highest other",
        "highest|best|every|all",
        lambda v, w: (v[w] > v[~w].max()).mean(),
    ),
    ("13.2", "the table of pairs", "One number", lambda v, w: apart(v, w) > 0),
    ("13.2", "in percent", "percent", lambda v, w: 100 * area(v, w)),
    ("13.2", "divided by the wanted alone", "divide|pairs", lambda v, w: (apart(v, w) > 0).sum() / w.sum()),
    ("13.2", "the share of wanted cells", "wanted", lambda v, w: w.mean()),
    ("13.2", "nothing returned", "return", lambda v, w: None),
    ("13.3", "not centred", "mean|centre", lambda c, k: share(c, k, centre=0)),
    ("13.3", "not squared", "square", lambda c, k: share(c, k, squared=False)),
    ("13.3", "neither", "square|mean|centre", lambda c, k: share(c, k, squared=False, centre=0)),
    ("13.3", "mean of all numbers", "each column|column", lambda c, k: share(c, k, centre=c.mean())),
    (
        "13.3",
        "mean of each row",
        "column|row",
        lambda c, k: share(c, k, centre=c.mean(axis=1, keepdims=True)),
    ),
    ("13.3", "the k-th alone", "first|alone", lambda c, k: variances(c)[k - 1] / variances(c).sum()),
    (
        "13.3",
        "one too few",
        "one too few|component",
        lambda c, k: variances(c)[: k - 1].sum() / variances(c).sum(),
    ),
    (
        "13.3",
        "one too many",
        "one too many|component",
        lambda c, k: variances(c)[: k + 1].sum() / variances(c).sum(),
    ),
    ("13.3", "not divided", "divide|share|whole", lambda c, k: variances(c)[:k].sum()),
    ("13.3", "what is lost", "left|lost|1 −", lambda c, k: 1 - share(c, k)),
    ("13.3", "all shares", "One number", lambda c, k: variances(c)[:k] / variances(c).sum()),
    ("13.3", "the smallest", "smallest|largest", from_eigenvalues),
    ("13.3", "the first columns", "column", lambda c, k: c[:, :k].var(axis=0).sum() / c.var(axis=0).sum()),
    (
        "13.3",
        "squared after the sum",
        "square",
        lambda c, k: share(c, k, squared=False) ** 2,
    ),
    ("13.3", "how many of the columns", "k|columns", lambda c, k: k / c.shape[1]),
    ("13.3", "the cells themselves", "number", reconstructed),
    ("13.3", "each column scaled", "spread|deviation|scale", lambda c, k: share(c / c.std(axis=0), k)),
    ("13.3", "always three", "k", lambda c, k: share(c, 3)),
    ("13.4", "arrow the other way", "other way|from the", lambda c, w: (-right(c, w)[0], -right(c, w)[1])),
    ("13.4", "sign of the constant", "sign", lambda c, w: (right(c, w)[0], -right(c, w)[1])),
    ("13.4", "not halved", "half|twice", lambda c, w: (right(c, w)[0], 2 * right(c, w)[1])),
    ("13.4", "no constant", "constant", lambda c, w: (right(c, w)[0], 0.0)),
    ("13.4", "the weights alone", "two|constant", lambda c, w: right(c, w)[0]),
    ("13.4", "constant first", "order|first", lambda c, w: right(c, w)[::-1]),
    ("13.4", "length one", "length", unit),
    ("13.4", "through the mean of all", "mean of all|half-way", through_the_mean_of_all),
    ("13.4", "least squares", "least squares|means", least_squares),
    ("13.4", "all cells for the others", "others|all cells", of_all),
    ("13.4", "sums", "sum|mean", sums),
    ("13.4", "means of each cell", "axis|column|each cell", per_cell),
    (
        "13.4",
        "zero at the wanted mean",
        "half-way",
        lambda c, w: (right(c, w)[0], -right(c, w)[0] @ means(c, w)[0]),
    ),
    (
        "13.4",
        "zero at the others' mean",
        "half-way",
        lambda c, w: (right(c, w)[0], -right(c, w)[0] @ means(c, w)[1]),
    ),
    ("13.4", "the wanted mean", "other", lambda c, w: (means(c, w)[0], right(c, w)[1])),
    ("13.4", "the two means", "arrow|difference|constant", means),
    ("13.4", "what it says", "weights", lambda c, w: c @ right(c, w)[0] + right(c, w)[1] > 0),
    (
        "13.4",
        "the middle as the constant",
        "number|constant",
        lambda c, w: (right(c, w)[0], sum(means(c, w)) / 2),
    ),
]
