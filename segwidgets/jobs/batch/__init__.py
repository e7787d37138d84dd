"""A folder of photos, labelled: what to find, how it is found, and what is made of it all together.

The running is `segwidgets.jobs.run`, the formats are those of `segwidgets.exports`.
"""

from segwidgets.jobs.batch.folder import Labelled, label_folder
from segwidgets.jobs.batch.plan import Plan

__all__ = ["Labelled", "Plan", "label_folder"]
