"""Times and peaks that can be held against each other on a machine that also does other things."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple

PAUSE_S = 0.05


class Pair(NamedTuple):
    """Medians in seconds of what a user would pick instead and of ours, and the median of their ratios."""

    plain: float
    fast: float
    ratio: float


def seconds(work: Callable[[], object], pause: float = 0) -> float:
    sleep(pause)
    start = perf_counter()
    work()
    return perf_counter() - start


def side_by_side(plain: Callable[[], object], fast: Callable[[], object], repetitions: int) -> Pair:
    """Run both in turn, so that whatever slows the machine slows both, but not one the other.

    A library's threads wait for more work for a while after it; a pause lets them fall asleep.
    """
    runs = [(seconds(plain, PAUSE_S), seconds(fast, PAUSE_S)) for _ in range(repetitions)]
    return Pair(median(a for a, _ in runs), median(b for _, b in runs), median(a / b for a, b in runs))


def run_python(code: str) -> tuple[float, float]:
    """Run code in a process of its own; return its wall time in seconds and its peak memory in gigabytes."""
    start = perf_counter()
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    took = perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, code)
    unit = 1e9 if sys.platform == "darwin" else 1e6  # kilobytes, but bytes on a Mac
    return took, usage.ru_maxrss / unit


def matrix_product_rate() -> float:
    """Return how many thousand million float32 multiply-adds a second onnxruntime does (2048 x 2048)."""
    import numpy as np

    from segwidgets.models.onnx_graphs import GraphWriter, start_session

    side = 2048
    matrix = np.random.default_rng(0).random((side, side), np.float32)
    g = GraphWriter("product")
    x = g.input("x", np.float32, (side, side))
    session = start_session(g.finish(y=g.add("MatMul", x, g.constant(matrix))))
    session.run(None, {"x": matrix})
    return side**3 / 1e9 / median(seconds(lambda: session.run(None, {"x": matrix})) for _ in range(7))
