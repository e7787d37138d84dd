"""What can truly be said of one candidate mask, for `diagnosis`: its kind, its faults, how to mend them."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

from segwidgets._validation import BoolArray, UInt8Array, check_mask
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.cleaning import clean
from segwidgets.masks.comparison import compare
from segwidgets.masks.measures import measure
from segwidgets.masks.regions import (
    find_holes,
    find_islands,
    hole_areas,
    island_areas,
    perimeter,
    stability_score,
)
from segwidgets.prompts import Prompt

SAME_IOU = 0.9  # from this IoU with the chosen mask on, the difference is one of contour, not of meaning
MOSTLY_SHARE = 0.5  # more than half of the smaller mask must lie in the larger one for them to be nested
SPILL_SHARE = 0.02  # a leak or a miss below it is about the width of a contour
SPECK_SHARE = 0.0001  # holes and islands below this share of the photo are specks: too small to click on
GRAVE_SHARE = 0.005  # holes or islands from this share of the mask on come before its other faults
SPECK_COUNT = 10  # so many specks are a grain that can be seen
BORDER_SHARE = 0.02  # of the photo's border; less is a corner that just touches it
BACKGROUND_BORDER = 0.5  # objects seldom cover half of the photo's border, backgrounds do
SMOOTH_SHARE = 0.02  # radius of the smoothing that an edge is held against, as a share of sqrt(area)
RAGGED_SHARE = 0.15  # of the contour that this smoothing takes away; SAM's clean masks lose less than 0.1
LOW_STABILITY = 0.9  # below it the outline visibly moves with the threshold
LOW_PREDICTED_IOU = 0.88  # pred_iou_thresh of SamAutomaticMaskGenerator, which drops what lies below


class CandidatesLike(Protocol):
    """What `diagnose` reads; `segwidgets.Candidates` is one."""

    @property
    def masks(self) -> BoolArray:
        """Masks of one prompt, (N, H, W) bool."""

    @property
    def predicted_iou(self) -> npt.NDArray[np.floating]:
        """The model's own estimates, (N,)."""

    @property
    def low_res_logits(self) -> npt.NDArray[np.floating]:
        """Logits over the padded square, (N, 256, 256)."""

    @property
    def prompt(self) -> Prompt:
        """What was asked."""

    @property
    def best(self) -> int:
        """The index of the chosen mask."""


class Findings:
    """One candidate, measured and held against the chosen one.

    Attributes
    ----------
    kind : str
        "empty", "chosen", "same" (as the chosen one), "part", "context", "rival" (context with a clean
        contour where the chosen one is unstable) or "elsewhere".
    measures : MaskMeasures
        The mask alone.
    comparison : MaskComparison or None
        The mask against the chosen one; None for that one itself.
    """

    def __init__(
        self, candidates: CandidatesLike, index: int, words: Phrases, image: UInt8Array | None
    ) -> None:
        best = int(candidates.best)
        self._words, self._tr = words, words.tr
        self._prompt = candidates.prompt
        self._is_alone = len(candidates.masks) == 1
        self._predicted_iou = float(candidates.predicted_iou[index])
        self._chosen = check_mask(candidates.masks[best], f"masks[{best}]")
        self._mask = check_mask(candidates.masks[index], f"masks[{index}]")
        self.measures = measure(self._mask, image, candidates.low_res_logits[index])
        self.comparison = None if index == best else compare(self._mask, self._chosen)
        self.kind = self._kind()
        self._facts = {"m": index, "best": best, "photo": words.percent(self.measures.area_share)}
        if self.comparison is not None:
            self._facts |= {
                "iou": words.decimal(self.comparison.iou),
                "inside": words.percent(self.comparison.precision),
                "covered": words.percent(self.comparison.recall),
                "leak": words.percent(self.comparison.leak_share),
                "miss": words.percent(self.comparison.miss_share),
                "px": words.count(self.comparison.leak_px + self.comparison.miss_px),
                "leak_place": self._place(self._mask & ~self._chosen),
                "miss_place": self._place(self._chosen & ~self._mask),
            }
        self.shape_faults, self._marks = self._shape()
        if self.kind == "context" and not self.shape_faults and self.measures.stability_score is not None:
            steadiness = stability_score(candidates.low_res_logits[best], self._chosen.shape)
            if steadiness < LOW_STABILITY:
                self.kind = "rival"
                self._facts |= {
                    "stability": words.decimal(self.measures.stability_score),
                    "chosen_stability": words.decimal(steadiness),
                }

    def _kind(self) -> str:
        if not self.measures.area_px:
            return "empty"
        if self.comparison is None:
            return "chosen"
        if self.comparison.iou >= SAME_IOU:
            return "same"
        if self.comparison.precision >= self.comparison.recall:  # it is the smaller of the two
            return "part" if self.comparison.precision > MOSTLY_SHARE else "elsewhere"
        return "context" if self.comparison.recall > MOSTLY_SHARE else "elsewhere"

    def _place(self, region: BoolArray) -> str:
        ys, xs = np.nonzero(self._chosen)
        if not region.any() or not len(ys):
            return ""
        return self._words.place(region, (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))

    def _shape(self) -> tuple[list[str], list[str]]:
        """Faults of the mask's own shape, the grave ones first: as sentences and as marks of a few words."""
        tr, count, percent, area = self._tr, self._words.count, self._words.percent, self.measures.area_px
        if not area:
            return [], []
        grave: list[tuple[str, str]] = []
        slight: list[tuple[str, str]] = []
        limit = max(2, math.ceil(SPECK_SHARE * self._mask.size))
        holes, islands = hole_areas(self._mask), island_areas(self._mask)
        self._specks = [int(px) for px in (*holes, *islands) if px < limit]
        holes, islands = holes[holes >= limit], islands[islands >= limit]
        self._largest_hole = int(holes.max(initial=0))
        self._largest_island = int(islands.max(initial=0))
        if n := len(holes):
            text = tr.ngettext(
                "It has {n} hole: {px} px, {share} of its area.",
                "It has {n} holes: {px} px in all, {share} of its area; the largest has {largest} px.",
                n,
            )
            px = int(holes.sum())
            facts = {"px": count(px), "share": percent(px / area), "largest": count(self._largest_hole)}
            mark = tr.ngettext("{n} hole", "{n} holes", n).format(n=n)
            (grave if px >= GRAVE_SHARE * area else slight).append((text.format(n=n, **facts), mark))
        if n := len(islands):
            text = tr.ngettext(
                "It has {n} island apart from the rest: {px} px, {share} of its area.",
                "It has {n} islands apart from the rest: {px} px in all, {share} of its area.",
                n,
            )
            px = int(islands.sum())
            facts = {"px": count(px), "share": percent(px / area)}
            mark = tr.ngettext("{n} island", "{n} islands", n).format(n=n)
            (grave if px >= GRAVE_SHARE * area else slight).append((text.format(n=n, **facts), mark))
        if (lost := self._lost_contour()) >= RAGGED_SHARE:
            text = tr.gettext(
                "Its edge is ragged or very fine: smoothing would shorten the contour by {share}."
            )
            grave.append((text.format(share=percent(lost)), tr.gettext("a ragged edge")))
        stability = self.measures.stability_score
        if stability is not None and stability < LOW_STABILITY:
            text = tr.gettext(
                "Its outline is unstable: stability score {score}, where 1 is an outline that does not move "
                "with the threshold."
            )
            grave.append(
                (text.format(score=self._words.decimal(stability)), tr.gettext("an unstable outline"))
            )
        if len(self._specks) >= SPECK_COUNT:
            text = tr.gettext(
                "It is speckled: {n} holes and islands of less than {limit} px each, {px} px in all."
            )
            facts = {"limit": count(limit), "px": count(sum(self._specks))}
            slight.append((text.format(n=len(self._specks), **facts), tr.gettext("specks")))
        self._is_grave = bool(grave)
        return [fault for fault, _ in grave + slight], [mark for _, mark in grave + slight]

    def _lost_contour(self) -> float:
        """Share of the outer contour of the largest piece that smoothing takes away."""
        radius = max(1, round(SMOOTH_SHARE * math.sqrt(self.measures.area_px)))
        solid = clean(self._mask, min_island_share=1)
        return 1 - perimeter(clean(solid, min_island_share=1, smooth=radius)) / perimeter(solid)

    def other_faults(self) -> list[str]:
        """Say how the mask differs from the chosen one, what it touches, what the model thinks of it."""
        tr, facts = self._tr, self._facts
        if self.kind == "empty":
            return [tr.gettext("It has no pixels.")]
        faults = []
        if self.comparison is not None and self._chosen.any():
            if self.comparison.leak_share >= SPILL_SHARE:
                text = tr.gettext("It leaks: {leak} of its area lies outside mask {best}, {leak_place}.")
                faults.append(text.format(**facts))
            if self.comparison.miss_share >= SPILL_SHARE:
                faults.append(tr.gettext("It misses {miss} of mask {best}, {miss_place}.").format(**facts))
        contact = self.measures.border_contact
        if contact >= BACKGROUND_BORDER:
            text = tr.gettext("It covers {share} of the photo's border, as backgrounds do.")
            faults.append(text.format(share=self._words.percent(contact)))
        elif contact >= BORDER_SHARE:
            text = tr.gettext(
                "It touches the photo's border ({share} of it): what it shows may go on beyond the photo."
            )
            faults.append(text.format(share=self._words.percent(contact)))
        score = self._words.decimal(self._predicted_iou)
        if self._predicted_iou < LOW_PREDICTED_IOU:
            text = tr.gettext(
                "The model itself trusts it little: predicted IoU {score}, where the automatic mask "
                "generator asks for {limit}."
            )
            faults.append(text.format(score=score, limit=self._words.decimal(LOW_PREDICTED_IOU)))
        elif self._is_grave:
            text = tr.gettext(
                "The model rates it {score} all the same: predicted IoU does not show such faults."
            )
            faults.append(text.format(score=score))
        return faults

    def title(self) -> str:
        """Say the finding in one line."""
        tr = self._tr
        marks = self._words.join(self._marks) or tr.gettext("clean contour")
        text = {
            "empty": lambda: tr.gettext("Mask {m} is empty"),
            "chosen": lambda: tr.gettext("Mask {m}, the chosen one: {marks}"),
            "same": lambda: tr.gettext("Mask {m} is almost the same as mask {best} (IoU {iou}): {marks}"),
            "part": lambda: tr.gettext("Mask {m} is partial, {covered} of mask {best}: {marks}"),
            "context": lambda: tr.gettext(
                "Mask {m} leaks: {leak} of it lies outside mask {best}, {leak_place}"
            ),
            "rival": lambda: tr.gettext(
                "Mask {m} goes beyond mask {best} ({leak} of it), with a cleaner contour"
            ),
            "elsewhere": lambda: tr.gettext(
                "Mask {m} shows another region: {inside} of it lies in mask {best}"
            ),
        }[self.kind]()
        return text.format(marks=marks, **self._facts)

    def summary(self) -> str:
        """Say in two or three sentences what the mask shows, its main fault and what it is good for."""
        tr = self._tr
        if self.kind == "empty":
            return tr.gettext("Mask {m} is empty: no pixel passed the threshold.").format(**self._facts)
        beyond = tr.gettext(
            "Mask {m} goes beyond mask {best}, the chosen one: {leak} of it lies outside, {leak_place}."
        )
        lead, use = {
            "chosen": lambda: self._chosen_words(),
            "same": lambda: (
                tr.gettext("Mask {m} is almost the same as mask {best}, the chosen one (IoU {iou})."),
                tr.gettext("The two differ by {px} px."),
            ),
            "part": lambda: (
                tr.gettext(
                    "Mask {m} is partial: it covers {covered} of mask {best}, the chosen one, and what it "
                    "lacks lies {miss_place}."
                ),
                tr.gettext("It serves if that part is what you want, not for the whole object."),
            ),
            "context": lambda: (
                beyond,
                tr.gettext("It shows the surroundings as well, so it cannot cut out the object alone."),
            ),
            "rival": lambda: (
                beyond,
                tr.gettext(
                    "It is also steadier (stability score {stability} against {chosen_stability}), so it may "
                    "be the whole object."
                ),
            ),
            "elsewhere": lambda: (
                tr.gettext(
                    "Mask {m} shows another region: {inside} of it lies in mask {best}, the chosen one."
                ),
                tr.gettext("It serves only if that region is the one you meant."),
            ),
        }[self.kind]()
        shape = self.shape_faults[0] if self.shape_faults else self._clean_contour()
        return " ".join([lead.format(**self._facts), shape, use.format(**self._facts)])

    def _chosen_words(self) -> tuple[str, str]:
        tr = self._tr
        if self._is_alone:
            lead = tr.gettext("Mask {m} is the only candidate and covers {photo} of the photo.")
        else:
            lead = tr.gettext("Mask {m} is the chosen one and covers {photo} of the photo.")
        if self.shape_faults:
            return lead, tr.gettext("It was chosen to cut the object out; mend it first (see `clean`).")
        return lead, tr.gettext("It is the one to cut the object out with.")

    def _clean_contour(self) -> str:
        if not self._specks:
            return self._tr.gettext("Its contour is clean: one piece, without holes.")
        text = self._tr.ngettext(
            "Its contour is clean but for {n} speck of {px} px.",
            "Its contour is clean but for {n} specks of {px} px in all.",
            len(self._specks),
        )
        return text.format(n=len(self._specks), px=self._words.count(sum(self._specks)))

    def likely_prompt(self) -> str:
        """Say which kind of prompt gives such a mask and what to try next."""
        tr, has_box = self._tr, self._prompt.box is not None
        region = self._mask
        if self.kind == "empty":
            return tr.gettext("Put a foreground point well inside the object.")
        if self.kind == "chosen":
            text = tr.gettext(
                "It came from {prompt}. Such a mask takes a point well inside the object, or a box around it."
            )
            if self._largest_hole:
                region = find_holes(self._mask, self._largest_hole)
                text = tr.gettext(
                    "It came from {prompt}. A foreground point at ({x}, {y}) may close its largest hole."
                )
            elif self._largest_island:
                region = find_islands(self._mask, self._largest_island)
                text = tr.gettext(
                    "It came from {prompt}. A background point at ({x}, {y}) may remove its largest island."
                )
        elif self.kind == "same":
            text = tr.gettext("It came from the same prompt as mask {best}: {prompt}.")
        elif self.kind == "part":
            region = self._chosen & ~self._mask
            text = tr.gettext("A point on a part that stands out gives such a mask.") + " "
            if has_box:
                text += tr.gettext("For the whole object, add a foreground point, say at ({x}, {y}).")
            else:
                text += tr.gettext(
                    "For the whole object, add a foreground point, say at ({x}, {y}), or draw a box around "
                    "it."
                )
        elif self.kind == "rival":
            region = self._mask & ~self._chosen
            text = tr.gettext(
                "A prompt that asks for more than mask {best} gives such a mask: add a foreground point, say "
                "at ({x}, {y}), or draw a box around the whole object."
            )
        elif self.kind == "context":
            region = self._mask & ~self._chosen
            text = (
                tr.gettext("A point that suits the surroundings too, or a loose box, gives such a mask.")
                + " "
            )
            if has_box:
                text += tr.gettext(
                    "For the object alone, add a background point, say at ({x}, {y}), or tighten the box."
                )
            else:
                text += tr.gettext(
                    "For the object alone, add a background point, say at ({x}, {y}), or draw a tight box."
                )
        else:
            text = tr.gettext(
                "The prompt suits several regions. For this one, add a foreground point at ({x}, {y})."
            )
        x, y = _deepest(region)
        return text.format(x=x, y=y, prompt=self._words.prompt(self._prompt), **self._facts)


def _deepest(region: BoolArray) -> tuple[int, int]:
    """Return x, y of the pixel farthest from the region's edge and from the photo's border."""
    import cv2

    distance = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 5)
    y, x = np.unravel_index(distance.argmax(), distance.shape)
    return int(x) - 1, int(y) - 1
