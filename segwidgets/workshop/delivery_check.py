"""Checks of a workshop folder: is everything there, is it what it should be, and how to mend what is not.

The folder may come from anybody: each item is looked at by itself and within bounds, and whatever is wrong
with one is a finding about that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

from segwidgets.drawing.gif import different_frames
from segwidgets.ground.decoding import ImageError, is_turned
from segwidgets.ground.outside import plain, read_json, words_of
from segwidgets.images import MAX_PIXELS
from segwidgets.locale.phrases import Phrases
from segwidgets.workshop.delivery import GIF_MAX_BYTES, LAYOUTS, Layout
from segwidgets.workshop.finding import Finding, Speaker
from segwidgets.workshop.handin import MAX_PICTURE_PIXELS, Found, Handin, HandinError, alike
from segwidgets.workshop.report_check import MAX_NAMED, REFLECTION_WORDS, ReportCheck

MAX_MASKS = 100
MAX_ANALYSIS_BYTES = 5_000_000

_SHORTEST_PICTURE = 320  # pixels of the longest side that are always enough
__all__ = ["REFLECTION_WORDS", "Finding", "check_workshop", "folder_language"]

_NUMBER = re.compile("0|[1-9][0-9]{0,3}")
_PICTURE_ENDING = re.compile(r"\.(png|jpe?g|gif|bmp|tiff?|webp)$", re.IGNORECASE)


def check_workshop(folder: str | Path, lang: str | None = None) -> list[Finding]:
    """Check each item of a workshop folder.

    The folder may be a stranger's: nothing outside it is read, no program is started, and neither time nor
    memory grow without bounds. Names and texts from it stand in the findings without what steers a terminal.

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
            f"there is no folder {plain(folder)}: give the workshop folder, the one with README.md in it"
        )
    handin = Handin(folder)
    present = {
        lang: sum(handin.find(name) is not None for name in (layout.input, layout.masks, layout.results))
        for lang, layout in LAYOUTS.items()
    }
    return max(present, key=present.__getitem__)


class _Check:
    """One pass over a folder."""

    def __init__(self, folder: Path, layout_lang: str, lang: str) -> None:
        self.handin, self.layout_lang = Handin(folder), layout_lang
        self.layout: Layout = LAYOUTS[layout_lang]
        self.tr = Phrases(lang)
        self.say = Speaker(self.tr)
        self.photo: tuple[int, int] | None = None  # (height, width)
        self.photo_is_blank = False
        self.masks: dict[int, Found] = {}
        self.areas: dict[str, int] = {}

    def findings(self) -> Iterator[Finding]:
        layout = self.layout
        yield from self._safely(f"{layout.input_stem}.*", self._input)
        yield from self._safely(f"{layout.masks}/", self._mask_names)
        for index in list(self.masks)[:MAX_MASKS]:
            yield from self._safely(layout.mask(index), lambda index=index: self._mask(index))  # type: ignore[misc]
        yield from self._safely(layout.original, lambda: self._picture(layout.original))
        for index in list(self.masks)[:MAX_MASKS] or [0]:
            item = layout.coloured(index)
            yield from self._safely(item, lambda item=item: self._picture(item))  # type: ignore[misc]
        yield from self._safely(layout.semantic, lambda: self._picture(layout.semantic))
        yield from self._safely(layout.gif, self._gif)
        yield from self._safely(layout.analysis, self._analysis)
        report = ReportCheck(self.handin, self.layout_lang, layout, self.say)
        yield from self._safely(layout.readme, report.findings)

    def _safely(self, item: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
        """Yield what is found of an item; whatever goes wrong is a finding about it, and the rest follows."""
        try:
            yield from look()
        except (HandinError, ImageError) as error:
            yield self.say.missing(item, self.tr.gettext("It cannot be read: {error}."), error=error)
        except Exception as error:  # noqa: BLE001  one bad file must not cost the others their findings
            kind = type(error).__name__
            reason = f"{kind}: {words_of(error)}" if str(error) else kind
            yield self.say.missing(item, self.tr.gettext("It cannot be looked at ({error})."), error=reason)

    def _input(self) -> Iterator[Finding]:
        tr, layout = self.tr, self.layout
        item = f"{layout.input_stem}.*"
        folder = self.handin.find(layout.input)
        files = self._files(folder.path) if folder else []
        if folder is None or not files:
            text = tr.gettext("The photo is not there: put it into {folder}/.")
            yield self.say.missing(item, text, folder=layout.input)
            return
        if folder.called != layout.input:
            yield self.say.other_case(layout.input, folder.called)
        path = min(
            files,
            key=lambda one: (one.stem != layout.photo, alike(one.stem) != alike(layout.photo), one.name),
        )
        if path.stem != layout.photo and alike(path.stem) == alike(layout.photo):
            yield self.say.other_case(f"{layout.input_stem}{path.suffix}", f"{folder.called}/{path.name}")
        try:
            with self.handin.picture(path) as image:
                self.handin.load(image, MAX_PIXELS)
                size = image.size if not is_turned(image) else image.size[::-1]
                self.photo_is_blank = _is_blank(image)
        except (ImageError, HandinError) as error:
            yield self.say.missing(item, tr.gettext("The photo cannot be read: {error}."), error=error)
            return
        self.photo = size[1], size[0]
        shown = tr.gettext("{size} pixels")
        yield self.say.ok(f"{layout.input}/{path.name}", shown, size=f"{size[0]} × {size[1]}")

    def _files(self, folder: Path) -> list[Path]:
        """Return what lies in a folder and is none itself."""
        return [folder / name for name in self.handin.names(folder) if not (folder / name).is_dir()]

    def _mask_names(self) -> Iterator[Finding]:
        """Find the masks by their names; say which names do not count, and why."""
        tr, layout = self.tr, self.layout
        folder = self.handin.find(layout.masks)
        folder = folder or Found(self.handin.folder / layout.masks, layout.masks)
        names = self.handin.names(folder.path)
        if folder.called != layout.masks:
            yield self.say.other_case(layout.masks, folder.called)
        by_case: dict[int, Found] = {}
        wrong = []
        for name in names:
            found = Found(folder.path / name, f"{folder.called}/{name}")
            number = alike(name).removeprefix(layout.mask_prefix).removesuffix(".png")
            if _NUMBER.fullmatch(number) and alike(name) == f"{layout.mask_prefix}{number}.png":
                exact = name == f"{layout.mask_prefix}{number}.png"
                (self.masks if exact else by_case)[int(number)] = found
            elif alike(name).startswith(layout.mask_prefix) and _PICTURE_ENDING.search(name):
                wrong.append(found.called)
        for index, found in by_case.items():
            if index not in self.masks:
                self.masks[index] = found
            yield self.say.other_case(layout.mask(index), found.called)
        self.masks = dict(sorted(self.masks.items()))
        for called in wrong[:MAX_NAMED]:
            message = tr.gettext(
                "The name does not count: masks are called {first}, {second} and so on, in digits from 0 to "
                "9 without zeros before them. Rename it."
            )
            yield self.say.missing(called, message, first=layout.mask(0), second=layout.mask(1))
        if not self.masks and not wrong:
            text = tr.gettext("There is no mask: save at least one as {name}.")
            yield self.say.missing(layout.mask(0), text, name=layout.mask(0))
        for count, limit in ((len(wrong), MAX_NAMED), (len(self.masks), MAX_MASKS)):
            if count > limit:
                text = tr.gettext("There are {count} files; only the first {limit} are looked at.")
                yield self.say.missing(f"{layout.masks}/", text, count=count, limit=limit)

    def _mask(self, index: int) -> Iterator[Finding]:
        tr, item = self.tr, self.layout.mask(index)
        try:
            with self.handin.picture(self.masks[index].path) as image:
                if image.format != "PNG":
                    message = tr.gettext("It is a {kind}, whatever its name says: save it as PNG.")
                    yield self.say.missing(item, message, kind=image.format)
                    return
                if image.mode not in ("L", "1"):
                    message = tr.gettext(
                        "The mask has the mode {mode}, but one channel is expected: save it with "
                        'Image.fromarray(mask.astype("uint8") * 255).'
                    )
                    yield self.say.missing(item, message, mode=image.mode)
                    return
                if self.photo is not None and image.size != self.photo[::-1]:
                    message = tr.gettext(
                        "The mask is {mask} pixels, the photo {photo}: save it at the photo's size."
                    )
                    yield self.say.missing(
                        item, message, mask=_size(image.size), photo=_size(self.photo[::-1])
                    )
                    return
                self.handin.load(image, MAX_PICTURE_PIXELS if self.photo is None else MAX_PIXELS)
                counts, pixels = image.histogram(), image.width * image.height
        except (ImageError, HandinError) as error:
            yield self.say.missing(item, tr.gettext("The picture cannot be read: {error}."), error=error)
            return
        self.areas[item] = pixels - counts[0]
        others = [value for value, count in enumerate(counts) if count and value not in (0, 255)]
        if others:
            message = tr.gettext(
                "The mask is not binary: besides 0 and 255 it holds other values, such as {value}; "
                "save it as PNG without smoothing."
            )
            yield self.say.missing(item, message, value=others[0])
            return
        area = counts[255]
        if area == 0:
            yield self.say.missing(
                item, tr.gettext("The mask is empty: no pixel of it is white. Save one that holds something.")
            )
            return
        share = tr.decimal(100 * area / pixels, 1)
        yield self.say.ok(item, tr.gettext("binary, {share} % of the photo"), share=share)

    def _found(self, item: str, absent: str) -> Generator[Finding, None, Found | None]:
        """Look for a file; yield what is to be said where it is absent, or is there in other letters."""
        found = self.handin.find(item)
        if found is None:
            yield self.say.missing(item, absent)
        elif found.called != item:
            yield self.say.other_case(item, found.called)
        return found

    def _picture(self, item: str) -> Iterator[Finding]:
        tr = self.tr
        found = yield from self._found(item, tr.gettext("The picture is not there: save it under this name."))
        if found is None:
            return
        try:
            with self.handin.picture(found.path) as image:
                self.handin.load(image)
                size, is_blank = image.size, _is_blank(image)
        except (ImageError, HandinError) as error:
            yield self.say.missing(item, tr.gettext("The picture cannot be read: {error}."), error=error)
            return
        least = min(max(self.photo or (0,)) // 2, _SHORTEST_PICTURE)
        if max(size) < least:
            message = tr.gettext(
                "It is only {size} pixels; save it larger, with at least {least} on its longer side."
            )
            yield self.say.missing(item, message, size=_size(size), least=least)
        elif is_blank and not self.photo_is_blank:
            yield self.say.missing(
                item, tr.gettext("It is blank, one colour all over: save the picture itself under this name.")
            )
        else:
            yield self.say.ok(item, tr.gettext("{size} pixels"), size=_size(size))

    def _gif(self) -> Iterator[Finding]:
        tr, item = self.tr, self.layout.gif
        absent = tr.gettext("The animation is not there: the workshop asks for a GIF.")
        found = yield from self._found(item, absent)
        if found is None:
            return
        try:
            with self.handin.picture(found.path) as image:
                kind, frames = image.format, 1
                size = found.path.stat().st_size
                if image.width * image.height > MAX_PICTURE_PIXELS:
                    raise HandinError(tr.gettext("{size} pixels are too many").format(size=_size(image.size)))
                if kind == "GIF" and size <= GIF_MAX_BYTES:
                    frames = getattr(image, "n_frames", 1)
                    if frames > 1 and different_frames(image, at_most=2) < 2:
                        frames = 1
                elif kind == "GIF":
                    frames = 2
        except (ImageError, HandinError, EOFError) as error:
            yield self.say.missing(item, tr.gettext("The picture cannot be read: {error}."), error=error)
            return
        if kind != "GIF" or frames < 2:
            message = tr.gettext(
                "It is a {kind} (different frames: {frames}), but an animated GIF is expected."
            )
            yield self.say.missing(item, message, kind=kind, frames=frames)
        elif size > GIF_MAX_BYTES:
            message = tr.gettext(
                "It is {size} MB large, {limit} MB at most are allowed: make it smaller or shorter."
            )
            large, limit = tr.decimal(size / 1e6, 1), tr.decimal(GIF_MAX_BYTES / 1e6, 1)
            yield self.say.missing(item, message, size=large, limit=limit)
        else:
            yield self.say.ok(
                item, tr.gettext("{frames} frames, {size} kB"), frames=frames, size=size // 1000
            )

    def _analysis(self) -> Iterator[Finding]:
        tr, item = self.tr, self.layout.analysis
        absent = tr.gettext("The numbers are not there: run `segwidgets workshop` anew.")
        found = yield from self._found(item, absent)
        if found is None:
            return
        try:
            areas = _areas(read_json(self.handin.read(found.path, MAX_ANALYSIS_BYTES), "it"))
        except ValueError as error:
            message = tr.gettext(
                "The file cannot be read as an analysis ({error}): run `segwidgets workshop` anew."
            )
            yield self.say.missing(item, message, error=error)
            return
        unread = {self.layout.mask(index) for index in self.masks} - set(self.areas)  # that is said already
        for file, area in areas.items():
            if file not in unread and self.areas.get(file) != area:
                message = tr.gettext(
                    "The numbers do not fit {file}, which was changed or removed after they were taken: run "
                    "`segwidgets workshop` anew."
                )
                yield self.say.missing(item, message, file=file)
                return
        count = len(areas)
        yield self.say.ok(item, tr.ngettext("fits {count} mask", "fits {count} masks", count), count=count)


def _areas(analysis: Any) -> dict[str, int]:
    """Return each mask's area by its file.

    Raises
    ------
    ValueError
        If the numbers are not of that form, or name no mask.
    """
    masks = analysis.get("masks") if isinstance(analysis, dict) else None
    if not isinstance(masks, list) or not masks:
        raise ValueError("it names no masks")
    areas: dict[str, int] = {}
    for mask in masks:
        file = mask.get("file") if isinstance(mask, dict) else None
        measures = mask.get("measures") if isinstance(mask, dict) else None
        area = measures.get("area_px") if isinstance(measures, dict) else None
        if not isinstance(file, str) or isinstance(area, bool) or not isinstance(area, int):
            raise ValueError("one of its masks has no file's name or no area_px in whole pixels")
        if areas.get(file, area) != area:
            raise ValueError(f"it names {plain(file, 40)} twice, with two areas")
        areas[file] = area
    return areas


def _is_blank(image: Any) -> bool:
    """Whether a loaded picture has one colour all over."""
    extrema = (image.convert("RGB") if image.mode in ("P", "PA") else image).getextrema()
    pairs = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(low == high for low, high in pairs)


def _size(size: tuple[int, int]) -> str:
    """Write a (width, height)."""
    return f"{size[0]} × {size[1]}"
