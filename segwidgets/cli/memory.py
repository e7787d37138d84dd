"""What the command says where memory is short: how much there may be, and how to get more."""

from __future__ import annotations

import os

MODELS_MB = 1400
"""Address space, in MB, below which the models are not even started; on two cores they take 1500."""

PLAIN_MB = 300
"""The same for what only looks at files."""

_WORDS = (  # of libraries that have no MemoryError to raise
    "bad_alloc",
    "bad allocation",
    "failed to allocate",
    "cannot allocate",
    "can't allocate",
    "unable to allocate",
    "failed to map segment",
    "out of memory",
    "not enough memory",  # PyTorch on Windows
    "memory allocation",  # OpenBLAS
    "quantization error",  # Pillow
    "bfc_arena",
    "can't start new thread",
    "enomem",
)


def limit_mb() -> int | None:
    """Return how much address space this process may take (`ulimit -v`), in MB; None without a limit."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit // 2**20


def prepare_for_little() -> None:
    """Where memory is limited, keep OpenBLAS from taking much at once: it waits for ever if it gets none.

    To be called before NumPy is imported.
    """
    if limit_mb() is not None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether an exception, or what it came from, tells of memory that could not be had.

    Under a limit libraries fail in ways that do not say so; there every error that is none of ours counts.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError) or any(word in str(seen).lower() for word in _WORDS):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def need(megabytes: int) -> None:
    """Raise MemoryError where fewer megabytes than that may be taken: what follows might wait for ever.

    It holds for what runs the models, and where it holds they say nothing of their own about memory.
    """
    limit = limit_mb()
    if limit is None:
        return
    if limit < megabytes:
        raise MemoryError
    if megabytes >= MODELS_MB:
        import onnxruntime

        onnxruntime.set_default_logger_severity(4)


def lack_of_memory() -> str:
    """Return the sentence about it."""
    limit = limit_mb()
    if limit is None:
        return (
            "there is not enough memory: close other programs, or give a smaller photo (a workshop on 24 "
            "million pixels takes 1.5 GB)"
        )
    return (
        f"there is not enough memory: this process may take {limit} MB of address space, and a workshop "
        "takes about 2000; raise the limit, as in ulimit -v unlimited, or give a smaller photo"
    )
