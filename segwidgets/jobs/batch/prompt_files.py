"""Files that say what to ask of each photo: a table, a list in JSON, or a widget's session."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from segwidgets.ground.outside import MAX_JSON_CHARS, csv_read, home_expanded, plain, read_file, read_json
from segwidgets.ground.validation import describe
from segwidgets.prompts import Prompt

COLUMNS = ("photo", "points", "labels", "box", "name")
_SPLIT = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Asked:
    """One object that is asked for: its prompt, in pixels of the photo, and what it is called."""

    prompt: Prompt
    name: str = ""


@dataclass(frozen=True)
class Questions:
    """All that is asked for.

    Attributes
    ----------
    by_photo : mapping of str to list of Asked
        By the photo's path in its folder.
    sessions : mapping of str to str
        Records of sessions by the SHA-256 of their photo's pixels.
    """

    by_photo: Mapping[str, Sequence[Asked]] = field(default_factory=dict)
    sessions: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """What objects are called, in the order in which the names come up."""
        found = [one.name for asked in self.by_photo.values() for one in asked]
        for text in self.sessions.values():
            for action in json.loads(text)["actions"]:
                masks = action.get("found")
                named = [action, *(masks if isinstance(masks, list) else ())]
                found += [str(one["name"]) for one in named if isinstance(one, dict) and "name" in one]
        return [name for name in dict.fromkeys(found) if name]


def read_questions(files: Iterable[str | os.PathLike[str]]) -> Questions:
    """Read files of prompts.

    A table has the columns photo, points, labels, box and name, a row for each object: points as
    "250,170 20,20", labels (1 or 0 for each point) as "1 0", the box as "40 10 400 290", all in the photo's
    pixels. JSON is a list of objects with the same names, points as [[250, 170], [20, 20]]. A session is what
    the widget saves; it knows its photo by the pixels.

    Raises
    ------
    ValueError
        If a file is none of these, or a row is wrong; it says which.
    OSError
        If a file cannot be read.
    """
    from segwidgets.widgets.session.session import FORMAT

    by_photo: dict[str, list[Asked]] = {}
    sessions: dict[str, str] = {}
    for file in files:
        path = home_expanded(file)
        name = plain(path.name, 60)
        try:
            text = read_file(path, MAX_JSON_CHARS).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError(f"{name} must be a text in UTF-8; save it so") from None
        if path.suffix.lower() != ".json":
            rows: Iterable[Any] = _table(text, name)
        else:
            data = read_json(text, name)
            if isinstance(data, dict) and data.get("format") == FORMAT:
                sessions[_photo_of(data, name)] = text
                continue
            if not isinstance(data, list):
                raise ValueError(
                    f"{name} must be a list of prompts or a widget's session, got {describe(data)}"
                )
            rows = data
        for number, row in enumerate(rows, 1):
            photo, asked = _asked(row, f"{name}, prompt {number}")
            by_photo.setdefault(photo, []).append(asked)
    return Questions(by_photo, sessions)


def _photo_of(data: Mapping[str, Any], name: str) -> str:
    image, actions = data.get("image"), data.get("actions")
    known = image.get("sha256") if isinstance(image, dict) else None
    if not isinstance(known, str) or not isinstance(actions, list):
        raise ValueError(f"{name} is no whole session; save it anew in the widget")
    if not all(isinstance(action, dict) for action in actions):
        raise ValueError(f"{name} holds actions that are none; save it anew in the widget")
    return known


def _table(text: str, name: str) -> Iterator[dict[str, Any]]:
    first = text.partition("\n")[0]
    table = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    with csv_read(name):
        if "photo" not in (table.fieldnames or ()):
            raise ValueError(
                f"{name} must be a table with the columns {', '.join(COLUMNS)}; its first line names them"
            )
        for row in table:
            numbers = {
                key: _numbers(row.get(key) or "", f"{name}, line {table.line_num}: {key}")
                for key in COLUMNS[1:4]
            }
            points = numbers["points"]
            if len(points) % 2:
                raise ValueError(f"{name}, line {table.line_num}: points must be pairs, as in 250,170 20,20")
            yield {
                "photo": row.get("photo"),
                "points": list(zip(points[::2], points[1::2], strict=True)),
                "labels": numbers["labels"] or None,
                "box": numbers["box"] or None,
                "name": row.get("name") or "",
            }


def _numbers(text: str, where: str) -> list[float]:
    try:
        return [float(part) for part in _SPLIT.split(text.strip()) if part]
    except ValueError:
        raise ValueError(f"{where} must hold numbers, got {plain(text, 60)!r}") from None


def _asked(row: Any, where: str) -> tuple[str, Asked]:
    if not isinstance(row, dict) or not isinstance(row.get("photo"), str) or not row["photo"].strip():
        raise ValueError(f"{where} must name its photo, got {describe(row)}")
    name = row.get("name") or ""
    try:
        prompt = Prompt(row.get("points") or (), row.get("labels"), row.get("box"))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{where}: {error}") from None
    if prompt.is_empty or not isinstance(name, str):
        raise ValueError(f"{where} must have points or a box, and a text as its name; it has {describe(row)}")
    photo = unicodedata.normalize("NFC", row["photo"].strip()).replace("\\", "/").removeprefix("./")
    if not _can_be_called(photo):
        raise ValueError(f"{where} must name its photo, got {describe(row['photo'])}, as no file is called")
    return photo, Asked(prompt, plain(name, 60))


def _can_be_called(photo: str) -> bool:
    try:
        return bool(PurePosixPath(photo).name) and b"\0" not in os.fsencode(photo)
    except UnicodeEncodeError:  # half of a pair, which no system has in a name
        return False
