"""A worker on this machine: items in by its standard input, a line of JSON out for each.

It is a process of its own kind (`processes.Worker` starts it), and not one of `multiprocessing`: that would
run the caller's script once more.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from segwidgets.ground.outside import words_of
from segwidgets.jobs.families import remove
from segwidgets.jobs.items import KeepError

_LOOK_S = 1.0  # to notice that whoever sends the items is gone
_leaving = threading.Event()


def _listen(items: queue.Queue[Any]) -> None:
    """Take in what is sent; when it ends, its sender is gone, and all that was begun here goes, too."""
    with suppress(EOFError, OSError):
        while True:
            items.put(pickle.load(sys.stdin.buffer))  # from the process that started this one
    _leave(Path(sys.argv[1]))


def _leave(folder: Path) -> None:
    """Take the folder for what is temporary away, and end with all that was begun here."""
    _leaving.set()
    gone = folder.with_name(f"{folder.name}-gone")
    with suppress(OSError):
        folder.rename(gone)  # whoever is at work here begins nothing new in it
    with suppress(psutil.Error):
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                process.kill()
    for one in (gone, folder):
        remove(one)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)  # this process leads its group: see processes.Worker
    os._exit(1)


def main() -> None:
    """Work until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who runs this says when to stop
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a work prints goes to the log

    def answer(**message: object) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    items: queue.Queue[Any] = queue.Queue()
    listening = threading.Thread(target=_listen, args=(items,), daemon=True)
    try:
        _work(items, listening, answer)
    except BaseException:  # also as nobody is there to be told, or what it worked with was taken away
        if _leaving.wait(_LOOK_S):
            listening.join()  # else the folder would stay, half removed
        raise


def _work(items: queue.Queue[Any], listening: threading.Thread, answer: Callable[..., None]) -> None:
    """Get ready, then take one item after the other."""
    try:
        job = pickle.loads(pickle.load(sys.stdin.buffer))
        listening.start()
        job.begin()
    except Exception as error:
        answer(fault=words_of(error) or type(error).__name__)
        raise
    answer(ready=True)
    while True:
        item = items.get()
        try:
            failure = job.perform(item)
        except KeepError as error:  # the disk is full, or the folder gone: no other item would fare better
            answer(unkept=str(error))
            raise
        answer(item=item.name, failure=None if failure is None else asdict(failure))
