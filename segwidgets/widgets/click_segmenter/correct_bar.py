"""The second toolbar: the tools that correct a mask by hand, and how large the brush is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ipywidgets import IntSlider

from segwidgets.locale.catalogues import translations
from segwidgets.widgets.buttons import Do, Seg, mark
from segwidgets.widgets.click_segmenter.actions import Action
from segwidgets.widgets.click_segmenter.brush import LEAST_SIZE, MOST_SIZE
from segwidgets.widgets.click_segmenter.controls import Toolbar
from segwidgets.widgets.versions import explained


class CorrectBar(Toolbar):
    """A button for each correction, and the brush's size; hidden until it is wanted.

    Parameters
    ----------
    seg : ClickSegmenter
        What the corrections are done to.
    actions : iterable of Action
        From left to right.
    do : callable
        Carries out a function for a hand, and shows its errors.
    lang : str
        The language of the words, as "es".

    Attributes
    ----------
    size : ipywidgets.IntSlider
        Of the brush across, in pixels of the screen.
    """

    def __init__(self, seg: Seg, actions: Iterable[Action], do: Do, lang: str) -> None:
        super().__init__(seg, actions, do, lang, look="sw-correct")
        _ = translations(lang).gettext
        self.size = explained(
            IntSlider(value=seg.brush_size, min=LEAST_SIZE, max=MOST_SIZE, description=_("Size")),
            _("How wide the brush is, in pixels of the screen (keys [ and ])"),
        )
        self._do, self._seg = do, seg
        self.size.observe(self._resized, "value")
        self.size.add_class("sw-size")
        tools = [self.buttons[name] for name in ("brush", "eraser", "lasso", "cut")]
        rest = [one for one in self.widget.children if one not in tools]
        self.widget.children = [*tools, self.size, *rest]

    def update(self, seg: Seg) -> None:
        """Show what is on and what can be done."""
        super().update(seg)
        mark(self.widget, "sw-off", not seg.correcting)
        if self.size.value != seg.brush_size:
            self.size.value = seg.brush_size

    def _resized(self, change: Any) -> None:
        if change["new"] != self._seg.brush_size:
            self._do(self._seg.set_brush_size, change["new"])
