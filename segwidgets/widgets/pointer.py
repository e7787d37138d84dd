"""What ipycanvas does not tell of the mouse and the keys: a small widget that listens before it does.

Its JavaScript, `pointer.js`, takes the canvas's events in the page and sends them with button, modifiers and
size on the screen; keys come from wherever the focus is inside the widget, and Jupyter hears none of ours.
Where it cannot run, as anywidget is missing here or in the front end, ipycanvas's own events arrive as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import resources
from typing import Any

from ipywidgets import Box
from traitlets import Bool, Int, List, Unicode

try:
    from anywidget import AnyWidget
except ImportError:  # the widgets can do without
    AnyWidget = None


class _Listener(AnyWidget or object):  # type: ignore[misc]
    """The listener in the page."""

    _esm = (resources.files("segwidgets.widgets") / "pointer.js").read_text(encoding="utf-8")
    heard = List(Unicode()).tag(sync=True)
    has_canvas = Bool().tag(sync=True)
    label = Unicode().tag(sync=True)  # of the canvas, for who does not see it
    stops = Int().tag(sync=True)  # how many points Tab stops at before it leaves the canvas
    cursor = Unicode().tag(sync=True)  # of the mouse over the canvas, as CSS says it; empty for the usual one


def pointer_layer(
    keys: Iterable[str] = (),
    on_event: Callable[[dict[str, Any]], object] | None = None,
    label: str = "",
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
        milliseconds, and as `background` whether the right button, Alt or Shift was used. "cancel" and
        "leave" come alone; "key" with key, shift, ctrl and meta; "stop" with the number of the point that Tab
        came to. Without it the canvas's events stay
        ipycanvas's.
    label : str
        What screen readers call the canvas, or the picture.
    """
    if AnyWidget is None:
        return []
    listener = _Listener(heard=list(keys), has_canvas=on_event is not None, label=label)
    if on_event is not None:
        listener.on_msg(lambda _widget, content, _buffers: on_event(content))
    hidden = Box([listener])
    hidden.add_class("sw-off")  # where the front end has no anywidget it would show an error
    return [hidden]
