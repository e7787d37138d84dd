"""A lesson, an exercise, a quiz question and a reference are one file each, found by themselves.

A copy of the repository gets one more lesson, and all that knows lessons must know it: no line of code is
touched. The lesson needs no model.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from segwidgets import load_image
from segwidgets.course.checks import judge
from segwidgets.masks import encode
from segwidgets.prompts import Prompt
from tests.interpreters import run_notebook
from tools.badges import READMES, Address
from tools.build_notebooks import Target, raw
from tools.lesson_table import (
    BLOCK,
    END,
    SourceError,
    cover_of,
    picture_name,
    sources,
    table,
    title_of,
    write_tables,
)

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("segwidgets", "notebooks/source", "tools", "figures", "benchmarks", "tests/data", "paper")
SOURCE = """\
# %% [markdown] tags=["en"]
# # Lesson 19 · Squares

# %% [markdown] tags=["es"]
# # Lección 19 · Cuadrados

# %%
import numpy as np

from segwidgets.course import check, progress, quiz, show, start

start(19, lang=L("en", "es"))

# %%
show(np.eye(8, dtype=bool))

# %% [markdown] tags=["en", "alt"]
# A diagonal.

# %% [markdown] tags=["es", "alt"]
# Una diagonal.

# %%
show(np.ones((8, 8), dtype=bool))

# %% [markdown] tags=["en", "alt", "cover"]
# A white square.

# %% [markdown] tags=["es", "alt", "cover"]
# Un cuadrado blanco.

# %% [markdown] tags=["en"]
# Cut it out.

# %% [markdown] tags=["es"]
# Recórtalo.

# %% tags=["solution"]
square = np.zeros((300, 451), dtype=bool)
square[10:50, 20:90] = True
check("19.1", square)

# %%
quiz(19)

# %%
progress(19)
"""
EXERCISE = '''\
"""The exercise of a lesson that a test makes up."""

from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_mask
from segwidgets.course.registry import exercise


@exercise("19.1")
def cut_out_the_square(answer, tr):
    """Ask for a mask of the square."""
    judge_mask(answer, reference_mask("cat", "square"), tr)
    return "Four corners."
'''
QUESTION = """\
[[question]]
en = "How many corners has a square{more}?"
es = "¿Cuántas esquinas tiene un cuadrado{more}?"

[[question.option]]
en = "Four."
es = "Cuatro."
right = true
why_en = "Count them."
why_es = "Cuéntalas."
"""


slow = pytest.mark.model  # no model, but kernels are started: `make quick` leaves these out


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with one more lesson, built."""
    root = tmp_path_factory.mktemp("repository")
    for name in KEPT:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*READMES.values(), "CITATION.cff"):
        shutil.copy(ROOT / name, root)
    for lesson in sources():
        for lang in READMES:  # the neighbours' footers lead there
            (root / "notebooks" / lang).mkdir(exist_ok=True)
            shutil.copy(ROOT / "notebooks" / lang / f"{lesson.stem}.ipynb", root / "notebooks" / lang)
    (root / "notebooks/source/19_draw_squares.py").write_text(SOURCE, "utf-8")
    course = root / "segwidgets/course"
    (course / "exercises/squares.py").write_text(EXERCISE, "utf-8")
    (course / "quizzes/lesson_19.toml").write_text(QUESTION.format(more=""), "utf-8")
    (course / "quizzes/lesson_19_more.toml").write_text(QUESTION.format(more=" of cheese"), "utf-8")
    square = np.zeros((300, 451), bool)
    square[10:50, 20:90] = True
    objects = [{"image": "cat", "object": "square", "segmentation": encode(square)}]
    (root / "tests/data/references_squares.json").write_text(json.dumps({"objects": objects}), "utf-8")
    python(root, "tools/pack_references.py")
    python(root, "tools/build_notebooks.py", "19")
    return root


def python(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root), "SEGWIDGETS_PROGRESS": str(root / "progress.json")}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(notebook: Path) -> str:
    cells = nbformat.read(notebook, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


@slow
def test_it_is_built_in_both_languages_with_and_without_its_solutions(copy: Path) -> None:
    for lang, sign in (("en", "… 19.1 Your turn."), ("es", "… 19.1 Te toca.")):
        plain = copy / f"notebooks/{lang}/19_draw_squares.ipynb"
        assert sign in written(plain)
        assert "✓ 19.1" in written(copy / f"notebooks/{lang}/solutions/19_draw_squares.ipynb")
        footer = nbformat.read(plain, as_version=4).cells[-1].source
        before = max(one.stem for one in sources() if one.stem < "19")
        assert f"{before}.ipynb" in footer
    assert "Lesson 19: 1 of 1   19.1 ✓" in written(copy / "notebooks/en/solutions/19_draw_squares.ipynb")


@slow
def test_its_questions_are_asked_those_of_further_files_too(copy: Path) -> None:
    code = "from segwidgets.course import quiz; print(repr(quiz(19, 'es')))"
    asked = python(copy, "-c", code)
    assert "1. ¿Cuántas esquinas tiene un cuadrado?" in asked
    assert "2. ¿Cuántas esquinas tiene un cuadrado of cheese?" in asked


@slow
def test_checks_and_progress_know_its_exercise(copy: Path) -> None:
    code = "import numpy as np; from segwidgets.course import check; check('19.1', np.ones((300, 451), bool))"
    assert "✗ 19.1 Not yet. The mask covers the whole photo" in python(copy, "-c", code)
    shown = python(copy, "-m", "segwidgets", "progress", str(copy))
    assert "Lesson 19: 0 of 1   19.1" in shown
    assert "Lesson 7:" in shown


@slow
@pytest.mark.parametrize(("lang", "title"), [("en", "Squares"), ("es", "Cuadrados")])
def test_the_readme_has_its_row_and_nothing_else_new(copy: Path, lang: str, title: str) -> None:
    before, after = ((root / READMES[lang]).read_text("utf-8").splitlines() for root in (ROOT, copy))
    (row,) = [line for line in after if line not in before]
    assert row.startswith(f"| 19 | [{title}](notebooks/{lang}/19_draw_squares.ipynb) | ![")
    assert row.endswith(f"{title}](figures/lesson_19.png) |")
    assert len(after) == len(before) + 1


@slow
def test_badges_stamp_it(copy: Path) -> None:
    python(copy, "tools/badges.py", "--repo", "owner/name", "--branch", "main")
    python(copy, "tools/build_notebooks.py", "19", "--keep", "--lang", "es")
    text = nbformat.read(copy / "notebooks/es/19_draw_squares.ipynb", as_version=4).cells[0].source
    badges = Address("owner/name", "main").badges("notebooks/es/19_draw_squares.ipynb", "es")
    assert text.splitlines()[:3] == ["# Lección 19 · Cuadrados", "", badges]


@slow
def test_its_cover_is_drawn_and_its_memory_can_be_measured(copy: Path) -> None:
    code = (
        "from pathlib import Path; from figures.draw import thumbnail;"
        "from tools.lesson_table import cover_of, sources; from benchmarks.kernel_memory import targets;"
        "added = next(one for one in sources() if one.stem.startswith('19'));"
        "path = thumbnail(added, cover_of(added), Path('figures'));"
        "from PIL import Image; print(path.name, Image.open(path).convert('RGB').getpixel((9, 100)));"
        "print('19_draw_squares.ipynb' in [target.path.name for target in targets()])"
    )
    assert python(copy, "-c", code).splitlines() == ["lesson_19.png (255, 255, 255)", "True"]


@pytest.mark.parametrize("lang", READMES)
def test_the_readmes_tables_are_what_the_sources_say(lang: str) -> None:
    block = BLOCK.search((ROOT / READMES[lang]).read_text("utf-8"))
    assert block, READMES[lang]
    assert table(lang) in block[0], "run tools/build_notebooks.py"


def test_what_a_person_wrote_beside_the_table_stays(tmp_path: Path) -> None:
    for name in READMES.values():
        text = (ROOT / name).read_text("utf-8")
        (tmp_path / name).write_text(
            text.replace("|\n<!-- /lessons", "|\nMind the gap.\n<!-- /lessons", 1), "utf-8"
        )
    write_tables(tmp_path)
    for name in READMES.values():
        text = (tmp_path / name).read_text("utf-8")
        assert text.replace("\n\nMind the gap.", "") == (ROOT / name).read_text("utf-8")
        assert text.index(END) < text.index("Mind the gap.")
    (tmp_path / "README.md").write_text("# segwidgets\n", "utf-8")
    with pytest.raises(SourceError, match=r"README\.md has no <!-- lessons"):
        write_tables(tmp_path)


def test_each_stored_lesson_has_a_cover_and_its_picture_lies_with_the_figures() -> None:
    for source in sources():
        assert cover_of(source) is not None
        assert (ROOT / "figures" / picture_name(source)).is_file()


def test_a_source_without_a_title_or_with_two_covers_is_named(tmp_path: Path) -> None:
    source = tmp_path / "19_x.py"
    source.write_text(SOURCE.replace("# # Lección 19", "# # 8"), "utf-8")
    assert title_of(source, "en") == "Squares"
    with pytest.raises(SourceError, match=r"19_x\.py must begin with '# Lesson N"):
        title_of(source, "es")
    source.write_text(SOURCE.replace('"alt"]', '"alt", "cover"]'), "utf-8")
    with pytest.raises(SourceError, match="has 2 covers"):
        cover_of(source)


@pytest.mark.model
@pytest.mark.parametrize("size", [(300, 200), pytest.param((90, 240), marks=pytest.mark.long)])
def test_lesson_7_runs_with_a_photo_of_ones_own_of_any_size(size: tuple[int, int], tmp_path: Path) -> None:
    """Width and height; the places to click on are the sample's, moved along."""
    Image.fromarray(load_image("cat")).resize(size).save(tmp_path / "mine.png")
    notebook = nbformat.read(ROOT / "notebooks/en/07_your_own_photo.ipynb", 4)
    chosen = [cell for cell in notebook.cells if 'PHOTO = "coffee"' in cell.source]
    assert len(chosen) == 1
    chosen[0].source = chosen[0].source.replace('"coffee"', '"mine.png"')
    variables = {**os.environ, "SEGWIDGETS_PROGRESS": str(tmp_path / "progress.json")}
    run_notebook(Path(sys.executable), notebook, tmp_path, tmp_path / "kernels", variables)


@pytest.mark.parametrize("lang", READMES)
def test_the_solutions_reflection_is_right_of_the_lessons_photo_and_of_no_other(lang: str) -> None:
    target = Target(ROOT / "notebooks/source/07_your_own_photo.py", lang, True)
    cell = next(cell for cell in raw(target)[0].cells if cell.source.startswith("my_reflection"))
    text = ast.literal_eval(ast.parse(cell.source).body[0].value)  # type: ignore[attr-defined]
    photo = load_image("coffee")
    assert "the solution's own" in judge("7.4", (photo, text), "en").message
    assert judge("7.4", (photo, text), "en").state == "right"
    reworded = text.replace("red", "blue").replace("Esperaba", "Pensaba").replace("chose", "took")
    for answer in (text, (photo[1:], text), (load_image("cat"), text), (load_image("cat"), reworded)):
        verdict = judge("7.4", answer, "en")
        assert verdict.known
        assert "the solution's words" in verdict.message
    own = "I expected the whole cup and got coffee alone, 12554 pixels of it. " * 2 + (
        "A box helped, and then a point upon the handle; the spoon I erased by hand, for SAM kept taking it."
    )
    assert judge("7.4", (photo, own), "en").message == "45 words, and numbers to check them by."
    assert judge("7.4", own, "en").state == "right"


def test_a_tick_for_the_lessons_own_photo_says_that_it_is_not_the_students() -> None:
    prompt = Prompt([(300, 180), (20, 20)], [1, 0])
    assert "for one of your own" in judge("7.1", (load_image("coffee"), prompt), "en").message
    assert "for one of your own" not in judge("7.1", (load_image("coffee")[1:], prompt), "en").message
