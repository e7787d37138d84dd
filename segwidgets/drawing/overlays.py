"""Masks and classes laid over a photo, and cut out of it: functions of arrays, RGB in, RGB out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import supervision as sv
from supervision.annotators.base import BaseAnnotator

from segwidgets.drawing import primitives, style
from segwidgets.drawing.captions import legend
from segwidgets.ground.validation import BoolArray, UInt8Array, check_image, check_mask, describe
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases

_GREY: style.Rgb = (128, 128, 128)
_SPECK_PX = 5  # the side of the pieces and holes that are too small for a contour of their own


def in_rgb(
    annotator: BaseAnnotator, image: UInt8Array, detections: sv.Detections, **options: Any
) -> UInt8Array:
    """Let one of supervision's annotators draw on an RGB image, in a copy.

    Parameters
    ----------
    annotator : supervision.annotators.base.BaseAnnotator
        Any annotator that takes a BGR array and returns one.
    image : ndarray of shape (H, W, 3), uint8
        RGB; not changed.
    detections : supervision.Detections
        What to draw.
    **options
        Passed on to `annotator.annotate`, as `labels` for `sv.LabelAnnotator`.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        RGB.

    Examples
    --------
    >>> image = np.full((60, 80, 3), (255, 0, 0), np.uint8)
    >>> detections = sv.Detections(xyxy=np.array([[10.0, 10, 40, 40]]))
    >>> annotator = sv.BoxAnnotator(color=sv.Color(0, 0, 255), color_lookup=sv.ColorLookup.INDEX)
    >>> in_rgb(annotator, image, detections)[10, 20].tolist()
    [0, 0, 255]
    """
    bgr = cv2.cvtColor(check_image(image), cv2.COLOR_RGB2BGR)
    drawn: UInt8Array = cv2.cvtColor(annotator.annotate(bgr, detections, **options), cv2.COLOR_BGR2RGB)
    return drawn


def annotate_mask(
    image: UInt8Array,
    mask: BoolArray,
    color: style.Rgb = style.PALETTE[0],
    opacity: float = style.MASK_OPACITY,
    outline_specks: bool = False,
) -> UInt8Array:
    """Lay a mask over a photo: filled at 45 %, with a contour that shows on light and dark.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB; not changed.
    mask : ndarray of shape (H, W), bool
        What to colour.
    color : (int, int, int)
        RGB, 0 to 255.
    opacity : float
        Of the filling, 0 (only the contour) to 1.
    outline_specks : bool
        Whether to draw a contour round pieces and holes under 5 x 5 pixels too, which makes them look larger.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        RGB.

    Raises
    ------
    ValueError
        If the mask has not the photo's height and width.
    """
    mask = check_mask(mask, shape=check_image(image).shape[:2])
    if not mask.any():
        return image.copy()
    detections = sv.Detections(xyxy=sv.mask_to_xyxy(mask[None]), mask=mask[None])
    filling = sv.MaskAnnotator(color=sv.Color(*color), opacity=opacity, color_lookup=sv.ColorLookup.INDEX)
    return _outline(in_rgb(filling, image, detections), mask, color, outline_specks)


def annotate_classes(
    image: UInt8Array,
    class_map: npt.NDArray[np.integer],
    names: Sequence[str] | Mapping[int, str],
    background: int | None = 0,
    lang: str = DEFAULT,
) -> UInt8Array:
    """Colour each pixel by its class, with a legend (class, colour, share of the picture) beneath.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB; not changed.
    class_map : ndarray of shape (H, W), int
        The class of each pixel, an index into `names`.
    names : sequence of str, or mapping of int to str
        What to call the classes.
    background : int, optional
        The class that is shown in grey instead of a colour; None for none.
    lang : str
        The language of the shares' writing, as "es"; the names are taken as they are.

    Returns
    -------
    ndarray of shape (H + bar, W, 3), uint8
        RGB.

    Raises
    ------
    TypeError
        If the class map does not hold integers.
    ValueError
        If it has not the photo's height and width, or holds a class without a name.
    """
    size = check_image(image).shape[:2]
    if not isinstance(class_map, np.ndarray) or class_map.dtype.kind not in "iu":
        raise TypeError(f"class_map must be an integer array (H, W), got {describe(class_map)}")
    if class_map.shape != size:
        raise ValueError(f"class_map must have the image's shape {size}, got {class_map.shape}")
    classes, counts = np.unique(class_map, return_counts=True)
    named = dict(names) if isinstance(names, Mapping) else dict(enumerate(names))
    unnamed = [int(c) for c in classes if int(c) not in named]
    if unnamed:
        raise ValueError(f"class_map holds {unnamed}, but names has only {sorted(named)}")
    largest_first = [int(classes[i]) for i in np.argsort(-counts, kind="stable")]
    colors = class_colors([c for c in largest_first if c != background])
    scene = image
    if background in largest_first:
        scene = grey_out(image, class_map == background)
    for class_id, color in colors.items():
        scene = annotate_mask(scene, class_map == class_id, color)
    share = dict(zip(classes.tolist(), counts / class_map.size, strict=True))
    words = Phrases(lang)
    labels = [f"{named[c]} {words.whole_percent(share[c])}" for c in largest_first]
    return legend(scene, list(zip(labels, [colors.get(c, _GREY) for c in largest_first], strict=True)))


def class_colors(class_ids: Sequence[int]) -> dict[int, style.Rgb]:
    """Give each class its colour: its usual one, unless another class of the picture has taken that.

    Parameters
    ----------
    class_ids : sequence of int
        The classes of one picture, those first that are to keep their usual colour.

    Returns
    -------
    dict of int to (int, int, int)
    """
    colors: dict[int, style.Rgb] = {}
    for class_id in class_ids:
        candidates = [style.palette_color(class_id + step) for step in range(len(style.PALETTE))]
        free = [color for color in candidates if color not in colors.values()]
        colors[class_id] = (free or candidates)[0]
    return colors


def cutout(image: UInt8Array, mask: BoolArray) -> UInt8Array:
    """Return the photo with everything but the mask transparent.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        RGB.
    mask : ndarray of shape (H, W), bool
        What stays.

    Returns
    -------
    ndarray of shape (H, W, 4), uint8
        RGBA; alpha is 255 in the mask and 0 elsewhere, where the colour is 0 too: nothing of the rest of the
        photo is handed on.
    """
    mask = check_mask(mask, shape=check_image(image).shape[:2])
    return np.dstack([image * mask[:, :, None], mask.astype(np.uint8) * np.uint8(255)])


def grey_out(image: UInt8Array, where: BoolArray) -> UInt8Array:
    """Take the colour and half of the contrast from a part of a photo; returns a copy."""
    grey = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) // 2 + 64)[:, :, None]
    return np.where(where[:, :, None], grey, image).astype(np.uint8)


def _outline(image: UInt8Array, mask: BoolArray, color: style.Rgb, outline_specks: bool) -> UInt8Array:
    """Draw a mask's contour into `image`, wider on large pictures."""
    scale = style.line_scale(*mask.shape)
    inner, outer = style.CONTOUR_PX * scale, scale
    margin = int(inner) + 2
    if outline_specks:
        solid = primitives.beyond_border(mask, margin)
    else:
        solid = primitives.solid_pieces(mask, margin, (_SPECK_PX * scale) ** 2)
    primitives.draw_outline(image, solid, margin, color, inner, outer)
    return image
