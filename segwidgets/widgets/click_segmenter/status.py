"""What the widget says beneath the photo: a message, the progress of a long search, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from ipywidgets import HTML, HBox, IntProgress

from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.buttons import Do, Seg, button, mark
from segwidgets.widgets.click_segmenter.actions import KEYS
from segwidgets.widgets.click_segmenter.speech import describe_photo, describe_state
from segwidgets.widgets.versions import explained


class Status:
    """Three lines, of which two show only when there is something to say.

    Parameters
    ----------
    seg : ClickSegmenter
        What is spoken of.
    do : callable
        Carries out a function for a hand, and shows its errors.
    lang : str
        The language of the words, as "es".

    Attributes
    ----------
    progress : ipywidgets.IntProgress
        How far the search for all masks is, with `cancel` beside it in `progress_row`.
    message : ipywidgets.HTML
        What happened last, or what went wrong.
    hint : ipywidgets.HTML
        What to do next, and how long the answers took.
    spoken : ipywidgets.HTML
        Seen by nobody: what screen readers say, once.
    keys, keys_shown : ipywidgets.HTML, bool
        What the keys do, and whether that is on show.
    """

    def __init__(self, seg: Seg, do: Do, lang: str) -> None:
        self._lang = lang
        self._tr = translations(lang)
        _ = self._tr.gettext
        self.message, self.hint = HTML(), HTML()
        self.keys = HTML(_table_of_keys(self._tr.gettext))
        self.keys_shown = False
        self._described = ""
        self._seg = seg
        self.spoken = HTML()
        self.spoken.add_class("sw-spoken")
        self.progress = explained(IntProgress(description=_("Looking")), _("Masks of the whole photo"))
        self.cancel = button(_("Cancel"), _("Stop looking for masks"), lambda: do(seg.cancel_search), "stop")
        self.progress_row = HBox([self.progress, self.cancel])
        for hidden in (self.progress_row, self.message, self.keys):
            hidden.add_class("sw-off")

    def say(self, text: str, error: bool = False) -> None:
        """Show a message, or with an empty text take it away; screen readers announce it."""
        kind = ' role="alert" class="sw-message sw-error"' if error else ' class="sw-message"'
        self.message.value = f"<div{kind}>{escape(text)}</div>" if text else ""
        mark(self.message, "sw-off", not text)
        if text and not error:
            self._speak(text)

    def _speak(self, text: str) -> None:
        """Let screen readers say something; the page's listener makes a live region of it."""
        role = "" if self._seg.stage.pointer else ' role="status"'
        self.spoken.value = f"<div{role}>{escape(text)}</div>"

    def show_error(self, error: Exception) -> None:
        """Say what went wrong, in the error's own words where they are meant for users."""
        expected = isinstance(error, ValueError | TypeError | LookupError | RuntimeError | OSError)
        self.say(str(error) if expected and str(error) else f"{type(error).__name__}: {error}", error=True)

    def guard(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Run a callback; its error is shown here, as ipywidgets would swallow it."""
        try:
            function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  (whatever it was: say it, and stay usable)
            self.show_error(error)

    def toggle_keys(self) -> None:
        """Show what the keys do, or take it away."""
        self.keys_shown = not self.keys_shown
        mark(self.keys, "sw-off", not self.keys_shown)

    def begin_search(self) -> None:
        """Show the progress at its beginning."""
        mark(self.progress_row, "sw-off", False)
        self.progress.value = 0

    def show_progress(self, done: int, total: int) -> None:
        """Show how far a search is."""
        self.progress.max, self.progress.value = total, done

    def end_search(self) -> None:
        """Take the progress away."""
        mark(self.progress_row, "sw-off", True)

    def update(self, seg: Seg) -> None:
        """Show what to do next, and how long the answers took."""
        _, words, answer = self._tr.gettext, Phrases(self._lang), seg.candidates
        described = describe_state(seg.session.state, self._lang)
        if described != self._described:
            self._described = described
            self._speak(described)
            seg.stage.name_canvas(f"{describe_photo(seg.segmenter.size, self._lang)} {described}")
        times = [
            _("Encoding the photo took {seconds} s, once.").format(
                seconds=words.decimal(seg.segmenter.encode_seconds)
            )
        ]
        if answer is not None and answer.decode_seconds:
            times.append(
                _("This answer (decoding): {seconds} s.").format(seconds=words.decimal(answer.decode_seconds))
            )
        times.append(_("Key ?: all keys."))
        text = f"<b>{self._next_step(seg)}</b><br>" + " ".join(times)
        self.hint.value = f'<div class="sw-note">{text}</div>'

    def _next_step(self, seg: Seg) -> str:
        """Say what to do next, to somebody who has never seen this."""
        _ = self._tr.gettext
        if len(seg.everything.masks):
            return _("Click the masks to keep, then press Escape.")
        if seg.alike.detections is not None and not seg.alike.proposed:
            return _("Move the slider to see what is less alike; Escape ends it.")
        if seg.alike.detections is not None:
            return _(
                "Enter keeps the dashed masks as objects, Escape drops them. The slider or the arrow keys "
                "choose how alike they are."
            )
        if seg.candidates is None:
            return _("Click on an object, or drag a box around it.")
        if seg.stage.label == 0:
            return _(
                "Click where the mask covers too much. Click on a point to remove it, drag it to move it."
            )
        if seg.stage.hears_buttons:
            return _(
                "Is too little covered? Click there. Too much? Click there with the right button, or choose "
                "Background first. Click on a point to remove it, drag it to move it."
            )
        return _(
            "Is too little covered? Click there. Too much? Choose Background, then click there. Click on a "
            "point to remove it, drag it to move it."
        )


def _table_of_keys(_: Callable[[str], str]) -> str:
    """Return what the keys do as HTML."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(_(key))}</th><td>{escape(_(does))}</td></tr>" for key, does in KEYS
    )
    return f'<table class="sw-keys">{rows}</table>'
