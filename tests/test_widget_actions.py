"""One row makes an action: its key, its button, its words, its place in the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from segwidgets import ClickSegmenter, Prompt
from segwidgets.widgets import canvas
from segwidgets.widgets.click_segmenter import actions
from segwidgets.widgets.click_segmenter.actions import Action, ObjectAction
from segwidgets.widgets.session import actions as session_actions
from segwidgets.widgets.session.narration import narrate
from segwidgets.widgets.session.state import State
from tests.fake_front import FakeFront, StubSegmenter, has_class


def next_mask(seg: ClickSegmenter) -> None:
    """Pick the candidate behind the one that is shown."""
    seg.choose((seg.candidates.best + 1) % len(seg.candidates))


NEXT = Action(
    "next_mask",
    next_mask,
    keys=("g", "ctrl+g"),
    icon="forward",
    label="Next",
    help="Go to the next mask (key G)",
    enabled=lambda seg: seg.candidates is not None,
    on=lambda seg: seg.candidates is not None and seg.candidates.chosen == 2,
)


def swap_signs(state: State, predict, only: list[int], keep_box: bool = True) -> State:
    """Turn foreground into background and the other way round."""
    if state.active is None or not state.active.prompt.points:
        return state
    old = state.active.prompt
    prompt = Prompt(
        old.points,
        [1 - label if i in only else label for i, label in enumerate(old.labels)],
        old.box if keep_box else None,
    )
    return state.with_object(state.current, state.active.asked(prompt, predict))


@pytest.fixture
def shown() -> Iterator[Callable[..., tuple[ClickSegmenter, FakeFront]]]:
    """Return a function that makes a widget with its front end; they are closed in the end."""
    with ExitStack() as end:

        def make(lang: str = "en") -> tuple[ClickSegmenter, FakeFront]:
            seg = ClickSegmenter(StubSegmenter(), hover=False, semantic=False, lang=lang)
            end.callback(seg.close)
            front = end.enter_context(FakeFront(seg.stage.canvas.widget))
            front.ready()
            return seg, front

        yield make


def test_one_row_brings_key_button_help_and_history(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ACTIONS", [*actions.ACTIONS, NEXT])
    seg, front = shown()
    button = seg.toolbar.buttons["next_mask"]
    assert button in seg.toolbar.widget.children
    assert (button.description, button.icon) == ("Next", "forward")
    assert button.tooltip == "Go to the next mask (key G)"
    assert button.disabled, "there is nothing to go to yet"
    seg.add_point(45, 30)
    assert not button.disabled
    assert seg.candidates.best == 1
    for press, best in ((lambda: front.key("g"), 2), (button.click, 0), (lambda: front.key("G", True), 1)):
        press()
        assert seg.candidates.best == best
        assert has_class(button, "sw-on") == (best == 2)
    front.key("g", meta=True)
    assert seg.candidates.best == 2
    assert [one["action"] for one in seg.history] == ["add_point"] + 4 * ["choose"]
    seg.undo()
    assert seg.candidates.best == 1


def test_a_row_with_a_preview_marks_its_button_for_the_page(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(NEXT, preview={"action": "choose", "index": 2})
    monkeypatch.setattr(actions, "ACTIONS", [*actions.ACTIONS, row])
    seg, _ = shown()
    seg.add_point(45, 30)
    assert has_class(seg.toolbar.buttons["next_mask"], "sw-peek-next_mask")
    seg.stage.peek.look("next_mask")
    assert np.array_equal(seg.stage.peek.change(seg.session).after, seg.candidates.masks[2])
    assert seg.candidates.best == 1


def test_what_an_added_action_fails_at_is_told(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(NEXT, run=lambda seg: seg.choose(7))
    monkeypatch.setattr(actions, "ACTIONS", [*actions.ACTIONS, row])
    seg, front = shown()
    seg.add_point(45, 30)
    front.key("g")
    assert "there is no candidate 7" in seg.status.message.value


def test_one_row_makes_a_kind_of_step_that_is_recorded_told_and_replayed(
    shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = session_actions.Action(
        swap_signs, lambda _, done: _("Signs swapped: {what}").format(what=len(done))
    )
    monkeypatch.setitem(session_actions.ACTIONS, "swap_signs", step)
    row = Action(
        "swap_signs",
        lambda seg: seg.session.do("swap_signs", only=[0], keep_box=False),
        keys=("j",),
        label="±",
    )
    monkeypatch.setattr(actions, "ACTIONS", [row, *actions.ACTIONS])
    seg, front = shown()
    seg.set_box(10, 10, 80, 50)
    seg.add_point(45, 30, 0)
    front.key("j")
    assert seg.prompt == Prompt([(45, 30)])
    assert front.layer(canvas.ANNOTATION)[..., 3].any(), "what was done to the session shows"
    assert seg.history[-1] == {"action": "swap_signs", "only": [0], "keep_box": False}
    assert narrate(seg.history[-1], "en") == "Signs swapped: 3"
    again = ClickSegmenter(StubSegmenter(), hover=False, semantic=False)
    again.replay(seg.to_json())
    assert np.array_equal(again.mask, seg.mask)
    again.close()
    seg.undo()
    assert seg.prompt.box is not None


def test_one_row_gives_every_object_a_button(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ObjectAction(
        "shout",
        lambda seg, index: seg.name_object(index, seg.objects[index].name.upper()),
        "Write the name in capitals",
        lambda one: "bell" if one.name.isupper() else "bell-slash",
        enabled=lambda index: index != 1,
    )
    monkeypatch.setattr(actions, "OBJECT_ACTIONS", [*actions.OBJECT_ACTIONS, row])
    seg, _ = shown()
    for name in ("cat", "wall", "sky"):
        seg.new_object(name)
        seg.add_point(45, 30)
    buttons = [one.buttons["shout"] for one in seg.object_list.rows]
    assert [button.disabled for button in buttons] == [False, True, False]
    assert {button.tooltip for button in buttons} == {"Write the name in capitals"}
    buttons[2].click()
    assert [one.name for one in seg.objects] == ["cat", "wall", "SKY"]
    assert [button.icon for button in buttons] == ["bell-slash", "bell-slash", "bell"]


def test_no_two_rows_share_a_name_or_a_key() -> None:
    rows = [*actions.ACTIONS, *actions.CORRECTIONS, *actions.OBJECT_TOOLS]
    names = [action.name for action in rows]
    assert len(names) == len(set(names))
    keys = [key for action in rows for key in action.keys]
    assert len(keys) == len(set(keys))
    assert keys == [key.lower() for key in keys]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_row_explains_its_button_in_each_language(shown, lang: str) -> None:
    seg, _ = shown(lang)
    seg.add_point(45, 30)
    words = {}
    buttons = {**seg.toolbar.buttons, **seg.correct_bar.buttons, **seg.object_bar.buttons}
    for action in (*actions.ACTIONS, *actions.CORRECTIONS, *actions.OBJECT_TOOLS):
        if action.has_button:
            button = buttons[action.name]
            words[action.help] = button.tooltip
            words[action.label or action.help] = button.description or button.tooltip
        else:
            assert action.keys, f"nothing leads to {action.name}"
    for action in actions.OBJECT_ACTIONS:
        words[action.help] = seg.object_list.rows[0].buttons[action.name].tooltip
    assert all(words)
    assert all(words.values())
    del words["1 : 1"]  # the same in every language
    assert all((english == shown) == (lang == "en") for english, shown in words.items()), words


def test_what_a_key_cannot_do_is_told_in_one_s_language(shown) -> None:
    seg, front = shown("es")
    for key, words in (("1", "Aún no hay ninguna máscara"), ("r", "No hay otras lecturas")):
        front.key(key)
        assert words in seg.status.message.value
    seg.set_box(10, 10, 50, 50)
    front.key("4")
    assert "Solo hay 1 máscara que elegir." in seg.status.message.value
    front.key("r")
    front.key("4")
    assert seg.candidates.best == 3


def test_every_kind_of_step_has_its_words_in_each_language() -> None:
    arguments = {"x": 3.4, "y": 5.6, "index": 2, "name": "cat", "visible": False, "found": [{}, {}]}
    arguments |= {"origin": "batch", "how": "grow", "new": "dog"}
    for name in session_actions.ACTIONS:
        english, spanish = (narrate({"action": name, **arguments}, lang) for lang in ("en", "es"))
        assert english
        assert spanish != english


@pytest.mark.parametrize(
    ("key", "shift", "ctrl", "meta", "name"),
    [
        ("n", False, False, False, "new"),
        ("N", True, False, False, "new"),
        ("z", False, True, False, "undo"),
        ("z", False, False, True, "undo"),
        ("Z", True, True, False, "redo"),
        ("z", False, False, False, None),
        ("n", False, True, False, None),
        ("Tab", False, False, False, "forward"),
        ("Tab", True, False, False, "back"),
        ("Tab", True, True, False, None),
    ],
)
def test_a_key_is_heard_with_what_is_held_and_a_plain_one_with_shift_too(
    key: str, shift: bool, ctrl: bool, meta: bool, name: str | None
) -> None:
    rows = [
        Action(name, lambda seg: None, keys=keys)
        for name, keys in {
            "new": ("n", "+"),
            "undo": ("ctrl+z",),
            "redo": ("ctrl+shift+z",),
            "forward": ("tab",),
            "back": ("shift+tab",),
        }.items()
    ]
    found = actions.heard(actions.keymap(rows), key, shift, ctrl, meta)
    assert (found.name if found else None) == name


def test_what_there_is_nothing_of_cannot_be_cleared(shown) -> None:
    seg, _ = shown()
    clear = next(row for row in actions.ACTIONS if row.name == "clear")
    assert clear.enabled(seg) is False
    seg.add_point(45, 30)
    assert clear.enabled(seg) is True
