"""Draw what the README shows, from the real models: `make figures`; with a folder as argument, there."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from segwidgets import Candidates, Prompt, Segmenter, diagnose, segment_semantic
from segwidgets._validation import UInt8Array
from segwidgets.captions import caption, caption_lines
from segwidgets.delivery import save_picture
from segwidgets.gif import write_gif
from segwidgets.pictures import GIF_VIEW, Pictures
from segwidgets.semantic import SemanticSegmentation

CLICK = Prompt([(250, 170)])
NAMES = {"en": ("process.gif", "three_masks.png"), "es": ("proceso.gif", "tres_mascaras.png")}
PANEL = 300  # width of one of the three masks


def draw(folder: Path) -> list[Path]:
    """Draw every figure into a folder and return their paths."""
    segmenter = Segmenter("cat", engine="onnxruntime")
    candidates, semantic = segmenter.predict(CLICK), segment_semantic(segmenter.image)
    drawn = []
    for lang, (animation, masks) in NAMES.items():
        frames = Pictures(segmenter.image, candidates, semantic, lang, GIF_VIEW).frames()
        write_gif([f.picture for f in frames], folder / animation, [f.duration_ms for f in frames])
        save_picture(three_masks(segmenter.image, candidates, semantic, lang), folder / masks)
        drawn += [folder / animation, folder / masks]
    return drawn


def three_masks(
    image: UInt8Array, candidates: Candidates, semantic: SemanticSegmentation, lang: str
) -> UInt8Array:
    """Draw the candidates side by side, each with what was found of it."""
    pictures = Pictures(image, candidates, semantic, lang, PANEL)
    titles = [diagnosis.title for diagnosis in diagnose(candidates, lang, image)]
    lines = max(caption_lines(PANEL, title) for title in titles)
    gap = np.full((1, 6, 3), 255, np.uint8)
    panels: list[UInt8Array] = []
    for index, title in enumerate(titles):
        panel = caption(pictures.with_mask(index), title, lines)
        panels += [panel, np.repeat(gap, len(panel), axis=0)]
    return np.hstack(panels[:-1])


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for path in draw(target):
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")
