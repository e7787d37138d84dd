"""Catalogues as people write them (.po), compiled to what gettext of the standard library reads (.mo)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d+\])\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_MAGIC = 0x950412DE


def compile_catalogue(text: str) -> bytes:
    """Return a catalogue in gettext's compiled form; what is not translated, or fuzzy, is left out.

    Raises
    ------
    ValueError
        If a line is none of a catalogue's.
    """
    translated = {"": "", **dict(_translated(text))}
    head = re.sub(r"^Content-Type:.*\n", "", translated[""], flags=re.MULTILINE | re.IGNORECASE)
    translated[""] = f"{head}Content-Type: text/plain; charset=utf-8\n"  # as it is written here
    texts = sorted((one.encode(), other.encode()) for one, other in translated.items())
    tables = [b"", b""]
    content = b""
    start = 28 + 16 * len(texts)  # the head, then where each text stands, 8 bytes for each
    for side, table in enumerate(tables):
        for pair in texts:
            table += struct.pack("<II", len(pair[side]), start + len(content))
            content += pair[side] + b"\0"
        tables[side] = table
    places = struct.pack("<7I", _MAGIC, 0, len(texts), 28, 28 + 8 * len(texts), 0, start)
    return places + b"".join(tables) + content


def _translated(text: str) -> Iterator[tuple[str, str]]:
    """Yield keys with their translations, both as gettext joins them: context EOT text NUL plural."""
    for entry, fuzzy in _entries(text):
        said = [value for field, value in entry.items() if field.startswith("msgstr")]
        if all(said) and (not fuzzy or not entry["msgid"]):  # the head, whose text is "", may be fuzzy
            context = f"{entry['msgctxt']}\x04" if "msgctxt" in entry else ""
            plural = f"\0{entry['msgid_plural']}" if "msgid_plural" in entry else ""
            yield f"{context}{entry['msgid']}{plural}", "\0".join(said)


def _entries(text: str) -> Iterator[tuple[dict[str, str], bool]]:
    """Yield each entry's fields, and whether a translator is to look at it again."""
    entry: dict[str, str] = {}
    field, fuzzy, next_is_fuzzy = "", False, False
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            next_is_fuzzy |= bool(re.match(r"#,.*\bfuzzy\b", stripped))
            continue
        found = _LINE.fullmatch(stripped)
        if found is None or not (found[1] or field):
            raise ValueError(f"line {number} of the catalogue is no part of a message: {stripped[:60]}")
        if found[1]:
            if field.startswith("msgstr") and not found[1].startswith("msgstr"):  # here begins another
                yield entry, fuzzy
                entry = {}
            if not entry:
                fuzzy, next_is_fuzzy = next_is_fuzzy, False
            field = found[1]
            entry[field] = ""
        entry[field] += re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), found[2])
    if entry:
        yield entry, fuzzy
