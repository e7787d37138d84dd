"""Find all that looks like a mask.

The embedding that SAM's clicks are answered from says more than where edges are: cells that show alike things
point in alike directions. So what looks like a given mask can be found without training and without another
network: there is a click wherever the cells look alike, and of what SAM answers the mask is kept that is most
like the one given. Where DeepLab has a class for it, its word counts too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from segwidgets.candidates import Candidates
from segwidgets.ground.validation import BoolArray, FloatArray, check_mask, describe
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.semantic import SemanticSegmentation
from segwidgets.similar.likeness import Likeness
from segwidgets.similar.of_class import MAJORITY, Seed, common_class, seeds
from segwidgets.similar.things import Thing, apart, union

if TYPE_CHECKING:
    import supervision as sv

SURE = 0.7
"""Confidence from which on a mask is taken for one more of the same."""


def find_similar(
    segmenter: Segmenter,
    mask: BoolArray | Sequence[BoolArray] | sv.Detections,
    semantic: SemanticSegmentation | None = None,
    threshold: float = SURE,
    progress: Callable[[int, int], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    max_clicks: int = 200,
) -> sv.Detections:
    """Find all that looks like a mask in the same photo.

    Each cell of the image embedding is compared (cosine, after the background's mean is taken off) with the
    mean over the mask; what turns out alike is then left out of the background. The local maxima of this
    similarity, smoothed at the mask's own scale, become clicks. Of each click's candidates the one counts
    that has the highest

        likeness · (smaller area / larger area) ^ 0.25 · predicted_iou · stability_score,

    and this number, at most 1, is its `confidence`; likeness is the mean similarity over the candidate,
    divided by that over the mask given. Of masks that overlap the most confident stays.

    With `semantic`, if the mask has a class, only masks that DeepLab names alike are kept, and each region of
    that class that is not covered yet is clicked once (twice if the first answers were mere details): this
    finds things of another size, or seen from another side, if they are more like the mask than the
    background is. Their confidence is the same product, but likeness is the share of the mask that has the
    class, and the area is compared with the region's.

    The threshold only filters: what is found at 0.8 is what is found at 0, without what is below.

    Parameters
    ----------
    segmenter : Segmenter
        The photo, encoded.
    mask : ndarray of shape (H, W) or (N, H, W), bool, or sequence of masks, or supervision.Detections
        The exemplar, or several: alike is then what is like one of them.
    semantic : SemanticSegmentation, optional
        DeepLab's classes of the same photo.
    threshold : float
        Lowest confidence of what is returned, 0 to 1.
    progress : callable, optional
        Called with the number of clicks done and of all clicks known so far, after each.
    cancelled : callable, optional
        Asked before each click; once it says True, what was found so far is returned.
    max_clicks : int
        Most clicks into places that look alike, the most alike first.

    Returns
    -------
    supervision.Detections
        The exemplars with confidence 1, then what is like them, the most alike first: `mask` (N, H, W),
        `xyxy` in image pixels (right and bottom inclusive), `class_id` the mask's number, and in `data`
        `class_name` ("mask_0", …), `is_exemplar`, `found_by` ("exemplar", "likeness" or "class"),
        `predicted_iou`, `stability_score` and `point_coords` (N, 2), the last three NaN for exemplars.
        `metadata["reason"]` is "found", "nothing" (the exemplars come back alone, as nothing else was sure
        enough) or "cancelled". There too: `closest`, the highest confidence below the threshold, or None;
        `semantic_class`, the exemplars', or None; `threshold`; `counts` after each step. `explain_similar`
        says it in words.

    Raises
    ------
    TypeError
        If `segmenter` is no Segmenter, a mask no array, `semantic` no SemanticSegmentation, or `threshold` or
        `max_clicks` no number.
    ValueError
        If there is no mask, one is empty or has another size than the photo, `semantic` is of another size,
        or a number is out of range.

    Examples
    --------
    >>> segmenter = Segmenter("coins")
    >>> coin = segmenter.predict(Prompt(box=(130, 40, 190, 100))).best_mask
    >>> len(find_similar(segmenter, coin))
    24
    """
    _check_segmenter(segmenter)
    exemplars = _check_exemplars(mask, segmenter)
    _check_options(semantic, segmenter.size, threshold, max_clicks)
    clicks = _Clicks(segmenter, progress, cancelled)
    likeness = Likeness(segmenter, exemplars)
    name = None if semantic is None else common_class(exemplars, semantic)

    peaks = likeness.peaks()
    answers = clicks.ask([Prompt([point]) for point in peaks[:max_clicks]])
    things = [thing for answer in answers if (thing := likeness.most_alike(answer)) is not None]
    counts = {"peaks": len(peaks), "clicked_peaks": clicks.done, "alike": len(things)}
    if semantic is not None and name is not None:
        in_class = semantic.mask(name)
        things = [thing for thing in things if thing.share_in(in_class) > MAJORITY]
        sure = [thing for thing in apart(things, exemplars) if thing.confidence >= SURE]
        seen = np.zeros_like(in_class)  # of a closer view, that part alone can be clicked
        seen[segmenter.frame.seen_part] = in_class[segmenter.frame.seen_part]
        regions = seeds(seen, union([*exemplars, *sure], segmenter.size))
        counts |= {"same_class": len(things), "regions": len(regions)}
        things += _of_regions(regions, in_class, likeness, clicks)
    things = apart(things, exemplars)
    found = [thing for thing in things if thing.confidence >= threshold]
    counts |= {"clicks": clicks.done, "apart": len(things), "found": len(found)}
    metadata = {
        "reason": "cancelled" if clicks.stopped else "found" if found else "nothing",
        "closest": max((t.confidence for t in things if t.confidence < threshold), default=None),
        "semantic_class": name,
        "threshold": float(threshold),
        "counts": counts,
    }
    return _detections([*exemplars, *found], segmenter.size, metadata)


def likeness_map(segmenter: Segmenter, mask: BoolArray | Sequence[BoolArray] | sv.Detections) -> FloatArray:
    """Return how alike each cell of a photo's embedding is to a mask: what `find_similar` looks for peaks in.

    Parameters
    ----------
    segmenter : Segmenter
        The photo, encoded.
    mask : ndarray of shape (H, W) or (N, H, W), bool, or sequence of masks, or supervision.Detections
        The exemplar, or several.

    Returns
    -------
    ndarray of shape (rows, columns), float64
        For the cells that the photo lies in: 1 is as alike as the exemplar is to itself on average, 0 or
        less as unlike as the background. Of several exemplars the one most alike counts.

    Raises
    ------
    TypeError, ValueError
        As `find_similar` does.
    """
    _check_segmenter(segmenter)
    likeness = Likeness(segmenter, _check_exemplars(mask, segmenter))
    return np.asarray(likeness.cells.max(axis=0))


def _of_regions(
    regions: Sequence[Seed], in_class: BoolArray, likeness: Likeness, clicks: _Clicks
) -> list[Thing]:
    """Click each region once; where the answers are but details of it, ask again with its box."""
    found, unsure = [], []
    for region, answer in zip(regions, clicks.ask([region.click for region in regions]), strict=False):
        thing = region.best_of(answer, in_class, likeness)
        if thing is not None and thing.confidence >= SURE:
            found.append(thing)
        else:
            unsure.append((region, thing))
    answers = clicks.ask([region.click_and_box for region, _ in unsure])
    for (region, before), answer in zip(unsure, answers, strict=False):  # shorter where it is cancelled
        both = [thing for thing in (before, region.best_of(answer, in_class, likeness)) if thing is not None]
        found += sorted(both, key=lambda thing: -thing.confidence)[:1]
    return found


class _Clicks:
    """Asks the segmenter one click after the other, tells how far it is, and stops when it is told to."""

    def __init__(
        self,
        segmenter: Segmenter,
        progress: Callable[[int, int], object] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._segmenter, self._progress, self._cancelled = segmenter, progress, cancelled
        self.done = 0
        self.stopped = False

    def ask(self, prompts: Sequence[Prompt]) -> Iterator[Candidates]:
        """Yield three candidates for each prompt, as long as nobody cancels."""
        total = self.done + len(prompts)
        for prompt in prompts:
            if self.stopped or (self._cancelled is not None and self._cancelled()):
                self.stopped = True
                return
            candidates = self._segmenter.predict(prompt, multimask=True)
            self.done += 1
            if self._progress is not None:
                self._progress(self.done, total)
            yield candidates


def _check_segmenter(segmenter: Any) -> None:
    if not isinstance(segmenter, Segmenter):
        raise TypeError(f"segmenter must be a Segmenter, as in Segmenter('coins'), got {describe(segmenter)}")


def _check_exemplars(mask: Any, segmenter: Segmenter) -> list[Thing]:
    """Return one or several masks of the photo as things."""
    import supervision as sv

    masks = mask.mask if isinstance(mask, sv.Detections) else mask
    if isinstance(masks, np.ndarray) and masks.ndim == 2:
        masks = [masks]
    if not isinstance(masks, np.ndarray | list | tuple):
        raise TypeError(
            f"mask must be a boolean array (H, W), several (N, H, W) or Detections with masks, got "
            f"{describe(mask)}"
        )
    if len(masks) == 0:
        raise ValueError("mask must hold at least one exemplar, got none")
    exemplars = []
    for number, one in enumerate(masks):
        checked = check_mask(one, f"mask {number}" if len(masks) > 1 else "mask", segmenter.size)
        if not checked.any():
            raise ValueError(f"mask {number} is empty: an exemplar needs at least one pixel")
        if not checked[segmenter.frame.seen_part].any():
            raise ValueError(
                f"mask {number} lies outside the part of the photo that was encoded, {segmenter.view} (left, "
                "top, right, bottom): compare with one within, or ask the segmenter of the whole photo"
            )
        exemplars.append(Thing.cut(checked))
    return exemplars


def _check_options(semantic: Any, size: tuple[int, int], threshold: Any, max_clicks: Any) -> None:
    if semantic is not None:
        if not isinstance(semantic, SemanticSegmentation):
            raise TypeError(f"semantic must be what segment_semantic returned, got {describe(semantic)}")
        if semantic.class_map.shape != size:
            raise ValueError(
                f"semantic must be of the same photo: its class map has shape {semantic.class_map.shape}, "
                f"the photo {size}"
            )
    if isinstance(threshold, bool) or not isinstance(threshold, Real):
        raise TypeError(f"threshold must be a number from 0 to 1, got {describe(threshold)}")
    if not 0 <= float(threshold) <= 1:
        raise ValueError(f"threshold must lie in 0 to 1, got {threshold}")
    if isinstance(max_clicks, bool) or not isinstance(max_clicks, int | np.integer):
        raise TypeError(f"max_clicks must be a whole number, as in 200, got {describe(max_clicks)}")
    if max_clicks < 0:
        raise ValueError(f"max_clicks must be 0 or more, got {max_clicks}")


def _detections(things: Sequence[Thing], size: tuple[int, int], metadata: dict[str, Any]) -> sv.Detections:
    import supervision as sv

    masks = np.zeros((len(things), *size), np.bool_)
    for mask, thing in zip(masks, things, strict=True):
        mask[thing.place] = thing.piece
    found_by = np.array([thing.found_by for thing in things])
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
        mask=masks,
        confidence=np.array([thing.confidence for thing in things]),
        class_id=np.arange(len(things)),
        data={
            "class_name": np.array([f"mask_{i}" for i in range(len(things))]),
            "is_exemplar": found_by == "exemplar",
            "found_by": found_by,
            "predicted_iou": np.array([thing.predicted_iou for thing in things], np.float32),
            "stability_score": np.array([thing.stability_score for thing in things]),
            "point_coords": np.array([thing.point for thing in things]),
        },
        metadata=metadata,
    )
