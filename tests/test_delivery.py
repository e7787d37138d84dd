from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets.workshop.delivery import (
    LAYOUTS,
    DeliveryError,
    Layout,
    free_name,
    save_mask,
    save_picture,
)
from segwidgets.workshop.delivery_check import check_workshop
from segwidgets.workshop.report import read_template
from segwidgets.workshop.staging import staging


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "workshop"
    with staging(target) as place:
        (place / "a").write_text("1")
        assert not target.exists()
    assert (target / "a").read_text() == "1"
    assert [p.name for p in target.parent.iterdir()] == ["workshop"]


@pytest.mark.parametrize(
    "error", [ValueError("broken"), KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")]
)
def test_a_failure_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "workshop"
    with pytest.raises(type(error)), staging(target) as place:  # noqa: PT012
        (place / "half").write_text("")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_used_and_a_full_one_is_not(tmp_path: Path) -> None:
    target = tmp_path / "workshop"
    target.mkdir()
    with staging(target) as place:
        (place / "a").write_text("1")
    with pytest.raises(DeliveryError, match=r"not empty.*--force"), staging(target):
        pass
    assert (target / "a").read_text() == "1"


def test_force_replaces_a_workshop_but_nothing_else_and_takes_over_what_is_not_ours(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years")
    with pytest.raises(DeliveryError, match="something other than a workshop"), staging(precious, force=True):
        pass
    assert (precious / "thesis.txt").read_text() == "years"

    old = tmp_path / "workshop"
    (old / "results").mkdir(parents=True)
    (old / "results/analysis.json").write_text("{}")
    (old / "old.txt").write_text("")
    with pytest.raises(ValueError, match="broken"), staging(old, force=True):
        raise ValueError("broken")
    assert (old / "old.txt").exists()
    with staging(old, force=True) as place:
        (place / "new.txt").write_text("")
    assert sorted(p.name for p in old.iterdir()) == ["new.txt", "old.txt", "results"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["precious", "workshop"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="choose another place"), staging(tmp_path / "file"):
        pass
    with pytest.raises(DeliveryError, match="cannot write into"), staging(tmp_path / "file" / "workshop"):
        pass


def test_a_read_only_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """chmod does not stop root, so the refusal of the operating system is played."""

    def refuse(*args: object, **options: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(DeliveryError, match=r"Permission denied.*--out"), staging(tmp_path / "workshop"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB where one can be mounted (root on Linux)."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here; the failure is played in another test")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_nothing(small_disk: Path) -> None:
    with pytest.raises(DeliveryError, match="No space left"), staging(small_disk / "workshop") as place:
        (place / "large").write_bytes(b"0" * 1_000_000)
    assert list(small_disk.iterdir()) == []


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    assert free_name(tmp_path / "workshop").name == "workshop"
    (tmp_path / "workshop").mkdir()
    (tmp_path / "workshop_2").mkdir()
    assert free_name(tmp_path / "workshop").name == "workshop_3"


@pytest.fixture(params=["en", "es"])
def delivered(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A complete folder with drawn pictures: only the check is tested on it."""
    layout = LAYOUTS[request.param]
    photo = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    mask = np.zeros((60, 80), bool)
    mask[10:30, 20:50] = True
    for folder in (layout.input, layout.masks, layout.results):
        (tmp_path / folder).mkdir()
    save_picture(photo, tmp_path / f"{layout.input_stem}.png")
    masks = []
    for index in range(2):
        save_mask(mask, tmp_path / layout.mask(index))
        save_picture(photo, tmp_path / layout.coloured(index))
        masks.append({"file": layout.mask(index), "measures": {"area_px": int(mask.sum())}})
    save_picture(photo, tmp_path / layout.original)
    save_picture(photo, tmp_path / layout.semantic)
    frames = [Image.fromarray(photo), Image.fromarray(255 - photo)]
    frames[0].save(tmp_path / layout.gif, save_all=True, append_images=frames[1:], loop=0)
    (tmp_path / layout.analysis).write_text(json.dumps({"masks": masks}))
    (tmp_path / layout.readme).write_text(read_template(request.param).replace("![", "["), encoding="utf-8")
    return tmp_path


def states(folder: Path) -> dict[str, str]:
    return {finding.item: finding.status for finding in check_workshop(folder)}


def layout_of(folder: Path) -> Layout:
    return next(layout for layout in LAYOUTS.values() if (folder / layout.masks).exists())


def test_a_complete_folder_passes_with_the_reflection_to_do(delivered: Path) -> None:
    found = states(delivered)
    assert set(found.values()) == {"ok", "todo"}
    assert [item for item, status in found.items() if status == "todo"] in (["Reflection"], ["Reflexión"])


def test_a_written_reflection_counts(delivered: Path) -> None:
    readme = delivered / "README.md"
    title = "## Reflection" if "## Reflection" in readme.read_text(encoding="utf-8") else "## Reflexión"
    own = "I had not expected that a single click would find the whole cat, ears included. " * 2
    readme.write_text(
        readme.read_text(encoding="utf-8").replace(title, f"{title}\n\n{own}\n"), encoding="utf-8"
    )
    assert set(states(delivered).values()) == {"ok"}


@pytest.mark.parametrize("name", ["input", "masks", "results"])
def test_each_lost_folder_is_missed(delivered: Path, name: str) -> None:
    shutil.rmtree(delivered / getattr(layout_of(delivered), name))
    assert "missing" in states(delivered).values()


@pytest.mark.parametrize("name", ["original", "semantic", "gif", "analysis", "readme"])
def test_each_lost_file_is_missed(delivered: Path, name: str) -> None:
    item = getattr(layout_of(delivered), name)
    (delivered / item).unlink()
    assert states(delivered)[item] == "missing"


def test_a_mask_that_is_grey_coloured_or_of_another_size_is_found(delivered: Path) -> None:
    layout = layout_of(delivered)
    item, path = layout.mask(0), delivered / layout.mask(0)
    mask = np.asarray(Image.open(path))
    for wrong, words in (
        (np.where(mask > 0, 200, 0).astype(np.uint8), "200"),
        (np.dstack([mask] * 3), "RGB"),
        (mask[:-1], "80 × 59"),
    ):
        Image.fromarray(wrong).save(path)
        finding = next(f for f in check_workshop(delivered) if f.item == item)
        assert finding.status == "missing"
        assert words in finding.message


def test_a_mask_changed_after_the_analysis_is_found(delivered: Path) -> None:
    layout = layout_of(delivered)
    save_mask(np.ones((60, 80), bool), delivered / layout.mask(1))
    assert states(delivered)[layout.analysis] == "missing"


@pytest.mark.slow
def test_a_still_or_huge_gif_is_found(delivered: Path) -> None:
    layout = layout_of(delivered)
    Image.new("RGB", (80, 60)).save(delivered / layout.gif)
    assert states(delivered)[layout.gif] == "missing"
    with (delivered / layout.gif).open("ab") as file:
        file.write(os.urandom(10))
    noise = [
        Image.fromarray(np.random.default_rng(i).integers(0, 255, (400, 500, 3), np.uint8)) for i in range(12)
    ]
    noise[0].save(delivered / layout.gif, save_all=True, append_images=noise[1:])
    assert (delivered / layout.gif).stat().st_size > 1_500_000
    assert states(delivered)[layout.gif] == "missing"


def test_a_lost_section_and_a_broken_picture_are_found(delivered: Path) -> None:
    readme = delivered / "README.md"
    text = (
        readme.read_text(encoding="utf-8")
        .replace("## Prompts\n", "")
        .replace("## Indicaciones usadas (prompts)\n", "")
    )
    readme.write_text(text + "\n![gone](results/gone.png)\n", encoding="utf-8")
    found = [finding for finding in check_workshop(delivered) if finding.status == "missing"]
    assert len(found) == 2
    assert "rompts" in found[0].message
    assert "gone.png" in found[1].message


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        check_workshop(tmp_path / "none")
