"""What ipycanvas does not tell of the mouse and the keys: a small widget that listens before it does.

Its JavaScript, `pointer.js` with `strokes.js` and `sending.js`, takes the canvas's events in the page and
sends them with button, modifiers and size on the screen; keys come from wherever the focus is inside the
widget, and Jupyter hears none of ours.
Where it cannot run, as anywidget is missing here or in the front end, ipycanvas's own events arrive as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import resources
from typing import Any

from ipywidgets import Box
from traitlets import Bool, Dict, Int, List, Unicode

from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.widgets.in_order import InOrder

try:
    from anywidget import AnyWidget
except ImportError:  # the widgets can do without
    AnyWidget = None


class _Listener(AnyWidget or object):  # type: ignore[misc]
    """The listener in the page."""

    _esm = "\n".join(
        (resources.files("segwidgets.widgets") / name).read_text(encoding="utf-8")
        for name in ("sending.js", "strokes.js", "pointer.js")
    )
    heard = List(Unicode()).tag(sync=True)
    has_canvas = Bool().tag(sync=True)
    label = Unicode().tag(sync=True)  # of the canvas, for who does not see it
    stops = Int().tag(sync=True)  # how many points Tab stops at before it leaves the canvas
    late = Unicode().tag(sync=True)  # what to say while no answer comes to so many clicks
    gone = Unicode().tag(sync=True)  # and where none can come any more
    untaken = Unicode().tag(sync=True)  # and how many clicks were lost with it
    marks = Unicode().tag(sync=True)  # what a click marks, "object" or "background"; empty for nothing
    brush = Dict().tag(sync=True)  # what draws instead of clicking, see `Brush.told`; empty for nothing
    cursor = Unicode().tag(sync=True)  # of the mouse over the canvas, as CSS says it; empty for the usual one


def pointer_layer(
    keys: Iterable[str] = (),
    on_event: Callable[[dict[str, Any]], object] | None = None,
    label: str = "",
    lang: str = DEFAULT,
) -> list[Any]:
    """Return what is to be put into a widget of the class "segwidgets-click"; nothing without anywidget.

    Parameters
    ----------
    keys : iterable of str
        That are heard, as the browser calls them, in lower case, behind "ctrl+" and "shift+".
    on_event : callable, optional
        Hears of keys, and of the pointer over the canvas. What it is given has a `kind`: "hover", "down",
        "drag" and "up" come with x and y in canvas pixels, not clipped; with `unit`, the canvas pixels in one
        of the screen; with `pointer`, "mouse", "pen" or "touch". "down" also tells the `time` in
        milliseconds, as `background` whether the right button, Alt or Shift was used, and as `selects`
        whether Ctrl or the Mac's command key was. "cancel" and "leave" come alone; "file" is a piece of a
        photo, with its name, size, `at` and `data`; "stroke" is a line that was drawn with the `brush`, with
        its `tool`, `points` in canvas pixels, `radius` in pixels of the screen and whether it is to `erase`;
        whoever hears it sends its number back, as `stroke`, when it is drawn. "key" comes with key, shift,
        ctrl and meta; "stop" with the number of the point that Tab came to; "peek" with the `name` of the
        button of the class "sw-peek-NAME" that the mouse or the keyboard is on, and an empty one when it
        leaves; "back" says that what was sent to the page may be lost. Without it the canvas's events stay
        ipycanvas's.
    label : str
        What screen readers call the canvas, or the picture.
    lang : str
        Of what is said where the kernel does not answer, as "es".
    """
    if AnyWidget is None:
        return []
    _ = translations(lang).gettext
    listener = _Listener(
        heard=list(keys),
        has_canvas=on_event is not None,
        label=label,
        late=_(
            "No answer yet: the kernel is busy, perhaps with another cell, or out of reach. Clicks and keys "
            "that wait for it: {count}. If this stays, look whether the kernel still runs."
        ),
        gone=_(
            "The kernel behind this was restarted, or the connection to it is lost: clicks do nothing. If "
            "this stays, run the cell again."
        ),
        untaken=_("Clicks and keys that were not taken: {count}."),
    )
    if on_event is not None:
        orderly = InOrder(on_event)

        def hear(widget: Any, event: dict[str, Any], buffers: Any) -> None:
            page = event.get("page")
            if event["kind"] == "asked":
                widget.send({"page": page, "asked": event["asked"], "due": orderly.due(page)})
                return
            if event["kind"] == "file":
                event["data"] = b"".join(buffers)
            if event.get("answer"):  # before the work, which may take long: somebody is there
                widget.send({"page": page, "got": event["turn"], "due": orderly.due(page)})
            orderly.take(event)

        listener.on_msg(hear)
    hidden = Box([listener])
    hidden.add_class("sw-off")  # where the front end has no anywidget it would show an error
    return [hidden]
