"""Files that appear whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from segwidgets._validation import BoolArray, UInt8Array

if TYPE_CHECKING:
    from PIL.Image import Image


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it, then move it into place.

    Raises
    ------
    OSError
        If it cannot be written; what was there before stays.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def save_mask(mask: BoolArray, path: Path) -> None:
    """Write a mask (H, W) as a PNG with one channel that holds 0 and 255."""
    from PIL import Image

    _save_png(Image.fromarray(mask.astype("uint8") * 255, mode="L"), path)


def save_picture(picture: UInt8Array, path: Path) -> None:
    """Write a picture (H, W, 3) RGB, or (H, W, 4) RGBA, as a PNG."""
    from PIL import Image

    _save_png(Image.fromarray(picture), path)


def _save_png(image: Image, path: Path) -> None:
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    replace_file(path, content.getvalue())
