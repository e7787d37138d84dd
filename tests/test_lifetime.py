"""What was closed is gone, all of it; and what a cell showed goes when the cell runs again, unless held."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from segwidgets import (
    Candidates,
    ClassExplorer,
    ClickSegmenter,
    EmbeddingExplorer,
    PromptForm,
    ReliabilityExplorer,
    Segmenter,
    ThresholdExplorer,
)
from segwidgets.widgets.latest import LatestWins
from tests.fake_front import FakeFront, StubSegmenter
from tests.test_explorers import HalvesModel

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
if ipywidgets.__version__.startswith("7."):
    TABLE, COMMS = ipywidgets.Widget.widgets, {}  # there comms are the kernel's, and no kernel is here
else:
    import comm

    TABLE, COMMS = ipywidgets.widgets.widget._instances, comm.get_comm_manager().comms
# TABLE is ipywidgets' own: what is in it lives


def clicked() -> ClickSegmenter:
    """Return a widget that was used: two objects, a preview, a file panel that was touched."""
    seg = ClickSegmenter(StubSegmenter(), hover=True)
    with FakeFront(seg.stage.canvas.widget) as front:
        front.ready()
        front.move(20, 20)
        front.click(90, 60)
        front.key("n")
        front.click(20, 20)
        front.key("z", ctrl=True)
    seg.set_look(defects=True)
    seg.object_list.rows[0].name.value = "cat"
    return seg


def filled() -> PromptForm:
    form = PromptForm(StubSegmenter())
    form.add_point(20, 20)
    form.set_box(10, 10, 50, 50)
    form.undo()
    return form


def pointed() -> ClassExplorer:
    explorer = ClassExplorer(np.full((60, 80, 3), 200, np.uint8), HalvesModel())
    with FakeFront(explorer.canvas.widget) as front:
        front.ready()
        front.move(20, 20)
        front.click(20, 60)
    return explorer


def said() -> ReliabilityExplorer:
    said = np.linspace(0, 1, 4800).reshape(60, 80)
    explorer = ReliabilityExplorer(np.zeros((60, 80, 3), np.uint8), said, said > 0.5)
    explorer.set_probability(0.3)
    return explorer


@pytest.fixture
def slid(cat_segmenter: Segmenter, cat_candidates: Candidates) -> Callable[[], ThresholdExplorer]:
    def make() -> ThresholdExplorer:
        explorer = ThresholdExplorer(cat_segmenter, cat_candidates)
        explorer.slider.value = 3.0
        return explorer

    return make


def registered() -> tuple[set[str], set[str]]:
    """Return the widgets and the comms that are kept for the front end."""
    collect()
    return set(TABLE), set(COMMS)


def collect() -> None:
    """Wait for those who look at a photo, which they hold as long, then collect what is garbage."""
    for thread in threading.enumerate():
        if thread.name == "segwidgets classes":
            thread.join(60)
    gc.collect()


def wait_until_gone(parts: list[weakref.ref[Any]]) -> None:
    """Look until nothing is left: who answers the mouse just now holds the widget until that is done."""
    for _ in range(600):
        collect()
        if all(part() is None for part in parts):
            return
        time.sleep(0.1)
    assert [part() for part in parts if part() is not None] == []


def check_closing(make: Callable[[], Any], *held: str) -> None:
    """Make a widget, close it, and look for what is left; `held` names what else must go."""
    make().close()  # ipycanvas's manager and the like are made once
    before = registered()
    widget = make()
    parts = [weakref.ref(TABLE[key]) for key in set(TABLE) - before[0]]
    assert len(parts) > 15
    for name in held:
        value: Any = widget
        for step in name.split("."):
            value = getattr(value, step)
        parts.append(weakref.ref(value))
        del value
    widget.close()
    assert registered() == before, "nothing is kept for the front end, though the widget itself is held"
    widget.close()
    del widget
    wait_until_gone(parts)


def test_a_closed_click_segmenter_leaves_nothing() -> None:
    check_closing(clicked, "stage", "stage.canvas", "image", "session", "session.state", "segmenter", "still")


def test_a_closed_form_leaves_nothing() -> None:
    check_closing(filled, "image", "session", "segmenter")


def test_closed_explorers_leave_nothing(
    slid: Callable[[], ThresholdExplorer], cat_segmenter: Segmenter
) -> None:
    check_closing(pointed, "image", "canvas", "probabilities")
    check_closing(slid, "mask", "chart")
    check_closing(lambda: EmbeddingExplorer(cat_segmenter), "canvas", "colors")
    check_closing(said, "mask", "chart")


def test_widgets_that_nobody_closed_are_found_by_the_same_look() -> None:
    """The other way round, so that the tests above cannot pass by looking nowhere."""
    before = registered()
    widget = clicked()
    assert len(registered()[0] - before[0]) > 150
    widget.close()


def test_what_was_found_outlives_the_widget() -> None:
    seg = clicked()
    mask, history = seg.mask, seg.history
    seg.close()
    assert np.array_equal(seg.mask, mask)
    assert seg.history == history
    assert len(seg.detections) == 1


def test_another_photo_takes_the_place_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "segwidgets.widgets.click_segmenter.widget.Segmenter", lambda image, sam: StubSegmenter(image)
    )
    seg = clicked()
    old = [weakref.ref(one) for one in (seg.image, seg.session, seg.session.state, seg.segmenter)]
    seg.load(np.zeros((50, 50, 3), np.uint8))
    wait_until_gone(old)
    seg.close()


def test_a_widget_that_fails_on_its_way_leaves_nothing() -> None:
    clicked().close()
    before = registered()
    closed = StubSegmenter()
    closed.close()
    with pytest.raises(RuntimeError, match="was closed"):
        ClickSegmenter(closed)
    assert registered() == before


def test_what_is_still_looked_for_ends_with_the_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()

    def look(segmenter: Any, points_per_side: int = 16, progress: Any = None, cancelled: Any = None) -> Any:
        begun.set()
        while not cancelled():
            ended.wait(0.01)
        ended.set()

    monkeypatch.setattr("segwidgets.automatic.generate_masks", look)
    clicked().close()
    before = registered()
    seg = clicked()
    seg.segment_everything(wait=False)
    [search] = [one for one in threading.enumerate() if one.name == "segwidgets search"]
    assert begun.wait(60)
    gone = weakref.ref(seg)
    seg.close()
    del seg
    assert ended.wait(60)
    search.join(60)
    assert registered() == before
    assert gone() is None


AMID = """
import threading
from time import sleep
from segwidgets.widgets.latest import LatestWins

begun = threading.Event()
def work():
    begun.set()
    sleep(0.3)
    print("whole")

worker = LatestWins(work)
worker.submit()
begun.wait()
"""


def test_a_process_does_not_end_amid_a_run_of_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", AMID], capture_output=True, text=True, check=True)
    assert done.stdout == "whole\n"


def test_a_worker_that_is_gone_takes_its_thread_along() -> None:
    served = threading.Event()
    worker = LatestWins(lambda: served.set())
    before = set(threading.enumerate())
    worker.submit()
    assert served.wait(60)
    [thread] = set(threading.enumerate()) - before or [None]
    del worker
    gc.collect()
    if thread is not None:
        thread.join(60)
        assert not thread.is_alive()


# cells that run again, in a kernel


class Notebook:
    """A kernel that is told which cell it runs, as JupyterLab and Notebook tell it."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.manager, self.client = start_new_kernel(startup_timeout=60, cwd=str(ROOT), env=environment)
        self.run(
            "setup",
            "import gc, weakref, ipywidgets, numpy as np\n"
            "from IPython.display import display\n"
            "from segwidgets import ClassExplorer, ClickSegmenter, PromptForm\n"
            "from tests.fake_front import StubSegmenter\n"
            "from tests.test_explorers import HalvesModel\n"
            "sam = StubSegmenter()\n"
            "def make(): return ClickSegmenter(sam, hover=False)\n"
            "made = []\n"
            "def seen(widget): made.append(weakref.ref(widget)); return widget\n"
            "def alive(): gc.collect(); return [one() is not None for one in made]\n"
            "from tests.test_lifetime import TABLE\n"
            "def table(): gc.collect(); return len(TABLE)",
        )

    def run(self, cell: str | None, code: str) -> str:
        """Run a cell and return what it returned; without a cell's name, as a console does."""
        message = self.client.session.msg(
            "execute_request", {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        )
        if cell is not None:
            message["metadata"]["cellId"] = cell
        self.client.shell_channel.send(message)
        answer, failure = "", ""
        while True:
            reply = self.client.get_iopub_msg(timeout=120)
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if reply["msg_type"] == "execute_result":
                answer = reply["content"]["data"]["text/plain"]
            if reply["msg_type"] == "error":
                failure = "\n".join(reply["content"]["traceback"])
            if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                assert not failure, failure
                return answer

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Notebook]:
    made = Notebook()
    yield made
    made.close()


@pytest.fixture
def notebook(kernel: Notebook) -> Notebook:
    kernel.run("setup 2", "made.clear(); seg = kept = None")
    return kernel


SHOWN = "seg = seen(make())\nseg.add_point(45, 30)\nseg"


def test_a_cell_that_runs_again_frees_what_it_showed(notebook: Notebook) -> None:
    notebook.run("a", SHOWN)
    widgets = notebook.run("count", "table()")
    for _ in range(3):
        notebook.run("a", SHOWN)
    assert notebook.run("look", "alive()") == "[False, False, False, True]"
    assert notebook.run("count", "table()") == widgets
    assert notebook.run("look", "bool(seg.mask.any()), sam.closed") == "(True, False)"
    notebook.run("a", "1")
    assert notebook.run("look", "alive()[-1]") == "True", "its name still holds it"
    notebook.run("a", SHOWN)
    assert notebook.run("look", "alive()") == "[False, False, False, False, True]"


@pytest.mark.parametrize(
    "code",
    [
        "display(seen(make()))",
        "seen(make())",
        "seen(PromptForm(sam))",
        "seen(ClassExplorer(np.zeros((60, 80, 3), np.uint8), HalvesModel()))",
        "seen(make()) and None",
        "for _i in range(2): one = seen(make())",
    ],
)
def test_whatever_is_made_or_shown_goes_with_its_cell(notebook: Notebook, code: str) -> None:
    notebook.run("b", code)
    notebook.run("b", code)
    alive = notebook.run("look", "alive()").strip("[]").split(", ")
    assert alive[: len(alive) // 2] == ["False"] * (len(alive) // 2)
    assert alive[-1] == "True"


@pytest.mark.parametrize(
    ("hold", "release"),
    [
        ("kept = [seg]", "kept = None"),
        ("other = seg", "del other"),
        ("kept = {'mine': (seg.stage,)}", "kept = None"),
        ("kept = lambda: seg\nkept.__defaults__ = (seg,)", "kept = None"),
        ("kept = ipywidgets.VBox([seg])", "kept.close(); kept = None"),
    ],
)
def test_what_somebody_holds_stays_and_works(notebook: Notebook, hold: str, release: str) -> None:
    notebook.run("c", SHOWN)
    notebook.run("hold", hold)
    notebook.run("c", SHOWN)
    assert notebook.run("look", "alive()") == "[True, True]"
    works = (
        "old = made[0](); n = len(old.history)\n"
        "click = {'method': 'custom', 'content': {'event': 'click'}}\n"
        "old.toolbar.buttons['undo'].comm.handle_msg({'content': {'data': click}, 'buffers': []})\n"
        "ok = len(old.history) == n - 1\n"
        "ok = ok and all(TABLE[one.model_id] is one for one in old.toolbar.buttons.values())\n"
        "ok = ok and old.comm is not None and old.toolbar.widget.comm is not None; del old; ok"
    )
    assert notebook.run("look", works) == "True"
    notebook.run("hold", release)
    notebook.run("c", SHOWN)
    assert notebook.run("look", "alive()") == "[False, False, True]"


def test_what_another_cell_shows_stays(notebook: Notebook) -> None:
    notebook.run("made here", "seg = seen(make())")
    notebook.run("shown here", "seg")
    notebook.run("made here", "seg = seen(make())")
    assert notebook.run("look", "alive()") == "[True, True]", "it can still be seen"
    notebook.run("shown here", "seg")
    assert notebook.run("look", "alive()") == "[False, True]"


def test_what_is_still_seen_says_that_its_name_stands_for_another(notebook: Notebook) -> None:
    notebook.run("made here", "seg = seen(make())")
    notebook.run("shown here", "seg")
    lost = "['The name' in getattr(one().children[0], 'value', '') for one in made]"
    assert notebook.run("look", lost) == "[False]"
    notebook.run("made here", "kept = seg\nseg = seen(make())")
    assert notebook.run("look", lost) == "[False, False]", "another name stands for it"
    widgets = notebook.run("count", "table()")
    notebook.run("drop", "kept = None")
    assert notebook.run("look", lost) == "[True, False]"
    notebook.run("take it up again", "kept = made[0]()")
    assert notebook.run("look", lost) == "[False, False]"
    assert notebook.run("count", "table()") == widgets


def test_where_no_cell_is_named_nothing_is_freed(notebook: Notebook) -> None:
    for _ in range(2):
        notebook.run(None, SHOWN)
    assert notebook.run(None, "alive()") == "[True, True]"


def test_what_ipython_remembers_of_other_cells_stays(notebook: Notebook) -> None:
    notebook.run("d", SHOWN)
    notebook.run("e", "'a word'")
    notebook.run("d", SHOWN)
    assert notebook.run("look", "_ is seg, __, 'a word' in Out.values()") == "(True, 'a word', True)"


def test_what_only_a_thread_of_ours_works_on_goes_when_it_has_done(notebook: Notebook) -> None:
    """A preview is on its way when the cell runs again, and ends only after the cell has begun to wait."""
    notebook.run("f", "seg = seen(ClickSegmenter(StubSegmenter(), hover=True))\nseg")
    notebook.run(
        "hover",
        "import threading\n"
        "from segwidgets.widgets import lifetime\n"
        "begun, waited_for = threading.Event(), threading.Event()\n"
        "real, predict = lifetime.wait_for, seg.segmenter.predict\n"
        "def asked(jobs): waited_for.set(); real(jobs)\n"
        "def slow(*a, **k): begun.set(); waited_for.wait(60); return predict(*a, **k)\n"
        "lifetime.wait_for, seg.segmenter.predict = asked, slow\n"
        "from segwidgets.widgets.click_segmenter.gestures import Hand\nseg.stage.on_hover(20, 20, Hand())\n"
        "assert begun.wait(60)\n"
        "del predict, slow",
    )
    notebook.run("f", "seg = seen(make())\nseg")
    assert notebook.run("look", "lifetime.wait_for = real; alive()") == "[False, True]"
