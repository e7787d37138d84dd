"""Graphs that are written once on a machine: what is kept is what would be made, or it is made anew."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from segwidgets import checkpoints
from segwidgets.models import onnx_graphs
from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam
from segwidgets.models.onnx_graphs import kept_graphs
from segwidgets.prompts import Prompt


class Toy:
    """Weights in a folder, and how often a graph was made of them."""

    def __init__(self, folder: Path) -> None:
        self.weights, self.kept = folder / "weights", folder / "toy.graph"
        self.weights.write_bytes(b"one")
        self.made = 0

    def ask(self) -> bytes:
        def write(weights: bytes) -> bytes:
            self.made += 1
            return b"graph\nof " + weights

        files = {"weights": self.weights}
        return kept_graphs(files, lambda given: given["weights"].read_bytes(), {"toy": write}, ())["toy"]


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path)


def test_a_graph_is_made_once(toy: Toy) -> None:
    assert toy.ask() == b"graph\nof one"
    assert toy.ask() == b"graph\nof one"
    assert toy.made == 1
    assert sorted(path.name for path in toy.kept.parent.iterdir()) == ["toy.graph", "weights"]


def damage(toy: Toy) -> None:
    content = bytearray(toy.kept.read_bytes())
    content[-2] ^= 1
    toy.kept.write_bytes(bytes(content))


def cut(toy: Toy) -> None:
    toy.kept.write_bytes(toy.kept.read_bytes()[:-1])


def empty(toy: Toy) -> None:
    toy.kept.write_bytes(b"")


def bend(toy: Toy) -> None:
    toy.kept.write_bytes(b"\xff\xfe no such head\n")


@pytest.mark.parametrize("how", [damage, cut, empty, bend])
def test_what_is_damaged_is_made_anew_without_a_word(
    toy: Toy, how: Callable[[Toy], None], caplog: pytest.LogCaptureFixture
) -> None:
    toy.ask()
    whole = toy.kept.read_bytes()
    how(toy)
    assert toy.ask() == b"graph\nof one"
    assert toy.made == 2
    assert toy.kept.read_bytes() == whole
    assert not caplog.records


def test_other_weights_and_other_code_make_another_graph(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.ask()
    toy.weights.write_bytes(b"two")
    assert toy.ask() == b"graph\nof two"
    changed = toy.kept.parent / "code.py"
    changed.write_text("another version", "utf-8")
    monkeypatch.setattr(onnx_graphs, "__file__", str(changed))
    toy.ask()
    assert toy.made == 3
    changed.unlink()  # as in an installation without sources
    toy.ask()
    toy.ask()
    assert toy.made == 4


def test_where_nothing_can_be_kept_it_is_made_each_time(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise PermissionError(13, "read-only", str(path))

    monkeypatch.setattr(onnx_graphs, "replace_file", refuse)
    assert toy.ask() == toy.ask() == b"graph\nof one"
    assert toy.made == 2


ASK = """
import sys
import numpy as np
from segwidgets import ClickSegmenter
seg = ClickSegmenter("cat")
seg.add_point(250, 170)
np.save(sys.argv[1], seg.candidates.low_res_logits)
print("onnx" in sys.modules)
"""


@pytest.mark.model
def test_answers_are_the_same_and_onnx_is_needed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mobile_sam", "deeplab_mobilenet_v2"):
        folder = next(iter(checkpoints.fetch(name).values())).parent
        shutil.copytree(folder, tmp_path / name, ignore=shutil.ignore_patterns("*.graph"))
    monkeypatch.setenv("SEGWIDGETS_CACHE", str(tmp_path))
    told = []
    for run in ("without", "with"):
        command = [sys.executable, "-c", ASK, str(tmp_path / f"{run}.npy")]
        told.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    assert told == ["True", "False"]
    assert np.array_equal(np.load(tmp_path / "without.npy"), np.load(tmp_path / "with.npy"))


@pytest.mark.model
def test_a_network_from_a_kept_graph_answers_bit_for_bit(
    tmp_path: Path, cat: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines, maps = [], []
    weights = {name: checkpoints.fetch(name) for name in ("mobile_sam", "deeplab_mobilenet_v2")}
    files = {
        name: {key: Path(shutil.copy(path, tmp_path)) for key, path in each.items()}
        for name, each in weights.items()
    }
    for _ in range(2):
        engines.append(OnnxSam(files["mobile_sam"], threads=1))
        maps.append(OnnxDeepLab(files["deeplab_mobilenet_v2"], threads=1).logits(cat))
        monkeypatch.setattr(onnx_graphs.GraphWriter, "finish", None)  # from now on nothing is written
    made, kept = (
        engine.decode(engine.encode(cat), Prompt([(250, 170)]), np.ones((256, 256), np.float32))
        for engine in engines
    )
    for one, other in zip(made, kept, strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(*maps)
