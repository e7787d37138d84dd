from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
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
from segwidgets.workshop.sections import code_left_out, section_hashes
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

    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
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


def deliver(place: Path, lang: str) -> Path:
    """Make a complete folder with drawn pictures: only the check is tested on it."""
    layout = LAYOUTS[lang]
    photo = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    mask = np.zeros((60, 80), bool)
    mask[10:30, 20:50] = True
    for folder in (layout.input, layout.masks, layout.results):
        (place / folder).mkdir(parents=True)
    save_picture(photo, place / f"{layout.input_stem}.png")
    masks = []
    for index in range(2):
        save_mask(mask, place / layout.mask(index))
        save_picture(photo, place / layout.coloured(index))
        masks.append({"file": layout.mask(index), "measures": {"area_px": int(mask.sum())}})
    save_picture(photo, place / layout.original)
    save_picture(photo, place / layout.semantic)
    frames = [Image.fromarray(photo), Image.fromarray(255 - photo)]
    frames[0].save(place / layout.gif, save_all=True, append_images=frames[1:], loop=0)
    (place / layout.analysis).write_text(json.dumps({"masks": masks}))
    (place / layout.readme).write_text(read_template(lang).replace("![", "["), encoding="utf-8")
    return place


@pytest.fixture(params=["en", "es"])
def delivered(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return deliver(tmp_path, request.param)


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
        Image.fromarray(np.random.default_rng(i).integers(0, 255, (400, 500, 3), np.uint8)) for i in range(8)
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


# every word of the check


GOLDEN = Path(__file__).parent / "data" / "findings.json"
PHOTO, MASK_0, MASK_1 = "input_images/image.png", "output_masks/mask_0.png", "output_masks/mask_1.png"
COLOURED, SEMANTIC = "results/mask_colored_0.png", "results/semantic.png"
GIF, ANALYSIS, README = "results/segmentation_process.gif", "results/analysis.json", "README.md"
FITTING = {"file": MASK_0, "measures": {"area_px": 600}}


def lose(*names: str):
    return lambda folder: [(folder / name).unlink() for name in names]


def rename(name: str, new: str):
    return lambda folder: (folder / name).rename(folder / new)


def write(name: str, content: bytes | str):
    content = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(content)


def paint(name: str, size: tuple[int, int] = (80, 60), mode: str = "RGB", color=0, **options):
    """Put a picture of one colour there, but for one corner in black."""
    picture = Image.new(mode, size, color)
    picture.putpixel((0, 0), 0)
    return lambda folder: picture.save(folder / name, **{"format": "PNG", **options})


def animate(*levels: int, size: tuple[int, int] = (80, 60), line: int = 1):
    """Put an animation there, each frame of one grey level but for a line of so many pixels."""
    first, *others = (Image.new("L", size, level) for level in levels)
    for frame in (first, *others):
        frame.paste(200, (0, 0, size[0], line))
    return lambda folder: first.save(folder / GIF, save_all=True, append_images=others)


def enlarge(size: int):
    return lambda folder: os.truncate(folder / GIF, size)


def measured(*masks: object):
    return write(ANALYSIS, json.dumps({"masks": list(masks)}))


def reworded(change, encoding: str = "utf-8"):
    def act(folder: Path) -> None:
        text = (folder / README).read_text("utf-8")
        (folder / README).write_bytes(change(text).encode(encoding))

    return act


def reflected(text: str):
    return reworded(lambda old: old.replace("## Reflection\n", f"## Reflection\n\n{text}\n"))


def all_of(*acts):
    return lambda folder: [act(folder) for act in acts]


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


DAMAGES = {
    "nothing": lambda folder: None,
    "no photo": lose(PHOTO),
    "no folder of the photo": lambda folder: shutil.rmtree(folder / "input_images"),
    "a folder where the photo should be": all_of(
        lose(PHOTO), lambda folder: (folder / "input_images/image").mkdir()
    ),
    "a folder in capitals": rename("input_images", "Input_Images"),
    "the photo in capitals": rename(PHOTO, "input_images/IMAGE.png"),
    "the photo under a name of its own": rename(PHOTO, "input_images/cat.png"),
    "the right one of two photos": all_of(paint("input_images/aaa.png"), paint("input_images/Image.png")),
    "a photo that is none": write(PHOTO, "I am a text"),
    "a blank photo and blank pictures": all_of(
        *(paint(name) for name in (PHOTO, COLOURED, SEMANTIC)),
    ),
    "a photo on its side": all_of(
        lose(PHOTO), paint("input_images/image.jpg", color=(9, 99, 200), format="JPEG", exif=turned())
    ),
    "masks in capitals": rename("output_masks", "Output_Masks"),
    "a mask in capitals": rename(MASK_1, "output_masks/MASK_1.PNG"),
    "the same mask in capitals as well": write("output_masks/Mask_1.png", ""),
    "names that do not count": all_of(
        *(write(f"output_masks/mask_{name}", "")
          for name in ("00.png", "2.jpg", "٣.png", "x.gif", "9999.png", "12345.png")),
        write("output_masks/mask_notes.txt", ""),
    ),
    "seven of them": all_of(*(write(f"output_masks/mask_{n}.jpg", "") for n in range(7))),
    "only such names": all_of(lose(MASK_0), rename(MASK_1, "output_masks/mask_1.tiff")),
    "no mask": lose(MASK_0, MASK_1),
    "a hundred masks and one": all_of(
        *(paint(f"output_masks/mask_{n}.png", mode="L", color=255) for n in range(101))
    ),
    "a mask that is a JPEG": paint(MASK_0, mode="L", color=255, format="JPEG"),
    "a coloured mask": paint(MASK_0, color=255),
    "a mask of another height": paint(MASK_0, (80, 59), "L", 255),
    "a mask of another width": paint(MASK_0, (79, 60), "L", 255),
    "a mask of two grey values besides": paint(MASK_0, mode="L", color=7),
    "a mask of ones": paint(MASK_0, mode="L", color=1),
    "an empty mask": paint(MASK_0, mode="L", color=0),
    "a mask of single bits": paint(MASK_0, mode="1", color=1),
    "a mask that is a text": write(MASK_0, "I am a text"),
    "no picture": lose(COLOURED),
    "a picture in capitals": rename(COLOURED, "results/Mask_Colored_0.png"),
    "a picture of half the size": paint(COLOURED, (40, 30), color=(1, 2, 3)),
    "a picture of less": paint(COLOURED, (39, 30), color=(1, 2, 3)),
    "a picture of 319 for a photo of 700": all_of(
        paint(PHOTO, (700, 60), color=(1, 2, 3)), paint(COLOURED, (319, 30), color=(1, 2, 3))
    ),
    "a picture of 320 for a photo of 700": all_of(
        paint(PHOTO, (700, 60), color=(1, 2, 3)), paint(COLOURED, (30, 320), color=(1, 2, 3))
    ),
    "a blank picture": paint(COLOURED),
    "a blank picture with a palette": paint(COLOURED, mode="P"),
    "a picture that is a text": write(SEMANTIC, "I am a text"),
    "no animation": lose(GIF),
    "an animation in capitals": rename(GIF, "results/Segmentation_process.gif"),
    "an animation that is a PNG": paint(GIF),
    "an animation of one frame": animate(0),
    "an animation of equal frames": animate(0, 0, 0),
    "an animation of three frames": animate(0, 0, 90),
    "an animation on which nothing is seen": animate(0, 90, 180, line=0),
    "an animation as large as may be": all_of(animate(0, 90), enlarge(1_500_000)),
    "an animation of a byte more": all_of(animate(0, 90), enlarge(1_500_001)),
    "an animation of too many pixels": animate(0, 90, size=(5001, 5000)),
    "an animation that is a text": write(GIF, "I am a text"),
    "no numbers": lose(ANALYSIS),
    "numbers in capitals": rename(ANALYSIS, "results/Analysis.json"),
    "numbers that are a list": write(ANALYSIS, "[]"),
    "numbers that are a text": write(ANALYSIS, "{"),
    "numbers of no mask": measured(),
    "numbers of something that is no mask": measured(7),
    "numbers without a name": measured({"measures": {"area_px": 600}}),
    "numbers without measures": measured({"file": MASK_0}),
    "an area in halves": measured({"file": MASK_0, "measures": {"area_px": 600.5}}),
    "an area of true": measured({"file": MASK_0, "measures": {"area_px": True}}),
    "numbers of one mask": measured(FITTING),
    "numbers of the same mask twice": measured(FITTING, FITTING),
    "numbers of the same mask, different": measured(
        FITTING, {"file": MASK_0, "measures": {"area_px": 601}}
    ),
    "numbers of another mask": measured(FITTING, {"file": MASK_1, "measures": {"area_px": 601}}),
    "numbers of a mask that is gone": measured(
        {"file": "output_masks/mask_5.png", "measures": {"area_px": 600}}
    ),
    "numbers of a mask that cannot be read": all_of(
        write(MASK_0, "I am a text"), measured({"file": MASK_0, "measures": {"area_px": 1}})
    ),
    "no report": lose(README),
    "a report in capitals": rename(README, "Readme.md"),
    "a report in UTF-16": reworded(str, "utf-16"),
    "a report in Latin-1": reworded(lambda text: text + "\nseñal\n", "latin-1"),
    "lost sections": reworded(lambda text: text.replace("## Prompts\n", "").replace("## Reflection\n", "")),
    "a section in a block of code": reworded(
        lambda text: text.replace("## Prompts\n", "```\n## Prompts\n```\n")
    ),
    "a lost picture and one in capitals": reworded(
        lambda text: text + "![a](results/gone.png) ![b](results/Semantic.png) ![c](results/semantic.png)"
    ),
    "seven lost pictures": reworded(
        lambda text: text + " ".join(f"![a](results/gone_{n}.png)" for n in range(7))
    ),
    "a picture that is a folder": reworded(lambda text: text + "![a](results)"),
    "pictures of the web and of the text": reworded(
        lambda text: text + "![a](https://x.y/z.png) ![b](data:image/png;base64,AAAA) ![c](//x.y/z.png)"
    ),
    "pictures outside": reworded(
        lambda text: text + "![a](/etc/a.png) ![b](../b.png) ![c](file:///c.png) ![d](a/../../d.png)"
    ),
    "a picture by a way round": reworded(lambda text: text + "![a](./results/../results/semantic.png?x#y)"),
    "a reflection of 19 words and numbers": reflected("word " * 19 + "1 2 3 --"),
    "a reflection of 20 words": reflected("word " * 20),
    "a reflection in two halves": reworded(
        lambda text: text.replace("## Reflection\n", "## Reflection\n" + "word " * 10)
        + "\n## Reflection\n"
        + "word " * 10
    ),
    "a reflection in a comment": reflected("<!-- " + "word " * 30 + "-->"),
}  # fmt: skip


def golden_findings(place: Path) -> dict[str, list[list[str]]]:
    """What is said in both languages of each damage, but for what is said of the undamaged folder."""
    told: dict[str, list[list[str]]] = {}
    usual: dict[str, list[list[str]]] = {}
    for number, (name, damage) in enumerate(DAMAGES.items()):
        folder = deliver(place / str(number), "en")
        enlarge(20_000)(folder)  # whatever the version of Pillow makes of it
        damage(folder)
        for lang in ("en", "es"):
            found = [[one.item, one.status, one.message] for one in check_workshop(folder, lang)]
            told[f"{name} ({lang})"] = [one for one in found if one not in usual.get(lang, [])][:12]
            usual.setdefault(lang, found)
    return told


def test_what_the_check_says_stays_the_same_to_the_letter(tmp_path: Path) -> None:
    """Changed on purpose? `python -m tests.test_delivery` writes the words anew; read the difference."""
    expected = json.loads(GOLDEN.read_text("utf-8"))
    for name, found in golden_findings(tmp_path).items():
        assert found == expected.pop(name), name
    assert expected == {}


def test_whatever_breaks_while_an_item_is_looked_at_is_told_of_that_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("boom")

    for look in ("_input", "_mask_names", "_picture", "_gif", "_analysis"):
        monkeypatch.setattr(f"segwidgets.workshop.delivery_check._Check.{look}", break_down)
    found = [one for one in check_workshop(deliver(tmp_path / "w", "en")) if one.status == "missing"]
    assert [one.item for one in found] == [
        "input_images/image.*", "output_masks/", "results/original_image.png", COLOURED, SEMANTIC, GIF,
        ANALYSIS,
    ]  # fmt: skip
    assert {one.message for one in found} == {"It cannot be looked at (RuntimeError: boom)."}


def test_a_section_is_known_by_its_lines_without_the_spaces_about_them() -> None:
    known = hashlib.sha256(b"x\ny").hexdigest()
    for text in ("## A\nx\ny\n", "## A\n\nx  \ny\t\n\n", "## A\r\nx\r\ny", "## A\rx\ry"):
        assert section_hashes(text)["A"] == known


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_code_is_left_out_whatever_ends_its_lines(end: str) -> None:
    assert code_left_out(end.join(["a", "```", "x", "```", "b <!-- c", "d --> e"])) == "a\nb  e"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        words = json.dumps(golden_findings(Path(place)), ensure_ascii=False, indent=1)
        GOLDEN.write_text(words + "\n", "utf-8")
