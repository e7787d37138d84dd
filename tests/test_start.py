"""Nobody waits for the network: the photo is there at once, and what comes earlier is answered in order."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets import ClickSegmenter, PhotoQueue, Prompt, Segmenter
from segwidgets.models.engine import EngineError
from segwidgets.models.sam import SAM_MODELS, SamModel
from segwidgets.semantic import SemanticSegmentation
from segwidgets.widgets.canvas import INTERACTION
from segwidgets.widgets.session.outcome import picture
from segwidgets.widgets.session.state import EMPTY
from segwidgets.workshop import make
from tests.fake_front import FakeFront, is_off
from tests.other_engine import ColorEngine

RED = 230, 30, 30
PLACE = 30, 20


class SlowEngine(ColorEngine):
    """Encodes when it is told to, or fails."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on, self.begun = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def encode(self, image: np.ndarray) -> dict:
        self.begun.set()
        assert self.may_go_on.wait(60)
        if self.error is not None:
            raise self.error
        return super().encode(image)


@pytest.fixture
def engine() -> Iterator[SlowEngine]:
    made = SlowEngine()
    yield made
    made.may_go_on.set()


@pytest.fixture
def photo() -> np.ndarray:
    image = np.full((60, 90, 3), 128, np.uint8)
    image[10:40, 20:60] = RED
    return image


@pytest.fixture
def seg(photo: np.ndarray, engine: SlowEngine) -> Iterator[ClickSegmenter]:
    made = ClickSegmenter(photo, engine, semantic=False)
    yield made
    made.close()


def wait_for(is_so: Callable[[], object]) -> None:
    """Look until something is so."""
    for _ in range(6000):
        if is_so():
            return
        time.sleep(0.01)
    assert is_so()


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def refused(seg: ClickSegmenter) -> str:
    """Click, and return why that was refused."""
    with pytest.raises(RuntimeError) as caught:
        seg.add_point(*PLACE)
    return str(caught.value)


def test_the_photo_is_there_before_it_is_encoded(seg: ClickSegmenter, engine: SlowEngine) -> None:
    with FakeFront(seg.stage.canvas.widget) as front:
        front.ready()
        assert tuple(front.layer(0)[40, 60][:3]) == RED
    assert seg.history == []
    assert "being encoded" in seg.status.hint.value
    engine.may_go_on.set()
    wait_for(lambda: "Encoding the photo took" in seg.status.hint.value)
    assert seg.stage.hovering, "the machine answers quickly"


def test_code_that_clicks_at_once_is_answered(seg: ClickSegmenter, engine: SlowEngine) -> None:
    timer = threading.Timer(0.05, engine.may_go_on.set)
    timer.start()
    seg.add_point(*PLACE)
    assert seg.mask is not None
    assert seg.mask[20, 30]


def test_hands_click_before_there_is_an_answer(seg: ClickSegmenter, engine: SlowEngine) -> None:
    """The point is shown at once, and that there is work going on; then all are answered in their order."""
    at = seg.stage.canvas.viewport.to_canvas
    with FakeFront(seg.stage.canvas.widget) as front:
        front.ready()
        hand = in_thread(lambda: [front.click(*at(*place)) for place in (PLACE, (50, 30), (70, 50))])
        x, y = map(int, at(*PLACE))
        wait_for(lambda: front.layer(INTERACTION)[y, x, 3] > 0)
        wait_for(lambda: not is_off(seg.status.work))
        assert seg.history == [], "and who looks at what there is waits for nothing"
        engine.may_go_on.set()
        hand.join(60)
    assert [(round(one["x"]), round(one["y"])) for one in seg.history] == [PLACE, (50, 30), (70, 50)]
    assert is_off(seg.status.work)


def test_what_goes_wrong_is_shown_and_told_to_code(seg: ClickSegmenter, engine: SlowEngine) -> None:
    engine.error = EngineError("there is no more memory")
    engine.may_go_on.set()
    wait_for(lambda: "there is no more memory" in seg.status.message.value)
    with pytest.raises(EngineError, match="no more memory"):
        seg.add_point(*PLACE)
    with FakeFront(seg.stage.canvas.widget) as front:
        front.ready()
        seg.status.say("")
        front.click(60, 40)
    assert "no more memory" in seg.status.message.value
    assert "Encoding" not in seg.status.hint.value


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (["no such photo"], {}, "no such photo"),
        (["cat", "no such model"], {}, "model_type must be one of"),
        (["cat"], {"lang": "xx"}, "xx"),
    ],
)
def test_wrong_arguments_are_told_at_once(arguments: list[str], options: dict[str, str], words: str) -> None:
    with pytest.raises((ValueError, OSError), match=words):
        ClickSegmenter(*arguments, **options)


def test_weights_that_are_missing_are_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fetch(name: str) -> None:
        raise RuntimeError(f"{name} is not to be had")

    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path))
    monkeypatch.setattr("segwidgets.checkpoints.fetch", fetch)
    row = SamModel("elsewhere", "Made up", 0, "mobile_sam", {"color": lambda files: ColorEngine()})
    monkeypatch.setitem(SAM_MODELS, row.name, row)
    with pytest.raises(RuntimeError, match="mobile_sam is not to be had"):
        ClickSegmenter("cat", "elsewhere")


def test_closing_meanwhile_leaves_nothing(photo: np.ndarray, engine: SlowEngine) -> None:
    seg = ClickSegmenter(photo, engine, semantic=False)
    assert engine.begun.wait(60)
    words: list[str] = []
    waiting = in_thread(lambda seg=seg: words.append(refused(seg)))
    seg.close()
    waiting.join(60)
    assert "was closed" in words[0], "nobody waits for what will not come"
    assert seg.status.message.value == ""
    gone = [weakref.ref(one) for one in (seg, seg.session, seg.segmenter)]
    del seg, waiting
    wait_for(lambda: (gc.collect(), all(one() is None for one in gone))[1])
    assert not engine.may_go_on.is_set(), "though the network is still at it"


def test_nobody_has_to_hold_a_widget_until_its_photo_is_encoded(
    photo: np.ndarray, engine: SlowEngine
) -> None:
    segmenter = Segmenter.soon(photo, engine)
    assert engine.begun.wait(60)
    gone = weakref.ref(segmenter)
    del segmenter
    gc.collect()
    assert gone() is None
    engine.may_go_on.set()
    wait_for(lambda: not any(one.name == "segwidgets start" for one in threading.enumerate()))
    assert engine.encoded == 1


def test_what_was_encoded_soon_is_what_would_have_been_encoded(photo: np.ndarray) -> None:
    soon, now = Segmenter.soon(photo, ColorEngine()), Segmenter(photo, ColorEngine())
    for prompt in (Prompt([PLACE]), Prompt(box=(10, 5, 70, 50))):
        assert np.array_equal(soon.predict(prompt).masks, now.predict(prompt).masks)
    assert soon.is_ready
    assert repr(soon) == repr(now)
    assert soon.closer((20, 10, 60, 40)).view == now.closer((20, 10, 60, 40)).view


def test_a_segmenter_that_is_not_ready_can_be_given(photo: np.ndarray, engine: SlowEngine) -> None:
    segmenter = Segmenter.soon(photo, engine)
    seg = ClickSegmenter(segmenter, hover=True, semantic=False)
    assert seg.segmenter is segmenter
    assert not segmenter.is_ready
    assert seg.stage.hovering
    seg.zoom_to((20, 10, 50, 40))  # where it could be looked at closer, which has to wait as well
    engine.may_go_on.set()
    seg.add_point(*PLACE)
    assert seg.mask is not None
    seg.close()


def test_a_queue_shows_its_photo_at_once_and_goes_on(
    photo: np.ndarray, engine: SlowEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a", "b"):
        Image.fromarray(photo).save(folder / f"{name}.png")
    queue = PhotoQueue(folder, sam=engine, semantic=False)
    assert queue.widget is not None
    first = queue.widget.segmenter
    queue.next()
    assert queue.current == "b.png"
    assert first.is_ready, "nobody waits for it any more"
    assert not queue.widget.segmenter.is_ready
    engine.may_go_on.set()
    queue.widget.add_point(*PLACE)
    queue.close()
    again = PhotoQueue(folder, sam=engine, semantic=False)
    again.go_to("b.png")
    assert again.widget is not None
    assert len(again.widget.history) == 1, "no click is lost"
    again.close()


def test_the_picture_of_a_fresh_widget_needs_no_supervision(
    photo: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "segwidgets.drawing.annotators", None)
    monkeypatch.setitem(__import__("sys").modules, "segwidgets.drawing.overlays", None)
    assert np.array_equal(picture(photo, EMPTY), photo)


def test_a_workshops_sam_encodes_while_deeplab_looks(
    photo: np.ndarray, engine: SlowEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(image: np.ndarray) -> SemanticSegmentation:
        assert engine.begun.wait(60)
        engine.may_go_on.set()
        class_map = (image[:, :, 0] == RED[0]).astype(np.uint8)
        return SemanticSegmentation(class_map, ("background", "cat"), {0: 0.9, 1: 0.8})

    row = SamModel("beside", "Made up", 0, "mobile_sam", {"color": lambda files: engine})
    monkeypatch.setitem(SAM_MODELS, row.name, row)
    monkeypatch.setattr(make.checkpoints, "fetch", lambda name: {})
    monkeypatch.setattr(make, "segment_semantic", look)
    done = make.make_workshop(photo, out=tmp_path / "made", model="beside")
    assert done.candidates.best_mask[20, 30]
