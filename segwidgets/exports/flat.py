"""One number for each pixel, where objects may overlap: who wins, and by how many pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases

Index = npt.NDArray[np.uint16]


class Overlap(NamedTuple):
    """Pixels that two objects claim.

    Attributes
    ----------
    under, over : int
        Places of the objects, from 0; the later one, which is drawn on top, has the pixels.
    px : int
        How many.
    """

    under: int
    over: int
    px: int


def flatten(masks: Iterable[BoolArray], size: tuple[int, int]) -> tuple[Index, list[Overlap]]:
    """Return which object each pixel belongs to, and what they took from each other.

    Parameters
    ----------
    masks : iterable of ndarray of shape (H, W), bool
        In the order of drawing: what is later lies on top, and wins. At most 65535.
    size : (int, int)
        (height, width) of the photo.

    Returns
    -------
    ndarray of shape (H, W), uint16; list of Overlap
        0 where there is none, else the object's place from 1; and each pair, where the upper one lies
        directly over the lower one.
    """
    index, overlaps = np.zeros(size, np.uint16), []
    for over, mask in enumerate(masks):
        counts = np.bincount(index[mask], minlength=1)
        overlaps += [Overlap(int(at) - 1, over, int(counts[at])) for at in np.flatnonzero(counts) if at]
        index[mask] = over + 1
    return index, overlaps


def overlap_px(masks: Iterable[BoolArray], size: tuple[int, int]) -> int:
    """Return how many pixels of one photo objects took from each other; the parameters are `flatten`'s."""
    return sum(one.px for one in flatten(masks, size)[1])


def overlaps_told(px: int | Sequence[int], words: Phrases) -> str:
    """Say what becomes of pixels that several objects claim.

    Parameters
    ----------
    px : int or sequence of int
        How many in a photo that is looked at, or in each of many.
    words : Phrases
        The language.

    Returns
    -------
    str
        Empty where there are none.
    """
    if isinstance(px, int):
        photos, count = 1, px
        text = words.gettext("Objects overlap in {count} px: the one that is drawn on top has them.")
    else:
        photos, count = sum(one > 0 for one in px), sum(px)
        text = words.ngettext(
            "Objects overlap in {count} px of {photos} photo: the later one in its list has them.",
            "Objects overlap in {count} px of {photos} photos: the later one in a photo's list has them.",
            photos,
        )
    return text.format(count=words.count(count), photos=words.count(photos)) if count else ""
