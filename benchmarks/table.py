"""The rows of the table: the default models against the same weights in plain torch."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks import in_the_browser, limit
from benchmarks.timing import Pair, run_python, side_by_side
from segwidgets import Prompt, Segmenter
from segwidgets.candidates import Candidates
from segwidgets.ground.samples import SAMPLES
from segwidgets.images import sample_image
from segwidgets.models.sam import load_engine
from segwidgets.semantic import segment_semantic
from tools import web
from tools.npm import NpmError

CLICK = Prompt([(250, 170)])
COIN = Prompt([(160, 65)])

FIRST_MASKS = """
from segwidgets import Prompt, Segmenter
Segmenter("cat", engine="onnxruntime").predict(Prompt([(250, 170)]))
"""
FIRST_MASKS_TORCH = """
import numpy as np
from segment_anything import SamPredictor
from segwidgets.images import sample_image
from segwidgets.models.sam import load_sam
predictor = SamPredictor(load_sam("mobile_sam", device="cpu"))
predictor.set_image(sample_image("cat"))
predictor.predict(np.array([[250, 170]]), np.array([1]))
"""
AUTOMATIC = """
from segwidgets import Segmenter
from segwidgets.automatic import generate_masks
generate_masks(Segmenter("cat", engine="onnxruntime"), points_per_side={side})
"""
AUTOMATIC_TORCH = """
from segment_anything import SamAutomaticMaskGenerator
from segwidgets.images import sample_image
from segwidgets.models.sam import load_sam
sam = load_sam("mobile_sam", device="cpu")
SamAutomaticMaskGenerator(sam, points_per_side={side}).generate(sample_image("cat"))
"""
THREE_VIEWS = """
from benchmarks.table import large_photo
from segwidgets import Prompt, Segmenter
segmenter = Segmenter(large_photo(12), engine="onnxruntime")
height, width = segmenter.size
kept = [segmenter.predict(Prompt([(width / 2, height / 2)]))]
for x in (0.2, 0.5, 0.8):
    x, y = x * width, height / 2
    kept.append(segmenter.closer((x - 300, y - 200, x + 300, y + 200)).predict(Prompt([(x, y)])))
    kept[-1].best_reason
"""
WORKSHOP = """
from segwidgets.workshop import make_workshop
make_workshop("cat", None, {folder!r}, "en")
"""


@dataclass(frozen=True)
class Row:
    """One line: seconds, gigabytes or IoU of both sides, or their ratio (x), and what was asked for.

    Where it is counted, also how many thousand million multiply-adds ours takes.
    """

    name: str
    unit: str
    plain: float | None
    fast: float
    ratio: float | None
    wanted: str
    met: bool
    giga: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the row for JSON, rounded."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def faster(name: str, pair: Pair, least: float, multiply_adds: int | None = None) -> Row:
    giga = None if multiply_adds is None else multiply_adds / 1e9
    return Row(name, "s", pair.plain, pair.fast, pair.ratio, f"{least:g} x", pair.ratio >= least, giga)


def at_most(name: str, plain: float | None, fast: float, most: float, unit: str = "GB") -> Row:
    return Row(name, unit, plain, fast, None, f"<= {most:g} {unit}", fast <= most)


def all_like_it(repetitions: int) -> Row:
    """How many times as long as 24 clicks it takes to find 24 coins from one."""
    from segwidgets import find_similar

    segmenter = Segmenter("coins", load_engine("mobile_sam", "onnxruntime"))
    coin = segmenter.predict(COIN).masks[0]
    places = find_similar(segmenter, coin).data["point_coords"][1:]
    prompts = [COIN, *(Prompt([(x, y)]) for x, y in places)]
    pair = side_by_side(
        lambda: find_similar(segmenter, coin),
        lambda: [segmenter.predict(prompt) for prompt in prompts],
        repetitions,
    )
    name = f"all like one coin, beside {len(prompts)} clicks"
    return Row(name, "x", None, pair.ratio, None, "<= 2.5 x", pair.ratio <= 2.5)


def closer_look(photo: np.ndarray, few: int) -> Row:
    """From the wish for a closer look at a large photo to its masks, beside plain torch on the same part."""
    from segment_anything import SamPredictor

    from segwidgets.models.sam import load_sam

    plain = SamPredictor(load_sam("mobile_sam", device="cpu"))
    whole = Segmenter(photo, load_engine("mobile_sam", "onnxruntime"))
    x, y = photo.shape[1] // 2, photo.shape[0] // 2
    click, view = Prompt([(x, y)]), (x - 400, y - 300, x + 400, y + 300)
    part = np.ascontiguousarray(photo[view[1] : view[3], view[0] : view[2]])

    def look_plain() -> None:
        plain.set_image(part)
        plain.predict(np.array([[400, 300]]), np.array([1]))

    def look() -> None:
        whole.look_at(view, keep=False).predict(click)

    return faster("closer look: seconds to sharpen", side_by_side(look_plain, look, few), 3)


def evaluating(repetitions: int) -> Row:
    """How many times as long as its clicks alone it takes to measure one object: what the robot costs."""
    from segwidgets.evaluate.figures import measure_object
    from segwidgets.evaluate.settings import Settings
    from segwidgets.evaluate.truths import Truth

    image = sample_image("coffee")
    segmenter = _Counting(image, load_engine("mobile_sam", "onnxruntime"))
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    cup = ((x - 303) / 112) ** 2 + ((y - 170) / 130) ** 2 < 1  # drawn, so that SAM has to be put right
    truth = Truth("cup", cup, np.ones_like(cup))
    measure_object(segmenter, truth, Settings())
    asked = segmenter.asked.copy()
    pair = side_by_side(
        lambda: measure_object(segmenter, truth, Settings()),
        lambda: [segmenter.predict(*arguments, **options) for arguments, options in asked],
        repetitions,
    )
    name = f"evaluate one object, beside its {len(asked)} prompts"
    return Row(name, "x", None, pair.ratio, None, "<= 1.5 x", pair.ratio <= 1.5)


class _Counting(Segmenter):
    """A segmenter that remembers what it was asked."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def predict(self, *arguments: Any, **options: Any) -> Candidates:
        self.asked.append((arguments, options))
        return super().predict(*arguments, **options)


def large_photo(megapixels: float, name: str = "coffee") -> np.ndarray:
    """Return a sample photo (coffee is 3:2) blown up or shrunk."""
    photo = Image.fromarray(sample_image(name))
    ratio = photo.width / photo.height
    width = round((megapixels * ratio * 1e6) ** 0.5)
    return np.asarray(photo.resize((width, round(width / ratio)), Image.Resampling.BICUBIC))


def rows(quick: bool) -> Iterator[Row]:
    """Measure one row after the other."""
    yield from process_rows(quick)
    yield from inner_rows(quick)
    yield from browser_rows(quick)


def process_rows(quick: bool) -> Iterator[Row]:
    """Measure processes of their own; first, as on Linux a child's peak counts from its parent's size."""
    starts = [(run_python(FIRST_MASKS_TORCH), run_python(FIRST_MASKS)) for _ in range(1 if quick else 3)]
    walls = np.array([(a[0], b[0]) for a, b in starts])
    pair = Pair(*np.median(walls, axis=0).tolist(), float(np.median(walls[:, 0] / walls[:, 1])))
    yield faster("process start to the first three masks", pair, 4)

    side = 3 if quick else 16
    before = run_python(AUTOMATIC.format(side=side))
    torch_run = run_python(AUTOMATIC_TORCH.format(side=side))
    after = run_python(AUTOMATIC.format(side=side))
    took = (before[0] + after[0]) / 2
    name = f"automatic masks, {side} points per side"
    views = run_python(THREE_VIEWS)[1]
    with tempfile.TemporaryDirectory() as folder:
        workshop = run_python(WORKSHOP.format(folder=str(Path(folder) / "workshop")))[1]
    encoding, click = products_of_the_cat()  # from here on this process is large
    products = encoding + side**2 * click
    yield faster(name, Pair(torch_run[0], took, torch_run[0] / took), 4, products)
    yield at_most(f"{name}: peak", torch_run[1], max(before[1], after[1]), 1.0)
    yield at_most("12 megapixels, three closer views: peak", None, views, 1.2)
    yield at_most("workshop command: peak", None, workshop, 1.0)


@cache
def products_of_the_cat() -> tuple[int, int]:
    """Return the multiply-adds of encoding the cat and of one click on it: three rows want them."""
    return limit.of_encoding_and_click(sample_image("cat"), CLICK)


def inner_rows(quick: bool) -> Iterator[Row]:
    """Measure both sides within this process."""
    from segment_anything import SamPredictor

    from segwidgets.models.deeplab.table import load_deeplab
    from segwidgets.models.sam import load_sam

    few, many = (2, 3) if quick else (7, 25)
    plain, fast = SamPredictor(load_sam("mobile_sam", device="cpu")), load_engine("mobile_sam", "onnxruntime")
    cat, large = sample_image("cat"), large_photo(12)
    for name, photo in (("encode the cat, 451 x 300", cat), ("encode 12 megapixels", large)):
        plain.set_image(photo)
        pair = side_by_side(lambda: plain.set_image(photo), lambda: fast.encode(photo), few)  # noqa: B023
        counted = products_of_the_cat() if photo is cat else limit.of_encoding_and_click(photo, CLICK)
        yield faster(name, pair, 3, counted[0])

    yield closer_look(large, few)

    plain.set_image(cat)
    segmenter = Segmenter(cat, fast)
    xy, one = np.array(CLICK.points), np.array([1])
    pair = side_by_side(lambda: plain.predict(xy, one), lambda: segmenter.predict(CLICK), many)
    yield faster("one more click", pair, 2.5, products_of_the_cat()[1])

    models = load_deeplab("mobilenet_v2", device="cpu"), None
    work: list[Callable[[], object]] = [lambda m=m: segment_semantic(cat, m) for m in models]
    for each in work:
        each()
    pair = side_by_side(work[0], work[1], few)
    yield faster("DeepLab, the cat", pair, 1.5, limit.of_deeplab(cat))

    yield all_like_it(few)
    yield evaluating(few)
    yield agreement(quick)


def browser_rows(quick: bool) -> Iterator[Row]:
    """Measure the page in Chromium, on one thread; without Chromium or npm say so, and measure nothing."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "try"
        try:
            web.build(site, samples=["cat"])
            took = in_the_browser.visit(site, isolated=False, repeats=2 if quick else 9)
        except (NpmError, RuntimeError) as error:
            sys.stderr.write(f"in the browser: not measured, {error}\n")
            return
    yield at_most("in the browser: ready", None, took.seconds["ready"], 3, "s")
    for step, photo in (("click sample", "the cat"), ("click large", "12 megapixels")):
        yield at_most(f"in the browser: click, {photo}", None, took.seconds[step], 0.15, "s")
    yield at_most("in the browser: memory", None, took.gb, 0.7)


def agreement(quick: bool) -> Row:
    """Mean IoU of all candidates with the plain path's, five prompts on each sample photo and four crops."""
    from segwidgets.models.sam import load_sam
    from segwidgets.models.torch_sam import TorchSam

    plain, fast = TorchSam(load_sam("mobile_sam", device="cpu")), load_engine("mobile_sam", "onnxruntime")
    photos = [sample_image(name) for name in SAMPLES]
    photos += [np.ascontiguousarray(photo[:, photo.shape[1] // 3 :]) for photo in photos[:4]]
    shares = []
    for photo in photos[:2] if quick else photos:
        sides = Segmenter(photo, plain), Segmenter(photo, fast)
        for prompt in five_prompts(*photo.shape[:2]):
            a, b = (side.predict(prompt).masks for side in sides)
            shares += [
                (x & y).sum() / max((x | y).sum(), 1) if (x | y).any() else 1.0
                for x, y in zip(a, b, strict=True)
            ]
    mean = float(np.mean(shares))
    name = f"mean IoU with plain torch, {len(shares)} masks"
    return Row(name, "IoU", None, mean, None, ">= 0.995", mean >= 0.995)


def five_prompts(height: int, width: int) -> list[Prompt]:
    return [
        Prompt([(0.5 * width, 0.5 * height)]),
        Prompt([(0.25 * width, 0.3 * height)]),
        Prompt([(0.8 * width, 0.75 * height)]),
        Prompt([(0.6 * width, 0.6 * height), (0.05 * width, 0.05 * height)], [1, 0]),
        Prompt(box=(0.2 * width, 0.2 * height, 0.8 * width, 0.9 * height)),
    ]
