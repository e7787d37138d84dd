"""Teach image segmentation in notebooks: click, see the mask, measure it, take the workshop home.

Importing this package is cheap: each public name is loaded when it is first used, so neither torch nor
any model is imported before a model is asked for.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__version__ = "0.9.0"

_HOME_OF = {
    "Candidates": "candidates",
    "ClassExplorer": "widgets.class_explorer",
    "ClickSegmenter": "widgets.click_segmenter.widget",
    "EmbeddingExplorer": "widgets.embedding_explorer",
    "PhotoQueue": "widgets.photo_queue.queue",
    "Prompt": "prompts",
    "PromptForm": "widgets.prompt_form",
    "ReliabilityExplorer": "widgets.reliability_explorer",
    "Segmenter": "segmenter",
    "SegwidgetsError": "ground.errors",
    "ThresholdExplorer": "widgets.threshold_explorer",
    "clean": "masks.cleaning",
    "compare": "masks.comparison",
    "diagnose": "masks.diagnosis",
    "find_similar": "similar",
    "explain_missing_canvas": "doctor.missing_canvas",
    "load_deeplab": "models.deeplab.table",
    "load_image": "images",
    "load_sam": "models.sam",
    "measure": "masks.measures",
    "sample_image": "images",
    "segment_semantic": "semantic",
}

_MOVED = {
    "annotators": "drawing.annotators",
    "captions": "drawing.captions",
    "checks": "course.checks",
    "colab": "doctor.colab",
    "delivery": "workshop.delivery",
    "delivery_check": "workshop.delivery_check",
    "diagnosis": "masks.diagnosis",
    "gif": "drawing.gif",
    "judges": "course.judges",
    "models.pascal": "models.deeplab.pascal",
    "overlays": "drawing.overlays",
    "pictures": "workshop.pictures",
    "progress": "course.solved",
    "quiz": "course.quizzing",
    "report": "workshop.report",
    "show": "drawing.show",
    "style": "drawing.style",
}  # modules that lessons and users know by an older path, which goes on working

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


class _MovedModules(MetaPathFinder, Loader):
    """Answers an import by an older path with the module itself, loaded only then."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        package, _, name = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == __name__ and name in _MOVED else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(f"{__name__}.{_MOVED[spec.name.partition('.')[2]]}")
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._own_spec


sys.meta_path.append(_MovedModules())
