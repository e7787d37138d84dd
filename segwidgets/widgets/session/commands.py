"""What a hand can do on the widget, for code: the same path, the same history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segwidgets.candidates import Candidates
from segwidgets.ground.validation import BoolArray, UInt8Array
from segwidgets.masks.strokes import Path, check_path, check_radius
from segwidgets.prompts import Prompt
from segwidgets.segmenter import Segmenter
from segwidgets.widgets.session import outcome
from segwidgets.widgets.session.edits import changed_px
from segwidgets.widgets.session.naming import ClassNamer
from segwidgets.widgets.session.object_commands import ObjectCommands
from segwidgets.widgets.session.ranking import Ranker
from segwidgets.widgets.session.session import Session
from segwidgets.widgets.session.state import SegmentedObject

if TYPE_CHECKING:
    import supervision as sv


class SessionCommands(ObjectCommands):
    """The session's actions as methods, and what came of them as properties.

    Attributes
    ----------
    session : Session
        What they act on; whoever shows it listens to its `on_change`.
    namer : ClassNamer
        Who proposes names for objects.
    ranker : Ranker
        Who lets DeepLab rank a click's masks. An action that is done here by code returns when that is done.
    """

    session: Session
    namer: ClassNamer
    ranker: Ranker

    # what there is

    @property
    def segmenter(self) -> Segmenter:
        """What predicts the masks."""
        return self.session.segmenter

    @property
    def image(self) -> UInt8Array:
        """The photo, (H, W, 3) uint8 RGB."""
        return self.session.segmenter.image

    @property
    def objects(self) -> tuple[SegmentedObject, ...]:
        """The objects in the order of the list."""
        return self.session.state.objects

    @property
    def detections(self) -> sv.Detections:
        """The objects that have a mask as `supervision.Detections`, hidden ones too."""
        return outcome.to_detections(self.session.state)

    @property
    def candidates(self) -> Candidates | None:
        """SAM's answer for the current object, or None."""
        active = self.session.state.active
        return None if active is None else active.candidates

    @property
    def mask(self) -> BoolArray | None:
        """The current object's mask (H, W), or None."""
        active = self.session.state.active
        return None if active is None else active.mask

    @property
    def prompt(self) -> Prompt:
        """The current object's points and box."""
        active = self.session.state.active
        return Prompt() if active is None else active.prompt

    @property
    def history(self) -> list[dict[str, Any]]:
        """What was done, oldest first; what was undone is not in it."""
        return self.session.history

    # what a hand can do, for code

    def _act(self, action: str, **arguments: Any) -> None:
        self.session.do(action, **arguments)
        self.ranker.settle(self.session)

    def add_point(self, x: float, y: float, label: int = 1) -> None:
        """Add a point at (x, y) in the photo's pixels: 1 on the object, 0 on the background."""
        self._act("add_point", x=float(x), y=float(y), label=int(label))

    def remove_point(self, index: int) -> None:
        """Remove one of the current object's points."""
        self._act("remove_point", index=index)

    def move_point(self, index: int, x: float, y: float) -> None:
        """Move one of the current object's points."""
        self._act("move_point", index=index, x=float(x), y=float(y))

    def set_box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a box around the current object: left, top, right, bottom in the photo's pixels."""
        self._act("set_box", x0=float(x0), y0=float(y0), x1=float(x1), y1=float(y1))

    def clear_box(self) -> None:
        """Remove the box."""
        self._act("clear_box")

    def choose(self, index: int) -> None:
        """Pick one of the candidates, numbered from 0."""
        self._act("choose", index=index)

    def other_readings(self) -> None:
        """Show SAM's other masks for the same prompt beside the present ones, to choose from.

        Raises
        ------
        ValueError
            If there are none, or they are shown already.
        """
        self._act("other_readings")

    def paint(self, path: Any, radius: float, erase: bool = False) -> None:
        """Paint into the current object's mask with a round brush, or erase; one step for undo.

        What was painted stays in, what was erased stays out, whatever is clicked later: SAM goes on from the
        mask with it, and what it answers comes beneath. `forget_painting` takes it away again.

        Parameters
        ----------
        path : sequence of (float, float)
            Where the brush's middle goes, xy in the photo's pixels; one place is a dab.
        radius : float
            In the photo's pixels.
        erase : bool
            Whether to take away instead; that needs a mask.

        Raises
        ------
        TypeError, ValueError
            If the path has no place or too many, or the radius is none.
        """
        self._act("paint", path=_written(check_path(path)), radius=check_radius(radius), erase=bool(erase))

    def lasso(self, path: Any, erase: bool = False) -> None:
        """Add all that a closed line goes around to the current object's mask, or take it away.

        It stays, as what `paint` does.

        Parameters
        ----------
        path : sequence of (float, float)
            The line's corners, xy in the photo's pixels, three or more; the last is joined to the first.
        erase : bool
            Whether to take away instead; that needs a mask.

        Raises
        ------
        TypeError, ValueError
            If the path has fewer than three corners, or too many.
        """
        self._act("lasso", path=_written(check_path(path, 3)), erase=bool(erase))

    def mend(self, how: str, px: int = 1) -> tuple[int, int]:
        """Mend the shape of the current object's mask, as `clean` does; it stays, as what `paint` does.

        Parameters
        ----------
        how : str
            "fill_holes"; "drop_specks", pieces smaller than a twentieth of the largest; "grow", "shrink", by
            pixels; "smooth", by a median filter of that radius.
        px : int
            By how many pixels, for the last three.

        Returns
        -------
        (int, int)
            How many pixels were added, and how many were taken away.

        Raises
        ------
        ValueError
            If there is no such way, or no mask yet.
        """
        before = self.mask
        self._act("mend", how=how, px=px)
        after = self.mask
        return (0, 0) if before is None or after is None else changed_px(before, after)

    def forget_painting(self) -> None:
        """Take what was painted and erased by hand away from the current object: SAM's answer stays."""
        self._act("forget_painting")

    def new_object(self, name: str | None = None) -> None:
        """Begin another object."""
        self._act("new_object", name=name or "")

    def select_object(self, index: int) -> None:
        """Go on with an object, numbered from 0 as in `objects`."""
        self._act("select_object", index=index)

    def name_object(self, index: int, name: str) -> None:
        """Give an object a name."""
        self._act("name_object", index=index, name=str(name))

    def suggest_name(self, index: int) -> str:
        """Name an object after the class that DeepLab sees most of in its mask; returns the name.

        Raises
        ------
        ValueError
            If the object has no mask, or DeepLab sees no class that it knows there.
        """
        name = self.namer.name(self.image, self.objects[index].mask)
        self.name_object(index, name)
        return name

    def show_object(self, index: int, visible: bool = True) -> None:
        """Show or hide an object."""
        self._act("show_object", index=index, visible=bool(visible))

    def toggle_object(self, index: int) -> None:
        """Hide an object that is shown, and the other way round."""
        self.show_object(index, not self.objects[index].visible)

    def delete_object(self, index: int) -> None:
        """Delete an object."""
        self._act("delete_object", index=index)

    def reorder(self, index: int, to: int) -> None:
        """Move an object to another place in the list; later ones are drawn on top."""
        self._act("reorder", index=index, to=to)

    def clear(self) -> None:
        """Remove the current object's points, box and mask."""
        self._act("clear")

    def reset(self) -> None:
        """Remove every object; undo brings them back."""
        self._act("reset")

    def undo(self) -> None:
        """Take back the last action."""
        self.session.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.session.redo()


def _written(path: Path) -> list[list[float]]:
    """Return a line as it stands in a record: hundredths of a pixel are enough."""
    return [[round(x, 2), round(y, 2)] for x, y in path]
