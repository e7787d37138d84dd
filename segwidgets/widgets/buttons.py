"""Buttons that say in words what they do, and classes for the style sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipywidgets import Button

Seg = Any  # the ClickSegmenter that a part belongs to: parts import nothing that stands on them

Do = Callable[..., None]  # do(seg.add_point, x, y): carries out a function for a hand, and shows its errors


def button(text: str, tooltip: str, on_click: Callable[[], None], icon: str = "") -> Button:
    """Return a button whose purpose is said in words, also where it shows only an icon."""
    made = Button(description=text, tooltip=tooltip, icon=icon)
    made.on_click(lambda _: on_click())
    return made


def mark(widget: Any, class_name: str, on: bool) -> None:
    """Give a widget a CSS class, or take it away."""
    (widget.add_class if on else widget.remove_class)(class_name)
