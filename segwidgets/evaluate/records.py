"""The table on disk: a row as soon as it is known, and a killed run goes on where it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Any

from segwidgets.evaluate.figures import THRESHOLDS, Key, ObjectFigures
from segwidgets.evaluate.settings import Settings
from segwidgets.ground.files import claim_folder, json_bytes, replace_file
from segwidgets.ground.keeping import Outbox
from segwidgets.ground.outside import MAX_JSON_CHARS, plain, read_file, read_json

TABLE, SETTINGS, SUMMARY, CHART, SHEET = (
    "objects.csv",
    "settings.json",
    "summary.json",
    "chart.png",
    "worst.png",
)

MAX_BYTES = 1_000_000_000
"""Most bytes of a table that is gone on with: two million objects."""


def columns(settings: Settings) -> list[str]:
    """Return the names of the table's columns."""
    names = []
    for field in fields(ObjectFigures):
        if field.type == "ByClick":
            at = settings.at_clicks if settings.draws or field.name != "random_iou" else ()
            names += [f"{field.name}_{count}" for count in at]
        elif field.type == "ByThreshold":
            names += [f"{field.name}_{threshold}" for threshold in THRESHOLDS]
        else:
            names.append(field.name)
    return names


def to_row(figures: ObjectFigures) -> dict[str, str | int | float]:
    """Return an object's figures as one flat row."""
    row: dict[str, str | int | float] = {}
    for field in fields(figures):
        value = getattr(figures, field.name)
        row |= (
            {f"{field.name}_{n}": v for n, v in value.items()}
            if isinstance(value, dict)
            else {field.name: value}
        )
    return row


def from_row(row: dict[str, str]) -> ObjectFigures:
    """Return the figures of a row of the table.

    Raises
    ------
    KeyError, ValueError
        If something is missing or no number.
    """
    values: dict[str, Any] = {}
    for field in fields(ObjectFigures):
        read = {"str": str, "int": int, "float": float, "ByClick": float, "ByThreshold": int}[str(field.type)]
        if str(field.type).startswith("By"):
            ends = {name.rpartition("_")[2]: name for name in row if name.rpartition("_")[0] == field.name}
            values[field.name] = {int(end): read(row[name]) for end, name in ends.items() if end.isdecimal()}
        else:
            values[field.name] = read(row[field.name])
    return ObjectFigures(**values)


class Records:
    """The folder of results, while a run writes into it; a context manager that keeps other runs out.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    settings : Settings
        How objects are measured now.
    fresh : bool
        Begin anew, whatever was measured before.

    Attributes
    ----------
    known : dict
        What an earlier run measured, by `ObjectFigures.key`.

    Raises
    ------
    ValueError
        If a run with other settings wrote there, or another one is writing.
    OSError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path, settings: Settings, fresh: bool = False) -> None:
        self.folder, self.settings = folder, settings
        self._columns = columns(settings)
        self._lock = claim_folder(folder, folder)
        try:
            self.known = {} if fresh else self._read()
            if fresh:
                with Outbox(folder) as box:
                    box.give_way(TABLE)
            self._begin()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Records:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._lock.release()

    def _read(self) -> dict[Key, ObjectFigures]:
        """Return what is there, without a last row that is not whole."""
        table, settings = self.folder / TABLE, self.folder / SETTINGS
        if not settings.exists():
            if table.exists():
                raise ValueError(
                    f"{str(table)!r} is there without its {SETTINGS}, so nobody knows how it was measured; "
                    "give another folder, or begin anew with --fresh (fresh=True)"
                )
            return {}
        self._check(read_json(_content(settings, MAX_JSON_CHARS), str(settings)))
        if not table.exists():
            return {}
        text = _content(table, MAX_BYTES).decode("utf-8", "replace")
        rows = csv.reader(io.StringIO(text[: text.rfind("\n") + 1], newline=""))
        if next(_whole(rows), self._columns) != self._columns:
            raise ValueError(
                f"{str(table)!r} has other columns than this version writes; give another folder, or begin "
                "anew with --fresh (fresh=True)"
            )
        known = {}
        for row in _whole(rows):
            try:
                figures = from_row(dict(zip(self._columns, row, strict=True)))
            except ValueError:
                continue  # a row that was damaged is measured again
            known[figures.key] = figures
        return known

    def _check(self, before: Any) -> None:
        """Raise if the figures that are there were measured in another way."""
        now = self.settings.to_dict()
        if not isinstance(before, dict):
            before = {}
        other = [name for name in now if before.get(name) != now[name]]
        if other:
            told = plain(
                ", ".join(f"{name} was {before.get(name)!r:.80} and is {now[name]!r}" for name in other)
            )
            raise ValueError(
                f"what is in {str(self.folder)!r} was measured with other settings ({told}); give another "
                "folder, or begin anew with --fresh (fresh=True)"
            )

    def _begin(self) -> None:
        """Write the settings and what is known, and stay open for what comes."""
        self._write(self.known.values())
        replace_file(self.folder / SETTINGS, json_bytes(self.settings.to_dict()))
        self._file = (self.folder / TABLE).open("a", encoding="utf-8", newline="")

    def _write(self, objects: Iterable[ObjectFigures]) -> None:
        lines = [_line(self._columns), *(self._row(figures) for figures in objects)]
        replace_file(self.folder / TABLE, "".join(lines).encode())

    def _row(self, figures: ObjectFigures) -> str:
        row = to_row(figures)
        return _line([row[name] for name in self._columns])

    def add(self, figures: ObjectFigures) -> None:
        """Append a row; it is in the file when this returns."""
        self._file.write(self._row(figures))
        self._file.flush()

    def finish(self, objects: Sequence[ObjectFigures], summary: dict[str, Any]) -> None:
        """Leave in the table what was asked for, in its order, and write the summary."""
        self._file.close()
        self._write(objects)
        with Outbox(self.folder) as box:
            box.own(TABLE)
            box.save(SUMMARY, json_bytes(summary))


def _content(path: Path, max_bytes: int) -> bytes:
    try:
        return read_file(path, max_bytes)
    except ValueError as error:
        raise ValueError(
            f"{str(path)!r} cannot be gone on with: {error}; give another folder, or begin anew with --fresh "
            "(fresh=True)"
        ) from None


def _whole(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows of a table, but for those that hold more than Python's csv reads."""
    while True:
        try:
            yield next(rows)
        except csv.Error:
            continue
        except StopIteration:
            return


def _line(cells: Sequence[str | int | float]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
