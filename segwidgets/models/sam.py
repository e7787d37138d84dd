"""The SAMs that there are, a row each, and loading one by its name.

Kirillov et al. 2023, "Segment Anything", arXiv:2304.02643; Zhang et al. 2023, "Faster Segment Anything:
Towards Lightweight SAM for Mobile Applications", arXiv:2306.14289 (MobileSAM).
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from segwidgets import checkpoints
from segwidgets.ground.outside import shown

if TYPE_CHECKING:
    from segment_anything.modeling import Sam

    from segwidgets.checkpoints import Checkpoint
    from segwidgets.models.engine import Engine

logger = logging.getLogger(__name__)

Files = Mapping[str, Path]

_engines: dict[tuple[str, str], Engine] = {}  # that are loaded, by the model's name and their own
_loading = threading.Lock()  # two threads that want the same engine get the same


@dataclass(frozen=True)
class SamModel:
    """All that the package knows of one SAM; a model more is a row more in `SAM_MODELS`.

    Attributes
    ----------
    name : str
        What `Segmenter`, `load_sam` and the command take as the model's name.
    title : str
        Its name for a reader.
    parameters : int
        How many, in millions: up to about 10 suit a CPU, the others want a GPU or patience.
    weights : str
        The checkpoint's name in `checkpoints.CHECKPOINTS`, which knows the files, where they come from, their
        licence, the paper and the homepage.
    on_cpu : mapping of str to callable
        What runs it on a CPU without torch, by the engine's name, the default first: each builds an `Engine`
        from the checkpoint's files.
    where_it_pays : mapping of str to callable
        Which of these "auto" prefers to the default, by name: where the function returns True.
    in_torch : callable or None
        Builds the `segment_anything.modeling.Sam` from the files; it runs on any device that torch knows.
    """

    name: str
    title: str
    parameters: int
    weights: str
    on_cpu: Mapping[str, Callable[[Files], Engine]] = field(default_factory=dict)
    in_torch: Callable[[Files], Sam] | None = None
    where_it_pays: Mapping[str, Callable[[], bool]] = field(default_factory=dict)

    @property
    def checkpoint(self) -> Checkpoint:
        """The weights' row: files, licence, paper, homepage."""
        return checkpoints.CHECKPOINTS[self.weights]

    @property
    def engines(self) -> tuple[str, ...]:
        """What can run it, by default the first."""
        return (*self.on_cpu, *(("torch",) if self.in_torch is not None else ()))


def _mobile_sam_without_torch(files: Files) -> Engine:
    from segwidgets.models.mobile_sam.onnx_sam import OnnxSam

    return OnnxSam(files)


def _mobile_sam_in_openvino(files: Files) -> Engine:
    from segwidgets.models.mobile_sam.openvino_sam import OpenVinoSam

    return OpenVinoSam(files)


def _openvino_pays() -> bool:
    from segwidgets.models.mobile_sam.openvino_sam import pays

    return pays()


def _mobile_sam_in_torch(files: Files) -> Sam:
    from segwidgets.models.mobile_sam.weights import build_mobile_sam

    return build_mobile_sam(files)


def _official(name: str) -> Callable[[Files], Sam]:
    def build(files: Files) -> Sam:
        from segwidgets.models.torch_sam import build_official

        return build_official(name, files)

    return build


SAM_MODELS: dict[str, SamModel] = {
    model.name: model
    for model in (
        SamModel(
            "mobile_sam",
            "MobileSAM",
            10,
            "mobile_sam",
            {"onnxruntime": _mobile_sam_without_torch, "openvino": _mobile_sam_in_openvino},
            _mobile_sam_in_torch,
            {"openvino": _openvino_pays},
        ),
        SamModel("vit_b", "SAM ViT-B", 91, "sam_vit_b", in_torch=_official("vit_b")),
        SamModel("vit_l", "SAM ViT-L", 308, "sam_vit_l", in_torch=_official("vit_l")),
        SamModel("vit_h", "SAM ViT-H", 636, "sam_vit_h", in_torch=_official("vit_h")),
    )
}
"""Every SAM by name."""

DEFAULT_SAM = "mobile_sam"
ENGINE_VARIABLE = "SEGWIDGETS_ENGINE"  # of the environment: which engine "auto" takes


def sam_model(model_type: str) -> SamModel:
    """Return a model's row, or raise ValueError with the names there are."""
    if not isinstance(model_type, str) or model_type not in SAM_MODELS:
        raise ValueError(f"model_type must be one of {', '.join(SAM_MODELS)}, got {shown(model_type)}")
    return SAM_MODELS[model_type]


def engine_names() -> list[str]:
    """Return what can be asked for as `engine`, "auto" first."""
    return list(dict.fromkeys(["auto", *(name for each in SAM_MODELS.values() for name in each.engines)]))


def load_sam(model_type: str = DEFAULT_SAM, device: str | None = None) -> Sam:
    """Load Segment Anything with its official (or MobileSAM's) weights.

    Parameters
    ----------
    model_type : {"mobile_sam", "vit_b", "vit_l", "vit_h"}
        MobileSAM has 10 million parameters and suits a CPU; the others are Meta's own (91, 308 and 636
        million) and want a GPU or patience.
    device : str, optional
        "cuda", "mps" or "cpu"; the first of these that there is, by default. `sam.device` tells.

    Returns
    -------
    segment_anything.modeling.Sam
        In evaluation mode. `SamPredictor` and `SamAutomaticMaskGenerator` work on it.

    Raises
    ------
    ValueError
        If there is no such model, or it is none of `segment_anything`'s.
    MissingTorchError
        If PyTorch is not installed.
    segwidgets.checkpoints.CheckpointError
        If the weights can be had from nowhere.

    Examples
    --------
    >>> from segment_anything import SamPredictor
    >>> predictor = SamPredictor(load_sam())
    >>> predictor.set_image(sample_image("cat"))
    >>> masks, predicted_iou, low_res_logits = predictor.predict(np.array([[250, 170]]), np.array([1]))
    >>> masks.shape
    (3, 300, 451)
    """
    model = sam_model(model_type)
    if model.in_torch is None:
        raise ValueError(
            f"{model_type} is no segment_anything model; Segmenter(image, {model_type!r}) runs it"
        )
    from segwidgets.models.engine import choose_device, need_torch

    need_torch(f"load_sam({model_type!r})")
    device = choose_device(device)
    sam = model.in_torch(checkpoints.fetch(model.weights))
    logger.info("%s runs on %s", model_type, device)
    return sam.to(device).eval()


def load_engine(model_type: str = DEFAULT_SAM, engine: str = "auto") -> Engine:
    """Load a model once a process, ready to encode and decode.

    Parameters
    ----------
    model_type : str
        See `load_sam`.
    engine : {"auto", "onnxruntime", "openvino", "torch"}
        "auto" takes what SEGWIDGETS_ENGINE names, for the models that it runs; else for MobileSAM torch where
        there is a GPU, OpenVINO where it is installed and the processor gains by bfloat16, and onnxruntime
        everywhere else; and torch for the other models.

    Raises
    ------
    ValueError
        If a name is unknown, or an engine is asked for a model that it does not run.
    """
    return engine_loader(model_type, engine)()


def engine_loader(model_type: str = DEFAULT_SAM, engine: str = "auto") -> Callable[[], Engine]:
    """Check what is asked for, and return what loads it: what can be done in a thread, where nobody sees it.

    Weights that are not there are fetched at once.

    Raises
    ------
    ValueError
        As of `load_engine`.
    MissingPackageError
        If what is to run it is not installed: OpenVINO, or (MissingTorchError) PyTorch.
    segwidgets.checkpoints.CheckpointError
        If the weights can be had from nowhere.
    """
    model = sam_model(model_type)
    engine = _asked(engine, model)
    if engine not in ("auto", *model.engines):
        names = ", ".join(each.name for each in SAM_MODELS.values() if engine in each.engines)
        raise ValueError(f"{engine} runs {names} only, got {model_type!r}: use engine={model.engines[0]!r}")
    if "torch" in (engine, model.engines[0]):
        from segwidgets.models.engine import need_torch

        need_torch(f"load_sam({model_type!r})")
    if engine == "openvino":
        from segwidgets.models.engine import need_openvino

        need_openvino()
    is_loaded = any(name == model_type for name, _ in _engines)
    if not is_loaded and not checkpoints.is_there(model.weights):
        checkpoints.fetch(model.weights)
    return partial(_load, model_type, engine)


def _asked(engine: str, model: SamModel) -> str:
    """Return which engine is asked for, here or by SEGWIDGETS_ENGINE, or "auto"."""
    told = os.environ.get(ENGINE_VARIABLE) or "auto"
    known = engine_names()
    for what, name in (("engine", engine), (f"the variable {ENGINE_VARIABLE}", told)):
        if name not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, got {name!r}")
    return told if engine == "auto" and told in model.engines else engine


def automatic_engine(model: SamModel) -> str:
    """Return which engine "auto" takes for a model on this machine; nothing is loaded."""
    from segwidgets.models.engine import has_gpu, missing_torch

    told = _asked("auto", model)
    if told != "auto":
        return told
    if "torch" in model.engines and has_gpu() and not missing_torch():
        return "torch"
    return next((name for name, pays in model.where_it_pays.items() if pays()), model.engines[0])


def _load(model_type: str, engine: str) -> Engine:
    if engine == "auto":
        engine = automatic_engine(sam_model(model_type))
    with _loading:
        if (model_type, engine) not in _engines:
            _engines[model_type, engine] = _build(model_type, engine)
        return _engines[model_type, engine]


def _build(model_type: str, engine: str) -> Engine:
    model = sam_model(model_type)
    if engine in model.on_cpu:
        return model.on_cpu[engine](checkpoints.fetch(model.weights))
    from segwidgets.models.torch_sam import TorchSam

    return TorchSam(load_sam(model_type))
