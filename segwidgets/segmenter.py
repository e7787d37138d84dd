"""One image, one embedding, many prompts."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.candidates import Candidates, Choice, OtherOutputs, as_before
from segwidgets.frame import Frame
from segwidgets.geometry import Box, grow_box
from segwidgets.ground.validation import BoolArray, FloatArray, UInt8Array, check_box, describe
from segwidgets.images import load_image
from segwidgets.masks.regions import stability_score
from segwidgets.models.engine import ANSWERS, Engine, FloatMasks, checked
from segwidgets.prompts import Prompt

MASK_THRESHOLD = 0.0  # logits above it are mask, as in segment_anything.modeling.Sam
VIEW_MARGIN = 0.25  # of a closer view around the box that is asked for, as a share of its longer side
VIEW_SIDE = 128  # fewest pixels on a side of a closer view: enlarged further it only gets blurred
_CLOSED = "this Segmenter was closed and its embedding freed; make a new one"
VIEW_BYTES = 40_000_000  # of the embeddings of closer views that are kept: nine of SAM's


@dataclass
class _Encoded:
    """What the encoder made of an image, or of a part of it; without an embedding once that was freed."""

    engine: Engine
    frame: Frame
    embedding: Any
    seconds: float


class Segmenter:
    """Segment Anything on one image: the encoder runs once, then each prompt is cheap.

    Parameters
    ----------
    image : str, Path, bytes, PIL.Image.Image or ndarray
        Anything that `load_image` takes.
    sam : str, segment_anything.modeling.Sam or Engine, optional
        A model's name (see `load_sam`), a model that is already loaded, or what runs one. By default
        MobileSAM.
    engine : {"auto", "onnxruntime", "openvino", "torch"}
        What runs the network when `sam` is a name. "auto" takes torch on a GPU, on a CPU onnxruntime, or
        OpenVINO where that is installed and faster; see `load_engine`.

    Attributes
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The image in RGB.
    view : (int, int, int, int)
        x0, y0, x1, y1 of the part of the image that is encoded: all of it, but where `closer` looks closer.

    Examples
    --------
    >>> segmenter = Segmenter("cat")
    >>> candidates = segmenter.predict(Prompt([(250, 170)]))
    >>> candidates.best_mask.shape
    (300, 451)
    """

    def __init__(self, image: Any, sam: Any = None, engine: str = "auto") -> None:
        self.image = load_image(image)
        self._begin((0, 0, self.size[1], self.size[0]))
        self._encoding.set_result(_encoded(_loader_of(sam, engine)(), self.image, self.view))

    @classmethod
    def soon(cls, image: Any, sam: Any = None, engine: str = "auto") -> Segmenter:
        """Return at once; the network is loaded and the image encoded in a thread.

        Whatever needs that waits for it, and raises what went wrong. `is_ready` and `when_ready` tell.

        Parameters
        ----------
        image, sam, engine
            As for the class. What is wrong with them is raised at once.
        """
        made = object.__new__(cls)
        made.image = load_image(image)
        made._begin((0, 0, made.size[1], made.size[0]))
        load, encoding = _loader_of(sam, engine), made._encoding
        weakref.finalize(made, encoding.cancel).atexit = False
        thread = threading.Thread(
            target=_encode_soon, args=(encoding, load, made.image, made.view), name="segwidgets start"
        )
        thread.start()  # no daemon: to end amid a run of the network would end the process by a crash
        return made

    def _begin(self, view: Box) -> None:
        self.view = view
        self._views: OrderedDict[Box, Segmenter] = OrderedDict()
        self._views_lock = threading.Lock()
        self._whole: weakref.ref[Segmenter] | None = None
        self._encoding: Future[_Encoded] = Future()

    def __repr__(self) -> str:
        height, width = self.size
        part = "" if self.view == (0, 0, width, height) else f", closer at {self.view}"
        return f"Segmenter({width} x {height}{part}, {self.engine.name} on {self.engine.device})"

    @property
    def is_ready(self) -> bool:
        """Whether nothing has to wait: the image is encoded, or that failed, or the segmenter is closed."""
        return self._encoding.done()

    def when_ready(self, tell: Callable[[], object]) -> None:
        """Let something be called once the image is encoded, or that failed: now, or later in a thread.

        It is not called where the segmenter is closed before.
        """
        self._encoding.add_done_callback(lambda encoding: None if encoding.cancelled() else tell())

    @property
    def _work(self) -> _Encoded:
        try:
            return self._encoding.result()
        except CancelledError:
            raise RuntimeError(_CLOSED) from None

    @property
    def engine(self) -> Engine:
        """What runs the network."""
        return self._work.engine

    @engine.setter
    def engine(self, engine: Engine) -> None:
        self._work.engine = engine

    @property
    def frame(self) -> Frame:
        """How the image lies in the network's input, in the grid of its embedding and in its logits."""
        return self._work.frame

    @property
    def encode_seconds(self) -> float:
        """Wall time of the encoder."""
        return self._work.seconds

    @property
    def _is_closed(self) -> bool:
        return self._encoding.cancelled() or self._work.embedding is None

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the image in pixels."""
        return self.image.shape[0], self.image.shape[1]

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
        keeper = self if whole is None or whole._is_closed else whole
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
        if made is None or made._is_closed:
            made = object.__new__(type(self))
            made.image = self.image
            made._begin(view)
            made._encoding.set_result(_encoded(self.engine, self.image, view))
            made._whole = weakref.ref(self)
        with self._views_lock:
            if keep and not self._is_closed:
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
        """Free the embedding, and the closer views that are kept; the image stays. Who waits is told."""
        self._encoding.cancel()
        self._encoding.add_done_callback(_free)
        with self._views_lock:
            self._views.clear()

    @property
    def embedding(self) -> Any:
        """What the engine's `encode` returned; only its own `decode` and `upscale` can read it."""
        embedding = self._work.embedding
        if embedding is None:
            raise RuntimeError(_CLOSED)
        return embedding

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
                    before = _frame_of(self.engine, self.size, previous.view)
                    given = before.carry_over(logits, self.frame)
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


def segmenter_of(source: Any, sam: Any = None, soon: bool = False, engine: str = "auto") -> Segmenter:
    """Return what answers prompts about a photo: `source` itself if it does, else its `Segmenter`.

    With `soon` the photo is encoded in a thread, see `Segmenter.soon`.
    """
    if hasattr(source, "predict"):
        given: Segmenter = source
        return given
    return Segmenter.soon(source, sam, engine) if soon else Segmenter(source, sam, engine)


def is_ready(segmenter: Any) -> bool:
    """Say whether what answers prompts does so at once, as all do that know of no `Segmenter.is_ready`."""
    return bool(getattr(segmenter, "is_ready", True))


def _loader_of(sam: Any, engine: str) -> Callable[[], Engine]:
    """Check what the user gave as `sam`; return what makes something of it that encodes and decodes."""
    if sam is None or isinstance(sam, str):
        from segwidgets.models.sam import DEFAULT_SAM, engine_loader

        return engine_loader(sam or DEFAULT_SAM, engine)
    if hasattr(sam, "encode") and hasattr(sam, "decode"):
        given: Engine = sam
        return lambda: given
    if not hasattr(sam, "image_encoder"):
        raise TypeError(f"sam must be a model's name or what load_sam returns, got {describe(sam)}")
    from segwidgets.models.torch_sam import TorchSam

    made = TorchSam(sam)
    return lambda: made


def _encoded(engine: Engine, image: UInt8Array, view: Box) -> _Encoded:
    """Run the encoder on a part of an image."""
    frame = _frame_of(engine, (image.shape[0], image.shape[1]), view)
    start = perf_counter()
    embedding = engine.encode(np.ascontiguousarray(image[frame.seen_part]))
    return _Encoded(engine, frame, embedding, perf_counter() - start)


def _frame_of(engine: Engine, size: tuple[int, int], view: Box | None) -> Frame:
    """Say how a part of an image (height, width), or with None all of it, lies in what the network takes."""
    if view is None or view == (0, 0, size[1], size[0]):
        return engine.frame(size)
    return engine.frame((view[3] - view[1], view[2] - view[0])).looking_at(view, size)


def _encode_soon(
    encoding: Future[_Encoded], load: Callable[[], Engine], image: UInt8Array, view: Box
) -> None:
    """Run in a thread: load and encode, unless nobody wants it any more."""
    try:
        engine = load()
        made = None if encoding.cancelled() else _encoded(engine, image, view)
    except BaseException as error:  # noqa: BLE001  (who waits for it is told)
        if encoding.set_running_or_notify_cancel():
            encoding.set_exception(error)
    else:
        if made is not None and encoding.set_running_or_notify_cancel():
            encoding.set_result(made)


def _free(encoding: Future[_Encoded]) -> None:
    if not encoding.cancelled() and encoding.exception() is None:
        encoding.result().embedding = None
