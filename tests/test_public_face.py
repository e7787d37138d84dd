"""Tests use what a user has: whatever reaches behind a leading underscore is named here, with its reason."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from segwidgets import __file__ as package

TESTS = Path(__file__).parent
PRIVATE = re.compile(r"(?:[\w.]*\.)?(_[a-zA-Z]\w*(?<!_))")  # not __dunder__, nor IPython's _repr_png_
METHODS = {"_replace", "_asdict", "_fields"}  # of named tuples, public in spite of their names
MOST = 30
NO_BROWSER = "ipycanvas has no public way to be its front end: events in, draw commands out"
OWN_QUEUE = (
    "our trial of a canvas must leave ipycanvas' queue of commands as it was, and nothing else shows it"
)
REACHES = {
    ("fake_front.py", "_CANVAS_MANAGER"): NO_BROWSER,
    ("fake_front.py", "_canvases"): NO_BROWSER,
    ("fake_front.py", "_current_canvas"): NO_BROWSER,
    ("fake_front.py", "_send_custom"): NO_BROWSER,
    ("fake_front.py", "_handle_msg"): NO_BROWSER,
    ("fake_front.py", "_dom_classes"): "ipywidgets can add a style sheet's class but not say which there are",
    ("test_doctor.py", "_CANVAS_MANAGER"): OWN_QUEUE,
    ("test_doctor.py", "_commands_cache"): OWN_QUEUE,
    ("test_doctor.py", "_caching"): OWN_QUEUE,
    ("test_click_segmenter.py", "_counter"): "what ipywidgets 7's page sends with a file",
    ("test_click_segmenter.py", "_handle_custom_msg"): "a photo's pieces have no public way in but the page",
    (
        "test_click_segmenter.py",
        "_stencils",
    ): "that an outline is kept, not for ever, shows in nothing but time",
    ("test_lifetime.py", "_instances"): "ipywidgets' table of what lives: what a closed widget must leave",
    ("test_explorers.py", "_paint"): "an explorer's own picture cannot fail by any public way, its hook must",
    ("test_package.py", "_MOVED"): "older paths are no names of the package's, but each must go on working",
    ("tour.py", "_width"): "rich keeps the width of whoever imported it first, and cannot forget it",
    ("test_closer.py", "_views"): "that a closer view is not kept shows in nothing but memory",
    ("test_pointer.py", "_handle_custom_msg"): "anywidget's messages have no public way in but the page",
    ("test_photo_queue.py", "_handle_custom_msg"): "anywidget's messages have no public way in but the page",
    ("test_choice.py", "_reason_class"): "who could call it wrongly has been refused before",
    **{
        (
            "test_checkpoints.py",
            maker,
        ): "rows are held against what makes them, and show only what was made"
        for maker in ("_npm", "_official", "_sam", "_torchvision")
    },
}


def reaches(source: str) -> Iterator[str]:
    """Yield each private name that is taken from, or set in, something else than the code's own `self`."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            names = [] if own else [node.attr]
        elif isinstance(node, ast.ImportFrom):
            names = [one.name for one in node.names]
        elif isinstance(
            node, ast.Call | ast.Subscript | ast.Dict
        ):  # setattr(x, "_name", 1), patch("x._name")
            children = list(ast.iter_child_nodes(node))
            pieces = [
                piece for child in children if isinstance(child, ast.JoinedStr) for piece in child.values
            ]
            texts = [one.value for one in children if isinstance(one, ast.Constant)]
            texts += [one.value for one in pieces if isinstance(one, ast.Constant) and "." in str(one.value)]
            names = [text for text in texts if isinstance(text, str)]
        found = (PRIVATE.fullmatch(name) for name in names)
        yield from (match[1] for match in found if match and match[1] not in METHODS)


def test_tests_use_the_public_face_but_for_what_is_named_here() -> None:
    modules = {path.stem for path in Path(package).parent.rglob("_*.py")}  # their own tests may import them
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted(TESTS.rglob("*.py")):
        if path != Path(__file__):
            where = str(path.relative_to(TESTS))
            counts.update((where, name) for name in reaches(path.read_text("utf-8")) if name not in modules)
    assert set(counts) == set(REACHES)
    assert counts.total() < MOST


def test_a_reach_is_found_however_it_is_written() -> None:
    source = """
from segwidgets.segmenter import _one
segmenter._two = other._three()
monkeypatch.setattr(segmenter, "_four", None)
mock.patch(f"{examine}._five")
widget.get_state()["_six"]
patches = {f"{examine}._seven": 7}
self._own, value._replace(x=1), widget._repr_mimebundle_(), module.__name__
"""
    assert sorted(reaches(source)) == ["_five", "_four", "_one", "_seven", "_six", "_three", "_two"]
