"""How long a widget lives: closing takes all its parts along, and running a cell again frees what it showed.

ipywidgets keeps every widget in a table until it is closed, each child and each layout by itself, so that
what nobody sees or holds any more would stay. A widget of ours tells here when it is made or shown; when
that cell has run again, and neither the user nor another cell's output holds the widget, it goes. One that
is still seen, but whose name stands for something else by now, says so.
"""

from __future__ import annotations

import gc
import re
import sys
import weakref
from collections.abc import Iterator, MutableMapping
from html import escape
from typing import Any

from ipywidgets import HTML, Widget
from ipywidgets.widgets import widget as widget_module

from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.widgets.at_work import under_way, wait_for

_PARTS = ("children", "_canvases", "layout", "style")  # the traits that hold widgets of a widget's own
_TRIES = 3  # a preview that was asked for meanwhile holds its widget once more
_HISTORY = re.compile(r"_{1,3}|_\d+")  # IPython's names for what cells returned

_cells: weakref.WeakKeyDictionary[Widget, set[str]] = weakref.WeakKeyDictionary()
_fresh: weakref.WeakKeyDictionary[Widget, str] = weakref.WeakKeyDictionary()
_heard: weakref.WeakSet[Any] = weakref.WeakSet()
_names: weakref.WeakKeyDictionary[Widget, str] = weakref.WeakKeyDictionary()  # that the user gave it last
_notices: weakref.WeakKeyDictionary[Widget, Widget] = weakref.WeakKeyDictionary()


def parts_of(widget: Widget) -> Iterator[Widget]:
    """Yield a widget's parts, theirs, and so on; the widget itself comes last."""
    for name in _PARTS:
        held = getattr(widget, name, None) or ()
        for part in held if isinstance(held, list | tuple) else (held,):
            if isinstance(part, Widget):
                yield from parts_of(part)
    yield widget


def close_parts(widget: Widget) -> None:
    """Close all that a widget consists of, but not the widget itself."""
    for part in list(parts_of(widget))[:-1]:
        part.close()


def note(widget: Widget) -> None:
    """Take note that the cell that is running makes or shows a widget.

    Where there is no cell, or the front end does not tell which one is running, nothing is noted.
    """
    shell = _shell()
    cell = _running_cell(shell)
    if cell is None:
        return
    if shell not in _heard:
        _heard.add(shell)
        shell.events.register("post_run_cell", _cell_has_run)
    _cells.setdefault(widget, set()).add(cell)
    _fresh[widget] = cell


def _cell_has_run(_result: Any = None) -> None:
    """Let go of what the cell's earlier runs made and showed."""
    shell = _shell()
    cell = _running_cell(shell)
    if cell is not None:
        old = _left_behind(cell)
        for _ in range(_TRIES if old else 0):
            working = under_way()  # a preview, a word of DeepLab's, a picture for the saved notebook
            wait_for(working)
            _free_unless_held(old, shell)
            if not working or all(ref() is None for ref in old):
                break
        _tell_who_lost_its_name(shell)


def _tell_who_lost_its_name(shell: Any) -> None:
    """Let a widget say that its name stands for something else, and take that back where it does not."""
    for widget in list(_cells):
        named = (
            name for name, value in shell.user_ns.items() if value is widget and not name.startswith("_")
        )
        name = next(named, None)
        if name is not None:
            _names[widget] = name
            notice = _notices.pop(widget, None)
            if notice is not None:
                widget.children = [part for part in widget.children if part is not notice]
                close_parts(notice)
                notice.close()
        elif widget in _names and widget not in _notices and widget.comm is not None:
            text = translations(getattr(widget, "lang", DEFAULT)).gettext(
                'The name "{name}" does not stand for this widget any more: code that uses it sees nothing '
                "of what is done here. Run this cell again to see the one that it stands for."
            )
            words = escape(text.format(name=_names[widget]))
            _notices[widget] = HTML(f'<div role="status" class="sw-message sw-error">{words}</div>')
            widget.children = [_notices[widget], *widget.children]


def _left_behind(cell: str) -> list[weakref.ref[Widget]]:
    """Return the widgets that no cell made or showed in its last run, this one's being over."""
    for widget, places in list(_cells.items()):
        if _fresh.get(widget) != cell:
            places.discard(cell)
    _fresh.clear()
    return [weakref.ref(widget) for widget, places in list(_cells.items()) if not places]


def _free_unless_held(widgets: list[weakref.ref[Widget]], shell: Any) -> None:
    """Free those that nothing holds but ipywidgets and IPython's history: take those away, and look."""
    hidden = [one for ref in widgets for one in _hidden_from_history(ref, shell)]
    taken = [one for ref in widgets for one in _taken_from_table(ref)]
    canvas = sys.modules.get("segwidgets.widgets.canvas")
    if canvas is not None:  # where it could be imported
        canvas.forget_canvas()
    gc.collect()
    for part, model_id in taken:
        alive = part()
        if alive is not None and alive.comm is not None:  # somebody holds it: as before
            _table()[model_id] = alive
            alive.comm.on_msg(alive._handle_msg)
    for ref, mapping, key in hidden:
        alive = ref()
        if alive is not None:
            mapping[key] = alive
        elif key not in ("_", "__", "___"):
            mapping.pop(key, None)


def _hidden_from_history(
    ref: weakref.ref[Widget], shell: Any
) -> list[tuple[weakref.ref[Widget], MutableMapping[Any, Any], Any]]:
    """Take a widget out of what IPython keeps of the cells' results; return where it was."""
    widget, hidden = ref(), []
    names = shell.user_ns, shell.user_ns_hidden, vars(shell.displayhook)
    for mapping in (*names, shell.user_ns.get("_oh", {})):
        for key in list(mapping):
            if mapping[key] is widget and (isinstance(key, int) or _HISTORY.fullmatch(key)):
                mapping[key] = ""
                hidden.append((ref, mapping, key))
    return hidden


def _taken_from_table(ref: weakref.ref[Widget]) -> list[tuple[weakref.ref[Widget], str]]:
    """Let ipywidgets hold neither a widget nor its parts any more; return what it held."""
    widget, taken = ref(), []
    for part in () if widget is None else parts_of(widget):
        if part.comm is not None:
            taken.append((weakref.ref(part), part.model_id))
            _table().pop(part.model_id, None)
            part.comm.on_msg(None)
    return taken


def _table() -> MutableMapping[str, Widget]:
    """Return where ipywidgets keeps its widgets."""
    table: MutableMapping[str, Widget] | None = getattr(widget_module, "_instances", None)
    return Widget.widgets if table is None else table  # the latter in ipywidgets 7


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


def _running_cell(shell: Any) -> str | None:
    """Return the name that the front end gave to the cell that is running."""
    try:
        cell = shell.get_parent()["metadata"].get("cellId")
    except (AttributeError, KeyError, TypeError):  # no kernel, or nothing is running
        return None
    return cell if isinstance(cell, str) else None
