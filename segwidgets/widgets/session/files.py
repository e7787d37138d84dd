"""What the widget saves, and the pictures that it makes of a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segwidgets.locale.catalogues import translations
from segwidgets.widgets.session import exports
from segwidgets.widgets.session.narration import finding, narrate
from segwidgets.widgets.session.session import Session

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class SessionFiles:
    """The session as files and figures.

    Attributes
    ----------
    session : Session
        What is written.
    lang : str
        The language of captions and titles, as "es".
    """

    session: Session
    lang: str

    def save_masks(self, folder: str | Path) -> list[Path]:
        """Write each mask as a PNG of 0 and 255 at the photo's size; returns the files."""
        return exports.save_masks(self.session.state, folder)

    def save_cutouts(self, folder: str | Path) -> list[Path]:
        """Write each object as an RGBA PNG, transparent around it; returns the files."""
        return exports.save_cutouts(self.session.segmenter.image, self.session.state, folder)

    def to_coco(self, path: str | Path) -> Path:
        """Write the masks as COCO JSON (through supervision), with the photo beside it."""
        return exports.to_coco(self.session.segmenter.image, self.session.state, path)

    def to_yolo(self, folder: str | Path) -> Path:
        """Write the masks as a YOLO segmentation folder (through supervision)."""
        return exports.to_yolo(self.session.segmenter.image, self.session.state, folder)

    def to_json(self) -> str:
        """Return the record of what was done, to be replayed."""
        return self.session.to_json()

    def to_gif(self, path: str | Path) -> Path:
        """Write the history as an animated GIF, one picture for each action."""
        states, history = self.session.states(), self.session.history
        captions = [translations(self.lang).gettext("The photo")] + [
            f"{narrate(action, self.lang)}. {finding(state, self.lang)}."
            for action, state in zip(history, states[1:], strict=True)
        ]
        return exports.save_gif(self.session.segmenter.image, states, captions, path)

    def figure(self) -> Figure:
        """Return the photo with its masks as a static matplotlib figure."""
        from matplotlib.figure import Figure

        drawn = exports.picture(self.session.segmenter.image, self.session.state, longest=900)
        height, width = drawn.shape[:2]
        size = max(640, width) / 100
        figure = Figure(figsize=(size, size * height / width + 0.4), dpi=100, layout="tight")
        axes = figure.add_subplot()
        axes.imshow(drawn)
        axes.set_title(finding(self.session.state, self.lang))
        axes.set_axis_off()
        return figure
