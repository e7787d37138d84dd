"""The pages of a class: all is told, and nothing of a stranger's text becomes markup or a path."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from segwidgets.course.quizzing import read_quiz
from segwidgets.locale.phrases import Phrases
from segwidgets.mark.class_page import class_page
from segwidgets.mark.feedback import feedback_names, feedback_page, state_words
from segwidgets.mark.records import STATES, WORKSHOP, Changes, Chosen, Exercise, Marked
from segwidgets.mark.resemblance import alike
from segwidgets.workshop.finding import Finding

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><script>",
    "=HYPERLINK(1)",
    "\u202egnp.exe",
    "محمد علي",
    "a\0b\x1b[31m\ud800",
    "../../etc/passwd",
    "CON",
    "x" * 5000,
    "",
]
TITLES = {"2.1": "Choose", "2.2": "A box", "2.4": "Stability by hand"}


def exercise(number: str, state: str = "passed", message: str = "", **more: object) -> Exercise:
    points = 1.0 if state == "passed" else 0.0
    return Exercise(number, TITLES[number], state, message, points, **more)  # type: ignore[arg-type]


def marked(student: str, *exercises: Exercise, lang: str = "en", **more: object) -> Marked:
    return Marked(student, "2", lang, "02_click_masks.ipynb", exercises, **more)  # type: ignore[arg-type]


class Read(HTMLParser):
    """A page as a browser takes it: tags with their attributes, and what can be read."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_harmless(content: bytes) -> Read:
    read = Read(content)
    tags = [tag for tag, _ in read.tags]
    assert tags[:2] == ["html", "head"]
    assert not {"script", "iframe", "object", "link", "base", "form", "svg"} & set(tags)
    assert (tags.count("title"), tags.count("style"), tags.count("body")) == (1, 1, 1)
    for tag, attributes in read.tags:
        assert not [name for name in attributes if name.startswith("on")]
        source, link = attributes.get("src"), attributes.get("href")
        assert source is None or (tag == "img" and source.startswith("data:image/png;base64,"))
        assert link is None or re.fullmatch(r"feedback/[\w.%-]+\.html", link)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f\u202e]", content.decode("utf-8"))
    return read


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_a_student_writes_stays_text_on_both_pages(words: str, tmp_path: Path) -> None:
    one = marked(
        words,
        exercise("2.1", "failed", words),
        replace(exercise("2.2"), title=words, number=words),
        lang="en",
        quiz=(Chosen(words, words, True), Chosen("q")),
        changes=Changes(1, 2, (words,), (words,), words),
        troubles=(words,),
        late=True,
        answers={"2.4": words * 20},
    )
    folder = Marked(words, WORKSHOP, "en", words, workshop=(Finding(words, "missing", words),))
    broken = Marked(words, problem=words or "?", file=words)
    page = assert_harmless(feedback_page(words, [one, folder, broken], tmp_path))
    shown = words.replace("\0", "").replace("\x1b[31m", "").replace("\ud800", "").replace("\u202e", "")
    assert page.words.count(shown) > 5
    names = feedback_names([one, folder, broken])
    pairs = alike([one, replace(one, student="other")])
    whole = assert_harmless(class_page([one, folder, broken], names, pairs))
    assert whole.words.count(shown) > 3


def test_a_page_s_name_is_one_that_every_system_can_have_and_nobody_else_s() -> None:
    students = [*HOSTILE, "Ana Núñez", "ana núñez", "a/b", "a\\b", "a:b", "nul.txt"]
    names = feedback_names([Marked(one) for one in students])
    assert len({name.casefold() for name in names.values()}) == len(students)
    for name in names.values():
        assert re.fullmatch(r"feedback/[^./\\:*?\"<>|%#&\s][^/\\:*?\"<>|%#&\s]{0,90}\.html", name), name
        assert not re.fullmatch(r"feedback/(con|nul)\..*", name.casefold()), "no file on Windows"
    assert names["Ana Núñez"] == "feedback/Ana_Núñez.html"


@pytest.mark.parametrize(("lang", "words"), [("en", "could not run"), ("es", "no se pudo ejecutar")])
def test_a_student_finds_state_hint_picture_quiz_and_what_was_changed(
    lang: str, words: str, tmp_path: Path
) -> None:
    content = BytesIO()
    Image.new("RGB", (4, 2)).save(content, "PNG")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/a.png").write_bytes(content.getvalue())
    outside = tmp_path.parent / f"{tmp_path.name}.png"
    outside.write_bytes(content.getvalue())
    one = marked(
        "Ana",
        exercise("2.1", "failed", "¿Cambiaste x por y?", picture="pictures/a.png"),
        exercise("2.2", "error", "a loop", why="time", picture=f"../{outside.name}"),
        exercise("2.4", "not tried", picture="pictures/none.png"),
        lang=lang,
        quiz=(Chosen("What is a mask?", "A hat", False),),
        changes=Changes(changed=1, missing=("2.3",), kernel="ir"),
    )
    read = Read(feedback_page("Ana", [one], tmp_path))
    tags = [tag for tag, _ in read.tags]
    for told in ("¿Cambiaste x por y?", words, "2.1 · Choose", "A hat", "ir", "2.3", "0", "Ana"):
        assert told in read.words
    pictures = [attributes for tag, attributes in read.tags if tag == "img"]
    assert len(pictures) == 1, "what lies outside of the folder, or is not there, is no picture"
    assert pictures[0]["alt"]
    assert read.tags[0] == ("html", {"lang": lang})
    assert [tag for tag in tags if re.fullmatch(r"h\d", tag)][:3] == ["h1", "h2", "h3"]
    assert {"caption", "th"} <= set(tags)


def test_the_teacher_finds_who_solved_what_and_what_was_hard() -> None:
    hints = ["1234 pixels are missing", "77 pixels are missing", "swapped"]
    together = [
        marked("Ana", *map(exercise, TITLES), seconds=9.0),
        marked("Bo", *(exercise("2.2", "failed", hint) for hint in hints[:1]), seconds=30.0, walls=True),
        marked("Cat", exercise("2.2", "failed", hints[1]), exercise("2.4", "error", "a loop"), late=True),
        marked("Dee", exercise("2.2", "failed", hints[2])),
        marked("Eve", exercise("2.2", "not tried"), exercise("2.1", overridden=True)),
        Marked("Zoe", file="x.ipynb", problem="this is no notebook"),
        Marked("Ana", WORKSHOP, "en", "taller", workshop=(Finding("a.png", "missing", "it is not there"),)),
    ]
    names = feedback_names(together)
    content = class_page(together, names, [])
    words = re.sub(r"\s+", " ", Read(content).words)
    assert "6 students, 7 hand-ins" in words
    assert "this is no notebook" in words
    assert "4 of 5" in words.partition("Most often missed")[2]
    assert "2 × 1234 pixels are missing" in words
    assert words.index("1234 pixels") < words.index("swapped")
    assert "late" in words
    assert "30 at most: Bo" in words
    assert "it is not there" in words
    assert "no sandbox" in words
    assert "no proof" in words
    tags = Read(content).tags
    links = {attributes["href"] for tag, attributes in tags if tag == "a"}
    assert "feedback/Zoe.html" in links
    assert {attributes.get("scope") for tag, attributes in tags if tag == "th"} == {"col", "row"}
    both = [replace(together[1], lang="es", exercises=(Exercise("2.2", "Una caja", "passed"),)), together[0]]
    assert class_page(both, names, []).count(b'<th scope="col">2.2') == 1, "whatever the notebooks' languages"
    assert b"Una caja" not in class_page(both, names, [])
    spanish = Read(class_page(together, names, [], "es")).words
    assert "La clase" in spanish
    assert all(word in spanish for word in state_words(Phrases("es")).values())


def test_a_question_is_one_whatever_the_notebooks_languages_and_told_in_the_teacher_s() -> None:
    quizzes = {lang: read_quiz(2, lang)[0] for lang in ("en", "es")}
    chosen = [
        Marked("Ana", "2", lang, quiz=(Chosen(one.text, one.options[0].text, one.options[0].right),))
        for lang, one in quizzes.items()
    ]
    words = re.sub(r"\s+", " ", Read(class_page(chosen, {}, [], "es")).words)
    english, spanish = quizzes["en"], quizzes["es"]
    assert words.count(spanish.text) == words.count(spanish.options[0].text) == 1
    assert english.text not in words
    assert english.options[0].text not in words
    strange = Marked("Bo", "2", "en", quiz=(Chosen("Mine?", "Mine.", False),))
    assert "Mine?" in Read(class_page([strange], {}, [], "es")).words


def test_every_state_is_told_by_a_word_of_its_own() -> None:
    for lang in ("en", "es"):
        assert len(set(state_words(Phrases(lang)).values())) == len(STATES)


SHARED = """
def stability(logits):
    # first the pixels of the strict mask
    strict_pixels = 0
    for value in logits.ravel():
        if value > 1:
            strict_pixels += 1
    loose_pixels = len([v for v in logits.ravel() if v > -1])
    return strict_pixels / loose_pixels

check("2.4", stability)
"""
FORCED = {
    "2.1": 'helmet = on_helmet.masks[2]\ncheck("2.1", helmet)',
    "2.2": 'helmet_box = (280, 344, 512, 512)\ncheck("2.2", helmet_box)',
    "2.4": "def stability(logits):\n    return (logits > 1).sum() / (logits > -1).sum()\n\n"
    'check("2.4", stability)',
}


def handed(student: str, **more: str) -> Marked:
    return marked(student, answers={**FORCED, **{number: more[number] for number in more}})


def with_24(student: str, source: str, lang: str = "en") -> Marked:
    return replace(marked(student, lang=lang), answers={**FORCED, "2.4": source})


def test_a_copied_answer_is_named_even_with_other_layout_and_another_name() -> None:
    other = SHARED.replace("loose_pixels", "n").replace("    ", "  ").replace("(logits)", "( logits )")
    mine = SHARED.replace("for value in logits.ravel():", "for value in list(logits.flatten()):")
    found = alike([with_24("Ana", SHARED), with_24("Bo", other, "es"), with_24("Cat", FORCED["2.4"])])
    assert [(one.first.student, one.second.student, one.exercises) for one in found] == [
        ("Ana", "Bo", ("2.4",))
    ]
    assert 0.7 < found[0].share < 1
    assert alike([with_24("Ana", SHARED), with_24("Bo", mine)])
    assert not alike([with_24("Ana", SHARED), with_24("Ana", SHARED)]), "a student may hand in twice"


def test_forced_answers_and_what_many_have_are_no_resemblance() -> None:
    assert not alike([with_24(f"{n}", FORCED["2.4"]) for n in range(8)])
    assert not alike([with_24(f"{n}", SHARED) for n in range(8)]), "the whole class had it from one place"
    wrong = 'helmet_box = (344, 280, 512, 512)\ncheck("2.2", helmet_box)'
    boxes = [replace(marked(one), answers={**FORCED, "2.2": wrong}) for one in ("Ana", "Bo", "Cat")]
    assert not alike(boxes), "a short wrong answer that lies near"
    assert not alike([with_24(one, "\0 no ' python (") for one in ("Ana", "Bo")])


@pytest.mark.parametrize(
    ("first", "second"), [("0 1 ", "1 0 1 "), ("a b c ", "a c b b "), ("x = 1\n", "1 x = 1\n"), ("- ", "- ")]
)
def test_answers_that_repeat_themselves_keep_nobody_waiting(first: str, second: str) -> None:
    """A mask pasted as zeros and ones is no attack, and an attack costs no more than it does."""
    start = time.process_time()
    alike([with_24("Ana", first * 2000), with_24("Bo", second * 2000)])
    assert time.process_time() - start < 20
    (pair,) = alike([with_24(one, first * 2000) for one in ("Ana", "Bo")])
    assert pair.share == 1


def test_two_hundred_students_take_seconds_and_three_that_copied_are_found() -> None:
    def own(number: int) -> str:
        lines = [
            f"    part_{number}_{line} = logits[{line}:{number}] ** {number + line}" for line in range(8)
        ]
        return "def stability(logits):\n" + "\n".join(lines) + '\n    return part\n\ncheck("2.4", stability)'

    together = [with_24(f"student {number:03}", own(number)) for number in range(200)]
    together += [with_24(f"copy {number}", SHARED) for number in range(3)]
    pairs = alike(together)
    assert {one.first.student[:4] + one.second.student[:4] for one in pairs} == {"copycopy"}
    assert len(pairs) == 3
    content = class_page(together, feedback_names(together), pairs)
    assert content.count(b"<details>") == 3
    assert len(content) < 2_000_000
