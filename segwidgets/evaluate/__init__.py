"""How good SAM is on masks of one's own: a robot clicks, and each object gets its row.

Here lie reading masks, matching them to photos, the robot, the figures, how far off their means may be, the
table on disk, chart and sheet.
Nothing here knows a widget or a lesson; the ways of answering a click are the package's own.
"""

from segwidgets.evaluate.evaluation import Evaluation, Omission
from segwidgets.evaluate.figures import ObjectFigures
from segwidgets.evaluate.intervals import mean_interval
from segwidgets.evaluate.run import Step, evaluate

__all__ = ["Evaluation", "ObjectFigures", "Omission", "Step", "evaluate", "mean_interval"]
