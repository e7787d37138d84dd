"""Each public name has an example in its docstring that runs and gives what it says; so has the reference."""

from __future__ import annotations

import doctest
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import segwidgets

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "api" / "index.md").read_text("utf-8")
LISTED = re.findall(r"^   ([A-Za-z_.]+)$", PAGE, re.MULTILINE)
NO_EXAMPLE = {"annotators", "evaluate.evaluate"}  # a module; a folder of photos and one of masks
NEED_TORCH = {"load_sam", "load_deeplab"}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

pytestmark = pytest.mark.model


def public(name: str) -> Any:
    """Return what the reference calls by a name."""
    module, _, last = name.rpartition(".")
    return getattr(import_module(f"segwidgets.{module}") if module else segwidgets, last)


@pytest.mark.parametrize("name", sorted(set(LISTED) - NO_EXAMPLE))
def test_an_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in NEED_TORCH:
        pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    names = {each: getattr(segwidgets, each) for each in segwidgets.__all__}
    example = doctest.DocTestParser().get_doctest(
        public(name).__doc__, names | {"np": np, name.rpartition(".")[2]: public(name)}, name, None, None
    )
    assert example.examples, "there is none"
    assert not any(doctest.SKIP in each.options for each in example.examples)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=said.append)
    assert result.failed == 0, "".join(said)


def test_the_reference_lists_every_public_name() -> None:
    assert set(segwidgets.__all__) - {"__version__"} <= set(LISTED)
