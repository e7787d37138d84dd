"""A bar for jobs of many items, and `segwidgets batch`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segwidgets.cli.commands import SAM_NAMES, Lang, app
from segwidgets.cli.memory import MODELS_MB, need
from segwidgets.cli.terminal import clean, clock, complain, note, progress_bar, write
from segwidgets.locale.languages import DEFAULT
from segwidgets.models.sam import DEFAULT_SAM

if TYPE_CHECKING:
    from distributed import Client

    from segwidgets.jobs import Outcome, Step
    from segwidgets.locale.phrases import Phrases


@app.command()
def batch(
    photos: Annotated[Path, typer.Argument(help="A folder of photos; folders in it count, too.")],
    out: Annotated[Path, typer.Argument(help="The folder to write into.")],
    class_name: Annotated[
        list[str] | None,
        typer.Option("--class", help="A class of DeepLab's, as cat; give it again for more than one."),
    ] = None,
    everything: Annotated[bool, typer.Option("--everything", help="All masks of each photo.")] = False,
    prompts: Annotated[
        list[Path] | None,
        typer.Option(help="Where to click: CSV or JSON with photo, points, labels, box, name; or a session."),
    ] = None,
    model: Annotated[str, typer.Option(help=f"{SAM_NAMES}.")] = DEFAULT_SAM,
    largest: Annotated[bool, typer.Option("--largest", help="Only the largest object of a photo.")] = False,
    min_area: Annotated[int, typer.Option(help="Leave out objects of fewer pixels.")] = 0,
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            help="Which, with commas between: png (masks), cutouts, index, coco, panoptic, yolo, json.",
        ),
    ] = "png,coco,json",
    split: Annotated[
        str | None,
        typer.Option(help="Part the photos: fractions for training, validation and test, as 0.8,0.1,0.1."),
    ] = None,
    seed: Annotated[int, typer.Option(help="For --split: another one parts them anew.")] = 0,
    points: Annotated[int, typer.Option(help="For --everything: clicks a side.")] = 16,
    pred_iou: Annotated[float, typer.Option(help="For --everything: the least predicted IoU.")] = 0.88,
    stability: Annotated[float, typer.Option(help="For --everything: the least stability.")] = 0.95,
    workers: Annotated[
        int | None, typer.Option(help="Processes; by default as many as cores and memory allow.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="The longest that a photo may take.")] = 600,
    memory: Annotated[float, typer.Option(help="The most memory of a process, in MB.")] = 4000,
    again: Annotated[
        list[str] | None, typer.Option(metavar="PHOTO", help="Do this one anew, and no others.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Do all of them anew.")] = False,
    scheduler: Annotated[
        str | None, typer.Option(help="Work on the Dask cluster at this address, as tcp://10.0.0.1:8786.")
    ] = None,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="Say where the cluster can be watched.")
    ] = False,
    lang: Lang = DEFAULT,
) -> None:
    """Label a folder of photos: masks, COCO, YOLO, contact sheets; the same command goes on where it was.

    Exit status 0 if all is well, 1 if some photos failed, 2 if none was labelled or the rest cannot be.
    """
    need(MODELS_MB)
    from segwidgets.exports.flat import overlaps_told
    from segwidgets.exports.split import fractions
    from segwidgets.jobs.batch import Plan, label_folder
    from segwidgets.jobs.batch.folder import LIMITS, SHEETS
    from segwidgets.locale.phrases import Phrases

    words = Phrases(lang)
    with one_sentence(words), on_cluster(scheduler, dashboard, words) as client, bar(words) as tell:
        plan = Plan(
            tuple(class_name or ()),
            everything,
            model,
            largest,
            min_area,
            tuple(name.strip() for name in formats.split(",")),
            points,
            pred_iou,
            stability,
            split=() if split is None else fractions(split),
            seed=seed,
        )
        made = label_folder(
            photos,
            out,
            plan,
            prompts or (),
            workers=workers,
            again=again or (),
            force=force,
            limits=replace(LIMITS, seconds=seconds, memory_mb=memory),
            scheduler=client,
            lang=lang,
            progress=tell,
        )
    told = words.ngettext(
        "{count} photo is labelled", "{count} photos are labelled", len(made.outcome.results)
    )
    objects = words.ngettext("{count} object", "{count} objects", made.objects).format(count=made.objects)
    write(f"{told.format(count=len(made.outcome.results))}: {objects}.")
    if plan.parts is not None and made.outcome.results:
        write(plan.parts.told(made.outcome.results, words))
    overlaps = overlaps_told(made.overlap_px, words)
    if overlaps:
        write(overlaps)
    if made.pages:
        write(
            words.gettext("Look at {folder} first: the least certain come first.").format(folder=out / SHEETS)
        )
    finish(made.outcome, out, words)


def finish(outcome: Outcome, out: Path, words: Phrases) -> None:
    """Say what failed and where everything is, and leave with the job's exit status."""
    from segwidgets.jobs.records import FAILURES

    count = len(outcome.failures)
    if count:
        text = words.ngettext(
            "{count} failed; {file} says why.", "{count} failed; {file} says why of each.", count
        )
        write(text.format(count=count, file=out / FAILURES), "yellow")
    write(words.gettext("Everything is in {folder}").format(folder=out))
    raise typer.Exit(outcome.status)


@contextmanager
def one_sentence(words: Phrases) -> Iterator[None]:
    """Say of an interruption, or of what keeps a job from being done at all, one sentence."""
    from segwidgets.ground.errors import SegwidgetsError

    try:
        yield
    except KeyboardInterrupt:
        note(words.gettext("Interrupted: the same command goes on from here."))
        raise typer.Exit(130) from None
    except (SegwidgetsError, ValueError, OSError) as error:
        complain(error)
        raise typer.Exit(2) from None


@contextmanager
def on_cluster(scheduler: str | None, dashboard: bool, words: Phrases) -> Iterator[Client | None]:
    """Give a client of the cluster that is wanted, if one is, and say where it can be watched."""
    if scheduler is None:
        yield None
        return
    from segwidgets.jobs.cluster import connected

    with connected(scheduler) as client:
        if dashboard:
            write(words.gettext("Watch the cluster: {address}").format(address=client.dashboard_link))
        yield client


@contextmanager
def bar(words: Phrases) -> Iterator[Callable[[Step], None]]:
    """Show a job's bar on the standard error; failures stand above it, a line each."""
    with progress_bar("pace", "item") as update:

        def tell(step: Step) -> None:
            if not step.item:
                for text in opening(step, words):
                    note(text)
            if step.failure is not None:
                mend = f" ({step.failure.mend})" if step.failure.mend else ""
                note(f"{step.item}: {step.failure.what}{mend}", "yellow")
            item = clean(step.item).plain
            update(completed=step.done, total=step.total, pace=pace(step, words), item=item)

        yield tell


def opening(step: Step, words: Phrases) -> Iterator[str]:
    """Say what is done already, how many processes there are, and what keeps them from being more."""
    if step.known:
        text = words.ngettext("{count} is done already.", "{count} are done already.", step.known)
        yield text.format(count=step.known)
    if step.done == step.total or not step.workers:
        return
    count = words.ngettext("{count} process", "{count} processes", step.workers).format(count=step.workers)
    reasons = {
        "cores": words.gettext("as many as there are cores"),
        "memory": words.gettext("more would need more memory"),
        "items": words.gettext("one for each item"),
        "choice": words.gettext("as you asked"),
        "cluster": words.gettext("those of the cluster"),
        "alone": words.gettext("once more, and alone, for what ran out of time"),
    }
    yield f"{count}, {reasons[step.held_by]}."


def pace(step: Step, words: Phrases) -> str:
    """Say how quick it is, how long it will take, and how many failed."""
    told = []
    if step.per_minute is not None and step.seconds_left is not None and step.done < step.total:
        told.append(words.gettext("{count} a minute").format(count=words.decimal(step.per_minute, 1)))
        left = clock(step.seconds_left)
        told.append(words.gettext("{time} left").format(time=left))
    if step.failed:
        told.append(words.ngettext("{count} failed", "{count} failed", step.failed).format(count=step.failed))
    return " · ".join(told)
