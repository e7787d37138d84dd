"""Values on their way from a student's process to ours: numbers, texts and plain arrays, never a pickle."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.outside import is_within, plain, read_json, resolved
from segwidgets.ground.validation import describe
from segwidgets.prompts import Prompt

MAX_BYTES = 100_000_000
"""Most bytes of the arrays of one message."""

MAX_HEADER = 1_000_000
"""Most bytes of a message without its arrays."""

_KINDS = "biufcSU"  # of numpy's numbers and texts: none of them holds an object
_DTYPE = re.compile(rf"[<>|][{_KINDS}][0-9]{{1,9}}")  # as `dtype.str` has it
_DEEP, _LONG = 6, 5000
_TELLING = ("masks", "best_mask", "prompt", "path", "folder")  # what judges look for in an answer


class ValueRefused(SegwidgetsError, ValueError):
    """What came is no message, or too large."""


class StandIn:
    """Stands for an answer of a kind that cannot travel; judges say what it is."""

    words = ""

    def __repr__(self) -> str:
        return self.words


@dataclass
class Detections:
    """What of `supervision.Detections` is judged: masks (N, H, W) bool, and their data."""

    mask: npt.NDArray[Any]
    data: dict[str, Any]


@dataclass
class Function:
    """Stands for a function that is called over there."""

    name: str


class Parcel:
    """A value in two parts: what JSON can say, and the arrays' bytes.

    Attributes
    ----------
    blobs : list of bytes
        The arrays.
    """

    def __init__(self) -> None:
        self.blobs: list[bytes] = []

    def pack(self, value: Any, deep: int = 0) -> dict[str, Any]:
        """Return a value as JSON can hold it; what cannot travel is described."""
        simple = _simple(value)
        if simple is not None:
            return simple
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in _KINDS:
            array = np.ascontiguousarray(value).reshape(value.shape)
            if sum(map(len, self.blobs)) + array.nbytes <= MAX_BYTES:
                self.blobs.append(array.tobytes())
                return {
                    "kind": "array",
                    "dtype": array.dtype.str,
                    "shape": list(array.shape),
                    "scalar": isinstance(value, np.generic),
                    "blob": len(self.blobs) - 1,
                }
            return {"kind": "large", "bytes": int(array.nbytes)}
        if isinstance(value, tuple | list) and deep < _DEEP and len(value) <= _LONG:
            items = [self.pack(one, deep + 1) for one in value]
            return {"kind": type(value).__name__ if type(value) is list else "tuple", "items": items}
        if isinstance(value, Prompt):
            return {"kind": "prompt", "prompt": value.to_json()}
        if isinstance(value, os.PathLike):
            return {"kind": "path", "path": os.path.abspath(os.fspath(value))}
        return self._described(value, deep)

    def _described(self, value: Any, deep: int) -> dict[str, Any]:
        mask, data = getattr(value, "mask", None), getattr(value, "data", None)
        if isinstance(mask, np.ndarray) and mask.ndim == 3 and isinstance(data, dict) and deep < _DEEP:
            told = {"is_exemplar": data["is_exemplar"]} if "is_exemplar" in data else {}
            packed = {key: self.pack(np.asarray(one), deep + 1) for key, one in told.items()}
            return {"kind": "detections", "mask": self.pack(mask, deep + 1), "data": packed}
        has = {}
        for name in _TELLING:
            try:
                one = getattr(value, name)
            except (Exception, SystemExit):  # noqa: BLE001  a stranger's attributes may do anything
                continue
            has[name] = self.pack(one, deep + 1) if isinstance(one, os.PathLike | str) else None
        if callable(value) and not has and deep == 0:
            return {"kind": "function", "name": describe(value)}
        return {"kind": "other", "type": type(value).__name__[:60], "words": describe(value), "has": has}


def _simple(value: Any) -> dict[str, Any] | None:
    if value is None or value is ...:
        return {"kind": "nothing", "dots": value is ...}
    if type(value) is bool:
        return {"kind": "bool", "value": value}
    if type(value) is int and abs(value) < 10**18:
        return {"kind": "int", "value": value}
    if type(value) is float:
        return {"kind": "float", "value": repr(value)}
    if isinstance(value, str):
        return {"kind": "str", "value": str(value)[:100_000]}
    return None


def unpack(told: Any, blobs: Sequence[bytes], box: Path | None = None) -> Any:
    """Make a value of what came.

    Parameters
    ----------
    told : object
        What JSON held.
    blobs : sequence of bytes
        The arrays.
    box : Path, optional
        The folder inside which a path must lie.

    Raises
    ------
    ValueRefused
        If it is not what `Parcel.pack` writes.
    """
    try:
        return _unpack(told, blobs, box)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, AttributeError) as error:
        raise ValueRefused(f"this is no value: {plain(error)}") from None


def _unpack(told: Any, blobs: Sequence[bytes], box: Path | None) -> Any:
    match told["kind"]:
        case "nothing":
            return ... if told["dots"] else None
        case "bool":
            return bool(told["value"])
        case "int":
            return int(told["value"])
        case "float":
            return float(told["value"])
        case "str":
            return str(told["value"])
        case "array":
            return _array(told, blobs)
        case "list" | "tuple":
            items = [_unpack(one, blobs, box) for one in told["items"]]
            return items if told["kind"] == "list" else tuple(items)
        case "prompt":
            return Prompt.from_json(told["prompt"])
        case "path":
            return _path(str(told["path"]), box)
        case "detections":
            data = {str(key): _unpack(one, blobs, box) for key, one in told["data"].items()}
            return Detections(_array(told["mask"], blobs), data)
        case "function":
            return Function(plain(told["name"]))
        case "large":
            return _stand_in("array", f"{int(told['bytes']) / 1e6:.0f} MB, more than can be judged", {})
        case "other":
            has = {
                name: None if one is None else _unpack(one, blobs, box)
                for name, one in told["has"].items()
                if name in _TELLING
            }
            return _stand_in(str(told["type"]), str(told["words"]), has)
    raise ValueError("of no known kind")


def _array(told: Any, blobs: Sequence[bytes]) -> Any:
    named = str(told["dtype"])
    if not _DTYPE.fullmatch(named):  # numpy evaluates what stands in brackets
        raise ValueError(f"an array of {named[:40]!r}")
    dtype = np.dtype(named)
    shape = tuple(int(side) for side in told["shape"])
    content = blobs[int(told["blob"])]
    if min(shape, default=0) < 0 or len(shape) > 8:
        raise ValueError(f"an array of {dtype} and {shape}")
    size = dtype.itemsize
    for side in shape:
        size *= side
    if size != len(content):
        raise ValueError(f"{len(content)} bytes for an array of {size}")
    array = np.frombuffer(content, dtype).reshape(shape).copy()
    return array[()] if told["scalar"] and not shape else array


def _path(text: str, box: Path | None) -> Path:
    path = Path(text)
    if box is None or not is_within(path, resolved(box)):
        return Path("outside of the hand-in")  # is not there, and the judge says so
    return path


def _stand_in(name: str, words: str, has: dict[str, Any]) -> StandIn:
    kind = type(plain(name, 60) or "object", (StandIn,), {"words": plain(words), **has})
    found: StandIn = kind()
    return found


def message(told: dict[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """Return a message as bytes: the length of its JSON, that, and the arrays."""
    text = json.dumps({**told, "blobs": [len(blob) for blob in blobs]}).encode()
    return b"".join([len(text).to_bytes(8, "big"), text, *blobs])


def read_message(take: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Read a message.

    Parameters
    ----------
    take : callable
        `take(n)` returns the next n bytes.

    Raises
    ------
    ValueRefused
        If it is none, or too large.
    """
    length = int.from_bytes(take(8), "big")
    if length > MAX_HEADER:
        raise ValueRefused(f"a message of {length} bytes; {MAX_HEADER} are read")
    try:
        told = read_json(take(length), "a message")
        sizes = [int(size) for size in told["blobs"]]
    except (TypeError, ValueError, KeyError) as error:
        raise ValueRefused(f"this is no message: {plain(error)}") from None
    if min(sizes, default=0) < 0 or sum(sizes) > MAX_BYTES:
        raise ValueRefused(f"a message with {sum(sizes)} bytes of arrays; {MAX_BYTES} are read")
    return told, [take(size) for size in sizes]
