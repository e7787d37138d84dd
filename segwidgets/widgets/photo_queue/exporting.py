"""What becomes of a queue's photos that are done: datasets, files photo by photo, sheets, a table of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from segwidgets.exports import FORMATS, Format, find_format
from segwidgets.exports.datasets import masks_of, work_of
from segwidgets.exports.flat import overlap_px, overlaps_told
from segwidgets.exports.sheets import pages, thumbnail
from segwidgets.exports.split import PARTS, Split, with_part
from segwidgets.ground.files import json_bytes, picture_png
from segwidgets.ground.keeping import Outbox
from segwidgets.ground.outside import plain, read_file, read_json
from segwidgets.images import load_image
from segwidgets.locale.catalogues import N_
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.photo_queue.keeper import SUMMARY, Entry, Keeper

OVERVIEWS = {
    "sheet": (N_("Sheet"), N_("Save contact sheets of the photos that are done, the least certain first")),
    "summary": (N_("Table"), N_("Save a table of all photos as CSV: state, notes, objects, classes")),
}
"""What is written besides `FORMATS`, with the words of its button and those that explain it."""

SPLIT = "split.json"
"""In an export that is parted: fractions, seed, and the photos of each part."""

_MAX_BYTES = 50_000_000  # of it


class Exported(NamedTuple):
    """What was written.

    Attributes
    ----------
    files : list of Path
        Where.
    folder : Path
        What they lie in.
    told : str
        What is to be known of it: how many photos each part has, and which object has a pixel of several.
    """

    files: list[Path]
    folder: Path
    told: str


def words_of_button(kind: str) -> tuple[str, str]:
    """Return the words on the button of an export, and those that explain it, to be translated."""
    return OVERVIEWS[kind] if kind in OVERVIEWS else (FORMATS[kind].label, FORMATS[kind].help)


def export(
    keeper: Keeper,
    kind: str,
    classes: Sequence[str],
    words: Phrases,
    folder: Path | None = None,
    split: Split | None = None,
) -> Exported:
    """Write the objects of all photos that are done, see `PhotoQueue.export`."""
    row = None if kind in OVERVIEWS else _format(kind)
    found = [(entry, _parted(facts, entry, split)) for entry, facts in keeper.found()]
    table = keeper.write_summary({entry.name: facts for entry, facts in found})
    told = "" if split is None else split.told([entry.name for entry, _ in found], words)
    if kind == "summary" and folder is None:
        return Exported([table], table.parent, told)
    if not found and kind != "summary":
        raise ValueError(words.gettext("No photo is done yet: click on its objects, then on Done."))
    folder = keeper.out / (kind if split is None else f"{kind}_split") if folder is None else folder
    _check_folder(folder, split)
    photos = [facts for _, facts in found]
    used = dict.fromkeys([*classes, *(one["class"] for facts in photos for one in facts["objects"])])
    with Outbox(folder) as out:
        if kind == "summary":
            files = [out.save(SUMMARY, table.read_bytes())]
        elif row is None:
            files = [out.save(name, content) for name, content in _sheets(found, words)]
        else:
            made = _files(keeper, row, found, tuple(used))
            files = [out.save(name, content) for name, content in made]
        if split is not None:
            files.append(out.save(SPLIT, _split_told(photos, split)))
    if row is not None and row.flat:
        px = [overlap_px(masks_of(facts), (facts["height"], facts["width"])) for facts in photos]
        told = " ".join(text for text in (told, overlaps_told(px, words)) if text)
    return Exported(files, folder, told)


def _format(kind: str) -> Format:
    if kind not in FORMATS:
        known = ", ".join([*(name for name, row in FORMATS.items() if row.needs != "film"), *OVERVIEWS])
        raise ValueError(f"there is no export {kind!r:.60}; there are {known}")
    row = find_format(kind)
    if row.needs == "film":
        raise ValueError(f"{kind} is of one photo's clicks: queue.widget.save({kind!r}, folder) writes it")
    return row


def _parted(facts: dict[str, Any], entry: Entry, split: Split | None) -> dict[str, Any]:
    return facts if split is None else {**facts, "part": split.part_of(entry.name)}


def _files(
    keeper: Keeper, row: Format, found: Sequence[tuple[Entry, dict[str, Any]]], classes: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the names and contents of a format's files."""
    for entry, facts in found:
        if row.needs == "record":
            text = keeper.session(keeper.find(entry.name))
            if text is not None:
                yield f"{PurePosixPath(facts.get('part', ''), entry.stem)}.json", text.encode()
        elif row.part is not None:
            work = work_of(facts, load_image(entry.path))
            yield from row.part(work, classes, entry.path.read_bytes())
        elif row.whole is None:
            work = work_of(facts, load_image(entry.path))
            for name, content in row.files([work], PurePosixPath(row.target).name):
                yield f"{work.place}/{name}", content
    if row.whole is not None:
        yield from row.whole([facts for _, facts in found], classes)


def _sheets(found: Sequence[tuple[Entry, dict[str, Any]]], words: Phrases) -> Iterator[tuple[str, bytes]]:
    """Yield contact sheets; of photos that are parted, those of each part."""
    paths = {entry.name: entry.path for entry, _ in found}

    def small(facts: Any) -> bytes:
        return thumbnail(load_image(paths[facts["photo"]]), list(masks_of(facts)))

    for part in ("", *PARTS):
        photos = [facts for _, facts in found if facts.get("part", "") == part]
        for number, page in enumerate(pages(photos, small, words), 1):
            yield f"{with_part('page', part)}_{number:03}.png", picture_png(page)


def _check_folder(folder: Path, split: Split | None) -> None:
    """Refuse a folder whose photos are parted otherwise: one would be for training and for the test."""
    try:
        told = read_json(read_file(folder / SPLIT, _MAX_BYTES), SPLIT, _MAX_BYTES)
    except FileNotFoundError:
        return
    except ValueError:
        told = None
    wanted = None if split is None else {"fractions": list(split.fractions), "seed": split.seed}
    known = {key: told.get(key) for key in ("fractions", "seed")} if isinstance(told, dict) else told
    if known != wanted:
        raise ValueError(
            f"{plain(folder, 200)} holds photos that are parted otherwise ({plain(known, 80)}, not "
            f"{plain(wanted, 80)}): give another folder, or remove it"
        )


def _split_told(photos: Sequence[dict[str, Any]], split: Split) -> bytes:
    parts = {part: [one["photo"] for one in photos if one["part"] == part] for part in PARTS}
    told = {"fractions": list(split.fractions), "seed": split.seed, **parts}
    return json_bytes(told)
