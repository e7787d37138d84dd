"""What a new workshop folder takes over from the one that it replaces: all that a person wrote or added."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from segwidgets.ground.keeping import digest, file_digest, hashes
from segwidgets.ground.outside import read_file, read_json
from segwidgets.workshop.delivery import LAYOUTS, Layout
from segwidgets.workshop.delivery_check import folder_language
from segwidgets.workshop.report import read_template
from segwidgets.workshop.sections import merge, section_hashes, split_sections

_MAX_TEXT = 5_000_000  # bytes of a report or of its numbers
_BLANK = "0" * 64


@dataclass
class Takeover:
    """What came of it.

    Attributes
    ----------
    taken : list of str
        Files and sections that the new folder took over.
    clashes : list of str
        What both a person and the new run changed: for its sake the old folder is to be kept.
    seen : dict of Path to os.stat_result
        What lies in the old folder and may go with it, and how it was when it was looked at.
    """

    taken: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    seen: dict[Path, os.stat_result] = field(default_factory=dict)


def seal(text: str, item: str) -> str:
    """Put the SHA-256 of the numbers' own text where `_BLANK` stands for it."""
    return text.replace(_BLANK, digest(text.encode()), 1)


def list_files(place: Path, layout: Layout, photo: str, is_photo_ours: bool) -> dict[str, str]:
    """Return the SHA-256 of each file of a new workshop by its path, for its numbers.

    The report is not among them (its sections are known each by itself), nor is the photo, unless it comes
    with the package: the folder may hold its only copy.
    """
    files = {layout.analysis: _BLANK}
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if (
            path.is_file()
            and name not in (layout.readme, layout.analysis)
            and (name != photo or is_photo_ours)
        ):
            files[name] = file_digest(path)
    return dict(sorted(files.items()))


def is_workshop(folder: Path) -> bool:
    """Whether a folder is a workshop that --force may replace: it has its numbers, or report and pictures."""
    for layout in LAYOUTS.values():
        if (folder / layout.analysis).is_file():
            return True
        if (folder / layout.readme).is_file() and (folder / layout.masks).is_dir():
            return True
    return False


def take_over(old: Path, new: Path, lang: str) -> Takeover:
    """Bring all that a person wrote or added in a workshop folder into the new one, which is finished.

    Parameters
    ----------
    old, new : Path
        The folders; the old one is left as it is.
    lang : str
        The new one's language.
    """
    old_lang = folder_language(old)
    layout, analysis = LAYOUTS[old_lang], _analysis(old, LAYOUTS[old_lang])
    known = hashes(analysis, "files")
    found = Takeover()
    for path, state in _walk(old):
        name = path.relative_to(old).as_posix()
        target = new / name
        try:
            if stat.S_ISDIR(state.st_mode):
                target.mkdir(exist_ok=True)
            elif stat.S_ISLNK(state.st_mode) and not os.path.lexists(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(os.readlink(path))
                found.taken.append(name)
            elif not stat.S_ISREG(state.st_mode):
                found.clashes.append(name)
            elif name == layout.readme:
                _merge_report(path, target, hashes(analysis, "sections"), old_lang, lang, found)
            elif _is_ours(path, name, known) or _is_same(path, target):
                pass
            elif os.path.lexists(target) or (path.parent == old / layout.input and path.stem == layout.photo):
                found.clashes.append(name)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
                found.taken.append(name)
            found.seen[path] = state
        except OSError:  # cannot be read or copied
            found.clashes.append(name)
    return found


def remove_seen(folder: Path, seen: Mapping[Path, os.stat_result], moved_to: Path) -> bool:
    """Remove what was seen in a folder that lies elsewhere now; what is new or changed since stays.

    Returns
    -------
    bool
        Whether nothing is left of it.
    """
    for path, state in seen.items():
        here = moved_to / path.relative_to(folder)
        with suppress(OSError):
            now = here.lstat()
            if not stat.S_ISDIR(state.st_mode) and (now.st_ino, now.st_size, now.st_mtime_ns) == (
                state.st_ino,
                state.st_size,
                state.st_mtime_ns,
            ):
                here.unlink()
    for inside, _, _ in os.walk(moved_to, topdown=False):
        with suppress(OSError):
            os.rmdir(inside)
    return not moved_to.exists()


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield everything in a folder but folders that hold something; links are not followed."""
    for path in sorted(folder.iterdir()):
        state = path.lstat()
        if stat.S_ISDIR(state.st_mode) and any(path.iterdir()):
            yield from _walk(path)
        else:
            yield path, state


def _analysis(folder: Path, layout: Layout) -> object:
    """Return the numbers of a workshop, or None where they cannot be read."""
    try:
        return read_json(read_file(folder / layout.analysis, _MAX_TEXT), "the numbers")
    except (OSError, ValueError):
        return None


def _is_ours(path: Path, name: str, known: Mapping[str, str]) -> bool:
    wanted = known.get(name)
    if wanted is None:
        return False
    if file_digest(path) == wanted:
        return True
    try:  # the numbers hold their own hash, made where zeros stood for it
        text = read_file(path, _MAX_TEXT).decode().replace("\r\n", "\n")
    except ValueError:
        return False
    return digest(text.replace(wanted, _BLANK, 1).encode()) == wanted


def _is_same(path: Path, other: Path) -> bool:
    return other.is_file() and not other.is_symlink() and file_digest(path) == file_digest(other)


def _merge_report(
    old: Path, new: Path, known: Mapping[str, str], old_lang: str, lang: str, found: Takeover
) -> None:
    """Take the sections that a person wrote over into the new report."""
    layout = LAYOUTS[old_lang]
    try:
        text = read_file(old, _MAX_TEXT).decode("utf-8-sig")
    except ValueError:
        found.clashes.append(layout.readme)
        return
    title = LAYOUTS[old_lang].reflection
    template = split_sections(read_template(old_lang))
    own = {one.title: one.text for one in template if one.title == title}
    titles = {
        one.title: other.title
        for one, other in zip(template, split_sections(read_template(lang)), strict=False)
    }
    merged = merge(
        text, new.read_text(encoding="utf-8"), known or section_hashes(read_template(old_lang)), own, titles
    )
    if merged.taken:
        new.write_text(merged.text, encoding="utf-8", newline="\n")
    found.taken += [f"{layout.readme}: {one}" for one in merged.taken]
    found.clashes += [f"{layout.readme}: {one}" for one in merged.clashes]
