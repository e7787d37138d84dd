"""A folder of photos in a notebook: click, done, next; a killed kernel loses nothing."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from ipywidgets import HTML, Dropdown, HBox, IntProgress, Text, VBox

from segwidgets.drawing import style
from segwidgets.exports import Work
from segwidgets.exports.split import Split
from segwidgets.ground.outside import plain, words_of
from segwidgets.locale.catalogues import N_
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.segmenter import is_ready
from segwidgets.widgets.buttons import button
from segwidgets.widgets.click_segmenter import actions
from segwidgets.widgets.click_segmenter.actions import Action, heard, keymap
from segwidgets.widgets.click_segmenter.download import download_link, named
from segwidgets.widgets.click_segmenter.widget import ClickSegmenter
from segwidgets.widgets.lifetime import close_parts, note
from segwidgets.widgets.photo_queue import exporting
from segwidgets.widgets.photo_queue.ahead import Ahead, Prepared, Unreadable
from segwidgets.widgets.photo_queue.keeper import MAX_TEXT, Keeper, Progress, State, place_of
from segwidgets.widgets.photo_queue.renaming import Renaming
from segwidgets.widgets.photo_queue.review import OBJECT, Review
from segwidgets.widgets.photo_queue.strip import STATES, Strip
from segwidgets.widgets.pointer import pointer_layer
from segwidgets.widgets.session import outcome
from segwidgets.widgets.session.object_commands import checked_classes
from segwidgets.widgets.session.objects import classes_after
from segwidgets.widgets.session.ranking import by_hand
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.versions import explained, view_of

AHEAD = 2  # photos that are encoded while one is worked on
_EXPORTS = "coco", "panoptic", "yolo", "sheet", "summary"  # that have a button
_NAMED = 5  # files that could not be read, in a message

_QUEUE_ACTIONS = (
    Action(
        "queue_previous",
        lambda queue: queue.previous(),
        keys=("shift+p", "pageup"),
        icon="chevron-left",
        label=N_("Previous"),
        help=N_("Show the photo before (Shift+P, page up)"),
    ),
    Action(
        "queue_next",
        lambda queue: queue.next(),
        keys=("shift+n", "pagedown"),
        icon="chevron-right",
        label=N_("Next"),
        help=N_("Show the next photo (Shift+N, page down)"),
    ),
    Action(
        "queue_next_to_do",
        lambda queue: queue.next_to_do(),
        icon="forward",
        label=N_("Next to do"),
        help=N_("Show the next photo that is neither done nor skipped"),
    ),
    Action(
        "queue_done",
        lambda queue: queue.done(),
        keys=("shift+d",),
        icon="check",
        label=N_("Done"),
        help=N_("This photo is done: keep its objects, and show the next to do (Shift+D)"),
        apart=True,
    ),
    Action(
        "queue_skip",
        lambda queue: queue.skip(queue.note_box.value),
        keys=("shift+s",),
        icon="step-forward",
        label=N_("Skip"),
        help=N_("Leave this photo out, with the note as the reason, and show the next to do (Shift+S)"),
    ),
)


def _of_photo(action: Action) -> Action:
    """Return an action of the widget as one of the queue."""
    return replace(action, run=lambda queue: queue.act_on_photo(action.run))


class _Photo(ClickSegmenter):
    """The widget of the current photo, which also hears the queue's keys."""

    def __init__(self, queue: PhotoQueue, session: Session, **options: Any) -> None:
        self._queue = weakref.ref(queue)
        super().__init__(session, **options)

    def _session_of(self, source: Any) -> Session:
        session: Session = source
        return session

    def _actions(self) -> Sequence[Action]:
        return (
            *actions.ACTIONS,
            *(replace(one, run=self._for_queue(one), icon="", label="") for one in _QUEUE_ACTIONS),
        )

    def _for_queue(self, action: Action) -> Callable[[Any], object]:
        return lambda seg: None if (queue := self._queue()) is None else action.run(queue)

    def refresh(self) -> None:
        """Draw everything, and keep what was done."""
        super().refresh()
        queue = self._queue()
        if queue is not None:
            queue.keep()

    def _load(self, image: Any, keep: bool) -> None:
        raise ValueError(
            self._tr.gettext(
                "The photos of a queue come from its folder: put the photo there and run the cell again."
            )
        )


class PhotoQueue(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Work through a folder of photos; every click is on the disk before the next.

    Parameters
    ----------
    folder : str or Path
        The photos; those in its folders count, too. Nothing is written there where `out` is given.
    out : str or Path, optional
        Where clicks, masks and exports go; by default the folder "segwidgets" in `folder`. The same call
        goes on where the last one was, also after the kernel was killed.
    review : str or Path, optional
        A folder that `segwidgets batch` has written with these photos: what it found in each is there, to be
        accepted, clicked further or deleted, the least certain photos first. Nothing in it is written over;
        `out` is the folder "review" in it, unless another one is given.
    classes : sequence of str
        The classes that objects can have, as buttons in their colours, with the keys Alt+1 to Alt+9. New
        objects have the one that was given last, at first the first of them, from photo to photo. One that is
        called by another name is so in every photo: those that are done stay done, and the clicks on each get
        the step, which undo takes back everywhere as long as the same photo is shown, later for that photo
        alone. What the class is called is kept, also where the cell still has the old name. Other names can
        be given to objects as well.
    sam : str, optional
        A model's name, see `load_sam`; by default MobileSAM.
    lang : str
        The language of the controls, as "es".
    hover, semantic : bool
        As for `ClickSegmenter`.

    Attributes
    ----------
    widget : ClickSegmenter or None
        Shows the current photo; None as long as none could be opened.
    keeper : Keeper
        What is known of the photos, and where it is kept.
    strip : Strip
        The thumbnails.
    buttons : dict of str to ipywidgets.Button
        What is done with the whole photo, by name.
    export_buttons : dict of str to ipywidgets.Button
        What all photos together become, by the names that `export` takes.
    pointer : list of ipywidgets.Widget
        What hears the keys beside the photo; may be empty.
    note_box, filter, message : ipywidgets.Text, ipywidgets.Dropdown, ipywidgets.HTML
        What a person writes about the photo, which photos are gone through, and what happened last.

    Raises
    ------
    FileNotFoundError, ValueError
        If there are no photos, or another queue, in another kernel, holds `out`.

    Examples
    --------
    >>> import shutil
    >>> from pathlib import Path
    >>> from segwidgets.images import sample_path
    >>> Path("photos").mkdir()
    >>> for name in ("cat", "coffee"):
    ...     _ = shutil.copy(sample_path(name), "photos")
    >>> queue = PhotoQueue("photos", classes=["cat", "cup"])
    >>> queue.widget.add_point(250, 170)
    >>> queue.done()
    True
    >>> queue
    PhotoQueue(2 photos, 1 done)
    >>> [path.name for path in queue.export("coco")]
    ['annotations.json']
    >>> queue.close()
    """

    _open: ClassVar[weakref.WeakValueDictionary[Path, PhotoQueue]] = weakref.WeakValueDictionary()
    _is_built = False

    def __init__(
        self,
        folder: Any,
        out: Any = None,
        classes: Sequence[str] = (),
        sam: Any = None,
        lang: str = DEFAULT,
        hover: bool | None = None,
        semantic: bool = True,
        review: Any = None,
    ) -> None:
        self._words = Phrases(lang)
        self._tr, self.lang = self._words.tr, lang
        self._classes = checked_classes(classes)
        self._options = {"hover": hover, "semantic": semantic, "lang": lang}
        self._lock = threading.RLock()
        self._session: Session | None = None
        self._kept: list[dict[str, Any]] = []
        self.widget: ClickSegmenter | None = None
        self.keeper = self._take_over(folder, out, None if review is None else Review(review))
        self._classes = classes_after(self._classes, self.keeper.renames)
        self._class = next(iter(self._classes), "")
        self._renaming = Renaming(self.keeper)
        try:
            self.ahead = Ahead(self.keeper, sam, partial(_asked_at, weakref.ref(self)))
            self._keys = keymap((*_QUEUE_ACTIONS, *map(_of_photo, actions.CLASS_KEYS)))
            self._panel = self._bar()
            super().__init__([self._panel])
            self._is_built = True
            self._open[self.keeper.out] = self
            self.show(self.keeper.current)
            if self.keeper.damaged:
                text = self._tr.gettext(
                    "What was done and skipped could not be read and is kept as {name}; the clicks are there."
                )
                self._say(text.format(name=self.keeper.damaged))
            elif self.keeper.review is not None and self.keeper.review.damaged:
                text = self._tr.gettext("Of what batch found, these files cannot be read: {names}.")
                self._say(text.format(names=", ".join(self.keeper.review.damaged[:_NAMED])), error=True)
        except BaseException:
            self.close()
            raise
        note(self)

    def __repr__(self) -> str:
        count = self.progress
        return f"PhotoQueue({count.total} photos, {count.done} done)"

    def _take_over(self, folder: Any, out: Any, review: Review | None) -> Keeper:
        """Open the folder; a queue on it that an earlier run of the cell made is closed."""
        try:
            return Keeper(folder, out, review)
        except ValueError:
            old = self._open.get(place_of(folder, out, review))
            if old is None:
                raise
            old.close()
            return Keeper(folder, out, review)

    # the queue

    @property
    def progress(self) -> Progress:
        """How many photos are done, to do, skipped, and cannot be opened."""
        return self.keeper.progress

    @property
    def current(self) -> str:
        """The photo that is shown, by its path in the folder."""
        return self.keeper.entries[self.keeper.current].name

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that objects can have, as they are called now."""
        return self._classes if self.widget is None else self.widget.classes

    @property
    def names(self) -> list[str]:
        """All photos, by their paths in the folder."""
        return [entry.name for entry in self.keeper.entries]

    @property
    def note(self) -> str:
        """What a person wrote about the current photo; what is assigned is kept."""
        return self.keeper.entries[self.keeper.current].note

    @note.setter
    def note(self, text: str) -> None:
        self._write_note(text)
        self._update()

    def next(self) -> bool:
        """Show the next photo, of those that `filter` lets through; False at the end."""
        return self._step(1)

    def previous(self) -> bool:
        """Show the photo before, of those that `filter` lets through; False at the beginning."""
        return self._step(-1)

    def next_to_do(self) -> bool:
        """Show the next photo that is neither done nor skipped, round the end; False if there is none."""
        at, count = self.keeper.current, len(self.keeper)
        for step in range(1, count + 1):
            place = (at + step) % count
            if self.keeper.entries[place].state == "to do":
                self.show(place)
                if self.keeper.entries[place].state != "broken":
                    return True
        count_done = self.progress
        self._say(
            self._tr.gettext("Nothing is left to do: {done} done, {skipped} skipped.").format(
                done=count_done.done, skipped=count_done.skipped
            )
        )
        return False

    def go_to(self, name: str) -> None:
        """Show a photo, by its path in the folder, or its file's name where no other has it.

        Raises
        ------
        ValueError
            If there is no such photo.
        """
        self.show(self.keeper.find(name))

    def show(self, at: int) -> None:
        """Show the photo at a place in the queue, numbered from 0."""
        if not 0 <= at < len(self.keeper):
            raise ValueError(f"a photo's place must be from 0 to {len(self.keeper) - 1}, got {at!r}")
        with self._lock:
            self._session = None
            self._renaming.forget()
            try:
                prepared = self.ahead.take(at)
            except Unreadable as error:
                self.keeper.spoil(at, words_of(error))
                self._hide_photo()
                text = self._tr.gettext("{photo} cannot be opened: {reason}")
                reason = self._tr.gettext(words_of(error))
                self._say(text.format(photo=self.keeper.entries[at].name, reason=reason), error=True)
            else:
                self.keeper.spoil(at, "")
                self._say(self._set_aside(at, prepared) or self._reviewed(at, prepared))
                self._kept = prepared.session.history
                self._show_photo(prepared.session)
                self._session = prepared.session
            self.keeper.show(at)
            self._update()
            self._look_ahead()

    def done(self) -> bool:
        """Keep the photo's objects, say that it is done, and show the next to do; False if there is none.

        Objects without a name get the class that was chosen last, at first the first of `classes`. A photo
        without objects can be done as well: there is nothing in it.

        Raises
        ------
        ValueError
            If the photo cannot be opened.
        """
        session = self._opened()
        for index, one in enumerate(session.state.objects):
            if one.candidates is not None and not one.name and self._class:
                session.do("classify", index=index, name=self._class, tint=self._tint)
        at = self.keeper.current
        if session.history and self.keeper.session(at) is None:  # accepted as batch found it
            self.keeper.save_session(at, session.to_json())
        self.keeper.finish(at, self._work(session, self.keeper.entries[at].stem))
        self._update()
        return self.next_to_do()

    def skip(self, reason: str = "") -> bool:
        """Leave the photo out, and show the next to do; False if there is none."""
        self.keeper.change(self.keeper.current, marked="skipped", reason=plain(reason, MAX_TEXT))
        self._update()
        return self.next_to_do()

    def reopen(self) -> None:
        """Say of a photo that was done or skipped that it is to do."""
        self.keeper.change(self.keeper.current, marked="to do", reason="")
        self._update()

    def label(self, name: str) -> None:
        """Give the current object a class; objects without one get it as well when the photo is done.

        Raises
        ------
        ValueError
            If there are `classes` and it is none of them.
        """
        if self.classes and name not in self.classes:
            raise ValueError(f"there is no class {name!r:.60}; there are {', '.join(self.classes)}")
        self.act_on_photo(lambda seg: seg.classify(name))

    def act_on_photo(self, action: Callable[[ClickSegmenter], object]) -> None:
        """Do something to the widget of the current photo.

        Raises
        ------
        ValueError
            If the photo cannot be opened.
        """
        self._opened()
        if self.widget is not None:
            action(self.widget)

    def keep(self) -> None:
        """Write the clicks on the current photo down, if there are new ones; the widget does it by itself."""
        with self._lock:
            session = self._session
            if session is None or (history := session.history) == self._kept:
                return
            at, label = self.keeper.current, session.state.label
            self.keeper.save_session(at, session.to_json())
            only_renamed = self._renaming.follow(self._kept, history)
            self._kept = history
            self._class = label[0] if label else classes_after([self._class], session.state.classing)[0]
            if self.keeper.entries[at].marked != "to do" and not only_renamed:
                self.keeper.change(at, marked="to do", reason="")
        self._update()

    def export(
        self,
        kind: str,
        folder: str | Path | None = None,
        split: Sequence[float] | None = None,
        seed: int = 0,
    ) -> list[Path]:
        """Write the objects of all photos that are done.

        Parameters
        ----------
        kind : str
            One of `segwidgets.exports.FORMATS` except "gif": "coco", "panoptic", "yolo", "masks", "cutouts",
            "index", "json"; "sheet" for contact sheets, the least certain photos first; "summary" for the
            table of all photos, done or not.
        folder : str or Path, optional
            Where to; by default a folder of the format's name in `out`, with "_split" where the photos are
            parted. What stands there and is not ours is kept under another name.
        split : sequence of float, optional
            The fractions of the photos for training, validation and, where there is a third, the test, as
            (0.8, 0.1, 0.1): a photo's part follows from the seed and its path in the folder alone, so that
            one more photo moves no other. COCO's formats then have a JSON for each part, YOLO a folder, and
            `split.json` names the photos of each.
        seed : int
            Of the split; another one parts the photos anew.

        Returns
        -------
        list of Path
            What was written; `summary.csv` in `out`, a table of all photos, is written anew as well, with
            the photos' parts.

        Raises
        ------
        TypeError, ValueError
            If there is no such format, no photo is done, the split is none, or the folder holds photos that
            are parted otherwise.
        """
        made = self._export(kind, folder, None if split is None else Split(split, seed))
        if made.told:
            self._say(made.told)
        return made.files

    def _export(
        self, kind: str, folder: str | Path | None = None, split: Split | None = None
    ) -> exporting.Exported:
        place = None if folder is None else Path(folder)
        try:
            return exporting.export(self.keeper, kind, self.classes, self._words, place, split)
        finally:
            self._update()  # photos that have changed are to do again

    def close(self) -> None:
        """Let another queue have the folder, free the photos, and take the widget off the page."""
        if not self._is_built:  # ipywidgets also closes what could not be built
            keeper = getattr(self, "keeper", None)
            if keeper is not None:
                keeper.close()
            return
        self._session = None
        self.ahead.close()
        self.strip.close()
        self.keeper.close()
        if self.widget is not None:
            self.widget.close()
        close_parts(self)
        super().close()

    def __del__(self) -> None:
        self.close()

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Show the queue, and for the saved notebook the current photo's picture."""
        note(self)
        if self.widget is None:
            return view_of(self)
        return {**self.widget._repr_mimebundle_(), **view_of(self)}

    _ipython_display_ = None  # ipywidgets 7 has one, which would go before this

    # inside

    def _bar(self) -> VBox:
        _ = self._tr.gettext
        css = (resources.files("segwidgets.widgets") / "widgets.css").read_text(encoding="utf-8")
        self.buttons = {
            one.name: button(_(one.label), _(one.help), partial(self._do, one.run, self), one.icon)
            for one in _QUEUE_ACTIONS
        }
        self.strip = Strip(lambda at: self._do(self.show, at), self.lang)
        self.bar, self.counter, self.message = IntProgress(0, 0, len(self.keeper)), HTML(), HTML()
        self.filter = explained(
            Dropdown(options=[(_("all photos"), ""), *((_(word), state) for state, word in STATES.items())]),
            _("Which photos are gone through"),
        )
        self.filter.observe(lambda change: self._update(), "value")
        self.note_box = explained(
            Text(placeholder=_("A note on this photo"), continuous_update=False),
            _("A note on this photo, or why it is skipped"),
        )
        self.note_box.observe(self._hear_note, "value")
        self.export_buttons = {}
        for name in _EXPORTS:
            label, words = exporting.words_of_button(name)
            self.export_buttons[name] = button(_(label), _(words), partial(self._do, self._save, name))
        rows = [
            HBox([*self.buttons.values(), self.filter]),
            HBox([self.bar, self.counter]),
            self.strip.widget,
            HBox([self.note_box, *self.export_buttons.values()]),
        ]
        for row in (rows[0], rows[1], rows[3]):
            row.add_class("sw-bar")
        self.pointer = pointer_layer(self._keys, self._hear, lang=self.lang)
        bar = VBox(
            [
                HTML(f"<style>{css}</style>"),
                *rows,
                self.message,
                *self.pointer,
            ]
        )
        bar.add_class("segwidgets-click")
        bar.add_class("sw-queue")
        return bar

    def _hear(self, event: dict[str, Any]) -> None:
        if event["kind"] == "key":
            action = heard(self._keys, *(event[name] for name in ("key", "shift", "ctrl", "meta")))
            if action is not None:
                self._do(action.run, self)

    def _do(self, function: Callable[..., object], *arguments: Any) -> None:
        """Carry out a function for a hand; what goes wrong is said."""
        try:
            with by_hand():
                function(*arguments)
        except Exception as error:  # noqa: BLE001  (whatever it was: say it, and stay usable)
            self._say(words_of(error) or type(error).__name__, error=True)

    def _save(self, kind: str) -> None:
        made = self._export(kind)
        text = self._tr.gettext('Saved in the folder "{folder}": {names}.')
        text = text.format(folder=made.folder, names=named(made.files, self.lang))
        text = f"{text} {made.told}" if made.told else text
        self._say(text, more=download_link(made.files, kind, self.lang))

    def _hear_note(self, change: dict[str, Any]) -> None:
        if change["new"] != self.note:
            self._do(self._write_note, change["new"])

    def _write_note(self, text: str) -> None:
        self.keeper.change(self.keeper.current, note=plain(text, MAX_TEXT))

    def _opened(self) -> Session:
        if self._session is None:
            raise ValueError(self._tr.gettext("This photo cannot be opened: skip it, or go to another one."))
        return self._session

    def _work(self, session: Session, name: str) -> Work:
        work = outcome.work(session, self.lang)
        if len(work.detections):
            classes = [one.name or OBJECT for one in outcome.finished(session.state)]
            work.detections.data["class_name"] = np.array(classes)
        return replace(work, name=name)

    def _set_aside(self, at: int, prepared: Prepared) -> str:
        """Keep clicks that could not be done again on the photo; return what to say of it."""
        if not prepared.trouble:
            return ""
        kept = self.keeper.set_session_aside(at)
        text = self._tr.gettext(
            "The clicks that were kept do not belong to {photo} as it is now ({reason}); they are kept as "
            "{name}."
        )
        return text.format(photo=self.keeper.entries[at].name, reason=prepared.trouble, name=kept.name)

    def _reviewed(self, at: int, prepared: Prepared) -> str:
        """Say what batch found in a photo that nobody has worked on yet."""
        name, tr = self.keeper.entries[at].name, self._words
        if prepared.unread:
            text = tr.gettext("What batch found in {photo} is not shown: {reason}.")
            return text.format(photo=name, reason=tr.gettext(prepared.unread).rstrip("."))
        if not prepared.is_new or self.keeper.review is None:
            return ""
        count = len(prepared.session.state.objects)
        if not count:
            return tr.gettext("batch found nothing here: click on what there is, or on Done.")
        text = tr.ngettext(
            "{count} object from batch, certainty {certainty}: select it to click further, delete it, or "
            "take it by Done.",
            "{count} objects from batch, certainty {certainty}: select one to click further, delete it, or "
            "take them by Done.",
            count,
        )
        return text.format(count=count, certainty=tr.decimal(self.keeper.review.certainty[name]))

    @property
    def _tint(self) -> int:
        """The colour of the class that was given last, as a number."""
        known = self.classes
        return (known.index(self._class) if self._class in known else len(known)) % len(style.PALETTE)

    def _show_photo(self, session: Session) -> None:
        if self._class:
            session.begin_with(self._class, self._tint)
        if self.widget is None:
            self.widget = _Photo(self, session, classes=self._classes, **self._options)
            self.children = [self._panel, self.widget]
        else:
            self.widget.show_session(session)
        self.widget.layout.display = None

    def _hide_photo(self) -> None:
        if self.widget is not None:
            self.widget.layout.display = "none"

    def _places(self) -> list[int]:
        """Return which photos the filter lets through."""
        state: State | str = self.filter.value
        return [at for at, one in enumerate(self.keeper.entries) if not state or one.state == state]

    def _step(self, way: int) -> bool:
        at = self.keeper.current
        beyond = [place for place in self._places() if (place > at if way > 0 else place < at)]
        if not beyond:
            _ = self._tr.gettext
            self._say(_("This is the last photo.") if way > 0 else _("This is the first photo."))
            return False
        self.show(beyond[0] if way > 0 else beyond[-1])
        return True

    def _look_ahead(self) -> None:
        at = self.keeper.current
        self.ahead.want([place for place in self._places() if place > at][:AHEAD])

    def _update(self) -> None:
        if not self._is_built or self.comm is None:
            return
        count, entry = self.progress, self.keeper.entries[self.keeper.current]
        self.bar.value = count.done + count.skipped
        text = self._tr.gettext("{done} of {total} done · {skipped} skipped · {broken} cannot be opened")
        told = text.format(done=count.done, total=count.total, skipped=count.skipped, broken=count.broken)
        self.counter.value = f'<div role="status">{escape(entry.name)} · {told}</div>'
        self.note_box.value = entry.note
        self.strip.update(self.keeper.entries, self._places(), self.keeper.current)

    def _say(self, text: str, error: bool = False, more: str = "") -> None:
        kind = "sw-message sw-error" if error else "sw-message"
        role = "alert" if error else "status"
        self.message.value = f'<div role="{role}" class="{kind}">{escape(text)}{more}</div>' if text else ""

    @property
    def asked_at(self) -> float:
        """When masks of the current photo were last asked for; infinite as long as it is being encoded."""
        session = self._session
        if session is None:
            return 0.0
        return session.asked_at if is_ready(session.segmenter) else math.inf


def _asked_at(queue: weakref.ref[PhotoQueue]) -> float:
    alive = queue()
    return 0.0 if alive is None else alive.asked_at
