"""The panels beside the photo: the mask's numbers, the look, the files."""

from __future__ import annotations

from functools import partial
from typing import Any

from ipywidgets import HTML, Accordion, Box, Checkbox, FileUpload, FloatSlider, Text, VBox

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.exports import FORMATS
from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import MaskMeasures, measure
from segwidgets.widgets.buttons import Do, Seg, button, mark
from segwidgets.widgets.canvas import Look
from segwidgets.widgets.painting import css
from segwidgets.widgets.versions import explained


class NumbersPanel:
    """What `measure` says of the current mask."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._measured: Candidates | None = None
        self.widget = HTML()
        self.show(None)

    def update(self, answer: Candidates | None) -> None:
        """Measure the chosen mask of an answer, unless that is what is shown already."""
        if answer is self._measured:
            return
        self._measured = answer
        if answer is None:
            self.show(None)
            return
        drawn_by_sam = answer.low_res_logits.size > 0
        known = float(answer.stability_score[answer.best]) if drawn_by_sam else None
        self.show(measure(answer.best_mask, stability_score=known))  # what no network drew has none

    def show(self, measures: MaskMeasures | None) -> None:
        """Show numbers, or with None that there are none yet."""
        _, words = translations(self._lang).gettext, Phrases(self._lang)
        if measures is None:
            text = _("Numbers appear with the first mask.")
            self.widget.value = f'<div class="sw-note">{text}</div>'
            return
        hole, island = (
            f'<span class="sw-dot" style="background:{css(style.DEFECT_COLORS[kind])}"></span> '
            for kind in ("hole", "island")
        )
        area = f"{words.count(measures.area_px, thin=True)} px"
        if measures.area_share >= 0.01:
            area += f" · {words.fixed_percent(measures.area_share, 1)}"
        rows = [
            (_("Area"), area),
            (hole + _("Holes"), _count(measures.holes, measures.hole_px, words)),
            (island + _("Islands"), _count(measures.islands, measures.island_px, words)),
            (_("Touches the photo's border"), words.fixed_percent(measures.border_contact)),
        ]
        for name, value in (
            (_("Solidity"), measures.solidity),
            (_("Compactness"), measures.compactness),
            (_("Stability"), measures.stability_score),
        ):
            if value is not None:
                rows.append((name, words.decimal(value)))
        cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
        self.widget.value = f'<table class="sw-numbers">{cells}</table>'


class LookPanel:
    """Opacity, contour, cut-out and what is wrong with the mask."""

    def __init__(self, seg: Seg, do: Do, lang: str) -> None:
        look = seg.stage.look
        _ = translations(lang).gettext
        self.opacity = FloatSlider(
            value=look.opacity, min=0, max=1, step=0.05, description=_("Opacity"), readout_format=".0%"
        )
        self.contour = Checkbox(value=look.contour, description=_("Contour"), indent=False)
        self.cutout = Checkbox(value=look.cutout, description=_("Cut-out"), indent=False)
        self.defects = Checkbox(value=look.defects, description=_("Holes and islands"), indent=False)
        self._controls = {
            "opacity": self.opacity,
            "contour": self.contour,
            "cutout": self.cutout,
            "defects": self.defects,
        }
        for control in self._controls.values():
            control.layout.width = "auto"
            control.observe(lambda _change: do(seg.set_look, **self.values), "value")
        self.widget = VBox(list(self._controls.values()))

    @property
    def values(self) -> dict[str, Any]:
        """The look as keyword arguments of `set_look`."""
        return {name: control.value for name, control in self._controls.items()}

    def update(self, look: Look) -> None:
        """Show a look that was set by code."""
        for name, control in self._controls.items():
            if control.value != getattr(look, name):
                control.value = getattr(look, name)


class FilesPanel:
    """Save what was made, in each of the formats, and bring a photo of one's own."""

    def __init__(self, seg: Seg, do: Do, lang: str) -> None:
        _ = translations(lang).gettext
        self._seg, self._do = seg, do
        self.folder = explained(
            Text(value="segwidgets_output", description=_("Folder")), _("Where files are saved")
        )
        self.folder.layout.width = "auto"
        self.buttons = {
            name: button(_(row.label), _(row.help), partial(self._save, name))
            for name, row in FORMATS.items()
        }
        bar = Box(list(self.buttons.values()))
        bar.add_class("sw-bar")
        self.masks = explained(
            Text(placeholder=_("masks.png, coco.json, labels.txt"), description=_("Masks")),
            _("A file with masks of this photo: binary or index PNG, COCO, YOLO (Shift+M)"),
        )
        self.masks.layout.width = "auto"
        self.load = button(
            _("Load the masks"),
            _("Make an object of each mask in the file, to be corrected"),
            lambda: do(seg.load_and_tell, self.masks.value),
        )
        self.upload = explained(
            FileUpload(accept="image/*", description=_("Photo of your own")),
            _("Open a photo from this computer"),
        )
        self.upload.observe(lambda _change: do(seg.take_upload), "value")
        self.back = button(
            _("Back to the photo before"),
            _("Show it and its objects again"),
            lambda: do(seg.bring_back),
            "undo",
        )
        self.offer_back(False)
        self.widget = VBox([self.folder, bar, self.masks, self.load, self.upload, self.back])

    def offer_back(self, on: bool) -> None:
        """Show the button that goes back to the photo before, or take it away."""
        mark(self.back, "sw-off", not on)

    def _save(self, name: str) -> None:
        self._do(self._seg.save, name, self.folder.value)


def _count(pieces: int, pixels: int, words: Phrases) -> str:
    return f"{pieces} · {words.count(pixels, thin=True)} px" if pieces else "0"


def side_panels(numbers: NumbersPanel, look: LookPanel, files: FilesPanel, lang: str) -> Accordion:
    """Return the panels, of which the numbers are open."""
    _ = translations(lang).gettext
    panels = Accordion([numbers.widget, look.widget, files.widget], selected_index=0)
    for index, title in enumerate((_("Numbers"), _("Look"), _("Files"))):
        panels.set_title(index, title)
    return panels
