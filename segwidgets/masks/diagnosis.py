"""What is right and wrong with each candidate mask, in words: role, faults with numbers, a likely prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from segwidgets._validation import UInt8Array, check_image
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.comparison import MaskComparison
from segwidgets.masks.findings import CandidatesLike, Findings
from segwidgets.masks.measures import MaskMeasures

Role = Literal["part", "object", "context"]

_ROLES: dict[str, Role] = {
    "chosen": "object",
    "same": "object",
    "part": "part",
    "empty": "part",
    "context": "context",
    "rival": "context",
    "elsewhere": "context",
}


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` says of one mask.

    Attributes
    ----------
    index : int
        Which of the candidates, from 0, as in `mask_0.png`.
    role : {"part", "object", "context"}
        What the mask shows when held against the chosen one.
    title : str
        The finding in one short line.
    faults : tuple of str
        A sentence with numbers for each; empty when nothing is wrong.
    likely_prompt : str
        Which kind of prompt gives such a mask, and what to try next.
    summary : str
        Two or three sentences for a report.
    measures : MaskMeasures
        The mask's numbers.
    comparison : MaskComparison or None
        The mask held against the chosen one; None for the chosen one itself.
    """

    index: int
    role: Role
    title: str
    faults: tuple[str, ...]
    likely_prompt: str
    summary: str
    measures: MaskMeasures
    comparison: MaskComparison | None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, ready for JSON."""
        words = ("index", "role", "title", "likely_prompt", "summary")
        return {
            **{name: getattr(self, name) for name in words},
            "faults": list(self.faults),
            "measures": self.measures.to_dict(),
            "comparison": self.comparison.to_dict() if self.comparison else None,
        }


def diagnose(
    candidates: CandidatesLike, lang: str = "en", image: UInt8Array | None = None
) -> list[Diagnosis]:
    """Say of each candidate what it shows, what is wrong with it and which prompt would mend it.

    There is no truth to hold a mask against, so the chosen one (`candidates.best`) is the measure of the
    others: one that nearly coincides with it (IoU of 0.9 or more) is "object" too, a smaller one of which
    more than half lies inside it is a "part" (as is an empty one), any other is "context". The limits behind
    every statement have names and reasons at the top of `segwidgets/masks/findings.py`.

    Parameters
    ----------
    candidates : Candidates
        Masks of one prompt, as `Segmenter.predict` returns them.
    lang : {"en", "es"}
        The language of the words.
    image : ndarray of shape (H, W, 3), uint8, optional
        The photo in RGB; with it the measures have an `edge_agreement`.

    Returns
    -------
    list of Diagnosis
        One for each mask, in their order.

    Raises
    ------
    TypeError, ValueError
        If the arrays do not agree with each other or with the image, or the language is unknown.
    """
    words = Phrases(lang)
    counts = [len(candidates.masks), len(candidates.predicted_iou), len(candidates.low_res_logits)]
    if np.ndim(candidates.masks) != 3 or len(set(counts)) > 1:
        raise ValueError(
            "candidates must hold masks (N, H, W), N predicted_iou and N low_res_logits, got masks "
            f"{np.shape(candidates.masks)} with {counts[1]} and {counts[2]}"
        )
    if not 0 <= candidates.best < counts[0]:
        raise ValueError(
            f"candidates.best must be an index from 0 to {counts[0] - 1}, got {candidates.best!r}"
        )
    if image is not None:
        check_image(image)
    return [_diagnose_one(Findings(candidates, index, words, image), index) for index in range(counts[0])]


def _diagnose_one(findings: Findings, index: int) -> Diagnosis:
    return Diagnosis(
        index=index,
        role=_ROLES[findings.kind],
        title=findings.title(),
        faults=(*findings.shape_faults, *findings.other_faults()),
        likely_prompt=findings.likely_prompt(),
        summary=findings.summary(),
        measures=findings.measures,
        comparison=findings.comparison,
    )
