"""Checks of what a user hands in: each error says what was expected, what came and how to mend it."""

from __future__ import annotations

import operator
import reprlib
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.ground.outside import plain

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
UInt8Array = npt.NDArray[np.uint8]


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def describe(value: Any) -> str:
    """Say in a few words what a value is: its type, and for an array its shape and dtype.

    Bounded whatever the value is, in time too, and it never raises.
    """
    kind = type(value).__name__[:60]
    if isinstance(value, np.ndarray):
        masked = "a masked array" if isinstance(value, np.ma.MaskedArray) else "an array"
        return f"{masked} of shape {value.shape} and dtype {value.dtype!s:.60}"
    try:
        return f"{kind} {' '.join(_SHORT.repr(value).split()):.60}"  # an array's has many lines
    except (Exception, SystemExit):  # noqa: BLE001  a stranger's __repr__ may do anything
        return f"{kind} that cannot be shown"


def refuse_masked(value: Any, name: str) -> None:
    """Raise if `value` is a masked array: what it hides would count, silently.

    Raises
    ------
    TypeError
        Saying how to make a plain array of it.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} must be a plain array, got {describe(value)}; say what counts where it is masked, "
            "as in array.filled(0)"
        )


def check_whole(
    value: Any, name: str, least: int = 0, most: int | None = None, what: str = "a whole number"
) -> int:
    """Return `value` as an int if it is a whole number, NumPy's kinds included, within its bounds.

    Raises
    ------
    ValueError
        If it is something else (True and False are), or out of bounds.
    """
    upper = "" if most is None else f" and at most {most}"
    try:
        number = None if isinstance(value, bool | np.bool_) else operator.index(value)
    except Exception:  # noqa: BLE001  a tensor raises RuntimeError, a stranger's anything
        number = None
    if number is None or number < least or (most is not None and number > most):
        raise ValueError(f"{name} must be {what}, at least {least}{upper}, got {describe(value)}")
    return number


def check_size(size: Any, name: str = "size") -> tuple[float, float]:
    """Return `size` if it is (height, width), both above 0.

    Raises
    ------
    ValueError
        If it is something else.
    """
    try:
        height, width = (float(side) for side in size)
    except Exception:  # noqa: BLE001  a tensor raises RuntimeError, a stranger's anything
        height = width = 0.0
    if not (0 < height < float("inf") and 0 < width < float("inf")):
        raise ValueError(f"{name} must be (height, width), both more than 0 pixels, got {describe(size)}")
    return height, width


def check_image(image: Any, name: str = "image") -> UInt8Array:
    """Return `image` if it is (H, W, 3) uint8 RGB with at least one pixel.

    Raises
    ------
    TypeError
        If it is not an array of dtype uint8.
    ValueError
        If its shape is not (H, W, 3).
    """
    refuse_masked(image, name)
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        raise TypeError(
            f"{name} must be an array (H, W, 3) of dtype uint8 in RGB, got {describe(image)}; "
            "load_image(...) makes one from a file, a PIL image or any array"
        )
    if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(
            f"{name} must have shape (H, W, 3), got {image.shape}; load_image(...) converts grey and RGBA"
        )
    return image


def check_mask(mask: Any, name: str = "mask", shape: tuple[int, int] | None = None) -> BoolArray:
    """Return `mask` as (H, W) bool; 0/1 and 0/255 arrays are taken for what they mean.

    Parameters
    ----------
    mask : ndarray of shape (H, W)
        Boolean, or a number array that holds no more than 0 and one other value (1, 1.0 or 255).
    name : str
        What to call it in the error.
    shape : (int, int), optional
        The (H, W) it must have.

    Raises
    ------
    TypeError
        If it is not an array.
    ValueError
        If it is not two-dimensional, has another shape than `shape`, or is not binary.
    """
    refuse_masked(mask, name)
    if not isinstance(mask, np.ndarray):
        raise TypeError(f"{name} must be a boolean array (H, W), got {describe(mask)}")
    if mask.ndim != 2 or 0 in mask.shape:
        raise ValueError(f"{name} must have shape (H, W), got {mask.shape}; take one mask, as in masks[0]")
    if shape is not None and mask.shape != tuple(shape):
        raise ValueError(
            f"{name} must have the shape {tuple(shape)} (height, width) of what it is held against, "
            f"got {mask.shape}; was it resized, or are the axes swapped?"
        )
    if mask.dtype == np.bool_:
        return mask
    if mask.dtype.kind not in "uifcO":  # texts, times, records: nothing to threshold
        raise ValueError(
            f"{name} must be boolean (or hold only 0 and 1, or only 0 and 255), got {describe(mask)}"
        )
    try:
        values = np.unique(mask)
    except Exception as error:  # of objects, which may be anything
        raise ValueError(f"{name} must be boolean, got {describe(mask)} that is not of numbers") from error
    if values.size > 2 or not np.isin(values, (0, 1, 255)).all() or (values.size == 2 and values[0] != 0):
        raise ValueError(
            f"{name} must be boolean (or hold only 0 and 1, or only 0 and 255), got {describe(mask)} with "
            f"values from {plain(values[0], 40)} to {plain(values[-1], 40)}; threshold it first, as in "
            "logits > 0"
        )
    return mask.astype(np.bool_)


def array_of(value: Any, wanted: str, dtype: npt.DTypeLike | None = None) -> npt.NDArray[Any]:
    """Return what may be anything as an array, or raise TypeError: `wanted`, and what came."""
    try:
        return np.asarray(value, dtype=dtype)
    except Exception as error:  # a tensor with gradients raises RuntimeError, a stranger's anything
        raise TypeError(f"{wanted}, got {describe(value)}") from error


def check_points(
    point_coords: Any, point_labels: Any = None, size: tuple[int, int] | None = None
) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Return point_coords as (N, 2) float64 xy and point_labels as (N,) int64.

    Parameters
    ----------
    point_coords : array_like of shape (N, 2)
        x and y in image pixels.
    point_labels : array_like of shape (N,), optional
        1 for foreground, 0 for background; by default all foreground.
    size : (int, int), optional
        (height, width) of the image that the points must lie in.

    Raises
    ------
    TypeError
        If the points are not numbers.
    ValueError
        If shapes or labels are off, or a point is not finite or outside the image.
    """
    refuse_masked(point_coords, "points")
    refuse_masked(point_labels, "labels")
    coords = array_of(point_coords, "points must be pairs of numbers (x, y)", np.float64)
    if coords.size == 0:
        coords = coords.reshape(0, 2)
    if coords.ndim != 2 or coords.shape[1] != 2:
        raise ValueError(f"points must have shape (N, 2), one (x, y) a row, got {coords.shape}")
    if not np.isfinite(coords).all():
        first = int(np.flatnonzero(~np.isfinite(coords).all(axis=1))[0])
        raise ValueError(
            f"points must be finite numbers, got {tuple(coords[first].tolist())} as point {first}"
        )
    if point_labels is None:
        point_labels = np.ones(len(coords))
    labels = array_of(point_labels, "labels must be 1 (foreground) or 0 (background)", np.float64)
    if labels.shape != (len(coords),):
        raise ValueError(
            f"labels must be one for each point: {len(coords)} point(s) came with labels of shape "
            f"{labels.shape}"
        )
    if not np.isin(labels, (0, 1)).all():
        first = int(np.flatnonzero(~np.isin(labels, (0, 1)))[0])
        raise ValueError(
            f"labels must be 1 (foreground) or 0 (background), got {labels[first]:g} for point {first}"
        )
    if size is not None:
        height, width = size
        for x, y in coords:
            if not (0 <= x < width and 0 <= y < height):
                swapped = " (x and y may be swapped)" if 0 <= y < width and 0 <= x < height else ""
                raise ValueError(
                    f"point ({x:g}, {y:g}) lies outside the image, which is {width} wide and {height} high: "
                    f"expected 0 <= x < {width} and 0 <= y < {height}{swapped}"
                )
    return coords, labels.astype(np.int64)


def check_box(box: Any, size: tuple[int, int] | None = None) -> FloatArray:
    """Return `box` as (4,) float64, xyxy in image pixels.

    Parameters
    ----------
    box : array_like of shape (4,)
        x0, y0, x1, y1 with x0 < x1 and y0 < y1.
    size : (int, int), optional
        (height, width) of the image that the box must lie in.

    Raises
    ------
    TypeError
        If it does not hold numbers.
    ValueError
        If it is not four finite numbers in that order, or leaves the image.
    """
    refuse_masked(box, "box")
    array = array_of(box, "box must be four numbers x0, y0, x1, y1", np.float64)
    if array.shape != (4,) or not np.isfinite(array).all():
        raise ValueError(f"box must be four finite numbers x0, y0, x1, y1, got {describe(box)}")
    x0, y0, x1, y1 = array
    if not (x0 < x1 and y0 < y1):
        raise ValueError(
            f"box must be x0, y0, x1, y1 (left, top, right, bottom) with x0 < x1 and y0 < y1, "
            f"got {x0:g}, {y0:g}, {x1:g}, {y1:g}; x, y, width, height must be converted first"
        )
    if size is not None:
        height, width = size
        if not (x0 >= 0 and x1 <= width and y0 >= 0 and y1 <= height):
            raise ValueError(
                f"box ({x0:g}, {y0:g}, {x1:g}, {y1:g}) leaves the image, which is {width} wide and "
                f"{height} high"
            )
    return array
