"""`segwidgets lessons`: the course, out of the installed package into a folder."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from segwidgets.cli.commands import LANGUAGES, app
from segwidgets.cli.terminal import write


@app.command()
def lessons(
    folder: Annotated[Path, typer.Argument(help="The folder to copy them to.")] = Path("lessons"),
    lang: Annotated[
        str | None,
        typer.Option(help=f"{LANGUAGES}; by default that of the lessons which are there, else en."),
    ] = None,
    solutions: Annotated[bool, typer.Option("--solutions", help="The solutions too.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Copy nothing; exit status 1 when one is missing or out of date.")
    ] = False,
) -> None:
    """Copy the lessons into a folder; what was changed there stays as it is."""
    from segwidgets.course.handing_out import hand_out, language_in, look_at, tell
    from segwidgets.locale.catalogues import translations
    from segwidgets.locale.languages import DEFAULT

    lang = lang or language_in(folder) or DEFAULT
    if check:
        found = look_at(folder, lang, solutions or None)
        write(tell(found, lang))
        raise typer.Exit(int(any(one.state in ("missing", "old", "beside") for one in found)))
    write(tell(hand_out(folder, lang, solutions), lang))
    tr = translations(lang)
    if find_spec("jupyterlab") is None:
        write(
            tr.gettext("To open them you need JupyterLab: {command}").format(
                command='pip install "segwidgets[lab]"'
            )
        )
    else:
        write(tr.gettext("Open them: {command}").format(command=f"jupyter lab {folder}"))
