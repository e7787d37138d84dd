"""What the widget saves, and the pictures that it makes of a session."""

from __future__ import annotations

from collections.abc import Callable
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segwidgets.widgets.session import exports
from segwidgets.widgets.session.narration import finding, narrate
from segwidgets.widgets.session.session import Session

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class SessionFiles:
    """The session as files and figures."""

    _session: Session
    _tr: NullTranslations
    _lang: str

    def _go_to(self, session: Session) -> None:
        """Show another session."""
        raise NotImplementedError

    def _say(self, text: str, error: bool = False) -> None:
        """Show a message."""
        raise NotImplementedError

    def save_masks(self, folder: str | Path) -> list[Path]:
        """Write each mask as a PNG of 0 and 255 at the photo's size; returns the files."""
        return exports.save_masks(self._session.state, folder)

    def save_cutouts(self, folder: str | Path) -> list[Path]:
        """Write each object as an RGBA PNG, transparent around it; returns the files."""
        return exports.save_cutouts(self._session.segmenter.image, self._session.state, folder)

    def to_coco(self, path: str | Path) -> Path:
        """Write the masks as COCO JSON (through supervision), with the photo beside it."""
        return exports.to_coco(self._session.segmenter.image, self._session.state, path)

    def to_yolo(self, folder: str | Path) -> Path:
        """Write the masks as a YOLO segmentation folder (through supervision)."""
        return exports.to_yolo(self._session.segmenter.image, self._session.state, folder)

    def to_json(self) -> str:
        """Return the record of what was done, to be replayed."""
        return self._session.to_json()

    def replay(self, record: str) -> None:
        """Do again what `to_json` recorded on this photo, in place of what was done here.

        On the same machine the masks come out the same, bit for bit.

        Raises
        ------
        ValueError
            If it is no such record, or one of another photo; everything then stays as it was.
        """
        self._go_to(Session.from_json(record, self._session.segmenter))

    def to_gif(self, path: str | Path) -> Path:
        """Write the history as an animated GIF, one picture for each action."""
        from segwidgets.drawing.gif import write_gif

        states, history = self._session.states(), self._session.history
        captions = [self._tr.gettext("The photo")] + [
            f"{narrate(action, self._lang)}. {finding(state, self._lang)}."
            for action, state in zip(history, states[1:], strict=True)
        ]
        write_gif(exports.frames(self._session.segmenter.image, states, captions), path)
        return Path(path)

    def save(self, kind: str, folder: str | Path) -> None:
        """Do what the buttons of the panel "Files" do: masks, cutouts, coco, yolo, json or gif."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        writers: dict[str, Callable[[], Any]] = {
            "masks": lambda: self.save_masks(target / "masks"),
            "cutouts": lambda: self.save_cutouts(target / "cutouts"),
            "coco": lambda: self.to_coco(target / "coco" / "annotations.json"),
            "yolo": lambda: self.to_yolo(target / "yolo"),
            "json": lambda: (target / "clicks.json").write_text(self.to_json(), encoding="utf-8"),
            "gif": lambda: self.to_gif(target / "clicks.gif"),
        }
        writers[kind]()
        self._say(self._tr.gettext('Saved in the folder "{folder}".').format(folder=folder))

    def figure(self) -> Figure:
        """Return the photo with its masks as a static matplotlib figure."""
        from matplotlib.figure import Figure

        drawn = exports.picture(self._session.segmenter.image, self._session.state, longest=900)
        height, width = drawn.shape[:2]
        size = max(640, width) / 100
        figure = Figure(figsize=(size, size * height / width + 0.4), dpi=100, layout="tight")
        axes = figure.add_subplot()
        axes.imshow(drawn)
        axes.set_title(finding(self._session.state, self._lang))
        axes.set_axis_off()
        return figure
