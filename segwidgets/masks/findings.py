"""What a candidate mask is, held against the chosen one: one row of `FINDINGS` for each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Literal

from segwidgets.masks.evidence import Evidence
from segwidgets.masks.faults import LOW_STABILITY, Advice, Facts, Text, mend_of, shape_faults_of

SAME_IOU = 0.9  # from this IoU with the chosen mask on, the difference is one of contour, not of meaning
MOSTLY_SHARE = 0.5  # more than half of the smaller mask must lie in the larger one for them to be nested

Role = Literal["part", "object", "context"]


@dataclass(frozen=True)
class Finding:
    """One kind of candidate.

    Attributes
    ----------
    name : str
        For readers of the table.
    role : {"part", "object", "context"}
        What such a mask shows.
    holds : callable
        When a mask is one, if it is none of those above it in the table.
    title : Text
        The finding in one line; {marks} stands for the faults of the mask's shape.
    lead : Text
        The first sentence of the summary.
    use : Text, optional
        Its last sentence: what the mask is good for. The worst fault of the shape stands between the two;
        without a last sentence the first is all.
    prompt : callable
        Which kind of prompt gives such a mask, and what to try next.
    facts : Facts
        What the fields of its texts stand for, besides those that every text knows.
    """

    name: str
    role: Role
    holds: Callable[[Evidence], bool]
    title: Text
    lead: Text
    prompt: Callable[[Evidence], Advice]
    use: Text | None = None
    facts: Facts = lambda mask, words: {}


def finding_of(mask: Evidence) -> Finding:
    """Return the first finding that holds."""
    return next(finding for finding in FINDINGS if finding.holds(mask))


def _is_part(mask: Evidence) -> bool:
    """Whether it is the smaller of the two and lies mostly in the chosen one."""
    return mask.overlap.precision >= mask.overlap.recall and mask.overlap.precision > MOSTLY_SHARE


def _is_context(mask: Evidence) -> bool:
    """Whether it is the larger of the two and covers most of the chosen one."""
    return mask.overlap.precision < mask.overlap.recall and mask.overlap.recall > MOSTLY_SHARE


def _goes_beyond(mask: Evidence, tr: NullTranslations) -> str:
    return tr.gettext(
        "Mask {m} goes beyond mask {best}, the chosen one: {leak} of it lies outside, {leak_place}."
    )


def _chosen_lead(mask: Evidence, tr: NullTranslations) -> str:
    if mask.is_alone:
        return tr.gettext("Mask {m} is the only candidate and covers {photo} of the photo.")
    return tr.gettext("Mask {m} is the chosen one and covers {photo} of the photo.")


def _chosen_use(mask: Evidence, tr: NullTranslations) -> str:
    if shape_faults_of(mask):
        return tr.gettext("It was chosen to cut the object out; mend it first (see `clean`).")
    return tr.gettext("It is the one to cut the object out with.")


def _chosen_prompt(mask: Evidence) -> Advice:
    return mend_of(mask) or Advice(
        lambda mask, tr: tr.gettext(
            "It came from {prompt}. Such a mask takes a point well inside the object, or a box around it."
        )
    )


def _part_prompt(mask: Evidence, tr: NullTranslations) -> str:
    return _prompt(
        mask,
        tr.gettext("A point on a part that stands out gives such a mask."),
        boxed=tr.gettext("For the whole object, add a foreground point, say at ({x}, {y})."),
        boxless=tr.gettext(
            "For the whole object, add a foreground point, say at ({x}, {y}), or draw a box around it."
        ),
    )


def _context_prompt(mask: Evidence, tr: NullTranslations) -> str:
    return _prompt(
        mask,
        tr.gettext("A point that suits the surroundings too, or a loose box, gives such a mask."),
        boxed=tr.gettext(
            "For the object alone, add a background point, say at ({x}, {y}), or tighten the box."
        ),
        boxless=tr.gettext(
            "For the object alone, add a background point, say at ({x}, {y}), or draw a tight box."
        ),
    )


def _prompt(mask: Evidence, origin: str, boxed: str, boxless: str) -> str:
    return f"{origin} {boxless if mask.prompt.box is None else boxed}"


FINDINGS: tuple[Finding, ...] = (
    Finding(
        "empty",
        role="part",
        holds=lambda mask: not mask.measures.area_px,
        title=lambda mask, tr: tr.gettext("Mask {m} is empty"),
        lead=lambda mask, tr: tr.gettext("Mask {m} is empty: no pixel passed the threshold."),
        prompt=lambda mask: Advice(
            lambda mask, tr: tr.gettext("Put a foreground point well inside the object.")
        ),
    ),
    Finding(
        "chosen",
        role="object",
        holds=lambda mask: mask.index == mask.best,
        title=lambda mask, tr: tr.gettext("Mask {m}, the chosen one: {marks}"),
        lead=_chosen_lead,
        use=_chosen_use,
        prompt=_chosen_prompt,
    ),
    Finding(
        "same as the chosen one",
        role="object",
        holds=lambda mask: mask.overlap.iou >= SAME_IOU,
        title=lambda mask, tr: tr.gettext("Mask {m} is almost the same as mask {best} (IoU {iou}): {marks}"),
        lead=lambda mask, tr: tr.gettext(
            "Mask {m} is almost the same as mask {best}, the chosen one (IoU {iou})."
        ),
        use=lambda mask, tr: tr.gettext("The two differ by {px} px."),
        prompt=lambda mask: Advice(
            lambda mask, tr: tr.gettext("It came from the same prompt as mask {best}: {prompt}.")
        ),
        facts=lambda mask, words: {"px": words.count(mask.overlap.leak_px + mask.overlap.miss_px)},
    ),
    Finding(
        "part",
        role="part",
        holds=_is_part,
        title=lambda mask, tr: tr.gettext("Mask {m} is partial, {covered} of mask {best}: {marks}"),
        lead=lambda mask, tr: tr.gettext(
            "Mask {m} is partial: it covers {covered} of mask {best}, the chosen one, and what it lacks lies "
            "{miss_place}."
        ),
        use=lambda mask, tr: tr.gettext("It serves if that part is what you want, not for the whole object."),
        prompt=lambda mask: Advice(_part_prompt, region=lambda mask: mask.miss),
    ),
    Finding(
        "rival: steady and clean where the chosen one is not",
        role="context",
        holds=lambda mask: (
            _is_context(mask) and not shape_faults_of(mask) and mask.chosen_stability < LOW_STABILITY
        ),
        title=lambda mask, tr: tr.gettext(
            "Mask {m} goes beyond mask {best} ({leak} of it), with a cleaner contour"
        ),
        lead=_goes_beyond,
        use=lambda mask, tr: tr.gettext(
            "It is also steadier (stability score {stability} against {chosen_stability}), so it may be the "
            "whole object."
        ),
        prompt=lambda mask: Advice(
            lambda mask, tr: tr.gettext(
                "A prompt that asks for more than mask {best} gives such a mask: add a foreground point, say "
                "at ({x}, {y}), or draw a box around the whole object."
            ),
            region=lambda mask: mask.leak,
        ),
        facts=lambda mask, words: {
            "stability": words.decimal(mask.stability),
            "chosen_stability": words.decimal(mask.chosen_stability),
        },
    ),
    Finding(
        "context",
        role="context",
        holds=_is_context,
        title=lambda mask, tr: tr.gettext(
            "Mask {m} leaks: {leak} of it lies outside mask {best}, {leak_place}"
        ),
        lead=_goes_beyond,
        use=lambda mask, tr: tr.gettext(
            "It shows the surroundings as well, so it cannot cut out the object alone."
        ),
        prompt=lambda mask: Advice(_context_prompt, region=lambda mask: mask.leak),
    ),
    Finding(
        "elsewhere",
        role="context",
        holds=lambda mask: True,
        title=lambda mask, tr: tr.gettext(
            "Mask {m} shows another region: {inside} of it lies in mask {best}"
        ),
        lead=lambda mask, tr: tr.gettext(
            "Mask {m} shows another region: {inside} of it lies in mask {best}, the chosen one."
        ),
        use=lambda mask, tr: tr.gettext("It serves only if that region is the one you meant."),
        prompt=lambda mask: Advice(
            lambda mask, tr: tr.gettext(
                "The prompt suits several regions. For this one, add a foreground point at ({x}, {y})."
            ),
            region=lambda mask: mask.mask,
        ),
    ),
)
"""Every kind there is, asked in this order; the last one holds for all. A new kind is a row here."""
