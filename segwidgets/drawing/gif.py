"""Frames to a looping GIF that is small enough to post, and the same, byte for byte, on every run."""

from __future__ import annotations

import hashlib
import io
import math
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from segwidgets.ground.files import replace_file
from segwidgets.ground.validation import UInt8Array, check_image, describe

MAX_SIDE = 960
"""Longest side of a GIF in pixels; larger frames are scaled down."""

MIN_SIDE = 64
"""Rather than shrink its longest side below this, a GIF that does not fit is refused."""

LONGEST_MS = 655_350
"""Longest that a frame can stand: GIF counts hundredths of a second in 16 bits."""

MAX_LOOKED_AT = 500_000_000  # pixels of all frames of a GIF together
_COLORS = (255, 128)  # tried in turn at each size; one of 256 is left for pixels that stay as they were
_SHRINK = 0.85
_PALETTE_PIXELS = 8_000_000  # enough of all frames to choose the palette from


@dataclass(frozen=True)
class GifInfo:
    """What `write_gif` wrote.

    Parameters
    ----------
    path : Path
        The file.
    size_bytes : int
        Its size.
    width, height : int
        In pixels; smaller than the frames where that was needed to fit.
    colors : int
        How many the palette may hold; all frames share it.
    """

    path: Path
    size_bytes: int
    width: int
    height: int
    colors: int


def write_gif(
    frames: Sequence[UInt8Array],
    path: str | Path,
    durations_ms: int | Sequence[int] = 1500,
    max_bytes: int = 1_500_000,
) -> GifInfo:
    """Write an animated GIF that loops for ever.

    All frames share one palette (an octree over all of them) without dithering: flat areas stay flat, what
    does not change costs next to nothing, and nothing flickers. A frame equal to the one before it is kept,
    as a pause of one pixel. What does not fit is written with fewer colours, then smaller, step by step.

    Parameters
    ----------
    frames : sequence of ndarray of shape (H, W, 3), uint8
        RGB, all of one size; not changed.
    path : str or Path
        Where to write; an older file there is replaced only once the new one is whole.
    durations_ms : int or sequence of int
        How long each frame is shown, in milliseconds: 20 to 655350, in steps of 10, the unit of GIF.
    max_bytes : int
        The most that the file may take.

    Returns
    -------
    GifInfo
        Size, pixels and colours of what was written.

    Raises
    ------
    TypeError, ValueError
        If there are no frames, their sizes differ, a duration is off, or they do not fit in `max_bytes`.
    OSError
        If the file cannot be written; an older one is then still there.

    Examples
    --------
    >>> frames = [np.full((40, 60, 3), grey, np.uint8) for grey in (0, 120, 240)]
    >>> done = write_gif(frames, "greys.gif")
    >>> done.width, done.height
    (60, 40)
    """
    size = _check_frames(frames)
    durations = _check_durations(durations_ms, len(frames))
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be that of the GIF to write, got {describe(path)}")
    path = Path(path)
    scale = min(1.0, MAX_SIDE / max(size))
    while True:
        height, width = (max(1, round(side * scale)) for side in size)
        scaled = [_resize(frame, width, height) for frame in frames]
        for colors in _COLORS:
            content = _encode(scaled, durations, colors)
            if len(content) <= max_bytes:
                replace_file(path, content)
                return GifInfo(path, len(content), width, height, colors)
        scale *= _SHRINK
        if max(size) * scale < MIN_SIDE:
            raise ValueError(
                f"{len(frames)} frames of {size[1]} x {size[0]} do not fit in {max_bytes} bytes even at "
                f"{width} x {height} ({len(content)} bytes); give fewer frames or raise max_bytes"
            )


def different_frames(gif: Image.Image, at_most: int | None = None) -> int:
    """Count the frames of an open animation that differ from the one before them, the first included.

    Frames of one colour all over are alike, whatever the colour: nothing can be seen on them. Stops at
    `at_most`, and in any case when 500 million pixels were looked at.
    """
    count, before = 0, b""
    for number in range(min(getattr(gif, "n_frames", 1), MAX_LOOKED_AT // (gif.width * gif.height))):
        if count == at_most:
            break
        gif.seek(number)
        pixels = np.asarray(gif.convert("RGB"))
        is_blank = bool((pixels == pixels[0, 0]).all())
        digest = b"blank" if is_blank else hashlib.sha256(pixels.tobytes()).digest()
        count += digest != before
        before = digest
    return count


def _check_frames(frames: Sequence[UInt8Array]) -> tuple[int, int]:
    """Return the height and width that all frames have."""
    if not isinstance(frames, Sequence | np.ndarray):
        raise TypeError(f"frames must be a list of images (H, W, 3), got {describe(frames)}")
    if len(frames) == 0:
        raise ValueError("frames must hold at least one image (H, W, 3), got none")
    for number, frame in enumerate(frames):
        check_image(frame, f"frame {number}")
        if frame.shape != frames[0].shape:
            raise ValueError(
                f"all frames must have one size, but frame 0 is {frames[0].shape} and frame {number} is "
                f"{frame.shape}; give captions of a series the same number of lines"
            )
    return frames[0].shape[:2]


def _check_durations(durations_ms: int | Sequence[int], count: int) -> list[int]:
    durations: list[Any] = [durations_ms] * count
    if isinstance(durations_ms, list | tuple) or (
        isinstance(durations_ms, Sequence | np.ndarray) and np.ndim(durations_ms) == 1
    ):
        durations = list(durations_ms)
    if len(durations) != count:
        raise ValueError(
            f"durations_ms must be one for each frame: {count} frames came with {len(durations)}"
        )
    for duration in durations:
        if not isinstance(duration, int | np.integer) or not 20 <= duration <= LONGEST_MS or duration % 10:
            raise ValueError(
                f"durations_ms must be whole numbers of at least 20, at most {LONGEST_MS}, in steps of 10, "
                f"the unit of GIF, got {describe(duration)}"
            )
    return [int(duration) for duration in durations]


def _resize(frame: UInt8Array, width: int, height: int) -> Image.Image:
    image = Image.fromarray(frame)
    return image if image.size == (width, height) else image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(frames: Sequence[Image.Image], durations: list[int], colors: int) -> bytes:
    pixels = len(frames) * frames[0].width * frames[0].height
    step = max(1, math.ceil(math.sqrt(pixels / _PALETTE_PIXELS)))
    every = Image.fromarray(np.vstack([np.asarray(frame)[::step, ::step] for frame in frames]))
    palette = every.quantize(colors, method=Image.Quantize.FASTOCTREE)
    different: list[Image.Image] = []
    standing: list[int] = []
    pauses: list[bytes] = []  # what stands still after each: Pillow would leave it out
    for frame, duration in zip(frames, durations, strict=True):
        painted = frame.quantize(palette=palette, dither=Image.Dither.NONE)
        if different and painted.tobytes() == different[-1].tobytes():
            pauses[-1] += _pause(painted.tobytes()[0], duration)
        else:
            different.append(painted)
            standing.append(duration)
            pauses.append(b"")
    buffer = io.BytesIO()
    first, *others = different
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=standing, loop=0, optimize=False)
    return _with_pauses(buffer.getvalue(), pauses)


def _pause(color: int, duration: int) -> bytes:
    """Return a GIF frame that paints the top left pixel in the colour that it has already."""
    codes = 256 | color << 9 | 257 << 18  # LZW in 9 bits: clear, the pixel, end
    control = b"!\xf9\x04\x00" + struct.pack("<H", duration // 10) + b"\x00\x00"
    pixel = b"," + struct.pack("<4HB", 0, 0, 1, 1, 0)
    return control + pixel + b"\x08\x04" + struct.pack("<I", codes) + b"\x00"


def _with_pauses(content: bytes, pauses: Sequence[bytes]) -> bytes:
    """Put bytes behind each image of a GIF; its blocks are those of the GIF89a specification."""
    if not any(pauses):
        return content
    at = 13 + _table_size(content[10])  # header, screen descriptor, global colour table
    parts, start, images = [], 0, iter(pauses)
    while content[at] != 0x3B:  # the trailer
        is_image = content[at] == 0x2C
        at += 11 + _table_size(content[at + 9]) if is_image else 2  # an extension: "!" and its label
        while content[at]:  # sub-blocks, each after its size
            at += 1 + content[at]
        at += 1
        if is_image:
            parts += [content[start:at], next(images)]
            start = at
    return b"".join([*parts, content[start:]])


def _table_size(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
