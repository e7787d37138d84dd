"""A pytest plugin (``-p tests.notebooks.pictures``): nbval compares stored pictures too, as pixels.

nbval alone skips PNG and JPEG. Here a fresh picture is decoded and held against the stored one. Two numbers
decide: the mean difference, which catches a change of colours, and the share of pixels that are far off,
which catches something that moved.
"""

from __future__ import annotations

import base64
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from nbval import plugin
from PIL import Image

from tools.build_notebooks import PICTURES, tidy_picture

MEAN_TOLERANCE = 2.0  # of 255
FAR = 48  # of 255, in any channel
FAR_SHARE_TOLERANCE = 0.005


def difference(fresh: bytes, stored: bytes) -> str:
    """Say how two pictures differ beyond the tolerances; an empty string when they do not."""
    first, second = (
        np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(np.int16)
        for content in (fresh, stored)
    )
    if first.shape != second.shape:
        return f"its size is {first.shape[1]} x {first.shape[0]}, not {second.shape[1]} x {second.shape[0]}"
    off = np.abs(first - second)
    mean, far = float(off.mean()), float((off.max(axis=2) > FAR).mean())
    if mean > MEAN_TOLERANCE or far > FAR_SHARE_TOLERANCE:
        return f"mean difference {mean:.2f} of 255, {100 * far:.2f} % of its pixels far off"
    return ""


def _pictures(outputs: list[Any]) -> list[str]:
    found = [output.get("data", {}) for output in outputs]
    return [data[mime] for data in found for mime in sorted(PICTURES.intersection(data))]


_compare_text, _start_kernel = plugin.IPyNbCell.compare_outputs, plugin.IPyNbFile.setup


def _compare(self: Any, test: Any, ref: Any, skip_compare: Any = None) -> bool:
    if not _compare_text(self, test, ref, skip_compare):
        return False
    fresh, stored = [tidy_picture(encoded)[1] for encoded in _pictures(test)], _pictures(ref)
    if len(fresh) != len(stored):
        self.comparison_traceback.append(f"{len(fresh)} pictures, {len(stored)} are stored")
        return False
    for new, old in zip(fresh, stored, strict=True):
        if words := difference(base64.b64decode(new), base64.b64decode(old)):
            self.comparison_traceback.append(f"the picture changed: {words}")
            return False
    return True


def _setup(self: Any) -> None:
    """Give each notebook a progress file of its own, away from the stored notebooks."""
    folder = tempfile.TemporaryDirectory()
    self.addfinalizer(folder.cleanup)
    os.environ["SEGWIDGETS_PROGRESS"] = str(Path(folder.name) / "progress.json")
    _start_kernel(self)


def pytest_configure() -> None:
    """Put the comparison into nbval."""
    plugin.IPyNbCell.compare_outputs = _compare
    plugin.IPyNbFile.setup = _setup
