"""The processor that this runs on: its name, and the units that multiply faster than its others."""

from __future__ import annotations

from pathlib import Path

UNITS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16")  # as Linux names them

CPUINFO = Path("/proc/cpuinfo")


def processor() -> tuple[str, list[str]]:
    """Return the processor's name, and which of `UNITS` it has; both empty where the system does not tell.

    Only Linux does.
    """
    try:
        told = CPUINFO.read_text("utf-8", "replace")
    except OSError:
        return "", []
    facts = dict(line.split(":", 1) for line in told.split("\n\n")[0].splitlines() if ":" in line)
    named = {key.strip(): value.strip() for key, value in facts.items()}
    flags = named.get("flags", "").split()
    return named.get("model name", ""), [unit for unit in UNITS if unit in flags]
