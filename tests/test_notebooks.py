"""The stored lessons are what their sources say, complete in every language, and small."""

from __future__ import annotations

import ast
import re
import shutil
import statistics
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter
from nbclient import NotebookClient
from packaging.requirements import Requirement

import segwidgets
from segwidgets.course.quizzing import Quiz, read_quiz
from segwidgets.course.registry import exercises
from segwidgets.locale.phrases import Phrases
from tools import build_notebooks
from tools.badges import READMES, Address
from tools.build_notebooks import (
    COLAB,
    LANGUAGES,
    NOTEBOOKS,
    PICTURES,
    ROOT,
    WORDS,
    SourceError,
    Target,
    assemble,
    build,
    colab_cell,
    in_language,
    raw,
    sources,
    take_outputs,
    targets,
    without_solution,
)
from tools.glossary import PAGE, link_terms, terms
from tools.lesson_times import LONGEST, minutes, rounded, stretches

TARGETS = targets()
LESSONS = [target for target in TARGETS if not target.solutions]
MAX_BYTES = 500_000
WORDS_OF_TIMES = re.compile(r"^(.*?) \(`python tools/lesson_times\.py`\)", re.MULTILINE)
MACHINE_PATHS = re.compile(r"(?<![\w.~])/(?:home|root|tmp|work|Users|var|mnt|usr|opt)/|[A-Z]:\\\\")


def name(target: Target) -> str:
    return f"{target.lang}-{'solutions-' if target.solutions else ''}{target.source.stem}"


def stored(target: Target) -> Any:
    return nbformat.read(target.path, as_version=4)


def prose(notebook: Any) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def lesson_number(target: Target) -> int:
    return int(target.source.stem[:2])


each_notebook = pytest.mark.parametrize("target", TARGETS, ids=name)
each_lesson = pytest.mark.parametrize("target", LESSONS, ids=name)
each_source = pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)


def test_nothing_lies_among_the_notebooks_that_no_source_makes() -> None:
    found = {path for path in NOTEBOOKS.glob("**/*.ipynb") if ".ipynb_checkpoints" not in path.parts}
    assert found == {target.path for target in TARGETS}
    assert TARGETS


@each_notebook
def test_the_stored_notebook_is_what_its_source_says(target: Target) -> None:
    wanted, alts = assemble(target)
    there = stored(target)
    assert [(c.id, c.cell_type, c.source, c.metadata) for c in there.cells] == [
        (c.id, c.cell_type, c.source, c.metadata) for c in wanted.cells
    ], "build it anew: python tools/build_notebooks.py"
    assert there.metadata == wanted.metadata
    described = {
        cell.id: output.metadata[mime]["alt"]
        for cell in there.cells
        for output in cell.get("outputs", [])
        for mime in PICTURES & set(output.get("data", {}))
    }
    assert described == alts


@each_notebook
def test_the_notebook_was_run_whole_and_without_errors(target: Target) -> None:
    cells = [cell for cell in stored(target).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert {output.get("execution_count", cell.execution_count) for output in cell.outputs} <= {
            cell.execution_count
        }
        kinds = [output.get("name", output.output_type) for output in cell.outputs]
        assert "error" not in kinds
        assert "stderr" not in kinds, cell.outputs


@each_notebook
def test_the_notebook_is_small_and_knows_nothing_of_the_machine(target: Target) -> None:
    text = target.path.read_text("utf-8")
    assert len(text.encode()) <= MAX_BYTES
    notebook = stored(target)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/png", None)
            output.get("data", {}).pop("image/jpeg", None)
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
    assert not MACHINE_PATHS.search(nbformat.writes(notebook))


@each_notebook
def test_an_output_that_is_not_compared_has_its_reason(target: Target) -> None:
    for cell in stored(target).cells:
        if cell.metadata.get("tags"):
            assert len(cell.metadata["reason"]) > 10
        assert "NBVAL" not in cell.source


@each_lesson
def test_the_lesson_has_all_its_parts_in_order(target: Target) -> None:
    text, words = prose(stored(target)), WORDS[target.lang]
    assert re.search(rf"^{words['title'].format(n=lesson_number(target))}\S", text, re.MULTILINE)
    before, after = (re.escape(part) for part in words["needs"].split("{minutes}"))
    assert re.search(rf"^{before}\d+{after}\S", text, re.MULTILINE)
    places = [text.find(f"\n## {heading}\n") for heading in words["headings"]]
    assert -1 not in places, dict(zip(words["headings"], places, strict=True))
    assert places == sorted(places)
    for word in words["steps"]:
        assert word in text
    objectives = text[places[0] : text.find("\n## 1 · ")]
    assert len(re.findall(r"^- ", objectives, re.MULTILINE)) >= 3
    recap = text[places[1] : places[2]]
    assert len(re.findall(r"^- ", recap, re.MULTILINE)) >= 3
    assert len(re.findall(r"\]\(https://", text[places[4] :])) >= 3


@each_notebook
def test_the_minutes_are_those_of_the_text_and_none_sits_too_long(target: Target) -> None:
    cells = raw(target)[0].cells
    assert max(stretches(cells)) <= LONGEST, "give it a place to stop: notebooks/source/README.md"
    told = WORDS[target.lang]["needs"].format(minutes=rounded(minutes(cells)))
    assert f"\n{told}" in stored(target).cells[0].source
    assert not re.search(r"\{(minutes|before|after)\}", prose(stored(target)))


@pytest.mark.parametrize("lang", READMES)
def test_the_readme_tells_the_shortest_and_the_longest_lesson(lang: str) -> None:
    found = [rounded(minutes(raw(one)[0].cells)) for one in LESSONS if one.lang == lang]
    low, high = re.findall(r"\d+", WORDS_OF_TIMES.search((ROOT / READMES[lang]).read_text("utf-8"))[1])
    assert [int(low), int(high)] == [min(found), max(found)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_glossary_is_built_and_each_of_its_terms_is_linked_from_a_lesson(lang: str) -> None:
    page = (NOTEBOOKS / lang / PAGE).read_text("utf-8")
    assert page == build_notebooks.glossary(lang), "build it anew: python tools/build_notebooks.py 00 --keep"
    linked = set()
    for target in TARGETS:
        if target.lang == lang:
            up = "../" if target.solutions else ""
            found = re.findall(rf"\]\({re.escape(up + PAGE)}#(\S+) \"[^\"]+\"\)", prose(stored(target)))
            assert len(found) == len(set(found)) > 0, target.path
            linked.update(found)
    assert linked == {term.anchor for term in terms(lang)}


def test_a_term_is_linked_once_and_never_inside_code_a_heading_a_formula_or_a_link() -> None:
    text = "# Masks\n\n`mask` and $mask$, [a mask](x.md). Predicted IoU: IoU of masks, not Dice-like. Masks."
    cells = [nbformat.v4.new_markdown_cell("mask"), nbformat.v4.new_markdown_cell(text)]
    assert [term.name for term in link_terms(cells, "en", "../")] == ["Predicted IoU", "IoU", "Mask"]
    assert cells[0].source == "mask"
    plain = re.sub(r"\[([^\]]+)\]\(\.\./glossary\.md#\S+ \"[^\"]+\"\)", r"<\1>", cells[1].source)
    assert plain == (
        "# Masks\n\n`mask` and $mask$, [a mask](x.md). "
        "<Predicted IoU>: <IoU> of <masks>, not Dice-like. Masks."
    )


@each_lesson
def test_headings_go_down_one_step_at_a_time_and_sections_count_up(target: Target) -> None:
    text = prose(stored(target))
    levels = [len(hashes) for hashes in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    sections = [int(number) for number in re.findall(r"^## (\d+) · ", text, re.MULTILINE)]
    assert sections == list(range(1, len(sections) + 1))
    assert len(sections) >= 3


@each_notebook
def test_the_licence_stands_at_the_end(target: Target) -> None:
    last = stored(target).cells[-1].source
    assert "CC BY 4.0" in last
    assert "Apache-2.0" in last


@each_notebook
def test_the_cell_for_colab_is_first_and_elsewhere_only_says_so(target: Target) -> None:
    title, cell = stored(target).cells[:2]
    assert title.source.startswith("# ")
    assert cell.id == COLAB
    assert "%" not in cell.source
    assert [output.text for output in cell.outputs] == [f"{nothing_to_install(cell.source)}\n"]


def nothing_to_install(source: str) -> str:
    """What the cell for Colab writes elsewhere: its last line prints that."""
    last = ast.parse(source).body[-1]
    assert isinstance(last, ast.If)
    (text,) = (node.value for node in ast.walk(last.orelse[-1]) if isinstance(node, ast.Constant))
    return str(text)


def test_in_colab_the_package_comes_in_a_range_of_its_own_version_or_from_the_stamped_address() -> None:
    assert Requirement(package_in(colab_cell("en", None))).specifier.contains(segwidgets.__version__)
    assert not Requirement(package_in(colab_cell("en", None))).specifier.contains("1!0")
    address = Address("owner/name", "main")
    assert (
        package_in(colab_cell("es", address)) == "segwidgets[torch] @ git+https://github.com/owner/name@main"
    )


def package_in(source: str) -> str:
    found = re.search(r'^    package = "(.*)"$', source, re.MULTILINE)
    assert found
    return found[1]


@each_lesson
def test_versions_come_first(target: Target) -> None:
    _, first = [cell for cell in stored(target).cells if cell.cell_type == "code"][:2]
    assert first.source.splitlines()[-1] == f'start({lesson_number(target)}, lang="{target.lang}")'
    assert "numpy" in first.outputs[0].text


@each_notebook
def test_code_comes_in_small_bites(target: Target) -> None:
    notebook = stored(target)
    lengths = [len([line for line in source.splitlines() if line.strip()]) for source in code(notebook)]
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= 20
    lines = [line for source in code(notebook) for line in source.splitlines()]
    assert max(len(line) for line in lines if "git+https://" not in line) <= 88
    kinds = "".join(cell.cell_type[0] for cell in notebook.cells)
    assert "ccc" not in kinds


@each_source
def test_code_is_the_same_in_every_language_but_for_its_texts(source: Path) -> None:
    """Compared as syntax trees with the strings taken out."""

    def bare(text: str) -> str:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
        return ast.dump(tree)

    for solutions in (False, True):
        first, *others = (code(stored(Target(source, lang, solutions))) for lang in LANGUAGES)
        for other in others:
            assert [bare(text) for text in first] == [bare(text) for text in other]


@each_source
def test_every_piece_of_prose_is_there_in_every_language(source: Path) -> None:
    """English comes first, then each other language, of about the same length and not the same."""
    cells = [cell for cell in jupytext.read(source, fmt="py:percent").cells if cell.cell_type == "markdown"]
    assert len(cells) % len(LANGUAGES) == 0
    for start in range(0, len(cells), len(LANGUAGES)):
        first, *others = cells[start : start + len(LANGUAGES)]
        tags = [cell.metadata["tags"] for cell in (first, *others)]
        assert tuple(tag for tag, *_ in tags) == LANGUAGES, first.source
        for other, other_tags in zip(others, tags[1:], strict=True):
            assert tags[0][1:] == other_tags[1:]
            assert first.source.strip() != other.source.strip()
            assert 0.6 < len(other.source) / len(first.source) < 1.7, other.source
            for mark in ("](http", "`", "$", "**"):
                assert first.source.count(mark) == other.source.count(mark), (mark, other.source)
            assert re.findall(r"\((https://arxiv[^)]*)\)", first.source) == re.findall(
                r"\((https://arxiv[^)]*)\)", other.source
            )


@pytest.mark.parametrize("target", [t for t in TARGETS if not t.solutions], ids=name)
def test_decimals_in_prose_have_the_language_s_sign(target: Target) -> None:
    """As in hints and quizzes; code, its output, links and formulas have a point in every language."""
    text = re.sub(r"`[^`]*`|\$[^$]*\$", "", LINK.sub("", prose(stored(target))))
    other = "." if "," in Phrases(target.lang).general(0.5) else ","
    found = set(re.findall(rf"(?<![\d.,])\d+{re.escape(other)}\d+(?![\d.,]\d)", text))
    assert not found - set(exercises())


@each_lesson
def test_three_to_five_exercises_each_asked_checked_and_unsolved(target: Target) -> None:
    number = lesson_number(target)
    notebook = stored(target)
    asked = re.findall(rf"^### ({number}\.\d+) · ", prose(notebook), re.MULTILINE)
    assert 3 <= len(asked) <= 5
    assert asked == [each for each in exercises() if each.startswith(f"{number}.")]
    for each in asked:
        cell = next(cell for cell in notebook.cells if f'check("{each}"' in cell.source)
        assert "..." in cell.source
        assert f"… {each} " in cell.outputs[-1].text


@pytest.mark.parametrize("target", [t for t in TARGETS if t.solutions], ids=name)
def test_the_stored_solutions_are_right(target: Target) -> None:
    for cell in stored(target).cells:
        for each in re.findall(r'^check\("([\d.]+)"', cell.source, re.MULTILINE):
            assert f"✓ {each} " in "".join(output.get("text", "") for output in cell.outputs)


LINK = re.compile(r'(?<!!)\[([^\]]*)\]\(([^)\s]*)(?: "[^"]*")?\)')  # address, and what shows under the mouse


@each_notebook
def test_links_lead_somewhere(target: Target) -> None:
    for text, address in LINK.findall(prose(stored(target))):
        assert text.strip()
        if re.match(r"https://[\w.-]+\.\w+(/\S*)?$", address):
            if "arxiv" in address:
                assert re.fullmatch(r"https://arxiv\.org/abs/\d{4}\.\d{4,5}", address)
            continue
        path, _, place = address.partition("#")
        page = (target.path.parent / path).resolve()
        assert page.is_file(), address
        assert not place or place in {term.anchor for term in terms(target.lang)}, address


@each_lesson
def test_the_quiz_can_be_answered_and_explains_each_option(target: Target) -> None:
    questions = read_quiz(lesson_number(target), target.lang)
    assert len(questions) >= 4
    shown = Quiz(questions, target.lang)
    for number, question in enumerate(questions):
        assert [option.right for option in question.options].count(True) == 1
        assert len({option.text for option in question.options}) == len(question.options)
        for position, option in enumerate(question.options):
            assert shown.answer(number, position) == option.right
            assert len(option.why) > 20
            verdict = shown.children[number].children[-1].value
            assert ("✓" if option.right else "✗") in verdict
    assert f"quiz({lesson_number(target)})" in code(stored(target))


def test_a_click_on_a_button_answers() -> None:
    shown = Quiz(read_quiz(0, "en"), "en")
    shown.children[0].children[2].click()
    assert "✓" in shown.children[0].children[-1].value
    assert shown.children[0].children[2].icon == "check"


def test_the_quiz_is_readable_where_there_is_no_widget() -> None:
    bundle, _ = DisplayFormatter().format(Quiz(read_quiz(0, "es"), "es"))  # as a cell's last line
    assert "¿Qué es una máscara?" in bundle["text/plain"]
    assert "c) El nombre de lo que hay ahí." in bundle["text/plain"]


def test_texts_in_code_are_put_in_one_language() -> None:
    source = 'show(x, titles=[L("añó", "ñandú"), L(f"{a}", "b")])  # ñ || u\ny = L("1", "2")  # z'
    assert in_language(source, "es") == 'show(x, titles=["ñandú", "b"])  # u\ny = "2"  # z'
    assert in_language(source, "en") == 'show(x, titles=["añó", f"{a}"])  # ñ\ny = "1"  # z'


def test_a_solution_leaves_only_what_is_to_be_filled_in() -> None:
    source = (
        "secret = 3\n\n\ndef double(x):\n"
        '    """Return twice x."""\n    return x * 2\n\n\nanswer = double(secret)\ncheck("9.1", double)'
    )
    assert without_solution(source, "# your turn") == (
        'def double(x):\n    """Return twice x."""\n    return ...  # your turn\n\n\ncheck("9.1", double)'
    )
    assert without_solution('a = 1\ncheck("9.2", a)', "# te toca") == 'a = ...  # te toca\ncheck("9.2", a)'
    with pytest.raises(SourceError, match="check"):
        without_solution("a = 1", "")


def test_outputs_are_kept_and_numbered_anew_when_the_cell_for_colab_comes_in() -> None:
    old = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1", execution_count=1)])
    old.cells[0].outputs = [nbformat.v4.new_output("execute_result", execution_count=1)]
    new = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("print(2)", id=COLAB), nbformat.v4.new_code_cell("1 + 1")]
    )
    assert take_outputs(new, old)
    assert new.cells[0].outputs[0].text == "2\n"
    assert [cell.execution_count for cell in new.cells] == [1, 2]
    assert new.cells[1].outputs[0].execution_count == 2
    new.cells[1].source = "1 + 2"
    assert not take_outputs(new, old)


@pytest.mark.parametrize(("deaths", "error"), [(0, None), (2, None), (3, "kernel_info"), (9, "kernel_info")])
def test_a_kernel_that_never_began_is_started_anew_but_not_for_ever(
    deaths: int, error: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def execute(client: NotebookClient, **_: Any) -> None:
        begun.append(client)
        if len(begun) <= deaths:
            raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr(NotebookClient, "execute", execute)
    with pytest.raises(RuntimeError, match=error) if error else nullcontext():
        build_notebooks.execute(nbformat.v4.new_notebook(), TARGETS[0])
    assert len(begun) == min(deaths + 1, 3)


def test_a_kernel_that_dies_at_work_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def execute(client: NotebookClient, **_: Any) -> None:
        begun.append(client)
        raise RuntimeError("Kernel died")

    monkeypatch.setattr(NotebookClient, "execute", execute)
    with pytest.raises(RuntimeError, match="died"):
        build_notebooks.execute(nbformat.v4.new_notebook(), TARGETS[0])
    assert len(begun) == 1


@pytest.mark.model
def test_building_twice_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "README.md", tmp_path)
    monkeypatch.setattr("tools.build_notebooks.NOTEBOOKS", tmp_path)
    monkeypatch.setattr("tools.build_notebooks.ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS.parent))
    target = Target(sources()[0], "es", True)
    contents = []
    for _ in range(2):
        build(target)
        contents.append(target.path.read_bytes())
        target.path.unlink()
    assert contents[0] == contents[1]
