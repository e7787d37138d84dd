"""How much memory there is and how much is free: the machine's, or its container's where that is less."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

GROUPS = Path("/sys/fs/cgroup")
# limit, use, and in which line of which file the part of the use that is given back on demand (cached files)
_GROUP_FILES = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "total_inactive_file",
    ),
)


class Memory(NamedTuple):
    """Gigabytes (10⁹ bytes); None for what the system does not tell."""

    total: float | None
    available: float | None


def memory(groups: Path = GROUPS) -> Memory:
    """Return the memory that this process may use, and what of it is available now.

    Parameters
    ----------
    groups : Path
        Where Linux tells a container's limits.
    """
    totals, available = [], []
    try:
        import psutil  # type: ignore[import-untyped]  # comes with ipykernel

        machine = psutil.virtual_memory()
        totals.append(machine.total)
        available.append(machine.available)
    except ImportError:
        with suppress(AttributeError, ValueError, OSError):  # not on Windows
            totals.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit, use, stat, cached in _GROUP_FILES:
        with suppress(OSError, ValueError):  # no such file, or "max"
            most = int((groups / limit).read_text("utf-8"))
            totals.append(most)
            used = int((groups / use).read_text("utf-8"))
            counts = dict(line.split() for line in (groups / stat).read_text("utf-8").splitlines())
            available.append(max(0, most - used + int(counts.get(cached, 0))))
    return Memory(_smallest_gb(totals), _smallest_gb(available))


def _smallest_gb(amounts: list[int]) -> float | None:
    return min(amounts) / 1e9 if amounts else None
