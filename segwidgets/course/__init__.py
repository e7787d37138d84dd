"""What lessons need: start, checks and judges, exercises, quizzes, progress.

The lessons themselves are in `notebooks/source`; nothing in the rest of the package imports this.
"""

from segwidgets.course.lesson import (
    check,
    draw,
    needs_torch,
    progress,
    quiz,
    reference_mask,
    set_language,
    show,
    start,
)

__all__ = [
    "check",
    "draw",
    "needs_torch",
    "progress",
    "quiz",
    "reference_mask",
    "set_language",
    "show",
    "start",
]
