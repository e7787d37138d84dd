"""Arrays that are held in less memory while nobody looks at them, without loss."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

FAST = 1  # zlib's level: a mask of 12 megapixels in some 20 ms


@dataclass(frozen=True, slots=True)
class Packed:
    """An array as few bytes: booleans eight in a byte, numbers with their bytes of like weight side by side.

    Attributes
    ----------
    data : bytes
        Deflated (RFC 1951).
    shape : tuple of int
        Of the array.
    dtype : numpy.dtype
        Of the array.
    """

    data: bytes
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def nbytes(self) -> int:
        """How many bytes the array has, unpacked."""
        return math.prod(self.shape) * self.dtype.itemsize

    @classmethod
    def of(cls, array: npt.NDArray[Any]) -> Packed:
        """Pack an array of any shape, of bool or of numbers."""
        if array.dtype == np.bool_:
            raw = np.packbits(array).tobytes()
        else:
            raw = np.frombuffer(array.tobytes(), np.uint8).reshape(-1, array.itemsize).T.tobytes()
        return cls(zlib.compress(raw, FAST), array.shape, array.dtype)

    def array(self) -> npt.NDArray[Any]:
        """Return the array, anew each time."""
        raw = np.frombuffer(zlib.decompress(self.data), np.uint8)
        if self.dtype == np.bool_:
            return np.unpackbits(raw, count=self.nbytes).view(np.bool_).reshape(self.shape)
        together = np.ascontiguousarray(raw.reshape(self.dtype.itemsize, -1).T)
        return together.view(self.dtype).reshape(self.shape)


class Packable:
    """Lets a frozen dataclass hold the arrays that it names in `_arrays` packed for a while.

    They read as before; as long as they are away each reading unpacks them anew.
    """

    _arrays: ClassVar[tuple[str, ...]]

    @property
    def nbytes(self) -> int:
        """How many bytes the arrays have where they are not away."""
        held = self.__dict__.get("_away", {}) | self.__dict__
        return sum(held[name].nbytes for name in self._arrays)

    def put_away(self) -> int:
        """Hold the arrays packed until `take_out`, and return how many bytes that takes."""
        away = self.__dict__.get("_away")
        if away is None:
            away = {name: Packed.of(getattr(self, name)) for name in self._arrays}
            self.__dict__["_away"] = away
        for name in self._arrays:
            self.__dict__.pop(name, None)
        return sum(len(packed.data) for packed in away.values())

    def take_out(self) -> None:
        """Hold the arrays as they are read; what is packed stays too, so that putting away is free."""
        for name, packed in self.__dict__.get("_away", {}).items():
            if name not in self.__dict__:
                self.__dict__[name] = packed.array()

    if not TYPE_CHECKING:  # or every name would be an attribute

        def __getattr__(self, name: str) -> Any:
            """Unpack an array that is away."""
            packed = self.__dict__.get("_away", {}).get(name)
            if packed is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return packed.array()
