"""The GIF: animated, looping, small enough, the same on every run, and true to the frames."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from segwidgets.drawing import style
from segwidgets.drawing.annotators import annotate_mask, caption
from segwidgets.drawing.gif import MAX_SIDE, write_gif
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
    with pytest.raises(ValueError, match="do not fit in 100 bytes"):
        write_gif(frames, path, 100, max_bytes=100)
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
