"""The widget's actions, one row each: key, button and help stand beside what they do.

A new row brings its button and its keys with it. What a row does goes through the widget's methods or through
`session.do`, which put it into the history. `Toolbar`, `Stage` and `ObjectList` only carry the tables out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segwidgets.locale.catalogues import N_
from segwidgets.widgets.buttons import Seg

if TYPE_CHECKING:
    from segwidgets.widgets.session.state import SegmentedObject


def _never(seg: Seg) -> bool:
    return False


@dataclass(frozen=True)
class Action:
    """Something that a key or a button of the toolbar does.

    Attributes
    ----------
    name : str
        In `Toolbar.buttons`.
    run : callable
        Does it to the widget.
    keys : tuple of str
        As the browser calls them, in lower case, behind "ctrl+" (or the Mac's command key) and "shift+". A
        key without either is heard with and without shift.
    icon : str
        Of its button, a name of Font Awesome 4; without icon and label there is no button.
    label, help : str
        The words on the button and those that explain it, marked by `N_`.
    enabled : callable
        Whether the button can be pressed; a key may always be, and then says what is missing.
    on : callable
        Whether the button is lit.
    apart : bool
        Whether a gap stands before the button.
    """

    name: str
    run: Callable[[Seg], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    label: str = ""
    help: str = ""
    enabled: Callable[[Seg], bool] = lambda seg: True
    on: Callable[[Seg], bool] = _never
    apart: bool = False

    @property
    def has_state(self) -> bool:
        """Whether its button can be lit."""
        return self.on is not _never

    @property
    def has_button(self) -> bool:
        """Whether it stands in the toolbar."""
        return bool(self.icon or self.label)


@dataclass(frozen=True)
class ObjectAction:
    """Something that a button in each row of the list of objects does.

    Attributes
    ----------
    name : str
        In `Row.buttons`.
    run : callable
        Does it to the widget's object of that index.
    help : str
        The words that explain it, marked by `N_`.
    icon : callable
        Which icon an object's button shows, a name of Font Awesome 4.
    enabled : callable
        Whether the button of the row of that index can be pressed.
    """

    name: str
    run: Callable[[Seg, int], object]
    help: str
    icon: Callable[[SegmentedObject], str]
    enabled: Callable[[int], bool] = lambda index: True


def _can_clear(seg: Seg) -> bool:
    return seg.candidates is not None


def _left_or_right(seg: Seg, way: int) -> None:
    """Ask for more or less likeness while that is what is chosen; else move the cross."""
    if seg.alike.active:
        seg.shift_similarity(0.01 * way)
    else:
        seg.stage.step(way, 0)


ACTIONS: list[Action] = [
    Action(
        "foreground",
        lambda seg: seg.set_label(1),
        keys=("+", "f"),
        icon="plus",
        label=N_("Object"),
        help=N_("Clicks mark what belongs to the object (key + or F)"),
        on=lambda seg: seg.stage.label == 1,
    ),
    Action(
        "background",
        lambda seg: seg.set_label(0),
        keys=("-", "b"),
        icon="times",
        label=N_("Background"),
        help=N_("Clicks mark what does not belong (key - or B)"),
        on=lambda seg: seg.stage.label == 0,
    ),
    Action(
        "undo",
        lambda seg: seg.undo(),
        keys=("ctrl+z",),
        icon="undo",
        help=N_("Undo (Ctrl+Z)"),
        enabled=lambda seg: seg.session.can_undo,
        apart=True,
    ),
    Action(
        "redo",
        lambda seg: seg.redo(),
        keys=("ctrl+shift+z", "ctrl+y", "ctrl+shift+y"),
        icon="repeat",
        help=N_("Redo (Shift+Ctrl+Z)"),
        enabled=lambda seg: seg.session.can_redo,
    ),
    Action(
        "clear",
        lambda seg: seg.clear(),
        icon="eraser",
        label=N_("Clear"),
        help=N_("Remove the points and the box of this object"),
        enabled=_can_clear,
    ),
    Action(
        "reset",
        lambda seg: seg.reset(),
        icon="trash",
        help=N_("Remove every object"),
        enabled=lambda seg: bool(seg.objects),
    ),
    Action(
        "new_object",
        lambda seg: seg.new_object(),
        keys=("n",),
        icon="plus-square",
        label=N_("New object"),
        help=N_("The next click begins another object (key N)"),
        enabled=_can_clear,
        apart=True,
    ),
    Action(
        "everything",
        lambda seg: seg.toggle_everything(),
        icon="th",
        label=N_("Everything"),
        help=N_("Find all masks of the photo, then click those to keep"),
        on=lambda seg: seg.everything.active,
    ),
    Action(
        "alike",
        lambda seg: seg.toggle_similar(),
        keys=("a",),
        icon="clone",
        label=N_("All like it"),
        help=N_("Find all that looks like the current object (key A)"),
        enabled=lambda seg: seg.mask is not None,
        on=lambda seg: seg.alike.active,
    ),
    Action(
        "hover",
        lambda seg: seg.toggle_hover(),
        icon="eye",
        label=N_("Preview"),
        help=N_("Show the mask under the mouse before the click"),
        on=lambda seg: seg.stage.hovering,
    ),
    Action("choose_0", lambda seg: seg.choose(0), keys=("1",)),
    Action("choose_1", lambda seg: seg.choose(1), keys=("2",)),
    Action("choose_2", lambda seg: seg.choose(2), keys=("3",)),
    Action("choose_3", lambda seg: seg.choose(3), keys=("4",)),
    Action("other_readings", lambda seg: seg.other_readings(), keys=("r",)),
    Action("left", lambda seg: _left_or_right(seg, -1), keys=("arrowleft",)),
    Action("right", lambda seg: _left_or_right(seg, 1), keys=("arrowright",)),
    Action("far_left", lambda seg: seg.stage.step(-1, 0, far=True), keys=("shift+arrowleft",)),
    Action("far_right", lambda seg: seg.stage.step(1, 0, far=True), keys=("shift+arrowright",)),
    Action("up", lambda seg: seg.stage.step(0, -1), keys=("arrowup",)),
    Action("down", lambda seg: seg.stage.step(0, 1), keys=("arrowdown",)),
    Action("far_up", lambda seg: seg.stage.step(0, -1, far=True), keys=("shift+arrowup",)),
    Action("far_down", lambda seg: seg.stage.step(0, 1, far=True), keys=("shift+arrowdown",)),
    Action(
        "place", lambda seg: seg.keep_similar() if seg.alike.active else seg.stage.place(), keys=("enter",)
    ),
    Action("swap_sign", lambda seg: seg.set_label(1 - seg.stage.label), keys=(" ",)),
    Action("keys", lambda seg: seg.status.toggle_keys(), keys=("?",)),
    Action("delete", lambda seg: seg.stage.delete(), keys=("delete", "backspace")),
    Action("escape", lambda seg: seg.escape(), keys=("escape",)),
    Action("leave_forward", lambda seg: seg.leave_canvas(1), keys=("tab",)),
    Action("leave_back", lambda seg: seg.leave_canvas(-1), keys=("shift+tab",)),
]
"""In the order of the toolbar."""

OBJECT_ACTIONS: list[ObjectAction] = [
    ObjectAction(
        "suggest", lambda seg, index: seg.suggest_name(index), N_("Let DeepLab name it"), lambda one: "magic"
    ),
    ObjectAction(
        "show",
        lambda seg, index: seg.toggle_object(index),
        N_("Show or hide"),
        lambda one: "eye" if one.visible else "eye-slash",
    ),
    ObjectAction(
        "up",
        lambda seg, index: seg.reorder(index, index - 1),
        N_("Move up in the list"),
        lambda one: "arrow-up",
        enabled=lambda index: index > 0,
    ),
    ObjectAction(
        "delete",
        lambda seg, index: seg.delete_object(index),
        N_("Delete this object"),
        lambda one: "trash",
    ),
]
"""In the order of a row, behind the object's colour and its name."""


KEYS: list[tuple[str, str]] = [
    (N_("arrow keys"), N_("move a cross over the photo; with Shift in big steps")),
    (N_("Enter"), N_("a point at the cross; keep the dashed masks")),
    (N_("Space"), N_("from object to background and back")),
    (N_("Tab, Shift+Tab"), N_("from point to point, then on to the buttons")),
    (N_("Delete"), N_("remove the point under the cross, else the box")),
    (N_("+ or F, − or B"), N_("clicks mark the object, the background")),
    (N_("right click, Alt or Shift + click"), N_("mark the background")),
    ("1 2 3 4", N_("pick a mask")),
    (N_("key R"), N_("SAM's other readings")),
    (N_("key N"), N_("a new object")),
    (N_("key A"), N_("all like it; the left and right arrow choose how alike")),
    (N_("Ctrl+Z, Shift+Ctrl+Z"), N_("undo, redo")),
    (N_("Escape"), N_("give up what is under way")),
    ("?", N_("these keys")),
]
"""What keys do, and the mouse beside them, as the widget tells it."""


def keymap(actions: Iterable[Action]) -> dict[str, Action]:
    """Return which action each key means."""
    return {key: action for action in actions for key in action.keys}


def heard(keymap: dict[str, Action], key: str, shift: bool, ctrl: bool, meta: bool) -> Action | None:
    """Return what a key means, or None."""
    key = ("ctrl+" if ctrl or meta else "") + ("shift+" if shift else "") + key.lower()
    return keymap.get(key) or keymap.get(key.removeprefix("shift+"))
