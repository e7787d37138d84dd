"""`segwidgets export`: what was clicked in a notebook, in the formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from segwidgets.cli.commands import Lang, app
from segwidgets.cli.terminal import clean, console, write
from segwidgets.exports import FORMATS, export, find_format, listing
from segwidgets.locale.languages import DEFAULT


@app.command("export")
def export_clicks(
    record: Annotated[
        Path | None, typer.Argument(help="The clicks: a JSON file that the widget saved.")
    ] = None,
    image: Annotated[
        str | None, typer.Argument(help="The photo they were made on: a file, an address or a sample's name.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help=f"Which, with commas between: {', '.join(FORMATS)}.")
    ] = "masks",
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("segwidgets_output"),
    lang: Lang = DEFAULT,
    model: Annotated[str, typer.Option(help="The one that was clicked with.")] = "mobile_sam",
    show: Annotated[bool, typer.Option("--list", help="Show which formats there are.")] = False,
) -> None:
    """Write masks from the clicks that the widget saved: PNG, COCO, YOLO, GIF ..."""
    from segwidgets.locale.catalogues import translations

    _ = translations(lang).gettext
    if show:
        table = Table.grid(padding=(0, 2))
        for row in listing(lang):
            table.add_row(*map(clean, row))
        console.print(table)
        return
    if record is None or image is None:
        raise typer.BadParameter("give the file of the clicks and the photo, or --list")
    names = [name.strip() for name in formats.split(",")]
    targets = [find_format(name).target for name in names]  # says what is wrong before any work
    from segwidgets.exports.flat import overlap_px, overlaps_told
    from segwidgets.ground.outside import MAX_JSON_CHARS, plain, read_file
    from segwidgets.images import load_image
    from segwidgets.locale.phrases import Phrases
    from segwidgets.segmenter import Segmenter
    from segwidgets.widgets.session.outcome import work
    from segwidgets.widgets.session.session import Session

    try:
        text = read_file(record, MAX_JSON_CHARS).decode()
    except ValueError as error:  # no ordinary file, too large, or no text
        raise ValueError(f"{plain(record)} is no record of clicks: {plain(error)}") from error
    session = Session.from_json(text, Segmenter(load_image(image), model))
    made = work(session, lang)
    for name, target in zip(names, targets, strict=True):
        for path in export(name, [made], out / target):
            write(_("Saved: {path}").format(path=path))
    if any(find_format(name).flat for name in names):
        told = overlaps_told(overlap_px(made.masks, made.image.shape[:2]), Phrases(lang))
        if told:
            write(told)
