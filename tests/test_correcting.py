"""What was corrected by hand stays, whatever SAM answers later, until it is asked to go."""

from __future__ import annotations

import json

import numpy as np
import pytest

from segwidgets import Prompt, Segmenter
from segwidgets import masks as mask_tools
from segwidgets.widgets.session.session import Session
from tests.fake_front import StubSegmenter
from tests.test_click_segmenter_session import Hands

SQUARE = np.zeros((60, 90), bool)
SQUARE[10:20, 30:50] = True
HERE, THERE = [(45, 30)], [(80, 10), (85, 10)]


class Listening(StubSegmenter):
    """Keeps what it was asked, and what was fed back."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list = []

    def predict(self, prompt, previous=None, multimask=None):
        self.heard.append((prompt, previous))
        return super().predict(prompt, previous, multimask)


@pytest.fixture
def hands() -> Hands:
    return Hands()


def disk(x: float, y: float, radius: float) -> np.ndarray:
    ys, xs = np.mgrid[:60, :90] + 0.5
    return np.hypot(xs - x, ys - y) <= radius


def test_a_stroke_is_added_to_the_mask_and_an_eraser_s_taken_away(hands: Hands) -> None:
    hands.add_point(45, 30)
    before = hands.mask
    hands.paint([(70, 10)], 6)
    assert np.array_equal(hands.mask, before | disk(70, 10, 6))
    hands.paint([(45, 30)], 3, erase=True)
    assert np.array_equal(hands.mask, (before | disk(70, 10, 6)) & ~disk(45, 30, 3))
    assert len(hands.candidates) == 3, "there is still something to pick from"


def test_what_is_erased_does_not_bring_another_mask_to_the_front(hands: Hands) -> None:
    hands.add_point(8, 30)
    assert hands.candidates.best == 0, "the next larger one runs along the photo's rim"
    reason = hands.candidates.best_reason
    hands.lasso([(0, 0), (4, 0), (4, 60), (0, 60)], erase=True)
    assert hands.candidates.best == 0
    assert hands.candidates.best_reason == reason
    assert hands.candidates.chosen is None


def test_each_stroke_is_one_step_of_undo_and_redo(hands: Hands) -> None:
    hands.add_point(45, 30)
    masks = [hands.mask]
    for erase in (False, True):
        hands.paint([(45, 30), (60, 30)], 4, erase=erase)
        masks.append(hands.mask)
    for before in masks[1::-1]:
        hands.undo()
        assert np.array_equal(hands.mask, before)
    for after in masks[1:]:
        hands.redo()
        assert np.array_equal(hands.mask, after)


def test_no_click_wipes_out_what_was_painted_or_brings_back_what_was_erased(hands: Hands) -> None:
    hands.add_point(45, 30)
    hands.paint([(80, 10)], 5)
    hands.paint([(45, 30)], 2, erase=True)
    steps = [
        lambda: hands.add_point(50, 30),
        lambda: hands.add_point(80, 10, label=0),
        lambda: hands.move_point(0, 46, 31),
        lambda: hands.set_box(20, 5, 70, 55),
        lambda: hands.remove_point(0),
        hands.clear_box,
        hands.other_readings,
        lambda: hands.choose((hands.candidates.best + 1) % len(hands.candidates)),
    ]
    for step in steps:
        step()
        assert hands.mask[disk(80, 10, 5)].all()
        assert not hands.mask[disk(45, 30, 2)].any()


def test_what_was_painted_is_fed_back_as_the_mask_that_it_is() -> None:
    segmenter = Listening()
    session = Session(segmenter)
    session.do("add_point", x=45.0, y=30.0)
    session.do("paint", path=[[70, 10]], radius=6.0)
    painted = session.state.active.candidates
    session.do("add_point", x=20.0, y=10.0)
    assert segmenter.heard[-1][1] is painted
    assert painted.low_res_logits.size == 0, "so the segmenter writes the mask itself"
    assert painted.best_mask[disk(70, 10, 6)].all()


def test_a_stroke_over_what_is_there_already_leaves_sam_s_logits(hands: Hands) -> None:
    hands.add_point(45, 30)
    answer = hands.candidates
    hands.choose(answer.best - 1)
    hands.paint([(45, 30)], 1)
    assert hands.candidates.low_res_logits.size
    assert len(hands.objects[0].edits) == 1, "and stays in all the same"


def test_points_taken_back_leave_the_mask_that_would_be_there_without_them() -> None:
    def done(*steps: tuple) -> tuple[list, Prompt]:
        hands = Hands()
        hands.session = Session(Listening())
        for name, *values in steps:
            getattr(hands, name)(*values)
        prompt, previous = hands.segmenter.heard[-1]
        fed = np.zeros((60, 90), bool) if previous is None else previous.best_mask
        return [hands.mask.tobytes(), fed.tobytes()], prompt

    one, two, three = ("add_point", 45, 30), ("add_point", 60, 30), ("add_point", 20, 20, 0)
    stroke, wipe = ("paint", THERE, 4), ("paint", [(45, 33)], 3, True)
    for steps, taken, left in (
        ((one, stroke, two, wipe, three), 2, (one, stroke, two, wipe)),
        ((one, stroke, two, wipe, three), 1, (one, stroke, wipe, three)),
        ((stroke, one, two), 1, (stroke, one)),
        ((one, stroke, two), 0, (stroke, two)),
        ((("set_box", 10, 10, 60, 50), stroke, one, two), 1, (("set_box", 10, 10, 60, 50), stroke, one)),
    ):
        assert done(*steps, ("remove_point", taken)) == done(*left)


def test_the_painting_is_forgotten_when_asked_and_comes_back_by_undo(hands: Hands) -> None:
    hands.add_point(45, 30)
    answer = hands.candidates
    hands.paint([(80, 10)], 5)
    hands.paint([(45, 30)], 5, erase=True)
    painted = hands.mask
    hands.forget_painting()
    assert hands.candidates is answer
    assert hands.objects[0].edits == ()
    hands.undo()
    assert np.array_equal(hands.mask, painted)
    hands.redo()
    hands.forget_painting()
    assert len(hands.history) == 4, "there was nothing to forget"


def test_an_object_can_begin_with_the_brush_and_go_on_with_clicks(hands: Hands) -> None:
    hands.paint([(45, 30)], 6)
    assert np.array_equal(hands.mask, disk(45, 30, 6))
    assert hands.candidates.prompt.is_empty
    hands.add_point(60, 30)
    assert len(hands.candidates) == 1, "the painting says what is meant: SAM need not offer three"
    assert hands.mask[disk(45, 30, 6)].all()
    hands.remove_point(0)
    assert np.array_equal(hands.mask, disk(45, 30, 6))
    hands.forget_painting()
    assert hands.mask is None
    hands.undo()
    assert len(hands.detections) == 1


def test_a_kept_mask_is_painted_on(hands: Hands) -> None:
    hands.session.do("keep", rle=mask_tools.encode(SQUARE), predicted_iou=0.9)
    hands.select_object(0)
    hands.paint([(45, 30)], 6)
    assert np.array_equal(hands.mask, SQUARE | disk(45, 30, 6))
    hands.forget_painting()
    assert np.array_equal(hands.mask, SQUARE)


def test_the_eraser_needs_a_mask_and_what_misses_the_photo_is_no_step(hands: Hands) -> None:
    hands.paint(HERE, 5, erase=True)
    hands.paint([(-50, -50)], 5)
    hands.lasso([(0, 0), (9, 0), (9, 9)], erase=True)
    assert hands.history == []


def test_an_outline_adds_and_takes_away(hands: Hands) -> None:
    hands.lasso([(10, 10), (30, 10), (30, 20), (10, 20)])
    expected = np.zeros((60, 90), bool)
    expected[10:20, 10:30] = True
    assert np.array_equal(hands.mask, expected)
    hands.lasso([(20, 10), (30, 10), (30, 20), (20, 20)], erase=True)
    expected[10:20, 20:30] = False
    assert np.array_equal(hands.mask, expected)


MENDED = np.zeros((60, 90), bool)
MENDED[10:30, 20:60] = True
MENDED[15:18, 30:33] = False
MENDED[50:52, 80:82] = True


@pytest.mark.parametrize(
    ("how", "px", "expected"),
    [
        ("fill_holes", 1, mask_tools.clean(MENDED, min_island_share=0)),
        ("drop_specks", 1, mask_tools.clean(MENDED, fill_holes=False)),
        ("grow", 2, mask_tools.clean(MENDED, fill_holes=False, min_island_share=0, grow=2)),
        ("shrink", 1, mask_tools.clean(MENDED, fill_holes=False, min_island_share=0, grow=-1)),
        ("smooth", 3, mask_tools.clean(MENDED, fill_holes=False, min_island_share=0, smooth=3)),
    ],
)
def test_a_shape_is_mended_as_clean_does_and_stays_so(how: str, px: int, expected, hands: Hands) -> None:
    hands.session.do("keep", rle=mask_tools.encode(MENDED), predicted_iou=0.9)
    hands.select_object(0)
    came, went = hands.mend(how, px)
    assert np.array_equal(hands.mask, expected)
    assert (came, went) == ((expected & ~MENDED).sum(), (MENDED & ~expected).sum())
    assert came + went > 0
    assert hands.history[-1] == {"action": "mend", "how": how, "px": px}
    hands.add_point(45, 20)
    assert hands.mask[expected & ~MENDED].all()
    assert not hands.mask[MENDED & ~expected].any()
    again = Session.from_json(hands.session.to_json(), StubSegmenter())
    assert np.array_equal(again.state.active.mask, hands.mask)
    hands.undo()
    hands.undo()
    assert np.array_equal(hands.mask, MENDED)


def test_what_needs_no_mending_is_no_step_and_what_cannot_be_mended_is_told(hands: Hands) -> None:
    with pytest.raises(ValueError, match="there is no mask to mend yet"):
        hands.mend("grow")
    hands.lasso([(10, 10), (30, 10), (30, 20), (10, 20)])
    assert hands.mend("fill_holes") == (0, 0)
    assert len(hands.history) == 1
    with pytest.raises(
        ValueError, match="there is no way to mend 'polish'; there are fill_holes, drop_specks"
    ):
        hands.mend("polish")
    for px in (0, -1, 1.5, True):
        with pytest.raises((TypeError, ValueError), match="px must be"):
            hands.mend("grow", px)


def test_clearing_takes_the_painting_too_and_a_new_object_has_none(hands: Hands) -> None:
    hands.paint(HERE, 5)
    hands.new_object()
    hands.add_point(10, 10)
    assert hands.objects[1].edits == ()
    hands.select_object(0)
    hands.clear()
    assert (hands.mask, hands.objects[0].edits) == (None, ())


def test_strokes_are_recorded_as_lines_and_replay_bit_for_bit(hands: Hands) -> None:
    hands.add_point(45, 30)
    hands.paint([(70.12345, 10), (72, np.float32(11))], np.float64(6), erase=np.False_)
    hands.lasso([(20, 10), (30, 10), (30, 20)])
    hands.add_point(20, 50)
    hands.paint([(45, 30)], 3, erase=True)
    record = hands.session.to_json()
    assert json.loads(record)["actions"][1] == {
        "action": "paint", "path": [[70.12, 10.0], [72.0, 11.0]], "radius": 6.0, "erase": False,
    }  # fmt: skip
    again = Session.from_json(record, StubSegmenter())
    assert np.array_equal(again.state.active.mask, hands.mask)
    assert again.to_json() == record
    again.undo()
    again.undo()
    again.undo()
    again.redo()
    assert again.state.active.mask[15, 28]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"action": "paint", "path": [[1, 1]], "radius": 0}, "radius must be a number"),
        ({"action": "paint", "path": [[1]], "radius": 2}, "path must be places"),
        ({"action": "paint", "path": [], "radius": 2}, "path must have 1 to"),
        ({"action": "paint", "path": [[1, 1]], "radius": 2, "erase": 1}, "erase must be bool"),
        ({"action": "paint", "path": [[1, 1]]}, "paint takes path, radius, erase"),
        ({"action": "lasso", "path": [[1, 1], [2, 2]]}, "path must have 3 to"),
    ],
)
def test_a_damaged_stroke_in_a_record_is_told(step: dict, words: str) -> None:
    data = json.loads(Session(StubSegmenter()).to_json())
    with pytest.raises(ValueError, match=words):
        Session.from_json(json.dumps({**data, "actions": [step]}), StubSegmenter())


def test_a_preview_shows_the_painting_and_is_decoded_once(hands: Hands) -> None:
    hands.add_point(45, 30)
    hands.paint([(80, 10)], 5)
    shown = hands.session.preview(20, 20)
    asked = hands.segmenter.predictions
    hands.add_point(20, 20)
    assert hands.segmenter.predictions == asked
    assert np.array_equal(shown.best_mask, hands.mask)


def test_what_is_exported_is_what_was_painted(hands: Hands, tmp_path) -> None:
    from PIL import Image

    hands.add_point(45, 30)
    hands.paint([(80, 10)], 5)
    [file] = hands.save_masks(tmp_path)
    assert np.array_equal(np.asarray(Image.open(file)) > 0, hands.mask)
    assert np.array_equal(hands.detections.mask[0], hands.mask)


@pytest.mark.model
def test_the_real_model_goes_on_from_the_painting_and_leaves_it(cat_segmenter: Segmenter) -> None:
    session = Session(cat_segmenter)
    session.do("add_point", x=250.0, y=170.0)
    alone = session.do("add_point", x=300.0, y=200.0).active.mask
    session.undo()
    session.do("paint", path=[[20, 20], [120, 20]], radius=15.0)
    session.do("paint", path=[[250, 170]], radius=10.0, erase=True)
    after = session.do("add_point", x=300.0, y=200.0).active
    assert after.mask[10:30, 25:110].all()
    assert not after.mask[165:175, 245:255].any()
    assert not np.array_equal(after.answer.best_mask, alone), "the painting was heard"
    assert after.answer.prompt == Prompt([(250, 170), (300, 200)])
    again = Session.from_json(session.to_json(), cat_segmenter)
    assert np.array_equal(again.state.active.mask, after.mask)
