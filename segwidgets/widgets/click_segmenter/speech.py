"""What a screen reader says of the photo and of what was done to it."""

from __future__ import annotations

from segwidgets.geometry import Viewport
from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.session.state import State


def describe_photo(size: tuple[int, int], lang: str) -> str:
    """Say how large a photo of (height, width) is."""
    words = Phrases(lang)
    return words.gettext("Photo, {width} by {height}.").format(
        width=words.count(size[1]), height=words.count(size[0])
    )


def describe_view(viewport: Viewport, lang: str) -> str:
    """Say how much of the photo is seen."""
    words = Phrases(lang)
    if viewport.part is None:
        return words.gettext("All of the photo is seen.")
    share = 100 / viewport.zoom
    return words.gettext("Zoomed in: {share} percent of the photo's width are seen.").format(
        share=words.decimal(share, 0 if share >= 1 else 1)
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
        covered, size = active.candidates.area_px(best)
        if 0 < 100 * covered < size:
            text = words.ngettext(
                "Mask {number} covers {count} pixel.", "Mask {number} covers {count} pixels.", covered
            ).format(number=best, count=words.count(covered))
        else:
            text = _("Mask {number} covers {share} percent.").format(
                number=best, share=words.decimal(100 * covered / size, 0)
            )
        said.append(text)
    return " ".join(said)
