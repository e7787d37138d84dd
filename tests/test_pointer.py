"""What the pointer layer tells, without a browser: its messages in, prompts out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from segwidgets import Prompt
from segwidgets.drawing import style
from segwidgets.widgets import canvas as canvas_module
from segwidgets.widgets.click_segmenter import stage as stage_module
from segwidgets.widgets.click_segmenter.actions import ACTIONS, KEYS
from segwidgets.widgets.in_order import InOrder
from tests.fake_front import has_class, is_off
from tests.test_click_segmenter import Bench

ROOT = Path(__file__).resolve().parent.parent


class Layer(Bench):
    """A widget whose pointer layer speaks; x and y are the photo's pixels, 2 canvas pixels each."""

    now = 1000.0  # seconds

    def tell(self, kind: str, x: float = 0, y: float = 0, **more) -> None:
        [hidden] = self.seg.stage.pointer
        [listener] = hidden.children
        cx, cy = self.at(x, y)
        event = {"kind": kind, "x": cx, "y": cy, "unit": 1.0, "pointer": "mouse", **more}
        listener._handle_custom_msg(event, [])

    def press(self, x: float, y: float, **more) -> None:
        """Click with the left button, as the layer tells it, a while after the last."""
        self.now += more.pop("wait", 5.0)
        self.tell("down", x, y, **{"background": False, "time": self.now * 1000, **more})
        self.tell("up", x, y, **more)


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Layer]:
    made = Layer()
    monkeypatch.setattr(stage_module, "monotonic", lambda: made.now)
    with made.front:
        made.front.ready()
        yield made
    made.seg.close()


def test_a_click_is_the_scripted_click_and_the_other_button_means_the_background(layer: Layer) -> None:
    layer.press(45, 30)
    layer.press(10, 10, background=True)
    layer.press(80, 50)
    assert layer.seg.prompt == Prompt([(45, 30), (10, 10), (80, 50)], (1, 0, 1))


def test_a_drag_is_told_from_where_it_began_to_the_photo_s_edge(layer: Layer) -> None:
    layer.tell("down", 20, 10, background=False, time=1.0)
    layer.tell("up", 500, 400)
    assert layer.seg.prompt.box == pytest.approx((20, 10, 90, 60))
    layer.tell("down", 20, 10, background=True, time=2.0)
    layer.tell("drag", 40, 40)
    layer.tell("up", 50, 40)
    assert layer.seg.prompt.box == pytest.approx((20, 10, 90, 60)), "there are no boxes of the background"
    assert len(layer.seg.history) == 1


@pytest.mark.parametrize(("wait", "left"), [(0.0, 1), (0.3, 1), (0.6, 0)])
def test_a_double_click_is_one_click_and_a_later_one_takes_the_point_away(
    layer: Layer, wait: float, left: int
) -> None:
    layer.press(45, 30)
    layer.press(46, 30, wait=wait)
    assert len(layer.seg.prompt.points) == left
    layer.press(46, 30, wait=wait)
    assert len(layer.seg.prompt.points) == 1


def test_a_click_made_before_the_answer_was_seen_takes_nothing_away(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = layer.segmenter.predict

    def slowly(*arguments, **named):
        layer.now += 2
        return predict(*arguments, **named)

    monkeypatch.setattr(layer.segmenter, "predict", slowly)
    layer.press(45, 30)
    pressed = (layer.now - 1) * 1000  # it waited its turn
    layer.tell("down", 45, 30, background=False, time=pressed)
    layer.tell("up", 45, 30)
    assert len(layer.seg.prompt.points) == 1
    layer.seg.undo()
    layer.press(45, 30, wait=0.1)
    assert len(layer.seg.prompt.points) == 1, "what was undone may be clicked again at once"


def test_a_click_that_failed_may_be_repeated_at_once(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    layer.seg.stage.eager = False
    with monkeypatch.context() as broken:
        broken.setattr(layer.segmenter, "predict", lambda *a, **k: 1 / 0)
        layer.press(45, 30)
    layer.press(45, 30, wait=0.0)
    assert len(layer.seg.prompt.points) == 1


@pytest.mark.parametrize(
    ("pointer", "near", "beside"), [("mouse", 10, 12), ("touch", 22, 26), ("pen", 10, 12)]
)
@pytest.mark.parametrize("unit", [0.5, 1.0, 2.0])
def test_how_near_is_near_counts_on_the_screen(
    layer: Layer, pointer: str, near: float, beside: float, unit: float
) -> None:
    layer.press(45, 30)
    for away, left in ((beside, 2), (near, 0)):
        layer.press(45, 30 - away * unit / 2, pointer=pointer, unit=unit)
        assert len(layer.seg.prompt.points) == left
        if left == 2:
            layer.seg.undo()


def test_the_nearest_point_is_meant(layer: Layer) -> None:
    layer.press(45, 30)
    layer.press(55, 30)
    layer.press(48, 30, pointer="touch")
    assert layer.seg.prompt == Prompt([(55, 30)])


def test_a_press_whose_end_was_not_heard_is_forgotten(layer: Layer) -> None:
    layer.tell("down", 20, 10, background=False, time=1.0)
    layer.tell("hover", 60, 40)
    layer.tell("up", 60, 40)
    layer.tell("down", 20, 10, background=False, time=9000.0)
    layer.tell("cancel")
    layer.tell("up", 60, 40)
    assert layer.seg.history == []


def test_a_click_with_ctrl_or_after_v_selects_what_lies_there_and_delete_is_for_it(layer: Layer) -> None:
    seg = layer.seg
    for x in (20, 45, 70):
        seg.new_object()
        seg.add_point(x, 30)
    layer.press(20, 30, selects=True)
    assert seg.session.state.current == 0
    assert len(seg.prompt.points) == 1, "the point that lies there stays"
    layer.tell("down", 60, 5, background=False, selects=True, time=1.0)
    layer.tell("up", 80, 50)
    assert seg.prompt.box is None
    layer.press(70, 30, selects=True)
    layer.tell("key", key="Delete", shift=False, ctrl=False, meta=False)
    assert [one.number for one in seg.objects] == [1, 2]
    seg.undo()
    assert [one.number for one in seg.objects] == [1, 2, 3]

    layer.tell("key", key="v", shift=False, ctrl=False, meta=False)
    assert has_class(seg.toolbar.buttons["select"], "sw-on")
    assert not has_class(seg.toolbar.buttons["foreground"], "sw-on")
    layer.tell("hover", 45, 30)
    assert seg.stage.pointer[0].children[0].cursor == "pointer"
    layer.press(45, 30)
    assert seg.session.state.current == 1
    assert "Object 2 is selected" in seg.status.message.value
    layer.press(88, 2)
    assert "No object lies there" in seg.status.message.value
    assert (seg.session.state.current, len(seg.history)) == (1, 9)
    layer.tell("key", key="Delete", shift=False, ctrl=False, meta=False)
    assert [one.number for one in seg.objects] == [1, 3]
    seg.toolbar.buttons["escape"].click()
    assert not seg.stage.selecting
    layer.press(20, 12)
    assert len(seg.history) == 11, "a click marks again"


def test_of_objects_that_lie_on_each_other_the_smallest_is_selected_and_a_hidden_one_never(
    layer: Layer,
) -> None:
    seg = layer.seg
    seg.set_box(5, 5, 85, 55)
    seg.new_object()
    seg.add_point(45, 30)
    layer.press(45, 30, selects=True)
    assert seg.session.state.current == 1
    layer.press(10, 10, selects=True)
    assert seg.session.state.current == 0
    seg.show_object(1, False)
    layer.press(45, 30, selects=True)
    assert seg.session.state.current == 0
    seg.undo()
    assert seg.session.state.object_at(45, 30) == 1
    assert seg.session.state.object_at(1, 1) is None


def test_keys_are_heard_and_tab_is_left_to_the_browser(layer: Layer) -> None:
    [listener] = layer.seg.stage.pointer[0].children
    keys = {key for action in ACTIONS for key in action.keys}
    assert keys - set(listener.heard) == {"tab", "shift+tab"}
    layer.tell("key", key="B", shift=True, ctrl=False, meta=False)
    assert layer.seg.stage.label == 0
    layer.press(45, 30)
    layer.tell("key", key="z", shift=False, ctrl=False, meta=True)
    assert layer.seg.objects == ()


def test_where_the_front_end_lacks_it_its_error_is_hidden(layer: Layer) -> None:
    assert is_off(layer.seg.stage.pointer[0])


@pytest.mark.slow
def test_without_anywidget_everything_but_buttons_and_modifiers_works() -> None:
    code = """
import sys
sys.modules["anywidget"] = None
from segwidgets import ClassExplorer
from tests.test_click_segmenter import Bench
from tests.test_explorers import HalvesModel
import numpy as np
bench = Bench()
with bench.front:
    bench.front.ready()
    bench.click(45, 30)
    bench.front.key("b")
    bench.click(10, 10)
    bench.front.key("f")
    bench.drag(20, 10, 70, 50)
print(bench.seg.prompt.labels, bench.seg.prompt.box, bench.seg.stage.pointer)
ClassExplorer(np.full((60, 80, 3), 200, np.uint8), HalvesModel()).close()
bench.seg.close()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(1, 0) (20.0, 10.0, 70.0, 50.0) []"


# the box


BOX = (20, 10, 70, 50)


def carry(layer: Layer, start: tuple[float, float], end: tuple[float, float]) -> None:
    layer.tell("down", *start, background=False, time=1.0)
    layer.tell("drag", (start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    layer.tell("up", *end)


@pytest.mark.parametrize(
    ("start", "end", "box", "cursor"),
    [
        ((20, 10), (10, 20), (10, 20, 70, 50), "nwse-resize"),
        ((70, 10), (80, 5), (20, 5, 80, 50), "nesw-resize"),
        ((70, 50), (10, 5), (10, 5, 20, 10), "nwse-resize"),
        ((70, 30), (90, 59), (20, 10, 90, 50), "ew-resize"),
        ((45, 50), (10, 55), (20, 10, 70, 55), "ns-resize"),
        ((32, 10), (38, 14), (26, 14, 76, 54), "move"),
        ((32, 10), (90, 0), (40, 0, 90, 40), "move"),
        ((45, 30), (60, 45), (45, 30, 60, 45), ""),
    ],
)
def test_a_box_is_moved_and_resized_by_its_line_and_its_handles(
    layer: Layer, start: tuple, end: tuple, box: tuple, cursor: str
) -> None:
    layer.seg.set_box(*BOX)
    layer.tell("hover", *start)
    assert layer.seg.stage.pointer[0].children[0].cursor == cursor
    carry(layer, start, end)
    assert layer.seg.prompt.box == pytest.approx(box)
    assert len(layer.seg.history) == 2
    assert ("undo" in layer.seg.status.message.value) == (cursor == ""), "a word only where one is replaced"
    layer.seg.undo()
    assert layer.seg.prompt.box == BOX


def test_a_click_on_the_box_s_line_is_still_a_click(layer: Layer) -> None:
    layer.seg.set_box(*BOX)
    layer.press(70, 30)
    assert layer.seg.prompt == Prompt([(70, 30)], box=BOX)


def test_delete_takes_the_box_away_and_says_where_there_is_none(layer: Layer) -> None:
    layer.seg.set_box(*BOX)
    layer.seg.add_point(45, 30)
    layer.front.key("Delete")
    assert layer.seg.prompt == Prompt([(45, 30)])
    layer.front.key("Backspace")
    assert "no point under the cross" in layer.seg.status.message.value
    layer.seg.undo()
    assert layer.seg.prompt.box == BOX


def test_the_box_s_handles_are_drawn_at_its_corners_and_edges(layer: Layer) -> None:
    layer.seg.set_box(*BOX)
    shown = layer.front.layer(canvas_module.INTERACTION)
    for x in (20, 45, 70):
        for y in (10, 30, 50):
            cx, cy = (round(v) for v in layer.at(x, y))
            assert (shown[cy, cx] == 255).all() == ((x, y) != (45, 30))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_in_background_mode_a_drag_draws_no_box_and_says_so(lang: str) -> None:
    layer = Layer(lang=lang)
    with layer.front:
        layer.front.ready()
        layer.seg.set_label(0)
        carry(layer, (20, 10), (70, 50))
        assert layer.seg.history == []
        told = layer.seg.status.message.value
        assert ("choose Object" if lang == "en" else "elige Objeto") in told
        layer.press(5, 5)
        assert layer.seg.prompt.labels == (0,)
        assert ("The first click" if lang == "en" else "El primer clic") in layer.seg.status.message.value
        layer.press(45, 30, background=True)
        assert layer.seg.status.message.value == "", "it is said once"
    layer.seg.close()


# the keyboard alone


def test_the_arrow_keys_move_a_cross_and_enter_places_a_point(layer: Layer) -> None:
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowDown"):
        layer.front.key(key)
    layer.front.key("Enter")
    assert layer.seg.prompt == Prompt([(45, 29)]), "from the photo's middle, a canvas pixel or two a key"
    for _ in range(3):
        layer.front.key("ArrowLeft", shift=True)
        layer.front.key("ArrowDown", shift=True)
    layer.front.key(" ")
    assert layer.seg.stage.label == 0
    layer.now += 5
    layer.front.key("Enter")
    assert layer.seg.prompt.labels == (1, 0)
    assert layer.seg.prompt.points[1] == pytest.approx((0, 60)), "up to the photo's edge"


def test_the_cross_is_drawn_until_the_mouse_moves(layer: Layer) -> None:
    layer.front.key("ArrowLeft")
    shown = layer.seg.stage.cross.at
    assert shown == (88, 60)
    drawn = len(layer.front.log)
    layer.tell("hover", 10, 10)
    assert layer.seg.stage.cross.at is None
    assert "clear" in layer.front.log[drawn:]


def test_tab_goes_from_point_to_point_and_delete_removes_the_one_there(layer: Layer) -> None:
    layer.press(20, 20)
    layer.press(60, 40)
    assert layer.seg.stage.pointer[0].children[0].stops == 2
    layer.tell("stop", number=0)
    layer.tell("key", key="Delete", shift=False, ctrl=False, meta=False)
    assert layer.seg.prompt == Prompt([(60, 40)])
    layer.tell("key", key="Delete", shift=False, ctrl=False, meta=False)
    assert "no point under the cross" in layer.seg.status.message.value
    layer.seg.set_box(*BOX)
    layer.front.key("Delete")
    assert layer.seg.prompt == Prompt([(60, 40)])
    layer.tell("stop", number=7)
    assert layer.seg.stage.cross.at is not None


@pytest.mark.parametrize(("lang", "words"), [("en", "move a cross"), ("es", "mueven una cruz")])
def test_every_key_is_told_by_the_question_mark(lang: str, words: str) -> None:
    layer = Layer(lang=lang)
    status = layer.seg.status
    assert "?" in status.hint.value
    assert is_off(status.keys)
    layer.front.key("?", shift=True)
    assert not is_off(status.keys)
    assert words in status.keys.value
    layer.front.key("?")
    assert is_off(status.keys)
    layer.seg.close()


def test_no_key_is_left_out_of_what_is_told() -> None:
    told = " ".join(key for key, _ in KEYS).lower()
    named = {"arrow", "enter", "space", "tab", "delete", "escape"}
    for action in ACTIONS:
        for key in action.keys[:1]:
            last = key.removeprefix("ctrl+").removeprefix("shift+")
            word = next((name for name in named if last.startswith(name)), last.strip() or "space")
            assert word.replace("-", "−") in told, key


# for who does not see it


@pytest.mark.parametrize(
    ("lang", "nothing", "box", "two"),
    [
        (
            "en",
            "Photo, 90 by 60. Nothing is marked yet.",
            "A box. Mask 0 covers 37 percent.",
            ("2 objects.", "2 points."),
        ),
        (
            "es",
            "Foto de 90 por 60. Aún no hay nada marcado.",
            "Una caja. La máscara 0 cubre el 37 por ciento.",
            ("2 objetos.", "2 puntos."),
        ),
    ],
)
def test_what_is_marked_is_told_in_words(lang: str, nothing: str, box: str, two: tuple[str, str]) -> None:
    layer = Layer(lang=lang)
    [listener], spoken = layer.seg.stage.pointer[0].children, layer.seg.status.spoken
    assert listener.label == nothing
    layer.seg.set_box(20, 10, 70, 50)
    assert spoken.value == f"<div>{box}</div>"
    assert listener.label.endswith(box)
    layer.seg.new_object()
    layer.seg.add_point(45, 30)
    layer.seg.add_point(50, 30)
    assert " ".join(two) in spoken.value
    layer.seg.undo()
    layer.seg.undo()
    assert spoken.value == f"<div>{two[0]} {nothing.split('. ', 1)[1]}</div>"
    layer.seg.status.say("Hello <b>")
    assert spoken.value == "<div>Hello &lt;b&gt;</div>"
    layer.seg.close()


def test_what_can_be_lit_is_marked_as_a_toggle(layer: Layer) -> None:
    toggles = {name for name, made in layer.seg.toolbar.buttons.items() if has_class(made, "sw-toggle")}
    assert toggles == {"foreground", "background", "select", "correct", "everything", "alike", "hover"}
    tools = {name for name, made in layer.seg.correct_bar.buttons.items() if has_class(made, "sw-toggle")}
    assert tools == {"brush", "eraser", "lasso", "cut"}
    layer.press(45, 30)
    assert has_class(layer.seg.object_list.rows[0].select, "sw-toggle")
    assert all(has_class(pick, "sw-toggle") for pick in layer.seg.candidate_strip.buttons)


# in order, and while an answer is awaited


def in_order(**options) -> tuple[InOrder, list]:
    heard: list = []
    return InOrder(lambda event: heard.append(event["turn"]), **options), heard


def numbered(turn: int, page: str = "one") -> dict:
    return {"page": page, "turn": turn}


@pytest.mark.parametrize("arriving", [[1, 0, 3, 2], [3, 2, 1, 0], [0, 1, 2, 3], [0, 3, 1, 2]])
def test_events_are_taken_by_their_numbers_however_they_arrive(arriving: list[int]) -> None:
    orderly, heard = in_order()
    for turn in arriving:
        orderly.take(numbered(turn))
    orderly.take(numbered(0, "another page"))
    orderly.take({"turn": None})
    assert heard == [0, 1, 2, 3, 0, None]


def test_threads_that_bring_events_at_once_are_heard_one_after_another() -> None:
    among: list = []
    busy = threading.Lock()

    def handle(event: dict) -> None:
        assert busy.acquire(blocking=False), "one at a time"
        among.append(event["turn"])
        busy.release()

    orderly = InOrder(handle)
    both = [
        threading.Thread(target=lambda turns=turns: [orderly.take(numbered(turn)) for turn in turns])
        for turns in (range(0, 400, 2), range(1, 400, 2))
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert among == list(range(400))


def test_a_number_that_never_comes_is_not_waited_for_for_ever() -> None:
    heard, came = [], threading.Event()

    def handle(event: dict) -> None:
        heard.append(event["turn"])
        if event["turn"] == 6:
            came.set()

    orderly = InOrder(handle, patience_s=0.05)
    for turn in (0, 2, 3, 6):
        orderly.take(numbered(turn))
    assert came.wait(60)
    assert heard == [0, 2, 3, 6]
    orderly.take(numbered(1))
    assert heard[-1] == 1, "late is better than never"


def test_a_release_that_overtakes_its_press_is_a_click_all_the_same(layer: Layer) -> None:
    layer.tell("up", 45, 30, page="one", turn=1)
    assert layer.seg.prompt.is_empty
    layer.tell("down", 45, 30, page="one", turn=0, background=False, time=1.0)
    assert layer.seg.prompt == Prompt([(45, 30)])


def test_the_page_is_told_that_it_was_heard_before_the_work_is_done(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [hidden] = layer.seg.stage.pointer
    told: list = []
    monkeypatch.setattr(
        hidden.children[0], "send", lambda content: told.append((content, len(layer.seg.history)))
    )
    layer.tell("down", 45, 30, page="one", turn=0, background=False, time=1.0)
    layer.tell("up", 45, 30, page="one", turn=1, answer=True)
    assert told == [({"page": "one", "got": 1, "due": 1}, 0)]
    assert len(layer.seg.history) == 1


@pytest.mark.parametrize("eager", [True, False])
def test_a_slow_answer_shows_its_point_at_once_and_that_there_is_work(
    layer: Layer, monkeypatch: pytest.MonkeyPatch, eager: bool
) -> None:
    seg, predict = layer.seg, layer.segmenter.predict
    seg.stage.eager = eager
    seen: list = []
    shown = threading.Event()
    monkeypatch.setattr(
        seg.status, "show_work", lambda: (type(seg.status).show_work(seg.status), shown.set())
    )

    def slowly(*arguments, **named):
        assert shown.wait(60)
        seen.append((is_off(seg.status.work), tuple(layer.painted(45, 30)[:3]), seg.prompt.is_empty))
        return predict(*arguments, **named)

    bare = tuple(layer.painted(45, 30)[:3])
    monkeypatch.setattr(layer.segmenter, "predict", slowly)
    layer.press(45, 30)
    [(hidden, color, empty)] = seen
    assert not hidden, "there is a sign of work"
    assert color != bare, "the point is seen"
    assert empty, "before it has an answer"
    assert is_off(seg.status.work)
    assert "Working…" in seg.status.work.value
    assert seg.prompt == Prompt([(45, 30)])


def test_a_point_without_an_answer_is_taken_off_again(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    layer.seg.stage.eager = False
    before = layer.front.pixels().copy()
    monkeypatch.setattr(layer.segmenter, "predict", lambda *a, **k: 1 / 0)
    layer.press(45, 30)
    assert (layer.front.pixels() == before).all()
    monkeypatch.undo()
    layer.tell("down", 45, 30, background=False, time=9e9)
    layer.tell("cancel")
    assert (layer.front.pixels() == before).all()


def test_the_answer_is_drawn_while_the_button_is_down_and_not_again_when_it_is_up(layer: Layer) -> None:
    layer.press(20, 20)
    layer.tell("down", 60, 30, background=False, time=9e9)
    answered = layer.front.pixels().copy()
    layer.front.log.clear()
    layer.tell("up", 60, 30)
    assert len(layer.seg.history) == 2
    assert (layer.front.pixels() == answered).all()
    assert "putImageData" not in layer.front.log, "behind a slow line a mask takes its time"


@pytest.mark.parametrize("after", [0, 1])
def test_a_press_that_becomes_a_box_shows_the_masks_that_there_are(layer: Layer, after: int) -> None:
    for x in [20] * after:
        layer.press(x, 20)
    mine = canvas_module.ANNOTATION
    before = layer.front.layer(mine).copy()
    layer.tell("down", 60, 30, background=False, time=9e9)
    assert (layer.front.layer(mine) != before).any()
    layer.tell("drag", 80, 50)
    assert (layer.front.layer(mine) == before).all()
    layer.tell("cancel")
    assert len(layer.seg.history) == after
    assert (layer.front.layer(mine) == before).all()


def test_the_sign_of_work_is_in_one_s_language() -> None:
    spanish = Bench(lang="es")
    assert "Trabajando…" in spanish.seg.status.work.value
    spanish.seg.close()


@pytest.mark.parametrize(
    ("kind", "color"),
    [("object", style.FOREGROUND), ("background", style.BACKGROUND)],
    ids=["object", "background"],
)
def test_a_point_that_the_page_draws_has_the_color_that_the_kernel_gives_it(
    kind: str, color: style.Rgb
) -> None:
    sheet = (resources.files("segwidgets.widgets") / "widgets.css").read_text("utf-8")
    [drawn] = re.findall(rf"\.sw-{kind} \.sw-face {{ (?:fill|stroke): (#\w+);", sheet)
    assert drawn == "#{:02x}{:02x}{:02x}".format(*color)
