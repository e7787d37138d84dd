"""Whole objects: classes and their colours, merging, splitting, copies, order, locks and notes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from segwidgets import ClickSegmenter
from segwidgets import masks as mask_tools
from segwidgets.drawing import style
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import LockedError
from segwidgets.widgets.versions import explanation
from tests.fake_front import StubSegmenter, has_class, is_off
from tests.test_click_segmenter import Bench
from tests.test_click_segmenter_session import Hands


def square(x: int, y: int, side: int = 10) -> np.ndarray:
    mask = np.zeros((60, 90), bool)
    mask[y : y + side, x : x + side] = True
    return mask


def keep(hands: Hands, *masks: np.ndarray) -> None:
    for mask in masks:
        hands.session.do("keep", rle=mask_tools.encode(mask), predicted_iou=0.9)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(classes=["cat", "dog"])
    with made.front:
        made.front.ready()
        yield made
    made.seg.close()


def test_a_class_has_a_colour_and_new_objects_get_the_last_one(hands: Hands) -> None:
    hands.classes = ("cat", "dog")
    hands.add_point(45, 30)
    assert hands.objects[0].name == ""
    hands.classify("dog")
    hands.new_object()
    hands.add_point(10, 10)
    keep(hands, square(70, 40))
    assert [(one.name, one.color) for one in hands.objects] == [("dog", style.PALETTE[1])] * 3
    hands.classify("cat", 0)
    assert (hands.objects[0].name, hands.objects[0].color) == ("cat", style.PALETTE[0])
    hands.name_object(0, "bird")
    assert hands.objects[0].color == style.palette_color(hands.objects[0].number - 1), "its own again"
    hands.classify("", 1)
    assert hands.objects[1].name == ""
    hands.undo()
    assert hands.objects[1].name == "dog"


def test_a_class_that_is_new_joins_the_others(hands: Hands) -> None:
    hands.classify("cow")
    assert hands.classes == ("cow",)
    hands.paint([(20, 20)], 4)
    assert hands.objects[0].name == "cow"
    hands.reset()
    hands.paint([(20, 20)], 4)
    assert hands.objects[0].name == "cow", "the class for new ones stays"


def test_a_class_is_renamed_for_all_at_once(hands: Hands) -> None:
    hands.classes = ("cat", "dog")
    for x in (10, 30, 50):
        hands.new_object()
        hands.add_point(x, 10)
        hands.classify("dog" if x == 30 else "cat")
    hands.rename_class("cat", "tiger")
    assert [one.name for one in hands.objects] == ["tiger", "dog", "tiger"]
    assert hands.classes == ("tiger", "dog")
    hands.new_object()
    hands.add_point(70, 40)
    assert hands.objects[3].name == "tiger"
    with pytest.raises(ValueError, match="a class needs a name"):
        hands.rename_class("dog", " ")
    count = len(hands.history)
    hands.rename_class("cow", "ox")
    assert len(hands.history) == count


def test_merged_objects_cover_what_any_did_and_the_first_stays(hands: Hands) -> None:
    keep(hands, square(0, 0), square(5, 5), square(40, 40))
    hands.name_object(2, "far")
    hands.merge([2, 0])
    assert [one.number for one in hands.objects] == [2, 3]
    assert np.array_equal(hands.mask, square(0, 0) | square(40, 40))
    assert (hands.objects[1].name, hands.session.state.current) == ("far", 1)
    hands.add_point(80, 10)
    hands.remove_point(0)
    assert np.array_equal(hands.mask, square(0, 0) | square(40, 40)), "it is what prompts go on from"
    for _ in range(3):
        hands.undo()
    assert len(hands.objects) == 3
    for wrong in ([0], [0, 0], [], [0, 7], [0, "1"]):
        with pytest.raises((ValueError, IndexError, TypeError)):
            hands.merge(wrong)


def test_the_pieces_of_an_object_become_objects_and_specks_stay(hands: Hands) -> None:
    speck = np.zeros((60, 90), bool)
    speck[59, 89] = True
    keep(hands, square(0, 0, 20) | square(40, 0) | square(70, 30, 12) | speck, square(30, 50, 5))
    hands.name_object(0, "cat")
    hands.split(0)
    assert [one.number for one in hands.objects] == [1, 3, 4, 2]
    assert [one.name for one in hands.objects] == ["cat", "cat", "cat", ""]
    expected = [square(0, 0, 20) | speck, square(70, 30, 12), square(40, 0), square(30, 50, 5)]
    for one, mask in zip(hands.objects, expected, strict=True):
        assert np.array_equal(one.mask, mask)
    hands.new_object()
    assert hands.objects[-1].number == 5, "no number is given twice"
    count = len(hands.history)
    hands.split(1)
    assert len(hands.history) == count, "it is one piece"


def test_a_copy_lies_above_with_all_that_was_asked(hands: Hands) -> None:
    hands.add_point(45, 30)
    hands.paint([(80, 10)], 4)
    hands.new_object()
    hands.add_point(10, 10)
    hands.duplicate(0)
    assert [one.number for one in hands.objects] == [1, 3, 2]
    assert hands.session.state.current == 1
    assert np.array_equal(hands.objects[0].mask, hands.mask)
    hands.forget_painting()
    assert not np.array_equal(hands.objects[0].mask, hands.mask)


def test_what_is_locked_stays_as_it_is_until_it_is_unlocked(hands: Hands) -> None:
    hands.add_point(45, 30)
    hands.paint([(80, 10)], 4)
    hands.lock_object(0)
    before = hands.session.state
    for change in (
        lambda: hands.add_point(10, 10),
        lambda: hands.remove_point(0),
        lambda: hands.set_box(1, 1, 20, 20),
        lambda: hands.choose(0),
        lambda: hands.paint([(10, 10)], 3),
        lambda: hands.mend("grow"),
        lambda: hands.delete_object(0),
        lambda: hands.split(0),
        hands.clear,
        hands.reset,
        hands.forget_painting,
    ):
        with pytest.raises(LockedError, match="object 1 is locked"):
            change()
    assert hands.session.state is before
    hands.name_object(0, "cat")
    hands.show_object(0, False)
    hands.duplicate(0)
    assert not hands.objects[1].locked
    hands.lock_object(0, False)
    hands.delete_object(0)
    assert len(hands.objects) == 1


def test_notes_and_origins_come_along_with_the_detections(hands: Hands) -> None:
    keep(hands, square(0, 0), square(40, 40))
    assert "note" not in hands.detections.data
    hands.note_object(1, "blurred")
    assert list(hands.detections.data["note"]) == ["", "blurred"]
    with pytest.raises(ValueError, match="at most 2000 characters"):
        hands.note_object(1, "a" * 3000)


def test_all_of_it_replays_from_the_record(hands: Hands) -> None:
    hands.classes = ("cat", "dog")
    hands.classify("dog")
    keep(hands, square(0, 0) | square(30, 0), square(5, 5))
    hands.split(0)
    hands.merge([0, 2])
    hands.duplicate(0)
    hands.note_object(1, "copy")
    hands.lock_object(0)
    hands.rename_class("dog", "wolf")
    again = Session.from_json(hands.session.to_json(), StubSegmenter()).state
    assert again.label == ("wolf", 1)
    for one, other in zip(again.objects, hands.objects, strict=True):
        assert np.array_equal(one.mask, other.mask)
        assert (one.name, one.color, one.locked, one.note) == (
            other.name, other.color, other.locked, other.note,
        )  # fmt: skip


# the widget


def test_classes_are_buttons_in_their_colours_with_keys(bench: Bench) -> None:
    seg = bench.seg
    buttons = seg.class_bar.buttons
    assert list(buttons) == ["cat", "dog"]
    assert "Alt+2" in buttons["dog"].tooltip
    bench.click(45, 30)
    assert seg.class_bar.rename.disabled
    before = seg.candidate_strip.images[0].value
    buttons["dog"].click()
    assert seg.objects[0].name == "dog"
    assert seg.candidate_strip.images[0].value != before, "in the class's colour"
    assert has_class(buttons["dog"], "sw-on")
    bench.front.key("alt+1")
    assert seg.objects[0].name == "cat"
    bench.front.key("alt+9")
    assert seg.objects[0].name == "cat"
    gone = buttons["cat"]
    seg.class_bar.rename.value = "tiger"
    assert gone.comm is None, "no widget is left behind"
    assert seg.objects[0].name == "tiger"
    assert list(seg.class_bar.buttons) == ["tiger", "dog"]
    assert seg.class_bar.rename.value == ""


def test_undo_takes_back_what_a_class_is_called_and_that_there_is_one(bench: Bench) -> None:
    seg, bar = bench.seg, bench.seg.class_bar
    bench.click(45, 30)
    seg.classify("dog")
    seg.rename_class("dog", "wolf")
    assert list(bar.buttons) == ["cat", "wolf"]
    assert has_class(bar.buttons["wolf"], "sw-on")
    bench.front.key("z", ctrl=True)
    assert list(bar.buttons) == ["cat", "dog"]
    assert has_class(bar.buttons["dog"], "sw-on")
    bench.front.key("z", ctrl=True, shift=True)
    assert list(bar.buttons) == ["cat", "wolf"]
    seg.rename_class("cat", "wolf")  # which no object has
    assert list(bar.buttons) == ["wolf"]
    seg.undo()
    seg.classify("cow")
    assert list(bar.buttons) == ["cat", "wolf", "cow"]
    seg.undo()
    assert list(bar.buttons) == ["cat", "wolf"]
    seg.classify("dog")
    assert list(bar.buttons) == ["cat", "wolf", "dog"], "a new one, by an old name"
    record = seg.to_json()
    seg.classify("cow")
    seg.replay(record)
    assert list(bar.buttons) == ["cat", "wolf", "dog"]
    seg.load(np.zeros((60, 90, 3), np.uint8))
    assert seg.classes == ("cat", "wolf", "dog"), "they go on to the next photo"


def test_without_classes_there_is_no_row_of_them() -> None:
    made = Bench()
    assert is_off(made.seg.class_bar.widget)
    made.seg.classify("cat")
    assert not is_off(made.seg.class_bar.widget)
    made.seg.close()
    with pytest.raises(TypeError, match="classes must be a list of names"):
        ClickSegmenter(StubSegmenter(), classes="cat")


def test_the_next_click_merges_when_that_was_asked_for(bench: Bench) -> None:
    seg = bench.seg
    bench.click(15, 15)
    seg.new_object()
    bench.click(75, 45)
    union = seg.objects[0].mask | seg.objects[1].mask
    bench.front.key("m")
    assert seg.merging
    assert has_class(seg.object_bar.buttons["merge"], "sw-on")
    bench.front.key("Escape")
    assert not seg.merging
    seg.object_bar.buttons["merge"].click()
    bench.click(15, 15)
    assert np.array_equal(seg.mask, union)
    assert (len(seg.objects), seg.objects[0].number) == (1, 2)
    assert not seg.stage.selecting


def test_keys_lead_to_the_note_and_to_the_file_of_masks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seg, front, focused = bench.seg, bench.front, []
    for control in (seg.object_bar.note, seg.files_panel.masks):
        monkeypatch.setattr(type(control), "focus", lambda self: focused.append(self), raising=False)
    front.key("i")
    assert "No object is selected" in seg.status.message.value
    bench.click(45, 30)
    front.key("i")
    front.key("M", shift=True)
    assert focused == [seg.object_bar.note, seg.files_panel.masks]
    assert seg.panels.selected_index == 2
    assert seg.panels.children[2] is seg.files_panel.widget
    assert not seg.merging
    assert "(key I)" in explanation(seg.object_bar.note)
    assert "(Shift+M)" in explanation(seg.files_panel.masks)


def test_keys_and_buttons_do_what_the_methods_do(bench: Bench) -> None:
    seg, front = bench.seg, bench.front
    assert is_off(seg.object_bar.widget)
    front.key("t")
    assert "No object is selected" in seg.status.message.value
    bench.click(45, 30)
    front.key("C", shift=True)
    assert len(seg.objects) == 2
    assert seg.object_bar.buttons["forward"].disabled
    front.key("ArrowDown", ctrl=True)
    assert seg.session.state.current == 0
    front.key("ArrowUp", ctrl=True)
    assert seg.session.state.current == 1
    front.key("k")
    assert seg.objects[1].locked
    bench.click(60, 30)
    assert "Object 2 is locked" in seg.status.message.value
    front.key("k")
    assert not seg.objects[1].locked
    seg.object_bar.note.value = "a copy"
    assert seg.objects[1].note == "a copy"
    seg.select_object(0)
    assert seg.object_bar.note.value == ""
    seg.select_object(1)
    assert seg.object_bar.note.value == "a copy"
    assert [step["action"] for step in seg.history].count("note_object") == 1
