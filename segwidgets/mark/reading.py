"""What a class has handed in: a folder or zip as course platforms write them, taken apart within bounds."""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from segwidgets.ground.outside import plain, read_file, resolved
from segwidgets.locale.languages import languages
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.lessons import lessons
from segwidgets.workshop.delivery import LAYOUTS

MAX_FILE = 300_000_000  # bytes of one file
MAX_FILES = 5_000  # of one student
MAX_DEPTH = 20
MAX_ENTRIES = 200_000  # of a zip of the whole class

_DAMAGED = (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, lzma.LZMAError)
_JUNK = re.compile(r"(^|/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(/|$)")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
_CANVAS = re.compile(r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)")
_CLASSROOM = re.compile(r"(?P<name>.+?) - (?P<file>.+)")


@dataclass(frozen=True)
class Source:
    """A file as it was handed in.

    Attributes
    ----------
    path : Path
        The file itself, or the zip that it lies in.
    members : tuple of str
        The way to it through zips; empty for a file that lies there by itself.
    sign : str
        What tells whether it has changed: size and time of a file, size and checksum of what lies in a zip.
    """

    path: Path
    members: tuple[str, ...] = ()
    sign: str = ""

    @classmethod
    def of(cls, path: Path) -> Source:
        """Return a file that lies there by itself, with its sign."""
        try:
            seen = path.stat()
        except OSError:
            return cls(path)
        return cls(path, (), f"{seen.st_size}-{seen.st_mtime_ns}")

    def read(self) -> bytes:
        """Return what it holds.

        Raises
        ------
        OSError, ValueError
            If it cannot be read, or is larger than `MAX_FILE`.
        """
        if not self.members:
            return read_file(self.path, MAX_FILE)
        _check_ordinary(self.path)
        with self.path.open("rb") as file:
            return _member(file, self.members)


@dataclass
class HandIn:
    """What one student has handed in.

    Attributes
    ----------
    student : str
        By whatever the platform calls them.
    files : dict of str to Source
        By paths with forward slashes.
    late : bool
        Whether the platform says that it came late.
    troubles : list of str
        What could not be taken, and why.
    words : Phrases
        The language of that.
    """

    student: str
    files: dict[str, Source] = field(default_factory=dict)
    late: bool = False
    troubles: list[str] = field(default_factory=list)
    words: Phrases = field(default_factory=Phrases, repr=False)

    def trouble(self, what: str, message: str, **facts: object) -> None:
        """Note what could not be taken, and why, in a sentence of this language with fields to be filled."""
        self.troubles.append(f"{plain(what)}: {message.format(**facts)}")

    def notebooks(self) -> list[str]:
        """Return the paths of the notebooks, in order."""
        return sorted(name for name in self.files if name.lower().endswith(".ipynb"))

    def workshops(self) -> list[str]:
        """Return the folders that are laid out as a workshop; "" for the hand-in itself."""
        found = set()
        for name in self.files:
            for parent in PurePosixPath(name).parents:
                if _is_layout(parent.name):
                    above = parent.parent.as_posix()
                    found.add("" if above == "." else above)
        return sorted(found)


@dataclass
class Class:
    """All hand-ins, in order of names, and what belongs to none of them: (name, why)."""

    hand_ins: list[HandIn] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


def read_class(place: Path, but: Path | None = None, words: Phrases | None = None) -> Class:
    """Find out who has handed in what.

    Known are one folder or zip a student; Moodle's folders (``Ana García_12345_assignsubmission_file``) and
    its files without folders; Canvas' files (``garciaana_LATE_123_456_name.ipynb``); Classroom's copies
    (``Ana García - name.ipynb``); each of them also as a zip of the whole class; and a single hand-in.

    Parameters
    ----------
    place : Path
        The folder or file.
    but : Path, optional
        A folder that is no hand-in: what is made, where it lies among them.
    words : Phrases, optional
        The language of what is told of hand-ins; English by default.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is neither a folder nor a zip nor a notebook.
    """
    if not place.exists():
        raise FileNotFoundError(f"there is nothing at {plain(place)}; give the folder with the hand-ins")
    words = words or Phrases()
    name = plain(place.stem if place.is_file() else resolved(place).name)
    found, whole = Class(), HandIn(name, words=words)
    if place.is_dir():
        names = [name for name in sorted(os.listdir(place)) if but is None or resolved(place / name) != but]
        tops = {name: _walk(place, name, whole) for name in names}
    elif place.suffix.lower() == ".ipynb":
        whole.files[place.name] = Source.of(place)
        return Class([whole])
    elif place.is_file() and zipfile.is_zipfile(place):  # to look into a pipe would wait for ever
        tops = {}
        for name, source in _unzipped(Source(place), whole, MAX_ENTRIES).items():
            tops.setdefault(name.partition("/")[0], {})[name] = source
    else:
        raise ValueError(f"{plain(place)} must be a folder, a zip or a notebook")
    tops = {name: files for name, files in tops.items() if not _JUNK.search(name)}
    if any(map(_is_lesson, tops)) or any(map(_is_layout, tops)):  # one student's own
        for files in tops.values():
            _add(whole, files)
        return Class([whole])
    found.unknown += [(whole.student, trouble) for trouble in whole.troubles]
    _share_out(tops, found, words)
    return found


def _share_out(tops: dict[str, dict[str, Source]], found: Class, words: Phrases) -> None:
    """Give what lies at the top to the students whose it is."""
    people: dict[tuple[str, str], HandIn] = {}
    for top, files in tops.items():
        is_file = top in files
        who = _who(top, is_file)
        if who is None:
            why = words.gettext("it is neither a folder, a zip nor a notebook")
            found.unknown.append((plain(top), why))
            continue
        name, key, own_name, late = who
        hand_in = people.setdefault((name, key), HandIn(plain(name), words=words))
        hand_in.late = hand_in.late or late
        if is_file:
            _add(hand_in, {own_name: files[top]})
        else:
            _add(hand_in, {path.partition("/")[2]: source for path, source in files.items()})
    names = [hand_in.student for hand_in in people.values()]
    for (_, key), hand_in in people.items():
        if names.count(hand_in.student) > 1 and key:
            hand_in.student = f"{hand_in.student} ({key})"
    found.hand_ins = sorted(people.values(), key=lambda one: one.student.casefold())


def _who(top: str, is_file: bool) -> tuple[str, str, str, bool] | None:
    """Return whose an entry is: name, the platform's number, the file's own name, and whether it was late."""
    if not is_file:
        moodle = _MOODLE.fullmatch(top)
        return (moodle["name"], moodle["id"], "", False) if moodle else (top, "", "", False)
    if not top.lower().endswith((".ipynb", ".zip")):
        known = _MOODLE.fullmatch(top) or _CANVAS.fullmatch(top)
        if known is None:
            return None
    for shape in (_MOODLE, _CANVAS, _CLASSROOM):
        if (told := shape.fullmatch(top)) and told["file"]:
            number = told["id"] if "id" in shape.groupindex else ""
            late = bool(told["late"]) if "late" in shape.groupindex else False
            return told["name"].strip(), number, told["file"], late
    return PurePosixPath(top).stem, "", top, False


def _add(hand_in: HandIn, files: dict[str, Source]) -> None:
    """Put files to a student's, zips unpacked."""
    tr = hand_in.words
    for name, source in files.items():
        if _JUNK.search(name):
            continue
        if not name.lower().endswith(".zip"):
            hand_in.files[name] = source
        elif len(source.members) > 1:
            hand_in.trouble(name, tr.gettext("a zip in a zip in a zip is not opened"))
        else:
            folder = name[:-4]
            for inner, one in _unzipped(source, hand_in, MAX_FILES).items():
                if inner.lower().endswith(".zip"):
                    hand_in.trouble(inner, tr.gettext("a zip in a zip is not opened"))
                else:
                    hand_in.files[f"{folder}/{inner}"] = one


def _walk(place: Path, top: str, whole: HandIn) -> dict[str, Source]:
    """Return the files beneath an entry of a folder, links left alone."""
    tr = whole.words
    found: dict[str, Source] = {}
    waiting = [(place / top, top)]
    while waiting:
        path, name = waiting.pop()
        if _JUNK.search(name):
            continue
        if path.is_symlink():
            whole.trouble(name, tr.gettext("a link is not followed"))
        elif path.is_dir():
            if name.count("/") >= MAX_DEPTH:
                text = tr.gettext("folders more than {count} deep are not looked into")
                whole.trouble(name, text, count=MAX_DEPTH)
                continue
            try:
                waiting += [(path / one, f"{name}/{one}") for one in sorted(os.listdir(path), reverse=True)]
            except OSError as error:
                whole.troubles.append(f"{plain(name)}: {error.strerror}")
        elif path.is_file():
            found[name] = Source.of(path)
        else:
            whole.trouble(name, tr.gettext("it is no file"))
        if len(found) > MAX_FILES:
            whole.trouble(top, tr.gettext("more than {count} files"), count=tr.count(MAX_FILES))
            break
    return found


def _unzipped(source: Source, hand_in: HandIn, most: int) -> dict[str, Source]:
    """Return what lies in a zip; what is not taken is told."""
    label = plain((source.members or (source.path.name,))[-1])
    try:
        if source.members:
            opened: IO[bytes] = io.BytesIO(source.read())
        else:
            _check_ordinary(source.path)
            opened = source.path.open("rb")
        with opened, zipfile.ZipFile(opened) as archive:
            return dict(_fit(archive, source, label, hand_in, most))
    except (*_DAMAGED, OSError, ValueError) as error:
        text = hand_in.words.gettext("it cannot be opened as a zip: {error}")
        hand_in.trouble(label, text, error=plain(error))
        return {}


def _fit(
    archive: zipfile.ZipFile, source: Source, label: str, hand_in: HandIn, most: int
) -> Iterator[tuple[str, Source]]:
    """Yield the members of a zip that are harmless, by their names."""
    members = archive.infolist()
    if len(members) > most:
        raise ValueError(f"{len(members)} entries, more than {most}")
    names = Counter(_key(_name(member)) for member in members if not member.is_dir())
    twice = {name for name, count in names.items() if count > 1}
    for member in members:
        name = _name(member)
        if member.is_dir() or _JUNK.search(name):
            continue
        if why := _harm(member, name, twice, hand_in.words):
            hand_in.troubles.append(f"{label}: {plain(name)}: {why}")
        else:
            sign = f"{member.file_size}-{member.CRC:08x}"
            yield name, Source(source.path, (*source.members, member.filename), sign)


def _harm(member: zipfile.ZipInfo, name: str, twice: Iterable[str], tr: Phrases) -> str:
    mode = member.external_attr >> 16
    parts = name.split("/")
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return tr.gettext("it is no file but a link or the like")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts or "\0" in name or "\\" in name:
        return tr.gettext("its path leads out of the folder")
    if len(parts) > MAX_DEPTH or any(len(part.encode()) > 240 for part in parts):
        return tr.gettext("its path is too deep or too long")
    if member.flag_bits & 1:
        return tr.gettext("it is encrypted; ask for one without a password")
    if _key(name) in twice:
        return tr.gettext("there are two of this name")
    if member.file_size > MAX_FILE:
        return tr.gettext("it is larger than {megabytes} MB").format(megabytes=tr.general(MAX_FILE / 1e6))
    return ""


def _name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 0x800:
        return member.filename
    try:  # written as UTF-8 and not said so, as macOS does
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _member(file: IO[bytes], members: tuple[str, ...]) -> bytes:
    try:
        with zipfile.ZipFile(file) as archive, archive.open(members[0]) as opened:
            content = opened.read(MAX_FILE + 1)
    except (*_DAMAGED, KeyError, RuntimeError) as error:
        raise ValueError(f"it cannot be read out of its zip: {plain(error)}") from None
    if len(content) > MAX_FILE:
        raise ValueError(f"it is larger than the {MAX_FILE / 1e6:g} MB that are read")
    return content if len(members) == 1 else _member(io.BytesIO(content), members[1:])


def _check_ordinary(path: Path) -> None:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no ordinary file")


def _is_lesson(name: str) -> bool:
    stem = PurePosixPath(name).stem
    return name.lower().endswith(".ipynb") and any(
        stem.startswith(lesson.name) for lang in languages()[:1] for lesson in lessons(lang).values()
    )


def _is_layout(name: str) -> bool:
    return any(name in (layout.input, layout.masks) for layout in LAYOUTS.values())
