"""What the widget says beneath the photo: a message, the progress of a long search, what to do next."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from ipywidgets import HTML, HBox, IntProgress

from segwidgets.locale.catalogues import translations
from segwidgets.locale.phrases import Phrases
from segwidgets.segmenter import is_ready
from segwidgets.widgets.at_work import at_work
from segwidgets.widgets.buttons import Do, Seg, button, mark
from segwidgets.widgets.click_segmenter.actions import KEYS
from segwidgets.widgets.click_segmenter.speech import describe_photo, describe_state, describe_view
from segwidgets.widgets.session.edits import changed_px
from segwidgets.widgets.session.state import LockedError
from segwidgets.widgets.versions import explained

MOMENT_S = 0.2  # work that takes longer is seen to be done


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
    work : ipywidgets.HTML
        That an answer is being worked on, over the photo; shown when it takes long.
    look : ipywidgets.HTML
        Quietly, over the photo: that what is zoomed in on is being looked at closer, or was.
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
        self.work = HTML('<div class="sw-ring"></div>' + escape(_("Working…")))
        self.work.add_class("sw-working")
        self.look = HTML()
        self.look.add_class("sw-look")
        self._looks = {"": "", "looking": _("looking closer…"), "sharp": _("sharp here")}
        self._work_lock, self._at_work = threading.Lock(), 0
        self.progress = explained(IntProgress(description=_("Looking")), _("Masks of the whole photo"))
        self.cancel = button(_("Cancel"), _("Stop looking for masks"), lambda: do(seg.cancel_search), "stop")
        self.progress_row = HBox([self.progress, self.cancel])
        for hidden in (self.progress_row, self.message, self.keys, self.work, self.look):
            hidden.add_class("sw-off")

    def say(self, text: str, error: bool = False, more: str = "") -> None:
        """Show a message, or with an empty text take it away; screen readers announce it. `more` is HTML."""
        kind = ' role="alert" class="sw-message sw-error"' if error else ' class="sw-message"'
        self.message.value = f"<div{kind}>{escape(text)}{more}</div>" if text else ""
        mark(self.message, "sw-off", not text)
        if text and not error:
            self.speak(text)

    def show_upload(self, name: str, share: float) -> None:
        """Show how much of a file has come."""
        text = self._tr.gettext("{name} is on its way: {share}").format(
            name=name, share=Phrases(self._lang).fixed_percent(share)
        )
        bar = f'<progress max="100" value="{round(100 * share)}" aria-label="{escape(name)}"></progress>'
        self.message.value = f'<div class="sw-message">{escape(text)} {bar}</div>'
        mark(self.message, "sw-off", False)

    def speak(self, text: str) -> None:
        """Let screen readers say something; the page's listener makes a live region of it."""
        role = "" if self._seg.stage.pointer else ' role="status"'
        self.spoken.value = f"<div{role}>{escape(text)}</div>"

    def show_error(self, error: Exception) -> None:
        """Say what went wrong, in the error's own words where they are meant for users."""
        if isinstance(error, LockedError):
            text = self._tr.gettext("Object {number} is locked: unlock it (key K), or begin another (key N).")
            error = ValueError(text.format(number=error.number))
        expected = isinstance(error, ValueError | TypeError | LookupError | RuntimeError | OSError)
        self.say(str(error) if expected and str(error) else f"{type(error).__name__}: {error}", error=True)

    def guard(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Run a callback; its error is shown here, as ipywidgets would swallow it."""
        try:
            function(*arguments, **named)
        except Exception as error:  # noqa: BLE001  (whatever it was: say it, and stay usable)
            self.show_error(error)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Show that there is work going on, if what is done inside takes more than a moment."""
        timer = threading.Timer(MOMENT_S, _show_work, [weakref.ref(self)])
        timer.daemon = True
        with self._work_lock:
            self._at_work += 1
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._work_lock:
                self._at_work -= 1
                if not self._at_work:
                    mark(self.work, "sw-off", True)

    def show_look(self, how: str) -> None:
        """Show whether what is zoomed in on is being looked at closer ("looking"), or was ("sharp")."""
        self.look.value = self._looks[how]
        mark(self.look, "sw-off", not how)

    def show_work(self) -> None:
        """Show that there is work going on, if there still is."""
        with self._work_lock:
            if self._at_work:
                mark(self.work, "sw-off", False)

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
            self.speak(described)
            self.name_photo(seg)
        times = [self._encoding(seg, words)]
        if answer is not None and answer.decode_seconds:
            times.append(
                _("This answer (decoding): {seconds} s.").format(seconds=words.decimal(answer.decode_seconds))
            )
        times.append(_("Key ?: all keys."))
        text = f"<b>{self._next_step(seg)}</b><br>" + " ".join(times)
        self.hint.value = f'<div class="sw-note">{text}</div>'

    def _encoding(self, seg: Seg, words: Phrases) -> str:
        """Say how long encoding the photo took, or that it goes on, or nothing where it failed."""
        _ = self._tr.gettext
        if not is_ready(seg.segmenter):
            return _("The photo is being encoded: a click is answered right after.")
        try:
            seconds = words.decimal(seg.segmenter.encode_seconds)
        except Exception:  # noqa: BLE001  (it was shown when it happened, and whoever clicks is told)
            return ""
        return _("Encoding the photo took {seconds} s, once.").format(seconds=seconds)

    def tell_change(self, seg: Seg) -> None:
        """Say what the step that is looked at would change, or go back to what to do next."""
        self.update(seg)
        if told := self._change(seg):
            self.speak(told)

    def _change(self, seg: Seg) -> str:
        """Return in words what the step that is looked at would change; "" where there is none."""
        change = seg.stage.peek.change(seg.session)
        if change is None:
            return ""
        added, taken = changed_px(change.before, change.after)
        if not added and not taken:
            return self._tr.gettext("Nothing would change.")
        words = Phrases(self._lang)
        return self._tr.gettext("{added} px would be added, {taken} px taken away.").format(
            added=words.count(added), taken=words.count(taken)
        )

    def name_photo(self, seg: Seg) -> None:
        """Say in words what the canvas shows, for who comes to it."""
        view = seg.stage.canvas.viewport
        said = [describe_photo(seg.segmenter.size, self._lang), describe_state(seg.session.state, self._lang)]
        if view.part is not None:
            said.insert(1, describe_view(view, self._lang))
        seg.stage.name_canvas(" ".join(said))

    def _next_step(self, seg: Seg) -> str:
        """Say what to do next, to somebody who has never seen this."""
        _ = self._tr.gettext
        if told := self._change(seg):
            return told
        if len(seg.everything.masks):
            return _("Click the masks to keep, then choose Leave (Escape).")
        if seg.alike.detections is not None and not seg.alike.proposed:
            return _("Move the slider to see what is less alike; Escape ends it.")
        if seg.alike.detections is not None:
            return _(
                "Enter keeps the dashed masks as objects, Escape drops them. The slider or the arrow keys "
                "choose how alike they are."
            )
        if seg.merging:
            return _("Click on the object that is to become one with this one; Escape gives it up.")
        if seg.stage.selecting:
            return _("Click on an object to go on with it; Delete deletes it. Escape ends selecting.")
        if seg.tool in ("brush", "eraser"):
            return _(
                "Draw on the photo: it stays, whatever SAM answers later. [ and ] change the brush's size, "
                "the right button does the opposite; Escape goes back to clicks."
            )
        if seg.tool:
            return _(
                "Draw around it, or click corner after corner and close the line by a click on the first one "
                "or by Enter. Escape goes back to clicks."
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


def _show_work(status: weakref.ref[Status]) -> None:
    with at_work():
        alive = status()
        if alive is not None:
            alive.show_work()
        del alive


def _table_of_keys(_: Callable[[str], str]) -> str:
    """Return what the keys do as HTML."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(_(key))}</th><td>{escape(_(does))}</td></tr>" for key, does in KEYS
    )
    return f'<table class="sw-keys">{rows}</table>'
