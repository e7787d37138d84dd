"""`make badges`: the READMEs and the lessons lead to Colab and Binder, wherever the repository lies."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from tools.address import authors
from tools.badges import BEGIN, END, READMES, ROOT, Address, stamp, stamp_citation, stamped_address
from tools.build_notebooks import COLAB, Target, build, sources

LESSONS = [Target(sources()[2], "en", False), Target(sources()[2], "es", True)]
FIRST, SECOND = Address("owner/name", "main"), Address("other-owner/a.name", "feature/x")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of both READMEs and of a lesson, not stamped, which is what the builder works on."""
    for name in READMES.values():
        text = (ROOT / name).read_text("utf-8")
        bare = re.sub(f"{BEGIN}.*?{END}", f"{BEGIN}\nNot stamped.\n{END}", text, flags=re.DOTALL)
        (tmp_path / name).write_text(bare, "utf-8")
    for target in LESSONS:
        copy = tmp_path / target.path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(target.path, copy)
    monkeypatch.setattr("tools.build_notebooks.ROOT", tmp_path)
    monkeypatch.setattr("tools.build_notebooks.NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr("tools.build_notebooks.execute", never)
    rebuild()
    return tmp_path


def never(notebook: object, target: Target) -> None:
    raise AssertionError(f"{target.path} was run anew")


def rebuild() -> None:
    for target in LESSONS:
        build(target, keep=True)


def contents(tree: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}


def links(text: str) -> list[str]:
    return re.findall(r"(?<=\]\()https://(?:colab\.research|mybinder)[^)]*", text)


def test_badges_lead_to_lesson_0_from_the_readmes(tree: Path) -> None:
    stamp(FIRST, tree)
    for lang, name in READMES.items():
        block = (tree / name).read_text("utf-8").split(BEGIN)[1].split(END)[0]
        lesson = f"notebooks/{lang}/00_start_here.ipynb"
        assert links(block) == [
            "https://colab.research.google.com/assets/colab-badge.svg",
            f"https://colab.research.google.com/github/owner/name/blob/main/{lesson}",
            "https://mybinder.org/badge_logo.svg",
            f"https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/{lesson}",
        ]
        assert (ROOT / lesson).is_file()


def test_nothing_of_a_readme_changes_but_the_block(tree: Path) -> None:
    before = [(tree / name).read_text("utf-8").replace("Not stamped.", "") for name in READMES.values()]
    stamp(FIRST, tree)
    after = [
        re.sub(r"(?<=\n)\[!\[[^\n]*mybinder[^\n]*", "", (tree / name).read_text("utf-8"))
        for name in READMES.values()
    ]
    assert after == before


def test_each_notebook_has_its_own_badges_beneath_its_title_and_keeps_its_outputs(tree: Path) -> None:
    before = [nbformat.read(target.path, as_version=4) for target in LESSONS]
    stamp(FIRST, tree)
    rebuild()
    for target, old in zip(LESSONS, before, strict=True):
        new = nbformat.read(target.path, as_version=4)
        here = target.path.relative_to(tree).as_posix()
        title, nothing, badges, *rest = new.cells[0].source.splitlines()
        assert nothing == ""
        assert links(badges)[1::2] == [
            f"https://colab.research.google.com/github/owner/name/blob/main/{here}",
            f"https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/{here}",
        ]
        assert [title, *rest] == old.cells[0].source.splitlines()
        assert new.cells[1].id == COLAB
        assert '"segwidgets[torch] @ git+https://github.com/owner/name@main"' in new.cells[1].source
        assert new.cells[2:] == old.cells[2:]


def test_a_second_run_changes_no_byte(tree: Path) -> None:
    stamp(FIRST, tree)
    rebuild()
    before = contents(tree)
    stamp(FIRST, tree)
    rebuild()
    assert contents(tree) == before


def test_another_address_takes_the_place_of_the_first(tree: Path) -> None:
    stamp(SECOND, tree)
    rebuild()
    straight = contents(tree)
    stamp(FIRST, tree)
    rebuild()
    assert contents(tree) != straight
    stamp(SECOND, tree)
    rebuild()
    assert contents(tree) == straight
    assert not any(b"owner/name" in content.replace(b"other-owner", b"") for content in straight.values())


def test_the_readme_keeps_the_address(tree: Path) -> None:
    assert stamped_address(tree / "README.md") is None
    for address in (FIRST, SECOND):
        stamp(address, tree)
        assert stamped_address(tree / "README.md") == address
        assert stamped_address(tree / "README.es.md") == address


def test_a_branch_with_a_slash_is_one_part_of_binders_address() -> None:
    badges = SECOND.badges("notebooks/en/07_x.ipynb", "en")
    assert "Open lesson 7 in Google Colab" in badges
    assert "/blob/feature/x/notebooks/en/07_x.ipynb)" in badges
    assert "/v2/gh/other-owner/a.name/feature%2Fx?urlpath=lab/tree/notebooks/en/07_x.ipynb)" in badges


@pytest.mark.parametrize(
    ("repo", "branch", "said"),
    [
        ("", "main", "REPO must be .* REPO=owner/name, got ''"),
        ("name", "main", "got 'name'"),
        ("https://github.com/owner/name", "main", "REPO must be"),
        ("owner/name.git", "main", "REPO must be"),
        ("owner/na me", "main", "REPO must be"),
        ("owner/name)", "main", "REPO must be"),
        ("owner/..", "main", "REPO must be"),
        ("owner/name", "", "BRANCH must be .* BRANCH=main, got ''"),
        ("owner/name", "-x", "BRANCH must be"),
        ("owner/name", "a b", "BRANCH must be"),
        ("owner/name", "a//b", "BRANCH must be"),
        ("owner/name", "a..b", "BRANCH must be"),
        ("owner/name", "x.lock", "BRANCH must be"),
        ("owner/name", "main\n", "BRANCH must be"),
    ],
)
def test_what_is_no_address_is_refused(repo: str, branch: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Address(repo, branch)


def test_a_readme_without_a_place_for_badges_is_named_and_neither_is_touched(tree: Path) -> None:
    (tree / "README.es.md").write_text("# segwidgets\n", "utf-8")
    before = contents(tree)
    with pytest.raises(ValueError, match=r"README\.es\.md has no <!-- badges -->"):
        stamp(FIRST, tree)
    assert contents(tree) == before


def test_the_command_says_in_a_sentence_what_is_wrong() -> None:
    command = [sys.executable, ROOT / "tools/badges.py", "--repo", "", "--branch", "main"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "REPO must be a GitHub repository as in REPO=owner/name, got ''\n"


def test_both_readmes_say_how_to_stamp_them_or_are_stamped() -> None:
    for name in READMES.values():
        text = (ROOT / name).read_text("utf-8")
        assert "make badges REPO=" in text or stamped_address(ROOT / name)


def test_citation_and_paper_name_the_repository_and_the_authors(tmp_path: Path) -> None:
    (tmp_path / "paper").mkdir()
    for name in ("CITATION.cff", "paper/paper.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    stamp_citation(FIRST, ["Zoë de la Cruz", "Name"], tmp_path)
    citation = yaml.safe_load((tmp_path / "CITATION.cff").read_text("utf-8"))
    assert citation["authors"] == [{"name": "Zoë de la Cruz"}, {"name": "Name"}]
    assert citation["repository-code"] == "https://github.com/owner/name"
    assert authors((tmp_path / "CITATION.cff").read_text("utf-8")) == ["Zoë de la Cruz", "Name"]
    front = yaml.safe_load((tmp_path / "paper/paper.md").read_text("utf-8").split("---")[1])
    assert [one["name"] for one in front["authors"]] == ["Zoë de la Cruz", "Name"]
    before = (tmp_path / "CITATION.cff").read_bytes()
    stamp_citation(FIRST, [], tmp_path)  # who wrote it stays
    assert (tmp_path / "CITATION.cff").read_bytes() == before
    stamp_citation(SECOND, [], tmp_path)
    assert "other-owner/a.name" in (tmp_path / "CITATION.cff").read_text("utf-8")
    with pytest.raises(ValueError, match="quotation mark"):
        stamp_citation(FIRST, ['a"b'], tmp_path)
