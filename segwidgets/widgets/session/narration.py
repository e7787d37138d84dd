"""Sessions in words: what an action did, for captions of the animation and for the undo button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.session.actions import ACTIONS
from segwidgets.widgets.session.state import State


def narrate(action: Mapping[str, Any], lang: str) -> str:
    """Say in a few words what an action of a session's history does."""
    return ACTIONS[action["action"]].told(translations(lang).gettext, action)


def finding(state: State, lang: str) -> str:
    """Say how much of the photo the current (or else the last) object covers."""
    words = Phrases(lang)
    _ = words.gettext
    masked = [one for one in state.objects if one.mask is not None]
    one = state.active if state.active is not None and state.active.mask is not None else None
    one = one or (masked[-1] if masked else None)
    if one is None or one.mask is None:
        return _("No mask yet")
    name = one.name or _("Object {number}").format(number=one.number)
    return _("{name} covers {area} of the photo").format(
        name=name, area=words.short_area(int(one.mask.sum()), one.mask.size)
    )
