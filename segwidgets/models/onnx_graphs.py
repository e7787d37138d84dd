"""Writing ONNX graphs by hand, and running them: the small tools of the fast CPU engine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import onnxruntime

Array = npt.NDArray[Any]

OPSET = 17  # the first with LayerNormalization
CONTRIB = "com.microsoft"  # onnxruntime's own fused operators
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

    told = os.environ.get("OMP_NUM_THREADS", "")
    if threads is None and told.isdecimal() and int(told):
        threads = int(told)
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
