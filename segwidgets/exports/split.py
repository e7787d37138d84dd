"""Which photos of a dataset are for training, for validation and for the test."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from segwidgets.ground.keeping import digest

if TYPE_CHECKING:
    from segwidgets.locale.phrases import Phrases

PARTS = ("train", "val", "test")
"""As programs that train call them, in files' names too."""

_DIGITS = 13  # of a digest in hexadecimal: 52 bits, which a float holds exactly


@dataclass(frozen=True)
class Split:
    """A photo's part follows from the seed and its own name alone, so that one more photo moves no other.

    Each photo falls into a part as if it were thrown, with the given chances: parts of many photos are close
    to the fractions, of a few they may be far from them, or empty.

    Parameters
    ----------
    fractions : sequence of float
        Of the photos for training, validation and, where there is a third, the test; together 1.
    seed : int
        Another one throws them anew.

    Raises
    ------
    TypeError, ValueError
        If they are no such fractions, or the seed is no whole number from 0.

    Examples
    --------
    >>> split = Split((0.8, 0.1, 0.1), seed=0)
    >>> [split.part_of(f"{number}.jpg") for number in range(6)]
    ['train', 'train', 'train', 'train', 'val', 'train']
    """

    fractions: Sequence[float]
    seed: int = 0

    def __post_init__(self) -> None:
        from segwidgets.ground.validation import check_whole, describe  # brings NumPy, which --help needs not

        wanted = "split must be two or three fractions that make 1 together, such as (0.8, 0.1, 0.1), got "
        try:
            given = tuple(self.fractions)
            numbers = tuple(float(one) for one in given)
        except (TypeError, ValueError, OverflowError):
            raise TypeError(f"{wanted}{describe(self.fractions)}") from None
        if isinstance(self.fractions, str) or any(isinstance(one, bool | str) for one in given):
            raise TypeError(f"{wanted}{describe(self.fractions)}")
        in_bounds = all(0 <= one <= 1 for one in numbers) and math.isclose(sum(numbers), 1, abs_tol=1e-6)
        if not 2 <= len(numbers) <= len(PARTS) or not in_bounds:
            raise ValueError(f"{wanted}{given!r:.80}")
        if not numbers[0]:
            raise ValueError(f"{wanted}{given!r:.80}, which leaves nothing for training")
        object.__setattr__(self, "fractions", numbers)
        object.__setattr__(self, "seed", check_whole(self.seed, "seed"))

    def part_of(self, photo: str) -> str:
        """Return "train", "val" or "test" for a photo, by its path in the folder of photos."""
        name = unicodedata.normalize("NFC", photo)  # a Mac writes ñ as two letters
        content = f"{self.seed}:{name}".encode("utf-8", "surrogatepass")
        thrown = int(digest(content)[:_DIGITS], 16) / 16**_DIGITS
        wanted = [(part, end) for part, end, size in self._ends() if size]
        return next((part for part, end in wanted if thrown < end), wanted[-1][0])

    def _ends(self) -> Iterable[tuple[str, float, float]]:
        return zip(PARTS, accumulate(self.fractions), self.fractions, strict=False)

    def told(self, photos: Iterable[str], words: Phrases) -> str:
        """Say how many photos each part has, and which that is wanted has none."""
        count = Counter(self.part_of(photo) for photo in photos)
        wanted = [part for part, _, size in self._ends() if size]
        text = ", ".join(f"{part} {words.count(count[part])}" for part in wanted)
        text = words.gettext("Photos by part: {parts}.").format(parts=text)
        empty = [part for part in wanted if not count[part]]
        if empty:
            more = words.gettext("None fell into {parts}: take another seed, or more photos.")
            text += " " + more.format(parts=", ".join(empty))
        return text


def fractions(text: str) -> tuple[float, ...]:
    """Read fractions as a command is given them, "0.8,0.1,0.1".

    Raises
    ------
    ValueError
        If they are no numbers; `Split` looks at the rest.
    """
    try:
        return tuple(float(one) for one in text.split(","))
    except ValueError:
        raise ValueError(f"split must be fractions such as 0.8,0.1,0.1, got {text!r:.60}") from None


def with_part(stem: str, part: str) -> str:
    """Return what a file or folder of one part is called; "" is no part."""
    return f"{stem}_{part}" if part else stem
