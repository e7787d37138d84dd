"""Many independent items, each a few seconds long, some of them broken: none stops or loses the others.

Here lie the runner (`run`), what it keeps on disk, and its workers on this machine. What is done with an item
is a module-level function of whoever calls it; nothing here knows a photo or a lesson.
"""

from segwidgets.jobs.items import Failure, Item, ItemError, JobError, KeepError, Limits, Made
from segwidgets.jobs.running import Outcome, Step, run

__all__ = [
    "Failure",
    "Item",
    "ItemError",
    "JobError",
    "KeepError",
    "Limits",
    "Made",
    "Outcome",
    "Step",
    "run",
]
