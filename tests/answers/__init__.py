"""Answers that must pass, and mistakes with words of the hint that each must get: `lesson_N.py` for lesson N.

A new lesson's file is found by itself. What takes a model is a function without arguments (see
`test_checks.answer_of`).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

_LESSONS = [
    import_module(f"{__name__}.{module.name}")
    for module in iter_modules(__path__)
    if module.name.startswith("lesson_")
]
RIGHT: list[tuple[str, Any]] = [row for lesson in _LESSONS for row in lesson.RIGHT]
WRONG: list[tuple[str, Any, str]] = [row for lesson in _LESSONS for row in lesson.WRONG]
