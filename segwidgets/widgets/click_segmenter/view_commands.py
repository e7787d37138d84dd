"""Which part of the photo is seen, for code, keys and buttons; the history knows nothing of it."""

from __future__ import annotations

import numpy.typing as npt
from ipywidgets import Box

from segwidgets.geometry import Viewport, grow_box
from segwidgets.ground.validation import check_box
from segwidgets.widgets.buttons import mark
from segwidgets.widgets.click_segmenter.closer import Closer
from segwidgets.widgets.click_segmenter.controls import Toolbar
from segwidgets.widgets.click_segmenter.speech import describe_view
from segwidgets.widgets.click_segmenter.stage import Stage
from segwidgets.widgets.click_segmenter.status import Status
from segwidgets.widgets.session.commands import SessionCommands


class ViewCommands(SessionCommands):
    """Zooming as methods.

    Attributes
    ----------
    stage, toolbar, status : Stage, Toolbar, Status
        Where it is seen.
    closer : Closer
        Who looks closer at what is zoomed in on.
    body : ipywidgets.Box
        The photo, and what stands beside it.
    lang : str
        The language of the words, as "es".
    """

    stage: Stage
    toolbar: Toolbar
    status: Status
    closer: Closer
    body: Box
    lang: str

    @property
    def view(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 of the part of the photo that is seen, in its pixels."""
        return self.stage.canvas.viewport.seen

    def zoom_to(self, box: npt.ArrayLike, margin: float = 0.25) -> None:
        """Show a part of the photo as large as there is room for it.

        Parameters
        ----------
        box : array_like of shape (4,)
            x0, y0, x1, y1 in the photo's pixels.
        margin : float
            Room on each side of it, as a share of its longer side.

        Raises
        ------
        TypeError, ValueError
            If the box does not lie in the photo, or the margin is negative.
        """
        corners = check_box(box, self.session.segmenter.size)
        if not 0 <= margin < float("inf"):
            raise ValueError(f"margin must be a share of the box's longer side from 0, got {margin!r}")
        canvas = self.stage.canvas
        self._look_at(
            canvas.viewport.looking_at(
                grow_box(corners, self.session.segmenter.size, margin), canvas.most_scale
            )
        )

    def zoom(self, factor: float) -> None:
        """Show the photo larger by a factor, or smaller, about the keyboard's cross or the view's middle.

        Raises
        ------
        ValueError
            If the factor is not more than 0.
        """
        self.stage.zoom(factor)
        self._tell_view()

    def fit(self) -> None:
        """Show all of the photo."""
        self._look_at(self.stage.canvas.viewport.whole())

    def one_to_one(self) -> None:
        """Show one pixel of the photo on one of the screen, as far as that is not less than all of it."""
        canvas = self.stage.canvas
        self.zoom(canvas.unit / canvas.viewport.scale)

    def view_changed(self) -> None:
        """Show what follows from another part of the photo being seen."""
        self.toolbar.update(self)
        self.status.name_photo(self)
        self.closer.follow()

    def room_changed(self) -> None:
        """Put the panels beside the photo or below it, as the page has room."""
        mark(self.body, "sw-beside", self.stage.canvas.is_beside)
        mark(self.body, "sw-stacked", not self.stage.canvas.is_beside)

    def _look_at(self, viewport: Viewport) -> None:
        self.stage.look_at(viewport)
        self._tell_view()

    def _tell_view(self) -> None:
        self.status.speak(describe_view(self.stage.canvas.viewport, self.lang))
