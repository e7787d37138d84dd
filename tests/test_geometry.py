from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets.geometry import Viewport, fit_longest_side, grow_box, part_of, scale_points, split_boxes

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
    assert Viewport.fit(*image, *limits) == (*image, *canvas)


def test_a_click_beside_the_canvas_lands_on_the_nearest_pixel() -> None:
    viewport = Viewport.fit(300, 400, 200, 900)
    assert viewport.to_canvas(100, 30) == (50, 15)
    assert viewport.to_image(50, 15) == (100, 30)
    assert viewport.to_image(-5, -7) == (0, 0)
    x, y = viewport.to_image(1e9, 1e9)
    assert (x, y) == pytest.approx((400, 300))
    assert (int(x), int(y)) == (399, 299)
    assert max(Viewport(1, 1, 2, 2).to_image(2, 2)) < 1


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
