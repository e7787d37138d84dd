"""`segwidgets mark`: the options, a bar while it runs, and what came of a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segwidgets.cli.commands import Lang, app
from segwidgets.cli.jobs import bar, finish, one_sentence
from segwidgets.cli.memory import MODELS_MB, need
from segwidgets.cli.terminal import note, write
from segwidgets.locale.languages import DEFAULT

if TYPE_CHECKING:
    from segwidgets.locale.phrases import Phrases
    from segwidgets.mark.marking import Marks


@app.command()
def mark(
    hand_ins: Annotated[
        Path,
        typer.Argument(
            help="What Moodle, Canvas or Classroom gave you, as a folder or a zip; or a folder or zip a "
            "student; or one notebook."
        ),
    ],
    out: Annotated[Path, typer.Argument(help="The folder to write the marks into.")],
    lessons: Annotated[
        str, typer.Option(help="Only these, with commas between, as 2,3; by default all.")
    ] = "",
    rubric: Annotated[
        Path | None,
        typer.Option(
            help='Points by exercise, TOML: a table points with "2.1" = 2; by default rubric.toml in OUT, or '
            "1 each."
        ),
    ] = None,
    overrides: Annotated[
        Path | None,
        typer.Option(
            help="Marks that you decide, CSV: student, exercise, points; by default overrides.csv in OUT."
        ),
    ] = None,
    again: Annotated[
        list[str] | None, typer.Option(metavar="STUDENT", help="Mark this one anew, and no others.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Mark all anew; what you override stays so.")
    ] = False,
    seconds: Annotated[int, typer.Option(help="The longest that an answer may take.")] = 120,
    cpu_seconds: Annotated[int, typer.Option(help="The most computing of a hand-in, in seconds.")] = 900,
    memory: Annotated[int, typer.Option(help="The most memory of a hand-in, in MB.")] = 4000,
    file_size: Annotated[int, typer.Option(help="The largest file that it may write, in MB.")] = 200,
    processes: Annotated[int, typer.Option(help="How many processes it may be.")] = 60,
    workers: Annotated[
        int | None, typer.Option(help="Hand-ins at once; by default as many as cores and memory allow.")
    ] = None,
    lang: Lang = DEFAULT,
) -> None:
    """Mark a class: run every hand-in in a process of its own, judge it here, and write tables and pages.

    Only a student's answers are taken. They run with limits and, where the system lets us, without a network.
    That is no sandbox against a determined attacker: use a container or a machine of its own for strangers.
    The same command goes on where it was. Exit status 0 if all is well, 1 if some could not be marked, 2 if
    none could.
    """
    need(MODELS_MB)
    from segwidgets.locale.phrases import Phrases
    from segwidgets.mark.marking import mark_class
    from segwidgets.mark.supervising import Bounds

    words = Phrases(lang)
    with one_sentence(words), bar(words) as tell:
        marks = mark_class(
            hand_ins,
            out,
            only=_numbers(lessons),
            rubric=rubric,
            overrides=overrides,
            bounds=Bounds(seconds, cpu_seconds, memory, file_size, processes),
            workers=workers,
            again=again or (),
            force=force,
            lang=lang,
            progress=tell,
        )
    _summarise(marks, out, words)
    finish(marks.outcome, out, words)


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(f"--lessons must be numbers with commas between, as 2,3, got {text!r}") from None


def _summarise(marks: Marks, out: Path, words: Phrases) -> None:
    from segwidgets.mark.tables import TABLE

    count = sum(not one.problem for one in marks.marked)
    text = words.ngettext("{count} hand-in is marked: {file}", "{count} hand-ins are marked: {file}", count)
    write(text.format(count=count, file=out / TABLE))
    if marks.left_out:
        text = words.ngettext(
            "{count} notebook of another lesson was left out.",
            "{count} notebooks of other lessons were left out.",
            marks.left_out,
        )
        write(text.format(count=marks.left_out))
    if marks.walls is False:
        text = words.gettext(
            "This system takes away no network and no folders: what ran could reach both. Use a container "
            "for strangers' hand-ins."
        )
        note(text, "yellow")
    elif marks.walls:
        write(words.gettext("What ran had no network, and could write into a folder of its own alone."))
    for one in marks.unused:
        text = words.gettext("Line {line} of the overrides is used by nobody: {student}, {exercise}.")
        note(text.format(line=one.line, student=one.student, exercise=one.exercise), "yellow")
