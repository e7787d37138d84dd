"""Wrong answers to lesson 1."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from segwidgets import load_image

photo = load_image("cat")
bgr = photo[:, :, ::-1]
mean = np.array([123.675, 116.28, 103.53])
std = np.array([58.395, 57.12, 57.375])


def overwritten() -> Any:
    rgb = bgr.copy()
    rgb[..., 0] = rgb[..., 2]
    rgb[..., 2] = rgb[..., 0]
    return rgb


def no_return(height: Any, width: Any) -> None:
    _ = round(height), round(width)


def integer_scale(height: int, width: int) -> Any:
    scale = 1024 // max(height, width)
    return height * scale, width * scale


def rounded_scale(height: int, width: int) -> Any:
    scale = round(1024 / max(height, width), 2)
    return round(height * scale), round(width * scale)


def size_by(pick: Any, to: int = 1024, extra: int = 0) -> Any:
    def size(height: int, width: int) -> Any:
        scale = to / pick(height, width)
        return round(height * scale) + extra, round(width * scale) + extra

    return size


def square(image: Any, top: int = 0, left: int = 0, fill: float = 0) -> Any:
    made = np.full((3, 1024, 1024), fill, dtype=image.dtype)
    height, width = image.shape[:2]
    made[:, top : top + height, left : left + width] = image.transpose(2, 0, 1)
    return made


def centred(image: Any) -> Any:
    return square(image, (1024 - image.shape[0]) // 2, (1024 - image.shape[1]) // 2)


def last_corner(image: Any) -> Any:
    return square(image, 1024 - image.shape[0], 1024 - image.shape[1])


def reshaped(image: Any) -> Any:
    made = np.zeros((3, 1024, 1024))
    made[:, : image.shape[0], : image.shape[1]] = image.reshape(3, image.shape[0], image.shape[1])
    return made


def all_transposed(image: Any) -> Any:
    made = np.zeros((3, 1024, 1024))
    made[:, : image.shape[1], : image.shape[0]] = image.T
    return made


def channels_last(image: Any) -> Any:
    return square(image).transpose(1, 2, 0)


def squashed(image: Any) -> Any:
    return cv2.resize(image, (1024, 1024)).transpose(2, 0, 1)


def whole_numbers(image: Any) -> Any:
    return square(image.astype(int))


def edges_repeated(image: Any) -> Any:
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, 1024 - height), (0, 1024 - width), (0, 0)), mode="edge")
    return padded.transpose(2, 0, 1)


def scaled(image: Any) -> Any:
    return ((image - image.min()) / (image.max() - image.min())).astype(float)


UNLISTED = [
    ("1.1", "unchanged", "still|unchanged|as it was|BGR", bgr),
    ("1.1", "upside down", "upside|rows|first axis", bgr[::-1]),
    ("1.1", "mirrored", "mirror|columns", bgr[:, ::-1]),
    ("1.1", "all axes reversed", "all (three )?axes|every axis|upside|rows", np.flip(bgr)),
    ("1.1", "the negative", "negative|255", 255 - bgr),
    ("1.1", "another pair swapped", "channel|red and blue", bgr[:, :, [0, 2, 1]]),
    ("1.1", "channels turned round by one", "channel|red and blue", bgr[:, :, [1, 2, 0]]),
    ("1.1", "red written over blue", "overwr|same|copy", overwritten()),
    ("1.1", "0 to 1", "0 to 1|scale|255", photo / 255),
    ("1.1", "one channel", "channel|shape", bgr[:, :, 2]),
    ("1.1", "channels first", "channels (first|last)|axes|shape", photo.transpose(2, 0, 1)),
    ("1.1", "grey", "shape|grey|channel", photo.mean(axis=2)),
    ("1.2", "swapped", "swapped", lambda h, w: size_by(max)(h, w)[::-1]),
    ("1.2", "cut off", "round", lambda h, w: (int(h * 1024 / max(h, w)), int(w * 1024 / max(h, w)))),
    ("1.2", "not rounded", "whole", lambda h, w: (h * 1024 / max(h, w), w * 1024 / max(h, w))),
    ("1.2", "shortest side", "short", size_by(min)),
    ("1.2", "a square", "both sides|square|distort", lambda h, w: (1024, 1024)),
    ("1.2", "unchanged", "unchanged|same size|as it was", lambda h, w: (h, w)),
    ("1.2", "height always", "height|same side", size_by(lambda h, w: h)),
    ("1.2", "width always", "width|high|same side", size_by(lambda h, w: w)),
    ("1.2", "never enlarges", "small|enlarge", lambda h, w: size_by(lambda a, b: max(a, b, 1024))(h, w)),
    (
        "1.2",
        "upside down scale",
        "upside|turned|inverse|other way",
        lambda h, w: (round(h * max(h, w) / 1024), round(w * max(h, w) / 1024)),
    ),
    ("1.2", "integer division", "//|whole-number division|integer division", integer_scale),
    ("1.2", "the scale rounded", "scale", rounded_scale),
    ("1.2", "1000", "1024", size_by(max, 1000)),
    ("1.2", "512", "1024", size_by(max, 512)),
    ("1.2", "1023", "1023|one too small|off by one|a pixel|1024", size_by(max, 1023)),
    ("1.2", "one added", "one too|off by one|a pixel", size_by(max, extra=1)),
    ("1.2", "nothing returned", "return", no_return),
    ("1.2", "only the scale", "two numbers|scale", lambda h, w: 1024 / max(h, w)),
    ("1.2", "text", "two numbers|text", lambda h, w: "{} x {}".format(*size_by(max)(h, w))),
    ("1.2", "the answer of the example", "any photo|example|always", lambda h, w: (681, 1024)),
    ("1.3", "only mean", "divide", lambda image: image - mean),
    ("1.3", "only divided", "mean", lambda image: image / std),
    ("1.3", "parentheses", "parenthes", lambda image: image - mean / std),
    ("1.3", "0 to 1", "0 to 1", lambda image: image / 255),
    ("1.3", "DeepLab's", "DeepLab", lambda image: image / 127.5 - 1),
    ("1.3", "own statistics", "own", lambda image: (image - image.mean()) / image.std()),
    ("1.3", "scales mixed", "scale", lambda image: image / 255 - mean / std),
    ("1.3", "sign", "sign|other way|from the mean", lambda image: (mean - image) / std),
    ("1.3", "mean and deviation swapped", "swapped|exchanged", lambda image: (image - std) / mean),
    ("1.3", "multiplied", "multipl|divide", lambda image: (image - mean) * std),
    ("1.3", "added", "added|taken away|minus", lambda image: (image + mean) / std),
    ("1.3", "one mean for all", "channel", lambda image: (image - mean.mean()) / std.mean()),
    ("1.3", "variance", "square|variance", lambda image: (image - mean) / std**2),
    ("1.3", "channels reversed", "BGR|order|channel", lambda image: (image - mean[::-1]) / std[::-1]),
    ("1.3", "constants from 0 to 1", "0 to 1|scale", lambda image: (image - mean / 255) / (std / 255)),
    (
        "1.3",
        "wrapped round",
        "uint8|wrap|under 0|below 0",
        lambda image: (image - mean.astype(np.uint8)) / std,
    ),
    ("1.3", "whole numbers at the end", "whole|uint8|cut", lambda image: ((image - mean) / std).astype(int)),
    (
        "1.3",
        "uint8 at the end",
        "whole|uint8|negative|wrap",
        lambda image: ((image - mean) / std).astype(int).astype(np.uint8),
    ),
    ("1.3", "whole-number division", "//|whole|cut", lambda image: (image - mean) // std),
    ("1.3", "smallest to largest", "smallest|min|0 to 1|own", scaled),
    ("1.3", "clipped", "clip|negative|below 0|cut", lambda image: np.clip((image - mean) / std, 0, 1)),
    ("1.3", "by 255", "255|deviation", lambda image: (image - mean) / 255),
    ("1.3", "nothing returned", "return", lambda image: None),
    ("1.3", "channels first", "shape|axes", lambda image: ((image - mean) / std).transpose(2, 0, 1)),
    ("1.4", "centred", "top left", centred),
    ("1.4", "at the end", "top left", last_corner),
    ("1.4", "reshape", "reshape", reshaped),
    ("1.4", "transposed all", r"\.T|rows and columns|height and width|turned", all_transposed),
    ("1.4", "channels last", "channels", channels_last),
    ("1.4", "squashed", "squash|distort|stretch|resiz", squashed),
    ("1.4", "filled with ones", "zeros", lambda image: square(image, fill=1)),
    ("1.4", "filled with 255", "zeros", lambda image: square(image, fill=255)),
    ("1.4", "filled with the mean", "zeros", lambda image: square(image, fill=image.mean())),
    ("1.4", "edges repeated", "zeros", edges_repeated),
    ("1.4", "whole numbers", "whole|dtype|cut", whole_numbers),
    ("1.4", "batch axis", "batch|axis|shape|one photo", lambda image: square(image)[None]),
    ("1.4", "only zeros", "zeros|empty|put|photo itself", lambda image: np.zeros((3, 1024, 1024))),
    ("1.4", "not padded", "pad|shape|square", lambda image: image.transpose(2, 0, 1)),
    ("1.4", "channels reversed", "channel|BGR", lambda image: square(image[..., ::-1])),
    ("1.4", "upside down", "upside|flip|mirror", lambda image: square(image[::-1])),
    ("1.4", "normalised again", "normalised|already|again", lambda image: square((image - mean) / std)),
    ("1.4", "nothing returned", "return", lambda image: None),
    (
        "1.5",
        "the same way again",
        "same way|divides",
        lambda x, y, h, w: (x * 1024 / max(h, w), y * 1024 / max(h, w)),
    ),
    ("1.5", "swapped", "swapped", lambda x, y, h, w: (y * max(h, w) / 1024, x * max(h, w) / 1024)),
    (
        "1.5",
        "each axis by itself",
        "each|both axes|one scale|same scale",
        lambda x, y, h, w: (x * w / 1024, y * h / 1024),
    ),
    (
        "1.5",
        "each axis the other's",
        "each|both axes|one scale|same scale|height|width",
        lambda x, y, h, w: (x * h / 1024, y * w / 1024),
    ),
    ("1.5", "unchanged", "unchanged|same|1024", lambda x, y, h, w: (x, y)),
    ("1.5", "shares", "share|0 to 1", lambda x, y, h, w: (x / 1024, y / 1024)),
    ("1.5", "height always", "height|longest", lambda x, y, h, w: (x * h / 1024, y * h / 1024)),
    ("1.5", "width always", "width|longest", lambda x, y, h, w: (x * w / 1024, y * w / 1024)),
    ("1.5", "shortest", "short|longest", lambda x, y, h, w: (x * min(h, w) / 1024, y * min(h, w) / 1024)),
    (
        "1.5",
        "y from below",
        "down|upwards|bottom",
        lambda x, y, h, w: (x * max(h, w) / 1024, h - y * max(h, w) / 1024),
    ),
    ("1.5", "only x", "two numbers", lambda x, y, h, w: x * max(h, w) / 1024),
    (
        "1.5",
        "padding in the middle",
        "middle|centre|padding|top left",
        lambda x, y, h, w: (
            (x - (1024 - 1024 * w / max(h, w)) / 2) * max(h, w) / 1024,
            (y - (1024 - 1024 * h / max(h, w)) / 2) * max(h, w) / 1024,
        ),
    ),
    (
        "1.5",
        "integer division",
        "//|whole",
        lambda x, y, h, w: (x // max(1, 1024 // max(h, w)), y // max(1, 1024 // max(h, w))),
    ),
    ("1.5", "of another constant", "1024", lambda x, y, h, w: (x * max(h, w) / 1000, y * max(h, w) / 1000)),
    ("1.5", "nothing returned", "return", lambda x, y, h, w: None),
]
