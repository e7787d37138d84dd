"""What a person wrote or added is never removed, whatever is written anew, killed or done twice at once."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from filelock import FileLock

from segwidgets.course.solved import read_progress, record
from segwidgets.exports import export
from segwidgets.ground.files import HIDDEN, replace_file
from segwidgets.ground.keeping import MANIFEST, Outbox, numbered, set_aside
from segwidgets.widgets.click_segmenter import ClickSegmenter
from segwidgets.widgets.session.outcome import work
from segwidgets.widgets.session.session import Session
from segwidgets.workshop.delivery import LAYOUTS, DeliveryError
from segwidgets.workshop.places import LOCK, HiddenPlace
from segwidgets.workshop.report import read_template
from segwidgets.workshop.sections import join_sections, merge, section_hashes, split_sections
from segwidgets.workshop.staging import Place, staging
from segwidgets.workshop.takeover import list_files, seal
from tests.fake_front import StubSegmenter

OWN = "I expected the ear and got the whole cat; the whiskers are lost, and the wall leaks in on the right."
TITLES = {"en": "Reflection", "es": "Reflexión"}


def deliver(
    folder: Path, lang: str = "en", photo: bytes = b"photo", force: bool = False, run: str = "1"
) -> Place:
    """Write a workshop as `make_workshop` does, with a few bytes for each picture."""
    layout = LAYOUTS[lang]
    with staging(folder, force, lang) as place:
        for part in (layout.input, layout.masks, layout.results):
            (place / part).mkdir()
        (place / f"{layout.input_stem}.png").write_bytes(photo)
        for index in range(2):
            (place / layout.mask(index)).write_bytes(f"mask {index} {run}".encode())
            (place / layout.coloured(index)).write_bytes(f"coloured {index} {run}".encode())
        files = list_files(place.path, layout, f"{layout.input_stem}.png", is_photo_ours=False)

        def finish(final: Path) -> None:
            report = (
                read_template(lang)
                .replace("$tree", f"{final.name}/\n└── README.md")
                .replace("$prompt_text", run)
            )
            (place / layout.readme).write_text(report, "utf-8")
            whole = {"files": files, "sections": section_hashes(report)}
            (place / layout.analysis).write_text(seal(json.dumps(whole, indent=2), layout.analysis), "utf-8")

        place.finish = finish
    return place


def reflect(folder: Path, lang: str = "en", own: str = OWN) -> None:
    readme = folder / "README.md"
    sections = [
        (title, f"\n{own}\n" if title == TITLES[lang] else text)
        for title, text in split_sections(readme.read_text("utf-8"))
    ]
    readme.write_text(
        "\n".join(f"## {title}\n{text}" if title else text for title, text in sections), "utf-8"
    )


def everything(folder: Path) -> str:
    """All that the texts in a folder and its subfolders say."""
    return "\n".join(
        path.read_text("utf-8", errors="replace") for path in sorted(folder.rglob("*")) if path.is_file()
    )


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_force_keeps_the_reflection_and_every_file_of_the_students(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    reflect(folder)
    (folder / "notes").mkdir()
    (folder / "notes/ideas.txt").write_text("mine")
    (folder / "output_masks/mask_2.png").write_bytes(b"my own mask")
    (folder / "empty").mkdir()
    (folder / "link").symlink_to("notes/ideas.txt")
    place = deliver(folder, force=True, run="2")
    assert place.kept is None
    assert OWN in (folder / "README.md").read_text("utf-8")
    assert (folder / "notes/ideas.txt").read_text() == "mine"
    assert (folder / "output_masks/mask_2.png").read_bytes() == b"my own mask"
    assert (folder / "empty").is_dir()
    assert os.readlink(folder / "link") == "notes/ideas.txt"
    assert (folder / "output_masks/mask_0.png").read_bytes() == b"mask 0 2"
    assert set(place.taken) == {"README.md: Reflection", "notes/ideas.txt", "output_masks/mask_2.png", "link"}
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


def test_force_again_and_again_keeps_them_still(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    reflect(folder)
    (folder / "mine.txt").write_text("mine")
    for run in "234":
        deliver(folder, force=True, run=run)
        assert OWN in (folder / "README.md").read_text("utf-8")
        assert (folder / "mine.txt").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


def test_force_on_a_folder_that_nobody_touched_leaves_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    place = deliver(folder, force=True, run="2")
    assert (place.kept, place.taken, place.clashes) == (None, (), ())
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


def edit(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content)  # type: ignore[return-value]


def replace_in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return change


BOTH_CHANGED: dict[str, Callable[[Path], None]] = {
    "a mask painted over": edit("output_masks/mask_0.png", b"painted by me"),
    "a coloured picture": edit("results/mask_colored_1.png", b"painted by me"),
    "the photo": edit("input_images/image.png", b"painted by me"),
    "the numbers": replace_in("results/analysis.json", "{", '{"note": "painted by me",'),
    "a section that is new each time": replace_in(
        "README.md", "## Prompts\n", "## Prompts\n\npainted by me\n"
    ),
    "a report in Latin-1": edit("README.md", "# Título: painted by me".encode("latin-1")),
}


@pytest.mark.parametrize("name", BOTH_CHANGED)
def test_where_both_changed_the_old_folder_is_kept_beside(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    reflect(folder)
    BOTH_CHANGED[name](folder)
    before = everything(folder)
    place = deliver(folder, force=True, photo=b"another photo", run="2")
    assert place.kept == tmp_path / "work_old"
    assert place.clashes
    assert everything(place.kept) == before
    assert "painted by me" in before
    assert (folder / "output_masks/mask_0.png").read_bytes() == b"mask 0 2"
    again = deliver(folder, force=True, photo=b"a third photo", run="3")
    assert again.kept == tmp_path / "work_old_2"
    assert everything(tmp_path / "work_old") == before


def test_the_only_copy_of_a_photo_is_never_removed(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder, photo=b"from a camera")
    deliver(folder, photo=b"from a camera", force=True, run="2")
    assert names(tmp_path)[0].startswith("work/")
    place = deliver(folder, photo=b"another", force=True, run="3")
    assert place.kept is not None
    assert (place.kept / "input_images/image.png").read_bytes() == b"from a camera"


def test_a_workshop_in_the_other_language_takes_the_reflection_over(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder, "en")
    reflect(folder, "en")
    (folder / "mine.txt").write_text("mine")
    deliver(folder, "es", force=True, run="2")
    readme = (folder / "README.md").read_text("utf-8")
    assert f"## Reflexión\n\n{OWN}" in readme
    assert "## Objetivo" in readme
    assert (folder / "mine.txt").read_text() == "mine"
    kept = [path for path in tmp_path.iterdir() if path.name != "work"]
    assert [path.name for path in kept] == ["work_old"]  # its photo lay under another name


def test_a_workshop_without_a_list_of_its_files_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    reflect(folder)
    (folder / "results/analysis.json").write_text("{}")
    (folder / "mine.txt").write_text("mine")
    place = deliver(folder, force=True, run="2")
    assert place.kept is not None
    assert OWN in (folder / "README.md").read_text("utf-8")
    assert (folder / "mine.txt").read_text() == "mine"
    assert (place.kept / "output_masks/mask_0.png").read_bytes() == b"mask 0 1"


def test_a_workshop_whose_numbers_were_removed_can_be_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    (folder / "results/analysis.json").unlink()
    assert deliver(folder, force=True, run="2").kept == tmp_path / "work_old"


@pytest.mark.parametrize(
    "claim", [{"notes.txt": "x"}, {"notes.txt": 5}, ["notes.txt"], None, {"../precious.txt": "x"}]
)
def test_a_forged_list_of_files_removes_nothing(claim: Any, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    (folder / "notes.txt").write_text("mine")
    (tmp_path / "precious.txt").write_text("years")
    (folder / "results/analysis.json").write_text(json.dumps({"files": claim, "sections": claim}))
    deliver(folder, force=True, run="2")
    assert (tmp_path / "precious.txt").read_text() == "years"
    assert (folder / "notes.txt").read_text() == "mine"


def test_what_is_written_while_the_work_goes_on_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    with staging(folder, True) as place:
        (place / "README.md").write_text(read_template("en"), "utf-8")
        (folder / "late.txt").write_text("mine")
        reflect(folder)
    assert (folder / "late.txt").read_text() == "mine"
    assert OWN in (folder / "README.md").read_text("utf-8")


def test_what_is_added_in_the_last_moment_keeps_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segwidgets.workshop import staging as module

    folder = tmp_path / "work"
    deliver(folder)

    def late(*arguments: Any) -> Any:
        found = original(*arguments)
        (folder / "last.txt").write_text("mine")
        (folder / "output_masks/mask_1.png").write_bytes(b"painted")
        return found

    original = module.take_over
    monkeypatch.setattr(module, "take_over", late)
    place = deliver(folder, force=True, run="2")
    assert place.kept is not None
    assert names(place.kept) == ["last.txt", "output_masks/mask_1.png"]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "no"), KeyboardInterrupt(), SystemExit(143)])
def test_a_move_that_fails_puts_the_old_folder_back(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "work"
    deliver(folder)
    reflect(folder)
    before = everything(folder)
    rename = os.rename

    def fail(source: Any, target: Any) -> None:
        monkeypatch.setattr(os, "rename", rename)
        raise error

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(type(error)):
        deliver(folder, force=True, run="2")
    assert everything(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


def test_a_pipe_among_the_files_waits_for_nobody(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    folder = tmp_path / "work"
    deliver(folder)
    os.mkfifo(folder / "pipe")
    assert deliver(folder, force=True, run="2").kept == tmp_path / "work_old"


# sections


TEXT = "# Title\n\nwords\n\n## One\n\na\n\n```\n## no heading\n```\n\n## Two\n\nb\n"


def test_sections_are_parted_and_joined_again() -> None:
    sections = split_sections(TEXT)
    assert [section.title for section in sections] == ["", "One", "Two"]
    assert join_sections(sections) == TEXT
    assert split_sections(TEXT.replace("\n", "\r\n")) == sections


def test_a_heading_of_spaces_and_a_fence_without_end_cost_no_time() -> None:
    start = time.process_time()
    for hostile in ("## " + " " * 500_000 + "x", "## a" + "#" * 500_000, "```\n" * 100_000, "##\n" * 200_000):
        split_sections(hostile)
    assert time.process_time() - start < 5


def changed(old: str, title: str, text: str) -> str:
    return join_sections([s._replace(text=text) if s.title == title else s for s in split_sections(old)])


def test_merging_takes_what_only_one_side_changed() -> None:
    known = section_hashes(TEXT)
    person = changed(TEXT, "One", "\nmine\n") + "\n## Mine\n\nadded\n\n## Mine\n\nadded again\n"
    new = changed(TEXT, "Two", "\nnew\n")
    merged = merge(person, new, known, {}, {})
    assert merged.clashes == ()
    assert merged.taken == ("One", "Mine", "Mine")
    for words in ("mine", "new", "added", "added again", "words"):
        assert words in merged.text
    assert merge(merged.text, new, known, {}, {}).text == merged.text


def test_merging_says_what_both_changed() -> None:
    merged = merge(
        changed(TEXT, "Two", "\nmine\n"), changed(TEXT, "Two", "\nnew\n"), section_hashes(TEXT), {}, {}
    )
    assert merged.clashes == ("Two",)
    assert "new" in merged.text


def test_a_heading_written_twice_is_taken_over_twice() -> None:
    person = TEXT + "\n## Two\n\nmine\n"
    merged = merge(person, TEXT, section_hashes(TEXT), {}, {})
    assert "mine" in merged.text
    assert merged.text.count("## Two") == 2


# places


def test_two_runs_at_once_get_two_folders(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    finished = []
    with staging(folder, next_free=True) as first, staging(folder, next_free=True) as second:
        for place in (first, second):
            (place / "a").write_text("1")
            place.finish = lambda final: finished.append(final.name)
    assert {first.folder.name, second.folder.name} == {"work", "work_2"}
    assert finished == ["work", "work_2"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work", "work_2"]


def test_a_named_folder_that_is_taken_meanwhile_loses_no_work(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    with staging(folder) as place:
        (place / "a").write_text("1")
        folder.mkdir()
        (folder / "other").write_text("somebody's")
    assert place.folder.name == "work_2"
    assert (folder / "other").read_text() == "somebody's"
    assert (place.folder / "a").read_text() == "1"


def test_a_taken_name_is_claimed_once(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "a.txt").write_text(str(number))
        set_aside(tmp_path / "a.txt")
    assert [(tmp_path / f"a_old{n}.txt").read_text() for n in ("", "_2", "_3")] == ["0", "1", "2"]
    (tmp_path / "folder.v1").mkdir()
    assert set_aside(tmp_path / "folder.v1").name == "folder.v1_old"
    names_ = numbered(tmp_path / "x.y")
    assert [next(names_).name for _ in range(3)] == ["x.y", "x.y_2", "x.y_3"]


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "real").mkdir()
    path = tmp_path / "link"
    path.symlink_to(tmp_path / "real")
    yield path
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.parametrize("force", [False, True])
def test_a_link_is_refused_with_its_own_words(link: Path, force: bool) -> None:
    with pytest.raises(DeliveryError, match="is a link to"), staging(link, force):
        pytest.fail("the work began")
    dangling = link.with_name("dangling")
    dangling.symlink_to("nowhere")
    with pytest.raises(DeliveryError, match="is a link to nowhere"), staging(dangling, force):
        pytest.fail("the work began")


@pytest.mark.parametrize("name", ["a\udcffb", "n" * 300, "a\0b"])
def test_a_name_that_cannot_be_is_refused_before_the_work(name: str, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="choose another") as caught, staging(tmp_path / name):
        pytest.fail("the work began")
    str(caught.value).encode()
    assert list(tmp_path.iterdir()) == []


def test_parents_made_for_nothing_go_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), staging(tmp_path / "a" / "b" / "work"):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


HOLD = """
import sys, time
from pathlib import Path
from segwidgets.workshop.places import HiddenPlace
place = HiddenPlace(Path(sys.argv[1]))
(place.folder / "half").write_text("")
sys.stdout.write("ready\\n"); sys.stdout.flush()
time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is at work in a hidden place."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_place_of_a_killed_run_goes_with_the_next_and_a_living_one_stays(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    (left,) = tmp_path.glob(f"{HIDDEN}*")
    HiddenPlace(tmp_path).remove()
    assert (left / "workshop/half").exists()
    holder.kill()
    holder.wait()
    HiddenPlace(tmp_path).remove()
    assert list(tmp_path.iterdir()) == []


def test_only_what_is_surely_ours_and_dead_is_removed(tmp_path: Path) -> None:
    young, old, foreign, linked = (
        tmp_path / f"{HIDDEN}{name}" for name in ("young", "old", "foreign", "linked")
    )
    for place in (young, old, foreign):
        place.mkdir()
    (foreign / LOCK).write_text("")
    (foreign / "thesis.txt").write_text("years")
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / LOCK).write_text("")
    linked.symlink_to(precious)
    os.utime(old, (1, 1))
    HiddenPlace(tmp_path).remove()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [young.name, foreign.name, linked.name, "precious"]
    )
    assert (precious / LOCK).exists()


def test_a_place_in_this_very_process_is_alive(tmp_path: Path) -> None:
    first = HiddenPlace(tmp_path)
    second = HiddenPlace(tmp_path)
    assert first.folder.is_dir()
    first.remove()
    second.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_is_worked_on_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    with staging(tmp_path / "work") as place:
        (place / "a").write_text("1")
    assert [path.name for path in tmp_path.iterdir()] == ["work"]


# single files


def test_a_part_that_was_left_goes_with_the_next_file(tmp_path: Path) -> None:
    left, young = tmp_path / f"{HIDDEN}left.part", tmp_path / f"{HIDDEN}young.part"
    for part in (left, young):
        part.write_text("")
    os.utime(left, (1, 1))
    replace_file(tmp_path / "a", b"1")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "a"]


def test_a_file_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/progress.json").write_text("old")
    (tmp_path / "progress.json").symlink_to("shared/progress.json")
    replace_file(tmp_path / "progress.json", b"new")
    assert (tmp_path / "progress.json").is_symlink()
    assert (tmp_path / "shared/progress.json").read_text() == "new"


def test_damaged_progress_is_set_aside_and_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "progress.json"
    monkeypatch.setenv("SEGWIDGETS_PROGRESS", str(file))
    file.write_text('{"exercises": {"0.1": "right", ')
    record("0.2", "right")
    assert read_progress() == {"0.2": "right"}
    assert (tmp_path / "progress_old.json").read_text().startswith('{"exercises": {"0.1"')


def test_an_export_overwrites_its_own_and_sets_the_rest_aside(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"mine")
    with Outbox(tmp_path) as first:
        first.save("a.png", b"ours")
        first.save("deep/b.png", b"ours")
    assert [path.name for path in first.kept] == ["a_old.png"]
    with Outbox(tmp_path) as second:
        second.save("a.png", b"ours, anew")
    assert second.kept == []
    assert (tmp_path / "a.png").read_bytes() == b"ours, anew"
    (tmp_path / "deep/b.png").write_bytes(b"painted over by me")
    with Outbox(tmp_path) as third:
        third.save("deep/b.png", b"ours, again")
    assert (tmp_path / "deep/b_old.png").read_bytes() == b"painted over by me"
    assert (tmp_path / "a_old.png").read_bytes() == b"mine"


def test_a_folder_and_a_link_in_the_way_are_set_aside_too(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    (tmp_path / "a.png/precious").write_text("years")
    (tmp_path / "precious.png").write_text("years")
    (tmp_path / "b.png").symlink_to("precious.png")
    with Outbox(tmp_path) as out:
        out.save("a.png", b"ours")
        out.save("b.png", b"ours")
    assert (tmp_path / "a.png_old/precious").read_text() == "years"
    assert (tmp_path / "precious.png").read_text() == "years"


@pytest.mark.parametrize("text", ["{", "[]", '{"files": 3}', '{"files": {"a.png": 5}}', "[" * 10**5])
def test_a_broken_list_of_files_makes_nothing_ours(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(text)
    (tmp_path / "a.png").write_bytes(b"mine")
    with Outbox(tmp_path) as out:
        out.save("a.png", b"ours")
    assert (tmp_path / "a_old.png").read_bytes() == b"mine"


@pytest.fixture
def session() -> Session:
    session = Session(StubSegmenter())  # type: ignore[arg-type]
    session.do("add_point", x=20.5, y=11, label=1)
    return session


EXPORTS = {
    "masks": ("masks", "mask_1.png", ""),
    "cutouts": ("cutouts", "cutout_1.png", ""),
    "coco": ("coco", "a.json", "a.json"),
    "coco's photo": ("coco", "photo.png", "a.json"),
    "yolo": ("yolo", "data.yaml", ""),
    "yolo's labels": ("yolo", "labels/photo.txt", ""),
    "record": ("json", "clicks.json", "clicks.json"),
    "gif": ("gif", "clicks.gif", "clicks.gif"),
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_each_export_keeps_what_a_person_has_there(kind: str, session: Session, tmp_path: Path) -> None:
    form, name, place = EXPORTS[kind]

    def save() -> None:
        export(form, [work(session, "en")], tmp_path / place)

    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"mine")
    save()
    written = (tmp_path / name).read_bytes()
    assert written != b"mine"
    old = Path(name).with_stem(f"{Path(name).stem}_old")
    assert (tmp_path / old).read_bytes() == b"mine"
    session.do("add_point", x=30.5, y=11, label=1)
    session.undo()
    save()
    assert len([path for path in tmp_path.rglob("*_old*")]) == 1


def test_the_widgets_button_says_what_it_kept(tmp_path: Path) -> None:
    widget = ClickSegmenter(StubSegmenter(), hover=False, semantic=False)
    widget.add_point(20.5, 11)
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks/mask_1.png").write_bytes(b"mine")
    widget.save("masks", tmp_path)
    assert "mask_1_old.png" in widget.status.message.value
    widget.save("masks", tmp_path)
    assert "_old" not in widget.status.message.value
    widget.close()


def test_an_export_without_a_mask_makes_no_folder(tmp_path: Path) -> None:
    empty = Session(StubSegmenter())  # type: ignore[arg-type]
    for form in ("masks", "cutouts", "coco", "yolo"):
        with pytest.raises(ValueError, match="no mask"):
            export(form, [work(empty, "en")], tmp_path / "a" / "b.json")
    assert list(tmp_path.iterdir()) == []


def test_a_lesson_that_somebody_worked_in_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tools import build_notebooks

    target = build_notebooks.Target(build_notebooks.sources()[2], "en", False)
    notebook = nbformat.read(target.path, as_version=4)
    notebook.cells.insert(3, nbformat.v4.new_markdown_cell("# my answer"))
    monkeypatch.setattr(build_notebooks, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(build_notebooks, "ROOT", tmp_path)
    shutil.copy(Path(build_notebooks.__file__).parent.parent / "README.md", tmp_path)
    mine = tmp_path / "notebooks/en" / target.path.name
    mine.parent.mkdir(parents=True)
    mine.write_text(nbformat.writes(notebook), "utf-8")
    build_notebooks.build(target, keep=True)
    assert "# my answer" in mine.with_stem(f"{mine.stem}_old").read_text("utf-8")
    build_notebooks.build(target, keep=True)
    assert len(list(mine.parent.iterdir())) == 2


def test_badges_leave_what_somebody_wrote_between_their_marks(tmp_path: Path) -> None:
    from tools.badges import BEGIN, END, READMES, ROOT, Address, stamp

    for name in READMES.values():
        text = (ROOT / name).read_text("utf-8").replace(END, f"\nWritten by me.\n{END}")
        (tmp_path / name).write_text(text, "utf-8")
    for _ in range(2):
        stamp(Address("owner/name", "main"), tmp_path)
    for name in READMES.values():
        text = (tmp_path / name).read_text("utf-8")
        assert text.count("Written by me.") == 1
        assert "Written by me." not in text.split(BEGIN)[1].split(END)[0]


# the command


def start(*arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "segwidgets", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "COLUMNS": "200"}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=None if os.name == "nt" else _heed_a_hangup,
    )  # fmt: skip


def _heed_a_hangup() -> None:
    """Tests that are run under `nohup` hand on that it is ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.model
@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_terminated_run_leaves_nothing(name: str, tmp_path: Path) -> None:
    process = start("workshop", "--out", "made", cwd=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline()  # the work has begun
    process.send_signal(getattr(signal, name))
    _, message = process.communicate(timeout=120)
    assert process.returncode == 128 + getattr(signal, name)
    assert "Traceback" not in message
    assert "nothing was left half done" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
def test_two_commands_at_once_make_two_workshops_and_force_loses_nothing(tmp_path: Path) -> None:
    both = [start("workshop", cwd=tmp_path) for _ in range(2)]
    outputs = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    folders = sorted(path for path in tmp_path.iterdir())
    assert [path.name.endswith("_2") for path in folders] == [False, True]
    for folder in folders:
        assert any(folder.name == output.split()[-1] for output, _ in outputs)
        assert f"\n{folder.name}/\n" in (folder / "README.md").read_text("utf-8")
    folder = folders[0]
    reflect(folder)
    (folder / "mine.txt").write_text("mine")
    process = start("workshop", "--out", folder.name, "--force", cwd=tmp_path)
    output, error = process.communicate(timeout=300)
    assert process.returncode == 0, error
    assert "Reflection" in output
    assert "mine.txt" in output
    assert OWN in (folder / "README.md").read_text("utf-8")
    assert (folder / "mine.txt").read_text() == "mine"
    assert sorted(tmp_path.iterdir()) == folders
