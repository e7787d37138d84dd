"""Writing ONNX graphs by hand, keeping and running them: the small tools of the fast CPU engine."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from segwidgets import __version__
from segwidgets.ground.files import replace_file
from segwidgets.ground.keeping import digest, file_digest

if TYPE_CHECKING:
    import onnxruntime

Array = npt.NDArray[Any]
Read = TypeVar("Read")

logger = logging.getLogger(__name__)

OPSET = 17  # the first with LayerNormalization
CONTRIB = "com.microsoft"  # onnxruntime's own fused operators
SUFFIX = ".graph"  # of files that keep a graph beside the weights
_CONTRIB_OPS = {"Attention", "Gelu", "FusedMatMul"}


class GraphWriter:
    """Collects nodes and constants; each call of `add` returns the name of its result.

    Parameters
    ----------
    name : str
        The graph's name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []

    def input(self, name: str, dtype: type, shape: Sequence[int | str | None]) -> str:
        """Declare an input; a dimension that varies is a name or None."""
        from onnx import helper

        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def constant(self, value: npt.ArrayLike, dtype: type = np.float32) -> str:
        """Store an array and return its name."""
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype), name))
        return name

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Append a node of one output; return the output's name."""
        from onnx import helper

        name = f"t{len(self._nodes)}_0"
        domain = CONTRIB if op in _CONTRIB_OPS else ""
        self._nodes.append(helper.make_node(op, list(inputs), [name], domain=domain, **attributes))
        return name

    def linear(self, x: str, weight: Array, bias: Array | None = None) -> str:
        """Multiply by weight (inputs, outputs) and add the bias."""
        product = self.add("MatMul", x, self.constant(weight))
        return product if bias is None else self.add("Add", product, self.constant(bias))

    def conv(
        self,
        x: str,
        weight: Array,
        bias: Array | None = None,
        stride: int = 1,
        groups: int = 1,
        dilation: int = 1,
    ) -> str:
        """Convolve (B, C, H, W) with an odd kernel, padded so that stride 1 keeps the size."""
        pad = weight.shape[2] // 2 * dilation
        constants = [self.constant(weight)] + ([] if bias is None else [self.constant(bias)])
        return self.add(
            "Conv",
            x,
            *constants,
            strides=[stride] * 2,
            pads=[pad] * 4,
            dilations=[dilation] * 2,
            group=groups,
        )

    def layer_norm(self, x: str, weight: Array, bias: Array, epsilon: float) -> str:
        """Normalise over the last axis."""
        return self.add(
            "LayerNormalization", x, self.constant(weight), self.constant(bias), axis=-1, epsilon=epsilon
        )

    def reshape(self, x: str, shape: Sequence[int] | str) -> str:
        """Reshape to constant dimensions, or to those in a tensor."""
        return self.add("Reshape", x, shape if isinstance(shape, str) else self.constant(shape, np.int64))

    def slice(self, x: str, starts: Sequence[int], ends: Sequence[int], axes: Sequence[int]) -> str:
        """Cut a block out along some axes."""
        return self.add("Slice", x, *(self.constant(v, np.int64) for v in (starts, ends, axes)))

    def transpose(self, x: str, *perm: int) -> str:
        """Permute the axes."""
        return self.add("Transpose", x, perm=list(perm))

    def finish(self, **outputs: str) -> bytes:
        """Return the serialised model; `outputs` maps the names to be seen to the inner ones."""
        import onnx
        from onnx import helper

        named = [helper.make_node("Identity", [inner], [outer]) for outer, inner in outputs.items()]
        graph = helper.make_graph(
            self._nodes + named,
            self.name,
            self._inputs,
            [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        content: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
        return content


def kept_graphs(
    files: Mapping[str, Path],
    read: Callable[[Mapping[str, Path]], Read],
    write: Mapping[str, Callable[[Read], bytes]],
    code: Iterable[ModuleType],
) -> dict[str, bytes]:
    """Return graphs that are written from weights, from beside these where they are kept already.

    A file `NAME.graph` begins with a line of two SHA-256: one of what the graph was made of, the weights and
    the code that wrote it, and one of the graph. A file that is damaged, or of other weights or code, is
    written anew; where nothing can be written, graphs are made each time. So `onnx`, and all that reading
    and writing takes, is needed once on a machine. As onnxruntime shapes a graph for the processor that it
    finds, that is left to it at each start; it takes little of the time.

    Parameters
    ----------
    files : mapping of str to Path
        The weights' files.
    read : callable
        Reads the weights.
    write : mapping of str to callable
        What writes each graph from the weights, by its name.
    code : iterable of module
        What reads and writes, besides this module.

    Returns
    -------
    dict of str to bytes
        Serialised models by name.
    """
    weights = cache(partial(read, files))
    folder = next(iter(files.values())).parent
    made_of = digest("".join([*map(file_digest, files.values()), _code_digest(code)]).encode())
    return {
        name: kept(folder / f"{name}{SUFFIX}", made_of, lambda of=of: of(weights()))  # type: ignore[misc]
        for name, of in write.items()
    }


def _code_digest(code: Iterable[ModuleType]) -> str:
    """Return what changes with the code, or where there are no sources with its version."""
    try:
        sources = [Path(__file__), *(Path(str(module.__file__)) for module in code)]
        return "".join(map(file_digest, sources))
    except OSError:
        return __version__


def kept(path: Path, made_of: str, make: Callable[[], bytes]) -> bytes:
    """Return what a file holds, if it is whole and was made of that, else make it and try to keep it.

    Parameters
    ----------
    path : Path
        The file; it begins with a line of two SHA-256, `made_of` and one of what follows.
    made_of : str
        A SHA-256 of all that it depends on.
    make : callable
        Makes what it holds.
    """
    try:
        head, _, content = path.read_bytes().partition(b"\n")
        if head.decode("ascii", "replace") == f"{made_of} {digest(content)}":
            return content
    except OSError as error:
        logger.debug("%s is not read: %s", path, error)
    content = make()
    try:
        replace_file(path, f"{made_of} {digest(content)}\n".encode() + content)
    except OSError as error:  # a read-only cache, or a full disk
        logger.debug("%s is not kept: %s", path, error)
    return content


def told_threads(threads: int | None = None) -> int | None:
    """Return the threads that were asked for, or that OMP_NUM_THREADS names; None for the engine's choice."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if threads is None and told.isdecimal() and int(told) else threads


def start_session(model: bytes | str, threads: int | None = None) -> onnxruntime.InferenceSession:
    """Load a model into onnxruntime for a notebook: threads do not spin.

    Parameters
    ----------
    model : bytes or str
        The serialised model, or its path.
    threads : int, optional
        Threads for one operation; by default as many as OMP_NUM_THREADS says, which onnxruntime does not
        heed by itself, or its own choice, one per physical core.
    """
    import onnxruntime

    threads = told_threads(threads)
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(
        model,
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # on a CPU the fused operator is the slower one
    )
