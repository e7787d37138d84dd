"""A network that is none of ours, to show that nothing above `models` knows how ours sees a photo."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from segwidgets import Prompt
from segwidgets.frame import Frame
from segwidgets.models.engine import ANSWERS

INPUT, GRID, LOGITS = 512, 32, 128
TOLERANCES = (40.0, 80.0, 160.0)  # colour distances of the three candidates
SHARPNESS = 0.5  # logits for each step of colour


@dataclass
class ColorEngine:
    """Segments what has the colour of the clicked pixel, in a frame unlike SAM's.

    The photo is stretched to a square of 512 pixels; the embedding has 32 x 32 cells of their mean colour,
    the logits are 128 x 128. What is fed back is where it starts from, and is kept in `fed`.
    """

    name = "color"
    device = "cpu"
    fed: list[np.ndarray | None] = field(default_factory=list)
    encoded: int = 0

    def frame(self, photo_size: tuple[int, int]) -> Frame:
        return Frame.stretched(photo_size, (INPUT, INPUT), (GRID, GRID), (LOGITS, LOGITS))

    def encode(self, image: np.ndarray) -> dict:
        self.encoded += 1
        square = cv2.resize(image, (INPUT, INPUT), interpolation=cv2.INTER_NEAREST)
        return {"square": square.astype(np.float32), "frame": self.frame(image.shape[:2])}

    def decode(
        self,
        embedding: dict,
        prompt: Prompt,
        mask_input: np.ndarray | None = None,
        multimask: bool | None = True,
    ) -> tuple[np.ndarray, np.ndarray]:
        self.fed.append(mask_input)
        to_input = embedding["frame"].to_input
        small = cv2.resize(embedding["square"], (LOGITS, LOGITS), interpolation=cv2.INTER_NEAREST)
        coords = to_input(prompt.point_coords)
        if prompt.box is not None:
            x0, y0, x1, y1 = to_input(np.reshape(prompt.box, (2, 2))).ravel() * LOGITS / INPUT
            y, x = np.mgrid[:LOGITS, :LOGITS] + 0.5
            inside = (x > x0) & (x < x1) & (y > y0) & (y < y1)
            if not prompt.points:
                coords = to_input(np.reshape(prompt.box, (2, 2)).mean(axis=0)[None])
        labels = prompt.point_labels if prompt.points else np.ones(1)
        colors = [embedding["square"][int(y), int(x)] for x, y in coords]
        answers = []
        for tolerance in (TOLERANCES[1], *TOLERANCES)[ANSWERS[multimask]]:
            logits = np.full((LOGITS, LOGITS), -10.0, np.float32) if mask_input is None else mask_input
            for color, label in zip(colors, labels, strict=True):
                near = SHARPNESS * (tolerance - np.linalg.norm(small - color, axis=2))
                logits = np.maximum(logits, near) if label else np.minimum(logits, -near)
            if prompt.box is not None:
                logits = np.where(inside, logits, -10)
            answers.append(logits.clip(-10, 10))
        return np.array(answers, np.float32), np.array([0.96, 0.97, 0.95, 0.9], np.float32)[
            ANSWERS[multimask]
        ]

    def features(self, embedding: dict) -> np.ndarray:
        cells = cv2.resize(embedding["square"], (GRID, GRID), interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(cells.transpose(2, 0, 1))

    def upscale(self, embedding: dict, low_res_logits: np.ndarray) -> np.ndarray:
        return np.stack([embedding["frame"].upscale(one) for one in low_res_logits])
