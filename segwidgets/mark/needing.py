"""Which cells of our lesson an answer needs: the rest tells things, and would only take time."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_BUILTIN = frozenset(dir(builtins))


@dataclass(frozen=True)
class _Names:
    """What a cell takes from before it, in functions too; binds for certain, imports, and mentions at all."""

    taken: frozenset[str]
    inner: frozenset[str]
    bound: frozenset[str]
    imported: frozenset[str]
    mentioned: frozenset[str]

    def gives(self, imported: frozenset[str]) -> frozenset[str]:
        """Return what it may bind or change, given all that the lesson imports."""
        return (self.mentioned - imported) | self.imported


def needed(sources: Sequence[str], wanted: Iterable[int]) -> list[int]:
    """Return which cells must run for some of them to find what they name, those included, in order.

    A cell is needed if it mentions a name that a later needed cell takes from before it, unless that is one
    of the lesson's imports: it may bind it, or change what it stands for. So are the cell that begins the
    lesson, and cells that are no plain Python.

    Parameters
    ----------
    sources : sequence of str
        The cells.
    wanted : iterable of int
        Which must run in any case.
    """
    cells = [_names(source) for source in sources]
    imported = frozenset[str]().union(*(cell.imported for cell in cells if cell is not None))
    keep, inner, before = set(wanted), set[str](), -1
    while len(keep) != before:  # what a function names may be bound later than the function
        before, names = len(keep), set(inner)
        for number in range(len(cells) - 1, -1, -1):
            cell = cells[number]
            if cell is None:
                keep.add(number)
            elif number in keep or "start" in cell.taken or cell.gives(imported) & names:
                keep.add(number)
                names = (names - cell.bound) | cell.taken | inner
                inner |= cell.inner
    return sorted(keep)


def _names(source: str) -> _Names | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    taken, inner, bound, imported, mentioned = (set[str]() for _ in range(5))
    for statement in tree.body:
        nodes = list(ast.walk(statement))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        passing = _BUILTIN | {node.arg for node in nodes if isinstance(node, ast.arg)}
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                passing |= {
                    name.id
                    for name in ast.walk(node)
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
                }
            elif isinstance(node, ast.comprehension):
                passing |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        mentioned |= {name.id for name in names} - passing
        taken |= {name.id for name in names if isinstance(name.ctx, ast.Load)} - passing - bound
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            taken |= {statement.target.id} - bound
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            bound |= {name.id for name in names if isinstance(name.ctx, ast.Store)} - passing
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner |= {name.id for name in names if isinstance(name.ctx, ast.Load)} - passing
            mentioned.add(statement.name)
            bound.add(statement.name)
        elif isinstance(statement, ast.For):
            targets = {name.id for name in ast.walk(statement.target) if isinstance(name, ast.Name)}
            taken -= targets - {name.id for name in ast.walk(statement.iter) if isinstance(name, ast.Name)}
        imported |= {
            (node.asname or node.name).split(".")[0] for node in nodes if isinstance(node, ast.alias)
        }
    return _Names(*map(frozenset, (taken, inner, bound | imported, imported, mentioned)))
