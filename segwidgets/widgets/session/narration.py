"""Sessions in words: what an action did, for captions of the animation and for the undo button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segwidgets.locale.catalogues import translations
from segwidgets.widgets.session.state import State


def narrate(action: Mapping[str, Any], lang: str) -> str:
    """Say in a few words what an action of a session's history does."""
    _ = translations(lang).gettext
    where = {name: f"{value:.0f}" for name, value in action.items() if name in ("x", "y")}
    what = action["action"]
    if what == "add_point":
        if action.get("label", 1):
            return _("A point on the object at ({x}, {y})").format(**where)
        return _("A point on the background at ({x}, {y})").format(**where)
    if what == "choose":
        return _("Mask {number} is picked").format(number=action["index"])
    if what == "name_object":
        return _('The object is called "{name}"').format(name=action["name"])
    if what == "show_object":
        return _("An object is shown") if action.get("visible", True) else _("An object is hidden")
    return {
        "remove_point": _("A point is removed"),
        "move_point": _("A point is moved"),
        "set_box": _("A box around the object"),
        "clear_box": _("The box is removed"),
        "new_object": _("A new object begins"),
        "select_object": _("Another object is selected"),
        "delete_object": _("An object is deleted"),
        "reorder": _("An object changes its place in the list"),
        "keep": _("A mask of the whole photo's is kept"),
        "clear": _("The prompt is cleared"),
        "reset": _("Everything is removed"),
    }[what]


def finding(state: State, lang: str) -> str:
    """Say how much of the photo the current (or else the last) object covers."""
    _ = translations(lang).gettext
    masked = [one for one in state.objects if one.mask is not None]
    one = state.active if state.active is not None and state.active.mask is not None else None
    one = one or (masked[-1] if masked else None)
    if one is None or one.mask is None:
        return _("No mask yet")
    name = one.name or _("Object {number}").format(number=one.number)
    return _("{name} covers {share} % of the photo").format(name=name, share=f"{100 * one.mask.mean():.0f}")
