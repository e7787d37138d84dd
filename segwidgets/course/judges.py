"""What exercises ask in common, judged with a hint for each usual mistake; nothing tells the solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.course.registry import KnownMistake, Mistake, NotYet, YourTurn
from segwidgets.ground.outside import words_of
from segwidgets.ground.validation import BoolArray, FloatArray, describe
from segwidgets.locale.phrases import Phrases
from segwidgets.masks.regions import box_around, label_pieces
from segwidgets.models.engine import sam_frame
from segwidgets.prompts import Prompt

SEEN: ContextVar[list[tuple[BoolArray, BoolArray]] | None] = ContextVar("SEEN", default=None)
"""Where a list is set, each mask that is judged is put with its reference, for whoever draws them."""

SAME_SHAPE = 0.95  # IoU from which on a mask is taken for the reference, moved
GROWN_PX = 12  # by so much at most is a mask said to be too thick or too thin
MOST_NESTED = 8  # lists in one another; an answer needs three
NEAR_PX = 6.0  # a click so close to the object missed it by a trembling hand


def judge_point(answer: Any, target: BoolArray, tr: Phrases) -> tuple[float, float]:
    """Accept any point (x, y), or Prompt of one point, that lies in the mask `target` (H, W).

    Returns
    -------
    (float, float)
        The point.
    """
    if isinstance(answer, Prompt):
        if len(answer.points) != 1 or answer.box is not None:
            raise NotYet(tr.gettext("One point is asked for, and nothing else."))
        if answer.labels != (1,):
            raise NotYet(tr.gettext("The point's label is 0, background; a foreground point has label 1."))
        answer = answer.points[0]
    pair = _numbers(answer, tr).reshape(-1)
    if pair.size != 2:
        raise NotYet(
            tr.gettext("A point is two numbers, (x, y); this is {what}.").format(what=what_is(answer, tr))
        )
    x, y = float(pair[0]), float(pair[1])
    height, width = target.shape
    if _inside(target, x, y):
        return x, y
    if _inside(target, y, x):
        raise KnownMistake(
            tr.gettext("Are x and y swapped? A point is (x, y): first to the right, then down.")
        )
    if 0 < max(x, y) <= 1 and min(x, y) >= 0:
        raise KnownMistake(
            tr.gettext("These look like shares from 0 to 1; a point is given in pixels of the photo.")
        )
    if not (0 <= x < width and 0 <= y < height):
        raise NotYet(
            tr.gettext("{point} lies outside the photo, which is {width} wide and {height} high.").format(
                point=tr.pair(x, y), width=width, height=height
            )
        )
    if _distance(target, x, y) <= NEAR_PX:
        raise NotYet(
            tr.gettext("The point {point} lies just beside the object; go well inside it.").format(
                point=tr.pair(x, y)
            )
        )
    if _inside(target, x, height - y):
        raise KnownMistake(
            tr.gettext("Is y counted from the bottom? In a picture it goes down from the top.")
        )
    if max(x, y) <= 100 < min(width, height) / 2 and _inside(target, x * width / 100, y * height / 100):
        raise KnownMistake(tr.gettext("Are these percent? A point is given in pixels of the photo."))
    raise NotYet(tr.gettext("The point {point} does not lie on the object.").format(point=tr.pair(x, y)))


def judge_box(answer: Any, target: BoolArray, tr: Phrases, at_least: float = 0.8) -> float:
    """Accept a box (x0, y0, x1, y1), or a Prompt with one, that fits the mask `target` (H, W) with that IoU.

    Returns
    -------
    float
        The IoU of the box with the tightest one.
    """
    if isinstance(answer, Prompt):
        if answer.box is None:
            raise NotYet(tr.gettext("This prompt has no box: Prompt(box=(x0, y0, x1, y1))."))
        answer = answer.box
    box = _numbers(answer, tr).reshape(-1)
    if box.size != 4:
        raise NotYet(
            tr.gettext("A box is four numbers, x0, y0, x1, y1; this is {what}.").format(
                what=what_is(answer, tr)
            )
        )
    tight = np.array(box_around(target), dtype=np.float64)
    iou = _box_iou(box, tight)
    height, width = target.shape
    leaves = box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height
    if iou >= at_least and not leaves:
        return iou
    if _box_iou(np.array([box[0], box[1], box[0] + box[2], box[1] + box[3]]), tight) >= at_least:
        raise KnownMistake(
            tr.gettext("This box is x, y, width, height; wanted are two corners: x0, y0, x1, y1.")
        )
    if _box_iou(box[[1, 0, 3, 2]], tight) >= at_least:
        raise KnownMistake(
            tr.gettext("Are x and y swapped? The order is x0, y0, x1, y1, as in left, top, right, bottom.")
        )
    if _box_iou(box[[0, 2, 1, 3]], tight) >= at_least:
        raise KnownMistake(
            tr.gettext("Both x come first here; the order is x0, y0, x1, y1: a corner, and the one across.")
        )
    x, y, across, down = box
    if _box_iou(np.array([x - across / 2, y - down / 2, x + across / 2, y + down / 2]), tight) >= at_least:
        raise KnownMistake(tr.gettext("This box is its centre, width and height; wanted are two corners."))
    if _box_iou(np.array([x, height - down, across, height - y]), tight) >= at_least:
        raise KnownMistake(
            tr.gettext("Is y counted from the bottom? In a picture it goes down from the top.")
        )
    if (
        box.max() <= 100 < min(width, height) / 2
        and _box_iou(box * np.array([width, height] * 2) / 100, tight) >= at_least
    ):
        raise KnownMistake(tr.gettext("Are these percent? A box is given in pixels of the photo."))
    if 0 < box.max() <= 1:
        raise KnownMistake(
            tr.gettext("These look like shares from 0 to 1; a box is given in pixels of the photo.")
        )
    if not iou and box[2] > 0 and _box_iou(box * tight[2] / box[2], tight) >= at_least:
        raise KnownMistake(
            tr.gettext(
                "This is its place in a smaller picture; the photo itself is {width} wide and {height} high."
            ).format(width=width, height=height)
        )
    if box[0] >= box[2] or box[1] >= box[3]:
        raise NotYet(
            tr.gettext(
                "x0 must be smaller than x1 and y0 smaller than y1: the first corner is the top left one."
            )
        )
    if leaves:
        raise NotYet(
            tr.gettext("The box leaves the photo, which is {width} wide and {height} high.").format(
                width=width, height=height
            )
        )
    if iou == 0:
        raise NotYet(tr.gettext("The box does not touch the object."))
    if (box[:2] <= tight[:2] + 2).all() and (box[2:] >= tight[2:] - 2).all():
        raise NotYet(tr.gettext("The object is in the box, but so is much else: draw it tighter."))
    raise NotYet(
        tr.gettext("The box cuts off a part of the object, or lies beside it; all of it must fit in.")
    )


def judge_mask(
    answer: Any,
    reference: BoolArray,
    tr: Phrases,
    at_least: float = 0.9,
    also: tuple[BoolArray, ...] = (),
    mistakes: Sequence[Mistake] = (),
) -> float:
    """Accept a boolean mask that reaches an IoU with the reference (H, W), or with one of `also`.

    `mistakes` make other masks out of nothing; who reaches the same IoU with one of them gets its hint.

    Returns
    -------
    float
        The IoU.
    """
    from segwidgets.masks import compare

    mask = _mask(answer, reference.shape, tr)
    if (seen := SEEN.get()) is not None:
        seen.append((mask, reference))
    iou = max(compare(mask, candidate).iou for candidate in (reference, *also))
    if iou >= at_least:
        return iou
    if not mask.any():
        raise NotYet(tr.gettext("The mask is empty: no pixel of it is True."))
    if mask.all():
        raise NotYet(tr.gettext("The mask covers the whole photo: every pixel of it is True."))
    if compare(~mask, reference).iou >= at_least:
        raise KnownMistake(
            tr.gettext("The mask is inside out: True must be the object, not what lies around it.")
        )
    for flipped in (mask[:, ::-1], mask[::-1], mask[::-1, ::-1]):
        if compare(flipped, reference).iou >= at_least:
            raise KnownMistake(tr.gettext("The mask is mirrored: was an axis turned round?"))
    if mask.shape[0] == mask.shape[1] and compare(mask.T, reference).iou >= at_least:
        raise KnownMistake(tr.gettext("The mask is transposed: rows and columns are swapped."))
    for mistake in mistakes:
        if compare(mask, mistake.makes()).iou >= at_least:
            raise KnownMistake(tr.gettext(mistake.hint))
    if _is_box(mask) and not _is_box(reference) and _box_iou(*_boxes(mask, reference)) >= 0.8:
        raise KnownMistake(
            tr.gettext("This is the box round the object, filled; the mask follows the object's outline.")
        )
    if _is_box(mask) and not _is_box(reference) and (mask & reference).any():
        raise KnownMistake(tr.gettext("This is a box, filled; the mask follows the object's outline."))
    if (way := _way_to(mask, reference)) is not None:
        text = tr.gettext("The mask has the right shape and lies elsewhere: it was moved by {way} (x, y).")
        raise KnownMistake(text.format(way=tr.pair(*way)))
    found = tr.gettext("IoU {iou} where {wanted} is asked.")
    found = found.format(iou=tr.decimal(iou), wanted=tr.general(at_least))
    raise NotYet(f"{found} {_worst_defect(mask, reference, tr)}")


def judge_number(
    answer: Any,
    expected: float,
    tr: Phrases,
    tolerance: float = 0.0,
    hints: Mapping[float, str] | None = None,
) -> float:
    """Accept a number within a tolerance; `hints` says which mistake gives which other number.

    Returns
    -------
    float
        The number.
    """
    if isinstance(answer, np.ndarray) and answer.size == 1:
        answer = answer.item()
    if isinstance(answer, bool | np.bool_) or not isinstance(answer, Real | np.number):
        raise NotYet(tr.gettext("One number is asked for; this is {what}.").format(what=what_is(answer, tr)))
    value = float(answer)
    if abs(value - expected) <= tolerance:
        return value
    for wrong, hint in (hints or {}).items():
        if abs(value - wrong) <= max(tolerance, 1e-9):
            raise NotYet(hint)
    if expected and abs(value / 100 - expected) <= tolerance:
        raise NotYet(tr.gettext("This is in percent; a share from 0 to 1 is asked for."))
    if expected and abs(value * 100 - expected) <= 100 * tolerance:
        raise NotYet(tr.gettext("This is a share from 0 to 1; percent are asked for."))
    if value > expected:
        raise NotYet(tr.gettext("{value} is too much.").format(value=tr.general(value)))
    raise NotYet(tr.gettext("{value} is too little.").format(value=tr.general(value)))


def judge_choice(answer: Any, right: Any, tr: Phrases, hints: Mapping[Any, str] | None = None) -> None:
    """Accept one of several given answers; `hints` says what speaks against each of the others."""
    if isinstance(answer, np.generic):
        answer = answer.item()
    if isinstance(answer, str):
        answer = answer.strip().lower()
    if type(answer) is type(right) and answer == right:
        return
    for wrong, hint in (hints or {}).items():
        if type(answer) is type(wrong) and answer == wrong:
            raise NotYet(hint)
    raise NotYet(
        tr.gettext("This is none of the answers to choose from: {what}.").format(what=what_is(answer, tr))
    )


def judge_array(answer: Any, expected: npt.NDArray[Any], tr: Phrases, tolerance: float = 1e-5) -> None:
    """Accept an array with the expected shape and values, within a tolerance; numbers may be of any dtype."""
    answer = as_array(answer)
    if not isinstance(answer, np.ndarray):
        raise NotYet(tr.gettext("An array is asked for; this is {what}.").format(what=what_is(answer, tr)))
    if answer.shape != expected.shape:
        _explain_shape(answer, expected, tr)
    if answer.dtype.kind != expected.dtype.kind and not {answer.dtype.kind, expected.dtype.kind} <= set(
        "uif"
    ):
        raise NotYet(
            tr.gettext("The values are of dtype {got}; {wanted} is asked for.").format(
                got=answer.dtype, wanted=expected.dtype
            )
        )
    if answer.dtype.kind == "f" and expected.size:  # float16 cannot be closer than this
        tolerance = max(
            tolerance, float(np.finfo(answer.dtype).eps * np.abs(expected.astype(np.float64)).max())
        )
    slices = zip(np.atleast_1d(expected), np.atleast_1d(answer), strict=True)  # one by one, to save memory
    if all(np.allclose(ours, theirs, rtol=0, atol=tolerance) for ours, theirs in slices):
        return
    ours, theirs = expected.astype(np.float64), answer.astype(np.float64)
    if not np.isfinite(theirs).all():
        raise NotYet(tr.gettext("The array holds NaN or infinity; is there a division by zero?"))
    for axis, size in enumerate(expected.shape):
        if size == 3 and np.allclose(ours, np.flip(theirs, axis), rtol=0, atol=tolerance):
            raise KnownMistake(tr.gettext("Red and blue are swapped: this is BGR, and RGB is asked for."))
    for small, large in ((theirs, ours), (ours, theirs)):
        if np.abs(large).max(initial=0) > 1 and np.allclose(
            large, small * 255, rtol=0, atol=max(255 * tolerance, 0.6)
        ):
            raise KnownMistake(
                tr.gettext("The values are off by a factor of 255: from 0 to 1, or from 0 to 255?")
            )
    off = np.abs(ours - theirs) > tolerance
    raise NotYet(
        tr.gettext(
            "The shape is right, but {share} % of the values are not; they differ by up to {most}."
        ).format(
            share=max(1, round(100 * float(off.mean()))),
            most=tr.general(float(np.abs(ours - theirs).max()), 3),
        )
    )


def as_array(answer: Any) -> Any:
    """Return a tensor's values as an array, and anything else as it is."""
    if hasattr(answer, "detach") and hasattr(answer, "numpy"):
        return answer.detach().cpu().numpy()
    return answer


def plain_value(answer: Any, nested: int = 0) -> Any:
    """Return an answer without what a class of the student's own may say of it: that it is equal to all.

    Numbers, texts, lists, tuples and arrays become Python's and NumPy's own kinds; all else stays as it is.

    Raises
    ------
    ValueError
        If lists lie in one another without end, or something else says that it is an array.
    """
    kind = type(answer)
    if issubclass(kind, bool | np.generic | np.ma.MaskedArray):
        return answer
    if isinstance(answer, np.ndarray):
        if not issubclass(kind, np.ndarray):
            raise ValueError("it says that it is an array, and is none")
        return np.asarray(answer)
    if issubclass(kind, int):
        return int.__int__(answer)
    if issubclass(kind, float):
        return float.__float__(answer)
    if issubclass(kind, str):
        return str.__str__(answer)
    if issubclass(kind, tuple | list):
        if nested >= MOST_NESTED:
            raise ValueError(f"lists lie in one another more than {MOST_NESTED} deep")
        base = list if issubclass(kind, list) else tuple
        return base(plain_value(one, nested + 1) for one in base.__iter__(answer))
    return answer


def run(function: Any, tr: Phrases, *arguments: Any) -> Any:
    """Call what a student wrote, on copies of the arguments, and return what it returns."""
    if not callable(function):
        raise NotYet(
            tr.gettext("A function is asked for, its name without parentheses; this is {what}.").format(
                what=what_is(function, tr)
            )
        )
    given = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    kept = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
    try:
        value = function(*given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the student's own code may raise anything: exit() is SystemExit
        if "truth value of an array" in words_of(error):
            raise KnownMistake(
                tr.gettext(
                    "`if`, `and`, `or` and `not` ask about one value, and here they got a whole array: use "
                    "`np.where`, `&`, `|` and `~`, or a loop."
                )
            ) from error
        raise NotYet(
            tr.gettext("The function stopped with {kind}: {error}").format(
                kind=type(error).__name__, error=words_of(error)
            )
        ) from error
    if value is ...:
        raise YourTurn
    if value is None:
        raise NotYet(tr.gettext("The function returns nothing: it must end with return and its answer."))
    for before, after in zip(kept, given, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise NotYet(tr.gettext("The function changes the array that it was given; work on a copy."))
    return plain_value(value)


def what_is(answer: Any, tr: Phrases) -> str:
    """Say in a few words what an answer is."""
    if isinstance(answer, np.ndarray):
        text = tr.gettext("an array of shape {shape} and dtype {dtype}")
        return text.format(shape=answer.shape, dtype=answer.dtype)
    return describe(answer)


def _numbers(answer: Any, tr: Phrases) -> FloatArray:
    answer = as_array(answer)
    is_mixed = isinstance(answer, np.ndarray) and answer.dtype.kind in "UO"
    parts = answer.flat if is_mixed else answer if isinstance(answer, list | tuple) else ()
    if any(isinstance(one, str) for one in parts):
        raise KnownMistake(tr.gettext("These are texts; numbers stand without quotation marks."))
    try:
        array = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise NotYet(
            tr.gettext("Numbers are asked for; this is {what}.").format(what=what_is(answer, tr))
        ) from None
    if not np.isfinite(array).all():
        raise NotYet(
            tr.gettext("The numbers must be finite; this is {what}.").format(what=what_is(answer, tr))
        )
    return array


def _inside(mask: BoolArray, x: float, y: float) -> bool:
    height, width = mask.shape
    return 0 <= x < width and 0 <= y < height and bool(mask[int(y), int(x)])


def _distance(mask: BoolArray, x: float, y: float) -> float:
    """Return how far a point is from the nearest pixel of a mask."""
    ys, xs = np.nonzero(mask)
    return float(np.hypot(xs + 0.5 - x, ys + 0.5 - y).min())


def _box_iou(first: FloatArray, second: FloatArray) -> float:
    overlap = np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2])
    common = float(np.prod(np.maximum(overlap, 0)))
    areas = [float(np.prod(np.maximum(box[2:] - box[:2], 0))) for box in (first, second)]
    return common / (sum(areas) - common) if sum(areas) > common else 0.0


def _mask(answer: Any, size: tuple[int, ...], tr: Phrases) -> BoolArray:
    """Return the answer as a mask of that size, or say why it is none."""
    if hasattr(answer, "masks") or hasattr(answer, "best_mask"):
        raise KnownMistake(
            tr.gettext("These are all candidates; take one mask of them, as in candidates.masks[0].")
        )
    if isinstance(answer, Prompt):
        raise KnownMistake(
            tr.gettext("This is the prompt; asked for is the mask that the model answers with.")
        )
    if not isinstance(answer, np.ndarray) and hasattr(answer, "mask"):
        raise KnownMistake(tr.gettext("This holds a mask, and is none: hand in its .mask."))
    if isinstance(answer, int | float | np.number) and not isinstance(answer, bool):
        raise KnownMistake(tr.gettext("This is a number; the mask itself is asked for, as in masks[number]."))
    if not isinstance(answer, np.ndarray):
        raise NotYet(
            tr.gettext("A mask is a boolean array (H, W); this is {what}.").format(what=what_is(answer, tr))
        )
    if answer.shape == (*size, 3):
        raise KnownMistake(
            tr.gettext("This is a picture (H, W, 3); asked for is the mask, (H, W), of booleans.")
        )
    if answer.ndim == 3 and answer.shape[1:] == size:
        raise NotYet(
            tr.gettext("The array holds a stack of masks ({n}); take one of them, as in masks[0].").format(
                n=len(answer)
            )
        )
    if answer.shape == size[::-1] and size[0] != size[1]:
        raise KnownMistake(tr.gettext("Height and width are swapped: an array's shape is (height, width)."))
    if answer.shape == sam_frame((size[0], size[1])).logits_shape != size:
        raise KnownMistake(
            tr.gettext("This has the size of the low-resolution logits; the mask has that of the photo.")
        )
    if answer.shape != size:
        raise NotYet(
            tr.gettext("The mask's shape is {got}; the photo's height and width are {wanted}.").format(
                got=answer.shape, wanted=tuple(size)
            )
        )
    if answer.dtype != np.bool_:
        raise NotYet(
            tr.gettext(
                "The mask is not boolean but {dtype}; compare it with something, as in values > 0."
            ).format(dtype=answer.dtype)
        )
    return answer


def _boxes(*masks: BoolArray) -> list[FloatArray]:
    return [np.array(box_around(mask), dtype=np.float64) for mask in masks]


def _is_box(mask: BoolArray) -> bool:
    """Say whether a mask is nothing but a box, filled."""
    box = box_around(mask)
    return box is not None and bool(mask[box[1] : box[3], box[0] : box[2]].all())


def _way_to(mask: BoolArray, reference: BoolArray) -> tuple[int, int] | None:
    """Return by how much (x, y) a mask of the reference's own shape was moved; None if it has another one."""
    from segwidgets.masks import compare

    if not mask.any():
        return None
    here, there = _boxes(mask, reference)
    right, down = (int(step) for step in (here - there)[:2])
    moved = np.roll(mask, (-down, -right), axis=(0, 1))
    return (right, down) if compare(moved, reference).iou >= SAME_SHAPE else None


def _is_grown(mask: BoolArray, reference: BoolArray, change: Any) -> bool:
    """Say whether a mask is the reference a few pixels wider or narrower (`cv2.dilate`, `cv2.erode`)."""
    from segwidgets.masks import compare

    grown = reference.astype(np.uint8)
    for _ in range(GROWN_PX):
        grown = change(grown, np.ones((3, 3), np.uint8))
        if compare(mask, grown.astype(np.bool_)).iou >= SAME_SHAPE:
            return True
    return False


def _worst_defect(mask: BoolArray, reference: BoolArray, tr: Phrases) -> str:
    """Say what costs most and which prompt would help."""
    import cv2

    leak, miss = mask & ~reference, reference & ~mask
    if not (mask & reference).any():
        return tr.gettext("The mask does not touch the object at all.")
    defect = leak if leak.sum() >= miss.sum() else miss
    if not miss.any() and _is_grown(mask, reference, cv2.dilate):
        return tr.gettext("The mask goes over the object's edge all round: it is too thick.")
    if not leak.any() and _is_grown(mask, reference, cv2.erode):
        return tr.gettext("The mask stays behind the object's edge all round: it is too thin.")
    labels, areas = label_pieces(defect)
    ys, xs = np.nonzero(labels == areas.argmax())
    place = _place((float(xs.mean()), float(ys.mean())), mask.shape, tr)
    if defect is leak:
        return tr.gettext(
            "{share} % of the mask lies outside the object, most of it {place}: a negative point there would "
            "help, or another candidate."
        ).format(share=max(1, round(100 * leak.sum() / mask.sum())), place=place)
    return tr.gettext(
        "{share} % of the object is missing, most of it {place}: a positive point there would help, or "
        "another candidate."
    ).format(share=max(1, round(100 * miss.sum() / reference.sum())), place=place)


def _place(point: tuple[float, float], size: tuple[int, ...], tr: Phrases) -> str:
    """Say in which ninth of the photo a point (x, y) lies."""
    row = min(2, int(3 * point[1] / size[0]))
    column = min(2, int(3 * point[0] / size[1]))
    names = (
        (tr.gettext("at the top left"), tr.gettext("at the top"), tr.gettext("at the top right")),
        (tr.gettext("at the left"), tr.gettext("in the middle"), tr.gettext("at the right")),
        (tr.gettext("at the bottom left"), tr.gettext("at the bottom"), tr.gettext("at the bottom right")),
    )
    return names[row][column]


def _explain_shape(answer: npt.NDArray[Any], expected: npt.NDArray[Any], tr: Phrases) -> None:
    """Raise NotYet with what is wrong with an array's shape."""
    wanted, got = expected.shape, answer.shape
    if len(wanted) == 3 == len(got) and wanted in (
        answer.transpose(2, 0, 1).shape,
        answer.transpose(1, 2, 0).shape,
    ):
        raise KnownMistake(
            tr.gettext(
                "The channels are on the wrong axis: the shape is {got}, asked for is {wanted}."
            ).format(got=got, wanted=wanted)
        )
    if len(got) == len(wanted) + 1 and got[0] == 1:
        raise KnownMistake(tr.gettext("There is a batch axis too many: the shape is {got}.").format(got=got))
    if len(got) >= 2 and sorted(got) == sorted(wanted):
        raise NotYet(
            tr.gettext("The axes are swapped: the shape is {got}, asked for is {wanted}.").format(
                got=got, wanted=wanted
            )
        )
    if got == wanted[:-1] and wanted[-1] == 3:
        raise KnownMistake(
            tr.gettext(
                "The colours are gone: {got} is a grey picture or one channel, {wanted} has three."
            ).format(got=got, wanted=wanted)
        )
    raise NotYet(tr.gettext("The shape is {got}; {wanted} is asked for.").format(got=got, wanted=wanted))
