"""Loading photos: whatever comes in, RGB comes out, or one sentence that says why not."""

import contextlib
import io
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segwidgets import images
from segwidgets.ground import decoding
from segwidgets.images import SAMPLES, ImageError, load_image, sample_image, sample_path

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def quarters(height=40, width=60):
    """Red, green over blue, white: shows any flip, turn or swap of channels."""
    image = np.empty((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = RED
    image[: height // 2, width // 2 :] = GREEN
    image[height // 2 :, : width // 2] = BLUE
    image[height // 2 :, width // 2 :] = WHITE
    return image


def encoded(image, format="PNG", **options):
    buffer = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(buffer, format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["path", "str", "bytes", "bytearray", "memoryview", "pil", "array"])
def test_every_kind_of_source_gives_the_same_pixels(kind, tmp_path):
    png = encoded(quarters())
    path = tmp_path / "señal ñandú.png"
    path.write_bytes(png)
    source = {
        "path": path,
        "str": str(path),
        "bytes": png,
        "bytearray": bytearray(png),
        "memoryview": memoryview(png),
        "pil": Image.open(path),
        "array": quarters(),
    }[kind]
    image = load_image(source)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert image.flags.writeable
    np.testing.assert_array_equal(image, quarters())


def test_an_array_is_copied_not_shared():
    source = quarters()
    load_image(source)[:] = 0
    np.testing.assert_array_equal(source, quarters())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation):
    turns = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,  # stored turned the other way than it is shown
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = Image.fromarray(quarters())
    if turns[orientation] is not None:
        stored = stored.transpose(turns[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = load_image(encoded(stored, exif=exif))
    np.testing.assert_array_equal(image, quarters())


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("1", 1, WHITE),
        ("L", 100, (100, 100, 100)),
        ("P", RED, RED),
        ("RGBA", (255, 0, 0, 255), RED),
        ("RGBA", (255, 0, 0, 0), WHITE),
        ("RGBA", (255, 0, 0, 51), (255, 204, 204)),
        ("LA", (0, 51), (204, 204, 204)),
        ("CMYK", (0, 255, 255, 0), RED),
        ("YCbCr", (255, 128, 128), WHITE),
        ("HSV", (0, 255, 255), RED),
        ("F", 0.2, (51, 51, 51)),
        ("I;16", 65535, WHITE),
        ("I;16", 51 * 257, (51, 51, 51)),
        ("I", 51 * 257, (51, 51, 51)),
        ("I", 51, (51, 51, 51)),
    ],
)
def test_every_pil_mode_becomes_rgb(mode, color, expected):
    if mode == "P":
        source = Image.new("RGB", (20, 20), color).quantize(4)
    else:
        source = Image.new(mode, (20, 20), color)
    assert load_image(source).reshape(-1, 3).tolist() == [list(expected)] * 400


@pytest.mark.parametrize(
    ("format", "mode"),
    [("PNG", "I;16"), ("TIFF", "I;16"), ("TIFF", "I;16B"), ("TIFF", "F"), ("JPEG", "CMYK"), ("TIFF", "CMYK")],
)
def test_files_of_unusual_depth_and_colour_are_read(format, mode):
    value = {"I;16": 32768, "I;16B": 32768, "F": 0.5, "CMYK": (0, 0, 0, 127)}[mode]
    assert abs(int(load_image(encoded(Image.new(mode, (32, 32), value), format))[8, 8, 0]) - 128) <= 1


def test_a_transparent_palette_colour_is_laid_on_white():
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([10, 20, 30, 255, 0, 0])
    palette.paste(1, (0, 0, 10, 20))
    image = load_image(encoded(palette, "PNG", transparency=0))
    assert image[5, 5].tolist() == list(RED)
    assert image[5, 15].tolist() == list(WHITE)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF", "MPO"])
def test_the_first_frame_of_an_animation_is_taken(format):
    first, second = (Image.new("RGB", (32, 32), color) for color in ("red", "blue"))
    options = {"lossless": True} if format == "WEBP" else {}
    image = load_image(encoded(first, format, save_all=True, append_images=[second], **options))
    assert np.abs(image[16, 16].astype(int) - RED).max() <= 2


@pytest.mark.parametrize(
    "array",
    [
        np.full((20, 30), 255, np.uint8),
        np.full((20, 30, 1), 255, np.uint8),
        np.full((20, 30, 4), 255, np.uint8),
        np.full((20, 30), True),
        np.full((20, 30), 65535, np.uint16),
        np.full((20, 30), 65535, ">u2"),
        np.full((20, 30, 3), 1.0, np.float32),
        np.full((20, 30, 3), 1.0005, np.float64),
        np.full((20, 30, 3), 255, np.int64),
        np.dstack([np.zeros((20, 30, 3), np.uint8), np.zeros((20, 30), np.uint8)]),  # clear black, on white
    ],
    ids=lambda a: f"{a.dtype}-{a.shape}",
)
def test_every_array_range_ends_at_white(array):
    np.testing.assert_array_equal(load_image(array), np.full((20, 30, 3), 255, np.uint8))


def test_float_arrays_round_to_the_nearest_level():
    levels = np.tile(np.arange(256, dtype=np.uint8), (16, 1))
    np.testing.assert_array_equal(load_image(levels / 255)[:, :, 0], levels)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(20, np.uint8), "shape"),
        (np.zeros((20, 20, 2), np.uint8), "shape"),
        (np.zeros((3, 20, 20), np.uint8), "transpose"),
        (np.zeros((2, 20, 20, 3), np.uint8), "shape"),
        (np.full((20, 20), np.nan), "nan_to_num"),
        (np.full((20, 20), np.inf), "infinity"),
        (np.full((20, 20, 3), 200.0), "divide"),
        (np.full((20, 20), -1), "0 to 255"),
        (np.full((20, 20), 4095), "0 to 255"),
        (np.full((20, 20), 1j), "complex"),
        (np.full((20, 20), "a"), "dtype"),
        (np.zeros((0, 20, 3), np.uint8), "too small"),
        (np.zeros((1, 1, 3), np.uint8), "too small"),
        (np.zeros((15, 400, 3), np.uint8), "at least 16"),
    ],
)
def test_bad_arrays_are_refused_with_what_was_expected(array, words):
    with pytest.raises(ImageError, match=words):
        load_image(array)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Hola, soy un texto con \xc3\xb1.\n" * 30, "holds text"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
        (bytes(range(128, 256)) * 4, "no known format"),
        (encoded(np.zeros((1, 1, 3), np.uint8)), "too small"),
        (encoded(np.zeros((1, 500, 3), np.uint8)), "500 x 1"),
    ],
    ids=["empty", "text", "html", "svg", "pdf", "heic", "noise", "1x1", "500x1"],
)
def test_files_that_are_no_photo_are_named_for_what_they_are(content, words, tmp_path):
    path = tmp_path / "foto.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=words) as caught:
        load_image(path)
    assert "foto.jpg" in str(caught.value)
    with pytest.raises(ImageError, match=words):
        load_image(content)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_truncated_files_are_refused_wherever_they_end(format):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    whole = encoded(noise, format)
    for share in (0.02, 0.3, 0.6, 0.9):
        with pytest.raises(ImageError, match=r"damaged|not an image"):
            load_image(whole[: int(len(whole) * share)])


def test_a_flipped_byte_is_read_or_refused_but_never_a_strange_error():
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (32, 32, 3)).astype(np.uint8)
    for format in ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP"):
        whole = encoded(noise, format)
        for position in rng.integers(0, len(whole), 60):
            broken = bytearray(whole)
            broken[position] ^= 0xFF
            with contextlib.suppress(ImageError):
                assert load_image(bytes(broken)).ndim == 3


def test_a_broken_exif_block_does_not_lose_the_photo():
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encoded(quarters(), "JPEG", exif=exif)
    start = whole.index(b"Exif\x00\x00") + 6
    broken = whole[:start] + b"\xff" * 20 + whole[start + 20 :]
    assert load_image(broken).shape[2] == 3


def bomb(width, height):
    """A PNG of some hundred bytes whose header promises width x height pixels."""
    whole = bytearray(encoded(np.zeros((16, 16, 3), np.uint8)))
    whole[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    whole[29:33] = zlib.crc32(whole[12:29]).to_bytes(4, "big")
    return bytes(whole)


@pytest.mark.parametrize("side", [10_001, 60_000])
@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
def test_decompression_bombs_are_refused_before_they_are_unpacked(side):
    with pytest.raises(ImageError, match=r"too large|more than the 100 million"):
        load_image(bomb(side, side))


def test_a_photo_that_only_pil_finds_large_is_judged_by_our_own_limit(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert load_image(encoded(quarters(40, 40))).shape == (40, 40, 3)


def test_a_missing_file_names_its_neighbours(tmp_path):
    (tmp_path / "gatito.png").write_bytes(encoded(quarters()))
    with pytest.raises(FileNotFoundError, match=r"did you mean gatito\.png"):
        load_image(tmp_path / "gatitos.png")
    with pytest.raises(FileNotFoundError, match="astronaut, motorcycle"):
        load_image(tmp_path / "zzz" / "zzz.png")


@pytest.mark.parametrize("source", [".", "", "a" * 5000])
def test_paths_that_cannot_be_a_file_are_refused(source):
    with pytest.raises(ImageError, match=r"folder|too long"):
        load_image(source)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(ImageError, match="neither"):
        load_image(tmp_path / "pipe.jpg")


@pytest.mark.parametrize("source", [None, 3, [[1, 2]], {"a": 1}])
def test_what_is_no_source_at_all_is_a_type_error(source):
    with pytest.raises(TypeError, match=r"path, an address .* or an array"):
        load_image(source)


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/moved.png":
                self.send_response(302)
                self.send_header("Location", "/photo.png")
                self.end_headers()
                return
            body = {
                "/photo.png": encoded(quarters()),
                "/page": b"<!doctype html><p>a page</p>",
                "/big": bytes(300_000),
            }.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            if body:
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_is_fetched(server, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    np.testing.assert_array_equal(load_image(f"{server}/photo.png"), quarters())
    np.testing.assert_array_equal(load_image(f"{server}/moved.png"), quarters())
    with pytest.raises(ImageError, match="404"):
        load_image(f"{server}/nothing.png")
    with pytest.raises(ImageError, match="web page"):
        load_image(f"{server}/page")
    monkeypatch.setattr(images, "MAX_DOWNLOAD_BYTES", 100_000)
    with pytest.raises(ImageError, match="larger than"):
        load_image(f"{server}/big")


def test_an_address_that_nobody_answers_says_so():
    with pytest.raises(ImageError, match="cannot be fetched"):
        load_image("http://127.0.0.1:9/photo.png")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_at_hand_and_credited(name):
    image = sample_image(name)
    assert image.ndim == 3
    assert min(image.shape[:2]) >= 300
    assert sample_path(name).suffix in {".png", ".jpg"}
    assert all((SAMPLES[name].title, SAMPLES[name].credit, SAMPLES[name].licence))
    np.testing.assert_array_equal(load_image(name), image)


def test_samples_are_the_photos_that_the_packages_name():
    from skimage import data

    np.testing.assert_array_equal(sample_image("cat"), data.chelsea())
    np.testing.assert_array_equal(sample_image("motorcycle"), data.stereo_motorcycle()[0])
    np.testing.assert_array_equal(sample_image("coins")[:, :, 1], data.coins())


def test_samples_need_no_network_and_no_heavy_import():
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from segwidgets.images import SAMPLES, sample_image\n"
        "for name in SAMPLES: sample_image(name)\n"
        "print(*sorted({'skimage', 'matplotlib', 'torch', 'requests', 'pooch'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


def test_a_file_comes_before_a_sample_of_the_same_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cat").write_bytes(encoded(quarters()))
    np.testing.assert_array_equal(load_image("cat"), quarters())


def test_an_unknown_sample_lists_the_known_ones():
    with pytest.raises(ValueError, match="cat, astronaut, motorcycle"):
        sample_image("dog")


# to the letter, and at the very bounds


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            np.zeros((3, 20, 20), np.uint8),
            "the array must have shape (H, W), (H, W, 3) or (H, W, 4), got (3, 20, 20); move the channels to "
            "the end with array.transpose(1, 2, 0)",
        ),
        (
            np.zeros((4, 20, 20), np.uint8),
            "the array must have shape (H, W), (H, W, 3) or (H, W, 4), got (4, 20, 20)",
        ),
        (np.full((20, 20), 1j), "the array must hold numbers or booleans, got dtype complex128"),
        (
            np.full((20, 20), np.inf),
            "the array holds NaN or infinity; replace them, as in numpy.nan_to_num(array)",
        ),
        (
            np.linspace(-0.5, 200, 400).reshape(20, 20),
            "the array of floats must lie in 0 to 1, got -0.5 to 200; divide it by its range first, as in "
            "array / 255",
        ),
        (
            np.arange(-1, 399).reshape(20, 20),
            "the array of integers must lie in 0 to 255, got -1 to 398; rescale it first",
        ),
        (
            np.zeros((15, 400), np.uint8),
            "the array is 400 x 15 pixels, too small to segment: each side needs at least 16",
        ),
        (b"", "the bytes is empty (0 bytes); save or download it again"),
        (
            b"Hola.",
            "the bytes is not an image that can be read: it holds text; give a JPEG, PNG or other image file",
        ),
        (
            b"  <HTML>",
            "the bytes is not an image that can be read: it is a web page; use the address of the picture "
            "itself",
        ),
        (
            b"\n<?xml version='1.0'?>",
            "the bytes is not an image that can be read: it looks like SVG, a drawing without pixels; export "
            "it as PNG",
        ),
        (b"%PDF-", "the bytes is not an image that can be read: it is a PDF; export the page as PNG"),
        (
            b"\xc5\xd0\xd3\xc6 and more",
            "the bytes is not an image that can be read: it is PostScript, a program that draws; export the "
            "picture as PNG",
        ),
        (
            b"....ftypmp42",
            "the bytes is not an image that can be read: it looks like HEIC or a video; export the photo as "
            "JPEG or PNG",
        ),
        (
            Image.new("RGB", (30, 5)),
            "the PIL image is 30 x 5 pixels, too small to segment: each side needs at least 16",
        ),
        (
            np.ma.masked_equal(np.zeros((2, 2), np.uint8), 0),
            "an image must be a plain array, got a masked array of shape (2, 2) and dtype uint8; say what "
            "stands where it is masked, as in array.filled(0)",
        ),
    ],
)
def test_what_is_refused_is_told_in_these_words(source, words):
    with pytest.raises(ImageError) as found:
        load_image(source)
    assert str(found.value) == words


def test_sixteen_bits_are_brought_to_eight_by_rounding_halves_up(caplog):
    values = np.arange(0, 65536, dtype=np.uint16).reshape(256, 256)
    expected = (values.astype(np.float64) * 255 / 65535 + 0.5).astype(np.uint8)
    image = load_image(values)
    assert image.dtype == np.uint8
    np.testing.assert_array_equal(image[:, :, 1], expected)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("highest", "white", "words"),
    [
        (1, 255, "the array has 16 bits, but no value above 1: it is read as one of 8 bits"),
        (255, 255, "the array has 16 bits, but no value above 255: it is read as one of 8 bits"),
        (256, 1023, "the array has 16 bits, but no value above 256: it is read as one of 10 bits"),
        (1024, 4095, "the array has 16 bits, but no value above 1024: it is read as one of 12 bits"),
        (
            4096,
            65535,
            "the array has 16 bits, but no value above 4096, and looks dark: stretch it, as in "
            "array / array.max()",
        ),
        (
            16383,
            65535,
            "the array has 16 bits, but no value above 16383, and looks dark: stretch it, as in "
            "array / array.max()",
        ),
        (16384, 65535, None),
        (0, 65535, None),
    ],
)
def test_how_deep_sixteen_bits_are_is_told_by_their_highest_value(highest, white, words, caplog):
    values = np.zeros((20, 20), np.uint16)
    values[3, 4] = highest
    assert load_image(values)[3, 4].tolist() == [int(highest * 255 / white + 0.5)] * 3
    assert caplog.messages == ([words] if words else [])


def test_floats_may_overshoot_by_a_thousandth_and_no_more():
    just = np.full((16, 16), 0.5)
    just[0, :2] = -0.001, 1.001
    assert load_image(just)[0, :3, 0].tolist() == [0, 255, 128]
    for value in (-0.0011, 1.0011):
        just[0, 0] = value
        with pytest.raises(ImageError, match="0 to 1"):
            load_image(just)


def test_transparency_of_an_array_is_laid_on_white_and_rounded():
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[..., 0], rgba[..., 3] = 10, np.arange(256).reshape(16, 16)
    image = load_image(rgba)
    alpha = rgba[..., 3].astype(float)
    np.testing.assert_array_equal(
        image[..., 0], np.floor((10 * alpha + 255 * (255 - alpha)) / 255 + 0.5 - 1e-9)
    )
    np.testing.assert_array_equal(image[..., 1], 255 - rgba[..., 3])


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "I;16", "array"])
def test_a_photo_read_strip_by_strip_is_whole(mode, monkeypatch):
    monkeypatch.setattr("segwidgets.ground.decoding.STRIP_PIXELS", 7 * 60)
    photo = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    if mode == "array":
        source, expected = photo, photo
    elif mode == "I;16":
        levels = photo[..., 0].astype(np.uint16) * 257
        levels[0, 0] = 65535
        photo[0, 0] = 255
        source, expected = Image.fromarray(levels), np.repeat(photo[..., :1], 3, axis=2)
    else:
        source, expected = Image.fromarray(photo).convert(mode), photo
    np.testing.assert_array_equal(load_image(source), expected)


@pytest.mark.parametrize(("number", "turned"), [(0, 1), (1, 1), (5, 5), (8, 8), (9, 1), ("6", 1)])
def test_only_the_eight_numbers_turn_a_photo(number, turned):
    image = Image.new("RGB", (20, 30))
    image.getexif()[0x0112] = number
    assert decoding.orientation(image) == turned
    assert decoding.is_turned(image) is (turned >= 5)


def test_a_photos_own_image_is_not_turned_when_it_is_read():
    exif = Image.Exif()
    exif[0x0112] = 6
    mine = Image.open(io.BytesIO(encoded(quarters(), exif=exif)))
    assert load_image(mine).shape == (60, 40, 3)
    assert mine.size == (60, 40)


def test_as_many_pixels_as_are_allowed_are(monkeypatch):
    decoding.check_size(20, 30, "x", 600)
    decoding.check_size(10_000, 10_000, "x")
    decoding.check_size(16, 16, "x")
    with pytest.raises(ImageError) as found:
        decoding.check_size(20_000, 6000, "x", 119_999_999)
    assert str(found.value) == (
        "x is 6000 x 20000 pixels, more than the 120 million that are allowed; make it smaller first"
    )


def test_a_large_jpeg_is_read_smaller_but_no_smaller_than_asked_for():
    photo = encoded(np.full((800, 1200, 3), 99, np.uint8), "JPEG")
    for at_most, shape in (
        (960_000, (800, 1200)),
        (959_999, (800, 1200)),
        (240_000, (400, 600)),
        (60_001, (400, 600)),
        (15_000, (100, 150)),
    ):
        assert decoding.decode(io.BytesIO(photo), "x", at_most).shape[:2] == shape, at_most
    png = encoded(np.zeros((80, 120, 3), np.uint8))
    assert decoding.decode(io.BytesIO(png), "x", 100).shape[:2] == (80, 120)


# a photo with its file


def test_a_file_comes_with_its_bytes_its_ending_and_its_size(tmp_path):
    jpeg = encoded(quarters(), "JPEG")
    for name, suffix in (("a.JPEG", ".jpeg"), ("a.jfif", ".jfif"), ("a.png", ".jpg"), ("a", ".jpg")):
        (tmp_path / name).write_bytes(jpeg)
        for source in (tmp_path / name, str(tmp_path / name)):
            image, content, ending = images.load_original(source)
            assert (content, ending) == (jpeg, suffix)
            np.testing.assert_array_equal(image, load_image(jpeg))
    assert images.load_original(memoryview(jpeg))[1:] == (jpeg, ".jpg")
    assert images.load_original(encoded(quarters(), "TIFF"))[2] == ".tif"


@pytest.mark.parametrize("source", [quarters(), Image.fromarray(quarters())])
def test_what_is_no_file_becomes_a_png_of_its_pixels(source):
    image, content, ending, size = images.load_working(source, 2400)
    assert (ending, size) == (".png", (40, 60))
    with Image.open(io.BytesIO(content)) as png:
        assert png.format == "PNG"
        np.testing.assert_array_equal(np.asarray(png), image)
    assert images.load_working(source, 2399).suffix == ".jpg"


def test_a_turned_file_has_the_size_it_is_shown_at():
    exif = Image.Exif()
    exif[0x0112] = 8
    working = images.load_working(encoded(quarters(), "JPEG", exif=exif), 2400)
    assert working.full_size == working.image.shape[:2] == (60, 40)


def test_a_long_photo_made_smaller_keeps_its_shorter_side_wide_enough():
    image = images.load_working(np.zeros((2000, 20, 3), np.uint8), 10_000).image
    assert image.shape[:2] == (1000, 16)


def test_what_is_wrong_with_a_file_is_told_under_its_own_name(tmp_path, monkeypatch):
    (tmp_path / "foto.jpg").write_bytes(b"text")
    words = " is not an image that can be read: it holds text; give a JPEG, PNG or other image file"
    for source, name in ((tmp_path / "foto.jpg", "foto.jpg"), (b"text", "the bytes")):
        with pytest.raises(ImageError) as found:
            images.load_working(source, 100)
        assert str(found.value) == name + words
    (tmp_path / "small.png").write_bytes(encoded(np.zeros((5, 30, 3), np.uint8)))
    with pytest.raises(ImageError) as found:
        images.load_working(str(tmp_path / "small.png"), 100)
    assert str(found.value) == (
        "small.png is 30 x 5 pixels, too small to segment: each side needs at least 16"
    )
    monkeypatch.setattr(images, "MAX_FILE_BYTES", 3)
    with pytest.raises(ImageError, match=r"^foto\.jpg cannot be read: "):
        images.load_working(tmp_path / "foto.jpg", 100)


def test_three_names_that_are_near_are_offered_and_a_folder_and_nothing_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(5):
        (tmp_path / f"gato_{number}.png").write_bytes(b"")
    with pytest.raises(FileNotFoundError) as found:
        load_image("gato_.png")
    text = str(found.value)
    assert text.startswith(f"there is no file 'gato_.png' (looked in {tmp_path}); did you mean gato_")
    assert text.count(" or ") == 2
    with pytest.raises(FileNotFoundError) as found:
        load_image(Path("zzzz"))
    assert str(found.value) == (
        f"there is no file 'zzzz' (looked in {tmp_path}); the samples are {', '.join(SAMPLES)}"
    )
    with pytest.raises(FileNotFoundError, match="did you mean astronaut"):
        load_image("astronaud")
    with pytest.raises(ImageError) as found:
        load_image(str(tmp_path))
    assert str(found.value) == f"{str(tmp_path)!r} is a folder; give the path of one image file in it"


def test_an_address_is_fetched_with_its_file_up_to_its_bound(server, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    png = encoded(quarters())
    image, content, ending = images.load_original(f"{server}/photo.png")
    assert (content, ending) == (png, ".png")
    np.testing.assert_array_equal(image, quarters())
    monkeypatch.setattr(images, "MAX_DOWNLOAD_BYTES", len(png))
    assert images.load_original(f"{server}/photo.png".replace("http", "HTTP", 1))[1] == png
    monkeypatch.setattr(images, "MAX_DOWNLOAD_BYTES", len(png) - 1)
    with pytest.raises(ImageError) as found:
        load_image(f"{server}/photo.png")
    assert str(found.value) == (
        f"{server}/photo.png is larger than 0 MB; download it yourself and make it smaller"
    )
    monkeypatch.setattr(images, "MAX_DOWNLOAD_BYTES", 1000)
    with pytest.raises(ImageError, match=r"not an image .* web page"):
        images.load_working(f"{server}/page", 100)


def test_a_name_of_any_length_is_cut_in_what_is_said_of_it():
    with pytest.raises(ImageError) as found:
        decoding.open_image(io.BytesIO(b""), "x" * 5000)
    assert str(found.value) == f"{'x' * 99}… is empty (0 bytes); save or download it again"
