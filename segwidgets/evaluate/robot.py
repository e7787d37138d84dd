"""The robot that clicks: where the next click goes, given what is right and what is still wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from segwidgets.candidates import Candidates
from segwidgets.evaluate.truths import Truth
from segwidgets.ground.validation import BoolArray, FloatArray
from segwidgets.masks.regions import box_around
from segwidgets.prompts import Prompt

INNER = 0.2  # of the greatest depth: random clicks keep so far from the error's edge, as a hand does

Answer = Callable[[Prompt, Candidates | None], Candidates]


class Click(NamedTuple):
    """A click in pixels of the photo; label 1 adds what is missing, 0 takes away what leaks."""

    x: float
    y: float
    label: int


def next_click(
    mask: BoolArray, truth: Truth, made: Prompt | None = None, rng: np.random.Generator | None = None
) -> Click | None:
    """Choose where to click next.

    The errors are what the mask misses and what it leaks, where the truth counts; the largest is the one that
    holds the largest circle, and its deepest point is clicked: as RITM does (Sofiiuk et al. 2021, "Reviving
    Iterative Training with Mask Guidance for Interactive Segmentation", arXiv:2102.06583) and those who
    measure NoC after them. No pixel is clicked twice.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        What the model has found so far.
    truth : Truth
        What it should find.
    made : Prompt, optional
        The clicks that were made already.
    rng : numpy.random.Generator, optional
        Where given, the click falls anywhere in that same connected error instead, no nearer to its edge
        than a fifth of its greatest depth.

    Returns
    -------
    Click or None
        In the middle of a pixel; None if nothing is wrong that was not clicked yet.
    """
    missing, leaking = truth.mask & ~mask, mask & ~truth.mask & truth.counts
    free = np.ones_like(mask)
    for clicked in () if made is None else made.points:
        free[int(clicked[1]), int(clicked[0])] = False
    depths = [_depth(error) * free for error in (leaking, missing)]
    label = int(depths[1].max() > depths[0].max())
    depth = depths[label]
    if not depth.any():
        return None
    y, x = (int(place) for place in np.unravel_index(int(depth.argmax()), depth.shape))
    if rng is not None:
        rows, columns = np.nonzero(
            _piece_at((leaking, missing)[label], x, y) & (depth >= INNER * depth[y, x])
        )
        pick = rng.integers(len(rows))
        y, x = int(rows[pick]), int(columns[pick])
    return Click(x + 0.5, y + 0.5, label)


def click_through(
    answer: Answer, truth: Truth, most: int, rng: np.random.Generator | None = None
) -> Iterator[Candidates]:
    """Click until nothing is wrong, and yield what the model answers to each click.

    Parameters
    ----------
    answer : callable
        Takes all clicks so far and the answer before, None for the first, and returns candidates.
    truth : Truth
        What the model should find.
    most : int
        The most clicks.
    rng : numpy.random.Generator, optional
        See `next_click`.
    """
    prompt, mask = Prompt(), np.zeros_like(truth.mask)
    before: Candidates | None = None
    for _ in range(most):
        click = next_click(mask, truth, prompt, rng)
        if click is None:
            return
        prompt = prompt.with_point(*click)
        before = answer(prompt, before)
        mask = before.best_mask
        yield before


def _depth(error: BoolArray) -> FloatArray:
    """Return each pixel's distance to what is no error; the photo's border is none.

    OpenCV's distances are off by a last digit here and there. Their squares are whole numbers, and rounded to
    those, equal depths are equal: of such pixels the first is clicked, on every machine.
    """
    import cv2

    depth = np.zeros(error.shape)
    box = box_around(error)
    if box is not None:
        x0, y0, x1, y1 = box
        inside = np.pad(error[y0:y1, x0:x1], 1).astype(np.uint8)
        distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        depth[y0:y1, x0:x1] = np.sqrt(np.rint(distance[1:-1, 1:-1].astype(np.float64) ** 2))
    return depth


def _piece_at(error: BoolArray, x: int, y: int) -> BoolArray:
    """Return the connected piece of an error that a pixel lies in."""
    import cv2

    _, labels = cv2.connectedComponents(error.astype(np.uint8), connectivity=8)
    return np.asarray(labels == labels[y, x])
