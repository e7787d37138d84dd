"""Events in the order in which they were made, whatever the order in which they arrive.

JupyterLab delivers a widget's first messages on the kernel's main thread and the later ones on a subshell's:
a release can overtake its press. So the page numbers its events, and here they are taken one at a time by
their numbers. A number that does not come is waited for only so long, and one that comes twice, as the page
sends again what may have been lost, is taken once.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from segwidgets.widgets.at_work import at_work

PATIENCE_S = 5.0  # for a number that is missing: its thread may be busy with a cell

Event = dict[str, Any]


@dataclass
class _Line:
    """Where one page's events stand."""

    due: int = 0
    waiting: dict[int, Event] = field(default_factory=dict)
    missing: set[int] = field(default_factory=set)  # that were waited for in vain


class InOrder:
    """Hands events on one at a time, those of each page by their numbers.

    Parameters
    ----------
    handle : callable
        Hears of each event; in the thread that brought it, or in another that brought one meanwhile.
    patience_s : float
        How long a missing number is waited for.
    """

    def __init__(self, handle: Callable[[Event], object], patience_s: float = PATIENCE_S) -> None:
        self._handle, self._patience_s = handle, patience_s
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._ready: deque[Event] = deque()
        self._handling = False

    def take(self, event: Event) -> None:
        """Hand an event on, now or when it is its turn: `page` and `turn` say when; without, it is now."""
        with self._lock:
            turn = event.get("turn")
            if turn is None:
                self._ready.append(event)
            else:
                line = self._lines.setdefault(str(event.get("page")), _Line())
                if turn in line.missing:  # late is better than never
                    line.missing.discard(turn)
                    self._ready.append(event)
                elif turn >= line.due:
                    line.waiting[turn] = event
                    self._go_on(line)
        self._work()

    def due(self, page: object) -> int:
        """Return the first number of a page that did not come yet; all below it came."""
        with self._lock:
            line = self._lines.get(str(page))
            return 0 if line is None else min(line.missing, default=line.due)

    def _go_on(self, line: _Line) -> None:
        """Let those go whose turn it is, and begin to wait for what the others wait for."""
        while line.due in line.waiting:
            self._ready.append(line.waiting.pop(line.due))
            line.due += 1
        if line.waiting:
            timer = threading.Timer(self._patience_s, _lose_patience, [weakref.ref(self), line, line.due])
            timer.daemon = True
            timer.start()

    def _give_up(self, line: _Line, number: int) -> None:
        with self._lock:
            if line.due == number and line.waiting:
                line.missing.update(range(line.due, min(line.waiting)))
                line.due = min(line.waiting)
                self._go_on(line)
        self._work()

    def _work(self) -> None:
        """Handle what is ready, unless another thread does: that one then takes all."""
        while True:
            with self._lock:
                if self._handling or not self._ready:
                    return
                self._handling = True
                event = self._ready.popleft()
            try:
                self._handle(event)
            finally:
                with self._lock:
                    self._handling = False


def _lose_patience(orderly: weakref.ref[InOrder], line: _Line, number: int) -> None:
    with at_work():
        alive = orderly()
        if alive is not None:
            alive._give_up(line, number)
        del alive
