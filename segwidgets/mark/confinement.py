"""Walls round a student's process: limits of the system, and namespaces where it lets us have them.

This module is the first that runs over there, before any of the student's code, and it imports nothing that
is slow. No sandbox: what the system's kernel lets through, it lets through.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import cache
from typing import Any

UNSHARE = ("--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc")
"""What `unshare` takes away: the network, other processes, and leave to mount what was there."""

ADDRESSES_MB = 12_000
"""Addresses, in 10⁶ bytes, that torch and its like take beyond the memory that they fill."""

_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 36, 38, 24


@cache
def namespaces() -> tuple[str, ...]:
    """Return the command that starts a program in namespaces of its own; empty where that is forbidden."""
    program = shutil.which("unshare")
    if not sys.platform.startswith("linux") or program is None:
        return ()
    command = (program, *UNSHARE)
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own beneath this process, so that it can be found (Linux)."""
    if sys.platform.startswith("linux"):
        _libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def limit(memory_mb: int, cpu_s: int, file_mb: int, processes: int) -> None:
    """Limit this process and all that it starts, for good.

    Parameters
    ----------
    memory_mb, file_mb : int
        Memory, and the largest file, in 10⁶ bytes. The system limits addresses only, of which libraries take
        many more than they fill: `ADDRESSES_MB` more are allowed, and who watches sees to the memory itself.
    cpu_s : int
        Seconds of computing.
    processes : int
        How many this user may have; the system does not hold root to it.
    """
    import resource

    for name, most in (
        ("RLIMIT_AS", (memory_mb + ADDRESSES_MB) * 1_000_000),
        ("RLIMIT_CPU", cpu_s),
        ("RLIMIT_FSIZE", file_mb * 1_000_000),
        ("RLIMIT_NPROC", processes),
        ("RLIMIT_CORE", 0),
    ):
        number = getattr(resource, name, None)
        if number is not None:
            with suppress(ValueError, OSError):  # there is a lower one already
                resource.setrlimit(number, (most, most))


def wall_in(box: str) -> bool:
    """In namespaces of its own, let only one folder be written to, and give up the leave to change that.

    Returns
    -------
    bool
        Whether it could be done.
    """
    libc = _libc()
    root, home = b"/", os.fsencode(box)

    def mount(source: bytes | None, target: bytes, flags: int) -> bool:
        return bool(libc.mount(source, target, None, ctypes.c_ulong(flags), None) == 0)

    if not (mount(None, root, _MS_REC | _MS_PRIVATE) and mount(home, home, _MS_BIND)):
        return False
    done = True
    for place in _mounted():
        if place in (home, b"/dev/null") or place.startswith((b"/proc", b"/dev/pts")):
            continue
        sealed = mount(None, place, _MS_REMOUNT | _MS_BIND | _MS_RDONLY)
        done = done and (sealed or not os.access(place, os.W_OK))
    os.chdir(box)  # the folder as it is mounted now
    return _give_up_privileges(libc) and done


def _mounted() -> list[bytes]:
    with open("/proc/self/mountinfo", "rb") as file:
        places = [line.split()[4] for line in file]
    return [place.decode("unicode_escape").encode("latin-1") for place in places]


def _give_up_privileges(libc: Any) -> bool:
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return bool(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and libc.capset(header, nothing) == 0)


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)
