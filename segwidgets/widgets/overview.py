"""A small picture of the whole photo in a corner of the canvas: where one is, and a way to go elsewhere."""

from __future__ import annotations

from typing import NamedTuple

from segwidgets.geometry import Viewport

LONGEST_PX = 130  # on the screen, of its longer side
MOST_SHARE = 0.3  # of the canvas's sides
GAP_PX = 8  # on the screen, to the canvas's edges


class Overview(NamedTuple):
    """Where the picture lies on the canvas; all in canvas pixels but for the viewport's own.

    Attributes
    ----------
    viewport : Viewport
        What is seen of the photo.
    left, top, width, height : int
        Of the picture.
    """

    viewport: Viewport
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, viewport: Viewport, unit: float, last: Overview | None = None) -> Overview | None:
        """Return the picture that a view needs; None where all of the photo is seen.

        It stays in its corner as long as the photo goes on beneath it: what it hides can be moved out.

        Parameters
        ----------
        viewport : Viewport
            What is seen.
        unit : float
            Canvas pixels to one of the screen.
        last : Overview or None
            Where it was before.
        """
        if viewport.part is None:
            return None
        canvas = viewport.canvas_width, viewport.canvas_height
        scale = min(
            LONGEST_PX * unit / max(viewport.width, viewport.height),
            MOST_SHARE * canvas[0] / viewport.width,
            MOST_SHARE * canvas[1] / viewport.height,
        )
        width, height = (max(1, round(scale * side)) for side in (viewport.width, viewport.height))
        gap = round(GAP_PX * unit)
        below = canvas[1] - height - gap
        at_bottom = last is None or last.top > gap
        left, top, _, bottom = viewport.seen
        if left <= 0 and (bottom >= viewport.height if at_bottom else top <= 0):
            at_bottom = not at_bottom
        return cls(viewport, gap, below if at_bottom else gap, width, height)

    def holds(self, x: float, y: float) -> bool:
        """Say whether a place on the canvas lies in the picture."""
        return 0 <= x - self.left < self.width and 0 <= y - self.top < self.height

    def view_at(self, x: float, y: float) -> Viewport:
        """Return the view whose middle is the place in the photo that (x, y) shows in the picture."""
        image_x = (x - self.left) * self.viewport.width / self.width
        image_y = (y - self.top) * self.viewport.height / self.height
        left, top, right, bottom = self.viewport.seen
        scale = self.viewport.scale
        return self.viewport.panned(
            ((left + right) / 2 - image_x) * scale, ((top + bottom) / 2 - image_y) * scale
        )

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """left, top, right, bottom of what is seen, drawn into the picture."""
        across, down = self.width / self.viewport.width, self.height / self.viewport.height
        left, top, right, bottom = self.viewport.seen
        left, right = max(left, 0.0), min(right, float(self.viewport.width))
        top, bottom = max(top, 0.0), min(bottom, float(self.viewport.height))
        return (
            self.left + round(left * across),
            self.top + round(top * down),
            self.left + round(right * across),
            self.top + round(bottom * down),
        )
