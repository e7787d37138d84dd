"""What `find_similar` found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segwidgets.ground.validation import describe
from segwidgets.locale.classes import class_label
from segwidgets.locale.phrases import Phrases

if TYPE_CHECKING:
    import supervision as sv


def explain_similar(found: sv.Detections, lang: str = "en") -> str:
    """Say in a sentence or two what `find_similar` found, in English ("en") or Spanish ("es").

    Raises
    ------
    TypeError
        If these detections are not from `find_similar`.
    """
    if "semantic_class" not in getattr(found, "metadata", {}):
        raise TypeError(f"found must be what find_similar returned, got {describe(found)}")
    words, metadata = Phrases(lang), found.metadata
    tr, counts = words.tr, metadata["counts"]
    others = np.asarray(found.confidence)[np.asarray(found.data["found_by"]) != "exemplar"]
    if len(others):
        text = tr.ngettext(
            "{n} more like it, with a likeness of {high}.",
            "{n} more like it, with a likeness from {low} to {high}.",
            len(others),
        )
        facts = {"low": words.decimal(others.min()), "high": words.decimal(others.max())}
        sentences = [text.format(n=len(others), **facts)]
    else:
        sentences = [nothing_alike(metadata["closest"], metadata["threshold"], lang)]
    name = metadata["semantic_class"]
    if metadata["reason"] == "nothing" and name is not None:
        if counts["regions"]:
            text = tr.gettext("DeepLab sees more of the class {name}, but no click gave a sure mask of it.")
        else:
            text = tr.gettext("DeepLab sees nothing else of the class {name}, either.")
        sentences.append(text.format(name=class_label(name, lang)))
    if metadata["reason"] == "cancelled":
        sentences.append(tr.gettext("The search was stopped before its end."))
    elif counts["clicked_peaks"] < counts["peaks"]:
        text = tr.gettext("Of {peaks} places that look alike, only the {clicked} most alike were clicked.")
        sentences.append(text.format(peaks=counts["peaks"], clicked=counts["clicked_peaks"]))
    return " ".join(sentences)


def nothing_alike(closest: float | None, threshold: float, lang: str) -> str:
    """Say that nothing is alike enough, and how alike the closest is, if there is one."""
    words = Phrases(lang)
    if closest is None:
        return words.tr.gettext("Nothing else looks like it.")
    text = words.tr.gettext(
        "Nothing else looks like it: the closest has a likeness of {closest}, where {threshold} is asked for."
    )
    return text.format(closest=words.decimal(closest), threshold=words.decimal(threshold))
