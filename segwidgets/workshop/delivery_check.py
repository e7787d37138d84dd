"""Checks of a workshop folder: is everything there, is it what it should be, and how to mend what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from segwidgets._validation import UInt8Array
from segwidgets.images import ImageError, load_image
from segwidgets.locale.phrases import Phrases
from segwidgets.workshop.delivery import GIF_MAX_BYTES, LAYOUTS, Layout
from segwidgets.workshop.report import read_template

Status = Literal["ok", "missing", "todo"]


@dataclass(frozen=True)
class Finding:
    """What was found of one item.

    Attributes
    ----------
    item : str
        The file, folder or section.
    status : {"ok", "missing", "todo"}
        Right; missing or wrong; or what only the student can do.
    message : str
        What is the case and, where it is not right, how to mend it.
    """

    item: str
    status: Status
    message: str


def check_workshop(folder: str | Path, lang: str | None = None) -> list[Finding]:
    """Check each item of a workshop folder.

    Parameters
    ----------
    folder : str or Path
        The folder, in either language's names.
    lang : str, optional
        The language of the messages, as "es"; by default that of the folder.

    Returns
    -------
    list of Finding
        In the order of the folder. The workshop is complete when none is "missing".

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    layout_lang = folder_language(folder)
    return list(_Check(Path(folder), layout_lang, lang or layout_lang).findings())


def folder_language(folder: str | Path) -> str:
    """Return the language of whose names a workshop folder has most, as "es".

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(
            f"there is no folder {folder}: give the workshop folder, the one with README.md in it"
        )
    present = {
        lang: sum((folder / name).exists() for name in (layout.input, layout.masks, layout.results))
        for lang, layout in LAYOUTS.items()
    }
    return max(present, key=present.__getitem__)


class _Check:
    """One pass over a folder."""

    def __init__(self, folder: Path, layout_lang: str, lang: str) -> None:
        self.folder, self.layout_lang = folder, layout_lang
        self.layout: Layout = LAYOUTS[layout_lang]
        self.tr = Phrases(lang)
        self.photo: UInt8Array | None = None

    def findings(self) -> Iterator[Finding]:
        yield self._input()
        yield from self._masks()
        yield self._picture(self.layout.original)
        yield from self._coloured()
        yield self._picture(self.layout.semantic)
        yield self._gif()
        yield self._analysis()
        yield from self._readme()

    def _ok(self, item: str, message: str) -> Finding:
        return Finding(item, "ok", message)

    def _missing(self, item: str, message: str) -> Finding:
        return Finding(item, "missing", message)

    def _input(self) -> Finding:
        tr, item = self.tr, f"{self.layout.input_stem}.*"
        found = sorted((self.folder / self.layout.input).glob("*"))
        if not found:
            return self._missing(
                item,
                tr.gettext("The photo is not there: put it into {folder}/.").format(folder=self.layout.input),
            )
        named = [path for path in found if path.stem == Path(self.layout.input_stem).name] or found
        try:
            self.photo = load_image(named[0])
        except (ImageError, OSError) as error:
            return self._missing(item, tr.gettext("The photo cannot be read: {error}.").format(error=error))
        height, width = self.photo.shape[:2]
        size = f"{width} × {height}"
        return self._ok(f"{self.layout.input}/{named[0].name}", tr.gettext("{size} pixels").format(size=size))

    def _numbered(self, folder: str, prefix: str) -> dict[int, Path]:
        """Files such as mask_0.png by their number."""
        found = {}
        for path in sorted((self.folder / folder).glob(f"{prefix}*.png")):
            if match := re.fullmatch(rf"{re.escape(prefix)}(\d+)\.png", path.name):
                found[int(match[1])] = path
        return found

    def _masks(self) -> Iterator[Finding]:
        tr, layout = self.tr, self.layout
        masks = self._numbered(layout.masks, layout.mask_prefix)
        if not masks:
            yield self._missing(
                layout.mask(0),
                tr.gettext("There is no mask: save at least one as {name}.").format(name=layout.mask(0)),
            )
        for index, path in masks.items():
            yield self._mask(layout.mask(index), path)

    def _mask(self, item: str, path: Path) -> Finding:
        tr = self.tr
        try:
            with Image.open(path) as image:
                mode, values = image.mode, np.asarray(image)
        except (OSError, ValueError, SyntaxError) as error:
            return self._missing(item, tr.gettext("The picture cannot be read: {error}.").format(error=error))
        if mode not in ("L", "1"):
            message = tr.gettext(
                "The mask has the mode {mode}, but one channel is expected: save it with "
                'Image.fromarray(mask.astype("uint8") * 255).'
            )
            return self._missing(item, message.format(mode=mode))
        others = np.setdiff1d(values, (0, 1) if mode == "1" else (0, 255))
        if others.size:
            message = tr.gettext(
                "The mask is not binary: besides 0 and 255 it holds other values, such as {value}; "
                "save it as PNG without smoothing."
            )
            return self._missing(item, message.format(value=int(others[0])))
        if self.photo is not None and values.shape != self.photo.shape[:2]:
            message = tr.gettext("The mask is {mask} pixels, the photo {photo}: save it at the photo's size.")
            return self._missing(item, message.format(mask=_size(values), photo=_size(self.photo)))
        share = tr.decimal(100 * np.count_nonzero(values) / values.size, 1)
        return self._ok(item, tr.gettext("binary, {share} % of the photo").format(share=share))

    def _picture(self, item: str) -> Finding:
        tr = self.tr
        if not (self.folder / item).is_file():
            return self._missing(item, tr.gettext("The picture is not there: save it under this name."))
        try:
            picture = load_image(self.folder / item)
        except (ImageError, OSError) as error:
            return self._missing(item, tr.gettext("The picture cannot be read: {error}.").format(error=error))
        return self._ok(item, tr.gettext("{size} pixels").format(size=_size(picture)))

    def _coloured(self) -> Iterator[Finding]:
        for index in self._numbered(self.layout.masks, self.layout.mask_prefix) or (0,):
            yield self._picture(self.layout.coloured(index))

    def _gif(self) -> Finding:
        tr, item = self.tr, self.layout.gif
        path = self.folder / item
        if not path.is_file():
            return self._missing(item, tr.gettext("The animation is not there: the workshop asks for a GIF."))
        try:
            with Image.open(path) as image:
                kind, frames = image.format, getattr(image, "n_frames", 1)
        except (OSError, ValueError, SyntaxError) as error:
            return self._missing(item, tr.gettext("The picture cannot be read: {error}.").format(error=error))
        if kind != "GIF" or frames < 2:
            message = tr.gettext("It is a {kind} (frames: {frames}), but an animated GIF is expected.")
            return self._missing(item, message.format(kind=kind, frames=frames))
        size = path.stat().st_size
        if size > GIF_MAX_BYTES:
            message = tr.gettext(
                "It is {size} MB large, {limit} MB at most are allowed: make it smaller or shorter."
            )
            facts = {"size": tr.decimal(size / 1e6, 1), "limit": tr.decimal(GIF_MAX_BYTES / 1e6, 1)}
            return self._missing(item, message.format(**facts))
        return self._ok(
            item, tr.gettext("{frames} frames, {size} kB").format(frames=frames, size=size // 1000)
        )

    def _analysis(self) -> Finding:
        tr, item = self.tr, self.layout.analysis
        path = self.folder / item
        if not path.is_file():
            return self._missing(
                item, tr.gettext("The numbers are not there: run `segwidgets workshop` anew.")
            )
        try:
            areas = _areas(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            message = tr.gettext(
                "The file cannot be read as an analysis ({error}): run `segwidgets workshop` anew."
            )
            return self._missing(item, message.format(error=error))
        for file, area in areas.items():
            mask = self.folder / file
            if not mask.is_file() or _area(mask) != area:
                message = tr.gettext(
                    "The numbers do not fit {file}, which was changed or removed after they were taken: run "
                    "`segwidgets workshop` anew."
                )
                return self._missing(item, message.format(file=file))
        return self._ok(
            item, tr.ngettext("fits {count} mask", "fits {count} masks", len(areas)).format(count=len(areas))
        )

    def _readme(self) -> Iterator[Finding]:
        tr, item = self.tr, self.layout.readme
        path = self.folder / item
        if not path.is_file():
            yield self._missing(item, tr.gettext("The report is not there: write it under this name."))
            return
        text = path.read_text(encoding="utf-8", errors="replace")
        template = _sections(read_template(self.layout_lang))
        written = _sections(text)
        lost = [title for title in template if title not in written]
        if lost:
            message = tr.gettext("These sections are missing: {titles}. Add each as a heading (## ...).")
            yield self._missing(item, message.format(titles=", ".join(lost)))
        broken = [
            target for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", text) if not self._exists(target)
        ]
        if broken:
            message = tr.gettext("These pictures are shown in it but not there: {targets}.")
            yield self._missing(item, message.format(targets=", ".join(broken)))
        if not lost and not broken:
            yield self._ok(item, tr.gettext("all sections, all pictures"))
        yield from self._reflection(template, written)

    def _exists(self, target: str) -> bool:
        return target.startswith(("http://", "https://")) or (self.folder / target).is_file()

    def _reflection(self, template: dict[str, str], written: dict[str, str]) -> Iterator[Finding]:
        title = self.layout.reflection
        if title not in written:
            return
        own = written[title].replace(template[title], "").strip()
        if len(own.split()) >= REFLECTION_WORDS:
            yield self._ok(title, self.tr.gettext("written"))
        else:
            message = self.tr.gettext(
                "Yours to write: what did you expect, what surprised you, where does it fail?"
            )
            yield Finding(title, "todo", message)


REFLECTION_WORDS = 20
"""From so many words on it counts as written."""


def _sections(markdown: str) -> dict[str, str]:
    """Second-level headings with the text beneath each, code blocks left out."""
    text = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    parts = re.split(r"^##\s+(.+?)\s*$", text, flags=re.MULTILINE)
    return {title: body.strip() for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def _areas(analysis: dict[str, Any]) -> dict[str, int]:
    return {mask["file"]: int(mask["measures"]["area_px"]) for mask in analysis["masks"]}


def _area(path: Path) -> int:
    with Image.open(path) as image:
        return int(np.count_nonzero(np.asarray(image)))


def _size(picture: UInt8Array) -> str:
    return f"{picture.shape[1]} × {picture.shape[0]}"
