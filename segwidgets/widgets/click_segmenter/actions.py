"""The widget's actions, one row each: key, button and help stand beside what they do.

A new row brings its button and its keys with it. What a row does goes through the widget's methods or through
`session.do`, which put it into the history. `Toolbar`, `Stage` and `ObjectList` only carry the tables out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from segwidgets.locale.catalogues import N_, translations
from segwidgets.widgets.buttons import Seg
from segwidgets.widgets.session.correcting import MENDS

if TYPE_CHECKING:
    from segwidgets.widgets.session.state import SegmentedObject


ZOOM_STEP = 1.5  # by a key
SIZE_STEP = 1.25  # of the brush
MOST_KEYS = 9  # Alt+1 to Alt+9
FILES = 2  # the panel beside the photo, of three


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
    brief : bool
        Whether the icon stands alone where there is little room.
    preview : mapping or None
        The session's step that the button stands for, as in a record: what it would make of the mask is shown
        while the mouse or the keyboard is on it.
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
    brief: bool = False
    preview: Mapping[str, Any] | None = None

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


def _clicks_mark(seg: Seg, label: int) -> bool:
    return seg.stage.label == label and not seg.stage.selecting and not seg.tool


def _can_clear(seg: Seg) -> bool:
    return seg.candidates is not None


def _left_or_right(seg: Seg, way: int) -> None:
    """Ask for more or less likeness while that is what is chosen; else move the cross."""
    if seg.alike.active:
        seg.shift_similarity(0.01 * way)
    else:
        seg.stage.cross.step(way, 0)


def _has_mask(seg: Seg) -> bool:
    return seg.mask is not None


def _can_merge(seg: Seg) -> bool:
    return seg.merging or (seg.mask is not None and sum(one.mask is not None for one in seg.objects) > 1)


def _can_move(seg: Seg, by: int) -> bool:
    current = seg.session.state.current
    return current is not None and 0 <= current + by < len(seg.objects)


def _current(seg: Seg) -> int:
    """Return the current object's number, or say in one's language that there is none."""
    current: int | None = seg.session.state.current
    if current is None:
        raise ValueError(translations(seg.lang).gettext("No object is selected."))
    return current


def _reorder(seg: Seg, by: int) -> None:
    if _can_move(seg, by):
        seg.reorder(_current(seg), _current(seg) + by)


def _lock(seg: Seg) -> None:
    current = _current(seg)
    seg.lock_object(current, not seg.objects[current].locked)


def _note(seg: Seg) -> None:
    _current(seg)
    seg.hand_keyboard_to(seg.object_bar.note)


def _load_masks(seg: Seg) -> None:
    seg.panels.selected_index = FILES
    seg.hand_keyboard_to(seg.files_panel.masks)


def _classify(index: int, seg: Seg) -> None:
    if index < len(seg.classes):
        seg.classify(seg.classes[index])


def _take_up(seg: Seg, tool: str) -> None:
    """Take a tool into the hand, or put it away if it is there."""
    seg.set_tool("" if seg.tool == tool else tool)


def _resize(seg: Seg, factor: float) -> None:
    """Make the brush larger or smaller, by a pixel at least."""
    size, step = round(seg.brush_size * factor), 1 if factor > 1 else -1
    seg.set_brush_size(size if size != seg.brush_size else size + step)


def _mend(how: str, seg: Seg) -> None:
    seg.mend_and_tell(how)


def _pick(seg: Seg, index: int) -> None:
    """Pick a mask, or say in one's language that there is none of that number."""
    tr = translations(seg.lang)
    if seg.candidates is None:
        raise ValueError(tr.gettext("There is no mask to pick yet: click on an object first."))
    count = len(seg.candidates)
    if index >= count:
        raise ValueError(
            tr.ngettext(
                "There is only {count} mask to pick.", "There are only {count} masks to pick.", count
            ).format(count=count)
        )
    seg.choose(index)


def _other_readings(seg: Seg) -> None:
    """Show SAM's other masks, or say in one's language that there are none."""
    if seg.candidates is None or seg.candidates.others is None:
        raise ValueError(translations(seg.lang).gettext("There are no other readings to show."))
    seg.other_readings()


ACTIONS: list[Action] = [
    Action(
        "foreground",
        lambda seg: seg.set_label(1),
        keys=("f",),
        icon="plus",
        label=N_("Object"),
        help=N_("Clicks mark what belongs to the object (key F)"),
        on=lambda seg: _clicks_mark(seg, 1),
    ),
    Action(
        "background",
        lambda seg: seg.set_label(0),
        keys=("b",),
        icon="times",
        label=N_("Background"),
        help=N_("Clicks mark what does not belong (key B)"),
        on=lambda seg: _clicks_mark(seg, 0),
    ),
    Action(
        "select",
        lambda seg: seg.set_selecting(not seg.stage.selecting),
        keys=("v",),
        icon="mouse-pointer",
        label=N_("Select"),
        help=N_("Clicks select the object under them, Delete then deletes it (key V, or Ctrl + click)"),
        enabled=lambda seg: seg.stage.selecting or any(one.mask is not None for one in seg.objects),
        on=lambda seg: seg.stage.selecting,
    ),
    Action(
        "correct",
        lambda seg: seg.show_correcting(not seg.correcting),
        keys=("c",),
        icon="paint-brush",
        label=N_("Correct"),
        help=N_("Paint, erase and draw around by hand what SAM gets wrong (key C)"),
        on=lambda seg: seg.correcting,
    ),
    Action(
        "undo",
        lambda seg: seg.undo(),
        keys=("ctrl+z",),
        icon="undo",
        label=N_("Undo"),
        brief=True,
        help=N_("Undo (Ctrl+Z)"),
        enabled=lambda seg: seg.session.can_undo,
        apart=True,
    ),
    Action(
        "redo",
        lambda seg: seg.redo(),
        keys=("ctrl+shift+z", "ctrl+y", "ctrl+shift+y"),
        icon="repeat",
        label=N_("Redo"),
        brief=True,
        help=N_("Redo (Shift+Ctrl+Z)"),
        enabled=lambda seg: seg.session.can_redo,
    ),
    Action(
        "clear",
        lambda seg: seg.clear(),
        icon="ban",
        label=N_("Clear"),
        help=N_("Remove the points, the box and the painting of this object"),
        enabled=_can_clear,
    ),
    Action(
        "reset",
        lambda seg: seg.reset(),
        icon="refresh",
        label=N_("Start over"),
        help=N_("Remove every object"),
        enabled=lambda seg: bool(seg.objects),
    ),
    Action(
        "escape",
        lambda seg: seg.escape(),
        keys=("escape",),
        icon="times-circle",
        label=N_("Leave"),
        help=N_("Give up what is under way: choosing among masks, selecting (Escape)"),
        enabled=lambda seg: seg.is_under_way,
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
        enabled=_has_mask,
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
    Action(
        "window",
        lambda seg: seg.stage.fill_window(),
        keys=("w",),
        icon="expand",
        help=N_("Take the whole window, and leave it again (key W, Escape)"),
        enabled=lambda seg: bool(seg.stage.pointer),
        apart=True,
    ),
    Action(
        "fit",
        lambda seg: seg.fit(),
        keys=("0",),
        icon="arrows-alt",
        label=N_("Fit"),
        brief=True,
        help=N_("Show all of the photo (key 0)"),
        enabled=lambda seg: seg.stage.canvas.viewport.part is not None,
    ),
    Action(
        "one_to_one",
        lambda seg: seg.one_to_one(),
        label="1 : 1",
        help=N_("Show one pixel of the photo on one of the screen (keys + and −: nearer, farther)"),
    ),
    Action("nearer", lambda seg: seg.zoom(ZOOM_STEP), keys=("+", "=")),
    Action("farther", lambda seg: seg.zoom(1 / ZOOM_STEP), keys=("-", "_")),
    Action("choose_0", lambda seg: _pick(seg, 0), keys=("1",)),
    Action("choose_1", lambda seg: _pick(seg, 1), keys=("2",)),
    Action("choose_2", lambda seg: _pick(seg, 2), keys=("3",)),
    Action("choose_3", lambda seg: _pick(seg, 3), keys=("4",)),
    Action("other_readings", _other_readings, keys=("r",)),
    Action("left", lambda seg: _left_or_right(seg, -1), keys=("arrowleft",)),
    Action("right", lambda seg: _left_or_right(seg, 1), keys=("arrowright",)),
    Action("far_left", lambda seg: seg.stage.cross.step(-1, 0, far=True), keys=("shift+arrowleft",)),
    Action("far_right", lambda seg: seg.stage.cross.step(1, 0, far=True), keys=("shift+arrowright",)),
    Action("up", lambda seg: seg.stage.cross.step(0, -1), keys=("arrowup",)),
    Action("down", lambda seg: seg.stage.cross.step(0, 1), keys=("arrowdown",)),
    Action("far_up", lambda seg: seg.stage.cross.step(0, -1, far=True), keys=("shift+arrowup",)),
    Action("far_down", lambda seg: seg.stage.cross.step(0, 1, far=True), keys=("shift+arrowdown",)),
    Action(
        "place",
        lambda seg: seg.keep_similar() if seg.alike.active else seg.stage.cross.place(),
        keys=("enter",),
    ),
    Action("swap_sign", lambda seg: seg.set_label(1 - seg.stage.label), keys=(" ",)),
    Action("load_masks", _load_masks, keys=("shift+m",)),
    Action("keys", lambda seg: seg.status.toggle_keys(), keys=("?",)),
    Action("delete", lambda seg: seg.stage.delete(), keys=("delete", "backspace")),
    Action("leave_forward", lambda seg: seg.leave_canvas(1), keys=("tab",)),
    Action("leave_back", lambda seg: seg.leave_canvas(-1), keys=("shift+tab",)),
]
"""In the order of the toolbar."""

CORRECTIONS: list[Action] = [
    Action(
        "brush",
        lambda seg: _take_up(seg, "brush"),
        keys=("p",),
        icon="paint-brush",
        label=N_("Brush"),
        help=N_("Paint what belongs to the object; with the right button erase (key P)"),
        on=lambda seg: seg.tool == "brush",
    ),
    Action(
        "eraser",
        lambda seg: _take_up(seg, "eraser"),
        keys=("e",),
        icon="eraser",
        label=N_("Eraser"),
        help=N_("Erase what does not belong; with the right button paint (key E)"),
        on=lambda seg: seg.tool == "eraser",
    ),
    Action(
        "lasso",
        lambda seg: _take_up(seg, "lasso"),
        keys=("l",),
        icon="circle-o",
        label=N_("Lasso"),
        help=N_("Draw around what belongs to the object, or click its corners and press Enter (key L)"),
        on=lambda seg: seg.tool == "lasso",
    ),
    Action(
        "cut",
        lambda seg: _take_up(seg, "cut"),
        keys=("shift+l",),
        icon="scissors",
        label=N_("Cut away"),
        help=N_("Draw around what does not belong, or click its corners and press Enter (Shift+L)"),
        on=lambda seg: seg.tool == "cut",
    ),
    Action("smaller", lambda seg: _resize(seg, 1 / SIZE_STEP), keys=("[", ",")),
    Action("larger", lambda seg: _resize(seg, SIZE_STEP), keys=("]", ".")),
    *(
        Action(
            how,
            partial(_mend, how),
            keys=(row.key,),
            icon=row.icon,
            label=row.label,
            help=row.help,
            enabled=_has_mask,
            preview={"action": "mend", "how": how},
            apart=not place,
        )
        for place, (how, row) in enumerate(MENDS.items())
    ),
    Action(
        "forget_painting",
        lambda seg: seg.forget_painting(),
        keys=("shift+e",),
        icon="undo",
        label=N_("Forget the painting"),
        help=N_("Take all that was painted, erased and mended by hand away from this object (Shift+E)"),
        enabled=lambda seg: seg.session.state.active is not None and bool(seg.session.state.active.edits),
        preview={"action": "forget_painting"},
        apart=True,
    ),
]
"""In the order of the second toolbar, which "correct" shows."""

CLASS_KEYS: list[Action] = [
    Action(f"class_{number}", partial(_classify, number - 1), keys=(f"alt+{number}",))
    for number in range(1, MOST_KEYS + 1)
]
"""Beside the buttons of the classes."""

OBJECT_TOOLS: list[Action] = [
    Action(
        "merge",
        lambda seg: seg.set_merging(not seg.merging),
        keys=("m",),
        icon="compress",
        help=N_("Merge this object with the one that is clicked on next (key M)"),
        enabled=_can_merge,
        on=lambda seg: seg.merging,
    ),
    Action(
        "split",
        lambda seg: seg.split(_current(seg)),
        keys=("t",),
        icon="code-fork",
        help=N_("Make an object of each piece of this one (key T)"),
        enabled=_has_mask,
    ),
    Action(
        "duplicate",
        lambda seg: seg.duplicate(_current(seg)),
        keys=("shift+c",),
        icon="clone",
        help=N_("Put a copy of this object above it (Shift+C)"),
        enabled=_has_mask,
    ),
    Action(
        "forward",
        lambda seg: _reorder(seg, 1),
        keys=("ctrl+arrowup",),
        icon="level-up",
        help=N_("Bring this object forward: it is drawn over others (Ctrl+arrow up)"),
        enabled=lambda seg: _can_move(seg, 1),
    ),
    Action(
        "back",
        lambda seg: _reorder(seg, -1),
        keys=("ctrl+arrowdown",),
        icon="level-down",
        help=N_("Send this object back: others are drawn over it (Ctrl+arrow down)"),
        enabled=lambda seg: _can_move(seg, -1),
    ),
    Action(
        "lock",
        _lock,
        keys=("k",),
        icon="lock",
        help=N_("Lock this object, so that nothing changes it, or unlock it (key K)"),
        enabled=lambda seg: seg.session.state.active is not None,
        on=lambda seg: seg.session.state.active is not None and seg.session.state.active.locked,
    ),
    Action("note", _note, keys=("i",)),
    *CLASS_KEYS,
]
"""For the current object, beneath the list."""

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
    (N_("Delete"), N_("remove the point under the cross, else the box; the object that a click selected")),
    ("+ − 0", N_("nearer, farther, all of the photo; Ctrl or ⌘ + wheel, two fingers, a double tap")),
    (N_("Space + drag, middle button"), N_("move what is seen")),
    (
        N_("A finger"),
        N_("scrolls the page; after a moment's rest it drags a box or a point; two move what is seen"),
    ),
    (N_("key W"), N_("take the whole window, or leave it")),
    (N_("key F, key B"), N_("clicks mark the object, the background")),
    (N_("right click, Alt or Shift + click"), N_("mark the background")),
    (N_("key V, Ctrl or ⌘ + click"), N_("select the object that is clicked on")),
    (N_("key C"), N_("brush, eraser and lasso")),
    (N_("key P, key E"), N_("paint, erase; the right button does the other")),
    (N_("key L, Shift+L"), N_("draw around what is to be added, taken away; Enter closes the line")),
    ("[ ]", N_("a smaller brush, a larger one; also comma and full stop")),
    (N_("key H, key D"), N_("fill the mask's holes, drop its specks")),
    (N_("keys X, S, O"), N_("grow the mask, shrink it, smooth its edge, by a pixel")),
    (N_("Shift+E"), N_("forget what was painted by hand")),
    ("1 2 3 4", N_("pick a mask")),
    (N_("key R"), N_("SAM's other readings")),
    (N_("key N"), N_("a new object")),
    (N_("key M, key T"), N_("merge the object with the next that is clicked on; split it into its pieces")),
    (N_("Shift+C, key K"), N_("a copy of the object; lock or unlock it")),
    (N_("Ctrl+arrow up, down"), N_("bring the object forward, send it back")),
    (N_("Alt+1 … 9"), N_("give the object a class")),
    (N_("key I"), N_("write a note about the object")),
    (N_("Shift+M"), N_("load masks from a file, to be corrected")),
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
