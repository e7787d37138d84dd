"""What a picture's file is made of, looked at before any decoder: floods of parts that would keep one busy.

An archive of a few kilobytes may unpack to a file of millions of empty parts; decoders go through them one by
one, copy each time what came before, or draw the whole picture once more for each.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import IO

MAX_SCANS = 200
"""Most times that a JPEG may go over its picture; a progressive one does so about ten times."""

MAX_PARTS = 30_000
"""Most parts of a file; a PNG of 100 MB has half as many."""

MAX_STRIPS = 300_000
"""Most strips or tiles of a TIFF."""

PIECE = 1 << 20
_HEAD = 1 << 16
_MAX_EXIF = 100  # pieces; a JPEG needs one
_MAX_COMMENTS = 100


def flood(stream: IO[bytes], head: bytes) -> str:
    """Say what a file has too much of; nothing where it has not. The stream is at its beginning again.

    Parameters
    ----------
    stream : binary file
        A picture of any format.
    head : bytes
        Its first bytes.
    """
    for start, look in _LOOKS.items():
        if head.startswith(start):
            stream.seek(0)
            found = look(stream)
            stream.seek(0)
            return found
    return ""


def _jpeg(stream: IO[bytes]) -> str:
    scans = exif = 0
    tail = b""
    while piece := stream.read(PIECE):
        piece = tail + piece
        scans += piece.count(b"\xff\xda")  # in a scan itself 0xff is followed by a zero
        exif += piece.count(b"Exif\0\0")
        tail = piece[-1:] if piece.endswith(b"\xff") else b""
    if scans > MAX_SCANS:
        return f"{scans} scans, more than the {MAX_SCANS} that are read"
    return f"{exif} pieces of EXIF" if exif > _MAX_EXIF else ""


def _png(stream: IO[bytes]) -> str:
    stream.seek(8)
    for _ in range(MAX_PARTS):
        start = stream.read(8)
        if len(start) < 8 or start[4:] == b"IEND":
            return ""
        stream.seek(int.from_bytes(start[:4], "big") + 4, 1)
    return f"more than {MAX_PARTS} chunks"


def _gif(stream: IO[bytes]) -> str:
    """Look at what stands before the first frame."""
    flags = stream.read(13)[10:11]
    if flags and flags[0] & 0x80:
        stream.seek(3 * 2 ** ((flags[0] & 7) + 1), 1)
    is_inside = False
    for _ in range(MAX_PARTS):
        size = stream.read(1)
        if size in (b"", b",", b";") and not is_inside:
            return ""
        if not is_inside:
            is_inside = size == b"!"
            if is_inside:
                stream.read(1)
        elif not size or size == b"\0":
            is_inside = False
        else:
            stream.seek(size[0], 1)
    return f"more than {MAX_PARTS} blocks before its first frame"


def _tiff(stream: IO[bytes]) -> str:
    """Look at how many strips or tiles its first picture has."""
    order = "<" if stream.read(2) == b"II" else ">"
    is_big = stream.read(2) in (b"+\0", b"\0+")
    number, count_of, entry = ("Q", "Q", "HHQ8x") if is_big else ("I", "H", "HHI4x")
    try:
        if is_big:
            stream.seek(8)
        (at,) = struct.unpack(order + number, stream.read(struct.calcsize(order + number)))
        stream.seek(at)
        (entries,) = struct.unpack(order + count_of, stream.read(struct.calcsize(order + count_of)))
        for _ in range(min(entries, 65_535)):
            tag, _, count = struct.unpack(order + entry, stream.read(struct.calcsize(order + entry)))
            if tag in (273, 279, 324, 325) and count > MAX_STRIPS:
                return f"{count} strips or tiles, more than the {MAX_STRIPS} that are read"
    except (struct.error, OSError, OverflowError, ValueError):
        pass  # damaged: the decoder says so
    return ""


def _pnm(stream: IO[bytes]) -> str:
    head = stream.read(_HEAD)
    if len(head) == _HEAD and len(re.sub(rb"#[^\r\n]*", b"", head).split(None, 3)) < 3:
        return f"a header of more than {_HEAD} bytes"
    if head[1:2] in b"123":  # numbers as text; what Pillow does about comments in it grows with their square
        comments = head.count(b"#")
        while piece := stream.read(PIECE):
            comments += piece.count(b"#")
        if comments > _MAX_COMMENTS:
            return f"{comments} comments"
    return ""


_LOOKS: dict[bytes, Callable[[IO[bytes]], str]] = {
    b"\xff\xd8": _jpeg,
    b"\x89PNG": _png,
    b"GIF8": _gif,
    b"II": _tiff,
    b"MM": _tiff,
    **{b"P" + kind: _pnm for kind in (b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"f")},
}
