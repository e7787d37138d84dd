"""SAM's answers to one prompt, and which of them to show first and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from segwidgets.geometry import Box, part_of
from segwidgets.ground.packed import Packable
from segwidgets.ground.validation import BoolArray, FloatArray, describe
from segwidgets.locale.catalogues import N_
from segwidgets.locale.classes import class_label
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.comparison import mask_iou
from segwidgets.masks.regions import border_contact, reaches_rim
from segwidgets.models.engine import FloatMasks
from segwidgets.prompts import Prompt

if TYPE_CHECKING:
    import supervision as sv


BORDER_WEIGHT = 6.0  # of the share of the photo's rim that a mask covers
SMALLEST_PENALTY = 0.12  # of the smallest of several masks
CLASS_WEIGHT = 0.3  # of the IoU with what a class map sees under the click
SMALL_SHARE = 0.01  # of the photo: what covers less is told in pixels

SENTENCES: Mapping[str, str] = {
    "border": N_(
        "Mask {best} (predicted IoU {iou}, {area} of the photo) comes before mask {rival} ({rival_iou}), "
        "which covers {border} of the photo's border, as surroundings do and objects seldom."
    ),
    "rim of a view": N_(
        "Mask {best} (predicted IoU {iou}, {area} of the photo) comes before mask {rival} ({rival_iou}), "
        "which covers {border} of the closer view's rim, as surroundings do and objects seldom."
    ),
    "smallest": N_(
        "Mask {best} (predicted IoU {iou}, {area} of the photo) comes before mask {rival} ({rival_iou}), "
        "which is the smallest with {rival_area}: one click more often means the whole object than a part "
        "of it."
    ),
    "class": N_(
        "Mask {best} (predicted IoU {iou}, {area} of the photo) comes before mask {rival} ({rival_iou}), "
        "as it agrees better with what DeepLab takes for {name} under the click (IoU {agreement} against "
        "{rival_agreement})."
    ),
    "class at the border": N_(
        "Mask {best} (predicted IoU {iou}, {area} of the photo) comes before mask {rival} ({rival_iou}), "
        "as the part of the photo's border that it covers is {name} to DeepLab, too, and no surroundings."
    ),
    "no class": N_("DeepLab sees none of its classes under the click."),
    "class agrees": N_(
        "It is also the one that agrees best with what DeepLab takes for {name} under the click (IoU "
        "{agreement})."
    ),
    "class differs": N_(
        "What DeepLab takes for {name} under the click agrees more with mask {rival} (IoU "
        "{rival_agreement} against {agreement}), but not by enough."
    ),
    "best rated": N_("Mask {best} has the highest predicted IoU ({iou}) and covers {area} of the photo."),
    "best rated, small": N_("Mask {best} has the highest predicted IoU ({iou}) and covers {area}."),
    "single": N_(
        "Mask {best} is the one that SAM draws when it is to give a single answer (predicted IoU {iou}, "
        "{area} of the photo)."
    ),
    "like": N_(
        "Mask {best} agrees most with the object that DeepLab found (IoU {iou}); the click was placed for it."
    ),
    "by hand": N_("Mask {best} was picked by hand."),
    "cut off": N_("It reaches the rim of the closer view and may go on beyond it: look at a larger part."),
}
"""Why a mask was chosen, by what decided; the page in the browser says the same ones."""

Reason = Callable[["Candidates", Phrases], str]  # says in a language why a mask was chosen
Rule = Callable[["Candidates"], "Choice"]


class ClassMap(Protocol):
    """What `with_semantic` needs of a `SemanticSegmentation`."""

    @property
    def class_map(self) -> npt.NDArray[np.uint8]:
        """The class of each pixel, (H, W)."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes; the first is the background."""

    def region_at(self, x: float, y: float) -> tuple[str, BoolArray]:
        """Return the class at a point and the mask (H, W) of its connected region there."""


@dataclass(frozen=True)
class Choice:
    """Which of the candidates comes first, and why.

    Attributes
    ----------
    index : int
        The mask's number, from 0.
    reason : callable
        Takes the candidates and the `Phrases` of a language, and returns a sentence in that language.
    by_hand : bool
        Whether a person picked it; no rule then puts another in its place.
    """

    index: int
    reason: Reason
    by_hand: bool = False


@dataclass(frozen=True)
class Term:
    """One thing that counts when a single click's masks are ranked.

    Attributes
    ----------
    name : str
        What `Candidates.terms` calls it.
    values : callable
        Takes the candidates and returns what is added to each mask's predicted IoU, (N,).
    reason : callable
        Takes the candidates, the `Phrases` of a language and the number of the mask that would come first but
        for this term, and returns a sentence.
    """

    name: str
    values: Callable[[Candidates], FloatArray]
    reason: Callable[[Candidates, Phrases, int], str]


@dataclass(frozen=True)
class ClassUnderClick:
    """What a class map sees where a single click went.

    Attributes
    ----------
    class_name : str or None
        The class, or None for the background.
    iou : tuple of float
        The IoU of each candidate with the connected region of that class under the click; all 0 for the
        background.
    border : tuple of float
        The share of the image's rim that each candidate covers within that region; all 0 for the background.
    """

    class_name: str | None
    iou: tuple[float, ...]
    border: tuple[float, ...]


@dataclass(frozen=True)
class OtherOutputs(Packable):
    """What SAM's decoder answered to the same prompt besides the masks that are shown.

    Attributes
    ----------
    low_res_logits : ndarray of shape (K, 256, 256), float32
        As in `Candidates`.
    predicted_iou : ndarray of shape (K,), float32
        As in `Candidates`.
    """

    _arrays: ClassVar[tuple[str, ...]] = ("low_res_logits",)

    low_res_logits: FloatMasks
    predicted_iou: FloatMasks


@dataclass(frozen=True)
class Candidates(Packable):
    """The masks that SAM proposes for one prompt.

    Attributes
    ----------
    prompt : Prompt
        What was asked.
    masks : ndarray of shape (N, H, W), bool
        At the image's own size; N is 3 (part, object, context) for a single click, 1 for a prompt that says
        more, 4 with all other readings.
    predicted_iou : ndarray of shape (N,), float32
        The model's own estimate of each mask's IoU; it can exceed 1 a little.
    low_res_logits : ndarray of shape (N, h, w), float32
        The decoder's output, SAM's (N, 256, 256) over the padded square, see `Segmenter.frame`; feed one
        back to refine the same object. A mask that no network drew has none, (1, 0, 0).
    stability_score : ndarray of shape (N,), float64
        IoU of the mask thresholded a little higher and a little lower (logits ± 1), 0 to 1; see
        `segment_anything.utils.amg.calculate_stability_score`. Here on the low-resolution logits.
    refined : bool
        Whether an earlier mask was fed back.
    decode_seconds : float
        Wall time of the decoder.
    picked : Choice or None
        The choice that was made (see `choose` and `choose_by`) in place of what the rule of `best` takes.
    under_click : ClassUnderClick or None
        What a class map sees under a single click, where one was asked (see `with_semantic`).
    others : OtherOutputs or None
        The decoder's other outputs; `Segmenter.other_readings` makes masks of them.
    view : (int, int, int, int) or None
        x0, y0, x1, y1 of the part of the image that was looked at, see `Segmenter.closer`; None for all.

    Examples
    --------
    >>> candidates = Segmenter("cat").predict(Prompt([(250, 170)]))
    >>> candidates.masks.shape, candidates.best
    ((3, 300, 451), 0)
    >>> candidates.with_semantic(segment_semantic("cat")).best  # DeepLab's word helps
    1
    >>> candidates.choose(2).best
    2
    """

    _arrays: ClassVar[tuple[str, ...]] = ("masks", "low_res_logits")

    prompt: Prompt
    masks: BoolArray
    predicted_iou: FloatMasks
    low_res_logits: FloatMasks
    stability_score: npt.NDArray[np.float64]
    refined: bool = False
    decode_seconds: float = 0.0
    picked: Choice | None = None
    under_click: ClassUnderClick | None = None
    others: OtherOutputs | None = None
    view: Box | None = None

    def __len__(self) -> int:
        return len(self.predicted_iou)

    def put_away(self) -> int:
        """Hold masks and logits packed until `take_out`, and return how many bytes that takes.

        They read as before, but each reading unpacks them anew: for answers that are seldom looked at, as
        those that undo goes back to.
        """
        return super().put_away() + (0 if self.others is None else self.others.put_away())

    def take_out(self) -> None:
        """Hold masks and logits as they are read."""
        super().take_out()
        if self.others is not None:
            self.others.take_out()

    @property
    def nbytes(self) -> int:
        """How many bytes masks and logits have where they are not put away."""
        return super().nbytes + (0 if self.others is None else self.others.nbytes)

    @cached_property
    def area_share(self) -> FloatArray:
        """Each mask's area as a share of the image, (N,)."""
        return np.array([np.count_nonzero(mask) / mask.size for mask in self.masks])

    def area_px(self, index: int) -> tuple[int, int]:
        """Return how many pixels a mask covers, and how many the image has."""
        size = self.masks[index].size
        return round(float(self.area_share[index]) * size), size

    @cached_property
    def border_share(self) -> FloatArray:
        """The share of the rim that each mask covers, (N,): the image's, or that of a closer view."""
        return np.array([self._border_of(mask) for mask in self.masks])

    @cached_property
    def cut_off(self) -> BoolArray:
        """Which masks (N,) reach the rim of a closer view within the image, so that they may go on beyond it.

        All False where the whole image was looked at.
        """
        return np.array([self.view is not None and reaches_rim(mask, self.view) for mask in self.masks])

    def _border_of(self, mask: BoolArray) -> float:
        return border_contact(mask if self.view is None else mask[part_of(self.view)])

    @property
    def is_ambiguous(self) -> bool:
        """Whether the prompt leaves open what is meant: a single click and nothing else."""
        return self.prompt.is_single_click and not self.refined

    @cached_property
    def choice(self) -> Choice:
        """The mask to show first, and why.

        What was picked, if anything was. Else for a single click the highest

            predicted_iou − 6 border − 0.12 (for the smallest mask only)

        where border is the share of the image's rim that the mask covers. The smallest of the three is a part
        more often than what was meant, and what runs along the rim is surroundings; no term knows how large
        things are, so that the rule holds where one object fills the photo and where a hundred lie on it.
        Once `with_semantic` has asked a class map, 0.3 times the mask's IoU with the connected region of the
        class under the click is added (nothing on background), and the rim within that region does not
        count, as there it is the object itself that leaves the photo.

        Any other prompt says more than one click does, and of several masks the one with the highest
        predicted IoU is taken.

        Mean IoU of one click at an object's deepest point / anywhere inside it, with the default model on
        photos that are not shipped (GrabCut's 50 photos, 475 objects of Pascal VOC 2007, and GrabCut's photos
        as 9 tiles of one photo):

        =================================  ===========  ===========  ===========
        ..                                 GrabCut      VOC          9 in one
        =================================  ===========  ===========  ===========
        highest predicted IoU              .678 / .682  .561 / .521  .578 / .578
        this rule                          .804 / .775  .597 / .545  .699 / .652
        this rule with DeepLab's classes   .824 / .799  .635 / .587  .702 / .682
        best of the three                  .866 / .863  .750 / .718  .810 / .768
        =================================  ===========  ===========  ===========

        The weights were chosen on these and two more sets; with one set left out at a time the figures
        fall by .01 at most, in crowds by up to .05. DeepLab's row was measured with its IoU alone, the rim
        within its region still counted. `python -m benchmarks.choice` measures the rules on the sample photos
        or on your own. It fails where an object is cut off by the photo's rim and no class map knows it: on
        the sample "cat" a click shows a part of her until DeepLab has looked.
        """
        if self.picked is not None:
            return self.picked
        if len(self) == 1:
            return Choice(0, _reason_single)
        return choose_for_click(self) if self.is_ambiguous else choose_best_rated(self)

    @property
    def best(self) -> int:
        """Index of the mask to show first; see `choice`."""
        return self.choice.index

    @property
    def chosen(self) -> int | None:
        """Index of the mask that was picked by hand, or None."""
        return self.picked.index if self.picked is not None and self.picked.by_hand else None

    @property
    def terms(self) -> dict[str, FloatArray]:
        """What the rule for a single click adds up for each mask, by name, each (N,); see `choice`."""
        return {
            "predicted_iou": self.predicted_iou.astype(np.float64),
            **{term.name: term.values(self) for term in TERMS},
            "class": _class(self),
        }

    def choose(self, index: int, reason: Reason | None = None) -> Candidates:
        """Return the same candidates with another mask as `best`.

        Parameters
        ----------
        index : int
            The mask's number, from 0.
        reason : callable, optional
            Says why; see `Choice`. By default the mask was picked by hand.

        Raises
        ------
        IndexError
            If there is no such candidate.
        TypeError
            If the reason cannot be called, as a sentence in one language cannot.
        """
        if reason is not None and not callable(reason):
            raise TypeError(
                "reason must be a function of the candidates and a language's Phrases that returns a "
                f"sentence, got {describe(reason)}"
            )
        return self._with_choice(Choice(index, reason or _reason_by_hand, by_hand=reason is None))

    def choose_by(self, rule: Rule) -> Candidates:
        """Return the same candidates with `best` as a rule of one's own has it.

        Parameters
        ----------
        rule : callable
            Takes these candidates and returns a `Choice`.

        Raises
        ------
        IndexError
            If the rule chooses a candidate that there is not.
        """
        return self._with_choice(rule(self))

    def _with_choice(self, choice: Choice) -> Candidates:
        if not 0 <= choice.index < len(self):
            raise IndexError(f"the candidates are numbered 0 to {len(self) - 1}, got {choice.index}")
        return replace(self, picked=choice)

    def with_semantic(self, semantic: ClassMap) -> Candidates:
        """Return the same candidates ranked with the help of a class map.

        A single click's masks are ranked with the class under the click (see `choice`), and `best_reason`
        says what came of it. A mask that was picked stays, as do the masks of any other prompt.

        Parameters
        ----------
        semantic : SemanticSegmentation
            Of the same image, as `segment_semantic` returns it.

        Raises
        ------
        TypeError
            If it is something else.
        ValueError
            If it belongs to an image of another size.
        """
        if not hasattr(semantic, "region_at"):
            raise TypeError(
                "semantic must be a SemanticSegmentation, as segment_semantic(image) returns it, got "
                f"{describe(semantic)}"
            )
        if semantic.class_map.shape != self.masks.shape[1:]:
            raise ValueError(
                f"semantic must belong to the same image of {self.masks.shape[1:]} (height, width), got a "
                f"class map of {semantic.class_map.shape}"
            )
        if not self.is_ambiguous:
            return self
        class_name, region = semantic.region_at(*self.prompt.points[0])
        if class_name == semantic.class_names[0]:
            nothing = (0.0,) * len(self)
            return replace(self, under_click=ClassUnderClick(None, nothing, nothing))
        iou = tuple(mask_iou(mask, region) for mask in self.masks)
        border = tuple(self._border_of(mask & region) for mask in self.masks)
        return replace(self, under_click=ClassUnderClick(class_name, iou, border))

    @property
    def best_mask(self) -> BoolArray:
        """The mask (H, W) at `best`."""
        mask: BoolArray = self.masks[self.best]
        return mask

    @property
    def best_reason(self) -> str:
        """Why `best` was chosen, in a sentence of the default language."""
        return self.explain_best()

    def explain_best(self, lang: str = DEFAULT) -> str:
        """Say in a sentence or two why `best` was chosen, in a language, as "es"."""
        words = Phrases(lang)
        sentences = [self.choice.reason(self, words)]
        if self.cut_off[self.best]:
            sentences.append(_said(words, "cut off"))
        return " ".join(sentences)

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


# how one is chosen, and the words for it


def choose_for_click(candidates: Candidates) -> Choice:
    """Rank the masks of a single click by the sum of `Candidates.terms`."""
    scores = _scores(candidates)
    return Choice(int(np.argmax(scores)), _reason_click)


def choose_best_rated(candidates: Candidates) -> Choice:
    """Take the highest predicted IoU."""
    return Choice(int(np.argmax(candidates.predicted_iou)), _reason_best_rated)


def choose_like(found: BoolArray) -> Rule:
    """Return the rule for a click that was placed for an object which DeepLab found: most like it.

    Parameters
    ----------
    found : ndarray of shape (H, W), bool
        The object's mask.
    """

    def rule(candidates: Candidates) -> Choice:
        agreement = [mask_iou(mask, found) for mask in candidates.masks]
        best = int(np.argmax(agreement))
        return Choice(best, partial(_reason_like, agreement[best]))

    return rule


def _scores(candidates: Candidates) -> FloatArray:
    scores: FloatArray = np.sum(list(candidates.terms.values()), axis=0)
    return scores


def _border(candidates: Candidates) -> FloatArray:
    return -BORDER_WEIGHT * candidates.border_share


def _smallest(candidates: Candidates) -> FloatArray:
    values = np.zeros(len(candidates))
    values[np.argmin(candidates.area_share)] = -SMALLEST_PENALTY
    return values


def _class(candidates: Candidates) -> FloatArray:
    seen = candidates.under_click
    if seen is None:
        return np.zeros(len(candidates))
    return CLASS_WEIGHT * np.array(seen.iou) + BORDER_WEIGHT * np.array(seen.border)


def _reason_border(candidates: Candidates, words: Phrases, rival: int) -> str:
    return _said(
        words,
        "border" if candidates.view is None else "rim of a view",
        border=words.percent(candidates.border_share[rival]),
        **_facts(candidates, words, rival),
    )


def _reason_smallest(candidates: Candidates, words: Phrases, rival: int) -> str:
    return _said(words, "smallest", **_facts(candidates, words, rival))


def _reason_class(candidates: Candidates, words: Phrases, rival: int) -> str:
    seen, best = candidates.under_click, candidates.best
    if seen is None or seen.class_name is None:
        raise ValueError("no class map has named what is under the click")
    agrees = seen.iou[best] > seen.iou[rival]
    return _said(
        words,
        "class" if agrees else "class at the border",
        name=class_label(seen.class_name, words.lang),
        agreement=words.decimal(seen.iou[best]),
        rival_agreement=words.decimal(seen.iou[rival]),
        **_facts(candidates, words, rival),
    )


TERMS: tuple[Term, ...] = (
    Term("border", _border, _reason_border),
    Term("smallest", _smallest, _reason_smallest),
)


def _reason_click(candidates: Candidates, words: Phrases) -> str:
    """Name the term that decided; where DeepLab did not, say what it saw."""
    without = replace(candidates, under_click=None).choose_by(choose_for_click)
    if without.best != candidates.best:
        return _reason_class(candidates, words, without.best)
    decided = _deciding_term(without)
    if decided is None:
        sentence = _reason_best_rated(candidates, words)
    else:
        term, rival = decided
        sentence = term.reason(candidates, words, rival)
    return " ".join(part for part in (sentence, _what_the_class_map_saw(candidates, words)) if part)


def _deciding_term(candidates: Candidates) -> tuple[Term, int] | None:
    """Return the term without which another mask would come first, and that mask.

    Of several the one that weighs most. Where each is enough alone, the one that weighs most against the
    highest predicted IoU. None where the predicted IoU alone decides.
    """
    best, top, scores = candidates.best, int(np.argmax(candidates.predicted_iou)), _scores(candidates)
    deciding = []
    for term in TERMS:
        values = term.values(candidates)
        rival = int(np.argmax(scores - values))
        if rival != best:
            deciding.append((values[best] - values[rival], term, rival))
    if not deciding and best != top:
        weights = [term.values(candidates) for term in TERMS]
        deciding = [(w[best] - w[top], term, top) for w, term in zip(weights, TERMS, strict=True)]
    if not deciding:
        return None
    _, term, rival = max(deciding, key=lambda one: one[0])
    return term, rival


def _what_the_class_map_saw(candidates: Candidates, words: Phrases) -> str:
    """Say whether DeepLab agrees with a choice that it did not decide."""
    seen, best = candidates.under_click, candidates.best
    if seen is None:
        return ""
    if seen.class_name is None:
        return _said(words, "no class")
    rival = int(np.argmax(seen.iou))
    facts = {
        "name": class_label(seen.class_name, words.lang),
        "agreement": words.decimal(seen.iou[best]),
        "rival": rival,
        "rival_agreement": words.decimal(seen.iou[rival]),
    }
    agrees = seen.iou[best] == seen.iou[rival]
    return _said(words, "class agrees" if agrees else "class differs", **facts)


def _reason_best_rated(candidates: Candidates, words: Phrases) -> str:
    is_small = candidates.area_share[candidates.best] < SMALL_SHARE  # told in other words in Spanish
    return _said(words, "best rated, small" if is_small else "best rated", **_facts(candidates, words))


def _reason_single(candidates: Candidates, words: Phrases) -> str:
    return _said(words, "single", **_facts(candidates, words))


def _reason_like(agreement: float, candidates: Candidates, words: Phrases) -> str:
    return _said(words, "like", best=candidates.best, iou=words.decimal(agreement))


def as_before(before: Candidates, candidates: Candidates, words: Phrases) -> str:
    """Give the reason that held before more masks were added; a `Reason` once `before` is bound."""
    return before.choice.reason(before, words)


def _reason_by_hand(candidates: Candidates, words: Phrases) -> str:
    return _said(words, "by hand", best=candidates.best)


def _said(words: Phrases, sentence: str, **facts: object) -> str:
    return words.gettext(SENTENCES[sentence]).format(**facts)


def _facts(candidates: Candidates, words: Phrases, rival: int = 0) -> dict[str, object]:
    best = candidates.best
    return {
        "best": best,
        "iou": words.decimal(candidates.predicted_iou[best]),
        "area": words.area(*candidates.area_px(best)),
        "rival": rival,
        "rival_iou": words.decimal(candidates.predicted_iou[rival]),
        "rival_area": words.area(*candidates.area_px(rival)),
    }
