"""A session as files and figures, for code: the formats are those of `segwidgets.exports`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segwidgets import exports
from segwidgets.widgets.session import outcome
from segwidgets.widgets.session.narration import finding
from segwidgets.widgets.session.session import Session

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class SessionFiles:
    """What a session leaves behind.

    Attributes
    ----------
    session : Session
        What is written.
    lang : str
        The language of captions and titles, as "es".
    """

    session: Session
    lang: str

    def export(self, name: str, path: str | Path) -> list[Path]:
        """Write one of `segwidgets.exports.FORMATS` to a file, or to a folder; returns the files.

        Raises
        ------
        ValueError
            If there is no such format, or nothing to write yet.
        """
        return exports.export(name, [outcome.work(self.session, self.lang)], path)

    def save_masks(self, folder: str | Path) -> list[Path]:
        """Write each mask as a PNG of 0 and 255 at the photo's size; returns the files."""
        return self.export("masks", folder)

    def save_cutouts(self, folder: str | Path) -> list[Path]:
        """Write each object as an RGBA PNG, transparent around it; returns the files."""
        return self.export("cutouts", folder)

    def to_coco(self, path: str | Path) -> Path:
        """Write the masks as COCO JSON (through supervision), with the photo beside it."""
        self.export("coco", path)
        return Path(path)

    def to_yolo(self, folder: str | Path) -> Path:
        """Write the masks as a YOLO segmentation folder (through supervision)."""
        self.export("yolo", folder)
        return Path(folder)

    def to_json(self) -> str:
        """Return the record of what was done, to be replayed."""
        return self.session.to_json()

    def to_gif(self, path: str | Path) -> Path:
        """Write the history as an animated GIF, one picture for each action."""
        self.export("gif", path)
        return Path(path)

    def figure(self) -> Figure:
        """Return the photo with its masks as a static matplotlib figure."""
        from matplotlib.figure import Figure

        drawn = outcome.picture(self.session.segmenter.image, self.session.state, longest=900)
        height, width = drawn.shape[:2]
        size = max(640, width) / 100
        figure = Figure(figsize=(size, size * height / width + 0.4), dpi=100, layout="tight")
        axes = figure.add_subplot()
        axes.imshow(drawn)
        axes.set_title(finding(self.session.state, self.lang))
        axes.set_axis_off()
        return figure
