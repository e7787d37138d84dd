"""How sure DeepLab is of a class, pixel by pixel, and which classes it wavers between."""

from __future__ import annotations

from html import escape
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from ipywidgets import Dropdown

from segwidgets.drawing import style
from segwidgets.drawing.annotators import PromptAnnotator
from segwidgets.drawing.overlays import grey_out
from segwidgets.ground.validation import UInt8Array
from segwidgets.images import load_image
from segwidgets.locale.catalogues import translations
from segwidgets.locale.classes import class_label
from segwidgets.locale.languages import DEFAULT
from segwidgets.models.engine import checked
from segwidgets.prompts import Prompt
from segwidgets.semantic import SemanticModel, _default_model, class_index
from segwidgets.widgets.painting import css, photo_to_canvas
from segwidgets.widgets.point_explorer import Point, PointExplorer
from segwidgets.widgets.versions import explained

OPACITY = 0.65  # of the colour where the probability is 1
TOP = 3  # classes named for a point
NAMED = 0.005  # the probability from which one is


class ClassExplorer(PointExplorer):
    """DeepLab's probability of one class over the photo, and the likeliest classes under the mouse.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image or ndarray
        Anything that `load_image` takes.
    model : SemanticModel, optional
        By default Google's DeepLabv3 with MobileNetV2, trained on Pascal VOC.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    class_name : str
        The class that is shown; at first the one, other than the background, that there is most of.
    probabilities : ndarray of shape (C, h, w), float32
        Softmax of the network's logits, 0 to 1, at the size of the display (at most 720 x 540).
    dropdown : ipywidgets.Dropdown
        The classes, from which there is most of to which there is least of.

    Examples
    --------
    >>> explorer = ClassExplorer("cat")
    >>> explorer.show("dog")
    >>> explorer.point(250, 170)
    """

    def __init__(self, source: Any, model: SemanticModel | None = None, lang: str = DEFAULT) -> None:
        _ = translations(lang).gettext
        image = load_image(source)
        model = model if model is not None else _default_model()
        (logits,) = checked(model.name, model.logits(image))
        self.class_names = model.class_names
        dropdown = Dropdown(description=_("Class"), layout={"max_width": "calc(100% - 4px)"})  # on a phone
        self.dropdown = explained(dropdown, _("The class whose probability is shown"))
        super().__init__(image, image, [self.dropdown], lang)
        size = self._viewport.canvas_width, self._viewport.canvas_height
        upscaled = np.stack([cv2.resize(one, size, interpolation=cv2.INTER_LINEAR) for one in logits])
        self.probabilities = softmax(upscaled)
        photo = photo_to_canvas(image, self._viewport)
        self._grey = grey_out(photo, np.ones(photo.shape[:2], np.bool_))
        share = self.probabilities.mean(axis=(1, 2))
        share[0] = -1  # the background last
        order = [self.class_names[i] for i in np.argsort(-share, kind="stable")]
        self.dropdown.options = [(class_label(name, lang), name) for name in order]
        self.class_name = self.dropdown.value = order[0]
        self.dropdown.observe(lambda change: self._guard(self.show, change["new"]), "value")
        self._refresh()

    def show(self, class_name: str) -> None:
        """Show the probability of a class, as the list does.

        Raises
        ------
        ValueError
            If the network knows no such class.
        """
        class_index(class_name, self.class_names)  # raises for a class that there is not
        if class_name != self.class_name:
            self.class_name = self.dropdown.value = class_name
            self._refresh()

    def top_classes(self, x: float, y: float, count: int = TOP) -> list[tuple[str, float]]:
        """Return the likeliest classes at (x, y) in the photo's pixels, each with its probability."""
        column, row = self._viewport.to_canvas(x, y)
        here = self.probabilities[:, int(row), int(column)]
        return [(self.class_names[i], float(here[i])) for i in np.argsort(-here, kind="stable")[:count]]

    def _paint(self, at: Point | None) -> UInt8Array:
        index = self.class_names.index(self.class_name)
        alpha = self.probabilities[index][:, :, None]
        ink = np.array(style.palette_color(index), np.float32)
        drawn = np.round(self._grey * (1 - OPACITY * alpha) + ink * OPACITY * alpha).astype(np.uint8)
        if at is None:
            picture: UInt8Array = drawn
            return picture
        return PromptAnnotator(Prompt([self._viewport.to_canvas(*at)])).annotate(drawn)

    def _describe(self, at: Point | None) -> str:
        _ = self._tr.gettext
        if at is None:
            index = self.class_names.index(self.class_name)
            text = _(
                "{share} of the photo is {name} with a probability above one half. Point at a place to see "
                "what else it might be."
            )
            share = self._phrases.whole_percent(float((self.probabilities[index] > 0.5).mean()))
            return text.format(share=share, name=class_label(self.class_name, self._lang))
        found = ", ".join(
            f"{class_label(n, self._lang)} {self._phrases.whole_percent(p)}" for n, p in self._named(at)
        )
        return _("At ({x}, {y}): {found}.").format(x=int(at[0]), y=int(at[1]), found=found)

    def _as_html(self, at: Point | None) -> str:
        bars = "" if at is None else "".join(self._bar(name, p) for name, p in self._named(at))
        return super()._as_html(at) + bars

    def _named(self, at: Point) -> list[tuple[str, float]]:
        """Return the classes at a point that are worth a word."""
        return [(name, probability) for name, probability in self.top_classes(*at) if probability >= NAMED]

    def _bar(self, name: str, probability: float) -> str:
        color = css(style.palette_color(self.class_names.index(name)))
        return (
            '<div aria-hidden="true" class="sw-chances">'
            f"<span>{escape(class_label(name, self._lang))}</span>"
            f'<span class="sw-chance" style="width: {100 * probability:.0f}%; background: {color}"></span>'
            f"<span>{escape(self._phrases.whole_percent(probability))}</span></div>"
        )


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return logits (C, h, w) as probabilities over the C classes, 0 to 1."""
    raised = np.exp(logits - logits.max(axis=0))
    raised /= raised.sum(axis=0)
    probabilities: npt.NDArray[np.float32] = raised
    return probabilities
