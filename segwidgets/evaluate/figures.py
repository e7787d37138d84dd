"""The figures of one object: what it takes to segment it, by clicks and by a box."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from segwidgets.candidates import Candidates
from segwidgets.evaluate.robot import Answer, click_through
from segwidgets.evaluate.settings import Settings
from segwidgets.evaluate.truths import Truth
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.masks.comparison import compare, mask_iou
from segwidgets.masks.regions import box_around
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.semantic import SemanticSegmentation

THRESHOLDS = {85: 0.85, 90: 0.90}  # of the IoU, for NoC@85 and NoC@90
HARM = 0.05  # a click that lowers IoU by more has done harm
DIGITS = 6  # of an IoU in a table

Key = tuple[str, str, str, str]
ByClick = dict[int, float]
ByThreshold = dict[int, int]


@dataclass(frozen=True)
class ObjectFigures:
    """What was measured on one object; every IoU is from 0 to 1 and leaves out what does not count.

    Attributes
    ----------
    photo, mask, object, class_name : str
        The photo, the mask file (or entry of a list), the object in it, and its class where that is known.
    fingerprint : str
        Of the photo's pixels and the true mask.
    width, height : int
        The photo's, in pixels.
    area_px, ignored_px : int
        Pixels of the object, and pixels that do not count.
    click_x, click_y : float
        The first click, in pixels of the photo.
    iou, boundary_iou : dict of int to float
        After 1, 2, 3, 5, 10 clicks as the package answers them, each at the deepest point of the largest
        error. Once nothing is wrong the figure stays.
    noc : dict of int to int
        Clicks until the IoU is .85 and .90, by 85 and 90; all clicks that were allowed where it never is.
    reached : dict of int to int
        1 where it was reached, else 0.
    refining_clicks, harmful_clicks : int
        The clicks after the first, and those of them that lowered IoU by more than 0.05.
    choice_iou : float
        Of the package's own choice after the first click, before a class map is asked; `iou[1]` where none
        is.
    rated_iou, best_of_three_iou : dict of int to float
        As `iou`, where after each click the best rated of SAM's three masks is taken (the highest predicted
        IoU), or the one most like the truth: the most that a choice among three can reach. Each way has
        clicks of its own, for its own errors.
    random_iou : dict of int to float
        As `iou`, for clicks anywhere inside the largest error; the mean of several draws.
    box_iou, box_boundary_iou : float
        With the tightest box and no click.
    """

    photo: str
    mask: str
    object: str
    class_name: str
    fingerprint: str
    width: int
    height: int
    area_px: int
    ignored_px: int
    click_x: float
    click_y: float
    iou: ByClick
    boundary_iou: ByClick
    noc: ByThreshold
    reached: ByThreshold
    refining_clicks: int
    harmful_clicks: int
    choice_iou: float
    rated_iou: ByClick
    best_of_three_iou: ByClick
    random_iou: ByClick
    box_iou: float
    box_boundary_iou: float

    @property
    def key(self) -> Key:
        """What tells the object from all others, and from itself with another mask."""
        return self.photo, self.mask, self.object, self.fingerprint


def fingerprint(image: UInt8Array, truth: Truth) -> str:
    """Return eight hexadecimal digits that change with the photo's pixels or the truth (CRC-32)."""
    code = zlib.crc32(np.ascontiguousarray(image).data)
    for mask in (truth.mask, truth.counts):
        code = zlib.crc32(np.packbits(mask).data, code)
    return f"{code:08x}"


def measure_object(
    segmenter: Segmenter,
    truth: Truth,
    settings: Settings,
    semantic: SemanticSegmentation | None = None,
    photo: str = "",
    mask: str = "",
) -> ObjectFigures:
    """Measure one object.

    Parameters
    ----------
    segmenter : Segmenter
        The photo, encoded.
    truth : Truth
        The object, of the photo's size.
    settings : Settings
        How to measure.
    semantic : SemanticSegmentation, optional
        The photo's classes, which the choice after the first click then asks.
    photo, mask : str
        What to call the two in the table.
    """
    at, code = settings.at_clicks, fingerprint(segmenter.image, truth)
    ask = _Asked(segmenter, semantic)
    main, boundary_ious = _Walk(truth), []
    for answer in click_through(ask.ours, truth, settings.clicks):
        main.note(answer)
        if len(main.ious) <= at[-1]:
            boundary_ious.append(compare(counted(answer.best_mask, truth), truth.mask).boundary_iou)
        if max(main.ious) >= max(THRESHOLDS.values()) and len(main.ious) >= at[-1]:
            break

    def walk(answer: Answer, rng: np.random.Generator | None = None) -> list[float]:
        some = _Walk(truth)
        for answered in click_through(answer, truth, at[-1], rng):
            some.note(answered)
        return some.ious

    draws = [
        walk(ask.ours, np.random.default_rng([settings.seed, int(code, 16), draw]))
        for draw in range(settings.draws)
    ]
    first = ask.single(Prompt(main.clicks[:1]))
    box = compare(counted(segmenter.predict(Prompt(box=box_around(truth.mask))).best_mask, truth), truth.mask)
    height, width = segmenter.size
    harmful = np.diff(main.ious) < -HARM
    return ObjectFigures(
        photo=photo,
        mask=mask,
        object=truth.name,
        class_name=truth.class_name,
        fingerprint=code,
        width=width,
        height=height,
        area_px=int(np.count_nonzero(truth.mask)),
        ignored_px=int(np.count_nonzero(~truth.counts)),
        click_x=main.clicks[0][0],
        click_y=main.clicks[0][1],
        iou=_by_click(main.ious, at),
        boundary_iou=_by_click(boundary_ious, at),
        noc={name: clicks_to(main.ious, least, settings.clicks) for name, least in THRESHOLDS.items()},
        reached={name: int(max(main.ious) >= least) for name, least in THRESHOLDS.items()},
        refining_clicks=len(harmful),
        harmful_clicks=int(harmful.sum()),
        choice_iou=_rounded(iou_of(first.best_mask, truth)),
        rated_iou=_by_click(walk(ask.picking(best_rated)), at),
        best_of_three_iou=_by_click(walk(ask.picking(lambda three: most_like(three, truth))), at),
        random_iou=_mean([_by_click(ious, at) for ious in draws]),
        box_iou=_rounded(box.iou),
        box_boundary_iou=_rounded(box.boundary_iou),
    )


class _Asked:
    """The ways of answering clicks on one photo; they share what SAM says to a single click."""

    def __init__(self, segmenter: Segmenter, semantic: SemanticSegmentation | None) -> None:
        self.segmenter = segmenter
        self.semantic = semantic
        self._single: dict[Prompt, Candidates] = {}

    def single(self, prompt: Prompt) -> Candidates:
        """Answer a first click."""
        if prompt not in self._single:
            self._single[prompt] = self.segmenter.predict(prompt)
        return self._single[prompt]

    def ours(self, prompt: Prompt, before: Candidates | None) -> Candidates:
        """Answer as the package does."""
        if before is not None:
            return self.segmenter.predict(prompt, before)
        first = self.single(prompt)
        return first if self.semantic is None else first.with_semantic(self.semantic)

    def picking(self, pick: Callable[[Candidates], int]) -> Answer:
        """Return the way that picks one of SAM's three masks after each click."""

        def answer(prompt: Prompt, before: Candidates | None) -> Candidates:
            if before is None:
                three = self.single(prompt)
            else:
                three = self.segmenter.predict(prompt, before, multimask=True)
            return three.choose(pick(three))

        return answer


class _Walk:
    """What is kept of the answers to one click after another."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.ious: list[float] = []
        self.clicks: tuple[tuple[float, float], ...] = ()

    def note(self, answer: Candidates) -> None:
        """Keep what an answer is worth."""
        self.ious.append(iou_of(answer.best_mask, self.truth))
        self.clicks = answer.prompt.points


def counted(mask: BoolArray, truth: Truth) -> BoolArray:
    """Return a mask (H, W) without the pixels that do not count."""
    return mask & truth.counts


def iou_of(mask: BoolArray, truth: Truth) -> float:
    """Return a mask's IoU with the truth, where that counts."""
    return mask_iou(counted(mask, truth), truth.mask)


def best_rated(candidates: Candidates) -> int:
    """Return which mask has the highest predicted IoU."""
    return int(np.argmax(candidates.predicted_iou))


def most_like(candidates: Candidates, truth: Truth) -> int:
    """Return which mask has the highest IoU with the truth."""
    return int(np.argmax([iou_of(mask, truth) for mask in candidates.masks]))


def clicks_to(ious: Sequence[float], least: float, most: int) -> int:
    """Return the number of clicks (NoC) until an IoU is reached; `most` where it never is."""
    return next((count for count, iou in enumerate(ious, 1) if iou >= least), most)


def _by_click(ious: Sequence[float], at: Iterable[int]) -> ByClick:
    """Return the IoU after so many clicks; where there were fewer, it stays."""
    return {count: _rounded(ious[min(count, len(ious)) - 1]) for count in at}


def _mean(draws: Sequence[ByClick]) -> ByClick:
    return {
        count: _rounded(sum(draw[count] for draw in draws) / len(draws))
        for count in (draws[0] if draws else ())
    }


def _rounded(value: float) -> float:
    return round(float(value), DIGITS)
