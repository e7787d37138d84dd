"""What a session leaves behind: detections, pictures, files for other tools, and the animation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from segwidgets._files import mask_png, picture_png
from segwidgets._keeping import Outbox
from segwidgets._validation import BoolArray, UInt8Array
from segwidgets.widgets.session.state import SegmentedObject, State

if TYPE_CHECKING:
    import supervision as sv

PREVIEW_SIDE = 640
PHOTO = "photo.png"


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
    `class_name`, `predicted_iou`, `stability_score`.
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
    return sv.Detections(
        xyxy=sv.mask_to_xyxy(masks).astype(np.float64),
        mask=masks,
        confidence=np.clip(iou, 0, 1),
        class_id=np.array([classes.index(name) for name in names]),
        data={
            "class_name": np.array(names),
            "predicted_iou": iou,
            "stability_score": np.array([answer.stability_score[answer.best] for answer in answers]),
        },
    )


def save_masks(state: State, folder: str | Path) -> list[Path]:
    """Write each mask as a PNG of 0 and 255 at the photo's size; returns the files."""
    files = _files(state, "mask")
    with Outbox(Path(folder)) as out:
        return [out.save(name, mask_png(mask)) for name, mask in files]


def save_cutouts(image: UInt8Array, state: State, folder: str | Path) -> list[Path]:
    """Write each object as an RGBA PNG, transparent around it; returns the files."""
    from segwidgets.drawing.overlays import cutout

    files = _files(state, "cutout")
    with Outbox(Path(folder)) as out:
        return [out.save(name, picture_png(cutout(image, mask))) for name, mask in files]


def to_coco(image: UInt8Array, state: State, path: str | Path) -> Path:
    """Write COCO JSON through supervision, and the photo beside it as `photo.png`."""
    path = Path(path)
    with TemporaryDirectory() as made:
        _dataset(image, state, Path(made)).as_coco(annotations_path=f"{made}/annotations.json")
        with Outbox(path.parent) as out:
            out.save(PHOTO, (Path(made) / PHOTO).read_bytes())
            return out.save(path.name, (Path(made) / "annotations.json").read_bytes())


def to_yolo(image: UInt8Array, state: State, folder: str | Path) -> Path:
    """Write a YOLO segmentation folder through supervision: `images`, `labels` and `data.yaml`."""
    folder = Path(folder)
    with TemporaryDirectory() as temporary:
        made = Path(temporary)
        (made / "images").mkdir()
        _dataset(image, state, made / "images").as_yolo(
            annotations_directory_path=str(made / "labels"), data_yaml_path=str(made / "data.yaml")
        )
        with Outbox(folder) as out:
            for path in sorted(made.rglob("*")):
                if path.is_file():
                    out.save(path.relative_to(made).as_posix(), path.read_bytes())
    return folder


def save_text(text: str, path: str | Path) -> Path:
    """Write a text, such as the record of a session, as a file."""
    path = Path(path)
    with Outbox(path.parent) as out:
        return out.save(path.name, text.encode())


def save_gif(image: UInt8Array, states: Sequence[State], captions: Sequence[str], path: str | Path) -> Path:
    """Write one captioned picture for each state as an animated GIF."""
    from segwidgets.drawing.gif import write_gif

    path = Path(path)
    with TemporaryDirectory() as made, Outbox(path.parent) as out:
        made_gif = write_gif(frames(image, states, captions), Path(made) / "clicks.gif").path
        return out.save(path.name, made_gif.read_bytes())


def picture(image: UInt8Array, state: State, longest: int = PREVIEW_SIDE) -> UInt8Array:
    """Return the photo with masks and the current prompt drawn on, no larger than `longest`."""
    import cv2

    from segwidgets.drawing.annotators import PromptAnnotator
    from segwidgets.drawing.overlays import annotate_mask
    from segwidgets.geometry import Viewport, fit_longest_side
    from segwidgets.widgets.painting import to_canvas

    height, width = image.shape[:2]
    new_height, new_width = (height, width)
    if longest < max(height, width):
        new_height, new_width = fit_longest_side(height, width, longest)
    drawn = cv2.resize(image, (new_width, new_height), interpolation=cv2.INTER_AREA)
    viewport = Viewport(height, width, new_height, new_width)
    for one in finished(state):
        if one.visible and one.mask is not None:
            drawn = annotate_mask(drawn, to_canvas(one.mask, viewport), one.color)
    if state.active is not None:
        prompt = state.active.prompt.scaled((height, width), (new_height, new_width))
        drawn = PromptAnnotator(prompt).annotate(drawn)
    picture: UInt8Array = drawn
    return picture


def frames(image: UInt8Array, states: Sequence[State], captions: Sequence[str]) -> list[UInt8Array]:
    """Return one captioned picture for each state, all of one size."""
    from segwidgets.drawing.captions import caption, caption_lines

    pictures = [picture(image, state) for state in states]
    lines = max(caption_lines(pictures[0].shape[1], text) for text in captions)
    return [caption(one, text, lines) for one, text in zip(pictures, captions, strict=True)]


def _files(state: State, kind: str) -> list[tuple[str, BoolArray]]:
    """Name a file for each object's mask, after its number and its name."""
    objects = finished(state)
    if not objects:
        raise ValueError("there is no mask to save yet: click on an object first")
    named = []
    for one in objects:
        word = re.sub(r"[^\w-]+", "_", one.name[:60]).strip("_")  # a file's name has at most 255 bytes
        if one.mask is not None:
            named.append((f"{kind}_{one.number}{'_' + word if word else ''}.png", one.mask))
    return named


def _dataset(image: UInt8Array, state: State, folder: Path) -> sv.DetectionDataset:
    """Return the objects as a dataset of one photo, which is written into `folder`."""
    import supervision as sv

    detections = to_detections(state)
    if not len(detections):
        raise ValueError("there is no mask to export yet: click on an object first")
    photo = folder / PHOTO
    Image.fromarray(image).save(photo, "PNG")
    classes = list(dict.fromkeys(str(name) for name in detections.data["class_name"]))
    return sv.DetectionDataset(classes, [str(photo)], {str(photo): detections})
