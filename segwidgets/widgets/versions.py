"""What ipywidgets 7 and 8 say in other words. Colab's front end is made for 7.7; everything else has 8."""

from __future__ import annotations

from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
PLAIN_TEXT = 110  # characters of a widget's repr that a notebook keeps, as ipywidgets has it


def explained(widget: Any, words: str) -> Any:
    """Give a control words that show when the mouse rests on it, and return it."""
    name = "tooltip" if widget.has_trait("tooltip") else "description_tooltip"
    setattr(widget, name, words)
    return widget


def explanation(widget: Any) -> str:
    """Return the words that `explained` gave a control, or its maker; empty if there are none."""
    name = "tooltip" if widget.has_trait("tooltip") else "description_tooltip"
    return getattr(widget, name, None) or ""


def give_focus(widget: Any) -> bool:
    """Hand the keyboard to a control; False where the widgets cannot do that, as in ipywidgets 7."""
    if not hasattr(widget, "focus"):
        return False
    widget.focus()
    return True


def view_of(widget: Any) -> dict[str, Any]:
    """Return what shows a widget, by MIME type; of a closed one only words are left."""
    text = repr(widget)
    bundle: dict[str, Any] = {"text/plain": text if len(text) <= PLAIN_TEXT else f"{text[:PLAIN_TEXT]}…"}
    if widget.comm is not None:
        bundle[VIEW] = widget.get_view_spec()
    return bundle


def take_upload(upload: Any) -> tuple[str, bytes] | None:
    """Return the chosen file's name and content, and empty the control; None if there is none."""
    value = upload.value
    if not value:
        return None
    if isinstance(value, dict):  # ipywidgets 7: by name, and made by the front end's counter
        name, file = next(iter(value.items()))
        content = bytes(file["content"])
        upload.metadata, upload.data = [], []
        upload._counter = 0
    else:
        name, content = value[0]["name"], bytes(value[0]["content"])
        upload.value = ()
    return name, content
