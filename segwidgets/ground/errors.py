"""The base of the package's own exceptions."""

from __future__ import annotations


class SegwidgetsError(Exception):
    """What the package raises of its own; `except SegwidgetsError` catches all of it.

    Each subclass is also the built-in exception that it amounts to (`ValueError`, `OSError`, `RuntimeError`).

    Examples
    --------
    >>> try:
    ...     load_image(b"no photo")
    ... except SegwidgetsError as error:
    ...     print(type(error).__name__)
    ImageError
    """
