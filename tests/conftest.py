"""Shared by all tests: real photos, and one loaded model a worker."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
from hypothesis import settings

from segwidgets import Candidates, Prompt, Segmenter, sample_image, segment_semantic
from segwidgets.semantic import SemanticSegmentation

# the same numbers on every processor, and whatever is installed
os.environ.setdefault("SEGWIDGETS_ENGINE", "onnxruntime")

settings.register_profile("patient", deadline=None)  # a busy machine is no defect
settings.load_profile("patient")
# what a shell runs in the background is deaf to SIGINT, and so would be what the tests start and interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def cat() -> np.ndarray:
    """The cat, (300, 451, 3)."""
    return sample_image("cat")


@pytest.fixture(scope="session")
def cat_segmenter(cat: np.ndarray) -> Segmenter:
    """The default SAM with the cat encoded."""
    return Segmenter(cat)


@pytest.fixture(scope="session")
def cat_candidates(cat_segmenter: Segmenter) -> Candidates:
    """The three masks of the click that facts are known of, the whole cat picked."""
    return cat_segmenter.predict(Prompt([(250, 170)])).choose(1)


@pytest.fixture(scope="session")
def cat_semantic(cat: np.ndarray) -> SemanticSegmentation:
    """DeepLab's classes of the cat."""
    return segment_semantic(cat)
