"""What runs a SAM, whichever network it is, and the device that it runs on."""

from __future__ import annotations

import ctypes
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from segwidgets.frame import Frame
from segwidgets.ground.errors import SegwidgetsError
from segwidgets.ground.validation import UInt8Array
from segwidgets.prompts import Prompt

FloatMasks = npt.NDArray[np.float32]

ANSWERS = {True: slice(1, 4), False: slice(0, 1), None: slice(0, 4)}  # of the outputs, by `multimask`


class Engine(Protocol):
    """What runs a SAM: one method for each half of the network, and how a photo lies in it.

    An embedding is opaque to the caller: whatever `encode` returns, `decode`, `features` and `upscale` take.
    Sizes are the engine's own affair: `frame` says what they are, and no caller knows them otherwise.

    An engine may also have `decode_batch(embedding, prompts)`, which yields for each prompt what `decode`
    returns for three candidates; its logits may lack what comes behind the photo.
    """

    name: str
    device: str

    def encode(self, image: UInt8Array) -> Any:
        """Run the image encoder on an image (H, W, 3) uint8 RGB."""

    def frame(self, photo_size: tuple[int, int]) -> Frame:
        """Say how an image of (height, width) lies in the input, the embedding and the logits."""

    def decode(
        self,
        embedding: Any,
        prompt: Prompt,
        mask_input: FloatMasks | None = None,
        multimask: bool | None = True,
    ) -> tuple[FloatMasks, FloatMasks]:
        """Run the prompt encoder and the mask decoder.

        Prompts are in pixels of the image that was encoded; `mask_input` is logits (h, w), the frame's
        `logits_shape`. Returns low_res_logits (N, h, w) and predicted_iou (N,), float32. With multimask
        these are the three answers to an ambiguous prompt, without it the single one; None gives all, the
        single one first.
        """

    def features(self, embedding: Any) -> FloatMasks:
        """Return the image embedding (D, rows, columns) float32; rows, columns: the frame's `grid_shape`."""

    def upscale(self, embedding: Any, low_res_logits: FloatMasks) -> FloatMasks:
        """Bring logits (N, h, w) to the image's own size (N, H, W); `Frame.upscale` does it for one mask."""


def sam_frame(photo_size: tuple[int, int]) -> Frame:
    """Return the frame of Segment Anything (Kirillov et al. 2023, arXiv:2304.02643) and of MobileSAM.

    The longest side has 1024 pixels, zeros follow at the right or at the bottom up to a square, a cell of the
    embedding covers 16 x 16 pixels and a logit 4 x 4.
    """
    return Frame.letterbox(photo_size, side=1024, grid=64, logits=256)


class MissingPackageError(SegwidgetsError, ImportError):
    """A package that one engine needs is not installed; the message names the extra that brings it."""


class MissingTorchError(MissingPackageError):
    """PyTorch, which is not part of the light core, is needed; the message says how to install it."""


class EngineError(SegwidgetsError, RuntimeError):
    """A network answered NaN: what runs it fails on this machine; the message names the versions."""


def checked(name: str, *answers: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
    """Return a network's answers as they are, unless there is NaN in one.

    Raises
    ------
    EngineError
        If there is: NaN is above no threshold and below none, and would become empty masks without a word.
    """
    if any(np.isnan(answer).any() for answer in answers):
        packages = ("onnxruntime", "openvino", "torch", "numpy")
        there = ", ".join(f"{one} {_version(one)}" for one in packages if _version(one))
        raise EngineError(
            f"{name} answered NaN (not a number), of which no mask can be made: the engine fails on this "
            f"machine ({there}, {platform.machine()}). `pip install --upgrade onnxruntime` may mend it: "
            "versions below 1.20.1 do this on newer Intel CPUs"
        )
    return answers


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def missing_torch() -> list[str]:
    """Return which of PyTorch and what goes with it are not installed, without importing any."""
    from importlib.util import find_spec

    return [name for name in ("torch", "torchvision", "segment_anything") if find_spec(name) is None]


def need_torch(what: str, lang: str | None = None) -> None:
    """Raise MissingTorchError, before anything else is done, where PyTorch is not installed.

    It speaks `lang`, or the lesson's language.
    """
    if missing := missing_torch():
        from segwidgets.locale.catalogues import translations
        from segwidgets.locale.notebook import language

        text = translations(language(lang)).gettext(
            "{what} needs PyTorch, and {names} cannot be imported here: {command} brings it; everything else "
            "works without"
        )
        command = 'pip install "segwidgets[torch]"'
        raise MissingTorchError(text.format(what=what, names=", ".join(missing), command=command))


def missing_openvino() -> bool:
    """Say whether OpenVINO is not installed, without importing it."""
    from importlib.util import find_spec

    return find_spec("openvino") is None


def need_openvino() -> None:
    """Raise MissingPackageError where OpenVINO is not installed."""
    if missing_openvino():
        raise MissingPackageError(
            'engine="openvino" needs the package openvino, and it cannot be imported here: '
            'pip install "segwidgets[fast]" brings it; engine="onnxruntime" gives the same masks without'
        )


def has_gpu() -> bool:
    """Say whether torch would find a GPU, without the seconds that importing torch takes.

    Asks NVIDIA's driver for its number of devices; Apple's own chips all have a GPU that torch can use.
    """
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0


def choose_device(device: str | None = None) -> str:
    """Return `device`, or the fastest there is: "cuda", then "mps", then "cpu"."""
    import torch

    if device is not None:
        return str(torch.device(device))
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
