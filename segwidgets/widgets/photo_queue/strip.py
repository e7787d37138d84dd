"""The photos around the current one as thumbnails, each with its state: only what is seen is loaded."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

from ipywidgets import HBox, Image, VBox
from PIL import Image as PILImage

from segwidgets.drawing import style
from segwidgets.ground.decoding import ImageError, decode
from segwidgets.locale.catalogues import N_, translations
from segwidgets.widgets.buttons import button, mark
from segwidgets.widgets.latest import LatestWins
from segwidgets.widgets.photo_queue.keeper import Entry

SHOWN = 7
STATES = {
    "to do": N_("to do"),
    "done": N_("done"),
    "skipped": N_("skipped"),
    "broken": N_("cannot be opened"),
}
_SIGNS = {"to do": "○", "done": "✓", "skipped": "–", "broken": "✗"}

_SIDE = 160  # of a thumbnail's longer side
_KEPT = 200  # thumbnails, of a few kB each
_NAME_LETTERS = 16


class Strip:
    """Buttons with pictures; a click shows the photo.

    Parameters
    ----------
    go_to : callable
        `go_to(at)` shows a photo for a hand.
    lang : str
        The language of the words, as "es".

    Attributes
    ----------
    images, buttons, boxes : list
        The thumbnails, the buttons on them and the boxes around both; what is not needed is hidden.
    widget : ipywidgets.HBox
        All of them.
    """

    def __init__(self, go_to: Callable[[int], None], lang: str) -> None:
        self._tr = translations(lang)
        self._places: list[int] = []
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._loader = LatestWins(self._load)
        self.images = [Image(format="jpeg") for _ in range(SHOWN)]
        self.buttons = [button("", "", partial(self._press, slot, go_to)) for slot in range(SHOWN)]
        self.boxes = [VBox(pair) for pair in zip(self.images, self.buttons, strict=True)]
        for pick, box in zip(self.buttons, self.boxes, strict=True):
            pick.add_class("sw-toggle")
            box.add_class("sw-candidate")
        self.widget = HBox(self.boxes)
        self.widget.add_class("sw-candidates")
        self.widget.add_class("sw-strip")

    def update(self, entries: Sequence[Entry], places: Sequence[int], current: int) -> None:
        """Show the photos at `places` that are next to the current one."""
        middle = places.index(current) if current in places else 0
        start = max(0, min(middle - SHOWN // 2, len(places) - SHOWN))
        self._places = list(places[start : start + SHOWN])
        _ = self._tr.gettext
        for slot, (pick, box) in enumerate(zip(self.buttons, self.boxes, strict=True)):
            mark(box, "sw-off", slot >= len(self._places))
            if slot >= len(self._places):
                continue
            entry = entries[self._places[slot]]
            pick.description = f"{_short(entry.path.name)}\n{_SIGNS[entry.state]} {_(STATES[entry.state])}"
            pick.tooltip = f"{entry.name}: {_(STATES[entry.state])}"
            mark(pick, "sw-on", self._places[slot] == current)
        self._loader.submit([entries[at] for at in self._places])

    def close(self) -> None:
        """End the thread that loads pictures."""
        self._loader.close()

    def _press(self, slot: int, go_to: Callable[[int], None]) -> None:
        if slot < len(self._places):
            go_to(self._places[slot])

    def _load(self, shown: Sequence[Entry]) -> None:
        """Load what is missing, and show it; in a thread of its own."""
        for slot, entry in enumerate(shown):
            content = self._pictures.get(entry.name)
            if content is None:
                content = _blank() if entry.leads_out else thumbnail(entry)
                self._pictures[entry.name] = content
            self._pictures.move_to_end(entry.name)
            if self.images[slot].value != content:
                self.images[slot].value = content
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)


def thumbnail(entry: Entry) -> bytes:
    """Return a small JPEG of a photo; of one that cannot be opened, a dark one."""
    try:
        with entry.path.open("rb") as stream:
            small = PILImage.fromarray(decode(stream, entry.name, _SIDE * _SIDE))
    except (OSError, ImageError, MemoryError):
        return _blank()
    small.thumbnail((_SIDE, _SIDE))
    content = io.BytesIO()
    small.save(content, "JPEG", quality=80)
    return content.getvalue()


def _blank() -> bytes:
    content = io.BytesIO()
    PILImage.new("RGB", (4, 3), style.BAR).save(content, "JPEG")
    return content.getvalue()


def _short(name: str) -> str:
    return (
        name
        if len(name) <= _NAME_LETTERS
        else f"{name[: _NAME_LETTERS // 2 - 1]}…{name[-_NAME_LETTERS // 2 :]}"
    )
