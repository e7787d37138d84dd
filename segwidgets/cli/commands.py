"""The `segwidgets` command."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from segwidgets.cli.memory import (
    MODELS_MB,
    PLAIN_MB,
    is_lack_of_memory,
    lack_of_memory,
    limit_mb,
    need,
    prepare_for_little,
)
from segwidgets.cli.terminal import clean, complain, console, errors, is_utf8, prepare, write
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import shortened
from segwidgets.locale.languages import DEFAULT, languages
from segwidgets.models.sam import DEFAULT_SAM, ENGINE_VARIABLE, SAM_MODELS, engine_names

MAX_NAMES = 1000  # letters of a list of names
ENDED = (128 + 1, 128 + 15)  # by SIGHUP, by SIGTERM

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Segment Anything and DeepLab for teaching: from a photo to a finished workshop.",
)


def _either(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


LANGUAGES = _either(languages())
Lang = Annotated[str, typer.Option(help=f"{LANGUAGES}.")]
ENGINES = _either(engine_names())
SAM_NAMES = _either(SAM_MODELS)


@app.command()
def workshop(
    image: Annotated[
        str | None,
        typer.Argument(help="A file, an address (https://...) or a sample's name; the cat by default."),
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(
            metavar="X,Y[,0|1]", help="A click in the photo's pixels; 1 foreground (default), 0 background."
        ),
    ] = None,
    box: Annotated[str | None, typer.Option(metavar="X0,Y0,X1,Y1", help="Left, top, right, bottom.")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder to make.")] = None,
    lang: Lang = DEFAULT,
    model: Annotated[str, typer.Option(help=f"{SAM_NAMES}.")] = DEFAULT_SAM,
    force: Annotated[bool, typer.Option("--force", help="Replace a workshop that stands there.")] = False,
    engine: Annotated[
        str, typer.Option(help=f"What runs SAM: {ENGINES}. For every command: {ENGINE_VARIABLE}.")
    ] = "auto",
) -> None:
    """Segment a photo and write the finished workshop folder."""
    need(MODELS_MB)
    from segwidgets.locale.phrases import Phrases

    words = tr = Phrases(lang)
    prompt = _prompt(point or [], box)
    from segwidgets.workshop.make import make_workshop

    done = make_workshop(
        image, prompt, out, lang, model, force, progress=lambda step: write(f"· {step}"), engine=engine
    )
    write(done.prompt_origin)
    table = Table(title=None)
    for title in (tr.gettext("Mask"), tr.gettext("predicted IoU"), tr.gettext("area")):
        table.add_column(title, justify="right")
    table.add_column(tr.gettext("Finding"))
    for diagnosis in done.diagnoses:
        index = diagnosis.index
        table.add_row(
            f"{'→ ' if index == done.candidates.best else ''}{index}",
            words.decimal(done.candidates.predicted_iou[index]),
            words.percent(done.candidates.area_share[index]),
            clean(diagnosis.title),
        )
    console.print(table)
    write(done.choice)
    if done.taken_over:
        text = tr.gettext("Taken over from the folder that stood there: {names}.")
        write(text.format(names=shortened(", ".join(done.taken_over), MAX_NAMES)))
    if done.kept is not None:
        text = tr.gettext("That folder is kept as {folder}; you and this run both changed: {names}.")
        write(text.format(folder=done.kept, names=shortened(", ".join(done.clashes), MAX_NAMES)))
    write(tr.gettext("The workshop is in {folder}").format(folder=done.folder))


@app.command()
def weights(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; the two default models by default.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Show what there is, with licences and sizes.")
    ] = False,
    given: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Copy them from a wheelhouse's weights; no network."),
    ] = None,
    lang: Lang = DEFAULT,
) -> None:
    """Fetch model weights ahead of time, or list them."""
    from segwidgets import checkpoints
    from segwidgets.locale.phrases import Phrases

    words = Phrases(lang)
    if show:
        caption = words.gettext("cache: {folder}").format(folder=checkpoints.cache_dir())
        if built := sum(map(checkpoints.built_size, checkpoints.CHECKPOINTS)):
            text = words.gettext("built from them and kept beside them, to start sooner: {megabytes} MB")
            caption += "\n" + text.format(megabytes=words.decimal(built / 1e6, 0))
        table = Table(caption=clean(caption))
        for title in (
            words.gettext("name"),
            "MB",
            words.gettext("cached"),
            words.gettext("licence"),
            words.gettext("paper"),
        ):
            table.add_column(title, justify="right" if title == "MB" else "left", overflow="fold")
        for name, checkpoint in checkpoints.CHECKPOINTS.items():
            if names and name not in names:
                continue
            cached = words.gettext("yes") if checkpoints.is_cached(name) else words.gettext("no")
            megabytes = words.decimal(checkpoint.size / 1e6, 0)
            table.add_row(name, megabytes, cached, checkpoint.licence, checkpoint.paper)
        console.print(table)
        return
    for name in names or DEFAULT_WEIGHTS:
        files = checkpoints.fetch(name) if given is None else checkpoints.copy_in(name, given)
        folder = next(iter(files.values())).parent
        write(words.gettext("{name}: verified, in {folder}").format(name=name, folder=folder))


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The workshop folder.")],
    lang: Annotated[str | None, typer.Option(help=f"{LANGUAGES}; by default the folder's language.")] = None,
) -> None:
    """Check a workshop folder: what is there, what is missing and how to mend it."""
    from segwidgets.locale.catalogues import translations
    from segwidgets.workshop.delivery_check import check_workshop, folder_language

    lang = lang or folder_language(folder)
    findings = check_workshop(folder, lang)
    signs = {"ok": ("✓", "green"), "missing": ("✗", "red"), "todo": ("…", "yellow")}
    table = Table.grid(padding=(0, 1))
    for finding in findings:
        table.add_row(clean(*signs[finding.status]), clean(finding.item), clean(finding.message))
    console.print(table)
    tr = translations(lang)
    missing = sum(finding.status == "missing" for finding in findings)
    if missing:
        text = tr.ngettext("{count} item needs mending.", "{count} items need mending.", missing)
        write(text.format(count=missing))
        raise typer.Exit(1)
    if any(finding.status == "todo" for finding in findings):
        write(tr.gettext("The folder is complete but for what only you can write."))
        return
    write(tr.gettext("The folder is complete."))


@app.command()
def doctor(
    lang: Lang = DEFAULT,
    network: Annotated[bool, typer.Option(help="Ask whether the weights' sources answer.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Tell what works here, and how to mend what does not; exit status 1 when something will not work."""
    from segwidgets.doctor.examine import doctor as examine
    from segwidgets.doctor.examine import report

    findings = examine(lang, network)
    if as_json:
        whole = json.dumps([f.to_dict() for f in findings], ensure_ascii=not is_utf8(sys.stdout), indent=2)
        sys.stdout.write(f"{whole}\n")
    else:
        write(report(findings))
    raise typer.Exit(int(any(finding.status == "problem" for finding in findings)))


@app.command()
def progress(
    folder: Annotated[Path, typer.Argument(help="Where the notebooks are.")] = Path(),
    lang: Lang = DEFAULT,
) -> None:
    """Show which exercises are solved."""
    from segwidgets.course.solved import progress_table

    with contextlib.chdir(folder):
        write(progress_table(lang=lang))


def _numbers(text: str, counts: tuple[int, ...], what: str) -> list[float]:
    """Read comma-separated numbers, or say what was expected."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in counts:
        raise ValueError(f"{what}, got {text!r}")
    return numbers


def _prompt(points: list[str], box: str | None) -> Any:
    """Make a Prompt of the options, or None when there are none."""
    from segwidgets.prompts import Prompt

    if not points and box is None:
        return None
    rows = [
        _numbers(p, (2, 3), "--point must be X,Y or X,Y,0 or X,Y,1, as in --point 250,170") for p in points
    ]
    corners = (
        None if box is None else _numbers(box, (4,), "--box must be X0,Y0,X1,Y1, as in --box 40,10,400,290")
    )
    labels = [row[2] if len(row) == 3 else 1 for row in rows]
    return Prompt([row[:2] for row in rows], labels, corners)


def main() -> None:
    """Run the command; what the user can mend is said in one sentence, without a traceback."""
    prepare()
    prepare_for_little()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        need(PLAIN_MB)
        app(standalone_mode=True)
    except KeyboardInterrupt:
        errors.print("Interrupted; nothing was left half done.")
        sys.exit(130)
    except SystemExit as end:
        if end.code in ENDED:
            errors.print("Ended from outside; nothing was left half done.")
        raise
    except Exception as error:
        is_ours = isinstance(error, SegwidgetsError)
        if is_lack_of_memory(error) or (limit_mb() is not None and not is_ours and not _can_be_mended(error)):
            complain(lack_of_memory())
        elif is_ours or _can_be_mended(error):
            complain(error)
        else:
            raise
        sys.exit(1)


def _can_be_mended(error: Exception) -> bool:
    """Whether an error is of the kinds that we raise for what the user gave."""
    return isinstance(error, ValueError | TypeError | OSError)
