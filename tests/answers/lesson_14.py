"""Answers to the exercises of lesson 14: a bootstrap interval, the number of clicks, two methods by pairs."""

from __future__ import annotations

from typing import Any

import numpy as np


def means(ious: Any, picks: Any) -> Any:
    return [sum(ious[number] for number in row) / len(row) for row in picks]


def by_sorting(ious: Any, picks: Any) -> Any:
    in_order = sorted(means(ious, picks))
    return [in_order[round(0.025 * len(picks))], in_order[round(0.975 * len(picks)) - 1]]


def clicks(ious: Any, least: float, never: Any = None) -> Any:
    told = []
    for row in ious:
        first = [click for click, iou in enumerate(row, 1) if iou >= least]
        told.append(first[0] if first else len(row) if never is None else never)
    return told


def wins(first: Any, second: Any) -> float:
    return sum(1 if b > a else 0.5 if a == b else 0 for a, b in zip(first, second, strict=True))


RIGHT: list[tuple[str, Any]] = [
    ("14.1", lambda ious, picks: np.quantile(ious[picks].mean(axis=1), [0.025, 0.975])),
    ("14.1", by_sorting),
    ("14.1", lambda ious, picks: tuple(np.percentile(means(ious, picks), (2.5, 97.5)).round(3))),
    ("14.2", lambda ious, least: np.mean(clicks(ious, least))),
    ("14.2", lambda ious, least: round(sum(clicks(ious, least)) / len(ious), 2)),
    ("14.3", lambda first, second: wins(first, second) / len(first)),
    ("14.3", lambda first, second: np.mean((np.sign(second - first) + 1) / 2)),
]

WRONG: list[tuple[str, Any, str]] = [
    ("14.1", lambda ious, picks: np.percentile(ious, [2.5, 97.5]), "objects' own"),
    ("14.1", lambda ious, picks: np.percentile(ious[picks], [2.5, 97.5]), "one heap"),
    ("14.1", lambda ious, picks: np.percentile(ious[picks].mean(axis=0), [2.5, 97.5]), "axis=1"),
    ("14.1", lambda ious, picks: np.percentile(picks.mean(axis=1), [2.5, 97.5]), "look their IoUs up"),
    ("14.1", lambda ious, picks: np.percentile(means(ious, picks), [5, 95]), "90 %"),
    ("14.1", lambda ious, picks: np.percentile(means(ious, picks), [0, 95]), "one half"),
    ("14.1", lambda ious, picks: np.percentile(means(ious, picks), [0.025, 0.975]), "are percents"),
    ("14.1", lambda ious, picks: (min(means(ious, picks)), max(means(ious, picks))), "smallest"),
    ("14.1", lambda ious, picks: np.percentile(means(ious, picks), [25, 75]), "Half of the means"),
    (
        "14.1",
        lambda ious, picks: ious.mean() + np.array([-1.96, 1.96]) * np.std(means(ious, picks)),
        "normal curve",
    ),
    (
        "14.1",
        lambda ious, picks: ious.mean() + np.array([-1.96, 1.96]) * ious.std() / len(ious) ** 0.5,
        "formula",
    ),
    ("14.1", lambda ious, picks: ious.mean() + np.array([-1, 1]) * ious.std(), "objects are spread"),
    ("14.1", lambda ious, picks: by_sorting(ious, picks)[::-1], "For one of the cases"),
    ("14.1", lambda ious, picks: np.percentile(means(ious, picks), [97.5, 2.5]), "wrong order"),
    ("14.1", lambda ious, picks: np.percentile(np.median(ious[picks], axis=1), [2.5, 97.5]), "median"),
    ("14.1", lambda ious, picks: np.percentile(ious[picks - 1].mean(axis=1), [2.5, 97.5]), "from 0"),
    ("14.1", lambda ious, picks: np.mean(means(ious, picks)), "This is the mean; asked"),
    ("14.1", lambda ious, picks: means(ious, picks), "means themselves"),
    (
        "14.1",
        lambda ious, picks: np.take(means(ious, picks), [len(picks) // 40, len(picks) * 39 // 40]),
        "not sorted",
    ),
    ("14.1", lambda ious, picks: (ious.mean(), ious.mean()), "mean twice"),
    ("14.1", lambda ious, picks: np.percentile(ious[picks].mean(), [2.5, 97.5]), "into one number"),
    ("14.1", lambda ious, picks: np.percentile(means(ious, picks), [2.5, 97.5]) + 0.02, "none of your own"),
    ("14.1", lambda ious, picks: "0.8 to 0.9", "Two numbers"),
    ("14.1", lambda ious, picks: [[ious.min(), ious.max()]], "Two numbers"),
    ("14.1", lambda ious, picks: (0.8, 0.9), "always the same"),
    ("14.1", (0.8, 0.9), "A function"),
    ("14.2", lambda ious, least: np.mean(clicks(ious, least)) - 1, "counted from 0"),
    ("14.2", lambda ious, least: np.mean((ious >= least).argmax(axis=1) + 1), "without any True"),
    ("14.2", lambda ious, least: np.mean((ious >= least).argmax(axis=1)), "as well"),
    ("14.2", lambda ious, least: np.mean(clicks(ious, least, 0)), "counts K"),
    ("14.2", lambda ious, least: np.mean(clicks(ious, least, 20)), "counts K"),
    ("14.2", lambda ious, least: np.mean(clicks(ious, least, np.nan)), "counts K"),
    ("14.2", lambda ious, least: np.nanmean(clicks(ious, least, np.nan)), "left out"),
    ("14.2", lambda ious, least: np.mean(clicks(ious, least + 1e-9)), "at least, not above"),
    ("14.2", lambda ious, least: (ious < least).sum(axis=1).mean(), "clicks below it; asked"),
    (
        "14.2",
        lambda ious, least: np.minimum((ious < least).sum(axis=1) + 1, ious.shape[1]).mean(),
        "all clicks below",
    ),
    ("14.2", lambda ious, least: (ious >= least).sum(axis=1).mean(), "how many clicks were good"),
    ("14.2", lambda ious, least: np.median(clicks(ious, least)), "median"),
    ("14.2", lambda ious, least: sum(clicks(ious, least)), "sum over the objects"),
    ("14.2", lambda ious, least: clicks(ious, least), "numbers for each"),
    ("14.2", lambda ious, least: clicks(ious.mean(axis=0)[None], least)[0], "averaged first"),
    ("14.2", lambda ious, least: np.mean(clicks(ious.T, least)), "swapped"),
    ("14.2", lambda ious, least: (ious >= least).any(axis=1).mean(), "share of the objects"),
    ("14.2", lambda ious, least: round(np.mean(clicks(ious, least))), "decimal point"),
    ("14.2", lambda ious, least: "two", "One number"),
    ("14.3", lambda first, second: wins(second, first) / len(first), "*first*"),
    ("14.3", lambda first, second: np.mean(second > first), "one half"),
    ("14.3", lambda first, second: np.mean(second >= first), "one half"),
    ("14.3", lambda first, second: np.sum(second > first) / np.sum(second != first), "left out"),
    ("14.3", lambda first, second: np.mean(second > first) - np.mean(second < first), "taken away"),
    ("14.3", lambda first, second: np.mean(second[:, None] > first), "same object"),
    ("14.3", lambda first, second: wins(np.sort(first), np.sort(second)) / len(first), "sorted"),
    ("14.3", lambda first, second: np.mean(np.sort(second) > np.sort(first)), "sorted"),
    ("14.3", lambda first, second: np.mean(second - first), "by how much"),
    ("14.3", wins, "how many objects"),
    ("14.3", lambda first, second: 100 * wins(first, second) / len(first), "percent"),
    ("14.3", lambda first, second: int(second.mean() > first.mean()), "by the mean"),
    ("14.3", lambda first, second: second > first, "One number"),
]
