"""Wrong answers to lesson 14."""

from __future__ import annotations

from typing import Any

import numpy as np


def means(ious: Any, picks: Any) -> Any:
    return np.array([ious[row].mean() for row in picks])


def ends(values: Any, low: float = 2.5, high: float = 97.5) -> tuple[float, float]:
    return float(np.percentile(values, low)), float(np.percentile(values, high))


def spread(ious: Any, picks: Any) -> tuple[float, float]:
    m = means(ious, picks)
    return m.mean() - m.std(), m.mean() + m.std()


def normal(ious: Any, picks: Any) -> tuple[float, float]:
    m = means(ious, picks)
    return ious.mean() - 1.96 * m.std(), ious.mean() + 1.96 * m.std()


def standard_error(ious: Any, picks: Any) -> tuple[float, float]:
    error = ious.std(ddof=1) / np.sqrt(len(ious))
    return ious.mean() - 1.96 * error, ious.mean() + 1.96 * error


def of_the_spread(ious: Any, picks: Any) -> tuple[float, float]:
    return ious.mean() - 1.96 * ious.std(), ious.mean() + 1.96 * ious.std()


def one_too_low(ious: Any, picks: Any) -> Any:
    return np.percentile((ious[picks - 1]).mean(axis=1), [2.5, 97.5])


def first_reached(row: Any, least: float, never: Any) -> Any:
    for click, iou in enumerate(row, 1):
        if iou >= least:
            return click
    return never


def average(ious: Any, least: float, never: Any) -> Any:
    return np.mean([first_reached(row, least, never) for row in ious])


def reached_only(ious: Any, least: float) -> Any:
    found = [first_reached(row, least, None) for row in ious]
    return np.mean([click for click in found if click is not None])


def strictly(ious: Any, least: float) -> Any:
    good = ious > least
    return np.where(good.any(axis=1), good.argmax(axis=1) + 1, ious.shape[1]).mean()


def last_time(ious: Any, least: float) -> Any:
    """Clicks after which it stays good."""
    total = 0
    for row in ious:
        bad = np.flatnonzero(row < least)
        total += min(len(row), bad[-1] + 2) if len(bad) else 1
    return total / len(ious)


def each(ious: Any, least: float) -> Any:
    return [first_reached(row, least, len(row)) for row in ious]


def of_the_mean(ious: Any, least: float) -> Any:
    return first_reached(ious.mean(axis=0), least, ious.shape[1])


UNLISTED = [
    ("14.1", "of the objects", "objects themselves|values themselves|means", lambda i, p: ends(i)),
    ("14.1", "of all that was drawn", "mean of each|each row", lambda i, p: ends(i[p].ravel())),
    ("14.1", "a mean of each column", "column|row|axis", lambda i, p: ends(i[p].mean(axis=0))),
    ("14.1", "5 and 95", "90 %|2.5", lambda i, p: ends(means(i, p), 5, 95)),
    (
        "14.1",
        "shares for percents",
        "percent|quantile|0 to 100",
        lambda i, p: ends(means(i, p), 0.025, 0.975),
    ),
    ("14.1", "0 and 95", "95|both|each end", lambda i, p: ends(means(i, p), 0, 95)),
    ("14.1", "all of it", "smallest|all of", lambda i, p: (means(i, p).min(), means(i, p).max())),
    ("14.1", "quartiles", "half|50 %|2.5", lambda i, p: ends(means(i, p), 25, 75)),
    ("14.1", "a normal curve", "1.96|normal", normal),
    ("14.1", "a formula", "1.96|formula|picks", standard_error),
    ("14.1", "spread of the objects", "spread|objects", of_the_spread),
    ("14.1", "one deviation", "deviation", spread),
    ("14.1", "medians", "median", lambda i, p: ends(np.median(i[p], axis=1))),
    ("14.1", "upper end first", "order|lower", lambda i, p: ends(means(i, p))[::-1]),
    ("14.1", "its width", "width|two ends|how wide", lambda i, p: float(np.ptp(ends(means(i, p))))),
    ("14.1", "the mean of the means", "two|ends", lambda i, p: means(i, p).mean()),
    ("14.1", "all means", "two ends|all means|means themselves", lambda i, p: means(i, p)),
    ("14.1", "in percent", "percent", lambda i, p: tuple(100 * one for one in ends(means(i, p)))),
    (
        "14.1",
        "own draws",
        "picks|drawn",
        lambda i, p: ends(means(i, np.random.default_rng(5).permuted(p * 0 + np.arange(len(i)), axis=1))),
    ),
    ("14.1", "counted from 1", "from 0|one too", one_too_low),
    ("14.1", "half of it", "plus|minus|distance|two ends", lambda i, p: np.ptp(ends(means(i, p))) / 2),
    (
        "14.1",
        "distances from the mean",
        "distance|ends themselves",
        lambda i, p: tuple(np.array(ends(means(i, p))) - i.mean()),
    ),
    ("14.1", "the first draw alone", "first|each row", lambda i, p: ends(i[p[0]])),
    ("14.1", "nothing returned", "return", lambda i, p: None),
    ("14.1", "no function", "function", (0.79, 0.94)),
    (
        "14.2",
        "counted from 0",
        "from 0|one too few|first click is 1",
        lambda i, t: average(i, t, i.shape[1]) - 1,
    ),
    ("14.2", "argmax + 1", "never", lambda i, t: ((i >= t).argmax(axis=1) + 1).mean()),
    ("14.2", "never is 0", "never", lambda i, t: average(i, t, 0)),
    ("14.2", "never is K + 1", "never|one more", lambda i, t: average(i, t, i.shape[1] + 1)),
    ("14.2", "never is left out", "never|left out", reached_only),
    ("14.2", "never is nan", "never|nan|number", lambda i, t: average(i, t, np.nan)),
    ("14.2", "never is 20", "20|K", lambda i, t: average(i, t, 20)),
    ("14.2", "above", "at least|equal|just", strictly),
    ("14.2", "when it stays", "first time|stays", last_time),
    ("14.2", "clicks below", "below|first time", lambda i, t: (i < t).sum(axis=1).mean()),
    (
        "14.2",
        "clicks below + 1",
        "below|first time|fall",
        lambda i, t: np.minimum((i < t).sum(axis=1) + 1, i.shape[1]).mean(),
    ),
    ("14.2", "good clicks", "how many|first", lambda i, t: (i >= t).sum(axis=1).mean()),
    ("14.2", "one for each object", "mean|average|One number", each),
    ("14.2", "the median", "median", lambda i, t: np.median(each(i, t))),
    ("14.2", "the sum", "sum|divide", lambda i, t: sum(each(i, t))),
    ("14.2", "of the mean IoU", "mean curve|averaged first|each object", of_the_mean),
    ("14.2", "rows for columns", "row|column|axis", lambda i, t: average(i.T, t, len(i))),
    ("14.2", "best click", "highest|best", lambda i, t: (i.argmax(axis=1) + 1).mean()),
    ("14.2", "share that reaches it", "share", lambda i, t: (i >= t).any(axis=1).mean()),
    ("14.2", "share that does not", "share|never", lambda i, t: 1 - (i >= t).any(axis=1).mean()),
    ("14.2", "the table", "One number", lambda i, t: i >= t),
    ("14.2", "largest", "largest|mean", lambda i, t: max(each(i, t))),
    ("14.2", "rounded", "decimal|whole", lambda i, t: round(np.mean(each(i, t)))),
    (
        "14.3",
        "the first is better",
        "first|other way|round",
        lambda a, b: np.mean(a > b) + np.mean(a == b) / 2,
    ),
    ("14.3", "equal ones lost", "equal|half", lambda a, b: np.mean(b > a)),
    ("14.3", "equal ones won", "equal|half", lambda a, b: np.mean(b >= a)),
    ("14.3", "equal ones left out", "equal|left out", lambda a, b: np.sum(b > a) / np.sum(a != b)),
    (
        "14.3",
        "equal ones split, then left out",
        "equal|all",
        lambda a, b: (np.sum(b > a) + np.sum(a == b) / 2) / max(np.sum(a != b), 1),
    ),
    (
        "14.3",
        "all pairs",
        "same object|every|pair",
        lambda a, b: np.mean(b[:, None] > a) + np.mean(b[:, None] == a) / 2,
    ),
    (
        "14.3",
        "sorted first",
        "sort|same object",
        lambda a, b: np.mean(np.sort(b) > np.sort(a)) + np.mean(np.sort(b) == np.sort(a)) / 2,
    ),
    ("14.3", "by how much", "how much|by how|difference", lambda a, b: np.mean(b - a)),
    ("14.3", "how many", "how many|share|divide", lambda a, b: np.sum(b > a) + np.sum(a == b) / 2),
    ("14.3", "in percent", "percent", lambda a, b: 100 * (np.mean(b > a) + np.mean(a == b) / 2)),
    ("14.3", "who wins by the mean", "mean", lambda a, b: float(b.mean() > a.mean())),
    ("14.3", "who wins by the median", "median", lambda a, b: float(np.median(b) > np.median(a))),
    ("14.3", "difference of the wins", "taken away|minus|wins", lambda a, b: np.mean(b > a) - np.mean(b < a)),
    ("14.3", "the list", "One number", lambda a, b: b > a),
    ("14.3", "the median difference", "median|difference", lambda a, b: np.median(b - a)),
    ("14.3", "equal ones alone", "equal", lambda a, b: np.mean(a == b)),
    ("14.3", "equal ones count a quarter", "half", lambda a, b: np.mean(b > a) + np.mean(a == b) / 4),
    ("14.3", "the better one's mean", "IoU|share", lambda a, b: np.maximum(a, b).mean()),
    ("14.3", "yes or no", "yes or no|One number", lambda a, b: bool(b.mean() > a.mean())),
]
