"""Wrong answers to lesson 12."""

from __future__ import annotations

from typing import Any

import numpy as np

TEMPERATURES = np.arange(5, 51) / 10


def error(
    said: Any, true: Any, count: int = 10, gap: Any = np.abs, weigh: bool = True, middle: bool = False
) -> float:
    bins = np.minimum((said * count).astype(int), count - 1)
    gaps, shares = [], []
    for k in np.unique(bins):
        inside = bins == k
        told = (k + 0.5) / count if middle else said[inside].mean()
        gaps.append(gap(told - true[inside].mean()))
        shares.append(inside.mean())
    return float(np.sum(np.multiply(gaps, shares))) if weigh else float(np.mean(gaps))


def worst(said: Any, true: Any) -> float:
    bins = np.minimum((said * 10).astype(int), 9)
    return max(abs(said[bins == k].mean() - true[bins == k].mean()) for k in np.unique(bins))


def last_bin_lost(said: Any, true: Any) -> float:
    keep = said < 1
    return error(said[keep], true[keep]) * keep.mean()


def losses(logits: Any, classes: Any, warm: Any) -> Any:
    out = []
    for temperature in TEMPERATURES:
        raised = np.exp(warm(logits, temperature))
        given = (raised / raised.sum(axis=1, keepdims=True))[np.arange(len(classes)), classes]
        out.append(-np.log(given).mean())
    return np.array(out)


def divided(logits: Any, temperature: float) -> Any:
    return logits / temperature


def by_hits(logits: Any, classes: Any) -> Any:
    return TEMPERATURES[np.argmax([((logits / t).argmax(1) == classes).mean() for t in TEMPERATURES])]


def along_pixels(logits: Any, classes: Any) -> Any:
    out = []
    for t in TEMPERATURES:
        raised = np.exp(logits / t)
        out.append(-np.log((raised / raised.sum(axis=0))[np.arange(len(classes)), classes]).mean())
    return TEMPERATURES[np.argmin(out)]


def decided(said: Any, silent: Any) -> Any:
    answer = (said > 0.5).astype(int)
    answer[silent] = -1
    return answer


UNLISTED = [
    ("12.1", "each bin alike", "weigh|share|count", lambda s, t: error(s, t, weigh=False)),
    ("12.1", "signed gaps", "cancel|sign|distance|absolute", lambda s, t: error(s, t, gap=lambda g: g)),
    ("12.1", "squared gaps", "square|distance", lambda s, t: error(s, t, gap=np.square)),
    ("12.1", "bins' middles", "mean|middle", lambda s, t: error(s, t, middle=True)),
    ("12.1", "the worst bin", "worst|largest|mean|all bins", worst),
    ("12.1", "no bins", "bin|cancel", lambda s, t: abs(s.mean() - t.mean())),
    ("12.1", "each pixel", "pixel|bin", lambda s, t: np.abs(s - t).mean()),
    ("12.1", "twenty bins", "ten|bins|width", lambda s, t: error(s, t, 20)),
    ("12.1", "1 is lost", "1|last", last_bin_lost),
    ("12.1", "in per cent", "per cent|%|100|share", lambda s, t: 100 * error(s, t)),
    ("12.1", "accuracy", "said|right|distance|0.5", lambda s, t: ((s > 0.5) == t).mean()),
    (
        "12.2",
        "multiplied",
        "divid|multipl",
        lambda z, c: TEMPERATURES[np.argmin(losses(z, c, lambda a, t: a * t))],
    ),
    (
        "12.2",
        "the highest",
        "lowest|highest|largest|smallest",
        lambda z, c: TEMPERATURES[np.argmax(losses(z, c, divided))],
    ),
    ("12.2", "most hits", "class|hits|right|never changes|order", by_hits),
    ("12.2", "softmax over pixels", "row|axis|pixel|class", along_pixels),
    ("12.2", "the loss, not the temperature", "temperature|loss", lambda z, c: losses(z, c, divided).min()),
    (
        "12.2",
        "its place",
        "place|index|number|position|temperature",
        lambda z, c: int(losses(z, c, divided).argmin()),
    ),
    ("12.2", "always 1", "1|always|same|as it is", lambda z, c: 1.0),
    (
        "12.2",
        "no softmax",
        "softmax|probabilit|exp",
        lambda z, c: TEMPERATURES[np.argmin([-(z / t)[np.arange(len(c)), c].mean() for t in TEMPERATURES])],
    ),
    ("12.3", "silent where sure", "sure|round|other", lambda s, p: decided(s, np.minimum(s, 1 - s) < p)),
    ("12.3", "never silent", "silen|know|-1|−1", lambda s, p: (s > 0.5).astype(int)),
    ("12.3", "always silent", "silen|sure|answer|always", lambda s, p: np.full(s.shape, -1)),
    ("12.3", "below price alone", "both|two|other|1 −|not object|side", lambda s, p: decided(s, s < p)),
    (
        "12.3",
        "sureness against price",
        "cost|wrong|price|1 −",
        lambda s, p: decided(s, np.maximum(s, 1 - s) < p),
    ),
    (
        "12.3",
        "a band of price about one half",
        "half|band|cost|price",
        lambda s, p: decided(s, np.abs(s - 0.5) < p),
    ),
    (
        "12.3",
        "0 for silence",
        "-1|−1|silen",
        lambda s, p: np.where(np.minimum(s, 1 - s) > p, 0, np.where(s > 0.5, 1, -1)),
    ),
    ("12.3", "True and False", "-1|−1|silen|bool|three", lambda s, p: s > p),
    ("12.3", "the two swapped", "swap|object|round", lambda s, p: decided(1 - s, np.minimum(s, 1 - s) > p)),
    (
        "12.4",
        "all deeplab",
        "sam|dark|blur|noise",
        {"noise": "deeplab", "blur": "deeplab", "dark": "deeplab"},
    ),
    ("12.4", "all sam", "deeplab|dark|blur|noise", {"noise": "sam", "blur": "sam", "dark": "sam"}),
    ("12.4", "one is missing", "missing|three|dark|each", {"noise": "deeplab", "blur": "deeplab"}),
    ("12.4", "a list", "dict|names|each", ["deeplab", "sam", "deeplab"]),
    (
        "12.4",
        "another spelling",
        "deeplab|sam|spell|written",
        {"noise": "DeepLab", "blur": "SAM", "dark": "DeepLab"},
    ),
]
