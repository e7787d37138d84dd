"""What the command writes: one function for all text, harmless whatever it holds, on whatever terminal."""

from __future__ import annotations

import codecs
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

from rich.console import Console
from rich.text import Text

from segwidgets.ground.outside import plain

console = Console()
errors = Console(stderr=True)

_LONGEST = 20_000  # letters of one message
_ASCII = {
    "✓": "+", "✗": "x", "…": "...", "·": "-", "→": "->", "←": "<-", "×": "x", "–": "-", "—": "-",
    "“": '"', "”": '"', "‘": "'", "’": "'", "«": "<<", "»": ">>", "\N{NO-BREAK SPACE}": " ", "¿": "", "¡": "",
}  # fmt: skip


def prepare() -> None:
    """Let every stream write something for signs that its encoding does not have, instead of failing."""
    codecs.register_error("segwidgets", _without_signs)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="segwidgets")
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup ignores SIGHUP
            with suppress(ValueError):  # not the main thread: who has that cares for signals
                signal.signal(number, _end)


def clean(value: object, style: str = "") -> Text:
    """Return text that may hold names and words of strangers, to be printed as it stands.

    What steers a terminal is taken out, and what would be markup to rich is letters.
    """
    return Text(plain(value, _LONGEST, keep_lines=True), style)


def write(value: object, style: str = "") -> None:
    """Print a text on a line of its own."""
    console.print(clean(value, style), soft_wrap=True, highlight=False)


def note(value: object, style: str = "") -> None:
    """Print a text to the standard error, above a bar if one is shown."""
    errors.print(clean(value, style), soft_wrap=True, highlight=False)


@contextmanager
def progress_bar(*fields: str) -> Iterator[Callable[..., None]]:
    """Show a bar with texts behind it on the standard error; what is given updates it.

    It takes `completed`, `total` and a text for each of `fields`, which are empty until then.
    """
    from rich.progress import (  # not for --help
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    texts = (TextColumn(f"{{task.fields[{name}]}}", markup=False) for name in fields)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), *texts)
    with Progress(*columns, console=errors, transient=True) as bar:
        empty: dict[str, Any] = dict.fromkeys(fields, "")
        task = bar.add_task("", total=None, **empty)
        yield partial(bar.update, task)


def clock(seconds: float) -> str:
    """Write a time as h:mm:ss, a second at least."""
    return str(timedelta(seconds=max(1, round(seconds))))


def complain(value: object) -> None:
    """Print a message to the standard error."""
    errors.print(Text.assemble(("Error:", "red"), " ", clean(value)), soft_wrap=True, highlight=False)


def is_utf8(stream: Any) -> bool:
    """Whether a stream can write every sign."""
    return str(getattr(stream, "encoding", "")).lower().replace("-", "").startswith("utf")


def _without_signs(error: UnicodeError) -> tuple[str, int]:
    """Replace a sign by one that looks like it, a letter by the one without its accent, the rest by "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = []
    for sign in error.object[error.start : error.end]:
        base = _ASCII.get(sign) if sign in _ASCII else unicodedata.normalize("NFKD", sign)[0]
        letters.append(base if base is not None and base.isascii() else "?")
    return "".join(letters), error.end


def _end(number: int, frame: FrameType | None) -> None:
    """End as an interruption does, so that what is half done is taken away; once is enough."""
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(128 + number)
