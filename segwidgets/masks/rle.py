"""COCO's run-length encoding of a mask, there and back."""

from __future__ import annotations

from typing import Any

from segwidgets.ground.outside import shortened
from segwidgets.ground.validation import BoolArray, check_mask, check_whole, describe
from segwidgets.images import MAX_PIXELS

MAX_SIDE = 65_535


def encode(mask: BoolArray) -> dict[str, Any]:
    """Write a mask as COCO's compressed run-length encoding, as `pycocotools.mask` reads it.

    Returns
    -------
    dict
        `size`, [height, width], and `counts`, a string: ready for JSON.
    """
    import supervision as sv

    mask = check_mask(mask)
    return {"size": list(mask.shape), "counts": sv.mask_to_rle(mask, compressed=True)}


def decode(rle: dict[str, Any]) -> BoolArray:
    """Read a mask from COCO's run-length encoding.

    Parameters
    ----------
    rle : dict
        `size`, [height, width], and `counts`: a compressed string (or bytes), or a list of run lengths.

    Raises
    ------
    TypeError
        If it is not such a dict.
    ValueError
        If the runs do not add up to the size.
    """
    import supervision as sv

    if not isinstance(rle, dict) or not {"size", "counts"} <= set(rle):
        raise TypeError(f'rle must be a dict {{"size": [height, width], "counts": ...}}, got {describe(rle)}')
    try:
        height, width = (check_whole(side, "a side", 1, MAX_SIDE) for side in rle["size"])
        if height * width > MAX_PIXELS:
            raise ValueError(f"it has more than {MAX_PIXELS / 1e6:.0f} million pixels")
        return sv.rle_to_mask(rle["counts"], (width, height))
    except (TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
        raise ValueError(
            f"rle must hold run lengths that add up to its size {describe(rle['size'])}, [height, width]; "
            f"were they cut off or swapped? ({shortened(str(error), 200)})"
        ) from error
