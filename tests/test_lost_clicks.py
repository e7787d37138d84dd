"""No click is lost silently: what the kernel says of what it heard, and what comes a second time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
import pytest

from segwidgets.widgets import in_order
from segwidgets.widgets.click_segmenter import stage as stage_module
from segwidgets.widgets.in_order import InOrder
from tests.test_pointer import Layer


class Page:
    """Speaks to a widget as `sending.js` does: numbered, and some of it never arrives."""

    def __init__(self, layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.layer, self.sent, self.answers = layer, [], []
        [hidden] = layer.seg.stage.pointer
        monkeypatch.setattr(hidden.children[0], "send", self.answers.append)

    def click(self, x: float, y: float, arrives: bool = True) -> None:
        self.layer.now += 5
        more = {"background": False, "time": self.layer.now * 1000}
        for kind, answer in (("down", False), ("up", True)):
            self.sent.append({"kind": kind, "x": x, "y": y, "turn": len(self.sent), "answer": answer, **more})
            if arrives:
                self.deliver(self.sent[-1])

    def deliver(self, event: dict[str, Any]) -> None:
        self.layer.tell(**event, page="one")

    def ask(self) -> int:
        """Ask what was heard: everything below that number."""
        self.layer.tell("asked", page="one", asked=1)
        answer = self.answers[-1]
        assert (answer["page"], answer["asked"]) == ("one", 1)
        return answer["due"]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    layer = Layer()
    monkeypatch.setattr(stage_module, "monotonic", lambda: layer.now)
    with layer.front:
        layer.front.ready()
        yield Page(layer, monkeypatch)
    layer.seg.close()


def xs_of(page: Page) -> list[float]:
    return [x for x, _ in page.layer.seg.prompt.points]


def test_clicks_that_were_lost_are_sent_again_and_taken_once_in_their_order(page: Page) -> None:
    page.click(10, 10)
    for x in (20, 30):
        page.click(x, 10, arrives=False)
    page.click(40, 10)
    assert xs_of(page) == [10], "the last one waits for those before it"
    assert page.ask() == 2
    for event in page.sent:  # all of it, as the word of the first may have been lost as well
        page.deliver(event)
    assert xs_of(page) == [10, 20, 30, 40]
    assert page.ask() == 8


def test_a_page_hears_with_each_answer_how_much_came_before(page: Page) -> None:
    page.click(10, 10)
    page.click(20, 10)
    assert page.answers == [{"page": "one", "got": 1, "due": 1}, {"page": "one", "got": 3, "due": 3}]
    page.layer.tell("asked", page="another", asked=7)
    assert page.answers[-1] == {"page": "another", "asked": 7, "due": 0}, "of which nothing was heard"


def test_what_was_given_up_is_not_told_as_heard_and_is_taken_once_when_it_comes() -> None:
    heard, came = [], threading.Event()

    def handle(event: dict[str, Any]) -> None:
        heard.append(event["turn"])
        if event["turn"] == 3:
            came.set()

    orderly = InOrder(handle, patience_s=0.05)
    for turn in (0, 3):
        orderly.take({"page": "one", "turn": turn})
    assert came.wait(60)
    assert orderly.due("one") == 1
    for turn in (1, 2, 1, 2, 3, 0):
        orderly.take({"page": "one", "turn": turn})
    assert heard == [0, 3, 1, 2]
    assert orderly.due("one") == 4


def test_a_page_that_missed_something_is_shown_all_there_is(page: Page) -> None:
    page.click(45, 30)
    front, seg = page.layer.front, page.layer.seg
    before = front.pixels().copy()
    for drawn in front.layers.values():
        drawn.paste((0, 0, 0, 0), (0, 0, *drawn.size))  # what was drawn never came
    told: list[Any] = []
    seg.status.message.send_state = lambda *_: told.append(seg.status.message.value)
    page.deliver({"kind": "back", "turn": 2})
    assert np.array_equal(front.pixels(), before)
    assert told, "the controls say again what they show"


def test_a_page_asks_again_sooner_than_the_kernel_gives_up() -> None:
    text = (resources.files("segwidgets.widgets") / "sending.js").read_text(encoding="utf-8")
    [asks] = [line for line in text.splitlines() if line.startswith("const ASK_MS = ")]
    assert int(asks.split()[3].rstrip(";")) < 1000 * in_order.PATIENCE_S / 2, "else clicks come out of order"
