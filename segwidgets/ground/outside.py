"""What comes from outside (text, JSON, files, paths), taken in within bounds and shown without harm.

Names, hand-ins and records of strangers go through here: none of it may steer the terminal, start a program,
wait for ever or fill the memory.
"""

from __future__ import annotations

import csv
import json
import os
import re
import stat
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

MAX_JSON_CHARS = 10_000_000
"""Most characters of a JSON text that is read; a session with a hundred kept masks has two million."""

MAX_JSON_DEPTH = 32
"""How deep brackets may lie in one another; what this package writes needs six."""

MAX_DIGITS = 20
"""Most digits of a whole number in JSON; nothing that this package counts needs more."""

SHOWN = 300
"""From so many characters on a text is cut for being shown."""

_SEQUENCE = re.compile(  # ECMA-48: control sequences, command strings that end, other escapes
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]?"
)
_JSON_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)  # strings are passed over
_JOINERS = "\u200c\u200d"  # between letters of Persian and in emoji: no harm, and no word without them


def plain(text: object, limit: int | None = SHOWN, keep_lines: bool = False) -> str:
    """Return text from outside such that it can be shown on a terminal or in a table.

    Escape sequences, control characters, marks that turn the direction of writing, lone surrogates and
    whatever is invisible go; line breaks and tabs become spaces; what is long is cut.

    Parameters
    ----------
    text : object
        The text, or what `str` makes one of.
    limit : int, optional
        The most characters; None for all.
    keep_lines : bool
        Leave line breaks in, for texts of our own that have several lines.
    """
    words = _SEQUENCE.sub("", str(text))
    return shortened("".join(_shown(letter, keep_lines) for letter in words), limit)


def _shown(letter: str, keep_lines: bool) -> str:
    if letter == "\n" and keep_lines:
        return letter
    if letter in "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    kind = unicodedata.category(letter)
    return letter if kind[0] != "C" or letter in _JOINERS or kind == "Co" else ""


def shown(name: object) -> str:
    """Return a name that is none of those there are, in quotation marks; of what is no text only the kind."""
    return repr(plain(name, 60)) if isinstance(name, str) else type(name).__name__[:60]


def shortened(text: str, limit: int | None) -> str:
    """Cut a text to so many characters, the last of which then is an ellipsis."""
    return text if limit is None or len(text) <= limit else f"{text[: limit - 1]}…"


def read_json(text: str | bytes, what: str, max_chars: int = MAX_JSON_CHARS) -> Any:
    """Read JSON that a stranger may have written.

    Parameters
    ----------
    text : str or bytes
        The text; bytes are UTF-8.
    what : str
        What it should be, for the error: "a session".
    max_chars : int
        The most characters.

    Raises
    ------
    TypeError
        If it is no text.
    ValueError
        In one short sentence, if it is not JSON, longer than `max_chars`, deeper than `MAX_JSON_DEPTH`, or
        holds a number that is not finite or has more than `MAX_DIGITS` digits.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(f"{what} must be a text of JSON, got {type(text).__name__}")
    if len(text) > max_chars:
        raise ValueError(f"{what} has {len(text)} characters, more than the {max_chars} that are read")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{what} must be JSON in UTF-8, but byte {error.start} is none; save it so"
            ) from None
    depth = 0
    for match in _JSON_BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match[0], 0)
        if depth > MAX_JSON_DEPTH:
            raise ValueError(f"{what} has brackets more than {MAX_JSON_DEPTH} deep; nothing needs so many")
    try:
        return json.loads(text, parse_int=_integer, parse_float=_decimal, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"{what} must be JSON, got {plain(text[:60])!r}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{what} cannot be read: {error}") from None


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"it holds a number of {len(digits)} digits")
    return int(digits)


def _decimal(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"its number {digits[:20]} is too large")
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is no number")


def read_toml(text: str | bytes, what: str) -> dict[str, Any]:
    """Read TOML that a person wrote; bytes are UTF-8, with or without Notepad's mark before them.

    Raises
    ------
    ValueError
        In one short sentence, if it is not TOML, or brackets lie in one another without end.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{what} must be TOML in UTF-8, but byte {error.start} is none; save it so"
        ) from None
    except RecursionError:
        raise ValueError(f"{what} has brackets too deep in one another; nothing needs so many") from None
    except ValueError as error:
        raise ValueError(f"{what} must be TOML: {plain(error)}") from None


@contextmanager
def csv_read(what: str) -> Iterator[None]:
    """Raise ValueError in one sentence where a table is none: csv's own error is of no kind that is told."""
    try:
        yield
    except csv.Error as error:
        raise ValueError(
            f"{what} must be a table of commas, semicolons or tabs: {plain(error)}; is a quotation mark open?"
        ) from None


def read_file(path: Path, max_bytes: int) -> bytes:
    """Read a file that a stranger may have put there: never a device, never waiting for a pipe.

    Raises
    ------
    ValueError
        If it is no ordinary file, or larger than `max_bytes`.
    OSError
        If it cannot be read.
    """
    _check_ordinary(path.stat().st_mode)  # before it is opened: that alone can do something to a device
    with os.fdopen(
        os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb"
    ) as file:
        _check_ordinary(os.fstat(file.fileno()).st_mode)  # was it exchanged in between?
        size = os.fstat(file.fileno()).st_size
        content = file.read(min(size, max_bytes) + 1)  # to ask for the limit would take the memory for it
    if len(content) > max_bytes:
        raise ValueError(f"it is larger than the {max_bytes / 1e6:g} MB that are read")
    return content


def _check_ordinary(mode: int) -> None:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    if not stat.S_ISREG(mode):
        raise ValueError(f"it is {kinds.get(stat.S_IFMT(mode), 'something else')}, not a file")


def home_expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path with ``~`` and ``~name`` put in full.

    Raises
    ------
    ValueError
        If nobody has that name here, or there is no home.
    """
    given = Path(path)
    try:
        return given.expanduser()
    except RuntimeError:
        raise ValueError(
            f"the home {plain(given.parts[0], 60)!r} is not known here; give the path in full"
        ) from None


def resolved(path: Path) -> Path:
    """Return a path in full with its links followed, as far as they lead.

    `Path.resolve` raises RuntimeError, before Python 3.13, where a link leads to itself.
    """
    return Path(os.path.realpath(path))


def is_within(path: Path, place: Path) -> bool:
    """Whether a path leads into a folder, which is given in full, links followed."""
    return resolved(path).is_relative_to(place)


def words_of(error: BaseException) -> str:
    """Return what an exception says, harmless and cut, whatever its `__str__` does."""
    try:
        return plain(error, keep_lines=True)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001  a stranger's __str__ may do anything
        return ""
