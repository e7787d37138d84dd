"""The shapes that pictures and the canvas draw alike are said once, in `drawing.primitives`."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import segwidgets
from segwidgets import Prompt, style
from segwidgets.drawing.annotators import PromptAnnotator, annotate_mask
from segwidgets.drawing.primitives import (
    beside,
    checkerboard,
    cross,
    draw_box,
    draw_point,
    plus,
    solid_pieces,
)
from segwidgets.drawing.show import compose
from segwidgets.widgets import painting

PACKAGE = Path(segwidgets.__file__).parent
SHAPES = {"circle", "line", "polylines", "rectangle", "findContours", "drawContours"}


def rectangle(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    mask = np.zeros((60, 90), bool)
    mask[y0:y1, x0:x1] = True
    return mask


def shapes_drawn(path: Path) -> set[str]:
    """The functions of cv2 that a file draws shapes or outlines with."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return {
        call.attr
        for call in calls
        if isinstance(call, ast.Attribute) and getattr(call.value, "id", "") == "cv2" and call.attr in SHAPES
    }


def test_shapes_are_drawn_by_the_primitives_alone() -> None:
    files = [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "figures").glob("*.py")]
    assert [path.name for path in files if shapes_drawn(path)] == ["primitives.py"]


def test_a_plus_and_a_cross_differ_in_shape() -> None:
    assert plus(10, 20, 3) == ((7, 20, 13, 20), (10, 17, 10, 23))
    assert cross(10, 20, 3) == ((7, 17, 13, 23), (7, 23, 13, 17))


def test_the_board_begins_light_and_its_cells_are_square() -> None:
    board = checkerboard(5, 7, 2)
    assert board.shape == (5, 7)
    assert not board[:2, :2].any()
    assert board[:2, 2:4].all()
    assert board[2:4, :2].all()
    assert not board[4, 4:6].any()


@pytest.mark.parametrize(("smallest", "kept"), [(0, (True, True)), (9, (False, True)), (400, (False, False))])
def test_pieces_too_small_for_an_outline_are_left_out(smallest: int, kept: tuple[bool, bool]) -> None:
    mask = rectangle(5, 5, 8, 8) | rectangle(30, 20, 50, 40)
    solid = solid_pieces(mask, 3, smallest)
    assert solid.shape == (66, 96)
    assert (bool(solid[9, 9]), bool(solid[33, 43])) == kept


def test_a_mask_that_leaves_the_photo_goes_on_beyond_it() -> None:
    solid = solid_pieces(rectangle(0, 20, 30, 40), 3, 0)
    assert solid[30, 0] == 1
    assert solid[0, 0] == 0


def test_pictures_and_the_canvas_leave_out_the_same_pieces() -> None:
    mask = rectangle(5, 5, 7, 7) | rectangle(30, 20, 60, 50)
    inner, outer = painting.contour(mask)
    assert not inner[:15].any()
    assert not outer[:15].any()
    photo = np.full((60, 90, 3), 128, np.uint8)
    assert not annotate_mask(photo, mask, opacity=0)[:15].std()
    assert annotate_mask(photo, mask, opacity=0, outline_specks=True)[:15].std()


def test_an_annotator_draws_what_the_primitives_do() -> None:
    photo = np.full((60, 90, 3), 128, np.uint8)
    drawn = photo.copy()
    draw_box(drawn, (5, 6, 70, 50), 1)
    draw_point(drawn, 20, 30, True, 1)
    draw_point(drawn, 60.5, 30, False, 1)
    prompt = Prompt([(20, 30), (60.5, 30)], [1, 0], (5, 6, 70, 50))
    assert np.array_equal(PromptAnnotator(prompt).annotate(photo), drawn)


def test_pictures_stand_beside_each_other_on_white() -> None:
    low, high = np.zeros((4, 3, 3), np.uint8), np.zeros((6, 5, 3), np.uint8)
    row = beside([low, high], gap=2)
    assert row.shape == (6, 10, 3)
    assert row[4:, :3].min() == 255
    assert row[:, 3:5].min() == 255
    assert row[:, 5:].max() == 0


@pytest.mark.parametrize(("lower", "color"), [(70, style.BAR), (40, style.WHITE)])
def test_beneath_a_little_lower_picture_the_bar_goes_on(lower: int, color: style.Rgb) -> None:
    low, high = np.zeros((lower, 100, 3), np.uint8), np.zeros((90, 100, 3), np.uint8)
    sheet = compose([low, high], width=208)
    assert np.all(sheet[lower:, :100] == color)
    assert sheet[:, 100:108].min() == 255
