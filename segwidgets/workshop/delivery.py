"""The workshop folder: its names, written whole or not at all, and checked before it is handed in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segwidgets._files import save_mask as save_mask
from segwidgets._files import save_picture as save_picture
from segwidgets.errors import SegwidgetsError

GIF_MAX_BYTES = 1_500_000
"""The most that the animation of a workshop may take."""


@dataclass(frozen=True)
class Layout:
    """What the folder's parts are called in one language; all but the mask pictures are paths in it."""

    input_stem: str
    masks: str
    results: str
    original: str

    mask_prefix = "mask_"
    coloured_prefix = "mask_colored_"
    readme = "README.md"

    @property
    def input(self) -> str:
        """The folder of the photo."""
        return self.input_stem.split("/")[0]

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


LAYOUTS = {
    "en": Layout("input_images/image", "output_masks", "results", "results/original_image.png"),
    "es": Layout(
        "imagenes_entrada/imagen", "mascaras_salida", "resultados", "resultados/imagen_original.png"
    ),
}


class DeliveryError(SegwidgetsError, OSError):
    """A folder that cannot be written; the message says why and what to do."""


def free_name(folder: Path) -> Path:
    """Return the folder's path, or with _2, _3 ... appended the first that does not exist."""
    candidate, number = folder, 1
    while candidate.exists():
        number += 1
        candidate = folder.with_name(f"{folder.name}_{number}")
    return candidate


@contextmanager
def staging(folder: Path, force: bool = False) -> Iterator[Path]:
    """Give an empty folder to write into, and move it to its place when all went well.

    Parameters
    ----------
    folder : Path
        Where the workshop is to stand. It must not exist, or be empty.
    force : bool
        Replace a workshop folder that stands there. Any other folder is left alone all the same.

    Yields
    ------
    Path
        A temporary folder beside it; removed when anything goes wrong.

    Raises
    ------
    DeliveryError
        If the place is taken, cannot be written, or the disk is full.
    """
    replaced = _check_place(folder, force)
    parent = folder.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    except OSError as error:
        raise DeliveryError(
            f"cannot write into {parent} ({error.strerror}): choose another place with --out"
        ) from error
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o777 & ~umask)
        _move(temporary, folder, replaced)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if isinstance(error, DeliveryError) or error.errno is None:
            raise
        raise DeliveryError(
            f"{folder} was not written ({error.strerror}), and nothing was left half done: "
            "free some space or choose another place with --out"
        ) from error
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _check_place(folder: Path, force: bool) -> bool:
    """Say whether a workshop stands there that is to be replaced; raise if the place is taken."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise DeliveryError(f"{folder} is a file, not a folder: choose another place with --out")
    if not any(folder.iterdir()):
        return False
    if not force:
        raise DeliveryError(
            f"the folder {folder} is not empty, and it is never overwritten unasked: choose another place "
            "with --out, or replace it with --force"
        )
    if not any((folder / layout.analysis).is_file() for layout in LAYOUTS.values()):
        raise DeliveryError(
            f"the folder {folder} holds something other than a workshop, and not even --force replaces that: "
            "choose another place with --out"
        )
    return True


def _move(temporary: Path, folder: Path, replaced: bool) -> None:
    """Put the finished folder in its place; what it replaces goes only once it stands."""
    if not replaced:
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.rename(old / folder.name)
    try:
        temporary.rename(folder)
    except OSError:
        (old / folder.name).rename(folder)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)
