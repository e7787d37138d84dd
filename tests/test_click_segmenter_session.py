"""The state machine behind the widget: any way forward can be gone back, and written down, and gone again."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segwidgets import Prompt, Segmenter
from segwidgets import masks as mask_tools
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import EMPTY, State
from tests.fake_front import StubSegmenter

xs, ys, small = st.floats(0, 89.9), st.floats(0, 59.9), st.integers(-1, 4)
SQUARE = np.zeros((60, 90), bool)
SQUARE[10:20, 30:50] = True


def action(called: str, /, **arguments: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries(arguments).map(lambda values: (called, values))


ANY_ACTION = st.one_of(
    action("add_point", x=xs, y=ys, label=st.integers(0, 1)),
    action("remove_point", index=small),
    action("move_point", index=small, x=xs, y=ys),
    action("set_box", x0=xs, y0=ys, x1=xs, y1=ys),
    action("clear_box"),
    action("choose", index=small),
    action("new_object", name=st.sampled_from(["", "cat"])),
    action("select_object", index=small),
    action("name_object", index=small, name=st.text(max_size=5)),
    action("show_object", index=small, visible=st.booleans()),
    action("delete_object", index=small),
    action("reorder", index=small, to=small),
    action("keep", rle=st.just(mask_tools.encode(SQUARE)), predicted_iou=st.just(0.9)),
    action("clear"),
    action("reset"),
)


def carry_out(session: Session, actions: list) -> None:
    for name, arguments in actions:
        try:
            session.do(name, **arguments)
        except (ValueError, IndexError):
            continue  # no such point, box upside down, …: nothing may have changed


def same(one: State, other: State) -> bool:
    if (one.current, one.made, len(one.objects)) != (other.current, other.made, len(other.objects)):
        return False
    return all(
        (a.number, a.name, a.prompt, a.visible) == (b.number, b.name, b.prompt, b.visible)
        and (a.mask is None) == (b.mask is None)
        and (a.mask is None or np.array_equal(a.mask, b.mask))
        for a, b in zip(one.objects, other.objects, strict=True)
    )


@settings(max_examples=40)
@given(st.lists(ANY_ACTION, max_size=20))
def test_undo_all_is_empty_and_redo_all_is_the_end(actions: list) -> None:
    session = Session(StubSegmenter())
    carry_out(session, actions)
    final, history = session.state, session.history
    while session.undo():
        pass
    assert session.state is EMPTY
    assert session.history == []
    while session.redo():
        pass
    assert session.state is final
    assert session.history == history


@settings(max_examples=40)
@given(st.lists(ANY_ACTION, max_size=20))
def test_a_written_session_replays_to_the_same_masks(actions: list) -> None:
    session = Session(StubSegmenter())
    carry_out(session, actions)
    again = Session.from_json(session.to_json(), StubSegmenter())
    assert same(session.state, again.state)
    assert again.to_json() == session.to_json()


@settings(max_examples=40)
@given(st.lists(ANY_ACTION, min_size=5, max_size=20), st.integers(0, 20))
def test_states_dropped_for_memory_come_back_the_same(actions: list, steps: int) -> None:
    session, thrifty = Session(StubSegmenter()), Session(StubSegmenter(), snapshot_bytes=0)
    for one in (session, thrifty):
        carry_out(one, actions)
    assert thrifty.snapshots == min(session.snapshots, 5), "the empty one, the present one, three before it"
    for one in (session, thrifty):
        for _ in range(steps):
            one.undo()
    assert same(session.state, thrifty.state)


@settings(max_examples=40)
@given(st.lists(ANY_ACTION, max_size=12), ANY_ACTION)
def test_a_failed_action_leaves_everything_as_it_was(actions: list, last: tuple) -> None:
    session = Session(StubSegmenter())
    carry_out(session, actions)
    before, history = session.state, session.history
    try:
        session.do(last[0], **last[1])
    except (ValueError, IndexError):
        assert session.state is before
        assert session.history == history


def test_a_new_action_after_undo_forgets_what_was_undone() -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=10.0, y=10.0)
    session.do("add_point", x=20.0, y=10.0)
    session.undo()
    session.do("add_point", x=30.0, y=10.0, label=0)
    assert not session.can_redo
    assert session.state.active.prompt == Prompt([(10, 10), (30, 10)], [1, 0])


def test_adding_refines_and_taking_back_does_not() -> None:
    session = Session(StubSegmenter())
    assert not session.do("add_point", x=10.0, y=10.0).active.candidates.refined
    assert session.do("add_point", x=20.0, y=10.0).active.candidates.refined
    assert session.do("set_box", x0=2.0, y0=2.0, x1=40.0, y1=40.0).active.candidates.refined
    assert not session.do("remove_point", index=0).active.candidates.refined
    assert not session.do("move_point", index=0, x=21.0, y=11.0).active.candidates.refined


def test_what_is_fed_back_is_the_candidate_that_was_chosen() -> None:
    masks = []
    for choice in (0, 2):
        session = Session(StubSegmenter())
        session.do("add_point", x=30.0, y=30.0)
        session.do("choose", index=choice)
        masks.append(session.do("add_point", x=40.0, y=30.0).active.candidates.low_res_logits)
    assert not np.array_equal(*masks)


def test_the_last_point_removed_leaves_no_mask() -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=10.0, y=10.0)
    assert session.do("remove_point", index=0).active.mask is None


def test_colours_stay_with_their_objects_when_others_go() -> None:
    session = Session(StubSegmenter())
    for x in (10.0, 30.0, 50.0):
        session.do("new_object")
        session.do("add_point", x=x, y=10.0)
    colors = [one.color for one in session.state.objects]
    session.do("delete_object", index=0)
    session.do("reorder", index=0, to=1)
    assert [one.color for one in session.state.objects] == [colors[2], colors[1]]
    assert session.state.active.color == colors[2], "the current object is still the same one"


def test_a_preview_that_is_then_done_is_decoded_once() -> None:
    segmenter = StubSegmenter()
    session = Session(segmenter)
    seen = session.preview(12.0, 30.0)
    assert session.do("add_point", x=12.0, y=30.0).active.candidates is seen
    assert segmenter.predictions == 1


def test_a_kept_mask_is_that_mask_and_can_be_refined() -> None:
    session = Session(StubSegmenter())
    session.do("keep", rle=mask_tools.encode(SQUARE), predicted_iou=0.97)
    kept = session.state.objects[0]
    assert np.array_equal(kept.mask, SQUARE)
    assert session.state.active is None, "the next click must not change it"
    session.do("select_object", index=0)
    assert session.do("add_point", x=60.0, y=15.0).active.candidates.refined


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda data: "{", "must be JSON"),
        (lambda data: "[]", "must be an object"),
        (lambda data: json.dumps(data | {"format": "other"}), "format"),
        (lambda data: json.dumps(data | {"image": data["image"] | {"sha256": "0"}}), "another photo"),
        (lambda data: json.dumps(data | {"actions": [{"action": "explode"}]}), "action 0"),
        (lambda data: json.dumps(data | {"actions": [{"action": "add_point", "x": 1}]}), "action 0"),
        (lambda data: json.dumps(data | {"actions": [{"action": "add_point", "x": -1, "y": 2}]}), "outside"),
    ],
)
def test_a_record_that_cannot_be_replayed_says_why(damage, complaint) -> None:
    data = json.loads(Session(StubSegmenter()).to_json())
    with pytest.raises(ValueError, match=complaint):
        Session.from_json(damage(data), StubSegmenter())


def test_old_masks_do_not_pile_up() -> None:
    session = Session(StubSegmenter(), snapshot_bytes=0)
    for step in range(10):
        session.do("add_point", x=5.0 + step, y=5.0)
    assert session.snapshots <= 6


@pytest.mark.model
def test_replay_on_the_real_model_is_the_same_bit_for_bit(cat_segmenter: Segmenter) -> None:
    session = Session(cat_segmenter)
    session.do("add_point", x=250.0, y=170.0)
    session.do("choose", index=2)
    session.do("add_point", x=20.0, y=20.0, label=0)
    session.do("set_box", x0=60.0, y0=10.0, x1=440.0, y1=290.0)
    again = Session.from_json(session.to_json(), cat_segmenter)
    assert same(session.state, again.state)
    assert np.array_equal(
        session.state.active.candidates.low_res_logits, again.state.active.candidates.low_res_logits
    )
