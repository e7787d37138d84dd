"""What may be wrong with a mask: one row of `FAULTS` for each fault. What the mask is, says `findings`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations

from segwidgets.ground.validation import BoolArray
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.evidence import Evidence, IntArray
from segwidgets.masks.regions import find_holes, find_islands

SPILL_SHARE = 0.02  # a leak or a miss below it is about the width of a contour
GRAVE_SHARE = 0.005  # holes or islands from this share of the mask on come before its other faults
SPECK_COUNT = 10  # so many specks are a grain that can be seen
BORDER_SHARE = 0.02  # of the photo's border; less is a corner that just touches it
BACKGROUND_BORDER = 0.5  # objects seldom cover half of the photo's border, backgrounds do
RAGGED_SHARE = 0.15  # of the contour that smoothing takes away; SAM's clean masks lose less than 0.1
LOW_STABILITY = 0.9  # below it the outline visibly moves with the threshold
LOW_PREDICTED_IOU = 0.88  # pred_iou_thresh of SamAutomaticMaskGenerator, which drops what lies below

Text = Callable[[Evidence, NullTranslations], str]
"""A text with {fields}, as `lambda mask, tr: tr.gettext("…")`; `diagnosis.FACTS` says which there are."""

Facts = Callable[[Evidence, Phrases], dict[str, object]]
"""What the fields of one row's own texts stand for."""


@dataclass(frozen=True)
class Advice:
    """What to try next.

    Attributes
    ----------
    text : Text
        The words.
    region : callable, optional
        Where the point {x}, {y} of the words belongs, as a mask (H, W) that is not empty: it is put at the
        deepest place.
    """

    text: Text
    region: Callable[[Evidence], BoolArray] | None = None


@dataclass(frozen=True)
class Fault:
    """One thing that may be wrong with a mask.

    Attributes
    ----------
    name : str
        For readers of the table.
    holds : callable
        When a mask has it.
    sentence : Text
        Says it, with numbers.
    mark : Text, optional
        The same in a few words, for the title. With it, it is a fault of the mask's own shape: those come
        first, and without one the contour is clean.
    is_grave : callable
        Whether it comes before the other faults of the shape; a slight one by default.
    mend : Advice, optional
        What mends it, where a click may; said of the chosen mask, with the fields that every text knows.
    facts : Facts, optional
        What the fields of its texts stand for, besides those that every text knows.
    is_all : bool
        Whether it leaves nothing else to say.
    """

    name: str
    holds: Callable[[Evidence], bool]
    sentence: Text
    mark: Text | None = None
    is_grave: Callable[[Evidence], bool] = lambda mask: False
    mend: Advice | None = None
    facts: Facts = lambda mask, words: {}
    is_all: bool = False


def faults_of(mask: Evidence) -> list[Fault]:
    """Return a mask's faults: the grave ones of its shape, then its slight ones, then the others."""
    found = []
    for fault in FAULTS:
        if fault.holds(mask):
            found.append(fault)
            if fault.is_all:
                break
    return sorted(found, key=lambda fault: 2 if fault.mark is None else not fault.is_grave(mask))


def shape_faults_of(mask: Evidence) -> list[Fault]:
    """Return the faults of a mask's own shape, the grave ones first."""
    return [fault for fault in faults_of(mask) if fault.mark is not None]


def mend_of(mask: Evidence) -> Advice | None:
    """Return what mends the first fault of the table that a click may mend, or None."""
    mends = (fault.mend for fault in FAULTS if fault.mend is not None and fault.holds(mask))
    return next(mends, None)


def _are_grave(px: IntArray, mask: Evidence) -> bool:
    """Whether holes or islands of so many pixels weigh much on a mask of this size."""
    return int(px.sum()) >= GRAVE_SHARE * mask.measures.area_px


def _piece_facts(px: IntArray, mask: Evidence, words: Phrases) -> dict[str, object]:
    """Count holes or islands, the largest first."""
    return {
        "n": len(px),
        "px": words.count(int(px.sum())),
        "share": words.percent(int(px.sum()) / mask.measures.area_px),
        "largest": words.count(int(px[0])),
    }


def _has_grave_fault(mask: Evidence) -> bool:
    return any(fault.mark is not None and fault.holds(mask) and fault.is_grave(mask) for fault in FAULTS)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "empty",
        holds=lambda mask: not mask.measures.area_px,
        sentence=lambda mask, tr: tr.gettext("It has no pixels."),
        is_all=True,
    ),
    Fault(
        "holes",
        holds=lambda mask: len(mask.hole_px) > 0,
        is_grave=lambda mask: _are_grave(mask.hole_px, mask),
        sentence=lambda mask, tr: tr.ngettext(
            "It has {n} hole: {px} px, {share} of its area.",
            "It has {n} holes: {px} px in all, {share} of its area; the largest has {largest} px.",
            len(mask.hole_px),
        ),
        mark=lambda mask, tr: tr.ngettext("{n} hole", "{n} holes", len(mask.hole_px)),
        facts=lambda mask, words: _piece_facts(mask.hole_px, mask, words),
        mend=Advice(
            lambda mask, tr: tr.gettext(
                "It came from {prompt}. A foreground point at ({x}, {y}) may close its largest hole."
            ),
            region=lambda mask: find_holes(mask.mask, int(mask.hole_px[0])),
        ),
    ),
    Fault(
        "islands",
        holds=lambda mask: len(mask.island_px) > 0,
        is_grave=lambda mask: _are_grave(mask.island_px, mask),
        sentence=lambda mask, tr: tr.ngettext(
            "It has {n} island apart from the rest: {px} px, {share} of its area.",
            "It has {n} islands apart from the rest: {px} px in all, {share} of its area.",
            len(mask.island_px),
        ),
        mark=lambda mask, tr: tr.ngettext("{n} island", "{n} islands", len(mask.island_px)),
        facts=lambda mask, words: _piece_facts(mask.island_px, mask, words),
        mend=Advice(
            lambda mask, tr: tr.gettext(
                "It came from {prompt}. A background point at ({x}, {y}) may remove its largest island."
            ),
            region=lambda mask: find_islands(mask.mask, int(mask.island_px[0])),
        ),
    ),
    Fault(
        "ragged",
        holds=lambda mask: mask.lost_contour >= RAGGED_SHARE,
        is_grave=lambda mask: True,
        sentence=lambda mask, tr: tr.gettext(
            "Its edge is ragged or very fine: smoothing would shorten the contour by {share}."
        ),
        mark=lambda mask, tr: tr.gettext("a ragged edge"),
        facts=lambda mask, words: {"share": words.percent(mask.lost_contour)},
    ),
    Fault(
        "unstable",
        holds=lambda mask: mask.stability < LOW_STABILITY,
        is_grave=lambda mask: True,
        sentence=lambda mask, tr: tr.gettext(
            "Its outline is unstable: stability score {score}, where 1 is an outline that does not move "
            "with the threshold."
        ),
        mark=lambda mask, tr: tr.gettext("an unstable outline"),
        facts=lambda mask, words: {"score": words.decimal(mask.stability)},
    ),
    Fault(
        "specks",
        holds=lambda mask: len(mask.speck_px) >= SPECK_COUNT,
        sentence=lambda mask, tr: tr.gettext(
            "It is speckled: {n} holes and islands of less than {limit} px each, {px} px in all."
        ),
        mark=lambda mask, tr: tr.gettext("specks"),
        facts=lambda mask, words: {
            "n": len(mask.speck_px),
            "limit": words.count(mask.speck_limit),
            "px": words.count(int(mask.speck_px.sum())),
        },
    ),
    Fault(
        "leak",
        holds=lambda mask: mask.has_reference and mask.overlap.leak_share >= SPILL_SHARE,
        sentence=lambda mask, tr: tr.gettext(
            "It leaks: {leak} of its area lies outside mask {best}, {leak_place}."
        ),
    ),
    Fault(
        "miss",
        holds=lambda mask: mask.has_reference and mask.overlap.miss_share >= SPILL_SHARE,
        sentence=lambda mask, tr: tr.gettext("It misses {miss} of mask {best}, {miss_place}."),
    ),
    Fault(
        "cut off",
        holds=lambda mask: mask.is_cut_off,
        sentence=lambda mask, tr: tr.gettext(
            "It reaches the rim of the closer view: what it shows may go on beyond it. Look at a larger part."
        ),
    ),
    Fault(
        "covers the border",
        holds=lambda mask: mask.measures.border_contact >= BACKGROUND_BORDER,
        sentence=lambda mask, tr: tr.gettext("It covers {share} of the photo's border, as backgrounds do."),
        facts=lambda mask, words: {"share": words.percent(mask.measures.border_contact)},
    ),
    Fault(
        "touches the border",
        holds=lambda mask: BORDER_SHARE <= mask.measures.border_contact < BACKGROUND_BORDER,
        sentence=lambda mask, tr: tr.gettext(
            "It touches the photo's border ({share} of it): what it shows may go on beyond the photo."
        ),
        facts=lambda mask, words: {"share": words.percent(mask.measures.border_contact)},
    ),
    Fault(
        "rated low",
        holds=lambda mask: mask.predicted_iou < LOW_PREDICTED_IOU,
        sentence=lambda mask, tr: tr.gettext(
            "The model itself trusts it little: predicted IoU {score}, where the automatic mask "
            "generator asks for {limit}."
        ),
        facts=lambda mask, words: {
            "score": words.decimal(mask.predicted_iou),
            "limit": words.decimal(LOW_PREDICTED_IOU),
        },
    ),
    Fault(
        "rated well all the same",
        holds=lambda mask: not mask.predicted_iou < LOW_PREDICTED_IOU and _has_grave_fault(mask),
        sentence=lambda mask, tr: tr.gettext(
            "The model rates it {score} all the same: predicted IoU does not show such faults."
        ),
        facts=lambda mask, words: {"score": words.decimal(mask.predicted_iou)},
    ),
)
"""Every fault there is; `faults_of` asks them in this order. A new one is a row here."""
