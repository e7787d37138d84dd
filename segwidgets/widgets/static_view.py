"""What the small widgets share: one look, errors in words, and a picture that outlives the kernel.

Nothing here needs ipycanvas.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, VBox

from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.lifetime import close_parts, note
from segwidgets.widgets.pointer import pointer_layer
from segwidgets.widgets.versions import view_of

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

JPEG_QUALITY = 80
SAVED_BYTES = 150_000  # what a picture may add to a saved notebook


class StaticView(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A column of widgets that shows its errors and leaves a PNG in the saved notebook.

    Parameters
    ----------
    parts : sequence of ipywidgets.Widget
        From top to bottom.
    lang : str
        The language of the controls, as "es".

    Attributes
    ----------
    message : ipywidgets.HTML
        What went wrong last; empty when all is well.
    lang : str
        The language of the controls.
    """

    _ipython_display_ = None  # ipywidgets 7 has one, which would go before what follows

    def __init__(self, parts: Sequence[Any], lang: str) -> None:
        self.lang = self._lang = lang
        self._phrases = Phrases(lang)
        self._tr = self._phrases.tr
        self.message = HTML()
        css = (resources.files("segwidgets.widgets") / "widgets.css").read_text(encoding="utf-8")
        super().__init__(
            [
                HTML(f"<style>{css}</style>"),
                *parts,
                self.message,
                *pointer_layer(label=self._describe_picture(), lang=lang),
            ]
        )
        self.add_class("segwidgets-click")
        note(self)

    def picture(self) -> UInt8Array:
        """Return what is shown, words included, as a picture (H, W, 3) uint8 RGB."""
        raise NotImplementedError

    def _describe_picture(self) -> str:
        """Say in words what the picture is, for who does not see it; what is found there the words tell."""
        return self._tr.gettext("The photo, with what is told beside it.")

    def close(self) -> None:
        """Take the widget off the page and let go of all that it consists of."""
        self._take_down()

    def __del__(self) -> None:
        self._take_down()

    def _take_down(self) -> None:
        if self.comm is not None:  # else it is closed already, or never came to be
            close_parts(self)
            super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture as it stands: it is what a saved notebook shows without a kernel."""
        note(self)
        return {**view_of(self), "image/png": base64.b64encode(small_png(self.picture())).decode("ascii")}

    def _guard(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a callback; its error is shown here, as ipywidgets would swallow it."""
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001  (whatever it was: say it, and stay usable)
            text = str(error) or type(error).__name__
            self.message.value = f'<div role="alert" class="sw-message sw-error">{escape(text)}</div>'
        else:
            self.message.value = ""


def status(text: str) -> str:
    """Return words as HTML that screen readers announce when they change."""
    return f'<div role="status" class="sw-message">{escape(text)}</div>'


def png(picture: UInt8Array) -> bytes:
    """Return a picture (H, W, 3) uint8 RGB as a PNG, written quickly."""
    import cv2

    _, encoded = cv2.imencode(".png", picture[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return bytes(encoded)


def small_png(picture: UInt8Array, limit: int = SAVED_BYTES) -> bytes:
    """Return a picture (H, W, 3) uint8 RGB as a PNG of at most `limit` bytes, smaller where need be."""
    from PIL import Image

    def write(small: PilImage) -> bytes:
        file = io.BytesIO()
        small.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()

    return _small(picture, limit, write)


def small_jpeg(picture: UInt8Array, limit: int = SAVED_BYTES) -> bytes:
    """Return a picture (H, W, 3) uint8 RGB as a JPEG of at most `limit` bytes, smaller where need be."""

    def write(small: PilImage) -> bytes:
        file = io.BytesIO()
        small.save(file, "JPEG", quality=JPEG_QUALITY)
        return file.getvalue()

    return _small(picture, limit, write)


def _small(picture: UInt8Array, limit: int, write: Callable[[PilImage], bytes]) -> bytes:
    """Return a picture as a file, made smaller until that has at most `limit` bytes."""
    from PIL import Image

    full = Image.fromarray(picture)
    scale = 1.0
    while True:
        size = max(1, round(full.width * scale)), max(1, round(full.height * scale))
        file = write(full.resize(size, Image.Resampling.LANCZOS) if scale < 1 else full)
        if len(file) <= limit or max(size) < 32:
            return file
        scale *= 0.85
