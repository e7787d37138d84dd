"""What supervision does not draw yet, as its annotators: RGB in, RGB out, and the input stays as it was.

supervision's own annotators (mask, polygon, halo, label, comparison, ...) draw into the scene that they are
given and think in BGR; `overlays.in_rgb` wraps any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import cv2
import numpy as np
import supervision as sv
from supervision.annotators.base import BaseAnnotator

from segwidgets.drawing import style
from segwidgets.drawing.captions import caption, caption_lines, legend
from segwidgets.drawing.overlays import (
    annotate_classes,
    annotate_mask,
    class_colors,
    cutout,
    grey_out,
    in_rgb,
)
from segwidgets.drawing.primitives import checkerboard, draw_box, draw_point
from segwidgets.ground.validation import BoolArray, UInt8Array, check_image, check_mask, check_whole, describe
from segwidgets.locale.classes import class_label
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.prompts import Prompt

__all__ = [
    "CutoutAnnotator",
    "DefectAnnotator",
    "LegendAnnotator",
    "PromptAnnotator",
    "annotate_classes",
    "annotate_mask",
    "caption",
    "caption_lines",
    "class_colors",
    "cutout",
    "find_defects",
    "in_rgb",
    "legend",
]


class PromptAnnotator(BaseAnnotator):
    """Draws a prompt: foreground points as discs with a plus, background points as crosses, and the box.

    The kinds differ in shape, not in colour alone; a white rim sets them off from any photo or mask.

    Parameters
    ----------
    prompt : Prompt
        Points and box in the image's pixels.
    """

    def __init__(self, prompt: Prompt) -> None:
        if not isinstance(prompt, Prompt):
            raise TypeError(f"prompt must be a Prompt, as Prompt([(250, 170)]), got {describe(prompt)}")
        self.prompt = prompt

    def annotate(
        self, scene: UInt8Array, detections: sv.Detections | None = None, *args: Any, **kwargs: Any
    ) -> UInt8Array:
        """Return `scene` (H, W, 3) uint8 RGB with the prompt on it; detections are not needed."""
        drawn = check_image(scene, "scene").copy()
        scale = style.line_scale(*drawn.shape[:2])
        if self.prompt.box is not None:
            draw_box(drawn, self.prompt.box, scale)
        for (x, y), label in zip(self.prompt.point_coords, self.prompt.point_labels, strict=True):
            draw_point(drawn, x, y, bool(label), scale)
        return drawn


class CutoutAnnotator(BaseAnnotator):
    """Shows only what the masks cover, on a checkerboard (transparency, as editors show it) or on a colour.

    Parameters
    ----------
    background : "checkerboard" or (int, int, int)
        What to lay beneath; RGB, 0 to 255.
    """

    requires_mask = True

    def __init__(self, background: Literal["checkerboard"] | style.Rgb = "checkerboard") -> None:
        is_board = isinstance(background, str) and background == "checkerboard"
        self.background = "checkerboard" if is_board else _color(background, "background")

    def annotate(self, scene: UInt8Array, detections: sv.Detections, *_: Any, **__: Any) -> UInt8Array:
        """Return `scene` (H, W, 3) uint8 RGB where any of the masks is, the background elsewhere."""
        kept = _union(detections, scene)
        if self.background == "checkerboard":
            height, width = kept.shape
            dark = checkerboard(height, width, round(8 * style.line_scale(height, width)))
            beneath = np.where(dark, 221, 255)[:, :, None].astype(np.uint8)
        else:
            beneath = np.array(self.background, np.uint8)
        return np.where(kept[:, :, None], scene, beneath)


class DefectAnnotator(BaseAnnotator):
    """Shows what is wrong with a mask: holes and islands, and against a reference also leaks and misses.

    A leak is mask where the reference has none, a miss is reference that the mask lacks. Against a reference
    a hole is shown only where it misses something, and an island only where it leaks.

    Parameters
    ----------
    reference : ndarray of shape (H, W), bool, optional
        The mask as it should be.
    legend : bool
        Whether to name the colours, with each defect's share of the picture, in a bar beneath.
    lang : str
        The legend's language.
    """

    requires_mask = True

    def __init__(self, reference: BoolArray | None = None, legend: bool = True, lang: str = DEFAULT) -> None:
        self.reference = reference
        if not isinstance(legend, int | np.bool_):
            raise TypeError(f"legend must be True or False, got {describe(legend)}")
        self.legend = legend
        self.lang = lang

    def annotate(self, scene: UInt8Array, detections: sv.Detections, *_: Any, **__: Any) -> UInt8Array:
        """Return `scene` (H, W, 3) uint8 RGB, in grey, with the defects of the masks' union on it."""
        mask = _union(detections, scene)
        drawn = grey_out(scene, np.ones_like(mask))
        drawn = annotate_mask(drawn, mask, style.WHITE, opacity=0.25)
        defects = find_defects(mask, self.reference)
        for name, defect in defects.items():
            if name in ("hole", "island"):  # grown by a pixel, or single ones would vanish within their rim
                steps = round(style.line_scale(*mask.shape))
                defect = cv2.dilate(defect.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=steps)
            drawn = annotate_mask(drawn, defect, style.DEFECT_COLORS[name], 0.8, outline_specks=True)
        if not self.legend:
            return drawn
        words = Phrases(self.lang)
        names = {
            "hole": words.gettext("holes"),
            "island": words.gettext("islands"),
            "leak": words.gettext("leak"),
            "miss": words.gettext("miss"),
        }
        return legend(
            drawn,
            [
                (f"{names[name]} {words.whole_percent(d.mean())}", style.DEFECT_COLORS[name])
                for name, d in defects.items()
            ],
        )


def find_defects(mask: BoolArray, reference: BoolArray | None = None) -> dict[str, BoolArray]:
    """Mark a mask's defects, each pixel at most once.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        The mask.
    reference : ndarray of shape (H, W), bool, optional
        The mask as it should be.

    Returns
    -------
    dict of str to ndarray of shape (H, W), bool
        `hole` and `island`, and with a reference also `leak` and `miss` (see `DefectAnnotator`).
    """
    from segwidgets.masks import find_holes, find_islands

    mask = check_mask(mask)
    holes, islands = find_holes(mask), find_islands(mask)
    if reference is None:
        return {"hole": holes, "island": islands}
    reference = check_mask(reference, "reference", shape=mask.shape)
    leak, miss = mask & ~reference, reference & ~mask
    holes, islands = holes & miss, islands & leak
    return {"leak": leak & ~islands, "miss": miss & ~holes, "hole": holes, "island": islands}


class LegendAnnotator(BaseAnnotator):
    """Names the masks in a bar beneath the picture: class, colour and share of the picture.

    Parameters
    ----------
    colors : sequence of (int, int, int), optional
        RGB, one for each detection, as they were drawn; by default the palette in the detections' order.
    lang : str, optional
        The language of the legend, as "es": classes that DeepLab knows are named in it. By default every
        class is called what `class_name` says.
    """

    requires_mask = True

    def __init__(self, colors: Sequence[style.Rgb] | None = None, lang: str | None = None) -> None:
        if colors is not None and not isinstance(colors, Sequence | np.ndarray):
            raise TypeError(f"colors must be a list of (red, green, blue), got {describe(colors)}")
        self.colors = None if colors is None else [_color(one, "a color") for one in colors]
        self.lang = lang

    def annotate(self, scene: UInt8Array, detections: sv.Detections, *_: Any, **__: Any) -> UInt8Array:
        """Return `scene` (H, W, 3) uint8 RGB and a legend; without `class_name` masks go by number."""
        masks = _masks(detections, scene)
        colors = self.colors or [style.palette_color(i) for i in range(len(masks))]
        if len(colors) != len(masks):
            raise ValueError(f"colors must be one for each detection: {len(masks)}, got {len(colors)}")
        names = [str(name) for name in detections.data.get("class_name", range(len(masks)))]
        if self.lang is not None:
            names = [class_label(name, self.lang) for name in names]
        words = Phrases(self.lang or DEFAULT)
        shares = masks.mean(axis=(1, 2))
        return legend(
            scene,
            [
                (f"{name} {words.whole_percent(share)}", color)
                for name, share, color in zip(names, shares, colors, strict=True)
            ],
        )


def _union(detections: sv.Detections, scene: UInt8Array) -> BoolArray:
    """Return what any of the detections' masks covers, (H, W)."""
    covered: BoolArray = np.logical_or.reduce(_masks(detections, scene), axis=0)
    return covered


def _masks(detections: sv.Detections, scene: UInt8Array) -> BoolArray:
    """Return the detections' masks (N, H, W) or say what is missing."""
    size = check_image(scene, "scene").shape[:2]
    if not isinstance(detections, sv.Detections):
        raise TypeError(f"detections must be supervision.Detections, got {describe(detections)}")
    if len(detections) == 0:
        return np.zeros((0, *size), np.bool_)
    if detections.mask is None:
        raise ValueError("detections have boxes but no masks; give detections with mask (N, H, W)")
    masks = np.asarray(detections.mask)
    if masks.shape[1:] != size:
        raise ValueError(f"detections.mask must have the scene's height and width {size}, got {masks.shape}")
    return masks.astype(np.bool_)


def _color(value: Any, name: str) -> style.Rgb:
    """Return a color as three whole numbers."""
    is_row = isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim == 1)
    if not is_row or len(value) != 3:
        raise ValueError(f"{name} must be (red, green, blue), each from 0 to 255, got {describe(value)}")
    red, green, blue = (check_whole(one, name, most=255, what="of whole numbers") for one in value)
    return red, green, blue
