"""A teacher's own exercises: `exercises.toml` beside the notebook, judged as ours are.

    [my.1]
    kind = "mask"                   # mask, point, box, number or choice
    reference = "bus_mask.png"      # white on black, beside this file
    at_least = 0.9                  # IoU; 0.9 unless another is named (a box: 0.8)
    right.en = "The whole bus, mirrors and all."

    [my.2]
    kind = "number"
    answer = 3
    right.en = "Three wheels can be seen."
    hints = [{ answer = 4, en = "One of them is behind the bus; count what can be seen." }]

Then `check("my.1", mask)` in the notebook. A number that begins with a letter is looked for here. For what no
kind covers write ``@exercise("my.3")`` (`segwidgets.course.registry`) in a module of your own and import it.
"""

from __future__ import annotations

from math import isfinite, nan
from pathlib import Path
from typing import Any

from segwidgets.course.judges import judge_box, judge_choice, judge_mask, judge_number, judge_point
from segwidgets.course.registry import Judge
from segwidgets.ground.outside import plain, read_file, read_toml
from segwidgets.ground.validation import BoolArray, describe
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases

FILE = "exercises.toml"
KINDS = ("mask", "point", "box", "number", "choice")
_MAX_BYTES = 1_000_000


def own_judge(number: str, folder: Path | None = None) -> Judge:
    """Return the judge of an exercise of one's own.

    Parameters
    ----------
    number : str
        As "my.1": the table ``[my.1]`` of the file.
    folder : Path, optional
        Where `exercises.toml` lies; by default the working folder, which is the notebook's.

    Raises
    ------
    ValueError
        If there is no such file or exercise, or what stands there is none; the message says what is missing.
    """
    file = (folder or Path()) / FILE
    called = f"[{plain(number, 60)}] of {FILE}"
    try:
        content = read_file(file, _MAX_BYTES)
    except FileNotFoundError:
        raise ValueError(
            f"there is no exercise {describe(number)}, and no {FILE} beside the notebook"
        ) from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{FILE} cannot be read: {error}") from None
    found: Any = read_toml(content, FILE)
    for part in number.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise ValueError(f"{FILE} has no [{plain(number, 60)}]")
    kind = found.get("kind")
    if kind not in KINDS:
        raise ValueError(f"{called}: kind must be one of {', '.join(KINDS)}, got {plain(kind, 60)!r}")
    wanted = "answer" if kind in ("number", "choice") else "reference"
    if wanted not in found:
        raise ValueError(f"{called}: a {kind} needs {wanted} = ...")
    if wanted == "reference":
        return _judge_of_place(kind, file.parent, found, called)
    return _judge_of_answer(kind, found, called)


def _judge_of_place(kind: str, folder: Path, found: dict[str, Any], called: str) -> Judge:
    if not isinstance(found["reference"], str):
        raise ValueError(
            f"{called}: reference must be the name of a picture, got {describe(found['reference'])}"
        )
    reference = read_reference(folder / found["reference"])
    at_least = _number(found, "at_least", 0.8 if kind == "box" else 0.9, called)
    if not 0 < at_least <= 1:
        raise ValueError(f"{called}: at_least must be an IoU above 0, at most 1, got {at_least:g}")

    def judge(answer: Any, tr: Phrases) -> str:
        if kind == "point":
            judge_point(answer, reference, tr)
        elif kind == "box":
            judge_box(answer, reference, tr, at_least)
        else:
            judge_mask(answer, reference, tr, at_least)
        return _in_language(found.get("right", {}), tr.lang)

    return judge


def _judge_of_answer(kind: str, found: dict[str, Any], called: str) -> Judge:
    rows = found.get("hints", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "answer" in row for row in rows):
        raise ValueError(
            f'{called}: hints must be as in [{{ answer = 4, en = "..." }}], got {describe(rows)}'
        )
    for row in (found, *rows):
        if kind == "number":
            _number(row, "answer", 0, called)
        elif isinstance(row["answer"], list | dict):
            raise ValueError(f"{called}: answer must be one text or number, got {describe(row['answer'])}")
    tolerance = _number(found, "tolerance", 0, called)
    if tolerance < 0:
        raise ValueError(f"{called}: tolerance must be 0 or more, got {tolerance:g}")

    def judge(answer: Any, tr: Phrases) -> str:
        hints = {_as_judged(row["answer"]): _in_language(row, tr.lang) for row in rows}
        if kind == "number":
            judge_number(answer, found["answer"], tr, tolerance, hints)
        else:
            judge_choice(answer, _as_judged(found["answer"]), tr, hints)
        return _in_language(found.get("right", {}), tr.lang)

    return judge


def _number(table: dict[str, Any], name: str, default: float, called: str) -> float:
    value = table.get(name, default)
    try:
        number = nan if isinstance(value, bool | str) else float(value)
    except (TypeError, OverflowError):
        number = nan
    if not isfinite(number):
        raise ValueError(f"{called}: {name} must be a finite number, got {describe(value)}")
    return number


def _as_judged(answer: Any) -> Any:
    """Return an answer to choose as `judge_choice` reads a student's: capitals and spaces do not count."""
    return answer.strip().lower() if isinstance(answer, str) else answer


def read_reference(path: Path) -> BoolArray:
    """Read a reference mask (H, W): what is lighter than middle grey in a picture of the photo's size.

    Raises
    ------
    ValueError
        If it cannot be read, or nothing or all of it is white.
    """
    from segwidgets.images import load_image

    try:
        mask: BoolArray = load_image(path).max(axis=2) > 127
    except OSError as error:
        raise ValueError(f"the reference {path.name} cannot be read: {error}") from None
    if mask.all() or not mask.any():
        raise ValueError(
            f"the reference {path.name} is {'all' if mask.all() else 'nowhere'} white: no object"
        )
    return mask


def _in_language(texts: Any, lang: str) -> str:
    """Return a text in a language, else in English, else in whatever there is."""
    if not isinstance(texts, dict):
        return str(texts)
    words = {key: value for key, value in texts.items() if isinstance(value, str)}
    return words.get(lang) or words.get(DEFAULT) or next(iter(words.values()), "")
