"""What a session amounts to: detections, pictures, and the work that exports are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segwidgets.exports import Work
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.catalogues import translations
from segwidgets.widgets.session.narration import finding, narrate
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import SegmentedObject, State

if TYPE_CHECKING:
    import supervision as sv

PREVIEW_SIDE = 640


def finished(state: State) -> list[SegmentedObject]:
    """Return the objects that have a mask, hidden ones too, in their order."""
    return [one for one in state.objects if one.candidates is not None]


def label(one: SegmentedObject) -> str:
    """Return an object's name, or one made of its number."""
    return one.name or f"object_{one.number}"


def to_detections(state: State) -> sv.Detections:
    """Return the objects that have a mask as `supervision.Detections`.

    `mask` (N, H, W), `xyxy` in image pixels (right and bottom inclusive), `confidence` the predicted IoU cut
    to 0..1. `class_id` numbers the different names in the order in which they come up; `data` holds
    `class_name`, `predicted_iou`, `stability_score`, and `note` and `origin` where any object has one.
    """
    import supervision as sv

    objects = finished(state)
    if not objects:
        return sv.Detections.empty()
    answers = [one.candidates for one in objects if one.candidates is not None]
    masks = np.stack([answer.best_mask for answer in answers])
    iou = np.array([answer.predicted_iou[answer.best] for answer in answers])
    names = [label(one) for one in objects]
    classes = list(dict.fromkeys(names))
    told = {"note": [one.note for one in objects], "origin": [one.origin for one in objects]}
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
        mask=masks,
        confidence=np.clip(iou, 0, 1),
        class_id=np.array([classes.index(name) for name in names]),
        data={
            "class_name": np.array(names),
            "predicted_iou": iou,
            "stability_score": np.array([answer.stability_score[answer.best] for answer in answers]),
            **{name: np.array(texts) for name, texts in told.items() if any(texts)},
        },
    )


def picture(image: UInt8Array, state: State, longest: int = PREVIEW_SIDE) -> UInt8Array:
    """Return the photo with masks and the current prompt drawn on, no larger than `longest`."""
    import cv2

    from segwidgets.geometry import Viewport, fit_longest_side
    from segwidgets.widgets.painting import to_canvas

    height, width = image.shape[:2]
    new_height, new_width = (height, width)
    if longest < max(height, width):
        new_height, new_width = fit_longest_side(height, width, longest)
    drawn = cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_AREA)
    viewport = Viewport(height, width, new_height, new_width)
    if state.objects:  # these bring supervision, which takes a second
        from segwidgets.drawing.annotators import PromptAnnotator
        from segwidgets.drawing.overlays import annotate_mask
    for one in finished(state):
        if one.visible and one.mask is not None:
            drawn = annotate_mask(drawn, to_canvas(one.mask, viewport), one.color)
    if state.active is not None:
        prompt = state.active.prompt.scaled((height, width), (new_height, new_width))
        drawn = PromptAnnotator(prompt).annotate(drawn)
    picture: UInt8Array = drawn
    return picture


def film(session: Session, lang: str) -> list[UInt8Array]:
    """Return the history as pictures of one size, one for each action, with its words beneath."""
    from segwidgets.drawing.captions import caption, caption_lines

    states, history = session.states(), session.history
    captions = [translations(lang).gettext("The photo")] + [
        f"{narrate(action, lang)}. {finding(state, lang)}."
        for action, state in zip(history, states[1:], strict=True)
    ]
    pictures = [picture(session.segmenter.image, state) for state in states]
    lines = max(caption_lines(pictures[0].shape[1], text) for text in captions)
    return [caption(one, text, lines) for one, text in zip(pictures, captions, strict=True)]


def work(session: Session, lang: str) -> Work:
    """Return what exports are made of: the photo, the objects that have a mask, and the clicks."""
    objects = finished(session.state)
    return Work(
        session.segmenter.image,
        to_detections(session.state),
        numbers=[one.number for one in objects],
        names=[one.name for one in objects],
        record=session.to_json,
        film=lambda: film(session, lang),
    )
