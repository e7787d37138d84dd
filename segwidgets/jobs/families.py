"""A process and all that it has begun: what they take together, their end, and that of what they wrote."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import sleep

import psutil  # type: ignore[import-untyped]

_TRIES, _PAUSE_S = 20, 0.05  # to remove a folder that somebody who is just ending still writes into


def memory_of(family: Iterable[psutil.Process]) -> int:
    """Return the memory that processes hold, in bytes; what has ended in the meantime holds none."""
    total = 0
    for process in family:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def kill(leader: int, family: Iterable[psutil.Process]) -> None:
    """End at once a group of processes, by the number of its leader, and others that left the group.

    The group goes first: in it is also what has lost its parent, and is in no family any more.
    """
    if hasattr(os, "killpg"):
        with suppress(OSError):
            os.killpg(leader, signal.SIGKILL)
    for process in family:
        with suppress(psutil.Error):
            process.kill()


def remove(folder: Path) -> None:
    """Remove a folder, however deep, and closed, what was made in it is."""
    for _ in range(_TRIES):
        if os.name == "posix":  # `shutil` ends at the depth of Python's own calls
            for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
                subprocess.run([*command, "--", str(folder)], capture_output=True, check=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        sleep(_PAUSE_S)
