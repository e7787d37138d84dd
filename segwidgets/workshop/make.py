"""The main job: from a photo to a finished workshop folder."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from segwidgets import __version__, checkpoints
from segwidgets.candidates import choose_like
from segwidgets.drawing.gif import write_gif
from segwidgets.ground.outside import home_expanded
from segwidgets.ground.validation import describe
from segwidgets.images import SAMPLES, load_working, sample_path
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.masks.diagnosis import diagnose
from segwidgets.models.deeplab.table import deeplab_model
from segwidgets.models.engine import need_torch
from segwidgets.models.sam import DEFAULT_SAM, sam_model
from segwidgets.prompts import Prompt
from segwidgets.segmenter import segmenter_of
from segwidgets.semantic import SemanticSegmentation, deepest_point, segment_semantic
from segwidgets.workshop.delivery import GIF_MAX_BYTES, LAYOUTS, save_mask, save_picture
from segwidgets.workshop.report import write_report
from segwidgets.workshop.result import Workshop
from segwidgets.workshop.sections import section_hashes
from segwidgets.workshop.staging import staging
from segwidgets.workshop.takeover import list_files, seal

WORKING_PIXELS = 24_000_000
"""Most pixels that are worked on (6000 x 4000): it takes less than 1.5 GB; a larger photo is made smaller."""


def make_workshop(
    image: Any = None,
    prompt: Prompt | None = None,
    out: str | Path | None = None,
    lang: str = DEFAULT,
    model: str = DEFAULT_SAM,
    force: bool = False,
    progress: Callable[[str], None] | None = None,
    engine: str = "auto",
) -> Workshop:
    """Segment a photo with SAM and DeepLab and write the finished workshop folder.

    Parameters
    ----------
    image : str, Path, bytes, PIL.Image.Image or ndarray, optional
        Anything that `load_image` takes; by default the cat. One of more than `WORKING_PIXELS` is made
        smaller, and the report says so.
    prompt : Prompt, optional
        In pixels of the photo as it was given.
        By default one click on the deepest point of DeepLab's largest object, or on the photo's centre
        where DeepLab finds none.
    out : str or Path, optional
        The folder to make. By default today's date and the workshop's name in the working folder, with a
        number appended where that exists. Where another run makes it first, a number is appended too.
    lang : str
        The language of folders, captions and report, as "es".
    model : str
        Which SAM; see `load_sam`.
    force : bool
        Replace a workshop that stands at `out`. What a person wrote or added there is taken over; where both
        a person and this run changed the same, the old folder is kept beside (`Workshop.kept`).
    progress : callable, optional
        Is called with a short sentence at each step.
    engine : {"auto", "onnxruntime", "openvino", "torch"}
        What runs SAM; see `load_engine`.

    Returns
    -------
    Workshop

    Raises
    ------
    ImageError, FileNotFoundError
        If the photo cannot be read.
    ValueError, TypeError
        If the prompt leaves the photo, or a name is unknown.
    DeliveryError
        If the folder cannot be written; then nothing is.
    MissingPackageError
        If what is to run the model is not installed: OpenVINO, or (MissingTorchError) PyTorch.
    segwidgets.checkpoints.CheckpointError
        If the weights can be had from nowhere.

    Examples
    --------
    >>> done = make_workshop("cat", out="workshop")
    >>> done.diagnoses[1].title
    'Mask 1, the chosen one: clean contour'
    """
    tr = translations(lang)
    say = progress or (lambda _: None)
    sam = sam_model(model)
    if not sam.on_cpu:
        need_torch(sam.title, lang)
    if prompt is not None and not isinstance(prompt, Prompt):
        raise TypeError(f"prompt must be a Prompt, as in Prompt([(250, 170)]), got {describe(prompt)}")
    photo, content, suffix, full_size = load_working("cat" if image is None else image, WORKING_PIXELS)
    size, smaller = (photo.shape[0], photo.shape[1]), ""
    if prompt is not None:
        prompt.check_inside(full_size)
    if size != full_size:
        prompt = None if prompt is None else prompt.scaled(full_size, size)
        text = tr.gettext(
            "The photo has {full} pixels, more than {limit} million: it is worked on, and lies here, at "
            "{size}, and so do masks and prompt."
        )
        smaller = text.format(full=_by(full_size), limit=WORKING_PIXELS // 1_000_000, size=_by(size))
        say(smaller)
    date = datetime.date.today().isoformat()
    layout = LAYOUTS[lang]
    folder = home_expanded(layout.folder.format(date=date) if out is None else out)
    with staging(folder, force, lang, next_free=out is None) as place:
        say(tr.gettext("Looking for the models' weights"))
        checkpoints.fetch(deeplab_model().weights)
        checkpoints.fetch(sam.weights)

        segmenter = segmenter_of(photo, model, soon=True, engine=engine)  # and encodes while the rest goes on
        from segwidgets.workshop.pictures import GIF_VIEW, Pictures  # with supervision, which takes its time

        say(tr.gettext("DeepLab names what is in the photo"))
        semantic = segment_semantic(photo)
        found = None
        if prompt is None:
            prompt, origin, found = _find_prompt(semantic, lang)
        else:
            origin = tr.gettext("The prompt was given by hand.")
        origin = f"{origin} {smaller}".rstrip()

        say(tr.gettext("SAM encodes the photo and answers the prompt"))
        candidates = segmenter.predict(prompt).with_semantic(semantic)
        if found is not None:
            candidates = candidates.choose_by(choose_like(found))
        if len(candidates) == 1:
            candidates = segmenter.other_readings(candidates)

        say(tr.gettext("Measuring the masks"))
        diagnoses = diagnose(candidates, lang, photo)

        say(tr.gettext("Drawing the pictures and the animation"))
        for name in (layout.input, layout.masks, layout.results):
            (place / name).mkdir()
        (place / f"{layout.input_stem}{suffix}").write_bytes(content)
        pictures = Pictures(photo, candidates, semantic, lang)
        with ThreadPoolExecutor(max_workers=2) as pool:  # Pillow packs a PNG without Python's lock
            saved = [pool.submit(save_picture, pictures.photo, place / layout.original)]
            for index, mask in enumerate(candidates.masks):
                saved.append(pool.submit(save_mask, mask, place / layout.mask(index)))
                coloured = pictures.coloured_mask(index, diagnoses[index].title)
                saved.append(pool.submit(save_picture, coloured, place / layout.coloured(index)))
            saved.append(pool.submit(save_picture, pictures.classes(), place / layout.semantic))
            frames = Pictures(photo, candidates, semantic, lang, GIF_VIEW).frames()
            write_gif(
                [frame.picture for frame in frames],
                place / layout.gif,
                [frame.duration_ms for frame in frames],
                max_bytes=GIF_MAX_BYTES,
            )
            for one in saved:
                one.result()

        say(tr.gettext("Writing the report"))
        workshop = Workshop(
            folder, candidates, candidates.explain_best(lang), diagnoses, semantic, origin,
            f"{segmenter.engine.name} ({segmenter.engine.device})",
        )  # fmt: skip
        input_path = f"{layout.input_stem}{suffix}"
        analysis = _analysis(workshop, photo.shape, input_path, model, lang)
        if size != full_size:
            analysis["image"] |= {"full_height": full_size[0], "full_width": full_size[1]}
        analysis["files"] = list_files(place.path, layout, input_path, _is_sample(image, content))

        def finish(folder: Path) -> None:
            """Write what names the folder: the report, and with its sections' hashes the numbers."""
            named = replace(workshop, folder=folder)
            report = write_report(named, layout, photo.shape, suffix, model, lang, date)
            (place / layout.readme).write_text(report, encoding="utf-8", newline="\n")
            whole = {**analysis, "sections": section_hashes(report)}
            text = seal(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", layout.analysis)
            (place / layout.analysis).write_text(text, encoding="utf-8", newline="\n")

        place.finish = finish
    return replace(
        workshop,
        folder=folder
        if place.folder == Path(os.path.abspath(folder))
        else folder.with_name(place.folder.name),
        taken_over=place.taken,
        clashes=place.clashes,
        kept=place.kept,
    )


def _by(size: tuple[int, int]) -> str:
    return f"{size[1]} × {size[0]}"


def _is_sample(image: Any, content: bytes) -> bool:
    """Whether the photo is one that comes with an installed package, as "cat": it can be had again."""
    name = "cat" if image is None else image
    return isinstance(name, str) and name in SAMPLES and content == sample_path(name).read_bytes()


def _find_prompt(semantic: SemanticSegmentation, lang: str) -> tuple[Prompt, str, Any]:
    """Return one click on what DeepLab sees most of, why there, and that object's mask (H, W) or None."""
    from segwidgets.locale.classes import class_label

    tr = translations(lang)
    found = semantic.largest_object()
    if found is None:
        height, width = semantic.class_map.shape
        origin = tr.gettext(
            "No prompt was given and DeepLab found no object: the click is on the photo's centre."
        )
        return Prompt([(width // 2, height // 2)]), origin, None
    name, mask = found
    origin = tr.gettext(
        "No prompt was given: the click is on the deepest point of DeepLab's largest object ({name})."
    ).format(name=class_label(name, lang))
    return Prompt([deepest_point(mask)]), origin, mask


def _analysis(
    workshop: Workshop, shape: tuple[int, ...], input_path: str, model: str, lang: str
) -> dict[str, Any]:
    """Return the numbers of `analysis.json`: shares from 0 to 1, lengths in pixels of the photo."""
    candidates, semantic, layout = workshop.candidates, workshop.semantic, LAYOUTS[lang]
    return {
        "segwidgets": __version__,
        "image": {"file": input_path, "height": shape[0], "width": shape[1]},
        "model": {"sam": model, "deeplab": deeplab_model().name, "engine": workshop.engine},
        "prompt": {**json.loads(candidates.prompt.to_json()), "origin": workshop.prompt_origin},
        "chosen": {"mask": candidates.best, "reason": workshop.choice},
        "masks": [
            {
                "file": layout.mask(diagnosis.index),
                "predicted_iou": round(float(candidates.predicted_iou[diagnosis.index]), 4),
                **_rounded(diagnosis.to_dict()),
            }
            for diagnosis in workshop.diagnoses
        ],
        "classes": [
            {
                "class_name": name,
                "area_share": round(share, 4),
                "confidence": round(semantic.confidence[semantic.class_names.index(name)], 4),
            }
            for name, share in semantic.area_share.items()
        ],
    }


def _rounded(value: Any) -> Any:
    """Round every float in nested dicts and lists to four decimals."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
