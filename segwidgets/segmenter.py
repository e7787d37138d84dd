"""One image, one embedding, many prompts."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.candidates import Candidates, Choice, OtherOutputs, as_before
from segwidgets.frame import Frame
from segwidgets.geometry import Box, grow_box
from segwidgets.ground.validation import BoolArray, FloatArray, check_box, describe
from segwidgets.images import load_image
from segwidgets.masks.regions import stability_score
from segwidgets.models.engine import ANSWERS, Engine, FloatMasks, checked
from segwidgets.prompts import Prompt

MASK_THRESHOLD = 0.0  # logits above it are mask, as in segment_anything.modeling.Sam
VIEW_MARGIN = 0.25  # of a closer view around the box that is asked for, as a share of its longer side
VIEW_SIDE = 128  # fewest pixels on a side of a closer view: enlarged further it only gets blurred
VIEW_BYTES = 40_000_000  # of the embeddings of closer views that are kept: nine of SAM's


class Segmenter:
    """Segment Anything on one image: the encoder runs once, then each prompt is cheap.

    Parameters
    ----------
    image : str, Path, bytes, PIL.Image.Image or ndarray
        Anything that `load_image` takes.
    sam : str, segment_anything.modeling.Sam or Engine, optional
        A model's name (see `load_sam`), a model that is already loaded, or what runs one. By default
        MobileSAM.
    engine : {"auto", "onnxruntime", "torch"}
        What runs the network when `sam` is a name: "auto" takes torch on a GPU and onnxruntime on a CPU.

    Attributes
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The image in RGB.
    frame : Frame
        How the image lies in the network's input, in the grid of its embedding and in its logits.
    view : (int, int, int, int)
        x0, y0, x1, y1 of the part of the image that is encoded: all of it, but where `closer` looks closer.
    encode_seconds : float
        Wall time of the encoder.

    Examples
    --------
    >>> segmenter = Segmenter("cat")
    >>> candidates = segmenter.predict(Prompt([(250, 170)]))
    >>> candidates.best_mask.shape
    (300, 451)
    """

    def __init__(self, image: Any, sam: Any = None, engine: str = "auto") -> None:
        self.image = load_image(image)
        self.engine = _engine_of(sam, engine)
        self._encode((0, 0, self.size[1], self.size[0]))

    def _encode(self, view: Box) -> None:
        self.view = view
        self._views: OrderedDict[Box, Segmenter] = OrderedDict()
        self._views_lock = threading.Lock()
        self._whole: weakref.ref[Segmenter] | None = None
        self.frame = self._frame_of(view)
        start = perf_counter()
        self._embedding = self.engine.encode(np.ascontiguousarray(self.image[self.frame.seen_part]))
        self.encode_seconds = perf_counter() - start

    def __repr__(self) -> str:
        height, width = self.size
        part = f", closer at {self.view}" if self.frame.view else ""
        return f"Segmenter({width} x {height}{part}, {self.engine.name} on {self.engine.device})"

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the image in pixels."""
        return self.image.shape[0], self.image.shape[1]

    def _frame_of(self, view: Box | None) -> Frame:
        """Say how a part of the image, or with None all of it, would lie in what the network takes in."""
        if view is None or view == (0, 0, self.size[1], self.size[0]):
            return self.engine.frame(self.size)
        return self.engine.frame((view[3] - view[1], view[2] - view[0])).looking_at(view, self.size)

    def closer(self, box: npt.ArrayLike, margin: float = VIEW_MARGIN) -> Segmenter:
        """Look closer at a part of the image: encode it alone, with all the pixels that the network takes.

        What comes back is a segmenter like any other: prompts and masks are in the whole image's pixels. It
        knows nothing of what lies outside its view: no prompt may, and no mask does. The last few views are
        kept, so that going back to one costs nothing; they share the engine and the image.

        It pays where the image has more pixels than the network takes in, and the object few of them. Mean
        IoU of one click, 36 photos of 500 pixels as tiles of one of 3000: the photo encoded whole .587, the
        tile alone .780; `benchmarks.closer` does the same with the sample photos, .613 and .702. With more
        detail the first choice is more often a part, and what fills the view may be lost: leave room.

        Parameters
        ----------
        box : array_like of shape (4,)
            x0, y0, x1, y1 in pixels of the image.
        margin : float
            Room on each side of the box, as a share of its longer side, so that the object stands before its
            surroundings.

        Returns
        -------
        Segmenter
            Its `view` is the box with its margin, in whole pixels within the image. A view that would be all
            of the image is the segmenter of the whole image.

        Raises
        ------
        TypeError, ValueError
            If the box does not lie in the image, or the margin is negative.
        """
        corners = check_box(box, self.size)
        if isinstance(margin, bool) or not isinstance(margin, int | float) or not 0 <= margin < np.inf:
            raise ValueError(f"margin must be a share of the box's longer side from 0, got {margin!r}")
        _ = self.embedding  # a closed segmenter says so
        whole = self._whole() if self._whole is not None else None
        keeper = self if whole is None or whole._embedding is None else whole
        return keeper.look_at(grow_box(corners, self.size, margin, VIEW_SIDE))

    def look_at(self, view: Box, keep: bool = True) -> Segmenter:
        """Return what looks at exactly this part of the image: itself, one that is kept, or a new one.

        Parameters
        ----------
        view : (int, int, int, int)
            x0, y0, x1, y1 in whole pixels of the image.
        keep : bool
            Whether to keep it for the next time.

        Raises
        ------
        ValueError
            If it is no part of the image.
        """
        check_box(view, self.size)
        if view == self.view:
            return self
        with self._views_lock:
            made = self._views.get(view)
        if made is None or made._embedding is None:
            made = object.__new__(type(self))
            made.image, made.engine = self.image, self.engine
            made._encode(view)
            made._whole = weakref.ref(self)
        with self._views_lock:
            if keep and self._embedding is not None:
                is_new = self._views.get(view) is not made
                self._views[view] = made
                self._views.move_to_end(view)
                most = max(1, VIEW_BYTES // made.image_embedding.nbytes) if is_new else len(self._views)
                while len(self._views) > most:
                    self._views.popitem(last=False)
        return made

    def predict(
        self,
        prompt: Prompt,
        previous: Candidates | npt.NDArray[Any] | None = None,
        multimask: bool | None = None,
    ) -> Candidates:
        """Ask for the masks of one prompt.

        A single click is ambiguous, and SAM gives three answers. Whatever says more than that (more points, a
        background point, a box, a mask that is fed back) gets the one mask that SAM draws when it should not
        be ambiguous: Kirillov et al. 2023, "Segment Anything", arXiv:2304.02643, section 3. Mean IoU after
        clicks 1 to 5, each next one deepest in the largest error, on GrabCut's 50 photos (logits fed back,
        default model): .795 .807 .915 .935 .961; with the best rated of three at every click
        .795 .764 .828 .867 .887.

        Parameters
        ----------
        prompt : Prompt
            Points and box in pixels of the image.
        previous : Candidates or ndarray, optional
            What was found before for the same object: its logits (of the best mask) are fed back. Or a mask
            (H, W) bool, or logits, such as `Candidates.low_res_logits[i]`.
        multimask : bool, optional
            True for three candidates, False for the single mask. By default three for a single foreground
            click without a box and without `previous`, the single one otherwise. `other_readings` gives what
            was left out: all come from one decode.

        Raises
        ------
        TypeError
            If `prompt` is not a Prompt or `previous` neither Candidates nor an array.
        ValueError
            If the prompt is empty or leaves the image or the `view`, or `previous` has no such shape.
        RuntimeError
            If the segmenter was closed; as an EngineError, if the network answers NaN.
        """
        if not isinstance(prompt, Prompt):
            raise TypeError(f"prompt must be a Prompt, as in Prompt([(250, 170)]), got {describe(prompt)}")
        if prompt.is_empty:
            raise ValueError("the prompt is empty: give it at least one point or a box")
        prompt.check_inside(self.size)
        self._check_in_view(prompt)
        embedding = self.embedding
        start = perf_counter()
        fed_back = self._mask_input(previous)
        seen = prompt.moved(-self.view[0], -self.view[1])
        answers = self.engine.decode(embedding, seen, fed_back, multimask=None)
        logits, predicted_iou = checked(self.engine.name, *answers)
        if multimask is None:
            multimask = prompt.is_single_click and fed_back is None
        shown, others = ANSWERS[bool(multimask)], ANSWERS[not multimask]
        return Candidates(
            prompt,
            self._masks(logits[shown]),
            predicted_iou[shown],
            logits[shown],
            self._stability(logits[shown]),
            refined=fed_back is not None,
            decode_seconds=perf_counter() - start,
            others=OtherOutputs(logits[others], predicted_iou[others]),
            view=self.frame.view,
        )

    def _check_in_view(self, prompt: Prompt) -> None:
        x0, y0, x1, y1 = self.view
        inside = [x0 <= x < x1 and y0 <= y < y1 for x, y in prompt.points]
        if prompt.box is not None:
            left, top, right, bottom = prompt.box
            inside.append(x0 <= left and y0 <= top and right <= x1 and bottom <= y1)
        if not all(inside):
            at = [*prompt.points, prompt.box][inside.index(False)]
            raise ValueError(
                f"{at} lies outside the part of the image that was encoded, x from {x0} to {x1} and y from "
                f"{y0} to {y1}: ask the segmenter of the whole image, or closer(box) with a box that holds "
                "all of the prompt"
            )

    def other_readings(self, candidates: Candidates) -> Candidates:
        """Return the same answer with all masks that SAM had for its prompt.

        Which mask is best stays, and why; the others follow after what was shown. No second decode is
        needed. Picked by hand, the best of all four gives a mean IoU of .915 .944 .958 on GrabCut's photos
        after clicks 2, 3, 4, where the single mask gives .807 .915 .935.

        Parameters
        ----------
        candidates : Candidates
            What `predict` returned for this image.

        Raises
        ------
        ValueError
            If they belong to another image or view, or SAM had no others, as for a mask that it did not draw.
        RuntimeError
            If the segmenter was closed.
        """
        if candidates.masks.shape[1:] != self.size:
            raise ValueError(
                f"candidates must belong to this image of {self.size} (height, width), got masks of "
                f"{candidates.masks.shape[1:]}"
            )
        if candidates.view != self.frame.view:
            raise ValueError(
                f"candidates must belong to the view {self.view}, got some of "
                f"{candidates.view or 'the whole image'}: ask the segmenter that predicted them"
            )
        others = candidates.others
        if others is None:
            raise ValueError(
                "these candidates have no other readings: ask with what Segmenter.predict returned, "
                "before its other readings were added"
            )
        logits, choice = others.low_res_logits, candidates.choice
        masks = np.concatenate([candidates.masks, self._masks(logits)])
        before = replace(candidates, masks=masks[: len(candidates)])
        return replace(
            candidates,
            masks=masks,
            predicted_iou=np.concatenate([candidates.predicted_iou, others.predicted_iou]),
            low_res_logits=np.concatenate([candidates.low_res_logits, logits]),
            stability_score=np.concatenate([candidates.stability_score, self._stability(logits)]),
            picked=Choice(choice.index, partial(as_before, before), choice.by_hand),
            others=None,
        )

    def _masks(self, low_res_logits: FloatMasks) -> BoolArray:
        masks = np.zeros((len(low_res_logits), *self.size), dtype=np.bool_)
        # one at a time: 12 megapixels of float are 48 MB
        for mask, one in zip(masks, low_res_logits, strict=True):
            seen = self.engine.upscale(self.embedding, one[None])[0]
            np.greater(seen, MASK_THRESHOLD, out=mask[self.frame.seen_part])
        return masks

    def _stability(self, low_res_logits: FloatMasks) -> FloatArray:
        return np.array([stability_score(one, self.frame) for one in low_res_logits])

    @property
    def image_embedding(self) -> FloatMasks:
        """What the encoder made of the image: (D, rows, columns) float32, for SAM (256, 64, 64).

        One vector for each cell of the network's input. SAM scales the image so that its longest side has
        1024 pixels, pads it at the right or at the bottom to a square, and has a cell for each 16 × 16 of
        them; `frame.crop_grid` cuts the padding away, whatever the network.
        """
        (features,) = checked(self.engine.name, self.engine.features(self.embedding))
        return features

    def upscale(self, low_res_logits: FloatMasks) -> FloatMasks:
        """Bring logits (N, h, w), such as `Candidates.low_res_logits`, to the image's size (N, H, W).

        Outside the `view`, of which nothing is known, stands each mask's lowest logit.
        """
        seen = self.engine.upscale(self.embedding, low_res_logits)
        if self.frame.view is None:
            return seen
        whole = np.empty((len(seen), *self.size), np.float32)
        whole[:] = seen.min(axis=(1, 2), keepdims=True)
        whole[(slice(None), *self.frame.seen_part)] = seen
        return whole

    def close(self) -> None:
        """Free the embedding, and the closer views that are kept; the image stays."""
        self._embedding = None
        with self._views_lock:
            self._views.clear()

    @property
    def embedding(self) -> Any:
        """What the engine's `encode` returned; only its own `decode` and `upscale` can read it."""
        if self._embedding is None:
            raise RuntimeError("this Segmenter was closed and its embedding freed; make a new one")
        return self._embedding

    def _mask_input(self, previous: Candidates | npt.NDArray[Any] | None) -> FloatMasks | None:
        """Return the logits to feed back, or None.

        Those of another view lie elsewhere, and are carried over: on the sample photos as 16 tiles of one, a
        second click in the tile's own view then has a mean IoU of .784, with the mask alone .767, with
        nothing .726 (56 objects, `benchmarks.closer`). A mask that no network drew has no logits and is
        written as such. Of what lies outside the view nothing is fed back.
        """
        if previous is None:
            return None
        given: Any = previous
        if isinstance(previous, Candidates):
            given = previous.masks[previous.best]
            logits = previous.low_res_logits[previous.best]
            if logits.shape == self.frame.logits_shape:
                if not given[self.frame.seen_part].any():
                    return None
                given = logits
                if previous.view != self.frame.view:
                    given = self._frame_of(previous.view).carry_over(logits, self.frame)
        shape = self.frame.logits_shape
        if not isinstance(given, np.ndarray):
            raise TypeError(
                f"previous must be Candidates, a mask (H, W) or logits {shape}, got {describe(previous)}"
            )
        if given.dtype == np.bool_ and given.shape == self.size:
            return self.frame.write_mask(given) if given[self.frame.seen_part].any() else None
        if given.shape != shape or given.dtype == np.bool_:
            raise ValueError(
                f"previous logits must have shape {shape}, got {given.shape}: take low_res_logits[i]; a mask "
                f"must be boolean and of the image's size {self.size}"
            )
        return given.astype(np.float32, copy=False)


def segmenter_of(source: Any, sam: Any = None) -> Segmenter:
    """Return what answers prompts about a photo: `source` itself if it does, else its `Segmenter`."""
    return source if hasattr(source, "predict") else Segmenter(source, sam)


def _engine_of(sam: Any, engine: str) -> Engine:
    """Turn what the user gave as `sam` into something that encodes and decodes."""
    if sam is None or isinstance(sam, str):
        from segwidgets.models.sam import DEFAULT_SAM, load_engine

        return load_engine(sam or DEFAULT_SAM, engine)
    if hasattr(sam, "encode") and hasattr(sam, "decode"):
        given: Engine = sam
        return given
    from segwidgets.models.torch_sam import TorchSam

    return TorchSam(sam)
