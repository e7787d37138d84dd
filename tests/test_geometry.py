from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets.geometry import (
    MOST_SCALE,
    Viewport,
    fit_longest_side,
    grow_box,
    part_of,
    scale_points,
    split_boxes,
)

side = st.integers(16, 6000)


@pytest.mark.model  # no network runs, but segment_anything is needed
@given(side, side, st.sampled_from([256, 513, 1024]))
def test_fit_agrees_with_segment_anything(height: int, width: int, longest: int) -> None:
    from segment_anything.utils.transforms import ResizeLongestSide

    expected = ResizeLongestSide.get_preprocess_shape(height, width, longest)
    assert fit_longest_side(height, width, longest) == tuple(max(1, side) for side in expected)


def test_points_go_along_with_a_resize() -> None:
    np.testing.assert_allclose(scale_points([(100, 50)], (300, 451), (600, 902)), [(200, 100)])


@given(side, side, st.floats(0, 0.999), st.floats(0, 0.999))
def test_canvas_and_image_coordinates_are_inverse(height: int, width: int, x: float, y: float) -> None:
    viewport = Viewport.fit(height, width, 800, 600)
    image_xy = (x * width, y * height)
    assert viewport.to_image(*viewport.to_canvas(*image_xy)) == pytest.approx(image_xy, abs=1e-6)


@given(side, side, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_a_click_always_lands_on_a_pixel(height: int, width: int, x: float, y: float) -> None:
    image_x, image_y = Viewport.fit(height, width, 800, 600).to_image(x, y)
    assert 0 <= image_x < width
    assert 0 <= image_y < height


@pytest.mark.parametrize(
    ("image", "limits", "canvas"),
    [
        ((300, 400), (800, 900), (600, 800)),  # twice its size, and no more
        ((300, 400), (200, 900), (150, 200)),  # (height, width) in a width and a height: the width is short
        ((300, 400), (800, 60), (60, 80)),  # the height is
        ((300, 400), (4000, 4000), (600, 800)),
        ((5000, 16), (800, 600), (600, 2)),
        ((16, 9000), (800, 600), (1, 800)),
        ((9000, 16), (800, 600), (600, 1)),
        ((9000, 1), (800, 600), (600, 1)),  # a side of nothing could not be shown
    ],
)
def test_the_canvas_is_the_largest_that_fits(
    image: tuple[int, int], limits: tuple[int, int], canvas: tuple[int, int]
) -> None:
    assert Viewport.fit(*image, *limits) == (*image, *canvas, None)


def test_a_click_beside_the_canvas_lands_on_the_nearest_pixel() -> None:
    viewport = Viewport.fit(300, 400, 200, 900)
    assert viewport.to_canvas(100, 30) == (50, 15)
    assert viewport.to_image(50, 15) == (100, 30)
    assert viewport.to_image(-5, -7) == (0, 0)
    x, y = viewport.to_image(1e9, 1e9)
    assert (x, y) == pytest.approx((400, 300))
    assert (int(x), int(y)) == (399, 299)
    assert max(Viewport(1, 1, 2, 2).to_image(2, 2)) < 1


share = st.floats(0, 1)
steps = st.lists(
    st.tuples(st.floats(0.2, 5), share, share, st.floats(-900, 900), st.floats(-900, 900)), max_size=6
)


def walked(height: int, width: int, taken: list[tuple[float, float, float, float, float]]) -> Viewport:
    """Return a view after zooming and panning."""
    view = Viewport.fit(height, width, 720, 540)
    for factor, x, y, dx, dy in taken:
        view = view.panned(dx, dy).zoomed(factor, (x * view.canvas_width, y * view.canvas_height))
    return view


@given(side, side, steps, share, share)
def test_in_any_view_a_place_on_the_canvas_is_the_same_place_in_the_photo(
    height: int, width: int, taken: list, x: float, y: float
) -> None:
    view = walked(height, width, taken)
    at = x * view.canvas_width * 0.999, y * view.canvas_height * 0.999
    assert view.to_canvas(*view.to_image(*at)) == pytest.approx(at, abs=1e-6)


@given(side, side, steps)
def test_the_view_never_leaves_the_photo_and_shows_no_more_than_it(
    height: int, width: int, taken: list
) -> None:
    view = walked(height, width, taken)
    left, top, right, bottom = view.seen
    assert min(left, top, width - right, height - bottom) >= -1e-6
    assert view.zoom >= 1 - 1e-9
    assert view.scale <= max(MOST_SCALE, view.whole().scale) * (1 + 1e-9)
    assert (right - left) / width == pytest.approx((bottom - top) / height), "nothing is stretched"


@given(side, side, steps, st.floats(1, 5), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_zooming_in_leaves_what_is_under_the_hand_where_it_is(
    height: int, width: int, taken: list, factor: float, x: float, y: float
) -> None:
    view = walked(height, width, taken)
    at = x * view.canvas_width, y * view.canvas_height
    nearer = view.zoomed(factor, at)
    assert nearer.to_image(*at) == pytest.approx(view.to_image(*at), abs=1e-6)
    assert nearer.zoomed(1e-9, at) == view.whole()


@given(side, side, steps, share, share)
def test_what_is_asked_for_is_seen(height: int, width: int, taken: list, x: float, y: float) -> None:
    view = walked(height, width, taken)
    at = x * width * 0.999, y * height * 0.999
    for shown in (view.holding(*at), view.looking_at((at[0], at[1], at[0] + 5, at[1] + 5))):
        left, top, right, bottom = shown.seen
        assert left - 1e-6 <= at[0] <= right + 1e-6
        assert top - 1e-6 <= at[1] <= bottom + 1e-6
    assert view.holding(*view.to_image(1, 1)).seen == pytest.approx(view.seen), "what is seen stays"


def test_a_hand_drags_the_photo_along() -> None:
    view = Viewport.fit(300, 400, 400, 300).looking_at((100, 100, 200, 175))
    assert view.seen == (100, 100, 200, 175)
    assert view.panned(40, -20).seen == (90, 105, 190, 180)
    assert view.panned(1e6, 1e6).seen == (0, 0, 100, 75)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fit_longest_side(0, 5, 9), r"^size must be \(height, width\).* got tuple \(0, 5\)"),
        (lambda: fit_longest_side(5, 5, 0), r"^longest must be more than 0 pixels, got 0$"),
        (
            lambda: scale_points([1, 2], (0, 5), (5, 5)),
            r"^old_size must be \(height, width\).* got tuple \(0, 5\)",
        ),
        (
            lambda: scale_points([1, 2], (5, 5), (5, 0)),
            r"^new_size must be \(height, width\).* got tuple \(5, 0\)",
        ),
        (lambda: Viewport(5, 5, 5, 5).zoomed(0, (1, 1)), r"^factor must be a number more than 0, got 0$"),
        (lambda: Viewport.fit(5, 5, 0, 7), r"^the canvas's largest size must be .* got tuple \(7, 0\)"),
        (lambda: Viewport.fit(0, 5, 9, 9), r"^size must be .* got tuple \(0, 5\)"),
    ],
)
def test_a_size_that_is_none_is_called_by_its_name(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_points_of_any_shape_and_kind_are_moved() -> None:
    moved = scale_points(np.array([[[1, 2], [3, 4]]], np.int8), (100, 100), (50, 300))
    np.testing.assert_array_equal(moved, [[[3, 1], [9, 2]]])
    assert moved.dtype == np.float64
    assert scale_points([7, 9], (2, 2), (2, 2)).tolist() == [7, 9]


def test_a_side_is_rounded_half_up_and_never_nothing() -> None:
    assert fit_longest_side(3, 2, 9) == (9, 6)
    assert fit_longest_side(4, 1, 2) == (2, 1)  # 0.5 becomes 1
    assert fit_longest_side(1, 4000, 10) == (1, 10)
    assert fit_longest_side(4000, 1, 10) == (10, 1)


@pytest.mark.parametrize(
    ("box", "margin", "least", "grown"),
    [
        ((10, 20, 30, 40), 0.0, 1, (10, 20, 30, 40)),
        ((10.2, 20.7, 30.2, 40.1), 0.0, 1, (10, 20, 31, 41)),
        ((10, 20, 30, 30), 0.5, 1, (0, 10, 40, 40)),  # of its longer side, on each
        ((10, 20, 30, 40), 0.75, 1, (0, 5, 45, 55)),  # cut off at the photo's edge
        ((70, 50, 99, 59), 1.0, 1, (41, 21, 100, 60)),
        ((50, 30, 51, 31), 0.0, 11, (45, 25, 56, 36)),  # the box in the middle
        ((0, 30, 1, 31), 0.0, 11, (0, 25, 11, 36)),  # what the edge takes, the other side gives
        ((99, 59, 100, 60), 0.0, 11, (89, 49, 100, 60)),
        ((50, 30, 51, 31), 0.0, 500, (0, 0, 100, 60)),
        ((120, 80, 130, 90), 0.0, 1, (99, 59, 100, 60)),  # beside the photo: its nearest pixel
        ((-30, -20, -10, -5), 0.0, 1, (0, 0, 1, 1)),
    ],
)
def test_a_box_grows_within_its_photo(
    box: tuple[float, ...], margin: float, least: int, grown: tuple[int, ...]
) -> None:
    assert grow_box(box, (60, 100), margin, least) == grown


def test_a_box_says_which_rows_and_columns_it_holds() -> None:
    photo = np.arange(60 * 100).reshape(60, 100)
    assert photo[part_of((10, 20, 12, 23))].tolist() == [[2010, 2011], [2110, 2111], [2210, 2211]]


def test_a_photo_is_cut_into_boxes_that_overlap_column_by_column() -> None:
    """They share 60 pixels in layer 1, half as many in layer 2, and the last ones end with the photo."""
    assert split_boxes((300, 451), 0, 0.2) == [(0, 0, 451, 300)]
    rows, columns = [(0, 180), (120, 300)], [(0, 256), (196, 451)]
    assert split_boxes((300, 451), 1, 0.2) == [(x0, y0, x1, y1) for x0, x1 in columns for y0, y1 in rows]
    rows, columns = (
        [(0, 98), (68, 166), (136, 234), (204, 300)],
        [(0, 136), (106, 242), (212, 348), (318, 451)],
    )
    assert split_boxes((300, 451), 2, 0.2) == [(x0, y0, x1, y1) for x0, x1 in columns for y0, y1 in rows]


@pytest.mark.model
def test_boxes_that_a_photo_is_cut_into_are_those_of_segment_anything() -> None:
    from segment_anything.utils.amg import generate_crop_boxes

    for size in ((300, 451), (1000, 64), (17, 17)):
        for overlap in (0.0, 0.2, 512 / 1500):
            boxes, layers = generate_crop_boxes(size, 2, overlap)
            for layer in range(3):
                theirs = [tuple(box) for box, where in zip(boxes, layers, strict=True) if where == layer]
                assert split_boxes(size, layer, overlap) == theirs


TALL = Viewport(3000, 1000, 700, 560)  # (height, width) of the photo, then of the canvas


def test_a_canvas_wider_than_the_photo_has_margins_until_one_zooms_in() -> None:
    assert TALL.scale == pytest.approx(700 / 3000)
    assert TALL.seen == pytest.approx((-700, 0, 1700, 3000))
    assert TALL.zoom == 1
    assert TALL.to_image(280, 350) == pytest.approx((500, 1500))
    assert TALL.to_image(0, 350) == pytest.approx((0, 1500))
    assert not TALL.shows_photo_at(100, 350)
    assert TALL.shows_photo_at(280, 350)
    nearer = TALL.zoomed(2.0, (280, 0))
    assert nearer.seen == pytest.approx((-100, 0, 1100, 1500)), "what is left of the margins is alike"
    assert nearer.panned(500, -100).seen == pytest.approx((-100, 214.2857, 1100, 1714.2857))
    filled = TALL.zoomed(4.0, (280, 350))
    assert filled.seen == pytest.approx((200, 1125, 800, 1875))
    assert filled.panned(1e6, 0).seen[0] == 0
    assert filled.zoomed(0.01, (0, 0)) == TALL
    assert TALL.looking_at((0, 0, 1000, 100)).seen == pytest.approx((0, 0, 1000, 1250))


def test_without_its_margins_a_view_is_one_of_the_photo_alone() -> None:
    left, top, inner = TALL.without_margins()
    assert (left, top) == (163, 0)
    assert inner == Viewport(3000, 1000, 700, 234)
    left, top, inner = TALL.zoomed(2.0, (280, 0)).without_margins()
    assert (left, top) == (47, 0)
    assert (inner.canvas_width, inner.canvas_height) == (466, 700)
    assert inner.part == pytest.approx((0, 0, 1000, 1500))
    filled = TALL.zoomed(4.0, (280, 350))
    assert filled.without_margins() == (0, 0, filled)
