"""Model weights by name: the table of what there is, where each comes from, and a verified cache.

Nothing here knows a network; nothing is used before its SHA-256 was right.
"""

from segwidgets.checkpoints.cache import (
    CheckpointError,
    built_size,
    cache_dir,
    copy_in,
    damaged_files,
    fetch,
    is_cached,
    is_there,
    verify,
)
from segwidgets.checkpoints.table import CHECKPOINTS, DEFAULT_WEIGHTS, Checkpoint, CheckpointFile

__all__ = [
    "CHECKPOINTS",
    "DEFAULT_WEIGHTS",
    "Checkpoint",
    "CheckpointError",
    "CheckpointFile",
    "built_size",
    "cache_dir",
    "copy_in",
    "damaged_files",
    "fetch",
    "is_cached",
    "is_there",
    "verify",
]
