"""The controls around the canvas: toolbar, candidates, list of objects."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from ipywidgets import HTML, Box, HBox, Image, Text, VBox
from PIL import Image as PilImage

from segwidgets._validation import UInt8Array
from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.geometry import Viewport
from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets import painting
from segwidgets.widgets.buttons import Do, button, mark
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import SegmentedObject, State

THUMBNAIL_HEIGHT = 72


class Toolbar:
    """The row above the photo."""

    def __init__(self, do: Do, lang: str) -> None:
        _ = translations(lang).gettext
        self.foreground = button(
            _("Object"),
            _("Clicks mark what belongs to the object (key + or F)"),
            lambda: do("set_label", 1),
            "plus",
        )
        self.background = button(
            _("Background"),
            _("Clicks mark what does not belong (key - or B)"),
            lambda: do("set_label", 0),
            "times",
        )
        self.undo = button("", _("Undo (Ctrl+Z)"), lambda: do("undo"), "undo")
        self.redo = button("", _("Redo (Shift+Ctrl+Z)"), lambda: do("redo"), "repeat")
        self.clear = button(
            _("Clear"), _("Remove the points and the box of this object"), lambda: do("clear"), "eraser"
        )
        self.reset = button("", _("Remove every object"), lambda: do("reset"), "trash")
        self.new = button(
            _("New object"),
            _("The next click begins another object (key N)"),
            lambda: do("new_object"),
            "plus-square",
        )
        self.everything = button(
            _("Everything"),
            _("Find all masks of the photo, then click those to keep"),
            lambda: do("toggle_everything"),
            "th",
        )
        self.hover = button(
            _("Preview"),
            _("Show the mask under the mouse before the click"),
            lambda: do("toggle_hover"),
            "eye",
        )
        buttons = [
            self.foreground,
            self.background,
            _gap(),
            self.undo,
            self.redo,
            self.clear,
            self.reset,
            _gap(),
            self.new,
            self.everything,
            self.hover,
        ]
        self.widget = Box(buttons)
        self.widget.add_class("sw-bar")

    def update(self, session: Session, label: int, hover: bool, everything: bool) -> None:
        """Show what is on and what can be done."""
        mark(self.foreground, "sw-on", label == 1)
        mark(self.background, "sw-on", label == 0)
        mark(self.hover, "sw-on", hover)
        mark(self.everything, "sw-on", everything)
        state = session.state
        active = state.active
        for widget, enabled in (
            (self.undo, session.can_undo),
            (self.redo, session.can_redo),
            (self.clear, active is not None and active.candidates is not None),
            (self.reset, bool(state.objects)),
            (self.new, active is not None and active.candidates is not None),
        ):
            if widget.disabled == enabled:
                widget.disabled = not enabled


class CandidateStrip:
    """SAM's three answers as thumbnails, to pick from."""

    def __init__(self, do: Do, lang: str) -> None:
        self._lang = lang
        _ = translations(lang).gettext
        self._shown: Candidates | None = None
        self.images = [Image(format="png") for _i in range(3)]
        self.buttons = [
            button("", "", lambda index=index: do("choose", index))  # type: ignore[misc]
            for index in range(3)
        ]
        self._boxes = [VBox(pair) for pair in zip(self.images, self.buttons, strict=True)]
        for box in self._boxes:
            box.add_class("sw-candidate")
        row = HBox(self._boxes)
        row.add_class("sw-candidates")
        self.reason = HTML()
        head = _head(_("Pick one (keys 1 to 3): predicted IoU · area"))
        self.widget = VBox([head, row, self.reason])
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
        for index, (image, pick, box) in enumerate(zip(self.images, self.buttons, self._boxes, strict=True)):
            mark(box, "sw-off", index >= len(candidates))
            if index >= len(candidates):
                continue
            iou, share = candidates.predicted_iou[index], 100 * candidates.area_share[index]
            image.value = _thumbnail(photo, candidates.masks[index], one.color)
            pick.description = _("mask {number}\n{iou} · {share} %").format(
                number=index, iou=words.decimal(iou), share=f"{share:.0f}"
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
        self.reason.value = f'<div class="sw-note">{text}</div>'


class ObjectList:
    """The objects with their colours and names; rows are made once and reused."""

    def __init__(self, do: Do, lang: str) -> None:
        self._do, self._lang = do, lang
        self._rows: list[_Row] = []
        _ = translations(lang).gettext
        self._box = VBox()
        self.widget = VBox([_head(_("Objects")), self._box])

    @property
    def rows(self) -> list[_Row]:
        """The rows, of which the last may be hidden."""
        return self._rows

    def update(self, state: State) -> None:
        """Show the objects."""
        mark(self.widget, "sw-off", not state.objects)
        while len(self._rows) < len(state.objects):
            self._rows.append(_Row(len(self._rows), self._do, self._lang))
        if len(self._box.children) != len(self._rows):
            self._box.children = [row.widget for row in self._rows]
        for index, row in enumerate(self._rows):
            one = state.objects[index] if index < len(state.objects) else None
            row.update(one, current=index == state.current)


class _Row:
    """One object: its colour selects it; name, show or hide, move up, delete."""

    def __init__(self, index: int, do: Do, lang: str) -> None:
        self._lang = lang
        self._index = index
        self._do = do
        self._updating = False
        _ = translations(lang).gettext
        self.select = button("", _("Go on with this object"), lambda: do("select_object", index))
        self.select.add_class("sw-swatch")
        self.name = Text(placeholder=_("name"), tooltip=_("The object's name"), continuous_update=False)
        self.name.observe(self._renamed, "value")
        self.suggest = button("", _("Let DeepLab name it"), lambda: do("suggest_name", index), "magic")
        self.show = button("", _("Show or hide"), lambda: do("toggle_object", index), "eye")
        self.up = button("", _("Move up in the list"), lambda: do("reorder", index, index - 1), "arrow-up")
        self.up.disabled = index == 0
        self.delete = button("", _("Delete this object"), lambda: do("delete_object", index), "trash")
        self.widget = HBox([self.select, self.name, self.suggest, self.show, self.up, self.delete])
        self.widget.add_class("sw-row")

    def update(self, one: SegmentedObject | None, current: bool) -> None:
        mark(self.widget, "sw-off", one is None)
        if one is None:
            return
        self._updating = True
        try:
            self.select.description = str(one.number)
            self.select.style.button_color = painting.css(one.color)
            self.name.value = one.name
            self.show.icon = "eye" if one.visible else "eye-slash"
        finally:
            self._updating = False
        mark(self.select, "sw-on", current)

    def _renamed(self, change: Any) -> None:
        if not self._updating:
            self._do("name_object", self._index, change["new"])


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
    return HTML(f'<div class="sw-head">{text}</div>')


def _gap() -> HTML:
    gap = HTML()
    gap.add_class("sw-gap")
    return gap
