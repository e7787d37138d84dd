"""The main job: from a photo to a finished workshop folder; its pictures, its report and its check.

Nothing here knows a notebook or a widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segwidgets.workshop.make import make_workshop
    from segwidgets.workshop.result import Workshop

__all__ = ["Workshop", "make_workshop"]


def __getattr__(name: str) -> Any:
    """Load the job when it is asked for: who only checks a folder needs no model."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from segwidgets.workshop import make

    return getattr(make, name)
