"""How far two pictures or films are apart: what the tests of the figures ask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

FAR = 40  # of 255, in any channel
FAR_SHARE_TOLERANCE = 0.001  # of a frame's pixels

Film = list[tuple[int, np.ndarray]]


def read_film(path: Path) -> Film:
    """Return each frame's time in milliseconds and its pixels, (H, W, 3) int16; a picture has one frame."""
    with Image.open(path) as image:
        return [
            (frame.info.get("duration", 0), np.asarray(frame.convert("RGB"), np.int16))
            for frame in ImageSequence.Iterator(image)
        ]


def difference(stored: Path, drawn: Path) -> str:
    """Say how two files differ beyond the tolerance; an empty string when they do not."""
    old, new = read_film(stored), read_film(drawn)
    if (times := [time for time, _ in new]) != (wanted := [time for time, _ in old]):
        return f"{drawn.name} has the frames {times} ms, not {wanted}"
    for number, ((_, before), (_, after)) in enumerate(zip(old, new, strict=True)):
        if before.shape != after.shape:
            return f"{drawn.name}: its size is {after.shape[:2]}, not {before.shape[:2]}"
        far = float((np.abs(before - after).max(axis=2) > FAR).mean())
        if far > FAR_SHARE_TOLERANCE:
            return f"frame {number} of {drawn.name}: {100 * far:.2f} % of its pixels are far off"
    return ""
