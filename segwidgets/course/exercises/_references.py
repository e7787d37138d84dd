"""What answers are held against, stored so that nobody reads a solution by accident.

Each `references*.txt` is written by ``tools/pack_references.py``: JSON, packed and masked. This hides nothing
from someone who wants to know; it keeps a curious look into the folder from spoiling the exercise.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache
from importlib import resources
from itertools import cycle
from typing import Any

from segwidgets.ground.validation import BoolArray

_KEY = b"segwidgets"


def pack(data: dict[str, Any]) -> str:
    """Turn references into lines of text that cannot be read by eye."""
    packed = zlib.compress(json.dumps(data, sort_keys=True).encode(), 9)
    text = base64.b64encode(_mask(packed)).decode()
    return "\n".join(text[i : i + 100] for i in range(0, len(text), 100)) + "\n"


def unpack(text: str) -> dict[str, Any]:
    """Read what `pack` wrote."""
    data: dict[str, Any] = json.loads(zlib.decompress(_mask(base64.b64decode(text))))
    return data


def _mask(content: bytes) -> bytes:
    return bytes(byte ^ key for byte, key in zip(content, cycle(_KEY)))


@cache
def references() -> dict[str, Any]:
    """Return the masks of all files, COCO run lengths, by "image/object"."""
    masks: dict[str, Any] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.startswith("references") and file.name.endswith(".txt"):
            more = unpack(file.read_text("utf-8"))["masks"]
            if twice := sorted(masks.keys() & more):
                raise ValueError(f"{file.name} holds references that another file has too: {twice}")
            masks |= more
    return masks


def reference_mask(image: str, name: str) -> BoolArray:
    """Return the reference mask (H, W) of an object on a sample photo, as in ``("coffee", "cup")``.

    Raises
    ------
    ValueError
        If there is none; the message names those there are.
    """
    from segwidgets.masks import decode

    masks = references()
    if f"{image}/{name}" not in masks:
        raise ValueError(
            f"there is no reference mask {name!r} on {image!r}; there are {', '.join(sorted(masks))}"
        )
    return decode(masks[f"{image}/{name}"])
