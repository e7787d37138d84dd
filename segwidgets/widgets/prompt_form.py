"""The prompts of `ClickSegmenter` without a canvas: sliders, buttons and a PNG show everywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from ipywidgets import HTML, Box, Dropdown, HBox, Image, IntRangeSlider, IntSlider, ToggleButtons, VBox

from segwidgets.drawing import style
from segwidgets.drawing.captions import caption
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.segmenter import segmenter_of
from segwidgets.widgets.buttons import button
from segwidgets.widgets.session import outcome
from segwidgets.widgets.session.commands import SessionCommands
from segwidgets.widgets.session.files import SessionFiles
from segwidgets.widgets.session.naming import ClassNamer
from segwidgets.widgets.session.ranking import Ranker, by_hand
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.static_view import StaticView, png, status
from segwidgets.widgets.versions import explained

if TYPE_CHECKING:
    from segwidgets.semantic import SemanticSegmentation

WIDE = {"width": "480px", "max_width": "100%"}


class PromptForm(SessionCommands, SessionFiles, StaticView):
    """Points and a box by sliders, for where `ClickSegmenter` cannot show its canvas.

    It has the same methods (`add_point`, `set_box`, `choose`, `undo`, `save_masks`, …) and the same
    properties (`prompt`, `candidates`, `mask`, `detections`, `history`, …).

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image, ndarray or Segmenter
        Anything that `load_image` takes, or a photo that is encoded already.
    sam : str, optional
        A model's name, see `load_sam`; by default MobileSAM.
    lang : str
        The language of the controls, as "es".
    semantic : bool or SemanticSegmentation
        Whether DeepLab has a word in which of a click's masks is shown first; see `ClickSegmenter`.

    Attributes
    ----------
    x_slider, y_slider, sign : ipywidgets.IntSlider, ipywidgets.IntSlider, ipywidgets.ToggleButtons
        Where the next point goes, and what it marks.
    point_list, remove_button : ipywidgets.Dropdown, ipywidgets.Button
        The points there are, of which the selected one can be removed.
    across, down, no_box_button : ipywidgets.IntRangeSlider, ipywidgets.IntRangeSlider, ipywidgets.Button
        The edges of the box, and what takes it away.
    choice, readings_button : ipywidgets.ToggleButtons, ipywidgets.Button
        SAM's answers, and what shows all of them.
    undo_button, redo_button : ipywidgets.Button
        The way back and forth.
    shown, words : ipywidgets.Image, ipywidgets.HTML
        The picture, and what is said of it.

    Examples
    --------
    >>> form = PromptForm("cat")
    >>> form.add_point(250, 170)
    >>> form.mask.shape
    (300, 451)
    """

    def __init__(
        self,
        source: Any,
        sam: Any = None,
        lang: str = DEFAULT,
        semantic: SemanticSegmentation | bool = True,
    ) -> None:
        translations(lang)
        self.session = Session(segmenter_of(source, sam))
        self.namer, self.lang = ClassNamer(lang), lang
        if not isinstance(semantic, bool):
            self.namer.know(self.image, semantic)
        self.ranker = Ranker(self.namer.semantic, wanted=semantic is not False)
        self._drawing = threading.RLock()
        self._tr = translations(lang)
        self.shown, self.words = Image(format="png"), HTML()
        self.shown.layout.max_width = "100%"
        frame = VBox([Box([self.shown])])
        frame.add_class("sw-stage")
        super().__init__([frame, self.words, self._point_row(), self._box_row(), self._rest()], lang)
        self.session.on_change = self._refresh
        self._refresh()

    def picture(self) -> UInt8Array:
        """Return the photo with masks, prompt and words as (H, W, 3) uint8 RGB."""
        return caption(outcome.picture(self.image, self.session.state), self._describe())

    def close(self) -> None:
        """Free the photo's embedding, take the widget off the page and let go of all that it consists of."""
        if self.comm is not None:
            self.segmenter.close()
        super().close()

    def _take_down(self) -> None:
        if self.comm is not None:
            self.session.on_change = None
        super()._take_down()

    def _point_row(self) -> VBox:
        """Where the next point goes, what it marks, and the points there are."""
        _ = self._tr.gettext
        height, width = self.segmenter.size
        across = IntSlider(width // 2, max=width - 1, description="x", layout=WIDE)
        down = IntSlider(height // 2, max=height - 1, description="y", layout=WIDE)
        self.x_slider, self.y_slider = explained(across, _("To the right")), explained(down, _("Down"))
        for slider in (self.x_slider, self.y_slider):
            slider.observe(lambda _change: self._guard(self._draw), "value")
        self.sign = ToggleButtons(
            options=[(_("+ object"), 1), (_("− background"), 0)],
            tooltips=[_("On the object"), _("Beside it")],
        )
        self.point_list = explained(Dropdown(description=_("Points")), _("A point to remove"))
        add = button(_("Add the point"), _("Add a point at x and y"), self._on_add, "plus")
        self.remove_button = button(
            _("Remove"), _("Remove the point that is selected"), self._on_remove, "trash"
        )
        return VBox(
            [self.x_slider, self.y_slider, _bar(self.sign, add), _bar(self.point_list, self.remove_button)]
        )

    def _box_row(self) -> VBox:
        _ = self._tr.gettext
        height, width = self.segmenter.size
        across, down = (width // 4, width * 3 // 4), (height // 4, height * 3 // 4)
        self.across = explained(
            IntRangeSlider(value=across, max=width, description=_("Box x"), layout=WIDE),
            _("Left and right edge of the box"),
        )
        self.down = explained(
            IntRangeSlider(value=down, max=height, description=_("Box y"), layout=WIDE),
            _("Top and bottom edge of the box"),
        )
        for slider in (self.across, self.down):
            slider.observe(lambda _change: self._guard(self._draw, True), "value")
        set_box = button(_("Set the box"), _("Use these edges as the object's box"), self._on_box, "square-o")
        self.no_box_button = button(
            _("Remove the box"), _("Take the box away"), lambda: self._guard(self.clear_box), "trash"
        )
        return VBox([self.across, self.down, _bar(set_box, self.no_box_button)])

    def _rest(self) -> VBox:
        """Choose a candidate; go back, or on to another object."""
        _ = self._tr.gettext
        self.choice = explained(ToggleButtons(description=_("Mask")), _("SAM's answers: choose one"))
        self.choice.observe(self._on_choice, "value")
        self.readings_button = button(
            _("Other readings"),
            _("Show SAM's other masks for the same prompt"),
            lambda: self._guard(self.other_readings),
        )
        self.undo_button = button(
            _("Undo"), _("Take back the last action"), lambda: self._guard(self.undo), "undo"
        )
        self.redo_button = button(
            _("Redo"), _("Do again what was taken back"), lambda: self._guard(self.redo), "repeat"
        )
        new = button(
            _("New object"),
            _("The next point begins another object"),
            lambda: self._guard(self.new_object),
            "",
        )
        clear = button(
            _("Clear"), _("Remove the points and the box of this object"), lambda: self._guard(self.clear), ""
        )
        row = _bar(self.choice, self.readings_button)
        return VBox([row, _bar(self.undo_button, self.redo_button, new, clear)])

    def _on_add(self) -> None:
        self._guard(self.add_point, self.x_slider.value, self.y_slider.value, self.sign.value)

    def _on_remove(self) -> None:
        self._guard(self.remove_point, self.point_list.value)

    def _on_box(self) -> None:
        (x0, x1), (y0, y1) = self.across.value, self.down.value
        self._guard(self.set_box, x0, y0, x1, y1)

    def _on_choice(self, change: Any) -> None:
        self._guard(self.choose, change["new"])

    def _guard(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a callback of a control, as done by a hand."""
        with by_hand():
            super()._guard(function, *arguments)

    def _refresh(self) -> None:
        """Show the session as it stands; any thread may."""
        with self._drawing:
            self._show_all()
        self.ranker.follow(self.session)

    def _show_all(self) -> None:
        _ = self._tr.gettext
        self._draw()
        self.words.value = status(self._describe())
        signs = [_("object") if label else _("background") for label in self.prompt.labels]
        points = zip(self.prompt.points, signs, strict=True)
        self.point_list.options = [
            (f"{self._phrases.pair(round(x), round(y))} {sign}", i) for i, ((x, y), sign) in enumerate(points)
        ]
        self.point_list.value = len(signs) - 1 if signs else None
        self.remove_button.disabled = not signs
        self.no_box_button.disabled = self.prompt.box is None
        self.undo_button.disabled, self.redo_button.disabled = (
            not self.session.can_undo,
            not self.session.can_redo,
        )
        self.readings_button.disabled = self.candidates is None or self.candidates.others is None
        self._show_candidates()

    def _show_candidates(self) -> None:
        found, words = self.candidates, self._phrases
        self.choice.unobserve(self._on_choice, "value")  # what is shown here was not chosen by hand
        self.choice.options = (
            []
            if found is None
            else [
                (f"{i}: IoU {words.decimal(iou)}, {words.short_area(*found.area_px(i))}", i)
                for i, iou in enumerate(found.predicted_iou)
            ]
        )
        self.choice.value = None if found is None else found.best
        self.choice.observe(self._on_choice, "value")

    def _draw(self, box: bool = False) -> None:
        """Draw the picture, and on it where the next point (or the box) would go."""
        drawn = outcome.picture(self.image, self.session.state)
        scale = drawn.shape[1] / self.image.shape[1]
        if box:
            (x0, x1), (y0, y1) = self.across.value, self.down.value
            columns, rows = [x0, x1], [y0, y1]
        else:
            columns, rows = [self.x_slider.value + 0.5], [self.y_slider.value + 0.5]
        for column in columns:
            _hair(drawn.swapaxes(0, 1), round(column * scale))
        for row in rows:
            _hair(drawn, round(row * scale))
        self.shown.value = png(drawn)

    def _describe(self) -> str:
        if self.candidates is None:
            return self._tr.gettext("Move x and y until the lines cross on the object, then add the point.")
        return self.candidates.explain_best(self._lang)


def _bar(*parts: Any) -> HBox:
    bar = HBox(list(parts))
    bar.add_class("sw-bar")
    return bar


def _hair(picture: UInt8Array, row: int) -> None:
    """Draw a dashed line across a picture, in place: black and white, so that it shows on any photo."""
    row = min(max(row, 0), len(picture) - 1)
    dark = np.arange(picture.shape[1]) // 6 % 2 == 1
    picture[row, dark], picture[row, ~dark] = style.BLACK, style.WHITE
