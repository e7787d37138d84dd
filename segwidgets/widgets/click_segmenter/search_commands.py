"""Many masks at once, for code and for the controls: all of the photo, or all that is like an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from segwidgets.ground.validation import BoolArray
from segwidgets.locale.catalogues import translations
from segwidgets.masks import encode
from segwidgets.widgets.click_segmenter.alike import Alike, AlikePanel
from segwidgets.widgets.click_segmenter.controls import Toolbar
from segwidgets.widgets.click_segmenter.everything import Everything
from segwidgets.widgets.click_segmenter.stage import Stage
from segwidgets.widgets.click_segmenter.status import Status
from segwidgets.widgets.session.commands import SessionCommands
from segwidgets.widgets.session.state import SegmentedObject

if TYPE_CHECKING:
    import supervision as sv


class SearchCommands(SessionCommands):
    """The two searches as methods, and what is shown of them.

    Attributes
    ----------
    everything, alike : Everything, Alike
        The searches, which tell `everything_ended` and `alike_ended`.
    alike_panel, stage, toolbar, status : AlikePanel, Stage, Toolbar, Status
        Where they are seen.
    lang : str
        The language of the words, as "es".
    """

    everything: Everything
    alike: Alike
    alike_panel: AlikePanel
    stage: Stage
    toolbar: Toolbar
    status: Status
    lang: str

    def refresh(self) -> None:
        """Show the session as it stands."""
        raise NotImplementedError

    # all masks

    def segment_everything(self, points_per_side: int = 16, wait: bool = True) -> sv.Detections | None:
        """Find all masks of the photo; `keep` makes objects of them, and so does a click.

        Parameters
        ----------
        points_per_side : int
            The grid of clicks that SAM is asked with.
        wait : bool
            Return the masks when they are found, or None at once.
        """
        self.status.say("")
        self.status.begin_search()
        self.everything.start(self.segmenter, points_per_side, wait)
        self.toolbar.update(self)
        return self.everything.detections

    def keep(self, index: int) -> None:
        """Make an object of one of the masks that `segment_everything` found, unless it is one already."""
        masks = self.everything.masks
        if not 0 <= index < len(masks):
            raise IndexError(f"there is no mask {index}: segment_everything found {len(masks)}")
        kept = next((one for one in self.objects if _is_mask(one, masks[index])), None)
        if kept is not None:
            self.status.say(
                translations(self.lang)
                .gettext("This mask is kept already, as object {number}.")
                .format(number=kept.number)
            )
            return
        found = self.everything.detections
        iou = 1.0 if found is None or found.confidence is None else float(found.confidence[index])
        self.session.do("keep", rle=encode(masks[index]), predicted_iou=iou)
        self.status.say(
            translations(self.lang).gettext("Kept as object {number}.").format(number=self.objects[-1].number)
        )

    def toggle_everything(self) -> None:
        """Look for all masks; or stop looking; or put away what was found."""
        if self.everything.running:
            self.everything.cancel()
        elif len(self.everything.masks):
            self.everything.forget()
            self.status.say("")
            self.stage.cancel()
            if self.session.state.current is None and self.objects:
                self.session.do("select_object", index=len(self.objects) - 1)
            self.refresh()
        else:
            self.segment_everything(wait=False)

    def cancel_search(self) -> None:
        """Stop looking for masks."""
        self.everything.cancel()
        self.alike.cancel()

    # all like it

    def find_similar(
        self, threshold: float | None = None, semantic: Any = None, wait: bool = True
    ) -> sv.Detections | None:
        """Propose all that looks like the current object; `keep_similar` makes objects of the proposals.

        Parameters
        ----------
        threshold : float, optional
            How alike a proposal must be, 0 to 1; `set_similarity` changes it afterwards, at no cost.
        semantic : SemanticSegmentation, optional
            DeepLab's classes of this photo, whose word counts where there is one for the object; by default
            those that the session has looked at.
        wait : bool
            Return what was found when it is found, or None at once.

        Raises
        ------
        ValueError
            If the current object has no mask yet.
        """
        from segwidgets.similar import SURE

        self.ranker.settle(self.session)
        active = self.session.state.active
        if active is None or active.mask is None:
            raise ValueError(
                translations(self.lang).gettext("there is no mask yet that others could be like: click first")
            )
        self.status.say("")
        self.status.begin_search()
        wanted = SURE if threshold is None else threshold
        seen = self.session.semantic if semantic is None else semantic
        self.alike.start(self.segmenter, active.mask, seen, wanted, active.name, wait)
        self.toolbar.update(self)
        return self.alike.detections

    def set_similarity(self, threshold: float) -> None:
        """Say how alike a proposal must be: 0 (anything) to 1."""
        if not 0 <= threshold <= 1:
            raise ValueError(f"threshold must be a number from 0 to 1, got {threshold!r}")
        self.alike.threshold = float(threshold)
        if self.alike.detections is not None:
            self._say_if_nothing_is_alike()
        self._show_similar()

    def shift_similarity(self, by: float) -> None:
        """Ask for so much more, or less, likeness of the proposals that wait, if there are any."""
        if self.alike.detections is not None:
            self.set_similarity(round(min(max(self.alike.threshold + by, 0.0), 1.0), 2))

    def keep_similar(self) -> None:
        """Make objects of the proposals, with the exemplar's name; undo takes all of them back at once."""
        found = self.alike.as_found()
        name = self.alike.name
        if not found:
            return
        self.alike.forget()
        self.session.do("keep_all", found=found, name=name)
        self._show_similar()
        text = translations(self.lang).ngettext("Kept {count} object.", "Kept {count} objects.", len(found))
        self.status.say(text.format(count=len(found)))

    def drop_similar(self) -> None:
        """Stop looking for what is like the object, or put the proposals away."""
        self.alike.forget()
        self.status.say("")
        self._show_similar()

    def toggle_similar(self) -> None:
        """Look for all that is like the object; or stop looking; or put the proposals away."""
        self.stage.focus()  # else Enter, which keeps, would press the button again
        if self.alike.active:
            self.drop_similar()
        else:
            self.find_similar(wait=False)

    def _say_if_nothing_is_alike(self) -> None:
        from segwidgets.similar.words import nothing_alike

        text = nothing_alike(self.alike.closest, self.alike.threshold, self.lang)
        self.status.say("" if self.alike.proposed else text)

    def _show_similar(self) -> None:
        self.refresh()
        self.alike_panel.update(self.alike)

    def alike_ended(self, failure: Exception | None) -> None:
        """Run in the thread that looked for what is alike."""
        self.status.end_search()
        if failure is not None:
            self.status.show_error(failure)
        elif self.alike.detections is not None:
            self._say_if_nothing_is_alike()
            if self.alike.closest is None:
                self.alike.forget()
        self.status.guard(self._show_similar)

    def everything_ended(self, failure: Exception | None) -> None:
        """Run in the thread that looked for the masks."""
        self.status.end_search()
        if failure is not None:
            self.status.show_error(failure)
        elif self.everything.detections is not None:
            self.status.say(
                translations(self.lang)
                .gettext("Masks found: {count}.")
                .format(count=len(self.everything.masks))
            )
        self.status.guard(self.refresh)


def _is_mask(one: SegmentedObject, mask: BoolArray) -> bool:
    return one.mask is not None and np.array_equal(one.mask, mask)
