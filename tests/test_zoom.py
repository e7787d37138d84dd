"""Zooming and panning without a browser: what the page tells in, the view and what is drawn of it out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from segwidgets import ClickSegmenter, Prompt
from segwidgets.geometry import Viewport, grow_box
from segwidgets.widgets import canvas as canvas_module
from segwidgets.widgets import painting
from segwidgets.widgets.click_segmenter import stage as stage_module
from segwidgets.widgets.click_segmenter import steering as steering_module
from segwidgets.widgets.room import Room
from segwidgets.widgets.session.session import Session
from tests.fake_front import StubSegmenter, has_class, is_off
from tests.test_pointer import Layer

LARGE = np.random.default_rng(3).integers(0, 256, (750, 1000, 3), np.uint8)


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Layer]:
    made = Layer(LARGE)
    for module in (stage_module, steering_module):
        monkeypatch.setattr(module, "monotonic", lambda: made.now)
    with made.front:
        made.front.ready()
        yield made
    made.seg.close()


def follow(layer: Layer, x: float, y: float, factor: float = 1.0, dx: float = 0.0, dy: float = 0.0) -> None:
    layer.tell("view", x, y, factor=factor, dx=dx, dy=dy)


def test_a_click_lands_on_the_photo_s_pixel_that_is_seen_there_and_no_view_is_recorded(layer: Layer) -> None:
    layer.press(300, 350)
    before = layer.seg.history, layer.seg.to_json()
    layer.seg.zoom_to((750, 500, 780, 530))
    layer.seg.zoom(2.0)
    layer.seg.one_to_one()
    follow(layer, 765, 515, factor=1.7)
    assert (layer.seg.history, layer.seg.to_json()) == before
    layer.press(765.25, 515.75)
    assert layer.seg.prompt.points[1] == pytest.approx((765.25, 515.75))
    layer.seg.fit()
    assert layer.seg.view == (0, 0, 1000, 750)
    assert layer.seg.stage.canvas.viewport.part is None


def test_the_wheel_and_two_fingers_leave_what_is_under_them_there(layer: Layer) -> None:
    at = layer.at(700, 150)
    follow(layer, 700, 150, factor=3.0)
    assert layer.at(700, 150) == pytest.approx(at)
    follow(layer, 700, 150, factor=1.5, dx=30, dy=12)
    assert layer.at(700, 150) == pytest.approx((at[0] + 45, at[1] + 18)), "moved, then made larger"


def test_the_page_hears_when_a_step_is_drawn_even_if_it_failed(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    [hidden] = layer.seg.stage.pointer
    monkeypatch.setattr(type(hidden.children[0]), "send", lambda _self, message: said.append(message))
    follow(layer, 700, 150, factor=3.0)
    layer.tell("still", page="a")
    monkeypatch.setattr(layer.seg.stage.canvas, "draw_photo", lambda *a, **k: 1 / 0)
    follow(layer, 700, 150, factor=3.0)
    assert [message["drawn"] for message in said] == ["view", "still", "view"]
    assert said[1]["page"] == "a"
    assert "ZeroDivisionError" in layer.seg.status.message.value


def test_only_what_is_seen_is_drawn_and_while_it_moves_in_less_detail(layer: Layer) -> None:
    layer.seg.zoom_to((400, 300, 460, 345), margin=0)
    assert layer.seg.view == (400, 300, 460, 345)
    seen = layer.front.layer(canvas_module.IMAGE)[..., :3]
    squares = np.kron(LARGE[300:345, 400:460], np.ones((12, 12, 1), np.uint8))
    assert np.array_equal(seen, squares), "from 6 on each pixel is a square"
    follow(layer, 430, 320, dx=0, dy=12)
    moved = layer.front.layer(canvas_module.IMAGE)[..., :3].astype(int)
    squares = np.kron(LARGE[299:344, 400:460], np.ones((12, 12, 1), np.uint8)).astype(int)
    assert np.abs(moved - squares).max() > 0
    assert np.abs(moved - squares).mean() < 25
    layer.tell("still")
    assert np.array_equal(layer.front.layer(canvas_module.IMAGE)[..., :3], squares)


def test_a_mask_is_painted_where_it_is_seen(layer: Layer) -> None:
    layer.seg.set_look(contour=False, opacity=1.0)
    layer.seg.add_point(450, 350)
    layer.seg.zoom_to((440, 280, 560, 370), margin=0)
    painted = layer.front.layer(canvas_module.ANNOTATION)[..., 3] == 255
    expected = np.kron(layer.seg.mask[280:370, 440:560], np.ones((6, 6), bool))
    assert 0 < expected.sum() < expected.size
    assert np.array_equal(painted, expected)


def test_while_the_view_moves_masks_are_areas_in_one_picture_and_then_as_ever(layer: Layer) -> None:
    for x in (450, 500, 550):
        layer.seg.add_point(x, 350)
        layer.seg.new_object()
    layer.seg.zoom_to((400, 300, 600, 450), margin=0)
    drawn = len(layer.front.log)
    follow(layer, 500, 370, dx=3, dy=0)
    assert layer.front.log[drawn:].count("putImageData") == 3, "photo, masks, overview"
    moving = layer.front.pixels()
    layer.tell("still")
    assert layer.front.log[drawn:].count("putImageData") == 3 + 1 + 3 + 1
    resting = layer.front.pixels()
    assert (moving != resting).any()
    layer.seg.stage.draw()
    assert np.array_equal(layer.front.pixels(), resting)


@pytest.mark.parametrize(("pointer", "near", "beside"), [("mouse", 10, 12), ("touch", 22, 26)])
@pytest.mark.parametrize("box", [None, (440, 280, 560, 370)])
def test_how_near_a_point_is_near_counts_on_the_screen_in_any_view(
    layer: Layer, pointer: str, near: float, beside: float, box: tuple | None
) -> None:
    if box:
        layer.seg.zoom_to(box, margin=0)
    layer.press(500, 325)
    pixel = 1 / layer.seg.stage.canvas.viewport.scale
    layer.press(500 + beside * pixel, 325, pointer=pointer)
    assert len(layer.seg.prompt.points) == 2
    layer.seg.undo()
    layer.press(500 + near * pixel, 325, pointer=pointer)
    assert len(layer.seg.prompt.points) == 0


@pytest.mark.parametrize("unit", [1.0, 2.0])
def test_a_point_is_as_large_on_the_screen_in_any_view(layer: Layer, unit: float) -> None:
    sizes = []
    for box in ((0, 0, 1000, 750), (440, 280, 560, 370)):
        layer.seg.zoom_to(box, margin=0)
        layer.tell("hover", 10, 10, unit=unit)
        layer.press(500, 325, unit=unit)
        sizes.append(int((layer.front.layer(canvas_module.INTERACTION)[..., 3] > 0).sum()))
        layer.seg.reset()
    assert sizes[0] == pytest.approx(sizes[1], rel=0.03)
    assert sizes[0] == pytest.approx(np.pi * (10 * unit) ** 2, rel=0.15)


def test_a_double_tap_zooms_there_and_back_and_leaves_no_point(layer: Layer) -> None:
    for seen_whole in (False, True):
        layer.press(600, 450, pointer="touch")
        assert len(layer.seg.prompt.points) == 1
        layer.press(602, 450, pointer="touch", wait=0.2)
        assert layer.seg.prompt == Prompt()
        assert (layer.seg.stage.canvas.viewport.part is None) is seen_whole
    layer.press(600, 450)
    layer.press(602, 450, wait=0.2)
    assert len(layer.seg.prompt.points) == 1, "the mouse's double click is one click, as ever"
    assert layer.seg.stage.canvas.viewport.part is None


class SharpStub(StubSegmenter):
    """Pays to look closer with; what looks closer sees its view alone."""

    frame = SimpleNamespace(pixel_size=(4.0, 4.0))

    def __init__(self, image: np.ndarray, view: tuple | None = None) -> None:
        super().__init__(image)
        self.seen, self.kept = view, {}
        self.is_ready = threading.Event()

    @property
    def view(self) -> tuple[int, int, int, int]:
        return self.seen or super().view

    def closer(self, box, margin: float) -> StubSegmenter:
        assert self.is_ready.wait(60)
        return self.look_at(grow_box(box, self.size, margin))

    def look_at(self, view: tuple) -> StubSegmenter:
        return self.kept.setdefault(view, SharpStub(self.image, view))

    def predict(self, prompt: Prompt, previous=None, multimask: bool | None = None):
        found = super().predict(prompt, previous, multimask)
        if self.seen:
            x0, y0, x1, y1 = self.seen
            found.masks[:, :y0], found.masks[:, y1:] = False, False
            found.masks[:, :, :x0], found.masks[:, :, x1:] = False, False
        return replace(found, view=self.seen)


def sharpened(seg: ClickSegmenter) -> None:
    """Wait until what is seen was looked at closer."""
    for _ in range(1200):
        if seg.session.closer is not None:
            return
        time.sleep(0.05)
    raise AssertionError("nothing looked closer")


def test_a_click_where_it_is_zoomed_in_is_answered_by_what_looks_closer_and_replayed_so() -> None:
    seg = ClickSegmenter(SharpStub(LARGE), hover=False, semantic=False)
    seg.zoom(1.9)
    seg.zoom_to((400, 300, 600, 450), margin=0)
    seg.add_point(450, 350)
    assert seg.candidates.view is None, "a click never waits for it"
    seg.reset()
    assert seg.session.closer is None
    seg.segmenter.is_ready.set()
    sharpened(seg)
    assert seg.session.closer.view == (350, 250, 650, 500)
    for _ in range(1200):  # which is told a moment later
        if "sharp here" in seg.status.look.value:
            break
        time.sleep(0.05)
    assert "sharp here" in seg.status.look.value
    assert not is_off(seg.status.look)
    seg.add_point(450, 350)
    assert seg.candidates.view == (350, 250, 650, 500)
    seg.other_readings()
    seg.new_object()
    seg.zoom_to((500, 300, 600, 375), margin=0)
    assert seg.session.closer.view == (350, 250, 650, 500), "it holds this view, and is not much larger"
    seg.add_point(900, 100)
    seg.add_point(520, 330)
    assert seg.candidates.view is None, "what it goes on from lies elsewhere"
    seg.fit()
    assert seg.session.closer is None
    assert is_off(seg.status.look)
    seg.select_object(0)
    seg.add_point(460, 360)
    assert seg.candidates.view is None, "all of the photo is seen"
    assert seg.candidates.refined
    assert [action.get("views") for action in seg.history if action["action"] == "add_point"] == [
        None, [[350, 250, 650, 500]], None, None, None
    ]  # fmt: skip
    again = Session.from_json(seg.to_json(), SharpStub(LARGE))
    for one, other in zip(again.state.objects, seg.objects, strict=True):
        assert np.array_equal(one.mask, other.mask)
    seg.undo()
    assert seg.objects[0].candidates.view == (350, 250, 650, 500)
    seg.close()


@pytest.mark.parametrize("views", [7, [[0, 0, 5]], [[0, 0, 5, 9999]], [[0, 0, 0, 5]], [["a", 0, 5, 5]]])
def test_a_record_that_looks_at_no_part_of_the_photo_is_refused(views) -> None:
    session = Session(StubSegmenter())
    session.do("add_point", x=45, y=30)
    record = json.loads(session.to_json())
    record["actions"][0]["views"] = views
    with pytest.raises(ValueError, match="views must"):
        Session.from_json(json.dumps(record), StubSegmenter())


def test_keys_and_buttons_zoom_and_say_so(layer: Layer) -> None:
    seg, key = layer.seg, layer.front.key
    assert seg.toolbar.buttons["fit"].disabled
    key("+", shift=True)
    key("=")
    assert seg.stage.canvas.viewport.zoom == pytest.approx(2.25)
    assert "44 percent of the photo" in seg.status.spoken.value
    assert "44 percent of the photo" in seg.stage.pointer[0].children[0].label
    assert not seg.toolbar.buttons["fit"].disabled
    key("-")
    assert seg.stage.canvas.viewport.zoom == pytest.approx(1.5)
    key("0")
    assert seg.stage.canvas.viewport.part is None
    assert "percent" not in seg.stage.pointer[0].children[0].label
    seg.toolbar.buttons["one_to_one"].click()
    assert seg.stage.canvas.viewport.scale == pytest.approx(1)
    seg.toolbar.buttons["fit"].click()
    assert seg.view == (0, 0, 1000, 750)
    key("Escape")
    assert seg.view == (0, 0, 1000, 750)


def test_the_cross_takes_the_view_along(layer: Layer) -> None:
    seg, key = layer.seg, layer.front.key
    seg.add_point(50, 50)
    seg.zoom_to((440, 280, 560, 370), margin=0)
    key("ArrowRight")
    cross = seg.stage.cross.in_photo
    key("+")
    assert seg.stage.canvas.viewport.to_image(*seg.stage.cross.at) == pytest.approx(cross), (
        "it zooms about it"
    )
    for _ in range(40):
        key("ArrowLeft", shift=True)
    x, y = seg.stage.cross.in_photo
    assert x < 440
    assert seg.view[0] == pytest.approx(x)
    key("Enter")
    assert seg.prompt.points[-1] == pytest.approx((x, y))
    layer.tell("stop", number=0)
    assert seg.view[0] <= 50 <= seg.view[2]
    key("Delete")
    assert len(seg.prompt.points) == 1


def test_another_photo_is_seen_whole_and_the_saved_picture_always_is(layer: Layer) -> None:
    layer.seg.add_point(450, 350)
    whole = layer.seg.still.render("")
    layer.seg.zoom_to((440, 280, 560, 370))
    assert (layer.seg.still.render("") == whole).all()
    layer.seg.replay(layer.seg.to_json())
    assert layer.seg.view != (0, 0, 1000, 750), "the same photo: one stays where one is"
    layer.seg.stage.show(Session(StubSegmenter(LARGE[:100, :100])))
    assert layer.seg.view == (0, 0, 100, 100)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda seg: seg.zoom_to((0, 0, 9999, 5)), "box"),
        (lambda seg: seg.zoom_to((0, 0, 9, 5), margin=-1), "margin must be a share"),
        (lambda seg: seg.zoom(0), "factor must be"),
    ],
)
def test_what_cannot_be_seen_is_refused(call, words: str) -> None:
    seg = ClickSegmenter(StubSegmenter(), hover=False, semantic=False)
    with pytest.raises(ValueError, match=words):
        call(seg)
    assert seg.stage.canvas.viewport.part is None
    seg.close()


@pytest.mark.parametrize("part", [None, (333.3, 250.1, 1111.1, 833.45), (3.0, 4.0, 183.0, 139.0)])
def test_photo_and_mask_are_cut_alike(part: tuple | None) -> None:
    bright = np.zeros((1500, 2000), bool)
    bright[400:600, 500:700] = True
    bright[50:80, 100:140] = True
    view = Viewport(1500, 2000, 540, 720, part)
    photo = painting.photo_to_canvas(np.repeat(bright[..., None] * np.uint8(255), 3, axis=2), view)
    mask = painting.to_canvas(bright, view)
    assert mask.any()
    assert ((photo[..., 0] > 127) != mask).mean() < 0.003, "but for half a pixel along the edges"


def test_the_overview_shows_where_one_is_and_moves_the_view(layer: Layer) -> None:
    seg, corner = layer.seg, layer.front.layer
    assert not corner(canvas_module.OVERVIEW)[..., 3].any(), "all of it is seen"
    seg.zoom_to((400, 300, 460, 345), margin=0)
    over = seg.stage.canvas.overview
    drawn = np.argwhere(corner(canvas_module.OVERVIEW)[..., 3] == 255)
    assert drawn.min(axis=0).tolist() == [over.top, over.left]
    assert (drawn.max(axis=0) - drawn.min(axis=0) + 1).tolist() == [over.height, over.width]

    def there(x: float, y: float) -> tuple[float, float]:
        """Return what the pointer layer is told so that (x, y) of the photo is meant in the overview."""
        return seg.stage.canvas.viewport.to_image(
            over.left + x * over.width / 1000, over.top + y * over.height / 750
        )

    def middle() -> tuple[float, float]:
        left, top, right, bottom = seg.view
        return (left + right) / 2, (top + bottom) / 2

    pixel = 1000 / over.width
    layer.tell("down", *there(700, 200), background=False, time=1.0)
    assert middle() == pytest.approx((700, 200), abs=pixel)
    layer.now += 1
    layer.tell("drag", *there(300, 500))
    assert middle() == pytest.approx((300, 500), abs=pixel)
    layer.tell("drag", *there(320, 500))
    assert middle() == pytest.approx((300, 500), abs=pixel), "so soon it would fall behind the hand"
    layer.tell("up", *there(0, 750))
    assert seg.view[0] == 0
    assert seg.view[3] == 750
    assert seg.stage.canvas.overview.top < over.top, "what it hid is to be seen"
    assert seg.history == []
    seg.fit()
    assert not corner(canvas_module.OVERVIEW)[..., 3].any()
    layer.press(45, 700)
    assert len(seg.prompt.points) == 1, "where it was there is the photo again"


@pytest.mark.parametrize(
    ("width", "height", "photo", "beside", "canvas"),
    [
        (330, 700, (300, 451), False, (220, 330)),  # a phone
        (450, 700, (300, 451), False, (299, 450)),
        (700, 700, (300, 451), False, (466, 700)),  # more room, and not a smaller photo
        (850, 750, (300, 451), True, (378, 568)),
        (1800, 950, (3000, 4000), True, (950, 1267)),
        (850, 750, (3000, 1000), True, (750, 568)),  # a tall one may use what is beside it
        (400, 700, (3000, 1000), False, (700, 400)),
        (966, 700, (500, 3000), False, (386, 966)),  # a panorama has room to be zoomed in on
        (366, 700, (500, 3000), False, (146, 366)),
        (1800, 950, (500, 3000), False, (420, 1800)),
        (1800, 950, (20, 60), True, (48, 120)),
        (850, 750, (48, 64), True, (96, 128)),
    ],
)
def test_the_photo_takes_the_room_that_there_is(
    width: int, height: int, photo: tuple, beside: bool, canvas: tuple
) -> None:
    assert Room(width, height).lay_out(*photo) == (beside, *canvas)


def test_the_canvas_follows_the_page_and_the_view_stays(layer: Layer) -> None:
    seg, canvas = layer.seg, layer.seg.stage.canvas
    seg.add_point(450, 350)
    seg.zoom_to((400, 300, 600, 450), margin=0)
    layer.tell("room", width=850, height=700, ratio=2.0)
    assert (canvas.widget.width, canvas.widget.height) == (1136, 852)
    assert canvas.widget.layout.width == "568px"
    assert canvas.unit == 2.0, "markers are as large on the screen, and sharp"
    assert seg.view == pytest.approx((400, 300, 600, 450))
    assert has_class(seg.body, "sw-beside")
    layer.press(500, 400, unit=2.0)
    assert seg.prompt.points[1] == pytest.approx((500, 400))
    drawn = len(layer.front.log)
    layer.tell("room", width=850, height=700, ratio=2.0)
    assert len(layer.front.log) == drawn, "nothing is new"
    layer.tell("room", width=700, height=700, ratio=1.0)
    assert not has_class(seg.body, "sw-beside")
    assert has_class(seg.body, "sw-stacked")
    assert canvas.widget.width == 700
    assert seg.history == seg.session.history
    assert len(seg.history) == 2


def test_beside_a_tall_photo_there_is_nothing_to_click_on_and_no_mask() -> None:
    tall = Layer(np.full((900, 200, 3), 128, np.uint8))
    with tall.front:
        tall.tell("room", width=850, height=700, ratio=1.0)
        seg, viewport = tall.seg, tall.seg.stage.canvas.viewport
        assert (viewport.canvas_width, viewport.canvas_height) == (560, 700)
        tall.front.click(20, 350)
        assert seg.history == []
        tall.press(100, 450)
        assert seg.prompt.points[0] == pytest.approx((100, 450))
        seen = painting.to_canvas(np.ones((900, 200), bool), viewport)
        assert seen[:, 202:358].all()
        assert not seen[:, :202].any()
        assert not seen[:, 358:].any()
    tall.seg.close()


def test_the_whole_window_is_taken_and_left_in_the_page_that_spoke(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    [hidden] = layer.seg.stage.pointer
    monkeypatch.setattr(type(hidden.children[0]), "send", lambda _self, message: said.append(message))
    layer.tell("hover", 10, 10, page="a")
    layer.seg.toolbar.buttons["window"].click()
    layer.front.key("w")
    layer.front.key("Escape")
    assert [(one["page"], one["window"]) for one in said if "window" in one] == [
        ("a", "toggle"), ("a", "toggle"), ("a", "leave")
    ]  # fmt: skip
