"""What `segwidgets batch` found in a folder's photos, for a person to go through."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from segwidgets.ground.keeping import file_digest
from segwidgets.ground.outside import home_expanded, plain, read_file, read_json, resolved, words_of
from segwidgets.locale.catalogues import N_
from segwidgets.segmenter import Segmenter
from segwidgets.widgets.session.session import FORMAT, Session, photo_digest

OUT = "review"
"""The folder for what a review keeps, in batch's own, unless another one is given."""

ORIGIN = "batch"
"""Where its objects come from, as a session's record names it."""

OBJECT = "object"  # the class of what batch has found and nobody has named

_FILES = "json"  # where batch writes what it found in each photo
_MAX_BYTES = 50_000_000  # of one of them
_CHANGED = N_("the photo has changed since")


class Review:
    """The files of what was found, by photo.

    Parameters
    ----------
    folder : str or Path
        What `segwidgets batch` was given as its folder to write into.

    Attributes
    ----------
    folder : Path
        The same, without links in its path.
    certainty : dict of str to float
        By the photos' paths in their folder: the least predicted IoU times stability score of its objects.
    damaged : list of str
        Names of files that could not be read.

    Raises
    ------
    FileNotFoundError
        If batch has written no such files there.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = resolved(home_expanded(folder))
        self.certainty: dict[str, float] = {}
        self.damaged: list[str] = []
        self._files: dict[str, Path] = {}
        for path in sorted((self.folder / _FILES).glob("*.json")):
            try:
                photo, certainty = _told(_read(path))
            except (OSError, ValueError, TypeError, KeyError):
                self.damaged.append(plain(path.name, 80))
                continue
            self.certainty[photo], self._files[photo] = certainty, path
        if not self._files:
            raise FileNotFoundError(
                f"there is nothing to review in {os.fspath(folder)!r}; give the folder that segwidgets batch "
                "has written, with json among its formats"
            )

    def session(self, photo: str, path: Path, segmenter: Segmenter) -> Session | None:
        """Return a session that begins with what was found in a photo; None where batch does not know it.

        Raises
        ------
        ValueError
            If it is not to be read, or the photo is another one by now.
        """
        file = self._files.get(photo)
        if file is None:
            return None
        try:
            facts = _read(file)
            known = facts.get("sha256")
            if (facts["height"], facts["width"]) != segmenter.size or known not in (None, file_digest(path)):
                raise ValueError(_CHANGED)
            found = [_taken_over(one) for one in facts["objects"]]
            return Session.from_json(_record(segmenter, found), segmenter)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(words_of(error)) from error


def _read(path: Path) -> dict[str, Any]:
    facts = read_json(read_file(path, _MAX_BYTES), "what batch found", _MAX_BYTES)
    if not isinstance(facts, dict):
        raise ValueError("it is not what batch found in a photo")
    return facts


def _told(facts: dict[str, Any]) -> tuple[str, float]:
    photo, certainty = facts["photo"], float(facts["certainty"])
    if not isinstance(photo, str) or not isinstance(facts["objects"], list):
        raise ValueError("it is not what batch found in a photo")
    return photo, certainty


def _record(segmenter: Segmenter, found: list[dict[str, Any]]) -> str:
    """Return the record of a session on a photo that takes masks over and does nothing else."""
    height, width = segmenter.size
    image = {"width": width, "height": height, "sha256": photo_digest(segmenter.image)}
    action = {"action": "take_over", "found": found, "origin": ORIGIN}
    return json.dumps({"format": FORMAT, "image": image, "actions": [action]})


def _taken_over(one: dict[str, Any]) -> dict[str, Any]:
    """Return an object as a session's `take_over` wants it."""
    taken = {"rle": one["segmentation"], "predicted_iou": 0.0}
    taken |= {name: one[name] for name in ("predicted_iou", "stability_score") if name in one}
    return taken if one["class"] == OBJECT else {**taken, "name": one["class"]}
