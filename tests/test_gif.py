"""The GIF: animated, looping, small enough, the same on every run, and true to the frames."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from segwidgets.drawing import style
from segwidgets.drawing.annotators import annotate_mask, caption
from segwidgets.drawing.gif import LONGEST_MS, MAX_SIDE, different_frames, write_gif
from segwidgets.images import sample_image


@pytest.fixture(scope="module")
def frames():
    """A small story on a real photo: the photo, then a growing disk as its mask."""
    photo = sample_image("cat")
    rows, columns = np.ogrid[: photo.shape[0], : photo.shape[1]]
    disks = [(rows - 150) ** 2 + (columns - 225) ** 2 < radius**2 for radius in (40, 80, 120)]
    pictures = [photo, *(annotate_mask(photo, d, style.PALETTE[i]) for i, d in enumerate(disks))]
    return [caption(picture, f"{number}. Máscara") for number, picture in enumerate(pictures)]


def read(path):
    """Return the GIF's frames as RGB arrays, and the durations."""
    with Image.open(path) as gif:
        assert gif.format == "GIF"
        pictures, durations = [], []
        for number in range(gif.n_frames):
            gif.seek(number)
            pictures.append(np.asarray(gif.convert("RGB")))
            durations.append(gif.info["duration"])
        return pictures, durations, gif.info.get("loop")


def test_every_frame_is_there_in_order_and_it_loops_for_ever(frames, tmp_path):
    info = write_gif(frames, tmp_path / "process.gif", [1500, 200, 300, 2000])
    pictures, durations, loop = read(info.path)
    assert durations == [1500, 200, 300, 2000]
    assert loop == 0
    assert len(pictures) == len(frames)
    for picture, frame in zip(pictures, frames, strict=True):
        assert picture.shape == frame.shape
        assert np.abs(picture.astype(int) - frame).mean() < 4
    assert (info.width, info.height) == (frames[0].shape[1], frames[0].shape[0])
    assert info.size_bytes == info.path.stat().st_size


def test_colours_stay_rgb_and_flat_areas_flat(tmp_path):
    frames = [np.full((40, 60, 3), color, np.uint8) for color in (*style.PALETTE, (255, 0, 0), style.BAR)]
    pictures, _, _ = read(write_gif(frames, tmp_path / "flat.gif", 100).path)
    for picture, frame in zip(pictures, frames, strict=True):
        assert np.ptp(picture.reshape(-1, 3), axis=0).max() == 0
        assert np.abs(picture.astype(int) - frame).max() <= 1


def test_what_does_not_change_does_not_flicker(frames, tmp_path):
    pictures, _, _ = read(write_gif(frames, tmp_path / "still.gif").path)
    for outside in (np.s_[:20, :100], np.s_[285:300, :]):  # above and below what changes
        assert all((picture[outside] == pictures[0][outside]).all() for picture in pictures)


@pytest.mark.slow
def test_two_runs_write_the_same_bytes(frames, tmp_path):
    script = (
        "import sys, numpy as np\n"
        "from segwidgets.drawing.gif import write_gif\n"
        "write_gif(list(np.load(sys.argv[1]).values()), sys.argv[2], 100)\n"
    )
    np.savez(tmp_path / "frames.npz", *frames)
    for name in ("a.gif", "b.gif"):
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "frames.npz"), str(tmp_path / name)], check=True
        )
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_it_shrinks_until_it_fits_and_no_further_than_it_must(frames, tmp_path, share):
    whole = write_gif(frames, tmp_path / "whole.gif", 100)
    limit = int(whole.size_bytes * share)
    small = write_gif(frames, tmp_path / "small.gif", 100, max_bytes=limit)
    assert limit * 0.5 < small.size_bytes <= limit
    assert (tmp_path / "small.gif").stat().st_size == small.size_bytes
    assert small.width / small.height == pytest.approx(whole.width / whole.height, rel=0.03)
    assert len(read(small.path)[0]) == len(frames)


def test_what_still_fits_is_written_in_all_its_colours_and_else_first_in_fewer(frames, tmp_path):
    path = tmp_path / "process.gif"
    whole = write_gif(frames[:2], path, 100)
    assert whole.colors == 255
    assert write_gif(frames[:2], path, 100, max_bytes=whole.size_bytes) == whole
    fewer = write_gif(frames[:2], path, 100, max_bytes=whole.size_bytes - 1)
    assert (fewer.colors, fewer.width, fewer.height) == (128, whole.width, whole.height)
    assert fewer.size_bytes < whole.size_bytes
    smaller = write_gif(frames[:2], path, 100, max_bytes=fewer.size_bytes - 1)
    assert smaller.colors == 255
    assert (smaller.width, smaller.height) == (round(whole.width * 0.85), round(whole.height * 0.85))


def test_noise_fits_too(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (6, 480, 640, 3), np.uint8)
    info = write_gif(list(noise), tmp_path / "noise.gif", 100)
    assert info.size_bytes <= 1_500_000


def test_large_frames_are_brought_to_screen_size(tmp_path):
    frames = [np.full((3000, 4000, 3), level, np.uint8) for level in (0, 255)]
    info = write_gif(frames, tmp_path / "large.gif", 100)
    assert (info.width, info.height) == (MAX_SIDE, MAX_SIDE * 3 // 4)


def test_what_cannot_fit_is_refused_and_the_older_file_stays(frames, tmp_path):
    path = tmp_path / "old.gif"
    path.write_bytes(b"older")
    height, width = frames[0].shape[:2]
    words = (
        rf"^4 frames of {width} x {height} do not fit in 100 bytes even at (\d+) x \d+ \(\d+ bytes\); "
        "give fewer frames or raise max_bytes$"
    )
    with pytest.raises(ValueError, match=words) as found:
        write_gif(frames, path, 100, max_bytes=100)
    assert 64 <= int(str(found.value).split(" even at ")[1].split(" x ")[0]) < 64 / 0.85
    assert path.read_bytes() == b"older"
    assert [p.name for p in tmp_path.iterdir()] == ["old.gif"]


def test_a_failure_while_writing_leaves_the_older_file_and_no_rubbish(frames, tmp_path, monkeypatch):
    path = tmp_path / "old.gif"
    path.write_bytes(b"older")

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_gif(frames, path)
    assert path.read_bytes() == b"older"
    assert [p.name for p in tmp_path.iterdir()] == ["old.gif"]


def test_frames_are_not_changed(frames, tmp_path):
    before = [frame.copy() for frame in frames]
    write_gif(frames, str(tmp_path / "x.gif"), 100, max_bytes=60_000)
    assert all((a == b).all() for a, b in zip(before, frames, strict=True))


SMALL = np.zeros((20, 30, 3), np.uint8)


@pytest.mark.parametrize(
    ("frames", "durations", "error", "words"),
    [
        ([], 100, ValueError, "at least one"),
        ([SMALL, SMALL[:10]], 100, ValueError, "frame 1 is"),
        ([SMALL[:, :, 0]], 100, ValueError, "frame 0"),
        ([SMALL.astype(float)], 100, TypeError, "frame 0"),
        ([SMALL, SMALL], [100], ValueError, "2 frames came with 1"),
        ([SMALL], 10, ValueError, "at least 20"),
        ([SMALL], 105, ValueError, "steps of 10"),
        ([SMALL], [100.0], ValueError, "whole numbers"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(frames, durations, error, words, tmp_path):
    with pytest.raises(error, match=words):
        write_gif(frames, tmp_path / "x.gif", durations)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("duration", [20, LONGEST_MS])
def test_the_shortest_and_the_longest_duration_are_kept(duration, tmp_path):
    path = write_gif([SMALL, SMALL + 255], tmp_path / "x.gif", duration).path
    assert read(path)[1] == [duration, duration]


def test_a_duration_that_is_off_is_told_with_the_bounds(tmp_path):
    with pytest.raises(ValueError, match="durations_ms") as found:
        write_gif([SMALL], tmp_path / "x.gif", LONGEST_MS + 10)
    assert str(found.value) == (
        "durations_ms must be whole numbers of at least 20, at most 655350, in steps of 10, the unit of GIF, "
        "got int 655360"
    )


def striped(*levels):
    """Frames whose upper half is of a grey level, the lower one black."""
    frames = [SMALL + np.uint8(level) for level in levels]
    for frame in frames:
        frame[0] = 17
    return frames


@pytest.mark.parametrize(
    ("levels", "count"),
    [([0], 1), ([0, 0, 0], 1), ([0, 255], 2), ([0, 255, 255, 0], 3), ([0, 80, 160, 240], 4)],
)
def test_frames_that_differ_from_the_one_before_are_counted(levels, count, tmp_path):
    with Image.open(write_gif(striped(*levels), tmp_path / "x.gif", 100).path) as gif:
        assert different_frames(gif) == count
        assert different_frames(gif, 2) == min(count, 2)
        assert different_frames(gif, 1) == 1


def test_frames_of_one_colour_are_alike_for_nothing_is_seen_on_them(tmp_path):
    black, grey = SMALL * 0, SMALL * 0 + np.uint8(90)
    with Image.open(write_gif([black, grey, black], tmp_path / "x.gif", 100).path) as gif:
        assert different_frames(gif) == 1
    with Image.open(write_gif([black, *striped(80), grey], tmp_path / "y.gif", 100).path) as gif:
        assert different_frames(gif) == 3


def test_counting_frames_looks_at_a_bounded_number_of_pixels(tmp_path, monkeypatch):
    path = write_gif(striped(0, 80, 160, 240), tmp_path / "x.gif", 100).path
    for most, count in ((4 * SMALL[..., 0].size, 4), (4 * SMALL[..., 0].size - 1, 3), (0, 0)):
        monkeypatch.setattr("segwidgets.drawing.gif.MAX_LOOKED_AT", most)
        with Image.open(path) as gif:
            assert different_frames(gif) == count


def test_a_still_picture_has_one_frame(tmp_path):
    Image.fromarray(SMALL).save(tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as still:
        assert different_frames(still) == 1


def test_a_pause_among_frames_of_few_and_of_many_colours_changes_no_pixel(tmp_path):
    """The tables of colours differ in length, and what follows the pause is found behind them."""
    for colors in (2, 3, 17, 100):
        ramp = np.zeros((20, colors, 3), np.uint8) + (np.linspace(0, 255, colors).astype(np.uint8))[:, None]
        turned = ramp[:, ::-1].copy()
        path = write_gif(
            [ramp, ramp, ramp, turned, turned], tmp_path / "x.gif", [100, 200, 300, 400, 500]
        ).path
        pictures, durations, _ = read(path)
        assert durations == [100, 200, 300, 400, 500]
        for before, after in ((0, 1), (0, 2), (3, 4)):
            assert np.array_equal(pictures[before], pictures[after])
        assert not np.array_equal(pictures[2], pictures[3])
