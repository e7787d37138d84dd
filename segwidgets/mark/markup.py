"""Pages as trees of elements: what is put in as text can only come out as text, whoever wrote it."""

from __future__ import annotations

import base64
from importlib import resources
from xml.etree import ElementTree

from segwidgets.ground.outside import plain
from segwidgets.mark.records import State

Element = ElementTree.Element

SIGNS: dict[State, str] = {"passed": "✓", "failed": "✗", "error": "!", "not tried": "–"}
"""What stands before a state's word: nobody has to tell colours apart."""

_NOTHING_FROM_OUTSIDE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def element(tag: str, *children: str | Element | None, **attributes: str) -> Element:
    """Make an element of HTML.

    Parameters
    ----------
    tag : str
        Its name.
    children : str or Element or None
        What it holds. Texts are made harmless and escaped, so that they may come from anybody.
    attributes : str
        Its attributes; ``class_`` is ``class``, and other underscores are hyphens.
    """
    made = Element(tag, {_attribute(name): plain(value, None) for name, value in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            words = plain(child, None, keep_lines=True)
            if last is None:
                made.text = (made.text or "") + words
            else:
                last.tail = (last.tail or "") + words
        elif child is not None:
            made.append(child)
            last = child
    return made


def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def person(name: str) -> Element:
    """Return a name that turns no direction of writing but its own."""
    return element("bdi", name)


def chip(state: State, word: str) -> Element:
    """Return a state as a sign, a word and a colour."""
    return element("span", element("span", SIGNS[state], aria_hidden="true"), f" {word}", class_=_css(state))


def _css(state: State) -> str:
    return f"state {state.replace(' ', '-')}"


def table(
    caption: str, heads: list[str], rows: list[list[str | Element]], feet: list[str | Element] | None = None
) -> Element:
    """Return a table that a narrow window scrolls; the first cell of each row is its head."""

    def row(cells: list[str | Element]) -> Element:
        first, *others = cells
        return element("tr", element("th", first, scope="row"), *(element("td", one) for one in others))

    made = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element("tbody", *map(row, rows)),
        element("tfoot", row(feet)) if feet else None,
    )
    return element("div", made, class_="scroll", role="region", tabindex="0", aria_label=caption)


def picture(png: bytes, alt: str) -> Element:
    """Return a picture that lies in the page itself."""
    return element("img", src=f"data:image/png;base64,{base64.b64encode(png).decode()}", alt=alt)


def page(lang: str, title: str, *content: Element | None) -> bytes:
    """Return a whole page in one file: no script, nothing from outside, light and dark."""
    style = (resources.files("segwidgets.mark") / "pages.css").read_text("utf-8")
    root = element(
        "html",
        element(
            "head",
            Element("meta", {"charset": "utf-8"}),
            Element("meta", {"http-equiv": "Content-Security-Policy", "content": _NOTHING_FROM_OUTSIDE}),
            Element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            Element("meta", {"name": "color-scheme", "content": "light dark"}),
            element("title", title),
            element("style", style),
        ),
        element("body", element("main", *content)),
        lang=lang,
    )
    return f"<!doctype html>\n{ElementTree.tostring(root, 'unicode', method='html')}\n".encode()
