"""MobileSAM with its encoder in OpenVINO (the extra `fast`); the decoder stays in onnxruntime.

OpenVINO reads the encoder's graph as it stands. Where the processor multiplies bfloat16 several times as fast
as float32 (Intel's by AMX, AMD's by avx512_bf16) it computes in that, which moves the masks by little;
everywhere else in float32, which gives the same masks. The decoder's single masks move further, and it would
not be faster: `benchmarks/README.md` has the figures.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from segwidgets.ground.keeping import digest
from segwidgets.ground.processor import processor
from segwidgets.models.engine import missing_openvino
from segwidgets.models.mobile_sam.onnx_sam import Floats, OnnxSam
from segwidgets.models.onnx_graphs import kept, told_threads

Precision = Literal["f32", "bf16"]

BLOB = ".blob"  # of files that keep a compiled encoder beside the weights

logger = logging.getLogger(__name__)


def pays() -> bool:
    """Say whether "auto" takes this engine: OpenVINO is installed, and the processor has what it gains by."""
    return not missing_openvino() and native_precision() == "bf16"


def native_precision() -> Precision:
    """Return in what the encoder computes on this processor.

    avx512_bf16 without AMX is slower than float32 on Intel's processors, twice as fast on AMD's.
    """
    name, units = processor()
    fast = "amx_bf16" in units or ("avx512_bf16" in units and name.startswith("AMD "))
    return "bf16" if fast else "f32"


class OpenVinoSam(OnnxSam):
    """MobileSAM as an engine for `Segmenter`; see `segwidgets.models.engine.Engine`.

    Parameters
    ----------
    files : mapping of str to Path
        `encoder.onnx` and `sam.onnx`, as `checkpoints.fetch("mobile_sam")` gives them.
    threads : int, optional
        As of `OnnxSam`.
    precision : {"f32", "bf16"}, optional
        In what the encoder computes; by default bfloat16 where the processor gains by it. OpenVINO keeps to
        float32 where it cannot have bfloat16: `device` says what it took.

    Raises
    ------
    ImportError
        If OpenVINO is not installed.
    ValueError
        If a file is not the expected graph.
    """

    name = "openvino"

    def __init__(
        self, files: Mapping[str, Path], threads: int | None = None, precision: Precision | None = None
    ) -> None:
        self.precision = precision or native_precision()
        self._running = threading.Lock()  # one run at a time: they share what a run works in
        super().__init__(files, threads)

    def start_encoder(self, graph: bytes, folder: Path, threads: int | None) -> Any:
        """Compile the encoder's graph, or take it from the folder, which keeps what was compiled."""
        threads = told_threads(threads)
        options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": self.precision,
            "ENABLE_CPU_PINNING": False,  # threads held to cores wait there for other notebooks
            **({} if threads is None else {"INFERENCE_NUM_THREADS": threads}),
        }
        encoder = _compiled(graph, options, folder / f"encoder.{self.precision}{BLOB}")
        taken = encoder.get_property("INFERENCE_PRECISION_HINT").to_dtype()
        self.device = "cpu" if taken == np.float32 else "cpu, bfloat16"
        return encoder

    def _run_encoder(
        self,
        pixels: Floats,
        rows: npt.NDArray[np.int64],
        columns: npt.NDArray[np.int64],
        spare: bool = False,
    ) -> Floats:
        """Return the tokens; with `spare` the memory that the run took is given back afterwards."""
        with self._running:
            answer = self.encoder({"pixels": pixels, "rows": rows, "columns": columns})
            tokens = np.array(answer[0], np.float32)
            if spare:
                del answer
                self.encoder.release_memory()
        return tokens


def _openvino() -> Any:
    """Import OpenVINO without its converter of models, which on import reports to a server that it was used.

    What is imported already stays as it is, and `import openvino.tools.ovc` brings the converter afterwards.
    """
    converter = "openvino.tools.ovc"
    keep_out = not {"openvino", converter} & set(sys.modules)
    if keep_out:
        sys.modules[converter] = None  # type: ignore[assignment]  # what makes an import fail
    try:
        import openvino
    finally:
        if keep_out:
            del sys.modules[converter]
    return openvino


def _compiled(graph: bytes, options: dict[str, Any], path: Path) -> Any:
    """Compile a graph for this processor, or take what was compiled for it from the file that keeps it."""
    openvino = _openvino()
    core = openvino.Core()
    made = []

    def compiled() -> bytes:
        made.append(core.compile_model(core.read_model(graph, b""), "CPU", options))
        blob = io.BytesIO()
        made[0].export_model(blob)
        return blob.getvalue()

    capabilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    names = [openvino.__version__, *processor(), *capabilities, options["INFERENCE_PRECISION_HINT"]]
    blob = kept(path, digest("\n".join([digest(graph), *map(str, names)]).encode()), compiled)
    if made:
        return made[0]
    try:
        return core.import_model(io.BytesIO(blob), "CPU", options)
    except RuntimeError as error:  # whole, of this version and processor, and yet refused
        logger.debug("%s is not taken: %s", path, error)
        with suppress(OSError):
            path.unlink(missing_ok=True)
        compiled()
        return made[0]
