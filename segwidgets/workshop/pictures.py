"""The pictures of a workshop: the photo at a handy size, each mask on it, and the process as frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
import supervision as sv

from segwidgets.candidates import Candidates
from segwidgets.drawing import style
from segwidgets.drawing.annotators import CutoutAnnotator, PromptAnnotator, annotate_classes, annotate_mask
from segwidgets.drawing.captions import caption, caption_lines
from segwidgets.geometry import fit_longest_side
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.locale.classes import class_label
from segwidgets.locale.languages import DEFAULT
from segwidgets.locale.phrases import Phrases
from segwidgets.prompts import Prompt
from segwidgets.semantic import SemanticSegmentation

SHORTEST_VIEW = 640  # longest side of a small photo's pictures, in pixels
LONGEST_VIEW = 1280  # and of a large one's
GIF_VIEW = 480


class Frame(NamedTuple):
    """One picture (H, W, 3) uint8 RGB of the animation and how long it stands."""

    picture: UInt8Array
    duration_ms: int


@dataclass(frozen=True)
class Pictures:
    """Draws what a workshop shows; photo, masks and prompt are brought to one size for looking at.

    Parameters
    ----------
    image : ndarray of shape (H, W, 3), uint8
        The photo in RGB.
    candidates : Candidates
        SAM's masks, at the photo's size.
    semantic : SemanticSegmentation
        DeepLab's classes, at the photo's size.
    lang : str
        The language of the captions, as "es".
    longest_side : int, optional
        Of each picture without its caption, in pixels; by default the photo's own, but at least 640 and
        at most 1280.
    """

    image: UInt8Array
    candidates: Candidates
    semantic: SemanticSegmentation
    lang: str = DEFAULT
    longest_side: int | None = None

    @cached_property
    def _words(self) -> Phrases:
        return Phrases(self.lang)

    @cached_property
    def size(self) -> tuple[int, int]:
        """(height, width) of the pictures without their captions."""
        height, width = self.image.shape[:2]
        longest = self.longest_side or min(max(height, width, SHORTEST_VIEW), LONGEST_VIEW)
        return fit_longest_side(height, width, longest)

    @cached_property
    def photo(self) -> UInt8Array:
        """The photo at that size."""
        enlarges = self.size[0] > self.image.shape[0]
        interpolation = cv2.INTER_CUBIC if enlarges else cv2.INTER_AREA
        resized: UInt8Array = cv2.resize(self.image, self.size[::-1], interpolation=interpolation)
        return resized

    @cached_property
    def prompt(self) -> Prompt:
        """The prompt in the pictures' pixels."""
        return self.candidates.prompt.scaled((self.image.shape[0], self.image.shape[1]), self.size)

    def mask(self, index: int) -> BoolArray:
        """Return a candidate's mask at that size."""
        smooth = cv2.resize(
            self.candidates.masks[index].astype(np.float32), self.size[::-1], interpolation=cv2.INTER_LINEAR
        )
        mask: BoolArray = smooth > 0.5
        return mask

    def with_prompt(self) -> UInt8Array:
        """Draw the prompt on the photo."""
        return PromptAnnotator(self.prompt).annotate(self.photo)

    def with_mask(self, index: int) -> UInt8Array:
        """Draw a mask, its contour and the prompt on the photo."""
        drawn = annotate_mask(self.photo, self.mask(index), style.palette_color(index))
        return PromptAnnotator(self.prompt).annotate(drawn)

    def mask_caption(self, index: int) -> str:
        """Say in one line which mask it is, the model's estimate and its size."""
        return self._words.tr.gettext("Mask {index} · predicted IoU {iou} · {area} of the photo").format(
            index=index,
            iou=self._words.decimal(self.candidates.predicted_iou[index]),
            area=self._words.percent(self.candidates.area_share[index]),
        )

    def coloured_mask(self, index: int, finding: str) -> UInt8Array:
        """Draw a mask with what was found of it beneath."""
        return caption(self.with_mask(index), f"{finding}\n{self.mask_caption(index)}")

    def cutout(self) -> UInt8Array:
        """Show the chosen mask alone, on a checkerboard."""
        mask = self.mask(self.candidates.best)
        detections = sv.Detections(sv.mask_to_xyxy(mask[None]).astype(float), mask=mask[None])
        return CutoutAnnotator().annotate(self.photo, detections)

    def classes(self) -> UInt8Array:
        """Colour DeepLab's classes on the photo, with a legend beneath."""
        class_map = cv2.resize(self.semantic.class_map, self.size[::-1], interpolation=cv2.INTER_NEAREST)
        names = [class_label(name, self.lang) for name in self.semantic.class_names]
        return annotate_classes(self.photo, class_map, names, lang=self.lang)

    def frames(self) -> list[Frame]:
        """Return the process step by step: photo, prompt, candidates, chosen mask, cut-out, classes."""
        best = self.candidates.best
        height, width = self.image.shape[:2]
        seen = ", ".join(
            f"{class_label(name, self.lang)} {self._words.percent(share)}"
            for name, share in self.semantic.area_share.items()
        )
        steps = [
            (self.photo, self._words.tr.gettext("1. The photo: {width} × {height} pixels"), 1200),
            (self.with_prompt(), self._words.tr.gettext("2. The prompt: what SAM is asked"), 1400),
            *((self.with_mask(i), "3. " + self.mask_caption(i), 1500) for i in range(len(self.candidates))),
            (self.with_mask(best), self._words.tr.gettext("4. Chosen: mask {best}"), 1500),
            (self.cutout(), self._words.tr.gettext("5. Cut out along the mask"), 1500),
            (self.classes()[: self.size[0]], self._words.tr.gettext("6. DeepLab names it: {seen}"), 2500),
        ]
        facts = {"width": width, "height": height, "best": best, "seen": seen}
        texts = [text.format(**facts) for _, text, _ in steps]
        lines = max(caption_lines(self.size[1], text) for text in texts)
        return [
            Frame(caption(picture, text, lines), duration)
            for (picture, _, duration), text in zip(steps, texts, strict=True)
        ]
