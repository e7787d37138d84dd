"""Wrong answers to lesson 13."""

from __future__ import annotations

from typing import Any

import numpy as np


def cell(
    x: float, y: float, width: float, height: float, scale: Any = None, side: float = 16
) -> tuple[int, int]:
    factor = 1024 / max(width, height) if scale is None else scale
    return int(y * factor // side), int(x * factor // side)


def variances(cells: Any, centre: Any) -> Any:
    return np.linalg.svd(cells - centre, compute_uv=False)


def means(cells: Any, wanted: Any) -> tuple[Any, Any]:
    return cells[wanted].mean(0), cells[~wanted].mean(0)


def two(cells: Any, wanted: Any, constant: Any) -> tuple[Any, Any]:
    first, second = means(cells, wanted)
    return first - second, constant(first - second, first, second)


UNLISTED = [
    ("13.1", "x first", "row|swap|y|order", lambda x, y, w, h: cell(x, y, w, h)[::-1]),
    ("13.1", "not scaled", "enlarg|1024|scale", lambda x, y, w, h: cell(x, y, w, h, 1)),
    ("13.1", "by the shorter side", "longer|short", lambda x, y, w, h: cell(x, y, w, h, 1024 / min(w, h))),
    (
        "13.1",
        "each side stretched",
        "longer|same|stretch|square",
        lambda x, y, w, h: (int(y * 1024 / h // 16), int(x * 1024 / w // 16)),
    ),
    ("13.1", "counts from 1", "0|from 1|one too", lambda x, y, w, h: tuple(c + 1 for c in cell(x, y, w, h))),
    (
        "13.1",
        "rounded",
        "round|whole|down|floor",
        lambda x, y, w, h: (round(y * 64 / max(w, h)), round(x * 64 / max(w, h))),
    ),
    ("13.1", "64 pixels a cell", "16|64", lambda x, y, w, h: cell(x, y, w, h, None, 64)),
    ("13.1", "pixels, not cells", "16|cell|pixel", lambda x, y, w, h: cell(x, y, w, h, None, 1)),
    ("13.1", "not whole", "whole|int", lambda x, y, w, h: (y * 64 / max(w, h), x * 64 / max(w, h))),
    (
        "13.1",
        "by the width always",
        "longer|width|height|tall|upright|portrait",
        lambda x, y, w, h: cell(x, y, w, h, 1024 / w),
    ),
    (
        "13.1",
        "one number",
        "two|row|column|pair",
        lambda x, y, w, h: cell(x, y, w, h)[0] * 64 + cell(x, y, w, h)[1],
    ),
    ("13.2", "ties count nothing", "same|half|equal|tie", lambda v, w: (v[w][:, None] > v[~w]).mean()),
    ("13.2", "ties count whole", "same|half|equal|tie", lambda v, w: (v[w][:, None] >= v[~w]).mean()),
    (
        "13.2",
        "the other way",
        "round|lower|higher|wanted",
        lambda v, w: (v[w][:, None] < v[~w]).mean() + (v[w][:, None] == v[~w]).mean() / 2,
    ),
    (
        "13.2",
        "a count, no share",
        "share|count|divid",
        lambda v, w: (v[w][:, None] > v[~w]).sum() + (v[w][:, None] == v[~w]).sum() / 2,
    ),
    (
        "13.2",
        "all pairs of cells",
        "pairs|all|wanted",
        lambda v, w: (v[:, None] > v).mean() + (v[:, None] == v).mean() / 2,
    ),
    ("13.2", "accuracy at one half", "threshold|pair|0.5", lambda v, w: ((v > 0.5) == w).mean()),
    ("13.2", "difference of means", "mean|pair|far", lambda v, w: v[w].mean() - v[~w].mean()),
    (
        "13.2",
        "side by side",
        "all pairs|each|zip|every",
        lambda v, w: np.mean([a > b for a, b in zip(v[w], v[~w], strict=False)]),
    ),
    (
        "13.2",
        "divided by all squared",
        "pairs|wanted|divid|share",
        lambda v, w: (v[w][:, None] > v[~w]).sum() / len(v) ** 2,
    ),
    (
        "13.3",
        "not centred",
        "mean|centre",
        lambda c, k: (variances(c, 0)[:k] ** 2).sum() / (variances(c, 0) ** 2).sum(),
    ),
    (
        "13.3",
        "not squared",
        "square",
        lambda c, k: variances(c, c.mean(0))[:k].sum() / variances(c, c.mean(0)).sum(),
    ),
    (
        "13.3",
        "row means",
        "column|row|axis",
        lambda c, k: (
            (variances(c, c.mean(1, keepdims=True))[:k] ** 2).sum()
            / (variances(c, c.mean(1, keepdims=True)) ** 2).sum()
        ),
    ),
    (
        "13.3",
        "one mean of all",
        "column|each|mean",
        lambda c, k: (variances(c, c.mean())[:k] ** 2).sum() / (variances(c, c.mean()) ** 2).sum(),
    ),
    (
        "13.3",
        "the k-th alone",
        "first|k-th|sum|all of|only",
        lambda c, k: variances(c, c.mean(0))[k - 1] ** 2 / (variances(c, c.mean(0)) ** 2).sum(),
    ),
    ("13.3", "not a share", "share|sum|divid", lambda c, k: (variances(c, c.mean(0))[:k] ** 2).sum()),
    (
        "13.3",
        "the smallest",
        "largest|first|small|last",
        lambda c, k: (variances(c, c.mean(0))[-k:] ** 2).sum() / (variances(c, c.mean(0)) ** 2).sum(),
    ),
    (
        "13.3",
        "the rest",
        "rest|1 minus|left|other",
        lambda c, k: (variances(c, c.mean(0))[k:] ** 2).sum() / (variances(c, c.mean(0)) ** 2).sum(),
    ),
    ("13.3", "k of all", "number|count|share|variance|alike", lambda c, k: k / c.shape[1]),
    (
        "13.4",
        "the other way",
        "round|to the wanted|sign|arrow|turn",
        lambda c, w: two(c, ~w, lambda a, f, s: -a @ (f + s) / 2),
    ),
    ("13.4", "constant 0", "constant|half-way|0", lambda c, w: two(c, w, lambda a, f, s: 0.0)),
    (
        "13.4",
        "sign of the constant",
        "sign|minus|negative",
        lambda c, w: two(c, w, lambda a, f, s: a @ (f + s) / 2),
    ),
    ("13.4", "not halved", "half|twice|two", lambda c, w: two(c, w, lambda a, f, s: -a @ (f + s))),
    ("13.4", "0 at the wanted mean", "half-way|wanted", lambda c, w: two(c, w, lambda a, f, s: -a @ f)),
    (
        "13.4",
        "mean of all cells",
        "half-way|two means|all cells|more",
        lambda c, w: two(c, w, lambda a, f, s: -a @ c.mean(0)),
    ),
    (
        "13.4",
        "the sum for weights",
        "arrow|difference|sum|from",
        lambda c, w: (means(c, w)[0] + means(c, w)[1], 0.0),
    ),
    ("13.4", "only the weights", "two|constant|both", lambda c, w: means(c, w)[0] - means(c, w)[1]),
    (
        "13.4",
        "the wanted mean alone",
        "arrow|difference|other",
        lambda c, w: (means(c, w)[0], -means(c, w)[0] @ (means(c, w)[0] + means(c, w)[1]) / 2),
    ),
]
