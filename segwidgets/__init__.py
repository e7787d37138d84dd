"""Teach image segmentation in notebooks: click, see the mask, measure it, take the workshop home.

Importing this package is cheap: each public name is loaded when it is first used, so neither torch nor
any model is imported before a model is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME_OF = {
    "Candidates": "segmenter",
    "ClassExplorer": "widgets.class_explorer",
    "ClickSegmenter": "widgets.click_segmenter",
    "EmbeddingExplorer": "widgets.embedding_explorer",
    "Prompt": "prompts",
    "PromptForm": "widgets.prompt_form",
    "Segmenter": "segmenter",
    "ThresholdExplorer": "widgets.threshold_explorer",
    "clean": "masks",
    "compare": "masks",
    "diagnose": "diagnosis",
    "explain_missing_canvas": "widgets.missing_canvas",
    "load_deeplab": "models.deeplab",
    "load_image": "images",
    "load_sam": "models.sam",
    "measure": "masks",
    "sample_image": "images",
    "segment_semantic": "semantic",
}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    """Load a public name from its module the first time it is used (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
