"""The workshop's README: a template in each language, filled with what was found."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from segwidgets import __version__
from segwidgets.locale.classes import class_label
from segwidgets.locale.languages import find_language
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import compare
from segwidgets.masks.diagnosis import Diagnosis
from segwidgets.models.deeplab.table import DeepLabModel, deeplab_model
from segwidgets.models.sam import SamModel, sam_model
from segwidgets.prompts import Prompt
from segwidgets.workshop.delivery import Layout
from segwidgets.workshop.result import Workshop


def read_template(lang: str) -> str:
    """Return the report's template, with `$names` to be filled."""
    return find_language(lang).read("report.md")


def write_report(
    workshop: Workshop,
    layout: Layout,
    shape: tuple[int, ...],
    suffix: str,
    model: str,
    lang: str,
    date: str,
) -> str:
    """Return the report in Markdown."""
    input_path = f"{layout.input_stem}{suffix}"
    candidates = workshop.candidates
    return Template(read_template(lang)).substitute(
        date=date,
        version=__version__,
        engine=workshop.engine,
        sam_name=_model_link(sam_model(model)),
        deeplab_name=_model_link(deeplab_model()),
        class_count=len(workshop.semantic.class_names),
        tree=_tree(workshop, layout, input_path),
        height=shape[0],
        width=shape[1],
        input_path=input_path,
        input_dir=layout.input,
        masks_dir=layout.masks,
        results_dir=layout.results,
        gif_path=layout.gif,
        original_path=layout.original,
        semantic_path=layout.semantic,
        prompt_code=_prompt_code(candidates.prompt),
        prompt_text=_prompt_text(workshop, lang),
        choice_text=workshop.choice,
        masks_section="".join(_mask_section(workshop, layout, d, lang) for d in workshop.diagnoses),
        semantic_text=_semantic_text(workshop, lang),
    )


def _model_link(model: SamModel | DeepLabModel) -> str:
    """Name a model with its home and its paper."""
    entry = model.checkpoint
    return f"[{model.title}]({entry.homepage}) · {entry.paper} · {entry.licence}"


def _tree(workshop: Workshop, layout: Layout, input_path: str) -> str:
    """Draw the folder as a tree."""
    count = len(workshop.candidates)
    files = [
        input_path,
        *(layout.mask(i) for i in range(count)),
        layout.original,
        *(layout.coloured(i) for i in range(count)),
        layout.semantic,
        layout.gif,
        layout.analysis,
    ]
    lines = [f"{workshop.folder.name}/"]
    for folder in (layout.input, layout.masks, layout.results):
        lines.append(f"├── {folder}/")
        names = [file.split("/")[1] for file in files if file.startswith(f"{folder}/")]
        lines += [f"│   {'└' if name == names[-1] else '├'}── {name}" for name in names]
    return "\n".join([*lines, f"└── {layout.readme}"])


def _prompt_code(prompt: Prompt) -> str:
    """Write a prompt as the Python that makes it."""
    points = ", ".join(f"({x:g}, {y:g})" for x, y in prompt.points)
    parts = [f"[{points}]", str(list(prompt.labels))] if prompt.points else []
    if prompt.box is not None:
        parts.append(f"box=({', '.join(f'{v:g}' for v in prompt.box)})")
    return f"Prompt({', '.join(parts)})"


def _prompt_text(workshop: Workshop, lang: str) -> str:
    """List the prompt's points and box."""
    words = Phrases(lang)
    prompt = workshop.candidates.prompt
    lines = [workshop.prompt_origin, ""]
    for (x, y), label in zip(prompt.points, prompt.labels, strict=True):
        kind = words.gettext("foreground point") if label else words.gettext("background point")
        lines.append(f"- {kind}: x = {words.general(x)}, y = {words.general(y)}")
    if prompt.box is not None:
        title = words.gettext("box (left, top, right, bottom)")
        lines.append(f"- {title}: {words.numbers(prompt.box)}")
    return "\n".join(lines)


def _mask_section(workshop: Workshop, layout: Layout, diagnosis: Diagnosis, lang: str) -> str:
    """Write one mask's picture, words and numbers."""
    words = Phrases(lang)
    tr = words.tr
    index, measures = diagnosis.index, diagnosis.measures

    def number(value: float | None) -> str:
        return "–" if value is None else words.decimal(value)

    chosen = tr.gettext(" (chosen)") if index == workshop.candidates.best else ""
    rows = {
        tr.gettext("predicted IoU"): number(workshop.candidates.predicted_iou[index]),
        tr.gettext("area"): f"{words.count(measures.area_px)} px ({words.percent(measures.area_share)})",
        tr.gettext("pieces"): str(measures.components),
        tr.gettext("holes"): f"{words.count(measures.holes)} ({words.count(measures.hole_px)} px)",
        tr.gettext("solidity"): number(measures.solidity),
        tr.gettext("compactness"): number(measures.compactness),
        tr.gettext("stability"): number(measures.stability_score),
        tr.gettext("agreement with the photo's edges"): number(measures.edge_agreement),
        tr.gettext("share of the photo's border"): words.percent(measures.border_contact),
    }
    if diagnosis.comparison is not None:
        rows[tr.gettext("IoU with the chosen mask")] = number(diagnosis.comparison.iou)
    faults = "".join(f"- {fault}\n" for fault in diagnosis.faults)
    picture = tr.gettext("Mask {index} over the photo").format(index=index)
    return (
        tr.gettext("### Mask {index}{chosen}").format(index=index, chosen=chosen)
        + f"\n\n![{picture}]({layout.coloured(index)})\n\n**{diagnosis.title}**\n\n{diagnosis.summary}\n\n"
        + (f"{faults}\n" if faults else "")
        + tr.gettext("**Likely prompt:** {text}").format(text=diagnosis.likely_prompt)
        + "\n\n"
        + _table([tr.gettext("Measure"), tr.gettext("Value")], list(rows.items()))
        + "\n\n"
    )


def _semantic_text(workshop: Workshop, lang: str) -> str:
    """List DeepLab's classes, and hold SAM's chosen mask against the class that covers most of it."""
    words = Phrases(lang)
    tr = words.tr
    semantic, mask = workshop.semantic, workshop.candidates.best_mask
    header = [tr.gettext("Class"), tr.gettext("Share of the photo"), tr.gettext("Mean confidence")]
    rows = [
        (
            class_label(name, lang),
            words.percent(share),
            words.decimal(semantic.confidence[semantic.class_names.index(name)]),
        )
        for name, share in semantic.area_share.items()
    ]
    name = max(semantic.area_share, key=lambda n: int((semantic.mask(n) & mask).sum()))
    facts = {
        "best": workshop.candidates.best,
        "name": class_label(name, lang),
        "iou": words.decimal(compare(mask, semantic.mask(name)).iou),
    }
    if name == semantic.class_names[0]:
        verdict = tr.gettext("DeepLab has no name for most of mask {best}: it is none of its classes.")
    else:
        verdict = tr.gettext(
            "Most of mask {best} is *{name}* to DeepLab; SAM's mask and DeepLab's class agree at an IoU of "
            "{iou}."
        )
    return f"{_table(header, rows)}\n\n{verdict.format(**facts)}"


def _table(header: list[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
