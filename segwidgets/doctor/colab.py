"""Make Google Colab ready: what the first cell of each lesson calls there."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from importlib.metadata import distributions
from typing import Any

from segwidgets import checkpoints
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.notebook import write
from segwidgets.locale.phrases import Phrases


def prepare(lang: str = DEFAULT, before: Collection[str] = ()) -> None:
    """Let Colab show the widgets, and fetch the default models' weights.

    Widgets that are not ipywidgets' own load their JavaScript from a CDN, which Colab does only when it is
    told to. Tested with a stand-in for Colab, not in Colab itself.

    Parameters
    ----------
    lang : str
        The language of what is written beneath the cell, as "es".
    before : collection of str
        What was installed before, as "name==version"; what has come since is written.

    Raises
    ------
    RuntimeError
        If this is not Colab.
    CheckpointError
        If the weights cannot be had.
    """
    words = Phrases(lang)
    try:
        from google.colab import output
    except ImportError as error:
        raise RuntimeError(
            "prepare() is for Google Colab, and google.colab cannot be imported here; in Jupyter the widgets "
            "need no preparation, and `segwidgets weights` fetches the weights"
        ) from error
    if before:
        importlib.invalidate_caches()
        there = reversed([one for one in distributions() if one.name])  # the first of a name counts
        now = {one.name: f"{one.name}=={one.version}" for one in there}
        added = ", ".join(sorted(set(now.values()) - set(before))) or words.gettext("nothing")
        write(words.gettext("Added: {names}").format(names=added))
    output.enable_custom_widget_manager()
    _show_widgets_as_colab_expects()
    for name in DEFAULT_WEIGHTS:
        checkpoints.fetch(name)
        megabytes = words.decimal(checkpoints.CHECKPOINTS[name].size / 1e6, 0)
        write(words.gettext("{name}: {megabytes} MB, verified").format(name=name, megabytes=megabytes))


def _show_widgets_as_colab_expects() -> None:
    """Send a cell's last line, if it is a widget, as `display` would.

    Colab names its widget manager in what `display` sends, but not in a cell's result, which is how
    ipywidgets 8 shows a cell's last line; the widget's place would stay blank
    (https://github.com/manzt/anywidget/issues/63).
    """
    from IPython import get_ipython
    from ipywidgets import Widget

    formatters = get_ipython().display_formatter
    formatters.ipython_display_formatter.for_type(Widget, _show)


def _show(widget: Any) -> None:
    from IPython.display import display

    if callable(getattr(widget, "_ipython_display_", None)):
        widget._ipython_display_()
    elif bundle := widget._repr_mimebundle_():
        display(bundle, raw=True)
