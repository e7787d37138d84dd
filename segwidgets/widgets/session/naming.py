"""Names for masks, after what DeepLab sees in them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from segwidgets.ground.validation import BoolArray, UInt8Array, describe
from segwidgets.locale.phrases import Phrases

if TYPE_CHECKING:
    from segwidgets.semantic import SemanticSegmentation


class ClassNamer:
    """Looks at a photo with DeepLab when it is first asked, and once only; asked by two threads, too.

    Parameters
    ----------
    lang : str
        The language of the names, as "es".
    """

    def __init__(self, lang: str) -> None:
        self._tr = Phrases(lang)
        self._seen: tuple[UInt8Array, SemanticSegmentation] | None = None
        self._forgotten = 0
        self._lock = threading.Lock()

    def know(self, image: UInt8Array, semantic: SemanticSegmentation) -> None:
        """Take a class map of a photo (H, W, 3) that was made already.

        Raises
        ------
        TypeError, ValueError
            If it is something else, or belongs to a photo of another size.
        """
        if not hasattr(semantic, "class_map"):
            raise TypeError(
                "semantic must be True, False or a SemanticSegmentation, as segment_semantic(image) returns "
                f"it, got {describe(semantic)}"
            )
        if semantic.class_map.shape != image.shape[:2]:
            raise ValueError(
                f"semantic must belong to the same photo of {image.shape[:2]} (height, width), got a class "
                f"map of {semantic.class_map.shape}"
            )
        with self._lock:
            self._seen = image, semantic

    def semantic(self, image: UInt8Array) -> SemanticSegmentation:
        """Return DeepLab's classes of a photo (H, W, 3), kept as long as the photo is the same array."""
        from segwidgets.semantic import segment_semantic

        with self._lock:
            seen, forgotten = self._seen, self._forgotten
            if seen is None or seen[0] is not image:
                seen = image, segment_semantic(image)
                if forgotten == self._forgotten:
                    self._seen = seen
            return seen[1]

    def forget(self) -> None:
        """Drop the class map of a photo that is no longer needed, also one that is on its way."""
        self._forgotten += 1
        self._seen = None

    def name(self, image: UInt8Array, mask: BoolArray | None) -> str:
        """Return the class that DeepLab sees most of in a mask (H, W) of a photo (H, W, 3).

        Raises
        ------
        ValueError
            If there is no mask, or DeepLab sees no class that it knows there.
        """
        from segwidgets.locale.classes import class_label

        if mask is None:
            raise ValueError(self._tr.gettext("there is no mask to name yet: click on the object first"))
        semantic = self.semantic(image)
        counts = np.bincount(semantic.class_map[mask], minlength=len(semantic.class_names))
        winner = int(counts.argmax())
        if winner == 0:
            raise ValueError(self._tr.gettext("DeepLab sees none of its 20 classes in this mask"))
        return class_label(semantic.class_names[winner], self._tr.lang)
