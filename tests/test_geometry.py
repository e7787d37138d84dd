from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segwidgets.geometry import Viewport, fit_longest_side, scale_points

side = st.integers(16, 6000)


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
