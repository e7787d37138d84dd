"""SAM's encoder in OpenVINO: the masks of onnxruntime's, taken where it pays, and what is kept of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from segwidgets import ClickSegmenter, Prompt, Segmenter, checkpoints
from segwidgets.cli import app
from segwidgets.doctor import examine
from segwidgets.ground import processor as processors
from segwidgets.ground.keeping import digest
from segwidgets.models import engine as engines
from segwidgets.models.mobile_sam import openvino_sam
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam
from segwidgets.models.mobile_sam.openvino_sam import OpenVinoSam
from segwidgets.models.onnx_graphs import GraphWriter
from segwidgets.models.sam import DEFAULT_SAM, automatic_engine, load_engine, sam_model
from tests.test_onnx_sam import PHOTOS, prompts_for

UNITS = set(processors.processor()[1])
HAS_BFLOAT16 = bool({"amx_bf16", "avx512_bf16"} & UNITS)
LEAST_IOU = 0.97 if "amx_bf16" in UNITS else 0.95  # by avx512_bf16 0.957, of one mask of 112 cells
model = pytest.mark.model


@pytest.fixture(scope="module")
def fast() -> OpenVinoSam:
    pytest.importorskip("openvino", reason='needs pip install "segwidgets[fast]"')
    return OpenVinoSam(checkpoints.fetch("mobile_sam"), precision="f32")


@pytest.fixture(scope="module")
def default() -> OnnxSam:
    return OnnxSam(checkpoints.fetch("mobile_sam"))


def clicks(image: np.ndarray, side: int) -> list[Prompt]:
    height, width = image.shape[:2]
    places = (np.arange(side) + 0.5) / side
    return [Prompt([(x * width, y * height)]) for y in places for x in places]


def least_iou(ours: OnnxSam, theirs: OnnxSam, image: np.ndarray, prompts: list[Prompt]) -> float:
    """The least IoU of all masks of all prompts, three to each, as they come from the network."""
    mine, other = ours.encode(image), theirs.encode(image)
    least = 1.0
    for prompt in prompts:
        a, b = (theirs.decode(embedding, prompt)[0] > 0 for embedding in (mine, other))
        united = (a | b).sum((1, 2))
        least = min(least, *((a & b).sum((1, 2))[united > 0] / united[united > 0]))
    return float(least)


@model
@pytest.mark.parametrize("name", PHOTOS)
def test_in_float32_the_masks_are_those_of_onnxruntime(
    fast: OpenVinoSam, default: OnnxSam, name: str
) -> None:
    image = PHOTOS[name]()
    assert (fast.name, fast.device) == ("openvino", "cpu")
    assert least_iou(fast, default, image, [*prompts_for(image), *clicks(image, 3)]) >= 0.999


@model
@pytest.mark.skipif(not HAS_BFLOAT16, reason="no avx512_bf16 or amx_bf16: OpenVINO has no bfloat16 here")
@pytest.mark.parametrize("name", ["chelsea", "astronaut", "coffee", "rocket"])
def test_in_bfloat16_the_masks_move_by_little(default: OnnxSam, name: str) -> None:
    pytest.importorskip("openvino")
    bent = OpenVinoSam(checkpoints.fetch("mobile_sam"), precision="bf16")
    assert bent.device == "cpu, bfloat16"
    image = PHOTOS[name]()
    assert least_iou(bent, default, image, clicks(image, 1)) >= LEAST_IOU


@model
@pytest.mark.skipif(HAS_BFLOAT16, reason="here OpenVINO has bfloat16")
def test_where_there_is_no_bfloat16_it_says_that_it_keeps_to_float32(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    assert start(tmp_path, "bf16").device == "cpu"


@model
def test_of_two_threads_one_encodes_at_a_time(fast: OpenVinoSam, monkeypatch: pytest.MonkeyPatch) -> None:
    within, second, most = [], threading.Event(), []
    run = fast.encoder

    def watched(feed: dict[str, np.ndarray]):
        within.append(1)
        most.append(len(within))
        if len(within) == 1:
            second.wait(1)  # where nothing holds it back, the other comes meanwhile
        else:
            second.set()
        try:
            return run(feed)
        finally:
            within.pop()

    photos = [PHOTOS["chelsea"](), PHOTOS["rocket"]()]
    alone = [fast.encode(photo).tokens for photo in photos]
    monkeypatch.setattr(fast, "encoder", watched)
    with ThreadPoolExecutor(2) as pool:
        together = [embedding.tokens for embedding in pool.map(fast.encode, photos)]
    assert most == [1, 1]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


@model
def test_a_lessons_own_input_is_encoded_as_the_photo(fast: OpenVinoSam) -> None:
    photo = PHOTOS["chelsea"]()
    from segwidgets.models.mobile_sam.onnx_sam import network_pixels

    frame = fast.frame(photo.shape[:2])
    pixels = network_pixels(photo, frame.placed_size, frame.placed_size)[0]
    np.testing.assert_allclose(fast.encode_pixels(pixels, frame).tokens, fast.encode(photo).tokens, atol=1e-4)


# asked for by name


@model
def test_it_is_taken_by_name_in_code_in_a_widget_and_by_the_variable(
    cat: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("openvino")
    assert Segmenter(cat, engine="openvino").engine.name == "openvino"
    monkeypatch.setenv("SEGWIDGETS_ENGINE", "openvino")
    assert ClickSegmenter(cat, hover=False).segmenter.engine is load_engine(engine="openvino")


@model
def test_the_command_takes_it_and_the_record_says_so(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    told = ["workshop", "--engine", "openvino", "--out", str(tmp_path / "made")]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 0, result.output
    analysis = json.loads((tmp_path / "made/results/analysis.json").read_text("utf-8"))
    assert analysis["model"]["engine"].startswith("openvino (cpu")


def test_a_name_that_is_none_is_refused_and_the_variable_is_named(
    cat: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="engine must be one of auto, onnxruntime, openvino, torch, got 'x'"):
        Segmenter(cat, engine="x")
    monkeypatch.setenv("SEGWIDGETS_ENGINE", "x")
    with pytest.raises(ValueError, match=r"the variable SEGWIDGETS_ENGINE must be one of auto, .*, got 'x'"):
        Segmenter(cat)


def test_without_the_package_the_extra_is_named_before_anything_is_fetched(
    cat: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "missing_openvino", lambda: True)
    monkeypatch.setattr(
        "segwidgets.checkpoints.is_there", lambda name: pytest.fail("nothing is to be fetched")
    )
    with pytest.raises(engines.MissingPackageError, match=r'pip install "segwidgets\[fast\]"'):
        Segmenter(cat, engine="openvino")
    monkeypatch.setenv("SEGWIDGETS_ENGINE", "openvino")
    with pytest.raises(engines.MissingPackageError, match=r'pip install "segwidgets\[fast\]"'):
        ClickSegmenter(cat, hover=False)


# what "auto" takes


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make up a machine's units, and whether OpenVINO is installed; there is no GPU."""

    def make_up(flags: str, installed: bool = True, name: str = "Made-up") -> None:
        told = tmp_path / "cpuinfo"
        told.write_text(f"model name\t: {name}\nflags\t\t: fpu {flags}\n\nmodel name\t: second\n", "utf-8")
        monkeypatch.setattr(processors, "CPUINFO", told)
        monkeypatch.setattr(engines, "missing_openvino", lambda: not installed)
        monkeypatch.setattr(openvino_sam, "missing_openvino", lambda: not installed)
        monkeypatch.setattr(engines, "has_gpu", lambda: False)
        monkeypatch.delenv("SEGWIDGETS_ENGINE", raising=False)

    return make_up


@pytest.mark.parametrize(
    ("name", "flags", "installed", "expected"),
    [
        ("Intel(R) Xeon(R)", "avx2 avx512f avx512_bf16 amx_int8 amx_bf16", True, "openvino"),
        ("Intel(R) Xeon(R)", "avx2 avx512f avx512_bf16 amx_int8 amx_bf16", False, "onnxruntime"),
        ("Intel(R) Xeon(R)", "avx2 avx512f avx512_bf16", True, "onnxruntime"),  # slower than float32 there
        ("AMD EPYC", "avx2 avx512f avx512_bf16", True, "openvino"),
        ("AMD EPYC", "avx2 avx512f avx512_bf16", False, "onnxruntime"),
        ("AMD EPYC", "avx2", True, "onnxruntime"),
    ],
)
def test_auto_takes_it_where_it_is_installed_and_the_processor_gains_by_bfloat16(
    machine, name: str, flags: str, installed: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(flags, installed, name)
    assert automatic_engine(sam_model(DEFAULT_SAM)) == expected
    monkeypatch.setenv("SEGWIDGETS_ENGINE", "onnxruntime")
    assert automatic_engine(sam_model(DEFAULT_SAM)) == "onnxruntime"
    monkeypatch.setenv("SEGWIDGETS_ENGINE", "openvino")
    assert automatic_engine(sam_model("vit_b")) == "torch"


def test_a_processor_that_is_not_told_has_no_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processors, "CPUINFO", tmp_path / "none")
    assert processors.processor() == ("", [])
    assert openvino_sam.native_precision() == "f32"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_doctor_names_the_engine_the_units_and_what_would_be_faster(machine, lang: str) -> None:
    def device():
        (found,) = [one for one in examine.doctor(lang, network=False) if one.key == "device"]
        return found

    machine("avx2 amx_bf16")
    assert device().message.startswith("CPU (avx2, amx_bf16), openvino; ")
    assert device().details == {"engine": "openvino", "processor": "Made-up", "units": ["avx2", "amx_bf16"]}
    assert "[fast]" not in device().message
    machine("avx2 amx_bf16", installed=False)
    assert 'pip install "segwidgets[fast]"' in device().message
    machine("avx2", installed=False)
    assert device().message.startswith("CPU (avx2), onnxruntime; ")
    assert "[fast]" not in device().message


# what is kept


def tiny() -> bytes:
    g = GraphWriter("tiny")
    pixels = g.input("pixels", np.float32, (2, "columns"))
    return g.finish(embedding=g.add("MatMul", pixels, g.constant(np.eye(3) * 2)))


def start(folder: Path, precision: openvino_sam.Precision = "f32") -> OpenVinoSam:
    """An engine with nothing but a tiny encoder."""
    sam = OpenVinoSam.__new__(OpenVinoSam)
    sam.precision = precision
    sam.encoder = sam.start_encoder(tiny(), folder, None)
    return sam


def doubled(sam: OpenVinoSam) -> bool:
    return bool((sam.encoder({"pixels": np.ones((2, 3), np.float32)})[0] == 2).all())


@model
def test_a_second_start_takes_what_the_first_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openvino = pytest.importorskip("openvino")
    assert doubled(start(tmp_path))
    blob = tmp_path / "encoder.f32.blob"
    whole = blob.read_bytes()
    monkeypatch.setattr(openvino.Core, "compile_model", None)  # from now on nothing is compiled
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    again = start(tmp_path)
    assert doubled(again)
    assert again.encoder.get_property("INFERENCE_NUM_THREADS") == 1
    assert blob.read_bytes() == whole


@model
@pytest.mark.parametrize("how", ["damaged", "cut", "empty", "another version", "another processor"])
def test_what_is_not_whole_or_not_for_here_is_made_anew(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openvino = pytest.importorskip("openvino")
    start(tmp_path)
    blob = tmp_path / "encoder.f32.blob"
    whole = blob.read_bytes()
    if how == "another version":
        monkeypatch.setattr(openvino, "__version__", "1999.9")
    elif how == "another processor":
        monkeypatch.setattr(openvino_sam, "processor", lambda: ("Other", ["avx2"]))
    else:
        bent = {"damaged": whole[:-1] + bytes([whole[-1] ^ 1]), "cut": whole[: len(whole) // 2], "empty": b""}
        blob.write_bytes(bent[how])
    assert doubled(start(tmp_path))
    head, _, content = blob.read_bytes().partition(b"\n")
    assert head.split()[1].decode() == digest(content)
    same = head.split()[0] == whole.split(b" ", 1)[0]  # what it was made of
    assert same != how.startswith("another")


@model
def test_what_openvino_refuses_is_compiled_and_thrown_away(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    start(tmp_path)
    blob = tmp_path / "encoder.f32.blob"
    made_of = blob.read_bytes().split(b" ", 1)[0].decode()
    blob.write_bytes(f"{made_of} {digest(b'no blob')}\n".encode() + b"no blob")
    assert doubled(start(tmp_path))
    assert not blob.exists()


@model
def test_importing_it_reports_to_nobody(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    code = (
        "import sys; from segwidgets.models.mobile_sam.openvino_sam import _openvino; _openvino()\n"
        "print([name for name in sys.modules if 'telemetry' in name or 'tools.ovc' in name])"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    environment.pop("CI", None)
    told = subprocess.check_output([sys.executable, "-c", code], text=True, env=environment)
    assert told.strip() == "[]"
    assert not list(tmp_path.rglob("openvino*"))
