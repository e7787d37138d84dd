"""A student's process from outside: started behind walls, talked to, watched, and ended with all it began."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

import psutil  # type: ignore[import-untyped]

from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.validation import check_whole
from segwidgets.jobs.families import kill, memory_of
from segwidgets.mark.confinement import adopt_orphans, namespaces
from segwidgets.mark.values import ValueRefused, message, read_message

_LOOK_S = 0.2  # between two looks at what it takes
_OURS_S = 120  # for a cell of the lesson itself, whatever the machine
_PATIENCE = 3  # times what is allowed, by the clock, for what would compute and is kept from it
_IDLE = 0.05  # of the time: what computes less does not want to
_TIED = """
import ctypes, os, sys
if sys.platform.startswith("linux"):
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG: whatever ends the judge ends this, too
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""
_BEGIN = "import sys; sys.path[:] = {path!r}; from segwidgets.mark.inside import main; main()"
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "LD_LIBRARY_PATH")


MOST = 10**6
"""Of each bound: eleven days, a terabyte; beyond, the system's own numbers end."""


@dataclass(frozen=True)
class Bounds:
    """What a student's process may take.

    Attributes
    ----------
    seconds : int
        For each answer; the start and each cell of our own have two minutes or more. Where the machine is
        busy with other things, what computes is let go on until it has computed for so long, at most three
        times as long by the clock.
    cpu_s : int
        For the whole, of computing.
    memory_mb, file_mb : int
        Memory, and the largest file, in 10⁶ bytes.
    processes : int
        How many it may be, itself included.
    """

    seconds: int = 120
    cpu_s: int = 900
    memory_mb: int = 4000
    file_mb: int = 200
    processes: int = 60

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            check_whole(value, name, 1, MOST)


class Stopped(SegwidgetsError):
    """It did not go on; `why` is "time", "memory", "processes", "ended" or "nonsense"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Supervised:
    """A process in which a lesson runs; a context manager that leaves nothing of it behind.

    Parameters
    ----------
    box : Path
        Its folder: working folder, home and place for files in one.
    bounds : Bounds
        What it may take.

    Attributes
    ----------
    walls : bool
        Whether it has no network, sees no other process and can write into its folder only.
    """

    def __init__(self, box: Path, bounds: Bounds) -> None:
        if os.name != "posix":
            raise OSError("hand-ins can be run on Linux and macOS; on Windows, within its Linux (WSL)")
        adopt_orphans()
        self._bounds = bounds
        self._before = {process.pid for process in psutil.Process().children(recursive=True)}
        self.walls = bool(namespaces())
        ours, theirs = socket.socketpair()
        limits = {name: value for name, value in asdict(bounds).items() if name != "seconds"}
        told = {"box": str(box), "line": theirs.fileno(), "limits": limits, "walls": self.walls}
        path = [os.path.abspath(place) for place in sys.path if place]
        program = [sys.executable, "-I", "-B", "-c", _BEGIN.format(path=path), json.dumps(told)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TIED, str(os.getpid()), *namespaces(), *program],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # however much is written, nobody has to keep it
            stderr=subprocess.DEVNULL,
            cwd=box,
            env=_environment(box),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._line = ours
        self._line.settimeout(_LOOK_S)
        self.wait_longer(ours=True)

    def __enter__(self) -> Supervised:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait_longer(self, ours: bool) -> None:
        """Let the time for a cell begin anew, one of ours or an answer."""
        self._seconds = max(self._bounds.seconds, _OURS_S if ours else 0)
        self._since, self._computed = monotonic(), self._computing()

    def send(self, told: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
        """Send a message.

        Raises
        ------
        Stopped
            If it is not taken.
        """
        content = memoryview(message(dict(told), blobs))
        while content:
            try:
                content = content[self._line.send(content) :]
            except TimeoutError:
                self._look()
            except OSError:
                raise Stopped("ended") from None

    def receive(self) -> tuple[dict[str, Any], list[bytes]]:
        """Return the next message.

        Raises
        ------
        Stopped
            If none comes in time, or nonsense does.
        """
        try:
            return read_message(self._take)
        except ValueRefused:
            raise Stopped("nonsense") from None

    def _take(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self._line.recv(min(size - len(parts), 1 << 20))
            except TimeoutError:
                self._look()
                continue
            except OSError:
                part = b""
            if not part:
                raise Stopped("ended")
            parts += part
            if self._is_late():
                raise Stopped("time")
        return bytes(parts)

    def _look(self) -> None:
        """Raise where a limit is passed."""
        if self._is_late():
            raise Stopped("time")
        family = self._family()
        if len(family) > self._bounds.processes + 1:  # one is `unshare`
            raise Stopped("processes")
        if memory_of(family) > self._bounds.memory_mb * 1e6:
            raise Stopped("memory")

    def _is_late(self) -> bool:
        taken = monotonic() - self._since
        if taken <= self._seconds:
            return False
        computed = self._computing() - self._computed
        is_kept_waiting = _IDLE * taken < computed <= self._seconds
        return taken > _PATIENCE * self._seconds or not is_kept_waiting

    def _computing(self) -> float:
        """Return how long it has computed so far, in seconds, with what it began and has ended."""
        total = 0.0
        for process in self._family():
            with suppress(psutil.Error):
                total += sum(process.cpu_times()[:4])  # its own and its ended children's, user and system
        return total

    def _family(self) -> list[psutil.Process]:
        children = psutil.Process().children(recursive=True)  # orphans are ours, too
        return [child for child in children if child.pid not in self._before]

    def stop(self) -> None:
        """End it and all that it has begun."""
        self._line.close()
        for _ in range(100):  # a fork bomb makes new ones while they are counted
            family = self._family()
            kill(self._process.pid, family)
            self._process.poll()
            for process in family:
                with suppress(OSError):  # a grandchild is not ours to wait for, or no longer there
                    if process.pid != self._process.pid:
                        os.waitpid(process.pid, os.WNOHANG)
            if not family:
                break
            psutil.wait_procs(family, timeout=0.05)
        self._process.wait()


def _environment(box: Path) -> dict[str, str]:
    from segwidgets.checkpoints import cache_dir

    return {
        **{name: value for name in _PASSED_ON if (value := os.environ.get(name)) is not None},
        "HOME": str(box),
        "TMPDIR": str(box),
        "IPYTHONDIR": str(box / ".ipython"),
        "MPLCONFIGDIR": str(box / ".matplotlib"),
        "MPLBACKEND": "agg",
        "SEGWIDGETS_CACHE": str(cache_dir()),
        "SEGWIDGETS_PROGRESS": str(box / ".progress.json"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
