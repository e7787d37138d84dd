"""Files from strangers: every finding comes, whatever was handed in, in bounded time and memory."""

from __future__ import annotations

import ast
import io
import json
import os
import resource
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from segwidgets.cli import commands
from segwidgets.cli.memory import is_lack_of_memory
from segwidgets.drawing.gif import write_gif
from segwidgets.ground.decoding import formats, open_image
from segwidgets.ground.floods import flood
from segwidgets.ground.outside import plain
from segwidgets.images import ImageError, load_image, load_working
from segwidgets.jobs.items import JobError
from segwidgets.workshop.delivery_check import MAX_MASKS, Finding, check_workshop
from segwidgets.workshop.handin import Handin, decode_text, is_junk
from segwidgets.workshop.report import read_template
from segwidgets.workshop.sections import code_left_out, shown_pictures

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SECONDS = 20.0  # for one hostile folder, of this process, however busy the machine is


def called(value: object) -> str:
    """Return a test's name without what pytest would escape, anew each time that one process collects it."""
    return ascii(value).replace("\\", "/")


def png(width: int, height: int, mode: str = "L", **options: Any) -> bytes:
    content = io.BytesIO()
    Image.new(mode, (width, height), **options).save(content, "PNG")
    return content.getvalue()


def bomb(width: int, height: int, rows: bool = False) -> bytes:
    """A grey PNG of few bytes: its header promises so many pixels, and with `rows` they are there."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(width + 1)) for _ in range(height if rows else 1)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\n0 0 moveto showpage\n%%EOF\n"


@pytest.fixture
def handin(tmp_path: Path) -> Path:
    """A complete English folder with small pictures; the reflection is written."""
    folder = tmp_path / "handin"
    for name in ("input_images", "output_masks", "results"):
        (folder / name).mkdir(parents=True)
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 255, (60, 80, 3), np.uint8)
    mask = np.zeros((60, 80), np.uint8)
    mask[10:30, 20:50] = 255
    for name in (
        "input_images/image.png",
        "results/original_image.png",
        "results/semantic.png",
        "results/mask_colored_0.png",
        "results/mask_colored_1.png",
    ):
        Image.fromarray(photo).save(folder / name)
    for index in range(2):
        Image.fromarray(mask).save(folder / f"output_masks/mask_{index}.png")
    frames = [Image.fromarray(photo), Image.fromarray(255 - photo)]
    frames[0].save(
        folder / "results/segmentation_process.gif", save_all=True, append_images=frames[1:], loop=0
    )
    masks = [{"file": f"output_masks/mask_{i}.png", "measures": {"area_px": 600}} for i in range(2)]
    (folder / "results/analysis.json").write_text(json.dumps({"masks": masks}))
    write_readme(folder)
    return folder


def write_readme(folder: Path, more: str = "") -> None:
    text = read_template("en").replace("![", "[")
    own = "I expected the ear and got the whole cat; the wall leaks in where fur and wall are alike. "
    text = text.replace("## Reflection\n", f"## Reflection\n\n{own * 2}\n")
    (folder / "README.md").write_text(text + more, "utf-8")


def look(folder: Path, lang: str = "en") -> list[Finding]:
    """Check a folder: in time, and with findings that neither steer a terminal nor are endless."""
    start = time.process_time()
    findings = check_workshop(folder, lang)
    assert time.process_time() - start < SECONDS
    for finding in findings:
        for text in (finding.item, finding.message):
            assert text.isprintable(), text
            assert len(text) < 1000
            text.encode()
    return findings


def wrong(folder: Path) -> dict[str, str]:
    return {f.item: f.message for f in look(folder) if f.status == "missing"}


def test_the_folder_that_the_tests_start_from_is_right(handin: Path) -> None:
    assert {finding.status for finding in look(handin)} == {"ok"}


MASK = "output_masks/mask_0.png"


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_to(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return make


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def content(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


FILES: dict[str, Callable[[Path], None]] = {
    "empty": content(b""),
    "text": content(b"hello"),
    "one byte": content(b"\x89"),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:60]) and None,
    "zeros": content(bytes(5000)),
    "PostScript": content(EPS),
    "30000 x 30000": content(bomb(30_000, 30_000)),
    "2147483647 x 1": content(bomb(2**31 - 1, 1)),
    "13000 x 13000": content(bomb(13_000, 13_000)),
    "a GIF with a screen of 65535": content(
        b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0xF0, 0, 0) + bytes(6)
        + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00;"
    ),
    "a folder": folder_instead,
    "a link to a device": link_to("/dev/zero"),
    "a link out": link_to("/etc/passwd"),
    "a link to itself": link_to("mask_0.png"),
    "a dangling link": link_to("nowhere"),
}  # fmt: skip
if hasattr(os, "mkfifo"):
    FILES["a named pipe"] = fifo

PLACES = [
    "input_images/image.png",
    MASK,
    "results/original_image.png",
    "results/mask_colored_1.png",
    "results/semantic.png",
    "results/segmentation_process.gif",
    "results/analysis.json",
    "README.md",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", FILES)
def test_one_bad_file_is_one_finding_and_the_others_keep_theirs(kind: str, place: str, handin: Path) -> None:
    before = {finding.item: finding.status for finding in look(handin)}
    FILES[kind](handin / place)
    findings = look(handin)
    after = {finding.item: finding.status for finding in findings}
    item = "input_images/image.*" if place.startswith("input") else place
    if (kind, place) == ("empty", "README.md") or (kind, place) == ("text", "README.md"):
        assert after[item] == "missing"
    else:
        assert after.pop(item) == "missing", findings
    for other, status in before.items():
        depending = {MASK: "results/analysis.json", "README.md": "Reflection"}.get(place)
        if other not in (place, item, depending):
            assert after[other] == status


def test_forty_huge_masks_are_told_from_their_headers(handin: Path) -> None:
    huge = bomb(13_000, 13_000, rows=True)
    assert len(huge) < 200_000
    for index in range(40):
        (handin / f"output_masks/mask_{index}.png").write_bytes(huge)
    start = time.process_time()
    found = wrong(handin)
    assert time.process_time() - start < 5
    assert all("13000 × 13000" in found[f"output_masks/mask_{index}.png"] for index in range(40))


@pytest.mark.parametrize(
    ("place", "width", "height", "words"),
    [
        ("results/semantic.png", 13_000, 13_000, "13000 x 13000 pixels, more than the 25 million"),
        ("results/semantic.png", 5000, 5001, "5000 x 5001 pixels, more than the 25 million"),
        ("results/mask_colored_1.png", 13_000, 13_000, "13000 x 13000 pixels, more than the 25 million"),
        ("results/segmentation_process.gif", 5000, 5001, "5000 × 5001 pixels are too many"),
        ("input_images/image.png", 13_000, 13_000, "13000 x 13000 pixels, more than the 100 million"),
        ("results/semantic.png", 8, 80, "8 x 80 pixels, too small"),
    ],
    ids=called,
)
def test_a_pictures_size_is_told_from_its_header(
    place: str, width: int, height: int, words: str, handin: Path
) -> None:
    (handin / place).write_bytes(bomb(width, height))  # there are no pixels in it
    item = "input_images/image.*" if place.startswith("input") else place
    assert words in wrong(handin)[item]


def test_a_mask_without_a_photo_has_a_pictures_limit(handin: Path) -> None:
    (handin / "input_images/image.png").unlink()
    (handin / MASK).write_bytes(bomb(5000, 5001))
    assert "5000 x 5001 pixels, more than the 25 million" in wrong(handin)[MASK]


def test_a_picture_of_25_million_pixels_is_read(handin: Path) -> None:
    (handin / "results/semantic.png").write_bytes(bomb(5000, 5000, rows=True))
    assert "blank" in wrong(handin)["results/semantic.png"]


def test_a_picture_of_many_bytes_is_not_read(handin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = (handin / MASK).stat().st_size
    monkeypatch.setattr("segwidgets.workshop.handin.MAX_PICTURE_BYTES", small)
    found = wrong(handin)
    assert MASK not in found
    for place in ("input_images/image.*", "results/semantic.png", "results/segmentation_process.gif"):
        assert "it is larger than the" in found[place]


def test_of_a_folder_only_so_many_names_are_looked_at(handin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(Handin(handin).names(handin / "results")) == 6
    monkeypatch.setattr("segwidgets.workshop.handin.MAX_ENTRIES", 4)
    assert len(Handin(handin).names(handin / "results")) == 4
    monkeypatch.setattr("segwidgets.workshop.handin.MAX_ENTRIES", 0)
    found = wrong(handin)
    assert "not there" in found["input_images/image.*"]
    assert "There is no mask" in found[MASK]


def test_of_an_animation_only_so_many_pixels_are_looked_at(
    handin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segwidgets.drawing.gif.MAX_LOOKED_AT", 3 * 60 * 80)
    gif, noise = handin / "results/segmentation_process.gif", Image.effect_noise((80, 60), 40)
    for equal, status in ((2, "ok"), (3, "missing")):  # the frame that differs is the third, or the fourth
        frames = [np.asarray(noise.convert("RGB"))] * equal + [np.zeros((60, 80, 3), np.uint8)]
        write_gif(frames, gif, 100)
        found = {finding.item: finding.status for finding in look(handin)}
        assert found["results/segmentation_process.gif"] == status


def test_masks_as_large_as_a_large_photo_are_looked_at_up_to_a_limit(
    handin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segwidgets.workshop.handin.MAX_LOOKED_AT", 10 * 60 * 80)
    for index in range(20):
        (handin / f"output_masks/mask_{index}.png").write_bytes((handin / MASK).read_bytes())
    found = [finding for finding in look(handin) if finding.item.startswith("output_masks")]
    assert [finding.status for finding in found] == ["ok"] * 9 + ["missing"] * 11  # the photo was the first
    assert "no more are looked at" in found[-1].message


def test_hundreds_of_masks_are_not_all_looked_at(handin: Path) -> None:
    for index in range(MAX_MASKS + 50):
        (handin / f"output_masks/mask_{index}.png").write_bytes((handin / MASK).read_bytes())
    findings = look(handin)
    assert len(findings) < 3 * MAX_MASKS
    assert any("only the first" in finding.message for finding in findings)


def analysis(area: str = "600", file: str = '"output_masks/mask_0.png"') -> str:
    return f'{{"masks": [{{"file": {file}, "measures": {{"area_px": {area}}}}}]}}'


ANALYSES = {
    "1e999": analysis("1e999"),
    "NaN": analysis("NaN"),
    "5000 digits": analysis("9" * 5000),
    "a text": analysis('"600"'),
    "true": analysis("true"),
    "a list": analysis("[600]"),
    "half a pixel": analysis("600.5"),
    "null": analysis("null"),
    "brackets": "[" * 200_000,
    "closed brackets": "[" * 200_000 + "]" * 200_000,
    "braces": '{"masks":' * 200_000,
    "a number for a name": analysis(file="5"),
    "null for a name": analysis(file="null"),
    "a name of 6000 letters": analysis(file=json.dumps("a" * 6000)),
    "a name that is a list": analysis(file='["a"]'),
    "a device": analysis(file='"/dev/zero"'),
    "a way out": analysis(file='"../../../../etc/passwd"'),
    "a NUL": analysis(file='"a\\u0000b"'),
    "an escape": analysis(file='"\\u001b[2J"'),
    "a lone surrogate": analysis(file='"\\ud800"'),
    "no masks": "{}",
    "a mask twice": analysis()[:-2] + ", " + analysis("5")[11:],
    "an empty list": '{"masks": []}',
    "masks null": '{"masks": null}',
    "masks a number": '{"masks": 5}',
    "masks of nulls": '{"masks": [null]}',
    "no measures": '{"masks": [{"file": "output_masks/mask_0.png"}]}',
    "a list outside": "[]",
    "nothing": "",
    "UTF-16": analysis().encode("utf-16"),
    "large": '{"a": "' + "x" * 6_000_000 + '"}',
}


@pytest.mark.parametrize("name", ANALYSES)
def test_strange_numbers_are_one_finding(name: str, handin: Path) -> None:
    data = ANALYSES[name]
    (handin / "results/analysis.json").write_bytes(data if isinstance(data, bytes) else data.encode())
    assert set(wrong(handin)) == {"results/analysis.json"}


README: dict[str, str] = {
    "![ 100 000 times": "![" * 100_000,
    "![]( 100 000 times": "![](" * 100_000,
    "![]: 100 000 times": "![a]\n[a]: b\n" * 50_000,
    "![a]( 50 000 times": "![a](b" * 50_000,
    "a heading with 100 000 spaces": "## " + " " * 100_000 + "x",
    "100 000 headings": "## a\n" * 100_000,
    "fences": "```\n" * 100_000,
    "an unclosed fence": "```\n" + "## a\n" * 50_000,
    "comments": "<!-- --> " * 80_000,
    "open comments": "<!--" * 200_000,
    "tags": '<img src="' * 60_000,
    "brackets": "[" * 800_000,
    "parentheses": "![a](" + "(" * 500_000,
    "one long line": "x" * 900_000,
    "backticks": "`" * 900_000,
    "a heading of accents": "## " + "\u0316\u0301" * 150_000,
    "an address of accents": '<img src="' + "\u0316\u0301" * 150_000 + '">',
}


@pytest.mark.parametrize("name", README)
def test_no_text_costs_more_time_than_its_length(name: str, handin: Path) -> None:
    write_readme(handin, "\n" + README[name])
    start = time.process_time()
    look(handin)
    assert time.process_time() - start < 10


def test_a_report_that_is_too_large_says_so(handin: Path) -> None:
    write_readme(handin, "a" * 1_000_000)
    assert "larger than" in wrong(handin)["README.md"]


PICTURES = {
    "![a](results/semantic.png)": True,
    "![a](<results/semantic.png>)": True,
    '![a](results/semantic.png "a title")': True,
    "![a](./results/semantic.png)": True,
    "![a](results/../results/semantic.png)": True,
    "![a](results/semantic.png?raw=true)": True,
    "![a](results/sem%61ntic.png)": True,
    "![a][one]\n\n[one]: results/semantic.png": True,
    '<img src="results/semantic.png" width="300">': True,
    "<img width=3 src=results/semantic.png>": True,
    "![a](https://example.org/a.png)": True,
    "![a](//example.org/a.png)": True,
    "![a](data:image/png;base64," + "A" * 300_000 + ")": True,
    "[![a](results/semantic.png)](https://example.org)": True,
    "```\n![a](gone.png)\n```": True,
    "<!-- ![a](gone.png) -->": True,
    "![a](gone.png)": False,
    "![a][one]\n\n[one]: gone.png": False,
    "<img src='gone.png'>": False,
    "![a](<a gone one.png>)": False,
    "![a](/etc/passwd)": False,
    "![a](../../../../etc/passwd)": False,
    "![a](file:///etc/passwd)": False,
    "![a](C:\\photo.png)": False,
    "![a](results)": False,
    "![a]()": False,
    "![a](" + "n" * 6000 + ")": False,
    "![a](data:text/html,hello)": False,
    "![a](%00)": False,
    "![a](Results/Semantic.PNG)": False,
    "![a](\x1b[2J.png)": False,
    "![a]([/x].png)": False,
    "![a](a\u202eb.png)": False,
}


@pytest.mark.parametrize("text", PICTURES, ids=lambda text: called(text[:40]))
def test_each_way_to_show_a_picture_is_followed_in_the_folder_only(text: str, handin: Path) -> None:
    write_readme(handin, f"\n{text}\n")
    found = wrong(handin)
    assert (found == {}) is PICTURES[text], found
    assert set(found) <= {"README.md"}


def test_a_picture_called_otherwise_is_said_to_be(handin: Path) -> None:
    write_readme(handin, "\n![a](Results/Semantic.png)\n")
    assert "Capital" in wrong(handin)["README.md"]
    assert "results/semantic.png" in wrong(handin)["README.md"]


def test_pictures_are_found_in_their_order() -> None:
    text = "![a](1)\n<img src=2>\n![b][c]\n![d](4)\n\n[c]: 3\n"
    assert shown_pictures(text) == ["1", "2", "3", "4"]
    assert code_left_out("a<!-- b -->c<!-- d") == "ac"


ENCODINGS = {
    "utf-8": None,
    "utf-8-sig": None,
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "latin-1": "Latin-1",
    "cp1252": "Latin-1",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_of_a_report_is_named_and_its_sections_are_read(encoding: str, handin: Path) -> None:
    text = (handin / "README.md").read_text("utf-8").replace("I expected", "¿Señal? I expected")
    (handin / "README.md").write_bytes(text.encode(encoding, errors="replace"))
    found = wrong(handin)
    wanted = ENCODINGS[encoding]
    if wanted is None:
        assert found == {}
    else:
        assert set(found) == {"README.md"}
        assert wanted in found["README.md"]
    assert "Señal" in decode_text((handin / "README.md").read_bytes()).text


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "._image.png",
        "__MACOSX/._image.png",
        ".ipynb_checkpoints/a.png",
        "~$x",
    ],
)
def test_what_systems_leave_everywhere_is_nobodys_photo(name: str, handin: Path) -> None:
    for folder in ("", "input_images/", "output_masks/", "results/"):
        path = handin / f"{folder}{name}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"junk")
    (handin / "input_images/image.png").rename(handin / "input_images/zebra.png")
    assert is_junk(name.split("/")[0])
    assert wrong(handin) == {}
    (handin / "input_images/zebra.png").unlink()
    assert "put it into" in wrong(handin)["input_images/image.*"]


CASES = [
    ("output_masks/mask_0.png", "output_masks/MASK_0.PNG"),
    ("output_masks", "Output_Masks"),
    ("input_images", "Input_Images"),
    ("input_images/image.png", "input_images/IMAGE.png"),
    ("results", "RESULTS"),
    ("results/semantic.png", "results/Semantic.png"),
    ("results/segmentation_process.gif", "results/Segmentation_Process.gif"),
    ("results/analysis.json", "results/Analysis.JSON"),
    ("README.md", "readme.md"),
]


@pytest.mark.parametrize(("name", "called"), CASES)
def test_a_name_that_differs_in_capitals_is_said_to(name: str, called: str, handin: Path) -> None:
    (handin / name).rename(handin / f"{called}.moved")
    (handin / f"{called}.moved").rename(handin / called)
    found = wrong(handin)
    assert found
    for message in found.values():
        assert "capital and small letters" in message
        assert called.split("/")[-1] in message


WRONG_NAMES = [
    "mask_٣.png", "mask_１.png", "mask_00.png", "mask_01.png", "mask_-1.png", "mask_1 .png", "mask_.png",
    "mask_1.jpg", "MASK_00.PNG", "mask_99999.png",
]  # fmt: skip


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_masks_name_that_does_not_count_is_said_not_to(name: str, handin: Path) -> None:
    (handin / f"output_masks/{name}").write_bytes((handin / MASK).read_bytes())
    found = wrong(handin)
    assert list(found) == [f"output_masks/{name}"]
    assert "does not count" in found[f"output_masks/{name}"]


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "TIFF", "BMP", "WEBP", "PPM"])
def test_a_mask_that_is_no_png_is_told_so_whatever_it_is_called(kind: str, handin: Path) -> None:
    with Image.open(handin / MASK) as mask:
        mask.save(handin / MASK, kind, lossless=True)
    found = wrong(handin)
    assert set(found) == {MASK}
    assert kind in found[MASK]


def test_masks_are_found_among_thousands_of_other_files(handin: Path) -> None:
    for number in range(8000):
        (handin / f"output_masks/a{number}").touch()
    assert wrong(handin) == {}


def test_other_files_beside_the_masks_are_nobodys_concern(handin: Path) -> None:
    for name in ("notes.txt", "mask_notes.txt", "overview.png"):
        (handin / f"output_masks/{name}").write_bytes(b"mine")
    assert wrong(handin) == {}


NAMES = [
    "\x1b]0;owned\x07.png",
    "a\nb.png",
    "[/x].png",
    "[green]✓[/green].png",
    "\x1b[2J.png",
    "\u202egp.x.png",
]


@pytest.mark.parametrize("name", NAMES, ids=called)
def test_names_neither_steer_the_terminal_nor_forge_ticks(name: str, handin: Path, tmp_path: Path) -> None:
    file = name.replace("/", "")
    (handin / f"output_masks/mask_{file}").write_bytes(b"")
    (handin / "input_images/image.png").rename(handin / f"input_images/{file}")
    write_readme(handin, f"\n![a]({name})\n## {name}\n")
    result = check(handin, cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout.replace("\n", "").isprintable()
    assert "Traceback" not in result.stderr
    ticks = [line for line in result.stdout.splitlines() if line.startswith("✓")]
    assert len(ticks) == sum(finding.status == "ok" for finding in look(handin))


BLANK = {
    "results/mask_colored_0.png": lambda path: Image.new("RGB", (80, 60), "red").save(path),
    "results/original_image.png": lambda path: Image.new("L", (80, 60), 9).save(path),
    "results/semantic.png": lambda path: Image.effect_noise((16, 16), 40).save(path),
    "results/segmentation_process.gif": lambda path: gif_of(path, ["red"] * 3),
    "output_masks/mask_1.png": lambda path: Image.new("L", (80, 60)).save(path),
}


def gif_of(path: Path, colors: list[str]) -> None:
    """A GIF of flat frames, equal ones too, which Pillow alone would leave out."""
    write_gif([np.asarray(Image.new("RGB", (80, 60), color)) for color in colors], path, 100)


@pytest.mark.parametrize("place", BLANK)
def test_blank_and_tiny_pictures_do_not_pass(place: str, handin: Path) -> None:
    if place.endswith("mask_1.png"):
        masks = [
            {"file": f"output_masks/mask_{i}.png", "measures": {"area_px": a}} for i, a in ((0, 600), (1, 0))
        ]
        (handin / "results/analysis.json").write_text(json.dumps({"masks": masks}))
    BLANK[place](handin / place)
    assert list(wrong(handin)) == [place]


def test_sixteen_pixels_are_too_few_beside_a_larger_photo(handin: Path) -> None:
    Image.effect_noise((16, 16), 40).save(handin / "results/semantic.png")
    assert "16 × 16" in wrong(handin)["results/semantic.png"]


def test_a_blank_photo_may_have_blank_pictures(handin: Path) -> None:
    for name in ("input_images/image.png", "results/original_image.png", "results/semantic.png"):
        Image.new("RGB", (80, 60), "white").save(handin / name)
    assert wrong(handin) == {}


def test_words_that_nobody_sees_are_no_reflection(handin: Path) -> None:
    for hidden in ("<!-- " + "word " * 50 + "-->", "```\n" + "word " * 50 + "\n```", ". " * 50, "— " * 50):
        text = (
            read_template("en").replace("![", "[").replace("## Reflection\n", f"## Reflection\n\n{hidden}\n")
        )
        (handin / "README.md").write_text(text, "utf-8")
        (found,) = [finding for finding in look(handin) if finding.item == "Reflection"]
        assert found.status == "todo"


def test_an_error_that_nobody_foresaw_is_a_finding(handin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Strange(Exception):
        def __str__(self) -> str:
            return "\x1b[2Jstrange\nwords"

    def fail(*arguments: Any, **options: Any) -> None:
        raise Strange

    monkeypatch.setattr("segwidgets.workshop.delivery_check.different_frames", fail)
    assert wrong(handin) == {
        "results/segmentation_process.gif": "It cannot be looked at (Strange: strange words)."
    }


def test_every_message_of_the_check_has_its_spanish(handin: Path) -> None:
    (handin / "output_masks/mask_00.png").write_bytes(b"")
    (handin / "output_masks/mask_1.png").rename(handin / "output_masks/Mask_1.png")
    (handin / "README.md").write_bytes("# ñ".encode("utf-16"))
    messages = [finding.message for finding in look(handin, "es")]
    assert any("mayúsculas" in message for message in messages)
    assert any("guárdalo en UTF-8" in message for message in messages)


# the command


def check(folder: Path | str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "segwidgets", "check", str(folder)],
        cwd=cwd, env={**os.environ, "COLUMNS": "250", "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True, encoding=encoding, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8", "utf-16"])
def test_any_encoding_of_the_terminal_gets_the_whole_table(
    encoding: str, handin: Path, tmp_path: Path
) -> None:
    (handin / "input_images/image.png").rename(handin / "input_images/señal ✓ 你.png")
    (handin / "results/semantic.png").unlink()
    result = check(handin, tmp_path, PYTHONIOENCODING=encoding)
    assert result.returncode == 1
    assert result.stderr == ""
    assert result.stdout.count("results/") >= 6
    if not encoding.startswith("utf"):
        assert "+ output_masks/mask_0.png" in result.stdout
        assert "x results/semantic.png" in result.stdout


PLAIN_C = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, PLAIN_C],
    ids=["ascii", "C", "C by the letter"],
)
@pytest.mark.parametrize(
    "line",
    ["doctor --no-network --lang es", "progress --lang es", "weights --list", "check . --lang es"],
    ids=lambda line: line[:6],
)
def test_the_other_commands_write_to_an_ascii_terminal_and_need_no_home(
    line: str, environment: dict[str, str], tmp_path: Path
) -> None:
    rest = {name: value for name, value in os.environ.items() if name not in ("HOME", "LANG", "LC_CTYPE")}
    result = subprocess.run(
        [sys.executable, "-m", "segwidgets", *line.split()], cwd=tmp_path, env={**rest, **environment},
        capture_output=True, check=False, encoding="utf-8" if environment == {"LC_ALL": "C"} else "ascii",
    )  # fmt: skip
    assert "Traceback" not in result.stderr
    assert "codec" not in result.stderr
    assert result.stdout


@pytest.mark.parametrize("name", ["[/x]", "[bold]b", "a[/b]c", "\x1b[2J", "a\nb", "\udcff"], ids=called)
def test_a_folder_that_is_not_there_is_named_as_it_is(name: str, tmp_path: Path) -> None:
    result = check(name, tmp_path)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.replace("\n", "").isprintable()
    if name.isprintable():
        assert name in result.stderr


def stub_workshop(folder: Path) -> Any:
    """What `make_workshop` returns, as far as the command prints it."""
    return SimpleNamespace(
        folder=folder, prompt_origin="·", diagnoses=[], choice="[bold]best[/x]", taken_over=("[/b]",),
        clashes=("\x1b[2J",), kept=folder.with_name("kept[k]"),
        candidates=SimpleNamespace(best=0, predicted_iou=[], area_share=[]),
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["[bold]b", "a[b]c", "[x", ":smile:", "https:x.y[link]", "a\x1b]0;x\x07b"], ids=called
)
def test_the_folder_that_was_made_is_named_as_it_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def made(*arguments: Any, progress: Callable[[str], None], **options: Any) -> Any:
        progress("step [/x] \x1b[2J")
        return stub_workshop(tmp_path / name)

    monkeypatch.setattr("segwidgets.workshop.make.make_workshop", made)
    monkeypatch.setattr(sys, "argv", ["segwidgets", "workshop", "--out", name])
    with pytest.raises(SystemExit) as end:
        commands.main()
    shown = capsys.readouterr().out
    assert end.value.code in (0, None), shown
    assert shown.replace("\n", "").isprintable()
    assert plain(tmp_path / name, None) in shown
    assert "step [/x]" in shown
    assert "[bold]best[/x]" in shown
    assert "kept[k]" in shown


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437"])
def test_a_workshop_tells_its_steps_on_any_terminal(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*arguments: Any, progress: Callable[[str], None], **options: Any) -> Any:
        progress("a step ✓ 你")
        done = stub_workshop(tmp_path / "señal")
        done.diagnoses = [SimpleNamespace(index=0, title="the whole → object")]
        done.candidates = SimpleNamespace(best=0, predicted_iou=[0.9], area_share=[0.5])
        return done

    terminal = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    monkeypatch.setattr("segwidgets.workshop.make.make_workshop", made)
    monkeypatch.setattr(sys, "argv", ["segwidgets", "workshop", "--lang", "es"])
    monkeypatch.setattr(sys, "stdout", terminal)
    with pytest.raises(SystemExit) as end:
        commands.main()
    shown = terminal.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert end.value.code in (0, None), shown
    assert f"{'-' if encoding == 'ascii' else '·'} a step + ?" in shown
    assert "the whole -> object" in shown
    assert ("El taller esta en" if encoding == "ascii" else "El taller está en") in shown


# photos


def calls_of_open(tree: ast.Module) -> list[int]:
    """Lines on which Pillow, OpenCV or scikit-image are asked for an image file, under any name for them."""
    modules = {"Image": "PIL.Image"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    functions = {name for name, whole in modules.items() if is_opener(whole)}

    def whole_name(node: ast.expr) -> str:
        if isinstance(node, ast.Attribute):
            return f"{whole_name(node.value)}.{node.attr}"
        return modules.get(node.id, node.id) if isinstance(node, ast.Name) else "?"

    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and is_opener(whole_name(node)))
        or (isinstance(node, ast.Name) and node.id in functions)
    )


def is_opener(name: str) -> bool:
    """Whether a function, by its whole name, opens image files: `PIL.Image.open`, any imread and the like."""
    module, _, function = name.rpartition(".")
    return (
        (function == "open" and module.rpartition(".")[2] == "Image")
        or (function == "Parser" and module.rpartition(".")[2] == "ImageFile")
        or (bool(module) and function in ("imread", "imdecode", "imreadmulti", "imread_collection"))
    )


@pytest.mark.parametrize(
    "code",
    [
        "Image.open(f)",
        "from PIL import Image\nImage.open(f)",
        "from PIL import Image as I\nI.open(f)",
        "import PIL\nPIL.Image.open(f)",
        "import PIL as p\np.Image.open(f)",
        "import PIL.Image\nPIL.Image.open(f)",
        "import PIL.Image as P\nP.open(f)",
        "from PIL.Image import open\nopen(f)",
        "from PIL.Image import open as o\no(f)",
        "import cv2\ncv2.imread(f)",
        "import cv2 as c\nc.imdecode(f, 1)",
        "from cv2 import imread\nimread(f)",
        "from cv2 import imdecode as d\nd(f, 1)",
        "import cv2\ncv2.imreadmulti(f)",
        "from skimage.io import imread\nimread(f)",
        "from skimage import io\nio.imread(f)",
        "import skimage\nskimage.io.imread_collection(f)",
        "import imageio.v3 as iio\niio.imread(f)",
        "from PIL import ImageFile\nImageFile.Parser()",
        "import PIL.ImageFile\nPIL.ImageFile.Parser()",
        "from PIL.ImageFile import Parser\nParser()",
        "read = Image.open",
        "import numpy\nmodule().imread(f)",
    ],
)
def test_each_way_to_open_an_image_file_is_seen(code: str) -> None:
    assert calls_of_open(ast.parse(code)) == [code.count("\n") + 1]


@pytest.mark.parametrize(
    "code",
    [
        "open(f)",
        "import PIL.Image as P\nP.new('L', (9, 9))",
        "from pathlib import Path\nPath(f).open()",
        "import io\nio.open(f)",
        "from segwidgets.ground.decoding import open_image\nopen_image(f, 'x')",
        "import imread",
    ],
)
def test_what_opens_no_image_file_is_not_taken_for_it(code: str) -> None:
    assert calls_of_open(ast.parse(code)) == []


def test_image_files_are_opened_in_one_place_with_the_formats_that_we_mean() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): len(lines)
        for folder in ("segwidgets", "tools", "figures", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := calls_of_open(ast.parse(path.read_text("utf-8"))))
    }
    assert found == {"segwidgets/ground/decoding.py": 1}
    assert set(formats()) <= {"PNG", "JPEG", "MPO", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "PPM"}
    assert {"PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"} <= set(formats())


@pytest.fixture
def ghostscript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that Pillow would start, each of which leaves a mark."""
    mark, place = tmp_path / "started", tmp_path / "bin"
    place.mkdir()
    for name in ("gs", "gswin32c", "gswin64c"):
        (place / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    return mark


def test_no_photo_starts_a_program(ghostscript: Path, handin: Path) -> None:
    for place in PLACES[:6]:
        (handin / place).write_bytes(EPS)
    found = wrong(handin)
    assert "PostScript" in found["input_images/image.*"]
    with pytest.raises(ImageError, match="PostScript"):
        load_image(EPS)
    with pytest.raises(ImageError, match="EPS"):
        load_image(Image.open(io.BytesIO(EPS)))
    assert not ghostscript.exists()
    Image.open(io.BytesIO(EPS)).draft("RGB", (1, 1))
    with pytest.raises(Exception):  # noqa: B017, PT011  it does start where somebody asks Pillow for it
        Image.open(io.BytesIO(EPS)).load()
    assert ghostscript.exists(), "this test could not have noticed"


OTHERS = ["ICO", "TGA", "PCX", "SGI", "JPEG2000", "ICNS", "PDF", "EPS", "DDS", "IM", "MSP", "SPIDER"]


@pytest.mark.parametrize("kind", OTHERS)
def test_formats_that_nobody_means_are_refused(kind: str) -> None:
    content = io.BytesIO()
    mode = {"MSP": "1", "SPIDER": "F"}.get(kind, "RGB")
    Image.new(mode, (32, 32)).save(content, kind)
    with pytest.raises(ImageError, match="not an image that can be read"):
        load_image(content.getvalue())


def picture(kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(content, kind, **options)
    return content.getvalue()


def many_scans(count: int) -> bytes:
    """A progressive JPEG that goes over its picture once more, and once more ..."""
    data = picture("JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    begin = data.index(b"\xff\xda", first + 2)
    return data[:begin] + data[begin : data.index(b"\xff\xda", begin + 2)] * count + data[begin:]


def many_exifs(count: int) -> bytes:
    data, exif = picture("JPEG"), b"\xff\xe1\0\x0cExif\0\0abcd"
    return data[:2] + exif * count + data[2:]


def many_chunks(count: int) -> bytes:
    data, chunk = picture("PNG"), b"\0\0\0\3tEXta\0b" + struct.pack(">I", zlib.crc32(b"tEXta\0b"))
    return data[:33] + chunk * count + data[33:]


def many_blocks(block: bytes, end: bytes = b"") -> Callable[[int], bytes]:
    head = b"GIF89a" + struct.pack("<HHBBB", 64, 48, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00;"
    return lambda count: head + block[:2] + block[2:] * count + end + frame


def many_strips(tag: int, order: str, big: bool = False) -> Callable[[int], bytes]:
    def make(count: int) -> bytes:
        mark = {"<": b"II", ">": b"MM"}[order]
        if big:
            return (
                mark
                + struct.pack(f"{order}HHHQQ", 43, 8, 0, 16, 1)
                + struct.pack(f"{order}HHQQQ", tag, 4, count, 60, 0)
            )
        entry = struct.pack(f"{order}HHHIII", 1, tag, 4, count, 26, 0)
        return mark + struct.pack(f"{order}HI", 42, 8) + entry

    return make


FLOODS: dict[str, tuple[Callable[[int], bytes], int, str]] = {
    "scans of a JPEG": (many_scans, 500, "5[01][0-9] scans"),
    "EXIF of a JPEG": (many_exifs, 200, "pieces of EXIF"),
    "chunks of a PNG": (many_chunks, 40_000, "chunks"),
    "comments of a GIF": (many_blocks(b"!\xfe\1a", b"\0"), 40_000, "blocks"),
    "extensions of a GIF": (lambda count: many_blocks(b"!\1" + b"\0!\1" * count, b"\0")(1), 40_000, "blocks"),
    "strips of a TIFF": (many_strips(273, "<"), 400_000, "strips"),
    "tiles of a TIFF": (many_strips(324, ">"), 400_000, "tiles"),
    "tiles of a large TIFF": (many_strips(325, "<", big=True), 400_000, "tiles"),
    "tiles of a large TIFF of another order": (many_strips(325, ">", big=True), 400_000, "tiles"),
    "comments of a PPM": (lambda count: b"P3\n64 48\n255\n" + b"#c\n1 " * count, 400, "400 comments"),
    "a PPM's header": (lambda count: b"P6\n" + b"#c\n" * count + b"64 48 255\n", 40_000, "header"),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_of_parts_is_refused_before_a_decoder_drowns_in_it(kind: str, handin: Path) -> None:
    make, count, words = FLOODS[kind]
    with pytest.raises(ImageError, match=words):
        open_image(io.BytesIO(make(count)), "x")
    (handin / MASK).write_bytes(make(count))
    found = wrong(handin)
    assert set(found) == {MASK}
    assert "very long" in found[MASK]


@pytest.mark.parametrize("piece", [1, 2, 777, 1 << 20])
def test_scans_are_counted_however_a_file_is_parted(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segwidgets.ground.floods.PIECE", piece)
    content = many_scans(20)
    count = content.count(b"\xff\xda")
    for most, words in ((count, ""), (count - 1, f"{count} scans, more than the {count - 1} that are read")):
        monkeypatch.setattr("segwidgets.ground.floods.MAX_SCANS", most)
        assert flood(io.BytesIO(content), content[:16]) == words


@pytest.mark.parametrize(
    "content",
    [
        many_scans(20),
        many_exifs(3),
        many_chunks(300),
        many_blocks(b"!\xfe\1a", b"\0")(1000),
        picture("TIFF", compression="raw"),
        picture("TIFF", compression="tiff_lzw", big_tiff=True),
        b"P3 # ours\n64 48 # its size\n255\n" + b"7 " * 64 * 48 * 3,
        picture("PPM"),
    ],
    ids=lambda content: called(content[:8]),
)
def test_a_picture_of_some_parts_is_read(content: bytes) -> None:
    assert load_image(content).shape == (48, 64, 3)


def test_opening_reads_no_pixels() -> None:
    with open_image(io.BytesIO(bomb(9000, 9000)), "x") as image:
        assert image.size == (9000, 9000)


@pytest.mark.parametrize(
    ("highest", "shown"),
    [(200, 200), (255, 255), (1023, 255), (4095, 255), (2048, 128), (20_000, 78), (65535, 255)],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "array"])
def test_small_16_bit_values_are_read_at_their_own_depth(
    kind: str, highest: int, shown: int, caplog: pytest.LogCaptureFixture
) -> None:
    values = np.linspace(0, highest, 32 * 32).astype(np.uint16).reshape(32, 32)
    source: Any = values
    if kind != "array":
        content = io.BytesIO()
        Image.fromarray(values).save(content, kind)
        source = content.getvalue()
    assert abs(int(load_image(source).max()) - shown) <= 1
    assert ("16 bits" in caplog.text) is (highest < 16_384)


def deep_png(highest: int, channels: int) -> bytes:
    """A PNG of three colours, or four channels, with 16 bits each, which Pillow reads by its upper bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" + (struct.pack(">H", highest) * 3 + b"\xff\xff" * (channels - 3)) * 32
    header = struct.pack(">IIBBBBB", 32, 32, 16, {3: 2, 4: 6}[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * 32))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("channels", [3, 4])
def test_dark_colours_of_16_bits_are_said_to_be(channels: int, caplog: pytest.LogCaptureFixture) -> None:
    for highest in (65535, 64 * 256, 0):
        assert load_image(deep_png(highest, channels)).max() == highest // 256
    assert caplog.text == ""
    load_image(deep_png(64 * 256 - 1, channels))
    assert caplog.messages == [
        "the bytes has colours of 16 bits, of which only a small part is used: it looks black here; stretch "
        "them, as in array / array.max()"
    ]


# memory


def test_a_photo_is_made_smaller_only_where_it_must_and_its_file_holds_the_same_pixels(
    tmp_path: Path,
) -> None:
    photo = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    Image.fromarray(photo).save(tmp_path / "a.png")
    whole = load_working(tmp_path / "a.png", 120 * 160)
    assert whole.content == (tmp_path / "a.png").read_bytes()
    assert whole.full_size == (120, 160)
    for source in (tmp_path / "a.png", (tmp_path / "a.png").read_bytes(), photo, Image.fromarray(photo)):
        small = load_working(source, 5000)
        assert small.full_size == (120, 160)
        assert small.image.shape[0] * small.image.shape[1] <= 5000
        assert small.image.shape[:2] == (61, 81)
        assert small.suffix == ".jpg"
        np.testing.assert_array_equal(load_image(small.content), small.image)


def test_a_turned_photo_keeps_its_size_the_right_way_round(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((160, 120), 40).convert("RGB").save(tmp_path / "a.jpg", exif=exif)
    small = load_working(tmp_path / "a.jpg", 5000)
    assert small.full_size == (160, 120)
    assert small.image.shape[:2] == (81, 61)


def peak(script: str, *arguments: str | Path) -> float:
    """Return the most memory (GB) that a Python script took."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    scale = 1e9 if sys.platform == "darwin" else 1e6
    return float(done.stdout.split()[-1]) / scale


TELL = """
import resource, sys
try:  # what a process that came of a large one by fork is told by getrusage is the large one's
    peak = open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.stdout.write(str(peak))
"""
LOAD = (
    "import sys\nfrom pathlib import Path\nfrom segwidgets.images import load_image, load_working\n"
    "if sys.argv[2] == 'small': photo = load_working(Path(sys.argv[1]), 24_000_000).image\n"
    "else: photo = load_image(sys.argv[1])\n" + TELL
)


@pytest.mark.parametrize("mode", ["RGBA", "I;16"])
def test_a_huge_photo_is_decoded_in_little_more_than_its_pixels(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new(mode, (6000, 6000), 100 if mode in ("L", "P", "I;16") else "red").save(path, compress_level=1)
    assert peak(LOAD, path, "whole") < 0.45
    assert peak(LOAD, path, "small") < 0.45


WORK = (
    "import sys\nfrom segwidgets.workshop import make_workshop\n"
    "done = make_workshop(sys.argv[1], out=sys.argv[2])\n" + TELL
)


@pytest.mark.model
def test_a_photo_of_98_megapixels_is_worked_on_at_24_in_less_than_1500_megabytes(
    tmp_path: Path,
) -> None:
    photo = Image.new("L", (9900, 9900), 40)
    photo.paste(220, (3000, 2000, 8000, 7000))
    photo.convert("RGB").save(tmp_path / "large.png")
    assert (tmp_path / "large.png").stat().st_size < 400_000
    script = WORK.replace("out=sys.argv[2]", "prompt=Prompt([(5500, 4500)]), out=sys.argv[2]").replace(
        "import make_workshop", "import make_workshop\nfrom segwidgets import Prompt"
    )
    assert peak(script, tmp_path / "large.png", tmp_path / "out") < 1.5
    with Image.open(tmp_path / "out/input_images/image.jpg") as small:
        assert small.width * small.height <= 24_000_000
        size = small.size
    numbers = json.loads((tmp_path / "out/results/analysis.json").read_text("utf-8"))
    assert numbers["image"]["full_width"] == numbers["image"]["full_height"] == 9900
    x, y = numbers["prompt"]["points"][0]
    assert abs(x - 5500 * size[0] / 9900) < 1
    assert abs(y - 4500 * size[1] / 9900) < 1
    report = (tmp_path / "out/README.md").read_text("utf-8")
    assert f"{size[0]} × {size[1]}" in report
    assert "9900 × 9900" in report
    assert {finding.status for finding in check_workshop(tmp_path / "out")} == {"ok", "todo"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not heed the limit")
@pytest.mark.parametrize("megabytes", [64, 100, 250, 550, 900, 1200, 1399, 1420])
def test_a_command_without_memory_fails_in_one_sentence(megabytes: int, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)

    done = subprocess.run(
        [sys.executable, "-m", "segwidgets", "workshop", "--out", "made"],
        cwd=tmp_path, preexec_fn=limit, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode == 0 and megabytes > 1400:  # it was enough here
        assert "Traceback" not in done.stderr
        assert "The workshop is in" in done.stdout
        assert {finding.status for finding in check_workshop(tmp_path / "made")} == {"ok", "todo"}
        return
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 1, done.stderr
    assert "memory" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not heed the limit")
@pytest.mark.parametrize("megabytes", [64, 150, 299, 320, 500, 1000])
def test_a_check_without_memory_is_whole_or_one_sentence(
    megabytes: int, handin: Path, tmp_path: Path
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)

    done = subprocess.run(
        [sys.executable, "-m", "segwidgets", "check", str(handin)],
        cwd=tmp_path, preexec_fn=limit, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "COLUMNS": "250", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    if done.returncode == 0 and megabytes >= 300:
        assert done.stderr == ""
        assert sum(line.startswith("✓") for line in done.stdout.splitlines()) == len(look(handin))
        return
    assert megabytes < 1000, "so much is enough"
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "memory" in done.stderr


def numpys() -> MemoryError:
    """Return what NumPy raises of an array that no machine can hold."""
    with pytest.raises(MemoryError) as raised:
        np.empty(1 << 58, np.uint8)
    return raised.value


LACKS = {
    "Python's": MemoryError(),
    "NumPy's": numpys(),
    "onnxruntime's": RuntimeError(
        "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running Conv node. "
        "Status Message: /onnxruntime/core/framework/bfc_arena.cc:376 Failed to allocate memory for "
        "requested buffer of size 67108864"
    ),
    "onnxruntime's other": RuntimeError("[ONNXRuntimeError] : 1 : FAIL : std::bad_alloc"),
    "onnxruntime's on Windows": RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : bad allocation"),
    "OpenBLAS's": RuntimeError(
        "OpenBLAS error: Memory allocation still failed after 10 attempts, giving up."
    ),
    "OpenCV's": RuntimeError("OpenCV(4.10.0) error: (-4:Insufficient memory) Failed to allocate 9 bytes"),
    "torch's": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    "torch's on Windows": RuntimeError(
        "DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"
    ),
    "torch's on a card": RuntimeError("CUDA out of memory. Tried to allocate 9 MiB"),
    "the loader's": ImportError("libx.so: failed to map segment from shared object"),
    "the threads'": RuntimeError("can't start new thread"),
    "the system's": OSError(12, "Cannot allocate memory"),
}


def ended(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run the command with a workshop that ends so; return its status."""

    def fail(*arguments: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr("segwidgets.workshop.make.make_workshop", fail)
    monkeypatch.setattr(sys, "argv", ["segwidgets", "workshop"])
    with pytest.raises(SystemExit) as end:
        commands.main()
    return end.value.code


@pytest.mark.parametrize("whose", LACKS, ids=called)
def test_each_librarys_words_for_no_memory_are_one_sentence(
    whose: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert is_lack_of_memory(LACKS[whose])
    caused = ValueError("it failed")
    caused.__cause__ = LACKS[whose]
    for error in (LACKS[whose], caused):
        assert ended(error, monkeypatch) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("Error: there is not enough memory")


def test_other_words_are_no_lack_of_memory() -> None:
    for error in (
        ValueError("the photo is too large"),
        RuntimeError("allocate"),
        KeyError("memory"),
        OSError(),
    ):
        assert not is_lack_of_memory(error)


def test_under_a_limit_an_error_that_is_none_of_ours_is_said_to_be_of_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError, match="strange"), monkeypatch.context() as patch:
        ended(RuntimeError("strange"), patch)
    monkeypatch.setattr(commands, "limit_mb", lambda: 3000)
    for error, words in (
        (RuntimeError("strange"), "there is not enough memory"),
        (ValueError("x must be y"), "x must be y"),
        (ImageError("x is empty"), "x is empty"),
        (JobError("it is not there"), "it is not there"),
    ):
        assert ended(error, monkeypatch) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"Error: {words}")
