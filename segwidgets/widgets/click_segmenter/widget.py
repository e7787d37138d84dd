"""Click on it: Segment Anything in a notebook cell."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, Box, HBox, IntProgress, VBox

from segwidgets.candidates import Candidates
from segwidgets.images import load_image
from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.masks import encode, measure
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.widgets.buttons import button, mark
from segwidgets.widgets.click_segmenter.controls import CandidateStrip, ObjectList, Toolbar
from segwidgets.widgets.click_segmenter.everything import Everything
from segwidgets.widgets.click_segmenter.panels import (
    FilesPanel,
    LookPanel,
    NumbersPanel,
    message,
    side_panels,
)
from segwidgets.widgets.click_segmenter.stage import Stage
from segwidgets.widgets.click_segmenter.still import Still
from segwidgets.widgets.session import exports
from segwidgets.widgets.session.commands import SessionCommands
from segwidgets.widgets.session.files import SessionFiles
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.static_view import small_png

if TYPE_CHECKING:
    import supervision as sv

SLOW_DECODE = 0.4  # seconds: a preview that lags behind the mouse by more is no help


class ClickSegmenter(SessionCommands, SessionFiles, VBox):
    """Click on an object and see its mask; every click has a method that does the same.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image, ndarray or Segmenter
        Anything that `load_image` takes, or a photo that is encoded already.
    sam : str, optional
        A model's name, see `load_sam`; by default MobileSAM.
    lang : {"en", "es"}
        The language of the controls.
    hover : bool, optional
        Whether the mask under the mouse is shown before the click. By default it is where the machine
        answers within 0.4 seconds.

    Examples
    --------
    >>> seg = ClickSegmenter("cat")  # doctest: +SKIP
    >>> seg.add_point(250, 170)  # doctest: +SKIP
    >>> seg.mask.shape  # doctest: +SKIP
    (300, 451)
    """

    _is_built = False

    def __init__(self, source: Any, sam: Any = None, lang: str = "en", hover: bool | None = None) -> None:
        self._tr = translations(lang)
        _ = self._tr.gettext
        self._lang, self._sam = lang, sam
        segmenter = source if hasattr(source, "predict") else Segmenter(source, sam)
        self._session = Session(segmenter)
        self._semantic: Any = None
        self._still = Still(self._preview)
        self._pictured = self._session.state
        self._measured: Candidates | None = None
        self._everything = Everything(self._show_progress, self._everything_ended)
        self._stage = Stage(self._session, self._everything, self._do, self._guard)
        self._toolbar = Toolbar(self._do, lang)
        self._candidates = CandidateStrip(self._do, lang)
        self._objects = ObjectList(self._do, lang)
        self._numbers = NumbersPanel(lang)
        self._look_panel = LookPanel(self._do, self._stage.look, lang)
        self._files = FilesPanel(self._do, lang)
        self._message, self._timing = HTML(), HTML()
        self._progress = IntProgress(description=_("Looking"), tooltip=_("Masks of the whole photo"))
        self._cancel = button(
            _("Cancel"), _("Stop looking for masks"), lambda: self._do("toggle_everything"), "stop"
        )
        self._progress_row = HBox([self._progress, self._cancel])
        for hidden in (self._progress_row, self._message):
            hidden.add_class("sw-off")
        super().__init__(self._layout(lang))
        self._is_built = True
        self.add_class("segwidgets-click")
        self._set_hover_at_start(hover)
        self._refresh()

    def __repr__(self) -> str:
        height, width = self._session.segmenter.size
        return f"ClickSegmenter({width} x {height})"

    # the pointer and the view

    def set_label(self, label: int) -> None:
        """Say what the next clicks mark: 1 the object, 0 the background."""
        if label not in (0, 1):
            raise ValueError(f"label must be 1 (object) or 0 (background), got {label!r}")
        self._stage.label = label
        self._update_toolbar()
        self._update_numbers()

    def set_look(
        self,
        opacity: float | None = None,
        contour: bool | None = None,
        cutout: bool | None = None,
        defects: bool | None = None,
    ) -> None:
        """Change how masks are drawn; what is not given stays as it is.

        Parameters
        ----------
        opacity : float
            Of the filling, 0 to 1.
        contour : bool
            Whether a line is drawn along the edge.
        cutout : bool
            Whether all but the objects is hidden.
        defects : bool
            Whether holes and islands are marked.
        """
        if opacity is not None and not 0 <= opacity <= 1:
            raise ValueError(f"opacity must be a number from 0 to 1, got {opacity!r}")
        wanted = {"opacity": opacity, "contour": contour, "cutout": cutout, "defects": defects}
        changed: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        self._stage.look = replace(self._stage.look, **changed)
        self._look_panel.update(self._stage.look)
        self._stage.draw_masks()

    def set_hover(self, on: bool) -> None:
        """Switch the preview under the mouse on or off."""
        self._stage.hovering = on
        self._stage.on_leave()
        self._update_toolbar()

    def toggle_hover(self) -> None:
        """Switch the preview to what it is not."""
        self.set_hover(not self._stage.hovering)

    def escape(self) -> None:
        """Give up what is under way: a drag, the preview, choosing among all masks."""
        self._stage.cancel()
        if self._everything.running or len(self._everything.masks):
            self.toggle_everything()

    def leave_canvas(self, direction: int) -> None:
        """Hand the keyboard on: ipycanvas keeps every key, Tab too, from the browser."""
        (self._toolbar.hover if direction < 0 else self._after_canvas).focus()

    # all masks

    def segment_everything(self, points_per_side: int = 16, wait: bool = True) -> sv.Detections | None:
        """Find all masks of the photo; `keep` makes objects of them, and so does a click.

        Parameters
        ----------
        points_per_side : int
            The grid of clicks that SAM is asked with.
        wait : bool
            Return the masks when they are found, or None at once.
        """
        self._say("")
        mark(self._progress_row, "sw-off", False)
        self._progress.value = 0
        self._everything.start(self.segmenter, points_per_side, wait)
        self._update_toolbar()
        return self._everything.detections

    def keep(self, index: int) -> None:
        """Make an object of one of the masks that `segment_everything` found."""
        masks = self._everything.masks
        if not 0 <= index < len(masks):
            raise IndexError(f"there is no mask {index}: segment_everything found {len(masks)}")
        found = self._everything.detections
        iou = 1.0 if found is None or found.confidence is None else float(found.confidence[index])
        self._act("keep", rle=encode(masks[index]), predicted_iou=iou)
        self._say(self._tr.gettext("Kept as object {number}.").format(number=self.objects[-1].number))

    def toggle_everything(self) -> None:
        """Look for all masks; or stop looking; or put away what was found."""
        if self._everything.running:
            self._everything.cancel()
        elif len(self._everything.masks):
            self._everything.forget()
            self._say("")
            self._stage.cancel()
            self._refresh()
        else:
            self.segment_everything(wait=False)

    # photos

    def load(self, source: Any) -> None:
        """Take another photo; what was done on the old one is gone unless it was saved."""
        self._say(self._tr.gettext("Encoding the photo…"))
        segmenter = Segmenter(load_image(source), self._sam)
        old = self._session.segmenter
        self._semantic = None
        self._go_to(Session(segmenter))
        old.close()
        self._say("")

    def take_upload(self, files: Any) -> None:
        """Load the photo that was chosen in the panel "Files"."""
        if files:
            upload = files[0]
            self._files.upload.value = ()
            self.load(bytes(upload["content"]))

    def close(self) -> None:
        """Free the photo's embedding and take the widget off the page."""
        if not self._is_built:  # ipywidgets also closes what could not be built
            return
        self._everything.forget()
        self._still.stop()
        self._stage.close()
        self._session.segmenter.close()
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture as it stands to the widget's view, for who keeps only pictures."""
        return {**self._view(), "image/png": base64.b64encode(self._preview()).decode("ascii")}

    def _ipython_display_(self) -> None:
        """Show the widget, and for the saved notebook a picture that follows the clicks."""
        from IPython.display import display

        display(self._view(), raw=True)
        self._still.display()

    def _view(self) -> dict[str, Any]:
        return dict(super()._repr_mimebundle_() or {"text/plain": repr(self)})

    def _preview(self) -> bytes:
        return small_png(exports.picture(self.image, self._session.state))

    # inside

    def _layout(self, lang: str) -> list[Any]:
        css = (resources.files("segwidgets.widgets") / "widgets.css").read_text(encoding="utf-8")
        panels = side_panels(self._numbers, self._look_panel, self._files, lang)
        self._after_canvas = self._candidates.buttons[0]
        photo = Box([self._stage.canvas.widget])
        photo.add_class("sw-photo")
        stage = VBox([photo])
        stage.add_class("sw-stage")
        left = VBox([stage, self._progress_row, self._message, self._timing])
        left.add_class("sw-left")
        side = VBox([self._candidates.widget, self._objects.widget, panels])
        side.add_class("sw-side")
        body = Box([left, side])
        body.add_class("sw-body")
        return [HTML(f"<style>{css}</style>"), self._toolbar.widget, body]

    def _refresh(self) -> None:
        """Draw the masks first, as that is what is waited for; then the controls."""
        self._stage.draw_masks()
        self._stage.draw_prompt()
        state = self._session.state
        self._update_toolbar()
        self._candidates.update(self.image, state.active)
        self._objects.update(state)
        self._update_numbers()

    def _update_toolbar(self) -> None:
        everything = self._everything.running or len(self._everything.masks) > 0
        self._toolbar.update(self._session, self._stage.label, self._stage.hovering, everything)

    def _update_numbers(self) -> None:
        _, words = self._tr.gettext, Phrases(self._lang)
        active = self._session.state.active
        answer = None if active is None else active.candidates
        if answer is not self._measured:
            self._measured = answer
            logits = None if answer is None or answer.prompt.is_empty else answer.low_res_logits[answer.best]
            mask = None if answer is None else answer.best_mask
            self._numbers.update(None if mask is None else measure(mask, low_res_logits=logits))
        parts = [self._hint(answer)]
        parts.append(
            _("Encoding the photo took {seconds} s, once.").format(
                seconds=words.decimal(self.segmenter.encode_seconds)
            )
        )
        if answer is not None and answer.decode_seconds:
            parts.append(
                _("This answer (decoding): {seconds} s.").format(seconds=words.decimal(answer.decode_seconds))
            )
        text = f"<b>{parts[0]}</b><br>" + " ".join(parts[1:])
        self._timing.value = f'<div class="sw-note">{text}</div>'

    def _hint(self, answer: Candidates | None) -> str:
        """Say what to do next, to somebody who has never seen this."""
        _ = self._tr.gettext
        if len(self._everything.masks):
            return _("Click the masks to keep, then press Escape.")
        if answer is None:
            return _("Click on an object, or drag a box around it.")
        if self._stage.label == 0:
            return _(
                "Click where the mask covers too much. Click on a point to remove it, drag it to move it."
            )
        return _(
            "Is too little covered? Click there. Too much? Choose Background, then click there. Click on a "
            "point to remove it, drag it to move it."
        )

    def _set_hover_at_start(self, hover: bool | None) -> None:
        """Ask once, to learn how long an answer takes; the first also sets the engine up."""
        height, width = self.segmenter.size
        start = perf_counter()
        self.segmenter.predict(Prompt([(width / 2, height / 2)]))
        slow = perf_counter() - start > SLOW_DECODE
        self._stage.eager = not slow
        self._stage.hovering = not slow if hover is None else hover
        if slow and hover is None:
            self._say(
                self._tr.gettext(
                    "The preview under the mouse is off, as this machine needs longer than {seconds} s for "
                    "an answer. Clicks work as ever."
                ).format(seconds=Phrases(self._lang).decimal(SLOW_DECODE, 1))
            )

    def _go_to(self, session: Session) -> None:
        self._everything.forget()
        self._session = session
        self._stage.show(session)
        self._refresh()

    def _show_progress(self, done: int, total: int) -> None:
        self._progress.max, self._progress.value = total, done

    def _everything_ended(self, failure: Exception | None) -> None:
        """Run in the thread that looked for the masks."""
        mark(self._progress_row, "sw-off", True)
        if failure is not None:
            self._show_error(failure)
        elif self._everything.detections is not None:
            self._say(self._tr.gettext("Masks found: {count}.").format(count=len(self._everything.masks)))
        self._guard(self._refresh)

    def _do(self, name: str, *arguments: Any, **named: Any) -> None:
        """Carry out one of this widget's methods for a control."""
        self._guard(getattr(self, name), *arguments, **named)
        self._follow()

    def _guard(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Run a callback; its error is shown here, as ipywidgets would swallow it."""
        try:
            function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  (whatever it was: say it, and stay usable)
            self._show_error(error)

    def _follow(self) -> None:
        """Let the saved picture follow, if there is something new to see."""
        state = self._session.state
        if state is not self._pictured:
            self._pictured = state
            self._still.changed()

    def _show_error(self, error: Exception) -> None:
        expected = isinstance(error, ValueError | TypeError | LookupError | RuntimeError | OSError)
        self._say(str(error) if expected and str(error) else f"{type(error).__name__}: {error}", error=True)

    def _say(self, text: str, error: bool = False) -> None:
        self._message.value = message(text, error)
        mark(self._message, "sw-off", not text)
