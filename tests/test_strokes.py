"""What a hand draws covers the same pixels as geometry says, on every machine."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segwidgets.masks.strokes import LEAST_RADIUS, MOST_PLACES, Patch, outline, stroke

SIZE = (30, 40)
PLACE = st.tuples(st.floats(-10, 50), st.floats(-10, 40))


def whole(patch: Patch, size: tuple[int, int] = SIZE) -> np.ndarray:
    mask = np.zeros(size, bool)
    mask[patch.part] = patch.pixels
    return mask


def distance_to(path: list, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Return how far each pixel's centre is from a line."""
    places = np.array(path, float)
    ys, xs = np.mgrid[: size[0], : size[1]] + 0.5
    found = np.full(size, np.inf)
    for (x0, y0), (x1, y1) in zip(places, [*places[1:], places[-1]], strict=True):
        way = np.array([x1 - x0, y1 - y0])
        share = np.clip(((xs - x0) * way[0] + (ys - y0) * way[1]) / max(way @ way, 1e-300), 0, 1)
        found = np.minimum(found, np.hypot(xs - x0 - share * way[0], ys - y0 - share * way[1]))
    return found


@settings(max_examples=200)
@given(st.lists(PLACE, min_size=1, max_size=6), st.floats(0.1, 15))
def test_a_stroke_covers_what_is_no_farther_than_its_radius(path: list, radius: float) -> None:
    radius = max(radius, LEAST_RADIUS)
    away = distance_to(path)
    mask = whole(stroke(path, radius, SIZE))
    assert mask[away < radius - 1e-6].all()
    assert not mask[away > radius + 1e-6].any()


@settings(max_examples=200)
@given(st.lists(PLACE, min_size=3, max_size=7))
def test_an_outline_covers_what_it_winds_around(corners: list) -> None:
    ys, xs = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    turned = np.zeros(SIZE)  # by how much one turns who follows the line with the eyes from a pixel
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        by = np.arctan2(y1 - ys, x1 - xs) - np.arctan2(y0 - ys, x0 - xs)
        turned += (by + np.pi) % (2 * np.pi) - np.pi
    on_the_line = distance_to([*corners, corners[0]]) < 1e-6
    inside = np.abs(turned) > np.pi
    assert np.array_equal(whole(outline(corners, SIZE))[~on_the_line], inside[~on_the_line])


def test_the_pixel_under_the_thinnest_brush_is_covered() -> None:
    for x, y in np.random.default_rng(0).uniform((0, 0), SIZE[::-1], (200, 2)):
        assert whole(stroke([(x, y)], 0.01, SIZE))[int(y), int(x)]


def test_two_outlines_that_share_an_edge_share_no_pixel_and_leave_none_out() -> None:
    left = whole(outline([(2, 2), (17.5, 2), (23.5, 20), (2, 20)], SIZE))
    right = whole(outline([(17.5, 2), (35, 2), (35, 20), (23.5, 20)], SIZE))
    both = whole(outline([(2, 2), (35, 2), (35, 20), (2, 20)], SIZE))
    assert not (left & right).any()
    assert np.array_equal(left | right, both)


def test_what_lies_beside_the_photo_covers_nothing() -> None:
    assert not stroke([(-20, -20)], 5, SIZE).pixels.size
    assert not outline([(50, 5), (60, 5), (60, 20)], SIZE).pixels.any()


def test_a_stroke_is_the_same_on_every_machine() -> None:
    angles = np.arange(0, 40, 0.25).tolist()
    path = [(600 + 11.3 * a * np.cos(a).item(), 400 + 9.7 * a * np.sin(a).item()) for a in angles]
    rounded = [(round(x, 2), round(y, 2)) for x, y in path]
    size = (800, 1200)
    known = {"caf1cf90229e073a": stroke(rounded, 17.3, size), "26417bcb6370403e": outline(rounded, size)}
    for digest, patch in known.items():
        assert hashlib.sha256(whole(patch, size).tobytes()).hexdigest().startswith(digest)


@pytest.mark.parametrize(
    "path", [None, "ab", [1, 2], [(1,)], [(1, 2, 3)], [(1, "2")], [(1, np.nan)], [(True, 1)]]
)
def test_what_is_no_line_is_told_so(path: object) -> None:
    with pytest.raises(TypeError, match=r"path must be places \(x, y\) in the photo's pixels"):
        stroke(path, 3, SIZE)


def test_too_few_places_and_too_many_and_those_too_far_are_told() -> None:
    with pytest.raises(ValueError, match="path must have 1 to 20000 places"):
        stroke([], 3, SIZE)
    with pytest.raises(ValueError, match="path must have 3 to 20000 places"):
        outline([(1, 1), (2, 2)], SIZE)
    for far in (1e308, -1e300, 10**10):
        with pytest.raises(ValueError, match="path must stay within 1000000000 pixels of the photo"):
            outline([(far, 0), (0, -far), (0, far)], SIZE)
    with pytest.raises(ValueError, match="got 20001"):
        stroke([(1, 1)] * (MOST_PLACES + 1), 3, SIZE)


@pytest.mark.parametrize("radius", [0, -1, np.inf, np.nan, 1e9, True, "3", None])
def test_what_is_no_radius_is_told_so(radius: object) -> None:
    with pytest.raises(ValueError, match="radius must be a number of the photo's pixels from 0 to 20000"):
        stroke([(1, 1)], radius, SIZE)
