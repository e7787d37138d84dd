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

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from segwidgets import Candidates, Prompt, Segmenter, diagnose, segment_semantic  # noqa: E402
from segwidgets.drawing.captions import caption, caption_lines  # noqa: E402
from segwidgets.drawing.gif import write_gif  # noqa: E402
from segwidgets.drawing.primitives import beside  # noqa: E402
from segwidgets.ground.decoding import open_image  # noqa: E402
from segwidgets.ground.files import replace_file  # noqa: E402
from segwidgets.ground.validation import UInt8Array  # noqa: E402
from segwidgets.locale.languages import DEFAULT, tables  # noqa: E402
from segwidgets.semantic import SemanticSegmentation  # noqa: E402
from segwidgets.workshop.delivery import save_picture  # noqa: E402
from segwidgets.workshop.pictures import GIF_VIEW, Pictures  # noqa: E402
from tools.lesson_table import cover_of, picture_name, sources  # noqa: E402

PICTURES = ("image/png", "image/jpeg")
CLICK = Prompt([(250, 170)])
READMES = {lang: ROOT / names["file"] for lang, names in tables("readme").items()}
ANALYSIS = (
    "<!-- what diagnose() says of the three masks; written by make figures -->\n",
    "<!-- until here -->\n",
)
NAMES = {lang: (names["process"], names["masks"]) for lang, names in tables("readme").items()}
PANEL = 300  # width of one of the three masks
THUMBNAIL = 240


def draw(folder: Path) -> list[Path]:
    """Draw every figure into a folder and return their paths."""
    segmenter = Segmenter("cat", engine="onnxruntime")
    semantic = segment_semantic(segmenter.image)
    candidates = segmenter.predict(CLICK).with_semantic(semantic)
    drawn = []
    for lang, (animation, masks) in NAMES.items():
        frames = Pictures(segmenter.image, candidates, semantic, lang, GIF_VIEW).frames()
        write_gif([f.picture for f in frames], folder / animation, [f.duration_ms for f in frames])
        save_picture(three_masks(segmenter.image, candidates, semantic, lang), folder / masks)
        drawn += [folder / animation, folder / masks]
    covers = {source: cover_of(source) for source in sources()}
    return drawn + [thumbnail(lesson, n, folder) for lesson, n in covers.items() if n is not None]


def thumbnail(source: Path, index: int, folder: Path) -> Path:
    """Make a small copy of one of the pictures, counted from 0, that a built lesson stores."""
    notebook = json.loads((ROOT / f"notebooks/{DEFAULT}/{source.stem}.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    stored = [data[kind] for o in outputs for kind in PICTURES if kind in (data := o.get("data", {}))]
    content = io.BytesIO(base64.b64decode(stored[index]))
    picture = open_image(content, source.stem).convert("RGB")
    picture.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    path = folder / picture_name(source)
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
    candidates = segmenter.predict(CLICK).with_semantic(segment_semantic(segmenter.image))
    found = diagnose(candidates, lang, segmenter.image)
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
