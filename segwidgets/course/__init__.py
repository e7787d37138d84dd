"""What lessons need: start, checks and judges, exercises, quizzes, progress; copies of the lessons.

The lessons themselves are in `notebooks/source`, built ones in the wheel; nothing in the rest of the
package imports this.
"""

from segwidgets.course.checks import check
from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.lesson import start
from segwidgets.course.quizzing import quiz
from segwidgets.course.solved import progress
from segwidgets.course.torch_cells import needs_torch
from segwidgets.drawing.show import draw, show
from segwidgets.locale.notebook import set_language

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
