"""Exercises of lesson 6: an animation's order, a binary mask, a small GIF and a mended folder."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from segwidgets.course.exercises._files import judge_folder, judge_path
from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_array, run
from segwidgets.course.mistakes import Task
from segwidgets.course.registry import N_, KnownMistake, Mistake, NotYet, exercise
from segwidgets.drawing.gif import different_frames
from segwidgets.ground.decoding import open_image
from segwidgets.ground.outside import read_file
from segwidgets.ground.validation import UInt8Array
from segwidgets.images import sample_image
from segwidgets.locale.phrases import Phrases
from segwidgets.workshop.delivery import LAYOUTS

SMALL_GIF = 100_000  # bytes
SMALL_GIF_WIDTH = 240  # pixels
SMALL_GIF_FRAMES = 5
MAX_FRAMES = 1000  # of what a student's iterator gives: it may never end
MAX_GIF_BYTES = 50_000_000
MOVED_PX = 3  # so little does a frame move that shows nothing new
HARDLY = 10  # of 255: so little changes in a frame that shows nothing new
MAX_GIF_PIXELS = 4_000_000  # of a frame, to look at each


def _played(order: Callable[[list[int]], list[int]]) -> Callable[[int], list[int]]:
    """Return a function of how many frames there are: the numbers of those that are played."""
    return lambda count: order(list(range(count)))


def _say_order(order: list[int], _: list[int], case: Any, tr: Phrases) -> None:
    text = tr.gettext("Of {count} frames, numbered from 0, yours plays {order}.")
    raise NotYet(text.format(count=case[0], order=", ".join(map(str, order[:12]))))


_LEFT_OUT = N_("A frame is missing on the way back: look where the slice begins and ends.")
ORDER = Task(
    _played(lambda f: f + f[-2:0:-1]),
    ((4,), (2,), (5,)),
    (
        Mistake(
            _played(lambda f: f + f[::-1]),
            N_("The last frame is shown twice in a row, and in a loop so is the first."),
        ),
        Mistake(
            _played(lambda f: f + f[-2::-1]),
            N_("The last frame is the first one again, so in a loop it is shown twice."),
        ),
        Mistake(_played(lambda f: f + f[:0:-1]), N_("At the turn the last frame is shown twice in a row.")),
        Mistake(
            _played(lambda f: f[::-1]), N_("This only plays backwards; first come the frames as they are.")
        ),
        Mistake(
            _played(lambda f: f[-2:0:-1]),
            N_("This is the way back alone; first come the frames as they are, forwards."),
        ),
        Mistake(_played(lambda f: f), N_("These are the frames as they were; the way back is missing.")),
        Mistake(
            _played(lambda f: f * 2), N_("This plays forwards twice; the second time it should be backwards.")
        ),
        Mistake(
            _played(lambda f: f + f[1:-1]),
            N_("The second half is not turned round: it plays forwards again, not backwards."),
        ),
        Mistake(_played(lambda f: f + f[-2:1:-1]), _LEFT_OUT),
        Mistake(_played(lambda f: f + f[-3:0:-1]), _LEFT_OUT),
        Mistake(
            _played(lambda f: f[::-1] + f[1:-1]),
            N_("This begins with the way back; it should begin forwards."),
        ),
        Mistake(
            _played(lambda f: [one for one in f for _ in range(2)]),
            N_("Each frame comes twice in a row, and the way back is missing."),
        ),
        Mistake(
            _played(lambda f: f[::-1] + f), N_("This begins with the way back; it should begin forwards.")
        ),
    ),
    read=lambda order, tr: order,
    same=lambda one, other, _: list(one) == list(other),
    otherwise=_say_order,
)


@exercise("6.1", ORDER)
def there_and_back(answer: Any, tr: Phrases) -> str:
    """Ask for a function that plays frames forwards, then backwards, as a loop without a double frame."""
    orders = []
    for (count,) in ORDER.cases:
        frames = [np.full((2, 3, 3), 10 * number, np.uint8) for number in range(count)]
        given = list(frames)
        try:
            orders.append(_order(run(answer, tr, given), frames, tr))
        except NotYet as error:
            if not isinstance(error.__cause__, IndexError):
                raise
            text = tr.gettext(
                "With {count} frames it stopped: len(frames) says how many there are this time."
            )
            raise KnownMistake(text.format(count=count)) from None
        if [id(frame) for frame in given] != [id(frame) for frame in frames]:
            raise KnownMistake(tr.gettext("The function changes the list that it was given; make a new one."))
    ORDER.judge_all(orders, tr)
    return tr.gettext("There and back, and no frame twice in a row.")


def _order(played: Any, frames: Sequence[UInt8Array], tr: Phrases) -> list[int]:
    """Return the numbers of the frames that were returned."""
    if isinstance(played, Iterator):
        played = list(islice(played, MAX_FRAMES))
    if not isinstance(played, list | tuple | np.ndarray):
        raise NotYet(tr.gettext("The function is to return a list of frames."))
    order = []
    if any(isinstance(one, list | tuple) for one in played):
        raise KnownMistake(
            tr.gettext("There are lists in the list; one list is asked for: join them with +.")
        )
    for one in played:
        found = [number for number, frame in enumerate(frames) if np.array_equal(one, frame)]
        if not found:
            raise NotYet(
                tr.gettext("Something in the list is none of the frames; put the frames themselves in it.")
            )
        order.append(found[0])
    return order


@exercise("6.2")
def black_and_white(answer: Any, tr: Phrases) -> str:
    """Ask for a function that makes a smoothed mask binary again: 0 and 255, uint8."""
    mask = reference_mask("rocket", "rocket")
    smooth: UInt8Array = cv2.GaussianBlur(mask.astype(np.uint8) * np.uint8(255), (0, 0), 2)
    binary = run(answer, tr, smooth)
    if isinstance(binary, np.ndarray) and binary.shape == smooth.shape:
        values = set(np.unique(binary).tolist())
        if values == {0, 1}:
            raise KnownMistake(
                tr.gettext("The values are 0 and 1; as a picture that looks black. White is 255.")
            )
        if values == {-1, 0, 1} or values == {-1, 1}:
            raise KnownMistake(tr.gettext("The values are −1 and 1; black is 0 and white is 255."))
        if np.array_equal(binary, smooth * np.uint8(255)):
            raise KnownMistake(
                tr.gettext("Times 255 runs over: uint8 begins again at 0. Compare with the middle instead.")
            )
        if not values <= {0, 255}:
            raise NotYet(
                tr.gettext("There are {count} different values in it; only 0 and 255 may remain.").format(
                    count=len(values)
                )
            )
        if binary.dtype != np.uint8:
            raise KnownMistake(
                tr.gettext(
                    "The values are right, but the dtype is {dtype}; a picture file takes uint8."
                ).format(dtype=binary.dtype)
            )
        white = binary == 255
        if not white.any():
            raise KnownMistake(
                tr.gettext("Nothing is white: is every pixel compared with the middle, and in parentheses?")
            )
        if 0.02 < white.mean() < 0.98 and (white == ~mask).mean() > 0.95:
            raise KnownMistake(tr.gettext("Black and white are swapped: the object is to be 255."))
        if np.array_equal(white, smooth > 0):
            raise KnownMistake(
                tr.gettext(
                    "Everything that is not quite black became white, so the mask grew. Cut in the middle."
                )
            )
        if np.array_equal(white, smooth == 255):
            raise KnownMistake(
                tr.gettext("Only what is wholly white stayed, so the mask shrank. Cut in the middle.")
            )
        if any(np.array_equal(white, smooth >= cut) for cut in range(115, 141)):
            return tr.gettext("Two values, and the edge is where it was.")
        if any(np.array_equal(white, smooth >= cut) for cut in range(2, 115)):
            raise KnownMistake(
                tr.gettext("The cut is too low: the edge moved out. It was where the grey is half of 255.")
            )
        if any(np.array_equal(white, smooth >= cut) for cut in range(141, 255)):
            raise KnownMistake(
                tr.gettext("The cut is too high: the edge moved in. It was where the grey is half of 255.")
            )
    judge_array(binary, np.where(smooth > 127, 255, 0).astype(np.uint8), tr)
    return tr.gettext("Two values, and the edge is where it was.")


@exercise("6.3")
def small_gif(answer: Any, tr: Phrases) -> str:
    """Ask for the path of a looping GIF that is small in bytes and not too small in pixels."""
    path = judge_path(answer, tr)
    if path.is_dir():
        raise NotYet(
            tr.gettext("{name} is a folder; the GIF's own path is asked for.").format(name=path.name)
        )
    try:
        with open_image(io.BytesIO(read_file(path, MAX_GIF_BYTES)), path.name) as gif:
            kind, width, loop = gif.format, gif.width, gif.info.get("loop")
            is_small = path.stat().st_size <= SMALL_GIF and gif.width * gif.height <= MAX_GIF_PIXELS
            frames = different_frames(gif) if is_small else getattr(gif, "n_frames", 1)
            moved = frames - _frames_of_their_own(gif) if is_small else 0
            ratio = gif.width / gif.height
    except (OSError, ValueError, SyntaxError) as error:
        raise NotYet(tr.gettext("{name} cannot be read as a picture.").format(name=path.name)) from error
    if kind != "GIF":
        raise NotYet(tr.gettext("This file is a {kind}, not a GIF.").format(kind=kind))
    size = path.stat().st_size
    if frames < SMALL_GIF_FRAMES:
        text = tr.gettext("It has {frames} different frames; at least {wanted} are asked for.")
        raise NotYet(text.format(frames=frames, wanted=SMALL_GIF_FRAMES))
    if frames - moved < SMALL_GIF_FRAMES:
        raise KnownMistake(
            tr.gettext(
                "Frames that are another one moved by a few pixels, or nearly the same, show nothing new: "
                "take five that differ."
            )
        )
    if not 0.8 < ratio / (451 / 300) < 1.25:
        raise KnownMistake(
            tr.gettext("The frames are squashed: width and height must change by the same factor.")
        )
    if loop != 0:
        raise NotYet(tr.gettext("It does not play for ever: save it with loop=0, as write_gif does."))
    if size > SMALL_GIF:
        text = tr.gettext(
            "It takes {size} kB, and {limit} are allowed. What could go: colours, pixels, changes?"
        )
        raise NotYet(text.format(size=-(-size // 1000), limit=SMALL_GIF // 1000))
    if width < SMALL_GIF_WIDTH:
        text = tr.gettext("It is only {width} pixels wide; at least {wanted} are asked for.")
        raise NotYet(text.format(width=width, wanted=SMALL_GIF_WIDTH))
    return tr.gettext("{frames} frames, {width} pixels wide, {size} kB.").format(
        frames=frames, width=width, size=tr.decimal(size / 1000, 0)
    )


def _frames_of_their_own(gif: Any) -> int:
    """Count the frames that are not the one before, moved by a few pixels or hardly changed."""
    count, before = 0, None
    for number in range(getattr(gif, "n_frames", 1)):
        gif.seek(number)
        frame = np.asarray(gif.convert("L"), np.int16)
        count += before is None or not _is_moved(before, frame)
        before = frame
    return count


def _is_moved(before: Any, frame: Any) -> bool:
    """Say whether a grey frame is another one, moved by up to `MOVED_PX` pixels or hardly changed."""
    height, width = frame.shape
    if height <= 4 * MOVED_PX or width <= 4 * MOVED_PX:
        return False
    inner = frame[MOVED_PX:-MOVED_PX, MOVED_PX:-MOVED_PX]
    if np.abs(frame - before).max() < HARDLY:
        return True
    still = float(np.abs(inner - before[MOVED_PX:-MOVED_PX, MOVED_PX:-MOVED_PX]).mean())
    steps = [(down, right) for down in range(2 * MOVED_PX + 1) for right in range(2 * MOVED_PX + 1)]
    least = min(
        float(np.abs(inner - before[down:, right:][: inner.shape[0], : inner.shape[1]]).mean())
        for down, right in steps
    )
    return least < still / 4


def _shows_something(film: Path) -> bool:
    """Say whether any frame of a GIF has more than one colour; also where it cannot be looked at."""
    try:
        with open_image(io.BytesIO(read_file(film, MAX_GIF_BYTES)), film.name) as gif:
            for number in range(min(getattr(gif, "n_frames", 1), MAX_FRAMES)):
                gif.seek(number)
                lowest_and_highest: Any = gif.convert("RGB").getextrema()
                if any(low != high for low, high in lowest_and_highest):
                    return True
    except (OSError, ValueError, SyntaxError):
        return True
    return False


def _is_the_cat(photo: Path) -> bool:
    """Say whether a file is a picture of the size of the cat's photo."""
    try:
        with open_image(io.BytesIO(read_file(photo, MAX_GIF_BYTES)), photo.name) as image:
            return image.size == sample_image("cat").shape[1::-1]
    except (OSError, ValueError, SyntaxError):
        return False


@exercise("6.4")
def mended_folder(answer: Any, tr: Phrases) -> str:
    """Ask for the path of a workshop folder in which nothing is missing."""
    folder = judge_folder(answer, tr)
    for layout in LAYOUTS.values():
        film = folder / layout.gif
        if film.is_file() and not _shows_something(film):
            raise KnownMistake(
                tr.gettext(
                    "{name} is there, but all its frames have one colour: make it of the pictures."
                ).format(name=layout.gif)
            )
    photos = [file for layout in LAYOUTS.values() for file in (folder / layout.input).glob("*")]
    if photos and not any(_is_the_cat(photo) for photo in photos):
        raise KnownMistake(
            tr.gettext("This is another workshop, of another photo: asked for is the broken folder, mended.")
        )
    return tr.gettext("Nothing is missing any more.")
