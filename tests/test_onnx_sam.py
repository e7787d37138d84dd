"""The fast engine: it must give the plain network's masks, and must not need torch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image
from skimage import data

from segwidgets import checkpoints
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam
from segwidgets.prompts import Prompt

pytestmark = pytest.mark.model

HOPPER = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
PHOTOS = {
    "chelsea": data.chelsea,
    "astronaut": data.astronaut,
    "motorcycle": lambda: data.stereo_motorcycle()[0],
    "coffee": data.coffee,
    "rocket": data.rocket,
    "hopper": lambda: np.asarray(Image.open(HOPPER).convert("RGB")),
}
CLICK = Prompt([(250, 170)])


@pytest.fixture(scope="module")
def engine():
    return OnnxSam(checkpoints.fetch("mobile_sam"))


@pytest.fixture(scope="module")
def plain():
    from segwidgets.models.sam import load_sam
    from segwidgets.models.torch_sam import TorchSam

    return TorchSam(load_sam("mobile_sam", device="cpu"))


@pytest.fixture(scope="module")
def cat(engine):
    return engine.encode(data.chelsea())


def prompts_for(image):
    """Five of a kind each: a click, a click and a background click, a box."""
    height, width = image.shape[:2]
    return [
        Prompt([(0.5 * width, 0.55 * height)]),
        Prompt([(0.3 * width, 0.4 * height)]),
        Prompt([(0.7 * width, 0.7 * height), (0.05 * width, 0.05 * height)], [1, 0]),
        Prompt(box=(0.2 * width, 0.2 * height, 0.8 * width, 0.9 * height)),
        Prompt([(0.5 * width, 0.5 * height)], [1], (0.3 * width, 0.1 * height, 0.7 * width, 0.9 * height)),
    ]


def iou(a, b):
    union = (a | b).sum((1, 2))
    return np.where(union > 0, (a & b).sum((1, 2)) / np.maximum(union, 1), 1.0)


@pytest.mark.parametrize("name", PHOTOS)
def test_masks_are_those_of_the_plain_torch_path(engine, plain, name):
    image = PHOTOS[name]()
    fast, slow = engine.encode(image), plain.encode(image)
    for prompt in prompts_for(image):
        logits, predicted_iou = engine.decode(fast, prompt)
        expected_logits, expected_iou = plain.decode(slow, prompt)
        assert logits.shape == (3, 256, 256)
        np.testing.assert_allclose(predicted_iou, expected_iou, atol=1e-3)
        masks = engine.upscale(fast, logits) > 0
        expected = plain.upscale(slow, expected_logits) > 0
        assert masks.shape == (3, *image.shape[:2])
        assert iou(masks, expected).min() >= 0.995


@pytest.mark.parametrize("shape", [(300, 451), (451, 300), (90, 1024), (1024, 940), (512, 512)])
def test_padding_that_is_not_computed_changes_nothing(engine, plain, shape):
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    tokens = engine.encode(image).tokens.reshape(64, 64, 256)
    expected = plain.encode(image)["features"][0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(tokens, expected, atol=2e-5)


def test_refining_and_the_single_mask_follow_the_plain_path(engine, plain, cat):
    slow = plain.encode(data.chelsea())
    prompt = Prompt([(250, 170), (60, 60)], [1, 0])
    mask_input = engine.decode(cat, CLICK)[0][1]
    logits, predicted_iou = engine.decode(cat, prompt, mask_input, multimask=False)
    expected_logits, expected_iou = plain.decode(slow, prompt, mask_input, multimask=False)
    assert logits.shape == (1, 256, 256)
    np.testing.assert_allclose(predicted_iou, expected_iou, atol=1e-3)
    np.testing.assert_allclose(logits, expected_logits, atol=0.05)


@pytest.mark.parametrize("which", ["engine", "plain"])
def test_one_decode_can_give_all_answers_the_single_one_first(request, which):
    runner = request.getfixturevalue(which)
    embedding = runner.encode(data.chelsea())
    logits, predicted_iou = runner.decode(embedding, CLICK, multimask=None)
    single, three = (runner.decode(embedding, CLICK, multimask=multimask) for multimask in (False, True))
    np.testing.assert_array_equal(logits, np.concatenate([single[0], three[0]]))
    np.testing.assert_array_equal(predicted_iou, np.concatenate([single[1], three[1]]))


def test_decoder_agrees_with_the_published_graph(engine, cat):
    import onnxruntime

    path = checkpoints.fetch("mobile_sam")["sam.onnx"]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    prompt = Prompt([(250, 170), (20, 20)], [1, 0])
    feed = {
        "image_embeddings": cat.tokens.reshape(1, 64, 64, 256).transpose(0, 3, 1, 2),
        "point_coords": np.array([[[250, 170], [20, 20], [0, 0]]], np.float32) * np.float32(1024 / 451),
        "point_labels": np.array([[1, 0, -1]], np.float32),
        "mask_input": np.zeros((1, 1, 256, 256), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array([300, 451], np.float32),
    }
    masks, expected_iou, expected = session.run(["masks", "iou_predictions", "low_res_masks"], feed)
    logits, predicted_iou = engine.decode(cat, prompt, multimask=False)
    np.testing.assert_allclose(predicted_iou, expected_iou[0], atol=1e-3)
    np.testing.assert_allclose(logits, expected[0], atol=0.05)
    assert iou(engine.upscale(cat, logits) > 0, masks[0] > 0).min() > 0.999


@pytest.mark.parametrize("shape", [(37, 1), (40, 60), (1030, 700), (1024, 1024)])
def test_logits_come_back_at_the_photos_size_as_sam_does_it(engine, shape):
    import torch
    from segment_anything.modeling import Sam

    from segwidgets.models.mobile_sam.onnx_sam import Embedding

    logits = np.random.default_rng(0).normal(size=(2, 256, 256)).astype(np.float32)
    embedding = Embedding(np.empty(0, np.float32), engine.frame(shape))

    class Encoder:
        img_size = 1024

    class Model:
        image_encoder = Encoder

    expected = Sam.postprocess_masks(
        Model, torch.from_numpy(logits)[None], embedding.frame.placed_size, shape
    )
    np.testing.assert_allclose(engine.upscale(embedding, logits), expected[0].numpy(), atol=1e-3)


def test_a_batch_draws_the_same_masks_only_where_the_photo_is(engine, cat):
    prompts = [CLICK, Prompt([(100, 200)])]
    for prompt, (logits, predicted_iou) in zip(prompts, engine.decode_batch(cat, prompts), strict=True):
        expected, expected_iou = engine.decode(cat, prompt)
        assert logits.shape == (3, 172, 256)
        np.testing.assert_allclose(logits, expected[:, :172], atol=1e-3)
        np.testing.assert_allclose(predicted_iou, expected_iou, atol=1e-5)


def test_no_torch_is_imported_from_a_photo_to_its_masks():
    code = """
import json, sys
from skimage import data
from segwidgets import checkpoints
from segwidgets.models.mobile_sam.onnx_sam import OnnxSam
from segwidgets.prompts import Prompt
engine = OnnxSam(checkpoints.fetch("mobile_sam"))
embedding = engine.encode(data.chelsea())
engine.upscale(embedding, engine.decode(embedding, Prompt([(250, 170)]))[0])
print(json.dumps([m for m in ("torch", "torchvision", "transformers", "matplotlib") if m in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
