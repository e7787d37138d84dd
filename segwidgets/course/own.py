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

import tomllib
from pathlib import Path
from typing import Any

from segwidgets.course.judges import judge_box, judge_choice, judge_mask, judge_number, judge_point
from segwidgets.course.registry import Judge
from segwidgets.ground.outside import read_file
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
    try:
        found: Any = tomllib.loads(read_file(file, _MAX_BYTES).decode())
    except FileNotFoundError:
        raise ValueError(
            f"there is no exercise {describe(number)}, and no {FILE} beside the notebook"
        ) from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{FILE} cannot be read: {error}") from None
    for part in number.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise ValueError(f"{FILE} has no [{number}]")
    kind = found.get("kind")
    if kind not in KINDS:
        raise ValueError(f"[{number}] of {FILE}: kind must be one of {', '.join(KINDS)}, got {kind!r}")
    wanted = "answer" if kind in ("number", "choice") else "reference"
    if wanted not in found:
        raise ValueError(f"[{number}] of {FILE}: a {kind} needs {wanted} = ...")
    reference = None
    if wanted == "reference":
        reference = read_reference(file.parent / str(found["reference"]))

    def judge(answer: Any, tr: Phrases) -> str:
        if reference is not None:
            _judge_place(kind, answer, reference, found, tr)
        else:
            hints = {hint["answer"]: _in_language(hint, tr.lang) for hint in found.get("hints", [])}
            if kind == "number":
                judge_number(answer, found["answer"], tr, float(found.get("tolerance", 0)), hints)
            else:
                judge_choice(answer, found["answer"], tr, hints)
        return _in_language(found.get("right", {}), tr.lang)

    return judge


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


def _judge_place(kind: str, answer: Any, reference: BoolArray, found: dict[str, Any], tr: Phrases) -> None:
    if kind == "point":
        judge_point(answer, reference, tr)
    elif kind == "box":
        judge_box(answer, reference, tr, float(found.get("at_least", 0.8)))
    else:
        judge_mask(answer, reference, tr, float(found.get("at_least", 0.9)))


def _in_language(texts: Any, lang: str) -> str:
    """Return a text in a language, else in English, else in whatever there is."""
    if not isinstance(texts, dict):
        return str(texts)
    words = {key: value for key, value in texts.items() if isinstance(value, str)}
    return words.get(lang) or words.get(DEFAULT) or next(iter(words.values()), "")
