"""SAM's answers on the sample photos, each asked once."""

from __future__ import annotations

from functools import cache
from typing import Any

from segwidgets import Prompt, Segmenter, segment_semantic


@cache
def candidates(name: str, *points: tuple[float, ...], box: tuple[float, ...] | None = None) -> Any:
    """SAM's answer on a sample photo to points (x, y) or (x, y, label), once DeepLab has looked."""
    prompt = Prompt([p[:2] for p in points], [int(p[2]) if len(p) == 3 else 1 for p in points], box)
    return Segmenter(name).predict(prompt).with_semantic(segment_semantic(name))
