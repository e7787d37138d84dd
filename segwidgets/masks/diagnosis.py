"""What is right and wrong with each candidate mask, in words: role, faults with numbers, a likely prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from types import MappingProxyType
from typing import Any

import numpy as np

from segwidgets.ground.validation import BoolArray, UInt8Array, check_image, describe
from segwidgets.locale.catalogues import N_
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.comparison import MaskComparison
from segwidgets.masks.evidence import CandidatesLike, Evidence
from segwidgets.masks.faults import Facts, Text, faults_of, shape_faults_of
from segwidgets.masks.findings import Role, finding_of
from segwidgets.masks.measures import MaskMeasures
from segwidgets.masks.regions import box_around, deepest_point

CLEAN = N_("clean contour")
"""What stands in a title where no fault of the shape does."""


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
    candidates: CandidatesLike, lang: str = DEFAULT, image: UInt8Array | None = None
) -> list[Diagnosis]:
    """Say of each candidate what it shows, what is wrong with it and which prompt would mend it.

    There is no truth to hold a mask against, so the chosen one (`candidates.best`) is the measure of the
    others: one that nearly coincides with it (IoU of 0.9 or more) is "object" too, a smaller one of which
    more than half lies inside it is a "part" (as is an empty one), any other is "context". The limits behind
    every statement have names and reasons at the top of `segwidgets/masks/findings.py` and `faults.py`.

    Parameters
    ----------
    candidates : Candidates
        Masks of one prompt, as `Segmenter.predict` returns them.
    lang : str
        The language of the words, as "es".
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

    Examples
    --------
    >>> candidates = Segmenter("cat").predict(Prompt([(250, 170)])).with_semantic(segment_semantic("cat"))
    >>> for diagnosis in diagnose(candidates):
    ...     print(diagnosis.title)
    Mask 0 is partial, ...
    Mask 1, the chosen one: clean contour
    Mask 2 leaks: ...
    """
    words = Phrases(lang)
    try:
        counts = [len(candidates.masks), len(candidates.predicted_iou), len(candidates.stability_score)]
    except (AttributeError, TypeError):
        raise TypeError(
            f"candidates must be what Segmenter.predict returns, got {describe(candidates)}; "
            "what one mask measures says measure(mask)"
        ) from None
    if np.ndim(candidates.masks) != 3 or len(set(counts)) > 1:
        raise ValueError(
            "candidates must hold masks (N, H, W), N predicted_iou and N stability_score, got masks "
            f"{np.shape(candidates.masks)} with {counts[1]} and {counts[2]}"
        )
    if not 0 <= candidates.best < counts[0]:
        raise ValueError(
            f"candidates.best must be an index from 0 to {counts[0] - 1}, got {candidates.best!r}"
        )
    if image is not None:
        check_image(image)
    return [_diagnose_one(Evidence(candidates, index, image), words) for index in range(counts[0])]


def _diagnose_one(mask: Evidence, words: Phrases) -> Diagnosis:
    finding, shape = finding_of(mask), shape_faults_of(mask)

    def say(text: Text, facts: Facts, region: BoolArray | None = None) -> str:
        fields = _Fields(mask, words, facts)
        if region is not None:
            fields["x"], fields["y"] = deepest_point(region, exact=False)
        return text(mask, words.tr).format_map(fields)

    summary = [say(finding.lead, finding.facts)]
    if finding.use is not None:
        summary.append(say(shape[0].sentence, shape[0].facts) if shape else say(clean_contour, _speck_facts))
        summary.append(say(finding.use, finding.facts))
    advice = finding.prompt(mask)
    return Diagnosis(
        index=mask.index,
        role=finding.role,
        title=say(finding.title, finding.facts),
        faults=tuple(say(fault.sentence, fault.facts) for fault in faults_of(mask)),
        likely_prompt=say(advice.text, finding.facts, advice.region and advice.region(mask)),
        summary=" ".join(summary),
        measures=mask.measures,
        comparison=mask.comparison,
    )


class _Fields(dict[str, object]):
    """What the fields of a row's texts stand for: its own facts, then `FACTS`, worked out when asked for."""

    def __init__(self, mask: Evidence, words: Phrases, facts: Facts) -> None:
        super().__init__(facts(mask, words))
        self._mask, self._words = mask, words

    def __missing__(self, field: str) -> object:
        return FACTS[field](self._mask, self._words)


def _marks(mask: Evidence, words: Phrases) -> str:
    """Name the faults of the mask's shape in a few words each."""
    marks = [
        fault.mark(mask, words.tr).format_map(_Fields(mask, words, fault.facts))
        for fault in shape_faults_of(mask)
        if fault.mark is not None
    ]
    return words.join(marks) or words.gettext(CLEAN)


def _place(mask: Evidence, words: Phrases, region: BoolArray) -> str:
    """Say where a region lies, held against the chosen mask's box."""
    box = box_around(mask.chosen)
    return words.place(region, box) if box is not None and region.any() else ""


def clean_contour(mask: Evidence, tr: NullTranslations) -> str:
    """Say that nothing is wrong with a mask's shape, and how many specks it has all the same."""
    if not len(mask.speck_px):
        return tr.gettext("Its contour is clean: one piece, without holes.")
    return tr.ngettext(
        "Its contour is clean but for {n} speck of {px} px.",
        "Its contour is clean but for {n} specks of {px} px in all.",
        len(mask.speck_px),
    )


def _speck_facts(mask: Evidence, words: Phrases) -> dict[str, object]:
    return {"n": len(mask.speck_px), "px": words.count(int(mask.speck_px.sum()))}


def _prompt(mask: Evidence, words: Phrases) -> str:
    """Say what a prompt consists of: "1 foreground point and a box"."""
    labels, tr = mask.prompt.labels or (), words.tr
    foreground, background = labels.count(1), labels.count(0)
    parts = []
    if foreground:
        text = tr.ngettext("{n} foreground point", "{n} foreground points", foreground)
        parts.append(text.format(n=foreground))
    if background:
        text = tr.ngettext("{n} background point", "{n} background points", background)
        parts.append(text.format(n=background))
    if mask.prompt.box is not None:
        parts.append(tr.gettext("a box"))
    return words.join(parts) or tr.gettext("an empty prompt")


FACTS: Mapping[str, Callable[[Evidence, Phrases], object]] = MappingProxyType(
    {
        "m": lambda mask, words: mask.index,
        "best": lambda mask, words: mask.best,
        "photo": lambda mask, words: words.percent(mask.measures.area_share),
        "marks": _marks,
        "prompt": _prompt,
        "iou": lambda mask, words: words.decimal(mask.overlap.iou),
        "inside": lambda mask, words: words.percent(mask.overlap.precision),
        "covered": lambda mask, words: words.percent(mask.overlap.recall),
        "leak": lambda mask, words: words.percent(mask.overlap.leak_share),
        "miss": lambda mask, words: words.percent(mask.overlap.miss_share),
        "leak_place": lambda mask, words: _place(mask, words, mask.leak),
        "miss_place": lambda mask, words: _place(mask, words, mask.miss),
    }
)
"""The fields that every text of `faults` and `findings` may use; {x} and {y} are an `Advice`'s own."""
