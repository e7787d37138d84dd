"""What can be saved of photos and their masks: one table of formats, and who writes each.

The widget's buttons, its methods, the command and its help read the table, and so may whoever works through a
folder. Nothing here knows a widget or a session: photos and `supervision.Detections` are enough.
"""

from segwidgets.exports.table import FORMATS, Format, export, find_format, listing
from segwidgets.exports.work import Work

__all__ = ["FORMATS", "Format", "Work", "export", "find_format", "listing"]
