"""How far lesson 10's trainings differ: the lesson's own cells, with other seeds and numbers of threads.

`python -m benchmarks.training` runs the lesson's trainings ten times on one thread and prints each number
that the lesson states, then the least and the most of each. `--threads 2` does the same on two. `--store`
writes the first run into `segwidgets/course/stored_training.json`, shown where there is no PyTorch.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
from pathlib import Path
from typing import Any

from segwidgets import compare
from segwidgets.course.training import TrainingView, packed
from tools.build_notebooks import NOTEBOOKS, Target, assemble

LESSON = NOTEBOOKS / "source" / "10_train_unet.py"
STORED = Path(__file__).parent.parent / "segwidgets" / "course" / "stored_training.json"
DEFINES = (ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef, ast.ClassDef)
FORGOTTEN = 30  # how often the lesson asks a network that was left in training
COLUMNS = (
    "iou", "edge", "iou, no skips", "edge, no skips", "uncut coins", "cloth",
    "cloth, no eval", "after that", "swapped: seen", "swapped: unseen",
)  # fmt: skip


def lesson() -> dict[str, Any]:
    """Return the names that the lesson defines before its first training."""
    notebook, _ = assemble(Target(LESSON, "en", True))
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if "TrainingView(" in cell.source:
            return names
        if cell.cell_type == "code" and "google.colab" not in cell.source:
            tree = ast.parse(cell.source)
            tree.body = [one for one in tree.body if isinstance(one, DEFINES)]
            exec(compile(tree, LESSON.name, "exec"), names)
    raise RuntimeError(f"{LESSON.name} shows no training")


def run(names: dict[str, Any], seed: int) -> tuple[list[float], dict[str, TrainingView]]:
    """Train as the lesson does; return the numbers of `COLUMNS`, and what was seen."""
    torch, train, ask, net_of = (names[name] for name in ("torch", "train", "ask", "UNet"))
    photo, coins, grey, left, right = (names[name] for name in ("photo", "coins", "grey", "LEFT", "RIGHT"))
    wanted, cloth = coins[:, right], grey[:16, right]
    views = {name: TrainingView(photo[:, right], wanted) for name in ("with_skips", "without_skips")}
    nets = {}
    for name, view in views.items():
        torch.manual_seed(seed)
        nets[name] = train(net_of(skips=name == "with_skips"), view, seed=seed)
    numbers = [number for view in views.values() for number in (view.at(150).iou, view.at(150).boundary_iou)]
    uncut = slice(240 - right.start, None)
    numbers.append(compare(views["with_skips"].at(150).mask[:, uncut], wanted[:, uncut]).iou)
    spoilt = copy.deepcopy(nets["with_skips"])
    numbers += [float(ask(spoilt.eval(), cloth).mean()), float(ask(spoilt.train(), cloth).mean())]
    for _ in range(FORGOTTEN):
        ask(spoilt.train(), -torch.ones_like(grey[:64, :64]))
    numbers.append(compare(ask(spoilt.eval()), wanted).iou)
    torch.manual_seed(seed)
    swapped = train(net_of(), columns=right, seed=seed)
    numbers += [compare(ask(swapped, grey[:, half]), coins[:, half]).iou for half in (right, left)]
    return numbers, views


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--store", action="store_true", help="keep the first run for the lesson")
    asked = parser.parse_args(arguments)
    names = lesson()
    names["torch"].set_num_threads(asked.threads)
    print("seed  " + "  ".join(COLUMNS))
    table = []
    for seed in range(asked.runs):
        numbers, views = run(names, seed)
        table.append(numbers)
        print(f"{seed:>4}  " + _line(numbers), flush=True)
        if asked.store and seed == 0:
            stored = {name: packed(view.steps) for name, view in views.items()}
            STORED.write_text(json.dumps(stored, indent=0) + "\n", encoding="utf-8")
    for name, choose in (("least", min), ("most", max)):
        print(f"{name:<6}" + _line([choose(column) for column in zip(*table, strict=True)]))
    return 0


def _line(numbers: list[float]) -> str:
    return "  ".join(f"{number:>{len(name)}.3f}" for name, number in zip(COLUMNS, numbers, strict=True))


if __name__ == "__main__":
    raise SystemExit(main())
