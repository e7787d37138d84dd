"""What SAM's encoder makes of a photo: cells that look alike to it have like colours."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from segwidgets.drawing import style
from segwidgets.drawing.annotators import PromptAnnotator
from segwidgets.drawing.overlays import grey_out
from segwidgets.ground.validation import BoolArray, FloatArray, UInt8Array, check_mask, check_points
from segwidgets.locale.catalogues import translations
from segwidgets.locale.languages import DEFAULT
from segwidgets.masks.comparison import roc_auc
from segwidgets.prompts import Prompt
from segwidgets.segmenter import segmenter_of
from segwidgets.widgets.point_explorer import Point, PointExplorer

GAP = 8  # pixels between the two pictures
ALIKE = 0.8  # a cosine similarity that the words count from
MAJORITY = 0.5  # more of a cell than this lies on what is wanted, if the cell is
HEAT_OPACITY = 0.7

Floats = npt.NDArray[np.float32]


class EmbeddingExplorer(PointExplorer):
    """The image embedding as colours, and how much each cell is like the one under the mouse.

    On the left the first three principal components of the cells' numbers as red, green and blue: cells
    of like colour mean something like to the network. On the right the cosine similarity of each cell to the
    one under the mouse, which may be over either picture.

    Parameters
    ----------
    source : Segmenter, str, Path, bytes, PIL.Image.Image or ndarray
        With a photo that is encoded, or anything that `load_image` takes.
    lang : str
        The language of the words, as "es".
    reference : ndarray of shape (H, W), bool, optional
        What is wanted: how well the similarity ranks its cells before the others is told.

    Attributes
    ----------
    wanted : ndarray of shape (rows, columns), bool, or None
        The cells of which the reference covers more than half.
    colors : ndarray of shape (rows, columns, 3), uint8
        RGB of the cells that the photo lies in; what pads it is left out.
    explained : float
        The share of the cells' variance that the three colours hold, 0 to 1.
    picture_size : (int, int)
        Height and width of either picture, in the canvas's pixels.

    Examples
    --------
    >>> explorer = EmbeddingExplorer("cat")
    >>> explorer.point(250, 170)
    >>> explorer.similarity.shape
    (43, 64)
    """

    def __init__(self, source: Any, lang: str = DEFAULT, reference: BoolArray | None = None) -> None:
        translations(lang)
        segmenter = segmenter_of(source)
        height, width = segmenter.size
        self._frame = segmenter.frame
        self._cells = self._frame.crop_grid(segmenter.image_embedding).transpose(1, 2, 0)
        self.wanted: BoolArray | None = None
        if reference is not None:
            reference = check_mask(reference, "reference", segmenter.size)
            self.wanted = self._frame.cell_shares(reference) > MAJORITY
        self.colors, self.explained = principal_colors(self._cells)
        blank = np.zeros((height, 2 * width, 3), np.uint8)
        super().__init__(segmenter.image, blank, [], lang)
        viewport = self._viewport
        self.picture_size = viewport.canvas_height, (viewport.canvas_width - GAP) // 2
        self._photo = cv2.resize(self.image, self.picture_size[::-1], interpolation=cv2.INTER_AREA)
        x, y = self._pixels()
        left, top, right, bottom = self._frame.seen_box
        self._seen = ((top <= y) & (y < bottom))[:, None] & (left <= x) & (x < right)
        self._grey = grey_out(self._photo, np.ones(self.picture_size, np.bool_))
        self._refresh()

    @property
    def similarity(self) -> Floats | None:
        """Cosine similarity (rows, columns) of each cell to the pinned point's, -1 to 1, or None."""
        return None if self.pinned is None else self._similarity(self.pinned)

    @property
    def auc(self) -> float | None:
        """The area under the ROC curve, 0 to 1, of the pinned point's similarity against the reference.

        How often, of a cell that is wanted and one that is not, the wanted one is the more alike. None
        without a point or a reference, or if the reference covers all cells or none.
        """
        return None if self.pinned is None else self._auc(self._similarity(self.pinned))

    def _auc(self, similarity: Floats) -> float | None:
        return None if self.wanted is None else roc_auc(similarity, self.wanted)

    def point(self, x: float, y: float) -> None:
        """Ask about the point (x, y), in the photo's pixels, as a click does.

        Raises
        ------
        TypeError, ValueError
            If it is not two numbers, or outside the photo or the part of it that was encoded.
        """
        check_points([(x, y)], size=self.image.shape[:2])
        left, top, right, bottom = self._frame.seen_box
        if not (left <= x < right and top <= y < bottom):
            raise ValueError(
                f"({x:g}, {y:g}) lies outside the closer view, x from {left} to {right} and y from {top} to "
                f"{bottom}: ask about a point within, or look at the whole photo"
            )
        super().point(x, y)

    def _similarity(self, at: Point) -> Floats:
        """u·v / (|u| |v|) of each cell's vector with that of one cell."""
        row, column = self._frame.cells_at(*at)
        lengths = np.linalg.norm(self._cells, axis=2)
        similarity: Floats = self._cells @ self._cells[row, column] / (lengths * lengths[row, column])
        return similarity

    def _spread(self, cells: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return cells (rows, columns, ...) as pixels of one picture, each in its cell's value."""
        rows, columns = self._frame.cells_at(*self._pixels())
        spread: npt.NDArray[Any] = cells[rows[:, None], columns]
        return spread

    def _pixels(self) -> tuple[FloatArray, FloatArray]:
        """Return the photo's x of each column and its y of each row of one picture."""
        height, width = self.picture_size
        x = (np.arange(width) + 0.5) * self.image.shape[1] / width
        y = (np.arange(height) + 0.5) * self.image.shape[0] / height
        return x, y

    def photo_point(self, x: float, y: float) -> Point:
        """Return the photo's xy under the canvas's xy, over either picture."""
        height, width = self.picture_size
        x = x - width - GAP if x >= width + GAP / 2 else x
        x, y = x * self.image.shape[1] / width, y * self.image.shape[0] / height
        left, top, right, bottom = self._frame.seen_box
        last_x, last_y = np.nextafter((right, bottom), 0)
        return float(np.clip(x, left, last_x)), float(np.clip(y, top, last_y))

    def _paint(self, at: Point | None) -> UInt8Array:
        left, right = self._spread(self.colors), self._photo
        left[~self._seen] = style.BAR
        if at is not None:
            similarity = self._spread(self._similarity(at).clip(0, 1))
            heat = _heat_colors()[np.round(similarity * 255).astype(int)]
            right = np.round(HEAT_OPACITY * heat + (1 - HEAT_OPACITY) * self._grey).astype(np.uint8)
            right[~self._seen] = self._grey[~self._seen]
            scale = self.picture_size[1] / self.image.shape[1], self.picture_size[0] / self.image.shape[0]
            marker = PromptAnnotator(Prompt([(at[0] * scale[0], at[1] * scale[1])]))
            left, right = marker.annotate(np.ascontiguousarray(left)), marker.annotate(right)
        drawn = np.empty((self.picture_size[0], self._viewport.canvas_width, 3), np.uint8)
        drawn[:] = style.BAR
        drawn[:, : self.picture_size[1]], drawn[:, -self.picture_size[1] :] = left, right
        return drawn

    def _describe(self, at: Point | None) -> str:
        _ = self._tr.gettext
        rows, columns, depth = self._cells.shape
        if at is None:
            text = _(
                "SAM sees the photo as {rows} × {columns} cells of {depth} numbers each. On the left, like "
                "colours mean like numbers: the three colours hold {explained} of the variance. Point at a "
                "place to see what is like it."
            )
            return text.format(
                rows=rows,
                columns=columns,
                depth=depth,
                explained=self._phrases.whole_percent(self.explained),
            )
        text = _(
            "{share} of the cells are like the one at ({x}, {y}): a cosine similarity above {alike}. Yellow "
            "is alike (1), blue is not (0)."
        )
        similarity = self._similarity(at)
        share = self._phrases.whole_percent(float((similarity > ALIKE).mean()))
        alike = self._phrases.general(ALIKE)
        told = text.format(share=share, x=int(at[0]), y=int(at[1]), alike=alike)
        if (auc := self._auc(similarity)) is None:
            return told
        text = _(
            "Of a cell that is wanted and one that is not, the wanted one is the more alike in {share} of "
            "the pairs: the area under the ROC curve is {auc}."
        )
        ranked = text.format(share=self._phrases.whole_percent(auc), auc=self._phrases.decimal(auc))
        return f"{told} {ranked}"


def principal_colors(cells: Floats) -> tuple[UInt8Array, float]:
    """Show vectors as colours: their first three principal components as red, green and blue.

    Each component is stretched from its 2nd to its 98th percentile; its sign, which is arbitrary, is chosen
    so that the largest weight is positive.

    Parameters
    ----------
    cells : ndarray of shape (rows, columns, D), float32

    Returns
    -------
    colors : ndarray of shape (rows, columns, 3), uint8
    explained : float
        The share of the variance that the three hold, 0 to 1.
    """
    rows, columns, depth = cells.shape
    centred = cells.reshape(-1, depth) - cells.reshape(-1, depth).mean(axis=0)
    _, strengths, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:3]
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    components = centred @ (directions * np.sign(largest)).T
    low, high = np.percentile(components, (2, 98), axis=0)
    stretched = np.clip((components - low) / np.maximum(high - low, 1e-12), 0, 1)
    variance = strengths**2
    explained = float(variance[:3].sum() / max(float(variance.sum()), 1e-12))
    return np.round(stretched * 255).astype(np.uint8).reshape(rows, columns, 3), explained


@cache
def _heat_colors() -> Floats:
    """256 colours from blue to yellow, (256, 3): matplotlib's cividis, made for colour-blind readers."""
    import matplotlib

    return np.asarray(matplotlib.colormaps["cividis"](np.arange(256))[:, :3] * 255, np.float32)
