"""The main job: from a photo to a finished workshop folder; its pictures, its report and its check.

Nothing here knows a notebook or a widget.
"""

from segwidgets.workshop.make import make_workshop
from segwidgets.workshop.result import Workshop

__all__ = ["Workshop", "make_workshop"]
