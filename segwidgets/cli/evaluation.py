"""`segwidgets evaluate`: the options, a bar while it runs, and what came out as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from segwidgets.cli.commands import SAM_NAMES, Lang, app
from segwidgets.cli.memory import MODELS_MB, need
from segwidgets.cli.terminal import clean, clock, console, note, progress_bar, write
from segwidgets.locale.languages import DEFAULT
from segwidgets.models.sam import DEFAULT_SAM

if TYPE_CHECKING:
    from segwidgets.evaluate import Evaluation, Step
    from segwidgets.locale.phrases import Phrases


@app.command()
def evaluate(
    photos: Annotated[Path, typer.Argument(help="A folder of photos, or one photo.")],
    masks: Annotated[
        Path, typer.Argument(help="A folder of masks named as their photos are, one mask, or COCO's JSON.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for table, summary, chart and sheet.")],
    model: Annotated[str, typer.Option(help=f"{SAM_NAMES}.")] = DEFAULT_SAM,
    clicks: Annotated[int, typer.Option(help="The most clicks on an object.")] = 20,
    random: Annotated[int, typer.Option(help="Draws of clicks at random, besides the deepest ones.")] = 1,
    seed: Annotated[int, typer.Option(help="Of those draws.")] = 0,
    semantic: Annotated[
        bool, typer.Option("--semantic", help="Let DeepLab's classes help to choose after the first click.")
    ] = False,
    ignore: Annotated[
        int | None, typer.Option(help="The value in masks that does not count; by default as they suggest.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew instead of going on where a run was stopped.")
    ] = False,
    lang: Lang = DEFAULT,
) -> None:
    """Measure how well SAM segments the objects of your own masks, click by click and with a box."""
    need(MODELS_MB)
    from segwidgets.evaluate import evaluate as measure
    from segwidgets.evaluate.records import TABLE
    from segwidgets.locale.phrases import Phrases

    words = Phrases(lang)
    try:
        with _bar(words) as tell:
            evaluation = measure(
                photos,
                masks,
                out,
                sam=model,
                clicks=clicks,
                random_draws=random,
                seed=seed,
                semantic=semantic,
                ignore=ignore,
                fresh=fresh,
                lang=lang,
                progress=tell,
            )
    except (KeyboardInterrupt, SystemExit):
        text = words.gettext("What is measured stands in {file}; the same command goes on from there.")
        note(text.format(file=out / TABLE))
        raise
    if evaluation.objects:
        console.print(_table(evaluation, words))
        for line in _sentences(evaluation, words):
            write(line)
    write(_counts(evaluation, words))
    write(words.gettext("Table, summary and pictures are in {folder}").format(folder=out))
    raise typer.Exit(int(not evaluation.objects))


@contextmanager
def _bar(words: Phrases) -> Iterator[Callable[[Step], None]]:
    """Show a bar on the standard error; what is left out stands above it, a line each."""
    with progress_bar("left", "photo") as update:
        told: set[str] = set()

        def tell(step: Step) -> None:
            left = ""
            if step.seconds_left is not None and step.done < step.total:
                left = words.gettext("{time} left").format(time=clock(step.seconds_left))
                if "time" not in told:
                    told.add("time")
                    text = words.gettext(
                        "{done} of {total} photos are done: about {all} in all, {time} left."
                    )
                    note(
                        text.format(
                            done=step.done,
                            total=step.total,
                            all=clock(step.seconds + step.seconds_left),
                            time=clock(step.seconds_left),
                        )
                    )
            if step.known and "known" not in told and step.measured:
                told.add("known")
                text = words.ngettext(
                    "Going on where a run was stopped: {count} object is measured already.",
                    "Going on where a run was stopped: {count} objects are measured already.",
                    step.known,
                )
                note(text.format(count=step.known))
            for omission in step.omissions:
                note(f"{omission.name}: {omission.reason}", "yellow")
            photo = clean(step.photo).plain
            update(completed=step.done, total=step.total, left=left, photo=photo)

        yield tell


def _table(evaluation: Evaluation, words: Phrases) -> Table:
    """Lay out the mean IoU by click of each way."""
    table = Table(title=clean(words.gettext("mean IoU after so many clicks")))
    table.add_column("")
    for count in evaluation.settings.at_clicks:
        table.add_column(str(count), justify="right")
    names = {
        "segwidgets": "segwidgets",
        "random": words.gettext("segwidgets, clicks at random inside"),
        "predicted_iou": words.gettext("highest predicted IoU"),
        "best_of_three": words.gettext("best of three (by the true mask)"),
    }
    for way, name in names.items():
        means = evaluation.mean_iou(way)
        if means:
            table.add_row(clean(name), *(words.decimal(mean, 3) for mean in means.values()))
    boundary = evaluation.summary()["mean_boundary_iou"]
    name = words.gettext("segwidgets, boundary IoU")
    table.add_row(clean(name), *(words.decimal(mean, 3) for mean in boundary.values()))
    return table


def _sentences(evaluation: Evaluation, words: Phrases) -> Iterator[str]:
    """Say what the table does not."""
    summary = evaluation.summary()
    yield words.gettext("After one click: median IoU {median}, {share} % of the objects below .5").format(
        median=words.decimal(evaluation.median_iou()[1], 3), share=round(100 * evaluation.share_below()[1])
    )
    interval = evaluation.interval()
    if interval:
        low, high = interval[1]
        yield words.gettext(
            "Drawn from {photos} photos anew, its mean lies between {low} and {high} 95 times of 100"
        ).format(photos=evaluation.photos, low=words.decimal(low, 3), high=words.decimal(high, 3))
    yield words.gettext("Clicks to an IoU of .85 and .90 (NoC, at most {most}): {first} and {second}").format(
        most=evaluation.settings.clicks,
        first=words.decimal(summary["noc"]["85"]),
        second=words.decimal(summary["noc"]["90"]),
    )
    never = summary["never_reached"]["90"]
    if never:
        yield words.ngettext(
            "{count} object of {all} never reaches .90.", "{count} objects of {all} never reach .90.", never
        ).format(count=never, all=len(evaluation))
    if evaluation.settings.semantic:
        first = summary["first_click"]
        yield words.gettext(
            "First click: {alone} by the choice alone, {classes} with DeepLab's classes"
        ).format(
            alone=words.decimal(first["choice"], 3), classes=words.decimal(first["choice_with_classes"], 3)
        )
    box = summary["box"]
    yield words.gettext("With a tight box: mean IoU {iou}, boundary IoU {boundary}").format(
        iou=words.decimal(box["mean_iou"], 3), boundary=words.decimal(box["mean_boundary_iou"], 3)
    )
    harm = summary["harmful_clicks"]
    yield words.gettext("{count} of {all} refining clicks lower the IoU by more than .05").format(
        count=harm["clicks"], all=harm["of"]
    )


def _counts(evaluation: Evaluation, words: Phrases) -> str:
    """Count what was measured and what was left out."""
    count = len(evaluation)
    if count:
        text = words.ngettext(
            "{count} object measured on {photos}.", "{count} objects measured on {photos}.", count
        )
        photos = words.ngettext("{count} photo", "{count} photos", evaluation.photos)
        said = text.format(count=count, photos=photos.format(count=evaluation.photos))
    else:
        said = words.gettext("Nothing could be measured.")
    left_out = [_left_out(kind, number, words) for kind, number in evaluation.omitted.items()]
    if left_out:
        said += " " + words.gettext("Left out: {what}.").format(what="; ".join(left_out))
    return said


def _left_out(kind: str, count: int, words: Phrases) -> str:
    texts = {
        "no_mask": words.ngettext("{count} photo without a mask", "{count} photos without a mask", count),
        "no_photo": words.ngettext("{count} mask without a photo", "{count} masks without a photo", count),
        "size": words.ngettext("{count} mask of another size", "{count} masks of another size", count),
        "empty": words.ngettext("{count} empty mask", "{count} empty masks", count),
        "unreadable": words.ngettext(
            "{count} file that cannot be read", "{count} files that cannot be read", count
        ),
    }
    return texts[kind].format(count=count)
