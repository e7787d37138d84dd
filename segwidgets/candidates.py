"""SAM's answers to one prompt, and which of them to show first and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from segwidgets._validation import BoolArray
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.regions import border_contact
from segwidgets.models.engine import FloatMasks
from segwidgets.prompts import Prompt

if TYPE_CHECKING:
    import supervision as sv

MIN_RELATIVE_STABILITY = 0.6  # of the most stable candidate; below it a mask is too ragged to show first


@dataclass(frozen=True)
class Candidates:
    """The masks that SAM proposes for one prompt.

    Attributes
    ----------
    prompt : Prompt
        What was asked.
    masks : ndarray of shape (N, H, W), bool
        At the image's own size; N is 3 (part, object, context) or 1.
    predicted_iou : ndarray of shape (N,), float32
        The model's own estimate of each mask's IoU; it can exceed 1 a little.
    low_res_logits : ndarray of shape (N, 256, 256), float32
        The decoder's output over the padded square; feed one back to refine the same object.
    stability_score : ndarray of shape (N,), float64
        IoU of the mask thresholded a little higher and a little lower (logits ± 1), 0 to 1; see
        `segment_anything.utils.amg.calculate_stability_score`. Here on the low-resolution logits.
    refined : bool
        Whether an earlier mask was fed back.
    decode_seconds : float
        Wall time of the decoder.
    chosen : int or None
        The mask that was picked (see `choose`) in place of the one that the rule of `best` takes.
    """

    prompt: Prompt
    masks: BoolArray
    predicted_iou: FloatMasks
    low_res_logits: FloatMasks
    stability_score: npt.NDArray[np.float64]
    refined: bool = False
    decode_seconds: float = 0.0
    chosen: int | None = None

    def __len__(self) -> int:
        return len(self.masks)

    @cached_property
    def area_share(self) -> npt.NDArray[np.float64]:
        """Each mask's area as a share of the image, (N,)."""
        return self.masks.mean(axis=(1, 2), dtype=np.float64)

    @property
    def is_ambiguous(self) -> bool:
        """Whether the prompt leaves open what is meant: a single click and nothing else."""
        return self.prompt.box is None and self.prompt.labels == (1,) and not self.refined

    @cached_property
    def best(self) -> int:
        """Index of the mask to show first.

        For a single click the highest

            predicted_iou + 0.4 √area − 0.2 area − 0.8 border

        where area is the mask's share of the image and border the share of the image's rim that it
        covers: a click means an object more often than its part or its surroundings. Masks whose
        stability score is under 0.6 times the highest are left out: they are ragged, and would win where the
        object itself reaches the rim. Every other prompt says more than one click does, and the highest
        predicted IoU is taken.

        The weights, without that last condition, were tuned on 150 objects of Pascal VOC; on GrabCut's 50
        photos, where they were not, the mean IoU of one click rose from 0.68 to 0.80. Those photos are not
        shipped. `python -m benchmarks.choice` measures the whole rule on the sample photos: there it
        mends the cat, nearly always keeps the choice on objects clear of the rim, loses a little on two
        portraits and on average is about as good as predicted IoU alone.
        """
        if self.chosen is not None:
            return self.chosen
        if not self.is_ambiguous:
            return int(np.argmax(self.predicted_iou))
        border = np.array([border_contact(mask) for mask in self.masks])
        area = self.area_share
        score = self.predicted_iou + 0.4 * np.sqrt(area) - 0.2 * area - 0.8 * border
        return int(np.argmax(np.where(self._is_stable, score, -np.inf)))

    @property
    def _is_stable(self) -> BoolArray:
        """Which masks (N,) are stable enough for `best` to consider after a single click."""
        return self.stability_score >= MIN_RELATIVE_STABILITY * self.stability_score.max()

    def choose(self, index: int) -> Candidates:
        """Return the same candidates with another mask as `best`.

        Raises
        ------
        IndexError
            If there is no such candidate.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"the candidates are numbered 0 to {len(self) - 1}, got {index}")
        return replace(self, chosen=index)

    @property
    def best_mask(self) -> BoolArray:
        """The mask (H, W) at `best`."""
        return self.masks[self.best]

    @property
    def best_reason(self) -> str:
        """Why `best` was chosen, in a sentence of the default language."""
        return self.explain_best()

    def explain_best(self, lang: str = DEFAULT) -> str:
        """Say in one sentence why `best` was chosen, in a language, as "es"."""
        words = Phrases(lang)
        tr = words.tr
        best, top = self.best, int(np.argmax(self.predicted_iou))
        facts = {
            "best": best,
            "best_iou": words.decimal(self.predicted_iou[best]),
            "best_area": words.percent(self.area_share[best]),
            "top": top,
            "top_iou": words.decimal(self.predicted_iou[top]),
            "top_area": words.percent(self.area_share[top]),
            "top_border": words.percent(border_contact(self.masks[top])),
            "best_stability": words.decimal(self.stability_score[best]),
            "top_stability": words.decimal(self.stability_score[top]),
        }
        if self.chosen is not None:
            reason = tr.gettext("Mask {best} was picked by hand.")
        elif len(self) == 1:
            reason = tr.gettext("Mask {best} is the only one, with a predicted IoU of {best_iou}.")
        elif best == top:
            reason = tr.gettext(
                "Mask {best} has the highest predicted IoU ({best_iou}) and covers {best_area} of the photo."
            )
        elif not self._is_stable[top]:
            reason = tr.gettext(
                "Mask {best} (predicted IoU {best_iou}, {best_area} of the photo): mask {top} is rated "
                "higher ({top_iou}) but is less stable ({top_stability} against {best_stability})."
            )
        elif self.area_share[top] < self.area_share[best]:
            reason = tr.gettext(
                "Mask {best} (predicted IoU {best_iou}, {best_area} of the photo): mask {top} is rated "
                "higher ({top_iou}) but covers only {top_area}, and one click more often means the whole "
                "object than a part of it."
            )
        else:
            reason = tr.gettext(
                "Mask {best} (predicted IoU {best_iou}, {best_area} of the photo): mask {top} is rated "
                "higher ({top_iou}) but covers {top_border} of the photo's border, as surroundings do and "
                "objects seldom."
            )
        return reason.format(**facts)

    def to_detections(self) -> sv.Detections:
        """Return all candidates as `supervision.Detections`.

        `mask` (N, H, W), `xyxy` in image pixels (right and bottom inclusive, as supervision counts),
        `confidence` the predicted IoU cut to 0..1. SAM knows no classes: `class_id` numbers the masks, so
        that supervision's annotators give each its colour, and `data` holds `class_name` ("mask_0", …),
        `predicted_iou` and `stability_score`.
        """
        import supervision as sv

        return sv.Detections(
            xyxy=sv.mask_to_xyxy(self.masks).astype(np.float64),
            mask=self.masks,
            confidence=np.clip(self.predicted_iou, 0, 1),
            class_id=np.arange(len(self)),
            data={
                "class_name": np.array([f"mask_{i}" for i in range(len(self))]),
                "predicted_iou": self.predicted_iou.copy(),
                "stability_score": self.stability_score.copy(),
            },
        )
