"""The controls around the canvas: toolbar, candidates, list of objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from typing import Any

import numpy as np
from ipywidgets import HTML, Box, Button, HBox, Image, Text, VBox

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.geometry import Viewport, grow_box
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets import painting
from segwidgets.widgets.buttons import Do, Seg, button, mark
from segwidgets.widgets.click_segmenter.actions import Action, ObjectAction
from segwidgets.widgets.session.commands import SessionCommands
from segwidgets.widgets.session.session import MOST_MASKS
from segwidgets.widgets.session.state import SegmentedObject, State
from segwidgets.widgets.versions import explained

THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 264, 132  # twice what they have on the screen, at most
THUMBNAIL_MARGIN = 0.2  # around the object, as a share of its longer side
THUMBNAIL_LEAST = 24  # pixels of the photo on a side
THUMBNAIL_DETAIL = 0.25  # of a thumbnail's pixel: what lies closer together in a large photo is left out


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
    look : str
        The class that the style sheet knows it by.

    Attributes
    ----------
    buttons : dict of str to ipywidgets.Button
        By the action's name.
    """

    def __init__(
        self, seg: Seg, actions: Iterable[Action], do: Do, lang: str, look: str = "sw-tools"
    ) -> None:
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
            mark(made, "sw-brief", action.brief)
            if action.preview is not None:
                made.add_class(f"sw-peek-{action.name}")
            self.buttons[action.name] = made
            shown.append(made)
        self.widget = Box(shown)
        self.widget.add_class("sw-bar")
        self.widget.add_class(look)

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
        self._shown: tuple[Candidates | None, object] = None, None
        self.images = [Image(format="jpeg") for _i in range(MOST_MASKS)]
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
        look = None if one is None else (one.color, one.edits)
        if candidates is self._shown[0] and look == self._shown[1]:
            return
        self._shown = candidates, look
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
            iou, covered = words.decimal(candidates.predicted_iou[index]), candidates.area_px(index)
            image.value = _thumbnail(photo, candidates.masks[index], one.color)
            with pick.hold_sync():  # one message
                pick.description = _("mask {number}\n{iou} · {area}").format(
                    number=index, iou=iou, area=words.short_area(*covered)
                )
                text = _("Mask {number} (key {key}): predicted IoU {iou}, {area} of the photo")
                pick.tooltip = text.format(number=index, key=index + 1, iou=iou, area=words.area(*covered))
                mark(pick, "sw-on", index == candidates.best)
        if one.answer is None:
            text = _("Drawn by hand.")
        elif candidates.prompt.is_empty:
            text = _("Kept from the masks of the whole photo.")
        elif candidates.chosen is not None:
            text = _("You picked mask {number}.").format(number=candidates.chosen)
        else:
            text = candidates.explain_best(self._lang)
        if one.edits and one.answer is not None:
            added, taken = map(words.count, one.by_hand_px)
            text += " " + _("By hand: {added} px added, {taken} px taken away.").format(
                added=added, taken=taken
            )
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
        self._box.add_class("sw-rows")
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
        self._shown: tuple[SegmentedObject | None, bool] | None = None
        self._tr = translations(lang)
        _ = self._tr.gettext
        self.select = button("", _("Go on with this object"), partial(do, seg.select_object, index))
        self.select.add_class("sw-swatch")
        self.select.add_class("sw-toggle")
        self._words = _("The object's name")
        self.name = explained(Text(placeholder=_("name"), continuous_update=False), self._words)
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
        known = self._shown
        if (
            known is not None
            and known[0] is one
            and known[1] == current
            and (one is None or self.name.value == one.name)
        ):
            return
        self._shown = one, current
        mark(self.widget, "sw-off", one is None)
        if one is None:
            return
        self._updating = True
        try:
            self.select.description = str(one.number)
            self.select.style.button_color = painting.css(one.color)
            explained(self.select, self._told_of(one))
            mark(self.select, "sw-dark", style.readable_on(one.color) == style.WHITE)
            self.name.value = one.name
            explained(self.name, f"{self._words}: {one.name}" if one.name else self._words)
            for action in self._actions:
                self.buttons[action.name].icon = action.icon(one)
        finally:
            self._updating = False
        mark(self.select, "sw-on", current)

    def _told_of(self, one: SegmentedObject) -> str:
        text = self._tr.gettext("Go on with this object")
        if not one.origin:
            return text
        return self._tr.gettext("{text}; its mask comes from {origin}").format(text=text, origin=one.origin)

    def _renamed(self, change: Any) -> None:
        if not self._updating:
            self._do(self._seg.name_object, self._index, change["new"])


def _thumbnail(photo: UInt8Array, mask: BoolArray, color: style.Rgb) -> bytes:
    """Return a small JPEG of a candidate: the mask in colour on the darkened photo around it."""
    import cv2

    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(ys):
        box = float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)
        x0, y0, x1, y1 = grow_box(box, mask.shape, THUMBNAIL_MARGIN, THUMBNAIL_LEAST)
        photo, mask = photo[y0:y1, x0:x1], mask[y0:y1, x0:x1]
    height, width = photo.shape[:2]
    scale = min(THUMBNAIL_WIDTH / width, THUMBNAIL_HEIGHT / height)
    small = Viewport(height, width, max(1, round(height * scale)), max(1, round(width * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    step = max(1, int(THUMBNAIL_DETAIL / scale))
    scaled = cv2.resize(photo[::step, ::step], (small.canvas_width, small.canvas_height), interpolation=how)
    inside = painting.to_canvas(mask, small)[..., None]
    picture = np.where(inside, 0.45 * scaled + 0.55 * np.array(color), 0.35 * scaled).astype(np.uint8)
    _, file = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    return bytes(file)


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
