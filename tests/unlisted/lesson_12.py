"""Wrong answers to lesson 12, written from its text before its judges were."""

from __future__ import annotations

from typing import Any

import numpy as np

TEMPERATURES = np.arange(5, 51) / 10


def by_bins(said: Any, true: Any) -> list[tuple[int, float, float]]:
    bins = np.minimum((said * 10).astype(int), 9)
    of = [bins == k for k in range(10)]
    return [(int(one.sum()), said[one].mean(), true[one].mean()) for one in of if one.any()]


def plain_mean(said: Any, true: Any) -> float:
    return float(np.mean([abs(s - t) for _, s, t in by_bins(said, true)]))


def tenth_of_sum(said: Any, true: Any) -> float:
    return sum(abs(s - t) for _, s, t in by_bins(said, true)) / 10


def signed(said: Any, true: Any) -> float:
    return sum(n * (s - t) for n, s, t in by_bins(said, true)) / len(said)


def squares(said: Any, true: Any) -> float:
    return sum(n * (s - t) ** 2 for n, s, t in by_bins(said, true)) / len(said)


def with_middles(said: Any, true: Any) -> float:
    bins = np.minimum((said * 10).astype(int), 9)
    return sum(abs((k + 0.5) / 10 - true[bins == k].mean()) * (bins == k).mean() for k in set(bins))


def one_in_no_bin(said: Any, true: Any) -> float:
    error = 0.0
    for k in range(10):
        inside = (said >= k / 10) & (said < (k + 1) / 10)
        if inside.any():
            error += abs(said[inside].mean() - true[inside].mean()) * inside.mean()
    return error


def with_nan(said: Any, true: Any) -> Any:
    bins = np.minimum((said * 10).astype(int), 9)
    with np.errstate(all="ignore"):
        of = [bins == k for k in range(10)]
        return np.sum([abs(said[i].sum() / i.sum() - true[i].sum() / i.sum()) * i.mean() for i in of])


def undivided(said: Any, true: Any) -> float:
    return sum(n * abs(s - t) for n, s, t in by_bins(said, true))


def of_the_winner(said: Any, true: Any) -> float:
    sure = np.maximum(said, 1 - said)
    came = (said > 0.5) == true
    return sum(n * abs(s - t) for n, s, t in by_bins(sure, came)) / len(said)


def out_of_range(said: Any, true: Any) -> float:
    sums = np.zeros(10)
    for one, came in zip(said, true, strict=True):
        sums[int(one * 10)] += one - came
    return float(abs(sums).sum() / len(said))


def softmax(scores: Any, axis: int = 1) -> Any:
    raised = np.exp(scores)
    return raised / raised.sum(axis=axis, keepdims=True)


def at(probabilities: Any, classes: Any) -> Any:
    return probabilities[np.arange(len(classes)), classes]


def best(loss: Any) -> Any:
    """Return a function that gives the temperature with the lowest loss(logits, classes, temperature)."""

    def of(logits: Any, classes: Any) -> Any:
        return min(TEMPERATURES, key=lambda t: loss(logits, classes, t))

    return of


def log_loss(logits: Any, classes: Any, t: Any) -> Any:
    return -np.log(at(softmax(logits / t), classes)).mean()


def accuracy(logits: Any, classes: Any, t: Any) -> Any:
    return -(softmax(logits / t).argmax(axis=1) == classes).mean()


right = best(log_loss)


def index(logits: Any, classes: Any) -> int:
    return int(np.argmin([log_loss(logits, classes, t) for t in TEMPERATURES]))


def lowest(logits: Any, classes: Any) -> float:
    return float(min(log_loss(logits, classes, t) for t in TEMPERATURES))


def decide(said: Any, price: float) -> Any:
    return np.where(np.minimum(said, 1 - said) > price, -1, (said > 0.5).astype(int))


def yes_or_silence(said: Any, price: float) -> Any:
    return np.where(1 - said < price, 1, -1)


def silent_for_no(said: Any, price: float) -> Any:
    return np.where(said > 1 - price, 1, np.where(said < 1 - price, 0, -1))


def below_the_price(said: Any, price: float) -> Any:
    return np.where(said < price, -1, (said > 0.5).astype(int))


def sure_above_the_price(said: Any, price: float) -> Any:
    return np.where(np.maximum(said, 1 - said) < price, -1, (said > 0.5).astype(int))


def yes_first(said: Any, price: float) -> Any:
    return np.where(said >= 1 - price, 1, np.where(said <= price, 0, -1))


def around_half(said: Any, price: float) -> Any:
    return np.where(abs(said - 0.5) < price, -1, (said > 0.5).astype(int))


good = {"noise": "sam", "blur": "sam", "dark": "deeplab"}

UNLISTED = [
    ("12.1", "bins of equal weight", "weigh|counts by|share of all|many pixels", plain_mean),
    ("12.1", "sum over ten bins, by ten", "weigh|counts by|share of all|many pixels", tenth_of_sum),
    ("12.1", "signed", "cancel|sign|abs", signed),
    ("12.1", "whole photo at once", "bin", lambda s, t: abs(s.mean() - t.mean())),
    ("12.1", "squared", "square", squares),
    ("12.1", "root of squares", "square|root", lambda s, t: float(np.sqrt(squares(s, t)))),
    ("12.1", "middles of bins", "middle", with_middles),
    ("12.1", "1 in no bin", r"\b1\b|last", one_in_no_bin),
    ("12.1", "1 in an eleventh bin", "eleventh|last|index", out_of_range),
    ("12.1", "worst bin", "largest|worst|one bin", lambda s, t: max(abs(a - b) for _, a, b in by_bins(s, t))),
    ("12.1", "empty bins", "without pixels|empty", with_nan),
    ("12.1", "undivided", "divide|sum", undivided),
    ("12.1", "pixel by pixel", "pixel by pixel|each pixel|bin", lambda s, t: abs(s - t).mean()),
    ("12.1", "Brier", "pixel by pixel|each pixel|square|Brier", lambda s, t: ((s - t) ** 2).mean()),
    ("12.1", "the winner's", "winner|surer|more probable|max", of_the_winner),
    ("12.1", "in percent", "percent", lambda s, t: 100 * undivided(s, t) / len(s)),
    ("12.1", "1 minus", r"1 −|left", lambda s, t: 1 - undivided(s, t) / len(s)),
    ("12.1", "accuracy", "bin|how often|right", lambda s, t: ((s > 0.5) == t).mean()),
    ("12.1", "a list of bins", "One number", lambda s, t: [abs(a - b) for _, a, b in by_bins(s, t)]),
    ("12.1", "nothing returned", "return", lambda s, t: None),
    ("12.2", "times T", "divide|multipl", best(lambda z, c, t: log_loss(z * t, c, 1))),
    ("12.2", "the highest loss", "lowest|highest|largest", best(lambda z, c, t: -log_loss(z, c, t))),
    ("12.2", "its index", "index|place", index),
    ("12.2", "the loss", "loss itself|at which", lowest),
    ("12.2", "no logarithm", "log", best(lambda z, c, t: -at(softmax(z / t), c).mean())),
    ("12.2", "accuracy", "which class is first|accuracy|never changes|every temperature", best(accuracy)),
    (
        "12.2",
        "the winner's probability",
        "winner|true class|surest",
        best(lambda z, c, t: -np.log(softmax(z / t).max(axis=1)).mean()),
    ),
    (
        "12.2",
        "softmax over the pixels",
        "axis|rows|over the classes",
        best(lambda z, c, t: -np.log(at(softmax(z / t, 0), c)).mean()),
    ),
    (
        "12.2",
        "all classes",
        "all classes|true class",
        best(lambda z, c, t: -np.log(softmax(z / t)).mean()),
    ),
    (
        "12.2",
        "no minus",
        "minus|sign|highest|largest",
        best(lambda z, c, t: np.log(at(softmax(z / t), c)).mean()),
    ),
    (
        "12.2",
        "squares",
        "square|Brier|log",
        best(lambda z, c, t: ((softmax(z / t) - np.eye(z.shape[1])[c]) ** 2).mean()),
    ),
    (
        "12.2",
        "probabilities divided",
        "logits|before softmax",
        best(lambda z, c, t: -np.log(at(softmax(z) / t, c)).mean()),
    ),
    ("12.2", "the reciprocal", "upside|1 /|reciprocal|divide", lambda z, c: 1 / right(z, c)),
    ("12.2", "always 1", "always the same|untouched|as they are", lambda z, c: 1.0),
    ("12.2", "all losses", "One number", lambda z, c: np.array([log_loss(z, c, t) for t in TEMPERATURES])),
    ("12.2", "a number", "function", 1.5),
    ("12.3", "never not", r"not object|\b0\b|both ends|sure that", yes_or_silence),
    ("12.3", "silent nowhere, not below", "silen|know|−1", silent_for_no),
    ("12.3", "below the price", "low|not object|sure", below_the_price),
    ("12.3", "surer than the price", "price|1 −", sure_above_the_price),
    ("12.3", "yes before no", "above one half|dear|both|likelier", yes_first),
    ("12.3", "around one half", "half|band|price", around_half),
    ("12.3", "never silent", "silen|know|−1", lambda s, p: (s > 0.5).astype(int)),
    ("12.3", "always 0.1", "price", lambda s, p: decide(s, 0.1)),
    (
        "12.3",
        "yes and no swapped",
        "swap|wrong way|stands for",
        lambda s, p: np.choose(decide(s, p), [1, 0, -1], mode="wrap"),
    ),
    (
        "12.3",
        "silence as 0",
        r"−1|silence|stands for",
        lambda s, p: np.choose(decide(s, p), [-1, 1, 0], mode="wrap"),
    ),
    ("12.3", "silence alone", "silence alone|truth values|bool", lambda s, p: np.minimum(s, 1 - s) > p),
    ("12.3", "costs", "cost", lambda s, p: np.minimum(np.minimum(s, 1 - s), p)),
    (
        "12.3",
        "silent where sure",
        "sure|other way|wrong way",
        lambda s, p: np.where(np.minimum(s, 1 - s) < p, -1, (s > 0.5).astype(int)),
    ),
    ("12.3", "silence as nan", "−1|nan|NaN", lambda s, p: np.where(decide(s, p) < 0, np.nan, decide(s, p))),
    ("12.3", "a list", "array", lambda s, p: decide(s, p).tolist()),
    (
        "12.4",
        "as with the astronaut",
        "noise|blur",
        {"noise": "deeplab", "blur": "deeplab", "dark": "deeplab"},
    ),
    ("12.4", "all SAM", "dark", dict.fromkeys(good, "sam")),
    (
        "12.4",
        "the other way round",
        "withstands|more|loses",
        {"noise": "deeplab", "blur": "deeplab", "dark": "sam"},
    ),
    ("12.4", "noise", "noise", {**good, "noise": "deeplab"}),
    ("12.4", "one missing", "dark", {"noise": "sam", "blur": "sam"}),
    ("12.4", "numbers", "name|text|deeplab", {"noise": 0.28, "blur": 0.3, "dark": 0.84}),
    ("12.4", "a list", "dictionary", ["sam", "sam", "deeplab"]),
]
