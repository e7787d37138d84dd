"""The workshop folder: what it and its parts are called, and how large its animation may be."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.files import save_mask as save_mask
from segwidgets.ground.files import save_picture as save_picture
from segwidgets.ground.keeping import numbered
from segwidgets.locale.languages import find_language, languages

GIF_MAX_BYTES = 1_500_000
"""The most that the animation of a workshop may take."""


@dataclass(frozen=True)
class Layout:
    """What the folder and its parts are called in one language; parts but mask pictures are paths in it."""

    folder: str  # with {date}
    input_stem: str
    masks: str
    results: str
    original: str
    reflection: str  # the heading in the report that the student writes under

    mask_prefix = "mask_"
    coloured_prefix = "mask_colored_"
    readme = "README.md"

    @property
    def input(self) -> str:
        """The folder of the photo."""
        return self.input_stem.split("/")[0]

    @property
    def photo(self) -> str:
        """The photo's name without its ending."""
        return self.input_stem.split("/")[1]

    @property
    def semantic(self) -> str:
        """DeepLab's classes in colour."""
        return f"{self.results}/semantic.png"

    @property
    def gif(self) -> str:
        """The process as an animation."""
        return f"{self.results}/segmentation_process.gif"

    @property
    def analysis(self) -> str:
        """The numbers."""
        return f"{self.results}/analysis.json"

    def mask(self, index: int) -> str:
        """Name a binary mask."""
        return f"{self.masks}/{self.mask_prefix}{index}.png"

    def coloured(self, index: int) -> str:
        """Name the picture of the photo with a mask on it."""
        return f"{self.results}/{self.coloured_prefix}{index}.png"


class _Layouts(Mapping[str, Layout]):
    """The layout of each language there is, read from its `language.toml`."""

    def __getitem__(self, lang: str) -> Layout:
        if lang not in languages():
            raise KeyError(lang)
        return Layout(**find_language(lang).table("workshop"))

    def __iter__(self) -> Iterator[str]:
        return iter(languages())

    def __len__(self) -> int:
        return len(languages())


LAYOUTS: Mapping[str, Layout] = _Layouts()


class DeliveryError(SegwidgetsError, OSError):
    """A folder that cannot be written; the message says why and what to do."""


def free_name(folder: Path) -> Path:
    """Return the folder's path, or with _2, _3 ... appended the first that does not exist."""
    return next(place for place in numbered(folder) if not os.path.lexists(place))
