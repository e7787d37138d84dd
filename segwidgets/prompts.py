"""What a student asks of the model: points, labels and a box, as one value that cannot change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segwidgets.geometry import scale_points
from segwidgets.ground.outside import read_json
from segwidgets.ground.validation import FloatArray, check_box, check_points, describe

MAX_CHARS = 1_000_000
"""Most characters of a prompt's JSON: some forty thousand points."""


@dataclass(frozen=True, init=False)
class Prompt:
    """Points and a box on one image, in image pixels.

    Parameters
    ----------
    points : sequence of (x, y)
        Where the clicks were; x to the right, y down, from the top left corner.
    labels : sequence of int, optional
        1 for foreground, 0 for background, one for each point; all foreground by default.
    box : (x0, y0, x1, y1), optional
        Left, top, right, bottom.

    Raises
    ------
    TypeError, ValueError
        If a shape, a label or the order of the box's corners is off.

    Examples
    --------
    >>> prompt = Prompt([(250, 170), (20, 20)], [1, 0])
    >>> prompt.labels
    (1, 0)
    >>> Prompt.from_json(prompt.to_json()) == prompt
    True
    """

    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    box: tuple[float, float, float, float] | None

    def __init__(
        self,
        points: npt.ArrayLike = (),
        labels: npt.ArrayLike | None = None,
        box: npt.ArrayLike | None = None,
    ) -> None:
        coords, checked = check_points(points, labels)
        object.__setattr__(self, "points", tuple((float(x), float(y)) for x, y in coords))
        object.__setattr__(self, "labels", tuple(int(label) for label in checked))
        corners = None if box is None else tuple(float(v) for v in check_box(box))
        object.__setattr__(self, "box", corners)

    @property
    def point_coords(self) -> FloatArray:
        """The points as (N, 2) float64, xy in image pixels."""
        return np.array(self.points, dtype=np.float64).reshape(-1, 2)

    @property
    def point_labels(self) -> npt.NDArray[np.int64]:
        """The labels as (N,) int64: 1 foreground, 0 background."""
        return np.array(self.labels, dtype=np.int64)

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a point nor a box."""
        return not self.points and self.box is None

    @property
    def is_single_click(self) -> bool:
        """Whether it is one foreground point and nothing else, which leaves open what is meant."""
        return self.box is None and self.labels == (1,)

    def with_point(self, x: float, y: float, label: int = 1) -> Prompt:
        """Return a new prompt with one more point."""
        return Prompt((*self.points, (x, y)), (*self.labels, label), self.box)

    def is_part_of(self, other: Prompt) -> bool:
        """Whether another prompt says all that this one does and more: further points, or a first box."""
        count = len(self.points)
        return (
            self != other
            and (self.box is None or self.box == other.box)
            and (self.points, self.labels) == (other.points[:count], other.labels[:count])
        )

    def steps(self, says_what: bool = True) -> list[Prompt]:
        """Return the prompts that lead to this one, this one last: the box, if any, then point by point.

        Parameters
        ----------
        says_what : bool
            Leave out beginnings that do not say what is meant, as they have background points only.
        """
        counts = range(len(self.points) + 1)
        steps = [Prompt(self.points[:count], self.labels[:count], self.box) for count in counts]
        if says_what:
            steps = [step for step in steps[:-1] if step.box is not None or 1 in step.labels] + steps[-1:]
        return [step for step in steps if not step.is_empty]

    def scaled(self, old_size: tuple[int, int], new_size: tuple[int, int]) -> Prompt:
        """Return the same prompt for the same image at another size; sizes are (height, width) in pixels."""
        corners = None if self.box is None else scale_points(np.reshape(self.box, (2, 2)), old_size, new_size)
        points = scale_points(self.point_coords, old_size, new_size)
        return Prompt(points, self.labels, None if corners is None else corners.ravel())

    def moved(self, x: float, y: float) -> Prompt:
        """Return the same prompt moved by x and y pixels."""
        step = np.array([x, y], dtype=np.float64)
        corners = None if self.box is None else (np.reshape(self.box, (2, 2)) + step).ravel()
        return Prompt(self.point_coords + step, self.labels, corners)

    def check_inside(self, size: tuple[int, int]) -> None:
        """Raise ValueError if a point or the box leaves an image of (height, width)."""
        check_points(self.points, self.labels, size)
        if self.box is not None:
            check_box(self.box, size)

    def to_json(self) -> str:
        """Return the prompt as a JSON object with `points`, `labels` and `box`."""
        return json.dumps({"points": self.points, "labels": self.labels, "box": self.box})

    @classmethod
    def from_json(cls, text: str) -> Prompt:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            If the text is not JSON within bounds, or not an object with these fields.
        """
        data: Any = read_json(text, "a prompt", MAX_CHARS)
        if not isinstance(data, dict) or not set(data) <= {"points", "labels", "box"}:
            raise ValueError(
                f'a prompt must be an object such as {{"points": [[250, 170]], "labels": [1], "box": null}}, '
                f"got {describe(data)}"
            )
        try:
            return cls(data.get("points", ()), data.get("labels"), data.get("box"))
        except TypeError as error:
            raise ValueError(str(error)) from None
