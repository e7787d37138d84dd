"""Exercises of lesson 7, on the student's own photo: any photo and any honest solution is right.

There is no reference for a photo that nobody has seen, so these ask whether things fit each other: the prompt
the photo, the mask the prompt, the mended mask the old one, the reflection the work.
"""

from __future__ import annotations

import math
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from segwidgets.course.exercises._files import judge_folder
from segwidgets.course.judges import judge_mask, what_is
from segwidgets.course.registry import KnownMistake, NotYet, YourTurn, exercise
from segwidgets.ground.outside import read_file
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.images import load_image, sample_image
from segwidgets.locale.phrases import Phrases
from segwidgets.prompts import Prompt
from segwidgets.workshop.delivery import LAYOUTS

BORDER_PX = 2  # a click so close to the photo's rim was hardly meant
REFLECTION_WORDS = 40
DIFFERENT_WORDS = 25
SMALLEST_BOX_PX = 4
NEAR_PX = 3  # two points so close together say the same
SMALLEST_MASK_PX = 20
DOT_PX = 6  # a mask that goes no farther from the points is no answer of SAM's
ALMOST_ALL = 0.98  # share of a photo from which on something is taken for all of it
MAX_README_BYTES = 1_000_000
FILLER = frozenset({"lorem", "ipsum", "dolor", "amet", "consectetur"})
LESSONS_OWN = frozenset(
    {
        206822035,
        219778185,
        274940525,
        341487590,
        380249300,
        906276310,
        1485084050,
        2396922540,
        2472766305,
        2831509285,
        2853362870,
        2994670465,
        3023050915,
        3179439575,
        3359051985,
        3433150365,
        3446185965,
        3766376065,
        3991824845,
        4051912895,
    }
)
"""Checksums of what lesson 6 writes for a reflection, and of this exercise's own words (see `windows`)."""
SOLUTIONS_OWN = frozenset(
    {
        769459845,
        1439225645,
        1625318455,
        1752151245,
        1789865300,
        1855166400,
        2116882355,
        2213841620,
        2250344385,
        2447609795,
        2719523240,
        2772742850,
        2906841460,
        3094626575,
        3100096690,
        3144645785,
        3153845485,
        3391203035,
        3607542470,
        3711161330,
        3866242940,
        3892206570,
    }
)
"""Checksums of the reflection on `LESSONS_PHOTO` in the solutions, in each language."""
LESSONS_PHOTO = "coffee"
SAME_OBJECT = 0.6  # IoU from which a mended mask is taken for one of the same object


@exercise("7.1")
def own_prompt(answer: Any, tr: Phrases) -> str:
    """Ask for (photo, prompt): the prompt says what is meant and lies inside the photo."""
    photo, prompt = _parts(answer, ("photo", "prompt"), tr)
    _judge_prompt(prompt, _photo(photo, tr), tr)
    text = tr.ngettext(
        "{count} thing said to SAM about a photo of {width} × {height} pixels.",
        "{count} things said to SAM about a photo of {width} × {height} pixels.",
        _said(prompt),
    )
    told = text.format(count=_said(prompt), width=photo.shape[1], height=photo.shape[0])
    if _is_lessons(photo):
        told += " " + tr.gettext(
            "This is the lesson's photo, though: the ticks are meant for one of your own."
        )
    return told


@exercise("7.2")
def own_mask(answer: Any, tr: Phrases) -> str:
    """Ask for (photo, prompt, mask): a mask of the photo that obeys the prompt."""
    photo, prompt, mask = _parts(answer, ("photo", "prompt", "mask"), tr)
    size = _photo(photo, tr)
    _judge_prompt(prompt, size, tr)
    share = _share(mask, size, tr)
    if np.count_nonzero(mask) < SMALLEST_MASK_PX:
        raise NotYet(tr.gettext("The mask has only a few pixels; hand in one of those that SAM gave."))
    if share > ALMOST_ALL:
        raise NotYet(tr.gettext("The mask covers nearly the whole photo: what is your object?"))
    inside = [bool(mask[int(y), int(x)]) for x, y in prompt.points]
    if 1 in prompt.labels and inside == [label == 0 for label in prompt.labels] and share > 0.5:
        raise KnownMistake(
            tr.gettext("The mask is inside out: True must be the object, not what lies around it.")
        )
    if _is_dots(mask, prompt):
        raise KnownMistake(
            tr.gettext("The mask is nothing but dots on your points; hand in one of those that SAM gave.")
        )
    for label, hit, (x, y) in zip(prompt.labels, inside, prompt.points, strict=True):
        if label == 1 and not hit:
            raise NotYet(
                tr.gettext(
                    "Your foreground point {point} is not in the mask: is it the mask of this prompt?"
                ).format(point=tr.pair(x, y))
            )
        if label == 0 and hit:
            raise NotYet(
                tr.gettext(
                    "Your background point {point} is still in the mask: choose another candidate, "
                    "or add a point beside it."
                ).format(point=tr.pair(x, y))
            )
    if prompt.box is not None and not prompt.points:
        x0, y0, x1, y1 = (int(v) for v in prompt.box)
        if mask[y0:y1, x0:x1].all() and np.count_nonzero(mask) == (y1 - y0) * (x1 - x0):
            raise KnownMistake(tr.gettext("This is your box, filled; the mask follows the object's outline."))
        if not mask[y0:y1, x0:x1].any():
            raise NotYet(tr.gettext("The mask does not touch your box: is it the mask of this prompt?"))
    return tr.gettext("It covers {share} % of the photo and does what the prompt says.").format(
        share=tr.decimal(100 * share, 1)
    )


def _is_dots(mask: BoolArray, prompt: Prompt) -> bool:
    """Say whether all pixels of a mask lie right beside a point of the prompt."""
    if not prompt.points:
        return False
    ys, xs = np.nonzero(mask)
    ways = [np.hypot(xs + 0.5 - x, ys + 0.5 - y) for x, y in prompt.points]
    return bool(np.min(ways, axis=0).max() <= DOT_PX)


@exercise("7.3")
def own_repair(answer: Any, tr: Phrases) -> str:
    """Ask for (before, after): fewer holes and islands, and still the same object."""
    from segwidgets.masks import compare, measure

    before, after = _parts(answer, ("before", "after"), tr)
    if not isinstance(before, np.ndarray) or before.ndim != 2:
        raise NotYet(
            tr.gettext("The mask before the repair must be an array (H, W); this is {what}.").format(
                what=what_is(before, tr)
            )
        )
    _share(before, before.shape, tr)
    _share(after, before.shape, tr)
    old, new = measure(before), measure(after)
    was, now = old.holes + old.islands, new.holes + new.islands
    if compare(~after, before).iou >= SAME_OBJECT:
        raise KnownMistake(tr.gettext("The second mask is the first one inside out: its object is False."))
    if compare(after, before).iou < SAME_OBJECT:
        raise NotYet(tr.gettext("The two masks have little in common; a repair keeps the object."))
    if was == 0 and np.array_equal(before, after):
        return tr.gettext(
            "There were neither holes nor islands: nothing to mend, and nothing was made worse."
        )
    if np.array_equal(before, after):
        text = tr.gettext(
            "Nothing changed, and there are {count} holes and islands. clean(mask) is one way, another "
            "prompt is another."
        )
        raise NotYet(text.format(count=was))
    if now > was:
        text = tr.gettext(
            "There are more holes and islands after than before: {after} against {before}. Are the two "
            "swapped?"
        )
        raise NotYet(text.format(after=now, before=was))
    text = tr.gettext("Holes and islands: {before} before, {after} after. IoU of the two: {iou}.")
    return text.format(before=was, after=now, iou=tr.decimal(compare(after, before).iou))


@exercise("7.4")
def own_reflection(answer: Any, tr: Phrases) -> str:
    """Ask for (photo, text): one's own, long enough, not the same words again and again, with a number."""
    photo, text = None, answer
    if isinstance(answer, tuple | list) and len(answer) == 2 and isinstance(answer[0], np.ndarray):
        photo, text = _parts(answer, ("photo", "text"), tr)
    elif isinstance(answer, tuple | list) and [type(part) for part in answer] == [str, np.ndarray]:
        raise KnownMistake(tr.gettext("The two are swapped: (photo, text) is the order."))
    if not isinstance(text, str):
        raise NotYet(tr.gettext("A text is asked for; this is {what}.").format(what=what_is(text, tr)))
    return _judge_text(text, photo, tr)


def _judge_text(answer: str, photo: Any, tr: Phrases) -> str:
    """Accept a reflection on a photo, and return what is said of it.

    The solutions' own is right of the lesson's photo alone, and that is said.
    """
    words = re.findall(r"[^\W\d_]+", answer.lower())
    if len(words) < REFLECTION_WORDS:
        text = tr.gettext(
            "{count} words; from {wanted} on there is room to say what you expected, what came and why."
        )
        raise NotYet(text.format(count=len(words), wanted=REFLECTION_WORDS))
    if len(set(words)) < DIFFERENT_WORDS:
        raise NotYet(
            tr.gettext("Only {count} different words: the same is said again and again.").format(
                count=len(set(words))
            )
        )
    if not re.search(r"\d", answer):
        raise NotYet(
            tr.gettext("There is no number in it. Which of those you measured supports what you say?")
        )
    if len(FILLER & set(words)) >= len(FILLER) - 1:
        raise KnownMistake(tr.gettext("This is filler, Latin that says nothing: write in your own words."))
    if is_copied(words):
        raise KnownMistake(
            tr.gettext("This is the lesson's own text: say in your own words what came of your photo.")
        )
    told = tr.gettext("{count} words, and numbers to check them by.").format(count=len(words))
    if is_copied(words, SOLUTIONS_OWN):
        if not _is_lessons(photo):
            raise KnownMistake(
                tr.gettext(
                    "These are the solution's words on its own photo: say in yours what came of your photo."
                )
            )
        told += " " + tr.gettext(
            "They are the solution's own, on the lesson's photo: of yours, write your own."
        )
    return told


def _is_lessons(photo: Any) -> bool:
    return photo is not None and np.array_equal(photo, sample_image(LESSONS_PHOTO))


def windows(words: list[str]) -> set[int]:
    """Return checksums of six words in a row: a part of them, the same wherever the text begins."""
    sums = (zlib.crc32(" ".join(words[i : i + 6]).encode()) for i in range(len(words) - 5))
    return {one for one in sums if one % 5 == 0}


def is_copied(words: list[str], own: frozenset[int] = LESSONS_OWN) -> bool:
    """Say whether a text is one of the lessons' own, or nearly."""
    found = windows(words)
    return len(found & own) > len(found) / 2


@exercise("7.5")
def own_folder(answer: Any, tr: Phrases) -> str:
    """Ask for the path of a workshop folder in which nothing is missing and the reflection is written."""
    folder = judge_folder(answer, tr, with_reflection=True)
    _judge_text(_reflection(folder), _photo_in(folder), tr)
    return tr.gettext("Everything is there, and the reflection is written. It can be handed in.")


def _photo_in(folder: Path) -> UInt8Array | None:
    """Return the photo of a workshop folder, or None if it cannot be read."""
    for layout in LAYOUTS.values():
        for path in folder.glob(f"{layout.input_stem}.*"):
            try:
                return load_image(path)
            except (OSError, ValueError):
                continue
    return None


def _reflection(folder: Path) -> str:
    """Return what stands under the reflection's heading in a folder's README."""
    for layout in LAYOUTS.values():
        readme = folder / layout.readme
        if readme.is_file():
            text = read_file(readme, MAX_README_BYTES).decode("utf-8", "replace")
            titles = r"^##\s+(Reflection|Reflexión)\s*$"
            parts = re.split(titles, text, maxsplit=1, flags=re.MULTILINE)
            if len(parts) == 3:
                return re.split(r"^##\s", parts[2], maxsplit=1, flags=re.MULTILINE)[0]
    return ""


def _parts(answer: Any, names: tuple[str, ...], tr: Phrases) -> tuple[Any, ...]:
    """Return the parts of an answer that is made of several."""
    if not isinstance(answer, tuple | list) or len(answer) != len(names):
        raise NotYet(
            tr.gettext("Asked for is ({parts}) in parentheses; this is {what}.").format(
                parts=", ".join(names), what=what_is(answer, tr)
            )
        )
    if any(part is None or part is ... for part in answer):
        raise YourTurn
    return tuple(answer)


def _photo(photo: Any, tr: Phrases) -> tuple[int, int]:
    """Return the height and width of what is taken for the photo."""
    if not isinstance(photo, np.ndarray) or photo.ndim != 3 or photo.shape[2] != 3 or photo.dtype != np.uint8:
        raise NotYet(
            tr.gettext("The photo must be what load_image returns, (H, W, 3) uint8; this is {what}.").format(
                what=what_is(photo, tr)
            )
        )
    image: UInt8Array = photo
    return image.shape[0], image.shape[1]


def _judge_prompt(prompt: Any, size: tuple[int, int], tr: Phrases) -> None:
    """Accept any prompt that points at something inside a photo of (height, width)."""
    if hasattr(prompt, "prompt"):
        raise NotYet(tr.gettext("This is the whole widget or answer; the prompt is its .prompt."))
    if not isinstance(prompt, Prompt):
        raise NotYet(
            tr.gettext("A Prompt is asked for, as in Prompt([(250, 170)]); this is {what}.").format(
                what=what_is(prompt, tr)
            )
        )
    if prompt.is_empty:
        raise NotYet(tr.gettext("The prompt is empty: it needs a point or a box."))
    if prompt.box is None and 1 not in prompt.labels:
        raise NotYet(
            tr.gettext(
                "There are only background points; say too what is meant, with a foreground point or a box."
            )
        )
    height, width = size
    corners = [] if prompt.box is None else [prompt.box[:2], prompt.box[2:]]
    everything = [*prompt.points, *corners]
    if all(0 <= x <= 1 and 0 <= y <= 1 for x, y in everything):
        raise NotYet(
            tr.gettext("These look like shares from 0 to 1; a prompt is given in pixels of the photo.")
        )
    outside = [(x, y) for x, y in everything if not (0 <= x <= width and 0 <= y <= height)]
    if outside and all(0 <= y <= width and 0 <= x <= height for x, y in everything):
        raise NotYet(tr.gettext("Are x and y swapped? A point is (x, y): first to the right, then down."))
    if outside:
        raise NotYet(
            tr.gettext("{point} lies outside the photo, which is {width} wide and {height} high.").format(
                point=tr.pair(*outside[0]), width=width, height=height
            )
        )
    for x, y in prompt.points:
        if min(x, y) < BORDER_PX or x > width - BORDER_PX or y > height - BORDER_PX:
            raise NotYet(
                tr.gettext("The point {point} lies on the photo's very border; go well inside.").format(
                    point=tr.pair(x, y)
                )
            )
    here = dict(zip(prompt.points, prompt.labels, strict=True))
    for point, label in zip(prompt.points, prompt.labels, strict=True):
        if here[point] != label:
            raise NotYet(
                tr.gettext("The point {point} is both foreground and background: which is it?").format(
                    point=tr.pair(*point)
                )
            )
    if len(here) < len(prompt.points):
        raise NotYet(tr.gettext("The same point twice says nothing new: put the second one elsewhere."))
    if any(0 < math.dist(one, other) < NEAR_PX for one in here for other in here):
        raise KnownMistake(tr.gettext("Two points lie close together and say the same: put one elsewhere."))
    if prompt.box is not None:
        x0, y0, x1, y1 = prompt.box
        if min(x1 - x0, y1 - y0) < SMALLEST_BOX_PX:
            raise NotYet(tr.gettext("The box is only a few pixels wide; draw it round the whole object."))
        if (x1 - x0) * (y1 - y0) > ALMOST_ALL * width * height and len(here) < 2:
            raise NotYet(tr.gettext("A box round the whole photo says nothing: draw it round your object."))
    if _said(prompt) == 1 and prompt.box is None:
        raise NotYet(tr.gettext("A single click leaves open what is meant: add a second point or a box."))


def _said(prompt: Prompt) -> int:
    return len(prompt.points) + (prompt.box is not None)


def _share(mask: Any, size: tuple[int, ...], tr: Phrases) -> float:
    """Return the share of the photo that a mask covers, or say why it is no mask of it."""
    whole: BoolArray = np.ones(size, np.bool_)
    share = judge_mask(mask, whole, tr, at_least=0.0)  # the IoU with the whole photo is that share
    if share == 0:
        raise NotYet(tr.gettext("The mask is empty: no pixel of it is True."))
    if share == 1:
        raise NotYet(tr.gettext("The mask covers the whole photo: every pixel of it is True."))
    return share
