"""Click on it: Segment Anything in a notebook cell."""

from __future__ import annotations

import base64
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ipywidgets import HTML, Box, VBox

from segwidgets.drawing.captions import caption
from segwidgets.exports import find_format
from segwidgets.exports.flat import overlap_px, overlaps_told
from segwidgets.ground.keeping import collecting
from segwidgets.ground.validation import UInt8Array
from segwidgets.images import load_image
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter, is_ready, segmenter_of
from segwidgets.widgets.at_work import at_work
from segwidgets.widgets.click_segmenter import actions
from segwidgets.widgets.click_segmenter.alike import Alike, AlikePanel
from segwidgets.widgets.click_segmenter.closer import Closer
from segwidgets.widgets.click_segmenter.controls import CandidateStrip, ObjectList, Toolbar
from segwidgets.widgets.click_segmenter.correct_bar import CorrectBar
from segwidgets.widgets.click_segmenter.correct_commands import CorrectCommands
from segwidgets.widgets.click_segmenter.download import download_link, named
from segwidgets.widgets.click_segmenter.everything import Everything
from segwidgets.widgets.click_segmenter.object_bar import ClassBar, ObjectBar
from segwidgets.widgets.click_segmenter.panels import (
    FilesPanel,
    LookPanel,
    NumbersPanel,
    side_panels,
)
from segwidgets.widgets.click_segmenter.search_commands import SearchCommands
from segwidgets.widgets.click_segmenter.stage import Stage
from segwidgets.widgets.click_segmenter.status import Status
from segwidgets.widgets.click_segmenter.still import Still
from segwidgets.widgets.click_segmenter.upload import Upload
from segwidgets.widgets.click_segmenter.view_commands import ViewCommands
from segwidgets.widgets.lifetime import close_parts, note
from segwidgets.widgets.session import outcome
from segwidgets.widgets.session.files import SessionFiles
from segwidgets.widgets.session.naming import ClassNamer
from segwidgets.widgets.session.ranking import Ranker, by_hand
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.static_view import small_png
from segwidgets.widgets.versions import give_focus, take_upload, view_of

if TYPE_CHECKING:
    from segwidgets.semantic import SemanticSegmentation

SLOW_DECODE = 0.4  # seconds: a preview that lags behind the mouse by more is no help


class ClickSegmenter(ViewCommands, SearchCommands, CorrectCommands, SessionFiles, VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Click on an object and see its mask; every click has a method that does the same.

    Parameters
    ----------
    source : str, Path, bytes, PIL.Image.Image, ndarray or Segmenter
        Anything that `load_image` takes, or a photo that is encoded already.
    sam : str, optional
        A model's name, see `load_sam`; by default MobileSAM.
    lang : str
        The language of the controls, as "es".
    hover : bool, optional
        Whether the mask under the mouse is shown before the click. By default it is where the machine
        answers within 0.4 seconds.
    semantic : bool or SemanticSegmentation
        Whether DeepLab has a word in which of a click's masks is shown first. It looks at the photo in the
        background, after the first click; no hand waits for it, code does. Or its classes of the photo.
    classes : sequence of str
        What objects can be called by a button or Alt+1 to Alt+9, each in its colour.

    Attributes
    ----------
    session : Session
        The objects, undo and redo, the history; what is done to it by code shows as well.
    class_bar, object_bar : ClassBar, ObjectBar
        The classes above the list of objects, and what can be done to the current one beneath.
    correct_bar : CorrectBar
        The tools that correct a mask by hand.
    stage, toolbar, candidate_strip, object_list, status : Stage, Toolbar, CandidateStrip, ObjectList, Status
        The photo, what stands around it, and the lines beneath it.
    panels, numbers_panel, look_panel, files_panel : Accordion, NumbersPanel, LookPanel, FilesPanel
        What folds out beside it.
    everything : Everything
        The search for all masks.
    still : Still
        The picture that a saved notebook shows.
    namer : ClassNamer
        Who proposes names for objects.
    ranker : Ranker
        Who lets DeepLab rank a click's masks.
    closer : Closer
        Who looks closer, in the background, at what is zoomed in on.

    Examples
    --------
    >>> seg = ClickSegmenter("cat")
    >>> seg.add_point(250, 170)
    >>> seg.mask.shape
    (300, 451)
    """

    _is_built = False

    def __init__(
        self,
        source: Any,
        sam: Any = None,
        lang: str = DEFAULT,
        hover: bool | None = None,
        semantic: SemanticSegmentation | bool = True,
        classes: Sequence[str] = (),
    ) -> None:
        self.classes = classes
        self._tr = translations(lang)
        self.lang, self._sam = lang, sam
        self.session = self._session_of(source)
        self.namer = ClassNamer(lang)
        if not isinstance(semantic, bool):
            self.namer.know(self.image, semantic)
        self.ranker = Ranker(self.namer.semantic, self._follow_still, wanted=semantic is not False)
        self._before: Session | None = None
        self._upload = Upload(lang)
        self._drawing = threading.RLock()
        self._hover, self._is_timed = hover, False
        words = self._tr.gettext("A picture of the widget: run the notebook's cells to go on clicking.")
        self.still = Still(self._picture, self.session.state, words)
        self.status = Status(self, self._do, lang)
        self.everything: Everything = Everything(self.status.show_progress, self.everything_ended)
        self.alike: Alike = Alike(self.status.show_progress, self.alike_ended)
        self.alike_panel = AlikePanel(self, self._do, lang)
        self.stage: Stage = Stage(
            self,
            self.session,
            self.everything,
            (*self._actions(), *actions.CORRECTIONS, *actions.OBJECT_TOOLS),
            self._do,
            self.status.guard,
        )
        self.closer = Closer(
            lambda: self.session, lambda: self.stage.canvas.viewport, self.status.show_look, self.status.guard
        )
        self.toolbar = Toolbar(self, self._actions(), self._do, lang)
        self.correct_bar = CorrectBar(self, actions.CORRECTIONS, self._do, lang)
        self.candidate_strip = CandidateStrip(self, self._do, lang)
        self.class_bar = ClassBar(self, self._do, lang)
        self.object_bar = ObjectBar(self, self._do, lang)
        self.object_list = ObjectList(self, actions.OBJECT_ACTIONS, self._do, lang)
        self.numbers_panel = NumbersPanel(lang)
        self.look_panel = LookPanel(self, self._do, lang)
        self.files_panel = FilesPanel(self, self._do, lang)
        super().__init__(self._layout(lang))
        self._is_built = True
        self.add_class("segwidgets-click")
        try:
            if hover is not None:
                self.stage.hovering = hover
            self._follow_encoding()
            self.session.on_change = self.refresh
            self.stage.on_view, self.stage.on_room = self.view_changed, self.room_changed
            self.stage.on_page, self.stage.on_hand = self.still.is_shown, self.still.wait
            self.refresh()
        except BaseException:
            self._take_down()
            raise
        note(self)

    def __repr__(self) -> str:
        height, width = self.session.segmenter.size
        return f"ClickSegmenter({width} x {height})"

    # the pointer and the view

    def set_label(self, label: int) -> None:
        """Say what the next clicks mark: 1 the object, 0 the background."""
        if label not in (0, 1):
            raise ValueError(f"label must be 1 (object) or 0 (background), got {label!r}")
        self.stage.label, self.stage.selecting, self.stage.merging = label, False, False
        self.set_tool("")

    def set_selecting(self, on: bool) -> None:
        """Say whether clicks select the object under them, as with Ctrl, or mark something."""
        self.stage.selecting, self.stage.merging = on, False
        self.set_tool("")
        self.object_bar.update(self)

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
        self.stage.look = replace(self.stage.look, **changed)
        self.look_panel.update(self.stage.look)
        self.stage.draw_masks()

    def set_hover(self, on: bool) -> None:
        """Switch the preview under the mouse on or off."""
        self.stage.hovering, self._hover = on, on
        self.stage.on_leave()
        self.toolbar.update(self)

    def toggle_hover(self) -> None:
        """Switch the preview to what it is not."""
        self.set_hover(not self.stage.hovering)

    @property
    def is_under_way(self) -> bool:
        """Whether there is something that `escape` gives up."""
        return bool(self.stage.selecting or self.everything.active or self.alike.active or self.tool)

    def escape(self) -> None:
        """Give up what is under way: a drag, the preview, selecting, a tool, choosing; else the window."""
        self.stage.cancel()
        if not self.is_under_way:
            self.stage.fill_window(False)
        if self.stage.selecting or self.tool:
            self.set_selecting(False)
        if self.everything.running or len(self.everything.masks):
            self.toggle_everything()
        if self.alike.active:
            self.drop_similar()

    def leave_canvas(self, direction: int) -> None:
        """Hand the keyboard on: ipycanvas keeps every key, Tab too, from the browser."""
        bar = self.correct_bar if self.correcting else self.toolbar
        before, after = list(bar.buttons.values())[-1], self.candidate_strip.buttons[0]
        self.hand_keyboard_to(before if direction < 0 else after)

    def hand_keyboard_to(self, control: Any) -> None:
        """Let a button or a line hear the keyboard, or say that it cannot be handed on here."""
        if not give_focus(control):
            self.status.say(
                self._tr.gettext(
                    "Here the keyboard cannot leave the photo: click on a button, or use PromptForm, which "
                    "needs no mouse."
                )
            )

    def refresh(self) -> None:
        """Draw the masks first, as that is what is waited for; then the controls. Any thread may."""
        if self.comm is None:  # closed, while something was looked for
            return
        with self._drawing:
            self.stage.draw_masks()
            self.stage.brush.tell_drawn()
            self.stage.draw_prompt()
            state = self.session.state
            self.toolbar.update(self)
            self.correct_bar.update(self)
            self.candidate_strip.update(self.image, state.active)
            self.class_bar.update(self)
            self.object_list.update(state)
            self.object_bar.update(self)
            self.numbers_panel.update(self.candidates)
            self.status.update(self)
        self.ranker.follow(self.session)
        if self.stage.has_page:  # where nobody looks, a later cell changes no output of an earlier one
            self._follow_still()

    # photos and files

    def load(self, source: Any) -> None:
        """Take another photo; what was done on the old one is gone unless it was saved."""
        self._load(load_image(source), keep=False)

    def show_session(self, session: Session) -> None:
        """Go on with a session on another photo, encoded already; the present photo is freed."""
        self._exchange(session, keep=False)

    def take_upload(self) -> None:
        """Load the photo that was chosen in the panel "Files"."""
        photo = take_upload(self.files_panel.upload)
        if photo is not None:
            name, content = photo
            self.take_piece({"name": name, "size": len(content), "at": 0, "data": content})

    def take_piece(self, piece: dict[str, Any]) -> None:
        """Take a piece of a photo that was chosen in the browser; with the last one the photo is loaded.

        What was done on the photo before is kept: `bring_back` shows it again.
        """
        name, share = self._upload.take(piece)
        if share < 1:
            self.status.show_upload(name, share)
            self.stage.ask_for_more(piece)
            return
        self._load(self._upload.photo(name), keep=True)

    def bring_back(self) -> None:
        """Go back to the photo before, with its objects; from there the same leads here again."""
        if self._before is None:
            raise ValueError(self._tr.gettext("There is no photo before this one."))
        self._exchange(self._before, keep=True)

    def _load(self, image: UInt8Array, keep: bool) -> None:
        self.status.say(self._tr.gettext("Encoding the photo…"))
        self._exchange(Session(Segmenter(image, self._sam)), keep)
        self.status.say(
            self._tr.gettext('The photo before and its objects are kept: "Back to the photo before".')
            if self._before is not None
            else ""
        )

    def _exchange(self, session: Session, keep: bool) -> None:
        """Show another photo's session, and keep the present one if there is something in it."""
        old, before = self.session, self._before
        self._classes = self.classes  # which the next photo goes on with
        self._before = old if keep and old.state.objects else None
        self.namer.forget()
        self._go_to(session)
        used = [one.segmenter for one in (session, self._before) if one is not None]
        for gone in (old, before):
            if gone is not None and gone.segmenter not in used:
                gone.segmenter.close()
        self.files_panel.offer_back(self._before is not None)

    def replay(self, record: str) -> None:
        """Do again what `to_json` recorded on this photo, in place of what was done here.

        On the same machine the masks come out the same, bit for bit.

        Raises
        ------
        ValueError
            If it is no such record, or one of another photo; everything then stays as it was.
        """
        self._go_to(Session.from_json(record, self.session.segmenter))

    def save(self, kind: str, folder: str | Path) -> None:
        """Do what the buttons of the panel "Files" do.

        Parameters
        ----------
        kind : str
            One of `segwidgets.exports.FORMATS`: masks, cutouts, index, coco, panoptic, yolo, json or gif.
        folder : str or Path
            Where it goes, under the name that the format has there.
        """
        target = Path(folder) / find_format(kind).target
        if find_format(kind).needs == "masks" and not outcome.finished(self.session.state):
            raise ValueError(self._tr.gettext("There is no mask to save yet: click on an object first."))
        with collecting() as kept:
            files = self.export(kind, target)
        text = self._tr.gettext('Saved in the folder "{folder}": {names}.').format(
            folder=folder, names=named(files, self.lang)
        )
        if find_format(kind).flat:
            masks = [one.mask for one in self.objects if one.mask is not None]
            told = overlaps_told(overlap_px(masks, self.segmenter.size), Phrases(self.lang))
            text += f" {told}" if told else ""
        if kept:
            names = ", ".join(path.name for path in kept)
            text += " " + self._tr.gettext("What was there and not ours is kept as {names}.").format(
                names=names
            )
        self.status.say(text, more=download_link(files, target.stem, self.lang))

    def load_and_tell(self, path: str) -> None:
        """Load masks from a file, see `load_masks`, and say how many there were."""
        if not path.strip():
            raise ValueError(self._tr.gettext("Write the file's name first."))
        count = self.load_masks(path.strip())
        text = self._tr.ngettext("Loaded {count} mask.", "Loaded {count} masks.", count)
        self.status.say(text.format(count=count))

    def close(self) -> None:
        """Free the photo's embedding, take the widget off the page and let go of all that it consists of.

        What was found stays: `detections`, `history`, exports.
        """
        if self._is_built:  # ipywidgets also closes what could not be built
            self.session.segmenter.close()
            if self._before is not None:
                self._before.segmenter.close()
            self._take_down()

    def __del__(self) -> None:
        if self._is_built:
            self._take_down()  # the segmenter may be somebody else's: it goes when nobody holds it

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture as it stands to the widget's view, for who keeps only pictures."""
        note(self)
        return {**view_of(self), "image/png": base64.b64encode(small_png(self._picture())).decode("ascii")}

    def _ipython_display_(self) -> None:
        """Show the widget, and for the saved notebook a picture that follows the clicks."""
        from IPython.display import display

        note(self)
        display(view_of(self), raw=True)
        self.still.display()

    def _picture(self, words: str = "") -> UInt8Array:
        picture = outcome.picture(self.image, self.session.state)
        return caption(picture, words) if words else picture

    # inside

    def _session_of(self, source: Any) -> Session:
        return Session(segmenter_of(source, self._sam, soon=True))

    def _actions(self) -> Sequence[actions.Action]:
        return actions.ACTIONS

    def _layout(self, lang: str) -> list[Any]:
        css = (resources.files("segwidgets.widgets") / "widgets.css").read_text(encoding="utf-8")
        self.panels = side_panels(self.numbers_panel, self.look_panel, self.files_panel, lang)
        photo = Box([self.stage.canvas.widget])
        photo.add_class("sw-photo")
        stage = VBox([photo, self.status.work, self.status.look])
        stage.add_class("sw-stage")
        left = VBox(
            [
                stage,
                self.status.progress_row,
                self.alike_panel.widget,
                self.status.message,
                self.status.spoken,
                self.status.keys,
                self.status.hint,
            ]
        )
        left.add_class("sw-left")
        objects = self.class_bar.widget, self.object_list.widget, self.object_bar.widget
        side = VBox([self.candidate_strip.widget, *objects, self.panels])
        side.add_class("sw-side")
        self.body = Box([left, side])
        self.body.add_class("sw-body")
        bars = self.toolbar.widget, self.correct_bar.widget
        return [HTML(f"<style>{css}</style>"), *bars, self.body, *self.stage.pointer]

    def _follow_encoding(self) -> None:
        """Learn how quickly the photo answers, now or as soon as it is encoded."""
        segmenter = self.segmenter
        if is_ready(segmenter) and not self._is_timed:
            self._time_an_answer()
        else:
            segmenter.when_ready(partial(_encoded, weakref.ref(self), weakref.ref(segmenter)))

    def _time_an_answer(self) -> None:
        """Ask once, to learn how long an answer takes; the first also sets the engine up."""
        left, top, right, bottom = self.segmenter.view
        start = perf_counter()
        self.segmenter.predict(Prompt([((left + right) / 2, (top + bottom) / 2)]))
        slow, self._is_timed = perf_counter() - start > SLOW_DECODE, True
        self.stage.eager = not slow
        self.stage.hovering = not slow if self._hover is None else self._hover
        if slow and self._hover is None:
            self.status.say(
                self._tr.gettext(
                    "The preview under the mouse is off, as this machine needs longer than {seconds} s for "
                    "an answer. Clicks work as ever."
                ).format(seconds=Phrases(self.lang).decimal(SLOW_DECODE, 1))
            )

    def photo_encoded(self, segmenter: Segmenter) -> None:
        """Hear, in a thread, that the photo is encoded, or that this failed, which is shown."""
        if self.comm is None or segmenter is not self.segmenter:  # closed, or another photo by now
            return
        self.status.guard(lambda: segmenter.embedding)  # which raises what went wrong
        if not self._is_timed:
            self.status.guard(self._time_an_answer)
        with self._drawing:
            self.toolbar.update(self)
            self.status.update(self)
        self.closer.follow()

    def _take_down(self) -> None:
        self.everything.forget()
        self.alike.forget()
        self.still.close()
        self.closer.close()
        self.stage.close()
        self.session.on_change = None
        self.stage.on_hand = self.stage.on_view = self.stage.on_room = self.stage.on_page = lambda: None
        close_parts(self)
        super().close()

    def _go_to(self, session: Session) -> None:
        self.everything.forget()
        self.alike.forget()
        self.session.on_change = None
        self.session, session.on_change = session, self.refresh
        self.stage.show(session)
        self.closer.follow()
        self.refresh()
        if not is_ready(session.segmenter):
            self._follow_encoding()

    def _do(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """Carry out a function for a hand; the saved picture follows if there is something new to see."""
        with by_hand(), self.status.working():
            self.status.guard(function, *arguments, **named)
        self._follow_still()

    def _follow_still(self) -> None:
        self.still.follow(self.session.state)


def _encoded(seg: weakref.ref[ClickSegmenter], segmenter: weakref.ref[Segmenter]) -> None:
    """Tell a widget, if there still is one, that its photo is encoded."""
    with at_work():
        alive, photo = seg(), segmenter()
        if alive is not None and photo is not None:
            alive.photo_encoded(photo)
        del alive, photo
