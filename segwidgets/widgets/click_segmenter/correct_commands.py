"""Tools that correct a mask by hand, for code, keys and buttons; what they do is the session's."""

from __future__ import annotations

from segwidgets.locale.phrases import Phrases
from segwidgets.widgets.click_segmenter.controls import Toolbar
from segwidgets.widgets.click_segmenter.correct_bar import CorrectBar
from segwidgets.widgets.click_segmenter.object_bar import ObjectBar
from segwidgets.widgets.click_segmenter.stage import Stage
from segwidgets.widgets.click_segmenter.status import Status
from segwidgets.widgets.session.commands import SessionCommands


class CorrectCommands(SessionCommands):
    """Which tool is in the hand, as methods.

    Attributes
    ----------
    stage, toolbar, correct_bar, object_bar, status : Stage, Toolbar, CorrectBar, ObjectBar, Status
        Where it is seen.
    lang : str
        The language of the words, as "es".
    correcting : bool
        Whether the tools are on show.
    """

    stage: Stage
    toolbar: Toolbar
    correct_bar: CorrectBar
    object_bar: ObjectBar
    status: Status
    lang: str
    correcting = False

    def escape(self) -> None:
        """Give up what is under way."""
        raise NotImplementedError

    def set_selecting(self, on: bool) -> None:
        """Say whether clicks select the object under them."""
        raise NotImplementedError

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to give up."""
        raise NotImplementedError

    @property
    def tool(self) -> str:
        """What the mouse draws with: "brush", "eraser", "lasso" or "cut"; "" where it clicks."""
        return self.stage.brush.tool

    @property
    def brush_size(self) -> int:
        """How wide the brush is, in pixels of the screen, at every zoom."""
        return self.stage.brush.size

    def set_tool(self, tool: str) -> None:
        """Take a tool into the hand, so that the mouse draws on the mask; "" makes clicks of clicks again.

        Parameters
        ----------
        tool : str
            "brush" and "lasso" add, "eraser" and "cut" take away.

        Raises
        ------
        ValueError
            If there is no such tool.
        """
        if tool and self.is_under_way and not self.tool:
            self.escape()
        self.stage.brush.take_up(tool)
        self.correcting = self.correcting or bool(tool)
        self.stage.on_leave()
        self.stage.tell_marks()
        self._show_tools()

    @property
    def merging(self) -> bool:
        """Whether the next click on an object merges the current one with it."""
        return self.stage.merging

    def set_merging(self, on: bool) -> None:
        """Say whether the next click on an object merges the current one with it; it keeps its number."""
        if on and self.mask is None:
            raise ValueError(Phrases(self.lang).gettext("Select an object that has a mask first."))
        self.set_selecting(on)
        self.stage.merging = on
        self._show_tools()

    def merge_with(self, index: int) -> None:
        """Merge the current object with another one, and let clicks be clicks again."""
        current = self.session.state.current
        self.set_selecting(False)
        if current is not None and current != index:
            self.merge([current, index])

    def set_brush_size(self, size: float) -> None:
        """Make the brush so many pixels of the screen wide, from 2 to 200."""
        self.stage.brush.resize(size)
        self._show_tools()

    def show_correcting(self, on: bool = True) -> None:
        """Show the tools that correct a mask by hand, or hide them and put away what is in the hand."""
        self.correcting = on
        if not on:
            self.stage.brush.take_up("")
        self._show_tools()

    def mend_and_tell(self, how: str) -> None:
        """Mend the mask, see `mend`, and say how many pixels came and went."""
        words = Phrases(self.lang)
        if self.mask is None:
            raise ValueError(words.gettext("There is no mask to mend yet: click on the object first."))
        added, taken = (words.count(px) for px in self.mend(how))
        text = words.gettext("{added} px added, {taken} px taken away.").format(added=added, taken=taken)
        self.status.say(text if (added, taken) != ("0", "0") else words.gettext("There was nothing to mend."))

    def _show_tools(self) -> None:
        self.stage.draw_prompt()
        self.toolbar.update(self)
        self.correct_bar.update(self)
        self.object_bar.update(self)
        self.status.update(self)
