"""Cells that show PyTorch's own interface: where it is not installed they say so, and the lesson goes on."""

from __future__ import annotations

import ast
from typing import Any

from segwidgets.locale.catalogues import translations
from segwidgets.locale.notebook import language, write
from segwidgets.models.engine import missing_torch, need_torch

FIRST_LINE = "needs_torch"


def needs_torch() -> None:
    """Begin a cell that needs PyTorch.

    In a notebook without PyTorch one sentence is written, with the command that brings it, and the rest of
    the cell is left out, so that *Run all* goes on (see `leave_torch_out`, which `start` calls).

    Raises
    ------
    MissingTorchError
        If PyTorch is not installed and this is no notebook.
    """
    if not missing_torch():
        return
    shell = _shell()
    if shell is None or not any(isinstance(one, _WithoutTorch) for one in shell.ast_transformers):
        need_torch(translations(language()).gettext("This code"))
    write(
        translations(language()).gettext(
            "This cell shows PyTorch, which is not installed here; the lesson goes on without it. To see it, "
            'run `pip install "segwidgets[torch]"` and restart the kernel.'
        )
    )


def leave_torch_out() -> None:
    """Where PyTorch is not installed, end each cell of this notebook after a line `needs_torch()`."""
    shell = _shell()
    if shell is None:
        return
    others = [one for one in shell.ast_transformers if not isinstance(one, _WithoutTorch)]
    shell.ast_transformers[:] = [*others, _WithoutTorch()] if missing_torch() else others


class _WithoutTorch(ast.NodeTransformer):
    """Ends a cell after its line `needs_torch()`."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        for index, statement in enumerate(node.body):
            if ast.unparse(statement) == f"{FIRST_LINE}()":
                node.body = node.body[: index + 1]
                break
        return node


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()
