"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from filelock import FileLock
    from PIL.Image import Image

    from segwidgets.ground.validation import BoolArray, UInt8Array

HIDDEN = ".segwidgets-"
"""How the names of files and folders begin that are only there while something is being written."""

_STALE_S = 3600.0  # a part that is older was left by a process that was killed: to write one takes seconds


def replace_file(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it, then move it into place.

    Where `path` is a link, what it leads to is replaced. Parts that killed processes left behind go.

    Raises
    ------
    OSError
        If it cannot be written; what was there before stays.
    """
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, "a file's name is needed, this is a folder", str(path))
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    _remove_stale_parts(path.parent)
    part = path.with_name(f"{HIDDEN}{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with suppress(OSError):  # it goes with a later run; what went wrong first is the reason
            part.unlink(missing_ok=True)


def json_bytes(value: Any, **how: Any) -> bytes:
    """Return a value as a file of JSON in UTF-8; half of a pair of letters stands there as JSON writes it.

    Parameters
    ----------
    value : object
        What JSON can hold.
    **how
        As for `json.dumps`.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1, **how)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def claim_folder(folder: Path, out: Path) -> FileLock:
    """Make a folder where it is missing and hold it until `release()`: two runs never write into one `out`.

    Raises
    ------
    ValueError
        If another run holds it.
    OSError
        If the folder cannot be made.
    """
    from filelock import FileLock, Timeout  # not for who only writes a file

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"another run is writing into {str(out)!r}; wait for it, or give another folder"
        ) from None
    return lock


def _remove_stale_parts(folder: Path) -> None:
    with suppress(OSError):
        for part in folder.glob(f"{HIDDEN}*.part"):
            if time.time() - part.lstat().st_mtime > _STALE_S:
                part.unlink()


def mask_png(mask: BoolArray) -> bytes:
    """Return a mask (H, W) as a PNG with one channel that holds 0 and 255."""
    from PIL import Image

    return _png(Image.fromarray(mask.astype("uint8") * 255, mode="L"))


def index_png(values: npt.NDArray[Any], colors: Sequence[tuple[int, int, int]]) -> bytes:
    """Return numbers (H, W) from 0 as a PNG: with a palette of RGB from 1 on, or of 16 bits beyond 255."""
    from PIL import Image

    if len(colors) > 255:
        return _png(Image.fromarray(values.astype("uint16")))
    image = Image.fromarray(values.astype("uint8"), mode="L")
    image.putpalette([0, 0, 0, *(value for color in colors for value in color)])
    return _png(image)


def picture_png(picture: UInt8Array) -> bytes:
    """Return a picture (H, W, 3) RGB, or (H, W, 4) RGBA, as a PNG."""
    from PIL import Image

    return _png(Image.fromarray(picture))


def _png(image: Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def save_mask(mask: BoolArray, path: Path) -> None:
    """Write a mask (H, W) as a PNG with one channel that holds 0 and 255."""
    replace_file(path, mask_png(mask))


def save_picture(picture: UInt8Array, path: Path) -> None:
    """Write a picture (H, W, 3) RGB, or (H, W, 4) RGBA, as a PNG."""
    replace_file(path, picture_png(picture))
