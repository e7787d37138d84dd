"""A stand-in for SAM that paints where it is clicked, and photos and masks to evaluate it on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from segwidgets.frame import Frame

LOW_RES = 256


class Painter:
    """An engine for photos of at most 256 pixels a side: a click adds a disk, or takes it away.

    Of its four answers the first is what was fed back with the new disk; then come a smaller disk, the same
    one and a larger one, the smallest rated best.
    """

    name = "painter"
    device = "cpu"

    def __init__(self, radius: float = 20, before_photo: Callable[[int], object] = lambda _: None) -> None:
        self.radius, self.before_photo, self.encoded, self.decoded = radius, before_photo, 0, 0

    def encode(self, image):
        self.before_photo(self.encoded)
        self.encoded += 1
        return image.shape[:2]

    def frame(self, photo_size):
        side = (LOW_RES, LOW_RES)
        return Frame(photo_size, side, (1.0, 1.0), grid_shape=(16, 16), logits_shape=side)

    def decode(self, embedding, prompt, mask_input=None, multimask=True):
        self.decoded += 1
        before = np.zeros((LOW_RES, LOW_RES), bool) if mask_input is None else mask_input > 0
        y, x = np.mgrid[:LOW_RES, :LOW_RES] + 0.5
        if prompt.points:
            (px, py), label = prompt.points[-1], prompt.labels[-1]
            away = np.hypot(x - px, y - py)
        else:
            x0, y0, x1, y1 = prompt.box
            away, label = np.where((x > x0) & (x < x1) & (y > y0) & (y < y1), 0, 1e9), 1
        disks = [away < self.radius * factor for factor in (1, 0.5, 1, 1.5)]
        masks = [before | disk if label else before & ~disk for disk in disks]
        logits = np.where(masks, 8.0, -8.0).astype(np.float32)
        rated = np.array([0.8, 0.9, 0.8, 0.7], np.float32)
        which = {None: slice(0, 4), True: slice(1, 4), False: slice(0, 1)}[multimask]
        return logits[which], rated[which]

    def features(self, embedding):
        return np.zeros((256, 16, 16), np.float32)

    def upscale(self, embedding, low_res_logits):
        height, width = embedding
        return low_res_logits[:, :height, :width]


def paint_photo(path: Path, seed: int = 0, size: tuple[int, int] = (256, 192)) -> None:
    """Write a photo of noise, size (width, height)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(noise).save(path)


def draw_disk(
    size: tuple[int, int] = (256, 192), center=(120, 90), radius=40, value: int = 255
) -> Image.Image:
    """Return a grey picture, size (width, height), with one disk."""
    image = Image.new("L", size)
    x, y = center
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=value)
    return image


def paint_folders(folder: Path, count: int) -> tuple[Path, Path]:
    """Write so many photos and their masks, and return the two folders."""
    photos, masks = folder / "photos", folder / "masks"
    masks.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        paint_photo(photos / f"photo_{number:02}.png", number)
        draw_disk(center=(60 + 8 * number, 90), radius=20 + 3 * number).save(masks / f"photo_{number:02}.png")
    return photos, masks
