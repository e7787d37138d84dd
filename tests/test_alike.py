"""All like it, in the widget: proposals appear dashed, a slider adds and removes them, Enter keeps them."""

from __future__ import annotations

import numpy as np
import pytest
import supervision as sv

from segwidgets.widgets import painting
from tests.fake_front import is_off, round_cat
from tests.test_click_segmenter import Bench, message_of, wait_for

CONFIDENCE = (1.0, 0.9, 0.7, 0.4)


def alike(exemplar: np.ndarray) -> sv.Detections:
    """The exemplar and three squares, the most alike first."""
    masks = np.zeros((4, *exemplar.shape), bool)
    masks[0] = exemplar
    for i in range(3):
        masks[i + 1, 5:15, 10 + 25 * i : 20 + 25 * i] = True
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(float),
        mask=masks,
        confidence=np.array(CONFIDENCE),
        data={
            "is_exemplar": np.array([True, False, False, False]),
            "predicted_iou": np.array([np.nan, 0.95, 0.9, 0.8]),
        },
        metadata={"reason": "found"},
    )


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    def find(segmenter, mask, semantic=None, threshold=0.65, progress=None, cancelled=None):
        progress(1, 2)
        return alike(mask)

    monkeypatch.setattr("segwidgets.similar.find_similar", find)
    bench = Bench()
    bench.seg.new_object("coin")
    bench.click(45, 40)
    return bench


def test_a_key_proposes_and_enter_keeps_all_as_one_step(bench: Bench) -> None:
    before = bench.seg.session.state
    bench.front.key("a")
    wait_for(lambda: not bench.seg.alike.running)
    assert bench.seg.alike.proposed == [1, 2]
    bench.front.key("Enter")
    assert len(bench.seg.objects) == 3
    assert {one.name for one in bench.seg.objects} == {"coin"}
    np.testing.assert_array_equal(bench.seg.objects[1].mask, alike(before.active.mask).mask[1])
    assert bench.seg.alike.detections is None
    bench.seg.undo()
    assert bench.seg.objects == before.objects, "one step back takes all of them"
    bench.seg.redo()
    again = Bench()
    again.seg.replay(bench.seg.to_json())
    np.testing.assert_array_equal(again.seg.detections.mask, bench.seg.detections.mask)


def test_the_slider_adds_and_removes_proposals_live(bench: Bench) -> None:
    bench.seg.find_similar()
    panel = bench.seg.alike_panel
    assert panel.threshold.value == pytest.approx(bench.seg.alike.threshold)
    assert "2 more like it" in panel.count.value
    panel.threshold.value = 0.3
    assert bench.seg.alike.proposed == [1, 2, 3]
    assert "3 more like it" in panel.count.value
    panel.threshold.value = 0.95
    assert bench.seg.alike.proposed == []
    assert panel.keep.disabled
    bench.front.key("Enter")
    assert len(bench.seg.objects) == 1, "nothing to keep is nothing done"


def test_the_slider_is_live_as_each_proposal_is_worked_out_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = []

    def counted(mask, viewport):
        worked_out.append(mask)
        return outline(mask, viewport)

    outline = painting.outline
    monkeypatch.setattr(painting, "outline", counted)
    bench.seg.find_similar()
    for threshold in (0.8, 0.3, 0.95, 0.3):
        bench.seg.alike_panel.threshold.value = threshold
    assert len(worked_out) == 3
    bench.seg.find_similar()
    assert len(worked_out) == 5, "another search has proposals of its own"


def test_arrow_keys_choose_as_the_slider_does_and_the_photo_keeps_the_keyboard(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    focused = []
    monkeypatch.setattr(bench.seg.stage, "focus", lambda: focused.append(True))
    bench.front.key("ArrowLeft")
    bench.seg.find_similar()
    assert not focused, "code takes the keyboard from nobody"
    bench.front.key("ArrowRight")
    assert bench.seg.alike.proposed == [1]
    assert bench.seg.alike_panel.threshold.value == pytest.approx(0.71)
    bench.front.key("ArrowLeft")
    assert bench.seg.alike.proposed == [1, 2]
    bench.seg.alike_panel.threshold.value = 0.0
    bench.front.key("ArrowLeft")
    assert bench.seg.alike.threshold == 0
    assert len(focused) == 1
    bench.seg.toolbar.buttons["alike"].click()
    assert len(focused) == 2


def test_escape_drops_the_proposals_and_leaves_the_session_as_it_was(bench: Bench) -> None:
    history = bench.seg.history
    bench.seg.toolbar.buttons["alike"].click()
    wait_for(lambda: not bench.seg.alike.running)
    assert not is_off(bench.seg.alike_panel.widget)
    bench.front.key("Escape")
    assert bench.seg.alike.detections is None
    assert is_off(bench.seg.alike_panel.widget)
    assert bench.seg.history == history


def test_where_nothing_is_like_it_that_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segwidgets.similar.find_similar", lambda segmenter, mask, *_, **__: alike(mask)[:1])
    bench.seg.find_similar()
    assert "Nothing else looks like it." in message_of(bench.seg)
    assert not bench.seg.alike.active


def test_where_nothing_is_alike_enough_it_says_how_alike_the_closest_is(bench: Bench) -> None:
    bench.seg.find_similar(threshold=0.95)
    said = "Nothing else looks like it: the closest has a likeness of 0.90, where 0.95 is asked for."
    assert said in message_of(bench.seg)
    assert "Move the slider" in bench.seg.status.hint.value
    bench.seg.alike_panel.threshold.value = 0.9
    assert message_of(bench.seg) == ""
    assert "Enter keeps the dashed masks" in bench.seg.status.hint.value
    bench.seg.alike_panel.threshold.value = 0.95
    assert said in message_of(bench.seg)


def test_the_classes_that_were_looked_at_have_a_word(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def find(segmenter, mask, semantic, **_):
        asked.append(semantic)
        return alike(mask)

    monkeypatch.setattr("segwidgets.similar.find_similar", find)
    bench.seg.find_similar()
    seen, other = round_cat(20, 30), round_cat(20, 30)
    bench.seg.session.look(seen)
    bench.seg.find_similar()
    bench.seg.find_similar(semantic=other)
    assert [id(one) for one in asked] == [id(None), id(seen), id(other)]


def test_without_a_mask_there_is_nothing_to_be_like() -> None:
    bench = Bench()
    with pytest.raises(ValueError, match="no mask yet"):
        bench.seg.find_similar()
    bench.front.key("a")
    assert "no mask yet" in message_of(bench.seg)


def test_a_search_is_cancelled_and_its_failure_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def patient(segmenter, mask, semantic=None, threshold=0.65, progress=None, cancelled=None):
        wait_for(cancelled)
        return alike(mask)

    monkeypatch.setattr("segwidgets.similar.find_similar", patient)
    bench.seg.toolbar.buttons["alike"].click()
    bench.seg.status.cancel.click()
    wait_for(lambda: not bench.seg.alike.running)
    assert bench.seg.alike.detections is None

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("too little of it")

    monkeypatch.setattr("segwidgets.similar.find_similar", fail)
    bench.seg.find_similar()
    assert "too little of it" in message_of(bench.seg)


@pytest.mark.parametrize("threshold", [-0.1, 1.5])
def test_a_threshold_out_of_range_is_refused(bench: Bench, threshold: float) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        bench.seg.set_similarity(threshold)


def test_a_proposal_is_told_from_an_object_by_its_dashes() -> None:
    drawn = painting.dashed(np.ones((40, 40), bool))
    assert 0.4 < drawn.mean() < 0.6
    runs = np.diff(np.flatnonzero(np.diff(drawn[0].astype(int))))
    assert set(runs) == {painting.DASH_PX}
