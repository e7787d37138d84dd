"""MobileSAM out of its ONNX files: the torch model must be the network that the files hold."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from skimage import data

from segwidgets import checkpoints
from segwidgets.models.mobile_sam.weights import build_mobile_sam, read_weights

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def files():
    return checkpoints.fetch("mobile_sam")


@pytest.fixture(scope="module")
def model(files):
    return build_mobile_sam(files)


@pytest.fixture(scope="module")
def square(model):
    import torch
    from segment_anything.utils.transforms import ResizeLongestSide

    image = ResizeLongestSide(1024).apply_image(data.chelsea())
    return model.preprocess(torch.from_numpy(image).permute(2, 0, 1)[None].float())


def test_torch_encoder_is_the_network_in_the_file(files, model, square):
    import onnxruntime
    import torch

    session = onnxruntime.InferenceSession(files["encoder.onnx"], providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"input": square.numpy()})
    with torch.inference_mode():
        embedding = model.image_encoder(square).numpy()
    assert embedding.shape == (1, 256, 64, 64)
    np.testing.assert_allclose(embedding, expected, atol=1e-5)


def test_torch_decoder_is_the_network_in_the_file(files, model):
    import onnxruntime
    import torch

    embedding = torch.randn(1, 256, 64, 64, generator=torch.Generator().manual_seed(0)) * 0.1
    mask = torch.randn(1, 1, 256, 256, generator=torch.Generator().manual_seed(1)) * 5
    coords, labels = torch.tensor([[[500.0, 300.0], [20.0, 600.0]]]), torch.tensor([[1.0, 0.0]])
    with torch.inference_mode():
        sparse, dense = model.prompt_encoder((coords, labels), None, mask)
        low_res, predicted = model.mask_decoder(
            embedding, model.prompt_encoder.get_dense_pe(), sparse, dense, multimask_output=False
        )
    feed = {
        "image_embeddings": embedding.numpy(),
        "point_coords": np.concatenate([coords.numpy(), np.zeros((1, 1, 2), np.float32)], axis=1),
        "point_labels": np.array([[1, 0, -1]], np.float32),
        "mask_input": mask.numpy(),
        "has_mask_input": np.ones(1, np.float32),
        "orig_im_size": np.array([683, 1024], np.float32),
    }
    session = onnxruntime.InferenceSession(files["sam.onnx"], providers=["CPUExecutionProvider"])
    expected_low_res, expected_iou = session.run(["low_res_masks", "iou_predictions"], feed)
    # with three points, the padding one among them, the export gives the single-mask token
    np.testing.assert_allclose(low_res.numpy(), expected_low_res, atol=1e-3)
    np.testing.assert_allclose(predicted.numpy(), expected_iou, atol=1e-4)


def test_one_click_on_the_cat_gives_part_object_and_context(model):
    from segment_anything import SamPredictor

    predictor = SamPredictor(model)
    predictor.set_image(data.chelsea())
    masks, predicted_iou, _ = predictor.predict(np.array([[250, 170]]), np.array([1]))
    np.testing.assert_allclose(predicted_iou, [0.963, 0.998, 0.918], atol=2e-3)
    np.testing.assert_allclose(masks.mean((1, 2)), [0.495, 0.743, 0.970], atol=5e-3)


def test_gradients_reach_the_first_convolution(model):
    import torch

    small = torch.randn(1, 3, 128, 96, generator=torch.Generator().manual_seed(0))
    model.image_encoder(small).square().mean().backward()
    gradient = model.image_encoder.patch_embed.seq[0].c.weight.grad
    model.zero_grad(set_to_none=True)
    assert gradient is not None
    assert gradient.abs().max() > 0


def test_another_graph_is_refused_by_name(files, tmp_path):
    stranger = tmp_path / "encoder.onnx"
    onnx.save(onnx.load(files["sam.onnx"]), stranger)
    with pytest.raises(ValueError, match="MobileSAM"):
        build_mobile_sam({"encoder.onnx": stranger, "sam.onnx": files["sam.onnx"]})
    stranger.write_bytes(b"no graph at all")
    with pytest.raises(ValueError, match="not an ONNX file"):
        read_weights({"encoder.onnx": stranger, "sam.onnx": files["sam.onnx"]})
    with pytest.raises(ValueError, match=r"sam\.onnx"):
        read_weights({"encoder.onnx": files["encoder.onnx"]})
