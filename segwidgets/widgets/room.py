"""How much room there is for the photo on the page, and what becomes of it."""

from __future__ import annotations

from typing import NamedTuple

from segwidgets.geometry import Viewport

SIDE_PX = 282.0  # that the panels beside the photo take, and the gap
ENOUGH_PX = 480.0  # of a photo beside them
NEARLY = 0.98  # as large
TALL = 0.5  # width to height: a photo that leaves most of the canvas beside it free gets some of that
BESIDE_TALL = 0.8  # the width of its canvas, as a share of the height
WIDE = 2.5  # width to height: a strip, whose canvas is higher, or what is zoomed in on were a strip too
AROUND_WIDE = 0.4  # the height of its canvas, as a share of the width
MOST_AROUND_PX = 420  # that this makes it high
MOST_PX = 4000  # of a canvas's side, whatever the page tells


class Room(NamedTuple):
    """What the page has room for, in the screen's pixels.

    Attributes
    ----------
    width, height : float
        Of all that stands beneath the toolbar.
    ratio : float
        The screen's own pixels to one of those that a page counts in.
    """

    width: float
    height: float
    ratio: float = 1.0

    def lay_out(self, height: int, width: int) -> tuple[bool, int, int]:
        """Say how a photo of that size is shown best.

        Returns
        -------
        is_beside : bool
            Whether the panels stand beside it; else they stand below.
        height, width : int
            Of the canvas on the screen.
        """
        below, beside = (
            self._canvas(height, width, self.width),
            self._canvas(height, width, self.width - SIDE_PX),
        )
        if width > WIDE * height:  # it needs all the width
            is_beside = beside[1] >= NEARLY * below[1]
        else:
            is_beside = self.width - SIDE_PX >= ENOUGH_PX or min(beside) >= NEARLY * min(below)
        return is_beside, *(beside if is_beside else below)

    def _canvas(self, height: int, width: int, most: float) -> tuple[int, int]:
        limits = (max(1, int(min(side, MOST_PX))) for side in (most, self.height))
        fitted = Viewport.fit(height, width, *limits)
        if width < TALL * height:
            wider = round(min(max(most, 1.0), BESIDE_TALL * fitted.canvas_height))
            return fitted.canvas_height, max(fitted.canvas_width, wider)
        if width > WIDE * height:
            higher = round(min(self.height, AROUND_WIDE * fitted.canvas_width, MOST_AROUND_PX))
            return max(fitted.canvas_height, higher), fitted.canvas_width
        return fitted.canvas_height, fitted.canvas_width
