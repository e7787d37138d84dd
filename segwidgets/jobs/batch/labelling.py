"""One photo: what is found in it, and the files that it gives."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from segwidgets.automatic import generate_masks
from segwidgets.candidates import Candidates
from segwidgets.exports import FORMATS, Work
from segwidgets.exports.datasets import facts_of
from segwidgets.exports.sheets import thumbnail
from segwidgets.ground.decoding import decode
from segwidgets.ground.files import json_bytes
from segwidgets.ground.keeping import digest
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.jobs.batch.photos import Task
from segwidgets.jobs.batch.plan import JSON, OBJECT, Plan
from segwidgets.jobs.batch.prompt_files import Questions
from segwidgets.jobs.items import Item, ItemError, Made
from segwidgets.masks.comparison import mask_iou
from segwidgets.models.sam import load_engine
from segwidgets.segmenter import Segmenter
from segwidgets.similar.of_class import seeds

if TYPE_CHECKING:
    import supervision as sv

    from segwidgets.semantic import SemanticModel

THUMBNAILS = "state/thumbnails"
LIKE_REGION = 0.5  # IoU of a click's mask with DeepLab's region; below, its box is given, too


@dataclass(frozen=True)
class Found:
    """An object."""

    class_name: str
    mask: BoolArray
    predicted_iou: float
    stability_score: float


def start(plan: Plan) -> None:
    """Load the models once in a worker, which has the cores that OMP_NUM_THREADS names."""
    import cv2

    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told):
        cv2.setNumThreads(int(told))
    load_engine(plan.model)
    if plan.classes:
        _deeplab()


def label_photo(plan: Plan, questions: Questions, classes: tuple[str, ...], item: Item) -> Made:
    """Find what is wanted in one photo.

    Parameters
    ----------
    plan : Plan
        What is wanted.
    questions : Questions
        Its `sessions` are looked up; prompts come with the item.
    classes : tuple of str
        All classes of the folder.
    item : Item
        The photo, with a `Task`.

    Raises
    ------
    ItemError, ImageError
        If the photo cannot be labelled.
    """
    task: Task = item.payload
    if task.leads_out:
        raise ItemError("it is a link that leads out of the folder", "copy what it leads to into the folder")
    content = item.read()
    image = decode(io.BytesIO(content), item.name)
    found = _largest(
        [
            one
            for one in _find(image, plan, questions, task)
            if np.count_nonzero(one.mask) >= max(1, plan.min_area)
        ],
        plan.largest,
    )
    split = plan.parts
    part = "" if split is None else split.part_of(item.name)
    work = Work(image, _detections(found, classes), task.stem, part=part)
    facts = {**facts_of(work, item.name), "sha256": digest(content)}
    facts["certainty"] = round(
        min((one.predicted_iou * one.stability_score for one in found), default=0.0), 4
    )
    covered = np.zeros(image.shape[:2], np.bool_)
    for one in found:
        covered |= one.mask
    facts["covered"] = round(float(covered.mean()), 4)
    files = dict(_files(work, facts, plan, classes, content))
    files[f"{THUMBNAILS}/{task.stem}.jpg"] = thumbnail(image, [one.mask for one in found])
    return Made(facts, files)


def _find(image: UInt8Array, plan: Plan, questions: Questions, task: Task) -> Iterator[Found]:
    if questions.sessions:
        from segwidgets.widgets.session.outcome import finished
        from segwidgets.widgets.session.session import Session, photo_digest

        text = questions.sessions.get(photo_digest(image))
        if text is not None:
            session = Session.from_json(text, Segmenter(image, plan.model))
            for one in finished(session.state):
                if one.candidates is not None:
                    yield _found(one.name or OBJECT, one.candidates, one.candidates.best)
    if plan.everything:
        yield from _everything(image, plan)
    elif plan.classes or task.asked:
        segmenter = Segmenter(image, plan.model)
        for asked in task.asked:
            candidates = segmenter.predict(asked.prompt)
            yield _found(asked.name or OBJECT, candidates, candidates.best)
        yield from _of_classes(segmenter, plan)


def _everything(image: UInt8Array, plan: Plan) -> Iterator[Found]:
    masks = generate_masks(
        Segmenter(image, plan.model),
        plan.points_per_side,
        plan.pred_iou_thresh,
        plan.stability_score_thresh,
        plan.box_nms_thresh,
    )
    if masks.mask is None:
        return
    for i, mask in enumerate(masks.mask):
        yield Found(
            OBJECT, mask, float(masks.data["predicted_iou"][i]), float(masks.data["stability_score"][i])
        )


def _of_classes(segmenter: Segmenter, plan: Plan) -> Iterator[Found]:
    """Click on each region of each class, and take of SAM's masks the one that is most like the region."""
    from segwidgets.semantic import segment_semantic

    if not plan.classes:
        return
    semantic = segment_semantic(segmenter.image, _deeplab())
    for name in plan.classes:
        in_class = semantic.mask(name)
        for seed in seeds(in_class, np.zeros_like(in_class)):
            region = _piece_at(in_class, seed.point)
            candidates = segmenter.predict(seed.click)
            best, likeness = _most_like(candidates, region)
            if likeness < LIKE_REGION:
                with_box = segmenter.predict(seed.click_and_box)
                other, other_likeness = _most_like(with_box, region)
                if other_likeness > likeness:
                    candidates, best = with_box, other
            yield _found(name, candidates, best)


def _piece_at(mask: BoolArray, point: tuple[float, float]) -> BoolArray:
    import cv2

    _, labels = cv2.connectedComponents(mask.view(np.uint8))
    return np.asarray(labels == labels[int(point[1]), int(point[0])])


def _most_like(candidates: Candidates, region: BoolArray) -> tuple[int, float]:
    likeness = [mask_iou(mask, region) for mask in candidates.masks]
    best = int(np.argmax(likeness))
    return best, float(likeness[best])


def _found(name: str, candidates: Candidates, index: int) -> Found:
    return Found(
        name,
        candidates.masks[index],
        min(float(candidates.predicted_iou[index]), 1.0),
        float(candidates.stability_score[index]),
    )


def _largest(found: list[Found], alone: bool) -> list[Found]:
    return sorted(found, key=lambda one: -np.count_nonzero(one.mask))[:1] if alone else found


def _detections(found: list[Found], classes: tuple[str, ...]) -> sv.Detections:
    import supervision as sv

    if not found:
        return sv.Detections.empty()
    masks = np.stack([one.mask for one in found])
    rated = np.array([one.predicted_iou for one in found])
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
        mask=masks,
        confidence=np.clip(rated, 0, 1),
        class_id=np.array([classes.index(one.class_name) for one in found]),
        data={
            "class_name": np.array([one.class_name for one in found]),
            "predicted_iou": rated,
            "stability_score": np.array([one.stability_score for one in found]),
        },
    )


def _files(
    work: Work, facts: dict[str, object], plan: Plan, classes: tuple[str, ...], content: bytes
) -> Iterator[tuple[str, bytes]]:
    for name in plan.formats:
        if name == JSON:
            yield f"{JSON}/{work.name}.json", json_bytes(facts)
            continue
        row = FORMATS[name]
        if row.part is not None:
            for path, made in row.part(work, classes, content):
                yield f"{folder_of(name)}/{path}", made
        elif not row.many:
            for path, made in row.files([work], PurePosixPath(row.target).name):
                yield f"{folder_of(name)}/{work.place}/{path}", made


def folder_of(name: str) -> str:
    """Return in which folder a format's files lie."""
    row = FORMATS[name]
    return row.target if row.is_folder else PurePosixPath(row.target).parent.as_posix()


@cache
def _deeplab() -> SemanticModel:
    from segwidgets.models.deeplab.table import load_fastest

    return load_fastest()
