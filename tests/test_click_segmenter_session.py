"""The state machine behind the widget: any way forward can be gone back, and written down, and gone again."""

from __future__ import annotations

import gc
import hashlib
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from segwidgets import Prompt, Segmenter
from segwidgets import masks as mask_tools
from segwidgets.candidates import Candidates
from segwidgets.widgets.session import outcome
from segwidgets.widgets.session.actions import ACTIONS
from segwidgets.widgets.session.commands import SessionCommands
from segwidgets.widgets.session.files import SessionFiles
from segwidgets.widgets.session.naming import ClassNamer
from segwidgets.widgets.session.narration import finding, narrate
from segwidgets.widgets.session.ranking import Ranker, by_hand
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.snapshots import answers
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
    action(
        "take_over",
        found=st.just([{"rle": mask_tools.encode(SQUARE), "predicted_iou": 0.9, "name": "cat"}]),
        origin=st.just("batch"),
    ),
    action(
        "paint",
        path=st.lists(st.tuples(xs, ys).map(list), max_size=4),
        radius=st.floats(0.1, 20),
        erase=st.booleans(),
    ),
    action("lasso", path=st.lists(st.tuples(xs, ys).map(list), max_size=6), erase=st.booleans()),
    action("mend", how=st.sampled_from(["fill_holes", "drop_specks", "grow", "shrink", "smooth"]), px=small),
    action("forget_painting"),
    action("classify", name=st.sampled_from(["", "cat", "dog"]), tint=st.integers(0, 7), index=small),
    action("rename_class", name=st.sampled_from(["cat", "dog"]), new=st.sampled_from(["dog", "cow", ""])),
    action("merge", indices=st.lists(small, max_size=3)),
    action("split", index=small),
    action("duplicate", index=small),
    action("lock_object", index=small, locked=st.booleans()),
    action("note_object", index=small, note=st.text(max_size=5)),
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
        and (a.color, a.locked, a.note, a.edits) == (b.color, b.locked, b.note, b.edits)
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
    session, thrifty = Session(StubSegmenter()), Session(StubSegmenter(), undo_bytes=0)
    for one in (session, thrifty):
        carry_out(one, actions)
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


def clicked(steps: int, **limits: int) -> Session:
    """Make a session of so many clicks on one object."""
    session = Session(StubSegmenter(), **limits)
    for step in range(steps):
        session.do("add_point", x=5.0 + step % 60, y=5.0 + step // 60)
    return session


def alive() -> list[Candidates]:
    """Return all answers that anybody holds in this process."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is Candidates]


def held_bytes(session: Session, others: list[Candidates]) -> int:
    """Add up the memory of a session's answers, packed or not, but for those on show."""
    known = {id(one) for one in others} | {id(one) for one in answers(session.state)}
    held = [one for one in alive() if id(one) not in known]
    return sum(one.nbytes if "masks" in vars(one) else one.put_away() for one in held)


def test_old_masks_do_not_pile_up_also_where_undo_and_a_film_go_through_them() -> None:
    """Undo beyond what was remembered once brought back every state on the way there, whole."""
    others = alive()
    session = clicked(40, undo_bytes=2_000_000)
    assert held_bytes(session, others) < 2_500_000
    assert len(session.states()) == 41
    assert held_bytes(session, others) < 2_500_000
    for _ in range(30):
        session.undo()
        assert session.state.active is not None
    assert held_bytes(session, others) < 2_500_000


def test_a_hundred_steps_are_remembered_in_little_memory() -> None:
    others = alive()
    session = clicked(100)
    assert held_bytes(session, others) < 100_000_000 / 8 < 100 * session.state.active.candidates.nbytes / 8
    before, after = session.segmenter.predictions, session.state
    for _ in range(99):
        session.undo()
        assert session.state.active.mask.any()
    for _ in range(99):
        session.redo()
    assert session.state is after
    assert session.segmenter.predictions == before, "nothing had to be asked anew"


def test_the_present_masks_are_whole_and_older_ones_read_the_same() -> None:
    session = clicked(12, undo_bytes=20_000_000)
    masks = [one.active.candidates.masks for one in clicked(12).states()[1:]]
    old = session.states()[2].active.candidates
    assert "masks" not in vars(old), "packed"
    assert np.array_equal(old.masks, masks[1])
    while session.undo():
        if session.history:
            assert session.state.active.candidates.masks is session.state.active.candidates.masks, "whole"
            assert np.array_equal(session.state.active.candidates.masks, masks[len(session.history) - 1])


@pytest.mark.parametrize("way", ["undo", "redo"])
def test_a_step_back_or_forward_that_sam_does_not_answer_stays_where_it_was(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = clicked(4, undo_bytes=0)
    if way == "redo":
        session.undo()
        session.undo()
    before, history = session.state, session.history
    with monkeypatch.context() as broken:
        broken.setattr(session.segmenter, "predict", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            getattr(session, way)()
        assert session.state is before
        assert session.history == history
    assert getattr(session, way)()
    assert len(session.history) == len(history) + (1 if way == "redo" else -1)


def test_a_long_session_is_undone_where_nothing_is_remembered() -> None:
    session = clicked(1, undo_bytes=0)
    for step in range(1200):
        session.do("name_object", index=0, name=f"cat {step}")
    for _ in range(600):
        session.undo()
    assert session.state.active.name == "cat 599", "far behind the last one that is remembered"


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


# what is said, to the letter


def told(act) -> str:
    """The words of an error, with its kind."""
    try:
        act()
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return "nothing"


def begun(*actions: tuple) -> Session:
    session = Session(StubSegmenter())
    for name, *arguments in actions:
        session.do(name, **(arguments[0] if arguments else {}))
    return session


CLICK = ("add_point", {"x": 45.0, "y": 30.0})
KEPT = {"rle": mask_tools.encode(SQUARE), "predicted_iou": 0.9}


NO, ONE = "IndexError: there is no ", "they are numbered 0 to 0"
NUMBER = "TypeError: the candidate must be given by its number, got "


@pytest.mark.parametrize(
    ("actions", "last", "words"),
    [
        (
            [],
            ("remove_point", {"index": 0}),
            "ValueError: there is no current object yet: add a point or a box, or select an object, first",
        ),
        ([CLICK], ("remove_point", {"index": 1}), NO + "point 1: " + ONE),
        ([CLICK], ("remove_point", {"index": -1}), NO + "point -1: " + ONE),
        (
            [CLICK, ("remove_point", {"index": 0})],
            ("remove_point", {"index": 0}),
            NO + "point 0: there are none",
        ),
        ([CLICK], ("move_point", {"index": 1, "x": 1, "y": 1}), NO + "point 1: " + ONE),
        ([CLICK], ("choose", {"index": 3}), NO + "candidate 3: they are numbered 0 to 2"),
        ([CLICK], ("choose", {"index": True}), NUMBER + "True"),
        ([CLICK], ("choose", {"index": 1.0}), NUMBER + "1.0"),
        (
            [("new_object",)],
            ("choose", {"index": 0}),
            "ValueError: there is nothing to choose from yet: add a point or a box first",
        ),
        (
            [("new_object",)],
            ("other_readings",),
            "ValueError: there are no other readings of this mask: they are shown, or SAM has none",
        ),
        (
            [CLICK, ("other_readings",)],
            ("other_readings",),
            "ValueError: there are no other readings of this mask: they are shown, or SAM has none",
        ),
        ([CLICK], ("select_object", {"index": 1}), NO + "object 1: " + ONE),
        ([], ("name_object", {"index": 0, "name": "a"}), NO + "object 0: there are none"),
        ([CLICK], ("show_object", {"index": 1}), NO + "object 1: " + ONE),
        ([CLICK], ("delete_object", {"index": 1}), NO + "object 1: " + ONE),
        ([CLICK], ("reorder", {"index": 1, "to": 0}), NO + "object 1: " + ONE),
        ([CLICK], ("reorder", {"index": 0, "to": 1}), NO + "place 1: " + ONE),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_these_words(actions: list, last: tuple, words: str) -> None:
    session = begun(*actions)
    before = session.state
    assert told(lambda: session.do(last[0], **(last[1] if len(last) > 1 else {}))) == words
    assert session.state is before


@pytest.mark.parametrize(
    ("actions", "last"),
    [
        ([], ("clear_box",)),
        ([CLICK], ("clear_box",)),
        ([CLICK], ("choose", {"index": 1})),
        ([CLICK], ("select_object", {"index": 0})),
        ([CLICK], ("name_object", {"index": 0, "name": "  "})),
        ([CLICK], ("show_object", {"index": 0})),
        ([CLICK], ("reorder", {"index": 0, "to": 0})),
        ([("new_object",)], ("new_object",)),
        ([("new_object",)], ("clear",)),
        ([], ("clear",)),
        ([], ("reset",)),
    ],
)
def test_what_changes_nothing_is_not_recorded(actions: list, last: tuple) -> None:
    session = begun(*actions)
    before = session.history
    session.do(last[0], **(last[1] if len(last) > 1 else {}))
    assert session.history == before


ACTION_WORDS = {
    "add_point": {"x": 3.4, "y": 5.6},
    "remove_point": {"index": 2},
    "move_point": {"index": 2, "x": 1, "y": 1},
    "set_box": {"x0": 1, "y0": 1, "x1": 5, "y1": 5},
    "clear_box": {},
    "choose": {"index": 2},
    "other_readings": {},
    "new_object": {},
    "select_object": {"index": 1},
    "name_object": {"index": 1, "name": "cat"},
    "show_object": {"index": 1},
    "delete_object": {"index": 1},
    "reorder": {"index": 1, "to": 0},
    "keep": KEPT,
    "keep_all": {"found": [KEPT, KEPT]},
    "take_over": {"found": [KEPT, KEPT], "origin": "batch"},
    "paint": {"path": [[1, 1]], "radius": 3},
    "lasso": {"path": [[1, 1], [9, 1], [1, 9]]},
    "mend": {"how": "fill_holes"},
    "forget_painting": {},
    "classify": {"name": "cat", "tint": 2},
    "rename_class": {"name": "cat", "new": "dog"},
    "merge": {"indices": [0, 1]},
    "split": {"index": 0},
    "duplicate": {"index": 0},
    "lock_object": {"index": 0},
    "note_object": {"index": 0, "note": "a"},
    "clear": {},
    "reset": {},
}


def test_every_action_is_told_in_these_words() -> None:
    assert [narrate({"action": name, **arguments}, "en") for name, arguments in ACTION_WORDS.items()] == [
        "A point on the object at (3, 6)",
        "A point is removed",
        "A point is moved",
        "A box around the object",
        "The box is removed",
        "Mask 2 is picked",
        "SAM's other readings are shown",
        "A new object begins",
        "Another object is selected",
        'The object is called "cat"',
        "An object is shown",
        "An object is deleted",
        "An object changes its place in the list",
        "A mask of the whole photo's is kept",
        "All that is like it is kept: 2",
        "Masks of batch are taken over: 2",
        "A stroke of the brush",
        "An outline is added",
        "Holes are filled",
        "The painting is forgotten",
        'The class is "cat"',
        'All of "cat" are called "dog"',
        "Objects are merged",
        "An object is split into its pieces",
        "An object is duplicated",
        "An object is locked",
        "A note is written",
        "The prompt is cleared",
        "Everything is removed",
    ]
    assert set(ACTION_WORDS) == set(ACTIONS)
    assert narrate({"action": "add_point", "x": 3.4, "y": 5.6, "label": 0}, "en") == (
        "A point on the background at (3, 6)"
    )
    assert narrate({"action": "show_object", "index": 1, "visible": False}, "en") == "An object is hidden"


def test_the_finding_is_of_the_current_object_or_else_of_the_last_with_a_mask() -> None:
    session = begun()
    assert finding(session.state, "en") == "No mask yet"
    session.do("keep", **KEPT)
    session.do("keep", rle=mask_tools.encode(~SQUARE), predicted_iou=0.9)
    session.do("name_object", index=0, name="square")
    assert finding(session.state, "en") == "Object 2 covers 96 % of the photo"
    session.do("select_object", index=0)
    assert finding(session.state, "en") == "square covers 4 % of the photo"
    session.do("new_object")
    assert finding(session.state, "es") == "Objeto 2 cubre 96 % de la foto"


def record(*actions: object, **changed: object) -> str:
    data = json.loads(Session(StubSegmenter()).to_json())
    return json.dumps({**data, "actions": list(actions), **changed})


SEEN = {"class_name": "cat", "iou": [0, 0.5, 1], "border": [0, 0, 0]}
WITH = {"action": "add_point", "x": 45, "y": 30}
HOLD = "deeplab must hold class_name, iou and border, got "
NAMED = "deeplab must name a class in at most 40 letters, or null, got "
SHARES = "deeplab must hold a share from 0 to 1 for each mask as "


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            record(format="other"),
            "a session must be an object with the format 'segwidgets session 1', got dict ",
        ),
        (
            "[]",
            "a session must be an object with the format 'segwidgets session 1', got list []; "
            "write one with to_json()",
        ),
        (
            record(image=[]),
            "a session must hold the photo's size and hash under image and a list under actions, got "
            "list [] and list []",
        ),
        (
            record(actions=None),
            "a session must hold the photo's size and hash under image and a list under actions, got dict ",
        ),
        (
            record(image={"width": 7, "height": "x"}),
            "this session belongs to another photo, 7 x ? pixels, not to this one of 90 x 60; load that",
        ),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_told_in_these_words(text: str, words: str) -> None:
    found = told(lambda: Session.from_json(text, StubSegmenter())).removeprefix("ValueError: ")
    assert found.startswith(words)
    assert len(found) == len(words) or not words.endswith((")", "[]", "that"))


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (7, 'an action must be an object such as {"action": "add_point", "x": 250, "y": 170})'),
        ({"action": 7}, "an action must be an object such as "),
        ({"action": "fly"}, "there is no action str 'fly'; there are add_point, remove_point, "),
        ({"action": "clear", "x": 1}, "clear takes nothing, got list ['x'])"),
        ({"action": "add_point", "x": 1}, "add_point takes x, y, label, got list ['x'])"),
        ({"action": "add_point", "x": "1", "y": 2}, "x must be float, got str '1')"),
        ({"action": "add_point", "x": 1, "y": True}, "y must be float, got bool True)"),
        ({"action": "select_object", "index": True}, "index must be int, got bool True)"),
        ({"action": "select_object", "index": 1.0}, "index must be int, got float 1.0)"),
        ({"action": "new_object", "name": 1}, "name must be str, got int 1)"),
        ({"action": "select_object", "index": 0}, "there is no object 0: there are none)"),
    ],
)
def test_an_action_that_cannot_be_replayed_is_told_in_these_words(step: object, reason: str) -> None:
    found = told(lambda: Session.from_json(record(WITH, {"action": "reset"}, step), StubSegmenter()))
    start = f"ValueError: action 2 of the session cannot be done: {type(step).__name__} {step} ("
    assert found.startswith(start + reason)
    assert len(found) == len(start + reason) or not reason.endswith(")")


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ([], HOLD + "list []"),
        ({"class_name": "cat"}, HOLD + "dict {'class_name': 'cat'}"),
        (SEEN | {"more": 1}, HOLD + "dict "),
        (SEEN | {"class_name": "x" * 41}, NAMED + "str "),
        (SEEN | {"class_name": ""}, NAMED + "str ''"),
        (SEEN | {"class_name": 5}, NAMED + "int 5"),
        (SEEN | {"iou": [0, 1]}, SHARES + ""),
        (SEEN | {"iou": 5}, SHARES + "iou, got int 5"),
        (SEEN | {"border": [0, 0]}, SHARES + "border, got list [0, 0]"),
        (SEEN | {"iou": [0, 0, 1.01]}, SHARES + "iou, got list [0, 0, 1.01]"),
        (SEEN | {"iou": [0, 0, -0.01]}, SHARES + "iou, got list [0, 0, -0.01]"),
        (SEEN | {"iou": [0, 0, True]}, SHARES + "iou, got list [0, 0, True]"),
        ({"class_name": None, "iou": [0] * 5, "border": [0] * 5}, SHARES + "iou, got list "),
    ],
)  # fmt: skip
def test_a_class_in_a_record_that_is_wrong_is_told_in_these_words(seen: object, words: str) -> None:
    found = told(lambda: Session.from_json(record({**WITH, "deeplab": seen}), StubSegmenter()))
    assert f"({words}" in found
    assert found.startswith("ValueError: action 0 of the session cannot be done: dict ")


def test_a_class_in_a_record_is_taken_as_it_stands() -> None:
    for name in ("cat", None, "x" * 40, "potted plant"):
        session = Session.from_json(record({**WITH, "deeplab": SEEN | {"class_name": name}}), StubSegmenter())
        seen = session.state.active.candidates.under_click
        assert (seen.class_name, seen.iou, seen.border) == (name, (0.0, 0.5, 1.0), (0.0, 0.0, 0.0))
        assert session.history == [{**WITH, "deeplab": SEEN | {"class_name": name}}]


def test_a_kept_mask_of_another_size_is_told_and_so_are_too_many_actions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = {"action": "keep", "rle": mask_tools.encode(SQUARE[:-1]), "predicted_iou": 0.9}
    found = told(lambda: Session.from_json(record(kept), StubSegmenter()))
    assert found.endswith("(its mask must have the photo's size [60, 90], [height, width])")
    monkeypatch.setattr("segwidgets.widgets.session.session.MAX_ACTIONS", 2)
    Session.from_json(record(WITH, WITH), StubSegmenter())
    assert told(lambda: Session.from_json(record(WITH, WITH, WITH), StubSegmenter())) == (
        "ValueError: a session of 3 actions is more than the 2 that are read"
    )


def test_a_record_is_read_by_people_too() -> None:
    session = begun(CLICK)
    data = json.loads(session.to_json())
    assert data["format"] == "segwidgets session 1"
    assert (data["image"]["width"], data["image"]["height"]) == (90, 60)
    assert data["image"]["sha256"] == hashlib.sha256(session.segmenter.image.tobytes()).hexdigest()
    assert data["actions"] == [{"action": "add_point", "x": 45.0, "y": 30.0}]
    assert session.to_json().startswith('{\n "format"')


# what it comes to


def test_snapshots_are_kept_as_far_as_memory_goes() -> None:
    each = StubSegmenter().predict(Prompt([(5, 5)])).nbytes
    assert [clicked(12, undo_bytes=count).snapshots for count in (0, 12 * each)] == [2, 13]
    assert 2 < clicked(12, undo_bytes=each // 50).snapshots < 13


def test_who_shows_a_session_is_told_of_every_step() -> None:
    session, calls = Session(StubSegmenter()), []
    session.on_change = lambda: calls.append(len(session.history))
    session.do(CLICK[0], **CLICK[1])
    assert (session.undo(), session.undo()) == (True, False)
    assert (session.redo(), session.redo()) == (True, False)
    assert calls == [1, 0, 0, 1, 1]
    with pytest.raises(IndexError):
        session.do("choose", index=9)
    assert len(calls) == 5


def test_a_preview_goes_on_from_the_current_object_and_does_nothing() -> None:
    session = begun(CLICK)
    seen = session.preview(50.0, 30.0, 0)
    assert seen.prompt == Prompt([(45, 30), (50, 30)], [1, 0])
    assert seen.refined
    assert len(session.history) == 1
    assert begun().preview(50.0, 30.0).prompt == Prompt([(50, 30)])


def test_all_that_is_kept_at_once_has_one_name_and_its_own_numbers() -> None:
    session = begun(CLICK, ("keep_all", {"found": [KEPT, KEPT], "name": "coin"}))
    assert [(one.number, one.name) for one in session.state.objects] == [(1, ""), (2, "coin"), (3, "coin")]
    assert session.state.current is None
    unnamed = begun(("new_object",), ("keep_all", {"found": [KEPT, KEPT]}))
    assert [(one.number, one.name) for one in unnamed.state.objects] == [(1, ""), (2, "")]
    kept = unnamed.state.objects[0]
    assert kept.candidates is kept.base
    assert kept.prompt.is_empty
    assert kept.candidates.predicted_iou.tolist() == pytest.approx([0.9])
    assert kept.candidates.stability_score.tolist() == [1]


def test_masks_that_were_made_elsewhere_keep_their_names_numbers_and_origin_until_they_are_cleared() -> None:
    other = {
        "rle": mask_tools.encode(~SQUARE),
        "predicted_iou": 0.5,
        "stability_score": 0.25,
        "name": " dog ",
    }
    session = begun(CLICK, ("take_over", {"found": [KEPT, other], "origin": "batch"}))
    assert [(one.name, one.origin) for one in session.state.objects] == [
        ("", ""),
        ("", "batch"),
        ("dog", "batch"),
    ]
    assert session.state.current is None
    found = outcome.to_detections(session.state)
    assert found["stability_score"].tolist() == [1, 1, 0.25]
    assert found["predicted_iou"].tolist() == pytest.approx([0.95, 0.9, 0.5])
    session.do("select_object", index=2)
    session.do("add_point", x=12.0, y=50.0, label=0)
    corrected = session.state.objects[2]
    assert corrected.candidates.refined
    assert (corrected.origin, corrected.name) == ("batch", "dog")
    again = Session.from_json(session.to_json(), StubSegmenter())
    assert [one.origin for one in again.state.objects] == ["", "batch", "batch"]
    assert np.array_equal(again.state.objects[2].mask, corrected.mask)
    session.do("clear")
    assert (session.state.objects[2].origin, session.state.objects[2].mask) == ("", None)


def test_an_object_that_is_moved_or_stays_when_others_go_is_still_the_current_one() -> None:
    session = begun(*[("keep", KEPT)] * 3, ("select_object", {"index": 1}))
    session.do("reorder", index=2, to=0)
    assert ([one.number for one in session.state.objects], session.state.current) == ([3, 1, 2], 2)
    session.do("delete_object", index=0)
    assert ([one.number for one in session.state.objects], session.state.current) == ([1, 2], 1)
    session.do("delete_object", index=1)
    assert ([one.number for one in session.state.objects], session.state.current) == ([1], None)
    assert session.do("new_object", name=" cat ").active.number == 4
    assert session.state.active.name == "cat"
    session.do("new_object", name="dog")
    assert [one.name for one in session.state.objects] == ["", "dog"], "the empty one is taken"


def test_detections_are_the_objects_that_have_a_mask() -> None:
    assert len(outcome.to_detections(begun(("new_object",)).state)) == 0
    session = begun(CLICK, ("keep", KEPT | {"predicted_iou": 1.02}), ("keep", KEPT), ("new_object",))
    for index, name in ((0, "b"), (2, "b")):
        session.do("name_object", index=index, name=name)
    session.do("show_object", index=1, visible=False)
    found = outcome.to_detections(session.state)
    assert found["class_name"].tolist() == ["b", "object_2", "b"]
    assert found.class_id.tolist() == [0, 1, 0]
    assert found.confidence.tolist() == pytest.approx([0.95, 1, 0.9])
    assert found["predicted_iou"].tolist() == pytest.approx([0.95, 1.02, 0.9])
    assert found["stability_score"].tolist() == [1, 1, 1]
    assert found.xyxy[1].tolist() == [30, 10, 49, 19]
    assert np.array_equal(found.mask[1], SQUARE)
    assert np.array_equal(found.mask[0], session.state.objects[0].mask)


def test_the_picture_is_no_larger_than_asked_and_shows_what_is_visible() -> None:
    session = begun(("keep", KEPT))
    image = session.segmenter.image
    whole = outcome.picture(image, session.state)
    assert whole.shape == (60, 90, 3)
    changed = (whole != image).any(axis=2)
    assert changed[SQUARE].all()
    assert outcome.picture(image, session.state, 45).shape == (30, 45, 3)
    assert outcome.picture(image, session.state, 90).shape == (60, 90, 3)
    session.do("show_object", index=0, visible=False)
    assert np.array_equal(outcome.picture(image, session.state), image)
    session.do("add_point", x=70.0, y=50.0)
    session.do("show_object", index=1, visible=False)
    drawn = (outcome.picture(image, session.state, 45) != 128).any(axis=2)
    assert drawn[25, 35], "the current prompt is shown, at the picture's own size"


def test_the_film_has_a_picture_for_the_photo_and_one_for_each_step() -> None:
    session = begun(CLICK, ("name_object", {"index": 0, "name": "a long name " * 5}))
    pictures = outcome.film(session, "en")
    assert len(pictures) == 3
    assert len({one.shape for one in pictures}) == 1
    assert pictures[0].shape[0] > 60
    assert np.array_equal(pictures[0][:60], session.segmenter.image)
    assert np.array_equal(pictures[1][:60], outcome.picture(session.segmenter.image, session.states()[1]))
    work = outcome.work(session, "en")
    assert (work.numbers, work.names) == ([1], [("a long name " * 5).strip()])
    assert work.record() == session.to_json()
    assert np.array_equal(work.film()[2], pictures[2])


class Hands(SessionCommands, SessionFiles):
    """The commands without a widget."""

    def __init__(self) -> None:
        self.lang = "en"
        self.session = Session(StubSegmenter())
        self.namer = ClassNamer("en")
        self.ranker = Ranker(lambda image: round_cat(45, 30), wanted=False)


def test_each_command_is_one_step_with_plain_values() -> None:
    hands = Hands()
    assert (hands.mask, hands.candidates, hands.prompt) == (None, None, Prompt())
    hands.add_point(np.float32(45), 30)
    hands.add_point(50, 30, np.int64(0))
    assert hands.prompt == Prompt([(45, 30), (50, 30)], [1, 0])
    hands.move_point(1, 60, np.int32(40))
    hands.remove_point(1)
    assert np.array_equal(hands.mask, hands.session.state.active.mask)
    hands.choose(0)
    hands.other_readings()
    hands.set_box(1, 2, 80, 50)
    hands.clear_box()
    hands.new_object()
    hands.new_object("cat")
    hands.select_object(0)
    hands.name_object(0, "dog")
    hands.toggle_object(0)
    assert not hands.objects[0].visible
    hands.toggle_object(0)
    hands.show_object(0, 0)
    hands.reorder(0, 1)
    hands.clear()
    hands.delete_object(0)
    hands.reset()
    assert hands.history == [
        {"action": "add_point", "x": 45.0, "y": 30.0, "label": 1},
        {"action": "add_point", "x": 50.0, "y": 30.0, "label": 0},
        {"action": "move_point", "index": 1, "x": 60.0, "y": 40.0},
        {"action": "remove_point", "index": 1},
        {"action": "choose", "index": 0},
        {"action": "other_readings"},
        {"action": "set_box", "x0": 1.0, "y0": 2.0, "x1": 80.0, "y1": 50.0},
        {"action": "clear_box"},
        {"action": "new_object", "name": ""},
        {"action": "new_object", "name": "cat"},
        {"action": "select_object", "index": 0},
        {"action": "name_object", "index": 0, "name": "dog"},
        {"action": "show_object", "index": 0, "visible": False},
        {"action": "show_object", "index": 0, "visible": True},
        {"action": "show_object", "index": 0, "visible": False},
        {"action": "reorder", "index": 0, "to": 1},
        {"action": "clear"},
        {"action": "delete_object", "index": 0},
        {"action": "reset"},
    ]
    json.dumps(hands.history)
    hands.undo()
    assert len(hands.objects) == 1
    hands.redo()
    assert hands.objects == ()
    assert len(hands.detections) == 0


def test_an_object_is_named_after_what_most_of_it_is() -> None:
    hands = Hands()
    hands.namer.know(hands.image, round_cat(45, 30))
    hands.add_point(45, 30)
    assert hands.suggest_name(0) == hands.objects[0].name == "cat"
    hands.new_object()
    assert told(lambda: hands.suggest_name(1)) == (
        "ValueError: there is no mask to name yet: click on the object first"
    )
    hands.add_point(5, 5)
    assert told(lambda: hands.suggest_name(1)) == (
        "ValueError: DeepLab sees none of its 20 classes in this mask"
    )
    spanish = ClassNamer("es")
    spanish.know(hands.image, round_cat(45, 30))
    assert spanish.name(hands.image, hands.objects[0].mask) == "gato"


def test_a_class_map_of_something_else_is_refused_in_these_words() -> None:
    hands = Hands()
    assert told(lambda: hands.namer.know(hands.image, "cat")) == (
        "TypeError: semantic must be True, False or a SemanticSegmentation, as segment_semantic(image) "
        "returns it, got str 'cat'"
    )
    assert told(lambda: hands.namer.know(hands.image, round_cat(5, 5, 60, 91))) == (
        "ValueError: semantic must belong to the same photo of (60, 90) (height, width), got a class map of "
        "(60, 91)"
    )


def test_a_photo_is_looked_at_once_and_what_is_forgotten_is_looked_at_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(
        "segwidgets.semantic.segment_semantic", lambda image: looks.append(1) or round_cat(5, 5)
    )
    namer, image = ClassNamer("en"), StubSegmenter().image
    assert namer.semantic(image) is namer.semantic(image)
    assert len(looks) == 1
    namer.semantic(image.copy())
    assert len(looks) == 2
    namer.forget()
    namer.semantic(image)
    assert len(looks) == 3

    def forgotten_meanwhile(image: np.ndarray) -> object:
        namer.forget()
        return round_cat(5, 5)

    monkeypatch.setattr("segwidgets.semantic.segment_semantic", forgotten_meanwhile)
    namer.forget()
    assert namer.semantic(image) is not namer.semantic(image)


def test_a_session_is_written_as_files_of_each_kind(tmp_path: Path) -> None:
    hands = Hands()
    hands.add_point(45, 30)
    (mask,) = hands.save_masks(tmp_path / "masks")
    assert np.array_equal(np.asarray(Image.open(mask)) == 255, hands.mask)
    (cutout,) = hands.save_cutouts(tmp_path / "cutouts")
    assert Image.open(cutout).mode == "RGBA"
    assert hands.to_coco(tmp_path / "a.json").is_file()
    assert hands.to_yolo(tmp_path / "yolo").is_dir()
    assert hands.to_gif(str(tmp_path / "a.gif")).read_bytes()[:4] == b"GIF8"
    assert hands.to_json() == hands.session.to_json()
    figure = hands.figure()
    assert figure.get_size_inches().tolist() == pytest.approx([6.4, 6.4 * 60 / 90 + 0.4])
    (axes,) = figure.axes
    assert axes.get_title() == finding(hands.session.state, "en")
    assert not axes.axison


# the class map in the background


def test_code_waits_for_the_class_map_and_a_hand_does_not_but_is_told() -> None:
    may_look, told_of, looked = threading.Event(), threading.Event(), []

    def look(image: np.ndarray) -> object:
        looked.append(image)
        assert may_look.wait(60)
        return round_cat(45, 30)

    class Shown:
        def __init__(self) -> None:
            self.ranker = Ranker(look, told_of.set)

    session, shown = Session(StubSegmenter()), Shown()
    session.on_change = lambda: shown.ranker.follow(session)
    with by_hand():
        session.do(CLICK[0], **CLICK[1])
        shown.ranker.settle(session)
    assert session.is_unranked, "a hand does not wait"
    may_look.set()
    assert told_of.wait(60)
    shown.ranker.settle(session)
    assert session.state.active.candidates.under_click.class_name == "cat"
    assert not session.is_unranked
    assert len(looked) == 1
    assert looked[0] is session.segmenter.image

    told_of.clear()
    other = Session(StubSegmenter())
    other.do(CLICK[0], **CLICK[1])
    shown.ranker.follow(other)
    shown.ranker.settle(other)
    assert other.state.active.candidates.under_click.class_name == "cat", "code waits"
    assert not told_of.is_set(), "only what a hand asked for is told"
    assert len(looked) == 2
    shown.ranker.follow(other)
    shown.ranker.settle(session)
    assert len(looked) == 2, "a session is looked at once"


def test_nothing_is_looked_at_that_is_not_wanted_or_has_nothing_to_rank() -> None:
    looked: list[int] = []
    for wanted, actions in ((False, [CLICK]), (True, []), (True, [("keep", KEPT)])):
        session = begun(*actions)
        ranker = Ranker(lambda image: looked.append(1) or round_cat(1, 1), wanted=wanted)
        ranker.follow(session)
        ranker.settle(session)
    assert looked == []


@pytest.mark.parametrize("answer", [OSError("no weights"), "no class map"])
def test_a_look_that_fails_leaves_the_masks_and_is_logged(
    answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    def look(image: np.ndarray) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    session, ranker = begun(CLICK), Ranker(look)
    before = session.state
    with caplog.at_level("INFO"):
        ranker.follow(session)
        ranker.settle(session)
    assert session.state is before
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(
        "no class map for ranking masks: no weights"
        if isinstance(answer, Exception)
        else "masks were not ranked: semantic must be a SemanticSegmentation"
    )
