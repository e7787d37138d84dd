"""Answers to the exercises of lesson 13: a pixel's cell, an area by pairs, a share of variance, a probe."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from scipy.stats import rankdata

from segwidgets.frame import Frame


def cell_of(x: Any, y: Any, width: Any, height: Any) -> Any:
    frame = Frame.letterbox((height, width), side=1024, grid=64, logits=256)
    return frame.cells_at(x, y)


def by_loops(values: Any, wanted: Any) -> float:
    ours = [value for value, yes in zip(values, wanted, strict=True) if yes]
    theirs = [value for value, yes in zip(values, wanted, strict=True) if not yes]
    return sum((a > b) + (a == b) / 2 for a, b in product(ours, theirs)) / (len(ours) * len(theirs))


def by_ranks(values: Any, wanted: Any) -> Any:
    n = wanted.sum()
    return (rankdata(values)[wanted].sum() - n * (n + 1) / 2) / (n * (~wanted).sum())


def by_sorting(values: Any, wanted: Any) -> Any:
    hit = wanted[np.argsort(-values)]
    return np.sum(np.diff(np.cumsum(hit) / hit.sum(), prepend=0) * (1 - np.cumsum(~hit) / (~hit).sum()))


def strength(cells: Any) -> Any:
    return np.linalg.svd(cells - cells.mean(axis=0), compute_uv=False)


def by_eigenvalues(cells: Any, k: Any) -> Any:
    values = np.linalg.eigvalsh(np.cov(cells.T))[::-1]
    return values[:k].sum() / values.sum()


def by_reconstruction(cells: Any, k: Any) -> Any:
    centred = cells - cells.mean(0)
    _, _, directions = np.linalg.svd(centred)
    return (centred @ directions[:k].T).var(axis=0).sum() / centred.var(axis=0).sum()


def two_means(cells: Any, wanted: Any) -> Any:
    first, second = cells[wanted].mean(axis=0), cells[~wanted].mean(axis=0)
    return first - second, (second @ second - first @ first) / 2


def turned(cells: Any, wanted: Any) -> Any:
    weights, constant = two_means(cells, wanted)
    return -weights, -constant


RIGHT: list[tuple[str, Any]] = [
    ("13.1", cell_of),
    (
        "13.1",
        lambda x, y, width, height: [int(64 * y / max(width, height)), int(64 * x / max(width, height))],
    ),
    ("13.1", lambda x, y, width, height: np.array([y, x]) * 64 // max(width, height)),
    ("13.2", by_loops),
    ("13.2", by_ranks),
    ("13.2", lambda values, wanted: round(by_ranks(values, wanted), 3)),
    ("13.3", by_eigenvalues),
    ("13.3", by_reconstruction),
    ("13.3", lambda cells, k: (strength(cells)[:k] ** 2).sum() / (strength(cells) ** 2).sum()),
    ("13.4", two_means),
    (
        "13.4",
        lambda cells, wanted: [list(two_means(cells, wanted)[0]), np.array([two_means(cells, wanted)[1]])],
    ),
]

WRONG: list[tuple[str, Any, str]] = [
    ("13.1", lambda x, y, w, h: tuple(cell_of(x, y, w, h))[::-1], "row comes first"),
    ("13.1", lambda x, y, w, h: (y * 64 // h, x * 64 // w), "keeps its shape"),
    ("13.1", lambda x, y, w, h: (y // 16, x // 16), "scale x and y first"),
    ("13.1", lambda x, y, w, h: (y * 64 // w, x * 64 // w), "longer side 1024"),
    ("13.1", lambda x, y, w, h: (y * 64 / max(w, h), x * 64 / max(w, h)), "counted whole"),
    ("13.1", lambda x, y, w, h: (y * 64 // max(w, h) + 2, 0), "does not lie in row"),
    ("13.1", lambda x, y, w, h: (24, 35), "always the same"),
    ("13.1", lambda x, y, w, h: 24, "Two whole numbers"),
    ("13.1", (24, 35), "A function"),
    ("13.2", lambda values, wanted: 1 - by_ranks(values, wanted), "other way round"),
    ("13.2", by_sorting, "order in which they stand"),
    ("13.2", lambda values, wanted: (values[wanted][:, None] > values[~wanted]).mean(), "equal values"),
    ("13.2", lambda values, wanted: (values[wanted][:, None] > values[~wanted]).sum(), "how many pairs"),
    ("13.2", lambda values, wanted: ((values > 0.5) == wanted).mean(), "threshold"),
    ("13.2", lambda values, wanted: (values[:, None] > values).mean(), "paired with every cell"),
    ("13.2", lambda values, wanted: values[wanted], "One number"),
    ("13.2", lambda values, wanted: 0.5, "always the same"),
    ("13.3", lambda cells, k: strength(cells)[:k].sum() / strength(cells).sum(), "squared"),
    ("13.3", lambda cells, k: by_eigenvalues(cells, k + 1), "one component too many"),
    ("13.3", lambda cells, k: by_eigenvalues(cells, cells.shape[1]), "always the same"),
    ("13.3", lambda cells, k: 1 - by_eigenvalues(cells, k), "part that is left"),
    ("13.3", lambda cells, k: strength(cells)[:k], "One number"),
    ("13.4", turned, "other way"),
    ("13.4", lambda cells, wanted: (two_means(cells, wanted)[0], 0), "Without a constant"),
    ("13.4", lambda cells, wanted: (two_means(cells, wanted)[0], 1.5), "The weights are right"),
    ("13.4", lambda cells, wanted: (cells[0], 1.5), "not the arrow"),
    ("13.4", lambda cells, wanted: two_means(cells, wanted)[::-1], "wrong order"),
    ("13.4", lambda cells, wanted: two_means(cells, wanted)[0], "Two things"),
    ("13.4", lambda cells, wanted: (two_means(cells, wanted)[0][:-1], 0.0), "one for each column"),
]
