"""A language is one folder: one that is made up here speaks everywhere, and nothing of ours stays in English.

In the language `xx` every message of the code is in brackets, all but the fields in it; so whatever is shown
may have letters outside brackets only where `NAMES` and `NO_WORDS` say so. Excepted are also all errors (what
is raised, by us and by others) and the commands' `--help`: they are English in every language.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

import segwidgets
from segwidgets import Segmenter
from segwidgets.checkpoints.table import CHECKPOINTS
from segwidgets.cli import app
from segwidgets.exports.table import FORMATS
from segwidgets.ground.processor import UNITS
from segwidgets.locale.catalogues import CATALOGUE, translations
from segwidgets.locale.languages import SEARCH_PATH, find_language, languages
from segwidgets.locale.notebook import set_language
from segwidgets.locale.phrases import Phrases
from segwidgets.semantic import class_label
from segwidgets.workshop.delivery import LAYOUTS
from tests import tour
from tools.messages import begin, messages

OPEN, CLOSE = "⟦", "⟧"
LETTERS = re.compile(r"[^\W\d_]+")
NAMES = {
    *FORMATS,
    *("SAM", "DeepLab", "MobileSAM", "DeepLabv", "MobileNetV", "Pascal", "VOC", "IoU"),
    *("COCO", "YOLO", "GIF", "PNG", "RGB", "x", "y"),
    *("px", "kB", "MB", "GB", "CPU", "GPU", "cpu", "Linux", "Darwin", "Windows", "Python", "segwidgets"),
    *("numpy", "onnxruntime", "torch", "supervision", "matplotlib", "ipywidgets", "ipycanvas"),
    *("jupyterlab", "notebook", "npm", "complex"),  # the last is a dtype
    *("whole", "nowhere", "nobody"),  # what tests call folders and files
    *("good", "odd", "other", "folder", "neither", "julia"),
    *("bool", "uint", "int", "float", "photo", "prompt", "mask", "before", "after"),  # in Python
    *("G", "cup", "helmet", "grabcut", "sam", "dark", "blur"),  # what an answer's own keys are called
    *LETTERS.findall(" ".join(UNITS)),  # of this processor
}
NO_WORDS = [  # what is shown, but not as words
    r"<style>.*?</style>|<[^>]*>",  # HTML
    r"```.*?```|`[^`]*`|\]\([^)\n]*\)",  # code and links in Markdown
    r"pip install [^\n]*|segwidgets weights \S*|jupyter lab|\b[\w-]+[<>=!~]=\S*",  # commands, what pip needs
    r"\b[A-Z]\w*Error: [^\n]*",  # what Python says of a student's function
    r"\S+ is not an image that can be read[^\n]*|\S+ is empty \(0 bytes\)[^\n]*|it must be JSON, got [^\n]*",
    r"\S*[/_]\S*|(?<!\w)[A-Za-z][\w-]*(?:\.[\w*-]+)+|tmp\w+",  # paths, files, checkpoints, hosts
    r"^ +[a-c]\) ",  # options of a quiz where there is no widget
]
PAPERS = sorted({text for one in CHECKPOINTS.values() for text in (one.paper, one.licence)}, key=len)
STOPS: dict[str, Callable[[str, Segmenter, Path], tour.Texts]] = {
    "commands": tour.commands,
    "lessons": lambda lang, cat, place: tour.lessons(lang, place),
    "evaluation": lambda lang, cat, place: tour.evaluation(lang, place),
    "folder": lambda lang, cat, place: tour.folder(lang, place),
    "class": lambda lang, cat, place: tour.hand_ins(lang, place),
    "made-up masks": lambda lang, cat, place: tour.made_up_masks(lang),
    "widgets": tour.widgets,
    "colab": lambda lang, cat, place: tour.in_colab(lang),
    "lesson and quizzes": lambda lang, cat, place: tour.lesson(lang),
    "verdicts": lambda lang, cat, place: tour.verdicts(lang),
}


def bracketed(text: str) -> str:
    """Put whatever has letters in brackets, but not the fields: what is filled in must show."""
    return "".join(
        f"{OPEN}{piece}{CLOSE}" if not number % 2 and LETTERS.search(piece) else piece
        for number, piece in enumerate(re.split(r"(\{\w*\})", text))
    )


def make_up(folder: Path) -> None:
    """Begin a language as `tools/messages.py` does, and translate all of it."""
    begin(folder)
    catalogue = Catalog()
    for message in messages(folder.name):
        said = [bracketed(form) for form in ((message,) if isinstance(message, str) else message)]
        catalogue.add(message, said[0] if isinstance(message, str) else said)
    with (folder / CATALOGUE).open("wb") as file:
        write_po(file, catalogue)
    report, names = folder / "report.md", folder / "language.toml"
    parts = re.split(r"(```.*?```|`[^`]*`|\]\([^)]*\)|\$\w+)", report.read_text("utf-8"), flags=re.DOTALL)
    parts[::2] = [LETTERS.sub(rf"{OPEN}\g<0>{CLOSE}", part) for part in parts[::2]]
    report.write_text("".join(parts), "utf-8")
    toml = names.read_text("utf-8").replace("{number} %", "%{number}")
    toml = toml.replace('"Reflection"', f'"{bracketed("Reflection")}"')
    for name in ("input_stem", "masks", "results", "original"):
        toml = toml.replace(f'\n{name} = "', f'\n{name} = "xx_')
    names.write_text(toml, "utf-8")


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress apart, and afterwards English again."""
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(tmp_path / "progress.json"))
    set_language("en")


@pytest.fixture
def xx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    make_up(tmp_path / "languages" / "xx")
    monkeypatch.setenv(SEARCH_PATH, str(tmp_path / "languages"))
    return "xx"


def bare(text: str) -> str:
    """Take out of a text what is in brackets, and what is no words."""
    text = re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}", " ", text)
    for paper in reversed(PAPERS):  # quoted as they are
        text = text.replace(paper, " ")
    for pattern in NO_WORDS:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return html.unescape(text)


LONG = {  # minutes; test_translations holds that each message is there in every language
    "verdicts",  # every hint of every exercise
    "commands",
}
WALKED = [pytest.param(stop, marks=pytest.mark.long) if stop in LONG else stop for stop in STOPS]


@pytest.mark.model
@pytest.mark.parametrize("stop", WALKED)
def test_in_a_made_up_language_nothing_of_ours_is_left_in_english(
    stop: str, xx: str, cat_segmenter: Segmenter, tmp_path: Path
) -> None:
    shown, strange = 0, {}
    for where, text in STOPS[stop](xx, cat_segmenter, tmp_path):
        shown += text.count(OPEN)
        if words := set(LETTERS.findall(bare(text))) - NAMES:
            strange[where, *sorted(words)] = text
    assert not list(strange)
    assert shown


@pytest.mark.model
@pytest.mark.parametrize("stop", WALKED)
def test_in_spanish_every_number_has_a_comma(stop: str, cat_segmenter: Segmenter, tmp_path: Path) -> None:
    points = {}
    for where, text in STOPS[stop]("es", cat_segmenter, tmp_path):
        text = re.sub(r"\d+\.\d+\.\d\S*|Python 3\.11.*?3\.14", "", bare(text))  # versions
        text = re.sub(r"[✓✗…] \d\.\d|\d\.\d [✓·–]", "", text)  # exercises' numbers
        if re.search(r"\d\.\d(?!\d\d(?!\d))", text):  # 1.234 is a thousand
            points[where] = text
    points.pop("exercise 1.5", None)  # shows what the student's function returned as Python does
    assert not points


def test_the_tour_stops_at_every_command_and_widget() -> None:
    seen = Path(tour.__file__).read_text("utf-8")
    commands = {str(one.name or getattr(one.callback, "__name__", "")) for one in app.registered_commands}
    assert not {name for name in commands if f'command("{name}"' not in seen}
    classes = {name for name in segwidgets.__all__ if name[0].isupper()}
    shown = {name for name in classes if hasattr(getattr(segwidgets, name), "children")}
    assert {"ClickSegmenter", "PromptForm", "ThresholdExplorer"} <= shown
    assert not {name for name in shown if f"{name}(" not in seen}


def test_the_brackets_let_through_what_is_filled_in() -> None:
    assert bracketed("It has {n} hole: {px}.") == "⟦It has ⟧{n}⟦ hole: ⟧{px}."
    left = bare("⟦A mask⟧ of `code` in a/file_x.png, IoU 0.9; 2⟦ holes⟧, <b>large</b>")
    assert set(LETTERS.findall(left)) - NAMES == {"of", "in", "large"}
    assert "0.9" in left


def test_a_language_is_found_in_another_folder_and_has_its_own_names(xx: str) -> None:
    assert {"en", "es", "xx"} <= set(languages())
    assert translations(xx).ngettext("{n} hole", "{n} holes", 1) == "{n}⟦ hole⟧"
    assert class_label("diningtable", xx) == "⟦dining table⟧"
    assert LAYOUTS[xx].masks == "xx_output_masks"
    assert Phrases(xx).fixed_percent(0.5) == "%50"


def test_an_unfinished_language_falls_back_to_english_and_says_what_it_lacks(
    xx: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "more" / "yy"
    begin(folder)
    monkeypatch.setenv(
        SEARCH_PATH, os.pathsep.join(str(tmp_path / name) for name in ("languages", "more", "none"))
    )
    assert {"en", "es", "xx", "yy"} <= set(languages())
    assert translations("yy").gettext("a box") == "a box"
    (folder / "report.md").unlink()
    with pytest.raises(ValueError, match=r"'yy' has no report\.md"):
        find_language("yy").read("report.md")


@pytest.mark.parametrize(
    ("content", "words"),
    [('[numbers]\ndecimal = ","\n', r"numbers\.group, .*workshop\.folder"), ("[numbers", "cannot be read")],
)
def test_a_broken_language_file_says_what_is_wrong(
    content: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zz").mkdir()
    (tmp_path / "zz" / "language.toml").write_text(content, "utf-8")
    monkeypatch.setenv(SEARCH_PATH, str(tmp_path))
    with pytest.raises(ValueError, match=words):
        languages()
