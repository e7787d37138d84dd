"""A walk past all that a reader is shown in one language: what `test_languages` looks at.

Each stop yields (where, text). Errors (exceptions) are English in every language and no part of it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import supervision as sv
from ipywidgets import HTML, Text
from matplotlib.text import Text as ChartText
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from segwidgets import (
    ClassExplorer,
    ClickSegmenter,
    EmbeddingExplorer,
    PhotoQueue,
    Prompt,
    PromptForm,
    ReliabilityExplorer,
    Segmenter,
    ThresholdExplorer,
    explain_missing_canvas,
)
from segwidgets.candidates import choose_like
from segwidgets.checkpoints.cache import CHECKPOINTS
from segwidgets.checkpoints.hosts import source_hosts
from segwidgets.checkpoints.table import DEFAULT_WEIGHTS
from segwidgets.cli import app
from segwidgets.cli.terminal import console
from segwidgets.course.training import TrainingView
from segwidgets.doctor import colab
from segwidgets.drawing.annotators import DefectAnnotator, LegendAnnotator
from segwidgets.exports.table import FORMATS
from segwidgets.ground.memory import Memory
from segwidgets.masks.diagnosis import diagnose
from segwidgets.workshop.delivery_check import check_workshop
from tests.fake_front import StubSegmenter
from tests.painter import draw_disk, paint_photo
from tests.test_choice import classes, made_up
from tests.test_diagnosis import golden_cases
from tests.test_explorers import EmbeddedHalves, HalvesModel

Texts = Iterator[tuple[str, str]]
CLICK = ("--point", "250.5,170")
ROWS = slice(2, 8)
WORDS_OF = ("description", "tooltip", "placeholder", "tooltips", "options", "titles")


@contextmanager
def drawn_texts() -> Iterator[list[str]]:
    """Collect what is written into pictures, by Pillow and by matplotlib."""
    texts: list[str] = []
    pillow, matplotlib = ImageDraw.ImageDraw.text, ChartText.draw

    def write(self: Any, xy: Any, text: str, *arguments: Any, **named: Any) -> Any:
        texts.append(text)
        return pillow(self, xy, text, *arguments, **named)

    def draw(self: Any, renderer: Any, *arguments: Any, **named: Any) -> Any:
        texts.append(self.get_text())
        return matplotlib(self, renderer, *arguments, **named)

    with mock.patch.object(ImageDraw.ImageDraw, "text", write), mock.patch.object(ChartText, "draw", draw):
        yield texts


def command(*arguments: str) -> str:
    """Run a command and return what it prints."""
    with mock.patch.object(console, "_width", 400):  # a broken line would break names
        result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "400"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def commands(lang: str, cat: Segmenter, place: Path) -> Texts:
    """The workshop with the cat, its report and pictures; check, doctor, progress, weights, export."""
    for name, options in {
        "cat": (),
        "by-hand": (*CLICK, "--box", "5.5,5,445,298"),
        "empty": ("rocket",),
    }.items():
        with drawn_texts() as texts:
            yield (
                f"workshop {name}",
                command("workshop", *options, "--lang", lang, "--out", str(place / name)),
            )
        yield f"pictures {name}", "\n".join(texts)
        yield f"report {name}", (place / name / "README.md").read_text("utf-8")
        yield f"check {name}", command("check", str(place / name), "--lang", lang)
        (analysis,) = (place / name).glob("*/analysis.json")
        yield from ((f"analysis {name}", text) for text in words_in(json.loads(analysis.read_text("utf-8"))))
    yield from faulty_folders(lang, place / "cat")
    yield "doctor", command("doctor", "--no-network", "--lang", lang)
    yield from troubles(lang, place)
    progress = {"exercises": {"0.1": "right", "0.2": "not yet"}}
    (place / ".segwidgets_progress.json").write_text(json.dumps(progress), "utf-8")
    yield "progress", command("progress", str(place), "--lang", lang)
    yield "weights --list", command("weights", "--list", "--lang", lang)
    yield "weights", command("weights", "--lang", lang)
    yield "export --list", command("export", "--list", "--lang", lang)
    clicks, formats = ClickSegmenter(cat, lang=lang, hover=False), ",".join(FORMATS)
    clicks.add_point(250, 170)
    (place / "record.json").write_text(clicks.to_json(), "utf-8")
    with drawn_texts() as texts:
        options = ("--format", formats, "--out", str(place / "exported"), "--lang", lang)
        yield "export", command("export", str(place / "record.json"), "cat", *options)
    yield "pictures of an export", "\n".join(texts)


def evaluation(lang: str, place: Path) -> Texts:
    """SAM on a made-up mask, and whatever is left out; the same once more; no mask at all."""
    photos, masks = place / "photos", place / "masks"
    masks.mkdir()
    for name in ("disk", "lonely", "large", "empty"):
        paint_photo(photos / f"{name}.png")
    draw_disk().save(masks / "disk.png")
    draw_disk((20, 20)).save(masks / "large.png")
    Image.new("L", (256, 192)).save(masks / "empty.png")
    draw_disk().save(masks / "nobody.png")
    options = ("--out", str(place / "out"), "--clicks", "2", "--semantic", "--lang", lang)
    with drawn_texts() as texts:
        yield "evaluate", command("evaluate", str(photos), str(masks), *options)
        yield "evaluate again", command("evaluate", str(photos), str(masks), *options)
    yield "pictures of an evaluation", "\n".join(texts)
    (masks / "disk.png").unlink()
    yield "evaluate nothing", command("evaluate", str(photos), str(masks), *options, "--fresh")


def folder(lang: str, place: Path) -> Texts:
    """A folder of photos to be labelled, one of them damaged; once more; nothing that can be labelled."""
    photos = place / "photos"
    paint_photo(photos / "disk.png")
    (photos / "damaged.jpg").write_bytes(b"no photo")
    options = ("--class", "cat", "--workers", "1", "--lang", lang)
    yield "batch", command("batch", str(photos), str(place / "out"), *options)
    yield "batch again", command("batch", str(photos), str(place / "out"), *options)
    (photos / "disk.png").unlink()
    yield "batch nothing", command("batch", str(photos), str(place / "none"), *options)


def hand_ins(lang: str, place: Path) -> Texts:
    """A class that is marked: answers right, wrong and broken, a workshop folder, and what is neither."""
    from tests.hand_ins import answered

    files = {
        "good/4.ipynb": answered(lang, {"4.1": "before = 432"}),
        "odd/4.ipynb": answered(
            lang, {"4.1": "before = 1", "4.2": "box_iou = 1 / 0", "4.3": "winner = None"}, odd=True
        ),
        "other/5.ipynb": answered(lang, {}, lesson=5),
        "folder/input_images/image.png": b"",
        "neither/report.docx": b"",
    }
    for name, content in files.items():
        (place / "class" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "class" / name).write_bytes(content)
    out = place / "out"
    out.mkdir()
    (out / "overrides.csv").write_text("student;exercise;points\ngood;4.2;0,5\nwhole;4.1;1\n")
    options = ("--lessons", "4", "--workers", "1", "--lang", lang)
    told = command("mark", str(place / "class"), str(out), *options)
    yield "mark", re.sub(r"\b4\.\d\b", "", told)
    table = (out / "marks.csv").read_text("utf-8-sig")
    yield "marks.csv", re.sub(r"\b4\.\d\b|\.ipynb", "", table)  # exercises and files
    for one in json.loads((out / "marks.json").read_text("utf-8"))["hand_ins"]:
        if one["lang"] == lang:  # a student is told in the notebook's language
            yield from (("feedback", exercise["message"]) for exercise in one["exercises"])


def lessons(lang: str, place: Path) -> Texts:
    """Lessons handed out: for the first time, some newer, some the student's, one gone."""
    files = {name: b"{}" for name in ("a.ipynb", "b.ipynb", "c.ipynb")}
    with mock.patch("segwidgets.course.handing_out.lesson_files", return_value=files):
        for check in ((), ("--check",), ("--check",), (), ("--check",)):
            yield "lessons", command("lessons", str(place), "--lang", lang, *check)
            files.update({"a.ipynb": b"[]", "b.ipynb": b"[]", "d.ipynb": b"[]"})
            (place / "b.ipynb").write_text("mine")
        with mock.patch("segwidgets.cli.lessons.find_spec", return_value=None):
            yield "lessons, no JupyterLab", command("lessons", str(place / "more"), "--lang", lang)


def troubles(lang: str, place: Path) -> Texts:
    """The doctor on a machine where one thing after another is wrong."""
    heard: dict[str, str] = {}
    damaged = place / "damaged" / DEFAULT_WEIGHTS[0] / CHECKPOINTS[DEFAULT_WEIGHTS[0]].files[0].name
    damaged.parent.mkdir(parents=True)
    damaged.write_text("damaged")
    none, broken, examine = str(place / "none"), str(place / "damaged"), "segwidgets.doctor.examine"
    canvas = {"segwidgets.widgets.canvas.try_canvas": mock.Mock(side_effect=RuntimeError())}
    read_only = {"tempfile.TemporaryFile": mock.Mock(side_effect=OSError), "IPython.get_ipython": mock.Mock()}
    cases: list[tuple[str, str, float, dict[str, Any]]] = [  # answer, cache, memory, else
        ("away", os.environ.get("SEGWIDGETS_CACHE", ""), 8.0, canvas),
        ("answers", none, 0.2, {}),
        ("refuses", none, 8.0, {"shutil.which": lambda name: None}),
        ("insecure", broken, 8.0, {f"{examine}.version": mock.Mock(side_effect=PackageNotFoundError)}),
        ("proxy", none, 8.0, read_only),
        ("silent", none, 8.0, {}),
    ]
    for answer, cache, free, others in cases:
        heard.update(dict.fromkeys((host.name for host in source_hosts(CHECKPOINTS)), answer))
        found = {
            f"{examine}.Enquiry": lambda *_: SimpleNamespace(answers=lambda: heard),
            f"{examine}.memory": lambda free=free: Memory(2 * free, free),
            **others,
        }
        with mock.patch.dict("os.environ", {"SEGWIDGETS_CACHE": cache}), ExitStack() as stack:
            for target, value in found.items():
                stack.enter_context(mock.patch(target, value))
            yield f"doctor, {answer}", command("doctor", "--lang", lang)


def words_in(value: Any) -> Iterator[str]:
    """Sentences (not names of files and kinds) in the nested values of an analysis."""
    if isinstance(value, dict):
        for item in value.values():
            yield from words_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from words_in(item)
    elif isinstance(value, str) and " " in value:
        yield value


def faulty_folders(lang: str, whole: Path) -> Texts:
    """The check of a folder in which one thing after another is wrong."""
    masks = next(path.parent for path in whole.glob("*/mask_0.png"))
    gif, analysis = next(whole.glob("*/*.gif")), next(whole.glob("*/analysis.json"))
    photo = next(path for path in whole.glob("*/*.png") if path.parent not in (masks, gif.parent))
    noise = [
        Image.fromarray(np.random.default_rng(i).integers(0, 255, (400, 500, 3), np.uint8)) for i in range(7)
    ]

    def huge(path: Path) -> None:
        noise[0].save(path, save_all=True, append_images=noise[1:])

    faults: list[tuple[Path, Callable[[Path], Any]]] = [
        (photo, Path.unlink),
        (photo, lambda path: path.write_text("this is no photo")),
        (masks, shutil.rmtree),
        (masks / "mask_0.png", lambda path: noise[0].save(path)),
        (masks / "mask_0.png", lambda path: noise[0].convert("L").save(path)),
        (masks / "mask_0.png", lambda path: Image.new("L", (5, 5)).save(path)),
        (gif, Path.unlink),
        (gif, lambda path: noise[0].save(path)),
        (gif, lambda path: path.write_text("")),
        (gif, huge),
        (gif.parent / "semantic.png", Path.unlink),
        (analysis, Path.unlink),
        (analysis, lambda path: path.write_text("{")),
        (masks / "mask_0.png", lambda path: path.write_text("")),
        (
            analysis,
            lambda path: path.write_text(path.read_text("utf-8").replace('"area_px": ', '"area_px": 1')),
        ),
        (whole / "README.md", Path.unlink),
        (whole / "README.md", lambda path: path.write_text("![x](no.png)")),
    ]
    for number, (path, spoil) in enumerate(faults):
        copy = whole.parent / f"fault {number}"
        shutil.copytree(whole, copy)
        spoil(copy / path.relative_to(whole))
        for found in check_workshop(copy, lang):
            if found.status == "missing":
                yield f"fault {number}", f"{found.item}: {found.message}"
        if number == 0:
            yield "check of a fault", command("check", str(copy), "--lang", lang)


def made_up_masks(lang: str) -> Texts:
    """Every finding, every fault and every reason for a choice that their own tests know."""
    for case in golden_cases().values():
        for found in diagnose(case, lang):
            for text in (found.title, found.summary, found.likely_prompt, *found.faults):
                yield "diagnosis", text
    clear, rim = made_up([0.6, 0.9, 0.6]), made_up([0.7, 0.8, 0.99], rim=2)
    region = np.zeros((10, 10), bool)
    region[2:8, 2:5] = region[0] = region[1, 3] = True
    for one in (
        *(clear, rim, rim.choose(0), made_up([0.9, 0.85, 0.8]), made_up([0.9], columns=(7,))),
        *(clear.with_semantic(classes(np.s_[rows, 2:right])) for rows, right in ((ROWS, 7), (ROWS, 9))),
        *(clear.with_semantic(classes(np.s_[9:, 9:])), clear.choose_by(choose_like(region))),
        made_up([0.7, 0.9, 0.85]).with_semantic(classes(np.s_[ROWS, 2:9])),
        made_up([0.9, 0.1, 0.95], rim=2).with_semantic(classes(region)),
    ):
        yield "choice", one.explain_best(lang)
    with drawn_texts() as texts:
        mask = np.pad(np.ones((40, 60), bool), 30)
        mask[50, 60] = mask[5, 5:9] = ~mask[50, 60]
        detections = sv.Detections(sv.mask_to_xyxy(mask[None]).astype(float), mask=mask[None])
        DefectAnnotator(np.roll(mask, 7, axis=1), lang=lang).annotate(
            np.zeros((*mask.shape, 3), np.uint8), detections
        )
        detections.data["class_name"] = np.array(["diningtable"])
        LegendAnnotator(lang=lang).annotate(np.zeros((*mask.shape, 3), np.uint8), detections)
    yield "legends", "\n".join(texts)


def words_of(widget: Any) -> Iterator[str]:
    """All that a widget and those in it say."""
    for name in WORDS_OF:
        value = getattr(widget, name, None)
        for one in value if isinstance(value, list | tuple) else [value]:
            text = one[0] if isinstance(one, tuple) else one
            if isinstance(text, str) and text:
                yield text
    if isinstance(widget, HTML | Text):
        yield widget.value
    written = getattr(widget, "readout_format", "")  # a slider over options has none: it shows their words
    if getattr(widget, "readout", False) and written not in ("", "d", ".0%"):
        yield f"{widget.value:.2f}"  # as the front end writes it, in every language alike
    for child in getattr(widget, "children", ()):
        yield from words_of(child)


def widgets(lang: str, cat: Segmenter, place: Path) -> Texts:
    """`ClickSegmenter` and `PromptForm` at work, and the explorers."""
    seg = ClickSegmenter(StubSegmenter(), lang=lang, hover=False)
    yield from (("ClickSegmenter", text) for text in words_of(seg))
    with drawn_texts() as texts:
        for name, arguments in WALK:
            getattr(seg, name)(*arguments)
            yield from ((f"ClickSegmenter.{name}", text) for text in words_of(seg))
        seg.to_gif(place / "clicks.gif")
        seg.figure().savefig(place / "figure.png")
        seg.save("masks", place / "saved")
        yield from (("ClickSegmenter.save", text) for text in words_of(seg))
    yield "ClickSegmenter's pictures", "\n".join(texts)
    named = ClickSegmenter(cat, lang=lang, hover=False)
    named.add_point(250, 170)
    with mock.patch.object(named.namer, "semantic", return_value=table_everywhere(cat.size)):
        yield "suggest_name", named.suggest_name(0)
    named.segment_everything(points_per_side=3)
    yield from (("ClickSegmenter, everything", text) for text in words_of(named))
    named.keep(0)
    yield from (("ClickSegmenter, kept", text) for text in words_of(named))
    yield from queue_of_photos(lang, place)
    with drawn_texts() as texts:
        yield from explorers(lang, cat)
    yield "explorers' pictures", "\n".join(texts)
    yield "explain_missing_canvas", explain_missing_canvas(lang)


def queue_of_photos(lang: str, place: Path) -> Texts:
    """`PhotoQueue` over two photos and a file that is none."""
    photos = place / "photos"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((60, 90, 3), np.uint8)).save(photos / name)
    (photos / "c.jpg").symlink_to(place)
    with mock.patch(
        "segwidgets.widgets.photo_queue.ahead.segmenter_of", lambda image, *_: StubSegmenter(image)
    ):
        queue = PhotoQueue(photos, classes=["1", "2"], lang=lang, hover=False, semantic=False)
        steps = (queue.previous, queue.done, queue.skip, queue.next, queue.next, queue.next_to_do)
        for step in steps:
            step()
            yield from (("PhotoQueue", text) for text in words_of(queue))
        queue.go_to("a.png")
        queue.buttons["queue_done"].click()
        queue.export_buttons["coco"].click()
        yield from (("PhotoQueue.export", text) for text in words_of(queue))
        queue.close()


def explorers(lang: str, cat: Segmenter) -> Texts:
    """`PromptForm` and the explorers of the lessons."""
    form = PromptForm(StubSegmenter(), lang=lang)
    form.add_point(45.4, 30)
    form.add_point(5, 5, 0)
    threshold = ThresholdExplorer(cat, Prompt([(250, 170)]), lang)
    threshold.set_threshold(-2.25)
    black = np.zeros((60, 80, 3), np.uint8)
    rising = np.linspace(0, 1, 4800).reshape(60, 80)
    values = ThresholdExplorer(black, rising, lang, reference=rising > 0.5)
    said = ReliabilityExplorer(black, np.where(rising > 0.5, 0.75, 0), rising > 0.6, lang)
    of_classes = ClassExplorer(black, HalvesModel(), lang)
    embedding = EmbeddingExplorer(EmbeddedHalves(), lang)  # type: ignore[arg-type]
    learning = TrainingView(black, rising > 0.5, lang)
    learning.add(10, 0.5, rising > 0.4)
    for explorer in (form, threshold, values, said, of_classes, embedding, learning):
        name = type(explorer).__name__
        yield from ((name, text) for text in words_of(explorer))
        if explorer is said:
            explorer.set_probability(0.55)
            yield from ((name, text) for text in words_of(explorer))
        if explorer in (of_classes, embedding):
            explorer.point(10, 10)
            yield from ((name, text) for text in words_of(explorer))
        explorer.picture()


WALK: list[tuple[str, tuple[Any, ...]]] = [
    ("add_point", (45.4, 30)),
    ("add_point", (5, 5, 0)),
    ("move_point", (1, 6, 6)),
    ("remove_point", (1,)),
    ("choose", (0,)),
    ("set_label", (0,)),
    ("set_box", (10, 10, 60, 50)),
    ("clear_box", ()),
    ("new_object", ()),
    ("add_point", (20, 20)),
    ("show_object", (0, False)),
    ("show_object", (0, True)),
    ("reorder", (0, 1)),
    ("select_object", (0,)),
    ("delete_object", (0,)),
    ("select_object", (0,)),
    ("clear", ()),
    ("add_point", (20, 20)),
    ("reset", ()),
    ("undo", ()),
]


def table_everywhere(size: tuple[int, int]) -> Any:
    """What DeepLab answers where it sees nothing but a table."""
    from segwidgets.models.deeplab.pascal import CLASS_NAMES

    return SimpleNamespace(class_map=np.full(size, CLASS_NAMES.index("diningtable")), class_names=CLASS_NAMES)


def in_colab(lang: str) -> Texts:
    """The first cell of a lesson in Colab."""
    lines: list[str] = []
    modules = {"google": mock.Mock(), "google.colab": mock.Mock()}
    with (
        mock.patch.dict("sys.modules", modules),
        mock.patch("IPython.get_ipython"),
        mock.patch.object(colab, "write", lines.append),
    ):
        colab.prepare(lang)
    yield from (("colab", line) for line in lines)


def verdicts(lang: str) -> Texts:
    """What exercises say of the answers that their tests know, and of strange ones."""
    from segwidgets.course.checks import judge
    from segwidgets.course.registry import exercises
    from tests.answers import RIGHT, WRONG
    from tests.test_checks import answer_of

    with mock.patch("segwidgets.course.judges.describe", return_value=""):  # Python's words: type and repr
        for number, answer, *_ in (*RIGHT, *WRONG):
            yield f"exercise {number}", judge(number, answer_of(answer), lang).message
        for number in exercises():
            yield f"exercise {number}", judge(number, np.zeros((2, 3, 4)), lang).message
            yield f"exercise {number}", judge(number, ..., lang).message


def lesson(lang: str) -> Texts:
    """Start, check, progress and every quiz with every answer."""
    import io
    from contextlib import redirect_stdout

    from segwidgets.course import check, progress, quiz, start

    with redirect_stdout(io.StringIO()) as out:
        start(0, lang=lang)
        check("0.2", 135300)
        check("0.2", 7)
        check("0.2")
        progress(0)
    yield "lesson", out.getvalue()
    for number in range(8):
        shown = quiz(number, lang)
        yield f"quiz {number}", repr(shown)
        for position, question in enumerate(shown.questions):
            for option in range(len(question.options)):
                shown.answer(position, option)
                yield from ((f"quiz {number}", text) for text in words_of(shown))
