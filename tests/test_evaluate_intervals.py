"""How far a mean may be off: the bootstrap, and what an evaluation says of its spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from segwidgets.evaluate import Evaluation, mean_interval
from segwidgets.evaluate.figures import ObjectFigures
from segwidgets.evaluate.settings import Settings


def by_hand(values: Any, groups: Any, draws: int = 4000, seed: int = 3) -> Any:
    """The same, as one would write it: draw groups, join what is in them, take the mean."""
    rng, names = np.random.default_rng(seed), sorted(set(groups))
    parts = [np.array([v for v, g in zip(values, groups, strict=True) if g == name]) for name in names]
    means = [
        np.concatenate([parts[i] for i in rng.integers(len(parts), size=len(parts))]).mean()
        for _ in range(draws)
    ]
    return np.percentile(means, [2.5, 97.5])


def figures(photo: str, name: str, iou: float) -> ObjectFigures:
    by_click = {1: iou, 2: (1 + iou) / 2}
    return ObjectFigures(
        photo, "m.png", name, "", "0", 9, 9, 9, 0, 0.5, 0.5, by_click, by_click, {85: 1, 90: 2},
        {85: 1, 90: 0}, 1, 0, iou, {1: iou, 2: 1.0}, by_click, {}, iou, iou,
    )  # fmt: skip


def evaluation(**photos: list[float]) -> Evaluation:
    found = [figures(photo, str(i), iou) for photo, ious in photos.items() for i, iou in enumerate(ious)]
    return Evaluation(Settings(clicks=2, draws=0), tuple(found))


def test_groups_are_drawn_whole_as_by_hand() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(list("abcdefgh"), [1, 2, 3, 1, 5, 2, 9, 1])
    values = rng.uniform(0, 1, 8)[[ord(g) - 97 for g in groups]] * 0.8 + rng.uniform(0, 0.2, len(groups))
    ours, theirs = mean_interval(values, groups.tolist(), draws=4000), by_hand(values, groups)
    assert ours == pytest.approx(theirs, abs=0.015)
    alone = mean_interval(values)
    assert alone == pytest.approx(by_hand(values, range(len(values))), abs=0.015)
    assert alone[1] - alone[0] < 0.8 * (ours[1] - ours[0])  # what lies in one photo is alike


def test_an_interval_holds_what_95_of_100_means_do_and_is_wider_for_99() -> None:
    values = np.random.default_rng(1).normal(0.8, 0.1, 400)
    low, high = mean_interval(values)
    assert (low, high) == pytest.approx(
        (values.mean() - 1.96 * values.std() / 20, values.mean() + 1.96 * values.std() / 20), abs=0.001
    )
    wider = mean_interval(values, level=0.99)
    assert wider[0] < low < high < wider[1]
    assert mean_interval(values) == (low, high) != mean_interval(values, seed=1)


def test_draws_in_pieces_are_all_of_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).uniform(0, 1, 30)
    whole = mean_interval(values, draws=500)
    monkeypatch.setattr("segwidgets.evaluate.intervals.AT_ONCE", 100)
    assert mean_interval(values, draws=500) == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "options", "error", "words"),
    [
        ([], {}, ValueError, "two groups at least, got 0"),
        ([0.5], {}, ValueError, "got 1: one says nothing"),
        ([0.5, 0.6], {"groups": ["a", "a"]}, ValueError, "got 1: one says nothing"),
        ([0.5, 0.6], {"groups": ["a"]}, ValueError, "each of the 2 values, got 1"),
        ([0.5, float("nan")], {}, TypeError, "a list of numbers"),
        ([[0.5, 0.6]], {}, TypeError, "a list of numbers"),
        (["high", "low"], {}, TypeError, "a list of numbers"),
        ([0.5, 0.6], {"level": 95}, ValueError, "between 0 and 1"),
        ([0.5, 0.6], {"draws": 0}, ValueError, "from 1"),
        ([0.5, 0.6], {"draws": 2.5}, ValueError, "from 1"),
    ],
)
def test_what_gives_no_interval_is_told(values: Any, options: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        mean_interval(values, **options)


def test_an_evaluation_tells_its_median_its_tail_and_its_interval_over_photos() -> None:
    all_of_it = evaluation(a=[0.98, 0.97, 0.99, 0.96], b=[0.2], c=[0.6], d=[0.4, 0.3])
    assert all_of_it.mean_iou()[1] == pytest.approx(0.675)
    assert all_of_it.median_iou() == {1: 0.78, 2: 0.89}
    assert all_of_it.share_below() == {1: 0.375, 2: 0.0}
    assert all_of_it.share_below(0.97, "predicted_iou") == {1: 0.625, 2: 0.0}
    photos, objects = all_of_it.interval(), all_of_it.interval(by="object")
    assert photos.keys() == objects.keys() == {1, 2}
    ious = [one.iou[1] for one in all_of_it]
    names = [one.photo for one in all_of_it]
    assert photos[1] == pytest.approx(mean_interval(ious, names), abs=1e-4)
    assert objects[1] == pytest.approx(mean_interval(ious), abs=1e-4)
    summary = all_of_it.summary()
    assert summary["mean_iou_interval"]["segwidgets"] == {"1": photos[1], "2": photos[2]}
    assert summary["median_iou"]["segwidgets"]["1"] == 0.78
    assert summary["share_below_half"]["predicted_iou"] == {"1": 0.375, "2": 0.0}
    assert summary["mean_iou_interval"]["random"] == summary["median_iou"]["random"] == {}


def test_one_photo_has_no_interval_over_photos_and_nothing_has_none() -> None:
    one = evaluation(a=[0.9, 0.5, 0.7])
    assert one.interval() == {}
    assert one.interval(by="object")[1][0] < 0.7
    assert one.summary()["mean_iou_interval"]["segwidgets"] == {}
    nothing = replace(one, objects=())
    assert nothing.interval() == nothing.median_iou() == nothing.share_below() == {}


@pytest.mark.parametrize("name", ["interval", "median_iou", "share_below", "mean_iou"])
def test_a_way_that_there_is_not_is_told(name: str) -> None:
    with pytest.raises(ValueError, match="way must be one of segwidgets"):
        getattr(evaluation(a=[0.5]), name)(way="best")


def test_what_is_drawn_must_be_photos_or_objects() -> None:
    with pytest.raises(ValueError, match="photo or object, got 'pixel'"):
        evaluation(a=[0.5]).interval(by="pixel")
