"""The controls around the canvas: toolbar, candidates, list of objects."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from typing import Any

import numpy as np
from ipywidgets import HTML, Box, Button, HBox, Image, Text, VBox
from PIL import Image as PilImage

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.geometry import Viewport
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets import painting
from segwidgets.widgets.buttons import Do, Seg, button, mark
from segwidgets.widgets.click_segmenter.actions import Action, ObjectAction
from segwidgets.widgets.session.commands import SessionCommands
from segwidgets.widgets.session.session import MOST_MASKS
from segwidgets.widgets.session.state import SegmentedObject, State
from segwidgets.widgets.versions import explained

THUMBNAIL_HEIGHT = 72


class Toolbar:
    """The row above the photo: a button for each action that has one.

    Parameters
    ----------
    seg : ClickSegmenter
        What the actions are done to.
    actions : iterable of Action
        From left to right.
    do : callable
        Carries out a function for a hand, and shows its errors.
    lang : str
        The language of the words, as "es".

    Attributes
    ----------
    buttons : dict of str to ipywidgets.Button
        By the action's name.
    """

    def __init__(self, seg: Seg, actions: Iterable[Action], do: Do, lang: str) -> None:
        self._actions = [action for action in actions if action.has_button]
        self.buttons: dict[str, Button] = {}
        shown: list[Any] = []
        for action in self._actions:
            if action.apart:
                shown.append(_gap())
            made = button(
                _translated(action.label, lang),
                _translated(action.help, lang),
                partial(do, action.run, seg),
                action.icon,
            )
            mark(made, "sw-toggle", action.has_state)
            self.buttons[action.name] = made
            shown.append(made)
        self.widget = Box(shown)
        self.widget.add_class("sw-bar")

    def update(self, seg: Seg) -> None:
        """Show what is on and what can be done."""
        for action in self._actions:
            made = self.buttons[action.name]
            mark(made, "sw-on", action.on(seg))
            made.disabled = not action.enabled(seg)


class CandidateStrip:
    """SAM's answers as thumbnails, to pick from: three, or one and on request its other readings.

    Parameters
    ----------
    seg : SessionCommands
        Whose they are.
    do : callable
        Carries out a function for a hand, and shows its errors.
    lang : str
        The language of the words, as "es".

    Attributes
    ----------
    title : ipywidgets.HTML
        What is to be done.
    images, buttons, boxes : list
        The thumbnails, the buttons on them and the boxes around both; what is not needed is hidden.
    readings : ipywidgets.Button
        Shows SAM's other masks.
    reason : ipywidgets.HTML
        Why the one that is marked was chosen.
    """

    def __init__(self, seg: SessionCommands, do: Do, lang: str) -> None:
        self._lang = lang
        _ = translations(lang).gettext
        self._shown: Candidates | None = None
        self.images = [Image(format="png") for _i in range(MOST_MASKS)]
        self.buttons = [
            button("", f"{_('Mask')} {index}", partial(do, seg.choose, index)) for index in range(MOST_MASKS)
        ]
        for pick in self.buttons:
            pick.add_class("sw-toggle")
        self.boxes = [VBox(pair) for pair in zip(self.images, self.buttons, strict=True)]
        for box in self.boxes:
            box.add_class("sw-candidate")
        row = HBox(self.boxes)
        row.add_class("sw-candidates")
        self.reason = HTML()
        self.title = _head("")
        self.readings = button(
            _("Other readings"),
            _("Show SAM's other masks for the same prompt, to pick from (key R)"),
            partial(do, seg.other_readings),
        )
        self.widget = VBox([self.title, row, self.readings, self.reason])
        self.widget.add_class("sw-off")

    def update(self, photo: UInt8Array, one: SegmentedObject | None) -> None:
        """Show the candidates of an object."""
        candidates = None if one is None else one.candidates
        if candidates is self._shown:
            return
        self._shown = candidates
        mark(self.widget, "sw-off", candidates is None)
        if candidates is None or one is None:
            return
        _, words = translations(self._lang).gettext, Phrases(self._lang)
        count = len(candidates)
        title = _("SAM's answer: predicted IoU · area")
        if count > 1:
            title = _("Pick one (keys 1 to {count}): predicted IoU · area").format(count=count)
        self.title.value = _title(title)
        mark(self.readings, "sw-off", candidates.others is None)
        for index, (image, pick, box) in enumerate(zip(self.images, self.buttons, self.boxes, strict=True)):
            mark(box, "sw-off", index >= count)
            if index >= count:
                continue
            iou, share = candidates.predicted_iou[index], 100 * candidates.area_share[index]
            image.value = _thumbnail(photo, candidates.masks[index], one.color)
            pick.description = _("mask {number}\n{iou} · {share} %").format(
                number=index, iou=words.decimal(iou), share=words.decimal(share, 0)
            )
            pick.tooltip = _("Mask {number} (key {key}): predicted IoU {iou}, {share} % of the photo").format(
                number=index, key=index + 1, iou=words.decimal(iou), share=words.decimal(share, 1)
            )
            mark(pick, "sw-on", index == candidates.best)
        if candidates.prompt.is_empty:
            text = _("Kept from the masks of the whole photo.")
        elif candidates.chosen is not None:
            text = _("You picked mask {number}.").format(number=candidates.chosen)
        else:
            text = candidates.explain_best(self._lang)
        self.reason.value = f'<div class="sw-note">{escape(text)}</div>'


class ObjectList:
    """The objects with their colours and names; rows are made once and reused.

    Parameters
    ----------
    seg : ClickSegmenter
        Whose objects they are.
    actions : sequence of ObjectAction
        What each row's buttons do, from left to right.
    do : callable
        Carries out a function for a hand, and shows its errors.
    lang : str
        The language of the words, as "es".
    """

    def __init__(self, seg: Seg, actions: Sequence[ObjectAction], do: Do, lang: str) -> None:
        self._seg, self._actions, self._do, self._lang = seg, actions, do, lang
        self._rows: list[Row] = []
        _ = translations(lang).gettext
        self._box = VBox()
        self.widget = VBox([_head(_("Objects")), self._box])

    @property
    def rows(self) -> list[Row]:
        """The rows, of which the last may be hidden."""
        return self._rows

    def update(self, state: State) -> None:
        """Show the objects."""
        mark(self.widget, "sw-off", not state.objects)
        while len(self._rows) < len(state.objects):
            self._rows.append(Row(len(self._rows), self._seg, self._actions, self._do, self._lang))
        if len(self._box.children) != len(self._rows):
            self._box.children = [row.widget for row in self._rows]
        for index, row in enumerate(self._rows):
            one = state.objects[index] if index < len(state.objects) else None
            row.update(one, current=index == state.current)


class Row:
    """One object: its colour selects it; its name; a button for each action.

    Attributes
    ----------
    select : ipywidgets.Button
        In the object's colour.
    name : ipywidgets.Text
        What it is called.
    buttons : dict of str to ipywidgets.Button
        By the action's name.
    """

    def __init__(self, index: int, seg: Seg, actions: Sequence[ObjectAction], do: Do, lang: str) -> None:
        self._index, self._seg, self._actions, self._do = index, seg, actions, do
        self._updating = False
        _ = translations(lang).gettext
        self.select = button("", _("Go on with this object"), partial(do, seg.select_object, index))
        self.select.add_class("sw-swatch")
        self.select.add_class("sw-toggle")
        self.name = explained(Text(placeholder=_("name"), continuous_update=False), _("The object's name"))
        self.name.observe(self._renamed, "value")
        self.buttons: dict[str, Button] = {}
        for action in actions:
            made = button("", _translated(action.help, lang), partial(do, action.run, seg, index))
            made.disabled = not action.enabled(index)
            self.buttons[action.name] = made
        self.widget = HBox([self.select, self.name, *self.buttons.values()])
        self.widget.add_class("sw-row")

    def update(self, one: SegmentedObject | None, current: bool) -> None:
        """Show an object, or with None nothing."""
        mark(self.widget, "sw-off", one is None)
        if one is None:
            return
        self._updating = True
        try:
            self.select.description = str(one.number)
            self.select.style.button_color = painting.css(one.color)
            self.name.value = one.name
            for action in self._actions:
                self.buttons[action.name].icon = action.icon(one)
        finally:
            self._updating = False
        mark(self.select, "sw-on", current)

    def _renamed(self, change: Any) -> None:
        if not self._updating:
            self._do(self._seg.name_object, self._index, change["new"])


def _thumbnail(photo: UInt8Array, mask: Any, color: style.Rgb) -> bytes:
    """Return a small PNG of a candidate: the mask in colour on the darkened photo."""
    import cv2

    height, width = photo.shape[:2]
    small = Viewport.fit(height, width, 4 * THUMBNAIL_HEIGHT, THUMBNAIL_HEIGHT)
    scaled = cv2.resize(photo, (small.canvas_width, small.canvas_height), interpolation=cv2.INTER_AREA)
    inside = painting.to_canvas(mask, small)[..., None]
    picture = np.where(inside, 0.45 * scaled + 0.55 * np.array(color), 0.35 * scaled).astype(np.uint8)
    file = io.BytesIO()
    PilImage.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _head(text: str) -> HTML:
    return HTML(_title(text))


def _title(text: str) -> str:
    return f'<div class="sw-head">{text}</div>'


def _gap() -> HTML:
    gap = HTML()
    gap.add_class("sw-gap")
    return gap


def _translated(message: str, lang: str) -> str:
    return translations(lang).gettext(message) if message else ""
