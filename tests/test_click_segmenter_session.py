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
from tests.fake_front import StubSegmenter, round_cat

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
    action("other_readings"),
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


class Listening(StubSegmenter):
    """Takes down what it was asked, and what was fed back with it."""

    def predict(self, prompt, previous=None, multimask=None):
        answer = super().predict(prompt, previous, multimask)
        self.heard = [*getattr(self, "heard", []), (prompt, previous, answer)]
        return answer


def test_what_is_added_goes_on_from_the_mask_on_show() -> None:
    segmenter = Listening()
    session = Session(segmenter)
    session.do("add_point", x=10.0, y=10.0)
    session.do("choose", index=2)
    picked = session.state.active.candidates
    session.do("add_point", x=20.0, y=10.0)
    after = session.state.active.candidates
    session.do("set_box", x0=2.0, y0=2.0, x1=40.0, y1=40.0)
    assert [heard[1] for heard in segmenter.heard] == [None, picked, after]


def test_what_is_taken_back_leaves_the_mask_that_would_be_there_without_it() -> None:
    def clicked(*actions: tuple) -> State:
        session = Session(StubSegmenter())
        for name, *values in actions:
            keys = {"add_point": ("x", "y", "label"), "remove_point": ("index",), "clear_box": ()}
            keys |= {"move_point": ("index", "x", "y"), "set_box": ("x0", "y0", "x1", "y1")}
            session.do(name, **dict(zip(keys[name], values, strict=True)))
        return session.state

    one, two, three = ("add_point", 10.0, 10.0, 1), ("add_point", 20.0, 10.0, 1), ("add_point", 9.0, 14.0, 0)
    box, wider = ("set_box", 2.0, 2.0, 40.0, 40.0), ("set_box", 1.0, 1.0, 50.0, 50.0)
    assert same(clicked(one, two, three, ("remove_point", 1)), clicked(one, three))
    assert same(clicked(one, two, three, ("remove_point", 0)), clicked(two, three))
    moved = ("move_point", 1, 25.0, 12.0)
    assert same(clicked(one, two, three, moved), clicked(one, ("add_point", 25.0, 12.0, 1), three))
    assert same(clicked(one, box, two, ("clear_box",)), clicked(one, two))
    assert same(clicked(box, one, two, ("remove_point", 0)), clicked(box, two))
    assert same(clicked(box, one, two, wider), clicked(wider, one, two))


def test_points_that_do_not_say_what_is_meant_are_not_fed_back_alone() -> None:
    segmenter = Listening()
    session = Session(segmenter)
    session.do("add_point", x=30.0, y=30.0)
    session.do("add_point", x=10.0, y=10.0, label=0)
    session.do("add_point", x=40.0, y=30.0)
    del segmenter.heard[:]
    session.do("remove_point", index=0)
    asked = [(prompt.labels, previous) for prompt, previous, _ in segmenter.heard]
    assert asked == [((0, 1), None)]


def test_a_kept_mask_comes_back_when_its_points_go() -> None:
    segmenter = Listening()
    session = Session(segmenter)
    session.do("keep", rle=mask_tools.encode(SQUARE), predicted_iou=0.97)
    session.do("select_object", index=0)
    kept = session.state.active.candidates
    session.do("add_point", x=60.0, y=15.0)
    session.do("add_point", x=5.0, y=5.0, label=0)
    session.do("remove_point", index=0)
    assert segmenter.heard[-1][:2] == (Prompt([(5, 5)], [0]), kept)
    session.do("remove_point", index=0)
    assert session.state.active.candidates is kept
    session.do("clear")
    session.do("add_point", x=60.0, y=15.0)
    assert segmenter.heard[-1][1] is None


# a class map


WIDE = round_cat(20, 30)  # agrees with the stub's largest mask, where its best rated is the middle one


def test_a_class_map_that_comes_late_ranks_the_present_masks_as_part_of_their_action() -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=20.0, y=30.0)
    session.do("name_object", index=0, name="her")
    assert session.state.active.candidates.best == 1
    told = []
    session.on_change = lambda: told.append(session.state.active.candidates.best)
    assert session.is_unranked
    assert session.look(WIDE)
    session.on_change = None
    assert told == [2]
    assert not session.is_unranked
    assert session.state.active.name == "her"
    assert [one["action"] for one in session.history] == ["add_point", "name_object"]
    session.undo()
    assert session.state.active.candidates.best == 2
    session.undo()
    assert session.state is EMPTY


def test_a_late_class_map_and_an_early_one_leave_the_same_record() -> None:
    late, early = Session(StubSegmenter()), Session(StubSegmenter())
    early.look(WIDE)
    for session in (late, early):
        session.do("add_point", x=20.0, y=30.0)
    late.look(WIDE)
    for session in (late, early):
        session.do("add_point", x=30.0, y=30.0)
        session.do("remove_point", index=1)
    assert late.to_json() == early.to_json()
    assert same(late.state, early.state)


@pytest.mark.parametrize(
    "meanwhile",
    [
        [("choose", {"index": 0})],
        [("add_point", {"x": 30.0, "y": 30.0})],
        [("new_object", {})],
        [("clear", {})],
        [("set_box", {"x0": 1.0, "y0": 1.0, "x1": 40.0, "y1": 50.0})],
    ],
)
def test_a_late_class_map_leaves_alone_what_was_picked_or_gone_on_from(meanwhile: list) -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=20.0, y=30.0)
    for name, arguments in meanwhile:
        session.do(name, **arguments)
    before, record = session.state, session.to_json()
    assert not session.look(WIDE)
    assert session.state is before
    assert session.to_json() == record


def test_a_late_class_map_leaves_alone_what_could_be_redone() -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=20.0, y=30.0)
    session.do("add_point", x=30.0, y=30.0)
    final = session.state
    session.undo()
    assert not session.look(WIDE)
    session.redo()
    assert session.state is final


def test_a_replay_needs_no_class_map_and_takes_no_other() -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=20.0, y=30.0)
    session.look(WIDE)
    session.do("add_point", x=30.0, y=30.0, label=0)
    record = session.to_json()
    again = Session.from_json(record, StubSegmenter())
    assert same(session.state, again.state)
    plain = Session(StubSegmenter())
    plain.do("add_point", x=20.0, y=30.0)
    replayed = Session.from_json(plain.to_json(), StubSegmenter())
    assert not replayed.look(WIDE), "its masks are those of the record"
    assert replayed.state.active.candidates.best == 1
    replayed.do("new_object")
    assert replayed.do("add_point", x=20.0, y=30.0).active.candidates.best == 2


@settings(max_examples=40)
@given(st.lists(ANY_ACTION, min_size=1, max_size=20), st.integers(0, 20), st.integers(0, 3))
def test_a_session_replays_whenever_the_class_map_came(actions: list, when: int, undone: int) -> None:
    session = Session(StubSegmenter())
    carry_out(session, actions[:when])
    for _ in range(undone):
        session.undo()
    session.look(WIDE)
    carry_out(session, actions[when:])
    again = Session.from_json(session.to_json(), StubSegmenter())
    assert same(session.state, again.state)
    assert again.to_json() == session.to_json()
    while session.undo():
        assert again.undo()
        assert same(session.state, again.state)


@pytest.mark.parametrize(
    "seen",
    [
        "cat",
        {"class_name": "cat"},
        {"class_name": "<b>cat</b>", "iou": [0, 0, 0], "border": [0, 0, 0]},
        {"class_name": "cat", "iou": [0, 0], "border": [0, 0]},
        {"class_name": "cat", "iou": [0, 0, 2], "border": [0, 0, 0]},
        {"class_name": "cat", "iou": [0, 0, True], "border": [0, 0, 0]},
        {"class_name": "cat", "iou": [0, 0, 0], "border": "none"},
        {"class_name": None, "iou": 3, "border": [0, 0, 0]},
    ],
)
def test_a_record_with_a_damaged_class_is_refused(seen: object) -> None:
    data = json.loads(Session(StubSegmenter()).to_json())
    click = {"action": "add_point", "x": 20.0, "y": 30.0, "deeplab": seen}
    with pytest.raises(ValueError, match=r"action 0 .*deeplab must"):
        Session.from_json(json.dumps(data | {"actions": [click]}), StubSegmenter())


def test_other_readings_keep_the_choice_and_can_be_undone_and_replayed() -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=20.0, y=30.0)
    session.do("add_point", x=30.0, y=30.0)
    alone = session.state.active
    assert len(alone.candidates) == 1
    shown = session.do("other_readings").active
    assert len(shown.candidates) == 4
    assert np.array_equal(shown.mask, alone.mask)
    session.do("choose", index=3)
    again = Session.from_json(session.to_json(), StubSegmenter())
    assert same(session.state, again.state)
    session.undo()
    session.undo()
    assert session.state.active is alone
    session.do("other_readings")
    with pytest.raises(ValueError, match="no other readings"):
        session.do("other_readings")


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
