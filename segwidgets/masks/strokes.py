"""From what a hand drew to the pixels that it covers: strokes of a round brush, and closed outlines.

A pixel is covered where its centre is, at +0.5 from its number. Only sums, products and square roots are
taken, one at a time, so that the same line covers the same pixels on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite, sqrt
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from segwidgets.ground.validation import BoolArray, FloatArray, describe

MOST_PLACES = 20_000
"""Of one stroke or outline."""
MOST_AWAY = 1e9
"""In pixels: so far a place may lie from the photo's corner."""
MOST_RADIUS = 20_000.0
LEAST_RADIUS = sqrt(0.5)
"""In pixels: a thinner brush would miss the pixel that it is on."""
_AT_ONCE = 1_000_000  # rows of pieces of a line that are worked on together

Path = tuple[tuple[float, float], ...]
_Ints = npt.NDArray[np.int64]


class Patch(NamedTuple):
    """Pixels of a photo, as a mask (h, w) of the part with its corner at (left, top)."""

    left: int
    top: int
    pixels: BoolArray

    @property
    def part(self) -> tuple[slice, slice]:
        """The rows and columns of the photo that it lies in."""
        height, width = self.pixels.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def check_path(path: Any, least: int = 1) -> Path:
    """Return a line as pairs of numbers.

    Parameters
    ----------
    path : sequence of (float, float)
        xy in the photo's pixels; it may leave the photo.
    least : int
        How many places there must be.

    Raises
    ------
    TypeError, ValueError
        If it is no such sequence, has fewer places or more than `MOST_PLACES`, or a number is not finite or
        farther out than `MOST_AWAY`.
    """
    try:
        places = [(x, y) for x, y in path]
        numbers = [value for place in places for value in place]
        good = all(isinstance(v, Real) and not isinstance(v, bool) and isfinite(v) for v in numbers)
    except (TypeError, ValueError, OverflowError):
        good, places = False, []
    if not good:
        raise TypeError(
            "path must be places (x, y) in the photo's pixels such as [(250, 170), (260, 175)], got "
            f"{describe(path)}"
        )
    if not least <= len(places) <= MOST_PLACES:
        raise ValueError(f"path must have {least} to {MOST_PLACES} places (x, y), got {len(places)}")
    if max(map(abs, numbers)) > MOST_AWAY:
        raise ValueError(f"path must stay within {MOST_AWAY:.0f} pixels of the photo, got {describe(path)}")
    return tuple((float(x), float(y)) for x, y in places)


def check_radius(radius: Any) -> float:
    """Return a brush's radius as a number.

    Raises
    ------
    ValueError
        If it is none from 0 (not itself) to `MOST_RADIUS`.
    """
    if isinstance(radius, bool) or not isinstance(radius, Real) or not 0 < float(radius) <= MOST_RADIUS:
        raise ValueError(
            f"radius must be a number of the photo's pixels from 0 to {MOST_RADIUS:.0f}, got "
            f"{describe(radius)}"
        )
    return float(radius)


def stroke(path: Any, radius: float, size: tuple[int, int]) -> Patch:
    """Return what a round brush covers on its way.

    Parameters
    ----------
    path : sequence of (float, float)
        Where its middle goes, xy in the photo's pixels; one place is a dab.
    radius : float
        In the photo's pixels; less than `LEAST_RADIUS` counts as that.
    size : (int, int)
        (height, width) of the photo.

    Returns
    -------
    Patch
        Every pixel of the photo whose centre is no farther than the radius from the line; perhaps none.

    Raises
    ------
    TypeError, ValueError
        If path or radius is none.

    Examples
    --------
    >>> stroke([(2.5, 1.5), (4.5, 1.5)], 1, (4, 8)).pixels.astype(int)
    array([[0, 1, 1, 1, 0],
           [1, 1, 1, 1, 1],
           [0, 1, 1, 1, 0]])
    """
    places = np.array(check_path(path))
    radius = max(check_radius(radius), LEAST_RADIUS)
    edges = _Edges(places, radius, size)
    ends = [places, places] if len(places) == 1 else [places[:-1], places[1:]]
    starts, stops = ends
    way = stops - starts
    length = np.sqrt(way[:, 0] * way[:, 0] + way[:, 1] * way[:, 1])
    aside = np.stack([-way[:, 1], way[:, 0]], axis=1) * (radius / np.where(length > 0, length, 1))[:, None]
    ys = np.sort(np.stack([starts[:, 1], stops[:, 1]], axis=1))
    for which, rows in edges.rows_between(ys[:, 0] - radius, ys[:, 1] + radius):
        left, right = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
        for middle in (starts[which], stops[which]):  # the round ends
            away = rows + 0.5 - middle[:, 1]
            half = np.sqrt(np.maximum(radius * radius - away * away, 0))
            hit = away * away <= radius * radius
            left = np.where(hit, np.minimum(left, middle[:, 0] - half), left)
            right = np.where(hit, np.maximum(right, middle[:, 0] + half), right)
        for side in (1, -1):  # the long sides between them
            one, other = (end[which] + side * aside[which] for end in ends)
            x, hit = _crossing(one, other, rows + 0.5)
            left, right = (np.where(hit, f(at, x), at) for f, at in ((np.minimum, left), (np.maximum, right)))
        first = np.clip(np.ceil(left - 0.5), edges.left, edges.right)
        beyond = np.clip(np.floor(right - 0.5) + 1, edges.left, edges.right)
        some = beyond > first
        edges.add(rows[some], first[some], 1)
        edges.add(rows[some], beyond[some], -1)
    return edges.patch()


def outline(path: Any, size: tuple[int, int]) -> Patch:
    """Return what lies within a closed line; where it crosses itself, all that it goes around.

    Parameters
    ----------
    path : sequence of (float, float)
        Its corners, xy in the photo's pixels, three or more; the last is joined to the first.
    size : (int, int)
        (height, width) of the photo.

    Returns
    -------
    Patch
        Every pixel of the photo whose centre the line winds around; perhaps none.

    Raises
    ------
    TypeError, ValueError
        If path is no such line.

    Examples
    --------
    >>> outline([(1, 1), (4, 1), (4, 3), (1, 3)], (5, 6)).pixels.astype(int)
    array([[1, 1, 1],
           [1, 1, 1]])
    """
    corners = np.array(check_path(path, 3))
    edges = _Edges(corners, 0.0, size)
    following = np.roll(corners, -1, axis=0)
    upper = np.where((corners[:, 1] <= following[:, 1])[:, None], corners, following)
    lower = np.where((corners[:, 1] <= following[:, 1])[:, None], following, corners)
    turn = np.sign(following[:, 1] - corners[:, 1]).astype(np.int64)
    for which, rows in edges.rows_between(upper[:, 1], lower[:, 1]):
        x, _ = _crossing(upper[which], lower[which], rows + 0.5)
        inside = rows + 0.5 < lower[which][:, 1]  # a corner on a row belongs to one of its two edges
        at = np.clip(np.ceil(x - 0.5), edges.left, edges.right)
        edges.add(rows[inside], at[inside], turn[which][inside])
    return edges.patch()


def _crossing(one: FloatArray, other: FloatArray, y: npt.NDArray[Any]) -> tuple[FloatArray, BoolArray]:
    """Return where lines (N, 2) to (N, 2) cross heights (N,), and which of them do."""
    down = other[:, 1] - one[:, 1]
    hit = (down != 0) & (np.minimum(one[:, 1], other[:, 1]) <= y) & (y <= np.maximum(one[:, 1], other[:, 1]))
    slope = (other[:, 0] - one[:, 0]) / np.where(down != 0, down, 1)
    return one[:, 0] + (y - one[:, 1]) * slope, hit


class _Edges:
    """Counts, for each row, where covered runs begin and end; a running sum then tells what is covered."""

    def __init__(self, places: FloatArray, radius: float, size: tuple[int, int]) -> None:
        low, high = places.min(axis=0) - radius, places.max(axis=0) + radius
        sides = [
            (int(min(max(np.floor(a), 0), whole)), int(min(max(np.ceil(b), 0), whole)))
            for a, b, whole in zip(low, high, size[::-1], strict=True)
        ]
        (self.left, self.right), (self.top, self.bottom) = sides
        shape = self.bottom - self.top, self.right - self.left + 1
        self._changes = np.zeros(shape, np.int32)

    def rows_between(self, first: FloatArray, last: FloatArray) -> Iterator[tuple[_Ints, _Ints]]:
        """Yield, some at a time, numbers of pieces and of the rows whose middle lies between two heights."""
        start = np.clip(np.ceil(first - 0.5), self.top, self.bottom).astype(np.int64)
        end = np.clip(np.floor(last - 0.5) + 1, self.top, self.bottom).astype(np.int64)
        counts = np.maximum(end - start, 0)
        cuts = np.searchsorted(np.cumsum(counts), np.arange(0, counts.sum() + _AT_ONCE, _AT_ONCE), "left")
        for begin, stop in pairwise([*np.unique(cuts), len(counts)]):
            some = counts[begin:stop]
            which = np.repeat(np.arange(begin, stop), some)
            within = np.arange(some.sum()) - np.repeat(np.cumsum(some) - some, some)
            if len(which):
                yield which, start[which] + within

    def add(self, rows: _Ints, columns: FloatArray, what: Any) -> None:
        """Take note of runs that begin (1) or end (-1) at columns."""
        np.add.at(self._changes, (rows - self.top, columns.astype(np.int64) - self.left), what)

    def patch(self) -> Patch:
        """Return what is covered."""
        covered: BoolArray = np.cumsum(self._changes, axis=1, out=self._changes)[:, :-1] != 0
        return Patch(self.left, self.top, covered)
