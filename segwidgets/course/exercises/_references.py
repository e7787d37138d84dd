"""What answers are held against, stored so that nobody reads a solution by accident.

`references.txt` is written by ``tools/pack_references.py``: JSON, packed and masked. This hides nothing from
someone who wants to know; it keeps a curious look into the folder from spoiling the exercise.
"""

from __future__ import annotations

import base64
import json
import zlib
from functools import cache
from importlib import resources
from itertools import cycle
from typing import Any

from segwidgets._validation import BoolArray

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
def _references() -> dict[str, Any]:
    return unpack((resources.files("segwidgets.course.exercises") / "references.txt").read_text("utf-8"))


def reference_mask(image: str, name: str) -> BoolArray:
    """Return the reference mask (H, W) of an object on a sample photo.

    The masks are on `cat`: cat; `astronaut`: person, helmet; `motorcycle`: motorcycle; `coffee`: cup,
    cup_with_saucer; `rocket`: rocket; `coins`: coin_top_right, coin_bottom_left, coin_right,
    coin_second_row; `camera`: photographer, camera; `grace_hopper`: person.
    """
    from segwidgets.masks import decode

    return decode(_references()["masks"][f"{image}/{name}"])
