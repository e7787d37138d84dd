"""Exercises of lesson 6: an animation's order, a binary mask, a small GIF and a mended folder."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from segwidgets.course.exercises._files import judge_folder, judge_path
from segwidgets.course.exercises._references import reference_mask
from segwidgets.course.judges import judge_array, run
from segwidgets.course.registry import NotYet, exercise
from segwidgets.drawing.gif import different_frames
from segwidgets.ground.decoding import open_image
from segwidgets.ground.outside import read_file
from segwidgets.ground.validation import UInt8Array
from segwidgets.locale.phrases import Phrases

SMALL_GIF = 100_000  # bytes
SMALL_GIF_WIDTH = 240  # pixels
SMALL_GIF_FRAMES = 5
MAX_GIF_BYTES = 50_000_000
MAX_GIF_PIXELS = 4_000_000  # of a frame, to look at each


@exercise("6.1")
def there_and_back(answer: Any, tr: Phrases) -> str:
    """Ask for a function that plays frames forwards, then backwards, as a loop without a double frame."""
    for count in (4, 2, 5):
        frames = [np.full((2, 3, 3), 10 * number, np.uint8) for number in range(count)]
        given = list(frames)
        played = _order(run(answer, tr, given), frames, tr)
        if [id(frame) for frame in given] != [id(frame) for frame in frames]:
            raise NotYet(tr.gettext("The function changes the list that it was given; make a new one."))
        forth, back = list(range(count)), list(range(count))[::-1]
        if played == forth + back[1:-1]:
            continue
        hints = {
            (*forth, *back): tr.gettext(
                "The last frame is shown twice in a row, and in a loop so is the first."
            ),
            (*forth, *back[1:]): tr.gettext(
                "The last frame is the first one again, so in a loop it is shown twice."
            ),
            (*forth, *back[:-1]): tr.gettext("At the turn the last frame is shown twice in a row."),
            tuple(back): tr.gettext("This only plays backwards; first come the frames as they are."),
            tuple(forth): tr.gettext("These are the frames as they were; the way back is missing."),
        }
        otherwise = tr.gettext("Of {count} frames, numbered from 0, yours plays {order}.")
        raise NotYet(
            hints.get(tuple(played), otherwise.format(count=count, order=", ".join(map(str, played[:12]))))
        )
    return tr.gettext("There and back, and no frame twice in a row.")


def _order(played: Any, frames: Sequence[UInt8Array], tr: Phrases) -> list[int]:
    """Return the numbers of the frames that were returned."""
    if not isinstance(played, list | tuple | np.ndarray):
        raise NotYet(tr.gettext("The function is to return a list of frames."))
    order = []
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
            raise NotYet(tr.gettext("The values are 0 and 1; as a picture that looks black. White is 255."))
        if not values <= {0, 255}:
            raise NotYet(
                tr.gettext("There are {count} different values in it; only 0 and 255 may remain.").format(
                    count=len(values)
                )
            )
        if binary.dtype != np.uint8:
            raise NotYet(
                tr.gettext(
                    "The values are right, but the dtype is {dtype}; a picture file takes uint8."
                ).format(dtype=binary.dtype)
            )
        white = binary == 255
        if 0.02 < white.mean() < 0.98 and (white == ~mask).mean() > 0.95:
            raise NotYet(tr.gettext("Black and white are swapped: the object is to be 255."))
        if np.array_equal(white, smooth > 0):
            raise NotYet(
                tr.gettext(
                    "Everything that is not quite black became white, so the mask grew. Cut in the middle."
                )
            )
        if np.array_equal(white, smooth == 255):
            raise NotYet(
                tr.gettext("Only what is wholly white stayed, so the mask shrank. Cut in the middle.")
            )
        if any(np.array_equal(white, smooth >= cut) for cut in range(120, 137)):
            return tr.gettext("Two values, and the edge is where it was.")
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
    except (OSError, ValueError, SyntaxError) as error:
        raise NotYet(tr.gettext("{name} cannot be read as a picture.").format(name=path.name)) from error
    if kind != "GIF":
        raise NotYet(tr.gettext("This file is a {kind}, not a GIF.").format(kind=kind))
    size = path.stat().st_size
    if frames < SMALL_GIF_FRAMES:
        text = tr.gettext("It has {frames} different frames; at least {wanted} are asked for.")
        raise NotYet(text.format(frames=frames, wanted=SMALL_GIF_FRAMES))
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


@exercise("6.4")
def mended_folder(answer: Any, tr: Phrases) -> str:
    """Ask for the path of a workshop folder in which nothing is missing."""
    judge_folder(answer, tr)
    return tr.gettext("Nothing is missing any more.")
