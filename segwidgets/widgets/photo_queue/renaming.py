"""A class that is called by another name in one photo is so in all of a queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from segwidgets.ground.files import replace_file
from segwidgets.ground.outside import read_json
from segwidgets.widgets.photo_queue.keeper import Keeper, read_text
from segwidgets.widgets.session.session import with_action

Action = Mapping[str, Any]
Change = tuple[Path, str, str]  # a file of another photo, what it held, and what it holds now


class Renaming:
    """Does to the other photos what the one that is shown has done to a class's name.

    The clicks on a photo that has such objects get the step that renames them, and so do its finished masks;
    what batch has found is named so when the photo is first shown. As long as the same photo is shown, undo
    takes it back everywhere; later, for that photo alone.

    Parameters
    ----------
    keeper : Keeper
        The photos.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._done: list[list[Change]] = []

    def forget(self) -> None:
        """Another photo is shown: what was renamed stays so."""
        self._done.clear()

    def follow(self, before: Sequence[Action], after: Sequence[Action]) -> bool:
        """Rename, or take back, what a history renames that went on from another one, or back.

        Returns whether that is all that was done.

        Raises
        ------
        OSError
            If a file cannot be written; then all of them are as they were.
        """
        old, new = _renames(before), _renames(after)
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        for _ in old[same:]:
            if self._done:
                self._keeper.call(self._keeper.renames[:-1])
                _restore(self._done.pop())
        for name, called in new[same:]:
            self._rename(name, called)
        return _without(before) == _without(after)

    def _rename(self, name: str, new: str) -> None:
        changes: list[Change] = []
        try:
            for path, text, changed in self._others(name, new):
                replace_file(path, changed.encode("utf-8"))
                changes.append((path, text, changed))
            self._keeper.call([*self._keeper.renames, (name, new)])
        except BaseException:
            _restore(changes)
            raise
        self._done.append(changes)

    def _others(self, name: str, new: str) -> Iterator[Change]:
        """Yield what is to be changed; what cannot be read is left alone."""
        keeper, written = self._keeper, json.dumps(name)
        action = {"action": "rename_class", "name": name, "new": new}
        for at in range(len(keeper)):
            if at == keeper.current:
                continue
            with suppress(ValueError):
                path = keeper.session_path(at)
                text = read_text(path)
                if text is not None and written in text:
                    yield path, text, with_action(text, action)
        for at in range(len(keeper)):
            with suppress(ValueError, KeyError, TypeError):
                path = keeper.objects_path(at)
                text = read_text(path)
                if text is not None and written in text:
                    facts = read_json(text, "what was found in a photo", len(text))
                    for one in facts["objects"]:
                        one["class"] = new if one["class"] == name else one["class"]
                    yield path, text, json.dumps(facts)


def _renames(history: Sequence[Action]) -> list[tuple[str, str]]:
    return [(one["name"], one["new"].strip()) for one in history if one["action"] == "rename_class"]


def _without(history: Sequence[Action]) -> list[Action]:
    return [one for one in history if one["action"] != "rename_class"]


def _restore(changes: Sequence[Change]) -> None:
    """Give files back what they held, if nobody has written to them since."""
    for path, text, changed in changes:
        with suppress(OSError, ValueError):
            if read_text(path) == changed:
                replace_file(path, text.encode("utf-8"))
