"""The `segwidgets` command: arguments in, one sentence for what the user can mend.

Only the reading of arguments and the printing is here; the work is done below.
"""

from segwidgets.cli import evaluation as evaluation
from segwidgets.cli import exporting as exporting
from segwidgets.cli import jobs as jobs
from segwidgets.cli import lessons as lessons
from segwidgets.cli import marking as marking
from segwidgets.cli.commands import app, main

__all__ = ["app", "main"]
