"""The widget without a browser: events in through ipycanvas's own entry, pixels and state out."""

from __future__ import annotations

import base64
import gc
import io
import itertools
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
from ipycanvas import hold_canvas
from PIL import Image

import segwidgets
from segwidgets import ClickSegmenter, Prompt, Segmenter
from segwidgets.drawing import style
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets import canvas as canvas_module
from segwidgets.widgets import painting
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.versions import explanation
from tests.fake_front import FakeFront, StubSegmenter, has_class, is_off, round_cat

GREY = np.full((60, 90, 3), 128, np.uint8)
CAT = round_cat(20, 30)  # agrees with the stub's largest mask, where its best rated is the middle one


class Bench:
    """A widget on a stub, and its front end; x and y are the photo's pixels."""

    def __init__(self, image: np.ndarray = GREY, **options) -> None:
        self.segmenter = StubSegmenter(image)
        self.seg = ClickSegmenter(self.segmenter, **{"hover": False, "semantic": False, **options})
        self.front = FakeFront(self.seg.stage.canvas.widget)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.seg.stage.canvas.viewport.to_canvas(x, y)

    def click(self, x: float, y: float) -> None:
        self.front.click(*self.at(x, y))

    def drag(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.front.drag(*self.at(x0, y0), *self.at(x1, y1))

    def painted(self, x: float, y: float) -> np.ndarray:
        cx, cy = self.at(x, y)
        return self.front.pixels()[int(cy), int(cx)]


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    with made.front:
        made.front.ready()
        yield made
    made.seg.close()


def message_of(seg: ClickSegmenter) -> str:
    return seg.status.message.value


def wait_for(condition, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.005)


# clicking


def test_a_click_is_the_scripted_point_and_paints_its_mask(bench: Bench) -> None:
    bench.click(45, 30)
    assert bench.seg.prompt == Prompt([(45, 30)])
    scripted = Bench()
    scripted.seg.add_point(45, 30)
    assert np.array_equal(bench.seg.mask, scripted.seg.mask)
    assert bench.seg.history == scripted.seg.history
    scripted.seg.close()


def test_what_is_painted_is_the_mask(bench: Bench) -> None:
    bench.seg.set_look(contour=False, opacity=1.0)
    bench.seg.add_point(45, 30)
    layer = bench.front.layer(canvas_module.ANNOTATION)
    viewport = bench.seg.stage.canvas.viewport
    assert (viewport.canvas_width, viewport.canvas_height) == (180, 120)
    expected = np.kron(bench.seg.mask, np.ones((2, 2), bool))
    assert np.array_equal(layer[..., 3] == 255, expected)
    assert (layer[expected][:, :3] == style.PALETTE[0]).all()


def test_the_contour_lies_within_the_mask_and_a_line_around_it_shows_on_any_photo(bench: Bench) -> None:
    bench.seg.set_look(opacity=0.0)
    bench.seg.add_point(45, 30)
    layer = bench.front.layer(canvas_module.ANNOTATION)
    mask = np.kron(bench.seg.mask, np.ones((2, 2), bool))
    inside = layer[mask]
    assert (inside[inside[:, 3] > 0][:, :3] == style.PALETTE[0]).all()
    around = layer[~mask]
    lines = around[around[:, 3] > 0]
    assert len(lines)
    assert (lines[:, :3] == style.readable_on(style.PALETTE[0])).all()


def test_the_photo_is_painted_without_loss() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 360, 3), np.uint8)
    made = Bench(np.ascontiguousarray(noise))
    with made.front:
        made.front.ready()
        layer = made.front.layer(canvas_module.IMAGE)
    expected = painting.photo_to_canvas(noise, made.seg.stage.canvas.viewport)
    assert np.array_equal(layer[..., :3], expected)
    assert (layer[..., 3] == 255).all()


def test_toggle_and_keys_change_what_clicks_mark(bench: Bench) -> None:
    for key, label in (("b", 0), ("f", 1), ("B", 0)):
        bench.front.key(key)
        bench.click(5 + 8 * len(bench.seg.prompt.points), 30)
        assert bench.seg.prompt.labels[-1] == label
    bench.seg.toolbar.buttons["foreground"].click()
    bench.click(80, 50)
    assert bench.seg.prompt.labels[-1] == 1


def test_a_click_on_a_point_removes_it_and_a_drag_moves_it(bench: Bench) -> None:
    bench.click(20, 20)
    bench.click(60, 40)
    bench.click(21, 20)
    assert bench.seg.prompt == Prompt([(60, 40)])
    bench.drag(60, 40, 70, 30)
    assert bench.seg.prompt == Prompt([(70, 30)])
    assert [action["action"] for action in bench.seg.history][-2:] == ["remove_point", "move_point"]


def test_a_drag_draws_a_box_in_any_direction(bench: Bench) -> None:
    bench.drag(70, 50, 20, 10)
    assert bench.seg.prompt == Prompt(box=(20, 10, 70, 50))
    bench.drag(30, 20, 60, 40)
    assert bench.seg.prompt.box == (30, 20, 60, 40)
    bench.click(45, 30)
    assert bench.seg.prompt == Prompt([(45, 30)], box=(30, 20, 60, 40))


def test_an_unsteady_hand_still_clicks(bench: Bench) -> None:
    x, y = bench.at(45, 30)
    bench.front.drag(x, y, x + 3, y - 3)
    assert bench.seg.prompt == Prompt([(45, 30)])


def test_a_drag_that_leaves_the_canvas_ends_there(bench: Bench) -> None:
    bench.front.event("mouse_down", x=20, y=20)
    bench.front.move(100, 100)
    bench.front.event("mouse_out", x=-5, y=100)
    assert bench.seg.prompt.box == (10, 10, 50, 50)
    bench.front.event("mouse_down", x=150, y=20)
    bench.front.event("mouse_out", x=-5, y=20)
    bench.front.event("mouse_up", x=150, y=20)
    assert bench.seg.prompt.points == ()


def test_a_finger_taps_and_drags(bench: Bench) -> None:
    bench.front.touch("touch_start", (90, 60))
    bench.front.touch("touch_end")
    assert bench.seg.prompt == Prompt([(45, 30)])
    bench.front.touch("touch_start", (20, 20))
    bench.front.touch("touch_move", (60, 60))
    bench.front.touch("touch_end")
    assert bench.seg.prompt.box == (10, 10, 30, 30)
    bench.front.touch("touch_start", (20, 20), (60, 60))
    bench.front.touch("touch_end")
    assert len(bench.seg.prompt.points) == 1, "two fingers are no click"


def test_undo_and_redo_by_key_and_by_button(bench: Bench) -> None:
    bench.click(20, 20)
    bench.click(60, 40)
    bench.front.key("z", ctrl=True)
    assert bench.seg.prompt == Prompt([(20, 20)])
    bench.front.key("Z", shift=True, meta=True)
    assert len(bench.seg.prompt.points) == 2
    bench.seg.toolbar.buttons["undo"].click()
    bench.seg.toolbar.buttons["undo"].click()
    assert bench.seg.objects == ()
    assert bench.seg.toolbar.buttons["undo"].disabled
    assert not bench.front.layer(canvas_module.ANNOTATION)[..., 3].any()
    bench.seg.toolbar.buttons["redo"].click()
    assert bench.seg.prompt == Prompt([(20, 20)])


def test_candidates_are_picked_by_key_button_and_code(bench: Bench) -> None:
    bench.click(45, 30)
    for pick, index in (
        (lambda: bench.front.key("1"), 0),
        (lambda: bench.seg.candidate_strip.buttons[2].click(), 2),
        (lambda: bench.seg.choose(1), 1),
    ):
        pick()
        assert bench.seg.candidates.best == index
        assert np.array_equal(bench.seg.mask, bench.seg.candidates.masks[index])
    assert "1" in bench.seg.candidate_strip.reason.value


def test_thumbnails_show_their_masks_with_numbers_and_the_reason(bench: Bench) -> None:
    bench.click(45, 30)
    strip = bench.seg.candidate_strip
    assert "0.95" in strip.buttons[1].description
    assert bench.seg.candidates.explain_best("en") in strip.reason.value
    pictures = [np.asarray(Image.open(io.BytesIO(image.value))).astype(int) for image in strip.images[:3]]
    for picture in pictures:  # the object fills it but for the margin, however small it is in the photo
        height, width = picture.shape[:2]
        corner, middle = picture[: height // 12, : width // 12], picture[height // 2 - 5 :, width // 2 - 5 :]
        assert middle[:10, :10].mean() > 1.5 * corner.mean()
    for picture in pictures[1:]:  # a smaller one keeps some of its surroundings
        height, width = picture.shape[:2]
        edge = picture[height // 2 - 5 : height // 2 + 5, width // 5 : width // 4]
        assert edge.mean() > 1.5 * picture[: height // 12, : width // 12].mean()


@pytest.mark.parametrize(
    ("lang", "words", "told", "spoken"),
    [
        ("en", "0.95 · 305 px", "305 pixels of the photo", "Mask 1 covers 305 pixels."),
        ("es", "0,95 · 305 px", "305 píxeles de la foto", "La máscara 1 cubre 305 píxeles."),
    ],
)
def test_what_is_small_is_told_in_pixels(lang: str, words: str, told: str, spoken: str) -> None:
    seg = ClickSegmenter(StubSegmenter(height=60, width=1000), hover=False, semantic=False, lang=lang)
    seg.add_point(45.5, 30.5)
    pick = seg.candidate_strip.buttons[1]
    assert words in pick.description
    assert told in pick.tooltip
    assert spoken in seg.status.spoken.value
    assert "305 px<" in seg.numbers_panel.widget.value
    seg.choose(2)
    assert "%" in seg.numbers_panel.widget.value.split("</tr>")[0], "that is more"
    seg.close()


def test_tab_hands_the_keyboard_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    focused = []
    buttons = [*bench.seg.toolbar.buttons.values()][-1], bench.seg.candidate_strip.buttons[0]
    for widget in buttons:
        monkeypatch.setattr(type(widget), "focus", lambda self: focused.append(self), raising=False)
    bench.front.key("Tab")
    bench.front.key("Tab", shift=True)
    assert focused == [buttons[1], buttons[0]]
    assert message_of(bench.seg) == ""


def test_where_the_widgets_cannot_hand_the_keyboard_on_that_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(ipywidgets.DOMWidget, "focus", raising=False)  # as in ipywidgets 7
    bench.front.key("Tab")
    assert "PromptForm" in message_of(bench.seg)


def test_keys_that_mean_nothing_do_nothing(bench: Bench) -> None:
    for key in ("y", "Enter", "F5", "9"):
        bench.front.key(key)
    bench.front.key("b", ctrl=True)
    assert bench.seg.history == []
    assert message_of(bench.seg) == ""
    assert bench.seg.stage.label == 1


def test_escape_gives_up_a_drag(bench: Bench) -> None:
    bench.front.event("mouse_down", x=20, y=20)
    bench.front.move(100, 100)
    bench.front.key("Escape")
    bench.front.event("mouse_up", x=100, y=100)
    assert bench.seg.history == []


# objects


def test_objects_are_made_named_hidden_moved_and_deleted_by_their_rows(bench: Bench) -> None:
    bench.click(20, 30)
    bench.front.key("n")
    bench.click(70, 30)
    rows = bench.seg.object_list.rows
    rows[0].name.value = "left"
    rows[1].name.value = "right"
    assert [one.name for one in bench.seg.objects] == ["left", "right"]
    rows[0].buttons["show"].click()
    assert not bench.seg.objects[0].visible
    assert (bench.painted(20, 30)[:3] == 128).all(), "a hidden object is not painted"
    rows[1].buttons["up"].click()
    assert [one.name for one in bench.seg.objects] == ["right", "left"]
    assert rows[0].name.value == "right"
    rows[1].select.click()
    assert bench.seg.prompt == Prompt([(20, 30)])
    rows[1].buttons["delete"].click()
    assert [one.name for one in bench.seg.objects] == ["right"]
    assert len(bench.seg.history) == 9


def test_detections_hold_every_object_with_its_name(bench: Bench) -> None:
    assert len(bench.seg.detections) == 0
    bench.click(20, 30)
    bench.seg.name_object(0, "disk")
    bench.seg.new_object("disk")
    bench.seg.add_point(70, 30)
    bench.seg.new_object()
    bench.seg.add_point(45, 50)
    detections = bench.seg.detections
    assert detections.mask.shape == (3, 60, 90)
    assert detections.data["class_name"].tolist() == ["disk", "disk", "object_3"]
    assert detections.class_id.tolist() == [0, 0, 1]
    assert np.array_equal(detections.mask[2], bench.seg.mask)


def test_deeplab_names_the_mask_it_knows(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    classes = np.zeros((60, 90), np.uint8)
    classes[:, :45] = 1
    answer = SimpleNamespace(class_map=classes, class_names=("background", "cat"))
    monkeypatch.setattr("segwidgets.semantic.segment_semantic", lambda image: answer)
    bench.click(20, 30)
    bench.seg.object_list.rows[0].buttons["suggest"].click()
    assert bench.seg.objects[0].name == "cat"
    bench.seg.new_object()
    bench.click(70, 30)
    bench.seg.object_list.rows[1].buttons["suggest"].click()
    assert "none of its 20 classes" in message_of(bench.seg)


# everything


def found(masks: np.ndarray):
    import supervision as sv

    return sv.Detections(xyxy=sv.mask_to_xyxy(masks), mask=masks, confidence=np.full(len(masks), 0.9))


def test_everything_is_found_in_the_background_and_kept_by_clicking(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks = np.zeros((2, 60, 90), bool)
    masks[0, 10:50, 10:80] = True
    masks[1, 20:30, 20:30] = True
    go_on, seen = threading.Event(), []

    def generate(segmenter, points_per_side=16, progress=None, cancelled=None):
        progress(1, 4)
        seen.append(bench.seg.status.progress.value)
        go_on.wait(120)
        return found(masks)

    monkeypatch.setattr("segwidgets.automatic.generate_masks", generate, raising=False)
    bench.seg.toolbar.buttons["everything"].click()
    wait_for(lambda: seen)
    assert seen == [1]
    go_on.set()
    wait_for(lambda: not bench.seg.everything.running)
    assert "found: 2" in message_of(bench.seg)
    bench.front.move(*bench.at(25, 25))
    assert bench.front.layer(canvas_module.INTERACTION)[50, 50, 3] > 0, "the mask under the mouse lights up"
    bench.click(25, 25)
    bench.click(60, 40)
    bench.click(15, 12)
    assert "kept already, as object 2" in message_of(bench.seg)
    assert bench.seg.mask is None
    bench.front.key("Escape")
    assert np.array_equal(bench.seg.mask, masks[0]), "the last one is what one goes on with"
    assert "Numbers appear" not in bench.seg.numbers_panel.widget.value
    assert [np.array_equal(one.mask, mask) for one, mask in zip(bench.seg.objects, masks[::-1], strict=True)]
    assert len(bench.seg.objects) == 2
    bench.click(85, 55)
    assert bench.seg.prompt == Prompt([(85, 55)]), "after Escape a click is a point again"
    assert len(bench.seg.objects) == 2
    again = Bench()
    again.seg.replay(bench.seg.to_json())
    assert np.array_equal(again.seg.detections.mask, bench.seg.detections.mask)


def test_everything_can_be_cancelled_and_its_failure_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_for_cancel(segmenter, points_per_side=16, progress=None, cancelled=None):
        wait_for(cancelled)
        return found(np.ones((1, 60, 90), bool))

    monkeypatch.setattr("segwidgets.automatic.generate_masks", wait_for_cancel, raising=False)
    bench.seg.toolbar.buttons["everything"].click()
    bench.seg.status.cancel.click()
    wait_for(lambda: not bench.seg.everything.running)
    assert len(bench.seg.everything.masks) == 0

    def fail(*args, **named):
        raise MemoryError("too little of it")

    monkeypatch.setattr("segwidgets.automatic.generate_masks", fail, raising=False)
    bench.seg.segment_everything()
    assert "too little of it" in message_of(bench.seg)
    bench.click(45, 30)
    assert bench.seg.mask is not None


# hover


class Watched(LatestWins):
    """The worker beside the mouse; the test knows what was asked of it, holds it back and sees its end."""

    def __init__(self, serve) -> None:
        self.asked: list[tuple] = []
        self.begun, self.go_on, self.done = threading.Event(), threading.Event(), threading.Event()
        self.go_on.set()

        def watched(*request) -> None:
            self.begun.set()
            self.go_on.wait(120)
            serve(*request)
            self.done.set()

        super().__init__(watched)
        workers.append(self)

    def submit(self, *request) -> None:
        self.asked.append(request)
        super().submit(*request)


workers: list[Watched] = []


@pytest.fixture
def hovering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("segwidgets.widgets.click_segmenter.stage.LatestWins", Watched)
    made = Bench(hover=True)
    with made.front:
        made.front.ready()
        yield made
    made.seg.close()
    workers.clear()


def test_the_mask_under_the_mouse_is_shown_before_the_click(hovering: Bench) -> None:
    hovering.front.move(*hovering.at(45, 30))
    wait_for(lambda: hovering.front.layer(canvas_module.INTERACTION)[60, 90, 3] > 0)
    assert hovering.seg.history == []
    predictions = hovering.segmenter.predictions
    hovering.click(45, 30)
    assert hovering.segmenter.predictions == predictions, "the preview is what the click then takes"


def test_nothing_stays_when_the_mouse_leaves_while_its_mask_is_looked_for(hovering: Bench) -> None:
    (worker,) = workers
    worker.go_on.clear()
    hovering.front.move(*hovering.at(10, 10))
    assert worker.begun.wait(120)
    hovering.front.event("mouse_out", x=-1, y=-1)
    worker.go_on.set()
    assert worker.done.wait(120)
    assert not hovering.front.layer(canvas_module.INTERACTION)[20, 20, 3]


def test_without_preview_nothing_is_asked_for_beside_the_mouse(hovering: Bench) -> None:
    (worker,) = workers
    hovering.seg.toolbar.buttons["hover"].click()
    hovering.front.move(*hovering.at(80, 50))
    assert worker.asked == []


def test_the_preview_serves_the_newest_place_only() -> None:
    served, begun, go_on = [], threading.Event(), threading.Event()

    def serve(number: int) -> None:
        begun.set()
        go_on.wait(120)
        served.append(number)

    worker = LatestWins(serve)
    worker.submit(0)
    begun.wait(120)
    for number in range(1, 100):
        worker.submit(number)
    go_on.set()
    wait_for(lambda: 99 in served)
    assert served == [0, 99]
    worker.close()


def test_a_slow_machine_starts_without_preview_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segwidgets.widgets.click_segmenter.widget.SLOW_DECODE", 0.0)
    made = Bench(hover=None)
    assert not made.seg.stage.hovering
    assert "preview" in message_of(made.seg)
    made.seg.close()


# look


def test_cutout_defects_and_opacity_change_the_picture_and_not_the_session(bench: Bench) -> None:
    bench.seg.add_point(45, 30)
    history = bench.seg.history
    bench.seg.look_panel.cutout.value = True
    assert tuple(bench.painted(2, 2)[:3]) in ((238, 238, 238), (204, 204, 204))
    assert (bench.painted(45, 36)[:3] == 128).all(), "the object itself is shown as it is"
    bench.seg.set_look(cutout=False, opacity=1.0)
    assert tuple(bench.painted(40, 28)[:3]) == style.PALETTE[0]
    assert bench.seg.look_panel.opacity.value == 1.0
    bench.seg.add_point(5, 5)
    bench.seg.set_look(defects=True)
    assert np.abs(bench.painted(11, 5)[:3].astype(int) - style.DEFECT_COLORS["island"]).max() < 30
    assert bench.seg.history[:1] == history
    with pytest.raises(ValueError, match="opacity"):
        bench.seg.set_look(opacity=2)


def test_numbers_follow_every_click(bench: Bench) -> None:
    bench.click(45, 30)
    assert f"{bench.seg.mask.sum()} px" in bench.seg.numbers_panel.widget.value
    bench.seg.choose(0)
    assert f"{bench.seg.mask.sum()} px" in bench.seg.numbers_panel.widget.value
    assert "0.00 s, once" in bench.seg.status.hint.value


# files


def test_every_kind_of_file_is_written_and_can_be_read(bench: Bench, tmp_path: Path) -> None:
    bench.click(30, 30)
    bench.seg.name_object(0, "a / b")
    bench.front.key("n")
    bench.click(70, 30)
    bench.seg.files_panel.folder.value = str(tmp_path / "out")
    for kind, button in bench.seg.files_panel.buttons.items():
        button.click()
        assert "Saved" in message_of(bench.seg), kind
    out = tmp_path / "out"
    first, second = bench.seg.detections.mask
    assert np.array_equal(np.asarray(Image.open(out / "masks" / "mask_1_a_b.png")), first * 255)
    rgba = np.asarray(Image.open(out / "cutouts" / "cutout_2.png"))
    assert np.array_equal(rgba[..., 3] == 255, second)
    coco = json.loads((out / "coco" / "annotations.json").read_text())
    assert [one["name"] for one in coco["categories"]] == ["a / b", "object_2"]
    assert len(coco["annotations"]) == 2
    assert len((out / "yolo" / "labels" / "photo.txt").read_text().splitlines()) == 2
    assert Image.open(out / "clicks.gif").n_frames == len(bench.seg.history) + 1
    again = Bench()
    again.seg.replay((out / "clicks.json").read_text())
    assert np.array_equal(again.seg.detections.mask, bench.seg.detections.mask)
    again.seg.close()


def test_saving_nothing_is_told_in_the_widget(bench: Bench, tmp_path: Path) -> None:
    bench.seg.files_panel.folder.value = str(tmp_path)
    bench.seg.files_panel.buttons["masks"].click()
    assert "click on an object first" in message_of(bench.seg)
    assert 'role="alert"' in message_of(bench.seg)


def test_a_record_of_another_photo_changes_nothing(bench: Bench) -> None:
    bench.click(45, 30)
    other = Bench(np.zeros((50, 50, 3), np.uint8))
    with pytest.raises(ValueError, match="another photo"):
        bench.seg.replay(other.seg.to_json())
    assert bench.seg.prompt == Prompt([(45, 30)])
    other.seg.close()


def upload(seg: ClickSegmenter, content: bytes) -> None:
    """Choose a file as the page does, whose messages are others in ipywidgets 7."""
    file = {"name": "photo", "type": "image/png", "size": len(content)}
    if ipywidgets.__version__.startswith("7."):
        state = {"metadata": [file], "data": [memoryview(content)], "_counter": 1}
    else:
        state = {"value": [{**file, "last_modified": 0, "content": memoryview(content)}]}
    seg.files_panel.upload.set_state(state)
    assert not seg.files_panel.upload.value, "the same file can be chosen again"


def test_a_photo_of_ones_own_is_uploaded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "segwidgets.widgets.click_segmenter.widget.Segmenter", lambda image, sam: StubSegmenter(image)
    )
    bench.click(45, 30)
    file = io.BytesIO()
    Image.new("RGB", (40, 80), (200, 10, 10)).save(file, "PNG")
    upload(bench.seg, file.getvalue())
    assert bench.seg.image.shape == (80, 40, 3)
    assert bench.seg.objects == ()
    assert (bench.seg.stage.canvas.widget.width, bench.seg.stage.canvas.widget.height) == (80, 160)


def png_of(height: int, width: int) -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(2).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


def test_a_photo_takes_the_place_of_another_s_objects_only_until_one_goes_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "segwidgets.widgets.click_segmenter.widget.Segmenter", lambda image, sam: StubSegmenter(image)
    )
    seg, back = bench.seg, bench.seg.files_panel.back
    bench.click(45, 30)
    kept = seg.objects
    assert is_off(back)
    upload(seg, png_of(40, 80))
    assert seg.objects == ()
    assert not is_off(back)
    assert "kept" in message_of(seg)
    empty = seg.segmenter
    back.click()
    assert seg.objects == kept
    assert (seg.image.shape, seg.segmenter.closed) == ((60, 90, 3), False)
    assert empty.closed
    assert is_off(back), "nothing was done on the other photo"
    upload(seg, png_of(40, 80))
    seg.add_point(20, 20)
    upload(seg, png_of(50, 80))
    assert bench.segmenter.closed, "one photo is kept, not all"
    back.click()
    assert seg.image.shape == (40, 80, 3)
    seg.load(GREY)
    assert is_off(back), "code says what it wants"


def piece_of(content: bytes, start: int, end: int, name: str = "beach.png", **more) -> dict:
    return {
        "kind": "file", "name": name, "size": len(content), "at": start, "data": content[start:end],
        "page": "one", **more,
    }  # fmt: skip


def test_a_photo_that_comes_in_pieces_is_put_together(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "segwidgets.widgets.click_segmenter.widget.Segmenter", lambda image, sam: StubSegmenter(image)
    )
    asked: list = []
    [hidden] = bench.seg.stage.pointer
    monkeypatch.setattr(hidden.children[0], "send", lambda content: asked.append(content))

    def come(piece: dict) -> None:
        data = piece.pop("data")
        hidden.children[0]._handle_custom_msg(piece, [memoryview(data)])

    content = png_of(40, 80)
    half = len(content) // 2
    come(piece_of(content, 0, half))
    assert "beach.png is on its way: 50 %" in message_of(bench.seg)
    assert asked == [{"page": "one", "piece": 0}]
    come(piece_of(content, half, len(content)))
    assert bench.seg.image.shape == (40, 80, 3)
    assert message_of(bench.seg) == ""
    come(piece_of(content, half, len(content)))
    assert "does not go on" in message_of(bench.seg)
    come(piece_of(content, 0, half, size=300_000_000))
    assert "300 MB; 200 are the most" in message_of(bench.seg)
    assert len(asked) == 1, "what is refused is not asked for"


@pytest.mark.parametrize(("lang", "words"), [("en", "cannot be opened as"), ("es", "no se puede abrir como")])
def test_a_damaged_photo_is_named_in_one_s_language(lang: str, words: str) -> None:
    bench = Bench(lang=lang)
    upload(bench.seg, png_of(40, 80)[:200])
    assert f"photo&quot; {words}" in message_of(bench.seg) or f"«photo» {words}" in message_of(bench.seg)
    assert lang == "en" or "(" not in message_of(bench.seg)
    bench.seg.close()


def test_what_is_saved_is_named_and_can_be_downloaded(bench: Bench, tmp_path: Path) -> None:
    seg = bench.seg
    seg.files_panel.folder.value = str(tmp_path)
    seg.files_panel.buttons["masks"].click()
    assert "There is no mask to save yet" in message_of(seg)
    seg.add_point(45, 30)

    def downloaded() -> tuple[str, bytes]:
        found = re.search(r'download="([^"]+)" href="data:[\w/+-]+;base64,([^"]+)"', message_of(seg))
        return found[1], base64.b64decode(found[2])

    seg.files_panel.buttons["masks"].click()
    assert "mask_1.png" in message_of(seg)
    assert downloaded() == ("mask_1.png", (tmp_path / "masks/mask_1.png").read_bytes())
    for _ in range(5):
        seg.new_object()
        seg.add_point(20, 20)
    seg.files_panel.buttons["masks"].click()
    assert "mask_4.png and 2 more" in message_of(seg)
    name, content = downloaded()
    assert name == "masks.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == [f"mask_{n}.png" for n in range(1, 7)]
        assert archive.read("mask_3.png") == (tmp_path / "masks/mask_3.png").read_bytes()


def test_what_is_too_large_for_a_link_says_where_it_is(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segwidgets.widgets.click_segmenter.download.LARGEST_LINK_BYTES", 10)
    bench.seg.add_point(45, 30)
    bench.seg.save("masks", tmp_path)
    assert "too large for a link" in message_of(bench.seg)
    assert "href" not in message_of(bench.seg)


def test_what_is_no_photo_is_refused_in_words_and_nothing_is_lost(bench: Bench) -> None:
    bench.click(45, 30)
    upload(bench.seg, b"this is a letter")
    assert 'role="alert"' in message_of(bench.seg)
    assert "Traceback" not in message_of(bench.seg)
    assert bench.seg.prompt == Prompt([(45, 30)])
    bench.click(20, 20)
    assert len(bench.seg.prompt.points) == 2


# many objects


def test_a_number_can_be_read_on_its_colour_and_a_long_name_is_told_whole(bench: Bench) -> None:
    for number in range(5):
        bench.seg.new_object()
        bench.seg.add_point(20 + number, 30)
    for one, row in zip(bench.seg.objects, bench.seg.object_list.rows, strict=True):
        white = has_class(row.select, "sw-dark")
        ink = style.WHITE if white else (17, 17, 17)
        assert style.contrast_ratio(ink, one.color) >= 4.5
    name = "the cat that sleeps on the red sofa by the window"
    bench.seg.name_object(1, name)
    assert explanation(bench.seg.object_list.rows[1].name) == f"The object's name: {name}"
    bench.seg.undo()
    assert explanation(bench.seg.object_list.rows[1].name) == "The object's name"


def test_whatever_is_drawn_anew_looks_as_if_all_were(bench: Bench) -> None:
    seg = bench.seg

    def look() -> None:
        stepwise = bench.front.pixels().copy()
        bench.front.ready()
        assert np.array_equal(stepwise, bench.front.pixels())

    for number in range(4):
        seg.new_object()
        seg.add_point(20 + 10 * number, 30)
        look()
    for step in (
        lambda: seg.select_object(1),
        lambda: seg.add_point(50, 40),
        lambda: seg.choose(0) if len(seg.candidates) > 1 else None,
        lambda: seg.reorder(1, 3),
        lambda: seg.toggle_object(0),
        lambda: seg.set_look(opacity=0.8, contour=False),
        lambda: seg.set_look(cutout=True),
        lambda: seg.set_look(cutout=False, contour=True),
        lambda: seg.delete_object(1),
        seg.undo,
        seg.undo,
        lambda: seg.session.do("new_object"),
        seg.reset,
        seg.undo,
    ):
        step()
        look()


def test_a_click_draws_as_much_beside_many_objects_as_beside_one(bench: Bench) -> None:
    seg, front = bench.seg, bench.front

    def drawn(step) -> int:
        front.log.clear()
        step()
        return len(front.log)

    for _ in range(8):  # from the eighth on all have numbers
        seg.new_object()
        seg.add_point(10, 10)
    begin = [
        drawn(seg.new_object) + drawn(lambda x=x: seg.add_point(x, 30)) for x in (20, 30, 40, 50, 60, 70, 80)
    ]
    again = [drawn(lambda y=y: seg.add_point(20, y)) for y in (20, 40)]
    assert max(begin) < min(begin) + 20, "an object more is drawn on top of the others"
    assert max(again) < max(begin) + 20
    assert front.log.count("putImageData") == 1, "an area and the two lines of its edge"


def test_where_colours_repeat_the_objects_have_their_numbers_on_the_photo(bench: Bench) -> None:
    seg, front = bench.seg, bench.front
    for number in range(len(style.PALETTE)):
        seg.new_object()
        seg.add_point(10 + 10 * number, 30)
    assert "fillText" not in front.log
    seg.new_object()
    seg.add_point(45, 30)
    assert front.log.count("fillText") == front.log.count("strokeText") == len(style.PALETTE) + 1
    front.log.clear()
    seg.add_point(45, 35)
    assert front.log.count("fillText") == 1, "the others' are there"
    seg.zoom_to((40, 25, 50, 40))
    front.log.clear()
    front.ready()
    assert 1 <= front.log.count("fillText") < 8, "what is not seen has none"
    seg.fit()
    front.log.clear()
    seg.delete_object(0)
    assert "fillText" not in front.log, "no two are alike any more"


def test_what_is_remembered_of_drawings_ends_with_their_masks(bench: Bench) -> None:
    for number in range(5):
        bench.seg.new_object()
        bench.seg.add_point(20 + number, 30)
    assert len(bench.seg.stage.canvas._stencils) >= 5
    bench.seg.replay(Session(bench.segmenter).to_json())
    gc.collect()
    bench.seg.add_point(20, 30)
    assert len(bench.seg.stage.canvas._stencils) <= 2


# surviving


def test_a_page_that_connects_again_sees_everything(bench: Bench) -> None:
    bench.click(45, 30)
    before = bench.front.pixels().copy()
    bench.front.ready()
    assert np.array_equal(bench.front.pixels(), before)


def test_an_error_in_a_callback_is_told_and_the_widget_goes_on(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bench.segmenter, "predict", lambda *a, **k: 1 / 0)
        bench.click(45, 30)
    assert "ZeroDivisionError" in message_of(bench.seg)
    assert bench.seg.history == []
    bench.click(45, 30)
    assert bench.painted(45, 25)[2] != 128


def test_an_error_while_drawing_leaves_no_canvas_stuck(bench: Bench) -> None:
    with pytest.raises(RuntimeError), canvas_module.drawing():
        raise RuntimeError
    bench.click(45, 30)
    assert bench.front.layer(canvas_module.ANNOTATION)[..., 3].any()


def test_drawing_inside_a_users_own_hold_is_theirs_to_end(bench: Bench) -> None:
    with hold_canvas():
        bench.seg.add_point(45, 30)
    bench.seg.add_point(20, 30)
    assert bench.front.layer(canvas_module.ANNOTATION)[60, 40, 3] > 0


def test_the_saved_notebook_keeps_a_small_picture(bench: Bench) -> None:
    bench.click(45, 30)
    bundle = bench.seg._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    png = base64.b64decode(bundle["image/png"])
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    assert picture.shape == (60, 90, 3)
    assert not (picture[30, 40] == 128).all()


class HandTimer:
    """A timer whose time is up when the test says so."""

    started: list[HandTimer] = []

    def __init__(self, seconds: float, function, arguments) -> None:
        self.call = lambda: function(*arguments)
        self.is_cancelled = False

    def start(self) -> None:
        self.started.append(self)

    def cancel(self) -> None:
        self.is_cancelled = True


def shown_picture(data: dict[str, str]) -> np.ndarray:
    [file] = data.values()
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(file))).convert("RGB"))


def test_the_displayed_picture_follows_hands_and_waits_until_they_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict] = []

    def display(*data: dict, display_id: bool = False, **named) -> SimpleNamespace:
        shown.extend(data)
        return SimpleNamespace(update=lambda data, **named: shown.append(data))

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(HandTimer, "started", [])
    monkeypatch.setattr(
        "segwidgets.widgets.click_segmenter.still.threading", SimpleNamespace(Timer=HandTimer)
    )
    minutes = itertools.count(0.0, 60.0)  # from one look at the clock to the next
    monkeypatch.setattr("segwidgets.widgets.click_segmenter.still.monotonic", lambda: next(minutes))
    bench.seg.stage.has_page = bench.seg.still.is_seen = False
    bench.seg._ipython_display_()
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    assert list(shown[1]) == ["image/png"]
    bench.seg.add_point(20, 20)
    assert HandTimer.started == [], "without a page, a later cell must not change an earlier cell's output"
    bench.click(45, 30)
    bench.click(70, 30)
    assert len(shown) == 2, "nobody waits for a picture while clicking"
    assert [timer.is_cancelled for timer in HandTimer.started] == [True] * (len(HandTimer.started) - 1) + [
        False
    ]
    assert len(HandTimer.started) >= 2
    HandTimer.started[-1].call()
    assert [list(picture) for picture in shown[1:]] == [["image/png"], ["image/jpeg"]], "less of a slow line"
    assert shown[2] != shown[1]
    bench.front.ready()
    HandTimer.started[-1].call()
    heights = [shown_picture(data).shape[0] for data in shown[1:]]
    assert heights[0] == heights[1] < heights[2], "where a page shows it, words tell how to go on"
    bench.front.ready()
    bench.seg.add_point(10, 50)
    HandTimer.started[-1].call()
    assert shown[4] != shown[3], "where a page shows the widget, code is followed, too"


def test_the_displayed_picture_waits_for_a_hand_over_the_photo_but_not_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, shown = [100.0], []
    handle = SimpleNamespace(update=lambda data, **named: shown.append(data))
    monkeypatch.setattr(
        "IPython.display.display", lambda *_, **named: handle if named.get("display_id") else None
    )
    monkeypatch.setattr(HandTimer, "started", [])
    module = "segwidgets.widgets.click_segmenter.still"
    monkeypatch.setattr(f"{module}.threading", SimpleNamespace(Timer=HandTimer))
    monkeypatch.setattr(f"{module}.monotonic", lambda: now[0])
    bench.seg._ipython_display_()
    bench.seg.add_point(20, 20)
    waited = 0.0
    while not shown:
        now[0] += 0.5
        waited += 0.5
        bench.seg.stage.note_page("a", hears_buttons=True)  # a mouse that goes on
        HandTimer.started[-1].call()
        assert waited < 20
    assert waited > 5, "a click would wait for the picture on a slow line"
    bench.seg.add_point(60, 20)
    bench.seg.stage.note_page("a", hears_buttons=True)
    now[0] += 1
    HandTimer.started[-1].call()
    assert len(shown) == 2, "a hand that rests waits for nothing"


def test_the_picture_of_a_large_noisy_photo_is_small_too() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8)
    seg = ClickSegmenter(StubSegmenter(noise), hover=False, semantic=False)
    assert len(base64.b64decode(seg._repr_mimebundle_()["image/png"])) <= 150_000
    seg.close()


def test_the_figure_tells_the_finding(bench: Bench) -> None:
    bench.seg.new_object("disk")
    bench.seg.add_point(45, 30)
    figure = bench.seg.figure()
    share = f"{100 * bench.seg.mask.mean():.0f} %"
    assert figure.axes[0].get_title() == f"disk covers {share} of the photo"


def test_two_widgets_do_not_disturb_each_other() -> None:
    one, other = Bench(), Bench()
    with one.front:
        one.front.ready()
        one.click(45, 30)
    with other.front:
        other.front.ready()
        other.click(10, 10)
        one.seg.undo()
        assert other.seg.prompt == Prompt([(10, 10)])
        assert other.front.layer(canvas_module.ANNOTATION)[20, 20, 3] > 0
    assert one.seg.prompt.is_empty
    for made in (one, other):
        made.seg.close()


def test_close_frees_the_embedding() -> None:
    made = Bench()
    made.seg.close()
    assert made.segmenter.closed


def test_clicks_made_while_python_is_busy_all_count_once(bench: Bench) -> None:
    places = [(10 + 12 * i, 30) for i in range(6)]
    for place in places:  # they queue up and come one after the other
        bench.click(*place)
    assert bench.seg.prompt == Prompt(places)
    assert len(bench.seg.history) == 6


# everywhere


def test_a_large_photo_is_shown_small_and_its_mask_is_full_size() -> None:
    made = Bench(np.zeros((3000, 4000, 3), np.uint8))
    with made.front:
        made.front.ready()
        made.click(1000, 2000)
    x, y = made.seg.prompt.points[0]
    assert (x, y) == pytest.approx((1000, 2000))
    assert made.seg.mask.shape == (3000, 4000)
    assert made.seg.stage.canvas.widget.width <= 720
    made.seg.close()


def test_every_control_has_a_name_in_words(bench: Bench) -> None:
    bench.click(45, 30)

    def controls(widget) -> Iterator:
        yield widget
        for child in getattr(widget, "children", ()):
            yield from controls(child)

    nameless = [
        widget
        for widget in controls(bench.seg)
        if hasattr(widget, "disabled") and not (explanation(widget) or widget.description)
    ]
    assert not nameless


def test_spanish_is_spoken_throughout() -> None:
    made = Bench(lang="es")
    made.seg.add_point(45, 30)
    assert made.seg.toolbar.buttons["new_object"].description == "Objeto nuevo"
    assert "Los" in made.seg.toolbar.buttons["foreground"].tooltip
    assert "máscara" in made.seg.candidate_strip.buttons[0].description
    assert made.seg.figure().axes[0].get_title().startswith("Objeto 1 cubre")
    numbers = made.seg.candidate_strip.buttons[0].description + made.seg.numbers_panel.widget.value
    numbers += made.seg.status.hint.value
    assert re.search(r"\d,\d", numbers)
    assert not re.search(r"\d\.\d", numbers), "as in the sentence below: one decimal sign"
    made.seg.close()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_missing_canvas_is_explained_without_claims(lang: str) -> None:
    text = segwidgets.explain_missing_canvas(lang)
    assert "segwidgets.colab import prepare" in text
    assert text.count("not tested" if lang == "en" else "no probado") == 2


@pytest.mark.model
def test_the_cat_is_cut_out_with_one_click_and_a_leak_is_mended(cat_segmenter: Segmenter) -> None:
    seg = ClickSegmenter(cat_segmenter, hover=False)
    front = FakeFront(seg.stage.canvas.widget)
    with front:
        front.ready()
        front.click(*seg.stage.canvas.viewport.to_canvas(250, 170))
    wait_for(lambda: seg.candidates.under_click is not None)
    scripted = ClickSegmenter(cat_segmenter, hover=False)
    scripted.add_point(250, 170)
    assert np.array_equal(seg.mask, scripted.mask)
    assert seg.history == scripted.history
    assert 0.7 < seg.mask.mean() < 0.8
    assert "what DeepLab takes for cat" in seg.candidate_strip.reason.value
    seg.choose(2)
    assert seg.mask[20, 430]
    seg.add_point(430, 20, label=0)
    assert not seg.mask[20, 430]
    record = seg.to_json()
    mask = seg.mask
    seg.reset()
    seg.replay(record)
    assert np.array_equal(seg.mask, mask)


def test_a_hand_never_waits_for_deeplab_and_its_mask_is_ranked_when_that_has_looked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looking = threading.Event()

    def look(image: np.ndarray) -> SemanticSegmentation:
        looking.wait(120)
        return CAT

    monkeypatch.setattr("segwidgets.semantic.segment_semantic", look)
    made = Bench(semantic=True)
    with made.front:
        made.front.ready()
        made.click(20, 30)
        assert made.seg.candidates.best == 1  # the best rated, as long as nobody has looked
        assert made.seg.candidates.under_click is None
        looking.set()
        wait_for(lambda: made.seg.candidates.under_click is not None)
        assert made.seg.candidates.best == 2
        wait_for(lambda: "DeepLab" in made.seg.candidate_strip.reason.value)
        made.seg.new_object()
        made.click(20, 30)
        assert made.seg.candidates.best == 2, "from now on it is there at once"
    made.seg.close()


def test_code_finds_what_a_patient_hand_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, looking, best = threading.Event(), threading.Event(), []

    def look(image: np.ndarray) -> SemanticSegmentation:
        begun.set()
        looking.wait(120)
        return CAT

    def click() -> None:
        made.seg.add_point(20, 30)
        best.append(made.seg.candidates.best)

    monkeypatch.setattr("segwidgets.semantic.segment_semantic", look)
    made = Bench(semantic=True)
    clicking = threading.Thread(target=click)
    clicking.start()
    assert begun.wait(120)
    assert best == [], "code waits until DeepLab has looked"
    looking.set()
    clicking.join()
    assert best == [2]
    made.seg.close()


def test_a_class_map_of_ones_own_is_used_and_checked() -> None:
    made = Bench(semantic=CAT)
    made.seg.add_point(20, 30)
    assert made.seg.candidates.best == 2
    assert made.seg.suggest_name(0) == "cat"
    made.seg.close()
    with pytest.raises(ValueError, match="the same photo"):
        Bench(np.zeros((30, 30, 3), np.uint8), semantic=CAT)
    with pytest.raises(TypeError, match="semantic must be True, False or"):
        Bench(semantic="cat")


def test_without_deeplab_the_masks_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(image: np.ndarray) -> SemanticSegmentation:
        raise OSError("no weights here")

    monkeypatch.setattr("segwidgets.semantic.segment_semantic", look)
    made = Bench(semantic=True)
    made.seg.add_point(20, 30)
    assert made.seg.candidates.best == 1
    assert made.seg.candidates.under_click is None
    made.seg.close()


# other readings


def test_other_readings_appear_on_request_and_can_be_picked(bench: Bench) -> None:
    strip = bench.seg.candidate_strip
    bench.click(45, 30)
    bench.click(60, 30)
    assert [is_off(box) for box in strip.boxes] == [False, True, True, True]
    assert "SAM's answer" in strip.title.value
    strip.readings.click()
    assert [is_off(box) for box in strip.boxes] == [False] * 4
    assert "keys 1 to 4" in strip.title.value
    assert is_off(strip.readings)
    assert bench.seg.candidates.best == 0
    bench.front.key("4")
    assert bench.seg.candidates.best == 3
    bench.seg.undo()
    bench.seg.undo()
    assert len(bench.seg.candidates) == 1
    bench.front.key("r")
    assert len(bench.seg.candidates) == 4
    bench.front.key("r")
    assert "no other readings" in message_of(bench.seg)


def test_a_widget_that_could_not_be_built_closes_quietly() -> None:
    with pytest.raises(ValueError, match="en, es"):
        ClickSegmenter("cat", lang="fr")
    gc.collect()  # an error in __del__ would be an unraisable exception, which fails the run
