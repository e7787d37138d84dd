"""`segwidgets lessons`: they are copied and renewed, and what a person did in them stays."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from segwidgets.cli import app
from segwidgets.course import handing_out
from segwidgets.course.handing_out import GLOSSARY, Handed, hand_out, language_in, lesson_files, look_at

ROOT = Path(__file__).resolve().parent.parent
FIRST, SECOND = "00_start_here.ipynb", "01_prepare_image.ipynb"
LANGUAGES = ("en", "es")


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A package whose first two lessons are newer than those which were handed out before it is asked for."""
    files = lesson_files("en")
    return {name: content.replace(b'"cells"', b'"cells" ') for name, content in files.items()}


def renew(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    monkeypatch.setattr(handing_out, "lesson_files", lambda lang="en", solutions=False: files)


def states(handed: list[Handed]) -> dict[str, str]:
    return {one.name: one.state for one in handed}


def work_in(path: Path) -> bytes:
    """Do what a student does: run a cell, write an answer, save."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="mine\n")]
    nbformat.write(notebook, path)
    return path.read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_copied_is_the_built_lessons_without_outputs(lang: str, tmp_path: Path) -> None:
    hand_out(tmp_path, lang, solutions=True)
    built = ROOT / "notebooks" / lang
    copies = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.ipynb"))
    assert (tmp_path / GLOSSARY).read_bytes() == (built / GLOSSARY).read_bytes()
    assert copies == sorted(
        path.relative_to(built).as_posix()
        for path in built.rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    )
    for name in copies:
        copy, original = (nbformat.read(folder / name, as_version=4) for folder in (tmp_path, built))
        nbformat.validate(copy)
        assert [cell.id for cell in copy.cells] == [cell.id for cell in original.cells]
        assert [c.source for c in copy.cells[:-1]] == [c.source for c in original.cells[:-1]]
        assert all(cell.get("outputs", []) == [] for cell in copy.cells)


@pytest.mark.parametrize("solutions", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_in_them_leads_somewhere(lang: str, solutions: bool, tmp_path: Path) -> None:
    hand_out(tmp_path, lang, solutions)
    followed = 0
    for path in tmp_path.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        for source in (cell.source for cell in cells if cell.cell_type == "markdown"):
            for target in re.findall(r"\]\((?!\w+:|#|attachment)([^)\s#]+)(?:#\S+ \"[^\"]+\")?\)", source):
                assert (path.parent / target).is_file(), f"{path.name}: {target}"
                followed += 1
    assert followed >= 14


def test_solutions_come_only_when_asked(tmp_path: Path) -> None:
    assert not any("/" in one.name for one in hand_out(tmp_path))
    assert not (tmp_path / "solutions").exists()
    added = states(hand_out(tmp_path, solutions=True))
    assert added[FIRST] == "same"
    assert added[f"solutions/{FIRST}"] == "new"


def test_what_a_student_did_stays_and_the_rest_is_brought_up_to_date(
    tmp_path: Path, newer: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(tmp_path)
    mine = work_in(tmp_path / FIRST)
    renew(monkeypatch, newer)
    found = states(hand_out(tmp_path))
    assert (found[FIRST], found[SECOND]) == ("beside", "renewed")
    assert (tmp_path / FIRST).read_bytes() == mine
    assert (tmp_path / "00_start_here_new.ipynb").read_bytes() == newer[FIRST]
    assert (tmp_path / SECOND).read_bytes() == newer[SECOND]


def test_again_with_the_same_lessons_nothing_is_written(tmp_path: Path) -> None:
    hand_out(tmp_path)
    mine = work_in(tmp_path / FIRST)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    found = states(hand_out(tmp_path))
    assert found.pop(FIRST) == "yours"
    assert set(found.values()) == {"same"}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert (tmp_path / FIRST).read_bytes() == mine


def test_work_in_the_newer_one_beside_stays_too(
    tmp_path: Path, newer: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(tmp_path)
    work_in(tmp_path / FIRST)
    renew(monkeypatch, newer)
    hand_out(tmp_path)
    mine = work_in(tmp_path / "00_start_here_new.ipynb")
    hand_out(tmp_path)
    assert (tmp_path / "00_start_here_new.ipynb").read_bytes() == mine


@pytest.mark.parametrize("content", [b"", b"my diary", b'{"cells": 5}'])
def test_a_file_that_happens_to_have_a_lessons_name_stays(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FIRST).write_bytes(content)
    found = hand_out(tmp_path)[0]
    assert (found.state, found.beside) == ("beside", "00_start_here_new.ipynb")
    assert (tmp_path / FIRST).read_bytes() == content
    assert (tmp_path / found.beside).read_bytes() == lesson_files()[FIRST]


def test_links_and_folders_in_the_way_stay(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.ipynb"
    elsewhere.write_text("far away")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / FIRST).symlink_to(elsewhere)
    (folder / SECOND).mkdir()
    hand_out(folder)
    assert elsewhere.read_text() == "far away"
    assert (folder / FIRST).is_symlink()
    assert (folder / SECOND).is_dir()
    assert (folder / "00_start_here_new.ipynb").is_file()


def test_a_link_in_place_of_a_lesson_stays_and_what_it_leads_to_too(
    tmp_path: Path, newer: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    hand_out(folder)
    (folder / FIRST).rename(tmp_path / FIRST)
    (folder / FIRST).symlink_to(tmp_path / FIRST)
    before = (tmp_path / FIRST).read_bytes()
    renew(monkeypatch, newer)
    assert states(hand_out(folder))[FIRST] == "beside"
    assert (folder / FIRST).is_symlink()
    assert (tmp_path / FIRST).read_bytes() == before


def test_without_a_language_the_folders_own_goes_on(tmp_path: Path) -> None:
    hand_out(tmp_path, "es")
    for path in tmp_path.glob("*.ipynb"):
        work_in(path)
    (tmp_path / FIRST).write_text("{")
    assert language_in(tmp_path) == "es"
    assert set(states(hand_out(tmp_path)).values()) == {"yours", "same"}  # the glossary
    assert language_in(tmp_path / "none") is None


def test_check_says_what_is_out_of_date_and_changes_nothing(
    tmp_path: Path, newer: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = CliRunner()
    hand_out(tmp_path, "en")
    assert command.invoke(app, ["lessons", str(tmp_path), "--check"]).exit_code == 0
    (tmp_path / SECOND).unlink()
    renew(monkeypatch, newer)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = command.invoke(app, ["lessons", str(tmp_path), "--check"])
    assert done.exit_code == 1
    assert f"Not there: {SECOND}." in done.output
    assert f"Out of date, nobody has changed them: {FIRST}," in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert states(look_at(tmp_path))[FIRST] == "old"


def test_the_command_speaks_the_lessons_language(tmp_path: Path) -> None:
    command = CliRunner()
    done = command.invoke(app, ["lessons", str(tmp_path / "es"), "--lang", "es"])
    assert done.output.startswith(f"Copiadas: {FIRST}, ")
    assert "jupyter lab" in done.output or 'pip install "segwidgets[lab]"' in done.output
    assert command.invoke(app, ["lessons", str(tmp_path / "es")]).output.startswith("Al día: ")


def test_a_language_that_there_is_not_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lang must be one of en, es"):
        hand_out(tmp_path / "new", "xx")
    assert not (tmp_path / "new").exists()


def test_handing_out_what_was_handed_out_changes_nothing() -> None:
    files = lesson_files("es", solutions=True)
    assert list(files)[-1] == GLOSSARY
    files.pop(GLOSSARY)
    for name, content in files.items():
        assert handing_out.as_handed_out(content.decode(), "es").encode() == content, name
        assert json.loads(content)["metadata"]["segwidgets"] == {"lang": "es"}
