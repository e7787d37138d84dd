"""Draw what the README shows, from the real models: `make figures`; with a folder as argument, there.

Without one, the analysis under the three masks is written into the READMEs as well.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

from PIL import Image

from segwidgets import Candidates, Prompt, Segmenter, diagnose, segment_semantic
from segwidgets._files import replace_file
from segwidgets._validation import UInt8Array
from segwidgets.drawing.captions import caption, caption_lines
from segwidgets.drawing.gif import write_gif
from segwidgets.drawing.primitives import beside
from segwidgets.semantic import SemanticSegmentation
from segwidgets.workshop.delivery import save_picture
from segwidgets.workshop.pictures import GIF_VIEW, Pictures

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ("image/png", "image/jpeg")
CLICK = Prompt([(250, 170)])
READMES = {"en": ROOT / "README.md", "es": ROOT / "README.es.md"}
ANALYSIS = (
    "<!-- what diagnose() says of the three masks; written by make figures -->\n",
    "<!-- until here -->\n",
)
NAMES = {"en": ("process.gif", "three_masks.png"), "es": ("proceso.gif", "tres_mascaras.png")}
PANEL = 300  # width of one of the three masks
THUMBNAIL = 240
LESSONS = {  # which of the lesson's pictures, counted from 0, stands for it
    "00_start_here": 1,
    "01_prepare_image": 5,
    "02_click_masks": 0,
    "03_name_pixels": 3,
    "04_find_everything": -1,
    "05_measure_masks": 2,
    "06_deliver_workshop": 0,
    "07_your_own_photo": 0,
}


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
    return drawn + [thumbnail(lesson, index, folder) for lesson, index in LESSONS.items()]


def thumbnail(lesson: str, index: int, folder: Path) -> Path:
    """Make a small copy of one of the pictures that a built lesson stores."""
    notebook = json.loads((ROOT / f"notebooks/en/{lesson}.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    stored = [data[kind] for o in outputs for kind in PICTURES if kind in (data := o.get("data", {}))]
    picture = Image.open(io.BytesIO(base64.b64decode(stored[index]))).convert("RGB")
    picture.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    path = folder / f"lesson_{lesson[:2]}.png"
    picture.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def three_masks(
    image: UInt8Array, candidates: Candidates, semantic: SemanticSegmentation, lang: str
) -> UInt8Array:
    """Draw the candidates side by side, each with what was found of it."""
    pictures = Pictures(image, candidates, semantic, lang, PANEL)
    titles = [diagnosis.title for diagnosis in diagnose(candidates, lang, image)]
    lines = max(caption_lines(PANEL, title) for title in titles)
    return beside([caption(pictures.with_mask(i), title, lines) for i, title in enumerate(titles)], gap=6)


def analysis(lang: str) -> str:
    """Return what is wrong with each of the three masks and what mends it, as a list in Markdown."""
    segmenter = Segmenter("cat", engine="onnxruntime")
    found = diagnose(segmenter.predict(CLICK), lang, segmenter.image)
    return "".join(f"- **{one.title}.** {one.likely_prompt}\n" for one in found)


def write_analysis(lang: str) -> None:
    """Exchange the analysis in a README."""
    text = READMES[lang].read_text(encoding="utf-8")
    before, rest = text.split(ANALYSIS[0])
    after = rest.split(ANALYSIS[1])[1]
    text = f"{before}{ANALYSIS[0]}{analysis(lang)}{ANALYSIS[1]}{after}"
    replace_file(READMES[lang], text.encode())


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for path in draw(target):
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")
    if len(sys.argv) == 1:
        for lang in READMES:
            write_analysis(lang)
