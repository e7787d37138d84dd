"""What a screen reader says of the photo and of what was done to it."""

from __future__ import annotations

from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.session.state import State


def describe_photo(size: tuple[int, int], lang: str) -> str:
    """Say how large a photo of (height, width) is."""
    words = Phrases(lang)
    return words.gettext("Photo, {width} by {height}.").format(
        width=words.count(size[1]), height=words.count(size[0])
    )


def describe_state(state: State, lang: str) -> str:
    """Say what is marked of the current object, and what its mask covers."""
    words = Phrases(lang)
    _, said = words.gettext, []
    if len(state.objects) > 1:
        said.append(
            words.ngettext("{count} object.", "{count} objects.", len(state.objects)).format(
                count=words.count(len(state.objects))
            )
        )
    active = state.active
    points = 0 if active is None else len(active.prompt.points)
    if points:
        said.append(
            words.ngettext("{count} point.", "{count} points.", points).format(count=words.count(points))
        )
    if active is not None and active.prompt.box is not None:
        said.append(_("A box."))
    if active is None or active.candidates is None:
        said.append(_("Nothing is marked yet."))
    else:
        best = active.candidates.best
        share = 100 * float(active.candidates.area_share[best])
        said.append(
            _("Mask {number} covers {share} percent.").format(
                number=best, share=words.decimal(share, 0 if share >= 1 else 1)
            )
        )
    return " ".join(said)
