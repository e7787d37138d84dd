"""The keyboard's hand: a cross on the photo, for who uses no mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segwidgets.widgets.click_segmenter.gestures import GRAB_PX, Hand

if TYPE_CHECKING:
    from segwidgets.widgets.click_segmenter.stage import Stage

STEP_PX, FAR_PX = 2.0, 32.0  # on the screen, that an arrow key moves it by


class Cross:
    """Is moved over a stage by keys, and clicks there.

    Parameters
    ----------
    stage : Stage
        Where the photo is.

    Attributes
    ----------
    at : (float, float) or None
        Where it is on the canvas, in its pixels; None until a key moves it, and while a mouse is at work.
    """

    def __init__(self, stage: Stage) -> None:
        self.at: tuple[float, float] | None = None
        self._stage = stage

    @property
    def point(self) -> int | None:
        """The number of the point under it, if there is one."""
        return None if self.at is None else self._stage.point_at(*self.at, self._grab)

    @property
    def in_photo(self) -> tuple[float, float] | None:
        """Where it is in the photo, in its pixels."""
        return None if self.at is None else self._stage.canvas.viewport.to_image(*self.at)

    def stay(self, in_photo: tuple[float, float] | None) -> None:
        """Be at that place of the photo in another view, too."""
        self.at = None if in_photo is None else self._stage.canvas.viewport.to_canvas(*in_photo)

    def step(self, across: int, down: int, far: bool = False) -> None:
        """Move it; the first time it comes from the middle of what is seen."""
        stage = self._stage
        viewport = stage.canvas.viewport
        x, y = self.at or (viewport.canvas_width / 2, viewport.canvas_height / 2)
        by = (FAR_PX if far else STEP_PX) * stage.canvas.unit
        x, y = x + by * across, y + by * down
        if viewport.part is not None:
            stage.look_at(viewport.holding(*viewport.to_image(x, y)))  # beyond its edge the view comes along
            x, y = stage.canvas.viewport.to_canvas(*viewport.to_image(x, y))
        self._put(min(max(x, 0.0), viewport.canvas_width), min(max(y, 0.0), viewport.canvas_height))

    def go_to_point(self, number: int) -> None:
        """Put it on one of the points."""
        stage = self._stage
        if 0 <= number < len(stage.prompt.points):
            point = stage.prompt.points[number]
            stage.look_at(stage.canvas.viewport.holding(*point))
            self._put(*stage.canvas.viewport.to_canvas(*point))

    def place(self) -> None:
        """Do what a click there would do on free ground."""
        stage = self._stage
        if self.at is None:
            self.step(0, 0)
        elif stage.brush.tool:
            stage.brush.place(*self.at)
            stage.draw_prompt()
        else:
            stage.on_click(*self.at, None, Hand(self._grab))

    def drop(self) -> None:
        """Take it away: the mouse is at work."""
        if self.at is not None:
            self.at = None
            self._stage.draw_prompt()

    @property
    def _grab(self) -> float:
        return GRAB_PX * self._stage.canvas.unit

    def _put(self, x: float, y: float) -> None:
        self._stage.forget_preview()
        self.at = x, y
        self._stage.draw_prompt()
        self._stage.preview_at(x, y, self._grab)
