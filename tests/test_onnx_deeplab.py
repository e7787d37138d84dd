"""The fast DeepLab must give the class maps of the plain network, and must not need torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from skimage import data

from segwidgets import checkpoints
from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab
from segwidgets.semantic import segment_semantic

pytestmark = pytest.mark.model

PHOTOS = {
    "chelsea": (data.chelsea, "cat"),
    "motorcycle": (lambda: data.stereo_motorcycle()[0], "motorbike"),
    "astronaut": (data.astronaut, "person"),
    "tall": (lambda: data.stereo_motorcycle()[0][:, 200:520], "motorbike"),
}


@pytest.fixture(scope="module")
def model():
    return OnnxDeepLab(checkpoints.fetch("deeplab_mobilenet_v2"))


@pytest.fixture(scope="module")
def plain():
    from segwidgets.models.deeplab.table import load_deeplab

    return load_deeplab("mobilenet_v2", device="cpu")


@pytest.mark.parametrize("name", PHOTOS)
def test_class_maps_are_those_of_the_plain_network(model, plain, name):
    image = PHOTOS[name][0]()
    logits, expected = model.logits(image), plain.logits(image)
    assert logits.shape == expected.shape
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, expected, atol=0.001)
    assert (logits.argmax(0) == expected.argmax(0)).mean() >= 0.9999


@pytest.mark.parametrize("name", PHOTOS)
def test_the_photo_is_called_by_its_name(model, name):
    image, expected = PHOTOS[name]
    found = segment_semantic(image(), model)
    names = [found for found in found.area_share if found != "background"]
    assert names[0] == expected


def test_no_torch_is_imported():
    code = """
import sys
from skimage import data
from segwidgets import checkpoints
from segwidgets.models.deeplab.onnx_deeplab import OnnxDeepLab
OnnxDeepLab(checkpoints.fetch("deeplab_mobilenet_v2")).logits(data.chelsea())
sys.exit(any(name in sys.modules for name in ("torch", "transformers", "torchvision")))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
