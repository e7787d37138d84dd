from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from segwidgets import load_deeplab, load_image, sample_image
from segwidgets.models.deeplab.pascal import CLASS_NAMES, preprocess_array

if TYPE_CHECKING:  # without torch this file is collected, and left out by its mark
    from segwidgets.models.deeplab.torch_deeplab import DeepLab

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def model() -> DeepLab:
    return load_deeplab(device="cpu")


@pytest.mark.parametrize(
    ("photo", "class_name", "share"),
    [
        ("cat", "cat", 0.79),
        ("astronaut", "person", 0.42),
        ("motorcycle", "motorbike", 0.34),
        ("grace_hopper", "person", 0.60),
    ],
)
def test_the_workshops_own_lines_run_verbatim(
    model: DeepLab, photo: str, class_name: str, share: float
) -> None:
    input_tensor = model.preprocess(load_image(photo))
    output = model(input_tensor)['out']  # fmt: skip
    prediction = output.argmax(1).squeeze().cpu().numpy()
    assert prediction.shape == tuple(input_tensor.shape[-2:])
    assert np.mean(prediction == CLASS_NAMES.index(class_name)) == pytest.approx(share, abs=0.01)


def test_preprocessing_fits_the_longest_side_and_centres_the_values() -> None:
    tensor = preprocess_array(sample_image("cat"))
    assert tensor.shape == (3, 341, 513)
    assert tensor.dtype == np.float32
    assert -1 <= tensor.min() < -0.5 < 0.5 < tensor.max() <= 1
    red = np.zeros((40, 60, 3), np.uint8)
    red[..., 0] = 255
    np.testing.assert_allclose(preprocess_array(red)[:, 5, 5], [1, -1, -1])


def test_loading_it_brings_nothing_but_torch() -> None:
    """Each lesson has to fit into Binder's memory; torchvision alone takes 0.15 GB."""
    code = (
        "import sys; from segwidgets import load_deeplab; load_deeplab(device='cpu'); "
        "print([m for m in ('transformers', 'torchvision', 'segment_anything') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_batch_keeps_its_shape(model: DeepLab) -> None:
    import torch

    with torch.inference_mode():
        assert model(torch.zeros(2, 3, 64, 80))["out"].shape == (2, 21, 64, 80)


def test_class_names_are_pascal_voc(model: DeepLab) -> None:
    assert len(model.class_names) == 21
    assert model.class_names[0] == "background"
    assert model.class_names.index("cat") == 8


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ValueError, match="mobilenet_v2, resnet50, resnet101, mobilenet_v3_large"):
        load_deeplab("resnet18")


def test_torchvisions_networks_answer_the_same_interface(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Their weights are large downloads, so a file of random ones stands in; the network is the real one."""
    import torch
    from torchvision.models.segmentation import deeplabv3_mobilenet_v3_large

    from segwidgets import checkpoints

    path = tmp_path / "weights.pth"
    network = deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, aux_loss=True)
    torch.save(network.state_dict(), path)
    monkeypatch.setattr(checkpoints, "fetch", lambda name: {path.name: path})
    model = load_deeplab("mobilenet_v3_large", device="cpu")
    tensor = model.preprocess(sample_image("cat"))
    assert min(tensor.shape[-2:]) == 520
    with torch.inference_mode():
        assert model(tensor)["out"].shape == (1, 21, *tensor.shape[-2:])
    assert model.class_names[0] == "background"
    assert model.class_names[8] == "cat"
