"""The tools in the hand without a browser: what the page tells of a line, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from segwidgets.drawing import style
from segwidgets.geometry import Viewport
from segwidgets.widgets import canvas as canvas_module
from segwidgets.widgets import painting
from segwidgets.widgets import pointer as pointer_module
from segwidgets.widgets.click_segmenter.brush import MOST_SIZE, TOOLS
from segwidgets.widgets.click_segmenter.controls import Toolbar
from tests.fake_front import is_off
from tests.test_click_segmenter import Bench
from tests.test_click_segmenter_session import Hands
from tests.test_pointer import Layer


class Drawing(Layer):
    """A widget whose page draws lines; x and y are the photo's pixels, 2 canvas pixels each."""

    def __init__(self, **options) -> None:
        super().__init__(**options)
        [hidden] = self.seg.stage.pointer
        [self.listener] = hidden.children
        self.sent: list[dict] = []
        self.listener.send = lambda message, buffers=None: self.sent.append(message)

    def stroke(self, *places: tuple[float, float], **more) -> None:
        """Draw a line with what is in the hand."""
        brush = self.listener.brush
        line = {
            "tool": brush["tool"],
            "erase": brush["erase"],
            "radius": brush["radius"],
            "stroke": 7,
            "points": [list(self.at(*place)) for place in places],
        }
        self.tell("stroke", **{**line, **more})


@pytest.fixture
def drawing() -> Iterator[Drawing]:
    made = Drawing()
    with made.front:
        made.front.ready()
        yield made
    made.seg.close()


def test_a_line_of_the_page_is_the_scripted_stroke(drawing: Drawing) -> None:
    drawing.seg.set_tool("brush")
    drawing.seg.set_brush_size(12)
    drawing.stroke((30, 30), (50, 30))
    scripted = Hands()
    scripted.paint([(30, 30), (50, 30)], 3)
    assert drawing.seg.history == scripted.history
    assert np.array_equal(drawing.seg.mask, scripted.mask)
    assert drawing.sent[-1]["stroke"] == 7, "so the page takes its own drawing away"


def test_the_mask_is_painted_before_the_page_hears_that_it_is(drawing: Drawing) -> None:
    drawing.seg.set_look(opacity=1.0, contour=False)
    drawing.seg.set_tool("brush")
    heard = []
    drawing.listener.send = lambda message, buffers=None: heard.append(tuple(drawing.painted(40, 30)[:3]))
    drawing.stroke((30, 30), (50, 30))
    assert heard == [style.PALETTE[0]]


def test_a_line_that_cannot_be_is_told_and_taken_away_all_the_same(drawing: Drawing) -> None:
    drawing.seg.set_tool("brush")
    drawing.stroke((30, 30), points=[])
    assert "path must have 1 to" in drawing.seg.status.message.value
    assert drawing.sent[-1]["stroke"] == 7
    assert drawing.seg.history == []


def test_the_brush_is_as_wide_on_the_screen_at_every_zoom(drawing: Drawing) -> None:
    drawing.seg.set_tool("brush")
    drawing.seg.set_brush_size(20)
    radii = []
    for _ in range(3):
        drawing.stroke((45, 30))
        radii.append(drawing.seg.history[-1]["radius"])
        drawing.seg.zoom(2)
    assert radii == pytest.approx([5, 2.5, 1.25])
    drawing.stroke((45, 30), unit=2.0)
    assert drawing.seg.history[-1]["radius"] == pytest.approx(1.25), "more canvas pixels to one of the screen"


def test_each_tool_does_what_it_says_and_the_page_may_say_the_opposite(drawing: Drawing) -> None:
    square = [(30, 20), (60, 20), (60, 40), (30, 40)]
    drawing.seg.add_point(45, 30)
    for tool, (kind, erase) in TOOLS.items():
        drawing.seg.set_tool(tool)
        drawing.stroke(*square)
        last = drawing.seg.history[-1]
        assert (last["action"], last["erase"]) == ("paint" if kind == "brush" else "lasso", erase)
        drawing.stroke(*square, erase=not erase)
        assert drawing.seg.history[-1]["erase"] is not erase


def test_a_line_is_recorded_with_the_places_that_it_needs(drawing: Drawing) -> None:
    drawing.seg.set_tool("brush")
    drawing.stroke(*[(20 + x / 4, 30) for x in range(100)])
    assert drawing.seg.history[-1]["path"] == [[20.0, 30.0], [44.75, 30.0]]


def test_a_slip_of_the_lasso_is_no_step(drawing: Drawing) -> None:
    drawing.seg.add_point(45, 30)
    drawing.seg.set_tool("lasso")
    drawing.stroke((30, 30), (30.01, 30), (30, 30.01))
    assert len(drawing.seg.history) == 1


def test_the_page_is_told_what_it_has_to_draw(drawing: Drawing) -> None:
    assert drawing.listener.brush == {}
    drawing.front.key("e")
    told = {"tool": "brush", "erase": True, "radius": 12, "corners": [], "keep_off": []}
    assert drawing.listener.brush == {**told, "color": painting.css(style.PALETTE[0])}
    drawing.seg.add_point(45, 30)
    drawing.seg.new_object()
    assert drawing.listener.brush["color"] == painting.css(style.PALETTE[1])
    drawing.seg.zoom(4)
    overview = drawing.seg.stage.canvas.overview
    left, top, right, bottom = drawing.listener.brush["keep_off"]
    assert (left, top) == (overview.left, overview.top)
    assert (right - left, bottom - top) == (overview.width, overview.height)
    drawing.front.key("Escape")
    assert drawing.listener.brush == {}


def test_keys_and_buttons_take_tools_up_and_put_them_away(drawing: Drawing) -> None:
    seg, front = drawing.seg, drawing.front
    assert is_off(seg.correct_bar.widget)
    for key, tool in (("p", "brush"), ("e", "eraser"), ("l", "lasso"), ("L", "cut")):
        front.key(key, shift=key.isupper())
        assert seg.tool == tool
        assert not is_off(seg.correct_bar.widget)
        front.key(key, shift=key.isupper())
        assert seg.tool == ""
    seg.correct_bar.buttons["lasso"].click()
    assert seg.tool == "lasso"
    for leave in (lambda: front.key("f"), lambda: front.key("v"), lambda: front.key("Escape")):
        seg.set_tool("brush")
        leave()
        assert seg.tool == ""
    seg.escape()
    seg.set_tool("brush")
    front.key("c")
    assert (seg.tool, is_off(seg.correct_bar.widget)) == ("", True)
    front.key("c")
    assert not is_off(seg.correct_bar.widget)
    with pytest.raises(ValueError, match="there is no tool 'pen'; there are brush, eraser, lasso, cut"):
        seg.set_tool("pen")


def test_the_size_follows_keys_and_slider_within_its_limits(drawing: Drawing) -> None:
    seg, front = drawing.seg, drawing.front
    assert seg.brush_size == seg.correct_bar.size.value == 24
    front.key("]")
    assert seg.brush_size == seg.correct_bar.size.value == 30
    front.key(",")
    assert seg.brush_size == 24
    for key, end in (("[", 2), ("]", MOST_SIZE)):
        for _ in range(40):
            front.key(key)
        assert seg.brush_size == seg.correct_bar.size.value == end
    seg.correct_bar.size.value = 50
    assert seg.brush_size == 50


def test_the_painting_is_forgotten_by_a_button_that_knows_when(drawing: Drawing) -> None:
    button = drawing.seg.correct_bar.buttons["forget_painting"]
    drawing.seg.add_point(45, 30)
    assert button.disabled
    drawing.seg.paint([(80, 10)], 5)
    assert not button.disabled
    button.click()
    assert button.disabled
    assert drawing.seg.history[-1] == {"action": "forget_painting"}


def test_the_change_of_mending_is_told_in_numbers(drawing: Drawing) -> None:
    seg = drawing.seg
    bar, message = seg.correct_bar.buttons, seg.status.message
    assert bar["grow"].disabled
    drawing.front.key("h")
    assert "There is no mask to mend yet" in message.value
    seg.lasso([(20, 10), (60, 10), (60, 30), (20, 30)])
    seg.lasso([(30, 15), (33, 15), (33, 18), (30, 18)], erase=True)
    for key, told in (
        ("h", "9 px added, 0 px taken away."),
        ("h", "There was nothing to mend."),
        ("x", "120 px added, 0 px taken away."),
        ("s", "0 px added, 120 px taken away."),
        ("o", "0 px added, 4 px taken away."),
        ("d", "There was nothing to mend."),
    ):
        drawing.front.key(key)
        assert told in message.value
    bar["grow"].click()
    assert seg.history[-1] == {"action": "mend", "how": "grow", "px": 1}


def test_what_was_done_by_hand_is_told_in_numbers(drawing: Drawing) -> None:
    drawing.seg.add_point(20, 30)
    drawing.seg.lasso([(70, 10), (80, 10), (80, 20), (70, 20)])
    drawing.seg.lasso([(18, 29), (22, 29), (22, 31), (18, 31)], erase=True)
    reason = drawing.seg.candidate_strip.reason
    assert "By hand: 100 px added, 8 px taken away." in reason.value
    assert "Stability" not in drawing.seg.numbers_panel.widget.value, "which is a network's"
    drawing.seg.forget_painting()
    assert "By hand" not in reason.value
    assert "Stability" in drawing.seg.numbers_panel.widget.value
    drawing.seg.new_object()
    drawing.seg.paint([(80, 10)], 5)
    assert "Drawn by hand." in reason.value


def test_the_keyboard_dabs_and_sets_a_lasso_s_corners(drawing: Drawing) -> None:
    seg, front = drawing.seg, drawing.front
    front.key("p")
    front.key("ArrowRight")
    front.key("Enter")
    assert seg.history[-1]["path"] == [[46.0, 30.0]]
    front.key("l")
    for steps in ((), ("ArrowRight",) * 12, ("ArrowDown",) * 12):
        for key in steps:
            front.key(key)
        front.key("Enter")
    assert drawing.listener.brush["corners"] == [[92, 60], [116, 60], [116, 84]]
    assert len(seg.history) == 1
    for key in ("ArrowLeft", "ArrowUp") * 12:
        front.key(key)
    front.key("Enter")
    assert seg.history[-1]["path"] == [[46.0, 30.0], [58.0, 30.0], [58.0, 42.0]]
    assert drawing.listener.brush["corners"] == []


def test_where_no_page_tells_lines_the_canvas_s_own_events_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointer_module, "AnyWidget", None)
    bare = Bench()
    assert bare.seg.stage.pointer == []
    with bare.front:
        bare.front.ready()
        bare.seg.set_tool("brush")
        bare.drag(30, 30, 50, 30)
        assert bare.seg.history == [
            {"action": "paint", "path": [[30.0, 30.0], [50.0, 30.0]], "radius": 6.0, "erase": False}
        ]
        bare.seg.set_tool("eraser")
        bare.click(40, 30)
        assert not bare.seg.mask[30, 40]
        bare.front.event("mouse_down", x=10, y=10)
        bare.seg.escape()
        bare.front.event("mouse_up", x=50, y=50)
        assert len(bare.seg.history) == 2, "it was given up"
    bare.seg.close()


def test_there_is_no_preview_of_a_click_while_the_mouse_draws(drawing: Drawing) -> None:
    drawing.seg.set_hover(True)
    drawing.seg.set_tool("brush")
    asked = drawing.segmenter.predictions
    drawing.front.key("ArrowRight")
    drawing.tell("hover", 30, 30)
    drawing.front.key("ArrowRight")
    assert drawing.segmenter.predictions == asked
    assert drawing.seg.stage.previewed is None


def test_a_tool_ends_choosing_among_all_masks(drawing: Drawing) -> None:
    drawing.seg.set_selecting(True)
    drawing.seg.set_tool("brush")
    assert not drawing.seg.stage.selecting
    assert isinstance(drawing.seg.correct_bar, Toolbar)


# what a button would do


def changes(drawing: Drawing) -> tuple[int, int]:
    """Return how many pixels of the canvas show that something would come, and that something would go."""
    layer = drawing.front.layer(canvas_module.INTERACTION)
    shown = layer[layer[..., 3] == round(255 * canvas_module.CHANGE_OPACITY)][:, :3]
    return tuple(int((shown == color).all(axis=1).sum()) for color in (style.FOREGROUND, style.BACKGROUND))


@pytest.fixture
def mended(drawing: Drawing) -> Drawing:
    """A mask with a hole and a speck, drawn by hand: the prompt hides none of it."""
    drawing.tell("leave")  # a page is there
    drawing.seg.lasso([(20, 10), (60, 10), (60, 50), (20, 50)])
    drawing.seg.lasso([(30, 20), (34, 20), (34, 24), (30, 24)], erase=True)
    drawing.seg.lasso([(80, 50), (83, 50), (83, 52), (80, 52)])
    return drawing


@pytest.mark.parametrize(
    ("name", "told", "shown"),
    [
        ("fill_holes", "16 px would be added, 0 px taken away.", (4 * 16, 0)),
        ("drop_specks", "0 px would be added, 6 px taken away.", (0, 4 * 6)),
        ("grow", "182 px would be added, 0 px taken away.", (4 * 182, 0)),
        ("shrink", "0 px would be added, 178 px taken away.", (0, 4 * 178)),
        ("forget_painting", "0 px would be added, 1,590 px taken away.", (0, 4 * 1590)),
    ],
)
def test_a_button_shows_what_it_would_do_and_does_it_only_when_pressed(
    mended: Drawing, name: str, told: str, shown: tuple[int, int]
) -> None:
    seg = mended.seg
    mask, history, hint = seg.mask, list(seg.history), seg.status.hint.value
    assert changes(mended) == (0, 0)
    mended.tell("peek", name=name)
    assert told in seg.status.hint.value
    assert told in seg.status.spoken.value
    assert changes(mended) == shown
    assert np.array_equal(seg.mask, mask)
    assert seg.history == history
    mended.tell("peek", name="")
    assert changes(mended) == (0, 0)
    assert seg.status.hint.value == hint
    mended.tell("peek", name=name)
    seg.correct_bar.buttons[name].click()
    assert len(seg.history) == len(history) + 1


def test_what_a_button_would_do_is_shown_of_the_mask_as_it_is_now(mended: Drawing) -> None:
    mended.tell("peek", name="fill_holes")
    mended.seg.correct_bar.buttons["fill_holes"].click()
    assert "Nothing would change." in mended.seg.status.hint.value
    assert changes(mended) == (0, 0)
    mended.seg.undo()
    assert "16 px would be added" in mended.seg.status.hint.value
    mended.seg.lock_object(0)
    assert "would" not in mended.seg.status.hint.value, "nothing changes a locked object"
    mended.seg.lock_object(0, False)
    mended.seg.new_object()
    assert "would" not in mended.seg.status.hint.value, "and there is no mask yet"
    mended.tell("peek", name="brush")
    assert changes(mended) == (0, 0), "it would change nothing of itself"


def test_a_single_pixel_that_would_change_is_seen_on_a_large_photo() -> None:
    mask = np.zeros((1200, 1800), bool)
    mask[333, 777] = True
    viewport = Viewport.fit(1200, 1800, 720, 540)
    assert painting.all_to_canvas(mask, viewport).any()
    assert painting.all_to_canvas(mask, viewport).sum() <= 4
