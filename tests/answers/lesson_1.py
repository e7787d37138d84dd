"""Answers to the exercises of lesson 1: what the network sees."""

from __future__ import annotations

from typing import Any

import numpy as np

from segwidgets import sample_image

CAT = sample_image("cat")
MEAN, STD = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])


def model_size(height: int, width: int) -> tuple[float, float]:
    scale = 1024 / max(height, width)
    return height * scale, width * scale


def to_square(image: np.ndarray, top: int = 0, left: int = 0) -> np.ndarray:
    square = np.zeros((3, 1024, 1024), np.float32)
    square[:, top : top + image.shape[0], left : left + image.shape[1]] = image.transpose(2, 0, 1)
    return square


class Tensor:
    """What a torch tensor is to a judge, without torch."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def detach(self) -> Tensor:
        return self

    cpu = detach

    def numpy(self) -> np.ndarray:
        return self.values


def changes_its_input(image: np.ndarray) -> np.ndarray:
    image //= 2
    return image


RIGHT: list[tuple[str, Any]] = [
    ("1.1", CAT),
    ("1.1", CAT[:, :, ::-1][:, :, [2, 1, 0]]),
    ("1.1", CAT.astype(np.float32)),
    ("1.1", CAT.astype(np.int64)),
    ("1.1", Tensor(CAT)),
    ("1.2", lambda h, w: tuple(round(side) for side in model_size(h, w))),
    ("1.2", lambda h, w: np.round(model_size(h, w)).astype(int)),
    ("1.3", lambda image: (image - MEAN) / STD),
    ("1.3", lambda image: ((image / 255 - MEAN / 255) / (STD / 255)).astype(np.float32)),
    ("1.3", lambda image: ((image - MEAN) / STD).astype(np.float16)),
    ("1.3", lambda image: Tensor((image - MEAN) / STD)),
    ("1.4", to_square),
    ("1.4", lambda image: Tensor(to_square(image).astype(np.float16))),
    ("1.4", lambda image: to_square(image).astype(np.float64)),
    ("1.5", lambda x, y, h, w: (x * max(h, w) / 1024, y * max(h, w) / 1024)),
    ("1.5", lambda x, y, h, w: (int(x * max(h, w) / 1024), int(y * max(h, w) / 1024))),
    ("1.5", lambda x, y, h, w: np.round([x / 1024 * max(h, w), y / 1024 * max(h, w)])),
]

WRONG: list[tuple[str, Any, str]] = [
    ("1.1", CAT[:, :, ::-1], "Red and blue"),
    ("1.1", CAT.transpose(2, 0, 1), "channels are on the wrong axis"),
    ("1.1", CAT.astype(complex), "dtype"),
    ("1.1", CAT[::-1], "upside down"),
    ("1.1", CAT[None], "batch axis"),
    ("1.1", CAT.transpose(1, 0, 2), "axes are swapped"),
    ("1.1", CAT[:10], "shape is"),
    ("1.1", "rgb", "An array"),
    ("1.2", lambda h, w: tuple(int(side) for side in model_size(h, w)), "cuts off"),
    ("1.2", model_size, "round them"),
    ("1.2", lambda h, w: tuple(round(side) for side in model_size(h, w))[::-1], "swapped"),
    ("1.2", lambda h, w: (1024, 1024), "distorts"),
    ("1.2", lambda h, w: (round(1024 * h / min(h, w)), round(1024 * w / min(h, w))), "shortest"),
    ("1.2", lambda h, w: 3, "two numbers"),
    ("1.2", lambda h, w: None, "returns nothing"),
    ("1.2", lambda h: h, "stopped with TypeError"),
    ("1.2", (681, 1024), "A function"),
    ("1.3", lambda image: image - MEAN, "divide"),
    ("1.3", lambda image: image / STD, "not taken away"),
    ("1.3", lambda image: image - MEAN / STD, "parentheses"),
    ("1.3", lambda image: (image / 255 - MEAN) / STD, "scales"),
    ("1.3", lambda image: image / 255, "0 to 1"),
    ("1.3", lambda image: image / 127.5 - 1, "DeepLab"),
    ("1.3", lambda image: (image - image.mean((0, 1))) / image.std((0, 1)), "photo's own"),
    ("1.3", lambda image: ((image - MEAN) / STD)[:, :, ::-1], "Red and blue"),
    ("1.3", changes_its_input, "work on a copy"),
    ("1.4", lambda image: to_square(image).transpose(1, 2, 0), "wrong axis"),
    (
        "1.4",
        lambda image: to_square(image, (1024 - image.shape[0]) // 2, (1024 - image.shape[1]) // 2),
        "top left",
    ),
    ("1.4", lambda image: image.transpose(2, 0, 1), "shape is"),
    (
        "1.4",
        lambda image: to_square(image.reshape(3, *image.shape[:2]).transpose(1, 2, 0)),
        "transpose moves the axes",
    ),
    ("1.5", lambda x, y, h, w: (x * 1024 / max(h, w), y * 1024 / max(h, w)), "divides"),
    ("1.5", lambda x, y, h, w: (y * max(h, w) / 1024, x * max(h, w) / 1024), "swapped"),
    ("1.5", lambda x, y, h, w: (x * w / 1024, y * h / 1024), "Each axis"),
    ("1.5", lambda x, y, h, w: (1, 2), "always the same"),
    ("1.5", lambda x, y, h, w: (1, y + 2), "is not the point"),
    ("1.5", lambda x, y, h, w: x, "two numbers"),
]
