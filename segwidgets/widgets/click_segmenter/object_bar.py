"""What can be done to the current object as a whole: classes above the list, buttons and a note beneath."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipywidgets import Box, Button, Text

from segwidgets.drawing import style
from segwidgets.locale.catalogues import translations
from segwidgets.widgets import painting
from segwidgets.widgets.buttons import Do, Seg, button, mark
from segwidgets.widgets.click_segmenter.actions import MOST_KEYS, OBJECT_TOOLS
from segwidgets.widgets.click_segmenter.controls import Toolbar
from segwidgets.widgets.lifetime import close_parts
from segwidgets.widgets.versions import explained


class ClassBar:
    """A button for each class, in its colour; hidden where there are none.

    Parameters
    ----------
    seg : ClickSegmenter
        Whose objects get them.
    do : callable
        Carries out a function for a hand, and shows its errors.
    lang : str
        The language of the words, as "es".

    Attributes
    ----------
    buttons : dict of str to ipywidgets.Button
        By the class's name.
    rename : ipywidgets.Text
        Another name for the current object's class.
    """

    def __init__(self, seg: Seg, do: Do, lang: str) -> None:
        self._seg, self._do, self._tr = seg, do, translations(lang)
        _ = self._tr.gettext
        self.buttons: dict[str, Button] = {}
        self.rename = explained(
            Text(placeholder=_("rename the class"), continuous_update=False),
            _("Another name for the class of the current object, for all that have it"),
        )
        self.rename.observe(self._renamed, "value")
        self.widget = Box([self.rename])  # at once: what is to be closed is found among the children
        self.widget.add_class("sw-bar")
        self.widget.add_class("sw-classes")

    def update(self, seg: Seg) -> None:
        """Show the classes, and which one new objects get."""
        if tuple(self.buttons) != seg.classes:
            gone = self.buttons.values()
            self.buttons = {name: self._button(at, name) for at, name in enumerate(seg.classes)}
            self.widget.children = [*self.buttons.values(), self.rename]
            for one in gone:
                close_parts(one)
                one.close()
        mark(self.widget, "sw-off", not self.buttons)
        label = seg.session.state.label
        for name, one in self.buttons.items():
            mark(one, "sw-on", label is not None and name == label[0])
        self.rename.disabled = self._class() not in self.buttons

    def _button(self, at: int, name: str) -> Button:
        text = self._tr.gettext("Give the current object and new ones this class")
        if at < MOST_KEYS:
            text = self._tr.gettext("Give the current object and new ones this class (Alt+{number})")
            text = text.format(number=at + 1)
        made = button(name, f"{name}: {text}", partial(self._do, self._seg.classify, name))
        made.style.button_color = painting.css(color := style.palette_color(at))
        mark(made, "sw-dark", style.readable_on(color) == style.WHITE)
        made.add_class("sw-class")
        made.add_class("sw-toggle")
        return made

    def _class(self) -> str:
        active = self._seg.session.state.active
        return "" if active is None else active.name

    def _renamed(self, change: Any) -> None:
        if change["new"].strip():
            self._do(self._seg.rename_class, self._class(), change["new"])
            self.rename.value = ""


class ObjectBar(Toolbar):
    """Buttons for the current object, and a note about it.

    Attributes
    ----------
    note : ipywidgets.Text
        What somebody wrote about the current object.
    """

    def __init__(self, seg: Seg, do: Do, lang: str) -> None:
        super().__init__(seg, OBJECT_TOOLS, do, lang, look="sw-objects")
        _ = translations(lang).gettext
        self._seg, self._do = seg, do
        self.note = explained(
            Text(placeholder=_("a note"), continuous_update=False),
            _("A note about the current object (key I)"),
        )
        self.note.observe(self._noted, "value")
        self.widget.children = [*self.widget.children, self.note]

    def update(self, seg: Seg) -> None:
        """Show what is on and what can be done."""
        super().update(seg)
        active = seg.session.state.active
        mark(self.widget, "sw-off", active is None)
        self.note.value = "" if active is None else active.note

    def _noted(self, change: Any) -> None:
        state = self._seg.session.state
        if state.active is not None and change["new"] != state.active.note:
            self._do(self._seg.note_object, state.current, change["new"])
