"""What to do where the canvas does not show: only what is known, and said so where it was not tried."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT


def explain_missing_canvas(lang: str = DEFAULT) -> str:
    """Say what to do when the widget stays blank: in Colab, in VS Code, in an old JupyterLab.

    Parameters
    ----------
    lang : str
        The language of the answer, as "es".

    Returns
    -------
    str
        Several paragraphs of plain text, with the installed versions.

    Examples
    --------
    >>> print(explain_missing_canvas())
    The canvas is drawn by the package ipycanvas...
    """
    _ = translations(lang).gettext
    paragraphs = [
        _(
            "The canvas is drawn by the package ipycanvas. If its place stays blank or shows text only, the "
            "notebook's page has not loaded ipycanvas's JavaScript."
        ),
        _("Installed here: {versions}.").format(versions=_versions()),
        _(
            "JupyterLab and Notebook: ipycanvas must be installed where the server runs, not only where the "
            "kernel runs. JupyterLab 4 and Notebook 7 are tested. After installing it, restart the server "
            "and reload the page."
        ),
        _(
            "Google Colab (not tested): the first cell of each lesson prepares it; in a notebook of your own "
            "run `from segwidgets.colab import prepare` and `prepare()`. If the canvas stays blank, choose "
            "Runtime → Restart session and run everything again."
        ),
        _(
            "VS Code (not tested): set `jupyter.widgetScriptSources` to "
            '["jsdelivr.com"] in the settings, reload the window and run the cell again.'
        ),
        _(
            "Everywhere: `PromptForm` offers the same prompts with number fields and sliders, without a "
            "canvas, and `seg.add_point(x, y)` does in code what a click does."
        ),
    ]
    return "\n\n".join(paragraphs)


def _versions() -> str:
    found = []
    for name in ("ipycanvas", "ipywidgets", "jupyterlab", "notebook"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
