"""What is done to whole objects, for code: classes, merging, splitting, copies, locks, notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segwidgets.drawing import style
from segwidgets.exports.reading import read_masks
from segwidgets.masks.rle import encode
from segwidgets.widgets.session.objects import classes_after
from segwidgets.widgets.session.session import Session


def checked_classes(classes: Any) -> tuple[str, ...]:
    """Return names of classes, each once.

    Raises
    ------
    TypeError
        If they are no list of names.
    """
    if isinstance(classes, str) or not all(isinstance(name, str) and name.strip() for name in classes):
        raise TypeError(f"classes must be a list of names such as ['cat', 'dog'], got {classes!r:.60}")
    return tuple(dict.fromkeys(name.strip() for name in classes))


class ObjectCommands:
    """The session's actions on objects as methods.

    Attributes
    ----------
    session : Session
        What they act on.
    """

    session: Session
    _classes: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that objects can have: those given, and what was done to them and not undone."""
        return classes_after(self._classes, self.session.state.classing)

    @classes.setter
    def classes(self, names: Sequence[str]) -> None:
        self._classes = checked_classes(names)

    def _act(self, action: str, **arguments: Any) -> None:
        raise NotImplementedError

    def classify(self, name: str, index: int | None = None) -> None:
        """Give an object a class, whose colour it then has; new objects get it, until another is given.

        Parameters
        ----------
        name : str
            One of `classes`, or a new one; "" is none.
        index : int, optional
            Of the object, as in `objects`; by default the current one, if there is any.
        """
        name, classes = str(name).strip(), self.classes
        current = self.session.state.current
        at = (-1 if current is None else current) if index is None else index
        place = classes.index(name) if name in classes else len(classes)
        tint = place % len(style.PALETTE) if name else 0
        self._act("classify", name=name, tint=tint, index=at)

    def rename_class(self, name: str, new: str) -> None:
        """Call all objects of one class by another name, and the class, too; undo takes both back.

        Raises
        ------
        ValueError
            If the new name is empty.
        """
        if name in self.classes or name in {one.name for one in self.session.state.objects}:
            self._act("rename_class", name=str(name), new=str(new))

    def merge(self, indices: Sequence[int]) -> None:
        """Make one object of several; the first keeps its number, name and note, and covers them all.

        Raises
        ------
        TypeError, IndexError, ValueError
            If they are not two objects or more that have masks, or one is locked.
        """
        self._act("merge", indices=list(indices))

    def split(self, index: int) -> None:
        """Make an object of each piece of one: the largest keeps its number, all keep its name.

        Pieces smaller than a hundredth of the largest stay with it.

        Raises
        ------
        TypeError, IndexError, ValueError
            If there is no such object, it has no mask or too many pieces, or it is locked.
        """
        self._act("split", index=index)

    def duplicate(self, index: int) -> None:
        """Put a copy of an object above it, with its prompt and painting; it is then the current one."""
        self._act("duplicate", index=index)

    def lock_object(self, index: int, locked: bool = True) -> None:
        """Let an object stay as it is: what would change its mask or delete it is refused; or unlock it."""
        self._act("lock_object", index=index, locked=bool(locked))

    def load_masks(self, source: Any, photo: str = "") -> int:
        """Make an object of each mask that was made elsewhere, which its `origin` names; one step for undo.

        Parameters
        ----------
        source : supervision.Detections, ndarray, str or Path
            Detections, masks (N, H, W), or a file: a binary or index PNG, COCO's .json, YOLO's .txt, whose
            numbers mean `classes`.
        photo : str
            The photo's file name in COCO's list, where that has several.

        Returns
        -------
        int
            How many there are.

        Raises
        ------
        TypeError, ValueError
            If it is none of these, belongs to a photo of another size, or has no mask.
        OSError
            If a file cannot be read.
        """
        found, origin = read_masks(source, self.session.segmenter.size, self.classes, photo)
        if not found:
            raise ValueError("there is no mask in it: all of it is background")
        taken = [{"rle": encode(one.mask), "predicted_iou": one.certainty, "name": one.name} for one in found]
        self._act("take_over", found=taken, origin=origin)
        return len(found)

    def note_object(self, index: int, note: str) -> None:
        """Write something about an object, in at most 2000 characters; `detections` bring it along."""
        self._act("note_object", index=index, note=str(note))
