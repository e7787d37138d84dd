"""A folder of photos in, labels in every format out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from segwidgets.exports import FORMATS, Format
from segwidgets.exports.datasets import check_facts, masks_of
from segwidgets.exports.flat import overlap_px
from segwidgets.exports.sheets import pages
from segwidgets.exports.split import PARTS, with_part
from segwidgets.ground.files import picture_png
from segwidgets.ground.keeping import Outbox, digest
from segwidgets.ground.outside import home_expanded, resolved
from segwidgets.ground.tables import spreadsheet
from segwidgets.jobs.batch.labelling import THUMBNAILS, folder_of, label_photo, start
from segwidgets.jobs.batch.photos import find_photos
from segwidgets.jobs.batch.plan import OBJECT, Plan
from segwidgets.jobs.batch.prompt_files import Questions, read_questions
from segwidgets.jobs.items import Item, Limits
from segwidgets.jobs.records import writing
from segwidgets.jobs.running import Outcome, Step, run
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases

if TYPE_CHECKING:
    from distributed import Client

SUMMARY, SHEETS = "summary.csv", "sheets"
LIMITS = Limits(seconds=600, memory_mb=4000, needs_mb=900)
"""What a photo may take; `needs_mb` is what a worker with both default models has at its peak."""


@dataclass(frozen=True)
class Labelled:
    """What came of a folder.

    Attributes
    ----------
    outcome : Outcome
        What is known of each photo, and which failed.
    folder : Path
        Where everything is.
    pages : int
        Of the contact sheets.
    overlap_px : list of int
        How many pixels objects took from each other in each photo, where a format gives a pixel to one alone.
    """

    outcome: Outcome
    folder: Path
    pages: int
    overlap_px: list[int] = field(default_factory=list)

    @property
    def objects(self) -> int:
        """How many objects there are in all photos."""
        return sum(len(photo["objects"]) for photo in self.outcome.results.values())


def label_folder(
    photos: str | os.PathLike[str],
    out: str | os.PathLike[str],
    plan: Plan | None = None,
    prompts: Iterable[str | os.PathLike[str]] = (),
    *,
    workers: int | None = None,
    again: Collection[str] = (),
    force: bool = False,
    limits: Limits = LIMITS,
    scheduler: str | Client | None = None,
    lang: str = DEFAULT,
    progress: Callable[[Step], object] | None = None,
) -> Labelled:
    """Find objects in all photos of a folder, on several processes, and write them in formats of other tools.

    A run that was killed goes on where it was when it is called again. A photo that cannot be labelled is a
    line in `failures.csv`.

    Parameters
    ----------
    photos : str or Path
        The folder; photos in its folders count, too.
    out : str or Path
        The folder for what is made: a folder for each format, `sheets`, `summary.csv`, `failures.csv` and
        `state`.
    plan : Plan, optional
        What to find and what to write; with `prompts` it says how to write it alone.
    prompts : iterable of str or Path
        Files that say where to click in which photo, see `read_questions`.
    workers, again, force, limits, scheduler, lang, progress
        As for `segwidgets.jobs.run`; an item is a photo by its path in the folder.

    Returns
    -------
    Labelled
        `outcome.results` has the facts of each photo, see `exports.datasets.facts_of`; besides, `certainty`,
        the least predicted IoU times stability score of its objects, and `covered`, the share of the photo
        that is in a mask, both 0 to 1.

    Raises
    ------
    FileNotFoundError, ValueError
        If there are no photos, nothing to be looked for, or the folder is of another job.
    JobError
        If the models cannot be loaded.
    KeepError
        If results cannot be written; what is done stands.

    Examples
    --------
    >>> label_folder("photos", "labels", Plan(classes=("cat",)))  # doctest: +SKIP
    """
    plan = plan or Plan()
    questions = read_questions(prompts)
    asked = bool(questions.by_photo or questions.sessions)
    if bool(plan.classes) + plan.everything + asked != 1:
        raise ValueError(
            "say what to find, one of three: classes (--class cat), everything (--everything) or prompts "
            "(--prompts FILE)"
        )
    classes = _classes(plan, questions)
    items = find_photos(photos, out, questions)
    outcome = run(
        items,
        partial(label_photo, plan, questions, classes),
        out,
        start=partial(start, plan),
        settings={"job": "batch", **plan.to_dict(), "prompts": _fingerprint(questions)},
        workers=workers,
        again=again,
        force=force,
        limits=limits,
        is_whole=partial(_is_whole, classes),
        scheduler=scheduler,
        lang=lang,
        progress=progress,
    )
    folder = resolved(home_expanded(out))
    found = list(outcome.results.values())
    with writing(folder):
        count = _write_whole(found, plan, classes, folder, Phrases(lang)) if found else 0
    flat = found if any(FORMATS[name].flat for name in plan.formats) else []
    overlaps = [overlap_px(masks_of(photo), (photo["height"], photo["width"])) for photo in flat]
    return Labelled(outcome, folder, count, overlaps)


def _is_whole(classes: tuple[str, ...], item: Item, facts: Mapping[str, Any]) -> bool:
    """Whether these are a photo's facts, as `label_photo` makes them."""
    try:
        check_facts(facts, item.name, item.payload.stem)
    except ValueError:
        return False
    numbers = [facts.get("certainty"), facts.get("covered")]
    return all(isinstance(number, int | float) for number in numbers) and all(
        one["class"] in classes for one in facts["objects"]
    )


def _classes(plan: Plan, questions: Questions) -> tuple[str, ...]:
    if plan.classes:
        return tuple(dict.fromkeys(plan.classes))
    names = questions.names
    return (*names, *([] if OBJECT in names else [OBJECT]))


def _fingerprint(questions: Questions) -> str:
    """Return what changes when something else is asked."""
    if not questions.by_photo and not questions.sessions:
        return ""
    return digest(repr((questions.by_photo, questions.sessions)).encode())[:16]


def _write_whole(
    photos: Sequence[dict[str, Any]], plan: Plan, classes: tuple[str, ...], folder: Path, words: Phrases
) -> int:
    """Write what is made of all photos together; return how many pages the sheets have."""
    with Outbox(folder) as box:
        for name in plan.formats:
            row = FORMATS.get(name)
            if row is not None and row.whole is not None and name != "json":
                place = PurePosixPath(folder_of(name))
                whole = {(place / path).as_posix(): content for path, content in row.whole(photos, classes)}
                for path, content in whole.items():
                    box.save(path, content)
                for gone in {(place / one).as_posix() for one in _of_parts(row)} - set(whole):
                    box.remove(gone)
        box.save(SUMMARY, _summary(photos, classes, words))
        count = 0
        small = partial(_thumbnail_of, folder)
        for count, page in enumerate(pages(photos, small, words), 1):
            box.save(f"{SHEETS}/page_{count:03}.png", picture_png(page))
        for old in (folder / SHEETS).glob("page_*.png"):
            number = old.stem.removeprefix("page_")
            if number.isdecimal() and int(number) > count:
                box.remove(f"{SHEETS}/{old.name}")
    return count


def _of_parts(row: Format) -> list[str]:
    """Return what the file of all photos together is called, with each split: another one left it behind."""
    target = PurePosixPath(row.target)
    names = [target.with_stem(with_part(target.stem, part)).name for part in ("", *PARTS)]
    return [] if row.is_folder else names


def _thumbnail_of(folder: Path, photo: Mapping[str, Any]) -> Path:
    return folder / THUMBNAILS / f"{photo['name']}.jpg"


def _summary(photos: Sequence[dict[str, Any]], classes: tuple[str, ...], words: Phrases) -> bytes:
    tr = words.tr
    header = [
        tr.gettext("photo"),
        tr.gettext("width"),
        tr.gettext("height"),
        tr.gettext("objects"),
        tr.gettext("certainty"),
        tr.gettext("covered"),
        *classes,
    ]
    parted = any("part" in photo for photo in photos)
    if parted:
        header.append(tr.gettext("part"))
    rows = []
    for photo in photos:
        count = Counter(one["class"] for one in photo["objects"])
        numbers = [words.decimal(photo[name], 4) for name in ("certainty", "covered")]
        sizes = [photo["width"], photo["height"], len(photo["objects"])]
        part = [photo["part"]] if parted else []
        rows.append([photo["photo"], *sizes, *numbers, *(count[name] for name in classes), *part])
    return spreadsheet(header, rows)
