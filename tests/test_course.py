"""What a lesson shares, by itself: verdicts, the file of what is solved, quizzes, the first lines."""

from __future__ import annotations

import html
import json
import platform
from collections.abc import Iterator
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import segwidgets
from segwidgets.course import registry, solved
from segwidgets.course.checks import Verdict, check, judge
from segwidgets.course.lesson import start
from segwidgets.course.quizzing import (
    Option,
    Question,
    Quiz,
    count_questions,
    order_of,
    quiz,
    read_quiz,
    this_student,
)
from segwidgets.course.registry import NotYet, YourTurn, exercise, exercises, judge_of
from segwidgets.course.solved import progress, progress_table, read_progress, record
from segwidgets.locale.notebook import language, set_language

PRINTED = Verdict("your turn", "This is None, which is what print gives back: hand in the value itself.")
TURN = Verdict("your turn", "Put your answer in place of the three dots and run the cell again.")


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "progress.json"
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(place))
    set_language("en")
    yield place
    set_language("en")


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Exercise 40.1, and 40.10 and 40.2, in a course with no others; what it does is `act`."""
    exercises()  # those that there are come first
    monkeypatch.setattr(registry, "REGISTRY", {})
    deed: dict[str, Any] = {}

    def act(answer: Any, tr: Any) -> str:
        deed["lang"] = tr.lang
        if isinstance(answer, BaseException):
            raise answer
        return f"Yes, {answer}."

    for number in ("40.10", "40.1", "40.2"):
        assert exercise(number)(act) is act
    return deed


# verdicts


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (5, Verdict("right", "Yes, 5.")),
        (None, PRINTED),
        (..., TURN),
        (YourTurn(), TURN),
        (NotYet("Look closer."), Verdict("not yet", "Look closer.")),
        (
            ValueError("a word.\nmore"),
            Verdict("not yet", "This answer could not be used: ValueError: a word."),
        ),
        (ValueError(), Verdict("not yet", "This answer could not be used: ValueError.")),
        (SystemExit(3), Verdict("not yet", "This answer could not be used: SystemExit: 3.")),
    ],
)
def test_each_end_of_a_judge_is_a_verdict(made_up: dict[str, Any], answer: Any, verdict: Verdict) -> None:
    assert judge("40.1", answer) == verdict


def test_who_stops_the_notebook_stops_it(made_up: dict[str, Any]) -> None:
    with pytest.raises(KeyboardInterrupt):
        judge("40.1", KeyboardInterrupt())


def test_a_verdict_is_in_the_language_asked_for_or_the_lessons(made_up: dict[str, Any]) -> None:
    judge("40.1", 1)
    assert made_up["lang"] == "en"
    set_language("es")
    judge("40.1", 1)
    assert made_up["lang"] == "es"
    judge("40.1", 1, "en")
    assert made_up["lang"] == "en"
    assert judge("40.1", ...).message.startswith("Pon tu respuesta")


def test_check_writes_a_sign_the_number_and_the_words_and_keeps_what_was_tried(
    made_up: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    check("40.1", NotYet("Look closer."))
    check("40.2", 5)
    check("40.10")
    check("40.10", NotYet(""))
    check("40.2", ..., lang="es")
    check("8.1", 5)
    assert capsys.readouterr().out.splitlines() == [
        "✗ 40.1 Not yet. Look closer.",
        "✓ 40.2 Right. Yes, 5.",
        f"… 40.10 Your turn. {TURN.message}",
        "✗ 40.10 Not yet.",
        "… 40.2 Te toca. " + judge("40.2", ..., "es").message,
        "? there is no exercise str '8.1'; the exercises are 40.1, 40.2, 40.10",
    ]
    assert read_progress() == {"40.1": "not yet", "40.2": "right", "40.10": "not yet"}


def test_what_was_not_tried_leaves_no_trace(made_up: dict[str, Any], file: Path) -> None:
    for answer in (None, ..., YourTurn()):
        check("40.1", answer)
    assert not file.exists()


def test_exercises_are_in_the_order_of_their_numbers_and_none_is_there_twice(made_up: dict[str, Any]) -> None:
    assert exercises() == ["40.1", "40.2", "40.10"]
    with pytest.raises(ValueError, match=r"^there are two exercises 40\.1$"):
        exercise("40.1")(lambda answer, tr: "")
    with pytest.raises(
        ValueError, match=r"^there is no exercise str '40\.3'; the exercises are 40\.1, 40\.2, 40\.10$"
    ):
        judge_of("40.3")


# what is solved


def test_a_state_is_kept_in_order_as_json_and_right_stays_right(file: Path) -> None:
    for number, state in (("2.1", "right"), ("0.1", "not yet"), ("2.1", "not yet"), ("0.1", "right")):
        record(number, state)
    assert file.read_text("utf-8") == '{\n "exercises": {\n  "0.1": "right",\n  "2.1": "right"\n }\n}\n'
    before = file.stat().st_ino
    record("0.1", "not yet")
    record("0.1", "right")
    assert file.stat().st_ino == before, "nothing new is not written"


def test_only_the_two_states_are_read(file: Path) -> None:
    file.write_text(json.dumps({"exercises": {"a": "right", "b": "not yet", "c": "cheated", "d": 1}}))
    assert read_progress() == {"a": "right", "b": "not yet"}
    assert read_progress(file.with_name("other.json")) == {}


def test_a_file_of_a_million_bytes_is_read_and_a_longer_one_set_aside(file: Path) -> None:
    text = '{"exercises": {"0.1": "right"}}'
    file.write_text(text.ljust(1_000_000))
    assert read_progress() == {"0.1": "right"}
    file.write_text(text.ljust(1_000_001))
    assert read_progress() == {}
    record("0.2", "right")
    assert read_progress() == {"0.2": "right"}
    kept = [path for path in file.parent.iterdir() if path != file]
    assert [path.stat().st_size for path in kept] == [1_000_001]


def test_what_cannot_be_set_aside_is_not_overwritten(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("{")

    def refuse(path: Path) -> None:
        raise OSError

    monkeypatch.setattr(solved, "set_aside", refuse)
    record("0.2", "right")
    assert file.read_text() == "{"


def test_progress_lies_in_the_folder_where_nothing_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for value in ("", None):
        monkeypatch.setenv("SEGWIDGETS_PROGRESS", value) if value is not None else monkeypatch.delenv(
            "SEGWIDGETS_PROGRESS"
        )
        assert solved.progress_file() == Path(".segwidgets_progress.json")


def test_the_table_counts_each_lesson_and_all(
    made_up: dict[str, Any], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercise("41.1")(lambda answer, tr: "")
    record("40.1", "right")
    record("40.10", "not yet")
    lines = ["Lesson 40: 1 of 3   40.1 ✓  40.2 –  40.10 ·", "Lesson 41: 0 of 1   41.1 –"]
    assert progress_table().splitlines() == [*lines, "In all 1 of 4 exercises are right."]
    assert progress_table(40) == lines[0]
    assert progress_table(1) == ""
    assert progress_table(40, "es") == "Lección 40: 1 de 3   40.1 ✓  40.2 –  40.10 ·"
    progress(41)
    assert capsys.readouterr().out == lines[1] + "\n"
    set_language("es")
    assert progress_table().splitlines()[-1] == "En total, 1 de 4 ejercicios están bien."


def test_the_table_says_that_its_file_cannot_be_read(made_up: dict[str, Any], file: Path) -> None:
    file.write_text("[]")
    assert progress_table(40).splitlines() == [
        "Lesson 40: 0 of 3   40.1 –  40.2 –  40.10 –",
        'The file progress.json cannot be read: progress must be an object such as {"exercises": {"2.3": '
        '"right"}}.',
    ]


# quizzes


QUESTIONS = (
    Question("Is 1 < 2?", (Option("Yes & no", False, "<no>"), Option("Yes", True, "It is."))),
    Question("Is 2 < 1?", (Option("No", True, "No."), Option("Yes", False, "No."))),
)


def icons(asked: Quiz, question: int) -> list[str]:
    return [button.icon for button in asked.children[question].children[1:-1]]


def test_a_quiz_shows_its_questions_with_a_button_for_each_option() -> None:
    asked = Quiz(QUESTIONS, "en")
    title, *buttons, verdict = asked.children[0].children
    assert title.value == '<p style="line-height: 1.4; margin: 4px 0"><b>1.</b> Is 1 &lt; 2?</p>'
    assert "<b>2.</b>" in asked.children[1].children[0].value
    assert [button.description for button in buttons] == ["Yes & no", "Yes"]
    assert [button.tooltip for button in buttons] == ["Yes & no", "Yes"]
    for button in buttons:  # long answers are broken into lines, short ones are large enough for a finger
        layout = button.layout
        assert (layout.width, layout.max_width) == ("auto", "100%")
        assert (layout.height, layout.min_height) == ("auto", "30px")
    assert asked.children[0].layout.align_items == "flex-start"
    assert asked.children[0].layout.padding == "4px 0 8px 0"
    assert verdict.value == ""
    assert len(asked.children) == 2
    asked.close()


def test_an_answer_is_marked_and_explained_and_another_takes_its_place() -> None:
    asked = Quiz(QUESTIONS, "en")
    assert asked.answer(0, 0) is False
    assert icons(asked, 0) == ["times", ""]
    verdict = asked.children[0].children[-1]
    assert "✗ Not quite.</b> &lt;no&gt;" in verdict.value
    assert verdict.value.count("#b04a00") == 2
    asked.children[0].children[2].click()
    assert icons(asked, 0) == ["", "check"]
    assert "✓ Right.</b> It is." in verdict.value
    assert verdict.value.count("#007a59") == 2
    assert icons(asked, 1) == ["", ""]
    assert asked.children[1].children[-1].value == ""
    asked.children[1].children[1].click()
    assert icons(asked, 1) == ["check", ""]
    asked.close()


def test_a_quiz_speaks_its_language_and_stands_as_text_where_there_is_no_widget() -> None:
    asked = Quiz(QUESTIONS, "es")
    asked.answer(0, 1)
    assert "✓ Correcto.</b>" in asked.children[0].children[-1].value
    text = "1. Is 1 < 2?\n   a) Yes & no\n   b) Yes\n2. Is 2 < 1?\n   a) No\n   b) Yes"
    assert repr(asked) == text
    assert asked._repr_mimebundle_()["text/plain"] == text
    asked.close()


def test_a_lessons_quiz_is_read_in_the_language_asked_for_or_the_lessons() -> None:
    english, spanish = read_quiz(0, "en"), read_quiz(0, "es")
    assert english[0].text == "What is a mask?"
    assert spanish[0].text == "¿Qué es una máscara?"
    first = english[0].options
    assert [option.right for option in first] == [False, True, False]
    assert first[0].text == "A box drawn around the object."
    assert first[0].why.startswith("A box holds the object")
    assert spanish[0].options[0].why.startswith("Una caja contiene")
    assert [question.key for question in english] == ["0.1", "0.2", "0.3", "0.4"]
    assert quiz(0).questions == english
    assert quiz(0).lesson == 0
    set_language("es")
    assert quiz(0).questions == spanish
    assert quiz(0, "en").questions == english
    for lesson in (99, "0.", "*"):
        with pytest.raises(ValueError, match="has no quiz") as found:
            read_quiz(lesson, "en")
        assert str(found.value) == f"lesson {lesson!r} has no quiz"


def test_further_files_of_a_quiz_follow_in_their_order_and_need_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "quizzes"
    folder.mkdir()
    option = '[[question.option]]\nen = "A mask"\nwhy_en = "so"\n'
    for name, text in (("9_b", "three"), ("9", "one"), ("9_a", "two"), ("90", "other"), ("9x", "other")):
        (folder / f"lesson_{name}.toml").write_text(f'[[question]]\nen = "{text}"\n{option}')
    (folder / "lesson_9.toml.bak").write_text("")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    assert [question.text for question in read_quiz(9, "es")] == ["one", "two", "three"]
    assert read_quiz(9, "en")[0].options == (Option("A mask", False, "so"),)
    (folder / "lesson_9.toml").write_text(f'[[question]]\nes = "uno"\n{option}')
    with pytest.raises(ValueError, match="lacks") as found:
        read_quiz(9, "en")
    assert str(found.value).startswith("a quiz of lesson 9 lacks the text en: dict {'es': 'uno'")
    (folder / "lesson_9.toml").write_text('[[question]]\nen = "one"\n[[question.option]]\nen = "A mask"\n')
    with pytest.raises(ValueError, match=r"^a quiz of lesson 9 lacks the text why_en: "):
        read_quiz(9, "en")


def everything_asked(lang: str) -> list[Question]:
    lessons = sorted({int(number.split(".")[0]) for number in exercises()})
    asked = [read_quiz(lesson, lang) for lesson in lessons]
    assert [len(questions) for questions in asked] == [count_questions(lesson) for lesson in lessons]
    assert min(len(questions) for questions in asked) >= 4
    return [question for questions in asked for question in questions]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_neither_place_nor_length_gives_an_answer_away(lang: str) -> None:
    asked = everything_asked(lang)
    longest = shortest = 0
    for question in asked:
        (right,) = (option for option in question.options if option.right)
        lengths = [len(option.text) for option in question.options]
        assert len(lengths) == 3
        assert max(lengths) <= 1.4 * min(lengths), question.text
        assert len({option.why for option in question.options}) == 3, "each choice is answered by itself"
        longest += len(right.text) == max(lengths)
        shortest += len(right.text) == min(lengths)
    chance, spread = len(asked) / 3, 2 * (len(asked) * 2 / 9) ** 0.5
    assert abs(longest - chance) < spread, f"the right answer is the longest in {longest} of {len(asked)}"
    assert abs(shortest - chance) < spread, f"the right answer is the shortest in {shortest} of {len(asked)}"
    shown = [order_of(question, f"student {n}") for n in range(200) for question in asked]
    for orders, count in (
        ([tuple(range(3))] * len(asked), len(asked)),
        (shown, len(shown)),
    ):
        places = [
            [question.options[place].right for place in order].index(True)
            for question, order in zip(asked * (count // len(asked)), orders, strict=True)
        ]
        for place in range(3):
            assert abs(places.count(place) - count / 3) < 3 * (count * 2 / 9) ** 0.5, f"place {place + 1}"


def test_each_student_finds_another_order_which_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segwidgets.course.quizzing.this_student", lambda: "Ana")
    first, again = quiz(2), quiz(2, "es")
    assert first.orders == again.orders
    assert len(set(first.orders)) > 1, "questions differ, too"
    monkeypatch.setattr("segwidgets.course.quizzing.this_student", lambda: "Luis")
    assert quiz(2).orders != first.orders
    for question, order in enumerate(first.orders):
        options = first.questions[question].options
        buttons = first.children[question].children[1:-1]
        assert [button.description for button in buttons] == [options[place].text for place in order]
        for button, place in zip(buttons, order, strict=True):
            button.click()
            assert icons(first, question)[order.index(place)] == (
                "check" if options[place].right else "times"
            )
            assert options[place].why in html.unescape(first.children[question].children[-1].value)


def test_a_student_is_told_by_the_hub_or_is_one_as_long_as_the_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    this_student.cache_clear()
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    assert this_student() == "ana"
    this_student.cache_clear()
    monkeypatch.delenv("JUPYTERHUB_USER")
    one = this_student()
    assert one == this_student()
    this_student.cache_clear()
    assert one != this_student()
    this_student.cache_clear()


def test_answers_are_kept_beside_the_exercises(file: Path) -> None:
    record("0.1", "not yet")
    asked = quiz(0)
    asked.answer(0, 0)
    assert read_progress(kind="quizzes") == {"0.1": "not yet"}
    asked.answer(0, 1)
    asked.answer(0, 2)  # what was right stays right
    asked.answer(2, 0)
    assert json.loads(file.read_text()) == {
        "exercises": {"0.1": "not yet"},
        "quizzes": {"0.1": "right", "0.3": "not yet"},
    }
    record("0.1", "right")
    assert read_progress(kind="quizzes") == {"0.1": "right", "0.3": "not yet"}
    assert read_progress() == {"0.1": "right"}
    assert progress_table(0) == "Lesson 0: 1 of 3   0.1 ✓  0.2 –  0.3 –   quiz: 1 of 4"
    assert progress_table(0, "es").endswith("   cuestionario: 1 de 4")
    file.write_text('{"exercises": {"0.1": "right"}, "quizzes": 3}')
    assert read_progress(kind="quizzes") == {}
    assert read_progress() == {"0.1": "right"}


def test_a_made_up_quiz_keeps_nothing(file: Path) -> None:
    Quiz(QUESTIONS, "en").answer(0, 1)
    assert not file.exists()


# how a lesson begins


def test_a_lesson_begins_with_its_versions_and_chooses_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segwidgets.course.lesson.leave_torch_out", lambda: None)
    start(3)
    assert language() == "en"
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"Lesson 3 · segwidgets {segwidgets.__version__} · Python {platform.python_version()}"
    assert second.startswith(f"numpy {version('numpy')} · onnxruntime ")
    assert second.count(" · ") == 4
    monkeypatch.setattr("segwidgets.course.lesson.PACKAGES", ("numpy", "no-such-package"))
    start(3, "es")
    assert language() == "es"
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Lección 3 · ")
    assert second == f"numpy {version('numpy')} · no-such-package –"
